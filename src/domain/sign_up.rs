//! Signing up: the forms that a workspace may ask for, the answers that fit one, and who may answer
//! (JOIN-2).
//!
//! Owns limits and codes; `joining` owns the format of forms and answers in rows. Must not decide
//! who becomes a member.

use super::error_code::{ErrorCode, Fault};
use std::collections::HashSet;

use super::{
    joining::{Answer, LocalizedText, SignUpFieldKind, SignUpFieldSpec},
    text,
};

/// The maximum number of fields in a form, and so of answers.
pub const MOST_FIELDS: usize = 30;

/// The maximum number of choices of a CHOICE.
pub const MOST_CHOICES: usize = 50;

/// The longest key of a field, in characters.
pub const LONGEST_KEY: usize = 64;

/// The longest label and the longest choice, in characters.
const LONGEST_LABEL: usize = 200;

/// The longest answer to a TEXT, in characters.
const LONGEST_ANSWER: usize = 2_000;

/// A fault in an input, and where it is, relative to that input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputFault {
    /// Why it is refused.
    pub fault: Fault,
    /// From the outside in; list items by their index.
    pub path: Vec<String>,
}

impl InputFault {
    fn at(fault: impl Into<Fault>, path: &[&dyn ToString]) -> Self {
        Self {
            fault: fault.into(),
            path: path.iter().map(|step| step.to_string()).collect(),
        }
    }
}

/// Checks a form and returns every fault in keys, labels and choices. Paths begin with the field's
/// index.
pub fn check_fields(fields: &[SignUpFieldSpec]) -> Vec<InputFault> {
    let (mut wrong, mut keys) = (Vec::new(), HashSet::new());
    for (index, field) in fields.iter().enumerate() {
        if !is_key(&field.key) {
            wrong.push(InputFault::at(ErrorCode::InvalidKey, &[&index, &"key"]));
        } else if !keys.insert(field.key.as_str()) {
            wrong.push(InputFault::at(ErrorCode::Duplicate, &[&index, &"key"]));
        }
        check_label(index, &field.label, &mut wrong);
        match (field.kind, field.choices.len()) {
            (SignUpFieldKind::Choice, 0) => wrong.push(InputFault::at(
                ErrorCode::ChoicesRequired,
                &[&index, &"choices"],
            )),
            (SignUpFieldKind::Choice, _) => check_choices(index, &field.choices, &mut wrong),
            (_, 0) => {}
            _ => wrong.push(InputFault::at(
                ErrorCode::ChoicesNotAllowed,
                &[&index, &"choices"],
            )),
        }
    }
    wrong
}

/// An ASCII letter, then ASCII letters, digits, `_` and `-`: the key appears in answers and in
/// paths.
fn is_key(key: &str) -> bool {
    key.starts_with(|c: char| c.is_ascii_alphabetic())
        && key.len() <= LONGEST_KEY
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

fn check_label(index: usize, label: &LocalizedText, wrong: &mut Vec<InputFault>) {
    if label.is_empty() {
        wrong.push(InputFault::at(Fault::too_short(1), &[&index, &"label"]));
    }
    for (_, version) in label.versions() {
        wrong.extend(
            text::fault(version, LONGEST_LABEL, false)
                .map(|code| InputFault::at(code, &[&index, &"label"])),
        );
    }
}

fn check_choices(index: usize, choices: &[String], wrong: &mut Vec<InputFault>) {
    let mut seen = HashSet::new();
    for (number, choice) in choices.iter().enumerate() {
        let code = if choice.is_empty() {
            Some(Fault::too_short(1))
        } else if seen.insert(choice) {
            text::fault(choice, LONGEST_LABEL, false)
        } else {
            Some(ErrorCode::Duplicate.into())
        };
        wrong.extend(code.map(|code| InputFault::at(code, &[&index, &"choices", &number])));
    }
}

/// Checks answers and returns them as stored: in the order of the form, prepared (TEXT-1), without
/// blank ones. Otherwise returns every fault: paths begin with an answer's index, or with the
/// field's key if the answer is missing.
pub fn check_answers(
    fields: &[SignUpFieldSpec],
    answers: &[Answer],
) -> Result<Vec<Answer>, Vec<InputFault>> {
    let prepared = |answer: &Answer| Answer {
        key: text::line(&answer.key),
        value: text::lines(&answer.value),
    };
    let answers: Vec<Answer> = answers.iter().map(prepared).collect();
    let (mut wrong, mut seen) = (Vec::new(), HashSet::new());
    for (index, answer) in answers.iter().enumerate() {
        if !fields.iter().any(|field| field.key == answer.key) {
            wrong.push(InputFault::at(ErrorCode::UnknownField, &[&index, &"key"]));
        } else if !seen.insert(answer.key.as_str()) {
            wrong.push(InputFault::at(ErrorCode::Duplicate, &[&index, &"key"]));
        }
    }
    let mut kept = Vec::new();
    for field in fields {
        let entry = answers
            .iter()
            .enumerate()
            .find(|(_, answer)| answer.key == field.key);
        let value = entry
            .map(|(_, answer)| answer.value.as_str())
            .filter(|value| !value.is_empty());
        match (value.map(|value| (value, fault(field, value))), entry) {
            (Some((_, Some(code))), Some((index, _))) => {
                wrong.push(InputFault::at(code, &[&index, &"value"]))
            }
            (Some((value, _)), _) => kept.push(Answer {
                key: field.key.clone(),
                value: value.to_owned(),
            }),
            (None, Some((index, _))) if field.required => wrong.push(InputFault::at(
                ErrorCode::AnswerRequired,
                &[&index, &"value"],
            )),
            (None, None) if field.required => {
                wrong.push(InputFault::at(ErrorCode::AnswerRequired, &[&field.key]))
            }
            (None, _) => {}
        }
    }
    if wrong.is_empty() {
        Ok(kept)
    } else {
        Err(wrong)
    }
}

/// What is wrong with the answer to one field.
fn fault(field: &SignUpFieldSpec, value: &str) -> Option<Fault> {
    match field.kind {
        SignUpFieldKind::Text => text::fault(value, LONGEST_ANSWER, true),
        SignUpFieldKind::Choice => (!field.choices.iter().any(|choice| choice == value))
            .then(|| ErrorCode::NotOffered.into()),
        SignUpFieldKind::Checkbox => match value {
            "true" => None,
            "false" if field.required => Some(ErrorCode::AnswerRequired.into()),
            "false" => None,
            _ => Some(ErrorCode::NotABoolean.into()),
        },
    }
}

/// Whether an address (in canonical form) may sign up: its domain is exactly one of `allowed` (in
/// ASCII form). A domain does not include its subdomains. An empty list allows any address.
pub fn is_allowed(allowed: &[String], email_canonical: &str) -> bool {
    let domain = email_canonical
        .rsplit_once('@')
        .map_or("", |(_, domain)| domain);
    allowed.is_empty() || allowed.iter().any(|allowed| allowed == domain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::vocabulary::Locale;

    fn field(
        key: &str,
        kind: SignUpFieldKind,
        choices: &[&str],
        required: bool,
    ) -> SignUpFieldSpec {
        SignUpFieldSpec {
            key: key.to_owned(),
            label: LocalizedText::new([(Locale::En, key.to_owned())]),
            kind,
            choices: choices.iter().map(|choice| (*choice).to_owned()).collect(),
            required,
        }
    }

    fn form() -> Vec<SignUpFieldSpec> {
        vec![
            field("organisation", SignUpFieldKind::Text, &[], false),
            field(
                "purpose",
                SignUpFieldKind::Choice,
                &["Research", "Press"],
                true,
            ),
            field("fair", SignUpFieldKind::Checkbox, &[], true),
        ]
    }

    fn answers(pairs: &[(&str, &str)]) -> Vec<Answer> {
        pairs
            .iter()
            .map(|(key, value)| Answer {
                key: (*key).to_owned(),
                value: (*value).to_owned(),
            })
            .collect()
    }

    fn faults(wrong: &[InputFault]) -> Vec<String> {
        wrong
            .iter()
            .map(|wrong| format!("{} {}", wrong.fault.code, wrong.path.join(".")))
            .collect()
    }

    #[test]
    fn join_2_answers_that_fit_are_kept_in_the_order_of_the_form() {
        let input = answers(&[
            ("fair", "true"),
            ("organisation", "  "),
            ("purpose", " Press "),
        ]);
        assert_eq!(
            check_answers(&form(), &input),
            Ok(answers(&[("purpose", "Press"), ("fair", "true")]))
        );
        assert_eq!(check_answers(&[], &[]), Ok(Vec::new()));
    }

    #[test]
    fn join_2_answers_that_do_not_fit_are_all_named() {
        let input = answers(&[
            ("colour", "red"),
            ("purpose", "press"),
            ("purpose", "Press"),
            ("fair", "yes"),
        ]);
        let wrong = check_answers(&form(), &input).unwrap_err();
        let expected = [
            "UNKNOWN_FIELD 0.key",
            "DUPLICATE 2.key",
            "NOT_OFFERED 1.value",
            "NOT_A_BOOLEAN 3.value",
        ];
        assert_eq!(faults(&wrong), expected);
        let long = "é".repeat(2_001);
        let wrong = check_answers(
            &form(),
            &answers(&[("organisation", &long), ("fair", "false")]),
        )
        .unwrap_err();
        assert_eq!(
            faults(&wrong),
            [
                "TOO_LONG 0.value",
                "ANSWER_REQUIRED purpose",
                "ANSWER_REQUIRED 1.value"
            ]
        );
        let wrong =
            check_answers(&form()[..1], &answers(&[("organisation", "a\u{0}b")])).unwrap_err();
        assert_eq!(faults(&wrong), ["INVALID_CHARACTERS 0.value"]);
        assert!(check_answers(&form()[..1], &answers(&[("organisation", &long[2..])])).is_ok());
    }

    #[test]
    fn join_2_forms_are_held_to_their_limits() {
        assert_eq!(check_fields(&form()), []);
        let wrong = check_fields(&[
            field("1st", SignUpFieldKind::Text, &[], false),
            field("a", SignUpFieldKind::Text, &["x"], false),
            field("a", SignUpFieldKind::Choice, &[], false),
            field("b", SignUpFieldKind::Choice, &["x", "", "x"], false),
            SignUpFieldSpec {
                label: LocalizedText::default(),
                ..field("c", SignUpFieldKind::Checkbox, &[], false)
            },
            field(&"k".repeat(65), SignUpFieldKind::Text, &[], false),
            field("a.b", SignUpFieldKind::Text, &[], false),
        ]);
        let expected = [
            "INVALID_KEY 0.key",
            "CHOICES_NOT_ALLOWED 1.choices",
            "DUPLICATE 2.key",
            "CHOICES_REQUIRED 2.choices",
            "TOO_SHORT 3.choices.1",
            "DUPLICATE 3.choices.2",
            "TOO_SHORT 4.label",
            "INVALID_KEY 5.key",
            "INVALID_KEY 6.key",
        ];
        assert_eq!(faults(&wrong), expected);
    }

    #[test]
    fn join_2_a_domain_stands_for_itself_alone() {
        let allowed = ["example.org".to_owned()];
        assert!(
            is_allowed(&allowed, "ada@example.org") && is_allowed(&allowed, "\"a@b\"@example.org")
        );
        for other in [
            "ada@sub.example.org",
            "ada@notexample.org",
            "ada@example.org.evil.example",
            "example.org",
        ] {
            assert!(!is_allowed(&allowed, other), "{other}");
        }
        assert!(is_allowed(&[], "ada@anywhere.example"));
    }
}
