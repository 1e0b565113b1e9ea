//! Time-controlled access: `setAccessPeriod` (MEM-2, MEM-5, PERM-6, PERM-7, TIME-1, TIME-2, TIME-4,
//! TIME-7).

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{
        Permission::{self, EditWorkspaceProperties, ManageReuses},
        Preset,
    },
    vocabulary::{MembershipEndReason, QuotaPeriod, QuotaScope, QuotaType, ResourceAccess},
};
use serde_json::{Value, json};

use super::ending::{held, kinds, of, shown, status, temporary};
use crate::support::on_both;

const SET: &str = "setAccessPeriod";

on_both!(mem_2_an_end_is_set_extended_shortened_and_removed, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let set = app
        .mutate(&ada.key, SET, of(&[&ben], json!({ "endsAt": app.at(100) })))
        .await;
    assert_eq!(set.became(), ["CHANGED"]);
    assert_eq!(
        set.0["results"][0]["membership"]["accessEndsAt"],
        app.at(100)
    );
    assert_eq!(
        set.0["results"][0]["membership"]["accessSecondsRemaining"],
        100
    );
    assert_eq!(set.0["effects"], json!([]), "nobody lost anything yet");
    let changes = json!([{ "subjectId": ben.id.to_string(), "field": "endsAt", "before": null, "after": app.at(100) }]);
    assert_eq!(set.0["changes"], changes);
    // It counts down with the clock.
    for passed in [1, 59, 1] {
        app.pass(Duration::seconds(passed));
        let left = shown(app, &ada.key, &ben).await["accessSecondsRemaining"]
            .as_i64()
            .unwrap();
        assert_eq!(
            left,
            100 - (app.now() - crate::support::app::start()).num_seconds()
        );
    }
    let before = app.footprint().await;
    let end = app.at(100 - 61);
    let same = app
        .mutate(&ada.key, SET, of(&[&ben], json!({ "endsAt": end })))
        .await;
    assert_eq!(
        (same.became(), &same.0["changes"]),
        (vec!["UNCHANGED"], &json!([]))
    );
    assert_eq!(app.footprint().await, before);

    let extended = app
        .mutate(
            &ada.key,
            SET,
            of(&[&ben], json!({ "durationSeconds": 86_400 })),
        )
        .await;
    assert_eq!(
        extended.0["results"][0]["membership"]["accessSecondsRemaining"],
        86_400
    );
    assert_eq!(
        extended.0["results"][0]["membership"]["accessEndsAt"],
        app.at(86_400)
    );
    let shortened = app
        .mutate(&ada.key, SET, of(&[&ben], json!({ "endsAt": app.at(5) })))
        .await;
    assert_eq!(shortened.0["changes"][0]["before"], app.at(86_400));
    let removed = app
        .mutate(&ada.key, SET, of(&[&ben], json!({ "unlimited": true })))
        .await;
    assert_eq!(removed.became(), ["CHANGED"]);
    let member = &removed.0["results"][0]["membership"];
    assert_eq!(
        (&member["accessEndsAt"], &member["accessSecondsRemaining"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(
        app.mutate(&ada.key, SET, of(&[&ben], json!({ "unlimited": true })))
            .await
            .became(),
        ["UNCHANGED"]
    );
    app.pass(Duration::days(900));
    assert_eq!(status(app, &ben.key).await, 200);
    assert_eq!(kinds(app, &ws).await, ["ACCESS_PERIOD_CHANGED"; 4]);
});

on_both!(time_1_access_set_by_hand_ends_at_the_very_instant, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let session = app.session(ben.account).await;
    app.mutate(
        &ada.key,
        SET,
        of(&[&ben], json!({ "durationSeconds": 3_600 })),
    )
    .await;
    let may = async || {
        let query = "{ viewer { can(workspace: \"riverton\", permission: BROWSE_ALL_PAGES) } }";
        app.post(Some(&session), query, json!({})).await.data()["viewer"]["can"].clone()
    };
    app.pass(Duration::hours(1) - Duration::microseconds(1));
    assert_eq!(
        (status(app, &ben.key).await, may().await),
        (200, json!(true))
    );
    assert_eq!(
        held(&shown(app, &ada.key, &ben).await),
        ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES"]
    );
    app.pass(Duration::microseconds(1));
    assert_eq!(
        (status(app, &ben.key).await, may().await),
        (401, json!(false))
    );
    let ended = shown(app, &ada.key, &ben).await;
    assert_eq!(
        (&ended["state"], &ended["endReason"], &ended["endedAt"]),
        (&json!("ENDED"), &json!("EXPIRED"), &json!(app.at(0)))
    );
    assert_eq!(
        (held(&ended), &ended["accessSecondsRemaining"]),
        (vec![], &json!(0))
    );
    // Nothing ran but reads: the record knows of the setting alone.
    assert_eq!(kinds(app, &ws).await, ["ACCESS_PERIOD_CHANGED"]);
});

on_both!(time_2_a_start_that_lies_in_the_past_stays, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let tomorrow = Interval::from(app.now() + Duration::days(1));
    let sam = app.member(&ws, "Sam Ortiz").during(tomorrow).create().await;
    let gone = app.member(&ws, "Eli Stone").until(app.now()).create().await;
    let before = app.footprint().await;
    let planned = json!({ "startsAt": app.at(60), "unlimited": true });
    assert_eq!(
        app.mutate(&ada.key, SET, of(&[&ben], planned))
            .await
            .became(),
        ["ALREADY_STARTED"]
    );
    let early = json!({ "endsAt": app.at(86_400) });
    assert_eq!(
        app.mutate(&ada.key, SET, of(&[&sam, &gone], early))
            .await
            .became(),
        ["ENDS_BEFORE_START", "NOT_ACTIVE"]
    );
    for (input, errors) in [
        (json!({ "endsAt": app.at(0) }), vec!["ENDS_IN_PAST endsAt"]),
        (json!({ "endsAt": app.at(-5) }), vec!["ENDS_IN_PAST endsAt"]),
        (
            json!({ "startsAt": app.at(-61), "unlimited": true }),
            vec!["STARTS_IN_PAST startsAt"],
        ),
        (
            json!({ "startsAt": app.at(60), "endsAt": app.at(60) }),
            vec!["ENDS_BEFORE_START endsAt"],
        ),
        (
            json!({ "durationSeconds": 0 }),
            vec!["OUT_OF_RANGE durationSeconds"],
        ),
        (
            json!({ "durationSeconds": -1 }),
            vec!["OUT_OF_RANGE durationSeconds"],
        ),
        (
            json!({ "durationSeconds": 3_153_600_001_i64 }),
            vec!["OUT_OF_RANGE durationSeconds"],
        ),
        (
            json!({ "durationSeconds": 9_007_199_254_740_991_i64 }),
            vec!["OUT_OF_RANGE durationSeconds"],
        ),
        (
            json!({ "startsAt": app.at(-100), "durationSeconds": 0 }),
            vec!["STARTS_IN_PAST startsAt", "OUT_OF_RANGE durationSeconds"],
        ),
    ] {
        let refused = app.mutate(&ada.key, SET, of(&[&sam], input.clone())).await;
        assert_eq!(
            (refused.errors(), refused.became()),
            (errors.into_iter().map(str::to_owned).collect(), vec![]),
            "{input}"
        );
    }
    for input in [
        json!({}),
        json!({ "unlimited": false }),
        json!({ "unlimited": true, "endsAt": app.at(60) }),
        json!({ "unlimited": true, "durationSeconds": 60 }),
        json!({ "endsAt": app.at(60), "durationSeconds": 60 }),
        json!({ "durationSeconds": 1.5 }),
        json!({ "durationSeconds": "60" }),
    ] {
        assert_eq!(
            app.try_mutate(&ada.key, SET, of(&[&ben], input.clone()))
                .await
                .refusal(),
            "BAD_USER_INPUT",
            "{input}"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(time_4_a_start_that_lies_ahead_moves, |app| {
    let (ws, ada) = app.portal().await;
    let tomorrow = Interval::from(app.now() + Duration::days(1));
    let sam = app
        .member(&ws, "Sam Ortiz")
        .with(ManageReuses)
        .during(tomorrow)
        .create()
        .await;
    // A duration counts from the start; without a start of its own it stays.
    let lasting = app
        .mutate(&ada.key, SET, of(&[&sam], json!({ "durationSeconds": 60 })))
        .await;
    let member = &lasting.0["results"][0]["membership"];
    assert_eq!(
        (&member["accessStartsAt"], &member["accessEndsAt"]),
        (&json!(app.at(86_400)), &json!(app.at(86_460)))
    );
    let moved = json!({ "startsAt": app.at(172_800), "durationSeconds": 60 });
    let moved = app.mutate(&ada.key, SET, of(&[&sam], moved)).await;
    assert_eq!(moved.became(), ["CHANGED"]);
    assert_eq!(moved.0["changes"].as_array().unwrap().len(), 2);
    app.pass(Duration::days(2) - Duration::microseconds(1));
    assert_eq!(shown(app, &ada.key, &sam).await["state"], "SCHEDULED");
    app.pass(Duration::microseconds(1));
    assert_eq!(shown(app, &ada.key, &sam).await["state"], "ACTIVE");
    assert_eq!(status(app, &sam.key).await, 200);
    app.pass(Duration::minutes(1));
    assert_eq!(shown(app, &ada.key, &sam).await["state"], "ENDED");

    // Up to a minute ago counts as now: access begins at once, and is told so.
    let next = Interval::from(app.now() + Duration::days(1));
    let soon = app.member(&ws, "Sue Soon").create().await;
    app.sql(
        "UPDATE membership SET starts_at = $1 WHERE id = $2",
        vec![next.starts_at.into(), soon.id.0.into()],
    )
    .await;
    app.grant_row(
        &ws,
        Some(soon.id),
        None,
        Some(ManageReuses),
        Interval::from(app.now()),
        None,
    )
    .await;
    let now = app
        .mutate(
            &ada.key,
            SET,
            of(
                &[&soon],
                json!({ "startsAt": app.at(-60), "unlimited": true }),
            ),
        )
        .await;
    assert_eq!(now.0["results"][0]["membership"]["state"], "ACTIVE");
    assert_eq!(now.0["effects"][0]["gained"], json!(["MANAGE_REUSES"]));
});

on_both!(
    mem_2_what_begins_with_a_membership_moves_with_its_start,
    |app| {
        let (ws, ada) = app.portal().await;
        let start = app.now() + Duration::days(2);
        let sam = app
            .member(&ws, "Sam Ortiz")
            .preset(Preset::Viewer)
            .with(ManageReuses)
            .during(Interval::from(start))
            .create()
            .await;
        let group = app.group(&ws, "Editors", &[Permission::CreatePages]).await;
        app.put_into(&ws, group, &sam, Interval::from(start)).await;
        // Two limits: one begins with the membership, one five days later.
        let limit = (QuotaType::ApiCalls, Some(QuotaPeriod::Day));
        app.quota(&ws, QuotaScope::Member, Some(sam.id.0), limit, 7)
            .await;
        app.quota(
            &ws,
            QuotaScope::Member,
            Some(sam.id.0),
            (QuotaType::Datasets, None),
            3,
        )
        .await;
        let move_to = "UPDATE quota_value SET starts_at = $1 WHERE quota_type = $2";
        app.sql(move_to, vec![start.into(), "API_CALLS".into()])
            .await;
        app.sql(
            move_to,
            vec![(start + Duration::days(5)).into(), "DATASETS".into()],
        )
        .await;
        // What ends before a later start stays as it was.
        let short = Interval::new(start, start + Duration::hours(1));
        app.grant_row(
            &ws,
            Some(sam.id),
            None,
            Some(Permission::BrowseAnalytics),
            short,
            None,
        )
        .await;

        let later = json!({ "startsAt": app.at(3 * 86_400), "unlimited": true });
        let postponed = app.mutate(&ada.key, SET, of(&[&sam], later)).await;
        assert_eq!(postponed.became(), ["CHANGED"]);
        assert_eq!(postponed.0["effects"], json!([]), "not yet in force");
        let starts = async || {
            let rows = app
                .role_rows(&sam)
                .await
                .into_iter()
                .map(|row| row.starts_at)
                .collect::<Vec<_>>();
            let mut grants = app
                .grant_rows(sam.id)
                .await
                .into_iter()
                .map(|row| row.starts_at)
                .collect::<Vec<_>>();
            grants.sort_unstable();
            (rows, grants)
        };
        assert_eq!(
            starts().await,
            (
                vec![start + Duration::days(1)],
                vec![start, start + Duration::days(1)]
            )
        );

        let to_now = of(&[&sam], json!({ "startsAt": app.at(0), "unlimited": true }));
        let query = "mutation($input: SetAccessPeriodInput!) { setAccessPeriod(input: $input) { results { index outcome } errors { code } \
                     effects { membership { id } gained quotas { type before after } } } }";
        let set = async |input: Value| {
            let answer = app
                .post(Some(&ada.key), query, json!({ "input": input }))
                .await;
            answer.data()["setAccessPeriod"].clone()
        };
        let mut dry = to_now.clone();
        dry["dryRun"] = json!(true);
        let rehearsed = set(dry).await;
        let now = crate::support::writing::Payload(set(to_now).await);
        assert_eq!(now.became(), ["CHANGED"]);
        assert_eq!(rehearsed["effects"], now.0["effects"]);
        // Of what nobody limits there is as much as they like, from now on.
        assert_eq!(
            now.0["effects"][0]["quotas"],
            json!([
                { "type": "API_CALLS", "before": 0, "after": 7 },
                { "type": "DATASETS", "before": 0, "after": null },
                { "type": "RECORDS_PER_DATASET", "before": 0, "after": null },
            ]),
        );
        let gained = [
            "BROWSE_ALL_DATASETS",
            "CREATE_PAGES",
            "BROWSE_ALL_PAGES",
            "MANAGE_REUSES",
        ];
        assert_eq!(
            now.0["effects"][0]["gained"],
            json!(gained),
            "the role, the group and the grant came along"
        );
        assert_eq!(held(&shown(app, &ada.key, &sam).await), gained);
        let query = "query($id: ID!) { node(id: $id) { ... on Membership { effectiveQuotas { type limit } } } }";
        let limits = app
            .post(Some(&ada.key), query, json!({ "id": sam.id.to_string() }))
            .await;
        let limits = limits.data()["node"]["effectiveQuotas"]
            .as_array()
            .unwrap()
            .clone();
        let limit =
            |of: &str| limits.iter().find(|quota| quota["type"] == of).unwrap()["limit"].clone();
        assert_eq!(
            (limit("API_CALLS"), limit("DATASETS")),
            (json!(7), Value::Null),
            "the later limit still begins later"
        );
    }
);

on_both!(mem_2_of_two_roles_the_one_that_moves_counts, |app| {
    let (ws, ada) = app.portal().await;
    let start = app.now() + Duration::days(2);
    let sam = app
        .member(&ws, "Sam Ortiz")
        .preset(Preset::Viewer)
        .during(Interval::from(start))
        .create()
        .await;
    let editor = app.preset(&ws, Preset::Editor).await;
    let input = json!({ "membershipIds": [sam.id.to_string()], "roleId": editor.to_string(), "endsAt": app.at(2 * 86_400) });
    assert_eq!(
        app.mutate(&ada.key, "setMemberRole", input).await.became(),
        ["CHANGED"]
    );
    let sooner = json!({ "startsAt": app.at(86_400), "unlimited": true });
    assert_eq!(
        app.mutate(&ada.key, SET, of(&[&sam], sooner))
            .await
            .became(),
        ["CHANGED"]
    );
    app.pass(Duration::days(1));
    assert_eq!(
        held(&shown(app, &ada.key, &sam).await),
        ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES"]
    );
});

on_both!(
    perm_6_a_start_moves_sooner_by_those_who_hold_what_moves_with_it,
    |app| {
        let ws = app.workspace("riverton").await;
        app.administrator(&ws, "Ada Veldkamp").await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let tomorrow = Interval::from(app.now() + Duration::days(1));
        let sam = app
            .member(&ws, "Sam Ortiz")
            .with(ManageReuses)
            .during(tomorrow)
            .create()
            .await;
        let before = app.footprint().await;
        let sooner = json!({ "startsAt": app.at(60), "unlimited": true });
        assert_eq!(
            app.mutate(&ewp.key, SET, of(&[&sam], sooner))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(time_7_longer_access_revives_nothing_that_ended, |app| {
    let (ws, ada) = app.portal().await;
    let end = app.now() + Duration::hours(2);
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Editor)
        .until(end)
        .create()
        .await;
    let short = Interval::new(
        app.now() - Duration::minutes(5),
        app.now() + Duration::hours(1),
    );
    app.grant_row(&ws, Some(ben.id), None, Some(ManageReuses), short, None)
        .await;
    let gone = app
        .member(&ws, "Eli Stone")
        .until(app.now() + Duration::minutes(1))
        .create()
        .await;
    app.pass(Duration::minutes(90));
    let (grants, roles) = (app.grant_rows(ben.id).await, app.role_rows(&ben).await);
    let longer = app
        .mutate(
            &ada.key,
            SET,
            of(&[&ben, &gone], json!({ "unlimited": true })),
        )
        .await;
    assert_eq!(longer.became(), ["CHANGED", "NOT_ACTIVE"]);
    assert_eq!(
        (app.grant_rows(ben.id).await, app.role_rows(&ben).await),
        (grants, roles),
        "no row of theirs changed"
    );
    app.pass(Duration::hours(1));
    assert_eq!(
        held(&shown(app, &ada.key, &ben).await),
        ["CREATE_DATASETS", "CREATE_PAGES"]
    );
    assert_eq!(
        (status(app, &ben.key).await, status(app, &gone.key).await),
        (200, 401)
    );
});

on_both!(
    perm_6_access_is_prolonged_by_those_who_hold_it_as_long,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let hour = Interval::new(
            app.now() - Duration::minutes(1),
            app.now() + Duration::hours(1),
        );
        app.grant_row(&ws, Some(ewp.id), None, Some(ManageReuses), hour, None)
            .await;
        let until = app.now() + Duration::minutes(30);
        let ben = app
            .member(&ws, "Ben Okafor")
            .with(ManageReuses)
            .until(until)
            .create()
            .await;
        let bare = app.member(&ws, "Bob Bare").until(until).create().await;
        // What comes along counts, in whatever way they have it.
        let group = app.group(&ws, "Reusers", &[ManageReuses]).await;
        let cho = app.member(&ws, "Cho Minh").until(until).create().await;
        app.put_into(&ws, group, &cho, Interval::from(app.now()))
            .await;
        let dan = app
            .member(&ws, "Dan Disabled")
            .with(ManageReuses)
            .until(until)
            .disabled()
            .create()
            .await;
        let dataset = ItemId::Dataset(app.dataset(&ws, "trees", &ada, true, false).await);
        let eve = app.member(&ws, "Eve Editor").until(until).create().await;
        app.item_grant(
            &ws,
            (Some(eve.id), None),
            dataset,
            ResourceAccess::Edit,
            Interval::from(app.now()),
        )
        .await;
        let all = [&ben, &cho, &dan, &eve, &bare];
        let before = app.footprint().await;
        for input in [
            json!({ "unlimited": true }),
            json!({ "endsAt": app.at(3_601) }),
            json!({ "durationSeconds": 3_601 }),
        ] {
            let refused = app.mutate(&ewp.key, SET, of(&all[..4], input)).await;
            assert_eq!(refused.became(), ["FORBIDDEN"; 4]);
        }
        assert_eq!(
            app.mutate(&ewp.key, SET, of(&[&ada], json!({ "endsAt": app.at(60) })))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        let as_long = app
            .mutate(&ewp.key, SET, of(&all, json!({ "endsAt": app.at(3_600) })))
            .await;
        assert_eq!(
            as_long.became(),
            ["CHANGED", "CHANGED", "CHANGED", "FORBIDDEN", "CHANGED"]
        );
        assert_eq!(
            app.mutate(&ewp.key, SET, of(&[&bare], json!({ "unlimited": true })))
                .await
                .became(),
            ["CHANGED"]
        );
        // Shortening is free.
        assert_eq!(
            app.mutate(&ewp.key, SET, of(&all, json!({ "endsAt": app.at(60) })))
                .await
                .became(),
            ["CHANGED"; 5]
        );
        // An administrator prolongs as they like.
        assert_eq!(
            app.mutate(&ada.key, SET, of(&all, json!({ "unlimited": true })))
                .await
                .became(),
            ["CHANGED"; 5]
        );
    }
);

on_both!(perm_6_an_earlier_start_is_weighed_too, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let tomorrow = Interval::from(app.now() + Duration::days(1));
    let sam = app.member(&ws, "Sam Ortiz").during(tomorrow).create().await;
    app.grant_row(
        &ws,
        Some(sam.id),
        None,
        Some(Permission::CreatePages),
        Interval::from(app.now()),
        None,
    )
    .await;
    let before = app.footprint().await;
    let earlier = json!({ "startsAt": app.at(60), "unlimited": true });
    assert_eq!(
        app.mutate(&ewp.key, SET, of(&[&sam], earlier))
            .await
            .became(),
        ["FORBIDDEN"]
    );
    assert_eq!(app.footprint().await, before);
    let later = json!({ "startsAt": app.at(2 * 86_400), "unlimited": true });
    assert_eq!(
        app.mutate(&ewp.key, SET, of(&[&sam], later)).await.became(),
        ["CHANGED"]
    );
});

on_both!(perm_7_nobody_sets_their_own_access_period, |app| {
    let (ws, ada) = app.portal().await;
    app.administrator(&ws, "Abe Nakamura").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let before = app.footprint().await;
    for member in [&ada, &ewp] {
        for credential in [member.key.clone(), app.session_of(member.account).await] {
            for input in [
                json!({ "unlimited": true }),
                json!({ "endsAt": app.at(60) }),
            ] {
                assert_eq!(
                    app.mutate(&credential, SET, of(&[member], input))
                        .await
                        .became(),
                    ["FORBIDDEN"]
                );
            }
        }
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(mem_5_the_last_administrator_is_given_no_end, |app| {
    let (ws, ada) = app.portal().await;
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let before = app.footprint().await;
    for input in [
        json!({ "endsAt": "9998-12-31T23:59:59Z" }),
        json!({ "durationSeconds": 3_153_600_000_i64 }),
    ] {
        assert_eq!(
            app.mutate(&tess.key, SET, of(&[&ada], input))
                .await
                .became(),
            ["LAST_ADMINISTRATOR"]
        );
    }
    assert_eq!(app.footprint().await, before);
    // One whose access has an end does not count; without it they do.
    let abe = app
        .member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let end = json!({ "endsAt": app.at(60) });
    assert_eq!(
        app.mutate(&tess.key, SET, of(&[&ada], end.clone()))
            .await
            .became(),
        ["LAST_ADMINISTRATOR"]
    );
    let session = app.session_of(tess.account).await;
    assert_eq!(
        app.mutate(&session, SET, of(&[&abe], json!({ "unlimited": true })))
            .await
            .became(),
        ["CHANGED"]
    );
    let mut both = of(&[&ada, &abe], end);
    both["atomic"] = json!(true);
    assert_eq!(
        app.mutate(&tess.key, SET, both.clone()).await.became(),
        ["ROLLED_BACK", "LAST_ADMINISTRATOR"]
    );
    both["atomic"] = json!(false);
    assert_eq!(
        app.mutate(&tess.key, SET, both).await.became(),
        ["CHANGED", "LAST_ADMINISTRATOR"]
    );
});

on_both!(bulk_1_access_periods_in_order, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let (ben, eve) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.administrator(&other, "Eve Laurent").await,
    );
    let cho = app.member(&ws, "Cho Minh").create().await;
    app.end(&ws, &cho, app.now(), Some(MembershipEndReason::Revoked))
        .await;
    let input = of(
        &[&ben, &eve, &ben, &cho, &ada],
        json!({ "endsAt": app.at(60) }),
    );
    let done = app.mutate(&ada.key, SET, input).await;
    assert_eq!(
        done.became(),
        [
            "CHANGED",
            "NOT_FOUND",
            "DUPLICATE",
            "NOT_ACTIVE",
            "FORBIDDEN"
        ]
    );
    assert_eq!(done.0["results"][1]["membership"], Value::Null);
    let message = done.0["results"][3]["message"].as_str().unwrap();
    assert!(message.ends_with('.'), "{message}");
});
