//! `createDatasetTheme` (THEME-2).

use super::{DatasetThemeRow, form, require_manager};
use crate::{
    domain::{
        audit::AuditEventKind,
        dataset_theme::{DEFAULT_COLOR, DEFAULT_ICON, Labels, MOST_THEMES},
        error_code::ErrorCode,
        id::{DatasetThemeId, WorkspaceId},
        limit::{LimitKind, ReachedLimit},
        slug,
        vocabulary::Locale,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::dataset_theme as rows,
};

/// What a theme is called in addresses if its label has no letter for them.
const NAMELESS: &str = "theme";

/// The input of `createDatasetTheme`.
#[derive(Debug, Clone)]
pub struct CreateDatasetTheme {
    /// The workspace that gets the theme.
    pub workspace_id: WorkspaceId,
    /// What it is called, in every language.
    pub labels: Vec<(Locale, String)>,
    /// Its colour; absent: the default.
    pub color: Option<String>,
    /// The name of its icon; absent: the default.
    pub icon: Option<String>,
    /// Its place among the themes, from 1; absent: the last.
    pub place: Option<i32>,
}

/// Makes a theme: MANAGE_WORKSPACE_THEME or EWP. Its answer is none if it was refused.
pub async fn create(
    deps: &Deps,
    caller: &Caller,
    input: CreateDatasetTheme,
    options: CallOptions,
) -> Result<Committed<Option<DatasetThemeId>>, Failure> {
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

impl UseCase for CreateDatasetTheme {
    const CHANGES_ACCESS: bool = false;
    type Output = Option<DatasetThemeId>;

    fn mutation(&self) -> &'static str {
        "createDatasetTheme"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        require_manager(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        let themes = rows::all(tx.db(), workspace).await?;
        let mut theme = self.check(&themes, DatasetThemeId(tx.deps.ids.uuid(now)))?;
        let base = slug::from_title(&theme.labels.en, NAMELESS);
        theme.slug = slug::first_free(&base, &rows::slugs_like(tx.db(), workspace, &base).await?);
        let id = theme.id;
        tx.record(Event::new(
            AuditEventKind::DatasetThemeCreated,
            id,
            form::changes(None, Some(&theme)),
        ));
        rows::shift(tx.db(), workspace, theme.place..=i32::MAX, 1).await?;
        rows::insert(tx.db(), theme, now).await?;
        Ok(Verdict::keep(Some(id)))
    }
}

impl CreateDatasetTheme {
    /// The theme as it would be, still without a slug.
    fn check(
        &self,
        themes: &[DatasetThemeRow],
        id: DatasetThemeId,
    ) -> Result<DatasetThemeRow, Vec<UserError>> {
        let mut errors = Vec::new();
        if themes.len() >= MOST_THEMES {
            let most = i64::try_from(MOST_THEMES).unwrap_or(i64::MAX);
            errors.push(UserError::limited(
                ErrorCode::LimitReached,
                "workspaceId",
                ReachedLimit::of(LimitKind::DatasetThemes, most),
            ));
        }
        let is_missing = |locale| self.labels.iter().all(|(given, _)| given != locale);
        if Locale::ALL.iter().any(is_missing) {
            errors.push(UserError::at(ErrorCode::MissingLanguage, "labels"));
        }
        let mut labels = Labels {
            en: String::new(),
            fr: String::new(),
            nl: String::new(),
        };
        for (locale, label) in form::labels(&self.labels, themes, None, &mut errors) {
            labels.set(locale, label);
        }
        let color = form::color(self.color.as_deref().unwrap_or(DEFAULT_COLOR));
        let color = form::or_note(color, &mut errors).unwrap_or_default();
        let icon = form::icon(self.icon.as_deref().unwrap_or(DEFAULT_ICON));
        let icon = form::or_note(icon, &mut errors).unwrap_or_default();
        let last = themes.len() + 1;
        let place = self
            .place
            .unwrap_or_else(|| i32::try_from(last).unwrap_or(i32::MAX));
        let place = form::or_note(form::place(place, last), &mut errors).unwrap_or_default();
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(DatasetThemeRow {
            id,
            workspace_id: self.workspace_id,
            slug: String::new(),
            labels,
            color,
            icon,
            place,
        })
    }
}
