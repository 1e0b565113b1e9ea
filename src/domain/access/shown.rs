//! What members, roles and groups show at an instant (MEM-1). Nothing here decides access: `groups`
//! and `grants` also list rows that start later.

use chrono::{DateTime, Utc};

use super::facts::{
    GrantFacts, GroupFacts, GroupMembershipFacts, MemberFacts, Right, RoleFacts, WorkspaceFacts,
};
use crate::domain::{
    id::{GroupId, RoleId},
    permission::{PermissionSet, Preset},
};

/// An instant to show, and whether to leave out rows that begin later. They are left out for an
/// ended membership, where they never count, and for the past, where nobody can tell what was
/// planned then (TIME-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The instant to show.
    pub at: DateTime<Utc>,
    /// Whether to list only rows that have begun.
    pub only_begun: bool,
}

impl WorkspaceFacts {
    /// The group with this id, if it exists at `t`.
    pub fn group_at(&self, id: GroupId, t: DateTime<Utc>) -> Option<&GroupFacts> {
        self.groups
            .get(&id)
            .filter(|group| group.interval.contains(t))
    }

    /// The groups that exist at `t`, unordered.
    pub fn groups_at(&self, t: DateTime<Utc>) -> impl Iterator<Item = &GroupFacts> {
        self.groups
            .values()
            .filter(move |group| group.interval.contains(t))
    }

    /// The group with this id, unless it is deleted at `t`.
    pub fn undeleted_group(&self, id: GroupId, t: DateTime<Utc>) -> Option<&GroupFacts> {
        self.groups
            .get(&id)
            .filter(|group| group.interval.ends_at > t)
    }

    /// The role with this id, if it exists at `t`.
    pub fn role_at(&self, id: RoleId, t: DateTime<Utc>) -> Option<&RoleFacts> {
        self.roles.get(&id).filter(|role| role.interval.contains(t))
    }

    /// The roles that exist at `t`, unordered.
    pub fn roles_at(&self, t: DateTime<Utc>) -> impl Iterator<Item = &RoleFacts> {
        self.roles
            .values()
            .filter(move |role| role.interval.contains(t))
    }

    /// The role with this id, unless it is deleted at `t`.
    pub fn undeleted_role(&self, id: RoleId, t: DateTime<Utc>) -> Option<&RoleFacts> {
        self.roles.get(&id).filter(|role| role.interval.ends_at > t)
    }
}

impl RoleFacts {
    /// The permissions of the role at `t`.
    pub fn permissions_at(&self, t: DateTime<Utc>) -> PermissionSet {
        match self.preset {
            Some(preset) => preset.permissions(),
            None => self
                .permissions
                .iter()
                .filter(|(_, row)| row.contains(t))
                .map(|(permission, _)| *permission)
                .collect(),
        }
    }

    /// Whether it is the ADMINISTRATOR preset.
    pub fn is_administrator(&self) -> bool {
        self.preset == Some(Preset::Administrator)
    }
}

impl GroupFacts {
    /// The workspace-wide permissions that the group gives its members at `t`.
    pub fn permissions_at(&self, t: DateTime<Utc>) -> PermissionSet {
        self.grants
            .iter()
            .filter(|grant| grant.interval.contains(t))
            .filter_map(|grant| match grant.right {
                Right::Workspace(permission) => Some(permission),
                Right::Item(..) => None,
            })
            .collect()
    }

    /// The group's grants to list.
    pub fn listed_grants(&self, shown: Shown) -> impl Iterator<Item = &GrantFacts> {
        self.grants
            .iter()
            .filter(move |grant| grant.interval.is_listed(shown))
    }
}

impl MemberFacts {
    /// The member's role at `t`, if that role exists then.
    pub fn role_at<'a>(
        &self,
        facts: &'a WorkspaceFacts,
        t: DateTime<Utc>,
    ) -> Option<&'a RoleFacts> {
        let row = self.roles.iter().find(|row| row.interval.contains(t))?;
        facts.role_at(row.role_id, t)
    }

    /// The group memberships to list, by title and start, without those in deleted groups.
    pub fn listed_groups(
        &self,
        facts: &WorkspaceFacts,
        shown: Shown,
    ) -> Vec<&GroupMembershipFacts> {
        let mut listed: Vec<_> = self
            .groups
            .iter()
            .filter(|row| row.interval.is_listed(shown))
            .filter_map(|row| Some((&facts.undeleted_group(row.group_id, shown.at)?.title, row)))
            .collect();
        listed.sort_unstable_by(|a, b| {
            (a.0, a.1.interval.starts_at, a.1.id).cmp(&(b.0, b.1.interval.starts_at, b.1.id))
        });
        listed.into_iter().map(|(_, row)| row).collect()
    }

    /// The member's direct grants to list.
    pub fn listed_grants(&self, shown: Shown) -> impl Iterator<Item = &GrantFacts> {
        self.grants
            .iter()
            .filter(move |grant| grant.interval.is_listed(shown))
    }

    /// Whether the member has nothing but the defaults at `t`: no role, no group, no direct grant
    /// (JOIN-4).
    pub fn has_only_defaults(&self, facts: &WorkspaceFacts, t: DateTime<Utc>) -> bool {
        let role = self
            .roles
            .iter()
            .any(|row| row.interval.contains(t) && facts.role_at(row.role_id, t).is_some());
        let group = self
            .groups
            .iter()
            .any(|row| row.interval.contains(t) && facts.group_at(row.group_id, t).is_some());
        let grant = self
            .grants
            .iter()
            .any(|grant| grant.interval.contains(t) && grant.granted_by.is_some());
        !(role || group || grant)
    }
}
