//! The relying party of passkeys (MFA-3): the host of the installation's address, and from which
//! origins pages may show passkeys of it.
//!
//! Owns what is asked of an authenticator. The protocol is webauthn-rs's; ceremonies are kept by
//! `second_factor::passkey`.

use serde_json::{Value, json};
use url::{Host, Url};
use uuid::Uuid;
use webauthn_rs::prelude::{
    AuthenticationResult, CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration,
    PublicKeyCredential, RegisterPublicKeyCredential, Webauthn, WebauthnBuilder, WebauthnError,
};

use super::Failure;

/// The name that authenticators show.
const NAME: &str = "Concierge";

/// The host that passkeys are bound to.
pub struct RelyingParty {
    /// Its id: a host.
    pub host: String,
    webauthn: Webauthn,
}

impl std::fmt::Debug for RelyingParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("RelyingParty").field(&self.host).finish()
    }
}

/// What an answer shows.
#[derive(Debug)]
pub enum PasskeyShown {
    /// The passkey, with its user verified.
    Right(Box<AuthenticationResult>),
    /// The signature, the challenge, the host or the origin is wrong, or the user was not verified.
    Wrong,
    /// The counter went back: there may be a copy of the key (MFA-4).
    CounterWentBack,
}

impl RelyingParty {
    /// The one at this address; pages of `origins` below its host may show its passkeys too. `None`
    /// for an address without a name: browsers bind passkeys to names alone. A loopback address
    /// counts as `localhost`.
    pub fn at(address: &str, origins: &[String]) -> Option<Self> {
        let mut url = Url::parse(address).ok()?;
        let is_loopback = match url.host()? {
            Host::Ipv4(ip) => ip.is_loopback(),
            Host::Ipv6(ip) => ip.is_loopback(),
            Host::Domain(_) => false,
        };
        if is_loopback {
            url.set_host(Some("localhost")).ok()?;
        }
        let host = url.domain()?.to_owned();
        // On a developer's machine any port is fine, as with `listen` = "127.0.0.1:0".
        let mut builder = WebauthnBuilder::new(&host, &url)
            .ok()?
            .rp_name(NAME)
            .allow_any_port(host == "localhost");
        for origin in origins.iter().filter_map(|origin| Url::parse(origin).ok()) {
            let is_below = origin
                .domain()
                .is_some_and(|name| name == host || name.ends_with(&format!(".{host}")));
            if is_below {
                builder = builder.append_allowed_origin(&origin);
            }
        }
        let webauthn = builder.build().ok()?;
        Some(Self { host, webauthn })
    }

    /// Begins to register a passkey: the options for the browser, and the state of the ceremony.
    pub fn start_registration(
        &self,
        account: Uuid,
        (name, display_name): (&str, &str),
        known: Vec<CredentialID>,
    ) -> Result<(Value, String), Failure> {
        let (mut options, state) = self
            .webauthn
            .start_passkey_registration(account, name, display_name, Some(known))
            .map_err(internal)?;
        // The library asks authenticators to keep no name, with which nobody signs in without
        // typing an address (MFA-3). Its ceremony does not check it.
        let selection = options
            .public_key
            .authenticator_selection
            .get_or_insert_default();
        selection.resident_key = Some(preferred()?);
        let state = serde_json::to_string(&state).map_err(internal)?;
        let options = serde_json::to_value(&options.public_key).map_err(internal)?;
        Ok((options, state))
    }

    /// The passkey that was registered; `None` if the answer is none of this ceremony.
    pub fn finish_registration(
        &self,
        state: &str,
        answer: &Value,
    ) -> Result<Option<Passkey>, Failure> {
        let state: PasskeyRegistration = serde_json::from_str(state).map_err(internal)?;
        let Some(answer) = read::<RegisterPublicKeyCredential>(answer) else {
            return Ok(None);
        };
        Ok(self
            .webauthn
            .finish_passkey_registration(&answer, &state)
            .ok())
    }

    /// Begins to have a passkey shown: one of `known`, or any that the browser knows of this host if
    /// there are none. Answers the options and the state.
    pub fn start_authentication(&self, known: &[Vec<u8>]) -> Result<(Value, String), Failure> {
        let (options, state) = self
            .webauthn
            .start_discoverable_authentication()
            .map_err(internal)?;
        let state = serde_json::to_string(&state).map_err(internal)?;
        let mut options = serde_json::to_value(&options.public_key).map_err(internal)?;
        options["allowCredentials"] = known
            .iter()
            .map(|id| json!({ "type": "public-key", "id": base64_url(id) }))
            .collect();
        Ok((options, state))
    }

    /// Whether `answer` shows this passkey in this ceremony; what its counter says.
    pub fn finish_authentication(
        &self,
        state: &str,
        answer: &PublicKeyCredential,
        passkey: &Passkey,
    ) -> Result<PasskeyShown, Failure> {
        // The library looks at this where a passkey is registered, and not where it is shown.
        if is_framed(&answer.response.client_data_json) {
            return Ok(PasskeyShown::Wrong);
        }
        let state: DiscoverableAuthentication = serde_json::from_str(state).map_err(internal)?;
        let result = self
            .webauthn
            .finish_discoverable_authentication_v2(answer, state, passkey);
        Ok(match result {
            Ok(result) if result.user_verified() => PasskeyShown::Right(Box::new(result)),
            Ok(_) => PasskeyShown::Wrong,
            Err(WebauthnError::CredentialPossibleCompromise) => PasskeyShown::CounterWentBack,
            Err(_) => PasskeyShown::Wrong,
        })
    }
}

/// Whether the page that asked was in a frame of another site's page.
fn is_framed(client_data: &[u8]) -> bool {
    serde_json::from_slice::<Value>(client_data).is_ok_and(|data| data["crossOrigin"] == true)
}

/// What a browser answered, from its JSON form; `None` for what has not the form.
pub fn read<A: serde::de::DeserializeOwned>(answer: &Value) -> Option<A> {
    serde_json::from_value(answer.clone()).ok()
}

/// `residentKey: preferred`, whose type the library does not name.
fn preferred<T: serde::de::DeserializeOwned>() -> Result<T, Failure> {
    serde_json::from_value(json!("preferred")).map_err(internal)
}

fn base64_url(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Says nothing of what was sent: no log shows credentials (MFA-12).
fn internal<E: std::fmt::Display>(_: E) -> Failure {
    Failure::Internal("a passkey ceremony could not be begun or read".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(address: &str) -> Option<String> {
        RelyingParty::at(address, &[]).map(|party| party.host)
    }

    #[test]
    fn mfa_3_the_relying_party_is_the_host_of_the_address() {
        assert_eq!(
            host("https://accounts.example.org").as_deref(),
            Some("accounts.example.org")
        );
        assert_eq!(host("http://localhost:8080").as_deref(), Some("localhost"));
        assert_eq!(host("http://127.0.0.1:8080").as_deref(), Some("localhost"));
        assert_eq!(host("http://[::1]:8080").as_deref(), Some("localhost"));
        assert_eq!(host("https://192.0.2.7"), None);
        assert_eq!(host("nonsense"), None);
    }

    #[test]
    fn mfa_3_a_resident_key_is_preferred_and_the_user_verified() {
        let party = RelyingParty::at("https://accounts.example.org", &[]).unwrap();
        let names = ("ada@example.org", "Ada Veldkamp");
        let (options, _) = party
            .start_registration(Uuid::from_u128(1), names, Vec::new())
            .unwrap();
        let selection = &options["authenticatorSelection"];
        assert_eq!(selection["residentKey"], "preferred");
        assert_eq!(selection["requireResidentKey"], false);
        assert_eq!(selection["userVerification"], "required");
        assert_eq!(options["attestation"], "none");
        assert_eq!(options["rp"]["id"], "accounts.example.org");
        let (options, _) = party.start_authentication(&[vec![1, 2, 3]]).unwrap();
        assert_eq!(options["userVerification"], "required");
        assert_eq!(options["allowCredentials"][0]["id"], "AQID");
    }

    #[test]
    fn mfa_3_only_pages_below_the_host_are_origins() {
        let origins = [
            "https://portal.accounts.example.org".to_owned(),
            "https://evil.example".to_owned(),
            "https://notaccounts.example.org".to_owned(),
        ];
        let party = RelyingParty::at("https://accounts.example.org", &origins).unwrap();
        let allowed: Vec<&str> = party
            .webauthn
            .get_allowed_origins()
            .iter()
            .filter_map(Url::domain)
            .collect();
        assert_eq!(
            allowed,
            ["accounts.example.org", "portal.accounts.example.org"]
        );
    }
}
