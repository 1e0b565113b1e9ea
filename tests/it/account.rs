//! Getting an account, and what one does with one's own (ACC).

mod email;
mod export;
mod operators;
mod passwords;
mod register;
mod repeat;
mod reset;
mod strength;
mod typed;
mod update;

use serde_json::{Value, json};

use crate::support::{
    TestApp,
    app::Answer,
    ask::Ask,
    person::{PASSWORD, token},
    writing::document,
};

/// Another password that nothing speaks against.
pub(crate) const OTHER: &str = "seven quiet harbours, all lit";

/// Calls a mutation of accounts without a credential.
pub(crate) fn call(app: &TestApp, mutation: &str, input: Value) -> Ask {
    app.ask(&document(mutation)).input(input)
}

/// The payload of the one mutation.
#[track_caller]
pub(crate) fn payload(answer: &Answer) -> Value {
    answer.payload().0
}

/// The codes in the payload's `errors`, each with its path.
#[track_caller]
pub(crate) fn errors(answer: &Answer) -> Vec<String> {
    answer.payload().errors()
}

/// Registers, in a browser that has no cookie yet, from a network of its own; answers the cookie of
/// the device.
pub(crate) async fn register(app: &TestApp, email: &str, password: &str) -> String {
    static NETWORKS: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
    let network = NETWORKS.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    let input = json!({ "email": email, "password": password, "givenName": "Ada", "familyName": "Veldkamp", "locale": "FR" });
    let client = format!("10.{}.{}.1", 100 + network / 250, network % 250);
    let answer = call(app, "createAccount", input).from(&client).send().await;
    assert_eq!(payload(&answer)["sent"], true, "{:#}", answer.body);
    answer.cookie("device").to_owned()
}

/// Somebody with an account, a confirmed address and [`PASSWORD`]; answers a session.
pub(crate) async fn somebody(app: &TestApp, email: &str) -> String {
    let device = register(app, email, PASSWORD).await;
    let link = app
        .link(concierge::domain::mail::MailKind::Registration, email)
        .await;
    let answer = call(app, "verifyEmail", json!({ "token": link }))
        .cookie(&device)
        .send()
        .await;
    assert_eq!(
        payload(&answer)["account"]["email"],
        email,
        "{:#}",
        answer.body
    );
    token(&app.sign_in(email, PASSWORD).await)
}

/// Whether somebody gets in.
pub(crate) async fn gets_in(app: &TestApp, email: &str, password: &str) -> bool {
    app.pass(chrono::Duration::minutes(2));
    app.sign_in(email, password).await.data()["signIn"]["token"].is_string()
}
