//! The catalogue of permissions, as people read it.

use async_graphql::SimpleObject;

use crate::domain::{
    catalogue,
    permission::{BackOfficeSection, Permission, PermissionGroup},
    vocabulary::Locale,
};

/// A group of permissions with what it holds.
#[derive(Debug, Clone, SimpleObject)]
pub struct PermissionCategory {
    /// Which group.
    pub group: PermissionGroup,
    /// Its name.
    pub label: &'static str,
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
    pub label: &'static str,
    /// What it lets its holder do.
    pub description: &'static str,
    /// The sections of the back office that it opens.
    pub sections: &'static [BackOfficeSection],
}

/// The whole catalogue in `locale`: every group and every permission once.
pub fn of(locale: Locale) -> Vec<PermissionCategory> {
    let info = |info: catalogue::Info| PermissionInfo {
        permission: info.permission,
        label: info.label,
        description: info.description,
        sections: info.sections,
    };
    let category = |category: catalogue::Category| PermissionCategory {
        group: category.group,
        label: category.label,
        color: category.color,
        icon: category.icon,
        permissions: category.permissions.into_iter().map(info).collect(),
    };
    catalogue::categories(locale)
        .into_iter()
        .map(category)
        .collect()
}
