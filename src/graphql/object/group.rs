//! Groups, and membership in them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};

use crate::service::quota;
use crate::{
    domain::{
        access::facts::{GroupFacts, GroupMembershipFacts},
        id::{GroupId, GroupMembershipId},
        permission::{Permission, PermissionSet},
    },
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
        error::{Nullable, nullable},
        guard, loader,
        object::{
            grant::{PermissionGrant, grants_page},
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
    pub(crate) view: WorkspaceView,
    pub(crate) id: GroupId,
    slug: Arc<str>,
    title: Arc<str>,
}

impl ConnectionNode for Group {
    const CONNECTION: &'static str = "GroupConnection";
    const EDGE: &'static str = "GroupEdge";
    const DESCRIPTION: &'static str = "A page of the workspace's groups.";
}

/// The time that a member is in a group: what the edges of `Group.members` have besides the member.
#[derive(Debug, SimpleObject)]
pub struct GroupMemberFields {
    /// The time from which the member is in the group, in the past or in the future.
    pub starts_at: Instant,
    /// The time until which the member is in the group; null = no end.
    pub ends_at: Option<Instant>,
}

impl ConnectionNode<GroupMemberFields> for AtHand<Membership> {
    const CONNECTION: &'static str = "GroupMemberConnection";
    const EDGE: &'static str = "GroupMemberEdge";
    const DESCRIPTION: &'static str = "A page of the members of a group.";
}

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
        self.group.view.id(self.id).into()
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
    /// Builds a group membership from its row, if the view knows the group.
    pub fn find(view: &WorkspaceView, row: &GroupMembershipFacts) -> Option<Self> {
        Some(Self {
            id: GroupMembershipId(row.id),
            group: Group::find(view, row.group_id)?,
            starts_at: Instant(row.interval.starts_at),
            ends_at: row.interval.end().map(Instant),
        })
    }
}

impl Group {
    /// The group with this id, if the view knows it.
    pub fn find(view: &WorkspaceView, id: GroupId) -> Option<Self> {
        let facts = view.snapshot.facts.groups.get(&id)?;
        Some(Self {
            view: view.clone(),
            id,
            slug: Arc::clone(&facts.slug),
            title: Arc::clone(&facts.title),
        })
    }

    fn facts(&self) -> Option<&GroupFacts> {
        self.view.snapshot.facts.groups.get(&self.id)
    }

    /// The permissions that the group gives its members workspace-wide now.
    pub(super) fn held_permissions(&self) -> PermissionSet {
        let now = self.view.access.now;
        self.facts()
            .map_or(PermissionSet::EMPTY, |group| group.permissions_at(now))
    }

    fn details(&self) -> service::GroupDetails {
        self.view
            .snapshot
            .group_details
            .get(&self.id)
            .cloned()
            .unwrap_or_default()
    }

    async fn count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        self.view.require_ewp(ctx)?;
        let key = loader::CountKey {
            workspace: self.view.access.workspace.id,
            group_or_role: self.id.0,
            now: self.view.access.now,
        };
        loader::group_members(ctx, key).await
    }

    async fn member_page(
        &self,
        ctx: &Context<'_>,
        arguments: &PageArguments,
    ) -> Result<Connection<AtHand<Membership>, GroupMemberFields>, Failure> {
        self.view.require_ewp(ctx)?;
        let (scope, access) = (Scope::of(ctx)?, &self.view.access);
        let counter = Counter::new(
            (scope.deps.clone(), Arc::clone(access), self.id),
            |(deps, access, id)| Box::pin(service::count_members(deps, access, *id)),
        );
        self.view
            .list(scope, &format!("members of {}", self.id))
            .connection(arguments, any_key, counter, async |request| {
                let page = service::members(&scope.deps, access, self.id, &request).await?;
                let members = page.rows.iter().map(|row| row.member.clone()).collect();
                let needs = membership::Needs::of(ctx);
                let members = membership::prefetch(ctx, &self.view, members, &needs).await?;
                let rows = page.rows.iter().zip(members).map(|(row, member)| {
                    let fields = GroupMemberFields {
                        starts_at: Instant(row.interval.starts_at),
                        ends_at: row.interval.end().map(Instant),
                    };
                    ListRow::with_fields(row.position(), member, fields)
                });
                Ok(page.with_rows(rows.collect()))
            })
            .await
    }
}

/// A set of members that gives them permissions, quota values and access to datasets and pages.
#[Object]
impl Group {
    /// The id of the group (`grp_…`).
    pub async fn id(&self) -> ID {
        self.view.id(self.id).into()
    }

    /// The instant that this group was requested for; null = now.
    async fn as_of(&self) -> Option<Instant> {
        self.view.access.asked_for().map(Instant)
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
        self.held_permissions().iter().collect()
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
    ) -> Nullable<Connection<PermissionGrant>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = async {
            self.view.require_ewp(ctx)?;
            let shown = self.view.access.shown();
            let facts = self.facts().into_iter();
            let listed = facts.flat_map(|group| group.listed_grants(shown));
            let grants = listed.cloned().collect();
            grants_page(ctx, &self.view, self.id, grants, &arguments).await
        };
        nullable(page.await.map(Some))
    }

    /// The quota values that the group gives its members now, at most one per type. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn quota_values(&self, ctx: &Context<'_>) -> Nullable<Vec<QuotaValue>> {
        let values = || {
            self.view.require_ewp(ctx)?;
            let now = self.view.access.now;
            let counting = quota::of_group(&self.view.snapshot, self.id, now);
            Ok(Some(
                counting
                    .map(|value| QuotaValue::of(&self.view, value))
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
    ) -> Nullable<Connection<AtHand<Membership>, GroupMemberFields>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(self.member_page(ctx, &arguments).await.map(Some))
    }

    /// The time of creation.
    async fn created_at(&self) -> Instant {
        Instant(
            self.facts()
                .map_or(self.view.access.now, |group| group.interval.starts_at),
        )
    }

    /// The time of the last change to the title or description.
    async fn updated_at(&self) -> Instant {
        Instant(
            self.details()
                .updated_at
                .unwrap_or(self.view.access.clock()),
        )
    }
}

impl Plain for Group {
    const TYPE: &'static str = "Group";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "id" => json.id(self.view.id(self.id)),
            "asOf" => json.instant(self.view.access.asked_for()),
            "slug" => json.text(&self.slug),
            "title" => json.text(&self.title),
            "permissions" => json.each(self.held_permissions().iter(), |permission, json| {
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
            "id" => json.id(self.group.view.id(self.id)),
            "group" => field.object(&self.group, json),
            "startsAt" => json.instant(Some(self.starts_at.0)),
            "endsAt" => json.instant(self.ends_at.map(|at| at.0)),
            _ => None,
        }
    }
}
