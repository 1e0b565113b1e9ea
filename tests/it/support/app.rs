//! The application for a test: a fresh database, a clock that the test moves, requests through the
//! HTTP routes.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use axum::{Router, body::Body, extract::ConnectInfo};
use chrono::{DateTime, Duration, Utc};
use concierge::{
    app::{App, Edge, assemble},
    domain::{
        clock::{Clock, ManualClock},
        id::IdSource,
    },
    service::{
        deps::{Limits, SecretKey},
        hasher::{HashingCost, PasswordHasher},
    },
    store::{
        Database,
        engine::{DatabaseOptions, STATEMENTS, Synchronous},
    },
};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use super::databases::{self, Engine, TestDatabase};

/// The instant at which every test begins.
pub fn start() -> DateTime<Utc> {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

/// An application over a fresh database.
pub struct TestApp {
    pub app: App,
    pub clock: Arc<ManualClock>,
    door: Door,
    // Dropped last: it removes the database.
    database: TestDatabase,
}

/// The client's access to the routes. Can be cloned into concurrent tasks.
#[derive(Clone)]
pub struct Door {
    router: Router,
}

/// The answer to a request.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: http::HeaderMap,
    pub body: Value,
    /// The number of SQL statements (P4).
    pub statements: u32,
}

impl Answer {
    /// The data of an answer without errors.
    #[track_caller]
    pub fn data(&self) -> &Value {
        assert_eq!(self.status, StatusCode::OK, "{:#}", self.body);
        assert!(self.body.get("errors").is_none(), "{:#}", self.body);
        &self.body["data"]
    }

    /// The codes of the top-level errors, each with its path: `FORBIDDEN workspace.members`.
    pub fn refusals(&self) -> Vec<String> {
        let errors = self.body["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        let step = |step: &Value| {
            step.as_str()
                .map_or_else(|| step.to_string(), str::to_owned)
        };
        let path = |error: &Value| {
            error["path"]
                .as_array()
                .map(|path| path.iter().map(step).collect::<Vec<_>>().join("."))
                .unwrap_or_default()
        };
        let code = |error: &Value| {
            error["extensions"]["code"]
                .as_str()
                .unwrap_or("-")
                .to_owned()
        };
        errors
            .iter()
            .map(|error| format!("{} {}", code(error), path(error)).trim().to_owned())
            .collect()
    }

    /// The codes of the top-level errors.
    pub fn codes(&self) -> Vec<&str> {
        let errors = self.body["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        errors
            .iter()
            .map(|error| error["extensions"]["code"].as_str().unwrap_or("-"))
            .collect()
    }
}

/// The tests' database options: any number of concurrent calls, so that races reach the lock. A
/// commit need not survive a crash of the machine.
pub fn many(url: &str) -> DatabaseOptions {
    let synchronous = Synchronous::Normal;
    DatabaseOptions {
        waiting_per_workspace: 1_000,
        writes_per_actor: 1_000,
        synchronous,
        ..DatabaseOptions::new(url)
    }
}

impl TestApp {
    /// A fresh application on `engine`. `None`, with a notice, if there is no such database.
    pub async fn on(engine: Engine) -> Option<Self> {
        Self::waiting(engine, std::time::Duration::from_secs(5)).await
    }

    /// The same with this timeout for a lock or a connection.
    pub async fn waiting(engine: Engine, lock_timeout: std::time::Duration) -> Option<Self> {
        let database = databases::fresh(engine).await?;
        let options = DatabaseOptions {
            lock_timeout,
            ..many(database.url())
        };
        Some(Self::over(database, &options).await)
    }

    /// The same with these maximum numbers of waiting writes per workspace and per actor.
    pub async fn bounded(
        engine: Engine,
        waiting_per_workspace: usize,
        writes_per_actor: usize,
    ) -> Option<Self> {
        let database = databases::fresh(engine).await?;
        let lock_timeout = std::time::Duration::from_secs(20);
        let options = DatabaseOptions {
            lock_timeout,
            waiting_per_workspace,
            writes_per_actor,
            ..many(database.url())
        };
        Some(Self::over(database, &options).await)
    }

    async fn over(database: TestDatabase, options: &DatabaseOptions) -> Self {
        let db = Database::connect(options).await.expect("the test database");
        let clock = Arc::new(ManualClock::at(start()));
        let ids = Arc::new(IdSource::random());
        let hasher = PasswordHasher::new(HashingCost::default(), 2, Arc::clone(&ids))
            .expect("hash parameters");
        let deps = assemble(
            db,
            Arc::clone(&clock) as Arc<dyn Clock>,
            ids,
            SecretKey::new([7; 32]),
            Limits::default(),
            hasher,
            false,
        );
        let app = App::new(deps, Edge::default());
        let router = app.router().expect("routes");
        Self {
            app,
            clock,
            door: Door { router },
            database,
        }
    }

    /// The clock's instant.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Moves the clock.
    pub fn pass(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// The database's address, for a second connection.
    pub fn url(&self) -> &str {
        self.database.url()
    }

    /// The client's access to the routes.
    pub fn door(&self) -> Door {
        self.door.clone()
    }

    /// Sends a POST to `/graphql`, with a credential (session token or key) or without.
    pub async fn post(&self, credential: Option<&str>, query: &str, variables: Value) -> Answer {
        self.door.post(credential, query, variables).await
    }

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.door.send(request).await
    }
}

impl Door {
    /// Access to these routes.
    pub const fn of(router: Router) -> Self {
        Self { router }
    }

    /// Sends a POST to `/graphql`, with a credential (session token or key) or without.
    pub async fn post(&self, credential: Option<&str>, query: &str, variables: Value) -> Answer {
        let mut request = Request::post("/graphql")
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ACCEPT, "application/graphql-response+json");
        if let Some(credential) = credential {
            request = request.header(header::AUTHORIZATION, format!("Bearer {credential}"));
        }
        let body = json!({ "query": query, "variables": variables }).to_string();
        self.send(request.body(Body::from(body)).expect("a request"))
            .await
    }

    /// Sends any request.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        self.send_from(SocketAddr::from(([127, 0, 0, 1], 40_000)), request)
            .await
    }

    /// Sends any request that has a client address. The body of the answer is still to be read.
    pub async fn response(&self, request: Request<Body>) -> http::Response<Body> {
        self.router
            .clone()
            .oneshot(request)
            .await
            .expect("an answer")
    }

    /// Sends any request, from any peer.
    pub async fn send_from(&self, peer: SocketAddr, mut request: Request<Body>) -> Answer {
        request.extensions_mut().insert(ConnectInfo(peer));
        let count = Arc::new(AtomicU32::new(0));
        let response = STATEMENTS
            .scope(Arc::clone(&count), self.router.clone().oneshot(request))
            .await
            .expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("a body").to_bytes();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
            statements: count.load(Ordering::Relaxed),
        }
    }
}
