//! Mutations of groups.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, BulkPayload, FormErrors, GroupError, Nullable, Options, Report,
    refusable, signed_in_scope, unwrap_ids,
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
    words::message,
};

/// The group to create. Use `grantPermissions` with its id to give it permissions.
#[derive(Debug, InputObject)]
pub struct CreateGroupInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The title: 1 to 80 characters without line breaks and links (CONTAINS_LINK). It must be
    /// unique among the groups of the workspace, regardless of case. Spaces at the start and the
    /// end are removed. The slug is made from it.
    pub title: String,
    /// The description, at most 2,000 characters. Default, also for an empty text: none.
    pub description: Option<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a group. The slug stays the same.
#[derive(Debug, InputObject)]
pub struct UpdateGroupInput {
    /// The group.
    pub id: Id<GroupId>,
    /// The title: 1 to 80 characters, with the rules of `createGroup`. It cannot be removed: null is BAD_USER_INPUT.
    /// Default: unchanged.
    pub title: MaybeUndefined<String>,
    /// The description, at most 2,000 characters. Null or an empty text removes it. Default:
    /// unchanged.
    pub description: MaybeUndefined<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The group to delete.
#[derive(Debug, InputObject)]
pub struct DeleteGroupInput {
    /// The group.
    pub id: Id<GroupId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The members to add to a group, and when.
#[derive(Debug, InputObject)]
pub struct AddGroupMembersInput {
    /// The group.
    pub group_id: Id<GroupId>,
    /// The members, 1 to 1,000 of the workspace of the group. A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
    /// STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// When it ends. Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if
    /// it is not after `startsAt`.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The members to remove from a group, and when.
#[derive(Debug, InputObject)]
pub struct RemoveGroupMembersInput {
    /// The group.
    pub group_id: Id<GroupId>,
    /// The members, 1 to 1,000 of the workspace of the group. A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
    /// STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// When the removal ends; members who would be in the group after that are in it again.
    /// Default: never. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if it is not
    /// after `startsAt`.
    pub ends_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateGroupPayload {
    /// The new group; null if `errors` has any, and with `dryRun`.
    pub group: Option<Group>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GroupError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateGroupPayload {
    /// The group after the call; null if `errors` has any. With `dryRun`, the group before the
    /// call.
    pub group: Option<Group>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<GroupError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteGroupPayload {
    /// The id of the group that was deleted, or would be deleted with `dryRun`.
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
    /// Creates a group without members and permissions. Its slug is made from the title, with a
    /// number if a group of the workspace ever had the same slug, and never changes. At most 1,000
    /// groups per workspace. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn create_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to create.")] input: CreateGroupInput,
    ) -> Nullable<CreateGroupPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateGroup {
                workspace_id: input.workspace_id.0,
                title: input.title,
                description: input.description,
            };
            let mut committed =
                service::create(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(CreateGroupPayload {
                group: committed
                    .output
                    .group_id
                    .and_then(|id| Group::find(after.view.as_ref()?, id)),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Updates the title and the description of a group. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a group.")] input: UpdateGroupInput,
    ) -> Nullable<UpdateGroupPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = UpdateGroup {
                id: input.id.0,
                title: match input.title {
                    MaybeUndefined::Undefined => None,
                    MaybeUndefined::Value(title) => Some(title),
                    MaybeUndefined::Null => {
                        return Err(Failure::bad_input(message::cannot_be_null("title")).into());
                    }
                },
                description: input
                    .description
                    .as_opt_ref()
                    .map(|description| description.cloned()),
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let view = after.view.as_ref().filter(|_| committed.errors.is_empty());
            Ok(UpdateGroupPayload {
                group: view.and_then(|view| Group::find(view, committed.output.group_id?)),
                errors: GroupError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Deletes a group. Everything that members had through it ends at once: permissions, access to
    /// items and quota values. With `dryRun`, `effects` lists who would lose which permissions. The
    /// title can be used again, the slug cannot. Requires EDIT_WORKSPACE_PROPERTIES. Only an
    /// administrator can delete a group that they are in, now or later.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn delete_group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group to delete.")] input: DeleteGroupInput,
    ) -> Nullable<DeleteGroupPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = DeleteGroup { id: input.id.0 };
            let mut committed = service::delete(
                &scope.deps,
                &scope.caller,
                command,
                input.options.read(ctx)?,
            )
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

    /// Adds members to a group, for a period or without end. Periods in a group can overlap and are
    /// independent: a temporary one never shortens a permanent one. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Unless you are an administrator, you must hold everything that
    /// the group gives for at least as long, and you cannot add yourself or an administrator.
    ///
    /// Codes of items: NOT_A_MEMBER (the membership has ended, or there is none of that id in the
    /// group's workspace), DUPLICATE, FORBIDDEN (administrators, yourself, a group that gives more
    /// than you hold or for longer), LIMIT_REACHED (the member is in 100 groups, now or later),
    /// ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn add_group_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members to add to a group, and when.")] input: AddGroupMembersInput,
    ) -> Nullable<BulkPayload<AddGroupMembers>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = AddGroupMembers {
                group_id: input.group_id.0,
                membership_ids: unwrap_ids(input.membership_ids),
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::add_members(
                    &scope.deps,
                    &scope.caller,
                    command,
                    input.options.read(ctx)?,
                )
                .await?,
            )
            .await
        })
        .await
    }

    /// Removes members from a group, for a period or without end. The period is cut out of all
    /// their memberships in the group; what comes after it stays. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Unless you are an administrator, you cannot remove yourself or an
    /// administrator.
    ///
    /// Codes of items: NOT_A_MEMBER (the membership has ended, or there is none of that id in the
    /// group's workspace), DUPLICATE, FORBIDDEN (administrators, yourself), ROLLED_BACK (atomic,
    /// and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn remove_group_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members to remove from a group, and when.")]
        input: RemoveGroupMembersInput,
    ) -> Nullable<BulkPayload<RemoveGroupMembers>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = RemoveGroupMembers {
                group_id: input.group_id.0,
                membership_ids: unwrap_ids(input.membership_ids),
                starts_at: input.starts_at.map(|at| at.0),
                ends_at: input.ends_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            let options = input.options.read(ctx)?;
            BulkPayload::of_members(
                ctx,
                service::remove_members(&scope.deps, &scope.caller, command, options).await?,
            )
            .await
        })
        .await
    }
}
