//! How strong a password is, shown while it is typed (ACC-3).

use serde_json::json;

use super::{gets_in, somebody};
use crate::support::{on_both, person::PASSWORD};

const ASK: &str = "query($p: String!, $e: String!) { passwordStrength(password: $p, email: $e) { score isAccepted codes } }";

on_both!(acc_3_strength_is_shown_to_whoever_types, |app| {
    for (password, score, codes) in [
        ("copper lantern nine bridges", 4, json!([])),
        ("short", 0, json!(["TOO_SHORT"])),
        ("Passw0rd!", 1, json!(["TOO_COMMON"])),
        ("Summer2024!", 2, json!(["TOO_COMMON"])),
        ("Summer-2024-!", 2, json!(["TOO_COMMON"])),
        ("Lente-2025-!", 2, json!(["TOO_COMMON"])),
        ("Maandag2026!", 2, json!(["TOO_COMMON"])),
        ("Bienvenue2025!", 2, json!(["TOO_COMMON"])),
        ("Wachtwoord123!", 2, json!(["TOO_COMMON"])),
        ("Mot-de-passe 2024", 2, json!(["TOO_COMMON"])),
    ] {
        let answer = app
            .post(None, ASK, json!({ "p": password, "e": "ada@example.org" }))
            .await;
        let shown = &answer.data()["passwordStrength"];
        assert!(
            shown["score"].as_i64().unwrap() <= score,
            "{password}: {shown}"
        );
        assert_eq!(
            (&shown["codes"], shown["isAccepted"].as_bool()),
            (&codes, Some(codes == json!([]))),
            "{password}"
        );
    }
    let wrong = app
        .post(None, ASK, json!({ "p": "x", "e": "nobody" }))
        .await;
    assert_eq!(wrong.codes(), ["BAD_USER_INPUT"]);
    let url = "/graphql?query=%7BpasswordStrength(password%3A%22x%22%2Cemail%3A%22a%40example.org%22)%7Bscore%7D%7D";
    let request = http::Request::get(url)
        .header("accept", "application/graphql-response+json")
        .body(axum::body::Body::empty());
    assert_eq!(app.send(request.unwrap()).await.codes(), ["BAD_USER_INPUT"]);
});

on_both!(acc_3_a_request_has_one_password_judged, |app| {
    let twice = "query($e: String!) { a: passwordStrength(password: \"x\", email: $e) { score } \
                 b: passwordStrength(password: \"y\", email: $e) { score } }";
    let answer = app
        .post(None, twice, json!({ "e": "ada@example.org" }))
        .await;
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"]);
});

on_both!(acc_3_a_strength_costs_little_whatever_is_typed, |app| {
    let signs: String = "4@8({[<3691!|70$5+%2".chars().cycle().take(128).collect();
    app.post(None, ASK, json!({ "p": "x", "e": "ada@example.org" }))
        .await;
    let began = std::time::Instant::now();
    for _ in 0..10 {
        let answer = app
            .post(None, ASK, json!({ "p": signs, "e": "ada@example.org" }))
            .await;
        assert_eq!(answer.data()["passwordStrength"]["isAccepted"], true);
    }
    assert!(
        began.elapsed().as_millis() < 2_500,
        "ten took {:?}; one took over a second",
        began.elapsed()
    );
});

on_both!(acc_5_who_has_too_many_passwords_judged_waits, |app| {
    let ask = async |client: &str, password: &str| {
        app.ask(ASK)
            .variables(json!({ "p": password, "e": "ada@example.org" }))
            .from(client)
            .send()
            .await
    };
    // By the clock of the machine: a pass is given back in half a second.
    let exhaust = async || {
        for _ in 0..1_000 {
            let answer = ask("192.0.2.1", "x").await;
            if !answer.codes().is_empty() {
                assert_eq!(answer.codes(), ["RATE_LIMITED"]);
                return;
            }
        }
        panic!("never limited");
    };
    let register = crate::support::writing::document("createAccount");
    let input = json!({ "email": "ada@example.org", "password": "copper lantern nine bridges" });
    exhaust().await;
    let neighbour = app
        .ask(&register)
        .input(input.clone())
        .from("192.0.2.1")
        .send()
        .await;
    assert_eq!(
        neighbour.payload().errors(),
        [""; 0],
        "whoever registers from the same network is not hindered"
    );
    assert!(ask("192.0.2.2", "x").await.codes().is_empty());
    assert!(
        app.ask(&register)
            .input(input)
            .from("192.0.2.2")
            .send()
            .await
            .payload()
            .errors()
            .is_empty()
    );
});

on_both!(
    acc_3_names_of_the_person_and_the_workspace_are_no_passwords,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        let session = crate::support::person::token(&app.sign_in(&ada.email, PASSWORD).await);
        for weak in ["Riverton2026!", "Veldkamp2024!"] {
            let change = json!({ "currentPassword": PASSWORD, "newPassword": weak });
            assert_eq!(
                app.mutate(&session, "changePassword", change)
                    .await
                    .errors()[0],
                "TOO_COMMON newPassword",
                "{weak}"
            );
            let shown = app
                .post(Some(&session), ASK, json!({ "p": weak, "e": ada.email }))
                .await;
            assert_eq!(
                shown.data()["passwordStrength"]["codes"][0],
                "TOO_COMMON",
                "{weak}"
            );
        }
    }
);

on_both!(
    acc_3_a_password_set_composed_and_typed_decomposed_signs_in,
    |app| {
        const COMPOSED: &str = "k\u{f6}ttbullar p\u{e5} fat, nio";
        const DECOMPOSED: &str = "ko\u{308}ttbullar\u{a0}pa\u{30a} fat,\u{2003}nio";
        somebody(app, "ada@example.org").await;
        let mine = crate::support::person::token(&app.sign_in("ada@example.org", PASSWORD).await);
        let change = json!({ "currentPassword": PASSWORD, "newPassword": COMPOSED });
        assert_eq!(
            app.mutate(&mine, "changePassword", change).await.errors(),
            [""; 0]
        );
        for typed in [COMPOSED, DECOMPOSED] {
            assert!(gets_in(app, "ada@example.org", typed).await, "{typed:?}");
        }
        assert!(!gets_in(app, "ada@example.org", "kottbullar pa fat, nio").await);
        // A hash from before passwords were prepared is of the text as it was typed, and is made anew.
        let old = {
            use concierge::service::hasher::HashingCost;
            let HashingCost {
                memory_kib,
                iterations,
                parallelism,
            } = HashingCost::default();
            let params = argon2::Params::new(memory_kib, iterations, parallelism, None).unwrap();
            let argon2 =
                argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
            use argon2::password_hash::PasswordHasher as _;
            argon2
                .hash_password_with_salt(DECOMPOSED.as_bytes(), &[7; 16])
                .unwrap()
                .to_string()
        };
        app.sql(
            "UPDATE account SET password_hash = $1",
            vec![old.clone().into()],
        )
        .await;
        assert!(!gets_in(app, "ada@example.org", COMPOSED).await);
        assert!(gets_in(app, "ada@example.org", DECOMPOSED).await);
        assert_eq!(
            app.count(&format!("account WHERE password_hash = '{old}'"))
                .await,
            0
        );
        assert!(gets_in(app, "ada@example.org", COMPOSED).await);
    }
);
