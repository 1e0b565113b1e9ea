//! The policy of a workspace for members who have not been active (MEM-12).

use async_graphql::{Context, SimpleObject};

use crate::{
    graphql::{
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, inactivity as service},
};

/// What happens to members who have not been active: they get two e-mails and are then disabled.
#[derive(Debug, Clone, SimpleObject)]
pub struct InactivityPolicy {
    /// The number of days without activity after which members are disabled.
    pub disable_after_days: i32,
    /// When the policy was set.
    pub changed_at: Instant,
}

/// The policy of the workspace; none if nobody is disabled.
pub async fn of(
    ctx: &Context<'_>,
    view: &WorkspaceView,
) -> Result<Option<InactivityPolicy>, Failure> {
    let scope = Scope::of(ctx)?;
    let policy = service::policy(&scope.deps, &view.access, &scope.caller).await?;
    Ok(policy.map(|policy| InactivityPolicy {
        disable_after_days: policy.disable_after_days,
        changed_at: Instant(policy.changed_at),
    }))
}
