//! Who follows datasets: one statement for all datasets of a page.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, dataloader::Loader};
use chrono::{DateTime, Utc};

use super::{Shared, failure};
use crate::{
    domain::id::{DatasetId, MembershipId},
    service::{Deps, Failure, follow},
};

/// A member and a dataset.
type FollowKey = (MembershipId, DatasetId);

pub(super) struct FollowLoader(pub(super) Deps);

impl Loader<FollowKey> for FollowLoader {
    type Value = bool;
    type Error = Shared;

    async fn load(&self, keys: &[FollowKey]) -> Result<HashMap<FollowKey, bool>, Shared> {
        let mut grouped: HashMap<MembershipId, Vec<DatasetId>> = HashMap::new();
        keys.iter()
            .for_each(|(member, dataset)| grouped.entry(*member).or_default().push(*dataset));
        let mut follows_by_key = HashMap::with_capacity(keys.len());
        for (member, datasets) in grouped {
            let followed = follow::followed(&self.0, member, &datasets)
                .await
                .map_err(Arc::new)?;
            let said = |dataset| ((member, dataset), followed.contains(&dataset));
            follows_by_key.extend(datasets.into_iter().map(said));
        }
        Ok(follows_by_key)
    }
}

/// A dataset and an instant.
type CountKey = (DatasetId, DateTime<Utc>);

pub(super) struct FollowerCountLoader(pub(super) Deps);

impl Loader<CountKey> for FollowerCountLoader {
    type Value = i64;
    type Error = Shared;

    async fn load(&self, keys: &[CountKey]) -> Result<HashMap<CountKey, i64>, Shared> {
        let mut grouped: HashMap<DateTime<Utc>, Vec<DatasetId>> = HashMap::new();
        keys.iter()
            .for_each(|(dataset, now)| grouped.entry(*now).or_default().push(*dataset));
        let mut counts_by_key = HashMap::with_capacity(keys.len());
        for (now, datasets) in grouped {
            let counts = follow::counts(&self.0, &datasets, now)
                .await
                .map_err(Arc::new)?;
            let counts = counts.into_iter();
            counts_by_key.extend(counts.map(|(dataset, count)| ((dataset, now), count)));
        }
        Ok(counts_by_key)
    }
}

/// Whether the member follows the dataset.
pub async fn follows(
    ctx: &Context<'_>,
    member: MembershipId,
    dataset: DatasetId,
) -> Result<bool, Failure> {
    let loaders = super::loaders(ctx)?;
    let follows = loaders
        .get(&loaders.follows, FollowLoader)
        .load_one((member, dataset))
        .await
        .map_err(failure)?;
    Ok(follows.unwrap_or_default())
}

/// How many active members follow the dataset.
pub async fn follower_count(
    ctx: &Context<'_>,
    dataset: DatasetId,
    now: DateTime<Utc>,
) -> Result<i64, Failure> {
    let loaders = super::loaders(ctx)?;
    let count = loaders
        .get(&loaders.follower_counts, FollowerCountLoader)
        .load_one((dataset, now))
        .await
        .map_err(failure)?;
    Ok(count.unwrap_or_default())
}
