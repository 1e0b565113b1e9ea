//! What finds the counters of periods long past without reading those that count (architecture:
//! pruning).

use sea_orm_migration::prelude::*;

/// Makes the index.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const NAME: &str = "quota_use_period_start";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name(NAME)
                    .table("quota_use")
                    .col("period_start")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(NAME).table("quota_use").to_owned())
            .await
    }
}
