//! What is kept of a committed call for the same call again (AUD-5): ids and codes. What changed is
//! not copied: the events of the record that say it are named by their numbers, so that a personal
//! value stands in one place and is erased there.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{
    Committed, MOST_CHANGES,
    effects::Effects,
    record::{Change, Effect},
    transaction::Transaction,
};
use crate::{
    domain::{id::WorkspaceId, keyed_hash::KeyedHash},
    service::{Access, Failure},
    store::{
        audit::{Chain, chain},
        idempotency::ResultRow,
    },
};

/// The first answer of a call, kept for its repetitions.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct StoredResult<O> {
    pub(super) output: O,
    pub(super) effects: Vec<Effect>,
    /// How many members gained or lost something; none in records made before that was counted.
    #[serde(default)]
    pub(super) effect_count: Option<usize>,
    /// The first and the last number of its events in the workspace's chain; none if it has no
    /// events.
    #[serde(default)]
    pub(super) events: Option<(i64, i64)>,
    /// Records made before events were named have the changes themselves.
    #[serde(default, skip_serializing)]
    changes: Vec<Change>,
}

impl<O> StoredResult<O> {
    pub(super) fn new(output: O, effects: Effects, events: Option<(i64, i64)>) -> Self {
        let Effects { named, count, .. } = effects;
        Self {
            output,
            effects: named,
            effect_count: Some(count),
            events,
            changes: Vec::new(),
        }
    }
}

impl<O: Serialize> StoredResult<O> {
    /// As it is kept beside the keyed hash of the input.
    pub(super) fn kept(&self, input_hash: &[u8; 32]) -> Result<ResultRow, Failure> {
        let result =
            serde_json::to_string(self).map_err(|error| Failure::Internal(error.to_string()))?;
        Ok(ResultRow {
            input_hash: input_hash.to_vec(),
            result,
        })
    }
}

/// The answer of the call that `kept` is of: its changes are read back from the record, without
/// what was erased since.
pub(super) async fn replay<O: DeserializeOwned>(
    tx: Transaction<'_>,
    kept: &ResultRow,
    input_hash: &KeyedHash,
) -> Result<Committed<O>, Failure> {
    if !input_hash.is(&kept.input_hash) {
        return Err(Failure::IdempotencyConflict);
    }
    let stored_result: StoredResult<O> = match serde_json::from_str(&kept.result) {
        Ok(stored_result) => stored_result,
        Err(error) => {
            // Kept by a release that answers otherwise: the call was done, so it is not done again.
            tracing::warn!(%error, "could not read a stored result");
            return Err(Failure::IdempotencyConflict);
        }
    };
    let StoredResult {
        output,
        effects,
        effect_count,
        events,
        changes,
    } = stored_result;
    let mut changes = match events {
        Some(numbers) => recorded_changes(&tx, tx.workspace_id(), numbers).await?,
        None => changes,
    };
    let change_count = changes.len();
    changes.truncate(MOST_CHANGES);
    let effect_count = effect_count.unwrap_or(effects.len());
    let access: Access = tx.roll_back().await?;
    Ok(Committed {
        output,
        errors: Vec::new(),
        changes,
        change_count,
        effects,
        effect_count,
        examined: 0,
        replayed: true,
        access,
    })
}

/// What the events with these numbers say, as the first answer said it.
async fn recorded_changes(
    tx: &Transaction<'_>,
    workspace: WorkspaceId,
    (first, last): (i64, i64),
) -> Result<Vec<Change>, Failure> {
    let events = chain::between(tx.db(), Chain::Workspace(workspace), (first, last)).await?;
    let changes_of = |event: crate::domain::audit::Recorded| {
        let shown = event.shown();
        shown.into_iter().map(move |change| Change {
            subject_id: event.subject_id.clone(),
            field: change.field,
            before: change.before,
            after: change.after,
            redacted: change.redacted,
        })
    };
    Ok(events.into_iter().flat_map(changes_of).collect())
}
