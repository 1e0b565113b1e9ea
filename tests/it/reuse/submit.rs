//! `submitReuse`: who may, what is accepted, how often, and what a change does.

use chrono::Duration;
use concierge::domain::{mail::MailKind, permission::Permission, vocabulary::AccessMode};
use serde_json::{Value, json};

use super::{APPROVE, DELETE, REJECT, SUBMIT, digests, of, state, submitted};
use crate::support::on_both;

on_both!(
    reuse_1_whoever_may_browse_a_dataset_submits_a_reuse,
    |app| {
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let otto = app.outsider("Otto Weiss").await;
        let input = of(
            trees,
            json!({
                "title": "  Trees \u{200b} near   you ", "url": " HTTPS://Maps.Example/trees?of=oak ",
                "description": " All oaks.\nNo birches. ",
            }),
        );
        let done = app.rehearsed(&otto, SUBMIT, input).await;
        assert_eq!(done.errors(), Vec::<String>::new());
        let reuse = &done.0["reuse"];
        let id = reuse["id"].as_str().unwrap();
        assert!(id.starts_with("reu_"), "{id}");
        let account = app.account_of("Otto Weiss").await;
        let expected = json!({
            "id": id, "title": "Trees near you", "url": "https://maps.example/trees?of=oak",
            "description": "All oaks.\nNo birches.", "state": "PENDING", "submittedAt": app.at(0),
            "submittedBy": { "id": account }, "decidedAt": null, "decidedBy": null, "reason": null,
            "dataset": { "id": trees },
        });
        assert_eq!(*reuse, expected);
        let events = app.events(&ws).await;
        let kinds: Vec<&str> = events.iter().map(|event| event.kind.as_str()).collect();
        assert_eq!(kinds, ["REUSE_SUBMITTED"]);
        assert_eq!(events[0].subject_id.as_deref(), Some(id));
        // What the submitter wrote is personal: it stands beside the chain.
        for text in ["near you", "maps.example", "birches"] {
            assert!(!events[0].changes.contains(text), "{}", events[0].changes);
        }
        let sides = app.side_rows(&events[0]).await;
        assert!(sides.iter().any(|side| side.value.contains("near you")));
        // A member submits as well, and reads back what they sent.
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let session = app.session(mia.account).await;
        let own = submitted(app, &session, trees, "Walks").await;
        assert_eq!(state(app, Some(&session), &own).await, "PENDING");
        assert_eq!(state(app, Some(&otto), &own).await, Value::Null);
    }
);

on_both!(
    reuse_1_others_are_told_that_there_is_no_such_dataset,
    |app| {
        let (ws, ada) = app.portal().await;
        let private = app
            .workspace_with("harbour", AccessMode::Private, None)
            .await;
        let abe = app.administrator(&private, "Abe Nakamura").await;
        let open = app.dataset(&ws, "trees", &ada, true, true).await;
        let draft = app.dataset(&ws, "draft", &ada, false, true).await;
        let closed = app.dataset(&ws, "closed", &ada, true, false).await;
        let ships = app.dataset(&private, "ships", &abe, true, true).await;
        let gone = app.dataset(&ws, "gone", &ada, true, true).await;
        app.sql(
            "UPDATE dataset SET deleted_at = updated_at WHERE id = $1",
            vec![gone.0.into()],
        )
        .await;
        let otto = app.outsider("Otto Weiss").await;
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let mias = app.session(mia.account).await;
        let dan = app.member(&ws, "Dan Perez").disabled().create().await;
        let dans = app.session(dan.account).await;
        let eli = app
            .member(&private, "Eli Stone")
            .until(app.now())
            .create()
            .await;
        let elis = app.session(eli.account).await;
        let off = app
            .member(&private, "Oda Off")
            .with(Permission::EditAllDatasets)
            .disabled()
            .create()
            .await;
        let odas = app.session(off.account).await;
        let browses = app
            .member(&ws, "Bea Novak")
            .with(Permission::BrowseAllDatasets)
            .create()
            .await;
        let beas = app.session(browses.account).await;
        let before = app.footprint().await;
        for (session, dataset) in [
            (&otto, draft),
            (&otto, closed),
            (&otto, ships),
            (&otto, gone),
            (&mias, draft),
            (&mias, closed),
            (&mias, ships),
            (&beas, draft),
            (&beas, gone),
            (&elis, ships),
            (&odas, ships),
            (&dans, closed),
        ] {
            let answer = app
                .try_mutate(session, SUBMIT, of(dataset, json!({})))
                .await;
            assert_eq!(answer.refusal(), "NOT_FOUND", "{dataset}");
            let dry = of(dataset, json!({ "dryRun": true }));
            let answer = app.try_mutate(session, SUBMIT, dry).await;
            assert_eq!(answer.refusal(), "NOT_FOUND", "{dataset}");
        }
        // A disabled member does not do here what a stranger may.
        let disabled = app.mutate(&dans, SUBMIT, of(open, json!({}))).await;
        assert_eq!(disabled.errors(), ["MEMBERSHIP_DISABLED datasetId"]);
        assert_eq!(disabled.0["reuse"], Value::Null);
        // By session alone.
        for key in [&ada.key, &mia.key] {
            let answer = app.try_mutate(key, SUBMIT, of(open, json!({}))).await;
            assert_eq!(answer.refusal(), "FORBIDDEN");
        }
        let document = crate::support::writing::document(SUBMIT);
        let input = json!({ "input": of(open, json!({})) });
        let anonymous = app.post(None, &document, input).await;
        assert_eq!(anonymous.refusal(), "UNAUTHENTICATED");
        for input in [
            of(open, json!({ "datasetId": "ds_1" })),
            of(
                open,
                json!({ "datasetId": "page_01h455vb4pex5vsknk084sn02q" }),
            ),
            of(open, json!({ "datasetId": null })),
            of(open, json!({ "id": "reu_01h455vb4pex5vsknk084sn02q" })),
            of(open, json!({ "title": null })),
        ] {
            let answer = app.try_mutate(&otto, SUBMIT, input.clone()).await;
            assert_eq!(answer.refusal(), "BAD_USER_INPUT", "{input}");
        }
        let nothing = json!({ "id": "reu_01h455vb4pex5vsknk084sn02q", "title": "x", "url": "https://a.example" });
        let answer = app.try_mutate(&otto, SUBMIT, nothing).await;
        assert_eq!(answer.refusal(), "NOT_FOUND");
        assert_eq!(app.footprint().await, before);
        let closed = app.mutate(&beas, SUBMIT, of(closed, json!({}))).await;
        assert_eq!(closed.0["reuse"]["state"], "PENDING");
    }
);

on_both!(
    reuse_1_what_is_wrong_with_a_reuse_is_said_of_each_field,
    |app| {
        let (ws, ada) = app.portal().await;
        let trees = app.dataset(&ws, "trees", &ada, true, true).await;
        let otto = app.outsider("Otto Weiss").await;
        let before = app.footprint().await;
        let page = |length: usize| format!("https://a.example/{}", "x".repeat(length - 18));
        for (more, code) in [
            (json!({ "title": "" }), "TOO_SHORT title"),
            (json!({ "title": " \u{200b}" }), "TOO_SHORT title"),
            (json!({ "title": "x".repeat(201) }), "TOO_LONG title"),
            (json!({ "title": "a\u{7}b" }), "INVALID_CHARACTERS title"),
            (json!({ "title": "a\nb" }), "INVALID_CHARACTERS title"),
            (json!({ "url": "" }), "TOO_SHORT url"),
            (json!({ "url": "javascript:alert(1)" }), "INVALID_URL url"),
            (
                json!({ "url": "JAVASCRIPT://maps.example/%0Aalert(1)" }),
                "INVALID_URL url",
            ),
            (json!({ "url": "data:text/html,x" }), "INVALID_URL url"),
            (json!({ "url": "maps.example" }), "INVALID_URL url"),
            (json!({ "url": "https://" }), "INVALID_URL url"),
            (
                json!({ "url": "https://ada:secret@maps.example/" }),
                "INVALID_URL url",
            ),
            (
                json!({ "url": "https://ada@maps.example/" }),
                "INVALID_URL url",
            ),
            (
                json!({ "url": "https://maps.example/\u{0}" }),
                "INVALID_CHARACTERS url",
            ),
            (
                json!({ "url": "https://maps.example/\r\nX: y" }),
                "INVALID_CHARACTERS url",
            ),
            (json!({ "url": page(2_001) }), "TOO_LONG url"),
            (
                json!({ "description": "x".repeat(2_001) }),
                "TOO_LONG description",
            ),
            (
                json!({ "description": "a\u{0}" }),
                "INVALID_CHARACTERS description",
            ),
        ] {
            let refused = app.mutate(&otto, SUBMIT, of(trees, more.clone())).await;
            assert_eq!(refused.errors(), [code], "{more}");
            assert_eq!(refused.0["reuse"], Value::Null);
            let message = refused.0["errors"][0]["message"].as_str().unwrap();
            assert!(message.ends_with('.'), "{message}");
        }
        let all =
            json!({ "title": "", "url": "ftp://a.example", "description": "x".repeat(2_001) });
        let refused = app.mutate(&otto, SUBMIT, of(trees, all)).await;
        assert_eq!(
            refused.errors(),
            ["TOO_SHORT title", "INVALID_URL url", "TOO_LONG description"]
        );
        assert_eq!(app.footprint().await, before);
        let most = json!({
            "title": "\u{e9}".repeat(200), "url": page(2_000), "description": "\u{e9}".repeat(2_000),
        });
        let done = app.mutate(&otto, SUBMIT, of(trees, most)).await;
        assert_eq!(done.errors(), Vec::<String>::new());
        // Nothing but blanks is no description.
        let blank = of(trees, json!({ "description": " \n " }));
        let done = app.mutate(&otto, SUBMIT, blank).await;
        assert_eq!(done.0["reuse"]["description"], Value::Null);
    }
);

on_both!(reuse_1_ten_are_submitted_a_day, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let lakes = app.dataset(&other, "lakes", &eve, true, true).await;
    let otto = app.outsider("Otto Weiss").await;
    let session = app.session(ada.account).await;
    let mut ids = Vec::new();
    for number in 0..8 {
        ids.push(submitted(app, &otto, trees, &format!("Map {number}")).await);
    }
    // Changes count, and what is deleted counts on; what changes nothing does not.
    let change =
        |title: &str| json!({ "id": ids[0], "title": title, "url": "https://maps.example/trees" });
    let changed = app.mutate(&otto, SUBMIT, change("Atlas")).await;
    assert_eq!(changed.errors(), Vec::<String>::new());
    let unchanged = app.mutate(&otto, SUBMIT, change("Atlas")).await;
    assert_eq!(unchanged.errors(), Vec::<String>::new());
    app.mutate(&session, DELETE, json!({ "ids": [ids[7]] }))
        .await;
    submitted(app, &otto, trees, "The tenth").await;
    let before = app.footprint().await;
    for (input, path) in [
        (of(trees, json!({ "title": "The eleventh" })), "datasetId"),
        (change("Globe"), "id"),
    ] {
        let refused = app.mutate(&otto, SUBMIT, input).await;
        assert_eq!(refused.errors(), [format!("LIMIT_REACHED {path}")]);
        let error = &refused.0["errors"][0];
        assert_eq!(
            (&error["limit"], &error["retryAt"]),
            (&json!(10), &json!("2026-03-03T00:00:00.000000Z"))
        );
    }
    assert_eq!(app.footprint().await, before);
    // Elsewhere, and for others, it is another count.
    submitted(app, &otto, lakes, "Lakes").await;
    submitted(app, &session, trees, "Ada's own").await;
    app.pass(Duration::hours(15) - Duration::seconds(1));
    let late = app.mutate(&otto, SUBMIT, change("Globe")).await;
    assert_eq!(late.errors(), ["LIMIT_REACHED id"]);
    app.pass(Duration::seconds(1));
    let next = app.mutate(&otto, SUBMIT, change("Globe")).await;
    assert_eq!(next.errors(), Vec::<String>::new());
    for number in 0..9 {
        submitted(app, &otto, trees, &format!("Day two {number}")).await;
    }
    let refused = app.mutate(&otto, SUBMIT, of(trees, json!({}))).await;
    assert_eq!(refused.errors(), ["LIMIT_REACHED datasetId"]);
});

on_both!(reuse_1_two_at_once_do_not_pass_the_limit, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let otto = app.outsider("Otto Weiss").await;
    for number in 0..9 {
        submitted(app, &otto, trees, &format!("Map {number}")).await;
    }
    let input = |title: &str| of(trees, json!({ "title": title }));
    let both = app
        .at_once((&otto, SUBMIT, input("One")), (&otto, SUBMIT, input("Two")))
        .await;
    let mut errors: Vec<Vec<String>> = both.map(|one| one.unwrap().errors()).into();
    errors.sort();
    assert_eq!(errors, [vec![], vec!["LIMIT_REACHED datasetId".to_owned()]]);
    assert_eq!(app.count("reuse").await, 10);
});

on_both!(reuse_1_a_change_waits_for_a_decision_again, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let adas = app.session(ada.account).await;
    let otto = app.outsider("Otto Weiss").await;
    let nina = app.outsider("Nina Berg").await;
    let id = submitted(app, &otto, trees, "Tree map").await;
    let change =
        |title: &str| json!({ "id": id, "title": title, "url": "https://maps.example/trees" });
    for mutation in [APPROVE, REJECT] {
        app.mutate(&adas, mutation, json!({ "ids": [id], "reason": "Hm" }))
            .await;
        // The same again changes nothing.
        let before = app.footprint().await;
        let title = if mutation == APPROVE {
            "Tree map"
        } else {
            "Atlas after approveReuses"
        };
        let same = app.mutate(&otto, SUBMIT, change(title)).await;
        assert_ne!(same.0["reuse"]["state"], "PENDING");
        assert_eq!(same.0["changes"], json!([]));
        assert_eq!(app.footprint().await, before);
        let title = format!("Atlas after {mutation}");
        let done = app.rehearsed(&otto, SUBMIT, change(&title)).await;
        let reuse = &done.0["reuse"];
        assert_eq!(
            (&reuse["state"], &reuse["title"]),
            (&json!("PENDING"), &json!(title))
        );
        for empty in ["decidedAt", "decidedBy", "reason"] {
            assert_eq!(reuse[empty], Value::Null, "{empty}");
        }
        let last = app.events(&ws).await.pop().unwrap();
        assert_eq!(last.kind, "REUSE_UPDATED");
        assert!(!last.changes.contains("Atlas"), "{}", last.changes);
    }
    // Nobody changes what somebody else submitted.
    let before = app.footprint().await;
    for (session, code) in [(&adas, "FORBIDDEN"), (&nina, "NOT_FOUND")] {
        let answer = app.try_mutate(session, SUBMIT, change("Mine")).await;
        assert_eq!(answer.refusal(), code);
    }
    assert_eq!(app.footprint().await, before);
    app.mutate(&adas, APPROVE, json!({ "ids": [id] })).await;
    let answer = app.try_mutate(&nina, SUBMIT, change("Mine")).await;
    assert_eq!(answer.refusal(), "FORBIDDEN", "she sees it now");
    // A dataset that the submitter may not browse any more, then one that is back.
    let close = json!({ "id": trees.to_string(), "security": "RESTRICTED" });
    app.mutate(&adas, "setDatasetSecurity", close).await;
    let before = app.footprint().await;
    let refused = app.mutate(&otto, SUBMIT, change("Closed")).await;
    assert_eq!(refused.errors(), ["FORBIDDEN id"]);
    let answer = app.try_mutate(&nina, SUBMIT, change("Mine")).await;
    assert_eq!(answer.refusal(), "NOT_FOUND");
    assert_eq!(app.footprint().await, before);
    app.mutate(&adas, DELETE, json!({ "ids": [id] })).await;
    let answer = app.try_mutate(&otto, SUBMIT, change("Gone")).await;
    assert_eq!(answer.refusal(), "NOT_FOUND");
});

on_both!(reuse_1_one_digest_waits_for_the_end_of_the_day, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let otto = app.outsider("Otto Weiss").await;
    let id = submitted(app, &otto, trees, "Tree map").await;
    submitted(app, &otto, trees, "Walks").await;
    let change = json!({ "id": id, "title": "Atlas", "url": "https://maps.example/trees" });
    app.mutate(&otto, SUBMIT, change).await;
    let due = |day: &str| Some(day.parse::<chrono::DateTime<chrono::Utc>>().unwrap());
    assert_eq!(digests(app).await, [due("2026-03-03T00:00:00Z")]);
    app.pass(Duration::hours(15) - Duration::seconds(1));
    submitted(app, &otto, trees, "The last of the day").await;
    assert_eq!(digests(app).await.len(), 1);
    app.pass(Duration::seconds(1));
    submitted(app, &otto, trees, "The next day").await;
    let both = [due("2026-03-03T00:00:00Z"), due("2026-03-04T00:00:00Z")];
    assert_eq!(digests(app).await, both);
    let to_ada = app.mails(MailKind::ReuseDigest, &ada.email).await;
    assert!(to_ada.is_empty(), "receivers are looked up when it is sent");
});
