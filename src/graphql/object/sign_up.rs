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
        scope::{Place, Scope},
    },
    service::{
        Failure,
        sign_up::{self as service, SignUp},
    },
};

/// How strangers may join a workspace.
#[derive(Debug, Clone)]
pub struct SignUpSettings {
    place: Place,
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

/// An address that is told of sign-ups.
#[derive(Debug, Clone, SimpleObject)]
pub struct NotificationReceiver {
    /// The address.
    pub email: EmailAddress,
    /// The language of the mails to it; an address that has an account is written to in the
    /// account's language.
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

/// One extra field of the sign-up form.
#[derive(Debug)]
pub struct SignUpField<'a>(&'a SignUpFieldSpec);

/// How a field of the sign-up form is filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "joining::SignUpFieldKind")]
pub enum SignUpFieldKind {
    /// With any text.
    Text,
    /// With one of the choices.
    Choice,
    /// With `true` or `false`; required = it must be `true`.
    Checkbox,
}

/// The settings of the workspace at `place`.
pub async fn of(ctx: &Context<'_>, place: &Place) -> Result<SignUpSettings, Failure> {
    let workspace = place.access.workspace.id;
    let mut found = service::of_workspaces(&Scope::of(ctx)?.deps, &[workspace]).await?;
    let settings = Arc::new(found.remove(&workspace).unwrap_or_default());
    Ok(SignUpSettings {
        place: place.clone(),
        settings,
    })
}

/// The asked language, or the viewer's.
fn language(ctx: &Context<'_>, asked: Option<Locale>) -> Result<Locale, Failure> {
    match asked {
        Some(locale) => Ok(locale),
        None => Ok(Scope::of(ctx)?.caller.locale()),
    }
}

/// How strangers may join a workspace. Everybody may read it.
#[Object]
impl SignUpSettings {
    /// Whether strangers may join by themselves.
    async fn enabled(&self) -> bool {
        self.settings.enabled
    }

    /// Whether an administrator decides on each sign-up.
    async fn approval_required(&self) -> bool {
        self.settings.approval_required
    }

    /// Whether a sign-up that needs approval needs a message to the administrators.
    async fn message_required(&self) -> bool {
        self.settings.message_required
    }

    /// Whether the invited fill in the form too.
    async fn form_for_invited(&self) -> bool {
        self.settings.form_for_invited
    }

    /// The domains of e-mail addresses that may join, in their own letters, each for itself and not
    /// for those below it; empty = any.
    async fn allowed_email_domains(&self) -> Vec<String> {
        self.settings
            .allowed_email_domains
            .iter()
            .map(|domain| email::own_letters(domain))
            .collect()
    }

    /// What to read before signing up; English, else any, where there is none in the language.
    async fn introduction(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default the viewer's.")] locale: Option<Locale>,
    ) -> Nullable<&str> {
        nullable_field(async { Ok(self.settings.introduction.get(language(ctx, locale)?)) }).await
    }

    /// What to read before signing up, in every language that there is one in.
    async fn introductions(&self) -> Vec<LocalizedText> {
        versions(&self.settings.introduction)
    }

    /// The terms in force, which have to be accepted; null = none. Where there is no text in the
    /// language: the English one, else any.
    async fn terms(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default the viewer's.")] locale: Option<Locale>,
    ) -> Nullable<&str> {
        nullable_field(async {
            let locale = language(ctx, locale)?;
            Ok(self.settings.terms.as_ref().map(|terms| terms.get(locale)))
        })
        .await
    }

    /// The terms in force, in every language that they have a text of their own in; empty if one
    /// text is for all languages.
    async fn terms_by_locale(&self) -> Vec<LocalizedText> {
        self.settings
            .terms
            .as_ref()
            .map(|terms| versions(&terms.texts))
            .unwrap_or_default()
    }

    /// The version of the terms in force, the same in all languages: the number to accept. Null if
    /// there are no terms.
    async fn terms_version(&self) -> Option<i32> {
        self.settings.terms.as_ref().map(|terms| terms.version)
    }

    /// The extra fields of the form, in their order.
    async fn fields(&self) -> Vec<SignUpField<'_>> {
        self.settings.fields.iter().map(SignUpField).collect()
    }

    /// Who is told of sign-ups besides the administrators, or instead of them.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notification_addresses(&self, ctx: &Context<'_>) -> Nullable<Vec<String>> {
        let addresses = || {
            self.settings
                .notification_receivers
                .iter()
                .map(|receiver| receiver.email.clone())
                .collect()
        };
        nullable(self.place.require_ewp(ctx).map(|()| Some(addresses())))
    }

    /// The same, each with the language of its mails.
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
        nullable(self.place.require_ewp(ctx).map(|()| Some(receivers())))
    }

    /// Whether whoever invited somebody is told by mail of acceptances and refusals.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notify_inviters(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable(
            self.place
                .require_ewp(ctx)
                .map(|()| Some(self.settings.notify_inviters)),
        )
    }

    /// Whether the administrators are told of sign-ups.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn notify_administrators(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable(
            self.place
                .require_ewp(ctx)
                .map(|()| Some(self.settings.notify_administrators)),
        )
    }
}

/// One extra field of the sign-up form.
#[Object]
impl SignUpField<'_> {
    /// Its name in answers.
    async fn key(&self) -> &str {
        &self.0.key
    }

    /// Its name for people; English, else any, else the key, where there is none in the language.
    async fn label(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default the viewer's.")] locale: Option<Locale>,
    ) -> async_graphql::Result<&str> {
        Ok(self
            .0
            .label
            .get(language(ctx, locale)?)
            .unwrap_or(&self.0.key))
    }

    /// Its name for people, in every language that it has one in.
    async fn labels(&self) -> Vec<LocalizedText> {
        versions(&self.0.label)
    }

    /// How it is filled in.
    async fn kind(&self) -> SignUpFieldKind {
        self.0.kind.into()
    }

    /// What a CHOICE offers; empty for the others.
    async fn choices(&self) -> &[String] {
        &self.0.choices
    }

    /// Whether it has to be filled in.
    async fn required(&self) -> bool {
        self.0.required
    }
}
