//! Mutations of quotas in use: counting calls, and setting counters back.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    BulkOptions, FormErrors, MembersPayload, Nullable, Options, QuotaError, Report, refusable,
    signed_in, unwrapped,
};
use crate::{
    domain::{
        id::{MembershipId, WorkspaceId},
        permission::Permission,
        vocabulary::{QuotaLimiter, QuotaType},
    },
    graphql::{
        guard,
        scalar::{Id, Instant, Long},
    },
    service::{
        Failure,
        quota_use::{self as service, Consume, Decision, ResetQuotaUsage, Subject},
    },
};

/// What was used, or is about to be, and by whom.
#[derive(Debug, InputObject)]
pub struct ConsumeQuotaInput {
    /// In which workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// By which member; absent: yourself. Others only with a GATEWAY key, which must give this
    /// or `clientAddress`. None of this workspace: NOT_FOUND; not active: NOT_ACTIVE or
    /// MEMBERSHIP_DISABLED.
    pub membership_id: Option<Id<MembershipId>>,
    /// By a visitor from this IPv4 or IPv6 address (INVALID_ADDRESS), in place of a member:
    /// with a GATEWAY key only. IPv6 addresses of one /64 are one visitor. Kept as a keyed
    /// hash.
    pub client_address: Option<String>,
    /// What: API_CALLS. The others count what exists, and nobody uses them up: NOT_A_COUNTER.
    pub r#type: QuotaType,
    /// How much, 1 to 1,000,000 (OUT_OF_RANGE).
    pub amount: i32,
    #[graphql(flatten)]
    pub options: Options,
}

/// Whether calls were within every limit.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuotaDecision {
    /// Whether they were: then they are counted, for the member or visitor, for the workspace and
    /// for its main one. If not, nothing is counted anywhere.
    pub allowed: bool,
    /// What was used, these calls included if they are allowed: by the member or from the client
    /// address today; if refused, of the limit that refused, in its period.
    pub used: Long,
    /// The limit: the least of all that run by the day; if refused, the one that refused. Null =
    /// unlimited.
    pub limit: Option<Long>,
    /// The least that any limit still leaves, in whatever period; null = unlimited.
    pub remaining: Option<Long>,
    /// When that counter begins anew: at midnight UTC or on the first of a month.
    pub resets_at: Instant,
    /// Which limit refused, the nearest if several would; null = none.
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

/// What became of the call. Counting changes nobody's access: `changes` and `effects` are
/// empty.
#[derive(Debug, SimpleObject)]
pub struct ConsumeQuotaPayload {
    /// The decision; null if `errors` has any.
    pub decision: Option<QuotaDecision>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Whose counters are to be set back.
#[derive(Debug, InputObject)]
pub struct ResetQuotaUsageInput {
    /// Whose: 1 to 1,000 members of one workspace, that of the first id that you may see. Each
    /// id once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Of what: API_CALLS. The others count what exists: NOT_A_COUNTER.
    pub r#type: QuotaType,
    /// Why, for the record: 1 to 500 characters (TOO_SHORT, TOO_LONG).
    pub reason: String,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// Mutations of quotas in use.
#[derive(Debug, Default)]
pub struct ConsumptionMutation;

/// Mutations of quotas in use.
#[Object]
impl ConsumptionMutation {
    /// Asks whether API calls are within every limit, and counts them if they are: the member's own
    /// limit first, then the workspace's, each by its own period. No limit is ever passed, however
    /// many ask at once. For members themselves, by session or key, and for GATEWAY keys, for
    /// anyone in the workspace and its visitors. With `idempotencyKey` calls that were allowed are
    /// counted once however often they are repeated; refused ones are decided anew. At 80 % and 100
    /// % of a limit, once a period, the member is told by mail, and of the workspace's limits its
    /// administrators.
    #[graphql(directive = guard::signed_in::apply())]
    async fn consume_quota(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What was used, and by whom.")] input: ConsumeQuotaInput,
    ) -> Nullable<ConsumeQuotaPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let subject = match (input.membership_id.map(|id| id.0), input.client_address) {
                (None, None) => Subject::Oneself,
                (Some(member), None) => Subject::Member(member),
                (None, Some(address)) => Subject::Visitor(address),
                (Some(_), Some(_)) => {
                    return Err(
                        Failure::bad_input("give membershipId or clientAddress, not both").into(),
                    );
                }
            };
            let asked = Consume {
                workspace_id: input.workspace_id.0,
                subject,
                quota_type: input.r#type,
                amount: input.amount,
            };
            let committed = service::consume(&scope.deps, &scope.caller, asked, options).await?;
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

    /// Sets what members used today back to nothing. What the workspace used, which cap and license
    /// bound, stays as it is, and warnings that were sent today are not sent again. Requires
    /// EDIT_WORKSPACE_PROPERTIES; nobody resets their own, and only an administrator an
    /// administrator's.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), FORBIDDEN
    /// (yourself, or administrators without being one), ROLLED_BACK (atomic, and another item
    /// failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn reset_quota_usage(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose counters are to be set back.")] input: ResetQuotaUsageInput,
    ) -> Nullable<MembersPayload<ResetQuotaUsage>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = ResetQuotaUsage {
                membership_ids: unwrapped(input.membership_ids),
                quota_type: input.r#type,
                reason: input.reason,
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::reset(&scope.deps, &scope.caller, asked, options).await?,
            )
            .await
        })
        .await
    }
}
