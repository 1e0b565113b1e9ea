//! Mutations of dataset themes (THEME-2).

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, CatalogueError, FormErrors, Nullable, Options, Report, dataset::clearable,
    refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{DatasetThemeId, WorkspaceId},
        permission::Permission,
        vocabulary::Locale,
    },
    graphql::{
        admission::Meter, guard, object::dataset_theme::DatasetTheme, prices, scalar::Id,
        scope::Scope,
    },
    service::{
        Failure,
        dataset_theme::{
            self as service, CreateDatasetTheme, DeleteDatasetTheme, UpdateDatasetTheme,
        },
        write::Committed,
    },
};

/// A label in one language.
#[derive(Debug, InputObject)]
pub struct LabelInput {
    /// The language. Each language can be given once (DUPLICATE).
    pub locale: Locale,
    /// The label: 1 to 100 characters (TOO_SHORT, TOO_LONG, INVALID_CHARACTERS).
    pub text: String,
}

fn labels(labels: Vec<LabelInput>) -> Vec<(Locale, String)> {
    labels
        .into_iter()
        .map(|LabelInput { locale, text }| (locale, text))
        .collect()
}

/// The dataset theme to create.
#[derive(Debug, InputObject)]
pub struct CreateDatasetThemeInput {
    /// The workspace. LIMIT_REACHED if it has 100 dataset themes.
    pub workspace_id: Id<WorkspaceId>,
    /// The labels, 1 to 3: one in each language (MISSING_LANGUAGE). The English one must be unique
    /// among the themes of the workspace, regardless of case (TAKEN). The slug is made from it.
    pub labels: Vec<LabelInput>,
    /// The colour, `#rrggbb` (INVALID_COLOR). Default: `#4b5563`.
    pub color: Option<String>,
    /// The name of the icon: 1 to 100 characters of a-z, 0-9, - and _, starting with a letter or a
    /// digit (INVALID_IDENTIFIER). Default: `folder`.
    pub icon: Option<String>,
    /// The place among the themes of the workspace, from 1 on; the themes from there on move back
    /// (OUT_OF_RANGE). Default: the last place.
    pub place: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The changes to a dataset theme. Omitted fields stay unchanged. The slug stays the same.
#[derive(Debug, InputObject)]
pub struct UpdateDatasetThemeInput {
    /// The dataset theme.
    pub id: Id<DatasetThemeId>,
    /// The labels to change, 1 to 3, with the rules of `createDatasetTheme`. The labels in other
    /// languages stay. Null leaves all unchanged.
    pub labels: Option<Vec<LabelInput>>,
    /// The colour, `#rrggbb` (INVALID_COLOR). Null leaves it unchanged.
    pub color: Option<String>,
    /// The name of the icon: 1 to 100 characters of a-z, 0-9, - and _, starting with a letter or a
    /// digit (INVALID_IDENTIFIER). Null leaves it unchanged.
    pub icon: Option<String>,
    /// The new place among the themes of the workspace, from 1 on (OUT_OF_RANGE). Null leaves it
    /// unchanged.
    pub place: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The dataset theme to delete, and what its datasets get instead.
#[derive(Debug, InputObject)]
pub struct DeleteDatasetThemeInput {
    /// The dataset theme.
    pub id: Id<DatasetThemeId>,
    /// The theme of the same workspace (NOT_FOUND) that the datasets with the deleted one get,
    /// another one than that (DUPLICATE). Null leaves them without a theme. If it is omitted and
    /// datasets have the theme, the call is refused with REPLACEMENT_REQUIRED.
    pub replacement: MaybeUndefined<Id<DatasetThemeId>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct CreateDatasetThemePayload {
    /// The new dataset theme; null if `errors` has any, and with `dryRun`.
    pub dataset_theme: Option<DatasetTheme>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateDatasetThemePayload {
    /// The dataset theme after the call; null if `errors` has any. With `dryRun`, the theme before
    /// the call.
    pub dataset_theme: Option<DatasetTheme>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct DeleteDatasetThemePayload {
    /// The id of the theme that was deleted, or would be deleted with `dryRun`.
    pub deleted_dataset_theme_id: Option<ID>,
    /// The theme that was deleted, or would be deleted with `dryRun`, as it was; null if `errors`
    /// has any.
    pub dataset_theme: Option<DatasetTheme>,
    /// The number of datasets that had the theme, whether you may browse them or not; null if
    /// `errors` has any.
    pub changed_datasets: Option<i32>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<CatalogueError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// A theme after the call, the errors, and what every payload has.
async fn payload_parts<O: Copy>(
    ctx: &Context<'_>,
    committed: &mut Committed<O>,
    theme: impl Fn(O) -> Option<DatasetThemeId>,
) -> Result<(Option<DatasetTheme>, Vec<CatalogueError>, Report), Failure> {
    let scope = Scope::of(ctx)?;
    let after = AfterCommit::of(ctx, committed, Vec::new()).await?;
    let errors = std::mem::take(&mut committed.errors);
    let id = theme(committed.output).filter(|_| errors.is_empty());
    let shown = match (&after.view, id) {
        (Some(view), Some(id)) => {
            let row = service::latest(&scope.deps, view.access.workspace.id, id).await?;
            row.map(|row| DatasetTheme::new(view, Arc::new(row)))
        }
        _ => None,
    };
    let errors = CatalogueError::all(errors, scope.caller.locale());
    Ok((shown, errors, after.report))
}

/// Mutations of dataset themes.
#[derive(Debug, Default)]
pub struct DatasetThemeMutation;

/// Mutations of dataset themes.
#[Object]
impl DatasetThemeMutation {
    /// Creates a category of datasets. Its slug is derived from the English label,
    /// with a number if a theme of the workspace ever had the same slug, and never changes. At most
    /// 100 themes per workspace. Requires MANAGE_WORKSPACE_THEME or EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::ManageWorkspaceTheme))]
    async fn create_dataset_theme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset theme to create.")] input: CreateDatasetThemeInput,
    ) -> Nullable<CreateDatasetThemePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = CreateDatasetTheme {
                workspace_id: input.workspace_id.0,
                labels: labels(input.labels),
                color: input.color,
                icon: input.icon,
                place: input.place,
            };
            let mut committed =
                service::create(&scope.deps, &scope.caller, command, options).await?;
            let (dataset_theme, errors, report) =
                payload_parts(ctx, &mut committed, |id| id).await?;
            Ok(CreateDatasetThemePayload {
                dataset_theme,
                errors,
                report,
            })
        })
        .await
    }

    /// Changes the labels, the colour, the icon and the place of a dataset theme. Requires
    /// MANAGE_WORKSPACE_THEME or EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::ManageWorkspaceTheme))]
    async fn update_dataset_theme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a dataset theme.")] input: UpdateDatasetThemeInput,
    ) -> Nullable<UpdateDatasetThemePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = UpdateDatasetTheme {
                id: input.id.0,
                labels: input.labels.map(labels),
                color: input.color,
                icon: input.icon,
                place: input.place,
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, command, options).await?;
            let (dataset_theme, errors, report) =
                payload_parts(ctx, &mut committed, |id| id).await?;
            Ok(UpdateDatasetThemePayload {
                dataset_theme,
                errors,
                report,
            })
        })
        .await
    }

    /// Deletes a dataset theme. The datasets that have it get `replacement` in the same write. The
    /// English label can be used again, the slug cannot. Requires MANAGE_WORKSPACE_THEME or
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::ManageWorkspaceTheme))]
    async fn delete_dataset_theme(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The dataset theme to delete, and what its datasets get instead.")]
        input: DeleteDatasetThemeInput,
    ) -> Nullable<DeleteDatasetThemePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = DeleteDatasetTheme {
                id: input.id.0,
                replacement: clearable(input.replacement).map(|id| id.map(|id| id.0)),
            };
            let mut committed =
                service::delete(&scope.deps, &scope.caller, command, options).await?;
            let deleted = committed.output;
            if let Some(meter) = ctx.data_opt::<Meter>() {
                meter.count(prices::CHANGED_DATASET * deleted.changed_datasets);
            }
            let (dataset_theme, errors, report) =
                payload_parts(ctx, &mut committed, |deleted| deleted.id).await?;
            Ok(DeleteDatasetThemePayload {
                deleted_dataset_theme_id: deleted.id.map(|id| ID(id.to_string())),
                dataset_theme,
                changed_datasets: deleted
                    .id
                    .map(|_| i32::try_from(deleted.changed_datasets).unwrap_or(i32::MAX)),
                errors,
                report,
            })
        })
        .await
    }
}
