//! How strangers may join: what can be set, by whom, and what the record says of it (JOIN-2).

use concierge::domain::permission::Permission;
use serde_json::{Value, json};

use super::{kinds, set};
use crate::support::{TestApp, on_both, world::Ws};

const UPDATE: &str = "updateSignUpSettings";

fn input(ws: &Ws, more: Value) -> Value {
    let mut input = json!({ "workspaceId": ws.id.to_string() });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

fn label(text: &str) -> Value {
    json!([{ "locale": "EN", "text": text }])
}

async fn terms(app: &TestApp) -> Vec<(i32, String)> {
    use sea_orm::{EntityTrait, QueryOrder};
    let rows = concierge::entity::terms::Entity::find()
        .order_by_asc(concierge::entity::terms::Column::Version);
    let rows = rows.all(app.app.deps.db.writer()).await.unwrap();
    rows.into_iter()
        .map(|row| (row.version, row.text))
        .collect()
}

on_both!(
    text_3_domains_are_kept_in_ascii_form_and_answered_as_people_write_them,
    |app| {
        let ws = app.workspace("riverton").await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        for typed in [
            "bücher.example",
            "BU\u{308}CHER.example",
            "xn--bcher-kva.example",
            "bücher.example\u{200b}",
        ] {
            let done = set(app, &ewa, &ws, json!({ "allowedEmailDomains": [typed] })).await;
            assert_eq!(
                done.0["workspace"]["signUp"]["allowedEmailDomains"],
                json!(["bücher.example"]),
                "{typed}"
            );
            assert_eq!(
                app.count(
                    "sign_up_settings WHERE allowed_email_domains = '[\"xn--bcher-kva.example\"]'"
                )
                .await,
                1,
                "{typed}"
            );
        }
    }
);

on_both!(
    join_2_everything_that_can_be_set_is_kept_as_it_was_set,
    |app| {
        let ws = app.workspace("riverton").await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let field = json!({ "key": "purpose", "label": [{ "locale": "EN", "text": " Purpose " }, { "locale": "FR", "text": " " }],
        "kind": "CHOICE", "choices": [" Research ", "Press"], "required": true });
        let all = json!({ "enabled": true, "approvalRequired": true, "messageRequired": true, "formForInvited": true,
        "allowedEmailDomains": ["EXAMPLE.org", "bücher.example"], "introduction": label("Welcome"), "fields": [field],
        "terms": " Be fair. ", "notificationAddresses": ["Desk@Example.org"], "notifyAdministrators": false });
        let done = app.rehearsed(&ewa.key, UPDATE, input(&ws, all)).await;
        let kept = json!({ "enabled": true, "approvalRequired": true, "messageRequired": true, "formForInvited": true,
        "allowedEmailDomains": ["example.org", "bücher.example"], "terms": "Be fair.", "termsVersion": 1,
        "introductions": label("Welcome"), "notificationAddresses": ["Desk@Example.org"], "notifyAdministrators": false,
        "fields": [{ "key": "purpose", "kind": "CHOICE", "choices": ["Research", "Press"], "required": true, "labels": label("Purpose") }] });
        assert_eq!(done.0["workspace"]["signUp"], kept);
        // What is absent stays; null clears what can be empty, and leaves what cannot.
        let before = app.footprint().await;
        let same = set(
            app,
            &ewa,
            &ws,
            json!({ "terms": "Be fair.", "enabled": true, "approvalRequired": null }),
        )
        .await;
        assert_eq!(
            (&same.0["workspace"]["signUp"], &same.0["changes"]),
            (&kept, &json!([]))
        );
        assert_eq!(app.footprint().await, before);
        let nothing = json!({ "allowedEmailDomains": null, "introduction": null, "fields": null, "terms": null, "notificationAddresses": null });
        let cleared = set(app, &ewa, &ws, nothing).await.0["workspace"]["signUp"].clone();
        let expected = json!({ "enabled": true, "approvalRequired": true, "messageRequired": true, "formForInvited": true,
        "allowedEmailDomains": [], "terms": null, "termsVersion": null, "introductions": [], "notificationAddresses": [],
        "notifyAdministrators": false, "fields": [] });
        assert_eq!(cleared, expected);
    }
);

on_both!(join_2_terms_are_versioned_and_versions_stay, |app| {
    let (ws, ada) = app.portal().await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    set(app, &eve, &other, json!({ "terms": "Ours" })).await;
    let version = async |terms: Value| {
        let done = set(app, &ada, &ws, json!({ "terms": terms })).await;
        let sign_up = &done.0["workspace"]["signUp"];
        (sign_up["terms"].clone(), sign_up["termsVersion"].clone())
    };
    assert_eq!(version(json!("One")).await, (json!("One"), json!(1)));
    assert_eq!(version(json!("One")).await, (json!("One"), json!(1)));
    assert_eq!(version(json!("Two")).await, (json!("Two"), json!(2)));
    assert_eq!(version(json!("  ")).await, (Value::Null, Value::Null));
    assert_eq!(version(Value::Null).await, (Value::Null, Value::Null));
    // What was accepted once is asked anew.
    assert_eq!(version(json!("Two")).await, (json!("Two"), json!(4)));
    let text = |version: i32, text: &str| (version, text.to_owned());
    let all: Vec<(i32, String)> = terms(app)
        .await
        .into_iter()
        .filter(|(_, text)| text != "Ours")
        .collect();
    assert_eq!(
        all,
        [text(1, "One"), text(2, "Two"), text(3, ""), text(4, "Two")]
    );
    assert_eq!(kinds(app, &ws).await, ["SIGN_UP_SETTINGS_UPDATED"; 4]);
});

on_both!(
    join_2_what_is_wrong_about_settings_is_all_named_and_nothing_kept,
    |app| {
        let (ws, ada) = app.portal().await;
        let field = |key: &str, kind: &str, more: Value| {
            let mut field = json!({ "key": key, "label": label("Label"), "kind": kind });
            field
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            field
        };
        let before = app.footprint().await;
        let twice = json!([{ "locale": "EN", "text": "a" }, { "locale": "EN", "text": "b" }]);
        for (settings, expected) in [
            (
                json!({ "allowedEmailDomains": ["nowhere", "a b.example", "10.0.0.1", "example.org", "EXAMPLE.ORG", "@example.org", ""] }),
                vec![
                    "INVALID_DOMAIN allowedEmailDomains.0",
                    "INVALID_DOMAIN allowedEmailDomains.1",
                    "INVALID_DOMAIN allowedEmailDomains.2",
                    "DUPLICATE allowedEmailDomains.4",
                    "INVALID_DOMAIN allowedEmailDomains.5",
                    "INVALID_DOMAIN allowedEmailDomains.6",
                ],
            ),
            (
                json!({ "introduction": twice }),
                vec!["DUPLICATE introduction.1.locale"],
            ),
            (
                json!({ "introduction": label(&"é".repeat(10_001)) }),
                vec!["TOO_LONG introduction.0.text"],
            ),
            (
                json!({ "fields": [field("1st", "TEXT", json!({})), field("a", "CHOICE", json!({})), field("a", "TEXT", json!({ "choices": ["x"] }))] }),
                vec![
                    "INVALID_KEY fields.0.key",
                    "CHOICES_REQUIRED fields.1.choices",
                    "DUPLICATE fields.2.key",
                    "CHOICES_NOT_ALLOWED fields.2.choices",
                ],
            ),
            (
                json!({ "fields": [field("a", "TEXT", json!({ "label": [] }))] }),
                vec!["TOO_SHORT fields.0.label"],
            ),
            (
                json!({ "fields": [field("a", "TEXT", json!({ "label": twice }))] }),
                vec!["DUPLICATE fields.0.label.1.locale"],
            ),
            (
                json!({ "terms": "x".repeat(50_001) }),
                vec!["TOO_LONG terms"],
            ),
            (
                json!({ "terms": "a\u{0}b", "enabled": true }),
                vec!["INVALID_CHARACTERS terms"],
            ),
            (
                json!({ "notificationAddresses": ["desk@example.org", "DESK@EXAMPLE.org"] }),
                vec!["DUPLICATE notificationAddresses.1"],
            ),
        ] {
            let refused = app
                .mutate(&ada.key, UPDATE, input(&ws, settings.clone()))
                .await;
            assert_eq!(
                (refused.errors(), &refused.0["workspace"]),
                (
                    expected.iter().map(|code| (*code).to_owned()).collect(),
                    &Value::Null
                )
            );
        }
        let many = |what: &str, count: usize| -> Value {
            (0..count)
                .map(|number| json!(what.replace('#', &number.to_string())))
                .collect()
        };
        let fields: Vec<Value> = (0..31)
            .map(|number| field(&format!("k{number}"), "TEXT", json!({})))
            .collect();
        for settings in [
            json!({ "allowedEmailDomains": many("d#.example", 101) }),
            json!({ "notificationAddresses": many("desk#@example.org", 21) }),
            json!({ "notificationAddresses": ["nobody"] }),
            json!({ "fields": fields }),
            json!({ "fields": [field("a", "CHOICE", json!({ "choices": many("#", 51) }))] }),
            json!({ "fields": [field("a", "RADIO", json!({}))] }),
        ] {
            assert_eq!(
                app.try_mutate(&ada.key, UPDATE, input(&ws, settings))
                    .await
                    .refusal(),
                "BAD_USER_INPUT"
            );
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    aud_2_addresses_and_free_text_of_settings_stand_beside_the_chain,
    |app| {
        let (ws, ada) = app.portal().await;
        let settings = json!({ "enabled": true, "terms": "Be fair.", "introduction": label("Ask Willem"), "notificationAddresses": ["desk@example.org"] });
        let done = set(app, &ada, &ws, settings).await;
        let event = app.events(&ws).await.pop().unwrap();
        for personal in ["Be fair.", "Willem", "desk@example.org"] {
            assert!(!event.changes.contains(personal), "{personal}");
            assert!(
                done.0["changes"].to_string().contains(personal),
                "{personal}"
            );
        }
        assert!(event.changes.contains("enabled") && event.changes.contains("termsVersion"));
    }
);

/// What everybody, or the reader, is told of how strangers join.
async fn sign_up(app: &TestApp, reader: Option<&str>, ws: &Ws, fields: &str) -> Value {
    let query = format!("query($ws: ID!) {{ workspace(id: $ws) {{ signUp {{ {fields} }} }} }}");
    let answer = app
        .post(reader, &query, json!({ "ws": ws.id.to_string() }))
        .await;
    answer.data()["workspace"]["signUp"].clone()
}

on_both!(
    join_16_terms_have_a_text_for_each_language_under_one_version,
    |app| {
        let (ws, ada) = app.portal().await;
        let both = json!([{ "locale": "EN", "text": "Be fair." }, { "locale": "NL", "text": "Wees eerlijk." }]);
        set(app, &ada, &ws, json!({ "termsByLocale": both })).await;
        let fields = "en: terms(locale: EN) nl: terms(locale: NL) fr: terms(locale: FR) termsVersion termsByLocale { locale text }";
        let seen = sign_up(app, None, &ws, fields).await;
        let expected = json!({ "en": "Be fair.", "nl": "Wees eerlijk.", "fr": "Be fair.", "termsVersion": 1, "termsByLocale": both });
        assert_eq!(seen, expected);
        // The same again, and the text that older clients know, change nothing.
        let before = app.footprint().await;
        for same in [
            json!({ "termsByLocale": both }),
            json!({ "terms": "Be fair." }),
        ] {
            assert_eq!(set(app, &ada, &ws, same).await.0["changes"], json!([]));
        }
        assert_eq!(app.footprint().await, before);
        // One text that differs is a new version of all.
        let other = json!([{ "locale": "EN", "text": "Be fair." }, { "locale": "NL", "text": "Wees netjes." }]);
        set(app, &ada, &ws, json!({ "termsByLocale": other })).await;
        let seen = sign_up(app, None, &ws, fields).await;
        assert_eq!(
            (&seen["nl"], &seen["termsVersion"]),
            (&json!("Wees netjes."), &json!(2))
        );
        // One text for all languages again.
        set(app, &ada, &ws, json!({ "terms": "Play fair." })).await;
        let seen = sign_up(app, None, &ws, fields).await;
        assert_eq!(
            (&seen["nl"], &seen["termsVersion"], &seen["termsByLocale"]),
            (&json!("Play fair."), &json!(3), &json!([]))
        );
        set(app, &ada, &ws, json!({ "termsByLocale": null })).await;
        assert_eq!(
            sign_up(app, None, &ws, "terms termsVersion").await,
            json!({ "terms": null, "termsVersion": null })
        );
        let wrong = input(
            &ws,
            json!({ "termsByLocale": [{ "locale": "NL", "text": "a" }, { "locale": "NL", "text": "b" }] }),
        );
        assert_eq!(
            app.mutate(&ada.key, UPDATE, wrong).await.errors(),
            ["DUPLICATE termsByLocale.1.locale"]
        );
        let two = app
            .try_mutate(
                &ada.key,
                UPDATE,
                input(&ws, json!({ "terms": "a", "termsByLocale": both })),
            )
            .await;
        assert_eq!(two.codes(), ["BAD_USER_INPUT"]);
    }
);

on_both!(join_16_notification_addresses_have_a_language_each, |app| {
    use concierge::domain::mail::MailKind;
    let (ws, ada) = app.portal().await;
    let fields = "notificationAddresses notificationReceivers { email locale }";
    let both = json!([{ "email": "desk@example.org", "locale": "NL" }, { "email": "bureau@example.org", "locale": "FR" }]);
    set(
        app,
        &ada,
        &ws,
        json!({ "enabled": true, "notificationReceivers": both }),
    )
    .await;
    let addresses = json!(["desk@example.org", "bureau@example.org"]);
    let expected = json!({ "notificationAddresses": addresses, "notificationReceivers": both });
    assert_eq!(sign_up(app, Some(&ada.key), &ws, fields).await, expected);
    // Whoever gives addresses alone leaves the languages of those that stay.
    set(
        app,
        &ada,
        &ws,
        json!({ "notificationAddresses": ["bureau@example.org", "new@example.org"] }),
    )
    .await;
    let kept = json!([{ "email": "bureau@example.org", "locale": "FR" }, { "email": "new@example.org", "locale": "EN" }]);
    assert_eq!(
        sign_up(app, Some(&ada.key), &ws, fields).await["notificationReceivers"],
        kept
    );
    set(app, &ada, &ws, json!({ "notificationReceivers": both })).await;
    let session = app.outsider("Ida Holm").await;
    let joined = app
        .mutate(&session, "joinWorkspace", json!({ "workspace": ws.slug }))
        .await;
    assert_eq!(joined.errors(), Vec::<String>::new());
    for (address, locale) in [("desk@example.org", "NL"), ("bureau@example.org", "FR")] {
        let mails = app.mails(MailKind::MemberSignedUp, address).await;
        assert_eq!(
            mails
                .iter()
                .map(|mail| mail.locale.as_deref())
                .collect::<Vec<_>>(),
            [Some(locale)],
            "{address}"
        );
    }
    let twice = json!([{ "email": "a@example.org", "locale": "NL" }, { "email": "A@example.org", "locale": "FR" }]);
    let refused = app
        .mutate(
            &ada.key,
            UPDATE,
            input(&ws, json!({ "notificationReceivers": twice })),
        )
        .await;
    assert_eq!(
        refused.errors(),
        ["DUPLICATE notificationReceivers.1.email"]
    );
    let two = input(
        &ws,
        json!({ "notificationReceivers": both, "notificationAddresses": [] }),
    );
    assert_eq!(
        app.try_mutate(&ada.key, UPDATE, two).await.codes(),
        ["BAD_USER_INPUT"]
    );
    let hidden = app
        .post(
            Some(&session),
            "query($ws: ID!) { workspace(id: $ws) { signUp { notificationReceivers { email } notifyInviters } } }",
            json!({ "ws": ws.id.to_string() }),
        )
        .await;
    assert_eq!(hidden.codes(), ["FORBIDDEN", "FORBIDDEN"]);
});
