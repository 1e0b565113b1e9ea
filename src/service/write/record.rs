//! What a write says of itself: events for the record, changes and effects for the answer.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::domain::{
    audit::{AuditEventKind, FieldChange},
    id::{AccountId, ApiKeyId, ItemId, MembershipId},
    permission::PermissionSet,
    vocabulary::{QuotaType, ResourceAccess},
};

/// One event to be recorded: one subject, one effect (AUD-1).
#[derive(Debug, Clone)]
pub struct Event {
    /// The kind of event.
    pub kind: AuditEventKind,
    /// The id of what it is about.
    pub subject_id: String,
    /// When it takes hold; `None` = when it is written.
    pub effective_at: Option<DateTime<Utc>>,
    /// The fields that changed, old and new.
    pub changes: Vec<FieldChange>,
    /// Whose personal values are among the changes.
    pub personal_of: Option<AccountId>,
}

impl Event {
    /// An event about `subject` that takes hold when it is written.
    pub fn new(
        kind: AuditEventKind,
        subject: impl std::fmt::Display,
        changes: Vec<FieldChange>,
    ) -> Self {
        Self {
            kind,
            subject_id: subject.to_string(),
            effective_at: None,
            changes,
            personal_of: None,
        }
    }

    /// Takes hold at `at`.
    #[must_use]
    pub const fn effective(mut self, at: DateTime<Utc>) -> Self {
        self.effective_at = Some(at);
        self
    }
}

/// One changed field, as the answer shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What it is about.
    pub subject_id: Option<String>,
    /// The field by its name in the API.
    pub field: String,
    /// The value before; null for none.
    pub before: serde_json::Value,
    /// The value after; null for none.
    pub after: serde_json::Value,
    /// Whether a personal value of it was erased since: only where it is read back from the record.
    #[serde(default)]
    pub redacted: bool,
}

/// What a write did to one member at its instant (AUD-4).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The member whom it befell.
    pub membership_id: MembershipId,
    /// What the member may do now and could not before.
    pub gained: PermissionSet,
    /// What the member could do before and may not now.
    pub lost: PermissionSet,
    /// Access to items given by grants now and not before.
    #[serde(default)]
    pub gained_access: Vec<(ItemId, ResourceAccess)>,
    /// Access to items given by grants before and not now.
    #[serde(default)]
    pub lost_access: Vec<(ItemId, ResourceAccess)>,
    /// Limits that changed.
    #[serde(default)]
    pub quotas: Vec<QuotaEffect>,
    /// Keys that worked before and do not now.
    #[serde(default)]
    pub stopped_api_keys: Vec<ApiKeyId>,
    /// Limits that an administrator let the member pass (QUOTA-6).
    #[serde(default)]
    pub passed_limits: Vec<PassedLimit>,
    /// How many there are of what is listed in part.
    #[serde(default)]
    pub counts: EffectCounts,
}

/// How many there are of what an effect lists in part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EffectCounts {
    /// Of access to items that came.
    pub gained_access: usize,
    /// Of access to items that went.
    pub lost_access: usize,
    /// Of keys that stopped.
    pub stopped_api_keys: usize,
}

/// A limit of one member that a write changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuotaEffect {
    /// The quota that is limited.
    pub quota_type: QuotaType,
    /// What it was; `None` = unlimited.
    pub before: Option<u64>,
    /// What it is; `None` = unlimited.
    pub after: Option<u64>,
}

/// A limit that a write passed because an administrator said so (QUOTA-6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PassedLimit {
    /// The quota that is limited.
    pub quota_type: QuotaType,
    /// The limit that was passed.
    pub limit: u64,
    /// How much is used after the write.
    pub used: u64,
}

impl Effect {
    /// None at all, on this member.
    pub const fn none(membership_id: MembershipId) -> Self {
        Self {
            membership_id,
            gained: PermissionSet::EMPTY,
            lost: PermissionSet::EMPTY,
            gained_access: Vec::new(),
            lost_access: Vec::new(),
            quotas: Vec::new(),
            stopped_api_keys: Vec::new(),
            passed_limits: Vec::new(),
            counts: EffectCounts {
                gained_access: 0,
                lost_access: 0,
                stopped_api_keys: 0,
            },
        }
    }

    /// Keeps the first `most` of each list, and counts all.
    pub(super) fn shorten(&mut self, most: usize) {
        self.counts = EffectCounts {
            gained_access: self.gained_access.len(),
            lost_access: self.lost_access.len(),
            stopped_api_keys: self.stopped_api_keys.len(),
        };
        self.gained_access.truncate(most);
        self.lost_access.truncate(most);
        self.stopped_api_keys.truncate(most);
    }
}
