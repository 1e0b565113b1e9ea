//! The slow-down of failed sign-ins, and of wrong passwords and unasked mail elsewhere (ACC-5):
//! what is counted under which name, and what follows from the counts.

use std::time::Duration;

use crate::store::DatabaseTransaction;
use uuid::Uuid;

use crate::{
    domain::{
        email::EmailAddress,
        id::{AccountId, SessionId},
        keyed_hash::KeyedHash,
        network::network,
    },
    service::{Caller, Deps, Failure, failure::Rate},
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

/// The most failures of an address in a day, across networks; then whoever failed for it waits the
/// longest delay (ACC-5).
const MOST_ACROSS: i64 = 100;

/// The hours that are summed up for a day: the one under way, and all that reach into the last 24.
const HOURS: i64 = 25;

/// The failures in [`LONG`] from which on a known device, or a link's token, is slowed (ACC-5).
const FAILURES_WITH_PROOF: u32 = 100;

/// The time in which those are counted.
const LONG: Duration = Duration::from_secs(3_600);

/// Under which names one attempt is counted: keyed hashes, so that the table tells nobody's
/// address.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    /// The address across all networks; nothing is slowed for it alone.
    address: Option<AddressKeys>,
    /// What is slowed: the address from this network, a session, a link.
    own: Key,
    /// The network, whatever address is typed there.
    network: Option<Key>,
    /// Whether whoever tries holds a secret token, and has more tries.
    has_token: bool,
}

/// How an address is counted across networks.
#[derive(Debug, Clone)]
struct AddressKeys {
    /// The burst that its owner is told of.
    burst: Key,
    /// Its hours, the one under way first.
    hours: Vec<Key>,
}

impl Attempt {
    /// Of somebody at `caller`'s address who typed this.
    pub(crate) fn new(
        deps: &Deps,
        caller: &Caller,
        typed: &str,
        email: Option<&EmailAddress>,
    ) -> Self {
        let address = match email {
            Some(email) => format!("address {}", email.canonical),
            None => format!("text {}", typed.trim().to_lowercase()),
        };
        let key = |purpose: &str, rest: &str| {
            deps.secret
                .keyed_hash(purpose, format!("{rest} {address}").as_bytes())
        };
        let client = caller.client.map(network);
        let hour = deps.clock.now().timestamp().div_euclid(3_600);
        Self {
            address: Some(AddressKeys {
                burst: key("sign-in burst", ""),
                hours: (0..HOURS)
                    .map(|ago| key("sign-in hour", &(hour - ago).to_string()))
                    .collect(),
            }),
            own: key("sign-in pair", client.as_deref().unwrap_or_default()),
            network: client
                .map(|client| deps.secret.keyed_hash("sign-in client", client.as_bytes())),
            has_token: false,
        }
    }

    /// To give the password of an account in this session of it. Counted for each session: whoever
    /// guesses elsewhere must not slow the owner here.
    pub(crate) fn of_session(deps: &Deps, session: SessionId) -> Self {
        Self::of(
            deps.secret
                .keyed_hash("password check", session.to_string().as_bytes()),
            false,
        )
    }

    /// To give the password of a registration.
    pub(crate) fn of_registration(deps: &Deps, id: Uuid) -> Self {
        Self::of(
            deps.secret.keyed_hash("registration check", id.as_bytes()),
            false,
        )
    }

    /// To set a password by the token of a link, which was looked at.
    pub(crate) fn of_link(deps: &Deps, id: Uuid) -> Self {
        Self::of(deps.secret.keyed_hash("link", id.as_bytes()), true)
    }

    const fn of(own: Key, has_token: bool) -> Self {
        Self {
            address: None,
            own,
            network: None,
            has_token,
        }
    }

    /// Counts the attempt as if it had failed, before the password is looked at; RATE_LIMITED if it
    /// comes too soon. A known `device` has a count of its own, and is slowed by no other.
    pub(crate) async fn begin(&self, deps: &Deps, device: Option<&Key>) -> Result<(), Failure> {
        let db = deps.db.begin().await?;
        match self.count(deps, device, &db).await? {
            None => Ok(db.commit().await.map_err(StoreError::from)?),
            Some(wait) => {
                db.rollback().await.map_err(StoreError::from)?;
                Err(too_soon(Rate::Attempts, wait))
            }
        }
    }

    /// How long the attempt has to wait; then what was counted must be undone.
    async fn count(
        &self,
        deps: &Deps,
        device: Option<&Key>,
        db: &DatabaseTransaction,
    ) -> Result<Option<Duration>, Failure> {
        let now = deps.clock.now();
        let limits = &deps.limits;
        let usual = Slowing {
            from: limits.sign_in_failures,
            window: limits.sign_in_window,
            longest: limits.sign_in_max_delay,
        };
        let patient = Slowing {
            from: FAILURES_WITH_PROOF,
            window: LONG,
            ..usual
        };
        let mut waits = Vec::new();
        if let Some(AddressKeys { burst, hours }) = &self.address {
            // The address first, for everybody: so attempts for one address come one after the
            // other.
            failure::count(db, &[*burst], now, (&usual, false)).await?;
            failure::add(db, hours.first().unwrap_or(burst), now).await?;
            let has_failed_here =
                failure::last(db, &[self.own], now - chrono::Duration::hours(24)).await?;
            let is_worn_out = failure::sum(db, hours).await? > MOST_ACROSS;
            if let Some(last) = has_failed_here.filter(|_| is_worn_out && device.is_none()) {
                waits.extend(
                    (last + limits.sign_in_max_delay - now)
                        .to_std()
                        .ok()
                        .filter(|wait| !wait.is_zero()),
                );
            }
        }
        if let Some(device) = device {
            waits.extend(failure::count(db, &[*device], now, (&patient, true)).await?);
        }
        let keys: Vec<Key> = std::iter::once(self.own).chain(self.network).collect();
        let slowing = if self.has_token { &patient } else { &usual };
        waits.extend(failure::count(db, &keys, now, (slowing, device.is_none())).await?);
        Ok(waits.into_iter().max())
    }

    /// It was right: the address begins anew from this network, and the others are charged for one
    /// attempt less.
    pub(crate) async fn succeed(
        &self,
        db: &DatabaseTransaction,
        device: Option<&Key>,
    ) -> Result<(), Failure> {
        if let Some(AddressKeys { burst, hours }) = &self.address {
            failure::take_back(db, burst).await?;
            failure::take_back(db, hours.first().unwrap_or(burst)).await?;
        }
        failure::clear(db, &[self.own]).await?;
        if let Some(network) = &self.network {
            failure::take_back(db, network).await?;
        }
        if let Some(device) = device {
            failure::clear(db, &[*device]).await?;
        }
        Ok(())
    }

    /// Everything about the address begins anew: its owner has proved to be it.
    pub(crate) async fn forgive(&self, db: &DatabaseTransaction) -> Result<(), Failure> {
        let mut keys = vec![self.own];
        if let Some(AddressKeys { burst, hours }) = &self.address {
            keys.push(*burst);
            keys.extend(hours);
        }
        Ok(failure::clear(db, &keys).await?)
    }

    /// Nobody found out whether it was right.
    pub(crate) async fn abandon(&self, deps: &Deps, device: Option<&Key>) -> Result<(), Failure> {
        let mut keys = vec![self.own];
        if let Some(AddressKeys { burst, hours }) = &self.address {
            keys.push(*burst);
            keys.extend(hours.first());
        }
        keys.extend(self.network.iter().chain(device));
        for key in keys {
            failure::take_back(deps.db.writer(), &key).await?;
        }
        Ok(())
    }

    /// It failed. Whether the owner of the address is to be told now: once in a burst.
    pub(crate) async fn owner_is_to_be_told(
        &self,
        db: &DatabaseTransaction,
    ) -> Result<bool, Failure> {
        let burst = self
            .address
            .as_ref()
            .map_or(&self.own, |address| &address.burst);
        Ok(failure::reached(db, burst, OWNER_IS_TOLD_AT).await?)
    }
}

/// RATE_LIMITED, with the wait in whole seconds.
fn too_soon(rate: Rate, wait: Duration) -> Failure {
    let begun = u64::from(wait.subsec_nanos() > 0);
    Failure::RateLimited {
        rate,
        retry_after: (wait.as_secs() + begun).max(1),
    }
}

/// Counts a call that sends mail to whatever address is typed, whoever has that; RATE_LIMITED if
/// one client makes too many. The transaction must be rolled back then.
pub(crate) async fn admit_mail(
    deps: &Deps,
    caller: &Caller,
    db: &DatabaseTransaction,
) -> Result<(), Failure> {
    let Some(client) = caller.client else {
        return Ok(());
    };
    let limits = &deps.limits;
    let slowing = Slowing {
        from: limits.mail_requests,
        window: limits.sign_in_window,
        longest: limits.sign_in_max_delay,
    };
    let key = deps
        .secret
        .keyed_hash("mail request client", network(client).as_bytes());
    match failure::count(db, &[key], deps.clock.now(), (&slowing, true)).await? {
        None => Ok(()),
        Some(wait) => Err(too_soon(Rate::Calls, wait)),
    }
}

/// What is kept of a device for one account: one cookie serves all accounts that are used there,
/// and no row tells that two are.
pub(super) fn device_hash(deps: &Deps, account: AccountId, device: &str) -> KeyedHash {
    deps.secret
        .keyed_hashes("device", format!("{account} {device}").as_bytes())
}

/// Under what the attempts of the caller's device are counted, if it signed in to the account
/// before; asked for unknown accounts too, so that it takes as long.
pub(crate) async fn known_device(
    deps: &Deps,
    caller: &Caller,
    account: Option<AccountId>,
) -> Result<Option<Key>, Failure> {
    let Some(presented) = &caller.device else {
        return Ok(None);
    };
    let account = account.unwrap_or(AccountId(Uuid::nil()));
    let hash = device_hash(deps, account, presented);
    let is_known = device::is_known(deps.db.latest(), account, &hash, deps.clock.now()).await?;
    Ok(is_known.then(|| deps.secret.keyed_hash("sign-in device", &hash.current)))
}
