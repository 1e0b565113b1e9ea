//! SQL as text, written once for both databases: `$1`-style parameters, which PostgreSQL and SQLite
//! take alike, lists of ids and texts, rows as tuples or column by column.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement, TryGetableMany,
    Value,
    sqlx::{Decode, Postgres, Row as _, Sqlite, Type},
};
use uuid::Uuid;

use super::StoreError;

/// A growing SQL text with its parameters, for queries whose filters vary.
#[derive(Debug)]
pub struct Sql {
    backend: DatabaseBackend,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Begins with `text`.
    pub fn new(db: &impl ConnectionTrait, text: &str) -> Self {
        Self {
            backend: db.get_database_backend(),
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Adds text without parameters.
    pub fn push(&mut self, text: &str) -> &mut Self {
        self.text.push_str(text);
        self
    }

    /// Adds text in which each `?` stands for the next of `values`.
    pub fn bind<const N: usize>(&mut self, text: &str, values: [Value; N]) -> &mut Self {
        self.bind_each(text, values)
    }

    /// The same with as many values as there are.
    pub fn bind_all(&mut self, text: &str, values: Vec<Value>) -> &mut Self {
        self.bind_each(text, values)
    }

    /// A text that is sorted by bytes, as SQLite sorts every one.
    pub fn by_bytes(&self, text: &str) -> String {
        match self.backend {
            DatabaseBackend::Postgres => format!("{text} COLLATE \"C\""),
            _ => text.to_owned(),
        }
    }

    fn bind_each(&mut self, text: &str, values: impl IntoIterator<Item = Value>) -> &mut Self {
        let mut parts = text.split('?');
        self.text.push_str(parts.next().unwrap_or_default());
        for (part, value) in parts.zip(values) {
            self.values.push(value);
            self.text.push('$');
            self.text.push_str(&self.values.len().to_string());
            self.text.push_str(part);
        }
        self
    }

    /// Adds `column IN (ids)`.
    pub fn ids_in(&mut self, column: &str, ids: impl IntoIterator<Item = Uuid>) -> &mut Self {
        match self.backend {
            DatabaseBackend::Postgres => {
                let value = Value::from(ids.into_iter().collect::<Vec<_>>());
                self.bind(&format!("{column} = ANY(?)"), [value])
            }
            _ => {
                let hex: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
                let value = Value::from(serde_json::Value::from(hex).to_string());
                self.bind(
                    &format!("{column} IN (SELECT unhex(value) FROM json_each(?))"),
                    [value],
                )
            }
        }
    }

    /// Adds `column IN (texts)`.
    pub fn texts_in<'a>(
        &mut self,
        column: &str,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> &mut Self {
        let texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
        match self.backend {
            DatabaseBackend::Postgres => {
                self.bind(&format!("{column} = ANY(?)"), [Value::from(texts)])
            }
            _ => {
                let value = Value::from(serde_json::Value::from(texts).to_string());
                self.bind(
                    &format!("{column} IN (SELECT value FROM json_each(?))"),
                    [value],
                )
            }
        }
    }

    /// All rows.
    pub async fn all<T: TryGetableMany>(
        self,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<T>, StoreError> {
        let rows = db
            .query_all_raw(Statement::from_sql_and_values(
                self.backend,
                self.text,
                self.values,
            ))
            .await?;
        rows.iter()
            .map(|row| T::try_get_many_by_index(row).map_err(|e| StoreError::Other(e.into())))
            .collect()
    }

    /// Runs it, for its effect.
    pub async fn execute(self, db: &impl ConnectionTrait) -> Result<ExecResult, StoreError> {
        Ok(db
            .execute_raw(Statement::from_sql_and_values(
                self.backend,
                self.text,
                self.values,
            ))
            .await?)
    }

    /// All rows, undecoded: for rows wider than a tuple.
    pub async fn rows(self, db: &impl ConnectionTrait) -> Result<Vec<QueryResult>, StoreError> {
        Ok(db
            .query_all_raw(Statement::from_sql_and_values(
                self.backend,
                self.text,
                self.values,
            ))
            .await?)
    }
}

/// All rows of a fixed statement as tuples.
pub async fn all<T: TryGetableMany>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Vec<T>, StoreError> {
    let rows = db
        .query_all_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?;
    rows.iter()
        .map(|row| T::try_get_many_by_index(row).map_err(|e| StoreError::Other(e.into())))
        .collect()
}

/// The first row of a fixed statement.
pub async fn one<T: TryGetableMany>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, StoreError> {
    match row(db, sql, values).await? {
        Some(row) => Ok(Some(
            T::try_get_many_by_index(&row).map_err(|e| StoreError::Other(e.into()))?,
        )),
        None => Ok(None),
    }
}

/// The first row of a fixed statement, undecoded.
pub async fn row(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<QueryResult>, StoreError> {
    Ok(db
        .query_one_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?)
}

/// Runs a fixed statement.
pub async fn execute(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<ExecResult, StoreError> {
    Ok(db
        .execute_raw(Statement::from_sql_and_values(
            db.get_database_backend(),
            sql,
            values,
        ))
        .await?)
}

/// What a column can be read as, from either database.
pub trait Cell:
    for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite>
{
}

impl<T> Cell for T where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite>
{
}

/// Reads columns of a row one after the other. Straight from the driver: SeaORM's way makes an
/// error, with its text, of every NULL before it becomes `None`, and wide rows are mostly NULL.
pub struct Columns<'a> {
    row: &'a QueryResult,
    next: usize,
}

impl<'a> Columns<'a> {
    /// From the first column on.
    pub const fn of(row: &'a QueryResult) -> Self {
        Self { row, next: 0 }
    }

    /// The next column.
    pub fn take<T: Cell>(&mut self) -> Result<T, StoreError> {
        let index = self.next;
        self.next += 1;
        let read = match (self.row.try_as_pg_row(), self.row.try_as_sqlite_row()) {
            (Some(row), _) => row.try_get(index),
            (None, Some(row)) => row.try_get(index),
            (None, None) => {
                return Err(StoreError::Other(DbErr::Type(
                    "a row of neither database".to_owned(),
                )));
            }
        };
        read.map_err(|error| StoreError::Other(DbErr::Type(error.to_string())))
    }
}
