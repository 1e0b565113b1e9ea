//! The slots for requests: how many one client has answered at the same time.
//!
//! Owns the counts, by the client's address as a trusted proxy tells it (ACC-11). Connections are
//! bounded elsewhere, and do not bound this: a proxy sends the requests of all clients over a few of
//! its own, and one connection of HTTP/2 carries many requests.

use std::{
    collections::HashMap,
    net::IpAddr,
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll},
};

use axum::{
    body::{Body, Bytes, HttpBody},
    extract::State,
    middleware::Next,
};
use http::{Request, Response, StatusCode};
use hyper::body::{Frame, SizeHint};

use super::{
    Edge,
    client::{client_address, counted_as, is_trusted, peer},
    graphql::requested_locale,
    identify::Identify,
    negotiate::{Media, negotiate},
    respond::{self, Detail},
};
use crate::{graphql::admission::code, words::message};

/// The slots of all clients.
#[derive(Debug, Clone)]
pub(super) struct RequestSlots(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    most_per_client: usize,
    by_client: Mutex<HashMap<IpAddr, usize>>,
}

/// The slot of one request. Freed when dropped.
#[derive(Debug)]
struct RequestSlot {
    slots: RequestSlots,
    client: IpAddr,
}

impl RequestSlots {
    pub(super) fn new(most_per_client: usize) -> Self {
        Self(Arc::new(Inner {
            most_per_client,
            by_client: Mutex::default(),
        }))
    }

    /// Takes a slot, if the client has one left.
    fn take(&self, client: IpAddr) -> Option<RequestSlot> {
        let client = counted_as(client);
        let mut by_client = self.by_client();
        let count = by_client.entry(client).or_default();
        // At least one is allowed, so that a client without any has one left.
        if *count >= self.0.most_per_client.max(1) {
            return None;
        }
        *count += 1;
        drop(by_client);
        Some(RequestSlot {
            slots: self.clone(),
            client,
        })
    }

    fn by_client(&self) -> std::sync::MutexGuard<'_, HashMap<IpAddr, usize>> {
        self.0
            .by_client
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for RequestSlot {
    fn drop(&mut self) {
        let mut by_client = self.slots.by_client();
        if let Some(count) = by_client.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                by_client.remove(&self.client);
            }
        }
    }
}

/// Answers a request if its client has a slot left, and holds the slot until the answer is sent.
/// Trusted proxies that name no client have no such limit.
pub(super) async fn bound<I: Identify>(
    State(edge): State<Arc<Edge<I>>>,
    request: Request<Body>,
    next: Next,
) -> Response<Body> {
    let trusted = &edge.options.trusted_proxies;
    let client = client_address(peer(request.extensions()), request.headers(), trusted)
        .filter(|client| !is_trusted(*client, trusted));
    let Some(client) = client else {
        return next.run(request).await;
    };
    let Some(slot) = edge.request_slots.take(client) else {
        return respond::error(
            negotiate(request.headers()).unwrap_or(Media::GraphqlResponse),
            StatusCode::TOO_MANY_REQUESTS,
            code::RATE_LIMITED,
            &message::too_many_at_once(),
            requested_locale(request.headers()),
            Detail {
                retry_after: Some(1),
                ..Detail::default()
            },
        );
    };
    let answer = next.run(request).await;
    answer.map(|body| Body::new(Counted { body, _slot: slot }))
}

/// A body that holds its request's slot.
struct Counted {
    body: Body,
    _slot: RequestSlot,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a2_a_client_has_so_many_requests_at_once() {
        let slots = RequestSlots::new(2);
        let take = |client: &str| slots.take(client.parse().unwrap());
        let held = [take("192.0.2.1"), take("192.0.2.1")];
        assert!(held.iter().all(Option::is_some));
        assert!(take("192.0.2.1").is_none());
        assert!(take("192.0.2.2").is_some(), "another client");
        drop(held);
        assert!(slots.by_client().is_empty(), "nobody is remembered");
        let network = [take("2001:db8::1"), take("2001:db8::2")];
        assert!(take("2001:db8::3").is_none(), "one network is one client");
        assert!(take("2001:db8:0:1::3").is_some());
        drop(network);
    }
}
