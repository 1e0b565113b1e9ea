//! Loads the facts that `domain::access` and `domain::quota` decide from: one statement for a
//! workspace, one for a batch of its members. Loads every row that has not ended at `since`,
//! including rows that start later; decides nothing (TIME-1). SQL text, so that one statement
//! returns the facts of many tables: `kind` says what a row is, and the columns of other kinds are
//! NULL.

mod snapshot;

use std::{collections::HashMap, sync::Arc};

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Value};
use uuid::Uuid;

use super::engine::{Row, Sql, StoreError};
use crate::{
    domain::{
        access::facts::{
            GrantFacts, GroupMembershipFacts, MemberFacts, Right, RoleAssignmentFacts,
        },
        id::{AccountId, GroupId, ItemKind, MembershipId, RoleId, WorkspaceId},
        interval::Interval,
        permission::Permission,
        vocabulary::{MembershipEndReason, ResourceAccess},
    },
    entity::{group_membership, permission_grant},
};

pub use snapshot::{GroupDetails, QuotaValueFacts, WorkspaceSnapshot, workspace_snapshot};

/// Which facts of members to load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Disabled intervals.
    pub disabled: bool,
    /// Role assignments.
    pub roles: bool,
    /// Group memberships.
    pub groups: bool,
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

    /// Everything that either of them includes.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self {
            disabled: self.disabled || other.disabled,
            roles: self.roles || other.roles,
            groups: self.groups || other.groups,
            grants: self.grants || other.grants,
        }
    }

    /// Whether it includes all of `other`.
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

/// Reads a column with a name of an enum.
pub(super) fn word<T>(
    row: Row<'_>,
    column: &str,
    parse: fn(&str) -> Option<T>,
) -> Result<T, StoreError> {
    row.text(column)?
        .and_then(parse)
        .ok_or_else(|| unknown(column))
}

/// A row has a name that this version does not know: nothing may be granted from it.
pub(super) fn unknown(column: &str) -> StoreError {
    StoreError::Other(sea_orm::DbErr::Type(format!(
        "a row has an unknown {column}"
    )))
}

/// Sorts what was loaded of a member by when it was given, so that the order never varies.
fn sort_member(facts: &mut MemberFacts) {
    facts
        .disabled
        .sort_unstable_by_key(|interval| (interval.starts_at, interval.ends_at));
    facts.roles.sort_unstable_by_key(|assignment| assignment.id);
    facts
        .groups
        .sort_unstable_by_key(|membership| membership.id);
    facts.grants.sort_unstable_by_key(|grant| grant.id);
}
fn grant(row: Row<'_>, item: Option<Uuid>) -> Result<GrantFacts, StoreError> {
    let right = match item {
        Some(item) => {
            let kind = word(row, "resource_kind", ItemKind::parse)?;
            Right::Item(kind.id(item), word(row, "access", ResourceAccess::parse)?)
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

/// Loads the wanted facts of `members` of `workspace` that have not ended at `since`. Leaves out
/// ids of other workspaces.
pub async fn members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    wanted: Wanted,
    since: DateTime<Utc>,
) -> Result<HashMap<MembershipId, MemberFacts>, StoreError> {
    let mut by_member = HashMap::with_capacity(members.len());
    if members.is_empty() {
        return Ok(by_member);
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
            by_member.insert(facts.id, facts);
        } else {
            later.push(row);
        }
    }
    for row in later {
        if let Some(facts) = by_member.get_mut(&MembershipId(row.get("membership_id")?)) {
            attach(facts, row)?;
        }
    }
    by_member.values_mut().for_each(sort_member);
    Ok(by_member)
}

/// Adds the wanted facts to memberships whose rows the caller already has (a page of the list).
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
    let index_by_id: HashMap<Uuid, usize> = members
        .iter()
        .enumerate()
        .map(|(index, member)| (member.id.0, index))
        .collect();
    let mut sql = Sql::new(db, "");
    {
        let ids = || index_by_id.keys().copied();
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
        if let Some(facts) = index_by_id
            .get(&row.get("membership_id")?)
            .and_then(|index| members.get_mut(*index))
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
        Some("GRANT") => facts.grants.push(grant(row, row.get("target_id")?)?),
        _ => return Err(unknown("kind")),
    }
    Ok(())
}

/// The member of `workspace` who holds a grant. `None` for a group's grants, and for grants of
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

/// The member of `workspace` who holds a group membership. `None` for those of other workspaces.
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
