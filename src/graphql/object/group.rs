//! Groups, and membership in them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};

use crate::service::quota;
use crate::{
    domain::{
        access::facts::{GroupFacts, GroupMembershipFacts},
        id::{GroupId, GroupMembershipId},
        permission::{Permission, PermissionSet},
    },
    graphql::{
        connection::{PageArguments, connection},
        error::{Nullable, nullable},
        guard, loader,
        object::{
            grant::{PermissionGrantConnection, grants_page},
            membership::{self, Membership},
            quota::QuotaValue,
        },
        plain::{Asked, AtHand, Json, Plain},
        scalar::Instant,
        scope::{Scope, WorkspaceView, timed},
    },
    service::{Failure, group as service},
};

/// A set of members that gives them permissions, quota values and access to datasets and pages.
#[derive(Debug, Clone)]
pub struct Group {
    pub(crate) place: WorkspaceView,
    pub(crate) id: GroupId,
    slug: Arc<str>,
    title: Arc<str>,
}

connection!(GroupConnection, GroupEdge, Group, "the workspace's groups");
connection!(
    GroupMemberConnection, GroupMemberEdge, AtHand<Membership>, "the members of a group",
    /// The time from which the member is in the group, in the past or in the future.
    starts_at: Instant,
    /// The time until which the member is in the group; null = no end.
    ends_at: Option<Instant>,
);

/// The membership of a member in a group.
#[derive(Debug, Clone)]
pub struct GroupMembership {
    pub(super) id: GroupMembershipId,
    group: Group,
    starts_at: Instant,
    ends_at: Option<Instant>,
}

/// The membership of a member in a group.
#[Object]
impl GroupMembership {
    /// The id of the group membership (`gmem_…`).
    pub async fn id(&self) -> ID {
        self.group.place.id(self.id).into()
    }

    /// The group.
    async fn group(&self) -> &Group {
        &self.group
    }

    /// The time from which the member is in the group, in the past or in the future.
    async fn starts_at(&self) -> Instant {
        self.starts_at
    }

    /// The time until which the member is in the group; null = no end.
    async fn ends_at(&self) -> Option<Instant> {
        self.ends_at
    }
}

impl GroupMembership {
    /// Builds a group membership from its row, if the place knows the group.
    pub fn find(place: &WorkspaceView, row: &GroupMembershipFacts) -> Option<Self> {
        Some(Self {
            id: GroupMembershipId(row.id),
            group: Group::find(place, row.group_id)?,
            starts_at: Instant(row.interval.starts_at),
            ends_at: row.interval.end().map(Instant),
        })
    }
}

impl Group {
    /// The group with this id, if the place knows it.
    pub fn find(place: &WorkspaceView, id: GroupId) -> Option<Self> {
        let facts = place.snapshot.facts.groups.get(&id)?;
        Some(Self {
            place: place.clone(),
            id,
            slug: Arc::clone(&facts.slug),
            title: Arc::clone(&facts.title),
        })
    }

    fn facts(&self) -> Option<&GroupFacts> {
        self.place.snapshot.facts.groups.get(&self.id)
    }

    /// The permissions that the group gives its members workspace-wide now.
    pub(super) fn held(&self) -> PermissionSet {
        let now = self.place.access.now;
        self.facts()
            .map_or(PermissionSet::EMPTY, |group| group.permissions_at(now))
    }

    fn details(&self) -> service::GroupDetails {
        self.place
            .snapshot
            .group_details
            .get(&self.id)
            .cloned()
            .unwrap_or_default()
    }

    async fn count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        self.place.require_ewp(ctx)?;
        let key = loader::CountKey {
            workspace: self.place.access.workspace.id,
            of: self.id.0,
            now: self.place.access.now,
        };
        loader::group_members(ctx, key).await
    }

    async fn member_page(
        &self,
        ctx: &Context<'_>,
        arguments: PageArguments,
    ) -> Result<GroupMemberConnection, Failure> {
        self.place.require_ewp(ctx)?;
        let scope = Scope::of(ctx)?;
        let access = &self.place.access;
        let list = self.place.list(scope, &format!("members of {}", self.id));
        let page = arguments.request(&list, access.now)?;
        let found = service::members(&scope.deps, access, self.id, &page).await?;
        let rows: Vec<_> = found.rows.iter().map(|row| row.member.clone()).collect();
        let wanted = membership::Needs::of(ctx);
        let members = membership::prefetch(ctx, &self.place, rows, &wanted).await?;
        let edges: Vec<GroupMemberEdge> = found
            .rows
            .iter()
            .zip(members)
            .map(|(row, node)| GroupMemberEdge {
                cursor: list.cursor(page.page_one, &row.position()),
                node: node.into(),
                starts_at: Instant(row.interval.starts_at),
                ends_at: row.interval.end().map(Instant),
            })
            .collect();
        let (deps, access, id) = (scope.deps.clone(), Arc::clone(access), self.id);
        Ok(GroupMemberConnection {
            page_info: crate::graphql::connection::PageInfo::of(
                &found,
                edges.first().map(|edge| &edge.cursor),
                edges.last().map(|edge| &edge.cursor),
            ),
            edges,
            counter: Box::new(move || {
                let (deps, access) = (deps.clone(), Arc::clone(&access));
                Box::pin(async move { service::count_members(&deps, &access, id).await })
            }),
        })
    }
}

/// A set of members that gives them permissions, quota values and access to datasets and pages.
#[Object]
impl Group {
    /// The id of the group (`grp_…`).
    pub async fn id(&self) -> ID {
        self.place.id(self.id).into()
    }

    /// The instant that this group was requested for; null = now.
    async fn as_of(&self) -> Option<Instant> {
        self.place.access.asked_for().map(Instant)
    }

    /// A slug that is made from the title on creation and never changes. It is unique in the
    /// workspace and never reused.
    async fn slug(&self) -> &str {
        &self.slug
    }

    /// The title, 1 to 80 characters. It is unique in the workspace.
    async fn title(&self) -> &str {
        &self.title
    }

    /// The purpose of the group.
    async fn description(&self) -> Option<String> {
        self.details().description
    }

    /// The workspace-wide permissions that the group gives its members now, in the order of the
    /// catalogue.
    async fn permissions(&self) -> Vec<Permission> {
        self.held().iter().collect()
    }

    /// The group's grants that have not ended, including those that have not begun. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
    ) -> Nullable<PermissionGrantConnection> {
        let page = || {
            self.place.require_ewp(ctx)?;
            let shown = self.place.access.shown();
            let facts = self.facts().into_iter();
            let listed = facts.flat_map(|group| group.listed_grants(shown));
            let grants = listed.cloned().collect();
            let arguments = PageArguments {
                first,
                after: after.clone(),
                last,
                before: before.clone(),
            };
            grants_page(ctx, &self.place, self.id, grants, &arguments).map(Some)
        };
        nullable(page())
    }

    /// The quota values that the group gives its members now, at most one per type. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn quota_values(&self, ctx: &Context<'_>) -> Nullable<Vec<QuotaValue>> {
        let values = || {
            self.place.require_ewp(ctx)?;
            let now = self.place.access.now;
            let counting = quota::of_group(&self.place.snapshot, self.id, now);
            Ok(Some(
                counting
                    .map(|value| QuotaValue::of(&self.place, value))
                    .collect(),
            ))
        };
        nullable(values())
    }

    /// The current number of members. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn member_count(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable(timed(ctx, self.count(ctx)).await.map(Some))
    }

    /// The members of the group, including those whose membership in the group starts later,
    /// ordered by when they were added. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
    ) -> Nullable<GroupMemberConnection> {
        nullable(
            self.member_page(
                ctx,
                PageArguments {
                    first,
                    after,
                    last,
                    before,
                },
            )
            .await
            .map(Some),
        )
    }

    /// The time of creation.
    async fn created_at(&self) -> Instant {
        Instant(
            self.facts()
                .map_or(self.place.access.now, |group| group.interval.starts_at),
        )
    }

    /// The time of the last change to the title or description.
    async fn updated_at(&self) -> Instant {
        Instant(
            self.details()
                .updated_at
                .unwrap_or(self.place.access.clock()),
        )
    }
}

impl Plain for Group {
    const TYPE: &'static str = "Group";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "id" => json.id(self.place.id(self.id)),
            "asOf" => json.instant(self.place.access.asked_for()),
            "slug" => json.text(&self.slug),
            "title" => json.text(&self.title),
            "permissions" => json.each(self.held().iter(), |permission, json| {
                json.name(permission.as_str())
            }),
            _ => None,
        }
    }
}

impl Plain for GroupMembership {
    const TYPE: &'static str = "GroupMembership";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "id" => json.id(self.group.place.id(self.id)),
            "group" => field.object(&self.group, json),
            "startsAt" => json.instant(Some(self.starts_at.0)),
            "endsAt" => json.instant(self.ends_at.map(|at| at.0)),
            _ => None,
        }
    }
}
