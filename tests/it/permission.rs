//! Permissions as they are read.

mod catalogue;
mod effective;
