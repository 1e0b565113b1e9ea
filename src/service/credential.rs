//! From a credential to who is asking: an API key or a session's token, each by one statement that
//! sees the last commit.
//!
//! Owns what makes a credential good (KEY-1, KEY-6, ACC-6). A bad one is never silently anonymous.
//! How credentials travel is the edge's.

use std::{
    net::IpAddr,
    sync::{Arc, atomic::AtomicU32},
};

use ipnet::IpNet;

use super::{
    Actor, Caller, Deps, Failure,
    caller::{ActorAccount, KeyActor, KeyOwner, SessionActor},
    session::{self as sessions, device_name},
};
use crate::{
    domain::{
        access::{self, SessionFacts},
        network::network,
        secret::{ApiKeySecret, DeviceToken, SessionToken},
        vocabulary::{ApiKeyState, Locale},
    },
    store::{
        engine::{self, STATEMENTS},
        key, session,
    },
};

/// A credential that has the form of one.
#[derive(Clone)]
pub enum Credential {
    /// An API key.
    Key(ApiKeySecret),
    /// A session's token.
    Session(SessionToken),
}

impl Credential {
    /// Reads a credential of either kind; `None` for nonsense (KEY-2).
    pub fn parse(text: &str) -> Option<Self> {
        match ApiKeySecret::parse(text) {
            Some(secret) => Some(Self::Key(secret)),
            None => SessionToken::parse(text).map(Self::Session),
        }
    }

    /// Whether both are the same one.
    pub fn is_same(&self, other: &Self) -> bool {
        let hash = |credential: &Self| match credential {
            Self::Key(secret) => secret.hash(),
            Self::Session(token) => token.hash(),
        };
        hash(self) == hash(other)
    }
}

/// What is known of a request besides its credential.
#[derive(Clone, Default)]
pub struct Asking {
    /// The request's id.
    pub request_id: Arc<str>,
    /// The client's address (ACC-11).
    pub client: Option<IpAddr>,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The cookie of a device that signed in before (ACC-5).
    pub device: Option<DeviceToken>,
    /// The language that the client asks for (JOIN-16).
    pub language: Option<Locale>,
}

/// Why nobody is known.
#[derive(Debug)]
pub enum Refusal {
    /// There is a credential, and it is bad.
    BadCredential,
    /// It could not be looked up.
    Failed(Failure),
}

impl<F: Into<Failure>> From<F> for Refusal {
    fn from(failure: F) -> Self {
        Self::Failed(failure.into())
    }
}

/// The longest user agent that is kept, in characters (ACC-6).
const LONGEST_USER_AGENT: usize = 500;

/// Who is asking: whoever the credential belongs to, or an anonymous visitor if there is none.
pub async fn identify(
    deps: &Deps,
    credential: Option<&Credential>,
    asking: Asking,
) -> Result<Caller, Refusal> {
    let user_agent = asking.user_agent.map(|text| {
        text.chars()
            .filter(|c| !c.is_control())
            .take(LONGEST_USER_AGENT)
            .collect()
    });
    let mut caller = Caller {
        actor: Actor::Anonymous,
        request_id: asking.request_id,
        client: asking.client,
        user_agent,
        now: deps.clock.now(),
        device: asking.device.as_ref().map(device_name),
        language: asking.language,
    };
    caller.actor = match credential {
        None => Actor::Anonymous,
        Some(Credential::Key(secret)) => by_key(deps, secret, &caller).await?,
        Some(Credential::Session(token)) => by_session(deps, token, &caller).await?,
    };
    engine::asked_by(share(&caller));
    Ok(caller)
}

/// Who shares connections: all keys of a workspace, all sessions of an account, all strangers of a
/// network.
fn share(caller: &Caller) -> String {
    match (&caller.actor, caller.client) {
        (Actor::Key(key), _) => key.workspace.id.to_string(),
        (Actor::Anonymous, Some(address)) => network(address),
        (Actor::Anonymous, None) | (Actor::Session(_) | Actor::System, _) => caller.name(),
    }
}

/// The look-up runs where the last commit is seen, so that a revoked key or an ended session is
/// refused on the very next request on every node (KEY-3).
async fn by_key(deps: &Deps, secret: &ApiKeySecret, caller: &Caller) -> Result<Actor, Refusal> {
    let row = key::look_up(deps.db.latest(), &secret.hash(), caller.now)
        .await?
        .ok_or(Refusal::BadCredential)?;
    // As `domain::access::key_state` says of ACTIVE, from what the look-up brought.
    let now = caller.now.max(row.workspace.last_write_at);
    let is_active = if row.key.kind.is_of_workspace() {
        access::workspace_key_state(&row.key, now) == ApiKeyState::Active
    } else {
        row.membership.contains(now)
            && !row.disabled
            && !row.erased
            && row.key.interval.contains(now)
    };
    let is_current = row
        .secret
        .is_none_or(|(_, interval)| interval.contains(now));
    if !is_active || !is_current || !is_allowed(&row.allowed_networks, caller.client) {
        return Err(Refusal::BadCredential);
    }
    deps.activity
        .key_used(row.key.id, caller.now, caller.client);
    if let Some((secret, _)) = row.secret {
        deps.activity.secret_used(secret, caller.now);
    }
    let owner = if row.key.kind.is_of_workspace() {
        KeyOwner::Workspace
    } else {
        deps.activity.used(row.membership_id, caller.now);
        deps.analytics
            .member_used(row.membership_id, &row.workspace, caller.now);
        KeyOwner::Member {
            account: ActorAccount {
                id: row.account_id,
                email: row.email,
                given_name: row.given_name,
                family_name: row.family_name,
                locale: Locale::parse(&row.locale).unwrap_or(Locale::En),
                is_operator: false,
            },
            membership_id: row.membership_id,
        }
    };
    Ok(Actor::Key(Arc::new(KeyActor {
        key: row.key,
        name: row.name,
        owner,
        workspace: Arc::new(row.workspace),
    })))
}

async fn by_session(deps: &Deps, token: &SessionToken, caller: &Caller) -> Result<Actor, Refusal> {
    let row = session::look_up(deps.db.latest(), &token.hash(), caller.now)
        .await?
        .ok_or(Refusal::BadCredential)?;
    if caller.now >= sessions::end(deps, &row.session) {
        return Err(Refusal::BadCredential);
    }
    deps.activity.session_used(row.session.id, caller.now);
    Ok(Actor::Session(Arc::new(SessionActor {
        session_id: row.session.id,
        account: ActorAccount {
            id: row.session.account_id,
            email: row.email,
            given_name: row.given_name,
            family_name: row.family_name,
            locale: row.locale,
            is_operator: row.is_operator,
        },
        facts: SessionFacts {
            has_second_factor: row.has_second_factor,
        },
    })))
}

/// Whether a key may be used from `client`: its networks are a JSON list of CIDR texts, an empty
/// one allows all (KEY-1). What cannot be read allows nothing.
fn is_allowed(networks: &str, client: Option<IpAddr>) -> bool {
    let Ok(networks) = serde_json::from_str::<Option<Vec<String>>>(networks) else {
        return false;
    };
    let networks = networks.unwrap_or_default();
    networks.is_empty()
        || client
            .map(|address| address.to_canonical())
            .is_some_and(|address| {
                let network = |text: &String| {
                    text.parse::<IpNet>()
                        .ok()
                        .or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))
                };
                networks
                    .iter()
                    .filter_map(network)
                    .any(|network| network.contains(&address))
            })
}

/// The counter of the request that this task works for (P4); one that nobody reads, outside of a
/// request.
pub fn statements() -> Arc<AtomicU32> {
    STATEMENTS.try_with(Arc::clone).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::IdSource;

    #[test]
    fn key_1_networks() {
        let allowed = |networks: &str, client: &str| is_allowed(networks, client.parse().ok());
        assert!(allowed("[]", "192.0.2.1") && allowed("[]", "") && allowed("null", ""));
        assert!(allowed(r#"["192.0.2.0/24","2001:db8::/32"]"#, "192.0.2.77"));
        assert!(allowed(
            r#"["192.0.2.0/24","2001:db8::/32"]"#,
            "2001:db8::1"
        ));
        assert!(allowed(r#"["192.0.2.0/24"]"#, "::ffff:192.0.2.77"));
        assert!(
            allowed(r#"["192.0.2.7"]"#, "192.0.2.7") && !allowed(r#"["192.0.2.7"]"#, "192.0.2.8")
        );
        assert!(!allowed(r#"["192.0.2.0/24"]"#, "198.51.100.1"));
        assert!(
            !allowed(r#"["192.0.2.0/24"]"#, ""),
            "a client without an address is in no network"
        );
        assert!(
            !allowed("rubbish", "192.0.2.1")
                && !allowed(r#"["rubbish"]"#, "192.0.2.1")
                && !allowed("", "192.0.2.1")
        );
    }

    #[test]
    fn key_2_nonsense_is_no_credential() {
        let ids = IdSource::seeded(1);
        let (key, session) = (ApiKeySecret::generate(&ids), SessionToken::generate(&ids));
        let read = |text: &str| Credential::parse(text);
        assert!(matches!(read(key.expose()), Some(Credential::Key(_))));
        assert!(matches!(
            read(session.expose()),
            Some(Credential::Session(_))
        ));
        assert!(
            read("").is_none()
                && read("cck_x").is_none()
                && read(DeviceToken::generate(&ids).expose()).is_none()
        );
        assert!(
            read(key.expose())
                .zip(read(key.expose()))
                .is_some_and(|(one, two)| one.is_same(&two))
        );
        assert!(
            read(key.expose())
                .zip(read(session.expose()))
                .is_some_and(|(one, two)| !one.is_same(&two))
        );
    }
}
