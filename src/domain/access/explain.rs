//! Explains a decision: the paths that allow it, the obstacles, and the changes that would turn a
//! refusal (PERM-8).
//!
//! Owns the obstacles. Must not decide: it calls `decision` and `standing` for the subject as it
//! is, and as it would be with one fact changed.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{
    decision::decide,
    effective::effective,
    facts::{GrantFacts, ItemFacts, KeyFacts, MemberFacts, Right, Subject, WorkspaceFacts},
    path::Source,
    standing::{key_state, permissions, state},
    suggest::{Suggestion, suggestions},
};
use crate::domain::{
    id::GrantId,
    interval::{Interval, OPEN_END},
    names::named_enum,
    permission::Permission,
    vocabulary::{AccessMode, ApiKeyState, MembershipState, ResourceAccess, Security},
};

named_enum! {
    /// A reason why access is refused.
    pub enum AccessObstacle {
        /// Nothing gives the member access: no role, grant, group or ownership, and the item is not
        /// open.
        NotGranted = "NOT_GRANTED",
        /// The person is not a member of the workspace.
        NotAMember = "NOT_A_MEMBER",
        /// The membership is disabled.
        MembershipDisabled = "MEMBERSHIP_DISABLED",
        /// The membership has ended.
        MembershipEnded = "MEMBERSHIP_ENDED",
        /// The membership has not begun.
        MembershipNotStarted = "MEMBERSHIP_NOT_STARTED",
        /// The API key does not allow it: the needed permission is not in its list, or it is a
        /// GATEWAY key.
        KeyScope = "KEY_SCOPE",
        /// The API key is expired, revoked or suspended.
        KeyNotActive = "KEY_NOT_ACTIVE",
        /// The dataset or page is open to everybody who may enter the workspace, but only active
        /// members may enter.
        WorkspacePrivate = "WORKSPACE_PRIVATE",
        /// The dataset or page is not published.
        ResourceNotPublished = "RESOURCE_NOT_PUBLISHED",
        /// The workspace requires a second factor of the member, and the session that asks has not
        /// shown one. Sign in with a second factor; set one up first if the account has none.
        SecondFactorRequired = "SECOND_FACTOR_REQUIRED",
    }
}

/// The subject of the question.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// An anonymous visitor. Nothing can be granted to one.
    Visitor,
    /// An address without a membership in the workspace, with or without an account. Nothing is
    /// known about it, and it can be invited.
    Stranger,
    /// A member, in any state.
    Member(&'a MemberFacts),
    /// An API key and its member, in any state.
    Key(&'a MemberFacts, &'a KeyFacts),
}

impl<'a> Who<'a> {
    /// The subject as the engine sees it (JOIN-1: non-members are anonymous).
    pub const fn subject(self) -> Subject<'a> {
        match self {
            Self::Visitor | Self::Stranger => Subject::Anonymous,
            Self::Member(member) => Subject::Member(member),
            Self::Key(member, key) => Subject::of_key(member, key),
        }
    }
}

/// The action in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// A permission in the whole workspace.
    Permission(Permission),
    /// An access to one dataset or page.
    Item(ItemFacts, ResourceAccess),
}

/// A decision with its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Every path that allows it; without all of them it would be refused. Empty if refused.
    pub sources: Vec<Source>,
    /// The obstacles, in the order of [`AccessObstacle`]. Empty if allowed. Without all of them it
    /// would be allowed.
    pub obstacles: Vec<AccessObstacle>,
    /// Changes, each of which would turn the refusal by itself. Empty if allowed, if two changes
    /// are needed at once, and for a past instant, which nothing can change (TIME-2).
    pub suggestions: Vec<Suggestion>,
    /// For BROWSE of a dataset: the record filters, as alternatives. `None` means all records,
    /// `Some` of an empty list a refusal.
    pub record_filters: Option<Vec<Arc<str>>>,
}

/// Whether the engine allows it.
pub(super) fn allows(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    question: Question,
    t: DateTime<Utc>,
) -> bool {
    match question {
        Question::Permission(permission) => permissions(ws, subject, t).contains(permission),
        Question::Item(item, access) => decide(ws, subject, &item, access, t).allowed,
    }
}

/// Explains the answer to `question` about `who` at `t` (PERM-8). `now` tells whether `t` is past
/// and what has ended permanently.
pub fn explain(
    ws: &WorkspaceFacts,
    who: Who<'_>,
    question: Question,
    t: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Explanation {
    let (allowed, sources, record_filters) = match question {
        Question::Permission(permission) => {
            let held = effective(ws, who.subject(), t)
                .into_iter()
                .find(|held| held.permission == permission);
            (
                held.is_some(),
                held.map_or_else(Vec::new, |held| held.sources),
                None,
            )
        }
        Question::Item(item, access) => {
            let decision = decide(ws, who.subject(), &item, access, t);
            (decision.allowed, decision.sources, decision.record_filters)
        }
    };
    let obstacles = if allowed {
        Vec::new()
    } else {
        obstacles(ws, who, question, t)
    };
    let suggestions = if allowed || t < now {
        Vec::new()
    } else {
        suggestions(ws, who, question, t, now)
    };
    Explanation {
        allowed,
        sources,
        obstacles,
        suggestions,
        record_filters,
    }
}

fn obstacles(
    ws: &WorkspaceFacts,
    who: Who<'_>,
    question: Question,
    t: DateTime<Utc>,
) -> Vec<AccessObstacle> {
    use AccessObstacle as O;
    let mut obstacles = Vec::new();
    if let Who::Visitor | Who::Stranger = who {
        obstacles.push(O::NotAMember);
    }
    let member = match who {
        Who::Visitor | Who::Stranger => None,
        // The member who made it decides nothing (KEY-8).
        Who::Key(_, key) if key.kind.is_of_workspace() => None,
        Who::Member(member) | Who::Key(member, _) => Some(member),
    };
    if let Some(member) = member {
        let member_state = state(member, t);
        obstacles.extend(match member_state {
            MembershipState::Ended => Some(O::MembershipEnded),
            MembershipState::Disabled => Some(O::MembershipDisabled),
            MembershipState::Scheduled => Some(O::MembershipNotStarted),
            MembershipState::Active => None,
        });
        // What belongs to an ended membership ended with it, so it is not an obstacle of its own.
        let granted = allows(
            ws,
            Subject::Member(&as_if_active(member, t)),
            as_if_published(question),
            t,
        );
        if member_state != MembershipState::Ended && !granted {
            obstacles.push(O::NotGranted);
        }
    }
    if let Who::Key(member, key) = who {
        obstacles.extend(is_denied_by_key(ws, member, key, question, t).then_some(O::KeyScope));
        obstacles
            .extend((key_state(member, key, t) != ApiKeyState::Active).then_some(O::KeyNotActive));
    }
    if let Question::Item(item, ResourceAccess::Browse) = question {
        let is_kept_out = ws.access_mode == AccessMode::Private
            && match who {
                Who::Visitor | Who::Stranger => true,
                Who::Member(member) => state(member, t) != MembershipState::Active,
                // A key has obstacles of its own.
                Who::Key(..) => false,
            };
        let is_open = item.security == Security::Open;
        obstacles.extend((is_open && is_kept_out).then_some(O::WorkspacePrivate));
        obstacles.extend((!item.published).then_some(O::ResourceNotPublished));
    }
    obstacles.sort_unstable();
    obstacles
}

/// The same question, with the item published.
pub(super) fn as_if_published(question: Question) -> Question {
    match question {
        Question::Item(item, access) => Question::Item(
            ItemFacts {
                published: true,
                ..item
            },
            access,
        ),
        Question::Permission(_) => question,
    }
}

/// The member as if active at `t`.
fn as_if_active(member: &MemberFacts, t: DateTime<Utc>) -> MemberFacts {
    let interval = Interval::new(member.interval.starts_at.min(t), OPEN_END);
    MemberFacts {
        interval,
        disabled: Vec::new(),
        ..member.clone()
    }
}

/// Whether a key's list denies what its member may do, with the item as it is or published, or would
/// deny it even if the member held everything. Always true for GATEWAY keys (KEY-1, KEY-7).
fn is_denied_by_key(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    key: &KeyFacts,
    question: Question,
    t: DateTime<Utc>,
) -> bool {
    if key.kind.is_of_workspace() {
        return true;
    }
    if key.scope.is_none() {
        return false;
    }
    let member = as_if_active(member, t);
    let key = KeyFacts {
        interval: Interval::from(t),
        revoked: false,
        ..key.clone()
    };
    let by_key = |member, question| allows(ws, Subject::Key(member, &key), question, t);
    let by_member_only =
        |question| !by_key(&member, question) && allows(ws, Subject::Member(&member), question, t);
    let mut holds_all = member.clone();
    holds_all.grants.extend(
        Permission::ALL
            .iter()
            .map(|permission| grant(Right::Workspace(*permission), t)),
    );
    !by_key(&holds_all, as_if_published(question))
        || by_member_only(as_if_published(question))
        || by_member_only(question)
}

/// A hypothetical grant that counts from `t` on.
pub(super) const fn grant(right: Right, t: DateTime<Utc>) -> GrantFacts {
    GrantFacts {
        id: GrantId(uuid::Uuid::nil()),
        right,
        record_filter: None,
        interval: Interval::from(t),
        granted_by: None,
    }
}
