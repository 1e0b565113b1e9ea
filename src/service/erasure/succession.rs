//! Before an account goes: where it is the last administrator that counts, somebody else becomes one
//! (MEM-5, ERASE-4). All workspaces are locked until the account is marked or scheduled, so that no
//! two administrators go at once.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        error_code::ErrorCode,
        id::{AccountId, MembershipId, WorkspaceId},
        vocabulary::MembershipState,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        administrators::Administrators,
        member::set_role::Assigning,
        write::{SeveralWrites, Transaction, UseCase, Verdict},
    },
    store::{erasure as rows, workspace as workspaces},
};

/// Who becomes an administrator of a workspace in place of the account.
#[derive(Debug, Clone, Copy)]
pub struct Successor {
    /// The workspace.
    pub workspace: WorkspaceId,
    /// An active member of it, without end.
    pub membership: MembershipId,
}

/// What came of it, in a transaction that is still to be ended.
pub(crate) struct HandedOver<'a> {
    /// The transaction.
    pub(crate) writes: SeveralWrites<'a>,
    /// The workspaces of which the account would still be the last administrator.
    pub(crate) blocked_by: Vec<WorkspaceId>,
    /// What is wrong with the successors.
    pub(crate) errors: Vec<UserError>,
}

/// Gives the role to the successors where one is needed; others of them are ignored.
pub(crate) async fn hand_over<'a>(
    deps: &'a Deps,
    caller: &'a Caller,
    account: AccountId,
    successors: &[Successor],
) -> Result<HandedOver<'a>, Failure> {
    let administered = rows::administered(deps.db.latest(), account).await?;
    let mut writes = SeveralWrites::begin(deps, caller, account).await?;
    let (mut blocked_by, mut errors) = (Vec::new(), Vec::new());
    for workspace in administered {
        let named = successors
            .iter()
            .position(|successor| successor.workspace == workspace);
        let hand_over = HandOver {
            account,
            successor: named
                .and_then(|index| successors.get(index))
                .map(|successor| successor.membership),
        };
        let (next, succession) = writes.run(workspace, &hand_over).await?;
        writes = next;
        let code = match succession {
            Succession::NotNeeded | Succession::Done => continue,
            Succession::Missing => None,
            Succession::Unknown => Some(ErrorCode::NotFound),
            Succession::Unfit => Some(ErrorCode::NotActive),
        };
        blocked_by.push(workspace);
        if let (Some(code), Some(index)) = (code, named) {
            let path = format!("successors.{index}.membershipId");
            errors.push(UserError::at(code, &path));
        }
    }
    Ok(HandedOver {
        writes,
        blocked_by,
        errors,
    })
}

/// Makes a successor an administrator, if the account is the last one that counts.
struct HandOver {
    account: AccountId,
    successor: Option<MembershipId>,
}

/// What came of it in one workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
enum Succession {
    /// There are other administrators, or the account is none.
    #[default]
    NotNeeded,
    /// The successor is an administrator.
    Done,
    /// Nobody was named.
    Missing,
    /// The named one is no member.
    Unknown,
    /// The named one cannot be the last administrator.
    Unfit,
}

impl UseCase for HandOver {
    const CHANGES_ACCESS: bool = true;
    type Output = Succession;

    fn mutation(&self) -> &'static str {
        "handOver"
    }

    /// Whoever may delete the account was found out before.
    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        let own = caller
            .session()
            .is_some_and(|session| session.account.id == self.account);
        match own || caller.is_operator() || caller.is_system() {
            true => Ok(()),
            false => Err(Failure::NotFound),
        }
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Succession>, Failure> {
        let access = tx.access.clone();
        let current =
            workspaces::current_membership(tx.db(), tx.workspace_id(), self.account, tx.now);
        let leaving = match current.await? {
            Some(id) => tx.members(&[id]).await?.remove(&id),
            None => None,
        };
        let Some(leaving) = leaving else {
            return Ok(Verdict::keep(Succession::NotNeeded));
        };
        // A scheduled deletion counts out whom it is about; here it is about whether they go.
        let unscheduled = MemberFacts {
            deletion_scheduled: false,
            ..MemberFacts::clone(&leaving)
        };
        let counts = access::counts_as_administrator(access.facts(), &unscheduled, tx.now);
        if !counts || !Administrators::count_without(tx, &leaving).await?.none() {
            return Ok(Verdict::keep(Succession::NotNeeded));
        }
        let Some(id) = self.successor else {
            return Ok(Verdict::keep(Succession::Missing));
        };
        let Some(successor) = tx.members(&[id]).await?.remove(&id) else {
            return Ok(Verdict::keep(Succession::Unknown));
        };
        if !self.is_fit(&successor, &access) {
            return Ok(Verdict::keep(Succession::Unfit));
        }
        self.appoint(tx, &access, &successor).await
    }
}

impl HandOver {
    fn is_fit(&self, member: &MemberFacts, access: &Access) -> bool {
        member.account_id != self.account
            && !member.deletion_scheduled
            && member.interval.end().is_none()
            && access::state(member, access.now) == MembershipState::Active
    }

    async fn appoint(
        &self,
        tx: &mut Transaction<'_>,
        access: &Access,
        successor: &Arc<MemberFacts>,
    ) -> Result<Verdict<Succession>, Failure> {
        let Some(mut assigning) = Assigning::in_succession(tx, access).await? else {
            return Ok(Verdict::keep(Succession::Unfit));
        };
        if assigning.decide(tx, successor).is_err() {
            return Ok(Verdict::keep(Succession::Unfit));
        }
        assigning.write(tx).await?;
        Ok(Verdict::keep(Succession::Done))
    }
}
