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

/// A group of permissions, with its label, colour and icon.
#[derive(Debug, Clone, SimpleObject)]
pub struct PermissionCategory {
    /// The group.
    pub group: PermissionGroup,
    /// The name of the group.
    pub label: String,
    /// The colour of the group, `#rrggbb`. It is readable as text on white and as a background of
    /// white text.
    pub color: &'static str,
    /// The short name of the icon.
    pub icon: &'static str,
    /// The permissions of the group, in the order of the catalogue.
    pub permissions: Vec<PermissionInfo>,
}

/// A permission, with its label and description.
#[derive(Debug, Clone, SimpleObject)]
pub struct PermissionInfo {
    /// The permission.
    pub permission: Permission,
    /// The name of the permission.
    pub label: String,
    /// What the permission allows.
    pub description: String,
    /// The sections of the back office that the permission opens.
    pub sections: &'static [BackOfficeSection],
}

/// Returns the whole catalogue in `locale`: every group and every permission once, in the order of
/// the table.
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
