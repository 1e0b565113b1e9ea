//! From a row to a letter: to whom, in which language, with which link; or nothing, if what it was
//! about is no more. Done when it is sent, so that no row holds a name or a token (MAIL-1).

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    facts::{self, About},
    followers,
};
use crate::{
    domain::{calendar::Calendar, id, mail::MailKind, vocabulary::Locale},
    mail::{Rendered, render},
    service::{Deps, Failure},
    store::outbox::{claim::OutboxRow, subject},
};

/// A mail that can be sent.
pub(super) struct Letter {
    pub to: String,
    pub kind: MailKind,
    pub mail: Rendered,
}

/// What a row comes to.
pub(super) enum Composition {
    Letter(Letter),
    /// It is for everybody whom its kind is for: there is a mail to each yet to be made.
    Audience,
    /// What it was about, or its receiver, is no more.
    Obsolete,
}

/// What to send for `row` at `now`.
pub(super) async fn compose(
    deps: &Deps,
    row: &OutboxRow,
    now: DateTime<Utc>,
) -> Result<Composition, Failure> {
    let Some(kind) = row.kind else {
        // Of a newer release: its nodes will send it.
        return Err(Failure::Internal(
            "a mail of a kind that this release does not know".to_owned(),
        ));
    };
    let db = deps.db.latest();
    let (to, locale, name) = match (row.account, &row.email) {
        (Some(account), _) => match subject::receiver(db, account).await? {
            Some((email, (given_name, _), locale)) => (email, locale, given_name),
            None => return Ok(Composition::Obsolete),
        },
        (None, Some(email)) => (email.clone(), row.locale.unwrap_or(Locale::En), None),
        (None, None) => return Ok(Composition::Audience),
    };
    let (workspace, calendar) = match row.workspace {
        Some(id) => match subject::workspace(db, id).await? {
            Some((name, calendar)) => (Some(name), calendar),
            None => return Ok(Composition::Obsolete),
        },
        None => (None, Calendar::default()),
    };
    let found = if kind == MailKind::DatasetUpdated {
        followers::facts(deps, row, now).await?
    } else {
        let about = About {
            row,
            kind,
            calendar,
        };
        facts::find(db, about, now).await?
    };
    let Some(mut facts) = found else {
        return Ok(Composition::Obsolete);
    };
    facts.receiver = name.filter(|name| !name.is_empty());
    facts.workspace = workspace;
    facts.zone = calendar.zone();
    facts.link = link(deps, kind, row);
    Ok(Composition::Letter(Letter {
        to,
        kind,
        mail: render(kind, locale, &facts),
    }))
}

/// Where the button leads: behind `#` a token, which no server's log sees; or plain ids, which open
/// nothing by themselves.
fn link(deps: &Deps, kind: MailKind, row: &OutboxRow) -> Option<String> {
    let (base, about) = (deps.mailer.link_url(), row.subject.as_deref()?);
    if let Some(link) = kind.link() {
        let token = deps.secret.link(link, key(about)?, row.generation);
        return Some(format!("{base}#{}", token.expose()));
    }
    let name = match kind {
        MailKind::AccessEnding => "membership",
        MailKind::MemberSignedUp => "member",
        MailKind::AccessRenewalRequested => "renewal",
        MailKind::AccessRequested => "request",
        MailKind::AccessRequestApproved
        | MailKind::ApiKeyCreated
        | MailKind::ApiKeyLeaked
        | MailKind::ApiKeyRotated
        | MailKind::DatasetUpdated
        | MailKind::InactivityWarning
        | MailKind::InvitationAnswered
        | MailKind::QuotaDigest
        | MailKind::ReuseApproved
        | MailKind::ReuseDigest
        | MailKind::ReuseRejected
        | MailKind::SecondFactorRequired
        | MailKind::WorkspaceKeysRemain
        | MailKind::QuotaWarning => {
            return row
                .workspace
                .map(|workspace| format!("{base}?workspace={workspace}"));
        }
        _ => return None,
    };
    Some(format!("{base}?{name}={about}"))
}

/// The key of the row that a mail is about.
pub(super) fn key(subject: &str) -> Option<Uuid> {
    Uuid::parse_str(subject)
        .ok()
        .or_else(|| id::decode(subject).ok().map(|(_, key)| key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mail_1_a_subject_is_an_id_or_a_key() {
        let uuid = Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001);
        assert_eq!(key(&uuid.to_string()), Some(uuid));
        assert_eq!(key(&id::InvitationId(uuid).to_string()), Some(uuid));
        assert_eq!((key(""), key("inv_"), key("nothing")), (None, None, None));
    }
}
