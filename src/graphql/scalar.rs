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

/// An e-mail address as it was typed; compared in canonical form (ACC-1). At most 254 octets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmailAddress(pub String);

/// An e-mail address as it was typed; compared in canonical form. At most 254 octets.
#[Scalar(
    name = "EmailAddress",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc6531#section-3.3"
)]
impl ScalarType for EmailAddress {
    fn parse(value: Value) -> InputValueResult<Self> {
        match value {
            Value::String(text) => match crate::domain::email::EmailAddress::parse(&text) {
                Ok(_) => Ok(Self(text)),
                Err(_) => Err(InputValueError::custom("this is no e-mail address")),
            },
            _ => Err(InputValueError::custom("an e-mail address is a string")),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.clone())
    }
}

/// Says why a value is none of the custom scalar `name`: asked by admission before anything runs.
pub fn check(name: &str, value: &Value) -> Result<(), String> {
    match name {
        "DateTime" => Instant::parse(value.clone()).map(drop).map_err(describe),
        "Long" => Long::parse(value.clone()).map(drop).map_err(describe),
        "EmailAddress" => EmailAddress::parse(value.clone())
            .map(drop)
            .map_err(describe),
        // Of which kind an id is and what it looks like is said by `form`, where it stands.
        "ID" => match value {
            Value::String(_) => Ok(()),
            _ => Err("an id is a string".to_owned()),
        },
        _ => Ok(()),
    }
}

fn describe<T: async_graphql::InputType>(error: InputValueError<T>) -> String {
    error
        .into_server_error(async_graphql::Pos::default())
        .message
}
