//! Mutations of invitations. Those who invite: `inviteMembers` here, what is done to invitations
//! that wait in `invitation/change.rs`. Those who are invited: `invitation/answer.rs`.

pub mod answer;
pub mod change;

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, InvitationError, Nullable, Report, index, refusable,
    signed_in, told_of, unwrapped,
};
use crate::{
    domain::{
        id::{GroupId, InvitationId, RoleId, WorkspaceId},
        outcome::{InviteOutcome, OnExistingMember},
        permission::Permission,
        vocabulary::{Locale, QuotaType},
    },
    graphql::{
        guard,
        object::{invitation::Invitation, membership::Membership},
        scalar::{Id, Instant, Long},
        scope::Scope,
    },
    service::{
        Failure,
        invitation::{self as service, AskedOffer, AskedQuota, InviteMembers, Invited, Invitee},
    },
};

/// Somebody who is to be invited.
#[derive(Debug, InputObject)]
pub struct InviteeInput {
    /// The address: any text, so that one that is none stops no other (INVALID_EMAIL).
    pub email: String,
    /// Given name, at most 100 characters (TOO_LONG, INVALID_CHARACTERS), without a link
    /// (CONTAINS_LINK). An account that is made by the invitation starts with it, unless its owner
    /// says otherwise.
    pub given_name: Option<String>,
    /// Family name, likewise.
    pub family_name: Option<String>,
}

/// A limit of the member's own, as long as the access.
#[derive(Debug, InputObject)]
pub struct OfferedQuotaInput {
    /// What it limits, each type once (DUPLICATE). API calls are counted by the day.
    pub r#type: QuotaType,
    /// The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets, or records; of records 0 or a
    /// multiple of 1,000 (NOT_A_MULTIPLE).
    pub limit: Long,
}

/// Whom to invite, and with what.
#[derive(Debug, InputObject)]
pub struct InviteMembersInput {
    /// Where to.
    pub workspace_id: Id<WorkspaceId>,
    /// Whom: 1 to 500 addresses. Two that are the same but for case, quotes or the spelling of
    /// the domain are one: the later is DUPLICATE.
    pub invitees: Vec<InviteeInput>,
    /// The role that they will have; absent: none. Not one of this workspace: NOT_FOUND.
    pub role_id: Option<Id<RoleId>>,
    /// Permissions that they will be granted directly, besides the workspace's
    /// `defaultPermissions` of today, which cannot be left out.
    pub permissions: Option<Vec<Permission>>,
    /// Groups that they will be in: at most 100, each once. Not one of this workspace:
    /// NOT_FOUND.
    pub group_ids: Option<Vec<Id<GroupId>>>,
    /// Limits of their own: at most one of each type.
    pub quotas: Option<Vec<OfferedQuotaInput>>,
    /// When access begins; absent, or past by then: with the acceptance. Before now:
    /// STARTS_IN_PAST.
    pub access_starts_at: Option<Instant>,
    /// When access ends; absent: never. Not after now: ENDS_IN_PAST; not after
    /// `accessStartsAt`: ENDS_BEFORE_START. The invitation runs out then at the latest. Not
    /// together with `accessDurationSeconds`.
    pub access_ends_at: Option<Instant>,
    /// How many seconds access lasts from the acceptance on, or from `accessStartsAt` if that
    /// is later: 1 to 3,153,600,000 (OUT_OF_RANGE). Not together with `accessEndsAt`.
    pub access_duration_seconds: Option<Long>,
    /// The language of the mails to those who have no account; absent: yours. Who has one is
    /// written to in theirs.
    pub locale: Option<Locale>,
    /// What to add, plain text of at most 500 characters (TOO_LONG, INVALID_CHARACTERS): HTML
    /// is shown as it was typed.
    pub note: Option<String>,
    /// What becomes of those who are members already; absent: REPORT.
    pub on_existing: Option<OnExistingMember>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one address.
#[derive(Debug, async_graphql::SimpleObject)]
pub struct InviteMembersResult {
    /// The item's place in `invitees`, from 0.
    pub index: i32,
    /// The address as it was typed.
    pub email: String,
    /// What became of it; null if `code` is one of TOO_LONG, INVALID_CHARACTERS, CONTAINS_LINK and
    /// ROLLED_BACK.
    pub outcome: Option<InviteOutcome>,
    /// Why it failed, null if it did not: DUPLICATE, INVALID_EMAIL, FORBIDDEN_EMAIL,
    /// SEATS_EXCEEDED, SELF, LIMIT_REACHED; TOO_LONG, INVALID_CHARACTERS and CONTAINS_LINK (its
    /// names); of members FORBIDDEN, LAST_ADMINISTRATOR; ROLLED_BACK (atomic, and another item
    /// failed).
    pub code: Option<String>,
    /// The same for people, in your language; a limit's message says which limit, how much it is
    /// and until when.
    pub message: Option<String>,
    /// How much the limit is that refuses (LIMIT_REACHED, SEATS_EXCEEDED); null otherwise.
    pub limit: Option<Long>,
    /// From when on that limit admits a further one; null if no passing of time makes room.
    pub retry_at: Option<Instant>,
    /// The invitation that was made, or that waits; null on a dry run.
    pub invitation: Option<Invitation>,
    /// The membership of ALREADY_MEMBER.
    pub membership: Option<Membership>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct InviteMembersPayload {
    /// One result for each address, in order; empty if `errors` has any.
    pub results: Vec<InviteMembersResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutation that invites.
#[derive(Debug, Default)]
pub struct InvitationMutation;

/// The mutation that invites.
#[Object]
impl InvitationMutation {
    /// Invites addresses, each with its own result; one that fails stops no other. Whoever accepts
    /// becomes a member with all that is offered and the workspace's default permissions. Requires
    /// EDIT_WORKSPACE_PROPERTIES; unless you are an administrator, that you hold every right that
    /// is offered at least as long as it could last: to the end of access, reckoned from the last
    /// moment at which the invitation can be accepted. Only an administrator invites
    /// administrators, and not by key. While a workspace has no active administrator, operators and
    /// those who manage its main workspace's secondary ones may invite one: by session, and with
    /// that role alone.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn invite_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whom to invite, and with what.")] input: InviteMembersInput,
    ) -> Nullable<InviteMembersPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = read(input)?;
            let mut committed = service::invite(&scope.deps, &scope.caller, asked, options).await?;
            let named = committed
                .output
                .iter()
                .filter_map(|item| item.membership_id)
                .collect();
            let after = AfterCommit::of(ctx, &mut committed, named).await?;
            let ids: Vec<InvitationId> = committed
                .output
                .iter()
                .filter_map(|item| item.invitation_id)
                .collect();
            let invitations = invitations(ctx, &after, &ids).await?;
            let locale = scope.caller.locale();
            let result = |(place, item): (usize, Invited)| {
                let (code, message) = told_of(item.code, item.limit, locale);
                InviteMembersResult {
                    index: index(place),
                    email: item.email,
                    outcome: item.outcome,
                    code,
                    message,
                    limit: item.limit.map(|limit| Long(limit.limit)),
                    retry_at: item.limit.and_then(|limit| limit.retry_at).map(Instant),
                    invitation: item
                        .invitation_id
                        .and_then(|id| invitations.get(&id))
                        .cloned(),
                    membership: item
                        .membership_id
                        .and_then(|id| after.members.get(&id))
                        .cloned(),
                }
            };
            Ok(InviteMembersPayload {
                results: committed
                    .output
                    .into_iter()
                    .enumerate()
                    .map(result)
                    .collect(),
                errors: InvitationError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}

fn read(input: InviteMembersInput) -> Result<InviteMembers, Failure> {
    let invitee = |input: InviteeInput| Invitee {
        email: input.email,
        given_name: input.given_name,
        family_name: input.family_name,
    };
    let offer = AskedOffer {
        role_id: input.role_id.map(|id| id.0).map(Some),
        permissions: input.permissions,
        group_ids: input.group_ids.map(unwrapped),
        quotas: input.quotas.map(asked_quotas),
        access_starts_at: input.access_starts_at.map(|at| Some(at.0)),
        access_ends_at: input.access_ends_at.map(|at| Some(at.0)),
        access_duration_seconds: input.access_duration_seconds.map(|seconds| Some(seconds.0)),
        locale: input.locale,
        note: input.note.map(Some),
    };
    Ok(InviteMembers {
        workspace_id: input.workspace_id.0,
        invitees: input.invitees.into_iter().map(invitee).collect(),
        offer,
        on_existing: input
            .on_existing
            .map_or(OnExistingMember::Report, Into::into),
        atomic: input.options.atomic(),
    })
}

pub(super) fn asked_quotas(quotas: Vec<OfferedQuotaInput>) -> Vec<AskedQuota> {
    quotas
        .into_iter()
        .map(|quota| AskedQuota {
            quota_type: quota.r#type,
            limit: quota.limit.0,
        })
        .collect()
}

/// The invitations that the results name, as they are after the call, if they are asked for.
async fn invitations(
    ctx: &Context<'_>,
    after: &AfterCommit,
    ids: &[InvitationId],
) -> Result<HashMap<InvitationId, Invitation>, Failure> {
    let Some(place) = &after.place else {
        return Ok(HashMap::new());
    };
    let look_ahead = ctx.look_ahead();
    if ids.is_empty()
        || !(look_ahead.field("results").field("invitation").exists()
            || look_ahead.field("invitation").exists())
    {
        return Ok(HashMap::new());
    }
    let rows = service::latest(&Scope::of(ctx)?.deps, ids).await?;
    let own = rows
        .into_iter()
        .filter(|row| row.workspace_id == place.access.workspace.id);
    Ok(own
        .map(|row| (row.id, Invitation::new(place, row)))
        .collect())
}

/// The invitation that a call is about, as it is after it.
pub(super) async fn invitation(
    ctx: &Context<'_>,
    after: &AfterCommit,
    id: Option<InvitationId>,
) -> Result<Option<Invitation>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(invitations(ctx, after, &[id]).await?.remove(&id))
}
