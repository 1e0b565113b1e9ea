//! What the layers see of the outside: made once by `app`, handed down by reference.

use std::{sync::Arc, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use secrecy::zeroize::Zeroizing;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    Failure, activity::Activity, analytics::Counters, cache::AccessCache, failure::Rate,
    hasher::PasswordHasher, quota_usage::Batches, relying_party::RelyingParty,
};
use crate::{
    domain::{
        blocklist::BlockList,
        clock::Clock,
        ending_soon::WarningDays,
        id::IdSource,
        keyed_hash::KeyedHash,
        link::{Link, LinkKind},
    },
    mail::Mailer,
    store::Database,
};

pub use crate::store::engine::spawn;

/// The limits of one call that services check; those of the GraphQL engine stand in
/// `graphql::admission`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The most items of one bulk call.
    pub batch_items: usize,
    /// How long a session may be idle (ACC-6).
    pub session_idle: Duration,
    /// How long a session lives at most (ACC-6).
    pub session_absolute: Duration,
    /// The most sessions of one account (ACC-6).
    pub sessions: usize,
    /// Failed sign-ins before the slow-down (ACC-5).
    pub sign_in_failures: u32,
    /// The window in which they are counted (ACC-5).
    pub sign_in_window: Duration,
    /// The longest wait that is asked for (ACC-5).
    pub sign_in_max_delay: Duration,
    /// How many days before their end members are warned (MEM-8).
    pub warning_days: WarningDays,
    /// How long a registration waits for its address to be confirmed (ACC-2).
    pub registration: Duration,
    /// The most mails of one purpose to one address in 24 hours, asked for from one network
    /// (ACC-7).
    pub mails_from_network: u32,
    /// The same from all networks (ACC-7).
    pub mails_to_address: u32,
    /// Calls that send mail to whatever address is typed, from one client, before they are slowed
    /// (ACC-5).
    pub mail_requests: u32,
    /// What invitations may be (JOIN-6, JOIN-8).
    pub invitations: Arc<InvitationLimits>,
}

/// What invitations may be.
#[derive(Debug, Clone)]
pub struct InvitationLimits {
    /// How many a workspace makes or sends again in 24 hours (JOIN-6).
    pub per_workspace_and_day: u32,
    /// How many mails about invitations an address is sent in 24 hours, by all workspaces together
    /// (JOIN-6).
    pub mails_per_address_and_day: u32,
    /// How many of an import are mailed in an hour (IMPORT-3).
    pub import_mails_per_hour: u32,
    /// How long one waits for its answer (JOIN-8).
    pub term: chrono::Duration,
    /// How long before the lapse the invited are reminded; zero: never (JOIN-15).
    pub reminder: chrono::Duration,
    /// For how long answers are gathered before whoever invited is told (JOIN-15).
    pub answers_after: chrono::Duration,
    /// To whom none is sent (JOIN-6).
    pub blocked: BlockList,
}

impl Default for InvitationLimits {
    fn default() -> Self {
        Self {
            per_workspace_and_day: 2_000,
            mails_per_address_and_day: 3,
            import_mails_per_hour: 1_000,
            term: chrono::Duration::days(30),
            reminder: chrono::Duration::days(3),
            answers_after: chrono::Duration::hours(1),
            blocked: BlockList::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Self {
        const DAY: u64 = 86_400;
        Self {
            batch_items: 1_000,
            session_idle: Duration::from_secs(14 * DAY),
            session_absolute: Duration::from_secs(90 * DAY),
            sessions: 50,
            sign_in_failures: 5,
            sign_in_window: Duration::from_secs(15 * 60),
            sign_in_max_delay: Duration::from_secs(60),
            warning_days: WarningDays::default(),
            registration: Duration::from_secs(DAY),
            mails_from_network: 5,
            mails_to_address: 30,
            mail_requests: 20,
            invitations: Arc::default(),
        }
    }
}

/// The installation's secret: keyed hashes, link tokens and sealed values are made with it. The one
/// before opens what is older (BASE-3). Never printed.
#[derive(Clone)]
pub struct SecretKey {
    current: [u8; 32],
    previous: Option<[u8; 32]>,
}

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// From its 32 bytes.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self {
            current: bytes,
            previous: None,
        }
    }

    /// The same, with the secret that was used before.
    pub const fn with_previous(self, bytes: [u8; 32]) -> Self {
        Self {
            previous: Some(bytes),
            ..self
        }
    }

    /// HMAC-SHA-256 of `text`, with `purpose` set apart from every other purpose.
    pub fn keyed_hash(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        hmac(&self.current, purpose, text)
    }

    /// The same under both secrets, for what is looked up.
    pub fn keyed_hashes(&self, purpose: &str, text: &[u8]) -> KeyedHash {
        KeyedHash {
            current: hmac(&self.current, purpose, text),
            older: self.previous.map(|key| hmac(&key, purpose, text)),
        }
    }

    /// The key of sealed values.
    pub(super) fn sealing_key(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(hmac(&self.current, SEALING, &[]))
    }

    /// The same of the secret before.
    pub(super) fn previous_sealing_key(&self) -> Option<Zeroizing<[u8; 32]>> {
        self.previous
            .map(|key| Zeroizing::new(hmac(&key, SEALING, &[])))
    }
}

/// What the key of sealed values is derived for.
const SEALING: &str = "sealed values";

fn hmac(key: &[u8; 32], purpose: &str, text: &[u8]) -> [u8; 32] {
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mut mac) => {
            mac.update(purpose.as_bytes());
            mac.update(&[0]);
            mac.update(text);
            mac.finalize().into_bytes().into()
        }
        // A key of 32 bytes is never refused; should it be, a plain hash still keeps equal inputs
        // equal.
        Err(_) => Sha256::digest(text).into(),
    }
}

impl SecretKey {
    /// The token of a link about the row `id`, of this generation (MAIL-1).
    pub fn link(&self, kind: LinkKind, id: Uuid, generation: i32) -> Link {
        Link::new(kind, id, self.proof(kind, id, generation))
    }

    /// Whether `link` is the one that [`Self::link`] makes, or made under the secret before, for
    /// this generation; says nothing through the time it takes.
    pub fn opens(&self, link: &Link, generation: i32) -> bool {
        self.proofs(link.kind, link.id, generation).is(link.proof())
    }

    fn proof(&self, kind: LinkKind, id: Uuid, generation: i32) -> [u8; 32] {
        self.proofs(kind, id, generation).current
    }

    fn proofs(&self, kind: LinkKind, id: Uuid, generation: i32) -> KeyedHash {
        let text = [id.as_bytes().as_slice(), &generation.to_be_bytes()].concat();
        self.keyed_hashes(&format!("link {}", kind.as_str()), &text)
    }

    /// By what mails to an address without an account are counted, and refusals of mail are kept:
    /// its canonical form is given.
    pub fn mail_key(&self, email_canonical: &str) -> [u8; 32] {
        self.mail_keys(email_canonical).current
    }

    /// The same under both secrets.
    pub fn mail_keys(&self, email_canonical: &str) -> KeyedHash {
        self.keyed_hashes("mail address", email_canonical.as_bytes())
    }
}

/// A rate for each of many callers, kept on this node.
#[derive(Debug)]
pub struct Throttle(governor::DefaultKeyedRateLimiter<String>);

impl Throttle {
    /// So many calls a minute for each caller.
    pub fn per_minute(calls: std::num::NonZeroU32) -> Self {
        Self(governor::RateLimiter::keyed(governor::Quota::per_minute(
            calls,
        )))
    }

    /// Lets `caller` pass, or says how long to wait.
    pub fn admit(&self, caller: &String) -> Result<(), Failure> {
        use governor::clock::Clock as _;
        self.0.check_key(caller).map_err(|not_until| {
            let wait = not_until.wait_time_from(governor::clock::DefaultClock::default().now());
            Failure::RateLimited {
                rate: Rate::Calls,
                retry_after: wait.as_secs() + 1,
            }
        })
    }
}

/// What every service works with.
#[derive(Clone)]
pub struct Deps {
    /// The pools of connections.
    pub db: Database,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// New ids and random bytes.
    pub ids: Arc<IdSource>,
    /// The installation's secret.
    pub secret: SecretKey,
    /// Limits of one call.
    pub limits: Arc<Limits>,
    /// Facts by version.
    pub cache: Arc<AccessCache>,
    /// Sends mails, and knows where their links lead.
    pub mailer: Arc<Mailer>,
    /// Hashes passwords off the async threads (ACC-3).
    pub hasher: Arc<PasswordHasher>,
    /// Last uses, gathered to be written together (ACC-9, KEY-6).
    pub activity: Arc<Activity>,
    /// Calls of quotas that wait to be counted together (QUOTA-4).
    pub quota_batches: Arc<Batches>,
    /// What happened, counted to be written together (STAT-1).
    pub analytics: Arc<Counters>,
    /// The address at which users reach the server, without a slash at its end.
    pub public_url: Arc<str>,
    /// Whether cookies are `Secure` and bear the prefix that says so.
    pub cookie_secure: bool,
    /// How often one actor may rehearse: it takes the workspace's lock (AUD-4).
    pub dry_runs: Arc<Throttle>,
    /// Keys looked for by their secret: 30 a minute for each caller (KEY-11).
    pub key_look_ups: Arc<Throttle>,
    /// Passkey ceremonies that are begun: 30 a minute for each caller (MFA-3).
    pub ceremonies: Arc<Throttle>,
    /// To what passkeys are bound; `None` at an address without a name (MFA-3).
    pub relying_party: Option<Arc<RelyingParty>>,
    /// Reports of leaked keys: 10 a minute for each client (KEY-11).
    pub leak_reports: Arc<Throttle>,
}

impl std::fmt::Debug for Deps {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deps").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_1_a_link_opens_its_own_row_kind_and_generation_only() {
        let key = SecretKey::new([7; 32]);
        let id = Uuid::from_u128(5);
        let link = key.link(LinkKind::Invitation, id, 2);
        assert!(key.opens(&link, 2));
        assert!(!key.opens(&link, 1));
        assert!(!SecretKey::new([8; 32]).opens(&link, 2));
        let later = SecretKey::new([8; 32]).with_previous([7; 32]);
        assert!(later.opens(&link, 2) && !later.opens(&link, 1));
        assert!(!key.opens(&later.link(LinkKind::Invitation, id, 2), 2));
        assert!(!key.opens(&Link::new(LinkKind::PasswordReset, id, *link.proof()), 2));
        assert!(!key.opens(
            &Link::new(LinkKind::Invitation, Uuid::from_u128(6), *link.proof()),
            2
        ));
    }
}
