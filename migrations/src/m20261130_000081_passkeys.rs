//! Passkeys (MFA-3): what a second factor of that kind has, and ceremonies that are under way. Down
//! loses every passkey.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the table and adds the columns.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

const FACTOR: &str = "second_factor";

const INDEX: &str = "second_factor_credential";

fn ceremonies() -> Table {
    Table::new("passkey_ceremony")
        .key(Column::uuid("id"))
        .column(Column::uuid("account_id").optional())
        .column(Column::uuid("session_id").optional())
        .column(Column::bytes("token_hash"))
        .column(Column::bytes("device_hash").optional())
        .column(Column::bytes("client_hash"))
        .column(Column::text("kind"))
        .column(Column::text("state"))
        .column(Column::instant("created_at"))
        .column(Column::instant("expires_at"))
        .unique(&["token_hash"])
        .index(&["expires_at"])
}

fn columns() -> [ColumnDef; 4] {
    let mut credential_id = ColumnDef::new("credential_id");
    credential_id.blob().null();
    let mut credential = ColumnDef::new("credential");
    credential.text().null();
    let mut host = ColumnDef::new("host");
    host.text().null();
    let mut is_synced = ColumnDef::new("is_synced");
    is_synced.boolean().null();
    [credential_id, credential, host, is_synced]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for column in columns() {
            let mut table = sea_orm_migration::prelude::Table::alter();
            table.table(FACTOR).add_column(column);
            manager.alter_table(table).await?;
        }
        let mut index = Index::create();
        index
            .name(INDEX)
            .table(FACTOR)
            .col("credential_id")
            .unique();
        manager.create_index(index).await?;
        ceremonies().create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        ceremonies().drop(manager).await?;
        let mut index = Index::drop();
        index.name(INDEX).table(FACTOR);
        manager.drop_index(index).await?;
        for name in ["credential_id", "credential", "host", "is_synced"] {
            let mut table = sea_orm_migration::prelude::Table::alter();
            table.table(FACTOR).drop_column(name);
            manager.alter_table(table).await?;
        }
        Ok(())
    }
}
