//! The salted hash of the client's address in each event, which the chain covers from now on
//! (AUD-2). Existing events keep their content and hash. Down loses the hashes: events written with
//! them then count as altered.

use sea_orm_migration::prelude::*;

/// Adds the column.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new("client");
        column.text().null();
        manager
            .alter_table(
                Table::alter()
                    .table("audit_event")
                    .add_column(column)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("audit_event")
                    .drop_column("client")
                    .to_owned(),
            )
            .await
    }
}
