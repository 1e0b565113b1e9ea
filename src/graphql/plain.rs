//! Objects whose fields are at hand, written as JSON in one go.
//!
//! The engine resolves an object by one boxed future a field, which is most of the time of a large
//! list. What a page prefetched needs no future: its objects say what their fields are, and the
//! text travels through the engine as a `Value::Binary`, which no scalar of the schema is;
//! `admission::answer` writes it as it stands. As soon as one field has to be loaded, can fail or
//! is not known here, the whole object takes the ordinary way, so this module never decides what an
//! answer is, only how fast.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, OutputType, Positioned, ServerResult, Value,
    parser::types::{Field, Selection, SelectionSet},
    registry::Registry,
};
use async_graphql_value::Value as Argument;

use super::scope::Scope;
use crate::domain::audit::instant;

/// An object that can write the fields that are at hand.
pub trait Plain {
    /// Its name in the schema.
    const TYPE: &'static str;

    /// Writes the value of `field`, exactly as the resolver of the same name answers it. `None`: it
    /// is not at hand.
    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()>;
}

/// A field that is asked for.
pub struct Asked<'a> {
    field: &'a Field,
    ctx: &'a ContextSelectionSet<'a>,
}

impl<'a> Asked<'a> {
    /// Its name in the schema.
    pub fn name(&self) -> &'a str {
        &self.field.name.node
    }

    /// The request.
    pub fn scope(&self) -> Option<&'a Scope> {
        self.ctx
            .data_opt::<std::sync::Arc<Scope>>()
            .map(|scope| &**scope)
    }

    /// An argument that is an enum's value, given in the document or as a variable.
    pub fn enum_argument(&self, name: &str) -> Option<&'a str> {
        match &self.field.get_argument(name)?.node {
            Argument::Enum(value) => Some(value),
            Argument::Variable(variable) => match self.ctx.query_env.variables.get(variable)? {
                Value::Enum(value) => Some(value),
                Value::String(value) => Some(value),
                _ => None,
            },
            _ => None,
        }
    }

    /// Writes an object as the field's value.
    pub fn object(&self, object: &impl Plain, json: &mut Json) -> Option<()> {
        write_object(object, &self.field.selection_set.node, self.ctx, json)
    }

    /// Writes an object or null.
    pub fn optional(&self, object: Option<&impl Plain>, json: &mut Json) -> Option<()> {
        match object {
            Some(object) => self.object(object, json),
            None => json.null(),
        }
    }

    /// Writes a list of objects.
    pub fn list<'b, T: Plain + 'b>(
        &self,
        objects: impl IntoIterator<Item = &'b T>,
        json: &mut Json,
    ) -> Option<()> {
        json.each(objects, |object, json| self.object(object, json))
    }
}

/// JSON that grows. Every method answers `Some`, so that a field can end with it.
#[derive(Debug, Default)]
pub struct Json(Vec<u8>);

impl Json {
    /// A text.
    pub fn text(&mut self, text: &str) -> Option<()> {
        serde_json::to_writer(&mut self.0, text).ok()
    }

    /// A text or null.
    pub fn optional_text(&mut self, text: Option<&str>) -> Option<()> {
        match text {
            Some(text) => self.text(text),
            None => self.null(),
        }
    }

    /// A text in which nothing needs an escape: the name of an enum's value, an id, an instant.
    pub fn name(&mut self, name: &str) -> Option<()> {
        self.0.push(b'"');
        self.0.extend_from_slice(name.as_bytes());
        self.0.push(b'"');
        Some(())
    }

    /// The name of an enum's value, or null.
    pub fn optional_name(&mut self, name: Option<&str>) -> Option<()> {
        match name {
            Some(name) => self.name(name),
            None => self.null(),
        }
    }

    /// An id.
    pub fn id(&mut self, id: impl std::fmt::Display) -> Option<()> {
        use std::io::Write as _;
        write!(self.0, "\"{id}\"").ok()
    }

    /// A whole number or null, as the API's `Long`.
    pub fn long(&mut self, number: Option<u64>) -> Option<()> {
        let number = number.map(|number| super::scalar::Long::from(number).0);
        serde_json::to_writer(&mut self.0, &number).ok()
    }

    /// True or false.
    pub fn boolean(&mut self, value: bool) -> Option<()> {
        self.0
            .extend_from_slice(if value { b"true" } else { b"false" });
        Some(())
    }

    /// An instant or null.
    pub fn instant(&mut self, at: Option<chrono::DateTime<chrono::Utc>>) -> Option<()> {
        match at {
            Some(at) => self.name(&instant(at)),
            None => self.null(),
        }
    }

    /// Null.
    pub fn null(&mut self) -> Option<()> {
        self.0.extend_from_slice(b"null");
        Some(())
    }

    /// A list, written by `write` one by one.
    pub fn each<T>(
        &mut self,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(T, &mut Self) -> Option<()>,
    ) -> Option<()> {
        self.0.push(b'[');
        for (index, item) in items.into_iter().enumerate() {
            if index > 0 {
                self.0.push(b',');
            }
            write(item, self)?;
        }
        self.0.push(b']');
        Some(())
    }
}

fn write_object<T: Plain>(
    object: &T,
    set: &SelectionSet,
    ctx: &ContextSelectionSet<'_>,
    json: &mut Json,
) -> Option<()> {
    json.0.push(b'{');
    for (index, selection) in set.items.iter().enumerate() {
        // Admission wrote fragments out and merged what comes twice; other directives are the
        // engine's to obey.
        let Selection::Field(Positioned { node: field, .. }) = &selection.node else {
            return None;
        };
        if !field.directives.is_empty() {
            return None;
        }
        if index > 0 {
            json.0.push(b',');
        }
        json.name(&field.response_key().node)?;
        json.0.push(b':');
        if field.name.node == "__typename" {
            json.name(T::TYPE)?;
        } else {
            object.write(&Asked { field, ctx }, json)?;
        }
    }
    json.0.push(b'}');
    Some(())
}

/// An object that is written in one go if it can be: the node of a list that prefetches.
#[derive(Debug, Clone)]
pub struct AtHand<T>(pub T);

impl<T> From<T> for AtHand<T> {
    fn from(object: T) -> Self {
        Self(object)
    }
}

impl<T: Plain + OutputType> OutputType for AtHand<T> {
    fn type_name() -> Cow<'static, str> {
        T::type_name()
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        self.0.introspection_type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        T::create_type_info(registry)
    }

    async fn resolve(
        &self,
        ctx: &ContextSelectionSet<'_>,
        field: &Positioned<Field>,
    ) -> ServerResult<Value> {
        let mut json = Json(Vec::with_capacity(512));
        match write_object(&self.0, &ctx.item.node, ctx, &mut json) {
            Some(()) => Ok(Value::Binary(json.0.into())),
            None => self.0.resolve(ctx, field).await,
        }
    }
}

/// Writes what the engine answered: as JSON, and what is JSON already as it stands.
pub fn write_value(value: &Value, out: &mut Vec<u8>) -> serde_json::Result<()> {
    match value {
        Value::Null => out.extend_from_slice(b"null"),
        Value::Boolean(true) => out.extend_from_slice(b"true"),
        Value::Boolean(false) => out.extend_from_slice(b"false"),
        Value::Number(number) => serde_json::to_writer(out, number)?,
        Value::String(text) => serde_json::to_writer(out, text)?,
        Value::Enum(name) => serde_json::to_writer(out, name.as_str())?,
        Value::Binary(json) => out.extend_from_slice(json),
        Value::List(items) => {
            out.push(b'[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_value(item, out)?;
            }
            out.push(b']');
        }
        Value::Object(fields) => {
            out.push(b'{');
            for (index, (key, value)) in fields.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                // Keys of the scalar JSON may hold anything.
                serde_json::to_writer(&mut *out, key.as_str())?;
                out.push(b':');
                write_value(value, out)?;
            }
            out.push(b'}');
        }
    }
    Ok(())
}
