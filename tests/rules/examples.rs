//! Single rules of access at work, small enough to be read as their illustration.

use concierge::domain::{
    access::{self, SourceKind, facts::*},
    interval::Interval,
    permission::{Permission as P, PermissionSet, Preset},
    vocabulary::{
        AccessMode, ApiKeyKind, ApiKeyState, MembershipState, ResourceAccess as A, Security,
    },
};

use crate::{
    sample::{always, dataset, grant, group, having, in_group, key, member, with, workspace},
    world::{account, day, item_id},
};

#[test]
fn mem_1_ended_comes_before_disabled_before_scheduled() {
    let mut row = member(1);
    row.interval = Interval::new(day(2), day(6));
    row.disabled = vec![Interval::new(day(1), day(4))];
    let states: Vec<_> = (0..7)
        .map(|n| access::state(&row, day(n)).as_str())
        .collect();
    assert_eq!(
        states,
        [
            "SCHEDULED",
            "DISABLED",
            "DISABLED",
            "DISABLED",
            "ACTIVE",
            "ACTIVE",
            "ENDED"
        ]
    );
    row.interval = Interval::new(day(5), day(5));
    assert_eq!(
        access::state(&row, day(3)),
        MembershipState::Ended,
        "taken back before it began"
    );
}

#[test]
fn time_7_a_group_gives_nothing_once_group_membership_or_group_has_ended() {
    let mut data = group(vec![grant(
        Right::Workspace(P::ManageReuses),
        Interval::new(day(0), day(5)),
    )]);
    data.interval = Interval::new(day(0), day(4));
    let mut row = member(1);
    row.groups.push(in_group(Interval::new(day(1), day(6))));
    let ws = workspace(vec![data]);
    let held: Vec<bool> = (0..6)
        .map(|n| access::permissions(&ws, Subject::Member(&row), day(n)).contains(P::ManageReuses))
        .collect();
    assert_eq!(held, [false, true, true, true, false, false]);
    let effective = access::effective_permissions(&ws, &row, day(2));
    let source = effective[0].sources[0];
    assert_eq!(
        (source.kind, source.interval),
        (SourceKind::Group, Some(Interval::new(day(1), day(4))))
    );
    assert_eq!(
        (source.granted_by, effective[0].ends_at),
        (Some(account(8)), Some(day(4))),
        "who added the member"
    );
}

#[test]
fn time_8_a_temporary_grant_never_shortens_a_permanent_one() {
    let ws = workspace(Vec::new());
    let row = with(
        with(member(1), &[P::ManageReuses], Interval::new(day(0), day(2))),
        &[P::ManageReuses],
        always(),
    );
    let held = access::effective_permissions(&ws, &row, day(1));
    assert_eq!((held[0].sources.len(), held[0].ends_at), (2, None));
}

#[test]
fn time_3_the_end_is_where_what_takes_over_leaves_a_gap() {
    let ws = workspace(Vec::new());
    let mut row = member(1);
    for (from, to) in [(0, 2), (2, 4), (5, 6)] {
        row = with(row, &[P::ManageReuses], Interval::new(day(from), day(to)));
    }
    assert_eq!(
        access::effective_permissions(&ws, &row, day(1))[0].ends_at,
        Some(day(4))
    );
    row.disabled.push(Interval::new(day(3), day(4)));
    assert_eq!(
        access::effective_permissions(&ws, &row, day(1))[0].ends_at,
        Some(day(3)),
        "a planned disabled spell"
    );
}

#[test]
fn perm_2_administrators_hold_all_and_only_while_active() {
    let ws = workspace(Vec::new());
    let mut row = having(member(1), Preset::Administrator, always());
    assert_eq!(
        access::permissions(&ws, Subject::Member(&row), day(1)),
        PermissionSet::ALL
    );
    row.disabled.push(always());
    assert_eq!(
        access::permissions(&ws, Subject::Member(&row), day(1)),
        PermissionSet::EMPTY
    );
}

#[test]
fn perm_5_publishing_needs_editing_and_names_the_paths_of_both() {
    let ws = workspace(Vec::new());
    let owner = with(member(1), &[P::CreateDatasets], always());
    let item = dataset(Some(1));
    assert!(!access::decide(&ws, Subject::Member(&owner), &item, A::Publish, day(1)).allowed);
    let owner = with(owner, &[P::PublishOwnDatasets], always());
    let decision = access::decide(&ws, Subject::Member(&owner), &item, A::Publish, day(1));
    assert_eq!(
        decision
            .sources
            .iter()
            .map(|source| source.kind)
            .collect::<Vec<_>>(),
        [SourceKind::Owner, SourceKind::Direct]
    );
    let publisher = with(member(2), &[P::PublishOwnDatasets], always());
    assert!(
        !access::decide(&ws, Subject::Member(&publisher), &item, A::Publish, day(1)).allowed,
        "cannot edit it"
    );
}

#[test]
fn perm_5_a_browse_path_without_a_filter_lifts_those_of_all_others() {
    let ws = workspace(Vec::new());
    let mut reader = member(1);
    for filter in ["region = 2", "region = 1", "region = 1"] {
        let browse = grant(Right::Item(item_id(0), A::Browse), always());
        reader.grants.push(GrantFacts {
            record_filter: Some(filter.into()),
            ..browse
        });
    }
    let filters = |reader: &MemberFacts| {
        access::decide(
            &ws,
            Subject::Member(reader),
            &dataset(None),
            A::Browse,
            day(1),
        )
        .record_filters
    };
    assert_eq!(
        filters(&reader),
        Some(vec!["region = 1".into(), "region = 2".into()])
    );
    assert_eq!(
        filters(&with(reader, &[P::BrowseAllDatasets], always())),
        None
    );
    assert_eq!(
        filters(&member(2)),
        Some(Vec::new()),
        "refused: no record at all"
    );
}

#[test]
fn join_1_visitors_see_open_published_items_of_public_workspaces_only() {
    let mut ws = workspace(Vec::new());
    let open = ItemFacts {
        security: Security::Open,
        ..dataset(None)
    };
    let draft = ItemFacts {
        published: false,
        ..open
    };
    let sees = |ws: &WorkspaceFacts, subject: Subject<'_>, item: &ItemFacts| {
        access::decide(ws, subject, item, A::Browse, day(1)).allowed
    };
    let mut disabled = member(1);
    disabled.disabled.push(always());
    assert!(!sees(&ws, Subject::Anonymous, &open) && sees(&ws, Subject::Member(&member(2)), &open));
    assert!(!sees(&ws, Subject::Member(&disabled), &open));
    ws.access_mode = AccessMode::Public;
    assert!(sees(&ws, Subject::Anonymous, &open) && !sees(&ws, Subject::Anonymous, &dataset(None)));
    assert!(!sees(&ws, Subject::Anonymous, &draft));
    assert!(
        sees(&ws, Subject::Member(&disabled), &open),
        "counts as anonymous"
    );
    assert!(
        !sees(&ws, Subject::Key(&disabled, &key(None)), &open),
        "a suspended key is refused"
    );
    let source = access::decide(&ws, Subject::Anonymous, &open, A::Browse, day(1)).sources[0];
    assert_eq!((source.kind, source.interval), (SourceKind::Open, None));
}

#[test]
fn key_1_a_list_bounds_permissions_ownership_and_resource_grants() {
    let ws = workspace(Vec::new());
    let mut row = with(
        member(1),
        &[P::CreateDatasets, P::EditWorkspaceProperties],
        always(),
    );
    row.grants
        .push(grant(Right::Item(item_id(1), A::Edit), always()));
    let shared = ItemFacts {
        id: item_id(1),
        ..dataset(None)
    };
    let edits = |list: Option<&[P]>, item: &ItemFacts| {
        access::decide(&ws, Subject::Key(&row, &key(list)), item, A::Edit, day(1)).allowed
    };
    let own = dataset(Some(1));
    assert!(edits(None, &own) && edits(None, &shared));
    assert!(edits(Some(&[P::CreateDatasets]), &own) && !edits(Some(&[P::CreateDatasets]), &shared));
    assert!(
        edits(Some(&[P::EditAllDatasets]), &shared) && !edits(Some(&[P::BrowseAllDatasets]), &own)
    );
    let listed = key(Some(&[P::EditAllDatasets, P::CreateDatasets]));
    let held: Vec<_> = access::permissions(&ws, Subject::Key(&row, &listed), day(1))
        .iter()
        .collect();
    assert_eq!(held, [P::CreateDatasets], "its list and its member");
}

#[test]
fn key_6_a_key_falls_with_its_membership() {
    let mut row = member(1);
    row.interval = Interval::new(day(1), day(5));
    row.disabled.push(Interval::new(day(2), day(3)));
    let mut short = key(None);
    short.interval = Interval::new(day(0), day(4));
    let states: Vec<_> = (0..6)
        .map(|n| access::key_state(&row, &short, day(n)))
        .collect();
    use ApiKeyState as S;
    assert_eq!(
        states,
        [
            S::Suspended,
            S::Active,
            S::Suspended,
            S::Active,
            S::Expired,
            S::Revoked
        ]
    );
    short.revoked = true;
    assert_eq!(
        access::key_state(&row, &short, day(3)),
        S::Active,
        "as it was then"
    );
    assert_eq!(access::key_state(&row, &short, day(4)), S::Revoked);
}

#[test]
fn key_7_a_gateway_key_holds_nothing_itself() {
    let ws = workspace(Vec::new());
    let row = having(member(1), Preset::Administrator, always());
    let gateway = KeyFacts {
        kind: ApiKeyKind::Gateway,
        ..key(None)
    };
    let subject = Subject::Key(&row, &gateway);
    assert!(
        access::permissions(&ws, subject, day(1)).is_empty()
            && !access::is_administrator(&ws, subject, day(1))
    );
    assert!(!access::decide(&ws, subject, &dataset(Some(1)), A::Browse, day(1)).allowed);
}

#[test]
fn mem_5_an_administrator_with_an_end_does_not_count() {
    let ws = workspace(Vec::new());
    let row = having(member(1), Preset::Administrator, always());
    assert!(access::counts_as_administrator(&ws, &row, day(1)));
    assert!(!access::counts_as_administrator(
        &ws,
        &MemberFacts {
            deletion_scheduled: true,
            ..row.clone()
        },
        day(1)
    ));
    assert!(!access::counts_as_administrator(
        &ws,
        &MemberFacts {
            interval: Interval::new(day(0), day(9)),
            ..row
        },
        day(1)
    ));
    let temporary = having(
        member(1),
        Preset::Administrator,
        Interval::new(day(0), day(9)),
    );
    assert!(!access::counts_as_administrator(&ws, &temporary, day(1)));
}
