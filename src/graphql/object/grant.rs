//! Grants, effective permissions, and the paths that give them.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use crate::service::list::Position;
use crate::{
    domain::{
        access::{
            Effective, Source, SourceKind,
            facts::{GrantFacts, Right},
        },
        permission::Permission,
        vocabulary::ResourceAccess,
    },
    graphql::{
        connection::{Connection, ConnectionNode, PageArguments},
        error::{Nullable, nullable_field},
        loader,
        object::{account::Account, group::Group, resource::Resource, role::Role},
        plain::{Asked, Json, Plain},
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::Failure,
};

/// A permission, or access to one dataset or page, granted to a member or a group for an interval.
#[derive(Debug, Clone)]
pub struct PermissionGrant {
    pub(crate) view: WorkspaceView,
    pub(crate) facts: GrantFacts,
}

impl ConnectionNode for PermissionGrant {
    const CONNECTION: &'static str = "PermissionGrantConnection";
    const EDGE: &'static str = "PermissionGrantEdge";
    const DESCRIPTION: &'static str = "A page of the grants of a member or a group.";
}

/// A permission, or access to one dataset or page, granted to a member or a group for an interval.
#[Object]
impl PermissionGrant {
    /// The id of the grant (`gra_…`). Use it to revoke the grant.
    pub async fn id(&self) -> ID {
        self.view.id(self.facts.id).into()
    }

    /// The workspace-wide permission; null for access to a dataset or page.
    async fn permission(&self) -> Option<Permission> {
        match self.facts.right {
            Right::Workspace(permission) => Some(permission),
            Right::Item(..) => None,
        }
    }

    /// The dataset or page that the grant gives access to; null for a workspace-wide permission.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        nullable_field(async {
            match self.facts.right {
                Right::Item(item, _) => loader::item(ctx, &self.view, item).await,
                Right::Workspace(_) => Ok(None),
            }
        })
        .await
    }

    /// The kind of access to `resource`; null for a workspace-wide permission.
    async fn access(&self) -> Option<ResourceAccess> {
        match self.facts.right {
            Right::Item(_, access) => Some(access),
            Right::Workspace(_) => None,
        }
    }

    /// The filter of the records that the grant makes visible, for BROWSE of a dataset; null = all
    /// records.
    async fn record_filter(&self) -> Option<&str> {
        self.facts.record_filter.as_deref()
    }

    /// The time from which the grant applies, in the past or in the future.
    async fn starts_at(&self) -> Instant {
        Instant(self.facts.interval.starts_at)
    }

    /// The time at which the grant ends; null = no end.
    async fn ends_at(&self) -> Option<Instant> {
        self.facts.interval.end().map(Instant)
    }

    /// The account that gave the grant; null if the workspace gave it by default, or the system.
    async fn granted_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.view, self.facts.granted_by)
            .await
            .transpose()
    }
}

/// Returns one page of the given grants of `holder`, ordered by id.
pub async fn grants_page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    holder: impl std::fmt::Display,
    grants: Vec<GrantFacts>,
    arguments: &PageArguments,
) -> Result<Connection<PermissionGrant>, Failure> {
    let rows = grants
        .into_iter()
        .map(|facts| (Position::of_id(facts.id.0), facts))
        .collect();
    let grant = |facts| PermissionGrant {
        view: view.clone(),
        facts,
    };
    view.list(Scope::of(ctx)?, &format!("grants {holder}"))
        .slice(arguments, rows, false, grant)
        .await
}

/// The kind of path that gives a permission or access.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AccessSourceKind {
    /// The member's role.
    Role,
    /// A grant to the member.
    Direct,
    /// A grant to one of the member's groups.
    Group,
    /// A grant on the dataset or page itself.
    Resource,
    /// Ownership of the dataset or page.
    Owner,
    /// The dataset or page is open to everybody who may enter the workspace.
    Open,
}

impl From<SourceKind> for AccessSourceKind {
    fn from(kind: SourceKind) -> Self {
        match kind {
            SourceKind::Role => Self::Role,
            SourceKind::Direct => Self::Direct,
            SourceKind::Group => Self::Group,
            SourceKind::Resource => Self::Resource,
            SourceKind::Owner => Self::Owner,
            SourceKind::Open => Self::Open,
        }
    }
}

/// One path that gives a permission or access. It applies from the latest start to the earliest end
/// of everything on it, including the membership.
#[derive(Debug)]
pub struct AccessSource {
    view: WorkspaceView,
    source: Source,
}

impl AccessSource {
    /// Builds a source from the engine's answer, with the roles and groups that `view` knows.
    pub fn of(view: &WorkspaceView, source: Source) -> Self {
        Self {
            view: view.clone(),
            source,
        }
    }
}

/// One path that gives a permission or access. It applies from the latest start to the earliest end
/// of everything on it, including the membership.
#[Object]
impl AccessSource {
    /// The kind of path.
    async fn kind(&self) -> AccessSourceKind {
        self.source.kind.into()
    }

    /// The grant on the path. For a path through a group, this is the group's grant.
    async fn grant_id(&self) -> Option<ID> {
        self.source.grant_id.map(|id| self.view.id(id).into())
    }

    /// The role on the path.
    async fn role(&self) -> Option<Role> {
        Role::find(&self.view, self.source.role_id?)
    }

    /// The group on the path.
    async fn group(&self) -> Option<Group> {
        Group::find(&self.view, self.source.group_id?)
    }

    /// The dataset or page that the path leads to.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        nullable_field(async {
            match self.source.item {
                Some(item) => loader::item(ctx, &self.view, item).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// The time from which the path applies; null = always.
    async fn starts_at(&self) -> Option<Instant> {
        self.source
            .interval
            .map(|interval| Instant(interval.starts_at))
    }

    /// The time until which the path applies; null = no end.
    async fn ends_at(&self) -> Option<Instant> {
        self.source
            .interval
            .and_then(|interval| interval.end())
            .map(Instant)
    }

    /// The account that gave what is closest to the member: the grant, the group membership or the
    /// role.
    async fn granted_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.view, self.source.granted_by)
            .await
            .transpose()
    }
}

/// A permission that a member has now, with the reasons.
#[derive(Debug, SimpleObject)]
pub struct EffectivePermission {
    /// The permission.
    pub permission: Permission,
    /// Every path that gives the permission. Each of them alone is enough.
    pub sources: Vec<AccessSource>,
    /// The time at which the permission ends if nothing changes; null = never.
    pub ends_at: Option<Instant>,
}

impl EffectivePermission {
    /// Builds an effective permission from the engine's answer.
    pub fn of(view: &WorkspaceView, effective: Effective) -> Self {
        let source = |source| AccessSource::of(view, source);
        Self {
            permission: effective.permission,
            sources: effective.sources.into_iter().map(source).collect(),
            ends_at: effective.ends_at.map(Instant),
        }
    }

    /// The permission without its sources, for lists that do not request them.
    pub const fn bare(permission: Permission) -> Self {
        Self {
            permission,
            sources: Vec::new(),
            ends_at: None,
        }
    }
}

/// An effective permission of which only the name is requested.
pub struct BarePermission(pub Permission);

impl Plain for BarePermission {
    const TYPE: &'static str = "EffectivePermission";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "permission" => json.name(self.0.as_str()),
            _ => None,
        }
    }
}
