//! Deleting accounts (ERASE): scheduling and cancelling, successors, the run and its steps, what it
//! leaves, the command line.

mod command;
mod operator;
mod run;
mod schedule;
mod steps;
mod succession;
mod traces;

use chrono::Duration;
use concierge::{
    app::record,
    domain::id::AccountId,
    service::erasure::{self, Step},
};
use serde_json::{Value, json};

use crate::support::{
    TestApp,
    world::{Member, Ws},
};

/// The fourteen days, and a second.
pub(crate) fn term() -> Duration {
    Duration::days(14) + Duration::seconds(1)
}

impl TestApp {
    /// Does every deletion that is due. Returns how many runs ended.
    pub(crate) async fn erase_due(&self) -> usize {
        concierge::job::erasure::erase(&self.app.deps)
            .await
            .unwrap()
    }

    /// Does the next step of a run.
    pub(crate) async fn erasure_step(&self, account: AccountId) -> Step {
        erasure::step(&self.app.deps, account).await.unwrap()
    }

    /// When the account will be deleted, as its owner sees it.
    pub(crate) async fn deletion_date(&self, session: &str) -> Value {
        let query = "{ viewer { profile { deletionScheduledAt } } }";
        let answer = self.post(Some(session), query, json!({})).await;
        answer.data()["viewer"]["profile"]["deletionScheduledAt"].clone()
    }

    /// Whether somebody is known by that credential.
    pub(crate) async fn is_accepted(&self, credential: &str) -> bool {
        let answer = self
            .post(Some(credential), "{ viewer { kind } }", json!({}))
            .await;
        assert!(answer.status == 200 || answer.status == 401);
        answer.status == 200
    }

    /// Checks every chain of the audit log.
    pub(crate) async fn assert_chains(&self) -> u64 {
        let log = record::examine(&self.app.deps.db, None).await.unwrap();
        assert_eq!(log.broken, 0, "{:?}", log.breaks);
        log.redacted
    }

    /// State, end reason and role of a member, as `by` sees it.
    pub(crate) async fn member_state(&self, by: &str, ws: &Ws, member: &Member) -> Value {
        let query = "query($id: ID!, $member: ID!) { workspace(id: $id) { member(id: $member) { \
                     state endReason role { name } account { displayName email } } } }";
        let ids = json!({ "id": ws.id.to_string(), "member": member.id.to_string() });
        let answer = self.post(Some(by), query, ids).await;
        answer.data()["workspace"]["member"].clone()
    }
}
