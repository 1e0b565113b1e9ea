//! `findApiKey`: which key of the workspace a secret belongs to (KEY-3, KEY-11). Recorded, because it
//! says whose a key is.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::refuse_keys;
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        id::{ApiKeyId, WorkspaceId},
        permission::Permission,
        secret::ApiKeySecret,
        text,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::key_secret,
};

/// Looks for the key with a secret.
#[derive(Clone)]
pub struct FindApiKey {
    /// The workspace in which to look.
    pub workspace_id: WorkspaceId,
    /// The secret as it was typed.
    pub secret: String,
}

/// What was found.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
pub struct FoundApiKey {
    /// None if no key of the workspace has this secret.
    pub api_key_id: Option<ApiKeyId>,
}

/// Finds a key of the workspace by a secret, also one that has ended (EWP, by session).
pub async fn find(
    deps: &Deps,
    caller: &Caller,
    command: &FindApiKey,
) -> Result<Committed<FoundApiKey>, Failure> {
    refuse_keys(caller)?;
    deps.key_look_ups.admit(&caller.budget_key())?;
    let secret = ApiKeySecret::parse(&text::line(&command.secret));
    let known = match &secret {
        Some(secret) => key_secret::find(deps.db.reader(), &secret.hash()).await?,
        None => None,
    };
    let call = FindApiKeyCall {
        has_form: secret.is_some(),
        found: known
            .filter(|key| key.workspace_id == command.workspace_id)
            .map(|key| {
                (
                    key.id,
                    secret.map(|secret| secret.prefix()).unwrap_or_default(),
                )
            }),
    };
    write::run(
        deps,
        caller,
        command.workspace_id,
        &CallOptions::default(),
        &call,
    )
    .await
}

struct FindApiKeyCall {
    /// Whether the text has the form of a secret (KEY-2).
    has_form: bool,
    /// The key, and the visible part of the secret.
    found: Option<(ApiKeyId, String)>,
}

impl UseCase for FindApiKeyCall {
    const CHANGES_ACCESS: bool = false;
    type Output = FoundApiKey;

    fn mutation(&self) -> &'static str {
        "findApiKey"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        refuse_keys(caller)?;
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<FoundApiKey>, Failure> {
        if !self.has_form {
            let error = UserError::at(ErrorCode::InvalidSecret, "secret");
            return Err(Failure::Invalid(vec![error]));
        }
        if let Some((id, prefix)) = &self.found {
            let changes = vec![FieldChange::plain("prefix", Value::Null, prefix.as_str())];
            tx.record(Event::new(AuditEventKind::ApiKeyLookedUp, *id, changes));
        }
        Ok(Verdict::keep(FoundApiKey {
            api_key_id: self.found.as_ref().map(|(id, _)| *id),
        }))
    }
}
