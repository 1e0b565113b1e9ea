//! Mutations of grants.

mod payload;

use std::collections::HashMap;

use async_graphql::{Context, Object};

use super::{
    AfterCommit, BulkPayload, Nullable, refusable, shown_ids, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        access::facts::GrantFacts,
        id::{GrantId, MembershipId},
        permission::Permission,
    },
    graphql::{
        guard,
        object::{grant::PermissionGrant, group::Group},
        scope::Scope,
    },
    service::{
        Failure,
        bulk::Item,
        grant::{
            self as service, GrantPermissions, Granted, Grantee, Revocation, RevokePermissions,
        },
        member::{self as members, Wanted},
    },
    words::message,
};
use payload::{GrantPermissionsInput, GrantedAfter, GranteeAfter, RevokePermissionsInput};

/// Mutations of grants.
#[derive(Debug, Default)]
pub struct GrantMutation;

/// Mutations of grants.
#[Object]
impl GrantMutation {
    /// Grants permissions, or access to one dataset or page, to members or to a group, for a period
    /// or without end. Permissions require EDIT_WORKSPACE_PROPERTIES; unless you are an
    /// administrator, you can grant only what you hold yourself for at least as long. Access to an
    /// item requires MANAGE_SECURITY access to it. Grants can overlap and are independent of each
    /// other.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, a group that you are in, more or longer than you hold),
    /// ROLLED_BACK (atomic, and another item failed). For a group, there is one result.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn grant_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to grant, to whom and when.")] input: GrantPermissionsInput,
    ) -> Nullable<BulkPayload<GrantPermissions>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = GrantPermissions {
                grantees: service::grantees(
                    input.membership_ids.map(unwrap_ids),
                    input.group_id.map(|id| id.0),
                )?,
                rights: service::rights(
                    input.permissions,
                    input.permission_groups,
                    input.resource_id.map(|id| id.0),
                    input.access,
                )?,
                record_filter: input.record_filter,
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            let options = input.options.read(ctx)?;
            let rehearsed = options.dry_run;
            let mut committed = service::give(&scope.deps, &scope.caller, command, options).await?;
            let grantees = shown_ids(&committed).into_iter();
            let member_ids = grantees.filter_map(member_of).collect();
            let after = AfterCommit::of(ctx, &mut committed, member_ids).await?;
            let grants = if rehearsed {
                HashMap::new()
            } else {
                grants(ctx, &after, &committed.output).await?
            };
            BulkPayload::new(ctx, committed, after, |after, item| {
                let of_item = |id| grants.get(id).cloned();
                let granted = item.outcome.as_ref().filter(|_| !rehearsed);
                GrantedAfter {
                    grantee: after.grantee(Some(item.id).filter(|_| item.is_shown())),
                    grants: granted.map(|it| it.grants.iter().filter_map(of_item).collect()),
                }
            })
        })
        .await
    }

    /// Revokes permissions, or access to one dataset or page, from members or a group. All grants
    /// of them that have not ended are ended; or only the grants that you name. Requires
    /// EDIT_WORKSPACE_PROPERTIES; for access to an item, MANAGE_SECURITY access to it is enough.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, yourself, an item that you do not manage), ROLLED_BACK (atomic, and another
    /// item failed). For a group, there is one result.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn revoke_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to revoke, and from whom.")] input: RevokePermissionsInput,
    ) -> Nullable<BulkPayload<RevokePermissions>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = RevokePermissions {
                atomic: input.options.atomic(),
                revocation: revocation(input)?,
            };
            let mut committed =
                service::revoke(&scope.deps, &scope.caller, command, options).await?;
            let revoked = shown_ids(&committed).into_iter();
            let member_ids = revoked
                .filter_map(|revoked| member_of(revoked.grantee?))
                .collect();
            let after = AfterCommit::of(ctx, &mut committed, member_ids).await?;
            BulkPayload::new(ctx, committed, after, |after, item| {
                after.grantee(item.id.grantee.filter(|_| item.is_shown()))
            })
        })
        .await
    }
}

fn revocation(input: RevokePermissionsInput) -> Result<Revocation, Failure> {
    let grants = input.grant_ids.map(unwrap_ids);
    let members = input.membership_ids.map(unwrap_ids);
    let group = input.group_id.map(|id| id.0);
    let item = input.resource_id.map(|id| id.0);
    let Some(grants) = grants else {
        let rights = service::rights(
            input.permissions,
            input.permission_groups,
            item,
            input.access,
        )?;
        return Ok(Revocation::Rights(
            service::grantees(members, group)?,
            rights,
        ));
    };
    let rights = input.permissions.is_some()
        || input.permission_groups.is_some()
        || item.is_some()
        || input.access.is_some();
    if rights || members.is_some() || group.is_some() {
        return Err(Failure::bad_input(message::grant_ids_alone()));
    }
    Ok(Revocation::Grants(grants))
}

const fn member_of(grantee: Grantee) -> Option<MembershipId> {
    match grantee {
        Grantee::Member(id) => Some(id),
        Grantee::Group(_) => None,
    }
}

impl AfterCommit {
    fn grantee(&self, grantee: Option<Grantee>) -> GranteeAfter {
        let (membership, group) = match (grantee, &self.view) {
            (Some(Grantee::Member(id)), _) => (self.members.get(&id).cloned(), None),
            (Some(Grantee::Group(id)), Some(view)) => (None, Group::find(view, id)),
            _ => (None, None),
        };
        GranteeAfter { membership, group }
    }
}

/// The grants that the results name, if they are asked for. One statement reads those of all
/// members.
async fn grants(
    ctx: &Context<'_>,
    after: &AfterCommit,
    results: &[Item<Grantee, Granted>],
) -> Result<HashMap<GrantId, PermissionGrant>, Failure> {
    let Some(view) = &after.view else {
        return Ok(HashMap::new());
    };
    if !ctx.look_ahead().field("results").field("grants").exists() {
        return Ok(HashMap::new());
    }
    let deps = &Scope::of(ctx)?.deps;
    let committed: Vec<Grantee> = results
        .iter()
        .filter(|item| item.outcome.is_some())
        .map(|item| item.id)
        .collect();
    let ids: Vec<MembershipId> = committed
        .iter()
        .filter_map(|grantee| member_of(*grantee))
        .collect();
    let wanted = Wanted {
        grants: true,
        ..Wanted::NOTHING
    };
    let facts = members::facts_by_ids(deps, &view.access, &ids, wanted).await?;
    let groups = committed.iter().filter_map(|grantee| match grantee {
        Grantee::Group(id) => view.snapshot.facts.groups.get(id),
        Grantee::Member(_) => None,
    });
    let all = facts
        .values()
        .flat_map(|member| &member.grants)
        .chain(groups.flat_map(|group| &group.grants));
    let shown = |grant: &GrantFacts| {
        (
            grant.id,
            PermissionGrant {
                view: view.clone(),
                facts: grant.clone(),
            },
        )
    };
    Ok(all.map(shown).collect())
}
