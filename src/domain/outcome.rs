//! What became of one item of a call. The names are those of the API, of stored results and of
//! the schema's types.

use super::names::named_enum;

named_enum! {
    /// What became of one member's access period.
    pub enum SetAccessPeriodOutcome {
        /// It is as asked now.
        Changed = "CHANGED",
        /// It was as asked before.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// What became of one member.
    pub enum EnableMembersOutcome {
        /// Enabled now.
        Enabled = "ENABLED",
        /// Was not disabled.
        NotDisabled = "NOT_DISABLED",
    }
}

named_enum! {
    /// What became of one member.
    pub enum DisableMembersOutcome {
        /// Disabled now.
        Disabled = "DISABLED",
        /// Disabled before.
        AlreadyDisabled = "ALREADY_DISABLED",
    }
}

named_enum! {
    /// What became of one membership.
    pub enum RevokeMembersOutcome {
        /// It ended now.
        Revoked = "REVOKED",
        /// It had ended before.
        AlreadyEnded = "ALREADY_ENDED",
    }
}

named_enum! {
    /// What became of one member.
    pub enum SendPasswordResetsOutcome {
        /// A mail is on its way to the address of the account.
        Sent = "SENT",
        /// A link was sent less than 2 minutes ago, or too many in a day, whoever asked: nothing was
        /// sent.
        AlreadySent = "ALREADY_SENT",
    }
}

named_enum! {
    /// What became of one member's role.
    pub enum SetMemberRoleOutcome {
        /// It is as asked now.
        Changed = "CHANGED",
        /// It was as asked before.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// What became of one key.
    pub enum RevokeApiKeysOutcome {
        /// It stopped now.
        Revoked = "REVOKED",
        /// It had stopped before: revoked, expired, or its membership ended.
        AlreadyRevoked = "ALREADY_REVOKED",
    }
}

named_enum! {
    /// What became of one item.
    pub enum TransferOwnershipOutcome {
        /// It has a new owner.
        Transferred = "TRANSFERRED",
        /// It was theirs before.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// Whether something was given.
    pub enum GrantPermissionsOutcome {
        /// At least one of the rights was given.
        Granted = "GRANTED",
        /// Grants that exist give all of it already, over the whole interval.
        AlreadyGranted = "ALREADY_GRANTED",
    }
}

named_enum! {
    /// Whether something was taken.
    pub enum RevokePermissionsOutcome {
        /// At least one grant was ended.
        Revoked = "REVOKED",
        /// There was none that had not ended.
        NotGranted = "NOT_GRANTED",
    }
}

named_enum! {
    /// What became of one member's place in a group.
    pub enum GroupMemberOutcome {
        /// The member was added for the interval.
        Added = "ADDED",
        /// The member is in throughout the interval already; nothing was changed.
        AlreadyIn = "ALREADY_IN",
        /// The member was taken out for the interval.
        Removed = "REMOVED",
        /// The member is not in at any instant of the interval; nothing was changed.
        NotIn = "NOT_IN",
    }
}

named_enum! {
    /// What is to become of addresses whose accounts are members already.
    pub enum OnExistingMember {
        /// Nothing: the result says so.
        Report = "REPORT",
        /// They are given the role, the permissions and the groups of the call, over its access
        /// interval, as `setMemberRole`, `grantPermissions` and `addGroupMembers` would: all of it, or
        /// nothing with a code. Their limits and the end of their access stay.
        Apply = "APPLY",
    }
}

named_enum! {
    /// What became of one address.
    pub enum InviteOutcome {
        /// An invitation was made, and its mail queued. An address that was sent as many mails about
        /// invitations in 24 hours as it may be gets it later (`delivery` DEFERRED); one that wants no
        /// more mail from the workspace gets none, and finds the invitation when it signs in.
        Invited = "INVITED",
        /// Its account is a member, disabled and scheduled ones too; with APPLY it was given what the
        /// call offers, unless `code` says why not. No failure without a `code`.
        AlreadyMember = "ALREADY_MEMBER",
        /// It has an invitation that waits, which stays as it is: `updateInvitations` changes it. No
        /// failure.
        AlreadyInvited = "ALREADY_INVITED",
        /// It came before in the same call.
        Duplicate = "DUPLICATE",
        /// It is no e-mail address.
        InvalidEmail = "INVALID_EMAIL",
        /// The installation sends nothing to it.
        ForbiddenEmail = "FORBIDDEN_EMAIL",
        /// The license has no seat left.
        SeatsExceeded = "SEATS_EXCEEDED",
        /// It is your own.
        Oneself = "SELF",
        /// The workspace has made and resent as many invitations in 24 hours as it may: `retryAt` says
        /// when it may make the next.
        LimitReached = "LIMIT_REACHED",
    }
}

named_enum! {
    /// What became of one invitation.
    pub enum InvitationOutcome {
        /// It offers what was asked for now.
        Updated = "UPDATED",
        /// It offered that before.
        Unchanged = "UNCHANGED",
        /// It was sent again: only the new token counts, and the term begins anew.
        Resent = "RESENT",
        /// It was taken back: its token is void.
        Cancelled = "CANCELLED",
    }
}

named_enum! {
    /// What became of one member's counter.
    pub enum ResetQuotaUsageOutcome {
        /// Set back to nothing.
        Reset = "RESET",
        /// Nothing was used in this period.
        NothingUsed = "NOTHING_USED",
    }
}

named_enum! {
    /// What became of one renewal.
    pub enum DecideAccessRenewalsOutcome {
        /// The member has more time.
        Approved = "APPROVED",
        /// The end stays.
        Rejected = "REJECTED",
    }
}

named_enum! {
    /// What became of one request.
    pub enum ApproveAccessRequestsOutcome {
        /// Whoever made it is a member now.
        Approved = "APPROVED",
        /// Whoever made it was a disabled member and is enabled now, with all that they had; what the
        /// call gives is not added.
        Enabled = "ENABLED",
        /// Whoever made it is a member by now: the request is closed, and nothing was given.
        AlreadyMember = "ALREADY_MEMBER",
    }
}

named_enum! {
    /// What became of one request.
    pub enum RejectAccessRequestsOutcome {
        /// It was rejected. Whoever made it may ask again after 7 days.
        Rejected = "REJECTED",
    }
}
