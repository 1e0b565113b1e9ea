//! Quotas: values, limits with what is used, and how a member's limit came about.

use async_graphql::{ID, Object, SimpleObject};

use crate::{
    domain::{
        id::{GroupId, MembershipId},
        quota::{self, BoundView},
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    graphql::{
        object::group::Group,
        plain::{Asked, Json, Plain},
        scalar::{Instant, Long},
        scope::Place,
    },
    store::access::QuotaValueFacts,
};

/// A limit for one quota type, set at one scope over an interval.
#[derive(Debug, SimpleObject)]
pub struct QuotaValue {
    /// What it limits.
    pub r#type: QuotaType,
    /// The group or membership it is set for; null for the workspace's own scopes.
    pub subject_id: Option<ID>,
    /// The limit: 0 to 2^53 - 1, in calls, datasets, or records.
    pub limit: Long,
    /// The period of a limit on API calls.
    pub period: Option<QuotaPeriod>,
    /// Since when, or from when on, it counts.
    pub starts_at: Instant,
    /// Until when; null = without an end.
    pub ends_at: Option<Instant>,
}

impl QuotaValue {
    /// From its row.
    pub fn of(value: &QuotaValueFacts) -> Self {
        let subject = value.subject.map(|id| match value.scope {
            QuotaScope::Group => ID(GroupId(id).to_string()),
            _ => ID(MembershipId(id).to_string()),
        });
        let period = match value.quota_type {
            QuotaType::ApiCalls => Some(value.period.unwrap_or(QuotaPeriod::Day)),
            _ => None,
        };
        Self {
            r#type: value.quota_type,
            subject_id: subject,
            limit: value.limit.into(),
            period,
            starts_at: Instant(value.interval.starts_at),
            ends_at: value.interval.end().map(Instant),
        }
    }
}

/// What bounds a member's limit from above.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuotaBound {
    /// The limit.
    pub limit: Long,
    /// The period of its counter, for API calls.
    pub period: Option<QuotaPeriod>,
    /// What was used of it.
    pub used: Long,
    /// What is left of it.
    pub remaining: Long,
    /// When its counter begins anew; null for counts.
    pub resets_at: Option<Instant>,
}

impl From<&BoundView> for QuotaBound {
    fn from(bound: &BoundView) -> Self {
        Self {
            limit: bound.limit.into(),
            period: bound.period,
            used: bound.used.into(),
            remaining: bound.remaining.into(),
            resets_at: bound.resets_at.map(Instant),
        }
    }
}

/// A group's value for a quota type.
#[derive(SimpleObject)]
pub struct GroupQuota {
    /// The group.
    pub group: Group,
    /// Its limit.
    pub limit: Long,
}

/// A limit as it stands for one member, and how it came about.
pub struct EffectiveQuota {
    pub(in crate::graphql) place: Place,
    pub(in crate::graphql) quota: quota::EffectiveQuota,
}

/// A limit as it stands for one member, and how it came about: the member's value if set; else the highest of the member's
/// groups; else the default; else unlimited; then bounded by cap and license of the same period.
#[Object]
impl EffectiveQuota {
    /// What it limits.
    async fn r#type(&self) -> QuotaType {
        self.quota.quota_type
    }

    /// The limit; null = unlimited.
    async fn limit(&self) -> Option<Long> {
        self.quota.limit.map(Long::from)
    }

    /// The period of the counter, for API calls.
    async fn period(&self) -> Option<QuotaPeriod> {
        self.quota.period
    }

    /// What the member used.
    async fn used(&self) -> Long {
        self.quota.used.into()
    }

    /// The least of what member, cap and license still leave; null = unlimited.
    async fn remaining(&self) -> Option<Long> {
        self.quota.remaining.map(Long::from)
    }

    /// When the member's counter begins anew; null for counts.
    async fn resets_at(&self) -> Option<Instant> {
        self.quota.resets_at.map(Instant)
    }

    /// Which scope decided; null = nothing set that counts.
    async fn decided_by(&self) -> Option<QuotaScope> {
        self.quota.decided_by
    }

    /// The license's limit, of whatever period.
    async fn license(&self) -> Option<QuotaBound> {
        self.quota.license.as_ref().map(QuotaBound::from)
    }

    /// The cap of a secondary workspace, of whatever period.
    async fn workspace_cap(&self) -> Option<QuotaBound> {
        self.quota.cap.as_ref().map(QuotaBound::from)
    }

    /// The workspace's default.
    async fn default_limit(&self) -> Option<Long> {
        self.quota.default_limit.map(Long::from)
    }

    /// Every group of the member that has a value, highest first.
    async fn group_limits(&self) -> Vec<GroupQuota> {
        let of =
            |(id, limit): &(GroupId, u64)| Some(GroupQuota { group: Group::find(&self.place, *id)?, limit: (*limit).into() });
        self.quota.group_limits.iter().filter_map(of).collect()
    }

    /// The member's own value.
    async fn member_limit(&self) -> Option<Long> {
        self.quota.member_limit.map(Long::from)
    }
}

impl Plain for quota::EffectiveQuota {
    const TYPE: &'static str = "EffectiveQuota";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "type" => json.name(self.quota_type.as_str()),
            "limit" => json.long(self.limit),
            "period" => json.optional_name(self.period.map(QuotaPeriod::as_str)),
            "used" => json.long(Some(self.used)),
            "remaining" => json.long(self.remaining),
            "resetsAt" => json.instant(self.resets_at),
            "decidedBy" => json.optional_name(self.decided_by.map(QuotaScope::as_str)),
            "defaultLimit" => json.long(self.default_limit),
            "memberLimit" => json.long(self.member_limit),
            _ => None,
        }
    }
}
