//! The members in the directory: ids and names, never addresses (PERM-4). SQL text, because it is a
//! list.

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, FromQueryResult};
use uuid::Uuid;

use super::{
    engine::{Sql, StoreError},
    page::{PageRequest, Position},
};
use crate::domain::id::{MembershipId, WorkspaceId};

/// A member's name.
#[derive(Debug, Clone)]
pub struct NameRow {
    pub id: MembershipId,
    /// Folded "family given", for sorting and searching.
    pub sort_name: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
}

impl NameRow {
    /// The cursor position of the row.
    pub fn position(&self) -> Position {
        Position {
            key: self.sort_name.clone(),
            id: self.id.0,
        }
    }
}

/// The members in the directory: those of `workspace` that have not ended at `now` and whose name
/// contains all `words` (folded).
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    pub workspace: WorkspaceId,
    /// Folded words.
    pub words: &'a [String],
    pub now: DateTime<Utc>,
}

impl Listed<'_> {
    fn select(self, db: &impl ConnectionTrait, columns: &str) -> Sql {
        let mut sql = Sql::new(db, "SELECT ");
        sql.push(columns).bind(
            " FROM membership m JOIN account a ON a.id = m.account_id \
             WHERE m.workspace_id = ? AND m.ends_at > ? AND m.ends_at > m.starts_at",
            [self.workspace.0.into(), self.now.into()],
        );
        for word in self.words {
            // Folded text has no case, so it does not matter that SQLite's LIKE ignores case.
            sql.bind(
                " AND m.sort_name LIKE ? ESCAPE '!'",
                [containing(word).into()],
            );
        }
        sql
    }

    /// The rows of one page, and one more, by folded name.
    pub async fn page(
        self,
        db: &impl ConnectionTrait,
        page: &PageRequest,
    ) -> Result<Vec<NameRow>, StoreError> {
        let mut sql = self.select(db, "m.id, m.sort_name, a.given_name, a.family_name");
        page.apply(&mut sql, Some("m.sort_name"), "m.id", false, |key| {
            Some(key.into())
        });
        #[derive(FromQueryResult)]
        struct RawRow {
            id: Uuid,
            sort_name: String,
            given_name: Option<String>,
            family_name: Option<String>,
        }
        let name = |row: RawRow| NameRow {
            id: MembershipId(row.id),
            sort_name: row.sort_name,
            given_name: row.given_name,
            family_name: row.family_name,
        };
        Ok(sql.all(db).await?.into_iter().map(name).collect())
    }

    /// The number of members in the directory.
    pub async fn count(self, db: &impl ConnectionTrait) -> Result<i64, StoreError> {
        self.select(db, "COUNT(*) AS count").count(db).await
    }
}

/// The LIKE pattern of texts that contain `word`.
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
