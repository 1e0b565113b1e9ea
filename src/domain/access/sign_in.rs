//! The sign-in policy of a workspace, and which sessions meet it (MFA-10, MFA-11).
//!
//! [`obstacle`] is the one decision about it. It is asked where facts become a subject: a session
//! that does not meet the policy is anonymous in the workspace. It changes nobody's rights, so
//! explanations, reads of the past and checks about others do not ask it, nor do API keys. Must not
//! look at rights that the subject of a request has: it decides which subject that is.

use chrono::{DateTime, Utc};

use super::{
    decision::ItemDecision,
    explain::{AccessObstacle, Explanation},
    facts::{MemberFacts, Subject, WorkspaceFacts},
    standing::{is_administrator, permissions, state},
};
use crate::domain::{names::named_enum, vocabulary::MembershipState};

named_enum! {
    /// Who needs a second factor in a workspace. BACK_OFFICE includes ADMINISTRATORS, and EVERYBODY
    /// includes both.
    pub enum SecondFactorPolicy {
        /// Nobody needs a second factor.
        Optional = "OPTIONAL",
        /// Administrators need one.
        Administrators = "ADMINISTRATORS",
        /// Everybody who may open a section of the back office needs one.
        BackOffice = "BACK_OFFICE",
        /// Every member needs one.
        Everybody = "EVERYBODY",
    }
}

/// What a workspace asks of whoever signs in. Not dated: it is no right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignInPolicy {
    /// Of whom a second factor is asked for.
    pub second_factor: SecondFactorPolicy,
    /// From when on; `None` for a workspace that never asked for one.
    pub second_factor_from: Option<DateTime<Utc>>,
    /// Of whom it is asked for before that.
    pub second_factor_before: SecondFactorPolicy,
}

impl SignInPolicy {
    /// The policy of a workspace that never asked for anything.
    pub const NONE: Self = Self {
        second_factor: SecondFactorPolicy::Optional,
        second_factor_from: None,
        second_factor_before: SecondFactorPolicy::Optional,
    };

    /// Of whom a second factor is asked for at `t`.
    pub fn second_factor_at(&self, t: DateTime<Utc>) -> SecondFactorPolicy {
        match self.second_factor_from {
            Some(from) if t < from => self.second_factor_before,
            Some(_) => self.second_factor,
            None => SecondFactorPolicy::Optional,
        }
    }

    /// From when on a second factor is asked for; `None` if of nobody.
    pub fn asked_from(&self) -> Option<DateTime<Utc>> {
        self.second_factor_from
            .filter(|_| self.second_factor != SecondFactorPolicy::Optional)
    }

    /// The policy after `wanted` was asked for at `now`, to hold from `from` on. What is asked of
    /// people is asked only from then on, and until then of whom it is asked now; what is asked of
    /// fewer people holds at once.
    #[must_use]
    pub fn changed(
        &self,
        wanted: SecondFactorPolicy,
        now: DateTime<Utc>,
        from: DateTime<Utc>,
    ) -> Self {
        let current = self.second_factor_at(now);
        Self {
            second_factor: wanted,
            second_factor_from: Some(if wanted > current { from } else { now }),
            second_factor_before: current,
        }
    }
}

/// What a session has shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionFacts {
    /// A second factor that its account still has.
    pub has_second_factor: bool,
}

/// Whether a second factor is asked of the member at `t`, by a policy.
pub fn concerns(
    policy: SecondFactorPolicy,
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    t: DateTime<Utc>,
) -> bool {
    let subject = Subject::Member(member);
    state(member, t) == MembershipState::Active
        && match policy {
            SecondFactorPolicy::Optional => false,
            SecondFactorPolicy::Administrators => is_administrator(ws, subject, t),
            SecondFactorPolicy::BackOffice => {
                is_administrator(ws, subject, t)
                    || permissions(ws, subject, t)
                        .iter()
                        .any(|permission| !permission.sections().is_empty())
            }
            SecondFactorPolicy::Everybody => true,
        }
}

/// What keeps a session of the member from counting as that member at `t`; `None` if it counts.
pub fn obstacle(
    policy: &SignInPolicy,
    session: SessionFacts,
    ws: &WorkspaceFacts,
    member: &MemberFacts,
    t: DateTime<Utc>,
) -> Option<AccessObstacle> {
    let asked = concerns(policy.second_factor_at(t), ws, member, t);
    (asked && !session.has_second_factor).then_some(AccessObstacle::SecondFactorRequired)
}

/// What a member who asks about themselves is answered by a session that `obstacle` keeps from
/// counting: what a visitor may, else what the member would, with that obstacle besides.
pub fn withheld(
    as_visitor: Explanation,
    as_member: Explanation,
    obstacle: AccessObstacle,
) -> Explanation {
    if as_visitor.allowed {
        return as_visitor;
    }
    let mut obstacles = as_member.obstacles;
    obstacles.push(obstacle);
    obstacles.sort_unstable();
    Explanation {
        allowed: false,
        sources: Vec::new(),
        obstacles,
        // None of them is enough by itself.
        suggestions: Vec::new(),
        record_filters: as_visitor.record_filters,
    }
}

named_enum! {
    /// A condition on the person's session under which an answer to `checkAccess` applies.
    pub enum AccessCondition {
        /// The session has shown a second factor. Without one, the person counts as an anonymous
        /// visitor.
        SecondFactor = "SECOND_FACTOR",
    }
}

/// On what it depends at `t` that a session of the subject is allowed what `decision` allows: nothing
/// if a visitor is allowed the same. Keys have no sessions.
pub fn conditions(
    policy: &SignInPolicy,
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    (decision, of_visitor): (&ItemDecision, &ItemDecision),
    t: DateTime<Utc>,
) -> Vec<AccessCondition> {
    let asked = match subject {
        Subject::Member(member) => concerns(policy.second_factor_at(t), ws, member, t),
        Subject::Anonymous | Subject::Key(..) | Subject::WorkspaceKey(_) => false,
    };
    let same = of_visitor.allowed == decision.allowed
        && of_visitor.record_filters == decision.record_filters;
    if asked && decision.allowed && !same {
        vec![AccessCondition::SecondFactor]
    } else {
        Vec::new()
    }
}
