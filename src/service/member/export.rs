//! The members list as a table, page by page: as many rows in memory as one page has, whatever the
//! list has (MEM-7).
//!
//! Owns what a row says. Everything is judged at the instant at which the export began. Must not
//! know how a row is written down.

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Utc};

use crate::service::{
    Access, Caller, Deps, Failure, export,
    member::{self, MemberFilter, OrderField},
};
use crate::{
    domain::{
        access::{
            self,
            facts::{MemberFacts, Subject, WorkspaceFacts},
        },
        id::MembershipId,
        permission::PermissionSet,
        vocabulary::{MembershipOrigin, MembershipState},
    },
    store::{
        access::Wanted,
        membership::MemberRow,
        page::{Direction, PageRequest, Position},
    },
};

/// How many members are read at once.
pub const PAGE: usize = 500;

/// One member, as the table shows it.
#[derive(Debug, Clone)]
pub struct ExportRow {
    /// The membership that the row is about.
    pub id: MembershipId,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Both as people write them.
    pub display_name: String,
    /// The address as typed.
    pub email: String,
    /// Where the membership stands.
    pub state: MembershipState,
    /// The role's name; of what has ended or not begun, the one at its end or start.
    pub role: Option<Arc<str>>,
    /// The titles of the groups that the member is in, at the same instant.
    pub groups: Vec<Arc<str>>,
    /// Everything the member may do workspace-wide now.
    pub permissions: PermissionSet,
    /// Those of them that were given directly: by no role and no group.
    pub direct_permissions: PermissionSet,
    /// When access begins.
    pub starts_at: DateTime<Utc>,
    /// When access ends; `None` = never.
    pub ends_at: Option<DateTime<Utc>>,
    /// When the membership was made.
    pub joined_at: DateTime<Utc>,
    /// When it was last used; `None` = never.
    pub last_active_at: Option<DateTime<Utc>>,
    /// How it came to be.
    pub origin: MembershipOrigin,
}

/// An export under way.
#[derive(Debug)]
pub struct MemberExport {
    deps: Deps,
    access: Access,
    filter: MemberFilter,
    order: (OrderField, bool),
    after: Option<Position>,
    is_over: bool,
}

impl MemberExport {
    /// Begins one of the workspace named by slug or id, for those who may read its list of members
    /// (EWP).
    pub async fn open(
        deps: &Deps,
        caller: &Caller,
        workspace: &str,
        filter: MemberFilter,
        order: (OrderField, bool),
    ) -> Result<Self, Failure> {
        let access = export::open(deps, caller, workspace).await?;
        Ok(Self {
            deps: deps.clone(),
            access,
            filter,
            order,
            after: None,
            is_over: false,
        })
    }

    /// The workspace's slug.
    pub fn slug(&self) -> &str {
        &self.access.workspace.slug
    }

    /// The next rows; `None` when there are no more.
    pub async fn next(&mut self) -> Result<Option<Vec<ExportRow>>, Failure> {
        if self.is_over {
            return Ok(None);
        }
        let (deps, access) = (&self.deps, &self.access);
        let request = PageRequest {
            size: PAGE,
            direction: Direction::Forward,
            after: self.after.take(),
            before: None,
            page_one: access.now,
        };
        let page = member::page(deps, access, &self.filter, self.order, &request).await?;
        let rows: Vec<&MemberRow> = page.rows.iter().collect();
        let facts = member::facts_of(deps, access, &rows, Wanted::ALL).await?;
        let past = match rows
            .iter()
            .filter(|row| row.state(access.now) == MembershipState::Ended)
            .map(|row| row.interval.ends_at)
            .min()
        {
            Some(oldest) => Some(member::snapshot_since(deps, access, oldest).await?),
            None => None,
        };
        let shared = past
            .as_ref()
            .map_or(access.facts(), |snapshot| &snapshot.facts);
        let shown = page
            .rows
            .iter()
            .filter_map(|row| Some(shown(row, facts.get(&row.id)?, shared, access.now)))
            .collect();
        self.after = page.rows.last().map(|row| row.position(self.order.0));
        self.is_over = !page.has_next;
        Ok(Some(shown))
    }
}

fn shown(
    row: &MemberRow,
    facts: &MemberFacts,
    shared: &WorkspaceFacts,
    now: DateTime<Utc>,
) -> ExportRow {
    let at = row.shown_at(now);
    let roles = facts
        .roles
        .iter()
        .filter(|assignment| assignment.interval.contains(at));
    let role = roles
        .filter_map(|assignment| shared.roles.get(&assignment.role_id))
        .find(|role| role.interval.contains(at));
    let memberships = facts
        .groups
        .iter()
        .filter(|membership| membership.interval.contains(at));
    let groups = memberships.filter_map(|membership| shared.groups.get(&membership.group_id));
    // One may be in a group twice at a time (TIME-8).
    let groups: BTreeSet<_> = groups
        .filter(|group| group.interval.contains(at))
        .map(|group| (&group.title, group.id))
        .collect();
    ExportRow {
        id: row.id,
        given_name: row.given_name.clone(),
        family_name: row.family_name.clone(),
        display_name: member::display_name(row.given_name.as_deref(), row.family_name.as_deref()),
        email: row.email.clone(),
        state: row.state(now),
        role: role.map(|role| Arc::clone(&role.name)),
        groups: groups
            .into_iter()
            .map(|(title, _)| Arc::clone(title))
            .collect(),
        permissions: access::permissions(shared, Subject::Member(facts), now),
        direct_permissions: facts
            .grants
            .iter()
            .filter(|grant| grant.interval.contains(at))
            .filter_map(|grant| grant.right.permission())
            .collect(),
        starts_at: row.interval.starts_at,
        ends_at: row.interval.end(),
        joined_at: row.joined_at,
        last_active_at: row.last_active_at,
        origin: row.origin,
    }
}
