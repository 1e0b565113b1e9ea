//! Which workspace an id belongs to: the only look-ups that do not know it beforehand. They tell
//! nothing else of the row, and services use the answer only to choose among the workspaces that
//! the caller is in.

use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::engine::{self, Sql, StoreError};
use crate::domain::id::{AccountId, WorkspaceId};

/// A table whose rows the API names by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Memberships.
    Membership,
    /// Groups.
    Group,
    /// Members' places in groups.
    GroupMembership,
    /// Grants.
    Grant,
    /// Roles.
    Role,
    /// API keys.
    ApiKey,
    /// Access requests.
    AccessRequest,
    /// Invitations.
    Invitation,
    /// Wishes for more time.
    AccessRenewal,
    /// Quota values.
    QuotaValue,
}

impl Named {
    const fn table(self) -> &'static str {
        match self {
            Self::Membership => "membership",
            Self::Group => "member_group",
            Self::GroupMembership => "group_membership",
            Self::Grant => "permission_grant",
            Self::Role => "role",
            Self::ApiKey => "api_key",
            Self::AccessRequest => "access_request",
            Self::Invitation => "invitation",
            Self::AccessRenewal => "access_renewal",
            Self::QuotaValue => "quota_value",
        }
    }
}

/// The workspaces of `ids`, each once, in the order in which `ids` name them first.
pub async fn workspaces(
    db: &impl ConnectionTrait,
    named: Named,
    ids: &[Uuid],
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT id, workspace_id FROM ");
    sql.push(named.table())
        .push(" WHERE ")
        .ids_in("id", ids.iter().copied());
    let rows: Vec<(Uuid, Uuid)> = sql.all(db).await?;
    let of: std::collections::HashMap<Uuid, Uuid> = rows.into_iter().collect();
    let mut found = Vec::new();
    for workspace in ids
        .iter()
        .filter_map(|id| of.get(id))
        .map(|id| WorkspaceId(*id))
    {
        if !found.contains(&workspace) {
            found.push(workspace);
        }
    }
    Ok(found)
}

/// The workspaces in which `account` ever was a member.
pub async fn workspaces_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let sql = "SELECT DISTINCT workspace_id FROM membership WHERE account_id = $1";
    let rows: Vec<(Uuid,)> = engine::all(db, sql, vec![account.0.into()]).await?;
    Ok(rows.into_iter().map(|(id,)| WorkspaceId(id)).collect())
}

/// The secondary workspaces of `main` in which `account` ever was a member, at most 100.
pub async fn secondaries_of_account(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    account: AccountId,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let sql = "SELECT DISTINCT w.id FROM workspace w JOIN membership m ON m.workspace_id = w.id \
               WHERE w.parent_id = $1 AND m.account_id = $2 ORDER BY w.id LIMIT 100";
    let rows: Vec<(Uuid,)> = engine::all(db, sql, vec![main.0.into(), account.0.into()]).await?;
    Ok(rows.into_iter().map(|(id,)| WorkspaceId(id)).collect())
}
