//! `setAnonymousQuotas`, and reading what it sets: the daily limits of visitors who are not signed
//! in (QUOTA-7).

use serde_json::{Value, json};

use super::set::limit;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{audit::FieldChange, id::WorkspaceId, permission::Permission, vocabulary::QuotaType},
    service::{
        Access, Caller, Deps, Failure,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::quota::anonymous as rows,
};

pub use crate::store::quota::anonymous::AnonymousQuotas;

/// What is asked for: a limit, `Some(None)` clears it, `None` leaves it.
#[derive(Debug, Clone, Copy)]
pub struct SetAnonymousQuotas {
    /// The workspace whose visitors are limited.
    pub workspace_id: WorkspaceId,
    /// Of all visitors together.
    pub pool: Option<Option<i64>>,
    /// Of each client address.
    pub per_address: Option<Option<i64>>,
}

/// The limits of the workspace: EWP.
pub async fn of(deps: &Deps, access: &Access, caller: &Caller) -> Result<AnonymousQuotas, Failure> {
    access.require(caller, Permission::EditWorkspaceProperties)?;
    Ok(rows::of(deps.db.latest(), access.workspace.id).await?)
}

/// Sets the limits (EWP).
pub async fn set(
    deps: &Deps,
    caller: &Caller,
    input: SetAnonymousQuotas,
    options: CallOptions,
) -> Result<Committed<()>, Failure> {
    let mut canonical = json!({ "workspaceId": input.workspace_id });
    for (field, limit) in [("pool", input.pool), ("perAddress", input.per_address)] {
        // What is absent leaves, what is null clears: two inputs.
        if let (Some(limit), Some(fields)) = (limit, canonical.as_object_mut()) {
            fields.insert(field.to_owned(), json!(limit));
        }
    }
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

impl UseCase for SetAnonymousQuotas {
    // Nothing of it is kept with the facts.
    const CHANGES_ACCESS: bool = false;
    type Output = ();

    fn mutation(&self) -> &'static str {
        "setAnonymousQuotas"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<()>, Failure> {
        let before = rows::of(tx.db(), tx.workspace_id()).await?;
        let mut errors = Vec::new();
        let mut read = |requested: Option<Option<i64>>, path, before| match requested {
            Some(requested) => limit(QuotaType::ApiCalls, requested, path, &mut errors),
            None => before,
        };
        let after = AnonymousQuotas {
            pool: read(self.pool, "pool", before.pool),
            per_address: read(self.per_address, "perAddress", before.per_address),
        };
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        if after != before {
            let change = |field, before: Option<u64>, after: Option<u64>| {
                let number = |limit: Option<u64>| limit.map_or(Value::Null, Value::from);
                FieldChange::plain(field, number(before), number(after))
            };
            let mut changes = vec![
                change("pool", before.pool, after.pool),
                change("perAddress", before.per_address, after.per_address),
            ];
            changes.retain(|change| change.before != change.after);
            rows::set(tx.db(), tx.workspace_id(), after).await?;
            tx.record(Event::new(
                AuditEventKind::AnonymousQuotasUpdated,
                tx.workspace_id(),
                changes,
            ));
        }
        Ok(Verdict::keep(()))
    }
}
