//! What dataset themes are called and look like: lengths, letters, and that no two of a workspace
//! have one English label (THEME-2).

use std::collections::HashSet;

use serde_json::Value;

use super::DatasetThemeRow;
use crate::{
    domain::{
        audit::FieldChange,
        dataset_theme::LONGEST_LABEL,
        error_code::{ErrorCode, Fault},
        fold,
        id::DatasetThemeId,
        text,
        theme::Color,
        vocabulary::Locale,
    },
    service::{UserError, bulk::required_line, item::check_name},
};

/// A label in one language, as it was typed.
pub(super) type TypedLabel = (Locale, String);

/// The labels as they are kept: each language once, and the English one different from those of
/// `others`. What is wrong goes to `errors`.
pub(super) fn labels(
    typed: &[TypedLabel],
    others: &[DatasetThemeRow],
    own: Option<DatasetThemeId>,
    errors: &mut Vec<UserError>,
) -> Vec<TypedLabel> {
    let (mut languages, mut labels) = (HashSet::new(), Vec::with_capacity(typed.len()));
    for (index, (locale, label)) in typed.iter().enumerate() {
        if !languages.insert(*locale) {
            let path = format!("labels.{index}.locale");
            errors.push(UserError::at(ErrorCode::Duplicate, &path));
            continue;
        }
        let path = format!("labels.{index}.text");
        match label_line(label, &path) {
            Ok(label) if *locale == Locale::En && is_taken(&label, others, own) => {
                errors.push(UserError::at(ErrorCode::Taken, &path));
            }
            Ok(label) => labels.push((*locale, label)),
            Err(error) => errors.push(error),
        }
    }
    labels
}

fn label_line(typed: &str, path: &str) -> Result<String, UserError> {
    let label = required_line(typed, LONGEST_LABEL, path)?;
    // A label of marks alone is none.
    if fold::fold(&label).trim().is_empty() {
        return Err(UserError::at(Fault::too_short(1), path));
    }
    Ok(label)
}

fn is_taken(label: &str, others: &[DatasetThemeRow], own: Option<DatasetThemeId>) -> bool {
    let form = fold::unique_form(label);
    others
        .iter()
        .any(|theme| Some(theme.id) != own && fold::unique_form(&theme.labels.en) == form)
}

/// A colour, `#rrggbb` in small letters.
pub(super) fn color(typed: &str) -> Result<String, UserError> {
    Color::parse(&text::line(typed))
        .map(|color| color.to_string())
        .ok_or_else(|| UserError::at(ErrorCode::InvalidColor, "color"))
}

/// The name of an icon.
pub(super) fn icon(typed: &str) -> Result<String, UserError> {
    let icon = text::line(typed);
    check_name(&icon, "icon").map_or(Ok(icon), Err)
}

/// A place among `count` themes.
pub(super) fn place(place: i32, count: usize) -> Result<i32, UserError> {
    let last = i32::try_from(count).unwrap_or(i32::MAX);
    if (1..=last).contains(&place) {
        Ok(place)
    } else {
        let fault = Fault::out_of_range(1, i64::from(last));
        Err(UserError::at(fault, "place"))
    }
}

/// Takes the value, or notes what is wrong with it.
pub(super) fn or_note<T>(checked: Result<T, UserError>, errors: &mut Vec<UserError>) -> Option<T> {
    checked.map_err(|error| errors.push(error)).ok()
}

/// What an event says of a theme that was, and of what it is.
pub(super) fn changes(
    before: Option<&DatasetThemeRow>,
    after: Option<&DatasetThemeRow>,
) -> Vec<FieldChange> {
    let change = |field, value: fn(&DatasetThemeRow) -> Value| {
        FieldChange::plain(field, before.map(value), after.map(value))
    };
    let mut changes = vec![
        change("slug", |theme| theme.slug.as_str().into()),
        change("labels", |theme| theme.labels.value()),
        change("color", |theme| theme.color.as_str().into()),
        change("icon", |theme| theme.icon.as_str().into()),
        change("place", |theme| theme.place.into()),
    ];
    changes.retain(|change| change.before != change.after);
    changes
}
