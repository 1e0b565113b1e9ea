//! Mutations that distribute datasets and pages to secondary workspaces, and withdraw them (DIST-1).

use std::{collections::HashMap, marker::PhantomData, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, CatalogueError, FormErrors, Nullable, Report, code_and_message,
    index, refusable, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{ItemId, ItemKind, WorkspaceId},
        outcome::DistributeOutcome,
        permission::Permission,
    },
    graphql::{guard, object::resource::Resource, scalar::Id},
    service::{
        bulk::Item,
        distribution::{self as service, Direction, Distribute, Pair},
        item,
    },
};

/// The datasets to distribute, and to which workspaces.
#[derive(Debug, InputObject)]
pub struct DistributeDatasetsInput {
    /// The secondary workspaces, 1 to 100. All must belong to the main workspace of the first id whose
    /// main workspace you are active in.
    pub workspace_ids: Vec<Id<WorkspaceId>>,
    /// The datasets of the main workspace, 1 to 1,000. With the workspaces, at most 1,000 pairs.
    pub ids: Vec<Id<ItemId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The datasets to withdraw, and from which workspaces.
#[derive(Debug, InputObject)]
pub struct WithdrawDatasetsInput {
    /// The secondary workspaces, 1 to 100. All must belong to the main workspace of the first id whose
    /// main workspace you are active in.
    pub workspace_ids: Vec<Id<WorkspaceId>>,
    /// The datasets of the main workspace, 1 to 1,000. With the workspaces, at most 1,000 pairs.
    pub ids: Vec<Id<ItemId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The pages to distribute, and to which workspaces.
#[derive(Debug, InputObject)]
pub struct DistributePagesInput {
    /// The secondary workspaces, 1 to 100. All must belong to the main workspace of the first id whose
    /// main workspace you are active in.
    pub workspace_ids: Vec<Id<WorkspaceId>>,
    /// The pages of the main workspace, 1 to 1,000. With the workspaces, at most 1,000 pairs.
    pub ids: Vec<Id<ItemId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The pages to withdraw, and from which workspaces.
#[derive(Debug, InputObject)]
pub struct WithdrawPagesInput {
    /// The secondary workspaces, 1 to 100. All must belong to the main workspace of the first id whose
    /// main workspace you are active in.
    pub workspace_ids: Vec<Id<WorkspaceId>>,
    /// The pages of the main workspace, 1 to 1,000. With the workspaces, at most 1,000 pairs.
    pub ids: Vec<Id<ItemId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result of one item in one workspace.
#[derive(Debug, SimpleObject)]
pub struct DistributeResult {
    /// The position of the pair, starting from 0: the first item in each of the workspaces, then the
    /// second one.
    pub index: i32,
    /// The id of the dataset or page.
    pub target_id: Option<ID>,
    /// The id of the workspace.
    pub workspace_id: Option<ID>,
    /// What was done; null if the pair failed.
    pub outcome: Option<DistributeOutcome>,
    /// Why the pair failed, for programs: NOT_FOUND, DUPLICATE, MAIN_WORKSPACE, COPY, FORBIDDEN, TAKEN,
    /// LIMIT_REACHED or ROLLED_BACK; null if it did not.
    pub code: Option<String>,
    /// Why the pair failed, for people, in your language.
    pub message: Option<String>,
    /// The original after the call; null if you may not see it.
    pub item: Option<Resource>,
}

/// The mutation `distributeDatasets`.
#[derive(Debug)]
pub struct DistributeDatasets;

/// The mutation `withdrawDatasets`.
#[derive(Debug)]
pub struct WithdrawDatasets;

/// The mutation `distributePages`.
#[derive(Debug)]
pub struct DistributePages;

/// The mutation `withdrawPages`.
#[derive(Debug)]
pub struct WithdrawPages;

/// The result of the call.
#[derive(Debug, SimpleObject)]
#[graphql(
    concrete(name = "DistributeDatasetsPayload", params(DistributeDatasets)),
    concrete(name = "WithdrawDatasetsPayload", params(WithdrawDatasets)),
    concrete(name = "DistributePagesPayload", params(DistributePages)),
    concrete(name = "WithdrawPagesPayload", params(WithdrawPages))
)]
pub struct DistributionPayload<M: Send + Sync> {
    /// One result for each pair of an item and a workspace, in order; empty if `errors` has any.
    pub results: Vec<DistributeResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
    #[graphql(skip)]
    mutation: PhantomData<M>,
}

/// Mutations of distributions.
#[derive(Debug, Default)]
pub struct DistributionMutation;

/// Mutations of distributions.
#[Object]
impl DistributionMutation {
    /// Distributes datasets to secondary workspaces: each gets an unpublished copy without an owner.
    /// Records and identifier of a copy always follow the original; title, description, theme and
    /// visibility in searches do until they are changed there. A copy starts with the security of the
    /// original, and is restricted whenever the original becomes RESTRICTED. Deleting the original
    /// deletes its copies. Requires MANAGE_SECONDARY_WORKSPACES in the main workspace, BROWSE access to
    /// all records of each dataset, and MANAGE_SECURITY access if it is RESTRICTED. `effects` is always
    /// empty because members of a secondary workspace are shown to its own administrators only.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, MAIN_WORKSPACE, COPY, FORBIDDEN (you do not see all
    /// records, or do not manage the security of a restricted dataset), TAKEN (another dataset there
    /// has or had the identifier), LIMIT_REACHED (it has 100 copies), ROLLED_BACK (atomic, and another
    /// pair failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces))]
    async fn distribute_datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The datasets to distribute, and to which workspaces.")]
        input: DistributeDatasetsInput,
    ) -> Nullable<DistributionPayload<DistributeDatasets>> {
        let DistributeDatasetsInput {
            workspace_ids,
            ids,
            options,
        } = input;
        let what = (ItemKind::Dataset, Direction::Distribute);
        refusable(run(ctx, what, (ids, workspace_ids), options)).await
    }

    /// Withdraws datasets from secondary workspaces: their copies there are deleted, and access to them
    /// ends at once. Requires MANAGE_SECONDARY_WORKSPACES in the main workspace. A dataset that is
    /// distributed again gets a new copy. `effects` is always empty because members of a secondary
    /// workspace are shown to its own administrators only.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, MAIN_WORKSPACE, COPY, ROLLED_BACK (atomic, and another
    /// pair failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces))]
    async fn withdraw_datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The datasets to withdraw, and from which workspaces.")]
        input: WithdrawDatasetsInput,
    ) -> Nullable<DistributionPayload<WithdrawDatasets>> {
        let WithdrawDatasetsInput {
            workspace_ids,
            ids,
            options,
        } = input;
        let what = (ItemKind::Dataset, Direction::Withdraw);
        refusable(run(ctx, what, (ids, workspace_ids), options)).await
    }

    /// Distributes pages to secondary workspaces: each gets a copy without an owner, which cannot be
    /// changed there and follows the original. A copy starts with the security of the original, and is
    /// restricted whenever the original becomes RESTRICTED. Deleting the original deletes its copies.
    /// Requires MANAGE_SECONDARY_WORKSPACES in the main workspace, BROWSE access to each page, and
    /// MANAGE_SECURITY access if it is RESTRICTED. `effects` is always empty because members of a
    /// secondary workspace are shown to its own administrators only.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, MAIN_WORKSPACE, COPY, FORBIDDEN (you do not manage the
    /// security of a restricted page), TAKEN (another page there has or had the slug), LIMIT_REACHED
    /// (it has 100 copies), ROLLED_BACK (atomic, and another pair failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces))]
    async fn distribute_pages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pages to distribute, and to which workspaces.")]
        input: DistributePagesInput,
    ) -> Nullable<DistributionPayload<DistributePages>> {
        let DistributePagesInput {
            workspace_ids,
            ids,
            options,
        } = input;
        let what = (ItemKind::Page, Direction::Distribute);
        refusable(run(ctx, what, (ids, workspace_ids), options)).await
    }

    /// Withdraws pages from secondary workspaces: their copies there are deleted, and access to them
    /// ends at once. Requires MANAGE_SECONDARY_WORKSPACES in the main workspace. A page that is
    /// distributed again gets a new copy. `effects` is always empty because members of a secondary
    /// workspace are shown to its own administrators only.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, MAIN_WORKSPACE, COPY, ROLLED_BACK (atomic, and another
    /// pair failed).
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces))]
    async fn withdraw_pages(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The pages to withdraw, and from which workspaces.")]
        input: WithdrawPagesInput,
    ) -> Nullable<DistributionPayload<WithdrawPages>> {
        let WithdrawPagesInput {
            workspace_ids,
            ids,
            options,
        } = input;
        let what = (ItemKind::Page, Direction::Withdraw);
        refusable(run(ctx, what, (ids, workspace_ids), options)).await
    }
}

/// What the four mutations do.
async fn run<M: Send + Sync>(
    ctx: &Context<'_>,
    (kind, direction): (ItemKind, Direction),
    (ids, workspace_ids): (Vec<Id<ItemId>>, Vec<Id<WorkspaceId>>),
    options: BulkOptions,
) -> async_graphql::Result<DistributionPayload<M>> {
    let scope = signed_in_scope(ctx)?;
    let command = Distribute {
        kind,
        direction,
        workspace_ids: unwrap_ids(workspace_ids),
        ids: unwrap_ids(ids),
        atomic: options.atomic(),
    };
    let options = options.read(ctx)?;
    let mut committed = service::run(&scope.deps, &scope.caller, command, options).await?;
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let is_selected = ctx.look_ahead().field("results").field("item").exists();
    let mut rows = HashMap::new();
    if let Some(view) = after.view.as_ref().filter(|_| is_selected) {
        let shown = committed.output.iter().filter(|result| result.is_shown());
        let mut ids: Vec<ItemId> = shown.map(|result| result.id.item).collect();
        ids.sort_unstable();
        ids.dedup();
        let seen = item::seen(&scope.deps, &view.access, &ids).await?;
        let seen = seen.into_iter().map(|row| (row.facts.id, Arc::new(row)));
        rows.extend(seen);
    }
    let locale = scope.caller.locale();
    let result = |(position, result): (usize, Item<Pair, DistributeOutcome>)| {
        let row = rows.get(&result.id.item).filter(|_| result.is_shown());
        let item = after.view.as_ref().zip(row);
        let (code, message) = code_and_message(result.code, result.limit, locale);
        DistributeResult {
            index: index(position),
            target_id: Some(ID(result.id.item.to_string())),
            workspace_id: Some(ID(result.id.workspace.to_string())),
            outcome: result.outcome,
            code,
            message,
            item: item.map(|(view, row)| Resource::of(view, Arc::clone(row))),
        }
    };
    let results = committed.output.into_iter().enumerate();
    Ok(DistributionPayload {
        results: results.map(result).collect(),
        errors: CatalogueError::all(committed.errors, locale),
        report: after.report,
        mutation: PhantomData,
    })
}
