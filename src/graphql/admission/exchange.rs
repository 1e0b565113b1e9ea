//! What goes into admission and what comes out, in types that name no engine.
//!
//! Owns the JSON form of a request, the data that resolvers find in their context, and the answer.
//! Must not decide.

use std::{
    any::{Any, TypeId},
    borrow::Cow,
    fmt,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use async_graphql::{Data, Variables};
use async_graphql_parser::types::OperationType;
use chrono::{DateTime, Utc};
use http::{HeaderName, HeaderValue, header::SET_COOKIE};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};

use super::{budget::RequestCost, fault::RefusalKind, request_turn::RequestTurn};
use crate::domain::vocabulary::Locale;

/// One GraphQL request, as it comes in a body or in a query string.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphqlRequest {
    /// The document itself.
    #[serde(default, rename = "query")]
    pub document: Option<Arc<str>>,
    /// The id of a document that the server has.
    #[serde(default)]
    pub document_id: Option<String>,
    /// Which operation of the document is meant.
    #[serde(default)]
    pub operation_name: Option<String>,
    /// The variables: an object, or nothing.
    #[serde(default)]
    pub variables: RequestVariables,
    /// How many bytes it came in.
    #[serde(skip)]
    pub bytes: usize,
    /// Its turn at being read, and when its time is over.
    #[serde(skip)]
    pub turn: Option<RequestTurn>,
    /// Extensions: an object, or nothing.
    #[serde(default)]
    pub extensions: RequestExtensions,
}

/// Variables by name.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct RequestVariables(pub(super) Variables);

/// What a request's extensions say. None of them is supported; anything but an object or null is an
/// error.
#[derive(Debug, Default)]
pub struct RequestExtensions {
    /// Whether the client names a document by Apollo's protocol of automatic persisted queries.
    pub(super) persisted_query: bool,
}

impl<'de> Deserialize<'de> for RequestExtensions {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = RequestExtensions;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object or null")
            }
            fn visit_unit<E>(self) -> Result<RequestExtensions, E> {
                Ok(RequestExtensions::default())
            }
            fn visit_map<A: MapAccess<'de>>(
                self,
                mut map: A,
            ) -> Result<RequestExtensions, A::Error> {
                let mut extensions = RequestExtensions::default();
                while let Some((name, _)) = map.next_entry::<Cow<'de, str>, IgnoredAny>()? {
                    extensions.persisted_query |= name == "persistedQuery";
                }
                Ok(extensions)
            }
        }
        deserializer.deserialize_any(Object)
    }
}

/// Puts a value into the context of one root field.
type Insert = Box<dyn Fn(&mut Data) + Send + Sync>;

/// What resolvers find in their context: one value of each type. All of it can be copied, because
/// each root field of a mutation is run by itself.
#[derive(Default)]
pub struct RequestData {
    data: Data,
    inserts: Vec<Insert>,
}

impl RequestData {
    /// Adds a value, in place of one of the same type.
    pub fn insert<T: Any + Clone + Send + Sync>(&mut self, value: T) {
        self.data.insert(value.clone());
        self.inserts
            .push(Box::new(move |data| data.insert(value.clone())));
    }

    /// The value of a type.
    pub fn get<T: Any + Send + Sync>(&self) -> Option<&T> {
        self.data.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// The same with a value more.
    #[must_use]
    pub fn with<T: Any + Clone + Send + Sync>(mut self, value: T) -> Self {
        self.insert(value);
        self
    }

    /// A copy for the engine.
    pub(super) fn copy(&self) -> Data {
        let mut data = Data::default();
        self.inserts.iter().for_each(|insert| insert(&mut data));
        data
    }

    /// All of it for the engine.
    pub(super) fn into_data(self) -> Data {
        self.data
    }
}

impl fmt::Debug for RequestData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestData")
    }
}

/// Headers that resolvers add to the answer; a handle, in each request's data.
#[derive(Debug, Clone, Default)]
pub struct ResponseHeaders(Arc<Mutex<Vec<(HeaderName, HeaderValue)>>>);

impl ResponseHeaders {
    /// Adds a header; earlier ones of the same name stay.
    pub fn append(&self, name: HeaderName, value: HeaderValue) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push((name, value));
    }

    /// Adds a cookie, in the form of a `Set-Cookie` header. It is marked sensitive.
    pub fn set_cookie(&self, cookie: &str) -> Result<(), http::header::InvalidHeaderValue> {
        let mut value = HeaderValue::from_str(cookie)?;
        value.set_sensitive(true);
        self.append(SET_COOKIE, value);
        Ok(())
    }

    /// Takes all headers out.
    pub fn take(&self) -> Vec<(HeaderName, HeaderValue)> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The code of a refusal that stands in a payload, for the log line: that of a failed sign-in. A
/// handle, in each request's data.
#[derive(Debug, Clone, Default)]
pub struct LoggedCode(Arc<OnceLock<&'static str>>);

impl LoggedCode {
    /// Tells the code; the first one stays.
    pub fn tell(&self, code: &'static str) {
        let _ = self.0.set(code);
    }

    /// The code that was told.
    pub fn get(&self) -> Option<&'static str> {
        self.0.get().copied()
    }
}

/// Who asks, when, and by which way.
#[derive(Debug)]
pub struct Asking<'a> {
    /// Whose budget this takes from.
    pub budget_key: &'a str,
    /// The instant of the request.
    pub now: DateTime<Utc>,
    /// For the resolvers; [`RequestCost`] is added to it.
    pub data: RequestData,
    /// The language of messages.
    pub locale: Locale,
    /// For internal errors, so that the log and the answer can be matched.
    pub request_id: &'a str,
    /// By a method that must not change anything?
    pub read_only: bool,
    /// Whether the document must be one that the server has.
    pub persisted_only: bool,
}

/// Query, mutation or subscription.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OperationKind {
    /// Reads.
    Query,
    /// Writes.
    Mutation,
    /// Listens.
    Subscription,
}

impl OperationKind {
    /// As written in a document.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

impl From<OperationType> for OperationKind {
    fn from(kind: OperationType) -> Self {
        match kind {
            OperationType::Query => Self::Query,
            OperationType::Mutation => Self::Mutation,
            OperationType::Subscription => Self::Subscription,
        }
    }
}

/// The operation that a request meant.
#[derive(Debug, Clone)]
pub struct OperationInfo {
    /// Query, mutation or subscription.
    pub kind: OperationKind,
    /// Its name in the document.
    pub name: Option<Arc<str>>,
}

/// The answer.
#[derive(Debug)]
pub struct GraphqlResponse {
    /// The JSON of the answer.
    pub body: Vec<u8>,
    /// Why nothing was run; `None` if something was.
    pub refused: Option<RefusalKind>,
    /// The code of the first top-level error.
    pub code: Option<String>,
    /// The operation, as far as it was found.
    pub operation: Option<OperationInfo>,
    /// The cost, and what is left of the budget. A refused request costs what it took to refuse it;
    /// what the rest would cost is told if it is known.
    pub cost: RequestCost,
}
