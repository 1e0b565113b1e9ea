//! What a mail is about, looked up when it is sent: whether it still is, and what the mail says of
//! it. Owns no decision: `service::outbox` knows when a mail is obsolete.

use chrono::{DateTime, Utc};
use sea_orm::ConnectionTrait;
use uuid::Uuid;

use crate::{
    domain::{
        id::{
            AccessRenewalId, AccessRequestId, AccountId, ApiKeyId, InvitationId, MembershipId,
            WorkspaceId,
        },
        vocabulary::Locale,
    },
    store::engine::{self, Sql, StoreError},
};

type At = DateTime<Utc>;

/// A person's names.
pub type Names = (Option<String>, Option<String>);

/// Who receives: address, names, language. Erased accounts are not found.
pub async fn receiver(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<(String, Names, Locale)>, StoreError> {
    let sql = "SELECT email, given_name, family_name, locale FROM account WHERE id = $1 AND erased_at IS NULL";
    let found: Option<(String, Option<String>, Option<String>, String)> =
        engine::one(db, sql, vec![id.0.into()]).await?;
    Ok(found.map(|(email, given, family, locale)| {
        (
            email,
            (given, family),
            crate::store::account::locale(&locale),
        )
    }))
}

/// The workspace's name; deleted ones are not found.
pub async fn workspace_name(
    db: &impl ConnectionTrait,
    id: WorkspaceId,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT name FROM workspace WHERE id = $1 AND deleted_at IS NULL";
    Ok(engine::one::<(String,)>(db, sql, vec![id.0.into()])
        .await?
        .map(|(name,)| name))
}

/// Whether the address wants no more mail about invitations of the workspace (JOIN-6).
pub async fn refuses(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    key: &[u8],
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM mail_refusal WHERE workspace_id = $1 AND email_key = $2";
    Ok(
        engine::row(db, sql, vec![workspace.0.into(), key.to_vec().into()])
            .await?
            .is_some(),
    )
}

/// A registration's generation and end.
pub async fn registration(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(i32, At)>, StoreError> {
    engine::one(
        db,
        "SELECT generation, expires_at FROM registration WHERE id = $1 AND verified_at IS NULL",
        vec![id.into()],
    )
    .await
}

/// How the secret of a key begins, whatever became of it.
pub async fn api_key(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: ApiKeyId,
) -> Result<Option<String>, StoreError> {
    let sql = "SELECT prefix FROM api_key WHERE workspace_id = $1 AND id = $2";
    Ok(
        engine::one::<(String,)>(db, sql, vec![workspace.0.into(), id.0.into()])
            .await?
            .map(|(prefix,)| prefix),
    )
}

/// Until when a reset works, if neither it nor a newer one of its account was used (ACC-7).
pub async fn password_reset(db: &impl ConnectionTrait, id: Uuid) -> Result<Option<At>, StoreError> {
    let sql = "SELECT r.expires_at FROM password_reset r WHERE r.id = $1 AND r.used_at IS NULL AND NOT EXISTS \
         (SELECT 1 FROM password_reset n WHERE n.account_id = r.account_id AND n.id > r.id AND n.used_at IS NOT NULL)";
    Ok(engine::one::<(At,)>(db, sql, vec![id.into()])
        .await?
        .map(|(end,)| end))
}

/// When a change of an address was confirmed, when undone, and until when it can be (ACC-8).
pub async fn email_change(
    db: &impl ConnectionTrait,
    id: Uuid,
) -> Result<Option<(Option<At>, Option<At>, At)>, StoreError> {
    engine::one(
        db,
        "SELECT confirmed_at, undone_at, expires_at FROM email_change WHERE id = $1",
        vec![id.into()],
    )
    .await
}

/// An invitation that nobody answered or took back.
#[derive(Clone)]
pub struct OpenInvitation {
    /// Of which term.
    pub generation: i32,
    /// When the term runs out, at the latest at its access end (JOIN-8).
    pub ends_at: At,
    /// What whoever invited adds.
    pub note: Option<String>,
    /// Who invited.
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
    type Row = (
        i32,
        At,
        Option<At>,
        Option<String>,
        Option<String>,
        Option<String>,
    );
    let found: Option<Row> = engine::one(db, sql, vec![id.0.into()]).await?;
    Ok(found.map(
        |(generation, expires_at, access_ends_at, note, given, family)| OpenInvitation {
            generation,
            ends_at: access_ends_at.map_or(expires_at, |end| end.min(expires_at)),
            note,
            by: (given, family),
        },
    ))
}

/// An answer to an invitation.
#[derive(Clone)]
pub struct Answered {
    /// Accepted, or else declined.
    pub accepted: bool,
    /// Who answered: the member's names, else those that the inviter wrote.
    pub names: Names,
    /// The address as the inviter typed it.
    pub email: String,
}

/// Who answered invitations of `inviter` into `workspace`, from the first instant to before the
/// second; the earliest first.
pub async fn answers(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    inviter: AccountId,
    (from, to): (At, At),
) -> Result<Vec<Answered>, StoreError> {
    let sql = "SELECT i.accepted_at, i.email, COALESCE(a.given_name, i.given_name), COALESCE(a.family_name, i.family_name) \
         FROM invitation i LEFT JOIN membership m ON m.id = i.membership_id \
         LEFT JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL WHERE i.workspace_id = $1 AND i.invited_by = $2 \
         AND ((i.accepted_at >= $3 AND i.accepted_at < $4) OR (i.declined_at >= $3 AND i.declined_at < $4)) \
         ORDER BY COALESCE(i.accepted_at, i.declined_at), i.id";
    type Row = (Option<At>, String, Option<String>, Option<String>);
    let values = vec![workspace.0.into(), inviter.0.into(), from.into(), to.into()];
    let rows: Vec<Row> = engine::all(db, sql, values).await?;
    let answered = |(accepted, email, given, family): Row| Answered {
        accepted: accepted.is_some(),
        names: (given, family),
        email,
    };
    Ok(rows.into_iter().map(answered).collect())
}

/// Whether an account is told of answers to its invitations at `t`: as an active member, or as an
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

/// A membership: whose, from when to when, and whether the account has another one there that has
/// not ended at `t`.
#[derive(Clone)]
pub struct MemberSubject {
    /// The account.
    pub account: AccountId,
    /// Its names.
    pub names: Names,
    /// Its beginning.
    pub starts_at: At,
    /// Its end.
    pub ends_at: At,
    /// Whether another one took its place.
    pub is_back: bool,
}

/// The membership, of an account that is not erased.
pub async fn membership(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: MembershipId,
    t: At,
) -> Result<Option<MemberSubject>, StoreError> {
    let sql = "SELECT m.account_id, a.given_name, a.family_name, m.starts_at, m.ends_at, EXISTS (SELECT 1 FROM membership o \
         WHERE o.workspace_id = m.workspace_id AND o.account_id = m.account_id AND o.id <> m.id AND o.ends_at > $3 \
         AND o.ends_at > o.starts_at) FROM membership m JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL \
         WHERE m.workspace_id = $1 AND m.id = $2";
    type Row = (Uuid, Option<String>, Option<String>, At, At, bool);
    let found: Option<Row> =
        engine::one(db, sql, vec![workspace.0.into(), id.0.into(), t.into()]).await?;
    Ok(found.map(
        |(account, given, family, starts_at, ends_at, is_back)| MemberSubject {
            account: AccountId(account),
            names: (given, family),
            starts_at,
            ends_at,
            is_back,
        },
    ))
}

/// Something that somebody asked for and somebody decides.
#[derive(Clone)]
pub struct AskedSubject {
    /// Where it stands.
    pub state: String,
    /// Who asks.
    pub names: Names,
    /// What they wrote.
    pub message: Option<String>,
    /// What whoever decided wrote.
    pub reason: Option<String>,
    /// The end of the membership that it is about, if it is about one.
    pub ends_at: Option<At>,
}

type Asked = (
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<At>,
);

fn asked((state, given, family, message, reason, ends_at): Asked) -> AskedSubject {
    AskedSubject {
        state,
        names: (given, family),
        message,
        reason,
        ends_at,
    }
}

/// The access request, of an account that is not erased.
pub async fn access_request(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: AccessRequestId,
) -> Result<Option<AskedSubject>, StoreError> {
    let sql = "SELECT r.state, a.given_name, a.family_name, r.message, r.reason, CAST(NULL AS timestamptz) \
         FROM access_request r JOIN account a ON a.id = r.account_id AND a.erased_at IS NULL \
         WHERE r.workspace_id = $1 AND r.id = $2";
    Ok(
        engine::one::<Asked>(db, sql, vec![workspace.0.into(), id.0.into()])
            .await?
            .map(asked),
    )
}

/// The wish for more time, of an account that is not erased.
pub async fn access_renewal(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    id: AccessRenewalId,
) -> Result<Option<AskedSubject>, StoreError> {
    let sql = "SELECT r.state, a.given_name, a.family_name, r.message, r.reason, m.ends_at FROM access_renewal r \
         JOIN membership m ON m.id = r.membership_id JOIN account a ON a.id = m.account_id AND a.erased_at IS NULL \
         WHERE r.workspace_id = $1 AND r.id = $2";
    Ok(
        engine::one::<Asked>(db, sql, vec![workspace.0.into(), id.0.into()])
            .await?
            .map(asked),
    )
}

/// Who was warned about their own limit in the period that began at `day`: the highest threshold of
/// each, the highest first, then by name.
pub async fn shortages(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    day: At,
) -> Result<Vec<(MembershipId, Names, i64)>, StoreError> {
    let sql = "SELECT subject, MAX(threshold) FROM quota_warning WHERE workspace_id = $1 AND quota_type = 'API_CALLS' \
         AND period_start = $2 AND threshold > 0 GROUP BY subject";
    let warned: Vec<(String, i32)> =
        engine::all(db, sql, vec![workspace.0.into(), day.into()]).await?;
    let of: std::collections::HashMap<Uuid, i64> = warned
        .into_iter()
        .filter_map(|(subject, threshold)| {
            Some((AccountId::parse(&subject).ok()?.0, i64::from(threshold)))
        })
        .collect();
    let mut sql = Sql::new(
        db,
        "SELECT m.id, a.id, a.given_name, a.family_name FROM membership m JOIN account a ON a.id = m.account_id",
    );
    // Of several memberships of one account, the latest.
    sql.push(
        " WHERE a.erased_at IS NULL AND NOT EXISTS (SELECT 1 FROM membership l WHERE l.account_id = m.account_id \
         AND l.workspace_id = m.workspace_id AND (l.joined_at > m.joined_at OR (l.joined_at = m.joined_at AND l.id > m.id)))",
    );
    sql.bind(" AND m.workspace_id = ? AND ", [workspace.0.into()])
        .ids_in("m.account_id", of.keys().copied());
    sql.push(" ORDER BY m.sort_name, m.id");
    let rows: Vec<(Uuid, Uuid, Option<String>, Option<String>)> = sql.all(db).await?;
    let threshold = |id: &Uuid| of.get(id).copied().unwrap_or_default();
    let mut found: Vec<_> = rows
        .into_iter()
        .map(|(id, account, given, family)| {
            (MembershipId(id), (given, family), threshold(&account))
        })
        .collect();
    found.sort_by_key(|(_, _, threshold)| std::cmp::Reverse(*threshold));
    Ok(found)
}
