//! The sizes of pages that an operation asks for: each has to be within the limit before anything
//! runs.
//!
//! Owns that check, for literals when a plan is made and for variables at each request. Must not
//! know what a page costs.

use async_graphql::{Name, Pos, ServerError, Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{Selection, SelectionSet, VariableDefinition},
};
use async_graphql_value::Value;

use super::{
    cost::variable_value,
    fault::{code, fault},
    index::{Field, Index, Repeat},
    limits::Limits,
};
use crate::words::message;

/// The arguments that say how large a page is.
const ARGUMENTS: [&str; 2] = ["first", "last"];

/// The sizes that an operation takes from variables.
#[derive(Debug, Default)]
pub(super) struct PageSizes(Vec<Size>);

#[derive(Debug)]
struct Size {
    variable: Name,
    field: Name,
    argument: &'static str,
    at: Pos,
}

impl PageSizes {
    /// Finds the sizes in a selection set of a type; refuses literals that are none.
    pub(super) fn of(
        index: &Index,
        limits: &Limits,
        parent: &str,
        set: &SelectionSet,
    ) -> Result<Self, Vec<ServerError>> {
        let (mut sizes, mut errors) = (Self::default(), Vec::new());
        sizes.read(index, limits, parent, set, &mut errors);
        if errors.is_empty() {
            Ok(sizes)
        } else {
            Err(errors)
        }
    }

    fn read(
        &mut self,
        index: &Index,
        limits: &Limits,
        parent: &str,
        set: &SelectionSet,
        errors: &mut Vec<ServerError>,
    ) {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let (field, at) = (&field.node, field.pos);
                    let Some(schema_field) = index.field(parent, &field.name.node) else {
                        continue;
                    };
                    for argument in ARGUMENTS
                        .into_iter()
                        .filter(|argument| is_size(schema_field, argument))
                    {
                        match field.get_argument(argument).map(|value| &value.node) {
                            Some(Value::Number(number)) if !fits(number, limits) => {
                                errors.push(refusal(
                                    &field.name.node,
                                    argument,
                                    number,
                                    limits,
                                    at,
                                ));
                            }
                            Some(Value::Variable(variable)) => {
                                let (variable, field) = (variable.clone(), field.name.node.clone());
                                self.0.push(Size {
                                    variable,
                                    field,
                                    argument,
                                    at,
                                });
                            }
                            _ => {}
                        }
                    }
                    self.read(
                        index,
                        limits,
                        schema_field.named(),
                        &field.selection_set.node,
                        errors,
                    );
                }
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |c| c.node.on.node.as_str());
                    self.read(index, limits, on, &inline.node.selection_set.node, errors);
                }
                // Merged operations have none.
                Selection::FragmentSpread(_) => {}
            }
        }
    }

    /// What is wrong about these variables.
    pub(super) fn check(
        &self,
        limits: &Limits,
        variables: &Variables,
        definitions: &[Positioned<VariableDefinition>],
    ) -> Vec<ServerError> {
        let wrong = |size: &Size| match variable_value(variables, definitions, &size.variable) {
            Some(ConstValue::Number(number)) if !fits(number, limits) => {
                Some(refusal(&size.field, size.argument, number, limits, size.at))
            }
            _ => None,
        };
        self.0.iter().filter_map(wrong).collect()
    }
}

/// Whether an argument of this name is a page size of the field.
fn is_size(field: &Field, argument: &str) -> bool {
    matches!(field.repeat, Repeat::Connection | Repeat::List(_))
        && field.arguments.contains_key(argument)
}

fn fits(number: &serde_json::Number, limits: &Limits) -> bool {
    number
        .as_u64()
        .is_some_and(|size| (1..=limits.max_page).contains(&size))
}

fn refusal(
    field: &Name,
    argument: &str,
    number: &serde_json::Number,
    limits: &Limits,
    at: Pos,
) -> ServerError {
    let message = message::page_size(
        field.as_str(),
        argument,
        number.to_string(),
        limits.max_page,
    );
    fault(code::BAD_USER_INPUT, message, Some(at))
}
