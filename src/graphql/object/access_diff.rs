//! Who gained and lost what between two instants.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use crate::service::list::Position;
use crate::{
    domain::{id::ItemId, permission::Permission, vocabulary::ResourceAccess},
    graphql::{
        admission::Meter,
        connection::{PageArguments, PageInfo, connection},
        error::Nullable,
        loader,
        object::{membership::Membership, resource::Resource},
        prices::MEMBER_READ,
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, access_diff as service},
};

/// The maximum number of entries in `gainedAccess` and in `lostAccess`.
pub const MOST_ITEMS: usize = 100;

/// A kind of access to one dataset or page.
#[derive(Debug, Clone)]
pub struct ItemAccess {
    place: WorkspaceView,
    item: ItemId,
    access: ResourceAccess,
}

impl ItemAccess {
    /// Builds the access to a dataset or page for the viewer of `place`.
    pub fn seen_from(place: &WorkspaceView, (item, access): service::ItemAccess) -> Self {
        Self {
            place: place.clone(),
            item,
            access,
        }
    }
}

/// A kind of access to one dataset or page.
#[Object]
impl ItemAccess {
    /// The dataset or page; null if you may not see it.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        loader::item(ctx, &self.place, self.item).await.transpose()
    }

    /// The kind of access.
    async fn access(&self) -> ResourceAccess {
        self.access
    }
}

/// The permissions and access that one member gained and lost between two instants. Changes of
/// ownership and of the openness of datasets and pages have no dates, so they are not included.
#[derive(Debug, SimpleObject)]
pub struct AccessDifference {
    /// The member, as of the later instant; null if you cannot see the membership at that instant.
    pub membership: Option<Membership>,
    /// The permissions that the member holds at the later instant but not at the earlier one.
    pub gained: Vec<Permission>,
    /// The permissions that the member holds at the earlier instant but not at the later one.
    pub lost: Vec<Permission>,
    /// The access to datasets and pages that the member has at the later instant but not at the
    /// earlier one. At most 100 entries, ordered by resource.
    pub gained_access: Vec<ItemAccess>,
    /// The total number of entries in `gainedAccess`, without the limit of 100.
    pub gained_access_count: i32,
    /// The access to datasets and pages that the member has at the earlier instant but not at the
    /// later one. At most 100 entries, ordered by resource.
    pub lost_access: Vec<ItemAccess>,
    /// The total number of entries in `lostAccess`, without the limit of 100.
    pub lost_access_count: i32,
}

connection!(
    AccessDifferenceConnection,
    AccessDifferenceEdge,
    AccessDifference,
    "the members whose access changed"
);

/// Returns one page of the differences. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn page(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    (Instant(from), Instant(to)): (Instant, Instant),
    arguments: &PageArguments,
) -> Result<AccessDifferenceConnection, Failure> {
    place.require_ewp(ctx)?;
    let scope = Scope::of(ctx)?;
    let list = place.list(scope, &format!("access differences {from} {to}"));
    let request = arguments.request(&list, place.access.now)?;
    let (found, read) = service::page(&scope.deps, &place.access, (from, to), &request).await?;
    if let Some(meter) = ctx.data_opt::<Meter>() {
        meter.count(read.saturating_mul(MEMBER_READ));
    }
    let later = place.as_of(ctx, Some(Instant(to))).await?;
    let mut members =
        service::members(&scope.deps, &later.access, &scope.caller, &found.rows).await?;
    let mut edges = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let position = Position {
            key: String::new(),
            id: row.membership_id.0,
        };
        let node = AccessDifference {
            membership: members
                .remove(&row.membership_id.0)
                .map(|row| Membership::new(&later, row)),
            gained: row.gained.iter().collect(),
            lost: row.lost.iter().collect(),
            gained_access: items(place, &row.gained_access),
            gained_access_count: count(&row.gained_access),
            lost_access: items(place, &row.lost_access),
            lost_access_count: count(&row.lost_access),
        };
        edges.push(AccessDifferenceEdge {
            cursor: list.cursor(request.page_one, &position),
            node,
        });
    }
    let (deps, access) = (scope.deps.clone(), Arc::clone(&place.access));
    Ok(AccessDifferenceConnection {
        page_info: PageInfo::of(
            &found,
            edges.first().map(|edge| &edge.cursor),
            edges.last().map(|edge| &edge.cursor),
        ),
        edges,
        counter: Box::new(move || {
            let (deps, access) = (deps.clone(), Arc::clone(&access));
            Box::pin(async move { service::count(&deps, &access, (from, to)).await })
        }),
    })
}

fn items(
    place: &WorkspaceView,
    items: &std::collections::BTreeSet<service::ItemAccess>,
) -> Vec<ItemAccess> {
    items
        .iter()
        .take(MOST_ITEMS)
        .map(|item| ItemAccess::seen_from(place, *item))
        .collect()
}

fn count(items: &std::collections::BTreeSet<service::ItemAccess>) -> i32 {
    i32::try_from(items.len()).unwrap_or(i32::MAX)
}
