//! How strangers may join workspaces, and the terms in force (JOIN-2).

use sea_orm::{ConnectionTrait, QueryResult};

use super::engine::{Columns, Sql, StoreError};
use crate::domain::id::WorkspaceId;

/// How strangers may join a workspace, with the latest version of its terms.
#[derive(Debug, Clone)]
pub struct SignUpRow {
    /// Which workspace.
    pub workspace_id: WorkspaceId,
    /// Whether strangers may join at all.
    pub enabled: bool,
    /// Whether an administrator decides on each.
    pub approval_required: bool,
    /// Whether they have to write something.
    pub message_required: bool,
    /// Whether the invited fill in the form too.
    pub form_for_invited: bool,
    /// The domains of addresses that may join, as JSON; none = any.
    pub allowed_email_domains: Option<String>,
    /// What they read first, in several languages, as JSON.
    pub introduction: Option<String>,
    /// The form, as JSON.
    pub fields: Option<String>,
    /// The text and number of the terms in force.
    pub terms: Option<(String, i32)>,
}

impl SignUpRow {
    fn read(row: &QueryResult) -> Result<Self, StoreError> {
        let mut columns = Columns::of(row);
        let workspace_id = WorkspaceId(columns.take()?);
        let mut flag = || Ok::<_, StoreError>(columns.take::<Option<bool>>()?.unwrap_or(false));
        let (enabled, approval_required, message_required, form_for_invited) = (flag()?, flag()?, flag()?, flag()?);
        let (allowed_email_domains, introduction, fields) = (columns.take()?, columns.take()?, columns.take()?);
        let (text, version): (Option<String>, Option<i32>) = (columns.take()?, columns.take()?);
        Ok(Self {
            workspace_id,
            enabled,
            approval_required,
            message_required,
            form_for_invited,
            allowed_email_domains,
            introduction,
            fields,
            terms: text.zip(version),
        })
    }
}

/// The settings of `workspaces`; a workspace without any takes in no strangers.
pub async fn of_workspaces(db: &impl ConnectionTrait, workspaces: &[WorkspaceId]) -> Result<Vec<SignUpRow>, StoreError> {
    let mut sql = Sql::new(
        db,
        "SELECT w.id, s.enabled, s.approval_required, s.message_required, s.form_for_invited, s.allowed_email_domains, \
         s.introduction, s.fields, t.text, t.version FROM workspace w LEFT JOIN sign_up_settings s ON s.workspace_id = w.id \
         LEFT JOIN terms t ON t.workspace_id = w.id AND t.version = (SELECT MAX(v.version) FROM terms v \
         WHERE v.workspace_id = w.id) WHERE ",
    );
    sql.ids_in("w.id", workspaces.iter().map(|id| id.0));
    sql.rows(db).await?.iter().map(SignUpRow::read).collect()
}
