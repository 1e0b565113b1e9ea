//! What `setQuotas` refuses: bad input, targets, one's own (PERM-6, PERM-7).

use chrono::Duration;
use concierge::domain::{interval::Interval, permission::Permission::EditWorkspaceProperties};
use serde_json::{Value, json};

use super::{by, decided, input, value};
use crate::support::on_both;

on_both!(bad_values_are_told_and_change_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let two = |first: Value, second: Value| {
        let with = |mut value: Value| {
            value["type"] = json!("DATASETS");
            value["limit"] = json!(1);
            value
        };
        json!([with(first), with(second)])
    };
    let before = app.footprint().await;
    for (values, errors) in [
        (
            value("API_CALLS", Some(-1)),
            vec!["OUT_OF_RANGE values.0.limit"],
        ),
        (
            value("DATASETS", Some(-9_007_199_254_740_991)),
            vec!["OUT_OF_RANGE values.0.limit"],
        ),
        (
            value("RECORDS_PER_DATASET", Some(999)),
            vec!["NOT_A_MULTIPLE values.0.limit"],
        ),
        (
            value("RECORDS_PER_DATASET", Some(1_500)),
            vec!["NOT_A_MULTIPLE values.0.limit"],
        ),
        (
            value("RECORDS_PER_DATASET", Some(-1_000)),
            vec!["OUT_OF_RANGE values.0.limit"],
        ),
        (two(json!({}), json!({})), vec!["DUPLICATE values.1"]),
        (
            two(
                json!({ "endsAt": app.at(60) }),
                json!({ "startsAt": app.at(59) }),
            ),
            vec!["DUPLICATE values.1"],
        ),
        (
            two(
                json!({ "startsAt": app.at(-61) }),
                json!({ "endsAt": app.at(0) }),
            ),
            vec![
                "STARTS_IN_PAST values.0.startsAt",
                "ENDS_IN_PAST values.1.endsAt",
            ],
        ),
        (
            json!([{ "type": "DATASETS", "limit": -1, "startsAt": app.at(60), "endsAt": app.at(60) }]),
            vec![
                "OUT_OF_RANGE values.0.limit",
                "ENDS_BEFORE_START values.0.endsAt",
            ],
        ),
    ] {
        let done = app
            .mutate(
                &ada.key,
                "setQuotas",
                input(&ws, "DEFAULT", None, values.clone()),
            )
            .await;
        assert_eq!(done.errors(), errors, "{values}");
        assert_eq!(
            (&done.0["values"], &done.0["changes"]),
            (&Value::Null, &json!([]))
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(the_wrong_form_runs_nothing, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let parks = app.group(&ws, "Parks", &[]).await.to_string();
    let (own, five) = (ben.id.to_string(), value("DATASETS", Some(5)));
    let many = |count: usize| Value::Array(vec![five[0].clone(); count]);
    let before = app.footprint().await;
    for wrong in [
        input(&ws, "LICENSE", None, five.clone()),
        input(&ws, "WORKSPACE_CAP", None, five.clone()),
        input(&ws, "DEFAULT", Some(own.clone()), five.clone()),
        input(&ws, "GROUP", None, five.clone()),
        input(&ws, "MEMBER", None, five.clone()),
        input(&ws, "GROUP", Some(own.clone()), five.clone()),
        input(&ws, "MEMBER", Some(parks), five.clone()),
        input(
            &ws,
            "MEMBER",
            Some(format!("{own}@2026-03-02T08:00:00Z")),
            five.clone(),
        ),
        input(&ws, "MEMBER", Some("mem_".to_owned()), five.clone()),
        input(&ws, "EVERYBODY", None, five.clone()),
        input(&ws, "DEFAULT", None, many(0)),
        input(&ws, "DEFAULT", None, many(101)),
        input(&ws, "DEFAULT", None, json!([{ "type": "DATASETS" }])),
        input(
            &ws,
            "DEFAULT",
            None,
            json!([{ "type": "DATASETS", "limit": 9_007_199_254_740_992_i64 }]),
        ),
        input(
            &ws,
            "DEFAULT",
            None,
            json!([{ "type": "DATASETS", "limit": 1.5 }]),
        ),
        input(
            &ws,
            "DEFAULT",
            None,
            json!([{ "type": "DATASETS", "limit": "5" }]),
        ),
        input(
            &ws,
            "DEFAULT",
            None,
            json!([{ "type": "PAGES", "limit": 5 }]),
        ),
        input(
            &ws,
            "DEFAULT",
            None,
            json!([{ "type": "DATASETS", "limit": 5, "period": "DAY" }]),
        ),
    ] {
        let answer = app.try_mutate(&ada.key, "setQuotas", wrong.clone()).await;
        assert!(
            answer.codes().iter().all(|code| *code == "BAD_USER_INPUT")
                && !answer.codes().is_empty(),
            "{wrong}"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(subjects_that_are_not_there, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let gone = Interval::new(
        app.now() - Duration::hours(2),
        app.now() - Duration::hours(1),
    );
    let eli = app.member(&ws, "Eli Stone").during(gone).create().await;
    let theirs = app.group(&other, "Parks", &[]).await;
    let before = app.footprint().await;
    for (scope, subject, code) in [
        ("GROUP", theirs.to_string(), "NOT_FOUND subjectId"),
        ("MEMBER", eve.id.to_string(), "NOT_FOUND subjectId"),
        ("MEMBER", eli.id.to_string(), "NOT_ACTIVE subjectId"),
    ] {
        let asked = input(&ws, scope, Some(subject), value("DATASETS", Some(5)));
        assert_eq!(
            app.mutate(&ada.key, "setQuotas", asked).await.errors(),
            [code]
        );
    }
    let elsewhere = input(&other, "DEFAULT", None, value("DATASETS", Some(5)));
    let session = app.session(ada.account).await;
    assert_eq!(
        app.try_mutate(&session, "setQuotas", elsewhere)
            .await
            .refusal(),
        "FORBIDDEN"
    );
    assert_eq!(app.footprint().await, before);
});

on_both!(
    perm_6_only_administrators_set_an_administrators_quotas,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let of_ada = input(
            &ws,
            "MEMBER",
            Some(ada.id.to_string()),
            value("DATASETS", Some(5)),
        );
        let before = app.footprint().await;
        assert_eq!(
            app.try_mutate(&ewa.key, "setQuotas", of_ada.clone())
                .await
                .refusal(),
            "FORBIDDEN"
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&ada.key, "setQuotas", of_ada).await.errors(),
            Vec::<String>::new(),
            "administrators their own"
        );
        assert_eq!(decided(app, &ada, &ada, "DATASETS").await, by(5, "MEMBER"));
    }
);

on_both!(
    perm_7_nobody_but_an_administrator_sets_their_own_quotas,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let own = |limit| {
            input(
                &ws,
                "MEMBER",
                Some(ewa.id.to_string()),
                value("DATASETS", limit),
            )
        };
        app.mutate(&ada.key, "setQuotas", own(Some(5))).await;
        let session = app.session(ewa.account).await;
        let before = app.footprint().await;
        for limit in [Some(6), Some(5), Some(0), None] {
            for credential in [&ewa.key, &session] {
                assert_eq!(
                    app.try_mutate(credential, "setQuotas", own(limit))
                        .await
                        .refusal(),
                    "FORBIDDEN",
                    "{limit:?}"
                );
            }
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    perm_7_nobody_raises_the_quotas_of_a_group_that_they_are_in,
    |app| {
        let (ws, ada) = app.portal().await;
        let ewa = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let (own, later, other) = (
            app.group(&ws, "Parks", &[]).await,
            app.group(&ws, "Water", &[]).await,
            app.group(&ws, "Roads", &[]).await,
        );
        app.put_into(&ws, own, &ewa, Interval::from(app.now()))
            .await;
        app.put_into(
            &ws,
            later,
            &ewa,
            Interval::from(app.now() + Duration::days(1)),
        )
        .await;
        let of =
            |group: &dyn ToString, values| input(&ws, "GROUP", Some(group.to_string()), values);
        for group in [own, later, other] {
            app.mutate(
                &ada.key,
                "setQuotas",
                of(&group, value("DATASETS", Some(10))),
            )
            .await;
        }
        let before = app.footprint().await;
        let for_a_while = json!([{ "type": "DATASETS", "limit": 11, "startsAt": app.at(600), "endsAt": app.at(900) }]);
        let mixed =
            json!([{ "type": "DATASETS", "limit": 1 }, { "type": "API_CALLS", "limit": 1 }]);
        for group in [own, later] {
            for values in [
                value("DATASETS", Some(11)),
                value("DATASETS", None),
                for_a_while.clone(),
                mixed.clone(),
            ] {
                let answer = app
                    .try_mutate(&ewa.key, "setQuotas", of(&group, values.clone()))
                    .await;
                assert_eq!(answer.refusal(), "FORBIDDEN", "{values}");
            }
        }
        assert_eq!(app.footprint().await, before);
        // Lower, as high as it is, nothing that was set: no raise. Other groups, and administrators, as
        // they like.
        for (key, group, values) in [
            (&ewa.key, own, value("DATASETS", Some(10))),
            (&ewa.key, own, value("DATASETS", Some(9))),
            (
                &ewa.key,
                later,
                json!([{ "type": "DATASETS", "limit": 0, "startsAt": app.at(600), "endsAt": app.at(900) }]),
            ),
            (&ewa.key, own, value("API_CALLS", None)),
            (&ewa.key, other, value("DATASETS", Some(11))),
            (&ewa.key, other, value("DATASETS", None)),
            (&ada.key, own, value("DATASETS", Some(12))),
        ] {
            assert_eq!(
                app.mutate(key, "setQuotas", of(&group, values))
                    .await
                    .errors(),
                Vec::<String>::new()
            );
        }
        assert_eq!(decided(app, &ada, &ewa, "DATASETS").await, by(12, "GROUP"));
    }
);
