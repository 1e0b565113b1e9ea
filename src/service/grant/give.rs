//! `grantPermissions`: gives members or a group permissions, or access to one item, over an
//! interval.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{
    Grantee, GranteeFacts, Grantees, Holders, Items, Rights,
    record::{Kinds, RightsChange},
    touch,
};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::{
            Given,
            escalation::{self, Target},
            facts::{MemberFacts, Right},
        },
        audit::{self, FieldChange},
        error_code::{ErrorCode, Fault},
        id::{GrantId, ItemId},
        interval::Interval,
        outcome::GrantPermissionsOutcome,
        text, timeline,
        vocabulary::ResourceAccess,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Firsts, Item},
        write::{self, CallOptions, Committed, Event, InformedUseCase, Transaction, Verdict},
    },
    store::grant::{self as rows, NewGrant},
    words::message,
};

/// The longest record filter, in characters (PERM-4).
const LONGEST_FILTER: usize = 10_000;

const KINDS: Kinds = Kinds {
    permissions: AuditEventKind::PermissionGranted,
    access: AuditEventKind::AccessGranted,
};

/// The input of `grantPermissions`.
#[derive(Debug, Clone)]
pub struct GrantPermissions {
    /// Who gets the rights.
    pub grantees: Grantees,
    /// The rights to give.
    pub rights: Rights,
    /// Which records only: with BROWSE on a dataset.
    pub record_filter: Option<String>,
    /// From when; absent: now.
    pub starts_at: Option<DateTime<Utc>>,
    /// Until when; absent: without end.
    pub ends_at: Option<DateTime<Utc>>,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// What became of one target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Granted {
    /// Whether something was given.
    pub outcome: GrantPermissionsOutcome,
    /// The grants that give what was asked for, new ones and those that did before.
    pub grants: Vec<GrantId>,
}

impl From<Granted> for GrantPermissionsOutcome {
    fn from(granted: Granted) -> Self {
        granted.outcome
    }
}

/// The results, in order.
pub type Output = Vec<Item<Grantee, Granted>>;

/// Gives rights: permissions by EWP, access to an item by MANAGE_SECURITY of it.
pub async fn give(
    deps: &Deps,
    caller: &Caller,
    mut input: GrantPermissions,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    input.grantees.check(deps)?;
    input.rights.check(deps)?;
    if input.record_filter.is_some() && input.rights.item().is_none() {
        return Err(Failure::bad_input(message::record_filter_with_resource()));
    }
    input.record_filter = input.record_filter.as_deref().map(text::lines);
    let workspace = input.grantees.workspace(deps, caller).await?;
    let items = Items::load(deps.db.reader(), workspace, input.rights.item().as_slice()).await?;
    write::run(deps, caller, workspace, &options, &(input, items)).await
}

impl InformedUseCase for GrantPermissions {
    const CHANGES_ACCESS: bool = true;
    type Output = Output;
    /// The item, for the first gate.
    type Before = Items;

    fn mutation(&self) -> &'static str {
        "grantPermissions"
    }

    fn authorize(&self, items: &Items, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        if let Some(item) = self.rights.item() {
            if !access.is_administrator() && !items.is_seen(access, item) {
                return Err(Failure::NotFound);
            }
            if items.facts(item).is_none() {
                return Ok(());
            }
        }
        may_at_all(access, &self.rights, items)
    }

    async fn run(&self, _: &Items, tx: &mut Transaction<'_>) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let items = Items::load(tx.db(), tx.workspace_id(), self.rights.item().as_slice()).await?;
        let rights = self.given(&items, tx.now)?;
        may_at_all(&access, &self.rights, &items)?;
        let grantees = self.grantees.list();
        let holders = Holders::load(tx, &access, &grantees).await?;
        let (mut results, mut firsts, mut plan) = (
            Vec::with_capacity(grantees.len()),
            Firsts::default(),
            Plan::default(),
        );
        for grantee in grantees {
            let holder = firsts.admit(grantee).and_then(|()| holders.find(grantee));
            let became = holder
                .and_then(|holder| give_one(tx, &access, &items, &rights, &holder, &mut plan));
            results.push(Item::new(grantee, became));
        }
        plan.write(tx).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

/// Whether the caller may give such rights to anybody: EWP, or MANAGE_SECURITY of the item.
fn may_at_all(access: &Access, rights: &Rights, items: &Items) -> Result<(), Failure> {
    let never = Interval::new(access.now, access.now);
    let rights: Vec<Given> = rights
        .expand()
        .into_iter()
        .map(|right| Given::from((right, never)))
        .collect();
    let items = |id| items.facts(id);
    escalation::may_give(
        access.facts(),
        access.subject(),
        Target::Newcomer,
        &rights,
        &items,
        access.now,
    )
    .map_err(bulk::refusal)
}

/// What to write, gathered over all items.
#[derive(Default)]
struct Plan {
    grants: Vec<NewGrant>,
    events: Vec<Event>,
    touched: Vec<Grantee>,
}

impl Plan {
    async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        rows::insert(tx.db(), tx.workspace_id(), self.grants).await?;
        touch(tx, &self.touched).await?;
        tx.record_all(self.events);
        Ok(())
    }
}

/// Permissions that another use case gives to members, as `grantPermissions` would.
pub(crate) struct Granting {
    rights: Vec<Given>,
    plan: Plan,
}

/// What was decided on one member.
pub(crate) struct Gift(Plan);

impl Granting {
    /// Of these rights, with nobody decided on yet.
    pub(crate) fn of(rights: Vec<Given>) -> Self {
        Self {
            rights,
            plan: Plan::default(),
        }
    }

    /// Decides on one member.
    pub(crate) fn decide(
        &self,
        tx: &Transaction<'_>,
        access: &Access,
        member: &Arc<MemberFacts>,
    ) -> Result<Gift, ErrorCode> {
        let mut plan = Plan::default();
        if !self.rights.is_empty() {
            give_one(
                tx,
                access,
                &Items::default(),
                &self.rights,
                &GranteeFacts::Member(Arc::clone(member)),
                &mut plan,
            )?;
        }
        Ok(Gift(plan))
    }

    /// Keeps what was decided.
    pub(crate) fn take(&mut self, gift: Gift) {
        self.plan.grants.extend(gift.0.grants);
        self.plan.events.extend(gift.0.events);
        self.plan.touched.extend(gift.0.touched);
    }

    /// Writes what was kept.
    pub(crate) async fn write(self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        self.plan.write(tx).await
    }
}

impl GrantPermissions {
    /// The rights with their interval, or what is wrong about them.
    fn given(&self, items: &Items, now: DateTime<Utc>) -> Result<Vec<Given>, Vec<UserError>> {
        let mut errors = Vec::new();
        let rights = self.rights.expand();
        if let Some(item) = self.rights.item() {
            if items.facts(item).is_none() {
                errors.push(UserError::at(ErrorCode::NotFound, "resourceId"));
            }
            if rights.iter().any(|right| !can_be_granted(*right)) {
                errors.push(UserError::at(ErrorCode::InvalidAccess, "access"));
            }
            errors.extend(
                self.record_filter
                    .as_deref()
                    .and_then(|filter| filter_error(filter, item, &rights)),
            );
        }
        match timeline::requested_interval(self.starts_at, self.ends_at, now) {
            Ok(interval) if errors.is_empty() => {
                let record_filter: Option<Arc<str>> = self.record_filter.as_deref().map(Arc::from);
                let with_interval = |right| Given {
                    right,
                    record_filter: record_filter.clone(),
                    interval,
                };
                return Ok(rights.into_iter().map(with_interval).collect());
            }
            Ok(_) => {}
            Err(wrong) => errors.extend(bulk::period_errors(wrong, "startsAt", "endsAt")),
        }
        Err(errors)
    }
}

/// Whether there are grants of that: nobody is given DELETE, and pages have no PUBLISH of their own
/// (PERM-4).
const fn can_be_granted(right: Right) -> bool {
    match right {
        Right::Workspace(_) => true,
        Right::Item(_, ResourceAccess::Delete)
        | Right::Item(ItemId::Page(_), ResourceAccess::Publish) => false,
        Right::Item(..) => true,
    }
}

/// What is wrong about a record filter: only BROWSE on a dataset has one, and it goes with nothing
/// else.
fn filter_error(filter: &str, item: ItemId, rights: &[Right]) -> Option<UserError> {
    let is_page = match item {
        ItemId::Dataset(_) => false,
        ItemId::Page(_) => true,
    };
    if is_page || !rights.iter().all(|right| right.takes_record_filter()) {
        return Some(UserError::at(ErrorCode::FilterNotAllowed, "recordFilter"));
    }
    if filter.is_empty() {
        return Some(UserError::at(Fault::too_short(1), "recordFilter"));
    }
    bulk::check_text(filter, LONGEST_FILTER, true, "recordFilter")
}

/// Decides on one target, and adds what to give to the plan.
fn give_one(
    tx: &Transaction<'_>,
    access: &Access,
    items: &Items,
    rights: &[Given],
    holder: &GranteeFacts<'_>,
    plan: &mut Plan,
) -> Result<Granted, ErrorCode> {
    let facts = |id| items.facts(id);
    escalation::may_give(
        access.facts(),
        access.subject(),
        holder.target(),
        rights,
        &facts,
        tx.now,
    )
    .map_err(|_| ErrorCode::Forbidden)?;
    let mut new = Vec::new();
    let mut grants = Vec::with_capacity(rights.len());
    for one in rights {
        let same = holder.grants().iter().find(|grant| {
            grant.right == one.right
                && grant.record_filter == one.record_filter
                && grant.interval.covers(&one.interval)
        });
        grants.push(same.map_or_else(
            || {
                let id = GrantId(tx.deps.ids.uuid(tx.now));
                new.push((id, one));
                id
            },
            |grant| grant.id,
        ));
    }
    if new.is_empty() {
        return Ok(Granted {
            outcome: GrantPermissionsOutcome::AlreadyGranted,
            grants,
        });
    }
    plan.events.extend(event(holder, items, &new));
    plan.touched.push(holder.grantee());
    plan.grants
        .extend(new.into_iter().map(|(id, one)| NewGrant {
            id,
            grantee: holder.grantee(),
            right: one.right,
            record_filter: one.record_filter.clone(),
            interval: one.interval,
            granted_by: tx.caller.account_id(),
        }));
    Ok(Granted {
        outcome: GrantPermissionsOutcome::Granted,
        grants,
    })
}

/// Gives a member rights that have been decided on, each in its own interval, and records them: one
/// event for each item, or for the workspace, and interval.
pub(crate) async fn give_back(
    tx: &mut Transaction<'_>,
    member: &Arc<MemberFacts>,
    rights: &[Given],
) -> Result<(), Failure> {
    let mut ids: Vec<ItemId> = rights
        .iter()
        .filter_map(|given| given.right.item())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let items = Items::load(tx.db(), tx.workspace_id(), &ids).await?;
    let holder = GranteeFacts::Member(Arc::clone(member));
    let mut groups: Vec<Vec<(GrantId, &Given)>> = Vec::new();
    for given in rights {
        let id = GrantId(tx.deps.ids.uuid(tx.now));
        let same = |group: &&mut Vec<(GrantId, &Given)>| {
            group.first().is_some_and(|(_, first)| {
                first.right.item() == given.right.item() && first.interval == given.interval
            })
        };
        match groups.iter_mut().find(same) {
            Some(group) => group.push((id, given)),
            None => groups.push(vec![(id, given)]),
        }
    }
    let events: Vec<Event> = groups
        .iter()
        .filter_map(|group| event(&holder, &items, group))
        .collect();
    let grants = groups.into_iter().flatten().map(|(id, given)| NewGrant {
        id,
        grantee: holder.grantee(),
        right: given.right,
        record_filter: given.record_filter.clone(),
        interval: given.interval,
        granted_by: tx.caller.account_id(),
    });
    rows::insert(tx.db(), tx.workspace_id(), grants.collect()).await?;
    tx.record_all(events);
    Ok(())
}

fn event(holder: &GranteeFacts<'_>, items: &Items, new: &[(GrantId, &Given)]) -> Option<Event> {
    let interval = new.first()?.1.interval;
    let grants = new
        .iter()
        .map(|(id, one)| (*id, one.right, one.record_filter.as_deref()))
        .collect();
    let more = vec![
        FieldChange::plain("startsAt", Value::Null, audit::instant(interval.starts_at)),
        FieldChange::plain("endsAt", Value::Null, interval.end().map(audit::instant)),
    ];
    Some(
        RightsChange {
            kinds: KINDS,
            grants,
            came: true,
        }
        .event(holder, items, more)
        .effective(interval.starts_at),
    )
}
