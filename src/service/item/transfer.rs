//! `transferOwnership`: gives datasets and pages to another member (WS-4, PERM-6, PERM-7).
//!
//! Owning an item gives EDIT and DELETE of it to whoever may create such items, so that a transfer
//! hands over a right: an administrator transfers anything; another EWP holder only items that they
//! may delete themselves, as long as the receiver's access lasts, or whose security they manage,
//! and never to themself or to an administrator. Whoever is given datasets needs room for them
//! under their limit of DATASETS, unless an administrator says otherwise (QUOTA-6).

use std::{collections::HashMap, sync::Arc};

use serde_json::{Value, json};

use super::{ItemRow, named_workspace, rows};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            self, Given,
            escalation::{self, Change, Target},
            facts::{MemberFacts, Right},
        },
        audit::FieldChange,
        error_code::ErrorCode,
        id::{ItemId, ItemKind, MembershipId},
        interval::Interval,
        outcome::TransferOwnershipOutcome,
        vocabulary::{MembershipState, QuotaType, ResourceAccess},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Firsts, Item},
        quota_check,
        write::{
            self, Affects, CallOptions, Committed, Event, PassedLimit, Transaction, UseCase,
            Verdict,
        },
    },
    store::item_write,
};

/// The input of `transferOwnership`.
#[derive(Debug, Clone)]
pub struct TransferOwnership {
    /// Which items, in order.
    pub ids: Vec<ItemId>,
    /// To whom.
    pub membership_id: MembershipId,
    /// Whether the receiver's limit of datasets may be passed; for administrators.
    pub over_quota: bool,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// The results, in order.
pub type Output = Vec<Item<ItemId, TransferOwnershipOutcome>>;

/// Gives items to another owner (EWP).
pub async fn transfer(
    deps: &Deps,
    caller: &Caller,
    input: TransferOwnership,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    bulk::check_list(deps, "ids", &input.ids)?;
    let workspace = named_workspace(deps, caller, &input.ids).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for TransferOwnership {
    const CHANGES_ACCESS: bool = false;
    const AFFECTS: Affects = Affects::PASSED_LIMITS;
    type Output = Output;

    fn mutation(&self) -> &'static str {
        "transferOwnership"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let id = self.membership_id;
        let Some(owner) = tx.members(&[id]).await?.remove(&id) else {
            return Err(Failure::Invalid(vec![UserError::at(
                ErrorCode::NotFound,
                "membershipId",
            )]));
        };
        if access::state(&owner, tx.now) == MembershipState::Ended {
            return Err(Failure::Invalid(vec![UserError::at(
                ErrorCode::NotActive,
                "membershipId",
            )]));
        }
        if self.over_quota && !access.is_administrator() {
            return Err(Failure::Invalid(vec![UserError::at(
                ErrorCode::Forbidden,
                "overQuota",
            )]));
        }
        let mut room = Room::of(tx, &owner).await?;
        let rows = rows::by_ids(tx.db(), &self.ids).await?.into_iter();
        let rows = rows.filter(|row| row.workspace_id == access.workspace.id);
        let by_id: HashMap<ItemId, ItemRow> = rows.map(|row| (row.facts.id, row)).collect();
        let (mut moved, mut firsts) = (Vec::new(), Firsts::default());
        let mut items = Vec::with_capacity(self.ids.len());
        for id in &self.ids {
            let row = firsts
                .admit(*id)
                .and_then(|()| by_id.get(id).ok_or(ErrorCode::NotFound));
            let became = row.and_then(|row| one(&access, &owner, row));
            let became = match (became, by_id.get(id)) {
                (Ok(TransferOwnershipOutcome::Transferred), Some(row)) => {
                    let is_dataset = id.kind() == ItemKind::Dataset;
                    let passed = is_dataset && !room.has_place();
                    if passed && !self.over_quota {
                        Err(ErrorCode::QuotaExceeded)
                    } else {
                        if is_dataset {
                            room.take();
                        }
                        moved.push(*id);
                        tx.record(event(row, &owner, passed));
                        became
                    }
                }
                _ => became,
            };
            items.push(Item::new(*id, became));
        }
        if let Some(passed) = room.passed() {
            tx.pass_limit(owner.id, passed);
        }
        item_write::transfer(tx.db(), tx.workspace_id(), &moved, owner.account_id, tx.now).await?;
        Ok(bulk::settle(items, self.atomic))
    }
}

/// How many datasets the receiver owns, and how many they may.
struct Room {
    /// `None` = any number.
    limit: Option<u64>,
    used: u64,
    /// Whether a dataset was given beyond the limit.
    is_passed: bool,
}

impl Room {
    /// What the receiver's own limit leaves: a transfer changes no count of the workspace.
    async fn of(tx: &Transaction<'_>, owner: &MemberFacts) -> Result<Self, Failure> {
        let quota = quota_check::of_count(tx, QuotaType::Datasets, Some(owner)).await?;
        Ok(Self {
            limit: quota.limit,
            used: quota.used,
            is_passed: false,
        })
    }

    /// Whether one more dataset fits.
    fn has_place(&self) -> bool {
        self.limit.is_none_or(|limit| self.used < limit)
    }

    /// Gives the receiver one more dataset.
    fn take(&mut self) {
        self.is_passed |= !self.has_place();
        self.used += 1;
    }

    /// The limit, if it was passed.
    fn passed(&self) -> Option<PassedLimit> {
        let limit = self.limit.filter(|_| self.is_passed)?;
        Some(PassedLimit {
            quota_type: QuotaType::Datasets,
            limit,
            used: self.used,
        })
    }
}

/// Decides on one item.
fn one(
    access: &Access,
    owner: &Arc<MemberFacts>,
    row: &ItemRow,
) -> Result<TransferOwnershipOutcome, ErrorCode> {
    if row.original.is_some() {
        return Err(ErrorCode::Copy);
    }
    let (facts, subject, now) = (access.facts(), access.subject(), access.now);
    let items = |id: ItemId| (id == row.facts.id).then_some(row.facts);
    let right = Given::from((
        Right::Item(row.facts.id, ResourceAccess::Delete),
        owner.interval.intersect(&Interval::from(now)),
    ));
    escalation::may_change(facts, subject, Target::Member(owner), Change::Grants, now)
        .map_err(|_| ErrorCode::Forbidden)?;
    if row.facts.owner == Some(owner.account_id) {
        return Ok(TransferOwnershipOutcome::Unchanged);
    }
    escalation::may_pass_on(facts, subject, &[right], &items, now)
        .map_err(|_| ErrorCode::Forbidden)?;
    Ok(TransferOwnershipOutcome::Transferred)
}

fn event(row: &ItemRow, owner: &MemberFacts, passed: bool) -> Event {
    let kind = match row.facts.id.kind() {
        ItemKind::Dataset => AuditEventKind::DatasetTransferred,
        ItemKind::Page => AuditEventKind::PageTransferred,
    };
    let mut changes = vec![FieldChange::plain(
        "ownerId",
        json!(row.facts.owner),
        json!(owner.account_id),
    )];
    changes.extend(passed.then(|| FieldChange::plain("overQuota", Value::Null, true)));
    Event::new(kind, row.facts.id, changes)
}
