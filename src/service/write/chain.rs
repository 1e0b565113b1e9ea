//! The one place where events are numbered, sealed and chained (AUD-2): for a workspace's chain and
//! for an account's.

use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::Event;
use crate::{
    domain::{
        audit,
        id::{AccountId, ApiKeyId, IdSource},
        vocabulary::ActorKind,
    },
    service::Caller,
    store::audit::{Chain, EventRow},
};

/// Who an event says did it (AUD-1).
#[derive(Debug, Clone, Copy)]
pub(crate) struct By {
    /// What kind of actor.
    pub(crate) kind: ActorKind,
    /// The account that acted.
    pub(crate) account: Option<AccountId>,
    /// The key that acted.
    pub(crate) key: Option<ApiKeyId>,
}

impl By {
    /// The caller, as an actor of this kind.
    pub(crate) fn caller(caller: &Caller, kind: ActorKind) -> Self {
        Self {
            kind,
            account: caller.account_id(),
            key: caller.key().map(|key| key.key.id),
        }
    }
}

/// What the events of one write have in common.
#[derive(Debug)]
pub(crate) struct WriteContext<'a> {
    /// New ids and salts.
    pub(crate) ids: &'a IdSource,
    /// The chain that they are appended to; its row is locked.
    pub(crate) chain: Chain,
    /// The actor behind them.
    pub(crate) by: By,
    /// From which address.
    pub(crate) client: Option<IpAddr>,
    /// In which request.
    pub(crate) request_id: &'a str,
    /// The write's instant.
    pub(crate) at: DateTime<Utc>,
}

/// The end of a chain: the number and the hash of its last event.
#[derive(Debug, Clone)]
pub(crate) struct ChainEnd {
    pub(crate) sequence: i64,
    pub(crate) hash: Vec<u8>,
}

impl ChainEnd {
    /// Makes rows of `events`, each chained to the one before it, and moves the end behind them.
    pub(crate) fn append(
        &mut self,
        context: &WriteContext<'_>,
        events: Vec<Event>,
    ) -> Vec<EventRow> {
        events
            .into_iter()
            .map(|event| self.row(context, event))
            .collect()
    }

    fn row(&mut self, context: &WriteContext<'_>, event: Event) -> EventRow {
        let WriteContext {
            ids,
            by,
            at,
            request_id,
            ..
        } = *context;
        let salt = || {
            let mut salt = vec![0; 16];
            ids.fill(&mut salt);
            salt
        };
        let (sealed, mut side) = audit::seal(&event.changes, event.personal_of, salt);
        let client = context.client.map(|address| {
            let (salt, value) = (
                salt(),
                serde_json::Value::from(address.to_string()).to_string(),
            );
            let stand_in = audit::salted_hash(&salt, &value);
            side.push(audit::SideValue {
                name: audit::CLIENT_ADDRESS.to_owned(),
                salt,
                value,
                account: by.account,
            });
            stand_in
        });
        let effective_at = event.effective_at.unwrap_or(at);
        self.sequence += 1;
        let content = audit::Content {
            sequence: self.sequence,
            at,
            effective_at,
            kind: event.kind.as_str(),
            actor_kind: by.kind.as_str(),
            actor_account_id: by.account,
            actor_api_key_id: by.key,
            client: client.as_deref(),
            subject_id: Some(&event.subject_id),
            request_id,
            changes: &sealed,
        };
        let hash = audit::hash(&self.hash, &content, audit::Form::Whole);
        self.hash = hash.to_vec();
        EventRow {
            id: ids.uuid(at),
            chain: context.chain,
            sequence: self.sequence,
            at,
            effective_at,
            kind: event.kind,
            actor_kind: by.kind,
            actor_account_id: by.account,
            actor_api_key_id: by.key,
            client,
            subject_id: Some(event.subject_id),
            request_id: request_id.to_owned(),
            changes: sealed.to_string(),
            hash,
            side,
        }
    }
}
