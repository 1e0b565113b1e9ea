//! Guards as the schema shows them: who may call what, on each mutation. The check that counts runs in the service, under the
//! lock; these say the same to people.

use async_graphql::TypeDirective;

use crate::domain::permission::Permission;

/// Needs this permission, workspace-wide or on the item that the call is about.
#[TypeDirective(location = "FieldDefinition", name = "requires")]
pub fn requires(permission: Permission) {}

/// For everybody who is signed in, by session or API key; what exactly is allowed is decided by what is theirs.
#[TypeDirective(location = "FieldDefinition", name = "signedIn")]
pub fn signed_in() {}

/// For everybody.
#[TypeDirective(location = "FieldDefinition", name = "public")]
pub fn public() {}
