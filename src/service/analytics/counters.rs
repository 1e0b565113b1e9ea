//! Counts what happens on this node (STAT-1, STAT-2), off every request's path: gathered in memory,
//! and written together.
//!
//! What is written appears in the tables at most a minute late. What a node gathered and had not
//! written yet is lost if it is killed: analytics are figures, not limits. Memberships that begin
//! and end are counted in the write that changes them.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::{DateTime, Duration, Utc};

use crate::{
    domain::{
        analytics::Measure,
        id::{AccountId, ItemId, MembershipId, SessionId, WorkspaceId},
        vocabulary::{QuotaLimiter, QuotaPeriod},
    },
    store::{
        Database, StoreError,
        analytics::{self as rows, Day},
        workspace::Workspace,
    },
};

/// How often the same member or session is noted at most.
const AT_MOST_EVERY: Duration = Duration::minutes(1);

/// The counters of this node that wait to be written.
#[derive(Debug, Default)]
pub struct Counters(Mutex<Gathered>);

#[derive(Debug, Default)]
struct Gathered {
    waiting: Waiting,
    /// When each was last noted, within the last minute.
    noted: HashMap<Noted, DateTime<Utc>>,
    /// The latest instant that was noted.
    latest: DateTime<Utc>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Noted {
    Member(MembershipId),
    Session(SessionId, WorkspaceId),
}

#[derive(Debug, Default)]
struct Waiting {
    counts: HashMap<(Day, Measure), u64>,
    calls: BTreeMap<(Day, ItemId), u64>,
    members: BTreeMap<MembershipId, Day>,
    visits: BTreeMap<(SessionId, WorkspaceId), (AccountId, DateTime<Utc>)>,
}

/// The day of the workspace that contains `now`.
fn day(workspace: &Workspace, now: DateTime<Utc>) -> Day {
    let start = workspace.calendar.start(QuotaPeriod::Day, now);
    (workspace.id, start)
}

impl Counters {
    /// A member used the workspace, by session or key.
    pub fn member_used(&self, member: MembershipId, workspace: &Workspace, now: DateTime<Utc>) {
        let mut gathered = self.lock();
        if gathered.is_new(Noted::Member(member), now) {
            let day = day(workspace, now);
            // Of two days the earlier one: the later one is noted again.
            gathered.waiting.members.entry(member).or_insert(day);
        }
    }

    /// A member's session used the workspace.
    pub fn session_used(
        &self,
        (session, account): (SessionId, AccountId),
        workspace: &Workspace,
        now: DateTime<Utc>,
    ) {
        let mut gathered = self.lock();
        let visit = (session, workspace.id);
        if gathered.is_new(Noted::Session(visit.0, visit.1), now) {
            let (_, start) = day(workspace, now);
            let visits = &mut gathered.waiting.visits;
            visits.entry(visit).or_insert((account, start));
        }
    }

    /// So many API calls were allowed, maybe for a dataset or page.
    pub fn called(
        &self,
        workspace: &Workspace,
        now: DateTime<Utc>,
        item: Option<ItemId>,
        amount: u64,
    ) {
        let day = day(workspace, now);
        let mut gathered = self.lock();
        let waiting = &mut gathered.waiting;
        let measure = match item {
            Some(item) => {
                *waiting.calls.entry((day, item)).or_default() += amount;
                Measure::ResourceCalls
            }
            None => Measure::Calls,
        };
        *waiting.counts.entry((day, measure)).or_default() += amount;
    }

    /// A limit refused API calls.
    pub fn refused(&self, workspace: &Workspace, now: DateTime<Utc>, by: QuotaLimiter) {
        let day = day(workspace, now);
        let mut gathered = self.lock();
        let counts = &mut gathered.waiting.counts;
        *counts.entry((day, Measure::Refused(by))).or_default() += 1;
    }

    /// Writes what was gathered, all or nothing. What could not be written waits for the next time.
    pub async fn flush(&self, db: &Database) -> Result<(), StoreError> {
        let waiting = self.take();
        if waiting.is_empty() {
            return Ok(());
        }
        let written = waiting.write(db).await;
        if written.is_err() {
            self.give_back(waiting);
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, Gathered> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Waiting {
        let mut gathered = self.lock();
        let old = gathered.latest - AT_MOST_EVERY;
        gathered.noted.retain(|_, noted| *noted > old);
        std::mem::take(&mut gathered.waiting)
    }

    fn give_back(&self, unwritten: Waiting) {
        let Waiting {
            counts,
            calls,
            members,
            visits,
        } = unwritten;
        let waiting = &mut self.lock().waiting;
        for (key, count) in counts {
            *waiting.counts.entry(key).or_default() += count;
        }
        for (key, count) in calls {
            *waiting.calls.entry(key).or_default() += count;
        }
        // The earlier day, as when it is noted.
        waiting.members.extend(members);
        waiting.visits.extend(visits);
    }
}

impl Gathered {
    fn is_new(&mut self, what: Noted, now: DateTime<Utc>) -> bool {
        self.latest = self.latest.max(now);
        let before = self.noted.get(&what);
        if before.is_some_and(|before| now - *before < AT_MOST_EVERY) {
            return false;
        }
        self.noted.insert(what, now);
        true
    }
}

impl Waiting {
    fn is_empty(&self) -> bool {
        self.counts.is_empty()
            && self.calls.is_empty()
            && self.members.is_empty()
            && self.visits.is_empty()
    }

    /// What was counted already, on this node or another, is not counted again.
    async fn write(&self, db: &Database) -> Result<(), StoreError> {
        let tx = db.begin().await?;
        let mut counts: BTreeMap<(Day, String), u64> = BTreeMap::new();
        let mut add = |day, measure: Measure, count| {
            *counts.entry((day, measure.name())).or_default() += count;
        };
        for day in rows::member_days(&tx, &self.members).await? {
            add(day, Measure::ActiveMembers, 1);
        }
        for day in rows::session_visits(&tx, &self.visits).await? {
            add(day, Measure::Sessions, 1);
        }
        for ((day, measure), count) in &self.counts {
            add(*day, *measure, *count);
        }
        rows::add(&tx, &counts).await?;
        rows::add_calls(&tx, &self.calls).await?;
        Ok(tx.commit().await?)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap_or_default()
    }

    fn workspace() -> Workspace {
        Workspace::unwritten(WorkspaceId(Uuid::from_u128(1)), at(0))
    }

    #[test]
    fn stat_1_memory_is_bounded_by_a_minute_of_use() {
        let (counters, workspace) = (Counters::default(), workspace());
        for id in 0..100 {
            counters.member_used(MembershipId(Uuid::from_u128(id)), &workspace, at(0));
            counters.member_used(MembershipId(Uuid::from_u128(id)), &workspace, at(30));
        }
        assert_eq!(counters.take().members.len(), 100);
        counters.member_used(MembershipId(Uuid::from_u128(1)), &workspace, at(61));
        assert_eq!(counters.take().members.len(), 1);
        assert_eq!(counters.lock().noted.len(), 1);
    }

    #[test]
    fn stat_1_what_could_not_be_written_is_added_again() {
        let (counters, workspace) = (Counters::default(), workspace());
        counters.called(&workspace, at(0), None, 3);
        counters.refused(&workspace, at(0), QuotaLimiter::Member);
        let member = MembershipId(Uuid::from_u128(1));
        counters.member_used(member, &workspace, at(0));
        let unwritten = counters.take();
        counters.called(&workspace, at(1), None, 4);
        counters.member_used(member, &workspace, at(86_400));
        counters.give_back(unwritten);
        let waiting = counters.take();
        let today = day(&workspace, at(0));
        assert_eq!(waiting.counts[&(today, Measure::Calls)], 7);
        assert_eq!(
            waiting.counts[&(today, Measure::Refused(QuotaLimiter::Member))],
            1
        );
        assert_eq!(waiting.members[&member], today, "the earlier day");
    }
}
