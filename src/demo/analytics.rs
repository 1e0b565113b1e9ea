//! The counters behind the analytics of the demo's portal: a quarter of working days and weekends.

use chrono::{Datelike, Duration, Weekday};

use super::{draw::Draw, world::DemoWorkspace};
use crate::{
    domain::{analytics::Measure, vocabulary::QuotaLimiter},
    entity::{analytics_count, resource_calls},
    store::seed::Rows,
};

/// How many days before today were counted.
const DAYS: i64 = 90;

/// How many datasets are called regularly.
const CALLED: usize = 12;

/// What happened on each of the last days. A portal of `blocks` blocks has as many times the use.
pub fn rows(draw: &mut Draw, workspace: &DemoWorkspace, blocks: usize, rows: &mut Rows) {
    let size = u64::try_from(blocks).unwrap_or(1).max(1);
    for ago in (1..=DAYS).rev() {
        let day_start = draw.today() - Duration::days(ago);
        let is_weekend = matches!(day_start.weekday(), Weekday::Sat | Weekday::Sun);
        let busy = if is_weekend { 1 } else { 5 };
        let mut calls_of_datasets = 0;
        for (place, (id, created_at)) in workspace.datasets.iter().take(CALLED).enumerate() {
            if *created_at >= day_start {
                continue;
            }
            let most = 3_000 / (u64::try_from(place).unwrap_or_default() + 1);
            let calls = size * busy * (most + draw.below(most)) / 5;
            calls_of_datasets += calls;
            rows.resource_calls.push(resource_calls::Model {
                workspace_id: workspace.id,
                day_start,
                item_id: *id,
                count: number(calls),
            });
        }
        let mut count = |measure: Measure, count: u64| {
            if count > 0 {
                rows.analytics_count.push(analytics_count::Model {
                    workspace_id: workspace.id,
                    day_start,
                    measure: measure.name(),
                    count: number(count),
                });
            }
        };
        count(Measure::ResourceCalls, calls_of_datasets);
        count(Measure::Calls, size * busy * (400 + draw.below(400)));
        count(Measure::ActiveMembers, size * busy * (6 + draw.below(5)));
        count(Measure::Sessions, size * busy * (3 + draw.below(4)));
        let refused = if is_weekend { 0 } else { draw.below(4) };
        count(Measure::Refused(QuotaLimiter::Group), refused);
    }
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
