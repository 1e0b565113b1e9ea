//! Instants that nobody can be answered for, and ids that carry them.

use chrono::Duration;
use concierge::domain::{id::MembershipId, interval::Interval, permission::Permission};
use serde_json::{Value, json};

use crate::support::on_both;

on_both!(time_3_instants_before_the_workspace_are_bad_input, |app| {
    let (ws, ada) = app.portal().await;
    let query = "query($ws: ID!, $at: DateTime) { workspace(id: $ws) { slug members(asOf: $at) { totalCount } groups(asOf: $at) { totalCount }
         group(slug: \"parks\", asOf: $at) { id } roles(asOf: $at) { id } defaultPermissions(asOf: $at) member(email: \"a@example.org\", asOf: $at) { id }
         quotaValues(scope: DEFAULT, asOf: $at) { limit } quotaPreview(input: { type: DATASETS, asOf: $at }) { limit } } }";
    let ask = async |at: Value| {
        app.post(
            Some(&ada.key),
            query,
            json!({ "ws": ws.id.to_string(), "at": at }),
        )
        .await
    };
    // It was made an hour ago.
    let answer = ask(json!(app.at(-3_601))).await;
    assert_eq!(
        answer.body["data"]["workspace"]["slug"], "riverton",
        "the rest of the answer stands"
    );
    assert_eq!(answer.codes(), ["BAD_USER_INPUT"; 8]);
    let offset = "2026-03-02T10:00:00.000000999+01:00".to_owned();
    for fine in [
        app.at(-3_600),
        app.at(0),
        offset,
        "9998-12-31T23:59:59.999999Z".to_owned(),
    ] {
        assert_eq!(
            ask(json!(fine)).await.data()["workspace"]["slug"],
            "riverton",
            "{fine}"
        );
    }
    for malformed in [
        "2026-03-02T09:00:00+25:00",
        "2026-03-02",
        "yesterday",
        "9999-01-01T00:00:00Z",
        "",
    ] {
        let answer = ask(json!(malformed)).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()[0]),
            (400, "BAD_USER_INPUT"),
            "{malformed}"
        );
    }
});

on_both!(
    time_3_ids_carry_instants_in_one_form_and_only_dated_ones,
    |app| {
        let (ws, ada) = app.portal().await;
        let node = async |id: String| {
            app.post(
                Some(&ada.key),
                "query($id: ID!) { node(id: $id) { id } }",
                json!({ "id": id }),
            )
            .await
        };
        let (now, dawn) = (app.at(0), app.at(-7_200));
        let there = format!("{}@{now}", ada.id);
        assert_eq!(node(there.clone()).await.data()["node"]["id"], there);
        for bad in [
            format!("{}@", ada.id),
            format!("{}@2026-03-02T09:00:00Z", ada.id),
            format!("{}@2026-03-02T09:00:00.000000+00:00", ada.id),
            format!("{there}@{now}"),
            format!("{}@{dawn}", ada.id),
            format!("{}@{now}", ws.id),
            format!("{}@{now}", ada.account),
            format!("mem_nonsense@{now}"),
        ] {
            let answer = node(bad.clone()).await;
            assert_eq!(
                answer.codes(),
                ["BAD_USER_INPUT"],
                "{bad}: {:#}",
                answer.body
            );
        }
        // Mutations refuse them, whatever they name.
        let session = app.session_of(ada.account).await;
        let before = app.footprint().await;
        for (mutation, input) in [
            (
                "setMemberRole",
                json!({ "membershipIds": [there], "roleId": null }),
            ),
            (
                "grantPermissions",
                json!({ "membershipIds": [there], "permissions": ["MANAGE_REUSES"] }),
            ),
            (
                "revokeApiKeys",
                json!({ "ids": [format!("{}@{now}", ada.key_id)] }),
            ),
        ] {
            let answer = app.try_mutate(&session, mutation, input).await;
            assert_eq!(
                answer.codes(),
                ["BAD_USER_INPUT"],
                "{mutation}: {:#}",
                answer.body
            );
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(
    time_3_an_instant_tells_nothing_of_what_one_may_not_see,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let stranger = app
            .member(&app.workspace("lakeside").await, "Eve Laurent")
            .create()
            .await;
        let group = app.group(&ws, "Parks", &[]).await;
        let role = app.role(&ws, "Warden", &[]).await;
        let grant = app
            .grant_row(
                &ws,
                Some(ada.id),
                None,
                Some(Permission::CreatePages),
                Interval::from(app.now() - Duration::minutes(1)),
                None,
            )
            .await;
        let nobody = MembershipId(app.app.deps.ids.uuid(app.now()));
        let dawn = app.at(-7_200);
        let node = async |credential: Option<&str>, id: &str| {
            let query = "query($id: ID!) { node(id: $id) { id } }";
            app.post(credential, query, json!({ "id": format!("{id}@{dawn}") }))
                .await
        };
        let outsider = app.session_of(stranger.account).await;
        let ids = [
            ada.id.to_string(),
            group.to_string(),
            grant.to_string(),
            ada.key_id.to_string(),
            nobody.to_string(),
        ];
        for id in ids.iter().chain([&role.to_string()]) {
            for credential in [None, Some(outsider.as_str()), Some(stranger.key.as_str())] {
                assert_eq!(
                    *node(credential, id).await.data(),
                    json!({ "node": null }),
                    "{id}"
                );
            }
        }
        let session = app.session_of(ben.account).await;
        for id in &ids {
            assert_eq!(
                *node(Some(&session), id).await.data(),
                json!({ "node": null }),
                "{id} by who has no right"
            );
        }
        assert_eq!(
            node(Some(&ada.key), &group.to_string()).await.codes(),
            ["BAD_USER_INPUT"],
            "it is there for her"
        );
    }
);
