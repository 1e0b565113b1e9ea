//! One workspace is emptied of a person, in one write: the membership ends, what was offered to or
//! asked by them is closed, texts go, items have no owner (ERASE-5, ERASE-6, WS-4).

use serde_json::{Value, json};

use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        audit::{AuditEventKind, FieldChange},
        id::{AccountId, InvitationId, ItemId, ItemKind, WorkspaceId},
        vocabulary::{AccessRequestState, InvitationState, MembershipEndReason, MembershipState},
    },
    service::{
        Access, Caller, Deps, Failure,
        invitation::void_mails,
        joining::Standing,
        member::revoke,
        write::{Affects, Event, Transaction, UseCase, Verdict},
    },
    store::{
        StoreError, access_request,
        erasure::{
            self as rows,
            person::OwnAddress,
            texts::{self, OwnIds},
        },
        invitation, reuse, workspace as workspaces,
    },
};

/// The most items that lose their owner in one write.
const BATCH: usize = 500;

/// Empties one workspace of a person.
pub(super) struct EraseInWorkspace {
    pub(super) account: AccountId,
    /// Their addresses, today's first.
    pub(super) addresses: Vec<OwnAddress>,
    /// The keyed hash of today's.
    pub(super) key: Option<[u8; 32]>,
}

impl UseCase for EraseInWorkspace {
    const CHANGES_ACCESS: bool = true;
    const AFFECTS: Affects = Affects::RIGHTS_AND_KEYS;
    type Output = ();

    fn mutation(&self) -> &'static str {
        "erase"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_system()
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<()>, Failure> {
        let workspace = tx.workspace_id();
        let deletion = rows::find(tx.db(), self.account).await?;
        let is_done = deletion.is_none_or(|deletion| deletion.last_workspace >= Some(workspace));
        if is_done || self.disown(tx).await? == BATCH {
            return Ok(Verdict::keep(()));
        }
        let ids = texts::own_ids(tx.db(), workspace, self.account, &self.addresses).await?;
        texts::empty_record(tx.db(), workspace, self.account, &ids).await?;
        self.bar(tx).await?;
        self.end_membership(tx).await?;
        self.cancel_invitations(tx, &ids).await?;
        self.withdraw_requests(tx).await?;
        self.delete_reuses(tx, &ids).await?;
        texts::empty(tx.db(), workspace, &ids).await?;
        rows::processed(tx.db(), self.account, workspace).await?;
        Ok(Verdict::keep(()))
    }
}

impl EraseInWorkspace {
    /// Empties a deleted workspace of the person: there, nothing is left to end.
    pub(super) async fn in_deleted(
        &self,
        deps: &Deps,
        workspace: WorkspaceId,
    ) -> Result<(), Failure> {
        let (db, now) = (deps.db.begin().await?, deps.clock.now());
        let items = texts::owned(&db, workspace, self.account, BATCH as u64).await?;
        texts::disown(&db, workspace, &items, now).await?;
        // Otherwise the next step goes on here.
        if items.len() < BATCH {
            let ids = texts::own_ids(&db, workspace, self.account, &self.addresses).await?;
            texts::empty_record(&db, workspace, self.account, &ids).await?;
            reuse::delete(&db, workspace, &ids.reuses, now).await?;
            texts::empty(&db, workspace, &ids).await?;
            rows::processed(&db, self.account, workspace).await?;
        }
        Ok(db.commit().await.map_err(StoreError::from)?)
    }

    /// Takes their owner from at most [`BATCH`] items. Returns from how many.
    async fn disown(&self, tx: &mut Transaction<'_>) -> Result<usize, Failure> {
        let (workspace, most) = (tx.workspace_id(), BATCH as u64);
        let items = texts::owned(tx.db(), workspace, self.account, most).await?;
        texts::disown(tx.db(), workspace, &items, tx.now).await?;
        for item in &items {
            tx.record(self.disowned(*item));
        }
        Ok(items.len())
    }

    fn disowned(&self, item: ItemId) -> Event {
        let kind = match item.kind() {
            ItemKind::Dataset => AuditEventKind::DatasetTransferred,
            ItemKind::Page => AuditEventKind::PageTransferred,
        };
        let owner = FieldChange::plain("ownerId", json!(self.account), Value::Null);
        Event::new(kind, item, vec![owner])
    }

    /// Whoever could not have come back by themself after leaving cannot do so after being erased
    /// (JOIN-12).
    async fn bar(&self, tx: &Transaction<'_>) -> Result<(), Failure> {
        let standing = Standing::of(tx, self.account).await?;
        let is_bound = match &standing {
            Standing::Member(last) => {
                last.bound || last.interval.end().is_some() || last.interval.starts_at > tx.now
            }
            Standing::Stranger | Standing::Former(_) => false,
        };
        match self.key {
            Some(key) if is_bound || standing.comes_back_by_leave_only() => {
                Ok(texts::bar(tx.db(), tx.workspace_id(), key, tx.now).await?)
            }
            _ => Ok(()),
        }
    }

    async fn end_membership(&self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        let current =
            workspaces::current_membership(tx.db(), tx.workspace_id(), self.account, tx.now);
        let Some(id) = current.await? else {
            return Ok(());
        };
        let Some(member) = tx.members(&[id]).await?.remove(&id) else {
            return Ok(());
        };
        if access::state(&member, tx.now) == MembershipState::Ended {
            return Ok(());
        }
        let members = [MemberFacts::clone(&member)];
        tx.touch_members_only();
        revoke::end(tx, &members, MembershipEndReason::Erased, None).await
    }

    /// Cancels what still waits for the person's answer.
    async fn cancel_invitations(
        &self,
        tx: &mut Transaction<'_>,
        ids: &OwnIds,
    ) -> Result<(), Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let addresses = self.addresses.iter();
        let addresses = addresses.map(|address| address.canonical.as_str());
        let rows = invitation::pending_to(tx.db(), workspace, addresses, now).await?;
        let pending: Vec<InvitationId> = rows
            .iter()
            .map(|row| row.id)
            .filter(|id| ids.invitations.contains(id))
            .collect();
        invitation::cancel(tx.db(), workspace, &pending, now).await?;
        void_mails(tx, &pending).await?;
        for id in pending {
            let (before, after) = (InvitationState::Pending, InvitationState::Cancelled);
            let state = FieldChange::plain("state", before.as_str(), after.as_str());
            tx.record(Event::new(
                AuditEventKind::InvitationCancelled,
                id,
                vec![state],
            ));
        }
        Ok(())
    }

    /// Deletes what the person submitted: it is in their own words, and they no longer stand for it.
    async fn delete_reuses(&self, tx: &mut Transaction<'_>, ids: &OwnIds) -> Result<(), Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let rows = reuse::with_deleted(tx.db(), &ids.reuses).await?;
        let deleted = reuse::delete(tx.db(), workspace, &ids.reuses, now).await?;
        for row in rows.into_iter().filter(|row| deleted.contains(&row.id)) {
            let state = FieldChange::plain("state", row.state.as_str(), Value::Null);
            tx.record(Event::new(
                AuditEventKind::ReuseDeleted,
                row.id,
                vec![state],
            ));
        }
        Ok(())
    }

    async fn withdraw_requests(&self, tx: &mut Transaction<'_>) -> Result<(), Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let pending = texts::pending_requests(tx.db(), workspace, self.account).await?;
        let (before, after) = (AccessRequestState::Pending, AccessRequestState::Withdrawn);
        access_request::decide(tx.db(), workspace, &pending, (after, None), (now, None)).await?;
        for id in pending {
            let state = FieldChange::plain("state", before.as_str(), after.as_str());
            let kind = AuditEventKind::AccessRequestWithdrawn;
            tx.record(Event::new(kind, id, vec![state]));
        }
        Ok(())
    }
}
