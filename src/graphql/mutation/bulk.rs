//! The result of each item, and the payload, of mutations over several items (BULK-1). Must not
//! know what a mutation does.

use async_graphql::{ContainerType, Context, ID, OutputType, SimpleObject};

use super::{
    GroupError, MembershipError, QuotaError, code_and_message, index,
    report::{AfterCommit, Report},
    user_error::FormErrors,
};
use crate::{
    domain::{
        id::MembershipId,
        limit::ReachedLimit,
        outcome::{
            DisableMembersOutcome, EnableMembersOutcome, GroupMemberOutcome,
            ResetQuotaUsageOutcome, RevokeMembersOutcome, SendPasswordResetsOutcome,
            SetAccessPeriodOutcome, SetInactivityExemptionsOutcome, SetMemberRoleOutcome,
        },
    },
    graphql::{
        object::membership::Membership,
        scalar::{Instant, Long},
        scope::Scope,
    },
    service::{
        access_renewal::decide::DecideAccessRenewals,
        access_request::{ApproveAccessRequests, RejectAccessRequests},
        api_key::RevokeApiKeys,
        bulk::Item,
        grant::{GrantPermissions, RevokePermissions},
        group::{AddGroupMembers, RemoveGroupMembers},
        inactivity::SetInactivityExemptions,
        item::TransferOwnership,
        member::disable::{DisableMembers, EnableMembers},
        member::password_resets::SendPasswordResets,
        member::period::SetAccessPeriod,
        member::restore::RestoreMembers,
        member::revoke::RevokeMembers,
        member::set_role::SetMemberRole,
        quota_usage::ResetQuotaUsage,
        reuse::decide::{ApproveReuses, DeleteReuses, RejectReuses},
        write::Committed,
    },
};

/// A command over several items that gives one result for each item.
pub trait BulkCommand: Send + Sync + 'static {
    /// What was done with one item.
    type Outcome: OutputType;
    /// What a form can correct about the command.
    type Error: OutputType + FormErrors;
    /// What a result also shows: the objects of the item after the call.
    type After: ContainerType;
}

/// The result of one item.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "DisableMembersResult", params(DisableMembers)),
    concrete(name = "EnableMembersResult", params(EnableMembers)),
    concrete(name = "RevokeMembersResult", params(RevokeMembers)),
    concrete(name = "RestoreMembersResult", params(RestoreMembers)),
    concrete(name = "SendPasswordResetsResult", params(SendPasswordResets)),
    concrete(name = "SetAccessPeriodResult", params(SetAccessPeriod)),
    concrete(name = "SetMemberRoleResult", params(SetMemberRole)),
    concrete(
        name = "SetInactivityExemptionsResult",
        params(SetInactivityExemptions)
    ),
    concrete(name = "AddGroupMembersResult", params(AddGroupMembers)),
    concrete(name = "RemoveGroupMembersResult", params(RemoveGroupMembers)),
    concrete(name = "ResetQuotaUsageResult", params(ResetQuotaUsage)),
    concrete(name = "GrantPermissionsResult", params(GrantPermissions)),
    concrete(name = "RevokePermissionsResult", params(RevokePermissions)),
    concrete(name = "RevokeApiKeysResult", params(RevokeApiKeys)),
    concrete(name = "TransferOwnershipResult", params(TransferOwnership)),
    concrete(name = "DecideAccessRenewalsResult", params(DecideAccessRenewals)),
    concrete(name = "ApproveReusesResult", params(ApproveReuses)),
    concrete(name = "RejectReusesResult", params(RejectReuses)),
    concrete(name = "DeleteReusesResult", params(DeleteReuses)),
    concrete(name = "ApproveAccessRequestsResult", params(ApproveAccessRequests)),
    concrete(name = "RejectAccessRequestsResult", params(RejectAccessRequests))
)]
pub struct ItemResult<C: BulkCommand> {
    /// The position of the item in the call, starting from 0.
    pub index: i32,
    /// The id of the object that the item is about.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<C::Outcome>,
    /// Why the item failed, for programs: one of the codes that the mutation lists.
    pub code: Option<String>,
    /// Why the item failed, for people, in your language. For a limit, the message names the limit,
    /// its amount and how long it applies.
    pub message: Option<String>,
    #[graphql(flatten)]
    pub after: C::After,
}

/// The result of the call.
#[derive(SimpleObject)]
#[graphql(
    concrete(name = "DisableMembersPayload", params(DisableMembers)),
    concrete(name = "EnableMembersPayload", params(EnableMembers)),
    concrete(name = "RevokeMembersPayload", params(RevokeMembers)),
    concrete(name = "RestoreMembersPayload", params(RestoreMembers)),
    concrete(name = "SendPasswordResetsPayload", params(SendPasswordResets)),
    concrete(name = "SetAccessPeriodPayload", params(SetAccessPeriod)),
    concrete(name = "SetMemberRolePayload", params(SetMemberRole)),
    concrete(
        name = "SetInactivityExemptionsPayload",
        params(SetInactivityExemptions)
    ),
    concrete(name = "AddGroupMembersPayload", params(AddGroupMembers)),
    concrete(name = "RemoveGroupMembersPayload", params(RemoveGroupMembers)),
    concrete(name = "ResetQuotaUsagePayload", params(ResetQuotaUsage)),
    concrete(name = "GrantPermissionsPayload", params(GrantPermissions)),
    concrete(name = "RevokePermissionsPayload", params(RevokePermissions)),
    concrete(name = "RevokeApiKeysPayload", params(RevokeApiKeys)),
    concrete(name = "TransferOwnershipPayload", params(TransferOwnership)),
    concrete(name = "DecideAccessRenewalsPayload", params(DecideAccessRenewals)),
    concrete(name = "ApproveReusesPayload", params(ApproveReuses)),
    concrete(name = "RejectReusesPayload", params(RejectReuses)),
    concrete(name = "DeleteReusesPayload", params(DeleteReuses)),
    concrete(name = "ApproveAccessRequestsPayload", params(ApproveAccessRequests)),
    concrete(name = "RejectAccessRequestsPayload", params(RejectAccessRequests))
)]
pub struct BulkPayload<C: BulkCommand>
where
    ItemResult<C>: OutputType,
{
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<ItemResult<C>>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<C::Error>,
    #[graphql(flatten)]
    pub report: Report,
}

impl<C: BulkCommand> BulkPayload<C>
where
    ItemResult<C>: OutputType,
{
    /// The payload of a committed call. `show` looks up the objects of an item.
    pub fn new<I: ToString, O: Into<C::Outcome>>(
        ctx: &Context<'_>,
        committed: Committed<Vec<Item<I, O>>>,
        after: AfterCommit,
        show: impl Fn(&AfterCommit, &Item<I, O>) -> C::After,
    ) -> async_graphql::Result<Self> {
        let locale = Scope::of(ctx)?.caller.locale();
        let result = |(position, item): (usize, Item<I, O>)| {
            let objects = show(&after, &item);
            let (code, message) = code_and_message(item.code, item.limit, locale);
            ItemResult {
                index: index(position),
                target_id: Some(ID(item.id.to_string())),
                outcome: item.outcome.map(Into::into),
                code,
                message,
                after: objects,
            }
        };
        let items = committed.output.into_iter().enumerate();
        Ok(Self {
            results: items.map(result).collect(),
            errors: C::Error::all(committed.errors, locale),
            report: after.report,
        })
    }
}

/// The ids of the items that may be shown.
pub fn shown_ids<I: Copy, O>(committed: &Committed<Vec<Item<I, O>>>) -> Vec<I> {
    let shown = committed.output.iter().filter(|item| item.is_shown());
    shown.map(|item| item.id).collect()
}

/// The limit that refused an item.
#[derive(Debug, Clone, Default, SimpleObject)]
pub struct ItemLimit {
    /// The amount of the limit that was reached (LIMIT_REACHED, SEATS_EXCEEDED); null for other
    /// codes.
    pub limit: Option<Long>,
    /// When the limit allows another one; null if waiting does not help.
    pub retry_at: Option<Instant>,
}

impl From<Option<ReachedLimit>> for ItemLimit {
    fn from(limit: Option<ReachedLimit>) -> Self {
        Self {
            limit: limit.map(|limit| Long(limit.limit)),
            retry_at: limit.and_then(|limit| limit.retry_at).map(Instant),
        }
    }
}

/// The member of an item.
#[derive(Debug, SimpleObject)]
pub struct MemberAfter {
    /// The member after the call; null if you may not see it.
    pub membership: Option<Membership>,
}

impl<C: BulkCommand<After = MemberAfter>> BulkPayload<C>
where
    ItemResult<C>: OutputType,
{
    /// The payload of a command over members, which are loaded again after the commit.
    pub async fn of_members(
        ctx: &Context<'_>,
        mut committed: Committed<Vec<Item<MembershipId, C::Outcome>>>,
    ) -> async_graphql::Result<Self> {
        let member_ids = shown_ids(&committed);
        let after = AfterCommit::of(ctx, &mut committed, member_ids).await?;
        Self::new(ctx, committed, after, |after, item| MemberAfter {
            membership: after
                .members
                .get(&item.id)
                .filter(|_| item.is_shown())
                .cloned(),
        })
    }
}

impl BulkCommand for DisableMembers {
    type Outcome = DisableMembersOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for EnableMembers {
    type Outcome = EnableMembersOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for RevokeMembers {
    type Outcome = RevokeMembersOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for SendPasswordResets {
    type Outcome = SendPasswordResetsOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for SetAccessPeriod {
    type Outcome = SetAccessPeriodOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for SetMemberRole {
    type Outcome = SetMemberRoleOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for SetInactivityExemptions {
    type Outcome = SetInactivityExemptionsOutcome;
    type Error = MembershipError;
    type After = MemberAfter;
}

impl BulkCommand for AddGroupMembers {
    type Outcome = GroupMemberOutcome;
    type Error = GroupError;
    type After = MemberAfter;
}

impl BulkCommand for RemoveGroupMembers {
    type Outcome = GroupMemberOutcome;
    type Error = GroupError;
    type After = MemberAfter;
}

impl BulkCommand for ResetQuotaUsage {
    type Outcome = ResetQuotaUsageOutcome;
    type Error = QuotaError;
    type After = MemberAfter;
}
