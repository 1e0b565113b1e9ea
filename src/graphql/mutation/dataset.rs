//! Mutations of datasets.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, CatalogueError, FormErrors, Nullable, Options, Report, refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{DatasetId, ItemId, ItemKind, WorkspaceId},
        permission::Permission,
        vocabulary::Security,
    },
    graphql::{
        guard,
        object::resource::{Dataset, Resource},
        scalar::{Id, Long},
        scope::Scope,
    },
    service::{
        Failure,
        item::{self as service, Acted, CreateItem, DatasetChange},
        write::Committed,
    },
};

/// The dataset to create. You own it, and it is unpublished.
#[derive(Debug, InputObject)]
pub struct CreateDatasetInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The identifier: 1 to 100 characters of a-z, 0-9, - and _, starting with a letter or a digit
    /// (INVALID_IDENTIFIER). It is unique in the workspace (TAKEN), cannot be changed and is never
    /// used again, even after the dataset is deleted.
    pub identifier: String,
    /// The title: 1 to 200 characters.
    pub title: String,
    /// The description: at most 10,000 characters.
    pub description: Option<String>,
    /// The slug of a theme in `Workspace.datasetThemes` (UNKNOWN_THEME). Default: none.
    pub theme: Option<String>,
    /// The number of records, 0 to 2^53 - 1. Default: 0. QUOTA_EXCEEDED if it is above the quota
    /// RECORDS_PER_DATASET.
    pub record_count: Option<Long>,
    /// Whether the dataset is left out of searches in the portal. Default: false.
    pub hidden_from_search: Option<bool>,
    /// Whether the dataset is open or restricted once it is published. Setting it requires
    /// MANAGE_OWN_DATASETS_SECURITY. Default: OPEN.
    pub security: Option<Security>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a dataset. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UpdateDatasetInput {
    /// The dataset.
    pub id: Id<DatasetId>,
    /// The title: 1 to 200 characters. Null leaves it unchanged; on a distributed dataset, null returns
    /// to the title of the original.
    pub title: MaybeUndefined<String>,
    /// The description: at most 10,000 characters. Null removes it; on a distributed dataset, null
    /// returns to the description of the original, and an empty text removes it.
    pub description: MaybeUndefined<String>,
    /// The slug of a theme in `Workspace.datasetThemes` (UNKNOWN_THEME). Null removes it; on a
    /// distributed dataset, null returns to the theme of the original, if the workspace has one with
    /// this slug, and an empty text removes it.
    pub theme: MaybeUndefined<String>,
    /// The number of records, 0 to 2^53 - 1. Null leaves it unchanged. QUOTA_EXCEEDED if it
    /// increases and is above the quota RECORDS_PER_DATASET of the owner, the workspace or the
    /// license. A decrease is always allowed. On a distributed dataset, the number follows the original
    /// (COPY).
    pub record_count: Option<Long>,
    /// Whether the dataset is left out of searches in the portal. Null leaves it unchanged; on a
    /// distributed dataset, null returns to the value of the original.
    pub hidden_from_search: MaybeUndefined<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset to delete.
#[derive(Debug, InputObject)]
pub struct DeleteDatasetInput {
    /// The dataset.
    pub id: Id<DatasetId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset to publish.
#[derive(Debug, InputObject)]
pub struct PublishDatasetInput {
    /// The dataset.
    pub id: Id<DatasetId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset to unpublish.
#[derive(Debug, InputObject)]
pub struct UnpublishDatasetInput {
    /// The dataset.
    pub id: Id<DatasetId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Who can see a dataset once it is published.
#[derive(Debug, InputObject)]
pub struct SetDatasetSecurityInput {
    /// The dataset.
    pub id: Id<DatasetId>,
    /// OPEN: everybody who can enter the workspace. RESTRICTED: holders of BROWSE_ALL_DATASETS or
    /// of access to this dataset.
    pub security: Security,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateDatasetPayload {
    /// The new dataset; null if the call was refused, and with `dryRun`.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateDatasetPayload {
    /// The dataset after the call.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct PublishDatasetPayload {
    /// The dataset after the call.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UnpublishDatasetPayload {
    /// The dataset after the call.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetDatasetSecurityPayload {
    /// The dataset after the call.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteDatasetPayload {
    /// The id of what was deleted, or would be deleted with `dryRun`.
    pub deleted_dataset_id: Option<ID>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// An item after the call.
pub(super) async fn item_after<O>(
    ctx: &Context<'_>,
    after: &AfterCommit,
    committed: &Committed<O>,
    item: Option<ItemId>,
) -> Result<Option<Resource>, Failure> {
    let (Some(view), Some(item)) = (&after.view, item) else {
        return Ok(None);
    };
    if !committed.errors.is_empty() {
        return Ok(None);
    }
    let rows = service::seen(&Scope::of(ctx)?.deps, &view.access, &[item]).await?;
    Ok(rows
        .into_iter()
        .next()
        .map(|row| Resource::of(view, std::sync::Arc::new(row))))
}

/// The value of an update for a field that can be cleared.
pub(super) fn clearable<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// The parts of a payload about the changed dataset.
async fn payload_parts(
    ctx: &Context<'_>,
    mut committed: Committed<Acted>,
) -> async_graphql::Result<(Option<Dataset>, Vec<CatalogueError>, Report)> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let item = item_after(ctx, &after, &committed, committed.output.id).await?;
    let errors = CatalogueError::all(committed.errors, Scope::of(ctx)?.caller.locale());
    Ok((item.and_then(Resource::dataset), errors, after.report))
}

/// Mutations of datasets.
#[derive(Debug, Default)]
pub struct DatasetMutation;

/// Mutations of datasets.
#[Object]
impl DatasetMutation {
    /// Creates an unpublished dataset that you own. Requires CREATE_DATASETS. QUOTA_EXCEEDED if
    /// this exceeds the quota DATASETS (yours, then that of the workspace, then that of the
    /// license).
    #[graphql(directive = guard::requires::apply(Permission::CreateDatasets))]
    async fn create_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset to create.")] input: CreateDatasetInput,
    ) -> Nullable<CreateDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateItem {
                kind: ItemKind::Dataset,
                workspace_id: input.workspace_id.0,
                name: input.identifier,
                title: input.title,
                text: input.description,
                theme: input.theme,
                record_count: input.record_count.map_or(0, |Long(count)| count),
                hidden_from_search: input.hidden_from_search.unwrap_or_default(),
                security: input.security,
            };
            let mut committed =
                service::create(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let dataset = item_after(ctx, &after, &committed, committed.output.id)
                .await?
                .and_then(Resource::dataset);
            Ok(CreateDatasetPayload {
                dataset,
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Updates the texts, the number of records and the search visibility of a dataset. Requires
    /// EDIT access to it: EDIT_ALL_DATASETS, or CREATE_DATASETS as its owner, or an EDIT grant.
    #[graphql(directive = guard::requires::apply(Permission::EditAllDatasets))]
    async fn update_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a dataset.")] input: UpdateDatasetInput,
    ) -> Nullable<UpdateDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let (dataset, options) = (input.id.0, input.options.read(ctx)?);
            let change = DatasetChange {
                title: clearable(input.title),
                description: clearable(input.description),
                theme: clearable(input.theme),
                record_count: input.record_count.map(|Long(count)| count),
                hidden_from_search: clearable(input.hidden_from_search),
            };
            let committed =
                service::update_dataset(&scope.deps, &scope.caller, dataset, change, options)
                    .await?;
            let (dataset, errors, report) = payload_parts(ctx, committed).await?;
            Ok(UpdateDatasetPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }

    /// Deletes a dataset. Access to it ends at once, and its identifier is never used again.
    /// Requires DELETE access to it: EDIT_ALL_DATASETS, or CREATE_DATASETS as its owner.
    #[graphql(directive = guard::requires::apply(Permission::EditAllDatasets))]
    async fn delete_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset to delete.")] input: DeleteDatasetInput,
    ) -> Nullable<DeleteDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let dataset = input.id.0;
            let mut committed = service::delete(
                &scope.deps,
                &scope.caller,
                dataset.into(),
                input.options.read(ctx)?,
            )
            .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeleteDatasetPayload {
                deleted_dataset_id: committed.output.id.map(|id| ID(id.to_string())),
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Publishes a dataset. Requires PUBLISH access to it: EDIT, and PUBLISH_OWN_DATASETS or a
    /// PUBLISH grant. A published dataset stays unchanged. A distributed dataset is published while the
    /// original is published too.
    #[graphql(directive = guard::requires::apply(Permission::PublishOwnDatasets))]
    async fn publish_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset to publish.")] input: PublishDatasetInput,
    ) -> Nullable<PublishDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let dataset = input.id.0;
            let committed = service::publish_dataset(
                &scope.deps,
                &scope.caller,
                dataset,
                true,
                input.options.read(ctx)?,
            )
            .await?;
            let (dataset, errors, report) = payload_parts(ctx, committed).await?;
            Ok(PublishDatasetPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }

    /// Unpublishes a dataset, so that only those who can edit it see it. Requires PUBLISH access to
    /// it: EDIT, and PUBLISH_OWN_DATASETS or a PUBLISH grant. An unpublished dataset stays
    /// unchanged.
    #[graphql(directive = guard::requires::apply(Permission::PublishOwnDatasets))]
    async fn unpublish_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset to unpublish.")] input: UnpublishDatasetInput,
    ) -> Nullable<UnpublishDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let dataset = input.id.0;
            let committed = service::publish_dataset(
                &scope.deps,
                &scope.caller,
                dataset,
                false,
                input.options.read(ctx)?,
            )
            .await?;
            let (dataset, errors, report) = payload_parts(ctx, committed).await?;
            Ok(UnpublishDatasetPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }

    /// Opens a dataset to everybody who can enter the workspace, or restricts it. Requires
    /// MANAGE_SECURITY access to it: EDIT, and MANAGE_OWN_DATASETS_SECURITY or a MANAGE_SECURITY
    /// grant.
    #[graphql(directive = guard::requires::apply(Permission::ManageOwnDatasetsSecurity))]
    async fn set_dataset_security(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who can see a dataset once it is published.")]
        input: SetDatasetSecurityInput,
    ) -> Nullable<SetDatasetSecurityPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let dataset = input.id.0;
            let committed = service::set_security(
                &scope.deps,
                &scope.caller,
                dataset.into(),
                input.security,
                input.options.read(ctx)?,
            )
            .await?;
            let (dataset, errors, report) = payload_parts(ctx, committed).await?;
            Ok(SetDatasetSecurityPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }
}
