//! People who sign in, and the rows that result.

use concierge::domain::{id::AccountId, password::Password};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{TestApp, app::Answer};

/// A password that is accepted.
pub const PASSWORD: &str = "copper lantern nine bridges";

/// `signIn` with its whole payload.
pub const SIGN_IN: &str = "mutation($input: SignInInput!) { signIn(input: $input) { \
    session { id createdAt lastActiveAt expiresAt userAgent clientAddress isCurrent } \
    token account { id displayName email } errors { code message path } } }";

impl TestApp {
    /// Gives an account [`PASSWORD`].
    pub async fn with_password(&self, account: AccountId) {
        let hash = self
            .app
            .deps
            .hasher
            .hash(
                &Password::from(PASSWORD.to_owned()),
                concierge::service::hasher::Urgency::Other,
            )
            .await
            .expect("a hash");
        self.sql(
            "UPDATE account SET password_hash = $1 WHERE id = $2",
            vec![hash.into(), account.0.into()],
        )
        .await;
    }

    /// Tries to sign in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.ask(SIGN_IN)
            .input(json!({ "email": email, "password": password }))
            .send()
            .await
    }

    /// The number of rows: `session WHERE ended_at IS NULL`.
    pub async fn count(&self, from: &str) -> i64 {
        let db = self.app.deps.db.writer();
        let sql = format!("SELECT COUNT(*) FROM {from}");
        let statement = Statement::from_string(db.get_database_backend(), sql);
        let row = db
            .query_one_raw(statement)
            .await
            .expect("a count")
            .expect("a row");
        row.try_get_by_index(0).expect("a number")
    }

    /// Writes the collected last uses, and what was counted for analytics.
    pub async fn flush(&self) {
        let deps = &self.app.deps;
        let uses = deps.activity.flush(&deps.db).await;
        uses.expect("last uses are written");
        let counters = deps.analytics.flush(&deps.db).await;
        counters.expect("counters are written");
    }
}

/// The token of an answer to `signIn`.
#[track_caller]
pub fn token(answer: &Answer) -> String {
    match &answer.data()["signIn"]["token"] {
        Value::String(token) => token.clone(),
        _ => panic!("nobody signed in: {:#}", answer.body),
    }
}
