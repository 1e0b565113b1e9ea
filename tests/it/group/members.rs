//! `addGroupMembers` and `removeGroupMembers` (GRP-2), over time (TIME) and without escalation
//! (PERM-6, PERM-7).

use chrono::Duration;
use concierge::domain::{
    id::{GroupId, ItemId, MembershipId},
    interval::{Interval, OPEN_END},
    permission::Permission::{CreatePages, EditWorkspaceProperties, ManageReuses},
    vocabulary::ResourceAccess,
};
use serde_json::{Value, json};

use super::{crowd, ids, many_groups, places, put_into_all, shown};
use crate::support::{TestApp, on_both, world::Member};

fn input(group: GroupId, members: Value) -> Value {
    json!({ "groupId": group.to_string(), "membershipIds": members })
}

fn during(group: GroupId, member: &Member, from: Option<String>, until: Option<String>) -> Value {
    let mut input = input(group, ids([member]));
    (input["startsAt"], input["endsAt"]) = (json!(from), json!(until));
    input
}

async fn add(app: &TestApp, key: &str, input: Value) -> Vec<String> {
    became(app, key, "addGroupMembers", input).await
}

async fn remove(app: &TestApp, key: &str, input: Value) -> Vec<String> {
    became(app, key, "removeGroupMembers", input).await
}

async fn became(app: &TestApp, key: &str, mutation: &str, input: Value) -> Vec<String> {
    let done = app.mutate(key, mutation, input).await;
    done.became()
        .into_iter()
        .map(str::to_owned)
        .chain(done.errors())
        .collect()
}

on_both!(grp_2_each_member_has_a_result, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let (ben, cho) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cho Minh").create().await,
    );
    let eve = app.member(&other, "Eve Laurent").create().await;
    let gone = Interval::new(app.now() - Duration::days(2), app.now() - Duration::days(1));
    let ended = app.member(&ws, "Eli Berg").during(gone).create().await;
    let disabled = app.member(&ws, "Dina Abadi").disabled().create().await;
    let scheduled = app
        .member(&ws, "Sam Ortiz")
        .during(Interval::from(app.now() + Duration::days(1)))
        .create()
        .await;
    let group = app.group(&ws, "Parks", &[CreatePages]).await;
    app.put_into(&ws, group, &cho, Interval::from(app.now()))
        .await;
    let mut named = ids([&ben, &cho, &eve, &ended, &ben, &disabled, &scheduled]);
    named.as_array_mut().unwrap().push(json!(
        MembershipId(app.app.deps.ids.uuid(app.now())).to_string()
    ));

    let mut atomic = input(group, named.clone());
    atomic["atomic"] = json!(true);
    let before = app.footprint().await;
    let undone = add(app, &ada.key, atomic).await;
    assert_eq!(
        undone[..5],
        [
            "ROLLED_BACK",
            "ROLLED_BACK",
            "NOT_A_MEMBER",
            "NOT_A_MEMBER",
            "DUPLICATE"
        ]
    );
    assert_eq!(app.footprint().await, before);

    let done = app
        .mutate(&ada.key, "addGroupMembers", input(group, named.clone()))
        .await;
    let added = [
        "ADDED",
        "ALREADY_IN",
        "NOT_A_MEMBER",
        "NOT_A_MEMBER",
        "DUPLICATE",
        "ADDED",
        "ADDED",
        "NOT_A_MEMBER",
    ];
    assert_eq!(done.became(), added);
    for (place, result) in done.0["results"].as_array().unwrap().iter().enumerate() {
        assert_eq!(
            (&result["index"], &result["targetId"]),
            (&json!(place), &named[place])
        );
        let seen = if place == 2 || place == 7 {
            Value::Null
        } else {
            named[place].clone()
        };
        assert_eq!(
            result["membership"]["id"], seen,
            "nothing of other workspaces is shown"
        );
        assert_eq!(result["code"].is_null(), result["message"].is_null());
    }
    let gained = json!([{ "membership": { "id": ben.id.to_string() }, "gained": ["CREATE_PAGES"], "lost": [] }]);
    assert_eq!(
        done.0["effects"], gained,
        "the disabled and the scheduled gain nothing now"
    );
    assert_eq!(
        shown(app, &ada.key, &ws, "parks").await["members"]["edges"]
            .as_array()
            .unwrap()
            .len(),
        4
    );
    let events: Vec<_> = app
        .events(&ws)
        .await
        .into_iter()
        .map(|event| (event.kind, event.subject_id.unwrap()))
        .collect();
    let event = |member: &Member| ("GROUP_MEMBER_ADDED".to_owned(), member.id.to_string());
    assert_eq!(
        events,
        [event(&ben), event(&disabled), event(&scheduled)],
        "one for each who came"
    );
    assert_eq!(places(app, ben.id).await[0].granted_by, Some(ada.account.0));

    // Once more: nobody comes, and nothing is written.
    let before = app.footprint().await;
    assert_eq!(
        add(app, &ada.key, input(group, ids([&ben, &cho]))).await,
        ["ALREADY_IN", "ALREADY_IN"]
    );
    assert_eq!(app.footprint().await, before);

    let done = app
        .mutate(&ada.key, "removeGroupMembers", input(group, named))
        .await;
    let removed = [
        "REMOVED",
        "REMOVED",
        "NOT_A_MEMBER",
        "NOT_A_MEMBER",
        "DUPLICATE",
        "REMOVED",
        "REMOVED",
        "NOT_A_MEMBER",
    ];
    assert_eq!(done.became(), removed);
    assert_eq!(done.0["effects"].as_array().unwrap().len(), 2);
    assert_eq!(
        shown(app, &ada.key, &ws, "parks").await["members"]["edges"],
        json!([])
    );
    assert_eq!(
        app.permissions(&ada, &ws, ben.id).await,
        Vec::<String>::new()
    );
    let before = app.footprint().await;
    assert_eq!(
        remove(app, &ada.key, input(group, ids([&ben, &cho]))).await,
        ["NOT_IN", "NOT_IN"]
    );
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        app.events(&ws).await.last().unwrap().kind,
        "GROUP_MEMBER_REMOVED"
    );
});

on_both!(
    time_8_a_temporary_place_never_shortens_a_permanent_one,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let group = app.group(&ws, "Parks", &[CreatePages]).await;
        let at = |second| Some(app.at(second));
        assert_eq!(
            add(app, &ada.key, during(group, &ben, None, at(600))).await,
            ["ADDED"]
        );
        assert_eq!(
            add(app, &ada.key, during(group, &ben, at(600), None)).await,
            ["ADDED"]
        );
        assert_eq!(
            add(app, &ada.key, during(group, &ben, at(60), at(900))).await,
            ["ALREADY_IN"],
            "both rows cover it together"
        );
        assert_eq!(
            add(app, &ada.key, during(group, &ben, None, None)).await,
            ["ALREADY_IN"]
        );
        assert_eq!(places(app, ben.id).await.len(), 2);
        let cho = app.member(&ws, "Cho Minh").create().await;
        assert_eq!(
            add(app, &ada.key, during(group, &cho, None, at(60))).await,
            ["ADDED"]
        );
        assert_eq!(
            add(app, &ada.key, during(group, &cho, None, at(90))).await,
            ["ADDED"],
            "they overlap, each counts by itself"
        );
        assert_eq!(
            add(app, &ada.key, during(group, &cho, at(120), None)).await,
            ["ADDED"]
        );
        let began = app.now();
        for (second, holds) in [
            (0, true),
            (59, true),
            (60, true),
            (89, true),
            (90, false),
            (119, false),
            (120, true),
            (9_999, true),
        ] {
            app.clock.set(began + Duration::seconds(second));
            assert_eq!(
                !app.permissions(&ada, &ws, cho.id).await.is_empty(),
                holds,
                "after {second} s"
            );
            assert!(!app.permissions(&ada, &ws, ben.id).await.is_empty());
        }
    }
);

on_both!(
    time_8_an_interval_is_cut_out_of_all_places_and_the_rest_resumes,
    |app| {
        let (ws, ada) = app.portal().await;
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let (group, elsewhere) = (
            app.group(&ws, "Parks", &[CreatePages]).await,
            app.group(&ws, "Trees", &[]).await,
        );
        let at = |second| Some(app.at(second));
        add(app, &abe.key, during(elsewhere, &ben, None, None)).await;
        add(app, &abe.key, during(group, &ben, None, None)).await;
        add(app, &abe.key, during(group, &ben, at(500), at(2_000))).await;
        app.pass(Duration::seconds(1));
        let before = places(app, ben.id).await;
        assert_eq!(
            remove(
                app,
                &ada.key,
                during(group, &ben, Some(app.at(99)), Some(app.at(599)))
            )
            .await,
            ["REMOVED"]
        );
        let after = places(app, ben.id).await;
        for old in &before {
            let new = after.iter().find(|row| row.id == old.id);
            let kept = new.is_some_and(|new| {
                (new.starts_at, new.granted_by) == (old.starts_at, old.granted_by)
            });
            assert!(
                kept || old.starts_at > app.now(),
                "a row that has begun is never deleted, its start never moves"
            );
        }
        assert!(
            after
                .iter()
                .all(|row| row.granted_by == Some(abe.account.0)),
            "what resumes is as it was given"
        );
        assert!(
            after
                .iter()
                .any(|row| row.group_id == elsewhere.0 && row.ends_at == OPEN_END),
            "other groups are left alone"
        );
        let began = app.now() - Duration::seconds(1);
        for (second, holds) in [
            (2, true),
            (99, true),
            (100, false),
            (599, false),
            (600, true),
            (1_999, true),
            (2_001, true),
        ] {
            app.clock.set(began + Duration::seconds(second));
            assert_eq!(
                !app.permissions(&ada, &ws, ben.id).await.is_empty(),
                holds,
                "after {second} s"
            );
        }
        // For good, from now on; the past stays.
        let before = places(app, ben.id).await;
        assert_eq!(
            remove(app, &ada.key, input(group, ids([&ben]))).await,
            ["REMOVED"]
        );
        assert_eq!(
            app.permissions(&ada, &ws, ben.id).await,
            Vec::<String>::new()
        );
        for new in places(app, ben.id)
            .await
            .iter()
            .filter(|row| row.group_id == group.0)
        {
            let old = before.iter().find(|row| row.id == new.id).unwrap();
            assert!(
                new.ends_at == old.ends_at || new.ends_at >= app.now(),
                "the past is immutable"
            );
            assert!(new.ends_at <= app.now());
        }
    }
);

on_both!(
    time_4_a_start_in_the_past_is_refused_but_for_a_minute,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let group = app.group(&ws, "Parks", &[CreatePages]).await;
        app.put_into(
            &ws,
            group,
            &ben,
            Interval::new(app.now() + Duration::hours(5), OPEN_END),
        )
        .await;
        let at = |second| Some(app.at(second));
        let before = app.footprint().await;
        for (from, until, errors) in [
            (at(-61), None, vec!["STARTS_IN_PAST startsAt"]),
            (None, at(0), vec!["ENDS_IN_PAST endsAt"]),
            (at(600), at(600), vec!["ENDS_BEFORE_START endsAt"]),
            (
                at(-100),
                at(-90),
                vec!["STARTS_IN_PAST startsAt", "ENDS_IN_PAST endsAt"],
            ),
        ] {
            assert_eq!(
                add(
                    app,
                    &ada.key,
                    during(group, &ben, from.clone(), until.clone())
                )
                .await,
                errors
            );
            assert_eq!(
                remove(app, &ada.key, during(group, &ben, from, until)).await,
                errors
            );
        }
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            add(app, &ada.key, during(group, &ben, at(-59), at(60))).await,
            ["ADDED"]
        );
        // A planned place ends as it starts, and is seen no more.
        assert_eq!(
            remove(app, &ada.key, input(group, ids([&ben]))).await,
            ["REMOVED"]
        );
        app.pass(Duration::hours(6));
        assert_eq!(
            app.permissions(&ada, &ws, ben.id).await,
            Vec::<String>::new()
        );
    }
);

on_both!(perm_6_adding_hands_over_what_the_group_gives, |app| {
    let (ws, ada) = app.portal().await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let (ben, cho) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cho Minh").create().await,
    );
    let soon = app
        .member(&ws, "Sue Lang")
        .until(app.now() + Duration::minutes(30))
        .create()
        .await;
    let dina = app.member(&ws, "Dina Abadi").disabled().create().await;
    let (empty, pages) = (
        app.group(&ws, "Empty", &[]).await,
        app.group(&ws, "Pages", &[CreatePages]).await,
    );
    let (reuses, trees) = (
        app.group(&ws, "Reuses", &[ManageReuses]).await,
        app.group(&ws, "Trees", &[]).await,
    );
    // Ewa holds CREATE_PAGES for an hour.
    let hour = Interval::new(app.now(), app.now() + Duration::hours(1));
    app.grant_row(&ws, Some(ewa.id), None, Some(CreatePages), hour, None)
        .await;
    let dataset = ItemId::Dataset(app.dataset(&ws, "trees", &ada, true, false).await);
    app.item_grant(
        &ws,
        (None, Some(trees)),
        dataset,
        ResourceAccess::Browse,
        Interval::from(app.now()),
    )
    .await;
    let before = app.footprint().await;
    assert_eq!(
        add(app, &ewa.key, input(reuses, ids([&ben]))).await,
        ["FORBIDDEN"],
        "more than Ewa holds"
    );
    assert_eq!(
        add(app, &ewa.key, input(trees, ids([&ben]))).await,
        ["FORBIDDEN"],
        "access that Ewa has not"
    );
    assert_eq!(
        add(app, &ewa.key, input(pages, ids([&ben, &dina]))).await,
        ["FORBIDDEN", "FORBIDDEN"],
        "longer than Ewa holds it"
    );
    assert_eq!(
        add(app, &ewa.key, input(empty, ids([&ada, &ewa]))).await,
        ["FORBIDDEN", "FORBIDDEN"],
        "administrators, oneself"
    );
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        add(app, &ewa.key, input(pages, ids([&soon]))).await,
        ["ADDED"],
        "it is cut to the membership"
    );
    assert_eq!(
        add(
            app,
            &ewa.key,
            during(pages, &ben, None, Some(app.at(3_600)))
        )
        .await,
        ["ADDED"]
    );
    assert_eq!(
        add(app, &ewa.key, input(empty, ids([&ben, &dina]))).await,
        ["ADDED", "ADDED"]
    );
    app.item_grant(
        &ws,
        (Some(ewa.id), None),
        dataset,
        ResourceAccess::Browse,
        Interval::from(app.now()),
    )
    .await;
    assert_eq!(
        add(app, &ewa.key, input(trees, ids([&ben]))).await,
        ["ADDED"],
        "access that Ewa has as long"
    );
    // Administrators hold everything; taking away is free.
    assert_eq!(
        add(app, &ada.key, input(reuses, ids([&ben, &cho, &ewa, &ada]))).await,
        ["ADDED"; 4]
    );
    assert_eq!(
        remove(app, &ewa.key, input(reuses, ids([&ben, &cho]))).await,
        ["REMOVED", "REMOVED"]
    );
    assert_eq!(
        remove(app, &ewa.key, input(reuses, ids([&ada, &ewa]))).await,
        ["FORBIDDEN", "FORBIDDEN"]
    );
    assert_eq!(
        remove(app, &ada.key, input(reuses, ids([&ada, &ewa]))).await,
        ["REMOVED", "REMOVED"]
    );
});

on_both!(grp_1_a_member_is_in_at_most_100_groups, |app| {
    let (ws, ada) = app.portal().await;
    let (ben, cho) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cho Minh").create().await,
    );
    let groups = many_groups(app, &ws, 104).await;
    // 98 now, one later, one that is over, one of a group that is deleted.
    put_into_all(app, &ws, &ben, &groups[..98], Interval::from(app.now())).await;
    app.put_into(
        &ws,
        groups[98],
        &ben,
        Interval::from(app.now() + Duration::days(9)),
    )
    .await;
    app.put_into(
        &ws,
        groups[99],
        &ben,
        Interval::new(app.now() - Duration::days(9), app.now()),
    )
    .await;
    app.put_into(&ws, groups[100], &ben, Interval::from(app.now()))
        .await;
    app.end_group(&ws, groups[100], app.now()).await;
    assert_eq!(
        add(app, &ada.key, input(groups[101], ids([&ben]))).await,
        ["ADDED"],
        "the hundredth"
    );
    assert_eq!(
        add(app, &ada.key, input(groups[102], ids([&ben, &cho]))).await,
        ["LIMIT_REACHED", "ADDED"]
    );
    assert_eq!(
        add(app, &ada.key, input(groups[98], ids([&ben]))).await,
        ["ADDED"],
        "it is among the hundred"
    );
    assert_eq!(
        remove(app, &ada.key, input(groups[0], ids([&ben]))).await,
        ["REMOVED"]
    );
    assert_eq!(
        add(app, &ada.key, input(groups[102], ids([&ben]))).await,
        ["ADDED"]
    );
});

on_both!(
    grp_2_a_call_takes_1000_members_in_as_many_statements_as_two,
    |app| {
        let (ws, ada) = app.portal().await;
        let group = app.group(&ws, "Parks", &[CreatePages]).await;
        let members: Vec<String> = crowd(app, &ws, None, 1_001)
            .await
            .into_iter()
            .map(|id| id.to_string())
            .collect();
        let before = app.footprint().await;
        for wrong in [json!([]), json!(members)] {
            for mutation in ["addGroupMembers", "removeGroupMembers"] {
                let refused = app
                    .try_mutate(&ada.key, mutation, input(group, wrong.clone()))
                    .await;
                assert_eq!(refused.refusal(), "BAD_USER_INPUT");
            }
        }
        assert_eq!(app.footprint().await, before);
        let mut counts = Vec::new();
        for mutation in ["addGroupMembers", "removeGroupMembers"] {
            for some in [
                &members[..2],
                &members[..2],
                &members[..2],
                &members[..1_000],
            ] {
                // Each of both does something every time.
                if mutation == "addGroupMembers" {
                    app.try_mutate(&ada.key, "removeGroupMembers", input(group, json!(some)))
                        .await;
                } else {
                    app.try_mutate(&ada.key, "addGroupMembers", input(group, json!(some)))
                        .await;
                }
                let answer = app
                    .try_mutate(&ada.key, mutation, input(group, json!(some)))
                    .await;
                let done = answer.payload();
                let did = if mutation == "addGroupMembers" {
                    "ADDED"
                } else {
                    "REMOVED"
                };
                assert!(
                    done.became().iter().all(|one| *one == did)
                        && done.became().len() == some.len()
                );
                assert_eq!(done.0["effects"].as_array().unwrap().len(), some.len());
                counts.push(answer.statements);
            }
        }
        assert_eq!((counts[2], counts[6]), (counts[3], counts[7]), "{counts:?}");
    }
);

on_both!(aud_4_and_5_members_are_rehearsed_and_replayed, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let group = app.group(&ws, "Parks", &[CreatePages]).await;
    for mutation in ["addGroupMembers", "removeGroupMembers"] {
        let mut asked = input(group, ids([&ben]));
        (asked["idempotencyKey"], asked["dryRun"]) = (json!("k1"), json!(true));
        let before = app.footprint().await;
        let rehearsed = app.mutate(&ada.key, mutation, asked.clone()).await;
        assert_eq!(app.footprint().await, before);
        asked["dryRun"] = json!(false);
        let done = app.mutate(&ada.key, mutation, asked.clone()).await;
        assert_eq!(
            (rehearsed.became(), &rehearsed.0["effects"]),
            (done.became(), &done.0["effects"])
        );
        let fields = |changes: &Value| {
            changes
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["field"].clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(fields(&rehearsed.0["changes"]), fields(&done.0["changes"]));
        let after = app.footprint().await;
        let again = app.mutate(&ada.key, mutation, asked).await;
        assert!(again.replayed());
        assert_eq!(
            (again.became(), &again.0["changes"]),
            (done.became(), &done.0["changes"])
        );
        assert_eq!(app.footprint().await, after);
    }
});
