//! Reading a license: what an operator allows a main workspace, and what it and its secondary ones
//! use of that (QUOTA-1, QUOTA-9, JOIN-13).

mod set;

use std::{collections::HashMap, sync::Arc};

use super::{Access, Caller, Deps, Failure};
use crate::{
    domain::{
        id::WorkspaceId,
        permission::Permission,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    store::{
        invitation, license as rows,
        quota::{self, Counter},
        workspace::{self, Workspace, WorkspaceRef},
    },
};

pub(crate) use set::new_limits;
pub use set::{AskedLimit, SetLicense, set};

/// One limit of a license.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LicenseLimit {
    /// The quota that is limited.
    pub quota_type: QuotaType,
    /// The limit; `None` = unlimited.
    pub limit: Option<u64>,
    /// The period of its counter, for API calls with a limit.
    pub period: Option<QuotaPeriod>,
    /// What main and secondary workspaces used of it.
    pub used: u64,
    /// The sum of the caps of the secondary workspaces.
    pub sum_of_caps: u64,
}

/// Refuses whoever is neither EWP holder nor operator.
pub fn may_read(access: &Access, caller: &Caller) -> Result<(), Failure> {
    if access.is_operator {
        Ok(())
    } else {
        access.require(caller, Permission::EditWorkspaceProperties)
    }
}

/// The workspace that holds the license: the one of `access`, or its main one.
pub async fn holder(deps: &Deps, access: &Access) -> Result<Arc<Workspace>, Failure> {
    let Some(main) = access.workspace.parent_id else {
        return Ok(Arc::clone(&access.workspace));
    };
    let row = workspace::find(deps.db.reader(), &WorkspaceRef::Id(main), None, access.now).await?;
    row.map(|(main, _)| Arc::new(main)).ok_or(Failure::NotFound)
}

/// How many seats of `main` are taken (JOIN-13).
pub async fn seats_used(deps: &Deps, access: &Access, main: &Workspace) -> Result<i64, Failure> {
    Ok(invitation::seats_used(
        deps.db.reader(),
        main.id,
        access.now.max(main.last_write_at),
    )
    .await?)
}

/// The limits of the license of `main`, one of each type.
pub async fn limits(
    deps: &Deps,
    access: &Access,
    main: WorkspaceId,
) -> Result<Vec<LicenseLimit>, Failure> {
    let (db, now) = (deps.db.reader(), access.now);
    let mut caps: HashMap<(QuotaType, QuotaPeriod), u64> = HashMap::new();
    for cap in rows::caps(db, main, now).await? {
        let sum = caps
            .entry((cap.quota_type, cap.period.unwrap_or(QuotaPeriod::Day)))
            .or_default();
        *sum = sum.saturating_add(cap.limit);
    }
    let value = |quota_type| {
        let counts = |value: &&crate::store::access::QuotaValueFacts| {
            value.scope == QuotaScope::License
                && value.quota_type == quota_type
                && value.interval.contains(now)
        };
        let value = access.snapshot.quotas.iter().find(counts);
        (
            value,
            value
                .and_then(|value| value.period)
                .unwrap_or(QuotaPeriod::Day),
        )
    };
    let counter = |quota_type: &QuotaType| {
        (
            Counter::License(main),
            *quota_type,
            access
                .workspace
                .calendars()
                .main
                .start(value(*quota_type).1, access.clock()),
        )
    };
    let used = quota::used(db, &QuotaType::ALL.iter().map(counter).collect::<Vec<_>>()).await?;
    let limit = |(quota_type, used): (&QuotaType, u64)| {
        let (value, period) = value(*quota_type);
        LicenseLimit {
            quota_type: *quota_type,
            limit: value.map(|value| value.limit),
            period: value
                .map(|_| period)
                .filter(|_| *quota_type == QuotaType::ApiCalls),
            used,
            sum_of_caps: caps
                .get(&(*quota_type, period))
                .copied()
                .unwrap_or_default(),
        }
    };
    Ok(QuotaType::ALL.iter().zip(used).map(limit).collect())
}
