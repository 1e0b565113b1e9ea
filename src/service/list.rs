//! Pages of lists: what is asked for, and where a row stands.

pub use crate::store::page::{Direction, Page, PageRequest, Position, instant, instant_key};
