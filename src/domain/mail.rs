//! The kinds of mail (MAIL-1): who gets each, and what its link does. Owns no text: `mail::render`
//! has it.

use super::{link::LinkKind, names::named_enum};

named_enum! {
    /// A mail that Concierge sends.
    pub enum MailKind {
        /// The membership ended by time. About the membership.
        AccessEnded = "ACCESS_ENDED",
        /// The membership will end soon (MEM-8). About the membership; says `endsAt` and
        /// `daysBefore`.
        AccessEnding = "ACCESS_ENDING",
        /// More time was granted. About the renewal.
        AccessRenewalApproved = "ACCESS_RENEWAL_APPROVED",
        /// More time was not granted. About the renewal.
        AccessRenewalRejected = "ACCESS_RENEWAL_REJECTED",
        /// A member asks for more time: to those who decide. About the renewal.
        AccessRenewalRequested = "ACCESS_RENEWAL_REQUESTED",
        /// Somebody waits for approval: to those who decide. About the access request.
        AccessRequested = "ACCESS_REQUESTED",
        /// The access request was approved. About it.
        AccessRequestApproved = "ACCESS_REQUEST_APPROVED",
        /// The access request has come in: to who made it. About it.
        AccessRequestReceived = "ACCESS_REQUEST_RECEIVED",
        /// The access request was rejected. About it.
        AccessRequestRejected = "ACCESS_REQUEST_REJECTED",
        /// An operator made the account: its owner sets the password. About the password reset.
        AccountCreated = "ACCOUNT_CREATED",
        /// A scheduled deletion was cancelled: to the account's owner (ERASE-4). About the account.
        AccountDeletionCancelled = "ACCOUNT_DELETION_CANCELLED",
        /// The account will be deleted soon: to its owner (ERASE-4). About the account.
        AccountDeletionNear = "ACCOUNT_DELETION_NEAR",
        /// A deletion was postponed by a day, because a workspace would be left without an
        /// administrator: to operators and to the account's owner (ERASE-4). About the account; says
        /// `workspaces`.
        AccountDeletionPostponed = "ACCOUNT_DELETION_POSTPONED",
        /// The account will be deleted: to its owner (ERASE-4). About the account.
        AccountDeletionScheduled = "ACCOUNT_DELETION_SCHEDULED",
        /// Somebody tried to register with, or to change to, an address that has an account: to its
        /// owner. About the account.
        AddressInUse = "ADDRESS_IN_USE",
        /// An API key was made with the account: to its owner. About the key.
        ApiKeyCreated = "API_KEY_CREATED",
        /// Somebody reported that strangers can read the secret of an API key, which is revoked: to
        /// its owner and to holders of EDIT_WORKSPACE_PROPERTIES (KEY-11). About the key.
        ApiKeyLeaked = "API_KEY_LEAKED",
        /// An API key was given a new secret with the account: to its owner. About the key.
        ApiKeyRotated = "API_KEY_ROTATED",
        /// A dataset was changed or published: to those of its followers who may browse it, once a day
        /// (FOLLOW-2). About the dataset; says `day`, and as it goes on, `after`.
        DatasetUpdated = "DATASET_UPDATED",
        /// The account has another address now: to the old one, which can undo it (ACC-8). About
        /// the change.
        EmailChanged = "EMAIL_CHANGED",
        /// Asks to confirm a new address: to the new one (ACC-8). About the change.
        EmailChangeRequested = "EMAIL_CHANGE_REQUESTED",
        /// An operator removes all second factors in 24 hours: to the account's owner, who can cancel
        /// that (MFA-9). About the removal.
        FactorRemovalScheduled = "FACTOR_REMOVAL_SCHEDULED",
        /// The member was not active for a long time and will be disabled (MEM-12). About the
        /// membership; says `disabledAt` and `inactiveSince`.
        InactivityWarning = "INACTIVITY_WARNING",
        /// An offer to become a member (JOIN-6). About the invitation.
        Invitation = "INVITATION",
        /// Who accepted and who declined, in one mail to whoever invited them (JOIN-15). About the
        /// workspace; says `from` and `to`.
        InvitationAnswered = "INVITATION_ANSWERED",
        /// An invitation expires soon (JOIN-15). About the invitation.
        InvitationReminder = "INVITATION_REMINDER",
        /// Somebody signed up without approval: to those who are told. About the membership.
        MemberSignedUp = "MEMBER_SIGNED_UP",
        /// A passkey was refused because its counter went back: there may be a copy of it (MFA-4).
        /// About the account.
        PasskeyRefused = "PASSKEY_REFUSED",
        /// The password was changed: names the API keys that still work. About the account.
        PasswordChanged = "PASSWORD_CHANGED",
        /// Sets a new password (ACC-7). About the password reset.
        PasswordReset = "PASSWORD_RESET",
        /// Members who reached a limit yesterday: to holders of EDIT_ALL_DATASETS (QUOTA-8). About
        /// the workspace; says `day`.
        QuotaDigest = "QUOTA_DIGEST",
        /// A limit is nearly or wholly used up (QUOTA-8). About the member or the workspace.
        QuotaWarning = "QUOTA_WARNING",
        /// A recovery code was used: to the account's owner (MFA-2). About the account; says `left`.
        RecoveryCodeUsed = "RECOVERY_CODE_USED",
        /// The account has new recovery codes: to its owner (MFA-7). About the account.
        RecoveryCodesRenewed = "RECOVERY_CODES_RENEWED",
        /// Confirms the address of a registration (ACC-2). About the registration.
        Registration = "REGISTRATION",
        /// The reuse was approved: to its submitter (REUSE-1). About the reuse.
        ReuseApproved = "REUSE_APPROVED",
        /// Reuses wait for a decision: to holders of MANAGE_REUSES, once a day (REUSE-1). About the
        /// workspace.
        ReuseDigest = "REUSE_DIGEST",
        /// The reuse was rejected: to its submitter (REUSE-1). About the reuse.
        ReuseRejected = "REUSE_REJECTED",
        /// The account has another second factor: to its owner (MFA-7). About the account; says
        /// `kind`.
        SecondFactorAdded = "SECOND_FACTOR_ADDED",
        /// Five wrong codes of a second factor: somebody has the password (MFA-6). About the account.
        SecondFactorFailures = "SECOND_FACTOR_FAILURES",
        /// The member will need a second factor in the workspace and has none (MFA-10). About the
        /// membership; says `requiredFrom`.
        SecondFactorRequired = "SECOND_FACTOR_REQUIRED",
        /// A second factor was removed: to the account's owner (MFA-7). About the account; says
        /// `kind`.
        SecondFactorRemoved = "SECOND_FACTOR_REMOVED",
        /// All second factors were removed as an operator scheduled: to the account's owner (MFA-9).
        /// About the account.
        SecondFactorsRemoved = "SECOND_FACTORS_REMOVED",
        /// Many failed tries to sign in (ACC-5). About the account.
        SignInFailures = "SIGN_IN_FAILURES",
        /// A member whose access ended or was disabled created keys of the workspace, which still
        /// work: to holders of EDIT_WORKSPACE_PROPERTIES (KEY-8). About the membership.
        WorkspaceKeysRemain = "WORKSPACE_KEYS_REMAIN",
    }
}

impl MailKind {
    /// What the link in the mail does, if it has a token.
    pub const fn link(self) -> Option<LinkKind> {
        match self {
            Self::Registration => Some(LinkKind::Registration),
            Self::Invitation | Self::InvitationReminder => Some(LinkKind::Invitation),
            Self::PasswordReset | Self::AccountCreated => Some(LinkKind::PasswordReset),
            Self::EmailChangeRequested => Some(LinkKind::EmailChange),
            Self::EmailChanged => Some(LinkKind::EmailUndo),
            Self::FactorRemovalScheduled => Some(LinkKind::FactorRemoval),
            _ => None,
        }
    }
}
