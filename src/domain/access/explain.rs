//! Why, and why not: an answer with every path that gives it, what stands in its way, and what
//! would turn it (PERM-8).
//!
//! Owns the obstacles. Must not decide: whether something is allowed is asked of `decision` and
//! `standing`, for the subject as it is and as it would be if one thing or another were otherwise.

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
    vocabulary::{AccessMode, ApiKeyKind, ApiKeyState, MembershipState, ResourceAccess, Security},
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
    }
}

/// About whom it is asked.
#[derive(Debug, Clone, Copy)]
pub enum Who<'a> {
    /// An anonymous visitor, who cannot be given anything.
    Visitor,
    /// An address without a membership here, with an account or without: nothing of it is known,
    /// and it can be invited.
    Stranger,
    /// A member, in any state.
    Member(&'a MemberFacts),
    /// An API key and its member, in any state.
    Key(&'a MemberFacts, &'a KeyFacts),
}

impl<'a> Who<'a> {
    /// As the engine takes it (JOIN-1: who is no member is anonymous).
    pub const fn subject(self) -> Subject<'a> {
        match self {
            Self::Visitor | Self::Stranger => Subject::Anonymous,
            Self::Member(member) => Subject::Member(member),
            Self::Key(member, key) => Subject::Key(member, key),
        }
    }
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Question {
    /// A permission in the whole workspace.
    Permission(Permission),
    /// An access to one dataset or page.
    Item(ItemFacts, ResourceAccess),
}

/// An answer and its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// Whether it is allowed.
    pub allowed: bool,
    /// Every path that gives it; without all of them it would be refused. Empty if it is refused.
    pub sources: Vec<Source>,
    /// What stands in the way, in the order of [`AccessObstacle`]; empty if it is allowed. With all
    /// of it gone it would be allowed.
    pub obstacles: Vec<AccessObstacle>,
    /// Changes, each of which alone would turn the refusal. Empty if it is allowed, if two things
    /// would have to change at once, and for an instant that is past: nothing changes it any more
    /// (TIME-2).
    pub suggestions: Vec<Suggestion>,
    /// For BROWSE of a dataset: which records, as alternatives; `None` = all of them. Refused:
    /// `Some` of none.
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

/// Explains the answer to `question` about `who` at `t`; `now` says whether that is past, and what
/// has ended permanently (PERM-8).
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
    let mut found = Vec::new();
    if let Who::Visitor | Who::Stranger = who {
        found.push(O::NotAMember);
    }
    if let Who::Member(member) | Who::Key(member, _) = who {
        let standing = state(member, t);
        found.extend(match standing {
            MembershipState::Ended => Some(O::MembershipEnded),
            MembershipState::Disabled => Some(O::MembershipDisabled),
            MembershipState::Scheduled => Some(O::MembershipNotStarted),
            MembershipState::Active => None,
        });
        // What hangs on an ended membership ended with it: there is nothing to be said of it.
        let granted = allows(
            ws,
            Subject::Member(&awake(member, t)),
            published(question),
            t,
        );
        if standing != MembershipState::Ended && !granted {
            found.push(O::NotGranted);
        }
    }
    if let Who::Key(member, key) = who {
        found.extend(is_kept_out(ws, member, key, question, t).then_some(O::KeyScope));
        found.extend((key_state(member, key, t) != ApiKeyState::Active).then_some(O::KeyNotActive));
    }
    if let Question::Item(item, ResourceAccess::Browse) = question {
        let is_key = matches!(who, Who::Key(..));
        let is_open = item.security == Security::Open;
        found.extend(
            (is_open && !is_key && ws.access_mode == AccessMode::Private && !enters(who, t))
                .then_some(O::WorkspacePrivate),
        );
        found.extend((!item.published).then_some(O::ResourceNotPublished));
    }
    found.sort_unstable();
    found
}

fn enters(who: Who<'_>, t: DateTime<Utc>) -> bool {
    matches!(who, Who::Member(member) if state(member, t) == MembershipState::Active)
}

/// The same question about an item that is published.
fn published(question: Question) -> Question {
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
fn awake(member: &MemberFacts, t: DateTime<Utc>) -> MemberFacts {
    let interval = Interval::new(member.interval.starts_at.min(t), OPEN_END);
    MemberFacts {
        interval,
        disabled: Vec::new(),
        ..member.clone()
    }
}

/// Whether a key's list keeps it from what its member may, with the item as it is or published, or
/// would keep it from that even if its member held everything; and every GATEWAY key (KEY-1,
/// KEY-7).
fn is_kept_out(
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    key: &KeyFacts,
    question: Question,
    t: DateTime<Utc>,
) -> bool {
    if key.kind == ApiKeyKind::Gateway {
        return true;
    }
    if key.scope.is_none() {
        return false;
    }
    let member = awake(member, t);
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
    !by_key(&holds_all, published(question))
        || by_member_only(published(question))
        || by_member_only(question)
}

/// A grant that counts from `t` on, as if it were there.
pub(super) const fn grant(right: Right, t: DateTime<Utc>) -> GrantFacts {
    GrantFacts {
        id: GrantId(uuid::Uuid::nil()),
        right,
        record_filter: None,
        interval: Interval::from(t),
        granted_by: None,
    }
}
