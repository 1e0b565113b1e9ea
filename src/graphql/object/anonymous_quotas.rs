//! What visitors who are not signed in may call each day.

use async_graphql::{Context, SimpleObject};

use crate::{
    graphql::{
        scalar::Long,
        scope::{Place, Scope},
    },
    service::{Failure, quota as service},
};

/// The daily limits on API calls of visitors who are not signed in; signed-in people who are no
/// active members count among them.
#[derive(Debug, Clone, Copy, SimpleObject)]
pub struct AnonymousQuotas {
    /// How many calls all of them together may make a day; null = unlimited.
    pub pool: Option<Long>,
    /// How many calls may come from one client address a day; null = unlimited.
    pub per_address: Option<Long>,
}

impl From<service::AnonymousQuotas> for AnonymousQuotas {
    fn from(quotas: service::AnonymousQuotas) -> Self {
        Self {
            pool: quotas.pool.map(Long::from),
            per_address: quotas.per_address.map(Long::from),
        }
    }
}

/// Those of the workspace at `place`: EWP.
pub async fn of(ctx: &Context<'_>, place: &Place) -> Result<AnonymousQuotas, Failure> {
    let scope = Scope::of(ctx)?;
    Ok(
        service::anonymous(&scope.deps, &place.access, &scope.caller)
            .await?
            .into(),
    )
}
