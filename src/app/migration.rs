//! Migrates the database to this release's schema, and refuses one of a newer release.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use migrations::Migrator;
use sea_orm::FromQueryResult;
use sea_orm_migration::MigratorTrait;

use super::StartError;
use crate::store::{
    Database, StoreError,
    engine::{self, Sql},
    member_words::{self, Progress},
};

/// The state of the database's schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MigrationState {
    /// It is this release's.
    Current {
        /// The number of applied migrations.
        applied: usize,
    },
    /// Some migrations are not applied.
    Pending {
        /// In the order in which they apply.
        names: Vec<String>,
    },
    /// A newer release applied migrations that this one does not know.
    Newer { names: Vec<String> },
}

/// When `open` applies migrations.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Migrate {
    /// Never: a database that needs migrations is refused.
    Never,
    /// To a database without a schema.
    IfEmpty,
    /// Always.
    Always,
}

/// The state of the schema. Writes nothing.
pub(super) async fn state(db: &Database) -> Result<MigrationState, StartError> {
    let applied = applied(db).await?;
    let known_names: Vec<String> = Migrator::migrations()
        .iter()
        .map(|change| change.name().to_owned())
        .collect();
    let names: HashSet<&String> = known_names.iter().collect();
    let newer: Vec<String> = applied
        .iter()
        .filter(|name| !names.contains(name))
        .cloned()
        .collect();
    if !newer.is_empty() {
        return Ok(MigrationState::Newer { names: newer });
    }
    let done: HashSet<&String> = applied.iter().collect();
    let pending: Vec<String> = known_names
        .iter()
        .filter(|name| !done.contains(name))
        .cloned()
        .collect();
    if pending.is_empty() {
        Ok(MigrationState::Current {
            applied: applied.len(),
        })
    } else {
        Ok(MigrationState::Pending { names: pending })
    }
}

async fn applied(db: &Database) -> Result<Vec<String>, StartError> {
    let tables_query = match db.backend() {
        sea_orm::DatabaseBackend::Postgres => {
            "SELECT COUNT(*) AS count FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'seaql_migrations'"
        }
        _ => {
            "SELECT COUNT(*) AS count FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'"
        }
    };
    if Sql::new(db.writer(), tables_query)
        .count(db.writer())
        .await?
        == 0
    {
        return Ok(Vec::new());
    }
    #[derive(FromQueryResult)]
    struct RawRow {
        version: String,
    }
    let names: Vec<RawRow> = engine::all(
        db.writer(),
        "SELECT version FROM seaql_migrations ORDER BY version",
        Vec::new(),
    )
    .await?;
    Ok(names.into_iter().map(|row| row.version).collect())
}

/// Applies what is missing. Returns how many migrations.
pub(super) async fn up(db: &Database) -> Result<usize, StartError> {
    match state(db).await? {
        MigrationState::Current { .. } => Ok(0),
        MigrationState::Newer { names } => Err(StartError::Newer(names.join(", "))),
        MigrationState::Pending { names } => {
            let was_empty = applied(db).await?.is_empty();
            Migrator::up(db.for_migrations()?, None)
                .await
                .map_err(StoreError::from)?;
            if was_empty {
                // Everything inserted from now on has this release's words.
                member_words::set_progress(
                    db.writer(),
                    Progress::Done,
                    DateTime::<Utc>::UNIX_EPOCH,
                )
                .await?;
            }
            db.analyze().await?;
            Ok(names.len())
        }
    }
}

/// Reverts the last `steps` migrations. Returns how many.
pub(super) async fn down(db: &Database, steps: u32) -> Result<usize, StartError> {
    let before = applied(db).await?.len();
    Migrator::down(db.for_migrations()?, Some(steps))
        .await
        .map_err(StoreError::from)?;
    Ok(before - applied(db).await?.len())
}
