//! What all members of a workspace share: roles and groups with what they give, and the quota
//! values of scopes above the member. SQL text, so that one statement returns all kinds.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{grant, interval, unknown, word};
use crate::{
    domain::{
        access::{
            SecondFactorPolicy, SignInPolicy,
            facts::{GroupFacts, RoleFacts, WorkspaceFacts},
        },
        id::{GroupId, RoleId, WorkspaceId},
        interval::Interval,
        permission::{Permission, Preset},
        vocabulary::{AccessMode, QuotaPeriod, QuotaScope, QuotaType},
    },
    store::engine::{Row, Sql, StoreError},
};

/// A quota value, as stored (QUOTA-1).
#[derive(Debug, Clone)]
pub struct QuotaValueFacts {
    pub id: Uuid,
    pub scope: QuotaScope,
    /// The group or membership it is set for, if the scope has one.
    pub subject: Option<Uuid>,
    pub quota_type: QuotaType,
    pub limit: u64,
    /// The period, for API calls.
    pub period: Option<QuotaPeriod>,
    /// When it counts.
    pub interval: Interval,
}

/// What all members of a workspace share, and the quota values of scopes above the member.
#[derive(Debug, Clone)]
pub struct WorkspaceSnapshot {
    pub facts: WorkspaceFacts,
    /// Descriptions of the groups.
    pub group_details: HashMap<GroupId, GroupDetails>,
    /// The values of the scopes LICENSE (of the main workspace), WORKSPACE_CAP, DEFAULT and GROUP.
    pub quotas: Vec<QuotaValueFacts>,
    /// What is asked of whoever signs in. Not dated.
    pub sign_in: SignInPolicy,
}

impl WorkspaceSnapshot {
    /// The snapshot of a workspace without roles, groups and values.
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
            sign_in: SignInPolicy::NONE,
        }
    }
}

/// A group's description. Not dated.
#[derive(Debug, Clone, Default)]
pub struct GroupDetails {
    pub description: Option<String>,
    /// When title or description last changed.
    pub updated_at: Option<DateTime<Utc>>,
}
/// Loads everything that the members of `workspace` share and that has not ended at `since`. `main`
/// is the workspace that holds the license.
pub async fn workspace_snapshot(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    main: WorkspaceId,
    access_mode: AccessMode,
    since: DateTime<Utc>,
) -> Result<WorkspaceSnapshot, StoreError> {
    let sql = shared_facts(db, workspace, main, since);
    let mut snapshot = WorkspaceSnapshot::empty(workspace, access_mode);
    let rows = sql.rows(db).await?;
    let mut later = Vec::new();
    for row in &rows {
        let row = Row::of(row);
        match row.text("kind")? {
            Some("ROLE") => {
                let role = role(row)?;
                snapshot.facts.roles.insert(role.id, role);
            }
            Some("GROUP") => {
                let group = group(row)?;
                let details = GroupDetails {
                    description: row.get("description")?,
                    updated_at: row.get("updated_at")?,
                };
                snapshot.group_details.insert(group.id, details);
                snapshot.facts.groups.insert(group.id, group);
            }
            Some("SIGN_IN_POLICY") => snapshot.sign_in = sign_in_policy(row)?,
            Some("QUOTA_VALUE") => snapshot.quotas.push(quota_value(row)?),
            kind => later.push((kind, row)),
        }
    }
    for (kind, row) in later {
        let facts = &mut snapshot.facts;
        match kind {
            Some("ROLE_PERMISSION") => {
                if let Some(role) = facts.roles.get_mut(&RoleId(row.get("role_id")?)) {
                    let permission = word(row, "permission", Permission::parse)?;
                    role.permissions.push((permission, interval(row)?));
                }
            }
            Some("GRANT") => {
                if let Some(group) = facts.groups.get_mut(&GroupId(row.get("group_id")?)) {
                    group.grants.push(grant(row, row.get("resource_id")?)?);
                }
            }
            _ => return Err(unknown("kind")),
        }
    }
    sort_snapshot(&mut snapshot);
    Ok(snapshot)
}

/// What is asked of whoever signs in, from the columns that [`POLICY`] puts it into.
fn sign_in_policy(row: Row<'_>) -> Result<SignInPolicy, StoreError> {
    Ok(SignInPolicy {
        second_factor: word(row, "name", SecondFactorPolicy::parse)?,
        second_factor_from: row.get("updated_at")?,
        second_factor_before: word(row, "preset", SecondFactorPolicy::parse)?,
    })
}

/// A role whose permissions are still to be added.
fn role(row: Row<'_>) -> Result<RoleFacts, StoreError> {
    let preset = match row.text("preset")? {
        None => None,
        Some(_) => Some(word(row, "preset", Preset::parse)?),
    };
    Ok(RoleFacts {
        id: RoleId(row.get("id")?),
        name: row.text("name")?.unwrap_or_default().into(),
        preset,
        interval: interval(row)?,
        permissions: Vec::new(),
    })
}

/// A group whose grants are still to be added.
fn group(row: Row<'_>) -> Result<GroupFacts, StoreError> {
    Ok(GroupFacts {
        id: GroupId(row.get("id")?),
        slug: row.text("slug")?.unwrap_or_default().into(),
        title: row.text("title")?.unwrap_or_default().into(),
        interval: interval(row)?,
        grants: Vec::new(),
    })
}

/// The columns of shared facts besides kind and dates, each with its type for kinds that do not have
/// it.
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

/// A kind of shared fact: its name, its columns among [`SHARED`], its table, a further condition.
type SharedKind = (
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
);

const GRANT_COLUMNS: &[&str] = &[
    "id",
    "group_id",
    "permission",
    "resource_kind",
    "resource_id",
    "access",
    "record_filter",
];

const QUOTA_COLUMNS: &[&str] = &[
    "id",
    "group_id",
    "quota_type",
    "period",
    "scope",
    "limit_value",
];

/// The kinds that belong to the workspace.
const OF_WORKSPACE: [SharedKind; 5] = [
    ("ROLE", &["id", "name", "preset"], "role", ""),
    (
        "ROLE_PERMISSION",
        &["id", "role_id", "permission"],
        "role_permission",
        "",
    ),
    (
        "GROUP",
        &["id", "slug", "title", "description", "updated_at"],
        "member_group",
        "",
    ),
    (
        "GRANT",
        GRANT_COLUMNS,
        "permission_grant",
        " AND x.group_id IS NOT NULL",
    ),
    (
        "QUOTA_VALUE",
        QUOTA_COLUMNS,
        "quota_value",
        " AND x.scope IN ('WORKSPACE_CAP', 'DEFAULT', 'GROUP')",
    ),
];

/// The kinds that belong to the workspace with the license.
const OF_MAIN: [SharedKind; 1] = [(
    "QUOTA_VALUE",
    QUOTA_COLUMNS,
    "quota_value",
    " AND x.scope = 'LICENSE'",
)];

/// Which column of the policy stands in which of [`SHARED`].
const POLICY: [(&str, &str); 3] = [
    ("name", "second_factor"),
    ("preset", "second_factor_before"),
    ("updated_at", "second_factor_from"),
];

/// The policy of the workspace, which has no dates.
fn push_policy(sql: &mut Sql, workspace: WorkspaceId) {
    sql.push(" UNION ALL SELECT 'SIGN_IN_POLICY' AS kind, ");
    for (column, absent) in SHARED {
        match POLICY.iter().find(|(shared, _)| *shared == column) {
            Some((_, own)) => sql.push(&format!("x.{own} AS {column}, ")),
            None => sql.push(&format!("CAST(NULL AS {absent}) AS {column}, ")),
        };
    }
    sql.bind(
        "x.second_factor_from AS starts_at, x.second_factor_from AS ends_at, CAST(NULL AS uuid) AS granted_by \
         FROM sign_in_policy x WHERE x.workspace_id = ?",
        [workspace.0.into()],
    );
}

fn shared_facts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    main: WorkspaceId,
    since: DateTime<Utc>,
) -> Sql {
    let mut sql = Sql::new(db, "");
    let of_workspace = OF_WORKSPACE.iter().map(|kind| (kind, workspace));
    let of_main = OF_MAIN.iter().map(|kind| (kind, main));
    for (index, ((kind, has, table, condition), owner)) in of_workspace.chain(of_main).enumerate() {
        sql.push(if index > 0 { " UNION ALL " } else { "" })
            .push(&format!("SELECT '{kind}' AS kind, "));
        for (column, absent) in SHARED {
            if has.contains(&column) {
                sql.push(&format!("x.{column} AS {column}, "));
            } else {
                sql.push(&format!("CAST(NULL AS {absent}) AS {column}, "));
            }
        }
        sql.bind(
            &format!(
                "x.starts_at AS starts_at, x.ends_at AS ends_at, x.granted_by AS granted_by FROM {table} x \
                 WHERE x.workspace_id = ?{condition} AND x.ends_at > ?"
            ),
            [owner.0.into(), since.into()],
        );
    }
    push_policy(&mut sql, workspace);
    sql
}

/// Sorts every list, whatever order the database returned the rows in, so that a dry run and the
/// call itself report the same (AUD-4). Here and not in SQL, which would sort all kinds of rows
/// together.
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
