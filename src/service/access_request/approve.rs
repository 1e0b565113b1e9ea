//! `approveAccessRequests`: many at once, with all that their memberships start with (JOIN-3,
//! JOIN-12, JOIN-13, PERM-6, PERM-7, BULK-1).
//!
//! Whoever is a member by now is let in no second time: a disabled member is enabled, with all that
//! they have and nothing of what the call gives; of any other the request is closed. Whoever is
//! invited as well joins by the invitation, with what it offers and what the call gives (JOIN-9).

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};

use super::{AccessRequestRow, under_lock, waiting};
use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        error_code::ErrorCode,
        id::{AccessRequestId, AccountId, MembershipId},
        interval::Interval,
        mail::MailKind,
        offer::Offer,
        outcome::ApproveAccessRequestsOutcome,
        vocabulary::{Locale, MembershipOrigin, MembershipState},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Item, ItemError},
        invitation::{InvitationRow, OfferInput, start as offered},
        joining::{self, Gift, Seats, Start},
        known_items::KnownItems,
        member::disable,
        sign_up,
        write::{self, CallOptions, Committed, Transaction, UseCase, Verdict},
    },
    store::{
        default_permission, invitation,
        joining::{self as newcomers, Newcomer},
        naming::Named,
        subject,
    },
};

/// The input of `approveAccessRequests`.
#[derive(Debug, Clone)]
pub struct ApproveAccessRequests {
    /// Which requests, in order.
    pub ids: Vec<AccessRequestId>,
    /// What the memberships start with, besides the workspace's defaults; nothing of language or
    /// note.
    pub offer: OfferInput,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// What became of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approved {
    /// What was done.
    pub outcome: ApproveAccessRequestsOutcome,
    /// The membership that came of it, or was there.
    pub membership_id: MembershipId,
}

impl From<Approved> for ApproveAccessRequestsOutcome {
    fn from(approved: Approved) -> Self {
        approved.outcome
    }
}

/// The results, in order.
type Output = Vec<Item<AccessRequestId, Approved>>;

/// Approves access requests (EWP; only what the caller holds as long is given, PERM-6).
pub async fn approve(
    deps: &Deps,
    caller: &Caller,
    input: ApproveAccessRequests,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    bulk::check_list(deps, "ids", &input.ids)?;
    input.offer.check_form()?;
    let ids = input.ids.iter().map(|id| id.0).collect();
    let workspace = bulk::named_workspace(deps, caller, Named::AccessRequest, ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

/// What holds for all items.
struct Frame {
    access: Access,
    offer: Offer,
    /// When the memberships count.
    window: Interval,
    /// Whether the call says when access begins or ends.
    says_when: bool,
    /// Whether the caller may give what is asked for (PERM-6).
    may_give: bool,
    /// The accounts behind the requests that have a confirmed address.
    people: HashMap<AccountId, Newcomer>,
    /// Those of them who are members.
    members: HashMap<AccountId, Arc<MemberFacts>>,
    /// The invitations that wait for an address, oldest first.
    invited: HashMap<String, Vec<InvitationRow>>,
    /// The items that enabled members get back.
    items: KnownItems,
}

impl UseCase for ApproveAccessRequests {
    const CHANGES_ACCESS: bool = true;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "approveAccessRequests"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let offer = self.offer(&tx.access)?;
        let requests = under_lock(tx, &self.ids).await?;
        let frame = Frame::of(tx, offer, self.offer.says_when(), requests.values()).await?;
        let mut seats = Seats::count(tx).await?;
        let (mut items, mut applicants) = (Vec::with_capacity(self.ids.len()), Vec::new());
        for (id, row) in waiting(&self.ids, &requests) {
            let item = match row {
                Ok(row) => Item::decided(id, frame.approve(tx, row, &mut seats).await)?,
                Err(code) => Item::new(id, Err(code)),
            };
            if let (Ok(row), Some(approved)) = (row, item.outcome)
                && approved.outcome != ApproveAccessRequestsOutcome::AlreadyMember
            {
                applicants.push((row.account_id, row.id));
            }
            items.push(item);
        }
        sign_up::tell_applicant(tx, MailKind::AccessRequestApproved, applicants).await?;
        bulk::explain(&mut items, ErrorCode::SeatsExceeded, seats.limit());
        Ok(bulk::settle(items, self.atomic))
    }
}

impl ApproveAccessRequests {
    /// What the memberships start with, or everything that is wrong about it.
    fn offer(&self, access: &Access) -> Result<Offer, Vec<UserError>> {
        let errors = self.offer.errors(access);
        if !errors.is_empty() {
            return Err(errors);
        }
        let nothing = Offer::nothing(Locale::En);
        let offer = self.offer.applied_to(&nothing, access.now);
        if offer.accepted_at(access.now).is_empty() {
            return Err(vec![UserError::at(
                ErrorCode::EndsBeforeStart,
                "accessEndsAt",
            )]);
        }
        Ok(offer)
    }
}

impl Frame {
    async fn of<'r>(
        tx: &mut Transaction<'_>,
        mut offer: Offer,
        says_when: bool,
        rows: impl Iterator<Item = &'r AccessRequestRow>,
    ) -> Result<Self, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let accounts: Vec<AccountId> = rows.map(|row| row.account_id).collect();
        let people = newcomers::by_accounts(tx.db(), &accounts).await?;
        let current = subject::members_of_accounts(tx.db(), workspace, &accounts, now).await?;
        let ids: Vec<MembershipId> = current.values().copied().collect();
        let facts = tx.members(&ids).await?;
        let members: HashMap<_, _> = current
            .into_iter()
            .filter_map(|(account, id)| Some((account, Arc::clone(facts.get(&id)?))))
            .collect();
        let addresses = people
            .values()
            .map(|person| person.email_canonical.as_str());
        let mut invited: HashMap<String, Vec<InvitationRow>> = HashMap::new();
        for row in invitation::pending_to(tx.db(), workspace, addresses, now).await? {
            invited
                .entry(row.email_canonical.clone())
                .or_default()
                .push(row);
        }
        let back = members
            .values()
            .flat_map(|member| disable::back(&tx.access, member));
        let items = KnownItems::load(tx, back).await?;
        let defaults = default_permission::rows(tx.db(), workspace, now)
            .await?
            .into_iter();
        offer.defaults = defaults
            .filter(|row| row.interval.contains(now))
            .map(|row| row.permission)
            .collect();
        let window = offer.accepted_at(now);
        let mut may_give = offer.refusal(tx, window, None).await?.is_none();
        if !may_give {
            // What the workspace gives anyway need not be held: it is then left to the workspace.
            let beyond = offer.beyond_defaults();
            if beyond != offer {
                may_give = beyond.refusal(tx, window, None).await?.is_none();
                offer = beyond;
            }
        }
        let access = tx.access.clone();
        Ok(Self {
            access,
            offer,
            window,
            says_when,
            may_give,
            people,
            members,
            invited,
            items,
        })
    }

    /// Decides on one request that waits, and does it.
    async fn approve(
        &self,
        tx: &mut Transaction<'_>,
        row: &AccessRequestRow,
        seats: &mut Seats,
    ) -> Result<Approved, ItemError> {
        let person = self
            .people
            .get(&row.account_id)
            .ok_or(ErrorCode::NotFound)?;
        if let Some(member) = self.members.get(&row.account_id) {
            return self.welcome_back(tx, row, member).await;
        }
        if !self.may_give {
            return Err(ErrorCode::Forbidden.into());
        }
        let giver = tx.caller.account_id();
        let invited = self
            .invited
            .get(&person.email_canonical)
            .map_or(&[][..], Vec::as_slice);
        let mut start = Start {
            giver,
            ..Start::bare(person.clone(), MembershipOrigin::AccessRequest, self.window)
        };
        if let Some(newest) = invited.last() {
            start = self
                .invited(tx, newest, person)
                .await?
                .ok_or(ErrorCode::Forbidden)?;
            // Each that waits has taken a seat: one becomes theirs, the others are free.
            invited.iter().skip(1).for_each(|_| seats.give_back());
        } else {
            seats.take()?;
        }
        start.gifts.push(Gift {
            giver,
            offer: self.offer.clone(),
        });
        (start.answers, start.terms_version) = (super::answers(row), row.terms_version);
        let membership_id = joining::begin(tx, start).await?;
        Ok(Approved {
            outcome: ApproveAccessRequestsOutcome::Approved,
            membership_id,
        })
    }

    /// What a membership starts with by an invitation, in the time that the call says, if it says
    /// one; `None` if the caller may not give what is offered for that long (PERM-6).
    async fn invited(
        &self,
        tx: &Transaction<'_>,
        row: &InvitationRow,
        person: &Newcomer,
    ) -> Result<Option<Start>, Failure> {
        let mut start = offered(tx, row, person.clone());
        if self.says_when {
            if !start.interval.covers(&self.window)
                && row.offer.refusal(tx, self.window, None).await?.is_some()
            {
                return Ok(None);
            }
            start.interval = self.window;
        }
        Ok(Some(start))
    }

    /// Of a member: enables who is disabled, if the caller may (PERM-6), and closes the request.
    async fn welcome_back(
        &self,
        tx: &mut Transaction<'_>,
        row: &AccessRequestRow,
        member: &MemberFacts,
    ) -> Result<Approved, ItemError> {
        let mut outcome = ApproveAccessRequestsOutcome::AlreadyMember;
        if access::state(member, tx.now) == MembershipState::Disabled {
            disable::may_enable(&self.access, member, &self.items)?;
            disable::enable_members(tx, std::slice::from_ref(member), None).await?;
            if !super::answers(row).is_empty() || row.terms_version.is_some() {
                newcomers::insert_form(
                    tx.db(),
                    tx.workspace_id(),
                    member.id,
                    row.answers.clone(),
                    row.terms_version,
                )
                .await?;
            }
            outcome = ApproveAccessRequestsOutcome::Enabled;
        }
        joining::close_requests(tx, member.id, row.account_id).await?;
        Ok(Approved {
            outcome,
            membership_id: member.id,
        })
    }
}
