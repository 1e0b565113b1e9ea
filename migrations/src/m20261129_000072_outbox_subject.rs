//! An index to find the mails about one request or membership (JOIN-14).

use sea_orm_migration::prelude::*;

/// Creates the index.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const NAME: &str = "outbox_subject";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .create_index(
                Index::create()
                    .name(NAME)
                    .table("outbox")
                    .col("subject_id")
                    .to_owned(),
            )
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(NAME).table("outbox").to_owned())
            .await
    }
}
