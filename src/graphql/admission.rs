//! Admission: every GraphQL request passes here before the engine runs anything, whichever way it came.
//!
//! Owns the order of checks: scan, parse, shape, the engine's rules, literals, usages, merge, variables, cost, budget; the cache
//! of checked documents; and the time limit. No version of the engine is safe without it. Must not know HTTP, who may
//! see what, or a single resolver. `http` talks to [`Admission`] alone; the engine's own types stay behind it.

mod answer;
mod budget;
mod coerce;
mod cost;
mod document;
mod exchange;
mod fault;
mod index;
mod limits;
mod literals;
mod merge;
mod page_size;
mod persisted;
mod plan;
mod scan;
mod stream;
mod structure;
mod usage;
mod validate;

use std::sync::Arc;

use async_graphql::{
    ObjectType, Request, Response, SchemaBuilder, ServerError, SubscriptionType, ValidationMode, Value, futures_util::StreamExt,
};
use moka::sync::Cache;

use self::{
    answer::Answering,
    budget::Budget,
    coerce::Coercion,
    document::Checked,
    fault::Refused,
    index::Index,
    plan::Plan,
    validate::{Engine, StopAfterValidation},
};
pub use self::{
    budget::{RequestCost, WINDOW_SECONDS},
    exchange::{
        Asking, GraphqlRequest, GraphqlResponse, IgnoredObject, LoggedCode, OperationInfo, OperationKind, RequestData,
        RequestVariables, ResponseHeaders,
    },
    fault::{RefusalKind, code},
    limits::Limits,
    persisted::PersistedDocuments,
    stream::ResponseStream,
};

/// Says why a value is none of a custom scalar; asked for `ID` too.
pub type ScalarCheck = fn(&str, &Value) -> Result<(), String>;

/// Gives a resolver's error its code and what goes with it, from its source. False: it is internal, and nothing of it may
/// leave.
pub type Expose = fn(&mut ServerError) -> bool;

/// How deep the engine may recurse; what admission lets through is never as deep.
const ENGINE_DEPTH: usize = 128;

/// What admission is told at start.
#[derive(Debug)]
pub struct AdmissionOptions {
    /// The limits.
    pub limits: Limits,
    /// The hook for custom scalars.
    pub scalar: ScalarCheck,
    /// The hook for errors that come without a code.
    pub expose: Expose,
    /// Documents that clients name by id.
    pub persisted: PersistedDocuments,
    /// May clients read the schema?
    pub introspection: bool,
}

impl Default for AdmissionOptions {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            scalar: |_, _| Ok(()),
            expose: |_| false,
            persisted: PersistedDocuments::default(),
            introspection: true,
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
    checked: Cache<Arc<str>, Arc<Checked>>,
}

impl std::fmt::Debug for Admission {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Admission").field("options", &self.options).finish_non_exhaustive()
    }
}

/// A request that passed.
struct Admitted {
    request: Request,
    plan: Arc<Plan>,
    cost: RequestCost,
}

/// What is known of a request before it is decided.
#[derive(Default)]
struct Known {
    operation: Option<OperationInfo>,
    complexity: u64,
}

impl Admission {
    /// `schema` is called twice: one schema validates, the other answers. Suggestions of names are turned off.
    pub fn new<Q, M, S>(schema: impl Fn() -> SchemaBuilder<Q, M, S>, options: AdmissionOptions) -> Result<Self, SchemaUnreadable>
    where
        Q: ObjectType + 'static,
        M: ObjectType + 'static,
        S: SubscriptionType + 'static,
    {
        let build = || {
            let builder = schema().disable_suggestions().limit_recursive_depth(ENGINE_DEPTH);
            if options.introspection { builder } else { builder.disable_introspection() }
        };
        let engine = build().validation_mode(ValidationMode::Fast).finish();
        let validator = build().validation_mode(ValidationMode::Strict).extension(StopAfterValidation).finish();
        let index = Index::new(&engine.sdl(), &options.limits).map_err(SchemaUnreadable)?;
        let checked =
            Cache::builder().max_capacity(options.limits.cache_bytes).weigher(|_, checked: &Arc<Checked>| checked.weight).build();
        let budget = Budget::new(options.limits.budget);
        Ok(Self { engine: Box::new(engine), validator: Box::new(validator), index, options, budget, checked })
    }

    /// The limits in force.
    pub fn limits(&self) -> &Limits {
        &self.options.limits
    }

    /// Reads a request from the bytes of a JSON body. The error says what is wrong with the form.
    pub fn read(body: &[u8]) -> Result<GraphqlRequest, String> {
        serde_json::from_slice(body).map_err(|error| error.to_string())
    }

    /// Checks a request and answers it. Dropping the future stops it.
    pub async fn execute(&self, request: GraphqlRequest, asking: Asking<'_>) -> GraphqlResponse {
        let mut known = Known::default();
        let (key, now, request_id) = (asking.budget_key, asking.now, asking.request_id);
        let admitted = match self.admit(request, asking, false, &mut known).await {
            Ok(admitted) => admitted,
            Err(refused) => return self.refuse(refused, key, now, known),
        };
        let (plan, cost) = (admitted.plan, admitted.cost);
        let limits = &self.options.limits;
        let body = match tokio::time::timeout(limits.timeout, self.engine.run(admitted.request)).await {
            Ok(response) => answer::executed(response, &self.answering(&plan, request_id)),
            Err(_) => Ok((answer::timed_out(), Some(code::TIMEOUT.to_owned()))),
        };
        match body {
            Ok((body, code)) => GraphqlResponse { body, refused: None, code, operation: known.operation, cost },
            Err(errors) => self.refuse(Refused::documents(errors), key, now, known),
        }
    }

    /// Checks a request and answers it as often as it has something to say: once, unless it is a subscription.
    pub async fn subscribe(&self, request: GraphqlRequest, asking: Asking<'_>) -> Result<ResponseStream, GraphqlResponse> {
        let mut known = Known::default();
        let (key, now, request_id) = (asking.budget_key, asking.now, asking.request_id.to_owned());
        match self.admit(request, asking, true, &mut known).await {
            Ok(admitted) => Ok(ResponseStream {
                stream: self.engine.stream(admitted.request),
                plan: admitted.plan,
                request_id,
                operation: known.operation,
            }),
            Err(refused) => Err(self.refuse(refused, key, now, known)),
        }
    }

    /// The bytes of the next answer of a subscription.
    pub async fn next(&self, stream: &mut ResponseStream) -> Option<Vec<u8>> {
        let response: Response = stream.stream.next().await?;
        let body = answer::executed(response, &self.answering(&stream.plan, &stream.request_id));
        Some(body.map_or_else(|errors| answer::refused(&errors), |(body, _)| body))
    }

    /// What is left to an actor; takes nothing.
    pub fn budget(&self, key: &str, now: chrono::DateTime<chrono::Utc>) -> RequestCost {
        self.budget.take(key, 0, now).unwrap_or_else(|state| state)
    }

    /// The root fields of the operation that a request means; `None` if it is not valid, or hides them in fragments.
    pub async fn root_fields(&self, request: &GraphqlRequest) -> Option<Vec<String>> {
        let text = self.options.persisted.resolve(request.document.clone(), request.document_id.as_deref()).ok()?;
        let checked = match self.checked.get(&text) {
            Some(checked) => checked,
            None => self.check(text).await.ok()?,
        };
        checked.operation(request.operation_name.as_deref()).ok()?.root_fields()
    }

    /// Takes from an actor's budget what the dearest request may cost, for work that is no GraphQL request but as much as one.
    /// `Err` if not so much is left: then nothing is taken.
    pub fn charge(&self, key: &str, now: chrono::DateTime<chrono::Utc>) -> Result<RequestCost, RequestCost> {
        self.budget.take(key, self.options.limits.complexity, now)
    }

    fn refuse(&self, refused: Refused, key: &str, now: chrono::DateTime<chrono::Utc>, known: Known) -> GraphqlResponse {
        let mut cost = self.budget(key, now);
        cost.complexity = known.complexity;
        let body = answer::refused(&refused.errors);
        let code = answer::first_code(&refused.errors);
        GraphqlResponse { body, refused: Some(refused.kind), code, operation: known.operation, cost }
    }

    async fn admit(
        &self,
        request: GraphqlRequest,
        asking: Asking<'_>,
        streams: bool,
        known: &mut Known,
    ) -> Result<Admitted, Refused> {
        let limits = &self.options.limits;
        let text = self.options.persisted.resolve(request.document, request.document_id.as_deref())?;
        let checked = match self.checked.get(&text) {
            Some(checked) => checked,
            None => self.check(text).await?,
        };
        let operation = checked.operation(request.operation_name.as_deref())?;
        let kind = OperationKind::from(operation.kind);
        known.operation = Some(OperationInfo { kind, name: operation.name.clone() });
        if asking.read_only && kind != OperationKind::Query {
            let mut refused = Refused::request("By GET only queries are run.");
            refused.kind = RefusalKind::MutationOverGet;
            return Err(refused);
        }
        if kind == OperationKind::Subscription && !streams {
            return Err(Refused::document("Subscriptions are not answered here.", None));
        }
        let variables = request.variables.0;
        let plan = checked.plan(operation, &self.index, limits, self.options.introspection, &variables)?;
        let definitions = plan.operation().map_or(&[][..], |o| &o.variable_definitions);
        let mut errors = self.coercion().variables(definitions, &plan.never_null, &variables);
        if errors.is_empty() {
            errors = plan.page_sizes.check(limits, &variables, definitions);
        }
        if !errors.is_empty() {
            errors.truncate(limits.errors);
            return Err(Refused::documents(errors));
        }
        let complexity = plan.cost.evaluate(limits, &variables, definitions);
        known.complexity = complexity;
        if complexity > limits.complexity {
            let message = format!("The request costs {complexity}; at most {} is run.", limits.complexity);
            return Err(Refused::too_complex(message, None));
        }
        let cost = self.budget.take(asking.budget_key, complexity, asking.now).map_err(over_budget)?;
        let document = plan.document(&variables);
        let mut engine_request = Request::new(String::new()).variables(variables);
        engine_request.set_parsed_query(document);
        engine_request.data = asking.data.0;
        engine_request.data.insert(cost);
        Ok(Admitted { request: engine_request, plan, cost })
    }

    /// Everything about a document that does not hang on variables. Done once, then kept.
    async fn check(&self, text: Arc<str>) -> Result<Arc<Checked>, Refused> {
        let limits = &self.options.limits;
        let parsed = document::parse(&text, limits)?;
        let selections = structure::check(&parsed, limits)?;
        let mut to_validate = Request::new(String::new());
        to_validate.set_parsed_query(parsed.clone());
        let mut errors = validate::errors(self.validator.run(to_validate).await);
        if errors.is_empty() {
            errors = literals::check(self.coercion(), &parsed, limits.errors);
            errors.extend(usage::check(&self.index, &parsed, limits.errors));
        }
        if !errors.is_empty() {
            errors.truncate(limits.errors);
            errors.iter_mut().for_each(|error| fault::set_code(error, code::BAD_USER_INPUT));
            return Err(Refused::documents(errors));
        }
        let checked = Arc::new(Checked::new(parsed, &text, selections)?);
        self.checked.insert(text, checked.clone());
        Ok(checked)
    }

    fn answering<'a>(&'a self, plan: &'a Plan, request_id: &'a str) -> Answering<'a> {
        let AdmissionOptions { expose, ref limits, .. } = self.options;
        Answering { plan, index: &self.index, expose, request_id, most_errors: limits.errors }
    }

    fn coercion(&self) -> Coercion<'_> {
        Coercion { index: &self.index, scalar: self.options.scalar }
    }
}

fn over_budget(state: RequestCost) -> Refused {
    let message = format!("The budget of {} a minute is used up.", state.limit);
    let mut error = fault::fault(code::RATE_LIMITED, message, None);
    if let Some(extensions) = &mut error.extensions {
        extensions.set("retryAfter", state.resets_in);
    }
    Refused { kind: RefusalKind::RateLimited { retry_after: state.resets_in }, errors: vec![error] }
}
