//! `Long`: a whole number beyond 32 bits that JSON numbers still hold exactly.

use async_graphql::{InputValueError, InputValueResult, Scalar, ScalarType, Value};

use crate::words::message;

/// The largest whole number that a JSON number holds exactly: 2^53 - 1.
const MOST: i64 = 9_007_199_254_740_991;

/// A whole number from -(2^53 - 1) to 2^53 - 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Long(pub i64);

impl From<u64> for Long {
    fn from(number: u64) -> Self {
        Self(i64::try_from(number).unwrap_or(MOST).min(MOST))
    }
}

/// A whole number from -(2^53 - 1) to 2^53 - 1, as a JSON number.
#[Scalar(
    name = "Long",
    specified_by_url = "https://www.rfc-editor.org/rfc/rfc7493#section-2.2"
)]
impl ScalarType for Long {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::Number(number) => match number.as_i64() {
                Some(number) if (-MOST..=MOST).contains(&number) => Ok(Self(number)),
                _ => Err(InputValueError::custom(message::long_form())),
            },
            _ => Err(InputValueError::custom(message::long_form())),
        }
    }

    fn to_value(&self) -> Value {
        Value::Number(self.0.into())
    }
}
