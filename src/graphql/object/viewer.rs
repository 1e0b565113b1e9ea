//! Who is asking.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};

use crate::service::item;
use crate::service::workspace::WorkspaceRef;
use crate::{
    domain::{
        access::AccessObstacle, id::ItemId, permission::Permission, vocabulary::ResourceAccess,
    },
    graphql::{
        error::{Nullable, nullable, nullable_field},
        object::{
            account::Account, api_key::ApiKey, limits::RequestCost, membership::Membership,
            profile::Profile, session::Session, workspace_lists::own,
        },
        scope::{Scope, WorkspaceView},
    },
    service::{Access, Actor, Failure},
    words::message,
};

/// The caller of the API: an anonymous visitor, a signed-in user or an API key.
#[derive(Debug, Clone, Copy)]
pub struct Viewer;

/// How the viewer is authenticated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ViewerKind {
    /// Not authenticated.
    Anonymous,
    /// By a session, as a user.
    Session,
    /// By an API key, as the member whom it belongs to.
    ApiKey,
}

/// Reads a slug or id of a workspace. A text that is not an id of a workspace is a slug.
pub fn reference(text: &str) -> Result<WorkspaceRef, Failure> {
    match crate::domain::id::WorkspaceId::parse(text) {
        Ok(id) => Ok(WorkspaceRef::Id(id)),
        Err(_) if text.contains('_') => Err(Failure::bad_input(message::workspace_reference())),
        Err(_) => slug(text),
    }
}

/// Reads a slug in the form in which rows hold it.
pub fn slug(text: &str) -> Result<WorkspaceRef, Failure> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let text = crate::domain::text::line(text);
    if text.is_empty() || text.len() > 100 || !text.chars().all(allowed) {
        return Err(Failure::bad_input(message::slug_form()));
    }
    Ok(WorkspaceRef::Slug(text))
}

async fn open_workspace(
    ctx: &Context<'_>,
    workspace: &str,
) -> Result<Option<Arc<Access>>, Failure> {
    Scope::of(ctx)?.open(&reference(workspace)?).await
}

/// The caller of the API: an anonymous visitor, a signed-in user or an API key.
#[Object]
impl Viewer {
    /// How the viewer is authenticated.
    async fn kind(&self, ctx: &Context<'_>) -> async_graphql::Result<ViewerKind> {
        Ok(match Scope::of(ctx)?.caller.actor {
            Actor::Anonymous | Actor::System => ViewerKind::Anonymous,
            Actor::Session(_) => ViewerKind::Session,
            Actor::Key(_) => ViewerKind::ApiKey,
        })
    }

    /// The account of the session or of the API key's member; null for anonymous visitors.
    async fn account(&self, ctx: &Context<'_>) -> Nullable<Account> {
        nullable_field(async { Ok(Scope::of(ctx)?.caller.account().map(Account::own)) }).await
    }

    /// The private data of the viewer's account; null for anonymous visitors and API keys.
    async fn profile(&self, ctx: &Context<'_>) -> Nullable<Profile> {
        nullable(Profile::of(ctx).await)
    }

    /// The session of the current request; null for anonymous visitors and API keys.
    async fn session(&self, ctx: &Context<'_>) -> Nullable<Session> {
        nullable(Session::current(ctx).await)
    }

    /// The API key of the current request; null for anonymous visitors and sessions. An API key
    /// cannot see any other key.
    async fn api_key(&self, ctx: &Context<'_>) -> Nullable<ApiKey> {
        nullable_field(async {
            let scope = Scope::of(ctx)?;
            let Some(key) = scope.caller.key() else {
                return Ok(None);
            };
            let Some(access) = scope.open_id(key.workspace.id).await? else {
                return Ok(None);
            };
            Ok(ApiKey::own(ctx, &WorkspaceView::from(access)).await?)
        })
        .await
    }

    /// The viewer's membership in a workspace; null if there is none or it has ended.
    async fn membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's slug or id.")] workspace: String,
    ) -> Nullable<Membership> {
        nullable_field(async {
            match open_workspace(ctx, &workspace).await? {
                Some(access) => Ok(own(ctx, &WorkspaceView::from(access)).await?),
                None => Ok(None),
            }
        })
        .await
    }

    /// Why a workspace treats the viewer's session as an anonymous visitor although the viewer is a
    /// member: SECOND_FACTOR_REQUIRED. Null if it does not, and for API keys.
    async fn session_obstacle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's slug or id.")] workspace: String,
    ) -> Nullable<AccessObstacle> {
        nullable_field(async {
            let access = open_workspace(ctx, &workspace).await?;
            Ok(access.and_then(|access| access.session_obstacle()))
        })
        .await
    }

    /// Whether the viewer holds a permission in the whole workspace now. False if there is no such
    /// workspace or the viewer may not see it.
    async fn can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's slug or id.")] workspace: String,
        #[graphql(desc = "The permission.")] permission: Permission,
    ) -> async_graphql::Result<bool> {
        // A text that cannot be a slug or an id names no workspace either.
        let Ok(workspace) = reference(&workspace) else {
            return Ok(false);
        };
        let access = Scope::of(ctx)?.open(&workspace).await?;
        Ok(access.is_some_and(|access| access.can(permission)))
    }

    /// Whether the viewer has this kind of access to one dataset or page now. False if it does not
    /// exist or the viewer may not see it.
    async fn can_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset or page.")] resource: ID,
        #[graphql(desc = "The kind of access.")] access: ResourceAccess,
    ) -> async_graphql::Result<bool> {
        let id = ItemId::parse(&resource).map_err(Failure::from)?;
        let scope = Scope::of(ctx)?;
        let rows = item::by_ids(&scope.deps, &[id]).await?;
        let Some(row) = rows.into_iter().next() else {
            return Ok(false);
        };
        Ok(scope
            .open_id(row.workspace_id)
            .await?
            .is_some_and(|workspace| workspace.can_access(&row.facts, access)))
    }

    /// The cost of this request, and what remains of the budget for this minute on this node.
    async fn request_cost(&self, ctx: &Context<'_>) -> async_graphql::Result<RequestCost> {
        Ok(RequestCost::of(ctx)?)
    }
}
