//! The members as the directory names them: ids and names, never addresses (PERM-4). A list, and so
//! text.

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
        Position {
            key: self.sort_name.clone(),
            id: self.id.0,
        }
    }
}

/// Which members the directory lists: those of `workspace` that have not ended at `now`, in whose
/// name all of `words` occur (folded).
#[derive(Debug, Clone, Copy)]
pub struct Listed<'a> {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// Folded words.
    pub words: &'a [String],
    /// At which instant.
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
            // What is folded has no case, so it does not matter that SQLite's LIKE ignores it.
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
        struct Found {
            id: Uuid,
            sort_name: String,
            given_name: Option<String>,
            family_name: Option<String>,
        }
        let name = |row: Found| NameRow {
            id: MembershipId(row.id),
            sort_name: row.sort_name,
            given_name: row.given_name,
            family_name: row.family_name,
        };
        Ok(sql.all(db).await?.into_iter().map(name).collect())
    }

    /// How many there are.
    pub async fn count(self, db: &impl ConnectionTrait) -> Result<i64, StoreError> {
        self.select(db, "COUNT(*) AS count").count(db).await
    }
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
