//! `transferOwnership`: gives datasets and pages to another member (WS-4, PERM-6, PERM-7).
//!
//! Owning an item gives EDIT and DELETE of it to whoever may create such items, so that a transfer hands over a right: an
//! administrator transfers anything; another EWP holder only items that they may delete themselves, as long as the receiver's
//! access lasts, or whose security they manage, and never to themself or to an administrator. What the receiver's quotas say
//! does not count: they are about creating.

use std::{collections::HashMap, sync::Arc};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{ItemRow, named_workspace, rows};
use crate::{
    domain::{
        access::{
            self, Given,
            escalation::{self, Change, Target},
            facts::{MemberFacts, Right},
        },
        audit::FieldChange,
        id::{ItemId, ItemKind, MembershipId},
        interval::Interval,
        vocabulary::{MembershipState, ResourceAccess},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Code, Firsts, Item},
        write::{self, Done, Event, Manner, Transaction, UseCase, Verdict},
    },
    store::item_write,
};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct TransferOwnership {
    /// Which items, in order.
    pub ids: Vec<ItemId>,
    /// To whom.
    pub membership_id: MembershipId,
    /// Whether one failed item undoes all.
    pub atomic: bool,
}

/// What became of one item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum TransferOutcome {
    /// It has a new owner.
    Transferred,
    /// It was theirs before.
    Unchanged,
}

/// The results, in order.
pub type Output = Vec<Item<ItemId, TransferOutcome>>;

/// Gives items to another owner (EWP).
pub async fn transfer(
    deps: &Deps,
    caller: &Caller,
    input: TransferOwnership,
    mut manner: Manner,
) -> Result<Done<Output>, Failure> {
    bulk::check_list(deps, "ids", &input.ids)?;
    manner.input = bulk::canonical(&json!({ "ids": input.ids, "membershipId": input.membership_id, "atomic": input.atomic }));
    let workspace = named_workspace(deps, caller, &input.ids).await?;
    write::run(deps, caller, workspace, &manner, &Transferring { input }).await
}

struct Transferring {
    input: TransferOwnership,
}

impl UseCase for Transferring {
    const MUTATION: &'static str = "transferOwnership";
    const CHANGES_ACCESS: bool = false;
    type Output = Output;

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        bulk::require_ewp_member(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let id = self.input.membership_id;
        let Some(owner) = tx.members(&[id]).await?.remove(&id) else {
            return Ok(Verdict::refuse(Vec::new(), vec![UserError::at(bulk::NOT_FOUND, "membershipId")]));
        };
        if access::state(&owner, tx.now) == MembershipState::Ended {
            return Ok(Verdict::refuse(Vec::new(), vec![UserError::at(bulk::NOT_ACTIVE, "membershipId")]));
        }
        let found = rows::by_ids(tx.db(), &self.input.ids).await?.into_iter();
        let here = found.filter(|row| row.workspace_id == access.workspace.id);
        let found: HashMap<ItemId, ItemRow> = here.map(|row| (row.facts.id, row)).collect();
        let (mut moved, mut firsts) = (Vec::new(), Firsts::default());
        let mut items = Vec::with_capacity(self.input.ids.len());
        for id in &self.input.ids {
            let row = firsts.admit(*id).and_then(|()| found.get(id).ok_or(bulk::NOT_FOUND));
            let became = row.and_then(|row| one(&access, &owner, row));
            if let (Ok(TransferOutcome::Transferred), Some(row)) = (became, found.get(id)) {
                moved.push(*id);
                tx.record(event(row, &owner));
            }
            items.push(Item::new(*id, became));
        }
        item_write::transfer(tx.db(), tx.workspace_id(), &moved, owner.account_id, tx.now).await?;
        Ok(bulk::settle(items, self.input.atomic))
    }
}

/// Decides on one item.
fn one(access: &Access, owner: &Arc<MemberFacts>, row: &ItemRow) -> Result<TransferOutcome, Code> {
    let (facts, subject, now) = (access.facts(), access.subject(), access.now);
    let items = |id: ItemId| (id == row.facts.id).then_some(row.facts);
    let given = Given::from((Right::Item(row.facts.id, ResourceAccess::Delete), owner.interval.intersect(&Interval::from(now))));
    escalation::may_change(facts, subject, Target::Member(owner), Change::Grants, now).map_err(|_| bulk::FORBIDDEN)?;
    if row.facts.owner == Some(owner.account_id) {
        return Ok(TransferOutcome::Unchanged);
    }
    escalation::may_pass_on(facts, subject, &[given], &items, now).map_err(|_| bulk::FORBIDDEN)?;
    Ok(TransferOutcome::Transferred)
}

fn event(row: &ItemRow, owner: &MemberFacts) -> Event {
    let kind = match row.facts.id.kind() {
        ItemKind::Dataset => "DATASET_TRANSFERRED",
        ItemKind::Page => "PAGE_TRANSFERRED",
    };
    let change = FieldChange::plain("ownerId", json!(row.facts.owner), json!(owner.account_id));
    Event::new(kind, row.facts.id, vec![change])
}
