//! Passwords hashed, checked and judged off the async threads, a few at a time (ACC-3).
//!
//! Owns the algorithm (Argon2id, PHC strings), its cost, how much of the machine it may take, and
//! how often one client may ask (ACC-5). Which passwords are accepted is said in
//! `domain::password`.

use std::{num::NonZeroU32, sync::Arc};

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version,
    password_hash::{
        PasswordHasher as _,
        phc::{Output, Salt},
    },
};

use super::{
    Caller, Failure,
    deps::Throttle,
    turns::{LineFull, Turns},
};
use crate::domain::{
    id::IdSource,
    network::network,
    password::{self, Password, PasswordContext, Strength},
};

/// What one hash costs (ACC-3; RFC 9106).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HashingCost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub iterations: u32,
    /// Lanes.
    pub parallelism: u32,
}

impl Default for HashingCost {
    /// The least that the rule allows.
    fn default() -> Self {
        Self {
            memory_kib: 19_456,
            iterations: 2,
            parallelism: 1,
        }
    }
}

/// How many of one urgency wait for their turn for each one that has it, before more are sent away:
/// about a second's work.
const WAITING_EACH: usize = 32;

/// The same for the strength of passwords: half a second's work.
const STRENGTHS_WAITING_EACH: usize = 100;

/// Passwords that one client may have judged in a minute, while they are typed and when they are
/// sent: as many as a form asks for that shows it at each stroke of a key.
const JUDGED_A_MINUTE: NonZeroU32 = match NonZeroU32::new(120) {
    Some(rate) => rate,
    None => NonZeroU32::MIN,
};

/// What a hash is for: each urgency has a line of its own, so that registrations, which anybody can
/// begin, are sent away before they keep anybody from signing in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// A sign-in by a device that signed in to the account before.
    KnownDevice,
    /// Another sign-in.
    SignIn,
    /// Registrations, resets and changes.
    Other,
}

/// Work that waits for its turn, so that it never takes the whole machine.
struct Queue(Turns);

impl Queue {
    /// At most `running` at the same time, and `waiting` for each of them that wait, of each
    /// urgency.
    fn new(running: usize, waiting: usize) -> Self {
        Self(Turns::new(running, running.saturating_mul(waiting)))
    }

    /// Runs `work` on a thread for such work when its turn comes; UNAVAILABLE if too many as urgent
    /// wait already. Once begun it is counted until it ends, even if nobody waits for it any more.
    async fn in_turn<T: Send + 'static>(
        &self,
        urgency: Urgency,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let too_many = |LineFull| Failure::Unavailable;
        let waiting = self.0.queue(urgency as u8, "").map_err(too_many)?;
        let turn = waiting.await.map_err(too_many)?;
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(internal)
    }
}

/// Hashes, checks and judges passwords.
pub struct PasswordHasher {
    cost: HashingCost,
    argon2: Argon2<'static>,
    ids: Arc<IdSource>,
    /// Nobody's: checked against where there is no other, so that it takes as long (ACC-4).
    dummy: Arc<str>,
    hashing: Queue,
    /// Apart, so that whoever has passwords judged keeps nobody from signing in.
    judging: Queue,
    sent: Throttle,
    typed: Throttle,
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHasher")
            .field("cost", &self.cost)
            .finish_non_exhaustive()
    }
}

/// Whom a password that is judged counts for.
fn judged_for(caller: &Caller) -> String {
    match (caller.account_id(), caller.client) {
        (Some(account), _) => account.to_string(),
        (None, Some(client)) => network(client),
        (None, None) => String::new(),
    }
}

impl PasswordHasher {
    /// Hashes at this cost, at most `concurrency` at the same time. A cost that Argon2 does not
    /// know is refused.
    pub fn new(cost: HashingCost, concurrency: usize, ids: Arc<IdSource>) -> Result<Self, Failure> {
        let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, None)
            .map_err(internal)?;
        let concurrency = concurrency.clamp(1, 1_024);
        let dummy = dummy(&params)?;
        Ok(Self {
            cost,
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            ids,
            dummy,
            hashing: Queue::new(concurrency, WAITING_EACH),
            judging: Queue::new(concurrency.div_ceil(2), STRENGTHS_WAITING_EACH),
            sent: Throttle::per_minute(JUDGED_A_MINUTE),
            typed: Throttle::per_minute(JUDGED_A_MINUTE),
        })
    }

    /// The turns at hashing. Their ranks are those of [`Urgency`], and there is one line for each.
    pub fn turns(&self) -> &Turns {
        &self.hashing.0
    }

    /// Lets the dictionaries of passwords be read now, and not by the first who has one judged.
    pub fn warm_up(&self) {
        drop(tokio::task::spawn_blocking(password::warm_up));
    }

    /// Counts a call of `caller` that has a password judged and hashed; RATE_LIMITED for an account,
    /// or a client network without one, that makes too many. Comes before both (ACC-5).
    pub fn admit(&self, caller: &Caller) -> Result<(), Failure> {
        self.sent.admit(&judged_for(caller))
    }

    /// The same for a password that is judged alone, while it is typed. It is counted apart, so that
    /// whoever does nothing else does not keep the neighbours in a network from registering.
    pub fn admit_typed(&self, caller: &Caller) -> Result<(), Failure> {
        self.typed.admit(&judged_for(caller))
    }

    /// The password's hash, as a PHC string.
    pub async fn hash(&self, password: &Password, urgency: Urgency) -> Result<String, Failure> {
        let mut salt = [0_u8; 16];
        self.ids.fill(&mut salt);
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let hash = move || -> Result<PasswordHash, argon2::password_hash::Error> {
            argon2.hash_password_with_salt(password.expose().as_bytes(), &salt)
        };
        self.hashing
            .in_turn(urgency, hash)
            .await?
            .map(|hash| hash.to_string())
            .map_err(internal)
    }

    /// Whether the password is the one with this hash. Without a hash it is not, which takes as
    /// long to find out (ACC-4).
    ///
    /// A hash can be older than the preparation of passwords: then the text as typed is the one.
    /// Both are tried, whatever came of the first, where preparing changed the text.
    pub async fn verify(
        &self,
        password: &Password,
        hash: Option<&str>,
        urgency: Urgency,
    ) -> Result<Verified, Failure> {
        let has_hash = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| Arc::clone(&self.dummy), Arc::from);
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let verify = move || match PasswordHash::new(&hash) {
            Ok(hash) => {
                let is = |text: &str| argon2.verify_password(text.as_bytes(), &hash).is_ok();
                Ok((is(password.expose()), password.unprepared().is_some_and(is)))
            }
            Err(error) => Err(error.to_string()),
        };
        let (prepared, as_typed) = self
            .hashing
            .in_turn(urgency, verify)
            .await?
            .map_err(internal)?;
        Ok(match (has_hash, prepared, as_typed) {
            (true, true, _) => Verified::Right,
            (true, false, true) => Verified::RightAsTyped,
            _ => Verified::Wrong,
        })
    }

    /// Whether a hash is weaker than what is asked for today (ACC-3).
    pub fn needs_rehash(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else {
            return true;
        };
        let Ok(params) = Params::try_from(&hash) else {
            return true;
        };
        hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
            || hash
                .version
                .is_none_or(|version| version < Version::V0x13.into())
            || params.m_cost() < self.cost.memory_kib
            || params.t_cost() < self.cost.iterations
            || params.p_cost() < self.cost.parallelism
    }

    /// Judges a password (ACC-3). Admit the caller first.
    pub async fn strength(
        &self,
        password: &Password,
        context: PasswordContext,
    ) -> Result<Strength, Failure> {
        let password = password.clone();
        self.judging
            .in_turn(Urgency::Other, move || {
                password::strength(&password, &context)
            })
            .await
    }
}

/// Whether a password is the one with a hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// It is not.
    Wrong,
    /// It is.
    Right,
    /// It is, as it was typed: the hash was made before passwords were prepared, and should be made
    /// anew.
    RightAsTyped,
}

impl Verified {
    /// Whether it is the one.
    pub const fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::RightAsTyped)
    }
}

fn internal(error: impl std::fmt::Display) -> Failure {
    Failure::Internal(format!("hashing a password: {error}"))
}

/// A hash at this cost that no password is known for: made up, without the work of making one.
fn dummy(params: &Params) -> Result<Arc<str>, Failure> {
    let hash = PasswordHash {
        algorithm: Algorithm::Argon2id.ident(),
        version: Some(Version::V0x13.into()),
        params: params.try_into().map_err(internal)?,
        salt: Some(Salt::new(&[0; 16]).map_err(internal)?),
        hash: Some(Output::new(&[0; 32]).map_err(internal)?),
    };
    Ok(hash.to_string().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHEAP: HashingCost = HashingCost {
        memory_kib: 64,
        iterations: 1,
        parallelism: 1,
    };

    fn hasher(cost: HashingCost) -> PasswordHasher {
        PasswordHasher::new(cost, 2, Arc::new(IdSource::seeded(1))).unwrap()
    }

    async fn hash(hasher: &PasswordHasher, text: &str) -> String {
        hasher.hash(&password(text), Urgency::Other).await.unwrap()
    }

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    #[tokio::test]
    async fn acc_3_hashes_are_phc_strings_with_salts_of_their_own() {
        let hasher = hasher(CHEAP);
        let (one, two) = (hash(&hasher, "ö x").await, hash(&hasher, "ö x").await);
        assert!(one.starts_with("$argon2id$v=19$m=64,t=1,p=1$"), "{one}");
        assert_ne!(one, two);
        assert_eq!(
            hasher
                .verify(&password("ö x"), Some(&one), Urgency::SignIn)
                .await
                .unwrap(),
            Verified::Right
        );
        assert_eq!(
            hasher
                .verify(&password("ö x "), Some(&one), Urgency::SignIn)
                .await
                .unwrap(),
            Verified::Wrong
        );
        assert_eq!(
            hasher
                .verify(&password("ö x"), None, Urgency::SignIn)
                .await
                .unwrap(),
            Verified::Wrong
        );
        assert_eq!(
            hasher
                .verify(&password("o\u{308} x"), None, Urgency::SignIn)
                .await
                .unwrap(),
            Verified::Wrong
        );
        assert!(
            hasher
                .verify(&password("ö x"), Some("rubbish"), Urgency::SignIn)
                .await
                .is_err()
        );
    }

    #[tokio::test]
    async fn acc_3_a_hash_is_made_anew_when_the_parameters_rise() {
        let old = hash(&hasher(CHEAP), "x").await;
        assert!(!hasher(CHEAP).needs_rehash(&old));
        for (memory_kib, iterations, parallelism) in [(65, 1, 1), (64, 2, 1), (64, 1, 2)] {
            assert!(
                hasher(HashingCost {
                    memory_kib,
                    iterations,
                    parallelism
                })
                .needs_rehash(&old)
            );
        }
        let strong = hasher(HashingCost {
            memory_kib: 128,
            ..CHEAP
        });
        assert!(
            strong
                .verify(&password("x"), Some(&old), Urgency::SignIn)
                .await
                .unwrap()
                .is_right(),
            "old hashes are checked at their own cost"
        );
        assert!(
            !hasher(CHEAP).needs_rehash(&hash(&strong, "x").await),
            "stronger ones are kept"
        );
        assert!(
            hasher(CHEAP)
                .needs_rehash("$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21l$c29tZWhhc2hzb21laGFzaA")
        );
    }

    #[tokio::test]
    async fn acc_3_hashes_of_unprepared_passwords_still_count() {
        let (hasher, salt, typed) = (hasher(CHEAP), [1; 16], "o\u{308}\u{2003}x");
        let old = hasher
            .argon2
            .hash_password_with_salt(typed.as_bytes(), &salt)
            .map(|hash: PasswordHash| hash.to_string())
            .unwrap();
        assert_eq!(
            hasher
                .verify(&password(typed), Some(&old), Urgency::SignIn)
                .await
                .unwrap(),
            Verified::RightAsTyped
        );
        assert_eq!(
            hasher
                .verify(&password("ö x"), Some(&old), Urgency::SignIn)
                .await
                .unwrap(),
            Verified::Wrong
        );
        let new = hash(&hasher, typed).await;
        for same in [typed, "ö x"] {
            assert_eq!(
                hasher
                    .verify(&password(same), Some(&new), Urgency::SignIn)
                    .await
                    .unwrap(),
                Verified::Right
            );
        }
    }

    #[tokio::test]
    async fn acc_4_the_dummy_costs_what_a_real_one_costs() {
        let hasher = hasher(HashingCost::default());
        let dummy = PasswordHash::new(&hasher.dummy).unwrap();
        let params = Params::try_from(&dummy).unwrap();
        assert_eq!(
            (params.m_cost(), params.t_cost(), params.p_cost()),
            (19_456, 2, 1)
        );
        assert!(!hasher.needs_rehash(&hasher.dummy));
    }

    #[test]
    fn acc_5_passwords_that_are_typed_and_sent_are_counted_apart() {
        let hasher = PasswordHasher::new(CHEAP, 1, Arc::new(IdSource::seeded(1))).unwrap();
        let caller = Caller {
            actor: crate::service::caller::Actor::Anonymous,
            client: Some([192, 0, 2, 1].into()),
            ..Caller::system("test", chrono::DateTime::UNIX_EPOCH)
        };
        // By the clock of the machine: a pass is given back in half a second.
        let refuses = |admit: &dyn Fn() -> Result<(), Failure>| (0..200).any(|_| admit().is_err());
        assert!(refuses(&|| hasher.admit_typed(&caller)));
        assert!(hasher.admit(&caller).is_ok());
        assert!(refuses(&|| hasher.admit(&caller)));
        let other = Caller {
            client: Some([192, 0, 2, 2].into()),
            ..caller.clone()
        };
        assert!(hasher.admit(&other).is_ok() && hasher.admit_typed(&other).is_ok());
    }

    #[tokio::test]
    async fn acc_5_registrations_are_sent_away_before_sign_ins() {
        let hasher = PasswordHasher::new(CHEAP, 1, Arc::new(IdSource::seeded(1))).unwrap();
        let turns = hasher.hashing.0.clone();
        let held = turns.queue(0, "").unwrap().await.unwrap();
        let fill = |urgency: Urgency| -> Vec<_> {
            (0..WAITING_EACH)
                .map(|_| turns.queue(urgency as u8, "").unwrap())
                .collect()
        };
        let text = password("x");
        let registrations = fill(Urgency::Other);
        assert!(matches!(
            hasher.hash(&text, Urgency::Other).await,
            Err(Failure::Unavailable)
        ));
        // They wait in this order, and the one that is known gets the turn.
        let sign_in = async |urgency| hasher.verify(&text, None, urgency).await.unwrap();
        let waiting = || {
            let ranks = [Urgency::KnownDevice, Urgency::SignIn];
            ranks.map(|urgency| turns.waiting(urgency as u8))
        };
        tokio::join!(
            biased;
            sign_in(Urgency::SignIn),
            sign_in(Urgency::KnownDevice),
            async {
                assert_eq!(waiting(), [1, 1]);
                drop(held);
                assert_eq!(waiting(), [0, 1]);
            },
        );
        drop(registrations);
        let held = turns.queue(0, "").unwrap().await.unwrap();
        let sign_ins = fill(Urgency::SignIn);
        let verified = hasher.verify(&text, None, Urgency::SignIn).await;
        assert!(matches!(verified, Err(Failure::Unavailable)));
        let email = crate::domain::email::EmailAddress::parse("ada@example.org").unwrap();
        let judged = hasher
            .strength(
                &password("lantern nine bridges"),
                PasswordContext::new(&email),
            )
            .await;
        assert!(judged.is_ok(), "strength has a queue of its own");
        drop((held, sign_ins));
        assert!(hasher.hash(&text, Urgency::Other).await.is_ok());
    }
}
