//! What the outbox would send, for whoever develops (MAIL-2): the newest mails with their words,
//! links included. Must be reached only where the demo, or a developer's own data, is served.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::compose::{self, Composition};
use crate::{
    domain::mail::MailKind,
    service::{Deps, Failure},
    store::outbox::claim::{self, OBSOLETE, OutboxRow},
};

/// So many of the newest mails are shown.
const MOST: u32 = 50;

/// A mail as it would be sent now. No Debug: its words hold tokens.
pub struct Preview {
    /// The key of its row.
    pub id: Uuid,
    /// What the mail is about; `None` for a kind of a newer release.
    pub kind: Option<MailKind>,
    /// The receiver's address, if there is one.
    pub to: Option<String>,
    /// When it was queued.
    pub created_at: DateTime<Utc>,
    /// From when on it would be sent.
    pub send_after: DateTime<Utc>,
    /// Where it stands: QUEUED, SENT, DEAD, or OBSOLETE if there is nothing to say any more.
    pub state: &'static str,
    /// Subject, text and HTML, if there is something to say.
    pub mail: Option<crate::mail::Rendered>,
}

/// The newest mails, the newest first.
pub async fn newest(deps: &Deps) -> Result<Vec<Preview>, Failure> {
    let now = deps.clock.now();
    let mut shown = Vec::new();
    for row in claim::newest(deps.db.latest(), MOST).await? {
        let composition = match row.kind {
            Some(_) => Some(compose::compose(deps, &row, now.max(row.send_after)).await?),
            None => None,
        };
        let state = state(&row, composition.as_ref());
        let (to, mail) = match composition {
            Some(Composition::Letter(letter)) => (Some(letter.to), Some(letter.mail)),
            _ => (row.email, None),
        };
        let OutboxRow {
            id,
            kind,
            created_at,
            send_after,
            ..
        } = row;
        shown.push(Preview {
            id,
            kind,
            to,
            created_at,
            send_after,
            state,
            mail,
        });
    }
    Ok(shown)
}

fn state(row: &OutboxRow, composition: Option<&Composition>) -> &'static str {
    match (row.sent_at, row.dead_at) {
        (Some(_), _) => "SENT",
        (None, Some(_)) if row.last_error.as_deref() != Some(OBSOLETE) => "DEAD",
        (None, Some(_)) => OBSOLETE,
        (None, None) if matches!(composition, Some(Composition::Obsolete)) => OBSOLETE,
        (None, None) => "QUEUED",
    }
}
