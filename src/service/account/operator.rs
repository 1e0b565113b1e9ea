//! Operators, the staff of the installation: lists them and takes their rights away. Only the
//! command line calls this; the API has no such mutation.

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
    store::account as rows,
};

pub use crate::store::account::Operator;

/// All operators, ordered by address.
pub async fn list(deps: &Deps) -> Result<Vec<Operator>, Failure> {
    Ok(rows::operators(deps.db.reader()).await?)
}

/// Takes the operator rights of the account with this address away, from the next request of each of
/// its sessions on. The account and its memberships stay. `None` if no operator has the address.
pub async fn remove(deps: &Deps, email: &str) -> Result<Option<AccountId>, Failure> {
    let Ok(email) = EmailAddress::parse(email) else {
        return Ok(None);
    };
    let Some(account) = rows::for_sign_in(deps.db.latest(), &email.canonical).await? else {
        return Ok(None);
    };
    let caller = nobody(deps);
    let caller = &caller;
    retried(|| async {
        let Some(mut write) = AccountWrite::begin(deps, caller, account.id).await? else {
            return Ok(None);
        };
        if !write.account.is_operator {
            write.roll_back().await?;
            return Ok(None);
        }
        write.by_system();
        rows::remove_operator(write.db(), account.id).await?;
        let changes = vec![FieldChange::plain("isOperator", true, false)];
        write.record(Event::new(
            AuditEventKind::AccountUpdated,
            account.id,
            changes,
        ));
        write.commit().await?;
        Ok(Some(account.id))
    })
    .await
}
