//! What codes mean, for people, in the reader's language: from `words`.

pub use crate::words::user_error::{of_code as message, of_limit};
