//! How strangers may join workspaces, and the current terms (JOIN-2). A version of the terms
//! without text means that there are none from then on. Reading the settings is SQL text, because
//! it joins the latest version of the terms.

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait, EntityTrait, IntoActiveModel, QueryResult,
    sea_query::OnConflict,
};

use super::engine::{Row, Sql, StoreError};
use crate::{
    domain::id::{AccountId, WorkspaceId},
    entity::{sign_up_settings, terms},
};

/// How strangers may join a workspace, with the latest version of its terms.
#[derive(Debug, Clone)]
pub struct SignUpRow {
    pub workspace_id: WorkspaceId,
    /// Whether strangers may join at all.
    pub enabled: bool,
    /// Whether an administrator has to approve them.
    pub approval_required: bool,
    /// Whether they have to write a message.
    pub message_required: bool,
    /// Whether invited people fill in the form too.
    pub form_for_invited: bool,
    /// The e-mail domains that may join, as JSON. `None` means any.
    pub allowed_email_domains: Option<String>,
    /// The introduction by language, as JSON.
    pub introduction: Option<String>,
    /// The form, as JSON.
    pub fields: Option<String>,
    /// Who is notified besides the administrators, as JSON.
    pub notification_addresses: Option<String>,
    /// Whether the administrators are notified.
    pub notify_administrators: bool,
    /// The languages of those addresses, as JSON.
    pub notification_locales: Option<String>,
    /// Whether inviters are notified of answers.
    pub notify_inviters: bool,
    /// The current terms.
    pub terms: Option<TermsRow>,
    /// The number of the latest version of the terms, with or without text.
    pub latest_terms: Option<i32>,
}

/// A version of the terms.
#[derive(Debug, Clone)]
pub struct TermsRow {
    /// The text for languages without their own.
    pub text: String,
    /// The texts by language, as JSON.
    pub texts: Option<String>,
    pub version: i32,
}

impl SignUpRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let row = Row::of(row);
        let flag = |column: &str, absent: bool| {
            Ok::<_, StoreError>(row.get::<Option<bool>>(column)?.unwrap_or(absent))
        };
        let text = row.get::<Option<String>>("text")?;
        let version: Option<i32> = row.get("version")?;
        let texts = row.get("texts")?;
        let terms = text.filter(|text| !text.is_empty()).zip(version);
        Ok(Self {
            workspace_id: WorkspaceId(row.get("id")?),
            enabled: flag("enabled", false)?,
            approval_required: flag("approval_required", false)?,
            message_required: flag("message_required", false)?,
            form_for_invited: flag("form_for_invited", false)?,
            allowed_email_domains: row.get("allowed_email_domains")?,
            introduction: row.get("introduction")?,
            fields: row.get("fields")?,
            notification_addresses: row.get("notification_addresses")?,
            // A workspace without settings notifies its administrators.
            notify_administrators: flag("notify_administrators", true)?,
            notification_locales: row.get("notification_locales")?,
            notify_inviters: flag("notify_inviters", true)?,
            terms: terms.map(|(text, version)| TermsRow {
                text,
                texts,
                version,
            }),
            latest_terms: version,
        })
    }
}

/// The settings of `workspaces`. Without settings, no strangers may join.
pub async fn of_workspaces(
    db: &impl ConnectionTrait,
    workspaces: &[WorkspaceId],
) -> Result<Vec<SignUpRow>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT w.id, s.enabled, s.approval_required, s.message_required, s.form_for_invited, s.allowed_email_domains, \
         s.introduction, s.fields, s.notification_addresses, s.notify_administrators, s.notification_locales, \
         s.notify_inviters, t.text, t.version, t.texts FROM workspace w \
         LEFT JOIN sign_up_settings s ON s.workspace_id = w.id LEFT JOIN terms t ON t.workspace_id = w.id AND t.version = (SELECT MAX(v.version) FROM terms v \
         WHERE v.workspace_id = w.id) WHERE ",
    );
    sql.ids_in("w.id", workspaces.iter().map(|id| id.0));
    sql.rows(db).await?.iter().map(SignUpRow::read).collect()
}

/// Stores the settings of a workspace, replacing earlier ones.
pub async fn write(
    db: &impl ConnectionTrait,
    settings: sign_up_settings::Model,
) -> Result<(), StoreError> {
    use sign_up_settings::Column;
    let all = [
        Column::Enabled,
        Column::ApprovalRequired,
        Column::MessageRequired,
        Column::FormForInvited,
        Column::AllowedEmailDomains,
        Column::Introduction,
        Column::Fields,
        Column::NotificationAddresses,
        Column::NotifyAdministrators,
        Column::NotificationLocales,
        Column::NotifyInviters,
    ];
    sign_up_settings::Entity::insert(settings.into_active_model())
        .on_conflict(
            OnConflict::column(Column::WorkspaceId)
                .update_columns(all)
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Adds a version of the terms. Without text: there are none.
pub async fn add_terms(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    new: TermsRow,
    at: DateTime<Utc>,
    by: Option<AccountId>,
) -> Result<(), StoreError> {
    let row = terms::ActiveModel {
        workspace_id: Set(workspace.0),
        version: Set(new.version),
        text: Set(new.text),
        created_at: Set(at),
        created_by: Set(by.map(|id| id.0)),
        texts: Set(new.texts),
    };
    terms::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}
