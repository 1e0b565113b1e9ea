//! Who follows which dataset (FOLLOW-1). The key is made of account and dataset, so that the link to
//! unsubscribe in an old mail still works after somebody unfollowed and followed again. Nodes of the
//! previous release ignore the table. Down forgets who follows what.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn table() -> Table {
    Table::new("dataset_follow")
        .key(Column::uuid("id"))
        .column(Column::uuid("workspace_id"))
        .column(Column::uuid("dataset_id"))
        .column(Column::uuid("membership_id"))
        .column(Column::uuid("account_id"))
        .column(Column::instant("followed_at"))
        .references("dataset_id", "dataset")
        .references("membership_id", "membership")
        .references("account_id", "account")
        .index(&["dataset_id", "membership_id"])
        .index(&["membership_id", "dataset_id"])
        .index(&["account_id", "dataset_id"])
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
