//! Passwords: the type that carries one, and which ones are refused (ACC-3).
//!
//! Owns the rule. Hashing is `service::hasher`'s.

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use super::{email::EmailAddress, names::named_enum};

/// The fewest characters.
pub const SHORTEST: usize = 8;

/// The most characters: longer ones are refused, never truncated, and never hashed.
pub const LONGEST: usize = 256;

/// The shortest local part of an address that a password must not contain.
const SHORTEST_LOCAL_PART: usize = 4;

/// The product's name, folded.
const PRODUCT: &str = "concierge";

/// How many guesses a password must stand: a million.
///
/// zxcvbn ranks a password by the guesses that a cracker with the usual lists (30,000 leaked passwords, words and names of
/// several countries, keyboard walks, dates, repetitions, and their usual disguises) needs to reach it. Whatever stands in
/// such a list, alone or with a capital, a digit or an exclamation mark, falls below 10^6 (`Passw0rd!`, `qwerty123456`,
/// `motdepasse`); eight random characters stand at 10^8, two unrelated words at 10^8. So this refuses what is *common*, as the
/// rule says, and is no composition rule in disguise: 10^8 would refuse `Summer2024!`, but random eight characters too.
const FEWEST_GUESSES: u64 = 1_000_000;

/// A password as somebody typed it. No `Debug`, no `Serialize`; wiped when dropped.
#[derive(Clone)]
pub struct Password(SecretString);

impl Password {
    /// The text itself.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether it has more than [`LONGEST`] characters.
    pub fn is_too_long(&self) -> bool {
        self.expose().chars().nth(LONGEST).is_some()
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self(SecretString::from(text))
    }
}

impl From<SecretString> for Password {
    fn from(text: SecretString) -> Self {
        Self(text)
    }
}

named_enum! {
    /// Why a password is refused (ACC-3).
    pub enum PasswordFault {
        /// Fewer than 8 characters.
        TooShort = "TOO_SHORT",
        /// More than 256 characters.
        TooLong = "TOO_LONG",
        /// Among common passwords, or as easily guessed as one.
        TooCommon = "TOO_COMMON",
        /// Contains what stands before the @ of the e-mail address, in any case.
        ContainsEmail = "CONTAINS_EMAIL",
        /// Contains the product's name, in any case.
        ContainsProductName = "CONTAINS_PRODUCT_NAME",
    }
}

/// Everything that speaks against `password` for the account of `email` (ACC-3). Takes milliseconds for a long one: call it
/// off the async threads.
pub fn faults(password: &Password, email: &EmailAddress) -> Vec<PasswordFault> {
    let text = password.expose();
    if password.is_too_long() {
        return vec![PasswordFault::TooLong];
    }
    let mut faults = Vec::new();
    if text.chars().nth(SHORTEST - 1).is_none() {
        faults.push(PasswordFault::TooShort);
    } else if zxcvbn::zxcvbn(text, &[]).guesses() < FEWEST_GUESSES {
        faults.push(PasswordFault::TooCommon);
    }
    let folded = any_case(text);
    let local = any_case(email.local_part());
    if local.chars().nth(SHORTEST_LOCAL_PART - 1).is_some() && folded.contains(&local) {
        faults.push(PasswordFault::ContainsEmail);
    }
    if folded.contains(PRODUCT) {
        faults.push(PasswordFault::ContainsProductName);
    }
    faults
}

/// How hard a password is to guess, and what speaks against it (ACC-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// From 0 (guessed at once) to 4 (out of reach), as zxcvbn counts: 10^3, 10^6, 10^8, 10^10 guesses are the steps. 0 for one
    /// that is too long, which is not looked at.
    pub score: u8,
    /// Why it would be refused; none if it would be taken.
    pub faults: Vec<PasswordFault>,
}

/// What to show of a password while it is typed, for the account of `email`. Takes milliseconds: call it off the async threads.
pub fn strength(password: &Password, email: &EmailAddress) -> Strength {
    let faults = faults(password, email);
    let score = if password.is_too_long() { 0 } else { zxcvbn::zxcvbn(password.expose(), &[email.local_part()]).score().into() };
    Strength { score, faults }
}

/// Upper case first: some letters have one upper case and two lower ones.
fn any_case(text: &str) -> String {
    text.nfc().flat_map(char::to_uppercase).flat_map(char::to_lowercase).nfc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(password: &str, email: &str) -> Vec<PasswordFault> {
        faults(&Password::from(password.to_owned()), &EmailAddress::parse(email).unwrap())
    }

    const NOBODY: &str = "x@example.org";

    #[test]
    fn acc_3_strength_goes_from_nothing_to_four() {
        let email = EmailAddress::parse("ada.lovelace@example.org").unwrap();
        let of = |text: &str| strength(&Password::from(text.to_owned()), &email);
        assert_eq!((of("").score, of("password").score), (0, 0));
        assert_eq!(of("copper lantern nine bridges"), Strength { score: 4, faults: Vec::new() });
        assert!(of("ada.lovelace").score < 2, "one's own address is guessed first");
        assert_eq!(of(&"x".repeat(257)), Strength { score: 0, faults: vec![PasswordFault::TooLong] });
    }

    #[test]
    fn acc_3_lengths_are_in_characters() {
        assert_eq!(found("öäüß€1x", NOBODY), [PasswordFault::TooShort]);
        assert_eq!(found("", NOBODY), [PasswordFault::TooShort]);
        assert!(found("öäüß€1xΩ", NOBODY).is_empty());
        let long: String = "vT9#kpL2ö".chars().cycle().take(256).collect();
        assert!(found(&long, NOBODY).is_empty());
        assert_eq!(found(&format!("{long}x"), NOBODY), [PasswordFault::TooLong]);
    }

    #[test]
    fn acc_3_common_ones_are_refused() {
        for common in [
            "password",
            "12345678",
            "password123",
            "qwertyuiop",
            "iloveyou",
            "Passw0rd!",
            "P@ssw0rd",
            "letmein1",
            "aaaaaaaa",
            "abcdefgh",
            "qwerty123456",
            "motdepasse",
            "wachtwoord",
            "drowssap",
            "1q2w3e4r",
            "19901990",
            "passwordpassword",
        ] {
            assert_eq!(found(common, NOBODY), [PasswordFault::TooCommon], "{common}");
        }
        assert_eq!(found(&"a".repeat(200), NOBODY), [PasswordFault::TooCommon]);
    }

    #[test]
    fn acc_3_no_composition_rules() {
        for fine in [
            "correct horse battery staple",
            "lantern-nine-bridges-copper",
            "xk3!fQ9a",
            "green table",
            "        x yz q",
            "köttbullar på fat",
        ] {
            assert!(found(fine, NOBODY).is_empty(), "{fine}");
        }
    }

    #[test]
    fn acc_3_neither_address_nor_product() {
        assert_eq!(found("vT9#LoVeLaCe kpL2", "lovelace@example.org"), [PasswordFault::ContainsEmail]);
        assert_eq!(found("vT9#JOSE\u{301} kpL2", "jos\u{e9}@example.org"), [PasswordFault::ContainsEmail]);
        assert!(found("vT9#ada kpL2", "ada@example.org").is_empty(), "three characters are in many words");
        assert_eq!(found("my ConCierge vT9#", NOBODY), [PasswordFault::ContainsProductName]);
        let both = [PasswordFault::ContainsEmail, PasswordFault::ContainsProductName];
        assert_eq!(found("concierge vT9# kpL2", "concierge@example.org"), both);
    }
}
