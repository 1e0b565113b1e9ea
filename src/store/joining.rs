//! The rows of a new membership: the membership, the words it is found by, the answers to the form
//! (JOIN-2, MEM-7). Also who is about to become a member, and their earlier memberships; that is
//! SQL text, because it reads several tables.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult,
    QueryFilter, sea_query::OnConflict,
};
use uuid::Uuid;

use super::engine::{self, Conditions as _, StoreError};
use crate::{
    domain::{
        ending_soon::NOT_WARNED,
        fold,
        id::{AccessRequestId, AccountId, MembershipId, WorkspaceId},
        interval::Interval,
        vocabulary::{Locale, MembershipEndReason, MembershipOrigin},
    },
    entity::{account, member_word, membership, membership_form},
};

/// An account that is about to become a member.
#[derive(Clone)]
pub struct Newcomer {
    pub account_id: AccountId,
    pub email: String,
    /// The form for comparing.
    pub email_canonical: String,
    pub given_name: Option<String>,
    pub family_name: Option<String>,
    pub locale: Locale,
}

impl From<account::Model> for Newcomer {
    fn from(row: account::Model) -> Self {
        Self {
            account_id: AccountId(row.id),
            email: row.email,
            email_canonical: row.email_canonical,
            given_name: row.given_name,
            family_name: row.family_name,
            locale: super::account::locale(&row.locale),
        }
    }
}

/// The address was confirmed and the account is not deleted.
fn may_join() -> Condition {
    Condition::all()
        .add(account::Column::ErasedAt.is_null())
        .add(account::Column::EmailVerifiedAt.is_not_null())
}

/// The account with this canonical address, if the address was confirmed and the account is not
/// deleted.
pub async fn by_email(
    db: &impl ConnectionTrait,
    email_canonical: &str,
) -> Result<Option<Newcomer>, StoreError> {
    let row = account::Entity::find()
        .filter(may_join())
        .filter(account::Column::EmailCanonical.eq(email_canonical))
        .one(db)
        .await?;
    Ok(row.map(Newcomer::from))
}

/// The account, if its address was confirmed and it is not deleted. Locks its row until the
/// transaction ends: the membership copies names and address, and a change of them has to find the
/// copy.
pub async fn by_account(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<Newcomer>, StoreError> {
    let mut newcomers = by_accounts(db, &[id]).await?;
    Ok(newcomers.remove(&id))
}

/// Those of the accounts whose address was confirmed and that are not deleted. Locks their rows
/// like [`by_account`].
pub async fn by_accounts(
    db: &impl ConnectionTrait,
    ids: &[AccountId],
) -> Result<std::collections::HashMap<AccountId, Newcomer>, StoreError> {
    use account::Column;
    let locked = account::Entity::update_many()
        .col_expr(Column::AuditSequence, Column::AuditSequence.into_expr())
        .filter(may_join())
        .filter(Column::Id.in_ids(db, ids.iter().map(|id| id.0)))
        .exec_with_returning(db)
        .await?;
    let newcomer = |row: account::Model| (AccountId(row.id), Newcomer::from(row));
    Ok(locked.into_iter().map(newcomer).collect())
}

/// A membership to insert.
#[derive(Debug, Clone, Copy)]
pub struct NewMembership {
    pub id: MembershipId,
    /// When it counts.
    pub interval: Interval,
    pub origin: MembershipOrigin,
    /// Who admitted the account, if anybody did.
    pub granted_by: Option<AccountId>,
    pub joined_at: DateTime<Utc>,
}

/// Adds a membership of `newcomer`, and the words it is found by. Returns [`StoreError::Duplicate`]
/// if the account has one without end.
pub async fn insert(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    newcomer: &Newcomer,
    new: NewMembership,
) -> Result<(), StoreError> {
    let (given_name, family_name) = (
        newcomer.given_name.as_deref(),
        newcomer.family_name.as_deref(),
    );
    let row = membership::ActiveModel {
        id: Set(new.id.0),
        workspace_id: Set(workspace.0),
        account_id: Set(newcomer.account_id.0),
        starts_at: Set(new.interval.starts_at),
        ends_at: Set(new.interval.ends_at),
        granted_by: Set(new.granted_by.map(|id| id.0)),
        ended_by: Set(None),
        end_reason: Set(None),
        origin: Set(new.origin.as_str().to_owned()),
        joined_at: Set(new.joined_at),
        last_active_at: Set(DateTime::<Utc>::UNIX_EPOCH),
        sort_name: Set(fold::sort_name(given_name, family_name)),
        email_canonical: Set(newcomer.email_canonical.clone()),
        warned_days: Set(NOT_WARNED),
        left_before_end: Set(false),
    };
    membership::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    let words = fold::words(given_name, family_name, &newcomer.email_canonical).into_iter();
    let words: Vec<_> = words
        .map(|word| member_word::ActiveModel {
            workspace_id: Set(workspace.0),
            word: Set(word),
            membership_id: Set(new.id.0),
        })
        .collect();
    if !words.is_empty() {
        member_word::Entity::insert_many(words)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Stores the member's answers (as JSON) and accepted terms, replacing earlier ones.
pub async fn insert_form(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    membership: MembershipId,
    answers: String,
    terms_version: Option<i32>,
) -> Result<(), StoreError> {
    let row = membership_form::ActiveModel {
        membership_id: Set(membership.0),
        workspace_id: Set(workspace.0),
        answers: Set(answers),
        terms_version: Set(terms_version),
    };
    use membership_form::Column;
    membership_form::Entity::insert(row)
        .on_conflict(
            OnConflict::column(Column::MembershipId)
                .update_columns([Column::Answers, Column::TermsVersion])
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// The forms of members of the workspace: answers as JSON, the version of the terms.
pub async fn forms(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<Vec<(MembershipId, String, Option<i32>)>, StoreError> {
    use membership_form::Column;
    let rows = membership_form::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::MembershipId.in_ids(db, members.iter().map(|id| id.0)))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            (
                MembershipId(row.membership_id),
                row.answers,
                row.terms_version,
            )
        })
        .collect())
}

/// An account's latest membership in a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LatestMembership {
    pub id: MembershipId,
    /// When it counts or counted.
    pub interval: Interval,
    /// Why it ended, if somebody ended it or the sweeper processed it.
    pub end_reason: Option<MembershipEndReason>,
    /// Whether it was limited: it had a start or an end ahead when its member left it, or it has,
    /// or had at its end, a quota value.
    pub bound: bool,
    /// Whether it is disabled at the instant of the query. For an ended one, whether it was
    /// disabled at its end.
    pub disabled: bool,
}

impl LatestMembership {
    /// Whether it has ended at `t`.
    pub fn has_ended(&self, t: DateTime<Utc>) -> bool {
        self.interval.ends_at <= t || self.interval.is_empty()
    }

    /// Why it ended. An expiry counts before the sweeper has processed it (TIME-1).
    pub fn why(&self) -> MembershipEndReason {
        self.end_reason.unwrap_or(MembershipEndReason::Expired)
    }
}

/// When the account requested a membership of the workspace, or began one itself, since then: at
/// most `most` instants, latest first (JOIN-14).
pub async fn entries(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    since: DateTime<Utc>,
    most: i64,
) -> Result<Vec<DateTime<Utc>>, StoreError> {
    // A membership from an access request counts together with its request.
    let sql = "SELECT x.at FROM (\
         SELECT r.requested_at AS at FROM access_request r WHERE r.workspace_id = $1 AND r.account_id = $2 \
         UNION ALL SELECT m.joined_at FROM membership m WHERE m.workspace_id = $1 AND m.account_id = $2 \
         AND m.origin IN ('SIGN_UP', 'INVITATION')) x WHERE x.at > $3 ORDER BY x.at DESC LIMIT $4";
    let values = vec![
        workspace.0.into(),
        account.0.into(),
        since.into(),
        most.into(),
    ];
    #[derive(FromQueryResult)]
    struct RawRow {
        at: DateTime<Utc>,
    }
    let rows: Vec<RawRow> = engine::all(db, sql, values).await?;
    Ok(rows.into_iter().map(|row| row.at).collect())
}

/// The account's access requests and memberships in the workspace since then, as subjects of mails.
pub async fn subjects(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    since: DateTime<Utc>,
) -> Result<Vec<String>, StoreError> {
    let sql = "SELECT r.id AS access_request_id, CAST(NULL AS uuid) AS membership_id FROM access_request r \
         WHERE r.workspace_id = $1 AND r.account_id = $2 AND r.requested_at > $3 \
         UNION ALL SELECT CAST(NULL AS uuid), m.id FROM membership m \
         WHERE m.workspace_id = $1 AND m.account_id = $2 AND m.joined_at > $3";
    #[derive(FromQueryResult)]
    struct RawRow {
        access_request_id: Option<Uuid>,
        membership_id: Option<Uuid>,
    }
    let rows: Vec<RawRow> = engine::all(
        db,
        sql,
        vec![workspace.0.into(), account.0.into(), since.into()],
    )
    .await?;
    let subject = |row: RawRow| {
        let membership = || Some(MembershipId(row.membership_id?).to_string());
        row.access_request_id
            .map(|id| AccessRequestId(id).to_string())
            .or_else(membership)
    };
    Ok(rows.into_iter().filter_map(subject).collect())
}

/// The account's latest membership in the workspace, current or ended.
pub async fn last(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<LatestMembership>, StoreError> {
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        starts_at: DateTime<Utc>,
        ends_at: DateTime<Utc>,
        end_reason: Option<String>,
        spells: i64,
        left_before_end: bool,
        limits: i64,
    }
    // An end inside a disabled interval counts as disabled: the interval begins before the end and
    // is not over then.
    let sql = "SELECT m.id, m.starts_at, m.ends_at, m.end_reason, (SELECT COUNT(*) FROM disabled_spell d \
         WHERE d.workspace_id = m.workspace_id AND d.membership_id = m.id AND d.ends_at > d.starts_at \
         AND d.starts_at <= CASE WHEN m.ends_at <= $3 THEN m.ends_at ELSE $3 END \
         AND d.ends_at >= CASE WHEN m.ends_at <= $3 THEN m.ends_at ELSE $3 END \
         AND (m.ends_at <= $3 OR d.ends_at > $3)) AS spells, m.left_before_end, (SELECT COUNT(*) FROM quota_value q \
         WHERE q.workspace_id = m.workspace_id AND q.membership_id = m.id AND q.scope = 'MEMBER' AND q.ends_at > q.starts_at \
         AND q.ends_at > CASE WHEN m.ends_at <= $3 THEN m.ends_at ELSE $3 END) AS limits \
         FROM membership m WHERE m.workspace_id = $1 AND m.account_id = $2 ORDER BY m.joined_at DESC, m.id DESC LIMIT 1";
    let row: Option<RawRow> = engine::one(
        db,
        sql,
        vec![workspace.0.into(), account.0.into(), now.into()],
    )
    .await?;
    Ok(row.map(|row| LatestMembership {
        id: MembershipId(row.id),
        interval: Interval::new(row.starts_at, row.ends_at),
        end_reason: row
            .end_reason
            .as_deref()
            .and_then(MembershipEndReason::parse),
        bound: row.left_before_end || row.limits > 0 || row.ends_at <= row.starts_at,
        disabled: row.spells > 0,
    }))
}
