//! Quota values for a write: the rows of one scope and subject, and new ones (QUOTA-1, TIME-8).

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, GroupId, MembershipId, WorkspaceId},
        interval::Interval,
        quota::member_period,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    entity::quota_value::{self, Column},
    store::{
        access::QuotaValueFacts,
        engine::{Conditions as _, StoreError},
    },
};

/// The end reason of a value that another one replaced.
pub const REPLACED: &str = "REPLACED";

/// The end reason of a removed value.
pub const REMOVED: &str = "REMOVED";

/// A scope with its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetFor {
    /// A main workspace and its secondary workspaces together.
    License,
    /// One secondary workspace.
    WorkspaceCap,
    /// Each active member.
    Default,
    /// Each member of the group.
    Group(GroupId),
    /// One member.
    Member(MembershipId),
}

impl SetFor {
    pub const fn scope(self) -> QuotaScope {
        match self {
            Self::License => QuotaScope::License,
            Self::WorkspaceCap => QuotaScope::WorkspaceCap,
            Self::Default => QuotaScope::Default,
            Self::Group(_) => QuotaScope::Group,
            Self::Member(_) => QuotaScope::Member,
        }
    }

    /// The group or membership.
    pub const fn subject(self) -> Option<Uuid> {
        match self {
            Self::License | Self::WorkspaceCap | Self::Default => None,
            Self::Group(GroupId(id)) | Self::Member(MembershipId(id)) => Some(id),
        }
    }
}

/// A value with who set it.
#[derive(Debug, Clone)]
pub struct ValueRow {
    /// The value. API calls always have a period.
    pub value: QuotaValueFacts,
    pub granted_by: Option<AccountId>,
}

/// The values of one scope and subject that count at `now` or later, by type and start.
pub async fn ahead(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    set_for: SetFor,
    now: DateTime<Utc>,
) -> Result<Vec<ValueRow>, StoreError> {
    let mut values = quota_value::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Scope.eq(set_for.scope().as_str()))
        .filter(Column::EndsAt.gt(now))
        .filter(Column::EndsAt.gt_column(Column::StartsAt));
    match set_for {
        SetFor::License | SetFor::WorkspaceCap | SetFor::Default => {}
        SetFor::Group(id) => values = values.filter(Column::GroupId.eq(id.0)),
        SetFor::Member(id) => values = values.filter(Column::MembershipId.eq(id.0)),
    }
    let read = |row: quota_value::Model| {
        let quota_type = QuotaType::parse(&row.quota_type)?;
        let period = row.period.as_deref().and_then(QuotaPeriod::parse);
        let value = QuotaValueFacts {
            id: row.id,
            scope: set_for.scope(),
            subject: set_for.subject(),
            quota_type,
            limit: row.limit_value.unsigned_abs(),
            period: member_period(quota_type).map(|day| period.unwrap_or(day)),
            interval: Interval::new(row.starts_at, row.ends_at),
        };
        Some(ValueRow {
            value,
            granted_by: row.granted_by.map(AccountId),
        })
    };
    let mut rows: Vec<ValueRow> = values.all(db).await?.into_iter().filter_map(read).collect();
    rows.sort_by_key(|row| {
        (
            row.value.quota_type,
            row.value.interval.starts_at,
            row.value.id,
        )
    });
    Ok(rows)
}

/// Adds rows, at most a few hundred.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    set_for: SetFor,
    rows: Vec<ValueRow>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let subject = |scope| set_for.subject().filter(|_| set_for.scope() == scope);
    let model = |row: ValueRow| quota_value::ActiveModel {
        id: Set(row.value.id),
        workspace_id: Set(workspace.0),
        scope: Set(set_for.scope().as_str().to_owned()),
        membership_id: Set(subject(QuotaScope::Member)),
        group_id: Set(subject(QuotaScope::Group)),
        quota_type: Set(row.value.quota_type.as_str().to_owned()),
        limit_value: Set(i64::try_from(row.value.limit).unwrap_or(i64::MAX)),
        period: Set(row.value.period.map(|period| period.as_str().to_owned())),
        starts_at: Set(row.value.interval.starts_at),
        ends_at: Set(row.value.interval.ends_at),
        granted_by: Set(row.granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
    };
    quota_value::Entity::insert_many(rows.into_iter().map(model))
        .exec_without_returning(db)
        .await?;
    Ok(())
}
