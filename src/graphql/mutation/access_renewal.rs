//! Mutations of access renewals: members ask for more time, administrators decide (MEM-8).

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkCommand, BulkOptions, BulkPayload, FormErrors, MembershipError, Nullable,
    Options, Report, refusable, shown_ids, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{AccessRenewalId, MembershipId},
        outcome::DecideAccessRenewalsOutcome,
        permission::Permission,
    },
    graphql::{
        guard,
        object::access_renewal::{self, AccessRenewal},
        scalar::{Id, Instant},
    },
    service::access_renewal::{
        decide::{self, DecideAccessRenewals},
        request,
    },
};

/// The membership to request more time for.
#[derive(Debug, InputObject)]
pub struct RequestAccessRenewalInput {
    /// Your membership, active or not yet started, with an end. MEMBERSHIP_DISABLED, NOT_ACTIVE (it
    /// has ended), NO_ACCESS_END, REQUEST_PENDING (another request is waiting), WAIT (a request was
    /// rejected less than 7 days ago).
    pub membership_id: Id<MembershipId>,
    /// A message to the administrators, at most 2,000 characters.
    pub message: Option<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct RequestAccessRenewalPayload {
    /// The renewal, which waits for a decision; null if `errors` has any.
    pub access_renewal: Option<AccessRenewal>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<MembershipError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The renewals to approve or reject.
#[derive(Debug, InputObject)]
pub struct DecideAccessRenewalsInput {
    /// The renewals, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub ids: Vec<Id<AccessRenewalId>>,
    /// If true, the members get more time; if false, the requests are rejected.
    pub approve: bool,
    /// The new end, if you approve. ACCESS_END_REQUIRED if it is missing, ENDS_IN_PAST if it is not
    /// in the future. With `approve: false`, it is BAD_USER_INPUT.
    pub ends_at: Option<Instant>,
    /// The reason, at most 500 characters. The member can read it.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The renewal of an item.
#[derive(Debug, SimpleObject)]
pub struct AccessRenewalAfter {
    /// The renewal after the call; null if you may not see it.
    pub access_renewal: Option<AccessRenewal>,
}

impl BulkCommand for DecideAccessRenewals {
    type Outcome = DecideAccessRenewalsOutcome;
    type Error = MembershipError;
    type After = AccessRenewalAfter;
}

/// Mutations of access renewals.
#[derive(Debug, Default)]
pub struct AccessRenewalMutation;

/// Mutations of access renewals.
#[Object]
impl AccessRenewalMutation {
    /// Asks the administrators to extend your membership. You can ask at any time before it ends.
    /// The administrators are notified by e-mail and decide with `decideAccessRenewals`. Only one
    /// request can wait at a time; after a rejection you can ask again after 7 days. API keys cannot
    /// call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn request_access_renewal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership to request more time for.")]
        input: RequestAccessRenewalInput,
    ) -> Nullable<RequestAccessRenewalPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let membership = input.membership_id.0;
            let (options, message) = (input.options.read(ctx)?, input.message);
            let mut committed =
                request::request(&scope.deps, &scope.caller, membership, message, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let access_renewal = match (&after.view, committed.output.renewal_id) {
                (Some(view), Some(id)) => {
                    access_renewal::by_ids(ctx, view, &[id]).await?.remove(&id)
                }
                _ => None,
            };
            Ok(RequestAccessRenewalPayload {
                access_renewal,
                errors: MembershipError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Approves or rejects requests for more time and notifies the members by e-mail. Requires
    /// EDIT_WORKSPACE_PROPERTIES. To approve, you must hold everything that the member's access
    /// gives, for at least as long. Only an administrator can decide for an administrator; nobody
    /// can decide for themselves.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, ALREADY_DECIDED, NOT_ACTIVE (the membership has
    /// ended), NO_ACCESS_END (the membership has no end), NOT_LONGER (`endsAt` is not later than
    /// the current end), ENDS_BEFORE_START (access would end before it begins), FORBIDDEN
    /// (administrators, yourself, more or longer than you hold), ROLLED_BACK (atomic, and another
    /// item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn decide_access_renewals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The renewals to approve or reject.")] input: DecideAccessRenewalsInput,
    ) -> Nullable<BulkPayload<DecideAccessRenewals>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = DecideAccessRenewals {
                ids: unwrap_ids(input.ids),
                approve: input.approve,
                ends_at: input.ends_at.map(|at| at.0),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            let mut committed =
                decide::decide(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let renewals = match &after.view {
                Some(view)
                    if ctx
                        .look_ahead()
                        .field("results")
                        .field("accessRenewal")
                        .exists() =>
                {
                    access_renewal::by_ids(ctx, view, &shown_ids(&committed)).await?
                }
                _ => HashMap::new(),
            };
            BulkPayload::new(ctx, committed, after, |_, item| AccessRenewalAfter {
                access_renewal: renewals.get(&item.id).filter(|_| item.is_shown()).cloned(),
            })
        })
        .await
    }
}
