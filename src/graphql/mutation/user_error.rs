//! Failures that a form can mend: one type a family, with its codes in its description.

use async_graphql::{Interface, SimpleObject};

use super::message::{message, of_limit};
use crate::{
    domain::vocabulary::Locale,
    graphql::scalar::{Instant, Long},
    service::{Failure, UserError as Mendable},
};

/// What a form can mend, of one family.
pub trait FormErrors: Sized {
    /// From the service's failures, for a reader of `locale`.
    fn all(errors: Vec<Mendable>, locale: Locale) -> Vec<Self>;

    /// What a service answered, or the payload's `errors`; any other failure refuses the field.
    fn split<T>(
        answer: Result<T, Failure>,
        locale: Locale,
    ) -> Result<(Option<T>, Vec<Self>), Failure> {
        match answer {
            Ok(value) => Ok((Some(value), Vec::new())),
            Err(Failure::Invalid(errors)) => Ok((None, Self::all(errors, locale))),
            Err(other) => Err(other),
        }
    }
}

macro_rules! families {
    ($($name:ident: $what:literal, $($code:literal),+;)+) => {
        $(
            #[doc = concat!("An input error about ", $what, ".")]
            #[derive(Debug, Clone, SimpleObject)]
            pub struct $name {
                #[doc = concat!("What is wrong, for programs; one of:" $(, " ", $code)+, ".")]
                pub code: String,
                /// What is wrong, for people, in the viewer's language.
                pub message: String,
                /// Which input field it is about, from the outside in; list items by their index.
                pub path: Vec<String>,
                /// The value of the limit that was reached; null for other errors.
                pub limit: Option<Long>,
                /// When the limit allows another one; null for other errors, and if waiting does not
                /// help.
                pub retry_at: Option<Instant>,
            }

            impl FormErrors for $name {
                fn all(errors: Vec<Mendable>, locale: Locale) -> Vec<Self> {
                    let form_error = |error: Mendable| Self {
                        code: error.code.to_string(),
                        message: match &error.limit {
                            Some(limit) => of_limit(limit, locale),
                            None => message(error.code, error.bound, locale),
                        },
                        limit: error.limit.map(|limit| Long(limit.limit)),
                        retry_at: error.limit.and_then(|limit| limit.retry_at).map(Instant),
                        path: error.path,
                    };
                    errors.into_iter().map(form_error).collect()
                }
            }
        )+

        /// An error about the input that a form can show.
        #[derive(Debug, Clone, Interface)]
        #[graphql(
            field(name = "code", ty = "&String", desc = "What is wrong, for programs; each family lists its codes."),
            field(name = "message", ty = "&String", desc = "What is wrong, for people, in the viewer's language."),
            field(name = "path", ty = "&Vec<String>", desc = "Which input field it is about, from the outside in.")
        )]
        pub enum UserError {
            $(
                #[doc = concat!("About ", $what, ".")]
                $name($name)
            ),+
        }

        /// Every code of every family, by family.
        #[cfg(test)]
        const FAMILIES: &[(&str, &[&str])] = &[$((stringify!($name), &[$($code),+])),+];
    };
}

families! {
    AccountError: "accounts", "CONTAINS_LINK", "INVALID_EMAIL", "TOO_SHORT", "TOO_LONG", "TOO_COMMON", "CONTAINS_EMAIL", "CONTAINS_PRODUCT_NAME",
        "INVALID_CHARACTERS", "TAKEN", "UNCHANGED", "INVALID_TOKEN", "ALREADY_VERIFIED", "INVALID_CREDENTIALS", "PASSWORD_REQUIRED", "ACCOUNT_EXISTS",
        "INVITATION_EMAIL_MISMATCH", "NOT_PENDING", "EXPIRED", "UNKNOWN_FIELD", "ANSWER_REQUIRED", "NOT_OFFERED",
        "NOT_A_BOOLEAN", "TERMS_NOT_ACCEPTED", "TERMS_OUTDATED";
    SessionError: "sessions", "INVALID_CREDENTIALS", "SECOND_FACTOR_REQUIRED";
    MembershipError: "members", "NOT_FOUND", "STARTS_IN_PAST", "ENDS_IN_PAST", "ENDS_BEFORE_START", "OUT_OF_RANGE", "TOO_LONG",
        "INVALID_CHARACTERS", "MEMBERSHIP_DISABLED", "LAST_ADMINISTRATOR", "NOT_ACTIVE", "NO_ACCESS_END", "REQUEST_PENDING", "WAIT",
        "ACCESS_END_REQUIRED";
    InvitationError: "invitations", "NOT_FOUND", "DUPLICATE", "OUT_OF_RANGE", "NOT_A_MULTIPLE", "TOO_LONG", "INVALID_CHARACTERS",
        "STARTS_IN_PAST", "ENDS_IN_PAST", "ENDS_BEFORE_START", "INVALID_TOKEN", "NOT_PENDING", "EXPIRED",
        "INVITATION_EMAIL_MISMATCH", "ALREADY_MEMBER", "MEMBERSHIP_DISABLED", "UNKNOWN_FIELD", "ANSWER_REQUIRED", "NOT_OFFERED",
        "NOT_A_BOOLEAN", "TERMS_NOT_ACCEPTED", "TERMS_OUTDATED";
    GrantError: "grants", "NOT_FOUND", "INVALID_ACCESS", "FILTER_NOT_ALLOWED", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS",
        "STARTS_IN_PAST", "ENDS_IN_PAST", "ENDS_BEFORE_START";
    GroupError: "groups", "CONTAINS_LINK", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS", "TAKEN", "LIMIT_REACHED", "STARTS_IN_PAST",
        "ENDS_IN_PAST", "ENDS_BEFORE_START";
    QuotaError: "quotas and licenses", "NOT_FOUND", "NOT_ACTIVE", "DUPLICATE", "OUT_OF_RANGE", "NOT_A_MULTIPLE",
        "PERIOD_NOT_ALLOWED", "STARTS_IN_PAST", "ENDS_IN_PAST", "ENDS_BEFORE_START", "LIMIT_REACHED", "SECONDARY_WORKSPACE",
        "NOT_A_COUNTER", "MEMBERSHIP_DISABLED", "INVALID_ADDRESS", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS";
    ApiKeyError: "API keys", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS", "INVALID_NETWORK", "INVALID_SECRET", "ENDS_IN_PAST",
        "OUT_OF_RANGE", "NOT_ACTIVE", "LIMIT_REACHED", "SECRET_ALREADY_SHOWN";
    CatalogueError: "datasets and pages", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS", "INVALID_IDENTIFIER", "TAKEN",
        "OUT_OF_RANGE", "QUOTA_EXCEEDED", "NOT_FOUND", "NOT_ACTIVE";
    RoleError: "roles", "NOT_FOUND", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS", "TAKEN", "LIMIT_REACHED", "PRESET_ROLE",
        "IN_USE";
    SignUpError: "signing up", "NOT_FOUND", "LIMIT_REACHED", "ALREADY_MEMBER", "SIGN_UP_DISABLED", "EMAIL_DOMAIN_NOT_ALLOWED",
        "INVITATION_REQUIRED", "REQUEST_PENDING", "WAIT", "SEATS_EXCEEDED", "MESSAGE_REQUIRED", "UNKNOWN_FIELD",
        "ANSWER_REQUIRED", "NOT_OFFERED", "NOT_A_BOOLEAN", "DUPLICATE", "TERMS_NOT_ACCEPTED", "TERMS_OUTDATED", "TOO_LONG",
        "INVALID_CHARACTERS", "ALREADY_DECIDED", "STARTS_IN_PAST", "ENDS_IN_PAST", "ENDS_BEFORE_START", "OUT_OF_RANGE",
        "NOT_A_MULTIPLE";
    WorkspaceError: "workspaces", "CONTAINS_LINK", "TOO_SHORT", "TOO_LONG", "INVALID_CHARACTERS", "INVALID_SLUG", "RESERVED", "TAKEN",
        "FORBIDDEN_EMAIL", "LIMIT_REACHED", "DUPLICATE", "OUT_OF_RANGE", "NOT_A_MULTIPLE", "PERIOD_NOT_ALLOWED",
        "INVALID_DOMAIN", "INVALID_EMAIL", "INVALID_KEY", "CHOICES_REQUIRED", "CHOICES_NOT_ALLOWED";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::error_code::ErrorCode;

    #[test]
    fn families_list_no_code_that_does_not_exist() {
        for (family, codes) in FAMILIES {
            for code in *codes {
                assert!(ErrorCode::parse(code).is_some(), "{family}: {code}");
            }
        }
    }
}
