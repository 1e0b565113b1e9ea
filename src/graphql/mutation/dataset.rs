//! Mutations of datasets.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, CatalogueError, FormErrors, Nullable, Options, Report, refusable, signed_in,
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

/// The dataset that is to be made; you own it, and it is unpublished.
#[derive(Debug, InputObject)]
pub struct CreateDatasetInput {
    /// Where.
    pub workspace_id: Id<WorkspaceId>,
    /// Its identifier: 1 to 100 of a-z, 0-9, - and _, beginning with a letter or a digit
    /// (INVALID_IDENTIFIER). Unique in the workspace (TAKEN), fixed for good and never used
    /// again, not even after the dataset is deleted.
    pub identifier: String,
    /// Its title: 1 to 200 characters.
    pub title: String,
    /// What it is about: at most 10,000 characters.
    pub description: Option<String>,
    /// Its theme: at most 100 characters.
    pub theme: Option<String>,
    /// How many records it has, from 0 to 2^53 - 1; absent: 0. Above the quota
    /// RECORDS_PER_DATASET: QUOTA_EXCEEDED.
    pub record_count: Option<Long>,
    /// Whether searches of the portal leave it out; absent: no.
    pub hidden_from_search: Option<bool>,
    /// Open or restricted, which takes hold once it is published; absent: OPEN. To give it
    /// requires MANAGE_OWN_DATASETS_SECURITY.
    pub security: Option<Security>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What is to change about a dataset; what is absent stays.
#[derive(Debug, InputObject)]
pub struct UpdateDatasetInput {
    /// Which dataset.
    pub id: Id<DatasetId>,
    /// Its title: 1 to 200 characters; null leaves it.
    pub title: Option<String>,
    /// What it is about: at most 10,000 characters; null clears it.
    pub description: MaybeUndefined<String>,
    /// Its theme: at most 100 characters; null clears it.
    pub theme: MaybeUndefined<String>,
    /// How many records it has, from 0 to 2^53 - 1; null leaves it. More than before and above
    /// the quota RECORDS_PER_DATASET of its owner, the workspace or the license:
    /// QUOTA_EXCEEDED. Fewer is always fine.
    pub record_count: Option<Long>,
    /// Whether searches of the portal leave it out; null leaves it.
    pub hidden_from_search: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset that is to be deleted.
#[derive(Debug, InputObject)]
pub struct DeleteDatasetInput {
    /// Which dataset.
    pub id: Id<DatasetId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset that is to be published.
#[derive(Debug, InputObject)]
pub struct PublishDatasetInput {
    /// Which dataset.
    pub id: Id<DatasetId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset that is to be unpublished.
#[derive(Debug, InputObject)]
pub struct UnpublishDatasetInput {
    /// Which dataset.
    pub id: Id<DatasetId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Who may see a dataset once it is published.
#[derive(Debug, InputObject)]
pub struct SetDatasetSecurityInput {
    /// Which dataset.
    pub id: Id<DatasetId>,
    /// OPEN: whoever may enter the workspace. RESTRICTED: holders of BROWSE_ALL_DATASETS or of
    /// access to this dataset.
    pub security: Security,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateDatasetPayload {
    /// The dataset; null if it was refused, and on a dry run.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateDatasetPayload {
    /// The dataset as it is now.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct PublishDatasetPayload {
    /// The dataset as it is now.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UnpublishDatasetPayload {
    /// The dataset as it is now.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetDatasetSecurityPayload {
    /// The dataset as it is now.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteDatasetPayload {
    /// The id of what was deleted, or with `dryRun` would be.
    pub deleted_dataset_id: Option<ID>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// An item as it is after the call.
pub(super) async fn resolved<O>(
    ctx: &Context<'_>,
    after: &AfterCommit,
    committed: &Committed<O>,
    item: Option<ItemId>,
) -> Result<Option<Resource>, Failure> {
    let (Some(place), Some(item)) = (&after.place, item) else {
        return Ok(None);
    };
    if !committed.errors.is_empty() {
        return Ok(None);
    }
    let found = service::seen(&Scope::of(ctx)?.deps, &place.access, &[item]).await?;
    Ok(found
        .into_iter()
        .next()
        .map(|row| Resource::of(place, std::sync::Arc::new(row))))
}

/// What an update says of a field that can be cleared.
pub(super) fn clearable<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

/// The parts of a payload about the dataset that was acted on.
async fn acted(
    ctx: &Context<'_>,
    mut committed: Committed<Acted>,
) -> async_graphql::Result<(Option<Dataset>, Vec<CatalogueError>, Report)> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let item = resolved(ctx, &after, &committed, committed.output.id).await?;
    let errors = CatalogueError::all(committed.errors, Scope::of(ctx)?.caller.locale());
    Ok((item.and_then(Resource::dataset), errors, after.report))
}

/// Mutations of datasets.
#[derive(Debug, Default)]
pub struct DatasetMutation;

/// Mutations of datasets.
#[Object]
impl DatasetMutation {
    /// Makes a dataset: a record of your own, unpublished. Requires CREATE_DATASETS. Beyond the
    /// quota DATASETS (yours, then the workspace's, then the license's): QUOTA_EXCEEDED.
    #[graphql(directive = guard::requires::apply(Permission::CreateDatasets))]
    async fn create_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset that is to be made.")] input: CreateDatasetInput,
    ) -> Nullable<CreateDatasetPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = CreateItem {
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
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let dataset = resolved(ctx, &after, &committed, committed.output.id)
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

    /// Changes a dataset's texts and its number of records. Requires EDIT of it: EDIT_ALL_DATASETS,
    /// or CREATE_DATASETS as its owner, or an EDIT grant.
    #[graphql(directive = guard::requires::apply(Permission::EditAllDatasets))]
    async fn update_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to change.")] input: UpdateDatasetInput,
    ) -> Nullable<UpdateDatasetPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let (dataset, options) = (input.id.0, input.options.read(ctx)?);
            let change = DatasetChange {
                title: input.title,
                description: clearable(input.description),
                theme: clearable(input.theme),
                record_count: input.record_count.map(|Long(count)| count),
                hidden_from_search: input.hidden_from_search,
            };
            let committed =
                service::update_dataset(&scope.deps, &scope.caller, dataset, change, options)
                    .await?;
            let (dataset, errors, report) = acted(ctx, committed).await?;
            Ok(UpdateDatasetPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }

    /// Deletes a dataset; access to it ends at once, and its identifier is never used again.
    /// Requires DELETE of it: EDIT_ALL_DATASETS, or CREATE_DATASETS as its owner.
    #[graphql(directive = guard::requires::apply(Permission::EditAllDatasets))]
    async fn delete_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset that is to be deleted.")] input: DeleteDatasetInput,
    ) -> Nullable<DeleteDatasetPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
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

    /// Publishes a dataset. Requires PUBLISH of it: EDIT, and PUBLISH_OWN_DATASETS or a PUBLISH
    /// grant. One that is published stays as it is.
    #[graphql(directive = guard::requires::apply(Permission::PublishOwnDatasets))]
    async fn publish_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset that is to be published.")] input: PublishDatasetInput,
    ) -> Nullable<PublishDatasetPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let dataset = input.id.0;
            let committed = service::publish_dataset(
                &scope.deps,
                &scope.caller,
                dataset,
                true,
                input.options.read(ctx)?,
            )
            .await?;
            let (dataset, errors, report) = acted(ctx, committed).await?;
            Ok(PublishDatasetPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }

    /// Unpublishes a dataset: only who may edit it sees it then. Requires PUBLISH of it. One that
    /// is not published stays as it is.
    #[graphql(directive = guard::requires::apply(Permission::PublishOwnDatasets))]
    async fn unpublish_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset that is to be unpublished.")] input: UnpublishDatasetInput,
    ) -> Nullable<UnpublishDatasetPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let dataset = input.id.0;
            let committed = service::publish_dataset(
                &scope.deps,
                &scope.caller,
                dataset,
                false,
                input.options.read(ctx)?,
            )
            .await?;
            let (dataset, errors, report) = acted(ctx, committed).await?;
            Ok(UnpublishDatasetPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }

    /// Opens a dataset to whoever may enter the workspace, or restricts it. Requires
    /// MANAGE_SECURITY of it: EDIT, and MANAGE_OWN_DATASETS_SECURITY or a MANAGE_SECURITY grant.
    #[graphql(directive = guard::requires::apply(Permission::ManageOwnDatasetsSecurity))]
    async fn set_dataset_security(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who may see which dataset.")] input: SetDatasetSecurityInput,
    ) -> Nullable<SetDatasetSecurityPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let dataset = input.id.0;
            let committed = service::set_security(
                &scope.deps,
                &scope.caller,
                dataset.into(),
                input.security,
                input.options.read(ctx)?,
            )
            .await?;
            let (dataset, errors, report) = acted(ctx, committed).await?;
            Ok(SetDatasetSecurityPayload {
                dataset,
                errors,
                report,
            })
        })
        .await
    }
}
