//! The slow-down of failed sign-ins (ACC-5): what is counted under which name, and what follows from the counts.

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
pub(super) struct Attempt {
    address: Key,
    client: Option<Key>,
}

impl Attempt {
    /// Of somebody at `caller`'s address who typed this.
    pub(super) fn new(deps: &Deps, caller: &Caller, typed: &str, email: Option<&EmailAddress>) -> Self {
        let address = match email {
            Some(email) => deps.secret.keyed_hash("sign-in address", email.canonical.as_bytes()),
            None => deps.secret.keyed_hash("sign-in text", typed.trim().to_lowercase().as_bytes()),
        };
        let client = caller.client.map(|client| deps.secret.keyed_hash("sign-in client", network(client).as_bytes()));
        Self { address, client }
    }

    /// Counts the attempt as if it had failed, before the password is looked at; RATE_LIMITED if it comes too soon. Known
    /// devices are counted and not slowed.
    pub(super) async fn begin(&self, deps: &Deps, known_device: bool) -> Result<(), Failure> {
        let limits = &deps.limits;
        let slowing = Slowing { from: limits.sign_in_failures, window: limits.sign_in_window, longest: limits.sign_in_max_delay };
        let keys: Vec<Key> = std::iter::once(self.address).chain(self.client).collect();
        let db = deps.db.begin().await?;
        match failure::count(&db, &keys, deps.clock.now(), (&slowing, !known_device)).await? {
            None => Ok(db.commit().await.map_err(StoreError::from)?),
            Some(wait) => {
                db.rollback().await.map_err(StoreError::from)?;
                let begun = u64::from(wait.subsec_nanos() > 0);
                Err(Failure::RateLimited { retry_after: (wait.as_secs() + begun).max(1) })
            }
        }
    }

    /// It was right: the address begins anew, and the client is charged for one attempt less.
    pub(super) async fn succeed(&self, db: &DatabaseTransaction) -> Result<(), Failure> {
        failure::clear(db, &self.address).await?;
        if let Some(client) = &self.client {
            failure::take_back(db, client).await?;
        }
        Ok(())
    }

    /// Nobody found out whether it was right.
    pub(super) async fn abandon(&self, deps: &Deps) -> Result<(), Failure> {
        for key in std::iter::once(&self.address).chain(&self.client) {
            failure::take_back(deps.db.writer(), key).await?;
        }
        Ok(())
    }

    /// It failed. Whether the owner of the address is to be told now: once in a burst.
    pub(super) async fn owner_is_to_be_told(&self, db: &DatabaseTransaction) -> Result<bool, Failure> {
        Ok(failure::reached(db, &self.address, OWNER_IS_TOLD_AT).await?)
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
