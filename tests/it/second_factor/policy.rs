//! A workspace requires a second factor (MFA-10), and what decides about it (MFA-11).

use axum::body::Body;
use chrono::Duration;
use concierge::{
    domain::{
        mail::MailKind,
        permission::{Permission, Preset},
        vocabulary::AccessMode,
    },
    job::{outbox::deliver, sign_in_policy, sweeper::sweep},
};
use http::Request;
use serde_json::{Value, json};

use super::{Enrolled, enrol};
use crate::support::{
    Payload, TestApp,
    app::Answer,
    on_both,
    smtp::Smtp,
    world::{Member, Ws},
};

const SET: &str = "setSignInPolicy";

/// What a caller may see and do in the workspace.
const STANDING: &str = "query($ws: ID!, $slug: String!) { \
    viewer { can(workspace: $slug, permission: EDIT_WORKSPACE_PROPERTIES) sessionObstacle(workspace: $slug) \
        membership(workspace: $slug) { state } } \
    workspace(id: $ws) { datasets { totalCount } members { totalCount } } }";

struct World {
    ws: Ws,
    ada: Member,
    /// Of Ada, with a factor.
    session: String,
    enrolled: Enrolled,
    mia: Member,
}

/// A private workspace with an open dataset, an administrator with a factor, a member without.
async fn world(app: &TestApp) -> World {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    app.with_password(ada.account).await;
    app.dataset(&ws, "trees", &ada, true, true).await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .preset(Preset::Viewer)
        .create()
        .await;
    app.with_password(mia.account).await;
    let session = app.session(ada.account).await;
    let enrolled = enrol(app, &session).await;
    World {
        ws,
        ada,
        session,
        enrolled,
        mia,
    }
}

impl World {
    async fn set(&self, app: &TestApp, policy: &str, days: i32) -> Payload {
        let input = json!({ "workspaceId": self.ws.id.to_string(), "secondFactor": policy, "graceDays": days });
        // However much time has passed, the factor was just shown (MFA-8).
        let shown = "UPDATE session SET factor_at = $1 WHERE factor_at IS NOT NULL";
        app.sql(shown, vec![app.now().into()]).await;
        app.mutate(&self.session, SET, input).await
    }

    async fn standing(&self, app: &TestApp, credential: &str) -> Answer {
        let variables = json!({ "ws": self.ws.id.to_string(), "slug": self.ws.slug });
        app.post(Some(credential), STANDING, variables).await
    }

    /// What keeps a session from counting, or null.
    async fn obstacle(&self, app: &TestApp, session: &str) -> Value {
        self.standing(app, session).await.body["data"]["viewer"]["sessionObstacle"].clone()
    }
}

/// To the second: a write may be some microseconds later than the clock.
fn in_days(app: &TestApp, days: i64) -> String {
    let at = app.now() + Duration::days(days);
    at.format("%Y-%m-%dT%H:%M:%S").to_string()
}

on_both!(
    mfa_10_from_its_date_on_a_session_without_factor_is_anonymous,
    |app| {
        let w = world(app).await;
        let ids = |members: &Value| -> Vec<String> {
            members
                .as_array()
                .unwrap()
                .iter()
                .map(|one| one["id"].as_str().unwrap().to_owned())
                .collect()
        };
        let set = w.set(app, "EVERYBODY", 3).await;
        assert_eq!(set.errors(), [""; 0]);
        assert_eq!(set.0["signInPolicy"]["secondFactor"], "EVERYBODY");
        let from = set.0["signInPolicy"]["secondFactorFrom"]
            .as_str()
            .unwrap()
            .to_owned();
        assert!(from.starts_with(&in_days(app, 3)), "{from}");
        assert_eq!(ids(&set.0["concernedMembers"]), [w.mia.id.to_string()]);
        assert_eq!(set.0["concernedMemberCount"], 1);
        assert_eq!(set.0["effects"], json!([]), "nobody's rights change");
        let (mias, adas) = (
            app.session(w.mia.account).await,
            app.session(w.ada.account).await,
        );
        app.pass(Duration::days(3) - Duration::seconds(1));
        for session in [&mias, &adas] {
            assert_eq!(
                w.obstacle(app, session).await,
                Value::Null,
                "a second too early"
            );
        }
        app.pass(Duration::seconds(2));
        let seen = w.standing(app, &adas).await;
        let data = &seen.body["data"];
        assert_eq!(data["viewer"]["can"], false);
        assert_eq!(data["viewer"]["sessionObstacle"], "SECOND_FACTOR_REQUIRED");
        assert_eq!(
            data["viewer"]["membership"]["state"], "ACTIVE",
            "it is still theirs"
        );
        assert_eq!(data["workspace"]["members"], Value::Null);
        assert_eq!(data["workspace"]["datasets"], Value::Null, "it is private");
        assert!(
            seen.refusals()
                .contains(&"FORBIDDEN workspace.members".to_owned())
        );
        assert_eq!(w.obstacle(app, &mias).await, "SECOND_FACTOR_REQUIRED");
        // Nothing that a stranger could not.
        let before = app.footprint().await;
        let rename = json!({ "id": w.ws.id.to_string(), "name": "Mine" });
        let refused = app
            .try_mutate(&adas, "updateWorkspace", rename.clone())
            .await;
        assert_eq!(refused.codes(), ["FORBIDDEN"]);
        let key = json!({ "workspaceId": w.ws.id.to_string(), "name": "Way round" });
        assert_eq!(
            app.try_mutate(&mias, "createApiKey", key).await.codes(),
            ["FORBIDDEN"]
        );
        let rotate = json!({ "id": w.mia.key_id.to_string(), "overlapSeconds": 0 });
        assert_ne!(
            app.try_mutate(&mias, "rotateApiKey", rotate).await.codes(),
            [""; 0]
        );
        let leave = json!({ "workspaceId": w.ws.id.to_string() });
        assert_ne!(
            app.try_mutate(&mias, "leaveWorkspace", leave).await.codes(),
            [""; 0]
        );
        let again = json!({ "workspace": w.ws.slug });
        let joined = app.try_mutate(&mias, "joinWorkspace", again).await;
        assert_eq!(joined.payload().errors(), ["ALREADY_MEMBER workspace"]);
        assert_eq!(app.footprint().await, before);
        let export = async |credential: &str| {
            let request = Request::get("/export/members.csv?workspace=riverton")
                .header("authorization", format!("Bearer {credential}"));
            let request = request.body(Body::empty()).unwrap();
            app.door().response(request).await.status().as_u16()
        };
        assert_eq!((export(&adas).await, export(&w.session).await), (403, 200));
        // A session with a factor goes on, and so do keys.
        let seen = w.standing(app, &w.session).await;
        assert_eq!(seen.data()["viewer"]["can"], true);
        assert_eq!(seen.data()["workspace"]["members"]["totalCount"], 2);
        let by_key = w.standing(app, &w.ada.key).await;
        assert_eq!(by_key.data()["viewer"]["can"], true);
        assert_eq!(by_key.data()["viewer"]["sessionObstacle"], Value::Null);
        let by_key = w.standing(app, &w.mia.key).await;
        assert_eq!(
            by_key.body["data"]["workspace"]["datasets"]["totalCount"],
            1
        );
        // Elsewhere the same session is as it was, and it can enrol.
        let other = app.workspace("lakeside").await;
        app.member(&other, "Mia Lakes")
            .of(w.mia.account)
            .create()
            .await;
        let query = "{ viewer { sessionObstacle(workspace: \"lakeside\") membership(workspace: \"lakeside\") { state } } }";
        let elsewhere = app.post(Some(&mias), query, json!({})).await;
        assert_eq!(
            elsewhere.data()["viewer"],
            json!({ "sessionObstacle": null, "membership": { "state": "ACTIVE" } })
        );
        enrol(app, &mias).await;
        let seen = w.standing(app, &mias).await;
        assert_eq!(seen.body["data"]["viewer"]["sessionObstacle"], Value::Null);
        assert_eq!(seen.body["data"]["workspace"]["datasets"]["totalCount"], 1);
        // Ada's other session shows the factor that she has.
        let code = json!({ "code": w.enrolled.authenticator.code(app.now()) });
        assert_eq!(
            app.mutate(&adas, "reauthenticate", code).await.errors(),
            [""; 0]
        );
        assert_eq!(
            app.try_mutate(&adas, "updateWorkspace", rename)
                .await
                .payload()
                .errors(),
            [""; 0]
        );
    }
);

on_both!(mfa_10_it_changes_nobody_s_rights, |app| {
    let w = world(app).await;
    let closed = app
        .dataset(&w.ws, "wells", &w.ada, true, false)
        .await
        .to_string();
    let explain = async |by: &str, input: Value| {
        let query = "query($ws: ID!, $input: ExplainAccessInput!) { workspace(id: $ws) { explainAccess(input: $input) { \
            allowed obstacles sources { kind } suggestions { kind } } } }";
        let variables = json!({ "ws": w.ws.id.to_string(), "input": input });
        app.post(Some(by), query, variables).await.data()["workspace"]["explainAccess"].clone()
    };
    let about_mia =
        json!({ "membershipId": w.mia.id.to_string(), "permission": "BROWSE_ALL_DATASETS" });
    let unallowed = json!({ "membershipId": w.mia.id.to_string(), "permission": "MANAGE_REUSES" });
    let mias = app.session(w.mia.account).await;
    let gateway =
        json!({ "workspaceId": w.ws.id.to_string(), "name": "Portal", "kind": "GATEWAY" });
    let gateway = app.mutate(&w.session, "createApiKey", gateway).await.0["secret"].clone();
    let gateway = gateway.as_str().unwrap().to_owned();
    let check = async |by: &str, of: Value| {
        let query = "query($one: CheckAccessInput!, $all: [CheckAccessInput!]!) { \
            checkAccess(input: $one) { allowed recordFilters conditions } \
            checkAccessBatch(inputs: $all) { check { allowed recordFilters conditions } } }";
        let mut one = of;
        one["resource"] = json!(closed);
        let answer = app
            .post(Some(by), query, json!({ "one": one, "all": [one] }))
            .await;
        let data = answer.data().clone();
        assert_eq!(data["checkAccess"], data["checkAccessBatch"][0]["check"]);
        data["checkAccess"].clone()
    };
    let of_mia = json!({ "accountId": w.mia.account.to_string() });
    let before = (
        explain(&w.session, about_mia.clone()).await,
        explain(&w.session, unallowed.clone()).await,
        check(&gateway, of_mia.clone()).await,
    );
    assert_eq!(before.0["allowed"], true);
    assert_eq!(
        before.2,
        json!({ "allowed": true, "recordFilters": null, "conditions": [] })
    );
    w.set(app, "EVERYBODY", 1).await;
    assert_eq!(
        check(&gateway, of_mia.clone()).await["conditions"],
        json!([]),
        "not yet"
    );
    app.pass(Duration::days(1) + Duration::seconds(1));
    let after = (
        explain(&w.session, about_mia.clone()).await,
        explain(&w.session, unallowed.clone()).await,
    );
    assert_eq!((&after.0, &after.1), (&before.0, &before.1), "for others");
    assert_eq!(
        check(&gateway, of_mia).await,
        json!({ "allowed": true, "recordFilters": null, "conditions": ["SECOND_FACTOR"] })
    );
    let of_key = json!({ "apiKeyId": w.mia.key_id.to_string() });
    assert_eq!(
        check(&gateway, of_key).await["conditions"],
        json!([]),
        "keys have no sessions"
    );
    let anonymous = check(&gateway, json!({ "anonymous": true })).await;
    assert_eq!(
        (&anonymous["allowed"], &anonymous["conditions"]),
        (&json!(false), &json!([]))
    );
    // By the key of the person, as before.
    assert_eq!(explain(&w.mia.key, about_mia.clone()).await, before.0);
    // Whoever asks about themselves is told what to do.
    let own = explain(&mias, about_mia.clone()).await;
    assert_eq!(
        own,
        json!({ "allowed": false, "obstacles": ["SECOND_FACTOR_REQUIRED"], "sources": [], "suggestions": [] })
    );
    let own = explain(&mias, unallowed).await;
    assert_eq!(
        own["obstacles"],
        json!(["NOT_GRANTED", "SECOND_FACTOR_REQUIRED"])
    );
    let mut then = about_mia;
    then["asOf"] = json!(app.at(0));
    assert_eq!(
        explain(&mias, then).await["allowed"],
        true,
        "rights at an instant are as before"
    );
    // What a visitor may as well depends on nothing.
    let open = json!({ "id": w.ws.id.to_string(), "accessMode": "PUBLIC" });
    assert_eq!(
        app.mutate(&w.session, "updateWorkspace", open)
            .await
            .errors(),
        [""; 0]
    );
    let trees = app
        .post(
            Some(&w.session),
            "{ workspace(slug: \"riverton\") { datasets { nodes { id identifier } } } }",
            json!({}),
        )
        .await;
    let trees = trees.data()["workspace"]["datasets"]["nodes"].clone();
    let trees = trees
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["identifier"] == "trees")
        .unwrap()["id"]
        .clone();
    let query =
        "query($input: CheckAccessInput!) { checkAccess(input: $input) { allowed conditions } }";
    let input = json!({ "resource": trees, "accountId": w.mia.account.to_string() });
    let answer = app
        .post(Some(&gateway), query, json!({ "input": input }))
        .await;
    assert_eq!(
        answer.data()["checkAccess"],
        json!({ "allowed": true, "conditions": [] })
    );
});

on_both!(mfa_10_nobody_shuts_themselves_out, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    app.with_password(ada.account).await;
    let session = app.session(ada.account).await;
    let input = |policy: &str, days: i32| json!({ "workspaceId": ws.id.to_string(), "secondFactor": policy, "graceDays": days });
    for policy in ["ADMINISTRATORS", "BACK_OFFICE", "EVERYBODY"] {
        let before = app.footprint().await;
        let refused = app.mutate(&session, SET, input(policy, 0)).await;
        assert_eq!(refused.errors(), ["NO_SECOND_FACTOR graceDays"]);
        assert_eq!(refused.0["signInPolicy"], Value::Null);
        assert_eq!(app.footprint().await, before);
    }
    let named = app.mutate(&session, SET, input("ADMINISTRATORS", 1)).await;
    assert_eq!(named.errors(), [""; 0]);
    assert_eq!(
        named.0["concernedMembers"],
        json!([{ "id": ada.id.to_string() }]),
        "also oneself"
    );
    app.pass(Duration::days(1) + Duration::seconds(1));
    let relax = app.try_mutate(&session, SET, input("OPTIONAL", 0)).await;
    assert_eq!(
        relax.codes(),
        ["FORBIDDEN"],
        "nor is it taken back without one"
    );
    enrol(app, &session).await;
    let set = app.mutate(&session, SET, input("EVERYBODY", 0)).await;
    assert_eq!(
        (set.errors(), &set.0["concernedMemberCount"]),
        (vec![], &json!(0))
    );
});

on_both!(mfa_10_more_takes_days_and_less_is_at_once, |app| {
    let w = world(app).await;
    let eve = app.administrator(&w.ws, "Eve Laurent").await;
    let (eves, mias) = (
        app.session(eve.account).await,
        app.session(w.mia.account).await,
    );
    let required = json!("SECOND_FACTOR_REQUIRED");
    let obstacles = async || (w.obstacle(app, &eves).await, w.obstacle(app, &mias).await);
    for days in [-1, 91] {
        let before = app.footprint().await;
        assert_eq!(
            w.set(app, "EVERYBODY", days).await.errors(),
            ["OUT_OF_RANGE graceDays"]
        );
        assert_eq!(app.footprint().await, before);
    }
    w.set(app, "ADMINISTRATORS", 0).await;
    assert_eq!(obstacles().await, (required.clone(), Value::Null));
    // Asked of more people: until then of whom it is asked now.
    w.set(app, "EVERYBODY", 2).await;
    assert_eq!(obstacles().await, (required.clone(), Value::Null));
    // The same call sent again leaves the date as it is.
    app.pass(Duration::hours(1));
    let again = w.set(app, "EVERYBODY", 2).await;
    assert_eq!(
        (again.errors(), again.0["changes"].clone()),
        (vec![], json!([]))
    );
    app.pass(Duration::days(2) - Duration::minutes(59));
    assert_eq!(obstacles().await, (required.clone(), required.clone()));
    // The same again changes nothing, whatever the days.
    let events = app.events(&w.ws).await.len();
    let same = w.set(app, "EVERYBODY", 90).await;
    assert_eq!(
        (same.errors(), same.0["changes"].clone()),
        (vec![], json!([]))
    );
    assert_eq!(app.events(&w.ws).await.len(), events);
    w.set(app, "ADMINISTRATORS", 90).await;
    assert_eq!(
        obstacles().await,
        (required, Value::Null),
        "of fewer people at once"
    );
    let none = w.set(app, "OPTIONAL", 90).await;
    assert_eq!(
        none.0["signInPolicy"],
        json!({ "secondFactor": "OPTIONAL", "secondFactorFrom": null })
    );
    assert_eq!(obstacles().await, (Value::Null, Value::Null));
    // Without days: 14. Without a policy: nothing.
    let input = json!({ "workspaceId": w.ws.id.to_string(), "secondFactor": "EVERYBODY" });
    let set = app.mutate(&w.session, SET, input).await.0;
    let from = set["signInPolicy"]["secondFactorFrom"].as_str().unwrap();
    assert!(from.starts_with(&in_days(app, 14)), "{from}");
    let nothing = json!({ "workspaceId": w.ws.id.to_string() });
    let unchanged = app.mutate(&w.session, SET, nothing).await.0;
    assert_eq!(
        (&unchanged["signInPolicy"], &unchanged["changes"]),
        (&set["signInPolicy"], &json!([]))
    );
    // Read by who may edit the workspace.
    let query =
        "{ workspace(slug: \"riverton\") { signInPolicy { secondFactor secondFactorFrom } } }";
    let read = app.post(Some(&w.session), query, json!({})).await;
    assert_eq!(
        read.data()["workspace"]["signInPolicy"],
        set["signInPolicy"]
    );
    let refused = app.post(Some(&mias), query, json!({})).await;
    assert_eq!(refused.refusals(), ["FORBIDDEN workspace.signInPolicy"]);
});

on_both!(mfa_10_it_concerns_whom_it_names, |app| {
    let w = world(app).await;
    let editor = app
        .member(&w.ws, "Ed Itor")
        .preset(Preset::Editor)
        .create()
        .await;
    let group = app
        .group(&w.ws, "Wardens", &[Permission::BrowseAnalytics])
        .await;
    let grouped = app.member(&w.ws, "Gro Uped").create().await;
    app.put_into(
        &w.ws,
        group,
        &grouped,
        concierge::domain::interval::Interval::from(app.now() - Duration::hours(1)),
    )
    .await;
    app.member(&w.ws, "Dis Abled")
        .preset(Preset::Editor)
        .disabled()
        .create()
        .await;
    let eve = app.administrator(&w.ws, "Eve Laurent").await;
    let named = async |policy: &str| {
        let input = json!({ "workspaceId": w.ws.id.to_string(), "secondFactor": policy, "graceDays": 5, "dryRun": true });
        let before = app.footprint().await;
        let rehearsal = app.mutate(&w.session, SET, input).await.0;
        assert_eq!(app.footprint().await, before, "a rehearsal");
        let members = rehearsal["concernedMembers"].as_array().unwrap().clone();
        assert_eq!(rehearsal["concernedMemberCount"], members.len());
        let mut ids: Vec<String> = members
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect();
        ids.sort_unstable();
        ids
    };
    let sorted = |members: &[&Member]| {
        let mut ids: Vec<String> = members.iter().map(|one| one.id.to_string()).collect();
        ids.sort_unstable();
        ids
    };
    assert_eq!(named("OPTIONAL").await, [""; 0]);
    assert_eq!(named("ADMINISTRATORS").await, sorted(&[&eve]));
    assert_eq!(
        named("BACK_OFFICE").await,
        sorted(&[&eve, &editor, &grouped]),
        "a viewer opens no section"
    );
    assert_eq!(
        named("EVERYBODY").await,
        sorted(&[&eve, &editor, &grouped, &w.mia])
    );
    w.set(app, "BACK_OFFICE", 0).await;
    let obstacle =
        async |member: &Member| w.obstacle(app, &app.session(member.account).await).await;
    assert_eq!(obstacle(&w.mia).await, Value::Null);
    for member in [&editor, &grouped, &eve] {
        assert_eq!(obstacle(member).await, "SECOND_FACTOR_REQUIRED");
    }
});

on_both!(mfa_10_whom_it_concerns_is_mailed_once, |app| {
    let Some(smtp) = Smtp::start() else { return };
    let deps = app.mailing(&smtp);
    let w = world(app).await;
    let crowd = app
        .crowd(&w.ws, 520, app.now() + Duration::days(100))
        .await
        .len();
    let set = w.set(app, "EVERYBODY", 14).await;
    assert_eq!(set.0["concernedMemberCount"], crowd + 1);
    assert_eq!(
        set.0["concernedMembers"].as_array().unwrap().len(),
        100,
        "the first ones"
    );
    let queued = "outbox WHERE kind = 'SECOND_FACTOR_REQUIRED'";
    assert_eq!(app.count(queued).await, 0, "not under the lock of the call");
    let round = async || sign_in_policy::mail(&app.app.deps).await.unwrap();
    let rounds = tokio::join!(round(), round());
    assert!(rounds.0 + rounds.1 >= 1);
    assert_eq!(round().await, 0);
    assert_eq!(
        app.count(queued).await,
        i64::try_from(crowd).unwrap() + 1,
        "each once"
    );
    assert_eq!(
        app.mails(MailKind::SecondFactorRequired, &w.ada.email)
            .await
            .len(),
        0
    );
    app.sql(
        "DELETE FROM outbox WHERE account_id <> $1",
        vec![w.mia.account.0.into()],
    )
    .await;
    // More days: a mail of its own, and the one before is obsolete.
    let later = w.set(app, "EVERYBODY", 20).await;
    assert_eq!(later.errors(), [""; 0]);
    assert_eq!(round().await, 1);
    app.sql(
        "DELETE FROM outbox WHERE account_id <> $1",
        vec![w.mia.account.0.into()],
    )
    .await;
    app.pass(Duration::seconds(1));
    assert_eq!(deliver(&deps).await.unwrap(), 1);
    let mail = smtp.mails().pop().unwrap();
    assert!(
        mail.text
            .contains("riverton open data requires a second factor"),
        "{}",
        mail.text
    );
    // Whoever has set one up, or is asked for none any more, needs no mail.
    w.set(app, "EVERYBODY", 30).await;
    assert_eq!(round().await, 1);
    app.sql(
        "DELETE FROM outbox WHERE account_id <> $1",
        vec![w.mia.account.0.into()],
    )
    .await;
    w.set(app, "OPTIONAL", 0).await;
    assert_eq!(round().await, 0);
    app.pass(Duration::seconds(1));
    assert_eq!(deliver(&deps).await.unwrap(), 0);
});

on_both!(mfa_11_a_factor_that_is_gone_counts_no_more, |app| {
    let w = world(app).await;
    w.set(app, "EVERYBODY", 0).await;
    assert_eq!(w.obstacle(app, &w.session).await, Value::Null);
    let removed = app.mutate(&w.session, "disableTotp", json!({})).await;
    assert_eq!(removed.errors(), [""; 0]);
    assert_eq!(w.obstacle(app, &w.session).await, "SECOND_FACTOR_REQUIRED");
    // Another one counts where it was shown, not where the old one was.
    let other = app.session(w.ada.account).await;
    enrol(app, &other).await;
    assert_eq!(w.obstacle(app, &other).await, Value::Null);
    assert_eq!(w.obstacle(app, &w.session).await, "SECOND_FACTOR_REQUIRED");
    // By the operators, from the hour on.
    let operator = app.operator("Olu Adeyemi").await;
    let input = json!({ "accountId": w.ada.account.to_string(), "reason": "lost" });
    assert_eq!(
        app.mutate(&operator, "scheduleFactorRemoval", input)
            .await
            .errors(),
        [""; 0]
    );
    app.pass(Duration::hours(24) - Duration::seconds(1));
    assert_eq!(w.obstacle(app, &other).await, Value::Null);
    app.pass(Duration::seconds(2));
    assert_eq!(w.obstacle(app, &other).await, "SECOND_FACTOR_REQUIRED");
    sweep(&app.app.deps).await.unwrap();
    assert_eq!(w.obstacle(app, &other).await, "SECOND_FACTOR_REQUIRED");
});

on_both!(mfa_11_every_node_asks_at_the_next_request, |app| {
    let w = world(app).await;
    let node = app.another_node().await;
    let mias = app.session(w.mia.account).await;
    let query = "{ viewer { sessionObstacle(workspace: \"riverton\") } }";
    let there = async || {
        node.post(Some(&mias), query, json!({})).await.data()["viewer"]["sessionObstacle"].clone()
    };
    assert_eq!(there().await, Value::Null);
    let statements = w.standing(app, &mias).await.statements;
    w.set(app, "EVERYBODY", 0).await;
    assert_eq!(there().await, "SECOND_FACTOR_REQUIRED");
    w.standing(app, &mias).await;
    assert!(
        w.standing(app, &mias).await.statements <= statements,
        "it costs no statement"
    );
    w.set(app, "OPTIONAL", 0).await;
    assert_eq!(there().await, Value::Null);
});
