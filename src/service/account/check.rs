//! What is typed about an account, checked: address, names, new and current passwords (ACC-1,
//! ACC-3, ACC-5).

use serde_json::Value;

use super::{
    super::{
        Actor, Caller, Deps, Failure, UserError,
        caller::{ActorAccount, SessionActor},
        session::slowing::Attempt,
        write::Event,
    },
    write::{AccountWrite, retried},
};
use crate::domain::audit::AuditEventKind;
use crate::service::hasher::Urgency;
use crate::{
    domain::{
        audit::FieldChange,
        email::{EmailAddress, EmailError, LONGEST as LONGEST_EMAIL},
        error_code::{ErrorCode, Fault},
        id::AccountId,
        link::{Link, LinkKind},
        mail::MailKind,
        name,
        password::{Password, PasswordContext, Strength},
        text,
        vocabulary::Locale,
    },
    store::{
        account::{self, NewRow},
        outbox::{self, NewMail, Receiver},
        workspace,
    },
    words::message,
};

/// The longest given or family name, in characters.
const LONGEST_NAME: usize = 100;

/// What is given for a new account, besides the password.
#[derive(Clone, Copy)]
pub(super) struct Identity<'a> {
    pub(super) email: &'a str,
    pub(super) given_name: &'a Option<String>,
    pub(super) family_name: &'a Option<String>,
}

/// The same as it is kept.
#[derive(Clone)]
pub(super) struct CheckedIdentity {
    pub(super) email: EmailAddress,
    pub(super) given_name: Option<String>,
    pub(super) family_name: Option<String>,
}

impl CheckedIdentity {
    /// What the password must not be made of (ACC-3).
    pub(super) fn password_context(&self) -> PasswordContext {
        let names = [&self.given_name, &self.family_name].into_iter().flatten();
        names.fold(PasswordContext::new(&self.email), |context, name| {
            context.with(name)
        })
    }

    /// The row of the account, its address confirmed now.
    pub(super) fn row(
        &self,
        deps: &Deps,
        password_hash: Option<String>,
        locale: Locale,
        is_operator: bool,
    ) -> NewRow {
        let now = deps.clock.now();
        NewRow {
            id: AccountId(deps.ids.uuid(now)),
            email: self.email.typed.clone(),
            email_canonical: self.email.canonical.clone(),
            given_name: self.given_name.clone(),
            family_name: self.family_name.clone(),
            locale,
            password_hash,
            is_operator,
            email_verified_at: Some(now),
            created_at: now,
        }
    }
}

/// The values as they are kept, or everything that speaks against them.
pub(super) fn new_account(identity: &Identity<'_>) -> Result<CheckedIdentity, Vec<UserError>> {
    let mut errors = Vec::new();
    let given_name = name(identity.given_name.as_deref(), "givenName", &mut errors);
    let family_name = name(identity.family_name.as_deref(), "familyName", &mut errors);
    match email(identity.email, "email") {
        Ok(email) if errors.is_empty() => Ok(CheckedIdentity {
            email,
            given_name,
            family_name,
        }),
        Ok(_) => Err(errors),
        Err(error) => {
            errors.push(error);
            Err(errors)
        }
    }
}

/// A name, prepared (TEXT-1); none if nothing is left.
pub(super) fn name(typed: Option<&str>, path: &str, errors: &mut Vec<UserError>) -> Option<String> {
    let name = text::optional_line(typed)?;
    errors.extend(name::fault(&name, LONGEST_NAME).map(|code| UserError::at(code, path)));
    Some(name)
}

/// An address that mail could go to.
pub(super) fn email(typed: &str, path: &str) -> Result<EmailAddress, UserError> {
    EmailAddress::parse(typed).map_err(|error| match error {
        EmailError::TooLong if typed.len() > LONGEST_EMAIL => {
            UserError::at(Fault::too_long(LONGEST_EMAIL), path)
        }
        // The part before the @.
        EmailError::TooLong => UserError::at(ErrorCode::TooLong, path),
        EmailError::Malformed => UserError::at(ErrorCode::InvalidEmail, path),
    })
}

/// Refuses a new password that is too weak (ACC-3). Admit the caller first, for this takes some of
/// the processor (ACC-5).
pub(super) async fn new_password(
    deps: &Deps,
    password: &Password,
    context: PasswordContext,
    path: &str,
) -> Result<(), Failure> {
    let faults = deps.hasher.strength(password, context).await?.faults;
    if faults.is_empty() {
        return Ok(());
    }
    let errors = faults
        .into_iter()
        .map(|fault| UserError::at(Fault::from(fault), path));
    Err(Failure::Invalid(errors.collect()))
}

/// What the passwords of an account must not be made of: its address, its names, those of its
/// workspaces (ACC-3).
pub(super) async fn password_context(
    deps: &Deps,
    account: AccountId,
    email: &EmailAddress,
    names: [Option<&str>; 2],
) -> Result<PasswordContext, Failure> {
    let context = names
        .into_iter()
        .flatten()
        .fold(PasswordContext::new(email), PasswordContext::with);
    let workspaces =
        workspace::names::names_of_account(deps.db.reader(), account, deps.clock.now()).await?;
    Ok(with_workspaces(context, &workspaces))
}

/// The same with the names of workspaces.
pub(super) fn with_workspaces(
    context: PasswordContext,
    workspaces: &[(String, String)],
) -> PasswordContext {
    workspaces.iter().fold(context, |context, (name, slug)| {
        context.with(name).with(slug)
    })
}

/// How hard a password is to guess, for a form to show while it is typed (ACC-3); with the caller's
/// names, if somebody is signed in. RATE_LIMITED for who asks too often.
pub async fn strength(
    deps: &Deps,
    caller: &Caller,
    password: &Password,
    email: &EmailAddress,
) -> Result<Strength, Failure> {
    deps.hasher.admit_typed(caller)?;
    let context = match &caller.actor {
        Actor::Session(session) => {
            let ActorAccount {
                id,
                given_name,
                family_name,
                ..
            } = &session.account;
            password_context(
                deps,
                *id,
                email,
                [given_name.as_deref(), family_name.as_deref()],
            )
            .await?
        }
        Actor::Anonymous | Actor::Key(_) | Actor::System => PasswordContext::new(email),
    };
    deps.hasher.strength(password, context).await
}

/// The session that asks: accounts are nothing for keys (KEY-5).
pub(crate) fn session(caller: &Caller) -> Result<&SessionActor, Failure> {
    match &caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(session) => Ok(session),
    }
}

/// Refuses keys where everybody else may ask (KEY-5).
pub(crate) fn no_key(caller: &Caller) -> Result<(), Failure> {
    match caller.key() {
        Some(_) => Err(Failure::forbidden(message::not_by_key())),
        None => Ok(()),
    }
}

/// A link of this kind, or INVALID_TOKEN: the one answer for whatever does not, or does not any
/// more, open anything.
pub(in crate::service) fn link(text: &str, kind: LinkKind) -> Result<Link, UserError> {
    Link::parse(text.trim())
        .filter(|link| link.kind == kind)
        .ok_or_else(invalid_token)
}

/// The token opens nothing: altered, used, expired, or of another kind.
pub(in crate::service) fn invalid_token() -> UserError {
    UserError::at(ErrorCode::InvalidToken, "token")
}

/// A password that was right: the hash that it was held against, and the attempt to be taken back
/// where it is used.
pub(crate) struct RightPassword {
    pub(crate) hash: String,
    pub(crate) attempt: Attempt,
}

/// Whether the password of the signed-in account is right; wrong ones are slowed and recorded as
/// failed sign-ins are (ACC-5).
pub(crate) async fn current_password(
    deps: &Deps,
    caller: &Caller,
    session: &SessionActor,
    password: &Password,
) -> Result<Option<RightPassword>, Failure> {
    let account = session.account.id;
    let attempt = Attempt::of_session(deps, session.session_id);
    retried(|| attempt.begin(deps, None)).await?;
    let hash = account::password_hash(deps.db.latest(), account).await?;
    let right = !password.is_too_long()
        && match deps
            .hasher
            .verify(password, hash.as_deref(), Urgency::Other)
            .await
        {
            Ok(verified) => verified.is_right(),
            Err(failure) => {
                attempt.abandon(deps, None).await?;
                return Err(failure);
            }
        };
    match hash.filter(|_| right) {
        Some(hash) => Ok(Some(RightPassword { hash, attempt })),
        None => {
            retried(|| record_failure(deps, caller, account, &attempt)).await?;
            Ok(None)
        }
    }
}

async fn record_failure(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    attempt: &Attempt,
) -> Result<(), Failure> {
    let mut write = AccountWrite::begin(deps, caller, account)
        .await?
        .ok_or(Failure::Unauthenticated)?;
    write.record(Event::new(
        AuditEventKind::PasswordCheckFailed,
        account,
        vec![FieldChange::plain("reason", Value::Null, "WRONG_PASSWORD")],
    ));
    if attempt.owner_is_to_be_told(write.db()).await? {
        let mail = NewMail::new(
            deps.ids.uuid(write.now),
            MailKind::SignInFailures,
            Receiver::Account(account),
        )
        .about(account);
        outbox::queue(write.db(), vec![mail], write.now).await?;
    }
    write.commit().await?;
    Ok(())
}
