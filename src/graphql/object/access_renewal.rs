//! Access renewals: members' wishes for more time.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};

use crate::service::list::Position;
use crate::{
    domain::{id::AccessRenewalId, vocabulary::AccessRenewalState},
    graphql::{
        connection::{Counter, PageArguments, connection},
        error::Nullable,
        loader,
        object::{
            account::Account, api_key::bounded, membership::Membership, workspace::Workspace,
        },
        scalar::Instant,
        scope::{Place, Scope},
    },
    service::{
        Failure,
        access_renewal::{self as service, AccessRenewalRow},
    },
};

/// Names the list in cursors.
const LIST: &str = "access renewals";

/// A member's wish for more time.
#[derive(Debug, Clone)]
pub struct AccessRenewal {
    place: Place,
    row: Arc<AccessRenewalRow>,
}

connection!(of rows: AccessRenewalConnection, AccessRenewalEdge, AccessRenewal, "the workspace's access renewals");

/// Which access renewals a list holds.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AccessRenewalFilter {
    /// Renewals in one of these states; absent: in any.
    pub states: Option<Vec<AccessRenewalState>>,
}

/// One page of the workspace's access renewals: EWP.
pub async fn page(
    ctx: &Context<'_>,
    place: &Place,
    filter: Option<AccessRenewalFilter>,
    arguments: &PageArguments,
) -> Result<AccessRenewalConnection, Failure> {
    place.require_ewp(ctx)?;
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    let states = bounded(filter.unwrap_or_default().states, "states")?;
    let list = place.list(scope, LIST);
    let page = arguments.request(&list, access.now)?;
    let found = service::page(&scope.deps, access, states.as_deref(), &page).await?;
    let (deps, counted) = (scope.deps.clone(), Arc::clone(access));
    let counter: Counter = Box::new(move || {
        let (deps, access, states) = (deps.clone(), Arc::clone(&counted), states.clone());
        Box::pin(async move { service::count(&deps, &access, states.as_deref()).await })
    });
    let node = |row: AccessRenewalRow| AccessRenewal::new(place, row);
    Ok(AccessRenewalConnection::of(
        &list,
        &page,
        found,
        (|row: &AccessRenewalRow| Position::of_id(row.id.0), node),
        counter,
    ))
}

/// The access renewal with this id, for EWP holders of its workspace and for the member whose it
/// is.
pub async fn find(
    ctx: &Context<'_>,
    place: &Place,
    id: AccessRenewalId,
) -> Result<Option<AccessRenewal>, Failure> {
    Ok(by_ids(ctx, place, &[id]).await?.remove(&id))
}

/// Access renewals of one workspace by id, those that the caller may see.
pub async fn by_ids(
    ctx: &Context<'_>,
    place: &Place,
    ids: &[AccessRenewalId],
) -> Result<std::collections::HashMap<AccessRenewalId, AccessRenewal>, Failure> {
    let scope = Scope::of(ctx)?;
    let rows = service::by_ids(&scope.deps, &place.access, &scope.caller, ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, AccessRenewal::new(place, row)))
        .collect())
}

impl AccessRenewal {
    /// From its row.
    pub fn new(place: &Place, row: AccessRenewalRow) -> Self {
        Self {
            place: place.clone(),
            row: Arc::new(row),
        }
    }
}

/// A member's wish for more time: PENDING, then APPROVED, REJECTED or CLOSED.
#[Object]
impl AccessRenewal {
    /// The renewal's id (`ren_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Whose access is to last longer.
    async fn membership(&self, ctx: &Context<'_>) -> async_graphql::Result<Membership> {
        let found = loader::member(ctx, &self.place, self.row.membership_id).await?;
        Ok(found.ok_or_else(|| Failure::Internal("a renewal without its member".to_owned()))?)
    }

    /// Where.
    async fn workspace(&self) -> Workspace {
        Workspace::of(self.place.access.current())
    }

    /// Where the renewal stands.
    async fn state(&self) -> AccessRenewalState {
        self.row.state
    }

    /// What the member wrote to the administrators.
    async fn message(&self) -> Option<&str> {
        self.row.message.as_deref()
    }

    /// When they asked.
    async fn requested_at(&self) -> Instant {
        Instant(self.row.requested_at)
    }

    /// When it was approved or rejected; null while it waits, and if it was closed.
    async fn decided_at(&self) -> Option<Instant> {
        self.row.decided_at.map(Instant)
    }

    /// Who approved or rejected it; null while it waits, and if it was closed.
    async fn decided_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.place, self.row.decided_by)
            .await
            .transpose()
    }

    /// What they wrote to the member.
    async fn reason(&self) -> Option<&str> {
        self.row.reason.as_deref()
    }

    /// The end of access that was granted; null unless APPROVED. It may have been changed since:
    /// `membership.accessEndsAt`.
    async fn ends_at(&self) -> Option<Instant> {
        self.row.ends_at.map(Instant)
    }
}
