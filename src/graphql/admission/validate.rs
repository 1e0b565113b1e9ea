//! The engine's own validation rules, run for themselves.
//!
//! Owns the trick by which a schema validates and then stops. The schema that answers runs no rules
//! again: what it gets was validated here, once for each document. Must not run a resolver.

use std::{future::Future, pin::Pin, sync::Arc};

use async_graphql::{
    ObjectType, Request, Response, Schema, ServerError, SubscriptionType, ValidationResult,
    extensions::{Extension, ExtensionContext, ExtensionFactory, NextValidation},
    futures_util::stream::BoxStream,
};

/// Stops a request after validation.
pub(super) struct StopAfterValidation;

/// Never seen outside: says that validation passed.
const PASSED: &str = "validation passed";

impl ExtensionFactory for StopAfterValidation {
    fn create(&self) -> Arc<dyn Extension> {
        Arc::new(Self)
    }
}

#[async_graphql::async_trait::async_trait]
impl Extension for StopAfterValidation {
    async fn validation(
        &self,
        ctx: &ExtensionContext<'_>,
        next: NextValidation<'_>,
    ) -> Result<ValidationResult, Vec<ServerError>> {
        next.run(ctx).await?;
        Err(vec![ServerError::new(PASSED, None)])
    }
}

/// The errors of a schema with [`StopAfterValidation`]; none if validation passed. Unused variables
/// are left to `usage`: the engine does not look at the directives of `__typename`.
pub(super) fn errors(response: Response) -> Vec<ServerError> {
    let unused =
        |message: &str| message.starts_with("Variable \"$") && message.contains("\" is not used");
    response
        .errors
        .into_iter()
        .filter(|error| error.message != PASSED && !unused(&error.message))
        .collect()
}

/// Whether an error is about a literal's value: `literals` says the same with more words.
pub(super) fn is_about_a_value(error: &ServerError) -> bool {
    [
        "Invalid value for argument ",
        "Invalid default value for argument",
    ]
    .iter()
    .any(|start| error.message.starts_with(start))
}

/// A schema, whatever its roots are.
pub(super) trait Engine: Send + Sync {
    /// Answers one request.
    fn run<'a>(&'a self, request: Request) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>>;
    /// Answers a subscription.
    fn stream(&self, request: Request) -> BoxStream<'static, Response>;
}

impl<Q, M, S> Engine for Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    fn run<'a>(&'a self, request: Request) -> Pin<Box<dyn Future<Output = Response> + Send + 'a>> {
        Box::pin(self.execute(request))
    }

    fn stream(&self, request: Request) -> BoxStream<'static, Response> {
        self.execute_stream(request)
    }
}
