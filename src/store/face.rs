//! The public part of accounts, as seen in one workspace. SQL text, because it reads accounts and
//! memberships together.

use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::domain::id::{AccountId, WorkspaceId};

/// The public part of an account, and whether it shares the workspace.
#[derive(Debug, Clone)]
pub struct Face {
    pub id: AccountId,
    pub email: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    /// Whether it has, or had, a membership in the workspace.
    pub is_member: bool,
}

/// The public part of `accounts`, as seen in `workspace`.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    accounts: &[AccountId],
) -> Result<Vec<Face>, StoreError> {
    let mut sql = Sql::new(db, "SELECT a.id, a.email, a.given_name, a.family_name, ");
    sql.bind(
        "EXISTS (SELECT 1 FROM membership m WHERE m.account_id = a.id AND m.workspace_id = ?) AS is_member FROM account a WHERE ",
        [workspace.0.into()],
    )
    .ids_in("a.id", accounts.iter().map(|id| id.0));
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        email: String,
        given_name: Option<String>,
        family_name: Option<String>,
        is_member: bool,
    }
    let face = |row: RawRow| Face {
        id: AccountId(row.id),
        email: row.email,
        given_name: row.given_name,
        family_name: row.family_name,
        is_member: row.is_member,
    };
    Ok(sql.all(db).await?.into_iter().map(face).collect())
}

/// The ids of the workspaces that `viewer` and `account` share and in which `viewer` may see
/// `account`.
pub async fn shared_workspaces(
    db: &impl ConnectionTrait,
    account: AccountId,
    viewer: AccountId,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "");
    sql.bind(
        "SELECT DISTINCT m.workspace_id AS id FROM membership m JOIN membership v ON v.workspace_id = m.workspace_id \
         WHERE m.account_id = ? AND v.account_id = ?",
        [account.0.into(), viewer.0.into()],
    );
    Ok(sql.ids(db).await?.into_iter().map(WorkspaceId).collect())
}
