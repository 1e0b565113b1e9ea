//! An index to find the counters of past periods without reading current ones (architecture:
//! pruning).

use sea_orm_migration::prelude::*;

/// Creates the index.
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
