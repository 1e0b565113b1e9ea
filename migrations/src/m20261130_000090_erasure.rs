//! Erasing accounts (ERASE): which deletions are scheduled and how far each run is, addresses that
//! come back by invitation only, and links to export an account's data. Nodes of the previous
//! release ignore all three: they neither run deletions nor refuse the keys of an account whose
//! run has begun. Down forgets what was erased; it stays erased.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the tables.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn tables() -> [Table; 3] {
    [
        // A deletion, from its schedule to its end (ERASE-5). Stays afterwards, for restored backups
        // (ERASE-7).
        Table::new("account_deletion")
            .key(Column::uuid("account_id"))
            .column(Column::instant("requested_at"))
            .column(Column::uuid("requested_by").optional())
            .column(Column::text("reason").optional())
            .column(Column::instant("due_at"))
            .column(Column::instant("reminded_at").optional())
            .column(Column::instant("begun_at").optional())
            .column(Column::uuid("last_workspace_id").optional())
            .column(Column::instant("emptied_at").optional())
            .column(Column::instant("finished_at").optional())
            .references("account_id", "account")
            .index(&["finished_at", "due_at"]),
        // Addresses, as keyed hashes, of erased people who may come back by invitation or approved
        // request only (JOIN-12).
        Table::new("barred_address")
            .key(Column::uuid("workspace_id"))
            .key(Column::bytes("email_key"))
            .column(Column::instant("barred_at"))
            .references("workspace_id", "workspace")
            .index(&["barred_at"]),
        // A link to the data of an account, which works once (ERASE-8).
        Table::new("account_export")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .column(Column::instant("used_at").optional())
            .references("account_id", "account")
            .index(&["account_id"])
            .index(&["expires_at"]),
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
