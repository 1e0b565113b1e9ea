//! The catalogue of permissions, as people read it.

use async_graphql::SimpleObject;

use crate::{
    domain::{
        catalogue,
        permission::{BackOfficeSection, Permission, PermissionGroup},
        vocabulary::Locale,
    },
    words::catalogue as words,
};

/// A group of permissions with what it holds.
#[derive(Debug, Clone, SimpleObject)]
pub struct PermissionCategory {
    /// Which group.
    pub group: PermissionGroup,
    /// Its name.
    pub label: String,
    /// Its colour, `#rrggbb`; white text on it and it on white are readable.
    pub color: &'static str,
    /// The short name of its icon.
    pub icon: &'static str,
    /// Its permissions in the order of the catalogue.
    pub permissions: Vec<PermissionInfo>,
}

/// A permission as people read it.
#[derive(Debug, Clone, SimpleObject)]
pub struct PermissionInfo {
    /// Which one.
    pub permission: Permission,
    /// Its name.
    pub label: String,
    /// What it lets its holder do.
    pub description: String,
    /// The sections of the back office that it opens.
    pub sections: &'static [BackOfficeSection],
}

/// The whole catalogue in `locale`: every group and every permission once, in the order of the
/// table.
pub fn of(locale: Locale) -> Vec<PermissionCategory> {
    let info = |permission: Permission| PermissionInfo {
        permission,
        label: words::label(permission, locale),
        description: words::description(permission, locale),
        sections: permission.sections(),
    };
    let category = |group: &PermissionGroup| PermissionCategory {
        group: *group,
        label: words::group_label(*group, locale),
        color: catalogue::color(*group),
        icon: catalogue::icon(*group),
        permissions: group.permissions().iter().map(info).collect(),
    };
    PermissionGroup::ALL.iter().map(category).collect()
}
