//! `inviteMembers`: who may, and what becomes of each address (JOIN-5, JOIN-6, JOIN-13, BULK-1).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    mail::MailKind,
    permission::{Permission, Preset},
    vocabulary::AccessMode,
};
use serde_json::{Value, json};

use super::{accepted, invited, to, with};
use crate::support::{TestApp, on_both, world::Ws};

on_both!(
    join_5_ewp_holders_invite_whether_sign_up_is_enabled_or_not,
    |app| {
        let ws = app
            .workspace_with("riverton", AccessMode::Private, None)
            .await;
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let input = to(&ws, &["Ida.Holm@Example.org "], json!({}));
        let done = app.rehearsed(&ewa.key, "inviteMembers", input).await;
        let result = &done.0["results"][0];
        assert_eq!(
            (done.became(), &result["email"]),
            (vec!["INVITED"], &json!("Ida.Holm@Example.org "))
        );
        assert_eq!(
            (
                &result["invitation"]["state"],
                &result["invitation"]["email"]
            ),
            (&json!("PENDING"), &json!("Ida.Holm@Example.org"))
        );
        assert_eq!(
            result["invitation"]["expiresAt"].as_str().unwrap()[..10],
            app.at(30 * 86_400)[..10]
        );
        let mails = app
            .mails(MailKind::Invitation, "ida.holm@example.org")
            .await;
        assert_eq!(
            (mails.len(), mails[0].generation, mails[0].email.as_deref()),
            (1, 1, Some("Ida.Holm@Example.org"))
        );
        assert_eq!(
            mails[0].subject_id.as_deref(),
            result["invitation"]["id"].as_str()
        );
        // Nothing of the mail but ids: it is rendered when it is sent.
        assert_eq!(mails[0].payload, "{}");
        let query = "query($id: ID!) { workspace(id: $id) { invitations { nodes { email state invitedBy { displayName } } } } }";
        let listed = app
            .post(Some(&ada.key), query, json!({ "id": ws.id.to_string() }))
            .await;
        let node = &listed.data()["workspace"]["invitations"]["nodes"][0];
        assert_eq!(
            (&node["state"], &node["invitedBy"]["displayName"]),
            (&json!("PENDING"), &json!("Ewa Kowalska"))
        );
    }
);

on_both!(join_6_each_address_has_its_own_result, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let off = app.member(&ws, "Dina Abadi").disabled().create().await;
    let tomorrow = Interval::from(app.now() + Duration::days(1));
    let soon = app.member(&ws, "Sam Ortiz").during(tomorrow).create().await;
    let gone = Interval::new(app.now() - Duration::days(2), app.now() - Duration::days(1));
    app.member(&ws, "Eli Stone").during(gone).create().await;
    let waits = invited(app, &ada.key, &ws, "waits@example.org", json!({})).await;
    let longest = format!(
        "{}@{}.{}.{}.org",
        "a".repeat(64),
        "b".repeat(63),
        "c".repeat(63),
        "d".repeat(57)
    );
    assert_eq!(longest.len(), 254);
    let addresses = [
        ("BEN.okafor@example.org", "ALREADY_MEMBER"),
        ("dina.abadi@example.org", "ALREADY_MEMBER"),
        ("sam.ortiz@example.org", "ALREADY_MEMBER"),
        ("eli.stone@example.org", "INVITED"),
        ("\"waits\"@EXAMPLE.org", "ALREADY_INVITED"),
        ("ada.veldkamp@example.org", "SELF"),
        ("nobody", "INVALID_EMAIL"),
        ("", "INVALID_EMAIL"),
        ("a@b@example.org", "INVALID_EMAIL"),
        ("ida@example.org", "INVITED"),
        (" Ida@EXAMPLE.ORG", "DUPLICATE"),
        ("ida+portal@example.org", "INVITED"),
        ("\"ida holm\"@example.org", "INVITED"),
        ("ida@b\u{fc}cher.example", "INVITED"),
        ("ida@xn--bcher-kva.example", "DUPLICATE"),
        ("kim@example.org", "INVITED"),
        ("\u{212a}im@example.org", "INVITED"),
        (longest.as_str(), "INVITED"),
        (&format!("{longest}g"), "INVALID_EMAIL"),
        ("zo\u{eb}@example.org", "INVITED"),
    ];
    let input = to(&ws, &addresses.map(|(address, _)| address), json!({}));
    let done = app.mutate(&ada.key, "inviteMembers", input).await;
    assert_eq!(done.became(), addresses.map(|(_, outcome)| outcome));
    let results = done.0["results"].as_array().unwrap();
    for (place, (result, (address, outcome))) in results.iter().zip(addresses).enumerate() {
        assert_eq!(
            (&result["index"], &result["email"]),
            (&json!(place), &json!(address))
        );
        let fails = !["INVITED", "ALREADY_MEMBER", "ALREADY_INVITED"].contains(&outcome);
        assert_eq!(
            result["code"],
            if fails { json!(outcome) } else { Value::Null },
            "{address}"
        );
        assert_eq!(result["message"].is_string(), fails, "{address}");
        assert_eq!(
            result["invitation"].is_object(),
            outcome == "INVITED" || outcome == "ALREADY_INVITED",
            "{address}"
        );
    }
    let members = [&ben, &off, &soon].map(|member| json!(member.id.to_string()));
    assert_eq!(
        [0, 1, 2].map(|place| results[place]["membership"]["id"].clone()),
        members
    );
    assert_eq!(results[4]["invitation"]["id"], json!(waits));
    assert_eq!(
        app.count("invitation").await,
        10,
        "those that were made, and the one before"
    );
});

on_both!(join_6_names_are_held_to_their_limits, |app| {
    let (ws, ada) = app.portal().await;
    let invitee =
        |email: &str, given: &str| json!({ "email": email, "givenName": given, "familyName": " " });
    let input = json!({ "workspaceId": ws.id.to_string(), "invitees": [
        invitee("a@example.org", &"\u{e9}".repeat(100)), invitee("b@example.org", &"x".repeat(101)),
        invitee("c@example.org", "I\u{0}da"), invitee("d@example.org", " Ida "),
    ] });
    let done = app.mutate(&ada.key, "inviteMembers", input).await;
    assert_eq!(
        done.became(),
        ["INVITED", "TOO_LONG", "INVALID_CHARACTERS", "INVITED"]
    );
    assert_eq!(done.0["results"][3]["invitation"]["givenName"], "Ida");
});

on_both!(join_6_one_call_takes_500_addresses, |app| {
    let (ws, ada) = app.portal().await;
    let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
    let all: Vec<String> = (0..501)
        .map(|number| format!("guest.{number}@example.org"))
        .collect();
    let all: Vec<&str> = all.iter().map(String::as_str).collect();
    let input = |count: usize| to(&ws, &all[..count], json!({ "groupIds": [group] }));
    let before = app.footprint().await;
    for count in [0, 501] {
        assert_eq!(
            app.try_mutate(&ada.key, "inviteMembers", input(count))
                .await
                .refusal(),
            "BAD_USER_INPUT"
        );
    }
    assert_eq!(app.footprint().await, before);
    let query = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { outcome } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "input": input(500) }))
        .await;
    assert!(
        answer
            .payload()
            .became()
            .iter()
            .all(|outcome| *outcome == "INVITED"),
        "{:#}",
        answer.body
    );
    assert!(answer.statements <= 40, "{}", answer.statements);
    assert_eq!(
        (app.count("invitation").await, app.count("outbox").await),
        (500, 500)
    );
    let again = app
        .post(Some(&ada.key), query, json!({ "input": input(500) }))
        .await;
    assert!(
        again
            .payload()
            .became()
            .iter()
            .all(|outcome| *outcome == "ALREADY_INVITED")
    );
    assert_eq!(
        (app.count("invitation").await, app.count("outbox").await),
        (500, 500)
    );
});

on_both!(
    bulk_1_one_bad_address_stops_no_other_unless_the_call_is_atomic,
    |app| {
        let (ws, ada) = app.portal().await;
        app.member(&ws, "Ben Okafor").create().await;
        let addresses = ["ida@example.org", "nobody", "ben.okafor@example.org"];
        let before = app.footprint().await;
        let done = app
            .mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &addresses, json!({ "atomic": true })),
            )
            .await;
        assert_eq!(
            done.became(),
            ["ROLLED_BACK", "INVALID_EMAIL", "ROLLED_BACK"]
        );
        assert_eq!(
            (
                done.0["results"][0]["invitation"].clone(),
                app.footprint().await
            ),
            (Value::Null, before)
        );
        let done = app
            .mutate(&ada.key, "inviteMembers", to(&ws, &addresses, json!({})))
            .await;
        assert_eq!(
            done.became(),
            ["INVITED", "INVALID_EMAIL", "ALREADY_MEMBER"]
        );
        // Who is in or invited already is no failure.
        let input = to(
            &ws,
            &[
                "ida@example.org",
                "ben.okafor@example.org",
                "zoe@example.org",
            ],
            json!({ "atomic": true }),
        );
        let done = app.mutate(&ada.key, "inviteMembers", input).await;
        assert_eq!(
            done.became(),
            ["ALREADY_INVITED", "ALREADY_MEMBER", "INVITED"]
        );
    }
);

on_both!(
    join_6_members_are_given_what_the_call_offers_if_asked_for,
    |app| {
        let (ws, ada) = app.portal().await;
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        let ben = app
            .member(&ws, "Ben Okafor")
            .preset(Preset::Viewer)
            .create()
            .await;
        let ewp = Permission::EditWorkspaceProperties;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(ewp)
            .with(Permission::CreatePages)
            .create()
            .await;
        let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
        let designer = app.preset(&ws, Preset::Designer).await.to_string();
        let offer = json!({ "onExisting": "APPLY", "roleId": designer, "permissions": ["MANAGE_REUSES"], "groupIds": [group],
        "accessEndsAt": app.at(86_400) });
        let input = to(&ws, &["ben.okafor@example.org", "ida@example.org"], offer);
        let done = app
            .rehearsed(&ada.key, "inviteMembers", input.clone())
            .await;
        assert_eq!(done.became(), ["ALREADY_MEMBER", "INVITED"]);
        assert_eq!(
            done.0["effects"][0]["membership"]["id"],
            json!(ben.id.to_string())
        );
        let gained = done.0["effects"][0]["gained"].as_array().unwrap();
        assert!(
            gained.contains(&json!("MANAGE_REUSES"))
                && gained.contains(&json!("MANAGE_WORKSPACE_THEME")),
            "{gained:?}"
        );
        assert_eq!(app.role_name(&ada, &ws, &ben).await, "Designer");
        // As it is given over the access interval, what was there resumes behind it (TIME-8); the
        // membership keeps its own end.
        app.pass(Duration::seconds(86_401));
        assert_eq!(app.role_name(&ada, &ws, &ben).await, "Viewer");
        assert!(
            !app.permissions(&ada, &ws, ben.id)
                .await
                .contains(&"MANAGE_REUSES".to_owned())
        );
        // The rules of the single mutations hold: whoever may not touch an administrator, or pass a
        // right on, does not here.
        let pages = json!({ "onExisting": "APPLY", "permissions": ["CREATE_PAGES"] });
        let input = to(
            &ws,
            &["abe.nakamura@example.org", "ben.okafor@example.org"],
            pages.clone(),
        );
        let done = app.mutate(&ewa.key, "inviteMembers", input).await;
        let results = &done.0["results"];
        assert_eq!(
            (&results[0]["outcome"], &results[0]["code"]),
            (&json!("ALREADY_MEMBER"), &json!("FORBIDDEN"))
        );
        assert_eq!(
            (&results[1]["outcome"], &results[1]["code"]),
            (&json!("ALREADY_MEMBER"), &Value::Null)
        );
        assert!(
            app.permissions(&ada, &ws, ben.id)
                .await
                .contains(&"CREATE_PAGES".to_owned())
        );
        let report = to(
            &ws,
            &[&abe.email],
            with(pages, json!({ "onExisting": "REPORT" })),
        );
        let before = app.footprint().await;
        assert_eq!(
            app.mutate(&ada.key, "inviteMembers", report).await.0["results"][0]["code"],
            Value::Null
        );
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    join_6_access_that_ends_before_a_member_begins_is_refused,
    |app| {
        let (ws, ada) = app.portal().await;
        let later = Interval::from(app.now() + Duration::days(7));
        let sam = app.member(&ws, "Sam Ortiz").during(later).create().await;
        let before = app.footprint().await;
        let offer = json!({ "onExisting": "APPLY", "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(86_400) });
        let done = app
            .mutate(
                &ada.key,
                "inviteMembers",
                to(&ws, &[&sam.email], offer.clone()),
            )
            .await;
        let result = &done.0["results"][0];
        assert_eq!(
            (&result["outcome"], &result["code"]),
            (&json!("ALREADY_MEMBER"), &json!("ENDS_BEFORE_START"))
        );
        assert_eq!(app.footprint().await, before);
        let longer = with(offer, json!({ "accessEndsAt": app.at(8 * 86_400) }));
        let done = app
            .mutate(&ada.key, "inviteMembers", to(&ws, &[&sam.email], longer))
            .await;
        assert_eq!(done.0["results"][0]["code"], Value::Null);
    }
);

on_both!(
    perm_6_default_permissions_may_be_named_without_holding_them,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let defaults =
            json!({ "workspaceId": ws.id.to_string(), "permissions": ["BROWSE_ALL_PAGES"] });
        app.mutate(&ada.key, "setDefaultPermissions", defaults)
            .await;
        let named = json!({ "permissions": ["BROWSE_ALL_PAGES"] });
        let done = app
            .mutate(
                &ewa.key,
                "inviteMembers",
                to(&ws, &["ida@example.org"], named.clone()),
            )
            .await;
        assert_eq!(done.became(), ["INVITED"]);
        let update = with(
            named,
            json!({ "ids": done.invitations(), "note": "Welcome" }),
        );
        assert_eq!(
            app.mutate(&ewa.key, "updateInvitations", update)
                .await
                .became(),
            ["UPDATED"]
        );
        // Anything else is weighed as before, and a member who is there is given nothing that way.
        let more = json!({ "permissions": ["BROWSE_ALL_PAGES", "CREATE_PAGES"] });
        let refused = app
            .try_mutate(
                &ewa.key,
                "inviteMembers",
                to(&ws, &["zoe@example.org"], more),
            )
            .await;
        assert_eq!(refused.refusal(), "FORBIDDEN");
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let apply = json!({ "permissions": ["BROWSE_ALL_PAGES"], "onExisting": "APPLY" });
        let done = app
            .mutate(&ewa.key, "inviteMembers", to(&ws, &[&ben.email], apply))
            .await;
        assert_eq!(done.0["results"][0]["code"], "FORBIDDEN");
        // Of a request that is approved the default is the workspace's, not the approver's.
        app.outsider("Ria Request").await;
        let request = app
            .access_request(&ws, app.account_of("Ria Request").await)
            .await;
        let input = json!({ "ids": [request.to_string()], "permissions": ["BROWSE_ALL_PAGES"] });
        assert_eq!(
            app.mutate(&ewa.key, "approveAccessRequests", input)
                .await
                .became(),
            ["APPROVED"]
        );
    }
);

/// Sets how many seats there are.
async fn seats(app: &TestApp, ws: &Ws, seats: i32) {
    app.sql(
        "UPDATE workspace SET seats = $1 WHERE id = $2",
        vec![seats.into(), ws.id.0.into()],
    )
    .await;
    app.bump(ws).await;
}

on_both!(join_13_members_and_pending_invitations_take_seats, |app| {
    let (ws, ada) = app.portal().await;
    let session = app.outsider("Ida Holm").await;
    seats(app, &ws, 3).await;
    let addresses = [
        "ida.holm@example.org",
        "zoe@example.org",
        "kim@example.org",
        "ida.holm@example.org",
        "nobody",
    ];
    let done = app
        .mutate(&ada.key, "inviteMembers", to(&ws, &addresses, json!({})))
        .await;
    assert_eq!(
        done.became(),
        [
            "INVITED",
            "INVITED",
            "SEATS_EXCEEDED",
            "DUPLICATE",
            "INVALID_EMAIL"
        ]
    );
    // The invitation's own seat passes over, however few there are by then.
    seats(app, &ws, 1).await;
    accepted(app, &session, &done.invitations()[0]).await;
    seats(app, &ws, 3).await;
    let more = to(&ws, &["kim@example.org"], json!({}));
    assert_eq!(
        app.mutate(&ada.key, "inviteMembers", more.clone())
            .await
            .became(),
        ["SEATS_EXCEEDED"]
    );
    // What is taken back or has run out takes none.
    app.mutate(
        &ada.key,
        "cancelInvitations",
        json!({ "ids": [done.invitations()[1]] }),
    )
    .await;
    assert_eq!(
        app.mutate(&ada.key, "inviteMembers", more.clone())
            .await
            .became(),
        ["INVITED"]
    );
    app.pass(Duration::days(31));
    assert_eq!(
        app.mutate(&ada.key, "inviteMembers", more).await.became(),
        ["INVITED"]
    );
});

on_both!(threads: join_13_of_two_for_the_last_seat_one_is_invited, |app| {
    let (ws, ada) = app.portal().await;
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    for round in 0..6 {
        seats(app, &ws, 3 + round).await;
        let address = |who: &str| format!("{who}.{round}@example.org");
        let call = |key, who: &str| (key, "inviteMembers", to(&ws, &[&address(who)], json!({})));
        let both = app.at_once(call(ada.key.as_str(), "ida"), call(abe.key.as_str(), "zoe")).await.map(Result::unwrap);
        let mut became: Vec<&str> = both.iter().flat_map(|done| done.became()).collect();
        became.sort_unstable();
        assert_eq!(became, ["INVITED", "SEATS_EXCEEDED"], "round {round}");
    }
});

on_both!(
    mem_5_founders_invite_the_first_administrator_and_nothing_else,
    |app| {
        let main = app.workspace("upriver").await;
        let ws = app
            .workspace_with("riverton", AccessMode::Private, Some(&main))
            .await;
        let mona = app
            .member(&main, "Mona Rask")
            .with(Permission::ManageSecondaryWorkspaces)
            .create()
            .await;
        let (mona, operator) = (
            app.session_of(mona.account).await,
            app.operator("Olu Adeyemi").await,
        );
        let stranger = app.outsider("Otto Weiss").await;
        let administrator = app.preset(&ws, Preset::Administrator).await.to_string();
        let viewer = app.preset(&ws, Preset::Viewer).await.to_string();
        let of = |who: &str, more: Value| to(&ws, &[who], more);
        let before = app.footprint().await;
        for session in [&mona, &operator] {
            for more in [
                json!({}),
                json!({ "roleId": viewer }),
                json!({ "roleId": administrator, "permissions": ["CREATE_PAGES"] }),
            ] {
                assert_eq!(
                    app.try_mutate(session, "inviteMembers", of("ida@example.org", more))
                        .await
                        .refusal(),
                    "FORBIDDEN"
                );
            }
        }
        let offer = json!({ "roleId": administrator });
        assert_eq!(
            app.try_mutate(
                &stranger,
                "inviteMembers",
                of("ida@example.org", offer.clone())
            )
            .await
            .refusal(),
            "FORBIDDEN"
        );
        assert_eq!(app.footprint().await, before);
        let done = app
            .mutate(
                &mona,
                "inviteMembers",
                of("otto.weiss@example.org", offer.clone()),
            )
            .await;
        assert_eq!(done.became(), ["INVITED"]);
        assert_eq!(
            app.mutate(
                &operator,
                "inviteMembers",
                of("olu.adeyemi@example.org", offer.clone())
            )
            .await
            .became(),
            ["SELF"]
        );
        let id = app
            .post(
                Some(&stranger),
                "{ viewer { profile { invitations { id role { name } } } } }",
                json!({}),
            )
            .await;
        let id = id.data()["viewer"]["profile"]["invitations"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        accepted(app, &stranger, &id).await;
        // Now there is one.
        for session in [&mona, &operator] {
            let refused = app
                .try_mutate(
                    session,
                    "inviteMembers",
                    of("zoe@example.org", offer.clone()),
                )
                .await;
            assert_eq!(refused.refusal(), "FORBIDDEN");
        }
        assert_eq!(
            app.mutate(&stranger, "inviteMembers", of("zoe@example.org", offer))
                .await
                .became(),
            ["INVITED"]
        );
    }
);

on_both!(aud_2_who_is_invited_is_personal_in_the_record, |app| {
    let (ws, ada) = app.portal().await;
    app.outsider("Ida Holm").await;
    let invitees = json!([
        { "email": "ida.holm@example.org", "givenName": "Ida", "familyName": "Holm" }, { "email": "zoe@example.org" },
    ]);
    let input = json!({ "workspaceId": ws.id.to_string(), "invitees": invitees, "note": "See you at the lake" });
    app.mutate(&ada.key, "inviteMembers", input).await;
    let events = app.events(&ws).await;
    assert_eq!(
        events
            .iter()
            .map(|event| event.kind.as_str())
            .collect::<Vec<_>>(),
        ["INVITATION_CREATED"; 2]
    );
    for event in &events {
        for text in ["example.org", "Ida", "Holm", "lake"] {
            assert!(!event.changes.contains(text), "{}", event.changes);
        }
    }
    let of_ida = app.side_rows(&events[0]).await;
    assert_eq!(
        of_ida
            .iter()
            .filter(|row| row.name.starts_with("changes."))
            .count(),
        4
    );
    assert!(
        of_ida
            .iter()
            .filter(|row| row.name.starts_with("changes."))
            .all(|row| row.account_id.is_some())
    );
    assert!(
        app.side_rows(&events[1])
            .await
            .iter()
            .filter(|row| row.name.starts_with("changes."))
            .all(|row| row.account_id.is_none())
    );
});
