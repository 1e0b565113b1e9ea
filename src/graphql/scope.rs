//! One request: who asks, what services work with, and the workspaces it opened, each once.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_graphql::Context;

use super::loader::Loaders;
use crate::{
    domain::{id::WorkspaceId, permission::Permission},
    service::{Access, Caller, Deps, Failure},
    store::{access::WorkspaceSnapshot, workspace::WorkspaceRef},
};

/// Stands in the data of a request that came by GET or HEAD: what is asked for then is in the URL, which is kept in many places.
#[derive(Debug, Clone, Copy)]
pub struct InUrl;

/// One request's scope; in the context of every resolver.
#[derive(Debug)]
pub struct Scope {
    /// What services work with.
    pub deps: Deps,
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The dataloaders.
    pub loaders: Loaders,
    opened: Mutex<HashMap<WorkspaceRef, Option<Arc<Access>>>>,
}

impl Scope {
    /// A new request.
    pub fn new(deps: Deps, caller: Arc<Caller>) -> Self {
        Self { loaders: Loaders::new(&deps), deps, caller, opened: Mutex::default() }
    }

    /// The scope of the request that `ctx` belongs to.
    pub fn of<'a>(ctx: &Context<'a>) -> Result<&'a Arc<Self>, Failure> {
        ctx.data::<Arc<Self>>().map_err(|_| Failure::Internal("a request without a scope".to_owned()))
    }

    /// The caller's standing in a workspace; `None` if there is none that the caller can name.
    pub async fn open(&self, reference: &WorkspaceRef) -> Result<Option<Arc<Access>>, Failure> {
        if let Some(found) = self.opened.lock().unwrap_or_else(PoisonError::into_inner).get(reference) {
            return Ok(found.clone());
        }
        let opened = Access::open(&self.deps, &self.caller, reference).await?.map(Arc::new);
        self.keep(reference, opened.clone());
        Ok(opened)
    }

    /// The same by id.
    pub async fn open_id(&self, id: WorkspaceId) -> Result<Option<Arc<Access>>, Failure> {
        self.open(&WorkspaceRef::Id(id)).await
    }

    fn keep(&self, reference: &WorkspaceRef, opened: Option<Arc<Access>>) {
        let mut kept = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(access) = &opened {
            kept.insert(WorkspaceRef::Id(access.workspace.id), opened.clone());
            kept.insert(WorkspaceRef::Slug(access.workspace.slug.to_string()), opened.clone());
        }
        kept.insert(reference.clone(), opened);
    }

    /// After a write: the caller's standing as it is now, for everything that the answer resolves anew.
    pub async fn reopen(&self, id: WorkspaceId) -> Result<Option<Arc<Access>>, Failure> {
        let opened = Access::reopen(&self.deps, &self.caller, id).await?.map(Arc::new);
        self.keep(&WorkspaceRef::Id(id), opened.clone());
        Ok(opened)
    }
}

/// Where an object is seen from: the caller's standing in its workspace, and the roles and groups that it may name.
#[derive(Debug, Clone)]
pub struct Place {
    /// The caller's standing.
    pub access: Arc<Access>,
    /// Roles, groups and shared quota values: those of now, or of the past for what has ended.
    pub snapshot: Arc<WorkspaceSnapshot>,
}

impl From<Arc<Access>> for Place {
    fn from(access: Arc<Access>) -> Self {
        let snapshot = Arc::clone(&access.snapshot);
        Self { access, snapshot }
    }
}

impl Place {
    /// Refuses whoever lacks `permission`.
    pub fn require(&self, ctx: &Context<'_>, permission: Permission) -> Result<(), Failure> {
        self.access.require(&Scope::of(ctx)?.caller, permission)
    }

    /// Refuses whoever may not edit the workspace's properties: most of what it shows.
    pub fn require_ewp(&self, ctx: &Context<'_>) -> Result<(), Failure> {
        self.require(ctx, Permission::EditWorkspaceProperties)
    }
}
