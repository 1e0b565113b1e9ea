//! The result of each member, and the payload, of mutations over `membershipIds`. Must not know
//! what a mutation does.

use async_graphql::{Context, ID, OutputType, SimpleObject};

use super::{
    GroupError, MembershipError, QuotaError, code_and_limit_message, index,
    report::{AfterCommit, Report},
    user_error::FormErrors,
};
use crate::{
    domain::{
        id::MembershipId,
        outcome::{
            DisableMembersOutcome, EnableMembersOutcome, GroupMemberOutcome,
            ResetQuotaUsageOutcome, RevokeMembersOutcome, SendPasswordResetsOutcome,
            SetAccessPeriodOutcome, SetInactivityExemptionsOutcome, SetMemberRoleOutcome,
        },
    },
    graphql::{object::membership::Membership, scope::Scope},
    service::{
        bulk::Item,
        group::{AddGroupMembers, RemoveGroupMembers},
        inactivity::SetInactivityExemptions,
        member::disable::{DisableMembers, EnableMembers},
        member::password_resets::SendPasswordResets,
        member::period::SetAccessPeriod,
        member::revoke::RevokeMembers,
        member::set_role::SetMemberRole,
        quota_use::ResetQuotaUsage,
        write::Committed,
    },
};

/// A command over members that gives one result for each member.
pub trait OverMembers: Send + Sync + 'static {
    /// What was done with one member.
    type Outcome: OutputType;
    /// What a form can correct about the command.
    type Error: OutputType + FormErrors;
}

impl OverMembers for DisableMembers {
    type Outcome = DisableMembersOutcome;
    type Error = MembershipError;
}

impl OverMembers for EnableMembers {
    type Outcome = EnableMembersOutcome;
    type Error = MembershipError;
}

impl OverMembers for RevokeMembers {
    type Outcome = RevokeMembersOutcome;
    type Error = MembershipError;
}

impl OverMembers for SendPasswordResets {
    type Outcome = SendPasswordResetsOutcome;
    type Error = MembershipError;
}

impl OverMembers for SetAccessPeriod {
    type Outcome = SetAccessPeriodOutcome;
    type Error = MembershipError;
}

impl OverMembers for SetMemberRole {
    type Outcome = SetMemberRoleOutcome;
    type Error = MembershipError;
}

impl OverMembers for SetInactivityExemptions {
    type Outcome = SetInactivityExemptionsOutcome;
    type Error = MembershipError;
}

impl OverMembers for AddGroupMembers {
    type Outcome = GroupMemberOutcome;
    type Error = GroupError;
}

impl OverMembers for RemoveGroupMembers {
    type Outcome = GroupMemberOutcome;
    type Error = GroupError;
}

impl OverMembers for ResetQuotaUsage {
    type Outcome = ResetQuotaUsageOutcome;
    type Error = QuotaError;
}

/// The result of one item.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "DisableMembersResult", params(DisableMembers)),
    concrete(name = "EnableMembersResult", params(EnableMembers)),
    concrete(name = "RevokeMembersResult", params(RevokeMembers)),
    concrete(name = "SendPasswordResetsResult", params(SendPasswordResets)),
    concrete(name = "SetAccessPeriodResult", params(SetAccessPeriod)),
    concrete(name = "SetMemberRoleResult", params(SetMemberRole)),
    concrete(
        name = "SetInactivityExemptionsResult",
        params(SetInactivityExemptions)
    ),
    concrete(name = "AddGroupMembersResult", params(AddGroupMembers)),
    concrete(name = "RemoveGroupMembersResult", params(RemoveGroupMembers)),
    concrete(name = "ResetQuotaUsageResult", params(ResetQuotaUsage))
)]
pub struct MemberResult<C: OverMembers> {
    /// The position of the item in `membershipIds`, starting from 0.
    pub index: i32,
    /// The member's id.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<C::Outcome>,
    /// Why the item failed, for programs: one of the codes that the mutation lists.
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The member after the call; null if you may not see it.
    pub membership: Option<Membership>,
}

/// The result of the call.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "DisableMembersPayload", params(DisableMembers)),
    concrete(name = "EnableMembersPayload", params(EnableMembers)),
    concrete(name = "RevokeMembersPayload", params(RevokeMembers)),
    concrete(name = "SendPasswordResetsPayload", params(SendPasswordResets)),
    concrete(name = "SetAccessPeriodPayload", params(SetAccessPeriod)),
    concrete(name = "SetMemberRolePayload", params(SetMemberRole)),
    concrete(
        name = "SetInactivityExemptionsPayload",
        params(SetInactivityExemptions)
    ),
    concrete(name = "AddGroupMembersPayload", params(AddGroupMembers)),
    concrete(name = "RemoveGroupMembersPayload", params(RemoveGroupMembers)),
    concrete(name = "ResetQuotaUsagePayload", params(ResetQuotaUsage))
)]
pub struct MembersPayload<C: OverMembers>
where
    MemberResult<C>: OutputType,
{
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<MemberResult<C>>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<C::Error>,
    #[graphql(flatten)]
    pub report: Report,
}

impl<C: OverMembers> MembersPayload<C>
where
    MemberResult<C>: OutputType,
{
    /// Loads the members again after the commit and builds the payload.
    pub async fn of(
        ctx: &Context<'_>,
        mut committed: Committed<Vec<Item<MembershipId, C::Outcome>>>,
    ) -> async_graphql::Result<Self> {
        let shown = committed.output.iter().filter(|item| item.is_shown());
        let named_ids = shown.map(|item| item.id).collect();
        let after = AfterCommit::of(ctx, &mut committed, named_ids).await?;
        let locale = Scope::of(ctx)?.caller.locale();
        let result = |(position, item): (usize, Item<MembershipId, C::Outcome>)| {
            let membership = after
                .members
                .get(&item.id)
                .filter(|_| item.is_shown())
                .cloned();
            let (code, message) = code_and_limit_message(item.code, item.limit, locale);
            MemberResult {
                index: index(position),
                target_id: Some(ID(item.id.to_string())),
                outcome: item.outcome,
                code,
                message,
                membership,
            }
        };
        Ok(Self {
            results: committed
                .output
                .into_iter()
                .enumerate()
                .map(result)
                .collect(),
            errors: C::Error::all(committed.errors, locale),
            report: after.report,
        })
    }
}
