//! Loads the facts that `domain::access` and `domain::quota` decide from: one statement for a
//! workspace, one for a batch of its members. Loads every row that has not ended at `since`, also
//! what has not begun; judges nothing (TIME-1). Text, so that the facts of many tables come in one
//! statement: each row says in `kind` what it is, and leaves the columns of other kinds empty.

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Value};
use uuid::Uuid;

use super::engine::{Row, Sql, StoreError};
use crate::{
    domain::{
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
    },
    entity::{group_membership, permission_grant},
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

fn interval(row: Row<'_>) -> Result<Interval, StoreError> {
    Ok(Interval::new(row.get("starts_at")?, row.get("ends_at")?))
}

fn granted_by(row: Row<'_>) -> Result<Option<AccountId>, StoreError> {
    Ok(row.get::<Option<Uuid>>("granted_by")?.map(AccountId))
}

/// A column whose text has to be one of a vocabulary.
fn word<T>(row: Row<'_>, column: &str, parse: fn(&str) -> Option<T>) -> Result<T, StoreError> {
    row.text(column)?.and_then(parse).ok_or_else(|| {
        StoreError::Other(sea_orm::DbErr::Type(format!(
            "a row has an unknown {column}"
        )))
    })
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
        &shared(
            "ROLE",
            &["id", "name", "preset"],
            "role x WHERE x.workspace_id = ? AND x.ends_at > ?",
        ),
        [ws(), since.into()],
    )
    .push(" UNION ALL ")
    .bind(
        &shared(
            "ROLE_PERMISSION",
            &["id", "role_id", "permission"],
            "role_permission x WHERE x.workspace_id = ? AND x.ends_at > ?",
        ),
        [ws(), since.into()],
    )
    .push(" UNION ALL ")
    .bind(
        &shared(
            "GROUP",
            &["id", "slug", "title", "description", "updated_at"],
            "member_group x WHERE x.workspace_id = ? AND x.ends_at > ?",
        ),
        [ws(), since.into()],
    )
    .push(" UNION ALL ")
    .bind(
        &shared(
            "GRANT",
            &[
                "id",
                "group_id",
                "permission",
                "resource_kind",
                "resource_id",
                "access",
                "record_filter",
            ],
            "permission_grant x WHERE x.workspace_id = ? AND x.group_id IS NOT NULL AND x.ends_at > ?",
        ),
        [ws(), since.into()],
    );
    let quota_values = |scopes: &str| {
        shared(
            "QUOTA_VALUE",
            &[
                "id",
                "group_id",
                "quota_type",
                "period",
                "scope",
                "limit_value",
            ],
            &format!(
                "quota_value x WHERE x.workspace_id = ? AND x.scope {scopes} AND x.ends_at > ?"
            ),
        )
    };
    sql.push(" UNION ALL ")
        .bind(
            &quota_values("IN ('WORKSPACE_CAP', 'DEFAULT', 'GROUP')"),
            [ws(), since.into()],
        )
        .push(" UNION ALL ")
        .bind(&quota_values("= 'LICENSE'"), [main.0.into(), since.into()]);
    let mut snapshot = WorkspaceSnapshot::empty(workspace, access_mode);
    let rows = sql.rows(db).await?;
    let mut later = Vec::new();
    for row in &rows {
        let row = Row::of(row);
        match row.text("kind")? {
            Some("ROLE") => {
                let preset = match row.text("preset")? {
                    None => None,
                    Some(_) => Some(word(row, "preset", Preset::parse)?),
                };
                let role = RoleFacts {
                    id: RoleId(row.get("id")?),
                    name: row.text("name")?.unwrap_or_default().into(),
                    preset,
                    interval: interval(row)?,
                    permissions: Vec::new(),
                };
                snapshot.facts.roles.insert(role.id, role);
            }
            Some("GROUP") => {
                let group = GroupFacts {
                    id: GroupId(row.get("id")?),
                    slug: row.text("slug")?.unwrap_or_default().into(),
                    title: row.text("title")?.unwrap_or_default().into(),
                    interval: interval(row)?,
                    grants: Vec::new(),
                };
                let details = GroupDetails {
                    description: row.get("description")?,
                    updated_at: row.get("updated_at")?,
                };
                snapshot.group_details.insert(group.id, details);
                snapshot.facts.groups.insert(group.id, group);
            }
            Some("QUOTA_VALUE") => snapshot.quotas.push(quota_value(row)?),
            kind => later.push((kind, row)),
        }
    }
    for (kind, row) in later {
        if kind == Some("ROLE_PERMISSION") {
            if let Some(role) = snapshot.facts.roles.get_mut(&RoleId(row.get("role_id")?)) {
                let permission = word(row, "permission", Permission::parse)?;
                role.permissions.push((permission, interval(row)?));
            }
        } else if let Some(group) = snapshot
            .facts
            .groups
            .get_mut(&GroupId(row.get("group_id")?))
        {
            group.grants.push(grant(row, row.get("resource_id")?)?);
        }
    }
    sort_snapshot(&mut snapshot);
    Ok(snapshot)
}

/// The columns of [`workspace_snapshot`], and of which type they are where a kind has none.
const SHARED: [(&str, &str); 18] = [
    ("id", "uuid"),
    ("role_id", "uuid"),
    ("group_id", "uuid"),
    ("resource_id", "uuid"),
    ("resource_kind", "text"),
    ("name", "text"),
    ("preset", "text"),
    ("permission", "text"),
    ("access", "text"),
    ("record_filter", "text"),
    ("slug", "text"),
    ("title", "text"),
    ("description", "text"),
    ("updated_at", "timestamptz"),
    ("quota_type", "text"),
    ("period", "text"),
    ("scope", "text"),
    ("limit_value", "bigint"),
];

/// Selects one kind of fact, which has some of [`SHARED`], from a table as `x`.
fn shared(kind: &str, has: &[&str], from: &str) -> String {
    let columns: String = SHARED
        .iter()
        .map(|(column, kind)| {
            if has.contains(column) {
                format!("x.{column} AS {column}, ")
            } else {
                format!("CAST(NULL AS {kind}) AS {column}, ")
            }
        })
        .collect();
    format!(
        "SELECT '{kind}' AS kind, {columns}x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM {from}"
    )
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

fn quota_value(row: Row<'_>) -> Result<QuotaValueFacts, StoreError> {
    Ok(QuotaValueFacts {
        id: row.get("id")?,
        scope: word(row, "scope", QuotaScope::parse)?,
        subject: row.get("group_id")?,
        quota_type: word(row, "quota_type", QuotaType::parse)?,
        limit: row.get::<i64>("limit_value")?.unsigned_abs(),
        period: row.text("period")?.and_then(QuotaPeriod::parse),
        interval: interval(row)?,
    })
}

fn grant(row: Row<'_>, item: Option<Uuid>) -> Result<GrantFacts, StoreError> {
    let right = match item {
        Some(item) => {
            let item = match row.text("resource_kind")? {
                Some("DATASET") => ItemId::Dataset(DatasetId(item)),
                _ => ItemId::Page(PageId(item)),
            };
            Right::Item(item, word(row, "access", ResourceAccess::parse)?)
        }
        None => Right::Workspace(word(row, "permission", Permission::parse)?),
    };
    Ok(GrantFacts {
        id: row.get::<Uuid>("id")?.into(),
        right,
        record_filter: row.text("record_filter")?.map(Arc::from),
        interval: interval(row)?,
        granted_by: granted_by(row)?,
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
        "SELECT 'MEMBERSHIP' AS kind, m.id AS id, m.id AS membership_id, m.account_id AS target_id, m.end_reason AS end_reason, \
         a.deletion_scheduled_at AS deletion_scheduled_at, CAST(NULL AS text) AS permission, \
         CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, CAST(NULL AS text) AS record_filter, \
         m.starts_at AS starts_at, m.ends_at AS ends_at, m.granted_by AS granted_by \
         FROM membership m JOIN account a ON a.id = m.account_id WHERE ",
    );
    sql.ids_in("m.id", ids())
        .bind(" AND m.workspace_id = ?", [ws()]);
    details(&mut sql, &ids, &ws, wanted, since, true);
    let rows = sql.rows(db).await?;
    let mut later = Vec::with_capacity(rows.len());
    for row in &rows {
        let row = Row::of(row);
        if row.text("kind")? == Some("MEMBERSHIP") {
            let deletion_scheduled_at: Option<DateTime<Utc>> = row.get("deletion_scheduled_at")?;
            let facts = MemberFacts {
                id: MembershipId(row.get("id")?),
                account_id: AccountId(row.get("target_id")?),
                interval: interval(row)?,
                end_reason: row.text("end_reason")?.and_then(MembershipEndReason::parse),
                disabled: Vec::new(),
                roles: Vec::new(),
                groups: Vec::new(),
                grants: Vec::new(),
                deletion_scheduled: deletion_scheduled_at.is_some(),
            };
            found.insert(facts.id, facts);
        } else {
            later.push(row);
        }
    }
    for row in later {
        if let Some(facts) = found.get_mut(&MembershipId(row.get("membership_id")?)) {
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
        let row = Row::of(row);
        if let Some(facts) = places
            .get(&row.get("membership_id")?)
            .and_then(|place| members.get_mut(*place))
        {
            attach(facts, row)?;
        }
    }
    members.iter_mut().for_each(sort_member);
    Ok(())
}

/// Adds the wanted facts as rows of one shape: `target_id` is the role, group or item that a fact
/// is about. They follow rows of memberships, or stand alone.
fn details<I: Iterator<Item = Uuid>>(
    sql: &mut Sql,
    ids: &impl Fn() -> I,
    ws: &impl Fn() -> Value,
    wanted: Wanted,
    since: DateTime<Utc>,
    follows: bool,
) {
    let union = std::cell::Cell::new(follows);
    let of_membership = if follows {
        "CAST(NULL AS text) AS end_reason, CAST(NULL AS timestamptz) AS deletion_scheduled_at, "
    } else {
        ""
    };
    let no_grant = "CAST(NULL AS text) AS permission, CAST(NULL AS text) AS resource_kind, CAST(NULL AS text) AS access, \
         CAST(NULL AS text) AS record_filter";
    let mut part = |wanted: bool, kind: &str, table: &str, target: &str, grant: &str| {
        if wanted {
            sql.push(if union.replace(true) {
                " UNION ALL SELECT "
            } else {
                " SELECT "
            });
            sql.push(&format!(
                "'{kind}' AS kind, x.id AS id, x.membership_id AS membership_id, {target} AS target_id, {of_membership}{grant}, \
                 x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM {table} x WHERE "
            ))
            .ids_in("x.membership_id", ids());
            sql.bind(
                " AND x.workspace_id = ? AND x.ends_at > ?",
                [ws(), since.into()],
            );
        }
    };
    part(
        wanted.disabled,
        "DISABLED_SPELL",
        "disabled_spell",
        "CAST(NULL AS uuid)",
        no_grant,
    );
    part(
        wanted.roles,
        "ROLE_ASSIGNMENT",
        "role_assignment",
        "x.role_id",
        no_grant,
    );
    part(
        wanted.groups,
        "GROUP_MEMBERSHIP",
        "group_membership",
        "x.group_id",
        no_grant,
    );
    part(
        wanted.grants,
        "GRANT",
        "permission_grant",
        "x.resource_id",
        "x.permission AS permission, x.resource_kind AS resource_kind, x.access AS access, x.record_filter AS record_filter",
    );
}

fn attach(facts: &mut MemberFacts, row: Row<'_>) -> Result<(), StoreError> {
    match row.text("kind")? {
        Some("DISABLED_SPELL") => facts.disabled.push(interval(row)?),
        Some("ROLE_ASSIGNMENT") => facts.roles.push(RoleAssignmentFacts {
            id: row.get("id")?,
            role_id: RoleId(row.get("target_id")?),
            interval: interval(row)?,
            granted_by: granted_by(row)?,
        }),
        Some("GROUP_MEMBERSHIP") => facts.groups.push(GroupMembershipFacts {
            id: row.get("id")?,
            group_id: GroupId(row.get("target_id")?),
            interval: interval(row)?,
            granted_by: granted_by(row)?,
        }),
        _ => facts.grants.push(grant(row, row.get("target_id")?)?),
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
    use permission_grant::Column;
    let holder: Option<Option<Uuid>> = permission_grant::Entity::find_by_id(grant.0)
        .select_only()
        .column(Column::MembershipId)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .into_tuple()
        .one(db)
        .await?;
    Ok(holder.flatten().map(MembershipId))
}

/// The member of `workspace` whose place in a group this is; `None` for those of other workspaces.
pub async fn holder_of_group_membership(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: crate::domain::id::GroupMembershipId,
) -> Result<Option<MembershipId>, StoreError> {
    use group_membership::Column;
    let holder: Option<Uuid> = group_membership::Entity::find_by_id(id.0)
        .select_only()
        .column(Column::MembershipId)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .into_tuple()
        .one(db)
        .await?;
    Ok(holder.map(MembershipId))
}
