//! Looks for texts in every column of every table, and in the embedded database's files, byte by
//! byte.

use std::{collections::BTreeSet, path::PathBuf};

use sea_orm::{ConnectionTrait, DatabaseBackend, DatabaseConnection, Statement};

use crate::support::TestApp;

/// Where something was found.
pub(super) struct Found {
    /// `table.column`.
    pub(super) columns: BTreeSet<String>,
    /// Whether it is in the file or its log; `None` on PostgreSQL.
    pub(super) in_file: Option<bool>,
}

/// A column, and its type in the database's words.
pub(super) struct Column {
    pub(super) table: String,
    pub(super) name: String,
    pub(super) kind: String,
}

/// All columns of all tables.
pub(super) async fn columns(db: &DatabaseConnection) -> Vec<Column> {
    let sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => {
            "SELECT table_name::text, column_name::text, data_type::text FROM information_schema.columns \
             WHERE table_schema = 'public' ORDER BY 1, 2"
        }
        _ => {
            "SELECT m.name, p.name, p.type FROM sqlite_master m JOIN pragma_table_info(m.name) p \
             WHERE m.type = 'table' AND (m.name NOT LIKE 'sqlite_%' OR m.name LIKE 'sqlite_stat%') ORDER BY 1, 2"
        }
    };
    let rows = db
        .query_all_raw(Statement::from_string(db.get_database_backend(), sql))
        .await
        .unwrap();
    let text = |row: &sea_orm::QueryResult, index| row.try_get_by_index::<String>(index).unwrap();
    rows.iter()
        .map(|row| Column {
            table: text(row, 0),
            name: text(row, 1),
            kind: text(row, 2),
        })
        .collect()
}

fn has(bytes: &[u8], needles: &[&str]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    needles.iter().any(|needle| {
        // `É` has no ASCII case: both of its forms are looked for.
        let upper = needle.to_uppercase();
        let forms = [
            needle.as_bytes().to_vec(),
            upper.as_bytes().to_ascii_lowercase(),
        ];
        forms
            .iter()
            .any(|form| lower.windows(form.len()).any(|part| part == form))
    })
}

impl Found {
    pub(super) async fn of(app: &TestApp, needles: &[&str]) -> Self {
        let db = app.app.deps.db.for_migrations().unwrap();
        let backend = db.get_database_backend();
        let mut found = BTreeSet::new();
        for Column { table, name, kind } in columns(db).await {
            let value = match (backend, kind.as_str()) {
                (DatabaseBackend::Postgres, "bytea") => format!("\"{name}\""),
                (DatabaseBackend::Postgres, _) => format!("convert_to(\"{name}\"::text, 'UTF8')"),
                _ => format!("CAST(\"{name}\" AS BLOB)"),
            };
            let sql =
                format!("SELECT {value} AS value FROM \"{table}\" WHERE \"{name}\" IS NOT NULL");
            let rows = db
                .query_all_raw(Statement::from_string(backend, sql))
                .await
                .unwrap_or_else(|error| panic!("{table}.{name}: {error}"));
            if rows
                .iter()
                .any(|row| has(&row.try_get_by_index::<Vec<u8>>(0).unwrap(), needles))
            {
                found.insert(format!("{table}.{name}"));
            }
        }
        Self {
            columns: found,
            in_file: in_file(app, needles),
        }
    }
}

fn in_file(app: &TestApp, needles: &[&str]) -> Option<bool> {
    let file = app.url().strip_prefix("sqlite://")?;
    let read = |suffix: &str| {
        let path = PathBuf::from(format!("{file}{suffix}"));
        std::fs::read(path).unwrap_or_default()
    };
    Some(
        ["", "-wal"]
            .iter()
            .any(|suffix| has(&read(suffix), needles)),
    )
}
