//! What goes out about invitations: how many a workspace and an address may have in a day (JOIN-6), and the mails themselves,
//! queued in the transaction that causes them. Whoever refused further mail from a workspace gets none; the invitation waits
//! for them all the same, and nobody is told.

use std::collections::{HashMap, HashSet};

use chrono::Duration;

use crate::{
    domain::{id::InvitationId, mail::MailKind, vocabulary::Locale},
    service::{Failure, bulk::Code, write::Transaction},
    store::{
        invitation::write::{self as rows, Known},
        outbox::{self, NewMail, Receiver},
    },
};

/// The workspace has sent as many invitations in the last 24 hours as it may, or the address was sent as many.
pub(super) const LIMIT_REACHED: Code = "LIMIT_REACHED";

/// In how much time invitations are counted.
const DAY: Duration = Duration::hours(24);

/// To whom an invitation goes.
pub(super) struct Addressee<'a> {
    /// The address as it was typed.
    pub(super) email: &'a str,
    /// The same as it is compared.
    pub(super) canonical: &'a str,
    /// The account that has it, if there is one: mail goes to the address as its owner typed it, in its language (ACC-1).
    pub(super) known: Option<&'a Known>,
    /// The language of the invitation.
    pub(super) locale: Locale,
}

/// What may still be sent, and what is to be.
pub(super) struct Sending {
    left: i64,
    sent: HashMap<Vec<u8>, i64>,
    refusing: HashSet<Vec<u8>>,
    mails: Vec<NewMail>,
}

impl Sending {
    /// Counts what went to these canonical addresses, and out of the workspace.
    pub(super) async fn load(tx: &Transaction<'_>, addresses: &[&str]) -> Result<Self, Failure> {
        let limits = &tx.deps.limits.invitations;
        let since = tx.now - DAY;
        let keys: Vec<[u8; 32]> = addresses.iter().map(|address| tx.deps.secret.mail_key(address)).collect();
        Ok(Self {
            left: i64::from(limits.per_workspace_and_day) - rows::sent_since(tx.db(), tx.workspace_id(), since).await?,
            sent: outbox::count_to(tx.db(), MailKind::Invitation, &keys, since).await?,
            refusing: rows::refusing(tx.db(), tx.workspace_id(), &keys).await?,
            mails: Vec::new(),
        })
    }

    /// Queues the mail about an invitation, unless one of the limits is reached.
    pub(super) fn send(
        &mut self,
        tx: &Transaction<'_>,
        invitation: InvitationId,
        generation: i32,
        to: &Addressee<'_>,
    ) -> Result<(), Code> {
        let key = tx.deps.secret.mail_key(to.canonical);
        let sent = self.sent.entry(key.to_vec()).or_default();
        if self.left <= 0 || *sent >= i64::from(tx.deps.limits.invitations.mails_per_address_and_day) {
            return Err(LIMIT_REACHED);
        }
        self.left -= 1;
        if self.refusing.contains(key.as_slice()) {
            return Ok(());
        }
        *sent += 1;
        let (email, locale) = to.known.map_or((to.email, to.locale), |known| (known.email.as_str(), known.locale));
        let receiver = Receiver::Address { email: email.to_owned(), key, locale };
        let mail = NewMail::new(tx.deps.ids.uuid(tx.now), MailKind::Invitation, receiver)
            .of(tx.workspace_id())
            .about(invitation)
            .generation(generation);
        self.mails.push(mail);
        Ok(())
    }

    /// Puts the mails into the outbox.
    pub(super) async fn queue(self, tx: &Transaction<'_>) -> Result<(), Failure> {
        Ok(outbox::queue(tx.db(), self.mails, tx.now).await?)
    }
}
