//! `inviteMembers`: offers to many addresses at once, each with its own result (JOIN-5, JOIN-6,
//! JOIN-7, JOIN-13).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::{
    existing::Applying,
    offer_input::OfferInput,
    record,
    sending::{Addressee, Sending},
};
use crate::{
    domain::{
        access::facts::MemberFacts,
        audit::FieldChange,
        email::{EmailAddress, EmailError},
        error_code::{Bound, ErrorCode, Fault},
        id::{AccountId, InvitationId, MembershipId, WorkspaceId},
        limit::ReachedLimit,
        name,
        offer::Offer,
        outcome::{InviteOutcome, OnExistingMember},
        permission::Permission,
        text,
    },
    service::{
        Access, Caller, Deps, Failure,
        administrators::{self, Administrators},
        bulk::{self},
        joining::Seats,
        write::{
            self, Affects, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict,
        },
    },
    store::{
        default_permission,
        invitation::write::{self as rows, InvitedAccount, NewInvitation},
    },
    words::message,
};

/// The most addresses of one call (JOIN-6).
pub const MOST_INVITEES: usize = 500;

/// The longest given or family name, in characters.
const LONGEST_NAME: usize = 100;

/// Somebody to invite.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// The address as typed.
    typed: String,
    email: Result<EmailAddress, EmailError>,
    given_name: Option<String>,
    family_name: Option<String>,
}

impl Invitee {
    /// Reads what was typed.
    pub fn read(typed: String, given_name: Option<&str>, family_name: Option<&str>) -> Self {
        Self {
            email: EmailAddress::parse(&typed),
            typed,
            given_name: text::optional_line(given_name),
            family_name: text::optional_line(family_name),
        }
    }

    /// The address as it was typed.
    pub(crate) fn typed(&self) -> &str {
        &self.typed
    }

    /// The address, if it is one.
    pub(crate) fn email(&self) -> Option<&EmailAddress> {
        self.email.as_ref().ok()
    }

    /// Given and family name, prepared.
    pub(crate) fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.given_name.as_deref(), self.family_name.as_deref())
    }

    /// What is wrong with the first name that is refused.
    fn name_fault(&self) -> Option<Fault> {
        [&self.given_name, &self.family_name]
            .into_iter()
            .flatten()
            .find_map(|name| name::fault(name, LONGEST_NAME))
    }
}

/// The input of `inviteMembers`.
#[derive(Debug, Clone)]
pub struct InviteMembers {
    /// The workspace that they are invited to.
    pub workspace_id: WorkspaceId,
    /// The addresses, in order.
    pub invitees: Vec<Invitee>,
    /// What all of them are offered.
    pub offer: OfferInput,
    /// What becomes of members.
    pub on_existing: OnExistingMember,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

impl InviteOutcome {
    /// Its code, if it is a failure.
    pub(crate) const fn code(self) -> Option<ErrorCode> {
        match self {
            Self::Invited | Self::AlreadyMember | Self::AlreadyInvited => None,
            Self::Duplicate => Some(ErrorCode::Duplicate),
            Self::InvalidEmail => Some(ErrorCode::InvalidEmail),
            Self::ForbiddenEmail => Some(ErrorCode::ForbiddenEmail),
            Self::SeatsExceeded => Some(ErrorCode::SeatsExceeded),
            Self::Oneself => Some(ErrorCode::OwnAddress),
            Self::LimitReached => Some(ErrorCode::LimitReached),
        }
    }
}

/// The result of one address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invited {
    /// The address as it was typed; not kept for repeated calls, which bring it.
    #[serde(skip)]
    pub email: String,
    /// What became of it; none if its names are refused, or another address undid it.
    pub outcome: Option<InviteOutcome>,
    /// Why nobody was invited; `None` if somebody was.
    pub code: Option<ErrorCode>,
    /// The longest name that would have been accepted, if a name is too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bound: Option<Bound>,
    /// The invitation that was made, or is pending.
    pub invitation_id: Option<InvitationId>,
    /// The membership that its account has.
    pub membership_id: Option<MembershipId>,
    /// The limit that refuses, if one does (JOIN-17).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<ReachedLimit>,
}

impl Invited {
    fn of(email: &str, outcome: InviteOutcome) -> Self {
        let code = outcome.code();
        Self {
            email: email.to_owned(),
            outcome: Some(outcome),
            code,
            bound: None,
            invitation_id: None,
            membership_id: None,
            limit: None,
        }
    }

    /// Why it failed, with what would have been accepted.
    pub fn fault(&self) -> Option<Fault> {
        let bound = self.bound;
        self.code.map(|code| Fault { code, bound })
    }

    fn refused(email: &str, fault: Fault, outcome: Option<InviteOutcome>) -> Self {
        Self {
            email: email.to_owned(),
            outcome,
            code: Some(fault.code),
            bound: fault.bound,
            invitation_id: None,
            membership_id: None,
            limit: None,
        }
    }
}

/// The results, in order.
pub type Output = Vec<Invited>;

/// Invites addresses (EWP; while a workspace has no administrator that counts, those who may give
/// it one, MEM-5).
pub async fn invite(
    deps: &Deps,
    caller: &Caller,
    input: InviteMembers,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    if input.invitees.is_empty() || input.invitees.len() > MOST_INVITEES {
        return Err(Failure::bad_input(message::items(
            "invitees",
            1,
            MOST_INVITEES,
        )));
    }
    input.offer.check_form()?;
    let founder = administrators::is_founder(deps, caller, input.workspace_id).await?;
    let (workspace, use_case) = (input.workspace_id, (input, founder));
    let mut done = write::run(deps, caller, workspace, &options, &use_case).await?;
    for (item, invitee) in done.output.iter_mut().zip(use_case.0.invitees) {
        item.email = invitee.typed;
    }
    Ok(done)
}

impl InformedUseCase for InviteMembers {
    const CHANGES_ACCESS: bool = true;
    /// Members who are there get rights and, by groups, limits.
    const AFFECTS: Affects = Affects::RIGHTS_AND_QUOTAS;
    type Output = Output;
    /// Whether the caller may invite the first administrator, should there be none that counts
    /// (MEM-5).
    type Before = bool;

    fn mutation(&self) -> &'static str {
        "inviteMembers"
    }

    fn authorize(&self, founder: &bool, access: &Access, caller: &Caller) -> Result<(), Failure> {
        if *founder {
            Ok(())
        } else {
            access.require(caller, Permission::EditWorkspaceProperties)
        }
    }

    async fn run(
        &self,
        founder: &bool,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let founder = *founder && Administrators::count(tx).await?.none();
        if !founder {
            access.require(tx.caller, Permission::EditWorkspaceProperties)?;
        }
        let errors = self.offer.errors(&access);
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        let defaults = default_permission::rows(tx.db(), tx.workspace_id(), tx.now).await?;
        let counting = defaults.iter().filter(|row| row.interval.contains(tx.now));
        let nothing = Offer {
            defaults: counting.map(|row| row.permission).collect(),
            ..Offer::nothing(tx.caller.locale())
        };
        let offer = self.offer.applied_to(&nothing, tx.now);
        let window = offer.longest(tx.now, tx.now + tx.deps.limits.invitations.term);
        let refusal = offer.beyond_defaults().refusal(tx, window, None).await?;
        if let Some(refused) = refusal
            && !(founder && offer.is_of_administrator_alone(&access))
        {
            return Err(bulk::refusal(refused));
        }
        let mut run = InviteRun::load(tx, self.invitees.iter()).await?;
        let mut existing = Existing::load(tx, self, &run, &access, &offer).await?;
        let terms = Terms::of(tx);
        let mut results = Vec::with_capacity(self.invitees.len());
        for invitee in &self.invitees {
            let typed = invitee.typed.as_str();
            results.push(match run.look(tx, invitee) {
                Seen::Refused(fault, outcome) => Invited::refused(typed, fault, outcome),
                Seen::Oneself(_) => Invited::of(typed, InviteOutcome::Oneself),
                Seen::Member(id) => existing.meet(tx, typed, id),
                Seen::Pending(id, _) => Invited {
                    invitation_id: Some(id),
                    ..Invited::of(typed, InviteOutcome::AlreadyInvited)
                },
                Seen::New(to) => match run.invite(tx, (&access, &offer), (invitee, to), &terms) {
                    Ok(id) => Invited {
                        invitation_id: Some(id),
                        ..Invited::of(typed, InviteOutcome::Invited)
                    },
                    Err(outcome) => Invited::of(typed, outcome),
                },
            });
        }
        let outcomes = results.iter().filter_map(|item| item.outcome);
        let limits = run.limits(tx, outcomes).await?;
        for item in &mut results {
            item.limit = item.outcome.and_then(|outcome| limits.of(outcome));
        }
        existing.write(tx).await?;
        run.write(tx).await?;
        Ok(settle(results, self.atomic))
    }
}

/// The verdict over all addresses: failed ones are skipped, or undo the others if the call is
/// atomic (BULK-1).
fn settle(mut results: Output, atomic: bool) -> Verdict<Output> {
    if !atomic || results.iter().all(|item| item.code.is_none()) {
        return Verdict::keep(results);
    }
    for item in &mut results {
        if item.code.is_none() {
            (item.outcome, item.code) = (None, Some(ErrorCode::RolledBack));
        }
    }
    Verdict::undo(results)
}

/// What becomes of members whom a call names (JOIN-6).
struct Existing<'a> {
    members: HashMap<MembershipId, Arc<MemberFacts>>,
    applying: Option<Applying<'a>>,
}

impl<'a> Existing<'a> {
    async fn load(
        tx: &mut Transaction<'_>,
        command: &InviteMembers,
        run: &InviteRun,
        access: &'a Access,
        offer: &Offer,
    ) -> Result<Self, Failure> {
        let ids = run.members();
        let applying = match command.on_existing {
            OnExistingMember::Apply if !ids.is_empty() => {
                Some(Applying::of(tx, access, offer, offer.accepted_at(tx.now)).await?)
            }
            _ => None,
        };
        let members = if applying.is_some() {
            tx.members(&ids).await?
        } else {
            HashMap::new()
        };
        Ok(Self { members, applying })
    }

    /// What becomes of a member.
    fn meet(&mut self, tx: &Transaction<'_>, typed: &str, id: MembershipId) -> Invited {
        let met = Invited {
            membership_id: Some(id),
            ..Invited::of(typed, InviteOutcome::AlreadyMember)
        };
        let Some(applying) = &mut self.applying else {
            return met;
        };
        match self
            .members
            .get(&id)
            .map(|member| applying.decide(tx, member))
        {
            Some(Err(code)) => Invited {
                code: Some(code),
                ..met
            },
            _ => met,
        }
    }

    async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        match self.applying {
            Some(applying) => applying.write(tx).await,
            None => Ok(()),
        }
    }
}

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
    fn of(tx: &Transaction<'_>) -> Self {
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
            pending: super::pending_to(tx, &addresses).await?,
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
