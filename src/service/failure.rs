//! The two exits for failure: [`UserError`] is data that a form can mend, [`Failure`] is everything
//! else.

use crate::{
    domain::{id::IdError, limit::ReachedLimit, permission::Permission},
    store::StoreError,
};

/// Why a call was refused or failed as a whole; answered as a top-level error with
/// `extensions.code`.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// Nobody is signed in, and somebody must be.
    #[error("sign in first")]
    Unauthenticated,
    /// The caller may not.
    #[error("{message}")]
    Forbidden {
        /// What would be needed, if it is one permission.
        required: Option<Permission>,
        /// Why, in a sentence.
        message: String,
    },
    /// Nothing there that the caller may see.
    #[error("not found")]
    NotFound,
    /// The request has the wrong form.
    #[error("{0}")]
    BadInput(String),
    /// The input has failures that a form can mend: answered in the payload's `errors`.
    #[error("the input is invalid")]
    Invalid(Vec<UserError>),
    /// Too many calls.
    #[error("too many calls, try again later")]
    RateLimited {
        /// Seconds to wait.
        retry_after: u64,
    },
    /// The idempotency key was used with another input (AUD-5).
    #[error("this idempotency key was used with another input")]
    IdempotencyConflict,
    /// The database is busy or gone.
    #[error("not available just now, try again")]
    Unavailable,
    /// The transaction met another; `write::run` tries again, and nobody else sees this.
    #[error("not available just now, try again")]
    Conflict,
    /// A defect of ours; the text is logged and never answered.
    #[error("internal error: {0}")]
    Internal(String),
}

impl Failure {
    /// FORBIDDEN for want of a permission.
    pub fn requires(permission: Permission) -> Self {
        Self::Forbidden {
            required: Some(permission),
            message: format!("this requires {permission}"),
        }
    }

    /// FORBIDDEN for another reason.
    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::Forbidden {
            required: None,
            message: message.into(),
        }
    }

    /// BAD_USER_INPUT.
    pub fn bad_input(message: impl Into<String>) -> Self {
        Self::BadInput(message.into())
    }

    /// The code that the API answers.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden { .. } => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::BadInput(_) | Self::Invalid(_) => "BAD_USER_INPUT",
            Self::RateLimited { .. } => "RATE_LIMITED",
            Self::IdempotencyConflict => "IDEMPOTENCY_CONFLICT",
            Self::Unavailable | Self::Conflict => "UNAVAILABLE",
            Self::Internal(_) => "INTERNAL",
        }
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Unavailable(reason) => {
                tracing::warn!(reason, "database unavailable");
                Self::Unavailable
            }
            StoreError::Crowded => {
                tracing::debug!("a write was refused: too many of its workspace wait");
                Self::Unavailable
            }
            StoreError::TooMany => Self::RateLimited { retry_after: 1 },
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
        Self::BadInput(error.to_string())
    }
}

/// A failure that a form can mend: answered in the payload's `errors`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserError {
    /// One of the codes of the family.
    pub code: &'static str,
    /// Which input it is about.
    pub path: Vec<String>,
    /// The limit that refuses, if one does (JOIN-17).
    pub limit: Option<ReachedLimit>,
}

impl UserError {
    /// About the input field `path` (dots between steps).
    pub fn at(code: &'static str, path: &str) -> Self {
        Self {
            code,
            path: path.split('.').map(str::to_owned).collect(),
            limit: None,
        }
    }

    /// About the input field `path`, refused by a limit.
    pub fn limited(code: &'static str, path: &str, limit: ReachedLimit) -> Self {
        Self {
            limit: Some(limit),
            ..Self::at(code, path)
        }
    }
}
