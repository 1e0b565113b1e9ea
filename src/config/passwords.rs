//! `[passwords]`: how passwords are hashed (ACC-3).

use serde::Deserialize;

use super::value::between;

/// How passwords are hashed: Argon2id, never weaker than m = 19,456 KiB, t = 2, p = 1.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    /// The memory of one hash, in KiB.
    #[serde(deserialize_with = "between::<19_456, 4_194_304, _, _>")]
    pub memory_kib: u32,
    /// The number of passes over the memory.
    #[serde(deserialize_with = "between::<2, 64, _, _>")]
    pub iterations: u32,
    /// The number of lanes of one hash.
    #[serde(deserialize_with = "between::<1, 64, _, _>")]
    pub parallelism: u32,
    #[serde(deserialize_with = "between::<0, 256, _, _>")]
    concurrency: usize,
}

impl Passwords {
    /// The number of hashes computed at the same time: as configured, else one per core.
    pub fn concurrency(&self) -> usize {
        match self.concurrency {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            count => count,
        }
    }
}
