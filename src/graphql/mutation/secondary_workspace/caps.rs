//! `setWorkspaceCaps` (WS-12).

use std::collections::HashMap;

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use super::view_after;
use crate::{
    domain::{id::WorkspaceId, permission::Permission},
    graphql::{
        guard,
        mutation::{
            AfterCommit, BulkOptions, FormErrors, Nullable, QuotaError, Report, code_and_message,
            index,
            quota::{LicenseValueInput, license_values},
            refusable, signed_in_scope, unwrap_ids,
        },
        object::workspace::Workspace,
        scalar::Id,
    },
    service::{
        Failure,
        bulk::Item,
        workspace::{self as service, SetWorkspaceCaps},
    },
};

/// The caps to set, and the secondary workspaces that they apply to.
#[derive(Debug, InputObject)]
pub struct SetWorkspaceCapsInput {
    /// The secondary workspaces, 1 to 100. All must belong to the main workspace of the first id
    /// that you may see. A repeated id is DUPLICATE.
    pub workspace_ids: Vec<Id<WorkspaceId>>,
    /// The caps of each of them, 1 to 100, from now on. Null as the limit removes a cap; caps of other
    /// types stay unchanged. LICENSE_EXCEEDED if one is above the license's limit of the same period.
    /// A cap can be below what is used: then nothing more can be used.
    pub values: Vec<LicenseValueInput>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result of one workspace.
#[derive(Debug, SimpleObject)]
pub struct WorkspaceResult {
    /// The position of the item in the call, starting from 0.
    pub index: i32,
    /// The id of the workspace that the item is about.
    pub target_id: Option<ID>,
    /// Why the item failed, for programs: NOT_FOUND, DUPLICATE, MAIN_WORKSPACE or ROLLED_BACK; null if
    /// it did not.
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The workspace after the call; null if you may not see it.
    pub workspace: Option<Workspace>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetWorkspaceCapsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<WorkspaceResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations of caps.
#[derive(Debug, Default)]
pub struct WorkspaceCapsMutation;

/// Mutations of caps.
#[Object]
impl WorkspaceCapsMutation {
    /// Sets or removes the caps of secondary workspaces: what each can use of the license. Requires
    /// MANAGE_SECONDARY_WORKSPACES in the main workspace. The caps of all secondary workspaces
    /// together can exceed the license. `effects` is always empty because members of a secondary
    /// workspace are shown to its own administrators only. Codes of items: NOT_FOUND, DUPLICATE,
    /// MAIN_WORKSPACE, ROLLED_BACK.
    #[graphql(directive = guard::requires::apply(Permission::ManageSecondaryWorkspaces))]
    async fn set_workspace_caps(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The caps to set, and the secondary workspaces that they apply to.")]
        input: SetWorkspaceCapsInput,
    ) -> Nullable<SetWorkspaceCapsPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = SetWorkspaceCaps {
                workspace_ids: unwrap_ids(input.workspace_ids),
                values: license_values(Some(input.values))?,
                atomic: input.options.atomic(),
            };
            let options = input.options.read(ctx)?;
            let mut committed =
                service::set_caps(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let workspaces = workspaces_after(ctx, &committed.output).await?;
            let locale = scope.caller.locale();
            let result = |(position, item): (usize, Item<WorkspaceId, ()>)| {
                let workspace = workspaces.get(&item.id).cloned();
                let (code, message) = code_and_message(item.code, item.limit, locale);
                WorkspaceResult {
                    index: index(position),
                    target_id: Some(ID(item.id.to_string())),
                    code,
                    message,
                    workspace,
                }
            };
            let items = committed.output.into_iter().enumerate();
            Ok(SetWorkspaceCapsPayload {
                results: items.map(result).collect(),
                errors: QuotaError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}

/// The workspaces of the items that may be shown, if they are asked for.
async fn workspaces_after(
    ctx: &Context<'_>,
    items: &[Item<WorkspaceId, ()>],
) -> Result<HashMap<WorkspaceId, Workspace>, Failure> {
    let mut workspaces = HashMap::new();
    if !ctx
        .look_ahead()
        .field("results")
        .field("workspace")
        .exists()
    {
        return Ok(workspaces);
    }
    for item in items.iter().filter(|item| item.is_shown()) {
        if !workspaces.contains_key(&item.id)
            && let Some(view) = view_after(ctx, item.id).await?
        {
            workspaces.insert(item.id, Workspace::of(view.access));
        }
    }
    Ok(workspaces)
}
