//! SQL as text, written once for both databases: `$1`-style parameters, which PostgreSQL and SQLite
//! both accept, lists of ids and texts, rows whose columns are read by name.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, EntityTrait, ExecResult, FromQueryResult,
    IdenStatic as _, Iterable as _, QueryResult, Statement, Value,
    sqlx::{Decode, Postgres, Row as _, Sqlite, Type},
};
use uuid::Uuid;

use super::StoreError;

/// A growing SQL text with its parameters, for queries with optional filters.
#[derive(Debug)]
pub struct Sql {
    backend: DatabaseBackend,
    text: String,
    values: Vec<Value>,
}

impl Sql {
    /// Starts with `text`.
    pub fn new(db: &impl ConnectionTrait, text: &str) -> Self {
        Self {
            backend: db.get_database_backend(),
            text: text.to_owned(),
            values: Vec::new(),
        }
    }

    /// Starts with `SELECT` of all columns of an entity, by name, whose table the text calls `alias`.
    pub fn select<E: EntityTrait>(db: &impl ConnectionTrait, entity: E, alias: &str) -> Self {
        let column = |column: E::Column| format!("{alias}.{}", column.as_str());
        let columns: Vec<String> = E::Column::iter().map(column).collect();
        let (columns, table) = (columns.join(", "), entity.table_name());
        Self::new(db, &format!("SELECT {columns} FROM {table} {alias}"))
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

    /// Like [`Sql::bind`], with any number of values.
    pub fn bind_all(&mut self, text: &str, values: Vec<Value>) -> &mut Self {
        self.bind_each(text, values)
    }

    /// A text expression that sorts by bytes, as SQLite always does.
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
        let list = id_list(self.backend, ids);
        let condition = match self.backend {
            DatabaseBackend::Postgres => format!("{column} = ANY(?)"),
            _ => format!("{column} IN (SELECT unhex(value) FROM json_each(?))"),
        };
        self.bind(&condition, [list])
    }

    /// Adds `column IN (texts)`.
    pub fn texts_in<'a>(
        &mut self,
        column: &str,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> &mut Self {
        let list = text_list(self.backend, texts);
        let condition = match self.backend {
            DatabaseBackend::Postgres => format!("{column} = ANY(?)"),
            _ => format!("{column} IN (SELECT value FROM json_each(?))"),
        };
        self.bind(&condition, [list])
    }

    /// All rows.
    pub async fn all<T: FromQueryResult>(
        self,
        db: &impl ConnectionTrait,
    ) -> Result<Vec<T>, StoreError> {
        decoded(&self.rows(db).await?)
    }

    /// The ids in the column `id`.
    pub async fn ids(self, db: &impl ConnectionTrait) -> Result<Vec<Uuid>, StoreError> {
        let rows = self.rows(db).await?;
        rows.iter().map(|row| Row::of(row).get("id")).collect()
    }

    /// The number in the column `count` of the first row; 0 without one.
    pub async fn count(self, db: &impl ConnectionTrait) -> Result<i64, StoreError> {
        match self.rows(db).await?.first() {
            Some(row) => Row::of(row).get("count"),
            None => Ok(0),
        }
    }

    /// Runs the statement for its effect.
    pub async fn execute(self, db: &impl ConnectionTrait) -> Result<ExecResult, StoreError> {
        Ok(db
            .execute_raw(Statement::from_sql_and_values(
                self.backend,
                self.text,
                self.values,
            ))
            .await?)
    }

    /// All rows, undecoded: [`Row`] reads wide rows faster.
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

/// Ids as one parameter: an array, or hexadecimal digits as JSON.
pub(super) fn id_list(backend: DatabaseBackend, ids: impl IntoIterator<Item = Uuid>) -> Value {
    match backend {
        DatabaseBackend::Postgres => Value::from(ids.into_iter().collect::<Vec<_>>()),
        _ => {
            let hex: Vec<String> = ids.into_iter().map(|id| id.simple().to_string()).collect();
            Value::from(serde_json::Value::from(hex).to_string())
        }
    }
}

/// Texts as one parameter: an array, or JSON.
pub(super) fn text_list<'a>(
    backend: DatabaseBackend,
    texts: impl IntoIterator<Item = &'a str>,
) -> Value {
    let texts: Vec<String> = texts.into_iter().map(str::to_owned).collect();
    match backend {
        DatabaseBackend::Postgres => Value::from(texts),
        _ => Value::from(serde_json::Value::from(texts).to_string()),
    }
}

fn decoded<T: FromQueryResult>(rows: &[QueryResult]) -> Result<Vec<T>, StoreError> {
    let decode = |row| T::from_query_result(row, "").map_err(StoreError::Other);
    rows.iter().map(decode).collect()
}

/// All rows of a fixed statement.
pub async fn all<T: FromQueryResult>(
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
    decoded(&rows)
}

/// The first row of a fixed statement.
pub async fn one<T: FromQueryResult>(
    db: &impl ConnectionTrait,
    sql: &str,
    values: Vec<Value>,
) -> Result<Option<T>, StoreError> {
    let row = row(db, sql, values).await?;
    let decode = |row| T::from_query_result(&row, "").map_err(StoreError::Other);
    row.map(decode).transpose()
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

/// A type that a column can be read as, from either database.
pub trait Cell:
    for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite>
{
}

impl<T> Cell for T where
    T: for<'r> Decode<'r, Postgres> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + Type<Sqlite>
{
}

/// Reads columns of a row by name, straight from the driver: SeaORM creates an error with a text
/// for every NULL before it becomes `None`, and wide rows are mostly NULL.
#[derive(Clone, Copy)]
pub struct Row<'a>(&'a QueryResult);

impl<'a> Row<'a> {
    /// Wraps a row.
    pub const fn of(row: &'a QueryResult) -> Self {
        Self(row)
    }

    /// The value of the column.
    pub fn get<T: Cell>(&self, column: &str) -> Result<T, StoreError> {
        let read = match (self.0.try_as_pg_row(), self.0.try_as_sqlite_row()) {
            (Some(row), _) => row.try_get(column),
            (None, Some(row)) => row.try_get(column),
            (None, None) => return Err(of_neither()),
        };
        read.map_err(|error| StoreError::Other(DbErr::Type(error.to_string())))
    }

    /// The text of the column, without copying it.
    pub fn text(&self, column: &str) -> Result<Option<&'a str>, StoreError> {
        let read = match (self.0.try_as_pg_row(), self.0.try_as_sqlite_row()) {
            (Some(row), _) => row.try_get(column),
            (None, Some(row)) => row.try_get(column),
            (None, None) => return Err(of_neither()),
        };
        read.map_err(|error| StoreError::Other(DbErr::Type(error.to_string())))
    }
}

fn of_neither() -> StoreError {
    StoreError::Other(DbErr::Type("a row of neither database".to_owned()))
}
