//! Quota values of single members, and what was used today and this month (QUOTA).

use chrono::{DateTime, Datelike, Duration, Utc};
use uuid::Uuid;

use super::{
    draw::Draw,
    groups::{GROUPS, Group},
    members::Member,
    profile::Kind,
    rows::{self, GranteeFacts, Span},
    world::World,
};
use crate::{
    domain::{
        id::AccountId,
        permission::Preset,
        vocabulary::{QuotaPeriod::Day, QuotaScope, QuotaType},
    },
    entity::quota_use,
    store::{quota::usage::of_account, seed::Rows},
};

/// The whole workspace in `quota_use.subject`. A member is named by account.
const WHOLE: &str = "workspace";

/// The default daily calls of every member, as `frame` sets it.
const DEFAULT_CALLS: i64 = 5_000;

/// What was used in a workspace today.
#[derive(Debug, Default, Clone, Copy)]
pub struct Used {
    today: i64,
}

/// The values of some members of a block: some lower than those of their groups, some higher, one
/// is 0. Returns the current limits of API calls by membership.
pub fn values(
    draw: &mut Draw,
    world: &World,
    members: &[Member],
    rows: &mut Rows,
) -> Vec<(Uuid, i64)> {
    let riverton = &world.riverton;
    let mut call_limits = Vec::new();
    let steady = steady_members(draw, members);
    let values: [(usize, QuotaType, i64); 9] = [
        (1, QuotaType::ApiCalls, 250),
        (6, QuotaType::ApiCalls, 100_000),
        (9, QuotaType::ApiCalls, 0),
        (17, QuotaType::Datasets, 80),
        (40, QuotaType::ApiCalls, 500),
        (52, QuotaType::ApiCalls, 25_000),
        (60, QuotaType::Datasets, 0),
        (72, QuotaType::RecordsPerDataset, 50_000),
        (88, QuotaType::RecordsPerDataset, 0),
    ];
    for (number, quota_type, limit) in values {
        let Some(member) = steady.get(number) else {
            continue;
        };
        let from = draw.at_work(member.joined + Duration::hours(1), draw.days_ago(10));
        let by = riverton.giver(draw, from);
        let period = (quota_type == QuotaType::ApiCalls).then_some(Day);
        let mut put = |draw: &Draw, limit, span| {
            let scope = (QuotaScope::Member, Some(GranteeFacts::Member(member.id)));
            rows.quota_value.push(rows::quota(
                draw,
                riverton.id,
                scope,
                (quota_type, limit, period),
                span,
            ));
        };
        match (number, by) {
            // More during a hackathon, then the old value again (TIME-8).
            (40, Some(who)) => {
                let (start, end) = (draw.day(2), draw.in_days(4));
                put(draw, limit, Span::ended(from, start, by, who, "REPLACED"));
                put(draw, 40_000, Span::until(start, end, by));
                put(draw, limit, Span::open(end, by));
                call_limits.push((member.id, 40_000));
            }
            (52, _) => {
                put(draw, limit, Span::until(from, draw.in_days(30), by));
                call_limits.push((member.id, limit));
            }
            _ => {
                put(draw, limit, Span::open(from, by));
                if quota_type == QuotaType::ApiCalls {
                    call_limits.push((member.id, limit));
                }
            }
        }
    }
    call_limits
}

/// Active members of a block with groups who joined a while ago, without administrators and
/// visitors.
fn steady_members<'a>(draw: &Draw, members: &'a [Member]) -> Vec<&'a Member> {
    members
        .iter()
        .filter(|member| {
            member.is_active(draw.now)
                && !member.groups.is_empty()
                && member.joined < draw.days_ago(40)
                && member.kind != Kind::Preset(Preset::Administrator)
                && member.kind != Kind::Visitor
        })
        .collect()
}

/// What members who were active today have used: never more than their limit, sometimes all of it.
pub fn of_members(
    draw: &mut Draw,
    workspace_id: Uuid,
    (members, groups, default): (&[Member], &[Group], i64),
    own_limits: &[(Uuid, i64)],
    used: &mut Used,
    rows: &mut Rows,
) {
    let (now, today) = (draw.now, draw.today());
    for member in members
        .iter()
        .filter(|member| member.last_active >= today && member.is_active(now))
    {
        let own_limit = own_limits
            .iter()
            .find(|(id, _)| *id == member.id)
            .map(|(_, limit)| *limit);
        let limit = own_limit
            .or_else(|| {
                member
                    .groups
                    .iter()
                    .filter_map(|index| calls(groups, *index))
                    .max()
            })
            .unwrap_or(default);
        let calls = match draw.below(100) {
            0..5 => limit,
            5..10 => limit / 100 * 87,
            10..30 => 0,
            _ => i64::try_from(draw.below(limit.min(2_500).unsigned_abs() + 1)).unwrap_or_default(),
        };
        // Nobody uses up a large limit by chance.
        let calls = calls.min(20_000);
        if calls > 0 {
            used.today += calls;
            rows.quota_use.push(counter(
                workspace_id,
                of_account(AccountId(member.account)),
                today,
                calls,
            ));
        }
    }
}

/// The default limit of calls in the main workspace, with its groups.
pub const fn of_riverton(members: &[Member]) -> (&[Member], &[Group], i64) {
    (members, GROUPS, DEFAULT_CALLS)
}

/// The counters of a whole workspace: today's, and this month's with `each_day` calls for every
/// past day. On the first of a month both begin at the same instant and are the same.
pub fn of_workspace(
    draw: &mut Draw,
    workspace_id: Uuid,
    used: Used,
    each_day: u64,
    rows: &mut Rows,
) {
    let today = draw.today();
    let month = today.with_day(1).unwrap_or(today);
    let days = u64::from(today.day0());
    let before: u64 = (0..days).map(|_| each_day / 2 + draw.below(each_day)).sum();
    rows.quota_use
        .push(counter(workspace_id, WHOLE.to_owned(), today, used.today));
    if month < today {
        let calls = used.today + i64::try_from(before).unwrap_or_default();
        rows.quota_use
            .push(counter(workspace_id, WHOLE.to_owned(), month, calls));
    }
}

fn calls(groups: &[Group], index: usize) -> Option<i64> {
    let values = groups.get(index)?.quotas;
    values
        .iter()
        .find(|(quota_type, _)| *quota_type == QuotaType::ApiCalls)
        .map(|(_, limit)| *limit)
}

fn counter(
    workspace_id: Uuid,
    subject: String,
    period_start: DateTime<Utc>,
    used: i64,
) -> quota_use::Model {
    quota_use::Model {
        workspace_id,
        subject,
        quota_type: QuotaType::ApiCalls.as_str().to_owned(),
        period_start,
        used,
    }
}
