//! `withdrawAccessRequest`: whoever made a request takes it back (JOIN-3).

use serde::{Deserialize, Serialize};

use super::{ended, rows, under_lock};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{error_code::ErrorCode, id::AccessRequestId, vocabulary::AccessRequestState},
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Transaction, UseCase, Verdict},
    },
    words::message,
};

/// The input of `withdrawAccessRequest`.
#[derive(Debug, Clone, Copy)]
pub struct WithdrawAccessRequest {
    /// Which request.
    pub id: AccessRequestId,
}

/// What became of it.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Withdrawn {
    /// The request; none if it was not withdrawn.
    pub id: Option<AccessRequestId>,
}

/// Withdraws the caller's own request: by session, not by key. To all others nothing is there.
pub async fn withdraw(
    deps: &Deps,
    caller: &Caller,
    input: WithdrawAccessRequest,
    options: CallOptions,
) -> Result<Committed<Withdrawn>, Failure> {
    by_session(caller)?;
    let row = super::by_id(deps, input.id)
        .await?
        .filter(|row| caller.account_id() == Some(row.account_id));
    let row = row.ok_or(Failure::NotFound)?;
    write::run(deps, caller, row.workspace_id, &options, &input).await
}

fn by_session(caller: &Caller) -> Result<(), Failure> {
    match caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(_) => Ok(()),
    }
}

impl UseCase for WithdrawAccessRequest {
    const CHANGES_ACCESS: bool = false;
    type Output = Withdrawn;

    fn mutation(&self) -> &'static str {
        "withdrawAccessRequest"
    }

    /// Whose request it is was looked at before: that never changes.
    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        by_session(caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Withdrawn>, Failure> {
        let id = self.id;
        let Some(row) = under_lock(tx, &[id]).await?.remove(&id) else {
            return Err(Failure::NotFound);
        };
        if row.state != AccessRequestState::Pending {
            return Err(Failure::Invalid(vec![UserError::at(
                ErrorCode::AlreadyDecided,
                "id",
            )]));
        }
        let became = AccessRequestState::Withdrawn;
        let by = tx.caller.account_id();
        rows::decide(
            tx.db(),
            tx.workspace_id(),
            &[id],
            (became, None),
            (tx.now, by),
        )
        .await?;
        tx.record(ended(
            AuditEventKind::AccessRequestWithdrawn,
            &row,
            became,
            None,
        ));
        Ok(Verdict::keep(Withdrawn { id: Some(id) }))
    }
}
