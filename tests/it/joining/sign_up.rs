//! Joining by oneself, without approval and with (JOIN-1 to JOIN-4, JOIN-12, JOIN-13).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    mail::MailKind,
    permission::Permission,
    vocabulary::{AccessMode, MembershipEndReason},
};
use serde_json::{Value, json};

use super::{JOIN, defaults, invitation, join, kinds, seats, set};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

/// A PRIVATE workspace that takes strangers in, and its administrator.
async fn open(app: &TestApp, more: Value) -> (Ws, Member) {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    set(app, &ada, &ws, json!({ "enabled": true })).await;
    set(app, &ada, &ws, more).await;
    (ws, ada)
}

async fn face(app: &TestApp, credential: Option<&str>) -> Value {
    let query = "{ workspace(slug: \"riverton\") { id slug name description createdAt accessMode signInSuggested parent { id } \
         viewerMembership { id } signUp { enabled approvalRequired messageRequired formForInvited allowedEmailDomains \
         introduction(locale: FR) terms termsVersion fields { key label(locale: NL) kind choices required } } } }";
    app.post(credential, query, json!({})).await.data()["workspace"].clone()
}

fn form() -> Value {
    json!([
        { "key": "organisation", "label": [{ "locale": "EN", "text": "Organisation" }], "kind": "TEXT" },
        { "key": "purpose", "label": [{ "locale": "EN", "text": "Purpose" }, { "locale": "NL", "text": "Doel" }],
          "kind": "CHOICE", "choices": ["Research", "Press"], "required": true },
        { "key": "fair", "label": [{ "locale": "EN", "text": "I am fair" }], "kind": "CHECKBOX", "required": true },
    ])
}

on_both!(
    join_1_outsiders_see_the_face_of_a_private_workspace_and_nothing_inside,
    |app| {
        let texts =
            json!([{ "locale": "EN", "text": "Welcome" }, { "locale": "FR", "text": "Bienvenue" }]);
        let settings = json!({ "introduction": texts, "fields": form(), "terms": "Be fair.", "notificationAddresses": ["desk@example.org"] });
        let (ws, ada) = open(app, settings).await;
        let suggested = json!({ "id": ws.id.to_string(), "signInSuggested": true });
        app.mutate(&ada.key, "updateWorkspace", suggested).await;
        let dan = app.member(&ws, "Dan Disabled").disabled().create().await;
        let (outsider, disabled) = (
            app.outsider("Otto Weiss").await,
            app.session(dan.account).await,
        );
        for credential in [None, Some(outsider.as_str()), Some(disabled.as_str())] {
            let seen = face(app, credential).await;
            assert_eq!(
                (&seen["accessMode"], &seen["signInSuggested"]),
                (&json!("PRIVATE"), &json!(true))
            );
            let sign_up = &seen["signUp"];
            assert_eq!(
                (&sign_up["enabled"], &sign_up["introduction"]),
                (&json!(true), &json!("Bienvenue"))
            );
            assert_eq!(
                (&sign_up["terms"], &sign_up["termsVersion"]),
                (&json!("Be fair."), &json!(1))
            );
            assert_eq!(sign_up["fields"][1]["label"], "Doel");
            assert_eq!(
                sign_up["fields"][1]["choices"],
                json!(["Research", "Press"])
            );
            let inside = "{ workspace(slug: \"riverton\") { members { totalCount } signUp { enabled notificationAddresses } } }";
            let answer = app.post(credential, inside, json!({})).await;
            let code = if credential.is_none() {
                "UNAUTHENTICATED"
            } else {
                "FORBIDDEN"
            };
            let mut refused = answer.refusals();
            refused.sort_unstable();
            assert_eq!(
                refused,
                [
                    format!("{code} workspace.members"),
                    format!("{code} workspace.signUp.notificationAddresses")
                ]
            );
            assert_eq!(answer.body["data"]["workspace"]["signUp"]["enabled"], true);
        }
    }
);

on_both!(join_3_an_account_joins_with_itself_at_once, |app| {
    let (ws, ada) = open(
        app,
        json!({ "notificationAddresses": ["Desk@example.org"] }),
    )
    .await;
    let sia = app.outsider("Sia Novak").await;
    assert_eq!(face(app, Some(&sia)).await["viewerMembership"], Value::Null);
    let joined = app
        .rehearsed(&sia, JOIN, json!({ "workspace": ws.slug }))
        .await;
    let member = &joined.0["membership"];
    assert_eq!(
        (&member["state"], &member["origin"]),
        (&json!("ACTIVE"), &json!("SIGN_UP"))
    );
    assert_eq!(
        (&joined.0["accessRequest"], &joined.0["effects"]),
        (&Value::Null, &json!([]))
    );
    assert_eq!(
        face(app, Some(&sia)).await["viewerMembership"]["id"],
        member["id"]
    );
    assert_eq!(kinds(app, &ws).await.last().unwrap(), "MEMBERSHIP_CREATED");
    // By id as well, and once is enough.
    let again = app
        .mutate(&sia, JOIN, json!({ "workspace": ws.id.to_string() }))
        .await;
    assert_eq!(
        (again.errors(), &again.0["membership"]),
        (vec!["ALREADY_MEMBER workspace".to_owned()], &Value::Null)
    );
    for to in [ada.email.as_str(), "desk@example.org"] {
        let mails = app.mails(MailKind::MemberSignedUp, to).await;
        assert_eq!(mails.len(), 1, "{to}");
        assert_eq!(
            mails[0].subject_id.as_deref(),
            member["id"].as_str(),
            "{to}"
        );
    }
});

on_both!(
    join_2_only_those_who_are_to_be_told_are_told_and_each_once,
    |app| {
        let (ws, ada) = open(
            app,
            json!({ "notificationAddresses": ["desk@example.org", "ADA.veldkamp@example.org"] }),
        )
        .await;
        join(app, &app.outsider("Sia Novak").await, &ws, json!({})).await;
        assert_eq!(
            app.mails(MailKind::MemberSignedUp, &ada.email).await.len(),
            1
        );
        set(
            app,
            &ada,
            &ws,
            json!({ "notifyAdministrators": false, "notificationAddresses": ["desk@example.org"] }),
        )
        .await;
        join(app, &app.outsider("Tim Bauer").await, &ws, json!({})).await;
        assert_eq!(
            app.mails(MailKind::MemberSignedUp, &ada.email).await.len(),
            1
        );
        assert_eq!(
            app.mails(MailKind::MemberSignedUp, "desk@example.org")
                .await
                .len(),
            2
        );
        // To an address without an account, the row keeps what mail goes by and nothing of who joined.
        set(app, &ada, &ws, json!({ "notificationAddresses": null })).await;
        let before = app.count("outbox").await;
        join(app, &app.outsider("Uma Ek").await, &ws, json!({})).await;
        assert_eq!(app.count("outbox").await, before);
    }
);

on_both!(
    join_4_signing_up_gives_the_defaults_that_need_no_leave_and_nothing_else,
    |app| {
        let (ws, ada) = open(app, json!({})).await;
        defaults(app, &ada, &ws, Permission::ALL).await;
        let sia = app.outsider("Sia Novak").await;
        let joined = join(app, &sia, &ws, json!({})).await;
        let id = concierge::domain::id::MembershipId::parse(
            joined.0["membership"]["id"].as_str().unwrap(),
        )
        .unwrap();
        assert_eq!(
            app.permissions(&ada, &ws, id).await,
            ["BROWSE_ALL_DATASETS", "BROWSE_ALL_PAGES"]
        );
        assert!(
            app.grant_rows(id)
                .await
                .iter()
                .all(|row| row.granted_by.is_none())
        );
        assert_eq!(joined.0["membership"]["isSignedUpOnly"], true);
    }
);

on_both!(
    join_4_who_only_signed_up_is_listed_by_filter_alone_until_somebody_gives_them_something,
    |app| {
        let (ws, ada) = open(app, json!({})).await;
        defaults(app, &ada, &ws, &[Permission::BrowseAllDatasets]).await;
        let mut ids = Vec::new();
        for name in ["Sia Novak", "Tim Bauer", "Uma Ek", "Vic Lund"] {
            let joined = join(app, &app.outsider(name).await, &ws, json!({})).await;
            ids.push(joined.0["membership"]["id"].as_str().unwrap().to_owned());
        }
        let query = "query($filter: MembershipFilter) { workspace(slug: \"riverton\") { members(filter: $filter) { nodes { id isSignedUpOnly } } } }";
        let listed = async |filter: Value| {
            let answer = app
                .post(Some(&ada.key), query, json!({ "filter": filter }))
                .await;
            let nodes = answer.data()["workspace"]["members"]["nodes"]
                .as_array()
                .unwrap()
                .clone();
            let mut listed: Vec<String> = nodes
                .iter()
                .map(|node| node["id"].as_str().unwrap().to_owned())
                .collect();
            listed.sort_unstable();
            listed
        };
        let only = json!({ "signedUpOnly": "ONLY" });
        let mut all = ids.clone();
        all.sort_unstable();
        assert_eq!(
            (listed(Value::Null).await, listed(only.clone()).await),
            (vec![ada.id.to_string()], all)
        );
        // A role, a group, a grant: each makes one of them a member like others.
        let role = app
            .preset(&ws, concierge::domain::permission::Preset::Viewer)
            .await
            .to_string();
        let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
        let of = |place: usize| json!([ids[place]]);
        app.mutate(
            &ada.key,
            "setMemberRole",
            json!({ "membershipIds": of(0), "roleId": role }),
        )
        .await;
        app.mutate(
            &ada.key,
            "addGroupMembers",
            json!({ "groupId": group, "membershipIds": of(1) }),
        )
        .await;
        app.mutate(
            &ada.key,
            "grantPermissions",
            json!({ "membershipIds": of(2), "permissions": ["MANAGE_REUSES"] }),
        )
        .await;
        assert_eq!(listed(only).await, [ids[3].clone()]);
        assert_eq!(listed(Value::Null).await.len(), 4);
    }
);

on_both!(join_2_the_form_is_held_to_and_kept, |app| {
    let (ws, ada) = open(app, json!({ "fields": form(), "terms": "Be fair." })).await;
    let sia = app.outsider("Sia Novak").await;
    let before = app.footprint().await;
    let answer = |key: &str, value: &str| json!({ "key": key, "value": value });
    for (answers, terms, expected) in [
        (
            json!([]),
            Some(1),
            vec![
                "ANSWER_REQUIRED answers.purpose",
                "ANSWER_REQUIRED answers.fair",
            ],
        ),
        (
            json!([
                answer("purpose", "research"),
                answer("fair", "no"),
                answer("colour", "red")
            ]),
            Some(1),
            vec![
                "UNKNOWN_FIELD answers.2.key",
                "NOT_OFFERED answers.0.value",
                "NOT_A_BOOLEAN answers.1.value",
            ],
        ),
        (
            json!([
                answer("purpose", "Press"),
                answer("purpose", "Press"),
                answer("fair", "false")
            ]),
            Some(1),
            vec!["DUPLICATE answers.1.key", "ANSWER_REQUIRED answers.2.value"],
        ),
        (
            json!([
                answer("organisation", &"é".repeat(2_001)),
                answer("purpose", " "),
                answer("fair", "true")
            ]),
            None,
            vec![
                "TOO_LONG answers.0.value",
                "ANSWER_REQUIRED answers.1.value",
                "TERMS_NOT_ACCEPTED acceptedTermsVersion",
            ],
        ),
        (
            json!([answer("purpose", "Press"), answer("fair", "true")]),
            Some(0),
            vec!["TERMS_OUTDATED acceptedTermsVersion"],
        ),
        (
            json!([answer("purpose", "Press"), answer("fair", "true")]),
            Some(2),
            vec!["TERMS_OUTDATED acceptedTermsVersion"],
        ),
    ] {
        let refused = join(
            app,
            &sia,
            &ws,
            json!({ "answers": answers, "acceptedTermsVersion": terms }),
        )
        .await;
        assert_eq!(refused.errors(), expected, "{answers}");
    }
    let many: Vec<Value> = (0..31)
        .map(|number| answer(&format!("k{number}"), "x"))
        .collect();
    let answered = app
        .try_mutate(&sia, JOIN, json!({ "workspace": ws.slug, "answers": many }))
        .await;
    assert_eq!(answered.refusal(), "BAD_USER_INPUT");
    assert_eq!(app.footprint().await, before);
    let answers = json!([
        answer("fair", "true"),
        answer("purpose", " Press "),
        answer("organisation", "")
    ]);
    let joined = join(
        app,
        &sia,
        &ws,
        json!({ "answers": answers, "acceptedTermsVersion": 1 }),
    )
    .await;
    let kept = json!([answer("purpose", "Press"), answer("fair", "true")]);
    assert_eq!(
        (
            &joined.0["membership"]["answers"],
            &joined.0["membership"]["acceptedTermsVersion"]
        ),
        (&kept, &json!(1))
    );
    // EWP holders see it too; the record keeps answers beside the chain (AUD-2).
    let query = "query($id: ID!) { node(id: $id) { ... on Membership { answers { key value } acceptedTermsVersion } } }";
    let seen = app
        .post(
            Some(&ada.key),
            query,
            json!({ "id": joined.0["membership"]["id"] }),
        )
        .await;
    assert_eq!(
        seen.data()["node"],
        json!({ "answers": kept, "acceptedTermsVersion": 1 })
    );
    let events = app.events(&ws).await;
    assert!(!events.last().unwrap().changes.contains("Press"));
});

on_both!(
    join_2_who_read_old_terms_reads_those_in_force_first,
    |app| {
        let (ws, ada) = open(app, json!({ "terms": "Be fair." })).await;
        set(app, &ada, &ws, json!({ "terms": "Be very fair." })).await;
        let accepted = |version: i32| json!({ "acceptedTermsVersion": version });
        let sia = app.outsider("Sia Novak").await;
        assert_eq!(
            join(app, &sia, &ws, accepted(1)).await.errors(),
            ["TERMS_OUTDATED acceptedTermsVersion"]
        );
        let joined = join(app, &sia, &ws, accepted(2)).await;
        assert_eq!(joined.0["membership"]["acceptedTermsVersion"], 2);
        // Without terms there is nothing to accept.
        set(app, &ada, &ws, json!({ "terms": null })).await;
        let tim = app.outsider("Tim Bauer").await;
        assert_eq!(
            join(app, &tim, &ws, accepted(2)).await.errors(),
            ["TERMS_OUTDATED acceptedTermsVersion"]
        );
        assert_eq!(
            join(app, &tim, &ws, json!({})).await.0["membership"]["acceptedTermsVersion"],
            Value::Null
        );
        // What was accepted stays.
        let query =
            "query($id: ID!) { node(id: $id) { ... on Membership { acceptedTermsVersion } } }";
        let seen = app
            .post(
                Some(&ada.key),
                query,
                json!({ "id": joined.0["membership"]["id"] }),
            )
            .await;
        assert_eq!(seen.data()["node"]["acceptedTermsVersion"], 2);
    }
);

on_both!(join_2_only_allowed_domains_sign_up, |app| {
    let (ws, ada) = open(
        app,
        json!({ "allowedEmailDomains": ["EXAMPLE.com", "bücher.example"] }),
    )
    .await;
    let sia = app.outsider("Sia Novak").await;
    let before = app.footprint().await;
    assert_eq!(
        join(app, &sia, &ws, json!({})).await.errors(),
        ["EMAIL_DOMAIN_NOT_ALLOWED workspace"]
    );
    assert_eq!(app.footprint().await, before);
    for (address, expected) in [
        (
            "sia@sub.example.com",
            vec!["EMAIL_DOMAIN_NOT_ALLOWED workspace"],
        ),
        (
            "sia@example.com.evil.example",
            vec!["EMAIL_DOMAIN_NOT_ALLOWED workspace"],
        ),
        ("sia@xn--bcher-kva.example", vec![]),
    ] {
        let sql = "UPDATE account SET email = $1, email_canonical = $1 WHERE given_name = 'Sia'";
        app.sql(sql, vec![address.into()]).await;
        assert_eq!(
            join(app, &sia, &ws, json!({})).await.errors(),
            expected,
            "{address}"
        );
    }
    set(app, &ada, &ws, json!({ "allowedEmailDomains": [] })).await;
    assert_eq!(
        join(app, &app.outsider("Tim Bauer").await, &ws, json!({}))
            .await
            .errors()
            .len(),
        0
    );
});

on_both!(join_3_nobody_joins_what_takes_nobody_in, |app| {
    let (ws, ada) = app.portal().await;
    let (sia, operator) = (
        app.outsider("Sia Novak").await,
        app.operator("Olu Adeyemi").await,
    );
    let before = app.footprint().await;
    for session in [&sia, &operator] {
        assert_eq!(
            join(app, session, &ws, json!({})).await.errors(),
            ["SIGN_UP_DISABLED workspace"]
        );
    }
    assert_eq!(
        app.door()
            .mutate(None, JOIN, json!({ "workspace": ws.slug }))
            .await
            .refusal(),
        "UNAUTHENTICATED"
    );
    assert_eq!(
        app.try_mutate(&ada.key, JOIN, json!({ "workspace": ws.slug }))
            .await
            .refusal(),
        "FORBIDDEN"
    );
    assert_eq!(
        app.try_mutate(&sia, JOIN, json!({ "workspace": "nowhere" }))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    for wrong in ["", "Riverton", "mem_00000000000000000000000000", "ws_x"] {
        assert_eq!(
            app.try_mutate(&sia, JOIN, json!({ "workspace": wrong }))
                .await
                .refusal(),
            "BAD_USER_INPUT",
            "{wrong}"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(
    join_12_who_was_stopped_does_not_come_back_by_themself,
    |app| {
        let (ws, ada) = open(app, json!({})).await;
        let gone = Interval::new(app.now() - Duration::days(9), app.now() - Duration::days(8));
        let disabled = app.member(&ws, "Dan Disabled").disabled().create().await;
        let expired = app.member(&ws, "Eli Expired").during(gone).create().await;
        let revoked = app.member(&ws, "Rob Revoked").create().await;
        let left = app.member(&ws, "Liv Left").create().await;
        let scheduled = app
            .member(&ws, "Sam Ortiz")
            .during(Interval::from(app.now() + Duration::days(1)))
            .create()
            .await;
        app.end(
            &ws,
            &revoked,
            app.now() - Duration::minutes(1),
            Some(MembershipEndReason::Revoked),
        )
        .await;
        app.mutate(
            &app.session(left.account).await,
            "leaveWorkspace",
            json!({ "workspaceId": ws.id.to_string() }),
        )
        .await;
        for member in [&disabled, &expired, &revoked] {
            let session = app.session(member.account).await;
            let before = app.footprint().await;
            assert_eq!(
                join(app, &session, &ws, json!({})).await.errors(),
                ["INVITATION_REQUIRED workspace"],
                "{}",
                member.email
            );
            assert_eq!(app.footprint().await, before);
        }
        let session = app.session(scheduled.account).await;
        assert_eq!(
            join(app, &session, &ws, json!({})).await.errors(),
            ["ALREADY_MEMBER workspace"]
        );
        // Whoever left comes back as they like.
        let back = join(app, &app.session(left.account).await, &ws, json!({})).await;
        assert_eq!(
            (back.errors().len(), &back.0["membership"]["state"]),
            (0, &json!("ACTIVE"))
        );
        // With approval all of them may ask.
        set(app, &ada, &ws, json!({ "approvalRequired": true })).await;
        for member in [&disabled, &expired, &revoked] {
            let asked = join(app, &app.session(member.account).await, &ws, json!({})).await;
            assert_eq!(
                (asked.errors().len(), &asked.0["accessRequest"]["state"]),
                (0, &json!("PENDING")),
                "{}",
                member.email
            );
        }
    }
);

on_both!(join_12_leaving_sheds_neither_an_end_nor_a_limit, |app| {
    let (ws, ada) = open(app, json!({})).await;
    let leave = json!({ "workspaceId": ws.id.to_string() });
    let ending = app
        .member(&ws, "Eli Ending")
        .until(app.now() + Duration::hours(1))
        .create()
        .await;
    let scheduled = app
        .member(&ws, "Sam Ortiz")
        .during(Interval::from(app.now() + Duration::days(1)))
        .create()
        .await;
    let limited = app.member(&ws, "Lia Limited").create().await;
    let free = app.member(&ws, "Fay Free").create().await;
    let zero = json!({ "workspaceId": ws.id.to_string(), "scope": "MEMBER", "subjectId": limited.id.to_string(),
        "values": [{ "type": "API_CALLS", "limit": 0 }] });
    assert_eq!(
        app.mutate(&ada.key, "setQuotas", zero).await.errors(),
        [""; 0]
    );
    for member in [&ending, &scheduled, &limited] {
        let session = app.session(member.account).await;
        assert_eq!(
            app.mutate(&session, "leaveWorkspace", leave.clone())
                .await
                .errors(),
            [""; 0],
            "{}",
            member.email
        );
        let before = app.footprint().await;
        assert_eq!(
            join(app, &session, &ws, json!({})).await.errors(),
            ["INVITATION_REQUIRED workspace"],
            "{}",
            member.email
        );
        assert_eq!(app.footprint().await, before);
    }
    // Time alone changes nothing about that.
    app.pass(Duration::days(40));
    let session = app.session(ending.account).await;
    assert_eq!(
        join(app, &session, &ws, json!({})).await.errors(),
        ["INVITATION_REQUIRED workspace"]
    );
    let session = app.session(free.account).await;
    assert_eq!(
        app.mutate(&session, "leaveWorkspace", leave).await.errors(),
        [""; 0]
    );
    assert_eq!(
        join(app, &session, &ws, json!({})).await.errors(),
        [""; 0],
        "nothing was shed"
    );
    // By invitation, and by an approved request.
    invitation(app, &ws, &limited.email).await;
    assert_eq!(
        join(app, &app.session(limited.account).await, &ws, json!({}))
            .await
            .errors(),
        [""; 0]
    );
    set(app, &ada, &ws, json!({ "approvalRequired": true })).await;
    let asked = join(app, &app.session(ending.account).await, &ws, json!({})).await;
    let approved = app
        .mutate(
            &ada.key,
            "approveAccessRequests",
            json!({ "ids": [asked.0["accessRequest"]["id"]] }),
        )
        .await;
    assert_eq!(approved.became(), ["APPROVED"]);
});

on_both!(
    join_13_the_last_seat_is_taken_once_and_an_invitation_gives_its_own,
    |app| {
        let (ws, ada) = open(app, json!({})).await;
        seats(app, &ws, 3).await;
        let sia = app.outsider("Sia Novak").await;
        // Ada, Sia's invitation, and whoever comes first.
        invitation(app, &ws, "sia.novak@example.org").await;
        assert_eq!(
            join(app, &app.outsider("Tim Bauer").await, &ws, json!({}))
                .await
                .errors()
                .len(),
            0
        );
        let uma = app.outsider("Uma Ek").await;
        let before = app.footprint().await;
        assert_eq!(
            join(app, &uma, &ws, json!({})).await.errors(),
            ["SEATS_EXCEEDED workspace"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(join(app, &sia, &ws, json!({})).await.errors().len(), 0);
        assert_eq!(
            app.count("invitation WHERE accepted_at IS NOT NULL AND membership_id IS NOT NULL")
                .await,
            1
        );
        assert!(
            kinds(app, &ws)
                .await
                .contains(&"INVITATION_ACCEPTED".to_owned())
        );
        let query = "{ workspace(slug: \"riverton\") { license { seats seatsUsed } } }";
        let license =
            app.post(Some(&ada.key), query, json!({})).await.data()["workspace"]["license"].clone();
        assert_eq!(license, json!({ "seats": 3, "seatsUsed": 3 }));
    }
);

on_both!(threads: join_13_two_who_want_the_last_seat_do_not_both_get_it, |app| {
    let (ws, _) = open(app, json!({})).await;
    for round in 0..8 {
        seats(app, &ws, 2 + round).await;
        let one = app.outsider(&format!("One Round{round}")).await;
        let other = app.outsider(&format!("Other Round{round}")).await;
        let input = json!({ "workspace": ws.slug });
        let answers = app.at_once((&one, JOIN, input.clone()), (&other, JOIN, input)).await;
        let mut codes: Vec<Vec<String>> = answers.into_iter().map(|answer| answer.unwrap().errors()).collect();
        codes.sort_unstable();
        assert_eq!(codes, [vec![], vec!["SEATS_EXCEEDED workspace".to_owned()]], "round {round}");
    }
});

on_both!(threads: join_3_two_joins_at_once_make_one_membership, |app| {
    let (ws, ada) = open(app, json!({})).await;
    for round in 0..8 {
        let session = app.outsider(&format!("One Round{round}")).await;
        let input = json!({ "workspace": ws.slug });
        let answers = app.at_once((&session, JOIN, input.clone()), (&session, JOIN, input)).await;
        let mut codes: Vec<Vec<String>> = answers.into_iter().map(|answer| answer.unwrap().errors()).collect();
        codes.sort_unstable();
        assert_eq!(codes, [vec![], vec!["ALREADY_MEMBER workspace".to_owned()]], "round {round}");
        assert_eq!(app.count("membership").await, round + 2);
    }
    // One of them asks, where somebody decides.
    set(app, &ada, &ws, json!({ "approvalRequired": true })).await;
    let session = app.outsider("Zoe Last").await;
    let input = json!({ "workspace": ws.slug });
    let answers = app.at_once((&session, JOIN, input.clone()), (&session, JOIN, input)).await;
    let mut codes: Vec<Vec<String>> = answers.into_iter().map(|answer| answer.unwrap().errors()).collect();
    codes.sort_unstable();
    assert_eq!(codes, [vec![], vec!["REQUEST_PENDING workspace".to_owned()]]);
    assert_eq!(app.count("access_request").await, 1);
});

on_both!(
    join_9_whoever_is_invited_joins_by_the_invitation_whatever_the_settings,
    |app| {
        for settings in [
            json!({ "enabled": false }),
            json!({ "enabled": true, "approvalRequired": true }),
            json!({ "approvalRequired": false }),
        ] {
            let name = format!("w{}", app.count("workspace").await);
            let ws = app.workspace_with(&name, AccessMode::Private, None).await;
            let ada = app.administrator(&ws, &format!("Ada {name}")).await;
            set(app, &ada, &ws, settings.clone()).await;
            set(
                app,
                &ada,
                &ws,
                json!({ "allowedEmailDomains": ["nowhere.example"] }),
            )
            .await;
            seats(app, &ws, 2).await;
            let (given, email) = (format!("Sia {name}"), format!("sia.{name}@example.org"));
            let input = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": email }], "permissions": ["MANAGE_REUSES"] });
            let query = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { outcome } } }";
            let invited = app
                .post(Some(&ada.key), query, json!({ "input": input }))
                .await
                .payload();
            assert_eq!(invited.became(), ["INVITED"]);
            let joined = join(app, &app.outsider(&given).await, &ws, json!({})).await;
            assert_eq!(
                (joined.errors().len(), &joined.0["membership"]["origin"]),
                (0, &json!("INVITATION")),
                "{settings}"
            );
            let id = concierge::domain::id::MembershipId::parse(
                joined.0["membership"]["id"].as_str().unwrap(),
            )
            .unwrap();
            assert_eq!(app.permissions(&ada, &ws, id).await, ["MANAGE_REUSES"]);
            assert!(
                kinds(app, &ws)
                    .await
                    .contains(&"INVITATION_ACCEPTED".to_owned())
            );
        }
    }
);

on_both!(
    join_9_the_invited_may_come_by_the_public_page_with_its_form,
    |app| {
        for for_invited in [false, true] {
            let name = format!("w{for_invited}");
            let ws = app.workspace_with(&name, AccessMode::Private, None).await;
            let ada = app.administrator(&ws, &format!("Ada {name}")).await;
            let field = json!({ "key": "why", "label": [{ "locale": "EN", "text": "Why" }], "kind": "TEXT", "required": true });
            set(
                app,
                &ada,
                &ws,
                json!({ "enabled": true, "fields": [field], "formForInvited": for_invited }),
            )
            .await;
            let input = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": format!("sia.{name}@example.org") }] });
            let query = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { outcome } } }";
            assert_eq!(
                app.post(Some(&ada.key), query, json!({ "input": input }))
                    .await
                    .payload()
                    .became(),
                ["INVITED"]
            );
            let session = app.outsider(&format!("Sia {name}")).await;
            let answers = json!({ "answers": [{ "key": "why", "value": "Trees" }] });
            let joined = join(app, &session, &ws, answers).await;
            assert_eq!(
                (joined.errors().len(), &joined.0["membership"]["origin"]),
                (0, &json!("INVITATION")),
                "{for_invited}"
            );
            assert_eq!(
                app.count("membership_form WHERE answers LIKE '%Trees%'")
                    .await,
                i64::from(for_invited)
            );
        }
    }
);
