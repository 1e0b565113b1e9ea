//! Every kind of audit event: `<NOUN>_<PAST_PARTICIPLE>`, one for each effect (AUD-2). `Event::new`
//! refuses any other kind when assertions are on, and a test reads the source.

use crate::domain::names::named_enum;

named_enum! {
    /// The kind of an audit event. More kinds will be added, so clients must accept unknown kinds.
    pub enum AuditEventKind {
        /// The end of a membership's access was moved or removed, or its start was moved.
        AccessPeriodChanged = "ACCESS_PERIOD_CHANGED",
        /// Access to one dataset or page expired.
        AccessExpired = "ACCESS_EXPIRED",
        /// Access to one dataset or page was granted.
        AccessGranted = "ACCESS_GRANTED",
        /// A member's request for more time was approved.
        AccessRenewalApproved = "ACCESS_RENEWAL_APPROVED",
        /// A member's request for more time was rejected.
        AccessRenewalRejected = "ACCESS_RENEWAL_REJECTED",
        /// A member asked for more time.
        AccessRenewalRequested = "ACCESS_RENEWAL_REQUESTED",
        /// Access to one dataset or page was revoked.
        AccessRevoked = "ACCESS_REVOKED",
        /// An access request was approved.
        AccessRequestApproved = "ACCESS_REQUEST_APPROVED",
        /// Somebody asked to become a member.
        AccessRequestCreated = "ACCESS_REQUEST_CREATED",
        /// An access request was rejected.
        AccessRequestRejected = "ACCESS_REQUEST_REJECTED",
        /// An access request was withdrawn by the requester.
        AccessRequestWithdrawn = "ACCESS_REQUEST_WITHDRAWN",
        /// An account was created.
        AccountCreated = "ACCOUNT_CREATED",
        /// A scheduled deletion of an account was cancelled. In the account's audit log.
        AccountDeletionCancelled = "ACCOUNT_DELETION_CANCELLED",
        /// The deletion of an account was postponed by a day, because a workspace would be left without
        /// an administrator. In the account's audit log.
        AccountDeletionPostponed = "ACCOUNT_DELETION_POSTPONED",
        /// The deletion of an account was scheduled. In the account's audit log.
        AccountDeletionScheduled = "ACCOUNT_DELETION_SCHEDULED",
        /// The deletion of an account began: nobody can sign in to it any more. In the account's
        /// audit log.
        AccountDeletionStarted = "ACCOUNT_DELETION_STARTED",
        /// All personal data of an account was removed. In the account's audit log.
        AccountErased = "ACCOUNT_ERASED",
        /// A link to download the data of an account was requested. In the account's audit log.
        AccountExported = "ACCOUNT_EXPORTED",
        /// An account's names or language were changed, or it is no longer an operator. In the
        /// account's audit log.
        AccountUpdated = "ACCOUNT_UPDATED",
        /// The quotas of anonymous visitors were changed.
        AnonymousQuotasUpdated = "ANONYMOUS_QUOTAS_UPDATED",
        /// An API key was created.
        ApiKeyCreated = "API_KEY_CREATED",
        /// An API key expired.
        ApiKeyExpired = "API_KEY_EXPIRED",
        /// A holder of EDIT_WORKSPACE_PROPERTIES looked up an API key by its secret.
        ApiKeyLookedUp = "API_KEY_LOOKED_UP",
        /// An API key was revoked.
        ApiKeyRevoked = "API_KEY_REVOKED",
        /// An API key was given a new secret.
        ApiKeyRotated = "API_KEY_ROTATED",
        /// The name, permissions, end or networks of an API key were changed.
        ApiKeyUpdated = "API_KEY_UPDATED",
        /// A dataset was created.
        DatasetCreated = "DATASET_CREATED",
        /// A dataset was deleted.
        DatasetDeleted = "DATASET_DELETED",
        /// A dataset was distributed to a secondary workspace, where a copy of it was created. In the audit
        /// logs of both.
        DatasetDistributed = "DATASET_DISTRIBUTED",
        /// A dataset was published.
        DatasetPublished = "DATASET_PUBLISHED",
        /// A dataset became OPEN or RESTRICTED.
        DatasetSecurityChanged = "DATASET_SECURITY_CHANGED",
        /// A dataset theme was created.
        DatasetThemeCreated = "DATASET_THEME_CREATED",
        /// A dataset theme was deleted.
        DatasetThemeDeleted = "DATASET_THEME_DELETED",
        /// The labels, colour, icon or place of a dataset theme were changed.
        DatasetThemeUpdated = "DATASET_THEME_UPDATED",
        /// A dataset was transferred to another owner.
        DatasetTransferred = "DATASET_TRANSFERRED",
        /// A dataset was unpublished.
        DatasetUnpublished = "DATASET_UNPUBLISHED",
        /// A dataset was changed.
        DatasetUpdated = "DATASET_UPDATED",
        /// A dataset was withdrawn from a secondary workspace, where its copy was deleted. In the audit logs
        /// of both.
        DatasetWithdrawn = "DATASET_WITHDRAWN",
        /// The permissions that new members get were changed.
        DefaultPermissionsUpdated = "DEFAULT_PERMISSIONS_UPDATED",
        /// The e-mail address of an account was changed. In the account's audit log.
        EmailChanged = "EMAIL_CHANGED",
        /// A change of an account's e-mail address was requested; the new address must be
        /// confirmed. In the account's audit log.
        EmailChangeRequested = "EMAIL_CHANGE_REQUESTED",
        /// A change of the e-mail address was undone from the old address. In the account's audit
        /// log.
        EmailChangeUndone = "EMAIL_CHANGE_UNDONE",
        /// The removal of all second factors of an account was cancelled. In the account's audit log.
        FactorRemovalCancelled = "FACTOR_REMOVAL_CANCELLED",
        /// An operator scheduled the removal of all second factors of an account. In the account's
        /// audit log.
        FactorRemovalScheduled = "FACTOR_REMOVAL_SCHEDULED",
        /// A group was created.
        GroupCreated = "GROUP_CREATED",
        /// A group was deleted.
        GroupDeleted = "GROUP_DELETED",
        /// A member was added to a group.
        GroupMemberAdded = "GROUP_MEMBER_ADDED",
        /// A member was removed from a group.
        GroupMemberRemoved = "GROUP_MEMBER_REMOVED",
        /// A member's group membership expired.
        GroupMembershipExpired = "GROUP_MEMBERSHIP_EXPIRED",
        /// A group's title, slug or description was changed.
        GroupUpdated = "GROUP_UPDATED",
        /// A member was exempted from being disabled for inactivity, or no longer is.
        InactivityExemptionChanged = "INACTIVITY_EXEMPTION_CHANGED",
        /// The number of days was changed after which inactive members are disabled.
        InactivityPolicyUpdated = "INACTIVITY_POLICY_UPDATED",
        /// An invitation was accepted, or its address joined in another way.
        InvitationAccepted = "INVITATION_ACCEPTED",
        /// An invitation was cancelled.
        InvitationCancelled = "INVITATION_CANCELLED",
        /// An address was invited.
        InvitationCreated = "INVITATION_CREATED",
        /// An invitation was declined.
        InvitationDeclined = "INVITATION_DECLINED",
        /// The receiver of an invitation unsubscribed from e-mails about invitations, after that
        /// invitation had stopped waiting for an answer.
        InvitationMailRefused = "INVITATION_MAIL_REFUSED",
        /// An invitation was sent again, with a new lifetime.
        InvitationResent = "INVITATION_RESENT",
        /// The offer of an invitation was changed.
        InvitationUpdated = "INVITATION_UPDATED",
        /// The license was changed.
        LicenseUpdated = "LICENSE_UPDATED",
        /// Somebody became a member.
        MembershipCreated = "MEMBERSHIP_CREATED",
        /// A member was disabled.
        MembershipDisabled = "MEMBERSHIP_DISABLED",
        /// A disabled member was enabled again.
        MembershipEnabled = "MEMBERSHIP_ENABLED",
        /// A membership ended because its account was deleted.
        MembershipErased = "MEMBERSHIP_ERASED",
        /// A membership expired.
        MembershipExpired = "MEMBERSHIP_EXPIRED",
        /// A member left the workspace.
        MembershipLeft = "MEMBERSHIP_LEFT",
        /// A membership was ended by somebody.
        MembershipRevoked = "MEMBERSHIP_REVOKED",
        /// A page was created.
        PageCreated = "PAGE_CREATED",
        /// A page was deleted.
        PageDeleted = "PAGE_DELETED",
        /// A page was distributed to a secondary workspace, where a copy of it was created. In the audit logs
        /// of both.
        PageDistributed = "PAGE_DISTRIBUTED",
        /// A page was published.
        PagePublished = "PAGE_PUBLISHED",
        /// A page became OPEN or RESTRICTED.
        PageSecurityChanged = "PAGE_SECURITY_CHANGED",
        /// A page was transferred to another owner.
        PageTransferred = "PAGE_TRANSFERRED",
        /// A page was unpublished.
        PageUnpublished = "PAGE_UNPUBLISHED",
        /// A page was changed.
        PageUpdated = "PAGE_UPDATED",
        /// A page was withdrawn from a secondary workspace, where its copy was deleted. In the audit logs of
        /// both.
        PageWithdrawn = "PAGE_WITHDRAWN",
        /// A password was changed by entering the old one. In the account's audit log.
        PasswordChanged = "PASSWORD_CHANGED",
        /// A signed-in user entered a wrong password when asked for it again. In the account's
        /// audit log.
        PasswordCheckFailed = "PASSWORD_CHECK_FAILED",
        /// A password was set with a mailed link. In the account's audit log.
        PasswordReset = "PASSWORD_RESET",
        /// A link to set a password was requested. In the account's audit log.
        PasswordResetRequested = "PASSWORD_RESET_REQUESTED",
        /// A link to set a password was sent to a member.
        PasswordResetSent = "PASSWORD_RESET_SENT",
        /// A permission granted in the whole workspace expired.
        PermissionExpired = "PERMISSION_EXPIRED",
        /// Permissions were granted in the whole workspace.
        PermissionGranted = "PERMISSION_GRANTED",
        /// Permissions granted in the whole workspace were revoked.
        PermissionRevoked = "PERMISSION_REVOKED",
        /// A quota value was removed.
        QuotaRemoved = "QUOTA_REMOVED",
        /// A quota value was set.
        QuotaSet = "QUOTA_SET",
        /// A member's counter of a quota was reset to 0.
        QuotaUsageReset = "QUOTA_USAGE_RESET",
        /// A quota value expired.
        QuotaValueExpired = "QUOTA_VALUE_EXPIRED",
        /// A recovery code was used in place of another second factor. In the account's audit log.
        RecoveryCodeUsed = "RECOVERY_CODE_USED",
        /// New recovery codes replaced the old ones. In the account's audit log.
        RecoveryCodesRenewed = "RECOVERY_CODES_RENEWED",
        /// A reuse was approved.
        ReuseApproved = "REUSE_APPROVED",
        /// A reuse was deleted.
        ReuseDeleted = "REUSE_DELETED",
        /// A reuse was rejected.
        ReuseRejected = "REUSE_REJECTED",
        /// A reuse of a dataset was submitted.
        ReuseSubmitted = "REUSE_SUBMITTED",
        /// The submitter changed a reuse, which waits for a decision again.
        ReuseUpdated = "REUSE_UPDATED",
        /// A role was assigned to a member.
        RoleAssigned = "ROLE_ASSIGNED",
        /// A member's role assignment expired.
        RoleAssignmentExpired = "ROLE_ASSIGNMENT_EXPIRED",
        /// A role was created.
        RoleCreated = "ROLE_CREATED",
        /// A role was deleted.
        RoleDeleted = "ROLE_DELETED",
        /// A member's role was removed.
        RoleUnassigned = "ROLE_UNASSIGNED",
        /// A role's name or permissions were changed.
        RoleUpdated = "ROLE_UPDATED",
        /// The caps of a secondary workspace were changed.
        SecondaryWorkspaceCapsUpdated = "SECONDARY_WORKSPACE_CAPS_UPDATED",
        /// A secondary workspace was created.
        SecondaryWorkspaceCreated = "SECONDARY_WORKSPACE_CREATED",
        /// A secondary workspace was deleted.
        SecondaryWorkspaceDeleted = "SECONDARY_WORKSPACE_DELETED",
        /// The name or description of a secondary workspace was changed from its main workspace.
        SecondaryWorkspaceUpdated = "SECONDARY_WORKSPACE_UPDATED",
        /// A second factor was set up. In the account's audit log.
        SecondFactorAdded = "SECOND_FACTOR_ADDED",
        /// Somebody who knows the password entered a wrong code of the second factor, or a passkey was
        /// not accepted. In the account's audit log.
        SecondFactorFailed = "SECOND_FACTOR_FAILED",
        /// A second factor was removed. In the account's audit log.
        SecondFactorRemoved = "SECOND_FACTOR_REMOVED",
        /// A passkey was given another name. In the account's audit log.
        SecondFactorRenamed = "SECOND_FACTOR_RENAMED",
        /// A session was ended before it expired. In the account's audit log.
        SessionEnded = "SESSION_ENDED",
        /// A signed-in user entered the password or a second factor again. In the account's audit
        /// log.
        SessionReauthenticated = "SESSION_REAUTHENTICATED",
        /// Somebody signed in. In the account's audit log.
        SessionStarted = "SESSION_STARTED",
        /// The sign-in policy of the workspace was changed.
        SignInPolicyUpdated = "SIGN_IN_POLICY_UPDATED",
        /// The sign-up settings or the terms were changed.
        SignUpSettingsUpdated = "SIGN_UP_SETTINGS_UPDATED",
        /// A sign-in attempt failed. In the account's audit log.
        SignInFailed = "SIGN_IN_FAILED",
        /// The theme of the workspace was changed.
        ThemeUpdated = "THEME_UPDATED",
        /// The workspace's caps were changed from its main workspace.
        WorkspaceCapsUpdated = "WORKSPACE_CAPS_UPDATED",
        /// A workspace was created.
        WorkspaceCreated = "WORKSPACE_CREATED",
        /// The workspace was deleted from its main workspace.
        WorkspaceDeleted = "WORKSPACE_DELETED",
        /// A workspace's properties were changed.
        WorkspaceUpdated = "WORKSPACE_UPDATED",
    }
}
