//! The arithmetic of the audit log: the canonical form of an event, its hash, and the salted hashes
//! that replace personal values (AUD-2).

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

/// A changed field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field of the subject.
    pub field: &'static str,
    /// The value before; null if there was none.
    pub before: Value,
    /// The value after; null if there is none.
    pub after: Value,
    /// Whether the values are personal (names, e-mails, addresses, clients, free text) and so are
    /// kept in a side row (AUD-2).
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

/// A personal value kept beside its event: deleting the row erases the value without breaking the
/// chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SideValue {
    /// Which value of the event: `changes.<index>.before` or `changes.<index>.after`.
    pub name: String,
    /// 16 random bytes.
    pub salt: Vec<u8>,
    /// The value as JSON.
    pub value: String,
    /// The account that the value is about, if any. Erasure finds the value by it.
    pub account: Option<AccountId>,
}

/// What an event's hash covers, besides the hash of the event before it.
#[derive(Debug, Clone)]
pub struct Content<'a> {
    /// The event's number in the chain, from 1.
    pub sequence: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// When it took effect.
    pub effective_at: DateTime<Utc>,
    /// `<NOUN>_<PAST_PARTICIPLE>`.
    pub kind: &'a str,
    /// The kind of actor, by its API name.
    pub actor_kind: &'a str,
    /// The account that acted.
    pub actor_account_id: Option<AccountId>,
    /// The key that acted.
    pub actor_api_key_id: Option<ApiKeyId>,
    /// The salted hash of the client's address ([`salted_hash`]); `None` if the address was
    /// unknown.
    pub client: Option<&'a str>,
    /// The id of whom or what it is about.
    pub subject_id: Option<&'a str>,
    /// The request that caused it.
    pub request_id: &'a str,
    /// The changes, personal values replaced by their salted hashes ([`seal`]).
    pub changes: &'a Value,
}

/// An instant in the form of the API and of the audit log: RFC 3339, Z, six digits of a second.
pub fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// Replaces personal values by hex SHA-256(salt ‖ value) and returns the values to keep in side
/// rows. Null stays null. Such a change has `personal: true`, which distinguishes a hash from a
/// value after the value is erased.
pub fn seal(
    changes: &[FieldChange],
    account: Option<AccountId>,
    mut salt: impl FnMut() -> Vec<u8>,
) -> (Value, Vec<SideValue>) {
    let mut side = Vec::new();
    let sealed = changes.iter().enumerate().map(|(index, change)| {
        let mut replace = |end: &str, value: &Value| {
            if !change.personal || value.is_null() {
                return value.clone();
            }
            let (salt, value) = (salt(), value.to_string());
            let sealed = salted_hash(&salt, &value);
            side.push(SideValue {
                name: format!("changes.{index}.{end}"),
                salt,
                value,
                account,
            });
            Value::String(sealed)
        };
        let mut sealed = Map::new();
        sealed.insert("field".to_owned(), change.field.into());
        sealed.insert("before".to_owned(), replace("before", &change.before));
        sealed.insert("after".to_owned(), replace("after", &change.after));
        if change.personal {
            sealed.insert("personal".to_owned(), true.into());
        }
        Value::Object(sealed)
    });
    let sealed = Value::Array(sealed.collect());
    (sealed, side)
}

/// What the chain holds for a personal value: hex SHA-256(salt ‖ the value's JSON text).
pub fn salted_hash(salt: &[u8], value: &str) -> String {
    hex(&Sha256::new()
        .chain_update(salt)
        .chain_update(value)
        .finalize())
}

/// Which content an event's hash covers. Chains are never rewritten, so events keep the form they
/// were written in; the hash itself tells which one that is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything in [`Content`].
    Whole,
    /// Without `actorKind` and `client`: written before the chain covered them.
    WithoutClient,
}

impl Form {
    /// Every form. The first one is written today.
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

/// RFC 8785 for what events contain: sorted keys, no whitespace, integers. (serde_json escapes
/// strings as the RFC demands.)
pub fn canonical(value: &Value) -> String {
    fn write(value: &Value, out: &mut String) {
        match value {
            Value::Object(map) => write_object(map, out),
            Value::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
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
        for (index, key) in keys.into_iter().enumerate() {
            if index > 0 {
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

/// The bytes of a hash of 32 bytes in lower-case hex.
pub fn hash_from_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: &u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let digits: Vec<u8> = text
        .bytes()
        .map(|byte| digit(&byte))
        .collect::<Option<_>>()?;
    (digits.len() == 64).then(|| {
        digits
            .chunks(2)
            .map(|pair| pair[0] << 4 | pair[1])
            .collect()
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
            Value::String(salted_hash(&side[0].salt, &side[0].value))
        );
        assert!(!sealed.to_string().contains("example.org"));
        assert_eq!(sealed[1]["after"], "y");
    }
}
