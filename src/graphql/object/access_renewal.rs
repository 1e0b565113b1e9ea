//! Access renewals: members' wishes for more time.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};

use crate::service::list::Position;
use crate::{
    domain::{id::AccessRenewalId, vocabulary::AccessRenewalState},
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
        error::Nullable,
        loader,
        object::{
            account::Account, api_key::check_length, membership::Membership, workspace::Workspace,
        },
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        access_renewal::{self as service, AccessRenewalRow},
    },
};

/// The name of the list in cursors.
const LIST: &str = "access renewals";

/// A member's request to extend their access.
#[derive(Debug, Clone)]
pub struct AccessRenewal {
    view: WorkspaceView,
    row: Arc<AccessRenewalRow>,
}

impl ConnectionNode for AccessRenewal {
    const CONNECTION: &'static str = "AccessRenewalConnection";
    const EDGE: &'static str = "AccessRenewalEdge";
    const DESCRIPTION: &'static str = "A page of the workspace's access renewals.";
}

/// Filter for access renewals.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccessRenewalFilter {
    /// Access renewals in one of these states. Default: any state.
    pub states: Option<Vec<AccessRenewalState>>,
}

/// Returns one page of the workspace's access renewals. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    filter: Option<AccessRenewalFilter>,
    arguments: &PageArguments,
) -> Result<Connection<AccessRenewal>, Failure> {
    view.require_ewp(ctx)?;
    let (scope, access) = (Scope::of(ctx)?, &view.access);
    let states = check_length(filter.unwrap_or_default().states, "states")?;
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), states.clone()),
        |(deps, access, states)| Box::pin(service::count(deps, access, states.as_deref())),
    );
    view.list(scope, LIST)
        .connection(arguments, any_key, counter, async |request| {
            let page = service::page(&scope.deps, access, states.as_deref(), &request).await?;
            Ok(page.map(|row| {
                let position = Position::of_id(row.id.0);
                ListRow::new(position, AccessRenewal::new(view, row))
            }))
        })
        .await
}

/// Returns the access renewal with this id. Visible to the member who requested it and to holders
/// of EDIT_WORKSPACE_PROPERTIES in its workspace.
pub async fn find(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: AccessRenewalId,
) -> Result<Option<AccessRenewal>, Failure> {
    Ok(by_ids(ctx, view, &[id]).await?.remove(&id))
}

/// Returns the access renewals of one workspace with these ids that the caller may see.
pub async fn by_ids(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    ids: &[AccessRenewalId],
) -> Result<std::collections::HashMap<AccessRenewalId, AccessRenewal>, Failure> {
    let scope = Scope::of(ctx)?;
    let rows = service::by_ids(&scope.deps, &view.access, &scope.caller, ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, AccessRenewal::new(view, row)))
        .collect())
}

impl AccessRenewal {
    /// Builds an access renewal from its row.
    pub fn new(view: &WorkspaceView, row: AccessRenewalRow) -> Self {
        Self {
            view: view.clone(),
            row: Arc::new(row),
        }
    }
}

/// A member's request to extend their access. It starts as PENDING and becomes APPROVED, REJECTED
/// or CLOSED.
#[Object]
impl AccessRenewal {
    /// The id of the access renewal (`ren_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The membership whose access the member wants to extend.
    async fn membership(&self, ctx: &Context<'_>) -> async_graphql::Result<Membership> {
        let membership = loader::member(ctx, &self.view, self.row.membership_id).await?;
        Ok(membership
            .ok_or_else(|| Failure::Internal("a renewal without its member".to_owned()))?)
    }

    /// The workspace of the membership.
    async fn workspace(&self) -> Workspace {
        Workspace::of(self.view.access.current())
    }

    /// The state of the access renewal.
    async fn state(&self) -> AccessRenewalState {
        self.row.state
    }

    /// The member's message to the administrators.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// The time at which the member requested the renewal.
    async fn requested_at(&self) -> Instant {
        Instant(self.row.requested_at)
    }

    /// The time of the approval or rejection; null while PENDING and if CLOSED.
    async fn decided_at(&self) -> Option<Instant> {
        self.row.decided_at.map(Instant)
    }

    /// The account that approved or rejected the renewal; null while PENDING and if CLOSED.
    async fn decided_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.view, self.row.decided_by)
            .await
            .transpose()
    }

    /// The administrator's message to the member.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// The end of access that the approval granted; null unless APPROVED. It may have changed
    /// since: `membership.accessEndsAt` has the current value.
    async fn ends_at(&self) -> Option<Instant> {
        self.row.ends_at.map(Instant)
    }
}
