//! How a new access period changes the rows that belong to a membership (MEM-2).
//!
//! Owns which rows move with a start that lies ahead; the store must move the same ones. Must not
//! decide who may move them.

use super::facts::MemberFacts;
use crate::domain::interval::Interval;

impl MemberFacts {
    /// The member with the access period `period`. Rows that began together with the membership
    /// still do after its start has moved. A role that ended before the old start and reaches past
    /// the new one is cut where the moved role begins (TIME-8).
    #[must_use]
    pub fn with_period(&self, period: Interval) -> Self {
        let (old, new) = (self.interval.starts_at, period.starts_at);
        let mut member = Self {
            interval: period,
            ..self.clone()
        };
        if old == new {
            return member;
        }
        let moves = |row: &Interval| row.starts_at == old && row.ends_at > new;
        let gives_way = member.roles.iter().any(|role| moves(&role.interval));
        for row in member.roles.iter_mut().map(|role| &mut role.interval) {
            if moves(row) {
                row.starts_at = new;
            } else if gives_way && row.ends_at <= old && row.ends_at > new {
                row.ends_at = new.max(row.starts_at);
            }
        }
        let groups = member.groups.iter_mut().map(|group| &mut group.interval);
        for row in groups
            .chain(member.grants.iter_mut().map(|grant| &mut grant.interval))
            .filter(|row| moves(row))
        {
            row.starts_at = new;
        }
        member
    }
}
