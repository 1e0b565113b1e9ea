//! What descriptions say of limits, held to what is enforced: each text, number and list of every
//! mutation is sent one beyond the limit that its description names, and the refusal names the same
//! number. A text field whose description names no limit fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    cases, try_call,
    typed::{self, Field},
    with,
};
use crate::support::{app::Answer, on_both};

/// Texts whose form says how long they may be, or that are compared with what is stored.
const WITHOUT_LENGTH: &[&str] = &[
    "ImportMembersInput.csv",
    "InviteeInput.email",
    "InviteeInput.familyName",
    "NotificationReceiverInput.email",
    "SignUpAnswerInput.key",
    "JoinWorkspaceInput.workspace",
    "LocalizedTextInput.text",
    "ThemeColorInput.value",
    "CreateDatasetThemeInput.color",
    "UpdateDatasetThemeInput.color",
    "CreateDatasetInput.theme",
    "UpdateDatasetInput.theme",
    "CreateApiKeyInput.allowedNetworks",
    "ConsumeQuotaInput.clientAddress",
    "UpdateWorkspaceInput.timeZone",
    "CreateWorkspaceInput.administratorEmail",
    "CreateSecondaryWorkspaceInput.administratorEmail",
    "DeleteSecondaryWorkspaceInput.slug",
    "UpdateSignUpSettingsInput.allowedEmailDomains",
    "UpdateSignUpSettingsInput.notificationAddresses",
];

/// Read only in some workspaces: an answer by the kind of its field, a message where sign-ups need
/// approval. The tests of joining send them.
const ELSEWHERE: [&str; 2] = ["SignUpAnswerInput.value", "JoinWorkspaceInput.message"];

/// Codes that refuse a length besides TOO_LONG.
const OTHERS: [&str; 4] = [
    "BAD_USER_INPUT",
    "INVALID_IDENTIFIER",
    "INVALID_SLUG",
    "INVALID_KEY",
];

/// A limit that a description names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Limit {
    Characters(usize),
    Items(usize),
    Number(i64),
}

/// The limit that a description names, if any.
fn limit(field: &Field) -> Option<Limit> {
    let text = field
        .description
        .replace(" lower-case", "")
        .replace("2^53 - 1", "9,007,199,254,740,991");
    let words: Vec<&str> = text.split_whitespace().collect();
    let number = |word: &str| {
        let digits: String = word
            .trim_matches(|c: char| !c.is_ascii_digit())
            .replace(',', "");
        digits.parse::<i64>().ok()
    };
    for (index, pair) in words.windows(2).enumerate() {
        let most = match pair {
            ["most" | "to", most] => number(most),
            _ => None,
        };
        let Some(most) = most else { continue };
        let size = usize::try_from(most).unwrap();
        let next = words.get(index + 2).copied().unwrap_or_default();
        if next.starts_with("character") {
            return Some(Limit::Characters(size));
        }
        if field.is_list {
            return Some(Limit::Items(size));
        }
        if matches!(field.ty.as_str(), "Int" | "Long") {
            return Some(Limit::Number(most));
        }
    }
    None
}

/// The number as messages write it: that of the type Long as a power.
fn named(most: i64) -> String {
    if most == (1 << 53) - 1 {
        "2^53 - 1".to_owned()
    } else {
        most.to_string()
    }
}

/// The input with the value at `path` replaced.
fn put(value: &mut Value, path: &[String], new: &Value) {
    let target = path
        .iter()
        .fold(value, |value, step| match step.parse::<usize>() {
            Ok(index) if value.is_array() => &mut value[index],
            _ => &mut value[step.as_str()],
        });
    *target = new.clone();
}

/// Every field of the input that is filled in, with the path to it.
fn filled(
    sdl: &str,
    input: &str,
    value: &Value,
    path: &[String],
    out: &mut Vec<(Vec<String>, Field, Value)>,
) {
    for field in typed::fields(sdl, input) {
        let Some(value) = value.get(&field.name).filter(|value| !value.is_null()) else {
            continue;
        };
        let path: Vec<String> = path.iter().cloned().chain([field.name.clone()]).collect();
        out.push((path.clone(), field.clone(), value.clone()));
        if field.ty.ends_with("Input") {
            match value {
                Value::Array(values) => {
                    for (index, value) in values.iter().enumerate() {
                        let path: Vec<String> =
                            path.iter().cloned().chain([index.to_string()]).collect();
                        filled(sdl, &field.ty, value, &path, out);
                    }
                }
                one => filled(sdl, &field.ty, one, &path, out),
            }
        }
    }
}

/// All codes and messages of an answer: its own errors, those of the payload, those of items.
fn refusals(answer: &Answer) -> Vec<(String, String)> {
    let mut refusals = Vec::new();
    let mut add = |value: &Value, code: &Value| {
        if let (Some(code), Some(message)) = (code.as_str(), value["message"].as_str()) {
            refusals.push((code.to_owned(), message.to_owned()));
        }
    };
    for error in answer.body["errors"].as_array().into_iter().flatten() {
        add(error, &error["extensions"]["code"]);
    }
    for payload in answer.body["data"].as_object().into_iter().flatten() {
        for list in ["errors", "results"] {
            for value in payload.1[list].as_array().into_iter().flatten() {
                add(value, &value["code"]);
            }
        }
    }
    refusals
}

on_both!(what_descriptions_say_of_limits_is_enforced, |app| {
    let sdl = concierge::app::schema_sdl();
    let (mut tried, mut wrong) = (BTreeSet::new(), BTreeSet::new());
    for case in cases(app).await {
        let input_type = format!(
            "{}{}Input",
            case.mutation[..1].to_uppercase(),
            &case.mutation[1..]
        );
        let full = with(&case.input, &typed::more(case.mutation));
        let mut fields = Vec::new();
        filled(&sdl, &input_type, &full, &[], &mut fields);
        let before = app.footprint().await;
        for (path, field, value) in fields {
            let name = format!("{}.{}", field.input, field.name);
            if tried.contains(&name) || ELSEWHERE.contains(&name.as_str()) {
                continue;
            }
            let Some(limit) = limit(&field) else {
                let is_text = typed::is_text(&field.name, &field.ty);
                if is_text && !WITHOUT_LENGTH.contains(&name.as_str()) {
                    wrong.insert(format!("{name} names no limit: {}", field.description));
                }
                continue;
            };
            let (beyond, named, code) = match limit {
                Limit::Characters(most) => {
                    let text = "a".repeat(most + 1);
                    let text = match field.ty.as_str() {
                        "LocalizedTextInput" => json!({ "locale": "EN", "text": text }),
                        _ => json!(text),
                    };
                    let new = if field.is_list { json!([text]) } else { text };
                    (new, most.to_string(), "TOO_LONG")
                }
                Limit::Items(most) => {
                    let one = value.get(0).unwrap_or(&value).clone();
                    let many = json!(vec![one; most + 1]);
                    (many, most.to_string(), "BAD_USER_INPUT")
                }
                Limit::Number(most) => {
                    let next = i128::from(most) + 1;
                    (json!(next), named(most), "OUT_OF_RANGE")
                }
            };
            let mut input = full.clone();
            put(&mut input, &path, &beyond);
            let answer = try_call(app, Some(&case.by), case.mutation, &input).await;
            let refusals = refusals(&answer);
            let plain = |message: &str| message.replace([',', '\u{a0}', '\u{202f}'], "");
            let is_refused = refusals.iter().any(|(seen, message)| {
                (seen == code || OTHERS.contains(&seen.as_str())) && plain(message).contains(&named)
            });
            if !is_refused {
                wrong.insert(format!(
                    "{name}: {limit:?} of \"{}\": {refusals:?}",
                    field.description
                ));
            }
            tried.insert(name);
        }
        if app.footprint().await != before {
            wrong.insert(format!("{} changed something", case.mutation));
            continue;
        }
        let answer = try_call(app, Some(&case.by), case.mutation, &full).await;
        assert!(
            answer.codes().is_empty(),
            "{}: {:#}",
            case.place(),
            answer.body
        );
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(tried.len() > 40, "{tried:?}");
});
