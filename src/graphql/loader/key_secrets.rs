//! The secrets of API keys: one statement for all keys of a page.

use std::collections::HashMap;

use async_graphql::{Context, dataloader::Loader};
use chrono::{DateTime, Utc};

use super::{Shared, failure};
use crate::{
    domain::id::{ApiKeyId, WorkspaceId},
    service::{
        Deps, Failure,
        key_list::{self, SecretRow},
    },
};

/// A key whose secrets are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretsKey {
    /// The key's workspace.
    pub workspace: WorkspaceId,
    /// The key.
    pub key: ApiKeyId,
    /// The instant of the read.
    pub now: DateTime<Utc>,
}

pub(super) struct KeySecretsLoader(pub(super) Deps);

impl Loader<SecretsKey> for KeySecretsLoader {
    type Value = Vec<SecretRow>;
    type Error = Shared;

    async fn load(&self, keys: &[SecretsKey]) -> Result<HashMap<SecretsKey, Self::Value>, Shared> {
        let mut grouped: HashMap<(WorkspaceId, DateTime<Utc>), Vec<ApiKeyId>> = HashMap::new();
        for key in keys {
            grouped
                .entry((key.workspace, key.now))
                .or_default()
                .push(key.key);
        }
        let mut secrets: HashMap<SecretsKey, Vec<SecretRow>> = HashMap::new();
        for ((workspace, now), ids) in grouped {
            let rows = key_list::secrets(&self.0, workspace, &ids, now)
                .await
                .map_err(std::sync::Arc::new)?;
            for row in rows {
                let key = row.api_key_id;
                let key = SecretsKey {
                    workspace,
                    key,
                    now,
                };
                secrets.entry(key).or_default().push(row);
            }
        }
        Ok(secrets)
    }
}

/// The secrets of a key that work, oldest first; none if the key was never rotated (KEY-9).
pub async fn secrets(ctx: &Context<'_>, key: SecretsKey) -> Result<Vec<SecretRow>, Failure> {
    let loaders = super::loaders(ctx)?;
    let secrets = loaders
        .get(&loaders.key_secrets, KeySecretsLoader)
        .load_one(key)
        .await
        .map_err(failure)?;
    Ok(secrets.unwrap_or_default())
}
