//! The first look at a document: bytes only, before any parser sees them.
//!
//! Owns the limits on bracket depth and on tokens, so that no parser can be driven into deep
//! recursion, and the tokens that they are counted in. Must not build anything; one pass, no
//! allocation.

use async_graphql::Pos;

use super::{fault::Refused, limits::Limits};
use crate::words::message::{self, Message};

/// Counts the tokens of a document; refuses one whose brackets nest too deep, that has too many
/// tokens, or that ends inside a string.
pub(super) fn scan(document: &str, limits: &Limits) -> Result<usize, Refused> {
    let (mut depth, mut count) = (0usize, 0usize);
    for (_, token) in Tokens::of(document) {
        match token {
            Token::Open(_) => {
                depth += 1;
                if depth > limits.brackets {
                    return Err(Refused::too_complex(
                        message::too_many_brackets(limits.brackets),
                        None,
                    ));
                }
            }
            Token::Close(_) => depth = depth.saturating_sub(1),
            Token::Unterminated => return Err(unterminated()),
            Token::Word(_) | Token::Colon | Token::Other => {}
        }
        count += 1;
        if count > limits.tokens {
            return Err(Refused::too_complex(
                message::too_many_tokens(limits.tokens),
                None,
            ));
        }
    }
    Ok(count)
}

/// A token, as far as it matters before parsing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'a> {
    /// An opening bracket of any kind.
    Open(u8),
    /// A closing bracket of any kind.
    Close(u8),
    /// A name or a number.
    Word(&'a str),
    Colon,
    /// A string whose end is missing.
    Unterminated,
    /// A whole string, dots, or any other sign.
    Other,
}

/// The tokens of a document with their offsets, without blanks, commas and comments.
pub(super) struct Tokens<'a> {
    document: &'a str,
    at: usize,
}

impl<'a> Tokens<'a> {
    pub(super) const fn of(document: &'a str) -> Self {
        Self { document, at: 0 }
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = (usize, Token<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let bytes = self.document.as_bytes();
        loop {
            let start = self.at;
            let byte = *bytes.get(start)?;
            self.at += 1;
            let token = match byte {
                b' ' | b'\t' | b'\n' | b'\r' | b',' => continue,
                b'#' => {
                    self.at = end_of_comment(bytes, start);
                    continue;
                }
                b'"' => match end_of_string(bytes, start) {
                    Some(end) => {
                        self.at = end;
                        Token::Other
                    }
                    None => {
                        self.at = bytes.len();
                        Token::Unterminated
                    }
                },
                b'{' | b'(' | b'[' => Token::Open(byte),
                b'}' | b')' | b']' => Token::Close(byte),
                b':' => Token::Colon,
                b'.' => {
                    self.at = start + run(bytes, start, |b| b == b'.');
                    Token::Other
                }
                _ if is_word(byte) => {
                    self.at = start + run(bytes, start, is_word);
                    Token::Word(self.document.get(start..self.at).unwrap_or_default())
                }
                _ => Token::Other,
            };
            return Some((start, token));
        }
    }
}

fn unterminated() -> Refused {
    Refused::document(message::unterminated_string(), None)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn run(bytes: &[u8], from: usize, belongs: impl Fn(u8) -> bool) -> usize {
    bytes
        .iter()
        .skip(from)
        .take_while(|b| belongs(**b))
        .count()
        .max(1)
}

/// A refusal at an offset of the document.
pub(super) fn refused(document: &str, offset: usize, message: Message) -> Refused {
    let before = document.get(..offset).unwrap_or(document);
    // As the parser counts: a line ends with CR LF, LF or CR.
    let line = before.replace("\r\n", "\n").matches(['\n', '\r']).count() + 1;
    let column = before
        .rsplit(['\n', '\r'])
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    Refused::document(message, Some(Pos { line, column }))
}

/// The index of the line's end.
pub(super) fn end_of_comment(bytes: &[u8], from: usize) -> usize {
    bytes
        .iter()
        .enumerate()
        .skip(from)
        .find(|(_, b)| matches!(b, b'\n' | b'\r'))
        .map_or(bytes.len(), |(at, _)| at)
}

/// The index after the closing quotes; `None` if there are none.
pub(super) fn end_of_string(bytes: &[u8], from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    if rest.starts_with(b"\"\"\"") {
        let mut at = 3;
        loop {
            let tail = rest.get(at..)?;
            if tail.starts_with(b"\"\"\"") {
                return Some(from + at + 3);
            }
            at += if tail.starts_with(b"\\\"\"\"") { 4 } else { 1 };
            if tail.is_empty() {
                return None;
            }
        }
    }
    let mut at = 1;
    loop {
        match rest.get(at)? {
            b'"' => return Some(from + at + 1),
            b'\n' | b'\r' => return None,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn deep(n: usize) -> String {
        format!("{}{}", "{a".repeat(n), "}".repeat(n))
    }

    #[test]
    fn brackets_count_outside_strings_and_comments_only() {
        let limits = Limits::default();
        assert!(scan(&deep(64), &limits).is_ok());
        assert!(scan(&deep(65), &limits).is_err());
        let open = "{".repeat(200);
        assert!(scan(&format!("{{ a(b: \"{open}\") }}"), &limits).is_ok());
        assert!(
            scan(
                &format!("{{ a(b: \"\"\"{open}\\\"\"\"{open}\"\"\") }}"),
                &limits
            )
            .is_ok()
        );
        assert!(scan(&format!("{{ a # {open}\n }}"), &limits).is_ok());
        assert!(scan(&format!("{{ a # {open}\r {open}}}"), &limits).is_err());
        assert!(scan(&format!("{{ a(b: \"\\\"{open}\") }}"), &limits).is_ok());
        assert!(scan(&format!("{{ a(b: \"\"{open}\") }}"), &limits).is_err());
    }

    #[test]
    fn unterminated_strings_are_refused() {
        let limits = Limits::default();
        for text in [
            "\"",
            "\"a\n\"",
            "\"\"\"",
            "\"\"\"a\\\"\"\"",
            "\"a\\",
            "\"\"\"\"",
        ] {
            assert!(scan(text, &limits).is_err(), "{text:?}");
        }
        assert!(scan("\"\"", &limits).is_ok());
    }

    #[test]
    fn tokens_are_counted() {
        let limits = Limits {
            tokens: 7,
            ..Limits::default()
        };
        assert!(scan("{ a b ...c \"x y\" }", &limits).is_ok());
        assert!(scan("{ a b ...c \"x y\" d }", &limits).is_err());
    }
}
