//! Datasets and pages that a main workspace distributes (DIST-1). A copy is an item of its own whose
//! `original_id` never changes; the table says when it counts, and what of it is its own. The name of
//! a copy that was deleted is free again, so that the same item can be distributed anew.
//!
//! Nodes of the previous release show copies as datasets and pages of their workspaces, and do not
//! carry changes of originals over to them. Down keeps copies as such items, and gives deleted ones
//! a name that nobody uses.

use sea_orm_migration::{prelude::*, sea_orm::DatabaseBackend};

use crate::table::{Column, Table as NewTable};

/// Creates the table and the columns.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

/// The tables of items, with the column of the name and the index that keeps it unique, as the first
/// migration called it.
const ITEMS: [(&str, &str, &str); 2] = [
    ("dataset", "identifier", "dataset_workspaceentifier"),
    ("page", "slug", "page_workspace_slug"),
];

fn table() -> NewTable {
    NewTable::new("distribution")
        .key(Column::uuid("id"))
        .column(Column::uuid("workspace_id"))
        .column(Column::text("kind"))
        .column(Column::uuid("original_id"))
        .column(Column::uuid("copy_id"))
        .column(Column::boolean("published"))
        .column(Column::boolean("own_title"))
        .column(Column::boolean("own_description"))
        .column(Column::boolean("own_theme"))
        .column(Column::boolean("own_hidden_from_search"))
        .dated()
        .references("workspace_id", "workspace")
        .unique(&["copy_id"])
        .unique_while_open(&["original_id", "workspace_id"])
        .index(&["original_id"])
        .index(&["workspace_id", "ends_at"])
}

fn name_index(
    table: &'static str,
    name: &'static str,
    index: &'static str,
) -> IndexCreateStatement {
    Index::create()
        .name(index)
        .table(table)
        .col("workspace_id")
        .col(name)
        .unique()
        .to_owned()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table().create(manager).await?;
        for (table, name, index) in ITEMS {
            let mut column = ColumnDef::new("original_id");
            column.uuid().null();
            let alter = Table::alter().table(table).add_column(column).to_owned();
            manager.alter_table(alter).await?;
            let drop = Index::drop().name(index).table(table).to_owned();
            manager.drop_index(drop).await?;
            let is_kept = Expr::cust("original_id IS NULL OR deleted_at IS NULL");
            let partial = name_index(table, name, index).and_where(is_kept).to_owned();
            manager.create_index(partial).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let id = match manager.get_database_backend() {
            DatabaseBackend::Postgres => "REPLACE(CAST(id AS text), '-', '')",
            _ => "LOWER(HEX(id))",
        };
        for (table, name, index) in ITEMS {
            let rename = format!(
                "UPDATE {table} SET {name} = 'copy-' || {id} WHERE original_id IS NOT NULL AND deleted_at IS NOT NULL"
            );
            manager.get_connection().execute_unprepared(&rename).await?;
            let drop = Index::drop().name(index).table(table).to_owned();
            manager.drop_index(drop).await?;
            manager.create_index(name_index(table, name, index)).await?;
            let alter = Table::alter()
                .table(table)
                .drop_column("original_id")
                .to_owned();
            manager.alter_table(alter).await?;
        }
        table().drop(manager).await
    }
}
