//! An event as it stands in the record, read back: its hash, its personal values, what of it can
//! still be shown (AUD-2).

use chrono::{DateTime, Utc};
use serde_json::Value;

use super::{Content, Form, SideValue, hash, stand_in_of};
use crate::domain::{
    id::{AccountId, ApiKeyId, AuditEventId},
    vocabulary::ActorKind,
};

/// The side value that holds the client's address; the chain covers its stand-in.
pub const CLIENT_ADDRESS: &str = "clientAddress";

/// An event as it stands in the record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Its id.
    pub id: AuditEventId,
    /// Its number in its chain, from 1.
    pub sequence: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it took hold.
    pub effective_at: DateTime<Utc>,
    /// What happened.
    pub kind: String,
    /// What kind of actor did it, as it stands in the record.
    pub actor_kind: String,
    /// The account that acted.
    pub actor_account_id: Option<AccountId>,
    /// The key that acted.
    pub actor_api_key_id: Option<ApiKeyId>,
    /// The stand-in of the client's address.
    pub client: Option<String>,
    /// What it is about.
    pub subject_id: Option<String>,
    /// The request.
    pub request_id: String,
    /// The sealed changes, as JSON.
    pub changes: String,
    /// Its hash.
    pub hash: Vec<u8>,
    /// The personal values that are still there.
    pub side: Vec<SideValue>,
}

/// One changed field as it can still be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Which field.
    pub field: String,
    /// What it was; null if there was nothing, or it is not there any more.
    pub before: Value,
    /// What it is; likewise.
    pub after: Value,
    /// Whether a personal value of it was erased.
    pub redacted: bool,
}

/// How the personal values of an event stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Each that is there is what was written; so many are not there any more.
    Whole { redacted: u64 },
    /// One is not what was written, or never belonged to the event.
    Altered,
}

const ENDS: [&str; 2] = ["before", "after"];

fn place(name: &str) -> Option<(usize, &str)> {
    let (place, end) = name.strip_prefix("changes.")?.split_once('.')?;
    Some((
        place.parse().ok()?,
        ENDS.into_iter().find(|known| *known == end)?,
    ))
}

impl Recorded {
    /// What kind of actor did it.
    pub fn actor(&self) -> ActorKind {
        ActorKind::parse(&self.actor_kind).unwrap_or(ActorKind::System)
    }

    /// What the hash covers, if the changes are JSON at all: in the form that the event was written
    /// in, which its hash and that of the event before it, `previous`, tell.
    pub fn content(&self, previous: Option<&[u8]>) -> Option<Value> {
        let changes: Value = serde_json::from_str(&self.changes).ok()?;
        let form = previous
            .and_then(|previous| self.form_behind(previous))
            .unwrap_or(Form::Whole);
        Some(self.covered(&changes).value(form))
    }

    /// The hash that an event like this gets behind one with the hash `previous`; `None` if it
    /// cannot have any.
    pub fn hash_behind(&self, previous: &[u8], form: Form) -> Option<[u8; 32]> {
        let changes: Value = serde_json::from_str(&self.changes)
            .ok()
            .filter(|_| self.actor_fits())?;
        Some(hash(previous, &self.covered(&changes), form))
    }

    /// The form in which this event has its hash behind one with the hash `previous`; `None`: in
    /// none, so it was altered.
    pub fn form_behind(&self, previous: &[u8]) -> Option<Form> {
        let fits = |form: &Form| {
            // The earlier form knew no stand-in.
            (*form == Form::Whole || self.client.is_none())
                && self
                    .hash_behind(previous, *form)
                    .is_some_and(|hash| hash[..] == self.hash[..])
        };
        Form::ALL.into_iter().find(fits)
    }

    /// Whether the kind of actor is one that these ids can have. Of an event in the earlier form
    /// that is all that can be told.
    fn actor_fits(&self) -> bool {
        let (account, key) = (
            self.actor_account_id.is_some(),
            self.actor_api_key_id.is_some(),
        );
        match ActorKind::parse(&self.actor_kind) {
            Some(ActorKind::Anonymous | ActorKind::System) => !account && !key,
            Some(ActorKind::Account | ActorKind::Operator) => account && !key,
            Some(ActorKind::ApiKey) => account && key,
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

    /// Holds every personal value that is there against its stand-in.
    pub(super) fn values(&self, form: Form) -> Values {
        let changes = self.parsed();
        let stand_in = |side: &SideValue| match place(&side.name) {
            Some((place, end)) => changes.get(place)?.get(end)?.as_str(),
            None if side.name == CLIENT_ADDRESS => self.client.as_deref(),
            None => None,
        };
        let is_covered = |side: &&SideValue| form == Form::Whole || side.name != CLIENT_ADDRESS;
        for side in self.side.iter().filter(is_covered) {
            if stand_in(side) != Some(stand_in_of(&side.salt, &side.value).as_str()) {
                return Values::Altered;
            }
        }
        let in_changes: u64 = changes
            .iter()
            .enumerate()
            .map(|(place, change)| self.missing(place, change))
            .sum();
        let address =
            self.client.is_some() && !self.side.iter().any(|side| side.name == CLIENT_ADDRESS);
        Values::Whole {
            redacted: in_changes + u64::from(address),
        }
    }

    /// How many personal values of one change are not there any more.
    fn missing(&self, place: usize, change: &Value) -> u64 {
        let gone = |end: &&str| is_sealed(change, end) && self.value(place, end).is_none();
        ENDS.iter().filter(|end| gone(end)).count() as u64
    }

    fn value(&self, place: usize, end: &str) -> Option<&SideValue> {
        let name = format!("changes.{place}.{end}");
        self.side.iter().find(|side| side.name == name)
    }

    /// What changed, with the personal values that are still there.
    pub fn shown(&self) -> Vec<Shown> {
        let show = |(place, change): (usize, &Value)| {
            let shown = |end: &str| match self.value(place, end) {
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
                redacted: self.missing(place, change) > 0,
            }
        };
        self.parsed().iter().enumerate().map(show).collect()
    }

    /// From which address it was done, if that was known and is still there.
    pub fn client_address(&self) -> Option<String> {
        let side = self.side.iter().find(|side| side.name == CLIENT_ADDRESS)?;
        serde_json::from_str(&side.value).ok()
    }
}

/// Whether a stand-in stands at this end of a change.
fn is_sealed(change: &Value, end: &str) -> bool {
    change
        .get("personal")
        .and_then(Value::as_bool)
        .unwrap_or_default()
        && change.get(end).is_some_and(|value| !value.is_null())
}
