//! The language of answers (JOIN-16).

use serde_json::{Value, json};

use crate::support::{TestApp, app::Answer, on_both, person::SIGN_IN, world::Member};

/// A member of "riverton" whose language is Dutch, and a session of hers.
async fn dutch_member(app: &TestApp) -> (Member, String) {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let session = app.session_of(ada.account).await;
    app.mutate(&session, "updateAccount", json!({ "locale": "NL" }))
        .await;
    (ada, session)
}

const LABELS: &str = "{ permissionCatalogue { label } }";

on_both!(
    join_16_who_is_not_signed_in_is_answered_in_the_language_asked_for,
    |app| {
        let message = async |language: Option<&str>| {
            let mut ask = app
                .ask(SIGN_IN)
                .input(json!({ "email": "nobody@example.org", "password": "wrong" }));
            if let Some(language) = language {
                ask = ask.header("accept-language", language);
            }
            let answer = ask.send().await;
            let shown = answer.headers["content-language"]
                .to_str()
                .unwrap()
                .to_owned();
            (
                shown,
                answer.data()["signIn"]["errors"][0]["message"]
                    .as_str()
                    .unwrap()
                    .to_owned(),
            )
        };
        let (tag, english) = message(None).await;
        assert_eq!(tag, "en");
        let (tag, french) = message(Some("de-CH, fr-CH;q=0.9, en;q=0.8")).await;
        assert_eq!((tag.as_str(), french == english), ("fr", false));
        let (tag, dutch) = message(Some("nl")).await;
        assert_eq!(
            (tag.as_str(), dutch == english || dutch == french),
            ("nl", false)
        );
        assert_eq!(message(Some("de")).await, ("en".to_owned(), english));

        let labels = async |language: &str| {
            app.ask(LABELS)
                .header("accept-language", language)
                .send()
                .await
                .data()
                .clone()
        };
        assert_ne!(labels("fr").await, labels("en").await);
        let answer = app.ask(LABELS).header("accept-language", "fr").send().await;
        assert!(
            answer.headers["vary"]
                .to_str()
                .unwrap()
                .contains("accept-language")
        );
    }
);

on_both!(
    join_16_who_is_signed_in_is_answered_in_their_own_language,
    |app| {
        let (ada, session) = dutch_member(app).await;
        for credential in [&session, &ada.key] {
            let answer = app
                .ask(LABELS)
                .by(credential)
                .header("accept-language", "fr")
                .send()
                .await;
            assert_eq!(answer.headers["content-language"], "nl");
            assert_eq!(
                answer.data(),
                app.ask(LABELS)
                    .header("accept-language", "nl")
                    .send()
                    .await
                    .data()
            );
        }
    }
);

const NOT_THERE: &str =
    "{ viewer { kind } workspace(slug: \"riverton\") { quotaValues(scope: DEFAULT) { id } } }";

/// What is said of one error.
fn said(answer: &Answer) -> (String, String) {
    let error = &answer.body["errors"][0];
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    (text(&error["extensions"]["code"]), text(&error["message"]))
}

on_both!(
    join_16_a_top_level_error_is_told_in_the_language_asked_for_then_in_ones_own,
    |app| {
        let (ada, session) = dutch_member(app).await;
        let wrong_id = "{ node(id: \"mem_x\") { id } }";
        let both = "{ viewer { kind } workspace(slug: \"a\", id: \"ws_x\") { id } }";
        let ask = async |document: &str, by: Option<&str>, language: &str| {
            let ask = app.ask(document).header("accept-language", language);
            let ask = match by {
                Some(credential) => ask.by(credential),
                None => ask,
            };
            said(&ask.send().await)
        };
        // Before anything runs (admission), and from a resolver (a failure of a service).
        for (document, code, en, fr, nl) in [
            (
                wrong_id,
                "BAD_USER_INPUT",
                "is not an id",
                "n’est pas un identifiant",
                "is geen id",
            ),
            (
                both,
                "BAD_USER_INPUT",
                "is not valid",
                "pas valable",
                "niet geldig",
            ),
            (
                NOT_THERE,
                "UNAUTHENTICATED",
                "Sign in first.",
                "Connectez-vous d’abord.",
                "Meld u eerst aan.",
            ),
        ] {
            for (language, text) in [("en", en), ("fr", fr), ("nl", nl), ("de", en)] {
                let (shown, message) = ask(document, None, language).await;
                assert_eq!(shown, code);
                assert!(message.contains(text), "{language}: {message}");
            }
        }
        for credential in [&session, &ada.key] {
            let (_, message) = ask(wrong_id, Some(credential), "fr").await;
            assert!(message.contains("is geen id"), "{message}");
            let (code, message) = ask(NOT_THERE, Some(credential), "fr").await;
            assert_eq!(
                (code.as_str(), message.as_str()),
                (
                    "FORBIDDEN",
                    "Hiervoor is het recht \"Eigenschappen van de werkruimte bewerken\" nodig."
                )
            );
        }
        // Nobody is known: the header says the language.
        let (code, message) = ask("{ viewer { kind } }", Some("cck_nonsense"), "fr").await;
        assert_eq!(code, "UNAUTHENTICATED");
        assert!(
            message.starts_with("L’identifiant de connexion"),
            "{message}"
        );
    }
);

on_both!(
    join_16_what_is_refused_around_the_document_names_its_language,
    |app| {
        let (ada, _) = dutch_member(app).await;
        let french = ("accept-language", "fr");
        let by = |credential: &str| format!("Bearer {credential}");
        let (bad, good) = (by("cck_nonsense"), by(&ada.key));
        let ask = || app.ask("{ viewer { kind } }").header(french.0, french.1);
        let get = async |path: &str, credential: Option<&str>| {
            let mut headers = vec![french];
            headers.extend(credential.map(|credential| ("authorization", credential)));
            app.get(path, &headers).await
        };
        let (members, audit) = (
            "/export/members.csv?workspace=riverton",
            "/export/audit.ndjson",
        );
        for (status, language, answer) in [
            (401, "fr", ask().by("cck_nonsense").send().await),
            (
                415,
                "fr",
                ask().header("content-type", "text/plain").send().await,
            ),
            (404, "fr", get("/nowhere", None).await),
            (401, "fr", get(members, Some(&bad)).await),
            (401, "fr", get(members, None).await),
            (403, "nl", get(members, Some(&good)).await),
            (400, "nl", get(audit, Some(&good)).await),
        ] {
            assert_eq!(answer.status, status, "{:#}", answer.body);
            let (_, message) = said(&answer);
            assert_eq!(answer.headers["content-language"], language, "{message}");
        }
    }
);
