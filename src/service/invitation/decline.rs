//! `declineInvitation`: the invited says no, by the token of the mail or signed in, and may refuse
//! further mail from the workspace (JOIN-6, JOIN-8): that also when the invitation waits for no
//! answer any more, for the link to it is in every mail. Who refuses can be invited again: the
//! invitation then waits, and no mail says so.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    By,
    accept::{check_pending, under_lock},
    record, sending,
    telling::tell_inviters,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange, error_code::ErrorCode, id::InvitationId, vocabulary::InvitationState,
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::{
        invitation::{InvitationRow, write as rows},
        joining::{self as newcomers},
    },
    words::message,
};

/// The input of `declineInvitation`.
#[derive(Debug, Clone)]
pub struct DeclineInvitation {
    /// How the invitation is named.
    pub by: By,
    /// Whether the workspace is to send no more mail about invitations to this address.
    pub refuse_further_mail: bool,
}

/// What came of it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declined {
    /// The invitation; none if it was refused.
    pub invitation_id: Option<InvitationId>,
}

/// Declines: by token whoever holds it, by id the invited, signed in; not by key.
pub async fn decline(
    deps: &Deps,
    caller: &Caller,
    input: DeclineInvitation,
    options: CallOptions,
) -> Result<Committed<Declined>, Failure> {
    may_decline(caller)?;
    let row = super::named_invitation(deps, caller, &input.by).await?;
    let workspace = row.workspace_id;
    write::run(deps, caller, workspace, &options, &(input, row)).await
}

fn may_decline(caller: &Caller) -> Result<(), Failure> {
    match &caller.actor {
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Anonymous | Actor::Session(_) | Actor::System => Ok(()),
    }
}

impl InformedUseCase for DeclineInvitation {
    const CHANGES_ACCESS: bool = false;
    type Output = Declined;
    /// The invitation: of which generation its token was.
    type Before = InvitationRow;

    fn mutation(&self) -> &'static str {
        "declineInvitation"
    }

    /// Whoever holds the token is known by it, whatever network they call from.
    fn actor(&self, before: &InvitationRow, caller: &Caller) -> String {
        if caller.account_id().is_none() {
            format!("token of {}", before.id)
        } else {
            caller.name()
        }
    }

    fn authorize(&self, _: &InvitationRow, _: &Access, caller: &Caller) -> Result<(), Failure> {
        may_decline(caller)
    }

    async fn run(
        &self,
        before: &InvitationRow,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Declined>, Failure> {
        let refuse = |code: ErrorCode| Err(UserError::at(code, self.by.path()).into());
        let row = under_lock(tx, before.id).await?;
        let generation = self.by.generation(before);
        match check_pending(&row, generation, tx.now) {
            Ok(()) => {}
            Err(code)
                if code != ErrorCode::InvalidToken
                    && generation.is_some()
                    && self.refuse_further_mail =>
            {
                return refuse_late(tx, &row).await;
            }
            Err(code) => return refuse(code),
        }
        let invited = newcomers::by_email(tx.db(), &row.email_canonical)
            .await?
            .map(|newcomer| newcomer.account_id);
        if generation.is_none() && invited != tx.caller.account_id() {
            return refuse(ErrorCode::InvitationEmailMismatch);
        }
        // Whoever holds the token has the address, and so is the account that has it.
        if let Some(account) = invited {
            tx.acts_as(account);
        }
        rows::decline(tx.db(), tx.workspace_id(), row.id, tx.now).await?;
        sending::void(tx, &[row.id]).await?;
        tell_inviters(tx, [row.invited_by]).await?;
        let mut event = record::became(
            AuditEventKind::InvitationDeclined,
            row.id,
            InvitationState::Declined,
        );
        if self.refuse_further_mail {
            event.changes.push(refuse_mail(tx, &row).await?);
        }
        tx.record(event);
        Ok(Verdict::keep(Declined {
            invitation_id: Some(row.id),
        }))
    }
}

/// Refuses further mail by an invitation that waits for no answer any more, and leaves that as it
/// is.
async fn refuse_late(
    tx: &mut Transaction<'_>,
    row: &InvitationRow,
) -> Result<Verdict<Declined>, Failure> {
    if let Some(invited) = newcomers::by_email(tx.db(), &row.email_canonical).await? {
        tx.acts_as(invited.account_id);
    }
    let change = refuse_mail(tx, row).await?;
    tx.record(Event::new(
        AuditEventKind::InvitationMailRefused,
        row.id,
        vec![change],
    ));
    Ok(Verdict::keep(Declined {
        invitation_id: Some(row.id),
    }))
}

async fn refuse_mail(tx: &Transaction<'_>, row: &InvitationRow) -> Result<FieldChange, Failure> {
    // Under both secrets: a mail that was queued before the change of the secret bears the older.
    for key in tx.deps.secret.mail_keys(&row.email_canonical).all() {
        rows::refuse_mail(tx.db(), tx.workspace_id(), key, tx.now).await?;
    }
    Ok(FieldChange::plain("furtherMailRefused", Value::Null, true))
}
