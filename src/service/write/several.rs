//! A write over several workspaces and an account, in one transaction (WS-8). Workspaces are locked
//! one after the other, secondary ones before their main one, by descending ids; the account comes
//! last, as everywhere.

use super::{Transaction, UseCase, turn};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    service::{Caller, Deps, Failure, account::write::AccountWrite},
    store::{DatabaseTransaction, StoreError, engine::Lane},
};

/// A write under way. Dropped, it is rolled back.
pub(crate) struct SeveralWrites<'a> {
    deps: &'a Deps,
    caller: &'a Caller,
    account: AccountId,
    db: DatabaseTransaction,
}

impl<'a> SeveralWrites<'a> {
    /// Begins one about `account`, at its turn among the writes about it.
    pub(crate) async fn begin(
        deps: &'a Deps,
        caller: &'a Caller,
        account: AccountId,
    ) -> Result<Self, Failure> {
        let lane = Lane::Account(account.0);
        let db = deps.db.begin_in(turn(caller, lane)).await?;
        Ok(Self {
            deps,
            caller,
            account,
            db,
        })
    }

    /// Locks `workspace` and runs `use_case` in it. Whatever the verdict, the caller decides whether
    /// anything is kept.
    pub(crate) async fn run<U: UseCase>(
        self,
        workspace: WorkspaceId,
        use_case: &U,
    ) -> Result<(Self, U::Output), Failure> {
        let Self {
            deps,
            caller,
            account,
            db,
        } = self;
        let mut tx = Transaction::within(deps, caller, workspace, db).await?;
        use_case.authorize(&tx.access, caller)?;
        let output = use_case.run(&mut tx).await?.output;
        let db = tx.settle(U::CHANGES_ACCESS).await?;
        let next = Self {
            deps,
            caller,
            account,
            db,
        };
        Ok((next, output))
    }

    /// Locks the account, which ends with the write; `None` if there is none or it was erased.
    pub(crate) async fn account(self) -> Result<Option<AccountWrite<'a>>, Failure> {
        AccountWrite::lock(self.deps, self.caller, self.account, self.db).await
    }

    /// Undoes everything.
    pub(crate) async fn roll_back(self) -> Result<(), Failure> {
        Ok(self.db.rollback().await.map_err(StoreError::from)?)
    }
}
