//! `decideAccessRenewals`: what approving and rejecting do, who may, what fails.

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    mail::MailKind,
    permission::{
        Permission::{EditWorkspaceProperties, ManageReuses},
        Preset,
    },
    vocabulary::{MembershipEndReason, ResourceAccess},
};
use serde_json::{Value, json};

use super::{DAY, DECIDE, REQUEST};
use crate::support::{TestApp, on_both, world::Ws};

async fn kinds(app: &TestApp, ws: &Ws) -> Vec<String> {
    app.events(ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect()
}

on_both!(mem_8_approving_moves_the_end_and_tells_the_member, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .preset(Preset::Editor)
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let id = app.renewal(&ws, &mia).await.to_string();
    let end = app.at(30 * DAY);
    let input = json!({ "ids": [id], "approve": true, "endsAt": end, "reason": "Gladly" });
    let done = app.rehearsed(&ada.key, DECIDE, input).await;
    assert_eq!(done.became(), ["APPROVED"]);
    let renewal = &done.0["results"][0]["accessRenewal"];
    assert_eq!(
        (&renewal["state"], &renewal["endsAt"], &renewal["reason"]),
        (&json!("APPROVED"), &json!(end), &json!("Gladly"))
    );
    assert_eq!(
        renewal["membership"],
        json!({ "id": mia.id, "accessEndsAt": end })
    );
    assert_eq!(renewal["decidedBy"]["id"], json!(ada.account));
    assert_eq!(
        kinds(app, &ws).await,
        ["ACCESS_RENEWAL_APPROVED", "ACCESS_PERIOD_CHANGED"]
    );
    let mails = app.mails(MailKind::AccessRenewalApproved, &mia.email).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].subject_id.as_deref(), mails[0].workspace_id),
        (Some(id.as_str()), Some(ws.id.0))
    );
    assert!(
        app.mails(MailKind::AccessRenewalApproved, &ada.email)
            .await
            .is_empty()
    );
    // It holds at the end that was, and to the new one.
    app.pass(Duration::days(2));
    assert_eq!(
        app.permissions(&ada, &ws, mia.id).await,
        ["CREATE_DATASETS", "CREATE_PAGES"]
    );
    app.pass(Duration::days(28));
    assert_eq!(
        app.permissions(&ada, &ws, mia.id).await,
        Vec::<String>::new()
    );
});

on_both!(mem_8_rejecting_leaves_the_end_and_tells_the_member, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(1))
        .create()
        .await;
    let id = app.renewal(&ws, &mia).await.to_string();
    let done = app
        .rehearsed(
            &ada.key,
            DECIDE,
            json!({ "ids": [id], "approve": false, "reason": "The project is over." }),
        )
        .await;
    assert_eq!(done.became(), ["REJECTED"]);
    let renewal = &done.0["results"][0]["accessRenewal"];
    assert_eq!(
        (&renewal["state"], &renewal["endsAt"]),
        (&json!("REJECTED"), &Value::Null)
    );
    assert_eq!(renewal["membership"]["accessEndsAt"], json!(app.at(DAY)));
    assert_eq!(kinds(app, &ws).await, ["ACCESS_RENEWAL_REJECTED"]);
    assert_eq!(
        app.mails(MailKind::AccessRenewalRejected, &mia.email)
            .await
            .len(),
        1
    );
    let session = app.session(mia.account).await;
    let query = "query($id: ID!) { node(id: $id) { ... on AccessRenewal { reason } } }";
    let seen = app.post(Some(&session), query, json!({ "id": id })).await;
    assert_eq!(seen.data()["node"]["reason"], "The project is over.");
});

on_both!(
    mem_8_a_wish_that_an_endless_access_closed_stays_closed,
    |app| {
        let (ws, ada) = app.portal().await;
        let mia = app
            .member(&ws, "Mia Laurent")
            .until(app.now() + Duration::days(10))
            .create()
            .await;
        let id = app.renewal(&ws, &mia).await.to_string();
        let set = async |more: Value| {
            let mut input = json!({ "membershipIds": [mia.id.to_string()] });
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            assert_eq!(
                app.mutate(&ada.key, "setAccessPeriod", input)
                    .await
                    .errors(),
                Vec::<String>::new()
            );
        };
        let approve = json!({ "ids": [id], "approve": true, "endsAt": app.at(90 * DAY) });
        set(json!({ "unlimited": true })).await;
        assert_eq!(
            app.mutate(&ada.key, DECIDE, approve.clone()).await.became(),
            ["NO_ACCESS_END"]
        );
        // With another end it does not come back: the member asks anew.
        set(json!({ "endsAt": app.at(30 * DAY) })).await;
        assert_eq!(
            app.mutate(&ada.key, DECIDE, approve).await.became(),
            ["ALREADY_DECIDED"]
        );
        let session = app.session(mia.account).await;
        let anew = app
            .mutate(
                &session,
                REQUEST,
                json!({ "membershipId": mia.id.to_string() }),
            )
            .await;
        assert_eq!(anew.errors(), Vec::<String>::new());
    }
);

on_both!(bulk_1_renewals_are_decided_in_order, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let end = app.now() + Duration::days(10);
    let mut wishes = Vec::new();
    for name in [
        "Mia Laurent",
        "Ben Okafor",
        "Cho Minh",
        "Dan Perez",
        "Eve Stone",
    ] {
        let member = app.member(&ws, name).until(end).create().await;
        wishes.push((app.renewal(&ws, &member).await.to_string(), member));
    }
    let there = app.member(&other, "Finn There").until(end).create().await;
    let foreign = app.renewal(&other, &there).await.to_string();
    let ids: Vec<&str> = wishes.iter().map(|(id, _)| id.as_str()).collect();
    app.mutate(
        &ada.key,
        DECIDE,
        json!({ "ids": [ids[1]], "approve": false }),
    )
    .await;
    app.end(
        &ws,
        &wishes[2].1,
        app.now(),
        Some(MembershipEndReason::Revoked),
    )
    .await;
    let unlimited = json!({ "membershipIds": [wishes[3].1.id.to_string()], "unlimited": true });
    app.mutate(&ada.key, "setAccessPeriod", unlimited).await;
    let longer =
        json!({ "membershipIds": [wishes[4].1.id.to_string()], "endsAt": app.at(20 * DAY) });
    app.mutate(&ada.key, "setAccessPeriod", longer).await;
    let call = |atomic: bool, approve: bool| {
        let all = json!([ids[0], ids[1], ids[2], ids[3], ids[4], ids[0], foreign]);
        let mut input = json!({ "ids": all, "approve": approve, "atomic": atomic });
        if approve {
            input["endsAt"] = json!(app.at(20 * DAY));
        }
        input
    };
    let before = app.footprint().await;
    let rest = [
        "ALREADY_DECIDED",
        "NOT_ACTIVE",
        "NO_ACCESS_END",
        "NOT_LONGER",
        "DUPLICATE",
        "NOT_FOUND",
    ];
    let undone = app.mutate(&ada.key, DECIDE, call(true, true)).await;
    assert_eq!(undone.became(), [&["ROLLED_BACK"][..], &rest].concat());
    assert_eq!(app.footprint().await, before);
    let done = app.mutate(&ada.key, DECIDE, call(false, true)).await;
    assert_eq!(done.became(), [&["APPROVED"][..], &rest].concat());
    assert_eq!(done.0["results"][6]["accessRenewal"], Value::Null);
    for item in &done.0["results"].as_array().unwrap()[1..] {
        assert!(item["message"].as_str().unwrap().ends_with('.'), "{item}");
    }
    let rejected = app.mutate(&ada.key, DECIDE, call(false, false)).await;
    let rest = [
        "ALREADY_DECIDED",
        "ALREADY_DECIDED",
        "NOT_ACTIVE",
        "NO_ACCESS_END",
        "REJECTED",
        "DUPLICATE",
        "NOT_FOUND",
    ];
    assert_eq!(rejected.became(), rest);
});

on_both!(mem_8_a_decision_of_the_wrong_form_changes_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(10))
        .create()
        .await;
    let id = app.renewal(&ws, &mia).await.to_string();
    let before = app.footprint().await;
    for (input, error) in [
        (
            json!({ "ids": [id], "approve": true }),
            "ACCESS_END_REQUIRED endsAt",
        ),
        (
            json!({ "ids": [id], "approve": true, "endsAt": app.at(0) }),
            "ENDS_IN_PAST endsAt",
        ),
        (
            json!({ "ids": [id], "approve": false, "reason": "x".repeat(501) }),
            "TOO_LONG reason",
        ),
        (
            json!({ "ids": [id], "approve": false, "reason": "a\u{7}" }),
            "INVALID_CHARACTERS reason",
        ),
    ] {
        assert_eq!(
            app.mutate(&ada.key, DECIDE, input.clone()).await.errors(),
            [error],
            "{input}"
        );
    }
    let many: Vec<&str> = vec![id.as_str(); 1_001];
    for input in [
        json!({ "ids": [id], "approve": false, "endsAt": app.at(60) }),
        json!({ "ids": [], "approve": false }),
        json!({ "ids": many, "approve": false }),
        json!({ "ids": [mia.id.to_string()], "approve": false }),
        json!({ "ids": ["ren_1"], "approve": false }),
    ] {
        assert_eq!(
            app.try_mutate(&ada.key, DECIDE, input).await.refusal(),
            "BAD_USER_INPUT"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(
    perm_6_more_time_is_granted_by_those_who_hold_it_as_long,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let hour = Interval::new(
            app.now() - Duration::minutes(1),
            app.now() + Duration::hours(1),
        );
        app.grant_row(&ws, Some(ewa.id), None, Some(ManageReuses), hour, None)
            .await;
        let until = app.now() + Duration::minutes(30);
        let ben = app
            .member(&ws, "Ben Okafor")
            .with(ManageReuses)
            .until(until)
            .create()
            .await;
        let abe = app
            .member(&ws, "Abe Nakamura")
            .preset(Preset::Administrator)
            .until(until)
            .create()
            .await;
        let eve = app.member(&ws, "Eve Editor").until(until).create().await;
        let trees = ItemId::Dataset(app.dataset(&ws, "trees", &ada, true, false).await);
        app.item_grant(
            &ws,
            (Some(eve.id), None),
            trees,
            ResourceAccess::Edit,
            Interval::from(app.now()),
        )
        .await;
        let bare = app.member(&ws, "Bob Bare").until(until).create().await;
        let mut ids = Vec::new();
        for member in [&ben, &abe, &eve, &bare] {
            ids.push(app.renewal(&ws, member).await.to_string());
        }
        let grant = |ids: &[String], seconds: i64| json!({ "ids": ids, "approve": true, "endsAt": app.at(seconds) });
        let before = app.footprint().await;
        let longer = app.mutate(&ewa.key, DECIDE, grant(&ids[..3], 3_601)).await;
        assert_eq!(longer.became(), ["FORBIDDEN"; 3]);
        let rejected = json!({ "ids": [ids[1]], "approve": false });
        assert_eq!(
            app.mutate(&ewa.key, DECIDE, rejected).await.became(),
            ["FORBIDDEN"],
            "an administrator's is not touched"
        );
        assert_eq!(app.footprint().await, before);
        let as_long = app.mutate(&ewa.key, DECIDE, grant(&ids, 3_600)).await;
        assert_eq!(
            as_long.became(),
            ["APPROVED", "FORBIDDEN", "FORBIDDEN", "APPROVED"]
        );
        // No key gives the ADMINISTRATOR role for longer (KEY-1).
        let by_key = app
            .mutate(&ada.key, DECIDE, grant(&ids[1..2], 30 * DAY))
            .await;
        assert_eq!(by_key.became(), ["FORBIDDEN"]);
        let rest = app
            .mutate(
                &app.session_of(ada.account).await,
                DECIDE,
                grant(&ids[1..3], 30 * DAY),
            )
            .await;
        assert_eq!(rest.became(), ["APPROVED", "APPROVED"]);
    }
);

on_both!(perm_7_nobody_decides_for_themself, |app| {
    let ws = app.workspace("riverton").await;
    let end = app.now() + Duration::days(1);
    app.administrator(&ws, "Ada Veldkamp").await;
    let abe = app
        .member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .until(end)
        .create()
        .await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .until(end)
        .create()
        .await;
    for member in [&abe, &ewa] {
        let id = app.renewal(&ws, member).await.to_string();
        let before = app.footprint().await;
        for credential in [member.key.clone(), app.session_of(member.account).await] {
            for input in [
                json!({ "ids": [id], "approve": true, "endsAt": app.at(2 * DAY) }),
                json!({ "ids": [id], "approve": false }),
            ] {
                assert_eq!(
                    app.mutate(&credential, DECIDE, input).await.became(),
                    ["FORBIDDEN"]
                );
            }
        }
        assert_eq!(app.footprint().await, before);
    }
});
