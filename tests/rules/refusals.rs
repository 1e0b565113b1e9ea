//! Single refusals at work (PERM-6, PERM-7), small enough to be read as their illustration.

use concierge::domain::{
    access::{
        self, Given,
        escalation::{
            Change, Refused, Target, may_change, may_give, may_pass_on, may_set_role, may_take,
        },
        facts::*,
        given_by_group,
    },
    interval::Interval,
    permission::{Permission as P, Preset},
    vocabulary::ResourceAccess as A,
};

use crate::{
    sample::{
        always, dataset, grant, group, having, in_group, key, member, role_id, with, workspace,
    },
    world::{day, group_id, item_id},
};

fn none(_: concierge::domain::id::ItemId) -> Option<ItemFacts> {
    None
}

#[test]
fn key_1_counts_as_administrator_only_without_a_list_and_never_gives_the_role() {
    let ws = workspace(Vec::new());
    let row = having(member(1), Preset::Administrator, always());
    let (whole, listed) = (key(None), key(Some(P::ALL)));
    assert!(access::is_administrator(
        &ws,
        Subject::Key(&row, &whole),
        day(1)
    ));
    assert!(!access::is_administrator(
        &ws,
        Subject::Key(&row, &listed),
        day(1)
    ));
    let (other, role) = (member(2), ws.roles.get(&role_id(Preset::Administrator)));
    let set = |actor| may_set_role(&ws, actor, Target::Member(&other), role, always(), day(1));
    assert_eq!(set(Subject::Member(&row)), Ok(()));
    assert_eq!(set(Subject::Key(&row, &whole)), Err(Refused::NotByKey));
}

#[test]
fn perm_6_rights_that_end_too_soon_are_refused_never_clipped() {
    let ws = workspace(Vec::new());
    let manager = with(member(1), &[P::EditWorkspaceProperties], always());
    let manager = with(manager, &[P::ManageReuses], Interval::new(day(0), day(5)));
    let other = member(2);
    let give = |permission, interval| {
        let given = [(Right::Workspace(permission), interval).into()];
        may_give(
            &ws,
            Subject::Member(&manager),
            Target::Member(&other),
            &given,
            &none,
            day(1),
        )
    };
    let reuses = Right::Workspace(P::ManageReuses);
    assert_eq!(give(P::ManageReuses, Interval::new(day(1), day(5))), Ok(()));
    assert_eq!(
        give(P::ManageReuses, Interval::new(day(3), day(5))),
        Ok(()),
        "begins later"
    );
    assert_eq!(
        give(P::ManageReuses, Interval::from(day(1))),
        Err(Refused::EndsTooSoon(reuses))
    );
    let analytics = Right::Workspace(P::BrowseAnalytics);
    assert_eq!(
        give(P::BrowseAnalytics, always()),
        Err(Refused::MoreThanOwn(analytics))
    );
}

#[test]
fn perm_6_what_begins_later_must_be_held_now_and_without_a_gap() {
    let ws = workspace(Vec::new());
    let (from, reuses) = (
        |n| Interval::from(day(n)),
        Right::Workspace(P::ManageReuses),
    );
    let manager = with(member(1), &[P::EditWorkspaceProperties], always());
    let give = |manager: &MemberFacts| {
        may_give(
            &ws,
            Subject::Member(manager),
            Target::Member(&member(2)),
            &[(reuses, from(3)).into()],
            &none,
            day(1),
        )
    };
    let later = with(manager, &[P::ManageReuses], from(3));
    assert_eq!(
        give(&later),
        Err(Refused::MoreThanOwn(reuses)),
        "not held now"
    );
    let gap = with(later, &[P::ManageReuses], Interval::new(day(0), day(2)));
    assert_eq!(
        give(&gap),
        Err(Refused::EndsTooSoon(reuses)),
        "stops on day 2"
    );
    assert_eq!(
        give(&with(
            gap,
            &[P::ManageReuses],
            Interval::new(day(2), day(3))
        )),
        Ok(())
    );
}

#[test]
fn perm_6_prolonging_hands_over_only_what_the_new_time_brings() {
    let ws = workspace(Vec::new());
    let mut other = with(member(2), &[P::ManageReuses], Interval::new(day(0), day(3)));
    other.interval = Interval::new(day(0), day(4));
    let other = with(other, &[P::BrowseAnalytics], always());
    let later = Interval::new(day(0), day(6));
    let added = [Given::permission(
        P::BrowseAnalytics,
        Interval::new(day(4), day(6)),
    )];
    assert_eq!(access::rights_gained(&ws, &other, later), added);
    assert_eq!(
        access::rights_gained(&ws, &other, Interval::new(day(0), day(2))),
        [],
        "shortened"
    );
}

#[test]
fn perm_6_a_group_hands_over_what_counts_while_it_exists() {
    let mut data = group(vec![grant(
        Right::Workspace(P::ManageReuses),
        Interval::new(day(1), day(9)),
    )]);
    data.interval = Interval::new(day(0), day(4));
    let given = |from, to| given_by_group(&data, Interval::new(day(from), day(to)));
    assert_eq!(
        given(2, 6),
        [Given::permission(
            P::ManageReuses,
            Interval::new(day(2), day(4))
        )]
    );
    assert_eq!(given(5, 6), []);
}

#[test]
fn perm_6_an_administrator_to_be_is_touched_by_administrators_only() {
    let ws = workspace(Vec::new());
    let manager = with(member(1), &[P::EditWorkspaceProperties], always());
    let mut to_be = having(member(2), Preset::Administrator, Interval::from(day(4)));
    to_be.disabled.push(always());
    let change = |actor| {
        may_change(
            &ws,
            Subject::Member(actor),
            Target::Member(&to_be),
            Change::State,
            day(1),
        )
    };
    assert_eq!(change(&manager), Err(Refused::RequiresAdministrator));
    assert_eq!(
        change(&having(member(3), Preset::Administrator, always())),
        Ok(())
    );
}

#[test]
fn perm_6_who_manages_the_security_of_an_item_gives_any_access_to_it_but_not_to_themself() {
    let ws = workspace(Vec::new());
    let item = dataset(Some(1));
    let items = |_| Some(item);
    let owner = with(
        member(1),
        &[P::CreateDatasets, P::ManageOwnDatasetsSecurity],
        always(),
    );
    let ewp = with(member(3), &[P::EditWorkspaceProperties], always());
    let other = member(2);
    let right = Right::Item(item.id, A::Publish);
    let (given, taken) = ([(right, always()).into()], [right]);
    let give = |actor, target| {
        may_give(
            &ws,
            Subject::Member(actor),
            Target::Member(target),
            &given,
            &items,
            day(1),
        )
    };
    assert_eq!(give(&owner, &other), Ok(()));
    assert_eq!(give(&owner, &owner), Err(Refused::OwnAccess));
    assert_eq!(
        give(&ewp, &other),
        Err(Refused::RequiresPermission(P::ManageOwnDatasetsSecurity))
    );
    let take = |actor, target| {
        may_take(
            &ws,
            Subject::Member(actor),
            Target::Member(target),
            &taken,
            &items,
            day(1),
        )
    };
    assert_eq!(
        (take(&ewp, &other), take(&owner, &other)),
        (Ok(()), Ok(())),
        "EWP may take"
    );
}

#[test]
fn perm_6_a_member_of_a_group_may_add_others_to_it_with_its_filtered_access() {
    let browse = GrantFacts {
        record_filter: Some("region = 1".into()),
        ..grant(Right::Item(item_id(0), A::Browse), always())
    };
    let data = group(vec![browse]);
    let items = |_| Some(dataset(None));
    let mut manager = with(member(1), &[P::EditWorkspaceProperties], always());
    let ws = workspace(vec![data.clone()]);
    let add = |manager: &MemberFacts, data: &GroupFacts| {
        may_pass_on(
            &ws,
            Subject::Member(manager),
            &given_by_group(data, always()),
            &items,
            day(1),
        )
    };
    let right = Right::Item(item_id(0), A::Browse);
    assert_eq!(add(&manager, &data), Err(Refused::MoreThanOwn(right)));
    manager.groups.push(in_group(always()));
    assert_eq!(add(&manager, &data), Ok(()));
    let mut wider = data;
    wider.grants[0].record_filter = None;
    assert_eq!(
        add(&manager, &wider),
        Err(Refused::MoreThanOwn(right)),
        "all records are more than some"
    );
}

#[test]
fn perm_7_nobody_but_an_administrator_changes_their_own_access_and_none_their_own_role_or_end() {
    let ws = workspace(vec![group(Vec::new())]);
    let mut manager = with(member(1), &[P::EditWorkspaceProperties], always());
    manager.groups.push(in_group(Interval::from(day(3))));
    let administrator = having(member(1), Preset::Administrator, always());
    let change =
        |actor, target, change| may_change(&ws, Subject::Member(actor), target, change, day(1));
    for what in [
        Change::Grants,
        Change::Groups,
        Change::Quotas,
        Change::State,
    ] {
        assert_eq!(
            change(&manager, Target::Member(&manager), what),
            Err(Refused::OwnAccess)
        );
        assert_eq!(
            change(&administrator, Target::Member(&administrator), what),
            Ok(())
        );
    }
    for what in [Change::Role, Change::Period] {
        assert_eq!(
            change(&administrator, Target::Member(&administrator), what),
            Err(Refused::OwnAccess)
        );
    }
    let own_group = ws.groups.get(&group_id(0)).map(Target::Group);
    assert_eq!(
        own_group.map(|own| change(&manager, own, Change::Quotas)),
        Some(Err(Refused::OwnGroup)),
        "in it from day 3"
    );
}
