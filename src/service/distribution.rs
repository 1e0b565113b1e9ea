//! `distributeDatasets`, `distributePages`, `withdrawDatasets`, `withdrawPages`: copies of a main
//! workspace's datasets and pages in its secondary workspaces, many at once (DIST-1, DIST-5).
//!
//! Owns who may give what, and what becomes of each pair. What follows an original afterwards is the
//! business of `item`.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    Access, Caller, Deps, Failure,
    bulk::{self, Firsts, Item},
    item::ItemRow,
    workspace::family,
    write::{self, CallOptions, Committed, Event, MOST_TOGETHER, Transaction, UseCase, Verdict},
};
use crate::{
    domain::{
        access,
        audit::{AuditEventKind, FieldChange},
        distribution::{MOST_COPIES, MOST_PAIRS, OwnFields, is_published},
        error_code::ErrorCode,
        id::{ItemId, ItemKind, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        outcome::DistributeOutcome,
        permission::Permission,
        vocabulary::{ResourceAccess, Security},
    },
    store::{
        dataset_theme,
        distribution::{self as rows, Distribution},
        item as items,
        item_write::{self, NewCopy},
    },
    words::message,
};

/// What is done with every pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// The workspace gets a copy.
    Distribute,
    /// The copy there is deleted.
    Withdraw,
}

/// The input of the four mutations.
#[derive(Debug, Clone)]
pub struct Distribute {
    /// Datasets or pages.
    pub kind: ItemKind,
    /// To the workspaces, or back.
    pub direction: Direction,
    /// The secondary workspaces, all of one main workspace.
    pub workspace_ids: Vec<WorkspaceId>,
    /// The items of the main workspace.
    pub ids: Vec<ItemId>,
    /// Whether one failed pair rolls back the whole call.
    pub atomic: bool,
}

/// One item in one workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Pair {
    /// The original.
    pub item: ItemId,
    /// The secondary workspace.
    pub workspace: WorkspaceId,
}

/// The results: for each item those of all workspaces, in the order of the call.
pub type Output = Vec<Item<Pair, DistributeOutcome>>;

/// Distributes or withdraws: holders of MANAGE_SECONDARY_WORKSPACES in the main workspace, by
/// session or by a member's key (WS-9).
pub async fn run(
    deps: &Deps,
    caller: &Caller,
    input: Distribute,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    caller.require_credential()?;
    bulk::check_list(deps, "ids", &input.ids)?;
    let workspaces = input.workspace_ids.len();
    if workspaces == 0 || workspaces > MOST_TOGETHER {
        let name = "workspaceIds";
        return Err(Failure::bad_input(message::items(name, 1, MOST_TOGETHER)));
    }
    let pairs = workspaces * input.ids.len();
    if pairs > MOST_PAIRS {
        return Err(Failure::bad_input(message::pairs_at_most(
            pairs, MOST_PAIRS,
        )));
    }
    let (main, secondaries) = family(deps, caller, &input.workspace_ids).await?;
    write::run_over(deps, caller, main, secondaries, &options, &input).await
}

impl UseCase for Distribute {
    const CHANGES_ACCESS: bool = false;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        match (self.direction, self.kind) {
            (Direction::Distribute, ItemKind::Dataset) => "distributeDatasets",
            (Direction::Distribute, ItemKind::Page) => "distributePages",
            (Direction::Withdraw, ItemKind::Dataset) => "withdrawDatasets",
            (Direction::Withdraw, ItemKind::Page) => "withdrawPages",
        }
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        access.require(caller, Permission::ManageSecondaryWorkspaces)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let mut state = State::load(tx, self).await?;
        let (mut firsts, mut results) = (Firsts::default(), Vec::new());
        for item in &self.ids {
            for workspace in &self.workspace_ids {
                let pair = Pair {
                    item: *item,
                    workspace: *workspace,
                };
                let original = firsts.admit(pair).and_then(|()| state.original(tx, pair));
                let became = original.and_then(|original| match self.direction {
                    Direction::Distribute => state.distribute(tx, pair, &original),
                    Direction::Withdraw => state.withdraw(tx, pair, &original),
                });
                results.push(Item::new(pair, became));
            }
        }
        let most = i64::try_from(MOST_COPIES).unwrap_or(i64::MAX);
        let limit = ReachedLimit::of(LimitKind::Copies, most);
        bulk::explain(&mut results, ErrorCode::LimitReached, limit);
        let verdict = bulk::settle(results, self.atomic);
        if verdict.keep {
            state.write(tx).await?;
        }
        Ok(verdict)
    }
}

/// What stands in the tables, and what the call adds to it pair by pair.
struct State {
    kind: ItemKind,
    originals: HashMap<ItemId, Arc<ItemRow>>,
    /// The items of the call that are copies of items of the main workspace.
    copies: HashSet<ItemId>,
    current: HashMap<Pair, Distribution>,
    /// How many copies each original has.
    counts: HashMap<ItemId, usize>,
    texts: HashMap<ItemId, String>,
    /// Identifiers or slugs that are taken in the secondary workspaces.
    taken: HashSet<(WorkspaceId, String)>,
    /// Themes of the secondary workspaces that originals have too.
    themes: HashSet<(WorkspaceId, String)>,
    given: Vec<(Distribution, NewCopy)>,
    ended: Vec<Distribution>,
}

impl State {
    async fn load(tx: &Transaction<'_>, input: &Distribute) -> Result<Self, Failure> {
        let (db, ids) = (tx.db(), &input.ids);
        let rows = items::by_ids(db, ids).await?;
        let copies = copies_of(tx, &rows).await?;
        let rows = rows
            .into_iter()
            .filter(|row| row.workspace_id == tx.workspace_id())
            .filter(|row| row.facts.id.kind() == input.kind)
            .map(|row| (row.facts.id, Arc::new(row)));
        let originals: HashMap<ItemId, Arc<ItemRow>> = rows.collect();
        let mut state = Self {
            kind: input.kind,
            copies,
            current: HashMap::new(),
            counts: HashMap::new(),
            texts: HashMap::new(),
            taken: HashSet::new(),
            themes: HashSet::new(),
            given: Vec::new(),
            ended: Vec::new(),
            originals,
        };
        let found: Vec<ItemId> = state.originals.keys().copied().collect();
        for distribution in rows::of_originals(db, &found).await? {
            *state.counts.entry(distribution.original).or_default() += 1;
            let pair = Pair {
                item: distribution.original,
                workspace: distribution.workspace,
            };
            state.current.insert(pair, distribution);
        }
        if input.direction == Direction::Distribute {
            let workspaces: Vec<WorkspaceId> = input
                .workspace_ids
                .iter()
                .copied()
                .filter(|id| tx.secondary(*id).is_some())
                .collect();
            let rows = state.originals.values();
            let names: Vec<&str> = rows.clone().map(|row| row.name.as_str()).collect();
            let slugs: Vec<&str> = rows.filter_map(|row| row.theme.as_deref()).collect();
            state.taken = items::taken(db, &workspaces, input.kind, &names).await?;
            state.themes = dataset_theme::known(db, &workspaces, &slugs).await?;
            state.texts = items::texts(db, &found).await?;
        }
        Ok(state)
    }

    /// The item of a pair, if it is one of the main workspace and the other is a secondary workspace
    /// of it.
    fn original(&self, tx: &Transaction<'_>, pair: Pair) -> Result<Arc<ItemRow>, ErrorCode> {
        if pair.workspace == tx.workspace_id() {
            return Err(ErrorCode::MainWorkspace);
        }
        if tx.secondary(pair.workspace).is_none() {
            return Err(ErrorCode::NotFound);
        }
        if self.copies.contains(&pair.item) {
            return Err(ErrorCode::Copy);
        }
        let original = self.originals.get(&pair.item);
        original.cloned().ok_or(ErrorCode::NotFound)
    }

    fn distribute(
        &mut self,
        tx: &mut Transaction<'_>,
        pair: Pair,
        original: &Arc<ItemRow>,
    ) -> Result<DistributeOutcome, ErrorCode> {
        require_gift(&tx.access, original)?;
        if self.current.contains_key(&pair) {
            return Ok(DistributeOutcome::AlreadyDistributed);
        }
        let count = self.counts.entry(pair.item).or_default();
        if *count >= MOST_COPIES {
            return Err(ErrorCode::LimitReached);
        }
        if !self.taken.insert((pair.workspace, original.name.clone())) {
            return Err(ErrorCode::Taken);
        }
        *count += 1;
        let (distribution, copy) = self.copy(tx, pair, original);
        let changes = vec![FieldChange::plain(
            "workspaceId",
            Value::Null,
            json!(pair.workspace),
        )];
        let kind = given_kind(self.kind);
        tx.record(Event::new(kind, pair.item, changes));
        tx.enter_secondary(pair.workspace);
        tx.record(Event::new(kind, copy.id, shown(&copy)));
        tx.return_to_main();
        self.given.push((distribution, copy));
        Ok(DistributeOutcome::Distributed)
    }

    /// The new copy: a page is published with its original, a dataset once somebody there publishes
    /// it (DIST-2).
    fn copy(
        &self,
        tx: &Transaction<'_>,
        pair: Pair,
        original: &Arc<ItemRow>,
    ) -> (Distribution, NewCopy) {
        let published = self.kind == ItemKind::Page;
        let id = self.kind.id(tx.deps.ids.uuid(tx.now));
        let has_theme = |slug: &String| self.themes.contains(&(pair.workspace, slug.clone()));
        let distribution = Distribution {
            id: tx.deps.ids.uuid(tx.now),
            workspace: pair.workspace,
            original: pair.item,
            copy: id,
            published,
            own: OwnFields::default(),
        };
        let copy = NewCopy {
            workspace: pair.workspace,
            id,
            text: self.texts.get(&pair.item).cloned(),
            theme: original.theme.clone().filter(has_theme),
            published: is_published(published, original.facts.published),
            original: Arc::clone(original),
        };
        (distribution, copy)
    }

    /// Whoever may not browse the original withdraws it too, but learns only of what is distributed.
    fn withdraw(
        &mut self,
        tx: &mut Transaction<'_>,
        pair: Pair,
        original: &ItemRow,
    ) -> Result<DistributeOutcome, ErrorCode> {
        let Some(distribution) = self.current.remove(&pair) else {
            let browse = ResourceAccess::Browse;
            return if tx.access.can_access(&original.facts, browse) {
                Ok(DistributeOutcome::NotDistributed)
            } else {
                Err(ErrorCode::NotFound)
            };
        };
        let kind = match self.kind {
            ItemKind::Dataset => AuditEventKind::DatasetWithdrawn,
            ItemKind::Page => AuditEventKind::PageWithdrawn,
        };
        let was = |field, value| vec![FieldChange::plain(field, value, Value::Null)];
        let changes = was("workspaceId", json!(pair.workspace));
        tx.record(Event::new(kind, pair.item, changes));
        tx.enter_secondary(pair.workspace);
        let changes = was("originalId", json!(pair.item));
        tx.record(Event::new(kind, distribution.copy, changes));
        tx.return_to_main();
        self.ended.push(distribution);
        Ok(DistributeOutcome::Withdrawn)
    }

    async fn write(self, tx: &Transaction<'_>) -> Result<(), Failure> {
        let (db, by) = (tx.db(), tx.caller.account_id());
        if !self.given.is_empty() {
            let (distributions, copies): (Vec<_>, Vec<_>) = self.given.into_iter().unzip();
            item_write::insert_copies(db, self.kind, copies, tx.now).await?;
            rows::insert(db, &distributions, by, tx.now).await?;
        }
        if !self.ended.is_empty() {
            let copies: Vec<ItemId> = self.ended.iter().map(|ended| ended.copy).collect();
            let ids: Vec<_> = self.ended.iter().map(|ended| ended.id).collect();
            item_write::delete_copies(db, self.kind, &copies, tx.now).await?;
            rows::end(db, &ids, tx.now, by).await?;
        }
        Ok(())
    }
}

const fn given_kind(kind: ItemKind) -> AuditEventKind {
    match kind {
        ItemKind::Dataset => AuditEventKind::DatasetDistributed,
        ItemKind::Page => AuditEventKind::PageDistributed,
    }
}

/// What the record of the secondary workspace says of a new copy.
fn shown(copy: &NewCopy) -> Vec<FieldChange> {
    let original = &copy.original;
    let name = match copy.id.kind() {
        ItemKind::Dataset => "identifier",
        ItemKind::Page => "slug",
    };
    let new = |field, value| FieldChange::plain(field, Value::Null, value);
    let mut changes = vec![
        new("originalId", json!(original.facts.id)),
        new(name, json!(original.name)),
        new("title", json!(original.title)),
        new("security", json!(original.facts.security.as_str())),
        new("published", json!(copy.published)),
    ];
    if copy.id.kind() == ItemKind::Dataset {
        changes.push(new("recordCount", json!(original.record_count)));
    }
    changes
}

/// Whoever distributes an item sees all of it, and manages its security if it is restricted
/// (DIST-1).
fn require_gift(access: &Access, original: &ItemRow) -> Result<(), ErrorCode> {
    let (facts, browse) = (&original.facts, ResourceAccess::Browse);
    if !access.can_access(facts, browse) {
        return Err(ErrorCode::NotFound);
    }
    let subject = access.subject();
    let decision = access::decide(access.facts(), subject, facts, browse, access.now);
    let may_share = match facts.security {
        Security::Open => true,
        Security::Restricted => access.can_access(facts, ResourceAccess::ManageSecurity),
    };
    if decision.record_filters.is_none() && may_share {
        Ok(())
    } else {
        Err(ErrorCode::Forbidden)
    }
}

/// Those of `rows` that are copies of items of the transaction's workspace. Who manages its secondary
/// workspaces may know of them; other workspaces' copies are not there for them.
async fn copies_of(tx: &Transaction<'_>, rows: &[ItemRow]) -> Result<HashSet<ItemId>, Failure> {
    let originals: Vec<ItemId> = rows.iter().filter_map(|row| row.original).collect();
    if originals.is_empty() {
        return Ok(HashSet::new());
    }
    let own: HashSet<ItemId> = items::by_ids(tx.db(), &originals)
        .await?
        .into_iter()
        .filter(|row| row.workspace_id == tx.workspace_id())
        .map(|row| row.facts.id)
        .collect();
    let is_copy = |row: &&ItemRow| row.original.is_some_and(|original| own.contains(&original));
    let copies = rows.iter().filter(is_copy);
    Ok(copies.map(|row| row.facts.id).collect())
}

/// The copies of each of `originals`, in all workspaces; says nothing about who may see them.
pub async fn copies(
    deps: &Deps,
    originals: &[ItemId],
) -> Result<HashMap<ItemId, Vec<Arc<ItemRow>>>, Failure> {
    let db = deps.db.reader();
    let distributions = rows::of_originals(db, originals).await?;
    if distributions.is_empty() {
        return Ok(HashMap::new());
    }
    let ids: Vec<ItemId> = distributions.iter().map(|one| one.copy).collect();
    let mut by_id: HashMap<ItemId, Arc<ItemRow>> = items::by_ids(db, &ids)
        .await?
        .into_iter()
        .map(|row| (row.facts.id, Arc::new(row)))
        .collect();
    let mut copies: HashMap<ItemId, Vec<Arc<ItemRow>>> = HashMap::new();
    for distribution in distributions {
        let row = by_id.remove(&distribution.copy);
        copies.entry(distribution.original).or_default().extend(row);
    }
    Ok(copies)
}
