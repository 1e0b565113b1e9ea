//! The literals of a document, each where it stands in the text.
//!
//! Owns the walk over operations and fragments, each once, that hands every argument to `coerce`.
//! Its errors stand in place of the engine's own about values, which know neither ranges nor custom
//! scalars and name no choices. Must not expand fragments.

use async_graphql::{Pos, ServerError};
use async_graphql_parser::{
    Positioned,
    types::{BaseType, Directive, ExecutableDocument, Field, Selection, SelectionSet, Type},
};

use super::{
    coerce::Coercion,
    fault::{code, fault},
};
use crate::words::message;

struct Walk<'a> {
    coercion: Coercion<'a>,
    errors: Vec<ServerError>,
    most: usize,
}

/// All wrong literals, up to a number.
pub(super) fn check(
    coercion: Coercion<'_>,
    document: &ExecutableDocument,
    most: usize,
) -> Vec<ServerError> {
    let mut walk = Walk {
        coercion,
        errors: Vec::new(),
        most,
    };
    for (_, operation) in document.operations.iter() {
        for variable in &operation.node.variable_definitions {
            let variable = &variable.node;
            if let Some(value) = &variable.default_value
                && let Some(misfit) =
                    coercion.check(&variable.var_type.node, &value.node.clone().into_value())
            {
                let misfit = misfit.below(&variable.name.node);
                let message = message::default_misfit(misfit.path(), misfit.why);
                walk.errors
                    .push(fault(code::BAD_USER_INPUT, message, Some(value.pos)));
            }
        }
        if let Some(root) = coercion.index.root(operation.node.ty) {
            walk.set(root, &operation.node.selection_set.node);
        }
    }
    for fragment in document.fragments.values() {
        walk.set(
            &fragment.node.type_condition.node.on.node,
            &fragment.node.selection_set.node,
        );
    }
    walk.errors.truncate(most);
    walk.errors
}

impl Walk<'_> {
    fn set(&mut self, parent: &str, set: &SelectionSet) {
        for selection in &set.items {
            if self.errors.len() >= self.most {
                return;
            }
            self.conditions(selection.node.directives());
            match &selection.node {
                Selection::Field(field) => {
                    if field.node.name.node == "__typename" {
                        self.typename(&field.node, field.pos);
                    }
                    let index = self.coercion.index;
                    let Some(schema_field) = index.field(parent, &field.node.name.node) else {
                        continue;
                    };
                    for (name, value) in &field.node.arguments {
                        if let Some(input) = schema_field.arguments.get(&*name.node) {
                            let error = self.coercion.literal(
                                &input.ty,
                                &name.node,
                                &value.node,
                                value.pos,
                            );
                            self.errors.extend(error);
                        }
                    }
                    self.set(schema_field.named(), &field.node.selection_set.node);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |c| c.node.on.node.as_str());
                    self.set(on, &inline.node.selection_set.node);
                }
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// The engine's rules do not look at `__typename`.
    fn typename(&mut self, field: &Field, at: Pos) {
        let is_well_formed = |d: &Positioned<Directive>| {
            super::merge::is_condition(&d.node)
                && d.node.arguments.len() == 1
                && d.node.get_argument("if").is_some()
        };
        let plain = field.arguments.is_empty() && field.selection_set.node.items.is_empty();
        if !plain || !field.directives.iter().all(is_well_formed) {
            let message = message::typename_alone();
            self.errors
                .push(fault(code::BAD_USER_INPUT, message, Some(at)));
        }
    }

    /// `@skip` and `@include` take a Boolean.
    fn conditions(&mut self, directives: &[Positioned<Directive>]) {
        let boolean = Type {
            base: BaseType::Named(async_graphql::Name::new("Boolean")),
            nullable: false,
        };
        for directive in directives
            .iter()
            .filter(|d| super::merge::is_condition(&d.node))
        {
            for (name, value) in &directive.node.arguments {
                let error = self
                    .coercion
                    .literal(&boolean, &name.node, &value.node, value.pos);
                self.errors.extend(error);
            }
        }
    }
}
