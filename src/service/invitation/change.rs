//! What is done to invitations that wait, by those who may invite: changing what they offer
//! (JOIN-11), sending them again (JOIN-8), taking them back. Each in bulk, with a result for each.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    offer_input::OfferInput,
    record,
    sending::{self, Addressee, Sending},
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::escalation::{self, Change, Target},
        email::EmailAddress,
        error_code::ErrorCode,
        id::{InvitationId, WorkspaceId},
        outcome::InvitationOutcome,
        permission::Permission,
        vocabulary::InvitationState,
    },
    service::{
        Access, Caller, Deps, Failure,
        administrators::{self, Administrators},
        bulk::{self, Firsts, Item, ItemError},
        joining::Seats,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        invitation::{
            self as reads, Delivery, InvitationRow,
            write::{self as rows, InvitedAccount},
        },
        naming::Named,
    },
};

/// The results, in order.
pub type Changed = Vec<Item<InvitationId, InvitationOutcome>>;

/// What is done to them.
enum Act {
    /// They offer something else.
    Update(OfferInput),
    /// They are sent again.
    Resend,
    /// They are taken back.
    Cancel,
}

/// Changes what pending invitations offer, without a new token; the defaults stay in (EWP,
/// JOIN-11).
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    ids: Vec<InvitationId>,
    offer: OfferInput,
    atomic: bool,
    options: CallOptions,
) -> Result<Committed<Changed>, Failure> {
    offer.check_form()?;
    let (workspace, _) = named_workspace(deps, caller, &ids).await?;
    write::run(
        deps,
        caller,
        workspace,
        &options,
        &ChangeInvitations {
            ids,
            atomic,
            founder: false,
            act: Act::Update(offer),
        },
    )
    .await
}

/// Sends invitations again, with a new token and a new term: pending ones, and expired ones whose
/// access would not have ended (EWP, JOIN-8). The resender offers them anew (PERM-6). While the
/// workspace has no administrator that counts, those who made it may: invitations that offer the
/// ADMINISTRATOR role alone (MEM-5).
pub async fn resend(
    deps: &Deps,
    caller: &Caller,
    ids: Vec<InvitationId>,
    atomic: bool,
    options: CallOptions,
) -> Result<Committed<Changed>, Failure> {
    let (workspace, founder) = named_workspace(deps, caller, &ids).await?;
    write::run(
        deps,
        caller,
        workspace,
        &options,
        &ChangeInvitations {
            ids,
            atomic,
            founder,
            act: Act::Resend,
        },
    )
    .await
}

/// Takes pending invitations back (EWP; MEM-5 as in [`resend`]): their tokens are void at once.
pub async fn cancel(
    deps: &Deps,
    caller: &Caller,
    ids: Vec<InvitationId>,
    atomic: bool,
    options: CallOptions,
) -> Result<Committed<Changed>, Failure> {
    let (workspace, founder) = named_workspace(deps, caller, &ids).await?;
    write::run(
        deps,
        caller,
        workspace,
        &options,
        &ChangeInvitations {
            ids,
            atomic,
            founder,
            act: Act::Cancel,
        },
    )
    .await
}

async fn named_workspace(
    deps: &Deps,
    caller: &Caller,
    ids: &[InvitationId],
) -> Result<(WorkspaceId, bool), Failure> {
    bulk::check_list(deps, "ids", ids)?;
    let ids = ids.iter().map(|id| id.0).collect();
    administrators::named_or_founded(deps, caller, Named::Invitation, ids).await
}

/// A change of invitations that wait.
struct ChangeInvitations {
    ids: Vec<InvitationId>,
    atomic: bool,
    /// Whether the caller may see to the first administrator, should there be none that counts
    /// (MEM-5).
    founder: bool,
    act: Act,
}

impl UseCase for ChangeInvitations {
    const CHANGES_ACCESS: bool = false;
    type Output = Changed;

    fn mutation(&self) -> &'static str {
        match self.act {
            Act::Update(_) => "updateInvitations",
            Act::Resend => "resendInvitations",
            Act::Cancel => "cancelInvitations",
        }
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        if self.founder {
            Ok(())
        } else {
            bulk::require_ewp_member(access, caller)
        }
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Changed>, Failure> {
        let access = tx.access.clone();
        let founder = self.founder && Administrators::count(tx).await?.none();
        if !founder {
            bulk::require_ewp_member(&access, tx.caller)?;
        }
        if let Act::Update(offer) = &self.act {
            let errors = offer.errors(&access);
            if !errors.is_empty() {
                return Err(Failure::Invalid(errors));
            }
        }
        let mut run = ChangeRun::load(tx, &access, &self.ids, founder).await?;
        let (mut firsts, mut items) = (Firsts::default(), Vec::with_capacity(self.ids.len()));
        for id in &self.ids {
            let row = firsts
                .admit(*id)
                .and_then(|()| run.seen(id).cloned().ok_or(ErrorCode::NotFound));
            items.push(match (row, &self.act) {
                (Err(code), _) => Item::new(*id, Err(code)),
                (Ok(row), Act::Update(offer)) => {
                    Item::decided(*id, run.update(tx, &row, offer).await)?
                }
                (Ok(row), Act::Resend) => Item::decided(*id, run.resend(tx, &row).await)?,
                (Ok(row), Act::Cancel) => Item::new(*id, run.cancel(&row)),
            });
        }
        if items
            .iter()
            .any(|item| item.code == Some(ErrorCode::LimitReached))
        {
            bulk::explain(
                &mut items,
                ErrorCode::LimitReached,
                run.sending.limit(tx).await?,
            );
        }
        bulk::explain(&mut items, ErrorCode::SeatsExceeded, run.seats.limit());
        run.write(tx).await?;
        Ok(bulk::settle(items, self.atomic))
    }
}

/// A call under the lock: what is known of all invitations, and what to write.
struct ChangeRun<'a> {
    access: &'a Access,
    founder: bool,
    now: DateTime<Utc>,
    /// When a term that begins now is over.
    new_term: DateTime<Utc>,
    rows: HashMap<InvitationId, InvitationRow>,
    accounts: HashMap<String, InvitedAccount>,
    pending: HashMap<String, InvitationId>,
    seats: Seats,
    sending: Sending,
    resent: Vec<(InvitationId, Delivery)>,
    cancelled: Vec<InvitationId>,
    events: Vec<Event>,
}

impl<'a> ChangeRun<'a> {
    async fn load(
        tx: &Transaction<'_>,
        access: &'a Access,
        ids: &[InvitationId],
        founder: bool,
    ) -> Result<Self, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let rows = reads::by_ids(tx.db(), ids)
            .await?
            .into_iter()
            .filter(|row| row.workspace_id == workspace);
        let by_id: HashMap<InvitationId, InvitationRow> = rows.map(|row| (row.id, row)).collect();
        let addresses: Vec<&str> = by_id
            .values()
            .map(|row| row.email_canonical.as_str())
            .collect();
        Ok(Self {
            access,
            founder,
            now,
            new_term: now + tx.deps.limits.invitations.term,
            accounts: rows::known(tx.db(), workspace, &addresses, now).await?,
            pending: super::pending_to(tx, &addresses).await?,
            seats: Seats::count(tx).await?,
            sending: Sending::load(tx, &addresses).await?,
            rows: by_id,
            resent: Vec::new(),
            cancelled: Vec::new(),
            events: Vec::new(),
        })
    }

    /// The invitation, if the caller may do something about it.
    fn seen(&self, id: &InvitationId) -> Option<&InvitationRow> {
        let row = self.rows.get(id)?;
        (self.access.can(Permission::EditWorkspaceProperties) || self.is_of_founder(row))
            .then_some(row)
    }

    /// Whether it is to the first administrator, by whoever may see to that (MEM-5).
    fn is_of_founder(&self, row: &InvitationRow) -> bool {
        self.founder && row.offer.is_of_administrator_alone(self.access)
    }

    async fn update(
        &mut self,
        tx: &Transaction<'_>,
        row: &InvitationRow,
        input: &OfferInput,
    ) -> Result<InvitationOutcome, ItemError> {
        if row.state(self.now) != InvitationState::Pending {
            return Err(ErrorCode::NotPending.into());
        }
        let new = input.applied_to(&row.offer, self.now);
        if new.ends_before_start() {
            return Err(ErrorCode::EndsBeforeStart.into());
        }
        let window = new.longest(self.now, row.term_ends_at);
        let weighed = new.beyond_defaults();
        if weighed
            .refusal(tx, window, Some((&row.offer, row.term_ends_at)))
            .await?
            .is_some()
        {
            return Err(ErrorCode::Forbidden.into());
        }
        let changes = new.changes(self.access, Some(&row.offer));
        if changes.is_empty() {
            return Ok(InvitationOutcome::Unchanged);
        }
        // Whoever could have made it as it is now stands behind it; of what they could not, whoever
        // gave that (PERM-8).
        let stands = weighed.refusal(tx, window, None).await?.is_none();
        let by = if stands {
            tx.caller.account_id()
        } else {
            row.invited_by
        };
        rows::set_offer(tx.db(), tx.workspace_id(), row.id, &new, by).await?;
        let account = self.accounts.get(&row.email_canonical);
        self.events.push(Event {
            personal_of: account.map(|account| account.account_id),
            ..Event::new(AuditEventKind::InvitationUpdated, row.id, changes)
        });
        Ok(InvitationOutcome::Updated)
    }

    async fn resend(
        &mut self,
        tx: &Transaction<'_>,
        row: &InvitationRow,
    ) -> Result<InvitationOutcome, ItemError> {
        let offer = &row.offer;
        let was_pending = match row.state(self.now) {
            InvitationState::Pending => true,
            InvitationState::Expired if offer.end.at().is_none_or(|end| end > self.now) => false,
            _ => return Err(ErrorCode::NotPending.into()),
        };
        // A role that was deleted while the invitation lay: nobody is let in with less than they
        // were promised (PERM-10).
        if offer.role.is_some() && offer.role(self.access).is_none() {
            return Err(ErrorCode::NotFound.into());
        }
        let is_blocked = |email: EmailAddress| tx.deps.limits.invitations.blocked.blocks(&email);
        if EmailAddress::parse(&row.email).is_ok_and(is_blocked) {
            return Err(ErrorCode::ForbiddenEmail.into());
        }
        let refusal = offer
            .refusal(tx, offer.longest(self.now, self.new_term), None)
            .await?;
        if refusal.is_some() && !self.is_of_founder(row) {
            return Err(ErrorCode::Forbidden.into());
        }
        Ok(self.send(tx, row, was_pending)?)
    }

    /// Sends it again, if there is room for it.
    fn send(
        &mut self,
        tx: &Transaction<'_>,
        row: &InvitationRow,
        was_pending: bool,
    ) -> Result<InvitationOutcome, ErrorCode> {
        let account = self.accounts.get(&row.email_canonical);
        if account.is_some_and(|account| account.membership_id.is_some()) {
            return Err(ErrorCode::AlreadyMember);
        }
        if !was_pending {
            if self.pending.contains_key(&row.email_canonical) {
                return Err(ErrorCode::AlreadyInvited);
            }
            self.seats.take().map_err(|_| ErrorCode::SeatsExceeded)?;
        }
        let to = Addressee {
            email: &row.email,
            canonical: &row.email_canonical,
            account,
            locale: row.offer.locale,
        };
        let delivery = match self.sending.send(tx, row.id, row.generation + 1, &to) {
            Ok(delivery) => delivery,
            Err(code) => {
                if !was_pending {
                    self.seats.give_back();
                }
                return Err(code);
            }
        };
        self.pending.insert(row.email_canonical.clone(), row.id);
        self.resent.push((row.id, delivery));
        self.events
            .push(record::resent(row, self.new_term, self.now));
        Ok(InvitationOutcome::Resent)
    }

    fn cancel(&mut self, row: &InvitationRow) -> Result<InvitationOutcome, ErrorCode> {
        if row.state(self.now) != InvitationState::Pending {
            return Err(ErrorCode::NotPending);
        }
        // Only an administrator takes the ADMINISTRATOR role, from those to whom it is offered too
        // (PERM-6).
        if !self.is_of_founder(row) {
            let (facts, actor) = (self.access.facts(), self.access.subject());
            escalation::may_change(facts, actor, Target::Newcomer, Change::State, self.now)
                .map_err(|_| ErrorCode::Forbidden)?;
            if row.offer.is_of_administrator(self.access) && !self.access.is_administrator() {
                return Err(ErrorCode::Forbidden);
            }
        }
        self.cancelled.push(row.id);
        self.events.push(record::became(
            AuditEventKind::InvitationCancelled,
            row.id,
            InvitationState::Cancelled,
        ));
        Ok(InvitationOutcome::Cancelled)
    }

    async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        let resent: Vec<InvitationId> = self.resent.iter().map(|(id, _)| *id).collect();
        rows::renew(
            tx.db(),
            tx.workspace_id(),
            &resent,
            self.new_term,
            tx.caller.account_id(),
        )
        .await?;
        reads::cancel(tx.db(), tx.workspace_id(), &self.cancelled, tx.now).await?;
        sending::void(tx, &resent).await?;
        sending::void(tx, &self.cancelled).await?;
        sending::keep(tx, &self.resent).await?;
        self.sending.queue(tx).await?;
        tx.record_all(self.events);
        Ok(())
    }
}
