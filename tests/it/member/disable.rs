//! Disabling and enabling (MEM-1, MEM-4, MEM-5, PERM-6, PERM-7).

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{
        Permission::{CreatePages, EditWorkspaceProperties, ManageReuses},
        Preset,
    },
    vocabulary::ResourceAccess,
};
use serde_json::{Value, json};

use super::ending::{held, keys, kinds, of, shown, status, temporary};
use crate::support::on_both;

on_both!(
    mem_4_a_disabled_member_keeps_everything_and_can_nothing,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app
            .member(&ws, "Ben Okafor")
            .preset(Preset::Editor)
            .with(ManageReuses)
            .create()
            .await;
        let group = app.group(&ws, "Parks", &[EditWorkspaceProperties]).await;
        app.put_into(&ws, group, &ben, Interval::from(app.now()))
            .await;
        let session = app.session(ben.account).await;
        assert_eq!(status(app, &ben.key).await, 200);
        let active = shown(app, &ada.key, &ben).await;
        let (grants, roles) = (app.grant_rows(ben.id).await, app.role_rows(&ben).await);

        let disabled = app
            .mutate(
                &ada.key,
                "disableMembers",
                of(&[&ben], json!({ "reason": "On leave\nuntil May" })),
            )
            .await;
        assert_eq!(disabled.became(), ["DISABLED"]);
        assert_eq!(
            disabled.0["results"][0]["membership"]["disabledAt"],
            app.at(0)
        );
        assert_eq!(
            disabled.0["effects"][0]["lost"].as_array().unwrap().len(),
            held(&active).len()
        );
        assert_eq!(
            (app.grant_rows(ben.id).await, app.role_rows(&ben).await),
            (grants, roles)
        );
        let member = shown(app, &ada.key, &ben).await;
        assert_eq!(
            (&member["state"], held(&member)),
            (&json!("DISABLED"), vec![])
        );
        for kept in ["role", "groups", "grants", "accessEndsAt"] {
            assert_eq!(member[kept], active[kept], "{kept}");
        }
        assert_eq!(
            keys(app, &app.session(ada.account).await, &ben).await,
            json!([{ "state": "SUSPENDED" }])
        );
        assert_eq!(status(app, &ben.key).await, 401);
        let query = "{ workspace(slug: \"riverton\") { members { totalCount } } viewer { can(workspace: \"riverton\", \
         permission: MANAGE_REUSES) } }";
        let answer = app.post(Some(&session), query, json!({})).await;
        assert_eq!(answer.refusals(), ["FORBIDDEN workspace.members"]);
        assert_eq!(answer.body["data"]["viewer"]["can"], false);
        let list = app.post(Some(&ada.key), query, json!({})).await;
        assert_eq!(
            list.data()["workspace"]["members"]["totalCount"],
            2,
            "stays in the list"
        );

        let before = app.footprint().await;
        let again = app
            .mutate(&ada.key, "disableMembers", of(&[&ben], json!({})))
            .await;
        assert_eq!(
            (again.became(), &again.0["changes"]),
            (vec!["ALREADY_DISABLED"], &json!([]))
        );
        assert_eq!(app.footprint().await, before);

        app.pass(Duration::hours(1));
        let enabled = app
            .mutate(&ada.key, "enableMembers", of(&[&ben], json!({})))
            .await;
        assert_eq!(enabled.became(), ["ENABLED"]);
        assert_eq!(
            enabled.0["effects"][0]["gained"].as_array().unwrap().len(),
            held(&active).len()
        );
        assert_eq!(shown(app, &ada.key, &ben).await, active);
        assert_eq!(status(app, &ben.key).await, 200, "keys too");
        let again = app
            .mutate(&ada.key, "enableMembers", of(&[&ben], json!({})))
            .await;
        assert_eq!(
            (again.became(), &again.0["changes"]),
            (vec!["NOT_DISABLED"], &json!([]))
        );
        assert_eq!(
            app.mutate(&ada.key, "disableMembers", of(&[&ben], json!({})))
                .await
                .became(),
            ["DISABLED"],
            "once more"
        );
        assert_eq!(status(app, &ben.key).await, 401);

        // The reason is personal: it stands beside the event, not in it.
        assert_eq!(
            kinds(app, &ws).await,
            [
                "MEMBERSHIP_DISABLED",
                "MEMBERSHIP_ENABLED",
                "MEMBERSHIP_DISABLED"
            ]
        );
        let event = app.events(&ws).await.remove(0);
        assert!(!event.changes.contains("On leave"), "{}", event.changes);
        assert!(
            app.side_rows(&event)
                .await
                .iter()
                .any(|row| row.value.contains("On leave"))
        );
    }
);

on_both!(mem_1_the_end_keeps_running_while_disabled, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .until(app.now() + Duration::hours(1))
        .create()
        .await;
    let tomorrow = Interval::from(app.now() + Duration::hours(2));
    let sam = app.member(&ws, "Sam Ortiz").during(tomorrow).create().await;
    let gone = app.member(&ws, "Eli Stone").until(app.now()).create().await;
    let all = [&ben, &sam, &gone];
    let disabled = app
        .mutate(&ada.key, "disableMembers", of(&all, json!({})))
        .await;
    assert_eq!(disabled.became(), ["DISABLED", "DISABLED", "NOT_ACTIVE"]);
    assert_eq!(shown(app, &ada.key, &sam).await["state"], "DISABLED");
    app.pass(Duration::hours(1));
    let ended = shown(app, &ada.key, &ben).await;
    assert_eq!(
        (&ended["state"], &ended["endReason"]),
        (&json!("ENDED"), &json!("EXPIRED"))
    );
    let enabled = app
        .mutate(&ada.key, "enableMembers", of(&all, json!({})))
        .await;
    assert_eq!(enabled.became(), ["NOT_ACTIVE", "ENABLED", "NOT_ACTIVE"]);
    assert_eq!(enabled.0["results"][1]["membership"]["state"], "SCHEDULED");
    app.pass(Duration::hours(1));
    assert_eq!(shown(app, &ada.key, &sam).await["state"], "ACTIVE");
    // Disabled once their access has begun, and over it.
    app.mutate(&ada.key, "disableMembers", of(&[&sam], json!({})))
        .await;
    assert_eq!(shown(app, &ada.key, &sam).await["state"], "DISABLED");
});

on_both!(perm_6_enabling_gives_what_comes_back, |app| {
    let (ws, ada) = app.portal().await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .with(CreatePages)
        .create()
        .await;
    let more = app
        .member(&ws, "Max More")
        .with(ManageReuses)
        .disabled()
        .create()
        .await;
    let less = app
        .member(&ws, "Les Less")
        .with(CreatePages)
        .disabled()
        .create()
        .await;
    let admin = app
        .member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let item = app.member(&ws, "Ida Item").disabled().create().await;
    let dataset = ItemId::Dataset(app.dataset(&ws, "trees", &ada, true, false).await);
    let since = Interval::from(app.now() - Duration::minutes(1));
    app.item_grant(
        &ws,
        (Some(item.id), None),
        dataset,
        ResourceAccess::Browse,
        since,
    )
    .await;
    let before = app.footprint().await;
    let refused = app
        .mutate(
            &ewp.key,
            "enableMembers",
            of(&[&more, &admin, &item], json!({})),
        )
        .await;
    assert_eq!(refused.became(), ["FORBIDDEN"; 3]);
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        app.mutate(&ewp.key, "enableMembers", of(&[&less], json!({})))
            .await
            .became(),
        ["ENABLED"]
    );
    // Access that one holds as well comes along.
    app.item_grant(
        &ws,
        (Some(ewp.id), None),
        dataset,
        ResourceAccess::Browse,
        since,
    )
    .await;
    assert_eq!(
        app.mutate(&ewp.key, "enableMembers", of(&[&item], json!({})))
            .await
            .became(),
        ["ENABLED"]
    );
    // Disabling is free, but for administrators.
    let free = app
        .mutate(
            &ewp.key,
            "disableMembers",
            of(&[&item, &less, &ada], json!({})),
        )
        .await;
    assert_eq!(free.became(), ["DISABLED", "DISABLED", "FORBIDDEN"]);
    let all = app
        .mutate(
            &app.session_of(ada.account).await,
            "enableMembers",
            of(&[&more, &admin, &item, &less], json!({})),
        )
        .await;
    assert_eq!(all.became(), ["ENABLED"; 4]);
});

on_both!(key_1_no_key_gives_the_administrator_role_back, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.session_of(ada.account).await;
    let end = app.now() + Duration::days(1);
    let idle = app
        .member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let short = app
        .member(&ws, "Amy Short")
        .preset(Preset::Administrator)
        .until(end)
        .create()
        .await;
    let soon = app
        .member(&ws, "Sue Soon")
        .preset(Preset::Administrator)
        .during(Interval::from(end))
        .create()
        .await;
    let plain = app
        .member(&ws, "Ben Okafor")
        .until(end)
        .disabled()
        .create()
        .await;
    let (enable, period) = ("enableMembers", "setAccessPeriod");
    let longer = json!({ "unlimited": true });
    let sooner = json!({ "startsAt": app.at(60), "unlimited": true });
    let before = app.footprint().await;
    assert_eq!(
        app.mutate(&ada.key, enable, of(&[&idle], json!({})))
            .await
            .became(),
        ["FORBIDDEN"]
    );
    assert_eq!(
        app.mutate(&ada.key, period, of(&[&short], longer.clone()))
            .await
            .became(),
        ["FORBIDDEN"]
    );
    assert_eq!(
        app.mutate(&ada.key, period, of(&[&soon], sooner.clone()))
            .await
            .became(),
        ["FORBIDDEN"]
    );
    assert_eq!(app.footprint().await, before);
    let query =
        "query($id: ID!) { node(id: $id) { ... on Membership { viewerCan(action: ENABLE) } } }";
    let may = async |credential: &str| {
        let answer = app
            .post(
                Some(credential),
                query,
                json!({ "id": idle.id.to_string() }),
            )
            .await;
        answer.data()["node"]["viewerCan"].clone()
    };
    assert_eq!(
        (may(&ada.key).await, may(&session).await),
        (json!(false), json!(true)),
        "viewerCan tells the same"
    );

    // Taking is free, and so is everything about other members.
    assert_eq!(
        app.mutate(
            &ada.key,
            period,
            of(&[&short], json!({ "endsAt": app.at(60) }))
        )
        .await
        .became(),
        ["CHANGED"]
    );
    assert_eq!(
        app.mutate(&ada.key, period, of(&[&plain], longer.clone()))
            .await
            .became(),
        ["CHANGED"]
    );
    assert_eq!(
        app.mutate(&ada.key, enable, of(&[&plain], json!({})))
            .await
            .became(),
        ["ENABLED"]
    );
    // By session an administrator gives it back.
    assert_eq!(
        app.mutate(&session, enable, of(&[&idle], json!({})))
            .await
            .became(),
        ["ENABLED"]
    );
    assert_eq!(
        app.mutate(&session, period, of(&[&short], longer))
            .await
            .became(),
        ["CHANGED"]
    );
    assert_eq!(
        app.mutate(&session, period, of(&[&soon], sooner))
            .await
            .became(),
        ["CHANGED"]
    );
});

on_both!(mem_5_the_last_administrator_is_not_disabled, |app| {
    let (ws, ada) = app.portal().await;
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let before = app.footprint().await;
    for key in [&tess.key, &ada.key] {
        assert_eq!(
            app.mutate(key, "disableMembers", of(&[&ada], json!({})))
                .await
                .became(),
            ["LAST_ADMINISTRATOR"]
        );
    }
    assert_eq!(app.footprint().await, before);
    // Somebody who is enabled counts again.
    let abe = app
        .member(&ws, "Abe Nakamura")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let session = app.session_of(tess.account).await;
    assert_eq!(
        app.mutate(&session, "enableMembers", of(&[&abe], json!({})))
            .await
            .became(),
        ["ENABLED"]
    );
    let both = app
        .mutate(&tess.key, "disableMembers", of(&[&ada, &abe], json!({})))
        .await;
    assert_eq!(both.became(), ["DISABLED", "LAST_ADMINISTRATOR"]);
});

on_both!(perm_7_nobody_disables_themself_but_administrators, |app| {
    let (ws, ada) = app.portal().await;
    app.administrator(&ws, "Abe Nakamura").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let before = app.footprint().await;
    for mutation in ["disableMembers", "enableMembers"] {
        assert_eq!(
            app.mutate(&ewp.key, mutation, of(&[&ewp], json!({})))
                .await
                .became(),
            ["FORBIDDEN"]
        );
    }
    assert_eq!(app.footprint().await, before);
    let session = app.session(ada.account).await;
    assert_eq!(
        app.mutate(&session, "disableMembers", of(&[&ada], json!({})))
            .await
            .became(),
        ["DISABLED"]
    );
    let refused = app
        .try_mutate(&session, "enableMembers", of(&[&ada], json!({})))
        .await;
    assert_eq!(
        refused.refusal(),
        "NOT_FOUND",
        "who is disabled is nobody here"
    );
});

on_both!(mem_4_reasons_have_500_characters, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let before = app.footprint().await;
    for mutation in ["disableMembers", "enableMembers", "revokeMembers"] {
        for (reason, code) in [
            ("é".repeat(501), "TOO_LONG reason"),
            ("a\u{0}b".to_owned(), "INVALID_CHARACTERS reason"),
        ] {
            let refused = app
                .mutate(&ada.key, mutation, of(&[&ben], json!({ "reason": reason })))
                .await;
            assert_eq!(
                (refused.errors(), refused.became()),
                (vec![code.to_owned()], vec![]),
                "{mutation}"
            );
        }
    }
    assert_eq!(app.footprint().await, before);
    for mutation in ["disableMembers", "enableMembers", "revokeMembers"] {
        let done = app
            .mutate(
                &ada.key,
                mutation,
                of(&[&ben], json!({ "reason": "é".repeat(500) })),
            )
            .await;
        assert_eq!(
            (done.errors().len(), done.became().len()),
            (0, 1),
            "{mutation}"
        );
        assert_ne!(done.0["results"][0]["outcome"], Value::Null);
    }
});
