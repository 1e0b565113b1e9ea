//! Members who have not been active are mailed twice and then disabled (MEM-12).

use std::collections::BTreeSet;

use chrono::{DateTime, Duration, DurationRound as _, Utc};
use concierge::{domain::mail::MailKind, entity, job::inactivity::process};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const SET: &str = "setInactivityPolicy";

async fn round(app: &TestApp) -> usize {
    process(&app.app.deps).await.unwrap()
}

/// Says since when a member has not been active, past the services.
async fn away_since(app: &TestApp, member: &Member, since: DateTime<Utc>) {
    let values = vec![since.into(), member.id.0.into()];
    app.sql(
        "UPDATE membership SET starts_at = $1, last_active_at = $1 WHERE id = $2",
        values,
    )
    .await;
}

/// A workspace with an administrator and a policy of 30 days.
async fn world(app: &TestApp) -> (Ws, Member) {
    let (ws, ada) = app.portal().await;
    let input = json!({ "workspaceId": ws.id.to_string(), "disableAfterDays": 30 });
    let set = app.mutate(&ada.key, SET, input).await;
    assert_eq!(
        set.0["workspace"]["inactivityPolicy"]["disableAfterDays"],
        30
    );
    (ws, ada)
}

/// To the hour: a write may be some microseconds later than the clock.
fn hour(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_round(Duration::hours(1)).unwrap()
}

/// The instants that the mails to a member announce, to the hour.
async fn announced(app: &TestApp, member: &Member) -> Vec<DateTime<Utc>> {
    let mails = app.mails(MailKind::InactivityWarning, &member.email).await;
    let says = |mail: entity::outbox::Model| -> DateTime<Utc> {
        let said: Value = serde_json::from_str(&mail.payload).unwrap();
        hour(said["disabledAt"].as_str().unwrap().parse().unwrap())
    };
    mails.into_iter().map(says).collect()
}

async fn disabled(app: &TestApp) -> BTreeSet<String> {
    let spells = entity::disabled_spell::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    spells
        .into_iter()
        .filter(|spell| spell.ends_at > app.now())
        .map(|spell| spell.membership_id.to_string())
        .collect()
}

on_both!(
    mem_12_inactive_members_get_two_mails_and_are_then_disabled,
    |app| {
        let (ws, _) = world(app).await;
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let since = app.now();
        away_since(app, &mia, since).await;
        app.pass(Duration::days(16) - Duration::microseconds(1));
        let before = app.footprint().await;
        assert_eq!(round(app).await, 0);
        assert_eq!(app.footprint().await, before, "not a microsecond too early");
        app.pass(Duration::microseconds(1));
        assert_eq!((round(app).await, round(app).await), (1, 0), "once");
        let end = since + Duration::days(30);
        assert_eq!(announced(app, &mia).await, [end]);
        app.pass(Duration::days(11));
        assert_eq!((round(app).await, round(app).await), (1, 0), "once");
        assert_eq!(announced(app, &mia).await, [end, end]);
        app.pass(Duration::days(3) - Duration::microseconds(1));
        assert_eq!(round(app).await, 0);
        assert!(disabled(app).await.is_empty());
        app.pass(Duration::microseconds(1));
        assert_eq!((round(app).await, round(app).await), (1, 0), "once");
        assert_eq!(disabled(app).await, [mia.id.0.to_string()].into());
        let query = "{ workspace(slug: \"riverton\") { viewerCan(permission: CREATE_PAGES) } }";
        let answer = app.post(Some(&mia.key), query, json!({})).await;
        assert_eq!(answer.status, 401, "a disabled member's key");
        // One event, by the system, that says why.
        let events = app.events(&ws).await;
        let last = events.last().unwrap();
        assert_eq!(
            (last.kind.as_str(), last.actor_kind.as_str()),
            ("MEMBERSHIP_DISABLED", "SYSTEM")
        );
        assert!(last.changes.contains("\"INACTIVE\""), "{}", last.changes);
    }
);

on_both!(mem_12_who_is_left_out, |app| {
    let (ws, ada) = world(app).await;
    let start = app.now();
    let session = app.session(ada.account).await;
    let exempt = app.member(&ws, "Eva Exempt").create().await;
    let by_key = app.member(&ws, "Kim Key").create().await;
    let active = app.member(&ws, "Ann Active").create().await;
    let stopped = app.member(&ws, "Dan Disabled").disabled().create().await;
    let gone = app
        .member(&ws, "Gus Gone")
        .until(start + Duration::days(20))
        .create()
        .await;
    let idle = app.member(&ws, "Ida Idle").create().await;
    let boss = app.administrator(&ws, "Bea Boss").await;
    for member in [
        &exempt, &by_key, &active, &stopped, &gone, &idle, &boss, &ada,
    ] {
        away_since(app, member, start).await;
    }
    let exempted = app
        .mutate(
            &session,
            "setInactivityExemptions",
            json!({ "membershipIds": [exempt.id.to_string()], "exempt": true }),
        )
        .await;
    assert_eq!(exempted.became(), ["EXEMPTED"]);
    assert_eq!(
        exempted.0["results"][0]["membership"]["exemptFromInactivity"],
        true
    );
    app.pass(Duration::days(15));
    for (table, column, id) in [
        ("api_key", "last_used_at", by_key.key_id.0),
        ("membership", "last_active_at", active.id.0),
    ] {
        let sql = format!("UPDATE {table} SET {column} = $1 WHERE id = $2");
        app.sql(&sql, vec![app.now().into(), id.into()]).await;
    }
    app.pass(Duration::days(6));
    assert_eq!(round(app).await, 1);
    assert_eq!(announced(app, &idle).await.len(), 1);
    // Past the nearest end of theirs that the first mail leaves.
    for _ in 0..2 {
        app.pass(Duration::days(7));
        round(app).await;
    }
    let mut wanted: BTreeSet<String> = [stopped.id.0.to_string()].into();
    assert_eq!(disabled(app).await, wanted, "both mails have gone out");
    app.pass(Duration::days(3));
    round(app).await;
    wanted.insert(idle.id.0.to_string());
    assert_eq!(disabled(app).await, wanted);
});

on_both!(
    mem_12_enabling_and_coming_back_start_the_count_anew,
    |app| {
        let (ws, ada) = world(app).await;
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let leo = app.member(&ws, "Leo Back").create().await;
        let start = app.now();
        for member in [&mia, &leo] {
            away_since(app, member, start).await;
        }
        for days in [16, 11] {
            app.pass(Duration::days(days));
            assert_eq!(round(app).await, 2);
        }
        // Leo comes back a day before the end.
        app.pass(Duration::days(2));
        let query = "{ workspace(slug: \"riverton\") { id } }";
        assert_eq!(app.post(Some(&leo.key), query, json!({})).await.status, 200);
        app.app.deps.activity.flush(&app.app.deps.db).await.unwrap();
        app.pass(Duration::days(1));
        round(app).await;
        assert_eq!(disabled(app).await, [mia.id.0.to_string()].into());
        let enable = json!({ "membershipIds": [mia.id.to_string()] });
        let enabled = app.mutate(&ada.key, "enableMembers", enable).await;
        assert_eq!(enabled.became(), ["ENABLED"]);
        let enabled_at = app.now();
        app.pass(Duration::days(15) + Duration::seconds(5));
        assert_eq!(round(app).await, 1, "Leo's day has come");
        app.pass(Duration::days(1));
        assert_eq!(round(app).await, 1);
        let last = *announced(app, &mia).await.last().unwrap();
        assert_eq!(last, hour(enabled_at + Duration::days(30)));
        assert_eq!(announced(app, &leo).await.len(), 3);
    }
);

on_both!(mem_12_nobody_is_disabled_at_once_by_a_new_policy, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let leo = app.member(&ws, "Leo Recent").create().await;
    let now = app.now();
    away_since(app, &mia, now - Duration::days(400)).await;
    away_since(app, &leo, now - Duration::days(80)).await;
    let set = |days: Value| json!({ "workspaceId": ws.id.to_string(), "disableAfterDays": days });
    let before = app.footprint().await;
    for days in [29, 1_001, -1] {
        let refused = app.mutate(&ada.key, SET, set(json!(days))).await;
        assert_eq!(refused.errors(), ["OUT_OF_RANGE disableAfterDays"]);
    }
    assert_eq!(app.footprint().await, before);
    let rehearsal = "mutation($input: SetInactivityPolicyInput!) { setInactivityPolicy(input: $input) { \
        inactiveMembers { id } inactiveMemberCount } }";
    let mut dry = set(json!(90));
    dry["dryRun"] = json!(true);
    let shown = app.ask(rehearsal).by(&ada.key).input(dry).send().await;
    assert_eq!(
        shown.data()["setInactivityPolicy"],
        json!({ "inactiveMembers": [{ "id": mia.id.to_string() }], "inactiveMemberCount": 1 })
    );
    let done = app.rehearsed(&ada.key, SET, set(json!(90))).await;
    assert_eq!(
        done.0["inactiveMembers"],
        json!([{ "id": mia.id.to_string() }])
    );
    assert_eq!(done.0["inactiveMemberCount"], 1);
    // After the first mail the policy gets stricter: the mails begin anew.
    round(app).await;
    assert_eq!(announced(app, &mia).await, [now + Duration::days(14)]);
    app.pass(Duration::days(10));
    let done = app.mutate(&ada.key, SET, set(json!(60))).await;
    assert_eq!(done.0["inactiveMemberCount"], 2);
    round(app).await;
    assert_eq!(
        announced(app, &mia).await.last(),
        Some(&(now + Duration::days(24)))
    );
    // Late rounds: the second mail comes 3 days before the end, however late it is.
    app.pass(Duration::days(100));
    round(app).await;
    assert!(disabled(app).await.is_empty());
    let late = app.now() + Duration::days(3);
    assert_eq!(announced(app, &mia).await.last(), Some(&hour(late)));
    // Without a policy nothing more happens.
    let off = app.mutate(&ada.key, SET, set(Value::Null)).await;
    assert_eq!(off.0["workspace"]["inactivityPolicy"], Value::Null);
    app.pass(Duration::days(4));
    assert_eq!(round(app).await, 0);
    assert!(disabled(app).await.is_empty());
});

on_both!(
    mem_12_many_are_processed_in_batches_and_once_on_any_number_of_nodes,
    |app| {
        let (ws, _) = world(app).await;
        let mut people = Vec::new();
        for number in 0..502 {
            people.push(
                app.member(&ws, &format!("Mia Number{number}"))
                    .create()
                    .await,
            );
        }
        app.sql(
            "UPDATE membership SET starts_at = $1, last_active_at = $1 WHERE workspace_id = $2",
            vec![app.now().into(), ws.id.0.into()],
        )
        .await;
        for days in [16, 11, 3] {
            app.pass(Duration::days(days));
            let (one, other) = tokio::join!(process(&app.app.deps), process(&app.app.deps));
            assert_eq!(one.unwrap() + other.unwrap(), 502);
        }
        assert_eq!(disabled(app).await.len(), 502);
        let mails = app.count("outbox WHERE kind = 'INACTIVITY_WARNING'").await;
        assert_eq!(mails, 1_004);
    }
);

on_both!(mem_12_exemptions_are_set_by_those_who_may_disable, |app| {
    let (ws, ada) = world(app).await;
    let lakeside = app.workspace("lakeside").await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let eve = app
        .member(&ws, "Eve Editor")
        .with(concierge::domain::permission::Permission::EditWorkspaceProperties)
        .create()
        .await;
    let foreign = app.member(&lakeside, "Fay Foreign").create().await;
    let ids: Vec<String> = [&mia, &eve, &ada, &foreign, &mia]
        .map(|member| member.id.to_string())
        .into();
    let input = |exempt: bool| json!({ "membershipIds": ids, "exempt": exempt });
    let by = app.session(eve.account).await;
    let done = app
        .mutate(&by, "setInactivityExemptions", input(true))
        .await;
    assert_eq!(
        done.became(),
        [
            "EXEMPTED",
            "FORBIDDEN",
            "FORBIDDEN",
            "NOT_FOUND",
            "DUPLICATE"
        ]
    );
    let again = app
        .mutate(&by, "setInactivityExemptions", input(true))
        .await;
    assert_eq!(again.became()[0], "UNCHANGED");
    let ended = app
        .mutate(&by, "setInactivityExemptions", input(false))
        .await;
    assert_eq!(ended.became()[0], "INCLUDED");
    assert_eq!(app.count("inactivity_exemption").await, 0);
    // Members do not see who is exempt.
    let query = "query($id: ID!) { node(id: $id) { ... on Membership { exemptFromInactivity } } }";
    let session = app.session(mia.account).await;
    let answer = app
        .post(Some(&session), query, json!({ "id": mia.id.to_string() }))
        .await;
    assert_eq!(
        answer.data()["node"],
        json!({ "exemptFromInactivity": null })
    );
});
