//! Text that people type: how it is prepared before anything else reads it (TEXT-1), and how long
//! it may be.
//!
//! Every input goes through [`line()`] or [`lines`] (addresses through [`address`]) before it is
//! measured, compared or stored. Passwords, tokens and ids do not: their own modules prepare them.

use super::error_code::{ErrorCode, Fault};
use icu_properties::{
    CodePointMapData, CodePointSetData,
    props::{BidiControl, CanonicalCombiningClass, DefaultIgnorableCodePoint, JoiningType},
};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// Prepares a text of one line: NFC, without hidden characters, trimmed; spaces inside are
/// collapsed to one. Control characters inside stay, for [`fault`] to refuse.
pub fn line(typed: &str) -> String {
    let visible = visible(typed);
    let mut out = String::with_capacity(visible.len());
    for c in visible.trim_matches(is_blank).chars() {
        if !is_blank(c) || c.is_control() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// Prepares a text of several lines: NFC, without hidden characters, trimmed. Spaces inside stay.
pub fn lines(typed: &str) -> String {
    visible(typed).trim_matches(is_blank).to_owned()
}

/// Prepares a long text of several lines, such as a page's content: NFC, without hidden characters.
/// All spaces stay, but a text of spaces alone becomes empty.
pub fn body(typed: &str) -> String {
    let visible = visible(typed);
    if visible.chars().all(is_blank) {
        String::new()
    } else {
        visible
    }
}

/// An optional [`line()`]. `None` if nothing is left.
pub fn optional_line(typed: Option<&str>) -> Option<String> {
    typed.map(line).filter(|text| !text.is_empty())
}

/// Optional [`lines`]. `None` if nothing is left.
pub fn optional_lines(typed: Option<&str>) -> Option<String> {
    typed.map(lines).filter(|text| !text.is_empty())
}

/// Prepares an e-mail address: NFC, without hidden characters, trimmed. The three characters that
/// NFC would turn into ASCII stay as they are: somebody who types the KELVIN SIGN does not mean the
/// address with a `k` (ACC-1).
pub fn address(typed: &str) -> String {
    let mut out = String::with_capacity(typed.len());
    for piece in typed.split_inclusive(becomes_ascii) {
        out.push_str(&visible(piece.trim_end_matches(becomes_ascii)));
        out.extend(piece.chars().last().filter(|c| becomes_ascii(*c)));
    }
    out.trim_matches(is_blank).to_owned()
}

/// GREEK QUESTION MARK, GREEK VARIA, KELVIN SIGN.
pub(super) const fn becomes_ascii(c: char) -> bool {
    matches!(c, '\u{37e}' | '\u{1fef}' | '\u{212a}')
}

/// What is wrong with a prepared text: longer than `longest` characters, or with control
/// characters. `lines` allows line breaks and tabs.
pub fn fault(text: &str, longest: usize, lines: bool) -> Option<Fault> {
    let controls = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
    if text.chars().count() > longest {
        Some(Fault::too_long(longest))
    } else if text.chars().any(controls) {
        Some(ErrorCode::InvalidCharacters.into())
    } else {
        None
    }
}

/// NFC, without hidden characters.
fn visible(typed: &str) -> String {
    if typed.is_ascii() {
        return typed.to_owned();
    }
    let text: String = typed.nfc().collect();
    let mut out = String::with_capacity(text.len());
    for (index, c) in text.char_indices() {
        let stays = match c {
            ZWNJ | ZWJ => is_needed(c, &out, &text[index + c.len_utf8()..]),
            c => !is_hidden(c),
        };
        if stays {
            out.push(c);
        }
    }
    // Characters that were apart may compose now.
    match is_nfc_quick(out.chars()) {
        IsNormalized::Yes => out,
        _ => out.nfc().collect(),
    }
}

/// ZERO WIDTH NON-JOINER: separates two letters.
const ZWNJ: char = '\u{200c}';

/// ZERO WIDTH JOINER: joins two letters.
const ZWJ: char = '\u{200d}';

/// BRAILLE PATTERN BLANK: a symbol to Unicode, a space to people.
const BRAILLE_BLANK: char = '\u{2800}';

/// Invisible, but takes room.
fn is_blank(c: char) -> bool {
    c.is_whitespace() || c == BRAILLE_BLANK
}

/// Invisible, or changes the text around it: zero width, soft hyphen, variation selectors, BOM,
/// tags, fillers, annotation anchors, bidi marks.
fn is_hidden(c: char) -> bool {
    !c.is_ascii()
        && (CodePointSetData::new::<DefaultIgnorableCodePoint>().contains(c)
            || CodePointSetData::new::<BidiControl>().contains(c)
            || matches!(c, '\u{fff9}'..='\u{fffb}'))
}

/// Whether the script around a joiner needs it: as in RFC 5892, appendices A.1 and A.2, for domain
/// names, and before a virama, where Bengali writes ra with ya-phalaa.
fn is_needed(joiner: char, before: &str, after: &str) -> bool {
    let class = |c: char| CodePointMapData::<CanonicalCombiningClass>::new().get(c);
    let is_virama = |c: char| class(c) == CanonicalCombiningClass::Virama;
    // Several marks on one letter are in the order that NFC gives them.
    let follows_virama = before
        .chars()
        .rev()
        .take_while(|c| class(*c) != CanonicalCombiningClass::NotReordered)
        .any(is_virama);
    let next = || after.chars().find(|c| !is_hidden(*c));
    match before.chars().next_back() {
        None => false,
        Some(_) if follows_virama => true,
        Some(last) if joiner == ZWJ => last.is_alphabetic() && next().is_some_and(is_virama),
        Some(_) => {
            let joining = |c: char| CodePointMapData::<JoiningType>::new().get(c);
            let shown = |c: &char| joining(*c) != JoiningType::Transparent;
            let left = before.chars().rev().find(shown).map(joining);
            let right = after.chars().find(shown).map(joining);
            matches!(
                left,
                Some(JoiningType::LeftJoining | JoiningType::DualJoining)
            ) && matches!(
                right,
                Some(JoiningType::RightJoining | JoiningType::DualJoining)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn text_1_one_line_is_prepared() {
        for (typed, prepared) in [
            ("  Ada   Lovelace ", "Ada Lovelace"),
            ("Ada\u{a0}\u{2003}Lovelace\u{3000}", "Ada Lovelace"),
            ("E\u{301}lodie", "\u{c9}lodie"),
            ("\u{202e}evil", "evil"),
            ("\u{200b}", ""),
            (
                "a\u{ad}b\u{2060}c\u{feff}d\u{fe0f}e\u{e0101}f\u{200e}g\u{2066}h\u{34f}i",
                "abcdefghi",
            ),
            ("e\u{200b}\u{301}", "\u{e9}"),
            ("Ada\u{200d}Lovelace", "AdaLovelace"),
            ("\u{3164}\u{2800}", ""),
            ("a \u{200b} b", "a b"),
            ("a\u{2028}b", "a b"),
            ("tab\there", "tab\there"),
            ("\tAda\n", "Ada"),
            ("🏴\u{e0067}\u{e0062}\u{e007f}", "🏴"),
        ] {
            assert_eq!(line(typed), prepared, "{typed:?}");
        }
    }

    #[test]
    fn text_1_joiners_stay_where_their_script_needs_them() {
        for needed in [
            "می\u{200c}خواهم",
            "श\u{94d}\u{200d}री",
            "क\u{94d}\u{200c}ष",
            "ශ\u{dca}\u{200d}රී",
            "ന\u{d4d}\u{200d}",
            "র\u{200d}\u{9cd}যাব",
        ] {
            assert_eq!(line(needed), needed, "{needed:?}");
        }
        for (typed, prepared) in [
            ("م\u{200c}", "م"),
            ("\u{200d}a", "a"),
            ("a\u{200c}b", "ab"),
            ("م\u{200c}\u{200c}ن", "م\u{200c}ن"),
        ] {
            assert_eq!(line(typed), prepared, "{typed:?}");
        }
    }

    #[test]
    fn text_1_several_lines_keep_their_blanks() {
        assert_eq!(
            lines(" one\n\n  two\u{200b}\tthree \r\n"),
            "one\n\n  two\tthree"
        );
        assert_eq!(body("# Hello\u{200b}\n"), "# Hello\n");
        assert_eq!(body(" \n\u{200b}"), "");
        assert_eq!(optional_lines(Some(" \n\u{200b}")), None);
        assert_eq!(optional_line(Some("\u{feff} ")), None);
        assert_eq!(optional_line(None), None);
    }

    #[test]
    fn text_1_is_measured_as_prepared() {
        let decomposed = "e\u{301}".repeat(35);
        assert_eq!(fault(&line(&decomposed), 35, false), None);
        assert_eq!(
            fault(&line(&format!("{decomposed}x")), 35, false),
            Some(Fault::too_long(35))
        );
        assert_eq!(
            fault(&line("a\u{0}b"), 35, false),
            Some(ErrorCode::InvalidCharacters.into())
        );
        assert_eq!(
            fault(&line("a\nb"), 35, false),
            Some(ErrorCode::InvalidCharacters.into())
        );
        assert_eq!(fault(&lines("a\nb"), 35, true), None);
    }

    proptest! {
        #[test]
        fn text_1_preparing_twice_changes_nothing(
            text in "\\PC{0,40}",
            near in "[a e\u{301}\u{327}\u{200b}\u{200c}\u{200d}\u{ad}\u{94d}क\u{93c}مन\u{64e}\u{a0}\u{1100}\u{1161}\u{115f}\n\u{212a}]{0,24}",
        ) {
            for text in [text, near] {
                for prepare in [line, lines, address] {
                    let once = prepare(&text);
                    prop_assert_eq!(prepare(&once), once);
                }
            }
        }

        #[test]
        fn text_1_nothing_hidden_is_left(text in "[a\u{200b}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}\u{fe00}-\u{fe0f}\u{ad}\u{61c}é ]{0,30}") {
            prop_assert!(line(&text).chars().all(|c| matches!(c, 'a' | 'é' | ' ')));
        }
    }
}
