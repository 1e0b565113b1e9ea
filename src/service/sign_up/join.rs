//! `joinWorkspace`: somebody who has an account lets themself in, or asks to be let in (JOIN-3,
//! JOIN-4, JOIN-12, JOIN-13).

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    SignUp,
    form::{self, Filled},
    notices, under_lock,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange,
        error_code::ErrorCode,
        id::{AccessRequestId, MembershipId},
        interval::Interval,
        joining::Answer,
        limit::{LimitKind, ReachedLimit},
        mail::MailKind,
        offer::Offer,
        permission::PermissionSet,
        sign_up,
        vocabulary::{AccessRequestState, MembershipOrigin},
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError, invitation as invited,
        joining::{self, Gift, Seats, Standing, Start},
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        access_request::{self, NewRequest},
        default_permission,
        erasure::texts,
        invitation::{self, InvitationRow},
        joining::{self as rows, Newcomer},
        workspace::WorkspaceRef,
    },
    words::message,
};

/// How long a new request waits after a rejection (JOIN-3).
const WAIT_AFTER_REJECTION: Duration = Duration::days(7);

/// How often an account asks for or begins a membership of one workspace in [`DAY`] (JOIN-14).
const MOST_ENTRIES: i64 = 3;

/// In which time that is counted.
const DAY: Duration = Duration::hours(24);

/// The input of `joinWorkspace`.
#[derive(Debug, Clone)]
pub struct JoinWorkspace {
    /// The workspace to join.
    pub workspace: WorkspaceRef,
    /// What to tell those who decide.
    pub message: Option<String>,
    /// What was filled into the form.
    pub answers: Vec<Answer>,
    /// The version of the terms that was accepted.
    pub accepted_terms_version: Option<i32>,
}

/// What became of it: one of the two, or why not.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Joined {
    /// The membership that began.
    pub membership_id: Option<MembershipId>,
    /// The access request that waits.
    pub access_request_id: Option<AccessRequestId>,
    /// Before when no new request is taken.
    pub wait_until: Option<DateTime<Utc>>,
}

/// Joins a workspace that takes strangers in: by session, not by key.
pub async fn join(
    deps: &Deps,
    caller: &Caller,
    input: JoinWorkspace,
    options: CallOptions,
) -> Result<Committed<Joined>, Failure> {
    by_session(caller)?;
    form::check_size(&input.answers)?;
    let access = Access::open(deps, caller, &input.workspace)
        .await?
        .ok_or(Failure::NotFound)?;
    let workspace = access.workspace.id;
    write::run(deps, caller, workspace, &options, &input).await
}

fn by_session(caller: &Caller) -> Result<(), Failure> {
    match caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(_) => Ok(()),
    }
}

impl UseCase for JoinWorkspace {
    const CHANGES_ACCESS: bool = true;
    /// Joining accepts a pending invitation (JOIN-9).
    const ACCEPTS_OFFER: bool = true;
    type Output = Joined;

    fn mutation(&self) -> &'static str {
        "joinWorkspace"
    }

    /// Whoever has joined may be told so again (AUD-5): whether they may is looked at behind that.
    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        by_session(caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Joined>, Failure> {
        let account = tx.actor_account().ok_or(Failure::Unauthenticated)?;
        let Some(newcomer) = rows::by_account(tx.db(), account).await? else {
            return Err(Failure::forbidden(message::requires_confirmed_email()));
        };
        let standing = Standing::of(tx, account).await?;
        if !matches!(standing, Standing::Member(_))
            && let Some(offered) = invitation::pending_to(
                tx.db(),
                tx.workspace_id(),
                [newcomer.email_canonical.as_str()],
                tx.now,
            )
            .await?
            .pop()
        {
            return self.accept(tx, &offered, newcomer).await;
        }
        let settings = under_lock(tx).await?;
        match admit(tx, &settings, &newcomer, standing).await {
            Err(Failure::Invalid(errors)) => {
                let output = Joined {
                    wait_until: errors.iter().find_map(wait_until),
                    ..Joined::default()
                };
                return Ok(Verdict::refuse(output, errors));
            }
            admitted => admitted?,
        }
        let Fields { filled, message } = self.fields(&settings)?;
        if settings.approval_required {
            return ask(tx, &settings, newcomer, filled, message).await;
        }
        let mut seats = Seats::count(tx).await?;
        if let Err(code) = seats.take() {
            return Err(UserError::limited(code, "workspace", seats.limit()).into());
        }
        begin(tx, &settings, newcomer, filled).await
    }
}

/// What somebody who may join says.
struct Fields {
    filled: Filled,
    message: Option<String>,
}

impl JoinWorkspace {
    /// Whoever is invited joins by the invitation, however strangers may join: the membership
    /// starts with what it offers, and takes the seat that it has taken (JOIN-9, JOIN-13).
    async fn accept(
        &self,
        tx: &mut Transaction<'_>,
        offered: &InvitationRow,
        newcomer: Newcomer,
    ) -> Result<Verdict<Joined>, Failure> {
        let JoinWorkspace {
            answers,
            accepted_terms_version,
            ..
        } = self;
        // They may have come by the public page, which asks everybody for the form: where the
        // invited need not fill it in, what they did is not kept.
        let answers = if under_lock(tx).await?.form_for_invited {
            answers.as_slice()
        } else {
            &[]
        };
        let Filled {
            answers,
            terms_version,
        } = invited::filled(tx, answers, *accepted_terms_version).await?;
        let start = Start {
            answers,
            terms_version,
            ..invited::start(tx, offered, newcomer)
        };
        let id = joining::begin(tx, start).await?;
        Ok(Verdict::keep(Joined {
            membership_id: Some(id),
            ..Joined::default()
        }))
    }

    /// What was said, or everything that is wrong about it. A message is for those who decide:
    /// where nobody does, there is none.
    fn fields(&self, settings: &SignUp) -> Result<Fields, Vec<UserError>> {
        let JoinWorkspace {
            message,
            answers,
            accepted_terms_version,
            ..
        } = self;
        let message = if settings.approval_required {
            form::message(settings, message.as_deref())
        } else {
            Ok(None)
        };
        match (
            message,
            form::filled(settings, answers, *accepted_terms_version),
        ) {
            (Ok(message), Ok(filled)) => Ok(Fields { filled, message }),
            (message, filled) => Err(message
                .err()
                .into_iter()
                .chain(filled.err().unwrap_or_default())
                .collect()),
        }
    }
}

/// Before when no new request is taken after a rejection.
fn wait_until(error: &UserError) -> Option<DateTime<Utc>> {
    (error.code == ErrorCode::Wait)
        .then_some(error.limit?.retry_at)
        .flatten()
}

/// The erasures from then on bar their addresses at `now`: two years (ERASE-2).
pub(crate) fn barred_since(now: DateTime<Utc>) -> DateTime<Utc> {
    now.checked_sub_months(chrono::Months::new(24))
        .unwrap_or(DateTime::<Utc>::MIN_UTC)
}

/// Whether the newcomer, who never was a member, has the address of an erased account that comes
/// back by invitation or approved request only (JOIN-12).
async fn is_barred(
    tx: &Transaction<'_>,
    newcomer: &Newcomer,
    standing: &Standing,
) -> Result<bool, Failure> {
    if *standing != Standing::Stranger {
        return Ok(false);
    }
    let since = barred_since(tx.now);
    let keys = tx.deps.secret.mail_keys(&newcomer.email_canonical);
    Ok(texts::is_barred(tx.db(), tx.workspace_id(), keys.all(), since).await?)
}

/// Refuses whom the workspace does not take in at all, nor a request of theirs.
async fn admit(
    tx: &Transaction<'_>,
    settings: &SignUp,
    newcomer: &Newcomer,
    standing: Standing,
) -> Result<(), Failure> {
    let refuse = |code: ErrorCode| Err(UserError::at(code, "workspace").into());
    if matches!(&standing, Standing::Member(last) if !last.disabled) {
        return refuse(ErrorCode::AlreadyMember);
    }
    if !settings.enabled {
        return refuse(ErrorCode::SignUpDisabled);
    }
    if !sign_up::is_allowed(&settings.allowed_email_domains, &newcomer.email_canonical) {
        return refuse(ErrorCode::EmailDomainNotAllowed);
    }
    if !settings.approval_required
        && (standing.comes_back_by_leave_only() || is_barred(tx, newcomer, &standing).await?)
    {
        return refuse(ErrorCode::InvitationRequired);
    }
    if settings.approval_required
        && let Some(last) =
            access_request::latest(tx.db(), tx.workspace_id(), newcomer.account_id).await?
    {
        let again = last.decided_at.unwrap_or(last.requested_at) + WAIT_AFTER_REJECTION;
        match last.state {
            AccessRequestState::Pending => return refuse(ErrorCode::RequestPending),
            AccessRequestState::Rejected if tx.now < again => {
                let limit = ReachedLimit::until(
                    LimitKind::DaysAfterRejection,
                    WAIT_AFTER_REJECTION.num_days(),
                    again,
                );
                return Err(UserError::limited(ErrorCode::Wait, "workspace", limit).into());
            }
            AccessRequestState::Rejected
            | AccessRequestState::Approved
            | AccessRequestState::Withdrawn => {}
        }
    }
    not_too_often(tx, newcomer).await
}

/// JOIN-14: so often an account asks for or begins a membership of one workspace in [`DAY`],
/// however it ended.
async fn not_too_often(tx: &Transaction<'_>, newcomer: &Newcomer) -> Result<(), Failure> {
    let entries = rows::entries(
        tx.db(),
        tx.workspace_id(),
        newcomer.account_id,
        tx.now - DAY,
        MOST_ENTRIES,
    )
    .await?;
    let oldest = entries
        .last()
        .filter(|_| i64::try_from(entries.len()).is_ok_and(|count| count >= MOST_ENTRIES));
    oldest.map_or(Ok(()), |at| {
        let limit = ReachedLimit::until(LimitKind::JoinsPerDay, MOST_ENTRIES, *at + DAY);
        Err(UserError::limited(ErrorCode::LimitReached, "workspace", limit).into())
    })
}

/// Puts a request before those who decide.
async fn ask(
    tx: &mut Transaction<'_>,
    settings: &SignUp,
    newcomer: Newcomer,
    filled: Filled,
    message: Option<String>,
) -> Result<Verdict<Joined>, Failure> {
    let id = AccessRequestId(tx.deps.ids.uuid(tx.now));
    let Filled {
        answers,
        terms_version,
    } = filled;
    let mut changes = vec![
        FieldChange::plain("accountId", Value::Null, json!(newcomer.account_id)),
        FieldChange::plain("state", Value::Null, AccessRequestState::Pending.as_str()),
    ];
    changes.extend(
        message
            .as_deref()
            .map(|message| FieldChange::personal("message", Value::Null, message)),
    );
    if !answers.is_empty() {
        changes.push(FieldChange::personal(
            "answers",
            Value::Null,
            json!(answers),
        ));
    }
    changes.extend(
        terms_version.map(|version| FieldChange::plain("termsVersion", Value::Null, version)),
    );
    let event = Event::new(AuditEventKind::AccessRequestCreated, id, changes);
    tx.record(Event {
        personal_of: Some(newcomer.account_id),
        ..event
    });
    let answers = json!(answers).to_string();
    let new = NewRequest {
        id,
        account_id: newcomer.account_id,
        message,
        answers,
        terms_version,
    };
    access_request::insert(tx.db(), tx.workspace_id(), new, tx.now).await?;
    notices::tell_deciders(
        tx,
        settings,
        MailKind::AccessRequested,
        (newcomer.account_id, id.to_string()),
    )
    .await?;
    notices::tell_applicant(
        tx,
        MailKind::AccessRequestReceived,
        [(newcomer.account_id, id)],
    )
    .await?;
    Ok(Verdict::keep(Joined {
        access_request_id: Some(id),
        ..Joined::default()
    }))
}

/// Begins the membership, with those defaults that need nobody's leave (JOIN-4).
async fn begin(
    tx: &mut Transaction<'_>,
    settings: &SignUp,
    newcomer: Newcomer,
    filled: Filled,
) -> Result<Verdict<Joined>, Failure> {
    let defaults = default_permission::rows(tx.db(), tx.workspace_id(), tx.now).await?;
    let counting = defaults
        .iter()
        .filter(|row| row.interval.contains(tx.now))
        .map(|row| row.permission);
    let defaults: PermissionSet = counting
        .filter(|permission| permission.comes_without_approval())
        .collect();
    let gift = Gift {
        giver: None,
        offer: Offer {
            defaults,
            ..Offer::nothing(newcomer.locale)
        },
    };
    let start = Start {
        gifts: vec![gift],
        answers: filled.answers,
        terms_version: filled.terms_version,
        ..Start::bare(newcomer, MembershipOrigin::SignUp, Interval::from(tx.now))
    };
    let account = start.newcomer.account_id;
    let id = joining::begin(tx, start).await?;
    notices::tell_deciders(
        tx,
        settings,
        MailKind::MemberSignedUp,
        (account, id.to_string()),
    )
    .await?;
    Ok(Verdict::keep(Joined {
        membership_id: Some(id),
        ..Joined::default()
    }))
}
