//! Who gained and lost what between two instants.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use crate::service::list::Position;
use crate::{
    domain::{id::ItemId, permission::Permission, vocabulary::ResourceAccess},
    graphql::{
        admission::Meter,
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
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
    view: WorkspaceView,
    item: ItemId,
    access: ResourceAccess,
}

impl ItemAccess {
    /// Builds the access to a dataset or page for the viewer of `view`.
    pub fn seen_from(view: &WorkspaceView, (item, access): service::ItemAccess) -> Self {
        Self {
            view: view.clone(),
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
        loader::item(ctx, &self.view, self.item).await.transpose()
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

impl ConnectionNode for AccessDifference {
    const CONNECTION: &'static str = "AccessDifferenceConnection";
    const EDGE: &'static str = "AccessDifferenceEdge";
    const DESCRIPTION: &'static str = "A page of the members whose access changed.";
}

/// Returns one page of the differences. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    (Instant(from), Instant(to)): (Instant, Instant),
    arguments: &PageArguments,
) -> Result<Connection<AccessDifference>, Failure> {
    view.require_ewp(ctx)?;
    let (scope, access) = (Scope::of(ctx)?, &view.access);
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), (from, to)),
        |(deps, access, window)| Box::pin(service::count(deps, access, *window)),
    );
    view.list(scope, &format!("access differences {from} {to}"))
        .connection(arguments, any_key, counter, async |request| {
            let (page, read) = service::page(&scope.deps, access, (from, to), &request).await?;
            if let Some(meter) = ctx.data_opt::<Meter>() {
                meter.count(read.saturating_mul(MEMBER_READ));
            }
            let later = view.as_of(ctx, Some(Instant(to))).await?;
            let mut members =
                service::members(&scope.deps, &later.access, &scope.caller, &page.rows).await?;
            Ok(page.map(|row| {
                let member = members.remove(&row.membership_id.0);
                let difference = AccessDifference {
                    membership: member.map(|member| Membership::new(&later, member)),
                    gained: row.gained.iter().collect(),
                    lost: row.lost.iter().collect(),
                    gained_access: items(view, &row.gained_access),
                    gained_access_count: count(&row.gained_access),
                    lost_access: items(view, &row.lost_access),
                    lost_access_count: count(&row.lost_access),
                };
                ListRow::new(Position::of_id(row.membership_id.0), difference)
            }))
        })
        .await
}

fn items(
    view: &WorkspaceView,
    items: &std::collections::BTreeSet<service::ItemAccess>,
) -> Vec<ItemAccess> {
    items
        .iter()
        .take(MOST_ITEMS)
        .map(|item| ItemAccess::seen_from(view, *item))
        .collect()
}

fn count(items: &std::collections::BTreeSet<service::ItemAccess>) -> i32 {
    i32::try_from(items.len()).unwrap_or(i32::MAX)
}
