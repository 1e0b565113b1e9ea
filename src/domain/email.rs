//! E-mail addresses: which texts are one, and which two are the same (ACC-1).
//!
//! Owns syntax and canonical form. Must not decide whether an address exists or who has it.

use idna::{
    AsciiDenyList,
    uts46::{DnsLength, Hyphens, Uts46},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::text::{self, becomes_ascii};

/// The longest address, in octets (RFC 5321, 4.5.3.1.3, without the angle brackets).
pub const LONGEST: usize = 254;

/// The longest local part, in octets (RFC 5321, 4.5.3.1.1).
pub const LONGEST_LOCAL: usize = 64;

/// Why a text is not a valid address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EmailError {
    /// Not `local@domain`, or one of them is malformed.
    #[error("not an e-mail address")]
    Malformed,
    /// More than 254 octets, or more than 64 before the @.
    #[error("an e-mail address has at most 254 octets, 64 of them before the @")]
    TooLong,
}

/// An address as typed, and the form in which it is compared (ACC-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress {
    /// As typed, after preparation (TEXT-1), with the domain in the letters that it has for mail
    /// servers (TEXT-3). Stored and used for mail.
    pub typed: String,
    /// The form for comparing: ASCII letters in lower case, other characters of the local part in
    /// NFC with their case, the domain in ASCII form (ACC-1).
    pub canonical: String,
    local: String,
}

impl EmailAddress {
    /// Parses an address: `local@domain`, the local part plain or quoted, non-ASCII characters
    /// allowed on both sides. The domain is a name with at least one dot (no address literals).
    /// Prepares the text first (TEXT-1).
    pub fn parse(text: &str) -> Result<Self, EmailError> {
        let typed = text::address(text);
        if typed.len() > LONGEST {
            return Err(EmailError::TooLong);
        }
        let (local, domain) = typed.rsplit_once('@').ok_or(EmailError::Malformed)?;
        if local.len() > LONGEST_LOCAL {
            return Err(EmailError::TooLong);
        }
        let unquoted = unquoted(local).ok_or(EmailError::Malformed)?;
        let ascii = ascii(domain).ok_or(EmailError::Malformed)?;
        let canonical = format!("{}@{ascii}", quoted_if_needed(&normal(&unquoted)));
        let typed = match other_letters(domain, &ascii) {
            Some(domain) => format!("{local}@{domain}"),
            None => typed,
        };
        if canonical.len() > LONGEST || typed.len() > LONGEST {
            return Err(EmailError::TooLong);
        }
        let local = unquoted;
        Ok(Self {
            typed,
            canonical,
            local,
        })
    }

    /// The part after the @, in the form for comparing.
    pub fn domain(&self) -> &str {
        self.canonical
            .rsplit_once('@')
            .map_or("", |(_, domain)| domain)
    }

    /// The part before the @, without quotes, as typed.
    pub fn local_part(&self) -> &str {
        &self.local
    }

    /// The local part for a mail server: as typed, in NFC, quoted if necessary.
    pub fn mailbox(&self) -> String {
        quoted_if_needed(&self.local)
    }
}

/// The local part without quotes and escapes. `None` if it is malformed.
fn unquoted(local: &str) -> Option<String> {
    let Some(inner) = local.strip_prefix('"') else {
        return is_dot_atom(local).then(|| local.to_owned());
    };
    let inner = inner.strip_suffix('"')?;
    let mut text = String::with_capacity(inner.len());
    let mut characters = inner.chars();
    while let Some(c) = characters.next() {
        let literal = match c {
            '"' => return None,
            '\\' => characters.next().filter(|c| matches!(c, ' '..='~'))?,
            c => c,
        };
        if !matches!(literal, ' '..='~') && !is_international(literal) {
            return None;
        }
        text.push(literal);
    }
    (!text.is_empty()).then_some(text)
}

/// Quotes a local part only if necessary, so that an address has one form.
fn quoted_if_needed(local: &str) -> String {
    if is_dot_atom(local) {
        return local.to_owned();
    }
    let mut text = String::with_capacity(local.len() + 2);
    text.push('"');
    for c in local.chars() {
        if matches!(c, '"' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text.push('"');
    text
}

fn is_dot_atom(local: &str) -> bool {
    let is_atom = |atom: &str| {
        !atom.is_empty()
            && !atom.starts_with(is_combining_mark)
            && atom.chars().all(|c| is_atext(c) || is_international(c))
    };
    local.split('.').all(is_atom)
}

fn is_atext(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(c)
}

/// A visible character beyond ASCII. RFC 6531 allows invisible ones too, but they only serve to
/// deceive.
fn is_international(c: char) -> bool {
    let unseen = matches!(c,
        '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}');
    let no_character = u32::from(c) & 0xfffe == 0xfffe || matches!(c, '\u{fdd0}'..='\u{fdef}');
    !c.is_ascii() && !c.is_control() && !c.is_whitespace() && !unseen && !no_character
}

/// NFC with ASCII letters in lower case. NFC runs before and after: `H` with a macron below has no
/// composed letter, `h` with one has. The three characters that NFC would turn into ASCII stay as
/// they are, otherwise they would be lower-cased as well: the KELVIN SIGN is not a `k` (ACC-1).
fn normal(local: &str) -> String {
    let mut text = String::with_capacity(local.len());
    for piece in local.split_inclusive(becomes_ascii) {
        let rest = piece.trim_end_matches(becomes_ascii);
        let lower: String = rest.nfc().map(|c| c.to_ascii_lowercase()).collect();
        text.extend(lower.nfc());
        text.extend(piece.chars().last().filter(|c| becomes_ascii(*c)));
    }
    text
}

/// A domain that mail can go to, in lower-case ASCII form. `None` if it is not one.
pub fn domain(text: &str) -> Option<String> {
    ascii(&text::address(text))
}

/// A domain in ASCII form converted to Unicode, as people write it (TEXT-3). A domain that only
/// looks like an ASCII form stays unchanged.
pub fn unicode_domain(ascii: &str) -> String {
    if !ascii.contains("xn--") {
        return ascii.to_owned();
    }
    let (name, result) = Uts46::new().to_unicode(
        ascii.as_bytes(),
        AsciiDenyList::STD3,
        Hyphens::CheckFirstLast,
    );
    if result.is_ok() {
        name.into_owned()
    } else {
        ascii.to_owned()
    }
}

/// The domain as people write it, if it was typed in letters that only stand for others, like those
/// of full width; `None` if it was typed with its own, in any case.
fn other_letters(typed: &str, ascii: &str) -> Option<String> {
    if typed.is_ascii() {
        return None;
    }
    let own = unicode_domain(ascii);
    let lower: String = typed.chars().flat_map(char::to_lowercase).nfc().collect();
    (lower != own).then_some(own)
}

/// The domain in ASCII form (UTS #46, with the strict rules for host names), if it has a dot and is
/// not an IPv4 address.
fn ascii(domain: &str) -> Option<String> {
    let name = Uts46::new()
        .to_ascii(
            domain.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .ok()?;
    let (_, last) = name.rsplit_once('.')?;
    (!last.bytes().all(|byte| byte.is_ascii_digit())).then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> String {
        EmailAddress::parse(text)
            .unwrap_or_else(|error| panic!("{text}: {error}"))
            .canonical
    }

    #[test]
    fn acc_1_canonical_form() {
        for (typed, wanted) in [
            ("Ada.Lovelace@Example.ORG", "ada.lovelace@example.org"),
            ("  ada@example.org\n", "ada@example.org"),
            ("ada+portal@example.org", "ada+portal@example.org"),
            (
                "\"Ada Lovelace\"@example.org",
                "\"ada lovelace\"@example.org",
            ),
            ("\"ada\"@example.org", "ada@example.org"),
            ("\"a\\d\\a\"@example.org", "ada@example.org"),
            ("\"a@b\"@example.org", "\"a@b\"@example.org"),
            ("\"a\\\"b\\\\\"@example.org", "\"a\\\"b\\\\\"@example.org"),
            ("\"..\"@example.org", "\"..\"@example.org"),
            ("Jose\u{301}@example.org", "jos\u{e9}@example.org"),
            ("JOS\u{c9}@example.org", "jos\u{c9}@example.org"),
            ("ada@B\u{fc}cher.example", "ada@xn--bcher-kva.example"),
            ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example"),
            ("ada@stra\u{df}e.example", "ada@xn--strae-oqa.example"),
            ("H\u{331}@example.org", "\u{1e96}@example.org"),
            ("用户@例子.广告", "用户@xn--fsqu00a.xn--4rr70v"),
            (
                "o'neil!#$%&*/=?^_`{|}~-@example.org",
                "o'neil!#$%&*/=?^_`{|}~-@example.org",
            ),
            ("a@r3---sn.example.org", "a@r3---sn.example.org"),
        ] {
            assert_eq!(canonical(typed), wanted, "{typed}");
        }
    }

    #[test]
    fn acc_1_typed_form_is_kept() {
        let address = EmailAddress::parse(" Ada@Example.org ").unwrap();
        assert_eq!(address.typed, "Ada@Example.org");
        assert_eq!(
            EmailAddress::parse("\"Ada L\"@example.org")
                .unwrap()
                .local_part(),
            "Ada L"
        );
    }

    #[test]
    fn acc_1_kelvin_is_no_k() {
        assert_ne!(
            canonical("\u{212a}arl@example.org"),
            canonical("karl@example.org")
        );
        assert_ne!(
            canonical("\u{212a}arl@example.org"),
            canonical("Karl@example.org")
        );
        assert_ne!(
            canonical("\u{17f}am@example.org"),
            canonical("sam@example.org"),
            "long s is no s"
        );
        assert_ne!(
            canonical("\u{130}da@example.org"),
            canonical("ida@example.org"),
            "dotted I is no i"
        );
        assert_ne!(
            canonical("ａda@example.org"),
            canonical("ada@example.org"),
            "full width is not folded"
        );
        let ascii = |c: &char| !c.is_ascii() && c.nfc().any(|c| c.is_ascii());
        let characters: Vec<char> = (0..=0x10_ffff)
            .filter_map(char::from_u32)
            .filter(ascii)
            .collect();
        assert!(
            characters
                .iter()
                .copied()
                .filter(|c| c.nfc().all(|c| c.is_ascii()))
                .all(becomes_ascii),
            "{characters:?}"
        );
    }

    #[test]
    fn acc_1_what_is_no_address() {
        for wrong in [
            "",
            "ada",
            "@example.org",
            "ada@",
            "ada@@example.org",
            "a da@example.org",
            ".ada@example.org",
            "ada.@example.org",
            "a..b@example.org",
            "ada@example",
            "ada@localhost",
            "ada@[192.0.2.1]",
            "ada@192.0.2.1",
            "ada@-a.example",
            "ada@a-.example",
            "ada@exa_mple.org",
            "ada@example..org",
            "ada@example.org.",
            "ada@.example.org",
            "\"ada@example.org",
            "\"\"@example.org",
            "\"a\"b\"@example.org",
            "\"a\\\"@example.org",
            "ada@example.org\0",
            "a\u{7f}b@example.org",
            "a\nb@example.org",
            "Ada <ada@example.org>",
            "ada@example.org,bob@example.org",
            "\u{301}ada@example.org",
            "ada@exam\u{200b}ple.123",
            "a(comment)@example.org",
            "mailto:ada@example.org",
        ] {
            assert_eq!(
                EmailAddress::parse(wrong),
                Err(EmailError::Malformed),
                "{wrong:?}"
            );
        }
    }

    #[test]
    fn text_1_hidden_characters_are_no_part_of_an_address() {
        for typed in [
            "zw@example.org\u{200b}",
            "\u{202e}zw@example.org",
            "z\u{ad}w@exam\u{200b}ple.org",
            "\u{a0}zw@example.org\u{feff}",
        ] {
            let address = EmailAddress::parse(typed).unwrap();
            assert_eq!(
                (address.typed.as_str(), address.canonical.as_str()),
                ("zw@example.org", "zw@example.org"),
                "{typed:?}"
            );
        }
    }

    #[test]
    fn acc_1_what_is_kept_and_mailed_is_composed() {
        let address = EmailAddress::parse("e\u{301}Mile@example.org").unwrap();
        assert_eq!(
            (address.typed.as_str(), address.mailbox().as_str()),
            ("\u{e9}Mile@example.org", "\u{e9}Mile")
        );
        assert_eq!(
            EmailAddress::parse("\"ada\"@example.org")
                .unwrap()
                .mailbox(),
            "ada"
        );
        assert_eq!(
            EmailAddress::parse("\"Ada L\"@example.org")
                .unwrap()
                .mailbox(),
            "\"Ada L\""
        );
        assert_eq!(
            EmailAddress::parse("🌳@example.org").unwrap().mailbox(),
            "🌳"
        );
    }

    #[test]
    fn text_3_a_domain_of_other_letters_is_kept_in_its_own() {
        for (typed, kept) in [
            (
                "Ada@\u{ff45}\u{ff58}\u{ff41}\u{ff4d}\u{ff50}\u{ff4c}\u{ff45}\u{ff0e}\u{ff4f}\u{ff52}\u{ff47}",
                "Ada@example.org",
            ),
            ("ada@example\u{3002}org", "ada@example.org"),
            ("ada@\u{1d41e}xample.org", "ada@example.org"),
            ("ada@B\u{fc}cher\u{3002}example", "ada@b\u{fc}cher.example"),
            ("ada@B\u{fc}cher.example", "ada@B\u{fc}cher.example"),
            ("ada@Stra\u{df}e.example", "ada@Stra\u{df}e.example"),
            ("ada@Example.ORG", "ada@Example.ORG"),
        ] {
            assert_eq!(EmailAddress::parse(typed).unwrap().typed, kept, "{typed}");
        }
    }

    #[test]
    fn text_3_domains_in_their_own_letters() {
        for (ascii, own) in [
            ("xn--zrich-daten-thb.example", "zürich-daten.example"),
            ("example.org", "example.org"),
            ("xn--fsqu00a.xn--4rr70v", "例子.广告"),
        ] {
            assert_eq!(unicode_domain(ascii), own);
            assert_eq!(domain(own).as_deref(), Some(ascii));
        }
    }

    #[test]
    fn acc_1_lengths() {
        let local = "a".repeat(64);
        let label = "b".repeat(59);
        let domain = |last: usize| format!("{label}.{label}.{label}.{}", "c".repeat(last));
        assert!(
            EmailAddress::parse(&format!("{local}@{}", domain(9)))
                .is_ok_and(|address| address.typed.len() == 254)
        );
        assert_eq!(
            EmailAddress::parse(&format!("{local}@{}", domain(10))),
            Err(EmailError::TooLong)
        );
        assert_eq!(
            EmailAddress::parse(&format!("{local}a@example.org")),
            Err(EmailError::TooLong)
        );
        assert_eq!(
            EmailAddress::parse(&"x".repeat(100_000)),
            Err(EmailError::TooLong)
        );
        assert_eq!(
            EmailAddress::parse(&format!("a@{}.org", "b".repeat(64))),
            Err(EmailError::Malformed)
        );
    }

    proptest! {
        #[test]
        fn parsing_never_panics(text in "\\PC{0,80}", near in "[\"\\\\a.@éK\u{301} ]{0,12}@[a.é-]{0,8}") {
            let _ = (EmailAddress::parse(&text), EmailAddress::parse(&near));
        }

        #[test]
        fn acc_1_the_canonical_form_is_its_own(local in "[\"A-Ka-kÉéßİKſḰ\u{301}\u{331}.+\\\\ ]{1,10}", domain in "[A-Ca-cÉüß]{1,4}\\.[A-Za-z]{2}") {
            for text in [format!("{local}@{domain}"), format!("\"{local}\"@{domain}")] {
                if let Ok(address) = EmailAddress::parse(&text) {
                    prop_assert_eq!(canonical(&address.canonical), address.canonical);
                }
            }
        }

        #[test]
        fn acc_1_any_ascii_case_and_any_normal_form_is_the_same(local in "[a-zéüñḱẖ]{1,10}") {
            let text = format!("{local}@example.org");
            let upper: String = text.nfd().map(|c| c.to_ascii_uppercase()).collect();
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(canonical(&decomposed), canonical(&text));
            // The upper case of a base letter is another letter once composed. Where there is no
            // composed letter, case is ignored.
            if text.is_ascii() {
                prop_assert_eq!(canonical(&upper), canonical(&text));
            }
        }
    }
}
