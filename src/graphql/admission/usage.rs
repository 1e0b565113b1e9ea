//! Variables where they stand: is each defined, used, and of a type that fits the place?
//!
//! Owns the rule "all variable usages are allowed" of the GraphQL specification: the engine's own
//! version of it never runs, and it does not look at the directives of `__typename`. Each fragment
//! is read once, whatever spreads it. Must not look at values.

use std::collections::{HashMap, HashSet};

use async_graphql::{Name, Pos, ServerError};
use async_graphql_parser::{
    Positioned,
    types::{
        BaseType, Directive, ExecutableDocument, Selection, SelectionSet, Type, VariableDefinition,
    },
};
use async_graphql_value::{ConstValue, Value};

use super::{
    fault::{code, fault},
    index::{Index, Kind},
};
use crate::words::message;

/// One place where a variable stands.
struct Use<'a> {
    variable: &'a Name,
    /// `None`: inside a scalar's own value, where anything fits.
    location_type: Option<&'a Type>,
    location_has_default: bool,
    at: Pos,
}

/// What an operation or a fragment has itself.
#[derive(Default)]
struct Uses<'a> {
    uses: Vec<Use<'a>>,
    spreads: Vec<&'a str>,
}

/// The wrong usages, up to a number.
pub(super) fn check(index: &Index, document: &ExecutableDocument, most: usize) -> Vec<ServerError> {
    let boolean = Type {
        base: BaseType::Named(Name::new("Boolean")),
        nullable: false,
    };
    let walk = Walk {
        index,
        boolean: &boolean,
    };
    let fragments: HashMap<&str, Uses<'_>> = document
        .fragments
        .iter()
        .map(|(name, fragment)| {
            let mut uses = Uses::default();
            walk.set(
                &fragment.node.type_condition.node.on.node,
                &fragment.node.selection_set.node,
                &mut uses,
            );
            (name.as_str(), uses)
        })
        .collect();
    let mut errors = Vec::new();
    for (_, operation) in document.operations.iter() {
        let Some(root) = index.root(operation.node.ty) else {
            continue;
        };
        let mut own = Uses::default();
        walk.set(root, &operation.node.selection_set.node, &mut own);
        let definitions = &operation.node.variable_definitions;
        let mut seen: HashSet<&str> = HashSet::new();
        let mut open = vec![&own];
        let mut used: HashSet<&Name> = HashSet::new();
        while let Some(uses) = open.pop() {
            for usage in &uses.uses {
                if errors.len() >= most {
                    return errors;
                }
                used.insert(usage.variable);
                errors.extend(wrong(usage, definitions));
            }
            open.extend(
                uses.spreads
                    .iter()
                    .filter(|name| seen.insert(**name))
                    .filter_map(|name| fragments.get(*name)),
            );
        }
        errors.extend(
            definitions
                .iter()
                .filter(|d| !used.contains(&d.node.name.node))
                .map(|d| {
                    fault(
                        code::BAD_USER_INPUT,
                        message::variable_unused(d.node.name.node.as_str()),
                        Some(d.pos),
                    )
                }),
        );
    }
    errors
}

fn wrong(usage: &Use<'_>, definitions: &[Positioned<VariableDefinition>]) -> Option<ServerError> {
    let Some(definition) = definitions
        .iter()
        .find(|d| d.node.name.node == *usage.variable)
        .map(|d| &d.node)
    else {
        let message = message::variable_undefined(usage.variable.as_str());
        return Some(fault(code::BAD_USER_INPUT, message, Some(usage.at)));
    };
    let (variable_type, location_type) = (&definition.var_type.node, usage.location_type?);
    let fits = if !location_type.nullable && variable_type.nullable {
        let has_default = definition
            .default_value
            .as_ref()
            .is_some_and(|d| d.node != ConstValue::Null);
        (has_default || usage.location_has_default) && same_base(variable_type, location_type)
    } else {
        fits(variable_type, location_type)
    };
    (!fits).then(|| {
        let message = message::variable_misplaced(
            usage.variable.as_str(),
            variable_type.to_string(),
            location_type.to_string(),
        );
        fault(code::BAD_USER_INPUT, message, Some(usage.at))
    })
}

fn fits(variable_type: &Type, location_type: &Type) -> bool {
    (location_type.nullable || !variable_type.nullable) && same_base(variable_type, location_type)
}

fn same_base(variable_type: &Type, location_type: &Type) -> bool {
    match (&variable_type.base, &location_type.base) {
        (BaseType::Named(variable_type), BaseType::Named(location_type)) => {
            variable_type == location_type
        }
        (BaseType::List(variable_type), BaseType::List(location_type)) => {
            fits(variable_type, location_type)
        }
        _ => false,
    }
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    index: &'a Index,
    boolean: &'a Type,
}

impl<'a> Walk<'a> {
    fn set(self, parent: &str, set: &'a SelectionSet, uses: &mut Uses<'a>) {
        for selection in &set.items {
            self.conditions(selection.node.directives(), uses);
            match &selection.node {
                Selection::Field(field) => {
                    let Some(schema_field) = self.index.field(parent, &field.node.name.node) else {
                        continue;
                    };
                    for (name, value) in &field.node.arguments {
                        if let Some(input) = schema_field.arguments.get(&*name.node) {
                            self.value(&value.node, &input.ty, input.has_default, value.pos, uses);
                        }
                    }
                    self.set(schema_field.named(), &field.node.selection_set.node, uses);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |c| c.node.on.node.as_str());
                    self.set(on, &inline.node.selection_set.node, uses);
                }
                Selection::FragmentSpread(spread) => {
                    uses.spreads.push(&spread.node.fragment_name.node)
                }
            }
        }
    }

    fn conditions(self, directives: &'a [Positioned<Directive>], uses: &mut Uses<'a>) {
        for directive in directives
            .iter()
            .filter(|d| super::merge::is_condition(&d.node))
        {
            for (_, value) in &directive.node.arguments {
                self.value(&value.node, self.boolean, false, value.pos, uses);
            }
        }
    }

    fn value(
        self,
        value: &'a Value,
        location_type: &'a Type,
        location_has_default: bool,
        at: Pos,
        uses: &mut Uses<'a>,
    ) {
        match (value, &location_type.base) {
            (Value::Variable(variable), _) => {
                uses.uses.push(Use {
                    variable,
                    location_type: Some(location_type),
                    location_has_default,
                    at,
                });
            }
            (Value::List(items), BaseType::List(inner)) => {
                items
                    .iter()
                    .for_each(|item| self.value(item, inner, false, at, uses));
            }
            (Value::Object(entries), BaseType::Named(name)) => match self.index.kind(name) {
                Some(Kind::Input { fields, .. }) => {
                    for (key, value) in entries {
                        if let Some(field) = fields.get(key.as_str()) {
                            self.value(value, &field.ty, field.has_default, at, uses);
                        }
                    }
                }
                _ => inside(value, at, uses),
            },
            // One object where a list is expected is a list of one.
            (Value::Object(_), BaseType::List(inner)) => self.value(value, inner, false, at, uses),
            (other, _) => inside(other, at, uses),
        }
    }
}

/// The variables in a scalar's own value.
fn inside<'a>(value: &'a Value, at: Pos, uses: &mut Uses<'a>) {
    match value {
        Value::Variable(variable) => uses.uses.push(Use {
            variable,
            location_type: None,
            location_has_default: false,
            at,
        }),
        Value::List(items) => items.iter().for_each(|item| inside(item, at, uses)),
        Value::Object(fields) => fields.values().for_each(|field| inside(field, at, uses)),
        _ => {}
    }
}
