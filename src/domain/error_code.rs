//! The codes of payload errors and of failed items: what programs read. `docs/errors.md` says what
//! to do about each; `words` has the texts for people.

use serde::{Deserialize, Serialize};

use super::names::named_enum;

/// Declares the codes, and `code_name!`, which gives the name of a variant as a literal. It is in
/// scope by `macro_use`: derives cannot resolve an imported one inside of a description.
macro_rules! codes {
    ($(#[doc = $doc:literal])+ pub enum $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $text:literal),+ $(,)? }) => {
        named_enum! {
            $(#[doc = $doc])+
            pub enum $name { $($(#[doc = $vdoc])+ $variant = $text),+ }
        }

        macro_rules! code_name {
            $(($variant) => { $text };)+
        }
    };
}

codes! {
    /// Why an input or an item is refused.
    pub enum ErrorCode {
        /// A renewal is approved without an end.
        AccessEndRequired = "ACCESS_END_REQUIRED",
        /// The invited address already has an account.
        AccountExists = "ACCOUNT_EXISTS",
        /// The access request or renewal was already approved, rejected, withdrawn or closed.
        AlreadyDecided = "ALREADY_DECIDED",
        /// An outcome, without a code, of `inviteMembers`. Elsewhere a code: another invitation to
        /// this address is pending.
        AlreadyInvited = "ALREADY_INVITED",
        /// The account is already a member of the workspace.
        AlreadyMember = "ALREADY_MEMBER",
        /// The membership has begun, so its start cannot be changed.
        AlreadyStarted = "ALREADY_STARTED",
        /// A password was already set with this link.
        AlreadyUsed = "ALREADY_USED",
        /// This confirmation link was already used.
        AlreadyVerified = "ALREADY_VERIFIED",
        /// A required field of the sign-up form is empty. `path` ends with the key of the field.
        AnswerRequired = "ANSWER_REQUIRED",
        /// A form field that is not a CHOICE has choices.
        ChoicesNotAllowed = "CHOICES_NOT_ALLOWED",
        /// A form field of kind CHOICE needs 1 to 50 choices.
        ChoicesRequired = "CHOICES_REQUIRED",
        /// The password contains the part of the e-mail address before the @, if that has 4
        /// characters or more.
        ContainsEmail = "CONTAINS_EMAIL",
        /// A name or title contains `://` or `www.`.
        ContainsLink = "CONTAINS_LINK",
        /// The password contains the product's name.
        ContainsProductName = "CONTAINS_PRODUCT_NAME",
        /// It is a copy of a dataset or a page of the main workspace: only the original can be distributed,
        /// transferred or changed in this way.
        Copy = "COPY",
        /// The same id, address, type or key came earlier in this call. In `setQuotas`, two values of
        /// one type overlap.
        Duplicate = "DUPLICATE",
        /// The workspace accepts sign-ups from other e-mail domains only.
        EmailDomainNotAllowed = "EMAIL_DOMAIN_NOT_ALLOWED",
        /// The end is not after the start.
        EndsBeforeStart = "ENDS_BEFORE_START",
        /// The end is not in the future.
        EndsInPast = "ENDS_IN_PAST",
        /// The account was erased.
        Erased = "ERASED",
        /// The invitation has expired.
        Expired = "EXPIRED",
        /// `recordFilter` is allowed only for BROWSE on a dataset.
        FilterNotAllowed = "FILTER_NOT_ALLOWED",
        /// You may not do this to this item: the member is an administrator or you yourself, or it
        /// would give more, or for longer, than you hold.
        Forbidden = "FORBIDDEN",
        /// The address or its domain is on the installation's block list (`invitations.blocked`).
        ForbiddenEmail = "FORBIDDEN_EMAIL",
        /// This kind of access cannot be granted on this kind of item, such as PUBLISH on a page.
        InvalidAccess = "INVALID_ACCESS",
        /// `clientAddress` is not an IPv4 or IPv6 address.
        InvalidAddress = "INVALID_ADDRESS",
        /// The text has control characters, or line breaks in a field of one line.
        InvalidCharacters = "INVALID_CHARACTERS",
        /// The sign-in no longer waits for a second factor: it was completed, is older than 5
        /// minutes, or was begun on another device.
        InvalidChallenge = "INVALID_CHALLENGE",
        /// The code of the second factor is wrong, or was used before.
        InvalidCode = "INVALID_CODE",
        /// Colours are written `#rrggbb`.
        InvalidColor = "INVALID_COLOR",
        /// The address or the password is wrong. The answer does not say which.
        InvalidCredentials = "INVALID_CREDENTIALS",
        /// The text is not a domain of e-mail addresses.
        InvalidDomain = "INVALID_DOMAIN",
        /// The text is not an e-mail address.
        InvalidEmail = "INVALID_EMAIL",
        /// The file cannot be read from this line on: it must be CSV in UTF-8 with the columns of its
        /// format, separated by commas, semicolons or tabs. As an item, only this line cannot be
        /// read.
        InvalidCsv = "INVALID_CSV",
        /// The text is not an instant such as 2026-03-02T09:00:00Z.
        InvalidDate = "INVALID_DATE",
        /// The text is not a whole https address, or it has a user name or a password in it.
        InvalidHttpsUrl = "INVALID_HTTPS_URL",
        /// Identifiers have 1 to 100 of a-z, 0-9, - and _, and begin with a letter or a digit.
        InvalidIdentifier = "INVALID_IDENTIFIER",
        /// Keys of form fields begin with a letter and have at most 64 of A-Z, a-z, 0-9, - and _.
        InvalidKey = "INVALID_KEY",
        /// The text is not a network or an address.
        InvalidNetwork = "INVALID_NETWORK",
        /// The passkey is not accepted: it is unknown, of another site, its ceremony is over, or the user
        /// was not verified. The answer does not say which.
        InvalidPasskey = "INVALID_PASSKEY",
        /// The text does not have the form of the secret of an API key.
        InvalidSecret = "INVALID_SECRET",
        /// Slugs of workspaces have 3 to 27 of a-z, 0-9 and -, and neither begin nor end with -.
        InvalidSlug = "INVALID_SLUG",
        /// The link is not valid: it was used, replaced or changed, or has expired.
        InvalidToken = "INVALID_TOKEN",
        /// The text is not the address of a web page that begins with http:// or https://, has a host and
        /// no user name or password.
        InvalidUrl = "INVALID_URL",
        /// The invitation was sent to another address than that of your account.
        InvitationEmailMismatch = "INVITATION_EMAIL_MISMATCH",
        /// You were a member before, and this workspace lets you back in only by invitation.
        InvitationRequired = "INVITATION_REQUIRED",
        /// A member has the role, now or later, or a pending invitation gives it.
        InUse = "IN_USE",
        /// The workspace would have no administrator left.
        LastAdministrator = "LAST_ADMINISTRATOR",
        /// The cap is above the limit of the license.
        LicenseExceeded = "LICENSE_EXCEEDED",
        /// The member left the workspace.
        Left = "LEFT",
        /// A maximum number is reached, such as 50 API keys, 1,000 groups or the day's invitations.
        /// The message names the limit.
        LimitReached = "LIMIT_REACHED",
        /// A main workspace has a license and no caps, and is not changed by these calls.
        MainWorkspace = "MAIN_WORKSPACE",
        /// The membership is disabled.
        MembershipDisabled = "MEMBERSHIP_DISABLED",
        /// The workspace asks for a message to its administrators.
        MessageRequired = "MESSAGE_REQUIRED",
        /// A label is missing in one of the languages.
        MissingLanguage = "MISSING_LANGUAGE",
        /// The membership has ended. `consumeQuota` also refuses one that has not begun.
        NotActive = "NOT_ACTIVE",
        /// A form field of kind CHECKBOX takes `true` or `false`.
        NotABoolean = "NOT_A_BOOLEAN",
        /// Only API_CALLS are counted by `consumeQuota` and reset by `resetQuotaUsage`.
        NotACounter = "NOT_A_COUNTER",
        /// The membership has ended, or the workspace has none with this id.
        NotAMember = "NOT_A_MEMBER",
        /// A number of records is 0 or a multiple of 1,000.
        NotAMultiple = "NOT_A_MULTIPLE",
        /// Nothing with this id exists in the workspace of the call, or you are not allowed to see
        /// it.
        NotFound = "NOT_FOUND",
        /// No enrolment of an authenticator app is waiting: none was started, or more than 15 minutes
        /// ago.
        NoEnrolment = "NO_ENROLMENT",
        /// The account has no second factor of this kind.
        NoSecondFactor = "NO_SECOND_FACTOR",
        /// The new end is not later than the current end.
        NotLonger = "NOT_LONGER",
        /// The answer is not one of the choices of the form field.
        NotOffered = "NOT_OFFERED",
        /// The invitation was already answered or cancelled.
        NotPending = "NOT_PENDING",
        /// The account has a later membership in the workspace.
        NotTheLatest = "NOT_THE_LATEST",
        /// The access has no end, so there is nothing to renew.
        NoAccessEnd = "NO_ACCESS_END",
        /// The number is too small or too large. The description of the field gives the range.
        OutOfRange = "OUT_OF_RANGE",
        /// The installation has an address without a name, to which no passkey can be bound.
        PasskeysUnavailable = "PASSKEYS_UNAVAILABLE",
        /// The link was opened in another browser than the one that registered.
        PasswordRequired = "PASSWORD_REQUIRED",
        /// Only API_CALLS have a period.
        PeriodNotAllowed = "PERIOD_NOT_ALLOWED",
        /// Preset roles cannot be changed or deleted.
        PresetRole = "PRESET_ROLE",
        /// A quota of the member, the workspace or the license would be exceeded.
        QuotaExceeded = "QUOTA_EXCEEDED",
        /// The call needs a session in which the strongest factor of the account was shown in the last
        /// 10 minutes.
        ReauthenticationRequired = "REAUTHENTICATION_REQUIRED",
        /// Datasets have this theme, and the call does not say which one they get instead.
        ReplacementRequired = "REPLACEMENT_REQUIRED",
        /// An earlier request of yours is still waiting.
        RequestPending = "REQUEST_PENDING",
        /// The slug is one of the reserved names.
        Reserved = "RESERVED",
        /// `atomic: true` was given and another item failed, so nothing was saved.
        RolledBack = "ROLLED_BACK",
        /// Members and pending invitations take all seats of the license.
        SeatsExceeded = "SEATS_EXCEEDED",
        /// A secondary workspace has the license of its main workspace, and no secondary workspaces of
        /// its own.
        SecondaryWorkspace = "SECONDARY_WORKSPACE",
        /// The license does not allow secondary workspaces.
        SecondaryWorkspacesDisabled = "SECONDARY_WORKSPACES_DISABLED",
        /// The maximum number of secondary workspaces of the license is reached.
        SecondaryWorkspacesExceeded = "SECONDARY_WORKSPACES_EXCEEDED",
        /// The password is right, and the account has a second factor that is asked for next.
        SecondFactorRequired = "SECOND_FACTOR_REQUIRED",
        /// The call was repeated with its idempotency key. The key exists, but its secret is shown
        /// only once.
        SecretAlreadyShown = "SECRET_ALREADY_SHOWN",
        /// You invited your own address.
        OwnAddress = "SELF",
        /// The workspace does not accept sign-ups.
        SignUpDisabled = "SIGN_UP_DISABLED",
        /// The typed slug is not that of the workspace.
        SlugMismatch = "SLUG_MISMATCH",
        /// The start is more than a minute ago.
        StartsInPast = "STARTS_IN_PAST",
        /// The account is a member of the workspace now.
        StillAMember = "STILL_A_MEMBER",
        /// The name, slug, identifier or address is in use, or cannot be used again: slugs and
        /// identifiers never, an address that was given up for 72 hours.
        Taken = "TAKEN",
        /// The workspace has terms, and `acceptedTermsVersion` is missing.
        TermsNotAccepted = "TERMS_NOT_ACCEPTED",
        /// Other terms are in force now.
        TermsOutdated = "TERMS_OUTDATED",
        /// The password is easy to guess.
        TooCommon = "TOO_COMMON",
        /// The text is longer than the description of the field allows.
        TooLong = "TOO_LONG",
        /// The text is empty or too short.
        TooShort = "TOO_SHORT",
        /// The membership ended more than 90 days ago.
        TooOld = "TOO_OLD",
        /// The new address is the current one.
        Unchanged = "UNCHANGED",
        /// The sign-up form has no field with this key.
        UnknownField = "UNKNOWN_FIELD",
        /// The workspace has no group with this title.
        UnknownGroup = "UNKNOWN_GROUP",
        /// There is no permission with this name.
        UnknownPermission = "UNKNOWN_PERMISSION",
        /// The workspace has no role with this name.
        UnknownRole = "UNKNOWN_ROLE",
        /// The workspace has no dataset theme with this slug.
        UnknownTheme = "UNKNOWN_THEME",
        /// There is no time zone with this name.
        UnknownTimeZone = "UNKNOWN_TIME_ZONE",
        /// The last request was rejected less than 7 days ago.
        Wait = "WAIT",
    }
}

/// The accepted values, where a number expresses them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Bound {
    /// At least this many characters.
    AtLeast(usize),
    /// At most this many characters.
    AtMost(usize),
    /// A number in this range, both ends included.
    Between(i64, i64),
    /// No number: the line of a file that cannot be read, from 1.
    Line(usize),
}

/// Why a value is refused, and what would have been accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// The code that programs read.
    pub code: ErrorCode,
    /// What would have been accepted; `None` if no number expresses it.
    pub bound: Option<Bound>,
}

impl Fault {
    /// TOO_SHORT: fewer than `least` characters; with 1, the text is empty.
    pub const fn too_short(least: usize) -> Self {
        Self {
            code: ErrorCode::TooShort,
            bound: Some(Bound::AtLeast(least)),
        }
    }

    /// TOO_LONG: more than `most` characters.
    pub const fn too_long(most: usize) -> Self {
        Self {
            code: ErrorCode::TooLong,
            bound: Some(Bound::AtMost(most)),
        }
    }

    /// OUT_OF_RANGE: not a number from `least` to `most`.
    pub const fn out_of_range(least: i64, most: i64) -> Self {
        Self {
            code: ErrorCode::OutOfRange,
            bound: Some(Bound::Between(least, most)),
        }
    }
}

impl From<ErrorCode> for Fault {
    fn from(code: ErrorCode) -> Self {
        Self { code, bound: None }
    }
}
