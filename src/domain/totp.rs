//! Time-based one-time passwords (RFC 6238, MFA-1): SHA-1, six digits, 30 seconds, one step either
//! way.
//!
//! Owns the parameters. The arithmetic is totp-rs's. Must not know how a seed is stored.

use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString, zeroize::Zeroize};
use totp_rs::{Algorithm, Builder, Secret, Totp};

use super::id::IdSource;

/// The bytes of a seed: those of SHA-1's output, as RFC 4226 recommends.
const SEED: usize = 20;

/// Who issued the seed, as authenticator apps show it.
const ISSUER: &str = "Concierge";

/// A seed with its parameters. No `Debug`: it would show the seed.
pub struct Seed(Totp);

impl Seed {
    /// A new random one.
    pub fn generate(ids: &IdSource) -> Self {
        let mut bytes = [0_u8; SEED];
        ids.fill(&mut bytes);
        let seed = Self::of(&bytes);
        bytes.zeroize();
        seed
    }

    /// The one with these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(parameters(bytes).build_noncompliant())
    }

    /// The bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        self.0.secret()
    }

    /// In base 32, to be typed into an app.
    pub fn text(&self) -> SecretString {
        SecretString::from(self.0.secret().to_base32())
    }

    /// The `otpauth:` address for this account, to be shown as a QR code.
    pub fn url(&self, account: &str) -> Option<SecretString> {
        // A colon would separate the issuer.
        let account = account.replace(':', " ");
        parameters(self.bytes())
            .with_issuer(Some(ISSUER))
            .with_account_name(account)
            .build()
            .ok()?
            .to_url()
            .ok()
            .map(SecretString::from)
    }

    /// The step that `code` is of at `now`, if it is right and later than `after`: a code works
    /// once.
    pub fn check(
        &self,
        code: &SecretString,
        now: DateTime<Utc>,
        after: Option<i64>,
    ) -> Option<i64> {
        let time = u64::try_from(now.timestamp()).ok()?;
        let step = self.0.check(code.expose_secret(), time)?;
        let step = i64::try_from(step).ok()?;
        after.is_none_or(|last| step > last).then_some(step)
    }

    /// The code at that instant.
    pub fn code(&self, at: DateTime<Utc>) -> String {
        self.0
            .generate(u64::try_from(at.timestamp()).unwrap_or_default())
            .to_string()
    }
}

fn parameters(bytes: &[u8]) -> Builder {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(6)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(Secret::from(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// The vectors of RFC 6238, appendix B, for SHA-1: their last six digits.
    #[test]
    fn mfa_1_codes_are_those_of_the_rfc() {
        let seed = Seed::of(b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            assert_eq!(seed.code(at(seconds)), code);
            let code = SecretString::from(code);
            assert_eq!(seed.check(&code, at(seconds), None), Some(seconds / 30));
        }
    }

    #[test]
    fn mfa_1_one_step_either_way_and_each_step_once() {
        let seed = Seed::of(b"12345678901234567890");
        let (step, now) = (50_000_000, at(50_000_000 * 30 + 7));
        let code = |step: i64| SecretString::from(seed.code(at(step * 30)));
        for near in [step - 1, step, step + 1] {
            assert_eq!(seed.check(&code(near), now, None), Some(near));
            assert_eq!(seed.check(&code(near), now, Some(near)), None, "used");
            assert_eq!(seed.check(&code(near), now, Some(near - 1)), Some(near));
        }
        for far in [step - 2, step + 2] {
            assert_eq!(seed.check(&code(far), now, None), None);
        }
    }

    #[test]
    fn mfa_1_the_address_is_one_that_apps_read() {
        let seed = Seed::of(b"12345678901234567890");
        let url = seed.url("ada@example.org").unwrap();
        let url = url.expose_secret();
        assert!(
            url.starts_with("otpauth://totp/Concierge:ada%40example.org?"),
            "{url}"
        );
        assert!(
            url.contains("secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"),
            "{url}"
        );
        assert!(url.contains("issuer=Concierge"), "{url}");
        assert_eq!(
            seed.text().expose_secret(),
            "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        );
        assert!(seed.url("\"a:b\"@example.org").is_some());
        let one = Seed::generate(&IdSource::seeded(1));
        assert_eq!(one.bytes().len(), 20);
        assert_ne!(one.bytes(), Seed::generate(&IdSource::seeded(2)).bytes());
    }
}
