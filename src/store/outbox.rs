//! The outbox: mails to send, written in the transaction that causes them (MAIL-1). Owns the format
//! of a new row.

pub mod claim;
pub mod subject;

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect, SelectExt as _,
};
use uuid::Uuid;

use super::engine::{self, Conditions as _, ROWS_PER_STATEMENT, StoreError};
use crate::{
    domain::{
        id::{AccountId, WorkspaceId},
        mail::MailKind,
        vocabulary::Locale,
    },
    entity::outbox::{self, Column},
};

/// Who receives a mail.
#[derive(Clone)]
pub enum Receiver {
    /// An account: at its address and in its language when the mail is sent.
    Account(AccountId),
    /// An address without an account, or one that is no longer the account's.
    Address {
        email: String,
        /// The keyed hash of its canonical form, for counting mails.
        key: [u8; 32],
        /// The language of the mail.
        locale: Locale,
    },
    /// Those whom the kind of mail addresses when it is sent.
    Audience,
}

/// A mail to send. It holds only ids and is rendered when it is sent.
#[derive(Clone)]
pub struct NewMail {
    id: Uuid,
    kind: MailKind,
    to: Receiver,
    workspace: Option<WorkspaceId>,
    subject: Option<String>,
    payload: serde_json::Value,
    generation: i32,
    send_after: Option<DateTime<Utc>>,
    counted_under: Option<[u8; 32]>,
}

impl NewMail {
    /// A mail to send at once. `id` is the primary key of its row.
    pub fn new(id: Uuid, kind: MailKind, to: Receiver) -> Self {
        let payload = serde_json::Value::Object(serde_json::Map::new());
        Self {
            id,
            kind,
            to,
            workspace: None,
            subject: None,
            payload,
            generation: 0,
            send_after: None,
            counted_under: None,
        }
    }

    /// Sets the workspace that it is about.
    #[must_use]
    pub const fn of(mut self, workspace: WorkspaceId) -> Self {
        self.workspace = Some(workspace);
        self
    }

    /// Sets the subject: an id in its text form, or the primary key of a row that has none.
    #[must_use]
    pub fn about(mut self, subject: impl std::fmt::Display) -> Self {
        self.subject = Some(subject.to_string());
        self
    }

    /// Sets what it says besides what is looked up when it is sent: an object without personal data
    /// and secrets.
    #[must_use]
    pub fn saying(mut self, payload: serde_json::Value) -> Self {
        self.payload = payload;
        self
    }

    /// Sets the generation of the token in it.
    #[must_use]
    pub const fn generation(mut self, generation: i32) -> Self {
        self.generation = generation;
        self
    }

    /// Sends it at that instant or later.
    #[must_use]
    pub const fn after(mut self, instant: DateTime<Utc>) -> Self {
        self.send_after = Some(instant);
        self
    }

    /// Counts it for the address with this keyed hash, although it goes to an account.
    #[must_use]
    pub const fn counted_under(mut self, key: [u8; 32]) -> Self {
        self.counted_under = Some(key);
        self
    }

    fn row(self, now: DateTime<Utc>) -> outbox::ActiveModel {
        let (account_id, email, email_key, locale) = match self.to {
            Receiver::Account(id) => (
                Some(id.0),
                None,
                self.counted_under.map(|key| key.to_vec()),
                None,
            ),
            Receiver::Address { email, key, locale } => (
                None,
                Some(email),
                Some(key.to_vec()),
                Some(locale.as_str().to_owned()),
            ),
            Receiver::Audience => (None, None, None, None),
        };
        outbox::ActiveModel {
            id: Set(self.id),
            workspace_id: Set(self.workspace.map(|id| id.0)),
            kind: Set(self.kind.as_str().to_owned()),
            account_id: Set(account_id),
            subject_id: Set(self.subject),
            payload: Set(self.payload.to_string()),
            generation: Set(self.generation),
            created_at: Set(now),
            send_after: Set(self.send_after.unwrap_or(now)),
            leased_until: Set(None),
            attempts: Set(0),
            sent_at: Set(None),
            dead_at: Set(None),
            last_error: Set(None),
            email: Set(email),
            email_key: Set(email_key),
            locale: Set(locale),
            leased_by: Set(None),
        }
    }
}

/// Queues mails, in the transaction that causes them.
pub async fn queue(
    db: &impl ConnectionTrait,
    mails: Vec<NewMail>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let mut rows = mails.into_iter().map(|mail| mail.row(now)).peekable();
    while rows.peek().is_some() {
        let chunk: Vec<_> = rows.by_ref().take(ROWS_PER_STATEMENT).collect();
        outbox::Entity::insert_many(chunk)
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}

/// Queues the mail of `row` to each of these accounts, under these keys.
pub async fn queue_copies(
    db: &impl ConnectionTrait,
    row: &claim::OutboxRow,
    to: Vec<(Uuid, AccountId)>,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(kind) = row.kind else { return Ok(()) };
    let payload: serde_json::Value = serde_json::from_str(&row.payload).unwrap_or_default();
    let copy = |(id, account)| NewMail {
        workspace: row.workspace,
        subject: row.subject.clone(),
        generation: row.generation,
        ..NewMail::new(id, kind, Receiver::Account(account)).saying(payload.clone())
    };
    queue(db, to.into_iter().map(copy).collect(), now).await
}

/// Changes waiting mails about any of `subjects`, of one of `kinds`, to the kind `kind` and the
/// subject `subject`, so that receivers learn the current state. Returns who receives one of them,
/// or has received one since then, by account or by keyed hash of the address.
pub async fn redirect(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    (kinds, subjects): (&[MailKind], &[String]),
    (kind, subject): (MailKind, &str),
    (since, now): (DateTime<Utc>, DateTime<Utc>),
) -> Result<std::collections::HashSet<(Option<AccountId>, Option<Vec<u8>>)>, StoreError> {
    let about = || {
        Condition::all()
            .add(Column::WorkspaceId.eq(workspace.0))
            .add(Column::SubjectId.in_texts(db, subjects.iter().map(String::as_str)))
            .add(Column::Kind.in_texts(db, kinds.iter().map(|kind| kind.as_str())))
    };
    let is_free = Condition::any()
        .add(Column::LeasedUntil.is_null())
        .add(Column::LeasedUntil.lte(now));
    let mut receivers = outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            kind: Set(kind.as_str().to_owned()),
            subject_id: Set(Some(subject.to_owned())),
            ..Default::default()
        })
        .filter(about())
        .filter(Column::SentAt.is_null())
        .filter(Column::DeadAt.is_null())
        .filter(is_free)
        .exec_with_returning(db)
        .await?;
    let waits_or_came_since = Condition::any()
        .add(Column::SentAt.is_null())
        .add(Column::SentAt.gt(since));
    let had = outbox::Entity::find()
        .filter(about())
        .filter(Column::DeadAt.is_null())
        .filter(waits_or_came_since)
        .all(db)
        .await?;
    receivers.extend(had);
    Ok(receivers
        .into_iter()
        .map(|row| (row.account_id.map(AccountId), row.email_key))
        .collect())
}

/// A mail to an address: what limits further mails to it.
#[derive(Debug, Clone, Copy)]
pub struct MailToAddress {
    pub workspace: Option<WorkspaceId>,
    pub created_at: DateTime<Utc>,
    /// When it is due.
    pub send_after: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    /// Whether it was given up, or voided before it was sent.
    pub is_dead: bool,
}

/// The mails of these kinds to each of these addresses (by keyed hash) that were queued or sent
/// since then, or that wait. Leaves out addresses without any.
pub async fn mails_to(
    db: &impl ConnectionTrait,
    kinds: &[MailKind],
    keys: &[[u8; 32]],
    since: DateTime<Utc>,
) -> Result<HashMap<Vec<u8>, Vec<MailToAddress>>, StoreError> {
    let mut mails: HashMap<Vec<u8>, Vec<MailToAddress>> = HashMap::new();
    for chunk in keys.chunks(ROWS_PER_STATEMENT) {
        let waits = Condition::all()
            .add(Column::SentAt.is_null())
            .add(Column::DeadAt.is_null());
        let counts = Condition::any()
            .add(Column::CreatedAt.gt(since))
            .add(Column::SentAt.gt(since))
            .add(waits);
        let rows = outbox::Entity::find()
            .filter(Column::EmailKey.is_in(chunk.iter().map(|key| key.to_vec())))
            .filter(Column::Kind.in_texts(db, kinds.iter().map(|kind| kind.as_str())))
            .filter(counts)
            .all(db)
            .await?;
        for row in rows {
            let mail = MailToAddress {
                workspace: row.workspace_id.map(WorkspaceId),
                created_at: row.created_at,
                send_after: row.send_after,
                sent_at: row.sent_at,
                is_dead: row.sent_at.is_none() && row.dead_at.is_some(),
            };
            let key = row.email_key.unwrap_or_default();
            mails.entry(key).or_default().push(mail);
        }
    }
    Ok(mails)
}

/// Whether a mail of this kind about `workspace` to `account` waits and is due after `t`.
pub async fn waits(
    db: &impl ConnectionTrait,
    kind: MailKind,
    workspace: WorkspaceId,
    account: AccountId,
    t: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let id: Option<Uuid> = outbox::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::SentAt.is_null())
        .filter(Column::DeadAt.is_null())
        .filter(Column::SendAfter.gt(t))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::AccountId.eq(account.0))
        .into_tuple()
        .one(db)
        .await?;
    Ok(id.is_some())
}

/// How many mails of this kind about `workspace` wait and are due after `t`.
pub async fn count_due_after(
    db: &impl ConnectionTrait,
    kind: MailKind,
    workspace: WorkspaceId,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    let waiting = outbox::Entity::find()
        .filter(Column::SentAt.is_null())
        .filter(Column::DeadAt.is_null())
        .filter(Column::SendAfter.gt(t))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::WorkspaceId.eq(workspace.0));
    engine::count(db, waiting).await
}

/// Whether a mail of this kind about `subject` waits and is due after `t`.
pub async fn is_due_after(
    db: &impl ConnectionTrait,
    kind: MailKind,
    workspace: WorkspaceId,
    subject: &str,
    t: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let waiting = outbox::Entity::find()
        .filter(Column::SubjectId.eq(subject))
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Kind.eq(kind.as_str()))
        .filter(Column::SentAt.is_null())
        .filter(Column::DeadAt.is_null())
        .filter(Column::SendAfter.gt(t));
    Ok(waiting.exists(db).await?)
}

/// Closes mails of these kinds about these subjects as obsolete, unless they are being sent: their
/// subject is gone, or a newer mail replaces them.
pub async fn void(
    db: &impl ConnectionTrait,
    kinds: &[MailKind],
    workspace: WorkspaceId,
    subjects: &[String],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if subjects.is_empty() {
        return Ok(());
    }
    outbox::Entity::update_many()
        .set(outbox::ActiveModel {
            dead_at: Set(Some(now)),
            leased_until: Set(None),
            last_error: Set(Some(claim::OBSOLETE.to_owned())),
            email: Set(None),
            ..Default::default()
        })
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::SentAt.is_null())
        .filter(Column::DeadAt.is_null())
        .filter(Column::LeasedBy.is_null())
        .filter(Column::Kind.in_texts(db, kinds.iter().map(|kind| kind.as_str())))
        .filter(Column::SubjectId.in_texts(db, subjects.iter().map(String::as_str)))
        .exec(db)
        .await?;
    Ok(())
}
