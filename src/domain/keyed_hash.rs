//! A keyed hash under the installation's secret, and under the one before while that still counts
//! (BASE-3). Owns how what is stored is compared with both. Must not know the secrets:
//! `service::deps::SecretKey` computes the hashes.

use subtle::ConstantTimeEq;

/// The keyed hashes of one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeyedHash {
    /// Under the secret of today: what is stored from now on.
    pub current: [u8; 32],
    /// Under the one before, if it is configured: what is still found.
    pub older: Option<[u8; 32]>,
}

impl KeyedHash {
    /// Both, the current one first.
    pub fn all(&self) -> impl Iterator<Item = [u8; 32]> {
        std::iter::once(self.current).chain(self.older)
    }

    /// Whether a stored hash is of this text; says nothing through the time it takes.
    pub fn is(&self, stored: &[u8]) -> bool {
        self.all()
            .fold(false, |is, hash| is | bool::from(hash.ct_eq(stored)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_3_a_hash_is_compared_under_both_secrets() {
        let hash = KeyedHash {
            current: [1; 32],
            older: Some([2; 32]),
        };
        assert!(hash.is(&[1; 32]) && hash.is(&[2; 32]));
        assert!(!hash.is(&[3; 32]) && !hash.is(&[1; 31]) && !hash.is(&[]));
        let alone = KeyedHash {
            older: None,
            ..hash
        };
        assert!(alone.is(&[1; 32]) && !alone.is(&[2; 32]));
    }
}
