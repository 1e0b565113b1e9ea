//! `acceptInvitation` (JOIN-9, JOIN-10): who has the invited address becomes a member, with
//! everything that was offered.
//!
//! The invitation's own seat passes over to the membership (JOIN-13). What the inviter may do by
//! now is not asked: the offer stands.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::By;
use crate::{
    domain::{
        error_code::ErrorCode,
        id::{InvitationId, MembershipId},
        joining::Answer,
        vocabulary::{InvitationState, MembershipOrigin},
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        joining::{self, Gift, Standing, Start},
        sign_up::{self, Filled},
        write::{self, Affects, CallOptions, Committed, InformedUseCase, Transaction, Verdict},
    },
    store::{
        invitation::{self as rows, InvitationRow},
        joining::{self as newcomers, Newcomer},
    },
    words::message,
};

/// The input of `acceptInvitation`.
#[derive(Debug, Clone)]
pub struct AcceptInvitation {
    /// How the invitation is named.
    pub by: By,
    /// What was filled into the form, where the invited fill it in too.
    pub answers: Vec<Answer>,
    /// The version of the terms that is accepted.
    pub accepted_terms_version: Option<i32>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accepted {
    /// The membership; none if it was refused.
    pub membership_id: Option<MembershipId>,
}

/// Accepts for the caller's own address: signed in, not by key.
pub async fn accept(
    deps: &Deps,
    caller: &Caller,
    input: AcceptInvitation,
    options: CallOptions,
) -> Result<Committed<Accepted>, Failure> {
    may_accept(caller)?;
    sign_up::check_size(&input.answers)?;
    let row = super::named_invitation(deps, caller, &input.by).await?;
    let workspace = row.workspace_id;
    write::run(deps, caller, workspace, &options, &(input, row)).await
}

fn may_accept(caller: &Caller) -> Result<(), Failure> {
    match &caller.actor {
        Actor::Session(_) => Ok(()),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
    }
}

impl InformedUseCase for AcceptInvitation {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS;
    const ACCEPTS_OFFER: bool = true;
    type Output = Accepted;
    /// The invitation: of which generation its token was.
    type Before = InvitationRow;

    fn mutation(&self) -> &'static str {
        "acceptInvitation"
    }

    fn authorize(&self, _: &InvitationRow, _: &Access, caller: &Caller) -> Result<(), Failure> {
        may_accept(caller)
    }

    async fn run(
        &self,
        before: &InvitationRow,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Accepted>, Failure> {
        let refuse = |code: ErrorCode| Err(UserError::at(code, self.by.path()).into());
        let account = tx.caller.account_id().ok_or(Failure::Unauthenticated)?;
        let row = under_lock(tx, before.id).await?;
        if let Err(code) = check_pending(&row, self.by.generation(before), tx.now) {
            return refuse(code);
        }
        let newcomer = newcomers::by_account(tx.db(), account).await?;
        let Some(newcomer) =
            newcomer.filter(|newcomer| newcomer.email_canonical == row.email_canonical)
        else {
            return refuse(ErrorCode::InvitationEmailMismatch);
        };
        match Standing::of(tx, account).await? {
            Standing::Member(last) if last.disabled => {
                return refuse(ErrorCode::MembershipDisabled);
            }
            Standing::Member(_) => return refuse(ErrorCode::AlreadyMember),
            Standing::Stranger | Standing::Former(_) => {}
        }
        let Filled {
            answers,
            terms_version,
        } = filled(tx, &self.answers, self.accepted_terms_version).await?;
        let start = Start {
            answers,
            terms_version,
            ..start(tx, &row, newcomer)
        };
        let membership_id = Some(joining::begin(tx, start).await?);
        Ok(Verdict::keep(Accepted { membership_id }))
    }
}

/// What the invited filled in: the terms are for everybody, the form for them only where the
/// settings say so (JOIN-2).
pub(crate) async fn filled(
    tx: &Transaction<'_>,
    answers: &[Answer],
    accepted_terms_version: Option<i32>,
) -> Result<Filled, Failure> {
    let mut settings = sign_up::under_lock(tx).await?;
    if !settings.form_for_invited {
        settings.fields.clear();
    }
    Ok(sign_up::filled(&settings, answers, accepted_terms_version)?)
}

/// The invitation as it stands under the lock.
pub(super) async fn under_lock(
    tx: &Transaction<'_>,
    id: InvitationId,
) -> Result<InvitationRow, Failure> {
    let row = rows::by_ids(tx.db(), &[id]).await?.into_iter().next();
    row.filter(|row| row.workspace_id == tx.workspace_id())
        .ok_or(Failure::NotFound)
}

/// Refuses an invitation that does not wait for an answer, and a token that is not its newest.
pub(super) fn check_pending(
    row: &InvitationRow,
    generation: Option<i32>,
    now: DateTime<Utc>,
) -> Result<(), ErrorCode> {
    if generation.is_some_and(|generation| generation != row.generation) {
        return Err(ErrorCode::InvalidToken);
    }
    match row.state(now) {
        InvitationState::Pending => Ok(()),
        InvitationState::Expired => Err(ErrorCode::Expired),
        InvitationState::Accepted | InvitationState::Declined | InvitationState::Cancelled => {
            Err(ErrorCode::NotPending)
        }
    }
}

/// The membership that `row` offers `newcomer`, beginning now or when it says: what a former
/// membership had is not asked (JOIN-10).
pub(crate) fn start(tx: &Transaction<'_>, row: &InvitationRow, newcomer: Newcomer) -> Start {
    let interval = row.offer.accepted_at(tx.now);
    Start {
        giver: row.invited_by,
        gifts: vec![Gift {
            giver: row.invited_by,
            offer: row.offer.clone(),
        }],
        ..Start::bare(newcomer, MembershipOrigin::Invitation, interval)
    }
}
