//! Concierge.

pub mod domain;
pub mod entity;
pub mod service;
pub mod store;
