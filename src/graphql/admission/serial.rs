//! The root fields of a mutation, each run as a request of its own, one after the other.
//!
//! Owns what is said when the time runs out or a root fails: the answers of the roots before it
//! stand, and the error names them, so that nobody has to guess what was changed. Must not know
//! what a root does.

use async_graphql::{
    Data, Name, PathSegment, Pos, Request, Response, ServerError, Value, Variables,
    indexmap::IndexMap,
};
use async_graphql_parser::{
    Positioned,
    types::{DocumentOperations, ExecutableDocument, OperationDefinition, Selection, SelectionSet},
};
use tokio::time::{Instant, timeout_at};

use super::{
    fault::{code, fault},
    index::Index,
    validate::Engine,
};
use crate::words::message;

/// One root field as a request.
pub(super) struct Root {
    key: Name,
    at: Pos,
    nullable: bool,
    request: Request,
}

/// Splits a merged mutation into its root fields. `data` gives each its own copy.
pub(super) fn split(
    index: &Index,
    document: ExecutableDocument,
    variables: &Variables,
    data: impl Fn() -> Data,
) -> Vec<Root> {
    let DocumentOperations::Single(operation) = document.operations else {
        return Vec::new();
    };
    let Positioned {
        pos,
        node:
            OperationDefinition {
                ty,
                variable_definitions,
                directives,
                selection_set,
            },
    } = operation;
    let mut roots = Vec::with_capacity(selection_set.node.items.len());
    for selection in selection_set.node.items {
        // Merged root selections are fields.
        let Selection::Field(field) = &selection.node else {
            continue;
        };
        let schema_field = index
            .root(ty)
            .and_then(|root| index.field(root, &field.node.name.node));
        let (key, at) = (field.node.response_key().node.clone(), field.pos);
        let operation = OperationDefinition {
            ty,
            variable_definitions: variable_definitions.clone(),
            directives: directives.clone(),
            selection_set: Positioned::new(
                SelectionSet {
                    items: vec![selection],
                },
                selection_set.pos,
            ),
        };
        let mut request = Request::new(String::new()).variables(variables.clone());
        request.set_parsed_query(ExecutableDocument {
            operations: DocumentOperations::Single(Positioned::new(operation, pos)),
            fragments: std::collections::HashMap::new(),
        });
        request.data = data();
        roots.push(Root {
            key,
            at,
            nullable: schema_field.is_some_and(|field| field.ty.nullable),
            request,
        });
    }
    roots
}

/// Runs the roots in order, until all are done, one that may not be null fails, or the time is
/// over.
pub(super) async fn run(engine: &dyn Engine, roots: Vec<Root>, deadline: Instant) -> Response {
    let keys: Vec<Name> = roots.iter().map(|root| root.key.clone()).collect();
    let last_that_needs_a_value = roots.iter().rposition(|root| !root.nullable);
    let (mut data, mut errors) = (IndexMap::new(), Vec::new());
    let mut committed: Vec<Name> = Vec::new();
    for (
        position,
        Root {
            key,
            at,
            nullable,
            request,
        },
    ) in roots.into_iter().enumerate()
    {
        let (value, mut failed) = match timeout_at(deadline, engine.run(request)).await {
            Ok(response) => (value_of(response.data, &key), response.errors),
            Err(_) => (None, vec![timed_out(&key, at)]),
        };
        let is_late = failed
            .iter()
            .any(|error| error.path.is_empty() && is_timeout(error));
        let nulls_all = (value.is_none() && !nullable)
            || (is_late && last_that_needs_a_value.is_some_and(|last| last > position));
        let ends = is_late || nulls_all;
        if value.as_ref().is_some_and(|value| *value != Value::Null) {
            committed.push(key.clone());
        }
        if keys.len() > 1 && ends {
            let not_run = keys.get(position + 1..).unwrap_or_default();
            failed
                .iter_mut()
                .for_each(|error| tell(error, &committed, not_run));
        }
        if position > 0 || is_late {
            failed
                .iter_mut()
                .filter(|error| error.path.is_empty())
                .for_each(|error| {
                    error.path.push(PathSegment::Field(key.to_string()));
                });
        }
        errors.append(&mut failed);
        if nulls_all {
            return response(Value::Null, errors);
        }
        data.insert(key, value.unwrap_or_default());
        if is_late {
            keys.iter()
                .skip(position + 1)
                .for_each(|key| drop(data.insert(key.clone(), Value::Null)));
            break;
        }
    }
    response(Value::Object(data), errors)
}

fn response(data: Value, errors: Vec<ServerError>) -> Response {
    let mut response = Response::new(data);
    response.errors = errors;
    response
}

/// The value of the one field; `None` if the whole of `data` is null.
fn value_of(data: Value, key: &Name) -> Option<Value> {
    match data {
        Value::Object(mut fields) => fields.shift_remove(key),
        _ => None,
    }
}

fn timed_out(key: &Name, at: Pos) -> ServerError {
    fault(
        code::TIMEOUT,
        message::timed_out_mutation(key.as_str()),
        Some(at),
    )
}

fn is_timeout(error: &ServerError) -> bool {
    error
        .extensions
        .as_ref()
        .and_then(|extensions| extensions.get("code"))
        == Some(&Value::from(code::TIMEOUT))
}

/// Which roots ran to their end, and which did not begin.
fn tell(error: &mut ServerError, committed: &[Name], not_run: &[Name]) {
    let list =
        |keys: &[Name]| Value::List(keys.iter().map(|key| Value::from(key.as_str())).collect());
    let extensions = error.extensions.get_or_insert_default();
    extensions.set("committed", list(committed));
    extensions.set("notRun", list(not_run));
}
