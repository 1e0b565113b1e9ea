//! A merged operation made ready to run.
//!
//! Owns what is known of it before any request: its cost formula, the variables that may not be
//! null, and those whose absence the engine gets wrong. Must not run anything.

use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicUsize, Ordering},
};

use async_graphql::{Name, Variables};
use async_graphql_parser::{
    Positioned,
    types::{
        DocumentOperations, ExecutableDocument, Field, OperationDefinition, Selection, SelectionSet,
    },
};
use async_graphql_value::Value;

use super::{
    coerce,
    cost::{self, Cost},
    form,
    index::Index,
    limits::Limits,
    page_size::PageSizes,
};

/// An operation made ready to run.
#[derive(Debug)]
pub(super) struct Plan {
    /// The merged operation alone.
    document: ExecutableDocument,
    pub(super) cost: Cost,
    /// The sizes of pages that come from variables.
    pub(super) page_sizes: PageSizes,
    /// Nullable variables that stand where null may not.
    pub(super) never_null: Vec<Name>,
    /// The fields with arguments, whose form each request is checked for.
    pub(super) with_arguments: Vec<(Box<str>, Positioned<Field>)>,
    /// Variables for arguments that have a default.
    defaulted: Vec<Name>,
    /// Bytes of the last answer, so that the next one is written without growing.
    pub(super) answer_bytes: AtomicUsize,
}

/// What the arguments say of variables.
#[derive(Default)]
struct ArgumentVariables<'a> {
    never_null: HashSet<&'a Name>,
    defaulted: HashSet<&'a Name>,
}

impl Plan {
    /// `conditions`: the variables in `@skip` and `@include`. `set`: the merged root fields.
    /// `page_sizes`: those in `set`.
    pub(super) fn new(
        index: &Index,
        limits: &Limits,
        root: &str,
        definition: &Positioned<OperationDefinition>,
        conditions: &[Name],
        set: Positioned<SelectionSet>,
        page_sizes: PageSizes,
    ) -> Self {
        let mut variables = ArgumentVariables::default();
        read(index, root, &set.node, &mut variables);
        let never_null = variables
            .never_null
            .into_iter()
            .chain(conditions)
            .cloned()
            .collect();
        let defaulted = variables.defaulted.into_iter().cloned().collect();
        let cost = Cost::new(index, limits, root, &set.node);
        let with_arguments = form::fields_with_arguments(index, root, &set.node);
        let operation = OperationDefinition {
            ty: definition.node.ty,
            variable_definitions: definition.node.variable_definitions.clone(),
            directives: Vec::new(),
            selection_set: set,
        };
        let document = ExecutableDocument {
            operations: DocumentOperations::Single(Positioned::new(operation, definition.pos)),
            fragments: HashMap::new(),
        };
        Self {
            document,
            cost,
            page_sizes,
            never_null,
            with_arguments,
            defaulted,
            answer_bytes: AtomicUsize::new(512),
        }
    }

    /// The merged operation.
    pub(super) fn operation(&self) -> Option<&OperationDefinition> {
        match &self.document.operations {
            DocumentOperations::Single(operation) => Some(&operation.node),
            DocumentOperations::Multiple(_) => None,
        }
    }

    /// The engine's own copy. It takes an absent variable for null where the argument has a
    /// default, so there the argument is left out.
    pub(super) fn document(&self, variables: &Variables) -> ExecutableDocument {
        let mut document = self.document.clone();
        if let DocumentOperations::Single(operation) = &mut document.operations {
            let operation = &mut operation.node;
            let absent: Vec<&Name> = self
                .defaulted
                .iter()
                .filter(|name| {
                    cost::variable_value(variables, &operation.variable_definitions, name).is_none()
                })
                .collect();
            if !absent.is_empty() {
                leave_out(&absent, &mut operation.selection_set.node);
            }
        }
        document
    }

    /// Room for an answer.
    pub(super) fn room(&self) -> Vec<u8> {
        let last = self.answer_bytes.load(Ordering::Relaxed);
        Vec::with_capacity((last + last / 16).min(1 << 20))
    }
}

fn leave_out(absent: &[&Name], set: &mut SelectionSet) {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) => {
                field.node.arguments.retain(|(_, value)| !matches!(&value.node, Value::Variable(name) if absent.contains(&name)));
                leave_out(absent, &mut field.node.selection_set.node);
            }
            Selection::InlineFragment(inline) => {
                leave_out(absent, &mut inline.node.selection_set.node)
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

fn read<'a>(
    index: &'a Index,
    parent: &str,
    set: &'a SelectionSet,
    variables: &mut ArgumentVariables<'a>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let Some(schema_field) = index.field(parent, &field.node.name.node) else {
                    continue;
                };
                for (name, value) in &field.node.arguments {
                    let Some(input) = schema_field.arguments.get(&*name.node) else {
                        continue;
                    };
                    let mut names = Vec::new();
                    coerce::never_null(index, &input.ty, &value.node, &mut names);
                    variables.never_null.extend(names);
                    if let Value::Variable(name) = &value.node
                        && input.has_default
                    {
                        variables.defaulted.insert(name);
                    }
                }
                read(
                    index,
                    schema_field.named(),
                    &field.node.selection_set.node,
                    variables,
                );
            }
            Selection::InlineFragment(inline) => {
                let on = inline
                    .node
                    .type_condition
                    .as_ref()
                    .map_or(parent, |c| c.node.on.node.as_str());
                read(index, on, &inline.node.selection_set.node, variables);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}
