//! `updateDatasetTheme` (THEME-2): the slug never changes.

use super::{DatasetThemeRow, form, require_manager};
use crate::{
    domain::{audit::AuditEventKind, id::DatasetThemeId, vocabulary::Locale},
    service::{
        Access, Caller, Deps, Failure, UserError, bulk,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{dataset_theme as rows, naming::Named},
};

/// The input of `updateDatasetTheme`. What is absent stays.
#[derive(Debug, Clone)]
pub struct UpdateDatasetTheme {
    /// The theme to change.
    pub id: DatasetThemeId,
    /// What it is called from now on, in these languages.
    pub labels: Option<Vec<(Locale, String)>>,
    /// Its colour.
    pub color: Option<String>,
    /// The name of its icon.
    pub icon: Option<String>,
    /// Its place among the themes, from 1.
    pub place: Option<i32>,
}

/// Changes a theme: MANAGE_WORKSPACE_THEME or EWP. Its answer is none if it was refused.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    input: UpdateDatasetTheme,
    options: CallOptions,
) -> Result<Committed<Option<DatasetThemeId>>, Failure> {
    let workspace =
        bulk::named_workspace(deps, caller, Named::DatasetTheme, vec![input.id.0]).await?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for UpdateDatasetTheme {
    const CHANGES_ACCESS: bool = false;
    type Output = Option<DatasetThemeId>;

    fn mutation(&self) -> &'static str {
        "updateDatasetTheme"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        caller.require_credential()?;
        bulk::require_member(access)?;
        require_manager(access, caller)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let workspace = tx.workspace_id();
        let themes = rows::all(tx.db(), workspace).await?;
        let before = themes
            .iter()
            .find(|theme| theme.id == self.id)
            .ok_or(Failure::NotFound)?;
        let after = self.after(before, &themes)?;
        if after != *before {
            let (from, to) = (before.place, after.place);
            if from < to {
                rows::shift(tx.db(), workspace, from + 1..=to, -1).await?;
            } else {
                rows::shift(tx.db(), workspace, to..=from - 1, 1).await?;
            }
            tx.record(Event::new(
                AuditEventKind::DatasetThemeUpdated,
                self.id,
                form::changes(Some(before), Some(&after)),
            ));
            rows::update(tx.db(), after, tx.now).await?;
        }
        Ok(Verdict::keep(Some(self.id)))
    }
}

impl UpdateDatasetTheme {
    fn after(
        &self,
        before: &DatasetThemeRow,
        themes: &[DatasetThemeRow],
    ) -> Result<DatasetThemeRow, Vec<UserError>> {
        let Self {
            id,
            labels,
            color,
            icon,
            place,
        } = self;
        let (mut after, mut errors) = (before.clone(), Vec::new());
        let typed = labels.as_deref().unwrap_or_default();
        for (locale, label) in form::labels(typed, themes, Some(*id), &mut errors) {
            after.labels.set(locale, label);
        }
        if let Some(color) = color {
            after.color = form::or_note(form::color(color), &mut errors).unwrap_or_default();
        }
        if let Some(icon) = icon {
            after.icon = form::or_note(form::icon(icon), &mut errors).unwrap_or_default();
        }
        if let Some(place) = place {
            let place = form::place(*place, themes.len());
            after.place = form::or_note(place, &mut errors).unwrap_or_default();
        }
        if errors.is_empty() {
            Ok(after)
        } else {
            Err(errors)
        }
    }
}
