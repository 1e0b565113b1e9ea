//! Members' wishes for more time (MEM-8): as they are listed and shown, made, decided. Whether one
//! still waits is told from its membership as well: with the end of that, or without an end, there
//! is nothing to decide.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait, QueryResult};
use uuid::Uuid;

use super::{
    engine::{self, Columns, Sql, StoreError},
    page::{Page, PageRequest},
};
use crate::{
    domain::{
        id::{AccessRenewalId, AccountId, MembershipId, WorkspaceId},
        interval::OPEN_END,
        vocabulary::AccessRenewalState,
    },
    entity::access_renewal,
};

/// A wish for more time.
#[derive(Debug, Clone)]
pub struct AccessRenewalRow {
    /// Its id.
    pub id: AccessRenewalId,
    /// Where.
    pub workspace_id: WorkspaceId,
    /// Of which membership.
    pub membership_id: MembershipId,
    /// Whose that is.
    pub account_id: AccountId,
    /// Where it stands.
    pub state: AccessRenewalState,
    /// What the member wrote.
    pub message: Option<String>,
    /// When they asked.
    pub requested_at: DateTime<Utc>,
    /// When it was decided.
    pub decided_at: Option<DateTime<Utc>>,
    /// By whom.
    pub decided_by: Option<AccountId>,
    /// What they wrote.
    pub reason: Option<String>,
    /// The end that was granted.
    pub ends_at: Option<DateTime<Utc>>,
}

const FROM: &str = " FROM access_renewal r JOIN membership m ON m.id = r.membership_id WHERE ";

/// The state at an instant.
fn state(sql: &mut Sql, now: DateTime<Utc>) {
    sql.bind(
        "CASE WHEN r.state = 'PENDING' AND (m.ends_at <= ? OR m.ends_at = ?) THEN 'CLOSED' ELSE r.state END",
        [now.into(), OPEN_END.into()],
    );
}

fn select(db: &impl ConnectionTrait, now: DateTime<Utc>) -> Sql {
    let mut sql = Sql::new(
        db,
        "SELECT r.id, r.workspace_id, r.membership_id, m.account_id, ",
    );
    state(&mut sql, now);
    sql.push(", r.message, r.requested_at, r.decided_at, r.decided_by, r.reason, r.ends_at")
        .push(FROM);
    sql
}

async fn read(sql: Sql, db: &impl ConnectionTrait) -> Result<Vec<AccessRenewalRow>, StoreError> {
    sql.rows(db)
        .await?
        .iter()
        .map(AccessRenewalRow::read)
        .collect()
}

fn condition(
    sql: &mut Sql,
    workspace: WorkspaceId,
    states: Option<&[AccessRenewalState]>,
    now: DateTime<Utc>,
) {
    sql.bind("r.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = states {
        sql.push(" AND EXISTS (SELECT 1 FROM (SELECT ");
        state(sql, now);
        sql.push(" AS state) s WHERE ")
            .texts_in("s.state", states.iter().map(|state| state.as_str()))
            .push(")");
    }
}

/// One page of the renewals of `workspace` in one of `states` at `now` (`None` = all), by id.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRenewalState]>,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<AccessRenewalRow>, StoreError> {
    let mut sql = select(db, now);
    condition(&mut sql, workspace, states, now);
    page.apply(&mut sql, None, "r.id", false, |_| None);
    Ok(page.page(read(sql, db).await?))
}

/// How many renewals [`page`] has over all pages.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRenewalState]>,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*)");
    sql.push(FROM);
    condition(&mut sql, workspace, states, now);
    Ok(sql
        .all::<(i64,)>(db)
        .await?
        .first()
        .map_or(0, |(count,)| *count))
}

/// The renewals with these ids, of whatever workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[AccessRenewalId],
    now: DateTime<Utc>,
) -> Result<Vec<AccessRenewalRow>, StoreError> {
    let mut sql = select(db, now);
    sql.ids_in("r.id", ids.iter().map(|id| id.0));
    read(sql, db).await
}

/// The renewals of these memberships that wait: one each at most.
pub async fn pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    memberships: &[MembershipId],
    now: DateTime<Utc>,
) -> Result<Vec<AccessRenewalRow>, StoreError> {
    let mut sql = select(db, now);
    sql.bind(
        "r.workspace_id = ? AND r.state = 'PENDING' AND ",
        [workspace.0.into()],
    );
    sql.ids_in("r.membership_id", memberships.iter().map(|id| id.0));
    let mut found = read(sql, db).await?;
    found.retain(|row| row.state == AccessRenewalState::Pending);
    Ok(found)
}

/// When a renewal of this membership was rejected last.
pub async fn last_rejected(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    membership: MembershipId,
) -> Result<Option<DateTime<Utc>>, StoreError> {
    let sql = "SELECT MAX(decided_at) FROM access_renewal WHERE workspace_id = $1 AND membership_id = $2 AND state = 'REJECTED'";
    let found: Option<(Option<DateTime<Utc>>,)> =
        engine::one(db, sql, vec![workspace.0.into(), membership.0.into()]).await?;
    Ok(found.and_then(|(at,)| at))
}

/// Adds a wish that waits.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (id, membership): (AccessRenewalId, MembershipId),
    message: Option<String>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = access_renewal::ActiveModel {
        id: Set(id.0),
        workspace_id: Set(workspace.0),
        membership_id: Set(membership.0),
        state: Set(AccessRenewalState::Pending.as_str().to_owned()),
        message: Set(message),
        requested_at: Set(now),
        decided_at: Set(None),
        decided_by: Set(None),
        reason: Set(None),
        ends_at: Set(None),
    };
    access_renewal::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// What was decided, when and by whom.
#[derive(Debug, Clone)]
pub struct Decision {
    /// The new end; `None` if more time was not granted.
    pub ends_at: Option<DateTime<Utc>>,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Option<AccountId>,
    /// Why, for the member.
    pub reason: Option<String>,
}

impl Decision {
    /// Where the decided stand then.
    pub const fn state(&self) -> AccessRenewalState {
        if self.ends_at.is_some() {
            AccessRenewalState::Approved
        } else {
            AccessRenewalState::Rejected
        }
    }
}

/// Decides renewals of `workspace` that wait.
pub async fn decide(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[AccessRenewalId],
    decision: &Decision,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "UPDATE access_renewal SET ");
    sql.bind(
        "state = ?, ends_at = ?, decided_at = ?, decided_by = ?, reason = ?",
        [
            decision.state().as_str().into(),
            decision.ends_at.into(),
            decision.at.into(),
            decision.by.map(|id| id.0).into(),
            decision.reason.clone().into(),
        ],
    );
    sql.bind(
        " WHERE workspace_id = ? AND state = 'PENDING' AND ",
        [workspace.0.into()],
    )
    .ids_in("id", ids.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}

impl AccessRenewalRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        let unreadable = || {
            StoreError::Other(sea_orm::DbErr::Type(
                "an access renewal has an unknown state".to_owned(),
            ))
        };
        Ok(Self {
            id: AccessRenewalId(columns.take()?),
            workspace_id: WorkspaceId(columns.take()?),
            membership_id: MembershipId(columns.take()?),
            account_id: AccountId(columns.take()?),
            state: AccessRenewalState::parse(&columns.take::<String>()?).ok_or_else(unreadable)?,
            message: columns.take()?,
            requested_at: columns.take()?,
            decided_at: columns.take()?,
            decided_by: columns.take::<Option<Uuid>>()?.map(AccountId),
            reason: columns.take()?,
            ends_at: columns.take()?,
        })
    }
}

/// Closes the waiting wishes of members whose access has no end any more: for good, also if it gets
/// another.
pub async fn close(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<(), StoreError> {
    if members.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "UPDATE access_renewal SET state = 'CLOSED'");
    sql.bind(
        " WHERE workspace_id = ? AND state = 'PENDING' AND ",
        [workspace.0.into()],
    )
    .ids_in("membership_id", members.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}
