//! The slots for connections: counts them, for the process and per client, and picks the connection
//! to end when all are taken.
//!
//! Owns the counts. Must not touch a socket.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use tokio::{
    sync::Notify,
    time::{Instant, timeout},
};

use super::{super::client::counted_as, ConnectionLimits, progress::Progress};

/// After how long another connection is asked to leave, if the first one did not.
const RETRY: Duration = Duration::from_millis(20);

/// The slots of the process.
#[derive(Debug, Clone)]
pub(super) struct ConnectionSlots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most: usize,
    most_per_client: usize,
    state: Mutex<State>,
    freed: Notify,
}

#[derive(Debug, Default)]
struct State {
    next: u64,
    by_client: HashMap<IpAddr, usize>,
    open: HashMap<u64, Arc<Progress>>,
}

/// The slot of one connection. Freed when dropped.
#[derive(Debug)]
pub(super) struct ConnectionSlot {
    slots: ConnectionSlots,
    number: u64,
    client: Option<IpAddr>,
    /// The connection's progress.
    pub(super) progress: Arc<Progress>,
}

impl ConnectionSlots {
    pub(super) fn new(limits: &ConnectionLimits) -> Self {
        Self(Arc::new(Inner {
            most: limits.connections,
            most_per_client: limits.connections_per_client,
            state: Mutex::default(),
            freed: Notify::new(),
        }))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether `client` may have another connection.
    pub(super) fn has_room_for(&self, client: IpAddr) -> bool {
        self.state()
            .by_client
            .get(&counted_as(client))
            .is_none_or(|count| *count < self.0.most_per_client)
    }

    /// Takes a slot for a connection of `client`, which counts towards the client's limit if
    /// `is_bound`.
    pub(super) fn take(&self, client: IpAddr, is_bound: bool) -> ConnectionSlot {
        let client = is_bound.then(|| counted_as(client));
        let progress = Arc::new(Progress::new(Instant::now()));
        let mut state = self.state();
        if let Some(client) = client {
            *state.by_client.entry(client).or_default() += 1;
        }
        let number = state.next;
        state.next += 1;
        state.open.insert(number, Arc::clone(&progress));
        drop(state);
        metrics::gauge!("concierge_connections").increment(1);
        ConnectionSlot {
            slots: self.clone(),
            number,
            client,
            progress,
        }
    }

    fn is_full(&self) -> bool {
        self.state().open.len() >= self.0.most
    }

    /// Waits until a slot is free. Meanwhile asks the connections that have been without a request
    /// for longest to leave, so that nobody keeps others out by doing nothing.
    pub(super) async fn make_room(&self) {
        while self.is_full() {
            let freed = self.0.freed.notified();
            self.evict();
            if self.is_full() {
                let _ = timeout(RETRY, freed).await;
            }
        }
    }

    /// Asks the connection that has been without a request for longest to leave.
    pub(super) fn evict(&self) {
        let state = self.state();
        let idle = state
            .open
            .values()
            .filter_map(|progress| Some((progress.evictable_since()?, progress)));
        if let Some((_, progress)) = idle.min_by_key(|(since, _)| *since) {
            progress.leave();
        }
    }
}

impl Drop for ConnectionSlot {
    fn drop(&mut self) {
        let mut state = self.slots.state();
        state.open.remove(&self.number);
        if let Some(client) = self.client
            && let Some(count) = state.by_client.get_mut(&client)
        {
            *count -= 1;
            if *count == 0 {
                state.by_client.remove(&client);
            }
        }
        drop(state);
        metrics::gauge!("concierge_connections").decrement(1);
        self.slots.0.freed.notify_one();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slots(connections: usize, connections_per_client: usize) -> ConnectionSlots {
        ConnectionSlots::new(&ConnectionLimits {
            connections,
            connections_per_client,
            ..ConnectionLimits::default()
        })
    }

    fn client(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_client_has_so_many_slots_and_a_proxy_any_number() {
        let slots = slots(10, 2);
        let one = slots.take(client("192.0.2.1"), true);
        let _two = slots.take(client("192.0.2.1"), true);
        assert!(!slots.has_room_for(client("192.0.2.1")));
        assert!(slots.has_room_for(client("192.0.2.2")), "another client");
        drop(one);
        assert!(
            slots.has_room_for(client("192.0.2.1")),
            "a slot was given back"
        );
        let _proxy = [(); 3].map(|()| slots.take(client("192.0.2.9"), false));
        assert!(
            slots.has_room_for(client("192.0.2.9")),
            "what is not bound is not counted"
        );
    }

    #[test]
    fn an_ipv6_client_is_a_whole_64() {
        let slots = slots(10, 1);
        let _one = slots.take(client("2001:db8::1"), true);
        assert!(!slots.has_room_for(client("2001:db8::ffff:2")));
        assert!(slots.has_room_for(client("2001:db8:0:1::1")));
    }

    #[tokio::test]
    async fn when_all_are_taken_the_longest_idle_is_asked_to_leave() {
        let slots = slots(2, 2);
        let busy = slots.take(client("192.0.2.1"), true);
        busy.progress.request(false);
        let idle = slots.take(client("192.0.2.2"), true);
        let room = slots.make_room();
        let leaves = async move {
            idle.progress.left().await;
            drop(idle);
        };
        tokio::join!(room, leaves);
        assert!(timeout(Duration::ZERO, busy.progress.left()).await.is_err());
    }
}
