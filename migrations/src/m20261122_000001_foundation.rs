//! The first schema: every dated table, the audit tables, the outbox.

use sea_orm_migration::prelude::*;

use crate::table::Table;

mod access;
mod contents;
mod identity;
mod joining;
mod record;

/// Creates the first schema.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn tables() -> Vec<Table> {
    [
        identity::tables(),
        access::tables(),
        joining::tables(),
        contents::tables(),
        record::tables(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().into_iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}
