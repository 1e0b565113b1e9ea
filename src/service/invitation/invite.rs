//! `inviteMembers`: offers to many addresses at once, each with its own result (JOIN-5, JOIN-6,
//! JOIN-7, JOIN-13).

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

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
        email::{EmailAddress, EmailError},
        error_code::{Bound, ErrorCode, Fault},
        id::{InvitationId, MembershipId, WorkspaceId},
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
    const fn code(self) -> Option<ErrorCode> {
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

    fn failed(email: &str, fault: Fault) -> Self {
        Self {
            email: email.to_owned(),
            outcome: None,
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
        let mut run = InviteRun::load(tx, self, &access, &offer).await?;
        let mut results = Vec::with_capacity(self.invitees.len());
        for invitee in &self.invitees {
            results.push(run.decide(tx, invitee));
        }
        run.explain(tx, &mut results).await?;
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

/// A call under the lock: what is known of all addresses, and what to write.
struct InviteRun<'a> {
    access: &'a Access,
    offer: &'a Offer,
    accounts: HashMap<String, InvitedAccount>,
    pending: HashMap<String, InvitationId>,
    members: HashMap<MembershipId, Arc<MemberFacts>>,
    applying: Option<Applying<'a>>,
    seats: Seats,
    sending: Sending,
    seen: HashSet<String>,
    new: Vec<NewInvitation>,
    events: Vec<Event>,
}

impl<'a> InviteRun<'a> {
    async fn load(
        tx: &mut Transaction<'_>,
        command: &InviteMembers,
        access: &'a Access,
        offer: &'a Offer,
    ) -> Result<Self, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let addresses: Vec<&str> = command
            .invitees
            .iter()
            .filter_map(|invitee| invitee.email.as_ref().ok())
            .map(|email| email.canonical.as_str())
            .collect();
        let accounts = rows::known(tx.db(), workspace, &addresses, now).await?;
        let ids: Vec<MembershipId> = accounts
            .values()
            .filter_map(|account| account.membership_id)
            .collect();
        let applying = match command.on_existing {
            OnExistingMember::Apply if !ids.is_empty() => {
                Some(Applying::of(tx, access, offer, offer.accepted_at(now)).await?)
            }
            _ => None,
        };
        let members = if applying.is_some() {
            tx.members(&ids).await?
        } else {
            HashMap::new()
        };
        Ok(Self {
            access,
            offer,
            pending: super::pending_to(tx, &addresses).await?,
            seats: Seats::count(tx).await?,
            sending: Sending::load(tx, &addresses).await?,
            accounts,
            members,
            applying,
            seen: HashSet::new(),
            new: Vec::new(),
            events: Vec::new(),
        })
    }

    fn decide(&mut self, tx: &Transaction<'_>, invitee: &Invitee) -> Invited {
        let typed = invitee.typed.as_str();
        let Ok(email) = &invitee.email else {
            return Invited::of(typed, InviteOutcome::InvalidEmail);
        };
        if tx.deps.limits.invitations.blocked.blocks(email) {
            return Invited::of(typed, InviteOutcome::ForbiddenEmail);
        }
        if !self.seen.insert(email.canonical.clone()) {
            return Invited::of(typed, InviteOutcome::Duplicate);
        }
        if let Some(fault) = invitee.name_fault() {
            return Invited::failed(typed, fault);
        }
        let account = self.accounts.get(&email.canonical).cloned();
        if account
            .as_ref()
            .is_some_and(|account| Some(account.account_id) == tx.caller.account_id())
        {
            return Invited::of(typed, InviteOutcome::Oneself);
        }
        if let Some(id) = account.as_ref().and_then(|account| account.membership_id) {
            return self.meet(tx, typed, id);
        }
        if let Some(id) = self.pending.get(&email.canonical) {
            return Invited {
                invitation_id: Some(*id),
                ..Invited::of(typed, InviteOutcome::AlreadyInvited)
            };
        }
        self.invite(tx, invitee, email, account.as_ref())
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

    fn invite(
        &mut self,
        tx: &Transaction<'_>,
        invitee: &Invitee,
        email: &EmailAddress,
        account: Option<&InvitedAccount>,
    ) -> Invited {
        let id = InvitationId(tx.deps.ids.uuid(tx.now));
        if self.seats.take().is_err() {
            return Invited::of(&invitee.typed, InviteOutcome::SeatsExceeded);
        }
        let to = Addressee {
            email: &email.typed,
            canonical: &email.canonical,
            account,
            locale: self.offer.locale,
        };
        let Ok(delivery) = self.sending.send(tx, id, rows::FIRST_GENERATION, &to) else {
            self.seats.give_back();
            return Invited::of(&invitee.typed, InviteOutcome::LimitReached);
        };
        let new = NewInvitation {
            id,
            email: email.typed.clone(),
            email_canonical: email.canonical.clone(),
            given_name: invitee.given_name.clone(),
            family_name: invitee.family_name.clone(),
            offer: self.offer.clone(),
            invited_by: tx.caller.account_id(),
            created_at: tx.now,
            expires_at: tx.now + tx.deps.limits.invitations.term,
            delivery,
        };
        let account_id = account.map(|account| account.account_id);
        self.events
            .push(record::created(self.access, &new, account_id));
        self.new.push(new);
        Invited {
            invitation_id: Some(id),
            ..Invited::of(&invitee.typed, InviteOutcome::Invited)
        }
    }

    /// Says of the addresses that a limit refused which one it was.
    async fn explain(&self, tx: &Transaction<'_>, results: &mut [Invited]) -> Result<(), Failure> {
        let sent = match results
            .iter()
            .any(|item| item.outcome == Some(InviteOutcome::LimitReached))
        {
            true => Some(self.sending.limit(tx).await?),
            false => None,
        };
        for item in results {
            item.limit = match item.outcome {
                Some(InviteOutcome::LimitReached) => sent,
                Some(InviteOutcome::SeatsExceeded) => Some(self.seats.limit()),
                _ => None,
            };
        }
        Ok(())
    }

    async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        if let Some(applying) = self.applying {
            applying.write(tx).await?;
        }
        rows::insert(tx.db(), tx.workspace_id(), self.new).await?;
        self.sending.queue(tx).await?;
        tx.record_all(self.events);
        Ok(())
    }
}
