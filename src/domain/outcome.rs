//! The result for one item of a call. The names are those of the API, of stored results and of the
//! schema's types.

use super::names::named_enum;

named_enum! {
    /// The result for one member's access period.
    pub enum SetAccessPeriodOutcome {
        /// It was changed as requested.
        Changed = "CHANGED",
        /// It already was as requested.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// The result for one member.
    pub enum EnableMembersOutcome {
        /// The member was enabled.
        Enabled = "ENABLED",
        /// The member was not disabled.
        NotDisabled = "NOT_DISABLED",
    }
}

named_enum! {
    /// The result for one member.
    pub enum DisableMembersOutcome {
        /// The member was disabled.
        Disabled = "DISABLED",
        /// The member was already disabled.
        AlreadyDisabled = "ALREADY_DISABLED",
    }
}

named_enum! {
    /// The result for one member.
    pub enum SetInactivityExemptionsOutcome {
        /// The member is exempt from now on.
        Exempted = "EXEMPTED",
        /// The member is no longer exempt.
        Included = "INCLUDED",
        /// The member already was as the call says.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// The result for one membership.
    pub enum RevokeMembersOutcome {
        /// The membership was ended.
        Revoked = "REVOKED",
        /// The membership had already ended.
        AlreadyEnded = "ALREADY_ENDED",
    }
}

named_enum! {
    /// The result for one membership.
    pub enum RestoreMembersOutcome {
        /// A new membership began with what the ended one had.
        Restored = "RESTORED",
    }
}

named_enum! {
    /// The result for one member.
    pub enum SendPasswordResetsOutcome {
        /// An e-mail is being sent to the account's address.
        Sent = "SENT",
        /// Nothing was sent: a link was sent less than 2 minutes ago, or too many were sent in a
        /// day, no matter who asked for them.
        AlreadySent = "ALREADY_SENT",
    }
}

named_enum! {
    /// The result for one member's role.
    pub enum SetMemberRoleOutcome {
        /// It was changed as requested.
        Changed = "CHANGED",
        /// It already was as requested.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// The result for one API key.
    pub enum RevokeApiKeysOutcome {
        /// The key was revoked.
        Revoked = "REVOKED",
        /// The key had already stopped working: it was revoked, it expired, or its membership
        /// ended.
        AlreadyRevoked = "ALREADY_REVOKED",
    }
}

named_enum! {
    /// The result for one dataset or page.
    pub enum TransferOwnershipOutcome {
        /// It has a new owner.
        Transferred = "TRANSFERRED",
        /// It already belonged to that owner.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// Whether anything was granted.
    pub enum GrantPermissionsOutcome {
        /// At least one of the rights was granted.
        Granted = "GRANTED",
        /// Existing grants already give all of the rights for the whole interval.
        AlreadyGranted = "ALREADY_GRANTED",
    }
}

named_enum! {
    /// Whether anything was revoked.
    pub enum RevokePermissionsOutcome {
        /// At least one grant was ended.
        Revoked = "REVOKED",
        /// There was no grant that had not ended.
        NotGranted = "NOT_GRANTED",
    }
}

named_enum! {
    /// The result for one member of a group.
    pub enum GroupMemberOutcome {
        /// The member was added to the group for the interval.
        Added = "ADDED",
        /// The member is already in the group for the whole interval. Nothing was changed.
        AlreadyIn = "ALREADY_IN",
        /// The member was removed from the group for the interval.
        Removed = "REMOVED",
        /// The member is not in the group at any instant of the interval. Nothing was changed.
        NotIn = "NOT_IN",
    }
}

named_enum! {
    /// What to do with addresses whose accounts are already members.
    pub enum OnExistingMember {
        /// Do nothing and report it in the result.
        Report = "REPORT",
        /// Give them the role, the permissions and the groups of the call, for its access interval,
        /// as `setMemberRole`, `grantPermissions` and `addGroupMembers` would. They get either all
        /// of these, or nothing and a code. Their limits and the end of their access do not change.
        Apply = "APPLY",
    }
}

named_enum! {
    /// The result for one address.
    pub enum InviteOutcome {
        /// An invitation was created and its e-mail queued. If the address has received the maximum
        /// number of e-mails about invitations in 24 hours, it gets the e-mail later (`delivery`
        /// DEFERRED). If the receiver has unsubscribed from the workspace's e-mails, no e-mail is
        /// sent, and the invitation is shown after signing in.
        Invited = "INVITED",
        /// The account is already a member, possibly disabled or scheduled. With APPLY, it was
        /// given what the call offers, unless `code` says why not. Without a `code`, this is not a
        /// failure.
        AlreadyMember = "ALREADY_MEMBER",
        /// The address has a pending invitation, which was not changed; use `updateInvitations` to
        /// change it. This is not a failure.
        AlreadyInvited = "ALREADY_INVITED",
        /// The address appears earlier in the same call.
        Duplicate = "DUPLICATE",
        /// The text is not a valid e-mail address.
        InvalidEmail = "INVALID_EMAIL",
        /// The installation does not send e-mails to this address.
        ForbiddenEmail = "FORBIDDEN_EMAIL",
        /// The license has no seats left.
        SeatsExceeded = "SEATS_EXCEEDED",
        /// The address is your own.
        Oneself = "SELF",
        /// The workspace has created and resent the maximum number of invitations in 24 hours.
        /// `retryAt` says when the next is allowed.
        LimitReached = "LIMIT_REACHED",
    }
}

named_enum! {
    /// The result for one line of an imported file.
    pub enum ImportOutcome {
        /// An invitation was created. Its e-mail is sent later if there are many.
        Invited = "INVITED",
        /// The person is a member from now on, without an invitation.
        Joined = "JOINED",
        /// The person was a member already and was given what the line says (APPLY).
        Applied = "APPLIED",
        /// The person is already a member, possibly disabled or scheduled. Nothing was changed.
        AlreadyMember = "ALREADY_MEMBER",
        /// The address has a pending invitation, which was not changed.
        AlreadyInvited = "ALREADY_INVITED",
    }
}

named_enum! {
    /// The result for one invitation.
    pub enum InvitationOutcome {
        /// The invitation was updated as requested.
        Updated = "UPDATED",
        /// The invitation already offered what was requested.
        Unchanged = "UNCHANGED",
        /// The invitation was sent again. Only the new token is valid, and its lifetime restarts.
        Resent = "RESENT",
        /// The invitation was cancelled. Its token is no longer valid.
        Cancelled = "CANCELLED",
    }
}

named_enum! {
    /// The result for one member's counter.
    pub enum ResetQuotaUsageOutcome {
        /// The counter was reset to 0.
        Reset = "RESET",
        /// Nothing had been used in this period.
        NothingUsed = "NOTHING_USED",
    }
}

named_enum! {
    /// The result for one request for more time.
    pub enum DecideAccessRenewalsOutcome {
        /// The member was given more time.
        Approved = "APPROVED",
        /// The end of the member's access was not changed.
        Rejected = "REJECTED",
    }
}

named_enum! {
    /// The result for one reuse.
    pub enum DecideReusesOutcome {
        /// The reuse was approved: everybody who may browse the dataset sees it.
        Approved = "APPROVED",
        /// The reuse was rejected: only its submitter and holders of MANAGE_REUSES see it.
        Rejected = "REJECTED",
        /// The reuse was deleted.
        Deleted = "DELETED",
        /// The reuse already had this state; nothing was changed.
        Unchanged = "UNCHANGED",
    }
}

named_enum! {
    /// The result for one item in one secondary workspace.
    pub enum DistributeOutcome {
        /// The workspace has a copy now.
        Distributed = "DISTRIBUTED",
        /// The workspace already had a copy; nothing was changed.
        AlreadyDistributed = "ALREADY_DISTRIBUTED",
        /// The copy was deleted.
        Withdrawn = "WITHDRAWN",
        /// The workspace has no copy; nothing was changed.
        NotDistributed = "NOT_DISTRIBUTED",
    }
}

named_enum! {
    /// The result for one access request.
    pub enum ApproveAccessRequestsOutcome {
        /// The requester is now a member.
        Approved = "APPROVED",
        /// The requester was a disabled member and is now enabled, with everything that they had.
        /// What the call gives is not added.
        Enabled = "ENABLED",
        /// The requester is already a member. The request was closed, and nothing was given.
        AlreadyMember = "ALREADY_MEMBER",
    }
}

named_enum! {
    /// The result for one access request.
    pub enum RejectAccessRequestsOutcome {
        /// The request was rejected. The requester may ask again after 7 days.
        Rejected = "REJECTED",
    }
}
