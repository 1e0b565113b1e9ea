//! `requestAccessRenewal`: a member asks for more time (MEM-8). Any time before the end; one wish
//! at a time; after a rejection a new one waits 7 days, as a new access request does (JOIN-3).

use chrono::Duration;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        audit::FieldChange,
        error_code::ErrorCode,
        id::{AccessRenewalId, MembershipId},
        limit::{LimitKind, ReachedLimit},
        mail::MailKind,
        text,
        vocabulary::{AccessRenewalState, MembershipState},
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        bulk::{self, LONGEST_MESSAGE},
        receivers,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        access_renewal as rows,
        naming::{self, Named},
        outbox::{self, NewMail, Receiver},
    },
    words::message,
};

/// How long a new wish waits after a rejection.
const PAUSE: Duration = Duration::days(7);

/// What became of it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Requested {
    /// The wish; none if it was not made.
    pub renewal_id: Option<AccessRenewalId>,
}

/// Asks for more time for the caller's own membership: by session, not by key.
pub async fn request(
    deps: &Deps,
    caller: &Caller,
    membership: MembershipId,
    message: Option<String>,
    options: CallOptions,
) -> Result<Committed<Requested>, Failure> {
    by_session(caller)?;
    let named = naming::workspaces(deps.db.reader(), Named::Membership, &[membership.0]).await?;
    let workspace = named.into_iter().next().ok_or(Failure::NotFound)?;
    let message = text::optional_lines(message.as_deref());
    write::run(
        deps,
        caller,
        workspace,
        &options,
        &RequestAccessRenewal {
            membership,
            message,
        },
    )
    .await
}

fn by_session(caller: &Caller) -> Result<(), Failure> {
    match caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(_) => Ok(()),
    }
}

/// A member's wish for more time.
struct RequestAccessRenewal {
    membership: MembershipId,
    message: Option<String>,
}

impl UseCase for RequestAccessRenewal {
    const CHANGES_ACCESS: bool = false;
    type Output = Requested;

    fn mutation(&self) -> &'static str {
        "requestAccessRenewal"
    }

    /// Whose membership it is, is looked at behind what is kept (AUD-5): by then it may have ended.
    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        by_session(caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Requested>, Failure> {
        let member = tx
            .members(&[self.membership])
            .await?
            .remove(&self.membership);
        let own = member.filter(|member| tx.caller.account_id() == Some(member.account_id));
        let Some(member) = own else {
            bulk::require_member(&tx.access)?;
            return Err(Failure::forbidden(message::requires_own_membership()));
        };
        let message = self.message.as_deref();
        if let Some(error) =
            message.and_then(|text| bulk::check_text(text, LONGEST_MESSAGE, true, "message"))
        {
            return Err(error.into());
        }
        check_standing(tx, &member).await?;
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let id = AccessRenewalId(tx.deps.ids.uuid(now));
        rows::insert(
            tx.db(),
            workspace,
            (id, member.id),
            self.message.clone(),
            now,
        )
        .await?;
        let mut changes = vec![
            FieldChange::plain("state", Value::Null, AccessRenewalState::Pending.as_str()),
            FieldChange::plain("membership", Value::Null, json!(member.id)),
        ];
        if let Some(message) = &self.message {
            changes.push(FieldChange::personal(
                "message",
                Value::Null,
                message.as_str(),
            ));
        }
        let event = Event::new(AuditEventKind::AccessRenewalRequested, id, changes);
        tx.record(Event {
            personal_of: Some(member.account_id),
            ..event
        });
        let mut administrators: Vec<_> =
            receivers::administrators(tx.deps, tx.db(), &tx.access, workspace)
                .await?
                .into_iter()
                .collect();
        administrators.retain(|account| *account != member.account_id);
        administrators.sort_unstable();
        let mail = |account| {
            let mail = NewMail::new(
                tx.deps.ids.uuid(now),
                MailKind::AccessRenewalRequested,
                Receiver::Account(account),
            );
            mail.of(workspace).about(id)
        };
        outbox::queue(tx.db(), administrators.into_iter().map(mail).collect(), now).await?;
        Ok(Verdict::keep(Requested {
            renewal_id: Some(id),
        }))
    }
}

/// Refuses a member who cannot ask now.
async fn check_standing(tx: &Transaction<'_>, member: &MemberFacts) -> Result<(), Failure> {
    let refuse = |code: ErrorCode| Err(UserError::at(code, "membershipId").into());
    match access::state(member, tx.now) {
        MembershipState::Ended => return refuse(ErrorCode::NotActive),
        MembershipState::Disabled => return refuse(ErrorCode::MembershipDisabled),
        MembershipState::Active | MembershipState::Scheduled => {}
    }
    if member.interval.end().is_none() {
        return refuse(ErrorCode::NoAccessEnd);
    }
    if !rows::pending(tx.db(), tx.workspace_id(), &[member.id], tx.now)
        .await?
        .is_empty()
    {
        return refuse(ErrorCode::RequestPending);
    }
    let again = rows::last_rejected(tx.db(), tx.workspace_id(), member.id)
        .await?
        .map(|at| at + PAUSE);
    match again.filter(|at| tx.now < *at) {
        Some(at) => {
            let limit = ReachedLimit::until(LimitKind::DaysAfterRejection, PAUSE.num_days(), at);
            Err(UserError::limited(ErrorCode::Wait, "membershipId", limit).into())
        }
        None => Ok(()),
    }
}
