//! Second factors (MFA): what a typed code is, how recovery codes look, when wrong codes are too
//! many, and when a session has shown enough for what is dangerous (step-up).
//!
//! Pure functions. Seeds and codes are looked up elsewhere; the arithmetic of TOTP is `totp`'s.

use chrono::{DateTime, Duration, Utc};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};

use super::{id::IdSource, names::named_enum};

named_enum! {
    /// A kind of second factor.
    pub enum SecondFactorKind {
        /// Codes of an authenticator app: six digits that change every 30 seconds.
        Totp = "TOTP",
        /// A passkey: a key in a device or a password manager.
        Passkey = "PASSKEY",
        /// One of the ten codes that were shown when the first factor was set up. Each works once.
        RecoveryCode = "RECOVERY_CODE",
    }
}

named_enum! {
    /// What a ceremony is for.
    pub enum CeremonyKind {
        /// A passkey is being registered.
        Registration = "REGISTRATION",
        /// A passkey is being shown.
        Authentication = "AUTHENTICATION",
    }
}

/// How long an enrolment waits for its first code (MFA-1).
pub const ENROLMENT: Duration = Duration::minutes(15);

/// How long a sign-in waits for its factor (MFA-5).
pub const CHALLENGE: Duration = Duration::minutes(5);

/// Between the mail about an operator's removal of all factors and their end (MFA-9).
pub const REMOVAL_NOTICE: Duration = Duration::hours(24);

/// How many recovery codes there are (MFA-2).
pub const RECOVERY_CODES: usize = 10;

/// The characters of a recovery code (MFA-2).
pub const RECOVERY_CODE_LENGTH: usize = 10;

/// The longest text that is read as a code, in characters: a recovery code with blanks and hyphens.
pub const LONGEST_CODE: usize = 64;

/// The digits of a TOTP code (MFA-1).
const TOTP_DIGITS: usize = 6;

/// The digits of recovery codes, without letters that are taken for others.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What somebody typed as a code.
#[derive(Clone)]
pub enum Code {
    /// Six digits of an authenticator app.
    Totp(SecretString),
    /// A recovery code in its stored form.
    Recovery(SecretString),
}

impl Code {
    /// Reads a code: blanks and hyphens count for nothing, nor does case; in recovery codes O is
    /// read as 0, and I and L as 1. `None` for what can be no code.
    pub fn parse(text: &str) -> Option<Self> {
        if text.len() > 4 * LONGEST_CODE {
            return None;
        }
        let mut plain: String = text
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .collect();
        if plain.len() == TOTP_DIGITS && plain.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Self::Totp(SecretString::from(plain)));
        }
        let read = |c: char| match c.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            c => c,
        };
        let code: String = plain.chars().map(read).collect();
        plain.zeroize();
        let is_one =
            code.len() == RECOVERY_CODE_LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte));
        is_one.then(|| Self::Recovery(SecretString::from(code)))
    }
}

/// A new recovery code: 50 random bits (MFA-2).
pub fn recovery_code(ids: &IdSource) -> SecretString {
    let mut bytes = [0_u8; RECOVERY_CODE_LENGTH];
    ids.fill(&mut bytes);
    let code: String = bytes
        .iter()
        .filter_map(|byte| ALPHABET.get(usize::from(byte % 32)))
        .map(|digit| char::from(*digit))
        .collect();
    bytes.zeroize();
    SecretString::from(code)
}

/// What a recovery code is hashed as: nobody else's code has the hash.
pub fn recovery_text(account: super::id::AccountId, code: &SecretString) -> SecretString {
    SecretString::from(format!("{account} {}", code.expose_secret()))
}

/// Wrong codes of an account (MFA-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrongCodes {
    /// When the window began: with the first wrong code.
    pub first_at: DateTime<Utc>,
    /// The last one.
    pub last_at: DateTime<Utc>,
    /// How many there were in the window.
    pub count: i32,
    /// Whether the owner was told.
    pub notified: bool,
}

impl WrongCodes {
    /// The wrong codes in a window before further ones are refused unread.
    const MOST: i32 = 5;

    /// How long a window is.
    const WINDOW: Duration = Duration::minutes(5);

    /// After so long without a wrong code the owner is told again.
    const QUIET: Duration = Duration::hours(24);

    /// How long a further code has to wait at `now`.
    pub fn wait(&self, now: DateTime<Utc>) -> Option<Duration> {
        let end = self.first_at + Self::WINDOW;
        (self.count >= Self::MOST && now < end).then(|| end - now)
    }

    /// Counts one more wrong code at `now`. Also returns whether to mail the owner.
    pub fn with_another(before: Option<Self>, now: DateTime<Utc>) -> (Self, bool) {
        let begun = before.filter(|codes| now < codes.first_at + Self::WINDOW);
        let was_told =
            before.is_some_and(|codes| codes.notified && now < codes.last_at + Self::QUIET);
        let count = begun.map_or(0, |codes| codes.count).saturating_add(1);
        let tell = count >= Self::MOST && !was_told;
        let codes = Self {
            first_at: begun.map_or(now, |codes| codes.first_at),
            last_at: now,
            count,
            notified: was_told || tell,
        };
        (codes, tell)
    }
}

/// What a session has shown, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shown {
    /// The password, or a passkey.
    pub password_at: Option<DateTime<Utc>>,
    /// A second factor.
    pub factor_at: Option<DateTime<Utc>>,
}

/// What something dangerous needs to have been shown lately.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepUp {
    /// The strongest factor of the account (MFA-8).
    Strongest,
    /// The password and, if there is one, a second factor (MFA-7).
    All,
}

/// How long it counts that a factor was shown (MFA-8).
pub const STEP_UP: Duration = Duration::minutes(10);

impl Shown {
    /// The password now.
    pub const fn password(now: DateTime<Utc>) -> Self {
        Self {
            password_at: Some(now),
            factor_at: None,
        }
    }

    /// Whether it is enough at `now`, for an account that has a second factor or none.
    pub fn is_enough(&self, needed: StepUp, has_factor: bool, now: DateTime<Utc>) -> bool {
        let is_recent = |at: Option<DateTime<Utc>>| at.is_some_and(|at| now - at < STEP_UP);
        let (password, factor) = (is_recent(self.password_at), is_recent(self.factor_at));
        match (needed, has_factor) {
            (StepUp::Strongest, true) => factor,
            (StepUp::All, true) => password && factor,
            (StepUp::Strongest | StepUp::All, false) => password,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap()
    }

    fn read(text: &str) -> Option<(bool, String)> {
        Code::parse(text).map(|code| match code {
            Code::Totp(code) => (true, code.expose_secret().to_owned()),
            Code::Recovery(code) => (false, code.expose_secret().to_owned()),
        })
    }

    #[test]
    fn mfa_2_codes_are_read_as_people_type_them() {
        assert_eq!(read(" 123 456 "), Some((true, "123456".to_owned())));
        assert_eq!(read("ABCDE-FGHJK"), Some((false, "abcdefghjk".to_owned())));
        assert_eq!(read("oOiIlL2345"), Some((false, "0011112345".to_owned())));
        for wrong in [
            "",
            "12345",
            "1234567",
            "abcdefghju",
            "abcdefghj",
            "١٢٣٤٥٦",
            "+12345",
            "äbcdefghjk",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
        assert_eq!(read(&"1".repeat(100_000)), None);
    }

    #[test]
    fn mfa_2_recovery_codes_are_ten_characters_and_differ() {
        let ids = IdSource::seeded(1);
        let codes: HashSet<String> = (0..1_000)
            .map(|_| recovery_code(&ids).expose_secret().to_owned())
            .collect();
        assert_eq!(codes.len(), 1_000);
        for code in codes {
            assert_eq!(read(&code), Some((false, code.clone())));
        }
    }

    #[test]
    fn mfa_6_five_wrong_codes_end_the_window() {
        let mut codes = None;
        for (count, second) in [0, 10, 20, 30].into_iter().enumerate() {
            let (next, tell) = WrongCodes::with_another(codes, at(second));
            assert_eq!(
                (next.count, tell),
                (i32::try_from(count).unwrap() + 1, false)
            );
            assert_eq!(next.wait(at(second)), None);
            codes = Some(next);
        }
        let (fifth, tell) = WrongCodes::with_another(codes, at(40));
        assert!(tell);
        assert_eq!(fifth.wait(at(40)), Some(Duration::seconds(260)));
        assert_eq!(fifth.wait(at(299)), Some(Duration::seconds(1)));
        assert_eq!(fifth.wait(at(300)), None);
        let (later, tell) = WrongCodes::with_another(Some(fifth), at(300));
        assert_eq!((later.count, later.first_at, tell), (1, at(300), false));
        let told_again = (0..5).fold((Some(fifth), false), |(codes, _), place| {
            let (next, tell) = WrongCodes::with_another(codes, at(300 + place));
            (Some(next), tell)
        });
        assert!(!told_again.1, "once a burst");
        let next_day = (0..5).fold((Some(fifth), false), |(codes, _), place| {
            let (next, tell) = WrongCodes::with_another(codes, at(90_000 + place));
            (Some(next), tell)
        });
        assert!(next_day.1);
    }

    proptest! {
        #[test]
        fn mfa_8_what_was_shown_counts_for_ten_minutes(
            password in prop::option::of(-1_200_i64..=0), factor in prop::option::of(-1_200_i64..=0),
        ) {
            let shown = Shown { password_at: password.map(at), factor_at: factor.map(at) };
            let recent = |since: Option<i64>| since.is_some_and(|since| since > -600);
            let enough = |needed, has_factor| shown.is_enough(needed, has_factor, at(0));
            prop_assert_eq!(enough(StepUp::Strongest, true), recent(factor));
            prop_assert_eq!(enough(StepUp::All, true), recent(factor) && recent(password));
            prop_assert_eq!(enough(StepUp::Strongest, false), recent(password));
            prop_assert_eq!(enough(StepUp::All, false), recent(password));
        }

        #[test]
        fn mfa_2_reading_a_code_never_panics(text in "\\PC*") {
            let _ = Code::parse(&text);
        }
    }
}
