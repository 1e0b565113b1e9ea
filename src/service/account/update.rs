//! Changing the caller's names and language (ACC-1).

use super::{
    super::{Caller, Deps, Failure, caller::ActorAccount, write::Event},
    check,
    write::{AccountCall, AccountWrite, retried},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{audit::FieldChange, vocabulary::Locale},
    store::{account, membership},
};

/// What to change; `None` leaves it.
#[derive(Clone, Default)]
pub struct Update {
    /// Given name; `Some(None)` takes it away.
    pub given_name: Option<Option<String>>,
    /// Family name; `Some(None)` takes it away.
    pub family_name: Option<Option<String>>,
    /// The new language.
    pub locale: Option<Locale>,
}

/// Changes the caller's names and language, and the names by which workspaces list and find them.
/// The second part of the answer: whether the same call was made before, and so changed nothing
/// (AUD-5).
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    input: &Update,
    call: &AccountCall,
) -> Result<(ActorAccount, bool), Failure> {
    let session = check::session(caller)?;
    call.admit()?;
    let mut errors = Vec::new();
    let mut checked = |name: &Option<Option<String>>, path| {
        name.as_ref()
            .map(|name| check::name(name.as_deref(), path, &mut errors))
    };
    let (given_name, family_name) = (
        checked(&input.given_name, "givenName"),
        checked(&input.family_name, "familyName"),
    );
    if !errors.is_empty() {
        return Err(errors.into());
    }
    retried(|| async {
        let mut write = AccountWrite::begin(deps, caller, session.account.id)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let before = write.account.clone();
        if write.is_repeated(call).await? {
            write.roll_back().await?;
            return Ok((ActorAccount::from(before), true));
        }
        let mut after = before.clone();
        after.given_name = given_name.clone().unwrap_or(after.given_name);
        after.family_name = family_name.clone().unwrap_or(after.family_name);
        after.locale = input.locale.unwrap_or(after.locale);
        let mut changes = vec![
            FieldChange::personal("givenName", before.given_name, after.given_name.clone()),
            FieldChange::personal("familyName", before.family_name, after.family_name.clone()),
        ];
        changes.retain(|change| change.before != change.after);
        let renamed = !changes.is_empty();
        if before.locale != after.locale {
            changes.push(FieldChange::plain(
                "locale",
                before.locale.as_str(),
                after.locale.as_str(),
            ));
        }
        if changes.is_empty() {
            write.commit().await?;
            return Ok((ActorAccount::from(after), false));
        }
        let names = (after.given_name.as_deref(), after.family_name.as_deref());
        account::set_names(write.db(), after.id, names, after.locale).await?;
        if renamed {
            membership::rewrite_copies(write.db(), after.id, names, &after.email_canonical).await?;
        }
        write.record(Event::new(
            AuditEventKind::AccountUpdated,
            after.id,
            changes,
        ));
        write.commit().await?;
        Ok((ActorAccount::from(after), false))
    })
    .await
}
