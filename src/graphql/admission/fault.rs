//! What admission says when it refuses: the error codes, and a refusal with its errors. An error
//! carries its message as its source, until it is answered in the reader's language.
//!
//! Owns the code strings and the shape of a refusal. Must not decide whether to refuse.

use std::sync::Arc;

use async_graphql::{ErrorExtensionValues, Pos, ServerError};

use crate::{
    domain::vocabulary::Locale,
    words::message::{self, Message},
};

macro_rules! codes {
    ($($(#[$doc:meta])+ $name:ident)+) => {
        /// The strings of `extensions.code`.
        pub mod code {
            $($(#[$doc])+ pub const $name: &str = stringify!($name);)+

            /// All of them.
            #[cfg(test)]
            pub(crate) const ALL: &[&str] = &[$($name),+];
        }
    };
}

codes! {
    /// No credential where one is needed, or a bad one.
    UNAUTHENTICATED
    /// Known, but not allowed.
    FORBIDDEN
    /// Not there, or not to be seen.
    NOT_FOUND
    /// The request has the wrong form.
    BAD_USER_INPUT
    /// Too many, too often: try again later.
    RATE_LIMITED
    /// One of the limits on a document was passed.
    QUERY_TOO_COMPLEX
    /// The client asked by Apollo's protocol of automatic persisted queries, which is not
    /// supported: send the document.
    PERSISTED_QUERY_NOT_SUPPORTED
    /// The time limit was passed while resolving.
    TIMEOUT
    /// The same idempotency key with another input.
    IDEMPOTENCY_CONFLICT
    /// Something that the server needs is away: try again later.
    UNAVAILABLE
    /// A fault of the server's own.
    INTERNAL
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
    pub(super) fn document(message: Message, at: Option<Pos>) -> Self {
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
    pub(super) fn request(message: Message) -> Self {
        Self {
            kind: RefusalKind::Request,
            errors: vec![fault(code::BAD_USER_INPUT, message, None)],
        }
    }

    /// Too many requests of the client wait for their turn.
    pub(super) fn too_many_at_once() -> Self {
        let retry_after = 1;
        let mut error = fault(code::RATE_LIMITED, message::too_many_at_once(), None);
        if let Some(extensions) = &mut error.extensions {
            extensions.set("retryAfter", retry_after);
        }
        Self {
            kind: RefusalKind::RateLimited { retry_after },
            errors: vec![error],
        }
    }

    /// A limit was passed.
    pub(super) fn too_complex(message: Message, at: Option<Pos>) -> Self {
        Self {
            kind: RefusalKind::TooComplex,
            errors: vec![fault(code::QUERY_TOO_COMPLEX, message, at)],
        }
    }
}

/// One error with its code.
pub(super) fn fault(code: &'static str, message: Message, at: Option<Pos>) -> ServerError {
    let mut error = ServerError::new(message.to_string(), at);
    error.source = Some(Arc::new(message));
    set_code(&mut error, code);
    error
}

/// Gives an error another message.
pub(super) fn set_message(error: &mut ServerError, message: Message) {
    error.source = Some(Arc::new(message));
}

/// Puts errors into the reader's words. What the engine itself says is English.
pub(super) fn translate(errors: &mut [ServerError], locale: Locale) {
    for error in errors {
        let source = error.source.take();
        let message = source.as_deref().and_then(|source| source.downcast_ref());
        error.message = match message {
            Some(message) => Message::text(message, locale),
            None => message::engine(std::mem::take(&mut error.message)).text(locale),
        };
    }
}

/// Gives an error its code, in place of any that it has.
pub(super) fn set_code(error: &mut ServerError, code: &'static str) {
    error
        .extensions
        .get_or_insert_with(ErrorExtensionValues::default)
        .set("code", code);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::permission::Permission, service::Failure};

    /// What is said with each code. A code that is new has no message until it is here.
    fn said(code: &str) -> Message {
        match code {
            code::UNAUTHENTICATED => Failure::Unauthenticated.message(),
            code::FORBIDDEN => Failure::requires(Permission::EditAllPages).message(),
            code::NOT_FOUND => Failure::NotFound.message(),
            code::BAD_USER_INPUT => message::first_or_last(),
            code::RATE_LIMITED => message::too_many_attempts(7_u64),
            code::QUERY_TOO_COMPLEX => message::too_costly(7_u64, 5_u64),
            code::PERSISTED_QUERY_NOT_SUPPORTED => message::persisted_query_not_supported(),
            code::TIMEOUT => message::timed_out(),
            code::IDEMPOTENCY_CONFLICT => Failure::IdempotencyConflict.message(),
            code::UNAVAILABLE => Failure::Unavailable.message(),
            code::INTERNAL => Failure::Internal("secret".to_owned()).message(),
            other => panic!("{other} has no message"),
        }
    }

    #[test]
    fn join_16_every_top_level_code_is_said_in_every_language() {
        for code in code::ALL {
            let texts = Locale::ALL.iter().map(|locale| said(code).text(*locale));
            let texts: std::collections::BTreeSet<String> = texts.collect();
            // Apollo's clients look for one text.
            let languages = match *code {
                code::PERSISTED_QUERY_NOT_SUPPORTED => 1,
                _ => Locale::ALL.len(),
            };
            assert_eq!(texts.len(), languages, "{code}: {texts:?}");
            assert!(
                texts.iter().all(|text| !text.contains("secret")),
                "{texts:?}"
            );
        }
    }

    #[test]
    fn join_16_what_the_engine_says_is_introduced_in_the_readers_language() {
        let said = |locale| {
            let mut errors = [ServerError::new("Unknown field \"x\".", None)];
            translate(&mut errors, locale);
            errors[0].message.clone()
        };
        assert_eq!(said(Locale::En), "Unknown field \"x\".");
        assert_eq!(
            said(Locale::Nl),
            "Het verzoek is niet geldig: Unknown field \"x\"."
        );
    }
}
