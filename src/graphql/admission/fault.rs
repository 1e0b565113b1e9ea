//! What admission says when it refuses: the error codes, and a refusal with its errors.
//!
//! Owns the code strings and the shape of a refusal. Must not decide whether to refuse.

use std::borrow::Cow;

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

/// The strings of `extensions.code`.
pub mod code {
    /// No credential where one is needed, or a bad one.
    pub const UNAUTHENTICATED: &str = "UNAUTHENTICATED";
    /// Known, but not allowed.
    pub const FORBIDDEN: &str = "FORBIDDEN";
    /// Not there, or not to be seen.
    pub const NOT_FOUND: &str = "NOT_FOUND";
    /// The request has the wrong form.
    pub const BAD_USER_INPUT: &str = "BAD_USER_INPUT";
    /// Too many, too often: try again later.
    pub const RATE_LIMITED: &str = "RATE_LIMITED";
    /// One of the limits on a document was passed.
    pub const QUERY_TOO_COMPLEX: &str = "QUERY_TOO_COMPLEX";
    /// The client asked by Apollo's protocol of automatic persisted queries, which is not
    /// supported: send the document.
    pub const PERSISTED_QUERY_NOT_SUPPORTED: &str = "PERSISTED_QUERY_NOT_SUPPORTED";
    /// The time limit was passed while resolving.
    pub const TIMEOUT: &str = "TIMEOUT";
    /// The same idempotency key with another input.
    pub const IDEMPOTENCY_CONFLICT: &str = "IDEMPOTENCY_CONFLICT";
    /// Something that the server needs is away: try again later.
    pub const UNAVAILABLE: &str = "UNAVAILABLE";
    /// A fault of the server's own.
    pub const INTERNAL: &str = "INTERNAL";
}

/// Why nothing was run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefusalKind {
    /// Neither a document nor a known document id, or the two contradict each other.
    Request,
    /// The document does not parse, does not validate, or its variables do not fit.
    Document,
    /// A limit on documents was passed.
    TooComplex,
    /// A mutation came by a method that must not change anything.
    MutationOverGet,
    /// The actor's budget is used up; seconds until it is whole again.
    RateLimited {
        /// Whole seconds to wait.
        retry_after: u64,
    },
}

/// A refusal before execution.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) kind: RefusalKind,
    pub(super) errors: Vec<ServerError>,
}

impl Refused {
    /// The document or its variables are wrong in one way.
    pub(super) fn document(message: impl Into<Cow<'static, str>>, at: Option<Pos>) -> Self {
        Self::documents(vec![fault(code::BAD_USER_INPUT, message, at)])
    }

    /// The document or its variables are wrong in these ways.
    pub(super) fn documents(errors: Vec<ServerError>) -> Self {
        Self {
            kind: RefusalKind::Document,
            errors,
        }
    }

    /// What was sent around the document is wrong.
    pub(super) fn request(message: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: RefusalKind::Request,
            errors: vec![fault(code::BAD_USER_INPUT, message, None)],
        }
    }

    /// A limit was passed.
    pub(super) fn too_complex(message: impl Into<Cow<'static, str>>, at: Option<Pos>) -> Self {
        Self {
            kind: RefusalKind::TooComplex,
            errors: vec![fault(code::QUERY_TOO_COMPLEX, message, at)],
        }
    }
}

/// One error with its code.
pub(super) fn fault(
    code: &'static str,
    message: impl Into<Cow<'static, str>>,
    at: Option<Pos>,
) -> ServerError {
    let mut error = ServerError::new(message.into(), at);
    set_code(&mut error, code);
    error
}

/// Gives an error its code, in place of any that it has.
pub(super) fn set_code(error: &mut ServerError, code: &'static str) {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("code", code);
}
