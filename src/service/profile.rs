//! What only the person sees of themselves, by session: never by key (KEY-5). Their sessions are
//! `session`'s.

use chrono::{DateTime, Utc};

use super::{Actor, Caller, Deps, Failure, account};
use crate::{
    domain::id::AccountId,
    store::{
        membership::{self, MemberRow},
        page::{Page, PageRequest},
    },
};

pub use crate::store::account::Profile;

/// The caller's own profile; `None` for anonymous visitors and keys.
pub async fn own(deps: &Deps, caller: &Caller) -> Result<Option<Profile>, Failure> {
    match &caller.actor {
        Actor::Session(_) => account::profile(deps, caller).await,
        Actor::Anonymous | Actor::Key(_) | Actor::System => Ok(None),
    }
}

/// One page of the person's memberships that have not ended, in all workspaces, by id.
pub async fn memberships(
    deps: &Deps,
    account: AccountId,
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Page<MemberRow>, Failure> {
    Ok(membership::of_account(deps.db.reader(), account, page, now).await?)
}

/// How many memberships of the person have not ended.
pub async fn count_memberships(
    deps: &Deps,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<i64, Failure> {
    Ok(membership::count_of_account(deps.db.reader(), account, now).await?)
}
