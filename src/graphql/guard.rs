//! Guards as the schema shows them: who may call what, on each mutation. The check that counts runs in the service, under the
//! lock; these say the same to people.

use async_graphql::{
    Enum, TypeDirective,
    registry::{MetaDirectiveInvocation, Registry, location_traits::Directive_At_FIELD_DEFINITION},
};

use crate::domain::permission::Permission;

/// What somebody must be, where no permission is enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RequiredRole {
    /// Staff of the installation, by session.
    Operator,
}

/// Needs this permission, workspace-wide or on the item that the call is about; or this role.
#[TypeDirective(location = "FieldDefinition", name = "requires")]
pub fn requirement(permission: Option<Permission>, role: Option<RequiredRole>) {}

/// Needs this permission, workspace-wide or on the item that the call is about.
#[allow(non_camel_case_types, reason = "named like the directive")]
pub struct requires;

/// Needs this role.
#[allow(non_camel_case_types, reason = "named like the directive")]
pub struct requires_role;

macro_rules! as_requirement {
    ($($name:ident),+) => {
        $(
            impl TypeDirective for $name {
                fn name(&self) -> std::borrow::Cow<'static, str> {
                    TypeDirective::name(&requirement)
                }

                fn register(&self, registry: &mut Registry) {
                    TypeDirective::register(&requirement, registry);
                }
            }

            impl Directive_At_FIELD_DEFINITION for $name {}
        )+
    };
}
as_requirement!(requires, requires_role);

impl requires {
    /// On a field that needs `permission`.
    pub fn apply(permission: Permission) -> MetaDirectiveInvocation {
        requirement::apply(Some(permission), None)
    }
}

impl requires_role {
    /// On a field that needs `role`.
    pub fn apply(role: RequiredRole) -> MetaDirectiveInvocation {
        requirement::apply(None, Some(role))
    }
}

/// For everybody who is signed in, by session or API key; what exactly is allowed is decided by what is theirs.
#[TypeDirective(location = "FieldDefinition", name = "signedIn")]
pub fn signed_in() {}

/// For everybody.
#[TypeDirective(location = "FieldDefinition", name = "public")]
pub fn public() {}
