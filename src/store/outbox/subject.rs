//! The subject of a mail, looked up when the mail is sent: whether it is still relevant, and what
//! the mail says about it. Owns no decision: `service::outbox` knows when a mail is obsolete. SQL
//! text where it joins the names of an account.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect,
    SelectExt as _,
};
use uuid::Uuid;

use crate::{
    domain::{
        calendar::Calendar,
        id::{
            AccessRenewalId, AccessRequestId, AccountId, ApiKeyId, InvitationId, MembershipId,
            WorkspaceId,
        },
        vocabulary::{Locale, QuotaType},
    },
    entity::{
        account, api_key, email_change, mail_refusal, quota_warning, registration, workspace,
    },
    store::{
        engine::{self, Sql, StoreError},
        workspace::read_calendar,
    },
};

type At = DateTime<Utc>;

/// A person's given and family name.
pub type Names = (Option<String>, Option<String>);

/// The receiver: address, names, language. Leaves out erased accounts.
pub async fn receiver(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<(String, Names, Locale)>, StoreError> {
    let row = account::Entity::find_by_id(id.0)
        .filter(account::Column::ErasedAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| {
        (
            row.email,
            (row.given_name, row.family_name),
            crate::store::account::locale(&row.locale),
        )
    }))
}

/// The workspace's name. Leaves out deleted workspaces.
pub async fn workspace(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
) -> Result<Option<(String, Calendar)>, StoreError> {
    let row: Option<(String, Option<String>)> = workspace::Entity::find_by_id(id.0)
        .select_only()
        .columns([workspace::Column::Name, workspace::Column::Calendar])
        .filter(workspace::Column::DeletedAt.is_null())
        .into_tuple()
        .one(db)
        .await?;
    let Some((name, calendar)) = row else {
        return Ok(None);
    };
    Ok(Some((name, read_calendar(calendar.as_deref()))))
}

/// Whether the address unsubscribed from mail about invitations of the workspace (JOIN-6).
pub async fn refuses(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: &[u8],
) -> Result<bool, StoreError> {
    Ok(mail_refusal::Entity::find()
        .filter(mail_refusal::Column::WorkspaceId.eq(workspace.0))
        .filter(mail_refusal::Column::EmailKey.eq(key.to_vec()))
        .exists(db)
        .await?)
}

/// A registration's generation and end.
pub async fn registration(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(i32, At)>, StoreError> {
    let row = registration::Entity::find_by_id(id)
        .filter(registration::Column::VerifiedAt.is_null())
        .one(db)
        .await?;
    Ok(row.map(|row| (row.generation, row.expires_at)))
}

/// The prefix of a key, in any state.
pub async fn api_key(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ApiKeyId,
) -> Result<Option<String>, StoreError> {
    Ok(api_key::Entity::find_by_id(id.0)
        .select_only()
        .column(api_key::Column::Prefix)
        .filter(api_key::Column::WorkspaceId.eq(workspace.0))
        .into_tuple()
        .one(db)
        .await?)
}

/// Until when a reset is valid, if neither it nor a newer one of its account was used (ACC-7).
pub async fn password_reset(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<At>, StoreError> {
    let sql = "SELECT r.expires_at FROM password_reset r WHERE r.id = $1 AND r.used_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM password_reset n WHERE n.account_id = r.account_id AND n.id > r.id AND n.used_at IS NOT NULL)";
    #[derive(FromQueryResult)]
    struct RawRow {
        expires_at: At,
    }
    let row: Option<RawRow> = engine::one(db, sql, vec![id.into()]).await?;
    Ok(row.map(|row| row.expires_at))
}

/// When a change of an address was confirmed, when it was undone, and until when it can be undone
/// (ACC-8).
pub async fn email_change(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(Option<At>, Option<At>, At)>, StoreError> {
    let row = email_change::Entity::find_by_id(id).one(db).await?;
    Ok(row.map(|row| (row.confirmed_at, row.undone_at, row.expires_at)))
}

/// An invitation that was not answered and not cancelled.
#[derive(Clone)]
pub struct OpenInvitation {
    /// The generation of its token.
    pub generation: i32,
    /// When it expires, at the latest at its access end (JOIN-8).
    pub ends_at: At,
    /// The inviter's note.
    pub note: Option<String>,
    /// The inviter.
    pub by: Names,
}

/// The invitation, if it is open.
pub async fn invitation(
    db: &impl ConnectionTrait,
    id: InvitationId,
) -> Result<Option<OpenInvitation>, StoreError> {
    let sql = "SELECT i.generation, i.expires_at, i.access_ends_at, i.note, a.given_name, a.family_name FROM invitation i \
         LEFT JOIN account a ON a.id = i.invited_by AND a.erased_at IS NULL \
         WHERE i.id = $1 AND i.accepted_at IS NULL AND i.declined_at IS NULL AND i.cancelled_at IS NULL";
    #[derive(FromQueryResult)]
    struct RawRow {
        generation: i32,
        expires_at: At,
        access_ends_at: Option<At>,
        note: Option<String>,
        given_name: Option<String>,
        family_name: Option<String>,
    }
    let row: Option<RawRow> = engine::one(db, sql, vec![id.0.into()]).await?;
    Ok(row.map(|row| OpenInvitation {
        generation: row.generation,
        ends_at: row
            .access_ends_at
            .map_or(row.expires_at, |end| end.min(row.expires_at)),
        note: row.note,
        by: (row.given_name, row.family_name),
    }))
}

/// An answer to an invitation.
#[derive(Clone)]
pub struct Answered {
    /// Accepted or declined.
    pub accepted: bool,
    /// The member's names, or those that the inviter wrote.
    pub names: Names,
    /// The address as the inviter typed it.
    pub email: String,
}

/// The answers to invitations of `inviter` into `workspace`, from the first instant until before
/// the second, earliest first.
pub async fn answers(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    inviter: AccountId,
    (from, to): (At, At),
) -> Result<Vec<Answered>, StoreError> {
    let sql = "SELECT i.accepted_at, i.email, COALESCE(a.given_name, i.given_name) AS given_name, \
         COALESCE(a.family_name, i.family_name) AS family_name FROM invitation i LEFT JOIN membership m ON m.id = i.membership_id \
         LEFT JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL WHERE i.workspace_id = $1 AND i.invited_by = $2 \
         AND ((i.accepted_at >= $3 AND i.accepted_at < $4) OR (i.declined_at >= $3 AND i.declined_at < $4)) \
         ORDER BY COALESCE(i.accepted_at, i.declined_at), i.id";
    #[derive(FromQueryResult)]
    struct RawRow {
        accepted_at: Option<At>,
        email: String,
        given_name: Option<String>,
        family_name: Option<String>,
    }
    let values = vec![workspace.0.into(), inviter.0.into(), from.into(), to.into()];
    let rows: Vec<RawRow> = engine::all(db, sql, values).await?;
    let answered = |row: RawRow| Answered {
        accepted: row.accepted_at.is_some(),
        names: (row.given_name, row.family_name),
        email: row.email,
    };
    Ok(rows.into_iter().map(answered).collect())
}

/// Whether an account gets mail about answers to its invitations at `t`: as an active member or an
/// operator.
pub async fn is_told_of_answers(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    t: At,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM account a WHERE a.id = $2 AND a.erased_at IS NULL AND (a.is_operator OR EXISTS (SELECT 1 \
         FROM membership m WHERE m.workspace_id = $1 AND m.account_id = a.id AND m.starts_at <= $3 AND m.ends_at > $3 \
         AND NOT EXISTS (SELECT 1 FROM disabled_spell d WHERE d.workspace_id = $1 AND d.membership_id = m.id \
         AND d.starts_at <= $3 AND d.ends_at > $3)))";
    Ok(engine::row(
        db,
        sql,
        vec![workspace.0.into(), account.0.into(), t.into()],
    )
    .await?
    .is_some())
}

/// A membership: its account, its interval, and whether the account has another one in the
/// workspace that has not ended at `t`.
#[derive(Clone)]
pub struct MemberSubject {
    pub account: AccountId,
    pub names: Names,
    pub starts_at: At,
    pub ends_at: At,
    pub last_active_at: At,
    /// Whether another membership replaced it.
    pub is_back: bool,
}

/// When the account will be deleted; `None` if no deletion is scheduled or it has begun.
pub async fn deletion(db: &impl ConnectionTrait, id: AccountId) -> Result<Option<At>, StoreError> {
    let row = account::Entity::find_by_id(id.0)
        .filter(account::Column::ErasedAt.is_null())
        .one(db)
        .await?;
    Ok(row.and_then(|row| row.deletion_scheduled_at))
}

/// The membership, unless its account is erased.
pub async fn membership(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: MembershipId,
    t: At,
) -> Result<Option<MemberSubject>, StoreError> {
    let sql = "SELECT m.account_id, a.given_name, a.family_name, m.starts_at, m.ends_at, m.last_active_at, EXISTS (SELECT 1 FROM membership o \
         WHERE o.workspace_id = m.workspace_id AND o.account_id = m.account_id AND o.id <> m.id AND o.ends_at > $3 \
         AND o.ends_at > o.starts_at) AS is_back FROM membership m JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL \
         WHERE m.workspace_id = $1 AND m.id = $2";
    #[derive(FromQueryResult)]
    struct RawRow {
        account_id: Uuid,
        given_name: Option<String>,
        family_name: Option<String>,
        starts_at: At,
        ends_at: At,
        last_active_at: At,
        is_back: bool,
    }
    let row: Option<RawRow> =
        engine::one(db, sql, vec![workspace.0.into(), id.0.into(), t.into()]).await?;
    Ok(row.map(|row| MemberSubject {
        account: AccountId(row.account_id),
        names: (row.given_name, row.family_name),
        starts_at: row.starts_at,
        ends_at: row.ends_at,
        last_active_at: row.last_active_at,
        is_back: row.is_back,
    }))
}

/// A request that somebody decides.
#[derive(Clone)]
pub struct AskedSubject {
    pub state: String,
    /// The requester.
    pub names: Names,
    /// The requester's message.
    pub message: Option<String>,
    /// The reason for the decision.
    pub reason: Option<String>,
    /// The end of the membership, if the request is about one.
    pub ends_at: Option<At>,
}

#[derive(FromQueryResult)]
struct RequestRow {
    state: String,
    given_name: Option<String>,
    family_name: Option<String>,
    message: Option<String>,
    reason: Option<String>,
    ends_at: Option<At>,
}

impl From<RequestRow> for AskedSubject {
    fn from(row: RequestRow) -> Self {
        Self {
            state: row.state,
            names: (row.given_name, row.family_name),
            message: row.message,
            reason: row.reason,
            ends_at: row.ends_at,
        }
    }
}

/// The access request, unless its account is erased.
pub async fn access_request(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: AccessRequestId,
) -> Result<Option<AskedSubject>, StoreError> {
    let sql = "SELECT r.state, a.given_name, a.family_name, r.message, r.reason, CAST(NULL AS timestamptz) AS ends_at \
         FROM access_request r JOIN account a ON a.id = r.account_id AND a.erased_at IS NULL \
         WHERE r.workspace_id = $1 AND r.id = $2";
    let row: Option<RequestRow> =
        engine::one(db, sql, vec![workspace.0.into(), id.0.into()]).await?;
    Ok(row.map(AskedSubject::from))
}

/// The renewal, unless its account is erased.
pub async fn access_renewal(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: AccessRenewalId,
) -> Result<Option<AskedSubject>, StoreError> {
    let sql = "SELECT r.state, a.given_name, a.family_name, r.message, r.reason, m.ends_at FROM access_renewal r \
         JOIN membership m ON m.id = r.membership_id JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL \
         WHERE r.workspace_id = $1 AND r.id = $2";
    let row: Option<RequestRow> =
        engine::one(db, sql, vec![workspace.0.into(), id.0.into()]).await?;
    Ok(row.map(AskedSubject::from))
}

/// The members who were warned about their own limit in the period that began at `day`: the highest
/// threshold of each, highest first, then by name.
pub async fn shortages(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    day: At,
) -> Result<Vec<(MembershipId, Names, i64)>, StoreError> {
    #[derive(FromQueryResult)]
    struct WarningRow {
        subject: String,
        highest: i32,
    }
    use quota_warning::Column;
    let warned = quota_warning::Entity::find()
        .select_only()
        .column(Column::Subject)
        .column_as(Column::Threshold.max(), "highest")
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::QuotaType.eq(QuotaType::ApiCalls.as_str()))
        .filter(Column::PeriodStart.eq(day))
        .filter(Column::Threshold.gt(0))
        .group_by(Column::Subject)
        .into_model::<WarningRow>()
        .all(db)
        .await?;
    let thresholds: std::collections::HashMap<Uuid, i64> = warned
        .into_iter()
        .filter_map(|row| Some((AccountId::parse(&row.subject).ok()?.0, row.highest.into())))
        .collect();
    #[derive(FromQueryResult)]
    struct RawRow {
        id: Uuid,
        account_id: Uuid,
        given_name: Option<String>,
        family_name: Option<String>,
    }
    let mut sql = Sql::new(
        db,
        "SELECT m.id, m.account_id, a.given_name, a.family_name FROM membership m JOIN account a ON a.id = m.account_id",
    );
    // If an account has several memberships, the latest.
    sql.push(
        " WHERE a.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM membership l WHERE l.account_id = m.account_id \
         AND l.workspace_id = m.workspace_id AND (l.joined_at > m.joined_at OR (l.joined_at = m.joined_at AND l.id > m.id)))",
    );
    sql.bind(" AND m.workspace_id = ? AND ", [workspace.0.into()])
        .ids_in("m.account_id", thresholds.keys().copied());
    sql.push(" ORDER BY m.sort_name, m.id");
    let rows: Vec<RawRow> = sql.all(db).await?;
    let threshold = |id: &Uuid| thresholds.get(id).copied().unwrap_or_default();
    let mut members: Vec<_> = rows
        .into_iter()
        .map(|row| {
            (
                MembershipId(row.id),
                (row.given_name, row.family_name),
                threshold(&row.account_id),
            )
        })
        .collect();
    members.sort_by_key(|(_, _, threshold)| std::cmp::Reverse(*threshold));
    Ok(members)
}
