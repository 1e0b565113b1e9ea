//! Who gained and lost what between two instants.

use async_graphql::{Context, Object, SimpleObject};

use crate::{
    domain::{id::ItemId, permission::Permission, vocabulary::ResourceAccess},
    graphql::{
        admission::Meter,
        connection::{PageArguments, PageInfo, cursor},
        error::Nullable,
        loader,
        object::{membership::Membership, resource::Resource},
        prices::MEMBER_READ,
        scalar::Instant,
        scope::{Place, Scope},
    },
    service::{Failure, access_diff as service},
    store::page::Position,
};

/// A kind of access to one dataset or page.
#[derive(Debug, Clone)]
pub struct ItemAccess {
    place: Place,
    item: ItemId,
    access: ResourceAccess,
}

impl ItemAccess {
    /// The access to an item as somebody sees it.
    pub fn seen_from(place: &Place, (item, access): service::ItemAccess) -> Self {
        Self { place: place.clone(), item, access }
    }
}

/// A kind of access to one dataset or page.
#[Object]
impl ItemAccess {
    /// To what; null for what you may not see.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        loader::item(ctx, &self.place, self.item).await.transpose()
    }

    /// Which kind.
    async fn access(&self) -> ResourceAccess {
        self.access
    }
}

/// What one member gained and lost between two instants. Ownership and openness of items are not dated, and so no part of it.
#[derive(Debug, SimpleObject)]
pub struct AccessDifference {
    /// The member, as of the later instant; null if the membership does not show there.
    pub membership: Option<Membership>,
    /// Permissions held at the later instant, and not at the earlier one.
    pub gained: Vec<Permission>,
    /// Permissions held at the earlier instant, and not at the later one.
    pub lost: Vec<Permission>,
    /// Access to items given at the later instant, and not at the earlier one.
    pub gained_access: Vec<ItemAccess>,
    /// Access to items given at the earlier instant, and not at the later one.
    pub lost_access: Vec<ItemAccess>,
}

/// One difference and where it stands in the list.
#[derive(Debug, SimpleObject)]
pub struct AccessDifferenceEdge {
    /// Where it stands: give it as `after`.
    pub cursor: String,
    /// What one member gained and lost.
    pub node: AccessDifference,
}

/// A page of the members whose rights differ.
#[derive(Debug, SimpleObject)]
pub struct AccessDifferenceConnection {
    /// The edges of the page, by membership.
    pub edges: Vec<AccessDifferenceEdge>,
    /// Where the page stands.
    pub page_info: PageInfo,
}

/// One page.
pub async fn page(
    ctx: &Context<'_>,
    place: &Place,
    (Instant(from), Instant(to)): (Instant, Instant),
    arguments: &PageArguments,
) -> Result<AccessDifferenceConnection, Failure> {
    place.require_ewp(ctx)?;
    let scope = Scope::of(ctx)?;
    let list = format!("access differences {from} {to}");
    let request = arguments.request(&list, place.access.now)?;
    let (found, read) = service::page(&scope.deps, &place.access, (from, to), &request).await?;
    if let Some(meter) = ctx.data_opt::<Meter>() {
        meter.count(read.saturating_mul(MEMBER_READ));
    }
    let later = place.as_of(ctx, Some(Instant(to))).await?;
    let mut members = service::members(&scope.deps, &later.access, &scope.caller, &found.rows).await?;
    let mut edges = Vec::with_capacity(found.rows.len());
    for row in &found.rows {
        let position = Position { key: String::new(), id: row.membership_id.0 };
        let node = AccessDifference {
            membership: members.remove(&row.membership_id.0).map(|row| Membership::new(&later, row)),
            gained: row.gained.iter().collect(),
            lost: row.lost.iter().collect(),
            gained_access: items(place, &row.gained_access),
            lost_access: items(place, &row.lost_access),
        };
        edges.push(AccessDifferenceEdge { cursor: cursor(&list, request.page_one, &position), node });
    }
    Ok(AccessDifferenceConnection {
        page_info: PageInfo::of(&found, edges.first().map(|edge| &edge.cursor), edges.last().map(|edge| &edge.cursor)),
        edges,
    })
}

fn items(place: &Place, items: &std::collections::BTreeSet<service::ItemAccess>) -> Vec<ItemAccess> {
    items.iter().map(|item| ItemAccess::seen_from(place, *item)).collect()
}
