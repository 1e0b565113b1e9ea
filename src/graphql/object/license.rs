//! Licenses: what an operator allows a main workspace and its secondary ones together.

use std::sync::Arc;

use async_graphql::{Context, Object, SimpleObject};

use crate::service::workspace::Workspace;
use crate::{
    domain::vocabulary::{QuotaPeriod, QuotaType},
    graphql::{
        scalar::Long,
        scope::{Place, Scope},
    },
    service::{Failure, license as service},
};

/// What an operator allows a main workspace.
#[derive(Debug, Clone)]
pub struct License {
    place: Place,
    main: Arc<Workspace>,
}

/// One limit of a license.
#[derive(Debug, Clone, SimpleObject)]
pub struct LicenseQuota {
    /// What it limits.
    pub r#type: QuotaType,
    /// The limit, shared by the main workspace and its secondary ones; null = unlimited.
    pub limit: Option<Long>,
    /// The period of its counter, for API calls with a limit.
    pub period: Option<QuotaPeriod>,
    /// What was used of it: calls in this period (this day without a limit), datasets, or records
    /// of the largest dataset.
    pub used: Long,
    /// The sum of the caps of the secondary workspaces that count now; may be more than the limit.
    /// For API calls those caps that have the license's period (DAY without a limit).
    pub sum_of_caps: Long,
}

/// The license of the workspace at `place`, or of its main one: EWP or operator.
pub async fn of(ctx: &Context<'_>, place: &Place) -> Result<License, Failure> {
    let scope = Scope::of(ctx)?;
    service::may_read(&place.access, &scope.caller)?;
    Ok(License {
        place: place.clone(),
        main: service::holder(&scope.deps, &place.access).await?,
    })
}

/// What an operator allows a main workspace. A secondary workspace has the license of its main one,
/// and shows that.
#[Object]
impl License {
    /// How many seats there are; null = unlimited.
    async fn seats(&self) -> Option<i32> {
        self.main.seats
    }

    /// How many seats are taken: memberships that have not ended, and pending invitations.
    async fn seats_used(&self, ctx: &Context<'_>) -> async_graphql::Result<i32> {
        let used =
            service::seats_used(&Scope::of(ctx)?.deps, &self.place.access, &self.main).await?;
        Ok(i32::try_from(used).unwrap_or(i32::MAX))
    }

    /// Whether there may be secondary workspaces.
    async fn secondary_workspaces_enabled(&self) -> bool {
        self.main.secondary_workspaces_enabled
    }

    /// How many secondary workspaces there may be; null = any number.
    async fn max_secondary_workspaces(&self) -> Option<i32> {
        self.main.max_secondary_workspaces
    }

    /// The limits, one of each type.
    async fn quotas(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<LicenseQuota>> {
        let limits =
            service::limits(&Scope::of(ctx)?.deps, &self.place.access, self.main.id).await?;
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
