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
    place: Option<&'a Type>,
    place_has_default: bool,
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
            for found in &uses.uses {
                if errors.len() >= most {
                    return errors;
                }
                used.insert(found.variable);
                errors.extend(wrong(found, definitions));
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

fn wrong(found: &Use<'_>, definitions: &[Positioned<VariableDefinition>]) -> Option<ServerError> {
    let Some(definition) = definitions
        .iter()
        .find(|d| d.node.name.node == *found.variable)
        .map(|d| &d.node)
    else {
        let message = message::variable_undefined(found.variable.as_str());
        return Some(fault(code::BAD_USER_INPUT, message, Some(found.at)));
    };
    let (given, place) = (&definition.var_type.node, found.place?);
    let fits = if !place.nullable && given.nullable {
        let has_default = definition
            .default_value
            .as_ref()
            .is_some_and(|d| d.node != ConstValue::Null);
        (has_default || found.place_has_default) && same_base(given, place)
    } else {
        fits(given, place)
    };
    (!fits).then(|| {
        let message = message::variable_misplaced(
            found.variable.as_str(),
            given.to_string(),
            place.to_string(),
        );
        fault(code::BAD_USER_INPUT, message, Some(found.at))
    })
}

fn fits(given: &Type, place: &Type) -> bool {
    (place.nullable || !given.nullable) && same_base(given, place)
}

fn same_base(given: &Type, place: &Type) -> bool {
    match (&given.base, &place.base) {
        (BaseType::Named(given), BaseType::Named(place)) => given == place,
        (BaseType::List(given), BaseType::List(place)) => fits(given, place),
        _ => false,
    }
}

#[derive(Clone, Copy)]
struct Walk<'a> {
    index: &'a Index,
    boolean: &'a Type,
}

impl<'a> Walk<'a> {
    fn set(self, parent: &str, set: &'a SelectionSet, found: &mut Uses<'a>) {
        for selection in &set.items {
            self.conditions(selection.node.directives(), found);
            match &selection.node {
                Selection::Field(field) => {
                    let Some(known) = self.index.field(parent, &field.node.name.node) else {
                        continue;
                    };
                    for (name, value) in &field.node.arguments {
                        if let Some(input) = known.arguments.get(&*name.node) {
                            self.value(&value.node, &input.ty, input.has_default, value.pos, found);
                        }
                    }
                    self.set(known.named(), &field.node.selection_set.node, found);
                }
                Selection::InlineFragment(inline) => {
                    let on = inline
                        .node
                        .type_condition
                        .as_ref()
                        .map_or(parent, |c| c.node.on.node.as_str());
                    self.set(on, &inline.node.selection_set.node, found);
                }
                Selection::FragmentSpread(spread) => {
                    found.spreads.push(&spread.node.fragment_name.node)
                }
            }
        }
    }

    fn conditions(self, directives: &'a [Positioned<Directive>], found: &mut Uses<'a>) {
        for directive in directives
            .iter()
            .filter(|d| super::merge::is_condition(&d.node))
        {
            for (_, value) in &directive.node.arguments {
                self.value(&value.node, self.boolean, false, value.pos, found);
            }
        }
    }

    fn value(
        self,
        value: &'a Value,
        place: &'a Type,
        place_has_default: bool,
        at: Pos,
        found: &mut Uses<'a>,
    ) {
        match (value, &place.base) {
            (Value::Variable(variable), _) => {
                found.uses.push(Use {
                    variable,
                    place: Some(place),
                    place_has_default,
                    at,
                });
            }
            (Value::List(items), BaseType::List(inner)) => {
                items
                    .iter()
                    .for_each(|item| self.value(item, inner, false, at, found));
            }
            (Value::Object(given), BaseType::Named(name)) => match self.index.kind(name) {
                Some(Kind::Input { fields, .. }) => {
                    for (key, value) in given {
                        if let Some(field) = fields.get(key.as_str()) {
                            self.value(value, &field.ty, field.has_default, at, found);
                        }
                    }
                }
                _ => inside(value, at, found),
            },
            // One object where a list is expected is a list of one.
            (Value::Object(_), BaseType::List(inner)) => self.value(value, inner, false, at, found),
            (other, _) => inside(other, at, found),
        }
    }
}

/// The variables in a scalar's own value.
fn inside<'a>(value: &'a Value, at: Pos, found: &mut Uses<'a>) {
    match value {
        Value::Variable(variable) => found.uses.push(Use {
            variable,
            place: None,
            place_has_default: false,
            at,
        }),
        Value::List(items) => items.iter().for_each(|item| inside(item, at, found)),
        Value::Object(fields) => fields.values().for_each(|field| inside(field, at, found)),
        _ => {}
    }
}
