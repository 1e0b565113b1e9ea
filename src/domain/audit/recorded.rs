//! An event read back from the audit log: its hash, its personal values, and what can still be
//! shown of it (AUD-2).

#![allow(
    missing_docs,
    reason = "a field has a comment only if its name leaves something open"
)]

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Content, Form, SideValue, hash, salted_hash};
use crate::domain::{
    id::{AccountId, ApiKeyId, AuditEventId},
    vocabulary::ActorKind,
};

/// The side value that holds the client's address. The chain covers its salted hash.
pub const CLIENT_ADDRESS: &str = "clientAddress";

/// An event as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub id: AuditEventId,
    /// The event's number in its chain, from 1.
    pub sequence: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it took effect.
    pub effective_at: DateTime<Utc>,
    pub kind: String,
    /// The kind of actor, as recorded.
    pub actor_kind: String,
    /// The account that acted.
    pub actor_account_id: Option<AccountId>,
    /// The key that acted.
    pub actor_api_key_id: Option<ApiKeyId>,
    /// The salted hash of the client's address.
    pub client: Option<String>,
    /// The id of whom or what it is about.
    pub subject_id: Option<String>,
    /// The request that caused it.
    pub request_id: String,
    /// The sealed changes, as JSON.
    pub changes: String,
    pub hash: Vec<u8>,
    /// The personal values that were not erased.
    pub side: Vec<SideValue>,
}

/// A changed field, as far as it can still be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub field: String,
    /// The value before; null if there was none or it was erased.
    pub before: Value,
    /// The value after; null if there is none or it was erased.
    pub after: Value,
    /// Whether a personal value of it was erased.
    pub redacted: bool,
}

/// The result of checking the personal values of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Every value that still exists is unchanged; this many were erased.
    Whole { redacted: u64 },
    /// A value was altered, or never belonged to the event.
    Altered,
}

const ENDS: [&str; 2] = ["before", "after"];

fn value_key(name: &str) -> Option<(usize, &str)> {
    let (index, end) = name.strip_prefix("changes.")?.split_once('.')?;
    Some((
        index.parse().ok()?,
        ENDS.into_iter().find(|candidate| *candidate == end)?,
    ))
}

impl Recorded {
    /// The kind of actor.
    pub fn actor(&self) -> ActorKind {
        ActorKind::parse(&self.actor_kind).unwrap_or(ActorKind::System)
    }

    /// What the hash covers, in the form that the event was written in; its hash and `previous`,
    /// that of the event before it, tell which one. `None` if the changes are not JSON.
    pub fn content(&self, previous: Option<&[u8]>) -> Option<Value> {
        let changes: Value = serde_json::from_str(&self.changes).ok()?;
        let form = previous
            .and_then(|previous| self.form_after(previous))
            .unwrap_or(Form::Whole);
        Some(self.covered(&changes).value(form))
    }

    /// The hash that this event gets after one with the hash `previous`. `None` if its changes are
    /// not JSON.
    pub fn hash_after(&self, previous: &[u8], form: Form) -> Option<[u8; 32]> {
        let changes: Value = serde_json::from_str(&self.changes)
            .ok()
            .filter(|_| self.actor_fits())?;
        Some(hash(previous, &self.covered(&changes), form))
    }

    /// The form in which this event's hash follows one with the hash `previous`. `None` if there is
    /// none: the event was altered.
    pub fn form_after(&self, previous: &[u8]) -> Option<Form> {
        let fits = |form: &Form| {
            // The earlier form did not cover the client.
            (*form == Form::Whole || self.client.is_none())
                && self
                    .hash_after(previous, *form)
                    .is_some_and(|hash| hash[..] == self.hash[..])
        };
        Form::ALL.into_iter().find(fits)
    }

    /// Whether the kind of actor fits these ids. For an event in the earlier form, nothing more can
    /// be checked.
    fn actor_fits(&self) -> bool {
        let (account, key) = (
            self.actor_account_id.is_some(),
            self.actor_api_key_id.is_some(),
        );
        match ActorKind::parse(&self.actor_kind) {
            Some(ActorKind::Anonymous | ActorKind::System) => !account && !key,
            Some(ActorKind::Account | ActorKind::Operator) => account && !key,
            // A key of the workspace acts for no account (KEY-8).
            Some(ActorKind::ApiKey) => key,
            None => false,
        }
    }

    fn covered<'a>(&'a self, changes: &'a Value) -> Content<'a> {
        Content {
            sequence: self.sequence,
            at: self.at,
            effective_at: self.effective_at,
            kind: &self.kind,
            actor_kind: &self.actor_kind,
            actor_account_id: self.actor_account_id,
            actor_api_key_id: self.actor_api_key_id,
            client: self.client.as_deref(),
            subject_id: self.subject_id.as_deref(),
            request_id: &self.request_id,
            changes,
        }
    }

    fn parsed(&self) -> Vec<Value> {
        match serde_json::from_str(&self.changes) {
            Ok(Value::Array(changes)) => changes,
            _ => Vec::new(),
        }
    }

    /// Checks every personal value that still exists against its salted hash.
    pub(super) fn values(&self, form: Form) -> Values {
        let changes = self.parsed();
        let expected_hash = |side: &SideValue| match value_key(&side.name) {
            Some((index, end)) => changes.get(index)?.get(end)?.as_str(),
            None if side.name == CLIENT_ADDRESS => self.client.as_deref(),
            None => None,
        };
        let is_covered = |side: &&SideValue| form == Form::Whole || side.name != CLIENT_ADDRESS;
        for side in self.side.iter().filter(is_covered) {
            if expected_hash(side) != Some(salted_hash(&side.salt, &side.value).as_str()) {
                return Values::Altered;
            }
        }
        let in_changes: u64 = changes
            .iter()
            .enumerate()
            .map(|(index, change)| self.missing(index, change))
            .sum();
        let address =
            self.client.is_some() && !self.side.iter().any(|side| side.name == CLIENT_ADDRESS);
        Values::Whole {
            redacted: in_changes + u64::from(address),
        }
    }

    /// How many personal values of one change were erased.
    fn missing(&self, index: usize, change: &Value) -> u64 {
        let is_erased = |end: &&str| is_sealed(change, end) && self.value(index, end).is_none();
        ENDS.iter().filter(|end| is_erased(end)).count() as u64
    }

    fn value(&self, index: usize, end: &str) -> Option<&SideValue> {
        let name = format!("changes.{index}.{end}");
        self.side.iter().find(|side| side.name == name)
    }

    /// The changes, with the personal values that still exist.
    pub fn shown(&self) -> Vec<Shown> {
        let show = |(index, change): (usize, &Value)| {
            let shown = |end: &str| match self.value(index, end) {
                Some(side) => serde_json::from_str(&side.value).unwrap_or_default(),
                None if is_sealed(change, end) => Value::Null,
                None => change.get(end).cloned().unwrap_or_default(),
            };
            Shown {
                field: change
                    .get("field")
                    .and_then(Value::as_str)
                    .unwrap_or_default()
                    .to_owned(),
                before: shown("before"),
                after: shown("after"),
                redacted: self.missing(index, change) > 0,
            }
        };
        self.parsed().iter().enumerate().map(show).collect()
    }

    /// The client's address, if it was known and was not erased.
    pub fn client_address(&self) -> Option<String> {
        let side = self.side.iter().find(|side| side.name == CLIENT_ADDRESS)?;
        serde_json::from_str(&side.value).ok()
    }
}

/// Whether this end of a change holds a salted hash.
fn is_sealed(change: &Value, end: &str) -> bool {
    change
        .get("personal")
        .and_then(Value::as_bool)
        .unwrap_or_default()
        && change.get(end).is_some_and(|value| !value.is_null())
}
