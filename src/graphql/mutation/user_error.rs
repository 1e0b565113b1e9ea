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
    ($($name:ident: $what:literal, $($code:ident),+;)+) => {
        $(
            #[doc = concat!("An input error about ", $what, ".")]
            #[derive(Debug, Clone, SimpleObject)]
            pub struct $name {
                #[doc = concat!("What is wrong, for programs; one of:" $(, " ", code_name!($code))+, ".")]
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
    };
}

families! {
    AccountError: "accounts", ContainsLink, InvalidEmail, TooShort, TooLong, TooCommon,
        ContainsEmail, ContainsProductName, InvalidCharacters, Taken, Unchanged, InvalidToken,
        AlreadyUsed, AlreadyVerified, InvalidCredentials, PasswordRequired, AccountExists,
        InvitationEmailMismatch, NotPending, Expired, UnknownField, AnswerRequired, NotOffered,
        NotABoolean, TermsNotAccepted, TermsOutdated, ReauthenticationRequired, InvalidCode,
        NoEnrolment, NoSecondFactor, InvalidPasskey, PasskeysUnavailable, LimitReached,
        LastAdministrator, NotFound, NotActive, Duplicate;
    SessionError: "sessions", InvalidCredentials, SecondFactorRequired, InvalidChallenge,
        InvalidCode, InvalidPasskey, PasskeysUnavailable;
    MembershipError: "members", NotFound, StartsInPast, EndsInPast, EndsBeforeStart, OutOfRange,
        TooLong, InvalidCharacters, MembershipDisabled, LastAdministrator, NotActive, NoAccessEnd,
        RequestPending, Wait, AccessEndRequired, ReauthenticationRequired;
    InvitationError: "invitations", NotFound, Duplicate, OutOfRange, NotAMultiple, TooLong,
        InvalidCharacters, StartsInPast, EndsInPast, EndsBeforeStart, InvalidToken, NotPending,
        Expired, InvitationEmailMismatch, AlreadyMember, MembershipDisabled, UnknownField,
        AnswerRequired, NotOffered, NotABoolean, TermsNotAccepted, TermsOutdated, InvalidCsv,
        ReauthenticationRequired;
    GrantError: "grants", NotFound, InvalidAccess, FilterNotAllowed, TooShort, TooLong,
        InvalidCharacters, StartsInPast, EndsInPast, EndsBeforeStart;
    GroupError: "groups", ContainsLink, TooShort, TooLong, InvalidCharacters, Taken, LimitReached,
        StartsInPast, EndsInPast, EndsBeforeStart;
    QuotaError: "quotas and licenses", NotFound, NotActive, Duplicate, OutOfRange, NotAMultiple,
        PeriodNotAllowed, StartsInPast, EndsInPast, EndsBeforeStart, LimitReached,
        SecondaryWorkspace, LicenseExceeded, NotACounter, MembershipDisabled, InvalidAddress, TooShort, TooLong,
        InvalidCharacters, ReauthenticationRequired;
    ApiKeyError: "API keys", TooShort, TooLong, InvalidCharacters, InvalidNetwork, InvalidSecret,
        EndsInPast, OutOfRange, NotActive, LimitReached, SecretAlreadyShown, ReauthenticationRequired;
    CatalogueError: "datasets, pages, themes and reuses", TooShort, TooLong, InvalidCharacters,
        InvalidIdentifier, InvalidColor, InvalidUrl, MissingLanguage, UnknownTheme,
        ReplacementRequired, Copy, Duplicate, Taken, LimitReached, OutOfRange, QuotaExceeded, NotFound,
        NotActive, Forbidden, MembershipDisabled;
    RoleError: "roles", NotFound, TooShort, TooLong, InvalidCharacters, Taken, LimitReached,
        PresetRole, InUse;
    SignUpError: "signing up", NotFound, LimitReached, AlreadyMember, SignUpDisabled,
        EmailDomainNotAllowed, InvitationRequired, RequestPending, Wait, SeatsExceeded,
        MessageRequired, UnknownField, AnswerRequired, NotOffered, NotABoolean, Duplicate,
        TermsNotAccepted, TermsOutdated, TooLong, InvalidCharacters, AlreadyDecided, StartsInPast,
        EndsInPast, EndsBeforeStart, OutOfRange, NotAMultiple, ReauthenticationRequired;
    WorkspaceError: "workspaces", ContainsLink, TooShort, TooLong, InvalidCharacters, InvalidSlug, UnknownTimeZone,
        Reserved, Taken, ForbiddenEmail, LimitReached, Duplicate, OutOfRange, NotAMultiple,
        PeriodNotAllowed, InvalidDomain, InvalidEmail, InvalidKey, ChoicesRequired,
        ChoicesNotAllowed, InvalidColor, InvalidHttpsUrl, ReauthenticationRequired, NoSecondFactor, SecondaryWorkspace,
        SecondaryWorkspacesDisabled, SecondaryWorkspacesExceeded, SeatsExceeded, LicenseExceeded,
        MainWorkspace, SlugMismatch;
}
