//! Operators, the staff of the installation: listed, and made accounts like others. Nobody asks for
//! it but who has the machine: it is no use case of the API.

use super::{
    super::{Deps, Failure, write::Event},
    nobody,
    write::{AccountWrite, retried},
};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        email::EmailAddress,
        id::AccountId,
    },
    store::account,
};

pub use crate::store::account::Operator;

/// All operators by address.
pub async fn list(deps: &Deps) -> Result<Vec<Operator>, Failure> {
    Ok(account::operators(deps.db.reader()).await?)
}

/// Makes the operator with this address an account like others, at the next request of each of its
/// sessions; the account and its memberships stay. `None` if no operator has the address.
pub async fn remove(deps: &Deps, email: &str) -> Result<Option<AccountId>, Failure> {
    let Ok(email) = EmailAddress::parse(email) else {
        return Ok(None);
    };
    let Some(found) = account::for_sign_in(deps.db.latest(), &email.canonical).await? else {
        return Ok(None);
    };
    let caller = nobody(deps);
    let caller = &caller;
    retried(|| async {
        let Some(mut write) = AccountWrite::begin(deps, caller, found.id).await? else {
            return Ok(None);
        };
        if !write.account.is_operator {
            write.roll_back().await?;
            return Ok(None);
        }
        write.by_system();
        account::remove_operator(write.db(), found.id).await?;
        let changes = vec![FieldChange::plain("isOperator", true, false)];
        write.record(Event::new(
            AuditEventKind::AccountUpdated,
            found.id,
            changes,
        ));
        write.commit().await?;
        Ok(Some(found.id))
    })
    .await
}
