//! Operators are created, listed and removed on the machine of the installation.

use concierge::app::{NewOperator, record};
use secrecy::SecretString;
use serde_json::json;

use crate::support::{
    on_both,
    person::{PASSWORD, token},
};

on_both!(aud_1_an_operator_is_removed_and_the_account_stays, |app| {
    let new = |email: &str| NewOperator {
        email: email.to_owned(),
        given_name: "Olu".to_owned(),
        family_name: "Adeyemi".to_owned(),
        password: SecretString::from(PASSWORD),
    };
    for email in ["olu@example.org", "Ada@example.org"] {
        app.app.create_operator(new(email)).await.unwrap();
    }
    let listed = async || {
        let operators = app.app.operators().await.unwrap();
        let emails = operators.into_iter().map(|operator| operator.email);
        emails.collect::<Vec<_>>()
    };
    assert_eq!(listed().await, ["Ada@example.org", "olu@example.org"]);
    let session = token(&app.sign_in("olu@example.org", PASSWORD).await);
    let workspace = |slug: &str| json!({ "name": "Lakeside", "slug": slug, "administratorEmail": "grace@example.org" });
    app.mutate(&session, "createWorkspace", workspace("lakeside"))
        .await;

    app.app.remove_operator("OLU@example.org").await.unwrap();
    assert_eq!(listed().await, ["Ada@example.org"]);
    let refused = app
        .try_mutate(&session, "createWorkspace", workspace("riverton"))
        .await;
    assert_eq!(refused.codes(), ["FORBIDDEN"]);
    assert_eq!(
        app.count("audit_event WHERE kind = 'ACCOUNT_UPDATED' AND actor_kind = 'SYSTEM'")
            .await,
        1
    );
    token(&app.sign_in("olu@example.org", PASSWORD).await);

    let before = app.footprint().await;
    for email in ["olu@example.org", "nobody@example.org", "nonsense"] {
        assert!(app.app.remove_operator(email).await.is_err(), "{email}");
    }
    assert_eq!(app.footprint().await, before);
    let log = record::examine(&app.app.deps.db, None).await.unwrap();
    assert_eq!(log.broken, 0, "{:?}", log.breaks);
});
