//! `submitReuse`: a person submits a reuse of a dataset that they may browse, or changes one of
//! theirs, which then waits for a decision again (REUSE-1). By session: a key submits nothing.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{may_see, reads_all_of, rows};
use crate::{
    domain::{
        access,
        audit::{AuditEventKind, FieldChange},
        calendar::Span,
        error_code::ErrorCode,
        id::{AccountId, DatasetId, ItemId, ReuseId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        mail::MailKind,
        vocabulary::{MembershipState, QuotaPeriod, ResourceAccess, ReuseState},
        web_url,
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        bulk::{optional_lines, required_line},
        item::ItemRow,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        account as accounts, item as items,
        outbox::{self, NewMail, Receiver},
        reuse::{ReuseRow, ReuseTexts},
        workspace::WorkspaceRef,
    },
    words::message,
};

/// The longest title, in characters.
const LONGEST_TITLE: usize = 200;

/// The longest description, in characters.
const LONGEST_DESCRIPTION: usize = 2_000;

/// How often one account submits reuses in one workspace on one day.
const MOST_PER_DAY: i64 = 10;

/// The input of `submitReuse`.
#[derive(Debug, Clone)]
pub struct SubmitReuse {
    /// A new reuse of a dataset, or one of the caller's own that changes.
    pub target: SubmitTarget,
    /// The title.
    pub title: String,
    /// The address of the reuse.
    pub url: String,
    /// A description.
    pub description: Option<String>,
}

/// What is submitted.
#[derive(Debug, Clone, Copy)]
pub enum SubmitTarget {
    /// A new reuse of this dataset.
    New(DatasetId),
    /// This reuse, again.
    Again(ReuseId),
}

impl SubmitTarget {
    /// The field of the input that names it.
    const fn path(self) -> &'static str {
        match self {
            Self::New(_) => "datasetId",
            Self::Again(_) => "id",
        }
    }
}

/// What became of it.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Submitted {
    /// The reuse; none if it was refused.
    pub reuse_id: Option<ReuseId>,
}

/// Submits a reuse.
pub async fn submit(
    deps: &Deps,
    caller: &Caller,
    input: SubmitReuse,
    options: CallOptions,
) -> Result<Committed<Submitted>, Failure> {
    by_session(caller)?;
    let db = deps.db.reader();
    let (reuse, dataset) = match input.target {
        SubmitTarget::New(id) => (None, id),
        SubmitTarget::Again(id) => {
            let found = rows::with_deleted(db, &[id]).await?.into_iter().next();
            let reuse = found.ok_or(Failure::NotFound)?;
            let dataset = reuse.dataset_id;
            (Some(reuse), dataset)
        }
    };
    let found = items::with_deleted(db, &[dataset.into()]).await?;
    let dataset = found.into_iter().next().ok_or(Failure::NotFound)?;
    let workspace = dataset.workspace_id;
    let submission = Submission {
        input,
        reuse,
        dataset,
    };
    // Whoever is refused waits for no lock.
    let access = Access::open(deps, caller, &WorkspaceRef::Id(workspace)).await?;
    submission.authorize(&access.ok_or(Failure::NotFound)?, caller)?;
    write::run(deps, caller, workspace, &options, &submission).await
}

fn by_session(caller: &Caller) -> Result<(), Failure> {
    match caller.actor {
        Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
        Actor::Key(_) => Err(Failure::forbidden(message::not_by_key())),
        Actor::Session(_) => Ok(()),
    }
}

/// A submission, with what it is about as it stood before the lock.
struct Submission {
    input: SubmitReuse,
    reuse: Option<ReuseRow>,
    /// A deleted one too, so that an earlier answer can be given again.
    dataset: ItemRow,
}

impl UseCase for Submission {
    const CHANGES_ACCESS: bool = false;
    type Output = Submitted;

    fn mutation(&self) -> &'static str {
        "submitReuse"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        by_session(caller)?;
        match &self.reuse {
            None if access.can_access(&self.dataset.facts, ResourceAccess::Browse) => Ok(()),
            None => Err(Failure::NotFound),
            Some(row) if row.deleted => Err(Failure::NotFound),
            Some(row) if caller.account_id() == Some(row.submitted_by) => Ok(()),
            Some(row)
                if reads_all_of(access, caller, row)
                    || may_see(access, row, Some(&self.dataset)) =>
            {
                Err(Failure::forbidden(message::requires_own_reuse()))
            }
            Some(_) => Err(Failure::NotFound),
        }
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Submitted>, Failure> {
        let account = tx.caller.account_id().ok_or(Failure::Unauthenticated)?;
        // Its deletion, which may begin meanwhile, then comes after this reuse and empties it (ERASE-6).
        accounts::lock(tx.db(), account)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let before = self.under_lock(tx).await?;
        self.check_standing(tx).await?;
        let texts = self.texts()?;
        let id = match &before {
            Some(row) if texts_of(row) == texts => return Ok(kept(row.id)),
            Some(row) => row.id,
            None => ReuseId(tx.deps.ids.uuid(tx.now)),
        };
        self.check_limit(tx, account).await?;
        tx.record(self.event(id, before.as_ref(), &texts, account));
        let (workspace, now) = (tx.workspace_id(), tx.now);
        match before {
            None => {
                let about = (id, DatasetId(self.dataset.facts.id.uuid()), account);
                rows::insert(tx.db(), workspace, about, texts, now).await?;
            }
            Some(row) => {
                let is_today = row.submitted_at >= today(tx).start;
                let submissions = if is_today { row.submissions + 1 } else { 1 };
                rows::resubmit(tx.db(), workspace, id, texts, (submissions, now)).await?;
            }
        }
        queue_digest(tx, workspace).await?;
        Ok(kept(id))
    }
}

const fn kept(id: ReuseId) -> Verdict<Submitted> {
    Verdict::keep(Submitted { reuse_id: Some(id) })
}

fn texts_of(row: &ReuseRow) -> ReuseTexts {
    ReuseTexts {
        title: row.title.clone(),
        url: row.url.clone(),
        description: row.description.clone(),
    }
}

impl Submission {
    fn refuse(&self, code: ErrorCode) -> Failure {
        UserError::at(code, self.input.target.path()).into()
    }

    /// The reuse that changes, as it stands now.
    async fn under_lock(&self, tx: &Transaction<'_>) -> Result<Option<ReuseRow>, Failure> {
        let SubmitTarget::Again(id) = self.input.target else {
            return Ok(None);
        };
        let row = rows::with_deleted(tx.db(), &[id]).await?.into_iter().next();
        let row = row.filter(|row| !row.deleted && row.workspace_id == tx.workspace_id());
        row.map(Some).ok_or(Failure::NotFound)
    }

    /// Refuses whoever may not browse the dataset now, and disabled members, who could elsewhere do
    /// what a visitor may (MEM-1).
    async fn check_standing(&self, tx: &Transaction<'_>) -> Result<(), Failure> {
        let id: ItemId = self.dataset.facts.id;
        let dataset = items::by_ids(tx.db(), &[id]).await?.into_iter().next();
        let may_browse = |row: &ItemRow| {
            let access = ResourceAccess::Browse;
            row.workspace_id == tx.workspace_id() && tx.access.can_access(&row.facts, access)
        };
        if !dataset.as_ref().is_some_and(may_browse) {
            return Err(match self.input.target {
                SubmitTarget::New(_) => Failure::NotFound,
                SubmitTarget::Again(_) => self.refuse(ErrorCode::Forbidden),
            });
        }
        let is_disabled = tx
            .access
            .own_member()
            .is_some_and(|member| access::state(member, tx.now) == MembershipState::Disabled);
        if is_disabled {
            return Err(self.refuse(ErrorCode::MembershipDisabled));
        }
        Ok(())
    }

    fn texts(&self) -> Result<ReuseTexts, Failure> {
        let input = &self.input;
        let title = required_line(&input.title, LONGEST_TITLE, "title");
        let url = web_url::parse(&input.url).map_err(|fault| UserError::at(fault, "url"));
        let description = input.description.as_deref();
        let description = optional_lines(description, LONGEST_DESCRIPTION, "description");
        match (title, url, description) {
            (Ok(title), Ok(url), Ok(description)) => Ok(ReuseTexts {
                title,
                url,
                description,
            }),
            (title, url, description) => {
                let errors = [title.err(), url.err(), description.err()];
                Err(Failure::Invalid(errors.into_iter().flatten().collect()))
            }
        }
    }

    async fn check_limit(&self, tx: &Transaction<'_>, account: AccountId) -> Result<(), Failure> {
        let day = today(tx);
        let submitted = rows::submissions(tx.db(), tx.workspace_id(), account, day.start).await?;
        if submitted < MOST_PER_DAY {
            return Ok(());
        }
        let limit = ReachedLimit::until(LimitKind::ReusesPerDay, MOST_PER_DAY, day.end);
        let path = self.input.target.path();
        Err(UserError::limited(ErrorCode::LimitReached, path, limit).into())
    }

    /// What the submitter wrote is personal: it goes with their account.
    fn event(
        &self,
        id: ReuseId,
        before: Option<&ReuseRow>,
        texts: &ReuseTexts,
        account: AccountId,
    ) -> Event {
        let old = before.map(texts_of);
        let old = |of: fn(&ReuseTexts) -> Value| old.as_ref().map_or(Value::Null, of);
        let state = before.map_or(Value::Null, |row| row.state.as_str().into());
        let mut changes = vec![
            FieldChange::plain("state", state, ReuseState::Pending.as_str()),
            FieldChange::personal("title", old(|texts| json!(texts.title)), json!(texts.title)),
            FieldChange::personal("url", old(|texts| json!(texts.url)), json!(texts.url)),
            FieldChange::personal(
                "description",
                old(|texts| json!(texts.description)),
                json!(texts.description),
            ),
        ];
        let kind = if before.is_none() {
            let dataset = json!(DatasetId(self.dataset.facts.id.uuid()));
            changes.push(FieldChange::plain("datasetId", Value::Null, dataset));
            AuditEventKind::ReuseSubmitted
        } else {
            AuditEventKind::ReuseUpdated
        };
        changes.retain(|change| change.before != change.after);
        Event {
            personal_of: Some(account),
            ..Event::new(kind, id, changes)
        }
    }
}

/// The day of the workspace (WS-13).
fn today(tx: &Transaction<'_>) -> Span {
    tx.access
        .workspace
        .calendar
        .period(QuotaPeriod::Day, tx.now)
}

/// Tells holders of MANAGE_REUSES in one mail at the end of the day. Receivers, and how many reuses
/// wait, are looked up then.
async fn queue_digest(tx: &Transaction<'_>, workspace: WorkspaceId) -> Result<(), Failure> {
    let (kind, now) = (MailKind::ReuseDigest, tx.now);
    if outbox::count_due_after(tx.db(), kind, workspace, now).await? > 0 {
        return Ok(());
    }
    let mail = NewMail::new(tx.deps.ids.uuid(now), kind, Receiver::Audience)
        .of(workspace)
        .about(workspace)
        .after(today(tx).end);
    Ok(outbox::queue(tx.db(), vec![mail], now).await?)
}
