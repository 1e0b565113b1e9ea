//! Mutations about the removal of all second factors by operators, for owners who lost them.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use crate::{
    domain::id::AccountId,
    graphql::{
        guard::{self, RequiredRole},
        mutation::{AccountError, FormErrors, Nullable, refusable},
        scalar::{Id, Instant},
        scope::Scope,
    },
    service::{
        Failure,
        second_factor::removal::{self as service, Cancel},
    },
};

/// Whose second factors to remove, and why.
#[derive(InputObject)]
pub struct ScheduleFactorRemovalInput {
    /// The account.
    pub account_id: Id<AccountId>,
    /// Why they are removed, for the account's audit log: 1 to 500 characters.
    pub reason: String,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct ScheduleFactorRemovalPayload {
    /// When all second factors of the account end: 24 hours after the first call. Null if `errors`
    /// has any.
    pub removal_at: Option<Instant>,
    /// What is wrong with the input. If there are any errors, nothing was changed. NO_SECOND_FACTOR if
    /// the account has none; TOO_SHORT or TOO_LONG for the reason; REAUTHENTICATION_REQUIRED: call
    /// `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// Whose removal to cancel: exactly one of `token` and `accountId`.
#[derive(InputObject)]
pub struct CancelFactorRemovalInput {
    /// The token from the mailed link. Needs no session.
    pub token: Option<String>,
    /// Your own account; for operators, any account.
    pub account_id: Option<Id<AccountId>>,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct CancelFactorRemovalPayload {
    /// True if the second factors stay; null if `errors` has any.
    pub cancelled: Option<bool>,
    /// What is wrong with the input. If there are any errors, nothing was changed. INVALID_TOKEN if
    /// the link was altered or the factors have already ended; NOT_PENDING if no removal is scheduled
    /// for the account. Using the link again is not an error.
    pub errors: Vec<AccountError>,
}

/// Mutations about the removal of second factors.
#[derive(Debug, Default)]
pub struct FactorRemovalMutation;

/// Mutations about the removal of second factors.
#[Object]
impl FactorRemovalMutation {
    /// Schedules the removal of all second factors and recovery codes of an account, for an owner who
    /// has lost them. The owner is informed by mail and can cancel for 24 hours; then the password is
    /// enough to sign in. Factors that are set up in these 24 hours are removed too. A removal that is
    /// already scheduled stays as it is. For operators only, by session. Requires that your strongest
    /// factor was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED).
    #[graphql(
        directive = guard::requires::apply(RequiredRole::Operator),
        directive = guard::step_up::apply()
    )]
    async fn schedule_factor_removal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose second factors to remove, and why.")]
        input: ScheduleFactorRemovalInput,
    ) -> Nullable<ScheduleFactorRemovalPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let account = input.account_id.0;
            let answer =
                service::schedule(&scope.deps, &scope.caller, account, &input.reason).await;
            let (at, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(ScheduleFactorRemovalPayload {
                removal_at: at.map(Instant),
                errors,
            })
        })
        .await
    }

    /// Cancels the removal of all second factors before it takes effect: by the link in the mail, or
    /// signed in as the account's owner or as an operator. API keys cannot call this.
    #[graphql(directive = guard::public::apply())]
    async fn cancel_factor_removal(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose removal to cancel.")] input: CancelFactorRemovalInput,
    ) -> Nullable<CancelFactorRemovalPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let by = match (input.token, input.account_id) {
                (Some(token), _) => Cancel::Token(token),
                (None, Some(account)) => Cancel::Account(account.0),
                (None, None) => return Err(Failure::NotFound.into()),
            };
            let answer = service::cancel(&scope.deps, &scope.caller, &by).await;
            let (done, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(CancelFactorRemovalPayload {
                cancelled: done.map(|()| true),
                errors,
            })
        })
        .await
    }
}
