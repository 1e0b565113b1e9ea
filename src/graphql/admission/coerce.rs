//! Values against the schema, before anything runs: the variables of a request, and the literals of
//! a document.
//!
//! Owns the input coercion rules of the GraphQL specification and the call of the scalar hook. Must
//! not change values: the engine reads them again.

use async_graphql::{Name, Pos, ServerError, Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{BaseType, Type, VariableDefinition},
};
use async_graphql_value::Value;
use indexmap::IndexMap;
use serde_json::Number;

use super::{
    ScalarCheck,
    fault::{code, fault},
    index::{Index, Kind},
};
use crate::words::message::{self, Message};

/// A literal or a variable's value, seen alike.
pub(super) enum Seen<'a, V> {
    /// Known only with the request.
    Variable,
    Null,
    Number(&'a Number),
    String(&'a str),
    Boolean,
    Enum(&'a str),
    List(&'a [V]),
    Object(&'a IndexMap<Name, V>),
}

/// What can be checked.
pub(super) trait Look: Sized {
    fn look(&self) -> Seen<'_, Self>;
    /// As the scalar hook takes it; `None` if a variable is inside.
    fn constant(&self) -> Option<ConstValue>;
    /// Sent as JSON, where enum values are strings?
    const JSON: bool;
}

impl Look for Value {
    fn look(&self) -> Seen<'_, Self> {
        match self {
            Self::Variable(_) => Seen::Variable,
            Self::Null => Seen::Null,
            Self::Number(n) => Seen::Number(n),
            Self::String(text) => Seen::String(text),
            Self::Binary(_) => Seen::String(""),
            Self::Boolean(_) => Seen::Boolean,
            Self::Enum(name) => Seen::Enum(name),
            Self::List(items) => Seen::List(items),
            Self::Object(fields) => Seen::Object(fields),
        }
    }

    fn constant(&self) -> Option<ConstValue> {
        self.clone().into_const()
    }

    const JSON: bool = false;
}

impl Look for ConstValue {
    fn look(&self) -> Seen<'_, Self> {
        match self {
            Self::Null => Seen::Null,
            Self::Number(n) => Seen::Number(n),
            Self::String(text) => Seen::String(text),
            Self::Binary(_) => Seen::String(""),
            Self::Boolean(_) => Seen::Boolean,
            Self::Enum(name) => Seen::Enum(name),
            Self::List(items) => Seen::List(items),
            Self::Object(fields) => Seen::Object(fields),
        }
    }

    fn constant(&self) -> Option<ConstValue> {
        Some(self.clone())
    }

    const JSON: bool = true;
}

/// Checks values against types of a schema.
#[derive(Clone, Copy)]
pub(super) struct Coercion<'a> {
    pub(super) index: &'a Index,
    pub(super) scalar: ScalarCheck,
}

/// Why a value does not fit, and where in it.
#[derive(Debug)]
pub(super) struct Misfit {
    /// The steps to the place, the innermost first.
    steps: Vec<String>,
    pub(super) why: Message,
}

impl Misfit {
    pub(super) fn new(why: Message) -> Self {
        Self {
            steps: Vec::new(),
            why,
        }
    }

    /// The same, seen from the field around it.
    pub(super) fn below(mut self, field: &str) -> Self {
        let dot = if self
            .steps
            .last()
            .is_some_and(|inner| !inner.starts_with('['))
        {
            "."
        } else {
            ""
        };
        self.steps.push(format!("{field}{dot}"));
        self
    }

    /// The same, seen from the list around it.
    pub(super) fn at(mut self, index: usize) -> Self {
        let dot = if self
            .steps
            .last()
            .is_some_and(|inner| !inner.starts_with('['))
        {
            "."
        } else {
            ""
        };
        self.steps.push(format!("[{index}]{dot}"));
        self
    }

    /// Where: `input.membershipIds[3]`.
    pub(super) fn path(&self) -> String {
        self.steps.iter().rev().map(String::as_str).collect()
    }
}

/// The most characters of a value that are repeated to whoever sent it.
const LONGEST_SHOWN: usize = 40;

/// A text as messages show it.
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST_SHOWN) {
        Some((end, _)) => format!("{:?}…", text.get(..end).unwrap_or_default()),
        None => format!("{text:?}"),
    }
}

/// What was found in place of what was expected. Texts are not repeated: one could be a password in
/// the wrong place.
fn describe<V: Look>(value: &V) -> Message {
    match value.look() {
        Seen::Variable => message::found_variable(),
        Seen::Null => message::found_null(),
        Seen::Number(number) => message::found_number(shortened_number(number)),
        Seen::String(_) => message::found_string(),
        Seen::Boolean => message::found_boolean(),
        Seen::Enum(name) => message::found_name(shortened(name)),
        Seen::List(_) => message::found_list(),
        Seen::Object(_) => message::found_object(),
    }
}

fn shortened_number(number: &Number) -> String {
    number.to_string().chars().take(LONGEST_SHOWN).collect()
}

impl Coercion<'_> {
    /// Why a value is none of the type; `None` if it is one.
    pub(super) fn check<V: Look>(&self, ty: &Type, value: &V) -> Option<Misfit> {
        match value.look() {
            Seen::Variable => return None,
            Seen::Null => {
                return (!ty.nullable).then(|| {
                    Misfit::new(message::value_expected(
                        ty.to_string(),
                        message::found_null(),
                    ))
                });
            }
            _ => {}
        }
        match &ty.base {
            BaseType::List(inner) => match value.look() {
                Seen::List(items) => items
                    .iter()
                    .enumerate()
                    .find_map(|(at, item)| self.check(inner, item).map(|misfit| misfit.at(at))),
                _ => self.check(inner, value),
            },
            BaseType::Named(name) => self.check_named(name, value),
        }
    }

    fn check_named<V: Look>(&self, name: &str, value: &V) -> Option<Misfit> {
        match self.index.kind(name) {
            Some(Kind::Scalar) => self.check_scalar(name, value).map(Misfit::new),
            Some(Kind::Enum(values)) => {
                let enum_value = match value.look() {
                    Seen::Enum(enum_value) => Some(enum_value),
                    Seen::String(enum_value) if V::JSON => Some(enum_value),
                    _ => None,
                };
                let choices = || {
                    values
                        .iter()
                        .map(|value| &**value)
                        .collect::<Vec<_>>()
                        .join(", ")
                };
                match enum_value {
                    Some(enum_value) if values.contains(enum_value) => None,
                    Some(enum_value) => Some(Misfit::new(message::not_in_enum(
                        shortened(enum_value),
                        name,
                        choices(),
                    ))),
                    None => Some(Misfit::new(message::enum_expected(
                        name,
                        describe(value),
                        choices(),
                    ))),
                }
            }
            Some(Kind::Input { fields, one_of, .. }) => {
                let Seen::Object(entries) = value.look() else {
                    return Some(Misfit::new(message::object_expected(name, describe(value))));
                };
                if *one_of
                    && !(entries.len() == 1
                        && entries.values().all(|v| !matches!(v.look(), Seen::Null)))
                {
                    return Some(Misfit::new(message::one_field_exactly(name)));
                }
                if let Some(unknown) = entries
                    .keys()
                    .find(|key| !fields.contains_key(key.as_str()))
                {
                    return Some(Misfit::new(message::unknown_input_field(
                        name,
                        shortened(unknown),
                    )));
                }
                for (key, field) in fields {
                    match entries.get(&**key) {
                        Some(value) => {
                            if let Some(misfit) = self.check(&field.ty, value) {
                                return Some(misfit.below(key));
                            }
                        }
                        None if !field.ty.nullable && !field.has_default => {
                            return Some(Misfit::new(message::field_required(&**key, name)));
                        }
                        None => {}
                    }
                }
                None
            }
            Some(Kind::Composite { .. }) | None => {
                Some(Misfit::new(message::not_an_input_type(name)))
            }
        }
    }

    fn check_scalar<V: Look>(&self, name: &str, value: &V) -> Option<Message> {
        let seen = value.look();
        let fits = match name {
            "Int" => {
                matches!(seen, Seen::Number(n) if n.as_i64().is_some_and(|n| i32::try_from(n).is_ok()))
            }
            "Float" => matches!(seen, Seen::Number(n) if n.as_f64().is_some_and(f64::is_finite)),
            "String" => matches!(seen, Seen::String(_)),
            "Boolean" => matches!(seen, Seen::Boolean),
            "ID" => match seen {
                Seen::String(_) => true,
                Seen::Number(n) => n.is_i64() || n.is_u64(),
                _ => false,
            },
            _ => true,
        };
        if !fits {
            return Some(if name == "Int" {
                message::integer_expected(name, describe(value))
            } else {
                message::value_expected(name, describe(value))
            });
        }
        if matches!(name, "Int" | "Float" | "String" | "Boolean") {
            return None;
        }
        let constant = value.constant()?;
        let why = (self.scalar)(name, &constant).err()?;
        Some(match seen {
            Seen::String(text) => message::not_a_scalar(shortened(text), name, why),
            _ => message::scalar_expected(name, describe(value), why),
        })
    }

    /// Checks what was sent for the variables of an operation. `never_null`: nullable ones that
    /// stand where null may not.
    pub(super) fn variables(
        &self,
        definitions: &[Positioned<VariableDefinition>],
        never_null: &[Name],
        sent: &Variables,
    ) -> Vec<ServerError> {
        let mut errors = Vec::new();
        for definition in definitions {
            let (name, ty) = (&definition.node.name.node, &definition.node.var_type.node);
            let wrong = match sent.get(name) {
                Some(ConstValue::Null) if ty.nullable && never_null.contains(name) => {
                    Some(Misfit::new(message::null_not_allowed()))
                }
                Some(value) => self.check(ty, value),
                None if !ty.nullable && definition.node.default_value.is_none() => {
                    Some(Misfit::new(message::value_required(ty.to_string())))
                }
                None => None,
            };
            if let Some(misfit) = wrong {
                let misfit = misfit.below(name);
                let message = message::variable_misfit(misfit.path(), misfit.why);
                errors.push(fault(code::BAD_USER_INPUT, message, Some(definition.pos)));
            }
        }
        errors
    }

    /// Checks a literal argument.
    pub(super) fn literal(
        &self,
        ty: &Type,
        name: &str,
        value: &Value,
        at: Pos,
    ) -> Option<ServerError> {
        let misfit = self.check(ty, value)?.below(name);
        let message = message::literal_misfit(misfit.path(), misfit.why);
        Some(fault(code::BAD_USER_INPUT, message, Some(at)))
    }
}

/// The variables in a value that stand where null may not.
pub(super) fn never_null<'a>(
    index: &'a Index,
    ty: &'a Type,
    value: &'a Value,
    variables: &mut Vec<&'a Name>,
) {
    match value {
        Value::Variable(name) if !ty.nullable => variables.push(name),
        Value::List(items) => {
            if let BaseType::List(inner) = &ty.base {
                items
                    .iter()
                    .for_each(|item| never_null(index, inner, item, variables));
            }
        }
        Value::Object(entries) => {
            if let BaseType::Named(name) = &ty.base
                && let Some(Kind::Input { fields, .. }) = index.kind(name)
            {
                for (key, value) in entries {
                    if let Some(field) = fields.get(key.as_str()) {
                        never_null(index, &field.ty, value, variables);
                    }
                }
            }
        }
        _ => {}
    }
}
