//! The form that values have besides their type: of which kind an id is, how many items a list
//! takes, which arguments exclude each other, and cursors (page sizes: `page_size`). All root
//! fields are checked before the first one runs.
//!
//! Owns the walk over the arguments of a merged operation, variables filled in, and the messages.
//! What has which form is declared by the schema's side ([`Forms`]); admission only knows the page
//! arguments. Resolvers check again. Must not change values.

use std::{fmt, sync::Arc};

use async_graphql::{PathSegment, ServerError, Value as ConstValue, Variables};
use async_graphql_parser::{
    Positioned,
    types::{BaseType, Field as Selected, Selection, SelectionSet, Type, VariableDefinition},
};
use async_graphql_value::Value;

use super::{
    coerce::{Misfit, shortened},
    cost,
    fault::{code, fault},
    index::{Field, Index, Input, Kind, named},
    limits::Limits,
};
use crate::words::message::{self, Message, Value as Put};

/// Which ids a place takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdForm {
    /// What they begin with, without the `_`; empty: any that the API has.
    pub prefixes: &'static [&'static str],
    /// Whether they may carry an instant.
    pub dated: bool,
}

/// How many items a list takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// At least so many, if it is given.
    pub least: usize,
    /// At most so many; `None`: as many as a bulk call takes.
    pub most: Option<usize>,
}

/// How long a text is, in characters, where that is part of its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextForm {
    /// At least so long, if it is given.
    pub least: usize,
    /// At most so long.
    pub most: usize,
    /// Whether control characters may be in it.
    pub controls: bool,
}

/// What is given for one argument or input field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given<'a> {
    /// Nothing.
    Absent,
    /// Null.
    Null,
    /// True or false.
    Boolean(bool),
    /// A string, or a value of an enum.
    Text(&'a str),
    /// A whole number.
    Integer(i64),
    /// Anything else.
    Other,
}

impl Given<'_> {
    /// Neither absent nor null.
    pub fn is_some(self) -> bool {
        !matches!(self, Self::Absent | Self::Null)
    }
}

/// Says why the arguments of a field, or the fields of an input object, do not go together.
pub type Rule = for<'a> fn(&dyn Fn(&str) -> Given<'a>) -> Result<(), Message>;

/// The forms as the schema's side declares them. The owner of an argument is `Type.field`, of an
/// input field its type.
#[derive(Clone)]
pub struct Forms {
    /// Which ids an argument or input field of type `ID` takes.
    pub id: fn(owner: &str, field: &str) -> Option<IdForm>,
    /// How many items a list takes.
    pub size: fn(owner: &str, field: &str) -> Option<Size>,
    /// How long a text is.
    pub text: fn(owner: &str, field: &str) -> Option<TextForm>,
    /// What must go together.
    pub rule: fn(owner: &str) -> Option<Rule>,
    /// Says why a text is no such id.
    pub check_id: fn(&str, IdForm) -> Result<(), Message>,
    /// Says why a text is no cursor of a connection of this type.
    pub check_cursor: CheckCursor,
}

/// Says why a text is no cursor of the connection of this name.
pub type CheckCursor = Arc<dyn Fn(&str, &str) -> Result<(), Message> + Send + Sync>;

impl Default for Forms {
    fn default() -> Self {
        Self {
            id: |_, _| None,
            size: |_, _| None,
            text: |_, _| None,
            rule: |_| None,
            check_id: |_, _| Ok(()),
            check_cursor: Arc::new(|_, _| Ok(())),
        }
    }
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Forms")
    }
}

/// The fields of a merged operation that have arguments, once for each plan: (parent type, field).
pub(super) fn fields_with_arguments(
    index: &Index,
    root: &str,
    set: &SelectionSet,
) -> Vec<(Box<str>, Positioned<Selected>)> {
    let mut fields = Vec::new();
    collect(index, root, set, &mut fields);
    fields
}

fn collect(
    index: &Index,
    parent: &str,
    set: &SelectionSet,
    fields: &mut Vec<(Box<str>, Positioned<Selected>)>,
) {
    for selection in &set.items {
        match &selection.node {
            Selection::Field(field) => {
                let Some(schema_field) = index.field(parent, &field.node.name.node) else {
                    continue;
                };
                if !field.node.arguments.is_empty() || schema_field.rule.is_some() {
                    let mut alone = field.clone();
                    alone.node.selection_set.node.items.clear();
                    fields.push((parent.into(), alone));
                }
                collect(
                    index,
                    schema_field.named(),
                    &field.node.selection_set.node,
                    fields,
                );
            }
            Selection::InlineFragment(inline) => {
                let on = inline
                    .node
                    .type_condition
                    .as_ref()
                    .map_or(parent, |c| c.node.on.node.as_str());
                collect(index, on, &inline.node.selection_set.node, fields);
            }
            Selection::FragmentSpread(_) => {}
        }
    }
}

/// Checks the form of what one request gives.
pub(super) struct FormCheck<'a> {
    pub(super) index: &'a Index,
    pub(super) forms: &'a Forms,
    pub(super) limits: &'a Limits,
    pub(super) variables: &'a Variables,
    pub(super) definitions: &'a [Positioned<VariableDefinition>],
}

/// The most ids that a message names.
const MOST_NAMED: usize = 3;

/// The ids that a field of a request names.
#[derive(Debug)]
pub(super) struct NamedIds {
    key: String,
    /// One more than are named, if there are more.
    ids: Vec<String>,
}

impl NamedIds {
    /// What a NOT_FOUND at `path` says: the ids of the field that it is about, or else of the root
    /// field.
    pub(super) fn message(named: &[Self], path: &[PathSegment]) -> Option<Message> {
        let keys = path.iter().filter_map(|segment| match segment {
            PathSegment::Field(key) => Some(key),
            PathSegment::Index(_) => None,
        });
        let keys: Vec<&String> = keys.collect();
        let by_key = |key: &&String| named.iter().find(|one| one.key == **key);
        let ids = &by_key(keys.last()?).or_else(|| by_key(keys.first()?))?.ids;
        let shown: Vec<String> = ids
            .iter()
            .take(MOST_NAMED)
            .map(|id| shortened(id))
            .collect();
        Some(match shown.as_slice() {
            [one] => message::not_found_id(one.as_str()),
            several if ids.len() > MOST_NAMED => message::not_found_one_of_many(several.join(", ")),
            _ => message::not_found_one_of(Put::Any(shown)),
        })
    }
}

/// A value where it stands, literal or sent.
#[derive(Clone, Copy)]
enum At<'a> {
    Literal(&'a Value),
    Sent(&'a ConstValue),
}

impl<'a> FormCheck<'a> {
    /// All that is wrong, up to a number.
    pub(super) fn check(&self, fields: &'a [(Box<str>, Positioned<Selected>)]) -> Vec<ServerError> {
        let mut errors = Vec::new();
        for (parent, field) in fields {
            let Some(schema_field) = self.index.field(parent, &field.node.name.node) else {
                continue;
            };
            for misfit in self.field(schema_field, &field.node) {
                if errors.len() >= self.limits.errors {
                    return errors;
                }
                let message = match misfit.path() {
                    path if path.is_empty() => {
                        message::arguments_misfit(field.node.name.node.as_str(), misfit.why)
                    }
                    path => {
                        message::argument_misfit(path, field.node.name.node.as_str(), misfit.why)
                    }
                };
                errors.push(fault(code::BAD_USER_INPUT, message, Some(field.pos)));
            }
        }
        errors
    }

    /// The ids that each field names, up to a few, by its key in the answer: for the message of a
    /// NOT_FOUND.
    pub(super) fn named_ids(
        &self,
        fields: &'a [(Box<str>, Positioned<Selected>)],
    ) -> Vec<NamedIds> {
        let mut named = Vec::new();
        for (parent, field) in fields {
            let Some(schema_field) = self.index.field(parent, &field.node.name.node) else {
                continue;
            };
            let mut ids = Vec::new();
            for (name, value) in &field.node.arguments {
                if let (Some(input), Some(value)) = (
                    schema_field.arguments.get(&*name.node),
                    self.resolve(At::Literal(&value.node)),
                ) {
                    self.collect_ids(input, value, &mut ids);
                }
            }
            if !ids.is_empty() {
                named.push(NamedIds {
                    key: field.node.response_key().node.to_string(),
                    ids,
                });
            }
        }
        named
    }

    fn collect_ids(&self, input: &Input, value: At<'a>, ids: &mut Vec<String>) {
        if ids.len() > MOST_NAMED {
            return;
        }
        match value {
            At::Literal(Value::String(text)) | At::Sent(ConstValue::String(text))
                if input.id.is_some() =>
            {
                ids.push(text.clone())
            }
            At::Literal(Value::List(items)) if input.id.is_some() => {
                let items = items
                    .iter()
                    .take(MOST_NAMED + 1)
                    .filter_map(|item| self.resolve(At::Literal(item)));
                items.for_each(|item| self.collect_ids(input, item, ids));
            }
            At::Sent(ConstValue::List(items)) if input.id.is_some() => {
                items
                    .iter()
                    .take(MOST_NAMED + 1)
                    .for_each(|item| self.collect_ids(input, At::Sent(item), ids));
            }
            At::Literal(Value::Object(_)) | At::Sent(ConstValue::Object(_)) => {
                let Some(Kind::Input { fields, .. }) = self.index.kind(named(&input.ty)) else {
                    return;
                };
                let entries: Vec<(&str, At<'a>)> = match value {
                    At::Literal(Value::Object(entries)) => {
                        let resolved = |(name, value): (&'a async_graphql::Name, &'a Value)| {
                            Some((name.as_str(), self.resolve(At::Literal(value))?))
                        };
                        entries.iter().filter_map(resolved).collect()
                    }
                    At::Sent(ConstValue::Object(entries)) => entries
                        .iter()
                        .map(|(name, value)| (name.as_str(), At::Sent(value)))
                        .collect(),
                    _ => Vec::new(),
                };
                for (name, value) in entries {
                    if let Some(input) = fields.get(name) {
                        self.collect_ids(input, value, ids);
                    }
                }
            }
            _ => {}
        }
    }

    fn field(&self, schema_field: &'a Field, field: &'a Selected) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        let argument = |name: &str| {
            field
                .get_argument(name)
                .and_then(|value| self.resolve(At::Literal(&value.node)))
        };
        for (name, value) in &field.arguments {
            let Some(input) = schema_field.arguments.get(&*name.node) else {
                continue;
            };
            let Some(value) = self.resolve(At::Literal(&value.node)) else {
                continue;
            };
            if let Err(misfit) = self.value(input, &input.ty, value) {
                misfits.push(misfit.below(&name.node));
            }
        }
        if schema_field.arguments.contains_key("first") {
            misfits.extend(self.page(schema_field.named(), &argument));
        }
        if let Some(rule) = schema_field.rule
            && let Err(why) = rule(&|name| argument(name).map_or(Given::Absent, Given::from))
        {
            misfits.push(Misfit::new(why));
        }
        misfits
    }

    /// A variable's value in its place; `None`: nothing is given.
    fn resolve(&self, value: At<'a>) -> Option<At<'a>> {
        match value {
            At::Literal(Value::Variable(name)) => {
                cost::variable_value(self.variables, self.definitions, name).map(At::Sent)
            }
            value => Some(value),
        }
    }

    fn page(&self, connection: &str, argument: &dyn Fn(&str) -> Option<At<'a>>) -> Vec<Misfit> {
        let mut misfits = Vec::new();
        if argument("first")
            .map(Given::from)
            .is_some_and(Given::is_some)
            && argument("last")
                .map(Given::from)
                .is_some_and(Given::is_some)
        {
            misfits.push(Misfit::new(message::first_or_last()));
        }
        for name in ["after", "before"] {
            if let Some(At::Literal(Value::String(text)) | At::Sent(ConstValue::String(text))) =
                argument(name)
                && let Err(why) = (self.forms.check_cursor)(connection, text)
            {
                misfits.push(Misfit::new(why).below(name));
            }
        }
        misfits
    }

    fn value(&self, input: &Input, ty: &Type, value: At<'a>) -> Result<(), Misfit> {
        match (&ty.base, value) {
            (_, At::Literal(Value::Null) | At::Sent(ConstValue::Null)) => Ok(()),
            (BaseType::List(inner), At::Literal(Value::List(items))) => {
                self.size(input, items.len())?;
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(at, item)| self.item(input, inner, at, At::Literal(item)))
            }
            (BaseType::List(inner), At::Sent(ConstValue::List(items))) => {
                self.size(input, items.len())?;
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(at, item)| self.item(input, inner, at, At::Sent(item)))
            }
            (BaseType::List(inner), single) => self.value(input, inner, single),
            (BaseType::Named(name), value) => match self.index.kind(name) {
                Some(Kind::Input { fields, rule, .. }) => self.object(fields, *rule, value),
                _ => self.leaf(input, value),
            },
        }
    }

    fn item(&self, input: &Input, ty: &Type, at: usize, value: At<'a>) -> Result<(), Misfit> {
        match self.resolve(value) {
            Some(value) => self.value(input, ty, value).map_err(|misfit| misfit.at(at)),
            None => Ok(()),
        }
    }

    fn object(
        &self,
        fields: &std::collections::HashMap<Box<str>, Input>,
        rule: Option<Rule>,
        value: At<'a>,
    ) -> Result<(), Misfit> {
        let get = |name: &str| match value {
            At::Literal(Value::Object(entries)) => entries
                .get(name)
                .and_then(|value| self.resolve(At::Literal(value))),
            At::Sent(ConstValue::Object(entries)) => entries.get(name).map(At::Sent),
            _ => None,
        };
        for (name, input) in fields {
            if let Some(value) = get(name) {
                self.value(input, &input.ty, value)
                    .map_err(|misfit| misfit.below(name))?;
            }
        }
        match rule {
            Some(rule) => {
                rule(&|name| get(name).map_or(Given::Absent, Given::from)).map_err(Misfit::new)
            }
            None => Ok(()),
        }
    }

    fn size(&self, input: &Input, length: usize) -> Result<(), Misfit> {
        let Some(Size { least, most }) = input.size else {
            return Ok(());
        };
        let most = most.unwrap_or(self.limits.batch);
        if (least..=most).contains(&length) {
            return Ok(());
        }
        Err(Misfit::new(if least == 0 {
            message::list_length_at_most(length, most)
        } else {
            message::list_length(length, least, most)
        }))
    }

    fn leaf(&self, input: &Input, value: At<'a>) -> Result<(), Misfit> {
        let (At::Literal(Value::String(text)) | At::Sent(ConstValue::String(text))) = value else {
            return Ok(());
        };
        if let Some(form) = input.id {
            (self.forms.check_id)(text, form).map_err(Misfit::new)?;
        }
        let Some(TextForm {
            least,
            most,
            controls,
        }) = input.text
        else {
            return Ok(());
        };
        let length = text.chars().count();
        if !(least..=most).contains(&length) {
            return Err(Misfit::new(message::text_length(length, least, most)));
        }
        if !controls && text.chars().any(char::is_control) {
            return Err(Misfit::new(message::control_characters()));
        }
        Ok(())
    }
}

impl<'a> From<At<'a>> for Given<'a> {
    fn from(value: At<'a>) -> Self {
        match value {
            At::Literal(Value::Null) | At::Sent(ConstValue::Null) => Self::Null,
            At::Literal(Value::Boolean(value)) | At::Sent(ConstValue::Boolean(value)) => {
                Self::Boolean(*value)
            }
            At::Literal(Value::Enum(text)) | At::Sent(ConstValue::Enum(text)) => Self::Text(text),
            At::Literal(Value::String(text)) | At::Sent(ConstValue::String(text)) => {
                Self::Text(text)
            }
            At::Literal(Value::Number(number)) | At::Sent(ConstValue::Number(number)) => {
                number.as_i64().map_or(Self::Other, Self::Integer)
            }
            _ => Self::Other,
        }
    }
}
