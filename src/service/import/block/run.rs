//! The lines of an import under the lock: what each becomes, then all of it written (IMPORT-3).

use std::{collections::HashMap, num::NonZeroU32, sync::Arc};

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;

use super::{
    super::{
        file::ImportLine,
        join,
        offer::{LineFault, Names},
    },
    ImportBlock, Imported, Output, is_unlimited,
};
use crate::{
    domain::{
        access::facts::MemberFacts,
        audit::FieldChange,
        error_code::ErrorCode,
        id::{AccountId, GroupId, MembershipId},
        mail::MailKind,
        offer::Offer,
        outcome::{ImportOutcome, InviteOutcome, OnExistingMember},
    },
    service::{
        Failure,
        bulk::ItemError,
        invitation::{Applying, InviteRun, Seen, Terms},
        write::Transaction,
    },
    store::{invitation::write::InvitedAccount, outbox},
};

/// The mails of an import, one after the other.
struct Pace {
    next: DateTime<Utc>,
    step: Duration,
}

impl Pace {
    /// Behind the invitations of the workspace that wait to be mailed.
    async fn of(tx: &Transaction<'_>, block: &ImportBlock) -> Result<Self, Failure> {
        let setting = tx.deps.limits.invitations.import_mails_per_hour;
        let an_hour = block
            .options
            .mails_per_hour
            .map_or(setting, NonZeroU32::get);
        let step = Duration::microseconds(3_600_000_000 / i64::from(an_hour.max(1)));
        let next = match block.next_mail_at {
            Some(at) => at,
            None => {
                let (kind, workspace) = (MailKind::Invitation, tx.workspace_id());
                let waiting = outbox::count_due_after(tx.db(), kind, workspace, tx.now).await?;
                tx.now + step * i32::try_from(waiting).unwrap_or(i32::MAX)
            }
        };
        Ok(Self {
            next: next.max(tx.now),
            step,
        })
    }

    /// When the last of so many mails would go out.
    fn last(&self, mails: usize) -> DateTime<Utc> {
        self.next + self.step * i32::try_from(mails).unwrap_or(i32::MAX)
    }
}

/// Somebody who becomes a member at once.
struct Joining {
    place: usize,
    account: Option<AccountId>,
    offer: Offer,
}

/// Some lines under the lock.
pub(super) struct BlockRun<'a> {
    block: &'a ImportBlock,
    names: Names,
    /// What each line offers, or why nothing.
    offers: Vec<Result<Offer, LineFault>>,
    run: InviteRun,
    pace: Pace,
    has_mailed: bool,
    members: HashMap<MembershipId, Arc<MemberFacts>>,
    results: Vec<Imported>,
    refused: Vec<(usize, InviteOutcome)>,
    /// Members who are given something, by what that is.
    applied: Vec<(Offer, Vec<(usize, MembershipId)>)>,
    joining: Vec<Joining>,
    /// The groups that invitations name.
    groups: Vec<GroupId>,
}

impl<'a> BlockRun<'a> {
    pub(super) async fn load(
        tx: &mut Transaction<'_>,
        block: &'a ImportBlock,
        lines: &[ImportLine],
    ) -> Result<Self, Failure> {
        let mut names = Names::load(tx, block.options.create_groups).await?;
        let offers = lines.iter().map(|line| names.offer(tx, line)).collect();
        let pace = Pace::of(tx, block).await?;
        let mut run = InviteRun::load(tx, lines.iter().map(|line| &line.invitee)).await?;
        if is_unlimited(tx.caller) {
            run.lift_daily_limit();
        }
        let members = match block.options.on_existing {
            OnExistingMember::Apply => tx.members(&run.members()).await?,
            OnExistingMember::Report => HashMap::new(),
        };
        let mut work = Self {
            block,
            names,
            offers,
            run,
            pace,
            has_mailed: false,
            members,
            results: Vec::with_capacity(lines.len()),
            refused: Vec::new(),
            applied: Vec::new(),
            joining: Vec::new(),
            groups: Vec::new(),
        };
        work.weigh(tx, lines.len()).await?;
        Ok(work)
    }

    /// Refuses offers of more than the caller may give, each kind of offer once (PERM-6).
    async fn weigh(&mut self, tx: &Transaction<'_>, lines: usize) -> Result<(), Failure> {
        if tx.caller.is_system() {
            return Ok(());
        }
        let until = self.pace.last(lines) + tx.deps.limits.invitations.term;
        let mut known: HashMap<String, bool> = HashMap::new();
        for offer in &mut self.offers {
            let Ok(offered) = offer else { continue };
            let key = format!("{offered:?}");
            let is_refused = match known.get(&key) {
                Some(refused) => *refused,
                None => {
                    let window = offered.longest(tx.now, until);
                    let gift = offered.beyond_defaults();
                    let refused = gift.refusal(tx, window, None).await?.is_some();
                    known.insert(key, refused);
                    refused
                }
            };
            if is_refused {
                *offer = Err(ErrorCode::Forbidden.into());
            }
        }
        Ok(())
    }

    /// Decides about one line and collects the rows to write.
    pub(super) fn decide(&mut self, tx: &Transaction<'_>, place: usize, line: &ImportLine) {
        let offer = self.offers.get(place).cloned();
        let offer = offer.unwrap_or(Err(ErrorCode::InvalidCsv.into()));
        let result = if line.is_unreadable() {
            match &offer {
                Err(fault) => Imported::failed(line, *fault),
                Ok(_) => Imported::of(line),
            }
        } else {
            match self.run.look(tx, &line.invitee) {
                Seen::Refused(fault, _) => Imported::failed(line, fault),
                Seen::Oneself(Some(id)) => {
                    Imported::done(line, ImportOutcome::AlreadyMember).member(id)
                }
                Seen::Oneself(None) => Imported::failed(line, ErrorCode::OwnAddress),
                Seen::Member(id) => self.meet(place, line, id, offer),
                Seen::Pending(id, _) if !self.block.options.join => {
                    Imported::done(line, ImportOutcome::AlreadyInvited).invited(id)
                }
                Seen::Pending(_, account) => {
                    // The seat of the invitation becomes the member's.
                    if offer.is_ok() {
                        self.run.seats.give_back();
                    }
                    self.join(place, line, account, offer)
                }
                Seen::New(account) if self.block.options.join => self.join(
                    place,
                    line,
                    account.map(|account| account.account_id),
                    offer,
                ),
                Seen::New(account) => match offer {
                    Err(fault) => Imported::failed(line, fault),
                    Ok(offer) => self.invite(tx, place, line, (account, &offer)),
                },
            }
        };
        self.results.push(result);
    }

    /// What becomes of a member.
    fn meet(
        &mut self,
        place: usize,
        line: &ImportLine,
        id: MembershipId,
        offer: Result<Offer, LineFault>,
    ) -> Imported {
        match (self.block.options.on_existing, offer) {
            (OnExistingMember::Report, _) => {
                Imported::done(line, ImportOutcome::AlreadyMember).member(id)
            }
            (OnExistingMember::Apply, Err(fault)) => Imported::failed(line, fault).member(id),
            (OnExistingMember::Apply, Ok(offer)) => {
                match self.applied.iter_mut().find(|(known, _)| *known == offer) {
                    Some((_, members)) => members.push((place, id)),
                    None => self.applied.push((offer, vec![(place, id)])),
                }
                Imported::done(line, ImportOutcome::Applied).member(id)
            }
        }
    }

    fn join(
        &mut self,
        place: usize,
        line: &ImportLine,
        account: Option<AccountId>,
        offer: Result<Offer, LineFault>,
    ) -> Imported {
        let offer = match offer {
            Ok(offer) => offer,
            Err(fault) => return Imported::failed(line, fault),
        };
        if self.run.seats.take().is_err() {
            self.refused.push((place, InviteOutcome::SeatsExceeded));
            return Imported::failed(line, ErrorCode::SeatsExceeded);
        }
        self.joining.push(Joining {
            place,
            account,
            offer,
        });
        Imported::done(line, ImportOutcome::Joined)
    }

    fn invite(
        &mut self,
        tx: &Transaction<'_>,
        place: usize,
        line: &ImportLine,
        (account, offer): (Option<InvitedAccount>, &Offer),
    ) -> Imported {
        let terms = Terms {
            mail_at: self.pace.next,
            expires_at: self.pace.next + tx.deps.limits.invitations.term,
            remarks: remarks(line),
        };
        let access = &self.names.access;
        match self
            .run
            .invite(tx, (access, offer), (&line.invitee, account), &terms)
        {
            Ok(id) => {
                self.pace.next += self.pace.step;
                self.has_mailed = true;
                self.groups.extend(&offer.groups);
                Imported::done(line, ImportOutcome::Invited).invited(id)
            }
            Err(outcome) => {
                self.refused.push((place, outcome));
                let code = outcome.code().unwrap_or(ErrorCode::LimitReached);
                Imported::failed(line, code)
            }
        }
    }

    /// Says of the lines that a limit refused which one it was (JOIN-17).
    pub(super) async fn explain(&mut self, tx: &Transaction<'_>) -> Result<(), Failure> {
        let outcomes = self.refused.iter().map(|(_, outcome)| *outcome);
        let limits = self.run.limits(tx, outcomes).await?;
        for (place, outcome) in &self.refused {
            if let Some(item) = self.results.get_mut(*place) {
                item.limit = limits.of(*outcome);
            }
        }
        Ok(())
    }

    pub(super) async fn write(
        self,
        tx: &mut Transaction<'_>,
        lines: &[ImportLine],
    ) -> Result<Output, Failure> {
        let Self {
            mut names,
            run,
            pace,
            has_mailed,
            members,
            mut results,
            applied,
            joining,
            groups,
            ..
        } = self;
        // One offer after the other: each counts the administrators that the one before left (MEM-5).
        for (offer, places) in applied {
            names.create(tx, offer.groups.iter().copied()).await?;
            let access = names.access.clone();
            let mut applying = Applying::of(tx, &access, &offer, offer.accepted_at(tx.now)).await?;
            for (place, id) in places {
                let decided = match members.get(&id) {
                    Some(member) => applying.decide(tx, member),
                    None => Err(ErrorCode::NotAMember),
                };
                if let (Err(code), Some(item), Some(line)) =
                    (decided, results.get_mut(place), lines.get(place))
                {
                    *item = Imported::failed(line, code).member(id);
                }
            }
            applying.write(tx).await?;
        }
        names.create(tx, groups).await?;
        run.write(tx).await?;
        for Joining {
            place,
            account,
            offer,
        } in joining
        {
            names.create(tx, offer.groups.iter().copied()).await?;
            tx.access = names.access.clone();
            let (Some(item), Some(line)) = (results.get_mut(place), lines.get(place)) else {
                continue;
            };
            let joined = join::join(tx, &line.invitee, account, offer, remarks(line)).await;
            *item = match joined {
                Ok(id) => Imported::done(line, ImportOutcome::Joined).member(id),
                Err(ItemError::Refused(code)) => Imported::failed(line, code),
                Err(ItemError::Failed(failure)) => return Err(failure),
            };
        }
        Ok(Output {
            lines: results,
            next_mail_at: has_mailed.then_some(pace.next),
        })
    }
}

/// What the record keeps of the other system (IMPORT-2).
fn remarks(line: &ImportLine) -> Vec<FieldChange> {
    [
        ("dateJoined", &line.date_joined),
        ("lastSeen", &line.last_seen),
    ]
    .into_iter()
    .filter_map(|(field, value)| {
        let value = value.as_deref()?;
        Some(FieldChange::personal(field, Value::Null, value))
    })
    .collect()
}
