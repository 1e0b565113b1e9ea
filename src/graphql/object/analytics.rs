//! Analytics of a workspace: what happened on which day, and which datasets were called most.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use super::resource::{Dataset, Resource};
use crate::{
    domain::vocabulary::QuotaLimiter,
    graphql::{
        error::{Nullable, nullable},
        scalar::{Instant, Long},
        scope::{Scope, WorkspaceView, timed},
    },
    service::{
        Failure,
        analytics::{self as service, DayFigures, Days},
    },
};

/// How many datasets `topDatasets` returns by default.
const DEFAULT_DATASETS: i32 = 10;

/// The analytics of a workspace over a range of days.
#[derive(Debug)]
pub struct Analytics {
    view: WorkspaceView,
    days: Days,
}

/// The analytics of a workspace over a range of days. Calls for datasets and pages that you may not
/// browse are left out everywhere.
#[Object]
impl Analytics {
    /// The days that overlap the range, in order, up to today. Figures of the last minute may be
    /// missing.
    async fn days(&self, ctx: &Context<'_>) -> Nullable<Vec<AnalyticsDay>> {
        nullable(timed(ctx, days(ctx, self)).await.map(Some))
    }

    /// The datasets with the most API calls in the range, highest number first. Only calls that were
    /// counted with `resourceId` are included.
    async fn top_datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The maximum number of datasets, 1 to 100. Default: 10.")] first: Option<
            i32,
        >,
    ) -> Nullable<Vec<DatasetUse>> {
        let first = first.unwrap_or(DEFAULT_DATASETS);
        nullable(timed(ctx, top_datasets(ctx, self, first)).await.map(Some))
    }
}

/// What happened in a workspace on one day.
#[derive(Debug, SimpleObject)]
pub struct AnalyticsDay {
    /// The start of the day in the time zone of the workspace.
    pub day: Instant,
    /// The number of members who used the workspace, by session or API key.
    pub active_members: Long,
    /// The number of sessions that used the workspace for the first time.
    pub sessions: Long,
    /// The number of memberships that were created.
    pub joined: Long,
    /// The number of memberships that ended.
    pub ended: Long,
    /// The number of API calls that `consumeQuota` allowed.
    pub api_calls: Long,
    /// How often `consumeQuota` refused calls, by the limit that refused them.
    pub refusals: Vec<Refusals>,
}

/// How often a limit refused API calls.
#[derive(Debug, SimpleObject)]
pub struct Refusals {
    /// The limit.
    pub limiter: QuotaLimiter,
    /// The number of refused requests.
    pub count: Long,
}

/// The API calls for one dataset.
#[derive(Debug, SimpleObject)]
pub struct DatasetUse {
    /// The dataset.
    pub dataset: Dataset,
    /// The number of API calls.
    pub count: Long,
}

/// The API calls of one day.
#[derive(Debug, SimpleObject)]
pub struct ApiCallsDay {
    /// The start of the day in the time zone of the workspace.
    pub day: Instant,
    /// The number of API calls that `consumeQuota` allowed.
    pub count: Long,
}

impl From<DayFigures> for AnalyticsDay {
    fn from(figures: DayFigures) -> Self {
        let DayFigures {
            start,
            active_members,
            sessions,
            joined,
            ended,
            api_calls,
            refusals,
        } = figures;
        let refusals = refusals.into_iter().map(|(limiter, count)| Refusals {
            limiter,
            count: count.into(),
        });
        Self {
            day: Instant(start),
            active_members: active_members.into(),
            sessions: sessions.into(),
            joined: joined.into(),
            ended: ended.into(),
            api_calls: api_calls.into(),
            refusals: refusals.collect(),
        }
    }
}

/// The analytics of the workspace from `from` to `to`.
pub(super) fn of(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    (Instant(from), Instant(to)): (Instant, Instant),
) -> Result<Analytics, Failure> {
    let scope = Scope::of(ctx)?;
    Ok(Analytics {
        days: service::days(&view.access, &scope.caller, (from, to))?,
        view: view.clone(),
    })
}

async fn days(ctx: &Context<'_>, analytics: &Analytics) -> Result<Vec<AnalyticsDay>, Failure> {
    let (scope, view) = (Scope::of(ctx)?, &analytics.view);
    let figures = service::figures(&scope.deps, &view.access, &analytics.days).await?;
    Ok(figures.into_iter().map(AnalyticsDay::from).collect())
}

async fn top_datasets(
    ctx: &Context<'_>,
    analytics: &Analytics,
    first: i32,
) -> Result<Vec<DatasetUse>, Failure> {
    let (scope, view) = (Scope::of(ctx)?, &analytics.view);
    let rows = service::top_datasets(&scope.deps, &view.access, &analytics.days, first).await?;
    let used = |(row, count): (_, u64)| {
        Some(DatasetUse {
            dataset: Resource::of(view, Arc::new(row)).dataset()?,
            count: count.into(),
        })
    };
    Ok(rows.into_iter().filter_map(used).collect())
}

/// The API calls of each day from `from` to `to`.
pub(super) async fn calls(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    (Instant(from), Instant(to)): (Instant, Instant),
) -> Result<Vec<ApiCallsDay>, Failure> {
    let scope = Scope::of(ctx)?;
    let calls = service::calls(&scope.deps, &view.access, &scope.caller, (from, to)).await?;
    let day = |(start, count): (_, u64)| ApiCallsDay {
        day: Instant(start),
        count: count.into(),
    };
    Ok(calls.into_iter().map(day).collect())
}
