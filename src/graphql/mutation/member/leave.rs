//! `leaveWorkspace` (JOIN-12).

use async_graphql::{Context, ID, Object};

use crate::{
    domain::id::WorkspaceId,
    graphql::{
        guard,
        mutation::{
            Aftermath, MembershipError, Nullable, id,
            payload::{input, payload},
            refusable, signed_in,
        },
        object::membership::Membership,
    },
    service::{leaving as service, member as members},
};

input! {
    /// Which workspace to leave.
    LeaveWorkspaceInput {
        /// The workspace: one that you are a member of, also if your access has not begun.
        workspace_id: ID,
    }
}

payload! {
    /// What became of the call.
    LeaveWorkspacePayload, MembershipError {
        /// The membership as it is now; null if it did not end. MEMBERSHIP_DISABLED: a disabled
        /// member cannot leave. LAST_ADMINISTRATOR: you are the last one.
        membership: Option<Membership>,
    }
}

/// The mutation by which members leave.
#[derive(Debug, Default)]
pub struct LeaveMutation;

/// The mutation by which members leave.
#[Object]
impl LeaveMutation {
    /// Ends your own membership at once, with every key of yours there. Not by key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn leave_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which workspace to leave.")] input: LeaveWorkspaceInput,
    ) -> Nullable<LeaveWorkspacePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let workspace = id("workspaceId", &input.workspace_id, WorkspaceId::parse)?;
            let mut committed =
                service::leave(&scope.deps, &scope.caller, workspace, input.options()).await?;
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            let membership = match (&after.place, committed.output.membership_id) {
                (Some(place), Some(id)) => {
                    members::by_id(&scope.deps, &place.access, &scope.caller, id)
                        .await?
                        .map(|row| Membership::new(place, row))
                }
                _ => None,
            };
            Ok(LeaveWorkspacePayload {
                membership,
                errors: MembershipError::all(committed.errors, scope.caller.locale()),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }
}
