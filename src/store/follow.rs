//! Who follows which dataset (FOLLOW-1). A row counts with its membership. SQL text where it joins
//! memberships.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    SelectExt as _,
    sea_query::{Expr, OnConflict},
};
use uuid::Uuid;

use super::{
    engine::{Conditions as _, Sql, StoreError},
    item::{ItemRow, columns},
    page::PageRequest,
};
use crate::{
    domain::{
        follow::follow_id,
        id::{AccountId, DatasetId, ItemKind, MembershipId, WorkspaceId},
    },
    entity::dataset_follow::{self, Column},
};

/// A membership that follows something.
#[derive(Debug, Clone, Copy)]
pub struct Follower {
    pub workspace: WorkspaceId,
    pub membership: MembershipId,
    pub account: AccountId,
}

/// Makes `follower` follow `dataset`. A row that hangs on an earlier membership of the account moves
/// to this one.
pub async fn insert(
    db: &impl ConnectionTrait,
    follower: Follower,
    dataset: DatasetId,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let row = dataset_follow::ActiveModel {
        id: Set(follow_id(follower.account, dataset)),
        workspace_id: Set(follower.workspace.0),
        dataset_id: Set(dataset.0),
        membership_id: Set(follower.membership.0),
        account_id: Set(follower.account.0),
        followed_at: Set(now),
    };
    dataset_follow::Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::Id)
                .update_columns([Column::MembershipId, Column::FollowedAt])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Ends a follow. Returns whether there was one.
pub async fn delete(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, StoreError> {
    let deleted = dataset_follow::Entity::delete_by_id(id).exec(db).await?;
    Ok(deleted.rows_affected > 0)
}

/// Whether this follow is there.
pub async fn exists(db: &impl ConnectionTrait, id: Uuid) -> Result<bool, StoreError> {
    Ok(dataset_follow::Entity::find_by_id(id).exists(db).await?)
}

/// Whether anybody follows `dataset`.
pub async fn has_followers(
    db: &impl ConnectionTrait,
    dataset: DatasetId,
) -> Result<bool, StoreError> {
    let followers = dataset_follow::Entity::find().filter(Column::DatasetId.eq(dataset.0));
    Ok(followers.exists(db).await?)
}

/// Those of `datasets` that the member follows.
pub async fn followed(
    db: &impl ConnectionTrait,
    membership: MembershipId,
    datasets: &[DatasetId],
) -> Result<HashSet<DatasetId>, StoreError> {
    let ids: Vec<Uuid> = dataset_follow::Entity::find()
        .select_only()
        .column(Column::DatasetId)
        .filter(Column::MembershipId.eq(membership.0))
        .filter(Column::DatasetId.in_ids(db, datasets.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(DatasetId).collect())
}

/// How many datasets the member follows, without deleted ones.
pub async fn count(db: &impl ConnectionTrait, membership: MembershipId) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count FROM dataset_follow f");
    sql.bind(
        " JOIN dataset x ON x.id = f.dataset_id AND x.deleted_at IS NULL WHERE f.membership_id = ?",
        [membership.0.into()],
    );
    sql.count(db).await
}

/// The number of followers of each dataset whose membership is active at `t`. Leaves out datasets
/// without any.
pub async fn counts(
    db: &impl ConnectionTrait,
    datasets: &[DatasetId],
    t: DateTime<Utc>,
) -> Result<HashMap<DatasetId, i64>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT f.dataset_id AS id, COUNT(*) AS count FROM dataset_follow f JOIN membership m ON m.id = f.membership_id WHERE ",
    );
    sql.ids_in("f.dataset_id", datasets.iter().map(|id| id.0))
        .bind(
            " AND m.starts_at <= ? AND m.ends_at > ? AND NOT EXISTS (SELECT 1 FROM disabled_spell d \
             WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id AND d.starts_at <= ? AND d.ends_at > ?)",
            [t.into(), t.into(), t.into(), t.into()],
        )
        .push(" GROUP BY f.dataset_id");
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        count: i64,
    }
    let rows: Vec<RawRow> = sql.all(db).await?;
    Ok(rows
        .into_iter()
        .map(|row| (DatasetId(row.id), row.count))
        .collect())
}

/// The next memberships that follow `dataset` and have not ended at `t`, by id, at most `most`.
pub async fn followers(
    db: &impl ConnectionTrait,
    dataset: DatasetId,
    after: MembershipId,
    most: usize,
    t: DateTime<Utc>,
) -> Result<Vec<MembershipId>, StoreError> {
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let mut sql = Sql::new(db, "SELECT f.membership_id AS id FROM dataset_follow f");
    sql.bind(
        " JOIN membership m ON m.id = f.membership_id WHERE f.dataset_id = ? AND f.membership_id > ? AND m.ends_at > ? \
         ORDER BY f.membership_id LIMIT ?",
        [dataset.0.into(), after.0.into(), t.into(), most.into()],
    );
    Ok(sql.ids(db).await?.into_iter().map(MembershipId).collect())
}

/// Rows of one page, and one more if there are more, of the datasets that memberships of `account`
/// follow which have not ended at `t`, by id in the page's direction. Whether such a membership is
/// active is for the caller to ask.
pub async fn of_account(
    db: &impl ConnectionTrait,
    account: AccountId,
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Vec<ItemRow>, StoreError> {
    let mut sql = Sql::new(db, columns(ItemKind::Dataset));
    sql.bind(
        "x.id IN (SELECT f.dataset_id FROM dataset_follow f JOIN membership m ON m.id = f.membership_id \
         WHERE f.account_id = ? AND m.ends_at > ?) AND x.deleted_at IS NULL",
        [account.0.into(), t.into()],
    );
    page.apply(&mut sql, None, "x.id", false, |_| None);
    sql.rows(db).await?.iter().map(ItemRow::read).collect()
}

/// Gives what an ended membership followed to the one that restores it (MEM-9).
pub async fn give_back(
    db: &impl ConnectionTrait,
    former: MembershipId,
    new: MembershipId,
) -> Result<(), StoreError> {
    dataset_follow::Entity::update_many()
        .col_expr(Column::MembershipId, Expr::value(new.0))
        .filter(Column::MembershipId.eq(former.0))
        .exec(db)
        .await?;
    Ok(())
}
