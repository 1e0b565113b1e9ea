//! What the record says of invitations (AUD-1). Addresses, names and notes are personal: of the
//! account that has the address, if there is one.

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    domain::{
        audit::{self, FieldChange},
        id::{AccountId, InvitationId},
        vocabulary::InvitationState,
    },
    service::{Access, write::Event},
    store::invitation::{InvitationRow, write::NewInvitation},
};

use crate::domain::audit::AuditEventKind;

/// An invitation was made.
pub(super) fn created(access: &Access, new: &NewInvitation, account: Option<AccountId>) -> Event {
    let mut changes = vec![FieldChange::personal(
        "email",
        Value::Null,
        new.email.as_str(),
    )];
    for (field, name) in [
        ("givenName", &new.given_name),
        ("familyName", &new.family_name),
    ] {
        changes.extend(
            name.as_ref()
                .map(|name| FieldChange::personal(field, Value::Null, name.as_str())),
        );
    }
    changes.extend(new.offer.changes(access, None));
    changes.push(FieldChange::plain(
        "expiresAt",
        Value::Null,
        audit::instant(new.expires_at),
    ));
    Event {
        personal_of: account,
        ..Event::new(AuditEventKind::InvitationCreated, new.id, changes)
    }
}

/// An invitation was sent again, with a new term.
pub(super) fn resent(row: &InvitationRow, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> Event {
    let was = row.state(now);
    let expires_at = row
        .offer
        .end
        .at()
        .map_or(expires_at, |end| end.min(expires_at));
    let mut changes = vec![
        FieldChange::plain("state", was.as_str(), InvitationState::Pending.as_str()),
        FieldChange::plain(
            "expiresAt",
            audit::instant(row.expires_at),
            audit::instant(expires_at),
        ),
    ];
    changes.retain(|change| change.before != change.after);
    changes.push(FieldChange::plain(
        "resentAt",
        Value::Null,
        audit::instant(now),
    ));
    Event::new(AuditEventKind::InvitationResent, row.id, changes)
}

/// An invitation is in another state.
pub(super) fn became(kind: AuditEventKind, id: InvitationId, state: InvitationState) -> Event {
    let change = FieldChange::plain(
        "state",
        json!(InvitationState::Pending.as_str()),
        json!(state.as_str()),
    );
    Event::new(kind, id, vec![change])
}
