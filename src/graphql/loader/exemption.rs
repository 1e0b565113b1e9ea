//! Who is exempt from being disabled for inactivity: one statement for all members of a page.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, dataloader::Loader};

use super::{MemberKey, Shared, by_workspace, failure};
use crate::{
    domain::id::MembershipId,
    service::{Deps, Failure, inactivity},
};

pub(super) struct ExemptionLoader(pub(super) Deps);

impl Loader<MemberKey> for ExemptionLoader {
    type Value = bool;
    type Error = Shared;

    async fn load(&self, keys: &[MemberKey]) -> Result<HashMap<MemberKey, bool>, Shared> {
        let mut exempt_by_key = HashMap::with_capacity(keys.len());
        for ((workspace, _), keys) in by_workspace(keys) {
            let ids: Vec<MembershipId> = keys.iter().map(|key| key.row.id).collect();
            let exempt = inactivity::exempt(&self.0, workspace, &ids)
                .await
                .map_err(Arc::new)?;
            let said = |key: &MemberKey| (key.clone(), exempt.contains(&key.row.id));
            exempt_by_key.extend(keys.into_iter().map(said));
        }
        Ok(exempt_by_key)
    }
}

/// Whether the member is exempt from being disabled for inactivity.
pub async fn is_exempt(ctx: &Context<'_>, key: MemberKey) -> Result<bool, Failure> {
    let loaders = super::loaders(ctx)?;
    let exempt = loaders
        .get(&loaders.exemptions, ExemptionLoader)
        .load_one(key)
        .await
        .map_err(failure)?;
    Ok(exempt.unwrap_or_default())
}
