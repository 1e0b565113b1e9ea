//! Whether a session cookie counts for a request.
//!
//! Owns only that decision. A browser sends cookies even with requests that other sites cause, so a
//! cookie counts only if no other site can have made the request. Must not read the cookie.

use http::{
    HeaderMap, Method,
    header::{CONTENT_TYPE, HOST, ORIGIN},
    request::Parts,
};

/// An origin in the browsers' form: scheme, host and port, in lower case, without a path.
pub type Origin = String;

/// Whether the cookie counts. It needs a JSON or CSV content type, which no form can send, and other
/// sites' scripts only after a preflight that is refused; and the same or an allowed origin.
/// Without an `Origin` header it counts if the browser says that the request is same-origin, or if
/// neither header is present, because then no browser that needs protection sent it. `GET` and
/// `HEAD` have no content type, so they need the browser to say same-origin. `own_origin` is where
/// users reach the server, because a proxy may have rewritten the host.
pub fn cookie_counts(
    parts: &Parts,
    own_origin: Option<&Origin>,
    allowed_origins: &[Origin],
) -> bool {
    let headers = &parts.headers;
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    if !reads && !is_json(headers) && !is_csv(headers) {
        return false;
    }
    let site = match single(headers, "sec-fetch-site") {
        Ok(site) => site,
        Err(Ambiguous) => return false,
    };
    match single(headers, ORIGIN.as_str()) {
        Err(Ambiguous) => false,
        Ok(Some(origin)) => {
            allowed_origins
                .iter()
                .any(|allowed| allowed.eq_ignore_ascii_case(origin))
                || (is_own(parts, origin, own_origin)
                    && site.is_none_or(|site| site == "same-origin"))
        }
        Ok(None) => match site {
            Some(site) => site == "same-origin",
            None => !reads,
        },
    }
}

/// Whether the browser says that a page of another site sent this. It then drops cookies that the
/// answer sets (SameSite=Lax).
pub(super) fn is_cross_site(headers: &HeaderMap) -> bool {
    headers
        .get_all("sec-fetch-site")
        .iter()
        .any(|site| site == "cross-site")
}

fn is_own(parts: &Parts, origin: &str, own_origin: Option<&Origin>) -> bool {
    own_origin.is_some_and(|own| own.eq_ignore_ascii_case(origin)) || same_origin(parts, origin)
}

struct Ambiguous;

fn single<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a str>, Ambiguous> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => value.to_str().map(Some).map_err(|_| Ambiguous),
        (Some(_), Some(_)) => Err(Ambiguous),
    }
}

/// Whether the content type is JSON, with UTF-8 or no charset.
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    is_of(headers, "application/json")
}

/// Whether the content type is CSV, with UTF-8 or no charset.
pub(super) fn is_csv(headers: &HeaderMap) -> bool {
    is_of(headers, "text/csv")
}

fn is_of(headers: &HeaderMap, media_type: &str) -> bool {
    let Ok(Some(value)) = single(headers, CONTENT_TYPE.as_str()) else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    if !parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case(media_type))
    {
        return false;
    }
    parts
        .filter(|p| !p.is_empty())
        .all(|parameter| match parameter.split_once('=') {
            Some((name, value)) if name.trim().eq_ignore_ascii_case("charset") => {
                let value = value.trim().trim_matches('"');
                value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("utf8")
            }
            Some(_) => true,
            None => false,
        })
}

/// Whether an origin names the host of the request. Does not compare the scheme, which is unknown
/// behind a proxy.
fn same_origin(parts: &Parts, origin: &str) -> bool {
    let Some((scheme, host)) = origin.split_once("://") else {
        return false;
    };
    if !matches!(scheme, "http" | "https") {
        return false;
    }
    let target = parts
        .uri
        .authority()
        .map(|authority| authority.as_str())
        .or_else(|| parts.headers.get(HOST).and_then(|host| host.to_str().ok()));
    target.is_some_and(|target| {
        without_default_port(target, scheme)
            .eq_ignore_ascii_case(without_default_port(host, scheme))
    })
}

fn without_default_port<'a>(host: &'a str, scheme: &str) -> &'a str {
    host.strip_suffix(if scheme == "https" { ":443" } else { ":80" })
        .unwrap_or(host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(method: &str, headers: &[(&str, &str)]) -> bool {
        let mut request = http::Request::builder()
            .method(method)
            .uri("/graphql")
            .header("host", "portal.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let own = "https://accounts.example".to_owned();
        cookie_counts(
            &request.body(()).unwrap().into_parts().0,
            Some(&own),
            &["https://app.example".to_owned()],
        )
    }

    const JSON: (&str, &str) = ("content-type", "application/json");

    #[test]
    fn same_and_allowed_origins_count() {
        assert!(counts(
            "POST",
            &[JSON, ("origin", "https://portal.example")]
        ));
        assert!(counts(
            "POST",
            &[JSON, ("origin", "https://portal.example:443")]
        ));
        assert!(counts(
            "POST",
            &[
                JSON,
                ("origin", "https://app.example"),
                ("sec-fetch-site", "cross-site")
            ]
        ));
        assert!(counts(
            "POST",
            &[
                ("content-type", "Application/JSON; charset=\"UTF-8\""),
                ("sec-fetch-site", "same-origin")
            ]
        ));
        assert!(
            counts("POST", &[JSON, ("origin", "https://accounts.example")]),
            "the proxy rewrote the host"
        );
        assert!(counts(
            "POST",
            &[
                JSON,
                ("origin", "https://accounts.example"),
                ("sec-fetch-site", "same-origin")
            ]
        ));
        assert!(counts("POST", &[JSON]), "no browser");
        assert!(counts("GET", &[("sec-fetch-site", "same-origin")]));
    }

    #[test]
    fn other_origins_do_not() {
        assert!(!counts("POST", &[JSON, ("origin", "https://evil.example")]));
        assert!(!counts(
            "POST",
            &[JSON, ("origin", "https://portal.example.evil.example")]
        ));
        assert!(!counts(
            "POST",
            &[
                JSON,
                ("origin", "https://accounts.example"),
                ("sec-fetch-site", "cross-site")
            ]
        ));
        assert!(!counts(
            "POST",
            &[JSON, ("origin", "http://accounts.example")]
        ));
        assert!(!counts("POST", &[JSON, ("origin", "null")]));
        assert!(!counts(
            "POST",
            &[JSON, ("origin", "https://portal.example:8443")]
        ));
        assert!(!counts("POST", &[JSON, ("sec-fetch-site", "cross-site")]));
        assert!(!counts("POST", &[JSON, ("sec-fetch-site", "same-site")]));
        assert!(!counts("POST", &[JSON, ("sec-fetch-site", "none")]));
        assert!(!counts(
            "POST",
            &[
                JSON,
                ("origin", "https://portal.example"),
                ("sec-fetch-site", "cross-site")
            ]
        ));
        assert!(!counts(
            "POST",
            &[
                JSON,
                ("origin", "https://app.example"),
                ("origin", "https://evil.example")
            ]
        ));
        assert!(!counts("GET", &[]), "a page of another site may link here");
        assert!(!counts("GET", &[("sec-fetch-site", "cross-site")]));
    }

    #[test]
    fn only_json_counts() {
        for content in [
            "text/plain",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "application/json; charset=latin1",
            "application/json; x",
        ] {
            assert!(
                !counts(
                    "POST",
                    &[
                        ("content-type", content),
                        ("origin", "https://portal.example")
                    ]
                ),
                "{content}"
            );
        }
        assert!(!counts("POST", &[("origin", "https://portal.example")]));
        assert!(!counts("POST", &[JSON, ("content-type", "text/plain")]));
    }
}
