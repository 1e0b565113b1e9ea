//! A mail to everybody whom its kind is for when it is sent: one row for each of them, made in the
//! transaction that closes the one row it was queued as. Whoever is an administrator, or holds the
//! permission, is looked up then.

use chrono::{DateTime, Utc};

use crate::{
    domain::{mail::MailKind, permission::Permission},
    service::{Deps, Failure},
    store::{
        membership,
        outbox::{
            self,
            claim::{self, OutboxRow},
        },
        workspace::{self, WorkspaceRef},
    },
};

/// Makes a row for each receiver and closes `row`, once whoever else does it; says how many
/// receivers there are.
pub(super) async fn expand(
    deps: &Deps,
    row: &OutboxRow,
    now: DateTime<Utc>,
) -> Result<usize, Failure> {
    let (Some(kind), Some(id)) = (row.kind, row.workspace) else {
        return close(deps, row, now).await;
    };
    let tx = deps.db.begin().await?;
    if !claim::sent(&tx, row.id, now).await? {
        return Ok(0);
    }
    let mut holders = Vec::new();
    if let Some((workspace, _)) = workspace::find(&tx, &WorkspaceRef::Id(id), None, now).await? {
        let facts = deps.cache.workspace_under_lock(&tx, &workspace).await?;
        holders = membership::holders(&tx, id, &facts.facts, concerns(kind), now).await?;
    }
    let ids = holders
        .iter()
        .map(|account| (deps.ids.uuid(now), *account))
        .collect();
    outbox::queue_copies(&tx, row, ids, now).await?;
    tx.commit().await.map_err(crate::store::StoreError::from)?;
    Ok(holders.len())
}

async fn close(deps: &Deps, row: &OutboxRow, now: DateTime<Utc>) -> Result<usize, Failure> {
    claim::sent(deps.db.writer(), row.id, now).await?;
    Ok(0)
}

/// Whom a kind of mail is for: holders of which permission.
const fn concerns(kind: MailKind) -> Permission {
    match kind {
        MailKind::QuotaDigest => Permission::EditAllDatasets,
        MailKind::ReuseDigest => Permission::ManageReuses,
        _ => Permission::EditWorkspaceProperties,
    }
}
