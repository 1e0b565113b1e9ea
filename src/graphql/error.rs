//! The one place where failures become GraphQL errors: codes are constants, internals are logged
//! once and never leave.

use std::{pin::Pin, sync::Arc};

use async_graphql::{ErrorExtensionValues, ServerError};

use crate::{service::Failure, words::Message};

/// A nullable field that can fail: refused, it is null with the error at its path, and the rest of
/// the answer stands. (`Result<Option<T>>` would null the parent.)
pub type Nullable<T> = Option<async_graphql::Result<T>>;

/// Makes a service's answer a nullable field's.
pub fn nullable<T>(answer: Result<Option<T>, Failure>) -> Nullable<T> {
    match answer {
        Ok(value) => value.map(Ok),
        Err(failure) => Some(Err(failure.into())),
    }
}

/// Answers a nullable field that can fail at several places. It runs on the heap, as mutations do:
/// the engine joins the resolvers of a type into one future.
pub fn nullable_field<'a, T: 'a>(
    answer: impl Future<Output = async_graphql::Result<Option<T>>> + Send + 'a,
) -> Pin<Box<dyn Future<Output = Nullable<T>> + Send + 'a>> {
    Box::pin(async move { answer.await.transpose() })
}

/// The failure that a service gave, if the error carries one.
fn failure(error: &ServerError) -> Option<&Failure> {
    error.source.as_deref()?.downcast_ref()
}

/// Whether an error is about the form of an argument that only a resolver can check.
pub fn is_wrong_form(error: &ServerError) -> bool {
    matches!(failure(error), Some(Failure::OtherListsCursor))
}

/// Gives an error that carries a [`Failure`] its code, its message and what goes with it. False:
/// there is none, or it is internal.
pub fn expose(error: &mut ServerError) -> bool {
    let Some(failure) = failure(error) else {
        return false;
    };
    if matches!(failure, Failure::Internal(_)) {
        return false;
    }
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", failure.code());
    match failure {
        Failure::Forbidden {
            required: Some(permission),
            ..
        } => extensions.set("requiredPermission", permission.as_str()),
        Failure::RateLimited { retry_after, .. } => extensions.set("retryAfter", *retry_after),
        Failure::Unavailable => extensions.set("retryAfter", 1),
        _ => {}
    }
    let message = failure.message();
    error.extensions = Some(extensions);
    error.source = Some(Arc::new(message));
    true
}

/// A bad argument, found while resolving.
pub fn bad_input(message: impl Into<Message>) -> async_graphql::Error {
    Failure::bad_input(message).into()
}
