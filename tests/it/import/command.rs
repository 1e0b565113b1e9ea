//! `concierge import members`: an operator brings members in (IMPORT-1, IMPORT-3).

use chrono::Duration;
use concierge::{
    app::import::MemberFile,
    domain::{mail::MailKind, permission::Permission},
};
use serde_json::json;

use super::{became, command, member_file};
use crate::support::on_both;

const FILE: &str = "email,first_name,last_name,permissions,groups,role,date_joined\n\
                    Ida.Holm@example.org,Ida,Holm,edit_reuse,Air,Editor,2018-05-02\n\
                    ben.okafor@example.org,Benjamin,,,,,\n\
                    mia.member@example.org,Mia,,,,,\n\
                    wim@example.org,Wim,,,Air,,\n";

on_both!(import_1_operators_make_members_at_once, |app| {
    let (ws, ada) = app.portal().await;
    app.group(&ws, "Air", &[Permission::BrowseAnalytics]).await;
    app.member(&ws, "Mia Member").create().await;
    app.outsider("Ben Okafor").await;
    for waits in ["wim@example.org", "ben.okafor@example.org"] {
        let invitees = json!([{ "email": waits }]);
        let input = json!({ "workspaceId": ws.id.to_string(), "invitees": invitees });
        app.mutate(&ada.key, "inviteMembers", input).await;
    }
    let before = app.footprint().await;
    let rehearsed = MemberFile {
        join: true,
        dry_run: true,
        ..member_file(&ws, FILE)
    };
    let expected = ["JOINED", "JOINED", "ALREADY_MEMBER", "JOINED"];
    assert_eq!(became(&command(app, rehearsed).await.unwrap()), expected);
    assert!(app.footprint().await == before, "a rehearsal");
    let join = || MemberFile {
        join: true,
        ..member_file(&ws, FILE)
    };
    let printed = command(app, join()).await.unwrap();
    assert_eq!(became(&printed), expected);
    let id = printed[0]["membershipId"].as_str().unwrap();
    let query = "query($id: ID!, $member: ID!) { workspace(id: $id) { member(id: $member) { state origin role { name } \
                 effectivePermissions { permission } groups { group { title } } account { displayName email } } \
                 invitations { nodes { email state } } \
                 auditEvents(filter: { subjectId: $member, kinds: [MEMBERSHIP_CREATED] }) { nodes { actor { kind } changes { field after } } } } }";
    let answer = app
        .post(
            Some(&ada.key),
            query,
            json!({ "id": ws.id.to_string(), "member": id }),
        )
        .await;
    let workspace = &answer.data()["workspace"];
    let member = &workspace["member"];
    assert_eq!(
        (&member["state"], &member["origin"], &member["role"]["name"]),
        (&json!("ACTIVE"), &json!("IMPORTED"), &json!("Editor"))
    );
    assert_eq!(member["account"]["displayName"], "Ida Holm");
    assert_eq!(member["groups"][0]["group"]["title"], "Air");
    let effective: Vec<_> = member["effectivePermissions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["permission"].as_str().unwrap())
        .collect();
    for held in ["MANAGE_REUSES", "CREATE_DATASETS", "BROWSE_ANALYTICS"] {
        assert!(effective.contains(&held), "{effective:?}");
    }
    let invitations = workspace["invitations"]["nodes"].as_array().unwrap();
    assert_eq!(invitations.len(), 2);
    assert!(
        invitations
            .iter()
            .all(|invitation| invitation["state"] == "ACCEPTED")
    );
    let event = &workspace["auditEvents"]["nodes"][0];
    assert_eq!(event["actor"]["kind"], "SYSTEM");
    let changes = event["changes"].as_array().unwrap();
    assert!(
        changes
            .iter()
            .any(|change| change["field"] == "dateJoined" && change["after"] == "2018-05-02")
    );
    // Without a credential, and without a mail; the first password comes by a reset link.
    let door = app.tireless_door();
    let sign_in =
        json!({ "email": "ida.holm@example.org", "password": "copper lantern nine bridges" });
    let refused = door.mutate(None, "signIn", sign_in.clone()).await;
    assert_eq!(
        refused.payload().0["errors"][0]["code"],
        "INVALID_CREDENTIALS"
    );
    assert!(
        app.mails(MailKind::Invitation, "ida.holm@example.org")
            .await
            .is_empty()
    );
    door.mutate(
        None,
        "requestPasswordReset",
        json!({ "email": "ida.holm@example.org" }),
    )
    .await;
    let token = app
        .link(MailKind::PasswordReset, "ida.holm@example.org")
        .await;
    let reset = json!({ "token": token, "newPassword": "copper lantern nine bridges" });
    assert!(
        door.mutate(None, "resetPassword", reset)
            .await
            .payload()
            .errors()
            .is_empty()
    );
    assert!(
        door.mutate(None, "signIn", sign_in)
            .await
            .payload()
            .errors()
            .is_empty()
    );
    // Done again, nothing changes.
    let before = app.footprint().await;
    let again = command(app, join()).await.unwrap();
    assert_eq!(became(&again), ["ALREADY_MEMBER"; 4]);
    assert!(app.footprint().await == before);
    let verified = app
        .post(
            Some(&ada.key),
            "query($id: ID!) { verifyAudit(workspaceId: $id) { intact } }",
            json!({ "id": ws.id.to_string() }),
        )
        .await;
    assert_eq!(verified.data()["verifyAudit"]["intact"], true);
});

on_both!(import_3_the_command_says_how_fast_mails_leave, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let lines: String = (0..600)
        .map(|number| format!("p{number}@example.org,,\n"))
        .collect();
    let file = MemberFile {
        mails_per_hour: std::num::NonZeroU32::new(60),
        language: "nl".to_owned(),
        ..member_file(&ws, &format!("email,permissions,groups\n{lines}"))
    };
    command(app, file).await.unwrap();
    let mut mails = Vec::new();
    for number in [0, 1, 499, 500, 599] {
        let address = format!("p{number}@example.org");
        mails.push(app.mails(MailKind::Invitation, &address).await.remove(0));
    }
    let after: Vec<i64> = mails
        .iter()
        .map(|mail| (mail.send_after - mails[0].send_after).num_minutes())
        .collect();
    assert_eq!(after, [0, 1, 499, 500, 599], "over the blocks, too");
    assert_eq!(mails[0].locale.as_deref(), Some("NL"));
    // Each term begins with its mail: the last can be accepted when the first has lapsed.
    app.pass(Duration::days(30) + Duration::minutes(300));
    let query = "query($id: ID!) { workspace(id: $id) { invitations(filter: { states: [PENDING] }) { totalCount } } }";
    let ada = app.administrator(&ws, "Eva Late").await;
    let answer = app
        .post(Some(&ada.key), query, json!({ "id": ws.id.to_string() }))
        .await;
    assert_eq!(answer.data()["workspace"]["invitations"]["totalCount"], 299);
});

on_both!(import_4_the_command_refuses_what_it_cannot_read, |app| {
    let ws = app.workspace("riverton").await;
    let before = app.footprint().await;
    let unreadable = member_file(&ws, "email,permissions,groups\n\u{0}");
    let nowhere = MemberFile {
        workspace: "nowhere".to_owned(),
        ..member_file(&ws, FILE)
    };
    let language = MemberFile {
        language: "xx".to_owned(),
        ..member_file(&ws, FILE)
    };
    for (file, why) in [
        (unreadable, "line 2"),
        (nowhere, "nowhere"),
        (language, "language"),
    ] {
        let refused = command(app, file).await.unwrap_err().to_string();
        assert!(refused.contains(why), "{refused}");
    }
    assert!(app.footprint().await == before);
});
