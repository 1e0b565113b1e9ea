//! Following datasets (FOLLOW-1): a switch that every active member may flip, so that it takes no
//! lock of the workspace and writes no event. [`list`] has what somebody follows, `telling` when
//! followers are mailed.
//!
//! Owns who follows. Who may browse a dataset is asked of `domain::access`.

pub mod list;
pub(super) mod telling;

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};

use super::{Access, Actor, Caller, Deps, Failure, UserError, item::ItemRow, write::turn};
use crate::{
    domain::{
        error_code::ErrorCode,
        follow::{MOST_FOLLOWED, follow_id},
        id::{AccountId, DatasetId, MembershipId},
        limit::{LimitKind, ReachedLimit},
        link::{Link, LinkKind},
        vocabulary::ResourceAccess,
    },
    store::{
        StoreError, account,
        engine::Lane,
        follow::{self as rows, Follower},
        item as items,
        workspace::WorkspaceRef,
    },
    words::message,
};

/// A dataset, and where it is seen from.
#[derive(Debug)]
pub struct Followed {
    /// The caller's standing in its workspace.
    pub access: Arc<Access>,
    /// The dataset.
    pub row: ItemRow,
}

fn by_session(caller: &Caller) -> Result<AccountId, Failure> {
    match &caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(session) => Ok(session.account.id),
    }
}

/// The dataset, if there is one that the caller may browse as an active member.
async fn find(deps: &Deps, caller: &Caller, id: DatasetId) -> Result<Option<Followed>, Failure> {
    let row = items::by_ids(deps.db.latest(), &[id.into()]).await?;
    let Some(row) = row.into_iter().next() else {
        return Ok(None);
    };
    let reference = WorkspaceRef::Id(row.workspace_id);
    let access = Access::open(deps, caller, &reference).await?;
    let access = access.filter(|access| {
        access.is_active_member() && access.can_access(&row.facts, ResourceAccess::Browse)
    });
    Ok(access.map(|access| Followed {
        access: Arc::new(access),
        row,
    }))
}

/// Follows a dataset; following it already is as good.
pub async fn follow(deps: &Deps, caller: &Caller, id: DatasetId) -> Result<Followed, Failure> {
    let account = by_session(caller)?;
    let found = find(deps, caller, id).await?.ok_or(Failure::NotFound)?;
    let membership = found.access.member.as_ref().ok_or(Failure::NotFound)?.id;
    let follower = Follower {
        workspace: found.row.workspace_id,
        membership,
        account,
    };
    // One after the other for one account, so that the limit holds.
    let turn = turn(caller, Lane::Account(account.0));
    let tx = deps.db.begin_in(turn).await?;
    account::lock(&tx, account)
        .await?
        .ok_or(Failure::Unauthenticated)?;
    let follows = rows::followed(&tx, membership, &[id]).await?;
    if follows.is_empty() {
        if rows::count(&tx, membership).await? >= MOST_FOLLOWED {
            let limit = ReachedLimit::of(LimitKind::FollowedDatasets, MOST_FOLLOWED);
            let code = ErrorCode::LimitReached;
            return Err(UserError::limited(code, "datasetId", limit).into());
        }
        rows::insert(&tx, follower, id, deps.clock.now()).await?;
    }
    tx.commit().await.map_err(StoreError::from)?;
    Ok(found)
}

/// Unfollows a dataset. Whoever may not browse it any more still may, but is not shown it; to whoever
/// neither followed it nor may browse it, there is no such dataset.
pub async fn unfollow(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
) -> Result<Option<Followed>, Failure> {
    let account = by_session(caller)?;
    let did_follow = rows::delete(deps.db.writer(), follow_id(account, id)).await?;
    let found = find(deps, caller, id).await?;
    if did_follow || found.is_some() {
        Ok(found)
    } else {
        Err(Failure::NotFound)
    }
}

/// Ends the follow that the token of a mail is about; ending it again is as good (RFC 8058). The
/// token is enough.
pub async fn unsubscribe(deps: &Deps, token: &str) -> Result<(), Failure> {
    let link = opened(deps, token).ok_or(Failure::NotFound)?;
    rows::delete(deps.db.writer(), link.id).await?;
    Ok(())
}

/// Whether this is the token of a mail to a follower.
pub fn is_token(deps: &Deps, token: &str) -> bool {
    opened(deps, token).is_some()
}

fn opened(deps: &Deps, token: &str) -> Option<Link> {
    Link::parse(token)
        .filter(|link| link.kind == LinkKind::Unfollow && deps.secret.opens(link, GENERATION))
}

/// The generation of all tokens to unsubscribe: they do not expire.
const GENERATION: i32 = 0;

/// The path of the page to unsubscribe.
pub const UNSUBSCRIBE_PATH: &str = "/unsubscribe";

/// Where a mail to `account` about `dataset` is unsubscribed from.
pub(super) fn unsubscribe_url(deps: &Deps, account: AccountId, dataset: DatasetId) -> String {
    let id = follow_id(account, dataset);
    let token = deps.secret.link(LinkKind::Unfollow, id, GENERATION);
    format!(
        "{}{UNSUBSCRIBE_PATH}?token={}",
        deps.public_url,
        token.expose()
    )
}

/// The membership by which the caller follows datasets in the workspace: an active one.
pub fn follower(access: &Access) -> Option<MembershipId> {
    let member = access.member.as_ref()?;
    access.is_active_member().then_some(member.id)
}

/// Those of `datasets` that the member follows.
pub async fn followed(
    deps: &Deps,
    membership: MembershipId,
    datasets: &[DatasetId],
) -> Result<HashSet<DatasetId>, Failure> {
    Ok(rows::followed(deps.db.latest(), membership, datasets).await?)
}

/// How many active members follow each dataset.
pub async fn counts(
    deps: &Deps,
    datasets: &[DatasetId],
    t: DateTime<Utc>,
) -> Result<HashMap<DatasetId, i64>, Failure> {
    Ok(rows::counts(deps.db.latest(), datasets, t).await?)
}
