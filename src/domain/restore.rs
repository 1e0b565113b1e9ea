//! What comes back with a membership that is restored (MEM-6, MEM-9, MEM-11).
//!
//! Owns which rows of the ended membership come back and when they count. Must not decide who may
//! give a right: `access::escalation` does.

use chrono::{DateTime, Duration, Utc};
use serde::{Deserialize, Serialize};

use super::{
    id::{GroupId, ItemId, RoleId},
    interval::Interval,
    names::named_enum,
    permission::Permission,
    vocabulary::{MembershipEndReason, QuotaType, ResourceAccess},
};

/// How long a membership can be restored after its end (MEM-11).
pub const RESTORABLE_FOR: Duration = Duration::days(90);

named_enum! {
    /// The kind of a thing that was not restored.
    pub enum LeftOutKind {
        /// The role.
        Role = "ROLE",
        /// A permission.
        Permission = "PERMISSION",
        /// A group membership.
        Group = "GROUP",
        /// Access to a dataset or page.
        Access = "ACCESS",
        /// A quota of the member.
        Quota = "QUOTA",
    }
}

named_enum! {
    /// Why a thing was not restored.
    pub enum LeftOutReason {
        /// The role, group, dataset or page no longer exists.
        NoLongerExists = "NO_LONGER_EXISTS",
        /// You may not give it: you do not hold it yourself, or not for as long.
        Forbidden = "FORBIDDEN",
        /// A limit was reached.
        LimitReached = "LIMIT_REACHED",
        /// It had an end, which has passed.
        EndedMeanwhile = "ENDED_MEANWHILE",
    }
}

/// A thing that does not come back. Only what its kind has is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// What kind of thing.
    pub kind: LeftOutKind,
    /// Why it does not come back.
    pub reason: LeftOutReason,
    /// The role.
    pub role: Option<RoleId>,
    /// The permission.
    pub permission: Option<Permission>,
    /// The group.
    pub group: Option<GroupId>,
    /// The dataset or page.
    pub resource: Option<ItemId>,
    /// The kind of access to it.
    pub access: Option<ResourceAccess>,
    /// The type of the quota.
    pub quota_type: Option<QuotaType>,
}

impl LeftOut {
    /// A thing of which nothing but its kind is said yet.
    pub const fn new(kind: LeftOutKind, reason: LeftOutReason) -> Self {
        Self {
            kind,
            reason,
            role: None,
            permission: None,
            group: None,
            resource: None,
            access: None,
            quota_type: None,
        }
    }
}

/// What becomes of a row of the ended membership.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// It had ended before the membership did, or was taken back before it began.
    Past,
    /// It counted at the end or was planned, but its own end has passed since.
    EndedMeanwhile,
    /// It comes back, and counts in this interval.
    Back(Interval),
}

/// What becomes of a row, if a membership that ended at `end` is restored at `now` (MEM-9): rows
/// that counted the instant before the end come back from now on; rows that were planned then keep
/// their start, unless it has passed. Each keeps its own end.
pub fn fate(row: &Interval, end: DateTime<Utc>, now: DateTime<Utc>) -> Fate {
    if row.is_empty() || row.ends_at < end {
        Fate::Past
    } else if row.ends_at <= now {
        Fate::EndedMeanwhile
    } else {
        Fate::Back(Interval::new(row.starts_at.max(now), row.ends_at))
    }
}

/// Why a membership cannot be restored, if it is one that has ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotRestorable {
    /// The member left: they are invited anew.
    Left,
    /// The account was erased.
    Erased,
    /// It ended more than 90 days ago.
    TooOld,
}

/// Whether a membership that ended at `end` for this reason can be restored at `now` (MEM-6).
pub fn may_be_restored(
    reason: MembershipEndReason,
    end: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<(), NotRestorable> {
    match reason {
        MembershipEndReason::Left => Err(NotRestorable::Left),
        MembershipEndReason::Erased => Err(NotRestorable::Erased),
        MembershipEndReason::Revoked | MembershipEndReason::Expired
            if now - end > RESTORABLE_FOR =>
        {
            Err(NotRestorable::TooOld)
        }
        MembershipEndReason::Revoked | MembershipEndReason::Expired => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::interval::OPEN_END;

    fn at(day: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(day * 86_400, 0).expect("a small number")
    }

    proptest! {
        /// MEM-9: "rows that counted then, and rows planned then whose start is still ahead (one
        /// whose start passed meanwhile starts now). Each keeps its own end if ahead; an end that
        /// passed meanwhile leaves the row out."
        #[test]
        fn mem_9_rows_come_back_as_the_rule_says(starts in 0_i64..30, lasts in 0_i64..30, end in 1_i64..20, after in 1_i64..20) {
            let row = Interval::new(at(starts), at(starts + lasts));
            let (end, now) = (at(end), at(end + after));
            let before_end = end - Duration::microseconds(1);
            let counted = row.contains(before_end);
            let planned = !row.is_empty() && row.starts_at >= end;
            let expected = if !(counted || planned) {
                Fate::Past
            } else if row.ends_at <= now {
                Fate::EndedMeanwhile
            } else {
                Fate::Back(Interval::new(row.starts_at.max(now), row.ends_at))
            };
            prop_assert_eq!(fate(&row, end, now), expected);
        }
    }

    #[test]
    fn mem_9_a_row_without_an_end_goes_on_without_one() {
        let row = Interval::new(at(1), OPEN_END);
        assert_eq!(
            fate(&row, at(5), at(7)),
            Fate::Back(Interval::new(at(7), OPEN_END))
        );
    }

    #[test]
    fn mem_6_only_revoked_and_expired_ones_for_90_days() {
        use MembershipEndReason::*;
        let day = |n| may_be_restored(Revoked, at(0), at(n));
        assert_eq!((day(0), day(90)), (Ok(()), Ok(())));
        assert_eq!(day(91), Err(NotRestorable::TooOld));
        assert_eq!(may_be_restored(Expired, at(0), at(1)), Ok(()));
        let refused = |reason| may_be_restored(reason, at(0), at(1));
        assert_eq!(refused(Left), Err(NotRestorable::Left));
        assert_eq!(refused(Erased), Err(NotRestorable::Erased));
    }
}
