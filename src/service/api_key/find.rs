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
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
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
    command: FindApiKey,
) -> Result<Committed<FoundApiKey>, Failure> {
    refuse_keys(caller)?;
    deps.key_look_ups.admit(&caller.budget_key())?;
    let known = match command.parsed() {
        Some(secret) => key_secret::find(deps.db.reader(), &secret.hash()).await?,
        None => None,
    };
    let (workspace, options) = (command.workspace_id, CallOptions::default());
    let found = known.filter(|key| key.workspace_id == workspace);
    let use_case = (command, found.map(|key| key.id));
    write::run(deps, caller, workspace, &options, &use_case).await
}

impl FindApiKey {
    /// The secret, if the text has the form of one (KEY-2).
    fn parsed(&self) -> Option<ApiKeySecret> {
        ApiKeySecret::parse(&text::line(&self.secret))
    }
}

impl InformedUseCase for FindApiKey {
    const CHANGES_ACCESS: bool = false;
    type Output = FoundApiKey;
    /// The key with that secret.
    type Before = Option<ApiKeyId>;

    fn mutation(&self) -> &'static str {
        "findApiKey"
    }

    fn authorize(
        &self,
        _: &Option<ApiKeyId>,
        access: &Access,
        caller: &Caller,
    ) -> Result<(), Failure> {
        refuse_keys(caller)?;
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(
        &self,
        found: &Option<ApiKeyId>,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<FoundApiKey>, Failure> {
        let Some(secret) = self.parsed() else {
            let error = UserError::at(ErrorCode::InvalidSecret, "secret");
            return Err(Failure::Invalid(vec![error]));
        };
        if let Some(id) = found {
            let changes = vec![FieldChange::plain("prefix", Value::Null, secret.prefix())];
            tx.record(Event::new(AuditEventKind::ApiKeyLookedUp, *id, changes));
        }
        Ok(Verdict::keep(FoundApiKey { api_key_id: *found }))
    }
}
