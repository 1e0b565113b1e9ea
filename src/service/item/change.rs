//! Changing one dataset or page: its texts, whether it is published, who may see it, deleting it
//! (PERM-5, QUOTA-6).
//!
//! Owns what each act changes and records. All acts run the same way; what the caller may is asked
//! of the item as it stands under the lock.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ItemRow,
    copies::{self, CopyOf, CopyState},
    gate, in_workspace, named_workspace, record_count, rows, text, text_field, theme, title,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange,
        distribution::is_published,
        error_code::ErrorCode,
        id::{DatasetId, ItemId, ItemKind, PageId},
        vocabulary::{QuotaType, ResourceAccess, Security},
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        follow::telling,
        quota_check,
        write::{CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        item_write::{self, NewValue},
        workspace,
    },
};

/// The item that the call was about.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Acted {
    /// The item; none if the call was refused.
    pub id: Option<ItemId>,
}

/// What is to change about a dataset; absent leaves, `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct DatasetChange {
    /// The new title; `Some(None)` returns a copy to the original's, and leaves other datasets.
    pub title: Option<Option<String>>,
    /// The new description; `Some(None)` returns a copy to the original's.
    pub description: Option<Option<String>>,
    /// The slug of the new theme; `Some(None)` as for the description.
    pub theme: Option<Option<String>>,
    /// How many records it has.
    pub record_count: Option<i64>,
    /// Whether searches leave it out; `Some(None)` as for the title.
    pub hidden_from_search: Option<Option<bool>>,
}

/// What is to change about a page; absent leaves, `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct PageChange {
    /// The new title.
    pub title: Option<String>,
    /// The new content.
    pub content: Option<Option<String>>,
    /// Whether it is published.
    pub published: Option<bool>,
}

/// Changes a dataset's texts and counts (EDIT).
pub async fn update_dataset(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
    change: DatasetChange,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), change, options).await
}

/// Changes a page's texts, publishes and unpublishes it (EDIT).
pub async fn update_page(
    deps: &Deps,
    caller: &Caller,
    id: PageId,
    change: PageChange,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), change, options).await
}

/// Deletes an item; the row is kept (DELETE).
pub async fn delete(
    deps: &Deps,
    caller: &Caller,
    id: ItemId,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id, Delete, options).await
}

/// Publishes or unpublishes a dataset (PUBLISH).
pub async fn publish_dataset(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
    is_published: bool,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), Publish(is_published), options).await
}

/// Opens or restricts an item (MANAGE_SECURITY).
pub async fn set_security(
    deps: &Deps,
    caller: &Caller,
    id: ItemId,
    security: Security,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id, SetSecurity(security), options).await
}

/// What an act does to an item: new values, and what the record says of them. Nothing of either is
/// a call that changes nothing.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) values: Vec<NewValue>,
    pub(super) events: Vec<Event>,
    errors: Vec<UserError>,
    /// Fields that one event tells of, until [`Self::update`].
    changes: Vec<FieldChange>,
    /// What of a copy is its own from now on.
    copy: Option<CopyState>,
}

/// One kind of act.
trait Act: Send + Sync {
    /// What it needs on the item.
    const NEEDS: ResourceAccess;

    /// The mutation's name in the API.
    fn mutation(&self, kind: ItemKind) -> &'static str;

    /// What it does to the item as it stands under the lock; `copy` if it is one.
    fn plan(
        &self,
        tx: &mut Transaction<'_>,
        row: &ItemRow,
        copy: Option<&CopyOf>,
    ) -> impl Future<Output = Result<Effects, Failure>> + Send;
}

async fn act<A: Act>(
    deps: &Deps,
    caller: &Caller,
    id: ItemId,
    act: A,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    let workspace = named_workspace(deps, caller, &[id]).await?;
    let before = in_workspace(deps.db.reader(), workspace, id)
        .await?
        .ok_or(Failure::NotFound)?;
    let item = before.clone();
    let change = ChangeItem { id, before, act };
    copies::run_with_copies(deps, caller, &item, &options, &change).await
}

/// One act on one item.
struct ChangeItem<A> {
    id: ItemId,
    /// The item as it stood before the lock, for the first gate; a deleted one too, so that a
    /// deletion can be answered again.
    before: ItemRow,
    act: A,
}

impl<A: Act> UseCase for ChangeItem<A> {
    const CHANGES_ACCESS: bool = false;
    type Output = Acted;

    fn mutation(&self) -> &'static str {
        self.act.mutation(self.id.kind())
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        gate(access, &self.before, A::NEEDS)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Acted>, Failure> {
        let row = in_workspace(tx.db(), tx.workspace_id(), self.id).await?;
        let row = row.filter(|row| !row.deleted).ok_or(Failure::NotFound)?;
        gate(&tx.access, &row, A::NEEDS)?;
        let acted = Acted { id: Some(self.id) };
        let copy = copies::copy_of(tx, &row).await?;
        let followers = copies::held(tx, &row).await?;
        let Effects {
            values,
            events,
            errors,
            changes: _,
            copy: copy_state,
        } = self.act.plan(tx, &row, copy.as_ref()).await?;
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        if let Some(copy) = &copy {
            copies::store(tx, copy, &values, copy_state).await?;
        }
        if !values.is_empty() {
            copies::carry(tx, &followers, &values).await?;
            item_write::update(tx.db(), tx.workspace_id(), self.id, values, tx.now).await?;
        }
        if let ItemId::Dataset(dataset) = self.id {
            telling::announce(tx, dataset, &events).await?;
        }
        tx.record_all(events);
        Ok(Verdict::keep(acted))
    }
}

impl Effects {
    /// One event over several fields, if any changed.
    pub(super) fn note(&mut self, kind: AuditEventKind, id: ItemId, mut changes: Vec<FieldChange>) {
        changes.retain(|change| change.before != change.after);
        if !changes.is_empty() {
            self.events.push(Event::new(kind, id, changes));
        }
    }

    /// A new value in place of another, unless they are equal.
    fn put<T: PartialEq>(&mut self, before: &T, after: T, value: impl FnOnce(T) -> NewValue) {
        if *before != after {
            self.values.push(value(after));
        }
    }

    pub(super) fn set_title(&mut self, row: &ItemRow, after: String) {
        let change = FieldChange::plain("title", row.title.as_str(), after.as_str());
        self.changes.push(change);
        self.put(&row.title, after, NewValue::Title);
    }

    pub(super) fn set_text(
        &mut self,
        row: &ItemRow,
        before: Option<String>,
        after: Option<String>,
    ) {
        let field = text_field(row.facts.id.kind());
        let change = FieldChange::personal(field, before.clone(), after.clone());
        self.changes.push(change);
        self.put(&before, after, NewValue::Text);
    }

    pub(super) fn set_theme(&mut self, row: &ItemRow, after: Option<String>) {
        let change = FieldChange::plain("theme", row.theme.clone(), after.clone());
        self.changes.push(change);
        self.put(&row.theme, after, NewValue::Theme);
    }

    pub(super) fn set_record_count(&mut self, row: &ItemRow, after: i64) {
        let count = after.unsigned_abs();
        let change = FieldChange::plain("recordCount", row.record_count, count);
        self.changes.push(change);
        self.put(&row.record_count, count, |_| NewValue::RecordCount(after));
    }

    pub(super) fn set_hidden(&mut self, row: &ItemRow, after: bool) {
        let change = FieldChange::plain("hiddenFromSearch", row.hidden_from_search, after);
        self.changes.push(change);
        self.put(&row.hidden_from_search, after, NewValue::HiddenFromSearch);
    }

    /// The event over the fields that were set.
    pub(super) fn update(&mut self, id: ItemId) {
        let kind = match id.kind() {
            ItemKind::Dataset => AuditEventKind::DatasetUpdated,
            ItemKind::Page => AuditEventKind::PageUpdated,
        };
        let changes = std::mem::take(&mut self.changes);
        self.note(kind, id, changes);
    }

    pub(super) fn secure(&mut self, row: &ItemRow, after: Security) {
        let kind = match row.facts.id.kind() {
            ItemKind::Dataset => AuditEventKind::DatasetSecurityChanged,
            ItemKind::Page => AuditEventKind::PageSecurityChanged,
        };
        let before = row.facts.security;
        self.put(&before, after, NewValue::Security);
        let change = FieldChange::plain("security", before.as_str(), after.as_str());
        self.note(kind, row.facts.id, vec![change]);
    }

    pub(super) fn delete(&mut self, row: &ItemRow, at: DateTime<Utc>) {
        let kind = match row.facts.id.kind() {
            ItemKind::Dataset => AuditEventKind::DatasetDeleted,
            ItemKind::Page => AuditEventKind::PageDeleted,
        };
        self.values.push(NewValue::DeletedAt(at));
        let title = FieldChange::plain("title", row.title.as_str(), Value::Null);
        self.note(kind, row.facts.id, vec![title]);
    }

    /// Refuses what is done to originals alone (DIST-2).
    fn refuse_copy(&mut self, path: &str) {
        self.errors.push(UserError::at(ErrorCode::Copy, path));
    }
}

struct Delete;

impl Act for Delete {
    const NEEDS: ResourceAccess = ResourceAccess::Delete;

    fn mutation(&self, kind: ItemKind) -> &'static str {
        match kind {
            ItemKind::Dataset => "deleteDataset",
            ItemKind::Page => "deletePage",
        }
    }

    async fn plan(
        &self,
        tx: &mut Transaction<'_>,
        row: &ItemRow,
        _: Option<&CopyOf>,
    ) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        effects.delete(row, tx.now);
        Ok(effects)
    }
}

/// Publishes if true, unpublishes if false.
struct Publish(bool);

impl Act for Publish {
    const NEEDS: ResourceAccess = ResourceAccess::Publish;

    fn mutation(&self, _: ItemKind) -> &'static str {
        if self.0 {
            "publishDataset"
        } else {
            "unpublishDataset"
        }
    }

    async fn plan(
        &self,
        _: &mut Transaction<'_>,
        row: &ItemRow,
        copy: Option<&CopyOf>,
    ) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        let Some(copy) = copy else {
            effects.publish(row, self.0);
            return Ok(effects);
        };
        let state = CopyState::of(copy);
        let is_published = is_published(self.0, copy.original.facts.published);
        effects.publish(row, is_published);
        if effects.events.is_empty() {
            let (field, before) = ("publishedWithOriginal", state.published);
            let change = FieldChange::plain(field, before, self.0);
            effects.note(AuditEventKind::DatasetUpdated, row.facts.id, vec![change]);
        }
        effects.copy = Some(CopyState {
            published: self.0,
            ..state
        });
        Ok(effects)
    }
}

impl Effects {
    pub(super) fn publish(&mut self, row: &ItemRow, on: bool) {
        self.put(&row.facts.published, on, NewValue::Published);
        let kind = match (row.facts.id.kind(), on) {
            (ItemKind::Dataset, true) => AuditEventKind::DatasetPublished,
            (ItemKind::Dataset, false) => AuditEventKind::DatasetUnpublished,
            (ItemKind::Page, true) => AuditEventKind::PagePublished,
            (ItemKind::Page, false) => AuditEventKind::PageUnpublished,
        };
        self.note(
            kind,
            row.facts.id,
            vec![FieldChange::plain("published", row.facts.published, on)],
        );
    }
}

struct SetSecurity(Security);

impl Act for SetSecurity {
    const NEEDS: ResourceAccess = ResourceAccess::ManageSecurity;

    fn mutation(&self, kind: ItemKind) -> &'static str {
        match kind {
            ItemKind::Dataset => "setDatasetSecurity",
            ItemKind::Page => "setPageSecurity",
        }
    }

    async fn plan(
        &self,
        _: &mut Transaction<'_>,
        row: &ItemRow,
        copy: Option<&CopyOf>,
    ) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        if copy.is_some() && row.facts.id.kind() == ItemKind::Page {
            effects.refuse_copy("id");
        } else {
            effects.secure(row, self.0);
        }
        Ok(effects)
    }
}

impl Act for DatasetChange {
    const NEEDS: ResourceAccess = ResourceAccess::Edit;

    fn mutation(&self, _: ItemKind) -> &'static str {
        "updateDataset"
    }

    async fn plan(
        &self,
        tx: &mut Transaction<'_>,
        row: &ItemRow,
        copy: Option<&CopyOf>,
    ) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        self.texts(tx, row, copy, &mut effects).await?;
        if let Some(count) = self.record_count {
            if copy.is_some() {
                effects.refuse_copy("recordCount");
            }
            let after = record_count(count, &mut effects.errors);
            if copy.is_none() && exceeds(tx, row, after).await? {
                let error = UserError::at(ErrorCode::QuotaExceeded, "recordCount");
                effects.errors.push(error);
            }
            effects.set_record_count(row, after);
        }
        match (self.hidden_from_search, copy) {
            (Some(Some(hidden)), _) => effects.set_hidden(row, hidden),
            (Some(None), Some(copy)) => {
                effects.set_hidden(row, copy.original.hidden_from_search);
            }
            (Some(None), None) | (None, _) => {}
        }
        if let Some(copy) = copy {
            let state = self.own_fields(copy);
            let own = |state: CopyState| state.own.names();
            let before = own(CopyState::of(copy));
            let change = FieldChange::plain("ownFields", before, own(state));
            effects.changes.push(change);
            effects.copy = Some(state);
        }
        effects.update(row.facts.id);
        Ok(effects)
    }
}

impl DatasetChange {
    /// What of the copy is its own after the change: what is said, but for null.
    fn own_fields(&self, copy: &CopyOf) -> CopyState {
        let mut state = CopyState::of(copy);
        let said = |own: &mut bool, is_own: Option<bool>| *own = is_own.unwrap_or(*own);
        let own = &mut state.own;
        said(&mut own.title, self.title.as_ref().map(Option::is_some));
        let description = self.description.as_ref().map(Option::is_some);
        said(&mut own.description, description);
        said(&mut own.theme, self.theme.as_ref().map(Option::is_some));
        let hidden = self.hidden_from_search.map(|hidden| hidden.is_some());
        said(&mut own.hidden_from_search, hidden);
        state
    }

    /// Title, description and theme; null returns a copy to those of its original (DIST-2).
    async fn texts(
        &self,
        tx: &Transaction<'_>,
        row: &ItemRow,
        copy: Option<&CopyOf>,
        effects: &mut Effects,
    ) -> Result<(), Failure> {
        match (&self.title, copy) {
            (Some(Some(typed)), _) => effects.retitle(row, Some(typed)),
            (Some(None), Some(copy)) => effects.set_title(row, copy.original.title.clone()),
            (Some(None), None) | (None, _) => {}
        }
        match (&self.description, copy) {
            (Some(None), Some(copy)) => {
                let (id, original) = (row.facts.id, copy.original.facts.id);
                let mut texts = rows::texts(tx.db(), &[id, original]).await?;
                let (before, after) = (texts.remove(&id), texts.remove(&original));
                effects.set_text(row, before, after);
            }
            (typed, _) => effects.rewrite(tx, row, typed.as_ref()).await?,
        }
        match (&self.theme, copy) {
            (Some(None), Some(copy)) => {
                let after = copies::theme_there(tx, &copy.original).await?;
                effects.set_theme(row, after);
            }
            (Some(typed), _) => {
                let before = row.theme.as_deref();
                let after = theme(tx, typed.as_deref(), before, &mut effects.errors).await?;
                effects.set_theme(row, after);
            }
            (None, _) => {}
        }
        Ok(())
    }
}

impl Act for PageChange {
    const NEEDS: ResourceAccess = ResourceAccess::Edit;

    fn mutation(&self, _: ItemKind) -> &'static str {
        "updatePage"
    }

    async fn plan(
        &self,
        tx: &mut Transaction<'_>,
        row: &ItemRow,
        copy: Option<&CopyOf>,
    ) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        if copy.is_some() {
            effects.refuse_copy("id");
            return Ok(effects);
        }
        effects.retitle(row, self.title.as_deref());
        effects.rewrite(tx, row, self.content.as_ref()).await?;
        effects.update(row.facts.id);
        if let Some(on) = self.published {
            effects.publish(row, on);
        }
        Ok(effects)
    }
}

impl Effects {
    fn retitle(&mut self, row: &ItemRow, typed: Option<&str>) {
        let Some(typed) = typed else { return };
        let after = title(typed, &mut self.errors);
        self.set_title(row, after);
    }

    async fn rewrite(
        &mut self,
        tx: &Transaction<'_>,
        row: &ItemRow,
        typed: Option<&Option<String>>,
    ) -> Result<(), Failure> {
        let Some(typed) = typed else { return Ok(()) };
        let id = row.facts.id;
        let after = text(id.kind(), typed.as_deref(), &mut self.errors);
        let before = rows::texts(tx.db(), &[id]).await?.remove(&id);
        self.set_text(row, before, after);
        Ok(())
    }
}

/// Whether that many records are more than the owner's or the workspace's quota allows. Fewer than
/// there are is always fine.
async fn exceeds(tx: &mut Transaction<'_>, row: &ItemRow, after: i64) -> Result<bool, Failure> {
    if after.unsigned_abs() <= row.record_count {
        return Ok(false);
    }
    let owner = match row.facts.owner {
        Some(owner) => {
            workspace::current_membership(tx.db(), tx.workspace_id(), owner, tx.now).await?
        }
        None => None,
    };
    let owner = match owner {
        Some(id) => tx.members(&[id]).await?.remove(&id),
        None => None,
    };
    let quota = quota_check::of_count(tx, QuotaType::RecordsPerDataset, owner.as_deref()).await?;
    Ok(quota
        .limit
        .is_some_and(|limit| after.unsigned_abs() > limit))
}
