//! Licenses: what an operator allows a main workspace and its secondary ones together.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use crate::service::workspace::Workspace;
use crate::{
    domain::vocabulary::{QuotaPeriod, QuotaType},
    graphql::{
        scalar::Long,
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, license as service},
};

/// What an operator allows a main workspace.
#[derive(Debug, Clone)]
pub struct License {
    view: WorkspaceView,
    main: Arc<Workspace>,
}

/// A limit of a license.
#[derive(Debug, Clone, SimpleObject)]
pub struct LicenseQuota {
    /// The quota type.
    pub r#type: QuotaType,
    /// The limit, which the main workspace and its secondary workspaces share; null if unlimited.
    pub limit: Option<Long>,
    /// The period of the counter; only for API calls with a limit.
    pub period: Option<QuotaPeriod>,
    /// The amount used: API calls in the current period (today if there is no limit), datasets, or
    /// records of the largest dataset.
    pub used: Long,
    /// The sum of the caps of the secondary workspaces that are in force now; it may exceed the
    /// limit. For API calls, only caps with the license's period (DAY if there is no limit) are
    /// included.
    pub sum_of_caps: Long,
}

/// The license of the workspace of `view`, or of its main workspace. Needs EWP or an operator.
pub async fn of(ctx: &Context<'_>, view: &WorkspaceView) -> Result<License, Failure> {
    let scope = Scope::of(ctx)?;
    service::may_read(&view.access, &scope.caller)?;
    Ok(License {
        view: view.clone(),
        main: service::holder(&scope.deps, &view.access).await?,
    })
}

/// What an operator allows a main workspace. A secondary workspace shares the license of its main
/// workspace and returns that.
#[Object]
impl License {
    /// The number of seats; null if unlimited.
    async fn seats(&self) -> Option<i32> {
        self.main.seats
    }

    /// The number of seats taken: memberships that have not ended, and pending invitations.
    async fn seats_used(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let used =
            service::seats_used(&Scope::of(ctx)?.deps, &self.view.access, &self.main).await?;
        Ok(i32::try_from(used).unwrap_or(i32::MAX))
    }

    /// Whether secondary workspaces are allowed.
    async fn secondary_workspaces_enabled(&self) -> bool {
        self.main.secondary_workspaces_enabled
    }

    /// The maximum number of secondary workspaces; null if unlimited.
    async fn max_secondary_workspaces(&self) -> Option<i32> {
        self.main.max_secondary_workspaces
    }

    /// The limits, one for each quota type.
    async fn quotas(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<LicenseQuota>> {
        let limits =
            service::limits(&Scope::of(ctx)?.deps, &self.view.access, self.main.id).await?;
        let quota = |limit: service::LicenseLimit| LicenseQuota {
            r#type: limit.quota_type,
            limit: limit.limit.map(Long::from),
            period: limit.period,
            used: limit.used.into(),
            sum_of_caps: limit.sum_of_caps.into(),
        };
        Ok(limits.into_iter().map(quota).collect())
    }
}
