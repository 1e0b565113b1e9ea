//! Quotas: values, limits with what is used, and how a member's limit came about.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};

use crate::service::list::{Direction, PageRequest, Position};
use crate::service::quota::{QuotaValueFacts, of_scope, visible_value};
use crate::{
    domain::{
        id::{GroupId, MembershipId, QuotaValueId},
        quota::{self, BoundView},
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
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

impl ConnectionNode for QuotaValue {
    const CONNECTION: &'static str = "QuotaValueConnection";
    const EDGE: &'static str = "QuotaValueEdge";
    const DESCRIPTION: &'static str = "A page of quota values.";
}

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
    /// Creates it from its row, as seen from `view`.
    pub fn of(view: &WorkspaceView, value: &QuotaValueFacts) -> Self {
        let subject = value.subject.map(|id| match value.scope {
            QuotaScope::Group => ID(GroupId(id).to_string()),
            _ => ID(MembershipId(id).to_string()),
        });
        let period = match value.quota_type {
            QuotaType::ApiCalls => Some(value.period.unwrap_or(QuotaPeriod::Day)),
            _ => None,
        };
        Self {
            id: view.id(QuotaValueId(value.id)).into(),
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

/// All values of one scope that are in force at the view's instant, by type and id. Requires
/// EDIT_WORKSPACE_PROPERTIES; caps are also read by those who set them.
pub async fn values(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    scope: QuotaScope,
) -> Result<Vec<QuotaValue>, Failure> {
    if scope != QuotaScope::WorkspaceCap || !Box::pin(sets_caps(ctx, view)).await? {
        view.require_ewp(ctx)?;
    }
    let mut values = shared_values(view, scope);
    if scope == QuotaScope::Member {
        let page_one = view.access.now;
        let request = PageRequest {
            size: MOST_VALUES,
            direction: Direction::Forward,
            after: None,
            before: None,
            page_one,
        };
        let page =
            service::member_quota_values(&Scope::of(ctx)?.deps, &view.access, &request).await?;
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
        .map(|value| QuotaValue::of(view, value))
        .collect())
}

/// Whether the caller sets the caps of the workspace, from its main one.
async fn sets_caps(ctx: &Context<'_>, view: &WorkspaceView) -> Result<bool, Failure> {
    let scope = Scope::of(ctx)?;
    match view.access.workspace.parent_id {
        Some(main) if view.access.may_look_inside() => {
            let main = scope.open_id(main).await?;
            Ok(main.is_some_and(|main| service::may_read_caps(&main, &scope.caller)))
        }
        Some(_) | None => Ok(false),
    }
}

/// One page of the values of one scope, by id. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn value_page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    quota_scope: QuotaScope,
    arguments: &PageArguments,
) -> Result<Connection<QuotaValue>, Failure> {
    view.require_ewp(ctx)?;
    let (scope, access) = (Scope::of(ctx)?, &view.access);
    let list = view.list(scope, &format!("quota values {}", quota_scope.as_str()));
    let node = |value: QuotaValueFacts| QuotaValue::of(view, &value);
    if quota_scope != QuotaScope::Member {
        let rows = shared_values(view, quota_scope)
            .into_iter()
            .map(|value| (Position::of_id(value.id), value))
            .collect();
        return list.slice(arguments, rows, false, node).await;
    }
    let deps = &scope.deps;
    let counter = Counter::new((deps.clone(), Arc::clone(access)), |(deps, access)| {
        Box::pin(service::count_member_quota_values(deps, access))
    });
    list.connection(arguments, any_key, counter, async |request| {
        let page = service::member_quota_values(deps, access, &request).await?;
        Ok(page.map(|value| ListRow::new(Position::of_id(value.id), node(value))))
    })
    .await
}

/// The values of a scope other than MEMBER that are in force at the view's instant. Values of
/// groups that do not exist then are left out.
fn shared_values(view: &WorkspaceView, scope: QuotaScope) -> Vec<QuotaValueFacts> {
    of_scope(&view.snapshot, scope, view.access.now)
}

/// The value with this id, if it has not ended; it may not have begun yet. `None` without
/// EDIT_WORKSPACE_PROPERTIES.
pub async fn find(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: QuotaValueId,
) -> Result<Option<QuotaValue>, Failure> {
    let value = visible_value(&Scope::of(ctx)?.deps, &view.access, id).await?;
    Ok(value.map(|value| QuotaValue::of(view, &value)))
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
    pub(crate) view: WorkspaceView,
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
        let group_quota = |(id, limit): &(GroupId, u64)| {
            Some(GroupQuota {
                group: Group::find(&self.view, *id)?,
                limit: (*limit).into(),
            })
        };
        self.quota
            .group_limits
            .iter()
            .filter_map(group_quota)
            .collect()
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
