//! Cursors: where a row stands in its list, encrypted and authenticated, so that they show nothing
//! and cannot be made up.
//!
//! AES-SIV with a key made from the installation's secret: the same row has the same cursor on
//! every node, and a cursor of another list does not open. It is authenticated for the type of the
//! connection, which is known before anything runs, and names the list, which is known when the
//! list is read. Owns the form of a cursor. Must not know any list.

use aes_siv::{KeyInit, siv::Aes128Siv};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::{
    domain::keyed_hash::KeyedHash,
    service::{deps::SecretKey, list::Position},
};

/// The longest cursor that is read, in characters: the sort value of the longest name fits many
/// times.
const LONGEST: usize = 4_096;

/// Bytes of the mark of a list.
const MARK: usize = 8;

/// Bytes of the shortest cursor: the tag, the list's mark, the instant of page one and the row's id.
const SHORTEST_SEALED: usize = 16 + MARK + 8 + 16;

/// Why a text is no cursor of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CursorFault {
    /// It has another form.
    Malformed,
    /// No list of a connection of this type gave it out.
    Foreign,
}

/// Checks that a list of a connection of this type gave out the cursor.
pub fn check(secret: &SecretKey, connection: &str, text: &str) -> Result<(), CursorFault> {
    let sealed = decode(text).ok_or(CursorFault::Malformed)?;
    match decrypt(&keys(secret), connection, &sealed) {
        Some(_) => Ok(()),
        None => Err(CursorFault::Foreign),
    }
}

fn keys(secret: &SecretKey) -> KeyedHash {
    secret.keyed_hashes("cursors", &[])
}

fn decode(text: &str) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    (sealed.len() >= SHORTEST_SEALED).then_some(sealed)
}

/// Opens a cursor that was made under the secret of today or the one before.
fn decrypt(keys: &KeyedHash, connection: &str, sealed: &[u8]) -> Option<Vec<u8>> {
    keys.all().find_map(|key| {
        Aes128Siv::new(&key.into())
            .decrypt([connection.as_bytes()], sealed)
            .ok()
    })
}

/// What a cursor says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cursor {
    /// The instant of page one, in microseconds.
    pub page_one: i64,
    /// Where the row stands.
    pub position: Position,
}

/// What makes and reads the cursors of one list.
pub struct CursorKey {
    keys: KeyedHash,
    connection: &'static str,
    /// Says which list it is of those with the same type of connection, in its first bytes.
    marks: KeyedHash,
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

impl CursorKey {
    /// For the list of this name, whose connections are of this type: its workspace, parent object,
    /// order and instant are part of the name.
    pub fn new(secret: &SecretKey, connection: &'static str, list: &str) -> Self {
        Self {
            keys: keys(secret),
            connection,
            marks: secret.keyed_hashes("lists of cursors", list.as_bytes()),
        }
    }

    /// The cursor as text.
    pub fn seal(&self, cursor: &Cursor) -> String {
        let Cursor {
            page_one,
            position: Position { key, id },
        } = cursor;
        let mut plain = Vec::with_capacity(32 + key.len());
        plain.extend_from_slice(&self.marks.current[..MARK]);
        plain.extend_from_slice(&page_one.to_be_bytes());
        plain.extend_from_slice(id.as_bytes());
        plain.extend_from_slice(key.as_bytes());
        // It is refused for more than 126 headers only; an empty cursor would not open.
        let sealed = Aes128Siv::new(&self.keys.current.into())
            .encrypt([self.connection.as_bytes()], &plain)
            .unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Reads a cursor, also one from before a change of the secret; `None` for a text that is none,
    /// or one of another list.
    pub fn open(&self, text: &str) -> Option<Cursor> {
        let plain = decrypt(&self.keys, self.connection, &decode(text)?)?;
        let (mark, rest) = plain.split_at_checked(MARK)?;
        if !self.marks.all().any(|hash| hash.starts_with(mark)) {
            return None;
        }
        let (page_one, rest) = rest.split_first_chunk::<8>()?;
        let (id, key) = rest.split_first_chunk::<16>()?;
        let key = std::str::from_utf8(key).ok()?.to_owned();
        Some(Cursor {
            page_one: i64::from_be_bytes(*page_one),
            position: Position {
                key,
                id: Uuid::from_bytes(*id),
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8, list: &str) -> CursorKey {
        CursorKey::new(&SecretKey::new([byte; 32]), "MembershipConnection", list)
    }

    fn cursor() -> Cursor {
        let position = Position {
            key: "veldkamp ada".to_owned(),
            id: Uuid::from_u128(42),
        };
        Cursor {
            page_one: 1_790_000_000_000_000,
            position,
        }
    }

    #[test]
    fn a_cursor_opens_in_its_own_list_alone() {
        let text = key(1, "members NAME").seal(&cursor());
        assert_eq!(
            key(1, "members NAME").open(&text),
            Some(cursor()),
            "on any node"
        );
        assert_eq!(key(1, "members EMAIL").open(&text), None, "another list");
        assert_eq!(
            key(2, "members NAME").open(&text),
            None,
            "another installation"
        );
        assert_eq!(
            key(1, "members NAME").seal(&cursor()),
            text,
            "always the same"
        );
    }

    #[test]
    fn a_cursor_is_of_one_type_of_connection() {
        let secret = SecretKey::new([1; 32]);
        let text = key(1, "members NAME").seal(&cursor());
        let check = |connection, text: &str| check(&secret, connection, text);
        assert_eq!(check("MembershipConnection", &text), Ok(()));
        assert_eq!(
            check("GroupConnection", &text),
            Err(CursorFault::Foreign),
            "another type"
        );
        let forged = URL_SAFE_NO_PAD.encode([0; 60]);
        for (bad, fault) in [
            (forged.as_str(), CursorFault::Foreign),
            ("nonsense", CursorFault::Malformed),
            ("", CursorFault::Malformed),
        ] {
            assert_eq!(check("MembershipConnection", bad), Err(fault), "{bad}");
        }
        let groups = CursorKey::new(&secret, "GroupConnection", "members NAME");
        assert_eq!(groups.open(&text), None);
    }

    #[test]
    fn a_cursor_shows_nothing_and_cannot_be_changed() {
        let key = key(1, "members NAME");
        let text = key.seal(&cursor());
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap_or_default();
        assert!(
            !bytes
                .windows(3)
                .any(|part| part == b"ada" || part == b"vel")
        );
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            assert_eq!(key.open(&URL_SAFE_NO_PAD.encode(changed)), None, "{index}");
        }
        let long = "A".repeat(100_000);
        for bad in ["", "x", "nonsense", "%%%", &text[..20], &long] {
            assert_eq!(key.open(bad), None, "{bad:.20}");
        }
    }
}
