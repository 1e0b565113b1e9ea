//! Signing up (JOIN-2, JOIN-3): how strangers may join a workspace, which is public, in PRIVATE
//! workspaces too (JOIN-1); and joining.

mod form;
mod join;
mod notices;
mod settings;

use std::collections::HashMap;

pub use form::Filled;
pub(crate) use form::{check_size, filled};
pub(crate) use join::barred_since;
pub use join::{JoinWorkspace, Joined, join};
pub(crate) use notices::tell_applicant;
pub use settings::{
    GivenField, GivenReceiver, GivenTerms, MOST_ADDRESSES, MOST_DOMAINS, Texts,
    UpdateSignUpSettings, update,
};

use super::{Deps, Failure, write::Transaction};
use crate::{
    domain::{
        id::{MembershipId, WorkspaceId},
        joining::{LocalizedText, SignUpFieldSpec},
        vocabulary::Locale,
    },
    store::{joining, sign_up as rows},
};

/// How strangers may join.
#[derive(Debug, Clone, PartialEq, Eq)]
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
    /// What the form asks, in order.
    pub fields: Vec<SignUpFieldSpec>,
    /// Who is told of sign-ups besides the administrators, or instead of them.
    pub notification_receivers: Vec<NotificationReceiver>,
    /// Whether the administrators are told.
    pub notify_administrators: bool,
    /// Whether whoever invited is told of acceptances and refusals (JOIN-15).
    pub notify_inviters: bool,
    /// The terms in force.
    pub terms: Option<SignUpTerms>,
}

/// An address that is told of sign-ups, and in which language (JOIN-16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotificationReceiver {
    /// The address as it was typed.
    pub email: String,
    /// The language of the mails; of an address that has an account, that of the account counts.
    pub locale: Locale,
}

/// Terms that have to be accepted (JOIN-2, JOIN-16).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUpTerms {
    /// The text for languages that have none of their own.
    pub text: String,
    /// The texts by language; empty if there is one for all.
    pub texts: LocalizedText,
    /// The number that is accepted, one for all languages.
    pub version: i32,
}

impl SignUpTerms {
    /// The text in `locale`.
    pub fn get(&self, locale: Locale) -> &str {
        self.texts.get(locale).unwrap_or(&self.text)
    }
}

impl Default for SignUp {
    /// Nobody; the administrators are told.
    fn default() -> Self {
        Self {
            enabled: false,
            approval_required: false,
            message_required: false,
            form_for_invited: false,
            allowed_email_domains: Vec::new(),
            introduction: LocalizedText::default(),
            fields: Vec::new(),
            notification_receivers: Vec::new(),
            notify_administrators: true,
            notify_inviters: true,
            terms: None,
        }
    }
}

fn read<T: serde::de::DeserializeOwned + Default>(
    json: Option<&str>,
    what: &str,
) -> Result<T, Failure> {
    match json {
        None => Ok(T::default()),
        // Who may join hangs on it: what cannot be read is a defect, never "anybody".
        Some(text) => serde_json::from_str(text)
            .map_err(|error| Failure::Internal(format!("{what} cannot be read: {error}"))),
    }
}

impl TryFrom<rows::SignUpRow> for SignUp {
    type Error = Failure;

    fn try_from(row: rows::SignUpRow) -> Result<Self, Failure> {
        let addresses: Vec<String> = read(
            row.notification_addresses.as_deref(),
            "notification addresses",
        )?;
        let locales: HashMap<String, Locale> = read(
            row.notification_locales.as_deref(),
            "languages of notification addresses",
        )?;
        let receiver = |email: String| {
            // Of before they had a language.
            let locale = locales.get(&email).copied().unwrap_or(Locale::En);
            NotificationReceiver { email, locale }
        };
        let terms = match row.terms {
            Some(rows::TermsRow {
                text,
                texts,
                version,
            }) => Some(SignUpTerms {
                text,
                texts: read(texts.as_deref(), "terms by language")?,
                version,
            }),
            None => None,
        };
        Ok(Self {
            enabled: row.enabled,
            approval_required: row.approval_required,
            message_required: row.message_required,
            form_for_invited: row.form_for_invited,
            allowed_email_domains: read(
                row.allowed_email_domains.as_deref(),
                "allowed e-mail domains",
            )?,
            introduction: read(row.introduction.as_deref(), "an introduction")?,
            fields: read(row.fields.as_deref(), "a sign-up form")?,
            notification_receivers: addresses.into_iter().map(receiver).collect(),
            notify_administrators: row.notify_administrators,
            notify_inviters: row.notify_inviters,
            terms,
        })
    }
}

/// How strangers may join each of `workspaces`, in one statement.
pub async fn of_workspaces(
    deps: &Deps,
    workspaces: &[WorkspaceId],
) -> Result<HashMap<WorkspaceId, SignUp>, Failure> {
    let rows = rows::of_workspaces(deps.db.reader(), workspaces).await?;
    rows.into_iter()
        .map(|row| Ok((row.workspace_id, SignUp::try_from(row)?)))
        .collect()
}

/// How strangers may join the workspace of a write, as it stands under the lock.
pub(crate) async fn under_lock(tx: &Transaction<'_>) -> Result<SignUp, Failure> {
    let row = rows::of_workspaces(tx.db(), &[tx.workspace_id()])
        .await?
        .into_iter()
        .next();
    row.map_or_else(|| Ok(SignUp::default()), SignUp::try_from)
}

/// What members of the workspace filled in and agreed to when they joined; those without a form are
/// left out. Says nothing about who may see it: whoever sees the membership.
pub async fn forms(
    deps: &Deps,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<HashMap<MembershipId, Filled>, Failure> {
    let rows = joining::forms(deps.db.reader(), workspace, members).await?;
    let form = |(id, answers, terms_version): (MembershipId, String, Option<i32>)| {
        Ok((
            id,
            Filled {
                answers: read(Some(&answers), "answers to a sign-up form")?,
                terms_version,
            },
        ))
    };
    rows.into_iter().map(form).collect()
}
