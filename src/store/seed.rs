//! Bulk inserts of whole tables, for a database that is filled at one go: the demo, and benchmarks.
//!
//! Owns the size of a statement and the order in which foreign keys allow the tables; decides
//! nothing of what stands in the rows. Services never use it: what they change goes through
//! `service::write`. Indexes and settings of the database are text.

use chrono::{DateTime, Utc};
use sea_orm::{
    ConnectionTrait, DatabaseBackend, EntityTrait, FromQueryResult, IntoActiveModel, Iterable,
};

use super::{
    audit::{self, EventRow},
    engine::{self, Sql, StoreError},
};
use crate::entity::{
    access_request, account, api_key, api_key_permission, dataset, default_permission,
    disabled_spell, group_membership, installation, invitation, member_group, member_word,
    membership, page, permission_grant, quota_use, quota_value, role, role_assignment,
    role_permission, sign_up_settings, terms, workspace,
};

/// How many parameters one statement binds: SQLite takes 32,766, PostgreSQL 65,535.
const PARAMETERS: usize = 32_000;

/// How much of the database SQLite keeps in memory while it is filled, in KiB: the keys come in no
/// order, and a page that was written out and is needed again is read again.
const CACHE: i64 = 262_144;

/// The same for a large load: the keys of a million members fit in.
const LARGE_CACHE: i64 = 786_432;

/// Before a load: room for the pages of the keys on SQLite.
pub async fn prepare(db: &impl ConnectionTrait, large: bool) -> Result<(), StoreError> {
    cache(db, if large { LARGE_CACHE } else { CACHE }).await
}

/// An index, and the statement that makes it.
type Index = (String, String);

/// Before a large load, in its transaction: takes away the indexes of the tables that are filled,
/// but for those of keys. Made anew from all rows in order they cost a fraction. On PostgreSQL
/// nobody else can read the tables until the transaction ends.
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
    struct Found {
        name: String,
        make: String,
    }
    let read = |row: Found| (row.name, row.make);
    let indexes: Vec<Index> = sql.all(db).await?.into_iter().map(read).collect();
    for (name, _) in &indexes {
        db.execute_unprepared(&format!("DROP INDEX \"{name}\""))
            .await?;
    }
    Ok(indexes)
}

/// Makes them again.
pub async fn make_indexes(db: &impl ConnectionTrait, indexes: &[Index]) -> Result<(), StoreError> {
    for (_, make) in indexes {
        db.execute_unprepared(make).await?;
    }
    Ok(())
}

/// After it: as it was. On SQLite the log of a large load is as long as the database, and whoever
/// opens that next would have to read it.
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
        /// Rows of many tables, to be written together.
        #[derive(Debug, Default)]
        #[allow(missing_docs, reason = "one list a table, named like it")]
        pub struct Rows {
            $(pub $table: Vec<$table::Model>,)+
            /// Events of the record.
            pub events: Vec<EventRow>,
        }

        impl Rows {
            /// The tables that are filled.
            const TABLES: &[&str] = &[$(stringify!($table)),+];

            /// How many rows there are.
            pub fn len(&self) -> usize {
                0 $(+ self.$table.len())+ + self.events.len()
            }

            /// Takes over all rows of `other`.
            pub fn append(&mut self, mut other: Self) {
                $(self.$table.append(&mut other.$table);)+
                self.events.append(&mut other.events);
            }

            /// Whether there is no row.
            pub fn is_empty(&self) -> bool {
                self.len() == 0
            }
        }

        /// Writes all rows; what they refer to stands in them or is there already.
        pub async fn insert(db: &impl ConnectionTrait, rows: Rows) -> Result<(), StoreError> {
            $(insert_all::<$table::Entity>(db, rows.$table).await?;)+
            audit::append(db, rows.events).await
        }
    };
}

// In an order in which every row comes behind those that it refers to.
rows! {
    account, workspace, sign_up_settings, terms, role, role_permission, member_group, default_permission, membership,
    member_word, disabled_spell, role_assignment, group_membership, dataset, page, permission_grant, quota_value, quota_use,
    api_key, api_key_permission, invitation, access_request,
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
        // Powers of two only: few different statements, each prepared once however many parts there
        // are.
        let size = 1_usize << left.min(at_once).max(1).ilog2();
        let chunk: Vec<E::ActiveModel> = models.by_ref().take(size).collect();
        left = left.saturating_sub(size);
        E::insert_many(chunk).exec_without_returning(db).await?;
    }
    Ok(())
}

/// Whether there is neither an account nor a workspace: nothing else can be there without one of
/// them.
pub async fn is_empty(db: &impl ConnectionTrait) -> Result<bool, StoreError> {
    let sql = "SELECT 1 WHERE EXISTS (SELECT 1 FROM account) OR EXISTS (SELECT 1 FROM workspace)";
    Ok(engine::row(db, sql, Vec::new()).await?.is_none())
}

/// The value that stands in table `installation` under `name`.
pub async fn note(db: &impl ConnectionTrait, name: &str) -> Result<Option<String>, StoreError> {
    let row = installation::Entity::find_by_id(name.to_owned())
        .one(db)
        .await?;
    Ok(row.map(|row| row.value))
}

/// Puts a value into table `installation`, where there must be none of that name.
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
