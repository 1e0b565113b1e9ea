//! The listener: accepts connections, bounds them, and ends those that hold a place without using
//! it.
//!
//! Owns sockets and time-outs (A2): how many connections there may be, for the process and for each
//! client, how long a header may take, how long an idle connection stays, and how long a client may
//! take nothing of its answer. Must not read a request: that is the router's.

mod connection;
mod places;
mod progress;

use std::{future::Future, io, net::SocketAddr, sync::Arc, time::Duration};

use axum::Router;
use ipnet::IpNet;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time::{Instant, sleep},
};

use self::{connection::serve_one, places::Places};
use super::client::is_trusted;

/// What connections are allowed. The defaults are those of the manual.
#[derive(Debug, Clone)]
pub struct ConnectionLimits {
    /// From the first byte of a request, or from the connection's beginning, to the end of its
    /// header.
    pub header_timeout: Duration,
    /// How long a connection without a request is kept.
    pub idle_timeout: Duration,
    /// How long a client may take nothing of an answer.
    pub stall_timeout: Duration,
    /// The most connections of the process.
    pub connections: usize,
    /// The most connections of one client: of an IPv4 address, or of an IPv6 /64. Trusted proxies
    /// have no such bound.
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
    /// No deadline that begins now ends sooner.
    fn shortest(&self) -> Duration {
        self.header_timeout
            .min(self.idle_timeout)
            .min(self.stall_timeout)
    }
}

/// The first wait after a failed `accept`, and the longest.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// How often refused connections are told in the log.
const TELL_EVERY: Duration = Duration::from_secs(60);

/// Serves `router` on `listener` until `stop` is done, then waits for the requests under way.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    limits: ConnectionLimits,
    trusted_proxies: Vec<IpNet>,
    stop: impl Future<Output = ()> + Send,
) {
    let limits = Arc::new(limits);
    let places = Places::new(&limits);
    let (stopping, stopped) = watch::channel(());
    let mut told = Told::default();
    let mut stop = std::pin::pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            biased;
            () = &mut stop => break,
            accepted = accept(&listener, &places) => accepted,
        };
        let client = peer.ip().to_canonical();
        let is_bound = !is_trusted(client, &trusted_proxies);
        if is_bound && !places.has_room_for(client) {
            // Closed at once: whoever has this many connections learns it by that.
            told.refused();
            continue;
        }
        tokio::select! {
            biased;
            () = &mut stop => break,
            () = places.make_room() => {}
        }
        let place = places.take(client, is_bound);
        let _ = stream.set_nodelay(true);
        tokio::spawn(serve_one(
            stream,
            peer,
            router.clone(),
            Arc::clone(&limits),
            place,
            stopped.clone(),
        ));
    }
    drop(listener);
    drop(stopped);
    // Tells every connection, then waits until the last has ended.
    let _ = stopping.send(());
    stopping.closed().await;
}

/// The next connection. Where none can be accepted, it waits before it tries again: longer each
/// time, up to a second.
async fn accept(listener: &TcpListener, places: &Places) -> (TcpStream, SocketAddr) {
    let mut wait = BACK_OFF.0;
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) if is_of_one_connection(&error) => {}
            Err(error) => {
                // Out of files or memory: `accept` would fail again at once.
                tracing::warn!(%error, wait_ms = wait.as_millis(), "could not accept a connection, will retry");
                places.evict();
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

/// Refused connections, told in the log once a minute at most: a line for each would be an attack
/// of its own.
#[derive(Default)]
struct Told {
    count: u64,
    at: Option<Instant>,
}

impl Told {
    fn refused(&mut self) {
        self.count += 1;
        metrics::counter!("concierge_connections_refused_total").increment(1);
        if self.at.is_none_or(|at| at.elapsed() >= TELL_EVERY) {
            tracing::warn!(
                connections = self.count,
                "a client reached its connection limit; closed further connections"
            );
            (self.count, self.at) = (0, Some(Instant::now()));
        }
    }
}
