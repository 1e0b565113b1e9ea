//! API keys: what a key is, and lists of them.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

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
        connection::{
            Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key, selects_of_nodes,
        },
        error::Nullable,
        form::MOST_IN_FILTER as MOST,
        loader::{self, MemberKey, SecretsKey},
        object::{account::Account, filters::OrderDirection, membership::Membership},
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        key_list::{self as service, KeyFilter, KeyRow, SecretRow},
    },
    words::message,
};

/// The name of the list in cursors.
const LIST: &str = "api keys";

/// A secret that acts for one membership.
#[derive(Debug, Clone)]
pub struct ApiKey {
    view: WorkspaceView,
    row: Arc<KeyRow>,
    member: Arc<MemberRow>,
    facts: Option<Arc<MemberFacts>>,
}

impl ConnectionNode for ApiKey {
    const CONNECTION: &'static str = "ApiKeyConnection";
    const EDGE: &'static str = "ApiKeyEdge";
    const DESCRIPTION: &'static str = "A page of API keys.";
}

/// A secret of an API key. The secret itself is shown only once.
#[derive(Debug, Clone, SimpleObject)]
pub struct ApiKeySecret {
    /// `cck_` and the first 8 characters.
    pub prefix: String,
    /// The time of creation.
    pub starts_at: Instant,
    /// The time at which the secret stops working although the key goes on; null for the newest.
    pub ends_at: Option<Instant>,
    /// The time of the last use, up to a minute late; null if it was never used.
    pub last_used_at: Option<Instant>,
}

impl From<&SecretRow> for ApiKeySecret {
    fn from(row: &SecretRow) -> Self {
        Self {
            prefix: row.prefix.clone(),
            starts_at: Instant(row.interval.starts_at),
            ends_at: row.interval.end().map(Instant),
            last_used_at: row.last_used_at.map(Instant),
        }
    }
}

/// Filter for API keys. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct ApiKeyFilter {
    /// API keys in one of these states. Default: any state.
    pub states: Option<Vec<ApiKeyState>>,
    /// API keys of one of these kinds. Default: any kind.
    pub kinds: Option<Vec<ApiKeyKind>>,
    /// API keys whose name contains every word of this text, ignoring case and accents, or whose
    /// prefix (`cck_…`) starts with this text. At most 200 characters.
    pub search: Option<String>,
}

/// The order of API keys. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct ApiKeyOrder {
    /// The field to order by.
    pub field: ApiKeyOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The fields that API keys can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::KeyOrder")]
pub enum ApiKeyOrderField {
    /// The time of creation.
    CreatedAt,
    /// The name, compared byte by byte.
    Name,
    /// The time of the last use, up to a minute late. API keys that were never used are ordered by
    /// their time of creation.
    LastUsedAt,
    /// The time at which the API key expires or ended. API keys without an end count as latest.
    ExpiresAt,
}

/// Refuses a list of a filter that is empty or too long.
pub(super) fn check_length<T>(list: Option<Vec<T>>, name: &str) -> Result<Option<Vec<T>>, Failure> {
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
            check_length(self.states, "states")?,
            check_length(self.kinds, "kinds")?,
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

/// Returns one page of the API keys of `member`, or of the whole workspace. Members may list their
/// own keys and holders of EDIT_WORKSPACE_PROPERTIES all keys. API keys may not list keys (KEY-5).
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    member: Option<&MemberRow>,
    filter: Option<ApiKeyFilter>,
    order: Option<ApiKeyOrder>,
    arguments: &PageArguments,
) -> Result<Connection<ApiKey>, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &view.access;
    service::may_list(access, &scope.caller, member)?;
    let filter = filter.unwrap_or_default().read(member)?;
    let order = order.map_or_else(Default::default, |order| {
        (order.field.into(), order.direction.is_descending())
    });
    let name = format!("{LIST} {:?} {}", order.0, order.1);
    let list = match member {
        Some(member) => view.list(scope, &format!("{name} of {}", member.id)),
        None => view.list(scope, &name),
    };
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), filter.clone()),
        |(deps, access, filter)| Box::pin(service::count(deps, access, filter)),
    );
    list.connection(arguments, any_key, counter, async |request| {
        let mut page = service::page(&scope.deps, access, &filter, order, &request).await?;
        let facts = selects_of_nodes(ctx, "effectivePermissions");
        let keys = assemble(ctx, view, std::mem::take(&mut page.rows), facts).await?;
        let row = |key: ApiKey| ListRow::new(order.0.position(&key.row), key);
        Ok(page.with_rows(keys.into_iter().map(row).collect()))
    })
    .await
}

/// Builds API keys from rows, with their members and, if `facts` is true, the facts that decide
/// what they may do. Runs at most three statements.
async fn assemble(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    rows: Vec<KeyRow>,
    facts: bool,
) -> Result<Vec<ApiKey>, Failure> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let deps = &Scope::of(ctx)?.deps;
    let members = service::members(deps, &view.access, &rows).await?;
    let facts = match facts {
        true => service::facts_of_active(deps, &view.access, members.values()).await?,
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
            view: view.clone(),
            row: Arc::new(row),
            member,
            facts,
        })
    };
    Ok(rows.into_iter().filter_map(key).collect())
}

/// Returns the workspace's API keys with these ids. The caller must have checked the permission.
pub async fn by_ids(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    ids: &[ApiKeyId],
) -> Result<HashMap<ApiKeyId, ApiKey>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows = service::by_ids(&Scope::of(ctx)?.deps, &view.access, ids).await?;
    let keys = assemble(ctx, view, rows, false).await?;
    Ok(keys
        .into_iter()
        .map(|key| (key.row.facts.id, key))
        .collect())
}

/// Returns the API key with this id. Visible to its owner, to holders of EDIT_WORKSPACE_PROPERTIES
/// in its workspace, and to the key itself.
pub async fn find(
    ctx: &Context<'_>,
    id: ApiKeyId,
    at: Option<Instant>,
) -> Result<Option<ApiKey>, Failure> {
    let scope = Scope::of(ctx)?;
    if scope.caller.require_credential().is_err()
        || scope.caller.key().is_some_and(|caller| caller.key.id != id)
    {
        return Ok(None);
    }
    let Some(workspace) = service::workspace_of(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(workspace).await? else {
        return Ok(None);
    };
    let view = WorkspaceView::from(access).as_of(ctx, at).await?;
    let key = by_ids(ctx, &view, &[id]).await?.remove(&id);
    Ok(key.filter(|key| service::may_see(&key.view.access, &scope.caller, &key.row, &key.member)))
}

impl ApiKey {
    /// Returns the API key that makes the call; `None` if the caller is not an API key.
    pub async fn own(ctx: &Context<'_>, view: &WorkspaceView) -> Result<Option<Self>, Failure> {
        match Scope::of(ctx)?.caller.key() {
            Some(caller) => Ok(by_ids(ctx, view, &[caller.key.id])
                .await?
                .remove(&caller.key.id)),
            None => Ok(None),
        }
    }

    fn standing(&self) -> ApiKeyState {
        service::state(&self.member, &self.row, self.view.access.now)
    }

    fn member(&self) -> Membership {
        Membership::new(&self.view, MemberRow::clone(&self.member))
    }

    /// The facts of the member, from the page if it loaded them or else from the loader.
    async fn facts(&self, ctx: &Context<'_>) -> Result<Arc<MemberFacts>, Failure> {
        match &self.facts {
            Some(facts) => Ok(Arc::clone(facts)),
            None => loader::member_facts(ctx, MemberKey::of(&self.member())).await,
        }
    }

    fn is_revoked_itself(&self) -> bool {
        service::is_revoked_itself(&self.member, &self.row, self.view.access.now)
    }
}

/// A secret that acts for one membership, never with more permissions than the member has. The
/// secret itself is shown only once, on creation.
#[Object]
impl ApiKey {
    /// The id of the API key (`key_…`).
    pub async fn id(&self) -> ID {
        self.view.id(self.row.facts.id).into()
    }

    /// The name that the owner gave the API key.
    async fn name(&self) -> &str {
        &self.row.name
    }

    /// `cck_` and the first 8 characters of the secret, to tell keys apart.
    async fn prefix(&self) -> &str {
        &self.row.prefix
    }

    /// The secrets that work now, oldest first: one, or two for some time after `rotateApiKey`. Shows
    /// whether the old one is still used.
    async fn secrets(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<ApiKeySecret>> {
        let key = SecretsKey {
            workspace: self.view.access.workspace.id,
            key: self.row.facts.id,
            now: self.view.access.now,
        };
        let rotated = loader::secrets(ctx, key).await?;
        if rotated.is_empty() {
            return Ok(vec![ApiKeySecret {
                prefix: self.row.prefix.clone(),
                starts_at: Instant(self.row.facts.interval.starts_at),
                ends_at: None,
                last_used_at: self.row.last_used_at.map(Instant),
            }]);
        }
        Ok(rotated.iter().map(ApiKeySecret::from).collect())
    }

    /// The kind of the API key.
    async fn kind(&self) -> ApiKeyKind {
        self.row.facts.kind
    }

    /// The state of the API key. The first that applies: REVOKED (also if the membership ended),
    /// EXPIRED, SUSPENDED (the member is disabled or the membership has not begun), ACTIVE. GATEWAY
    /// keys belong to the workspace: the membership that created them does not matter.
    async fn state(&self) -> ApiKeyState {
        self.standing()
    }

    /// The membership that the API key acts for; for GATEWAY keys, the membership that created it,
    /// which does not affect the key.
    async fn membership(&self) -> Membership {
        self.member()
    }

    /// The permissions that the API key is limited to, in the order of the catalogue. Null = no
    /// limit: all permissions of its member. Empty = the key only identifies its member.
    async fn permissions(&self) -> Option<Vec<Permission>> {
        let scope = self.row.facts.scope.as_ref()?;
        let permissions: PermissionSet = scope.iter().map(|(permission, _)| *permission).collect();
        Some(permissions.iter().collect())
    }

    /// The workspace-wide permissions that the API key has now: those in `permissions` that its
    /// member holds. Empty unless the key is ACTIVE, and for GATEWAY keys.
    async fn effective_permissions(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<Permission>> {
        let access = &self.view.access;
        if !service::may_hold_permissions(&self.member, &self.row, access.now) {
            return Ok(Vec::new());
        }
        let facts = self.facts(ctx).await?;
        Ok(access::permissions(
            access.facts(),
            Subject::Key(&facts, &self.row.facts),
            access.now,
        )
        .iter()
        .collect())
    }

    /// The networks that the API key may be used from, in CIDR notation; empty = any network.
    async fn allowed_networks(&self) -> Vec<String> {
        serde_json::from_str(&self.row.allowed_networks).unwrap_or_default()
    }

    /// The time of creation.
    async fn created_at(&self) -> Instant {
        Instant(self.row.facts.interval.starts_at)
    }

    /// The time at which the API key expires or expired; null if it never expires or was revoked.
    async fn expires_at(&self) -> Option<Instant> {
        self.row
            .facts
            .interval
            .end()
            .filter(|_| !self.row.facts.revoked)
            .map(Instant)
    }

    /// The time of the last use, up to a minute late; null if the API key was never used.
    async fn last_used_at(&self) -> Option<Instant> {
        self.row.last_used_at.map(Instant)
    }

    /// The client address of the last use.
    async fn last_used_from(&self) -> Option<&str> {
        self.row.last_used_from.as_deref()
    }

    /// The time at which the API key was revoked or its membership ended; null unless REVOKED.
    async fn revoked_at(&self) -> Option<Instant> {
        service::revoked_at(&self.member, &self.row, self.view.access.now).map(Instant)
    }

    /// The account that revoked the API key; null if nobody revoked this key, also if it stopped
    /// because its membership ended.
    async fn revoked_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(
            ctx,
            &self.view,
            self.row.ended_by.filter(|_| self.is_revoked_itself()),
        )
        .await
        .transpose()
    }

    /// The reason given by the account that revoked the API key.
    async fn revocation_reason(&self) -> Option<&str> {
        self.row
            .revocation_reason
            .as_deref()
            .filter(|_| self.is_revoked_itself())
    }
}
