//! How much may be sent, and where to nothing is (JOIN-6). Limits are counted over 24 hours.

use std::sync::Arc;

use chrono::Duration;
use concierge::{
    app::{App, Edge},
    domain::blocklist::BlockList,
    service::{
        Deps,
        deps::{InvitationLimits, Limits},
    },
};
use serde_json::json;

use super::{invited, to};
use crate::support::{TestApp, app::Door, on_both};

/// A way in to the same database, with other limits.
fn door(app: &TestApp, invitations: InvitationLimits) -> Door {
    let limits = Arc::new(Limits { invitations: Arc::new(invitations), ..Limits::default() });
    Door::of(App::new(Deps { limits, ..app.app.deps.clone() }, Edge::default()).router().expect("routes"))
}

on_both!(join_6_an_address_is_sent_three_mails_a_day, |app| {
    let (ws, other) = (app.workspace("riverton").await, app.workspace("lakeside").await);
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let id = invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
    app.pass(Duration::hours(1));
    invited(app, &eve.key, &other, "IDA@example.org", json!({})).await;
    app.pass(Duration::hours(1));
    let again = json!({ "ids": [id] });
    assert_eq!(app.mutate(&ada.key, "resendInvitations", again.clone()).await.became(), ["RESENT"]);
    let before = app.footprint().await;
    assert_eq!(app.mutate(&ada.key, "resendInvitations", again.clone()).await.became(), ["LIMIT_REACHED"]);
    assert_eq!(app.footprint().await, before);
    // Cancelling and inviting anew is no way around it.
    app.mutate(&ada.key, "cancelInvitations", again).await;
    let anew = to(&ws, &["ida@example.org", "zoe@example.org"], json!({}));
    let done = app.mutate(&ada.key, "inviteMembers", anew.clone()).await;
    assert_eq!((done.became(), &done.0["results"][0]["code"]), (vec!["LIMIT_REACHED", "INVITED"], &json!("LIMIT_REACHED")));
    app.pass(Duration::hours(22) + Duration::seconds(1));
    assert_eq!(app.mutate(&ada.key, "inviteMembers", anew).await.became(), ["INVITED", "ALREADY_INVITED"]);
});

on_both!(join_6_a_workspace_sends_so_many_a_day, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let door = door(app, InvitationLimits { per_workspace_and_day: 3, ..InvitationLimits::default() });
    let call = async |mutation: &str, input| door.mutate(Some(&ada.key), mutation, input).await.payload();
    let done = call("inviteMembers", to(&ws, &["a@example.org", "b@example.org"], json!({}))).await;
    assert_eq!(done.became(), ["INVITED", "INVITED"]);
    assert_eq!(call("resendInvitations", json!({ "ids": done.invitations() })).await.became(), ["RESENT", "LIMIT_REACHED"]);
    let more = to(&ws, &["c@example.org", "a@example.org"], json!({}));
    assert_eq!(call("inviteMembers", more.clone()).await.became(), ["LIMIT_REACHED", "ALREADY_INVITED"]);
    app.pass(Duration::hours(24) + Duration::seconds(1));
    assert_eq!(call("inviteMembers", more).await.became(), ["INVITED", "ALREADY_INVITED"]);
});

on_both!(join_6_nothing_is_sent_to_blocked_addresses, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let operator = app.operator("Olu Adeyemi").await;
    let early = invited(app, &ada.key, &ws, "early@mailinator.example", json!({})).await;
    let blocked = BlockList::new(["abuse@example.org", "mailinator.example"]).unwrap();
    let door = door(app, InvitationLimits { blocked, ..InvitationLimits::default() });
    let addresses = ["Abuse@example.org", "x@eu.MAILINATOR.example", "ida@example.org"];
    let done = door.mutate(Some(&ada.key), "inviteMembers", to(&ws, &addresses, json!({}))).await.payload();
    assert_eq!(done.became(), ["FORBIDDEN_EMAIL", "FORBIDDEN_EMAIL", "INVITED"]);
    let again = door.mutate(Some(&ada.key), "resendInvitations", json!({ "ids": [early] })).await.payload();
    assert_eq!(again.became(), ["FORBIDDEN_EMAIL"]);
    let input = json!({ "name": "Harbour", "slug": "harbour", "administratorEmail": "abuse@example.org" });
    let made = door.mutate(Some(&operator), "createWorkspace", input).await.payload();
    assert_eq!((made.errors(), app.count("workspace").await), (vec!["FORBIDDEN_EMAIL administratorEmail".to_owned()], 1));
});
