//! A language for each notification address, a text for each language under one version of the
//! terms (JOIN-16), and whether inviters are notified of answers (JOIN-15). Down loses the
//! languages and the switch; each version keeps its text.

use sea_orm_migration::prelude::*;

/// Adds the columns.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

/// One per statement, as SQLite requires.
fn columns() -> [(&'static str, &'static str, ColumnDef); 3] {
    let (mut locales, mut inviters, mut texts) = (
        ColumnDef::new("notification_locales"),
        ColumnDef::new("notify_inviters"),
        ColumnDef::new("texts"),
    );
    locales.text().null();
    inviters.boolean().not_null().default(true);
    texts.text().null();
    [
        ("sign_up_settings", "notification_locales", locales),
        ("sign_up_settings", "notify_inviters", inviters),
        ("terms", "texts", texts),
    ]
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, _, column) in columns() {
            manager
                .alter_table(Table::alter().table(table).add_column(column).to_owned())
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, name, _) in columns().into_iter().rev() {
            manager
                .alter_table(Table::alter().table(table).drop_column(name).to_owned())
                .await?;
        }
        Ok(())
    }
}
