//! What workspaces ask of whoever signs in: a second factor (MFA-10), and to whom that was mailed.
//! Nodes of the previous release ask for nothing: replace them all before a date comes. Down forgets
//! the policies.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn policies() -> Table {
    // No row: nothing is asked for.
    Table::new("sign_in_policy")
        .key(Column::uuid("workspace_id"))
        // Of whom a factor is asked for from `second_factor_from` on, and of whom before.
        .column(Column::text("second_factor"))
        .column(Column::instant("second_factor_from"))
        .column(Column::text("second_factor_before"))
        // The last membership whose account was mailed; null at the start and at the end.
        .column(Column::uuid("mailed_up_to").optional())
        // When all had been mailed.
        .column(Column::instant("mailed_at").optional())
        .references("workspace_id", "workspace")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        policies().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        policies().drop(manager).await
    }
}
