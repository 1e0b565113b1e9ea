//! The mutation of ownership, of datasets and pages alike.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, CatalogueError, FormErrors, Nullable, Report, code_and_message,
    index, refusable, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{ItemId, MembershipId},
        outcome::TransferOwnershipOutcome,
        permission::Permission,
    },
    graphql::{guard, object::resource::Resource, scalar::Id},
    service::{
        bulk::Item,
        item::{self as service, TransferOwnership},
    },
};

/// The datasets and pages to transfer, and the new owner.
#[derive(Debug, InputObject)]
pub struct TransferOwnershipInput {
    /// The datasets and pages, 1 to 1,000. All must belong to the workspace of the first id whose
    /// workspace you are active in. A repeated id is DUPLICATE.
    pub ids: Vec<Id<ItemId>>,
    /// The new owner: a member whose membership has not ended (NOT_FOUND, NOT_ACTIVE).
    pub membership_id: Id<MembershipId>,
    /// If true, the member can get more datasets than their limit of DATASETS allows. Only for
    /// administrators; anyone else gets FORBIDDEN. Default: false.
    pub over_quota: Option<bool>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result of one item.
#[derive(Debug, SimpleObject)]
pub struct TransferOwnershipResult {
    /// The position of the item in `ids`, starting from 0.
    pub index: i32,
    /// The id of the dataset or page.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<TransferOwnershipOutcome>,
    /// Why the item failed: NOT_FOUND, DUPLICATE, FORBIDDEN (to yourself, to an administrator, or
    /// more than you may do with it yourself), QUOTA_EXCEEDED (the member may own no more
    /// datasets), ROLLED_BACK (atomic, and another item failed).
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The dataset or page after the call; null if you may not see it.
    pub resource: Option<Resource>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct TransferOwnershipPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<TransferOwnershipResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutation of ownership.
#[derive(Debug, Default)]
pub struct OwnershipMutation;

/// The mutation of ownership.
#[Object]
impl OwnershipMutation {
    /// Transfers the ownership of datasets and pages to another member. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Owners can edit and delete what they own while they hold the
    /// permission to create such items. For this reason, only an administrator can transfer items
    /// to themselves or to an administrator; others can transfer only items that they can delete,
    /// or whose security they manage, for at least as long as the access of the new owner lasts.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn transfer_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The datasets and pages to transfer, and the new owner.")]
        input: TransferOwnershipInput,
    ) -> Nullable<TransferOwnershipPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = TransferOwnership {
                ids: unwrap_ids(input.ids),
                membership_id: input.membership_id.0,
                over_quota: input.over_quota.unwrap_or_default(),
                atomic: input.options.atomic(),
            };
            let mut committed = service::transfer(
                &scope.deps,
                &scope.caller,
                command,
                input.options.read(ctx)?,
            )
            .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let is_selected = ctx.look_ahead().field("results").field("resource").exists();
            let mut items_by_id = HashMap::new();
            if let Some(view) = after.view.as_ref().filter(|_| is_selected) {
                let named_ids: Vec<ItemId> = committed
                    .output
                    .iter()
                    .filter(|item| item.is_shown())
                    .map(|item| item.id)
                    .collect();
                let rows = service::seen(&scope.deps, &view.access, &named_ids).await?;
                items_by_id.extend(
                    rows.into_iter()
                        .map(|row| (row.facts.id, (view.clone(), Arc::new(row)))),
                );
            }
            let locale = scope.caller.locale();
            let result = |(position, item): (usize, Item<ItemId, TransferOwnershipOutcome>)| {
                let resource = items_by_id.get(&item.id).filter(|_| item.is_shown());
                let resource = resource.map(|(view, row)| Resource::of(view, Arc::clone(row)));
                let (code, message) = code_and_message(item.code, locale);
                TransferOwnershipResult {
                    index: index(position),
                    target_id: Some(ID(item.id.to_string())),
                    outcome: item.outcome,
                    code,
                    message,
                    resource,
                }
            };
            Ok(TransferOwnershipPayload {
                results: committed
                    .output
                    .into_iter()
                    .enumerate()
                    .map(result)
                    .collect(),
                errors: CatalogueError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
