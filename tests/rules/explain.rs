//! Properties: an explanation says what the oracle says, names what carries an answer, and suggests
//! what turns it (PERM-8).

use chrono::Duration;
use concierge::domain::{
    access::{
        self, AccessObstacle as Obstacle, AccessSuggestionKind as Kind, Explanation,
        MOST_OF_A_KIND, Question, Source, SourceKind, Suggestion, Who, facts::*,
    },
    id::{GrantId, MembershipId},
    interval::{Interval, OPEN_END},
    permission::{Permission, Preset},
    vocabulary::{AccessMode, ApiKeyKind, ApiKeyState, MembershipState, ResourceAccess, Security},
};
use proptest::prelude::*;
use uuid::Uuid;

use crate::{
    access::{over, without},
    oracle,
    sample::{self, dataset, having, member, with, workspace},
    world::{World, account, day, uuid, world},
};

/// Everything that can be asked in a world.
fn questions(world: &World) -> Vec<Question> {
    let items = world.items.iter().flat_map(|item| {
        ResourceAccess::ALL
            .iter()
            .map(|access| Question::Item(*item, *access))
    });
    Permission::ALL
        .iter()
        .copied()
        .map(Question::Permission)
        .chain(items)
        .collect()
}

/// Everybody whom it can be asked of.
fn everybody(world: &World) -> Vec<Who<'_>> {
    let keys = world.keys.iter().map(|key| Who::Key(&world.actor, key));
    [
        Who::Visitor,
        Who::Stranger,
        Who::Member(&world.actor),
        Who::Member(&world.other),
    ]
    .into_iter()
    .chain(keys)
    .collect()
}

fn allowed(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    question: Question,
    t: chrono::DateTime<chrono::Utc>,
) -> bool {
    match question {
        Question::Permission(permission) => oracle::holds(ws, subject, permission, t),
        Question::Item(item, access) => oracle::may(ws, subject, &item, access, t),
    }
}

fn explained(world: &World, who: Who<'_>, question: Question) -> Explanation {
    access::explain(&world.ws, who, question, world.t, world.t)
}

/// Everything that is asked, of whom, with what came of it.
fn each(
    world: &World,
    mut check: impl FnMut(Who<'_>, Question, Explanation) -> Result<(), TestCaseError>,
) -> Result<(), TestCaseError> {
    for who in everybody(world) {
        for question in questions(world) {
            check(who, question, explained(world, who, question))?;
        }
    }
    Ok(())
}

/// What is asked about once the paths that the answer names are gone.
fn bereft(question: Question, sources: &[Source]) -> Question {
    let names = |kind| sources.iter().any(|source| source.kind == kind);
    match question {
        Question::Permission(_) => question,
        Question::Item(mut item, access) => {
            if names(SourceKind::Owner) {
                item.owner = None;
            }
            if names(SourceKind::Open) {
                item.security = Security::Restricted;
            }
            Question::Item(item, access)
        }
    }
}

fn right(permission: Permission, interval: Interval) -> GrantFacts {
    granted(Right::Workspace(permission), interval)
}

fn granted(right: Right, interval: Interval) -> GrantFacts {
    GrantFacts {
        id: GrantId(Uuid::nil()),
        right,
        record_filter: None,
        interval,
        granted_by: None,
    }
}

/// Does what is suggested, by the words of its kind alone, and asks the oracle. `None`: it cannot
/// be done at all.
fn after(world: &World, who: Who<'_>, question: Question, suggestion: &Suggestion) -> Option<bool> {
    let (t, from) = (world.t, Interval::from(world.t));
    let (ws, mut question) = (&world.ws, question);
    let mut member = match who {
        Who::Member(member) | Who::Key(member, _) => Some(member.clone()),
        Who::Visitor | Who::Stranger => None,
    };
    let mut key = if let Who::Key(_, key) = who {
        Some(key.clone())
    } else {
        None
    };
    let mut permission = suggestion.permission;
    match suggestion.kind {
        Kind::EnableMember => {
            for spell in member
                .as_mut()?
                .disabled
                .iter_mut()
                .filter(|spell| oracle::counts(spell, t))
            {
                spell.ends_at = t;
            }
        }
        Kind::ExtendAccess => {
            let interval = &mut member.as_mut()?.interval;
            let begins_later = interval.starts_at > t;
            *interval = Interval::new(
                interval.starts_at.min(t),
                if begins_later {
                    interval.ends_at
                } else {
                    OPEN_END
                },
            );
        }
        Kind::PublishResource => match &mut question {
            Question::Item(item, _) if !item.published => item.published = true,
            _ => return None,
        },
        Kind::WidenKey => key
            .as_mut()?
            .scope
            .as_mut()?
            .push((permission.take()?, from)),
        Kind::GrantAccess => {
            let Question::Item(item, _) = question else {
                return None;
            };
            let access = suggestion
                .access
                .filter(|access| *access != ResourceAccess::Delete)?;
            member
                .as_mut()?
                .grants
                .push(granted(Right::Item(item.id, access), from));
        }
        Kind::GrantPermission => member.as_mut()?.grants.push(right(permission?, from)),
        Kind::GiveRole | Kind::AddToGroup => {}
        Kind::Invite => {
            let account_id = member
                .as_ref()
                .map_or(account(77), |member| member.account_id);
            if member.is_some_and(|member| oracle::state(&member, t) != MembershipState::Ended)
                || key.is_some()
            {
                return None;
            }
            let mut invited = sample::member(77);
            (invited.account_id, invited.interval, invited.id) =
                (account_id, from, MembershipId(uuid(77)));
            invited
                .grants
                .extend(permission.map(|permission| right(permission, from)));
            member = Some(invited);
        }
    }
    if let Some(role_id) = suggestion.role {
        let roles = &mut member.as_mut()?.roles;
        roles.retain(|row| !oracle::counts(&row.interval, t));
        roles.push(RoleAssignmentFacts {
            id: uuid(1),
            role_id,
            interval: from,
            granted_by: None,
        });
        oracle::counts(&ws.roles.get(&role_id)?.interval, t).then_some(())?;
    }
    if let Some(group_id) = suggestion.group {
        member.as_mut()?.groups.push(GroupMembershipFacts {
            id: uuid(1),
            group_id,
            interval: from,
            granted_by: None,
        });
        oracle::counts(&ws.groups.get(&group_id)?.interval, t).then_some(())?;
    }
    let subject = match (&member, &key) {
        (Some(member), Some(key)) => Subject::Key(member, key),
        (Some(member), None) => Subject::Member(member),
        (None, _) => Subject::Anonymous,
    };
    Some(allowed(ws, subject, question, t))
}

/// Whether it would be allowed with every obstacle out of the way.
fn freed(world: &World, who: Who<'_>, question: Question, obstacles: &[Obstacle]) -> bool {
    let has = |obstacle| obstacles.contains(&obstacle);
    let mut ws = world.ws.clone();
    let always = Interval::from(day(-9));
    let mut member = match who {
        Who::Member(member) | Who::Key(member, _) => member.clone(),
        Who::Visitor | Who::Stranger => MemberFacts {
            interval: always,
            ..sample::member(77)
        },
    };
    if [
        Obstacle::MembershipDisabled,
        Obstacle::MembershipEnded,
        Obstacle::MembershipNotStarted,
    ]
    .into_iter()
    .any(has)
    {
        (member.interval, member.disabled) = (always, Vec::new());
    }
    if [
        Obstacle::NotGranted,
        Obstacle::NotAMember,
        Obstacle::MembershipEnded,
    ]
    .into_iter()
    .any(has)
    {
        member.grants.extend(
            Permission::ALL
                .iter()
                .map(|permission| right(*permission, always)),
        );
    }
    if has(Obstacle::WorkspacePrivate) {
        ws.access_mode = AccessMode::Public;
    }
    let question = match question {
        Question::Item(item, access) if has(Obstacle::ResourceNotPublished) => Question::Item(
            ItemFacts {
                published: true,
                ..item
            },
            access,
        ),
        question => question,
    };
    match who {
        // KEY-7: it holds nothing, whatever its maker holds: this obstacle always stands in its way.
        Who::Key(_, key) if key.kind == ApiKeyKind::Gateway => has(Obstacle::KeyScope),
        Who::Key(_, key) => {
            let mut key = key.clone();
            if has(Obstacle::KeyScope) {
                (key.scope, key.kind) = (None, ApiKeyKind::Member);
            }
            if has(Obstacle::KeyNotActive) {
                (key.interval, key.revoked) = (always, false);
            }
            allowed(&ws, Subject::Key(&member, &key), question, world.t)
        }
        Who::Visitor | Who::Stranger if !has(Obstacle::NotAMember) => {
            allowed(&ws, Subject::Anonymous, question, world.t)
        }
        _ => allowed(&ws, Subject::Member(&member), question, world.t),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn perm_8_the_answer_is_the_oracles(world in world()) {
        each(&world, |who, question, explanation| {
            prop_assert_eq!(explanation.allowed, allowed(&world.ws, who.subject(), question, world.t));
            prop_assert_eq!(explanation.allowed, !explanation.sources.is_empty());
            prop_assert_eq!(explanation.allowed, explanation.obstacles.is_empty(), "{:?} {:?} {:?}", who, question, explanation);
            prop_assert!(!explanation.allowed || explanation.suggestions.is_empty());
            Ok(())
        })?;
    }

    #[test]
    fn perm_8_without_exactly_the_named_paths_it_is_refused(world in world()) {
        each(&world, |who, question, explanation| {
            let Explanation { allowed: true, sources, .. } = explanation else { return Ok(()) };
            let member = match who {
                Who::Member(member) | Who::Key(member, _) => member.clone(),
                Who::Visitor | Who::Stranger => world.actor.clone(),
            };
            let place = World { actor: member, ..world.clone() };
            let (ws, member) = without(&place, &sources);
            let question = bereft(question, &sources);
            prop_assert!(!allowed(&ws, over(who.subject(), &member), question, world.t), "{:?} {:?}", question, sources);
            Ok(())
        })?;
    }

    #[test]
    fn perm_8_every_suggestion_alone_turns_a_refusal(world in world()) {
        each(&world, |who, question, explanation| {
            for suggestion in &explanation.suggestions {
                let turned = after(&world, who, question, suggestion);
                prop_assert_eq!(turned, Some(true), "{:?} for {:?} of {:?}", suggestion, question, who);
            }
            for kind in Kind::ALL {
                let of_kind = explanation.suggestions.iter().filter(|suggestion| suggestion.kind == *kind);
                prop_assert!(of_kind.clone().filter(|suggestion| suggestion.role.is_some()).count() <= MOST_OF_A_KIND);
                prop_assert!(of_kind.filter(|suggestion| suggestion.group.is_some()).count() <= MOST_OF_A_KIND);
            }
            prop_assert!(explanation.suggestions.iter().enumerate().all(|(n, one)| !explanation.suggestions[..n].contains(one)));
            Ok(())
        })?;
    }

    #[test]
    fn perm_8_no_single_change_that_turns_it_is_left_out(world in world()) {
        // Every change there is, roles and groups too: there are fewer than the cap in these
        // worlds.
        each(&world, |who, question, explanation| {
            if explanation.allowed || matches!(who, Who::Visitor) {
                return Ok(());
            }
            let over_for_good = match who {
                Who::Member(member) | Who::Key(member, _) => oracle::state(member, world.t) == MembershipState::Ended,
                _ => true,
            };
            let bare = |kind| Suggestion { kind, permission: None, role: None, group: None, access: None };
            let mut all = vec![bare(Kind::PublishResource)];
            if !over_for_good {
                all.extend([bare(Kind::EnableMember), bare(Kind::ExtendAccess)]);
                for permission in Permission::ALL {
                    let permission = Some(*permission);
                    all.extend([Kind::GrantPermission, Kind::WidenKey].map(|kind| Suggestion { permission, ..bare(kind) }));
                }
                let accesses = ResourceAccess::ALL.iter().map(|access| Some(*access));
                all.extend(accesses.map(|access| Suggestion { access, ..bare(Kind::GrantAccess) }));
                all.extend(world.ws.roles.keys().map(|role| Suggestion { role: Some(*role), ..bare(Kind::GiveRole) }));
                all.extend(world.ws.groups.keys().map(|group| Suggestion { group: Some(*group), ..bare(Kind::AddToGroup) }));
            }
            for suggestion in all {
                if after(&world, who, question, &suggestion) == Some(true) {
                    prop_assert!(explanation.suggestions.contains(&suggestion), "{:?} for {:?} of {:?}", suggestion, question, who);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn perm_8_with_every_obstacle_gone_it_is_allowed(world in world()) {
        each(&world, |who, question, explanation| {
            if !explanation.allowed {
                let obstacles = &explanation.obstacles;
                prop_assert!(freed(&world, who, question, obstacles), "{:?} in the way of {:?} of {:?}", obstacles, question, who);
                let has = |obstacle| obstacles.contains(&obstacle);
                let is_of_workspace = matches!(who, Who::Key(_, key) if key.kind == ApiKeyKind::Gateway);
                if let Who::Member(member) | Who::Key(member, _) = who && !is_of_workspace {
                    let state = oracle::state(member, world.t);
                    prop_assert_eq!(has(Obstacle::MembershipEnded), state == MembershipState::Ended);
                    prop_assert_eq!(has(Obstacle::MembershipDisabled), state == MembershipState::Disabled);
                    prop_assert_eq!(has(Obstacle::MembershipNotStarted), state == MembershipState::Scheduled);
                }
                if let Who::Key(member, key) = who {
                    let active = oracle::key_state(member, key, world.t) == ApiKeyState::Active;
                    prop_assert_eq!(has(Obstacle::KeyNotActive), !active);
                }
            }
            Ok(())
        })?;
    }

    #[test]
    fn time_2_for_the_past_nothing_is_suggested(world in world()) {
        let later = world.t + Duration::microseconds(1);
        for who in everybody(&world) {
            for question in questions(&world) {
                let explanation = access::explain(&world.ws, who, question, world.t, later);
                prop_assert!(explanation.suggestions.is_empty());
                let now = explained(&world, who, question);
                prop_assert_eq!((explanation.allowed, explanation.obstacles), (now.allowed, now.obstacles));
            }
        }
    }
}

fn kinds(explanation: &Explanation) -> Vec<Kind> {
    let mut kinds: Vec<Kind> = explanation
        .suggestions
        .iter()
        .map(|suggestion| suggestion.kind)
        .collect();
    kinds.dedup();
    kinds
}

#[test]
fn perm_8_two_things_in_the_way_leave_nothing_to_suggest() {
    let ws = workspace(Vec::new());
    let t = day(1);
    let mut disabled = member(1);
    disabled.disabled.push(Interval::from(day(0)));
    let question = Question::Permission(Permission::BrowseAllDatasets);
    let answer = access::explain(&ws, Who::Member(&disabled), question, t, t);
    assert_eq!(
        answer.obstacles,
        [Obstacle::NotGranted, Obstacle::MembershipDisabled]
    );
    assert!(answer.suggestions.is_empty());
    let disabled = with(
        disabled,
        &[Permission::BrowseAllDatasets],
        Interval::from(day(0)),
    );
    let answer = access::explain(&ws, Who::Member(&disabled), question, t, t);
    assert_eq!(
        (answer.obstacles.as_slice(), kinds(&answer)),
        (
            &[Obstacle::MembershipDisabled][..],
            vec![Kind::EnableMember]
        )
    );
}

#[test]
fn perm_8_roles_are_suggested_from_the_one_that_gives_least() {
    let ws = workspace(Vec::new());
    let t = day(1);
    let answer = access::explain(
        &ws,
        Who::Member(&member(1)),
        Question::Permission(Permission::BrowseAllDatasets),
        t,
        t,
    );
    let names: Vec<_> = answer
        .suggestions
        .iter()
        .filter_map(|one| Some(ws.roles.get(&one.role?)?.name.to_string()))
        .collect();
    let presets = [
        Preset::Viewer,
        Preset::Designer,
        Preset::Publisher,
        Preset::Administrator,
    ];
    assert_eq!(names, presets.map(|preset| preset.title().to_string()));
    // One role at a time: an editor who is made a viewer may not create any more.
    let editor = having(member(1), Preset::Editor, Interval::from(day(0)));
    let item = ItemFacts {
        published: false,
        ..dataset(Some(1))
    };
    let publish = access::explain(
        &ws,
        Who::Member(&editor),
        Question::Item(item, ResourceAccess::Publish),
        t,
        t,
    );
    assert_eq!(
        kinds(&publish),
        [Kind::GrantAccess, Kind::GrantPermission, Kind::GiveRole]
    );
    let roles: Vec<_> = publish
        .suggestions
        .iter()
        .filter_map(|one| ws.roles.get(&one.role?)?.preset)
        .collect();
    assert_eq!(roles, [Preset::Publisher, Preset::Administrator]);
}

#[test]
fn perm_8_many_groups_are_cut_to_the_first_ten_that_give_the_least() {
    let mut ws = workspace(Vec::new());
    for n in 0..1_000_u128 {
        let more = if n % 2 == 0 {
            &[Permission::ManageReuses][..]
        } else {
            &[]
        };
        let mut group = sample::group(vec![right(
            Permission::BrowseAnalytics,
            Interval::from(day(0)),
        )]);
        group.grants.extend(
            more.iter()
                .map(|permission| right(*permission, Interval::from(day(0)))),
        );
        (group.id, group.title) = (
            concierge::domain::id::GroupId(uuid(0x1000 + n)),
            format!("group {n:04}").into(),
        );
        ws.groups.insert(group.id, group);
    }
    let t = day(1);
    let answer = access::explain(
        &ws,
        Who::Member(&member(1)),
        Question::Permission(Permission::BrowseAnalytics),
        t,
        t,
    );
    let titles: Vec<_> = answer
        .suggestions
        .iter()
        .filter_map(|one| Some(ws.groups.get(&one.group?)?.title.to_string()))
        .collect();
    let expected: Vec<String> = (0..10).map(|n| format!("group {:04}", 2 * n + 1)).collect();
    assert_eq!(titles, expected);
}
