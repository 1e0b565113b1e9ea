//! Access requests: sign-ups that wait for an administrator.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use crate::service::list::Position;
use crate::{
    domain::{id::AccessRequestId, joining::Answer, vocabulary::AccessRequestState},
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
        error::{Nullable, nullable_field},
        loader,
        object::{
            account::Account, api_key::check_length, filters::OrderDirection, workspace::Workspace,
        },
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        access_request::{self as service, AccessRequestRow},
    },
};

/// The name of the list in cursors.
const LIST: &str = "access requests";

/// A sign-up that needs the approval of an administrator.
#[derive(Debug, Clone)]
pub struct AccessRequest {
    view: WorkspaceView,
    row: Arc<AccessRequestRow>,
}

impl ConnectionNode for AccessRequest {
    const CONNECTION: &'static str = "AccessRequestConnection";
    const EDGE: &'static str = "AccessRequestEdge";
    const DESCRIPTION: &'static str = "A page of the workspace's access requests.";
}

/// Filter for access requests.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccessRequestFilter {
    /// Access requests in one of these states. Default: any state.
    pub states: Option<Vec<AccessRequestState>>,
}

/// The order of access requests. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct AccessRequestOrder {
    /// The field to order by.
    pub field: AccessRequestOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The fields that access requests can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AccessRequestOrderField {
    /// The time of the request.
    RequestedAt,
}

/// The answer to one field of the sign-up form.
#[derive(Debug, Clone, SimpleObject)]
pub struct SignUpAnswer {
    /// The key of the form field.
    pub key: String,
    /// The answer; `true` or `false` for a CHECKBOX.
    pub value: String,
}

impl SignUpAnswer {
    /// Builds the answers from the stored ones.
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

/// Returns one page of the workspace's access requests. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    filter: Option<AccessRequestFilter>,
    order: Option<AccessRequestOrder>,
    arguments: &PageArguments,
) -> Result<Connection<AccessRequest>, Failure> {
    view.require_ewp(ctx)?;
    let scope = Scope::of(ctx)?;
    let access = &view.access;
    let states = check_length(filter.unwrap_or_default().states, "states")?;
    // Ids sort as the requests were made.
    let descending = match order {
        Some(AccessRequestOrder {
            field: AccessRequestOrderField::RequestedAt,
            direction,
        }) => direction.is_descending(),
        None => false,
    };
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), states.clone()),
        |(deps, access, states)| Box::pin(service::count(deps, access, states.as_deref())),
    );
    view.list(scope, &format!("{LIST} {descending}"))
        .connection(arguments, any_key, counter, async |request| {
            let states = states.as_deref();
            let page = service::page(&scope.deps, access, states, descending, &request).await?;
            Ok(page.map(|row| {
                let position = Position::of_id(row.id.0);
                ListRow::new(position, AccessRequest::new(view, row))
            }))
        })
        .await
}

/// Returns the access request with this id. Visible to signed-in callers only: the account that
/// made it and holders of EDIT_WORKSPACE_PROPERTIES in its workspace.
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
    let may_see = service::may_see(&access, &scope.caller, &row);
    Ok(may_see.then(|| AccessRequest::new(&WorkspaceView::from(access), row)))
}

impl AccessRequest {
    /// Builds an access request from its row.
    pub fn new(view: &WorkspaceView, row: AccessRequestRow) -> Self {
        Self {
            view: view.clone(),
            row: Arc::new(row),
        }
    }
}

/// A sign-up that needs the approval of an administrator. It starts as PENDING and becomes
/// APPROVED, REJECTED or WITHDRAWN.
#[Object]
impl AccessRequest {
    /// The id of the access request (`req_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The account that requests access.
    async fn account(&self, ctx: &Context<'_>) -> async_graphql::Result<Account> {
        let account = loader::account(ctx, &self.view, Some(self.row.account_id)).await?;
        Ok(account.unwrap_or_else(|| Account::new(self.row.account_id, None, None, None)))
    }

    /// The confirmed e-mail address of the account. While the request is PENDING, everybody who can
    /// see the request sees the address, so that administrators know whom they let in. Later, only
    /// the account itself sees it; null for others.
    async fn email(&self, ctx: &Context<'_>) -> Nullable<String> {
        nullable_field(async {
            if service::shows_email(&Scope::of(ctx)?.caller, &self.row) {
                loader::address(ctx, &self.view, self.row.account_id).await
            } else {
                Ok(None)
            }
        })
        .await
    }

    /// The workspace that the account wants to enter.
    async fn workspace(&self) -> Workspace {
        Workspace::of(Arc::clone(&self.view.access))
    }

    /// The state of the access request.
    async fn state(&self) -> AccessRequestState {
        self.row.state
    }

    /// The message to the administrators.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// The answers to the sign-up form.
    async fn answers(&self) -> Vec<SignUpAnswer> {
        SignUpAnswer::all(service::answers(&self.row))
    }

    /// The version of the terms that the account accepted; null if there were no terms.
    async fn accepted_terms_version(&self) -> Option<i32> {
        self.row.terms_version
    }

    /// The time of the request.
    async fn requested_at(&self) -> Instant {
        Instant(self.row.requested_at)
    }

    /// The time of the approval, rejection or withdrawal; null while PENDING.
    async fn decided_at(&self) -> Option<Instant> {
        self.row.decided_at.map(Instant)
    }

    /// The account that approved, rejected or withdrew the request; null while PENDING.
    async fn decided_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.view, self.row.decided_by)
            .await
            .transpose()
    }

    /// The reason for the rejection, as given by the account that rejected it; null if it gave
    /// none.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }
}
