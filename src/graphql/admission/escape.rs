//! The escapes of string literals that the parser does not know (TEXT-3).
//!
//! Owns the rewriting of `\u{…}` and of surrogate pairs, in quoted strings only: block strings and
//! comments have no such escapes. What a literal becomes shorter by is made up with blanks behind
//! its closing quote, so that all positions behind it stay what they were. Runs after `scan`, which
//! refuses strings without an end. Must not know the grammar beyond strings and comments.

use std::borrow::Cow;

use super::{
    fault::Refused,
    scan::{end_of_comment, end_of_string, refused},
};
use crate::words::message::{self, Message};

/// The document with only those escapes that the parser reads.
pub(super) fn prepare(document: &str) -> Result<Cow<'_, str>, Refused> {
    if !document.contains("\\u") {
        return Ok(Cow::Borrowed(document));
    }
    let bytes = document.as_bytes();
    let (mut at, mut copied, mut prepared) = (0, 0, String::new());
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'#' => at = end_of_comment(bytes, at),
            b'"' => {
                let end = end_of_string(bytes, at).unwrap_or(bytes.len());
                let literal = document.get(at..end).unwrap_or_default();
                if !literal.starts_with("\"\"\"") && literal.contains("\\u") {
                    let rewritten = rewrite(literal).map_err(|(offset, message)| {
                        refused(document, at.saturating_add(offset), message)
                    })?;
                    prepared.push_str(document.get(copied..at).unwrap_or_default());
                    let shorter = literal
                        .chars()
                        .count()
                        .saturating_sub(rewritten.chars().count());
                    prepared.push_str(&rewritten);
                    prepared.extend(std::iter::repeat_n(' ', shorter));
                    copied = end;
                }
                at = end;
            }
            _ => at += 1,
        }
    }
    if copied == 0 {
        return Ok(Cow::Borrowed(document));
    }
    prepared.push_str(document.get(copied..).unwrap_or_default());
    Ok(Cow::Owned(prepared))
}

/// A quoted literal with its Unicode escapes written as the characters that they mean. The error:
/// where, and why.
fn rewrite(literal: &str) -> Result<String, (usize, Message)> {
    let mut out = String::with_capacity(literal.len());
    let mut rest = literal;
    while let Some(slash) = rest.find('\\') {
        let (before, escape) = rest.split_at(slash);
        out.push_str(before);
        let length = if escape.starts_with("\\u") {
            let (character, length) = unicode(escape)
                .map_err(|message| (literal.len().saturating_sub(escape.len()), message))?;
            push(&mut out, character);
            length
        } else {
            // The parser judges all other escapes.
            let length = 1 + escape.chars().nth(1).map_or(0, char::len_utf8);
            out.push_str(escape.get(..length).unwrap_or(escape));
            length
        };
        rest = escape.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    Ok(out)
}

/// The character that an escape means, and the escape's length.
fn unicode(escape: &str) -> Result<(char, usize), Message> {
    if let Some(braced) = escape.strip_prefix("\\u{") {
        let digits = braced
            .split_once('}')
            .map(|(digits, _)| digits)
            .filter(|digits| is_hex(digits));
        let digits = digits.ok_or_else(|| message::escape_braces("\\u{…}"))?;
        let significant = digits.trim_start_matches('0');
        let scalar = if significant.len() > 6 {
            None
        } else {
            Some(u32::from_str_radix(significant, 16).unwrap_or(0))
        };
        let character = scalar.and_then(char::from_u32);
        let character = character.ok_or_else(|| {
            let shown: String = significant.chars().take(8).collect();
            message::escape_range(format!("\\u{{{shown}}}"))
        })?;
        return Ok((character, digits.len() + 4));
    }
    let first = unit(escape).ok_or_else(|| message::escape_digits("\\u"))?;
    let shown = || format!("\\u{first:04X}");
    match first {
        0xD800..=0xDBFF => {
            let second = escape
                .get(6..)
                .and_then(unit)
                .filter(|second| (0xDC00..=0xDFFF).contains(second));
            let second = second.ok_or_else(|| message::no_second_surrogate(shown()))?;
            let scalar = 0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00);
            char::from_u32(scalar)
                .map(|character| (character, 12))
                .ok_or_else(|| message::no_second_surrogate(shown()))
        }
        _ => char::from_u32(first)
            .map(|character| (character, 6))
            .ok_or_else(|| message::no_first_surrogate(shown())),
    }
}

/// The four digits behind `\u`.
fn unit(escape: &str) -> Option<u32> {
    let digits = escape
        .strip_prefix("\\u")?
        .get(..4)
        .filter(|digits| is_hex(digits))?;
    u32::from_str_radix(digits, 16).ok()
}

fn is_hex(digits: &str) -> bool {
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Never longer than the shortest escape, so that positions can be kept.
fn push(out: &mut String, character: char) {
    match character {
        '"' => out.push_str("\\\""),
        '\\' => out.push_str("\\\\"),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        other => out.push(other),
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::Pos;
    use async_graphql_parser::types::{DocumentOperations, Selection};
    use async_graphql_value::Value;
    use proptest::prelude::*;

    use super::*;

    /// The argument of the first field of a document, and where the field behind it stands.
    fn parsed(document: &str) -> (String, Pos) {
        let prepared = prepare(document).unwrap();
        let parsed = async_graphql_parser::parse_query(&*prepared).unwrap();
        let DocumentOperations::Single(operation) = &parsed.operations else {
            panic!("one operation")
        };
        let [first, second] = operation.node.selection_set.node.items.as_slice() else {
            panic!("two fields")
        };
        let Selection::Field(field) = &first.node else {
            panic!("a field")
        };
        let Value::String(text) = &field.node.arguments[0].1.node else {
            panic!("a string")
        };
        (text.clone(), second.pos)
    }

    fn why(literal: &str) -> (String, Option<Pos>) {
        let refused = prepare(&format!("{{\n a(b: \"{literal}\") }}")).unwrap_err();
        (
            refused.errors[0].message.clone(),
            refused.errors[0].locations.first().copied(),
        )
    }

    #[test]
    fn text_3_literals_take_every_escape_of_the_specification() {
        for (literal, text) in [
            (r"Trees \uD83C\uDF33", "Trees 🌳"),
            (r"Trees \u{1F333}", "Trees 🌳"),
            (r"\u{41}\u{0000000041}\u0041", "AAA"),
            (r"\u{22}\u0022\u{5C}\u005c", "\"\"\\\\"),
            (r"\u{A}\u000D\u{9}\u{0}\u{7f}", "\n\r\t\0\u{7f}"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\\uD83C \\u{zz} \u{E9}", r"\uD83C \u{zz} é"),
            (r"\uD7FF\uE000\u{10FFFF}", "\u{d7ff}\u{e000}\u{10ffff}"),
            ("é\\u00e9🌳", "éé🌳"),
        ] {
            let document = format!("{{ a(b: \"{literal}\") c }}");
            let column = document.chars().count() - 2;
            assert_eq!(
                parsed(&document),
                (text.to_owned(), Pos { line: 1, column }),
                "{literal}"
            );
        }
    }

    #[test]
    fn text_3_half_pairs_and_no_characters_are_refused_where_they_stand() {
        for (literal, part) in [
            (
                r"\uD83C",
                "\\uD83C is half of a surrogate pair without its second half",
            ),
            (r"\uD83Cx", "without its second half"),
            (r"\uD83C\u0041", "without its second half"),
            (r"\uD83C\uD83C", "without its second half"),
            (r"\uD83C\u{DF33}", "without its second half"),
            (
                r"\uDF33",
                "\\uDF33 is half of a surrogate pair without its first half",
            ),
            (r"\uDF33\uD83C", "without its first half"),
            (r"\u{D83C}\u{DF33}", "\\u{D83C} is not a character"),
            (r"\u{110000}", "is not a character"),
            (r"\u{FFFFFFFFFFFFFFFFFFFF}", "is not a character"),
            (r"\u{}", "hexadecimal digits"),
            (r"\u{ 41}", "hexadecimal digits"),
            (r"\u{41", "hexadecimal digits"),
            (r"\u12", "four hexadecimal digits"),
            (r"\u+041", "four hexadecimal digits"),
            (r"\uéé", "four hexadecimal digits"),
        ] {
            let (message, at) = why(literal);
            assert!(message.contains(part), "{literal}: {message}");
            assert_eq!(at, Some(Pos { line: 2, column: 8 }), "{literal}");
        }
        assert_eq!(
            why(r"é\u{41} \uD83C").1,
            Some(Pos {
                line: 2,
                column: 16
            })
        );
    }

    #[test]
    fn comments_and_block_strings_stay_as_they_are() {
        for document in [
            "{ a # \" \\uD83C\n }",
            "{ a(b: \"\"\"\\uD83C \\u{41}\"\"\") c }",
            "{ a(b: \"\\n\") }",
            "{ a }",
        ] {
            assert!(
                matches!(prepare(document), Ok(Cow::Borrowed(same)) if same == document),
                "{document}"
            );
        }
    }

    proptest! {
        #[test]
        fn text_3_any_text_comes_through_whatever_way_it_is_escaped(text in any::<String>(), ways in prop::collection::vec(0..4_u8, 64)) {
            let mut literal = String::new();
            for (character, way) in text.chars().zip(ways.into_iter().cycle()) {
                match way {
                    0 if !character.is_control() && !matches!(character, '"' | '\\') => literal.push(character),
                    1 => literal += &format!("\\u{{{:x}}}", u32::from(character)),
                    2 => literal += &format!("\\u{{{:08X}}}", u32::from(character)),
                    _ => literal.extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}"))),
                }
            }
            let document = format!("{{ a(b: \"{literal}\") c }}");
            let column = document.chars().count() - 2;
            prop_assert_eq!(parsed(&document), (text, Pos { line: 1, column }));
        }

        #[test]
        fn text_3_no_text_makes_it_panic(literal in "(\\\\|u|\\{|\\}|D83C|DF33|[0-9a-f]|\"|é|#|\n){0,24}") {
            let document = format!("{{ a(b: \"{literal}\") c }}");
            if super::super::scan::scan(&document, &super::super::limits::Limits::default()).is_ok()
                && let Ok(prepared) = prepare(&document)
            {
                prop_assert_eq!(prepared.chars().count(), document.chars().count());
                let _ = async_graphql_parser::parse_query(&*prepared);
            }
        }
    }
}
