//! `createDataset` and `createPage`: an unpublished record that the caller owns (PERM-5, QUOTA-6,
//! WS-4).

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{check_name, record_count, rows, text, text_field, theme, title};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            self,
            facts::{ItemFacts, MemberFacts},
        },
        audit::FieldChange,
        error_code::ErrorCode,
        id::{ItemId, ItemKind, WorkspaceId},
        text as prepared,
        vocabulary::{QuotaType, ResourceAccess, Security},
    },
    service::{
        Access, Caller, Deps, Failure, UserError, quota_check,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::item_write::{self, NewItem},
};

/// What is asked for. What only datasets have is absent for pages.
#[derive(Debug, Clone)]
pub struct CreateItem {
    /// A dataset or a page.
    pub kind: ItemKind,
    /// The workspace that gets the item.
    pub workspace_id: WorkspaceId,
    /// A dataset's identifier, a page's slug; never changed.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// A dataset's description, a page's content.
    pub text: Option<String>,
    /// The slug of a dataset's theme.
    pub theme: Option<String>,
    /// How many records a dataset has.
    pub record_count: i64,
    /// Whether searches leave a dataset out.
    pub hidden_from_search: bool,
    /// Open or restricted; `None`: open, which needs no right to manage security.
    pub security: Option<Security>,
}

/// The new dataset or page.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Created {
    /// The item; none if it was refused.
    pub id: Option<ItemId>,
}

/// Creates a dataset (CREATE_DATASETS) or a page (CREATE_PAGES).
pub async fn create(
    deps: &Deps,
    caller: &Caller,
    mut command: CreateItem,
    options: CallOptions,
) -> Result<Committed<Created>, Failure> {
    command.name = prepared::line(&command.name);
    write::run(deps, caller, command.workspace_id, &options, &command).await
}

impl CreateItem {
    const fn path(&self) -> &'static str {
        match self.kind {
            ItemKind::Dataset => "identifier",
            ItemKind::Page => "slug",
        }
    }

    /// The item as it would be.
    fn facts(&self, id: Uuid, owner: &MemberFacts) -> ItemFacts {
        let security = self.security.unwrap_or(Security::Open);
        ItemFacts {
            id: self.kind.id(id),
            owner: Some(owner.account_id),
            published: false,
            security,
        }
    }
}

impl UseCase for CreateItem {
    const CHANGES_ACCESS: bool = false;
    type Output = Created;

    fn mutation(&self) -> &'static str {
        match self.kind {
            ItemKind::Dataset => "createDataset",
            ItemKind::Page => "createPage",
        }
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(
            caller,
            access::creation_permission(self.kind.id(Uuid::nil())),
        )?;
        let Some(member) = access.member.as_deref() else {
            return Err(Failure::NotFound);
        };
        let item = self.facts(Uuid::nil(), member);
        let wanted = ResourceAccess::ManageSecurity;
        if self.security.is_some() && !access.can_access(&item, wanted) {
            let required = access::required_permission(
                access.facts(),
                access.subject(),
                item.id,
                wanted,
                access.now,
            );
            return Err(Failure::requires(required));
        }
        Ok(())
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Created>, Failure> {
        let Some(owner) = tx.access.member.clone() else {
            return Err(Failure::NotFound);
        };
        let facts = self.facts(tx.deps.ids.uuid(tx.now), &owner);
        let mut errors = Vec::new();
        let theme = theme(tx, self.theme.as_deref(), None, &mut errors).await?;
        let item = self.new_item(&facts, &owner, theme, &mut errors);
        if errors.is_empty()
            && rows::is_taken(tx.db(), tx.workspace_id(), self.kind, &item.name).await?
        {
            errors.push(UserError::at(ErrorCode::Taken, self.path()));
        }
        if self.kind == ItemKind::Dataset {
            self.check_quotas(tx, &owner, item.record_count, &mut errors)
                .await?;
        }
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        tx.record(event(&item));
        let id = item.id;
        item_write::insert(tx.db(), tx.workspace_id(), item, tx.now).await?;
        Ok(Verdict::keep(Created { id: Some(id) }))
    }
}

impl CreateItem {
    fn new_item(
        &self,
        facts: &ItemFacts,
        owner: &MemberFacts,
        theme: Option<String>,
        errors: &mut Vec<UserError>,
    ) -> NewItem {
        errors.extend(check_name(&self.name, self.path()));
        NewItem {
            id: facts.id,
            name: self.name.clone(),
            title: title(&self.title, errors),
            text: text(self.kind, self.text.as_deref(), errors),
            theme,
            record_count: record_count(self.record_count, errors),
            hidden_from_search: self.hidden_from_search,
            security: facts.security,
            owner: owner.account_id,
        }
    }

    /// QUOTA-6: one dataset more, of that many records.
    async fn check_quotas(
        &self,
        tx: &Transaction<'_>,
        owner: &Arc<MemberFacts>,
        records: i64,
        errors: &mut Vec<UserError>,
    ) -> Result<(), Failure> {
        let datasets = quota_check::of_count(tx, QuotaType::Datasets, Some(owner)).await?;
        if datasets.remaining == Some(0) {
            errors.push(UserError::at(ErrorCode::QuotaExceeded, "workspaceId"));
        }
        if records > 0 {
            let limit = quota_check::of_count(tx, QuotaType::RecordsPerDataset, Some(owner))
                .await?
                .limit;
            if limit.is_some_and(|limit| records.unsigned_abs() > limit) {
                errors.push(UserError::at(ErrorCode::QuotaExceeded, "recordCount"));
            }
        }
        Ok(())
    }
}

fn event(item: &NewItem) -> Event {
    let kind = item.id.kind();
    let (name, event_kind) = match kind {
        ItemKind::Dataset => ("identifier", AuditEventKind::DatasetCreated),
        ItemKind::Page => ("slug", AuditEventKind::PageCreated),
    };
    let mut changes = vec![
        FieldChange::plain(name, Value::Null, item.name.as_str()),
        FieldChange::plain("title", Value::Null, item.title.as_str()),
        FieldChange::personal(text_field(kind), Value::Null, item.text.clone()),
        FieldChange::plain("theme", Value::Null, item.theme.clone()),
        FieldChange::plain("ownerId", Value::Null, json!(item.owner)),
        FieldChange::plain("security", Value::Null, item.security.as_str()),
    ];
    if kind == ItemKind::Dataset {
        changes.push(FieldChange::plain(
            "recordCount",
            Value::Null,
            item.record_count,
        ));
        changes.push(FieldChange::plain(
            "hiddenFromSearch",
            Value::Null,
            item.hidden_from_search,
        ));
    }
    changes.retain(|change| change.before != change.after);
    Event::new(event_kind, item.id, changes)
}
