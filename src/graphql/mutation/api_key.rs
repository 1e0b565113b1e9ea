//! Mutations of API keys.

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, ApiKeyError, BulkOptions, FormErrors, Nullable, Options, Report, index, refusable,
    signed_in, told, unwrapped,
};
use crate::{
    domain::{
        id::{ApiKeyId, MembershipId, WorkspaceId},
        outcome::RevokeApiKeysOutcome,
        permission::Permission,
        vocabulary::ApiKeyKind,
    },
    graphql::{
        guard,
        object::api_key::{self, ApiKey},
        scalar::{Id, Instant},
    },
    service::{
        api_key::{self as service, CreateApiKey, RevokeApiKeys, Which},
        bulk::Item,
    },
};

/// The key that is to be made.
#[derive(Debug, InputObject)]
pub struct CreateApiKeyInput {
    /// Where: a workspace that you are an active member of.
    pub workspace_id: Id<WorkspaceId>,
    /// What you call it: 1 to 100 characters, spaces around it aside, no control characters.
    pub name: String,
    /// What it is for; absent: MEMBER. GATEWAY is for the portal's data servers and made by
    /// administrators.
    pub kind: Option<ApiKeyKind>,
    /// Its list of permissions; absent or null: all that you have, at any time. Empty: it only says
    /// whose it is. Not for GATEWAY.
    pub permissions: Option<Vec<Permission>>,
    /// When it stops by itself; absent: never. Not after now: ENDS_IN_PAST.
    pub expires_at: Option<Instant>,
    /// The networks it may be used from, at most 20, in CIDR notation or single addresses; absent
    /// or empty: from anywhere. An IPv4 address inside IPv6 is kept as IPv4.
    pub allowed_networks: Option<Vec<String>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The key that was made.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key; null if it was not made, and with `dryRun`.
    pub api_key: Option<ApiKey>,
    /// Its secret, shown here and never again: `cck_`, 30 characters, 6 of checksum. Null if it was
    /// not made, with `dryRun`, and when an earlier answer is repeated (SECRET_ALREADY_SHOWN).
    pub secret: Option<String>,
    /// What is wrong about the input; nothing was changed then (SECRET_ALREADY_SHOWN aside).
    pub errors: Vec<ApiKeyError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Which keys are to stop. Exactly one of `ids`, `membershipId`, and `workspaceId` with `all:
/// true`.
#[derive(Debug, InputObject)]
pub struct RevokeApiKeysInput {
    /// These keys: 1 to 1,000 of one workspace, that of the first id that you may see.
    pub ids: Option<Vec<Id<ApiKeyId>>>,
    /// All keys of this member that have not stopped.
    pub membership_id: Option<Id<MembershipId>>,
    /// With `all: true`: all keys of this workspace that have not stopped.
    pub workspace_id: Option<Id<WorkspaceId>>,
    /// Goes with `workspaceId`.
    pub all: Option<bool>,
    /// Why, for the keys' owners and the record: at most 500 characters.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct RevokeApiKeysResult {
    /// The item's place in `ids`, from 0; without `ids`, its place among the keys, oldest first.
    pub index: i32,
    /// The key's id.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RevokeApiKeysOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, FORBIDDEN (another member's key), ROLLED_BACK (atomic,
    /// and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The key as it is now; null for what you may not see.
    pub api_key: Option<ApiKey>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct RevokeApiKeysPayload {
    /// One result for each key; empty if `errors` has any.
    pub results: Vec<RevokeApiKeysResult>,
    /// What is wrong about the input; nothing was changed then.
    pub errors: Vec<ApiKeyError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations of API keys.
#[derive(Debug, Default)]
pub struct ApiKeyMutation;

/// Mutations of API keys.
#[Object]
impl ApiKeyMutation {
    /// Makes a key of your own; at most 50 at a time (LIMIT_REACHED). The secret is shown once. Not
    /// by key. A GATEWAY key requires the ADMINISTRATOR role.
    #[graphql(directive = guard::signed_in::apply())]
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key that is to be made.")] input: CreateApiKeyInput,
    ) -> Nullable<CreateApiKeyPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = CreateApiKey {
                workspace_id: input.workspace_id.0,
                name: input.name,
                kind: input.kind.unwrap_or(ApiKeyKind::Member),
                permissions: input.permissions,
                expires_at: input.expires_at.map(|at| at.0),
                allowed_networks: input.allowed_networks.unwrap_or_default(),
            };
            let options = input.options.read(ctx)?;
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let api_key = match committed.output.api_key_id {
                Some(id) => keys(ctx, &after, &[id]).await?.remove(&id),
                None => None,
            };
            Ok(CreateApiKeyPayload {
                api_key,
                secret: committed
                    .output
                    .secret
                    .map(|secret| secret.expose().to_owned()),
                errors: ApiKeyError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Stops keys at once, on every node: your own, or with EDIT_WORKSPACE_PROPERTIES anybody's,
    /// administrators' too. Not by key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn revoke_api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which keys are to stop.")] input: RevokeApiKeysInput,
    ) -> Nullable<RevokeApiKeysPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = RevokeApiKeys {
                which: Which::of(
                    input.ids.map(unwrapped),
                    input.membership_id.map(|id| id.0),
                    input.workspace_id.map(|id| id.0),
                    input.all.unwrap_or_default(),
                )?,
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            let options = input.options.read(ctx)?;
            let mut committed = service::revoke(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let shown: Vec<ApiKeyId> = committed
                .output
                .iter()
                .filter(|item| item.outcome.is_some())
                .map(|item| item.id)
                .collect();
            let keys = if ctx.look_ahead().field("results").field("apiKey").exists() {
                keys(ctx, &after, &shown).await?
            } else {
                std::collections::HashMap::new()
            };
            let locale = scope.caller.locale();
            let result = |(place, item): (usize, Item<ApiKeyId, RevokeApiKeysOutcome>)| {
                let api_key = keys
                    .get(&item.id)
                    .filter(|_| item.outcome.is_some())
                    .cloned();
                let (code, message) = told(item.code, locale);
                RevokeApiKeysResult {
                    index: index(place),
                    target_id: Some(ID(item.id.to_string())),
                    outcome: item.outcome,
                    code,
                    message,
                    api_key,
                }
            };
            Ok(RevokeApiKeysPayload {
                results: committed
                    .output
                    .into_iter()
                    .enumerate()
                    .map(result)
                    .collect(),
                errors: ApiKeyError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}

async fn keys(
    ctx: &Context<'_>,
    after: &AfterCommit,
    ids: &[ApiKeyId],
) -> Result<std::collections::HashMap<ApiKeyId, ApiKey>, crate::service::Failure> {
    match &after.place {
        Some(place) => api_key::by_ids(ctx, place, ids).await,
        None => Ok(std::collections::HashMap::new()),
    }
}
