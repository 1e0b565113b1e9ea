//! `acceptInvitation` and `declineInvitation` (JOIN-8, JOIN-9).

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::invitation;
use crate::{
    domain::id::InvitationId,
    graphql::{
        guard,
        mutation::{
            AfterCommit, FormErrors, InvitationError, Nullable, Options, Report, refusable,
            sign_up::{SignUpAnswerInput, answers},
            signed_in_scope,
        },
        object::{invitation::Invitation, membership::Membership},
        scalar::Id,
        scope::Scope,
    },
    service::{
        invitation::{self as service, AcceptInvitation, By, DeclineInvitation},
        member as members,
    },
};

/// The invitation to accept, by token or id: exactly one of the two.
#[derive(Debug, InputObject)]
pub struct AcceptInvitationInput {
    /// The token from the mailed link. INVALID_TOKEN if it is not valid, or not the newest.
    pub token: Option<String>,
    /// The id of an invitation to your confirmed address (`viewer.profile.invitations`).
    pub id: Option<Id<InvitationId>>,
    /// The answers to the sign-up form, if invited people also have to fill it in
    /// (`SignUpSettings.formForInvited`). Errors have the codes of `joinWorkspace`.
    pub answers: Option<Vec<SignUpAnswerInput>>,
    /// The version of the terms that you have read and accept, if there are any
    /// (TERMS_NOT_ACCEPTED, TERMS_OUTDATED).
    pub accepted_terms_version: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The invitation to decline, by token or id: exactly one of the two.
#[derive(Debug, InputObject)]
pub struct DeclineInvitationInput {
    /// The token from the mailed link; you need not sign in. INVALID_TOKEN if it is not valid, or
    /// not the newest.
    pub token: Option<String>,
    /// The id of an invitation to your confirmed address. You must be signed in.
    pub id: Option<Id<InvitationId>>,
    /// If true, this workspace sends no more mails about invitations to this address. It can still
    /// be invited and sees the invitation after signing in; the people who invite are not told that
    /// no mail was sent. With a token, this also works for an invitation that is no longer pending,
    /// which does not change. Default: false.
    pub refuse_further_mail: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct AcceptInvitationPayload {
    /// Your membership; null if `errors` has any, and with `dryRun`. SCHEDULED if access begins
    /// later.
    pub membership: Option<Membership>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeclineInvitationPayload {
    /// The invitation after the call; null if `errors` has any.
    pub invitation: Option<Invitation>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutations of the invited.
#[derive(Debug, Default)]
pub struct AnswerInvitationMutation;

/// The mutations of the invited.
#[Object]
impl AnswerInvitationMutation {
    /// Accepts an invitation: you become a member with everything that was offered. You must be
    /// signed in by session with the invited address (INVITATION_EMAIL_MISMATCH); without an
    /// account, pass the token to `createAccount`. What an earlier membership had is not restored.
    /// `effects` is always empty because the membership is new. NOT_PENDING if the invitation was
    /// answered or cancelled, EXPIRED if it has expired, ALREADY_MEMBER if you are a member,
    /// MEMBERSHIP_DISABLED if you are a disabled one.
    #[graphql(directive = guard::signed_in::apply())]
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to accept, by token or id: exactly one of the two.")]
        input: AcceptInvitationInput,
    ) -> Nullable<AcceptInvitationPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = AcceptInvitation {
                by: By::of(input.token, input.id.map(|id| id.0))?,
                answers: answers(input.answers),
                accepted_terms_version: input.accepted_terms_version,
            };
            let locale = scope.caller.locale();
            let answer = service::accept(&scope.deps, &scope.caller, command, options).await;
            let (committed, errors) = InvitationError::split(answer, locale)?;
            let Some(mut committed) = committed else {
                return Ok(AcceptInvitationPayload {
                    membership: None,
                    errors,
                    report: Report::default(),
                });
            };
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let membership = match (&after.view, committed.output.membership_id) {
                (Some(view), Some(id)) => {
                    members::by_id(&scope.deps, &view.access, &scope.caller, id)
                        .await?
                        .map(|row| Membership::new(view, row))
                }
                _ => None,
            };
            Ok(AcceptInvitationPayload {
                membership,
                errors: InvitationError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }

    /// Declines an invitation: with its token, or by session when you are signed in. NOT_PENDING if
    /// it was answered or cancelled, EXPIRED if it has expired.
    #[graphql(directive = guard::public::apply())]
    async fn decline_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The invitation to decline, by token or id: exactly one of the two.")]
        input: DeclineInvitationInput,
    ) -> Nullable<DeclineInvitationPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let options = input.options.read(ctx)?;
            let command = DeclineInvitation {
                by: By::of(input.token, input.id.map(|id| id.0))?,
                refuse_further_mail: input.refuse_further_mail.unwrap_or_default(),
            };
            let locale = scope.caller.locale();
            let answer = service::decline(&scope.deps, &scope.caller, command, options).await;
            let (committed, errors) = InvitationError::split(answer, locale)?;
            let Some(mut committed) = committed else {
                return Ok(DeclineInvitationPayload {
                    invitation: None,
                    errors,
                    report: Report::default(),
                });
            };
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeclineInvitationPayload {
                invitation: invitation(ctx, &after, committed.output.invitation_id).await?,
                errors: InvitationError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
