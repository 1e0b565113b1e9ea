//! The record's arithmetic: the canonical form of an event, its hash, and the salted stand-ins of
//! personal values (AUD-2).

mod kind;
mod recorded;
pub mod verify;

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub use kind::AuditEventKind;
pub use recorded::{CLIENT_ADDRESS, Recorded, Shown};

use super::id::{AccountId, ApiKeyId};

/// The previous hash of the first event of a chain.
pub const GENESIS: [u8; 32] = [0; 32];

/// One field that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// Which field of the subject.
    pub field: &'static str,
    /// What it was; null if there was nothing.
    pub before: Value,
    /// What it is now; null if there is nothing.
    pub after: Value,
    /// Whether the values are personal (names, e-mails, addresses, clients, free text) and stand in
    /// a side row (AUD-2).
    pub personal: bool,
}

impl FieldChange {
    /// A change of a value that is not personal.
    pub fn plain(field: &'static str, before: impl Into<Value>, after: impl Into<Value>) -> Self {
        Self {
            field,
            before: before.into(),
            after: after.into(),
            personal: false,
        }
    }

    /// A change of a personal value.
    pub fn personal(
        field: &'static str,
        before: impl Into<Value>,
        after: impl Into<Value>,
    ) -> Self {
        Self {
            field,
            before: before.into(),
            after: after.into(),
            personal: true,
        }
    }
}

/// A personal value beside its event: deleting the row forgets the value, and the chain still
/// holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideValue {
    /// Which value of the event: `changes.<place>.before` or `changes.<place>.after`.
    pub name: String,
    /// 16 random bytes.
    pub salt: Vec<u8>,
    /// The value as JSON.
    pub value: String,
    /// Whose value it is, if one account's: erasure finds it by this.
    pub of: Option<AccountId>,
}

/// What an event's hash covers, besides the hash before it.
#[derive(Debug, Clone)]
pub struct Content<'a> {
    /// Its number in the chain, from 1.
    pub sequence: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it took hold.
    pub effective_at: DateTime<Utc>,
    /// `<NOUN>_<PAST_PARTICIPLE>`.
    pub kind: &'a str,
    /// What kind of actor it was, as its API name.
    pub actor_kind: &'a str,
    /// The account that acted.
    pub actor_account_id: Option<AccountId>,
    /// The key that acted.
    pub actor_api_key_id: Option<ApiKeyId>,
    /// The stand-in of the client's address ([`stand_in_of`]); `None` if no address was known.
    pub client: Option<&'a str>,
    /// What it is about.
    pub subject_id: Option<&'a str>,
    /// The request.
    pub request_id: &'a str,
    /// The changes, personal values replaced by their stand-ins ([`seal`]).
    pub changes: &'a Value,
}

/// An instant in the API's and the record's form: RFC 3339, Z, six digits of a second.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Replaces personal values by hex SHA-256(salt ‖ value) and gives the values to be kept beside;
/// null stays null. Such a change says `personal: true`, so that a stand-in is told from a value
/// when the value is erased.
pub fn seal(
    changes: &[FieldChange],
    of: Option<AccountId>,
    mut salt: impl FnMut() -> Vec<u8>,
) -> (Value, Vec<SideValue>) {
    let mut side = Vec::new();
    let sealed = changes.iter().enumerate().map(|(place, change)| {
        let mut stand_in = |end: &str, value: &Value| {
            if !change.personal || value.is_null() {
                return value.clone();
            }
            let (salt, value) = (salt(), value.to_string());
            let sealed = stand_in_of(&salt, &value);
            side.push(SideValue {
                name: format!("changes.{place}.{end}"),
                salt,
                value,
                of,
            });
            Value::String(sealed)
        };
        let mut sealed = Map::new();
        sealed.insert("field".to_owned(), change.field.into());
        sealed.insert("before".to_owned(), stand_in("before", &change.before));
        sealed.insert("after".to_owned(), stand_in("after", &change.after));
        if change.personal {
            sealed.insert("personal".to_owned(), true.into());
        }
        Value::Object(sealed)
    });
    let sealed = Value::Array(sealed.collect());
    (sealed, side)
}

/// What stands in the chain for a personal value: hex SHA-256(salt ‖ the value's JSON text).
pub fn stand_in_of(salt: &[u8], value: &str) -> String {
    hex(&Sha256::new()
        .chain_update(salt)
        .chain_update(value)
        .finalize())
}

/// Which content an event's hash covers. Chains are never rewritten, so events keep the form that
/// they were written in; the hash itself tells which one that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything in [`Content`].
    Whole,
    /// Without `actorKind` and `client`: written before the chain covered them.
    WithoutClient,
}

impl Form {
    /// Every form, the one that is written first.
    pub const ALL: [Self; 2] = [Self::Whole, Self::WithoutClient];
}

impl Content<'_> {
    /// The JSON that the hash covers.
    pub fn value(&self, form: Form) -> Value {
        let mut value = self.without_client();
        if form == Form::Whole
            && let Value::Object(fields) = &mut value
        {
            fields.insert("actorKind".to_owned(), self.actor_kind.into());
            fields.insert("client".to_owned(), self.client.into());
        }
        value
    }

    fn without_client(&self) -> Value {
        json!({
            "v": 1,
            "sequence": self.sequence,
            "at": instant(self.at),
            "effectiveAt": instant(self.effective_at),
            "kind": self.kind,
            "actorAccountId": self.actor_account_id,
            "actorApiKeyId": self.actor_api_key_id,
            "subjectId": self.subject_id,
            "requestId": self.request_id,
            "changes": self.changes,
        })
    }
}

/// SHA-256(previous hash ‖ canonical JSON of the content).
pub fn hash(previous: &[u8], content: &Content<'_>, form: Form) -> [u8; 32] {
    Sha256::new()
        .chain_update(previous)
        .chain_update(canonical(&content.value(form)))
        .finalize()
        .into()
}

/// RFC 8785 for what events hold: sorted keys, no blanks, whole numbers. (serde_json escapes
/// strings as the RFC asks.)
pub fn canonical(value: &Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Object(map) => write_object(map, out),
            Value::Array(items) => {
                out.push('[');
                for (place, item) in items.iter().enumerate() {
                    if place > 0 {
                        out.push(',');
                    }
                    write(item, out);
                }
                out.push(']');
            }
            leaf => out.push_str(&leaf.to_string()),
        }
    }
    fn write_object(map: &Map<String, Value>, out: &mut String) {
        let mut keys: Vec<&String> = map.keys().collect();
        keys.sort_by(|a, b| a.encode_utf16().cmp(b.encode_utf16()));
        out.push('{');
        for (place, key) in keys.into_iter().enumerate() {
            if place > 0 {
                out.push(',');
            }
            out.push_str(&Value::String(key.clone()).to_string());
            out.push(':');
            if let Some(value) = map.get(key) {
                write(value, out);
            }
        }
        out.push('}');
    }
    let mut out = String::new();
    write(value, &mut out);
    out
}

/// Lower-case hex.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aud_2_canonical_form_sorts_keys_and_leaves_no_blanks() {
        let value = json!({"b": [1, "x\u{1}\n", null], "a": {"z": true, "é": "ü"}});
        assert_eq!(
            canonical(&value),
            "{\"a\":{\"z\":true,\"é\":\"ü\"},\"b\":[1,\"x\\u0001\\n\",null]}"
        );
    }

    #[test]
    fn aud_2_personal_values_are_replaced_and_can_be_checked() {
        let changes = [
            FieldChange::personal("email", Value::Null, "a@example.org"),
            FieldChange::plain("role", "x", "y"),
        ];
        let (sealed, side) = seal(&changes, None, || vec![7; 16]);
        assert_eq!(side.len(), 1);
        assert_eq!(side[0].name, "changes.0.after");
        assert_eq!(
            sealed[0]["after"],
            Value::String(stand_in_of(&side[0].salt, &side[0].value))
        );
        assert!(!sealed.to_string().contains("example.org"));
        assert_eq!(sealed[1]["after"], "y");
    }
}
