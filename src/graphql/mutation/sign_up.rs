//! `updateSignUpSettings` and `joinWorkspace` (JOIN-2, JOIN-3).

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, SignUpError, WorkspaceError,
    access_request::requests, refusable, signed_in_scope, workspace::workspace_after,
};
use crate::{
    domain::{
        id::WorkspaceId,
        joining::{Answer, LocalizedText, SignUpFieldSpec},
        permission::Permission,
        vocabulary::Locale,
    },
    graphql::{
        guard,
        object::{
            access_request::AccessRequest, membership::Membership, sign_up::SignUpFieldKind,
            viewer::reference, workspace::Workspace,
        },
        scalar::{EmailAddress, Id, Instant},
    },
    service::{
        Failure, member as members,
        sign_up::{
            self as service, GivenField, GivenReceiver, GivenTerms, JoinWorkspace, Texts,
            UpdateSignUpSettings,
        },
    },
    words::message::{self, all_of},
};

/// A text in one language.
#[derive(Debug, InputObject)]
pub struct LocalizedTextInput {
    /// The language. Each language can be given once (DUPLICATE).
    pub locale: Locale,
    /// The text. A blank text is treated as missing.
    pub text: String,
}

fn texts(versions: Vec<LocalizedTextInput>) -> Texts {
    versions
        .into_iter()
        .map(|version| (version.locale, version.text))
        .collect()
}

/// A field of the sign-up form.
#[derive(Debug, InputObject)]
pub struct SignUpFieldInput {
    /// The name of the field in answers: a letter, then letters, digits, - and _, ASCII only, at
    /// most 64 characters (INVALID_KEY). Each key can be given once (DUPLICATE).
    pub key: String,
    /// The label for people, in at least one language (TOO_SHORT), at most 200 characters each
    /// (TOO_LONG, INVALID_CHARACTERS).
    pub label: Vec<LocalizedTextInput>,
    /// The kind of field.
    pub kind: SignUpFieldKind,
    /// The options of a CHOICE: 1 to 50 (CHOICES_REQUIRED), all different (DUPLICATE), 1 to 200
    /// characters each (TOO_SHORT, TOO_LONG, INVALID_CHARACTERS). Not allowed for other kinds
    /// (CHOICES_NOT_ALLOWED).
    pub choices: Option<Vec<String>>,
    /// Whether the field must be filled in. Default: false.
    pub required: Option<bool>,
}

impl From<SignUpFieldInput> for GivenField {
    fn from(input: SignUpFieldInput) -> Self {
        let field = SignUpFieldSpec {
            key: input.key,
            label: LocalizedText::default(),
            kind: input.kind.into(),
            choices: input.choices.unwrap_or_default(),
            required: input.required.unwrap_or_default(),
        };
        Self {
            field,
            label: texts(input.label),
        }
    }
}

/// The value of an input field; null clears it, like an empty list.
fn null_as_default<T: Default>(input: MaybeUndefined<T>) -> Option<T> {
    match input {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(T::default()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// An address that gets mails about sign-ups.
#[derive(Debug, InputObject)]
pub struct NotificationReceiverInput {
    /// The e-mail address (INVALID_EMAIL). Each address can be given once (DUPLICATE).
    pub email: EmailAddress,
    /// The language of the mails. If the address has an account, the language of the account is
    /// used instead.
    pub locale: Locale,
}

fn receivers(
    addresses: Option<Vec<EmailAddress>>,
    receivers: Option<Vec<NotificationReceiverInput>>,
) -> Result<Option<Vec<GivenReceiver>>, Failure> {
    let plain = |email: EmailAddress| GivenReceiver {
        field: "notificationAddresses",
        email: email.0,
        locale: None,
    };
    let full = |input: NotificationReceiverInput| GivenReceiver {
        field: "notificationReceivers",
        email: input.email.0,
        locale: Some(input.locale),
    };
    match (addresses, receivers) {
        (Some(_), Some(_)) => {
            let both = all_of(&["notificationAddresses", "notificationReceivers"]);
            Err(Failure::bad_input(message::at_most_one_of(both)))
        }
        (Some(addresses), None) => Ok(Some(addresses.into_iter().map(plain).collect())),
        (None, receivers) => {
            Ok(receivers.map(|receivers| receivers.into_iter().map(full).collect()))
        }
    }
}

/// The changes to the sign-up settings. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct UpdateSignUpSettingsInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// Whether people can join without an invitation. Null leaves it unchanged.
    pub enabled: Option<bool>,
    /// Whether an administrator decides on each sign-up. Null leaves it unchanged.
    pub approval_required: Option<bool>,
    /// Whether a sign-up that needs approval must include a message to the administrators. Null
    /// leaves it unchanged.
    pub message_required: Option<bool>,
    /// Whether invited people also fill in the form. Null leaves it unchanged.
    pub form_for_invited: Option<bool>,
    /// The e-mail domains that can join, at most 100, in any valid form (INVALID_DOMAIN), each once
    /// (DUPLICATE). Subdomains are not included. Null or an empty list allows any domain.
    pub allowed_email_domains: MaybeUndefined<Vec<String>>,
    /// The text to read before signing up, at most 10,000 characters in each language (TOO_LONG,
    /// INVALID_CHARACTERS). Replaces the texts of all languages; null or an empty list removes
    /// them.
    pub introduction: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// The additional fields of the form, at most 30, in order. Replaces all fields; null or an
    /// empty list removes them. Earlier answers do not change.
    pub fields: MaybeUndefined<Vec<SignUpFieldInput>>,
    /// The terms that people must accept, at most 50,000 characters (TOO_LONG, INVALID_CHARACTERS).
    /// A text that differs from the current one is a new version, which applies to those who join
    /// from then on. Null or an empty text removes the terms; version numbers continue.
    pub terms: MaybeUndefined<String>,
    /// The terms in several languages, with the same rules. They are one version; it is a new one
    /// if any text differs. Replaces the texts of all languages. A language without a text shows
    /// the English one, or else any other. Null or an empty list removes the terms. Cannot be
    /// combined with `terms`.
    pub terms_by_locale: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// Addresses that get mails about sign-ups, in addition to the administrators or instead of
    /// them: at most 20, each once (DUPLICATE). Null or an empty list removes them. An existing
    /// address keeps its language, a new one gets yours.
    pub notification_addresses: MaybeUndefined<Vec<EmailAddress>>,
    /// The same addresses, each with the language of its mails. Cannot be combined with
    /// `notificationAddresses`.
    pub notification_receivers: MaybeUndefined<Vec<NotificationReceiverInput>>,
    /// Whether administrators get mails about sign-ups. Null leaves it unchanged.
    pub notify_administrators: Option<bool>,
    /// Whether the person who sent an invitation gets one mail when it is accepted or declined.
    /// Null leaves it unchanged. True in a new workspace.
    pub notify_inviters: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateSignUpSettingsPayload {
    /// The workspace after the call; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The answer to one field of the sign-up form.
#[derive(Debug, InputObject)]
pub struct SignUpAnswerInput {
    /// The key of the field, from `SignUpSettings.fields` (UNKNOWN_FIELD). Each key can be given
    /// once (DUPLICATE).
    pub key: String,
    /// The answer, without surrounding spaces. TEXT: at most 2,000 characters (TOO_LONG,
    /// INVALID_CHARACTERS). CHOICE: one of the choices (NOT_OFFERED). CHECKBOX: `true` or `false`
    /// (NOT_A_BOOLEAN). A blank answer is treated as missing.
    pub value: String,
}

/// The answers as the services take them.
pub fn answers(input: Option<Vec<SignUpAnswerInput>>) -> Vec<Answer> {
    input
        .unwrap_or_default()
        .into_iter()
        .map(|answer| Answer {
            key: answer.key,
            value: answer.value,
        })
        .collect()
}

/// The workspace to join, and what it asks for.
#[derive(Debug, InputObject)]
pub struct JoinWorkspaceInput {
    /// The slug or id of the workspace.
    pub workspace: String,
    /// A message to the administrators, at most 2,000 characters (TOO_LONG, INVALID_CHARACTERS).
    /// Used only if sign-ups need approval. Required if `SignUpSettings.messageRequired` is true
    /// (MESSAGE_REQUIRED).
    pub message: Option<String>,
    /// The answers to the form, at most 30. ANSWER_REQUIRED if a required one is missing, with the
    /// key of the field in `path`.
    pub answers: Option<Vec<SignUpAnswerInput>>,
    /// The version of the terms that you accept: `SignUpSettings.termsVersion`. TERMS_NOT_ACCEPTED
    /// if it is missing and there are terms; TERMS_OUTDATED if it is not the current version.
    pub accepted_terms_version: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call: a membership, a waiting request, or the errors.
#[derive(Debug, SimpleObject)]
pub struct JoinWorkspacePayload {
    /// The new membership; null if sign-ups need approval, if `errors` has any, and with `dryRun`.
    pub membership: Option<Membership>,
    /// The request that waits for approval; null if sign-ups need no approval, if `errors` has any,
    /// and with `dryRun`.
    pub access_request: Option<AccessRequest>,
    /// With WAIT: when you can make a new request.
    pub wait_until: Option<Instant>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<SignUpError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutations of signing up.
#[derive(Debug, Default)]
pub struct SignUpMutation;

/// The mutations of signing up.
#[Object]
impl SignUpMutation {
    /// Updates how people can join without an invitation: whether they can, who decides, what they
    /// fill in and accept, and who is notified. Existing members and waiting requests do not change.
    /// Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_sign_up_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to the sign-up settings.")] input: UpdateSignUpSettingsInput,
    ) -> Nullable<UpdateSignUpSettingsPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let workspace = input.workspace_id.0;
            let terms = match (
                null_as_default(input.terms),
                null_as_default(input.terms_by_locale),
            ) {
                (Some(_), Some(_)) => {
                    let both = all_of(&["terms", "termsByLocale"]);
                    return Err(Failure::bad_input(message::at_most_one_of(both)).into());
                }
                (Some(text), None) => Some(GivenTerms::Single(text)),
                (None, versions) => versions.map(|versions| GivenTerms::ByLocale(texts(versions))),
            };
            let receivers = receivers(
                null_as_default(input.notification_addresses),
                null_as_default(input.notification_receivers),
            )?;
            let command = UpdateSignUpSettings {
                enabled: input.enabled,
                approval_required: input.approval_required,
                message_required: input.message_required,
                form_for_invited: input.form_for_invited,
                allowed_email_domains: null_as_default(input.allowed_email_domains),
                introduction: null_as_default(input.introduction).map(texts),
                fields: null_as_default(input.fields)
                    .map(|fields| fields.into_iter().map(GivenField::from).collect()),
                terms,
                notification_receivers: receivers,
                notify_administrators: input.notify_administrators,
                notify_inviters: input.notify_inviters,
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, workspace, command, options).await?;
            let (workspace, after) = workspace_after(ctx, &mut committed).await?;
            Ok(UpdateSignUpSettingsPayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Joins a workspace that allows sign-ups, including a PRIVATE one. Without approval, the
    /// membership begins at once, with those default permissions that open no section of the back
    /// office and do not let the member edit, publish or secure anything. With approval, a request
    /// waits for a decision. People who are invited join with the invitation and what it offers,
    /// whatever the sign-up settings. API keys cannot call this. `effects` is always empty because
    /// the membership is new.
    ///
    /// Errors: ALREADY_MEMBER, SIGN_UP_DISABLED, EMAIL_DOMAIN_NOT_ALLOWED, INVITATION_REQUIRED
    /// (sign-ups need no approval here, and you were disabled or revoked, your access ended, or you
    /// left while your membership had a start or an end in the future or an individual limit),
    /// REQUEST_PENDING, WAIT (a request of yours was rejected less than 7 days ago), LIMIT_REACHED
    /// (you requested or began a membership here 3 times in 24 hours), SEATS_EXCEEDED.
    #[graphql(directive = guard::signed_in::apply())]
    async fn join_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace to join, and what it asks for.")] input: JoinWorkspaceInput,
    ) -> Nullable<JoinWorkspacePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let command = JoinWorkspace {
                workspace: reference(&input.workspace)?,
                message: input.message,
                answers: answers(input.answers),
                accepted_terms_version: input.accepted_terms_version,
            };
            let mut committed = service::join(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let membership = match (&after.view, committed.output.membership_id) {
                (Some(view), Some(id)) => {
                    members::by_id(&scope.deps, &view.access, &scope.caller, id)
                        .await?
                        .map(|row| Membership::new(view, row))
                }
                _ => None,
            };
            let request_id = committed.output.access_request_id;
            let mut access_requests =
                requests(ctx, &after, request_id.into_iter().collect()).await?;
            let access_request = request_id.and_then(|id| access_requests.remove(&id));
            Ok(JoinWorkspacePayload {
                membership,
                access_request,
                wait_until: committed.output.wait_until.map(Instant),
                errors: SignUpError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}
