//! `rotateApiKey`: a new secret for a key that keeps everything else, while the old one can
//! keep working for a chosen time (KEY-4, KEY-9).

use chrono::Duration;
use serde_json::Value;

use super::{Created, owned};
use crate::{
    domain::{
        audit::{self, AuditEventKind, FieldChange},
        error_code::Fault,
        id::ApiKeyId,
        interval::{Interval, OPEN_END},
        mail::MailKind,
        secret::ApiKeySecret,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::{
        api_key,
        dated::{self, Dated, Ending},
        key_list::KeyRow,
        key_secret::{self as rows, NewSecret},
        outbox::{self, NewMail, Receiver},
    },
};

/// The longest time that an old secret keeps working, in seconds: 7 days (KEY-4).
pub const LONGEST_OVERLAP: i64 = 604_800;

/// The end reason of a secret that another one replaced.
const ROTATED: &str = "ROTATED";

/// Gives a key a new secret.
#[derive(Debug, Clone)]
pub struct RotateApiKey {
    /// The key.
    pub id: ApiKeyId,
    /// How long the old secret keeps working, in seconds: 0 to [`LONGEST_OVERLAP`].
    pub overlap_seconds: i64,
}

/// Rotates a key of the caller, or as an administrator one of the workspace.
pub async fn rotate(
    deps: &Deps,
    caller: &Caller,
    command: RotateApiKey,
    options: CallOptions,
) -> Result<Committed<Created>, Failure> {
    let (workspace, before) = owned::find(deps, caller, command.id).await?;
    let mut committed = write::run(deps, caller, workspace, &options, &(command, before)).await?;
    super::hide_secret(&mut committed, &options);
    Ok(committed)
}

impl InformedUseCase for RotateApiKey {
    const CHANGES_ACCESS: bool = false;
    type Output = Created;
    /// The key: whose it is.
    type Before = KeyRow;

    fn mutation(&self) -> &'static str {
        "rotateApiKey"
    }

    fn authorize(&self, before: &KeyRow, access: &Access, caller: &Caller) -> Result<(), Failure> {
        owned::require_owner(access, caller, before)
    }

    async fn run(&self, _: &KeyRow, tx: &mut Transaction<'_>) -> Result<Verdict<Created>, Failure> {
        let overlap = self.overlap_seconds;
        if !(0..=LONGEST_OVERLAP).contains(&overlap) {
            let fault = Fault::out_of_range(0, LONGEST_OVERLAP);
            return Err(Failure::Invalid(vec![UserError::at(
                fault,
                "overlapSeconds",
            )]));
        }
        let key = owned::under_lock(tx, self.id).await?;
        let secret = ApiKeySecret::generate(&tx.deps.ids);
        let old_ends_at = tx.now + Duration::seconds(overlap);
        replace(tx, &key, &secret, old_ends_at).await?;
        let mut changes = vec![FieldChange::plain(
            "prefix",
            key.prefix.as_str(),
            secret.prefix(),
        )];
        if overlap > 0 {
            let until = audit::instant(old_ends_at);
            changes.push(FieldChange::plain("oldSecretEndsAt", Value::Null, until));
        }
        let account = tx.caller.account_id();
        tx.record(Event {
            personal_of: account,
            ..Event::new(AuditEventKind::ApiKeyRotated, key.facts.id, changes)
        });
        if let Some(account) = account {
            let id = tx.deps.ids.uuid(tx.now);
            let mail = NewMail::new(id, MailKind::ApiKeyRotated, Receiver::Account(account))
                .of(tx.workspace_id())
                .about(key.facts.id);
            outbox::queue(tx.db(), vec![mail], tx.now).await?;
        }
        Ok(Verdict::keep(Created {
            api_key_id: Some(key.facts.id),
            secret: Some(secret),
        }))
    }
}

/// Ends the current secret at `old_ends_at` and every older one now, and makes `secret` the newest.
async fn replace(
    tx: &Transaction<'_>,
    key: &KeyRow,
    secret: &ApiKeySecret,
    old_ends_at: chrono::DateTime<chrono::Utc>,
) -> Result<(), Failure> {
    let (workspace, id, now) = (tx.workspace_id(), key.facts.id, tx.now);
    let mut current = rows::of_keys(tx.db(), workspace, &[id], now).await?;
    let mut new = Vec::new();
    match current.pop() {
        Some(newest) => {
            let older: Vec<_> = current.iter().map(|row| row.id).collect();
            let ending = Ending {
                by: tx.caller.account_id(),
                reason: ROTATED,
            };
            let end = async |ids: &[_], at| {
                dated::end(tx.db(), Dated::ApiKeySecret, workspace, ids, at, ending).await
            };
            end(&older, now).await?;
            end(&[newest.id], old_ends_at).await?;
        }
        // The first rotation: until now the key's own row has held its only secret.
        None => new.push(NewSecret {
            id: tx.deps.ids.uuid(now),
            api_key_id: id,
            prefix: key.prefix.clone(),
            secret_hash: api_key::secret_hash(tx.db(), workspace, id)
                .await?
                .ok_or(Failure::NotFound)?,
            interval: Interval::new(key.facts.interval.starts_at, old_ends_at),
            granted_by: None,
            last_used_at: key.last_used_at,
        }),
    }
    new.push(NewSecret {
        id: tx.deps.ids.uuid(now),
        api_key_id: id,
        prefix: secret.prefix(),
        secret_hash: secret.hash().to_vec(),
        interval: Interval::new(now, OPEN_END),
        granted_by: tx.caller.account_id(),
        last_used_at: None,
    });
    rows::insert(tx.db(), workspace, new).await?;
    Ok(rows::make_newest(tx.db(), workspace, id, &secret.prefix(), &secret.hash()).await?)
}
