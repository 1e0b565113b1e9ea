//! `revokePermissions`: ends grants, by what they give to whom, or by their own ids. Taking away is
//! free (PERM-6).

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    Grantee, GranteeFacts, Grantees, Holders, Items, Rights,
    record::{Kinds, RightsChange},
    touch,
};
use crate::{
    domain::{
        access::{
            escalation::{self, Target},
            facts::{GrantFacts, Right},
        },
        audit::AuditEventKind,
        error_code::ErrorCode,
        id::{GrantId, ItemId},
        outcome::RevokePermissionsOutcome,
        permission::Permission,
        timeline,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{self, Firsts, Item},
        write::{self, CallOptions, Committed, InformedUseCase, Transaction, Verdict},
    },
    store::{
        dated::{self, Dated, Ending},
        grant::{self as rows, REVOKED},
        naming,
    },
};

const KINDS: Kinds = Kinds {
    permissions: AuditEventKind::PermissionRevoked,
    access: AuditEventKind::AccessRevoked,
};

/// The grants that a call names.
#[derive(Debug, Clone)]
pub enum Revocation {
    /// Exactly these.
    Grants(Vec<GrantId>),
    /// All that give those rights to those targets and have not ended, also those that have not
    /// begun.
    Rights(Grantees, Rights),
}

/// The input of `revokePermissions`.
#[derive(Debug, Clone)]
pub struct RevokePermissions {
    /// The grants to end.
    pub revocation: Revocation,
    /// Whether one failed item rolls back the whole call.
    pub atomic: bool,
}

/// What an item of the call names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Revoked {
    /// The grant, if named by its id.
    pub grant: Option<GrantId>,
    /// Whose grants; unknown for a grant that the caller is not told of.
    pub grantee: Option<Grantee>,
}

impl fmt::Display for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.grant, self.grantee) {
            (Some(id), _) => id.fmt(f),
            (None, Some(grantee)) => grantee.fmt(f),
            (None, None) => Ok(()),
        }
    }
}

/// The results, in order.
pub type Output = Vec<Item<Revoked, RevokePermissionsOutcome>>;

/// Takes rights: by EWP; access to an item also by MANAGE_SECURITY of it.
pub async fn revoke(
    deps: &Deps,
    caller: &Caller,
    input: RevokePermissions,
    options: CallOptions,
) -> Result<Committed<Output>, Failure> {
    let workspace = match &input.revocation {
        Revocation::Grants(ids) => {
            bulk::check_list(deps, "grantIds", ids)?;
            let uuids = ids.iter().map(|id| id.0).collect();
            bulk::named_workspace(deps, caller, naming::Named::Grant, uuids).await?
        }
        Revocation::Rights(grantees, rights) => {
            grantees.check(deps)?;
            rights.check(deps)?;
            grantees.workspace(deps, caller).await?
        }
    };
    let rights = match &input.revocation {
        Revocation::Rights(_, rights) => rights.expand(),
        Revocation::Grants(ids) => {
            let grants = rows::find(deps.db.reader(), workspace, ids).await?;
            ids.iter()
                .filter_map(|id| Some(grants.get(id)?.1))
                .collect()
        }
    };
    let items = Items::load(deps.db.reader(), workspace, &items_of(&rights)).await?;
    let before = (rights, items);
    write::run(deps, caller, workspace, &options, &(input, before)).await
}

fn items_of(rights: &[Right]) -> Vec<ItemId> {
    let item = |right: &Right| match right {
        Right::Item(item, _) => Some(*item),
        Right::Workspace(_) => None,
    };
    let mut items: Vec<ItemId> = rights.iter().filter_map(item).collect();
    items.sort_unstable();
    items.dedup();
    items
}

/// An item of the call: whose grants, and which right if one grant is named.
struct Aim {
    id: Revoked,
    at: Result<(Grantee, Option<Right>), ErrorCode>,
}

impl InformedUseCase for RevokePermissions {
    const CHANGES_ACCESS: bool = true;
    type Output = Output;
    /// The rights that the call names, for what a grant gives never changes; and their items, for
    /// the first gate.
    type Before = (Vec<Right>, Items);

    fn mutation(&self) -> &'static str {
        "revokePermissions"
    }

    fn authorize(
        &self,
        (rights, items): &Self::Before,
        access: &Access,
        caller: &Caller,
    ) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        may_at_all(access, rights, items)
    }

    async fn run(
        &self,
        (rights, _): &Self::Before,
        tx: &mut Transaction<'_>,
    ) -> Result<Verdict<Output>, Failure> {
        let access = tx.access.clone();
        let items = Items::load(tx.db(), tx.workspace_id(), &items_of(rights)).await?;
        may_at_all(&access, rights, &items)?;
        if let Revocation::Rights(_, Rights::Access { item, .. }) = &self.revocation
            && items.facts(*item).is_none()
        {
            return Err(Failure::Invalid(vec![UserError::at(
                ErrorCode::NotFound,
                "resourceId",
            )]));
        }
        let aims = self.aims(tx).await?;
        let grantees: Vec<Grantee> = aims.iter().filter_map(|aim| Some(aim.at.ok()?.0)).collect();
        let holders = Holders::load(tx, &access, &grantees).await?;
        let (mut firsts, mut results) = (Firsts::default(), Vec::with_capacity(aims.len()));
        let mut taken: Vec<Removal> = Vec::new();
        for aim in aims {
            let became = firsts
                .admit(aim.id)
                .and(aim.at)
                .and_then(|(grantee, right)| {
                    let selection = Selection {
                        grant: aim.id.grant.zip(right),
                        rights,
                    };
                    take_one(
                        &access,
                        &items,
                        &selection,
                        &holders.find(grantee)?,
                        &mut taken,
                    )
                });
            results.push(Item::new(aim.id, became));
        }
        write_out(tx, &items, taken).await?;
        Ok(bulk::settle(results, self.atomic))
    }
}

/// Whether the caller may take one of the named rights from anybody: by EWP, or for an item by
/// MANAGE_SECURITY of it.
fn may_at_all(access: &Access, rights: &[Right], items: &Items) -> Result<(), Failure> {
    let facts = |id| items.facts(id);
    let take = |rights: &[Right]| {
        escalation::may_take(
            access.facts(),
            access.subject(),
            Target::Newcomer,
            rights,
            &facts,
            access.now,
        )
    };
    let any = rights.iter().any(|right| take(&[*right]).is_ok());
    let ewp = Right::Workspace(Permission::EditWorkspaceProperties);
    match rights.first() {
        _ if any => Ok(()),
        // Of the rights named, it is the first whose want is told.
        Some(first) => take(&[*first]).map_err(bulk::refusal),
        None => take(&[ewp]).map_err(bulk::refusal),
    }
}

impl RevokePermissions {
    async fn aims(&self, tx: &Transaction<'_>) -> Result<Vec<Aim>, Failure> {
        Ok(match &self.revocation {
            Revocation::Rights(grantees, _) => {
                let aim = |grantee| Aim {
                    id: Revoked {
                        grant: None,
                        grantee: Some(grantee),
                    },
                    at: Ok((grantee, None)),
                };
                grantees.list().into_iter().map(aim).collect()
            }
            Revocation::Grants(ids) => {
                let grants = rows::find(tx.db(), tx.workspace_id(), ids).await?;
                let aim = |id: &GrantId| {
                    let grant = grants.get(id).copied();
                    let id = Revoked {
                        grant: Some(*id),
                        grantee: grant.map(|(grantee, _)| grantee),
                    };
                    Aim {
                        id,
                        at: grant
                            .map(|(grantee, right)| (grantee, Some(right)))
                            .ok_or(ErrorCode::NotFound),
                    }
                };
                ids.iter().map(aim).collect()
            }
        })
    }
}

/// What to take from one target: one grant, or all that give certain rights.
struct Selection<'a> {
    grant: Option<(GrantId, Right)>,
    rights: &'a [Right],
}

/// Decides on one target or grant, and adds what to end to `taken`.
fn take_one<'a>(
    access: &Access,
    items: &Items,
    selection: &Selection<'_>,
    holder: &GranteeFacts<'a>,
    taken: &mut Vec<Removal<'a>>,
) -> Result<RevokePermissionsOutcome, ErrorCode> {
    let now = access.now;
    let single = selection.grant.map(|(_, right)| [right]);
    let rights = single
        .as_ref()
        .map_or(selection.rights, |single| single.as_slice());
    let facts = |id| items.facts(id);
    escalation::may_take(
        access.facts(),
        access.subject(),
        holder.target(),
        rights,
        &facts,
        now,
    )
    .map_err(|_| ErrorCode::Forbidden)?;
    let is_named = |one: &&GrantFacts| match selection.grant {
        Some((id, _)) => one.id == id,
        None => rights.contains(&one.right),
    };
    let ahead = holder
        .grants()
        .iter()
        .filter(|one| timeline::is_ahead(one.interval, now));
    let mut outcome = RevokePermissionsOutcome::NotGranted;
    for grant in ahead.filter(is_named).cloned() {
        outcome = RevokePermissionsOutcome::Revoked;
        let item = items_of(&[grant.right]).first().copied();
        match taken
            .iter_mut()
            .find(|one| one.item == item && one.holder.grantee() == holder.grantee())
        {
            Some(one) => one.grants.push(grant),
            None => taken.push(Removal {
                holder: holder.clone(),
                item,
                grants: vec![grant],
            }),
        }
    }
    Ok(outcome)
}

/// What is taken from one target, workspace-wide or on one item: one event.
struct Removal<'a> {
    holder: GranteeFacts<'a>,
    item: Option<ItemId>,
    grants: Vec<GrantFacts>,
}

async fn write_out(
    tx: &mut Transaction<'_>,
    items: &Items,
    taken: Vec<Removal<'_>>,
) -> Result<(), Failure> {
    let ended: Vec<_> = taken
        .iter()
        .flat_map(|one| one.grants.iter().map(|grant| grant.id.0))
        .collect();
    let ending = Ending {
        by: tx.caller.account_id(),
        reason: REVOKED,
    };
    dated::end(
        tx.db(),
        Dated::Grant,
        tx.workspace_id(),
        &ended,
        tx.now,
        ending,
    )
    .await?;
    let mut touched: Vec<Grantee> = taken.iter().map(|one| one.holder.grantee()).collect();
    touched.sort_unstable();
    touched.dedup();
    touch(tx, &touched).await?;
    for one in &taken {
        let grants = one
            .grants
            .iter()
            .map(|grant| (grant.id, grant.right, grant.record_filter.as_deref()))
            .collect();
        tx.record(
            RightsChange {
                kinds: KINDS,
                grants,
                came: false,
            }
            .event(&one.holder, items, Vec::new()),
        );
    }
    Ok(())
}
