//! Mutations of API keys.

use std::collections::HashMap;

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, ApiKeyError, BulkCommand, BulkOptions, BulkPayload, FormErrors, Nullable, Options,
    Report, refusable, signed_in_scope, unwrap_ids,
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
        scope::Scope,
    },
    service::{
        Failure,
        api_key::{
            self as service, CreateApiKey, Created, FindApiKey, ReportLeakedApiKey, RevokeApiKeys,
            RotateApiKey, UpdateApiKey, Which,
        },
        write::Committed,
    },
};

/// The API key to create.
#[derive(Debug, InputObject)]
pub struct CreateApiKeyInput {
    /// The workspace. You must be an active member.
    pub workspace_id: Id<WorkspaceId>,
    /// The name, 1 to 100 characters without control characters. Spaces at the start and the end
    /// are ignored.
    pub name: String,
    /// The kind of key. GATEWAY is for the data servers of the portal and can be created only by
    /// administrators. Default: MEMBER.
    pub kind: Option<ApiKeyKind>,
    /// The permissions of the key. An empty list gives a key that only identifies you. Not allowed
    /// for GATEWAY. Default, also for null: all permissions that you have at the time of use.
    pub permissions: Option<Vec<Permission>>,
    /// When the key expires. Default: never. ENDS_IN_PAST if it is not in the future.
    pub expires_at: Option<Instant>,
    /// The networks from which the key can be used, at most 20, as single addresses or in CIDR
    /// notation. An IPv4 address inside IPv6 is stored as IPv4. Default, also for an empty list:
    /// any network.
    pub allowed_networks: Option<Vec<String>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The new API key.
#[derive(SimpleObject)]
pub struct CreateApiKeyPayload {
    /// The key; null if it was not created, and with `dryRun`.
    pub api_key: Option<ApiKey>,
    /// The secret, which is shown only once: `cck_`, 30 characters, then a checksum of 6. Null if
    /// the key was not created, with `dryRun`, and when an earlier answer is repeated
    /// (SECRET_ALREADY_SHOWN).
    pub secret: Option<String>,
    /// What is wrong with the input. If there are any errors except SECRET_ALREADY_SHOWN, nothing
    /// was changed.
    pub errors: Vec<ApiKeyError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The changes to an API key.
#[derive(Debug, InputObject)]
pub struct UpdateApiKeyInput {
    /// The key. It must be yours, or a GATEWAY key of a workspace whose administrator you are.
    pub id: Id<ApiKeyId>,
    /// The name, 1 to 100 characters, with the rules of `createApiKey`. Default, also for null:
    /// unchanged.
    pub name: Option<String>,
    /// The permissions of the key, with the rules of `createApiKey`. Null: all permissions that
    /// you have at the time of use. Default: unchanged.
    pub permissions: MaybeUndefined<Vec<Permission>>,
    /// When the key expires. Null: never. Default: unchanged. ENDS_IN_PAST if it is not in the
    /// future.
    pub expires_at: MaybeUndefined<Instant>,
    /// The networks from which the key can be used, at most 20, with the rules of `createApiKey`.
    /// An empty list: any network. Default, also for null: unchanged.
    pub allowed_networks: Option<Vec<String>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The API key that was changed.
#[derive(SimpleObject)]
pub struct UpdateApiKeyPayload {
    /// The key after the call; null if it was not changed because of `errors`.
    pub api_key: Option<ApiKey>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<ApiKeyError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The API key to give a new secret.
#[derive(Debug, InputObject)]
pub struct RotateApiKeyInput {
    /// The key. It must be yours, or a GATEWAY key of a workspace whose administrator you are.
    pub id: Id<ApiKeyId>,
    /// How long the old secret still works, in seconds: 0 to 604,800 (7 days). Default: 0, so that
    /// it stops working at once.
    pub overlap_seconds: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The API key with its new secret.
#[derive(SimpleObject)]
pub struct RotateApiKeyPayload {
    /// The key after the call; null if it was not rotated because of `errors`.
    pub api_key: Option<ApiKey>,
    /// The new secret, which is shown only once. Null if the key was not rotated, with `dryRun`,
    /// and when an earlier answer is repeated (SECRET_ALREADY_SHOWN).
    pub secret: Option<String>,
    /// What is wrong with the input. If there are any errors except SECRET_ALREADY_SHOWN, nothing
    /// was changed.
    pub errors: Vec<ApiKeyError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The secret to look up.
#[derive(InputObject)]
pub struct FindApiKeyInput {
    /// The workspace in which to look.
    pub workspace_id: Id<WorkspaceId>,
    /// The secret: `cck_`, 30 characters, then a checksum of 6. INVALID_SECRET for other texts.
    pub secret: String,
}

/// The API key with that secret.
#[derive(Debug, SimpleObject)]
pub struct FindApiKeyPayload {
    /// The key, also if it or the secret no longer works; null if no key of this workspace has or
    /// had this secret.
    pub api_key: Option<ApiKey>,
    /// What is wrong with the input.
    pub errors: Vec<ApiKeyError>,
}

/// The secret that leaked.
#[derive(InputObject)]
pub struct ReportLeakedApiKeyInput {
    /// The secret, whole: `cck_`, 30 characters, then a checksum of 6.
    pub secret: String,
    /// Where you found it, at most 500 characters. For the audit log of the workspace.
    pub found_at: Option<String>,
}

/// The answer to a report. It does not reveal whether there is such a key.
#[derive(Debug, SimpleObject)]
pub struct ReportLeakedApiKeyPayload {
    /// Always true, unless `errors` has any.
    pub accepted: bool,
    /// What is wrong with the input.
    pub errors: Vec<ApiKeyError>,
}

/// The API keys to revoke. Exactly one of `ids`, `membershipId`, and `workspaceId` with `all:
/// true`.
#[derive(Debug, InputObject)]
pub struct RevokeApiKeysInput {
    /// The keys, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    pub ids: Option<Vec<Id<ApiKeyId>>>,
    /// Revokes all keys of this member that have not been revoked and have not expired.
    pub membership_id: Option<Id<MembershipId>>,
    /// With `all: true`: revokes all keys of this workspace that have not been revoked and have not
    /// expired.
    pub workspace_id: Option<Id<WorkspaceId>>,
    /// Must be true with `workspaceId`.
    pub all: Option<bool>,
    /// The reason, for the owners of the keys and the audit log: at most 500 characters.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The API key of an item.
#[derive(Debug, SimpleObject)]
pub struct ApiKeyAfter {
    /// The key after the call; null if you may not see it.
    pub api_key: Option<ApiKey>,
}

impl BulkCommand for RevokeApiKeys {
    type Outcome = RevokeApiKeysOutcome;
    type Error = ApiKeyError;
    type After = ApiKeyAfter;
}

/// Mutations of API keys.
#[derive(Debug, Default)]
pub struct ApiKeyMutation;

/// Mutations of API keys.
#[Object]
impl ApiKeyMutation {
    /// Creates an API key for yourself; at most 50 at a time (LIMIT_REACHED). The secret is shown
    /// once. A GATEWAY key requires the ADMINISTRATOR role, and that your strongest factor was
    /// shown in the last 10 minutes (REAUTHENTICATION_REQUIRED). API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API key to create.")] input: CreateApiKeyInput,
    ) -> Nullable<CreateApiKeyPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = CreateApiKey {
                workspace_id: input.workspace_id.0,
                name: input.name,
                kind: input.kind.unwrap_or(ApiKeyKind::Member),
                permissions: input.permissions,
                expires_at: input.expires_at.map(|at| at.0),
                allowed_networks: input.allowed_networks.unwrap_or_default(),
            };
            let options = input.options.read(ctx)?;
            let committed = service::create(&scope.deps, &scope.caller, command, options).await?;
            let shown = with_secret(ctx, committed).await?;
            Ok(CreateApiKeyPayload {
                api_key: shown.api_key,
                secret: shown.secret,
                errors: shown.errors,
                report: shown.report,
            })
        })
        .await
    }

    /// Changes the name, permissions, end or networks of an API key of yours. The key can never do
    /// more than you can. With the ADMINISTRATOR role, you can change the GATEWAY keys of the
    /// workspace. Errors: NOT_ACTIVE (the key was revoked or has expired). API keys cannot call
    /// this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn update_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to an API key.")] input: UpdateApiKeyInput,
    ) -> Nullable<UpdateApiKeyPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = UpdateApiKey {
                id: input.id.0,
                name: input.name,
                permissions: input.permissions.into(),
                expires_at: Option::from(input.expires_at)
                    .map(|at: Option<Instant>| at.map(|at| at.0)),
                allowed_networks: input.allowed_networks,
            };
            let options = input.options.read(ctx)?;
            let mut committed =
                service::update(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let api_key = match committed.output.api_key_id {
                Some(id) => keys(ctx, &after, &[id]).await?.remove(&id),
                None => None,
            };
            Ok(UpdateApiKeyPayload {
                api_key,
                errors: ApiKeyError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Gives an API key of yours a new secret. The key keeps its id, name, permissions and end. The
    /// old secret can keep working for up to 7 days; `secrets` shows whether it is still used. A
    /// key has at most two secrets that work: rotating it again stops the older one at once. With
    /// the ADMINISTRATOR role, you can rotate the GATEWAY keys of the workspace. Errors: NOT_ACTIVE
    /// (the key was revoked or has expired). API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn rotate_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API key to give a new secret.")] input: RotateApiKeyInput,
    ) -> Nullable<RotateApiKeyPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = RotateApiKey {
                id: input.id.0,
                overlap_seconds: input.overlap_seconds.unwrap_or_default().into(),
            };
            let options = input.options.read(ctx)?;
            let committed = service::rotate(&scope.deps, &scope.caller, command, options).await?;
            let shown = with_secret(ctx, committed).await?;
            Ok(RotateApiKeyPayload {
                api_key: shown.api_key,
                secret: shown.secret,
                errors: shown.errors,
                report: shown.report,
            })
        })
        .await
    }

    /// Finds the API key of a workspace that has or had a secret, for example one that was found in
    /// a public place. Recorded in the audit log. At most 30 calls a minute (RATE_LIMITED). Requires
    /// EDIT_WORKSPACE_PROPERTIES. API keys cannot call this.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn find_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The secret to look up.")] input: FindApiKeyInput,
    ) -> Nullable<FindApiKeyPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = FindApiKey {
                workspace_id: input.workspace_id.0,
                secret: input.secret,
            };
            let mut committed = service::find(&scope.deps, &scope.caller, command).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let api_key = match committed.output.api_key_id {
                Some(id) => keys(ctx, &after, &[id]).await?.remove(&id),
                None => None,
            };
            Ok(FindApiKeyPayload {
                api_key,
                errors: ApiKeyError::all(committed.errors, scope.caller.locale()),
            })
        })
        .await
    }

    /// Reports the secret of an API key that others can read, for example in a public repository.
    /// If it still works, the key is revoked at once, and its owner and those who may revoke keys
    /// are notified by e-mail. The answer is the same whether there is such a key or not. Everybody who
    /// has the secret may call this, at most 10 times a minute from one network (RATE_LIMITED).
    #[graphql(directive = guard::public::apply())]
    async fn report_leaked_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The secret that leaked.")] input: ReportLeakedApiKeyInput,
    ) -> Nullable<ReportLeakedApiKeyPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let command = ReportLeakedApiKey {
                secret: input.secret,
                found_at: input.found_at,
            };
            let answer = service::report(&scope.deps, &scope.caller, &command).await;
            let (done, errors) = ApiKeyError::split(answer, scope.caller.locale())?;
            Ok(ReportLeakedApiKeyPayload {
                accepted: done.is_some(),
                errors,
            })
        })
        .await
    }

    /// Revokes API keys at once, on every node. You can revoke your own keys; with
    /// EDIT_WORKSPACE_PROPERTIES you can revoke the keys of everybody, including administrators.
    /// API keys cannot call this.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, FORBIDDEN (another member's key), ROLLED_BACK (atomic,
    /// and another item failed). Without `ids`, the results are in the order of the keys, oldest
    /// first.
    #[graphql(directive = guard::signed_in::apply())]
    async fn revoke_api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The API keys to revoke.")] input: RevokeApiKeysInput,
    ) -> Nullable<BulkPayload<RevokeApiKeys>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = RevokeApiKeys {
                which: Which::of(
                    input.ids.map(unwrap_ids),
                    input.membership_id.map(|id| id.0),
                    input.workspace_id.map(|id| id.0),
                    input.all.unwrap_or_default(),
                )?,
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            let options = input.options.read(ctx)?;
            let mut committed =
                service::revoke(&scope.deps, &scope.caller, command, options).await?;
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
                HashMap::new()
            };
            BulkPayload::new(ctx, committed, after, |_, item| ApiKeyAfter {
                api_key: keys
                    .get(&item.id)
                    .filter(|_| item.outcome.is_some())
                    .cloned(),
            })
        })
        .await
    }
}

async fn keys(
    ctx: &Context<'_>,
    after: &AfterCommit,
    ids: &[ApiKeyId],
) -> Result<HashMap<ApiKeyId, ApiKey>, Failure> {
    match &after.view {
        Some(view) => api_key::by_ids(ctx, view, ids).await,
        None => Ok(HashMap::new()),
    }
}

/// A key and its new secret, as payloads show them.
struct WithSecret {
    api_key: Option<ApiKey>,
    secret: Option<String>,
    errors: Vec<ApiKeyError>,
    report: Report,
}

async fn with_secret(
    ctx: &Context<'_>,
    mut committed: Committed<Created>,
) -> Result<WithSecret, Failure> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let api_key = match committed.output.api_key_id {
        Some(id) => keys(ctx, &after, &[id]).await?.remove(&id),
        None => None,
    };
    let secret = committed.output.secret;
    Ok(WithSecret {
        api_key,
        secret: secret.map(|secret| secret.expose().to_owned()),
        errors: ApiKeyError::all(committed.errors, Scope::of(ctx)?.caller.locale()),
        report: after.report,
    })
}
