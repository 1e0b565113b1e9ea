//! Ends by time: access stops by itself, the sweeper records it and queues the mail, each once
//! (TIME-5, TIME-6).

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use concierge::{
    app::{App, Edge, assemble},
    domain::{
        clock::Clock,
        id::{ItemId, MembershipId},
        interval::Interval,
        permission::{Permission, Preset},
        vocabulary::{MembershipEndReason, QuotaPeriod, QuotaScope, QuotaType, ResourceAccess},
    },
    entity,
    job::sweeper::sweep,
    service::{
        deps::{Limits, SecretKey},
        hasher::{HashingCost, PasswordHasher},
    },
    store::{Database, engine::DatabaseOptions},
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const STATE: &str = "query($id: ID!) { workspace(slug: \"riverton\") { member(id: $id) { state endReason endedAt \
    role { name } effectivePermissions { permission } apiKeys { nodes { id state } } } } }";

async fn mails(app: &TestApp) -> Vec<entity::outbox::Model> {
    entity::outbox::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap()
}

/// Sets the end of a row past the services.
async fn ends(
    app: &TestApp,
    ws: &Ws,
    table: &str,
    column: &str,
    id: uuid::Uuid,
    at: DateTime<Utc>,
) {
    app.sql(
        &format!("UPDATE {table} SET ends_at = $1 WHERE {column} = $2"),
        vec![at.into(), id.into()],
    )
    .await;
    app.bump(ws).await;
}

async fn seen(app: &TestApp, by: &Member, whom: &Member) -> Value {
    // No key lists keys (KEY-5).
    let session = app.session(by.account).await;
    app.post(Some(&session), STATE, json!({ "id": whom.id }))
        .await
        .data()["workspace"]["member"]
        .clone()
}

on_both!(time_6_if_it_never_runs_nothing_stays_open, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let end = app.now() + Duration::hours(1);
    let mia = app
        .member(&ws, "Mia Member")
        .preset(Preset::Publisher)
        .until(end)
        .create()
        .await;
    let own = "{ viewer { kind } workspace(slug: \"riverton\") { viewerMembership { state } } }";
    app.pass(Duration::hours(1) - Duration::microseconds(1));
    assert_eq!(seen(app, &ada, &mia).await["state"], "ACTIVE");
    assert_eq!(app.post(Some(&mia.key), own, json!({})).await.status, 200);
    app.pass(Duration::microseconds(1));
    let gone = seen(app, &ada, &mia).await;
    assert_eq!(
        (&gone["state"], &gone["endReason"]),
        (&json!("ENDED"), &json!("EXPIRED"))
    );
    assert_eq!(gone["effectivePermissions"], json!([]));
    assert_eq!(app.post(Some(&mia.key), own, json!({})).await.status, 401);
    assert!(app.events(&ws).await.is_empty() && mails(app).await.is_empty());
    // What is shown does not change when it does run.
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
    assert_eq!(seen(app, &ada, &mia).await, gone);
    assert_eq!(app.post(Some(&mia.key), own, json!({})).await.status, 401);
});

on_both!(
    time_6_the_end_of_a_membership_is_one_event_and_one_mail,
    |app| {
        let ws = app.workspace("riverton").await;
        let end = app.now() + Duration::hours(1);
        let mia = app
            .member(&ws, "Mia Member")
            .preset(Preset::Publisher)
            .until(end)
            .create()
            .await;
        let version = app.workspace_row(&ws).await.access_version;
        app.pass(Duration::hours(1) - Duration::microseconds(1));
        let before = app.footprint().await;
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
        assert_eq!(app.footprint().await, before, "not a microsecond too early");
        app.pass(Duration::hours(7));
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
        let events = app.events(&ws).await;
        assert_eq!(events.len(), 1);
        let event = &events[0];
        assert_eq!(
            (event.kind.as_str(), event.actor_kind.as_str()),
            ("MEMBERSHIP_EXPIRED", "SYSTEM")
        );
        assert_eq!(
            event.subject_id.as_deref(),
            Some(mia.id.to_string().as_str())
        );
        assert_eq!((event.effective_at, event.at), (end, app.now()));
        assert!(
            event.actor_account_id.is_none()
                && event.actor_api_key_id.is_none()
                && !event.request_id.is_empty()
        );
        let queued = mails(app).await;
        assert_eq!(queued.len(), 1);
        assert_eq!(
            (queued[0].kind.as_str(), queued[0].account_id),
            ("ACCESS_ENDED", Some(mia.account.0))
        );
        assert_eq!(
            queued[0].subject_id.as_deref(),
            Some(mia.id.to_string().as_str())
        );
        assert_eq!(
            (queued[0].workspace_id, queued[0].send_after),
            (Some(ws.id.0), app.now())
        );
        let after = app.workspace_row(&ws).await;
        assert_eq!(
            (
                after.access_version,
                after.audit_sequence,
                after.last_write_at
            ),
            (version, 1, app.now())
        );
        // Once and never again.
        let before = app.footprint().await;
        app.pass(Duration::days(30));
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(time_6_each_kind_of_end_has_its_event, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let (now, in_an_hour) = (
        app.now() - Duration::minutes(5),
        app.now() + Duration::hours(1),
    );
    let short = Interval::new(now, in_an_hour);
    let mia = app
        .member(&ws, "Mia Member")
        .preset(Preset::Editor)
        .create()
        .await;
    ends(
        app,
        &ws,
        "role_assignment",
        "membership_id",
        mia.id.0,
        in_an_hour,
    )
    .await;
    ends(app, &ws, "api_key", "id", mia.key_id.0, in_an_hour).await;
    let group = app.group(&ws, "Parks", &[]).await;
    app.put_into(&ws, group, &mia, short).await;
    let own = app
        .grant_row(
            &ws,
            Some(mia.id),
            None,
            Some(Permission::CreatePages),
            short,
            Some(ada.account),
        )
        .await;
    let shared = app
        .grant_row(
            &ws,
            None,
            Some(group),
            Some(Permission::CreateDatasets),
            short,
            Some(ada.account),
        )
        .await;
    let dataset = app.dataset(&ws, "trees", &ada, true, false).await;
    let browse = app
        .item_grant(
            &ws,
            (Some(mia.id), None),
            ItemId::Dataset(dataset),
            ResourceAccess::Browse,
            short,
        )
        .await;
    app.quota(
        &ws,
        QuotaScope::Member,
        Some(mia.id.0),
        (QuotaType::ApiCalls, Some(QuotaPeriod::Day)),
        7,
    )
    .await;
    ends(
        app,
        &ws,
        "quota_value",
        "membership_id",
        mia.id.0,
        in_an_hour,
    )
    .await;
    app.pass(Duration::hours(2));
    let key_before = seen(app, &ada, &mia).await["apiKeys"].clone();
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 7);
    let events = app.events(&ws).await;
    assert!(
        events
            .iter()
            .all(|event| event.effective_at == in_an_hour && event.actor_kind == "SYSTEM")
    );
    let said: BTreeMap<(String, String), Value> = events
        .iter()
        .map(|event| {
            let changes = serde_json::from_str(&event.changes).unwrap();
            (
                (event.kind.clone(), event.subject_id.clone().unwrap()),
                changes,
            )
        })
        .collect();
    let of = |kind: &str, subject: String| {
        said.get(&(kind.to_owned(), subject))
            .unwrap_or_else(|| panic!("{kind}: {said:#?}"))
    };
    let (member, in_group) = (mia.id.to_string(), group.to_string());
    assert_eq!(
        of("ROLE_ASSIGNMENT_EXPIRED", member.clone())[0]["before"]["name"],
        "Editor"
    );
    assert_eq!(
        of("GROUP_MEMBERSHIP_EXPIRED", member.clone())[0]["before"],
        json!({ "id": group, "title": "Parks" })
    );
    assert_eq!(
        of("PERMISSION_EXPIRED", member.clone())[0]["before"],
        json!(["CREATE_PAGES"])
    );
    assert_eq!(
        of("PERMISSION_EXPIRED", member.clone())[1]["before"],
        json!([own])
    );
    assert_eq!(
        of("PERMISSION_EXPIRED", in_group)[1]["before"],
        json!([shared])
    );
    assert_eq!(
        of("ACCESS_EXPIRED", member.clone())[0]["before"],
        json!(dataset)
    );
    assert_eq!(
        of("ACCESS_EXPIRED", member.clone())[2]["before"],
        json!([browse])
    );
    assert_eq!(of("QUOTA_VALUE_EXPIRED", member)[2]["before"], json!(7));
    assert_eq!(
        of("API_KEY_EXPIRED", mia.key_id.to_string())[0]["after"],
        "EXPIRED"
    );
    assert_eq!(said.len(), 7);
    assert!(mails(app).await.is_empty(), "mail is for memberships");
    // A key that expired is not one that was revoked (KEY-6).
    assert_eq!(key_before["nodes"][0]["state"], "EXPIRED");
    assert_eq!(seen(app, &ada, &mia).await["apiKeys"], key_before);
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
});

on_both!(
    time_6_what_hung_on_an_ended_row_ends_without_an_event,
    |app| {
        let ws = app.workspace("riverton").await;
        let (begun, end) = (
            app.now() - Duration::minutes(5),
            app.now() + Duration::hours(1),
        );
        let mia = app.member(&ws, "Mia Member").until(end).create().await;
        let group = app.group(&ws, "Parks", &[]).await;
        let gone = app.group(&ws, "Gone", &[]).await;
        let ivy = app.member(&ws, "Ivy In").create().await;
        for (interval, number) in [
            (Interval::new(begun, end), 0),
            (Interval::new(begun, end + Duration::hours(1)), 1),
        ] {
            app.put_into(&ws, group, &mia, interval).await;
            app.grant_row(
                &ws,
                Some(mia.id),
                None,
                Some(Permission::ALL[number]),
                interval,
                None,
            )
            .await;
        }
        // This one ends before the membership does, and is an end of its own.
        let earlier = Interval::new(begun, end - Duration::minutes(1));
        app.grant_row(
            &ws,
            Some(mia.id),
            None,
            Some(Permission::CreatePages),
            earlier,
            None,
        )
        .await;
        app.put_into(&ws, gone, &ivy, Interval::new(begun, end))
            .await;
        app.end_group(&ws, gone, app.now() + Duration::minutes(1))
            .await;
        app.sql(
            "UPDATE member_group SET end_reason = 'DELETED' WHERE id = $1",
            vec![gone.0.into()],
        )
        .await;
        app.pass(Duration::hours(3));
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 7);
        let kinds: Vec<String> = app
            .events(&ws)
            .await
            .into_iter()
            .map(|event| event.kind)
            .collect();
        assert_eq!(kinds, ["PERMISSION_EXPIRED", "MEMBERSHIP_EXPIRED"]);
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
    }
);

on_both!(time_6_what_somebody_ended_is_not_swept, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let mia = app.member(&ws, "Mia Member").create().await;
    app.end(
        &ws,
        &mia,
        app.now() - Duration::minutes(1),
        Some(MembershipEndReason::Revoked),
    )
    .await;
    let later = app.now() + Duration::hours(1);
    app.member(&ws, "Cora Cancelled")
        .during(Interval::new(later, later))
        .create()
        .await;
    let role = app.preset(&ws, Preset::Editor).await;
    let set = "mutation($input: SetMemberRoleInput!) { setMemberRole(input: $input) { errors { code } results { code } } }";
    let bea = app
        .member(&ws, "Bea Both")
        .preset(Preset::Publisher)
        .create()
        .await;
    let input = json!({ "membershipIds": [bea.id], "roleId": role, "startsAt": later, "endsAt": later + Duration::hours(1) });
    let answer = app
        .post(Some(&ada.key), set, json!({ "input": input }))
        .await;
    assert_eq!(
        answer.data()["setMemberRole"]["results"],
        json!([{ "code": null }])
    );
    let recorded = app.events(&ws).await.len();
    // The row that made room ends with the act, which is on record; the one that was given ends by
    // time.
    app.pass(Duration::minutes(90));
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 0);
    app.pass(Duration::hours(1));
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
    let events = app.events(&ws).await;
    assert_eq!(
        (events.len(), events[recorded].kind.as_str()),
        (recorded + 1, "ROLE_ASSIGNMENT_EXPIRED")
    );
    assert_eq!(seen(app, &ada, &bea).await["role"]["name"], "Publisher");
    assert_eq!(seen(app, &ada, &mia).await["endReason"], "REVOKED");
});

on_both!(time_6_a_deleted_workspace_is_let_be, |app| {
    let ws = app.workspace("riverton").await;
    let there = app.workspace("lakeside").await;
    for ws in [&ws, &there] {
        app.member(ws, &format!("Mia {}", ws.slug))
            .until(app.now() + Duration::hours(1))
            .create()
            .await;
    }
    app.sql(
        "UPDATE workspace SET deleted_at = $1 WHERE id = $2",
        vec![app.now().into(), ws.id.0.into()],
    )
    .await;
    app.pass(Duration::hours(1));
    assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
    assert_eq!(
        (app.events(&ws).await.len(), app.events(&there).await.len()),
        (0, 1)
    );
});

/// Another process over the same database, with its own connections, caches and hasher; the clock
/// is one.
pub(super) async fn node(app: &TestApp) -> App {
    let lock_timeout = std::time::Duration::from_secs(20);
    let options = DatabaseOptions {
        max_connections: 4,
        lock_timeout,
        ..DatabaseOptions::new(app.url())
    };
    let db = Database::connect(&options).await.unwrap();
    let ids = std::sync::Arc::new(concierge::domain::id::IdSource::random());
    let hasher =
        PasswordHasher::new(HashingCost::default(), 2, std::sync::Arc::clone(&ids)).unwrap();
    let clock = std::sync::Arc::clone(&app.clock) as std::sync::Arc<dyn Clock>;
    App::new(
        assemble(
            db,
            clock,
            ids,
            SecretKey::new([7; 32]),
            Limits::default(),
            hasher,
            false,
        ),
        Edge::default(),
    )
}

on_both!(threads: time_6_two_processes_record_each_end_once_in_batches, |app| {
    const ENDS: usize = 1_200;
    let ws = app.workspace("riverton").await;
    let small = app.workspace("lakeside").await;
    let end = app.now() + Duration::hours(1);
    let all: BTreeSet<String> = app.crowd(&ws, ENDS, end).await.iter().map(MembershipId::to_string).collect();
    app.crowd(&small, 3, end).await;
    app.pass(Duration::hours(2));
    let nodes = [node(app).await, node(app).await];
    let rounds = nodes.iter().map(|node| {
        let deps = node.deps.clone();
        tokio::spawn(async move { sweep(&deps).await.unwrap() })
    });
    let mut swept = 0;
    for round in rounds.collect::<Vec<_>>() {
        swept += round.await.unwrap();
    }
    // A batch that met the other's too often is left for the next round.
    swept += sweep(&nodes[0].deps).await.unwrap();
    assert_eq!(swept, ENDS + 3);
    let events = app.events(&ws).await;
    assert_eq!(events.len(), ENDS);
    let subjects: BTreeSet<String> = events.iter().filter_map(|event| event.subject_id.clone()).collect();
    assert_eq!(subjects, all, "each once");
    let mails = mails(app).await;
    let told: BTreeSet<String> = mails.iter().filter(|mail| mail.workspace_id == Some(ws.id.0)).filter_map(|m| m.subject_id.clone()).collect();
    assert_eq!((mails.len(), told), (ENDS + 3, all), "one mail each");
    let mut batches: BTreeMap<&str, usize> = BTreeMap::new();
    for event in &events {
        *batches.entry(event.request_id.as_str()).or_default() += 1;
    }
    assert!(batches.values().all(|size| *size <= 500), "{batches:?}");
    assert_eq!(events.iter().map(|event| event.sequence).collect::<Vec<_>>(), (1..=1_200).collect::<Vec<i64>>());
    assert_eq!(app.events(&small).await.len(), 3);
});

on_both!(
    time_5_an_end_holds_to_the_microsecond_on_both_databases,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let end = app.now() + Duration::microseconds(1_234_567);
        let mia = app
            .member(&ws, "Mia Member")
            .preset(Preset::Editor)
            .until(end)
            .create()
            .await;
        app.pass(Duration::microseconds(1_234_566));
        assert_eq!(seen(app, &ada, &mia).await["state"], "ACTIVE");
        app.pass(Duration::microseconds(1));
        let gone = seen(app, &ada, &mia).await;
        assert_eq!(
            (&gone["state"], &gone["endedAt"]),
            (&json!("ENDED"), &json!("2026-03-02T09:00:01.234567Z"))
        );
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
        assert_eq!(app.events(&ws).await[0].effective_at, end);
    }
);

on_both!(
    time_5_a_write_is_later_than_the_last_and_reads_follow_it,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let end = app.now() + Duration::hours(1);
        let mia = app.member(&ws, "Mia Member").until(end).create().await;
        // Another node's clock was ahead when it wrote last: here it is still before the end, and yet
        // the end has come.
        app.sql(
            "UPDATE workspace SET last_write_at = $1 WHERE id = $2",
            vec![end.into(), ws.id.0.into()],
        )
        .await;
        assert_eq!(seen(app, &ada, &mia).await["state"], "ENDED");
        app.pass(Duration::hours(1));
        assert_eq!(sweep(&app.app.deps).await.unwrap(), 1);
        let event = app.events(&ws).await.remove(0);
        assert_eq!(
            (event.effective_at, event.at),
            (end, end + Duration::microseconds(1))
        );
        assert_eq!(
            app.workspace_row(&ws).await.last_write_at,
            end + Duration::microseconds(1)
        );
    }
);
