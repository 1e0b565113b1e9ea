//! `updateInvitations`, `resendInvitations`, `cancelInvitations` (JOIN-8, JOIN-11).

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{OfferedQuotaInput, asked_quotas, invitations};
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
            AfterCommit, BulkOptions, FormErrors, InvitationError, Nullable, Report, index,
            refusable, signed_in, told_of, unwrapped,
        },
        object::invitation::Invitation,
        scalar::{Id, Instant, Long},
        scope::Scope,
    },
    service::{
        Failure,
        bulk::Item,
        invitation::{self as service, AskedOffer, Changed},
        write::Committed,
    },
};

/// What pending invitations are to offer. What is absent stays; null clears.
#[derive(Debug, InputObject)]
pub struct UpdateInvitationsInput {
    /// Which: 1 to 1,000 invitations into one workspace, that of the first id that you may see.
    /// Each id once: a later occurrence is DUPLICATE.
    pub ids: Vec<Id<InvitationId>>,
    /// The role; null: none. Not one of this workspace: NOT_FOUND.
    pub role_id: MaybeUndefined<Id<RoleId>>,
    /// All permissions besides the workspace's defaults, which stay in; null: none.
    pub permissions: MaybeUndefined<Vec<Permission>>,
    /// All groups, at most 100; null: none. Not one of this workspace: NOT_FOUND.
    pub group_ids: MaybeUndefined<Vec<Id<GroupId>>>,
    /// All limits, at most one of each type; null: none.
    pub quotas: MaybeUndefined<Vec<OfferedQuotaInput>>,
    /// When access begins; null: with the acceptance. Before now: STARTS_IN_PAST.
    pub access_starts_at: MaybeUndefined<Instant>,
    /// When access ends, in place of a duration; null: not at a fixed instant. Not after now:
    /// ENDS_IN_PAST; not after the start given: ENDS_BEFORE_START.
    pub access_ends_at: MaybeUndefined<Instant>,
    /// How many seconds access lasts, 1 to 3,153,600,000 (OUT_OF_RANGE), in place of an end;
    /// null: not for a fixed time.
    pub access_duration_seconds: MaybeUndefined<Long>,
    /// The language of the mails; null: stays.
    pub locale: Option<Locale>,
    /// What to add, at most 500 characters (TOO_LONG, INVALID_CHARACTERS); null or empty:
    /// nothing.
    pub note: MaybeUndefined<String>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// Which invitations to send again.
#[derive(Debug, InputObject)]
pub struct ResendInvitationsInput {
    /// Which: 1 to 1,000 invitations into one workspace, that of the first id that you may see.
    /// Each id once: a later occurrence is DUPLICATE.
    pub ids: Vec<Id<InvitationId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// Which invitations to take back.
#[derive(Debug, InputObject)]
pub struct CancelInvitationsInput {
    /// Which: 1 to 1,000 invitations into one workspace, that of the first id that you may see.
    /// Each id once: a later occurrence is DUPLICATE.
    pub ids: Vec<Id<InvitationId>>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// What became of one invitation.
#[derive(Debug, SimpleObject)]
pub struct InvitationResult {
    /// The item's place in `ids`, from 0.
    pub index: i32,
    /// The invitation's id.
    pub target_id: ID,
    /// What was done; null if the item failed.
    pub outcome: Option<InvitationOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, NOT_PENDING (it was answered, taken back or has run
    /// out), FORBIDDEN (it offers or would offer more than you hold, or the ADMINISTRATOR role),
    /// ROLLED_BACK (atomic, and another item failed); updating also ENDS_BEFORE_START; resending
    /// also ALREADY_MEMBER, ALREADY_INVITED, FORBIDDEN_EMAIL, SEATS_EXCEEDED, LIMIT_REACHED.
    pub code: Option<String>,
    /// The same for people, in your language; a limit's message says which limit, how much it is
    /// and until when.
    pub message: Option<String>,
    /// How much the limit is that refuses (LIMIT_REACHED, SEATS_EXCEEDED); null otherwise.
    pub limit: Option<Long>,
    /// From when on that limit admits a further one; null if no passing of time makes room.
    pub retry_at: Option<Instant>,
    /// The invitation as it is now; null for what you may not see.
    pub invitation: Option<Invitation>,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateInvitationsPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<InvitationResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct ResendInvitationsPayload {
    /// One result for each item, in order.
    pub results: Vec<InvitationResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
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
    /// Changes what pending invitations offer; their tokens and terms stay, and no mail is sent.
    /// Requires EDIT_WORKSPACE_PROPERTIES, and unless you are an administrator that you hold what
    /// is new in them, at least as long as it could last; what of them stays or becomes less is
    /// free. Only an administrator changes an invitation of an administrator.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What pending invitations are to offer.")]
        mut input: UpdateInvitationsInput,
    ) -> Nullable<UpdateInvitationsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = unwrapped(std::mem::take(&mut input.ids));
            let atomic = input.options.atomic();
            let offer = offer(input)?;
            let committed =
                service::update(&scope.deps, &scope.caller, asked, offer, atomic, options).await?;
            let (results, errors, report) = results(ctx, committed).await?;
            Ok(UpdateInvitationsPayload {
                results,
                errors,
                report,
            })
        })
        .await
    }

    /// Sends invitations again, with a new token and a new term: pending ones, and ones that have
    /// run out if their access would not have ended. Older mails' tokens are void, also where the
    /// new mail has to wait (`delivery` DEFERRED). Requires EDIT_WORKSPACE_PROPERTIES, and unless
    /// you are an administrator that you hold all that they offer, as for inviting. While a
    /// workspace has no active administrator, operators and those who manage its main workspace's
    /// secondary ones may send again what offers the ADMINISTRATOR role alone.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn resend_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitations to send again.")] input: ResendInvitationsInput,
    ) -> Nullable<ResendInvitationsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = unwrapped(input.ids);
            let atomic = input.options.atomic();
            let committed = service::resend(
                &scope.deps,
                &scope.caller,
                asked,
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

    /// Takes pending invitations back: their tokens are void at once, and mails about them that
    /// wait are not sent. Requires EDIT_WORKSPACE_PROPERTIES; only an administrator takes back the
    /// invitation of an administrator, or while the workspace has no active one, whoever may invite
    /// its first.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn cancel_invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitations to take back.")] input: CancelInvitationsInput,
    ) -> Nullable<CancelInvitationsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let asked = unwrapped(input.ids);
            let atomic = input.options.atomic();
            let committed = service::cancel(
                &scope.deps,
                &scope.caller,
                asked,
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

/// What the input says: the outer option whether it does, the inner one whether it clears.
fn said<T>(value: MaybeUndefined<T>) -> Option<Option<T>> {
    match value {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(None),
        MaybeUndefined::Value(value) => Some(Some(value)),
    }
}

fn offer(input: UpdateInvitationsInput) -> Result<AskedOffer, Failure> {
    Ok(AskedOffer {
        role_id: said(input.role_id).map(|role| role.map(|id| id.0)),
        permissions: said(input.permissions).map(Option::unwrap_or_default),
        group_ids: said(input.group_ids).map(|groups| unwrapped(groups.unwrap_or_default())),
        quotas: said(input.quotas).map(|quotas| asked_quotas(quotas.unwrap_or_default())),
        access_starts_at: said(input.access_starts_at).map(|at| at.map(|at| at.0)),
        access_ends_at: said(input.access_ends_at).map(|at| at.map(|at| at.0)),
        access_duration_seconds: said(input.access_duration_seconds)
            .map(|seconds| seconds.map(|seconds| seconds.0)),
        locale: input.locale,
        note: said(input.note),
    })
}

/// Looks again after the commit.
async fn results(
    ctx: &Context<'_>,
    mut committed: Committed<Changed>,
) -> Result<(Vec<InvitationResult>, Vec<InvitationError>, Report), Failure> {
    let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
    let shown: Vec<InvitationId> = committed
        .output
        .iter()
        .filter(|item| item.is_shown())
        .map(|item| item.id)
        .collect();
    let invitations = invitations(ctx, &after, &shown).await?;
    let locale = Scope::of(ctx)?.caller.locale();
    let result = |(place, item): (usize, Item<InvitationId, InvitationOutcome>)| {
        let invitation = invitations
            .get(&item.id)
            .filter(|_| item.is_shown())
            .cloned();
        let (code, message) = told_of(item.code, item.limit, locale);
        InvitationResult {
            index: index(place),
            target_id: ID(item.id.to_string()),
            outcome: item.outcome,
            code,
            message,
            limit: item.limit.map(|limit| Long(limit.limit)),
            retry_at: item.limit.and_then(|limit| limit.retry_at).map(Instant),
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
