//! What a workspace asks of whoever signs in (MFA-10, MFA-11), against the oracle.

use chrono::Duration;
use concierge::domain::{
    access::{
        self, AccessObstacle, SecondFactorPolicy, SessionFacts, SignInPolicy, facts::Subject,
    },
    permission::Permission,
    vocabulary::MembershipState,
};
use proptest::{prelude::*, sample::select};

use crate::{
    oracle,
    world::{World, day, world},
};

fn policy() -> impl Strategy<Value = SignInPolicy> {
    let level = || select(SecondFactorPolicy::ALL);
    let from = prop::option::of((0..7_i64, 0..2_i64));
    (level(), from, level()).prop_map(|(second_factor, from, second_factor_before)| SignInPolicy {
        second_factor,
        second_factor_from: from.map(|(n, early)| day(n) - Duration::microseconds(early)),
        second_factor_before,
    })
}

/// MFA-10: off, for administrators, for whoever may open a section, for everybody; of active
/// members alone.
fn is_asked(world: &World, level: SecondFactorPolicy) -> bool {
    let subject = Subject::Member(&world.actor);
    let opens = |permission: &Permission| {
        !permission.sections().is_empty() && oracle::holds(&world.ws, subject, *permission, world.t)
    };
    oracle::state(&world.actor, world.t) == MembershipState::Active
        && match level {
            SecondFactorPolicy::Optional => false,
            SecondFactorPolicy::Administrators => {
                oracle::is_administrator(&world.ws, subject, world.t)
            }
            SecondFactorPolicy::BackOffice => Permission::ALL.iter().any(opens),
            SecondFactorPolicy::Everybody => true,
        }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn mfa_11_one_function_decides_over_policy_session_and_member(
        world in world(), policy in policy(), has_second_factor: bool,
    ) {
        let session = SessionFacts { has_second_factor };
        let found = access::session_obstacle(&policy, session, &world.ws, &world.actor, world.t);
        let level = match policy.second_factor_from {
            None => SecondFactorPolicy::Optional,
            Some(from) if world.t < from => policy.second_factor_before,
            Some(_) => policy.second_factor,
        };
        let expected = is_asked(&world, level) && !has_second_factor;
        prop_assert_eq!(found, expected.then_some(AccessObstacle::SecondFactorRequired));
    }

    #[test]
    fn mfa_10_each_level_includes_the_ones_before(world in world()) {
        let asked = |level: &SecondFactorPolicy| access::concerns(*level, &world.ws, &world.actor, world.t);
        let levels: Vec<bool> = SecondFactorPolicy::ALL.iter().map(asked).collect();
        prop_assert!(levels.windows(2).all(|two| two[0] <= two[1]), "{:?}", levels);
    }

    #[test]
    fn mfa_10_a_change_never_asks_more_before_its_date_nor_less(
        policy in policy(), wanted in select(SecondFactorPolicy::ALL), n in 0..7_i64, days in 0..9_i64,
    ) {
        let (now, from) = (day(n), day(n + days));
        let changed = policy.changed(wanted, now, from);
        let current = policy.second_factor_at(now);
        prop_assert_eq!(changed.second_factor_at(from), wanted);
        let meanwhile = changed.second_factor_at(from - Duration::microseconds(1));
        prop_assert!(days == 0 || meanwhile == current.min(wanted), "{:?}", changed);
    }
}
