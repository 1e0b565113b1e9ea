//! What becomes of access requests: `withdrawAccessRequest`, `approveAccessRequests`,
//! `rejectAccessRequests` (JOIN-3).

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkCommand, BulkOptions, BulkPayload, FormErrors, ItemLimit, Nullable, Options,
    Report, SignUpError, invitation::NewMemberInput, refusable, shown_ids, signed_in_scope,
    unwrap_ids,
};
use crate::{
    domain::{
        id::AccessRequestId,
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
        bulk::Item,
        invitation::OfferInput,
    },
};

/// The access request to withdraw.
#[derive(Debug, InputObject)]
pub struct WithdrawAccessRequestInput {
    /// A request that you made and that is still waiting (otherwise ALREADY_DECIDED).
    pub id: Id<AccessRequestId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct WithdrawAccessRequestPayload {
    /// The request after the call; null if `errors` has any.
    pub access_request: Option<AccessRequest>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<SignUpError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The access requests to approve, and what the new members get.
#[derive(Debug, InputObject)]
pub struct ApproveAccessRequestsInput {
    /// The requests, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub ids: Vec<Id<AccessRequestId>>,
    #[graphql(flatten)]
    pub offer: NewMemberInput,
    /// When access begins. Default: now. STARTS_IN_PAST if it is before now.
    pub access_starts_at: Option<Instant>,
    /// When access ends. Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START
    /// if it is not after `accessStartsAt`. Cannot be combined with `accessDurationSeconds`.
    pub access_ends_at: Option<Instant>,
    /// How long access lasts, in seconds, from now or from `accessStartsAt` if that is later: 1 to
    /// 3,153,600,000 (OUT_OF_RANGE). Cannot be combined with `accessEndsAt`.
    pub access_duration_seconds: Option<Long>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The access requests to reject.
#[derive(Debug, InputObject)]
pub struct RejectAccessRequestsInput {
    /// The requests, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub ids: Vec<Id<AccessRequestId>>,
    /// The reason, at most 500 characters. The requesters see it in the mail and with the request.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of an approved request.
#[derive(Debug, SimpleObject)]
pub struct ApprovedAfter {
    #[graphql(flatten)]
    pub limit: ItemLimit,
    /// The member after the call; null if the item failed, and for a new member with `dryRun`.
    pub membership: Option<Membership>,
    #[graphql(flatten)]
    pub request: AccessRequestAfter,
}

/// The request of an item.
#[derive(Debug, SimpleObject)]
pub struct AccessRequestAfter {
    /// The request after the call; null if you may not see it.
    pub access_request: Option<AccessRequest>,
}

impl AccessRequestAfter {
    fn of<O>(
        requests: &HashMap<AccessRequestId, AccessRequest>,
        item: &Item<AccessRequestId, O>,
    ) -> Self {
        let request = requests.get(&item.id).filter(|_| item.is_shown());
        Self {
            access_request: request.cloned(),
        }
    }
}

impl BulkCommand for ApproveAccessRequests {
    type Outcome = ApproveAccessRequestsOutcome;
    type Error = SignUpError;
    type After = ApprovedAfter;
}

impl BulkCommand for RejectAccessRequests {
    type Outcome = RejectAccessRequestsOutcome;
    type Error = SignUpError;
    type After = AccessRequestAfter;
}

/// The requests that an answer names, after the call; empty if they are not asked for.
pub(super) async fn requests(
    ctx: &Context<'_>,
    after: &AfterCommit,
    ids: Vec<AccessRequestId>,
) -> Result<HashMap<AccessRequestId, AccessRequest>, Failure> {
    let is_selected = ctx
        .look_ahead()
        .field("results")
        .field("accessRequest")
        .exists()
        || ctx.look_ahead().field("accessRequest").exists();
    let Some(view) = after.view.as_ref().filter(|_| is_selected) else {
        return Ok(HashMap::new());
    };
    let scope = Scope::of(ctx)?;
    let rows = service::latest(&scope.deps, &ids).await?.into_iter();
    let rows = rows.filter(|row| {
        row.workspace_id == view.access.workspace.id
            && service::may_see(&view.access, &scope.caller, row)
    });
    Ok(rows
        .map(|row| (row.id, AccessRequest::new(view, row)))
        .collect())
}

/// The mutations of access requests.
#[derive(Debug, Default)]
pub struct AccessRequestMutation;

/// The mutations of access requests.
#[Object]
impl AccessRequestMutation {
    /// Withdraws a waiting access request that you made. You can make another one at once. API keys
    /// cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn withdraw_access_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The access request to withdraw.")] input: WithdrawAccessRequestInput,
    ) -> Nullable<WithdrawAccessRequestPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = WithdrawAccessRequest { id: input.id.0 };
            let mut committed = service::withdraw(
                &scope.deps,
                &scope.caller,
                command,
                input.options.read(ctx)?,
            )
            .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let mut access_requests =
                requests(ctx, &after, committed.output.id.into_iter().collect()).await?;
            Ok(WithdrawAccessRequestPayload {
                access_request: committed
                    .output
                    .id
                    .and_then(|id| access_requests.remove(&id)),
                errors: SignUpError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Approves waiting access requests and notifies the requesters by e-mail. Each one becomes a
    /// member with what this call gives and the workspace's defaults. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Unless you are an administrator, you can give only what you hold
    /// yourself for at least as long. Only an administrator can give the ADMINISTRATOR role, and not
    /// with an API key; giving it requires that your strongest factor was shown in the last 10 minutes
    /// (REAUTHENTICATION_REQUIRED). `effects` lists only disabled members who come back; everybody else is new.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, ALREADY_DECIDED (approved, rejected or withdrawn),
    /// FORBIDDEN (more or longer than you hold; a disabled administrator), SEATS_EXCEEDED,
    /// ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn approve_access_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which requests to approve.")] input: ApproveAccessRequestsInput,
    ) -> Nullable<BulkPayload<ApproveAccessRequests>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let offer = OfferInput {
                access_starts_at: input.access_starts_at.map(|at| Some(at.0)),
                access_ends_at: input.access_ends_at.map(|at| Some(at.0)),
                access_duration_seconds: input
                    .access_duration_seconds
                    .map(|seconds| Some(seconds.0)),
                ..input.offer.read()
            };
            let command = ApproveAccessRequests {
                ids: unwrap_ids(input.ids),
                offer,
                atomic: input.options.atomic(),
            };
            let mut committed =
                service::approve(&scope.deps, &scope.caller, command, options).await?;
            let members = committed
                .output
                .iter()
                .filter_map(|item| Some(item.outcome?.membership_id))
                .collect();
            let after = AfterCommit::of(ctx, &mut committed, members).await?;
            let requests = requests(ctx, &after, shown_ids(&committed)).await?;
            BulkPayload::new(ctx, committed, after, |after, item| {
                let approved = item.outcome.as_ref();
                ApprovedAfter {
                    limit: item.limit.into(),
                    membership: approved
                        .and_then(|approved| after.members.get(&approved.membership_id))
                        .cloned(),
                    request: AccessRequestAfter::of(&requests, item),
                }
            })
        })
        .await
    }

    /// Rejects waiting access requests and notifies the requesters by e-mail. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, ALREADY_DECIDED (approved, rejected or withdrawn),
    /// ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn reject_access_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The access requests to reject.")] input: RejectAccessRequestsInput,
    ) -> Nullable<BulkPayload<RejectAccessRequests>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = RejectAccessRequests {
                ids: unwrap_ids(input.ids),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            let mut committed =
                service::reject(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let requests = requests(ctx, &after, shown_ids(&committed)).await?;
            BulkPayload::new(ctx, committed, after, |_, item| {
                AccessRequestAfter::of(&requests, item)
            })
        })
        .await
    }
}
