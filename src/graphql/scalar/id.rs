//! Ids of a known type in inputs, parsed by the input type.

use std::borrow::Cow;

use async_graphql::{ID, InputType, InputValueError, InputValueResult, Value, registry::Registry};

use crate::domain::id::TypedId;

/// An `ID` argument or input field that takes ids of one type. Admission has checked the form of
/// all ids before (`graphql::form`), so that its refusal, which names the field, is the one that
/// callers see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Id<T>(pub T);

impl<T: TypedId> InputType for Id<T> {
    type RawValueType = T;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            Some(Value::String(text)) => T::parse(&text)
                .map(Self)
                .map_err(|error| InputValueError::custom(error.to_string())),
            other => Err(InputValueError::expected_type(other.unwrap_or_default())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }

    fn as_raw_value(&self) -> Option<&T> {
        Some(&self.0)
    }
}
