//! Cursors: where a row stands in its list, encrypted and authenticated, so that they show nothing
//! and cannot be made up.
//!
//! AES-SIV with a key made from the installation's secret: the same row has the same cursor on
//! every node, and a cursor of another list does not open. Owns the form of a cursor. Must not know
//! any list.

use aes_siv::{KeyInit, siv::Aes128Siv};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use crate::service::{deps::SecretKey, list::Position};

/// The longest cursor that is read, in characters: the sort value of the longest name fits many
/// times.
const LONGEST: usize = 4_096;

/// Bytes of the shortest cursor: the tag, the instant of page one and the row's id.
const SHORTEST_SEALED: usize = 16 + 8 + 16;

/// Whether a text has the form of a cursor, of whatever list.
pub fn is_cursor(text: &str) -> bool {
    text.len() <= LONGEST
        && URL_SAFE_NO_PAD
            .decode(text)
            .is_ok_and(|sealed| sealed.len() >= SHORTEST_SEALED)
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
    key: [u8; 32],
    list: String,
}

impl std::fmt::Debug for CursorKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("CursorKey")
    }
}

impl CursorKey {
    /// For the list of this name: its workspace, parent object, order and instant are part of the
    /// name.
    pub fn new(secret: &SecretKey, list: String) -> Self {
        Self {
            key: secret.keyed_hash("cursors", &[]),
            list,
        }
    }

    fn cipher(&self) -> Aes128Siv {
        Aes128Siv::new(&self.key.into())
    }

    /// The cursor as text.
    pub fn seal(&self, cursor: &Cursor) -> String {
        let Cursor {
            page_one,
            position: Position { key, id },
        } = cursor;
        let mut plain = Vec::with_capacity(24 + key.len());
        plain.extend_from_slice(&page_one.to_be_bytes());
        plain.extend_from_slice(id.as_bytes());
        plain.extend_from_slice(key.as_bytes());
        // It is refused for more than 126 headers only; an empty cursor would not open.
        let sealed = self
            .cipher()
            .encrypt([self.list.as_bytes()], &plain)
            .unwrap_or_default();
        URL_SAFE_NO_PAD.encode(sealed)
    }

    /// Reads a cursor; `None` for a text that is none, or one of another list.
    pub fn open(&self, text: &str) -> Option<Cursor> {
        if text.len() > LONGEST {
            return None;
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
        let plain = self
            .cipher()
            .decrypt([self.list.as_bytes()], &sealed)
            .ok()?;
        let (page_one, rest) = plain.split_first_chunk::<8>()?;
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
        CursorKey::new(&SecretKey::new([byte; 32]), list.to_owned())
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
