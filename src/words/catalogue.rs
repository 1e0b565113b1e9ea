//! The catalogue of permissions as administrators know it (PERM-1).
//!
//! Owns labels and descriptions. Colours and icons are the domain's.

use super::{in_key, plain};
use crate::domain::{
    permission::{Permission, PermissionGroup},
    vocabulary::Locale,
};

/// The name of a group of permissions.
pub fn group_label(group: PermissionGroup, locale: Locale) -> String {
    let key = format!("permission-group-{}", in_key(group.as_str()));
    plain(locale, &key)
}

/// The name of a permission.
pub fn label(permission: Permission, locale: Locale) -> String {
    plain(locale, &key(permission))
}

/// What a permission lets its holder do.
pub fn description(permission: Permission, locale: Locale) -> String {
    plain(locale, &format!("{}.description", key(permission)))
}

fn key(permission: Permission) -> String {
    format!("permission-{}", in_key(permission.as_str()))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn perm_1_every_permission_has_its_own_words_in_every_locale() {
        for locale in Locale::ALL {
            let labels: HashSet<String> = Permission::ALL
                .iter()
                .map(|permission| label(*permission, *locale))
                .collect();
            let descriptions: HashSet<String> = Permission::ALL
                .iter()
                .map(|permission| description(*permission, *locale))
                .collect();
            let groups: HashSet<String> = PermissionGroup::ALL
                .iter()
                .map(|group| group_label(*group, *locale))
                .collect();
            assert_eq!(labels.len(), Permission::ALL.len());
            assert_eq!(descriptions.len(), Permission::ALL.len());
            assert_eq!(groups.len(), PermissionGroup::ALL.len());
            assert!(descriptions.iter().all(|text| text.ends_with('.')));
            assert!(
                labels
                    .iter()
                    .chain(&descriptions)
                    .chain(&groups)
                    .all(|text| text.trim() == text
                        && text.starts_with(char::is_uppercase)
                        && !text.starts_with("permission-")),
                "{labels:?}\n{descriptions:?}\n{groups:?}"
            );
        }
    }

    #[test]
    fn perm_1_descriptions_are_translated() {
        for permission in Permission::ALL {
            let texts: HashSet<String> = Locale::ALL
                .iter()
                .map(|locale| description(*permission, *locale))
                .collect();
            assert_eq!(texts.len(), Locale::ALL.len(), "{permission}");
        }
    }

    #[test]
    fn perm_1_the_labels_are_those_that_administrators_know() {
        for (permission, expected) in [
            (
                Permission::EditWorkspaceProperties,
                "Edit workspace properties",
            ),
            (
                Permission::ManageOwnDatasetsSecurity,
                "Manage own datasets' security",
            ),
            (Permission::BrowseAnalytics, "Browse analytics"),
        ] {
            assert_eq!(label(permission, Locale::En), expected);
        }
        assert_eq!(
            label(Permission::EditWorkspaceProperties, Locale::Fr),
            "Modifier les propriétés de l’espace de travail"
        );
        assert_eq!(
            label(Permission::BrowseAllDatasets, Locale::Nl),
            "Alle datasets doorbladeren"
        );
    }
}
