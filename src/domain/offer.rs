//! What somebody is offered who is to become a member: by an invitation that waits, or by an access
//! request that is approved (JOIN-3, JOIN-7). Owns when it counts; must not judge who may offer it,
//! `service::invitation` does (PERM-6).

use chrono::{DateTime, Utc};

use super::{
    access_end::AccessEnd,
    id::{GroupId, RoleId},
    interval::{Interval, OPEN_END},
    joining::OfferedQuota,
    permission::PermissionSet,
    vocabulary::Locale,
};

/// What a membership will start with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    /// The role, if one is offered.
    pub role: Option<RoleId>,
    /// Permissions granted directly by whoever offers.
    pub permissions: PermissionSet,
    /// Permissions that the workspace gives (PERM-7).
    pub defaults: PermissionSet,
    /// Groups, those that are gone too.
    pub groups: Vec<GroupId>,
    /// Quota values of the member.
    pub quotas: Vec<OfferedQuota>,
    /// When access begins, if it does not begin with the acceptance.
    pub starts_at: Option<DateTime<Utc>>,
    /// When access ends; a duration counts from the later of acceptance and start.
    pub end: AccessEnd,
    /// The language of its mails.
    pub locale: Locale,
    /// What whoever offers adds.
    pub note: Option<String>,
}

impl Offer {
    /// Nothing, permanently.
    pub const fn nothing(locale: Locale) -> Self {
        Self {
            role: None,
            permissions: PermissionSet::EMPTY,
            defaults: PermissionSet::EMPTY,
            groups: Vec::new(),
            quotas: Vec::new(),
            starts_at: None,
            end: AccessEnd::Never,
            locale,
            note: None,
        }
    }

    /// All permissions that are granted directly, the workspace's among them.
    pub const fn all_permissions(&self) -> PermissionSet {
        self.permissions.union(self.defaults)
    }

    /// Without the permissions that the workspace gives anyway: naming one of those hands nothing
    /// over (PERM-6).
    #[must_use]
    pub fn beyond_defaults(&self) -> Self {
        Self {
            permissions: self.permissions.difference(self.defaults),
            ..self.clone()
        }
    }

    /// Whether access would end before it begins.
    pub fn ends_before_start(&self) -> bool {
        self.starts_at
            .zip(self.end.at())
            .is_some_and(|(from, to)| to <= from)
    }

    /// When access counts if it is accepted at `t`.
    pub fn accepted_at(&self, t: DateTime<Utc>) -> Interval {
        let from = self.starts_at.map_or(t, |at| at.max(t));
        Interval::new(from, self.end.counted_from(from).unwrap_or(OPEN_END))
    }

    /// The longest time that what is offered may count: from now to the end of access that is
    /// accepted at the last moment of a term that runs out at `expires_at`.
    pub fn longest(&self, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Interval {
        Interval::new(now, self.accepted_at(expires_at.max(now)).ends_at)
    }

    /// Whether access that is accepted at any instant from `now` to `last` counts at no instant at
    /// which that of `before`, accepted then too, would not. Both ends move with the instant in
    /// straight lines that bend where access begins: those are looked at.
    pub fn lasts_no_longer(&self, before: &Self, now: DateTime<Utc>, last: DateTime<Utc>) -> bool {
        let bends = [self.starts_at, before.starts_at]
            .into_iter()
            .flatten()
            .filter(|at| now < *at && *at < last);
        [now, last.max(now)]
            .into_iter()
            .chain(bends)
            .all(|at| before.accepted_at(at).covers(&self.accepted_at(at)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a small number")
    }

    fn offer(starts_at: Option<i64>, end: AccessEnd) -> Offer {
        Offer {
            starts_at: starts_at.map(at),
            end,
            ..Offer::nothing(Locale::En)
        }
    }

    #[test]
    fn join_7_access_begins_with_the_later_of_acceptance_and_start() {
        let later = offer(Some(100), AccessEnd::After(10));
        assert_eq!(later.accepted_at(at(50)), Interval::new(at(100), at(110)));
        assert_eq!(later.accepted_at(at(120)), Interval::new(at(120), at(130)));
        assert_eq!(
            later.longest(at(50), at(120)),
            Interval::new(at(50), at(130))
        );
        let open = offer(None, AccessEnd::Never);
        assert_eq!(open.accepted_at(at(50)), Interval::from(at(50)));
    }

    #[test]
    fn only_an_instant_can_lie_before_the_start() {
        assert!(offer(Some(100), AccessEnd::At(at(100))).ends_before_start());
        assert!(!offer(Some(100), AccessEnd::At(at(101))).ends_before_start());
        assert!(!offer(Some(100), AccessEnd::After(1)).ends_before_start());
        assert!(!offer(None, AccessEnd::At(at(1))).ends_before_start());
    }

    fn offers() -> impl Strategy<Value = Offer> {
        let ends = prop_oneof![
            (0..60_i64).prop_map(|second| AccessEnd::At(at(second))),
            (1..40_i64).prop_map(AccessEnd::After),
            Just(AccessEnd::Never),
        ];
        (proptest::option::of(0..60_i64), ends).prop_map(|(starts_at, end)| offer(starts_at, end))
    }

    proptest! {
        #[test]
        fn perm_6_looking_at_the_bends_looks_at_every_acceptance(
            after in offers(), before in offers(), now in 0..30_i64, term in 0..30_i64,
        ) {
            let last = now + term;
            let everywhere = (now..=last).all(|t| before.accepted_at(at(t)).covers(&after.accepted_at(at(t))));
            prop_assert_eq!(after.lasts_no_longer(&before, at(now), at(last)), everywhere);
        }
    }
}
