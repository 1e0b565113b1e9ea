//! The one connection helper: page arguments in, edges and page info out. Cursors are keyset positions that any node reads.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use async_graphql::SimpleObject;

use crate::{
    service::Failure,
    store::page::{self, Direction, Page, PageRequest, Position},
};

/// Where a page stands in its list.
#[derive(Debug, Clone, SimpleObject)]
pub struct PageInfo {
    /// Whether there is more behind the last edge.
    pub has_next_page: bool,
    /// Whether there is more before the first edge.
    pub has_previous_page: bool,
    /// The first edge's cursor; null on an empty page.
    pub start_cursor: Option<String>,
    /// The last edge's cursor; null on an empty page.
    pub end_cursor: Option<String>,
}

/// The page arguments of a field.
#[derive(Debug, Clone, Default)]
pub struct PageArguments {
    /// How many from the beginning, or after `after`.
    pub first: Option<i32>,
    /// Only what comes behind this cursor.
    pub after: Option<String>,
    /// How many from the end, or before `before`.
    pub last: Option<i32>,
    /// Only what comes before this cursor.
    pub before: Option<String>,
}

/// The page size if none is asked for.
const DEFAULT_SIZE: usize = 20;
/// The largest page that can be set (`limits.max_page_size`); admission refuses what is larger than the one that is set.
const LARGEST: i32 = 1_000;

#[derive(Serialize, Deserialize)]
struct Cursor {
    /// Which list, in which order.
    l: String,
    /// The instant of page one, in microseconds.
    t: i64,
    /// The sort value.
    k: String,
    /// The row.
    i: Uuid,
}

impl PageArguments {
    /// Checks the arguments for the list named `list` (its order included): sizes of 1 to 1,000, not both directions, cursors of
    /// this list only.
    pub fn request(&self, list: &str, now: DateTime<Utc>) -> Result<PageRequest, Failure> {
        let (size, direction) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Failure::bad_input("give first or last, not both")),
            (None, None) => (None, Direction::Forward),
            (Some(first), None) => (Some(first), Direction::Forward),
            (None, Some(last)) => (Some(last), Direction::Backward),
        };
        let size = match size {
            None => DEFAULT_SIZE,
            Some(size) if (1..=LARGEST).contains(&size) => size.unsigned_abs() as usize,
            Some(_) => return Err(Failure::bad_input(format!("a page has 1 to {LARGEST} rows"))),
        };
        let (mut page_one, read) = (now, |cursor: &Option<String>| match cursor {
            None => Ok(None),
            Some(text) => read_cursor(text, list).map(Some),
        });
        let after = read(&self.after)?;
        let before = read(&self.before)?;
        if let Some(cursor) = after.as_ref().or(before.as_ref()) {
            page_one = page::instant(&cursor.t.to_string()).ok_or_else(bad_cursor)?;
        }
        let position = |cursor: Cursor| Position { key: cursor.k, id: cursor.i };
        Ok(PageRequest { size, direction, after: after.map(position), before: before.map(position), page_one })
    }
}

/// Refuses cursors whose sort value the list cannot have: only made-up ones do.
pub fn check_bounds(request: &PageRequest, takes: impl Fn(&str) -> bool) -> Result<(), Failure> {
    if request.fits(takes) { Ok(()) } else { Err(bad_cursor()) }
}

fn bad_cursor() -> Failure {
    Failure::bad_input("this cursor is not of this list")
}

fn read_cursor(text: &str, list: &str) -> Result<Cursor, Failure> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| bad_cursor())?;
    let cursor: Cursor = serde_json::from_slice(&bytes).map_err(|_| bad_cursor())?;
    let printable = !cursor.k.contains('\0');
    if cursor.l == list && printable { Ok(cursor) } else { Err(bad_cursor()) }
}

/// Whether a text has the form of a cursor, of whatever list.
pub fn is_cursor(text: &str) -> bool {
    URL_SAFE_NO_PAD.decode(text).is_ok_and(|bytes| serde_json::from_slice::<Cursor>(&bytes).is_ok())
}

/// A row's cursor in the list named `list`.
pub fn cursor(list: &str, page_one: DateTime<Utc>, position: &Position) -> String {
    let cursor = Cursor { l: list.to_owned(), t: page_one.timestamp_micros(), k: position.key.clone(), i: position.id };
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&cursor).unwrap_or_default())
}

impl PageInfo {
    /// From a page and its edges' cursors.
    pub fn of<T>(page: &Page<T>, first: Option<&String>, last: Option<&String>) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: first.cloned(),
            end_cursor: last.cloned(),
        }
    }
}

/// One page of rows that are at hand, in ascending order of their position.
pub fn slice<T>(mut rows: Vec<(Position, T)>, request: &PageRequest, descending: bool) -> Page<(Position, T)> {
    let key = |position: &Position| (position.key.clone(), position.id);
    rows.sort_by_key(|(position, _)| key(position));
    if descending {
        rows.reverse();
    }
    let behind = |row: &Position, bound: &Position| if descending { key(row) < key(bound) } else { key(row) > key(bound) };
    if let Some(after) = &request.after {
        rows.retain(|(position, _)| behind(position, after));
    }
    if let Some(before) = &request.before {
        rows.retain(|(position, _)| behind(before, position));
    }
    if request.direction == Direction::Backward {
        rows.reverse();
    }
    rows.truncate(request.size + 1);
    request.page(rows)
}

/// Counts the rows of a list when `totalCount` is asked for, and only then.
pub type Counter = Box<dyn Fn() -> async_graphql::futures_util::future::BoxFuture<'static, Result<i64, Failure>> + Send + Sync>;

/// Declares `<Name>Connection` and `<Name>Edge` over a node type; further fields of the edge may follow.
macro_rules! connection {
    // A list that is sorted by id, of rows that are all there is to a node.
    (by id: $connection:ident, $edge:ident, $node:ty, $what:literal) => {
        $crate::graphql::connection::connection!($connection, $edge, $node, $what);

        impl $connection {
            /// The page that was found of the list of this name.
            fn of<R>(
                list: &str,
                asked: &$crate::store::page::PageRequest,
                mut found: $crate::store::page::Page<R>,
                (id, node): (impl Fn(&R) -> uuid::Uuid, impl Fn(R) -> $node),
                counter: $crate::graphql::connection::Counter,
            ) -> Self {
                let edge = |row: R| {
                    let position = $crate::store::page::Position { key: String::new(), id: id(&row) };
                    $edge { cursor: $crate::graphql::connection::cursor(list, asked.page_one, &position), node: node(row) }
                };
                let edges: Vec<$edge> = std::mem::take(&mut found.rows).into_iter().map(edge).collect();
                let (first, last) = (edges.first().map(|edge| &edge.cursor), edges.last().map(|edge| &edge.cursor));
                Self { page_info: $crate::graphql::connection::PageInfo::of(&found, first, last), edges, counter }
            }
        }
    };
    ($connection:ident, $edge:ident, $node:ty, $what:literal $(, $(#[$emeta:meta])* $extra:ident: $extra_type:ty)* $(,)?) => {
        #[doc = concat!("A page of ", $what, ".")]
        pub struct $connection {
            /// The edges of the page.
            pub edges: Vec<$edge>,
            /// Where the page stands.
            pub page_info: $crate::graphql::connection::PageInfo,
            /// Counts all rows.
            pub counter: $crate::graphql::connection::Counter,
        }

        #[doc = concat!("One of ", $what, " and where it stands in the list.")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// Where it stands: give it as `after` or `before`.
            pub cursor: String,
            #[doc = concat!("One of ", $what, ".")]
            pub node: $node,
            $($(#[$emeta])* pub $extra: $extra_type,)*
        }

        #[doc = concat!("A page of ", $what, ".")]
        #[async_graphql::Object]
        impl $connection {
            /// The rows of the page with their cursors.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// The rows of the page.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Where the page stands in the list.
            async fn page_info(&self) -> &$crate::graphql::connection::PageInfo {
                &self.page_info
            }

            /// How many rows the list has over all pages; counted only when asked for.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                let count = $crate::graphql::scope::timed(ctx, (self.counter)()).await?;
                Ok(i32::try_from(count).unwrap_or(i32::MAX))
            }
        }
    };
}
pub(crate) use connection;
