//! Limits that refuse a call: which one, its number, and until when it refuses (JOIN-17). Owns no
//! numbers: the caller that counts passes them in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::names::named_enum;

named_enum! {
    /// A limit that refuses with LIMIT_REACHED, SEATS_EXCEEDED, SECONDARY_WORKSPACES_EXCEEDED or WAIT.
    pub enum LimitKind {
        /// API keys of a member that count at one time.
        ApiKeys = "API_KEYS",
        /// Copies of a dataset or a page in secondary workspaces (DIST-1).
        Copies = "COPIES",
        /// Dataset themes of a workspace.
        DatasetThemes = "DATASET_THEMES",
        /// Days for which a new request waits after a rejection (JOIN-3, MEM-8).
        DaysAfterRejection = "DAYS_AFTER_REJECTION",
        /// Datasets that a member follows (FOLLOW-1).
        FollowedDatasets = "FOLLOWED_DATASETS",
        /// Groups of a workspace that count at one time.
        Groups = "GROUPS",
        /// Groups that a member is in now or later.
        GroupsOfMember = "GROUPS_OF_MEMBER",
        /// Invitations that a workspace makes or resends in 24 hours (JOIN-6).
        InvitationsPerDay = "INVITATIONS_PER_DAY",
        /// Times that an account asks for or begins a membership of one workspace in 24 hours
        /// (JOIN-14).
        JoinsPerDay = "JOINS_PER_DAY",
        /// Passkeys of an account (MFA-3).
        Passkeys = "PASSKEYS",
        /// Quota values of one type, scope and subject that count now or later.
        QuotaValues = "QUOTA_VALUES",
        /// Times that an account submits a reuse in a workspace on one day (REUSE-1).
        ReusesPerDay = "REUSES_PER_DAY",
        /// Custom roles of a workspace.
        Roles = "ROLES",
        /// Secondary workspaces of the license (WS-10).
        SecondaryWorkspaces = "SECONDARY_WORKSPACES",
        /// API keys of the workspace itself that count at one time (KEY-8).
        WorkspaceApiKeys = "WORKSPACE_API_KEYS",
        /// Seats of the license: memberships that have not ended and pending invitations (JOIN-13).
        Seats = "SEATS",
    }
}

/// A limit that has been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReachedLimit {
    /// Which limit.
    pub kind: LimitKind,
    /// The most that is admitted.
    pub limit: i64,
    /// When the next one is admitted, if time alone makes room.
    pub retry_at: Option<DateTime<Utc>>,
}

impl ReachedLimit {
    /// A limit that time does not lift.
    pub const fn of(kind: LimitKind, limit: i64) -> Self {
        Self {
            kind,
            limit,
            retry_at: None,
        }
    }

    /// A limit that admits the next one at `retry_at`.
    pub const fn until(kind: LimitKind, limit: i64, retry_at: DateTime<Utc>) -> Self {
        Self {
            kind,
            limit,
            retry_at: Some(retry_at),
        }
    }
}
