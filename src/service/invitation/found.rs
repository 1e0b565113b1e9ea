//! The invitation that a new workspace begins with: to its first administrator, whether or not the
//! address has an account (WS-1, WS-2).

use serde_json::{Value, json};

use super::sending::{Addressee, Sending};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::{self, FieldChange},
        email::EmailAddress,
        error_code::ErrorCode,
        id::{InvitationId, RoleId},
        offer::Offer,
        permission::Preset,
    },
    service::{
        Failure, UserError,
        write::{Event, Transaction},
    },
    store::invitation::write::{self as rows, NewInvitation},
};

/// Invites `email` with `role`, the ADMINISTRATOR preset of the workspace that is being made; what
/// speaks against it is about the input field `path`.
pub(crate) async fn invite_administrator(
    tx: &mut Transaction<'_>,
    email: &EmailAddress,
    role: RoleId,
    path: &str,
) -> Result<InvitationId, Failure> {
    let limits = std::sync::Arc::clone(&tx.deps.limits.invitations);
    if limits.blocked.blocks(email) {
        return Err(UserError::at(ErrorCode::ForbiddenEmail, path).into());
    }
    let (workspace, now, id) = (
        tx.workspace_id(),
        tx.now,
        InvitationId(tx.deps.ids.uuid(tx.now)),
    );
    let addresses = [email.canonical.as_str()];
    let accounts = rows::known(tx.db(), workspace, &addresses, now).await?;
    let account = accounts.get(&email.canonical);
    let offer = Offer {
        role: Some(role),
        ..Offer::nothing(tx.caller.locale())
    };
    let mut sending = Sending::load(tx, &addresses).await?;
    let to = Addressee {
        email: &email.typed,
        canonical: &email.canonical,
        account,
        locale: offer.locale,
    };
    let delivery = match sending.send(tx, id, rows::FIRST_GENERATION, &to) {
        Ok(delivery) => delivery,
        Err(code) => {
            return Err(UserError::limited(code, path, sending.limit(tx).await?).into());
        }
    };
    let expires_at = now + limits.term;
    let new = NewInvitation {
        id,
        email: email.typed.clone(),
        email_canonical: email.canonical.clone(),
        given_name: None,
        family_name: None,
        offer,
        invited_by: tx.caller.account_id(),
        created_at: now,
        expires_at,
        delivery,
    };
    rows::insert(tx.db(), workspace, vec![new]).await?;
    sending.queue(tx).await?;
    let changes = vec![
        FieldChange::personal("email", Value::Null, email.typed.as_str()),
        FieldChange::plain(
            "role",
            Value::Null,
            json!({ "id": role, "name": Preset::Administrator.title() }),
        ),
        FieldChange::plain("locale", Value::Null, tx.caller.locale().as_str()),
        FieldChange::plain("expiresAt", Value::Null, audit::instant(expires_at)),
    ];
    tx.record(Event {
        personal_of: account.map(|account| account.account_id),
        ..Event::new(AuditEventKind::InvitationCreated, id, changes)
    });
    Ok(id)
}
