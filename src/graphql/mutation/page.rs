//! Mutations of pages.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, CatalogueError, FormErrors, Nullable, Options, Report,
    dataset::{clearable, item_after},
    refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{ItemKind, PageId, WorkspaceId},
        permission::Permission,
        vocabulary::Security,
    },
    graphql::{
        guard,
        object::resource::{Page, Resource},
        scalar::Id,
        scope::Scope,
    },
    service::{
        item::{self as service, Acted, CreateItem, PageChange},
        write::Committed,
    },
};

/// The page to create. You own it, and it is unpublished.
#[derive(Debug, InputObject)]
pub struct CreatePageInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The slug: 1 to 100 characters of a-z, 0-9, - and _, starting with a letter or a digit
    /// (INVALID_IDENTIFIER). It is unique in the workspace (TAKEN), cannot be changed and is never
    /// used again, even after the page is deleted.
    pub slug: String,
    /// The title: 1 to 200 characters.
    pub title: String,
    /// The content: at most 50,000 characters.
    pub content: Option<String>,
    /// Whether the page is open or restricted once it is published. Setting it requires
    /// MANAGE_OWN_PAGES_SECURITY. Default: OPEN.
    pub security: Option<Security>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a page. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UpdatePageInput {
    /// The page.
    pub id: Id<PageId>,
    /// The title: 1 to 200 characters. Null leaves it unchanged.
    pub title: Option<String>,
    /// The content: at most 50,000 characters. Null removes it.
    pub content: MaybeUndefined<String>,
    /// Whether the page is published. Null leaves it unchanged.
    pub published: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The page to delete.
#[derive(Debug, InputObject)]
pub struct DeletePageInput {
    /// The page.
    pub id: Id<PageId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Who can see a page once it is published.
#[derive(Debug, InputObject)]
pub struct SetPageSecurityInput {
    /// The page.
    pub id: Id<PageId>,
    /// OPEN: everybody who can enter the workspace. RESTRICTED: holders of BROWSE_ALL_PAGES or of
    /// access to this page.
    pub security: Security,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreatePagePayload {
    /// The new page; null if the call was refused, and with `dryRun`.
    pub page: Option<Page>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdatePagePayload {
    /// The page after the call.
    pub page: Option<Page>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetPageSecurityPayload {
    /// The page after the call.
    pub page: Option<Page>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeletePagePayload {
    /// The id of what was deleted, or would be deleted with `dryRun`.
    pub deleted_page_id: Option<ID>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The parts of a payload about the changed page.
async fn payload_parts(
    ctx: &Context<'_>,
    mut committed: Committed<Acted>,
) -> async_graphql::Result<(Option<Page>, Vec<CatalogueError>, Report)> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let item = item_after(ctx, &after, &committed, committed.output.id).await?;
    let errors = CatalogueError::all(committed.errors, Scope::of(ctx)?.caller.locale());
    Ok((item.and_then(Resource::page), errors, after.report))
}

/// Mutations of pages.
#[derive(Debug, Default)]
pub struct PageMutation;

/// Mutations of pages.
#[Object]
impl PageMutation {
    /// Creates an unpublished page that you own. Requires CREATE_PAGES.
    #[graphql(directive = guard::requires::apply(Permission::CreatePages))]
    async fn create_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page to create.")] input: CreatePageInput,
    ) -> Nullable<CreatePagePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateItem {
                kind: ItemKind::Page,
                workspace_id: input.workspace_id.0,
                name: input.slug,
                title: input.title,
                text: input.content,
                theme: None,
                record_count: 0,
                hidden_from_search: false,
                security: input.security,
            };
            let mut committed =
                service::create(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let page = item_after(ctx, &after, &committed, committed.output.id)
                .await?
                .and_then(Resource::page);
            Ok(CreatePagePayload {
                page,
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Updates the texts of a page, and publishes or unpublishes it. Requires EDIT access to it:
    /// EDIT_ALL_PAGES, or CREATE_PAGES as its owner, or an EDIT grant.
    #[graphql(directive = guard::requires::apply(Permission::EditAllPages))]
    async fn update_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a page.")] input: UpdatePageInput,
    ) -> Nullable<UpdatePagePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let (page, options) = (input.id.0, input.options.read(ctx)?);
            let change = PageChange {
                title: input.title,
                content: clearable(input.content),
                published: input.published,
            };
            let committed =
                service::update_page(&scope.deps, &scope.caller, page, change, options).await?;
            let (page, errors, report) = payload_parts(ctx, committed).await?;
            Ok(UpdatePagePayload {
                page,
                errors,
                report,
            })
        })
        .await
    }

    /// Deletes a page. Access to it ends at once, and its slug is never used again. Requires DELETE
    /// access to it: EDIT_ALL_PAGES, or CREATE_PAGES as its owner.
    #[graphql(directive = guard::requires::apply(Permission::EditAllPages))]
    async fn delete_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page to delete.")] input: DeletePageInput,
    ) -> Nullable<DeletePagePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let page = input.id.0;
            let mut committed = service::delete(
                &scope.deps,
                &scope.caller,
                page.into(),
                input.options.read(ctx)?,
            )
            .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeletePagePayload {
                deleted_page_id: committed.output.id.map(|id| ID(id.to_string())),
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Opens a page to everybody who can enter the workspace, or restricts it. Requires
    /// MANAGE_SECURITY access to it: EDIT, and MANAGE_OWN_PAGES_SECURITY or a MANAGE_SECURITY
    /// grant.
    #[graphql(directive = guard::requires::apply(Permission::ManageOwnPagesSecurity))]
    async fn set_page_security(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who can see a page once it is published.")] input: SetPageSecurityInput,
    ) -> Nullable<SetPageSecurityPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let page = input.id.0;
            let committed = service::set_security(
                &scope.deps,
                &scope.caller,
                page.into(),
                input.security,
                input.options.read(ctx)?,
            )
            .await?;
            let (page, errors, report) = payload_parts(ctx, committed).await?;
            Ok(SetPageSecurityPayload {
                page,
                errors,
                report,
            })
        })
        .await
    }
}
