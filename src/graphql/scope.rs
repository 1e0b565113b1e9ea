//! One request: who asks, what services work with, and the workspaces it opened, each once.

use std::{
    collections::HashMap,
    future::Future,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use async_graphql::Context;
use chrono::{DateTime, Utc};
use tokio::sync::OnceCell;

use super::{admission::Meter, connection::List, loader::Loaders, scalar::Instant};
use crate::service::workspace::{WorkspaceRef, WorkspaceSnapshot};
use crate::{
    domain::{audit::instant, id::WorkspaceId, permission::Permission},
    service::{Access, Caller, Deps, Failure, as_of},
};

/// Stands in the data of a request that came by GET or HEAD: what is asked for then is in the URL,
/// which is kept in many places.
#[derive(Debug, Clone, Copy)]
pub struct InUrl;

/// Stands in the data of a request that the session's cookie signed in.
#[derive(Debug, Clone, Copy)]
pub struct ByCookie;

/// Stands in the data of a request of which the browser says that a page of another site sent it:
/// it drops the cookies of the answer.
#[derive(Debug, Clone, Copy)]
pub struct CrossSite;

/// One request's scope; in the context of every resolver.
#[derive(Debug)]
pub struct Scope {
    /// What services work with.
    pub deps: Deps,
    /// Who asks.
    pub caller: Arc<Caller>,
    /// The dataloaders.
    pub loaders: Loaders,
    opened: Mutex<HashMap<WorkspaceRef, Opened>>,
    viewed: Mutex<HashMap<(WorkspaceId, DateTime<Utc>), Opened>>,
    judged: AtomicBool,
}

/// A workspace that is being opened or was: fields that ask at once share one look-up.
type Opened = Arc<OnceCell<Option<Arc<Access>>>>;

impl Scope {
    /// A new request.
    pub fn new(deps: Deps, caller: Arc<Caller>) -> Self {
        Self {
            loaders: Loaders::new(&deps),
            deps,
            caller,
            opened: Mutex::default(),
            viewed: Mutex::default(),
            judged: AtomicBool::new(false),
        }
    }

    /// The scope of the request that `ctx` belongs to.
    pub fn of<'a>(ctx: &Context<'a>) -> Result<&'a Arc<Self>, Failure> {
        ctx.data::<Arc<Self>>()
            .map_err(|_| Failure::Internal("a request without a scope".to_owned()))
    }

    /// Whether the request has had a password judged before; from now on it has.
    pub fn has_judged_a_password(&self) -> bool {
        self.judged.swap(true, Ordering::Relaxed)
    }

    /// The caller's standing in a workspace; `None` if there is none that the caller can name.
    pub async fn open(&self, reference: &WorkspaceRef) -> Result<Option<Arc<Access>>, Failure> {
        let slot = {
            let mut kept = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry(reference.clone()).or_default())
        };
        if let Some(access) = slot.get() {
            return Ok(access.clone());
        }
        let open = || async {
            Ok::<_, Failure>(
                Access::open(&self.deps, &self.caller, reference)
                    .await?
                    .map(Arc::new),
            )
        };
        let opened = slot.get_or_try_init(open).await?.clone();
        if let Some(access) = &opened {
            self.keep(access, false);
        }
        Ok(opened)
    }

    /// A workspace that is open, as it was or will be at `at` (TIME-3); looked up once a request.
    pub async fn view(
        &self,
        access: &Arc<Access>,
        at: DateTime<Utc>,
    ) -> Result<Arc<Access>, Failure> {
        let slot = {
            let mut kept = self.viewed.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(kept.entry((access.workspace.id, at)).or_default())
        };
        let view = || async {
            Ok::<_, Failure>(Some(Arc::new(as_of::view(&self.deps, access, at).await?)))
        };
        let viewed = slot.get_or_try_init(view).await?;
        viewed
            .clone()
            .ok_or_else(|| Failure::Internal("a view that is none".to_owned()))
    }

    /// The same by id.
    pub async fn open_id(&self, id: WorkspaceId) -> Result<Option<Arc<Access>>, Failure> {
        self.open(&WorkspaceRef::Id(id)).await
    }

    /// Keeps what was opened under id and slug; `anew` in place of what was kept before.
    fn keep(&self, access: &Arc<Access>, anew: bool) {
        let mut kept = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        let names = [
            WorkspaceRef::Id(access.workspace.id),
            WorkspaceRef::Slug(access.workspace.slug.to_string()),
        ];
        for name in names {
            if anew || kept.get(&name).is_none_or(|slot| !slot.initialized()) {
                kept.insert(
                    name,
                    Arc::new(OnceCell::new_with(Some(Some(Arc::clone(access))))),
                );
            }
        }
    }

    /// After a write: the caller's standing as it is now, for everything that the answer resolves
    /// anew.
    pub async fn reopen(&self, id: WorkspaceId) -> Result<Option<Arc<Access>>, Failure> {
        let opened = Access::reopen(&self.deps, &self.caller, id)
            .await?
            .map(Arc::new);
        match &opened {
            Some(access) => self.keep(access, true),
            None => self
                .opened
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clear(),
        }
        Ok(opened)
    }
}

/// Does work that no price can know before, and has the time that it takes charged to whoever asks.
pub async fn timed<F: Future>(ctx: &Context<'_>, work: F) -> F::Output {
    match ctx.data_opt::<Meter>() {
        Some(meter) => meter.time(work).await,
        None => work.await,
    }
}

/// A list: in an order of the caller's, or narrowed by a filter, no price can know before how much
/// is read, and it is timed.
pub async fn timed_if<F: Future>(ctx: &Context<'_>, is_special: bool, work: F) -> F::Output {
    if is_special {
        timed(ctx, work).await
    } else {
        work.await
    }
}

/// An id with the instant that its object was read at, if that was asked for:
/// `mem_…@2026-01-31T12:00:00.000000Z`.
#[derive(Debug, Clone, Copy)]
pub struct DatedId<T> {
    id: T,
    at: Option<DateTime<Utc>>,
}

impl<T: std::fmt::Display> std::fmt::Display for DatedId<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.at {
            None => self.id.fmt(f),
            Some(at) => write!(f, "{}@{}", self.id, instant(at)),
        }
    }
}

/// Where an object is seen from: the caller's standing in its workspace, and the roles and groups
/// that it may name.
#[derive(Debug, Clone)]
pub struct WorkspaceView {
    /// The caller's standing.
    pub access: Arc<Access>,
    /// Roles, groups and shared quota values: those of now, or of the past for what has ended.
    pub snapshot: Arc<WorkspaceSnapshot>,
}

impl From<Arc<Access>> for WorkspaceView {
    fn from(access: Arc<Access>) -> Self {
        let snapshot = Arc::clone(&access.snapshot);
        Self { access, snapshot }
    }
}

impl WorkspaceView {
    /// The same workspace at `at`, if another instant is asked for (TIME-3).
    pub async fn as_of(&self, ctx: &Context<'_>, at: Option<Instant>) -> Result<Self, Failure> {
        match at {
            None => Ok(self.clone()),
            Some(Instant(at)) => Ok(Scope::of(ctx)?.view(&self.access, at).await?.into()),
        }
    }

    /// The id of a dated object that is seen from here: it carries the instant, if another than now
    /// was asked for.
    pub fn id<T: std::fmt::Display>(&self, id: T) -> DatedId<T> {
        DatedId {
            id,
            at: self.access.asked_for(),
        }
    }

    /// A list of the workspace: another one's cursors are not its own, nor those of another
    /// instant.
    pub fn list(&self, scope: &Scope, name: &str) -> List {
        let workspace = self.access.workspace.id;
        let name = match self.access.asked_for() {
            None => format!("{name} of {workspace}"),
            Some(at) => format!("{name} of {workspace} at {}", instant(at)),
        };
        List::new(scope, name, self.access.now)
    }

    /// Refuses whoever lacks `permission`.
    pub fn require(&self, ctx: &Context<'_>, permission: Permission) -> Result<(), Failure> {
        self.access.require(&Scope::of(ctx)?.caller, permission)
    }

    /// Refuses whoever may not edit the workspace's properties: most of what it shows.
    pub fn require_ewp(&self, ctx: &Context<'_>) -> Result<(), Failure> {
        self.require(ctx, Permission::EditWorkspaceProperties)
    }
}
