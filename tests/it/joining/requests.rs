//! Requests that wait for somebody who decides: made, withdrawn, rejected (JOIN-3).

use chrono::Duration;
use concierge::domain::{mail::MailKind, permission::Permission};
use serde_json::{Value, json};

use super::{JOIN, asks, guarded, invitation, join, kinds, set};
use crate::support::{TestApp, on_both};

const WITHDRAW: &str = "withdrawAccessRequest";
const REJECT: &str = "rejectAccessRequests";

async fn shown(app: &TestApp, credential: &str, id: &str) -> Value {
    let query = "query($id: ID!) { node(id: $id) { ... on AccessRequest { state message reason decidedBy { displayName } \
         account { email } acceptedTermsVersion answers { key value } } } }";
    app.post(Some(credential), query, json!({ "id": id }))
        .await
        .data()["node"]
        .clone()
}

on_both!(join_3_a_request_waits_and_both_sides_are_told, |app| {
    let (ws, ada) = guarded(app).await;
    let fields = json!([{ "key": "why", "label": [{ "locale": "EN", "text": "Why" }], "kind": "TEXT", "required": true }]);
    set(
        app,
        &ada,
        &ws,
        json!({ "messageRequired": true, "fields": fields, "terms": "Be fair." }),
    )
    .await;
    let sia = app.outsider("Sia Novak").await;
    let before = app.footprint().await;
    for (input, expected) in [
        (
            json!({}),
            vec![
                "MESSAGE_REQUIRED message",
                "ANSWER_REQUIRED answers.why",
                "TERMS_NOT_ACCEPTED acceptedTermsVersion",
            ],
        ),
        (
            json!({ "message": " \n ", "answers": [{ "key": "why", "value": "Trees" }], "acceptedTermsVersion": 1 }),
            vec!["MESSAGE_REQUIRED message"],
        ),
        (
            json!({ "message": "é".repeat(2_001), "answers": [{ "key": "why", "value": "Trees" }], "acceptedTermsVersion": 1 }),
            vec!["TOO_LONG message"],
        ),
        (
            json!({ "message": "a\u{0}b", "answers": [{ "key": "why", "value": "Trees" }], "acceptedTermsVersion": 1 }),
            vec!["INVALID_CHARACTERS message"],
        ),
    ] {
        assert_eq!(join(app, &sia, &ws, input).await.errors(), expected);
    }
    assert_eq!(app.footprint().await, before);
    let input = json!({ "workspace": ws.slug, "message": " Let me in ", "answers": [{ "key": "why", "value": "Trees" }],
        "acceptedTermsVersion": 1 });
    let asked = app.rehearsed(&sia, JOIN, input).await;
    let request = &asked.0["accessRequest"];
    let expected = json!({ "id": request["id"], "state": "PENDING", "message": "Let me in", "acceptedTermsVersion": 1,
        "answers": [{ "key": "why", "value": "Trees" }] });
    assert_eq!((request, &asked.0["membership"]), (&expected, &Value::Null));
    let id = request["id"].as_str().unwrap();
    for (kind, to) in [
        (MailKind::AccessRequested, ada.email.as_str()),
        (MailKind::AccessRequestReceived, "sia.novak@example.org"),
    ] {
        let mails = app.mails(kind, to).await;
        assert_eq!(
            mails
                .iter()
                .map(|mail| mail.subject_id.as_deref())
                .collect::<Vec<_>>(),
            [Some(id)],
            "{kind}"
        );
    }
    // Nobody is in by asking: the workspace is as closed as before, and no seat is taken.
    let inside =
        "{ workspace(slug: \"riverton\") { viewerMembership { id } members { totalCount } } }";
    assert_eq!(
        app.post(Some(&sia), inside, json!({})).await.codes(),
        ["FORBIDDEN"]
    );
    assert_eq!(app.count("membership").await, 1);
    // One request is enough.
    let again = json!({ "message": "Please", "answers": [{ "key": "why", "value": "Trees" }], "acceptedTermsVersion": 1 });
    assert_eq!(
        join(app, &sia, &ws, again).await.errors(),
        ["REQUEST_PENDING workspace"]
    );
    // Those who decide and whoever asked see it; nobody else does; what is personal stands beside
    // the chain.
    assert_eq!(shown(app, &ada.key, id).await["message"], "Let me in");
    assert_eq!(
        shown(app, &sia, id).await["answers"],
        json!([{ "key": "why", "value": "Trees" }])
    );
    let (ben, otto) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.outsider("Otto Weiss").await,
    );
    for credential in [&app.session(ben.account).await, &otto] {
        assert_eq!(shown(app, credential, id).await, Value::Null);
    }
    let event = app.events(&ws).await.pop().unwrap();
    assert_eq!(
        (event.kind.as_str(), event.subject_id.as_deref()),
        ("ACCESS_REQUEST_CREATED", Some(id))
    );
    assert!(!event.changes.contains("Let me in") && !event.changes.contains("Trees"));
});

on_both!(
    join_3_whoever_asked_takes_it_back_and_may_ask_again,
    |app| {
        let (ws, ada) = guarded(app).await;
        let (sia, id) = asks(app, &ws, "Sia Novak").await;
        let otto = app.outsider("Otto Weiss").await;
        let before = app.footprint().await;
        let input = json!({ "id": id });
        for credential in [&otto, &app.session_of(ada.account).await] {
            assert_eq!(
                app.try_mutate(credential, WITHDRAW, input.clone())
                    .await
                    .refusal(),
                "NOT_FOUND"
            );
        }
        assert_eq!(
            app.try_mutate(&ada.key, WITHDRAW, input.clone())
                .await
                .refusal(),
            "FORBIDDEN"
        );
        assert_eq!(
            app.door()
                .mutate(None, WITHDRAW, input.clone())
                .await
                .refusal(),
            "UNAUTHENTICATED"
        );
        assert_eq!(
            app.try_mutate(&sia, WITHDRAW, json!({ "id": ws.id.to_string() }))
                .await
                .refusal(),
            "BAD_USER_INPUT"
        );
        assert_eq!(app.footprint().await, before);
        let withdrawn = app.rehearsed(&sia, WITHDRAW, input.clone()).await;
        assert_eq!(withdrawn.0["accessRequest"]["state"], "WITHDRAWN");
        assert_eq!(
            app.mutate(&sia, WITHDRAW, input).await.errors(),
            ["ALREADY_DECIDED id"]
        );
        assert_eq!(
            app.mutate(&ada.key, REJECT, json!({ "ids": [id] }))
                .await
                .became(),
            ["ALREADY_DECIDED"]
        );
        assert_eq!(join(app, &sia, &ws, json!({})).await.errors().len(), 0);
        assert_eq!(
            kinds(app, &ws).await[1..],
            [
                "ACCESS_REQUEST_CREATED",
                "ACCESS_REQUEST_WITHDRAWN",
                "ACCESS_REQUEST_CREATED"
            ]
        );
    }
);

on_both!(join_14_an_account_asks_or_joins_three_times_a_day, |app| {
    let query = "mutation($input: JoinWorkspaceInput!) { joinWorkspace(input: $input) { errors { code message limit retryAt } } }";
    let (ws, ada) = guarded(app).await;
    let sia = app.outsider("Sia Novak").await;
    let first = app.now();
    let leave = json!({ "workspaceId": ws.id.to_string() });
    for number in 0..3 {
        let joined = join(app, &sia, &ws, json!({})).await;
        assert_eq!(joined.errors(), [""; 0], "{number}");
        if number == 0 {
            app.mutate(
                &sia,
                WITHDRAW,
                json!({ "id": joined.0["accessRequest"]["id"] }),
            )
            .await;
            set(app, &ada, &ws, json!({ "approvalRequired": false })).await;
        } else {
            assert_eq!(
                app.mutate(&sia, "leaveWorkspace", leave.clone())
                    .await
                    .errors(),
                [""; 0]
            );
        }
        app.pass(Duration::hours(1));
    }
    let refused = async || {
        let answer = app
            .post(
                Some(&sia),
                query,
                json!({ "input": { "workspace": ws.slug } }),
            )
            .await;
        answer.data()["joinWorkspace"]["errors"][0].clone()
    };
    for approval in [false, true] {
        set(app, &ada, &ws, json!({ "approvalRequired": approval })).await;
        let error = refused().await;
        assert_eq!(
            (&error["code"], &error["limit"]),
            (&json!("LIMIT_REACHED"), &json!(3))
        );
        let at: chrono::DateTime<chrono::Utc> = error["retryAt"].as_str().unwrap().parse().unwrap();
        assert!(
            at >= first + Duration::hours(24)
                && at < first + Duration::hours(24) + Duration::seconds(1),
            "{at}"
        );
        assert!(
            error["message"].as_str().unwrap().contains("3 times"),
            "{error}"
        );
    }
    set(app, &ada, &ws, json!({ "approvalRequired": false })).await;
    assert_eq!(app.count("membership WHERE origin = 'SIGN_UP'").await, 2);
    // Elsewhere, and for others, nothing is used up; and by invitation one comes in all the same.
    let other = app.workspace("lakeside").await;
    let abe = app.administrator(&other, "Abe Nakamura").await;
    set(
        app,
        &abe,
        &other,
        json!({ "enabled": true, "approvalRequired": false }),
    )
    .await;
    assert_eq!(join(app, &sia, &other, json!({})).await.errors(), [""; 0]);
    assert_eq!(
        join(app, &app.outsider("Otto Weiss").await, &ws, json!({}))
            .await
            .errors(),
        [""; 0]
    );
    app.pass(Duration::hours(21) - Duration::seconds(1));
    assert_eq!(refused().await["code"], "LIMIT_REACHED");
    app.pass(Duration::seconds(2));
    assert_eq!(join(app, &sia, &ws, json!({})).await.errors(), [""; 0]);
    assert_eq!(
        app.mutate(&sia, "leaveWorkspace", leave).await.errors(),
        [""; 0]
    );
    invitation(app, &ws, "sia.novak@example.org").await;
    assert_eq!(
        join(app, &sia, &ws, json!({})).await.errors(),
        [""; 0],
        "by invitation"
    );
});

on_both!(
    join_14_deciders_hear_once_of_whoever_asks_again_and_again,
    |app| {
        let (ws, ada) = guarded(app).await;
        let (sia, first) = asks(app, &ws, "Sia Novak").await;
        let told = async || {
            let mails = app.mails(MailKind::AccessRequested, &ada.email).await;
            mails
                .into_iter()
                .map(|mail| mail.subject_id.unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(told().await, std::slice::from_ref(&first));
        // The mail that waits speaks of the request that waits.
        app.mutate(&sia, WITHDRAW, json!({ "id": first })).await;
        let second = join(app, &sia, &ws, json!({})).await.0["accessRequest"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(told().await, std::slice::from_ref(&second));
        // Whoever decides since then is told, too.
        let abe = app.administrator(&ws, "Abe Nakamura").await;
        app.bump(&ws).await;
        app.sql("UPDATE outbox SET sent_at = $1", vec![app.now().into()])
            .await;
        app.mutate(&sia, WITHDRAW, json!({ "id": second })).await;
        let third = join(app, &sia, &ws, json!({})).await.0["accessRequest"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(
            told().await,
            std::slice::from_ref(&second),
            "one that was sent stays as it is"
        );
        assert_eq!(
            app.mails(MailKind::AccessRequested, &abe.email).await.len(),
            1
        );
        // Others are heard of for themselves.
        let (_, other) = asks(app, &ws, "Otto Weiss").await;
        assert_eq!(told().await, [second.clone(), other.clone()]);
        // An hour later it is news again.
        app.mutate(&sia, WITHDRAW, json!({ "id": third })).await;
        app.pass(Duration::days(2));
        let fourth = join(app, &sia, &ws, json!({})).await.0["accessRequest"]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        assert_eq!(told().await, [second, other, fourth]);
    }
);

on_both!(
    join_3_a_rejection_is_told_and_a_new_request_waits_seven_days,
    |app| {
        let (ws, ada) = guarded(app).await;
        let (sia, id) = asks(app, &ws, "Sia Novak").await;
        let why = json!({ "ids": [id], "reason": " Ask the press office " });
        let rejected = app.rehearsed(&ada.key, REJECT, why).await;
        assert_eq!(rejected.became(), ["REJECTED"]);
        let request = &rejected.0["results"][0]["accessRequest"];
        assert_eq!(
            (&request["state"], &request["reason"]),
            (&json!("REJECTED"), &json!("Ask the press office"))
        );
        let seen = shown(app, &sia, &id).await;
        assert_eq!(
            (&seen["reason"], &seen["decidedBy"]["displayName"]),
            (&json!("Ask the press office"), &json!("Ada Veldkamp"))
        );
        let mails = app
            .mails(MailKind::AccessRequestRejected, "sia.novak@example.org")
            .await;
        assert_eq!(
            mails
                .iter()
                .map(|mail| mail.subject_id.as_deref())
                .collect::<Vec<_>>(),
            [Some(id.as_str())]
        );
        assert!(!mails[0].payload.contains("press"));
        assert!(
            !app.events(&ws)
                .await
                .pop()
                .unwrap()
                .changes
                .contains("press")
        );
        let again = concierge::domain::audit::instant(
            app.events(&ws).await.pop().unwrap().at + Duration::days(7),
        );
        let before = app.footprint().await;
        for pass in [Duration::zero(), Duration::days(7) - Duration::seconds(1)] {
            app.pass(pass);
            let refused = join(app, &sia, &ws, json!({})).await;
            assert_eq!(
                (refused.errors(), &refused.0["waitUntil"]),
                (vec!["WAIT workspace".to_owned()], &json!(again))
            );
        }
        assert_eq!(app.footprint().await, before);
        app.pass(Duration::seconds(2));
        let asked = join(app, &sia, &ws, json!({})).await;
        assert_eq!(
            (asked.errors().len(), &asked.0["accessRequest"]["state"]),
            (0, &json!("PENDING"))
        );
        assert_ne!(asked.0["accessRequest"]["id"], json!(id));
    }
);

on_both!(join_3_many_are_rejected_at_once_with_a_result_each, |app| {
    let (ws, ada) = guarded(app).await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    set(
        app,
        &eve,
        &other,
        json!({ "enabled": true, "approvalRequired": true }),
    )
    .await;
    let (_, one) = asks(app, &ws, "Sia Novak").await;
    let (tim, two) = asks(app, &ws, "Tim Bauer").await;
    let (_, foreign) = asks(app, &other, "Uma Ek").await;
    app.mutate(&tim, WITHDRAW, json!({ "id": two })).await;
    let nobody =
        concierge::domain::id::AccessRequestId(app.app.deps.ids.uuid(app.now())).to_string();
    let ids = json!([one, one, two, foreign, nobody]);
    let before = app.footprint().await;
    let codes = [
        "ROLLED_BACK",
        "DUPLICATE",
        "ALREADY_DECIDED",
        "NOT_FOUND",
        "NOT_FOUND",
    ];
    assert_eq!(
        app.mutate(&ada.key, REJECT, json!({ "ids": ids, "atomic": true }))
            .await
            .became(),
        codes
    );
    let long = json!({ "ids": ids, "reason": "é".repeat(501) });
    assert_eq!(
        app.mutate(&ada.key, REJECT, long).await.errors(),
        ["TOO_LONG reason"]
    );
    for wrong in [
        json!({ "ids": [] }),
        json!({ "ids": ["req_x"] }),
        json!({ "ids": [ws.id.to_string()] }),
    ] {
        assert_eq!(
            app.try_mutate(&ada.key, REJECT, wrong).await.refusal(),
            "BAD_USER_INPUT"
        );
    }
    let ben = app.member(&ws, "Ben Okafor").create().await;
    assert_eq!(
        app.try_mutate(&ben.key, REJECT, json!({ "ids": ids }))
            .await
            .refusal(),
        "FORBIDDEN"
    );
    assert_eq!(
        app.try_mutate(&eve.key, REJECT, json!({ "ids": [one] }))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    // Ben's making is the only trace.
    let made = app.footprint().await;
    assert_ne!(made, before);
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let done = app.mutate(&ewa.key, REJECT, json!({ "ids": ids })).await;
    assert_eq!(
        done.became(),
        [
            "REJECTED",
            "DUPLICATE",
            "ALREADY_DECIDED",
            "NOT_FOUND",
            "NOT_FOUND"
        ]
    );
    assert_eq!(done.0["results"][3]["accessRequest"], Value::Null);
    assert_eq!(shown(app, &eve.key, &foreign).await["state"], "PENDING");
});

on_both!(
    join_3_who_decides_sees_the_address_of_who_asks_while_they_wait,
    |app| {
        let (ws, ada) = guarded(app).await;
        let (sia, id) = asks(app, &ws, "Sia Novak").await;
        let tim = app.outsider("Tim Bauer").await;
        let query = "query($id: ID!) { node(id: $id) { ... on AccessRequest { email account { email } } } }";
        let email = async |credential: &str| {
            let answer = app.post(Some(credential), query, json!({ "id": id })).await;
            answer.data()["node"]["email"]
                .as_str()
                .unwrap_or("-")
                .to_owned()
        };
        let address = "sia.novak@example.org".to_owned();
        assert_eq!(
            (email(&ada.key).await, email(&sia).await, email(&tim).await),
            (address.clone(), address.clone(), "-".to_owned())
        );
        app.mutate(&ada.key, "rejectAccessRequests", json!({ "ids": [id] }))
            .await;
        assert_eq!(
            (email(&ada.key).await, email(&sia).await),
            ("-".to_owned(), address)
        );
    }
);
