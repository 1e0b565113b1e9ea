//! Accounts: made by operators and by the demo, seen by their owners and by others (ACC-1, ACC-3, ACC-9).

use std::{collections::HashMap, sync::Arc};

use serde_json::Value;

use super::{Actor, Caller, Deps, Failure, UserError, write::Event};
use crate::{
    domain::{
        audit::FieldChange,
        email::{EmailAddress, EmailError},
        id::AccountId,
        password::Password,
        vocabulary::Locale,
    },
    store::{
        StoreError,
        account::{self, NewRow},
    },
};

pub(super) mod write;

use self::write::{AccountWrite, retried};

pub use crate::store::account::{Profile, PublicAccount};

/// The longest given or family name, in characters.
const LONGEST_NAME: usize = 100;

/// Why an account was not made.
#[derive(Debug, thiserror::Error)]
pub enum NotCreated {
    /// The values are refused: a form, or whoever types the command again, can mend it.
    #[error("{}", told(.0))]
    Refused(Vec<UserError>),
    /// Something failed.
    #[error(transparent)]
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for NotCreated {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

fn told(errors: &[UserError]) -> String {
    let told: Vec<String> = errors.iter().map(|error| format!("{}: {}", error.path.join("."), error.code)).collect();
    told.join(", ")
}

/// An account to be made, its address confirmed.
#[derive(Clone)]
pub struct NewAccount {
    /// The address.
    pub email: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Its language.
    pub locale: Locale,
    /// Its password; without one it cannot sign in.
    pub password: Option<Password>,
    /// Staff of the installation.
    pub is_operator: bool,
}

/// Makes an operator's account. Nobody asks for it but who has the machine: it is no use case of the API.
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
    let (email, given_name, family_name) = checked(deps, new).await?;
    let password_hash = match &new.password {
        Some(password) => Some(deps.hasher.hash(password).await?),
        None => None,
    };
    let now = deps.clock.now();
    let row = NewRow {
        id: AccountId(deps.ids.uuid(now)),
        email: email.typed.clone(),
        email_canonical: email.canonical.clone(),
        given_name,
        family_name,
        locale: new.locale,
        password_hash,
        is_operator: new.is_operator,
        email_verified_at: Some(now),
        created_at: now,
    };
    let caller = nobody(deps);
    if retried(|| insert(deps, &caller, &row)).await? {
        Ok(row.id)
    } else {
        Err(NotCreated::Refused(vec![UserError::at("TAKEN", "email")]))
    }
}

/// The values as they are kept, or everything that speaks against them.
async fn checked(deps: &Deps, new: &NewAccount) -> Result<(EmailAddress, Option<String>, Option<String>), NotCreated> {
    let mut errors = Vec::new();
    let mut name = |name: &Option<String>, path: &str| {
        let name = name.as_deref().map(str::trim).filter(|name| !name.is_empty());
        match name {
            Some(name) if name.chars().count() > LONGEST_NAME => errors.push(UserError::at("TOO_LONG", path)),
            Some(name) if name.chars().any(char::is_control) => errors.push(UserError::at("MALFORMED", path)),
            _ => {}
        }
        name.map(str::to_owned)
    };
    let (given_name, family_name) = (name(&new.given_name, "givenName"), name(&new.family_name, "familyName"));
    match EmailAddress::parse(&new.email) {
        Ok(email) => {
            if let Some(password) = &new.password {
                let faults = deps.hasher.faults(password, &email).await?;
                errors.extend(faults.into_iter().map(|fault| UserError::at(fault.as_str(), "password")));
            }
            if errors.is_empty() {
                return Ok((email, given_name, family_name));
            }
        }
        Err(EmailError::TooLong) => errors.push(UserError::at("TOO_LONG", "email")),
        Err(EmailError::Malformed) => errors.push(UserError::at("MALFORMED", "email")),
    }
    Err(NotCreated::Refused(errors))
}

/// Adds the account and the first event of its chain; false if the address has an account.
async fn insert(deps: &Deps, caller: &Caller, row: &NewRow) -> Result<bool, Failure> {
    let db = deps.db.begin().await?;
    match account::insert(&db, row.clone()).await {
        Err(StoreError::Duplicate) => {
            db.rollback().await.map_err(StoreError::from)?;
            return Ok(false);
        }
        other => other?,
    }
    let mut write = AccountWrite::lock(deps, caller, row.id, db).await?.ok_or(Failure::NotFound)?;
    write.by_system();
    let personal = |field, value: &Option<String>| FieldChange::personal(field, Value::Null, value.clone());
    let changes = vec![
        FieldChange::personal("email", Value::Null, row.email.as_str()),
        personal("givenName", &row.given_name),
        personal("familyName", &row.family_name),
        FieldChange::plain("locale", Value::Null, row.locale.as_str()),
        FieldChange::plain("isOperator", Value::Null, row.is_operator),
    ];
    write.record(Event::new("ACCOUNT_CREATED", row.id, changes));
    write.commit().await?;
    Ok(true)
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
    }
}

/// What only the person sees: the caller's own profile.
pub async fn profile(deps: &Deps, caller: &Caller) -> Result<Option<Profile>, Failure> {
    let id = caller.account_id().ok_or(Failure::Unauthenticated)?;
    Ok(account::profile(deps.db.reader(), id).await?)
}

/// What can be shown of accounts to others, by id; unknown and erased ones are left out. Whether the address is shown is decided
/// where the workspace is known.
pub async fn public_accounts(deps: &Deps, ids: &[AccountId]) -> Result<HashMap<AccountId, PublicAccount>, Failure> {
    let found = account::public(deps.db.reader(), ids).await?;
    Ok(found.into_iter().map(|account| (account.id, account)).collect())
}
