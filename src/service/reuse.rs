//! Reuses: what people made with a dataset, and who may see it (REUSE-1). Submitted in [`submit`],
//! decided and deleted in [`decide`].
//!
//! Owns who sees a reuse: its submitter and holders of MANAGE_REUSES always, everybody who may
//! browse the dataset once it is approved. Who may browse it is asked of `domain::access`.

pub mod decide;
pub mod submit;

use std::collections::HashMap;

use super::{
    Access, Caller, Deps, Failure,
    item::{self, ItemRow},
};
use crate::{
    domain::{
        id::{ItemId, ItemKind, ReuseId},
        permission::Permission,
        vocabulary::ReuseState,
    },
    store::{
        item as items,
        page::{Page, PageRequest},
        reuse as rows,
    },
};

pub use crate::store::reuse::{ReuseFilter, ReuseRow, Sight};

/// Which reuses of the workspace the caller may see.
pub async fn sight(deps: &Deps, access: &Access, caller: &Caller) -> Result<Sight, Failure> {
    if access.can(Permission::ManageReuses) {
        return Ok(Sight::All);
    }
    Ok(Sight::Some {
        submitter: caller.account_id(),
        datasets: item::shown(deps, access, ItemKind::Dataset).await?,
    })
}

/// One page of the reuses that are in sight, by id.
pub async fn page(
    deps: &Deps,
    access: &Access,
    sight: &Sight,
    filter: &ReuseFilter,
    page: &PageRequest,
) -> Result<Page<ReuseRow>, Failure> {
    let workspace = access.workspace.id;
    Ok(rows::page(deps.db.reader(), workspace, sight, filter, page).await?)
}

/// How many reuses are in sight.
pub async fn count(
    deps: &Deps,
    access: &Access,
    sight: &Sight,
    filter: &ReuseFilter,
) -> Result<i64, Failure> {
    Ok(rows::count(deps.db.reader(), access.workspace.id, sight, filter).await?)
}

/// A reuse by id; says nothing about who may see it.
pub async fn find(deps: &Deps, id: ReuseId) -> Result<Option<ReuseRow>, Failure> {
    let rows = rows::with_deleted(deps.db.latest(), &[id]).await?;
    Ok(rows.into_iter().find(|row| !row.deleted))
}

/// Those of `ids` that are in the workspace and that the caller may see.
pub async fn by_ids(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    ids: &[ReuseId],
) -> Result<Vec<ReuseRow>, Failure> {
    let rows = rows::with_deleted(deps.db.latest(), ids).await?;
    visible(deps, access, caller, rows).await
}

/// Those of `rows` that are in the workspace, not deleted, and that the caller may see.
pub async fn visible(
    deps: &Deps,
    access: &Access,
    caller: &Caller,
    mut rows: Vec<ReuseRow>,
) -> Result<Vec<ReuseRow>, Failure> {
    rows.retain(|row| row.workspace_id == access.workspace.id && !row.deleted);
    let wanted: Vec<ItemId> = rows
        .iter()
        .filter(|row| !reads_all_of(access, caller, row))
        .map(|row| row.dataset_id.into())
        .collect();
    let datasets: HashMap<ItemId, ItemRow> = if wanted.is_empty() {
        HashMap::new()
    } else {
        let rows = items::by_ids(deps.db.latest(), &wanted).await?.into_iter();
        rows.map(|row| (row.facts.id, row)).collect()
    };
    rows.retain(|row| {
        reads_all_of(access, caller, row)
            || may_see(access, row, datasets.get(&row.dataset_id.into()))
    });
    Ok(rows)
}

/// Whether the caller may see a reuse of somebody else's, `dataset` being what it is of.
fn may_see(access: &Access, row: &ReuseRow, dataset: Option<&ItemRow>) -> bool {
    row.state == ReuseState::Approved
        && dataset.is_some_and(|dataset| !dataset.deleted && item::may_browse(access, dataset))
}

/// Whether the caller sees the reuse in any state, with the reason for a decision and who decided:
/// its submitter, and holders of MANAGE_REUSES.
pub fn reads_all_of(access: &Access, caller: &Caller, row: &ReuseRow) -> bool {
    caller.account_id() == Some(row.submitted_by) || access.can(Permission::ManageReuses)
}

/// Whether the caller may read who submitted it: as the owner of a dataset, active members too.
pub fn shows_submitter(access: &Access, caller: &Caller, row: &ReuseRow) -> bool {
    access.is_active_member() || reads_all_of(access, caller, row)
}
