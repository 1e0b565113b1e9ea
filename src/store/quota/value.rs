//! Quota values as a write sees them: the rows of one scope and subject, and new ones (QUOTA-1,
//! TIME-8).

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, ConnectionTrait, EntityTrait};
use uuid::Uuid;

use crate::{
    domain::{
        id::{AccountId, GroupId, MembershipId, WorkspaceId},
        interval::Interval,
        quota::member_period,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    entity::quota_value,
    store::{
        access::QuotaValueFacts,
        engine::{Sql, StoreError},
    },
};

/// The end reason of a value that another one cut short.
pub const REPLACED: &str = "REPLACED";

/// The end reason of a value that somebody took away.
pub const REMOVED: &str = "REMOVED";

/// What values are set for: one scope with its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SetFor {
    /// A main workspace and its secondary ones together.
    License,
    /// Each active member.
    Default,
    /// Each member of the group.
    Group(GroupId),
    /// One member.
    Member(MembershipId),
}

impl SetFor {
    /// The scope.
    pub const fn scope(self) -> QuotaScope {
        match self {
            Self::License => QuotaScope::License,
            Self::Default => QuotaScope::Default,
            Self::Group(_) => QuotaScope::Group,
            Self::Member(_) => QuotaScope::Member,
        }
    }

    /// The group or membership.
    pub const fn subject(self) -> Option<Uuid> {
        match self {
            Self::License | Self::Default => None,
            Self::Group(GroupId(id)) | Self::Member(MembershipId(id)) => Some(id),
        }
    }
}

/// A value with who gave it.
#[derive(Debug, Clone)]
pub struct ValueRow {
    /// The value; API calls always with their period.
    pub value: QuotaValueFacts,
    /// Who set it.
    pub granted_by: Option<AccountId>,
}

/// The values of one scope and subject that count at `now` or later, by type and start.
pub async fn ahead(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    of: SetFor,
    now: DateTime<Utc>,
) -> Result<Vec<ValueRow>, StoreError> {
    type Row = (
        Uuid,
        String,
        i64,
        Option<String>,
        DateTime<Utc>,
        DateTime<Utc>,
        Option<Uuid>,
    );
    let mut sql = Sql::new(
        db,
        "SELECT q.id, q.quota_type, q.limit_value, q.period, q.starts_at, q.ends_at, q.granted_by FROM quota_value q",
    );
    sql.bind(
        " WHERE q.workspace_id = ? AND q.scope = ? AND q.ends_at > ? AND q.ends_at > q.starts_at",
        [workspace.0.into(), of.scope().as_str().into(), now.into()],
    );
    match of {
        SetFor::License | SetFor::Default => &mut sql,
        SetFor::Group(id) => sql.bind(" AND q.group_id = ?", [id.0.into()]),
        SetFor::Member(id) => sql.bind(" AND q.membership_id = ?", [id.0.into()]),
    };
    let rows: Vec<Row> = sql.all(db).await?;
    let read = |(id, quota_type, limit, period, starts_at, ends_at, by): Row| {
        let quota_type = QuotaType::parse(&quota_type)?;
        let period = period.as_deref().and_then(QuotaPeriod::parse);
        let value = QuotaValueFacts {
            id,
            scope: of.scope(),
            subject: of.subject(),
            quota_type,
            limit: limit.unsigned_abs(),
            period: member_period(quota_type).map(|day| period.unwrap_or(day)),
            interval: Interval::new(starts_at, ends_at),
        };
        Some(ValueRow {
            value,
            granted_by: by.map(AccountId),
        })
    };
    let mut rows: Vec<ValueRow> = rows.into_iter().filter_map(read).collect();
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
    of: SetFor,
    rows: Vec<ValueRow>,
) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    let subject = |scope| of.subject().filter(|_| of.scope() == scope);
    let model = |row: ValueRow| quota_value::ActiveModel {
        id: Set(row.value.id),
        workspace_id: Set(workspace.0),
        scope: Set(of.scope().as_str().to_owned()),
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
