//! How the rows of a person are written down in the document (ERASE-8). `docs/account-export.schema.json`
//! says the same; a test compares the two.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    domain::{
        audit::{self, Recorded},
        id::{
            AccessRenewalId, AccessRequestId, AccountId, ApiKeyId, DatasetId, InvitationId,
            MembershipId, PageId, ReuseId, SecondFactorId, SessionId, WorkspaceId,
        },
        interval::OPEN_END,
    },
    entity::{
        access_renewal, access_request, account, api_key, dataset_follow, invitation, membership,
        reuse, second_factor, session,
    },
    store::account_export::Belongings,
};

fn at(instant: DateTime<Utc>) -> Value {
    audit::instant(instant).into()
}

fn maybe(instant: Option<DateTime<Utc>>) -> Value {
    instant.map_or(Value::Null, at)
}

/// An end; null if it is open.
fn end(instant: DateTime<Utc>) -> Value {
    maybe((instant < OPEN_END).then_some(instant))
}

/// Text that holds JSON.
fn parsed(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

pub(super) fn profile(row: &account::Model) -> Value {
    json!({
        "id": AccountId(row.id),
        "email": row.email,
        "emailVerifiedAt": maybe(row.email_verified_at),
        "givenName": row.given_name,
        "familyName": row.family_name,
        "locale": row.locale,
        "hasPassword": row.password_hash.is_some(),
        "isOperator": row.is_operator,
        "createdAt": at(row.created_at),
        "lastSignInAt": maybe(row.last_sign_in_at),
        "deletionScheduledAt": maybe(row.deletion_scheduled_at),
    })
}

pub(super) fn membership(row: &membership::Model, of: &Belongings) -> Value {
    let workspace = of.workspaces.iter().find(|one| one.id == row.workspace_id);
    let form = of.forms.iter().find(|form| form.membership_id == row.id);
    let was_active = row.last_active_at > DateTime::<Utc>::UNIX_EPOCH;
    json!({
        "id": MembershipId(row.id),
        "workspace": {
            "id": WorkspaceId(row.workspace_id),
            "slug": workspace.map(|workspace| &workspace.slug),
            "name": workspace.map(|workspace| &workspace.name),
        },
        "startsAt": at(row.starts_at),
        "endsAt": end(row.ends_at),
        "endReason": row.end_reason,
        "origin": row.origin,
        "joinedAt": at(row.joined_at),
        "lastActiveAt": maybe(was_active.then_some(row.last_active_at)),
        "answers": form.map_or(json!([]), |form| parsed(&form.answers)),
        "acceptedTermsVersion": form.and_then(|form| form.terms_version),
        "roles": roles(row.id, of),
        "groups": groups(row.id, of),
        "grants": grants(row.id, of),
        "quotaValues": quotas(row.id, of),
        "disabled": disabled(row.id, of),
    })
}

fn roles(id: Uuid, of: &Belongings) -> Vec<Value> {
    let own = of.roles.iter().filter(|(row, _)| row.membership_id == id);
    own.map(|(row, name)| {
        json!({ "name": name, "startsAt": at(row.starts_at), "endsAt": end(row.ends_at) })
    })
    .collect()
}

fn groups(id: Uuid, of: &Belongings) -> Vec<Value> {
    let own = of.groups.iter().filter(|(row, _)| row.membership_id == id);
    own.map(|(row, title)| {
        json!({ "title": title, "startsAt": at(row.starts_at), "endsAt": end(row.ends_at) })
    })
    .collect()
}

fn grants(id: Uuid, of: &Belongings) -> Vec<Value> {
    let own = of.grants.iter().filter(|row| row.membership_id == Some(id));
    own.map(|row| {
        let item = row
            .resource_id
            .map(|item| match row.resource_kind.as_deref() {
                Some("PAGE") => PageId(item).to_string(),
                _ => DatasetId(item).to_string(),
            });
        json!({
            "permission": row.permission,
            "resourceId": item,
            "access": row.access,
            "recordFilter": row.record_filter,
            "startsAt": at(row.starts_at),
            "endsAt": end(row.ends_at),
        })
    })
    .collect()
}

fn quotas(id: Uuid, of: &Belongings) -> Vec<Value> {
    let own = of.quotas.iter().filter(|row| row.membership_id == Some(id));
    own.map(|row| {
        json!({
            "type": row.quota_type,
            "limit": row.limit_value,
            "period": row.period,
            "startsAt": at(row.starts_at),
            "endsAt": end(row.ends_at),
        })
    })
    .collect()
}

fn disabled(id: Uuid, of: &Belongings) -> Vec<Value> {
    let own = of.disabled.iter().filter(|row| row.membership_id == id);
    own.map(|row| {
        json!({ "reason": row.reason, "startsAt": at(row.starts_at), "endsAt": end(row.ends_at) })
    })
    .collect()
}

pub(super) fn key(row: &api_key::Model) -> Value {
    json!({
        "id": ApiKeyId(row.id),
        "workspaceId": WorkspaceId(row.workspace_id),
        "name": row.name,
        "kind": row.kind,
        "prefix": row.prefix,
        "allowedNetworks": parsed(&row.allowed_networks),
        "startsAt": at(row.starts_at),
        "endsAt": end(row.ends_at),
        "endReason": row.end_reason,
        "revocationReason": row.revocation_reason,
        "lastUsedAt": maybe(row.last_used_at),
        "lastUsedFrom": row.last_used_from,
    })
}

pub(super) fn received(row: &invitation::Model) -> Value {
    json!({
        "id": InvitationId(row.id),
        "workspaceId": WorkspaceId(row.workspace_id),
        "email": row.email,
        "givenName": row.given_name,
        "familyName": row.family_name,
        "note": row.note,
        "createdAt": at(row.created_at),
        "expiresAt": at(row.expires_at),
        "acceptedAt": maybe(row.accepted_at),
        "declinedAt": maybe(row.declined_at),
        "cancelledAt": maybe(row.cancelled_at),
    })
}

/// Without the invited person's address and names.
pub(super) fn sent(row: &invitation::Model) -> Value {
    json!({
        "id": InvitationId(row.id),
        "workspaceId": WorkspaceId(row.workspace_id),
        "note": row.note,
        "createdAt": at(row.created_at),
        "expiresAt": at(row.expires_at),
        "acceptedAt": maybe(row.accepted_at),
        "declinedAt": maybe(row.declined_at),
        "cancelledAt": maybe(row.cancelled_at),
    })
}

pub(super) fn request(row: &access_request::Model) -> Value {
    json!({
        "id": AccessRequestId(row.id),
        "workspaceId": WorkspaceId(row.workspace_id),
        "state": row.state,
        "message": row.message,
        "answers": parsed(&row.answers),
        "acceptedTermsVersion": row.terms_version,
        "requestedAt": at(row.requested_at),
        "decidedAt": maybe(row.decided_at),
        "reason": row.reason,
    })
}

pub(super) fn renewal(row: &access_renewal::Model) -> Value {
    json!({
        "id": AccessRenewalId(row.id),
        "workspaceId": WorkspaceId(row.workspace_id),
        "membershipId": MembershipId(row.membership_id),
        "state": row.state,
        "message": row.message,
        "requestedAt": at(row.requested_at),
        "decidedAt": maybe(row.decided_at),
        "reason": row.reason,
    })
}

pub(super) fn reuse(row: &reuse::Model) -> Value {
    json!({
        "id": ReuseId(row.id),
        "workspaceId": WorkspaceId(row.workspace_id),
        "datasetId": DatasetId(row.dataset_id),
        "title": row.title,
        "url": row.url,
        "description": row.description,
        "state": row.state,
        "submittedAt": at(row.submitted_at),
        "decidedAt": maybe(row.decided_at),
        "reason": row.reason,
        "deletedAt": maybe(row.deleted_at),
    })
}

pub(super) fn follow(row: &dataset_follow::Model) -> Value {
    json!({
        "workspaceId": WorkspaceId(row.workspace_id),
        "membershipId": MembershipId(row.membership_id),
        "datasetId": DatasetId(row.dataset_id),
        "followedAt": at(row.followed_at),
    })
}

pub(super) fn session(row: &session::Model) -> Value {
    json!({
        "id": SessionId(row.id),
        "createdAt": at(row.created_at),
        "lastActiveAt": at(row.last_active_at),
        "expiresAt": at(row.expires_at),
        "endedAt": maybe(row.ended_at),
        "userAgent": row.user_agent,
        "clientAddress": row.client_address,
    })
}

pub(super) fn factor(row: &second_factor::Model) -> Value {
    json!({
        "id": SecondFactorId(row.id),
        "kind": row.kind,
        "name": row.name,
        "createdAt": at(row.created_at),
        "confirmedAt": maybe(row.confirmed_at),
        "lastUsedAt": maybe(row.last_used_at),
    })
}

/// An event without other people's personal values. Values of nobody, such as the client address of
/// a failed sign-in, are shown if they stand in the account's own chain.
pub(super) fn event(
    mut event: Recorded,
    workspace: Option<WorkspaceId>,
    account: AccountId,
) -> Value {
    event.side.retain(|side| match side.account {
        Some(of) => of == account,
        None => workspace.is_none(),
    });
    let changes: Vec<Value> = event
        .shown()
        .into_iter()
        .map(|change| {
            json!({
                "field": change.field,
                "before": change.before,
                "after": change.after,
                "withheld": change.redacted,
            })
        })
        .collect();
    json!({
        "id": event.id,
        "workspaceId": workspace,
        "sequence": event.sequence,
        "at": at(event.at),
        "effectiveAt": at(event.effective_at),
        "kind": event.kind,
        "actorKind": event.actor_kind,
        "isActor": event.actor_account_id == Some(account),
        "subjectId": event.subject_id,
        "changes": changes,
        "clientAddress": event.client_address(),
    })
}
