//! Quotas: values, limits with what is used, and how a member's limit came about.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};

use crate::service::list::{Direction, Page, PageRequest, Position};
use crate::service::quota::{QuotaValueFacts, has_subject, of_scope};
use crate::{
    domain::{
        id::{GroupId, MembershipId, QuotaValueId},
        permission::Permission,
        quota::{self, BoundView},
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    graphql::{
        connection::{Counter, PageArguments, connection, slice},
        object::group::Group,
        plain::{Asked, Json, Plain},
        scalar::{Instant, Long},
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, workspace as service},
    words::message,
};

/// A limit for one quota type, set in one scope for an interval of time.
#[derive(Debug, Clone)]
pub struct QuotaValue {
    pub(super) id: ID,
    pub(super) quota_type: QuotaType,
    pub(super) subject_id: Option<ID>,
    pub(super) limit: Long,
    pub(super) period: Option<QuotaPeriod>,
    pub(super) starts_at: Instant,
    pub(super) ends_at: Option<Instant>,
}

connection!(of rows: QuotaValueConnection, QuotaValueEdge, QuotaValue, "quota values");

/// A limit for one quota type, set in one scope for an interval of time.
#[Object]
impl QuotaValue {
    /// The value's id (`quo_…`; `quo_calls_…`, `quo_datasets_…` or `quo_records_…` if an invitation
    /// offers it). Changing a limit creates a new value. The id of the old value is no longer valid
    /// once that value has ended.
    pub async fn id(&self) -> ID {
        self.id.clone()
    }

    /// The quota type.
    async fn r#type(&self) -> QuotaType {
        self.quota_type
    }

    /// The group or membership that the value is set for; null for the scopes LICENSE,
    /// WORKSPACE_CAP and DEFAULT.
    async fn subject_id(&self) -> Option<&ID> {
        self.subject_id.as_ref()
    }

    /// The limit, 0 to 2^53 - 1, in calls, datasets or records.
    async fn limit(&self) -> Long {
        self.limit
    }

    /// The period of the counter; only for API calls.
    async fn period(&self) -> Option<QuotaPeriod> {
        self.period
    }

    /// The instant from which the value applies.
    async fn starts_at(&self) -> Instant {
        self.starts_at
    }

    /// The instant until which the value applies; null if it has no end.
    async fn ends_at(&self) -> Option<Instant> {
        self.ends_at
    }
}

impl QuotaValue {
    /// Creates it from its row, as seen from `place`.
    pub fn of(place: &WorkspaceView, value: &QuotaValueFacts) -> Self {
        let subject = value.subject.map(|id| match value.scope {
            QuotaScope::Group => ID(GroupId(id).to_string()),
            _ => ID(MembershipId(id).to_string()),
        });
        let period = match value.quota_type {
            QuotaType::ApiCalls => Some(value.period.unwrap_or(QuotaPeriod::Day)),
            _ => None,
        };
        Self {
            id: place.id(QuotaValueId(value.id)).into(),
            quota_type: value.quota_type,
            subject_id: subject,
            limit: value.limit.into(),
            period,
            starts_at: Instant(value.interval.starts_at),
            ends_at: value.interval.end().map(Instant),
        }
    }
}

/// The maximum number of values in the list without pages: three limits for each of 1,000 groups.
const MOST_VALUES: usize = 3_000;

/// All values of one scope that are in force at the place's instant, by type and id. Needs EWP.
pub async fn values(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    scope: QuotaScope,
) -> Result<Vec<QuotaValue>, Failure> {
    place.require_ewp(ctx)?;
    let mut values = shared(place, scope);
    if scope == QuotaScope::Member {
        let page_one = place.access.now;
        let asked = PageRequest {
            size: MOST_VALUES,
            direction: Direction::Forward,
            after: None,
            before: None,
            page_one,
        };
        let page =
            service::member_quota_values(&Scope::of(ctx)?.deps, &place.access, &asked).await?;
        if page.has_next {
            return Err(Failure::bad_input(message::too_many_quota_values(
                MOST_VALUES,
            )));
        }
        values = page.rows;
    }
    values.sort_by_key(|value| (value.quota_type, value.id));
    Ok(values
        .iter()
        .map(|value| QuotaValue::of(place, value))
        .collect())
}

/// One page of the values of one scope, by id. Needs EWP.
pub async fn value_page(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    scope: QuotaScope,
    arguments: &PageArguments,
) -> Result<QuotaValueConnection, Failure> {
    place.require_ewp(ctx)?;
    let (asking, access) = (Scope::of(ctx)?, &place.access);
    let list = place.list(asking, &format!("quota values {}", scope.as_str()));
    let request = arguments.request(&list, access.now)?;
    let node = |value: QuotaValueFacts| QuotaValue::of(place, &value);
    let position = |value: &QuotaValueFacts| Position::of_id(value.id);
    if scope == QuotaScope::Member {
        let page = service::member_quota_values(&asking.deps, access, &request).await?;
        let (deps, access) = (asking.deps.clone(), Arc::clone(access));
        let counter: Counter = Box::new(move || {
            let (deps, access) = (deps.clone(), Arc::clone(&access));
            Box::pin(async move { service::count_member_quota_values(&deps, &access).await })
        });
        return Ok(QuotaValueConnection::of(
            &list,
            &request,
            page,
            (position, node),
            counter,
        ));
    }
    let rows = shared(place, scope);
    let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
    let rows = rows
        .into_iter()
        .map(|value| (Position::of_id(value.id), value))
        .collect();
    let Page {
        rows,
        has_next,
        has_previous,
    } = slice(rows, &request, false);
    let page = Page {
        rows: rows.into_iter().map(|(_, value)| value).collect(),
        has_next,
        has_previous,
    };
    let counter: Counter = Box::new(move || Box::pin(async move { Ok(total) }));
    Ok(QuotaValueConnection::of(
        &list,
        &request,
        page,
        (position, node),
        counter,
    ))
}

/// The values of a scope other than MEMBER that are in force at the place's instant. Values of
/// groups that do not exist then are left out.
fn shared(place: &WorkspaceView, scope: QuotaScope) -> Vec<QuotaValueFacts> {
    of_scope(&place.snapshot, scope, place.access.now)
}

/// The value with this id, if it has not ended; it may not have begun yet. `None` without EWP.
pub async fn find(
    ctx: &Context<'_>,
    place: &WorkspaceView,
    id: QuotaValueId,
) -> Result<Option<QuotaValue>, Failure> {
    let access = &place.access;
    if !access.can(Permission::EditWorkspaceProperties) {
        return Ok(None);
    }
    let listed = |value: &QuotaValueFacts| {
        value.interval.is_listed(access.shown()) && has_subject(&place.snapshot, value, access.now)
    };
    let found = match place.snapshot.quotas.iter().find(|value| value.id == id.0) {
        Some(value) => Some(value.clone()),
        None => service::member_quota_value(&Scope::of(ctx)?.deps, access, id).await?,
    };
    Ok(found
        .filter(listed)
        .map(|value| QuotaValue::of(place, &value)))
}

/// A license or a workspace cap that bounds a member's limit from above.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuotaBound {
    /// The limit.
    pub limit: Long,
    /// The period of the counter; only for API calls.
    pub period: Option<QuotaPeriod>,
    /// The amount used.
    pub used: Long,
    /// The amount that remains.
    pub remaining: Long,
    /// When the counter restarts; null for datasets and records, which have no period.
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

/// A group's limit for a quota type.
#[derive(SimpleObject)]
pub struct GroupQuota {
    /// The group.
    pub group: Group,
    /// The group's limit.
    pub limit: Long,
}

/// The limit that applies to one member, and the values that it results from.
pub struct EffectiveQuota {
    pub(crate) place: WorkspaceView,
    pub(crate) quota: quota::EffectiveQuota,
}

/// The limit that applies to one member, and the values that it results from. It is the member's
/// value if one is set, otherwise the highest value of the member's groups, otherwise the default,
/// otherwise unlimited. The cap and the license of the same period then bound it.
#[Object]
impl EffectiveQuota {
    /// The quota type.
    async fn r#type(&self) -> QuotaType {
        self.quota.quota_type
    }

    /// The limit; null if unlimited.
    async fn limit(&self) -> Option<Long> {
        self.quota.limit.map(Long::from)
    }

    /// The period of the counter; only for API calls.
    async fn period(&self) -> Option<QuotaPeriod> {
        self.quota.period
    }

    /// The amount that the member used.
    async fn used(&self) -> Long {
        self.quota.used.into()
    }

    /// The smallest amount that the member's limit, the cap and the license still leave; null if
    /// unlimited.
    async fn remaining(&self) -> Option<Long> {
        self.quota.remaining.map(Long::from)
    }

    /// When the member's counter restarts; null for datasets and records, which have no period.
    async fn resets_at(&self) -> Option<Instant> {
        self.quota.resets_at.map(Instant)
    }

    /// The scope that decided the limit; null if no value is in force.
    async fn decided_by(&self) -> Option<QuotaScope> {
        self.quota.decided_by
    }

    /// The license's limit, whatever its period.
    async fn license(&self) -> Option<QuotaBound> {
        self.quota.license.as_ref().map(QuotaBound::from)
    }

    /// The cap of a secondary workspace, whatever its period.
    async fn workspace_cap(&self) -> Option<QuotaBound> {
        self.quota.cap.as_ref().map(QuotaBound::from)
    }

    /// The default limit of the workspace.
    async fn default_limit(&self) -> Option<Long> {
        self.quota.default_limit.map(Long::from)
    }

    /// Every group of the member that has a limit, highest limit first.
    async fn group_limits(&self) -> Vec<GroupQuota> {
        let of = |(id, limit): &(GroupId, u64)| {
            Some(GroupQuota {
                group: Group::find(&self.place, *id)?,
                limit: (*limit).into(),
            })
        };
        self.quota.group_limits.iter().filter_map(of).collect()
    }

    /// The limit that is set for the member.
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
