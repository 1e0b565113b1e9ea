//! Changing one dataset or page: its texts, whether it is published, who may see it, deleting it
//! (PERM-5, QUOTA-6).
//!
//! Owns what each act changes and records. All acts run the same way; what the caller may is asked
//! of the item as it stands under the lock.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ItemRow, gate, in_workspace, named_workspace, record_count, rows, text, text_field, theme,
    title,
};
use crate::{
    domain::{
        audit::FieldChange,
        id::{DatasetId, ItemId, ItemKind, PageId},
        vocabulary::{QuotaType, ResourceAccess, Security},
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk, quota_check,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        item_write::{self, NewValue},
        workspace,
    },
};

/// What was acted on.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Acted {
    /// The item.
    pub id: ItemId,
}

/// What is to change about a dataset; absent leaves, `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct DatasetChange {
    /// Its title.
    pub title: Option<String>,
    /// Its description.
    pub description: Option<Option<String>>,
    /// Its theme.
    pub theme: Option<Option<String>>,
    /// How many records it has.
    pub record_count: Option<i64>,
    /// Whether searches leave it out.
    pub hidden_from_search: Option<bool>,
}

/// What is to change about a page; absent leaves, `Some(None)` clears.
#[derive(Debug, Clone, Default)]
pub struct PageChange {
    /// Its title.
    pub title: Option<String>,
    /// Its content.
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

/// Deletes a dataset; the row is kept (DELETE).
pub async fn delete_dataset(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), Delete::<false>, options).await
}

/// Deletes a page; the row is kept (DELETE).
pub async fn delete_page(
    deps: &Deps,
    caller: &Caller,
    id: PageId,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), Delete::<true>, options).await
}

/// Publishes a dataset (PUBLISH).
pub async fn publish_dataset(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), Publish::<true>, options).await
}

/// Unpublishes a dataset (PUBLISH).
pub async fn unpublish_dataset(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(deps, caller, id.into(), Publish::<false>, options).await
}

/// Opens or restricts a dataset (MANAGE_SECURITY).
pub async fn set_dataset_security(
    deps: &Deps,
    caller: &Caller,
    id: DatasetId,
    security: Security,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(
        deps,
        caller,
        id.into(),
        SetSecurity::<false>(security),
        options,
    )
    .await
}

/// Opens or restricts a page (MANAGE_SECURITY).
pub async fn set_page_security(
    deps: &Deps,
    caller: &Caller,
    id: PageId,
    security: Security,
    options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    act(
        deps,
        caller,
        id.into(),
        SetSecurity::<true>(security),
        options,
    )
    .await
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
    const MUTATION: &'static str;
    /// What it needs on the item.
    const NEEDS: ResourceAccess;

    /// What is asked for, besides the id.
    fn canonical(&self) -> Value;

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
    mut options: CallOptions,
) -> Result<Committed<Acted>, Failure> {
    options.input = bulk::canonical(&json!({ "id": id, "act": act.canonical() }));
    let workspace = named_workspace(deps, caller, &[id]).await?;
    let before = in_workspace(deps.db.reader(), workspace, id)
        .await?
        .ok_or(Failure::NotFound)?;
    write::run(
        deps,
        caller,
        workspace,
        &options,
        &Acting { id, before, act },
    )
    .await
}

struct Acting<A> {
    id: ItemId,
    /// The item as it stood before the lock, for the first gate; a deleted one too, so that a
    /// deletion can be answered again.
    before: ItemRow,
    act: A,
}

impl<A: Act> UseCase for Acting<A> {
    const MUTATION: &'static str = A::MUTATION;
    const CHANGES_ACCESS: bool = false;
    type Output = Acted;

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.account().ok_or(Failure::Unauthenticated)?;
        bulk::require_member(access)?;
        gate(access, &self.before, A::NEEDS)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Acted>, Failure> {
        let found = in_workspace(tx.db(), tx.workspace_id(), self.id).await?;
        let row = found.filter(|row| !row.deleted).ok_or(Failure::NotFound)?;
        gate(&tx.access, &row, A::NEEDS)?;
        let acted = Acted { id: self.id };
        let Effects {
            values,
            events,
            errors,
        } = self.act.plan(tx, &row).await?;
        if !errors.is_empty() {
            return Ok(Verdict::refuse(acted, errors));
        }
        if !values.is_empty() {
            item_write::update(tx.db(), tx.workspace_id(), self.id, values, tx.now).await?;
        }
        events.into_iter().for_each(|event| tx.record(event));
        Ok(Verdict::keep(acted))
    }
}

impl Effects {
    /// One event over several fields, if any changed.
    fn note(&mut self, kind: &'static str, id: ItemId, mut changes: Vec<FieldChange>) {
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

struct Delete<const PAGE: bool>;

impl<const PAGE: bool> Act for Delete<PAGE> {
    const MUTATION: &'static str = if PAGE { "deletePage" } else { "deleteDataset" };
    const NEEDS: ResourceAccess = ResourceAccess::Delete;

    fn canonical(&self) -> Value {
        Value::Null
    }

    async fn plan(&self, tx: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let kind = if PAGE {
            "PAGE_DELETED"
        } else {
            "DATASET_DELETED"
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

struct Publish<const ON: bool>;

impl<const ON: bool> Act for Publish<ON> {
    const MUTATION: &'static str = if ON {
        "publishDataset"
    } else {
        "unpublishDataset"
    };
    const NEEDS: ResourceAccess = ResourceAccess::Publish;

    fn canonical(&self) -> Value {
        Value::Null
    }

    async fn plan(&self, _: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        effects.publish(row, ON);
        Ok(effects)
    }
}

impl Effects {
    fn publish(&mut self, row: &ItemRow, on: bool) {
        self.put(&row.facts.published, on, NewValue::Published);
        let kind = match (row.facts.id.kind(), on) {
            (ItemKind::Dataset, true) => "DATASET_PUBLISHED",
            (ItemKind::Dataset, false) => "DATASET_UNPUBLISHED",
            (ItemKind::Page, true) => "PAGE_PUBLISHED",
            (ItemKind::Page, false) => "PAGE_UNPUBLISHED",
        };
        self.note(
            kind,
            row.facts.id,
            vec![FieldChange::plain("published", row.facts.published, on)],
        );
    }
}

struct SetSecurity<const PAGE: bool>(Security);

impl<const PAGE: bool> Act for SetSecurity<PAGE> {
    const MUTATION: &'static str = if PAGE {
        "setPageSecurity"
    } else {
        "setDatasetSecurity"
    };
    const NEEDS: ResourceAccess = ResourceAccess::ManageSecurity;

    fn canonical(&self) -> Value {
        json!(self.0.as_str())
    }

    async fn plan(&self, _: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let kind = if PAGE {
            "PAGE_SECURITY_CHANGED"
        } else {
            "DATASET_SECURITY_CHANGED"
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
    const MUTATION: &'static str = "updateDataset";
    const NEEDS: ResourceAccess = ResourceAccess::Edit;

    fn canonical(&self) -> Value {
        // An absent field and a cleared one are two inputs.
        json!({
            "title": self.title,
            "description": self.description.as_ref().map(|text| json!([text])),
            "theme": self.theme.as_ref().map(|theme| json!([theme])),
            "recordCount": self.record_count,
            "hiddenFromSearch": self.hidden_from_search,
        })
    }

    async fn plan(&self, tx: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        let mut changes = Vec::new();
        effects.retitle(row, self.title.as_deref(), &mut changes);
        effects
            .rewrite(tx, row, self.description.as_ref(), &mut changes)
            .await?;
        if let Some(asked) = &self.theme {
            let after = theme(asked.as_deref(), &mut effects.errors);
            changes.push(FieldChange::plain(
                "theme",
                row.theme.clone(),
                after.clone(),
            ));
            effects.put(&row.theme, after, NewValue::Theme);
        }
        if let Some(asked) = self.record_count {
            let after = record_count(asked, &mut effects.errors);
            if exceeds(tx, row, after).await? {
                effects
                    .errors
                    .push(UserError::at("QUOTA_EXCEEDED", "recordCount"));
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
        effects.note("DATASET_UPDATED", row.facts.id, changes);
        Ok(effects)
    }
}

impl Act for PageChange {
    const MUTATION: &'static str = "updatePage";
    const NEEDS: ResourceAccess = ResourceAccess::Edit;

    fn canonical(&self) -> Value {
        json!({
            "title": self.title,
            "content": self.content.as_ref().map(|text| json!([text])),
            "published": self.published,
        })
    }

    async fn plan(&self, tx: &mut Transaction<'_>, row: &ItemRow) -> Result<Effects, Failure> {
        let mut effects = Effects::default();
        let mut changes = Vec::new();
        effects.retitle(row, self.title.as_deref(), &mut changes);
        effects
            .rewrite(tx, row, self.content.as_ref(), &mut changes)
            .await?;
        effects.note("PAGE_UPDATED", row.facts.id, changes);
        if let Some(on) = self.published {
            effects.publish(row, on);
        }
        Ok(effects)
    }
}

impl Effects {
    fn retitle(&mut self, row: &ItemRow, asked: Option<&str>, changes: &mut Vec<FieldChange>) {
        let Some(asked) = asked else { return };
        let after = title(asked, &mut self.errors);
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
        asked: Option<&Option<String>>,
        changes: &mut Vec<FieldChange>,
    ) -> Result<(), Failure> {
        let Some(asked) = asked else { return Ok(()) };
        let (id, kind) = (row.facts.id, row.facts.id.kind());
        let after = text(kind, asked.as_deref(), &mut self.errors);
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
