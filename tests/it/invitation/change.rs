//! `updateInvitations`, `resendInvitations`, `cancelInvitations` (JOIN-8, JOIN-11).

use chrono::Duration;
use concierge::domain::{
    id::InvitationId,
    mail::MailKind,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use super::{accepted, invited, member, to, with};
use crate::support::on_both;

on_both!(join_11_pending_invitations_are_changed_without_a_new_token, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let session = app.outsider("Ida Holm").await;
    let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
    let editor = app.preset(&ws, Preset::Editor).await.to_string();
    let offer = json!({ "permissions": ["MANAGE_REUSES"], "accessDurationSeconds": 60, "note": "Hello", "locale": "FR" });
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", offer).await;
    let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
    let change = |more: Value| with(json!({ "ids": [id] }), more);
    let all = change(json!({
        "roleId": editor, "permissions": ["CREATE_PAGES"], "groupIds": [group], "quotas": [{ "type": "DATASETS", "limit": 3 }],
        "accessStartsAt": app.at(60), "accessEndsAt": app.at(86_400), "locale": "NL", "note": "Welcome",
    }));
    let done = app.rehearsed(&ada.key, "updateInvitations", all.clone()).await;
    assert_eq!(done.became(), ["UPDATED"]);
    let shown = &done.0["results"][0]["invitation"];
    assert_eq!((&shown["role"]["name"], &shown["groups"]), (&json!("Editor"), &json!([{ "title": "Tree wardens" }])));
    assert_eq!(
        (&shown["permissions"], &shown["note"], &shown["locale"]),
        (&json!(["CREATE_PAGES"]), &json!("Welcome"), &json!("NL"))
    );
    assert_eq!((&shown["accessEndsAt"], &shown["accessDurationSeconds"]), (&json!(app.at(86_400)), &Value::Null));
    assert_eq!(shown["expiresAt"], json!(app.at(86_400)), "at the latest when access ends");
    assert_eq!(shown["quotaValues"], json!([{ "type": "DATASETS", "limit": 3 }]));
    // What is absent stays; null clears.
    assert_eq!(app.mutate(&ada.key, "updateInvitations", change(json!({}))).await.became(), ["UNCHANGED"]);
    assert_eq!(app.mutate(&ada.key, "updateInvitations", all).await.became(), ["UNCHANGED"]);
    let cleared = change(json!({ "roleId": null, "groupIds": null, "quotas": null, "accessStartsAt": null, "accessEndsAt": null,
        "note": null, "locale": null }));
    let done = app.mutate(&ada.key, "updateInvitations", cleared).await;
    let shown = &done.0["results"][0]["invitation"];
    for field in ["role", "note", "accessStartsAt", "accessEndsAt", "accessDurationSeconds"] {
        assert_eq!(shown[field], Value::Null, "{field}");
    }
    assert_eq!((&shown["permissions"], &shown["locale"]), (&json!(["CREATE_PAGES"]), &json!("NL")));
    assert_eq!(app.mails(MailKind::Invitation, "ida.holm@example.org").await.len(), 1);
    let joined = app.mutate(&session, "acceptInvitation", json!({ "token": token })).await;
    assert_eq!(joined.errors(), Vec::<String>::new());
    let seen = member(app, &ada.key, &ws, &joined.0["membership"]["id"]).await;
    assert_eq!((&seen["role"], &seen["groups"], &seen["accessEndsAt"]), (&Value::Null, &json!([]), &Value::Null));
    assert_eq!(app.mutate(&ada.key, "updateInvitations", change(json!({ "note": "x" }))).await.became(), ["NOT_PENDING"]);
});

on_both!(join_11_wrong_values_change_nothing, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let later = invited(app, &ada.key, &ws, "ida@example.org", json!({ "accessStartsAt": app.at(86_400) })).await;
    let plain = invited(app, &ada.key, &ws, "zoe@example.org", json!({})).await;
    let unknown = InvitationId(app.app.deps.ids.uuid(app.now())).to_string();
    let before = app.footprint().await;
    let of = |ids: Value, more: Value| with(json!({ "ids": ids }), more);
    for (more, error) in [
        (json!({ "note": "x".repeat(501) }), "TOO_LONG note"),
        (json!({ "accessEndsAt": app.at(-1) }), "ENDS_IN_PAST accessEndsAt"),
        (json!({ "accessDurationSeconds": 0 }), "OUT_OF_RANGE accessDurationSeconds"),
    ] {
        let refused = app.mutate(&ada.key, "updateInvitations", of(json!([plain]), more)).await;
        assert_eq!(refused.errors(), [error]);
    }
    for (mutation, input) in [
        ("updateInvitations", of(json!([]), json!({}))),
        ("updateInvitations", of(json!(["nonsense"]), json!({}))),
        ("updateInvitations", of(json!([plain]), json!({ "accessEndsAt": app.at(60), "accessDurationSeconds": 60 }))),
        ("resendInvitations", of(json!([]), json!({}))),
        ("cancelInvitations", of(json!(vec![plain.clone(); 1_001]), json!({}))),
    ] {
        assert_eq!(app.try_mutate(&ada.key, mutation, input).await.codes().first(), Some(&"BAD_USER_INPUT"), "{mutation}");
    }
    let ends = json!({ "accessEndsAt": app.at(3_600), "atomic": true });
    let done = app.mutate(&ada.key, "updateInvitations", of(json!([plain, later, unknown, plain]), ends)).await;
    assert_eq!(done.became(), ["ROLLED_BACK", "ENDS_BEFORE_START", "NOT_FOUND", "DUPLICATE"]);
    assert_eq!(done.0["results"][2]["invitation"], Value::Null);
    assert_eq!(app.footprint().await, before);
});

on_both!(perm_6_invitations_are_changed_within_what_one_holds, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let session = app.session_of(ada.account).await;
    let ewp = Permission::EditWorkspaceProperties;
    let end = app.now() + Duration::days(40);
    let ewa = app.member(&ws, "Ewa Kowalska").with(ewp).with(Permission::ManageReuses).until(end).create().await;
    let administrator = app.preset(&ws, Preset::Administrator).await.to_string();
    let pages = invited(app, &ada.key, &ws, "ida@example.org", json!({ "permissions": ["CREATE_PAGES", "MANAGE_REUSES"] })).await;
    let boss = invited(app, &session, &ws, "zoe@example.org", json!({ "roleId": administrator })).await;
    let ids = |id: &str, more: Value| with(json!({ "ids": [id], "dryRun": true }), more);
    for (mutation, input, expected) in [
        // What stays or becomes less is free.
        ("updateInvitations", ids(&pages, json!({ "note": "Hello" })), "UPDATED"),
        ("updateInvitations", ids(&pages, json!({ "permissions": ["CREATE_PAGES"] })), "UPDATED"),
        ("updateInvitations", ids(&pages, json!({ "accessEndsAt": app.at(60) })), "UPDATED"),
        ("updateInvitations", ids(&pages, json!({ "permissions": ["CREATE_DATASETS"] })), "FORBIDDEN"),
        ("updateInvitations", ids(&pages, json!({ "roleId": administrator })), "FORBIDDEN"),
        ("updateInvitations", ids(&boss, json!({ "note": "Hello" })), "FORBIDDEN"),
        ("updateInvitations", ids(&boss, json!({ "roleId": null })), "FORBIDDEN"),
        ("resendInvitations", ids(&pages, json!({})), "FORBIDDEN"),
        ("resendInvitations", ids(&boss, json!({})), "FORBIDDEN"),
        ("cancelInvitations", ids(&boss, json!({})), "FORBIDDEN"),
        ("cancelInvitations", ids(&pages, json!({})), "CANCELLED"),
    ] {
        assert_eq!(app.mutate(&ewa.key, mutation, input.clone()).await.became(), [expected], "{mutation} {input}");
    }
    // Shortened by whoever, it is prolonged only by who holds it as long.
    let short = with(json!({ "ids": [pages] }), json!({ "permissions": ["MANAGE_REUSES"], "accessEndsAt": app.at(60) }));
    assert_eq!(app.mutate(&ewa.key, "updateInvitations", short).await.became(), ["UPDATED"]);
    for (days, expected) in [(39, "UPDATED"), (41, "FORBIDDEN")] {
        let input = ids(&pages, json!({ "accessEndsAt": app.at(days * 86_400) }));
        assert_eq!(app.mutate(&ewa.key, "updateInvitations", input).await.became(), [expected], "{days} days");
    }
    assert_eq!(app.mutate(&ada.key, "resendInvitations", ids(&boss, json!({}))).await.became(), ["FORBIDDEN"], "not by key");
    assert_eq!(app.mutate(&session, "resendInvitations", ids(&boss, json!({}))).await.became(), ["RESENT"]);
});

on_both!(join_8_resending_makes_a_new_token_and_term, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ids: Vec<String> = app
        .mutate(&ada.key, "inviteMembers", to(&ws, &["ida@example.org", "zoe@example.org", "kim@example.org"], json!({})))
        .await
        .invitations();
    app.mutate(&ada.key, "cancelInvitations", json!({ "ids": [ids[2]] })).await;
    app.pass(Duration::days(3));
    let done = app.mutate(&ada.key, "resendInvitations", json!({ "ids": ids })).await;
    assert_eq!(done.became(), ["RESENT", "RESENT", "NOT_PENDING"]);
    let expires = done.0["results"][0]["invitation"]["expiresAt"].as_str().unwrap();
    assert_eq!(expires[..19], app.at(30 * 86_400)[..19]);
    let mails = app.mails(MailKind::Invitation, "ida@example.org").await;
    assert_eq!(mails.iter().map(|mail| mail.generation).collect::<Vec<_>>(), [1, 2]);
    // Run out, it is sent again unless something stands in its way.
    app.pass(Duration::days(31));
    invited(app, &ada.key, &ws, "ida@example.org", json!({})).await;
    app.outsider("Zoe Lark").await;
    app.sql("UPDATE workspace SET seats = 2 WHERE id = $1", vec![ws.id.0.into()]).await;
    app.bump(&ws).await;
    let both = json!({ "ids": [ids[0], ids[1]] });
    assert_eq!(app.mutate(&ada.key, "resendInvitations", both.clone()).await.became(), ["ALREADY_INVITED", "SEATS_EXCEEDED"]);
    app.sql("UPDATE workspace SET seats = NULL WHERE id = $1", vec![ws.id.0.into()]).await;
    app.bump(&ws).await;
    assert_eq!(app.mutate(&ada.key, "resendInvitations", both).await.became(), ["ALREADY_INVITED", "RESENT"]);
});

on_both!(join_8_what_is_taken_back_is_void_at_once, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let session = app.outsider("Ida Holm").await;
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
    let done = app.rehearsed(&ada.key, "cancelInvitations", json!({ "ids": [id] })).await;
    assert_eq!((done.became(), &done.0["results"][0]["invitation"]["state"]), (vec!["CANCELLED"], &json!("CANCELLED")));
    assert_eq!(app.mutate(&session, "acceptInvitation", json!({ "token": token })).await.errors(), ["NOT_PENDING token"]);
    for mutation in ["cancelInvitations", "updateInvitations", "resendInvitations"] {
        assert_eq!(app.mutate(&ada.key, mutation, json!({ "ids": [id] })).await.became(), ["NOT_PENDING"], "{mutation}");
    }
    // The address can be invited anew.
    let id = invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
    accepted(app, &session, &id).await;
});
