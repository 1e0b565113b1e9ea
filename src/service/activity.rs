//! Last-used and last-active times (ACC-9, KEY-6): gathered in memory, written together off every
//! request's path.
//!
//! A row is written at most once a minute and never moved backwards, so what is shown may be a
//! minute old. What a node gathered and had not written yet is lost if it is killed.

use std::{
    collections::HashMap,
    future::Future,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use crate::{
    domain::id::{ApiKeyId, MembershipId, SessionId},
    store::{
        Database, StoreError,
        session::last_use::{self, LastUse, Used},
    },
};

/// How often one row is written at most.
const AT_MOST_EVERY: Duration = Duration::minutes(1);

/// How often what was gathered is written.
pub const FLUSH_EVERY: std::time::Duration = std::time::Duration::from_secs(15);

/// Gathers last uses.
#[derive(Debug, Default)]
pub struct Activity(Mutex<Uses>);

#[derive(Debug, Default)]
struct Uses {
    /// Waits to be written.
    waiting: HashMap<(Used, Uuid), (DateTime<Utc>, Option<IpAddr>)>,
    /// Was written, or waits, as of this instant.
    noted: HashMap<(Used, Uuid), DateTime<Utc>>,
    /// The latest instant that was told.
    latest: DateTime<Utc>,
}

impl Activity {
    /// A member did something in the workspace, by session or key.
    pub fn used(&self, membership: MembershipId, now: DateTime<Utc>) {
        self.note(Used::Membership, membership.0, now, None);
    }

    /// A key was used, from an address.
    pub fn key_used(&self, key: ApiKeyId, now: DateTime<Utc>, from: Option<IpAddr>) {
        self.note(Used::Key, key.0, now, from);
    }

    /// A secret of a key that was rotated was used.
    pub fn secret_used(&self, secret: Uuid, now: DateTime<Utc>) {
        self.note(Used::Secret, secret, now, None);
    }

    /// A session was used.
    pub fn session_used(&self, session: SessionId, now: DateTime<Utc>) {
        self.note(Used::Session, session.0, now, None);
    }

    fn note(&self, used: Used, id: Uuid, now: DateTime<Utc>, from: Option<IpAddr>) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        gathered.latest = gathered.latest.max(now);
        if let Some(waiting) = gathered.waiting.get_mut(&(used, id)) {
            if waiting.0 < now {
                *waiting = (now, from);
            }
        } else if gathered
            .noted
            .get(&(used, id))
            .is_none_or(|noted| now - *noted >= AT_MOST_EVERY)
        {
            gathered.waiting.insert((used, id), (now, from));
        }
    }

    /// Writes what was gathered, in a statement or two for each kind. What could not be written
    /// waits for the next time.
    pub async fn flush(&self, db: &Database) -> Result<(), StoreError> {
        let mut waiting: Vec<_> = self.take().into_iter().collect();
        // Two nodes that write the same rows do so in the same order.
        waiting.sort_unstable_by_key(|(key, _)| *key);
        for used in [Used::Key, Used::Secret, Used::Membership, Used::Session] {
            let of_kind = waiting.iter().filter(|((kind, _), _)| *kind == used);
            let uses: Vec<LastUse> = of_kind
                .map(|((_, id), (at, from))| LastUse {
                    id: *id,
                    at: *at,
                    from: from.map(|address| address.to_string()),
                })
                .collect();
            if let Err(error) = last_use::write(db.writer(), used, &uses).await {
                self.give_back(waiting.into_iter().filter(|((kind, _), _)| *kind >= used));
                return Err(error);
            }
        }
        Ok(())
    }

    fn take(&self) -> HashMap<(Used, Uuid), (DateTime<Utc>, Option<IpAddr>)> {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let old = gathered.latest - AT_MOST_EVERY;
        gathered.noted.retain(|_, noted| *noted > old);
        let taken = std::mem::take(&mut gathered.waiting);
        gathered
            .noted
            .extend(taken.iter().map(|(key, (at, _))| (*key, *at)));
        taken
    }

    fn give_back(
        &self,
        unwritten: impl Iterator<Item = ((Used, Uuid), (DateTime<Utc>, Option<IpAddr>))>,
    ) {
        let mut gathered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (key, value) in unwritten {
            gathered.noted.remove(&key);
            let waiting = gathered.waiting.entry(key).or_insert(value);
            if waiting.0 < value.0 {
                *waiting = value;
            }
        }
    }

    /// Writes every `every` until `stop`, and once more then.
    pub async fn run(
        &self,
        db: &Database,
        every: std::time::Duration,
        stop: impl Future<Output = ()> + Send,
    ) {
        let mut stop = std::pin::pin!(stop);
        loop {
            let stopped = tokio::select! {
                () = &mut stop => true,
                () = tokio::time::sleep(every) => false,
            };
            if let Err(error) = self.flush(db).await {
                tracing::warn!(%error, "could not write last-used times");
            }
            if stopped {
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_790_000_000 + seconds, 0).unwrap_or_default()
    }

    fn taken(activity: &Activity) -> Vec<i64> {
        let mut taken: Vec<i64> = activity
            .take()
            .values()
            .map(|(when, _)| (*when - at(0)).num_seconds())
            .collect();
        taken.sort_unstable();
        taken
    }

    #[test]
    fn acc_9_a_row_is_written_at_most_once_a_minute() {
        let (activity, member) = (Activity::default(), MembershipId(Uuid::from_u128(1)));
        activity.used(member, at(0));
        activity.used(member, at(5));
        activity.used(member, at(3));
        assert_eq!(taken(&activity), [5], "the latest before it is written");
        activity.used(member, at(30));
        assert_eq!(taken(&activity), [0_i64; 0]);
        activity.used(member, at(65));
        activity.session_used(SessionId(Uuid::from_u128(1)), at(66));
        assert_eq!(taken(&activity), [65, 66], "kinds do not mix");
    }

    #[test]
    fn what_could_not_be_written_waits_without_going_back() {
        let (activity, key) = (Activity::default(), ApiKeyId(Uuid::from_u128(1)));
        activity.key_used(key, at(0), None);
        let unwritten = activity.take();
        activity.key_used(key, at(90), None);
        activity.give_back(unwritten.into_iter());
        assert_eq!(taken(&activity), [90]);
        activity.give_back([((Used::Key, key.0), (at(90), None))].into_iter());
        assert_eq!(taken(&activity), [90]);
    }

    #[test]
    fn memory_is_bounded_by_a_minute_of_use() {
        let activity = Activity::default();
        (0..100).for_each(|id| activity.used(MembershipId(Uuid::from_u128(id)), at(0)));
        taken(&activity);
        activity.used(MembershipId(Uuid::from_u128(1)), at(61));
        taken(&activity);
        assert_eq!(
            activity
                .0
                .lock()
                .map(|gathered| gathered.noted.len())
                .unwrap_or_default(),
            1
        );
    }
}
