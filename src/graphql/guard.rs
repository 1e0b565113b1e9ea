//! Guards as the schema shows them: who may call what, on each mutation. The check that counts runs
//! in the service, under the lock; these say the same to people.

use std::borrow::Cow;

use async_graphql::{
    Enum, InputType, TypeDirective,
    indexmap::IndexMap,
    registry::{
        __DirectiveLocation, MetaDirective, MetaDirectiveInvocation, MetaInputValue, Registry,
        location_traits,
    },
};

use crate::domain::permission::Permission;

/// A role that something may require.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RequiredRole {
    /// The ADMINISTRATOR role of the workspace. An API key counts only if it has no list of
    /// permissions.
    Administrator,
    /// Staff of the installation, by session.
    Operator,
}

/// What a guard needs: a permission or a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needed {
    /// This permission.
    Permission(Permission),
    /// This role.
    Role(RequiredRole),
}

impl From<Permission> for Needed {
    fn from(permission: Permission) -> Self {
        Self::Permission(permission)
    }
}

impl From<RequiredRole> for Needed {
    fn from(role: RequiredRole) -> Self {
        Self::Role(role)
    }
}

/// `@requires(permission: …)` or `@requires(role: …)`: one of the two. Written out, because what
/// the macro makes takes every argument at every use.
#[expect(non_camel_case_types, reason = "used like the directives beside it")]
#[derive(Debug, Clone, Copy)]
pub struct requires;

impl location_traits::Directive_At_FIELD_DEFINITION for requires {}

impl TypeDirective for requires {
    fn name(&self) -> Cow<'static, str> {
        Cow::Borrowed("requires")
    }

    fn register(&self, registry: &mut Registry) {
        let argument = |name: &str, type_name: String, description: &str| {
            let mut value = MetaInputValue::new(name.to_owned(), type_name);
            value.description = Some(description.to_owned());
            (name.to_owned(), value)
        };
        let permission = Option::<Permission>::create_type_info(registry);
        let role = Option::<RequiredRole>::create_type_info(registry);
        let args = IndexMap::from([
            argument(
                "permission",
                permission,
                "This permission in the workspace. For a call about one dataset or page, its owner or \
                 the holder of a grant can do without it where the description says so.",
            ),
            argument("role", role, "This role."),
        ]);
        registry.add_directive(MetaDirective {
            name: "requires".to_owned(),
            description: Some(
                "Requires this permission or this role: exactly one of the two is given."
                    .to_owned(),
            ),
            locations: vec![__DirectiveLocation::FIELD_DEFINITION],
            args,
            is_repeatable: false,
            visible: None,
            composable: None,
        });
    }
}

impl requires {
    /// Requires this permission or this role.
    pub fn apply(what: impl Into<Needed>) -> MetaDirectiveInvocation {
        let (name, value) = match what.into() {
            Needed::Permission(permission) => ("permission", permission.to_value()),
            Needed::Role(role) => ("role", InputType::to_value(&role)),
        };
        MetaDirectiveInvocation {
            name: "requires".to_owned(),
            args: IndexMap::from([(name.to_owned(), value)]),
        }
    }
}

/// For everybody who is signed in, by session or API key; what exactly is allowed is decided by
/// what is theirs.
#[TypeDirective(location = "FieldDefinition", name = "signedIn")]
pub fn signed_in() {}

/// For everybody.
#[TypeDirective(location = "FieldDefinition", name = "public")]
pub fn public() {}

/// Requires a session in which the strongest factor of the account was shown in the last 10 minutes:
/// the second factor, or the password if there is none. Otherwise the payload has the error
/// REAUTHENTICATION_REQUIRED; call `reauthenticate`. Where only some calls need it, the description
/// says which. API keys cannot make them.
#[TypeDirective(location = "FieldDefinition", name = "stepUp")]
pub fn step_up() {}
