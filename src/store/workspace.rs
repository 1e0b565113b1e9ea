//! Workspaces: finding and locking them, and storing what every write changes in them. SQL text,
//! because a workspace comes with its parent, and each call and each write runs it.

pub mod first;
pub mod names;
pub mod properties;
pub mod secondary;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QueryResult, QuerySelect, Value,
};
use uuid::Uuid;

use super::engine::{self, Conditions as _, Row, Sql, StoreError};
use crate::{
    domain::{
        calendar::{Calendar, Calendars},
        id::{AccountId, MembershipId, WorkspaceId},
        vocabulary::AccessMode,
    },
    entity::{default_permission, membership, workspace},
};

/// A workspace, as stored, with the version of its parent.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub id: WorkspaceId,
    /// Never changes.
    pub slug: Arc<str>,
    pub name: Arc<str>,
    pub description: Option<String>,
    pub created_at: DateTime<Utc>,
    /// Who may enter.
    pub access_mode: AccessMode,
    /// Whether a portal should ask visitors to sign in.
    pub sign_in_suggested: bool,
    /// Its main workspace, if it is a secondary one.
    pub parent_id: Option<WorkspaceId>,
    /// Incremented by every change of access.
    pub access_version: i64,
    /// The instant of its last write (TIME-5).
    pub last_write_at: DateTime<Utc>,
    /// The license's seats.
    pub seats: Option<i32>,
    /// Whether the license allows secondary workspaces.
    pub secondary_workspaces_enabled: bool,
    /// How many it allows.
    pub max_secondary_workspaces: Option<i32>,
    /// Its time zone, days and months (WS-13).
    pub calendar: Calendar,
    /// The parent's, by which the license counts.
    pub parent_calendar: Option<Calendar>,
    /// The parent's access version; 0 without one.
    pub parent_version: i64,
    /// The instant of the parent's last write: its license counts from then on here too.
    pub parent_write_at: Option<DateTime<Utc>>,
    /// When it was deleted: from then on nothing in it counts (WS-11).
    pub deleted_at: Option<DateTime<Utc>>,
}

/// The columns of [`Workspace`], from `workspace w` and its parent `p` ([`FROM`]).
pub const COLUMNS: &str = "w.id, w.slug, w.name, w.description, w.created_at, w.access_mode, w.sign_in_suggested, w.parent_id, \
     w.access_version, w.last_write_at, w.seats, w.secondary_workspaces_enabled, w.max_secondary_workspaces, w.calendar, \
     w.deleted_at, COALESCE(p.access_version, 0) AS parent_version, p.last_write_at AS parent_write_at, \
     p.calendar AS parent_calendar";

/// A workspace with its parent.
pub const FROM: &str = "workspace w LEFT JOIN workspace p ON p.id = w.parent_id";

impl Workspace {
    /// Reads [`COLUMNS`].
    pub fn read(row: Row<'_>) -> Result<Self, StoreError> {
        let parent_id = row.get::<Option<Uuid>>("parent_id")?.map(WorkspaceId);
        let access_mode = row.text("access_mode")?.and_then(AccessMode::parse);
        Ok(Self {
            id: WorkspaceId(row.get("id")?),
            slug: row.text("slug")?.unwrap_or_default().into(),
            name: row.text("name")?.unwrap_or_default().into(),
            description: row.get("description")?,
            created_at: row.get("created_at")?,
            access_mode: access_mode.unwrap_or(AccessMode::Private),
            sign_in_suggested: row.get("sign_in_suggested")?,
            parent_id,
            access_version: row.get("access_version")?,
            last_write_at: row.get("last_write_at")?,
            seats: row.get("seats")?,
            secondary_workspaces_enabled: row.get("secondary_workspaces_enabled")?,
            max_secondary_workspaces: row.get("max_secondary_workspaces")?,
            calendar: read_calendar(row.text("calendar")?),
            parent_calendar: match parent_id {
                Some(_) => Some(read_calendar(row.text("parent_calendar")?)),
                None => None,
            },
            parent_version: row.get("parent_version")?,
            parent_write_at: row.get("parent_write_at")?,
            deleted_at: row.get("deleted_at")?,
        })
    }

    /// The earliest instant of a decision here: its last write, or that of the workspace whose
    /// license it has (TIME-5).
    pub fn not_before(&self) -> DateTime<Utc> {
        self.parent_write_at
            .map_or(self.last_write_at, |at| at.max(self.last_write_at))
    }

    /// A workspace that is about to be inserted. Only its id is set.
    pub fn unwritten(id: WorkspaceId, now: DateTime<Utc>) -> Self {
        Self {
            id,
            slug: "".into(),
            name: "".into(),
            description: None,
            created_at: now,
            access_mode: AccessMode::Private,
            sign_in_suggested: false,
            parent_id: None,
            access_version: 1,
            last_write_at: now,
            seats: None,
            secondary_workspaces_enabled: false,
            max_secondary_workspaces: None,
            calendar: Calendar::default(),
            parent_calendar: None,
            parent_version: 0,
            parent_write_at: None,
            deleted_at: None,
        }
    }

    /// What its counters run by, and those of its license.
    pub fn calendars(&self) -> Calendars {
        Calendars {
            own: self.calendar,
            main: self.parent_calendar.unwrap_or(self.calendar),
        }
    }

    /// The workspace that holds the license: itself, or its main workspace.
    pub fn main_id(&self) -> WorkspaceId {
        self.parent_id.unwrap_or(self.id)
    }
}

/// A calendar as stored; NULL is UTC. One that cannot be read, such as a zone that this version does
/// not know, is UTC too and logged: a workspace stays open whatever its row says.
pub fn read_calendar(stored: Option<&str>) -> Calendar {
    let Some(text) = stored else {
        return Calendar::default();
    };
    serde_json::from_str(text).unwrap_or_else(|error| {
        tracing::error!(%error, "the calendar of a workspace cannot be read: UTC is used");
        Calendar::default()
    })
}

/// A calendar as it is stored.
pub fn write_calendar(calendar: &Calendar) -> Result<Option<String>, StoreError> {
    if *calendar == Calendar::default() {
        return Ok(None);
    }
    let text = serde_json::to_string(calendar).map_err(|error| of_json(&error))?;
    Ok(Some(text))
}

fn of_json(error: &serde_json::Error) -> StoreError {
    StoreError::Other(DbErr::Json(error.to_string()))
}

/// How a request names a workspace.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum WorkspaceRef {
    Id(WorkspaceId),
    Slug(String),
}

/// The workspace and the latest membership of `account` in it that has not ended at the later of
/// `now` and the workspace's last write.
pub async fn find(
    db: &impl ConnectionTrait,
    reference: &WorkspaceRef,
    account: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<Option<(Workspace, Option<MembershipId>)>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(COLUMNS);
    match account {
        Some(account) => sql.bind(
            ", (SELECT m.id FROM membership m WHERE m.account_id = ? AND m.workspace_id = w.id AND m.ends_at > ? \
             AND m.ends_at > w.last_write_at AND m.ends_at > m.starts_at ORDER BY m.starts_at LIMIT 1) AS membership_id FROM ",
            [account.0.into(), now.into()],
        ),
        None => sql.push(", CAST(NULL AS uuid) AS membership_id FROM "),
    };
    sql.push(FROM);
    match reference {
        WorkspaceRef::Id(id) => sql.bind(" WHERE w.id = ? AND w.deleted_at IS NULL", [id.0.into()]),
        WorkspaceRef::Slug(slug) => sql.bind(
            " WHERE w.slug = ? AND w.deleted_at IS NULL",
            [slug.as_str().into()],
        ),
    };
    sql.rows(db).await?.first().map(with_membership).transpose()
}

fn with_membership(row: &QueryResult) -> Result<(Workspace, Option<MembershipId>), StoreError> {
    let row = Row::of(row);
    let membership = row.get::<Option<Uuid>>("membership_id")?;
    Ok((Workspace::read(row)?, membership.map(MembershipId)))
}

/// What a write needs from the locked row.
#[derive(Debug, Clone)]
pub struct Locked {
    /// The current row.
    pub workspace: Workspace,
    /// The number of its last audit event.
    pub audit_sequence: i64,
    /// The hash of its last audit event.
    pub audit_hash: Vec<u8>,
}

/// Locks the workspace's row until the transaction ends. Changes nothing yet: [`advance`] does.
pub async fn lock(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
) -> Result<Option<Locked>, StoreError> {
    let sql = "UPDATE workspace SET access_version = access_version WHERE id = $1 AND deleted_at IS NULL \
         RETURNING id, slug, name, description, created_at, access_mode, sign_in_suggested, parent_id, access_version, \
         last_write_at, seats, secondary_workspaces_enabled, max_secondary_workspaces, deleted_at, calendar, \
         COALESCE((SELECT p.access_version FROM workspace p WHERE p.id = workspace.parent_id), 0) AS parent_version, \
         (SELECT p.last_write_at FROM workspace p WHERE p.id = workspace.parent_id) AS parent_write_at, \
         (SELECT p.calendar FROM workspace p WHERE p.id = workspace.parent_id) AS parent_calendar, \
         audit_sequence, audit_hash";
    let Some(row) = engine::row(db, sql, vec![id.0.into()]).await? else {
        return Ok(None);
    };
    let row = Row::of(&row);
    Ok(Some(Locked {
        workspace: Workspace::read(row)?,
        audit_sequence: row.get("audit_sequence")?,
        audit_hash: row.get("audit_hash")?,
    }))
}

/// Waits for the write that holds the workspace's row, if it may have an instant as early as `at`,
/// and makes all later writes later than that. Does not wait for a write that is later anyway.
pub async fn settle(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    workspace::Entity::update_many()
        .set(workspace::ActiveModel {
            last_write_at: Set(at),
            ..Default::default()
        })
        .filter(workspace::Column::Id.eq(id.0))
        .filter(workspace::Column::LastWriteAt.lt(at))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores what a write changes in the row: its instant, the access version if access changed, the
/// end of the audit chain.
pub async fn advance(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
    at: DateTime<Utc>,
    access_changed: bool,
    audit_sequence: i64,
    audit_hash: &[u8],
) -> Result<(), StoreError> {
    use sea_orm::sea_query::ExprTrait as _;
    use workspace::Column;
    let version = Column::AccessVersion.into_expr();
    workspace::Entity::update_many()
        .set(workspace::ActiveModel {
            last_write_at: Set(at),
            audit_sequence: Set(audit_sequence),
            audit_hash: Set(audit_hash.to_vec()),
            ..Default::default()
        })
        .col_expr(
            Column::AccessVersion,
            version.add(i64::from(access_changed)),
        )
        .filter(Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// The account's membership in the workspace that has not ended at `now`; if there are several, the
/// one that begins first.
pub async fn current_membership(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<MembershipId>, StoreError> {
    use membership::Column;
    let id: Option<Uuid> = membership::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt))
        .order_by_asc(Column::StartsAt)
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.map(MembershipId))
}

/// Which related workspaces to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// All that the caller may know of.
    All,
    /// The secondary workspaces of this one. The service has checked that the caller may list them.
    SecondaryOf(WorkspaceId),
}

/// The filters of the list.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceFilter {
    /// PUBLIC or PRIVATE ones.
    pub access_mode: Option<AccessMode>,
    /// Main or secondary ones.
    pub is_main: Option<bool>,
    /// Those that the account is a member of, or is not.
    pub mine: Option<bool>,
}

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListOrder {
    /// The slug, by bytes.
    Slug,
    CreatedAt,
}

impl ListOrder {
    /// Whether a row can have this sort value.
    pub fn takes(self, key: &str) -> bool {
        self == Self::Slug || super::page::instant(key).is_some()
    }
}

/// A list of the workspaces that one caller may know of.
#[derive(Debug, Clone)]
pub struct Listing<'a> {
    /// The caller.
    pub account: Option<AccountId>,
    /// Whether to list all: for operators.
    pub all: bool,
    /// The only workspace that a key sees.
    pub only: Option<WorkspaceId>,
    pub family: Family,
    pub filter: &'a WorkspaceFilter,
}

impl Listing<'_> {
    fn condition(&self, sql: &mut Sql, now: DateTime<Utc>) {
        let nobody = Uuid::nil();
        let account = self.account.map_or(nobody, |id| id.0);
        let mine = "EXISTS (SELECT 1 FROM membership m WHERE m.account_id = ? AND m.workspace_id = w.id AND m.ends_at > ? \
             AND m.ends_at > w.last_write_at AND m.ends_at > m.starts_at)";
        sql.push(" WHERE w.deleted_at IS NULL");
        if let Some(only) = self.only {
            sql.bind(" AND w.id = ?", [only.0.into()]);
        }
        match self.family {
            Family::SecondaryOf(parent) => {
                sql.bind(" AND w.parent_id = ?", [parent.0.into()]);
            }
            Family::All if self.all => {}
            Family::All => {
                sql.push(" AND (w.access_mode = 'PUBLIC' OR ")
                    .bind(mine, [account.into(), now.into()])
                    .push(")");
            }
        }
        if let Some(mode) = self.filter.access_mode {
            sql.bind(" AND w.access_mode = ?", [mode.as_str().into()]);
        }
        match self.filter.is_main {
            Some(true) => sql.push(" AND w.parent_id IS NULL"),
            Some(false) => sql.push(" AND w.parent_id IS NOT NULL"),
            None => sql,
        };
        if let Some(is_mine) = self.filter.mine {
            sql.push(if is_mine { " AND " } else { " AND NOT " })
                .bind(mine, [account.into(), now.into()]);
        }
    }
}

/// One page of workspaces, each with the account's membership in it.
pub async fn page(
    db: &impl ConnectionTrait,
    listing: &Listing<'_>,
    (order, descending): (ListOrder, bool),
    page: &super::page::PageRequest,
    now: DateTime<Utc>,
) -> Result<super::page::Page<(Workspace, Option<MembershipId>)>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    let account = listing.account.map_or(Uuid::nil(), |id| id.0);
    sql.push(COLUMNS)
        .bind(
            ", (SELECT m.id FROM membership m WHERE m.account_id = ? AND m.workspace_id = w.id AND m.ends_at > ? \
             AND m.ends_at > w.last_write_at AND m.ends_at > m.starts_at ORDER BY m.starts_at LIMIT 1) AS membership_id FROM ",
            [account.into(), now.into()],
        )
        .push(FROM);
    listing.condition(&mut sql, now);
    match order {
        ListOrder::Slug => page.apply(&mut sql, Some("w.slug"), "w.id", descending, |key| {
            Some(key.into())
        }),
        ListOrder::CreatedAt => {
            page.apply(&mut sql, Some("w.created_at"), "w.id", descending, |key| {
                super::page::instant(key).map(Value::from)
            })
        }
    }
    let rows = sql.rows(db).await?;
    let rows = rows.iter().map(with_membership);
    Ok(page.page(rows.collect::<Result<_, _>>()?))
}

/// The number of listed workspaces.
pub async fn count(
    db: &impl ConnectionTrait,
    listing: &Listing<'_>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM workspace w");
    listing.condition(&mut sql, now);
    sql.count(db).await
}

/// The permissions that new members get at `now`.
pub async fn default_permissions(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    now: DateTime<Utc>,
) -> Result<crate::domain::permission::PermissionSet, StoreError> {
    use default_permission::Column;
    let names: Vec<String> = default_permission::Entity::find()
        .select_only()
        .column(Column::Permission)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::StartsAt.lte(now))
        .filter(Column::EndsAt.gt(now))
        .into_tuple()
        .all(db)
        .await?;
    Ok(names
        .iter()
        .filter_map(|name| crate::domain::permission::Permission::parse(name))
        .collect())
}
