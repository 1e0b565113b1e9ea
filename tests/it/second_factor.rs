//! Second factors: setting one up, signing in with it, wrong codes, step-up (MFA), removal by operators, what
//! workspaces require, and what is sealed (BASE-3).

mod enrol;
mod passkey;
mod policy;
mod removal;
mod sealed;
mod sign_in;
pub(crate) mod step_up;
mod wrong_codes;

use chrono::{DateTime, Duration, Utc};
use concierge::domain::totp::Seed;
use serde_json::{Value, json};

use crate::{
    account::somebody,
    support::{TestApp, app::Answer, person::PASSWORD},
};

pub(crate) const ADA: &str = "ada@example.org";

/// The bytes of a text in base 32 (RFC 4648), as an authenticator app reads them.
fn base32(text: &str) -> Vec<u8> {
    let digit = |c: u8| {
        u64::try_from(
            b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
                .iter()
                .position(|d| *d == c)
                .unwrap(),
        )
        .unwrap()
    };
    let (mut bits, mut held, mut bytes) = (0_u64, 0, Vec::new());
    for c in text.bytes() {
        bits = (bits << 5) | digit(c);
        held += 5;
        if held >= 8 {
            held -= 8;
            bytes.push(u8::try_from((bits >> held) & 0xff).unwrap());
        }
    }
    bytes
}

/// An authenticator app.
pub(crate) struct Authenticator(Seed);

impl Authenticator {
    /// The app after the seed was typed in.
    pub(crate) fn with(secret: &str) -> Self {
        Self(Seed::of(&base32(secret)))
    }

    pub(crate) fn code(&self, at: DateTime<Utc>) -> String {
        self.0.code(at)
    }
}

/// Somebody with an authenticator app.
pub(crate) struct Enrolled {
    /// The session in which it was set up.
    pub(crate) session: String,
    pub(crate) authenticator: Authenticator,
    pub(crate) recovery_codes: Vec<String>,
    pub(crate) factor: Value,
}

/// Starts an enrolment.
pub(crate) async fn start(app: &TestApp, session: &str) -> Authenticator {
    let started = app.mutate(session, "startTotpEnrolment", json!({})).await.0;
    assert_eq!(started["errors"], json!([]));
    Authenticator::with(started["secret"].as_str().unwrap())
}

/// Sets an authenticator app up, and waits until its code is another one.
pub(crate) async fn enrol(app: &TestApp, session: &str) -> Enrolled {
    let authenticator = start(app, session).await;
    let code = authenticator.code(app.now());
    let confirmed = app
        .mutate(session, "confirmTotp", json!({ "code": code }))
        .await
        .0;
    assert_eq!(confirmed["errors"], json!([]), "{confirmed:#}");
    app.pass(Duration::seconds(60));
    Enrolled {
        session: session.to_owned(),
        authenticator,
        recovery_codes: serde_json::from_value(confirmed["recoveryCodes"].clone())
            .unwrap_or_default(),
        factor: confirmed["secondFactor"].clone(),
    }
}

/// Ada, with an authenticator app.
pub(crate) async fn ada(app: &TestApp) -> Enrolled {
    let session = somebody(app, ADA).await;
    enrol(app, &session).await
}

/// Gives the right password; answers the challenge.
pub(crate) async fn challenge(app: &TestApp) -> String {
    let input = json!({ "email": ADA, "password": PASSWORD });
    let payload = app.mutate_anonymously("signIn", input).await.payload().0;
    assert_eq!(payload["errors"][0]["code"], "SECOND_FACTOR_REQUIRED");
    payload["challenge"].as_str().unwrap().to_owned()
}

/// Tries to complete a sign-in.
pub(crate) async fn complete(app: &TestApp, challenge: &str, code: &str) -> Answer {
    let input = json!({ "challenge": challenge, "code": code });
    app.mutate_anonymously("completeSignIn", input).await
}

impl TestApp {
    /// Calls a mutation without a credential.
    pub(crate) async fn mutate_anonymously(&self, mutation: &str, input: Value) -> Answer {
        self.door().mutate(None, mutation, input).await
    }
}
