//! What becomes of access requests: `withdrawAccessRequest`, `approveAccessRequests`,
//! `rejectAccessRequests` (JOIN-3).

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, Nullable, Options, Report, SignUpError, index,
    invitation::{OfferedQuotaInput, asked_quotas},
    refusable, signed_in, told, told_of, unwrapped,
};
use crate::{
    domain::{
        id::{AccessRequestId, GroupId, RoleId},
        outcome::{ApproveAccessRequestsOutcome, RejectAccessRequestsOutcome},
        permission::Permission,
    },
    graphql::{
        guard,
        object::{access_request::AccessRequest, membership::Membership},
        scalar::{Id, Instant, Long},
        scope::Scope,
    },
    service::{
        Failure,
        access_request::{
            self as service, ApproveAccessRequests, RejectAccessRequests, WithdrawAccessRequest,
        },
        invitation::AskedOffer,
    },
};

/// Which request to take back.
#[derive(Debug, InputObject)]
pub struct WithdrawAccessRequestInput {
    /// The request: one of your own that waits (ALREADY_DECIDED).
    pub id: Id<AccessRequestId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct WithdrawAccessRequestPayload {
    /// The request as it is now; null if `errors` has any.
    pub access_request: Option<AccessRequest>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<SignUpError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Which requests to approve, and with what the memberships start.
#[derive(Debug, InputObject)]
pub struct ApproveAccessRequestsInput {
    /// Which: 1 to 1,000 requests of one workspace, that of the first id that you may see. Each
    /// id once: a later occurrence is DUPLICATE.
    pub ids: Vec<Id<AccessRequestId>>,
    /// The role that they will have; absent: none. Not one of this workspace: NOT_FOUND.
    pub role_id: Option<Id<RoleId>>,
    /// Permissions that they will be granted directly, besides the workspace's
    /// `defaultPermissions`, which cannot be left out.
    pub permissions: Option<Vec<Permission>>,
    /// Groups that they will be in: at most 100. Not one of this workspace: NOT_FOUND.
    pub group_ids: Option<Vec<Id<GroupId>>>,
    /// Limits of their own: at most one of each type.
    pub quotas: Option<Vec<OfferedQuotaInput>>,
    /// When access begins; absent: now. Before now: STARTS_IN_PAST.
    pub access_starts_at: Option<Instant>,
    /// When access ends; absent: never. Not after now: ENDS_IN_PAST; not after
    /// `accessStartsAt`: ENDS_BEFORE_START. Not together with `accessDurationSeconds`.
    pub access_ends_at: Option<Instant>,
    /// How many seconds access lasts from now on, or from `accessStartsAt` if that is later: 1
    /// to 3,153,600,000 (OUT_OF_RANGE). Not together with `accessEndsAt`.
    pub access_duration_seconds: Option<Long>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct ApproveAccessRequestsResult {
    /// The item's place in `ids`, from 0.
    pub index: i32,
    /// The request's id.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<ApproveAccessRequestsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, ALREADY_DECIDED (approved, rejected or withdrawn),
    /// FORBIDDEN (more or longer than you hold; a disabled administrator), SEATS_EXCEEDED,
    /// ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language; a limit's message says which limit, how much it is
    /// and until when.
    pub message: Option<String>,
    /// How much the limit is that refuses (LIMIT_REACHED, SEATS_EXCEEDED); null otherwise.
    pub limit: Option<Long>,
    /// From when on that limit admits a further one; null if no passing of time makes room.
    pub retry_at: Option<Instant>,
    /// The member as it is now; null if the item failed, and on a dry run of a new one.
    pub membership: Option<Membership>,
    /// The request as it is now; null for what you may not see.
    pub access_request: Option<AccessRequest>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct ApproveAccessRequestsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<ApproveAccessRequestsResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<SignUpError>,
    #[graphql(flatten)]
    pub report: Report,
}

fn offer(input: ApproveAccessRequestsInput) -> Result<AskedOffer, Failure> {
    Ok(AskedOffer {
        role_id: input.role_id.map(|id| id.0).map(Some),
        permissions: input.permissions,
        group_ids: input.group_ids.map(unwrapped),
        quotas: input.quotas.map(asked_quotas),
        access_starts_at: input.access_starts_at.map(|at| Some(at.0)),
        access_ends_at: input.access_ends_at.map(|at| Some(at.0)),
        access_duration_seconds: input.access_duration_seconds.map(|seconds| Some(seconds.0)),
        ..AskedOffer::default()
    })
}

/// Which requests to reject.
#[derive(Debug, InputObject)]
pub struct RejectAccessRequestsInput {
    /// Which: 1 to 1,000 requests of one workspace, that of the first id that you may see. Each
    /// id once: a later occurrence is DUPLICATE.
    pub ids: Vec<Id<AccessRequestId>>,
    /// What to tell those who asked, by mail and with the request: at most 500 characters.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct RejectAccessRequestsResult {
    /// The item's place in `ids`, from 0.
    pub index: i32,
    /// The request's id.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RejectAccessRequestsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, ALREADY_DECIDED (approved, rejected or withdrawn),
    /// ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The request as it is now; null for what you may not see.
    pub access_request: Option<AccessRequest>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct RejectAccessRequestsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<RejectAccessRequestsResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<SignUpError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The requests that an answer names, as they are after the call; none if they are not asked for.
pub(super) async fn requests(
    ctx: &Context<'_>,
    after: &AfterCommit,
    wanted: Vec<AccessRequestId>,
) -> Result<HashMap<AccessRequestId, AccessRequest>, Failure> {
    let asked = ctx
        .look_ahead()
        .field("results")
        .field("accessRequest")
        .exists()
        || ctx.look_ahead().field("accessRequest").exists();
    let Some(place) = after.place.as_ref().filter(|_| asked) else {
        return Ok(HashMap::new());
    };
    let scope = Scope::of(ctx)?;
    let rows = service::latest(&scope.deps, &wanted).await?.into_iter();
    let seen = rows.filter(|row| {
        row.workspace_id == place.access.workspace.id
            && service::may_see(&place.access, &scope.caller, row)
    });
    Ok(seen
        .map(|row| (row.id, AccessRequest::new(place, row)))
        .collect())
}

/// The mutations of access requests.
#[derive(Debug, Default)]
pub struct AccessRequestMutation;

/// The mutations of access requests.
#[Object]
impl AccessRequestMutation {
    /// Takes one of your own requests back that waits; another can be made at once. Not by key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn withdraw_access_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request to take back.")] input: WithdrawAccessRequestInput,
    ) -> Nullable<WithdrawAccessRequestPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = WithdrawAccessRequest { id: input.id.0 };
            let mut committed =
                service::withdraw(&scope.deps, &scope.caller, asked, input.options.read(ctx)?)
                    .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let mut found =
                requests(ctx, &after, committed.output.id.into_iter().collect()).await?;
            Ok(WithdrawAccessRequestPayload {
                access_request: committed.output.id.and_then(|id| found.remove(&id)),
                errors: SignUpError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Lets in whoever waits, each with a membership of its own that starts with what the call
    /// gives and the workspace's defaults; they are told by mail. Requires
    /// EDIT_WORKSPACE_PROPERTIES, and that you hold at least as long what you give, unless you are
    /// an administrator; only an administrator gives the ADMINISTRATOR role, and no key. `effects`
    /// are those on disabled members who come back: all others are new.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn approve_access_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which requests to approve.")] mut input: ApproveAccessRequestsInput,
    ) -> Nullable<ApproveAccessRequestsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let (ids, atomic) = (
                unwrapped(std::mem::take(&mut input.ids)),
                input.options.atomic(),
            );
            let asked = ApproveAccessRequests {
                ids,
                offer: offer(input)?,
                atomic,
            };
            let mut committed =
                service::approve(&scope.deps, &scope.caller, asked, options).await?;
            let members = committed
                .output
                .iter()
                .filter_map(|item| Some(item.outcome?.membership_id))
                .collect();
            let after = AfterCommit::of(ctx, &mut committed, members).await?;
            let named = committed
                .output
                .iter()
                .filter(|item| item.is_shown())
                .map(|item| item.id)
                .collect();
            let (found, locale) = (requests(ctx, &after, named).await?, scope.caller.locale());
            let results = committed
                .output
                .into_iter()
                .enumerate()
                .map(|(place, item)| {
                    let access_request = found.get(&item.id).filter(|_| item.is_shown()).cloned();
                    let (code, message) = told_of(item.code, item.limit, locale);
                    ApproveAccessRequestsResult {
                        index: index(place),
                        target_id: Some(ID(item.id.to_string())),
                        outcome: item.outcome.map(|approved| approved.outcome),
                        code,
                        message,
                        limit: item.limit.map(|limit| Long(limit.limit)),
                        retry_at: item.limit.and_then(|limit| limit.retry_at).map(Instant),
                        membership: item
                            .outcome
                            .and_then(|approved| after.members.get(&approved.membership_id))
                            .cloned(),
                        access_request,
                    }
                });
            Ok(ApproveAccessRequestsPayload {
                results: results.collect(),
                errors: SignUpError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }

    /// Rejects requests that wait; those who made them are told by mail. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn reject_access_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which requests to reject.")] input: RejectAccessRequestsInput,
    ) -> Nullable<RejectAccessRequestsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = RejectAccessRequests {
                ids: unwrapped(input.ids),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            let mut committed = service::reject(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let named = committed
                .output
                .iter()
                .filter(|item| item.is_shown())
                .map(|item| item.id)
                .collect();
            let (found, locale) = (requests(ctx, &after, named).await?, scope.caller.locale());
            let results = committed
                .output
                .into_iter()
                .enumerate()
                .map(|(place, item)| {
                    let access_request = found.get(&item.id).filter(|_| item.is_shown()).cloned();
                    let (code, message) = told(item.code, locale);
                    RejectAccessRequestsResult {
                        index: index(place),
                        target_id: Some(ID(item.id.to_string())),
                        outcome: item.outcome,
                        code,
                        message,
                        access_request,
                    }
                });
            Ok(RejectAccessRequestsPayload {
                results: results.collect(),
                errors: SignUpError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
