//! The small words that several nouns share: states, reasons, kinds.

use super::names::named_enum;

named_enum! {
    /// Who may see what is inside a workspace (JOIN-1).
    pub enum AccessMode {
        /// Anonymous visitors may see open, published items.
        Public = "PUBLIC",
        /// Only active members see anything inside.
        Private = "PRIVATE",
    }
}

named_enum! {
    /// Where a membership stands at an instant (MEM-1).
    pub enum MembershipState {
        /// Begins later.
        Scheduled = "SCHEDULED",
        /// Counts.
        Active = "ACTIVE",
        /// Stopped for the time being; keeps everything.
        Disabled = "DISABLED",
        /// Over.
        Ended = "ENDED",
    }
}

named_enum! {
    /// Why a membership ended (MEM-1).
    pub enum MembershipEndReason {
        /// An administrator ended it.
        Revoked = "REVOKED",
        /// Its time ran out.
        Expired = "EXPIRED",
        /// The member left.
        Left = "LEFT",
        /// The account was erased.
        Erased = "ERASED",
    }
}

named_enum! {
    /// How a membership came to be.
    pub enum MembershipOrigin {
        /// An invitation was accepted.
        Invitation = "INVITATION",
        /// Signed up, without approval.
        SignUp = "SIGN_UP",
        /// Signed up, approved.
        AccessRequest = "ACCESS_REQUEST",
        /// Made by an operator.
        Operator = "OPERATOR",
        /// Restored after an end (MEM-6).
        Restored = "RESTORED",
        /// Imported from another system.
        Imported = "IMPORTED",
        /// Made by an identity provider.
        Provisioned = "PROVISIONED",
    }
}

named_enum! {
    /// A kind of access to one dataset or page (PERM-4, PERM-5).
    pub enum ResourceAccess {
        /// See it.
        Browse = "BROWSE",
        /// Change it.
        Edit = "EDIT",
        /// Delete it.
        Delete = "DELETE",
        /// Publish and unpublish it.
        Publish = "PUBLISH",
        /// Decide who has access.
        ManageSecurity = "MANAGE_SECURITY",
    }
}

named_enum! {
    /// Whether everybody who may enter may browse a published item (PERM-5).
    pub enum Security {
        /// Everybody who may enter.
        Open = "OPEN",
        /// Only those with a right to it.
        Restricted = "RESTRICTED",
    }
}

named_enum! {
    /// What is limited (QUOTA).
    pub enum QuotaType {
        /// Calls of the portal's API.
        ApiCalls = "API_CALLS",
        /// Datasets owned.
        Datasets = "DATASETS",
        /// Records of one dataset.
        RecordsPerDataset = "RECORDS_PER_DATASET",
    }
}

named_enum! {
    /// How long a counter runs before it begins anew, in UTC (QUOTA-5).
    pub enum QuotaPeriod {
        /// From midnight.
        Day = "DAY",
        /// From the first of the month.
        Month = "MONTH",
    }
}

named_enum! {
    /// Where a quota value is set (QUOTA-1).
    pub enum QuotaScope {
        /// A main workspace, by an operator.
        License = "LICENSE",
        /// A secondary workspace, from its main one.
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
    /// Which limit refused API calls (QUOTA-4, QUOTA-7).
    pub enum QuotaLimiter {
        /// The member's own value.
        Member = "MEMBER",
        /// The highest value of the member's groups.
        Group = "GROUP",
        /// The value for each active member.
        Default = "DEFAULT",
        /// What visitors from one client address may call a day.
        AnonymousAddress = "ANONYMOUS_ADDRESS",
        /// What all visitors together may call a day.
        AnonymousPool = "ANONYMOUS_POOL",
        /// The cap of the secondary workspace.
        WorkspaceCap = "WORKSPACE_CAP",
        /// The license, which a main workspace and its secondary ones share.
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
    /// What a key is for.
    pub enum ApiKeyKind {
        /// Acts as its member (KEY-1).
        Member = "MEMBER",
        /// Asks on behalf of the portal's data servers (KEY-7).
        Gateway = "GATEWAY",
    }
}

named_enum! {
    /// Where a key stands (KEY-6).
    pub enum ApiKeyState {
        /// Works.
        Active = "ACTIVE",
        /// Its time ran out.
        Expired = "EXPIRED",
        /// Ended by somebody, or its membership ended.
        Revoked = "REVOKED",
        /// Its member is disabled or has not begun.
        Suspended = "SUSPENDED",
    }
}

named_enum! {
    /// Where an invitation stands (JOIN-8).
    pub enum InvitationState {
        /// Waits for an answer.
        Pending = "PENDING",
        /// Became a membership.
        Accepted = "ACCEPTED",
        /// Refused by the invited.
        Declined = "DECLINED",
        /// Taken back.
        Cancelled = "CANCELLED",
        /// Its term ran out.
        Expired = "EXPIRED",
    }
}

named_enum! {
    /// What became of the mail about an invitation (JOIN-15).
    pub enum DeliveryState {
        /// Waits to be handed to the mail server.
        Queued = "QUEUED",
        /// Was handed to the mail server.
        Sent = "SENT",
        /// Waits for a later time: the address was sent as many invitations in 24 hours as it may
        /// be, or the mail server takes it later.
        Deferred = "DEFERRED",
        /// Was given up: the mail server refused it, or did not take it in time.
        Failed = "FAILED",
        /// Is not sent: the address wants no more mail about invitations from the workspace.
        RefusedByReceiver = "REFUSED_BY_RECEIVER",
    }
}

named_enum! {
    /// Where an access request stands (JOIN-3).
    pub enum AccessRequestState {
        /// Waits for an administrator.
        Pending = "PENDING",
        /// Became a membership.
        Approved = "APPROVED",
        /// Refused.
        Rejected = "REJECTED",
        /// Taken back.
        Withdrawn = "WITHDRAWN",
    }
}

named_enum! {
    /// Where a member's wish for more time stands (MEM-8).
    pub enum AccessRenewalState {
        /// Waits for a decision.
        Pending = "PENDING",
        /// More time was granted.
        Approved = "APPROVED",
        /// More time was not granted.
        Rejected = "REJECTED",
        /// There is nothing to decide any more: the membership ended, or has no end.
        Closed = "CLOSED",
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
    /// Who did it (AUD-1).
    pub enum ActorKind {
        /// Nobody who is known.
        Anonymous = "ANONYMOUS",
        /// An account, by session.
        Account = "ACCOUNT",
        /// A key.
        ApiKey = "API_KEY",
        /// An operator.
        Operator = "OPERATOR",
        /// Concierge itself.
        System = "SYSTEM",
    }
}
