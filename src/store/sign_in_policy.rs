//! What workspaces ask of whoever signs in (MFA-10): the policy, to whom it was mailed, and who has
//! no second factor. The policy itself is read with the facts that members share.
//!
//! [`without_factor`] is SQL text: it looks for what is missing in another table.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    workspace::secondary::is_living,
};
use crate::{
    domain::{
        access::{SecondFactorPolicy, SignInPolicy},
        id::{AccountId, MembershipId, WorkspaceId},
    },
    entity::sign_in_policy::{ActiveModel, Column, Entity},
};

/// Stores the policy of a workspace. Whom it concerns is mailed anew if `is_to_be_mailed`.
pub async fn set(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    policy: SignInPolicy,
    is_to_be_mailed: bool,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = ActiveModel {
        workspace_id: Set(workspace.0),
        second_factor: Set(policy.second_factor.as_str().to_owned()),
        second_factor_from: Set(policy.second_factor_from.unwrap_or(now)),
        second_factor_before: Set(policy.second_factor_before.as_str().to_owned()),
        mailed_up_to: Set(None),
        mailed_at: Set((!is_to_be_mailed).then_some(now)),
    };
    let replace = OnConflict::column(Column::WorkspaceId)
        .update_columns([
            Column::SecondFactor,
            Column::SecondFactorFrom,
            Column::SecondFactorBefore,
            Column::MailedUpTo,
            Column::MailedAt,
        ])
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Of whom a workspace asks a second factor, and from when on; `None` if it never asked for one.
pub async fn current(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Option<(SecondFactorPolicy, DateTime<Utc>)>, StoreError> {
    let row = Entity::find_by_id(workspace.0).one(db).await?;
    Ok(row.and_then(|row| {
        Some((
            SecondFactorPolicy::parse(&row.second_factor)?,
            row.second_factor_from,
        ))
    }))
}

/// A policy about which mails are still to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unmailed {
    pub policy: SecondFactorPolicy,
    /// From when on it holds.
    pub from: DateTime<Utc>,
    /// The last membership that was looked at.
    pub up_to: Option<MembershipId>,
}

/// The policy of the workspace, if mails about it are still to be queued.
pub async fn unmailed(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Option<Unmailed>, StoreError> {
    let row = Entity::find_by_id(workspace.0)
        .filter(Column::MailedAt.is_null())
        .one(db)
        .await?;
    Ok(row.and_then(|row| {
        Some(Unmailed {
            policy: SecondFactorPolicy::parse(&row.second_factor)?,
            from: row.second_factor_from,
            up_to: row.mailed_up_to.map(MembershipId),
        })
    }))
}

/// The workspaces with a policy about which mails are still to be queued, in the order of their ids.
pub async fn workspaces_to_mail(db: &impl ConnectionTrait) -> Result<Vec<WorkspaceId>, StoreError> {
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::WorkspaceId)
        .filter(Column::MailedAt.is_null())
        .filter(is_living(Column::WorkspaceId))
        .order_by_asc(Column::WorkspaceId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(WorkspaceId).collect())
}

/// Stores how far the mails were queued; `None`: to the end, at `now`.
pub async fn mailed(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    up_to: Option<MembershipId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ActiveModel {
            mailed_up_to: Set(up_to.map(|id| id.0)),
            mailed_at: Set(up_to.is_none().then_some(now)),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Members at `t` whose account has no second factor at `now`, by id, at most `limit` behind `after`.
/// Of those without any right a policy for less than everybody knows nothing: they are left out
/// unless `everybody`.
pub async fn without_factor(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    everybody: bool,
    after: Option<MembershipId>,
    limit: usize,
    (now, t): (DateTime<Utc>, DateTime<Utc>),
) -> Result<Vec<(MembershipId, AccountId)>, StoreError> {
    let mut sql = Sql::new(db, "SELECT m.id, m.account_id FROM membership m");
    sql.bind(
        " WHERE m.workspace_id = ? AND m.starts_at <= ? AND m.ends_at > ? AND m.id > ?",
        [
            workspace.0.into(),
            t.into(),
            t.into(),
            after.map_or(Uuid::nil(), |id| id.0).into(),
        ],
    );
    sql.bind(
        " AND NOT EXISTS (SELECT 1 FROM second_factor f WHERE f.account_id = m.account_id \
         AND f.confirmed_at IS NOT NULL AND (f.ends_at IS NULL OR f.ends_at > ?))",
        [now.into()],
    );
    if !everybody {
        sql.push(" AND (");
        for (index, table) in ["role_assignment", "permission_grant", "group_membership"]
            .into_iter()
            .enumerate()
        {
            sql.push(if index > 0 { " OR " } else { "" }).bind(
                &format!(
                    "EXISTS (SELECT 1 FROM {table} x WHERE x.workspace_id = m.workspace_id AND x.membership_id = m.id \
                     AND x.starts_at <= ? AND x.ends_at > ?)"
                ),
                [t.into(), t.into()],
            );
        }
        sql.push(")");
    }
    sql.bind(
        " ORDER BY m.id LIMIT ?",
        [i64::try_from(limit).unwrap_or(i64::MAX).into()],
    );
    let rows = sql.rows(db).await?;
    rows.iter()
        .map(|row| {
            let row = super::engine::Row::of(row);
            Ok((
                MembershipId(row.get("id")?),
                AccountId(row.get("account_id")?),
            ))
        })
        .collect()
}
