//! Who is asking, as the credential said; made once a request by `http::credential`.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};

use super::Failure;
use crate::{
    domain::{
        access::{SessionFacts, facts::KeyFacts},
        id::{AccountId, MembershipId, SessionId},
        network::network,
        vocabulary::{ActorKind, Locale},
    },
    store::{account::Locked, workspace::Workspace},
    words::message,
};

/// What a request needs of the account behind a credential.
#[derive(Debug, Clone)]
pub struct ActorAccount {
    /// The account.
    pub id: AccountId,
    /// The address as typed.
    pub email: String,
    /// Given name.
    pub given_name: Option<String>,
    /// Family name.
    pub family_name: Option<String>,
    /// Its owner's language.
    pub locale: Locale,
    /// Staff of the installation.
    pub is_operator: bool,
}

impl From<Locked> for ActorAccount {
    fn from(account: Locked) -> Self {
        Self {
            id: account.id,
            email: account.email,
            given_name: account.given_name,
            family_name: account.family_name,
            locale: account.locale,
            is_operator: account.is_operator,
        }
    }
}

/// A signed-in person.
#[derive(Debug, Clone)]
pub struct SessionActor {
    /// The session that the token is of.
    pub session_id: SessionId,
    /// The account that signed in.
    pub account: ActorAccount,
    /// What was shown in it.
    pub facts: SessionFacts,
}

/// Whom a key acts for.
#[derive(Debug, Clone)]
pub enum KeyOwner {
    /// The member who made it.
    Member {
        /// The member's account.
        account: ActorAccount,
        /// The membership.
        membership_id: MembershipId,
    },
    /// The workspace (KEY-8).
    Workspace,
}

/// A key, with all that its look-up brought.
#[derive(Debug, Clone)]
pub struct KeyActor {
    /// The key's facts.
    pub key: KeyFacts,
    /// What its owner calls it.
    pub name: String,
    /// Whom it acts for.
    pub owner: KeyOwner,
    /// Its workspace, as of the look-up.
    pub workspace: Arc<Workspace>,
}

impl KeyActor {
    /// The account that it acts for; `None` for keys of the workspace.
    pub const fn account(&self) -> Option<&ActorAccount> {
        match &self.owner {
            KeyOwner::Member { account, .. } => Some(account),
            KeyOwner::Workspace => None,
        }
    }

    /// The membership that it acts for; `None` for keys of the workspace.
    pub const fn membership_id(&self) -> Option<MembershipId> {
        match &self.owner {
            KeyOwner::Member { membership_id, .. } => Some(*membership_id),
            KeyOwner::Workspace => None,
        }
    }
}

/// Who is asking.
#[derive(Debug, Clone)]
pub enum Actor {
    /// Nobody who is known.
    Anonymous,
    /// A person, by session.
    Session(Arc<SessionActor>),
    /// A key, of a member or of the workspace.
    Key(Arc<KeyActor>),
    /// Concierge itself: jobs, which no request can be.
    System,
}

/// Who is asking, from where, when.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The actor behind the request.
    pub actor: Actor,
    /// The request's id, shared by its audit events.
    pub request_id: Arc<str>,
    /// The client's address (ACC-11).
    pub client: Option<IpAddr>,
    /// What the client calls itself, cut to 500 characters.
    pub user_agent: Option<String>,
    /// The clock when the request came.
    pub now: DateTime<Utc>,
    /// The random cookie of a device that signed in before (ACC-5).
    pub device: Option<String>,
    /// The language that the client asks for (JOIN-16).
    pub language: Option<Locale>,
}

impl Caller {
    /// Concierge itself, at `now`; `request_id` is shared by the events of one write.
    pub fn system(request_id: &str, now: DateTime<Utc>) -> Self {
        Self {
            actor: Actor::System,
            request_id: request_id.into(),
            client: None,
            user_agent: None,
            now,
            device: None,
            language: None,
        }
    }

    /// The account behind it, by session or key; `None` for keys of the workspace.
    pub fn account(&self) -> Option<&ActorAccount> {
        match &self.actor {
            Actor::Anonymous | Actor::System => None,
            Actor::Session(session) => Some(&session.account),
            Actor::Key(key) => key.account(),
        }
    }

    /// The id of the account behind it.
    pub fn account_id(&self) -> Option<AccountId> {
        self.account().map(|account| account.id)
    }

    /// Refuses whoever gave no credential.
    pub fn require_credential(&self) -> Result<(), Failure> {
        match &self.actor {
            Actor::Anonymous | Actor::System => Err(Failure::Unauthenticated),
            Actor::Session(_) | Actor::Key(_) => Ok(()),
        }
    }

    /// Whether staff of the installation asks, by session: no key acts as an operator.
    pub fn is_operator(&self) -> bool {
        self.session()
            .is_some_and(|session| session.account.is_operator)
    }

    /// Whether nobody who is known asks: they are told to sign in.
    pub const fn is_anonymous(&self) -> bool {
        match self.actor {
            Actor::Anonymous => true,
            Actor::Session(_) | Actor::Key(_) | Actor::System => false,
        }
    }

    /// Whether Concierge itself asks.
    pub const fn is_system(&self) -> bool {
        match self.actor {
            Actor::System => true,
            Actor::Anonymous | Actor::Session(_) | Actor::Key(_) => false,
        }
    }

    /// Refuses everybody but Concierge itself: its jobs are nothing for people.
    pub(crate) fn require_system(&self) -> Result<(), Failure> {
        if self.is_system() {
            Ok(())
        } else {
            Err(Failure::forbidden(message::not_by_people()))
        }
    }

    /// The session, if one asks.
    pub fn session(&self) -> Option<&SessionActor> {
        match &self.actor {
            Actor::Session(session) => Some(session),
            Actor::Anonymous | Actor::Key(_) | Actor::System => None,
        }
    }

    /// What the session that asks has shown.
    pub fn session_facts(&self) -> Option<SessionFacts> {
        self.session().map(|session| session.facts)
    }

    /// The key, if one asks.
    pub fn key(&self) -> Option<&KeyActor> {
        match &self.actor {
            Actor::Key(key) => Some(key),
            Actor::Anonymous | Actor::Session(_) | Actor::System => None,
        }
    }

    /// The language of the answer's messages: that of the account, else the one that the client
    /// asks for (JOIN-16).
    pub fn locale(&self) -> Locale {
        self.account()
            .map(|account| account.locale)
            .or(self.language)
            .unwrap_or(Locale::En)
    }

    /// What kind of actor the audit record names.
    pub fn kind(&self) -> ActorKind {
        match &self.actor {
            Actor::Anonymous => ActorKind::Anonymous,
            Actor::Session(_) => ActorKind::Account,
            Actor::Key(_) => ActorKind::ApiKey,
            Actor::System => ActorKind::System,
        }
    }

    /// Names whose budget and rates a call counts for: the actor with all sessions and keys, or for
    /// visitors their address's network, since whoever has one address of an IPv6 network has all
    /// of them.
    pub fn budget_key(&self) -> String {
        match (&self.actor, self.client) {
            (Actor::Anonymous, Some(address)) => format!("anonymous {}", network(address)),
            (Actor::Anonymous, None) | (Actor::Session(_) | Actor::Key(_) | Actor::System, _) => {
                self.lane_actor()
            }
        }
    }

    /// Names the actor whose writes are limited together: all sessions and keys of an account, so that
    /// nobody gets more writes by creating more keys. A key of the workspace has no account and is an
    /// actor by itself (KEY-8).
    pub fn lane_actor(&self) -> String {
        self.account_id()
            .map_or_else(|| self.name(), |account| account.to_string())
    }

    /// Names the actor for idempotency: the same for all sessions of an account.
    pub fn name(&self) -> String {
        match &self.actor {
            Actor::Anonymous => match self.client {
                Some(address) => format!("anonymous {address}"),
                None => "anonymous".to_owned(),
            },
            Actor::Session(session) => session.account.id.to_string(),
            Actor::Key(key) => key.key.id.to_string(),
            Actor::System => "system".to_owned(),
        }
    }
}
