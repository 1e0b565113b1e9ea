//! The members as the directory names them: ids and names, never addresses (PERM-4).

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    page::{PageRequest, Position},
};
use crate::domain::id::{MembershipId, WorkspaceId};

/// A member's name.
#[derive(Debug, Clone)]
pub struct NameRow {
    /// The membership.
    pub id: MembershipId,
    /// Folded 'family given': by what it is sorted and searched.
    pub sort_name: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
}

impl NameRow {
    /// Where it stands in the list.
    pub fn position(&self) -> Position {
        Position { key: self.sort_name.clone(), id: self.id.0 }
    }
}

/// The first rows of one page, and one more: members of `workspace` that have not ended, in whose name all of `words` occur
/// (folded), by folded name.
pub async fn members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    words: &[String],
    page: &PageRequest,
    now: DateTime<Utc>,
) -> Result<Vec<NameRow>, StoreError> {
    let mut sql = Sql::new(db, "SELECT m.id, m.sort_name, a.given_name, a.family_name");
    sql.bind(
        " FROM membership m JOIN account a ON a.id = m.account_id \
         WHERE m.workspace_id = ? AND m.ends_at > ? AND m.ends_at > m.starts_at",
        [workspace.0.into(), now.into()],
    );
    for word in words {
        // What is folded has no case, so it does not matter that SQLite's LIKE ignores it.
        sql.bind(" AND m.sort_name LIKE ? ESCAPE '!'", [containing(word).into()]);
    }
    page.apply(&mut sql, Some("m.sort_name"), "m.id", false, |key| Some(key.into()));
    let rows: Vec<(Uuid, String, Option<String>, Option<String>)> = sql.all(db).await?;
    let name = |(id, sort_name, given_name, family_name)| NameRow { id: MembershipId(id), sort_name, given_name, family_name };
    Ok(rows.into_iter().map(name).collect())
}

/// The pattern of texts that contain `word`.
fn containing(word: &str) -> String {
    let mut pattern = String::from("%");
    for letter in word.chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    pattern
}
