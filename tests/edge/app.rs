//! The router around the toy schema, and who asks.

use std::{
    future::Future,
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{Router, body::Body};
use chrono::{DateTime, Utc};
use concierge::{
    domain::vocabulary::Locale,
    graphql::admission::{Admission, AdmissionOptions, RequestData},
    http::{Caller, EdgeOptions, Identify, Refusal, router},
};
use http::{HeaderMap, Request, StatusCode, request::Parts};
use tower::ServiceExt;

use super::toy::{Runs, options, schema};

/// Everybody is anonymous, but for some tokens.
pub struct Toy {
    pub runs: Runs,
    pub now: DateTime<Utc>,
}

impl Identify for Toy {
    fn identify(
        &self,
        parts: &Parts,
        _: Option<SocketAddr>,
        _: &str,
    ) -> impl Future<Output = Result<Caller, Refusal>> + Send {
        let answer = match parts.headers.get("authorization").map(|v| v.as_bytes()) {
            Some(b"Bearer bad") => Err(Refusal::BadCredential),
            Some(b"Bearer busy") => Err(Refusal::RateLimited { retry_after: 4 }),
            Some(b"Bearer away") => Err(Refusal::Unavailable { retry_after: 5 }),
            Some(b"Bearer broken") => Err(Refusal::Internal),
            _ => Ok(Caller {
                budget_key: parts
                    .headers
                    .get("x-client")
                    .map_or("anonymous", |client| client.to_str().unwrap())
                    .to_owned(),
                now: self.now,
                data: RequestData::default().with(self.runs.clone()),
                log_actor: "anonymous".into(),
                statements: Arc::default(),
                locale: Locale::En,
                is_signed_in: false,
                is_by_cookie: false,
            }),
        };
        std::future::ready(answer)
    }
}

/// An answer.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
    pub fn code(&self) -> String {
        self.json()["errors"][0]["extensions"]["code"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    }
}

/// The router, and what its resolvers counted.
pub struct App {
    pub router: Router,
    pub runs: Runs,
    pub admission: Arc<Admission>,
}

impl App {
    pub fn new() -> Self {
        Self::with(options(), |_| {})
    }

    pub fn with(options: AdmissionOptions, change: impl FnOnce(&mut EdgeOptions)) -> Self {
        let runs = Runs::default();
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let identify = Toy {
            runs: runs.clone(),
            now,
        };
        let next = AtomicU32::new(1);
        let ids =
            Arc::new(move || uuid::Uuid::from_u128(next.fetch_add(1, Ordering::Relaxed).into()));
        let mut edge = EdgeOptions::new(ids, Arc::new(|| Box::pin(async { Ok(()) })));
        change(&mut edge);
        let admission = Arc::new(Admission::new(schema, options).unwrap());
        Self {
            router: router(Arc::clone(&admission), identify, edge),
            admission,
            runs,
        }
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8(bytes.to_vec()).unwrap(),
        }
    }

    pub async fn post(&self, body: serde_json::Value) -> Answer {
        self.post_text(body.to_string()).await
    }

    pub async fn post_text(&self, body: String) -> Answer {
        let request = Request::post("/graphql").header("content-type", "application/json");
        self.send(request.body(Body::from(body)).unwrap()).await
    }

    pub async fn query(&self, query: &str) -> Answer {
        self.post(serde_json::json!({ "query": query })).await
    }

    pub async fn with_variables(&self, query: &str, variables: serde_json::Value) -> Answer {
        self.post(serde_json::json!({ "query": query, "variables": variables }))
            .await
    }
}
