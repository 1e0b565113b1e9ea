//! Slugs of workspaces: 3 to 27 of a–z, 0–9 and -, never changed, some reserved (WS-2).
//!
//! Owns the format and the reserved words. Must not know which slugs are taken.

use crate::domain::error_code::ErrorCode;
/// The shortest slug, in characters.
pub const SHORTEST: usize = 3;

/// The longest slug, in characters.
pub const LONGEST: usize = 27;

/// Words that appear in addresses before or beside the slugs of workspaces, or would be mistaken
/// for the product's own.
pub const RESERVED: &[&str] = &[
    "account",
    "accounts",
    "admin",
    "administrator",
    "api",
    "app",
    "assets",
    "auth",
    "backoffice",
    "blog",
    "cdn",
    "concierge",
    "dashboard",
    "dev",
    "docs",
    "ftp",
    "graphiql",
    "graphql",
    "health",
    "healthz",
    "help",
    "imap",
    "internal",
    "invite",
    "login",
    "logout",
    "mail",
    "me",
    "metrics",
    "new",
    "null",
    "operator",
    "operators",
    "playground",
    "portal",
    "prod",
    "production",
    "public",
    "ready",
    "readyz",
    "register",
    "robots",
    "root",
    "security",
    "settings",
    "sign-in",
    "sign-out",
    "sign-up",
    "signin",
    "signout",
    "signup",
    "smtp",
    "staging",
    "static",
    "status",
    "support",
    "system",
    "test",
    "undefined",
    "viewer",
    "webhooks",
    "workspace",
    "workspaces",
    "www",
];

/// Why a text is not a valid slug of a workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SlugError {
    /// Wrong length or letters, or a - at the beginning or the end.
    #[error("a slug has 3 to 27 of a-z, 0-9 and -, and neither begins nor ends with -")]
    Invalid,
    /// One of [`RESERVED`].
    #[error("this slug is reserved")]
    Reserved,
}

impl SlugError {
    /// Its code in the API.
    pub const fn code(self) -> ErrorCode {
        match self {
            Self::Invalid => ErrorCode::InvalidSlug,
            Self::Reserved => ErrorCode::Reserved,
        }
    }
}

/// Checks whether a workspace may have this slug, provided that no other has or had it.
pub fn check(slug: &str) -> Result<(), SlugError> {
    let letters = slug
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !letters
        || !(SHORTEST..=LONGEST).contains(&slug.len())
        || slug.starts_with('-')
        || slug.ends_with('-')
    {
        return Err(SlugError::Invalid);
    }
    if RESERVED.contains(&slug) {
        Err(SlugError::Reserved)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ws_2_slugs_have_3_to_27_letters_digits_and_hyphens() {
        for fine in [
            "abc",
            "riverton",
            "a-b",
            "2026",
            "x--y",
            "abcdefghijklmnopqrstuvwxyz0",
        ] {
            assert_eq!(check(fine), Ok(()), "{fine}");
        }
        for wrong in [
            "",
            "ab",
            "abcdefghijklmnopqrstuvwxyz01",
            "-ab",
            "ab-",
            "Riverton",
            "a_b",
            "a.b",
            "a b",
            "ab\n",
            "é-é",
            "ａｂｃ",
        ] {
            assert_eq!(check(wrong), Err(SlugError::Invalid), "{wrong}");
        }
    }

    #[test]
    fn ws_2_some_slugs_are_reserved() {
        assert!(RESERVED.windows(2).all(|pair| pair[0] < pair[1]));
        for reserved in ["admin", "api", "graphql", "health", "playground", "www"] {
            assert_eq!(check(reserved), Err(SlugError::Reserved), "{reserved}");
        }
    }
}
