//! Who is let in, and what everybody else is told.

use std::sync::Arc;

use concierge::{
    app::{App, Edge},
    service::hasher::{HashingCost, PasswordHasher},
};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    app::Door,
    on_both,
    person::{PASSWORD, SIGN_IN, token},
};

async fn hash_of(app: &TestApp, email: &str) -> String {
    use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
    let found = concierge::entity::account::Entity::find()
        .filter(concierge::entity::account::Column::EmailCanonical.eq(email))
        .one(app.app.deps.db.writer())
        .await;
    found.unwrap().unwrap().password_hash.unwrap_or_default()
}

on_both!(
    acc_1_any_case_is_accepted_and_nothing_else_is_folded,
    |app| {
        let ws = app.workspace("riverton").await;
        let karin = app.member(&ws, "Karin Kelvin").create().await;
        app.with_password(karin.account).await;
        for typed in [
            "karin.kelvin@example.org",
            "KARIN.KELVIN@EXAMPLE.ORG",
            "  Karin.Kelvin@Example.Org  ",
        ] {
            let answer = app.sign_in(typed, PASSWORD).await;
            let signed_in = &answer.data()["signIn"];
            assert_eq!(signed_in["errors"], json!([]), "{typed}");
            assert_eq!(signed_in["account"]["displayName"], "Karin Kelvin");
            assert_eq!(signed_in["account"]["email"], "karin.kelvin@example.org");
        }
        // KELVIN SIGN, whose lower case is a plain k; a dotless i.
        for typed in [
            "\u{212a}arin.kelvin@example.org",
            "kar\u{131}n.kelvin@example.org",
        ] {
            assert_eq!(
                app.sign_in(typed, PASSWORD).await.user_errors("signIn"),
                ["INVALID_CREDENTIALS"],
                "{typed}"
            );
        }
    }
);

on_both!(
    acc_3_hashes_are_argon2id_and_made_anew_when_the_parameters_rise,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.member(&ws, "Ada Veldkamp").create().await;
        app.with_password(ada.account).await;
        let old = hash_of(app, &ada.email).await;
        assert!(old.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{old}");
        token(&app.sign_in(&ada.email, PASSWORD).await);
        assert_eq!(hash_of(app, &ada.email).await, old, "nothing rose");

        let mut deps = app.app.deps.clone();
        let cost = HashingCost {
            iterations: 3,
            ..HashingCost::default()
        };
        deps.hasher = Arc::new(PasswordHasher::new(cost, 2, Arc::clone(&deps.ids)).unwrap());
        let stronger = Door::of(App::new(deps, Edge::default()).router().unwrap());
        let wrong = app
            .ask(SIGN_IN)
            .input(json!({ "email": ada.email, "password": "not this one" }))
            .through(&stronger)
            .send()
            .await;
        assert_eq!(wrong.user_errors("signIn"), ["INVALID_CREDENTIALS"]);
        assert_eq!(
            hash_of(app, &ada.email).await,
            old,
            "a wrong password changes nothing"
        );
        token(
            &app.ask(SIGN_IN)
                .input(json!({ "email": ada.email, "password": PASSWORD }))
                .through(&stronger)
                .send()
                .await,
        );
        let new = hash_of(app, &ada.email).await;
        assert!(new.starts_with("$argon2id$v=19$m=19456,t=3,p=1$"), "{new}");
        token(&app.sign_in(&ada.email, PASSWORD).await);
        assert_eq!(
            hash_of(app, &ada.email).await,
            new,
            "a stronger one is kept"
        );
    }
);

on_both!(acc_4_every_reason_has_one_answer, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.member(&ws, "Ada Veldkamp").create().await;
    let bo = app.member(&ws, "Bo Unverified").create().await;
    let no_password = app.member(&ws, "Cy Passwordless").create().await;
    app.with_password(ada.account).await;
    app.with_password(bo.account).await;
    app.sql(
        "UPDATE account SET email_verified_at = NULL WHERE id = $1",
        vec![bo.account.0.into()],
    )
    .await;
    let (mut answers, mut statements): (Vec<(String, Value)>, Vec<_>) = (Vec::new(), Vec::new());
    let long = "x".repeat(10_000);
    for (place, (email, password)) in [
        (ada.email.as_str(), "not this one"),
        (ada.email.as_str(), ""),
        (ada.email.as_str(), &long),
        (ada.email.as_str(), &PASSWORD.to_uppercase()),
        ("nobody@example.org", PASSWORD),
        (bo.email.as_str(), PASSWORD),
        (no_password.email.as_str(), PASSWORD),
        ("no address", PASSWORD),
        ("", ""),
        (&long, PASSWORD),
        ("a\u{0}b@example.org", "a\u{0}b"),
    ]
    .into_iter()
    .enumerate()
    {
        let ask = app
            .ask(SIGN_IN)
            .input(json!({ "email": email, "password": password }))
            .from(&format!("192.0.2.{place}"));
        let answer = ask.send().await;
        assert_eq!(answer.status, 200);
        assert!(answer.headers.get("set-cookie").is_none(), "{email}");
        statements.push(answer.statements);
        answers.push((email.chars().take(40).collect(), answer.body));
    }
    // The last four are no addresses, and nobody has them.
    assert_eq!(
        statements[..7],
        [statements[0]; 7],
        "as many for every reason"
    );
    assert_eq!(
        answers[0].1["data"]["signIn"]["errors"][0]["code"],
        "INVALID_CREDENTIALS"
    );
    for (email, body) in &answers {
        assert_eq!(body, &answers[0].1, "{email}");
    }
    // Known accounts keep a record of it (AUD-1): four at Ada, one each at Bo and Cy.
    assert_eq!(
        app.count("audit_event WHERE kind = 'SIGN_IN_FAILED'").await,
        6
    );
    assert_eq!(app.count("session").await, 0);
});
