//! Loads the facts that `domain::access` and `domain::quota` decide from: one statement for a
//! workspace, one for a batch of its members. Loads every row that has not ended at `since`, also
//! what has not begun; judges nothing (TIME-1).

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::engine::{Columns, Sql, StoreError};
use crate::domain::{
    access::facts::{
        GrantFacts, GroupFacts, GroupMembershipFacts, MemberFacts, Right, RoleAssignmentFacts,
        RoleFacts, WorkspaceFacts,
    },
    id::{AccountId, DatasetId, GroupId, ItemId, MembershipId, PageId, RoleId, WorkspaceId},
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{
        AccessMode, MembershipEndReason, QuotaPeriod, QuotaScope, QuotaType, ResourceAccess,
    },
};

/// A quota value as it stands in its row (QUOTA-1).
#[derive(Debug, Clone)]
pub struct QuotaValueFacts {
    /// The key of its row.
    pub id: Uuid,
    /// Where it is set.
    pub scope: QuotaScope,
    /// The group or membership it is set for, if the scope has one.
    pub subject: Option<Uuid>,
    /// What it limits.
    pub quota_type: QuotaType,
    /// The limit.
    pub limit: u64,
    /// The period, for API calls.
    pub period: Option<QuotaPeriod>,
    /// When it counts.
    pub interval: Interval,
}

/// What all members of a workspace share, and the quota values set above the member.
#[derive(Debug, Clone)]
pub struct WorkspaceSnapshot {
    /// Roles and groups.
    pub facts: WorkspaceFacts,
    /// What groups say of themselves.
    pub group_details: HashMap<GroupId, GroupDetails>,
    /// Values of the scopes LICENSE (of the main workspace), WORKSPACE_CAP, DEFAULT and GROUP.
    pub quotas: Vec<QuotaValueFacts>,
}

impl WorkspaceSnapshot {
    /// That of a workspace in which there is nothing yet.
    pub fn empty(id: WorkspaceId, access_mode: AccessMode) -> Self {
        let facts = WorkspaceFacts {
            id,
            access_mode,
            roles: HashMap::new(),
            groups: HashMap::new(),
        };
        Self {
            facts,
            group_details: HashMap::new(),
            quotas: Vec::new(),
        }
    }
}

/// What a group says of itself, and since when. Not dated.
#[derive(Debug, Clone, Default)]
pub struct GroupDetails {
    /// What it is for.
    pub description: Option<String>,
    /// When title or description last changed.
    pub updated_at: Option<DateTime<Utc>>,
}

/// Which facts of members are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Disabled spells.
    pub disabled: bool,
    /// Role assignments.
    pub roles: bool,
    /// Group memberships.
    pub groups: bool,
    /// Grants.
    pub grants: bool,
}

impl Wanted {
    /// Everything.
    pub const ALL: Self = Self {
        disabled: true,
        roles: true,
        groups: true,
        grants: true,
    };

    /// Nothing.
    pub const NOTHING: Self = Self {
        disabled: false,
        roles: false,
        groups: false,
        grants: false,
    };

    /// What either wants.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            disabled: self.disabled || other.disabled,
            roles: self.roles || other.roles,
            groups: self.groups || other.groups,
            grants: self.grants || other.grants,
        }
    }

    /// Whether all that `other` wants is wanted too.
    pub const fn covers(self, other: Self) -> bool {
        (self.disabled || !other.disabled)
            && (self.roles || !other.roles)
            && (self.groups || !other.groups)
            && (self.grants || !other.grants)
    }
}

/// The columns in which every kind of fact fits, so that one statement brings them all.
struct FactRow {
    kind: i32,
    id: Uuid,
    of: Option<Uuid>,
    other: Option<Uuid>,
    a: Option<String>,
    b: Option<String>,
    c: Option<String>,
    number: Option<i64>,
    interval: Interval,
    giver: Option<AccountId>,
}

impl FactRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        Ok(Self {
            kind: columns.take()?,
            id: columns.take()?,
            of: columns.take()?,
            other: columns.take()?,
            a: columns.take()?,
            b: columns.take()?,
            c: columns.take()?,
            number: columns.take()?,
            interval: Interval::new(columns.take()?, columns.take()?),
            giver: columns.take::<Option<Uuid>>()?.map(AccountId),
        })
    }
}

const NO_UUID: &str = "CAST(NULL AS uuid)";

fn unreadable(what: &str) -> StoreError {
    StoreError::Other(sea_orm::DbErr::Type(format!("a row has an unknown {what}")))
}

fn named<T>(text: Option<&str>, parse: fn(&str) -> Option<T>, what: &str) -> Result<T, StoreError> {
    text.and_then(parse).ok_or_else(|| unreadable(what))
}

/// Everything that the members of `workspace` share, not ended at `since`; `main` is the workspace
/// that holds the license.
pub async fn workspace_snapshot(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    main: WorkspaceId,
    access_mode: AccessMode,
    since: DateTime<Utc>,
) -> Result<WorkspaceSnapshot, StoreError> {
    let mut sql = Sql::new(db, "");
    let ws = || Value::from(workspace.0);
    sql.bind(
        "SELECT 0, r.id, CAST(NULL AS uuid), CAST(NULL AS uuid), r.name, r.preset, CAST(NULL AS text), CAST(NULL AS bigint), \
         r.starts_at, r.ends_at, r.granted_by, r.starts_at FROM role r WHERE r.workspace_id = ? AND r.ends_at > ?",
        [ws(), since.into()],
    )
    .bind(
        " UNION ALL SELECT 1, p.id, p.role_id, NULL, p.permission, NULL, NULL, NULL, p.starts_at, p.ends_at, p.granted_by, \
         p.starts_at FROM role_permission p WHERE p.workspace_id = ? AND p.ends_at > ?",
        [ws(), since.into()],
    )
    .bind(
        " UNION ALL SELECT 2, g.id, NULL, NULL, g.slug, g.title, g.description, NULL, g.starts_at, g.ends_at, \
         g.granted_by, g.updated_at FROM member_group g WHERE g.workspace_id = ? AND g.ends_at > ?",
        [ws(), since.into()],
    )
    .bind(
        " UNION ALL SELECT CASE WHEN x.permission IS NULL THEN CASE WHEN x.resource_kind = 'DATASET' THEN 4 ELSE 5 END ELSE 3 END, \
         x.id, x.group_id, x.resource_id, COALESCE(x.permission, x.access), x.record_filter, NULL, NULL, x.starts_at, x.ends_at, \
         x.granted_by, x.starts_at FROM permission_grant x WHERE x.workspace_id = ? AND x.group_id IS NOT NULL AND x.ends_at > ?",
        [ws(), since.into()],
    )
    .bind(
        " UNION ALL SELECT 6, q.id, q.group_id, NULL, q.quota_type, q.period, q.scope, q.limit_value, q.starts_at, q.ends_at, \
         q.granted_by, q.starts_at FROM quota_value q WHERE q.workspace_id = ? AND q.scope IN ('WORKSPACE_CAP', 'DEFAULT', 'GROUP') \
         AND q.ends_at > ?",
        [ws(), since.into()],
    )
    .bind(
        " UNION ALL SELECT 6, q.id, q.group_id, NULL, q.quota_type, q.period, q.scope, q.limit_value, q.starts_at, q.ends_at, \
         q.granted_by, q.starts_at FROM quota_value q WHERE q.workspace_id = ? AND q.scope = 'LICENSE' AND q.ends_at > ?",
        [main.0.into(), since.into()],
    );
    let mut snapshot = WorkspaceSnapshot::empty(workspace, access_mode);
    let rows = sql.rows(db).await?;
    let mut later = Vec::new();
    for raw in &rows {
        let row = FactRow::read(raw)?;
        match row.kind {
            0 => {
                let preset = match row.b.as_deref() {
                    None => None,
                    Some(name) => Some(named(Some(name), Preset::parse, "preset")?),
                };
                let role = RoleFacts {
                    id: RoleId(row.id),
                    name: row.a.unwrap_or_default().into(),
                    preset,
                    interval: row.interval,
                    permissions: Vec::new(),
                };
                snapshot.facts.roles.insert(role.id, role);
            }
            2 => {
                let group = GroupFacts {
                    id: GroupId(row.id),
                    slug: row.a.unwrap_or_default().into(),
                    title: row.b.unwrap_or_default().into(),
                    interval: row.interval,
                    grants: Vec::new(),
                };
                let updated_at = raw.try_get_by_index(11).map_err(StoreError::from)?;
                snapshot.group_details.insert(
                    group.id,
                    GroupDetails {
                        description: row.c,
                        updated_at: Some(updated_at),
                    },
                );
                snapshot.facts.groups.insert(group.id, group);
            }
            6 => snapshot.quotas.push(quota_value(&row)?),
            _ => later.push(row),
        }
    }
    for row in later {
        let Some(owner) = row.of else { continue };
        if row.kind == 1 {
            if let Some(role) = snapshot.facts.roles.get_mut(&RoleId(owner)) {
                role.permissions.push((
                    named(row.a.as_deref(), Permission::parse, "permission")?,
                    row.interval,
                ));
            }
        } else if let Some(group) = snapshot.facts.groups.get_mut(&GroupId(owner)) {
            group.grants.push(grant(row)?);
        }
    }
    sort_snapshot(&mut snapshot);
    Ok(snapshot)
}

/// Gives every list one order, whatever order the database read the rows in: what is said of a
/// write is the same in its dry run and in the call (AUD-4). Here and not in SQL, which would sort
/// all kinds of rows together.
fn sort_snapshot(snapshot: &mut WorkspaceSnapshot) {
    for role in snapshot.facts.roles.values_mut() {
        role.permissions
            .sort_unstable_by_key(|(permission, interval)| {
                (*permission, interval.starts_at, interval.ends_at)
            });
    }
    for group in snapshot.facts.groups.values_mut() {
        group.grants.sort_unstable_by_key(|grant| grant.id);
    }
    snapshot.quotas.sort_unstable_by_key(|value| value.id);
}

/// The same for what was loaded of a member: in the order in which it was given.
fn sort_member(facts: &mut MemberFacts) {
    facts
        .disabled
        .sort_unstable_by_key(|spell| (spell.starts_at, spell.ends_at));
    facts.roles.sort_unstable_by_key(|assignment| assignment.id);
    facts.groups.sort_unstable_by_key(|place| place.id);
    facts.grants.sort_unstable_by_key(|grant| grant.id);
}

fn quota_value(row: &FactRow) -> Result<QuotaValueFacts, StoreError> {
    let scope = named(row.c.as_deref(), QuotaScope::parse, "scope")?;
    Ok(QuotaValueFacts {
        id: row.id,
        scope,
        subject: row.of,
        quota_type: named(row.a.as_deref(), QuotaType::parse, "quota type")?,
        limit: row.number.unwrap_or_default().unsigned_abs(),
        period: row.b.as_deref().and_then(QuotaPeriod::parse),
        interval: row.interval,
    })
}

fn grant(row: FactRow) -> Result<GrantFacts, StoreError> {
    let text = row.a.as_deref();
    let right = match (row.kind, row.other) {
        (4, Some(item)) => Right::Item(
            ItemId::Dataset(DatasetId(item)),
            named(text, ResourceAccess::parse, "access")?,
        ),
        (5, Some(item)) => Right::Item(
            ItemId::Page(PageId(item)),
            named(text, ResourceAccess::parse, "access")?,
        ),
        _ => Right::Workspace(named(text, Permission::parse, "permission")?),
    };
    Ok(GrantFacts {
        id: row.id.into(),
        right,
        record_filter: row.b.map(Arc::from),
        interval: row.interval,
        granted_by: row.giver,
    })
}

/// The wanted facts of `members` of `workspace`, not ended at `since`; ids of other workspaces are
/// left out.
pub async fn members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    wanted: Wanted,
    since: DateTime<Utc>,
) -> Result<HashMap<MembershipId, MemberFacts>, StoreError> {
    let mut found = HashMap::with_capacity(members.len());
    if members.is_empty() {
        return Ok(found);
    }
    let ids = || members.iter().map(|id| id.0);
    let ws = || Value::from(workspace.0);
    let mut sql = Sql::new(
        db,
        "SELECT 0, m.id, m.account_id, CAST(NULL AS uuid), m.end_reason, \
         CASE WHEN a.deletion_scheduled_at IS NULL THEN NULL ELSE 'DELETION' END, CAST(NULL AS text), CAST(NULL AS bigint), \
         m.starts_at, m.ends_at, m.granted_by FROM membership m JOIN account a ON a.id = m.account_id WHERE ",
    );
    sql.ids_in("m.id", ids())
        .bind(" AND m.workspace_id = ?", [ws()]);
    details(&mut sql, &ids, &ws, wanted, since, true);
    let rows = sql.rows(db).await?;
    let mut later = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = FactRow::read(row)?;
        if row.kind == 0 {
            let facts = MemberFacts {
                id: MembershipId(row.id),
                account_id: AccountId(row.of.unwrap_or_default()),
                interval: row.interval,
                end_reason: row.a.as_deref().and_then(MembershipEndReason::parse),
                disabled: Vec::new(),
                roles: Vec::new(),
                groups: Vec::new(),
                grants: Vec::new(),
                deletion_scheduled: row.b.is_some(),
            };
            found.insert(facts.id, facts);
        } else {
            later.push(row);
        }
    }
    for row in later {
        if let Some(facts) = row.of.and_then(|id| found.get_mut(&MembershipId(id))) {
            attach(facts, row)?;
        }
    }
    found.values_mut().for_each(sort_member);
    Ok(found)
}

/// Adds the wanted facts to memberships whose rows the caller has already (a page of the list).
pub async fn complete(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &mut [MemberFacts],
    wanted: Wanted,
    since: DateTime<Utc>,
) -> Result<(), StoreError> {
    if members.is_empty() || wanted == Wanted::NOTHING {
        return Ok(());
    }
    let places: HashMap<Uuid, usize> = members
        .iter()
        .enumerate()
        .map(|(place, member)| (member.id.0, place))
        .collect();
    let mut sql = Sql::new(db, "");
    {
        let ids = || places.keys().copied();
        details(
            &mut sql,
            &ids,
            &|| Value::from(workspace.0),
            wanted,
            since,
            false,
        );
    }
    for row in &sql.rows(db).await? {
        let row = FactRow::read(row)?;
        if let Some(facts) = row
            .of
            .and_then(|id| places.get(&id))
            .and_then(|place| members.get_mut(*place))
        {
            attach(facts, row)?;
        }
    }
    members.iter_mut().for_each(sort_member);
    Ok(())
}

fn details<I: Iterator<Item = Uuid>>(
    sql: &mut Sql,
    ids: &impl Fn() -> I,
    ws: &impl Fn() -> Value,
    wanted: Wanted,
    since: DateTime<Utc>,
    follows: bool,
) {
    let union = std::cell::Cell::new(follows);
    let mut part = |wanted: bool, select: &str, column: &str, table: &str| {
        if wanted {
            sql.push(if union.replace(true) {
                " UNION ALL SELECT "
            } else {
                " SELECT "
            });
            sql.push(select)
                .push(" FROM ")
                .push(table)
                .push(" WHERE ")
                .ids_in(column, ids());
            sql.bind(
                " AND x.workspace_id = ? AND x.ends_at > ?",
                [ws(), since.into()],
            );
        }
    };
    let typed = format!(
        "CAST(NULL AS text), {}",
        "CAST(NULL AS text), CAST(NULL AS text), CAST(NULL AS bigint)"
    );
    let dates = "x.starts_at, x.ends_at, x.granted_by";
    part(
        wanted.disabled,
        &format!("1, x.id, x.membership_id, {NO_UUID}, {typed}, {dates}"),
        "x.membership_id",
        "disabled_spell x",
    );
    part(
        wanted.roles,
        &format!("2, x.id, x.membership_id, x.role_id, {typed}, {dates}"),
        "x.membership_id",
        "role_assignment x",
    );
    part(
        wanted.groups,
        &format!("6, x.id, x.membership_id, x.group_id, {typed}, {dates}"),
        "x.membership_id",
        "group_membership x",
    );
    part(
        wanted.grants,
        &format!(
            "CASE WHEN x.permission IS NULL THEN CASE WHEN x.resource_kind = 'DATASET' THEN 4 ELSE 5 END ELSE 3 END, \
             x.id, x.membership_id, x.resource_id, COALESCE(x.permission, x.access), x.record_filter, CAST(NULL AS text), \
             CAST(NULL AS bigint), {dates}"
        ),
        "x.membership_id",
        "permission_grant x",
    );
}

fn attach(facts: &mut MemberFacts, row: FactRow) -> Result<(), StoreError> {
    match row.kind {
        1 => facts.disabled.push(row.interval),
        2 => facts.roles.push(RoleAssignmentFacts {
            id: row.id,
            role_id: RoleId(row.other.unwrap_or_default()),
            interval: row.interval,
            granted_by: row.giver,
        }),
        6 => facts.groups.push(GroupMembershipFacts {
            id: row.id,
            group_id: GroupId(row.other.unwrap_or_default()),
            interval: row.interval,
            granted_by: row.giver,
        }),
        _ => facts.grants.push(grant(row)?),
    }
    Ok(())
}

/// The member of `workspace` that a grant was given to; `None` for a group's, and for grants of
/// other workspaces.
pub async fn holder_of_grant(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    grant: crate::domain::id::GrantId,
) -> Result<Option<MembershipId>, StoreError> {
    let sql =
        "SELECT x.membership_id FROM permission_grant x WHERE x.id = $1 AND x.workspace_id = $2";
    let found: Option<(Option<Uuid>,)> =
        super::engine::one(db, sql, vec![grant.0.into(), workspace.0.into()]).await?;
    Ok(found.and_then(|(holder,)| holder).map(MembershipId))
}

/// The member of `workspace` whose place in a group this is; `None` for those of other workspaces.
pub async fn holder_of_group_membership(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: crate::domain::id::GroupMembershipId,
) -> Result<Option<MembershipId>, StoreError> {
    let sql =
        "SELECT x.membership_id FROM group_membership x WHERE x.id = $1 AND x.workspace_id = $2";
    let found: Option<(Uuid,)> =
        super::engine::one(db, sql, vec![id.0.into(), workspace.0.into()]).await?;
    Ok(found.map(|(holder,)| MembershipId(holder)))
}
