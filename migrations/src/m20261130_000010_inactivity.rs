//! Disabling members who have not been active (MEM-12): the policy of a workspace, who is exempt
//! from it, and which mails were queued. Nodes of the previous release ignore all three. Down
//! forgets policies and exemptions; who was disabled stays disabled.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the tables.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn tables() -> [Table; 3] {
    [
        // No row: nobody is disabled.
        Table::new("inactivity_policy")
            .key(Column::uuid("workspace_id"))
            .column(Column::integer("disable_after_days"))
            .column(Column::instant("changed_at"))
            .references("workspace_id", "workspace"),
        Table::new("inactivity_exemption")
            .key(Column::uuid("membership_id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::instant("created_at"))
            .column(Column::uuid("granted_by").optional())
            .references("membership_id", "membership"),
        // The mails about the current stretch of inactivity.
        Table::new("inactivity_notice")
            .key(Column::uuid("membership_id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::instant("inactive_since"))
            .column(Column::integer("disable_after_days"))
            .column(Column::instant("first_mail_at"))
            .column(Column::instant("second_mail_at").optional())
            .references("membership_id", "membership"),
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
