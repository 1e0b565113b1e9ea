//! Credentials of a wrong form are told what a right one looks like.

use crate::support::on_both;

const KIND: &str = "{ viewer { kind } }";

on_both!(
    key_6_a_wrong_scheme_is_401_and_says_which_are_accepted,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        for value in [
            "Basic YTpi",
            &format!("Token {}", ada.key),
            "Bearer",
            "Bearer ",
            "Digest a=b",
            &ada.key,
        ] {
            let answer = app.ask(KIND).header("authorization", value).send().await;
            assert_eq!(
                (answer.status.as_u16(), answer.codes()),
                (401, vec!["UNAUTHENTICATED"]),
                "{value}"
            );
            let message = answer.body["errors"][0]["message"].as_str().unwrap();
            assert!(
                message.contains("Bearer <")
                    && message.contains("Apikey <")
                    && message.contains("X-Api-Key"),
                "{message}"
            );
            assert!(!message.contains(&ada.key[..8]), "{message}");
            assert_eq!(answer.headers["www-authenticate"], "Bearer, Apikey");
        }
        let unknown = app.ask(KIND).by("cck_nonsense").send().await;
        assert_eq!(unknown.status, 401);
        assert!(
            !unknown.body["errors"][0]["message"]
                .as_str()
                .unwrap()
                .contains("Apikey"),
            "its form is right"
        );
        let export = app
            .get(
                "/export/members.csv?workspace=riverton",
                &[("authorization", "Basic YTpi")],
            )
            .await;
        assert_eq!(
            (export.status.as_u16(), export.codes()),
            (401, vec!["UNAUTHENTICATED"])
        );
    }
);
