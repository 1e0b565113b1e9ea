//! What every input of a workspace's mutation can say besides its own fields, and what a repeated
//! call is compared by. Must not know any mutation.

use async_graphql::{Context, InputObject};

use crate::{
    domain::audit,
    service::{Failure, write::CallOptions},
};

/// Options of a call.
#[derive(Debug, InputObject)]
pub struct Options {
    /// Validate and simulate the call without saving it. The payload shows what would change.
    pub dry_run: Option<bool>,
    /// A name that you choose for this call, 1 to 255 characters. If you repeat the call with the
    /// same key within 24 hours, nothing is done again, and you get the first answer with
    /// `replayed: true`. The key applies to you (your account, or one API key), the workspace and
    /// the mutation. IDEMPOTENCY_CONFLICT if the other fields differ from those of the first call;
    /// null differs from an absent field, and one item from a list of one.
    pub idempotency_key: Option<String>,
}

impl Options {
    /// The options of the call that `ctx` belongs to.
    pub fn read(&self, ctx: &Context<'_>) -> Result<CallOptions, Failure> {
        let arguments = match &self.idempotency_key {
            Some(_) => canonical_arguments(ctx, &[])?,
            None => String::new(),
        };
        Ok(CallOptions {
            dry_run: self.dry_run.unwrap_or_default(),
            idempotency_key: self.idempotency_key.clone(),
            arguments,
        })
    }
}

/// Options of a call with several items.
#[derive(Debug, InputObject)]
pub struct BulkOptions {
    /// If true, one failed item rolls back the whole call. Default: false.
    pub atomic: Option<bool>,
    #[graphql(flatten)]
    pub call: Options,
}

impl BulkOptions {
    /// Whether one failed item rolls back the whole call.
    pub fn atomic(&self) -> bool {
        self.atomic.unwrap_or_default()
    }

    /// The options of the call that `ctx` belongs to.
    pub fn read(&self, ctx: &Context<'_>) -> Result<CallOptions, Failure> {
        self.call.read(ctx)
    }
}

/// The arguments of the mutation as canonical JSON, with all variables filled in and without the
/// options of the call and the `secret` fields of the input. A repeated call is compared by this
/// text (AUD-5). A field that is absent differs from one that is null.
pub(super) fn canonical_arguments(ctx: &Context<'_>, secret: &[&str]) -> Result<String, Failure> {
    let internal = |error: String| Failure::Internal(format!("unreadable arguments: {error}"));
    let mut object = serde_json::Map::new();
    for (name, value) in ctx
        .field()
        .arguments()
        .map_err(|error| internal(error.message))?
    {
        let mut value = value
            .into_json()
            .map_err(|error| internal(error.to_string()))?;
        if let Some(input) = value.as_object_mut() {
            for field in ["dryRun", "idempotencyKey"].iter().chain(secret) {
                input.remove(*field);
            }
        }
        object.insert(name.to_string(), value);
    }
    Ok(audit::canonical(&serde_json::Value::Object(object)))
}
