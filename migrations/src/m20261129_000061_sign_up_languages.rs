//! Notification addresses have a language each, terms a text for each language under one version
//! (JOIN-16), and whoever invited may be told of answers (JOIN-15). Going down loses the languages
//! and the switch; each version keeps its text.

use sea_orm_migration::prelude::*;

/// Adds the columns.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

/// One a statement, as SQLite wants it.
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
