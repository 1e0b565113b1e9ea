//! The run of a deletion (ERASE-5): the account is marked, then each workspace is emptied of the
//! person in one write, then the account itself. Each step is done once, whichever node dies: the row
//! of the deletion says how far it is. Nobody can use the account from the first step on.
//!
//! Who may ask for a deletion, and when it is due, stands in `account::deletion`.

mod notices;
mod succession;
mod workspace;

use chrono::{DateTime, Utc};

pub(super) use self::succession::hand_over;
pub use self::{notices::remind, succession::Successor};
use super::{
    Caller, Deps, Failure,
    account::write::{AccountWrite, retried},
    session::end_all,
    write::{self, CallOptions, Event},
};
use crate::{
    domain::{
        audit::AuditEventKind,
        id::{AccountId, WorkspaceId},
    },
    store::{
        account,
        erasure::{
            self as rows, Deletion,
            person::{self, OwnAddress},
        },
    },
};
use workspace::EraseInWorkspace;

pub use crate::store::erasure::Deletion as ErasedAccount;

/// How many accounts one look-up finds at most.
const LOOKED_UP: u64 = 500;

/// The end reason of sessions.
const ENDED: &str = "ACCOUNT_DELETED";

/// What a step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Nothing was due.
    Nothing,
    /// The run was put off: a workspace would be left without an administrator.
    Postponed,
    /// The account was marked.
    Begun,
    /// One workspace was processed, or a part of it.
    Workspace,
    /// The account was emptied.
    Emptied,
    /// The run ended.
    Finished,
    /// The log of the embedded database is in use: the run ends later.
    Waiting,
}

/// The accounts whose run is due or under way.
pub async fn due(deps: &Deps) -> Result<Vec<AccountId>, Failure> {
    Ok(rows::due(deps.db.latest(), deps.clock.now(), LOOKED_UP).await?)
}

/// Goes on with a run until it ends or has to wait. Returns the last step.
pub async fn run(deps: &Deps, account: AccountId) -> Result<Step, Failure> {
    loop {
        match step(deps, account).await? {
            Step::Begun | Step::Workspace | Step::Emptied => {}
            last @ (Step::Nothing | Step::Postponed | Step::Finished | Step::Waiting) => {
                return Ok(last);
            }
        }
    }
}

/// Does the next step of a run.
pub async fn step(deps: &Deps, account: AccountId) -> Result<Step, Failure> {
    let Some(deletion) = rows::find(deps.db.latest(), account).await? else {
        return Ok(Step::Nothing);
    };
    let now = deps.clock.now();
    match deletion {
        Deletion {
            finished_at: Some(_),
            ..
        } => Ok(Step::Nothing),
        Deletion {
            emptied_at: Some(_),
            ..
        } => finish(deps, account).await,
        Deletion {
            begun_at: Some(begun_at),
            last_workspace,
            ..
        } => go_on(deps, account, begun_at, last_workspace).await,
        Deletion { due_at, .. } if due_at <= now => begin(deps, account).await,
        Deletion { .. } => Ok(Step::Nothing),
    }
}

fn system(deps: &Deps) -> Caller {
    let now = deps.clock.now();
    Caller::system(&deps.ids.uuid(now).to_string(), now)
}

/// Marks the account, unless it is the last administrator of a workspace: then the run is put off.
async fn begin(deps: &Deps, account: AccountId) -> Result<Step, Failure> {
    let caller = system(deps);
    let caller = &caller;
    let (step, blocked) = retried(|| async move {
        let handed = hand_over(deps, caller, account, &[]).await?;
        if !handed.blocked_by.is_empty() {
            handed.writes.roll_back().await?;
            return Ok((Step::Postponed, handed.blocked_by));
        }
        let Some(mut write) = handed.writes.account().await? else {
            return Ok((Step::Nothing, Vec::new()));
        };
        write.by_system();
        match rows::find(write.db(), account).await? {
            Some(deletion) if deletion.due_at <= write.now => {
                mark(&mut write).await?;
                write.commit().await?;
                Ok((Step::Begun, Vec::new()))
            }
            // It was cancelled meanwhile.
            _ => {
                write.roll_back().await?;
                Ok((Step::Nothing, Vec::new()))
            }
        }
    })
    .await?;
    match step {
        Step::Postponed => notices::postpone(deps, caller, account, &blocked).await,
        step => Ok(step),
    }
}

/// Begins the run of an account at once, although it may be the last administrator of a workspace
/// (ERASE-7). False if there is no such account, or its run has begun.
pub async fn begin_regardless(deps: &Deps, account: AccountId) -> Result<bool, Failure> {
    let caller = system(deps);
    let caller = &caller;
    retried(|| async move {
        let Some(mut write) = AccountWrite::begin(deps, caller, account).await? else {
            return Ok(false);
        };
        write.by_system();
        let now = write.now;
        rows::schedule(write.db(), account, (now, now), (None, None)).await?;
        mark(&mut write).await?;
        write.commit().await?;
        Ok(true)
    })
    .await
}

/// Whether there is such an account and its deletion has begun.
pub async fn is_erased(deps: &Deps, account: AccountId) -> Result<bool, Failure> {
    Ok(account::is_erased(deps.db.latest(), account).await?)
}

/// The workspaces of which the account is the last administrator.
pub async fn blocking(deps: &Deps, account: AccountId) -> Result<Vec<WorkspaceId>, Failure> {
    let caller = system(deps);
    let caller = &caller;
    retried(|| async move {
        let handed = hand_over(deps, caller, account, &[]).await?;
        handed.writes.roll_back().await?;
        Ok(handed.blocked_by)
    })
    .await
}

/// The first step: nothing opens the locked account from now on.
pub(super) async fn mark(write: &mut AccountWrite<'_>) -> Result<(), Failure> {
    let (chain, db) = write.parts();
    let (account, now) = (chain.account.id, chain.now);
    end_all(chain, db, None, ENDED).await?;
    person::end_credentials(db, account, now).await?;
    rows::begun(db, account, now).await?;
    chain.record(Event::new(
        AuditEventKind::AccountDeletionStarted,
        account,
        Vec::new(),
    ));
    Ok(())
}

/// Processes the next workspace, or the account if there is none.
async fn go_on(
    deps: &Deps,
    account: AccountId,
    begun_at: DateTime<Utc>,
    last: Option<WorkspaceId>,
) -> Result<Step, Failure> {
    let db = deps.db.latest();
    let addresses = person::addresses(db, account, begun_at).await?;
    let Some(workspace) = person::next_workspace(db, account, &addresses, last).await? else {
        return empty(deps, account, begun_at).await;
    };
    let key = addresses
        .first()
        .map(|address| deps.secret.mail_key(&address.canonical));
    let erase = EraseInWorkspace {
        account,
        addresses,
        key,
    };
    let (caller, options) = (system(deps), CallOptions::default());
    match write::run(deps, &caller, workspace, &options, &erase).await {
        // It was deleted, and its chain has ended.
        Err(Failure::NotFound) => erase.in_deleted(deps, workspace).await?,
        done => done.map(drop)?,
    }
    Ok(Step::Workspace)
}

/// Empties the account and its chain.
async fn empty(deps: &Deps, account: AccountId, begun_at: DateTime<Utc>) -> Result<Step, Failure> {
    let caller = system(deps);
    let caller = &caller;
    retried(|| async move {
        let Some(mut write) = AccountWrite::begin_erased(deps, caller, account).await? else {
            return Ok(Step::Nothing);
        };
        write.by_system();
        let (db, now) = (write.db(), write.now);
        let deletion = rows::find(db, account).await?;
        if deletion.is_none_or(|deletion| deletion.emptied_at.is_some()) {
            write.roll_back().await?;
            return Ok(Step::Emptied);
        }
        let addresses = person::addresses(db, account, begun_at).await?;
        person::empty(db, account, &addresses, &mail_keys(deps, &addresses)).await?;
        rows::emptied(db, account, now).await?;
        write.record(Event::new(
            AuditEventKind::AccountErased,
            account,
            Vec::new(),
        ));
        write.commit().await?;
        Ok(Step::Emptied)
    })
    .await
}

/// The keyed hashes under which mails to the addresses are counted, and until when each address was
/// the person's.
fn mail_keys(deps: &Deps, addresses: &[OwnAddress]) -> Vec<([u8; 32], DateTime<Utc>)> {
    let mut keys = Vec::new();
    for address in addresses {
        let hashes = deps.secret.mail_keys(&address.canonical);
        keys.extend(hashes.all().map(|key| (key, address.until)));
    }
    keys
}

/// Empties the log of the embedded database, which still has what was there before (ERASE-7).
async fn finish(deps: &Deps, account: AccountId) -> Result<Step, Failure> {
    if !deps.db.empty_log().await? {
        return Ok(Step::Waiting);
    }
    rows::finished(deps.db.writer(), account, deps.clock.now()).await?;
    Ok(Step::Finished)
}

/// The runs that began at `since` or later, oldest first: to be done again on a restored backup
/// (ERASE-7).
pub async fn since(deps: &Deps, since: DateTime<Utc>) -> Result<Vec<Deletion>, Failure> {
    Ok(rows::begun_since(deps.db.latest(), since).await?)
}
