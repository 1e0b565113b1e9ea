//! Invitations as they are listed and shown (JOIN-7, JOIN-8), and the pending ones of an account.

pub mod delivery;
pub mod reminding;
pub mod write;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Value};
use uuid::Uuid;

use super::{
    engine::{self, Columns, Sql, StoreError},
    page::{Page, PageRequest, Position, SortedBy, instant_key},
    sift::Sieve,
};
use crate::domain::{
    fold,
    id::{AccountId, InvitationId, MembershipId, RoleId, WorkspaceId},
    interval::OPEN_END,
    vocabulary::{DeliveryState, InvitationState, Locale},
};

/// An offer to one address.
#[derive(Debug, Clone)]
pub struct InvitationRow {
    /// Its id.
    pub id: InvitationId,
    /// Where it leads.
    pub workspace_id: WorkspaceId,
    /// The address as typed.
    pub email: String,
    /// The address as compared.
    pub email_canonical: String,
    /// Given name, as whoever invited wrote it.
    pub given_name: Option<String>,
    /// Family name, likewise.
    pub family_name: Option<String>,
    /// The role offered.
    pub role_id: Option<RoleId>,
    /// The permissions offered, as JSON; the workspace's defaults are among them.
    pub permissions: String,
    /// Which of them the workspace gives: its defaults of the day it was made, as JSON (PERM-7).
    pub default_permissions: Option<String>,
    /// The groups offered, as JSON.
    pub group_ids: String,
    /// The quota values offered, as JSON.
    pub quotas: String,
    /// When access will begin, if not at once.
    pub access_starts_at: Option<DateTime<Utc>>,
    /// When access will end.
    pub access_ends_at: Option<DateTime<Utc>>,
    /// How long access will last from the acceptance on.
    pub access_duration_seconds: Option<i64>,
    /// The language of its mails.
    pub locale: Locale,
    /// What whoever invited adds.
    pub note: Option<String>,
    /// Who invited.
    pub invited_by: Option<AccountId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When its term runs out, whatever it offers.
    pub term_ends_at: DateTime<Utc>,
    /// Until when it can be accepted: the end of its term, or of the access if that comes before
    /// (JOIN-8).
    pub expires_at: DateTime<Utc>,
    /// Which of its tokens counts: each resending makes a new one (JOIN-8).
    pub generation: i32,
    /// What became of its newest mail; none if there is none, or it is not known any more.
    pub delivery: Option<Delivery>,
    accepted_at: Option<DateTime<Utc>>,
    declined_at: Option<DateTime<Utc>>,
    cancelled_at: Option<DateTime<Utc>>,
}

/// What became of the mail about an invitation (JOIN-15).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Delivery {
    /// Where it stands.
    pub state: DeliveryState,
    /// Since when; of a deferred mail when it is tried next.
    pub at: DateTime<Utc>,
    /// The mail server's status code, if it refused or deferred the mail.
    pub status: Option<i32>,
}

impl InvitationRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        let mut row = Self {
            id: InvitationId(columns.take()?),
            workspace_id: WorkspaceId(columns.take()?),
            email: columns.take()?,
            email_canonical: columns.take()?,
            given_name: columns.take()?,
            family_name: columns.take()?,
            role_id: columns.take::<Option<Uuid>>()?.map(RoleId),
            permissions: columns.take()?,
            default_permissions: columns.take()?,
            group_ids: columns.take()?,
            quotas: columns.take()?,
            access_starts_at: columns.take()?,
            access_ends_at: columns.take()?,
            access_duration_seconds: columns.take()?,
            locale: Locale::parse(&columns.take::<String>()?).unwrap_or(Locale::En),
            note: columns.take()?,
            invited_by: columns.take::<Option<Uuid>>()?.map(AccountId),
            created_at: columns.take()?,
            term_ends_at: columns.take()?,
            expires_at: OPEN_END,
            generation: columns.take()?,
            delivery: None,
            accepted_at: columns.take()?,
            declined_at: columns.take()?,
            cancelled_at: columns.take()?,
        };
        let state = columns
            .take::<Option<String>>()?
            .and_then(|state| DeliveryState::parse(&state));
        let (at, status): (Option<DateTime<Utc>>, Option<i32>) = (columns.take()?, columns.take()?);
        row.delivery = state
            .zip(at)
            .map(|(state, at)| Delivery { state, at, status });
        row.expires_at = row
            .access_ends_at
            .map_or(row.term_ends_at, |end| end.min(row.term_ends_at));
        Ok(row)
    }

    /// Where it stands at `t` (JOIN-8).
    pub fn state(&self, t: DateTime<Utc>) -> InvitationState {
        if self.accepted_at.is_some() {
            InvitationState::Accepted
        } else if self.declined_at.is_some() {
            InvitationState::Declined
        } else if self.cancelled_at.is_some() {
            InvitationState::Cancelled
        } else if self.expires_at <= t {
            InvitationState::Expired
        } else {
            InvitationState::Pending
        }
    }

    /// Whether each of the folded `words` is the prefix of a word of the invited, as in the members
    /// list (MEM-7).
    fn is_found_by(&self, words: &[String]) -> bool {
        let own = fold::words(
            self.given_name.as_deref(),
            self.family_name.as_deref(),
            &self.email_canonical,
        );
        words
            .iter()
            .all(|word| own.iter().any(|own| own.starts_with(word)))
    }
}

/// The filters of the list of invitations; all of them must hold.
#[derive(Debug, Clone, Default)]
pub struct InvitationFilter {
    /// One of these states; `None` = all.
    pub states: Option<Vec<InvitationState>>,
    /// One of these states of its mail; `None` = all.
    pub delivery_states: Option<Vec<DeliveryState>>,
    /// Those that offer the ADMINISTRATOR role and nothing else but what the workspace gives.
    pub of_administrator_alone: bool,
    /// Folded words, each the prefix of a word of names or address.
    pub words: Vec<String>,
}

const SELECT: &str = "SELECT i.id, i.workspace_id, i.email, i.email_canonical, i.given_name, i.family_name, i.role_id, \
     i.permissions, i.default_permissions, i.group_ids, i.quotas, i.access_starts_at, i.access_ends_at, \
     i.access_duration_seconds, i.locale, i.note, i.invited_by, i.created_at, i.expires_at, i.generation, i.accepted_at, \
     i.declined_at, i.cancelled_at, i.delivery_state, i.delivery_at, i.delivery_status FROM invitation i";

/// Nobody has answered it or taken it back.
const OPEN: &str = "i.accepted_at IS NULL AND i.declined_at IS NULL AND i.cancelled_at IS NULL";

/// Its term has not run out.
const IN_TIME: &str = "i.expires_at > ? AND (i.access_ends_at IS NULL OR i.access_ends_at > ?)";

/// What the list of invitations is sorted by; then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum InvitationOrder {
    /// When they were made.
    #[default]
    CreatedAt,
    /// The canonical address, by bytes.
    Email,
    /// Until when they can be accepted.
    ExpiresAt,
}

impl InvitationOrder {
    // Ids sort as they were made.
    const fn column(self) -> Option<(&'static str, SortedBy)> {
        match self {
            Self::CreatedAt => None,
            Self::Email => Some(("i.email_canonical", SortedBy::Text)),
            Self::ExpiresAt => Some((
                "(CASE WHEN i.access_ends_at < i.expires_at THEN i.access_ends_at ELSE i.expires_at END)",
                SortedBy::Instant,
            )),
        }
    }

    /// Where a row stands in a list of this order.
    pub fn position(self, row: &InvitationRow) -> Position {
        let key = match self {
            Self::CreatedAt => String::new(),
            Self::Email => row.email_canonical.clone(),
            Self::ExpiresAt => instant_key(row.expires_at),
        };
        Position { key, id: row.id.0 }
    }
}

/// One page of the invitations of `workspace` that the filter finds at `t`.
pub async fn page(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &InvitationFilter,
    order: (InvitationOrder, bool),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Page<InvitationRow>, StoreError> {
    if filter.words.is_empty() {
        return Ok(page.page(chunk(db, workspace, filter, order, page, t).await?));
    }
    let mut sieve = Sieve::new(page);
    loop {
        let rows = chunk(db, workspace, filter, order, sieve.next(), t).await?;
        if !sieve.take(
            rows,
            |row| row.is_found_by(&filter.words),
            |row| order.0.position(row),
        ) {
            return Ok(sieve.page());
        }
    }
}

async fn chunk(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &InvitationFilter,
    (order, descending): (InvitationOrder, bool),
    page: &PageRequest,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    condition(&mut sql, workspace, filter, t);
    let column = order.column();
    page.apply(
        &mut sql,
        column.map(|(column, _)| column),
        "i.id",
        descending,
        |key| column?.1.value(key),
    );
    sql.rows(db)
        .await?
        .iter()
        .map(InvitationRow::read)
        .collect()
}

/// How many invitations the filter finds at `t`.
pub async fn count(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    filter: &InvitationFilter,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    if filter.words.is_empty() {
        let mut sql = Sql::new(db, "SELECT COUNT(*) FROM invitation i");
        condition(&mut sql, workspace, filter, t);
        return Ok(sql
            .all::<(i64,)>(db)
            .await?
            .first()
            .map_or(0, |(count,)| *count));
    }
    let mut sql = Sql::new(db, SELECT);
    condition(&mut sql, workspace, filter, t);
    let rows: Vec<InvitationRow> = sql
        .rows(db)
        .await?
        .iter()
        .map(InvitationRow::read)
        .collect::<Result<_, _>>()?;
    Ok(i64::try_from(
        rows.iter()
            .filter(|row| row.is_found_by(&filter.words))
            .count(),
    )
    .unwrap_or(i64::MAX))
}

/// The invitations with these ids, of whatever workspace.
pub async fn by_ids(
    db: &impl ConnectionTrait,
    ids: &[InvitationId],
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.push(" WHERE ")
        .ids_in("i.id", ids.iter().map(|id| id.0));
    sql.rows(db)
        .await?
        .iter()
        .map(InvitationRow::read)
        .collect()
}

/// The address of this account, verified, is the one that the invitation went to.
const TO_ACCOUNT: &str = "EXISTS (SELECT 1 FROM account a WHERE a.id = ? AND a.email_canonical = i.email_canonical \
     AND a.email_verified_at IS NOT NULL AND a.erased_at IS NULL)";

/// The newest `most` pending invitations to the verified address of `account`, newest first.
pub async fn pending_of(
    db: &impl ConnectionTrait,
    account: AccountId,
    most: i64,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.bind(
        " WHERE i.email_canonical = (SELECT a.email_canonical FROM account a WHERE a.id = ? AND a.email_verified_at IS NOT NULL \
         AND a.erased_at IS NULL) AND ",
        [account.0.into()],
    )
    .push(OPEN)
    .bind(&format!(" AND {IN_TIME}"), [t.into(), t.into()])
    .bind(" ORDER BY i.id DESC LIMIT ?", [most.into()]);
    sql.rows(db)
        .await?
        .iter()
        .map(InvitationRow::read)
        .collect()
}

/// The pending invitations into `workspace` that these accounts sent, oldest first.
pub async fn pending_by(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    accounts: &[AccountId],
    t: DateTime<Utc>,
) -> Result<Vec<InvitationId>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let mut sql = Sql::new(db, "SELECT i.id FROM invitation i");
    sql.bind(" WHERE i.workspace_id = ? AND ", [workspace.0.into()])
        .push(OPEN)
        .bind(&format!(" AND {IN_TIME} AND "), [t.into(), t.into()])
        .ids_in("i.invited_by", accounts.iter().map(|id| id.0))
        .push(" ORDER BY i.id");
    let rows: Vec<(Uuid,)> = sql.all(db).await?;
    Ok(rows.into_iter().map(|(id,)| id.into()).collect())
}

/// Takes invitations of `workspace` back. Mails about them are voided by whoever calls.
pub async fn cancel(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &[InvitationId],
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut sql = Sql::new(db, "UPDATE invitation SET");
    sql.bind(
        " cancelled_at = ? WHERE workspace_id = ? AND ",
        [at.into(), workspace.0.into()],
    )
    .ids_in("id", ids.iter().map(|id| id.0));
    sql.execute(db).await?;
    Ok(())
}

/// Whether the invitation went to the verified address of `account`.
pub async fn is_to(
    db: &impl ConnectionTrait,
    id: InvitationId,
    account: AccountId,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new(db, "SELECT COUNT(*) FROM invitation i");
    sql.bind(" WHERE i.id = ? AND ", [id.0.into()])
        .bind(TO_ACCOUNT, [account.0.into()]);
    Ok(sql
        .all::<(i64,)>(db)
        .await?
        .first()
        .is_some_and(|(count,)| *count > 0))
}

/// How many seats of the license of `main` are taken at `t`, there and in its secondary workspaces:
/// memberships that have not ended and pending invitations (JOIN-13).
pub async fn seats_used(
    db: &impl ConnectionTrait,
    main: WorkspaceId,
    t: DateTime<Utc>,
) -> Result<i64, StoreError> {
    const HERE: &str = "IN (SELECT w.id FROM workspace w WHERE (w.id = ? OR w.parent_id = ?) AND w.deleted_at IS NULL)";
    let family = || [Value::from(main.0), main.0.into()];
    let mut sql = Sql::new(
        db,
        "SELECT (SELECT COUNT(*) FROM membership m WHERE m.workspace_id ",
    );
    sql.bind(HERE, family())
        .bind(
            " AND m.ends_at > ? AND m.ends_at > m.starts_at) + (SELECT COUNT(*) FROM invitation i WHERE i.workspace_id ",
            [t.into()],
        )
        .bind(HERE, family())
        .push(" AND ")
        .push(OPEN)
        .bind(&format!(" AND {IN_TIME})"), [t.into(), t.into()]);
    Ok(sql
        .all::<(i64,)>(db)
        .await?
        .first()
        .map_or(0, |(count,)| *count))
}

/// Says of the pending invitations of `workspace` to this canonical address that this membership
/// came of them; answers which, and who invited.
pub async fn accept_pending(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    email_canonical: &str,
    membership: MembershipId,
    at: DateTime<Utc>,
) -> Result<Vec<(InvitationId, Option<AccountId>)>, StoreError> {
    let sql = "UPDATE invitation SET accepted_at = $3, membership_id = $4 WHERE workspace_id = $1 AND email_canonical = $2 \
         AND accepted_at IS NULL AND declined_at IS NULL AND cancelled_at IS NULL AND expires_at > $3 \
         AND (access_ends_at IS NULL OR access_ends_at > $3) RETURNING id, invited_by";
    let values = vec![
        workspace.0.into(),
        email_canonical.into(),
        at.into(),
        membership.0.into(),
    ];
    let mut rows: Vec<(Uuid, Option<Uuid>)> = engine::all(db, sql, values).await?;
    rows.sort_unstable();
    Ok(rows
        .into_iter()
        .map(|(id, by)| (id.into(), by.map(AccountId)))
        .collect())
}

/// The invitations of `workspace` to these canonical addresses that are pending at `t`, oldest
/// first: of several to one address the last counts.
pub async fn pending_to<'a>(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    addresses: impl IntoIterator<Item = &'a str>,
    t: DateTime<Utc>,
) -> Result<Vec<InvitationRow>, StoreError> {
    let mut sql = Sql::new(db, SELECT);
    sql.bind(" WHERE i.workspace_id = ? AND ", [workspace.0.into()])
        .texts_in("i.email_canonical", addresses)
        .push(" AND ")
        .push(OPEN)
        .bind(&format!(" AND {IN_TIME}"), [t.into(), t.into()])
        .push(" ORDER BY i.id");
    sql.rows(db)
        .await?
        .iter()
        .map(InvitationRow::read)
        .collect()
}

/// Whether an invitation that is pending at `t` brings the role.
pub async fn brings_role(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    role: RoleId,
    t: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut sql = Sql::new(db, "SELECT 1 FROM invitation i");
    sql.bind(
        " WHERE i.workspace_id = ? AND i.role_id = ? AND ",
        [workspace.0.into(), role.0.into()],
    )
    .push(OPEN)
    .bind(&format!(" AND {IN_TIME} LIMIT 1"), [t.into(), t.into()]);
    Ok(!sql.rows(db).await?.is_empty())
}

fn condition(sql: &mut Sql, workspace: WorkspaceId, filter: &InvitationFilter, t: DateTime<Utc>) {
    let at = || Value::from(t);
    sql.bind(" WHERE i.workspace_id = ?", [workspace.0.into()]);
    if let Some(states) = &filter.delivery_states {
        sql.push(" AND ").texts_in(
            "i.delivery_state",
            states.iter().map(|state| state.as_str()),
        );
    }
    if filter.of_administrator_alone {
        sql.push(
            " AND i.permissions = i.default_permissions AND i.group_ids = '[]' AND i.quotas = '[]' AND i.role_id IN \
             (SELECT id FROM role WHERE role.workspace_id = i.workspace_id AND role.preset = 'ADMINISTRATOR')",
        );
    }
    let Some(states) = &filter.states else { return };
    sql.push(" AND (1 = 0");
    for state in states {
        match state {
            InvitationState::Accepted => sql.push(" OR i.accepted_at IS NOT NULL"),
            InvitationState::Declined => sql.push(" OR (i.accepted_at IS NULL AND i.declined_at IS NOT NULL)"),
            InvitationState::Cancelled => {
                sql.push(" OR (i.accepted_at IS NULL AND i.declined_at IS NULL AND i.cancelled_at IS NOT NULL)")
            }
            InvitationState::Expired => sql.bind(&format!(" OR ({OPEN} AND NOT ({IN_TIME}))"), [at(), at()]),
            InvitationState::Pending => sql.bind(&format!(" OR ({OPEN} AND {IN_TIME})"), [at(), at()]),
        };
    }
    sql.push(")");
}
