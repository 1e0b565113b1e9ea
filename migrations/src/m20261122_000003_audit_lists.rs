//! Indexes for filtered lists of events (AUD-3): each in the order of the list.

use sea_orm_migration::prelude::*;

const TABLE: &str = "audit_event";

/// The earlier indexes, which are not in the order of the list.
const UNORDERED: (&str, &[&str]) = (
    "audit_event_workspace_subject",
    &["workspace_id", "subject_id"],
);

const ORDERED: &[(&str, &[&str])] = &[
    (
        "audit_event_workspace_subject_sequence",
        &["workspace_id", "subject_id", "sequence"],
    ),
    (
        "audit_event_workspace_actor_account_sequence",
        &["workspace_id", "actor_account_id", "sequence"],
    ),
    (
        "audit_event_workspace_actor_api_key_sequence",
        &["workspace_id", "actor_api_key_id", "sequence"],
    ),
    (
        "audit_event_workspace_kind_sequence",
        &["workspace_id", "kind", "sequence"],
    ),
    (
        "audit_event_workspace_at_sequence",
        &["workspace_id", "at", "sequence"],
    ),
];

#[derive(DeriveMigrationName)]
pub(crate) struct Migration;

fn index((name, columns): (&str, &[&'static str])) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name).table(TABLE);
    for column in columns {
        index.col(*column);
    }
    // Nobody filters by key for events without one.
    if columns.contains(&"actor_api_key_id") {
        index.and_where(Expr::cust("actor_api_key_id IS NOT NULL"));
    }
    index
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for ordered in ORDERED {
            manager.create_index(index(*ordered)).await?;
        }
        manager
            .drop_index(Index::drop().name(UNORDERED.0).table(TABLE).to_owned())
            .await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_index(index(UNORDERED)).await?;
        for (name, _) in ORDERED {
            manager
                .drop_index(Index::drop().name(*name).table(TABLE).to_owned())
                .await?;
        }
        Ok(())
    }
}
