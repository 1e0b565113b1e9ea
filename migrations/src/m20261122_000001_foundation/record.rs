//! The audit log, the outbox, idempotency (AUD, MAIL).

use crate::table::{Column, Table};

/// The tables, in the order in which they can be created.
pub(super) fn tables() -> Vec<Table> {
    vec![
        // Audit events, numbered and chained per workspace or account (AUD-1, AUD-2).
        Table::new("audit_event")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id").optional())
            .column(Column::uuid("account_id").optional())
            .column(Column::big_integer("sequence"))
            .column(Column::instant("at"))
            .column(Column::instant("effective_at"))
            .column(Column::text("kind"))
            .column(Column::text("actor_kind"))
            .column(Column::uuid("actor_account_id").optional())
            .column(Column::uuid("actor_api_key_id").optional())
            .column(Column::text("subject_id").optional())
            .column(Column::text("request_id"))
            .column(Column::text("changes"))
            .column(Column::bytes("hash"))
            .references("workspace_id", "workspace")
            .unique(&["workspace_id", "sequence"])
            .unique(&["account_id", "sequence"])
            .index(&["workspace_id", "subject_id"]),
        // The personal values of an event, salted; erasing them leaves the chain intact (AUD-2).
        Table::new("audit_value")
            .key(Column::uuid("event_id"))
            .key(Column::text("name"))
            .column(Column::bytes("salt"))
            .column(Column::text("value"))
            .column(Column::uuid("account_id").optional())
            .references("event_id", "audit_event")
            .index(&["account_id"]),
        // Mails to send, written in the transaction that causes them (MAIL-1).
        Table::new("outbox")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id").optional())
            .column(Column::text("kind"))
            .column(Column::uuid("account_id").optional())
            .column(Column::text("subject_id").optional())
            .column(Column::text("payload"))
            .column(Column::integer("generation"))
            .column(Column::instant("created_at"))
            .column(Column::instant("send_after"))
            .column(Column::instant("leased_until").optional())
            .column(Column::integer("attempts"))
            .column(Column::instant("sent_at").optional())
            .column(Column::instant("dead_at").optional())
            .column(Column::text("last_error").optional())
            .index(&["sent_at", "dead_at", "send_after"]),
        // The result of a committed mutation, for a repeated call (AUD-5).
        Table::new("idempotency_record")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::text("actor"))
            .column(Column::text("mutation"))
            .column(Column::bytes("key_hash"))
            .column(Column::bytes("input_hash"))
            .column(Column::text("result"))
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .references("workspace_id", "workspace")
            .unique(&["workspace_id", "actor", "mutation", "key_hash"])
            .index(&["expires_at"]),
        // Named values of this installation.
        Table::new("installation")
            .key(Column::text("name"))
            .column(Column::text("value"))
            .column(Column::instant("updated_at")),
    ]
}
