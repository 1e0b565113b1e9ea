//! Mutations of groups.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, GroupError, MembersPayload, Nullable, Options, Report,
    refusable, signed_in, unwrapped,
};
use crate::{
    domain::{
        id::{GroupId, MembershipId, WorkspaceId},
        permission::Permission,
    },
    graphql::{
        guard,
        object::group::Group,
        scalar::{Id, Instant},
    },
    service::{
        Failure,
        group::{
            self as service, AddGroupMembers, CreateGroup, DeleteGroup, RemoveGroupMembers,
            UpdateGroup,
        },
    },
};

/// A group to be made. What it gives, it is given by grantPermissions with its id.
#[derive(Debug, InputObject)]
pub struct CreateGroupInput {
    /// Where.
    pub workspace_id: Id<WorkspaceId>,
    /// What it is called: 1 to 80 characters without line breaks and links (CONTAINS_LINK),
    /// unique among the workspace's groups in any case. Blanks around it are taken off. The
    /// slug is made from it.
    pub title: String,
    /// What it is for, at most 2,000 characters; absent or empty: nothing is said.
    pub description: Option<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What is to be changed about a group. The slug stays.
#[derive(Debug, InputObject)]
pub struct UpdateGroupInput {
    /// Which group.
    pub id: Id<GroupId>,
    /// What it is called, as for createGroup; absent: as before. A group cannot be without one:
    /// null is BAD_USER_INPUT.
    pub title: MaybeUndefined<String>,
    /// What it is for, at most 2,000 characters; absent: as before, null or empty: nothing is
    /// said.
    pub description: MaybeUndefined<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Which group is to be deleted.
#[derive(Debug, InputObject)]
pub struct DeleteGroupInput {
    /// Which group.
    pub id: Id<GroupId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Who is to be in a group, from when until when.
#[derive(Debug, InputObject)]
pub struct AddGroupMembersInput {
    /// Which group.
    pub group_id: Id<GroupId>,
    /// Who: 1 to 1,000 members of the group's workspace. Each id once: a later occurrence is
    /// DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. Not after now: ENDS_IN_PAST; not after `startsAt`:
    /// ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// Who is not to be in a group, from when until when.
#[derive(Debug, InputObject)]
pub struct RemoveGroupMembersInput {
    /// Which group.
    pub group_id: Id<GroupId>,
    /// Who: 1 to 1,000 members of the group's workspace. Each id once: a later occurrence is
    /// DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. Who would have been in after that is in again then. Not
    /// after now: ENDS_IN_PAST; not after `startsAt`: ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateGroupPayload {
    /// The group; null if `errors` has any, and with `dryRun`.
    pub group: Option<Group>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GroupError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateGroupPayload {
    /// The group as it is now; null if `errors` has any. With `dryRun` as it was.
    pub group: Option<Group>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GroupError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteGroupPayload {
    /// The id of the group that is there no more, or with `dryRun` would not be.
    pub deleted_group_id: Option<ID>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GroupError>,
    #[graphql(flatten)]
    pub report: Report,
}

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
            let options = input.options.read(ctx)?;
            let asked = CreateGroup {
                workspace_id: input.workspace_id.0,
                title: input.title,
                description: input.description,
            };
            let mut committed = service::create(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(CreateGroupPayload {
                group: committed
                    .output
                    .group_id
                    .and_then(|id| Group::find(after.place.as_ref()?, id)),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                report: after.report,
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
            let options = input.options.read(ctx)?;
            let asked = UpdateGroup {
                id: input.id.0,
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
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let place = after.place.as_ref().filter(|_| committed.errors.is_empty());
            Ok(UpdateGroupPayload {
                group: place.and_then(|place| Group::find(place, committed.output.group_id?)),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                report: after.report,
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
            let asked = DeleteGroup { id: input.id.0 };
            let mut committed =
                service::delete(&scope.deps, &scope.caller, asked, input.options.read(ctx)?)
                    .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeleteGroupPayload {
                deleted_group_id: committed.output.group_id.map(|id| ID(id.to_string())),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Adds members to a group, for good or for an interval. Places in a group may overlap, each
    /// counts by itself: a temporary one never shortens a permanent one. Requires
    /// EDIT_WORKSPACE_PROPERTIES, and unless you are an administrator that you hold what the group
    /// gives yourself, as long; nobody else adds themselves or an administrator.
    ///
    /// Codes of items: NOT_A_MEMBER (the membership has ended, or there is none of that id in the
    /// group's workspace), DUPLICATE, FORBIDDEN (administrators, yourself, a group that gives more
    /// than you hold or for longer), LIMIT_REACHED (the member is in 100 groups, now or later),
    /// ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn add_group_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is to be in which group, from when until when.")]
        input: AddGroupMembersInput,
    ) -> Nullable<MembersPayload<AddGroupMembers>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = AddGroupMembers {
                group_id: input.group_id.0,
                membership_ids: unwrapped(input.membership_ids),
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::add_members(&scope.deps, &scope.caller, asked, input.options.read(ctx)?)
                    .await?,
            )
            .await
        })
        .await
    }

    /// Takes members out of a group, for good or for an interval: it is cut out of all their places
    /// in the group, and what lies behind it stays. Requires EDIT_WORKSPACE_PROPERTIES; nobody but
    /// an administrator removes themselves or an administrator.
    ///
    /// Codes of items: NOT_A_MEMBER (the membership has ended, or there is none of that id in the
    /// group's workspace), DUPLICATE, FORBIDDEN (administrators, yourself), ROLLED_BACK (atomic,
    /// and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn remove_group_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who is not to be in which group, from when until when.")]
        input: RemoveGroupMembersInput,
    ) -> Nullable<MembersPayload<RemoveGroupMembers>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = RemoveGroupMembers {
                group_id: input.group_id.0,
                membership_ids: unwrapped(input.membership_ids),
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            let options = input.options.read(ctx)?;
            MembersPayload::of(
                ctx,
                service::remove_members(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
