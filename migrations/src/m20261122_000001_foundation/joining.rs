//! Sign-up, terms, invitations and access requests (JOIN).

use crate::table::{Column, Table};

/// The tables, in the order in which they can be created.
pub(super) fn tables() -> Vec<Table> {
    vec![
        // How strangers may join a workspace (JOIN-2).
        Table::new("sign_up_settings")
            .key(Column::uuid("workspace_id"))
            .column(Column::boolean("enabled"))
            .column(Column::boolean("approval_required"))
            .column(Column::boolean("message_required"))
            .column(Column::boolean("form_for_invited"))
            .column(Column::text("allowed_email_domains"))
            .column(Column::text("introduction"))
            .column(Column::text("fields"))
            .column(Column::text("notification_addresses"))
            .column(Column::boolean("notify_administrators"))
            .references("workspace_id", "workspace"),
        // The versions of a workspace's terms (JOIN-2).
        Table::new("terms")
            .key(Column::uuid("workspace_id"))
            .key(Column::integer("version"))
            .column(Column::text("text"))
            .column(Column::instant("created_at"))
            .column(Column::uuid("created_by").optional())
            .references("workspace_id", "workspace"),
        // An offer to one address, with everything the membership will start with (JOIN-7).
        Table::new("invitation")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::text("email"))
            .column(Column::sorted_text("email_canonical"))
            .column(Column::text("given_name").optional())
            .column(Column::text("family_name").optional())
            .column(Column::uuid("role_id").optional())
            .column(Column::text("permissions"))
            .column(Column::text("group_ids"))
            .column(Column::text("quotas"))
            .column(Column::instant("access_starts_at").optional())
            .column(Column::instant("access_ends_at").optional())
            .column(Column::big_integer("access_duration_seconds").optional())
            .column(Column::text("locale"))
            .column(Column::text("note").optional())
            .column(Column::uuid("invited_by").optional())
            .column(Column::instant("created_at"))
            .column(Column::instant("expires_at"))
            .column(Column::integer("generation"))
            .column(Column::instant("accepted_at").optional())
            .column(Column::instant("declined_at").optional())
            .column(Column::instant("cancelled_at").optional())
            .column(Column::uuid("membership_id").optional())
            .references("workspace_id", "workspace")
            .references("role_id", "role")
            .index(&["workspace_id", "id"])
            .index(&["workspace_id", "email_canonical"])
            .index(&["email_canonical"]),
        // A sign-up with approval (JOIN-3).
        Table::new("access_request")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("account_id"))
            .column(Column::text("state"))
            .column(Column::text("message").optional())
            .column(Column::text("answers"))
            .column(Column::integer("terms_version").optional())
            .column(Column::instant("requested_at"))
            .column(Column::instant("decided_at").optional())
            .column(Column::uuid("decided_by").optional())
            .column(Column::text("reason").optional())
            .column(Column::uuid("membership_id").optional())
            .references("workspace_id", "workspace")
            .references("account_id", "account")
            .index(&["workspace_id", "id"])
            .index(&["account_id"]),
    ]
}
