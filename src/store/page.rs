//! Keyset pages: the rows after or before a position. Owns the arithmetic that every list shares.
//! SQL text, because its conditions are added to those of each list.

use chrono::{DateTime, Utc};
use sea_orm::Value;
use uuid::Uuid;

use super::engine::Sql;
use crate::domain::interval::OPEN_END;

/// From which end a page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// From the beginning.
    Forward,
    /// From the end.
    Backward,
}

/// A row's position in a list: its sort value and its id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    /// The sort value as text.
    pub key: String,
    /// The row's primary key.
    pub id: Uuid,
}

impl Position {
    /// A position in a list that is sorted by id alone.
    pub const fn of_id(id: Uuid) -> Self {
        Self {
            key: String::new(),
            id,
        }
    }
}

/// The sort value of an instant, in microseconds; [`instant`] parses it.
pub fn instant_key(at: DateTime<Utc>) -> String {
    at.timestamp_micros().to_string()
}

/// The instant of a sort value. `None` for what no row can have, which databases would refuse.
pub fn instant(key: &str) -> Option<DateTime<Utc>> {
    let at = DateTime::from_timestamp_micros(key.parse().ok()?)?;
    (DateTime::UNIX_EPOCH..=OPEN_END)
        .contains(&at)
        .then_some(at)
}

/// The type of the sort values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortedBy {
    /// Text, by bytes.
    Text,
    Instant,
}

impl SortedBy {
    /// The parameter of a sort value. `None` for what no row can have.
    pub fn value(self, key: &str) -> Option<Value> {
        match self {
            Self::Text => Some(key.into()),
            Self::Instant => instant(key).map(Value::from),
        }
    }
}

/// A sort expression with its parameters.
#[derive(Debug, Clone)]
pub struct SortKey {
    /// The expression. Each `?` stands for the next parameter.
    pub text: String,
    pub values: Vec<Value>,
}

impl From<&str> for SortKey {
    fn from(column: &str) -> Self {
        Self {
            text: column.to_owned(),
            values: Vec::new(),
        }
    }
}

/// Which page is requested.
#[derive(Debug, Clone)]
pub struct PageRequest {
    /// The maximum number of rows.
    pub size: usize,
    pub direction: Direction,
    /// Only rows after this.
    pub after: Option<Position>,
    /// Only rows before this.
    pub before: Option<Position>,
    /// The instant of the first page, which cursors contain.
    pub page_one: DateTime<Utc>,
}

/// Rows in the list's order, and whether there are more on either side.
#[derive(Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    /// Whether there are more rows after these.
    pub has_next: bool,
    /// Whether there are more rows before these.
    pub has_previous: bool,
}

impl<T> Page<T> {
    /// The same page with what `convert` makes of each row.
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            rows: self.rows.into_iter().map(convert).collect(),
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }

    /// The same page with other rows.
    pub fn with_rows<U>(&self, rows: Vec<U>) -> Page<U> {
        Page {
            rows,
            has_next: self.has_next,
            has_previous: self.has_previous,
        }
    }
}

impl<T> Default for Page<T> {
    /// The page of an empty list.
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            has_next: false,
            has_previous: false,
        }
    }
}

impl PageRequest {
    /// Adds the keyset conditions, the order and the limit to `sql`, which ends inside a WHERE
    /// clause. `key` and `id` are columns (without `key`, the list is ordered by id alone). `value`
    /// converts a position's key to a parameter, `None` if there is none (see
    /// [`PageRequest::fits`]).
    pub fn apply(
        &self,
        sql: &mut Sql,
        key: Option<&str>,
        id: &str,
        descending: bool,
        value: impl Fn(&str) -> Option<Value>,
    ) {
        self.apply_by(sql, key.map(SortKey::from).as_ref(), id, descending, value);
    }

    /// The same with an expression that may have parameters.
    pub fn apply_by(
        &self,
        sql: &mut Sql,
        key: Option<&SortKey>,
        id: &str,
        descending: bool,
        value: impl Fn(&str) -> Option<Value>,
    ) {
        let mut bound = |position: &Option<Position>, behind: bool| {
            let Some(position) = position else { return };
            let sign = if behind == descending { "<" } else { ">" };
            match (key, value(&position.key)) {
                (None, _) => sql.bind(&format!(" AND {id} {sign} ?"), [position.id.into()]),
                (Some(key), Some(value)) => {
                    let values = key
                        .values
                        .iter()
                        .cloned()
                        .chain([value, position.id.into()])
                        .collect();
                    sql.bind_all(&format!(" AND ({}, {id}) {sign} (?, ?)", key.text), values)
                }
                (Some(_), None) => sql.push(" AND 1 = 0"),
            };
        };
        bound(&self.after, true);
        bound(&self.before, false);
        let direction = if descending == (self.direction == Direction::Forward) {
            "DESC"
        } else {
            "ASC"
        };
        match key {
            Some(key) => {
                let order = format!(" ORDER BY {} {direction}, {id} {direction}", key.text);
                sql.bind_all(&order, key.values.clone())
            }
            None => sql.push(&format!(" ORDER BY {id} {direction}")),
        };
        let limit = i64::try_from(self.size).unwrap_or(i64::MAX - 1) + 1;
        sql.bind(" LIMIT ?", [limit.into()]);
    }

    /// Whether both bounds have a sort value that occurs in the list.
    pub fn fits(&self, takes: impl Fn(&str) -> bool) -> bool {
        [&self.after, &self.before]
            .into_iter()
            .flatten()
            .all(|position| takes(&position.key))
    }

    /// Builds a page from the rows of the query, which reads one row more than requested to tell
    /// whether there are more.
    pub fn page<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let more = rows.len() > self.size;
        rows.truncate(self.size);
        match self.direction {
            Direction::Forward => Page {
                rows,
                has_next: more,
                has_previous: self.after.is_some(),
            },
            Direction::Backward => {
                rows.reverse();
                Page {
                    rows,
                    has_next: self.before.is_some(),
                    has_previous: more,
                }
            }
        }
    }
}
