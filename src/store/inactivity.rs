//! Members who have not been active (MEM-12): the policies of workspaces, who is exempt, and which
//! mails were queued.
//!
//! [`candidates`] is SQL text: its conditions compare several tables with one another, so that a
//! round reads only members for whom something is due.

use std::collections::HashSet;

use chrono::{DateTime, Duration, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, sea_query::OnConflict,
};
use uuid::Uuid;

use super::{
    engine::{Conditions as _, ROWS_PER_STATEMENT, Sql, StoreError},
    workspace::secondary::is_living,
};
use crate::{
    domain::{
        id::{AccountId, MembershipId, WorkspaceId},
        inactivity::{FIRST_MAIL_BEFORE, Notice, SECOND_MAIL_BEFORE},
    },
    entity::{inactivity_exemption, inactivity_notice, inactivity_policy},
};

/// After how many days a workspace has its inactive members disabled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Policy {
    pub disable_after_days: i32,
    /// When it was set to this.
    pub changed_at: DateTime<Utc>,
}

/// A member who was not active for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    pub membership_id: MembershipId,
    pub account_id: AccountId,
    /// The last activity by session or key, or when the membership began or was enabled last.
    pub inactive_since: DateTime<Utc>,
    /// The mails that were queued last, perhaps about an earlier stretch.
    pub notice: Option<Notice>,
}

/// Whom [`candidates`] finds.
#[derive(Debug, Clone, Copy)]
pub enum Sought {
    /// Those who have been inactive for all the days.
    Inactive,
    /// Those for whom a mail or their end is due.
    Due,
}

/// The policy of a workspace; `None`: nobody is disabled.
pub async fn policy(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Option<Policy>, StoreError> {
    let row = inactivity_policy::Entity::find_by_id(workspace.0)
        .one(db)
        .await?;
    Ok(row.map(|row| Policy {
        disable_after_days: row.disable_after_days,
        changed_at: row.changed_at,
    }))
}

/// Sets the policy of a workspace, or removes it.
pub async fn set_policy(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    policy: Option<Policy>,
) -> Result<(), StoreError> {
    use inactivity_policy::{ActiveModel, Column, Entity};
    let Some(policy) = policy else {
        Entity::delete_by_id(workspace.0).exec(db).await?;
        return Ok(());
    };
    let row = ActiveModel {
        workspace_id: Set(workspace.0),
        disable_after_days: Set(policy.disable_after_days),
        changed_at: Set(policy.changed_at),
    };
    let replace = OnConflict::column(Column::WorkspaceId)
        .update_columns([Column::DisableAfterDays, Column::ChangedAt])
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The workspaces with a policy, in the order of their ids.
pub async fn workspaces(db: &impl ConnectionTrait) -> Result<Vec<WorkspaceId>, StoreError> {
    let ids: Vec<Uuid> = inactivity_policy::Entity::find()
        .select_only()
        .column(inactivity_policy::Column::WorkspaceId)
        .filter(is_living(inactivity_policy::Column::WorkspaceId))
        .order_by_asc(inactivity_policy::Column::WorkspaceId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(WorkspaceId).collect())
}

/// Those of `members` who are exempt.
pub async fn exempt(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<HashSet<MembershipId>, StoreError> {
    use inactivity_exemption::{Column, Entity};
    let ids: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::MembershipId)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(MembershipId).collect())
}

/// Exempts members.
pub async fn exempt_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
    by: Option<AccountId>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use inactivity_exemption::{ActiveModel, Entity};
    for members in members.chunks(ROWS_PER_STATEMENT) {
        let rows = members.iter().map(|member| ActiveModel {
            membership_id: Set(member.0),
            workspace_id: Set(workspace.0),
            created_at: Set(now),
            granted_by: Set(by.map(|id| id.0)),
        });
        Entity::insert_many(rows).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Ends the exemptions of members.
pub async fn include_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<(), StoreError> {
    use inactivity_exemption::{Column, Entity};
    Entity::delete_many()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// The conditions that all share: members who are active now, neither exempt nor administrators
/// now or later, and were not active after `before`.
fn inactive(sql: &mut Sql, workspace: WorkspaceId, before: DateTime<Utc>, now: DateTime<Utc>) {
    sql.bind(
        " FROM membership x LEFT JOIN inactivity_notice w ON w.membership_id = x.id \
         WHERE x.workspace_id = ? AND x.end_reason IS NULL AND x.starts_at <= ? AND x.ends_at > ? AND x.last_active_at <= ?",
        [workspace.0.into(), before.into(), now.into(), before.into()],
    );
    sql.push(" AND NOT EXISTS (SELECT 1 FROM inactivity_exemption e WHERE e.membership_id = x.id)");
    sql.bind(
        " AND NOT EXISTS (SELECT 1 FROM disabled_spell d WHERE d.workspace_id = x.workspace_id AND d.membership_id = x.id \
         AND d.ends_at > ? AND d.ends_at > d.starts_at)",
        [before.into()],
    );
    sql.bind(
        " AND NOT EXISTS (SELECT 1 FROM api_key k WHERE k.workspace_id = x.workspace_id AND k.membership_id = x.id \
         AND k.kind = 'MEMBER' AND k.last_used_at > ?)",
        [before.into()],
    );
    sql.bind(
        " AND NOT EXISTS (SELECT 1 FROM role_assignment a JOIN role r ON r.id = a.role_id \
         WHERE a.workspace_id = x.workspace_id AND a.membership_id = x.id AND a.ends_at > ? AND a.ends_at > a.starts_at \
         AND r.preset = 'ADMINISTRATOR')",
        [now.into()],
    );
}

const KEY_USED: &str = "(SELECT MAX(k.last_used_at) FROM api_key k \
     WHERE k.workspace_id = x.workspace_id AND k.membership_id = x.id AND k.kind = 'MEMBER')";

const ENABLED: &str = "(SELECT MAX(d.ends_at) FROM disabled_spell d \
     WHERE d.workspace_id = x.workspace_id AND d.membership_id = x.id AND d.ends_at > d.starts_at)";

/// At most `most` members of a workspace who have not been active for about `days`, longest first.
pub async fn candidates(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    days: i32,
    sought: Sought,
    now: DateTime<Utc>,
    most: usize,
) -> Result<Vec<Candidate>, StoreError> {
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        account_id: Uuid,
        starts_at: DateTime<Utc>,
        last_active_at: DateTime<Utc>,
        key_used_at: Option<DateTime<Utc>>,
        enabled_at: Option<DateTime<Utc>>,
        inactive_since: Option<DateTime<Utc>>,
        disable_after_days: Option<i32>,
        first_mail_at: Option<DateTime<Utc>>,
        second_mail_at: Option<DateTime<Utc>>,
    }
    let mut sql = Sql::new(
        db,
        &format!(
            "SELECT x.id, x.account_id, x.starts_at, x.last_active_at, {KEY_USED} AS key_used_at, {ENABLED} AS enabled_at, \
             w.inactive_since, w.disable_after_days, w.first_mail_at, w.second_mail_at"
        ),
    );
    narrow(&mut sql, workspace, days, sought, now);
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    sql.bind(" ORDER BY x.last_active_at, x.id LIMIT ?", [most.into()]);
    let read = |row: RawRow| {
        let since = [
            Some(row.starts_at),
            Some(row.last_active_at),
            row.key_used_at,
            row.enabled_at,
        ];
        Some(Candidate {
            membership_id: MembershipId(row.id),
            account_id: AccountId(row.account_id),
            inactive_since: since.into_iter().flatten().max()?,
            notice: row.inactive_since.zip(row.first_mail_at).map(
                |(inactive_since, first_mail_at)| Notice {
                    inactive_since,
                    disable_after_days: row.disable_after_days.unwrap_or_default(),
                    first_mail_at,
                    second_mail_at: row.second_mail_at,
                },
            ),
        })
    };
    let rows = sql.all::<RawRow>(db).await?;
    Ok(rows.into_iter().filter_map(read).collect())
}

/// How many [`candidates`] there are.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    days: i32,
    now: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) AS count");
    narrow(&mut sql, workspace, days, Sought::Inactive, now);
    sql.count(db).await
}

fn narrow(sql: &mut Sql, workspace: WorkspaceId, days: i32, sought: Sought, now: DateTime<Utc>) {
    let away = now - Duration::days(days.into());
    if matches!(sought, Sought::Inactive) {
        inactive(sql, workspace, away, now);
        return;
    }
    inactive(sql, workspace, away + FIRST_MAIL_BEFORE, now);
    // The first mail: none was sent about this stretch and this number of days.
    sql.bind(
        &format!(
            " AND (w.membership_id IS NULL OR w.disable_after_days <> ? OR w.inactive_since < x.last_active_at \
             OR w.inactive_since < x.starts_at OR w.inactive_since < {KEY_USED} OR w.inactive_since < {ENABLED}"
        ),
        [days.into()],
    );
    let at_least = |distance| -> [DateTime<Utc>; 2] {
        [away + distance, now - (FIRST_MAIL_BEFORE - distance)]
    };
    let [away_second, first_mail] = at_least(SECOND_MAIL_BEFORE);
    sql.bind(
        " OR (w.second_mail_at IS NULL AND w.inactive_since <= ? AND w.first_mail_at <= ?)",
        [away_second.into(), first_mail.into()],
    );
    let [away_end, first_mail] = at_least(Duration::zero());
    sql.bind(
        " OR (w.inactive_since <= ? AND w.first_mail_at <= ? AND w.second_mail_at <= ?))",
        [
            away_end.into(),
            first_mail.into(),
            (now - SECOND_MAIL_BEFORE).into(),
        ],
    );
}

/// Stores which mails were queued.
pub async fn note(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    notices: &[(MembershipId, Notice)],
) -> Result<(), StoreError> {
    use inactivity_notice::{ActiveModel, Column, Entity};
    for notices in notices.chunks(ROWS_PER_STATEMENT) {
        let rows = notices.iter().map(|(member, notice)| ActiveModel {
            membership_id: Set(member.0),
            workspace_id: Set(workspace.0),
            inactive_since: Set(notice.inactive_since),
            disable_after_days: Set(notice.disable_after_days),
            first_mail_at: Set(notice.first_mail_at),
            second_mail_at: Set(notice.second_mail_at),
        });
        let replace = OnConflict::column(Column::MembershipId)
            .update_columns([
                Column::InactiveSince,
                Column::DisableAfterDays,
                Column::FirstMailAt,
                Column::SecondMailAt,
            ])
            .to_owned();
        Entity::insert_many(rows)
            .on_conflict(replace)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
