//! QUOTA-2: the vectors, and an oracle that tries the scopes one by one.

use chrono::{DateTime, Utc};
use concierge::domain::{
    calendar::Calendars,
    id::GroupId,
    quota::{Bound, EffectiveQuota, MAX_LIMIT, QuotaFacts, effective},
    vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
};
use proptest::{collection::vec, option, prelude::*, sample::select};
use serde_json::Value;

use crate::world::{day, group_id, instant};

/// The limit and who decided it, by trying each scope in turn.
fn oracle(quota_type: QuotaType, facts: &QuotaFacts) -> (Option<u64>, Option<QuotaScope>) {
    let (mut limit, mut decided) = (None, None);
    if let Some(value) = facts.default {
        (limit, decided) = (Some(value), Some(QuotaScope::Default));
    }
    if !facts.groups.is_empty() {
        let mut highest = 0;
        for (_, value) in &facts.groups {
            if *value > highest {
                highest = *value;
            }
        }
        (limit, decided) = (Some(highest), Some(QuotaScope::Group));
    }
    if let Some(value) = facts.member {
        (limit, decided) = (Some(value), Some(QuotaScope::Member));
    }
    for (bound, scope) in [
        (facts.cap, QuotaScope::WorkspaceCap),
        (facts.license, QuotaScope::License),
    ] {
        let Some(bound) = bound else { continue };
        let same_period =
            quota_type != QuotaType::ApiCalls || bound.period == Some(QuotaPeriod::Day);
        if same_period && limit.is_none_or(|limit| bound.limit < limit) {
            (limit, decided) = (Some(bound.limit), Some(scope));
        }
    }
    (limit, decided)
}

/// Whether one more can be used: asked of each counter by itself.
fn admits(facts: &QuotaFacts, limit: Option<u64>, amount: u64) -> bool {
    limit.is_none_or(|limit| facts.used + amount <= limit)
        && [facts.cap, facts.license]
            .iter()
            .flatten()
            .all(|bound| bound.used + amount <= bound.limit)
}

fn number() -> impl Strategy<Value = u64> {
    prop_oneof![4 => 0..6_u64, 1 => Just(MAX_LIMIT)]
}

fn facts() -> impl Strategy<Value = (QuotaType, QuotaFacts)> {
    let bound = || option::of((number(), select(QuotaPeriod::ALL), 0..6_u64));
    let groups = vec((0..4_u128, number()), 0..4);
    (
        select(QuotaType::ALL),
        bound(),
        bound(),
        option::of(number()),
        groups,
        option::of(number()),
        0..6_u64,
    )
        .prop_map(
            |(quota_type, license, cap, default, groups, member, used)| {
                let dated = quota_type == QuotaType::ApiCalls;
                let bound = |(limit, period, used)| Bound {
                    limit,
                    period: Some(period).filter(|_| dated),
                    used,
                };
                let groups = groups
                    .into_iter()
                    .map(|(group, value)| (group_id(group), value))
                    .collect();
                (
                    quota_type,
                    QuotaFacts {
                        license: license.map(bound),
                        cap: cap.map(bound),
                        default,
                        groups,
                        member,
                        used,
                    },
                )
            },
        )
}

proptest! {
    #[test]
    fn quota_2_the_limit_is_as_the_oracle_says((quota_type, facts) in facts(), t in instant()) {
        let answer = effective(quota_type, &facts, &Calendars::default(), t);
        prop_assert_eq!((answer.limit, answer.decided_by), oracle(quota_type, &facts));
    }

    #[test]
    fn quota_2_what_remains_is_what_every_counter_still_admits((quota_type, facts) in facts(), t in instant()) {
        let answer = effective(quota_type, &facts, &Calendars::default(), t);
        match answer.remaining {
            None => prop_assert!(answer.limit.is_none() && facts.cap.is_none() && facts.license.is_none()),
            Some(0) => prop_assert!(!admits(&facts, answer.limit, 1)),
            Some(some) => prop_assert!(admits(&facts, answer.limit, some) && !admits(&facts, answer.limit, some + 1)),
        }
    }

    #[test]
    fn quota_3_the_calculator_shows_every_value((quota_type, facts) in facts(), t in instant()) {
        let EffectiveQuota { license, cap, default_limit, group_limits, member_limit, used, resets_at, .. } = effective(quota_type, &facts, &Calendars::default(), t);
        prop_assert_eq!((default_limit, member_limit, used), (facts.default, facts.member, facts.used));
        prop_assert_eq!(license.map(|view| (view.limit, view.used)), facts.license.map(|bound| (bound.limit, bound.used)));
        prop_assert_eq!(cap.map(|view| view.period), facts.cap.map(|bound| bound.period));
        prop_assert_eq!(group_limits.len(), facts.groups.len());
        let sorted = |two: &[(GroupId, u64)]| two[0].1 > two[1].1 || (two[0].1 == two[1].1 && two[0].0 <= two[1].0);
        prop_assert!(group_limits.windows(2).all(sorted));
        prop_assert_eq!(resets_at.is_some(), quota_type == QuotaType::ApiCalls);
        prop_assert!(resets_at.is_none_or(|at| at > t && at <= t + chrono::Duration::days(1)));
    }
}

#[test]
fn quota_2_the_vectors_hold() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/tests/contract/quota.json"
    ))
    .expect("the vectors");
    let vectors: Value = serde_json::from_str(&text).expect("JSON");
    let cases = vectors["cases"].as_array().expect("cases");
    assert!(cases.len() >= 27);
    for case in cases {
        let quota_type =
            QuotaType::parse(case["type"].as_str().expect("a type")).expect("a known type");
        let period = |value: &Value| value["period"].as_str().and_then(QuotaPeriod::parse);
        let bound = |value: &Value| {
            value["limit"].as_u64().map(|limit| Bound {
                limit,
                period: period(value),
                used: 0,
            })
        };
        let groups = case["groups"].as_array().into_iter().flatten().enumerate();
        let facts = QuotaFacts {
            license: bound(&case["license"]),
            cap: bound(&case["cap"]),
            default: case["default"].as_u64(),
            groups: groups
                .filter_map(|(n, value)| Some((group_id(n as u128), value.as_u64()?)))
                .collect(),
            member: case["member"].as_u64(),
            used: 0,
        };
        let answer = effective(quota_type, &facts, &Calendars::default(), day(0));
        let (name, expect) = (&case["name"], &case["expect"]);
        assert_eq!(answer.limit, expect["limit"].as_u64(), "{name}");
        assert_eq!(
            answer.decided_by.map(QuotaScope::as_str),
            expect["decidedBy"].as_str(),
            "{name}"
        );
        assert_eq!(
            answer.period.map(QuotaPeriod::as_str),
            expect["period"].as_str(),
            "{name}"
        );
    }
}

#[test]
fn quota_2_a_monthly_license_bounds_by_its_own_counter() {
    let noon: DateTime<Utc> = "2027-02-10T12:00:00Z".parse().expect("an instant");
    let license = Bound {
        limit: 1_000,
        period: Some(QuotaPeriod::Month),
        used: 990,
    };
    let facts = QuotaFacts {
        license: Some(license),
        default: Some(500),
        used: 3,
        ..QuotaFacts::default()
    };
    let answer = effective(QuotaType::ApiCalls, &facts, &Calendars::default(), noon);
    assert_eq!(
        (answer.limit, answer.remaining, answer.decided_by),
        (Some(500), Some(10), Some(QuotaScope::Default))
    );
    assert_eq!(
        answer.resets_at.map(|at| at.to_rfc3339()).as_deref(),
        Some("2027-02-11T00:00:00+00:00")
    );
    let resets = answer.license.and_then(|license| license.resets_at);
    assert_eq!(
        resets.map(|at| at.to_rfc3339()).as_deref(),
        Some("2027-03-01T00:00:00+00:00")
    );
}
