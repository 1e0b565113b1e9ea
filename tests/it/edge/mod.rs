//! The edge before the real schema.

mod csrf;
mod wire;
