//! Mutations of pages.

use async_graphql::{Context, ID, MaybeUndefined, Object};

use super::{
    Aftermath, CatalogueError, Nullable,
    dataset::{answered, clearable, resolved},
    id,
    payload::{input, payload},
    refusable, signed_in,
};
use crate::{
    domain::{
        id::{PageId, WorkspaceId},
        permission::Permission,
        vocabulary::Security,
    },
    graphql::{
        guard,
        object::resource::{Page, Resource},
        scope::Scope,
    },
    service::{
        item::{self as service, Acted, CreateItem, PageChange},
        write::Committed,
    },
};

input! {
    /// The page that is to be made; you own it, and it is unpublished.
    CreatePageInput {
        /// Where.
        workspace_id: ID,
        /// Its slug: 1 to 100 of a-z, 0-9, - and _, beginning with a letter or a digit
        /// (INVALID_IDENTIFIER). Unique in the workspace (TAKEN), fixed for good and never used
        /// again, not even after the page is deleted.
        slug: String,
        /// Its title: 1 to 200 characters.
        title: String,
        /// What stands on it: at most 50,000 characters.
        content: Option<String>,
        /// Open or restricted, which takes hold once it is published; absent: OPEN. To give it
        /// requires MANAGE_OWN_PAGES_SECURITY.
        security: Option<Security>,
    }
}

input! {
    /// What is to change about a page; what is absent stays.
    UpdatePageInput {
        /// Which page.
        id: ID,
        /// Its title: 1 to 200 characters; null leaves it.
        title: Option<String>,
        /// What stands on it: at most 50,000 characters; null clears it.
        content: MaybeUndefined<String>,
        /// Whether it is published; null leaves it.
        published: Option<bool>,
    }
}

input! {
    /// The page that is to be deleted.
    DeletePageInput {
        /// Which page.
        id: ID,
    }
}

input! {
    /// Who may see a page once it is published.
    SetPageSecurityInput {
        /// Which page.
        id: ID,
        /// OPEN: whoever may enter the workspace. RESTRICTED: holders of BROWSE_ALL_PAGES or of
        /// access to this page.
        security: Security,
    }
}

payload! {
    /// What became of the call.
    CreatePagePayload, CatalogueError {
        /// The page; null if it was refused, and on a dry run.
        page: Option<Page>,
    }
}

payload! {
    /// What became of the call.
    UpdatePagePayload, CatalogueError {
        /// The page as it is now.
        page: Option<Page>,
    }
}

payload! {
    /// What became of the call.
    SetPageSecurityPayload, CatalogueError {
        /// The page as it is now.
        page: Option<Page>,
    }
}

payload! {
    /// What became of the call.
    DeletePagePayload, CatalogueError {
        /// The id of what was deleted, or with `dryRun` would be.
        deleted_page_id: Option<ID>,
    }
}

answered!(UpdatePagePayload, page, Page);
answered!(SetPageSecurityPayload, page, Page);

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
            let options = input.options();
            let asked = CreateItem {
                workspace_id: id("workspaceId", &input.workspace_id, WorkspaceId::parse)?,
                name: input.slug,
                title: input.title,
                text: input.content,
                theme: None,
                record_count: 0,
                hidden_from_search: false,
                security: input.security,
            };
            let mut committed =
                service::create_page(&scope.deps, &scope.caller, asked, options).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            let page = resolved(ctx, &after, &committed, committed.output.id)
                .await?
                .and_then(Resource::page);
            Ok(CreatePagePayload {
                page,
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
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
            let (page, options) = (id("id", &input.id, PageId::parse)?, input.options());
            let change = PageChange {
                title: input.title,
                content: clearable(input.content),
                published: input.published,
            };
            let committed =
                service::update_page(&scope.deps, &scope.caller, page, change, options).await?;
            UpdatePagePayload::of(ctx, committed).await
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
            let page = id("id", &input.id, PageId::parse)?;
            let mut committed =
                service::delete_page(&scope.deps, &scope.caller, page, input.options()).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeletePagePayload {
                deleted_page_id: committed
                    .errors
                    .is_empty()
                    .then(|| ID(committed.output.id.to_string())),
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
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
            let page = id("id", &input.id, PageId::parse)?;
            let committed = service::set_page_security(
                &scope.deps,
                &scope.caller,
                page,
                input.security,
                input.options(),
            )
            .await?;
            SetPageSecurityPayload::of(ctx, committed).await
        })
        .await
    }
}
