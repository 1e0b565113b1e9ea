//! What a deleted workspace ends (WS-11, TIME-7): from one instant on nothing in it counts, for
//! whoever asks and for every job.

use chrono::Duration;
use concierge::{
    domain::{mail::MailKind, permission::Preset},
    job,
};
use serde_json::{Value, json};

use super::World;
use crate::support::{on_both, world::Ws};

fn invite(ws: &Ws, email: &str) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": email }] })
}

on_both!(
    ws_11_memberships_keys_and_invitations_count_no_more,
    |app| {
        let world = World::of(app).await;
        world.license(app, json!({ "seats": 7 })).await;
        let ws = world.make(app, "harbour").await;
        let tess = app.administrator(&ws, "Tess Moreau").await;
        let tess_session = app.session_of(tess.account).await;
        let gateway =
            json!({ "workspaceId": ws.id.to_string(), "name": "Servers", "kind": "GATEWAY" });
        let done = app.mutate(&tess_session, "createApiKey", gateway).await;
        let gateway = done.0["secret"].as_str().unwrap().to_owned();
        let nora = app.outsider("Nora Lind").await;
        for email in ["nora.lind@example.org", "ida.holm@example.org"] {
            let done = app
                .mutate(&tess.key, "inviteMembers", invite(&ws, email))
                .await;
            assert_eq!(done.became(), ["INVITED"]);
        }
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let noras = app
            .link(MailKind::Invitation, "nora.lind@example.org")
            .await;
        let dataset = app
            .dataset(&ws, "ships", &tess, true, true)
            .await
            .to_string();
        let seats = async || {
            let query = "{ workspace(slug: \"upriver\") { license { seatsUsed } } }";
            let answer = app.post(Some(&world.operator), query, json!({})).await;
            answer.data()["workspace"]["license"]["seatsUsed"]
                .as_i64()
                .unwrap()
        };
        let own = "{ viewer { profile { memberships { totalCount nodes { id } } invitations { id } } } \
        workspaces { nodes { slug } } }";
        let counted = |data: &Value| {
            let profile = &data["viewer"]["profile"];
            (
                profile["memberships"]["totalCount"].as_i64().unwrap(),
                profile["memberships"]["nodes"].as_array().unwrap().len(),
                profile["invitations"].as_array().unwrap().len(),
                data["workspaces"]["nodes"].as_array().unwrap().len(),
            )
        };
        // The main workspace is PUBLIC. Two are in it; here one, the first administrator's invitation, and two more.
        assert_eq!(seats().await, 6);
        let answer = app.post(Some(&tess_session), own, json!({})).await;
        assert_eq!(counted(answer.data()), (1, 1, 0, 2));
        let answer = app.post(Some(&nora), own, json!({})).await;
        assert_eq!(counted(answer.data()), (0, 0, 1, 1));

        world.delete(app, &ws).await;

        assert_eq!(seats().await, 2);
        for key in [&tess.key, &gateway] {
            let answer = app.post(Some(key), "{ viewer { kind } }", json!({})).await;
            assert_eq!(answer.status.as_u16(), 401);
        }
        for session in [&tess_session, &nora] {
            let answer = app.post(Some(session), own, json!({})).await;
            assert_eq!(counted(answer.data()), (0, 0, 0, 1));
        }
        let query = "query($ws: ID!, $member: ID!, $dataset: ID!, $token: String!) { \
        workspace(id: $ws) { name } face: workspace(slug: \"harbour\") { name } \
        member: node(id: $member) { id } dataset: node(id: $dataset) { id } \
        invitationByToken(token: $token) { id } }";
        let variables = json!({
            "ws": ws.id.to_string(), "member": tess.id.to_string(), "dataset": dataset, "token": token,
        });
        let answer = app.post(Some(&tess_session), query, variables).await;
        let data = &answer.body["data"];
        for field in [
            "workspace",
            "face",
            "member",
            "dataset",
            "invitationByToken",
        ] {
            assert_eq!(data[field], Value::Null, "{field}");
        }
        let check = "query($input: CheckAccessInput!) { checkAccess(input: $input) { allowed } }";
        let input =
            json!({ "membershipId": tess.id.to_string(), "resource": dataset, "access": "BROWSE" });
        let answer = app
            .post(Some(&tess_session), check, json!({ "input": input }))
            .await;
        assert_eq!(answer.refusal(), "NOT_FOUND");
        let before = app.footprint().await;
        let id = json!(ws.id.to_string());
        for (credential, mutation, input) in [
            (
                &tess_session,
                "inviteMembers",
                invite(&ws, "zoe@example.org"),
            ),
            (
                &tess_session,
                "updateWorkspace",
                json!({ "id": id, "name": "Port" }),
            ),
            (
                &tess_session,
                "leaveWorkspace",
                json!({ "workspaceId": id }),
            ),
            (
                &tess_session,
                "disableMembers",
                json!({ "membershipIds": [tess.id.to_string()] }),
            ),
            (
                &tess_session,
                "consumeQuota",
                json!({ "workspaceId": id, "type": "API_CALLS", "amount": 1 }),
            ),
            (&nora, "joinWorkspace", json!({ "workspace": id })),
            (
                &world.operator,
                "inviteMembers",
                invite(&ws, "zoe@example.org"),
            ),
            (
                &world.operator,
                "setLicense",
                json!({ "workspaceId": id, "seats": 1 }),
            ),
            (
                &world.manager,
                "inviteMembers",
                invite(&ws, "zoe@example.org"),
            ),
        ] {
            let answer = app.try_mutate(credential, mutation, input).await;
            assert_eq!(answer.refusal(), "NOT_FOUND", "{mutation}");
        }
        for token in [&noras, &token] {
            for mutation in ["acceptInvitation", "declineInvitation"] {
                let done = app.mutate(&nora, mutation, json!({ "token": token })).await;
                assert_eq!(done.errors(), ["INVALID_TOKEN token"], "{mutation}");
            }
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    ws_11_no_job_writes_or_mails_for_a_deleted_workspace,
    |app| {
        let world = World::of(app).await;
        let (ws, kept) = (
            world.make(app, "harbour").await,
            world.make(app, "transit").await,
        );
        for ws in [&ws, &kept] {
            let name = |first: &str| format!("{first} {}", ws.slug);
            let tess = app.administrator(ws, &name("Tess")).await;
            let session = app.session_of(tess.account).await;
            let ends = app.now() + Duration::days(8);
            app.member(ws, &name("Ben"))
                .preset(Preset::Viewer)
                .until(ends)
                .create()
                .await;
            let away = app.member(ws, &name("Abe")).create().await;
            app.sql(
                "UPDATE membership SET starts_at = $1, last_active_at = $1 WHERE id = $2",
                vec![app.now().into(), away.id.0.into()],
            )
            .await;
            let id = ws.id.to_string();
            for (mutation, input) in [
                (
                    "setInactivityPolicy",
                    json!({ "workspaceId": id, "disableAfterDays": 30 }),
                ),
                (
                    "setSignInPolicy",
                    json!({ "workspaceId": id, "secondFactor": "EVERYBODY", "graceDays": 30 }),
                ),
            ] {
                let done = app.mutate(&session, mutation, input).await;
                assert!(done.errors().is_empty(), "{:?}", done.errors());
            }
            let email = format!("ida.{}@example.org", ws.slug);
            app.mutate(&session, "inviteMembers", invite(ws, &email))
                .await;
        }
        world.delete(app, &ws).await;
        let events = app.events(&ws).await.len();
        let of_deleted = async || {
            app.count(&format!("outbox WHERE workspace_id = {}", sql_id(app, &ws)))
                .await
        };
        let (mails, others) = (of_deleted().await, app.count("outbox").await);
        // The warnings of ends, the reminder, both mails about inactivity, and the disabling come due.
        for _ in 0..35 {
            app.pass(Duration::days(1));
            let deps = &app.app.deps;
            job::warner::warn(deps).await.unwrap();
            job::reminder::remind(deps).await.unwrap();
            job::inactivity::process(deps).await.unwrap();
            job::sign_in_policy::mail(deps).await.unwrap();
            job::sweeper::sweep(deps).await.unwrap();
        }
        assert_eq!(of_deleted().await, mails);
        assert_eq!(app.events(&ws).await.len(), events);
        assert!(
            app.count("outbox").await > others,
            "the other workspace's are made"
        );
    }
);

/// The id of a workspace as the database's text writes it.
fn sql_id(app: &crate::support::TestApp, ws: &Ws) -> String {
    match app.url().starts_with("sqlite:") {
        true => format!("x'{}'", ws.id.0.simple()),
        false => format!("'{}'", ws.id.0),
    }
}

on_both!(
    ws_11_mails_that_wait_about_a_deleted_workspace_are_not_sent,
    |app| {
        let Some(smtp) = crate::support::smtp::Smtp::start() else {
            return;
        };
        let world = World::of(app).await;
        let (ws, kept) = (
            world.make(app, "harbour").await,
            world.make(app, "transit").await,
        );
        world.delete(app, &ws).await;
        app.pass(Duration::seconds(1));
        job::outbox::deliver(&app.mailing(&smtp)).await.unwrap();
        let sent = smtp.mails();
        let to = |slug: &str| {
            let address = format!("{slug}@example.org");
            sent.iter()
                .filter(|mail| mail.to.contains(&address))
                .count()
        };
        assert_eq!((to("harbour"), to(&kept.slug)), (0, 1));
    }
);

on_both!(erase_4_its_last_administrator_can_leave_for_good, |app| {
    let world = World::of(app).await;
    let ws = world.make(app, "harbour").await;
    let tess = app.administrator(&ws, "Tess Moreau").await;
    let session = app.session_of(tess.account).await;
    let done = app
        .mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    assert_eq!(done.errors(), ["LAST_ADMINISTRATOR successors"]);
    world.delete(app, &ws).await;
    let done = app
        .mutate(&session, "scheduleAccountDeletion", json!({}))
        .await;
    assert!(done.errors().is_empty(), "{:?}", done.errors());
    app.pass(Duration::days(15));
    job::erasure::erase(&app.app.deps).await.unwrap();
    let erased = app.count("account WHERE erased_at IS NOT NULL").await;
    assert_eq!(erased, 1);
});
