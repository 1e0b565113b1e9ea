//! Mutations of reuses: people submit them, holders of MANAGE_REUSES decide (REUSE-1).

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, OutputType, SimpleObject};

use super::{
    AfterCommit, BulkCommand, BulkOptions, BulkPayload, CatalogueError, FormErrors, Nullable,
    Options, Report, bulk::ItemResult, refusable, shown_ids, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{DatasetId, ReuseId},
        outcome::DecideReusesOutcome,
        permission::Permission,
    },
    graphql::{
        guard,
        object::reuse::{self, Reuse},
        scalar::Id,
    },
    service::{
        Failure,
        reuse::{
            decide::{self, ApproveReuses, DecideReuses, DeleteReuses, RejectReuses, Verb},
            submit::{self, SubmitReuse, SubmitTarget},
        },
        write::Committed,
    },
    words::message::{self, all_of},
};

/// The reuse to submit: a new one of a dataset, or one of your own to change. Exactly one of
/// `datasetId` and `id` is required.
#[derive(Debug, InputObject)]
pub struct SubmitReuseInput {
    /// The dataset that was used. You may browse it.
    pub dataset_id: Option<Id<DatasetId>>,
    /// The reuse to change. You submitted it. FORBIDDEN if you may not browse its dataset any more.
    pub id: Option<Id<ReuseId>>,
    /// The title: 1 to 200 characters.
    pub title: String,
    /// The address of the reuse: http or https, at most 2,000 characters, without a user name or
    /// password (INVALID_URL). It is kept as browsers write it.
    pub url: String,
    /// The description: at most 2,000 characters.
    pub description: Option<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SubmitReusePayload {
    /// The reuse after the call; null if `errors` has any, and with `dryRun` for a new one.
    pub reuse: Option<Reuse>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The reuses to approve.
#[derive(Debug, InputObject)]
pub struct ApproveReusesInput {
    /// The reuses, 1 to 1,000. All must belong to the workspace of the first id whose workspace you are
    /// active in. A repeated id is DUPLICATE.
    pub ids: Vec<Id<ReuseId>>,
    /// A message to the submitters, at most 500 characters.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The reuses to reject.
#[derive(Debug, InputObject)]
pub struct RejectReusesInput {
    /// The reuses, 1 to 1,000. All must belong to the workspace of the first id whose workspace you are
    /// active in. A repeated id is DUPLICATE.
    pub ids: Vec<Id<ReuseId>>,
    /// The reason, at most 500 characters. The submitters can read it.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The reuses to delete.
#[derive(Debug, InputObject)]
pub struct DeleteReusesInput {
    /// The reuses, 1 to 1,000. All must belong to the workspace of the first id whose workspace you are
    /// active in. A repeated id is DUPLICATE.
    pub ids: Vec<Id<ReuseId>>,
    /// The reason, at most 500 characters, for the audit log.
    pub reason: Option<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The reuse of an item.
#[derive(Debug, SimpleObject)]
pub struct ReuseAfter {
    /// The reuse after the call; null if it was deleted, or if you may not see it.
    pub reuse: Option<Reuse>,
}

impl<V: Verb> BulkCommand for DecideReuses<V> {
    type Outcome = DecideReusesOutcome;
    type Error = CatalogueError;
    type After = ReuseAfter;
}

/// Mutations of reuses.
#[derive(Debug, Default)]
pub struct ReuseMutation;

/// Mutations of reuses.
#[Object]
impl ReuseMutation {
    /// Submits something that you made with a dataset that you may browse. You need not be a member of
    /// the workspace; disabled members cannot submit anything (MEMBERSHIP_DISABLED). The reuse waits
    /// as PENDING until a holder of MANAGE_REUSES approves or rejects it; you are notified by e-mail.
    /// If you change a reuse, it waits again. LIMIT_REACHED after 10 submissions a day in one
    /// workspace, new ones and changes together. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn submit_reuse(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reuse to submit.")] input: SubmitReuseInput,
    ) -> Nullable<SubmitReusePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let target = match (input.dataset_id, input.id) {
                (Some(dataset), None) => SubmitTarget::New(dataset.0),
                (None, Some(id)) => SubmitTarget::Again(id.0),
                _ => {
                    let names = all_of(&["datasetId", "id"]);
                    return Err(Failure::bad_input(message::exactly_one_of(names)).into());
                }
            };
            let command = SubmitReuse {
                target,
                title: input.title,
                url: input.url,
                description: input.description,
            };
            let mut committed =
                submit::submit(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let reuse = match (&after.view, committed.output.reuse_id) {
                (Some(view), Some(id)) => reuse::by_ids(ctx, view, &[id]).await?.remove(&id),
                _ => None,
            };
            Ok(SubmitReusePayload {
                reuse,
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Approves reuses and notifies their submitters by e-mail. Requires MANAGE_REUSES. A rejected
    /// reuse can be approved later; one that is approved already is UNCHANGED.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageReuses))]
    async fn approve_reuses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reuses to approve.")] input: ApproveReusesInput,
    ) -> Nullable<BulkPayload<ApproveReuses>> {
        let ApproveReusesInput {
            ids,
            reason,
            options,
        } = input;
        refusable(decided(ctx, ids, reason, options)).await
    }

    /// Rejects reuses and notifies their submitters by e-mail. Requires MANAGE_REUSES. An approved
    /// reuse can be rejected later; one that is rejected already is UNCHANGED.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageReuses))]
    async fn reject_reuses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reuses to reject.")] input: RejectReusesInput,
    ) -> Nullable<BulkPayload<RejectReuses>> {
        let RejectReusesInput {
            ids,
            reason,
            options,
        } = input;
        refusable(decided(ctx, ids, reason, options)).await
    }

    /// Deletes reuses in any state. Requires MANAGE_REUSES. This cannot be undone, and the submitters
    /// are not notified.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageReuses))]
    async fn delete_reuses(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The reuses to delete.")] input: DeleteReusesInput,
    ) -> Nullable<BulkPayload<DeleteReuses>> {
        let DeleteReusesInput {
            ids,
            reason,
            options,
        } = input;
        refusable(decided(ctx, ids, reason, options)).await
    }
}

/// What the three mutations over reuses do.
async fn decided<V: Verb>(
    ctx: &Context<'_>,
    ids: Vec<Id<ReuseId>>,
    reason: Option<String>,
    options: BulkOptions,
) -> async_graphql::Result<BulkPayload<DecideReuses<V>>>
where
    ItemResult<DecideReuses<V>>: OutputType,
{
    let scope = signed_in_scope(ctx)?;
    let command = DecideReuses::<V>::new(unwrap_ids(ids), reason, options.atomic());
    let options = options.read(ctx)?;
    let mut committed: Committed<decide::Output> =
        decide::decide(&scope.deps, &scope.caller, command, options).await?;
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let shown = ctx.look_ahead().field("results").field("reuse").exists();
    let reuses = match &after.view {
        Some(view) if shown => reuse::by_ids(ctx, view, &shown_ids(&committed)).await?,
        _ => HashMap::new(),
    };
    BulkPayload::new(ctx, committed, after, |_, item| ReuseAfter {
        reuse: reuses.get(&item.id).filter(|_| item.is_shown()).cloned(),
    })
}
