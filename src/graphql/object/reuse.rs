//! Reuses: what people made with a dataset (REUSE-1).

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object};

use super::{account::Account, api_key::check_length, resource::Dataset, resource::Resource};
use crate::{
    domain::{
        id::{DatasetId, ReuseId},
        vocabulary::ReuseState,
    },
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
        error::Nullable,
        loader,
        scalar::{Id, Instant},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure, item,
        list::Position,
        reuse::{self as service, ReuseFilter as Filter, ReuseRow},
    },
};

/// The name of the list in cursors.
const LIST: &str = "reuses";

/// Something that was made with a dataset.
#[derive(Debug, Clone)]
pub struct Reuse {
    view: WorkspaceView,
    row: Arc<ReuseRow>,
}

impl ConnectionNode for Reuse {
    const CONNECTION: &'static str = "ReuseConnection";
    const EDGE: &'static str = "ReuseEdge";
    const DESCRIPTION: &'static str = "A page of reuses.";
}

/// Filter for reuses. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ReuseFilter {
    /// Reuses in one of these states. Default: any state.
    pub states: Option<Vec<ReuseState>>,
    /// Reuses of this dataset.
    pub dataset_id: Option<Id<DatasetId>>,
    /// If true, only reuses that you submitted.
    pub mine: Option<bool>,
}

/// Returns one page of the reuses in the workspace that the viewer may see.
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    filter: ReuseFilter,
    arguments: &PageArguments,
) -> Result<Connection<Reuse>, Failure> {
    let (scope, access) = (Scope::of(ctx)?, &view.access);
    item::require_entry(access, &scope.caller)?;
    let ReuseFilter {
        states,
        dataset_id,
        mine,
    } = filter;
    let is_mine = mine.unwrap_or_default();
    let filter = Filter {
        states: check_length(states, "states")?,
        dataset: dataset_id.map(|id| id.0),
        submitter: is_mine.then(|| scope.caller.account_id()),
    };
    let sight = service::sight(&scope.deps, access, &scope.caller).await?;
    let counter = Counter::new(
        (
            scope.deps.clone(),
            Arc::clone(access),
            sight.clone(),
            filter.clone(),
        ),
        |(deps, access, sight, filter)| Box::pin(service::count(deps, access, sight, filter)),
    );
    let name = match filter.dataset {
        None => LIST.to_owned(),
        Some(dataset) => format!("{LIST} of {dataset}"),
    };
    view.list(scope, &name)
        .connection(arguments, any_key, counter, async |request| {
            let page = service::page(&scope.deps, access, &sight, &filter, &request).await?;
            Ok(page.map(|row| {
                let position = Position::of_id(row.id.0);
                ListRow::new(position, Reuse::new(view, row))
            }))
        })
        .await
}

/// Returns the reuse with this id, if the viewer may see it. Its submitter sees it although they may
/// no longer enter the workspace.
pub async fn find(ctx: &Context<'_>, id: ReuseId) -> Result<Option<Reuse>, Failure> {
    let scope = Scope::of(ctx)?;
    let Some(row) = service::find(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(row.workspace_id).await? else {
        return Ok(None);
    };
    let rows = service::visible(&scope.deps, &access, &scope.caller, vec![row]).await?;
    let view = WorkspaceView::from(access);
    Ok(rows.into_iter().next().map(|row| Reuse::new(&view, row)))
}

/// Returns the reuses of one workspace with these ids that the viewer may see.
pub async fn by_ids(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    ids: &[ReuseId],
) -> Result<HashMap<ReuseId, Reuse>, Failure> {
    let scope = Scope::of(ctx)?;
    let rows = service::by_ids(&scope.deps, &view.access, &scope.caller, ids).await?;
    Ok(rows
        .into_iter()
        .map(|row| (row.id, Reuse::new(view, row)))
        .collect())
}

impl Reuse {
    /// Builds a reuse from its row.
    pub fn new(view: &WorkspaceView, row: ReuseRow) -> Self {
        Self {
            view: view.clone(),
            row: Arc::new(row),
        }
    }

    fn reads_all(&self, ctx: &Context<'_>) -> Result<bool, Failure> {
        let caller = &Scope::of(ctx)?.caller;
        Ok(service::reads_all_of(&self.view.access, caller, &self.row))
    }
}

/// Something that was made with a dataset, such as an application or an article. It starts as
/// PENDING and becomes APPROVED or REJECTED.
#[Object]
impl Reuse {
    /// The id of the reuse (`reu_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The title, at most 200 characters. Its submitter typed it.
    async fn title(&self) -> &str {
        &self.row.title
    }

    /// The address of the reuse: http or https, at most 2,000 characters. Concierge does not fetch
    /// it.
    async fn url(&self) -> &str {
        &self.row.url
    }

    /// The description, at most 2,000 characters.
    async fn description(&self) -> Option<&str> {
        self.row.description.as_deref()
    }

    /// The dataset that was used; null if it was deleted, or if you may not browse it.
    async fn dataset(&self, ctx: &Context<'_>) -> Nullable<Dataset> {
        loader::item(ctx, &self.view, self.row.dataset_id.into())
            .await
            .map(|item| item.and_then(Resource::dataset))
            .transpose()
    }

    /// The state of the reuse.
    async fn state(&self) -> ReuseState {
        self.row.state
    }

    /// The account that submitted the reuse. Visible to that account, to active members and to holders
    /// of MANAGE_REUSES; null for others.
    async fn submitted_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        let visible = Scope::of(ctx).map(|scope| {
            let (access, caller) = (&self.view.access, &scope.caller);
            service::shows_submitter(access, caller, &self.row)
        });
        match visible {
            Err(failure) => Some(Err(failure.into())),
            Ok(false) => None,
            Ok(true) => loader::account(ctx, &self.view, Some(self.row.submitted_by))
                .await
                .transpose(),
        }
    }

    /// When the reuse was submitted, or changed by its submitter, last.
    async fn submitted_at(&self) -> Option<Instant> {
        Some(Instant(self.row.submitted_at))
    }

    /// The account that approved or rejected the reuse; null while PENDING. Visible to the submitter
    /// and to holders of MANAGE_REUSES; null for others.
    async fn decided_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        match self.reads_all(ctx) {
            Err(failure) => Some(Err(failure.into())),
            Ok(false) => None,
            Ok(true) => loader::account(ctx, &self.view, self.row.decided_by)
                .await
                .transpose(),
        }
    }

    /// When the reuse was approved or rejected; null while PENDING.
    async fn decided_at(&self) -> Option<Instant> {
        self.row.decided_at.map(Instant)
    }

    /// The reason for the decision. Visible to the submitter and to holders of MANAGE_REUSES; null for
    /// others.
    async fn reason(&self, ctx: &Context<'_>) -> Nullable<String> {
        match self.reads_all(ctx) {
            Err(failure) => Some(Err(failure.into())),
            Ok(false) => None,
            Ok(true) => self.row.reason.clone().map(Ok),
        }
    }
}
