//! Accounts: made for the command line and the demo, seen by their owners and by others (ACC-1,
//! ACC-3, ACC-9). What people do with theirs stands in the files beside.

use std::sync::Arc;

use crate::service::hasher::Urgency;
use crate::store::DatabaseTransaction;
use serde_json::Value;

use super::{Actor, Caller, Deps, Failure, UserError, write::Event};
use crate::{
    domain::{
        audit::FieldChange, error_code::ErrorCode, id::AccountId, password::Password,
        vocabulary::Locale,
    },
    store::{
        StoreError,
        account::{self, NewRow},
    },
};

pub(super) mod allowance;
pub mod check;
pub mod data;
pub mod deletion;
pub mod email_change;
pub(super) mod even;
mod face;
pub mod operator;
pub mod password;
pub mod register;
pub mod reset;
pub mod update;
pub mod verify;
pub(crate) mod write;

pub use face::{Face, Sight, faces, shown_email, sight, visible_in};
pub use write::AccountCall;

use self::{
    check::Identity,
    write::{AccountWrite, retried},
};
use crate::domain::audit::AuditEventKind;

pub use crate::store::account::Profile;

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum NotCreated {
    /// The values are refused: a form, or whoever types the command again, can mend it.
    #[error("{}", summary(.0))]
    Refused(Vec<UserError>),
    /// Something failed.
    #[error(transparent)]
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for NotCreated {
    fn from(failure: F) -> Self {
        match failure.into() {
            Failure::Invalid(errors) => Self::Refused(errors),
            failure => Self::Failed(failure),
        }
    }
}

fn summary(errors: &[UserError]) -> String {
    let texts: Vec<String> = errors
        .iter()
        .map(|error| format!("{}: {}", error.path.join("."), error.code))
        .collect();
    texts.join(", ")
}

/// An account to be made, its address confirmed.
#[derive(Clone)]
pub struct NewAccount {
    /// The address as typed.
    pub email: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Its owner's language.
    pub locale: Locale,
    /// Its password; without one it cannot sign in.
    pub password: Option<Password>,
    /// Staff of the installation.
    pub is_operator: bool,
}

/// Makes an operator's account. Nobody asks for it but who has the machine: it is no use case of
/// the API.
pub async fn create_operator(
    deps: &Deps,
    email: &str,
    given_name: &str,
    family_name: &str,
    password: &str,
) -> Result<AccountId, NotCreated> {
    let new = NewAccount {
        email: email.to_owned(),
        given_name: Some(given_name.to_owned()),
        family_name: Some(family_name.to_owned()),
        locale: Locale::En,
        password: Some(Password::from(password.to_owned())),
        is_operator: true,
    };
    create_verified(deps, &new).await
}

/// Makes an account whose address needs no confirmation: for the command line and the demo.
pub async fn create_verified(deps: &Deps, new: &NewAccount) -> Result<AccountId, NotCreated> {
    let identity = Identity {
        email: &new.email,
        given_name: &new.given_name,
        family_name: &new.family_name,
    };
    let checked = check::new_account(&identity)?;
    let password_hash = match &new.password {
        Some(password) => {
            check::new_password(deps, password, checked.password_context(), "password").await?;
            Some(deps.hasher.hash(password, Urgency::Other).await?)
        }
        None => None,
    };
    let row = checked.row(deps, password_hash, new.locale, new.is_operator);
    let caller = nobody(deps);
    let caller = &caller;
    retried(|| async {
        let Some(mut write) = add(deps, caller, deps.db.begin().await?, row.clone()).await? else {
            return Err(UserError::at(ErrorCode::Taken, "email").into());
        };
        write.by_system();
        write.commit().await?;
        Ok(())
    })
    .await?;
    Ok(row.id)
}

/// Adds the account and the first event of its chain; `None`, and nothing is left of the
/// transaction, if the address has one.
async fn add<'a>(
    deps: &'a Deps,
    caller: &'a Caller,
    db: DatabaseTransaction,
    row: NewRow,
) -> Result<Option<AccountWrite<'a>>, Failure> {
    let changes = creation(&row);
    let id = row.id;
    match account::insert(&db, row).await {
        Err(StoreError::Duplicate) => {
            db.rollback().await.map_err(StoreError::from)?;
            return Ok(None);
        }
        other => other?,
    }
    let mut write = AccountWrite::lock(deps, caller, id, db)
        .await?
        .ok_or(Failure::NotFound)?;
    write.record(Event::new(AuditEventKind::AccountCreated, id, changes));
    Ok(Some(write))
}

/// What the record says of a new account.
pub(crate) fn creation(row: &NewRow) -> Vec<FieldChange> {
    let personal =
        |field, value: &Option<String>| FieldChange::personal(field, Value::Null, value.clone());
    vec![
        FieldChange::personal("email", Value::Null, row.email.as_str()),
        personal("givenName", &row.given_name),
        personal("familyName", &row.family_name),
        FieldChange::plain("locale", Value::Null, row.locale.as_str()),
        FieldChange::plain("isOperator", Value::Null, row.is_operator),
    ]
}

/// Who acts where there is no request.
fn nobody(deps: &Deps) -> Caller {
    let now = deps.clock.now();
    Caller {
        actor: Actor::Anonymous,
        request_id: Arc::from(deps.ids.uuid(now).to_string()),
        client: None,
        user_agent: None,
        now,
        device: None,
        language: None,
    }
}

/// What only the person sees: the caller's own profile.
pub async fn profile(deps: &Deps, caller: &Caller) -> Result<Option<Profile>, Failure> {
    let id = caller.account_id().ok_or(Failure::Unauthenticated)?;
    Ok(account::profile(deps.db.reader(), id).await?)
}
