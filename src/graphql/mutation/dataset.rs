//! Mutations of datasets.

use async_graphql::{Context, ID, MaybeUndefined, Object};

use super::{
    Aftermath, CatalogueError, Nullable, id,
    payload::{input, payload},
    refusable, signed_in,
};
use crate::{
    domain::{
        id::{DatasetId, ItemId, WorkspaceId},
        permission::Permission,
        vocabulary::Security,
    },
    graphql::{
        guard,
        object::resource::{Dataset, Resource},
        scalar::Long,
        scope::Scope,
    },
    service::{
        Failure,
        item::{self as service, Acted, CreateItem, DatasetChange},
        write::Committed,
    },
};

input! {
    /// The dataset that is to be made; you own it, and it is unpublished.
    CreateDatasetInput {
        /// Where.
        workspace_id: ID,
        /// Its identifier: 1 to 100 of a-z, 0-9, - and _, beginning with a letter or a digit
        /// (INVALID_IDENTIFIER). Unique in the workspace (TAKEN), fixed for good and never used
        /// again, not even after the dataset is deleted.
        identifier: String,
        /// Its title: 1 to 200 characters.
        title: String,
        /// What it is about: at most 10,000 characters.
        description: Option<String>,
        /// Its theme: at most 100 characters.
        theme: Option<String>,
        /// How many records it has, from 0 to 2^53 - 1; absent: 0. Above the quota
        /// RECORDS_PER_DATASET: QUOTA_EXCEEDED.
        record_count: Option<Long>,
        /// Whether searches of the portal leave it out; absent: no.
        hidden_from_search: Option<bool>,
        /// Open or restricted, which takes hold once it is published; absent: OPEN. To give it
        /// requires MANAGE_OWN_DATASETS_SECURITY.
        security: Option<Security>,
    }
}

input! {
    /// What is to change about a dataset; what is absent stays.
    UpdateDatasetInput {
        /// Which dataset.
        id: ID,
        /// Its title: 1 to 200 characters; null leaves it.
        title: Option<String>,
        /// What it is about: at most 10,000 characters; null clears it.
        description: MaybeUndefined<String>,
        /// Its theme: at most 100 characters; null clears it.
        theme: MaybeUndefined<String>,
        /// How many records it has, from 0 to 2^53 - 1; null leaves it. More than before and above
        /// the quota RECORDS_PER_DATASET of its owner, the workspace or the license:
        /// QUOTA_EXCEEDED. Fewer is always fine.
        record_count: Option<Long>,
        /// Whether searches of the portal leave it out; null leaves it.
        hidden_from_search: Option<bool>,
    }
}

input! {
    /// The dataset that is to be deleted.
    DeleteDatasetInput {
        /// Which dataset.
        id: ID,
    }
}

input! {
    /// The dataset that is to be published.
    PublishDatasetInput {
        /// Which dataset.
        id: ID,
    }
}

input! {
    /// The dataset that is to be unpublished.
    UnpublishDatasetInput {
        /// Which dataset.
        id: ID,
    }
}

input! {
    /// Who may see a dataset once it is published.
    SetDatasetSecurityInput {
        /// Which dataset.
        id: ID,
        /// OPEN: whoever may enter the workspace. RESTRICTED: holders of BROWSE_ALL_DATASETS or of
        /// access to this dataset.
        security: Security,
    }
}

payload! {
    /// What became of the call.
    CreateDatasetPayload, CatalogueError {
        /// The dataset; null if it was refused, and on a dry run.
        dataset: Option<Dataset>,
    }
}

payload! {
    /// What became of the call.
    UpdateDatasetPayload, CatalogueError {
        /// The dataset as it is now.
        dataset: Option<Dataset>,
    }
}

payload! {
    /// What became of the call.
    PublishDatasetPayload, CatalogueError {
        /// The dataset as it is now.
        dataset: Option<Dataset>,
    }
}

payload! {
    /// What became of the call.
    UnpublishDatasetPayload, CatalogueError {
        /// The dataset as it is now.
        dataset: Option<Dataset>,
    }
}

payload! {
    /// What became of the call.
    SetDatasetSecurityPayload, CatalogueError {
        /// The dataset as it is now.
        dataset: Option<Dataset>,
    }
}

payload! {
    /// What became of the call.
    DeleteDatasetPayload, CatalogueError {
        /// The id of what was deleted, or with `dryRun` would be.
        deleted_dataset_id: Option<ID>,
    }
}

/// An item as it is after the call.
pub(super) async fn resolved<O>(
    ctx: &Context<'_>,
    after: &Aftermath,
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

/// Answers with the item that was acted on.
macro_rules! answered {
    ($payload:ident, $field:ident, $kind:ty) => {
        impl $payload {
            async fn of(
                ctx: &Context<'_>,
                mut committed: Committed<Acted>,
            ) -> async_graphql::Result<Self> {
                let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
                let item: Option<$kind> =
                    resolved(ctx, &after, &committed, Some(committed.output.id))
                        .await?
                        .and_then(Resource::$field);
                Ok(Self {
                    $field: item,
                    errors: CatalogueError::all(committed.errors, Scope::of(ctx)?.caller.locale()),
                    changes: after.changes,
                    effects: after.effects,
                    replayed: after.replayed,
                })
            }
        }
    };
}
pub(super) use answered;

answered!(UpdateDatasetPayload, dataset, Dataset);
answered!(PublishDatasetPayload, dataset, Dataset);
answered!(UnpublishDatasetPayload, dataset, Dataset);
answered!(SetDatasetSecurityPayload, dataset, Dataset);

/// What an update says of a field that can be cleared.
pub(super) fn clearable<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
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
            let options = input.options();
            let asked = CreateItem {
                workspace_id: id("workspaceId", &input.workspace_id, WorkspaceId::parse)?,
                name: input.identifier,
                title: input.title,
                text: input.description,
                theme: input.theme,
                record_count: input.record_count.map_or(0, |Long(count)| count),
                hidden_from_search: input.hidden_from_search.unwrap_or_default(),
                security: input.security,
            };
            let mut committed =
                service::create_dataset(&scope.deps, &scope.caller, asked, options).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            let dataset = resolved(ctx, &after, &committed, committed.output.id)
                .await?
                .and_then(Resource::dataset);
            Ok(CreateDatasetPayload {
                dataset,
                errors: CatalogueError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
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
            let (dataset, options) = (id("id", &input.id, DatasetId::parse)?, input.options());
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
            UpdateDatasetPayload::of(ctx, committed).await
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
            let dataset = id("id", &input.id, DatasetId::parse)?;
            let mut committed =
                service::delete_dataset(&scope.deps, &scope.caller, dataset, input.options())
                    .await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeleteDatasetPayload {
                deleted_dataset_id: committed
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
            let dataset = id("id", &input.id, DatasetId::parse)?;
            let committed =
                service::publish_dataset(&scope.deps, &scope.caller, dataset, input.options())
                    .await?;
            PublishDatasetPayload::of(ctx, committed).await
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
            let dataset = id("id", &input.id, DatasetId::parse)?;
            let committed =
                service::unpublish_dataset(&scope.deps, &scope.caller, dataset, input.options())
                    .await?;
            UnpublishDatasetPayload::of(ctx, committed).await
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
            let dataset = id("id", &input.id, DatasetId::parse)?;
            let committed = service::set_dataset_security(
                &scope.deps,
                &scope.caller,
                dataset,
                input.security,
                input.options(),
            )
            .await?;
            SetDatasetSecurityPayload::of(ctx, committed).await
        })
        .await
    }
}
