//! Addresses of web pages that people type and others click on (REUSE-1). Owns which are accepted
//! and in which form they are kept: the form that browsers make of them, so that nothing in it
//! reads differently to people and to browsers. Nothing is fetched.

use url::Url;

use super::{
    error_code::{ErrorCode, Fault},
    text,
};

/// The longest address, in characters.
pub const LONGEST_URL: usize = 2_000;

/// The address as it is kept, or why it is refused: only http and https, with a host, without a
/// user name or password, without blanks, backslashes and control characters.
pub fn parse(typed: &str) -> Result<String, Fault> {
    let line = text::line(typed);
    if line.is_empty() {
        return Err(Fault::too_short(1));
    }
    if let Some(fault) = text::fault(&line, LONGEST_URL, false) {
        return Err(fault);
    }
    let invalid = Fault::from(ErrorCode::InvalidUrl);
    let scheme = line.split_once("://").map(|(scheme, _)| scheme);
    let is_web = scheme.is_some_and(|scheme| {
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    });
    // Browsers read a backslash as a slash, other programs do not.
    if !is_web || line.contains(|c: char| c.is_whitespace() || c == '\\') {
        return Err(invalid);
    }
    let url = Url::parse(&line).map_err(|_| invalid)?;
    let has_host = url.host_str().is_some_and(|host| !host.is_empty());
    if !has_host || !url.username().is_empty() || url.password().is_some() {
        return Err(invalid);
    }
    // As it was typed: `https://@example.org` has an empty user name, `https:///path` no host, and both
    // parse all the same.
    let authority = line.split(['/', '?', '#']).nth(2).unwrap_or_default();
    if authority.is_empty() || authority.contains('@') {
        return Err(invalid);
    }
    let kept = String::from(url);
    match kept.chars().count() {
        0..=LONGEST_URL => Ok(kept),
        _ => Err(Fault::too_long(LONGEST_URL)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn reuse_1_web_pages_are_accepted_and_nothing_else() {
        for (typed, kept) in [
            (
                "https://example.org/trees?of=oak#map",
                "https://example.org/trees?of=oak#map",
            ),
            (" HTTP://Example.ORG ", "http://example.org/"),
            (
                "https://b\u{fc}cher.example/\u{e9}",
                "https://xn--bcher-kva.example/%C3%A9",
            ),
            ("https://192.0.2.7:8443/", "https://192.0.2.7:8443/"),
            ("https://[2001:db8::1]/", "https://[2001:db8::1]/"),
            ("https://example.org/@ada", "https://example.org/@ada"),
        ] {
            assert_eq!(parse(typed).as_deref(), Ok(kept), "{typed}");
        }
        for wrong in [
            "javascript:alert(1)",
            "JavaScript://example.org/%0aalert(1)",
            "data:text/html,hi",
            "ftp://example.org/",
            "mailto:ada@example.org",
            "//example.org/",
            "example.org",
            "https:example.org",
            "https://",
            "https:///path",
            "https://ada:secret@example.org/",
            "https://ada@example.org/",
            "https://@example.org/",
            "https://:@example.org/",
            "https:\\\\example.org",
            "https://example.org\\@evil.example/",
            "https://example.org/a b",
            "https://exa mple.org/",
            "https://example.org:99999/",
        ] {
            assert_eq!(parse(wrong), Err(ErrorCode::InvalidUrl.into()), "{wrong}");
        }
        for controls in [
            "https://example.org/\u{0}",
            "https://exam\nple.org/",
            "java\tscript:x",
        ] {
            let fault = Fault::from(ErrorCode::InvalidCharacters);
            assert_eq!(parse(controls), Err(fault), "{controls:?}");
        }
        assert_eq!(parse(" "), Err(Fault::too_short(1)));
        let long = |length: usize| format!("https://example.org/{}", "x".repeat(length - 20));
        assert_eq!(parse(&long(2_000)), Ok(long(2_000)));
        assert_eq!(parse(&long(2_001)), Err(Fault::too_long(2_000)));
        // What is kept is measured too.
        let grows = format!("https://example.org/{}", "\u{e9}".repeat(400));
        assert_eq!(parse(&grows), Err(Fault::too_long(2_000)));
    }

    proptest! {
        #[test]
        fn reuse_1_what_is_kept_is_kept_again(typed in "(https?|HTTP)://[a-z0-9.@:\\\\/?#é%\\[\\]-]{0,40}") {
            if let Ok(kept) = parse(&typed) {
                prop_assert!(kept.starts_with("http://") || kept.starts_with("https://"));
                prop_assert!(kept.is_ascii() && !kept.contains(char::is_whitespace));
                prop_assert_eq!(parse(&kept), Ok(kept));
            }
        }
    }
}
