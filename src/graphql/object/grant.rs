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
        connection::{PageArguments, PageInfo, connection, slice},
        error::{Nullable, nullable_field},
        loader,
        object::{account::Account, group::Group, resource::Resource, role::Role},
        plain::{Asked, Json, Plain},
        scalar::Instant,
        scope::{Place, Scope},
    },
    service::Failure,
};

/// A permission, or access to one dataset or page, given to a member or a group over an interval.
#[derive(Debug, Clone)]
pub struct PermissionGrant {
    pub(crate) place: Place,
    pub(crate) facts: GrantFacts,
}

connection!(
    PermissionGrantConnection,
    PermissionGrantEdge,
    PermissionGrant,
    "the grants of a member or a group"
);

/// A permission, or access to one dataset or page, given to a member or a group over an interval.
#[Object]
impl PermissionGrant {
    /// The grant's id (`gra_…`), by which it can be ended.
    pub async fn id(&self) -> ID {
        self.place.id(self.facts.id).into()
    }

    /// The workspace-wide permission; null for access to an item.
    async fn permission(&self) -> Option<Permission> {
        match self.facts.right {
            Right::Workspace(permission) => Some(permission),
            Right::Item(..) => None,
        }
    }

    /// The dataset or page that it gives access to.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        nullable_field(async {
            match self.facts.right {
                Right::Item(item, _) => loader::item(ctx, &self.place, item).await,
                Right::Workspace(_) => Ok(None),
            }
        })
        .await
    }

    /// Which access it gives to the item.
    async fn access(&self) -> Option<ResourceAccess> {
        match self.facts.right {
            Right::Item(_, access) => Some(access),
            Right::Workspace(_) => None,
        }
    }

    /// Which records it opens, for BROWSE on a dataset; null = all of them.
    async fn record_filter(&self) -> Option<&str> {
        self.facts.record_filter.as_deref()
    }

    /// Since when, or from when on, it counts.
    async fn starts_at(&self) -> Instant {
        Instant(self.facts.interval.starts_at)
    }

    /// Until when; null = without an end.
    async fn ends_at(&self) -> Option<Instant> {
        self.facts.interval.end().map(Instant)
    }

    /// Who gave it; null: the workspace (a default) or the system.
    async fn granted_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.place, self.facts.granted_by)
            .await
            .transpose()
    }
}

/// One page of the grants of `holder`, which are at hand, by id.
pub fn grants_page(
    ctx: &Context<'_>,
    place: &Place,
    holder: impl std::fmt::Display,
    grants: Vec<GrantFacts>,
    arguments: &PageArguments,
) -> Result<PermissionGrantConnection, Failure> {
    let list = place.list(Scope::of(ctx)?, &format!("grants {holder}"));
    let request = arguments.request(&list, place.access.now)?;
    let total = i64::try_from(grants.len()).unwrap_or(i64::MAX);
    let rows = grants
        .into_iter()
        .map(|facts| {
            (
                Position {
                    key: String::new(),
                    id: facts.id.0,
                },
                facts,
            )
        })
        .collect();
    let page = slice(rows, &request, false);
    let edges: Vec<PermissionGrantEdge> = page
        .rows
        .iter()
        .map(|(position, facts)| PermissionGrantEdge {
            cursor: list.cursor(request.page_one, position),
            node: PermissionGrant {
                place: place.clone(),
                facts: facts.clone(),
            },
        })
        .collect();
    Ok(PermissionGrantConnection {
        page_info: PageInfo::of(
            &page,
            edges.first().map(|e| &e.cursor),
            edges.last().map(|e| &e.cursor),
        ),
        edges,
        counter: Box::new(move || Box::pin(async move { Ok(total) })),
    })
}

/// By which kind of path a right comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AccessSourceKind {
    /// The member's role.
    Role,
    /// A grant to the member.
    Direct,
    /// A grant to one of the member's groups.
    Group,
    /// A grant on the item itself.
    Resource,
    /// Ownership of the item.
    Owner,
    /// The item is open to everybody who may enter.
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

/// One path that gives a right. It holds from the latest start to the earliest end of its rows,
/// membership included.
#[derive(Debug)]
pub struct AccessSource {
    place: Place,
    source: Source,
}

impl AccessSource {
    /// From the engine's answer, with the roles and groups that `place` knows.
    pub fn of(place: &Place, source: Source) -> Self {
        Self {
            place: place.clone(),
            source,
        }
    }
}

/// One path that gives a right. It holds from the latest start to the earliest end of its rows,
/// membership included.
#[Object]
impl AccessSource {
    /// By which kind of path.
    async fn kind(&self) -> AccessSourceKind {
        self.source.kind.into()
    }

    /// The grant on the path; for a group, the group's grant.
    async fn grant_id(&self) -> Option<ID> {
        self.source.grant_id.map(|id| self.place.id(id).into())
    }

    /// The role on the path.
    async fn role(&self) -> Option<Role> {
        Role::find(&self.place, self.source.role_id?)
    }

    /// The group on the path.
    async fn group(&self) -> Option<Group> {
        Group::find(&self.place, self.source.group_id?)
    }

    /// The item that the path is about.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        nullable_field(async {
            match self.source.item {
                Some(item) => loader::item(ctx, &self.place, item).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// Since when the path holds; null = since ever.
    async fn starts_at(&self) -> Option<Instant> {
        self.source
            .interval
            .map(|interval| Instant(interval.starts_at))
    }

    /// Until when the path holds; null = without an end.
    async fn ends_at(&self) -> Option<Instant> {
        self.source
            .interval
            .and_then(|interval| interval.end())
            .map(Instant)
    }

    /// Who gave the member the nearest row: the grant, the place in the group, or the role.
    async fn granted_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.place, self.source.granted_by)
            .await
            .transpose()
    }
}

/// A permission that a member holds now, and why.
#[derive(Debug, SimpleObject)]
pub struct EffectivePermission {
    /// Which one.
    pub permission: Permission,
    /// Every path that gives it; each alone is enough.
    pub sources: Vec<AccessSource>,
    /// When it stops if nobody acts; null = never.
    pub ends_at: Option<Instant>,
}

impl EffectivePermission {
    /// From the engine's answer.
    pub fn of(place: &Place, effective: Effective) -> Self {
        let source = |source| AccessSource::of(place, source);
        Self {
            permission: effective.permission,
            sources: effective.sources.into_iter().map(source).collect(),
            ends_at: effective.ends_at.map(Instant),
        }
    }

    /// The permission alone, for lists that ask for no reasons.
    pub const fn bare(permission: Permission) -> Self {
        Self {
            permission,
            sources: Vec::new(),
            ends_at: None,
        }
    }
}

/// An effective permission of which only the name was asked for.
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
