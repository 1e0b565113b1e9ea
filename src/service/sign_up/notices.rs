//! Mails about sign-ups, queued in the transaction that causes them (JOIN-2, JOIN-3, MAIL-1): to
//! those who decide, and to whoever signed up.

use std::collections::HashSet;

use chrono::Duration;

use super::{NotificationReceiver, SignUp};
use crate::{
    domain::{email::EmailAddress, id::AccountId, mail::MailKind},
    service::{Failure, receivers, write::Transaction},
    store::{
        joining,
        outbox::{self, NewMail, Receiver},
    },
};

/// What deciders are told of by itself.
const TOLD: [MailKind; 2] = [MailKind::AccessRequested, MailKind::MemberSignedUp];

/// How long a decider hears no more about one account and workspace after a mail about them
/// (JOIN-14).
const PAUSE: Duration = Duration::hours(1);

/// How long mails may wait: one that was not sent in that time is dead (MAIL-1).
const LONGEST_WAIT: Duration = Duration::hours(25);

/// Tells those whom the settings name, each once: the administrators, and the notification
/// addresses. An address that has an account is told as that account, in its language; any other in
/// the language that the settings say. Whoever has a mail about the same account and workspace that
/// is unsent, or was sent less than an hour ago, gets no other; one that waits tells of what is the
/// case now (JOIN-14).
pub(crate) async fn tell_deciders(
    tx: &Transaction<'_>,
    settings: &SignUp,
    kind: MailKind,
    (applicant, subject): (AccountId, String),
) -> Result<(), Failure> {
    let mut accounts: HashSet<AccountId> = if settings.notify_administrators {
        receivers::administrators(tx.deps, tx.db(), &tx.access, tx.workspace_id()).await?
    } else {
        HashSet::new()
    };
    let mut others = Vec::new();
    let readable = |receiver: &NotificationReceiver| {
        Some((EmailAddress::parse(&receiver.email).ok()?, receiver.locale))
    };
    for (address, locale) in settings.notification_receivers.iter().filter_map(readable) {
        match joining::by_email(tx.db(), &address.canonical).await? {
            Some(account) => {
                accounts.insert(account.account_id);
            }
            None => {
                let key = tx.deps.secret.mail_key(&address.canonical);
                others.push(Receiver::Address {
                    email: address.typed,
                    key,
                    locale,
                });
            }
        }
    }
    // In one order, whatever order a set has.
    let mut accounts: Vec<AccountId> = accounts.into_iter().collect();
    accounts.sort_unstable();
    let about =
        joining::subjects(tx.db(), tx.workspace_id(), applicant, tx.now - LONGEST_WAIT).await?;
    let existing = outbox::redirect(
        tx.db(),
        tx.workspace_id(),
        (&TOLD, &about),
        (kind, &subject),
        (tx.now - PAUSE, tx.now),
    )
    .await?;
    let is_told = |to: &Receiver| {
        existing.iter().any(|(account, key)| match to {
            Receiver::Account(id) => *account == Some(*id),
            Receiver::Address {
                key: address_key, ..
            } => key.as_deref() == Some(address_key.as_slice()),
            Receiver::Audience => false,
        })
    };
    let all = accounts.into_iter().map(Receiver::Account).chain(others);
    let mails = all
        .filter(|to| !is_told(to))
        .map(|to| mail(tx, kind, to, &subject))
        .collect();
    Ok(outbox::queue(tx.db(), mails, tx.now).await?)
}

/// Tells whoever signed up what became of it.
pub(crate) async fn tell_applicant(
    tx: &Transaction<'_>,
    kind: MailKind,
    applicants: impl IntoIterator<Item = (AccountId, impl std::fmt::Display)>,
) -> Result<(), Failure> {
    let mails = applicants
        .into_iter()
        .map(|(account, subject)| mail(tx, kind, Receiver::Account(account), subject))
        .collect();
    Ok(outbox::queue(tx.db(), mails, tx.now).await?)
}

fn mail(
    tx: &Transaction<'_>,
    kind: MailKind,
    to: Receiver,
    subject: impl std::fmt::Display,
) -> NewMail {
    NewMail::new(tx.deps.ids.uuid(tx.now), kind, to)
        .of(tx.workspace_id())
        .about(subject)
}
