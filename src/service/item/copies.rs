//! Copies of an item in secondary workspaces: what a change of the original does to them, and what a
//! change of a copy leaves to itself (DIST-2 to DIST-5).
//!
//! Owns how changes are carried over. What is written into copies is what the original has, so that
//! whoever reads a copy reads one row of its own workspace.

use std::collections::{HashMap, HashSet};

use super::{ItemRow, change::Effects, rows};
use crate::{
    domain::{
        distribution::{OwnFields, is_published, security_after},
        id::{ItemId, WorkspaceId},
    },
    service::{
        Caller, Deps, Failure,
        follow::telling,
        write::{self, CallOptions, Committed, TRIES, Transaction, UseCase},
    },
    store::{
        dataset_theme,
        distribution::{self, Distribution},
        item_write::{self, NewValue},
    },
};

/// What an item is a copy of.
pub(super) struct CopyOf {
    distribution: Distribution,
    pub(super) original: ItemRow,
}

/// What of a copy is its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct CopyState {
    /// Whether it is published while the original is.
    pub(super) published: bool,
    pub(super) own: OwnFields,
}

impl CopyState {
    pub(super) const fn of(copy: &CopyOf) -> Self {
        Self {
            published: copy.distribution.published,
            own: copy.distribution.own,
        }
    }
}

/// Runs a change of `item` behind the locks of the workspaces that have copies of it (WS-8). If an
/// item was distributed meanwhile, the change is run again behind the lock of that workspace too.
pub(super) async fn run_with_copies<U: UseCase>(
    deps: &Deps,
    caller: &Caller,
    item: &ItemRow,
    options: &CallOptions,
    use_case: &U,
) -> Result<Committed<U::Output>, Failure> {
    let mut workspaces = workspaces(deps, item).await?;
    let mut tries = 0;
    loop {
        tries += 1;
        let (main, locked) = (item.workspace_id, workspaces.clone());
        let committed = write::run_over(deps, caller, main, locked, options, use_case).await;
        if tries == TRIES || !matches!(committed, Err(Failure::Unavailable)) {
            return committed;
        }
        let now = self::workspaces(deps, item).await?;
        if now == workspaces {
            return committed;
        }
        workspaces = now;
    }
}

/// The workspaces that have copies of `item`.
async fn workspaces(deps: &Deps, item: &ItemRow) -> Result<Vec<WorkspaceId>, Failure> {
    if item.original.is_some() {
        return Ok(Vec::new());
    }
    let copies = distribution::of_originals(deps.db.latest(), &[item.facts.id]).await?;
    Ok(copies.iter().map(|copy| copy.workspace).collect())
}

/// The copies of `item` under the lock. It conflicts with the distribution that added one since the
/// locks were chosen.
pub(super) async fn held(
    tx: &Transaction<'_>,
    item: &ItemRow,
) -> Result<Vec<Distribution>, Failure> {
    if item.original.is_some() {
        return Ok(Vec::new());
    }
    let copies = distribution::of_originals(tx.db(), &[item.facts.id]).await?;
    if copies
        .iter()
        .any(|copy| tx.secondary(copy.workspace).is_none())
    {
        return Err(Failure::Conflict);
    }
    Ok(copies)
}

/// What `item` is a copy of; `None` if it is none. Every change of the original holds the lock of the
/// workspace of the copy too.
pub(super) async fn copy_of(
    tx: &Transaction<'_>,
    item: &ItemRow,
) -> Result<Option<CopyOf>, Failure> {
    let Some(original) = item.original else {
        return Ok(None);
    };
    let current = distribution::of_copies(tx.db(), &[item.facts.id]).await?;
    let originals = rows::by_ids(tx.db(), &[original]).await?;
    match (current.into_iter().next(), originals.into_iter().next()) {
        (Some(distribution), Some(original)) => Ok(Some(CopyOf {
            distribution,
            original,
        })),
        _ => Err(Failure::NotFound),
    }
}

/// The theme that a copy in the transaction's workspace takes over from its original: one of the same
/// slug, or none.
pub(super) async fn theme_there(
    tx: &Transaction<'_>,
    original: &ItemRow,
) -> Result<Option<String>, Failure> {
    let Some(slug) = original.theme.as_deref() else {
        return Ok(None);
    };
    let is_known = dataset_theme::is_known(tx.db(), tx.workspace_id(), slug).await?;
    Ok(is_known.then(|| slug.to_owned()))
}

/// Stores what of a copy is its own; a deleted copy's distribution ends (DIST-5).
pub(super) async fn store(
    tx: &Transaction<'_>,
    copy: &CopyOf,
    values: &[NewValue],
    state: Option<CopyState>,
) -> Result<(), Failure> {
    let id = copy.distribution.id;
    if is_deletion(values) {
        let by = tx.caller.account_id();
        distribution::end(tx.db(), &[id], tx.now, by).await?;
    } else if let Some(CopyState { published, own }) = state {
        distribution::update(tx.db(), id, published, own).await?;
    }
    Ok(())
}

fn is_deletion(values: &[NewValue]) -> bool {
    let is_deletion = |value: &NewValue| matches!(value, NewValue::DeletedAt(_));
    values.iter().any(is_deletion)
}

/// Carries the new values of an original over to its copies, each with its own events in its own
/// workspace.
pub(in crate::service) async fn carry(
    tx: &mut Transaction<'_>,
    copies: &[Distribution],
    values: &[NewValue],
) -> Result<(), Failure> {
    if copies.is_empty() {
        return Ok(());
    }
    let ids: Vec<ItemId> = copies.iter().map(|copy| copy.copy).collect();
    let rows: HashMap<ItemId, ItemRow> = rows::by_ids(tx.db(), &ids)
        .await?
        .into_iter()
        .map(|row| (row.facts.id, row))
        .collect();
    let is_text = |value: &NewValue| matches!(value, NewValue::Text(_));
    let mut texts = if values.iter().any(is_text) {
        rows::texts(tx.db(), &ids).await?
    } else {
        HashMap::new()
    };
    let themes = themes(tx, copies, values).await?;
    for copy in copies {
        let Some(row) = rows.get(&copy.copy) else {
            continue;
        };
        let effects = follow(copy, row, texts.remove(&copy.copy), &themes, values);
        if effects.values.is_empty() {
            continue;
        }
        tx.enter_secondary(copy.workspace);
        item_write::update(tx.db(), copy.workspace, copy.copy, effects.values, tx.now).await?;
        if let ItemId::Dataset(dataset) = copy.copy {
            telling::announce(tx, dataset, &effects.events).await?;
        }
        tx.record_all(effects.events);
        tx.return_to_main();
    }
    if is_deletion(values) {
        let ids: Vec<_> = copies.iter().map(|copy| copy.id).collect();
        distribution::end(tx.db(), &ids, tx.now, tx.caller.account_id()).await?;
    }
    Ok(())
}

/// Where the new theme of the original is one too.
async fn themes(
    tx: &Transaction<'_>,
    copies: &[Distribution],
    values: &[NewValue],
) -> Result<HashSet<WorkspaceId>, Failure> {
    let slug = values.iter().find_map(|value| match value {
        NewValue::Theme(slug) => slug.as_deref(),
        _ => None,
    });
    let workspaces: Vec<WorkspaceId> = copies.iter().map(|copy| copy.workspace).collect();
    let known = dataset_theme::known(tx.db(), &workspaces, slug.as_slice()).await?;
    Ok(known.into_iter().map(|(workspace, _)| workspace).collect())
}

/// What the new values of the original do to a copy.
fn follow(
    copy: &Distribution,
    row: &ItemRow,
    text: Option<String>,
    themes: &HashSet<WorkspaceId>,
    values: &[NewValue],
) -> Effects {
    let mut effects = Effects::default();
    let own = copy.own;
    let mut before = Some(text);
    for value in values {
        match value {
            NewValue::Title(title) if !own.title => effects.set_title(row, title.clone()),
            NewValue::Text(text) if !own.description => {
                let before = before.take().flatten();
                effects.set_text(row, before, text.clone());
            }
            NewValue::Theme(slug) if !own.theme => {
                let slug = slug.clone().filter(|_| themes.contains(&copy.workspace));
                effects.set_theme(row, slug);
            }
            NewValue::RecordCount(count) => effects.set_record_count(row, *count),
            NewValue::HiddenFromSearch(hidden) if !own.hidden_from_search => {
                effects.set_hidden(row, *hidden);
            }
            NewValue::Title(_)
            | NewValue::Text(_)
            | NewValue::Theme(_)
            | NewValue::HiddenFromSearch(_) => {}
            NewValue::Published(_) | NewValue::Security(_) | NewValue::DeletedAt(_) => {}
        }
    }
    effects.update(row.facts.id);
    for value in values {
        match value {
            NewValue::Published(published) => {
                effects.publish(row, is_published(copy.published, *published));
            }
            NewValue::Security(security) => {
                effects.secure(row, security_after(row.facts.security, *security));
            }
            NewValue::DeletedAt(at) => effects.delete(row, *at),
            NewValue::Title(_)
            | NewValue::Text(_)
            | NewValue::Theme(_)
            | NewValue::RecordCount(_)
            | NewValue::HiddenFromSearch(_) => {}
        }
    }
    effects
}
