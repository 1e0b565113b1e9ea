//! The write shape of accounts: lock the account's row, take the instant, change, append to the
//! account's own chain, commit (AUD-1). Workspaces' is `service::write`.

use crate::store::DatabaseTransaction;
use chrono::{DateTime, Duration, Utc};

use crate::{
    domain::{id::AccountId, vocabulary::ActorKind},
    service::{
        Caller, Deps, Failure,
        write::{self, By, ChainEnd, Event, KEPT_FOR, TRIES, WriteContext, check_key},
    },
    store::{
        StoreError,
        account::{self, Locked},
        audit::{self, Chain},
        engine::Lane,
        idempotency::{self, AccountScope},
    },
};

/// Runs `attempt` again while it meets other transactions.
pub(crate) async fn retried<T, F: Future<Output = Result<T, Failure>>>(
    attempt: impl Fn() -> F,
) -> Result<T, Failure> {
    for _ in 1..TRIES {
        match attempt().await {
            Err(Failure::Conflict) => {}
            done => return done,
        }
    }
    match attempt().await {
        Err(Failure::Conflict) => Err(Failure::Unavailable),
        done => done,
    }
}

/// What is written about one account in a transaction that has begun: its row is locked, events
/// gather until they are appended. The transaction may be a workspace's (an account that is made
/// and joins in one step): lock the workspace first.
pub(crate) struct AccountChain<'a> {
    deps: &'a Deps,
    caller: &'a Caller,
    /// The account as it is under the lock.
    pub(crate) account: Locked,
    /// The instant of this write, later than every earlier write of the account (TIME-5).
    pub(crate) now: DateTime<Utc>,
    by: By,
    events: Vec<Event>,
}

impl<'a> AccountChain<'a> {
    /// Locks the account's row; `None` if there is no such account or it was erased. The caller
    /// acts until [`Self::by_itself`].
    pub(crate) async fn lock(
        deps: &'a Deps,
        caller: &'a Caller,
        id: AccountId,
        db: &DatabaseTransaction,
    ) -> Result<Option<Self>, Failure> {
        Ok(account::lock(db, id)
            .await?
            .map(|account| Self::of(deps, caller, account)))
    }

    fn of(deps: &'a Deps, caller: &'a Caller, account: Locked) -> Self {
        let now = deps
            .clock
            .now()
            .max(account.last_write_at + Duration::microseconds(1));
        let by = By::caller(caller, caller.kind());
        Self {
            deps,
            caller,
            account,
            now,
            by,
            events: Vec::new(),
        }
    }

    /// The account itself acts: it has just proved who it is.
    pub(crate) const fn by_itself(&mut self) {
        self.by = By {
            kind: ActorKind::Account,
            account: Some(self.account.id),
            key: None,
        };
    }

    /// Staff of the installation acts.
    pub(crate) fn by_operator(&mut self) {
        self.by = By::caller(self.caller, ActorKind::Operator);
    }

    /// Concierge itself acts, or whoever has its machine.
    pub(crate) const fn by_system(&mut self) {
        self.by = By {
            kind: ActorKind::System,
            account: None,
            key: None,
        };
    }

    /// Adds an event to the record; personal values in it are the account's.
    pub(crate) fn record(&mut self, event: Event) {
        self.events.push(Event {
            personal_of: Some(self.account.id),
            ..event
        });
    }

    /// Appends the events to the account's chain and advances its row.
    pub(crate) async fn append(self, db: &DatabaseTransaction) -> Result<Locked, Failure> {
        let Self {
            deps,
            caller,
            account,
            now,
            by,
            events,
        } = self;
        let mut end = ChainEnd {
            sequence: account.audit_sequence,
            hash: account.audit_hash.clone(),
        };
        if !events.is_empty() {
            let context = WriteContext {
                ids: &deps.ids,
                chain: Chain::Account(account.id),
                by,
                client: caller.client,
                request_id: &caller.request_id,
                at: now,
            };
            audit::append(db, end.append(&context, events)).await?;
            account::advance(db, account.id, now, end.sequence, &end.hash).await?;
        }
        Ok(account)
    }
}

/// How a repeated call about the caller's own account is recognized (AUD-5).
#[derive(Debug, Clone)]
pub struct AccountCall {
    /// The mutation's name in the API.
    pub mutation: &'static str,
    /// The caller's name for this call.
    pub idempotency_key: Option<String>,
    /// The arguments of the call in a canonical form, without passwords: compared by keyed hash when
    /// the key comes again.
    pub arguments: String,
}

impl AccountCall {
    /// Refuses what is no idempotency key.
    pub(crate) fn admit(&self) -> Result<(), Failure> {
        check_key(self.idempotency_key.as_deref())
    }
}

/// A write about one account, in a transaction of its own.
pub(crate) struct AccountWrite<'a> {
    chain: AccountChain<'a>,
    db: DatabaseTransaction,
}

impl<'a> AccountWrite<'a> {
    /// Begins and locks; `None` if there is no such account or it was erased. The caller acts until
    /// it is said otherwise.
    pub(crate) async fn begin(
        deps: &'a Deps,
        caller: &'a Caller,
        id: AccountId,
    ) -> Result<Option<Self>, Failure> {
        let db = deps
            .db
            .begin_in(write::turn(caller, Lane::Account(id.0)))
            .await?;
        Self::lock(deps, caller, id, db).await
    }

    /// The same in a transaction that has begun.
    pub(crate) async fn lock(
        deps: &'a Deps,
        caller: &'a Caller,
        id: AccountId,
        db: DatabaseTransaction,
    ) -> Result<Option<Self>, Failure> {
        let Some(chain) = AccountChain::lock(deps, caller, id, &db).await? else {
            db.rollback().await.map_err(StoreError::from)?;
            return Ok(None);
        };
        Ok(Some(Self { chain, db }))
    }

    /// Begins a write about an account whose deletion has begun; `None` if there is none (ERASE-5).
    pub(crate) async fn begin_erased(
        deps: &'a Deps,
        caller: &'a Caller,
        id: AccountId,
    ) -> Result<Option<Self>, Failure> {
        let lane = Lane::Account(id.0);
        let db = deps.db.begin_in(write::turn(caller, lane)).await?;
        match account::lock_erased(&db, id).await? {
            Some(account) => Ok(Some(Self {
                chain: AccountChain::of(deps, caller, account),
                db,
            })),
            None => {
                db.rollback().await.map_err(StoreError::from)?;
                Ok(None)
            }
        }
    }

    /// The connection under the lock.
    pub(crate) const fn db(&self) -> &DatabaseTransaction {
        &self.db
    }

    /// Whether the same call was made before, so that nothing is left to do; else it is kept with
    /// this transaction. Another input under its key is refused.
    pub(crate) async fn is_repeated(&self, call: &AccountCall) -> Result<bool, Failure> {
        let Some(key) = &call.idempotency_key else {
            return Ok(false);
        };
        let (deps, now) = (self.chain.deps, self.chain.now);
        let key_hash = deps.secret.keyed_hashes("idempotency key", key.as_bytes());
        let input_hash = deps
            .secret
            .keyed_hashes("idempotency input", call.arguments.as_bytes());
        let scope = AccountScope {
            account: self.chain.account.id,
            mutation: call.mutation,
            key_hash,
        };
        match idempotency::find_of_account(&self.db, &scope, now).await? {
            Some(kept) if input_hash.is(&kept) => Ok(true),
            Some(_) => Err(Failure::IdempotencyConflict),
            None => {
                let id = deps.ids.uuid(now);
                let (input_hash, end) = (&input_hash.current, now + KEPT_FOR);
                idempotency::keep_of_account(&self.db, id, scope, input_hash, now, end).await?;
                Ok(false)
            }
        }
    }

    /// The chain and the connection, for what takes both.
    pub(crate) const fn parts(&mut self) -> (&mut AccountChain<'a>, &DatabaseTransaction) {
        (&mut self.chain, &self.db)
    }

    /// Undoes everything.
    pub(crate) async fn roll_back(self) -> Result<(), Failure> {
        Ok(self.db.rollback().await.map_err(StoreError::from)?)
    }

    /// Appends the events to the chain, advances the account's row, commits.
    pub(crate) async fn commit(self) -> Result<Locked, Failure> {
        let account = self.chain.append(&self.db).await?;
        self.db.commit().await.map_err(StoreError::from)?;
        Ok(account)
    }
}

impl<'a> std::ops::Deref for AccountWrite<'a> {
    type Target = AccountChain<'a>;

    fn deref(&self) -> &Self::Target {
        &self.chain
    }
}

impl std::ops::DerefMut for AccountWrite<'_> {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.chain
    }
}
