//! A write under way: the lock is held, the instant is taken, facts are fresh, events gather until
//! the commit.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use crate::store::DatabaseTransaction;
use chrono::{DateTime, Duration, Utc};

use super::{
    MOST_CHANGES,
    chain::{By, ChainEnd, WriteContext},
    effects::MOST_EFFECTS,
    record::{Change, Event, PassedLimit},
    secondary::{Secondaries, lock_all},
};
use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        audit::GENESIS,
        id::{AccountId, MembershipId, WorkspaceId},
        permission::Preset,
        vocabulary::{ActorKind, ApiKeyState, QuotaType},
    },
    service::{Access, Actor, Caller, Deps, Failure, analytics},
    store::{
        access::{self as facts, Wanted, WorkspaceSnapshot},
        account,
        audit::Chain,
        engine::{Lane, Turn},
        key,
        workspace::{self, Workspace},
    },
};

/// The turn of a write in `lane`: what the caller asks for is counted and bounded, what Concierge
/// does by itself waits.
pub(crate) fn turn(caller: &Caller, lane: Lane) -> Turn {
    let asks = !caller.is_system();
    Turn {
        lane,
        actor: asks.then(|| caller.lane_actor()),
        bounded: asks,
    }
}

/// A write under way.
pub struct Transaction<'a> {
    /// What services work with.
    pub deps: &'a Deps,
    /// Who runs the use case.
    pub caller: &'a Caller,
    /// The caller's standing, from facts loaded under the lock.
    pub access: Access,
    /// The instant of this write: taken once after the lock, later than every earlier write
    /// (TIME-5).
    pub now: DateTime<Utc>,
    pub(super) db: DatabaseTransaction,
    pub(super) chain_end: ChainEnd,
    pub(super) events: Vec<Event>,
    /// The workspace that the write is about: the main one, if it changes secondary ones too.
    pub(super) home: WorkspaceId,
    /// The others that it holds.
    pub(super) secondaries: Secondaries,
    acting: Option<AccountId>,
    pub(super) members: HashMap<MembershipId, Arc<MemberFacts>>,
    pub(super) changed: BTreeSet<MembershipId>,
    /// How many members more are concerned, whose effects are not worked out.
    pub(super) unnamed: usize,
    pub(super) shared_changed: bool,
    only_members_changed: bool,
    pub(super) limits_before: HashMap<MembershipId, HashMap<QuotaType, u64>>,
    /// Limits that the write passes, by member.
    pub(super) passed_limits: HashMap<MembershipId, Vec<PassedLimit>>,
}

impl<'a> Transaction<'a> {
    /// Begins, locks the rows of `secondaries` in their order and then the workspace's row (WS-8),
    /// takes the instant, and loads who is asking anew.
    pub(super) async fn begin(
        deps: &'a Deps,
        caller: &'a Caller,
        id: WorkspaceId,
        secondaries: &[WorkspaceId],
    ) -> Result<Self, Failure> {
        let db = deps
            .db
            .begin_in(turn(caller, Lane::Workspace(id.0)))
            .await?;
        let locked = lock_all(&db, id, secondaries).await?;
        Self::behind(deps, caller, id, (db, locked)).await
    }

    /// The same in a transaction that has begun.
    pub(super) async fn within(
        deps: &'a Deps,
        caller: &'a Caller,
        id: WorkspaceId,
        db: DatabaseTransaction,
    ) -> Result<Self, Failure> {
        Self::behind(deps, caller, id, (db, Vec::new())).await
    }

    /// The same behind the locks of `secondaries`, whose last writes it is later than too.
    async fn behind(
        deps: &'a Deps,
        caller: &'a Caller,
        id: WorkspaceId,
        (db, secondaries): (DatabaseTransaction, Vec<workspace::Locked>),
    ) -> Result<Self, Failure> {
        let locked = workspace::lock(&db, id).await?.ok_or(Failure::NotFound)?;
        let rows = secondaries.iter().chain([&locked]);
        let last = rows.map(|row| row.workspace.last_write_at).max();
        let later = last.unwrap_or_default() + Duration::microseconds(1);
        let now = deps
            .clock
            .now()
            .max(later)
            .max(locked.workspace.not_before());
        let member = match &caller.actor {
            Actor::Anonymous | Actor::System => None,
            Actor::Session(session) => {
                workspace::current_membership(&db, id, session.account.id, now).await?
            }
            Actor::Key(key) if key.workspace.id == id => key.membership_id(),
            Actor::Key(_) => return Err(Failure::NotFound),
        };
        let workspace = Arc::new(locked.workspace);
        let snapshot = deps.cache.workspace_under_lock(&db, &workspace).await?;
        let member = match member {
            Some(member) => {
                deps.cache
                    .member_under_lock(&db, &workspace, member)
                    .await?
            }
            None => None,
        };
        let key = match &caller.actor {
            // The look-up was made at an older version: the key may have been revoked since.
            Actor::Key(key) if key.workspace.access_version != workspace.access_version => {
                key::facts(&db, id, key.key.id, now).await?
            }
            Actor::Key(key) => Some(key.key.clone()),
            Actor::Anonymous | Actor::Session(_) | Actor::System => None,
        };
        if caller.key().is_some() {
            let state = match (&member, &key) {
                (_, Some(key)) if key.kind.is_of_workspace() => {
                    Some(access::workspace_key_state(key, now))
                }
                (Some(member), Some(key)) => Some(access::key_state(member, key, now)),
                (None, Some(_)) | (_, None) => None,
            };
            if state != Some(ApiKeyState::Active) {
                return Err(Failure::Unauthenticated);
            }
        }
        let access = Access::new(
            workspace,
            snapshot,
            member,
            (key, caller.session_facts()),
            now,
            caller.is_operator(),
        );
        access.note_use(deps, caller);
        let chain_end = ChainEnd {
            sequence: locked.audit_sequence,
            hash: locked.audit_hash,
        };
        let mut tx = Self::over(deps, caller, access, db, chain_end);
        tx.add_locked(secondaries);
        Ok(tx)
    }

    /// Begins a write that makes a workspace: locks the caller's account, takes the instant and a
    /// new id. Nothing stands in the tables under that id before the use case inserts it.
    pub(super) async fn found(deps: &'a Deps, caller: &'a Caller) -> Result<Self, Failure> {
        let account = caller.account_id().ok_or(Failure::Unauthenticated)?;
        let db = deps
            .db
            .begin_in(turn(caller, Lane::Account(account.0)))
            .await?;
        let account = account::lock(&db, account)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let now = deps.clock.now();
        let workspace = Workspace::unwritten(WorkspaceId(deps.ids.uuid(now)), now);
        let snapshot = WorkspaceSnapshot::empty(workspace.id, workspace.access_mode);
        let is_operator = caller.is_operator() && account.is_operator;
        let access = Access::new(
            Arc::new(workspace),
            Arc::new(snapshot),
            None,
            (None, caller.session_facts()),
            now,
            is_operator,
        );
        Ok(Self::over(
            deps,
            caller,
            access,
            db,
            ChainEnd {
                sequence: 0,
                hash: GENESIS.to_vec(),
            },
        ))
    }

    fn over(
        deps: &'a Deps,
        caller: &'a Caller,
        access: Access,
        db: DatabaseTransaction,
        chain_end: ChainEnd,
    ) -> Self {
        Self {
            deps,
            caller,
            now: access.now,
            home: access.workspace.id,
            secondaries: BTreeMap::new(),
            access,
            db,
            chain_end,
            events: Vec::new(),
            acting: None,
            members: HashMap::new(),
            changed: BTreeSet::new(),
            unnamed: 0,
            shared_changed: false,
            only_members_changed: false,
            limits_before: HashMap::new(),
            passed_limits: HashMap::new(),
        }
    }

    /// Says which workspace an earlier call made that this one repeats.
    pub(super) fn is_about(&mut self, workspace: WorkspaceId) {
        Arc::make_mut(&mut self.access.workspace).id = workspace;
        self.home = workspace;
    }

    /// The connection under the lock.
    pub const fn db(&self) -> &DatabaseTransaction {
        &self.db
    }

    /// The workspace that is written.
    pub fn workspace_id(&self) -> WorkspaceId {
        self.access.workspace.id
    }

    /// The facts of `ids` as they stood when the write began; ids of other workspaces are left out.
    pub async fn members(
        &mut self,
        ids: &[MembershipId],
    ) -> Result<HashMap<MembershipId, Arc<MemberFacts>>, Failure> {
        let missing: Vec<MembershipId> = ids
            .iter()
            .copied()
            .filter(|id| !self.members.contains_key(id))
            .collect();
        let since = self.access.workspace.last_write_at;
        let loaded =
            facts::members(&self.db, self.workspace_id(), &missing, Wanted::ALL, since).await?;
        self.members
            .extend(loaded.into_iter().map(|(id, facts)| (id, Arc::new(facts))));
        Ok(ids
            .iter()
            .filter_map(|id| Some((*id, Arc::clone(self.members.get(id)?))))
            .collect())
    }

    /// Says that the rights of `member` (loaded before by [`Self::members`]) may have changed.
    pub fn touch(&mut self, member: MembershipId) {
        self.changed.insert(member);
    }

    /// Says that the rights of all these members may have changed by what they share. Loads the
    /// facts of those whose effects are worked out, so that it is said before rows are changed; the
    /// others are counted.
    pub async fn touch_all(&mut self, mut members: Vec<MembershipId>) -> Result<(), Failure> {
        members.sort_unstable();
        members.dedup();
        let rest = members.split_off(members.len().min(MOST_EFFECTS));
        self.unnamed += rest.len();
        self.members(&members).await?;
        self.changed.extend(members);
        Ok(())
    }

    /// Says which values of their own `member` had at the write's instant, before it changed them.
    pub fn had_limits(&mut self, member: MembershipId, limits: HashMap<QuotaType, u64>) {
        self.limits_before.insert(member, limits);
    }

    /// Says that the write passes a limit of `member` (loaded before), because an administrator
    /// asked for it.
    pub fn pass_limit(&mut self, member: MembershipId, passed: PassedLimit) {
        self.touch(member);
        self.passed_limits.entry(member).or_default().push(passed);
    }

    /// Says that a role, a group, or a quota value above the members changed, which members
    /// (touched as well) share.
    pub const fn touch_shared(&mut self) {
        self.shared_changed = true;
    }

    /// Says that this account acts: whoever asks has just proved, by the token of a link, that it
    /// is theirs.
    pub(crate) const fn acts_as(&mut self, account: AccountId) {
        self.acting = Some(account);
    }

    /// The account that acts: the caller's, or that of [`Self::acts_as`].
    pub(crate) fn actor_account(&self) -> Option<AccountId> {
        self.acting.or_else(|| self.caller.account_id())
    }

    /// Says that nothing is changed but rows of the members that are touched: the rest need not be
    /// read again.
    pub const fn touch_members_only(&mut self) {
        self.only_members_changed = true;
    }

    /// Adds an event to the record.
    pub fn record(&mut self, event: Event) {
        self.events.push(event);
    }

    /// Adds events to the record, in order.
    pub fn record_all(&mut self, events: impl IntoIterator<Item = Event>) {
        self.events.extend(events);
    }

    /// Whether somebody is given the ADMINISTRATOR role, or offered it, who did not have it: every
    /// event about a role says which.
    pub(super) fn gives_administrator(&self) -> bool {
        let roles = &self.access.facts().roles;
        let Some(administrator) = roles
            .values()
            .find(|role| role.preset == Some(Preset::Administrator))
        else {
            return false;
        };
        let administrator = administrator.id.to_string();
        let is_it = |role: &serde_json::Value| role["id"] == administrator.as_str();
        let changes = self.events.iter().flat_map(|event| &event.changes);
        changes
            .into_iter()
            .any(|change| change.field == "role" && is_it(&change.after) && !is_it(&change.before))
    }

    /// The numbers that its first and its last event get in the chain.
    pub(super) fn event_numbers(&self) -> Option<(i64, i64)> {
        let events = i64::try_from(self.events.len())
            .ok()
            .filter(|events| *events > 0)?;
        Some((
            self.chain_end.sequence + 1,
            self.chain_end.sequence + events,
        ))
    }

    /// What the events change, for the answer: the first, and how many there are.
    pub(super) fn changes(&self) -> (Vec<Change>, usize) {
        let changes_of = |event: &Event| {
            let subject_id = event.subject_id.clone();
            event.changes.clone().into_iter().map(move |change| Change {
                subject_id: Some(subject_id.clone()),
                field: change.field.to_owned(),
                before: change.before,
                after: change.after,
                redacted: false,
            })
        };
        let all = self.events.iter().flat_map(changes_of);
        let changes = all.take(MOST_CHANGES).collect();
        (
            changes,
            self.events.iter().map(|event| event.changes.len()).sum(),
        )
    }

    /// Undoes everything.
    pub(super) async fn roll_back(self) -> Result<Access, Failure> {
        self.db
            .rollback()
            .await
            .map_err(crate::store::StoreError::from)?;
        Ok(self.access)
    }

    /// Appends the events to the chain, advances the workspace's row, commits.
    pub(super) async fn commit(mut self, access_changed: bool) -> Result<Access, Failure> {
        let advances = access_changed && !self.events.is_empty();
        self.append(access_changed).await?;
        self.db
            .commit()
            .await
            .map_err(crate::store::StoreError::from)?;
        if advances && self.only_members_changed && !self.shared_changed {
            let access = &self.access;
            let member = access
                .member
                .as_ref()
                .filter(|member| !self.changed.contains(&member.id));
            self.deps
                .cache
                .kept(&access.workspace, &access.snapshot, member)
                .await;
        }
        Ok(self.access)
    }

    /// Appends the events to the chain and advances the workspace's row. The transaction goes on with
    /// another workspace or an account.
    pub(super) async fn settle(
        mut self,
        access_changed: bool,
    ) -> Result<DatabaseTransaction, Failure> {
        self.append(access_changed).await?;
        Ok(self.db)
    }

    async fn append(&mut self, access_changed: bool) -> Result<(), Failure> {
        self.return_to_main();
        let by = self.by();
        self.append_here(by, access_changed).await?;
        for id in self.secondary_ids() {
            self.enter_secondary(id);
            self.append_here(by, access_changed).await?;
        }
        self.return_to_main();
        Ok(())
    }

    /// Appends the events of the workspace that the write is at.
    async fn append_here(&mut self, by: By, access_changed: bool) -> Result<(), Failure> {
        if self.events.is_empty() {
            return Ok(());
        }
        let id = self.workspace_id();
        let context = WriteContext {
            ids: &self.deps.ids,
            chain: Chain::Workspace(id),
            by,
            client: self.caller.client,
            request_id: &self.caller.request_id,
            at: self.now,
        };
        analytics::count_members(&self.db, &self.access.workspace, &self.events, self.now).await?;
        let rows = self
            .chain_end
            .append(&context, std::mem::take(&mut self.events));
        crate::store::audit::append(&self.db, rows).await?;
        let ChainEnd { sequence, hash } = &self.chain_end;
        workspace::advance(&self.db, id, self.now, access_changed, *sequence, hash).await?;
        Ok(())
    }

    /// Who the events say did it: the caller as the workspace of the write knows them.
    fn by(&self) -> By {
        if let Some(account) = self.acting {
            return By {
                kind: ActorKind::Account,
                account: Some(account),
                key: None,
            };
        }
        let kind = match self.caller.kind() {
            ActorKind::Account if self.access.member.is_none() && self.caller.is_operator() => {
                ActorKind::Operator
            }
            kind => kind,
        };
        By::caller(self.caller, kind)
    }
}
