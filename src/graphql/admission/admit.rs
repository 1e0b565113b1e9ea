//! The checks in their order: what a request says, whether it is valid, and what it costs.

use std::sync::Arc;

use async_graphql::{Request, Variables};
use chrono::{DateTime, Utc};

use super::{
    Admission, AdmissionOptions, Asking, GraphqlRequest, Meter, OperationInfo, OperationKind,
    RefusalKind, RequestCost,
    admitted::{Admitted, RequestState},
    code,
    coerce::Coercion,
    cost::Cost,
    document::{self, CheckedDocument},
    fault,
    fault::Refused,
    form::FormCheck,
    literals,
    plan::Plan,
    scan, structure, usage, validate,
};
use crate::words::message;

impl Admission {
    /// Checks a request, and takes what it costs.
    pub(super) async fn admit(
        &self,
        mut request: GraphqlRequest,
        asking: Asking<'_>,
        streams: bool,
        state: &mut RequestState,
    ) -> Result<Admitted, Refused> {
        let limits = &self.options.limits;
        let payer = (asking.budget_key, asking.now);
        let checked = self
            .document(&mut request, payer, asking.persisted_only, state)
            .await?;
        let operation = checked.operation(request.operation_name.as_deref())?;
        let kind = OperationKind::from(operation.kind);
        state.operation = Some(OperationInfo {
            kind,
            name: operation.name.clone(),
        });
        check_kind(kind, asking.read_only, streams)?;
        let variables = request.variables.0;
        let plan = checked.plan(
            operation,
            &self.index,
            limits,
            self.options.introspection,
            &variables,
        )?;
        let definitions = plan
            .operation()
            .map_or(&[][..], |o| &o.variable_definitions);
        let check = FormCheck {
            index: &self.index,
            forms: &self.options.forms,
            limits,
            variables: &variables,
            definitions,
        };
        self.check_values(&plan, &check)?;
        let complexity = plan.cost.evaluate(limits, &variables, definitions);
        let whole = state.complexity.saturating_add(complexity);
        if whole > limits.complexity {
            state.complexity = whole;
            return Err(self.too_complex(whole, &plan, &variables));
        }
        let mut cost = self.take(payer, complexity, state)?;
        cost.complexity = whole;
        let mut data = asking.data;
        let named = check.named_ids(&plan.with_arguments);
        let meter = Meter::new(self.options.stopwatch);
        data.insert(cost);
        data.insert(meter.clone());
        Ok(Admitted {
            variables,
            data,
            plan,
            named,
            meter,
            cost,
        })
    }

    /// Takes what a part of the request costs.
    fn take(
        &self,
        (key, now): (&str, DateTime<Utc>),
        cost: u64,
        state: &mut RequestState,
    ) -> Result<RequestCost, Refused> {
        state.complexity = state.complexity.saturating_add(cost);
        self.budget.take(key, cost, now).map_err(over_budget)
    }

    /// The checked document of a request: from the cache, or checked now.
    async fn document(
        &self,
        request: &mut GraphqlRequest,
        payer: (&str, DateTime<Utc>),
        persisted_only: bool,
        state: &mut RequestState,
    ) -> Result<Arc<CheckedDocument>, Refused> {
        let AdmissionOptions { limits, prices, .. } = &self.options;
        let length = request.document.as_ref().map_or(0, |text| text.len());
        let bytes = request.bytes.max(length);
        self.take(payer, prices.arrival(bytes), state)?;
        let text = self.options.persisted.resolve(
            request.document.take(),
            request.document_id.as_deref(),
            request.extensions.persisted_query,
        )?;
        if persisted_only && !self.options.persisted.contains(&text) {
            return Err(Refused::request(message::persisted_documents_only()));
        }
        if let Some(checked) = self.checked.get(&text) {
            return Ok(checked);
        }
        let tokens = scan::scan(&text, limits)?;
        self.take(payer, prices.reading(tokens), state)?;
        self.check(text).await
    }

    /// Checks the variables, the page sizes and the form of all arguments.
    fn check_values(&self, plan: &Plan, form: &FormCheck<'_>) -> Result<(), Refused> {
        let FormCheck {
            limits,
            variables,
            definitions,
            ..
        } = *form;
        let coercion = self.coercion();
        let mut errors = coercion.variables(definitions, &plan.never_null, variables);
        if errors.is_empty() {
            errors = plan.page_sizes.check(limits, variables, definitions);
        }
        if errors.is_empty() {
            errors = form.check(&plan.with_arguments);
        }
        if errors.is_empty() {
            return Ok(());
        }
        errors.truncate(limits.errors);
        Err(Refused::documents(errors))
    }

    /// Everything about a document that does not hang on variables. Done once, then kept.
    pub(super) async fn check(&self, text: Arc<str>) -> Result<Arc<CheckedDocument>, Refused> {
        let limits = &self.options.limits;
        let parsed = document::parse(&text)?;
        let selections = structure::check(&parsed, limits)?;
        let mut to_validate = Request::new(String::new());
        to_validate.set_parsed_query(parsed.clone());
        let mut errors = validate::errors(self.validator.run(to_validate).await);
        let wrong_values = literals::check(self.coercion(), &parsed, limits.errors);
        if !wrong_values.is_empty() {
            errors.retain(|error| !validate::is_about_a_value(error));
            errors.extend(wrong_values);
        }
        if errors.is_empty() {
            errors = usage::check(&self.index, &parsed, limits.errors);
        }
        if !errors.is_empty() {
            errors.truncate(limits.errors);
            errors
                .iter_mut()
                .for_each(|error| fault::set_code(error, code::BAD_USER_INPUT));
            return Err(Refused::documents(errors));
        }
        let checked = Arc::new(CheckedDocument::new(parsed, &text, selections)?);
        self.checked.insert(text, checked.clone());
        Ok(checked)
    }

    /// Which part was dear, and what to do.
    fn too_complex(&self, whole: u64, plan: &Plan, variables: &Variables) -> Refused {
        let limits = &self.options.limits;
        let dearest = plan.operation().and_then(|operation| {
            let set = (
                self.index.root(operation.ty)?,
                &operation.selection_set.node,
            );
            Cost::dearest(
                &self.index,
                limits,
                set,
                variables,
                &operation.variable_definitions,
            )
        });
        let message = match dearest {
            Some((path, cost)) => {
                message::too_costly_part(whole, limits.complexity, path.to_string(), cost)
            }
            None => message::too_costly(whole, limits.complexity),
        };
        Refused::too_complex(message, None)
    }

    fn coercion(&self) -> Coercion<'_> {
        Coercion {
            index: &self.index,
            scalar: self.options.scalar,
        }
    }
}

/// Refuses operations that the way of the request does not admit.
fn check_kind(kind: OperationKind, read_only: bool, streams: bool) -> Result<(), Refused> {
    if read_only && kind != OperationKind::Query {
        let mut refused = Refused::request(message::get_is_for_queries());
        refused.kind = RefusalKind::MutationOverGet;
        return Err(refused);
    }
    if kind == OperationKind::Subscription && !streams {
        return Err(Refused::document(message::no_subscriptions(), None));
    }
    Ok(())
}

fn over_budget(state: RequestCost) -> Refused {
    let message = message::budget_used_up(state.limit, state.resets_in);
    let mut error = fault::fault(code::RATE_LIMITED, message, None);
    if let Some(extensions) = &mut error.extensions {
        extensions.set("retryAfter", state.resets_in);
    }
    Refused {
        kind: RefusalKind::RateLimited {
            retry_after: state.resets_in,
        },
        errors: vec![error],
    }
}
