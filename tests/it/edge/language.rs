//! The language of answers (JOIN-16).

use serde_json::json;

use crate::support::{on_both, person::SIGN_IN};

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
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        let session = app.session_of(ada.account).await;
        app.mutate(&session, "updateAccount", json!({ "locale": "NL" }))
            .await;
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
