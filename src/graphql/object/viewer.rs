//! Who is asking.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};

use crate::service::item;
use crate::service::workspace::WorkspaceRef;
use crate::{
    domain::{id::ItemId, permission::Permission, vocabulary::ResourceAccess},
    graphql::{
        error::{Nullable, nullable, nullable_field},
        object::{
            account::Account, api_key::ApiKey, limits::RequestCost, membership::Membership,
            profile::Profile, session::Session, workspace_lists::own,
        },
        scope::{Place, Scope},
    },
    service::{Access, Actor, Failure},
    words::message,
};

/// Who is asking.
#[derive(Debug, Clone, Copy)]
pub struct Viewer;

/// By what one asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum ViewerKind {
    /// By nothing.
    Anonymous,
    /// By a session, as a person.
    Session,
    /// By an API key, as its member.
    ApiKey,
}

/// A workspace by slug or id: a text that is no id of a workspace is a slug.
pub fn reference(text: &str) -> Result<WorkspaceRef, Failure> {
    match crate::domain::id::WorkspaceId::parse(text) {
        Ok(id) => Ok(WorkspaceRef::Id(id)),
        Err(_) if text.contains('_') => Err(Failure::bad_input(message::workspace_reference())),
        Err(_) => slug(text),
    }
}

/// A slug as it can stand in a row.
pub fn slug(text: &str) -> Result<WorkspaceRef, Failure> {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let text = crate::domain::text::line(text);
    if text.is_empty() || text.len() > 100 || !text.chars().all(allowed) {
        return Err(Failure::bad_input(message::slug_form()));
    }
    Ok(WorkspaceRef::Slug(text))
}

async fn opened(ctx: &Context<'_>, workspace: &str) -> Result<Option<Arc<Access>>, Failure> {
    Scope::of(ctx)?.open(&reference(workspace)?).await
}

/// Who is asking.
#[Object]
impl Viewer {
    /// By what one asks.
    async fn kind(&self, ctx: &Context<'_>) -> async_graphql::Result<ViewerKind> {
        Ok(match Scope::of(ctx)?.caller.actor {
            Actor::Anonymous | Actor::System => ViewerKind::Anonymous,
            Actor::Session(_) => ViewerKind::Session,
            Actor::Key(_) => ViewerKind::ApiKey,
        })
    }

    /// The account behind the session or the key; null for anonymous visitors.
    async fn account(&self, ctx: &Context<'_>) -> Nullable<Account> {
        nullable_field(async { Ok(Scope::of(ctx)?.caller.account().map(Account::own)) }).await
    }

    /// What only the person sees; null for anonymous visitors and for keys.
    async fn profile(&self, ctx: &Context<'_>) -> Nullable<Profile> {
        nullable(Profile::of(ctx).await)
    }

    /// The session one asks by.
    async fn session(&self, ctx: &Context<'_>) -> Nullable<Session> {
        nullable(Session::current(ctx).await)
    }

    /// The key one asks by: the one thing about keys that a key sees.
    async fn api_key(&self, ctx: &Context<'_>) -> Nullable<ApiKey> {
        nullable_field(async {
            let scope = Scope::of(ctx)?;
            let Some(key) = scope.caller.key() else {
                return Ok(None);
            };
            let Some(access) = scope.open_id(key.workspace.id).await? else {
                return Ok(None);
            };
            Ok(ApiKey::own(ctx, &Place::from(access)).await?)
        })
        .await
    }

    /// One's own membership in a workspace, if it has not ended.
    async fn membership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's slug or id.")] workspace: String,
    ) -> Nullable<Membership> {
        nullable_field(async {
            match opened(ctx, &workspace).await? {
                Some(access) => Ok(own(ctx, &Place::from(access)).await?),
                None => Ok(None),
            }
        })
        .await
    }

    /// Whether one holds a permission workspace-wide now; false where there is no such workspace
    /// for one.
    async fn can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's slug or id.")] workspace: String,
        #[graphql(desc = "Which permission.")] permission: Permission,
    ) -> async_graphql::Result<bool> {
        Ok(opened(ctx, &workspace)
            .await?
            .is_some_and(|access| access.can(permission)))
    }

    /// Whether one has an access to one dataset or page now; false where there is no such item for
    /// one.
    async fn can_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset or page.")] resource: ID,
        #[graphql(desc = "Which access.")] access: ResourceAccess,
    ) -> async_graphql::Result<bool> {
        let id = ItemId::parse(&resource).map_err(Failure::from)?;
        let scope = Scope::of(ctx)?;
        let found = item::by_ids(&scope.deps, &[id]).await?;
        let Some(row) = found.into_iter().next() else {
            return Ok(false);
        };
        Ok(scope
            .open_id(row.workspace_id)
            .await?
            .is_some_and(|place| place.can_access(&row.facts, access)))
    }

    /// What this request cost, and what is left of the budget of this minute on this node.
    async fn request_cost(&self, ctx: &Context<'_>) -> async_graphql::Result<RequestCost> {
        Ok(RequestCost::of(ctx)?)
    }
}
