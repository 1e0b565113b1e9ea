//! Free text: how long it may be, and which characters have no place in it.

/// What is wrong about a text: longer than so many characters, or with characters that control (line breaks and tabs are fine
/// if `lines`).
pub fn fault(text: &str, longest: usize, lines: bool) -> Option<&'static str> {
    let controls = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
    if text.chars().count() > longest {
        Some("TOO_LONG")
    } else if text.chars().any(controls) {
        Some("INVALID_CHARACTERS")
    } else {
        None
    }
}
