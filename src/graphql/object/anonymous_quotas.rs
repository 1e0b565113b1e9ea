//! What visitors who are not signed in may call each day.

use async_graphql::{Context, SimpleObject};

use crate::{
    graphql::{
        scalar::Long,
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, quota as service},
};

/// The daily limits on API calls of visitors who are not signed in. Signed-in people who are not
/// active members count as such visitors.
#[derive(Debug, Clone, Copy, SimpleObject)]
pub struct AnonymousQuotas {
    /// The number of calls that all these visitors together may make per day; null = unlimited.
    pub pool: Option<Long>,
    /// The number of calls per day from one client address; null = unlimited.
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

/// Returns the limits of the workspace of `view`. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn of(ctx: &Context<'_>, view: &WorkspaceView) -> Result<AnonymousQuotas, Failure> {
    let scope = Scope::of(ctx)?;
    Ok(service::anonymous(&scope.deps, &view.access, &scope.caller)
        .await?
        .into())
}
