//! A transaction on a connection of its own. Dropped, it is rolled back; dropped in the middle of a
//! statement, that is stopped.

use sea_orm::{
    ConnectionTrait, DatabaseBackend, DbErr, ExecResult, QueryResult, Statement,
    prelude::async_trait::async_trait,
};

use super::{connections::Taken, lane::Turn};

/// A transaction under way.
#[derive(Debug)]
pub struct DatabaseTransaction {
    // In this order: it is rolled back, then its connection is given back, then the next in its
    // lane has a turn.
    inner: sea_orm::DatabaseTransaction,
    taken: Taken,
    turn: Turns,
}

/// The turns that a transaction has: in the lane of what it writes, and in that of who writes.
pub(super) type Turns = (Option<Turn>, Option<Turn>);

impl DatabaseTransaction {
    pub(super) const fn new(
        inner: sea_orm::DatabaseTransaction,
        taken: Taken,
        turn: Turns,
    ) -> Self {
        Self { inner, taken, turn }
    }

    /// Keeps what was done.
    pub async fn commit(self) -> Result<(), DbErr> {
        let Self { inner, taken, turn } = self;
        let done = taken.slot.run(inner.commit()).await;
        drop(taken);
        drop(turn);
        done
    }

    /// Undoes what was done.
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
        self.taken.slot.run(self.inner.execute_raw(statement)).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.taken
            .slot
            .run(self.inner.execute_unprepared(sql))
            .await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.taken
            .slot
            .run(self.inner.query_one_raw(statement))
            .await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.taken
            .slot
            .run(self.inner.query_all_raw(statement))
            .await
    }
}
