//! The secrets that callers hold: API keys (KEY-2), session tokens (ACC-6), the cookie of a known
//! device (ACC-5), sign-ins that wait for a second factor (MFA-5).
//!
//! Owns their format, how they are generated, and what is stored of them. They have no `Debug`,
//! `Display` or `Serialize`: only `expose` returns the text, and their memory is wiped when
//! dropped.

use secrecy::{
    ExposeSecret, SecretString,
    zeroize::{Zeroize, Zeroizing},
};
use sha2::{Digest, Sha256};

use super::id::IdSource;

/// The digits of base 62, in the order of their value in the checksum.
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// The length of the checksum, in characters.
const CHECKSUM: usize = 6;

/// CRC-32 of `body` in base 62, left-padded with 0 (KEY-2).
fn checksum(body: &str) -> [u8; CHECKSUM] {
    let mut rest = crc32fast::hash(body.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for character in digits.iter_mut().rev() {
        *character = digit(rest % 62);
        rest /= 62;
    }
    digits
}

fn digit(value: u32) -> u8 {
    usize::try_from(value)
        .ok()
        .and_then(|index| DIGITS.get(index))
        .copied()
        .unwrap_or(b'0')
}

/// Draws `length` base-62 characters with equal probability: bytes that would favour the first
/// digits are discarded.
fn draw(ids: &IdSource, length: usize) -> Zeroizing<String> {
    /// The largest multiple of 62 that a byte holds.
    const EVEN: u8 = 248;
    let mut body = Zeroizing::new(String::with_capacity(length));
    let mut bytes = [0_u8; 64];
    while body.len() < length {
        ids.fill(&mut bytes);
        let wanted = length - body.len();
        body.extend(
            bytes
                .iter()
                .filter(|byte| **byte < EVEN)
                .take(wanted)
                .map(|byte| char::from(digit(u32::from(*byte) % 62))),
        );
    }
    bytes.zeroize();
    body
}

fn whole(prefix: &str, body: &str) -> SecretString {
    let mut text = String::with_capacity(prefix.len() + body.len() + CHECKSUM);
    text.push_str(prefix);
    text.push_str(body);
    text.extend(checksum(body).map(char::from));
    SecretString::from(text)
}

fn is_well_formed(text: &str, prefix: &str, length: usize) -> bool {
    let Some((body, sum)) = text
        .strip_prefix(prefix)
        .and_then(|rest| rest.split_at_checked(length))
    else {
        return false;
    };
    sum.as_bytes() == checksum(body).as_slice()
        && body.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

macro_rules! secrets {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal + $length:literal),+ $(,)?) => {
        $(
            $(#[$meta])*
            #[derive(Clone)]
            pub struct $name(SecretString);

            impl $name {
                /// The prefix of its text, so that scanners find leaked ones.
                pub const PREFIX: &'static str = $prefix;

                /// The length of its text, in characters.
                pub const LENGTH: usize = $prefix.len() + $length + CHECKSUM;

                /// Generates a new one.
                pub fn generate(ids: &IdSource) -> Self {
                    Self(whole($prefix, &draw(ids, $length)))
                }

                /// Parses one. `None` for nonsense, which is refused without a look-up (KEY-2).
                pub fn parse(text: &str) -> Option<Self> {
                    is_well_formed(text, $prefix, $length).then(|| Self(SecretString::from(text)))
                }

                /// The stored form: SHA-256 of the whole text.
                pub fn hash(&self) -> [u8; 32] {
                    Sha256::digest(self.expose().as_bytes()).into()
                }

                /// The text in the clear, for its holder only.
                pub fn expose(&self) -> &str {
                    self.0.expose_secret()
                }
            }
        )+
    };
}

secrets! {
    /// The secret of an API key: `cck_`, 30 random base-62 characters, a checksum of 6 (KEY-2).
    ApiKeySecret = "cck_" + 30,
    /// The token of a session: `ccs_`, 43 random base-62 characters (256 bits), a checksum of 6
    /// (ACC-6).
    SessionToken = "ccs_" + 43,
    /// The cookie of a device that signed in before: `ccd_`, 43 random base-62 characters, a
    /// checksum of 6 (ACC-5).
    DeviceToken = "ccd_" + 43,
    /// The token of a sign-in that waits for a second factor: `cct_`, 43 random base-62 characters,
    /// a checksum of 6 (MFA-5).
    ChallengeToken = "cct_" + 43,
    /// The token of a passkey ceremony: `ccy_`, 43 random base-62 characters, a checksum of 6
    /// (MFA-3).
    CeremonyToken = "ccy_" + 43,
}

impl ApiKeySecret {
    /// The part that lists show: `cck_` and the first 8 characters (KEY-2).
    pub fn prefix(&self) -> String {
        self.expose().chars().take(Self::PREFIX.len() + 8).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn key_2_form_of_a_key() {
        let ids = IdSource::seeded(1);
        let secret = ApiKeySecret::generate(&ids);
        let text = secret.expose();
        assert_eq!(text.len(), 40);
        assert!(text.starts_with("cck_"));
        assert_eq!(secret.prefix(), text[..12]);
        assert!(ApiKeySecret::parse(text).is_some_and(|again| again.hash() == secret.hash()));
        assert_eq!(secret.hash(), <[u8; 32]>::from(Sha256::digest(text)));
    }

    #[test]
    fn key_2_checksum_is_crc_32_in_base_62_padded_with_zeros() {
        // CRC-32 of "123456789" is 0xCBF43926 = 3421780262 (the check value of the algorithm).
        assert_eq!(&checksum("123456789"), b"3jZRME");
        assert_eq!(&checksum(""), b"000000");
        let key = "cck_RivertonDemo0AdministratorKey00PUjsZ";
        assert!(ApiKeySecret::parse(key).is_some());
    }

    #[test]
    fn key_2_nonsense_is_refused() {
        let secret = ApiKeySecret::generate(&IdSource::seeded(2));
        let text = secret.expose().to_owned();
        let session = SessionToken::generate(&IdSource::seeded(2));
        let body = &text[4..34];
        let accented = format!("é{}", &body[2..]);
        let sum = String::from_utf8(checksum(&accented).to_vec()).unwrap();
        for wrong in [
            String::new(),
            "cck_".to_owned(),
            text[..39].to_owned(),
            format!("{text}0"),
            text.replacen("cck_", "CCK_", 1),
            format!(" {text}"),
            body.to_owned(),
            format!("cck_{accented}{sum}"),
            session.expose().to_owned(),
        ] {
            assert!(ApiKeySecret::parse(&wrong).is_none(), "{wrong}");
        }
        for index in 4..40 {
            let mut wrong = text.clone().into_bytes();
            wrong[index] = if wrong[index] == b'x' { b'y' } else { b'x' };
            assert!(
                ApiKeySecret::parse(&String::from_utf8(wrong).unwrap()).is_none(),
                "one character differs at {index}"
            );
        }
    }

    #[test]
    fn secrets_differ_and_digits_are_drawn_evenly() {
        let ids = IdSource::seeded(3);
        let secrets: HashSet<String> = (0..2_000)
            .map(|_| ApiKeySecret::generate(&ids).expose().to_owned())
            .collect();
        assert_eq!(secrets.len(), 2_000);
        let mut counts = std::collections::HashMap::<char, u32>::new();
        secrets
            .iter()
            .flat_map(|text| text.chars().skip(4).take(30))
            .for_each(|c| *counts.entry(c).or_default() += 1);
        assert_eq!(counts.len(), 62);
        // 60,000 draws: 967.7 each; six standard deviations are 185.
        assert!(
            counts.values().all(|count| (783..=1_153).contains(count)),
            "{counts:?}"
        );
    }

    #[test]
    fn acc_6_tokens_have_a_form_of_their_own() {
        let token = SessionToken::generate(&IdSource::seeded(4));
        assert_eq!(token.expose().len(), 53);
        assert!(SessionToken::parse(token.expose()).is_some());
        assert!(DeviceToken::parse(token.expose()).is_none());
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC*", body in "cck_[0-9A-Za-z]{34,38}é?") {
            let _ = (ApiKeySecret::parse(&text), SessionToken::parse(&text), ApiKeySecret::parse(&body));
        }
    }
}
