//! Secondary workspaces as their main one manages them (WS-2, WS-8 to WS-12).

mod caps;
mod create;
mod delete;
mod ended;
mod keys;
mod locks;
mod record;
mod update;

use concierge::domain::{id::WorkspaceId, permission::Permission};
use serde_json::{Value, json};

use crate::support::{
    Payload, TestApp,
    world::{Member, Ws},
};

/// A main workspace whose license allows secondary ones.
pub(crate) struct World {
    pub main: Ws,
    /// Its administrator.
    pub ada: Member,
    /// Who manages its secondary workspaces, and nothing else.
    pub mona: Member,
    /// Her session.
    pub manager: String,
    pub operator: String,
}

impl World {
    pub async fn of(app: &TestApp) -> Self {
        let main = app.workspace("upriver").await;
        let ada = app.administrator(&main, "Ada Veldkamp").await;
        let mona = app
            .member(&main, "Mona Rask")
            .with(Permission::ManageSecondaryWorkspaces)
            .create()
            .await;
        let manager = app.session_of(mona.account).await;
        let operator = app.operator("Olu Adeyemi").await;
        let world = Self {
            main,
            ada,
            mona,
            manager,
            operator,
        };
        world
            .license(app, json!({ "secondaryWorkspacesEnabled": true }))
            .await;
        world
    }

    /// Sets the license.
    pub async fn license(&self, app: &TestApp, terms: Value) {
        let mut input = terms;
        input["workspaceId"] = json!(self.main.id.to_string());
        let done = app.mutate(&self.operator, "setLicense", input).await;
        assert!(done.errors().is_empty(), "{:?}", done.errors());
    }

    /// The input of a new secondary workspace.
    pub fn input(&self, slug: &str) -> Value {
        json!({
            "parentId": self.main.id.to_string(), "name": format!("The {slug}"), "slug": slug,
            "administratorEmail": format!("{slug}@example.org"),
        })
    }

    /// Makes a secondary workspace.
    pub async fn make(&self, app: &TestApp, slug: &str) -> Ws {
        let done = app
            .mutate(&self.manager, "createSecondaryWorkspace", self.input(slug))
            .await;
        made(&done)
    }

    /// Deletes one.
    pub async fn delete(&self, app: &TestApp, ws: &Ws) -> Payload {
        let input = json!({ "id": ws.id.to_string(), "slug": ws.slug });
        let done = app
            .mutate(&self.manager, "deleteSecondaryWorkspace", input)
            .await;
        assert!(done.errors().is_empty(), "{:?}", done.errors());
        done
    }
}

/// The workspace that a payload names.
#[track_caller]
pub(crate) fn made(payload: &Payload) -> Ws {
    assert!(payload.errors().is_empty(), "{:?}", payload.errors());
    let text = |field: &str| payload.0["workspace"][field].as_str().unwrap().to_owned();
    Ws {
        id: WorkspaceId::parse(&text("id")).unwrap(),
        slug: text("slug"),
    }
}

/// The kinds of the events of a workspace, oldest first.
pub(crate) async fn kinds(app: &TestApp, ws: &Ws) -> Vec<String> {
    let events = app.events(ws).await;
    events.into_iter().map(|event| event.kind).collect()
}
