//! Conditions that SeaORM's columns lack. A list is one parameter, as in [`super::Sql`], so that
//! the text of a statement does not depend on the length of its list and it is prepared once.

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QuerySelect, Select,
    sea_query::{Expr, ExprTrait as _, extension::postgres::PgFunc},
};
use uuid::Uuid;

use super::{
    StoreError,
    sql::{id_list, text_list},
};

/// Conditions on a column.
pub trait Conditions: ColumnTrait {
    /// The column is one of `ids`.
    fn in_ids(self, db: &impl ConnectionTrait, ids: impl IntoIterator<Item = Uuid>) -> Expr {
        let backend = db.get_database_backend();
        let list = Expr::val(id_list(backend, ids));
        match backend {
            DatabaseBackend::Postgres => self.into_expr().eq(PgFunc::any(list)),
            _ => Expr::cust_with_exprs(
                "? IN (SELECT unhex(value) FROM json_each(?))",
                [self.into_expr(), list],
            ),
        }
    }

    /// The column is one of `texts`.
    fn in_texts<'a>(
        self,
        db: &impl ConnectionTrait,
        texts: impl IntoIterator<Item = &'a str>,
    ) -> Expr {
        let backend = db.get_database_backend();
        let list = Expr::val(text_list(backend, texts));
        match backend {
            DatabaseBackend::Postgres => self.into_expr().eq(PgFunc::any(list)),
            _ => Expr::cust_with_exprs(
                "? IN (SELECT value FROM json_each(?))",
                [self.into_expr(), list],
            ),
        }
    }

    /// The column is greater than another one of its row.
    fn gt_column(self, other: Self) -> Expr {
        self.into_expr().gt(other.into_expr())
    }
}

impl<C: ColumnTrait> Conditions for C {}

/// The number of rows that `select` finds.
pub async fn count<E: EntityTrait>(
    db: &impl ConnectionTrait,
    select: Select<E>,
) -> Result<i64, StoreError> {
    let count = select
        .select_only()
        .expr_as(Expr::cust("COUNT(*)"), "count")
        .into_tuple::<i64>()
        .one(db)
        .await?;
    Ok(count.unwrap_or_default())
}
