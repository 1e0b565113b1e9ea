//! Counters for the analytics of workspaces (STAT-1, STAT-2), by day. Nodes of the previous release
//! ignore them: what happens there is not counted. Down forgets the counters.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the tables.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn tables() -> [Table; 4] {
    [
        Table::new("analytics_count")
            .key(Column::uuid("workspace_id"))
            .key(Column::instant("day_start"))
            .key(Column::sorted_text("measure"))
            .column(Column::quota("count"))
            .references("workspace_id", "workspace"),
        Table::new("resource_calls")
            .key(Column::uuid("workspace_id"))
            .key(Column::instant("day_start"))
            .key(Column::uuid("item_id"))
            .column(Column::quota("count"))
            .references("workspace_id", "workspace"),
        // The last day of each member that was counted, so that each day counts once.
        Table::new("member_day")
            .key(Column::uuid("membership_id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::instant("day_start"))
            .references("membership_id", "membership")
            .index(&["day_start"]),
        // Which workspaces a session has used, so that each use counts once.
        Table::new("session_visit")
            .key(Column::uuid("session_id"))
            .key(Column::uuid("workspace_id"))
            .column(Column::uuid("account_id"))
            .column(Column::instant("visited_at"))
            .references("workspace_id", "workspace")
            .index(&["account_id"])
            .index(&["visited_at"]),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            table.create(manager).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables().into_iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}
