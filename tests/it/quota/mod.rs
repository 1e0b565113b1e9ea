//! Quotas as they are read.

mod effective;
mod statements;
