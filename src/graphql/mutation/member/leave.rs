//! `leaveWorkspace` (JOIN-12).

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    domain::id::WorkspaceId,
    graphql::{
        guard,
        mutation::{
            AfterCommit, FormErrors, MembershipError, Nullable, Options, Report, refusable,
            signed_in_scope,
        },
        object::membership::Membership,
        scalar::Id,
    },
    service::{member as members, member::leave as service},
};

/// The workspace to leave.
#[derive(Debug, InputObject)]
pub struct LeaveWorkspaceInput {
    /// A workspace that you are a member of, even if your access has not begun.
    pub workspace_id: Id<WorkspaceId>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct LeaveWorkspacePayload {
    /// The membership after the call; null if it did not end. MEMBERSHIP_DISABLED if you are a
    /// disabled member, who cannot leave; LAST_ADMINISTRATOR if you are the last administrator.
    pub membership: Option<Membership>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<MembershipError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutation by which members leave.
#[derive(Debug, Default)]
pub struct LeaveMutation;

/// The mutation by which members leave.
#[Object]
impl LeaveMutation {
    /// Ends your membership and revokes your API keys in the workspace at once. API keys cannot
    /// call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn leave_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace to leave.")] input: LeaveWorkspaceInput,
    ) -> Nullable<LeaveWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let workspace = input.workspace_id.0;
            let mut committed = service::leave(
                &scope.deps,
                &scope.caller,
                workspace,
                input.options.read(ctx)?,
            )
            .await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let membership = match (&after.view, committed.output.membership_id) {
                (Some(view), Some(id)) => {
                    members::by_id(&scope.deps, &view.access, &scope.caller, id)
                        .await?
                        .map(|row| Membership::new(view, row))
                }
                _ => None,
            };
            Ok(LeaveWorkspacePayload {
                membership,
                errors: MembershipError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}
