//! The browser of a registration (ACC-2). After down, confirming an address requires the password.

use sea_orm_migration::prelude::*;

/// Adds the column.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new("device_hash");
        column.blob().null();
        manager
            .alter_table(
                Table::alter()
                    .table("registration")
                    .add_column(column)
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .alter_table(
                Table::alter()
                    .table("registration")
                    .drop_column("device_hash")
                    .to_owned(),
            )
            .await
    }
}
