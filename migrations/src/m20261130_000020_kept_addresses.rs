//! An index to find the changes of address that keep an address for who gave it up (ACC-8), without
//! reading every account. Down only makes that slower.

use sea_orm_migration::prelude::*;

/// Adds the index.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const TABLE: &str = "email_change";
const INDEX: &str = "email_change_old_email_canonical";

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut index = Index::create();
        index.name(INDEX).table(TABLE).col("old_email_canonical");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(INDEX).table(TABLE).to_owned())
            .await
    }
}
