//! What a workspace asks of whoever signs in (MFA-10): the policy, whom it concerns, and the mails
//! about it. Which sessions meet it is decided in `domain::access`, and asked by [`Access`] alone
//! (MFA-11).

mod mails;
mod set;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;

use super::{Access, Caller, Failure};
use crate::{
    domain::{
        access::{self, facts::WorkspaceFacts},
        id::{AccountId, MembershipId, WorkspaceId},
        permission::Permission,
    },
    store::{
        access::{self as facts, Wanted},
        sign_in_policy as rows,
    },
};

pub use crate::domain::access::{SecondFactorPolicy, SignInPolicy};
pub use mails::{BATCH, batch, workspaces};
pub use set::{PolicySet, SetSignInPolicy, set};

/// The policy of the workspace (EWP).
pub fn policy(access: &Access, caller: &Caller) -> Result<SignInPolicy, Failure> {
    access.require(caller, Permission::EditWorkspaceProperties)?;
    Ok(access.snapshot.sign_in)
}

/// Those whom a policy concerns at `t` and who have no second factor at `now`.
struct Concerned<'a> {
    workspace: WorkspaceId,
    facts: &'a WorkspaceFacts,
    policy: SecondFactorPolicy,
    now: DateTime<Utc>,
    t: DateTime<Utc>,
}

impl Concerned<'_> {
    /// At most `limit` members without a factor behind `after`, by id: of them those who are
    /// concerned, and the last one that was looked at, if there may be more.
    async fn page(
        &self,
        db: &impl ConnectionTrait,
        after: Option<MembershipId>,
        limit: usize,
    ) -> Result<(Vec<(MembershipId, AccountId)>, Option<MembershipId>), Failure> {
        let everybody = self.policy == SecondFactorPolicy::Everybody;
        let (workspace, times) = (self.workspace, (self.now, self.t));
        let mut found = rows::without_factor(db, workspace, everybody, after, limit, times).await?;
        let last = found.last().filter(|_| found.len() == limit).copied();
        let ids: Vec<MembershipId> = found.iter().map(|(id, _)| *id).collect();
        let wanted = if everybody {
            Wanted {
                disabled: true,
                ..Wanted::NOTHING
            }
        } else {
            Wanted::ALL
        };
        let members = facts::members(db, workspace, &ids, wanted, self.now).await?;
        found.retain(|(id, _)| {
            members
                .get(id)
                .is_some_and(|member| access::concerns(self.policy, self.facts, member, self.t))
        });
        Ok((found, last.map(|(id, _)| id)))
    }
}
