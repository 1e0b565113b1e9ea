//! How many statements a bulk call takes: the same for few members and for many (P4, BULK-1).

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::Permission::{EditWorkspaceProperties, ManageReuses},
};
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(bulk_1_statements_do_not_grow_with_the_members, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .with(ManageReuses)
        .create()
        .await;
    let role = app
        .role(&ws, "Moderator", &[ManageReuses])
        .await
        .to_string();
    let mut ids: Vec<String> = Vec::new();
    for place in 0..120_i64 {
        let starts_at = app.now() + Duration::minutes(place);
        ids.push(
            app.member(&ws, &format!("Max Member{place}"))
                .during(Interval::from(starts_at))
                .create()
                .await
                .id
                .to_string(),
        );
    }
    let mut counts = Vec::new();
    for some in [&ids[..1], &ids[1..3], &ids[3..120]] {
        let mut took = Vec::new();
        for (mutation, more) in [
            ("setAccessPeriod", json!({ "durationSeconds": 864_000 })),
            ("setMemberRole", json!({ "roleId": role })),
            (
                "grantPermissions",
                json!({ "permissions": ["MANAGE_REUSES", "EDIT_WORKSPACE_PROPERTIES"], "endsAt": app.at(60) }),
            ),
            (
                "revokePermissions",
                json!({ "permissions": ["MANAGE_REUSES"] }),
            ),
            ("disableMembers", json!({ "reason": "Holidays" })),
            ("enableMembers", json!({})),
            ("revokeMembers", json!({ "cancelTheirInvitations": true })),
        ] {
            let mut input: Value = json!({ "membershipIds": some });
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let name = format!("{}{}", mutation[..1].to_uppercase(), &mutation[1..]);
            let query = format!(
                "mutation ($input: {name}Input!) {{ {mutation}(input: $input) {{ results {{ outcome code membership {{ id state }} }} }} }}"
            );
            let answer = app
                .post(Some(&ewp.key), &query, json!({ "input": input }))
                .await;
            let payload = answer.payload();
            let done = payload.became();
            assert!(
                done.len() == some.len() && done.iter().all(|one| *one == done[0]),
                "{mutation}: {done:?}"
            );
            assert!(
                payload.0["results"][0]["outcome"].is_string(),
                "{mutation}: {done:?}"
            );
            took.push((mutation, answer.statements));
        }
        counts.push(took);
    }
    // The first calls load what the later ones find in the cache.
    assert_eq!(counts[1], counts[2]);
});
