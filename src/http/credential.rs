//! Headers to credential to who is asking (api.md, "Credentials").
//!
//! Owns where a credential may stand: three headers and one cookie, never the URL (KEY-6). Two different ones at once are a bad
//! credential, as is anything that looks like one and is none. What a credential is worth is said by `service::credential`.

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
    csrf::{Origin, cookie_counts},
};
use crate::{
    domain::secret::{DeviceToken, SessionToken},
    graphql::{
        admission::RequestData,
        scope::{InUrl, Scope},
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
    allowed_origins: Vec<Origin>,
}

impl Credentials {
    /// Looks credentials up with `deps`; believes `trusted_proxies` about the client's address (ACC-11), and lets scripts of
    /// `allowed_origins` use the session cookie.
    pub const fn new(deps: Deps, trusted_proxies: Vec<IpNet>, allowed_origins: Vec<Origin>) -> Self {
        Self { deps, trusted_proxies, allowed_origins }
    }
}

impl Identify for Credentials {
    async fn identify(&self, parts: &Parts, peer: Option<SocketAddr>, request_id: &str) -> Result<Caller, Refusal> {
        let cookies = Cookies::of(&self.deps);
        let counts = parts.headers.contains_key(COOKIE) && cookie_counts(parts, &self.allowed_origins);
        let cookie = |name| if counts { cookie_values(&parts.headers, name) } else { Vec::new() };
        let is_by_cookie = !parts.headers.contains_key(AUTHORIZATION)
            && !parts.headers.contains_key(API_KEY)
            && !cookie(cookies.session_name()).is_empty();
        match self.find(parts, peer, request_id, cookies, &cookie).await {
            // Scripts cannot take it back, and nobody could sign in again while it is sent.
            Err(Refusal::BadCredential) if is_by_cookie => Err(Refusal::BadCookie { clear: cookies.clear_session() }),
            found => found,
        }
    }
}

impl Credentials {
    async fn find<'a>(
        &self,
        parts: &'a Parts,
        peer: Option<SocketAddr>,
        request_id: &str,
        cookies: Cookies,
        cookie: &(impl Fn(&'static str) -> Vec<&'a str> + Sync),
    ) -> Result<Caller, Refusal> {
        let credential = read(&parts.headers, &cookie(cookies.session_name()))?;
        let asking = Asking {
            request_id: Arc::from(request_id),
            client: client_address(peer, &parts.headers, &self.trusted_proxies),
            user_agent: parts.headers.get(USER_AGENT).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned()),
            device: cookie(cookies.device_name()).into_iter().find_map(DeviceToken::parse),
        };
        let caller = credential::identify(&self.deps, credential.as_ref(), asking).await.map_err(refusal)?;
        let (budget_key, now, log_actor) = (caller.name(), caller.now, log_actor(&caller));
        let mut data = RequestData::default().with(Arc::new(Scope::new(self.deps.clone(), Arc::new(caller))));
        if parts.method != Method::POST {
            data.insert(InUrl);
        }
        Ok(Caller { budget_key, now, log_actor, data, statements: credential::statements() })
    }
}

/// Ids only: no address.
fn log_actor(caller: &ServiceCaller) -> String {
    match &caller.actor {
        Actor::Anonymous => "anonymous".to_owned(),
        Actor::Session(_) | Actor::Key(_) | Actor::System => caller.name(),
    }
}

fn refusal(refusal: credential::Refusal) -> Refusal {
    match refusal {
        credential::Refusal::BadCredential => Refusal::BadCredential,
        credential::Refusal::Failed(Failure::RateLimited { retry_after }) => Refusal::RateLimited { retry_after },
        credential::Refusal::Failed(Failure::Unavailable | Failure::Conflict) => Refusal::Unavailable { retry_after: 1 },
        credential::Refusal::Failed(failure) => {
            tracing::error!(%failure, "a credential could not be looked up");
            Refusal::Internal
        }
    }
}

/// The one credential of a request, if there is any. `cookies` are the values of the session cookie, if it counts.
fn read(headers: &HeaderMap, cookies: &[&str]) -> Result<Option<Credential>, Refusal> {
    let mut found: Option<Credential> = None;
    let mut add = |credential: Option<Credential>| {
        let credential = credential.ok_or(Refusal::BadCredential)?;
        match &found {
            Some(other) if !other.is_same(&credential) => Err(Refusal::BadCredential),
            _ => {
                found = Some(credential);
                Ok(())
            }
        }
    };
    for value in headers.get_all(AUTHORIZATION) {
        add(value.to_str().ok().and_then(authorization))?;
    }
    for value in headers.get_all(API_KEY) {
        add(value.to_str().ok().and_then(key))?;
    }
    for value in cookies {
        add(SessionToken::parse(value).map(Credential::Session))?;
    }
    Ok(found)
}

/// `Bearer` with a session's token or a key, `Apikey` with a key; the scheme in any case (RFC 9110, 11.1).
fn authorization(value: &str) -> Option<Credential> {
    let (scheme, text) = value.trim().split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") {
        Credential::parse(text.trim())
    } else if scheme.eq_ignore_ascii_case("apikey") {
        key(text)
    } else {
        None
    }
}

fn key(text: &str) -> Option<Credential> {
    Credential::parse(text.trim()).filter(|credential| matches!(credential, Credential::Key(_)))
}

/// The values of the cookies with this name, which may stand in several headers (RFC 9113, 8.2.3). An empty one is none.
fn cookie_values<'a>(headers: &'a HeaderMap, name: &str) -> Vec<&'a str> {
    let pairs = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()).flat_map(|value| value.split(';'));
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
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), value.parse().unwrap())).fold(
            HeaderMap::new(),
            |mut headers, (name, value)| {
                headers.append(name, value);
                headers
            },
        )
    }

    fn secrets() -> (String, String, String) {
        let ids = IdSource::seeded(1);
        let key = || ApiKeySecret::generate(&ids).expose().to_owned();
        (key(), key(), SessionToken::generate(&ids).expose().to_owned())
    }

    fn found(pairs: &[(&'static str, String)]) -> Result<Option<Credential>, Refusal> {
        let headers = headers(pairs);
        read(&headers, &cookie_values(&headers, "session"))
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
            assert!(matches!(found(std::slice::from_ref(&pair)), Ok(Some(Credential::Key(_)))), "{pair:?}");
        }
        for pair in [("authorization", format!("BEARER {session}")), ("cookie", format!("a=b; session={session};x"))] {
            assert!(matches!(found(std::slice::from_ref(&pair)), Ok(Some(Credential::Session(_)))), "{pair:?}");
        }
        assert!(matches!(found(&[]), Ok(None)));
        assert!(matches!(found(&[("cookie", format!("a=b; xsession={session}; session="))]), Ok(None)));
    }

    #[test]
    fn a_bad_credential_is_never_anonymous() {
        let (a_key, _, session) = secrets();
        for pair in [
            ("authorization", String::new()),
            ("authorization", "Bearer".to_owned()),
            ("authorization", "Bearer ".to_owned()),
            ("authorization", "Bearer null".to_owned()),
            ("authorization", "Basic YTpi".to_owned()),
            ("authorization", a_key.clone()),
            ("authorization", format!("Bearer {a_key}x")),
            ("authorization", format!("Apikey {session}")),
            ("x-api-key", session.clone()),
            ("x-api-key", String::new()),
            ("x-api-key", "käse".to_owned()),
            ("cookie", "session=nonsense".to_owned()),
            ("cookie", format!("session={a_key}")),
        ] {
            assert!(matches!(found(std::slice::from_ref(&pair)), Err(Refusal::BadCredential)), "{pair:?}");
        }
    }

    #[test]
    fn two_different_ones_are_bad_and_the_same_one_twice_is_good() {
        let (one, two, session) = secrets();
        assert!(found(&[("authorization", format!("Bearer {one}")), ("x-api-key", one.clone())]).is_ok());
        let bearer = ("authorization", format!("Bearer {one}"));
        for other in [
            ("x-api-key", two.clone()),
            ("authorization", format!("Bearer {two}")),
            ("cookie", format!("session={session}")),
            ("x-api-key", "nonsense".to_owned()),
        ] {
            assert!(matches!(found(&[bearer.clone(), other.clone()]), Err(Refusal::BadCredential)), "{other:?}");
        }
        let twice = ("cookie", format!("session={session}; session={session}x"));
        assert!(matches!(found(&[twice]), Err(Refusal::BadCredential)));
    }
}
