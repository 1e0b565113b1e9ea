//! `leaveWorkspace`: ends the caller's own membership (JOIN-12, MEM-3, MEM-5).

use serde::{Deserialize, Serialize};

use crate::service::{
    Access, Actor, Caller, Deps, Failure, UserError,
    administrators::Administrators,
    member::revoke,
    write::{self, Affects, CallOptions, Committed, Transaction, UseCase, Verdict},
};
use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        error_code::ErrorCode,
        id::{MembershipId, WorkspaceId},
        vocabulary::{MembershipEndReason, MembershipState},
    },
    store::membership,
    words::message,
};

/// What became of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Left {
    /// The membership that ended.
    pub membership_id: Option<MembershipId>,
}

/// Ends the caller's own membership: by session, not by key.
pub async fn leave(
    deps: &Deps,
    caller: &Caller,
    workspace: WorkspaceId,
    options: CallOptions,
) -> Result<Committed<Left>, Failure> {
    by_session(caller)?;
    write::run(deps, caller, workspace, &options, &LeaveWorkspace).await
}

fn by_session(caller: &Caller) -> Result<(), Failure> {
    match caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(_) => Ok(()),
    }
}

struct LeaveWorkspace;

impl UseCase for LeaveWorkspace {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = Left;

    fn mutation(&self) -> &'static str {
        "leaveWorkspace"
    }

    /// Whoever has left may be told so again (AUD-5): that there is a membership to end is looked
    /// at behind that.
    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        by_session(caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Left>, Failure> {
        let member = match tx.access.member.as_ref().map(|member| member.id) {
            Some(id) => tx.members(&[id]).await?.remove(&id),
            None => None,
        };
        let Some(member) = member else {
            return Err(Failure::forbidden(message::requires_membership()));
        };
        let refused = |code| Err(Failure::Invalid(vec![UserError::at(code, "workspaceId")]));
        if access::state(&member, tx.now) == MembershipState::Disabled {
            return refused(ErrorCode::MembershipDisabled);
        }
        let facts = std::sync::Arc::clone(&tx.access.snapshot);
        let after: MemberFacts = revoke::ended(&member, &tx.access);
        if let Err(code) =
            Administrators::count(tx)
                .await?
                .change(&facts.facts, &member, &after, tx.now)
        {
            return refused(code);
        }
        if member.interval.end().is_some() {
            membership::note_left_before_end(tx.db(), tx.workspace_id(), member.id).await?;
        }
        revoke::end(
            tx,
            &[MemberFacts::clone(&member)],
            MembershipEndReason::Left,
            None,
        )
        .await?;
        Ok(Verdict::keep(Left {
            membership_id: Some(member.id),
        }))
    }
}
