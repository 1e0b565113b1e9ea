//! What an end by time brings about besides the end itself: an event, and a mail to whose
//! membership it was (TIME-6).
//!
//! Access ends by the clock alone (TIME-1): nothing here decides who may do what, and nothing stays
//! open if it never runs. Under the workspace's lock a row is due once: the transaction that
//! records its end marks it.

use serde_json::{Value, json};

use super::{
    Access, Caller, Deps, Failure,
    api_key::remaining,
    write::{self, CallOptions, Event, Transaction, UseCase, Verdict},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange,
        id::{ApiKeyId, DatasetId, PageId, RoleId, WorkspaceId},
        mail::MailKind,
        vocabulary::MembershipEndReason,
    },
    store::{
        dated::Dated,
        due::{self, DueRow},
        outbox::{self, NewMail, Receiver},
    },
};

/// The most rows that are dealt with under one lock.
pub const BATCH: usize = 500;

/// The workspaces in which something ended and was not dealt with.
pub async fn due_workspaces(deps: &Deps) -> Result<Vec<WorkspaceId>, Failure> {
    Ok(due::workspaces(deps.db.latest(), deps.clock.now()).await?)
}

/// Deals with at most [`BATCH`] ends in one workspace; answers how many it were.
pub async fn batch(deps: &Deps, workspace: WorkspaceId) -> Result<usize, Failure> {
    let now = deps.clock.now();
    let caller = Caller::system(&deps.ids.uuid(now).to_string(), now);
    Ok(write::run(
        deps,
        &caller,
        workspace,
        &CallOptions::default(),
        &RecordExpiredAccess,
    )
    .await?
    .output)
}

struct RecordExpiredAccess;

impl UseCase for RecordExpiredAccess {
    // What ended had stopped counting by itself: cached facts carry their ends.
    const CHANGES_ACCESS: bool = false;
    type Output = usize;

    fn mutation(&self) -> &'static str {
        "sweep"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_system()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<usize>, Failure> {
        let workspace = tx.workspace_id();
        let rows = due::rows(tx.db(), workspace, tx.now, BATCH).await?;
        due::mark(tx.db(), workspace, &rows).await?;
        let (mut mails, mut ended) = (Vec::new(), Vec::new());
        for row in rows.iter().filter(|row| !row.is_over) {
            tx.record(event(workspace, row));
            if let (Dated::Membership, Some(membership), Some(account_id)) =
                (row.table, row.membership, row.account)
            {
                let id = tx.deps.ids.uuid(tx.now);
                let mail = NewMail::new(id, MailKind::AccessEnded, Receiver::Account(account_id));
                ended.push(membership);
                mails.push(mail.of(workspace).about(membership));
            }
        }
        outbox::queue(tx.db(), mails, tx.now).await?;
        remaining::warn(tx, &ended).await?;
        Ok(Verdict::keep(rows.len()))
    }
}

/// What the record says of an end: on whom or what, what there was, and why it is no more.
fn event(workspace: WorkspaceId, row: &DueRow) -> Event {
    let holder = match (row.membership, row.group) {
        (Some(membership), _) => membership.to_string(),
        (None, Some(group)) => group.to_string(),
        (None, None) => workspace.to_string(),
    };
    let gone = |field, before: Value| FieldChange::plain(field, before, Value::Null);
    let (kind, subject, mut changes) = match row.table {
        Dated::RoleAssignment => (
            AuditEventKind::RoleAssignmentExpired,
            holder,
            vec![gone(
                "role",
                json!({ "id": row.other.map(RoleId), "name": row.what }),
            )],
        ),
        Dated::GroupMembership => (
            AuditEventKind::GroupMembershipExpired,
            holder,
            vec![gone("group", json!({ "id": row.group, "title": row.what }))],
        ),
        Dated::Grant => {
            let (kind, mut changes) = match (row.other, row.other_kind.as_deref()) {
                (Some(dataset), Some("DATASET")) => (
                    AuditEventKind::AccessExpired,
                    vec![gone("resource", json!(DatasetId(dataset)))],
                ),
                (Some(page), _) => (
                    AuditEventKind::AccessExpired,
                    vec![gone("resource", json!(PageId(page)))],
                ),
                (None, _) => (AuditEventKind::PermissionExpired, Vec::new()),
            };
            let field = if row.other.is_some() {
                "access"
            } else {
                "permissions"
            };
            changes.push(FieldChange::plain(field, json!([row.what]), json!([])));
            changes.push(FieldChange::plain(
                "grantIds",
                json!([crate::domain::id::GrantId(row.id)]),
                json!([]),
            ));
            (kind, holder, changes)
        }
        Dated::QuotaValue => {
            let changes = vec![
                gone("scope", json!(row.other_kind)),
                gone("type", json!(row.what)),
                gone("limit", json!(row.limit)),
            ];
            (AuditEventKind::QuotaValueExpired, holder, changes)
        }
        Dated::ApiKey => (
            AuditEventKind::ApiKeyExpired,
            ApiKeyId(row.id).to_string(),
            Vec::new(),
        ),
        _ => (AuditEventKind::MembershipExpired, holder, Vec::new()),
    };
    changes.push(FieldChange::plain(
        "endReason",
        Value::Null,
        MembershipEndReason::Expired.as_str(),
    ));
    Event::new(kind, subject, changes).effective(row.ends_at)
}
