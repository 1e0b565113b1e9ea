//! Connections: one page of a list with its cursors, its page info and its total count.
//!
//! Every list of the API goes through [`List::connection`], and nothing else can make a
//! [`Connection`]: it checks the page arguments, has the page loaded and binds the cursors to the
//! list. Cursors are keyset positions that any node of the installation reads; `cursor` owns their
//! form. Must not know any particular list.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, Description, Object, ObjectType, OutputType, SimpleObject, TypeName,
    connection::EmptyFields, futures_util::future::BoxFuture,
};
use chrono::{DateTime, Utc};

use super::{
    cursor::{Cursor, CursorKey},
    scope::{Scope, timed},
};
use crate::service::{
    deps::SecretKey,
    list::{Direction, Page, PageRequest, Position, instant},
};
use crate::{service::Failure, words::message};

/// What the connection of a node is called. `F` has the fields that its edges have besides `cursor`
/// and `node`.
pub trait ConnectionNode<F = EmptyFields>: OutputType {
    /// The name of the connection's type.
    const CONNECTION: &'static str;
    /// The name of its edges' type.
    const EDGE: &'static str;
    /// The description of the connection's type.
    const DESCRIPTION: &'static str;
}

/// A page of a list. Only [`List::connection`] makes one.
pub struct Connection<N, F = EmptyFields> {
    edges: Vec<Edge<N, F>>,
    has_next: bool,
    has_previous: bool,
    counter: Counter,
}

impl<N: ConnectionNode<F>, F: ObjectType> TypeName for Connection<N, F> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(N::CONNECTION)
    }
}

impl<N: ConnectionNode<F>, F: ObjectType> Description for Connection<N, F> {
    fn description() -> &'static str {
        N::DESCRIPTION
    }
}

#[Object(name_type, use_type_description)]
impl<N: ConnectionNode<F>, F: ObjectType> Connection<N, F> {
    /// The items of the page with their cursors.
    async fn edges(&self) -> &[Edge<N, F>] {
        &self.edges
    }

    /// The items of the page.
    async fn nodes(&self) -> Vec<&N> {
        self.edges.iter().map(|edge| &edge.row.node).collect()
    }

    /// Information about the page, with the cursors to use for the next and the previous
    /// one.
    async fn page_info(&self) -> PageInfo {
        PageInfo {
            has_next_page: self.has_next,
            has_previous_page: self.has_previous,
            start_cursor: self.edges.first().map(Edge::seal),
            end_cursor: self.edges.last().map(Edge::seal),
        }
    }

    /// The total number of items on all pages. It is counted only if requested.
    async fn total_count(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let count = timed(ctx, self.counter.count()).await?;
        Ok(i32::try_from(count).unwrap_or(i32::MAX))
    }
}

/// An item of a page and its cursor, which is made when it is requested.
pub struct Edge<N, F = EmptyFields> {
    cursors: Arc<Cursors>,
    row: ListRow<N, F>,
}

impl<N, F> Edge<N, F> {
    fn seal(&self) -> String {
        self.cursors.seal(&self.row.position)
    }
}

impl<N: ConnectionNode<F>, F: ObjectType> TypeName for Edge<N, F> {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed(N::EDGE)
    }
}

/// An item of a page and its cursor.
#[Object(name_type)]
impl<N: ConnectionNode<F>, F: ObjectType> Edge<N, F> {
    /// The cursor of the item, for use in `after` or `before`.
    async fn cursor(&self) -> String {
        self.seal()
    }

    /// The item at this cursor.
    async fn node(&self) -> &N {
        &self.row.node
    }

    #[graphql(flatten)]
    async fn fields(&self) -> &F {
        &self.row.fields
    }
}

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
pub struct List {
    secret: SecretKey,
    name: String,
    now: DateTime<Utc>,
}

/// A row of a list: its position, the node made from it, and the further fields of its edge.
#[derive(Debug)]
pub struct ListRow<N, F = EmptyFields> {
    position: Position,
    node: N,
    fields: F,
}

impl<N> ListRow<N> {
    /// Creates a row whose edge has no further fields.
    pub fn new(position: Position, node: impl Into<N>) -> Self {
        Self::with_fields(position, node, EmptyFields)
    }
}

impl<N, F> ListRow<N, F> {
    /// Creates a row with the further fields of its edge.
    pub fn with_fields(position: Position, node: impl Into<N>, fields: F) -> Self {
        Self {
            position,
            node: node.into(),
            fields,
        }
    }
}

impl List {
    /// Creates a list with this name, read at `now`. The name contains everything that tells the
    /// list from others: the workspace, the parent object, the order and the instant.
    pub fn new(scope: &Scope, name: impl Into<String>, now: DateTime<Utc>) -> Self {
        Self {
            secret: scope.deps.secret.clone(),
            name: name.into(),
            now,
        }
    }

    /// Returns the page that `arguments` request. `takes` tells whether the list can have a sort
    /// value, `load` reads the page, and `counter` counts all rows.
    pub async fn connection<N, F>(
        self,
        arguments: &PageArguments,
        takes: impl Fn(&str) -> bool,
        counter: Counter,
        load: impl AsyncFnOnce(PageRequest) -> Result<Page<ListRow<N, F>>, Failure>,
    ) -> Result<Connection<N, F>, Failure>
    where
        N: ConnectionNode<F>,
    {
        let key = CursorKey::new(&self.secret, N::CONNECTION, &self.name);
        let request = arguments.request(&key, self.now)?;
        if !request.fits(takes) {
            return Err(Failure::OtherListsCursor);
        }
        let cursors = Arc::new(Cursors {
            key,
            page_one: request.page_one.timestamp_micros(),
        });
        // Boxed: the future of an object's resolvers holds the loads of all its lists, and unboxed
        // they overflow a stack of 2 MiB in debug builds.
        let Page {
            rows,
            has_next,
            has_previous,
        } = Box::pin(load(request)).await?;
        let edge = |row| Edge {
            cursors: Arc::clone(&cursors),
            row,
        };
        Ok(Connection {
            edges: rows.into_iter().map(edge).collect(),
            has_next,
            has_previous,
            counter,
        })
    }

    /// Returns the page that `arguments` request of a list whose rows are all in memory. The list
    /// is in ascending order of position unless `descending` is true; `node` makes the nodes of the
    /// page.
    pub async fn slice<R, N: ConnectionNode>(
        self,
        arguments: &PageArguments,
        rows: Vec<(Position, R)>,
        descending: bool,
        node: impl Fn(R) -> N,
    ) -> Result<Connection<N>, Failure> {
        let counter = Counter::of_known(rows.len());
        self.connection(arguments, any_key, counter, async |request| {
            let page = slice(rows, &request, descending);
            Ok(page.map(|(position, row)| ListRow::new(position, node(row))))
        })
        .await
    }
}

/// Accepts every sort value: for lists in order of id, which have none, and for lists whose query
/// finds nothing for a value that no row can have.
pub fn any_key(_: &str) -> bool {
    true
}

/// What seals the cursors of one page.
#[derive(Debug)]
struct Cursors {
    key: CursorKey,
    /// The instant of page one, in microseconds.
    page_one: i64,
}

impl Cursors {
    fn seal(&self, position: &Position) -> String {
        self.key.seal(&Cursor {
            page_one: self.page_one,
            position: position.clone(),
        })
    }
}

impl PageArguments {
    /// Checks the arguments of a list that is read at `now`: the sizes are 1 to 1,000, only one
    /// direction is given, and the cursors belong to the list of this key.
    fn request(&self, key: &CursorKey, now: DateTime<Utc>) -> Result<PageRequest, Failure> {
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
        let open = |cursor: &Option<String>| match cursor {
            None => Ok(None),
            Some(text) => key.open(text).map(Some).ok_or(Failure::OtherListsCursor),
        };
        let after = open(&self.after)?;
        let before = open(&self.before)?;
        let page_one = match after.as_ref().or(before.as_ref()) {
            None => now,
            Some(cursor) => {
                instant(&cursor.page_one.to_string()).ok_or(Failure::OtherListsCursor)?
            }
        };
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

/// Cuts one page out of rows in memory. Pages are in ascending order of position unless
/// `descending` is true.
fn slice<T>(
    mut rows: Vec<(Position, T)>,
    request: &PageRequest,
    descending: bool,
) -> Page<(Position, T)> {
    let key = |position: &Position| (position.key.clone(), position.id);
    rows.sort_by_key(|(position, _)| key(position));
    if descending {
        rows.reverse();
    }
    let follows = |row: &Position, bound: &Position| {
        if descending {
            key(row) < key(bound)
        } else {
            key(row) > key(bound)
        }
    };
    if let Some(after) = &request.after {
        rows.retain(|(position, _)| follows(position, after));
    }
    if let Some(before) = &request.before {
        rows.retain(|(position, _)| follows(before, position));
    }
    if request.direction == Direction::Backward {
        rows.reverse();
    }
    rows.truncate(request.size + 1);
    request.page(rows)
}

/// Counts all rows of a list. It runs only if `totalCount` is requested.
pub struct Counter(Box<dyn Fn() -> BoxFuture<'static, Result<i64, Failure>> + Send + Sync>);

impl Counter {
    /// Creates a counter that runs `count` on `source`: everything that the count reads from.
    pub fn new<S: Send + Sync + 'static>(
        source: S,
        count: impl for<'a> Fn(&'a S) -> BoxFuture<'a, Result<i64, Failure>>
        + Copy
        + Send
        + Sync
        + 'static,
    ) -> Self {
        let source = Arc::new(source);
        Self(Box::new(move || {
            let source = Arc::clone(&source);
            Box::pin(async move { count(&source).await })
        }))
    }

    /// Creates a counter of rows whose number is known.
    fn of_known(rows: usize) -> Self {
        let count = i64::try_from(rows).unwrap_or(i64::MAX);
        Self(Box::new(move || Box::pin(async move { Ok(count) })))
    }

    async fn count(&self) -> Result<i64, Failure> {
        (self.0)().await
    }
}

/// Returns whether the request selects `field` of the nodes of the connection that is being
/// resolved.
pub fn selects_of_nodes(ctx: &Context<'_>, field: &str) -> bool {
    let connection = ctx.look_ahead();
    connection.field("nodes").field(field).exists()
        || connection
            .field("edges")
            .field("node")
            .field(field)
            .exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn position(number: u128) -> Position {
        Position::of_id(uuid::Uuid::from_u128(number))
    }

    /// The rows 1 to 5, out of order, cut to a page of two.
    fn page(
        direction: Direction,
        (after, before): (Option<u128>, Option<u128>),
        descending: bool,
    ) -> (Vec<u128>, bool, bool) {
        let request = PageRequest {
            size: 2,
            direction,
            after: after.map(position),
            before: before.map(position),
            page_one: DateTime::UNIX_EPOCH,
        };
        let rows = [3, 1, 5, 2, 4].map(|number| (position(number), number));
        let page = slice(rows.to_vec(), &request, descending).map(|(_, number)| number);
        (page.rows, page.has_previous, page.has_next)
    }

    #[test]
    fn rows_in_memory_are_cut_from_either_end_in_either_order() {
        use Direction::{Backward, Forward};
        for (direction, bounds, descending, expected) in [
            (Forward, (None, None), false, (vec![1, 2], false, true)),
            (Forward, (Some(2), None), false, (vec![3, 4], true, true)),
            (Forward, (Some(4), None), false, (vec![5], true, false)),
            (Forward, (Some(2), Some(4)), false, (vec![3], true, false)),
            (Forward, (Some(4), None), true, (vec![3, 2], true, true)),
            (Backward, (None, None), false, (vec![4, 5], true, false)),
            (Backward, (None, Some(4)), false, (vec![2, 3], true, true)),
            (Backward, (None, Some(2)), false, (vec![1], false, true)),
            (Backward, (None, Some(4)), true, (vec![5], false, true)),
            (Forward, (Some(5), None), false, (vec![], true, false)),
        ] {
            assert_eq!(
                page(direction, bounds, descending),
                expected,
                "{direction:?} {bounds:?} {descending}"
            );
        }
    }
}
