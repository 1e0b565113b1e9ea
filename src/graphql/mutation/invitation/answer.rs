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
            signed_in,
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

/// Which invitation to accept: by token or id, exactly one.
#[derive(Debug, InputObject)]
pub struct AcceptInvitationInput {
    /// The token of the mailed link. One that is none, or not the newest: INVALID_TOKEN.
    pub token: Option<String>,
    /// The id of an invitation to your confirmed address (`viewer.profile.invitations`).
    pub id: Option<Id<InvitationId>>,
    /// What is filled into the sign-up form, where the invited fill it in too
    /// (`SignUpSettings.formForInvited`); what is wrong about it has the codes of
    /// `joinWorkspace`.
    pub answers: Option<Vec<SignUpAnswerInput>>,
    /// The version of the terms that you have read and accept, where there are any
    /// (TERMS_NOT_ACCEPTED, TERMS_OUTDATED).
    pub accepted_terms_version: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// Which invitation to decline: by token or id, exactly one.
#[derive(Debug, InputObject)]
pub struct DeclineInvitationInput {
    /// The token of the mailed link: whoever has it need not sign in. One that is none, or not
    /// the newest: INVALID_TOKEN.
    pub token: Option<String>,
    /// The id of an invitation to your confirmed address, signed in.
    pub id: Option<Id<InvitationId>>,
    /// Whether this workspace is to send no more mail about invitations to the address; absent:
    /// no. It can be invited again, and finds the invitation when it signs in; the answer to
    /// whoever invites does not say that no mail went out. By a token that works also for an
    /// invitation that is over already, which stays as it is.
    pub refuse_further_mail: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct AcceptInvitationPayload {
    /// Your membership; null if `errors` has any, and on a dry run. SCHEDULED if access begins
    /// later.
    pub membership: Option<Membership>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<InvitationError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct DeclineInvitationPayload {
    /// The invitation as it is now; null if `errors` has any.
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
    /// Makes you a member, with everything that was offered. For who is signed in with the invited
    /// address (INVITATION_EMAIL_MISMATCH), by session; who has no account gives the token to
    /// createAccount. What an earlier membership had does not come back. `effects` is always empty:
    /// the membership is new. Answered or taken back: NOT_PENDING; run out: EXPIRED; a member
    /// already: ALREADY_MEMBER, a disabled one: MEMBERSHIP_DISABLED.
    #[graphql(directive = guard::signed_in::apply())]
    async fn accept_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation to accept.")] input: AcceptInvitationInput,
    ) -> Nullable<AcceptInvitationPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = AcceptInvitation {
                by: By::of(input.token, input.id.map(|id| id.0))?,
                answers: answers(input.answers),
                accepted_terms_version: input.accepted_terms_version,
            };
            let locale = scope.caller.locale();
            let mut committed =
                match service::accept(&scope.deps, &scope.caller, asked, options).await? {
                    Ok(committed) => committed,
                    Err(errors) => {
                        return Ok(AcceptInvitationPayload {
                            membership: None,
                            errors: InvitationError::all(errors, locale),
                            report: Report::default(),
                        });
                    }
                };
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let membership = match (&after.place, committed.output.membership_id) {
                (Some(place), Some(id)) => {
                    members::by_id(&scope.deps, &place.access, &scope.caller, id)
                        .await?
                        .map(|row| Membership::new(place, row))
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

    /// Says no to an invitation: with its token by anybody who has it, or signed in, by session.
    /// Answered or taken back: NOT_PENDING; run out: EXPIRED.
    #[graphql(directive = guard::public::apply())]
    async fn decline_invitation(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which invitation to decline.")] input: DeclineInvitationInput,
    ) -> Nullable<DeclineInvitationPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = DeclineInvitation {
                by: By::of(input.token, input.id.map(|id| id.0))?,
                refuse_further_mail: input.refuse_further_mail.unwrap_or_default(),
            };
            let locale = scope.caller.locale();
            let mut committed =
                match service::decline(&scope.deps, &scope.caller, asked, options).await? {
                    Ok(committed) => committed,
                    Err(errors) => {
                        return Ok(DeclineInvitationPayload {
                            invitation: None,
                            errors: InvitationError::all(errors, locale),
                            report: Report::default(),
                        });
                    }
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
