//! How much each actor may ask for in a minute, on this node.
//!
//! Owns the running sums. Time is given in; must not know who an actor is beyond a key, nor what
//! costs how much.

use std::sync::{Arc, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use moka::sync::Cache;

/// Seconds in which the budget is given.
pub const WINDOW_SECONDS: i64 = 60;

/// What is left to an actor, and what this request took of it: `viewer.requestCost`, and the
/// `RateLimit` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RequestCost {
    /// Cost of this request.
    pub complexity: u64,
    /// Cost of all requests in one window.
    pub limit: u64,
    /// What is left in this window.
    pub remaining: u64,
    /// When the window ends.
    pub resets_at: DateTime<Utc>,
    /// Whole seconds until then, at least one.
    pub resets_in: u64,
}

#[derive(Debug, Default)]
struct WindowSum {
    window: i64,
    cost: u64,
}

/// The sums of the current window.
#[derive(Debug)]
pub(super) struct Budget {
    limit: u64,
    actors: Cache<String, Arc<Mutex<WindowSum>>>,
}

impl Budget {
    pub(super) fn new(limit: u64) -> Self {
        let idle = std::time::Duration::from_secs(WINDOW_SECONDS as u64 * 2);
        Self {
            limit,
            actors: Cache::builder()
                .max_capacity(100_000)
                .time_to_idle(idle)
                .build(),
        }
    }

    /// Takes a cost from what is left. `Err` if there is not enough: then nothing is taken.
    pub(super) fn take(
        &self,
        actor: &str,
        cost: u64,
        now: DateTime<Utc>,
    ) -> Result<RequestCost, RequestCost> {
        let entry = match self.actors.get(actor) {
            Some(entry) => entry,
            None if cost == 0 => return Ok(self.state(0, 0, now)),
            None => self.actors.get_with_by_ref(actor, Arc::default),
        };
        let mut spent = entry.lock().unwrap_or_else(PoisonError::into_inner);
        self.turn(&mut spent, now);
        let sum = spent.cost.saturating_add(cost);
        if sum > self.limit {
            return Err(self.state(cost, spent.cost, now));
        }
        spent.cost = sum;
        Ok(self.state(cost, sum, now))
    }

    /// Takes a cost for what was done already, be there enough or not.
    pub(super) fn charge(&self, actor: &str, cost: u64, now: DateTime<Utc>) -> RequestCost {
        let entry = self.actors.get_with_by_ref(actor, Arc::default);
        let mut spent = entry.lock().unwrap_or_else(PoisonError::into_inner);
        self.turn(&mut spent, now);
        spent.cost = spent.cost.saturating_add(cost);
        self.state(cost, spent.cost, now)
    }

    fn turn(&self, spent: &mut WindowSum, now: DateTime<Utc>) {
        let window = now.timestamp().div_euclid(WINDOW_SECONDS);
        // A clock that steps back stays in the window that was begun.
        if spent.window < window {
            *spent = WindowSum { window, cost: 0 };
        }
    }

    fn state(&self, complexity: u64, spent: u64, now: DateTime<Utc>) -> RequestCost {
        let ends = now
            .timestamp()
            .div_euclid(WINDOW_SECONDS)
            .saturating_add(1)
            .saturating_mul(WINDOW_SECONDS);
        let resets_at = DateTime::from_timestamp(ends, 0).unwrap_or(now);
        RequestCost {
            complexity,
            limit: self.limit,
            remaining: self.limit.saturating_sub(spent),
            resets_at,
            resets_in: u64::try_from((resets_at - now).num_seconds())
                .unwrap_or(0)
                .max(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_holds_its_limit_and_the_next_is_whole_again() {
        let at = |s| DateTime::from_timestamp(s, 500_000_000).unwrap();
        let budget = Budget::new(100);
        assert_eq!(budget.take("a", 60, at(0)).unwrap().remaining, 40);
        let refused = budget.take("a", 41, at(30)).unwrap_err();
        assert_eq!((refused.remaining, refused.resets_in), (40, 29));
        assert_eq!(budget.take("b", 100, at(30)).unwrap().remaining, 0);
        assert_eq!(budget.take("a", 40, at(59)).unwrap().remaining, 0);
        let next = budget.take("a", 1, at(60)).unwrap();
        assert_eq!(
            (next.remaining, next.resets_at),
            (99, at(120) - chrono::TimeDelta::milliseconds(500))
        );
        assert!(budget.take("a", u64::MAX, at(61)).is_err());
    }

    #[test]
    fn what_was_done_already_is_charged_beyond_the_limit() {
        let at = |s| DateTime::from_timestamp(s, 0).unwrap();
        let budget = Budget::new(100);
        assert_eq!(budget.charge("a", 30, at(0)).remaining, 70);
        assert_eq!(budget.charge("a", 200, at(1)).remaining, 0);
        assert!(budget.take("a", 1, at(2)).is_err());
        assert_eq!(budget.take("a", 1, at(60)).unwrap().remaining, 99);
    }
}
