//! Distribution of datasets and pages to secondary workspaces (DIST-1 to DIST-5).

mod end;
mod follow;
mod give;
mod locks;
mod oracle;
mod pages;
mod refuse;

use serde_json::{Value, json};

use crate::{
    secondary::World,
    support::{
        Payload, TestApp,
        world::{Member, Ws},
    },
};

/// A main workspace with two secondary ones, each with an administrator.
struct Family {
    world: World,
    harbour: Ws,
    tess: Member,
    transit: Ws,
    theo: Member,
}

impl Family {
    async fn of(app: &TestApp) -> Self {
        let world = World::of(app).await;
        let harbour = world.make(app, "harbour").await;
        let tess = app.administrator(&harbour, "Tess Moreau").await;
        let transit = world.make(app, "transit").await;
        let theo = app.administrator(&transit, "Theo Novak").await;
        Self {
            world,
            harbour,
            tess,
            transit,
            theo,
        }
    }

    /// The call of ada that names these items and workspaces; what became of each pair.
    async fn call(
        &self,
        app: &TestApp,
        mutation: &str,
        items: &[String],
        workspaces: &[&Ws],
    ) -> Payload {
        app.mutate(&self.world.ada.key, mutation, pairs(items, workspaces))
            .await
    }
}

/// The input of the four mutations.
fn pairs(items: &[String], workspaces: &[&Ws]) -> Value {
    let ids: Vec<_> = workspaces.iter().map(|ws| ws.id.to_string()).collect();
    json!({ "ids": items, "workspaceIds": ids })
}

const FIELDS: &str =
    "id title isPublished security isDistributed owner { id } original { id } copies { id }";

/// The datasets of a workspace as `by` sees them, by identifier.
async fn datasets(app: &TestApp, by: &Member, ws: &Ws) -> Vec<Value> {
    let query = format!(
        "{{ workspace(slug: \"{}\") {{ datasets(first: 50, orderBy: {{ field: IDENTIFIER, direction: ASC }}) {{ nodes {{ \
         identifier description theme recordCount hiddenFromSearch {FIELDS} }} }} }} }}",
        ws.slug
    );
    let answer = app.post(Some(&by.key), &query, json!({})).await;
    let nodes = &answer.data()["workspace"]["datasets"]["nodes"];
    nodes
        .as_array()
        .unwrap_or_else(|| panic!("{:#}", answer.body))
        .clone()
}

/// The pages of a workspace as `by` sees them.
async fn pages(app: &TestApp, by: &Member, ws: &Ws) -> Vec<Value> {
    let query = format!(
        "{{ workspace(slug: \"{}\") {{ pages(first: 50) {{ nodes {{ slug content {FIELDS} }} }} }} }}",
        ws.slug
    );
    let answer = app.post(Some(&by.key), &query, json!({})).await;
    let nodes = &answer.data()["workspace"]["pages"]["nodes"];
    nodes
        .as_array()
        .unwrap_or_else(|| panic!("{:#}", answer.body))
        .clone()
}

fn id(item: &Value) -> String {
    item["id"].as_str().unwrap().to_owned()
}

/// The only dataset of a workspace.
async fn only(app: &TestApp, by: &Member, ws: &Ws) -> Value {
    let mut found = datasets(app, by, ws).await;
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// Calls a mutation of one item that nothing is wrong about.
async fn change(app: &TestApp, by: &Member, mutation: &str, id: &str, more: Value) {
    let done = app.mutate(&by.key, mutation, input(id, more)).await;
    assert_eq!(done.errors(), Vec::<String>::new(), "{mutation}");
}

fn input(id: &str, more: Value) -> Value {
    let mut input = json!({ "id": id });
    let fields = input.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    input
}
