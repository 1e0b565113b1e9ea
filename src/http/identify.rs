//! Who is asking: the interface for the handlers.
//!
//! Owns the trait that the credential code implements, and its result. Must not know what
//! credentials look like.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, atomic::AtomicU32},
};

use chrono::{DateTime, Utc};
use http::request::Parts;

use crate::{domain::vocabulary::Locale, graphql::admission::RequestData};

/// Finds out who is asking, from headers and peer alone, before the body is read.
pub trait Identify: Send + Sync + 'static {
    /// `request_id` is the id in the log and in `x-request-id`.
    fn identify(
        &self,
        parts: &Parts,
        peer: Option<SocketAddr>,
        request_id: &str,
    ) -> impl Future<Output = Result<Caller, Refusal>> + Send;
}

/// A signed-in caller or an anonymous visitor.
#[derive(Debug)]
pub struct Caller {
    /// The key of the budget that the request is charged to.
    pub budget_key: String,
    /// The instant of the request.
    pub now: DateTime<Utc>,
    /// What resolvers find in their context. The handler adds `ResponseHeaders`, admission
    /// `RequestCost`.
    pub data: RequestData,
    /// The id in the log line. Never an address or a token.
    pub log_actor: String,
    /// The number of SQL statements, counted below; for the log line.
    pub statements: Arc<AtomicU32>,
    /// The language of the answer's messages.
    pub locale: Locale,
    /// Whether somebody is signed in, by session or key.
    pub is_signed_in: bool,
    /// Whether the session came in a cookie.
    pub is_by_cookie: bool,
}

/// Why a request is refused.
#[derive(Debug)]
pub enum Refusal {
    /// A bad credential: 401.
    BadCredential,
    /// `Authorization` does not have the form of a credential: 401, listing the forms that do.
    BadScheme,
    /// A bad cookie, which a browser sends with every request: 401, except for signing in.
    BadCookie {
        /// The `Set-Cookie` that deletes it.
        clear: String,
        /// The caller if the cookie is ignored.
        visitor: Box<Caller>,
    },
    /// Too many calls: 429.
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The database is not available: 503.
    Unavailable {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// An internal error, logged where it happened: 500.
    Internal,
}
