//! The look of workspaces (THEME-1), and the themes that datasets are sorted under (THEME-2).
//!
//! The texts in `dataset.theme` become themes, once: texts that differ only in case are one theme,
//! which is called as most datasets call it, and the column holds its slug from then on. There may
//! be more themes than can be created later. Blank texts become NULL. Deleted datasets are left
//! alone. A node of the previous release shows slugs, and can still write a text: that dataset then
//! has a theme that nobody knows, until it is changed.
//!
//! Down writes the English labels back into the column, and forgets looks, translations, colours,
//! icons and orders.

use std::collections::{BTreeMap, HashMap, HashSet};

use sea_orm_migration::{
    prelude::*,
    sea_orm::{Statement, Value, prelude::Uuid},
};
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use crate::table::{Column, Table};

/// Creates the tables and moves the texts.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

/// How many rows are read and written at a time.
const BATCH: i64 = 1_000;

const DATASET: &str = "dataset";

/// Finds the datasets of a theme, to count and to change them.
const INDEX: &str = "dataset_workspace_theme";

/// What a theme gets that was a text before. Copies, because migrations must not change with the
/// code.
const COLOR: &str = "#4b5563";
const ICON: &str = "folder";

/// The slug of a theme without a letter that slugs have.
const NAMELESS: &str = "theme";

/// The longest slug, before a number is added.
const LONGEST_SLUG: usize = 80;

fn tables() -> [Table; 2] {
    [
        // No row: no look of its own.
        Table::new("workspace_theme")
            .key(Column::uuid("workspace_id"))
            .column(Column::text("colors"))
            .column(Column::text("logo_url").optional())
            .column(Column::text("favicon_url").optional())
            .column(Column::text("font").optional())
            .column(Column::instant("updated_at"))
            .references("workspace_id", "workspace"),
        // A deleted theme keeps its row, so that its slug is never used again.
        Table::new("dataset_theme")
            .key(Column::uuid("id"))
            .column(Column::uuid("workspace_id"))
            .column(Column::sorted_text("slug"))
            .column(Column::text("label_en"))
            .column(Column::text("label_fr"))
            .column(Column::text("label_nl"))
            .column(Column::text("color"))
            .column(Column::text("icon"))
            .column(Column::integer("place"))
            .column(Column::instant("created_at"))
            .column(Column::instant("updated_at"))
            .column(Column::instant("deleted_at").optional())
            .references("workspace_id", "workspace")
            .unique(&["workspace_id", "slug"]),
    ]
}

/// The form in which texts are one theme: case does not matter.
fn key(text: &str) -> String {
    text.nfc()
        .flat_map(char::to_uppercase)
        .flat_map(char::to_lowercase)
        .nfc()
        .collect()
}

/// The letters of slugs in a text: a–z and 0–9, without accents, one - between words.
fn slug(text: &str) -> String {
    let mut slug = String::new();
    let mut is_between = false;
    for letter in text
        .nfkd()
        .filter(|letter| !is_combining_mark(*letter))
        .flat_map(char::to_lowercase)
    {
        let mut buffer = [0; 4];
        let letters = match letter {
            // An apostrophe joins.
            '\'' | '’' | '‘' => continue,
            'a'..='z' | '0'..='9' => letter.encode_utf8(&mut buffer),
            'ß' => "ss",
            'ø' => "o",
            'ł' => "l",
            'đ' | 'ð' => "d",
            'æ' => "ae",
            'œ' => "oe",
            'ı' => "i",
            'þ' => "th",
            _ => "",
        };
        if letters.is_empty() {
            is_between = true;
            continue;
        }
        if is_between && !slug.is_empty() {
            slug.push('-');
        }
        is_between = false;
        slug.push_str(letters);
    }
    slug.truncate(LONGEST_SLUG);
    match slug.trim_end_matches('-') {
        "" => NAMELESS.to_owned(),
        slug => slug.to_owned(),
    }
}

/// Gives out slugs, each once.
#[derive(Default)]
struct Slugs {
    taken: HashSet<String>,
    /// The next number of each slug that was wanted.
    next: HashMap<String, u64>,
}

impl Slugs {
    /// `wanted`, or `wanted` with the least number from 2 on that is free.
    fn take(&mut self, wanted: String) -> String {
        let next = self.next.entry(wanted.clone()).or_insert(1);
        loop {
            let slug = match *next {
                1 => wanted.clone(),
                number => format!("{wanted}-{number}"),
            };
            *next += 1;
            if self.taken.insert(slug.clone()) {
                return slug;
            }
        }
    }
}

/// A theme that texts of datasets name.
struct Found {
    /// A dataset that has it: its id serves the theme too, and its creation.
    dataset: Uuid,
    /// How many datasets call it what.
    spellings: BTreeMap<String, u64>,
}

impl Found {
    /// What most datasets call it; of several, the first by bytes.
    fn label(&self) -> &str {
        let mut label = ("", 0);
        for (spelling, count) in &self.spellings {
            if *count > label.1 {
                label = (spelling, *count);
            }
        }
        label.0
    }
}

struct Work<'a, 'm>(&'a SchemaManager<'m>);

impl Work<'_, '_> {
    fn statement(&self, sql: &str, values: Vec<Value>) -> Statement {
        Statement::from_sql_and_values(self.0.get_database_backend(), sql, values)
    }

    async fn execute(&self, sql: &str, values: Vec<Value>) -> Result<(), DbErr> {
        let statement = self.statement(sql, values);
        self.0.get_connection().execute_raw(statement).await?;
        Ok(())
    }

    /// The next workspaces by id.
    async fn workspaces(&self, after: Uuid) -> Result<Vec<Uuid>, DbErr> {
        let sql = "SELECT id FROM workspace WHERE id > $1 ORDER BY id LIMIT $2";
        let statement = self.statement(sql, vec![after.into(), BATCH.into()]);
        let rows = self.0.get_connection().query_all_raw(statement).await?;
        rows.iter().map(|row| row.try_get_by_index(0)).collect()
    }

    /// The next datasets of a workspace by id, and what they have for a theme.
    async fn datasets(&self, workspace: Uuid, after: Uuid) -> Result<Vec<(Uuid, String)>, DbErr> {
        let sql = "SELECT id, theme FROM dataset WHERE workspace_id = $1 AND id > $2 AND deleted_at IS NULL AND theme IS NOT NULL \
                   ORDER BY id LIMIT $3";
        let values = vec![workspace.into(), after.into(), BATCH.into()];
        let rows = self
            .0
            .get_connection()
            .query_all_raw(self.statement(sql, values))
            .await?;
        rows.iter()
            .map(|row| Ok((row.try_get_by_index(0)?, row.try_get_by_index(1)?)))
            .collect()
    }

    /// What the datasets of a workspace name, by its key.
    async fn find(&self, workspace: Uuid) -> Result<BTreeMap<String, Found>, DbErr> {
        let mut found: BTreeMap<String, Found> = BTreeMap::new();
        let mut after = Uuid::nil();
        loop {
            let datasets = self.datasets(workspace, after).await?;
            let Some((last, _)) = datasets.last() else {
                return Ok(found);
            };
            after = *last;
            for (dataset, text) in datasets {
                let label = text.trim();
                if label.is_empty() {
                    continue;
                }
                let theme = found.entry(key(label)).or_insert_with(|| Found {
                    dataset,
                    spellings: BTreeMap::new(),
                });
                *theme.spellings.entry(label.to_owned()).or_default() += 1;
            }
        }
    }

    /// Writes in place of what each dataset of a workspace has for a theme what `new` makes of it,
    /// each dataset once. What `new` does not know stays, and what
    /// another connection changes meanwhile.
    async fn rewrite(
        &self,
        workspace: Uuid,
        new: impl Fn(&str) -> Option<Option<String>>,
    ) -> Result<(), DbErr> {
        let mut after = Uuid::nil();
        loop {
            let datasets = self.datasets(workspace, after).await?;
            let Some((last, _)) = datasets.last() else {
                return Ok(());
            };
            after = *last;
            let mut ids: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
            for (dataset, text) in &datasets {
                ids.entry(text).or_default().push(*dataset);
            }
            for (text, ids) in ids {
                let Some(theme) = new(text) else { continue };
                let places: Vec<String> = (3..ids.len() + 3).map(|n| format!("${n}")).collect();
                // A text that was changed meanwhile stays.
                let sql = format!(
                    "UPDATE dataset SET theme = $1 WHERE theme = $2 AND id IN ({})",
                    places.join(", ")
                );
                let ids = ids.into_iter().map(Value::from);
                let values = [theme.into(), text.into()].into_iter().chain(ids);
                self.execute(&sql, values.collect()).await?;
            }
        }
    }

    async fn insert(&self, theme: &Found, (slug, place): (&str, i32)) -> Result<(), DbErr> {
        let sql = "INSERT INTO dataset_theme (id, workspace_id, slug, label_en, label_fr, label_nl, color, icon, place, \
                   created_at, updated_at, deleted_at) \
                   SELECT id, workspace_id, $1, $2, $3, $4, $5, $6, $7, created_at, created_at, NULL FROM dataset WHERE id = $8";
        let label = theme.label();
        let values = vec![
            slug.into(),
            label.into(),
            label.into(),
            label.into(),
            COLOR.into(),
            ICON.into(),
            place.into(),
            theme.dataset.into(),
        ];
        self.execute(sql, values).await
    }

    /// Makes themes of the texts of a workspace.
    async fn turn(&self, workspace: Uuid) -> Result<(), DbErr> {
        let found = self.find(workspace).await?.into_iter();
        let mut themes: Vec<_> = found
            .map(|(key, theme)| (slug(theme.label()), key, theme))
            .collect();
        // By the label as people sort it.
        themes.sort_by(|one, other| (&one.0, &one.1).cmp(&(&other.0, &other.1)));
        let (mut slugs, mut by_key) = (Slugs::default(), HashMap::new());
        for (place, (wanted, key, theme)) in (1..).zip(themes) {
            let slug = slugs.take(wanted);
            self.insert(&theme, (&slug, place)).await?;
            by_key.insert(key, slug);
        }
        let slug_of = |text: &str| match text.trim() {
            "" => Some(None),
            label => by_key.get(&key(label)).map(|slug| Some(slug.clone())),
        };
        self.rewrite(workspace, slug_of).await
    }

    /// Makes texts of the themes of a workspace.
    async fn turn_back(&self, workspace: Uuid) -> Result<(), DbErr> {
        let sql = "SELECT slug, label_en FROM dataset_theme WHERE workspace_id = $1";
        let rows = self
            .0
            .get_connection()
            .query_all_raw(self.statement(sql, vec![workspace.into()]))
            .await?;
        let mut labels: HashMap<String, String> = HashMap::with_capacity(rows.len());
        for row in &rows {
            labels.insert(row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        }
        self.rewrite(workspace, |slug| labels.get(slug).cloned().map(Some))
            .await
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    /// All or nothing on SQLite too: texts and slugs must not be mixed.
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            table.create(manager).await?;
        }
        let work = Work(manager);
        let mut after = Uuid::nil();
        loop {
            let workspaces = work.workspaces(after).await?;
            let Some(last) = workspaces.last() else { break };
            after = *last;
            for workspace in workspaces {
                work.turn(workspace).await?;
            }
        }
        let mut index = Index::create();
        index
            .name(INDEX)
            .table(DATASET)
            .col("workspace_id")
            .col("theme");
        manager.create_index(index).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager
            .drop_index(Index::drop().name(INDEX).table(DATASET).to_owned())
            .await?;
        let work = Work(manager);
        let mut after = Uuid::nil();
        loop {
            let workspaces = work.workspaces(after).await?;
            let Some(last) = workspaces.last() else { break };
            after = *last;
            for workspace in workspaces {
                work.turn_back(workspace).await?;
            }
        }
        for table in tables().into_iter().rev() {
            table.drop(manager).await?;
        }
        Ok(())
    }
}
