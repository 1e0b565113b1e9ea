//! Which workspace an id belongs to: the only look-ups that do not know it beforehand. They return
//! nothing else of the row, and services use the answer only to choose among the caller's
//! workspaces. SQL text: one statement over eleven tables that runs in each call that names an id.

use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
};
use uuid::Uuid;

use super::engine::{Sql, StoreError};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    entity::membership::{self, Column},
};

/// A table whose rows the API names by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    Membership,
    Group,
    GroupMembership,
    Grant,
    Role,
    ApiKey,
    AccessRequest,
    Invitation,
    AccessRenewal,
    QuotaValue,
    DatasetTheme,
    Reuse,
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
            Self::DatasetTheme => "dataset_theme",
            Self::Reuse => "reuse",
        }
    }
}

/// The workspaces of `ids`, without duplicates, in the order of `ids`.
pub async fn workspaces(
    db: &impl ConnectionTrait,
    named: Named,
    ids: &[Uuid],
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT id, workspace_id FROM ");
    sql.push(named.table())
        .push(" WHERE ")
        .ids_in("id", ids.iter().copied());
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        workspace_id: Uuid,
    }
    let rows: Vec<RawRow> = sql.all(db).await?;
    let by_id: std::collections::HashMap<Uuid, Uuid> =
        rows.iter().map(|row| (row.id, row.workspace_id)).collect();
    let mut workspaces = Vec::new();
    for workspace in ids
        .iter()
        .filter_map(|id| by_id.get(id))
        .map(|id| WorkspaceId(*id))
    {
        if !workspaces.contains(&workspace) {
            workspaces.push(workspace);
        }
    }
    Ok(workspaces)
}

/// The workspaces in which `account` is or was a member.
pub async fn workspaces_of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let ids: Vec<Uuid> = membership::Entity::find()
        .select_only()
        .column(Column::WorkspaceId)
        .distinct()
        .filter(Column::AccountId.eq(account.0))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(WorkspaceId).collect())
}

/// The secondary workspaces of `main` in which `account` is or was a member, at most 100.
pub async fn secondaries_of_account(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    account: AccountId,
) -> Result<Vec<WorkspaceId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT DISTINCT w.id FROM workspace w");
    sql.bind(
        " JOIN membership m ON m.workspace_id = w.id WHERE w.parent_id = ? AND m.account_id = ? ORDER BY w.id LIMIT 100",
        [main.0.into(), account.0.into()],
    );
    Ok(sql.ids(db).await?.into_iter().map(WorkspaceId).collect())
}
