//! `updateTheme`: the theme of a workspace (THEME-1).

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, WorkspaceError, dataset::clearable,
    refusable, signed_in_scope,
};
use crate::{
    domain::{id::WorkspaceId, permission::Permission},
    graphql::{guard, object::theme::Theme, scalar::Id},
    service::theme::{self as service, ThemeColor, UpdateTheme},
};

/// A named colour of a theme.
#[derive(Debug, InputObject)]
pub struct ThemeColorInput {
    /// The name: 1 to 40 characters (TOO_SHORT, TOO_LONG, INVALID_CHARACTERS). Each name can be given
    /// once, regardless of case (DUPLICATE).
    pub name: String,
    /// The colour, `#rrggbb` (INVALID_COLOR).
    pub value: String,
}

impl From<ThemeColorInput> for ThemeColor {
    fn from(input: ThemeColorInput) -> Self {
        let ThemeColorInput { name, value } = input;
        Self { name, value }
    }
}

/// The changes to the theme of a workspace. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UpdateThemeInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The colours, at most 12. `Theme.contrast` compares those named `text` and `background`.
    /// Replaces all colours; null or an empty list removes them.
    pub colors: MaybeUndefined<Vec<ThemeColorInput>>,
    /// The address of the logo: a whole https URL without a user name or password (INVALID_HTTPS_URL),
    /// at most 2,000 characters, also in the encoded form in which it is stored (TOO_LONG,
    /// INVALID_CHARACTERS). It is never fetched. Null or an empty text removes it.
    pub logo_url: MaybeUndefined<String>,
    /// The address of the favicon, at most 2,000 characters, with the rules of `logoUrl`. Null or
    /// an empty text removes it.
    pub favicon_url: MaybeUndefined<String>,
    /// The name of a font: at most 100 characters (TOO_LONG), only letters, digits, spaces and
    /// `-_.&+` (INVALID_CHARACTERS). Null or an empty text removes it.
    pub font: MaybeUndefined<String>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateThemePayload {
    /// The theme after the call; null if `errors` has any. With `dryRun`, the theme before the
    /// call.
    pub theme: Option<Theme>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations of the themes of workspaces.
#[derive(Debug, Default)]
pub struct ThemeMutation;

/// Mutations of the themes of workspaces.
#[Object]
impl ThemeMutation {
    /// Changes the theme of a workspace: colours, logo, favicon and font. Text that is hard to read
    /// on its background is not refused; see `theme { contrastWarning }`. Requires
    /// MANAGE_WORKSPACE_THEME.
    #[graphql(directive = guard::requires::apply(Permission::ManageWorkspaceTheme))]
    async fn update_theme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to the theme of a workspace.")] input: UpdateThemeInput,
    ) -> Nullable<UpdateThemePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let colors = match input.colors {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(Vec::new()),
                MaybeUndefined::Value(colors) => {
                    Some(colors.into_iter().map(ThemeColor::from).collect())
                }
            };
            let command = UpdateTheme {
                workspace_id: input.workspace_id.0,
                colors,
                logo_url: clearable(input.logo_url),
                favicon_url: clearable(input.favicon_url),
                font: clearable(input.font),
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let locale = scope.caller.locale();
            let theme = match committed.output {
                Some(workspace) => {
                    let theme = service::latest(&scope.deps, workspace).await?;
                    Some(Theme::of(theme, locale))
                }
                None => None,
            };
            Ok(UpdateThemePayload {
                theme,
                errors: WorkspaceError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
