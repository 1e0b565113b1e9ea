//! Members' wishes for more time (MEM-8): the workspace's list, the caller's own; asked for in
//! [`request`], decided in [`decide`].

pub mod decide;
pub mod request;

use super::{Access, Caller, Deps, Failure, member};
use crate::{
    domain::{
        id::{AccessRenewalId, MembershipId},
        vocabulary::AccessRenewalState,
    },
    store::{
        access_renewal as rows,
        page::{Page, PageRequest},
    },
};

pub use crate::store::access_renewal::AccessRenewalRow;

/// One page of the workspace's renewals, by id: EWP.
pub async fn page(
    deps: &Deps,
    access: &Access,
    states: Option<&[AccessRenewalState]>,
    page: &PageRequest,
) -> Result<Page<AccessRenewalRow>, Failure> {
    Ok(rows::page(
        deps.db.reader(),
        access.workspace.id,
        states,
        page,
        access.clock(),
    )
    .await?)
}

/// How many renewals are in one of `states`.
pub async fn count(
    deps: &Deps,
    access: &Access,
    states: Option<&[AccessRenewalState]>,
) -> Result<i64, Failure> {
    Ok(rows::count(
        deps.db.reader(),
        access.workspace.id,
        states,
        access.clock(),
    )
    .await?)
}

/// Those of `ids` that are in the workspace and that the caller may see.
pub async fn by_ids(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    ids: &[AccessRenewalId],
) -> Result<Vec<AccessRenewalRow>, Failure> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut rows = rows::by_ids(deps.db.reader(), ids, access.clock()).await?;
    rows.retain(|row| row.workspace_id == access.workspace.id && may_see(access, caller, row));
    Ok(rows)
}

/// The renewals of members that wait, one each at most; of members whom the caller may see.
pub async fn pending(
    deps: &Deps,
    access: &Access,
    members: &[MembershipId],
) -> Result<Vec<AccessRenewalRow>, Failure> {
    Ok(rows::pending(
        deps.db.reader(),
        access.workspace.id,
        members,
        access.clock(),
    )
    .await?)
}

/// Whether the caller may see it: who may see the membership.
pub fn may_see(access: &Access, caller: &Caller, row: &AccessRenewalRow) -> bool {
    member::may_see(access, row.account_id, caller)
}
