//! `setWorkspaceCaps`: what each of several secondary workspaces may use of the license (QUOTA-1,
//! WS-12).

use serde_json::Value;

use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::WorkspaceId,
        permission::Permission,
        quota::member_period,
        vocabulary::QuotaScope,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Firsts, Item, ItemError},
        license::{AskedLimit, new_limits},
        quota::{
            plan::{NewQuota, Table},
            set::check_count,
        },
        write::{
            self, CallOptions, Committed, Event, MOST_TOGETHER, Transaction, UseCase, Verdict,
        },
    },
    store::quota::value::SetFor,
    words::message,
};

/// The input of `setWorkspaceCaps`.
#[derive(Debug, Clone)]
pub struct SetWorkspaceCaps {
    /// The secondary workspaces, all of one main workspace.
    pub workspace_ids: Vec<WorkspaceId>,
    /// The caps of each of them; those of other types stay.
    pub values: Vec<AskedLimit>,
    /// Whether one failed item undoes all.
    pub atomic: bool,
}

/// Sets caps: holders of MANAGE_SECONDARY_WORKSPACES in the main workspace, by session or by a
/// member's key (WS-9). The call is about the main workspace of the first id that the caller is an
/// active member of the main workspace of.
pub async fn set_caps(
    deps: &Deps,
    caller: &Caller,
    input: SetWorkspaceCaps,
    options: CallOptions,
) -> Result<Committed<Vec<Item<WorkspaceId, ()>>>, Failure> {
    caller.require_credential()?;
    let ids = &input.workspace_ids;
    if ids.is_empty() || ids.len() > MOST_TOGETHER {
        let name = "workspaceIds";
        return Err(Failure::bad_input(message::items(name, 1, MOST_TOGETHER)));
    }
    check_count(input.values.len())?;
    let (main, secondaries) = super::family(deps, caller, ids).await?;
    write::run_over(deps, caller, main, secondaries, &options, &input).await
}

impl UseCase for SetWorkspaceCaps {
    const CHANGES_ACCESS: bool = true;
    type Output = Vec<Item<WorkspaceId, ()>>;

    fn mutation(&self) -> &'static str {
        "setWorkspaceCaps"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        access.require(caller, Permission::ManageSecondaryWorkspaces)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let mut errors = Vec::new();
        let caps = checked(tx, &self.values, "values", &mut errors);
        if !errors.is_empty() {
            return Err(errors.into());
        }
        let mut firsts = Firsts::default();
        let mut items = Vec::with_capacity(self.workspace_ids.len());
        for id in &self.workspace_ids {
            let became = match firsts.admit(*id) {
                Ok(()) => set(tx, *id, &caps).await,
                Err(code) => Err(code.into()),
            };
            items.push(Item::decided(*id, became)?);
        }
        Ok(bulk::settle(items, self.atomic))
    }
}

/// The caps from now on; adds what is wrong about them to `errors`, at paths below `list`. One of the
/// license's period cannot be above the license: what all caps come to may be (QUOTA-9).
pub(super) fn checked(
    tx: &Transaction<'_>,
    values: &[AskedLimit],
    list: &str,
    errors: &mut Vec<UserError>,
) -> Vec<NewQuota> {
    let caps = new_limits(values, list, tx.now, errors);
    let exceeds = |cap: &NewQuota| {
        let license = tx.access.snapshot.quotas.iter().find(|value| {
            value.scope == QuotaScope::License
                && value.quota_type == cap.quota_type
                && value.interval.contains(tx.now)
        });
        let day = member_period(cap.quota_type);
        license.is_some_and(|license| {
            let period = day.map(|day| license.period.unwrap_or(day));
            period == cap.period && cap.limit > Some(license.limit)
        })
    };
    for (index, cap) in caps.iter().enumerate() {
        if exceeds(cap) {
            let path = format!("{list}.{index}.limit");
            errors.push(UserError::at(ErrorCode::LicenseExceeded, &path));
        }
    }
    caps
}

/// The caps as the record shows them; `None` if there are none.
pub(super) fn shown_caps(caps: &[NewQuota]) -> Option<Value> {
    let set = caps.iter().filter(|cap| cap.limit.is_some());
    let shown: Vec<Value> = set.map(NewQuota::shown).collect();
    (!shown.is_empty()).then(|| shown.into())
}

/// Sets the caps of one workspace, and records what changed there and in its main one.
async fn set(
    tx: &mut Transaction<'_>,
    id: WorkspaceId,
    caps: &[NewQuota],
) -> Result<(), ItemError> {
    if id == tx.workspace_id() {
        return Err(ErrorCode::MainWorkspace.into());
    }
    if tx.secondary(id).is_none() {
        return Err(ErrorCode::NotFound.into());
    }
    tx.enter_secondary(id);
    let changed = change(tx, caps).await;
    // Also if it failed: the next workspace is entered from the main one.
    tx.return_to_main();
    let changes = changed?;
    if changes.is_empty() {
        return Ok(());
    }
    tx.enter_secondary(id);
    let kind = AuditEventKind::WorkspaceCapsUpdated;
    tx.record(Event::new(kind, id, changes.clone()));
    tx.return_to_main();
    let kind = AuditEventKind::SecondaryWorkspaceCapsUpdated;
    tx.record(Event::new(kind, id, changes));
    Ok(())
}

async fn change(tx: &Transaction<'_>, caps: &[NewQuota]) -> Result<Vec<FieldChange>, Failure> {
    let mut table = Table::load(tx, SetFor::WorkspaceCap).await?;
    let mut changes = Vec::new();
    for cap in caps {
        let was = table.shown_at(cap.quota_type, tx.now);
        if table.set(cap, tx.caller.account_id(), || tx.deps.ids.uuid(tx.now)) {
            changes.push(FieldChange::plain("quota", was, cap.shown()));
        }
    }
    table.write(tx).await?;
    Ok(changes)
}
