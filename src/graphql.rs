//! The API: objects, queries and mutations over the services. The only layer that names the GraphQL
//! engine; names no table.

pub mod admission;
pub mod connection;
pub mod cursor;
pub mod error;
pub mod form;
pub mod guard;
pub mod loader;
pub mod mutation;
pub mod object;
pub mod plain;
pub mod prices;
pub mod query;
pub mod scalar;
pub mod schema;
pub mod scope;
