//! Fields that an input object names more than once (GraphQL specification, 5.6.3). The parser
//! keeps the last of them, so that nothing behind it can see them.
//!
//! Owns a walk over the bytes of a document that was scanned. Must not know the grammar beyond
//! brackets, names and colons: inside parentheses braces are input objects, and a name with a colon
//! behind it is a field of the innermost one.

use std::collections::HashSet;

use super::{
    fault::Refused,
    scan::{end_of_comment, end_of_string, is_word, refused, run},
};
use crate::words::message;

/// What is open: an input object with the names of its fields so far, or anything else.
type Open<'a> = Option<HashSet<&'a str>>;

/// Refuses a document in which an input object names a field twice.
pub(super) fn check(document: &str) -> Result<(), Refused> {
    let bytes = document.as_bytes();
    let mut open: Vec<Open<'_>> = Vec::new();
    let (mut at, mut parentheses) = (0, 0_usize);
    // A name, and where it begins, until something else than blanks follows.
    let mut name: Option<(&str, usize)> = None;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b',' => {
                at += 1;
                continue;
            }
            b'#' => {
                at = end_of_comment(bytes, at);
                continue;
            }
            b'"' => at = end_of_string(bytes, at).unwrap_or(bytes.len()),
            _ if is_word(byte) => {
                let end = at + run(bytes, at, is_word);
                name = document.get(at..end).map(|name| (name, at));
                at = end;
                continue;
            }
            b'(' => {
                parentheses += 1;
                open.push(None);
                at += 1;
            }
            b'{' => {
                open.push((parentheses > 0).then(HashSet::new));
                at += 1;
            }
            b'[' => {
                open.push(None);
                at += 1;
            }
            b')' | b'}' | b']' => {
                parentheses = parentheses.saturating_sub(usize::from(byte == b')'));
                open.pop();
                at += 1;
            }
            b':' => {
                if let (Some(Some(fields)), Some((name, begin))) = (open.last_mut(), name)
                    && !fields.insert(name)
                {
                    return Err(refused(
                        document,
                        begin,
                        message::input_field_repeated(name),
                    ));
                }
                at += 1;
            }
            _ => at += 1,
        }
        name = None;
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
