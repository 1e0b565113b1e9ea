//! `setInactivityPolicy` and `setInactivityExemptions` (MEM-12).

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, BulkPayload, FormErrors, Nullable, Options, Report, WorkspaceError,
    refusable, signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{MembershipId, WorkspaceId},
        permission::Permission,
    },
    graphql::{
        guard,
        object::{membership::Membership, workspace::Workspace},
        scalar::Id,
    },
    service::inactivity::{self as service, SetInactivityExemptions, SetInactivityPolicy},
};

/// The policy of a workspace for members who have not been active.
#[derive(Debug, InputObject)]
pub struct SetInactivityPolicyInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The number of days without activity after which members are disabled: 30 to 1,000
    /// (OUT_OF_RANGE). Null or absent: nobody is disabled for inactivity.
    pub disable_after_days: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The members to exempt, or to include again.
#[derive(Debug, InputObject)]
pub struct SetInactivityExemptionsInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Whether the members are exempt from now on.
    pub exempt: bool,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetInactivityPolicyPayload {
    /// The workspace after the call; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// Members who have been inactive for that many days today: the first 100, the longest inactive
    /// first. They are disabled after two e-mails, 14 days from now at the earliest, unless they
    /// come back.
    pub inactive_members: Vec<Membership>,
    /// The number of these members, listed or not.
    pub inactive_member_count: i32,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations about members who have not been active.
#[derive(Debug, Default)]
pub struct InactivityMutation;

/// Mutations about members who have not been active.
#[Object]
impl InactivityMutation {
    /// Sets after how many days without activity members are disabled. They get an e-mail 14 days
    /// before and another 3 days before, and are enabled again with `enableMembers`. Using the
    /// workspace by session or API key counts as activity; for new members and for those who were
    /// enabled again the days begin anew. Administrators and exempt members are never disabled for
    /// inactivity. With `dryRun` you see whom the policy concerns today. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_inactivity_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The policy for members who have not been active.")]
        input: SetInactivityPolicyInput,
    ) -> Nullable<SetInactivityPolicyPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = SetInactivityPolicy {
                workspace_id: input.workspace_id.0,
                disable_after_days: input.disable_after_days,
            };
            let mut committed =
                service::set_policy(&scope.deps, &scope.caller, command, options).await?;
            let set = committed.output.as_ref();
            let inactive = set
                .filter(|_| ctx.look_ahead().field("inactiveMembers").exists())
                .map(|set| set.inactive.clone());
            let after =
                AfterCommit::with_members(ctx, &mut committed, inactive.unwrap_or_default())
                    .await?;
            let set = committed.output.as_ref();
            let member = |id| after.members.get(id).cloned();
            Ok(SetInactivityPolicyPayload {
                workspace: after
                    .view
                    .clone()
                    .filter(|_| set.is_some())
                    .map(|view| Workspace::of(view.access)),
                inactive_members: set
                    .map(|set| set.inactive.iter().filter_map(member).collect())
                    .unwrap_or_default(),
                inactive_member_count: set
                    .map(|set| i32::try_from(set.inactive_count).unwrap_or(i32::MAX))
                    .unwrap_or_default(),
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Exempts members from being disabled for inactivity, or ends their exemption. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (administrators, or yourself if you are not one), ROLLED_BACK (atomic, and another item
    /// failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_inactivity_exemptions(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members to exempt, or to include again.")]
        input: SetInactivityExemptionsInput,
    ) -> Nullable<BulkPayload<SetInactivityExemptions>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = SetInactivityExemptions {
                membership_ids: unwrap_ids(input.membership_ids),
                exempt: input.exempt,
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::set_exemptions(&scope.deps, &scope.caller, command, options).await?,
            )
            .await
        })
        .await
    }
}
