//! `updateInvitations`, `resendInvitations`, `cancelInvitations` (JOIN-8, JOIN-11).

use async_graphql::{Context, Enum, ID, MaybeUndefined, Object, SimpleObject};

use super::{OfferedQuotaInput, asked_quotas, invitations};
use crate::{
    domain::{
        id::{GroupId, InvitationId, RoleId},
        permission::Permission,
        vocabulary::Locale,
    },
    graphql::{
        guard,
        mutation::{
            Aftermath, InvitationError, Nullable, id, ids, index,
            payload::{input, payload},
            refusable, signed_in, told_of,
        },
        object::invitation::Invitation,
        scalar::{Instant, Long},
        scope::Scope,
    },
    service::{
        Failure,
        bulk::Item,
        invitation::{self as service, AskedOffer, Changed},
        write::Committed,
    },
};

input! {
    bulk
    /// What pending invitations are to offer. What is absent stays; null clears.
    UpdateInvitationsInput {
        /// Which: 1 to 1,000 invitations into one workspace, that of the first id that you may see.
        /// Each id once: a later occurrence is DUPLICATE.
        ids: Vec<ID>,
        /// The role; null: none. Not one of this workspace: NOT_FOUND.
        role_id: MaybeUndefined<ID>,
        /// All permissions besides the workspace's defaults, which stay in; null: none.
        permissions: MaybeUndefined<Vec<Permission>>,
        /// All groups, at most 100; null: none. Not one of this workspace: NOT_FOUND.
        group_ids: MaybeUndefined<Vec<ID>>,
        /// All limits, at most one of each type; null: none.
        quotas: MaybeUndefined<Vec<OfferedQuotaInput>>,
        /// When access begins; null: with the acceptance. Before now: STARTS_IN_PAST.
        access_starts_at: MaybeUndefined<Instant>,
        /// When access ends, in place of a duration; null: not at a fixed instant. Not after now:
        /// ENDS_IN_PAST; not after the start given: ENDS_BEFORE_START.
        access_ends_at: MaybeUndefined<Instant>,
        /// How many seconds access lasts, 1 to 3,153,600,000 (OUT_OF_RANGE), in place of an end;
        /// null: not for a fixed time.
        access_duration_seconds: MaybeUndefined<Long>,
        /// The language of the mails; null: stays.
        locale: Option<Locale>,
        /// What to add, at most 500 characters (TOO_LONG, INVALID_CHARACTERS); null or empty:
        /// nothing.
        note: MaybeUndefined<String>,
    }
}

input! {
    bulk
    /// Which invitations to send again.
    ResendInvitationsInput {
        /// Which: 1 to 1,000 invitations into one workspace, that of the first id that you may see.
        /// Each id once: a later occurrence is DUPLICATE.
        ids: Vec<ID>,
    }
}

input! {
    bulk
    /// Which invitations to take back.
    CancelInvitationsInput {
        /// Which: 1 to 1,000 invitations into one workspace, that of the first id that you may see.
        /// Each id once: a later occurrence is DUPLICATE.
        ids: Vec<ID>,
    }
}

/// What became of one invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::ChangeOutcome")]
pub enum InvitationOutcome {
    /// It offers what was asked for now.
    Updated,
    /// It offered that before.
    Unchanged,
    /// It was sent again: only the new token counts, and the term begins anew.
    Resent,
    /// It was taken back: its token is void.
    Cancelled,
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

payload! {
    /// What became of the call.
    UpdateInvitationsPayload, InvitationError {
        /// One result for each item, in order; empty if `errors` has any.
        results: Vec<InvitationResult>,
    }
}

payload! {
    /// What became of the call.
    ResendInvitationsPayload, InvitationError {
        /// One result for each item, in order.
        results: Vec<InvitationResult>,
    }
}

payload! {
    /// What became of the call.
    CancelInvitationsPayload, InvitationError {
        /// One result for each item, in order.
        results: Vec<InvitationResult>,
    }
}

macro_rules! answer {
    ($payload:ident, $ctx:expr, $committed:expr) => {{
        let (results, errors, after) = results($ctx, $committed).await?;
        Ok($payload {
            results,
            errors,
            changes: after.changes,
            effects: after.effects,
            replayed: after.replayed,
        })
    }};
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
        #[graphql(desc = "What pending invitations are to offer.")] input: UpdateInvitationsInput,
    ) -> Nullable<UpdateInvitationsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options();
            let asked = ids("ids", &input.ids, InvitationId::parse)?;
            let atomic = input.atomic.unwrap_or_default();
            let offer = offer(input)?;
            answer!(
                UpdateInvitationsPayload,
                ctx,
                service::update(&scope.deps, &scope.caller, asked, offer, atomic, options).await?
            )
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
            let asked = ids("ids", &input.ids, InvitationId::parse)?;
            let atomic = input.atomic.unwrap_or_default();
            answer!(
                ResendInvitationsPayload,
                ctx,
                service::resend(&scope.deps, &scope.caller, asked, atomic, input.options()).await?
            )
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
            let asked = ids("ids", &input.ids, InvitationId::parse)?;
            let atomic = input.atomic.unwrap_or_default();
            answer!(
                CancelInvitationsPayload,
                ctx,
                service::cancel(&scope.deps, &scope.caller, asked, atomic, input.options()).await?
            )
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
    let role = match said(input.role_id) {
        None => None,
        Some(None) => Some(None),
        Some(Some(role)) => Some(Some(id("roleId", &role, RoleId::parse)?)),
    };
    let groups = match said(input.group_ids) {
        None => None,
        Some(groups) => Some(ids(
            "groupIds",
            &groups.unwrap_or_default(),
            GroupId::parse,
        )?),
    };
    Ok(AskedOffer {
        role_id: role,
        permissions: said(input.permissions).map(Option::unwrap_or_default),
        group_ids: groups,
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
) -> Result<(Vec<InvitationResult>, Vec<InvitationError>, Aftermath), Failure> {
    let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
    let shown: Vec<InvitationId> = committed
        .output
        .iter()
        .filter(|item| item.is_shown())
        .map(|item| item.id)
        .collect();
    let invitations = invitations(ctx, &after, &shown).await?;
    let locale = Scope::of(ctx)?.caller.locale();
    let result = |(place, item): (usize, Item<InvitationId, service::ChangeOutcome>)| {
        let invitation = invitations
            .get(&item.id)
            .filter(|_| item.is_shown())
            .cloned();
        let (code, message) = told_of(item.code, item.limit, locale);
        InvitationResult {
            index: index(place),
            target_id: ID(item.id.to_string()),
            outcome: item.outcome.map(Into::into),
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
        after,
    ))
}
