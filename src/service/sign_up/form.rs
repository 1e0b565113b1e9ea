//! What somebody fills in to become a member: answers to the form, the terms, a message (JOIN-2).

use super::SignUp;
use crate::{
    domain::{
        error_code::ErrorCode,
        joining::Answer,
        sign_up::{self, InputFault, MOST_FIELDS},
    },
    service::{
        Failure, UserError,
        bulk::{self, LONGEST_MESSAGE},
    },
    words::message,
};

/// What was filled in, as it is kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filled {
    /// The answers, in the order of the form.
    pub answers: Vec<Answer>,
    /// The version of the terms that was accepted; none where there are none.
    pub terms_version: Option<i32>,
}

/// Refuses a list of answers that no form has room for.
pub(crate) fn check_size(answers: &[Answer]) -> Result<(), Failure> {
    if answers.len() > MOST_FIELDS {
        return Err(Failure::bad_input(message::items_at_most(
            "answers",
            MOST_FIELDS,
        )));
    }
    Ok(())
}

/// What was filled in, if it fits the form and the terms in force were accepted; else everything
/// that is wrong.
pub(crate) fn filled(
    settings: &SignUp,
    answers: &[Answer],
    accepted_terms: Option<i32>,
) -> Result<Filled, Vec<UserError>> {
    let mut errors = Vec::new();
    let answers = sign_up::check_answers(&settings.fields, answers).unwrap_or_else(|wrong| {
        errors.extend(wrong.into_iter().map(|wrong| under("answers", wrong)));
        Vec::new()
    });
    let in_force = settings.terms.as_ref().map(|terms| terms.version);
    let code = match (in_force, accepted_terms) {
        (Some(_), None) => Some(ErrorCode::TermsNotAccepted),
        // Who accepted terms that are gone has read another page than there is.
        (in_force, Some(_)) if in_force != accepted_terms => Some(ErrorCode::TermsOutdated),
        _ => None,
    };
    errors.extend(code.map(|code| UserError::at(code, "acceptedTermsVersion")));
    if errors.is_empty() {
        Ok(Filled {
            answers,
            terms_version: in_force,
        })
    } else {
        Err(errors)
    }
}

/// The message to the administrators as it is kept, or what is wrong about it.
pub(super) fn message(
    settings: &SignUp,
    message: Option<&str>,
) -> Result<Option<String>, UserError> {
    match bulk::optional_lines(message, LONGEST_MESSAGE, "message")? {
        None if settings.message_required => {
            Err(UserError::at(ErrorCode::MessageRequired, "message"))
        }
        message => Ok(message),
    }
}

/// What is wrong under the input field `name`.
pub(super) fn under(name: &str, wrong: InputFault) -> UserError {
    let mut path = vec![name.to_owned()];
    path.extend(wrong.path);
    UserError::at(wrong.fault, &path.join("."))
}
