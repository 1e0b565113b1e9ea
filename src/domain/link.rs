//! The tokens of links in mails (MAIL-1): the row a token is about, and a proof that Concierge
//! generated it. No row holds a token: the proof is an HMAC over kind, row and generation, computed
//! when the mail is rendered and again when the link is used.
//!
//! Owns their format. Must not know the installation's secret: `service::deps::SecretKey` generates
//! and checks the proof.

use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{
    id::{base32, from_base32},
    names::named_enum,
};

named_enum! {
    /// What a link does.
    pub enum LinkKind {
        /// Confirms the address of a registration (ACC-2).
        Registration = "reg",
        /// Accepts or declines an invitation (JOIN-9).
        Invitation = "inv",
        /// Sets a new password (ACC-7).
        PasswordReset = "rst",
        /// Confirms a new address (ACC-8).
        EmailChange = "chg",
        /// Takes a change of the address back (ACC-8).
        EmailUndo = "und",
        /// Downloads the data of an account (ERASE-8).
        AccountExport = "exp",
        /// Cancels the removal of all second factors (MFA-9).
        FactorRemoval = "fac",
        /// Ends the mails about a dataset (FOLLOW-2).
        Unfollow = "unf",
    }
}

/// The prefix of every token, so that scanners find leaked ones.
const PREFIX: &str = "ccl_";

/// The characters of 16 bytes in base 32.
const BLOCK: usize = 26;

/// The longest text that is parsed, in characters. Longer texts are refused unread.
pub const LONGEST_TOKEN: usize = 500;

/// A well-formed token. `SecretKey::opens` checks the proof.
#[derive(Clone)]
pub struct Link {
    /// What the link does.
    pub kind: LinkKind,
    /// The primary key of the row that it is about.
    pub id: Uuid,
    proof: [u8; 32],
}

impl Link {
    /// Builds it from its parts.
    pub const fn new(kind: LinkKind, id: Uuid, proof: [u8; 32]) -> Self {
        Self { kind, id, proof }
    }

    /// Parses `ccl_<kind>_<row><proof>`. `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let (kind, body) = text.strip_prefix(PREFIX)?.split_once('_')?;
        let kind = LinkKind::parse(kind)?;
        if !body.is_ascii() || body.len() != 3 * BLOCK {
            return None;
        }
        let block = |index: usize| from_base32(body.get(index * BLOCK..(index + 1) * BLOCK)?);
        let (id, high, low) = (block(0)?, block(1)?, block(2)?);
        let mut proof = [0; 32];
        let (first, second) = proof.split_at_mut(16);
        first.copy_from_slice(&high.to_be_bytes());
        second.copy_from_slice(&low.to_be_bytes());
        Some(Self {
            kind,
            id: Uuid::from_u128(id),
            proof,
        })
    }

    /// The proof in the token. Compare it in constant time only.
    pub const fn proof(&self) -> &[u8; 32] {
        &self.proof
    }

    /// The text of the token, for the receiver only.
    pub fn text(&self) -> SecretString {
        let (first, second) = self.proof.split_at(16);
        let number = |bytes: &[u8]| {
            bytes
                .iter()
                .fold(0_u128, |bits, byte| (bits << 8) | u128::from(*byte))
        };
        let blocks = [self.id.as_u128(), number(first), number(second)].map(base32);
        SecretString::from(format!(
            "{PREFIX}{}_{}",
            self.kind.as_str(),
            blocks.concat()
        ))
    }

    /// The text of the token in the clear, for the mail itself.
    pub fn expose(&self) -> String {
        self.text().expose_secret().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn mail_1_tokens_keep_what_they_say(kind in 0..LinkKind::ALL.len(), id: u128, proof: [u8; 32]) {
            let link = Link::new(LinkKind::ALL[kind], Uuid::from_u128(id), proof);
            let again = Link::parse(&link.expose()).unwrap();
            prop_assert_eq!((again.kind, again.id, again.proof), (link.kind, link.id, link.proof));
        }

        #[test]
        fn mail_1_reading_a_token_never_panics(text in "\\PC*", body in "ccl_(reg|inv|xyz)_[0-9a-zé]{70,82}") {
            let _ = (Link::parse(&text), Link::parse(&body));
        }
    }

    #[test]
    fn mail_1_a_token_has_one_form() {
        let text = Link::new(LinkKind::Invitation, Uuid::from_u128(7), [9; 32]).expose();
        assert_eq!(text.len(), 4 + 4 + 78);
        for wrong in [
            text.replace("_inv_", "_nix_"),
            text.to_uppercase(),
            format!("{text}0"),
            format!(" {text}"),
            text.replacen("ccl_", "cck_", 1),
            // 26 characters hold 130 bits: a text with a bit above 128 is refused.
            format!("ccl_inv_8{}", &text[9..]),
        ] {
            assert!(Link::parse(&wrong).is_none(), "{wrong}");
        }
    }
}
