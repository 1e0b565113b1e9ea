//! TEXT-1 on every mutation: what is typed is kept without what nobody sees. The inputs are held to
//! the schema: a text field that no call here fills in fails.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{call, cases, with};
use crate::support::on_both;

/// A ZERO WIDTH SPACE before, a RIGHT-TO-LEFT OVERRIDE and a SOFT HYPHEN behind.
const MARKS: (&str, &str) = ("\u{200b}", "\u{202e}\u{ad}");

/// What nobody types, and so is compared as it comes.
const NOT_TYPED: [&str; 2] = ["idempotencyKey", "token"];

/// A field of an input type.
#[derive(Debug, Clone)]
pub(super) struct Field {
    /// The input type that has it.
    pub input: String,
    pub name: String,
    /// Its type, without list and non-null marks.
    pub ty: String,
    pub is_list: bool,
    pub description: String,
}

/// The fields of an input type.
pub(super) fn fields(sdl: &str, input: &str) -> Vec<Field> {
    let body = sdl
        .split(&format!("\ninput {input} {{\n"))
        .nth(1)
        .unwrap()
        .split("\n}\n")
        .next()
        .unwrap();
    let (mut fields, mut description, mut is_text) = (Vec::new(), String::new(), false);
    for line in body.lines().map(str::trim) {
        if line == "\"\"\"" {
            is_text = !is_text;
        } else if is_text {
            description = format!("{description} {line}");
        } else if let Some((name, ty)) = line.split_once(": ") {
            let is_word = |c: char| c.is_alphanumeric();
            fields.push(Field {
                input: input.to_owned(),
                name: name.to_owned(),
                ty: ty
                    .trim_start_matches('[')
                    .chars()
                    .take_while(|c| is_word(*c))
                    .collect(),
                is_list: ty.starts_with('['),
                description: std::mem::take(&mut description).trim().to_owned(),
            });
        }
    }
    fields
}

pub(super) fn is_text(name: &str, ty: &str) -> bool {
    matches!(ty, "String" | "EmailAddress") && !NOT_TYPED.contains(&name)
}

/// Marks every text of an input; adds its fields to `filled`.
fn mark(sdl: &str, input: &str, value: &mut Value, filled: &mut BTreeSet<String>) {
    for Field { name, ty, .. } in fields(sdl, input) {
        let Some(value) = value.get_mut(&name).filter(|value| !value.is_null()) else {
            continue;
        };
        let values = match value {
            Value::Array(values) => values.iter_mut().collect(),
            one => vec![one],
        };
        for value in values {
            if is_text(&name, &ty) {
                *value = json!(format!("{}{}{}", MARKS.0, value.as_str().unwrap(), MARKS.1));
                filled.insert(format!("{input}.{name}"));
            } else if ty.ends_with("Input") {
                mark(sdl, &ty, value, filled);
            }
        }
    }
}

/// All text fields below an input.
fn texts(sdl: &str, input: &str, found: &mut BTreeSet<String>) {
    for Field { name, ty, .. } in fields(sdl, input) {
        if is_text(&name, &ty) {
            found.insert(format!("{input}.{name}"));
        } else if ty.ends_with("Input") {
            texts(sdl, &ty, found);
        }
    }
}

/// Texts that the table leaves out.
pub(super) fn more(mutation: &str) -> Value {
    let reason = json!({ "reason": "Because" });
    match mutation {
        "disableMembers" | "enableMembers" | "revokeMembers" => reason,
        "createDataset" | "updateDataset" => json!({ "theme": "parks" }),
        "createPage" => json!({ "content": "Words" }),
        "createApiKey" => json!({ "allowedNetworks": ["192.0.2.0/24"] }),
        "updateGroup" => json!({ "title": "Tree lovers" }),
        "updateWorkspace" => json!({ "timeZone": "Europe/Paris" }),
        "updateRole" => json!({ "name": "Guard" }),
        "inviteMembers" => {
            json!({ "invitees": [{ "email": "ida.holm@example.org", "givenName": "Ida", "familyName": "Holm" }] })
        }
        "updateSignUpSettings" => json!({
            "allowedEmailDomains": ["example.org"], "introduction": [{ "locale": "EN", "text": "Hello" }],
            "fields": [{
                "key": "purpose", "label": [{ "locale": "EN", "text": "Purpose" }], "kind": "CHOICE", "choices": ["Research"],
                "required": false,
            }],
        }),
        "joinWorkspace" => {
            json!({ "message": "Hello", "answers": [{ "key": "purpose", "value": "Research" }] })
        }
        _ => json!({}),
    }
}

on_both!(text_1_no_call_keeps_what_nobody_sees, |app| {
    let sdl = concierge::app::schema_sdl();
    let (mut filled, mut wanted) = (BTreeSet::new(), BTreeSet::new());
    for case in cases(app).await {
        let input_type = format!(
            "{}{}Input",
            case.mutation[..1].to_uppercase(),
            &case.mutation[1..]
        );
        texts(&sdl, &input_type, &mut wanted);
        let mut inputs = vec![with(&case.input, &more(case.mutation))];
        if case.mutation == "updateSignUpSettings" {
            // Instead of the addresses alone.
            let receivers = json!([{ "email": "desk@example.org", "locale": "EN" }]);
            inputs.push(json!({ "workspaceId": case.input["workspaceId"], "notificationReceivers": receivers }));
        }
        for mut input in inputs {
            mark(&sdl, &input_type, &mut input, &mut filled);
            let payload = call(app, &case.by, case.mutation, &input).await;
            assert_eq!(payload.errors(), [""; 0], "{} {input}", case.mutation);
        }
        let after = app.footprint().await;
        for mark in ["\\u{200b}", "\\u{202e}", "\\u{ad}"] {
            assert!(!after.contains(mark), "{} keeps {mark}", case.place());
        }
    }
    assert_eq!(filled, wanted);
});
