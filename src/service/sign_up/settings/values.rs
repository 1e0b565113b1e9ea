//! The values of `updateSignUpSettings`, and everything that is wrong about them (JOIN-2).

use std::collections::HashSet;

use super::{
    super::{NotificationReceiver, SignUp, SignUpTerms, form::under},
    GivenField, GivenReceiver, LONGEST_INTRODUCTION, LONGEST_TERMS,
};
use crate::{
    domain::{
        email::{self, EmailAddress},
        error_code::ErrorCode,
        joining::{LocalizedText, SignUpFieldSpec},
        sign_up, text,
        vocabulary::Locale,
    },
    service::{UserError, bulk},
};

pub(super) fn domains(texts: &[String], errors: &mut Vec<UserError>) -> Vec<String> {
    let mut kept = Vec::with_capacity(texts.len());
    for (index, text) in texts.iter().enumerate() {
        let path = format!("allowedEmailDomains.{index}");
        match email::domain(text) {
            None => errors.push(UserError::at(ErrorCode::InvalidDomain, &path)),
            Some(domain) if kept.contains(&domain) => {
                errors.push(UserError::at(ErrorCode::Duplicate, &path))
            }
            Some(domain) => kept.push(domain),
        }
    }
    kept
}

/// A text of which each language comes once; versions without text are none.
fn localized(texts: &[(Locale, String)], path: &str, errors: &mut Vec<UserError>) -> LocalizedText {
    let mut seen = HashSet::new();
    for (index, (locale, _)) in texts.iter().enumerate() {
        if !seen.insert(*locale) {
            errors.push(UserError::at(
                ErrorCode::Duplicate,
                &format!("{path}.{index}.locale"),
            ));
        }
    }
    let versions = texts
        .iter()
        .map(|(locale, text)| (*locale, text::lines(text)));
    LocalizedText::new(versions.filter(|(_, text)| !text.is_empty()))
}

pub(super) fn introduction(
    texts: &[(Locale, String)],
    errors: &mut Vec<UserError>,
) -> LocalizedText {
    for (index, (_, text)) in texts.iter().enumerate() {
        errors.extend(bulk::check_text(
            &text::lines(text),
            LONGEST_INTRODUCTION,
            true,
            &format!("introduction.{index}.text"),
        ));
    }
    localized(texts, "introduction", errors)
}

pub(super) fn fields(inputs: &[GivenField], errors: &mut Vec<UserError>) -> Vec<SignUpFieldSpec> {
    let mut kept = Vec::with_capacity(inputs.len());
    for (index, GivenField { field, label }) in inputs.iter().enumerate() {
        let label = localized(label, &format!("fields.{index}.label"), errors);
        let choices = field
            .choices
            .iter()
            .map(|choice| text::line(choice))
            .collect();
        kept.push(SignUpFieldSpec {
            key: text::line(&field.key),
            label,
            choices,
            ..field.clone()
        });
    }
    errors.extend(
        sign_up::check_fields(&kept)
            .into_iter()
            .map(|wrong| under("fields", wrong)),
    );
    kept
}

/// One text for all languages. The one in force given again changes nothing, its translations stay.
pub(super) fn terms(
    typed: &str,
    before: &SignUp,
    latest: i32,
    errors: &mut Vec<UserError>,
) -> Option<SignUpTerms> {
    let text = text::lines(typed);
    errors.extend(bulk::check_text(&text, LONGEST_TERMS, true, "terms"));
    match &before.terms {
        _ if text.is_empty() => None,
        Some(terms) if terms.text == text => Some(terms.clone()),
        _ => Some(SignUpTerms {
            text,
            texts: LocalizedText::default(),
            version: latest + 1,
        }),
    }
}

/// A text for each of some languages, all of one version; the English one, or else the first, is
/// for the others.
pub(super) fn terms_by_locale(
    texts: &[(Locale, String)],
    before: &SignUp,
    latest: i32,
    errors: &mut Vec<UserError>,
) -> Option<SignUpTerms> {
    for (index, (_, text)) in texts.iter().enumerate() {
        errors.extend(bulk::check_text(
            &text::lines(text),
            LONGEST_TERMS,
            true,
            &format!("termsByLocale.{index}.text"),
        ));
    }
    let texts = localized(texts, "termsByLocale", errors);
    let text = texts.get(Locale::En)?.to_owned();
    match &before.terms {
        Some(terms) if terms.texts == texts => Some(terms.clone()),
        _ => Some(SignUpTerms {
            text,
            texts,
            version: latest + 1,
        }),
    }
}

pub(super) fn receivers(
    inputs: &[GivenReceiver],
    before: &SignUp,
    locale: Locale,
    errors: &mut Vec<UserError>,
) -> Vec<NotificationReceiver> {
    let (mut kept, mut seen) = (Vec::with_capacity(inputs.len()), HashSet::new());
    for (index, receiver) in inputs.iter().enumerate() {
        let path = match receiver.locale {
            Some(_) => format!("{}.{index}.email", receiver.field),
            None => format!("{}.{index}", receiver.field),
        };
        match EmailAddress::parse(&receiver.email) {
            Err(_) => errors.push(UserError::at(ErrorCode::InvalidEmail, &path)),
            Ok(address) if seen.insert(address.canonical.clone()) => {
                let had = before
                    .notification_receivers
                    .iter()
                    .find(|had| had.email == address.typed)
                    .map(|had| had.locale);
                let locale = receiver.locale.or(had).unwrap_or(locale);
                kept.push(NotificationReceiver {
                    email: address.typed,
                    locale,
                });
            }
            Ok(_) => errors.push(UserError::at(ErrorCode::Duplicate, &path)),
        }
    }
    kept
}
