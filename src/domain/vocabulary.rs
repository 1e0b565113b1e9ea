//! The enums that several nouns share: states, reasons, kinds.

use super::names::named_enum;

named_enum! {
    /// Who may see the contents of a workspace (JOIN-1).
    pub enum AccessMode {
        /// Anonymous visitors may see the published datasets and pages that are open.
        Public = "PUBLIC",
        /// Only active members may see the contents.
        Private = "PRIVATE",
    }
}

named_enum! {
    /// The state of a membership at an instant (MEM-1).
    pub enum MembershipState {
        /// The membership begins later.
        Scheduled = "SCHEDULED",
        /// The membership is in force.
        Active = "ACTIVE",
        /// The membership is disabled for now and gives no access. Everything that belongs to it is
        /// kept.
        Disabled = "DISABLED",
        /// The membership has ended.
        Ended = "ENDED",
    }
}

named_enum! {
    /// Why a membership ended (MEM-1).
    pub enum MembershipEndReason {
        /// Somebody ended the membership.
        Revoked = "REVOKED",
        /// It expired.
        Expired = "EXPIRED",
        /// The member left the workspace.
        Left = "LEFT",
        /// The account was erased.
        Erased = "ERASED",
    }
}

named_enum! {
    /// How a membership was created.
    pub enum MembershipOrigin {
        /// By accepting an invitation.
        Invitation = "INVITATION",
        /// By signing up without approval.
        SignUp = "SIGN_UP",
        /// By signing up with approval.
        AccessRequest = "ACCESS_REQUEST",
        /// By an operator.
        Operator = "OPERATOR",
        /// By restoring a membership that had ended (MEM-6).
        Restored = "RESTORED",
        /// By an import from another system.
        Imported = "IMPORTED",
        /// By an identity provider.
        Provisioned = "PROVISIONED",
    }
}

named_enum! {
    /// A kind of access to one dataset or page (PERM-4, PERM-5).
    pub enum ResourceAccess {
        /// See the dataset or page.
        Browse = "BROWSE",
        /// Change the dataset or page.
        Edit = "EDIT",
        /// Delete the dataset or page.
        Delete = "DELETE",
        /// Publish and unpublish the dataset or page.
        Publish = "PUBLISH",
        /// Decide who has access to the dataset or page.
        ManageSecurity = "MANAGE_SECURITY",
    }
}

named_enum! {
    /// Who may browse a published dataset or page (PERM-5).
    pub enum Security {
        /// Everybody who may enter the workspace.
        Open = "OPEN",
        /// Only those who have been given access to it.
        Restricted = "RESTRICTED",
    }
}

named_enum! {
    /// What a quota limits (QUOTA).
    pub enum QuotaType {
        /// Calls to the portal's API.
        ApiCalls = "API_CALLS",
        /// Datasets that a member owns.
        Datasets = "DATASETS",
        /// Records in one dataset.
        RecordsPerDataset = "RECORDS_PER_DATASET",
    }
}

named_enum! {
    /// The period after which a counter restarts, in the time zone of its workspace (QUOTA-5).
    pub enum QuotaPeriod {
        /// A day, from midnight.
        Day = "DAY",
        /// A month, from its first day.
        Month = "MONTH",
    }
}

named_enum! {
    /// The scope of a quota value: whom or what it applies to (QUOTA-1).
    pub enum QuotaScope {
        /// A main workspace; set by an operator.
        License = "LICENSE",
        /// A secondary workspace; set from its main workspace.
        WorkspaceCap = "WORKSPACE_CAP",
        /// Each active member.
        Default = "DEFAULT",
        /// Each member of a group.
        Group = "GROUP",
        /// One member.
        Member = "MEMBER",
    }
}

named_enum! {
    /// The limit that refused API calls (QUOTA-4, QUOTA-7).
    pub enum QuotaLimiter {
        /// The value that is set for the member.
        Member = "MEMBER",
        /// The highest value of the member's groups.
        Group = "GROUP",
        /// The default value for each active member.
        Default = "DEFAULT",
        /// The daily limit of visitors from one client address.
        AnonymousAddress = "ANONYMOUS_ADDRESS",
        /// The daily limit of all visitors together.
        AnonymousPool = "ANONYMOUS_POOL",
        /// The cap of the secondary workspace.
        WorkspaceCap = "WORKSPACE_CAP",
        /// The license, which a main workspace and its secondary workspaces share.
        License = "LICENSE",
    }
}

impl From<QuotaScope> for QuotaLimiter {
    fn from(scope: QuotaScope) -> Self {
        match scope {
            QuotaScope::License => Self::License,
            QuotaScope::WorkspaceCap => Self::WorkspaceCap,
            QuotaScope::Default => Self::Default,
            QuotaScope::Group => Self::Group,
            QuotaScope::Member => Self::Member,
        }
    }
}

named_enum! {
    /// The purpose of an API key.
    pub enum ApiKeyKind {
        /// The key acts as its member (KEY-1).
        Member = "MEMBER",
        /// The portal's data servers use the key to check access (KEY-7).
        Gateway = "GATEWAY",
    }
}

impl ApiKeyKind {
    /// Whether keys of this kind belong to the workspace, not to the member who made them (KEY-8).
    pub const fn is_of_workspace(self) -> bool {
        match self {
            Self::Member => false,
            Self::Gateway => true,
        }
    }
}

named_enum! {
    /// The state of an API key (KEY-6).
    pub enum ApiKeyState {
        /// The key works.
        Active = "ACTIVE",
        /// It expired.
        Expired = "EXPIRED",
        /// Somebody revoked the key, or its membership ended.
        Revoked = "REVOKED",
        /// The key's membership is disabled or has not begun.
        Suspended = "SUSPENDED",
    }
}

named_enum! {
    /// The state of an invitation (JOIN-8).
    pub enum InvitationState {
        /// The invitation waits for an answer.
        Pending = "PENDING",
        /// The invitation was accepted and became a membership.
        Accepted = "ACCEPTED",
        /// The invited person declined.
        Declined = "DECLINED",
        /// The invitation was cancelled.
        Cancelled = "CANCELLED",
        /// The invitation expired.
        Expired = "EXPIRED",
    }
}

named_enum! {
    /// The state of the e-mail about an invitation (JOIN-15).
    pub enum DeliveryState {
        /// The e-mail waits to be sent to the mail server.
        Queued = "QUEUED",
        /// The mail server accepted the e-mail.
        Sent = "SENT",
        /// The e-mail will be sent later: the address has received the maximum number of
        /// invitations in 24 hours, it is one of many of an import, or the mail server asked for
        /// another attempt later.
        Deferred = "DEFERRED",
        /// Sending failed: the mail server refused the e-mail, or did not accept it in time.
        Failed = "FAILED",
        /// The e-mail is not sent: the receiver has unsubscribed from e-mails about invitations to
        /// the workspace.
        RefusedByReceiver = "REFUSED_BY_RECEIVER",
    }
}

named_enum! {
    /// The state of an access request (JOIN-3).
    pub enum AccessRequestState {
        /// The request waits for an administrator's decision.
        Pending = "PENDING",
        /// The request was approved and became a membership.
        Approved = "APPROVED",
        /// The request was rejected.
        Rejected = "REJECTED",
        /// The request was withdrawn.
        Withdrawn = "WITHDRAWN",
    }
}

named_enum! {
    /// The state of a member's request for more time (MEM-8).
    pub enum AccessRenewalState {
        /// The request waits for a decision.
        Pending = "PENDING",
        /// More time was granted.
        Approved = "APPROVED",
        /// More time was not granted.
        Rejected = "REJECTED",
        /// No decision is needed any more: the membership ended, or no longer has an end.
        Closed = "CLOSED",
    }
}

named_enum! {
    /// The state of a reuse (REUSE-1).
    pub enum ReuseState {
        /// The reuse waits for a decision. Its submitter and holders of MANAGE_REUSES see it.
        Pending = "PENDING",
        /// The reuse was approved. Everybody who may browse the dataset sees it.
        Approved = "APPROVED",
        /// The reuse was rejected. Its submitter and holders of MANAGE_REUSES see it.
        Rejected = "REJECTED",
    }
}

named_enum! {
    /// A language of the product.
    pub enum Locale {
        /// English.
        En = "EN",
        /// French.
        Fr = "FR",
        /// Dutch.
        Nl = "NL",
    }
}

named_enum! {
    /// Who performed an action (AUD-1).
    pub enum ActorKind {
        /// An anonymous visitor.
        Anonymous = "ANONYMOUS",
        /// An account, by session.
        Account = "ACCOUNT",
        /// An API key.
        ApiKey = "API_KEY",
        /// An operator.
        Operator = "OPERATOR",
        /// Concierge itself.
        System = "SYSTEM",
    }
}
