//! `updateSignUpSettings` and `joinWorkspace` (JOIN-2, JOIN-3).

use async_graphql::{Context, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, Report, SignUpError, WorkspaceError,
    access_request::requests, refusable, signed_in, workspace::workspace_after,
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
};

/// A text in one language.
#[derive(Debug, InputObject)]
pub struct LocalizedTextInput {
    /// The language; each once (DUPLICATE).
    pub locale: Locale,
    /// The text; blank is none.
    pub text: String,
}

fn texts(given: Vec<LocalizedTextInput>) -> Texts {
    given
        .into_iter()
        .map(|version| (version.locale, version.text))
        .collect()
}

/// One field of the sign-up form.
#[derive(Debug, InputObject)]
pub struct SignUpFieldInput {
    /// Its name in answers: a letter, then letters, digits, - and _, all of ASCII, 64 at most
    /// (INVALID_KEY); each once (DUPLICATE).
    pub key: String,
    /// Its name for people: in one language at least (TOO_SHORT), at most 200 characters each
    /// (TOO_LONG, INVALID_CHARACTERS).
    pub label: Vec<LocalizedTextInput>,
    /// How it is filled in.
    pub kind: SignUpFieldKind,
    /// What a CHOICE offers: 1 to 50 (CHOICES_REQUIRED), different (DUPLICATE), of 1 to 200
    /// characters (TOO_SHORT, TOO_LONG, INVALID_CHARACTERS). None for the others
    /// (CHOICES_NOT_ALLOWED).
    pub choices: Option<Vec<String>>,
    /// Whether it has to be filled in; absent: no.
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

/// What was given; null clears, like a list of nothing.
fn cleared<T: Default>(given: MaybeUndefined<T>) -> Option<T> {
    match given {
        MaybeUndefined::Undefined => None,
        MaybeUndefined::Null => Some(T::default()),
        MaybeUndefined::Value(value) => Some(value),
    }
}

/// An address that is told of sign-ups.
#[derive(Debug, InputObject)]
pub struct NotificationReceiverInput {
    /// The address (INVALID_EMAIL), each once (DUPLICATE).
    pub email: EmailAddress,
    /// The language of the mails to it; an address that has an account is written to in the
    /// account's language.
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
        (Some(_), Some(_)) => Err(Failure::bad_input(
            "give at most one of notificationAddresses and notificationReceivers",
        )),
        (Some(addresses), None) => Ok(Some(addresses.into_iter().map(plain).collect())),
        (None, receivers) => {
            Ok(receivers.map(|receivers| receivers.into_iter().map(full).collect()))
        }
    }
}

/// How strangers are to join a workspace. What is absent stays.
#[derive(Debug, InputObject)]
pub struct UpdateSignUpSettingsInput {
    /// Which workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// Whether strangers may join by themselves; null: stays.
    pub enabled: Option<bool>,
    /// Whether an administrator decides on each sign-up; null: stays.
    pub approval_required: Option<bool>,
    /// Whether a sign-up that needs approval needs a message to the administrators; null:
    /// stays.
    pub message_required: Option<bool>,
    /// Whether the invited fill in the form too; null: stays.
    pub form_for_invited: Option<bool>,
    /// The domains of e-mail addresses that may join, at most 100, in any form that mail knows
    /// (INVALID_DOMAIN), each once (DUPLICATE); each stands for itself and not for those below
    /// it. Null or empty: any.
    pub allowed_email_domains: MaybeUndefined<Vec<String>>,
    /// What to read before signing up, at most 10,000 characters in each language (TOO_LONG,
    /// INVALID_CHARACTERS). All languages at once; null or empty: none.
    pub introduction: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// The extra fields of the form, at most 30, in their order. All at once; null or empty:
    /// none. What was answered before stays as it was answered.
    pub fields: MaybeUndefined<Vec<SignUpFieldInput>>,
    /// The terms that have to be accepted, at most 50,000 characters (TOO_LONG,
    /// INVALID_CHARACTERS). Another text than that in force is a new version, which is asked of
    /// those who join from then on. Null or empty: none are in force; versions are counted on.
    pub terms: MaybeUndefined<String>,
    /// The terms in several languages, likewise: all of one version, which is a new one if any
    /// text differs. All languages at once; languages without a text read the English one, else
    /// any. Null or empty: none are in force. Not together with `terms`.
    pub terms_by_locale: MaybeUndefined<Vec<LocalizedTextInput>>,
    /// Who is told of sign-ups besides the administrators, or instead of them: at most 20, each
    /// once (DUPLICATE). Null or empty: nobody. An address that was there keeps its language, a
    /// new one gets yours.
    pub notification_addresses: MaybeUndefined<Vec<EmailAddress>>,
    /// The same, each with the language of its mails. Not together with
    /// `notificationAddresses`.
    pub notification_receivers: MaybeUndefined<Vec<NotificationReceiverInput>>,
    /// Whether the administrators are told of sign-ups; null: stays.
    pub notify_administrators: Option<bool>,
    /// Whether whoever invited somebody is told by mail, once, of acceptances and refusals;
    /// null: stays. At first: yes.
    pub notify_inviters: Option<bool>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct UpdateSignUpSettingsPayload {
    /// The workspace as it is now; null if `errors` has any.
    pub workspace: Option<Workspace>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<WorkspaceError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What is filled into one field of the sign-up form.
#[derive(Debug, InputObject)]
pub struct SignUpAnswerInput {
    /// The field's key: one of `SignUpSettings.fields` (UNKNOWN_FIELD), each once (DUPLICATE).
    pub key: String,
    /// What is filled in, without what surrounds it. TEXT: at most 2,000 characters (TOO_LONG,
    /// INVALID_CHARACTERS); CHOICE: one of the choices (NOT_OFFERED); CHECKBOX: `true` or `false`
    /// (NOT_A_BOOLEAN). Blank counts as not filled in.
    pub value: String,
}

/// Answers as services take them.
pub fn answers(given: Option<Vec<SignUpAnswerInput>>) -> Vec<Answer> {
    given
        .unwrap_or_default()
        .into_iter()
        .map(|answer| Answer {
            key: answer.key,
            value: answer.value,
        })
        .collect()
}

/// Which workspace to join, and what it asks for.
#[derive(Debug, InputObject)]
pub struct JoinWorkspaceInput {
    /// The workspace, by slug or id.
    pub workspace: String,
    /// What to tell the administrators, at most 2,000 characters (TOO_LONG,
    /// INVALID_CHARACTERS). Read where sign-ups need approval, and has to be there with
    /// `SignUpSettings.messageRequired` (MESSAGE_REQUIRED).
    pub message: Option<String>,
    /// What is filled into the form, at most 30. What has to be filled in and is not:
    /// ANSWER_REQUIRED, with the field's key in its path.
    pub answers: Option<Vec<SignUpAnswerInput>>,
    /// The version of the terms that you accept: `SignUpSettings.termsVersion`. Absent where
    /// there are terms: TERMS_NOT_ACCEPTED; another than that in force: TERMS_OUTDATED.
    pub accepted_terms_version: Option<i32>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call: a membership, a request that waits, or why neither.
#[derive(Debug, SimpleObject)]
pub struct JoinWorkspacePayload {
    /// The membership that began; null where sign-ups need approval, if `errors` has any, and
    /// on a dry run.
    pub membership: Option<Membership>,
    /// The request that waits for approval; null where sign-ups need none, if `errors` has any,
    /// and on a dry run.
    pub access_request: Option<AccessRequest>,
    /// With WAIT: from when on a new request is taken.
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
    /// Says how strangers may join: whether at all, who decides, what they fill in and accept, who
    /// is told. Nobody who is in, and no request that waits, is changed. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn update_sign_up_settings(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How strangers are to join a workspace.")]
        input: UpdateSignUpSettingsInput,
    ) -> Nullable<UpdateSignUpSettingsPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let workspace = input.workspace_id.0;
            let terms = match (cleared(input.terms), cleared(input.terms_by_locale)) {
                (Some(_), Some(_)) => {
                    return Err(
                        Failure::bad_input("give at most one of terms and termsByLocale").into(),
                    );
                }
                (Some(text), None) => Some(GivenTerms::Single(text)),
                (None, given) => given.map(|given| GivenTerms::ByLocale(texts(given))),
            };
            let receivers = receivers(
                cleared(input.notification_addresses),
                cleared(input.notification_receivers),
            )?;
            let asked = UpdateSignUpSettings {
                enabled: input.enabled,
                approval_required: input.approval_required,
                message_required: input.message_required,
                form_for_invited: input.form_for_invited,
                allowed_email_domains: cleared(input.allowed_email_domains),
                introduction: cleared(input.introduction).map(texts),
                fields: cleared(input.fields)
                    .map(|fields| fields.into_iter().map(GivenField::from).collect()),
                terms,
                notification_receivers: receivers,
                notify_administrators: input.notify_administrators,
                notify_inviters: input.notify_inviters,
            };
            let mut committed =
                service::update(&scope.deps, &scope.caller, workspace, asked, options).await?;
            let (workspace, after) = workspace_after(ctx, &mut committed).await?;
            Ok(UpdateSignUpSettingsPayload {
                workspace,
                errors: WorkspaceError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Joins a workspace that takes strangers in, also a PRIVATE one. Without approval the
    /// membership begins at once, with those default permissions that open no section of the back
    /// office and edit, publish and secure nothing; with approval a request waits. Whoever is
    /// invited joins by the invitation, with what it offers, however strangers may join. Not by
    /// key. `effects` is always empty: the membership is new.
    ///
    /// ALREADY_MEMBER; SIGN_UP_DISABLED; EMAIL_DOMAIN_NOT_ALLOWED; INVITATION_REQUIRED: you were
    /// disabled or revoked, your access ended, or you left while it had a start or an end ahead or
    /// a limit of its own, and nobody approves sign-ups here; REQUEST_PENDING; WAIT: a request of
    /// yours was rejected less than 7 days ago; LIMIT_REACHED: you asked for or began a membership
    /// here 3 times in 24 hours; SEATS_EXCEEDED.
    #[graphql(directive = guard::signed_in::apply())]
    async fn join_workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which workspace to join.")] input: JoinWorkspaceInput,
    ) -> Nullable<JoinWorkspacePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let asked = JoinWorkspace {
                workspace: reference(&input.workspace)?,
                message: input.message,
                answers: answers(input.answers),
                accepted_terms_version: input.accepted_terms_version,
            };
            let mut committed = service::join(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let membership = match (&after.place, committed.output.membership_id) {
                (Some(place), Some(id)) => {
                    members::by_id(&scope.deps, &place.access, &scope.caller, id)
                        .await?
                        .map(|row| Membership::new(place, row))
                }
                _ => None,
            };
            let asked = committed.output.access_request_id;
            let mut found = requests(ctx, &after, asked.into_iter().collect()).await?;
            let access_request = asked.and_then(|id| found.remove(&id));
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
