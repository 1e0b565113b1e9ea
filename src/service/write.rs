//! The one write shape: begin, lock the workspace's row, load facts, authorize, replay or decide,
//! change, record, commit.
//!
//! Every mutation of a workspace runs through [`run`], one that makes a workspace through
//! [`found`]; no other place opens a transaction on a workspace's rows. A dry run is the same with
//! a rollback (AUD-4), a repeated call answers what the first one kept (AUD-5).

mod chain;
mod effects;
mod informed;
mod record;
mod secondary;
mod several;
mod stored_result;
mod transaction;

use chrono::Duration;
use serde::{Serialize, de::DeserializeOwned};

pub(crate) use chain::{By, ChainEnd, WriteContext};
use effects::Effects;
pub use effects::{Affects, MOST_COUNTED};
pub use informed::InformedUseCase;
pub use record::{Change, Effect, Event, PassedLimit, QuotaEffect};
pub(crate) use several::SeveralWrites;
use stored_result::StoredResult;
pub use transaction::Transaction;
pub(crate) use transaction::turn;

use super::{Access, Caller, Deps, Failure, UserError, step_up};
use crate::{
    domain::{id::WorkspaceId, keyed_hash::KeyedHash, second_factor::StepUp},
    store::{
        StoreError,
        idempotency::{self, ResultRow, Scope},
    },
    words::message,
};

/// How long a result is kept for repeated calls: 24 hours (AUD-5).
pub(crate) const KEPT_FOR: Duration = Duration::hours(24);

/// How many changes an answer lists; the events have them all.
const MOST_CHANGES: usize = 1_000;

/// The most secondary workspaces that one write changes (WS-8).
pub const MOST_TOGETHER: usize = 100;

/// The longest idempotency key, in characters.
pub const LONGEST_KEY: usize = 255;

/// How often a write is tried again after it met another transaction.
pub(crate) const TRIES: u32 = 3;

/// Refuses what is no idempotency key.
pub(crate) fn check_key(key: Option<&str>) -> Result<(), Failure> {
    match key {
        Some(key)
            if key.is_empty()
                || key.chars().count() > LONGEST_KEY
                || key.chars().any(char::is_control) =>
        {
            Err(Failure::bad_input(message::idempotency_key_form(
                LONGEST_KEY,
            )))
        }
        _ => Ok(()),
    }
}

/// What every input of a workspace's mutation may say besides what is to be done.
#[derive(Debug, Clone, Default)]
pub struct CallOptions {
    /// Whether the call is rolled back at the end (AUD-4).
    pub dry_run: bool,
    /// The caller's name for this call (AUD-5).
    pub idempotency_key: Option<String>,
    /// The request's own arguments as canonical JSON: compared by keyed hash when the key comes
    /// again. Empty without a key.
    pub arguments: String,
}

impl CallOptions {
    /// Refuses what is no idempotency key, and rehearsals that come too often.
    pub(crate) fn admit(&self, deps: &Deps, caller: &Caller) -> Result<(), Failure> {
        check_key(self.idempotency_key.as_deref())?;
        if self.dry_run {
            deps.dry_runs.admit(&caller.budget_key())
        } else {
            Ok(())
        }
    }

    /// What the call's result is kept under: nothing without a key, and a rehearsal neither reads
    /// nor writes it.
    pub(crate) fn scope(
        &self,
        deps: &Deps,
        actor: String,
        workspace: WorkspaceId,
        mutation: &'static str,
    ) -> Option<Scope> {
        let key = self.idempotency_key.as_ref().filter(|_| !self.dry_run)?;
        let key_hash = deps.secret.keyed_hashes("idempotency key", key.as_bytes());
        Some(Scope {
            workspace,
            actor,
            mutation,
            key_hash,
        })
    }

    /// What the input is compared by.
    pub(crate) fn input_hash(&self, deps: &Deps) -> KeyedHash {
        deps.secret
            .keyed_hashes("idempotency input", self.arguments.as_bytes())
    }
}

/// One mutation of one workspace.
pub trait UseCase: Send + Sync {
    /// Whether it changes who may do what: facts cached on the nodes then no longer count.
    const CHANGES_ACCESS: bool;
    /// What of members it may change.
    const AFFECTS: Affects = Affects::RIGHTS;
    /// Whether it accepts what somebody offered before. Whoever offered ADMINISTRATOR has shown their
    /// factor then (MFA-8).
    const ACCEPTS_OFFER: bool = false;
    /// What it answers: ids and codes. Secrets are skipped by `serde`, so that they are never kept
    /// (AUD-5).
    type Output: Serialize + DeserializeOwned + Default + Send;

    /// The mutation's name in the API.
    fn mutation(&self) -> &'static str;

    /// Whose idempotency keys the call's key is one of (AUD-5): the caller's, unless something else
    /// than the caller says who asks.
    fn actor(&self, caller: &Caller) -> String {
        caller.name()
    }

    /// Whether the caller may ask for this at all. Runs under the lock, before a kept result is
    /// looked for.
    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure>;

    /// Whether the caller's strongest factor must have been shown lately (MFA-8). Giving the
    /// ADMINISTRATOR role needs it whatever is said here.
    fn needs_step_up(&self) -> bool {
        false
    }

    /// Decides and changes rows; everything is rolled back unless the verdict says to keep it.
    fn run(
        &self,
        tx: &mut Transaction<'_>,
    ) -> impl Future<Output = Result<Verdict<Self::Output>, Failure>> + Send;
}

/// What a use case decided.
#[derive(Debug)]
pub struct Verdict<O> {
    /// What the use case answers.
    pub output: O,
    /// Failures that a form can mend, where the answer says more than they do.
    pub errors: Vec<UserError>,
    /// Whether to keep the changes (no for `atomic` with a failed item).
    pub keep: bool,
}

impl<O> Verdict<O> {
    /// Keep the changes.
    pub const fn keep(output: O) -> Self {
        Self {
            output,
            errors: Vec::new(),
            keep: true,
        }
    }

    /// Keep nothing: the input is invalid, and the answer says more than the errors. Where it does
    /// not, return [`Failure::Invalid`].
    pub const fn refuse(output: O, errors: Vec<UserError>) -> Self {
        Self {
            output,
            errors,
            keep: false,
        }
    }

    /// Keep nothing: the answer says why.
    pub const fn undo(output: O) -> Self {
        Self {
            output,
            errors: Vec::new(),
            keep: false,
        }
    }
}

/// What a mutation answers.
#[derive(Debug)]
pub struct Committed<O> {
    /// The use case's own answer.
    pub output: O,
    /// Failures that a form can mend.
    pub errors: Vec<UserError>,
    /// What changed, or would change (AUD-4): the first `MOST_CHANGES`, in the order of the events.
    pub changes: Vec<Change>,
    /// How many changes there are.
    pub change_count: usize,
    /// Who gained or lost what by it: the first members by id.
    pub effects: Vec<Effect>,
    /// How many members gained or lost something.
    pub effect_count: usize,
    /// How many members' rights and limits were worked out for the effects.
    pub examined: usize,
    /// Whether this is the kept answer of an earlier call (AUD-5).
    pub replayed: bool,
    /// The workspace as it stood under the lock, and the caller in it.
    pub access: Access,
}

/// Runs `use_case` on the workspace.
pub async fn run<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    workspace: WorkspaceId,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Failure> {
    repeat(deps, caller, WriteTarget::In(workspace), options, use_case).await
}

/// Runs `use_case`, which makes a workspace: its `run` inserts the row of the transaction's
/// workspace, whose id is new. The caller's account is locked in place of a workspace, so that the
/// calls of one account come one after the other.
pub async fn found<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Failure> {
    repeat(deps, caller, WriteTarget::New, options, use_case).await
}

/// Runs `use_case` on a main workspace and on secondary ones of it, which are locked first, by
/// descending ids (WS-8). At most [`MOST_TOGETHER`]. Those that are gone are not there for it.
pub async fn run_over<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    main: WorkspaceId,
    mut secondaries: Vec<WorkspaceId>,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Failure> {
    secondaries.sort_unstable_by(|a, b| b.cmp(a));
    secondaries.dedup();
    if secondaries.len() > MOST_TOGETHER {
        return Err(Failure::Internal(
            "too many workspaces in one write".to_owned(),
        ));
    }
    let target = WriteTarget::Over(main, &secondaries);
    repeat(deps, caller, target, options, use_case).await
}

/// What a write is about.
#[derive(Debug, Clone, Copy)]
enum WriteTarget<'a> {
    /// A workspace that is there.
    In(WorkspaceId),
    /// A main workspace, and secondary ones of it by descending ids.
    Over(WorkspaceId, &'a [WorkspaceId]),
    /// One that is made.
    New,
}

async fn repeat<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    target: WriteTarget<'_>,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Failure> {
    options.admit(deps, caller)?;
    let mut tries = 0;
    loop {
        tries += 1;
        match attempt(deps, caller, target, options, use_case).await {
            Err(Attempt::Conflict) if tries < TRIES => {}
            Err(Attempt::Conflict) => return Err(Failure::Unavailable),
            Err(Attempt::Failed(failure)) => return Err(failure),
            Ok(done) => return Ok(done),
        }
    }
}

enum Attempt {
    Conflict,
    Failed(Failure),
}

impl From<Failure> for Attempt {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Conflict => Self::Conflict,
            other => Self::Failed(other),
        }
    }
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Self {
        Failure::from(error).into()
    }
}

/// Refuses people who have not shown their strongest factor lately (MFA-8). What keys may not do at
/// all, their authorization refuses; Concierge itself shows nothing.
async fn step_up(tx: &Transaction<'_>, caller: &Caller) -> Result<(), Failure> {
    if caller.session().is_none() {
        return Ok(());
    }
    step_up::require_at(tx.db(), tx.now, caller, StepUp::Strongest)
        .await
        .map(drop)
}

/// Keeps nothing of the transaction.
async fn refused<O>(tx: Transaction<'_>, verdict: Verdict<O>) -> Result<Committed<O>, Failure> {
    let access = tx.roll_back().await?;
    Ok(Committed {
        output: verdict.output,
        errors: verdict.errors,
        changes: Vec::new(),
        change_count: 0,
        effects: Vec::new(),
        effect_count: 0,
        examined: 0,
        replayed: false,
        access,
    })
}

async fn attempt<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    target: WriteTarget<'_>,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Attempt> {
    let mut tx = match target {
        WriteTarget::In(workspace) => Transaction::begin(deps, caller, workspace, &[]).await?,
        WriteTarget::Over(main, secondaries) => {
            Transaction::begin(deps, caller, main, secondaries).await?
        }
        WriteTarget::New => Transaction::found(deps, caller).await?,
    };
    use_case.authorize(&tx.access, caller)?;
    let scope = options.scope(
        deps,
        use_case.actor(caller),
        tx.workspace_id(),
        use_case.mutation(),
    );
    let input_hash = options.input_hash(deps);
    if use_case.needs_step_up() {
        match step_up(&tx, caller).await {
            Err(Failure::Invalid(errors)) => {
                return Ok(refused(tx, Verdict::refuse(U::Output::default(), errors)).await?);
            }
            other => other?,
        }
    }
    if let Some(scope) = &scope
        && let Some(kept) = kept_result(&mut tx, target, scope).await?
    {
        return Ok(stored_result::replay(tx, &kept, &input_hash).await?);
    }
    let outcome = use_case.run(&mut tx).await;
    tx.return_to_main();
    let mut verdict = match outcome {
        Err(Failure::Invalid(errors)) => Verdict::refuse(U::Output::default(), errors),
        other => other?,
    };
    if verdict.keep && !U::ACCEPTS_OFFER && tx.gives_administrator() {
        verdict = match step_up(&tx, caller).await {
            Err(Failure::Invalid(errors)) => Verdict::refuse(U::Output::default(), errors),
            other => other.map(|()| verdict)?,
        };
    }
    if !verdict.keep {
        return Ok(refused(tx, verdict).await?);
    }
    let effects = if U::CHANGES_ACCESS || !tx.passed_limits.is_empty() {
        tx.effects(U::AFFECTS).await?
    } else {
        Effects::default()
    };
    if options.dry_run {
        return Ok(rehearsed(tx, verdict.output, effects).await?);
    }
    let kept_under = scope.map(|scope| (scope, &input_hash.current));
    committed(
        deps,
        tx,
        verdict.output,
        effects,
        kept_under,
        U::CHANGES_ACCESS,
    )
    .await
}

/// Keeps nothing of the transaction, and answers what it would have done.
async fn rehearsed<O>(
    tx: Transaction<'_>,
    output: O,
    effects: Effects,
) -> Result<Committed<O>, Failure> {
    let Effects {
        named,
        count,
        examined,
    } = effects;
    let (changes, change_count) = tx.changes();
    Ok(Committed {
        output,
        errors: Vec::new(),
        changes,
        change_count,
        effects: named,
        effect_count: count,
        examined,
        replayed: false,
        access: tx.roll_back().await?,
    })
}

/// Commits, and keeps the result for repeated calls.
async fn committed<O: Serialize>(
    deps: &Deps,
    tx: Transaction<'_>,
    output: O,
    effects: Effects,
    kept_under: Option<(Scope, &[u8; 32])>,
    changes_access: bool,
) -> Result<Committed<O>, Attempt> {
    let examined = effects.examined;
    let (changes, change_count) = tx.changes();
    let stored_result = StoredResult::new(output, effects, tx.event_numbers());
    if let Some((scope, input_hash)) = kept_under {
        let kept = stored_result.kept(input_hash)?;
        let (id, until) = (deps.ids.uuid(tx.now), tx.now + KEPT_FOR);
        idempotency::keep(tx.db(), id, scope, kept, tx.now, until).await?;
    }
    let access = tx.commit(changes_access).await?;
    let StoredResult {
        output,
        effects,
        effect_count,
        ..
    } = stored_result;
    let effect_count = effect_count.unwrap_or(effects.len());
    Ok(Committed {
        output,
        errors: Vec::new(),
        changes,
        change_count,
        effects,
        effect_count,
        examined,
        replayed: false,
        access,
    })
}

/// The kept result of an earlier call. Which workspace a call made that makes one is known from
/// what it left alone: the record is found by the rest of its scope, and the answer is about that
/// workspace.
async fn kept_result(
    tx: &mut Transaction<'_>,
    target: WriteTarget<'_>,
    scope: &Scope,
) -> Result<Option<ResultRow>, StoreError> {
    match target {
        WriteTarget::In(_) | WriteTarget::Over(..) => {
            idempotency::find(tx.db(), scope, tx.now).await
        }
        WriteTarget::New => {
            let result = idempotency::find_anywhere(tx.db(), scope, tx.now).await?;
            Ok(result.map(|(workspace, kept)| {
                tx.is_about(workspace);
                kept
            }))
        }
    }
}
