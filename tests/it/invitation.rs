//! Invitations: made, changed, answered (JOIN-5 to JOIN-11).

mod accept;
mod change;
mod content;
mod decline;
mod delivery;
mod invite;
mod limits;
mod newcomer;
mod telling;
mod tokens;

use serde_json::{Value, json};

use crate::support::{Payload, TestApp, world::Ws};

/// The input that invites these addresses.
fn to(ws: &Ws, addresses: &[&str], more: Value) -> Value {
    let invitees: Vec<Value> = addresses
        .iter()
        .map(|email| json!({ "email": email }))
        .collect();
    with(
        json!({ "workspaceId": ws.id.to_string(), "invitees": invitees }),
        more,
    )
}

/// The input with these fields as well.
fn with(mut input: Value, more: Value) -> Value {
    let Value::Object(more) = more else {
        panic!("fields")
    };
    input.as_object_mut().unwrap().extend(more);
    input
}

/// Invites one address, which nothing speaks against; the invitation's id.
async fn invited(app: &TestApp, credential: &str, ws: &Ws, address: &str, more: Value) -> String {
    let done = app
        .mutate(credential, "inviteMembers", to(ws, &[address], more))
        .await;
    assert_eq!(
        (done.became(), done.errors()),
        (vec!["INVITED"], Vec::new()),
        "{:#}",
        done.0
    );
    done.invitations().remove(0)
}

/// Accepts by id; a payload without errors.
async fn accepted(app: &TestApp, session: &str, id: &str) -> Payload {
    let done = app
        .mutate(session, "acceptInvitation", json!({ "id": id }))
        .await;
    assert_eq!(done.errors(), Vec::<String>::new());
    done
}

/// What the reader is told of a member.
async fn member(app: &TestApp, reader: &str, ws: &Ws, id: &Value) -> Value {
    let query = "query($ws: ID!, $id: ID!) { workspace(id: $ws) { member(id: $id) { state origin accessStartsAt accessEndsAt \
         role { name } groups { group { title } } effectivePermissions { permission } \
         grants(first: 100) { nodes { permission grantedBy { displayName } } } } } }";
    let answer = app
        .post(
            Some(reader),
            query,
            json!({ "ws": ws.id.to_string(), "id": id }),
        )
        .await;
    answer.data()["workspace"]["member"].clone()
}
