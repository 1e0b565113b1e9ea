//! `setSignInPolicy` (MFA-10).

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, WorkspaceError, refusable, signed_in_scope,
};
use crate::{
    domain::{access::SecondFactorPolicy, id::WorkspaceId},
    graphql::{
        guard::{self, RequiredRole},
        object::{membership::Membership, sign_in_policy::SignInPolicy},
        scalar::Id,
        scope::timed,
    },
    service::sign_in_policy::{self as service, SetSignInPolicy},
};

/// The sign-in policy to set.
#[derive(Debug, InputObject)]
pub struct SetSignInPolicyInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// Who needs a second factor. Null or absent: unchanged.
    pub second_factor: Option<SecondFactorPolicy>,
    /// Days until a stricter policy takes effect: 0 to 90 (OUT_OF_RANGE). Default: 14. A less strict
    /// policy takes effect at once.
    pub grace_days: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetSignInPolicyPayload {
    /// The policy after the call; null if `errors` has any.
    pub sign_in_policy: Option<SignInPolicy>,
    /// Members who need a second factor under this policy and have none: the first 100. They are
    /// informed by mail.
    pub concerned_members: Vec<Membership>,
    /// The number of these members, listed or not.
    pub concerned_member_count: i32,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    /// NO_SECOND_FACTOR if you would lose your own access at once: set up a second factor
    /// first, or set a longer `graceDays`.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations about signing in to a workspace.
#[derive(Debug, Default)]
pub struct SignInPolicyMutation;

/// Mutations about signing in to a workspace.
#[Object]
impl SignInPolicyMutation {
    /// Sets who needs a second factor in the workspace, and from when on. From then on, a session
    /// without one counts as an anonymous visitor there and can still set one up. Rights do not
    /// change, and API keys keep working. Members who have no second factor and will need one are
    /// informed by mail. With `dryRun` you see who they are. Requires the ADMINISTRATOR role, and that
    /// your strongest factor was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED). API keys
    /// cannot call this.
    #[graphql(
        directive = guard::requires::apply(RequiredRole::Administrator),
        directive = guard::step_up::apply()
    )]
    async fn set_sign_in_policy(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The sign-in policy to set.")] input: SetSignInPolicyInput,
    ) -> Nullable<SetSignInPolicyPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = SetSignInPolicy {
                workspace_id: input.workspace_id.0,
                second_factor: input.second_factor,
                grace_days: input.grace_days,
            };
            // How many members there are to look at, no price can know before.
            let set = service::set(&scope.deps, &scope.caller, command, options);
            let mut committed = timed(ctx, set).await?;
            let set = committed.output.as_ref();
            let concerned = set
                .filter(|_| ctx.look_ahead().field("concernedMembers").exists())
                .map(|set| set.concerned.clone());
            let after =
                AfterCommit::with_members(ctx, &mut committed, concerned.unwrap_or_default())
                    .await?;
            let set = committed.output.as_ref();
            let member = |id| after.members.get(id).cloned();
            Ok(SetSignInPolicyPayload {
                sign_in_policy: set.map(SignInPolicy::from),
                concerned_members: set
                    .map(|set| set.concerned.iter().filter_map(member).collect())
                    .unwrap_or_default(),
                concerned_member_count: set
                    .map(|set| i32::try_from(set.concerned_count).unwrap_or(i32::MAX))
                    .unwrap_or_default(),
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}
