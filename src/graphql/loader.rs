//! The dataloaders: every path that no page prefetches (`node`, nested, mixed) goes through these,
//! over the same batch functions as the pages. One a request; keys carry the workspace.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{Arc, OnceLock},
};

use async_graphql::{
    Context,
    dataloader::{DataLoader, Loader},
    futures_util::task::{FutureObj, Spawn, SpawnError},
    runtime::TokioTimer,
};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::service::{
    item::ItemRow,
    member::{MemberRow, Wanted},
};
use crate::{
    domain::{
        access::facts::{ItemFacts, MemberFacts},
        id::{AccountId, ItemId, MembershipId, WorkspaceId},
        quota::EffectiveQuota,
        vocabulary::QuotaType,
    },
    graphql::{
        object::{account::Account, membership::Membership, resource::Resource},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Deps, Failure,
        access_renewal::{self, AccessRenewalRow},
        account::{self, Face},
        deps, group, item, member, quota,
        sign_up::{self, Filled},
    },
};

mod copies;
mod dataset_themes;
mod exemption;
mod follows;
mod key_secrets;

use copies::CopyLoader;
pub use copies::{copies, original};
use dataset_themes::{DatasetThemeCountLoader, DatasetThemeLoader};
pub use dataset_themes::{dataset_count, dataset_theme};
use exemption::ExemptionLoader;
pub use exemption::is_exempt;
use follows::{FollowLoader, FollowerCountLoader};
pub use follows::{follower_count, follows};
use key_secrets::KeySecretsLoader;
pub use key_secrets::{SecretsKey, secrets};

/// A failure as the loaders hand it to every waiter.
type Shared = Arc<Failure>;

/// The failure that a loader gave to all its waiters.
pub fn failure(shared: Shared) -> Failure {
    match &*shared {
        Failure::Unavailable | Failure::Conflict => Failure::Unavailable,
        Failure::NotFound => Failure::NotFound,
        other => Failure::Internal(other.to_string()),
    }
}

/// A member and where it is seen from.
#[derive(Debug, Clone)]
pub struct MemberKey {
    view: WorkspaceView,
    row: Arc<MemberRow>,
}

impl MemberKey {
    /// Of a member.
    pub fn of(member: &Membership) -> Self {
        Self {
            view: member.view.clone(),
            row: Arc::clone(&member.row),
        }
    }
}

impl PartialEq for MemberKey {
    fn eq(&self, other: &Self) -> bool {
        self.row.id == other.row.id && self.view.access.now == other.view.access.now
    }
}

impl Eq for MemberKey {}

impl Hash for MemberKey {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.row.id.hash(state);
    }
}

/// What is counted, where, when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CountKey {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// The group or role.
    pub group_or_role: Uuid,
    /// The instant.
    pub now: DateTime<Utc>,
}

fn by_workspace(keys: &[MemberKey]) -> HashMap<(WorkspaceId, DateTime<Utc>), Vec<&MemberKey>> {
    let mut grouped: HashMap<_, Vec<&MemberKey>> = HashMap::new();
    for key in keys {
        grouped
            .entry((key.view.access.workspace.id, key.view.access.now))
            .or_default()
            .push(key);
    }
    grouped
}

struct MemberFactsLoader(Deps);

impl Loader<MemberKey> for MemberFactsLoader {
    type Value = Arc<MemberFacts>;
    type Error = Shared;

    async fn load(&self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Self::Value>, Shared> {
        let mut facts_by_key = HashMap::with_capacity(keys.len());
        for keys in by_workspace(keys).into_values() {
            let Some(first) = keys.first() else { continue };
            let rows: Vec<&MemberRow> = keys.iter().map(|key| &*key.row).collect();
            let mut facts = member::facts_of(&self.0, &first.view.access, &rows, Wanted::ALL)
                .await
                .map_err(Arc::new)?;
            facts_by_key.extend(
                keys.into_iter()
                    .filter_map(|key| Some((key.clone(), Arc::new(facts.remove(&key.row.id)?)))),
            );
        }
        Ok(facts_by_key)
    }
}

struct MemberQuotaLoader(Deps);

impl Loader<MemberKey> for MemberQuotaLoader {
    type Value = Arc<[EffectiveQuota]>;
    type Error = Shared;

    async fn load(&self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Self::Value>, Shared> {
        let mut quotas_by_key = HashMap::with_capacity(keys.len());
        for keys in by_workspace(keys).into_values() {
            let Some(first) = keys.first() else { continue };
            let access = &first.view.access;
            let rows: Vec<&MemberRow> = keys.iter().map(|key| &*key.row).collect();
            let wanted = Wanted {
                groups: true,
                ..Wanted::NOTHING
            };
            let facts = member::facts_of(&self.0, access, &rows, wanted)
                .await
                .map_err(Arc::new)?;
            let facts: Vec<&MemberFacts> = facts.values().collect();
            let mut quotas = quota::of_members(&self.0, access, &facts, QuotaType::ALL)
                .await
                .map_err(Arc::new)?;
            quotas_by_key.extend(
                keys.into_iter()
                    .filter_map(|key| Some((key.clone(), quotas.remove(&key.row.id)?.into()))),
            );
        }
        Ok(quotas_by_key)
    }
}

struct RenewalLoader(Deps);

impl Loader<MemberKey> for RenewalLoader {
    type Value = Arc<AccessRenewalRow>;
    type Error = Shared;

    async fn load(&self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, Self::Value>, Shared> {
        let mut rows_by_key = HashMap::new();
        for keys in by_workspace(keys).into_values() {
            let Some(first) = keys.first() else { continue };
            let ids: Vec<MembershipId> = keys.iter().map(|key| key.row.id).collect();
            let rows = access_renewal::pending(&self.0, &first.view.access, &ids)
                .await
                .map_err(Arc::new)?;
            let mut rows: HashMap<_, _> = rows
                .into_iter()
                .map(|row| (row.membership_id, Arc::new(row)))
                .collect();
            rows_by_key.extend(
                keys.into_iter()
                    .filter_map(|key| Some((key.clone(), rows.remove(&key.row.id)?))),
            );
        }
        Ok(rows_by_key)
    }
}

struct GroupCountLoader(Deps);
struct RoleCountLoader(Deps);

macro_rules! count_loader {
    ($loader:ident, $counts:path) => {
        impl Loader<CountKey> for $loader {
            type Value = i32;
            type Error = Shared;

            async fn load(&self, keys: &[CountKey]) -> Result<HashMap<CountKey, i32>, Shared> {
                let mut grouped: HashMap<(WorkspaceId, DateTime<Utc>), Vec<Uuid>> = HashMap::new();
                keys.iter().for_each(|key| {
                    grouped
                        .entry((key.workspace, key.now))
                        .or_default()
                        .push(key.group_or_role)
                });
                let mut counts_by_key = HashMap::with_capacity(keys.len());
                for ((workspace, now), ids) in grouped {
                    let counts = $counts(&self.0, workspace, &ids, now)
                        .await
                        .map_err(Arc::new)?;
                    counts_by_key.extend(counts.into_iter().map(|(group_or_role, count)| {
                        (
                            CountKey {
                                workspace,
                                group_or_role,
                                now,
                            },
                            count,
                        )
                    }));
                }
                Ok(counts_by_key)
            }
        }
    };
}
count_loader!(GroupCountLoader, group::member_counts);
count_loader!(RoleCountLoader, group::role_counts);

struct AccountLoader(Deps);

impl Loader<(WorkspaceId, AccountId)> for AccountLoader {
    type Value = Face;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[(WorkspaceId, AccountId)],
    ) -> Result<HashMap<(WorkspaceId, AccountId), Self::Value>, Shared> {
        let mut grouped: HashMap<WorkspaceId, Vec<AccountId>> = HashMap::new();
        keys.iter()
            .for_each(|(workspace, account)| grouped.entry(*workspace).or_default().push(*account));
        let mut faces_by_key = HashMap::with_capacity(keys.len());
        for (workspace, accounts) in grouped {
            let faces = account::faces(&self.0, workspace, &accounts)
                .await
                .map_err(Arc::new)?;
            faces_by_key.extend(faces.into_iter().map(|face| ((workspace, face.id), face)));
        }
        Ok(faces_by_key)
    }
}

struct ItemLoader(Deps);

impl Loader<ItemId> for ItemLoader {
    type Value = Arc<ItemRow>;
    type Error = Shared;

    async fn load(&self, keys: &[ItemId]) -> Result<HashMap<ItemId, Self::Value>, Shared> {
        let rows = item::by_ids(&self.0, keys).await.map_err(Arc::new)?;
        Ok(rows
            .into_iter()
            .map(|row| (row.facts.id, Arc::new(row)))
            .collect())
    }
}

/// An item as it stood: a change in the same request makes another key.
type TextKey = (ItemId, DateTime<Utc>);

struct ItemTextLoader(Deps);

impl Loader<TextKey> for ItemTextLoader {
    type Value = Arc<str>;
    type Error = Shared;

    async fn load(&self, keys: &[TextKey]) -> Result<HashMap<TextKey, Self::Value>, Shared> {
        let ids: Vec<ItemId> = keys.iter().map(|(id, _)| *id).collect();
        let mut texts = item::texts(&self.0, &ids).await.map_err(Arc::new)?;
        Ok(keys
            .iter()
            .filter_map(|key| Some((*key, Arc::from(texts.remove(&key.0)?))))
            .collect())
    }
}

struct FormLoader(Deps);

impl Loader<(WorkspaceId, MembershipId)> for FormLoader {
    type Value = Arc<Filled>;
    type Error = Shared;

    async fn load(
        &self,
        keys: &[(WorkspaceId, MembershipId)],
    ) -> Result<HashMap<(WorkspaceId, MembershipId), Self::Value>, Shared> {
        let mut grouped: HashMap<WorkspaceId, Vec<MembershipId>> = HashMap::new();
        keys.iter()
            .for_each(|(workspace, member)| grouped.entry(*workspace).or_default().push(*member));
        let mut forms_by_key = HashMap::with_capacity(keys.len());
        for (workspace, members) in grouped {
            let forms = sign_up::forms(&self.0, workspace, &members)
                .await
                .map_err(Arc::new)?;
            forms_by_key.extend(
                forms
                    .into_iter()
                    .map(|(member, form)| ((workspace, member), Arc::new(form))),
            );
        }
        Ok(forms_by_key)
    }
}

/// All loaders of one request; each is made when it is first needed.
pub struct Loaders {
    deps: Deps,
    member_facts: OnceLock<DataLoader<MemberFactsLoader>>,
    member_quotas: OnceLock<DataLoader<MemberQuotaLoader>>,
    renewals: OnceLock<DataLoader<RenewalLoader>>,
    group_members: OnceLock<DataLoader<GroupCountLoader>>,
    role_members: OnceLock<DataLoader<RoleCountLoader>>,
    accounts: OnceLock<DataLoader<AccountLoader>>,
    items: OnceLock<DataLoader<ItemLoader>>,
    item_texts: OnceLock<DataLoader<ItemTextLoader>>,
    forms: OnceLock<DataLoader<FormLoader>>,
    key_secrets: OnceLock<DataLoader<KeySecretsLoader>>,
    exemptions: OnceLock<DataLoader<ExemptionLoader>>,
    dataset_themes: OnceLock<DataLoader<DatasetThemeLoader>>,
    dataset_counts: OnceLock<DataLoader<DatasetThemeCountLoader>>,
    follows: OnceLock<DataLoader<FollowLoader>>,
    follower_counts: OnceLock<DataLoader<FollowerCountLoader>>,
    copies: OnceLock<DataLoader<CopyLoader>>,
}

impl std::fmt::Debug for Loaders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Loaders")
    }
}

impl Loaders {
    /// For one request.
    pub fn new(deps: &Deps) -> Self {
        Self {
            deps: deps.clone(),
            member_facts: OnceLock::new(),
            member_quotas: OnceLock::new(),
            renewals: OnceLock::new(),
            group_members: OnceLock::new(),
            role_members: OnceLock::new(),
            accounts: OnceLock::new(),
            items: OnceLock::new(),
            item_texts: OnceLock::new(),
            forms: OnceLock::new(),
            key_secrets: OnceLock::new(),
            exemptions: OnceLock::new(),
            dataset_themes: OnceLock::new(),
            dataset_counts: OnceLock::new(),
            follows: OnceLock::new(),
            follower_counts: OnceLock::new(),
            copies: OnceLock::new(),
        }
    }

    fn get<'a, L>(
        &self,
        slot: &'a OnceLock<DataLoader<L>>,
        loader: impl FnOnce(Deps) -> L,
    ) -> &'a DataLoader<L> {
        slot.get_or_init(|| {
            DataLoader::new(loader(self.deps.clone()), Counting, TokioTimer::default())
        })
    }
}

/// Spawns the loaders' tasks as the request's own: their statements count there, and they end with
/// it.
struct Counting;

impl Spawn for Counting {
    fn spawn_obj(&self, future: FutureObj<'static, ()>) -> Result<(), SpawnError> {
        deps::spawn(future);
        Ok(())
    }
}

fn loaders<'a>(ctx: &Context<'a>) -> Result<&'a Loaders, Failure> {
    Ok(&Scope::of(ctx)?.loaders)
}

/// A member's facts.
pub async fn member_facts(ctx: &Context<'_>, key: MemberKey) -> Result<Arc<MemberFacts>, Failure> {
    let loaders = loaders(ctx)?;
    let facts = loaders
        .get(&loaders.member_facts, MemberFactsLoader)
        .load_one(key)
        .await
        .map_err(failure)?;
    facts.ok_or_else(|| Failure::Internal("a member without facts".to_owned()))
}

/// A member's limits of every type.
pub async fn member_quotas(
    ctx: &Context<'_>,
    key: MemberKey,
) -> Result<Arc<[EffectiveQuota]>, Failure> {
    let loaders = loaders(ctx)?;
    let quotas = loaders
        .get(&loaders.member_quotas, MemberQuotaLoader)
        .load_one(key)
        .await
        .map_err(failure)?;
    quotas.ok_or_else(|| Failure::Internal("a member without quotas".to_owned()))
}

/// What a member filled in and agreed to when joining; nothing if no form was asked for.
pub async fn membership_form(
    ctx: &Context<'_>,
    row: &MemberRow,
) -> Result<Option<Arc<Filled>>, Failure> {
    let loaders = loaders(ctx)?;
    loaders
        .get(&loaders.forms, FormLoader)
        .load_one((row.workspace_id, row.id))
        .await
        .map_err(failure)
}

/// A member's wish for more time that waits.
pub async fn pending_renewal(
    ctx: &Context<'_>,
    key: MemberKey,
) -> Result<Option<AccessRenewalRow>, Failure> {
    let loaders = loaders(ctx)?;
    let row = loaders
        .get(&loaders.renewals, RenewalLoader)
        .load_one(key)
        .await
        .map_err(failure)?;
    Ok(row.map(Arc::unwrap_or_clone))
}

/// How many members a group has.
pub async fn group_members(ctx: &Context<'_>, key: CountKey) -> Result<i32, Failure> {
    let loaders = loaders(ctx)?;
    Ok(loaders
        .get(&loaders.group_members, GroupCountLoader)
        .load_one(key)
        .await
        .map_err(failure)?
        .unwrap_or_default())
}

/// How many members have a role.
pub async fn role_members(ctx: &Context<'_>, key: CountKey) -> Result<i32, Failure> {
    let loaders = loaders(ctx)?;
    Ok(loaders
        .get(&loaders.role_members, RoleCountLoader)
        .load_one(key)
        .await
        .map_err(failure)?
        .unwrap_or_default())
}

/// A person named in a workspace (who gave, who invited); the address as the caller may see it
/// there.
pub async fn account(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: Option<AccountId>,
) -> async_graphql::Result<Option<Account>> {
    let Some(id) = id else { return Ok(None) };
    let loaders = loaders(ctx)?;
    let Some(face) = loaders
        .get(&loaders.accounts, AccountLoader)
        .load_one((view.access.workspace.id, id))
        .await
        .map_err(failure)?
    else {
        return Ok(None);
    };
    let caller = &Scope::of(ctx)?.caller;
    Ok(Some(Account::of_face(&face, &view.access, caller)))
}

/// The address of an account, whoever asks: the caller must know that it may be shown.
pub async fn address(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: AccountId,
) -> async_graphql::Result<Option<String>> {
    let loaders = loaders(ctx)?;
    let face = loaders
        .get(&loaders.accounts, AccountLoader)
        .load_one((view.access.workspace.id, id))
        .await
        .map_err(failure)?;
    Ok(face.map(|face| face.email))
}

/// A dataset or page that the caller may browse or manage, as a grant on it names it; null for all
/// others.
pub async fn item(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: ItemId,
) -> async_graphql::Result<Option<Resource>> {
    let loaders = loaders(ctx)?;
    let row = loaders
        .get(&loaders.items, ItemLoader)
        .load_one(id)
        .await
        .map_err(failure)?;
    Ok(row
        .filter(|row| item::may_be_named(&view.access, row))
        .map(|row| Resource::of(view, row)))
}

/// The longest text of an item that the caller was shown: a dataset's description, a page's
/// content.
pub async fn item_text(ctx: &Context<'_>, row: &ItemRow) -> Result<Option<Arc<str>>, Failure> {
    let loaders = loaders(ctx)?;
    loaders
        .get(&loaders.item_texts, ItemTextLoader)
        .load_one((row.facts.id, row.updated_at))
        .await
        .map_err(failure)
}

/// What access to these items depends on.
pub async fn item_facts(
    ctx: &Context<'_>,
    ids: &[ItemId],
) -> Result<HashMap<ItemId, ItemFacts>, Failure> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let loaders = loaders(ctx)?;
    let rows = loaders
        .get(&loaders.items, ItemLoader)
        .load_many(ids.iter().copied())
        .await
        .map_err(failure)?;
    Ok(rows.into_iter().map(|(id, row)| (id, row.facts)).collect())
}

/// A member of the workspace by id, if the caller may see them.
pub async fn member(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: MembershipId,
) -> Result<Option<Membership>, Failure> {
    let scope = Scope::of(ctx)?;
    Ok(member::by_id(&scope.deps, &view.access, &scope.caller, id)
        .await?
        .map(|row| Membership::new(view, row)))
}
