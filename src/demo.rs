//! The demo portal: a city's open data with 250 members, for a first look, for the playground and
//! for tests.
//!
//! It is generated, not recorded: the same every time relative to the clock's instant, and
//! life-like relative to it (access that ends this evening, a request from yesterday). [`Portal`]
//! generates rows and writes nothing. [`seed()`] writes them into an empty database in one
//! transaction, a thousand members at a time, while the next ones are generated, so memory does not
//! grow with the number of members. Nobody in it is real, every address is at a domain reserved for
//! examples, only the demo administrator has a password, and of all API keys only theirs can be
//! used ([`CREDENTIALS`]).
//!
//! Each workspace's audit log begins with WORKSPACE_CREATED. The other rows have no events, as if
//! they had been imported. They still obey the rules: exclusive rows never overlap, nobody has two
//! memberships at once.
//!
//! Only the command line may use it, because it writes rows past `service::write`.

#![allow(
    missing_docs,
    reason = "an item has a comment only if its name leaves something open"
)]

mod analytics;
mod catalog;
mod credentials;
mod draw;
mod frame;
mod groups;
mod items;
mod keys;
mod limits;
mod members;
mod names;
mod offers;
mod people;
mod portal;
mod profile;
mod rights;
mod rows;
mod sign_up;
#[cfg(test)]
mod tests;
mod themes;
mod transit;
mod world;

use argon2::{
    Algorithm, Argon2, Params, PasswordHasher, Version, password_hash::phc::PasswordHash,
};
use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use tokio::sync::mpsc;

pub use credentials::{CREDENTIALS, Credentials};
pub use portal::Portal;

use crate::{
    service::Deps,
    store::{
        Database, StoreError,
        seed::{self, Rows},
    },
};

/// How many blocks are written together: a thousand members, some thousand rows per statement.
const AT_ONCE: usize = 4;

/// From this number of members on, indexes are created after the rows.
const LARGE: usize = 20_000;

/// The name of the marker in table `installation`.
const MARKER: &str = "demo";

/// The salt of the demo's password. It may be public, because the password is.
const SALT: &[u8; 16] = b"riverton's salt!";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DemoOptions {
    /// The number of members of the main workspace, at least 250.
    pub members: usize,
}

impl Default for DemoOptions {
    fn default() -> Self {
        Self {
            members: profile::BLOCK,
        }
    }
}

/// The result of seeding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The database was empty and contains the demo now.
    Seeded,
    /// It already contained the demo; nothing was changed.
    AlreadyThere,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The database contains other accounts or workspaces.
    #[error(
        "the database is not empty and does not contain the demo: the demo is only loaded into an empty one"
    )]
    NotEmpty,
    /// The password could not be hashed.
    #[error("the demo's password could not be hashed: {0}")]
    Password(String),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the demo into an empty, migrated database. Changes nothing in one that contains it,
/// refuses any other. `written` receives the number of members so far.
pub async fn seed(
    deps: &Deps,
    options: DemoOptions,
    written: impl FnMut(usize),
) -> Result<Outcome, Failure> {
    seed_at(&deps.db, deps.clock.now(), options, written).await
}

/// Whether this database contains the demo, whose credentials are public.
pub async fn present(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    Ok(seed::note(db, MARKER).await?.is_some())
}

async fn seed_at(
    db: &Database,
    now: DateTime<Utc>,
    options: DemoOptions,
    written: impl FnMut(usize),
) -> Result<Outcome, Failure> {
    if present(db.writer()).await? {
        return Ok(Outcome::AlreadyThere);
    }
    if !seed::is_empty(db.writer()).await? {
        return Err(Failure::NotEmpty);
    }
    let password_hash = tokio::task::spawn_blocking(hash)
        .await
        .map_err(|error| Failure::Password(error.to_string()))??;
    let portal = Portal::new(now, options.members, password_hash);
    seed::prepare(db.writer(), portal.members() >= LARGE).await?;
    let outcome = fill(db, now, portal, written).await;
    seed::settle(db.writer()).await?;
    outcome
}

async fn fill(
    db: &Database,
    now: DateTime<Utc>,
    portal: Portal,
    mut written: impl FnMut(usize),
) -> Result<Outcome, Failure> {
    let transaction = db.begin().await?;
    // The marker comes first: of two processes that seed at once, the second waits for it and then
    // finds it.
    let marker = serde_json::json!({ "members": portal.members() }).to_string();
    match seed::put_note(&transaction, MARKER, marker, now).await {
        Ok(()) => {}
        Err(StoreError::Duplicate) => {
            transaction.rollback().await.map_err(StoreError::from)?;
            return Ok(Outcome::AlreadyThere);
        }
        Err(error) => return Err(error.into()),
    }
    if !seed::is_empty(&transaction).await? {
        transaction.rollback().await.map_err(StoreError::from)?;
        return Err(Failure::NotEmpty);
    }
    let indexes = if portal.members() >= LARGE {
        seed::take_indexes(&transaction).await?
    } else {
        Vec::new()
    };
    let (sender, mut parts) = mpsc::channel(1);
    tokio::task::spawn_blocking(move || make(portal, &sender));
    while let Some((so_far, rows)) = parts.recv().await {
        seed::insert(&transaction, rows).await?;
        written(so_far);
    }
    seed::make_indexes(&transaction, &indexes).await?;
    transaction.commit().await.map_err(StoreError::from)?;
    db.analyze().await?;
    Ok(Outcome::Seeded)
}

/// Generates the rows part by part while the previous part is written. Stops when nobody receives
/// them.
fn make(mut portal: Portal, parts: &mpsc::Sender<(usize, Rows)>) {
    loop {
        let mut rows = Rows::default();
        for part in portal.by_ref().take(AT_ONCE) {
            rows.append(part);
        }
        if rows.is_empty()
            || parts
                .blocking_send((portal.generated_members(), rows))
                .is_err()
        {
            return;
        }
    }
}

/// The hash of the demo's password, with the default parameters (ACC-3).
fn hash() -> Result<String, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Password(error.to_string());
    let params = Params::new(19_456, 2, 1, None).map_err(|error| failed(&error))?;
    let hash: PasswordHash = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(CREDENTIALS.password.as_bytes(), SALT)
        .map_err(|error| failed(&error))?;
    Ok(hash.to_string())
}
