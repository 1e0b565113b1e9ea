//! A call that invites, under the lock: what is known of each address, and the invitations to write.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::{
    super::{
        record,
        sending::{Addressee, Sending},
    },
    Invitee,
};
use crate::{
    domain::{
        audit::FieldChange,
        error_code::{ErrorCode, Fault},
        id::{AccountId, InvitationId, MembershipId},
        limit::ReachedLimit,
        offer::Offer,
        outcome::InviteOutcome,
    },
    service::{
        Access, Failure,
        joining::Seats,
        write::{Event, Transaction},
    },
    store::invitation::write::{self as rows, InvitedAccount, NewInvitation},
};

/// When the mail of an invitation goes out, and from when on it waits for its answer.
pub(crate) struct Terms {
    /// Not before then.
    pub(crate) mail_at: DateTime<Utc>,
    /// When its term ends.
    pub(crate) expires_at: DateTime<Utc>,
    /// What its event says besides (IMPORT-2).
    pub(crate) remarks: Vec<FieldChange>,
}

impl Terms {
    /// At once.
    pub(super) fn of(tx: &Transaction<'_>) -> Self {
        Self {
            mail_at: tx.now,
            expires_at: tx.now + tx.deps.limits.invitations.term,
            remarks: Vec::new(),
        }
    }
}

/// What is known of an address before anything is decided about it.
pub(crate) enum Seen {
    /// Nobody is invited at it, whoever it is.
    Refused(Fault, Option<InviteOutcome>),
    /// It is the caller's own; the membership, if there is one that has not ended.
    Oneself(Option<MembershipId>),
    /// Its account has a membership that has not ended.
    Member(MembershipId),
    /// It has an invitation that waits, and maybe an account.
    Pending(InvitationId, Option<AccountId>),
    /// Neither: the account that has it, if there is one.
    New(Option<InvitedAccount>),
}

/// The limits that may refuse an invitation (JOIN-17).
pub(crate) struct Limits {
    daily: Option<ReachedLimit>,
    seats: ReachedLimit,
}

impl Limits {
    /// The one that refuses with this outcome, if one does.
    pub(crate) fn of(&self, outcome: InviteOutcome) -> Option<ReachedLimit> {
        match outcome {
            InviteOutcome::LimitReached => self.daily,
            InviteOutcome::SeatsExceeded => Some(self.seats),
            _ => None,
        }
    }
}

/// A call under the lock: what is known of all addresses, and the invitations to write.
pub(crate) struct InviteRun {
    accounts: HashMap<String, InvitedAccount>,
    pending: HashMap<String, InvitationId>,
    pub(crate) seats: Seats,
    sending: Sending,
    seen: HashSet<String>,
    new: Vec<NewInvitation>,
    events: Vec<Event>,
}

impl InviteRun {
    pub(crate) async fn load(
        tx: &Transaction<'_>,
        invitees: impl Iterator<Item = &Invitee>,
    ) -> Result<Self, Failure> {
        let addresses: Vec<&str> = invitees
            .filter_map(|invitee| invitee.email.as_ref().ok())
            .map(|email| email.canonical.as_str())
            .collect();
        Ok(Self {
            accounts: rows::known(tx.db(), tx.workspace_id(), &addresses, tx.now).await?,
            pending: super::super::pending_to(tx, &addresses).await?,
            seats: Seats::count(tx).await?,
            sending: Sending::load(tx, &addresses).await?,
            seen: HashSet::new(),
            new: Vec::new(),
            events: Vec::new(),
        })
    }

    /// The limit of a day does not bind this call (IMPORT-3).
    pub(crate) const fn lift_daily_limit(&mut self) {
        self.sending.lift_daily_limit();
    }

    /// The memberships that the accounts of the addresses have.
    pub(crate) fn members(&self) -> Vec<MembershipId> {
        self.accounts
            .values()
            .filter_map(|account| account.membership_id)
            .collect()
    }

    /// What is known of an address; of an address that came before, that it did.
    pub(crate) fn look(&mut self, tx: &Transaction<'_>, invitee: &Invitee) -> Seen {
        let refused =
            |outcome: InviteOutcome, code: ErrorCode| Seen::Refused(code.into(), Some(outcome));
        let Ok(email) = &invitee.email else {
            return refused(InviteOutcome::InvalidEmail, ErrorCode::InvalidEmail);
        };
        if tx.deps.limits.invitations.blocked.blocks(email) {
            return refused(InviteOutcome::ForbiddenEmail, ErrorCode::ForbiddenEmail);
        }
        if !self.seen.insert(email.canonical.clone()) {
            return refused(InviteOutcome::Duplicate, ErrorCode::Duplicate);
        }
        if let Some(fault) = invitee.name_fault() {
            return Seen::Refused(fault, None);
        }
        let account = self.accounts.get(&email.canonical).cloned();
        if let Some(account) = &account
            && Some(account.account_id) == tx.caller.account_id()
        {
            return Seen::Oneself(account.membership_id);
        }
        if let Some(id) = account.as_ref().and_then(|account| account.membership_id) {
            return Seen::Member(id);
        }
        match self.pending.get(&email.canonical) {
            Some(id) => Seen::Pending(*id, account.map(|account| account.account_id)),
            None => Seen::New(account),
        }
    }

    /// Invites somebody new, or says which limit refuses.
    pub(crate) fn invite(
        &mut self,
        tx: &Transaction<'_>,
        (access, offer): (&Access, &Offer),
        (invitee, account): (&Invitee, Option<InvitedAccount>),
        terms: &Terms,
    ) -> Result<InvitationId, InviteOutcome> {
        let Ok(email) = &invitee.email else {
            return Err(InviteOutcome::InvalidEmail);
        };
        let id = InvitationId(tx.deps.ids.uuid(tx.now));
        if self.seats.take().is_err() {
            return Err(InviteOutcome::SeatsExceeded);
        }
        let to = Addressee {
            email: &email.typed,
            canonical: &email.canonical,
            account: account.as_ref(),
            locale: offer.locale,
        };
        let mail = (id, rows::FIRST_GENERATION, terms.mail_at);
        let Ok(delivery) = self.sending.send_after(tx, mail, &to) else {
            self.seats.give_back();
            return Err(InviteOutcome::LimitReached);
        };
        let new = NewInvitation {
            id,
            email: email.typed.clone(),
            email_canonical: email.canonical.clone(),
            given_name: invitee.given_name.clone(),
            family_name: invitee.family_name.clone(),
            offer: offer.clone(),
            invited_by: tx.caller.account_id(),
            created_at: tx.now,
            expires_at: terms.expires_at,
            delivery,
        };
        let mut event = record::created(access, &new, account.map(|account| account.account_id));
        event.changes.extend(terms.remarks.iter().cloned());
        self.events.push(event);
        self.new.push(new);
        Ok(id)
    }

    /// The limits that refused with one of these outcomes.
    pub(crate) async fn limits(
        &self,
        tx: &Transaction<'_>,
        mut outcomes: impl Iterator<Item = InviteOutcome>,
    ) -> Result<Limits, Failure> {
        let daily = match outcomes.any(|outcome| outcome == InviteOutcome::LimitReached) {
            true => Some(self.sending.limit(tx).await?),
            false => None,
        };
        Ok(Limits {
            daily,
            seats: self.seats.limit(),
        })
    }

    /// Writes the invitations, their mails and events.
    pub(crate) async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        rows::insert(tx.db(), tx.workspace_id(), self.new).await?;
        self.sending.queue(tx).await?;
        tx.record_all(self.events);
        Ok(())
    }
}
