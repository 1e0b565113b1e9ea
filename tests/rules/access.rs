//! Properties: the engine's permissions, their sources and their ends agree with the oracle.

use concierge::domain::{
    access::{self, Effective, Source, SourceKind, facts::*},
    permission::Permission,
};
use proptest::prelude::*;

use crate::{
    oracle,
    world::{World, world},
};

fn effective(world: &World, subject: Subject<'_>) -> Vec<Effective> {
    match subject {
        Subject::Anonymous | Subject::WorkspaceKey(_) => Vec::new(),
        Subject::Member(member) => access::effective_permissions(&world.ws, member, world.t),
        Subject::Key(member, key) => {
            access::effective_permissions_of_key(&world.ws, member, key, world.t)
        }
    }
}

/// The world with nothing left to the member but the rows that `source` names.
pub fn only(world: &World, source: &Source) -> (WorkspaceFacts, MemberFacts) {
    let (mut ws, mut member) = (world.ws.clone(), world.actor.clone());
    member
        .roles
        .retain(|row| Some(row.role_id) == source.role_id);
    member
        .groups
        .retain(|row| Some(row.group_id) == source.group_id);
    member
        .grants
        .retain(|grant| Some(grant.id) == source.grant_id);
    for group in ws.groups.values_mut() {
        group
            .grants
            .retain(|grant| Some(grant.id) == source.grant_id);
    }
    (ws, member)
}

/// The world without the rows that `sources` name.
pub fn without(world: &World, sources: &[Source]) -> (WorkspaceFacts, MemberFacts) {
    let (mut ws, mut member) = (world.ws.clone(), world.actor.clone());
    let plain: Vec<&Source> = sources
        .iter()
        .filter(|source| source.kind != SourceKind::Owner)
        .collect();
    member.roles.retain(|row| {
        !plain
            .iter()
            .any(|source| source.role_id == Some(row.role_id))
    });
    let named = |grant: &GrantFacts| plain.iter().any(|source| source.grant_id == Some(grant.id));
    member.grants.retain(|grant| !named(grant));
    for group in ws.groups.values_mut() {
        group.grants.retain(|grant| !named(grant));
    }
    (ws, member)
}

/// The same subject over other facts of the member.
pub fn over<'a>(subject: Subject<'a>, member: &'a MemberFacts) -> Subject<'a> {
    match subject {
        Subject::Anonymous | Subject::WorkspaceKey(_) => subject,
        Subject::Member(_) => Subject::Member(member),
        Subject::Key(_, key) => Subject::Key(member, key),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn mem_1_states_are_as_the_oracle_says(world in world()) {
        prop_assert_eq!(access::state(&world.actor, world.t), oracle::state(&world.actor, world.t));
        for key in &world.keys {
            prop_assert_eq!(access::key_state(&world.actor, key, world.t), oracle::key_state(&world.actor, key, world.t));
        }
    }

    #[test]
    fn perm_2_permissions_are_as_the_oracle_says(world in world()) {
        for subject in world.subjects() {
            let held: Vec<_> = access::permissions(&world.ws, subject, world.t).iter().collect();
            prop_assert_eq!(&held, &oracle::permissions(&world.ws, subject, world.t));
            let listed: Vec<_> = effective(&world, subject).iter().map(|held| held.permission).collect();
            prop_assert_eq!(held, listed);
            let administrator = access::is_administrator(&world.ws, subject, world.t);
            prop_assert_eq!(administrator, oracle::is_administrator(&world.ws, subject, world.t));
        }
    }

    #[test]
    fn perm_2_each_source_alone_suffices_and_without_all_of_them_nothing_is_left(world in world()) {
        for subject in world.subjects() {
            for held in effective(&world, subject) {
                prop_assert_eq!(held.sources.len(), oracle::path_count(&world.ws, subject, held.permission, world.t));
                for source in &held.sources {
                    prop_assert!(source.contains(world.t) && source.item.is_none() && source.granted_by.is_some());
                    let (ws, member) = only(&world, source);
                    prop_assert!(oracle::holds(&ws, over(subject, &member), held.permission, world.t), "{:?}", source);
                }
                let (ws, member) = without(&world, &held.sources);
                prop_assert!(!oracle::holds(&ws, over(subject, &member), held.permission, world.t));
            }
        }
    }

    #[test]
    fn time_3_a_permission_ends_where_it_is_first_held_no_more(world in world()) {
        for subject in world.subjects() {
            for held in effective(&world, subject) {
                prop_assert_eq!(held.ends_at, oracle::ends_at(&world.ws, subject, held.permission, world.t), "{:?}", held);
            }
        }
    }

    #[test]
    fn time_7_a_source_holds_from_its_latest_start_to_its_earliest_end(world in world()) {
        for subject in world.subjects() {
            for held in effective(&world, subject) {
                for source in &held.sources {
                    let (ws, member) = only(&world, source);
                    let alone = over(subject, &member);
                    let interval = source.interval.ok_or_else(|| TestCaseError::fail("a path of rows has an interval"))?;
                    let disabled = |u| member.disabled.iter().any(|spell| oracle::counts(spell, u));
                    for u in oracle::instants(&world.ws, subject, interval.starts_at) {
                        if oracle::counts(&interval, u) && !disabled(u) {
                            prop_assert!(oracle::holds(&ws, alone, held.permission, u));
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn perm_6_rights_over_time_hold_as_if_never_disabled(world in world()) {
        let mut member = world.actor.clone();
        let rights = access::rights_over_time(&world.ws, &member, world.t);
        member.disabled.clear();
        for u in oracle::instants(&world.ws, Subject::Member(&member), world.t) {
            let at_u = |right: Right| rights.iter().any(|(r, rows)| *r == right && rows.iter().any(|row| oracle::counts(row, u)));
            for permission in Permission::ALL {
                let held = oracle::holds(&world.ws, Subject::Member(&member), *permission, u);
                prop_assert_eq!(at_u(Right::Workspace(*permission)), held, "{} at {}", permission, u);
            }
        }
        for (_, rows) in &rights {
            prop_assert!(rows.iter().all(|row| !row.is_empty() && row.starts_at >= world.t));
            prop_assert!(rows.windows(2).all(|two| two[0].ends_at < two[1].starts_at));
        }
    }

    #[test]
    fn mem_5_administrators_that_count_and_administrators_as_targets(world in world()) {
        for member in [&world.actor, &world.other] {
            let target = access::assigned_administrator_now_or_later(&world.ws, member, world.t);
            prop_assert_eq!(target, oracle::is_administrator_target(&world.ws, member, world.t));
            let counting = access::counts_as_administrator(&world.ws, member, world.t);
            prop_assert_eq!(counting, oracle::counts_as_administrator(&world.ws, member, world.t));
            prop_assert!(!counting || access::is_administrator(&world.ws, Subject::Member(member), world.t));
        }
    }
}
