//! The question "who is asking?", as the handler puts it.
//!
//! Owns the trait that the credential code implements, and what it answers. Must not know how
//! credentials look.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU32},
};

use chrono::{DateTime, Utc};
use http::request::Parts;

use crate::{domain::vocabulary::Locale, graphql::admission::RequestData};

/// Finds out who is asking, from headers and peer alone; before anything of the body is read.
pub trait Identify: Send + Sync + 'static {
    /// `request_id` is the id in the log and in `x-request-id`.
    fn identify(
        &self,
        parts: &Parts,
        peer: Option<SocketAddr>,
        request_id: &str,
    ) -> impl Future<Output = Result<Caller, Refusal>> + Send;
}

/// Somebody, or an anonymous visitor.
#[derive(Debug)]
pub struct Caller {
    /// Whose budget the request takes from.
    pub budget_key: String,
    /// The instant of the request.
    pub now: DateTime<Utc>,
    /// What resolvers find in their context. The handler adds `ResponseHeaders`, admission
    /// `RequestCost`.
    pub data: RequestData,
    /// The id in the log line. Never an address or a token.
    pub log_actor: String,
    /// How many SQL statements ran, counted below; for the log line.
    pub statements: Arc<AtomicU32>,
    /// The language of the answer's messages.
    pub locale: Locale,
    /// Whether somebody is signed in, by session or key.
    pub is_signed_in: bool,
}

/// Why nobody is known.
#[derive(Debug)]
pub enum Refusal {
    /// There is a credential, and it is bad: 401.
    BadCredential,
    /// `Authorization` is not of the form of a credential: 401, with the forms that are.
    BadScheme,
    /// There is a bad credential, and it is a cookie, which a browser sends whatever is asked: 401,
    /// but for signing in.
    BadCookie {
        /// The `Set-Cookie` that takes it back, if it can have been set by this server.
        clear: Option<String>,
        /// Who is asking if the cookie is disregarded.
        visitor: Box<Caller>,
    },
    /// Too many calls: 429.
    RateLimited {
        /// Whole seconds to wait.
        retry_after: u64,
    },
    /// What is needed to look is away: 503.
    Unavailable {
        /// Whole seconds to wait.
        retry_after: u64,
    },
    /// A fault of the server's own, logged where it happened: 500.
    Internal,
}
