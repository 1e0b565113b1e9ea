//! The one connection helper: page arguments in, edges and page info out. Cursors are keyset
//! positions that any node reads; `cursor` owns their form.

use async_graphql::SimpleObject;
use chrono::{DateTime, Utc};

use super::{
    cursor::{Cursor, CursorKey},
    scope::Scope,
};
use crate::service::list::{Direction, Page, PageRequest, Position, instant};
use crate::{service::Failure, words::message};

/// Information about a page of a list.
#[derive(Debug, Clone, SimpleObject)]
pub struct PageInfo {
    /// True if more items follow after the last edge.
    pub has_next_page: bool,
    /// True if more items come before the first edge.
    pub has_previous_page: bool,
    /// The cursor of the first edge; null for an empty page.
    pub start_cursor: Option<String>,
    /// The cursor of the last edge; null for an empty page.
    pub end_cursor: Option<String>,
}

/// The page arguments of a field.
#[derive(Debug, Clone, Default)]
pub struct PageArguments {
    /// The number of items to return from the start, or after `after`.
    pub first: Option<i32>,
    /// Returns items after this cursor.
    pub after: Option<String>,
    /// The number of items to return from the end, or before `before`.
    pub last: Option<i32>,
    /// Returns items before this cursor.
    pub before: Option<String>,
}

/// The page size if the caller gives none.
const DEFAULT_SIZE: usize = 20;
/// The largest page size that can be configured (`limits.max_page_size`). Admission refuses sizes
/// above the configured value.
const LARGEST: i32 = 1_000;

/// A list, identified by the name that its cursors are bound to.
#[derive(Debug)]
pub struct List(CursorKey);

impl List {
    /// Creates a list with this name. The name contains the workspace, the parent object, the order
    /// and the instant.
    pub fn new(scope: &Scope, name: impl Into<String>) -> Self {
        Self(CursorKey::new(&scope.deps.secret, name.into()))
    }

    /// The cursor of a row.
    pub fn cursor(&self, page_one: DateTime<Utc>, position: &Position) -> String {
        self.0.seal(&Cursor {
            page_one: page_one.timestamp_micros(),
            position: position.clone(),
        })
    }
}

impl PageArguments {
    /// Checks the arguments for `list`: the sizes are 1 to 1,000, only one direction is given, and
    /// the cursors belong to this list.
    pub fn request(&self, list: &List, now: DateTime<Utc>) -> Result<PageRequest, Failure> {
        let (size, direction) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(Failure::bad_input(message::first_or_last())),
            (None, None) => (None, Direction::Forward),
            (Some(first), None) => (Some(first), Direction::Forward),
            (None, Some(last)) => (Some(last), Direction::Backward),
        };
        let size = match size {
            None => DEFAULT_SIZE,
            Some(size) if (1..=LARGEST).contains(&size) => size.unsigned_abs() as usize,
            Some(_) => {
                return Err(Failure::bad_input(message::page_rows(LARGEST)));
            }
        };
        let (mut page_one, read) = (now, |cursor: &Option<String>| match cursor {
            None => Ok(None),
            Some(text) => list.0.open(text).map(Some).ok_or_else(bad_cursor),
        });
        let after = read(&self.after)?;
        let before = read(&self.before)?;
        if let Some(cursor) = after.as_ref().or(before.as_ref()) {
            page_one = instant(&cursor.page_one.to_string()).ok_or_else(bad_cursor)?;
        }
        let position = |cursor: Cursor| cursor.position;
        Ok(PageRequest {
            size,
            direction,
            after: after.map(position),
            before: before.map(position),
            page_one,
        })
    }
}

/// Refuses cursors with a sort value that the list cannot have. Only forged cursors have one.
pub fn check_bounds(request: &PageRequest, takes: impl Fn(&str) -> bool) -> Result<(), Failure> {
    if request.fits(takes) {
        Ok(())
    } else {
        Err(bad_cursor())
    }
}

fn bad_cursor() -> Failure {
    Failure::bad_input(message::other_lists_cursor())
}

impl PageInfo {
    /// Builds the page info from a page and the cursors of its edges.
    pub fn of<T>(page: &Page<T>, first: Option<&String>, last: Option<&String>) -> Self {
        Self {
            has_next_page: page.has_next,
            has_previous_page: page.has_previous,
            start_cursor: first.cloned(),
            end_cursor: last.cloned(),
        }
    }
}

/// Cuts one page out of rows in memory. Pages are in ascending order of position unless
/// `descending` is true.
pub fn slice<T>(
    mut rows: Vec<(Position, T)>,
    request: &PageRequest,
    descending: bool,
) -> Page<(Position, T)> {
    let key = |position: &Position| (position.key.clone(), position.id);
    rows.sort_by_key(|(position, _)| key(position));
    if descending {
        rows.reverse();
    }
    let behind = |row: &Position, bound: &Position| {
        if descending {
            key(row) < key(bound)
        } else {
            key(row) > key(bound)
        }
    };
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

/// Counts the rows of a list, and runs only if `totalCount` is requested.
pub type Counter = Box<
    dyn Fn() -> async_graphql::futures_util::future::BoxFuture<'static, Result<i64, Failure>>
        + Send
        + Sync,
>;

/// Declares `<Name>Connection` and `<Name>Edge` for a node type. The edge can have further fields.
macro_rules! connection {
    // A list of rows that are all there is to a node.
    (of rows: $connection:ident, $edge:ident, $node:ty, $what:literal) => {
        $crate::graphql::connection::connection!($connection, $edge, $node, $what);

        impl $connection {
            /// Builds the connection from a page of rows and the list that they belong to.
            fn of<R>(
                list: &$crate::graphql::connection::List,
                asked: &$crate::service::list::PageRequest,
                mut found: $crate::service::list::Page<R>,
                (position, node): (impl Fn(&R) -> $crate::service::list::Position, impl Fn(R) -> $node),
                counter: $crate::graphql::connection::Counter,
            ) -> Self {
                let edge = |row: R| {
                    let position = position(&row);
                    $edge { cursor: list.cursor(asked.page_one, &position), node: node(row) }
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
            /// Information about the page.
            pub page_info: $crate::graphql::connection::PageInfo,
            /// Counts all rows of the list.
            pub counter: $crate::graphql::connection::Counter,
        }

        #[doc = concat!("An item and its cursor in a page of ", $what, ".")]
        #[derive(async_graphql::SimpleObject)]
        pub struct $edge {
            /// The cursor of the item, for use in `after` or `before`.
            pub cursor: String,
            /// The item at this cursor.
            pub node: $node,
            $($(#[$emeta])* pub $extra: $extra_type,)*
        }

        #[doc = concat!("A page of ", $what, ".")]
        #[async_graphql::Object]
        impl $connection {
            /// The items of the page with their cursors.
            async fn edges(&self) -> &[$edge] {
                &self.edges
            }

            /// The items of the page.
            async fn nodes(&self) -> Vec<&$node> {
                self.edges.iter().map(|edge| &edge.node).collect()
            }

            /// Information about the page, with the cursors to use for the next and the previous
            /// one.
            async fn page_info(&self) -> &$crate::graphql::connection::PageInfo {
                &self.page_info
            }

            /// The total number of items on all pages. It is counted only if requested.
            async fn total_count(&self, ctx: &async_graphql::Context<'_>) -> async_graphql::Result<i32> {
                let count = $crate::graphql::scope::timed(ctx, (self.counter)()).await?;
                Ok(i32::try_from(count).unwrap_or(i32::MAX))
            }
        }
    };
}
pub(crate) use connection;
