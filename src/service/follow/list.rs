//! What somebody follows, in all workspaces: datasets that they may browse there, read in batches and
//! decided by the one engine. The workspaces are opened once each.

use std::{collections::HashMap, sync::Arc};

use super::{Followed, rows};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    service::{
        Access, Caller, Deps, Failure,
        item::{self, ItemRow},
    },
    store::{
        page::{Direction, Page, PageRequest, Position},
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
    let mut chunk = Chunk::of(request);
    let mut shown: Vec<Followed> = Vec::new();
    // One more tells whether there are more.
    while shown.len() <= request.size
        && let Some(rows) = chunk.next(deps, caller, account).await?
    {
        shown.extend(sieve.sift(rows).await?);
    }
    shown.truncate(request.size + 1);
    Ok(request.page(shown))
}

/// How many datasets are on all pages of [`page`].
pub async fn count(deps: &Deps, caller: &Caller, account: AccountId) -> Result<i64, Failure> {
    let mut sieve = Sieve::new(deps, caller);
    let mut chunk = Chunk::of(&PageRequest {
        size: CHUNK,
        direction: Direction::Forward,
        after: None,
        before: None,
        page_one: caller.now,
    });
    let mut count = 0;
    while let Some(rows) = chunk.next(deps, caller, account).await? {
        count += i64::try_from(sieve.sift(rows).await?.len()).unwrap_or(i64::MAX);
    }
    Ok(count)
}

/// Followed datasets, some at a time, in the direction of a page.
struct Chunk {
    request: PageRequest,
    is_last: bool,
}

impl Chunk {
    fn of(request: &PageRequest) -> Self {
        let request = PageRequest {
            // The statement reads one more.
            size: CHUNK - 1,
            ..request.clone()
        };
        Self {
            request,
            is_last: false,
        }
    }

    /// The next ones; `None` if there were no more.
    async fn next(
        &mut self,
        deps: &Deps,
        caller: &Caller,
        account: AccountId,
    ) -> Result<Option<Vec<ItemRow>>, Failure> {
        if self.is_last {
            return Ok(None);
        }
        let (db, request) = (deps.db.reader(), &mut self.request);
        let rows = rows::of_account(db, account, request, caller.now).await?;
        self.is_last = rows.len() < CHUNK;
        let last = rows.last().map(|row| Position::of_id(row.facts.id.uuid()));
        match request.direction {
            Direction::Forward => request.after = last.or_else(|| request.after.take()),
            Direction::Backward => request.before = last.or_else(|| request.before.take()),
        }
        Ok(Some(rows))
    }
}
