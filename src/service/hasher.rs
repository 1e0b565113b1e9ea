//! Passwords hashed and checked off the async threads, a few at a time (ACC-3).
//!
//! Owns the algorithm (Argon2id, PHC strings), its cost, and how much of the machine it may take. Which passwords are taken is
//! said in `domain::password`.

use std::sync::Arc;

use argon2::{
    Algorithm, Argon2, Params, PasswordHash, PasswordVerifier, Version,
    password_hash::{
        PasswordHasher as _,
        phc::{Output, Salt},
    },
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Failure;
use crate::domain::{
    email::EmailAddress,
    id::IdSource,
    password::{self, Password, PasswordFault},
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
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

/// How many wait for their turn for each one that has it, before more are sent away: about a second's work.
const WAITING_EACH: usize = 32;

/// Hashes and checks passwords.
pub struct PasswordHasher {
    cost: HashingCost,
    argon2: Argon2<'static>,
    ids: Arc<IdSource>,
    /// Nobody's: checked against where there is no other, so that it takes as long (ACC-4).
    dummy: Arc<str>,
    admitted: Arc<Semaphore>,
    running: Arc<Semaphore>,
}

impl std::fmt::Debug for PasswordHasher {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHasher").field("cost", &self.cost).finish_non_exhaustive()
    }
}

impl PasswordHasher {
    /// Hashes at this cost, at most `concurrency` at the same time. A cost that Argon2 does not know is refused.
    pub fn new(cost: HashingCost, concurrency: usize, ids: Arc<IdSource>) -> Result<Self, Failure> {
        let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, None).map_err(internal)?;
        let concurrency = concurrency.clamp(1, 1_024);
        let dummy = dummy(&params)?;
        Ok(Self {
            cost,
            argon2: Argon2::new(Algorithm::Argon2id, Version::V0x13, params),
            ids,
            dummy,
            admitted: Arc::new(Semaphore::new(concurrency * (1 + WAITING_EACH))),
            running: Arc::new(Semaphore::new(concurrency)),
        })
    }

    /// The password's hash, as a PHC string.
    pub async fn hash(&self, password: &Password) -> Result<String, Failure> {
        let mut salt = [0_u8; 16];
        self.ids.fill(&mut salt);
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let hash = move || -> Result<PasswordHash, argon2::password_hash::Error> {
            argon2.hash_password_with_salt(password.expose().as_bytes(), &salt)
        };
        self.in_turn(hash).await?.map(|hash| hash.to_string()).map_err(internal)
    }

    /// Whether the password is the one with this hash. Without a hash it is not, which takes as long to find out (ACC-4).
    pub async fn verify(&self, password: &Password, hash: Option<&str>) -> Result<bool, Failure> {
        let known = hash.is_some();
        let hash: Arc<str> = hash.map_or_else(|| Arc::clone(&self.dummy), Arc::from);
        let (argon2, password) = (self.argon2.clone(), password.clone());
        let verify = move || match PasswordHash::new(&hash) {
            Ok(hash) => Ok(argon2.verify_password(password.expose().as_bytes(), &hash).is_ok()),
            Err(error) => Err(error.to_string()),
        };
        Ok(self.in_turn(verify).await?.map_err(internal)? && known)
    }

    /// Whether a hash is weaker than what is asked for today (ACC-3).
    pub fn needs_rehash(&self, hash: &str) -> bool {
        let Ok(hash) = PasswordHash::new(hash) else { return true };
        let Ok(params) = Params::try_from(&hash) else { return true };
        hash.algorithm.as_str() != Algorithm::Argon2id.as_str()
            || hash.version.is_none_or(|version| version < Version::V0x13.into())
            || params.m_cost() < self.cost.memory_kib
            || params.t_cost() < self.cost.iterations
            || params.p_cost() < self.cost.parallelism
    }

    /// What speaks against a new password (ACC-3).
    pub async fn faults(&self, password: &Password, email: &EmailAddress) -> Result<Vec<PasswordFault>, Failure> {
        let (password, email) = (password.clone(), email.clone());
        self.in_turn(move || password::faults(&password, &email)).await
    }

    /// What to show of a password while it is typed (ACC-3).
    pub async fn strength(&self, password: &Password, email: &EmailAddress) -> Result<password::Strength, Failure> {
        let (password, email) = (password.clone(), email.clone());
        self.in_turn(move || password::strength(&password, &email)).await
    }

    /// Runs `work` on a thread for such work when its turn comes; UNAVAILABLE if too many wait already. Once begun it is
    /// counted until it ends, even if nobody waits for it any more.
    async fn in_turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
        let admitted = Arc::clone(&self.admitted).try_acquire_owned().map_err(|_| Failure::Unavailable)?;
        let running = Arc::clone(&self.running).acquire_owned().await.map_err(internal)?;
        let turn: (OwnedSemaphorePermit, OwnedSemaphorePermit) = (admitted, running);
        tokio::task::spawn_blocking(move || {
            let done = work();
            drop(turn);
            done
        })
        .await
        .map_err(internal)
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

    const CHEAP: HashingCost = HashingCost { memory_kib: 64, iterations: 1, parallelism: 1 };

    fn hasher(cost: HashingCost) -> PasswordHasher {
        PasswordHasher::new(cost, 2, Arc::new(IdSource::seeded(1))).unwrap()
    }

    async fn hash(hasher: &PasswordHasher, text: &str) -> String {
        hasher.hash(&password(text)).await.unwrap()
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
        assert!(hasher.verify(&password("ö x"), Some(&one)).await.unwrap());
        assert!(!hasher.verify(&password("ö x "), Some(&one)).await.unwrap());
        assert!(!hasher.verify(&password("ö x"), None).await.unwrap());
        assert!(hasher.verify(&password("ö x"), Some("rubbish")).await.is_err());
    }

    #[tokio::test]
    async fn acc_3_a_hash_is_made_anew_when_the_parameters_rise() {
        let old = hash(&hasher(CHEAP), "x").await;
        assert!(!hasher(CHEAP).needs_rehash(&old));
        for (memory_kib, iterations, parallelism) in [(65, 1, 1), (64, 2, 1), (64, 1, 2)] {
            assert!(hasher(HashingCost { memory_kib, iterations, parallelism }).needs_rehash(&old));
        }
        let strong = hasher(HashingCost { memory_kib: 128, ..CHEAP });
        assert!(strong.verify(&password("x"), Some(&old)).await.unwrap(), "old hashes are checked at their own cost");
        assert!(!hasher(CHEAP).needs_rehash(&hash(&strong, "x").await), "stronger ones are kept");
        assert!(hasher(CHEAP).needs_rehash("$argon2i$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21l$c29tZWhhc2hzb21laGFzaA"));
    }

    #[tokio::test]
    async fn acc_4_the_dummy_costs_what_a_real_one_costs() {
        let hasher = hasher(HashingCost::default());
        let dummy = PasswordHash::new(&hasher.dummy).unwrap();
        let params = Params::try_from(&dummy).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
        assert!(!hasher.needs_rehash(&hasher.dummy));
    }

    #[tokio::test]
    async fn too_many_at_once_are_sent_away() {
        let hasher = Arc::new(PasswordHasher::new(CHEAP, 1, Arc::new(IdSource::seeded(1))).unwrap());
        let waiting: Vec<_> = (0..33).map(|_| Arc::clone(&hasher.admitted).try_acquire_owned().unwrap()).collect();
        assert!(matches!(hasher.verify(&password("x"), None).await, Err(Failure::Unavailable)));
        drop(waiting);
        assert!(hasher.verify(&password("x"), None).await.is_ok());
    }
}
