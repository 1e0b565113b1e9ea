//! The custom scalars and the domain's enums as the API knows them. Owns forms, no rules.

mod enums;
mod id;
mod instant;
mod json;
mod long;

pub use id::Id;
pub use instant::Instant;
pub use json::Json;
pub use long::Long;

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::words::message::{self, Message};

/// An e-mail address as it was typed, at most 254 octets. Addresses are compared in canonical form
/// (ACC-1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(pub String);

/// An e-mail address as it was typed, at most 254 octets. Addresses are compared in canonical form.
#[Scalar(
    name = "EmailAddress",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc6531#section-3.3"
)]
impl ScalarType for EmailAddress {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => match crate::domain::email::EmailAddress::parse(&text) {
                Ok(_) => Ok(Self(text)),
                Err(_) => Err(InputValueError::custom(message::not_an_email())),
            },
            _ => Err(InputValueError::custom(message::email_is_a_string())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// Checks that a value is valid for the custom scalar `name`. Admission calls this before anything
/// runs.
pub fn check(name: &str, value: &Value) -> Result<(), Message> {
    match name {
        "DateTime" => fits::<Instant>(value, message::date_time_form),
        "Long" => fits::<Long>(value, message::long_form),
        "EmailAddress" => match value {
            Value::String(_) => fits::<EmailAddress>(value, message::not_an_email),
            _ => Err(message::email_is_a_string()),
        },
        // Of which kind an id is and what it looks like is said by `form`, where it stands.
        "ID" => match value {
            Value::String(_) => Ok(()),
            _ => Err(message::id_is_a_string()),
        },
        _ => Ok(()),
    }
}

fn fits<T: ScalarType>(value: &Value, why: fn() -> Message) -> Result<(), Message> {
    T::parse(value.clone()).map(drop).map_err(|_| why())
}
