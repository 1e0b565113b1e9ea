//! Passwords: the type that holds one, and which ones are refused (ACC-3).
//!
//! Owns the rule. `service::hasher` hashes.

use secrecy::{ExposeSecret, SecretString};
use unicode_normalization::UnicodeNormalization;

use super::{
    email::EmailAddress,
    error_code::{ErrorCode, Fault},
    names::named_enum,
};

mod guesses;
mod patterns;

/// The minimum length, in characters.
pub const SHORTEST: usize = 8;

/// The maximum length, in characters. Longer passwords are refused, never truncated and never
/// hashed.
pub const LONGEST: usize = 256;

/// The most typed characters that can become one prepared character: NFC composes a letter and
/// three marks.
const MOST_COMPOSED: usize = 4;

/// The shortest local part of an address that a password must not contain, in characters.
const SHORTEST_LOCAL_PART: usize = 4;

/// The product's name, folded.
const PRODUCT: &str = "concierge";

/// The fewest guesses of each score from 1 on, as in zxcvbn. zxcvbn adds five to each step; this
/// does not, because eight random characters take exactly 10^8 guesses, and eight characters are
/// enough.
const STEPS: [u64; 4] = [1_000, 1_000_000, 100_000_000, 10_000_000_000];

/// The lowest accepted score. Below are leaked passwords, words, names, keyboard walks and dates,
/// alone or with a capital, a year or a sign (`Passw0rd!`, `Summer2024!`).
const ACCEPTED: u8 = 3;

/// The maximum number of words that are checked in addition to zxcvbn's own, and the maximum
/// characters of each.
const MOST_WORDS: usize = 60;
const LONGEST_WORD: usize = 64;

/// The minimum characters of such a word.
const SHORTEST_WORD: usize = 3;

/// A password, prepared as OpaqueString (RFC 8265, 4.2): NFC, with plain spaces for all spaces, so
/// that every keyboard gives the same password. Has no `Debug` and no `Serialize`; wiped when
/// dropped.
///
/// Only the preparation of that profile is used, not its refusals: any character is allowed here,
/// and the profile does not know characters newer than its tables.
#[derive(Clone)]
pub struct Password {
    prepared: SecretString,
    typed: Option<SecretString>,
}

impl Password {
    /// The prepared text, for measuring and hashing.
    pub fn expose(&self) -> &str {
        self.prepared.expose_secret()
    }

    /// The text as typed, if preparing changed it. Hashes from before passwords were prepared are
    /// of such a text.
    pub fn unprepared(&self) -> Option<&str> {
        self.typed.as_ref().map(ExposeSecret::expose_secret)
    }

    /// Whether it has more than [`LONGEST`] characters.
    pub fn is_too_long(&self) -> bool {
        self.expose().chars().nth(LONGEST).is_some()
    }
}

impl From<String> for Password {
    fn from(text: String) -> Self {
        Self::from(SecretString::from(text))
    }
}

impl From<SecretString> for Password {
    fn from(typed: SecretString) -> Self {
        let text = typed.expose_secret();
        // Too long, whatever preparing changes.
        if text.is_ascii() || text.chars().nth(LONGEST * MOST_COMPOSED).is_some() {
            return Self {
                prepared: typed,
                typed: None,
            };
        }
        // Allocated in full: growing would leave a copy behind that is not wiped.
        let mut prepared = String::with_capacity(text.len() * 3);
        prepared.extend(
            text.chars()
                .map(|c| if is_blank(c) { ' ' } else { c })
                .nfc(),
        );
        if prepared == text {
            return Self {
                prepared: typed,
                typed: None,
            };
        }
        Self {
            prepared: prepared.into(),
            typed: Some(typed),
        }
    }
}

/// The spaces besides U+0020: Unicode's category Zs.
const fn is_blank(c: char) -> bool {
    matches!(
        c,
        '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}'
    )
}

named_enum! {
    /// Why a password is refused (ACC-3).
    pub enum PasswordFault {
        /// Fewer than 8 characters.
        TooShort = "TOO_SHORT",
        /// More than 256 characters.
        TooLong = "TOO_LONG",
        /// Too easy to guess: the score is below 3.
        TooCommon = "TOO_COMMON",
        /// Contains the part before the @ of the e-mail address, in any case.
        ContainsEmail = "CONTAINS_EMAIL",
        /// Contains the product's name, in any case.
        ContainsProductName = "CONTAINS_PRODUCT_NAME",
    }
}

/// The person whose password it will be: what guessers try first.
#[derive(Clone)]
pub struct PasswordContext {
    email: EmailAddress,
    words: Vec<String>,
}

impl From<PasswordFault> for Fault {
    fn from(fault: PasswordFault) -> Self {
        match fault {
            PasswordFault::TooShort => Self::too_short(SHORTEST),
            PasswordFault::TooLong => Self::too_long(LONGEST),
            PasswordFault::TooCommon => ErrorCode::TooCommon.into(),
            PasswordFault::ContainsEmail => ErrorCode::ContainsEmail.into(),
            PasswordFault::ContainsProductName => ErrorCode::ContainsProductName.into(),
        }
    }
}

impl PasswordContext {
    /// The context of an account with this address.
    pub fn new(email: &EmailAddress) -> Self {
        let context = Self {
            email: email.clone(),
            words: vec![PRODUCT.to_owned()],
        };
        context.with(email.local_part()).with(email.domain())
    }

    /// Adds a name of the person or of a workspace: in full, each of its words, and all words
    /// without spaces.
    #[must_use]
    pub fn with(mut self, name: &str) -> Self {
        let name = any_case(name);
        let words: Vec<&str> = name
            .split(|c: char| !c.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .collect();
        let (joined, apart) = (words.concat(), words.iter().map(|word| (*word).to_owned()));
        for word in apart.chain([joined, name.trim().to_owned()]) {
            let word: String = word.chars().take(LONGEST_WORD).collect();
            let is_word = word.chars().nth(SHORTEST_WORD - 1).is_some();
            if is_word && self.words.len() < MOST_WORDS && !self.words.contains(&word) {
                self.words.push(word);
            }
        }
        self
    }
}

/// How hard a password is to guess, and why it would be refused (ACC-3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Strength {
    /// From 0 (guessed at once) to 4 (out of reach), as in zxcvbn: the steps are 10^3, 10^6, 10^8
    /// and 10^10 guesses. 0 for a password that is too long, which is not estimated.
    pub score: u8,
    /// Why it would be refused. Empty if it would be accepted.
    pub faults: Vec<PasswordFault>,
}

/// Rates a password (ACC-3). Takes some milliseconds for any password: call it outside the async
/// threads.
pub fn strength(password: &Password, context: &PasswordContext) -> Strength {
    if password.is_too_long() {
        return Strength {
            score: 0,
            faults: vec![PasswordFault::TooLong],
        };
    }
    let text = password.expose();
    let words: Vec<&str> = context.words.iter().map(String::as_str).collect();
    let score = score(guesses::guesses(text, &words));
    let mut faults = Vec::new();
    if text.chars().nth(SHORTEST - 1).is_none() {
        faults.push(PasswordFault::TooShort);
    } else if score < ACCEPTED {
        faults.push(PasswordFault::TooCommon);
    }
    let folded = any_case(text);
    let local = any_case(context.email.local_part());
    if local.chars().nth(SHORTEST_LOCAL_PART - 1).is_some() && folded.contains(&local) {
        faults.push(PasswordFault::ContainsEmail);
    }
    if folded.contains(PRODUCT) {
        faults.push(PasswordFault::ContainsProductName);
    }
    Strength { score, faults }
}

/// Loads the dictionaries that the first rating would load.
pub fn warm_up() {
    guesses::guesses("warm up", &[]);
}

fn score(guesses: u64) -> u8 {
    STEPS.iter().map(|step| u8::from(guesses >= *step)).sum()
}

/// In upper case first, because some letters have one upper case and two lower cases.
fn any_case(text: &str) -> String {
    text.nfc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    fn context(email: &str) -> PasswordContext {
        PasswordContext::new(&EmailAddress::parse(email).unwrap())
    }

    fn faults(text: &str, email: &str) -> Vec<PasswordFault> {
        strength(&password(text), &context(email)).faults
    }

    const NOBODY: &str = "x@example.org";

    #[test]
    fn acc_3_strength_goes_from_nothing_to_four() {
        let rate = |text: &str| strength(&password(text), &context("ada.lovelace@example.org"));
        assert_eq!((rate("").score, rate("password").score), (0, 0));
        assert_eq!(
            rate("copper lantern nine bridges"),
            Strength {
                score: 4,
                faults: Vec::new()
            }
        );
        assert!(
            rate("ada.lovelace").score < 2,
            "the address is guessed first"
        );
        assert_eq!(
            rate(&"x".repeat(257)),
            Strength {
                score: 0,
                faults: vec![PasswordFault::TooLong]
            }
        );
    }

    #[test]
    fn acc_3_lengths_are_in_characters() {
        assert_eq!(faults("öäüß€1x", NOBODY), [PasswordFault::TooShort]);
        assert_eq!(faults("", NOBODY), [PasswordFault::TooShort]);
        assert!(faults("öäüß€1xΩ", NOBODY).is_empty());
        let long: String = "vT9#kpL2ö".chars().cycle().take(256).collect();
        assert!(faults(&long, NOBODY).is_empty());
        assert_eq!(
            faults(&format!("{long}x"), NOBODY),
            [PasswordFault::TooLong]
        );
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
            "Summer2024!",
            "Welcome2025",
            "Winter2023!",
            "Password123!",
            "Zomer2024!",
            "Welkom2026!",
            "Bienvenue2025!",
            "Lente-2025-!",
            "Summer-2024-!",
            "Maandag2026!",
            "Janvier2024?",
            "Wachtwoord123!",
            "MotDePasse2024!",
        ] {
            assert_eq!(
                faults(common, NOBODY),
                [PasswordFault::TooCommon],
                "{common}"
            );
        }
        assert_eq!(faults(&"a".repeat(200), NOBODY), [PasswordFault::TooCommon]);
    }

    #[test]
    fn acc_3_names_with_a_year_and_a_capital_are_refused() {
        let context = context("ada.lovelace@stadtwerke.example")
            .with("Ada")
            .with("Lovelace")
            .with("Riverton Open Data");
        for guessed in [
            "Riverton2024!",
            "RivertonOpenData24",
            "Lovelace1815!",
            "adalovelace99",
            "r1v3rt0n2025",
            "Stadtwerke2024!",
            "Riverton-2024-!",
            "*Lovelace*1815*",
        ] {
            let faults = strength(&password(guessed), &context).faults;
            assert!(
                faults.contains(&PasswordFault::TooCommon),
                "{guessed}: {faults:?}"
            );
        }
        assert!(
            strength(&password("harbour kettle ninety"), &context)
                .faults
                .is_empty()
        );
    }

    #[test]
    fn acc_3_the_words_of_names_are_bounded() {
        let context = (0..500).fold(context(NOBODY), |context, n| {
            context.with(&format!("word{n} {}", "x".repeat(300)))
        });
        assert_eq!(context.words.len(), MOST_WORDS);
        assert!(
            context
                .words
                .iter()
                .all(|word| word.chars().count() <= LONGEST_WORD)
        );
    }

    #[test]
    fn acc_3_the_same_password_typed_elsewhere_is_the_same() {
        let (composed, decomposed) = (
            password("ö köttbullar"),
            password("o\u{308}\u{3000}ko\u{308}ttbullar"),
        );
        assert_eq!(composed.expose(), decomposed.expose());
        assert_eq!(
            (composed.unprepared(), decomposed.unprepared()),
            (None, Some("o\u{308}\u{3000}ko\u{308}ttbullar"))
        );
        assert_eq!(
            password("a\tb \u{1f333}\u{200d}").expose(),
            "a\tb \u{1f333}\u{200d}",
            "any character is allowed"
        );
        assert_eq!(
            faults("\u{308}o\u{308}o\u{308}o\u{308}o", NOBODY),
            [PasswordFault::TooShort],
            "measured when prepared"
        );
        assert!(
            !password(&"o\u{308}".repeat(256)).is_too_long()
                && password(&"o\u{308}".repeat(257)).is_too_long()
        );
        assert!(password(&"o\u{308}".repeat(5_000)).is_too_long());
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
            assert!(faults(fine, NOBODY).is_empty(), "{fine}");
        }
    }

    #[test]
    fn acc_3_neither_address_nor_product() {
        assert_eq!(
            faults("vT9#LoVeLaCe kpL2", "lovelace@example.org"),
            [PasswordFault::ContainsEmail]
        );
        assert_eq!(
            faults("vT9#JOSE\u{301} kpL2", "jos\u{e9}@example.org"),
            [PasswordFault::ContainsEmail]
        );
        assert!(
            faults("vT9#ada kpL2", "ada@example.org").is_empty(),
            "three characters are in many words"
        );
        assert_eq!(
            faults("my ConCierge vT9#", NOBODY),
            [PasswordFault::ContainsProductName]
        );
        let both = [
            PasswordFault::ContainsEmail,
            PasswordFault::ContainsProductName,
        ];
        assert_eq!(faults("concierge vT9# kpL2", "concierge@example.org"), both);
    }
}
