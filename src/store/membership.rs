//! Memberships: rows, and the members list with its filters, orders and counts (MEM-7). SQL text,
//! because all pages of members come from this list, with account and state.

use chrono::{DateTime, Duration, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Value};

use super::{
    engine::{Row, Sql, StoreError},
    page::{self, Page, PageRequest, Position, SortKey, instant_key},
};
use crate::domain::{
    id::{AccountId, GroupId, MembershipId, RoleId, WorkspaceId},
    interval::Interval,
    permission::Permission,
    vocabulary::{MembershipEndReason, MembershipOrigin, MembershipState},
};

mod condition;
mod copies;
mod effective;
mod lead;
mod period;

pub use effective::{FEW, Held, PermissionGivers, Source, choose, count_sources, holders};
pub use lead::Lead;

use condition::{TestMode, condition};
pub use copies::rewrite_copies;
pub use period::{move_starts, note_left_before_end, set_periods};

/// A membership with the public part of its account.
#[derive(Debug, Clone)]
pub struct MemberRow {
    pub id: MembershipId,
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    /// The access period.
    pub interval: Interval,
    pub end_reason: Option<MembershipEndReason>,
    pub origin: MembershipOrigin,
    pub joined_at: DateTime<Utc>,
    /// When it was last used. `None` means never.
    pub last_active_at: Option<DateTime<Utc>>,
    /// Folded "family given".
    pub sort_name: String,
    pub email_canonical: String,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// Since when it is disabled, if it is at the instant of the query.
    pub disabled_at: Option<DateTime<Utc>>,
    /// The sort value of a list by role or state.
    sort_key: Option<String>,
}

impl MemberRow {
    /// The state at `t` (MEM-1).
    pub fn state(&self, t: DateTime<Utc>) -> MembershipState {
        if self.interval.ends_at <= t || self.interval.is_empty() {
            MembershipState::Ended
        } else if self.disabled_at.is_some() {
            MembershipState::Disabled
        } else if self.interval.starts_at > t {
            MembershipState::Scheduled
        } else {
            MembershipState::Active
        }
    }

    /// The instant at which to show what the member holds: `t`; for an ended membership, just
    /// before its end; for a scheduled one, its start (MEM-1).
    pub fn shown_at(&self, t: DateTime<Utc>) -> DateTime<Utc> {
        match self.state(t) {
            MembershipState::Ended => {
                (self.interval.ends_at - Duration::microseconds(1)).max(self.interval.starts_at)
            }
            MembershipState::Scheduled => self.interval.starts_at,
            MembershipState::Active | MembershipState::Disabled => t.max(self.interval.starts_at),
        }
    }

    /// The cursor position of the row in this order.
    pub fn position(&self, field: OrderField) -> Position {
        let key = match field {
            OrderField::Name => self.sort_name.clone(),
            OrderField::Email => self.email_canonical.clone(),
            OrderField::JoinedAt => instant_key(self.joined_at),
            OrderField::LastActiveAt => instant_key(self.last_active_at.unwrap_or_default()),
            OrderField::AccessEndsAt => instant_key(self.interval.ends_at),
            OrderField::Role | OrderField::State => self.sort_key.clone().unwrap_or_default(),
        };
        Position { key, id: self.id.0 }
    }

    /// Reads a row with the sort value in the column `sort_key`.
    fn read_sorted(row: &QueryResult) -> Result<Self, StoreError> {
        Ok(Self {
            sort_key: Row::of(row).get("sort_key")?,
            ..Self::read(row)?
        })
    }

    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let row = Row::of(row);
        let origin = row.text("origin")?.and_then(MembershipOrigin::parse);
        let last_active_at: DateTime<Utc> = row.get("last_active_at")?;
        Ok(Self {
            id: MembershipId(row.get("id")?),
            workspace_id: WorkspaceId(row.get("workspace_id")?),
            account_id: AccountId(row.get("account_id")?),
            interval: Interval::new(row.get("starts_at")?, row.get("ends_at")?),
            end_reason: row.text("end_reason")?.and_then(MembershipEndReason::parse),
            origin: origin.unwrap_or(MembershipOrigin::Operator),
            joined_at: row.get("joined_at")?,
            last_active_at: (last_active_at.timestamp() != 0).then_some(last_active_at),
            sort_name: row.get("sort_name")?,
            email_canonical: row.get("email_canonical")?,
            email: row.get("email")?,
            given_name: row.get("given_name")?,
            family_name: row.get("family_name")?,
            disabled_at: row.get("disabled_at")?,
            sort_key: None,
        })
    }
}

/// The orders of the members list (MEM-7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OrderField {
    /// Folded "family given", by bytes.
    Name,
    /// The canonical address, by bytes.
    Email,
    /// When the membership was created.
    JoinedAt,
    /// Last active. Never sorts as oldest.
    LastActiveAt,
    /// The end of the access period. No end sorts last.
    AccessEndsAt,
    /// The role at the instant of the query, in the order of the roles' sort keys. No role sorts
    /// first.
    Role,
    /// SCHEDULED, ACTIVE, DISABLED, ENDED.
    State,
}

/// The sort key of each role of a workspace.
pub type RoleKeys = [(RoleId, String)];

impl OrderField {
    /// What the list is sorted by: a column, or for roles and states an expression that is read
    /// with each row.
    fn key(self, sql: &Sql, roles: &RoleKeys, t: DateTime<Utc>) -> SortKey {
        let column = match self {
            Self::Name => "m.sort_name",
            Self::Email => "m.email_canonical",
            Self::JoinedAt => "m.joined_at",
            Self::LastActiveAt => "m.last_active_at",
            Self::AccessEndsAt => "m.ends_at",
            Self::Role => return role_key(sql, roles, t),
            Self::State => return state_key(sql, t),
        };
        column.into()
    }

    const fn is_computed(self) -> bool {
        matches!(self, Self::Role | Self::State)
    }

    /// Whether a row can have this sort value.
    pub fn takes(self, key: &str) -> bool {
        self.value(key).is_some()
    }

    fn value(self, key: &str) -> Option<Value> {
        match self {
            Self::Name | Self::Email | Self::Role | Self::State => Some(key.into()),
            _ => page::instant(key).map(Value::from),
        }
    }
}

fn role_key(sql: &Sql, roles: &RoleKeys, t: DateTime<Utc>) -> SortKey {
    let names = if roles.is_empty() {
        "''".to_owned()
    } else {
        format!(
            "CASE{} ELSE '' END",
            " WHEN x.role_id = ? THEN CAST(? AS text)".repeat(roles.len())
        )
    };
    let text = format!(
        "COALESCE((SELECT {names} FROM role_assignment x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id \
         AND x.starts_at <= ? AND x.ends_at > ? ORDER BY x.id LIMIT 1), '')"
    );
    let named = roles
        .iter()
        .flat_map(|(id, key)| [Value::from(id.0), Value::from(key.as_str())]);
    SortKey {
        text: sql.by_bytes(&text),
        values: named.chain([t.into(), t.into()]).collect(),
    }
}

/// The same states as [`MemberRow::state`].
fn state_key(sql: &Sql, t: DateTime<Utc>) -> SortKey {
    let text = "(CASE WHEN m.ends_at <= ? OR m.ends_at <= m.starts_at THEN '3' WHEN EXISTS (SELECT 1 FROM disabled_spell d \
                WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id AND d.starts_at <= ? AND d.ends_at > ?) \
                THEN '2' WHEN m.starts_at > ? THEN '0' ELSE '1' END)";
    SortKey {
        text: sql.by_bytes(text),
        values: vec![t.into(); 4],
    }
}

/// A range of instants, both bounds excluded.
#[derive(Debug, Clone, Copy, Default)]
pub struct Range {
    /// After this instant.
    pub after: Option<DateTime<Utc>>,
    /// Before this instant.
    pub before: Option<DateTime<Utc>>,
}

/// How to treat members who only signed up (JOIN-4).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SignedUpOnly {
    /// Leave them out.
    #[default]
    Exclude,
    /// Only them.
    Only,
    /// Include them like all others.
    Include,
}

/// The filters of the members list (MEM-7). All of them must match.
#[derive(Debug, Clone, Default)]
pub struct MemberFilter {
    /// Folded words, each the prefix of a word of the member.
    pub words: Vec<String>,
    /// States. `None` means all but ENDED.
    pub states: Option<Vec<MembershipState>>,
    /// Members who only signed up.
    pub signed_up_only: SignedUpOnly,
    /// One of these roles.
    pub role_ids: Option<Vec<RoleId>>,
    /// Any role, or none.
    pub has_role: Option<bool>,
    /// In one of these groups.
    pub group_ids: Option<Vec<GroupId>>,
    /// All of these held effectively, in any way; [`Held`] says how to find the members.
    pub permissions: Vec<Permission>,
    /// All of these granted directly.
    pub direct_permissions: Vec<Permission>,
    /// One of these origins.
    pub origins: Option<Vec<MembershipOrigin>>,
    /// The end of the access period. No end is in no range.
    pub access_ends: Range,
    /// When the membership was created.
    pub joined: Range,
    /// When it was last used. Never is in no range.
    pub last_active: Range,
    /// Never used, or used.
    pub never_active: Option<bool>,
    /// Only those that have begun.
    pub begun: bool,
}

const FROM: &str = "membership m JOIN account a ON a.id = m.account_id";

fn columns(sql: &mut Sql, computed: Option<&SortKey>, t: DateTime<Utc>) {
    sql.bind(
        "SELECT m.id, m.workspace_id, m.account_id, m.starts_at, m.ends_at, m.end_reason, m.origin, m.joined_at, \
         m.last_active_at, m.sort_name, m.email_canonical, a.email, a.given_name, a.family_name, \
         (SELECT MIN(d.starts_at) FROM disabled_spell d WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id \
         AND d.starts_at <= ? AND d.ends_at > ?) AS disabled_at",
        [t.into(), t.into()],
    );
    if let Some(key) = computed {
        sql.bind_all(&format!(", {} AS sort_key", key.text), key.values.clone());
    }
    sql.push(" FROM ");
}

fn select(sql: &mut Sql, t: DateTime<Utc>) {
    columns(sql, None, t);
    sql.push(FROM);
}

/// One page of the members list of `workspace` at `t`. `held` belongs to the filter's
/// `permissions`.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (filter, held): (&MemberFilter, &Held),
    ((field, descending), roles): ((OrderField, bool), &RoleKeys),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Page<MemberRow>, StoreError> {
    let mut sql = Sql::new(db, "");
    let key = field.key(&sql, roles, t);
    columns(&mut sql, Some(&key).filter(|_| field.is_computed()), t);
    held.holders(&mut sql, workspace, t);
    sql.push(FROM);
    condition(&mut sql, workspace, filter, TestMode::OneByOne, t);
    held.condition(&mut sql, TestMode::OneByOne, t);
    page.apply_by(&mut sql, Some(&key), "m.id", descending, |key| {
        field.value(key)
    });
    let rows = sql.rows(db).await?;
    let read = if field.is_computed() {
        MemberRow::read_sorted
    } else {
        MemberRow::read
    };
    Ok(page.page(rows.iter().map(read).collect::<Result<_, _>>()?))
}

/// The number of filtered members at `t`.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (filter, held): (&MemberFilter, &Held),
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM ");
    held.holders(&mut sql, workspace, t);
    sql.push("membership m");
    condition(&mut sql, workspace, filter, TestMode::Together, t);
    held.condition(&mut sql, TestMode::Together, t);
    sql.count(db).await
}

/// The memberships with these ids, in any workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[MembershipId],
    t: DateTime<Utc>,
) -> Result<Vec<MemberRow>, StoreError> {
    let mut sql = Sql::new(db, "");
    select(&mut sql, t);
    sql.push(" WHERE ")
        .ids_in("m.id", ids.iter().map(|id| id.0));
    sql.rows(db).await?.iter().map(MemberRow::read).collect()
}

/// The latest membership in `workspace` of the account with this canonical address.
pub async fn by_email(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    email: &str,
    t: DateTime<Utc>,
) -> Result<Option<MemberRow>, StoreError> {
    let mut sql = Sql::new(db, "");
    select(&mut sql, t);
    sql.bind(
        " WHERE m.workspace_id = ? AND m.email_canonical = ? ORDER BY m.ends_at DESC, m.id DESC LIMIT 1",
        [workspace.0.into(), email.into()],
    );
    sql.rows(db).await?.first().map(MemberRow::read).transpose()
}

/// One page of the account's memberships that have not ended, in all workspaces or one, by id.
pub async fn of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Page<MemberRow>, StoreError> {
    let mut sql = Sql::new(db, "");
    select(&mut sql, t);
    own_condition(&mut sql, account, t);
    page.apply(&mut sql, None, "m.id", false, |_| None);
    let rows = sql.rows(db).await?;
    Ok(page.page(rows.iter().map(MemberRow::read).collect::<Result<_, _>>()?))
}

/// The number of the account's memberships that have not ended.
pub async fn count_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM membership m");
    own_condition(&mut sql, account, t);
    sql.count(db).await
}

fn own_condition(sql: &mut Sql, account: AccountId, t: DateTime<Utc>) {
    sql.bind(
        " WHERE m.account_id = ? AND m.ends_at > ? AND m.ends_at > m.starts_at \
         AND EXISTS (SELECT 1 FROM workspace w WHERE w.id = m.workspace_id AND w.deleted_at IS NULL)",
        [account.0.into(), t.into()],
    );
}
