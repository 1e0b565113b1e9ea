//! Moving in: files of members of other systems (IMPORT-1 to IMPORT-4).

mod command;
mod file;
mod lines;
mod upload;

use std::net::SocketAddr;

use axum::{body::Body, extract::ConnectInfo};
use concierge::app::{StartError, import::MemberFile};
use http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use crate::support::{Payload, TestApp, world::Ws};

/// The header of Opendatasoft's file.
const OPENDATASOFT: &str =
    "username,first_name,last_name,email,permissions,groups,date_joined,last_seen";

/// The input that imports a file of Opendatasoft.
fn of_file(ws: &Ws, csv: &str, more: Value) -> Value {
    let mut input =
        json!({ "workspaceId": ws.id.to_string(), "format": "OPENDATASOFT", "csv": csv });
    let Value::Object(more) = more else {
        panic!("fields")
    };
    input.as_object_mut().unwrap().extend(more);
    input
}

/// Imports a file of Opendatasoft.
async fn import(app: &TestApp, credential: &str, ws: &Ws, csv: &str, more: Value) -> Payload {
    app.mutate(credential, "importMembers", of_file(ws, csv, more))
        .await
}

/// Sends a file to `/import/members.csv`; status, and the answer's text, or what of it came.
async fn upload(
    app: &TestApp,
    headers: &[(&str, &str)],
    query: &str,
    file: impl Into<Body>,
) -> (StatusCode, String) {
    let mut request = Request::post(format!("/import/members.csv{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    if !headers.iter().any(|(name, _)| *name == "content-type") {
        request = request.header(header::CONTENT_TYPE, "text/csv; charset=utf-8");
    }
    let mut request = request.body(file.into()).unwrap();
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
    let response = app.door().response(request).await;
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.to_vec()).unwrap())
}

/// The lines of an NDJSON answer.
fn ndjson(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The outcome of each line, or its code.
fn became(lines: &[Value]) -> Vec<&str> {
    lines
        .iter()
        .map(|line| line["outcome"].as_str().or(line["code"].as_str()).unwrap())
        .collect()
}

/// A file for the command line.
fn member_file(ws: &Ws, csv: &str) -> MemberFile {
    MemberFile {
        workspace: ws.slug.clone(),
        is_socrata: false,
        csv: csv.as_bytes().to_vec(),
        join: false,
        create_groups: false,
        dry_run: false,
        mails_per_hour: None,
        language: "en".to_owned(),
    }
}

/// What `concierge import members` prints.
async fn command(app: &TestApp, file: MemberFile) -> Result<Vec<Value>, StartError> {
    let mut printed = Vec::new();
    app.app
        .import_members(file, |progress| {
            printed.extend(ndjson(&progress.results.join("\n")));
            Ok::<(), StartError>(())
        })
        .await?;
    Ok(printed)
}
