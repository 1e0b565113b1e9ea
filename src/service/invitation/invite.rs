//! `inviteMembers`: offers to many addresses at once, each with its own result (JOIN-5, JOIN-6,
//! JOIN-7, JOIN-13).

mod run;

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{existing::Applying, offer_input::OfferInput};
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
        bulk,
        write::{self, Affects, CallOptions, Committed, InformedUseCase, Transaction, Verdict},
    },
    store::default_permission,
    words::message,
};

pub(crate) use run::{InviteRun, Seen, Terms};

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
