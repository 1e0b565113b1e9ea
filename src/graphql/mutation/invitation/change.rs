//! `updateInvitations`, `resendInvitations`, `cancelInvitations` (JOIN-8, JOIN-11).

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{OfferedQuotaInput, invitations, quota_inputs};
use crate::{
    domain::{
        id::{GroupId, InvitationId, RoleId},
        outcome::InvitationOutcome,
        permission::Permission,
        vocabulary::Locale,
    },
    graphql::{
        guard,
        mutation::{
            AfterCommit, BulkOptions, FormErrors, InvitationError, ItemLimit, Nullable, Report,
            code_and_message, dataset::clearable, index, refusable, shown_ids, signed_in_scope,
            unwrap_ids,
        },
        object::invitation::Invitation,
        scalar::{Id, Instant, Long},
        scope::Scope,
    },
    service::{
        Failure,
        bulk::Item,
        invitation::{self as service, Changed, OfferInput},
        write::Committed,
    },
};

/// The changes to pending invitations. Omitted fields stay unchanged; null clears a field.
#[derive(Debug, InputObject)]
pub struct UpdateInvitationsInput {
    /// The invitations, 1 to 1,000. All must belong to the workspace of the first id that you may
    /// see. A repeated id is DUPLICATE.
    pub ids: Vec<Id<InvitationId>>,
    /// The role; null for none. NOT_FOUND if it is not a role of this workspace.
    pub role_id: MaybeUndefined<Id<RoleId>>,
    /// All permissions in addition to the defaults of the workspace, which are always granted; null
    /// for none.
    pub permissions: MaybeUndefined<Vec<Permission>>,
    /// All groups, at most 100; null for none. NOT_FOUND if one is not a group of this workspace.
    pub group_ids: MaybeUndefined<Vec<Id<GroupId>>>,
    /// All limits, at most one of each type; null for none.
    pub quotas: MaybeUndefined<Vec<OfferedQuotaInput>>,
    /// When access begins; null for when the invitation is accepted. STARTS_IN_PAST if it is before
    /// now.
    pub access_starts_at: MaybeUndefined<Instant>,
    /// When access ends, instead of a duration; null for no fixed end. ENDS_IN_PAST if it is not in
    /// the future, ENDS_BEFORE_START if it is not after the given start.
    pub access_ends_at: MaybeUndefined<Instant>,
    /// How long access lasts in seconds, 1 to 3,153,600,000 (OUT_OF_RANGE), instead of an end; null
    /// for no fixed duration.
    pub access_duration_seconds: MaybeUndefined<Long>,
    /// The language of the mails. Null leaves it unchanged.
    pub locale: Option<Locale>,
    /// A note to add to the mail, at most 500 characters (TOO_LONG, INVALID_CHARACTERS); null or an
    /// empty text removes it.
    pub note: MaybeUndefined<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The invitations to send again.
#[derive(Debug, InputObject)]
pub struct ResendInvitationsInput {
    /// The invitations, 1 to 1,000. All must belong to the workspace of the first id that you may
    /// see. A repeated id is DUPLICATE.
    pub ids: Vec<Id<InvitationId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The invitations to cancel.
#[derive(Debug, InputObject)]
pub struct CancelInvitationsInput {
    /// The invitations, 1 to 1,000. All must belong to the workspace of the first id that you may
    /// see. A repeated id is DUPLICATE.
    pub ids: Vec<Id<InvitationId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// The result for one invitation.
#[derive(Debug, SimpleObject)]
pub struct InvitationResult {
    /// The position of the item in `ids`, starting from 0.
    pub index: i32,
    /// The id of the invitation.
    pub target_id: ID,
    /// What was done; null if the item failed.
    pub outcome: Option<InvitationOutcome>,
    /// Why the item failed: NOT_FOUND, DUPLICATE, NOT_PENDING (it was answered, was cancelled or
    /// has expired), FORBIDDEN (it offers or would offer more than you hold, or the ADMINISTRATOR
    /// role), ROLLED_BACK (atomic, and another item failed); for updates also ENDS_BEFORE_START;
    /// for resending also ALREADY_MEMBER, ALREADY_INVITED, FORBIDDEN_EMAIL, SEATS_EXCEEDED,
    /// LIMIT_REACHED.
    pub code: Option<String>,
    /// Why the item failed, for people, in your language. For a limit, the message names the limit,
    /// its amount and how long it applies.
    pub message: Option<String>,
    #[graphql(flatten)]
    pub limit: ItemLimit,
    /// The invitation after the call; null if you may not see it.
    pub invitation: Option<Invitation>,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateInvitationsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<InvitationResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct ResendInvitationsPayload {
    /// One result for each item, in order.
    pub results: Vec<InvitationResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CancelInvitationsPayload {
    /// One result for each item, in order.
    pub results: Vec<InvitationResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutations of invitations that wait.
#[derive(Debug, Default)]
pub struct ChangeInvitationMutation;

/// The mutations of invitations that wait.
#[Object]
impl ChangeInvitationMutation {
    /// Updates what pending invitations offer. Their tokens and expiry do not change, and no mail
    /// is sent. Requires EDIT_WORKSPACE_PROPERTIES. Unless you are an administrator, you must hold
    /// what you add to them for at least as long as it could last; what stays or becomes less is
    /// not checked. Only an administrator can update an invitation of an administrator. Offering
    /// ADMINISTRATOR requires that your strongest factor was shown in the last 10 minutes
    /// (REAUTHENTICATION_REQUIRED).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn update_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What pending invitations are to offer.")]
        mut input: UpdateInvitationsInput,
    ) -> Nullable<UpdateInvitationsPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let ids = unwrap_ids(std::mem::take(&mut input.ids));
            let atomic = input.options.atomic();
            let offer = read(input);
            let committed =
                service::update(&scope.deps, &scope.caller, ids, offer, atomic, options).await?;
            let (results, errors, report) = results(ctx, committed).await?;
            Ok(UpdateInvitationsPayload {
                results,
                errors,
                report,
            })
        })
        .await
    }

    /// Sends invitations again, with a new token and a new expiry: pending ones, and expired ones
    /// whose access would not have ended yet. The tokens in earlier mails become invalid, even if
    /// the new mail has to wait (`delivery` DEFERRED). Requires EDIT_WORKSPACE_PROPERTIES. Unless
    /// you are an administrator, you must hold everything that they offer, as for inviting. While a
    /// workspace has no active administrator, operators and those who manage the secondary
    /// workspaces of its main workspace can resend invitations that offer only the ADMINISTRATOR
    /// role.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn resend_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitations to send again.")] input: ResendInvitationsInput,
    ) -> Nullable<ResendInvitationsPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let ids = unwrap_ids(input.ids);
            let atomic = input.options.atomic();
            let committed = service::resend(
                &scope.deps,
                &scope.caller,
                ids,
                atomic,
                input.options.read(ctx)?,
            )
            .await?;
            let (results, errors, report) = results(ctx, committed).await?;
            Ok(ResendInvitationsPayload {
                results,
                errors,
                report,
            })
        })
        .await
    }

    /// Cancels pending invitations. Their tokens become invalid at once, and waiting mails about
    /// them are not sent. Requires EDIT_WORKSPACE_PROPERTIES. Only an administrator can cancel the
    /// invitation of an administrator or, while the workspace has no active administrator, those
    /// who can invite the first one.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn cancel_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitations to cancel.")] input: CancelInvitationsInput,
    ) -> Nullable<CancelInvitationsPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let ids = unwrap_ids(input.ids);
            let atomic = input.options.atomic();
            let committed = service::cancel(
                &scope.deps,
                &scope.caller,
                ids,
                atomic,
                input.options.read(ctx)?,
            )
            .await?;
            let (results, errors, report) = results(ctx, committed).await?;
            Ok(CancelInvitationsPayload {
                results,
                errors,
                report,
            })
        })
        .await
    }
}

fn read(input: UpdateInvitationsInput) -> OfferInput {
    OfferInput {
        role_id: clearable(input.role_id).map(|role| role.map(|id| id.0)),
        permissions: clearable(input.permissions).map(Option::unwrap_or_default),
        group_ids: clearable(input.group_ids).map(|groups| unwrap_ids(groups.unwrap_or_default())),
        quotas: clearable(input.quotas).map(|quotas| quota_inputs(quotas.unwrap_or_default())),
        access_starts_at: clearable(input.access_starts_at).map(|at| at.map(|at| at.0)),
        access_ends_at: clearable(input.access_ends_at).map(|at| at.map(|at| at.0)),
        access_duration_seconds: clearable(input.access_duration_seconds)
            .map(|seconds| seconds.map(|seconds| seconds.0)),
        locale: input.locale,
        note: clearable(input.note),
    }
}

/// Loads the payload again after the commit.
async fn results(
    ctx: &Context<'_>,
    mut committed: Committed<Changed>,
) -> Result<(Vec<InvitationResult>, Vec<InvitationError>, Report), Failure> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let invitations = invitations(ctx, &after, &shown_ids(&committed)).await?;
    let locale = Scope::of(ctx)?.caller.locale();
    let result = |(position, item): (usize, Item<InvitationId, InvitationOutcome>)| {
        let invitation = invitations
            .get(&item.id)
            .filter(|_| item.is_shown())
            .cloned();
        let (code, message) = code_and_message(item.code, item.limit, locale);
        InvitationResult {
            index: index(position),
            target_id: ID(item.id.to_string()),
            outcome: item.outcome,
            code,
            message,
            limit: item.limit.into(),
            invitation,
        }
    };
    let results = committed
        .output
        .into_iter()
        .enumerate()
        .map(result)
        .collect();
    Ok((
        results,
        InvitationError::all(committed.errors, locale),
        after.report,
    ))
}
