//! Reads chains to verify them (AUD-2): their recorded ends, and their events in order. SQL text,
//! because a chain belongs to a workspace or an account, so its end is in one of two tables.

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryResult, QuerySelect};
use uuid::Uuid;

use super::{Chain, read};
use crate::{
    domain::{
        audit::{
            Recorded,
            verify::{ChainEnd, Pin},
        },
        id::{AccountId, WorkspaceId},
    },
    entity::audit_event::{self, Column},
    store::engine::{Row, Sql, StoreError},
};

/// The owners of the chains.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainsOf {
    /// Workspaces, including deleted ones.
    Workspaces,
    /// Accounts, including erased ones.
    Accounts,
}

impl ChainsOf {
    const fn table(self) -> &'static str {
        match self {
            Self::Workspaces => "workspace",
            Self::Accounts => "account",
        }
    }

    const fn column(self) -> &'static str {
        match self {
            Self::Workspaces => "workspace_id",
            Self::Accounts => "account_id",
        }
    }

    /// The chain of the workspace or account with this id.
    pub const fn chain(self, id: Uuid) -> Chain {
        match self {
            Self::Workspaces => Chain::Workspace(WorkspaceId(id)),
            Self::Accounts => Chain::Account(AccountId(id)),
        }
    }
}

/// The ends of the next `limit` chains with ids after `after` and up to `to`, by id.
pub async fn ends(
    db: &impl ConnectionTrait,
    owners: ChainsOf,
    (after, to): (Option<Uuid>, Uuid),
    limit: i64,
) -> Result<Vec<(Uuid, ChainEnd)>, StoreError> {
    let mut sql = Sql::new(db, "SELECT o.id, o.audit_sequence, o.audit_hash, ");
    sql.push("COALESCE((SELECT MAX(e.sequence) FROM audit_event e WHERE e.")
        .push(owners.column())
        .push(" = o.id), 0) AS largest FROM ");
    sql.push(owners.table())
        .bind(" o WHERE o.id <= ?", [to.into()]);
    if let Some(after) = after {
        sql.bind(" AND o.id > ?", [after.into()]);
    }
    sql.bind(" ORDER BY o.id LIMIT ?", [limit.into()]);
    let read = |row| Ok((Row::of(row).get("id")?, chain_end(row)?));
    sql.rows(db).await?.iter().map(read).collect()
}

fn chain_end(row: &QueryResult) -> Result<ChainEnd, StoreError> {
    let row = Row::of(row);
    Ok(ChainEnd {
        recorded: Pin {
            sequence: row.get("audit_sequence")?,
            hash: row.get("audit_hash")?,
        },
        largest: row.get("largest")?,
    })
}

/// The end of one workspace's chain.
pub async fn end(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
) -> Result<Option<ChainEnd>, StoreError> {
    let mut sql = Sql::new(db, "SELECT o.audit_sequence, o.audit_hash, ");
    sql.bind(
        "COALESCE((SELECT MAX(e.sequence) FROM audit_event e WHERE e.workspace_id = o.id), 0) AS largest \
         FROM workspace o WHERE o.id = ?",
        [workspace.0.into()],
    );
    sql.rows(db).await?.first().map(chain_end).transpose()
}

/// The hash of one event of a workspace.
pub async fn hash(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    sequence: i64,
) -> Result<Option<Vec<u8>>, StoreError> {
    Ok(audit_event::Entity::find()
        .select_only()
        .column(Column::Hash)
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::Sequence.eq(sequence))
        .into_tuple()
        .one(db)
        .await?)
}

/// A range of events, in one chain or in several chains that follow each other by id.
#[derive(Debug, Clone, Copy)]
pub struct EventRange {
    pub owners: ChainsOf,
    /// Only events after this one: its chain and number. `None` starts at the first chain.
    pub after: Option<(Uuid, i64)>,
    /// The last chain.
    pub last: Uuid,
    /// The largest event number to read.
    pub to: i64,
}

/// The next `limit` events of a range, by chain and number. Two statements.
pub async fn events(
    db: &impl ConnectionTrait,
    range: EventRange,
    limit: i64,
) -> Result<Vec<(Uuid, Recorded)>, StoreError> {
    let column = range.owners.column();
    let mut sql = Sql::new(db, "SELECT e.");
    sql.push(column)
        .push(" AS chain_id, ")
        .push(read::COLUMNS)
        .push(" FROM audit_event e WHERE e.")
        .push(column);
    sql.bind(" <= ?", [range.last.into()]);
    match range.after {
        Some((chain, sequence)) => {
            sql.bind(
                &format!(" AND (e.{column}, e.sequence) > (?, ?)"),
                [chain.into(), sequence.into()],
            );
        }
        None => {
            sql.push(&format!(" AND e.{column} IS NOT NULL"));
        }
    }
    sql.bind(" AND e.sequence <= ?", [range.to.into()]);
    sql.bind(
        &format!(" ORDER BY e.{column}, e.sequence LIMIT ?"),
        [limit.into()],
    );
    let mut events = Vec::new();
    for row in &sql.rows(db).await? {
        events.push((Row::of(row).get("chain_id")?, read::read(row)?));
    }
    read::with_values(db, events.iter_mut().map(|(_, event)| event)).await?;
    Ok(events)
}

/// The events of one chain from one number to another, both included, in order.
pub async fn between(
    db: &impl ConnectionTrait,
    chain: Chain,
    (first, last): (i64, i64),
) -> Result<Vec<Recorded>, StoreError> {
    let (owners, id) = match chain {
        Chain::Workspace(id) => (ChainsOf::Workspaces, id.0),
        Chain::Account(id) => (ChainsOf::Accounts, id.0),
    };
    let range = EventRange {
        owners,
        after: Some((id, first - 1)),
        last: id,
        to: last,
    };
    Ok(events(db, range, last - first + 1)
        .await?
        .into_iter()
        .map(|(_, event)| event)
        .collect())
}
