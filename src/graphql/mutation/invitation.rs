//! Mutations of invitations. Those who invite: `inviteMembers` here, what is done to invitations
//! that wait in `invitation/change.rs`. Those who are invited: `invitation/answer.rs`.

pub mod answer;
pub mod change;

use std::collections::HashMap;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{
    AfterCommit, BulkOptions, FormErrors, InvitationError, ItemLimit, Nullable, Report,
    code_and_message, index, refusable, signed_in_scope, unwrap_ids,
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
        invitation::{self as service, InviteMembers, Invited, Invitee, OfferInput, QuotaInput},
    },
};

/// A person to invite.
#[derive(Debug, InputObject)]
pub struct InviteeInput {
    /// The e-mail address. Any text is accepted here, so that one invalid address does not stop the
    /// others (INVALID_EMAIL).
    pub email: String,
    /// The given name, at most 100 characters (TOO_LONG, INVALID_CHARACTERS), without a link
    /// (CONTAINS_LINK). An account that is created with the invitation gets this name, unless its
    /// owner enters another one.
    pub given_name: Option<String>,
    /// The family name, with the same rules as the given name.
    pub family_name: Option<String>,
}

/// A limit for one member. It applies while their access lasts.
#[derive(Debug, InputObject)]
pub struct OfferedQuotaInput {
    /// What is limited. Each type can be given once (DUPLICATE). API calls are counted per day.
    pub r#type: QuotaType,
    /// The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets or records. For records, 0 or a
    /// multiple of 1,000 (NOT_A_MULTIPLE).
    pub limit: Long,
}

/// What new members get, besides the time of their access.
#[derive(Debug, InputObject)]
pub struct NewMemberInput {
    /// The role that the new members get. Default: none. NOT_FOUND if it is not a role of this
    /// workspace.
    pub role_id: Option<Id<RoleId>>,
    /// Permissions to grant directly, in addition to the current `defaultPermissions` of the
    /// workspace, which are always granted.
    pub permissions: Option<Vec<Permission>>,
    /// Groups that the new members join: at most 100, each once. NOT_FOUND if one is not a group of
    /// this workspace.
    pub group_ids: Option<Vec<Id<GroupId>>>,
    /// Limits for each new member, at most one of each type.
    pub quotas: Option<Vec<OfferedQuotaInput>>,
}

impl NewMemberInput {
    /// What it says of an offer.
    pub(super) fn read(self) -> OfferInput {
        let Self {
            role_id,
            permissions,
            group_ids,
            quotas,
        } = self;
        OfferInput {
            role_id: role_id.map(|id| Some(id.0)),
            permissions,
            group_ids: group_ids.map(unwrap_ids),
            quotas: quotas.map(quota_inputs),
            ..OfferInput::default()
        }
    }
}

/// The people to invite, and what they are offered.
#[derive(Debug, InputObject)]
pub struct InviteMembersInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The people to invite: 1 to 500 addresses. Two addresses that differ only in case, quotes or
    /// the spelling of the domain are the same: the later one is DUPLICATE.
    pub invitees: Vec<InviteeInput>,
    #[graphql(flatten)]
    pub offer: NewMemberInput,
    /// When access begins. Default: when the invitation is accepted, also if the time has passed by
    /// then. STARTS_IN_PAST if it is before now.
    pub access_starts_at: Option<Instant>,
    /// When access ends. The invitation expires at this time at the latest. Default: never.
    /// ENDS_IN_PAST if it is not in the future, ENDS_BEFORE_START if it is not after
    /// `accessStartsAt`. Cannot be combined with `accessDurationSeconds`.
    pub access_ends_at: Option<Instant>,
    /// How long access lasts, in seconds, from the acceptance or from `accessStartsAt` if that is
    /// later: 1 to 3,153,600,000 (OUT_OF_RANGE). Cannot be combined with `accessEndsAt`.
    pub access_duration_seconds: Option<Long>,
    /// The language of mails to people without an account; account owners get mails in the language
    /// of their account. Default: your language.
    pub locale: Option<Locale>,
    /// A note to add to the mail, as plain text of at most 500 characters (TOO_LONG,
    /// INVALID_CHARACTERS). HTML is shown as typed.
    pub note: Option<String>,
    /// What to do with people who are already members. Default: REPORT.
    pub on_existing: Option<OnExistingMember>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result for one address.
#[derive(Debug, async_graphql::SimpleObject)]
pub struct InviteMembersResult {
    /// The position of the item in `invitees`, starting from 0.
    pub index: i32,
    /// The address as you entered it.
    pub email: String,
    /// What was done; null if `code` is one of TOO_LONG, INVALID_CHARACTERS, CONTAINS_LINK and
    /// ROLLED_BACK.
    pub outcome: Option<InviteOutcome>,
    /// Why the item failed; null if it did not: DUPLICATE, INVALID_EMAIL, FORBIDDEN_EMAIL,
    /// SEATS_EXCEEDED, SELF, LIMIT_REACHED; TOO_LONG, INVALID_CHARACTERS and CONTAINS_LINK (in the
    /// names); for members also FORBIDDEN, LAST_ADMINISTRATOR; ROLLED_BACK (atomic, and another
    /// item failed).
    pub code: Option<String>,
    /// Why the item failed, for people, in your language. For a limit, the message names the limit,
    /// its amount and how long it applies.
    pub message: Option<String>,
    #[graphql(flatten)]
    pub limit: ItemLimit,
    /// The new invitation, or the one that is already pending; null with `dryRun`.
    pub invitation: Option<Invitation>,
    /// The membership, if the outcome is ALREADY_MEMBER.
    pub membership: Option<Membership>,
}

/// The result of the call.
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
    /// Invites people by e-mail address. Each address has its own result; a failed one does not
    /// stop the others. People who accept become members with everything that is offered and the
    /// default permissions of the workspace. Requires EDIT_WORKSPACE_PROPERTIES. Unless you are an
    /// administrator, you must hold every right that you offer for at least as long as it could
    /// last: until the end of access, calculated from the last moment at which the invitation can
    /// be accepted. Only an administrator can invite administrators, and not with an API key. While
    /// a workspace has no active administrator, operators and those who manage the secondary
    /// workspaces of its main workspace can invite one, by session and with that role only. Offering
    /// ADMINISTRATOR requires that your strongest factor was shown in the last 10 minutes
    /// (REAUTHENTICATION_REQUIRED).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn invite_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The people to invite, and what they are offered.")]
        input: InviteMembersInput,
    ) -> Nullable<InviteMembersPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let invite = read(input);
            let mut committed =
                service::invite(&scope.deps, &scope.caller, invite, options).await?;
            let named_ids = committed
                .output
                .iter()
                .filter_map(|item| item.membership_id)
                .collect();
            let after = AfterCommit::of(ctx, &mut committed, named_ids).await?;
            let ids: Vec<InvitationId> = committed
                .output
                .iter()
                .filter_map(|item| item.invitation_id)
                .collect();
            let invitations = invitations(ctx, &after, &ids).await?;
            let locale = scope.caller.locale();
            let result = |(position, item): (usize, Invited)| {
                let (code, message) = code_and_message(item.fault(), item.limit, locale);
                InviteMembersResult {
                    index: index(position),
                    email: item.email,
                    outcome: item.outcome,
                    code,
                    message,
                    limit: item.limit.into(),
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

fn read(input: InviteMembersInput) -> InviteMembers {
    let invitee = |input: InviteeInput| {
        let (given, family) = (input.given_name.as_deref(), input.family_name.as_deref());
        Invitee::read(input.email, given, family)
    };
    let offer = OfferInput {
        access_starts_at: input.access_starts_at.map(|at| Some(at.0)),
        access_ends_at: input.access_ends_at.map(|at| Some(at.0)),
        access_duration_seconds: input.access_duration_seconds.map(|seconds| Some(seconds.0)),
        locale: input.locale,
        note: input.note.map(Some),
        ..input.offer.read()
    };
    InviteMembers {
        workspace_id: input.workspace_id.0,
        invitees: input.invitees.into_iter().map(invitee).collect(),
        offer,
        on_existing: input
            .on_existing
            .map_or(OnExistingMember::Report, Into::into),
        atomic: input.options.atomic(),
    }
}

pub(super) fn quota_inputs(quotas: Vec<OfferedQuotaInput>) -> Vec<QuotaInput> {
    quotas
        .into_iter()
        .map(|quota| QuotaInput {
            quota_type: quota.r#type,
            limit: quota.limit.0,
        })
        .collect()
}

/// The invitations that the results name, after the call, if they are asked for.
pub(super) async fn invitations(
    ctx: &Context<'_>,
    after: &AfterCommit,
    ids: &[InvitationId],
) -> Result<HashMap<InvitationId, Invitation>, Failure> {
    let Some(view) = &after.view else {
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
    let rows = rows
        .into_iter()
        .filter(|row| row.workspace_id == view.access.workspace.id);
    Ok(rows
        .map(|row| (row.id, Invitation::new(view, row)))
        .collect())
}

/// The invitation that a call is about, after the call.
pub(super) async fn invitation(
    ctx: &Context<'_>,
    after: &AfterCommit,
    id: Option<InvitationId>,
) -> Result<Option<Invitation>, Failure> {
    let Some(id) = id else { return Ok(None) };
    Ok(invitations(ctx, after, &[id]).await?.remove(&id))
}
