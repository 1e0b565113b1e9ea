//! What members are called in the files of other systems (IMPORT-2). Owns those names alone; reading
//! a file is `service::import`'s.

use super::{
    names::named_enum,
    permission::{Permission, PermissionSet},
};

named_enum! {
    /// The system that a file of members comes from.
    pub enum ImportFormat {
        /// Opendatasoft's list of users, and the export of members of this service: columns `email`,
        /// `permissions` and `groups`, optionally `first_name`, `last_name`, `is_active`,
        /// `date_joined`, `last_seen`, `role`, `access_starts_at` and `access_ends_at`.
        Opendatasoft = "OPENDATASOFT",
        /// Socrata's list of users: columns `email` and `role` or `role_name`, optionally
        /// `screen_name` or `first_name` and `last_name`, `created_at` and `last_authenticated_at`.
        Socrata = "SOCRATA",
    }
}

/// What Opendatasoft calls the permission.
pub const fn opendatasoft_name(permission: Permission) -> &'static str {
    match permission {
        Permission::EditWorkspaceProperties => "edit_domain",
        Permission::ManageSecondaryWorkspaces => "manage_subdomains",
        Permission::ManageWorkspaceTheme => "edit_theme",
        Permission::CreateDatasets => "create_dataset",
        Permission::EditAllDatasets => "edit_dataset",
        Permission::PublishOwnDatasets => "publish_dataset",
        Permission::BrowseAllDatasets => "explore_restricted_dataset",
        Permission::ManageOwnDatasetsSecurity => "manage_dataset",
        Permission::CreatePages => "create_page",
        Permission::EditAllPages => "edit_page",
        Permission::BrowseAllPages => "explore_restricted_page",
        Permission::ManageOwnPagesSecurity => "manage_page",
        Permission::BrowseAnalytics => "explore_monitoring",
        Permission::ManageReuses => "edit_reuse",
    }
}

/// The permission with this name, Opendatasoft's or ours, in any case.
pub fn permission(name: &str) -> Option<Permission> {
    Permission::ALL.iter().copied().find(|permission| {
        opendatasoft_name(*permission).eq_ignore_ascii_case(name)
            || permission.as_str().eq_ignore_ascii_case(name)
    })
}

/// The names of Opendatasoft's permissions as one cell.
pub fn opendatasoft_cell(permissions: PermissionSet) -> String {
    let names: Vec<&str> = permissions.iter().map(opendatasoft_name).collect();
    names.join(";")
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    /// In the order of PERM's table, as decisions.md lists them.
    const NAMES: &str = "edit_domain, manage_subdomains, edit_theme, create_dataset, edit_dataset, \
        publish_dataset, explore_restricted_dataset, manage_dataset, create_page, edit_page, \
        explore_restricted_page, manage_page, explore_monitoring, edit_reuse";

    #[test]
    fn import_2_permissions_have_fourteen_names() {
        let names: Vec<&str> = NAMES.split(", ").collect();
        let ours: Vec<&str> = Permission::ALL
            .iter()
            .map(|one| opendatasoft_name(*one))
            .collect();
        assert_eq!(ours, names);
        assert_eq!(ours.iter().collect::<HashSet<_>>().len(), 14);
        for known in Permission::ALL {
            assert_eq!(permission(opendatasoft_name(*known)), Some(*known));
            assert_eq!(permission(known.as_str()), Some(*known));
        }
        assert_eq!(
            permission("EDIT_DOMAIN"),
            Some(Permission::EditWorkspaceProperties)
        );
        assert_eq!((permission(""), permission("edit")), (None, None));
    }
}
