//! Counters of members, and the marks of their warnings, by account instead of membership (MEM-10):
//! a member who leaves and comes back on the same day continues counting. Counters of several
//! memberships of one account are summed up; down gives the sum to the latest of them.
//!
//! Moves a thousand subjects at a time. A node of the previous release counts by membership until
//! it is replaced; what it counts after this change is missing from the counters of that day.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{Statement, Value, prelude::Uuid},
};

/// Moves the rows.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

/// How many subjects are read at a time.
const BATCH: i64 = 1_000;

/// The digits of ids in `subject`. A copy, because migrations must not change with the code.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

const MEMBERSHIP: &str = "mem";
const ACCOUNT: &str = "acc";

/// The number after `prefix_`.
fn id(subject: &str, prefix: &str) -> Option<Uuid> {
    let digits = subject.strip_prefix(prefix)?.strip_prefix('_')?;
    let digit = |byte: u8| ALPHABET.iter().position(|known| *known == byte);
    let bits = digits.bytes().try_fold(0_u128, |bits, byte| {
        Some((bits << 5) | digit(byte)? as u128)
    })?;
    Some(Uuid::from_u128(bits))
}

fn text(prefix: &str, id: Uuid) -> String {
    let bits = id.as_u128();
    let digits = (0..26).rev().map(|index| {
        ALPHABET
            .get(((bits >> (index * 5)) & 31) as usize)
            .copied()
            .unwrap_or(b'0')
    });
    format!("{prefix}_{}", digits.map(char::from).collect::<String>())
}

/// A table in which a subject is part of the key.
struct Moved {
    table: &'static str,
    /// The other columns of a row.
    columns: &'static str,
    /// How two rows merge.
    merged: &'static str,
}

const TABLES: [Moved; 2] = [
    Moved {
        table: "quota_use",
        columns: "quota_type, period_start, used",
        merged: "(workspace_id, subject, quota_type, period_start) DO UPDATE SET used = CASE \
                 WHEN c.used > 9007199254740991 - excluded.used THEN 9007199254740991 ELSE c.used + excluded.used END",
    },
    Moved {
        table: "quota_warning",
        columns: "quota_type, period_start, threshold",
        merged: "(workspace_id, subject, quota_type, period_start, threshold) DO NOTHING",
    },
];

/// From one kind of subject to the other.
#[derive(Clone, Copy)]
struct Way {
    from: &'static str,
    to: &'static str,
    /// The new subject, by workspace and id: `$1` and `$2`.
    lookup: &'static str,
}

const UP: Way = Way {
    from: MEMBERSHIP,
    to: ACCOUNT,
    lookup: "SELECT account_id FROM membership WHERE workspace_id = $1 AND id = $2",
};
const DOWN: Way = Way {
    from: ACCOUNT,
    to: MEMBERSHIP,
    lookup: "SELECT id FROM membership WHERE workspace_id = $1 AND account_id = $2 ORDER BY joined_at DESC, id DESC LIMIT 1",
};

async fn move_rows(manager: &SchemaManager<'_>, moved: &Moved, way: Way) -> Result<(), DbErr> {
    let db = manager.get_connection();
    let statement = |sql: &str, values: Vec<Value>| {
        Statement::from_sql_and_values(manager.get_database_backend(), sql, values)
    };
    let Moved {
        table,
        columns,
        merged,
    } = moved;
    let mut after = (Uuid::nil(), String::new());
    loop {
        // One subject after the other, each with all of its rows.
        let next = format!(
            "SELECT DISTINCT workspace_id, subject FROM {table} WHERE subject LIKE $1 \
             AND (workspace_id > $2 OR (workspace_id = $2 AND subject > $3)) ORDER BY workspace_id, subject LIMIT $4"
        );
        let values = vec![
            format!("{}_%", way.from).into(),
            after.0.into(),
            after.1.clone().into(),
            BATCH.into(),
        ];
        let rows = db.query_all_raw(statement(&next, values)).await?;
        let mut subjects = Vec::with_capacity(rows.len());
        for row in &rows {
            subjects.push((
                row.try_get_by_index::<Uuid>(0)?,
                row.try_get_by_index::<String>(1)?,
            ));
        }
        let Some(end) = subjects.last().cloned() else {
            return Ok(());
        };
        for (workspace, subject) in subjects {
            let found = match id(&subject, way.from) {
                Some(id) => {
                    db.query_one_raw(statement(way.lookup, vec![workspace.into(), id.into()]))
                        .await?
                }
                None => None,
            };
            let Some(found) = found else { continue };
            let other = text(way.to, found.try_get_by_index::<Uuid>(0)?);
            let copy = format!(
                "INSERT INTO {table} AS c (workspace_id, subject, {columns}) SELECT workspace_id, $1, {columns} FROM {table} \
                 WHERE workspace_id = $2 AND subject = $3 ON CONFLICT {merged}"
            );
            db.execute_raw(statement(
                &copy,
                vec![other.into(), workspace.into(), subject.as_str().into()],
            ))
            .await?;
            let gone = format!("DELETE FROM {table} WHERE workspace_id = $1 AND subject = $2");
            db.execute_raw(statement(&gone, vec![workspace.into(), subject.into()]))
                .await?;
        }
        after = end;
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for moved in &TABLES {
            move_rows(manager, moved, UP).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for moved in &TABLES {
            move_rows(manager, moved, DOWN).await?;
        }
        Ok(())
    }
}
