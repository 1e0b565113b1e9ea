//! Access requests: listing, inserting, deciding (JOIN-3). The page is SQL text, as all keyset
//! pages are.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QueryTrait,
};

use super::{
    engine::{self, Conditions as _, Sql, StoreError},
    page::{Page, PageRequest},
};
use crate::{
    domain::{
        id::{AccessRequestId, AccountId, MembershipId, WorkspaceId},
        vocabulary::AccessRequestState,
    },
    entity::access_request::{self, Column},
};

/// A sign-up with approval.
#[derive(Debug, Clone)]
pub struct AccessRequestRow {
    pub id: AccessRequestId,
    pub workspace_id: WorkspaceId,
    pub account_id: AccountId,
    pub state: AccessRequestState,
    /// The message to the administrators.
    pub message: Option<String>,
    /// The answers to the form, as JSON.
    pub answers: String,
    /// The accepted version of the terms.
    pub terms_version: Option<i32>,
    pub requested_at: DateTime<Utc>,
    /// When it was approved, rejected or withdrawn.
    pub decided_at: Option<DateTime<Utc>>,
    pub decided_by: Option<AccountId>,
    /// The reason for a rejection, for the requester.
    pub reason: Option<String>,
}

impl AccessRequestRow {
    fn read(row: access_request::Model) -> Result<Self, StoreError> {
        let unreadable = || {
            StoreError::Other(sea_orm::DbErr::Type(
                "an access request has an unknown state".to_owned(),
            ))
        };
        Ok(Self {
            id: AccessRequestId(row.id),
            workspace_id: WorkspaceId(row.workspace_id),
            account_id: AccountId(row.account_id),
            state: AccessRequestState::parse(&row.state).ok_or_else(unreadable)?,
            message: row.message,
            answers: row.answers,
            terms_version: row.terms_version,
            requested_at: row.requested_at,
            decided_at: row.decided_at,
            decided_by: row.decided_by.map(AccountId),
            reason: row.reason,
        })
    }
}

fn read(rows: Vec<access_request::Model>) -> Result<Vec<AccessRequestRow>, StoreError> {
    rows.into_iter().map(AccessRequestRow::read).collect()
}

/// One page of the access requests of `workspace` in one of `states` (`None`: all), by id, which is
/// the order of creation.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRequestState]>,
    descending: bool,
    page: &PageRequest,
) -> Result<Page<AccessRequestRow>, StoreError> {
    let mut sql = Sql::select(db, access_request::Entity, "r");
    sql.bind(" WHERE r.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = states {
        sql.push(" AND ")
            .texts_in("r.state", states.iter().map(|state| state.as_str()));
    }
    page.apply(&mut sql, None, "r.id", descending, |_| None);
    Ok(page.page(read(sql.all(db).await?)?))
}

/// The number of access requests on all pages of [`page`].
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    states: Option<&[AccessRequestState]>,
) -> Result<i64, StoreError> {
    let states = states.map(|states| states.iter().map(|state| state.as_str()));
    let requests = access_request::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .apply_if(states, |requests, states| {
            requests.filter(Column::State.in_texts(db, states))
        });
    engine::count(db, requests).await
}

/// The access requests with these ids, in any workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[AccessRequestId],
) -> Result<Vec<AccessRequestRow>, StoreError> {
    let rows = access_request::Entity::find()
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    read(rows)
}

/// Marks the pending access requests of `account` in `workspace` as approved by this membership.
/// Returns their ids.
pub async fn approve_pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    membership: MembershipId,
    (at, by): (DateTime<Utc>, Option<AccountId>),
) -> Result<Vec<AccessRequestId>, StoreError> {
    let approved = access_request::Entity::update_many()
        .set(access_request::ActiveModel {
            state: Set(AccessRequestState::Approved.as_str().to_owned()),
            decided_at: Set(Some(at)),
            decided_by: Set(by.map(|id| id.0)),
            membership_id: Set(Some(membership.0)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::AccountId.eq(account.0))
        .filter(Column::State.eq(AccessRequestState::Pending.as_str()))
        .exec_with_returning(db)
        .await?;
    let mut ids: Vec<AccessRequestId> =
        approved.iter().map(|row| AccessRequestId(row.id)).collect();
    ids.sort_unstable();
    Ok(ids)
}

/// The latest access request of `account` in `workspace`, in the order of creation.
pub async fn latest(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Option<AccessRequestRow>, StoreError> {
    let row = access_request::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::AccountId.eq(account.0))
        .order_by_desc(Column::RequestedAt)
        .order_by_desc(Column::Id)
        .one(db)
        .await?;
    row.map(AccessRequestRow::read).transpose()
}

/// An access request to insert.
#[derive(Debug, Clone)]
pub struct NewRequest {
    pub id: AccessRequestId,
    pub account_id: AccountId,
    /// The message to the administrators.
    pub message: Option<String>,
    /// The answers to the form, as JSON.
    pub answers: String,
    /// The accepted version of the terms.
    pub terms_version: Option<i32>,
}

/// Adds a pending access request.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    new: NewRequest,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = access_request::ActiveModel {
        id: Set(new.id.0),
        workspace_id: Set(workspace.0),
        account_id: Set(new.account_id.0),
        state: Set(AccessRequestState::Pending.as_str().to_owned()),
        message: Set(new.message),
        answers: Set(new.answers),
        terms_version: Set(new.terms_version),
        requested_at: Set(at),
        decided_at: Set(None),
        decided_by: Set(None),
        reason: Set(None),
        membership_id: Set(None),
    };
    access_request::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Closes pending access requests of `workspace` without a membership.
pub async fn decide(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[AccessRequestId],
    (state, reason): (AccessRequestState, Option<&str>),
    (at, by): (DateTime<Utc>, Option<AccountId>),
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    access_request::Entity::update_many()
        .set(access_request::ActiveModel {
            state: Set(state.as_str().to_owned()),
            decided_at: Set(Some(at)),
            decided_by: Set(by.map(|id| id.0)),
            reason: Set(reason.map(str::to_owned)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::State.eq(AccessRequestState::Pending.as_str()))
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}
