//! `acceptInvitation` and `declineInvitation` (JOIN-8, JOIN-9).

use async_graphql::{Context, ID, Object};

use super::invitation;
use crate::{
    domain::id::InvitationId,
    graphql::{
        guard,
        mutation::{
            Aftermath, Changes, Effects, InvitationError, Nullable, optional_id,
            payload::{input, payload},
            refusable,
            sign_up::{SignUpAnswerInput, answers},
            signed_in,
        },
        object::{invitation::Invitation, membership::Membership},
        scope::Scope,
    },
    service::{
        invitation::{self as service, AcceptInvitation, By, DeclineInvitation},
        member as members,
    },
};

input! {
    /// Which invitation to accept: by token or id, exactly one.
    AcceptInvitationInput {
        /// The token of the mailed link. One that is none, or not the newest: INVALID_TOKEN.
        token: Option<String>,
        /// The id of an invitation to your confirmed address (`viewer.profile.invitations`).
        id: Option<ID>,
        /// What is filled into the sign-up form, where the invited fill it in too
        /// (`SignUpSettings.formForInvited`); what is wrong about it has the codes of
        /// `joinWorkspace`.
        answers: Option<Vec<SignUpAnswerInput>>,
        /// The version of the terms that you have read and accept, where there are any
        /// (TERMS_NOT_ACCEPTED, TERMS_OUTDATED).
        accepted_terms_version: Option<i32>,
    }
}

input! {
    /// Which invitation to decline: by token or id, exactly one.
    DeclineInvitationInput {
        /// The token of the mailed link: whoever has it need not sign in. One that is none, or not
        /// the newest: INVALID_TOKEN.
        token: Option<String>,
        /// The id of an invitation to your confirmed address, signed in.
        id: Option<ID>,
        /// Whether this workspace is to send no more mail about invitations to the address; absent:
        /// no. It can be invited again, and finds the invitation when it signs in; the answer to
        /// whoever invites does not say that no mail went out. By a token that works also for an
        /// invitation that is over already, which stays as it is.
        refuse_further_mail: Option<bool>,
    }
}

payload! {
    /// What became of the call.
    AcceptInvitationPayload, InvitationError {
        /// Your membership; null if `errors` has any, and on a dry run. SCHEDULED if access begins
        /// later.
        membership: Option<Membership>,
    }
}

payload! {
    /// What became of the call.
    DeclineInvitationPayload, InvitationError {
        /// The invitation as it is now; null if `errors` has any.
        invitation: Option<Invitation>,
    }
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
            let options = input.options();
            let asked = AcceptInvitation {
                by: By::of(
                    input.token,
                    optional_id("id", input.id, InvitationId::parse)?,
                )?,
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
                            changes: Changes::default(),
                            effects: Effects::default(),
                            replayed: false,
                        });
                    }
                };
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
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
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
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
            let options = input.options();
            let asked = DeclineInvitation {
                by: By::of(
                    input.token,
                    optional_id("id", input.id, InvitationId::parse)?,
                )?,
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
                            changes: Changes::default(),
                            effects: Effects::default(),
                            replayed: false,
                        });
                    }
                };
            let after = Aftermath::of(ctx, &mut committed, Vec::new()).await?;
            Ok(DeclineInvitationPayload {
                invitation: invitation(ctx, &after, committed.output.invitation_id).await?,
                errors: InvitationError::all(committed.errors, locale),
                changes: after.changes,
                effects: after.effects,
                replayed: after.replayed,
            })
        })
        .await
    }
}
