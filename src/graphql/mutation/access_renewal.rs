//! Mutations of access renewals: members ask for more time, administrators decide (MEM-8).

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, MembershipError, Nullable, Options, Report, index,
    refusable, signed_in, told, unwrapped,
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

/// For which membership of yours more time is asked.
#[derive(Debug, InputObject)]
pub struct RequestAccessRenewalInput {
    /// The membership: your own, active or not begun, with an end. MEMBERSHIP_DISABLED,
    /// NOT_ACTIVE (it has ended), NO_ACCESS_END, REQUEST_PENDING (one waits), WAIT (one was
    /// rejected less than 7 days ago).
    pub membership_id: Id<MembershipId>,
    /// A message to the administrators, at most 2,000 characters.
    pub message: Option<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct RequestAccessRenewalPayload {
    /// The renewal, which waits for a decision; null if it was not asked for.
    pub access_renewal: Option<AccessRenewal>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<MembershipError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Which renewals are decided, and how.
#[derive(Debug, InputObject)]
pub struct DecideAccessRenewalsInput {
    /// Which: 1 to 1,000 of one workspace, that of the first id that you may see. Each id once:
    /// a later occurrence is DUPLICATE.
    pub ids: Vec<Id<AccessRenewalId>>,
    /// True: grant more time; false: reject.
    pub approve: bool,
    /// Until when, if approved: ACCESS_END_REQUIRED without it, ENDS_IN_PAST unless it lies
    /// ahead. With `approve: false` it is BAD_USER_INPUT.
    pub ends_at: Option<Instant>,
    /// Why, at most 500 characters: the member reads it.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct DecideAccessRenewalsResult {
    /// The item's place in `ids`, from 0.
    pub index: i32,
    /// The renewal's id.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<DecideAccessRenewalsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, ALREADY_DECIDED, NOT_ACTIVE (the membership has ended),
    /// NO_ACCESS_END (it has no end), NOT_LONGER (`endsAt` is no later than the end is),
    /// ENDS_BEFORE_START (access would end before it begins), FORBIDDEN (administrators, yourself,
    /// more or longer than you hold), ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The renewal as it is now; null for what you may not see.
    pub access_renewal: Option<AccessRenewal>,
}

/// What became of the call.
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
    /// Asks the administrators for more time, for your own membership, any time before its end:
    /// they are mailed, and decide by `decideAccessRenewals`. One waits at a time; after a
    /// rejection a new one waits 7 days. Not by key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn request_access_renewal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "For which membership of yours more time is asked.")]
        input: RequestAccessRenewalInput,
    ) -> Nullable<RequestAccessRenewalPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let membership = input.membership_id.0;
            let (options, message) = (input.options.read(ctx)?, input.message);
            let mut committed =
                request::request(&scope.deps, &scope.caller, membership, message, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let access_renewal = match (&after.place, committed.output.renewal_id) {
                (Some(place), Some(id)) => {
                    access_renewal::by_ids(ctx, place, &[id]).await?.remove(&id)
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

    /// Grants members the time that they asked for, or does not; they are mailed. Requires
    /// EDIT_WORKSPACE_PROPERTIES, and to grant it that you hold yourself at least as long what
    /// their access gives; only an administrator decides for an administrator; nobody for themself.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn decide_access_renewals(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which renewals are decided, and how.")] input: DecideAccessRenewalsInput,
    ) -> Nullable<DecideAccessRenewalsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = DecideAccessRenewals {
                ids: unwrapped(input.ids),
                approve: input.approve,
                ends_at: input.ends_at.map(|at| at.0),
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            let mut committed = decide::decide(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let shown: Vec<AccessRenewalId> = committed
                .output
                .iter()
                .filter(|item| item.is_shown())
                .map(|item| item.id)
                .collect();
            let renewals = match &after.place {
                Some(place)
                    if ctx
                        .look_ahead()
                        .field("results")
                        .field("accessRenewal")
                        .exists() =>
                {
                    access_renewal::by_ids(ctx, place, &shown).await?
                }
                _ => HashMap::new(),
            };
            let locale = scope.caller.locale();
            let result =
                |(place, item): (usize, Item<AccessRenewalId, DecideAccessRenewalsOutcome>)| {
                    let access_renewal =
                        renewals.get(&item.id).filter(|_| item.is_shown()).cloned();
                    let (code, message) = told(item.code, locale);
                    DecideAccessRenewalsResult {
                        index: index(place),
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
