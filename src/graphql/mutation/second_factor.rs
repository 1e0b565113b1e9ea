//! Mutations of second factors: an authenticator app, recovery codes. Passkeys and removal by
//! operators stand beside.

pub mod passkey;
pub mod removal;

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::{AccountError, FormErrors, Nullable, refusable};
use crate::{
    graphql::{guard, object::second_factor::SecondFactor, scope::Scope},
    service::second_factor as service,
};

/// The seed of an authenticator app, which is shown only once.
#[derive(SimpleObject)]
pub struct StartTotpEnrolmentPayload {
    /// The seed in base 32, to type into the app: SHA-1, 6 digits, 30 seconds. Null if `errors` has
    /// any.
    pub secret: Option<String>,
    /// The same as an `otpauth:` address, to show as a QR code; null if `errors` has any.
    pub url: Option<String>,
    /// Why no enrolment was started. REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The first code of the authenticator app.
#[derive(InputObject)]
pub struct ConfirmTotpInput {
    /// The code that the app shows, 6 digits. Spaces are ignored. At most 64 characters.
    pub code: String,
}

/// The new second factor.
#[derive(SimpleObject)]
pub struct ConfirmTotpPayload {
    /// The factor; null if `errors` has any.
    pub second_factor: Option<SecondFactor>,
    /// Ten recovery codes, which are shown only once; each lets you in once without the factor. Null
    /// if the account had a second factor before, and if `errors` has any.
    pub recovery_codes: Option<Vec<String>>,
    /// Why the app was not set up. INVALID_CODE for a wrong code; NO_ENROLMENT if no enrolment is
    /// waiting; REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The second factor that was removed.
#[derive(SimpleObject)]
pub struct DisableTotpPayload {
    /// The factor as it was; null if `errors` has any.
    pub second_factor: Option<SecondFactor>,
    /// Why nothing was removed. NO_SECOND_FACTOR if there is no authenticator app;
    /// REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The new recovery codes.
#[derive(SimpleObject)]
pub struct RegenerateRecoveryCodesPayload {
    /// Ten recovery codes, which are shown only once; null if `errors` has any.
    pub recovery_codes: Option<Vec<String>>,
    /// Why there are no new codes. NO_SECOND_FACTOR if the account has no second factor;
    /// REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// Mutations of second factors.
#[derive(Debug, Default)]
pub struct SecondFactorMutation;

/// Mutations of second factors.
#[Object]
impl SecondFactorMutation {
    /// Starts to set up an authenticator app (TOTP). The app becomes a second factor when
    /// `confirmTotp` is called with its first code, within 15 minutes; until then an app that was set
    /// up before still works. Requires your password, and your second factor if you have one, in the
    /// last 10 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn start_totp_enrolment(&self, ctx: &Context<'_>) -> Nullable<StartTotpEnrolmentPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::start(&scope.deps, &scope.caller).await;
            let (enrolment, errors) = AccountError::split(answer, scope.caller.locale())?;
            let (secret, url) = enrolment
                .map(|enrolment| (enrolment.secret, enrolment.url))
                .unzip();
            Ok(StartTotpEnrolmentPayload {
                secret,
                url,
                errors,
            })
        })
        .await
    }

    /// Makes the authenticator app a second factor, in place of one that was set up before. From now
    /// on, signing in with the password also asks for a second factor. Sessions stay; sign-ins that
    /// wait for a factor end. You are informed by mail. RATE_LIMITED with `retryAfter` after five
    /// wrong codes in 5 minutes. Requires your password, and your second factor if you have one, in
    /// the last 10 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn confirm_totp(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first code of the authenticator app.")] input: ConfirmTotpInput,
    ) -> Nullable<ConfirmTotpPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::confirm(&scope.deps, &scope.caller, &input.code).await;
            let (enrolled, errors) = AccountError::split(answer, scope.caller.locale())?;
            let (factor, recovery_codes) = enrolled
                .map(|enrolled| (enrolled.factor, enrolled.recovery_codes))
                .unzip();
            Ok(ConfirmTotpPayload {
                second_factor: factor.map(SecondFactor::from),
                recovery_codes: recovery_codes.flatten(),
                errors,
            })
        })
        .await
    }

    /// Removes the authenticator app from your second factors. If it was the last one, the recovery
    /// codes end too. You are informed by mail. Requires your password and your second factor in the
    /// last 10 minutes. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn disable_totp(&self, ctx: &Context<'_>) -> Nullable<DisableTotpPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::disable(&scope.deps, &scope.caller).await;
            let (factor, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(DisableTotpPayload {
                second_factor: factor.map(SecondFactor::from),
                errors,
            })
        })
        .await
    }

    /// Creates ten new recovery codes; the old ones no longer work. You are informed by mail.
    /// Requires your password and your second factor in the last 10 minutes. API keys cannot call
    /// this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn regenerate_recovery_codes(
        &self,
        ctx: &Context<'_>,
    ) -> Nullable<RegenerateRecoveryCodesPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::regenerate(&scope.deps, &scope.caller).await;
            let (recovery_codes, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(RegenerateRecoveryCodesPayload {
                recovery_codes,
                errors,
            })
        })
        .await
    }
}
