//! Datasets and pages as records (WS-4).

use crate::table::{Column, Table};

/// The tables, in the order in which they can be created.
pub(super) fn tables() -> Vec<Table> {
    vec![
        // A dataset as a record; its data lives elsewhere (WS-4).
        Table::new("dataset")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::sorted_text("identifier"))
            .column(Column::text("title"))
            .column(Column::text("description").optional())
            .column(Column::text("theme").optional())
            .column(Column::uuid("owner_id").optional())
            .column(Column::quota("record_count"))
            .column(Column::boolean("published"))
            .column(Column::text("security"))
            .column(Column::boolean("hidden_from_search"))
            .column(Column::instant("created_at"))
            .column(Column::instant("updated_at"))
            .column(Column::instant("deleted_at").optional())
            .references("workspace_id", "workspace")
            .references("owner_id", "account")
            .unique(&["workspace_id", "identifier"])
            .index(&["workspace_id", "owner_id"]),
        // A page as a record (WS-4).
        Table::new("page")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::sorted_text("slug"))
            .column(Column::text("title"))
            .column(Column::text("content").optional())
            .column(Column::uuid("owner_id").optional())
            .column(Column::boolean("published"))
            .column(Column::text("security"))
            .column(Column::instant("created_at"))
            .column(Column::instant("updated_at"))
            .column(Column::instant("deleted_at").optional())
            .references("workspace_id", "workspace")
            .references("owner_id", "account")
            .unique(&["workspace_id", "slug"])
            .index(&["workspace_id", "owner_id"]),
    ]
}
