//! Names of workspaces, for passwords that must not contain them (ACC-3). Those of an account are
//! SQL text, because they join its memberships.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, DerivePartialModel, EntityTrait};

use crate::{
    domain::id::{AccountId, WorkspaceId},
    entity::workspace,
    store::engine::{self, StoreError},
};

#[derive(DerivePartialModel)]
#[sea_orm(entity = "workspace::Entity")]
struct Names {
    name: String,
    slug: String,
}

impl From<Names> for (String, String) {
    fn from(row: Names) -> Self {
        (row.name, row.slug)
    }
}

/// The maximum number of workspaces of one account.
const MOST: i64 = 10;

/// Name and slug of a workspace.
pub async fn names(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
) -> Result<Vec<(String, String)>, StoreError> {
    let row = workspace::Entity::find_by_id(id.0)
        .into_partial_model::<Names>()
        .one(db)
        .await?;
    Ok(row.into_iter().map(Into::into).collect())
}

/// Name and slug of the workspaces that the account joined last and has not left.
pub async fn names_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT w.name, w.slug FROM membership m JOIN workspace w ON w.id = m.workspace_id AND w.deleted_at IS NULL \
         WHERE m.account_id = $1 AND m.ends_at > $2 AND m.ends_at > m.starts_at ORDER BY m.starts_at DESC, m.id DESC LIMIT $3";
    let rows: Vec<Names> =
        engine::all(db, sql, vec![account.0.into(), now.into(), MOST.into()]).await?;
    Ok(rows.into_iter().map(Into::into).collect())
}
