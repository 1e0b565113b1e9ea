//! Properties: nobody gives more than they have (PERM-6), nobody changes their own access (PERM-7).
//!
//! Two kinds: each answer is the one that a naive reading of the rule gives, and, apart from any
//! reading, nothing that is allowed leaves its receiver with a right that the giver lacks.

use chrono::{DateTime, Utc};
use concierge::domain::{
    access::{
        self, Given,
        escalation::{
            Change, Refused, Target, may_change, may_give, may_pass_on, may_set_role, may_take,
            may_touch,
        },
        facts::*,
    },
    id::GrantId,
    interval::{Interval, OPEN_END},
    permission::{Permission, Preset},
    vocabulary::ResourceAccess,
};
use proptest::{collection::vec, prelude::*};

use crate::{
    oracle,
    world::{World, filter, interval, managed_world, right, uuid, world},
};

fn worlds() -> impl Strategy<Value = World> {
    prop_oneof![1 => world(), 4 => managed_world()]
}

fn given() -> impl Strategy<Value = Vec<Given>> {
    let one = (right(), filter(), interval());
    vec(
        one.prop_map(|(right, record_filter, interval)| Given {
            right,
            record_filter,
            interval,
        }),
        1..3,
    )
}

/// The actor's account is the subject's own, whether by session or by key.
fn actors(world: &World) -> Vec<Subject<'_>> {
    world
        .subjects()
        .into_iter()
        .filter(|subject| !matches!(subject, Subject::Anonymous))
        .collect()
}

fn has_ewp(world: &World, actor: Subject<'_>) -> bool {
    oracle::holds(
        &world.ws,
        actor,
        Permission::EditWorkspaceProperties,
        world.t,
    )
}

fn manages(world: &World, actor: Subject<'_>, right: Right) -> bool {
    let Right::Item(id, _) = right else {
        return false;
    };
    world.item(id).is_some_and(|item| {
        oracle::may(
            &world.ws,
            actor,
            &item,
            ResourceAccess::ManageSecurity,
            world.t,
        )
    })
}

/// "rights that they hold themselves now and at least as long": asked at every instant from now to
/// the given end.
fn holds_as_long(world: &World, actor: Subject<'_>, given: &Given) -> bool {
    let holds = |u: DateTime<Utc>| match given.right {
        Right::Workspace(permission) => oracle::holds(&world.ws, actor, permission, u),
        Right::Item(id, access) => world.item(id).is_some_and(|item| {
            let filter = given.record_filter.as_ref().map(ToString::to_string);
            oracle::item_paths(&world.ws, actor, &item, access, u)
                .iter()
                .any(|path| path.is_none() || *path == filter)
        }),
    };
    let until = given.interval.ends_at;
    let empty = given.interval.ends_at <= given.interval.starts_at || until <= world.t;
    empty
        || oracle::instants(&world.ws, actor, world.t)
            .into_iter()
            .filter(|u| *u < until)
            .all(holds)
}

/// PERM-6 and PERM-7 on the target alone.
fn may_reach(world: &World, actor: Subject<'_>, target: Target<'_>, raises: bool) -> bool {
    let administrator = oracle::is_administrator(&world.ws, actor, world.t);
    administrator
        || match target {
            Target::Newcomer => true,
            Target::Member(member) => {
                !oracle::is_administrator_target(&world.ws, member, world.t)
                    && member.account_id != world.actor.account_id
            }
            Target::Group(group) => {
                let mut rows = world
                    .actor
                    .groups
                    .iter()
                    .filter(|row| row.group_id == group.id);
                !raises
                    || !rows.any(|row| {
                        row.interval.starts_at < row.interval.ends_at
                            && world.t < row.interval.ends_at
                    })
            }
        }
}

fn targets(world: &World) -> Vec<Target<'_>> {
    let members = [
        Target::Member(&world.other),
        Target::Member(&world.actor),
        Target::Newcomer,
    ];
    members
        .into_iter()
        .chain(world.ws.groups.values().map(Target::Group))
        .collect()
}

/// The member after those grants were given.
fn after(member: &MemberFacts, given: &[Given]) -> MemberFacts {
    let mut member = member.clone();
    member.grants.extend(given.iter().map(|given| GrantFacts {
        id: GrantId(uuid(1)),
        right: given.right,
        record_filter: given.record_filter.clone(),
        interval: given.interval,
        granted_by: None,
    }));
    member
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn perm_6_giving_is_refused_exactly_as_the_rule_says(world in worlds(), given in given()) {
        let items = |id| world.item(id);
        for actor in actors(&world) {
            let administrator = oracle::is_administrator(&world.ws, actor, world.t);
            for target in targets(&world) {
                let sized = |given: &Given| match given.right {
                    Right::Workspace(_) => has_ewp(&world, actor) && holds_as_long(&world, actor, given),
                    Right::Item(..) => manages(&world, actor, given.right),
                };
                let expected = may_reach(&world, actor, target, true) && (administrator || given.iter().all(sized));
                let answer = may_give(&world.ws, actor, target, &given, &items, world.t);
                prop_assert_eq!(answer.is_ok(), expected, "{:?} {:?}", target, answer);
            }
            let carried = |given: &Given| manages(&world, actor, given.right) || holds_as_long(&world, actor, given);
            let expected = administrator || (has_ewp(&world, actor) && given.iter().all(carried));
            prop_assert_eq!(may_pass_on(&world.ws, actor, &given, &items, world.t).is_ok(), expected);
        }
    }

    #[test]
    fn perm_6_nothing_that_may_be_given_is_more_than_the_giver_has(world in worlds(), given in given()) {
        let items = |id| world.item(id);
        for actor in actors(&world) {
            if access::is_administrator(&world.ws, actor, world.t)
                || may_give(&world.ws, actor, Target::Member(&world.other), &given, &items, world.t).is_err()
            {
                continue;
            }
            let after = after(&world.other, &given);
            for u in oracle::instants(&world.ws, Subject::Member(&after), world.t) {
                for permission in Permission::ALL {
                    let gained = oracle::holds(&world.ws, Subject::Member(&after), *permission, u)
                        && !oracle::holds(&world.ws, Subject::Member(&world.other), *permission, u);
                    prop_assert!(!gained || oracle::holds(&world.ws, actor, *permission, u), "{} at {}", permission, u);
                }
            }
            for given in given.iter().filter(|given| matches!(given.right, Right::Item(..))) {
                prop_assert!(manages(&world, actor, given.right));
            }
        }
    }

    #[test]
    fn perm_6_enabling_and_prolonging_hand_over_what_the_member_has(world in worlds(), period in interval()) {
        let items = |id| world.item(id);
        let old = &world.other;
        for actor in actors(&world).into_iter().filter(|actor| !access::is_administrator(&world.ws, *actor, world.t)) {
            let enabled = access::given_by_member(&world.ws, old, old.interval);
            let prolonged = access::rights_gained(&world.ws, old, period);
            let steps = [(&enabled, old.interval), (&prolonged, period)];
            for (given, interval) in steps {
                if may_pass_on(&world.ws, actor, given, &items, world.t).is_err() {
                    continue;
                }
                let mut after = old.clone();
                (after.interval, after.disabled) = (interval, Vec::new());
                let mut before = old.clone();
                if interval == period {
                    before.disabled = Vec::new();
                }
                for u in oracle::instants(&world.ws, Subject::Member(&after), world.t) {
                    for permission in Permission::ALL {
                        let gained = oracle::holds(&world.ws, Subject::Member(&after), *permission, u)
                            && !oracle::holds(&world.ws, Subject::Member(&before), *permission, u);
                        prop_assert!(!gained || oracle::holds(&world.ws, actor, *permission, u), "{} at {}", permission, u);
                    }
                }
            }
        }
    }

    #[test]
    fn perm_6_taking_away_is_free_but_not_from_administrators_or_oneself(world in worlds(), taken in vec(right(), 1..3)) {
        let items = |id| world.item(id);
        for actor in actors(&world) {
            for target in targets(&world) {
                let sized = |right: &Right| has_ewp(&world, actor) || manages(&world, actor, *right);
                let expected = may_reach(&world, actor, target, false) && taken.iter().all(sized);
                let answer = may_take(&world.ws, actor, target, &taken, &items, world.t);
                prop_assert_eq!(answer.is_ok(), expected, "{:?} {:?}", target, answer);
            }
        }
    }

    #[test]
    fn perm_7_changes_are_refused_exactly_as_the_rule_says(world in worlds()) {
        use Change as C;
        for actor in actors(&world) {
            for target in targets(&world) {
                for change in [C::Role, C::Grants, C::Groups, C::Quotas, C::Period, C::State] {
                    let own = matches!(target, Target::Member(member) if member.account_id == world.actor.account_id);
                    let never = own && matches!(change, C::Role | C::Period);
                    let expected = has_ewp(&world, actor) && may_reach(&world, actor, target, true) && !never;
                    let answer = may_change(&world.ws, actor, target, change, world.t);
                    prop_assert_eq!(answer.is_ok(), expected, "{:?} {:?} {:?}", target, change, answer);
                }
            }
        }
    }

    #[test]
    fn perm_6_roles_are_given_by_those_who_hold_all_that_is_in_them(world in worlds(), interval in interval()) {
        for actor in actors(&world) {
            let administrator = oracle::is_administrator(&world.ws, actor, world.t);
            let ewp = has_ewp(&world, actor);
            for target in [Target::Member(&world.other), Target::Newcomer] {
                let reached = ewp && may_reach(&world, actor, target, true);
                prop_assert_eq!(may_set_role(&world.ws, actor, target, None, interval, world.t).is_ok(), reached);
                for role in world.ws.roles.values() {
                    let whole = |permission: &Permission| Given::permission(*permission, interval.intersect(&role.interval));
                    let expected = match role.preset {
                        Some(Preset::Administrator) => administrator && matches!(actor, Subject::Member(_)),
                        Some(preset) => administrator || preset.permissions().iter().all(|p| holds_as_long(&world, actor, &whole(&p))),
                        None => administrator || role.permissions.iter().all(|(permission, row)| {
                            let interval = row.intersect(&whole(permission).interval);
                            holds_as_long(&world, actor, &Given::permission(*permission, interval))
                        }),
                    };
                    let answer = may_set_role(&world.ws, actor, target, Some(role), interval, world.t);
                    prop_assert_eq!(answer.is_ok(), reached && expected, "{:?} {:?}", role, answer);
                }
            }
            let own = may_set_role(&world.ws, actor, Target::Member(&world.actor), None, Interval::new(world.t, OPEN_END), world.t);
            prop_assert!(own.is_err());
        }
    }

    #[test]
    fn perm_6_only_an_administrator_touches_an_administrator(world in worlds()) {
        for actor in actors(&world) {
            let free = oracle::is_administrator(&world.ws, actor, world.t) || !oracle::is_administrator_target(&world.ws, &world.other, world.t);
            let answer = may_touch(&world.ws, actor, &world.other, world.t);
            prop_assert_eq!(answer, if free { Ok(()) } else { Err(Refused::RequiresAdministrator) });
        }
    }
}
