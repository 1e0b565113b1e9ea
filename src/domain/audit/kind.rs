//! Every kind of event there is, once: `<NOUN>_<PAST_PARTICIPLE>`, one for each effect (AUD-2).
//! What is not listed here is not written: `Event::new` refuses it wherever assertions are on, and
//! a test reads the source.

use crate::domain::names::named_enum;

named_enum! {
    /// What happened. More kinds will come: a client takes one that it does not know as something
    /// that happened.
    pub enum AuditEventKind {
        /// The end of a membership's access was moved or taken away, or its beginning was moved.
        AccessPeriodChanged = "ACCESS_PERIOD_CHANGED",
        /// Access to one dataset or page ran out.
        AccessExpired = "ACCESS_EXPIRED",
        /// Access to one dataset or page was given.
        AccessGranted = "ACCESS_GRANTED",
        /// A member's wish for more time was granted.
        AccessRenewalApproved = "ACCESS_RENEWAL_APPROVED",
        /// A member's wish for more time was not granted.
        AccessRenewalRejected = "ACCESS_RENEWAL_REJECTED",
        /// A member asked for more time.
        AccessRenewalRequested = "ACCESS_RENEWAL_REQUESTED",
        /// Access to one dataset or page was taken away.
        AccessRevoked = "ACCESS_REVOKED",
        /// An access request was approved.
        AccessRequestApproved = "ACCESS_REQUEST_APPROVED",
        /// Somebody asked to become a member.
        AccessRequestCreated = "ACCESS_REQUEST_CREATED",
        /// An access request was rejected.
        AccessRequestRejected = "ACCESS_REQUEST_REJECTED",
        /// An access request was taken back by whoever made it.
        AccessRequestWithdrawn = "ACCESS_REQUEST_WITHDRAWN",
        /// An account was made.
        AccountCreated = "ACCOUNT_CREATED",
        /// An account's names or language were changed. In the account's own record.
        AccountUpdated = "ACCOUNT_UPDATED",
        /// The quotas of anonymous visitors were changed.
        AnonymousQuotasUpdated = "ANONYMOUS_QUOTAS_UPDATED",
        /// An API key was made.
        ApiKeyCreated = "API_KEY_CREATED",
        /// An API key ran out.
        ApiKeyExpired = "API_KEY_EXPIRED",
        /// An API key was revoked.
        ApiKeyRevoked = "API_KEY_REVOKED",
        /// A dataset was made.
        DatasetCreated = "DATASET_CREATED",
        /// A dataset was deleted.
        DatasetDeleted = "DATASET_DELETED",
        /// A dataset was published.
        DatasetPublished = "DATASET_PUBLISHED",
        /// A dataset became OPEN or RESTRICTED.
        DatasetSecurityChanged = "DATASET_SECURITY_CHANGED",
        /// A dataset got another owner.
        DatasetTransferred = "DATASET_TRANSFERRED",
        /// A dataset was unpublished.
        DatasetUnpublished = "DATASET_UNPUBLISHED",
        /// A dataset was changed.
        DatasetUpdated = "DATASET_UPDATED",
        /// The permissions that new members get were changed.
        DefaultPermissionsUpdated = "DEFAULT_PERMISSIONS_UPDATED",
        /// An account got another address. In the account's own record.
        EmailChanged = "EMAIL_CHANGED",
        /// Another address was asked for; it has to be confirmed. In the account's own record.
        EmailChangeRequested = "EMAIL_CHANGE_REQUESTED",
        /// A change of the address was taken back by the old one. In the account's own record.
        EmailChangeUndone = "EMAIL_CHANGE_UNDONE",
        /// A group was made.
        GroupCreated = "GROUP_CREATED",
        /// A group was deleted.
        GroupDeleted = "GROUP_DELETED",
        /// A member was put into a group.
        GroupMemberAdded = "GROUP_MEMBER_ADDED",
        /// A member was taken out of a group.
        GroupMemberRemoved = "GROUP_MEMBER_REMOVED",
        /// A member's time in a group ran out.
        GroupMembershipExpired = "GROUP_MEMBERSHIP_EXPIRED",
        /// A group's title, slug or description was changed.
        GroupUpdated = "GROUP_UPDATED",
        /// An invitation was accepted, or its address joined by another way.
        InvitationAccepted = "INVITATION_ACCEPTED",
        /// An invitation was taken back.
        InvitationCancelled = "INVITATION_CANCELLED",
        /// An address was invited.
        InvitationCreated = "INVITATION_CREATED",
        /// The invited said no.
        InvitationDeclined = "INVITATION_DECLINED",
        /// The address of an invitation wants no more mail about invitations, though that one waits
        /// for no answer any more.
        InvitationMailRefused = "INVITATION_MAIL_REFUSED",
        /// An invitation was sent again, with a new term.
        InvitationResent = "INVITATION_RESENT",
        /// What an invitation offers was changed.
        InvitationUpdated = "INVITATION_UPDATED",
        /// The license was changed.
        LicenseUpdated = "LICENSE_UPDATED",
        /// Somebody became a member.
        MembershipCreated = "MEMBERSHIP_CREATED",
        /// A member was disabled.
        MembershipDisabled = "MEMBERSHIP_DISABLED",
        /// A disabled member was enabled again.
        MembershipEnabled = "MEMBERSHIP_ENABLED",
        /// A membership ran out.
        MembershipExpired = "MEMBERSHIP_EXPIRED",
        /// A member left.
        MembershipLeft = "MEMBERSHIP_LEFT",
        /// A membership was ended by somebody.
        MembershipRevoked = "MEMBERSHIP_REVOKED",
        /// A page was made.
        PageCreated = "PAGE_CREATED",
        /// A page was deleted.
        PageDeleted = "PAGE_DELETED",
        /// A page was published.
        PagePublished = "PAGE_PUBLISHED",
        /// A page became OPEN or RESTRICTED.
        PageSecurityChanged = "PAGE_SECURITY_CHANGED",
        /// A page got another owner.
        PageTransferred = "PAGE_TRANSFERRED",
        /// A page was unpublished.
        PageUnpublished = "PAGE_UNPUBLISHED",
        /// A page was changed.
        PageUpdated = "PAGE_UPDATED",
        /// A password was changed by who knew the old one. In the account's own record.
        PasswordChanged = "PASSWORD_CHANGED",
        /// A signed-in person gave a wrong password where it was asked for again. In the account's
        /// own record.
        PasswordCheckFailed = "PASSWORD_CHECK_FAILED",
        /// A password was set by a mailed link. In the account's own record.
        PasswordReset = "PASSWORD_RESET",
        /// A link that sets a password was asked for. In the account's own record.
        PasswordResetRequested = "PASSWORD_RESET_REQUESTED",
        /// A member was sent a link that sets a password.
        PasswordResetSent = "PASSWORD_RESET_SENT",
        /// A permission granted workspace-wide ran out.
        PermissionExpired = "PERMISSION_EXPIRED",
        /// Permissions were granted workspace-wide.
        PermissionGranted = "PERMISSION_GRANTED",
        /// Permissions granted workspace-wide were taken away.
        PermissionRevoked = "PERMISSION_REVOKED",
        /// A quota value was taken away.
        QuotaRemoved = "QUOTA_REMOVED",
        /// A quota value was set.
        QuotaSet = "QUOTA_SET",
        /// What a member had used of a quota was set to nothing.
        QuotaUsageReset = "QUOTA_USAGE_RESET",
        /// A quota value ran out.
        QuotaValueExpired = "QUOTA_VALUE_EXPIRED",
        /// A member was given a role.
        RoleAssigned = "ROLE_ASSIGNED",
        /// A member's time in a role ran out.
        RoleAssignmentExpired = "ROLE_ASSIGNMENT_EXPIRED",
        /// A role was made.
        RoleCreated = "ROLE_CREATED",
        /// A role was deleted.
        RoleDeleted = "ROLE_DELETED",
        /// A member's role was taken away.
        RoleUnassigned = "ROLE_UNASSIGNED",
        /// A role's name or permissions were changed.
        RoleUpdated = "ROLE_UPDATED",
        /// A session ended before its time. In the account's own record.
        SessionEnded = "SESSION_ENDED",
        /// Somebody signed in. In the account's own record.
        SessionStarted = "SESSION_STARTED",
        /// How strangers may join was changed, or the terms were.
        SignUpSettingsUpdated = "SIGN_UP_SETTINGS_UPDATED",
        /// Somebody tried to sign in and did not. In the account's own record.
        SignInFailed = "SIGN_IN_FAILED",
        /// A workspace was made.
        WorkspaceCreated = "WORKSPACE_CREATED",
        /// A workspace's properties were changed.
        WorkspaceUpdated = "WORKSPACE_UPDATED",
    }
}
