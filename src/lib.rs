//! Concierge.

pub mod domain;
pub mod entity;
pub mod graphql;
pub mod http;
pub mod service;
pub mod store;
