//! Mutations of quotas in use: counting calls, and setting counters back.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    BulkOptions, BulkPayload, FormErrors, Nullable, Options, QuotaError, Report, refusable,
    signed_in_scope, unwrap_ids,
};
use crate::{
    domain::{
        id::{ItemId, MembershipId, WorkspaceId},
        permission::Permission,
        vocabulary::{QuotaLimiter, QuotaType},
    },
    graphql::{
        guard,
        scalar::{Id, Instant, Long},
    },
    service::{
        Failure,
        quota_usage::{self as service, Consume, Decision, ResetQuotaUsage, Subject},
    },
    words::message::{self, all_of},
};

/// The usage to count, and who it is counted for.
#[derive(Debug, InputObject)]
pub struct ConsumeQuotaInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The member to count the calls for. Default: yourself. Only a GATEWAY key can name other
    /// members, and it must give this or `clientAddress`. NOT_FOUND if there is no such member in
    /// this workspace; NOT_ACTIVE or MEMBERSHIP_DISABLED if the member is not active.
    pub membership_id: Option<Id<MembershipId>>,
    /// The IPv4 or IPv6 address of a visitor (INVALID_ADDRESS), instead of a member. Only for
    /// GATEWAY keys. All IPv6 addresses of one /64 count as one visitor. It is stored as a keyed
    /// hash.
    pub client_address: Option<String>,
    /// The type of quota: API_CALLS. The other types limit how many things exist and cannot be
    /// consumed: NOT_A_COUNTER.
    pub r#type: QuotaType,
    /// The amount, 1 to 1,000,000 (OUT_OF_RANGE).
    pub amount: i32,
    /// The dataset or page that the calls are for (NOT_FOUND if it is not in this workspace), so that
    /// `Workspace.analytics` can count them for it. This does not check whether anyone may browse it.
    pub resource_id: Option<Id<ItemId>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Whether the calls were within every limit.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuotaDecision {
    /// Whether the calls are allowed. If so, they are counted for the member or visitor, for the
    /// workspace and for its main workspace. If not, nothing is counted.
    pub allowed: bool,
    /// The usage of the member or the client address today, including these calls. If the calls are
    /// refused: the usage of the limit that refused them, in its period.
    pub used: Long,
    /// The lowest of all daily limits or, if the calls are refused, the limit that refused them.
    /// Null: unlimited.
    pub limit: Option<Long>,
    /// The lowest amount that remains under any limit, whatever its period. Null: unlimited.
    pub remaining: Option<Long>,
    /// When this counter restarts: at midnight of the time zone of its workspace, or on the first of
    /// a month there.
    pub resets_at: Instant,
    /// Which limit refused the calls; the closest one if several did. Null: none.
    pub refused_by: Option<QuotaLimiter>,
}

impl From<Decision> for QuotaDecision {
    fn from(decision: Decision) -> Self {
        Self {
            allowed: decision.allowed,
            used: decision.used.into(),
            limit: decision.limit.map(Long::from),
            remaining: decision.remaining.map(Long::from),
            resets_at: Instant(decision.resets_at),
            refused_by: decision.refused_by,
        }
    }
}

/// The result of the call. Counting does not change access, so `changes` and `effects` are empty.
#[derive(Debug, SimpleObject)]
pub struct ConsumeQuotaPayload {
    /// The decision; null if `errors` has any.
    pub decision: Option<QuotaDecision>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The members whose usage is reset.
#[derive(Debug, InputObject)]
pub struct ResetQuotaUsageInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// The type of quota: API_CALLS. The other types cannot be reset: NOT_A_COUNTER.
    pub r#type: QuotaType,
    /// The reason, for the audit log: 1 to 500 characters (TOO_SHORT, TOO_LONG).
    pub reason: String,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// Mutations of quotas in use.
#[derive(Debug, Default)]
pub struct QuotaUsageMutation;

/// Mutations of quotas in use.
#[Object]
impl QuotaUsageMutation {
    /// Checks whether API calls are within every limit, and counts them if they are. The limit of
    /// the member is checked first, then that of the workspace, each in its own period. No limit
    /// can be exceeded, even by simultaneous calls. Members can call this for themselves, by
    /// session or key; GATEWAY keys can call it for all members and visitors of the workspace. With
    /// `idempotencyKey`, allowed calls are counted once even if they are repeated; refused calls
    /// are decided again. At 80 % and 100 % of a limit, once per period, the member is
    /// notified by e-mail; for the limits of the workspace, its administrators are notified.
    #[graphql(directive = guard::signed_in::apply())]
    async fn consume_quota(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The usage to count, and who it is counted for.")]
        input: ConsumeQuotaInput,
    ) -> Nullable<ConsumeQuotaPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let subject = match (input.membership_id.map(|id| id.0), input.client_address) {
                (None, None) => Subject::Oneself,
                (Some(member), None) => Subject::Member(member),
                (None, Some(address)) => Subject::Visitor(address),
                (Some(_), Some(_)) => {
                    let both = all_of(&["membershipId", "clientAddress"]);
                    return Err(Failure::bad_input(message::at_most_one_of(both)).into());
                }
            };
            let command = Consume {
                workspace_id: input.workspace_id.0,
                subject,
                quota_type: input.r#type,
                amount: input.amount,
                resource: input.resource_id.map(|id| id.0),
            };
            let committed = service::consume(&scope.deps, &scope.caller, command, options).await?;
            Ok(ConsumeQuotaPayload {
                decision: committed.decision.map(QuotaDecision::from),
                errors: QuotaError::all(committed.errors, scope.caller.locale()),
                report: Report {
                    replayed: committed.replayed,
                    ..Report::default()
                },
            })
        })
        .await
    }

    /// Resets the usage of members for today to zero. The usage of the workspace, to which its
    /// limits and the license apply, does not change, and warnings that were sent today are not
    /// sent again. Requires EDIT_WORKSPACE_PROPERTIES. Nobody can reset their own usage, and only
    /// an administrator can reset that of an administrator.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (yourself, or administrators if you are not one), ROLLED_BACK (atomic, and another item
    /// failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn reset_quota_usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members whose usage is reset.")] input: ResetQuotaUsageInput,
    ) -> Nullable<BulkPayload<ResetQuotaUsage>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = ResetQuotaUsage {
                membership_ids: unwrap_ids(input.membership_ids),
                quota_type: input.r#type,
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::reset(&scope.deps, &scope.caller, command, options).await?,
            )
            .await
        })
        .await
    }
}
