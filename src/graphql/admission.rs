//! Admission: every GraphQL request passes here before the engine runs anything, whichever way it
//! came.
//!
//! Owns the order of checks: scan, parse, shape, the engine's rules, literals, usages, merge,
//! variables, forms, cost, budget; the cache of checked documents; and the time limit. No version
//! of the engine is safe without it. Must not know HTTP, who may see what, or a single resolver.
//! `http` talks to [`Admission`] alone; the engine's own types stay behind it.

mod admit;
mod admitted;
mod answer;
mod budget;
mod coerce;
mod cost;
mod document;
mod duplicates;
mod escape;
mod exchange;
mod fault;
mod form;
mod index;
mod limits;
mod literals;
mod merge;
mod meter;
mod page_size;
mod persisted;
mod plan;
mod prices;
mod request_turn;
mod scan;
mod serial;
mod stream;
mod structure;
mod usage;
mod validate;

use std::{sync::Arc, time::Duration};

use async_graphql::{
    ObjectType, Response, SchemaBuilder, ServerError, SubscriptionType, ValidationMode, Value,
    futures_util::StreamExt,
};
use async_graphql_parser::types::OperationType;
use chrono::{DateTime, Utc};
use moka::sync::Cache;
use tokio::time::Instant;

use self::request_turn::LongSteps;
use self::{
    admitted::{Admitted, RequestState, Settling},
    answer::Answering,
    budget::Budget,
    document::CheckedDocument,
    fault::Refused,
    form::NamedIds,
    index::{Declared, Index},
    plan::Plan,
    validate::{Engine, StopAfterValidation},
};
pub use self::{
    budget::{RequestCost, WINDOW_SECONDS},
    coerce::shortened,
    exchange::{
        Asking, GraphqlRequest, GraphqlResponse, LoggedCode, OperationInfo, OperationKind,
        RequestData, RequestExtensions, RequestVariables, ResponseHeaders,
    },
    fault::{RefusalKind, code},
    form::{Forms, Given, IdForm, Rule, Size, TextForm},
    limits::Limits,
    meter::{Meter, Running, Stopwatch, carry},
    persisted::PersistedDocuments,
    prices::{Prices, Work},
    request_turn::{NoTurn, RequestTurn},
    stream::ResponseStream,
};
use crate::{domain::vocabulary::Locale, service::turns::Turns, words::message::Message};

/// Says why a value is none of a custom scalar; asked for `ID` too.
pub type ScalarCheck = fn(&str, &Value) -> Result<(), Message>;

/// Gives a resolver's error its code and what goes with it, from its source, and leaves its message
/// as the source. False: it is internal, and nothing of it may leave.
pub type Expose = fn(&mut ServerError) -> bool;

/// Whether a resolver's error is about the form of an argument that only the resolver can check: a
/// query with one is refused as a whole.
pub type IsWrongForm = fn(&ServerError) -> bool;

/// How deep the engine may recurse; what admission lets through is never as deep.
const ENGINE_DEPTH: usize = 128;

/// What admission is told at start.
#[derive(Debug)]
pub struct AdmissionOptions {
    /// How large a request may be.
    pub limits: Limits,
    /// The hook for custom scalars.
    pub scalar: ScalarCheck,
    /// The price list.
    pub prices: Prices,
    /// The clocks that work is measured by.
    pub stopwatch: Stopwatch,
    /// The forms that values have besides their type.
    pub forms: Forms,
    /// The hook for errors that come without a code.
    pub expose: Expose,
    /// The hook for errors about the form of an argument.
    pub is_wrong_form: IsWrongForm,
    /// Documents that clients name by id.
    pub persisted: PersistedDocuments,
    /// May clients read the schema?
    pub introspection: bool,
    /// How many large requests are read, or expensive queries run, at the same time.
    pub heavy_at_once: usize,
}

impl Default for AdmissionOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            scalar: |_, _| Ok(()),
            prices: Prices::default(),
            stopwatch: Stopwatch::default(),
            forms: Forms::default(),
            expose: |_| false,
            is_wrong_form: |_| false,
            persisted: PersistedDocuments::default(),
            introspection: true,
            heavy_at_once: request_turn::cores(),
        }
    }
}

/// The schema could not be read.
#[derive(Debug, thiserror::Error)]
#[error("the schema's own SDL does not parse: {0}")]
pub struct SchemaUnreadable(async_graphql_parser::Error);

/// The gate in front of the engine.
pub struct Admission {
    engine: Box<dyn Engine>,
    validator: Box<dyn Engine>,
    index: Index,
    options: AdmissionOptions,
    budget: Budget,
    checked: Cache<Arc<str>, Arc<CheckedDocument>>,
    turns: Turns,
}

impl std::fmt::Debug for Admission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admission")
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

impl Admission {
    /// `schema` is called twice: one schema validates, the other answers. Suggestions of names are
    /// turned off.
    pub fn new<Q, M, S>(
        schema: impl Fn() -> SchemaBuilder<Q, M, S>,
        options: AdmissionOptions,
    ) -> Result<Self, SchemaUnreadable>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        let build = || {
            let builder = schema()
                .disable_suggestions()
                .limit_recursive_depth(ENGINE_DEPTH);
            if options.introspection {
                builder
            } else {
                builder.disable_introspection()
            }
        };
        let engine = build().validation_mode(ValidationMode::Fast).finish();
        let validator = build()
            .validation_mode(ValidationMode::Strict)
            .extension(StopAfterValidation)
            .finish();
        let index = Index::new(
            &engine.sdl(),
            &options.limits,
            &Declared {
                forms: &options.forms,
                prices: &options.prices,
            },
        )
        .map_err(SchemaUnreadable)?;
        let checked = Cache::builder()
            .max_capacity(options.limits.cache_bytes)
            .weigher(|_, checked: &Arc<CheckedDocument>| checked.weight)
            .build();
        let budget = Budget::new(options.limits.budget);
        let turns = request_turn::turns(options.heavy_at_once);
        Ok(Self {
            engine: Box::new(engine),
            validator: Box::new(validator),
            index,
            options,
            budget,
            checked,
            turns,
        })
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// Reads a request from the bytes of a JSON body. The error says what is wrong with the form.
    pub fn read(body: &[u8]) -> Result<GraphqlRequest, String> {
        let request: GraphqlRequest =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        Ok(GraphqlRequest {
            bytes: body.len(),
            ..request
        })
    }

    /// Checks a request and answers it. Dropping the future stops it.
    pub async fn execute(&self, request: GraphqlRequest, asking: Asking<'_>) -> GraphqlResponse {
        let mut state = RequestState::default();
        let (key, now, request_id) = (asking.budget_key, asking.now, asking.request_id);
        let locale = asking.locale;
        let deadline = request.turn.as_ref().map_or_else(
            || Instant::now() + self.options.limits.timeout,
            |place| place.deadline,
        );
        let is_large = request.turn.as_ref().is_some_and(RequestTurn::has_turn);
        let admitting = self.admit(request, asking, false, &mut state);
        let admitted = if is_large {
            LongSteps::of(admitting).await
        } else {
            admitting.await
        };
        let mut admitted = match admitted {
            Ok(admitted) => admitted,
            Err(refused) => return self.refuse(refused, locale, (key, now), state),
        };
        let (plan, meter, named) = (
            Arc::clone(&admitted.plan),
            admitted.meter.clone(),
            std::mem::take(&mut admitted.named),
        );
        let mut settling = Settling {
            prices: &self.options.prices,
            budget: &self.budget,
            key,
            now,
            meter: meter.clone(),
            cost: admitted.cost,
        };
        let cost = admitted.cost.complexity;
        let is_query = plan
            .operation()
            .is_some_and(|operation| operation.ty == OperationType::Query);
        let answer = async {
            let response = self.run(admitted, deadline).await;
            answer::executed(response, &self.answering(&plan, &named, request_id, locale))
        };
        let answer = meter.processor(answer);
        let body = if is_query {
            let timed_out = || (answer::timed_out(locale), Some(code::TIMEOUT.to_owned()));
            let done = self.in_time(key, cost, deadline, answer).await;
            done.map(|done| done.unwrap_or_else(timed_out))
        } else {
            answer.await.map_err(Refused::documents)
        };
        let cost = settling.settle();
        match body {
            Ok((body, code)) => GraphqlResponse {
                body,
                refused: None,
                code,
                operation: state.operation,
                cost,
            },
            Err(refused) => self.refuse(refused, locale, (key, now), state),
        }
    }

    /// Checks a request and answers it as often as it has something to say: once, unless it is a
    /// subscription.
    pub async fn subscribe(
        &self,
        request: GraphqlRequest,
        asking: Asking<'_>,
    ) -> Result<ResponseStream, GraphqlResponse> {
        let mut state = RequestState::default();
        let (key, now, request_id) = (asking.budget_key, asking.now, asking.request_id.to_owned());
        let locale = asking.locale;
        match self.admit(request, asking, true, &mut state).await {
            Ok(admitted) => Ok(ResponseStream {
                plan: Arc::clone(&admitted.plan),
                stream: self.engine.stream(admitted.into_request()),
                request_id,
                locale,
                operation: state.operation,
            }),
            Err(refused) => Err(self.refuse(refused, locale, (key, now), state)),
        }
    }

    /// The bytes of the next answer of a subscription.
    pub async fn next(&self, stream: &mut ResponseStream) -> Option<Vec<u8>> {
        let response: Response = stream.stream.next().await?;
        let body = answer::executed(
            response,
            &self.answering(&stream.plan, &[], &stream.request_id, stream.locale),
        );
        Some(body.map_or_else(
            |errors| answer::refused(errors, stream.locale),
            |(body, _)| body,
        ))
    }

    /// What is left to an actor; takes nothing.
    pub fn budget(&self, key: &str, now: DateTime<Utc>) -> RequestCost {
        self.budget.take(key, 0, now).unwrap_or_else(|state| state)
    }

    /// The root fields of the operation that a request means; `None` if it is not valid, or hides
    /// them in fragments.
    pub async fn root_fields(&self, request: &GraphqlRequest) -> Option<Vec<String>> {
        let text = self
            .options
            .persisted
            .resolve(
                request.document.clone(),
                request.document_id.as_deref(),
                false,
            )
            .ok()?;
        let checked = match self.checked.get(&text) {
            Some(checked) => checked,
            None => self.check(text).await.ok()?,
        };
        checked
            .operation(request.operation_name.as_deref())
            .ok()?
            .root_fields()
    }

    /// Whether an actor may begin something that is measured while it goes on: `Err` if nothing is
    /// left. Takes nothing.
    pub fn may_begin(&self, key: &str, now: DateTime<Utc>) -> Result<RequestCost, RequestCost> {
        let state = self.budget(key, now);
        if state.remaining == 0 {
            Err(state)
        } else {
            Ok(state)
        }
    }

    /// Takes what a request cost that could not be read as one, by its bytes; what is left then.
    pub fn charge_bytes(&self, key: &str, now: DateTime<Utc>, bytes: usize) -> RequestCost {
        self.budget
            .charge(key, self.options.prices.arrival(bytes), now)
    }

    /// Measures work that is no GraphQL request.
    pub fn stopwatch(&self) -> Running {
        Running::new(self.options.stopwatch)
    }

    /// Takes what measured work cost, at least what a request does.
    pub fn charge_time(&self, key: &str, now: DateTime<Utc>, spent: Duration) -> RequestCost {
        let prices = &self.options.prices;
        self.budget
            .charge(key, prices.time(spent).max(prices.request), now)
    }

    /// The time is given to mutations, which say how far they came; whoever asks for a query stops
    /// it.
    async fn run(&self, admitted: Admitted, deadline: Instant) -> Response {
        if admitted
            .plan
            .operation()
            .is_some_and(|operation| operation.ty == OperationType::Mutation)
        {
            let Admitted {
                variables,
                data,
                plan,
                ..
            } = admitted;
            let roots = serial::split(&self.index, plan.document(&variables), &variables, || {
                data.copy()
            });
            return serial::run(&*self.engine, roots, deadline).await;
        }
        self.engine.run(admitted.into_request()).await
    }

    fn refuse(
        &self,
        refused: Refused,
        locale: Locale,
        (key, now): (&str, DateTime<Utc>),
        state: RequestState,
    ) -> GraphqlResponse {
        let mut cost = self.budget(key, now);
        cost.complexity = state.complexity;
        let code = answer::first_code(&refused.errors);
        let body = answer::refused(refused.errors, locale);
        GraphqlResponse {
            body,
            refused: Some(refused.kind),
            code,
            operation: state.operation,
            cost,
        }
    }

    fn answering<'a>(
        &'a self,
        plan: &'a Plan,
        named: &'a [NamedIds],
        request_id: &'a str,
        locale: Locale,
    ) -> Answering<'a> {
        let AdmissionOptions {
            expose,
            is_wrong_form,
            ref limits,
            ..
        } = self.options;
        Answering {
            plan,
            index: &self.index,
            expose,
            is_wrong_form,
            named,
            request_id,
            most_errors: limits.errors,
            locale,
        }
    }
}
