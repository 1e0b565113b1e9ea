//! Values against the schema, before anything runs: the variables of a request, and the literals of a document.
//!
//! Owns the input coercion rules of the GraphQL specification and the call of the scalar hook. Must not change values:
//! the engine reads them again.

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

impl Coercion<'_> {
    /// Why a value is none of the type; `None` if it is one.
    pub(super) fn check<V: Look>(&self, ty: &Type, value: &V) -> Option<String> {
        match value.look() {
            Seen::Variable => return None,
            Seen::Null => {
                return (!ty.nullable).then(|| format!("expected a value of type \"{ty}\", found null"));
            }
            _ => {}
        }
        match &ty.base {
            BaseType::List(inner) => match value.look() {
                Seen::List(items) => {
                    items.iter().enumerate().find_map(|(at, item)| self.check(inner, item).map(|why| format!("at [{at}]: {why}")))
                }
                _ => self.check(inner, value),
            },
            BaseType::Named(name) => self.check_named(name, value),
        }
    }

    fn check_named<V: Look>(&self, name: &str, value: &V) -> Option<String> {
        match self.index.kind(name) {
            Some(Kind::Scalar) => self.check_scalar(name, value),
            Some(Kind::Enum(values)) => {
                let given = match value.look() {
                    Seen::Enum(given) => Some(given),
                    Seen::String(given) if V::JSON => Some(given),
                    _ => None,
                };
                match given {
                    Some(given) if values.contains(given) => None,
                    Some(_) => Some(format!("not a value of the enum \"{name}\"")),
                    None => Some(format!("expected a value of the enum \"{name}\"")),
                }
            }
            Some(Kind::Input { fields, one_of }) => {
                let Seen::Object(given) = value.look() else {
                    return Some(format!("expected an input object \"{name}\""));
                };
                if *one_of && !(given.len() == 1 && given.values().all(|v| !matches!(v.look(), Seen::Null))) {
                    return Some(format!("\"{name}\" takes exactly one field, and not null"));
                }
                if given.keys().any(|key| !fields.contains_key(key.as_str())) {
                    return Some(format!("an unknown field of \"{name}\""));
                }
                for (key, field) in fields {
                    match given.get(&**key) {
                        Some(value) => {
                            if let Some(why) = self.check(&field.ty, value) {
                                return Some(format!("at {key}: {why}"));
                            }
                        }
                        None if !field.ty.nullable && !field.has_default => {
                            return Some(format!("the field \"{key}\" of \"{name}\" is required"));
                        }
                        None => {}
                    }
                }
                None
            }
            Some(Kind::Composite { .. }) | None => Some(format!("\"{name}\" is no input type")),
        }
    }

    fn check_scalar<V: Look>(&self, name: &str, value: &V) -> Option<String> {
        let seen = value.look();
        let fits = match name {
            "Int" => matches!(seen, Seen::Number(n) if n.as_i64().is_some_and(|n| i32::try_from(n).is_ok())),
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
            return Some(format!("expected a value of type \"{name}\""));
        }
        if matches!(name, "Int" | "Float" | "String" | "Boolean") {
            return None;
        }
        let constant = value.constant()?;
        (self.scalar)(name, &constant).err().map(|why| format!("not a valid \"{name}\": {why}"))
    }

    /// Checks what was sent for the variables of an operation. `never_null`: nullable ones that stand where null may not.
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
                    Some("it stands where null may not".to_owned())
                }
                Some(value) => self.check(ty, value),
                None if !ty.nullable && definition.node.default_value.is_none() => {
                    Some(format!("a value of type \"{ty}\" is required"))
                }
                None => None,
            };
            if let Some(why) = wrong {
                let message = format!("The variable \"${name}\" does not fit: {why}.");
                errors.push(fault(code::BAD_USER_INPUT, message, Some(definition.pos)));
            }
        }
        errors
    }

    /// Checks a literal argument.
    pub(super) fn literal(&self, ty: &Type, name: &str, value: &Value, at: Pos) -> Option<ServerError> {
        let why = self.check(ty, value)?;
        Some(fault(code::BAD_USER_INPUT, format!("The argument \"{name}\" does not fit: {why}."), Some(at)))
    }
}

/// The variables in a value that stand where null may not.
pub(super) fn never_null<'a>(index: &'a Index, ty: &'a Type, value: &'a Value, found: &mut Vec<&'a Name>) {
    match value {
        Value::Variable(name) if !ty.nullable => found.push(name),
        Value::List(items) => {
            if let BaseType::List(inner) = &ty.base {
                items.iter().for_each(|item| never_null(index, inner, item, found));
            }
        }
        Value::Object(given) => {
            if let BaseType::Named(name) = &ty.base
                && let Some(Kind::Input { fields, .. }) = index.kind(name)
            {
                for (key, value) in given {
                    if let Some(field) = fields.get(key.as_str()) {
                        never_null(index, &field.ty, value, found);
                    }
                }
            }
        }
        _ => {}
    }
}
