//! Properties: decisions on datasets and pages agree with the oracle, for every access and every
//! kind of subject.

use std::collections::BTreeSet;

use concierge::domain::{
    access::{self, Source, SourceKind},
    id::ItemId,
    vocabulary::{ResourceAccess, Security},
};
use proptest::prelude::*;

use crate::{
    access::{only, over, without},
    oracle,
    world::world,
};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn perm_5_decisions_are_as_the_oracle_says(world in world()) {
        for subject in world.subjects() {
            for item in &world.items {
                for access in ResourceAccess::ALL {
                    let decision = access::decide(&world.ws, subject, item, *access, world.t);
                    let paths = oracle::item_paths(&world.ws, subject, item, *access, world.t);
                    prop_assert_eq!(decision.allowed, !paths.is_empty(), "{} {:?}", access, item);
                    prop_assert_eq!(decision.allowed, !decision.sources.is_empty());

                    let filters = decision.record_filters.map(|all| all.iter().map(ToString::to_string).collect::<BTreeSet<_>>());
                    let expected = if *access == ResourceAccess::Browse && matches!(item.id, ItemId::Dataset(_)) {
                        paths.into_iter().collect::<Option<BTreeSet<String>>>()
                    } else {
                        None
                    };
                    prop_assert_eq!(filters, expected, "{} {:?}", access, item);
                }
            }
        }
    }

    #[test]
    fn perm_5_lists_show_what_each_decision_allows(world in world()) {
        for subject in world.subjects() {
            for item in &world.items {
                let browsable = access::browsable(&world.ws, subject, item.id.kind(), world.t);
                let allowed = oracle::may(&world.ws, subject, item, ResourceAccess::Browse, world.t);
                prop_assert!(!browsable.admits(item) || allowed, "shown and not allowed: {:?}", item);
                prop_assert!(browsable.admits(item) || browsable.named.contains(&item.id) || !allowed, "not shown: {:?}", item);
            }
        }
    }

    #[test]
    fn perm_8_without_the_named_paths_the_answer_is_no(world in world()) {
        for subject in world.subjects() {
            for item in &world.items {
                for access in ResourceAccess::ALL {
                    let decision = access::decide(&world.ws, subject, item, *access, world.t);
                    prop_assert!(decision.sources.iter().all(|source| source.contains(world.t)));
                    let (ws, member) = without(&world, &decision.sources);
                    let mut item = *item;
                    let names = |kind| decision.sources.iter().any(|source| source.kind == kind);
                    if names(SourceKind::Owner) {
                        item.owner = None;
                    }
                    if names(SourceKind::Open) {
                        item.security = Security::Restricted;
                    }
                    prop_assert!(!oracle::may(&ws, over(subject, &member), &item, *access, world.t), "{} {:?}", access, decision);
                }
            }
        }
    }

    #[test]
    fn perm_8_each_named_path_alone_suffices(world in world()) {
        use ResourceAccess as A;
        for subject in world.subjects() {
            for item in &world.items {
                for access in [A::Browse, A::Edit, A::Delete] {
                    for source in access::decide(&world.ws, subject, item, access, world.t).sources {
                        let Source { kind, .. } = source;
                        let (ws, member) = only(&world, &source);
                        let mut item = *item;
                        if kind != SourceKind::Owner {
                            // The key's list lets an EDIT grant count by CREATE_… on own items
                            // alone: keep who owns it then.
                            item.owner = item.owner.filter(|_| kind == SourceKind::Resource);
                        }
                        if kind != SourceKind::Open {
                            item.security = Security::Restricted;
                        }
                        prop_assert!(oracle::may(&ws, over(subject, &member), &item, access, world.t), "{} {:?}", access, source);
                    }
                }
            }
        }
    }

    #[test]
    fn perm_5_access_over_time_is_the_decision_at_every_instant(world in world()) {
        for subject in world.subjects() {
            for item in &world.items {
                for access in ResourceAccess::ALL {
                    let spans = access::access_over_time(&world.ws, subject, item, *access);
                    for u in oracle::instants(&world.ws, subject, world.t) {
                        prop_assert_eq!(spans.contains(u), oracle::may(&world.ws, subject, item, *access, u), "{} at {}", access, u);
                    }
                }
            }
        }
    }
}
