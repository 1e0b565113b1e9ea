//! `reportLeakedApiKey`: whoever holds a secret may have its key revoked (KEY-3, KEY-11). The answer
//! is the same, and takes as long, whether there is such a key or not.

use serde_json::Value;
use tokio::time::Instant;

use super::revoke;
use crate::{
    domain::{
        audit::FieldChange, id::ApiKeyId, mail::MailKind, network::network, secret::ApiKeySecret,
        text, timeline,
    },
    service::{
        Access, Caller, Deps, Failure,
        account::even::pad_response_time,
        bulk,
        write::{self, Affects, CallOptions, Transaction, UseCase, Verdict},
    },
    store::{
        api_key::{self as rows, KeyRow, KeySelection},
        key,
        outbox::{self, NewMail, Receiver},
    },
};

/// The longest text that says where a secret was found, in characters.
const LONGEST_PLACE: usize = 500;

/// The reason that a reported key shows.
const LEAKED: &str = "LEAKED";

/// Reports a secret that strangers can read.
#[derive(Clone)]
pub struct ReportLeakedApiKey {
    /// The secret as it was typed.
    pub secret: String,
    /// Where it was found, for the record.
    pub found_at: Option<String>,
}

/// Revokes the key whose secret this is, if the secret still works. Open to everybody.
pub async fn report(
    deps: &Deps,
    caller: &Caller,
    command: &ReportLeakedApiKey,
) -> Result<(), Failure> {
    let began = Instant::now();
    let client = caller.client.map_or_else(|| caller.budget_key(), network);
    deps.leak_reports.admit(&client)?;
    let found_at = bulk::optional_lines(command.found_at.as_deref(), LONGEST_PLACE, "foundAt")
        .map_err(|error| Failure::Invalid(vec![error]))?;
    if let Some(secret) = ApiKeySecret::parse(&text::line(&command.secret)) {
        revoke_key_of(deps, caller, &secret, found_at).await?;
    }
    pad_response_time(began).await;
    Ok(())
}

/// A secret that was replaced and no longer works proves nothing: its key stays.
async fn revoke_key_of(
    deps: &Deps,
    caller: &Caller,
    secret: &ApiKeySecret,
    found_at: Option<String>,
) -> Result<(), Failure> {
    let Some(known) = key::look_up(deps.db.latest(), &secret.hash(), caller.now).await? else {
        return Ok(());
    };
    if known
        .secret
        .is_some_and(|(_, interval)| !interval.contains(caller.now))
    {
        return Ok(());
    }
    let call = RevokeLeakedApiKey {
        id: known.key.id,
        found_at,
    };
    let options = CallOptions::default();
    write::run(deps, caller, known.workspace.id, &options, &call).await?;
    Ok(())
}

struct RevokeLeakedApiKey {
    id: ApiKeyId,
    found_at: Option<String>,
}

impl UseCase for RevokeLeakedApiKey {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::KEYS;
    type Output = ();

    fn mutation(&self) -> &'static str {
        "reportLeakedApiKey"
    }

    /// Whoever has the secret could use the key.
    fn authorize(&self, _: &Access, _: &Caller) -> Result<(), Failure> {
        Ok(())
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<()>, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let mut keys = rows::find(tx.db(), workspace, KeySelection::Ids(&[self.id]), now).await?;
        keys.retain(|key| timeline::is_ahead(key.counts(), now));
        let found_at = self.found_at.as_deref();
        let more = found_at.map(|place| FieldChange::personal("foundAt", Value::Null, place));
        let by = revoke::By {
            account: tx.caller.account_id(),
            reason: Some(LEAKED),
        };
        revoke::end(tx, &by, &keys, more).await?;
        let mails = keys.iter().flat_map(receivers).map(|to| {
            NewMail::new(tx.deps.ids.uuid(now), MailKind::ApiKeyLeaked, to)
                .of(workspace)
                .about(self.id)
        });
        outbox::queue(tx.db(), mails.collect(), now).await?;
        Ok(Verdict::keep(()))
    }
}

/// Those who may revoke keys, and the owner of a member's key.
fn receivers(key: &KeyRow) -> Vec<Receiver> {
    let mut receivers = vec![Receiver::Audience];
    if !key.kind.is_of_workspace() {
        receivers.push(Receiver::Account(key.account_id));
    }
    receivers
}
