//! The fourteen permissions, their groups, the sections they open, and the presets (PERM-1,
//! PERM-10).

use super::names::named_enum;

named_enum! {
    /// One of the fourteen permissions in a workspace. No permission implies another, and whatever
    /// is not granted is denied.
    pub enum Permission {
        /// Configure everything in the sections that it opens, including members and groups.
        EditWorkspaceProperties = "EDIT_WORKSPACE_PROPERTIES",
        /// Create, edit and delete secondary workspaces, and distribute content to them.
        ManageSecondaryWorkspaces = "MANAGE_SECONDARY_WORKSPACES",
        /// Edit the workspace's theme and the dataset themes.
        ManageWorkspaceTheme = "MANAGE_WORKSPACE_THEME",
        /// Create datasets within the quota, and edit the datasets that the member owns.
        CreateDatasets = "CREATE_DATASETS",
        /// Edit every dataset.
        EditAllDatasets = "EDIT_ALL_DATASETS",
        /// Publish and unpublish the datasets that the member may edit.
        PublishOwnDatasets = "PUBLISH_OWN_DATASETS",
        /// See all data of all published datasets.
        BrowseAllDatasets = "BROWSE_ALL_DATASETS",
        /// Set the security of the datasets that the member may edit.
        ManageOwnDatasetsSecurity = "MANAGE_OWN_DATASETS_SECURITY",
        /// Create pages, and edit and publish the pages that the member owns.
        CreatePages = "CREATE_PAGES",
        /// Edit and delete every page.
        EditAllPages = "EDIT_ALL_PAGES",
        /// See all pages, including private ones.
        BrowseAllPages = "BROWSE_ALL_PAGES",
        /// Set the security of the pages that the member may edit.
        ManageOwnPagesSecurity = "MANAGE_OWN_PAGES_SECURITY",
        /// See the dashboards.
        BrowseAnalytics = "BROWSE_ANALYTICS",
        /// See, approve, reject and delete reuses.
        ManageReuses = "MANAGE_REUSES",
    }
}

named_enum! {
    /// The groups in which permissions are shown (PERM-1).
    pub enum PermissionGroup {
        /// The workspace itself.
        Domain = "DOMAIN",
        /// Datasets.
        Dataset = "DATASET",
        /// Pages.
        Page = "PAGE",
        /// Analytics.
        Analytics = "ANALYTICS",
        /// Reuses.
        Reuses = "REUSES",
    }
}

named_enum! {
    /// A section of the portal's back office.
    pub enum BackOfficeSection {
        /// The catalogue of datasets.
        Catalog = "CATALOG",
        /// The pages.
        Pages = "PAGES",
        /// The reuses.
        Reuses = "REUSES",
        /// The dashboards.
        Analytics = "ANALYTICS",
        /// Uploaded files.
        Assets = "ASSETS",
        /// Look and feel: branding.
        LookAndFeelBranding = "LOOK_AND_FEEL_BRANDING",
        /// Look and feel: the theme.
        LookAndFeelTheme = "LOOK_AND_FEEL_THEME",
        /// Look and feel: dataset themes.
        LookAndFeelDatasetThemes = "LOOK_AND_FEEL_DATASET_THEMES",
        /// Look and feel: visualisations.
        LookAndFeelDataVisualizations = "LOOK_AND_FEEL_DATA_VISUALIZATIONS",
        /// Look and feel: navigation.
        LookAndFeelNavigation = "LOOK_AND_FEEL_NAVIGATION",
        /// Members and groups.
        UsersAndGroups = "USERS_AND_GROUPS",
        /// Settings.
        Configuration = "CONFIGURATION",
        /// Quota plans.
        Plans = "PLANS",
        /// Secondary workspaces.
        Workspaces = "WORKSPACES",
    }
}

named_enum! {
    /// A role that every workspace has and nobody can change (PERM-10).
    pub enum Preset {
        /// All permissions, present and future.
        Administrator = "ADMINISTRATOR",
        /// Manages the catalogue: creates, edits, publishes and secures datasets.
        Publisher = "PUBLISHER",
        /// Creates datasets and pages.
        Editor = "EDITOR",
        /// Designs the portal: creates datasets and pages, and edits the theme.
        Designer = "DESIGNER",
        /// Sees all datasets and pages.
        Viewer = "VIEWER",
    }
}

impl Permission {
    /// The group in which the permission is shown (PERM-1).
    pub const fn group(self) -> PermissionGroup {
        match self {
            Self::EditWorkspaceProperties
            | Self::ManageSecondaryWorkspaces
            | Self::ManageWorkspaceTheme => PermissionGroup::Domain,
            Self::CreateDatasets
            | Self::EditAllDatasets
            | Self::PublishOwnDatasets
            | Self::BrowseAllDatasets
            | Self::ManageOwnDatasetsSecurity => PermissionGroup::Dataset,
            Self::CreatePages
            | Self::EditAllPages
            | Self::BrowseAllPages
            | Self::ManageOwnPagesSecurity => PermissionGroup::Page,
            Self::BrowseAnalytics => PermissionGroup::Analytics,
            Self::ManageReuses => PermissionGroup::Reuses,
        }
    }

    /// The back-office sections that the permission opens (the table under PERM).
    pub const fn sections(self) -> &'static [BackOfficeSection] {
        use BackOfficeSection as S;
        match self {
            Self::EditWorkspaceProperties => &[
                S::Assets,
                S::LookAndFeelBranding,
                S::LookAndFeelDatasetThemes,
                S::LookAndFeelDataVisualizations,
                S::LookAndFeelNavigation,
                S::UsersAndGroups,
                S::Configuration,
                S::Plans,
            ],
            Self::ManageSecondaryWorkspaces => &[S::Workspaces],
            Self::ManageWorkspaceTheme => {
                &[S::LookAndFeelTheme, S::LookAndFeelDatasetThemes, S::Assets]
            }
            Self::CreateDatasets | Self::EditAllDatasets => &[S::Catalog],
            Self::CreatePages | Self::EditAllPages => &[S::Pages, S::Assets],
            Self::BrowseAnalytics => &[S::Analytics],
            Self::ManageReuses => &[S::Reuses],
            Self::PublishOwnDatasets
            | Self::BrowseAllDatasets
            | Self::ManageOwnDatasetsSecurity
            | Self::BrowseAllPages
            | Self::ManageOwnPagesSecurity => &[],
        }
    }
}

impl Permission {
    /// Whether signing up without approval may give the permission (JOIN-4): it opens no
    /// back-office section, and it does not allow editing, publishing or securing anything.
    pub const fn comes_without_approval(self) -> bool {
        let acts = matches!(
            self,
            Self::EditWorkspaceProperties
                | Self::EditAllDatasets
                | Self::EditAllPages
                | Self::PublishOwnDatasets
                | Self::ManageOwnDatasetsSecurity
                | Self::ManageOwnPagesSecurity
        );
        !acts && self.sections().is_empty()
    }
}

impl PermissionGroup {
    /// The permissions in the group now (PERM-3).
    pub fn permissions(self) -> PermissionSet {
        Permission::ALL
            .iter()
            .copied()
            .filter(|p| p.group() == self)
            .collect()
    }
}

impl Preset {
    /// The permissions of the preset (PERM-10); ADMINISTRATOR is all of them.
    pub fn permissions(self) -> PermissionSet {
        use Permission as P;
        match self {
            Self::Administrator => PermissionSet::ALL,
            Self::Publisher => [
                P::CreateDatasets,
                P::EditAllDatasets,
                P::PublishOwnDatasets,
                P::ManageOwnDatasetsSecurity,
                P::BrowseAllDatasets,
                P::CreatePages,
                P::BrowseAnalytics,
            ]
            .into_iter()
            .collect(),
            Self::Editor => [P::CreateDatasets, P::CreatePages].into_iter().collect(),
            Self::Designer => [
                P::CreateDatasets,
                P::BrowseAllDatasets,
                P::CreatePages,
                P::ManageWorkspaceTheme,
            ]
            .into_iter()
            .collect(),
            Self::Viewer => [P::BrowseAllDatasets, P::BrowseAllPages]
                .into_iter()
                .collect(),
        }
    }

    /// The role's name as people read it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Administrator => "Administrator",
            Self::Publisher => "Publisher",
            Self::Editor => "Editor",
            Self::Designer => "Designer",
            Self::Viewer => "Viewer",
        }
    }
}

/// A set of permissions: fourteen bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct PermissionSet(u16);

impl PermissionSet {
    /// No permission.
    pub const EMPTY: Self = Self(0);
    /// All fourteen permissions.
    pub const ALL: Self = Self((1 << Permission::ALL.len()) - 1);

    /// Whether the set contains `permission`.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u16) != 0
    }

    /// Whether the set contains all of `other`.
    pub const fn is_superset(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether the set is empty.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The number of permissions in the set.
    pub const fn len(self) -> u32 {
        self.0.count_ones()
    }

    /// Adds a permission.
    pub const fn insert(&mut self, permission: Permission) {
        self.0 |= 1 << permission as u16;
    }

    /// Removes a permission.
    pub const fn remove(&mut self, permission: Permission) {
        self.0 &= !(1 << permission as u16);
    }

    /// The permissions that are in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The permissions that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// The permissions that are in `self` and not in `other`.
    #[must_use]
    pub const fn difference(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// The permissions in the set, in the order of the table.
    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::ALL
            .iter()
            .copied()
            .filter(move |p| self.contains(*p))
    }
}

impl serde::Serialize for PermissionSet {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> serde::Deserialize<'de> for PermissionSet {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(
            <Vec<Permission> as serde::Deserialize>::deserialize(deserializer)?
                .into_iter()
                .collect(),
        )
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        let mut set = Self::EMPTY;
        for permission in permissions {
            set.insert(permission);
        }
        set
    }
}

impl std::fmt::Debug for PermissionSet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set()
            .entries(self.iter().map(Permission::as_str))
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_4_only_reading_comes_without_approval() {
        let free: PermissionSet = Permission::ALL
            .iter()
            .copied()
            .filter(|permission| permission.comes_without_approval())
            .collect();
        assert_eq!(
            free,
            [Permission::BrowseAllDatasets, Permission::BrowseAllPages]
                .into_iter()
                .collect()
        );
    }

    #[test]
    fn all_is_all_fourteen() {
        assert_eq!(PermissionSet::ALL.len(), 14);
        assert!(
            Permission::ALL
                .iter()
                .all(|p| PermissionSet::ALL.contains(*p))
        );
    }

    #[test]
    fn groups_share_out_every_permission_once() {
        let total: u32 = PermissionGroup::ALL
            .iter()
            .map(|g| g.permissions().len())
            .sum();
        assert_eq!(total, 14);
    }
}
