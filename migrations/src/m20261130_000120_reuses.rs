//! Reuses of datasets (REUSE-1). Nodes of the previous release ignore them: they show none, and
//! erasing an account there leaves its reuses to the next run of this release. Down forgets all
//! reuses.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn table() -> Table {
    Table::new("reuse")
        .key(Column::uuid("id"))
        .column(Column::uuid("workspace_id"))
        .column(Column::uuid("dataset_id"))
        .column(Column::uuid("submitted_by"))
        .column(Column::text("title"))
        .column(Column::text("url"))
        .column(Column::text("description").optional())
        .column(Column::text("state"))
        .column(Column::instant("submitted_at"))
        // How often it was submitted on the day of `submitted_at`: what the limit of a day counts.
        .column(Column::integer("submissions"))
        .column(Column::instant("decided_at").optional())
        .column(Column::uuid("decided_by").optional())
        .column(Column::text("reason").optional())
        .column(Column::instant("deleted_at").optional())
        .references("workspace_id", "workspace")
        .references("dataset_id", "dataset")
        .references("submitted_by", "account")
        .index(&["workspace_id", "id"])
        .index(&["workspace_id", "state", "id"])
        .index(&["dataset_id", "id"])
        .index(&["submitted_by", "workspace_id"])
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        table().drop(manager).await
    }
}
