//! When a registration became an account, so that a second use of its link can say so (TEXT-4).
//! Down loses it, and the rows that are kept only for it.

use sea_orm_migration::prelude::*;

/// Adds the column.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut column = ColumnDef::new("verified_at");
        column.timestamp_with_time_zone().null();
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
            .get_connection()
            .execute_unprepared("DELETE FROM registration WHERE verified_at IS NOT NULL")
            .await?;
        manager
            .alter_table(
                Table::alter()
                    .table("registration")
                    .drop_column("verified_at")
                    .to_owned(),
            )
            .await
    }
}
