//! What the engine answers, made into bytes.
//!
//! Owns the codes of errors that have none, the tail of an error's path that lists lose, and
//! writing JSON once, straight from the engine's values. Internals leave through the log alone.
//! Must not run anything.

use std::sync::atomic::Ordering;

use async_graphql::{ErrorExtensionValues, PathSegment, Pos, Response, ServerError, Value};
use async_graphql_parser::{
    Positioned,
    types::{BaseType, Field, OperationType, Selection, SelectionSet},
};
use serde::Serialize;

use super::{
    Expose, IsWrongForm,
    fault::{code, fault, set_code, set_message, translate},
    form::NamedIds,
    index::Index,
    plan::Plan,
};
use crate::{domain::vocabulary::Locale, graphql::plain::write_value, words::message};

/// What an answer belongs to.
pub(super) struct Answering<'a> {
    pub(super) plan: &'a Plan,
    pub(super) index: &'a Index,
    pub(super) expose: Expose,
    pub(super) is_wrong_form: IsWrongForm,
    pub(super) named: &'a [NamedIds],
    pub(super) request_id: &'a str,
    pub(super) most_errors: usize,
    pub(super) locale: Locale,
}

#[derive(Serialize)]
struct NotExecuted<'a> {
    errors: &'a [ServerError],
}

/// The answer to a request that was refused; it has no `data`.
pub(super) fn refused(mut errors: Vec<ServerError>, locale: Locale) -> Vec<u8> {
    translate(&mut errors, locale);
    let mut body = Vec::with_capacity(256);
    write(&NotExecuted { errors: &errors }, &mut body);
    body
}

/// The answer to a request whose time ran out.
pub(super) fn timed_out(locale: Locale) -> Vec<u8> {
    let mut body = Vec::with_capacity(128);
    let mut errors = [fault(code::TIMEOUT, message::timed_out(), None)];
    translate(&mut errors, locale);
    write_executed(&errors, &Value::Null, &mut body);
    body
}

/// The code of the first error.
pub(super) fn first_code(errors: &[ServerError]) -> Option<String> {
    match code_of(errors.first()?)? {
        Value::String(code) => Some(code.clone()),
        _ => None,
    }
}

/// The answer to a request that was run, and the code of its first error. `Err`: the engine refused
/// it before running anything, or a resolver of a query found an argument of the wrong form that
/// admission could not know. Such a query is refused like one that did not run, and has changed
/// nothing either.
pub(super) fn executed(
    mut response: Response,
    answering: &Answering<'_>,
) -> Result<(Vec<u8>, Option<String>), Vec<ServerError>> {
    let nothing_ran = response.data == Value::Null
        && !response.errors.is_empty()
        && response
            .errors
            .iter()
            .all(|error| error.path.is_empty() && code_of(error).is_none());
    let is_query = answering
        .plan
        .operation()
        .is_some_and(|operation| operation.ty == OperationType::Query);
    if is_query && response.errors.iter().any(answering.is_wrong_form) {
        response.errors.retain(answering.is_wrong_form);
        // One for each place in the document, however many rows it was read for.
        response.errors.dedup_by(|a, b| a.locations == b.locations);
        response.errors.truncate(answering.most_errors);
        for error in &mut response.errors {
            (answering.expose)(error);
            error.path.clear();
        }
        return Err(response.errors);
    }
    response.errors.truncate(answering.most_errors);
    if nothing_ran {
        response
            .errors
            .iter_mut()
            .for_each(|error| set_code(error, code::BAD_USER_INPUT));
        return Err(response.errors);
    }
    for error in &mut response.errors {
        mend_path(error, answering.plan, answering.index);
        give_code(error, answering);
    }
    translate(&mut response.errors, answering.locale);
    let mut body = answering.plan.room();
    write_executed(&response.errors, &response.data, &mut body);
    answering
        .plan
        .answer_bytes
        .store(body.len(), Ordering::Relaxed);
    Ok((body, first_code(&response.errors)))
}

fn write(value: &impl Serialize, body: &mut Vec<u8>) {
    let written = serde_json::to_writer(&mut *body, value);
    unless_unwritable(written, body);
}

fn write_executed(errors: &[ServerError], data: &Value, body: &mut Vec<u8>) {
    let written = (|| {
        if errors.is_empty() {
            body.extend_from_slice(b"{\"data\":");
        } else {
            body.extend_from_slice(b"{\"errors\":");
            serde_json::to_writer(&mut *body, errors)?;
            body.extend_from_slice(b",\"data\":");
        }
        write_value(data, body)?;
        body.push(b'}');
        Ok(())
    })();
    unless_unwritable(written, body);
}

fn unless_unwritable(written: serde_json::Result<()>, body: &mut Vec<u8>) {
    if let Err(error) = written {
        tracing::error!(%error, "could not serialize an answer");
        body.clear();
        body.extend_from_slice(
            br#"{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}"#,
        );
    }
}

fn code_of(error: &ServerError) -> Option<&Value> {
    error.extensions.as_ref()?.get("code")
}

/// Errors of the engine's own input parsing are the client's; all others without a code are ours.
fn give_code(error: &mut ServerError, answering: &Answering<'_>) {
    if code_of(error).is_some() || (answering.expose)(error) {
        if code_of(error) == Some(&Value::from(code::NOT_FOUND))
            && let Some(message) = NamedIds::message(answering.named, &error.path)
        {
            set_message(error, message);
        }
        return;
    }
    const PARSING: [&str; 4] = [
        "Expected input type \"",
        "Failed to parse \"",
        "Invalid value for argument ",
        "Variable ",
    ];
    if error.source.is_none() && PARSING.iter().any(|start| error.message.starts_with(start)) {
        set_code(error, code::BAD_USER_INPUT);
        return;
    }
    let path = error
        .path
        .iter()
        .map(|segment| match segment {
            PathSegment::Field(name) => name.clone(),
            PathSegment::Index(at) => at.to_string(),
        })
        .collect::<Vec<_>>()
        .join(".");
    let request_id = answering.request_id;
    tracing::error!(request_id, path, error = %error.message, "internal error");
    set_message(error, message::internal());
    let mut extensions = ErrorExtensionValues::default();
    extensions.set("code", code::INTERNAL);
    extensions.set("requestId", request_id);
    error.extensions = Some(extensions);
}

/// A list sets the path of its items' errors to its own; the error's location tells which field
/// below it was.
fn mend_path(error: &mut ServerError, plan: &Plan, index: &Index) {
    let (Some(at), Some(PathSegment::Index(_))) =
        (error.locations.first().copied(), error.path.last())
    else {
        return;
    };
    let Some(operation) = plan.operation() else {
        return;
    };
    let Some(root) = index.root(operation.ty) else {
        return;
    };
    let mut level = vec![(root, &operation.selection_set.node)];
    for segment in &error.path {
        if let PathSegment::Field(key) = segment {
            let mut below = Vec::new();
            for (parent, set) in level {
                fields(parent, set, &mut |parent, field| {
                    if field.node.response_key().node.as_str() == key
                        && let Some(schema_field) = index.field(parent, &field.node.name.node)
                    {
                        below.push((schema_field.named(), &field.node.selection_set.node));
                    }
                });
            }
            level = below;
        }
    }
    for (parent, set) in level {
        let mut keys = Vec::new();
        if find(index, parent, set, at, &mut keys) {
            error.path.extend(
                keys.into_iter()
                    .map(|key| PathSegment::Field(key.to_owned())),
            );
            return;
        }
    }
}

fn fields<'a>(
    parent: &'a str,
    set: &'a SelectionSet,
    each: &mut dyn FnMut(&'a str, &'a Positioned<Field>),
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => each(parent, field),
            Selection::InlineFragment(inline) => {
                let on = inline
                    .node
                    .type_condition
                    .as_ref()
                    .map_or(parent, |c| c.node.on.node.as_str());
                fields(on, &inline.node.selection_set.node, each);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// The response keys down to the field at a position; no further than the next list, whose index is
/// not known.
fn find<'a>(
    index: &'a Index,
    parent: &'a str,
    set: &'a SelectionSet,
    at: Pos,
    keys: &mut Vec<&'a str>,
) -> bool {
    let mut candidates = Vec::new();
    fields(parent, set, &mut |parent, field| {
        candidates.push((parent, field))
    });
    for (parent, field) in candidates {
        keys.push(field.node.response_key().node.as_str());
        if field.pos == at {
            return true;
        }
        if let Some(schema_field) = index.field(parent, &field.node.name.node) {
            let depth = keys.len();
            if find(
                index,
                schema_field.named(),
                &field.node.selection_set.node,
                at,
                keys,
            ) {
                if matches!(schema_field.ty.base, BaseType::List(_)) {
                    keys.truncate(depth);
                }
                return true;
            }
        }
        keys.pop();
    }
    false
}
