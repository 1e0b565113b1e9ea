//! Indexes to find expired rows without reading others (TIME-6) and the holders of one permission
//! (MEM-7), and the leases of jobs. Down loses the current leases.

use sea_orm_migration::prelude::*;

use crate::table::{Column, OPEN_END, Table};

/// Creates the indexes and the table of leases.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

/// The tables whose rows can have a future end.
const ENDING: [&str; 6] = [
    "membership",
    "role_assignment",
    "group_membership",
    "permission_grant",
    "quota_value",
    "api_key",
];

const HOLDERS: &str = "permission_grant_workspace_permission_ends_at";

fn lease() -> Table {
    // Which node runs a job, and until when (architecture: jobs are claimed by one conditional
    // statement).
    Table::new("job_lease")
        .key(Column::text("name"))
        .column(Column::uuid("holder"))
        .column(Column::instant("leased_until"))
}

fn due(table: &str) -> String {
    format!("{table}_due")
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        lease().create(manager).await?;
        for table in ENDING {
            let mut index = Index::create();
            index
                .name(due(table))
                .table(table)
                .col("ends_at")
                .col("workspace_id");
            // Without processed ends and rows without an end, it is only as large as what is still
            // to come.
            index.and_where(Expr::cust(format!(
                "end_reason IS NULL AND ends_at < '{OPEN_END}'"
            )));
            manager.create_index(index).await?;
        }
        let mut holders = Index::create();
        holders
            .name(HOLDERS)
            .table("permission_grant")
            .col("workspace_id")
            .col("permission")
            .col("ends_at");
        manager.create_index(holders).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(
                Index::drop()
                    .name(HOLDERS)
                    .table("permission_grant")
                    .to_owned(),
            )
            .await?;
        for table in ENDING.into_iter().rev() {
            manager
                .drop_index(Index::drop().name(due(table)).table(table).to_owned())
                .await?;
        }
        lease().drop(manager).await
    }
}
