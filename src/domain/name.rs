//! Names that appear in mails: of people, workspaces and groups. A name that a mail program would
//! turn into a link could mislead the reader of the mail, so it is refused as input (MAIL-3).

use super::error_code::{ErrorCode, Fault};
use unicode_normalization::UnicodeNormalization;

use super::text;

/// What is wrong with a prepared name: a fault of [`text::fault`], or CONTAINS_LINK.
pub fn fault(name: &str, longest: usize) -> Option<Fault> {
    text::fault(name, longest, false)
        .or_else(|| has_link(name).then(|| ErrorCode::ContainsLink.into()))
}

/// Whether a mail program would show a part of the text as a link: `://` or `www.`, in any case,
/// including lookalikes (full width, ligatures, the ideographic full stop).
pub fn has_link(text: &str) -> bool {
    if text.len() < 3 {
        return false;
    }
    let plain: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .map(|c| if is_full_stop(c) { '.' } else { c })
        .collect();
    plain.contains("://") || plain.contains("www.")
}

/// The characters that domain names treat as a full stop (UTS #46).
const fn is_full_stop(c: char) -> bool {
    matches!(c, '\u{3002}' | '\u{ff0e}' | '\u{ff61}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_3_a_name_brings_no_link() {
        for name in [
            "Claim your prize at https://evil.example/x",
            "HTTP://EVIL.EXAMPLE",
            "ftp://x",
            "www.evil.example",
            "See WWW.Evil.example",
            "\u{ff57}\u{ff57}\u{ff57}\u{ff0e}evil.example",
            "www\u{3002}evil.example",
            "https\u{ff1a}\u{ff0f}\u{ff0f}evil.example",
        ] {
            assert_eq!(
                fault(name, 100),
                Some(ErrorCode::ContainsLink.into()),
                "{name}"
            );
        }
        for name in [
            "Ada Lovelace",
            "St. John",
            "A/B: C//D",
            "Wwwa",
            "Anna-Maria",
            "Dr. W.",
            "公園。",
            ":/",
            "Data.World",
            "",
        ] {
            assert_eq!(fault(name, 100), None, "{name}");
        }
        assert_eq!(
            fault("x\u{0}", 100),
            Some(ErrorCode::InvalidCharacters.into())
        );
        assert_eq!(fault("xx", 1), Some(Fault::too_long(1)));
    }
}
