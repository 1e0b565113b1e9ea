//! A request that passed, and what it costs while it is run.
//!
//! Owns what is carried from the checks to the engine, and the charge for what took longer than the
//! price said. Must not decide.

use std::sync::Arc;

use async_graphql::{Request, Variables};
use chrono::{DateTime, Utc};

use super::{
    budget::{Budget, RequestCost},
    exchange::{OperationInfo, RequestData},
    form::NamedIds,
    meter::Meter,
    plan::Plan,
    prices::Prices,
};

/// A request that passed.
pub(super) struct Admitted {
    pub(super) variables: Variables,
    pub(super) data: RequestData,
    pub(super) plan: Arc<Plan>,
    /// The ids that its fields name.
    pub(super) named: Vec<NamedIds>,
    pub(super) meter: Meter,
    pub(super) cost: RequestCost,
}

impl Admitted {
    /// All of it as one request of the engine.
    pub(super) fn into_request(self) -> Request {
        let document = self.plan.document(&self.variables);
        let mut request = Request::new(String::new()).variables(self.variables);
        request.set_parsed_query(document);
        request.data = self.data.into_data();
        request
    }
}

/// What is known of a request before it is decided.
#[derive(Default)]
pub(super) struct RequestState {
    pub(super) operation: Option<OperationInfo>,
    /// What it cost so far, or would cost.
    pub(super) complexity: u64,
}

/// Charges what was measured beyond the price, also if nobody waits for the answer any more.
pub(super) struct Settling<'a> {
    pub(super) prices: &'a Prices,
    pub(super) budget: &'a Budget,
    pub(super) key: &'a str,
    pub(super) now: DateTime<Utc>,
    pub(super) meter: Meter,
    pub(super) cost: RequestCost,
}

impl Settling<'_> {
    /// The cost as it is now.
    pub(super) fn settle(&mut self) -> RequestCost {
        let (time, units) = self.meter.read();
        let measured = self.prices.time(time).max(units);
        let beyond = measured.saturating_sub(self.cost.complexity);
        if beyond > 0 {
            let state = self.budget.charge(self.key, beyond, self.now);
            self.cost = RequestCost {
                complexity: measured,
                ..state
            };
        }
        self.cost
    }
}

impl Drop for Settling<'_> {
    fn drop(&mut self) {
        self.settle();
    }
}
