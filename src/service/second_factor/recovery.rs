//! New recovery codes (MFA-2).

use serde_json::json;

use super::{code, new_recovery_codes, rows, tell};
use crate::{
    domain::{audit::AuditEventKind, error_code::ErrorCode, mail::MailKind, second_factor::StepUp},
    service::{
        Caller, Deps, Failure, UserError,
        account::write::{AccountWrite, retried},
        step_up,
        write::Event,
    },
};

/// Ten new recovery codes; the old ones end. NO_SECOND_FACTOR for an account without a factor.
pub async fn regenerate(deps: &Deps, caller: &Caller) -> Result<Vec<String>, Failure> {
    let session = step_up::require(deps, caller, StepUp::All).await?;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let account = write.account.id;
        if !rows::exists(write.db(), account, write.now).await? {
            write.roll_back().await?;
            return Err(UserError::whole(ErrorCode::NoSecondFactor).into());
        }
        let codes = new_recovery_codes(deps, &write).await?;
        rows::end_challenges(write.db(), account).await?;
        write.record(Event::new(
            AuditEventKind::RecoveryCodesRenewed,
            account,
            Vec::new(),
        ));
        tell(deps, &write, MailKind::RecoveryCodesRenewed, json!({})).await?;
        write.commit().await?;
        Ok(code::exposed(codes))
    })
    .await
}
