//! A transaction on its own connection. Rolled back when dropped; a statement dropped in the middle
//! is stopped.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement,
    prelude::async_trait::async_trait,
};

use super::{connections::ConnectionGuard, lane::Turn, request};

/// A running transaction.
#[derive(Debug)]
pub struct DatabaseTransaction {
    // In this order: the transaction is rolled back, its connection returned, then the next in its
    // lane has a turn.
    inner: sea_orm::DatabaseTransaction,
    taken: ConnectionGuard,
    turn: Turns,
}

/// The turns of a transaction: in the lane of what it writes, and in that of who writes.
pub(super) type Turns = (Option<Turn>, Option<Turn>);

impl DatabaseTransaction {
    pub(super) const fn new(
        inner: sea_orm::DatabaseTransaction,
        taken: ConnectionGuard,
        turn: Turns,
    ) -> Self {
        Self { inner, taken, turn }
    }

    /// Commits the transaction.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, taken, turn } = self;
        let done = taken.slot.run(inner.commit()).await;
        drop(taken);
        drop(turn);
        done
    }

    /// Rolls the transaction back.
    pub async fn rollback(self) -> Result<(), DbErr> {
        let Self { inner, taken, turn } = self;
        let done = taken.slot.run(inner.rollback()).await;
        drop(taken);
        drop(turn);
        done
    }
}

#[async_trait]
impl ConnectionTrait for DatabaseTransaction {
    fn get_database_backend(&self) -> DatabaseBackend {
        self.inner.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        request::show(&statement);
        self.taken.slot.run(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.taken
            .slot
            .run(self.inner.execute_unprepared(sql))
            .await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        request::show(&statement);
        self.taken
            .slot
            .run(self.inner.query_one_raw(statement))
            .await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        request::show(&statement);
        self.taken
            .slot
            .run(self.inner.query_all_raw(statement))
            .await
    }
}
