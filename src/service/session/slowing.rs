//! The slow-down of failed sign-ins, and of wrong passwords and unasked mail elsewhere (ACC-5): what is counted under which
//! name, and what follows from the counts.

use sea_orm::DatabaseTransaction;
use uuid::Uuid;

use crate::{
    domain::{email::EmailAddress, id::AccountId, network::network},
    service::{Caller, Deps, Failure},
    store::{
        StoreError,
        session::{
            device,
            failure::{self, Key, Slowing},
        },
    },
};

/// The failure of a burst at which the owner is told (ACC-5).
const OWNER_IS_TOLD_AT: u32 = 10;

/// Under which names one attempt is counted: keyed hashes, so that the table tells nobody's address.
#[derive(Debug, Clone)]
pub(in crate::service) struct Attempt {
    address: Key,
    client: Option<Key>,
}

impl Attempt {
    /// Of somebody at `caller`'s address who typed this.
    pub(in crate::service) fn new(deps: &Deps, caller: &Caller, typed: &str, email: Option<&EmailAddress>) -> Self {
        let address = match email {
            Some(email) => deps.secret.keyed_hash("sign-in address", email.canonical.as_bytes()),
            None => deps.secret.keyed_hash("sign-in text", typed.trim().to_lowercase().as_bytes()),
        };
        let client = caller.client.map(|client| deps.secret.keyed_hash("sign-in client", network(client).as_bytes()));
        Self { address, client }
    }

    /// To give the password of an account one is signed in to. Counted apart from sign-ins: a stranger who guesses there must
    /// not slow the owner here.
    pub(in crate::service) fn of_account(deps: &Deps, account: AccountId) -> Self {
        Self { address: deps.secret.keyed_hash("password check", account.to_string().as_bytes()), client: None }
    }

    /// To give the password of a registration.
    pub(in crate::service) fn of_registration(deps: &Deps, id: Uuid) -> Self {
        Self { address: deps.secret.keyed_hash("registration check", id.as_bytes()), client: None }
    }

    /// Counts the attempt as if it had failed, before the password is looked at; RATE_LIMITED if it comes too soon. Known
    /// devices are counted and not slowed.
    pub(in crate::service) async fn begin(&self, deps: &Deps, known_device: bool) -> Result<(), Failure> {
        let limits = &deps.limits;
        let slowing = Slowing { from: limits.sign_in_failures, window: limits.sign_in_window, longest: limits.sign_in_max_delay };
        let keys: Vec<Key> = std::iter::once(self.address).chain(self.client).collect();
        let db = deps.db.begin().await?;
        match failure::count(&db, &keys, deps.clock.now(), (&slowing, !known_device)).await? {
            None => Ok(db.commit().await.map_err(StoreError::from)?),
            Some(wait) => {
                db.rollback().await.map_err(StoreError::from)?;
                Err(too_soon(wait))
            }
        }
    }

    /// It was right: the address begins anew, and the client is charged for one attempt less.
    pub(in crate::service) async fn succeed(&self, db: &DatabaseTransaction) -> Result<(), Failure> {
        failure::clear(db, &self.address).await?;
        if let Some(client) = &self.client {
            failure::take_back(db, client).await?;
        }
        Ok(())
    }

    /// The address begins anew: its owner has proved to be it.
    pub(in crate::service) async fn forgive(&self, db: &DatabaseTransaction) -> Result<(), Failure> {
        Ok(failure::clear(db, &self.address).await?)
    }

    /// Nobody found out whether it was right.
    pub(in crate::service) async fn abandon(&self, deps: &Deps) -> Result<(), Failure> {
        for key in std::iter::once(&self.address).chain(&self.client) {
            failure::take_back(deps.db.writer(), key).await?;
        }
        Ok(())
    }

    /// It failed. Whether the owner of the address is to be told now: once in a burst.
    pub(in crate::service) async fn owner_is_to_be_told(&self, db: &DatabaseTransaction) -> Result<bool, Failure> {
        Ok(failure::reached(db, &self.address, OWNER_IS_TOLD_AT).await?)
    }
}

/// RATE_LIMITED, with the wait in whole seconds.
fn too_soon(wait: std::time::Duration) -> Failure {
    let begun = u64::from(wait.subsec_nanos() > 0);
    Failure::RateLimited { retry_after: (wait.as_secs() + begun).max(1) }
}

/// Counts a call that sends mail to whatever address is typed, whoever has that; RATE_LIMITED if one client makes too many. The
/// transaction must be rolled back then.
pub(in crate::service) async fn admit_mail(deps: &Deps, caller: &Caller, db: &DatabaseTransaction) -> Result<(), Failure> {
    let Some(client) = caller.client else { return Ok(()) };
    let limits = &deps.limits;
    let slowing = Slowing { from: limits.mail_requests, window: limits.sign_in_window, longest: limits.sign_in_max_delay };
    let key = deps.secret.keyed_hash("mail request client", network(client).as_bytes());
    match failure::count(db, &[key], deps.clock.now(), (&slowing, true)).await? {
        None => Ok(()),
        Some(wait) => Err(too_soon(wait)),
    }
}

/// What is kept of a device for one account: one cookie serves all accounts that are used there, and no row tells that two are.
pub(super) fn device_hash(deps: &Deps, account: AccountId, device: &str) -> [u8; 32] {
    deps.secret.keyed_hash("device", format!("{account} {device}").as_bytes())
}

/// Whether the caller's device signed in to the account before; asked for unknown accounts too, so that it takes as long.
pub(super) async fn is_known_device(deps: &Deps, caller: &Caller, account: Option<AccountId>) -> Result<bool, Failure> {
    let Some(presented) = &caller.device else { return Ok(false) };
    let account = account.unwrap_or(AccountId(Uuid::nil()));
    let hash = device_hash(deps, account, presented);
    Ok(device::is_known(deps.db.writer(), account, &hash, deps.clock.now()).await?)
}
