//! The listener: accepts connections, limits them, and closes those that hold a slot without using
//! it.
//!
//! Owns sockets and time-outs (A2): the number of connections, for the process and per client; how
//! long a header may take, how long an idle connection stays, and how long a client may stop
//! reading its answer. Must not read requests: the router does.

mod connection;
mod connection_slots;
mod progress;

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep},
};

use self::{connection::serve_one, connection_slots::ConnectionSlots};
use super::client::is_trusted;

/// The limits of connections. The defaults are those of `default.toml`.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// From the first byte of a request, or from the beginning of the connection, to the end of the
    /// header.
    pub header_timeout: Duration,
    /// How long a connection without a request is kept.
    pub idle_timeout: Duration,
    /// How long a client may stop reading an answer.
    pub stall_timeout: Duration,
    /// The maximum number of connections of the process.
    pub connections: usize,
    /// The maximum number of connections per client: per IPv4 address or IPv6 /64. Trusted proxies
    /// have no such limit.
    pub connections_per_client: usize,
}

impl Default for ConnectionLimits {
    fn default() -> Self {
        Self {
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(75),
            stall_timeout: Duration::from_secs(30),
            connections: 900,
            connections_per_client: 256,
        }
    }
}

impl ConnectionLimits {
    /// The shortest deadline that can begin now.
    fn shortest(&self) -> Duration {
        self.header_timeout
            .min(self.idle_timeout)
            .min(self.stall_timeout)
    }
}

/// The first wait after a failed `accept`, and the longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How often refused connections are logged.
const LOG_EVERY: Duration = Duration::from_secs(60);

/// Serves `router` on `listener` until `stop` is done, then waits for running requests.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    trusted_proxies: Vec<IpNet>,
    stop: impl Future<Output = ()> + Send,
) {
    let limits = Arc::new(limits);
    let slots = ConnectionSlots::new(&limits);
    let (stopping, stopped) = watch::channel(());
    let mut refused_log = RefusedLog::default();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &slots) => accepted,
        };
        let client = peer.ip().to_canonical();
        let is_bound = !is_trusted(client, &trusted_proxies);
        if is_bound && !slots.has_room_for(client) {
            // Closed without an answer: a client with this many connections notices.
            refused_log.refused();
            continue;
        }
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = slots.make_room() => {}
        }
        let slot = slots.take(client, is_bound);
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve_one(
            stream,
            peer,
            router.clone(),
            Arc::clone(&limits),
            slot,
            stopped.clone(),
        ));
    }
    drop(listener);
    drop(stopped);
    // Tells every connection, then waits until the last one has ended.
    let _ = stopping.send(());
    stopping.closed().await;
}

/// The next connection. If none can be accepted, waits before it retries: longer each time, up to a
/// second.
async fn accept(listener: &TcpListener, slots: &ConnectionSlots) -> (TcpStream, SocketAddr) {
    let mut wait = BACK_OFF.0;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of files or memory: `accept` would fail again at once.
                tracing::warn!(%error, wait_ms = wait.as_millis(), "could not accept a connection, will retry");
                slots.evict();
                sleep(wait).await;
                wait = (wait * 2).min(BACK_OFF.1);
            }
        }
    }
}

/// Whether only the connection that was being accepted failed.
fn is_of_one_connection(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
    matches!(
        error.kind(),
        ConnectionAborted | ConnectionRefused | ConnectionReset | Interrupted
    )
}

/// Logs refused connections once a minute at most: a line for each would be an attack of its own.
#[derive(Default)]
struct RefusedLog {
    count: u64,
    at: Option<Instant>,
}

impl RefusedLog {
    fn refused(&mut self) {
        self.count += 1;
        metrics::counter!("concierge_connections_refused_total").increment(1);
        if self.at.is_none_or(|at| at.elapsed() >= LOG_EVERY) {
            tracing::warn!(
                connections = self.count,
                "a client reached its connection limit; closed further connections"
            );
            (self.count, self.at) = (0, Some(Instant::now()));
        }
    }
}
