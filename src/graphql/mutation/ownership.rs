//! The mutation of ownership, of datasets and pages alike.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkCommand, BulkOptions, BulkPayload, CatalogueError, Nullable, refusable,
    shown_ids, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{ItemId, MembershipId},
        outcome::TransferOwnershipOutcome,
        permission::Permission,
    },
    graphql::{guard, object::resource::Resource, scalar::Id},
    service::item::{self as service, TransferOwnership},
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

/// The dataset or page of an item.
#[derive(Debug, SimpleObject)]
pub struct ResourceAfter {
    /// The dataset or page after the call; null if you may not see it.
    pub resource: Option<Resource>,
}

impl BulkCommand for TransferOwnership {
    type Outcome = TransferOwnershipOutcome;
    type Error = CatalogueError;
    type After = ResourceAfter;
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
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, FORBIDDEN (to yourself, to an administrator, or more
    /// than you may do with it yourself), COPY (it was distributed), QUOTA_EXCEEDED (the member may own no more datasets),
    /// ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn transfer_ownership(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The datasets and pages to transfer, and the new owner.")]
        input: TransferOwnershipInput,
    ) -> Nullable<BulkPayload<TransferOwnership>> {
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
                let rows = service::seen(&scope.deps, &view.access, &shown_ids(&committed)).await?;
                items_by_id.extend(
                    rows.into_iter()
                        .map(|row| (row.facts.id, (view.clone(), Arc::new(row)))),
                );
            }
            BulkPayload::new(ctx, committed, after, |_, item| {
                let row = items_by_id.get(&item.id).filter(|_| item.is_shown());
                ResourceAfter {
                    resource: row.map(|(view, row)| Resource::of(view, Arc::clone(row))),
                }
            })
        })
        .await
    }
}
