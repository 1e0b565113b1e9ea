//! Reading how strangers may join a workspace (JOIN-2): public, in PRIVATE workspaces too (JOIN-1).

use std::collections::HashMap;

use super::{Deps, Failure};
use crate::{
    domain::{
        id::WorkspaceId,
        joining::{LocalizedText, SignUpFieldSpec},
    },
    store::sign_up as rows,
};

/// How strangers may join.
#[derive(Debug, Clone, Default)]
pub struct SignUp {
    /// Whether they may at all.
    pub enabled: bool,
    /// Whether an administrator decides on each.
    pub approval_required: bool,
    /// Whether they have to write something.
    pub message_required: bool,
    /// Whether the invited fill in the form too.
    pub form_for_invited: bool,
    /// The domains of addresses that may join; empty = any.
    pub allowed_email_domains: Vec<String>,
    /// What they read first.
    pub introduction: LocalizedText,
    /// The form.
    pub fields: Vec<SignUpFieldSpec>,
    /// The text and number of the terms in force.
    pub terms: Option<(String, i32)>,
}

fn read<T: serde::de::DeserializeOwned + Default>(json: Option<&str>, what: &str) -> Result<T, Failure> {
    match json {
        None => Ok(T::default()),
        // Who may join hangs on it: what cannot be read is a defect, never "anybody".
        Some(text) => serde_json::from_str(text).map_err(|error| Failure::Internal(format!("{what} cannot be read: {error}"))),
    }
}

impl TryFrom<rows::SignUpRow> for SignUp {
    type Error = Failure;

    fn try_from(row: rows::SignUpRow) -> Result<Self, Failure> {
        Ok(Self {
            enabled: row.enabled,
            approval_required: row.approval_required,
            message_required: row.message_required,
            form_for_invited: row.form_for_invited,
            allowed_email_domains: read(row.allowed_email_domains.as_deref(), "allowed e-mail domains")?,
            introduction: read(row.introduction.as_deref(), "an introduction")?,
            fields: read(row.fields.as_deref(), "a sign-up form")?,
            terms: row.terms,
        })
    }
}

/// How strangers may join each of `workspaces`, in one statement.
pub async fn of_workspaces(deps: &Deps, workspaces: &[WorkspaceId]) -> Result<HashMap<WorkspaceId, SignUp>, Failure> {
    let rows = rows::of_workspaces(deps.db.reader(), workspaces).await?;
    rows.into_iter().map(|row| Ok((row.workspace_id, SignUp::try_from(row)?))).collect()
}
