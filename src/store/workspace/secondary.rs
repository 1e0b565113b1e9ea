//! Secondary workspaces: whose they are, how many there are, and their end (WS-10, WS-11). The deleted
//! one is found by SQL text, as the others are.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, SelectExt as _,
    sea_query::{Expr, ExprTrait as _, Query},
};
use uuid::Uuid;

use super::{COLUMNS, FROM, Workspace, WorkspaceRef};
use crate::{
    domain::id::WorkspaceId,
    entity::workspace::{ActiveModel, Column, Entity},
    store::engine::{self, Conditions as _, Row, Sql, StoreError},
};

/// Whose a workspace is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Family {
    /// Its parent, or itself.
    pub main: WorkspaceId,
    /// Whether it was deleted.
    pub is_deleted: bool,
}

/// Whose each of these workspaces is. Those that never were are left out.
pub async fn families(
    db: &impl ConnectionTrait,
    ids: &[WorkspaceId],
) -> Result<HashMap<WorkspaceId, Family>, StoreError> {
    let rows: Vec<(Uuid, Option<Uuid>, Option<DateTime<Utc>>)> = Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::ParentId)
        .column(Column::DeletedAt)
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    let family = |(id, parent, deleted_at): (Uuid, Option<Uuid>, Option<DateTime<Utc>>)| {
        let main = WorkspaceId(parent.unwrap_or(id));
        let is_deleted = deleted_at.is_some();
        (WorkspaceId(id), Family { main, is_deleted })
    };
    Ok(rows.into_iter().map(family).collect())
}

/// The order in which a write locks workspaces (WS-8): family by family, in each the secondary ones by
/// descending ids and then their main one.
pub fn in_lock_order(
    mut ids: Vec<WorkspaceId>,
    families: &HashMap<WorkspaceId, Family>,
) -> Vec<WorkspaceId> {
    let main = |id: &WorkspaceId| families.get(id).map_or(*id, |family| family.main);
    ids.sort_unstable_by_key(|id| (Reverse(main(id)), main(id) == *id, Reverse(*id)));
    ids
}

/// How many secondary workspaces `main` has.
pub async fn count(db: &impl ConnectionTrait, main: WorkspaceId) -> Result<i64, StoreError> {
    let living = Entity::find()
        .filter(Column::ParentId.eq(main.0))
        .filter(Column::DeletedAt.is_null());
    engine::count(db, living).await
}

/// Whether the workspace exists, and was not deleted.
pub async fn exists(db: &impl ConnectionTrait, id: WorkspaceId) -> Result<bool, StoreError> {
    Ok(Entity::find_by_id(id.0)
        .filter(Column::DeletedAt.is_null())
        .exists(db)
        .await?)
}

/// The deleted workspace of that name: who may read its record is shown its face (WS-11).
pub async fn find_deleted(
    db: &impl ConnectionTrait,
    reference: &WorkspaceRef,
) -> Result<Option<Workspace>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(COLUMNS).push(" FROM ").push(FROM);
    match reference {
        WorkspaceRef::Id(id) => sql.bind(
            " WHERE w.id = ? AND w.deleted_at IS NOT NULL",
            [id.0.into()],
        ),
        WorkspaceRef::Slug(slug) => sql.bind(
            " WHERE w.slug = ? AND w.deleted_at IS NOT NULL",
            [slug.as_str().into()],
        ),
    };
    let rows = sql.rows(db).await?;
    let row = rows.first().map(Row::of);
    row.map(Workspace::read).transpose()
}

/// Ends a secondary workspace at `at`: one row, on which everything in it hangs (TIME-7).
pub async fn delete(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    Entity::update_many()
        .set(ActiveModel {
            deleted_at: Set(Some(at)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id.0))
        .filter(Column::DeletedAt.is_null())
        .exec(db)
        .await?;
    Ok(())
}

/// The condition that the workspace whose id stands in `column` was not deleted.
pub fn is_living(column: impl ColumnTrait) -> Expr {
    let living = Query::select()
        .expr(Expr::val(1))
        .from(Entity)
        .and_where(Column::Id.into_expr().eq(column.into_expr()))
        .and_where(Column::DeletedAt.is_null())
        .to_owned();
    Expr::exists(living)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ws_8_secondary_workspaces_are_locked_before_their_main_one() {
        let id = |number: u128| WorkspaceId(Uuid::from_u128(number));
        // 30 is older than its main workspace 40, by a clock that was behind.
        let family = [(10, 10), (11, 10), (12, 10), (40, 40), (30, 40), (41, 40)];
        let families = family.map(|(one, main)| {
            let (main, is_deleted) = (id(main), false);
            (id(one), Family { main, is_deleted })
        });
        let ids = [12, 40, 10, 30, 11, 41].map(id).into();
        let order = [41, 30, 40, 12, 11, 10].map(id);
        assert_eq!(in_lock_order(ids, &families.into()), order);
    }
}
