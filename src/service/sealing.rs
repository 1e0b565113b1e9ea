//! Sealed values: what is stored encrypted because it must be known again in clear (BASE-3).
//!
//! XChaCha20-Poly1305 under a key that is derived from the installation's secret. Table, column and
//! row are authenticated with it, so that a value that is copied elsewhere does not open. Owns the
//! form of a sealed value. Which values are sealed, their tables say.

use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use secrecy::zeroize::Zeroizing;
use uuid::Uuid;

use super::{Failure, deps::SecretKey};
use crate::domain::id::IdSource;

/// The first byte of a sealed value: how it is sealed.
const FORM: u8 = 1;

/// The bytes of a nonce.
const NONCE: usize = 24;

/// Where a sealed value is stored: it opens nowhere else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// The primary key of the row.
    pub row: Uuid,
}

impl Place {
    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(64);
        for part in [
            self.table.as_bytes(),
            self.column.as_bytes(),
            self.row.as_bytes(),
        ] {
            bytes.extend_from_slice(part);
            bytes.push(0);
        }
        bytes
    }
}

/// With which secret a value was sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SealedUnder {
    /// The one of today.
    Current,
    /// The one before: `concierge rekey` seals the value anew.
    Previous,
}

impl SecretKey {
    /// Seals `plain` for this place, under the secret of today.
    pub fn seal(&self, ids: &IdSource, place: &Place, plain: &[u8]) -> Result<Vec<u8>, Failure> {
        let mut nonce = [0_u8; NONCE];
        ids.fill(&mut nonce);
        let message = Payload {
            msg: plain,
            aad: &place.bytes(),
        };
        let sealed = cipher(&self.sealing_key())
            .encrypt(&XNonce::from(nonce), message)
            .map_err(|_| Failure::Internal("a value could not be sealed".to_owned()))?;
        let mut stored = Vec::with_capacity(1 + NONCE + sealed.len());
        stored.push(FORM);
        stored.extend_from_slice(&nonce);
        stored.extend_from_slice(&sealed);
        Ok(stored)
    }

    /// Opens what was sealed for this place, and says under which secret. Fails for a value of
    /// another place, an altered one, and one of a secret that is not configured any more.
    pub fn open(
        &self,
        place: &Place,
        stored: &[u8],
    ) -> Result<(Zeroizing<Vec<u8>>, SealedUnder), Failure> {
        let keys = std::iter::once((self.sealing_key(), SealedUnder::Current)).chain(
            self.previous_sealing_key()
                .map(|key| (key, SealedUnder::Previous)),
        );
        let parts = stored
            .split_first()
            .filter(|(form, _)| **form == FORM)
            .and_then(|(_, rest)| rest.split_first_chunk::<NONCE>());
        if let Some((nonce, sealed)) = parts {
            let place = place.bytes();
            for (key, under) in keys {
                let message = Payload {
                    msg: sealed,
                    aad: &place,
                };
                if let Ok(plain) = cipher(&key).decrypt(&XNonce::from(*nonce), message) {
                    return Ok((Zeroizing::new(plain), under));
                }
            }
        }
        Err(Failure::Internal(format!(
            "the sealed value {}.{} of a row does not open: is `secret_key` the one that it was sealed with?",
            place.table, place.column
        )))
    }
}

fn cipher(key: &[u8; 32]) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(key.into())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(row: u128) -> Place {
        Place {
            table: "second_factor",
            column: "seed",
            row: Uuid::from_u128(row),
        }
    }

    fn opened(key: &SecretKey, place: &Place, stored: &[u8]) -> Option<(Vec<u8>, SealedUnder)> {
        let (plain, under) = key.open(place, stored).ok()?;
        Some((plain.to_vec(), under))
    }

    #[test]
    fn base_3_a_sealed_value_opens_in_its_own_place_only() {
        let (key, ids) = (SecretKey::new([7; 32]), IdSource::seeded(1));
        let stored = key.seal(&ids, &place(5), b"seed").unwrap();
        let own = Some((b"seed".to_vec(), SealedUnder::Current));
        assert_eq!(opened(&key, &place(5), &stored), own);
        assert_eq!(opened(&key, &place(6), &stored), None, "another row");
        for other in [
            Place {
                table: "webhook",
                ..place(5)
            },
            Place {
                column: "name",
                ..place(5)
            },
            // The parts are set apart from each other.
            Place {
                table: "second_factors",
                column: "eed",
                ..place(5)
            },
        ] {
            assert_eq!(opened(&key, &other, &stored), None, "{other:?}");
        }
        assert_eq!(
            opened(&SecretKey::new([8; 32]), &place(5), &stored),
            None,
            "another secret"
        );
        assert!(!stored.windows(4).any(|bytes| bytes == b"seed"));
        assert_ne!(key.seal(&ids, &place(5), b"seed").unwrap(), stored);
    }

    #[test]
    fn base_3_the_previous_secret_opens_what_is_older() {
        let (old, ids) = (SecretKey::new([7; 32]), IdSource::seeded(1));
        let stored = old.seal(&ids, &place(5), b"seed").unwrap();
        let new = SecretKey::new([9; 32]).with_previous([7; 32]);
        assert_eq!(
            opened(&new, &place(5), &stored),
            Some((b"seed".to_vec(), SealedUnder::Previous))
        );
        let anew = new.seal(&ids, &place(5), b"seed").unwrap();
        assert_eq!(
            opened(&new, &place(5), &anew),
            Some((b"seed".to_vec(), SealedUnder::Current))
        );
        assert_eq!(opened(&old, &place(5), &anew), None);
    }

    proptest! {
        #[test]
        fn base_3_an_altered_value_never_opens(plain in "\\PC{0,40}", at in 0_usize..60, bit in 0_u32..8) {
            let (key, ids) = (SecretKey::new([7; 32]), IdSource::seeded(1));
            let mut stored = key.seal(&ids, &place(5), plain.as_bytes()).unwrap();
            let at = at % stored.len();
            stored[at] ^= 1 << bit;
            prop_assert_eq!(opened(&key, &place(5), &stored), None);
            prop_assert_eq!(opened(&key, &place(5), &stored[..at]), None);
        }
    }
}
