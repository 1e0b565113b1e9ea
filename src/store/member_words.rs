//! Bringing the words of members (MEM-7) up to date when what a word is has changed: batch by
//! batch, and how far that is.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use super::engine::{self, Sql, StoreError};
use crate::{
    domain::fold,
    entity::{installation, member_word},
};

/// The row of `installation` that says how far it is.
const NAME: &str = "member_words";

/// How many words one INSERT takes: SQLite binds at most 32,766 parameters.
const CHUNK: usize = 1_000;

/// How far the words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All words are this release's.
    Done,
    /// Those of memberships up to this one are.
    UpTo(Uuid),
}

/// How far they are; an installation that says nothing of it has not begun.
pub async fn progress(db: &impl ConnectionTrait) -> Result<Progress, StoreError> {
    let sql = "SELECT value FROM installation WHERE name = $1";
    let value: Option<(String,)> = engine::one(db, sql, vec![NAME.into()]).await?;
    let value = value.map(|(value,)| value).unwrap_or_default();
    let (version, rest) = value.split_once(' ').unwrap_or((value.as_str(), ""));
    Ok(match (version.parse() == Ok(fold::WORDS_VERSION), rest) {
        (true, "") => Progress::Done,
        (true, after) => Progress::UpTo(after.parse().unwrap_or_default()),
        (false, _) => Progress::UpTo(Uuid::nil()),
    })
}

/// Keeps how far they are.
pub async fn set_progress(
    db: &impl ConnectionTrait,
    progress: Progress,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let value = match progress {
        Progress::Done => fold::WORDS_VERSION.to_string(),
        Progress::UpTo(membership) => format!("{} {membership}", fold::WORDS_VERSION),
    };
    let row = installation::ActiveModel {
        name: Set(NAME.to_owned()),
        value: Set(value),
        updated_at: Set(now),
    };
    use installation::Column;
    let replace = sea_orm::sea_query::OnConflict::column(Column::Name)
        .update_columns([Column::Value, Column::UpdatedAt])
        .to_owned();
    installation::Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The next memberships behind `after`, at most `limit`, by id; locked where rows can be, so that
/// their words are not rewritten for a new name meanwhile.
pub async fn next(
    db: &impl ConnectionTrait,
    after: Uuid,
    limit: u32,
) -> Result<Vec<Uuid>, StoreError> {
    let lock = if db.get_database_backend() == sea_orm::DatabaseBackend::Postgres {
        " FOR UPDATE"
    } else {
        ""
    };
    let sql = format!("SELECT id FROM membership WHERE id > $1 ORDER BY id LIMIT $2{lock}");
    let rows: Vec<(Uuid,)> =
        engine::all(db, &sql, vec![after.into(), i64::from(limit).into()]).await?;
    Ok(rows.into_iter().map(|(id,)| id).collect())
}

/// A membership, its workspace, and the names and address that its words are made of.
type Named = (Uuid, Uuid, Option<String>, Option<String>, String);

/// Writes the words of these memberships where they are not what they would be today; answers of
/// how many.
pub async fn rewrite(db: &impl ConnectionTrait, memberships: &[Uuid]) -> Result<usize, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT m.id, m.workspace_id, a.given_name, a.family_name, m.email_canonical FROM membership m \
         JOIN account a ON a.id = m.account_id WHERE ",
    );
    sql.ids_in("m.id", memberships.iter().copied());
    let members: Vec<Named> = sql.all(db).await?;
    let mut sql = Sql::new(db, "SELECT membership_id, word FROM member_word WHERE ");
    sql.ids_in("membership_id", memberships.iter().copied());
    let mut kept: HashMap<Uuid, HashSet<String>> = HashMap::new();
    for (membership, word) in sql.all::<(Uuid, String)>(db).await? {
        kept.entry(membership).or_default().insert(word);
    }
    let (mut stale, mut rows) = (Vec::new(), Vec::new());
    for (id, workspace, given, family, email) in members {
        let words = fold::words(given.as_deref(), family.as_deref(), &email);
        let known = kept.remove(&id).unwrap_or_default();
        if known.len() == words.len() && words.iter().all(|word| known.contains(word)) {
            continue;
        }
        stale.push(id);
        rows.extend(words.into_iter().map(|word| member_word::ActiveModel {
            workspace_id: Set(workspace),
            word: Set(word),
            membership_id: Set(id),
        }));
    }
    if stale.is_empty() {
        return Ok(0);
    }
    let mut sql = Sql::new(db, "DELETE FROM member_word WHERE ");
    sql.ids_in("membership_id", stale.iter().copied());
    sql.execute(db).await?;
    for chunk in rows.chunks(CHUNK) {
        member_word::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(stale.len())
}
