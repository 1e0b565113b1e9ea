//! The delivery of an invitation's mail, whether its reminder was queued (JOIN-15), and which batch
//! of the mail worker holds a row of the outbox (MAIL-1). Down loses the deliveries.

use sea_orm_migration::prelude::*;

/// Adds the columns and the index that finds invitations by the end of their term.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const INDEX: &str = "invitation_open_expires_at";

/// Nullable columns: one per statement, as SQLite requires.
fn columns() -> [(&'static str, ColumnDef); 5] {
    let column = |name: &'static str| ColumnDef::new(name);
    let (mut state, mut at, mut status) = (
        column("delivery_state"),
        column("delivery_at"),
        column("delivery_status"),
    );
    let (mut reminded, mut leased_by) = (column("reminded_generation"), column("leased_by"));
    state.text().null();
    at.timestamp_with_time_zone().null();
    status.integer().null();
    reminded.integer().null();
    leased_by.uuid().null();
    [
        ("invitation", state),
        ("invitation", at),
        ("invitation", status),
        ("invitation", reminded),
        ("outbox", leased_by),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in columns() {
            manager
                .alter_table(Table::alter().table(table).add_column(column).to_owned())
                .await?;
        }
        let mut index = Index::create();
        index.name(INDEX).table("invitation").col("expires_at");
        index.and_where(Expr::cust(
            "accepted_at IS NULL AND declined_at IS NULL AND cancelled_at IS NULL",
        ));
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(INDEX).table("invitation").to_owned())
            .await?;
        for (table, name) in [
            ("outbox", "leased_by"),
            ("invitation", "reminded_generation"),
            ("invitation", "delivery_status"),
            ("invitation", "delivery_at"),
            ("invitation", "delivery_state"),
        ] {
            manager
                .alter_table(Table::alter().table(table).drop_column(name).to_owned())
                .await?;
        }
        Ok(())
    }
}
