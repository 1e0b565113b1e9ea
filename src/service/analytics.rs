//! Analytics of a workspace by day (STAT-1, STAT-2): reading the counters here, counting in
//! `counters`.
//!
//! Owns who reads which figures. Totals never tell of datasets and pages that the reader may not
//! browse: their calls are left out.

mod counters;

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};

use super::{
    Access, Caller, Deps, Failure,
    item::{self, ItemRow},
    write::Event,
};
use crate::{
    domain::{
        analytics::{self, MIDDAY, Measure, RangeFault},
        audit::AuditEventKind,
        calendar::Span,
        id::{ItemId, ItemKind},
        permission::Permission,
        vocabulary::{QuotaLimiter, QuotaPeriod},
    },
    store::{
        DatabaseTransaction,
        analytics::{self as rows, Day},
        workspace::{Workspace, WorkspaceRef},
    },
    words::message,
};

pub use crate::domain::analytics::MOST_DAYS;
pub use counters::Counters;

/// The most datasets of `topDatasets`.
pub const MOST_DATASETS: i32 = 100;

/// The days that somebody asked about: all of a workspace that overlap a range.
#[derive(Debug, Clone)]
pub struct Days(Vec<Span>);

/// What happened on one day.
#[derive(Debug, Clone)]
pub struct DayFigures {
    /// The first instant of the day.
    pub start: DateTime<Utc>,
    /// Members who used the workspace.
    pub active_members: u64,
    /// Sessions that used the workspace for the first time.
    pub sessions: u64,
    /// Memberships that were created.
    pub joined: u64,
    /// Memberships that ended.
    pub ended: u64,
    /// API calls, without those for datasets and pages that the reader may not browse.
    pub api_calls: u64,
    /// Calls that a limit refused, by limit.
    pub refusals: Vec<(QuotaLimiter, u64)>,
}

/// The days of the workspace that overlap the range: BROWSE_ANALYTICS.
pub fn days(
    access: &Access,
    caller: &Caller,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Days, Failure> {
    access.require(caller, Permission::BrowseAnalytics)?;
    days_of(access, range)
}

fn days_of(access: &Access, (from, to): (DateTime<Utc>, DateTime<Utc>)) -> Result<Days, Failure> {
    let calendar = &access.workspace.calendar;
    analytics::days(calendar, from, to, access.now)
        .map(Days)
        .map_err(|fault| {
            Failure::bad_input(match fault {
                RangeFault::Backwards => message::to_after_from(),
                RangeFault::TooLong => message::too_many_days(MOST_DAYS),
            })
        })
}

impl Days {
    /// Between which instants the days began, in whatever time zone; `None` if there are none.
    fn starts(&self) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let (first, last) = (self.0.first()?, self.0.last()?);
        Some((first.start - MIDDAY, last.end - MIDDAY))
    }
}

/// What happened on each of the days.
pub async fn figures(
    deps: &Deps,
    access: &Access,
    days: &Days,
) -> Result<Vec<DayFigures>, Failure> {
    let mut figures: Vec<DayFigures> = days.0.iter().map(DayFigures::of_none).collect();
    let Some(range) = days.starts() else {
        return Ok(figures);
    };
    let (db, workspace) = (deps.db.reader(), access.workspace.id);
    let listings = partial(deps, access).await?;
    for row in rows::counts(db, workspace, range, None).await? {
        let measure = Measure::parse(&row.measure);
        let day = analytics::day_of(&days.0, row.day_start);
        let Some((day, measure)) = day.and_then(|day| figures.get_mut(day)).zip(measure) else {
            continue;
        };
        if measure != Measure::ResourceCalls || listings.is_empty() {
            day.add(measure, row.count.unsigned_abs());
        }
    }
    for listing in &listings {
        for (start, count) in rows::calls_by_day(db, workspace, listing, range).await? {
            let day = analytics::day_of(&days.0, start);
            if let Some(day) = day.and_then(|day| figures.get_mut(day)) {
                day.add(Measure::ResourceCalls, count);
            }
        }
    }
    Ok(figures)
}

/// What of datasets and of pages the reader may browse; empty if that is everything.
async fn partial(deps: &Deps, access: &Access) -> Result<Vec<item::Listing>, Failure> {
    let mut listings = Vec::new();
    for kind in [ItemKind::Dataset, ItemKind::Page] {
        listings.push(item::shown(deps, access, kind).await?);
    }
    if listings
        .iter()
        .all(|listing| listing.browsable.is_everything())
    {
        listings.clear();
    }
    Ok(listings)
}

impl DayFigures {
    const fn of_none(day: &Span) -> Self {
        Self {
            start: day.start,
            active_members: 0,
            sessions: 0,
            joined: 0,
            ended: 0,
            api_calls: 0,
            refusals: Vec::new(),
        }
    }

    fn add(&mut self, measure: Measure, count: u64) {
        match measure {
            Measure::ActiveMembers => self.active_members += count,
            Measure::Sessions => self.sessions += count,
            Measure::Joined => self.joined += count,
            Measure::Ended => self.ended += count,
            Measure::Calls | Measure::ResourceCalls => self.api_calls += count,
            Measure::Refused(limiter) => {
                // In the order of the enum.
                let place = |known: &QuotaLimiter| {
                    QuotaLimiter::ALL
                        .iter()
                        .position(|limiter| limiter == known)
                };
                match self
                    .refusals
                    .binary_search_by_key(&place(&limiter), |(known, _)| place(known))
                {
                    Ok(index) => {
                        if let Some((_, refused)) = self.refusals.get_mut(index) {
                            *refused += count;
                        }
                    }
                    Err(index) => self.refusals.insert(index, (limiter, count)),
                }
            }
        }
    }
}

/// The datasets with the most calls on these days, of those that the reader may browse; the highest
/// number first, then by id. `most` is 1 to [`MOST_DATASETS`].
pub async fn top_datasets(
    deps: &Deps,
    access: &Access,
    days: &Days,
    most: i32,
) -> Result<Vec<(ItemRow, u64)>, Failure> {
    let size = u64::try_from(most).ok().filter(|size| *size > 0);
    let size = size.filter(|_| most <= MOST_DATASETS);
    let size = size.ok_or_else(|| {
        Failure::bad_input(message::page_size(
            "topDatasets",
            "first",
            most.to_string(),
            MOST_DATASETS,
        ))
    })?;
    let Some(range) = days.starts() else {
        return Ok(Vec::new());
    };
    let (db, workspace) = (deps.db.reader(), access.workspace.id);
    let listing = item::shown(deps, access, ItemKind::Dataset).await?;
    let calls = rows::most_called(db, workspace, &listing, range, size).await?;
    let ids: Vec<ItemId> = calls.iter().map(|(id, _)| (*id).into()).collect();
    let datasets = item::by_ids(deps, &ids).await?.into_iter();
    let mut datasets: HashMap<ItemId, ItemRow> = datasets.map(|row| (row.facts.id, row)).collect();
    let with_row = |(id, count): (crate::domain::id::DatasetId, u64)| {
        Some((datasets.remove(&id.into())?, count))
    };
    Ok(calls.into_iter().filter_map(with_row).collect())
}

/// The API calls of each day: BROWSE_ANALYTICS, or MANAGE_SECONDARY_WORKSPACES in the main workspace,
/// by session (WS-9).
pub async fn calls(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    range: (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(DateTime<Utc>, u64)>, Failure> {
    if access.can(Permission::BrowseAnalytics) {
        let days = days_of(access, range)?;
        let figures = figures(deps, access, &days).await?.into_iter();
        return Ok(figures.map(|day| (day.start, day.api_calls)).collect());
    }
    if !manages_from_main(deps, access, caller).await? {
        return Err(access
            .require(caller, Permission::BrowseAnalytics)
            .err()
            .unwrap_or(Failure::NotFound));
    }
    let days = days_of(access, range)?;
    let mut calls: Vec<_> = days.0.iter().map(|day| (day.start, 0)).collect();
    let Some(range) = days.starts() else {
        return Ok(calls);
    };
    let measures = [Measure::Calls, Measure::ResourceCalls];
    let (db, workspace) = (deps.db.reader(), access.workspace.id);
    for row in rows::counts(db, workspace, range, Some(&measures)).await? {
        let day = analytics::day_of(&days.0, row.day_start);
        if let Some((_, count)) = day.and_then(|day| calls.get_mut(day)) {
            *count += row.count.unsigned_abs();
        }
    }
    Ok(calls)
}

/// Whether the caller manages this workspace from its main one, by session.
async fn manages_from_main(deps: &Deps, access: &Access, caller: &Caller) -> Result<bool, Failure> {
    let (Some(main), Some(_)) = (access.workspace.parent_id, caller.session()) else {
        return Ok(false);
    };
    let main = Access::open(deps, caller, &WorkspaceRef::Id(main)).await?;
    Ok(main.is_some_and(|main| main.can(Permission::ManageSecondaryWorkspaces)))
}

/// Counts the memberships that the events of a write of the workspace say began and ended.
pub(super) async fn count_members(
    db: &DatabaseTransaction,
    workspace: &Workspace,
    events: &[Event],
    now: DateTime<Utc>,
) -> Result<(), Failure> {
    let mut counts: BTreeMap<(Day, String), u64> = BTreeMap::new();
    for event in events {
        let measure = match event.kind {
            AuditEventKind::MembershipCreated => Measure::Joined,
            AuditEventKind::MembershipErased
            | AuditEventKind::MembershipExpired
            | AuditEventKind::MembershipLeft
            | AuditEventKind::MembershipRevoked => Measure::Ended,
            _ => continue,
        };
        let at = event.effective_at.unwrap_or(now);
        let start = workspace.calendar.start(QuotaPeriod::Day, at);
        *counts
            .entry(((workspace.id, start), measure.name()))
            .or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    Ok(rows::add(db, &counts).await?)
}
