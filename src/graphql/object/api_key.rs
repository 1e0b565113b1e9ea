//! API keys: what a key is, and lists of them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object};

use crate::service::member::MemberRow;
use crate::{
    domain::{
        access::{
            self,
            facts::{MemberFacts, Subject},
        },
        id::ApiKeyId,
        permission::{Permission, PermissionSet},
        vocabulary::{ApiKeyKind, ApiKeyState},
    },
    graphql::{
        connection::{PageArguments, PageInfo, connection},
        error::Nullable,
        form::MOST_IN_FILTER as MOST,
        loader::{self, MemberKey},
        object::{account::Account, filters::OrderDirection, membership::Membership},
        scalar::Instant,
        scope::{Place, Scope},
    },
    service::{
        Failure,
        key_list::{self as service, KeyFilter, KeyRow},
    },
    words::message,
};

/// Names the list in cursors.
const LIST: &str = "api keys";

/// A secret of one membership.
#[derive(Debug, Clone)]
pub struct ApiKey {
    place: Place,
    row: Arc<KeyRow>,
    member: Arc<MemberRow>,
    facts: Option<Arc<MemberFacts>>,
}

connection!(ApiKeyConnection, ApiKeyEdge, ApiKey, "API keys");

/// Which API keys a list holds; everything that is given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ApiKeyFilter {
    /// Keys in one of these states; absent: in any.
    pub states: Option<Vec<ApiKeyState>>,
    /// Keys of one of these kinds; absent: of any.
    pub kinds: Option<Vec<ApiKeyKind>>,
    /// Every word, case and accents aside, stands in the key's name; or the key's prefix (`cck_…`)
    /// begins with it. At most 200 characters.
    pub search: Option<String>,
}

/// In which order API keys are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct ApiKeyOrder {
    /// By what.
    pub field: ApiKeyOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// What API keys are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::KeyOrder")]
pub enum ApiKeyOrderField {
    /// When the key was made.
    CreatedAt,
    /// The name, by bytes.
    Name,
    /// When the key was last used, at most a minute late; one that never was counts as used when it
    /// was made.
    LastUsedAt,
    /// When the key expires, or ended; no end counts as latest.
    ExpiresAt,
}

/// Refuses an empty or over-long list of a filter.
pub(super) fn bounded<T>(list: Option<Vec<T>>, name: &str) -> Result<Option<Vec<T>>, Failure> {
    match list {
        Some(list) if list.is_empty() || list.len() > MOST => {
            Err(Failure::bad_input(message::items(name, 1, MOST)))
        }
        list => Ok(list),
    }
}

impl ApiKeyFilter {
    fn read(self, member: Option<&MemberRow>) -> Result<KeyFilter, Failure> {
        let (states, kinds) = (
            bounded(self.states, "states")?,
            bounded(self.kinds, "kinds")?,
        );
        let search = self
            .search
            .as_deref()
            .map(service::search)
            .transpose()?
            .flatten();
        Ok(KeyFilter {
            member: member.map(|member| member.id),
            states,
            kinds,
            search,
            begun: false,
        })
    }
}

/// One page of the keys of `member`, or of the whole workspace: a member's own, or any as EWP
/// holder; never by key (KEY-5).
pub async fn page(
    ctx: &Context<'_>,
    place: &Place,
    member: Option<&MemberRow>,
    filter: Option<ApiKeyFilter>,
    order: Option<ApiKeyOrder>,
    arguments: &PageArguments,
) -> Result<ApiKeyConnection, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    service::may_list(access, &scope.caller, member)?;
    let filter = filter.unwrap_or_default().read(member)?;
    let order = order.map_or_else(Default::default, |order| {
        (order.field.into(), order.direction.is_descending())
    });
    let name = format!("{LIST} {:?} {}", order.0, order.1);
    let list = match member {
        Some(member) => place.list(scope, &format!("{name} of {}", member.id)),
        None => place.list(scope, &name),
    };
    let page = arguments.request(&list, access.now)?;
    let mut found = service::page(&scope.deps, access, &filter, order, &page).await?;
    let look_ahead = ctx.look_ahead();
    let facts = look_ahead
        .field("nodes")
        .field("effectivePermissions")
        .exists()
        || look_ahead
            .field("edges")
            .field("node")
            .field("effectivePermissions")
            .exists();
    let keys = assemble(ctx, place, std::mem::take(&mut found.rows), facts).await?;
    let edge = |node: ApiKey| ApiKeyEdge {
        cursor: list.cursor(page.page_one, &order.0.position(&node.row)),
        node,
    };
    let edges: Vec<ApiKeyEdge> = keys.into_iter().map(edge).collect();
    let (deps, access) = (scope.deps.clone(), Arc::clone(access));
    Ok(ApiKeyConnection {
        page_info: PageInfo::of(
            &found,
            edges.first().map(|e| &e.cursor),
            edges.last().map(|e| &e.cursor),
        ),
        edges,
        counter: Box::new(move || {
            let (deps, access, filter) = (deps.clone(), Arc::clone(&access), filter.clone());
            Box::pin(async move { service::count(&deps, &access, &filter).await })
        }),
    })
}

/// Makes keys of rows, with their members, and if wanted the facts that say what they may do; three
/// statements at most.
async fn assemble(
    ctx: &Context<'_>,
    place: &Place,
    rows: Vec<KeyRow>,
    facts: bool,
) -> Result<Vec<ApiKey>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let deps = &Scope::of(ctx)?.deps;
    let members = service::members(deps, &place.access, &rows).await?;
    let facts = match facts {
        true => service::facts_of_active(deps, &place.access, members.values()).await?,
        false => HashMap::new(),
    };
    let facts: HashMap<_, _> = facts
        .into_iter()
        .map(|(id, facts)| (id, Arc::new(facts)))
        .collect();
    let members: HashMap<_, _> = members
        .into_iter()
        .map(|(id, member)| (id, Arc::new(member)))
        .collect();
    let key = |row: KeyRow| {
        let member = Arc::clone(members.get(&row.membership_id)?);
        let facts = facts.get(&row.membership_id).cloned();
        Some(ApiKey {
            place: place.clone(),
            row: Arc::new(row),
            member,
            facts,
        })
    };
    Ok(rows.into_iter().filter_map(key).collect())
}

/// The workspace's keys with these ids, for whom a mutation has already let through.
pub async fn by_ids(
    ctx: &Context<'_>,
    place: &Place,
    ids: &[ApiKeyId],
) -> Result<HashMap<ApiKeyId, ApiKey>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = service::by_ids(&Scope::of(ctx)?.deps, &place.access, ids).await?;
    let keys = assemble(ctx, place, rows, false).await?;
    Ok(keys
        .into_iter()
        .map(|key| (key.row.facts.id, key))
        .collect())
}

/// The key with this id, for its owner and EWP holders of its workspace, and for itself.
pub async fn find(
    ctx: &Context<'_>,
    id: ApiKeyId,
    at: Option<Instant>,
) -> Result<Option<ApiKey>, Failure> {
    let scope = Scope::of(ctx)?;
    if scope.caller.account().is_none()
        || scope.caller.key().is_some_and(|asking| asking.key.id != id)
    {
        return Ok(None);
    }
    let Some(workspace) = service::workspace_of(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(workspace).await? else {
        return Ok(None);
    };
    let place = Place::from(access).as_of(ctx, at).await?;
    let found = by_ids(ctx, &place, &[id]).await?.remove(&id);
    Ok(found.filter(|key| service::may_see(&key.place.access, &scope.caller, id, &key.member)))
}

impl ApiKey {
    /// The key that asks, in its own workspace; null if none does.
    pub async fn own(ctx: &Context<'_>, place: &Place) -> Result<Option<Self>, Failure> {
        match Scope::of(ctx)?.caller.key() {
            Some(asking) => Ok(by_ids(ctx, place, &[asking.key.id])
                .await?
                .remove(&asking.key.id)),
            None => Ok(None),
        }
    }

    fn standing(&self) -> ApiKeyState {
        service::state(&self.member, &self.row, self.place.access.now)
    }

    fn member(&self) -> Membership {
        Membership::new(&self.place, MemberRow::clone(&self.member))
    }

    /// The facts of its member, if the page brought them or else from the loader.
    async fn facts(&self, ctx: &Context<'_>) -> Result<Arc<MemberFacts>, Failure> {
        match &self.facts {
            Some(facts) => Ok(Arc::clone(facts)),
            None => loader::member_facts(ctx, MemberKey::of(&self.member())).await,
        }
    }

    fn is_revoked_itself(&self) -> bool {
        self.row.facts.revoked && self.standing() == ApiKeyState::Revoked
    }
}

/// A secret of one membership; acts as that member, never with more rights. The secret itself is
/// shown once, when it is made.
#[Object]
impl ApiKey {
    /// The key's id (`key_…`).
    pub async fn id(&self) -> ID {
        self.place.id(self.row.facts.id).into()
    }

    /// What its owner calls it.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// `cck_` and the first 8 characters of its secret, to tell keys apart.
    async fn prefix(&self) -> &str {
        &self.row.prefix
    }

    /// What it is for.
    async fn kind(&self) -> ApiKeyKind {
        self.row.facts.kind
    }

    /// REVOKED (also when its membership ended), else EXPIRED, else SUSPENDED (its member is
    /// disabled or has not begun), else ACTIVE.
    async fn state(&self) -> ApiKeyState {
        self.standing()
    }

    /// Whose it is.
    async fn membership(&self) -> Membership {
        self.member()
    }

    /// Its list of permissions, in the order of the catalogue; null = no list: all of its member's.
    /// Empty = it only says whose it is.
    async fn permissions(&self) -> Option<Vec<Permission>> {
        let listed = self.row.facts.scope.as_ref()?;
        let listed: PermissionSet = listed.iter().map(|(permission, _)| *permission).collect();
        Some(listed.iter().collect())
    }

    /// What it may do workspace-wide now: what is on its list and its member holds. Empty unless
    /// the key is ACTIVE, and for GATEWAY keys.
    async fn effective_permissions(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<Permission>> {
        if self.standing() != ApiKeyState::Active || self.row.facts.kind == ApiKeyKind::Gateway {
            return Ok(Vec::new());
        }
        let facts = self.facts(ctx).await?;
        let access = &self.place.access;
        Ok(access::permissions(
            access.facts(),
            Subject::Key(&facts, &self.row.facts),
            access.now,
        )
        .iter()
        .collect())
    }

    /// The networks it may be used from, in CIDR notation; empty = from anywhere.
    async fn allowed_networks(&self) -> Vec<String> {
        serde_json::from_str(&self.row.allowed_networks).unwrap_or_default()
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.row.facts.interval.starts_at)
    }

    /// When it stops, or stopped, by itself; null = never, and for a key that somebody revoked.
    async fn expires_at(&self) -> Option<Instant> {
        self.row
            .facts
            .interval
            .end()
            .filter(|_| !self.row.facts.revoked)
            .map(Instant)
    }

    /// When it was last used; at most a minute late. Null = never.
    async fn last_used_at(&self) -> Option<Instant> {
        self.row.last_used_at.map(Instant)
    }

    /// The client address that it was last used from.
    async fn last_used_from(&self) -> Option<&str> {
        self.row.last_used_from.as_deref()
    }

    /// When it was revoked, or its membership ended; null unless REVOKED.
    async fn revoked_at(&self) -> Option<Instant> {
        service::revoked_at(&self.member, &self.row, self.place.access.now).map(Instant)
    }

    /// Who revoked it; null unless somebody revoked this key, and when it stopped with its
    /// membership.
    async fn revoked_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(
            ctx,
            &self.place,
            self.row.ended_by.filter(|_| self.is_revoked_itself()),
        )
        .await
        .transpose()
    }

    /// Why it was revoked, as whoever revoked it wrote.
    async fn revocation_reason(&self) -> Option<&str> {
        self.row
            .revocation_reason
            .as_deref()
            .filter(|_| self.is_revoked_itself())
    }
}
