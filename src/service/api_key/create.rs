//! `createApiKey`: a member makes a key for themself (KEY-1, KEY-2); an administrator one for data
//! servers (KEY-7).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{check_networks, check_permissions, hide_secret, refuse_keys};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{ApiKeyId, WorkspaceId},
        interval::Interval,
        limit::{LimitKind, ReachedLimit},
        mail::MailKind,
        network,
        permission::{Permission, PermissionSet},
        secret::ApiKeySecret,
        text, timeline,
        vocabulary::ApiKeyKind,
    },
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        api_key::{self as rows, NewKey},
        outbox::{self, NewMail, Receiver},
    },
    words::message,
};

/// The most keys of one member that have neither been revoked nor expired (KEY-1).
const MOST_KEYS: i64 = 50;

/// The most keys of the workspace itself that have neither been revoked nor expired (KEY-8).
const MOST_WORKSPACE_KEYS: i64 = 20;

/// The longest name, in characters.
pub(super) const LONGEST_NAME: usize = 100;

/// The most networks of one key.
pub const MOST_NETWORKS: usize = 20;

/// The input of `createApiKey`.
#[derive(Debug, Clone)]
pub struct CreateApiKey {
    /// The workspace that the key works in.
    pub workspace_id: WorkspaceId,
    /// What its owner calls it.
    pub name: String,
    /// What it is for.
    pub kind: ApiKeyKind,
    /// Its list of permissions; `None` = all of its member's, empty = identity only.
    pub permissions: Option<Vec<Permission>>,
    /// When it stops; `None` = never.
    pub expires_at: Option<DateTime<Utc>>,
    /// The networks it may be used from, in CIDR form or single addresses; none = anywhere.
    pub allowed_networks: Vec<String>,
}

/// The new key.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Created {
    /// The key; none if it was refused.
    pub api_key_id: Option<ApiKeyId>,
    /// Its secret: shown once, kept nowhere, not even for a repeated call (AUD-5).
    #[serde(skip)]
    pub secret: Option<ApiKeySecret>,
}

/// Makes a key of the caller.
pub async fn create(
    deps: &Deps,
    caller: &Caller,
    input: CreateApiKey,
    options: CallOptions,
) -> Result<Committed<Created>, Failure> {
    refuse_keys(caller)?;
    check_permissions(deps, input.kind, input.permissions.as_deref())?;
    check_networks(&input.allowed_networks)?;
    let workspace = input.workspace_id;
    let mut done = write::run(deps, caller, workspace, &options, &input).await?;
    hide_secret(&mut done, &options);
    Ok(done)
}

/// The input, checked.
struct CheckedInput {
    name: String,
    permissions: Option<PermissionSet>,
    networks: Vec<String>,
    interval: Interval,
}

impl UseCase for CreateApiKey {
    const CHANGES_ACCESS: bool = false;
    type Output = Created;

    fn mutation(&self) -> &'static str {
        "createApiKey"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        refuse_keys(caller)?;
        if !access.is_active_member() {
            return Err(Failure::forbidden(message::requires_active_member()));
        }
        if self.kind.is_of_workspace() && !access.is_administrator() {
            return Err(Failure::forbidden(message::requires_administrator()));
        }
        Ok(())
    }

    fn needs_step_up(&self) -> bool {
        self.kind.is_of_workspace()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Created>, Failure> {
        let Some(member) = tx.access.member.clone() else {
            return Err(Failure::NotFound);
        };
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let mut errors = Vec::new();
        let (count, kind, most) = if self.kind.is_of_workspace() {
            let count = rows::count_of_workspace(tx.db(), workspace, now).await?;
            (count, LimitKind::WorkspaceApiKeys, MOST_WORKSPACE_KEYS)
        } else {
            let count = rows::count_of_member(tx.db(), workspace, member.id, now).await?;
            (count, LimitKind::ApiKeys, MOST_KEYS)
        };
        if count >= most {
            let limit = ReachedLimit::of(kind, most);
            errors.push(UserError::limited(
                ErrorCode::LimitReached,
                "workspaceId",
                limit,
            ));
        }
        let checked = match self.check(now) {
            Ok(checked) if errors.is_empty() => checked,
            Ok(_) => return Err(Failure::Invalid(errors)),
            Err(more) => {
                errors.extend(more);
                return Err(Failure::Invalid(errors));
            }
        };
        let secret = ApiKeySecret::generate(&tx.deps.ids);
        let id = ApiKeyId(tx.deps.ids.uuid(now));
        let event = self.event(id, &secret.prefix(), &checked);
        let key = NewKey {
            id,
            membership_id: member.id,
            name: checked.name,
            kind: self.kind,
            prefix: secret.prefix(),
            secret_hash: secret.hash(),
            permissions: checked.permissions,
            allowed_networks: json!(checked.networks).to_string(),
            interval: checked.interval,
            granted_by: Some(member.account_id),
        };
        rows::insert(tx.db(), workspace, key, || tx.deps.ids.uuid(now)).await?;
        tx.record(Event {
            personal_of: Some(member.account_id),
            ..event
        });
        let to = Receiver::Account(member.account_id);
        let mail = NewMail::new(tx.deps.ids.uuid(now), MailKind::ApiKeyCreated, to)
            .of(workspace)
            .about(id);
        outbox::queue(tx.db(), vec![mail], now).await?;
        Ok(Verdict::keep(Created {
            api_key_id: Some(id),
            secret: Some(secret),
        }))
    }
}

impl CreateApiKey {
    fn check(&self, now: DateTime<Utc>) -> Result<CheckedInput, Vec<UserError>> {
        let mut errors = Vec::new();
        let name = bulk::required_line(&self.name, LONGEST_NAME, "name").unwrap_or_else(|error| {
            errors.push(error);
            String::new()
        });
        let networks = networks(&self.allowed_networks).unwrap_or_else(|wrong| {
            errors.extend(wrong);
            Vec::new()
        });
        let permissions = self
            .permissions
            .as_ref()
            .map(|listed| listed.iter().copied().collect());
        match timeline::requested_interval(None, self.expires_at, now) {
            Ok(interval) if errors.is_empty() => {
                return Ok(CheckedInput {
                    name,
                    permissions,
                    networks,
                    interval,
                });
            }
            Ok(_) => {}
            Err(wrong) => errors.extend(bulk::period_errors(wrong, "expiresAt", "expiresAt")),
        }
        Err(errors)
    }

    fn event(&self, id: ApiKeyId, prefix: &str, checked: &CheckedInput) -> Event {
        let mut changes = vec![
            FieldChange::personal("name", Value::Null, checked.name.as_str()),
            FieldChange::plain("kind", Value::Null, json!(self.kind)),
            FieldChange::plain("prefix", Value::Null, prefix),
            FieldChange::plain("permissions", Value::Null, json!(checked.permissions)),
            FieldChange::plain(
                "expiresAt",
                Value::Null,
                checked.interval.end().map(audit::instant),
            ),
        ];
        if !checked.networks.is_empty() {
            changes.push(FieldChange::personal(
                "allowedNetworks",
                Value::Null,
                json!(checked.networks),
            ));
        }
        changes.retain(|change| change.before != change.after);
        Event::new(AuditEventKind::ApiKeyCreated, id, changes)
    }
}

/// Networks in the form they are kept in, each once; or which of them are none.
pub(super) fn networks(typed: &[String]) -> Result<Vec<String>, Vec<UserError>> {
    let (mut networks, mut errors) = (Vec::new(), Vec::new());
    for (index, text) in typed.iter().enumerate() {
        match network(text) {
            Some(network) if networks.contains(&network) => {}
            Some(network) => networks.push(network),
            None => errors.push(UserError::at(
                ErrorCode::InvalidNetwork,
                &format!("allowedNetworks.{index}"),
            )),
        }
    }
    if errors.is_empty() {
        Ok(networks)
    } else {
        Err(errors)
    }
}

/// A network in the form it is kept in: CIDR, the host's bits cleared; a single address is a
/// network of one; IPv4 inside IPv6 is IPv4 (TEXT-3).
fn network(typed: &str) -> Option<String> {
    network::parse(&text::line(typed)).map(|network| network.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_1_networks_are_kept_in_one_form() {
        assert_eq!(network(" 10.1.2.3/8 ").as_deref(), Some("10.0.0.0/8"));
        assert_eq!(network("192.0.2.7").as_deref(), Some("192.0.2.7/32"));
        assert_eq!(network("2001:DB8::1/32").as_deref(), Some("2001:db8::/32"));
        assert_eq!(network("::ffff:192.0.2.7").as_deref(), Some("192.0.2.7/32"));
        assert_eq!(
            network("::ffff:10.1.2.3/104").as_deref(),
            Some("10.0.0.0/8")
        );
        assert_eq!(
            network("192.0.2.7\u{200b}").as_deref(),
            Some("192.0.2.7/32")
        );
        assert_eq!(network("::1").as_deref(), Some("::1/128"));
        for wrong in [
            "",
            "10.0.0.0/33",
            "10.0.0",
            "example.org",
            "10.0.0.0/8,10.0.0.0/9",
        ] {
            assert_eq!(network(wrong), None, "{wrong}");
        }
    }
}
