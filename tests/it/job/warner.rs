//! Warnings of an end that comes soon (MEM-8): when, to whom, once each, on any number of nodes.

use std::{collections::BTreeSet, sync::Arc};

use chrono::Duration;
use concierge::{
    domain::{ending_soon::WarningDays, id::MembershipId, interval::Interval, mail::MailKind},
    job::{sweeper::sweep, warner::warn},
    service::deps::Limits,
};
use serde_json::{Value, json};

use super::sweeper::node;
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const SET: &str = "setAccessPeriod";

async fn world(app: &TestApp) -> (Ws, Member) {
    let (ws, ada) = app.portal().await;
    (ws, ada)
}

/// A round: how many were warned.
async fn round(app: &TestApp) -> usize {
    warn(&app.app.deps).await.unwrap()
}

/// The days that each warning to a member says are left.
async fn days(app: &TestApp, member: &Member) -> Vec<i64> {
    let says = |mail: concierge::entity::outbox::Model| -> i64 {
        let said: Value = serde_json::from_str(&mail.payload).unwrap();
        said["daysBefore"].as_i64().unwrap()
    };
    app.mails(MailKind::AccessEnding, &member.email)
        .await
        .into_iter()
        .map(says)
        .collect()
}

async fn sets(app: &TestApp, ada: &Member, member: &Member, seconds: i64) {
    let input = json!({ "membershipIds": [member.id.to_string()], "endsAt": app.at(seconds) });
    assert_eq!(app.mutate(&ada.key, SET, input).await.became(), ["CHANGED"]);
}

on_both!(mem_8_members_are_warned_a_week_and_a_day_before, |app| {
    let (ws, _) = world(app).await;
    let end = app.now() + Duration::days(10);
    let mia = app.member(&ws, "Mia Laurent").until(end).create().await;
    app.member(&ws, "Olga Open").create().await;
    app.pass(Duration::days(3) - Duration::microseconds(1));
    let before = app.footprint().await;
    assert_eq!(round(app).await, 0);
    assert_eq!(app.footprint().await, before, "not a microsecond too early");
    app.pass(Duration::microseconds(1));
    assert_eq!(round(app).await, 1);
    let mails = app.mails(MailKind::AccessEnding, &mia.email).await;
    assert_eq!(mails.len(), 1);
    assert_eq!(
        (mails[0].subject_id.as_deref(), mails[0].workspace_id),
        (Some(mia.id.to_string().as_str()), Some(ws.id.0))
    );
    let said: Value = serde_json::from_str(&mails[0].payload).unwrap();
    assert_eq!(
        said,
        json!({ "endsAt": app.at(7 * 86_400), "daysBefore": 7 })
    );
    assert_eq!(
        (mails[0].created_at, mails[0].send_after),
        (app.now(), app.now())
    );
    // Once, and then once more a day before.
    let after = app.footprint().await;
    app.pass(Duration::days(6) - Duration::microseconds(1));
    assert_eq!(round(app).await, 0);
    assert_eq!(app.footprint().await, after);
    app.pass(Duration::microseconds(1));
    assert_eq!((round(app).await, days(app, &mia).await), (1, vec![7, 1]));
    app.pass(Duration::days(1) - Duration::microseconds(1));
    assert_eq!(round(app).await, 0);
    app.pass(Duration::microseconds(1));
    assert_eq!(
        (round(app).await, sweep(&app.app.deps).await.unwrap()),
        (0, 1)
    );
    assert_eq!(days(app, &mia).await, [7, 1]);
});

on_both!(mem_8_a_warning_is_no_change_of_access, |app| {
    let (ws, ada) = world(app).await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(2))
        .create()
        .await;
    let before = app.workspace_row(&ws).await;
    assert_eq!(round(app).await, 1);
    let after = app.workspace_row(&ws).await;
    assert_eq!(
        (
            after.access_version,
            after.audit_sequence,
            after.last_write_at
        ),
        (
            before.access_version,
            before.audit_sequence,
            before.last_write_at
        )
    );
    assert!(app.events(&ws).await.is_empty());
    // If nobody warns, access ends all the same.
    let ben = app
        .member(&ws, "Ben Okafor")
        .until(app.now() + Duration::days(2))
        .create()
        .await;
    app.pass(Duration::days(2));
    for member in [&mia, &ben] {
        assert_eq!(
            app.post(Some(&member.key), "{ viewer { kind } }", json!({}))
                .await
                .status,
            401
        );
        assert_eq!(
            app.permissions(&ada, &ws, member.id).await,
            Vec::<String>::new()
        );
    }
});

on_both!(
    mem_8_an_end_set_within_the_window_gets_the_nearest_warning,
    |app| {
        let (ws, ada) = world(app).await;
        let mia = app.member(&ws, "Mia Laurent").create().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        sets(app, &ada, &mia, 12 * 3_600).await;
        sets(app, &ada, &ben, 3 * 86_400).await;
        assert_eq!(round(app).await, 2);
        assert_eq!(
            (days(app, &mia).await, days(app, &ben).await),
            (vec![1], vec![3])
        );
        assert_eq!(round(app).await, 0);
        app.pass(Duration::days(2));
        assert_eq!((round(app).await, days(app, &ben).await), (1, vec![3, 1]));
        // A node that slept through a week does not catch up on what is past.
        let cho = app
            .member(&ws, "Cho Minh")
            .until(app.now() + Duration::days(20))
            .create()
            .await;
        app.pass(Duration::days(19) + Duration::hours(1));
        assert_eq!((round(app).await, days(app, &cho).await), (1, vec![1]));
    }
);

on_both!(mem_8_of_an_end_that_moved_members_are_warned_anew, |app| {
    let (ws, ada) = world(app).await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(5))
        .create()
        .await;
    assert_eq!((round(app).await, days(app, &mia).await), (1, vec![5]));
    sets(app, &ada, &mia, 6 * 86_400).await;
    assert_eq!((round(app).await, days(app, &mia).await), (1, vec![5, 6]));
    sets(app, &ada, &mia, 30 * 86_400).await;
    assert_eq!(round(app).await, 0);
    // Back to an end of which they were warned: once is enough.
    sets(app, &ada, &mia, 5 * 86_400).await;
    round(app).await;
    assert_eq!(days(app, &mia).await, [5, 6]);
    app.pass(Duration::days(4));
    assert_eq!(
        (round(app).await, days(app, &mia).await),
        (1, vec![5, 6, 1])
    );
    // More time that was asked for is another end.
    let id = app.renewal(&ws, &mia).await.to_string();
    let input = json!({ "ids": [id], "approve": true, "endsAt": app.at(7 * 86_400) });
    assert_eq!(
        app.mutate(&ada.key, "decideAccessRenewals", input)
            .await
            .became(),
        ["APPROVED"]
    );
    assert_eq!(
        (round(app).await, days(app, &mia).await),
        (1, vec![5, 6, 1, 7])
    );
    let unlimited = json!({ "membershipIds": [mia.id.to_string()], "unlimited": true });
    assert_eq!(
        app.mutate(&ada.key, SET, unlimited).await.became(),
        ["CHANGED"]
    );
    app.pass(Duration::days(7));
    assert_eq!(round(app).await, 0);
});

on_both!(
    mem_8_who_cannot_use_the_workspace_is_warned_once_they_can,
    |app| {
        let (ws, ada) = world(app).await;
        let end = app.now() + Duration::days(3);
        let dan = app
            .member(&ws, "Dan Perez")
            .until(end)
            .disabled()
            .create()
            .await;
        let sam = app
            .member(&ws, "Sam Ortiz")
            .during(Interval::new(app.now() + Duration::days(1), end))
            .create()
            .await;
        let gone = app.member(&ws, "Eli Stone").until(app.now()).create().await;
        let left = app.workspace("lakeside").await;
        app.member(&left, "Lea Left").until(end).create().await;
        app.sql(
            "UPDATE workspace SET deleted_at = $1 WHERE id = $2",
            vec![app.now().into(), left.id.0.into()],
        )
        .await;
        let before = app.footprint().await;
        assert_eq!(round(app).await, 0);
        assert_eq!(app.footprint().await, before);
        let dans = json!({ "membershipIds": [dan.id.to_string()] });
        assert_eq!(
            app.mutate(&ada.key, "enableMembers", dans).await.became(),
            ["ENABLED"]
        );
        assert_eq!(
            (
                round(app).await,
                days(app, &dan).await,
                days(app, &sam).await
            ),
            (1, vec![3], vec![])
        );
        app.pass(Duration::days(1));
        assert_eq!((round(app).await, days(app, &sam).await), (1, vec![2]));
        assert!(days(app, &gone).await.is_empty());
    }
);

on_both!(mem_8_the_days_are_configured, |app| {
    let (ws, _) = world(app).await;
    let mia = app
        .member(&ws, "Mia Laurent")
        .until(app.now() + Duration::days(5))
        .create()
        .await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .until(app.now() + Duration::days(14))
        .create()
        .await;
    let with = |days: Vec<u16>| {
        let mut deps = app.app.deps.clone();
        deps.limits = Arc::new(Limits {
            warning_days: WarningDays::of(days).unwrap(),
            ..Limits::default()
        });
        deps
    };
    assert_eq!(warn(&with(vec![])).await.unwrap(), 0);
    assert_eq!(round(app).await, 1);
    // Other days since: whoever was warned by the old ones is not warned by a longer one, but by a
    // shorter.
    let deps = with(vec![14, 3]);
    assert_eq!(
        (
            warn(&deps).await.unwrap(),
            days(app, &mia).await,
            days(app, &ben).await
        ),
        (1, vec![5], vec![14])
    );
    app.pass(Duration::days(2));
    assert_eq!(
        (
            warn(&deps).await.unwrap(),
            days(app, &mia).await,
            days(app, &ben).await
        ),
        (1, vec![5, 3], vec![14])
    );
});

on_both!(threads: mem_8_two_processes_warn_each_member_once_in_batches, |app| {
    const MEMBERS: usize = 1_200;
    let (ws, _) = world(app).await;
    let small = app.workspace("lakeside").await;
    let end = app.now() + Duration::days(7);
    let all: BTreeSet<String> = app.crowd(&ws, MEMBERS, end).await.iter().map(MembershipId::to_string).collect();
    app.crowd(&small, 3, end).await;
    let nodes = [node(app).await, node(app).await];
    let rounds = nodes.iter().map(|node| {
        let deps = node.deps.clone();
        tokio::spawn(async move { warn(&deps).await.unwrap() })
    });
    let mut warned = 0;
    for round in rounds.collect::<Vec<_>>() {
        warned += round.await.unwrap();
    }
    // A batch that met the other's too often is left for the next round.
    warned += warn(&nodes[0].deps).await.unwrap();
    assert_eq!(warned, MEMBERS + 3);
    let mails = <concierge::entity::outbox::Entity as sea_orm::EntityTrait>::find().all(app.app.deps.db.writer()).await.unwrap();
    assert_eq!(mails.len(), MEMBERS + 3);
    let told: BTreeSet<String> = mails.into_iter().filter(|mail| mail.workspace_id == Some(ws.id.0)).filter_map(|mail| mail.subject_id).collect();
    assert_eq!(told, all, "each once");
    assert_eq!(warn(&nodes[1].deps).await.unwrap(), 0);
});
