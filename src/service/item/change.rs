//! Changing one dataset or page: its texts, whether it is published, who may see it, deleting it
//! (PERM-5, QUOTA-6).
//!
//! Owns what each act changes and records. All acts run the same way; what the caller may is asked
//! of the item as it stands under the lock.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    ItemRow, gate, in_workspace, named_workspace, record_count, rows, text, text_field, theme,
    title,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange,
        error_code::ErrorCode,
        id::{DatasetId, ItemId, ItemKind, PageId},
        vocabulary::{QuotaType, ResourceAccess, Security},
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        follow::telling,
        quota_check,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
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
    /// The new title.
    pub title: Option<String>,
    /// The new description.
    pub description: Option<Option<String>>,
    /// The slug of the new theme.
    pub theme: Option<Option<String>>,
    /// How many records it has.
    pub record_count: Option<i64>,
    /// Whether searches leave it out.
    pub hidden_from_search: Option<bool>,
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
struct Effects {
    values: Vec<NewValue>,
    events: Vec<Event>,
    errors: Vec<UserError>,
}

/// One kind of act.
trait Act: Send + Sync {
    /// What it needs on the item.
    const NEEDS: ResourceAccess;

    /// The mutation's name in the API.
    fn mutation(&self, kind: ItemKind) -> &'static str;

    /// What it does to the item as it stands under the lock.
    fn plan(
        &self,
        tx: &mut Transaction<'_>,
        row: &ItemRow,
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
    write::run(
        deps,
        caller,
        workspace,
        &options,
        &ChangeItem { id, before, act },
    )
    .await
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
        let Effects {
            values,
            events,
            errors,
        } = self.act.plan(tx, &row).await?;
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        if !values.is_empty() {
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
    fn note(&mut self, kind: AuditEventKind, id: ItemId, mut changes: Vec<FieldChange>) {
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

    async fn plan(&self, tx: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let kind = match row.facts.id.kind() {
            ItemKind::Dataset => AuditEventKind::DatasetDeleted,
            ItemKind::Page => AuditEventKind::PageDeleted,
        };
        let title = FieldChange::plain("title", row.title.as_str(), Value::Null);
        let mut effects = Effects {
            values: vec![NewValue::DeletedAt(tx.now)],
            ..Effects::default()
        };
        effects.note(kind, row.facts.id, vec![title]);
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

    async fn plan(&self, _: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        effects.publish(row, self.0);
        Ok(effects)
    }
}

impl Effects {
    fn publish(&mut self, row: &ItemRow, on: bool) {
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

    async fn plan(&self, _: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let kind = match row.facts.id.kind() {
            ItemKind::Dataset => AuditEventKind::DatasetSecurityChanged,
            ItemKind::Page => AuditEventKind::PageSecurityChanged,
        };
        let (before, after) = (row.facts.security, self.0);
        let mut effects = Effects::default();
        effects.put(&before, after, NewValue::Security);
        effects.note(
            kind,
            row.facts.id,
            vec![FieldChange::plain(
                "security",
                before.as_str(),
                after.as_str(),
            )],
        );
        Ok(effects)
    }
}

impl Act for DatasetChange {
    const NEEDS: ResourceAccess = ResourceAccess::Edit;

    fn mutation(&self, _: ItemKind) -> &'static str {
        "updateDataset"
    }

    async fn plan(&self, tx: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        let mut changes = Vec::new();
        effects.retitle(row, self.title.as_deref(), &mut changes);
        effects
            .rewrite(tx, row, self.description.as_ref(), &mut changes)
            .await?;
        if let Some(typed) = &self.theme {
            let before = row.theme.as_deref();
            let after = theme(tx, typed.as_deref(), before, &mut effects.errors).await?;
            changes.push(FieldChange::plain(
                "theme",
                row.theme.clone(),
                after.clone(),
            ));
            effects.put(&row.theme, after, NewValue::Theme);
        }
        if let Some(count) = self.record_count {
            let after = record_count(count, &mut effects.errors);
            if exceeds(tx, row, after).await? {
                effects
                    .errors
                    .push(UserError::at(ErrorCode::QuotaExceeded, "recordCount"));
            }
            changes.push(FieldChange::plain(
                "recordCount",
                row.record_count,
                after.unsigned_abs(),
            ));
            effects.put(&row.record_count, after.unsigned_abs(), |_| {
                NewValue::RecordCount(after)
            });
        }
        if let Some(after) = self.hidden_from_search {
            changes.push(FieldChange::plain(
                "hiddenFromSearch",
                row.hidden_from_search,
                after,
            ));
            effects.put(&row.hidden_from_search, after, NewValue::HiddenFromSearch);
        }
        effects.note(AuditEventKind::DatasetUpdated, row.facts.id, changes);
        Ok(effects)
    }
}

impl Act for PageChange {
    const NEEDS: ResourceAccess = ResourceAccess::Edit;

    fn mutation(&self, _: ItemKind) -> &'static str {
        "updatePage"
    }

    async fn plan(&self, tx: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        let mut changes = Vec::new();
        effects.retitle(row, self.title.as_deref(), &mut changes);
        effects
            .rewrite(tx, row, self.content.as_ref(), &mut changes)
            .await?;
        effects.note(AuditEventKind::PageUpdated, row.facts.id, changes);
        if let Some(on) = self.published {
            effects.publish(row, on);
        }
        Ok(effects)
    }
}

impl Effects {
    fn retitle(&mut self, row: &ItemRow, typed: Option<&str>, changes: &mut Vec<FieldChange>) {
        let Some(typed) = typed else { return };
        let after = title(typed, &mut self.errors);
        changes.push(FieldChange::plain(
            "title",
            row.title.as_str(),
            after.as_str(),
        ));
        self.put(&row.title, after, NewValue::Title);
    }

    async fn rewrite(
        &mut self,
        tx: &Transaction<'_>,
        row: &ItemRow,
        typed: Option<&Option<String>>,
        changes: &mut Vec<FieldChange>,
    ) -> Result<(), Failure> {
        let Some(typed) = typed else { return Ok(()) };
        let (id, kind) = (row.facts.id, row.facts.id.kind());
        let after = text(kind, typed.as_deref(), &mut self.errors);
        let before = rows::texts(tx.db(), &[id]).await?.remove(&id);
        changes.push(FieldChange::personal(
            text_field(kind),
            before.clone(),
            after.clone(),
        ));
        self.put(&before, after, NewValue::Text);
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
