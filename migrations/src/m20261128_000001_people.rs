//! How people join: pending registrations, links that reset a password or change an address, the
//! forms of members, renewals of access, and who unsubscribed from mail (ACC, JOIN, MEM-8, MAIL).
//! Down loses all of that; mails that wait for an address without an account lose their receiver.

use sea_orm_migration::prelude::*;

use crate::table::{Column, Table};

/// Creates the tables and adds the columns.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

fn tables() -> Vec<Table> {
    vec![
        // Registrations whose address is not yet confirmed; several may wait for one address
        // (ACC-2).
        Table::new("registration")
            .key(Column::uuid("id"))
            .column(Column::text("email"))
            .column(Column::sorted_text("email_canonical"))
            .column(Column::text("given_name").optional())
            .column(Column::text("family_name").optional())
            .column(Column::text("locale"))
            .column(Column::text("password_hash"))
            .column(Column::integer("generation"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .index(&["email_canonical"])
            .index(&["expires_at"]),
        // A link that sets a new password (ACC-7).
        Table::new("password_reset")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .column(Column::instant("used_at").optional())
            .references("account_id", "account")
            .index(&["account_id", "created_at"]),
        // Changes of an account's address, until they can no longer be undone (ACC-8).
        Table::new("email_change")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::text("old_email"))
            .column(Column::sorted_text("old_email_canonical"))
            .column(Column::text("new_email"))
            .column(Column::sorted_text("new_email_canonical"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .column(Column::instant("confirmed_at").optional())
            .column(Column::instant("undone_at").optional())
            .references("account_id", "account")
            .index(&["account_id", "created_at"]),
        // A member's sign-up answers and accepted terms (JOIN-2).
        Table::new("membership_form")
            .key(Column::uuid("membership_id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::text("answers"))
            .column(Column::integer("terms_version").optional())
            .references("membership_id", "membership"),
        // Addresses, as keyed hashes, that unsubscribed from mail about one workspace's invitations
        // (JOIN-6).
        Table::new("mail_refusal")
            .key(Column::uuid("workspace_id"))
            .key(Column::bytes("email_key"))
            .column(Column::instant("refused_at"))
            .references("workspace_id", "workspace"),
        // A member's request for more time (MEM-8).
        Table::new("access_renewal")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("membership_id"))
            .column(Column::text("state"))
            .column(Column::text("message").optional())
            .column(Column::instant("requested_at"))
            .column(Column::instant("decided_at").optional())
            .column(Column::uuid("decided_by").optional())
            .column(Column::text("reason").optional())
            .column(Column::instant("ends_at").optional())
            .references("membership_id", "membership")
            .index(&["workspace_id", "id"])
            .index(&["membership_id"]),
        // Queued warnings about ends of access, so that each is queued once (MEM-8).
        Table::new("access_warning")
            .key(Column::uuid("membership_id"))
            .key(Column::instant("ends_at"))
            .key(Column::integer("days_before"))
            .column(Column::uuid("workspace_id"))
            .references("membership_id", "membership"),
    ]
}

/// Nullable columns to add: one per statement, as SQLite requires.
const ADDED: &[(&str, &str, Added)] = &[
    ("outbox", "email", Added::Text),
    ("outbox", "email_key", Added::Bytes),
    ("outbox", "locale", Added::Text),
    ("invitation", "default_permissions", Added::Text),
];

#[derive(Clone, Copy)]
enum Added {
    Text,
    Bytes,
}

const INDEXES: &[(&str, &str, &[&str])] = &[
    (
        "outbox_email_key_created_at",
        "outbox",
        &["email_key", "created_at"],
    ),
    (
        "invitation_workspace_created_at",
        "invitation",
        &["workspace_id", "created_at"],
    ),
    (
        "access_request_workspace_account",
        "access_request",
        &["workspace_id", "account_id"],
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            table.create(manager).await?;
        }
        for (table, name, kind) in ADDED {
            let mut column = ColumnDef::new(*name);
            match kind {
                Added::Text => column.text().null(),
                Added::Bytes => column.blob().null(),
            };
            manager
                .alter_table(
                    sea_orm_migration::prelude::Table::alter()
                        .table(*table)
                        .add_column(column)
                        .to_owned(),
                )
                .await?;
        }
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(*name).table(*table);
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, _) in INDEXES {
            manager
                .drop_index(Index::drop().name(*name).table(*table).to_owned())
                .await?;
        }
        for (table, name, _) in ADDED {
            manager
                .alter_table(
                    sea_orm_migration::prelude::Table::alter()
                        .table(*table)
                        .drop_column(*name)
                        .to_owned(),
                )
                .await?;
        }
        for table in tables().iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}
