//! How strangers may join a workspace: public, so that a portal can show its form to anybody.

use std::sync::Arc;

use async_graphql::{Context, Enum, Object, SimpleObject};

use crate::{
    domain::{
        email,
        joining::{self, LocalizedText as Texts, SignUpFieldSpec},
        permission::Permission,
        vocabulary::Locale,
    },
    graphql::{
        error::{Nullable, nullable, nullable_field},
        guard,
        scalar::EmailAddress,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        sign_up::{self as service, SignUp},
    },
};

/// The settings for joining a workspace without an invitation.
#[derive(Debug, Clone)]
pub struct SignUpSettings {
    view: WorkspaceView,
    settings: Arc<SignUp>,
}

/// A text in one language.
#[derive(Debug, Clone, SimpleObject)]
pub struct LocalizedText {
    /// The language.
    pub locale: Locale,
    /// The text.
    pub text: String,
}

/// An e-mail address that is notified of sign-ups.
#[derive(Debug, Clone, SimpleObject)]
pub struct NotificationReceiver {
    /// The e-mail address.
    pub email: EmailAddress,
    /// The language of the e-mails to this address. If the address has an account, the account's
    /// language is used instead.
    pub locale: Locale,
}

fn versions(texts: &Texts) -> Vec<LocalizedText> {
    texts
        .versions()
        .map(|(locale, text)| LocalizedText {
            locale,
            text: text.to_owned(),
        })
        .collect()
}

/// A custom field of the sign-up form.
#[derive(Debug)]
pub struct SignUpField<'a>(&'a SignUpFieldSpec);

/// How a field of the sign-up form is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "joining::SignUpFieldKind")]
pub enum SignUpFieldKind {
    /// Any text.
    Text,
    /// One of the choices.
    Choice,
    /// `true` or `false`. If the field is required, the value must be `true`.
    Checkbox,
}

/// The settings of the workspace of `view`.
pub async fn of(ctx: &Context<'_>, view: &WorkspaceView) -> Result<SignUpSettings, Failure> {
    let workspace = view.access.workspace.id;
    let mut by_workspace = service::of_workspaces(&Scope::of(ctx)?.deps, &[workspace]).await?;
    let settings = Arc::new(by_workspace.remove(&workspace).unwrap_or_default());
    Ok(SignUpSettings {
        view: view.clone(),
        settings,
    })
}

/// The requested language, or the viewer's.
pub(super) fn language(ctx: &Context<'_>, locale: Option<Locale>) -> Result<Locale, Failure> {
    match locale {
        Some(locale) => Ok(locale),
        None => Ok(Scope::of(ctx)?.caller.locale()),
    }
}

/// The settings for joining a workspace without an invitation. Everybody may read them.
#[Object]
impl SignUpSettings {
    /// Whether people may join without an invitation.
    async fn enabled(&self) -> bool {
        self.settings.enabled
    }

    /// Whether an administrator must approve each sign-up.
    async fn approval_required(&self) -> bool {
        self.settings.approval_required
    }

    /// Whether a sign-up that needs approval must include a message to the administrators.
    async fn message_required(&self) -> bool {
        self.settings.message_required
    }

    /// Whether invited people must fill in the form too.
    async fn form_for_invited(&self) -> bool {
        self.settings.form_for_invited
    }

    /// The domains whose e-mail addresses may join, in their own script (not in Punycode). A domain
    /// does not include its subdomains. If empty, any domain may join.
    async fn allowed_email_domains(&self) -> Vec<String> {
        self.settings
            .allowed_email_domains
            .iter()
            .map(|domain| email::unicode_domain(domain))
            .collect()
    }

    /// The text to read before signing up. If there is none in the language, returns the English
    /// text, or else any other.
    async fn introduction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language. Default: the viewer's.")] locale: Option<Locale>,
    ) -> Nullable<&str> {
        nullable_field(async { Ok(self.settings.introduction.get(language(ctx, locale)?)) }).await
    }

    /// The text to read before signing up, in every language that has one.
    async fn introductions(&self) -> Vec<LocalizedText> {
        versions(&self.settings.introduction)
    }

    /// The terms in force, which must be accepted; null if there are none. If there is no text in
    /// the language, returns the English text, or else any other.
    async fn terms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language. Default: the viewer's.")] locale: Option<Locale>,
    ) -> Nullable<&str> {
        nullable_field(async {
            let locale = language(ctx, locale)?;
            Ok(self.settings.terms.as_ref().map(|terms| terms.get(locale)))
        })
        .await
    }

    /// The terms in force, in every language that has a separate text. Empty if one text is used
    /// for all languages.
    async fn terms_by_locale(&self) -> Vec<LocalizedText> {
        self.settings
            .terms
            .as_ref()
            .map(|terms| versions(&terms.texts))
            .unwrap_or_default()
    }

    /// The version of the terms in force, which is the number to accept. It is the same in all
    /// languages. Null if there are no terms.
    async fn terms_version(&self) -> Option<i32> {
        self.settings.terms.as_ref().map(|terms| terms.version)
    }

    /// The custom fields of the form, in the order of the form.
    async fn fields(&self) -> Vec<SignUpField<'_>> {
        self.settings.fields.iter().map(SignUpField).collect()
    }

    /// The e-mail addresses that are notified of sign-ups, in addition to the administrators or
    /// instead of them. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notification_addresses(&self, ctx: &Context<'_>) -> Nullable<Vec<String>> {
        let addresses = || {
            self.settings
                .notification_receivers
                .iter()
                .map(|receiver| receiver.email.clone())
                .collect()
        };
        nullable(self.view.require_ewp(ctx).map(|()| Some(addresses())))
    }

    /// The e-mail addresses that are notified of sign-ups, each with the language of its e-mails.
    /// Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notification_receivers(
        &self,
        ctx: &Context<'_>,
    ) -> Nullable<Vec<NotificationReceiver>> {
        let receiver = |receiver: &service::NotificationReceiver| NotificationReceiver {
            email: EmailAddress(receiver.email.clone()),
            locale: receiver.locale,
        };
        let receivers = || {
            self.settings
                .notification_receivers
                .iter()
                .map(receiver)
                .collect()
        };
        nullable(self.view.require_ewp(ctx).map(|()| Some(receivers())))
    }

    /// Whether inviters are notified by e-mail when their invitations are accepted or declined.
    /// Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notify_inviters(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable(
            self.view
                .require_ewp(ctx)
                .map(|()| Some(self.settings.notify_inviters)),
        )
    }

    /// Whether the administrators are notified of sign-ups. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notify_administrators(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable(
            self.view
                .require_ewp(ctx)
                .map(|()| Some(self.settings.notify_administrators)),
        )
    }
}

/// A custom field of the sign-up form.
#[Object]
impl SignUpField<'_> {
    /// The field's name in answers.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// The field's label. If there is none in the language, returns the English label, or else any
    /// other, or else the key.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language. Default: the viewer's.")] locale: Option<Locale>,
    ) -> async_graphql::Result<&str> {
        Ok(self
            .0
            .label
            .get(language(ctx, locale)?)
            .unwrap_or(&self.0.key))
    }

    /// The field's label, in every language that has one.
    async fn labels(&self) -> Vec<LocalizedText> {
        versions(&self.0.label)
    }

    /// How the field is filled in.
    async fn kind(&self) -> SignUpFieldKind {
        self.0.kind.into()
    }

    /// The choices of a CHOICE field; empty for other fields.
    async fn choices(&self) -> &[String] {
        &self.0.choices
    }

    /// Whether the field must be filled in.
    async fn required(&self) -> bool {
        self.0.required
    }
}
