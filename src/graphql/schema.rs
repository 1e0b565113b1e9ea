//! The schema, and its text.

use async_graphql::{EmptySubscription, SDLExportOptions, Schema, SchemaBuilder};

use super::{
    mutation::{Mutation, UserError},
    query::Query,
};

/// The schema before it is finished; admission finishes it.
pub fn builder() -> SchemaBuilder<Query, Mutation, EmptySubscription> {
    Schema::build(Query, Mutation::default(), EmptySubscription).register_output_type::<UserError>()
}

/// The schema's text, as `schema.graphql` holds it.
pub fn sdl() -> String {
    let schema = builder().finish();
    let options = SDLExportOptions::new()
        .include_specified_by()
        .sorted_enum_items();
    let mut text = schema.sdl_with_options(options);
    while text.ends_with('\n') {
        text.pop();
    }
    text.push('\n');
    text
}
