//! Who may do what until when: every dated table (TIME).

use crate::table::{Column, Table};

/// The tables, in the order in which they can be created.
pub(super) fn tables() -> Vec<Table> {
    vec![
        // One account's presence in one workspace over one interval.
        Table::new("membership")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("account_id"))
            .dated()
            .column(Column::text("origin"))
            .column(Column::instant("joined_at"))
            .column(Column::instant("last_active_at"))
            .column(Column::sorted_text("sort_name"))
            .column(Column::sorted_text("email_canonical"))
            .references("workspace_id", "workspace")
            .references("account_id", "account")
            .index(&["workspace_id", "sort_name", "id"])
            .index(&["workspace_id", "email_canonical", "id"])
            .index(&["workspace_id", "joined_at", "id"])
            .index(&["workspace_id", "last_active_at", "id"])
            .index(&["workspace_id", "ends_at", "id"])
            .index(&["account_id", "workspace_id"])
            .unique_while_open(&["workspace_id", "account_id"]),
        // The words by which a member is found (MEM-7).
        Table::new("member_word")
            .key(Column::uuid("workspace_id"))
            .key(Column::sorted_text("word"))
            .key(Column::uuid("membership_id"))
            .references("membership_id", "membership")
            .index(&["membership_id"]),
        // The intervals in which a membership is disabled (MEM-4).
        Table::new("disabled_spell")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("membership_id"))
            .dated()
            .column(Column::text("reason").optional())
            .references("membership_id", "membership")
            .index(&["workspace_id", "membership_id", "ends_at"]),
        // A named set of permissions: the presets and the workspace's own (PERM-10).
        Table::new("role")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::text("name"))
            .column(Column::sorted_text("name_folded"))
            .column(Column::text("preset").optional())
            .dated()
            .references("workspace_id", "workspace")
            .index(&["workspace_id", "ends_at"])
            .unique_while_open(&["workspace_id", "name_folded"]),
        // The permissions of custom roles; those of presets are in the code.
        Table::new("role_permission")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("role_id"))
            .column(Column::text("permission"))
            .dated()
            .references("role_id", "role")
            .index(&["workspace_id", "ends_at"])
            .index(&["role_id"]),
        // A member's role over an interval; never two at once (TIME-8).
        Table::new("role_assignment")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("membership_id"))
            .column(Column::uuid("role_id"))
            .dated()
            .references("membership_id", "membership")
            .references("role_id", "role")
            .index(&["workspace_id", "membership_id", "ends_at"])
            .index(&["workspace_id", "role_id", "ends_at"]),
        // A set of memberships that carries permissions, quota values and resource grants (GRP-1).
        Table::new("member_group")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::sorted_text("slug"))
            .column(Column::text("title"))
            .column(Column::sorted_text("title_folded"))
            .column(Column::text("description").optional())
            .dated()
            .column(Column::instant("updated_at"))
            .column(Column::uuid("updated_by").optional())
            .references("workspace_id", "workspace")
            .index(&["workspace_id", "ends_at"])
            .unique(&["workspace_id", "slug"])
            .unique_while_open(&["workspace_id", "title_folded"]),
        // A member in a group over an interval; overlaps count by themselves (TIME-8).
        Table::new("group_membership")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("group_id"))
            .column(Column::uuid("membership_id"))
            .dated()
            .references("group_id", "member_group")
            .references("membership_id", "membership")
            .index(&["workspace_id", "membership_id", "ends_at"])
            .index(&["workspace_id", "group_id", "ends_at"]),
        // A permission, or access to one item, given to a member or a group (PERM-3, PERM-4).
        Table::new("permission_grant")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("membership_id").optional())
            .column(Column::uuid("group_id").optional())
            .column(Column::text("permission").optional())
            .column(Column::text("resource_kind").optional())
            .column(Column::uuid("resource_id").optional())
            .column(Column::text("access").optional())
            .column(Column::text("record_filter").optional())
            .dated()
            .references("membership_id", "membership")
            .references("group_id", "member_group")
            .index(&["workspace_id", "membership_id", "ends_at"])
            .index(&["workspace_id", "group_id", "ends_at"])
            .index(&["workspace_id", "resource_id", "ends_at"]),
        // The permissions that new memberships start with (PERM-7).
        Table::new("default_permission")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::text("permission"))
            .dated()
            .references("workspace_id", "workspace")
            .index(&["workspace_id", "ends_at"]),
        // A limit for one quota type at one scope over an interval (QUOTA-1).
        Table::new("quota_value")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::text("scope"))
            .column(Column::uuid("membership_id").optional())
            .column(Column::uuid("group_id").optional())
            .column(Column::text("quota_type"))
            .column(Column::quota("limit_value"))
            .column(Column::text("period").optional())
            .dated()
            .references("workspace_id", "workspace")
            .references("membership_id", "membership")
            .references("group_id", "member_group")
            .index(&["workspace_id", "scope", "ends_at"])
            .index(&["workspace_id", "membership_id", "ends_at"]),
        // Counters of API calls per period (QUOTA-4, QUOTA-5); not dated, not audited.
        Table::new("quota_use")
            .key(Column::uuid("workspace_id"))
            .key(Column::text("subject"))
            .key(Column::text("quota_type"))
            .key(Column::instant("period_start"))
            .column(Column::quota("used"))
            .references("workspace_id", "workspace"),
        // A secret of one membership (KEY-1, KEY-2).
        Table::new("api_key")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("membership_id"))
            .column(Column::text("name"))
            .column(Column::text("kind"))
            .column(Column::text("prefix"))
            .column(Column::bytes("secret_hash"))
            .column(Column::boolean("is_scoped"))
            .column(Column::text("allowed_networks"))
            .dated()
            .column(Column::text("revocation_reason").optional())
            .column(Column::instant("last_used_at").optional())
            .column(Column::text("last_used_from").optional())
            .references("membership_id", "membership")
            .unique(&["secret_hash"])
            .index(&["workspace_id", "membership_id", "id"])
            .index(&["workspace_id", "id"]),
        // The permission list of a key (KEY-1).
        Table::new("api_key_permission")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::uuid("api_key_id"))
            .column(Column::text("permission"))
            .dated()
            .references("api_key_id", "api_key")
            .index(&["api_key_id"]),
    ]
}
