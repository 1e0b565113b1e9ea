//! Access requests: sign-ups that wait for an administrator.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use crate::service::list::Position;
use crate::{
    domain::{id::AccessRequestId, joining::Answer, vocabulary::AccessRequestState},
    graphql::{
        connection::{Counter, PageArguments, connection},
        error::{Nullable, nullable_field},
        loader,
        object::{
            account::Account, api_key::bounded, filters::OrderDirection, workspace::Workspace,
        },
        scalar::Instant,
        scope::{Place, Scope},
    },
    service::{
        Failure,
        access_request::{self as service, AccessRequestRow},
    },
};

/// Names the list in cursors.
const LIST: &str = "access requests";

/// A sign-up that waits for an administrator.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    place: Place,
    row: Arc<AccessRequestRow>,
}

connection!(of rows: AccessRequestConnection, AccessRequestEdge, AccessRequest, "the workspace's access requests");

/// Which access requests a list holds.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccessRequestFilter {
    /// Requests in one of these states; absent: in any.
    pub states: Option<Vec<AccessRequestState>>,
}

/// In which order access requests are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct AccessRequestOrder {
    /// By what.
    pub field: AccessRequestOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// What access requests are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AccessRequestOrderField {
    /// When access was asked for.
    RequestedAt,
}

/// What somebody filled into one field of the sign-up form.
#[derive(Debug, Clone, SimpleObject)]
pub struct SignUpAnswer {
    /// The field's key.
    pub key: String,
    /// What was filled in; `true` or `false` for a CHECKBOX.
    pub value: String,
}

impl SignUpAnswer {
    /// From what was kept.
    pub fn all(answers: Vec<Answer>) -> Vec<Self> {
        answers
            .into_iter()
            .map(|answer| Self {
                key: answer.key,
                value: answer.value,
            })
            .collect()
    }
}

/// One page of the workspace's access requests: EWP.
pub async fn page(
    ctx: &Context<'_>,
    place: &Place,
    filter: Option<AccessRequestFilter>,
    order: Option<AccessRequestOrder>,
    arguments: &PageArguments,
) -> Result<AccessRequestConnection, Failure> {
    place.require_ewp(ctx)?;
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    let states = bounded(filter.unwrap_or_default().states, "states")?;
    // Ids sort as the requests were made.
    let descending = match order {
        Some(AccessRequestOrder {
            field: AccessRequestOrderField::RequestedAt,
            direction,
        }) => direction.is_descending(),
        None => false,
    };
    let list = place.list(scope, &format!("{LIST} {descending}"));
    let page = arguments.request(&list, access.now)?;
    let found = service::page(&scope.deps, access, states.as_deref(), descending, &page).await?;
    let (deps, counted) = (scope.deps.clone(), Arc::clone(access));
    let counter: Counter = Box::new(move || {
        let (deps, access, states) = (deps.clone(), Arc::clone(&counted), states.clone());
        Box::pin(async move { service::count(&deps, &access, states.as_deref()).await })
    });
    let node = |row: AccessRequestRow| AccessRequest::new(place, row);
    Ok(AccessRequestConnection::of(
        &list,
        &page,
        found,
        (|row: &AccessRequestRow| Position::of_id(row.id.0), node),
        counter,
    ))
}

/// The access request with this id, for EWP holders of its workspace and for whoever made it,
/// signed in.
pub async fn find(
    ctx: &Context<'_>,
    id: AccessRequestId,
) -> Result<Option<AccessRequest>, Failure> {
    let scope = Scope::of(ctx)?;
    if scope.caller.account().is_none() {
        return Ok(None);
    }
    let Some(row) = service::by_id(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(row.workspace_id).await? else {
        return Ok(None);
    };
    let seen = service::may_see(&access, &scope.caller, &row);
    Ok(seen.then(|| AccessRequest::new(&Place::from(access), row)))
}

impl AccessRequest {
    /// From its row.
    pub fn new(place: &Place, row: AccessRequestRow) -> Self {
        Self {
            place: place.clone(),
            row: Arc::new(row),
        }
    }
}

/// A sign-up that waits for an administrator: PENDING, then APPROVED, REJECTED or WITHDRAWN.
#[Object]
impl AccessRequest {
    /// The request's id (`req_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Who asks for access.
    async fn account(&self, ctx: &Context<'_>) -> async_graphql::Result<Account> {
        let found = loader::account(ctx, &self.place, Some(self.row.account_id)).await?;
        Ok(found.unwrap_or_else(|| Account::new(self.row.account_id, None, None, None)))
    }

    /// Their confirmed address: while the request waits, for whoever decides must know whom they
    /// let in; later only for whoever made it.
    async fn email(&self, ctx: &Context<'_>) -> Nullable<String> {
        nullable_field(async {
            let own = Scope::of(ctx)?.caller.account_id() == Some(self.row.account_id);
            if !own && self.row.state != AccessRequestState::Pending {
                return Ok(None);
            }
            loader::address(ctx, &self.place, self.row.account_id).await
        })
        .await
    }

    /// Where.
    async fn workspace(&self) -> Workspace {
        Workspace::of(Arc::clone(&self.place.access))
    }

    /// Where the request stands.
    async fn state(&self) -> AccessRequestState {
        self.row.state
    }

    /// What they wrote to the administrators.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// What they filled into the sign-up form.
    async fn answers(&self) -> Vec<SignUpAnswer> {
        SignUpAnswer::all(service::answers(&self.row))
    }

    /// The version of the terms that they accepted; null where there were none.
    async fn accepted_terms_version(&self) -> Option<i32> {
        self.row.terms_version
    }

    /// When they asked.
    async fn requested_at(&self) -> Instant {
        Instant(self.row.requested_at)
    }

    /// When it was approved, rejected or withdrawn; null while it waits.
    async fn decided_at(&self) -> Option<Instant> {
        self.row.decided_at.map(Instant)
    }

    /// Who approved, rejected or withdrew it; null while it waits.
    async fn decided_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.place, self.row.decided_by)
            .await
            .transpose()
    }

    /// Why it was rejected, as whoever did so told them; null if nothing was said.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }
}
