//! `setAccessPeriod` (MEM-2).

use async_graphql::{Context, InputObject, Object};

use crate::{
    domain::{id::MembershipId, permission::Permission},
    graphql::{
        guard,
        mutation::{BulkOptions, MembersPayload, Nullable, refusable, signed_in, unwrapped},
        scalar::{Id, Instant, Long},
    },
    service::member::period::{self as service, SetAccessPeriod},
};

/// Whose access is to end when. Exactly one of `endsAt`, `durationSeconds` and `unlimited:
/// true`.
#[derive(Debug, InputObject)]
pub struct SetAccessPeriodInput {
    /// Whose access: 1 to 1,000 members of one workspace, that of the first id that you may
    /// see. Each id once: a later occurrence is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// Until when. Not after now: ENDS_IN_PAST; not after `startsAt`, or a start that lies
    /// ahead: ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
    /// How long, in seconds, from the later of now and the start: 1 to 3,153,600,000 (100
    /// years), else OUT_OF_RANGE.
    pub duration_seconds: Option<Long>,
    /// True: without an end.
    pub unlimited: Option<bool>,
    /// From when, for memberships that have not begun; absent: as it is. Up to a minute ago
    /// counts as now, earlier is STARTS_IN_PAST.
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
    /// Sets, extends, shortens or removes the end of members' access; moves a start that lies
    /// ahead. What ended by itself does not come back by it, and a membership that has ended is not
    /// extended. Requires EDIT_WORKSPACE_PROPERTIES, and for longer access that you hold yourself
    /// at least as long what it gives; only an administrator changes an administrator's; nobody
    /// their own.
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, NOT_ACTIVE (the membership has ended), ALREADY_STARTED
    /// (`startsAt` for a membership that has begun), ENDS_BEFORE_START, OUT_OF_RANGE (after the
    /// year 9999), FORBIDDEN (administrators, yourself, more or longer than you hold),
    /// LAST_ADMINISTRATOR, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_access_period(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose access is to end when.")] input: SetAccessPeriodInput,
    ) -> Nullable<MembersPayload<SetAccessPeriod>> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = SetAccessPeriod {
                membership_ids: unwrapped(input.membership_ids),
                end: service::end(
                    input.ends_at.map(|at| at.0),
                    input.duration_seconds.map(|seconds| seconds.0),
                    input.unlimited,
                )?,
                starts_at: input.starts_at.map(|at| at.0),
                atomic: input.options.atomic(),
            };
            MembersPayload::of(
                ctx,
                service::set(&scope.deps, &scope.caller, asked, input.options.read(ctx)?).await?,
            )
            .await
        })
        .await
    }
}
