//! The two exits for failure: [`UserError`] is data that a form can mend, [`Failure`] is everything
//! else. Neither knows the reader's language.

use std::fmt;

use crate::{
    domain::{
        error_code::{Bound, ErrorCode, Fault},
        id::IdError,
        limit::ReachedLimit,
        permission::Permission,
    },
    store::StoreError,
    words::message::{self, Message},
};

/// Why a call was refused or failed as a whole; answered as a top-level error with
/// `extensions.code`.
#[derive(Debug)]
pub enum Failure {
    /// Nobody is signed in, and somebody must be.
    Unauthenticated,
    /// The caller may not.
    Forbidden {
        /// What would be needed, if it is one permission.
        required: Option<Permission>,
        /// What the caller is told.
        message: Message,
    },
    /// Nothing there that the caller may see.
    NotFound,
    /// The request has the wrong form.
    BadInput(Message),
    /// A cursor of another list than the one that is read. Other forms are checked before anything
    /// runs; of which list a cursor is, only the list can tell.
    OtherListsCursor,
    /// The input has failures that a form can mend: answered in the payload's `errors`.
    Invalid(Vec<UserError>),
    /// The caller exceeded a rate.
    RateLimited {
        /// What was counted.
        rate: Rate,
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The idempotency key was used with another input (AUD-5).
    IdempotencyConflict,
    /// The database is busy or gone.
    Unavailable,
    /// The transaction met another; `write::run` tries again, and nobody else sees this.
    Conflict,
    /// A defect of ours; the text is logged and never answered.
    Internal(String),
}

/// What a rate limit counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rate {
    /// Requests of any kind.
    Calls,
    /// Attempts with a password, at sign-in and elsewhere.
    Attempts,
}

impl Failure {
    /// FORBIDDEN for want of a permission.
    pub fn requires(permission: Permission) -> Self {
        Self::Forbidden {
            required: Some(permission),
            message: message::requires_permission(permission),
        }
    }

    /// FORBIDDEN for another reason.
    pub fn forbidden(message: impl Into<Message>) -> Self {
        Self::Forbidden {
            required: None,
            message: message.into(),
        }
    }

    /// BAD_USER_INPUT.
    pub fn bad_input(message: impl Into<Message>) -> Self {
        Self::BadInput(message.into())
    }

    /// What is told to people. Of a defect nothing but that there is one.
    pub fn message(&self) -> Message {
        match self {
            Self::Unauthenticated => message::unauthenticated(),
            Self::Forbidden { message, .. } | Self::BadInput(message) => message.clone(),
            Self::OtherListsCursor => message::other_lists_cursor(),
            Self::NotFound => message::not_found(),
            Self::Invalid(_) => message::invalid_input(),
            Self::RateLimited { rate, retry_after } => match rate {
                Rate::Calls => message::too_many_calls(*retry_after),
                Rate::Attempts => message::too_many_attempts(*retry_after),
            },
            Self::IdempotencyConflict => message::idempotency_conflict(),
            Self::Unavailable | Self::Conflict => message::unavailable(),
            Self::Internal(_) => message::internal(),
        }
    }

    /// The code that the API answers.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput(_) | Self::OtherListsCursor | Self::Invalid(_) => "BAD_USER_INPUT",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::IdempotencyConflict => "IDEMPOTENCY_CONFLICT",
            Self::Unavailable | Self::Conflict => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

/// In English, for logs and the command line.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Internal(reason) => write!(f, "internal error: {reason}"),
            other => other.message().fmt(f),
        }
    }
}

impl std::error::Error for Failure {}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => {
                tracing::warn!(reason, "database unavailable");
                Self::Unavailable
            }
            StoreError::Crowded => {
                tracing::debug!("refused a write: too many writes of its workspace are waiting");
                Self::Unavailable
            }
            StoreError::TooMany => Self::RateLimited {
                rate: Rate::Calls,
                retry_after: 1,
            },
            StoreError::Conflict => Self::Conflict,
            other => Self::Internal(other.to_string()),
        }
    }
}

impl From<UserError> for Failure {
    fn from(error: UserError) -> Self {
        Self::Invalid(vec![error])
    }
}

impl From<Vec<UserError>> for Failure {
    fn from(errors: Vec<UserError>) -> Self {
        Self::Invalid(errors)
    }
}

impl From<IdError> for Failure {
    fn from(error: IdError) -> Self {
        Self::BadInput(error.into())
    }
}

/// A failure that a form can mend: answered in the payload's `errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// One of the codes of the family.
    pub code: ErrorCode,
    /// Which input it is about.
    pub path: Vec<String>,
    /// What would have been accepted, if a number says it.
    pub bound: Option<Bound>,
    /// The limit that refuses, if one does (JOIN-17).
    pub limit: Option<ReachedLimit>,
}

impl UserError {
    /// About the input field `path` (dots between steps).
    pub fn at(fault: impl Into<Fault>, path: &str) -> Self {
        let Fault { code, bound } = fault.into();
        Self {
            code,
            bound,
            path: path.split('.').map(str::to_owned).collect(),
            limit: None,
        }
    }

    /// About the call as a whole.
    pub fn whole(fault: impl Into<Fault>) -> Self {
        Self {
            path: Vec::new(),
            ..Self::at(fault, "")
        }
    }

    /// About the input field `path`, refused by a limit.
    pub fn limited(code: ErrorCode, path: &str, limit: ReachedLimit) -> Self {
        Self {
            limit: Some(limit),
            ..Self::at(code, path)
        }
    }
}
