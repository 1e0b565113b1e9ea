//! Fields that an input object names more than once (GraphQL specification, 5.6.3). The parser
//! keeps only the last one, so they have to be found before it runs.
//!
//! Owns one pass over the tokens of a scanned document. Must not know more of the grammar than
//! brackets, names and colons: braces inside parentheses are input objects, and a name before a
//! colon is a field of the innermost one.

use std::collections::HashSet;

use super::{
    fault::Refused,
    scan::{Token, Tokens, refused},
};
use crate::words::message;

/// Refuses a document in which an input object names a field twice.
pub(super) fn check(document: &str) -> Result<(), Refused> {
    // What is open: an input object with the names of its fields so far, or any other bracket.
    let mut open: Vec<Option<HashSet<&str>>> = Vec::new();
    let mut parentheses = 0_usize;
    let mut previous = Token::Other;
    let mut previous_offset = 0;
    for (offset, token) in Tokens::of(document) {
        match (token, previous) {
            (Token::Open(bracket), _) => {
                parentheses += usize::from(bracket == b'(');
                open.push((bracket == b'{' && parentheses > 0).then(HashSet::new));
            }
            (Token::Close(bracket), _) => {
                parentheses = parentheses.saturating_sub(usize::from(bracket == b')'));
                open.pop();
            }
            (Token::Colon, Token::Word(name)) => {
                if let Some(Some(fields)) = open.last_mut()
                    && !fields.insert(name)
                {
                    let message = message::input_field_repeated(name);
                    return Err(refused(document, previous_offset, message));
                }
            }
            (Token::Colon | Token::Word(_) | Token::Unterminated | Token::Other, _) => {}
        }
        (previous, previous_offset) = (token, offset);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn a_field_that_comes_twice_in_one_object_is_refused_where_it_stands() {
        for (document, line, column) in [
            ("{ f(a: {b: 1, b: 2}) }", 1, 15),
            ("{ f(a: {b: 1 b: 1}) }", 1, 14),
            ("{ f(a: {b: [{c: 1}, {c: 1, c: 2}]}) }", 1, 28),
            ("{ f(a: {b: {c: 1}, d: $e, b # {\n : null}) }", 1, 27),
            ("query ($v: In = {b: 1,\n b: 2}) { f }", 2, 2),
            ("{ f @d(a: {b: \"}\", b: 2}) }", 1, 20),
        ] {
            let errors = check(document).unwrap_err().errors;
            let at = errors[0].locations[0];
            assert_eq!((at.line, at.column), (line, column), "{document}");
        }
    }

    #[test]
    fn the_same_name_in_another_place_is_not() {
        for document in [
            "{ b: f(a: {b: 1}) b: f(a: {b: 1}) { b: c b: c } }",
            "{ f(a: {b: {b: 1}, c: b, d: [b, b]}, b: {a: b}) }",
            "{ f(a: [{b: 1}, {b: 1}]) { g(a: {b: 1}) } }",
            "query ($a: T = {a: 1}, $b: T = {a: 1}) { f(a: {a: $a b: $a}) }",
            "{ f(a: {b: \"b: b:\" # b: b:\n c: \"\"\"b: b:\"\"\"}) }",
            "fragment b on T { b: c ...on T { b: c } }",
            "} ) ] { f(a: {b",
        ] {
            assert!(check(document).is_ok(), "{document}");
        }
    }
}
