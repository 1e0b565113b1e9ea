//! `updateApiKey`: changes a key's name, list, end and networks (KEY-10). Its rights stay within
//! those of its member, so that its list may be widened as well.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    check_networks, check_permissions,
    create::{LONGEST_NAME, networks},
    owned,
};
use crate::{
    domain::{
        audit::{self, AuditEventKind, FieldChange},
        id::ApiKeyId,
        interval::{Interval, OPEN_END},
        permission::{Permission, PermissionSet},
        timeline,
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::{
        api_key::{self as rows, KeyValues},
        dated::{self, Dated, Ending},
        key::UNLISTED,
        key_list::KeyRow,
    },
};

/// The end reason of a permission that was taken off a list.
const REMOVED: &str = "REMOVED";

/// What changes about a key; `None` leaves a value as it is.
#[derive(Debug, Clone)]
pub struct UpdateApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// The new name.
    pub name: Option<String>,
    /// The new list; `Some(None)` = no list.
    pub permissions: Option<Option<Vec<Permission>>>,
    /// The new end; `Some(None)` = no end.
    pub expires_at: Option<Option<DateTime<Utc>>>,
    /// The new networks; empty = anywhere.
    pub allowed_networks: Option<Vec<String>>,
}

/// The key that was changed.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct Updated {
    /// None if the change was refused.
    pub api_key_id: Option<ApiKeyId>,
}

/// Changes a key of the caller, or as an administrator one of the workspace.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    command: UpdateApiKey,
    options: CallOptions,
) -> Result<Committed<Updated>, Failure> {
    let (workspace, before) = owned::find(deps, caller, command.id).await?;
    check_networks(command.allowed_networks.as_deref().unwrap_or_default())?;
    write::run(deps, caller, workspace, &options, &(command, before)).await
}

impl InformedUseCase for UpdateApiKey {
    const CHANGES_ACCESS: bool = false;
    type Output = Updated;
    /// The key: whose it is.
    type Before = KeyRow;

    fn mutation(&self) -> &'static str {
        "updateApiKey"
    }

    fn authorize(&self, before: &KeyRow, access: &Access, caller: &Caller) -> Result<(), Failure> {
        owned::require_owner(access, caller, before)
    }

    async fn run(&self, _: &KeyRow, tx: &mut Transaction<'_>) -> Result<Verdict<Updated>, Failure> {
        let key = owned::under_lock(tx, self.id).await?;
        if let Some(permissions) = &self.permissions {
            check_permissions(tx.deps, key.facts.kind, permissions.as_deref())?;
        }
        let (values, mut changes) = self.values(&key, tx.now)?;
        if let Some(wanted) = &self.permissions {
            let wanted: Option<PermissionSet> = wanted
                .as_ref()
                .map(|listed| listed.iter().copied().collect());
            let listed = listed(&key);
            if wanted != listed {
                relist(tx, &key, wanted).await?;
                changes.push(FieldChange::plain(
                    "permissions",
                    json!(listed),
                    json!(wanted),
                ));
            }
        }
        if values != KeyValues::default() {
            rows::update(tx.db(), tx.workspace_id(), key.facts.id, values).await?;
        }
        if !changes.is_empty() {
            tx.record(Event {
                personal_of: tx.caller.account_id(),
                ..Event::new(AuditEventKind::ApiKeyUpdated, key.facts.id, changes)
            });
        }
        Ok(Verdict::keep(Updated {
            api_key_id: Some(key.facts.id),
        }))
    }
}

/// The list of a key; `None` if it has none.
fn listed(key: &KeyRow) -> Option<PermissionSet> {
    let list = key.facts.scope.as_ref()?;
    Some(list.iter().map(|(permission, _)| *permission).collect())
}

impl UpdateApiKey {
    /// The new values of the key's own row, and what the record says of them.
    fn values(
        &self,
        key: &KeyRow,
        now: DateTime<Utc>,
    ) -> Result<(KeyValues, Vec<FieldChange>), Failure> {
        let Self {
            id: _,
            name,
            permissions: _,
            expires_at,
            allowed_networks,
        } = self;
        let (mut values, mut changes, mut errors) =
            (KeyValues::default(), Vec::new(), Vec::<UserError>::new());
        match name
            .as_deref()
            .map(|name| bulk::required_line(name, LONGEST_NAME, "name"))
        {
            Some(Ok(name)) if name != key.name => {
                changes.push(FieldChange::personal(
                    "name",
                    key.name.as_str(),
                    name.as_str(),
                ));
                values.name = Some(name);
            }
            Some(Ok(_)) | None => {}
            Some(Err(error)) => errors.push(error),
        }
        match expires_at.map(|at| timeline::requested_interval(None, at, now)) {
            Some(Ok(interval)) if interval.ends_at != key.facts.interval.ends_at => {
                let end = |interval: Interval| interval.end().map(audit::instant);
                changes.push(FieldChange::plain(
                    "expiresAt",
                    end(key.facts.interval),
                    end(interval),
                ));
                values.ends_at = Some(interval.ends_at);
            }
            Some(Ok(_)) | None => {}
            Some(Err(wrong)) => errors.extend(bulk::period_errors(wrong, "expiresAt", "expiresAt")),
        }
        match allowed_networks.as_deref().map(networks) {
            Some(Ok(networks)) => {
                let (before, after) = (key.allowed_networks.as_str(), json!(networks).to_string());
                if before != after {
                    let before: Value = serde_json::from_str(before).unwrap_or_default();
                    changes.push(FieldChange::personal(
                        "allowedNetworks",
                        before,
                        json!(networks),
                    ));
                    values.allowed_networks = Some(after);
                }
            }
            None => {}
            Some(Err(wrong)) => errors.extend(wrong),
        }
        if errors.is_empty() {
            Ok((values, changes))
        } else {
            Err(Failure::Invalid(errors))
        }
    }
}

/// Puts another list in place of the current one: permissions that stay keep their rows, so that
/// the record of the past stays true (TIME-2).
async fn relist(
    tx: &Transaction<'_>,
    key: &KeyRow,
    wanted: Option<PermissionSet>,
) -> Result<(), Failure> {
    let (workspace, id, now) = (tx.workspace_id(), key.facts.id, tx.now);
    let current = rows::list(tx.db(), workspace, id, now).await?;
    let wanted: Vec<&str> = match &wanted {
        Some(list) => list.iter().map(Permission::as_str).collect(),
        None => vec![UNLISTED],
    };
    let removed: Vec<_> = current
        .iter()
        .filter(|(_, name)| !wanted.contains(&name.as_str()))
        .map(|(row, _)| *row)
        .collect();
    let ending = Ending {
        by: tx.caller.account_id(),
        reason: REMOVED,
    };
    dated::end(
        tx.db(),
        Dated::ApiKeyPermission,
        workspace,
        &removed,
        now,
        ending,
    )
    .await?;
    let has = |name: &str| current.iter().any(|(_, listed)| listed == name);
    let mut added: Vec<(&str, Interval)> = wanted
        .into_iter()
        .filter(|name| !has(name))
        .map(|name| (name, Interval::new(now, OPEN_END)))
        .collect();
    if rows::begin_list(tx.db(), workspace, id).await? {
        let past = Interval::new(key.facts.interval.starts_at, now);
        added.push((UNLISTED, past));
    }
    let by = tx.caller.account_id();
    rows::add_to_list(tx.db(), workspace, id, added, by, || tx.deps.ids.uuid(now)).await?;
    Ok(())
}
