//! Accounts, sessions and workspaces.

use crate::table::{Column, Table};

/// The tables, in the order in which they can be created.
pub(super) fn tables() -> Vec<Table> {
    vec![
        // One person's or service's global identity.
        Table::new("account")
            .key(Column::uuid("id"))
            .column(Column::text("email"))
            .column(Column::sorted_text("email_canonical"))
            .column(Column::text("given_name").optional())
            .column(Column::text("family_name").optional())
            .column(Column::text("locale"))
            .column(Column::text("password_hash").optional())
            .column(Column::boolean("is_operator"))
            .column(Column::instant("email_verified_at").optional())
            .column(Column::instant("created_at"))
            .column(Column::instant("last_sign_in_at").optional())
            .column(Column::instant("deletion_scheduled_at").optional())
            .column(Column::instant("erased_at").optional())
            .column(Column::instant("last_write_at"))
            .column(Column::big_integer("audit_sequence"))
            .column(Column::bytes("audit_hash"))
            .unique(&["email_canonical"]),
        // A signed-in browser or script; the token is stored hashed (ACC-6).
        Table::new("session")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::bytes("token_hash"))
            .column(Column::text("transport"))
            .column(Column::instant("created_at"))
            .column(Column::instant("last_active_at"))
            .column(Column::instant("expires_at"))
            .column(Column::instant("ended_at").optional())
            .column(Column::text("user_agent").optional())
            .column(Column::text("client_address").optional())
            .references("account_id", "account")
            .unique(&["token_hash"])
            .index(&["account_id", "ended_at"]),
        // Devices that signed in before and are not slowed down (ACC-5).
        Table::new("known_device")
            .key(Column::uuid("id"))
            .column(Column::uuid("account_id"))
            .column(Column::bytes("token_hash"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .references("account_id", "account")
            .index(&["account_id", "expires_at"])
            .unique(&["token_hash"]),
        // Failed sign-ins, counted per keyed hash of an address or client (ACC-5).
        Table::new("sign_in_failure")
            .key(Column::bytes("key_hash"))
            .column(Column::instant("first_at"))
            .column(Column::instant("last_at"))
            .column(Column::integer("failures"))
            .column(Column::boolean("notified"))
            .index(&["last_at"]),
        // A portal: its properties, its license, and what every write of it advances.
        Table::new("workspace")
            .key(Column::uuid("id"))
            .column(Column::sorted_text("slug"))
            .column(Column::text("name"))
            .column(Column::text("description").optional())
            .column(Column::instant("created_at"))
            .column(Column::text("access_mode"))
            .column(Column::boolean("sign_in_suggested"))
            .column(Column::uuid("parent_id").optional())
            .column(Column::big_integer("access_version"))
            .column(Column::instant("last_write_at"))
            .column(Column::big_integer("audit_sequence"))
            .column(Column::bytes("audit_hash"))
            .column(Column::integer("seats").optional())
            .column(Column::boolean("secondary_workspaces_enabled"))
            .column(Column::integer("max_secondary_workspaces").optional())
            .column(Column::big_integer("anonymous_pool").optional())
            .column(Column::big_integer("anonymous_per_address").optional())
            .column(Column::instant("deleted_at").optional())
            .references("parent_id", "workspace")
            .unique(&["slug"])
            .index(&["parent_id", "slug"]),
    ]
}
