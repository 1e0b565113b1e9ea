//! The instant of a write (TIME-5).

use chrono::Duration;
use serde_json::json;

use crate::support::on_both;

on_both!(
    time_5_each_write_is_later_than_the_last_whatever_the_clock_does,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let began = app.now();
        // It stands still, goes back an hour, stands still again, goes on.
        for (step, back) in [0, 0, 3_600, 0, -3_600, -10].into_iter().enumerate() {
            app.pass(Duration::seconds(-back));
            let mutation = if step % 2 == 0 {
                "grantPermissions"
            } else {
                "revokePermissions"
            };
            let input =
                json!({ "membershipIds": [ben.id.to_string()], "permissions": ["MANAGE_REUSES"] });
            let done = app.mutate(&ada.key, mutation, input).await;
            assert_eq!(
                done.became(),
                [if step % 2 == 0 { "GRANTED" } else { "REVOKED" }]
            );
            // Reads use the later of their clock and that instant.
            let holds = !app.permissions(&ada, &ws, ben.id).await.is_empty();
            assert_eq!(holds, step % 2 == 0, "step {step}");
        }
        let at: Vec<_> = app
            .events(&ws)
            .await
            .iter()
            .map(|event| event.at - began)
            .collect();
        let microseconds: Vec<_> = at[..5]
            .iter()
            .map(|at| at.num_microseconds().unwrap())
            .collect();
        assert_eq!(microseconds, [0, 1, 2, 3, 4]);
        assert_eq!(at[5], Duration::seconds(10));
        assert_eq!(app.workspace_row(&ws).await.last_write_at, app.now());
    }
);

on_both!(time_5_a_start_is_measured_from_the_write, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let input = |permission: &str, starts_at: String| json!({ "membershipIds": [ben.id.to_string()], "permissions": [permission], "startsAt": starts_at });
    let sixty = app.at(-60);
    assert_eq!(
        app.mutate(
            &ada.key,
            "grantPermissions",
            input("MANAGE_REUSES", sixty.clone())
        )
        .await
        .became(),
        ["GRANTED"]
    );
    // A microsecond later it is more than a minute.
    let late = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input("BROWSE_ANALYTICS", sixty),
        )
        .await;
    assert_eq!(late.errors(), ["STARTS_IN_PAST startsAt"]);
    assert_eq!(app.grant_rows(ben.id).await[0].starts_at, app.now());
});
