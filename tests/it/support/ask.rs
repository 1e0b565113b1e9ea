//! A request, built step by step: credential, client address, headers, routes.

use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use axum::body::Body;
use concierge::{
    app::{App, Edge},
    service::deps::Throttle,
    store::Database,
};
use http::Request;
use serde_json::{Value, json};

use super::{
    TestApp,
    app::{Answer, Door, many},
};

/// A POST to `/graphql` that is about to be sent.
pub struct Ask {
    door: Door,
    body: Value,
    headers: Vec<(String, String)>,
    peer: SocketAddr,
}

impl TestApp {
    /// A request with `query`, by default anonymous and from this machine.
    pub fn ask(&self, query: &str) -> Ask {
        Ask {
            door: self.door(),
            body: json!({ "query": query }),
            headers: Vec::new(),
            peer: SocketAddr::from(([127, 0, 0, 1], 40_000)),
        }
    }

    /// Other routes over the same database: with another edge, with or without secure cookies.
    pub fn another_door(&self, edge: Edge, secure: bool) -> Door {
        let mut deps = self.app.deps.clone();
        deps.cookie_secure = secure;
        Door::of(App::new(deps, edge).router().expect("routes"))
    }

    /// Other routes over the same database that do not limit how often somebody rehearses, looks for
    /// a key or reports one.
    pub fn tireless_door(&self) -> Door {
        let mut deps = self.app.deps.clone();
        let unlimited = || Arc::new(Throttle::per_minute(std::num::NonZeroU32::MAX));
        (deps.dry_runs, deps.key_look_ups, deps.leak_reports) =
            (unlimited(), unlimited(), unlimited());
        deps.ceremonies = unlimited();
        Door::of(App::new(deps, Edge::default()).router().expect("routes"))
    }

    /// Another node over the same database and clock. It shares no memory with this one.
    pub async fn another_node(&self) -> Door {
        self.node_of(self.another_deps().await)
    }

    /// The node that works with `deps`.
    pub fn node_of(&self, deps: concierge::service::Deps) -> Door {
        Door::of(App::new(deps, Edge::default()).router().expect("routes"))
    }

    /// What the services of another node work with.
    pub async fn another_deps(&self) -> concierge::service::Deps {
        let options = many(self.url());
        let mut deps = self.app.deps.clone();
        deps.db = Database::connect(&options)
            .await
            .expect("the test database");
        deps.cache = Arc::default();
        deps.activity = Arc::default();
        deps.analytics = Arc::default();
        deps.quota_batches = Arc::default();
        deps
    }

    /// A GET of `path`.
    pub async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = Request::get(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::empty()).expect("a request"))
            .await
    }
}

impl Ask {
    pub fn input(self, input: Value) -> Self {
        self.variables(json!({ "input": input }))
    }

    pub fn variables(mut self, variables: Value) -> Self {
        self.body["variables"] = variables;
        self
    }

    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sets the credential: a session token or a key.
    pub fn by(self, credential: &str) -> Self {
        self.header("authorization", &format!("Bearer {credential}"))
    }

    pub fn cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie)
    }

    /// Sets the client.
    pub fn from(mut self, client: &str) -> Self {
        self.peer = SocketAddr::new(client.parse::<IpAddr>().expect("an address"), 40_000);
        self
    }

    /// Sends it through other routes.
    pub fn through(mut self, door: &Door) -> Self {
        self.door = door.clone();
        self
    }

    pub async fn send(self) -> Answer {
        let mut request = Request::post("/graphql");
        let named = |name: &str| self.headers.iter().any(|(given, _)| given == name);
        if !named("content-type") {
            request = request.header("content-type", "application/json");
        }
        if !named("accept") {
            request = request.header("accept", "application/graphql-response+json");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        self.door
            .send_from(
                self.peer,
                request
                    .body(Body::from(self.body.to_string()))
                    .expect("a request"),
            )
            .await
    }
}

impl Answer {
    /// The cookie of that name that the answer sets, with its attributes.
    pub fn set_cookie(&self, name: &str) -> Option<&str> {
        let values = self
            .headers
            .get_all("set-cookie")
            .iter()
            .filter_map(|value| value.to_str().ok());
        values.into_iter().find(|value| {
            value
                .split_once('=')
                .is_some_and(|(given, _)| given == name)
        })
    }

    /// The cookie of that name as a browser sends it back.
    #[track_caller]
    pub fn cookie(&self, name: &str) -> &str {
        let value = self
            .set_cookie(name)
            .unwrap_or_else(|| panic!("no cookie {name}: {:?}", self.headers));
        value.split(';').next().unwrap_or_default()
    }

    /// The codes of the payload's `errors` under the root field.
    pub fn user_errors(&self, field: &str) -> Vec<&str> {
        let errors = self.body["data"][field]["errors"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default();
        errors
            .iter()
            .map(|error| error["code"].as_str().unwrap_or("-"))
            .collect()
    }
}
