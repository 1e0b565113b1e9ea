//! What somebody follows, in all workspaces: datasets that they may browse there, read in batches and
//! decided by the one engine. The workspaces are opened once each.

use std::{collections::HashMap, sync::Arc};

use uuid::Uuid;

use super::{Followed, rows};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    service::{
        Access, Caller, Deps, Failure,
        item::{self, ItemRow},
    },
    store::{
        page::{Page, PageRequest},
        workspace::{self, WorkspaceRef},
    },
};

/// How many followed datasets are read at a time.
const CHUNK: usize = 500;

/// Opens the workspaces of followed datasets, each once, and tells which datasets the caller may
/// browse.
struct Sieve<'a> {
    deps: &'a Deps,
    caller: &'a Caller,
    opened: HashMap<WorkspaceId, Option<Arc<Access>>>,
}

impl<'a> Sieve<'a> {
    fn new(deps: &'a Deps, caller: &'a Caller) -> Self {
        Self {
            deps,
            caller,
            opened: HashMap::new(),
        }
    }

    /// The caller's standing, without noting that the workspace was used.
    async fn open(&mut self, id: WorkspaceId) -> Result<Option<Arc<Access>>, Failure> {
        if let Some(opened) = self.opened.get(&id) {
            return Ok(opened.clone());
        }
        let (deps, caller) = (self.deps, self.caller);
        let (db, reference) = (deps.db.reader(), WorkspaceRef::Id(id));
        let found = workspace::find(db, &reference, caller.account_id(), caller.now).await?;
        let access = match found {
            None => None,
            Some((workspace, member)) => {
                let access = Access::of(deps, db, caller, Arc::new(workspace), member).await?;
                Some(Arc::new(access)).filter(|access| access.is_active_member())
            }
        };
        self.opened.insert(id, access.clone());
        Ok(access)
    }

    async fn sift(&mut self, rows: Vec<ItemRow>) -> Result<Vec<Followed>, Failure> {
        let mut followed = Vec::with_capacity(rows.len());
        for row in rows {
            let access = self.open(row.workspace_id).await?;
            if let Some(access) = access.filter(|access| item::may_browse(access, &row)) {
                followed.push(Followed { access, row });
            }
        }
        Ok(followed)
    }
}

/// One page of the datasets that the caller follows and may browse, in all workspaces, by id.
pub async fn page(
    deps: &Deps,
    caller: &Caller,
    account: AccountId,
    request: &PageRequest,
) -> Result<Page<Followed>, Failure> {
    let mut sieve = Sieve::new(deps, caller);
    let mut after = request.after.as_ref().map_or(Uuid::nil(), |after| after.id);
    let mut shown: Vec<Followed> = Vec::new();
    // One more tells whether there are more.
    while shown.len() <= request.size {
        let chunk = rows::of_account(deps.db.reader(), account, after, CHUNK, caller.now).await?;
        let is_last = chunk.len() < CHUNK;
        after = chunk.last().map_or(after, |row| row.facts.id.uuid());
        shown.extend(sieve.sift(chunk).await?);
        if is_last {
            break;
        }
    }
    shown.truncate(request.size + 1);
    Ok(request.page(shown))
}

/// How many datasets are on all pages of [`page`].
pub async fn count(deps: &Deps, caller: &Caller, account: AccountId) -> Result<i64, Failure> {
    let mut sieve = Sieve::new(deps, caller);
    let (mut after, mut count) = (Uuid::nil(), 0);
    loop {
        let chunk = rows::of_account(deps.db.reader(), account, after, CHUNK, caller.now).await?;
        let is_last = chunk.len() < CHUNK;
        after = chunk.last().map_or(after, |row| row.facts.id.uuid());
        count += i64::try_from(sieve.sift(chunk).await?.len()).unwrap_or(i64::MAX);
        if is_last {
            return Ok(count);
        }
    }
}
