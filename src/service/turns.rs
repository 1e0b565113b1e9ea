//! Fair turns at work that takes a processor: who waits, and who is next.
//!
//! Owns the lines. A turn that is given back goes to the most urgent rank that waits; within a rank
//! the clients take turns, and each client's own line is first come, first served. So whoever sends
//! much waits behind their own, and not in front of others. Must not know the work.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
};

use tokio::sync::oneshot;

/// So many wait already that no more may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineFull;

/// The turns of one kind of work.
#[derive(Clone)]
pub struct Turns(Arc<Inner>);

struct Inner {
    /// The longest line.
    line: usize,
    state: Mutex<State>,
}

struct State {
    free: usize,
    /// Those that wait, the most urgent first.
    ranks: BTreeMap<u8, Rank>,
}

#[derive(Default)]
struct Rank {
    lines: HashMap<Arc<str>, VecDeque<oneshot::Sender<Turn>>>,
    /// The clients with a line, the next one first.
    order: VecDeque<Arc<str>>,
}

/// One turn. Given to the next when dropped.
#[derive(Debug)]
pub struct Turn(Turns);

/// A place in a line. Left when dropped.
pub struct Waiting(oneshot::Receiver<Turn>);

impl fmt::Debug for Turns {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Turns")
    }
}

impl Turns {
    /// `at_once` turns, and lines of at most `line`: one for each client of each rank.
    pub fn new(at_once: usize, line: usize) -> Self {
        Self(Arc::new(Inner {
            line,
            state: Mutex::new(State {
                free: at_once.max(1),
                ranks: BTreeMap::new(),
            }),
        }))
    }

    /// Takes a place in the line of `client`; lower ranks are more urgent.
    pub fn queue(&self, rank: u8, client: &str) -> Result<Waiting, LineFull> {
        let (sender, receiver) = oneshot::channel();
        let mut state = self.state();
        if state.free > 0 {
            state.free -= 1;
            drop(state);
            // Cannot fail: the other end is here.
            let _ = sender.send(Turn(self.clone()));
        } else {
            let rank = state.ranks.entry(rank).or_default();
            rank.push(client, sender, self.0.line)?;
        }
        Ok(Waiting(receiver))
    }

    /// How many of a rank wait.
    pub fn waiting(&self, rank: u8) -> usize {
        let state = self.state();
        let lines = state.ranks.get(&rank).map(|rank| rank.lines.values());
        lines.map_or(0, |lines| lines.map(VecDeque::len).sum())
    }

    fn give_back(&self) {
        let mut state = self.state();
        let next = state.ranks.values_mut().find_map(Rank::pop);
        state.ranks.retain(|_, rank| !rank.order.is_empty());
        if next.is_none() {
            state.free += 1;
        }
        drop(state);
        if let Some(next) = next {
            // If they left this very moment, the turn comes back and is given on.
            let _ = next.send(Turn(self.clone()));
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Rank {
    fn push(
        &mut self,
        client: &str,
        sender: oneshot::Sender<Turn>,
        most: usize,
    ) -> Result<(), LineFull> {
        if let Some(line) = self.lines.get_mut(client) {
            if line.len() >= most {
                // Cancelled waiters do not count towards the limit.
                line.retain(|waiting| !waiting.is_closed());
            }
            if line.len() >= most {
                return Err(LineFull);
            }
            line.push_back(sender);
            return Ok(());
        }
        let client: Arc<str> = client.into();
        self.order.push_back(Arc::clone(&client));
        self.lines.insert(client, VecDeque::from([sender]));
        Ok(())
    }

    /// The next that still waits.
    fn pop(&mut self) -> Option<oneshot::Sender<Turn>> {
        while let Some(client) = self.order.pop_front() {
            let Some(line) = self.lines.get_mut(&client) else {
                continue;
            };
            let mut next = line.pop_front();
            while next.as_ref().is_some_and(oneshot::Sender::is_closed) {
                next = line.pop_front();
            }
            if line.is_empty() {
                self.lines.remove(&client);
            } else {
                self.order.push_back(client);
            }
            if next.is_some() {
                return next;
            }
        }
        None
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.0.give_back();
    }
}

impl Future for Waiting {
    type Output = Result<Turn, LineFull>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0)
            .poll(context)
            .map(|turn| turn.map_err(|_| LineFull))
    }
}

/// A future each of whose steps waits for a turn: it holds none while it waits for something else,
/// such as the database.
pub struct StepByStep<F> {
    turns: Turns,
    client: Arc<str>,
    waiting: Option<Waiting>,
    work: Pin<Box<F>>,
}

impl Turns {
    /// Runs `work` step by step, each when `client` has a turn. Only the first step needs room in
    /// the line: what has begun goes on.
    pub fn step_by_step<F: Future>(
        &self,
        client: &str,
        work: F,
    ) -> Result<StepByStep<F>, LineFull> {
        Ok(StepByStep {
            turns: self.clone(),
            client: client.into(),
            waiting: Some(self.queue(0, client)?),
            work: Box::pin(work),
        })
    }
}

impl<F: Future> Future for StepByStep<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = &mut *self;
        // A step that finds its line full goes ahead: it must not fail half-way.
        let turn = match &mut this.waiting {
            Some(waiting) => ready!(Pin::new(waiting).poll(context)).ok(),
            None => match this.turns.queue(0, &this.client) {
                Ok(waiting) => {
                    let waiting = this.waiting.insert(waiting);
                    ready!(Pin::new(waiting).poll(context)).ok()
                }
                Err(LineFull) => None,
            },
        };
        this.waiting = None;
        let done = this.work.as_mut().poll(context);
        drop(turn);
        done
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    /// The names of those that wait, in the order in which they get the one turn.
    fn order(turns: &Turns, mut waiting: Vec<(&'static str, Waiting)>) -> Vec<&'static str> {
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let (at, turn) = waiting
                .iter_mut()
                .enumerate()
                .find_map(|(at, (_, place))| Some((at, place.now_or_never()?.unwrap())))
                .unwrap();
            assert_eq!(turns.state().free, 0);
            order.push(waiting.remove(at).0);
            drop(turn);
        }
        order
    }

    fn held(turns: &Turns) -> Turn {
        turns
            .queue(0, "held")
            .unwrap()
            .now_or_never()
            .unwrap()
            .unwrap()
    }

    #[test]
    fn clients_take_turns_and_wait_in_their_own_lines() {
        let turns = Turns::new(1, 8);
        let first = held(&turns);
        let waiting = ["a1", "a2", "a3", "b1", "c1", "b2"]
            .map(|name| (name, turns.queue(0, &name[..1]).unwrap()));
        drop(first);
        assert_eq!(
            order(&turns, waiting.into()),
            ["a1", "b1", "c1", "a2", "b2", "a3"]
        );
        assert_eq!(turns.state().free, 1);
        assert!(turns.state().ranks.is_empty(), "nobody is remembered");
    }

    #[test]
    fn the_urgent_go_first() {
        let turns = Turns::new(1, 8);
        let first = held(&turns);
        let waiting = [("late", 2), ("later", 2), ("sooner", 1), ("now", 0)]
            .map(|(name, rank)| (name, turns.queue(rank, "").unwrap()));
        drop(first);
        assert_eq!(
            order(&turns, waiting.into()),
            ["now", "sooner", "late", "later"]
        );
    }

    #[test]
    fn lines_are_bounded_and_whoever_left_does_not_count() {
        let turns = Turns::new(1, 2);
        let first = held(&turns);
        let (one, two) = (turns.queue(0, "a").unwrap(), turns.queue(0, "a").unwrap());
        assert!(turns.queue(0, "a").is_err());
        assert!(turns.queue(0, "b").is_ok(), "another client, who left");
        assert!(turns.queue(1, "a").is_ok(), "another rank, who left");
        drop(one);
        let three = turns.queue(0, "a").unwrap();
        drop(first);
        assert_eq!(order(&turns, vec![("3", three), ("2", two)]), ["2", "3"]);
        assert_eq!(turns.state().free, 1, "no turn is lost");
    }

    #[tokio::test]
    async fn work_that_waits_for_something_else_holds_no_turn() {
        let turns = Turns::new(1, 2);
        let (go, wait) = oneshot::channel::<()>();
        let mut slow = turns.step_by_step("a", wait).unwrap();
        assert!((&mut slow).now_or_never().is_none());
        assert_eq!(turns.step_by_step("b", async { 7 }).unwrap().await, 7);
        let first = held(&turns);
        go.send(()).unwrap();
        assert!((&mut slow).now_or_never().is_none(), "waits for its turn");
        drop(first);
        assert!(slow.await.is_ok());
    }
}
