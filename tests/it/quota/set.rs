//! `setQuotas`: scopes, intervals, repeated calls (QUOTA-1, QUOTA-2, TIME-7, TIME-8, AUD-4, AUD-5).

use chrono::Duration;
use concierge::{
    domain::{interval::Interval, permission::Permission::EditWorkspaceProperties},
    entity,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};

use super::{by, decided, explained, input, unset, value};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

struct World {
    ws: Ws,
    ada: Member,
    ben: Member,
}

async fn world(app: &TestApp) -> World {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    World { ws, ada, ben }
}

impl World {
    fn of_ben(&self, values: Value) -> Value {
        input(&self.ws, "MEMBER", Some(self.ben.id.to_string()), values)
    }
}

/// The member's values that ever counted, by start.
async fn rows(app: &TestApp, member: &Member) -> Vec<entity::quota_value::Model> {
    let rows = entity::quota_value::Entity::find()
        .filter(entity::quota_value::Column::MembershipId.eq(member.id.0));
    let rows = rows
        .order_by_asc(entity::quota_value::Column::StartsAt)
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.into_iter()
        .filter(|row| row.starts_at < row.ends_at)
        .collect()
}

async fn kinds(app: &TestApp, ws: &Ws) -> Vec<String> {
    app.events(ws)
        .await
        .into_iter()
        .map(|event| event.kind)
        .collect()
}

on_both!(
    quota_1_values_of_every_scope_count_and_can_be_taken_away,
    |app| {
        let World { ws, ada, ben } = &world(app).await;
        let (parks, water) = (
            app.group(ws, "Parks", &[]).await,
            app.group(ws, "Water", &[]).await,
        );
        app.put_into(ws, parks, ben, Interval::from(app.now()))
            .await;
        app.put_into(ws, water, ben, Interval::from(app.now()))
            .await;
        let (parks, water, own) = (
            Some(parks.to_string()),
            Some(water.to_string()),
            Some(ben.id.to_string()),
        );
        let steps = [
            ("DEFAULT", None, Some(100), by(100, "DEFAULT")),
            ("GROUP", parks.clone(), Some(10), by(10, "GROUP")),
            ("GROUP", water.clone(), Some(20), by(20, "GROUP")),
            ("MEMBER", own.clone(), Some(5), by(5, "MEMBER")),
            ("MEMBER", own.clone(), Some(0), by(0, "MEMBER")),
            ("MEMBER", own, None, by(20, "GROUP")),
            ("GROUP", water, None, by(10, "GROUP")),
            ("GROUP", parks, None, by(100, "DEFAULT")),
            ("DEFAULT", None, None, unset()),
        ];
        for (scope, subject, limit, expected) in steps {
            let done = app
                .mutate(
                    &ada.key,
                    "setQuotas",
                    input(ws, scope, subject.clone(), value("API_CALLS", limit)),
                )
                .await;
            assert_eq!(done.errors(), Vec::<String>::new());
            assert_eq!(
                decided(app, ada, ben, "API_CALLS").await,
                expected,
                "{scope} {limit:?}"
            );
            match limit {
                None => assert_eq!(done.0["values"], json!([]), "unset is not zero"),
                Some(limit) => {
                    let value = &done.0["values"][0];
                    let shown = (
                        &value["type"],
                        &value["subjectId"],
                        &value["limit"],
                        &value["period"],
                        &value["endsAt"],
                    );
                    assert_eq!(
                        shown,
                        (
                            &json!("API_CALLS"),
                            &json!(subject),
                            &json!(limit),
                            &json!("DAY"),
                            &Value::Null
                        )
                    );
                }
            }
            let subject = subject.unwrap_or_else(|| ws.id.to_string());
            assert!(
                done.0["changes"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|change| change["subjectId"] == subject),
                "{scope}"
            );
            let quota = &done.0["changes"][0];
            let after =
                limit.map(|limit| json!({ "type": "API_CALLS", "limit": limit, "period": "DAY" }));
            assert_eq!(
                (&quota["field"], &quota["after"]),
                (&json!("quota"), &json!(after))
            );
            let rights =
                |effect: &Value| effect["gained"] == json!([]) && effect["lost"] == json!([]);
            assert!(
                done.0["effects"].as_array().unwrap().iter().all(rights),
                "a quota value is no right"
            );
        }
        let mut wanted = vec!["QUOTA_SET"; 5];
        wanted.extend(["QUOTA_REMOVED"; 4]);
        assert_eq!(kinds(app, ws).await, wanted);
    }
);

on_both!(quota_1_several_types_are_set_by_one_call, |app| {
    let world = world(app).await;
    let World { ws, ada, ben } = &world;
    let all = json!([
        { "type": "DATASETS", "limit": 9_007_199_254_740_991_i64 },
        { "type": "RECORDS_PER_DATASET", "limit": 250_000 },
        { "type": "API_CALLS", "limit": 0 },
    ]);
    let done = app.mutate(&ada.key, "setQuotas", world.of_ben(all)).await;
    let shown: Vec<_> = done.0["values"]
        .as_array()
        .unwrap()
        .iter()
        .map(|value| value["type"].as_str().unwrap())
        .collect();
    assert_eq!(shown, ["API_CALLS", "DATASETS", "RECORDS_PER_DATASET"]);
    assert_eq!(
        decided(app, ada, ben, "DATASETS").await,
        by(9_007_199_254_740_991, "MEMBER")
    );
    assert_eq!(
        decided(app, ada, ben, "RECORDS_PER_DATASET").await,
        by(250_000, "MEMBER")
    );
    assert_eq!(
        explained(app, &ada.key, ben, "API_CALLS").await["remaining"],
        0
    );
    assert_eq!(kinds(app, ws).await, ["QUOTA_SET"; 3]);
});

on_both!(
    quota_2_records_used_are_those_of_the_largest_dataset,
    |app| {
        let world = world(app).await;
        let World { ws, ada, ben } = &world;
        let small = app.dataset(ws, "small", ben, true, true).await;
        let large = app.dataset(ws, "large", ben, true, true).await;
        let sql = "UPDATE dataset SET record_count = $1 WHERE id = $2";
        app.sql(sql, vec![3_000_i64.into(), small.0.into()]).await;
        app.sql(sql, vec![7_000_i64.into(), large.0.into()]).await;
        app.mutate(
            &ada.key,
            "setQuotas",
            world.of_ben(value("RECORDS_PER_DATASET", Some(10_000))),
        )
        .await;
        let shown = explained(app, &ada.key, ben, "RECORDS_PER_DATASET").await;
        assert_eq!(
            (&shown["used"], &shown["remaining"]),
            (&json!(7_000), &json!(3_000))
        );
        app.mutate(
            &ada.key,
            "setQuotas",
            world.of_ben(value("RECORDS_PER_DATASET", Some(1_000))),
        )
        .await;
        let shown = explained(app, &ada.key, ben, "RECORDS_PER_DATASET").await;
        assert_eq!(
            (&shown["limit"], &shown["remaining"]),
            (&json!(1_000), &json!(0)),
            "lower than what is used"
        );
    }
);

on_both!(
    time_8_a_value_for_a_while_cuts_and_what_was_there_resumes,
    |app| {
        let world = world(app).await;
        let World { ada, ben, .. } = &world;
        let set = async |values: Value| {
            app.mutate(&ada.key, "setQuotas", world.of_ben(values))
                .await
        };
        set(value("API_CALLS", Some(100))).await;
        let began = app.now();
        let while_more = json!([{ "type": "API_CALLS", "limit": 1_000, "startsAt": app.at(3_600), "endsAt": app.at(7_200) }]);
        let done = set(while_more).await;
        assert_eq!(
            done.0["values"].as_array().unwrap().len(),
            3,
            "before, for a while, and behind"
        );
        set(json!([{ "type": "API_CALLS", "limit": null, "startsAt": app.at(5_000), "endsAt": app.at(6_000) }])).await;
        // Another type is another matter; two of one type in one call, one behind the other.
        set(json!([
            { "type": "DATASETS", "limit": 3, "endsAt": app.at(100) },
            { "type": "DATASETS", "limit": 4, "startsAt": app.at(200), "endsAt": app.at(300) },
        ]))
        .await;
        let rows = rows(app, ben).await;
        for quota_type in ["API_CALLS", "DATASETS"] {
            let of_type: Vec<_> = rows
                .iter()
                .filter(|row| row.quota_type == quota_type)
                .collect();
            assert!(
                of_type
                    .windows(2)
                    .all(|pair| pair[0].ends_at <= pair[1].starts_at),
                "{of_type:?}"
            );
        }
        assert!(
            rows.iter().all(|row| row.granted_by == Some(ada.account.0)),
            "what resumes is as it was given"
        );
        let plan = [
            (0, by(100, "MEMBER"), by(3, "MEMBER")),
            (100, by(100, "MEMBER"), unset()),
            (200, by(100, "MEMBER"), by(4, "MEMBER")),
            (300, by(100, "MEMBER"), unset()),
            (3_599, by(100, "MEMBER"), unset()),
            (3_600, by(1_000, "MEMBER"), unset()),
            (5_000, unset(), unset()),
            (6_000, by(1_000, "MEMBER"), unset()),
            (7_200, by(100, "MEMBER"), unset()),
        ];
        for (second, calls, datasets) in plan {
            app.clock
                .set(began + Duration::seconds(second) + Duration::milliseconds(1));
            assert_eq!(
                decided(app, ada, ben, "API_CALLS").await,
                calls,
                "after {second} s"
            );
            assert_eq!(
                decided(app, ada, ben, "DATASETS").await,
                datasets,
                "after {second} s"
            );
        }
    }
);

on_both!(time_8_one_call_cuts_one_row_in_several_places, |app| {
    let world = world(app).await;
    let World { ada, ben, .. } = &world;
    app.mutate(
        &ada.key,
        "setQuotas",
        world.of_ben(value("DATASETS", Some(9))),
    )
    .await;
    let began = app.now();
    let values = json!([
        { "type": "DATASETS", "limit": 2, "startsAt": app.at(200), "endsAt": app.at(300) },
        { "type": "DATASETS", "limit": 1, "startsAt": app.at(50), "endsAt": app.at(100) },
        { "type": "DATASETS", "limit": null, "startsAt": app.at(250 + 150), "endsAt": app.at(500) },
    ]);
    app.mutate(&ada.key, "setQuotas", world.of_ben(values))
        .await;
    let plan = [
        (0, 9),
        (50, 1),
        (100, 9),
        (200, 2),
        (300, 9),
        (400, -1),
        (500, 9),
    ];
    for (second, limit) in plan {
        app.clock
            .set(began + Duration::seconds(second) + Duration::milliseconds(1));
        let expected = if limit < 0 {
            unset()
        } else {
            by(limit, "MEMBER")
        };
        assert_eq!(
            decided(app, ada, ben, "DATASETS").await,
            expected,
            "after {second} s"
        );
    }
    assert!(
        rows(app, ben)
            .await
            .windows(2)
            .all(|pair| pair[0].ends_at <= pair[1].starts_at)
    );
});

on_both!(time_2_a_value_is_ended_never_changed, |app| {
    let world = world(app).await;
    let World { ada, ben, .. } = &world;
    app.mutate(
        &ada.key,
        "setQuotas",
        world.of_ben(value("DATASETS", Some(9))),
    )
    .await;
    app.pass(Duration::minutes(5));
    let before = rows(app, ben).await;
    app.mutate(
        &ada.key,
        "setQuotas",
        world.of_ben(value("DATASETS", Some(4))),
    )
    .await;
    app.pass(Duration::minutes(5));
    app.mutate(&ada.key, "setQuotas", world.of_ben(value("DATASETS", None)))
        .await;
    let after = rows(app, ben).await;
    assert_eq!((before.len(), after.len()), (1, 2));
    assert_eq!(
        (after[0].id, after[0].starts_at, after[0].limit_value),
        (before[0].id, before[0].starts_at, 9)
    );
    assert_eq!(after[0].ends_at, after[1].starts_at);
    let reasons: Vec<_> = after
        .iter()
        .map(|row| (row.end_reason.as_deref().unwrap(), row.ended_by))
        .collect();
    assert_eq!(
        reasons,
        [
            ("REPLACED", Some(ada.account.0)),
            ("REMOVED", Some(ada.account.0))
        ]
    );
});

on_both!(time_7_values_of_an_ended_group_do_not_count, |app| {
    let World { ws, ada, ben } = &world(app).await;
    let parks = app.group(ws, "Parks", &[]).await;
    app.put_into(ws, parks, ben, Interval::from(app.now()))
        .await;
    app.mutate(
        &ada.key,
        "setQuotas",
        input(ws, "DEFAULT", None, value("DATASETS", Some(7))),
    )
    .await;
    let of_parks = |limit| {
        input(
            ws,
            "GROUP",
            Some(parks.to_string()),
            value("DATASETS", Some(limit)),
        )
    };
    app.mutate(&ada.key, "setQuotas", of_parks(70)).await;
    assert_eq!(decided(app, ada, ben, "DATASETS").await, by(70, "GROUP"));
    app.pass(Duration::minutes(1));
    app.end_group(ws, parks, app.now()).await;
    assert_eq!(decided(app, ada, ben, "DATASETS").await, by(7, "DEFAULT"));
    let before = app.footprint().await;
    assert_eq!(
        app.mutate(&ada.key, "setQuotas", of_parks(80))
            .await
            .errors(),
        ["NOT_FOUND subjectId"]
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(calling_twice_changes_nothing_more, |app| {
    let world = world(app).await;
    let World { ws, ada, .. } = &world;
    let session = app.session(ada.account).await;
    for values in [value("API_CALLS", Some(7)), value("API_CALLS", None)] {
        let first = app
            .mutate(&session, "setQuotas", world.of_ben(values.clone()))
            .await;
        let before = app.footprint().await;
        app.pass(Duration::minutes(1));
        let second = app
            .mutate(&session, "setQuotas", world.of_ben(values))
            .await;
        assert_eq!(
            (&second.0["changes"], &second.0["values"]),
            (&json!([]), &first.0["values"])
        );
        assert_eq!(app.footprint().await, before);
    }
    assert_eq!(kinds(app, ws).await, ["QUOTA_SET", "QUOTA_REMOVED"]);
});

on_both!(aud_4_aud_5_rehearsed_made_and_repeated, |app| {
    let world = world(app).await;
    let World { ada, ben, .. } = &world;
    app.mutate(
        &ada.key,
        "setQuotas",
        world.of_ben(value("API_CALLS", Some(7))),
    )
    .await;
    let mut call = world.of_ben(json!([
        { "type": "API_CALLS", "limit": 9, "startsAt": app.at(600), "endsAt": app.at(900) },
        { "type": "DATASETS", "limit": 2, "startsAt": app.at(600) },
    ]));
    call["idempotencyKey"] = json!("k1");
    let mut rehearsal = call.clone();
    rehearsal["dryRun"] = json!(true);
    let before = app.footprint().await;
    let rehearsed = app.mutate(&ada.key, "setQuotas", rehearsal).await;
    assert_eq!(app.footprint().await, before);
    assert_eq!(
        rehearsed.0["values"].as_array().unwrap().len(),
        1,
        "as they are"
    );
    let made = app.mutate(&ada.key, "setQuotas", call.clone()).await;
    assert_eq!(
        (
            &made.0["changes"],
            made.0["values"].as_array().unwrap().len()
        ),
        (&rehearsed.0["changes"], 4)
    );
    let after = app.footprint().await;
    let again = app.mutate(&ada.key, "setQuotas", call.clone()).await;
    assert!(again.replayed() && !made.replayed());
    assert_eq!(
        (&again.0["changes"], &again.0["values"]),
        (&made.0["changes"], &made.0["values"])
    );
    call["values"] = value("API_CALLS", Some(8));
    assert_eq!(
        app.try_mutate(&ada.key, "setQuotas", call).await.refusal(),
        "IDEMPOTENCY_CONFLICT"
    );
    assert_eq!(app.footprint().await, after);
    assert_eq!(decided(app, ada, ben, "API_CALLS").await, by(7, "MEMBER"));
});

on_both!(threads: r4_of_many_at_once_one_value_counts, |app| {
    let world = world(app).await;
    let World { ws, ada, ben } = &world;
    let gate = std::sync::Arc::new(tokio::sync::Barrier::new(16));
    let mut calls = Vec::new();
    for client in 0..16_i64 {
        let (door, gate, key) = (app.door(), std::sync::Arc::clone(&gate), ada.key.clone());
        let input = world.of_ben(value("DATASETS", Some(client % 2)));
        calls.push(tokio::spawn(async move {
            gate.wait().await;
            door.mutate(Some(&key), "setQuotas", input).await.payload()
        }));
    }
    let mut changed = 0;
    for call in calls {
        let done = call.await.unwrap();
        assert_eq!(done.errors(), Vec::<String>::new());
        changed += usize::from(done.0["changes"] != json!([]));
    }
    let rows = rows(app, ben).await;
    assert_eq!((rows.len(), app.events(ws).await.len()), (changed, changed));
    assert!(rows.windows(2).all(|pair| pair[0].ends_at == pair[1].starts_at && pair[0].limit_value != pair[1].limit_value));
    let last = rows.last().unwrap().limit_value;
    assert_eq!(decided(app, ada, ben, "DATASETS").await, by(last, "MEMBER"));
});

on_both!(p_4_statements_do_not_grow_with_the_values, |app| {
    let world = world(app).await;
    let World { ws, ada, ben } = &world;
    let plan = |count: i64, limit: i64| {
        let value = |place: i64| {
            let (from, until) = (app.at(1_000 + place * 10), app.at(1_005 + place * 10));
            json!({ "type": "DATASETS", "limit": limit + place % 3, "startsAt": from, "endsAt": until })
        };
        Value::Array((0..count).map(value).collect())
    };
    let call = async |values: Value| {
        app.try_mutate(&ada.key, "setQuotas", world.of_ben(values))
            .await
    };
    call(plan(1, 1)).await.payload();
    let few = call(plan(2, 10)).await;
    let many = call(plan(100, 20)).await;
    assert_eq!(many.payload().0["values"].as_array().unwrap().len(), 100);
    assert_eq!(few.statements, many.statements);
    assert_eq!(app.events(ws).await.len(), 103);
    let before = app.footprint().await;
    let more = json!([{ "type": "DATASETS", "limit": 1, "startsAt": app.at(90_000) }]);
    assert_eq!(
        call(more).await.payload().errors(),
        ["LIMIT_REACHED values"]
    );
    assert_eq!(app.footprint().await, before);
    // One for good takes the place of all; then there is room again.
    let one = call(value("DATASETS", Some(5))).await;
    assert_eq!(one.payload().0["values"].as_array().unwrap().len(), 1);
    // Three more: it counts now, so that whose limit changes is looked at, and that member is
    // shown.
    assert_eq!(one.statements, many.statements + 3);
    app.pass(Duration::seconds(1_500));
    assert_eq!(decided(app, ada, ben, "DATASETS").await, by(5, "MEMBER"));
});

on_both!(a_key_with_the_permission_sets_quotas_of_others, |app| {
    let world = world(app).await;
    let ewa = app
        .member(&world.ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .create()
        .await;
    let done = app
        .mutate(
            &ewa.key,
            "setQuotas",
            world.of_ben(value("DATASETS", Some(5))),
        )
        .await;
    assert_eq!(done.errors(), Vec::<String>::new());
    assert_eq!(
        decided(app, &world.ada, &world.ben, "DATASETS").await,
        by(5, "MEMBER")
    );
});
