//! What a line offers: its role by name, its groups by title, its permissions and its time
//! (IMPORT-2), as one offer of `inviteMembers` each.
//!
//! Owns which name means what in the workspace. Must not judge whether the caller may offer it.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::file::ImportLine;
use crate::{
    domain::{
        access::facts::GroupFacts,
        access_end::AccessEnd,
        error_code::{ErrorCode, Fault},
        fold,
        id::{GroupId, RoleId},
        interval::Interval,
        limit::{LimitKind, ReachedLimit},
        offer::Offer,
        permission::Preset,
        timeline,
    },
    service::{
        Access, Failure, group, invitation::MOST_GROUPS as MOST_OF_MEMBER, write::Transaction,
    },
    store::default_permission,
};

/// Why a line offers nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct LineFault {
    pub(super) fault: Fault,
    /// The limit that refuses, if one does.
    pub(super) limit: Option<ReachedLimit>,
}

impl<F: Into<Fault>> From<F> for LineFault {
    fn from(fault: F) -> Self {
        Self {
            fault: fault.into(),
            limit: None,
        }
    }
}

/// The roles and groups of the workspace by name, and the groups that are to come.
pub(super) struct Names {
    /// The workspace with the groups to come.
    pub(super) access: Access,
    roles: HashMap<String, RoleId>,
    groups: HashMap<String, GroupId>,
    /// Groups that are named and not there, until one of them is needed.
    planned: HashMap<GroupId, String>,
    creates_groups: bool,
    nothing: Offer,
}

impl Names {
    pub(super) async fn load(tx: &Transaction<'_>, creates_groups: bool) -> Result<Self, Failure> {
        let (access, now) = (tx.access.clone(), tx.now);
        let facts = access.facts();
        let living = || {
            facts
                .roles
                .values()
                .filter(|role| role.interval.contains(now))
        };
        let mut roles: HashMap<String, RoleId> = living()
            .filter(|role| role.preset.is_none())
            .map(|role| (fold::unique_form(&role.name), role.id))
            .collect();
        for role in living() {
            let Some(preset) = role.preset else { continue };
            roles.insert(fold::unique_form(preset.title()), role.id);
            if preset == Preset::Administrator {
                // The owner of a Socrata domain.
                roles.entry("owner".to_owned()).or_insert(role.id);
            }
        }
        let groups = facts
            .groups
            .values()
            .filter(|group| group.interval.contains(now))
            .map(|group| (fold::unique_form(&group.title), group.id))
            .collect();
        let defaults = default_permission::rows(tx.db(), tx.workspace_id(), now).await?;
        let counting = defaults.iter().filter(|row| row.interval.contains(now));
        let nothing = Offer {
            defaults: counting.map(|row| row.permission).collect(),
            ..Offer::nothing(tx.caller.locale())
        };
        Ok(Self {
            access,
            roles,
            groups,
            planned: HashMap::new(),
            creates_groups,
            nothing,
        })
    }

    /// What the line offers, or why nothing.
    pub(super) fn offer(
        &mut self,
        tx: &Transaction<'_>,
        line: &ImportLine,
    ) -> Result<Offer, LineFault> {
        if let Some(fault) = line.fault {
            return Err(fault.into());
        }
        let role = line
            .role
            .as_deref()
            .map_or(Ok(None), |name| self.role(name))?;
        // Access that began there begins here when it is accepted.
        let starts_at = line.starts_at.filter(|at| *at > tx.now);
        if let Err(wrong) = timeline::requested_interval(starts_at, line.ends_at, tx.now) {
            let code = wrong
                .first()
                .map_or(ErrorCode::EndsInPast, |error| error.code());
            return Err(code.into());
        }
        if line.groups.len() > MOST_OF_MEMBER {
            let most = i64::try_from(MOST_OF_MEMBER).unwrap_or(i64::MAX);
            return Err(LineFault {
                limit: Some(ReachedLimit::of(LimitKind::GroupsOfMember, most)),
                ..ErrorCode::LimitReached.into()
            });
        }
        let mut groups = Vec::with_capacity(line.groups.len());
        for title in &line.groups {
            let id = self.group(tx, title)?;
            if !groups.contains(&id) {
                groups.push(id);
            }
        }
        Ok(Offer {
            role,
            permissions: line.permissions,
            groups,
            starts_at,
            end: line.ends_at.map_or(AccessEnd::Never, AccessEnd::At),
            ..self.nothing.clone()
        })
    }

    fn role(&self, name: &str) -> Result<Option<RoleId>, LineFault> {
        let form = fold::unique_form(name);
        if form == "none" && !self.roles.contains_key(&form) {
            return Ok(None);
        }
        let id = self
            .roles
            .get(&form)
            .or_else(|| self.roles.get(&form.replace('_', " ")));
        id.copied().map(Some).ok_or(ErrorCode::UnknownRole.into())
    }

    fn group(&mut self, tx: &Transaction<'_>, title: &str) -> Result<GroupId, LineFault> {
        let form = fold::unique_form(title);
        if let Some(id) = self.groups.get(&form) {
            return Ok(*id);
        }
        if !self.creates_groups {
            return Err(ErrorCode::UnknownGroup.into());
        }
        if i64::try_from(self.groups.len()).unwrap_or(i64::MAX) >= group::MOST_GROUPS {
            return Err(LineFault {
                limit: Some(ReachedLimit::of(LimitKind::Groups, group::MOST_GROUPS)),
                ..ErrorCode::LimitReached.into()
            });
        }
        let title = group::checked_title(&self.access, title, None).map_err(|error| Fault {
            code: error.code,
            bound: error.bound,
        })?;
        let id = GroupId(tx.deps.ids.uuid(tx.now));
        let facts = GroupFacts {
            id,
            slug: Arc::from(""),
            title: Arc::from(title.as_str()),
            interval: Interval::from(tx.now),
            grants: Vec::new(),
        };
        let snapshot = Arc::make_mut(&mut self.access.snapshot);
        snapshot.facts.groups.insert(id, facts);
        self.groups.insert(form, id);
        self.planned.insert(id, title);
        Ok(id)
    }

    /// Creates those of `groups` that are not there yet.
    pub(super) async fn create(
        &mut self,
        tx: &mut Transaction<'_>,
        groups: impl IntoIterator<Item = GroupId>,
    ) -> Result<(), Failure> {
        let needed: BTreeSet<GroupId> = groups.into_iter().collect();
        for id in needed {
            if let Some(title) = self.planned.remove(&id) {
                group::add_group(tx, id, title, None).await?;
            }
        }
        Ok(())
    }
}
