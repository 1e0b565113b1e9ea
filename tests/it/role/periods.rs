//! Roles over intervals: cutting, resuming, the immutable past, starts (TIME-2, TIME-4, TIME-8).

use chrono::{DateTime, Duration, Utc};
use concierge::domain::permission::Preset;
use serde_json::{Value, json};

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
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    World { ws, ada, ben }
}

impl World {
    async fn input(
        &self,
        app: &TestApp,
        role: Option<Preset>,
        from: Option<String>,
        until: Option<String>,
    ) -> Value {
        let role = match role {
            Some(preset) => Some(app.preset(&self.ws, preset).await.to_string()),
            None => None,
        };
        json!({ "membershipIds": [self.ben.id.to_string()], "roleId": role, "startsAt": from, "endsAt": until })
    }

    async fn set(
        &self,
        app: &TestApp,
        role: Option<Preset>,
        from: Option<String>,
        until: Option<String>,
    ) -> Vec<String> {
        let input = self.input(app, role, from, until).await;
        let done = app.mutate(&self.ada.key, "setMemberRole", input).await;
        done.became()
            .into_iter()
            .map(str::to_owned)
            .chain(done.errors())
            .collect()
    }

    /// No two rows overlap, and all that has passed is as `before` says.
    async fn holds(
        &self,
        app: &TestApp,
        before: &[concierge::entity::role_assignment::Model],
        now: DateTime<Utc>,
    ) {
        let rows = app.role_rows(&self.ben).await;
        for pair in rows.windows(2) {
            assert!(pair[0].ends_at <= pair[1].starts_at, "{pair:?}");
        }
        for old in before.iter().filter(|row| row.starts_at < now) {
            let new = rows
                .iter()
                .find(|row| row.id == old.id)
                .expect("a row that has begun is never deleted");
            assert_eq!(
                (new.starts_at, new.role_id, new.granted_by),
                (old.starts_at, old.role_id, old.granted_by)
            );
            assert!(
                new.ends_at == old.ends_at || (old.ends_at > now && new.ends_at >= now),
                "the past is immutable"
            );
        }
    }
}

on_both!(
    time_8_a_role_for_a_while_cuts_and_what_was_there_resumes,
    |app| {
        let world = world(app).await;
        let World { ws, ada, ben } = &world;
        let before = app.role_rows(ben).await;
        assert_eq!(
            world
                .set(
                    app,
                    Some(Preset::Editor),
                    Some(app.at(3_600)),
                    Some(app.at(7_200))
                )
                .await,
            ["CHANGED"]
        );
        world.holds(app, &before, app.now()).await;
        let rows = app.role_rows(ben).await;
        assert_eq!(rows.len(), 3);
        assert_eq!(
            (rows[0].role_id, rows[0].granted_by),
            (rows[2].role_id, rows[2].granted_by),
            "what resumes is as it was given"
        );
        // Another while, across the end of the first; then none for a moment within it.
        assert_eq!(
            world
                .set(
                    app,
                    Some(Preset::Designer),
                    Some(app.at(7_000)),
                    Some(app.at(8_000))
                )
                .await,
            ["CHANGED"]
        );
        assert_eq!(
            world
                .set(app, None, Some(app.at(7_500)), Some(app.at(7_600)))
                .await,
            ["CHANGED"]
        );
        world.holds(app, &before, app.now()).await;
        let plan = [
            (0, "Viewer"),
            (3_599, "Viewer"),
            (3_600, "Editor"),
            (6_999, "Editor"),
            (7_000, "Designer"),
            (7_500, ""),
            (7_600, "Designer"),
            (7_999, "Designer"),
            (8_000, "Viewer"),
        ];
        let began = app.now();
        for (second, role) in plan {
            app.clock
                .set(began + Duration::seconds(second) + Duration::milliseconds(1));
            assert_eq!(app.role_name(ada, ws, ben).await, role, "after {second} s");
        }
    }
);

on_both!(time_2_the_past_is_immutable, |app| {
    let world = world(app).await;
    let mut before = app.role_rows(&world.ben).await;
    for (role, from, until) in [
        (Some(Preset::Editor), None, Some(600)),
        (Some(Preset::Designer), Some(60), Some(300)),
        (None, None, None),
        (Some(Preset::Viewer), Some(60), None),
        (Some(Preset::Editor), None, None),
        (None, Some(30), Some(90)),
    ] {
        app.pass(Duration::seconds(120));
        let (from, until) = (
            from.map(|second| app.at(second)),
            until.map(|second| app.at(second)),
        );
        assert_eq!(world.set(app, role, from, until).await, ["CHANGED"]);
        world.holds(app, &before, app.now()).await;
        before = app.role_rows(&world.ben).await;
    }
});

on_both!(time_2_what_had_not_begun_ends_as_it_starts, |app| {
    let world = world(app).await;
    assert_eq!(
        world
            .set(
                app,
                Some(Preset::Editor),
                Some(app.at(600)),
                Some(app.at(900))
            )
            .await,
        ["CHANGED"]
    );
    let planned = app.role_rows(&world.ben).await[1].clone();
    assert_eq!(
        world.set(app, Some(Preset::Viewer), None, None).await,
        ["CHANGED"]
    );
    let rows = app.role_rows(&world.ben).await;
    assert!(
        rows.iter().all(|row| row.id != planned.id),
        "it never counts"
    );
    app.pass(Duration::seconds(700));
    assert_eq!(
        app.role_name(&world.ada, &world.ws, &world.ben).await,
        "Viewer"
    );
});

on_both!(
    time_4_a_start_in_the_past_is_refused_but_for_a_minute,
    |app| {
        let world = world(app).await;
        let before = app.footprint().await;
        for (from, until, errors) in [
            (Some(-61), None, vec!["STARTS_IN_PAST startsAt"]),
            (Some(-86_400), Some(600), vec!["STARTS_IN_PAST startsAt"]),
            (None, Some(0), vec!["ENDS_IN_PAST endsAt"]),
            (None, Some(-1), vec!["ENDS_IN_PAST endsAt"]),
            (Some(-30), Some(-10), vec!["ENDS_IN_PAST endsAt"]),
            (Some(600), Some(600), vec!["ENDS_BEFORE_START endsAt"]),
            (Some(600), Some(599), vec!["ENDS_BEFORE_START endsAt"]),
            (
                Some(-100),
                Some(-90),
                vec!["STARTS_IN_PAST startsAt", "ENDS_IN_PAST endsAt"],
            ),
        ] {
            let (from, until) = (
                from.map(|second| app.at(second)),
                until.map(|second| app.at(second)),
            );
            assert_eq!(
                world
                    .set(app, Some(Preset::Editor), from.clone(), until.clone())
                    .await,
                errors
            );
            let grant = json!({
                "membershipIds": [world.ben.id.to_string()], "permissions": ["MANAGE_REUSES"], "startsAt": from, "endsAt": until,
            });
            assert_eq!(
                app.mutate(&world.ada.key, "grantPermissions", grant)
                    .await
                    .errors(),
                errors
            );
        }
        assert_eq!(app.footprint().await, before);
        // The write's own instant is at most a minute after such a start.
        assert_eq!(
            world
                .set(app, Some(Preset::Editor), Some(app.at(-59)), None)
                .await,
            ["CHANGED"]
        );
        let rows = app.role_rows(&world.ben).await;
        assert!(rows[1].starts_at >= app.now(), "it counts as now");
    }
);
