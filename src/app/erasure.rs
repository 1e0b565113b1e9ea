//! `concierge erased` and `concierge erase`: which accounts were deleted, and deleting them again on a
//! restored backup (ERASE-7).

use chrono::{DateTime, Utc};

use super::{App, StartError, refused};
use crate::{
    domain::id::AccountId,
    service::erasure::{self, Step},
};

/// A deletion that has begun.
#[derive(Debug)]
pub struct Erased {
    pub account: AccountId,
    pub begun_at: DateTime<Utc>,
    /// When it ended; `None` while it runs.
    pub finished_at: Option<DateTime<Utc>>,
}

/// What became of one account.
#[derive(Debug, PartialEq, Eq)]
pub enum Erasing {
    /// It is deleted.
    Erased,
    /// It was deleted before, and nothing was left to do.
    AlreadyErased,
    /// There is no such account.
    Unknown,
    /// It is the last administrator of these workspaces, by id.
    LastAdministrator(Vec<String>),
    /// It is deleted, but the log of the database is in use; the server empties it later.
    LogInUse,
}

impl App {
    /// The deletions that began at `since` or later, oldest first.
    pub async fn erased(&self, since: DateTime<Utc>) -> Result<Vec<Erased>, StartError> {
        let runs = erasure::since(&self.deps, since).await.map_err(refused)?;
        let erased = |run: erasure::ErasedAccount| {
            Some(Erased {
                account: run.account,
                begun_at: run.begun_at?,
                finished_at: run.finished_at,
            })
        };
        Ok(runs.into_iter().filter_map(erased).collect())
    }

    /// Deletes the account with this id at once. `force` also deletes the last administrator of a
    /// workspace.
    pub async fn erase(&self, id: &str, force: bool) -> Result<Erasing, StartError> {
        let account = AccountId::parse(id).map_err(|error| refused(format!("{id}: {error}")))?;
        let deps = &self.deps;
        if !force {
            let blocked = erasure::blocking(deps, account).await.map_err(refused)?;
            if !blocked.is_empty() {
                let ids = blocked.iter().map(ToString::to_string).collect();
                return Ok(Erasing::LastAdministrator(ids));
            }
        }
        let begun = erasure::begin_regardless(deps, account)
            .await
            .map_err(refused)?;
        let last = erasure::run(deps, account).await.map_err(refused)?;
        Ok(match (begun, last) {
            (_, Step::Waiting) => Erasing::LogInUse,
            (true, _) | (false, Step::Finished) => Erasing::Erased,
            (false, _) => match erasure::is_erased(deps, account).await.map_err(refused)? {
                true => Erasing::AlreadyErased,
                false => Erasing::Unknown,
            },
        })
    }
}
