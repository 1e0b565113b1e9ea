//! `updateTheme` (THEME-1): what is given replaces, null clears, the rest stays.

use std::collections::HashSet;

use serde_json::json;

use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::ErrorCode,
        fold,
        id::WorkspaceId,
        permission::Permission,
        text,
        theme::{Color, Theme, ThemeColor},
        web_url,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        bulk::{check_text, required_line},
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::theme as rows,
};

/// The longest name of a colour, in characters.
const LONGEST_COLOR_NAME: usize = 40;

/// The longest name of a font, in characters.
const LONGEST_FONT: usize = 100;

/// The input of `updateTheme`.
#[derive(Debug, Clone)]
pub struct UpdateTheme {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// All colours; absent: as before.
    pub colors: Option<Vec<ThemeColor>>,
    /// The address of the logo; absent: as before, `Some(None)`: none.
    pub logo_url: Option<Option<String>>,
    /// The same of the favicon.
    pub favicon_url: Option<Option<String>>,
    /// The same of the font.
    pub font: Option<Option<String>>,
}

/// Changes the theme of a workspace: MANAGE_WORKSPACE_THEME. Its answer is the workspace's id; none
/// if it was refused.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    input: UpdateTheme,
    options: CallOptions,
) -> Result<Committed<Option<WorkspaceId>>, Failure> {
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

impl UseCase for UpdateTheme {
    const CHANGES_ACCESS: bool = false;
    type Output = Option<WorkspaceId>;

    fn mutation(&self) -> &'static str {
        "updateTheme"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::ManageWorkspaceTheme)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<WorkspaceId>>, Failure> {
        let id = tx.workspace_id();
        let before = rows::find(tx.db(), id).await?;
        let after = self.after(&before)?;
        if after != before {
            let changes = changes(&before, &after);
            rows::set(tx.db(), id, after, tx.now).await?;
            tx.record(Event::new(AuditEventKind::ThemeUpdated, id, changes));
        }
        Ok(Verdict::keep(Some(id)))
    }
}

impl UpdateTheme {
    fn after(&self, before: &Theme) -> Result<Theme, Vec<UserError>> {
        let Self {
            workspace_id: _,
            colors: typed_colors,
            logo_url,
            favicon_url,
            font: typed_font,
        } = self;
        let (mut after, mut errors) = (before.clone(), Vec::new());
        if let Some(typed) = typed_colors {
            after.colors = colors(typed, &mut errors);
        }
        for (typed, path, kept) in [
            (logo_url, "logoUrl", &mut after.logo_url),
            (favicon_url, "faviconUrl", &mut after.favicon_url),
        ] {
            if let Some(typed) = typed {
                *kept = https(typed.as_deref(), path).unwrap_or_else(|error| {
                    errors.push(error);
                    None
                });
            }
        }
        if let Some(typed) = typed_font {
            after.font = font(typed.as_deref()).unwrap_or_else(|error| {
                errors.push(error);
                None
            });
        }
        if errors.is_empty() {
            Ok(after)
        } else {
            Err(errors)
        }
    }
}

/// Colours as they are kept: each name once, whatever its case.
fn colors(typed: &[ThemeColor], errors: &mut Vec<UserError>) -> Vec<ThemeColor> {
    let mut names = HashSet::new();
    let mut colors = Vec::with_capacity(typed.len());
    for (index, color) in typed.iter().enumerate() {
        let path = format!("colors.{index}.name");
        let name = required_line(&color.name, LONGEST_COLOR_NAME, &path);
        let name = name.unwrap_or_else(|error| {
            errors.push(error);
            String::new()
        });
        if !name.is_empty() && !names.insert(fold::unique_form(&name)) {
            errors.push(UserError::at(ErrorCode::Duplicate, &path));
        }
        match Color::parse(&text::line(&color.value)) {
            Some(value) => colors.push(ThemeColor {
                name,
                value: value.to_string(),
            }),
            None => {
                let path = format!("colors.{index}.value");
                errors.push(UserError::at(ErrorCode::InvalidColor, &path));
            }
        }
    }
    colors
}

/// An https address in the form that browsers make of it, in which nothing ends the attribute of a
/// page that it is put into; blanks alone are none. Browsers fetch it, Concierge never does.
fn https(typed: Option<&str>, path: &str) -> Result<Option<String>, UserError> {
    let Some(typed) = text::optional_line(typed) else {
        return Ok(None);
    };
    let url = web_url::parse(&typed).map_err(|fault| {
        let fault = match fault.code {
            ErrorCode::InvalidUrl => ErrorCode::InvalidHttpsUrl.into(),
            _ => fault,
        };
        UserError::at(fault, path)
    })?;
    if !url.starts_with("https://") {
        return Err(UserError::at(ErrorCode::InvalidHttpsUrl, path));
    }
    let url = url.replace('\'', "%27");
    // What is encoded is longer.
    check_text(&url, web_url::LONGEST_URL, false, path).map_or(Ok(Some(url)), Err)
}

/// The name of a font; blanks alone are none. Only letters, digits, blanks and `-_.&+`, so that
/// nothing ends the rule of a style sheet that it is put into.
fn font(typed: Option<&str>) -> Result<Option<String>, UserError> {
    let Some(font) = text::optional_line(typed) else {
        return Ok(None);
    };
    if let Some(error) = check_text(&font, LONGEST_FONT, false, "font") {
        return Err(error);
    }
    let fits = |c: char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_' | '.' | '&' | '+');
    if font.chars().all(fits) {
        Ok(Some(font))
    } else {
        Err(UserError::at(ErrorCode::InvalidCharacters, "font"))
    }
}

fn changes(before: &Theme, after: &Theme) -> Vec<FieldChange> {
    let colors = |theme: &Theme| (!theme.colors.is_empty()).then(|| json!(theme.colors));
    let mut changes = vec![
        FieldChange::plain("colors", colors(before), colors(after)),
        FieldChange::plain("logoUrl", before.logo_url.clone(), after.logo_url.clone()),
        FieldChange::plain(
            "faviconUrl",
            before.favicon_url.clone(),
            after.favicon_url.clone(),
        ),
        FieldChange::plain("font", before.font.clone(), after.font.clone()),
    ];
    changes.retain(|change| change.before != change.after);
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn theme_1_only_plain_https_addresses_are_kept() {
        for (typed, kept) in [
            (
                "https://example.org/logo.svg",
                Some("https://example.org/logo.svg"),
            ),
            ("HTTPS://Example.org", Some("https://example.org/")),
            (
                "https://cafés.example/a\"<'",
                Some("https://xn--cafs-dpa.example/a%22%3C%27"),
            ),
            ("  ", None),
        ] {
            assert_eq!(
                https(Some(typed), "logoUrl").unwrap().as_deref(),
                kept,
                "{typed}"
            );
        }
        for wrong in [
            "http://example.org/logo.svg",
            "javascript:alert(1)",
            "data:image/png;base64,AAAA",
            "//example.org/logo.svg",
            "/logo.svg",
            "example.org",
            "https://",
            "https:example.org",
            "https:\\\\example.org",
            "https://ada@example.org/",
            "https://ada:secret@example.org/",
            "https://exa mple.org/",
            "https://example.org/a b",
            "https://@example.org/",
            "https:///example.org/",
            "https://[::1/",
            "ftp://example.org",
        ] {
            let error = https(Some(wrong), "logoUrl").unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidHttpsUrl, "{wrong}");
        }
        for wrong in ["https://exa\tmple.org/", "https://example.org/a\nb"] {
            let error = https(Some(wrong), "logoUrl").unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidCharacters, "{wrong}");
        }
        let long = format!("https://example.org/{}", "é".repeat(600));
        let error = https(Some(&long), "logoUrl").unwrap_err();
        assert_eq!(error.code, ErrorCode::TooLong, "as it is kept");
    }

    #[test]
    fn theme_1_the_name_of_a_font_is_no_style_sheet() {
        for fine in ["Source Sans 3", "Noto Sans JP", "Ubuntu-R", "明朝"] {
            assert_eq!(font(Some(fine)).unwrap().as_deref(), Some(fine));
        }
        assert_eq!(font(Some(" ")).unwrap(), None);
        for wrong in [
            "a; }", "a\"b", "a'b", "a\\b", "url(x)", "a,b", "<a>", "a\u{7}b",
        ] {
            let error = font(Some(wrong)).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidCharacters, "{wrong}");
        }
    }
}
