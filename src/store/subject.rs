//! Whom a question about access means: memberships found by address or account.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::domain::id::{AccountId, MembershipId, WorkspaceId};

/// The membership in `workspace` of the address: the one that counts at `t`, else the latest.
/// Nothing is asked of accounts.
pub async fn member_by_email(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    canonical: &str,
    t: DateTime<Utc>,
) -> Result<Option<MembershipId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT m.id FROM membership m WHERE ");
    sql.bind(
        "m.workspace_id = ? AND m.email_canonical = ? AND m.ends_at > m.starts_at ORDER BY CASE WHEN m.starts_at <= ? \
         AND m.ends_at > ? THEN 0 ELSE 1 END, m.starts_at DESC, m.id DESC LIMIT 1",
        [workspace.0.into(), canonical.into(), t.into(), t.into()],
    );
    Ok(sql
        .all::<(Uuid,)>(db)
        .await?
        .first()
        .map(|(id,)| MembershipId(*id)))
}

/// The memberships in `workspace` of these accounts that have not ended at `t`; of several the one
/// that begins first.
pub async fn members_of_accounts(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    t: DateTime<Utc>,
) -> Result<HashMap<AccountId, MembershipId>, StoreError> {
    if accounts.is_empty() {
        return Ok(HashMap::new());
    }
    let mut sql = Sql::new(db, "SELECT m.account_id, m.id FROM membership m WHERE ");
    sql.ids_in("m.account_id", accounts.iter().map(|id| id.0)).bind(
        " AND m.workspace_id = ? AND m.ends_at > ? AND m.ends_at > m.starts_at ORDER BY m.starts_at DESC, m.id DESC",
        [workspace.0.into(), t.into()],
    );
    let rows: Vec<(Uuid, Uuid)> = sql.all(db).await?;
    Ok(rows
        .into_iter()
        .map(|(account, member)| (AccountId(account), MembershipId(member)))
        .collect())
}
