//! Bulk inserts into all tables, for a database that is filled at once: the demo, and benchmarks.
//!
//! Owns the size of a statement and the order of tables that foreign keys require; decides nothing
//! about the contents. Services never use it: their changes go through `service::write`. Indexes
//! and settings of the database are SQL text.

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, IntoActiveModel, Iterable,
};

use super::{
    audit::{self, EventRow},
    engine::{self, Sql, StoreError},
};
use crate::entity::{
    access_request, account, analytics_count, api_key, api_key_permission, dataset, dataset_theme,
    default_permission, disabled_spell, group_membership, installation, invitation, member_group,
    member_word, membership, page, permission_grant, quota_use, quota_value, resource_calls, role,
    role_assignment, role_permission, sign_up_settings, terms, workspace, workspace_theme,
};

/// How many parameters one statement binds: SQLite takes 32,766, PostgreSQL 65,535.
const PARAMETERS: usize = 32_000;

/// How much of the database SQLite caches while it is filled, in KiB. Keys arrive in random order,
/// and an evicted page has to be read again.
const CACHE: i64 = 262_144;

/// The same for a large load: it holds the keys of a million members.
const LARGE_CACHE: i64 = 786_432;

/// Prepares for a load: enlarges the cache on SQLite.
pub async fn prepare(db: &impl ConnectionTrait, large: bool) -> Result<(), StoreError> {
    cache(db, if large { LARGE_CACHE } else { CACHE }).await
}

/// An index, and the statement that creates it.
type Index = (String, String);

/// Drops the indexes of the filled tables before a large load, in its transaction, except those of
/// keys. Creating them afterwards from all rows in order costs a fraction. On PostgreSQL nobody
/// else can read the tables until the transaction ends.
pub async fn take_indexes(db: &impl ConnectionTrait) -> Result<Vec<Index>, StoreError> {
    let mut sql = match db.get_database_backend() {
        DatabaseBackend::Postgres => Sql::new(
            db,
            "SELECT CAST(indexname AS text) AS name, indexdef AS make FROM pg_indexes WHERE schemaname = current_schema() AND NOT EXISTS \
             (SELECT 1 FROM pg_constraint c WHERE c.conindid = CAST(quote_ident(indexname) AS regclass)) AND ",
        ),
        _ => Sql::new(
            db,
            "SELECT name, sql AS make FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL AND ",
        ),
    };
    let column = if db.get_database_backend() == DatabaseBackend::Postgres {
        "CAST(tablename AS text)"
    } else {
        "tbl_name"
    };
    sql.texts_in(column, Rows::TABLES.iter().copied())
        .push(" ORDER BY name");
    #[derive(FromQueryResult)]
    struct RawRow {
        name: String,
        make: String,
    }
    let read = |row: RawRow| (row.name, row.make);
    let indexes: Vec<Index> = sql.all(db).await?.into_iter().map(read).collect();
    for (name, _) in &indexes {
        db.execute_unprepared(&format!("DROP INDEX \"{name}\""))
            .await?;
    }
    Ok(indexes)
}

/// Creates the indexes again.
pub async fn make_indexes(db: &impl ConnectionTrait, indexes: &[Index]) -> Result<(), StoreError> {
    for (_, make) in indexes {
        db.execute_unprepared(make).await?;
    }
    Ok(())
}

/// Restores the settings after a load. On SQLite the log of a large load is as long as the
/// database, and the next process to open it would have to read it.
pub async fn settle(db: &impl ConnectionTrait) -> Result<(), StoreError> {
    cache(db, 2_000).await?;
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        db.execute_unprepared("PRAGMA wal_checkpoint(TRUNCATE)")
            .await?;
    }
    Ok(())
}

async fn cache(db: &impl ConnectionTrait, kibibytes: i64) -> Result<(), StoreError> {
    if db.get_database_backend() == DatabaseBackend::Sqlite {
        db.execute_unprepared(&format!("PRAGMA cache_size = -{kibibytes}"))
            .await?;
    }
    Ok(())
}

macro_rules! rows {
    ($($table:ident),+ $(,)?) => {
        /// Rows of many tables, to insert together.
        #[derive(Debug, Default)]
        #[allow(missing_docs, reason = "one list a table, named like it")]
        pub struct Rows {
            $(pub $table: Vec<$table::Model>,)+
            /// Events of the audit log.
            pub events: Vec<EventRow>,
        }

        impl Rows {
            /// The tables to fill.
            const TABLES: &[&str] = &[$(stringify!($table)),+];

            /// The number of rows.
            pub fn len(&self) -> usize {
                0 $(+ self.$table.len())+ + self.events.len()
            }

            /// Adds all rows of `other`.
            pub fn append(&mut self, mut other: Self) {
                $(self.$table.append(&mut other.$table);)+
                self.events.append(&mut other.events);
            }

            /// Whether there is no row.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }
        }

        /// Inserts all rows. The rows they refer to are among them or exist already.
        pub async fn insert(db: &impl ConnectionTrait, rows: Rows) -> Result<(), StoreError> {
            $(insert_all::<$table::Entity>(db, rows.$table).await?;)+
            audit::append(db, rows.events).await
        }
    };
}

// In an order in which every row comes after those that it refers to.
rows! {
    account, workspace, sign_up_settings, terms, role, role_permission, member_group, default_permission, membership,
    member_word, disabled_spell, role_assignment, group_membership, workspace_theme, dataset_theme, dataset, page,
    permission_grant, quota_value, quota_use, analytics_count, resource_calls, api_key, api_key_permission, invitation, access_request,
}

async fn insert_all<E>(db: &impl ConnectionTrait, models: Vec<E::Model>) -> Result<(), StoreError>
where
    E: EntityTrait,
    E::Model: IntoActiveModel<E::ActiveModel>,
{
    let at_once = PARAMETERS / E::Column::iter().count().max(1);
    let mut left = models.len();
    let mut models = models.into_iter().map(IntoActiveModel::into_active_model);
    while left > 0 {
        // Only powers of two, so that few different statements have to be prepared.
        let size = 1_usize << left.min(at_once).max(1).ilog2();
        let chunk: Vec<E::ActiveModel> = models.by_ref().take(size).collect();
        left = left.saturating_sub(size);
        E::insert_many(chunk).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Whether there is neither an account nor a workspace: everything else depends on one of them.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM workspace)";
    Ok(engine::row(db, sql, Vec::new()).await?.is_none())
}

/// The value in table `installation` under `name`.
pub async fn note(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, StoreError> {
    let row = installation::Entity::find_by_id(name.to_owned())
        .one(db)
        .await?;
    Ok(row.map(|row| row.value))
}

/// Stores a value in table `installation`, where the name must not exist yet.
pub async fn put_note(
    db: &impl ConnectionTrait,
    name: &str,
    value: String,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    let note = installation::Model {
        name: name.to_owned(),
        value,
        updated_at: at,
    };
    insert_all::<installation::Entity>(db, vec![note]).await
}
