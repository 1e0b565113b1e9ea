//! Mutations that follow datasets (FOLLOW-1).

use std::sync::Arc;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{CatalogueError, FormErrors, Nullable, refusable, signed_in_scope};
use crate::{
    domain::id::DatasetId,
    graphql::{
        guard,
        object::resource::{Dataset, Resource},
        scalar::Id,
    },
    service::follow::{self as service, Followed},
};

/// The dataset to follow.
#[derive(Debug, InputObject)]
pub struct FollowDatasetInput {
    /// The dataset. You may browse it, and are an active member of its workspace.
    pub dataset_id: Id<DatasetId>,
}

/// The dataset to unfollow.
#[derive(Debug, InputObject)]
pub struct UnfollowDatasetInput {
    /// The dataset.
    pub dataset_id: Id<DatasetId>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct FollowDatasetPayload {
    /// The dataset; null if `errors` has any.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UnfollowDatasetPayload {
    /// The dataset; null if you may no longer browse it.
    pub dataset: Option<Dataset>,
    /// What is wrong with the input. Always empty.
    pub errors: Vec<CatalogueError>,
}

/// Mutations that follow datasets.
#[derive(Debug, Default)]
pub struct FollowMutation;

/// Mutations that follow datasets.
#[Object]
impl FollowMutation {
    /// Follows a dataset: when its title, description or number of records changes, or when it is
    /// published, you get an e-mail about it, at most one a day, as long as you may browse it. Following it
    /// again does nothing. LIMIT_REACHED above 1,000 datasets in one workspace. What you follow ends with
    /// your membership. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn follow_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset to follow.")] input: FollowDatasetInput,
    ) -> Nullable<FollowDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let followed = service::follow(&scope.deps, &scope.caller, input.dataset_id.0).await;
            let (followed, errors) = CatalogueError::split(followed, scope.caller.locale())?;
            Ok(FollowDatasetPayload {
                dataset: followed.and_then(shown),
                errors,
            })
        })
        .await
    }

    /// Unfollows a dataset. Unfollowing one that you do not follow does nothing. API keys cannot call
    /// this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn unfollow_dataset(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset to unfollow.")] input: UnfollowDatasetInput,
    ) -> Nullable<UnfollowDatasetPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let dataset = input.dataset_id.0;
            let found = service::unfollow(&scope.deps, &scope.caller, dataset).await?;
            Ok(UnfollowDatasetPayload {
                dataset: found.and_then(shown),
                errors: Vec::new(),
            })
        })
        .await
    }
}

fn shown(followed: Followed) -> Option<Dataset> {
    Resource::of(&followed.access.into(), Arc::new(followed.row)).dataset()
}
