//! Mutations of access renewals: members ask for more time, administrators decide (MEM-8).

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, MembershipError, Nullable, Options, Report,
    code_and_message, index, refusable, signed_in_scope, unwrap_ids,
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
    service::{
        access_renewal::{
            decide::{self, DecideAccessRenewals},
            request,
        },
        bulk::Item,
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

/// The result of one item.
#[derive(Debug, SimpleObject)]
pub struct DecideAccessRenewalsResult {
    /// The position of the item in `ids`, starting from 0.
    pub index: i32,
    /// The renewal's id.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<DecideAccessRenewalsOutcome>,
    /// Why the item failed: NOT_FOUND, DUPLICATE, ALREADY_DECIDED, NOT_ACTIVE (the membership has
    /// ended), NO_ACCESS_END (the membership has no end), NOT_LONGER (`endsAt` is not later than
    /// the current end), ENDS_BEFORE_START (access would end before it begins), FORBIDDEN
    /// (administrators, yourself, more or longer than you hold), ROLLED_BACK (atomic, and another
    /// item failed).
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The renewal after the call; null if you may not see it.
    pub access_renewal: Option<AccessRenewal>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DecideAccessRenewalsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<DecideAccessRenewalsResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<MembershipError>,
    #[graphql(flatten)]
    pub report: Report,
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
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn decide_access_renewals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The renewals to approve or reject.")] input: DecideAccessRenewalsInput,
    ) -> Nullable<DecideAccessRenewalsPayload> {
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
            let shown_ids: Vec<AccessRenewalId> = committed
                .output
                .iter()
                .filter(|item| item.is_shown())
                .map(|item| item.id)
                .collect();
            let renewals = match &after.view {
                Some(view)
                    if ctx
                        .look_ahead()
                        .field("results")
                        .field("accessRenewal")
                        .exists() =>
                {
                    access_renewal::by_ids(ctx, view, &shown_ids).await?
                }
                _ => HashMap::new(),
            };
            let locale = scope.caller.locale();
            let result =
                |(position, item): (usize, Item<AccessRenewalId, DecideAccessRenewalsOutcome>)| {
                    let access_renewal =
                        renewals.get(&item.id).filter(|_| item.is_shown()).cloned();
                    let (code, message) = code_and_message(item.code, locale);
                    DecideAccessRenewalsResult {
                        index: index(position),
                        target_id: Some(ID(item.id.to_string())),
                        outcome: item.outcome,
                        code,
                        message,
                        access_renewal,
                    }
                };
            Ok(DecideAccessRenewalsPayload {
                results: committed
                    .output
                    .into_iter()
                    .enumerate()
                    .map(result)
                    .collect(),
                errors: MembershipError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
