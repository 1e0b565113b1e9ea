//! `restoreMembers` (MEM-6, MEM-9, MEM-11).

use chrono::{DateTime, Duration, Utc};
use concierge::domain::{
    id::{GroupId, ItemId},
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{QuotaPeriod, QuotaScope, QuotaType, ResourceAccess},
};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
    writing::Payload,
};

async fn restore(app: &TestApp, by: &str, members: &[&Member], more: Value) -> Payload {
    let ids: Vec<String> = members.iter().map(|member| member.id.to_string()).collect();
    let mut input = json!({ "membershipIds": ids });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    app.mutate(by, "restoreMembers", input).await
}

async fn revoke(app: &TestApp, by: &str, members: &[&Member]) {
    let ids: Vec<String> = members.iter().map(|member| member.id.to_string()).collect();
    let done = app
        .mutate(by, "revokeMembers", json!({ "membershipIds": ids }))
        .await;
    assert!(done.became().iter().all(|code| *code == "REVOKED"));
}

/// What a member holds, by the new membership's id.
async fn held(app: &TestApp, by: &str, id: &Value) -> Value {
    let query = "query($id: ID!) { workspace(slug: \"riverton\") { member(id: $id) { \
        state origin accessEndsAt role { name } \
        grants(first: 50) { nodes { permission access endsAt recordFilter } } groups { group { title } endsAt } \
        effectivePermissions { permission } effectiveQuotas { type limit } apiKeys { totalCount } } } }";
    let variables = json!({ "id": id });
    app.post(Some(by), query, variables).await.data()["workspace"]["member"].clone()
}

/// What was left out of the first item, as "KIND REASON".
fn left_out(payload: &Payload) -> Vec<String> {
    let list = payload.0["results"][0]["leftOut"].as_array().unwrap();
    let text = |thing: &Value| {
        format!(
            "{} {}",
            thing["kind"].as_str().unwrap(),
            thing["reason"].as_str().unwrap()
        )
    };
    list.iter().map(text).collect()
}

/// A member with a bit of everything.
async fn rich(app: &TestApp, ws: &Ws, owner: &Member, name: &str) -> Member {
    let member = app
        .member(ws, name)
        .preset(Preset::Publisher)
        .with(Permission::ManageReuses)
        .create()
        .await;
    let always = Interval::from(app.now() - Duration::minutes(10));
    let group = app
        .group(ws, "Tree wardens", &[Permission::BrowseAnalytics])
        .await;
    app.put_into(ws, group, &member, always).await;
    let dataset = ItemId::Dataset(app.dataset(ws, "trees", owner, true, false).await);
    app.item_grant(
        ws,
        (Some(member.id), None),
        dataset,
        ResourceAccess::Edit,
        always,
    )
    .await;
    app.quota(
        ws,
        QuotaScope::Member,
        Some(member.id.0),
        (QuotaType::ApiCalls, Some(QuotaPeriod::Day)),
        7,
    )
    .await;
    member
}

on_both!(
    mem_6_a_revoked_member_comes_back_with_everything_but_keys,
    |app| {
        let (ws, ada) = app.portal().await;
        let by = app.session(ada.account).await;
        let ben = rich(app, &ws, &ada, "Ben Okafor").await;
        let before = held(app, &by, &json!(ben.id.to_string())).await;
        app.pass(Duration::hours(1));
        revoke(app, &by, &[&ben]).await;
        app.pass(Duration::days(3));
        let trace = app.footprint().await;
        let dry = restore(app, &by, &[&ben], json!({ "dryRun": true })).await;
        assert_eq!(dry.became(), ["RESTORED"]);
        assert_eq!(app.footprint().await, trace);
        let done = restore(app, &by, &[&ben], json!({})).await;
        assert_eq!(done.became(), ["RESTORED"]);
        assert_eq!(left_out(&done), [""; 0]);
        let result = &done.0["results"][0];
        assert_eq!(result["targetId"], ben.id.to_string());
        let new = result["membership"]["id"].clone();
        assert_ne!(new, ben.id.to_string(), "a new membership");
        let mut after = held(app, &by, &new).await;
        assert_eq!(after["origin"], "RESTORED");
        assert_eq!(after["apiKeys"]["totalCount"], 0);
        for field in ["origin", "apiKeys"] {
            after[field] = before[field].clone();
        }
        assert_eq!(after, before);
        let answer = app
            .post(Some(&ben.key), "{ viewer { kind } }", json!({}))
            .await;
        assert_eq!(answer.status, 401, "keys stay dead");
        assert_eq!(
            app.count("membership WHERE origin = 'RESTORED' AND end_reason IS NULL")
                .await,
            1
        );
        let again = restore(app, &by, &[&ben], json!({})).await;
        assert_eq!(again.became(), ["STILL_A_MEMBER"]);
    }
);

on_both!(mem_9_each_row_keeps_its_own_end, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let (now, day) = (app.now(), Duration::days(1));
    for (permission, from, to) in [
        // Counted at the end, and goes on.
        (Permission::CreatePages, now, now + day * 30),
        // Counted at the end; its own end passes meanwhile.
        (Permission::ManageReuses, now, now + day * 2),
        // Had ended before.
        (
            Permission::BrowseAnalytics,
            now,
            now + Duration::minutes(30),
        ),
        // Planned, and its start passes meanwhile.
        (Permission::CreateDatasets, now + day * 2, now + day * 40),
        // Planned, and still ahead.
        (Permission::EditAllPages, now + day * 9, now + day * 50),
    ] {
        app.grant_row(
            &ws,
            Some(ben.id),
            None,
            Some(permission),
            Interval::new(from, to),
            None,
        )
        .await;
    }
    app.pass(Duration::hours(1));
    revoke(app, &by, &[&ben]).await;
    app.pass(day * 3);
    let done = restore(app, &by, &[&ben], json!({})).await;
    assert_eq!(left_out(&done), ["PERMISSION ENDED_MEANWHILE"]);
    assert_eq!(
        done.0["results"][0]["leftOut"][0]["permission"],
        "MANAGE_REUSES"
    );
    let new = done.0["results"][0]["membership"]["id"].clone();
    let holds = async || {
        let by = app.session(ada.account).await;
        let held = held(app, &by, &new).await;
        let mut names: Vec<String> = held["effectivePermissions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["permission"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    assert_eq!(holds().await, ["CREATE_DATASETS", "CREATE_PAGES"]);
    app.pass(day * 7);
    assert_eq!(
        holds().await,
        ["CREATE_DATASETS", "CREATE_PAGES", "EDIT_ALL_PAGES"]
    );
    app.pass(day * 25);
    assert_eq!(holds().await, ["CREATE_DATASETS", "EDIT_ALL_PAGES"]);
});

on_both!(
    mem_6_an_end_ahead_is_kept_and_one_that_passed_is_asked_for,
    |app| {
        let (ws, ada) = app.portal().await;
        let by = app.session(ada.account).await;
        let end = app.now() + Duration::days(10);
        let ben = app.member(&ws, "Ben Okafor").until(end).create().await;
        let cho = app
            .member(&ws, "Cho Minh")
            .until(app.now() + Duration::days(1))
            .create()
            .await;
        revoke(app, &by, &[&ben]).await;
        app.pass(Duration::days(2));
        let done = restore(app, &by, &[&ben, &cho], json!({})).await;
        assert_eq!(done.became(), ["RESTORED", "ACCESS_END_REQUIRED"]);
        let new = done.0["results"][0]["membership"]["id"].clone();
        let kept = held(app, &by, &new).await["accessEndsAt"].clone();
        assert_eq!(
            kept.as_str().unwrap().parse::<DateTime<Utc>>().unwrap(),
            end
        );
        let before = app.footprint().await;
        let late = restore(app, &by, &[&cho], json!({ "endsAt": app.at(-5) })).await;
        assert_eq!(late.errors(), ["ENDS_IN_PAST endsAt"]);
        let both = json!({ "membershipIds": [cho.id.to_string()], "endsAt": app.at(60), "unlimited": true });
        let refused = app.try_mutate(&by, "restoreMembers", both).await;
        assert_eq!(refused.refusal(), "BAD_USER_INPUT");
        assert_eq!(app.footprint().await, before);
        let done = restore(app, &by, &[&cho], json!({ "unlimited": true })).await;
        assert_eq!(done.became(), ["RESTORED"]);
        let new = done.0["results"][0]["membership"]["id"].clone();
        assert_eq!(held(app, &by, &new).await["accessEndsAt"], Value::Null);
    }
);

on_both!(mem_11_what_cannot_be_restored_says_why, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let by = app.session(ada.account).await;
    let current = app.member(&ws, "Ben Okafor").create().await;
    let left = app.member(&ws, "Cho Minh").create().await;
    let old = app.member(&ws, "Dan Perez").create().await;
    let foreign = app.member(&other, "Eve Laurent").create().await;
    let leave = json!({ "workspaceId": ws.id.to_string() });
    app.mutate(&app.session(left.account).await, "leaveWorkspace", leave)
        .await;
    revoke(app, &by, &[&old]).await;
    app.pass(Duration::days(90));
    let by = app.session(ada.account).await;
    let done = restore(app, &by, &[&current, &left, &foreign, &current], json!({})).await;
    assert_eq!(
        done.became(),
        ["STILL_A_MEMBER", "LEFT", "NOT_FOUND", "DUPLICATE"]
    );
    app.pass(Duration::hours(1));
    assert_eq!(
        restore(app, &by, &[&old], json!({})).await.became(),
        ["TOO_OLD"]
    );
    // Of two that ended, the latest alone.
    let again = app.member(&ws, "Fay Novak").create().await;
    revoke(app, &by, &[&again]).await;
    let first = restore(app, &by, &[&again], json!({})).await;
    let id = first.0["results"][0]["membership"]["id"].clone();
    app.mutate(&by, "revokeMembers", json!({ "membershipIds": [id] }))
        .await;
    assert_eq!(
        restore(app, &by, &[&again], json!({})).await.became(),
        ["NOT_THE_LATEST"]
    );
    let newest = json!({ "membershipIds": [id], "unlimited": true });
    assert_eq!(
        app.mutate(&by, "restoreMembers", newest).await.became(),
        ["RESTORED"]
    );
});

on_both!(mem_11_what_may_not_be_given_or_is_gone_is_left_out, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let ewp = app
        .member(&ws, "Eve Laurent")
        .with(Permission::EditWorkspaceProperties)
        .with(Permission::ManageReuses)
        .create()
        .await;
    let ben = rich(app, &ws, &ada, "Ben Okafor").await;
    let boss = app.administrator(&ws, "Cho Minh").await;
    revoke(app, &by, &[&ben, &boss]).await;
    let by_ewp = app.session(ewp.account).await;
    let done = restore(app, &by_ewp, &[&ben], json!({})).await;
    // What EWP holders do not hold themselves; MANAGE_REUSES and the quota come back.
    assert_eq!(
        left_out(&done),
        ["ROLE FORBIDDEN", "GROUP FORBIDDEN", "ACCESS FORBIDDEN"]
    );
    let things = &done.0["results"][0]["leftOut"];
    assert_eq!(things[0]["role"]["name"], "Publisher");
    assert_eq!(things[1]["group"]["title"], "Tree wardens");
    let done = restore(app, &by_ewp, &[&boss], json!({})).await;
    assert_eq!(left_out(&done), ["ROLE FORBIDDEN"]);
    // By an administrator's key the role does not come back either (KEY-1).
    let dan = app.administrator(&ws, "Dan Perez").await;
    revoke(app, &by, &[&dan]).await;
    let done = restore(app, &ada.key, &[&dan], json!({})).await;
    assert_eq!(left_out(&done), ["ROLE FORBIDDEN"]);
});

on_both!(mem_6_disabled_stays_disabled_with_its_reason, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .with(Permission::CreatePages)
        .create()
        .await;
    let disable = json!({ "membershipIds": [ben.id.to_string()], "reason": "On leave" });
    app.mutate(&by, "disableMembers", disable).await;
    app.pass(Duration::hours(1));
    revoke(app, &by, &[&ben]).await;
    let done = restore(app, &by, &[&ben], json!({})).await;
    let new = done.0["results"][0]["membership"]["id"].clone();
    let held = held(app, &by, &new).await;
    assert_eq!(
        (&held["state"], &held["effectivePermissions"]),
        (&json!("DISABLED"), &json!([]))
    );
    let with_reason = "disabled_spell WHERE reason = 'On leave' AND ends_at > '9000-01-01'";
    assert_eq!(
        app.count(with_reason).await,
        2,
        "that of the past, and the new one"
    );
    let enabled = app
        .mutate(&by, "enableMembers", json!({ "membershipIds": [new] }))
        .await;
    assert_eq!(enabled.became(), ["ENABLED"]);
});

on_both!(mem_9_a_restored_member_takes_a_seat, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    revoke(app, &by, &[&ben, &cho]).await;
    app.sql(
        "UPDATE workspace SET seats = 2 WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    let done = restore(app, &by, &[&ben, &cho], json!({})).await;
    assert_eq!(done.became(), ["RESTORED", "SEATS_EXCEEDED"]);
    let atomic = restore(app, &by, &[&cho], json!({ "atomic": true })).await;
    assert_eq!(atomic.became(), ["SEATS_EXCEEDED"]);
});

on_both!(
    mem_9_an_invitation_is_accepted_and_a_request_closed,
    |app| {
        let (ws, ada) = app.portal().await;
        let by = app.session(ada.account).await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let cho = app.member(&ws, "Cho Minh").create().await;
        revoke(app, &by, &[&ben, &cho]).await;
        // The seat of the invitation is the one that its receiver comes back to.
        app.sql(
            "UPDATE workspace SET seats = 3 WHERE id = $1",
            vec![ws.id.0.into()],
        )
        .await;
        let invite =
            json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": ben.email }] });
        let invited = app.mutate(&by, "inviteMembers", invite).await;
        assert_eq!(invited.became(), ["INVITED"]);
        let settings =
            json!({ "workspaceId": ws.id.to_string(), "enabled": true, "approvalRequired": true });
        app.mutate(&by, "updateSignUpSettings", settings).await;
        let ask = json!({ "workspace": ws.slug });
        let asked = app
            .mutate(&app.session(cho.account).await, "joinWorkspace", ask)
            .await;
        assert_eq!(asked.errors(), [""; 0]);
        let open = async || {
            (
                app.count("invitation WHERE accepted_at IS NULL").await,
                app.count("access_request WHERE state = 'PENDING'").await,
            )
        };
        assert_eq!(open().await, (1, 1));
        let done = restore(app, &by, &[&ben, &cho], json!({})).await;
        assert_eq!(done.became(), ["RESTORED", "RESTORED"]);
        assert_eq!(open().await, (0, 0));
        let seats = "{ workspace(slug: \"riverton\") { license { seats seatsUsed } } }";
        let seats = app.post(Some(&by), seats, json!({})).await;
        assert_eq!(
            seats.data()["workspace"]["license"],
            json!({ "seats": 3, "seatsUsed": 3 })
        );
    }
);

on_both!(mem_10_a_restored_member_goes_on_counting, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let day = (QuotaType::ApiCalls, Some(QuotaPeriod::Day));
    app.quota(&ws, QuotaScope::Member, Some(ben.id.0), day, 1)
        .await;
    let session = app.session(ben.account).await;
    let call = json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": 1 });
    let allowed = async || {
        let decided = app.mutate(&session, "consumeQuota", call.clone()).await;
        decided.0["decision"]["allowed"].clone()
    };
    assert_eq!(allowed().await, true);
    revoke(app, &by, &[&ben]).await;
    let done = restore(app, &by, &[&ben], json!({})).await;
    assert_eq!((done.became(), left_out(&done)), (vec!["RESTORED"], vec![]));
    assert_eq!(allowed().await, false, "of the same day");
});

on_both!(mem_11_more_groups_than_one_may_be_in_are_left_out, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let always = Interval::from(app.now() - Duration::minutes(10));
    for number in 0..102 {
        let group = app.group(&ws, &format!("Group {number}"), &[]).await;
        app.put_into(&ws, group, &ben, always).await;
    }
    revoke(app, &by, &[&ben]).await;
    let done = restore(app, &by, &[&ben], json!({})).await;
    assert_eq!(left_out(&done), ["GROUP LIMIT_REACHED"; 2]);
    assert_eq!(done.0["results"][0]["leftOutCount"], 2);
    let new = &done.0["results"][0]["membership"]["id"];
    let query = "query($id: ID!) { workspace(slug: \"riverton\") { member(id: $id) { groups { startsAt } } } }";
    let held = app.post(Some(&by), query, json!({ "id": new })).await;
    let groups = &held.data()["workspace"]["member"]["groups"];
    assert_eq!(groups.as_array().unwrap().len(), 100);
});

/// Permissions that imply no others.
const PLAIN: [Permission; 5] = [
    Permission::BrowseAnalytics,
    Permission::CreateDatasets,
    Permission::CreatePages,
    Permission::EditAllPages,
    Permission::ManageReuses,
];

/// What a member was given: permissions, and when. Nothing if it was deleted since.
type GivenRow = (Vec<Permission>, Interval);

/// A member with random rows, and what of them exists.
async fn random_member(
    app: &TestApp,
    ws: &Ws,
    (number, random): (usize, &mut StdRng),
    groups: &[(GroupId, Vec<Permission>, bool)],
) -> (Member, Vec<GivenRow>, i64) {
    let member = app
        .member(ws, &format!("Ben Number{number}"))
        .create()
        .await;
    let interval = |random: &mut StdRng| {
        let starts = app.now() + Duration::days(random.random_range(0..9));
        Interval::new(starts, starts + Duration::days(random.random_range(1..9)))
    };
    let mut rows = Vec::new();
    for _ in 0..random.random_range(0..5) {
        let permission = PLAIN[random.random_range(0..PLAIN.len())];
        let when = interval(random);
        app.grant_row(ws, Some(member.id), None, Some(permission), when, None)
            .await;
        rows.push((vec![permission], when));
    }
    for (group, permissions, deleted) in groups {
        if random.random_bool(0.5) {
            let when = interval(random);
            app.put_into(ws, *group, &member, when).await;
            if !deleted {
                rows.push((permissions.clone(), when));
            }
        }
    }
    let limit = random.random_range(1..50);
    let day = (QuotaType::ApiCalls, Some(QuotaPeriod::Day));
    app.quota(ws, QuotaScope::Member, Some(member.id.0), day, limit)
        .await;
    (member, rows, limit)
}

on_both!(
    mem_9_restored_members_hold_what_a_naive_reading_says,
    |app| {
        let (ws, ada) = app.portal().await;
        let by = app.session(ada.account).await;
        let mut random = StdRng::seed_from_u64(6);
        let mut groups = Vec::new();
        for (title, permissions, deleted) in [
            ("Parks", vec![Permission::CreatePages], false),
            (
                "Roads",
                vec![Permission::EditAllPages, Permission::ManageReuses],
                false,
            ),
            ("Ports", vec![Permission::BrowseAnalytics], true),
        ] {
            let group = app.group(&ws, title, &permissions).await;
            groups.push((group, permissions, deleted));
        }
        let mut people = Vec::new();
        for number in 0..16 {
            people.push(random_member(app, &ws, (number, &mut random), &groups).await);
        }
        let members: Vec<&Member> = people.iter().map(|(member, ..)| member).collect();
        // Between the days on which rows start and end, so that no two instants are one.
        app.pass(Duration::days(3) + Duration::hours(1));
        let ended = app.now();
        revoke(app, &by, &members).await;
        for (group, _, deleted) in &groups {
            if *deleted {
                let gone = app
                    .mutate(&by, "deleteGroup", json!({ "id": group.to_string() }))
                    .await;
                assert_eq!(gone.errors(), [""; 0]);
            }
        }
        app.pass(Duration::days(2));
        let restored = app.now();
        let done = restore(app, &by, &members, json!({})).await;
        let query = "query($id: ID!, $at: DateTime!) { workspace(slug: \"riverton\") { member(id: $id, asOf: $at) { \
        effectivePermissions { permission } effectiveQuotas { type limit } } } }";
        let mut compared = 0;
        for (result, (member, rows, limit)) in
            done.0["results"].as_array().unwrap().iter().zip(&people)
        {
            assert_eq!(result["outcome"], "RESTORED", "{}", member.email);
            for day in 0..12 {
                let at = restored + Duration::days(day);
                let counts = |when: &Interval| {
                    let counted_or_planned = when.ends_at >= ended;
                    counted_or_planned && when.starts_at.max(restored) <= at && at < when.ends_at
                };
                let mut expected: Vec<&str> = rows
                    .iter()
                    .filter(|(_, when)| counts(when))
                    .flat_map(|(permissions, _)| permissions.iter().map(|one| one.as_str()))
                    .collect();
                expected.sort_unstable();
                expected.dedup();
                let variables = json!({ "id": result["membership"]["id"], "at": at });
                let answer = app.post(Some(&by), query, variables).await;
                let held = &answer.data()["workspace"]["member"];
                let names = |list: &Value| -> Vec<String> {
                    let text = |one: &Value| one["permission"].as_str().unwrap().to_owned();
                    list.as_array().unwrap().iter().map(text).collect()
                };
                let mut actual = names(&held["effectivePermissions"]);
                actual.sort_unstable();
                assert_eq!(actual, expected, "{} on day {day}", member.email);
                compared += expected.len();
                let quotas = held["effectiveQuotas"].as_array().unwrap();
                let calls = quotas.iter().find(|one| one["type"] == "API_CALLS");
                assert_eq!(calls.unwrap()["limit"], *limit, "{}", member.email);
            }
        }
        assert!(compared > 50, "the sample says something: {compared}");
    }
);
