//! Second factors (MFA): seeds of TOTP, sealed; recovery codes, hashed; sign-ins that wait for a
//! factor; and when a session's password and factor were last shown. Nodes of the previous release
//! sign in without asking for a factor: replace them all before anybody enrols. Down loses every
//! second factor.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the tables and adds the columns.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn tables() -> Vec<Table> {
    vec![
        // Counts from `confirmed_at` on; until then it waits for its first code.
        Table::new("second_factor")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::text("kind"))
            .column(Column::text("name").optional())
            .column(Column::bytes("seed").optional())
            .column(Column::big_integer("last_step").optional())
            .column(Column::instant("created_at"))
            .column(Column::instant("confirmed_at").optional())
            .column(Column::instant("expires_at").optional())
            .column(Column::instant("last_used_at").optional())
            .references("account_id", "account")
            .index(&["account_id"])
            .index(&["expires_at"]),
        Table::new("recovery_code")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::bytes("code_hash"))
            .column(Column::instant("created_at"))
            .column(Column::instant("used_at").optional())
            .references("account_id", "account")
            .index(&["account_id"]),
        // A sign-in with the right password that waits for a factor.
        Table::new("sign_in_challenge")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::bytes("token_hash"))
            .column(Column::bytes("device_hash").optional())
            .column(Column::bytes("client_hash"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .references("account_id", "account")
            .unique(&["token_hash"])
            .index(&["account_id"])
            .index(&["expires_at"]),
    ]
}

const SHOWN: [&str; 2] = ["password_at", "factor_at"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            table.create(manager).await?;
        }
        for name in SHOWN {
            let mut column = ColumnDef::new(name);
            column.timestamp_with_time_zone().null();
            let mut table = sea_orm_migration::prelude::Table::alter();
            table.table("session").add_column(column);
            manager.alter_table(table).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for name in SHOWN {
            let mut table = sea_orm_migration::prelude::Table::alter();
            table.table("session").drop_column(name);
            manager.alter_table(table).await?;
        }
        for table in tables().into_iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}
