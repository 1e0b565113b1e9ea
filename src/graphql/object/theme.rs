//! The theme of a workspace.

use async_graphql::{Context, SimpleObject};

use crate::{
    domain::vocabulary::Locale,
    graphql::scope::{Scope, WorkspaceView},
    service::{
        Failure,
        theme::{self as service, Theme as Stored, ThemeColor as StoredColor},
    },
    words::theme::hard_to_read,
};

/// A named colour.
#[derive(Debug, Clone, SimpleObject)]
pub struct ThemeColor {
    /// The name, 1 to 40 characters.
    pub name: String,
    /// The colour, `#rrggbb` in small letters.
    pub value: String,
}

impl From<StoredColor> for ThemeColor {
    fn from(color: StoredColor) -> Self {
        let StoredColor { name, value } = color;
        Self { name, value }
    }
}

/// The theme of a workspace: what its portal looks like. Concierge stores it and fetches nothing
/// from the addresses.
#[derive(Debug, Clone, SimpleObject)]
pub struct Theme {
    /// The colours, at most 12, in the order in which they were set. Each name occurs once.
    pub colors: Vec<ThemeColor>,
    /// The address of the logo, an https URL.
    pub logo_url: Option<String>,
    /// The address of the favicon, an https URL.
    pub favicon_url: Option<String>,
    /// The name of a font.
    pub font: Option<String>,
    /// The contrast ratio of WCAG 2 between the colours named `text` and `background` (in any
    /// case), 1 to 21, rounded down to two decimals. Null if one of the two is missing.
    pub contrast: Option<f64>,
    /// A warning in the viewer's language if the contrast is below 4.5, which is the least that
    /// WCAG 2 (AA) asks for; null otherwise.
    pub contrast_warning: Option<String>,
}

impl Theme {
    /// Creates it from what is stored, for a reader of `locale`.
    pub fn of(theme: Stored, locale: Locale) -> Self {
        let contrast = theme.contrast();
        Self {
            contrast_warning: contrast
                .filter(|_| theme.is_hard_to_read())
                .map(|ratio| hard_to_read(ratio, locale)),
            contrast,
            colors: theme.colors.into_iter().map(ThemeColor::from).collect(),
            logo_url: theme.logo_url,
            favicon_url: theme.favicon_url,
            font: theme.font,
        }
    }
}

/// The theme of a workspace.
pub(super) async fn of(ctx: &Context<'_>, view: &WorkspaceView) -> Result<Theme, Failure> {
    let scope = Scope::of(ctx)?;
    let theme = service::read(&scope.deps, &view.access, &scope.caller).await?;
    Ok(Theme::of(theme, scope.caller.locale()))
}
