//! What memberships copy of their account: sort name, canonical address, words (MEM-7). Rewritten
//! when the account changes, in every workspace and whatever state the membership is in; no
//! workspace's row is locked or touched by it.

use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::{
    domain::{fold, id::AccountId},
    entity::member_word,
    store::engine::{self, Sql, StoreError},
};

/// How many words one INSERT takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// Writes the copies of an account, whose row is locked, anew.
pub async fn rewrite_copies(
    db: &impl ConnectionTrait,
    account: AccountId,
    (given, family): (Option<&str>, Option<&str>),
    email_canonical: &str,
) -> Result<(), StoreError> {
    let sql = "UPDATE membership SET sort_name = $2, email_canonical = $3 WHERE account_id = $1 RETURNING id, workspace_id";
    let values = vec![
        account.0.into(),
        fold::sort_name(given, family).into(),
        email_canonical.into(),
    ];
    let rows: Vec<(Uuid, Uuid)> = engine::all(db, sql, values).await?;
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "DELETE FROM member_word WHERE ");
    sql.ids_in("membership_id", rows.iter().map(|(id, _)| *id));
    sql.execute(db).await?;
    let words = fold::words(given, family, email_canonical);
    let row = |(id, workspace): &(Uuid, Uuid), word: &String| member_word::ActiveModel {
        workspace_id: Set(*workspace),
        word: Set(word.clone()),
        membership_id: Set(*id),
    };
    let all: Vec<_> = rows
        .iter()
        .flat_map(|place| words.iter().map(move |word| row(place, word)))
        .collect();
    for chunk in all.chunks(CHUNK) {
        member_word::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
