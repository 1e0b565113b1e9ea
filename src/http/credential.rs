//! From headers to a credential to who is asking (api.md, "Credentials").
//!
//! Owns where a credential may be: three headers and one cookie, never the URL (KEY-6). Two
//! different ones at once are a bad credential, and so is a malformed one. `service::credential`
//! checks credentials.

use std::{net::SocketAddr, sync::Arc};

use http::{
    HeaderMap, HeaderName, Method,
    header::{AUTHORIZATION, COOKIE, USER_AGENT},
    request::Parts,
};
use ipnet::IpNet;

use super::{
    Caller, Identify, Refusal,
    client::client_address,
    csrf::{Origin, cookie_counts, is_cross_site},
    language,
};
use crate::{
    domain::secret::{DeviceToken, SessionToken},
    graphql::{
        admission::RequestData,
        scope::{ByCookie, CrossSite, InUrl, Scope},
    },
    service::{
        Caller as ServiceCaller, Deps, Failure,
        caller::Actor,
        credential::{self, Asking, Credential},
        session::cookie::Cookies,
    },
};

const API_KEY: HeaderName = HeaderName::from_static("x-api-key");

/// Finds out who is asking.
#[derive(Debug)]
pub struct Credentials {
    deps: Deps,
    trusted_proxies: Vec<IpNet>,
    own_origin: Option<Origin>,
    allowed_origins: Vec<Origin>,
}

impl Credentials {
    /// Looks up credentials with `deps`. Trusts `trusted_proxies` about the client's address
    /// (ACC-11). Accepts the session cookie from scripts of `own_origin`, where users reach the
    /// server, and of `allowed_origins`.
    pub const fn new(
        deps: Deps,
        trusted_proxies: Vec<IpNet>,
        own_origin: Option<Origin>,
        allowed_origins: Vec<Origin>,
    ) -> Self {
        Self {
            deps,
            trusted_proxies,
            own_origin,
            allowed_origins,
        }
    }
}

impl Identify for Credentials {
    async fn identify(
        &self,
        parts: &Parts,
        peer: Option<SocketAddr>,
        request_id: &str,
    ) -> Result<Caller, Refusal> {
        let cookies = Cookies::of(&self.deps);
        let counts = parts.headers.contains_key(COOKIE)
            && cookie_counts(parts, self.own_origin.as_ref(), &self.allowed_origins);
        let values = |name| {
            if counts {
                cookie_values(&parts.headers, name)
            } else {
                Vec::new()
            }
        };
        let asking = Asking {
            request_id: Arc::from(request_id),
            client: client_address(peer, &parts.headers, &self.trusted_proxies),
            user_agent: parts
                .headers
                .get(USER_AGENT)
                .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            device: values(cookies.device_name())
                .into_iter()
                .find_map(DeviceToken::parse),
            language: language::accepted(&parts.headers),
        };
        let cookie = session_tokens(&values(cookies.session_name()));
        let in_header = from_headers(&parts.headers)?;
        let is_by_cookie = in_header.is_none() && !cookie.is_empty();
        let caller = match one_of(in_header, cookie) {
            Ok(credential) => {
                self.caller(parts, credential.as_ref(), asking.clone(), is_by_cookie)
                    .await
            }
            Err(refusal) => Err(refusal),
        };
        match caller {
            Err(Refusal::BadCredential) if is_by_cookie => {
                let visitor = Box::new(self.caller(parts, None, asking, false).await?);
                // Scripts cannot delete it, and nobody could sign in again while it is sent.
                let clear = cookies.clear_session();
                Err(Refusal::BadCookie { clear, visitor })
            }
            caller => caller,
        }
    }
}

impl Credentials {
    async fn caller(
        &self,
        parts: &Parts,
        credential: Option<&Credential>,
        asking: Asking,
        is_by_cookie: bool,
    ) -> Result<Caller, Refusal> {
        let caller = credential::identify(&self.deps, credential, asking)
            .await
            .map_err(refusal)?;
        let (budget_key, now, log_actor) = (caller.budget_key(), caller.now, log_actor(&caller));
        let (locale, is_signed_in) = (caller.locale(), caller.require_credential().is_ok());
        let mut data =
            RequestData::default().with(Arc::new(Scope::new(self.deps.clone(), Arc::new(caller))));
        if parts.method != Method::POST {
            data.insert(InUrl);
        }
        if is_by_cookie {
            data.insert(ByCookie);
        }
        if is_cross_site(&parts.headers) {
            data.insert(CrossSite);
        }
        Ok(Caller {
            budget_key,
            now,
            log_actor,
            data,
            statements: credential::statements(),
            locale,
            is_signed_in,
            is_by_cookie,
        })
    }
}

/// Ids only, no address.
fn log_actor(caller: &ServiceCaller) -> String {
    match &caller.actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Session(_) | Actor::Key(_) | Actor::System => caller.name(),
    }
}

fn refusal(refusal: credential::Refusal) -> Refusal {
    match refusal {
        credential::Refusal::BadCredential => Refusal::BadCredential,
        credential::Refusal::Failed(Failure::RateLimited { retry_after, .. }) => {
            Refusal::RateLimited { retry_after }
        }
        credential::Refusal::Failed(Failure::Unavailable | Failure::Conflict) => {
            Refusal::Unavailable { retry_after: 1 }
        }
        credential::Refusal::Failed(failure) => {
            tracing::error!(%failure, "could not look up a credential");
            Refusal::Internal
        }
    }
}

/// The single credential in the headers, if any.
fn from_headers(headers: &HeaderMap) -> Result<Option<Credential>, Refusal> {
    let mut first: Option<Credential> = None;
    for value in headers.get_all(AUTHORIZATION) {
        let credential = authorization(value.to_str().map_err(|_| Refusal::BadScheme)?)?;
        add(&mut first, credential)?;
    }
    for value in headers.get_all(API_KEY) {
        add(
            &mut first,
            value
                .to_str()
                .ok()
                .and_then(key)
                .ok_or(Refusal::BadCredential)?,
        )?;
    }
    Ok(first)
}

/// Adds a credential. Two different ones are a bad credential.
fn add(first: &mut Option<Credential>, credential: Credential) -> Result<(), Refusal> {
    match first {
        Some(other) if !other.is_same(&credential) => Err(Refusal::BadCredential),
        _ => {
            *first = Some(credential);
            Ok(())
        }
    }
}

/// The single credential of a request, if any.
fn one_of(
    in_header: Option<Credential>,
    in_cookie: Vec<SessionToken>,
) -> Result<Option<Credential>, Refusal> {
    let mut first = in_header;
    for token in in_cookie {
        add(&mut first, Credential::Session(token))?;
    }
    Ok(first)
}

/// Reads the values of the session cookie. One that does not have the form that this server sets is
/// of another application on the same host, and no credential.
fn session_tokens(values: &[&str]) -> Vec<SessionToken> {
    values
        .iter()
        .filter_map(|value| SessionToken::parse(value))
        .collect()
}

/// `Bearer` with a session token or a key, `Apikey` with a key; the scheme in any case (RFC 9110,
/// 11.1).
fn authorization(value: &str) -> Result<Credential, Refusal> {
    let (scheme, text) = value.trim().split_once(' ').ok_or(Refusal::BadScheme)?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Credential::parse(text.trim()).ok_or(Refusal::BadCredential)
    } else if scheme.eq_ignore_ascii_case("apikey") {
        key(text).ok_or(Refusal::BadCredential)
    } else {
        Err(Refusal::BadScheme)
    }
}

fn key(text: &str) -> Option<Credential> {
    Credential::parse(text.trim()).filter(|credential| match credential {
        Credential::Key(_) => true,
        Credential::Session(_) => false,
    })
}

/// The non-empty values of the cookies with this name, which may be in several headers (RFC 9113,
/// 8.2.3).
fn cookie_values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let pairs = headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'));
    let values = pairs.filter_map(|pair| {
        let (key, value) = pair.trim().split_once('=')?;
        (key == name).then_some(value.trim())
    });
    values.filter(|value| !value.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{id::IdSource, secret::ApiKeySecret};

    fn headers(pairs: &[(&'static str, String)]) -> HeaderMap {
        pairs
            .iter()
            .map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap()))
            .fold(HeaderMap::new(), |mut headers, (name, value)| {
                headers.append(name, value);
                headers
            })
    }

    fn secrets() -> (String, String, String) {
        let ids = IdSource::seeded(1);
        let key = || ApiKeySecret::generate(&ids).expose().to_owned();
        (
            key(),
            key(),
            SessionToken::generate(&ids).expose().to_owned(),
        )
    }

    fn credential_in(pairs: &[(&'static str, String)]) -> Result<Option<Credential>, Refusal> {
        let headers = headers(pairs);
        one_of(
            from_headers(&headers)?,
            session_tokens(&cookie_values(&headers, "session")),
        )
    }

    #[test]
    fn key_6_three_headers_and_a_cookie() {
        let (a_key, _, session) = secrets();
        for pair in [
            ("authorization", format!("Bearer {a_key}")),
            ("authorization", format!("bearer  {a_key} ")),
            ("authorization", format!("Apikey {a_key}")),
            ("authorization", format!("APIKEY {a_key}")),
            ("x-api-key", a_key.clone()),
        ] {
            assert!(
                matches!(
                    credential_in(std::slice::from_ref(&pair)),
                    Ok(Some(Credential::Key(_)))
                ),
                "{pair:?}"
            );
        }
        for pair in [
            ("authorization", format!("BEARER {session}")),
            ("cookie", format!("a=b; session={session};x")),
        ] {
            assert!(
                matches!(
                    credential_in(std::slice::from_ref(&pair)),
                    Ok(Some(Credential::Session(_)))
                ),
                "{pair:?}"
            );
        }
        assert!(matches!(credential_in(&[]), Ok(None)));
        assert!(matches!(
            credential_in(&[("cookie", format!("a=b; xsession={session}; session="))]),
            Ok(None)
        ));
    }

    #[test]
    fn a_bad_credential_is_never_anonymous() {
        let (a_key, _, session) = secrets();
        for pair in [
            ("authorization", "Bearer null".to_owned()),
            ("authorization", format!("Bearer {a_key}x")),
            ("authorization", format!("Apikey {session}")),
            ("x-api-key", session.clone()),
            ("x-api-key", String::new()),
            ("x-api-key", "käse".to_owned()),
        ] {
            assert!(
                matches!(
                    credential_in(std::slice::from_ref(&pair)),
                    Err(Refusal::BadCredential)
                ),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn an_unknown_scheme_is_told_apart() {
        let (a_key, _, _) = secrets();
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Basic YTpi",
            &format!("Token {a_key}"),
            &a_key,
            "k\u{e4}se",
        ] {
            let pair = ("authorization", value.to_owned());
            assert!(
                matches!(
                    credential_in(std::slice::from_ref(&pair)),
                    Err(Refusal::BadScheme)
                ),
                "{pair:?}"
            );
        }
    }

    #[test]
    fn acc_6_a_foreign_cookie_is_no_credential() {
        let (a_key, _, session) = secrets();
        for cookie in [
            format!("session=foreign; session={session}"),
            format!("session={session}; session={session}x"),
        ] {
            assert!(matches!(
                credential_in(&[("cookie", cookie)]),
                Ok(Some(Credential::Session(_)))
            ));
        }
        for cookie in [
            "session=nonsense".to_owned(),
            format!("session={a_key}"),
            format!("session={session}x"),
            "session=one; session=two".to_owned(),
        ] {
            assert!(
                matches!(credential_in(&[("cookie", cookie.clone())]), Ok(None)),
                "{cookie}"
            );
        }
        let both = [
            ("x-api-key", a_key),
            ("cookie", "session=foreign".to_owned()),
        ];
        assert!(matches!(credential_in(&both), Ok(Some(Credential::Key(_)))));
    }

    #[test]
    fn two_different_ones_are_bad_and_the_same_one_twice_is_good() {
        let (one, two, session) = secrets();
        assert!(
            credential_in(&[
                ("authorization", format!("Bearer {one}")),
                ("x-api-key", one.clone())
            ])
            .is_ok()
        );
        let bearer = ("authorization", format!("Bearer {one}"));
        for other in [
            ("x-api-key", two.clone()),
            ("authorization", format!("Bearer {two}")),
            ("cookie", format!("session={session}")),
            ("x-api-key", "nonsense".to_owned()),
        ] {
            assert!(
                matches!(
                    credential_in(&[bearer.clone(), other.clone()]),
                    Err(Refusal::BadCredential)
                ),
                "{other:?}"
            );
        }
        let another = SessionToken::generate(&IdSource::seeded(2))
            .expose()
            .to_owned();
        let twice = ("cookie", format!("session={session}; session={another}"));
        assert!(matches!(
            credential_in(&[twice]),
            Err(Refusal::BadCredential)
        ));
    }
}
