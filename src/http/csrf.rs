//! Does a session cookie count for this request?
//!
//! Owns that decision and nothing else: a browser sends cookies with requests that other sites make
//! it send, so a cookie counts only where no other site can have made the request. Must not read
//! the cookie.

use http::{
    HeaderMap, Method,
    header::{CONTENT_TYPE, HOST, ORIGIN},
    request::Parts,
};

/// An origin as browsers write it: scheme, host and port, in lower case, without a path.
pub type Origin = String;

/// A cookie counts only with a JSON content type — which no form can send, and other sites' scripts
/// only after a preflight that is refused — and from the same or an allow-listed origin. Without an
/// `Origin` header it counts where the browser itself says that the request is same-origin, or
/// where neither says anything: then no browser that needs protection sent it. `GET` and `HEAD`
/// have no content type, so there a cookie counts only if the browser says that the request is
/// same-origin. `own_origin` is where users reach the server, for the proxy in front may have
/// rewritten the host.
pub fn cookie_counts(
    parts: &Parts,
    own_origin: Option<&Origin>,
    allowed_origins: &[Origin],
) -> bool {
    let headers = &parts.headers;
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    if !reads && !is_json(headers) {
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

/// Does the browser say that a page of another site sent this? It drops cookies that are set by the
/// answer then (SameSite=Lax).
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

/// Is the content type JSON, with UTF-8 or no charset?
pub(super) fn is_json(headers: &HeaderMap) -> bool {
    let Ok(Some(value)) = single(headers, CONTENT_TYPE.as_str()) else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    if !parts
        .next()
        .is_some_and(|media| media.eq_ignore_ascii_case("application/json"))
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

/// Does an origin name the host that the request is for? The scheme is not compared: behind a proxy
/// it is not known.
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
