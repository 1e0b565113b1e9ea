//! Rewrites the words of members (MEM-7) in batches after the definition of a word has changed, and
//! stores the progress. SQL text for reading what the words are made of, because it joins the
//! account.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::engine::{Conditions as _, ROWS_PER_STATEMENT, Sql, StoreError};
use crate::{
    domain::fold,
    entity::{installation, member_word, membership},
};

/// The row of `installation` with the progress.
const NAME: &str = "member_words";

/// How far the rewriting is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// All words are this release's.
    Done,
    /// The words of memberships up to this id are.
    UpTo(Uuid),
}

/// How far the rewriting is. An installation without the row has not begun.
pub async fn progress(db: &impl ConnectionTrait) -> Result<Progress, StoreError> {
    let row = installation::Entity::find_by_id(NAME.to_owned())
        .one(db)
        .await?;
    let value = row.map(|row| row.value).unwrap_or_default();
    let (version, rest) = value.split_once(' ').unwrap_or((value.as_str(), ""));
    Ok(match (version.parse() == Ok(fold::WORDS_VERSION), rest) {
        (true, "") => Progress::Done,
        (true, after) => Progress::UpTo(after.parse().unwrap_or_default()),
        (false, _) => Progress::UpTo(Uuid::nil()),
    })
}

/// Stores the progress.
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

/// At most `limit` memberships with an id after `after`, by id. Locks their rows where the database
/// can, so that their words are not rewritten for a new name meanwhile.
pub async fn next(
    db: &impl ConnectionTrait,
    after: Uuid,
    limit: u32,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(membership::Entity::find()
        .select_only()
        .column(membership::Column::Id)
        .filter(membership::Column::Id.gt(after))
        .order_by_asc(membership::Column::Id)
        .limit(u64::from(limit))
        .lock_exclusive()
        .into_tuple()
        .all(db)
        .await?)
}

/// A membership, its workspace, and the names and address that its words are made of.
#[derive(FromQueryResult)]
struct MemberRow {
    id: Uuid,
    workspace_id: Uuid,
    given_name: Option<String>,
    family_name: Option<String>,
    email_canonical: String,
}

/// Rewrites the words of these memberships where they differ. Returns for how many.
pub async fn rewrite(db: &impl ConnectionTrait, memberships: &[Uuid]) -> Result<usize, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT m.id, m.workspace_id, a.given_name, a.family_name, m.email_canonical FROM membership m \
         JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL WHERE ",
    );
    sql.ids_in("m.id", memberships.iter().copied());
    let members: Vec<MemberRow> = sql.all(db).await?;
    let words = member_word::Entity::find()
        .filter(of_members(db, memberships))
        .all(db)
        .await?;
    let mut existing: HashMap<Uuid, HashSet<String>> = HashMap::new();
    for row in words {
        existing
            .entry(row.membership_id)
            .or_default()
            .insert(row.word);
    }
    let (mut stale, mut rows) = (Vec::new(), Vec::new());
    for member in members {
        let id = member.id;
        let (given_name, family_name) =
            (member.given_name.as_deref(), member.family_name.as_deref());
        let words = fold::words(given_name, family_name, &member.email_canonical);
        let current = existing.remove(&id).unwrap_or_default();
        if current.len() == words.len() && words.iter().all(|word| current.contains(word)) {
            continue;
        }
        stale.push(id);
        rows.extend(words.into_iter().map(|word| member_word::ActiveModel {
            workspace_id: Set(member.workspace_id),
            word: Set(word),
            membership_id: Set(id),
        }));
    }
    if stale.is_empty() {
        return Ok(0);
    }
    member_word::Entity::delete_many()
        .filter(of_members(db, &stale))
        .exec(db)
        .await?;
    for chunk in rows.chunks(ROWS_PER_STATEMENT) {
        member_word::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(stale.len())
}

fn of_members(db: &impl ConnectionTrait, memberships: &[Uuid]) -> sea_orm::sea_query::Expr {
    member_word::Column::MembershipId.in_ids(db, memberships.iter().copied())
}
