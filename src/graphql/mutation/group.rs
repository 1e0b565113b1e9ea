//! Mutations of groups.

use async_graphql::{Context, Enum, ID, MaybeUndefined, Object};

use super::{
    Aftermath, GroupError, Nullable, id, ids,
    payload::{input, member_results, payload},
    refusable, signed_in,
};
use crate::{
    domain::{
        id::{GroupId, MembershipId, WorkspaceId},
        permission::Permission,
    },
    graphql::{guard, object::group::Group, scalar::Instant},
    service::{
        Failure,
        group::{self as service, ChangeMembers, CreateGroup, DeleteGroup, UpdateGroup},
    },
};

input! {
    /// A group to be made. What it gives, it is given by grantPermissions with its id.
    CreateGroupInput {
        /// Where.
        workspace_id: ID,
        /// What it is called: 1 to 80 characters without line breaks and links (CONTAINS_LINK),
        /// unique among the workspace's groups in any case. Blanks around it are taken off. The
        /// slug is made from it.
        title: String,
        /// What it is for, at most 2,000 characters; absent or empty: nothing is said.
        description: Option<String>,
    }
}

input! {
    /// What is to be changed about a group. The slug stays.
    UpdateGroupInput {
        /// Which group.
        id: ID,
        /// What it is called, as for createGroup; absent: as before. A group cannot be without one:
        /// null is BAD_USER_INPUT.
        title: MaybeUndefined<String>,
        /// What it is for, at most 2,000 characters; absent: as before, null or empty: nothing is
        /// said.
        description: MaybeUndefined<String>,
    }
}

input! {
    /// Which group is to be deleted.
    DeleteGroupInput {
        /// Which group.
        id: ID,
    }
}

input! {
    bulk
    /// Who is to be in a group, from when until when.
    AddGroupMembersInput {
        /// Which group.
        group_id: ID,
        /// Who: 1 to 1,000 members of the group's workspace. Each id once: a later occurrence is
        /// DUPLICATE.
        membership_ids: Vec<ID>,
        /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
        starts_at: Option<Instant>,
        /// Until when; absent: for good. Not after now: ENDS_IN_PAST; not after `startsAt`:
        /// ENDS_BEFORE_START.
        ends_at: Option<Instant>,
    }
}

input! {
    bulk
    /// Who is not to be in a group, from when until when.
    RemoveGroupMembersInput {
        /// Which group.
        group_id: ID,
        /// Who: 1 to 1,000 members of the group's workspace. Each id once: a later occurrence is
        /// DUPLICATE.
        membership_ids: Vec<ID>,
        /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
        starts_at: Option<Instant>,
        /// Until when; absent: for good. Who would have been in after that is in again then. Not
        /// after now: ENDS_IN_PAST; not after `startsAt`: ENDS_BEFORE_START.
        ends_at: Option<Instant>,
    }
}

payload! {
    /// What became of the call.
    CreateGroupPayload, GroupError {
        /// The group; null if `errors` has any, and with `dryRun`.
        group: Option<Group>,
    }
}

payload! {
    /// What became of the call.
    UpdateGroupPayload, GroupError {
        /// The group as it is now; null if `errors` has any. With `dryRun` as it was.
        group: Option<Group>,
    }
}

payload! {
    /// What became of the call.
    DeleteGroupPayload, GroupError {
        /// The id of the group that is there no more, or with `dryRun` would not be.
        deleted_group_id: Option<ID>,
    }
}

/// What became of one member's place in a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::MemberOutcome")]
pub enum GroupMemberOutcome {
    /// The member was added for the interval.
    Added,
    /// The member is in throughout the interval already; nothing was changed.
    AlreadyIn,
    /// The member was taken out for the interval.
    Removed,
    /// The member is not in at any instant of the interval; nothing was changed.
    NotIn,
}

member_results!(
    AddGroupMembersPayload,
    AddGroupMembersResult,
    GroupMemberOutcome,
    GroupError,
    "Why it failed: NOT_A_MEMBER (the membership has ended, or there is none of that id in the group's workspace), DUPLICATE, \
     FORBIDDEN (administrators, yourself, a group that gives more than you hold or for longer), LIMIT_REACHED (the member is in \
     100 groups, now or later), ROLLED_BACK (atomic, and another item failed)."
);

member_results!(
    RemoveGroupMembersPayload,
    RemoveGroupMembersResult,
    GroupMemberOutcome,
    GroupError,
    "Why it failed: NOT_A_MEMBER (the membership has ended, or there is none of that id in the group's workspace), DUPLICATE, \
     FORBIDDEN (administrators, yourself), ROLLED_BACK (atomic, and another item failed)."
);

/// Mutations of groups.
#[derive(Debug, Default)]
pub struct GroupMutation;

/// Mutations of groups.
#[Object]
impl GroupMutation {
    /// Makes a group without members and rights. Its slug is made from the title, with a number if
    /// the workspace ever had such a slug, and then stays. At most 1,000 groups a workspace.
    /// Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to be made.")] input: CreateGroupInput,
    ) -> Nullable<CreateGroupPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = CreateGroup {
                workspace_id: id("workspaceId", &input.workspace_id, WorkspaceId::parse)?,
                title: input.title,
                description: input.description,
            };
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            Ok(CreateGroupPayload {
                group: committed
                    .output
                    .group_id
                    .and_then(|id| Group::find(after.place.as_ref()?, id)),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }

    /// Changes what a group is called, and what for. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be changed about which group.")] input: UpdateGroupInput,
    ) -> Nullable<UpdateGroupPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = UpdateGroup {
                id: id("id", &input.id, GroupId::parse)?,
                title: match input.title {
                    MaybeUndefined::Undefined => None,
                    MaybeUndefined::Value(title) => Some(title),
                    MaybeUndefined::Null => {
                        return Err(Failure::bad_input(
                            "title: a group has one; leave it out to keep it",
                        )
                        .into());
                    }
                },
                description: input
                    .description
                    .as_opt_ref()
                    .map(|description| description.cloned()),
            };
            let mut committed = service::update(&scope.deps, &scope.caller, asked, options).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            let place = after.place.as_ref().filter(|_| committed.errors.is_empty());
            Ok(UpdateGroupPayload {
                group: place.and_then(|place| Group::find(place, committed.output.group_id)),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }

    /// Deletes a group. All that came through it ends at once: permissions, access to items, quota
    /// values. With `dryRun`, `effects` say who would lose which permissions. Its title is free
    /// again, its slug is not. Requires EDIT_WORKSPACE_PROPERTIES; a group that you are in
    /// yourself, now or later, only an administrator deletes.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn delete_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which group.")] input: DeleteGroupInput,
    ) -> Nullable<DeleteGroupPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = DeleteGroup {
                id: id("id", &input.id, GroupId::parse)?,
            };
            let mut committed =
                service::delete(&scope.deps, &scope.caller, asked, input.options()).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeleteGroupPayload {
                deleted_group_id: Some(ID(committed.output.group_id.to_string())),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }

    /// Adds members to a group, for good or for an interval. Places in a group may overlap, each
    /// counts by itself: a temporary one never shortens a permanent one. Requires
    /// EDIT_WORKSPACE_PROPERTIES, and unless you are an administrator that you hold what the group
    /// gives yourself, as long; nobody else adds themselves or an administrator.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn add_group_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be in which group, from when until when.")]
        input: AddGroupMembersInput,
    ) -> Nullable<AddGroupMembersPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = ChangeMembers {
                group_id: id("groupId", &input.group_id, GroupId::parse)?,
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.atomic.unwrap_or_default(),
            };
            AddGroupMembersPayload::of(
                ctx,
                service::add_members(&scope.deps, &scope.caller, asked, input.options()).await?,
            )
            .await
        })
        .await
    }

    /// Takes members out of a group, for good or for an interval: it is cut out of all their places
    /// in the group, and what lies behind it stays. Requires EDIT_WORKSPACE_PROPERTIES; nobody but
    /// an administrator removes themselves or an administrator.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn remove_group_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is not to be in which group, from when until when.")]
        input: RemoveGroupMembersInput,
    ) -> Nullable<RemoveGroupMembersPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = ChangeMembers {
                group_id: id("groupId", &input.group_id, GroupId::parse)?,
                membership_ids: ids("membershipIds", &input.membership_ids, MembershipId::parse)?,
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.atomic.unwrap_or_default(),
            };
            let options = input.options();
            RemoveGroupMembersPayload::of(
                ctx,
                service::remove_members(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
