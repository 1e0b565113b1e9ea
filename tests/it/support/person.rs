//! People who sign in, and what stands in the tables afterwards.

use concierge::domain::{id::AccountId, password::Password};
use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};

use super::{TestApp, app::Answer};

/// A password that nothing speaks against.
pub const PASSWORD: &str = "copper lantern nine bridges";

/// `signIn` with everything that it answers.
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
            .hash(&Password::from(PASSWORD.to_owned()))
            .await
            .expect("a hash");
        self.sql(
            "UPDATE account SET password_hash = $1 WHERE id = $2",
            vec![hash.into(), account.0.into()],
        )
        .await;
    }

    /// An attempt to sign in.
    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        self.ask(SIGN_IN)
            .input(json!({ "email": email, "password": password }))
            .send()
            .await
    }

    /// How many rows there are: `session WHERE ended_at IS NULL`.
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

    /// Writes the last uses that were gathered.
    pub async fn flush(&self) {
        self.app
            .deps
            .activity
            .flush(&self.app.deps.db)
            .await
            .expect("last uses are written");
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
