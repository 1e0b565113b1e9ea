//! `setAccessPeriod` (MEM-2).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, BulkPayload, Nullable, refusable, signed_in_scope, unwrap_ids},
        scalar::{Id, Instant, Long},
    },
    service::member::period::{self as service, SetAccessPeriod},
};

/// The members, and when their access ends. Exactly one of `endsAt`, `durationSeconds` and
/// `unlimited: true`.
#[derive(Debug, InputObject)]
pub struct SetAccessPeriodInput {
    /// The members, 1 to 1,000. All must belong to the workspace of the first id that you may see.
    /// A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// When access ends. ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if it is not
    /// after `startsAt` or after a start in the future.
    pub ends_at: Option<Instant>,
    /// How long access lasts, in seconds, from now or from the start if that is later: 1 to
    /// 3,153,600,000 (100 years), otherwise OUT_OF_RANGE.
    pub duration_seconds: Option<Long>,
    /// If true, access has no end.
    pub unlimited: Option<bool>,
    /// When access begins, for memberships that have not begun. Default: unchanged. A time up to
    /// one minute ago counts as now; an earlier one is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The mutation of access periods.
#[derive(Debug, Default)]
pub struct AccessPeriodMutation;

/// The mutation of access periods.
#[Object]
impl AccessPeriodMutation {
    /// Sets, extends, shortens or removes the end of members' access, and moves a start that is in
    /// the future. Rights that have expired are not restored, and a membership that has ended is
    /// not extended. Requires EDIT_WORKSPACE_PROPERTIES. To extend access, you must hold what it
    /// gives for at least as long. Only an administrator can change the access of an administrator;
    /// nobody can change their own access.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), ALREADY_STARTED
    /// (`startsAt` for a membership that has begun), ENDS_BEFORE_START, OUT_OF_RANGE (after the
    /// year 9999), FORBIDDEN (administrators, yourself, more or longer than you hold),
    /// LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_access_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The members, and when their access ends.")] input: SetAccessPeriodInput,
    ) -> Nullable<BulkPayload<SetAccessPeriod>> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let command = SetAccessPeriod {
                membership_ids: unwrap_ids(input.membership_ids),
                end: service::end(
                    input.ends_at.map(|at| at.0),
                    input.duration_seconds.map(|seconds| seconds.0),
                    input.unlimited,
                )?,
                starts_at: input.starts_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            BulkPayload::of_members(
                ctx,
                service::set(
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
}
