//! Roles.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};

use crate::{
    domain::{
        access::facts::RoleFacts,
        id::RoleId,
        permission::{Permission, PermissionSet},
    },
    graphql::{
        error::{Nullable, nullable},
        guard, loader,
        object::filters::OrderDirection,
        plain::{Asked, Json, Plain},
        scope::WorkspaceView,
    },
    service::Failure,
};

/// A named set of permissions: either a preset, which every workspace has and nobody can change, or
/// a custom role of the workspace.
#[derive(Debug, Clone)]
pub struct Role {
    view: WorkspaceView,
    id: RoleId,
    name: Arc<str>,
    facts: Option<Arc<RoleFacts>>,
}

/// The order of a list of roles. Roles that compare equal are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct RoleOrder {
    /// The field to order by.
    pub field: RoleOrderField,
    /// The direction.
    pub direction: OrderDirection,
}

/// The fields that roles can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum RoleOrderField {
    /// The name, ignoring case and accents, compared by bytes.
    Name,
    /// When the role was created.
    CreatedAt,
}

impl Role {
    /// The role with this id, if `view` knows it.
    pub fn find(view: &WorkspaceView, id: RoleId) -> Option<Self> {
        let name = Arc::clone(&view.snapshot.facts.roles.get(&id)?.name);
        Some(Self {
            view: view.clone(),
            id,
            name,
            facts: None,
        })
    }

    fn facts(&self) -> Option<&RoleFacts> {
        self.facts
            .as_deref()
            .or_else(|| self.view.snapshot.facts.roles.get(&self.id))
    }

    fn held_permissions(&self) -> PermissionSet {
        let now = self.view.access.now;
        self.facts()
            .map_or(PermissionSet::EMPTY, |role| role.permissions_at(now))
    }
}

/// A named set of permissions: either a preset, which every workspace has and nobody can change, or
/// a custom role of the workspace.
#[Object]
impl Role {
    /// The role's id (`role_…`).
    pub async fn id(&self) -> ID {
        self.view.id(self.id).into()
    }

    /// The name, 1 to 35 characters. It is unique in the workspace.
    async fn name(&self) -> &str {
        &self.name
    }

    /// Whether the role is a preset.
    async fn is_preset(&self) -> bool {
        self.facts().is_some_and(|role| role.preset.is_some())
    }

    /// The permissions that the role gives now, in the order of the catalogue.
    async fn permissions(&self) -> Vec<Permission> {
        self.held_permissions().iter().collect()
    }

    /// The number of members who have the role now. Needs EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn member_count(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable(self.count(ctx).await.map(Some))
    }
}

impl Role {
    async fn count(&self, ctx: &Context<'_>) -> Result<i32, Failure> {
        self.view.require_ewp(ctx)?;
        let key = loader::CountKey {
            workspace: self.view.access.workspace.id,
            group_or_role: self.id.0,
            now: self.view.access.now,
        };
        loader::role_members(ctx, key).await
    }
}

impl Plain for Role {
    const TYPE: &'static str = "Role";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "id" => json.id(self.view.id(self.id)),
            "name" => json.text(&self.name),
            "isPreset" => json.boolean(self.facts().is_some_and(|role| role.preset.is_some())),
            "permissions" => json.each(self.held_permissions().iter(), |permission, json| {
                json.name(permission.as_str())
            }),
            _ => None,
        }
    }
}
