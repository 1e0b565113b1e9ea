//! Quota use, and the quota values of members: facts for `domain::quota`. SQL text, because one
//! statement returns facts of many tables, and lists join the memberships.

pub mod anonymous;
pub mod usage;
pub mod value;
pub mod warning;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DerivePartialModel, EntityTrait, FromQueryResult, QueryFilter,
    Value,
};
use uuid::Uuid;

use super::{
    access::QuotaValueFacts,
    engine::{Conditions as _, Row, Sql, StoreError},
    page::PageRequest,
};
use crate::{
    domain::{
        id::{AccountId, MembershipId, QuotaValueId, WorkspaceId},
        interval::Interval,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    entity::quota_value::{self, Column},
};

/// The whole workspace in `quota_use.subject`. [`usage::of_account`] names a member.
pub const WHOLE: &str = "workspace";

/// One member's value and use of one quota type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MemberQuota {
    /// The MEMBER value that counts, if one is set.
    pub limit: Option<u64>,
    /// The use: calls in the period, datasets owned, or records of the largest one.
    pub used: u64,
}

/// The member values at `t` and the use of `members`, by member and type. Leaves out members
/// without value and use.
pub async fn of_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[(MembershipId, AccountId)],
    types: &[QuotaType],
    day: DateTime<Utc>,
    t: DateTime<Utc>,
) -> Result<HashMap<(MembershipId, QuotaType), MemberQuota>, StoreError> {
    let mut quotas: HashMap<(MembershipId, QuotaType), MemberQuota> = HashMap::new();
    if members.is_empty() || types.is_empty() {
        return Ok(quotas);
    }
    // An account may have several memberships, one of which has not ended. Its use counts for all
    // of them (MEM-10).
    let mut owners: HashMap<Uuid, Vec<MembershipId>> = HashMap::new();
    members
        .iter()
        .for_each(|(id, account)| owners.entry(account.0).or_default().push(*id));
    let sql = values_and_use(db, workspace, members, types, day, t);
    for row in &sql.rows(db).await? {
        let row = Row::of(row);
        let Some(quota_type) = row.text("quota_type")?.and_then(QuotaType::parse) else {
            continue;
        };
        let amount = row.get::<i64>("amount")?.unsigned_abs();
        if let Some(member) = row.get::<Option<Uuid>>("membership_id")? {
            let member = MembershipId(member);
            quotas.entry((member, quota_type)).or_default().limit = Some(amount);
            continue;
        }
        let owner = match (row.get("owner_id")?, row.text("subject")?) {
            (Some(owner), _) => Some(owner),
            (None, Some(subject)) => AccountId::parse(subject).ok().map(|id| id.0),
            (None, None) => None,
        };
        for member in owner
            .and_then(|owner| owners.get(&owner))
            .into_iter()
            .flatten()
        {
            quotas.entry((*member, quota_type)).or_default().used = amount;
        }
    }
    Ok(quotas)
}

/// The statement of [`of_members`]: a row of a membership is its limit; a row of an account is its
/// use.
fn values_and_use(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[(MembershipId, AccountId)],
    types: &[QuotaType],
    day: DateTime<Utc>,
    t: DateTime<Utc>,
) -> Sql {
    let ws = || Value::from(workspace.0);
    let mut sql = Sql::new(
        db,
        "SELECT x.membership_id, CAST(NULL AS uuid) AS owner_id, CAST(NULL AS text) AS subject, x.quota_type, \
         x.limit_value AS amount FROM quota_value x WHERE ",
    );
    sql.ids_in("x.membership_id", members.iter().map(|(id, _)| id.0))
        .bind(
            " AND x.workspace_id = ? AND x.scope = 'MEMBER' AND x.starts_at <= ? AND x.ends_at > ?",
            [ws(), t.into(), t.into()],
        );
    if types.contains(&QuotaType::ApiCalls) {
        let subjects: Vec<String> = members
            .iter()
            .map(|(_, account)| usage::of_account(*account))
            .collect();
        sql.push(" UNION ALL SELECT CAST(NULL AS uuid), CAST(NULL AS uuid), x.subject, x.quota_type, x.used FROM quota_use x WHERE ")
            .texts_in("x.subject", subjects.iter().map(String::as_str))
            .bind(" AND x.workspace_id = ? AND x.quota_type = 'API_CALLS' AND x.period_start = ?", [ws(), day.into()]);
    }
    for (quota_type, name, amount) in [
        (QuotaType::Datasets, "DATASETS", "COUNT(*)"),
        (
            QuotaType::RecordsPerDataset,
            "RECORDS_PER_DATASET",
            "MAX(x.record_count)",
        ),
    ] {
        if types.contains(&quota_type) {
            sql.push(&format!(" UNION ALL SELECT CAST(NULL AS uuid), x.owner_id, CAST(NULL AS text), '{name}', {amount} FROM dataset x WHERE "))
                .ids_in("x.owner_id", members.iter().map(|(_, account)| account.0))
                .bind(" AND x.workspace_id = ? AND x.deleted_at IS NULL GROUP BY x.owner_id", [ws()]);
        }
    }
    sql
}

/// The MEMBER values of `members` that count at `t`, by member and type.
pub async fn own_limits(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    t: DateTime<Utc>,
) -> Result<HashMap<MembershipId, HashMap<QuotaType, u64>>, StoreError> {
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "quota_value::Entity")]
    struct RawRow {
        membership_id: Option<Uuid>,
        quota_type: String,
        limit_value: i64,
    }
    let rows = quota_value::Entity::find()
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Scope.eq(QuotaScope::Member.as_str()))
        .filter(Column::StartsAt.lte(t))
        .filter(Column::EndsAt.gt(t))
        .into_partial_model::<RawRow>()
        .all(db)
        .await?;
    let mut limits: HashMap<MembershipId, HashMap<QuotaType, u64>> = HashMap::new();
    for row in rows {
        let quota_type = QuotaType::parse(&row.quota_type);
        if let Some((member, quota_type)) = row.membership_id.zip(quota_type) {
            limits
                .entry(MembershipId(member))
                .or_default()
                .insert(quota_type, row.limit_value.unsigned_abs());
        }
    }
    Ok(limits)
}

/// The first `most` members, by id, to whom a value of that scope applies at `t`: those in the
/// workspace or the group.
pub async fn concerned(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    set_for: value::SetFor,
    t: DateTime<Utc>,
    most: i64,
) -> Result<Vec<MembershipId>, StoreError> {
    let mut sql = Sql::new(db, "SELECT m.id FROM membership m");
    let counts = |alias: &str| {
        format!("{alias}.workspace_id = ? AND {alias}.starts_at <= ? AND {alias}.ends_at > ?")
    };
    let values = || -> [Value; 3] { [workspace.0.into(), t.into(), t.into()] };
    sql.bind(&format!(" WHERE {}", counts("m")), values());
    match set_for {
        value::SetFor::Member(id) => {
            sql.bind(" AND m.id = ?", [id.0.into()]);
        }
        value::SetFor::Group(id) => {
            sql.bind(
                &format!(
                    " AND m.id IN (SELECT g.membership_id FROM group_membership g WHERE {}",
                    counts("g")
                ),
                values(),
            )
            .bind(" AND g.group_id = ?)", [id.0.into()]);
        }
        value::SetFor::License | value::SetFor::WorkspaceCap | value::SetFor::Default => {}
    }
    sql.bind(" ORDER BY m.id LIMIT ?", [most.into()]);
    Ok(sql.ids(db).await?.into_iter().map(MembershipId).collect())
}

/// The counters that bound members from above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counter {
    /// That of one workspace.
    Workspace(WorkspaceId),
    /// That of a main workspace and its secondary workspaces together, which share its license
    /// (QUOTA-9). Calls of a secondary workspace count on its main workspace as they happen.
    License(WorkspaceId),
}

/// What each counter says for a type, in one statement: calls in the period that began at the
/// instant, datasets, or the records of the largest dataset.
pub async fn used(
    db: &impl ConnectionTrait,
    counters: &[(Counter, QuotaType, DateTime<Utc>)],
) -> Result<Vec<u64>, StoreError> {
    let mut used = vec![0; counters.len()];
    if counters.is_empty() {
        return Ok(used);
    }
    let mut sql = Sql::new(db, "");
    for (index, (counter, quota_type, period_start)) in counters.iter().enumerate() {
        let union = if index == 0 { "" } else { " UNION ALL " };
        let amount = match quota_type {
            QuotaType::ApiCalls => "SUM(x.used), 0) AS bigint) AS used FROM quota_use x WHERE ",
            QuotaType::Datasets => "COUNT(*), 0) AS bigint) AS used FROM dataset x WHERE ",
            QuotaType::RecordsPerDataset => {
                "MAX(x.record_count), 0) AS bigint) AS used FROM dataset x WHERE "
            }
        };
        sql.push(&format!(
            "{union}SELECT {index} AS counter_index, CAST(COALESCE({amount}"
        ));
        match (counter, quota_type) {
            (Counter::License(main), QuotaType::Datasets | QuotaType::RecordsPerDataset) => sql.bind(
                "x.workspace_id IN (SELECT w.id FROM workspace w WHERE COALESCE(w.parent_id, w.id) = ? AND w.deleted_at IS NULL)",
                [main.0.into()],
            ),
            (Counter::License(id) | Counter::Workspace(id), _) => sql.bind("x.workspace_id = ?", [id.0.into()]),
        };
        match quota_type {
            QuotaType::ApiCalls => sql.bind(
                " AND x.subject = ? AND x.quota_type = 'API_CALLS' AND x.period_start = ?",
                [WHOLE.into(), (*period_start).into()],
            ),
            QuotaType::Datasets | QuotaType::RecordsPerDataset => {
                sql.push(" AND x.original_id IS NULL AND x.deleted_at IS NULL")
            }
        };
    }
    for row in &sql.rows(db).await? {
        let row = Row::of(row);
        if let Some(slot) = usize::try_from(row.get::<i32>("counter_index")?)
            .ok()
            .and_then(|index| used.get_mut(index))
        {
            *slot = row.get::<i64>("used")?.unsigned_abs();
        }
    }
    Ok(used)
}

/// Which MEMBER values of a workspace to read: those that count at `now`, of memberships that
/// count.
#[derive(Debug, Clone, Copy)]
pub struct MemberValues {
    pub workspace: WorkspaceId,
    pub now: DateTime<Utc>,
}

impl MemberValues {
    fn select(self, db: &impl ConnectionTrait, columns: &str) -> Sql {
        let mut sql = Sql::new(db, "SELECT ");
        let now = self.now;
        sql.push(columns).bind(
            " FROM quota_value x JOIN membership m ON m.id = x.membership_id AND m.starts_at <= ? AND m.ends_at > ? \
             WHERE x.workspace_id = ? AND x.scope = 'MEMBER' AND x.starts_at <= ? AND x.ends_at > ?",
            [now.into(), now.into(), self.workspace.0.into(), now.into(), now.into()],
        );
        sql
    }

    /// One page of them, by id: at most `page.size` and one more.
    pub async fn page(
        self,
        db: &impl ConnectionTrait,
        page: &PageRequest,
    ) -> Result<Vec<QuotaValueFacts>, StoreError> {
        let mut sql = self.select(db, VALUE_COLUMNS);
        page.apply(&mut sql, None, "x.id", false, |_| None);
        let rows: Vec<RawValue> = sql.all(db).await?;
        Ok(rows.into_iter().filter_map(RawValue::facts).collect())
    }

    /// The number of such values.
    pub async fn count(self, db: &impl ConnectionTrait) -> Result<i64, StoreError> {
        self.select(db, "COUNT(*) AS count").count(db).await
    }
}

/// The MEMBER value of `workspace` with this id, if it has not ended at `now`.
pub async fn member_value(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: QuotaValueId,
    now: DateTime<Utc>,
) -> Result<Option<QuotaValueFacts>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(VALUE_COLUMNS).bind(
        " FROM quota_value x JOIN membership m ON m.id = x.membership_id AND m.ends_at > ? \
         WHERE x.workspace_id = ? AND x.scope = 'MEMBER' AND x.id = ? AND x.ends_at > ?",
        [now.into(), workspace.0.into(), id.0.into(), now.into()],
    );
    let rows: Vec<RawValue> = sql.all(db).await?;
    Ok(rows.into_iter().find_map(RawValue::facts))
}

const VALUE_COLUMNS: &str =
    "x.id, x.membership_id, x.quota_type, x.limit_value, x.period, x.starts_at, x.ends_at";

#[derive(FromQueryResult)]
struct RawValue {
    id: Uuid,
    membership_id: Option<Uuid>,
    quota_type: String,
    limit_value: i64,
    period: Option<String>,
    starts_at: DateTime<Utc>,
    ends_at: DateTime<Utc>,
}

impl RawValue {
    fn facts(self) -> Option<QuotaValueFacts> {
        Some(QuotaValueFacts {
            id: self.id,
            scope: QuotaScope::Member,
            subject: self.membership_id,
            quota_type: QuotaType::parse(&self.quota_type)?,
            limit: self.limit_value.unsigned_abs(),
            period: self.period.as_deref().and_then(QuotaPeriod::parse),
            interval: Interval::new(self.starts_at, self.ends_at),
        })
    }
}
