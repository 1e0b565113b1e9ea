//! How people come in (JOIN): sign-up, its settings, requests that wait.

mod approve;
mod requests;
mod settings;
mod sign_up;

use concierge::{
    domain::{permission::Permission, vocabulary::AccessMode},
    entity,
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use crate::support::{
    Payload, TestApp,
    world::{Member, Ws},
};

pub const JOIN: &str = "joinWorkspace";

/// Says how strangers may join; nobody else can be told that it failed.
pub async fn set(app: &TestApp, by: &Member, ws: &Ws, settings: Value) -> Payload {
    let mut input = json!({ "workspaceId": ws.id.to_string() });
    input
        .as_object_mut()
        .unwrap()
        .extend(settings.as_object().unwrap().clone());
    let done = app.mutate(&by.key, "updateSignUpSettings", input).await;
    assert_eq!(done.errors(), [] as [String; 0]);
    done
}

/// The defaults of new members.
pub async fn defaults(app: &TestApp, by: &Member, ws: &Ws, permissions: &[Permission]) {
    let names: Vec<&str> = permissions
        .iter()
        .map(|permission| permission.as_str())
        .collect();
    let input = json!({ "workspaceId": ws.id.to_string(), "permissions": names });
    assert_eq!(
        app.mutate(&by.key, "setDefaultPermissions", input)
            .await
            .errors()
            .len(),
        0
    );
}

/// An attempt to join.
pub async fn join(app: &TestApp, session: &str, ws: &Ws, more: Value) -> Payload {
    let mut input = json!({ "workspace": ws.slug });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    app.mutate(session, JOIN, input).await
}

/// The kinds of the workspace's events, in order.
pub async fn kinds(app: &TestApp, ws: &Ws) -> Vec<String> {
    app.events(ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect()
}

/// How many seats the license has.
pub async fn seats(app: &TestApp, ws: &Ws, seats: i32) {
    app.sql(
        "UPDATE workspace SET seats = $1 WHERE id = $2",
        vec![seats.into(), ws.id.0.into()],
    )
    .await;
    app.bump(ws).await;
}

/// A pending invitation to an address, for a week.
pub async fn invitation(app: &TestApp, ws: &Ws, email: &str) {
    let row = entity::invitation::Model {
        id: app.app.deps.ids.uuid(app.now()),
        workspace_id: ws.id.0,
        email: email.to_owned(),
        email_canonical: email.to_owned(),
        given_name: None,
        family_name: None,
        role_id: None,
        permissions: "[]".to_owned(),
        group_ids: "[]".to_owned(),
        quotas: "[]".to_owned(),
        access_starts_at: None,
        access_ends_at: None,
        access_duration_seconds: None,
        locale: "EN".to_owned(),
        note: None,
        generation: 1,
        invited_by: None,
        created_at: app.now(),
        expires_at: app.now() + chrono::Duration::days(7),
        accepted_at: None,
        declined_at: None,
        cancelled_at: None,
        membership_id: None,
        default_permissions: None,
        delivery_state: None,
        delivery_at: None,
        delivery_status: None,
        reminded_generation: None,
    };
    entity::invitation::Entity::insert(row.into_active_model())
        .exec_without_returning(app.app.deps.db.writer())
        .await
        .unwrap();
}

/// A PRIVATE workspace where sign-ups need approval, and its administrator.
pub async fn guarded(app: &TestApp) -> (Ws, Member) {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    set(
        app,
        &ada,
        &ws,
        json!({ "enabled": true, "approvalRequired": true }),
    )
    .await;
    (ws, ada)
}

/// Somebody who asks; their session and the request.
pub async fn asks(app: &TestApp, ws: &Ws, name: &str) -> (String, String) {
    let session = app.outsider(name).await;
    let asked = join(app, &session, ws, json!({})).await;
    let id = asked.0["accessRequest"]["id"]
        .as_str()
        .unwrap_or_else(|| panic!("{:#}", asked.0));
    (session, id.to_owned())
}
