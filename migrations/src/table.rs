//! Builds tables in a few lines, the same on SQLite and PostgreSQL. Owns the column types that both
//! databases share; no migration names a database type itself.

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::DatabaseBackend;

/// The open end of dated rows, as both databases store it.
pub(crate) const OPEN_END: &str = "9999-12-31T00:00:00+00:00";

#[derive(Clone, Copy)]
enum Kind {
    Uuid,
    Text,
    SortedText,
    Instant,
    Boolean,
    BigInteger,
    Integer,
    Quota,
    Bytes,
}

/// One column.
#[derive(Clone, Copy)]
pub(crate) struct Column {
    name: &'static str,
    kind: Kind,
    optional: bool,
}

macro_rules! kinds {
    ($($(#[$meta:meta])* $function:ident = $kind:ident),+ $(,)?) => {
        $($(#[$meta])* pub(crate) const fn $function(name: &'static str) -> Self {
            Self { name, kind: Kind::$kind, optional: false }
        })+
    };
}

impl Column {
    kinds! {
        /// A UUID; 16 bytes on SQLite.
        uuid = Uuid,
        /// Text that nothing sorts by.
        text = Text,
        /// Text that is compared and sorted by bytes on both databases.
        sorted_text = SortedText,
        /// An instant, in microseconds, UTC.
        instant = Instant,
        /// True or false.
        boolean = Boolean,
        /// A 64-bit number.
        big_integer = BigInteger,
        /// A 32-bit number.
        integer = Integer,
        /// A limit or a count: 0 to 2^53 - 1, also checked by the database.
        quota = Quota,
        /// Bytes.
        bytes = Bytes,
    }

    /// May be NULL.
    pub(crate) const fn optional(mut self) -> Self {
        self.optional = true;
        self
    }

    fn build(self, backend: DatabaseBackend) -> ColumnDef {
        let mut column = ColumnDef::new(self.name);
        match self.kind {
            Kind::Uuid => column.uuid(),
            Kind::Text => column.text(),
            Kind::SortedText if backend == DatabaseBackend::Postgres => {
                column.custom("text COLLATE \"C\"")
            }
            Kind::SortedText => column.text(),
            Kind::Instant => column.timestamp_with_time_zone(),
            Kind::Boolean => column.boolean(),
            Kind::BigInteger => column.big_integer(),
            Kind::Integer => column.integer(),
            Kind::Quota => column
                .big_integer()
                .check(Expr::col(self.name).between(0, 9_007_199_254_740_991_i64)),
            Kind::Bytes => column.blob(),
        };
        if self.optional {
            column.null()
        } else {
            column.not_null()
        };
        column
    }
}

/// A table with its keys and indexes.
pub(crate) struct Table {
    name: &'static str,
    columns: Vec<Column>,
    keys: Vec<&'static str>,
    references: Vec<(&'static str, &'static str)>,
    indexes: Vec<(IndexKind, &'static [&'static str])>,
}

#[derive(Clone, Copy, PartialEq)]
enum IndexKind {
    Plain,
    Unique,
    UniqueWhileOpen,
}

impl Table {
    pub(crate) const fn new(name: &'static str) -> Self {
        Self {
            name,
            columns: Vec::new(),
            keys: Vec::new(),
            references: Vec::new(),
            indexes: Vec::new(),
        }
    }

    pub(crate) fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// A column of the primary key.
    pub(crate) fn key(mut self, column: Column) -> Self {
        self.keys.push(column.name);
        self.column(column)
    }

    /// The columns of every dated row (TIME): its interval, who gave it, who ended it and why.
    pub(crate) fn dated(self) -> Self {
        self.column(Column::instant("starts_at"))
            .column(Column::instant("ends_at"))
            .column(Column::uuid("granted_by").optional())
            .column(Column::uuid("ended_by").optional())
            .column(Column::text("end_reason").optional())
    }

    pub(crate) fn references(mut self, column: &'static str, table: &'static str) -> Self {
        self.references.push((column, table));
        self
    }

    pub(crate) fn index(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push((IndexKind::Plain, columns));
        self
    }

    pub(crate) fn unique(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push((IndexKind::Unique, columns));
        self
    }

    /// Unique among the rows without an end.
    pub(crate) fn unique_while_open(mut self, columns: &'static [&'static str]) -> Self {
        self.indexes.push((IndexKind::UniqueWhileOpen, columns));
        self
    }

    pub(crate) async fn create(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let mut table = sea_orm_migration::prelude::Table::create();
        table.table(self.name);
        for column in &self.columns {
            table.col(column.build(manager.get_database_backend()));
        }
        let mut key = Index::create();
        for column in &self.keys {
            key.col(*column);
        }
        table.primary_key(&mut key);
        for (column, target) in &self.references {
            table.foreign_key(
                ForeignKey::create()
                    .from(self.name, *column)
                    .to(*target, "id"),
            );
        }
        manager.create_table(table).await?;
        for (kind, columns) in &self.indexes {
            let mut index = Index::create();
            let open = if *kind == IndexKind::UniqueWhileOpen {
                "_open"
            } else {
                ""
            };
            index
                .name(format!(
                    "{}_{}{open}",
                    self.name,
                    columns.join("_").replace("_id", "")
                ))
                .table(self.name);
            for column in *columns {
                index.col(*column);
            }
            if *kind != IndexKind::Plain {
                index.unique();
            }
            if *kind == IndexKind::UniqueWhileOpen {
                index.and_where(Expr::cust(format!("ends_at = '{OPEN_END}'")));
            }
            manager.create_index(index).await?;
        }
        Ok(())
    }

    pub(crate) async fn drop(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        manager
            .drop_table(
                sea_orm_migration::prelude::Table::drop()
                    .table(self.name)
                    .to_owned(),
            )
            .await
    }
}
