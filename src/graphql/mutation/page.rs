//! Mutations of pages.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, CatalogueError, FormErrors, Nullable, Options, Report,
    dataset::{clearable, resolved},
    refusable, signed_in,
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

/// The page that is to be made; you own it, and it is unpublished.
#[derive(Debug, InputObject)]
pub struct CreatePageInput {
    /// Where.
    pub workspace_id: Id<WorkspaceId>,
    /// Its slug: 1 to 100 of a-z, 0-9, - and _, beginning with a letter or a digit
    /// (INVALID_IDENTIFIER). Unique in the workspace (TAKEN), fixed for good and never used
    /// again, not even after the page is deleted.
    pub slug: String,
    /// Its title: 1 to 200 characters.
    pub title: String,
    /// What stands on it: at most 50,000 characters.
    pub content: Option<String>,
    /// Open or restricted, which takes hold once it is published; absent: OPEN. To give it
    /// requires MANAGE_OWN_PAGES_SECURITY.
    pub security: Option<Security>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What is to change about a page; what is absent stays.
#[derive(Debug, InputObject)]
pub struct UpdatePageInput {
    /// Which page.
    pub id: Id<PageId>,
    /// Its title: 1 to 200 characters; null leaves it.
    pub title: Option<String>,
    /// What stands on it: at most 50,000 characters; null clears it.
    pub content: MaybeUndefined<String>,
    /// Whether it is published; null leaves it.
    pub published: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The page that is to be deleted.
#[derive(Debug, InputObject)]
pub struct DeletePageInput {
    /// Which page.
    pub id: Id<PageId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Who may see a page once it is published.
#[derive(Debug, InputObject)]
pub struct SetPageSecurityInput {
    /// Which page.
    pub id: Id<PageId>,
    /// OPEN: whoever may enter the workspace. RESTRICTED: holders of BROWSE_ALL_PAGES or of
    /// access to this page.
    pub security: Security,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct CreatePagePayload {
    /// The page; null if it was refused, and on a dry run.
    pub page: Option<Page>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdatePagePayload {
    /// The page as it is now.
    pub page: Option<Page>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetPageSecurityPayload {
    /// The page as it is now.
    pub page: Option<Page>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct DeletePagePayload {
    /// The id of what was deleted, or with `dryRun` would be.
    pub deleted_page_id: Option<ID>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The parts of a payload about the page that was acted on.
async fn acted(
    ctx: &Context<'_>,
    mut committed: Committed<Acted>,
) -> async_graphql::Result<(Option<Page>, Vec<CatalogueError>, Report)> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let item = resolved(ctx, &after, &committed, committed.output.id).await?;
    let errors = CatalogueError::all(committed.errors, Scope::of(ctx)?.caller.locale());
    Ok((item.and_then(Resource::page), errors, after.report))
}

/// Mutations of pages.
#[derive(Debug, Default)]
pub struct PageMutation;

/// Mutations of pages.
#[Object]
impl PageMutation {
    /// Makes a page of your own, unpublished. Requires CREATE_PAGES.
    #[graphql(directive = guard::requires::apply(Permission::CreatePages))]
    async fn create_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page that is to be made.")] input: CreatePageInput,
    ) -> Nullable<CreatePagePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = CreateItem {
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
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let page = resolved(ctx, &after, &committed, committed.output.id)
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

    /// Changes a page's texts, publishes or unpublishes it. Requires EDIT of it: EDIT_ALL_PAGES, or
    /// CREATE_PAGES as its owner, or an EDIT grant.
    #[graphql(directive = guard::requires::apply(Permission::EditAllPages))]
    async fn update_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdatePageInput,
    ) -> Nullable<UpdatePagePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let (page, options) = (input.id.0, input.options.read(ctx)?);
            let change = PageChange {
                title: input.title,
                content: clearable(input.content),
                published: input.published,
            };
            let committed =
                service::update_page(&scope.deps, &scope.caller, page, change, options).await?;
            let (page, errors, report) = acted(ctx, committed).await?;
            Ok(UpdatePagePayload {
                page,
                errors,
                report,
            })
        })
        .await
    }

    /// Deletes a page; access to it ends at once, and its slug is never used again. Requires DELETE
    /// of it: EDIT_ALL_PAGES, or CREATE_PAGES as its owner.
    #[graphql(directive = guard::requires::apply(Permission::EditAllPages))]
    async fn delete_page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The page that is to be deleted.")] input: DeletePageInput,
    ) -> Nullable<DeletePagePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
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

    /// Opens a page to whoever may enter the workspace, or restricts it. Requires MANAGE_SECURITY
    /// of it: EDIT, and MANAGE_OWN_PAGES_SECURITY or a MANAGE_SECURITY grant.
    #[graphql(directive = guard::requires::apply(Permission::ManageOwnPagesSecurity))]
    async fn set_page_security(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who may see which page.")] input: SetPageSecurityInput,
    ) -> Nullable<SetPageSecurityPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let page = input.id.0;
            let committed = service::set_security(
                &scope.deps,
                &scope.caller,
                page.into(),
                input.security,
                input.options.read(ctx)?,
            )
            .await?;
            let (page, errors, report) = acted(ctx, committed).await?;
            Ok(SetPageSecurityPayload {
                page,
                errors,
                report,
            })
        })
        .await
    }
}
