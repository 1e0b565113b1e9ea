//! `updateSignUpSettings`: how strangers may join (JOIN-2). Terms are versioned: another text is a
//! new version, and a version without text says that there are none from then on. Versions stay, so
//! that what somebody accepted can be looked up.

mod values;

use serde_json::{Map, Value, json};

use super::{SignUp, SignUpTerms, rows};
use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        id::WorkspaceId,
        joining::SignUpFieldSpec,
        permission::Permission,
        sign_up::{MOST_CHOICES, MOST_FIELDS},
        vocabulary::Locale,
    },
    entity::sign_up_settings,
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    words::message,
};
use values::{domains, fields, introduction, receivers, terms, terms_by_locale};

/// The most domains of addresses that may sign up.
pub const MOST_DOMAINS: usize = 100;

/// The most notification addresses.
pub const MOST_ADDRESSES: usize = 20;

/// The longest introduction in one language, in characters.
const LONGEST_INTRODUCTION: usize = 10_000;

/// The longest terms, in characters.
const LONGEST_TERMS: usize = 50_000;

/// A text in several languages as it was given: a language may come twice, which is wrong.
pub type Texts = Vec<(Locale, String)>;

/// A field of the form as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenField {
    /// All but its label.
    pub field: SignUpFieldSpec,
    /// The label in each language.
    pub label: Texts,
}

/// What is asked for; `None` leaves what is there, empty clears it.
#[derive(Debug, Clone, Default)]
pub struct UpdateSignUpSettings {
    /// Whether strangers may join at all.
    pub enabled: Option<bool>,
    /// Whether an administrator decides on each.
    pub approval_required: Option<bool>,
    /// Whether requests need a message.
    pub message_required: Option<bool>,
    /// Whether the invited fill in the form too.
    pub form_for_invited: Option<bool>,
    /// Which domains may join.
    pub allowed_email_domains: Option<Vec<String>>,
    /// What strangers read first.
    pub introduction: Option<Texts>,
    /// What the form asks, in order.
    pub fields: Option<Vec<GivenField>>,
    /// The terms to accept.
    pub terms: Option<GivenTerms>,
    /// Who is told besides the administrators, or instead of them.
    pub notification_receivers: Option<Vec<GivenReceiver>>,
    /// Whether the administrators are told.
    pub notify_administrators: Option<bool>,
    /// Whether whoever invited is told of answers.
    pub notify_inviters: Option<bool>,
}

/// Terms as they were given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenTerms {
    /// One text for all languages.
    Single(String),
    /// A text for each of some languages.
    ByLocale(Texts),
}

/// A notification address as it was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenReceiver {
    /// The input field that it stands in.
    pub field: &'static str,
    /// The address as typed.
    pub email: String,
    /// The language; none: the one that it has, or else that of whoever gives it.
    pub locale: Option<Locale>,
}

impl UpdateSignUpSettings {
    /// Refuses lists that are longer than they may be.
    fn check_sizes(&self) -> Result<(), Failure> {
        let fields = self.fields.iter().flatten();
        let choices = fields.map(|input| ("choices", input.field.choices.len(), MOST_CHOICES));
        let lists = [
            (
                "allowedEmailDomains",
                self.allowed_email_domains.as_ref().map_or(0, Vec::len),
                MOST_DOMAINS,
            ),
            (
                self.notification_receivers
                    .iter()
                    .flatten()
                    .next()
                    .map_or("notificationAddresses", |first| first.field),
                self.notification_receivers.as_ref().map_or(0, Vec::len),
                MOST_ADDRESSES,
            ),
            (
                "fields",
                self.fields.as_ref().map_or(0, Vec::len),
                MOST_FIELDS,
            ),
        ];
        match lists
            .into_iter()
            .chain(choices)
            .find(|(_, length, most)| length > most)
        {
            Some((name, _, most)) => Err(Failure::bad_input(message::items_at_most(name, most))),
            None => Ok(()),
        }
    }
}

/// Changes how strangers may join: EWP. Its answer is the workspace's id; none if it was refused.
pub async fn update(
    deps: &Deps,
    caller: &Caller,
    workspace: WorkspaceId,
    input: UpdateSignUpSettings,
    options: CallOptions,
) -> Result<Committed<Option<WorkspaceId>>, Failure> {
    input.check_sizes()?;
    write::run(deps, caller, workspace, &options, &input).await
}

impl UseCase for UpdateSignUpSettings {
    const CHANGES_ACCESS: bool = false;
    type Output = Option<WorkspaceId>;

    fn mutation(&self) -> &'static str {
        "updateSignUpSettings"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Option<WorkspaceId>>, Failure> {
        let id = tx.workspace_id();
        let row = rows::of_workspaces(tx.db(), &[id])
            .await?
            .into_iter()
            .next();
        let latest = row.as_ref().and_then(|row| row.latest_terms).unwrap_or(0);
        let before = row.map_or_else(|| Ok(SignUp::default()), SignUp::try_from)?;
        let after = self.after(&before, latest, tx.caller.locale())?;
        if after == before {
            return Ok(Verdict::keep(Some(id)));
        }
        let event = Event::new(
            AuditEventKind::SignUpSettingsUpdated,
            id,
            changes(&before, &after),
        );
        tx.record(Event {
            personal_of: tx.caller.account_id(),
            ..event
        });
        if after.terms != before.terms {
            let text = after
                .terms
                .as_ref()
                .map_or_else(String::new, |terms| terms.text.clone());
            let texts = after
                .terms
                .as_ref()
                .filter(|terms| !terms.texts.is_empty())
                .map(|terms| json!(terms.texts).to_string());
            let new = rows::TermsRow {
                text,
                texts,
                version: latest + 1,
            };
            rows::add_terms(tx.db(), id, new, tx.now, tx.caller.account_id()).await?;
        }
        rows::write(tx.db(), model(id, &after)).await?;
        Ok(Verdict::keep(Some(id)))
    }
}

impl UpdateSignUpSettings {
    /// The settings as they will be, or everything that is wrong about them. `latest` is the number
    /// of the last version of the terms, `locale` the language of whoever gives them.
    fn after(
        &self,
        before: &SignUp,
        latest: i32,
        locale: Locale,
    ) -> Result<SignUp, Vec<UserError>> {
        let (input, mut errors) = (self, Vec::new());
        let flag = |requested: Option<bool>, before: bool| requested.unwrap_or(before);
        let after = SignUp {
            enabled: flag(input.enabled, before.enabled),
            approval_required: flag(input.approval_required, before.approval_required),
            message_required: flag(input.message_required, before.message_required),
            form_for_invited: flag(input.form_for_invited, before.form_for_invited),
            notify_administrators: flag(input.notify_administrators, before.notify_administrators),
            notify_inviters: flag(input.notify_inviters, before.notify_inviters),
            allowed_email_domains: match &input.allowed_email_domains {
                Some(texts) => domains(texts, &mut errors),
                None => before.allowed_email_domains.clone(),
            },
            introduction: match &input.introduction {
                Some(texts) => introduction(texts, &mut errors),
                None => before.introduction.clone(),
            },
            fields: match &input.fields {
                Some(inputs) => fields(inputs, &mut errors),
                None => before.fields.clone(),
            },
            terms: match &input.terms {
                Some(GivenTerms::Single(text)) => terms(text.trim(), before, latest, &mut errors),
                Some(GivenTerms::ByLocale(texts)) => {
                    terms_by_locale(texts, before, latest, &mut errors)
                }
                None => before.terms.clone(),
            },
            notification_receivers: match &input.notification_receivers {
                Some(inputs) => receivers(inputs, before, locale, &mut errors),
                None => before.notification_receivers.clone(),
            },
        };
        if errors.is_empty() {
            Ok(after)
        } else {
            Err(errors)
        }
    }
}

fn emails(settings: &SignUp) -> Vec<&str> {
    settings
        .notification_receivers
        .iter()
        .map(|receiver| receiver.email.as_str())
        .collect()
}

fn model(workspace: WorkspaceId, settings: &SignUp) -> sign_up_settings::Model {
    let locales: Map<String, Value> = settings
        .notification_receivers
        .iter()
        .map(|receiver| (receiver.email.clone(), json!(receiver.locale)))
        .collect();
    sign_up_settings::Model {
        workspace_id: workspace.0,
        enabled: settings.enabled,
        approval_required: settings.approval_required,
        message_required: settings.message_required,
        form_for_invited: settings.form_for_invited,
        allowed_email_domains: json!(settings.allowed_email_domains).to_string(),
        introduction: json!(settings.introduction).to_string(),
        fields: json!(settings.fields).to_string(),
        notification_addresses: json!(emails(settings)).to_string(),
        notify_administrators: settings.notify_administrators,
        notification_locales: Some(json!(locales).to_string()),
        notify_inviters: settings.notify_inviters,
    }
}

/// What changed, by field. Addresses are people's, and free text may name them; domains and the
/// form are neither. None of them is nothing personal.
fn changes(before: &SignUp, after: &SignUp) -> Vec<FieldChange> {
    let introduction = |settings: &SignUp| {
        if settings.introduction.is_empty() {
            Value::Null
        } else {
            json!(settings.introduction)
        }
    };
    let addresses = |settings: &SignUp| match settings.notification_receivers.as_slice() {
        [] => Value::Null,
        _ => json!(emails(settings)),
    };
    let locales = |settings: &SignUp| match settings.notification_receivers.as_slice() {
        [] => Value::Null,
        some => some.iter().map(|receiver| json!(receiver.locale)).collect(),
    };
    let text = |settings: &SignUp| match &settings.terms {
        None => Value::Null,
        Some(terms) if terms.texts.is_empty() => json!(terms.text),
        Some(terms) => json!(terms.texts),
    };
    let version = |terms: &Option<SignUpTerms>| terms.as_ref().map(|terms| terms.version);
    let mut changes = vec![
        FieldChange::plain("enabled", before.enabled, after.enabled),
        FieldChange::plain(
            "approvalRequired",
            before.approval_required,
            after.approval_required,
        ),
        FieldChange::plain(
            "messageRequired",
            before.message_required,
            after.message_required,
        ),
        FieldChange::plain(
            "formForInvited",
            before.form_for_invited,
            after.form_for_invited,
        ),
        FieldChange::plain(
            "allowedEmailDomains",
            json!(before.allowed_email_domains),
            json!(after.allowed_email_domains),
        ),
        FieldChange::personal("introduction", introduction(before), introduction(after)),
        FieldChange::plain("fields", json!(before.fields), json!(after.fields)),
        FieldChange::personal("terms", text(before), text(after)),
        FieldChange::plain(
            "termsVersion",
            version(&before.terms),
            version(&after.terms),
        ),
        FieldChange::personal("notificationAddresses", addresses(before), addresses(after)),
        FieldChange::plain("notificationLocales", locales(before), locales(after)),
        FieldChange::plain(
            "notifyAdministrators",
            before.notify_administrators,
            after.notify_administrators,
        ),
        FieldChange::plain(
            "notifyInviters",
            before.notify_inviters,
            after.notify_inviters,
        ),
    ];
    changes.retain(|change| change.before != change.after);
    changes
}
