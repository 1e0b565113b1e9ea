//! The directory (PERM-4): ids and names of members and groups, for whoever manages the security of
//! something.

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{MembershipOrigin, ResourceAccess},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const QUERY: &str = "query($search: String, $first: Int, $after: String, $last: Int, $before: String) {
    workspace(slug: \"riverton\") {
    directory(search: $search, first: $first, after: $after, last: $last, before: $before) {
        totalCount edges { cursor node { label } } nodes { membershipId groupId label kind } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";

async fn labels(app: &TestApp, key: &str, search: Option<&str>) -> Vec<String> {
    let answer = app
        .post(Some(key), QUERY, json!({ "search": search, "first": 100 }))
        .await;
    let nodes = answer.data()["workspace"]["directory"]["nodes"]
        .as_array()
        .unwrap()
        .clone();
    nodes
        .iter()
        .map(|node| node["label"].as_str().unwrap().to_owned())
        .collect()
}

on_both!(perm_4_the_directory_names_members_and_groups, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    app.member(&ws, "Zoë Abadi").disabled().create().await;
    app.member(&ws, "Sam Ortiz")
        .during(Interval::from(app.now() + Duration::days(1)))
        .create()
        .await;
    app.member(&ws, "Sia Novak")
        .origin(MembershipOrigin::SignUp)
        .create()
        .await;
    let gone = Interval::new(app.now() - Duration::days(2), app.now() - Duration::days(1));
    app.member(&ws, "Eli Gone").during(gone).create().await;
    app.administrator(&other, "Eve Laurent").await;
    app.group(&other, "Sailors", &[]).await;
    let parks = app.group(&ws, "Parks", &[]).await;
    app.group(&ws, "Élagueurs", &[]).await;
    let ended = app.group(&ws, "Ended", &[]).await;
    app.end_group(&ws, ended, app.now()).await;
    let nameless = app.member(&ws, "Nemo Nobody").create().await;
    let sql = "UPDATE account SET given_name = NULL, family_name = '' WHERE id = $1";
    app.sql(sql, vec![nameless.account.0.into()]).await;
    app.sql(
        "UPDATE membership SET sort_name = '' WHERE id = $1",
        vec![nameless.id.0.into()],
    )
    .await;
    // By folded 'family given' and title.
    let all = [
        "—",
        "Zoë Abadi",
        "Élagueurs",
        "Sia Novak",
        "Sam Ortiz",
        "Parks",
        "Ada Veldkamp",
    ];
    assert_eq!(labels(app, &ada.key, None).await, all);
    let answer = app
        .post(Some(&ada.key), QUERY, json!({ "search": "parks" }))
        .await;
    let directory = &answer.data()["workspace"]["directory"];
    assert_eq!(
        directory["nodes"],
        json!([{ "membershipId": null, "groupId": parks.to_string(), "label": "Parks", "kind": "GROUP" }])
    );
    let answer = app
        .post(Some(&ada.key), QUERY, json!({ "search": "VELDKAMP" }))
        .await;
    let directory = &answer.data()["workspace"]["directory"];
    assert_eq!(
        directory["nodes"],
        json!([{ "membershipId": ada.id.to_string(), "groupId": null, "label": "Ada Veldkamp", "kind": "MEMBER" }])
    );
    let text = app
        .post(Some(&ada.key), QUERY, json!({}))
        .await
        .body
        .to_string();
    assert!(
        !text.contains('@') && !text.contains("example"),
        "never an address"
    );
});

on_both!(
    perm_4_the_directory_searches_names_and_never_addresses,
    |app| {
        let (ws, ada) = app.portal().await;
        app.member(&ws, "Élodie Nuñez").create().await;
        app.member(&ws, "Jean-Noël O'Connell").create().await;
        app.group(&ws, "Parcs & forêts 100%", &[]).await;
        app.group(&ws, "Example_sites", &[]).await;
        for (search, found) in [
            ("elodie", vec!["Élodie Nuñez"]),
            ("NUN elo", vec!["Élodie Nuñez"]),
            ("noël", vec!["Jean-Noël O'Connell"]),
            ("o'conn", vec!["Jean-Noël O'Connell"]),
            ("foret", vec!["Parcs & forêts 100%"]),
            ("100%", vec!["Parcs & forêts 100%"]),
            ("e_s", vec!["Example_sites", "Parcs & forêts 100%"]),
            ("n", vec!["Élodie Nuñez", "Jean-Noël O'Connell"]),
            ("example", vec!["Example_sites"]),
            ("org", vec![]),
            ("ada.veldkamp@example.org", vec![]),
            ("ada.veldkamp", vec!["Ada Veldkamp"]),
            ("veldkamp@", vec![]),
            ("elodie parcs", vec![]),
        ] {
            assert_eq!(labels(app, &ada.key, Some(search)).await, found, "{search}");
        }
        assert_eq!(
            labels(app, &ada.key, Some("  - ")).await,
            [""; 0],
            "neither a letter nor a digit"
        );
        assert_eq!(
            labels(app, &ada.key, Some("  ")).await.len(),
            5,
            "nothing typed"
        );
        for (variables, what) in [
            (json!({ "search": "x".repeat(201) }), "a long search"),
            (json!({ "search": "a\u{0}b" }), "a control character"),
        ] {
            let answer = app.post(Some(&ada.key), QUERY, variables).await;
            assert_eq!(
                answer.refusals(),
                ["BAD_USER_INPUT workspace.directory"],
                "{what}"
            );
        }
        for (variables, what) in [
            (json!({ "first": 0 }), "no rows"),
            (json!({ "first": 101 }), "too many rows"),
            (json!({ "after": "nonsense" }), "no cursor"),
        ] {
            let answer = app.post(Some(&ada.key), QUERY, variables).await;
            assert_eq!(
                (answer.status.as_u16(), answer.refusals()),
                (400, vec!["BAD_USER_INPUT".to_owned()]),
                "{what}"
            );
        }
    }
);

on_both!(perm_4_walking_the_directory_gives_it_whole, |app| {
    let (ws, ada) = app.portal().await;
    for number in 0..7 {
        app.member(&ws, &format!("Ann{number} Same")).create().await;
        app.member(&ws, &format!("Parks G{number}")).create().await;
        app.group(&ws, &format!("G{number} parks"), &[]).await;
        app.group(&ws, &format!("Same {number}"), &[]).await;
    }
    let full = labels(app, &ada.key, None).await;
    assert_eq!(full.len(), 29);
    for size in [1, 2, 5, 28, 29, 30] {
        let (mut found, mut after): (Vec<String>, Value) = (Vec::new(), Value::Null);
        loop {
            let answer = app
                .post(
                    Some(&ada.key),
                    QUERY,
                    json!({ "first": size, "after": after }),
                )
                .await;
            let page = answer.data()["workspace"]["directory"].clone();
            let nodes = page["nodes"].as_array().unwrap();
            assert!(nodes.len() <= size);
            found.extend(
                nodes
                    .iter()
                    .map(|node| node["label"].as_str().unwrap().to_owned()),
            );
            assert_eq!(page["pageInfo"]["hasPreviousPage"], !after.is_null());
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
            after = page["pageInfo"]["endCursor"].clone();
            assert!(answer.statements <= 5, "{}", answer.statements);
        }
        assert_eq!(found, full, "{size}");
        let (mut found, mut before): (Vec<String>, Value) = (Vec::new(), Value::Null);
        loop {
            let answer = app
                .post(
                    Some(&ada.key),
                    QUERY,
                    json!({ "last": size, "before": before }),
                )
                .await;
            let page = &answer.data()["workspace"]["directory"];
            assert_eq!(page["totalCount"], 29);
            let labels = |nodes: Vec<&Value>| {
                nodes
                    .iter()
                    .map(|node| node["label"].as_str().unwrap().to_owned())
                    .collect()
            };
            let nodes: Vec<String> = labels(page["nodes"].as_array().unwrap().iter().collect());
            let edges: Vec<String> = labels(
                page["edges"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|edge| &edge["node"])
                    .collect(),
            );
            assert_eq!(nodes, edges);
            found = [nodes, found].concat();
            if page["pageInfo"]["hasPreviousPage"] == false {
                break;
            }
            before = page["pageInfo"]["startCursor"].clone();
        }
        assert_eq!(found, full, "{size} from the end");
    }
});

on_both!(
    perm_4_who_manages_security_reads_the_directory_and_nobody_else,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let secures = |permission: &Permission| {
            use Permission::{
                EditWorkspaceProperties, ManageOwnDatasetsSecurity, ManageOwnPagesSecurity,
            };
            matches!(
                permission,
                EditWorkspaceProperties | ManageOwnDatasetsSecurity | ManageOwnPagesSecurity
            )
        };
        for permission in Permission::ALL {
            let member = app
                .member(&ws, &format!("Pat {permission}"))
                .with(*permission)
                .create()
                .await;
            let answer = app.post(Some(&member.key), QUERY, json!({})).await;
            let expected: &[&str] = if secures(permission) {
                &[]
            } else {
                &["FORBIDDEN workspace.directory"]
            };
            assert_eq!(answer.refusals(), expected, "{permission}");
            if !secures(permission) {
                assert_eq!(answer.body["data"]["workspace"]["directory"], Value::Null);
                let required = &answer.body["errors"][0]["extensions"]["requiredPermission"];
                assert_eq!(required, "MANAGE_OWN_DATASETS_SECURITY");
            }
        }
        let disabled = app
            .member(&ws, "Dina Abadi")
            .preset(Preset::Publisher)
            .disabled()
            .create()
            .await;
        let eve = app.administrator(&other, "Eve Laurent").await;
        let operator = app.operator("Olu Adeyemi").await;
        for credential in [
            app.session_of(disabled.account).await,
            app.session_of(eve.account).await,
            operator,
        ] {
            assert_eq!(
                app.post(Some(&credential), QUERY, json!({}))
                    .await
                    .refusals(),
                ["FORBIDDEN workspace.directory"]
            );
        }
        assert_eq!(
            app.post(None, QUERY, json!({})).await.refusals(),
            ["UNAUTHENTICATED workspace.directory"]
        );

        // By a grant on one item, of the member's own or of a group's, while it counts and the item is
        // there.
        let now = app.now();
        let dataset = app.dataset(&ws, "trees", &ada, true, false).await;
        let page = app.page(&ws, "welcome", &ada, true, false).await;
        let (own, inside) = (
            app.member(&ws, "Olga Own").create().await,
            app.member(&ws, "Ina Inside").create().await,
        );
        let plain = app.member(&ws, "Paul Plain").create().await;
        let group = app.group(&ws, "Gardeners", &[]).await;
        app.put_into(&ws, group, &inside, Interval::from(now)).await;
        let hour = Interval::new(now, now + Duration::hours(1));
        app.item_grant(
            &ws,
            (Some(own.id), None),
            ItemId::Page(page),
            ResourceAccess::ManageSecurity,
            hour,
        )
        .await;
        let secured = ItemId::Dataset(dataset);
        app.item_grant(
            &ws,
            (None, Some(group)),
            secured,
            ResourceAccess::ManageSecurity,
            Interval::from(now),
        )
        .await;
        app.item_grant(
            &ws,
            (Some(plain.id), None),
            secured,
            ResourceAccess::Edit,
            Interval::from(now),
        )
        .await;
        let reads = async |key: &str| {
            app.post(Some(key), QUERY, json!({}))
                .await
                .refusals()
                .is_empty()
        };
        assert!(reads(&own.key).await && reads(&inside.key).await && !reads(&plain.key).await);
        app.pass(Duration::hours(1));
        assert!(
            !reads(&own.key).await && reads(&inside.key).await,
            "the end works at once"
        );
        app.sql(
            "UPDATE dataset SET deleted_at = $1 WHERE id = $2",
            vec![now.into(), dataset.0.into()],
        )
        .await;
        assert!(!reads(&inside.key).await, "the item is gone");
        let narrowed = app
            .member(&ws, "Nils Berg")
            .preset(Preset::Publisher)
            .scoped(&[Permission::CreatePages])
            .create()
            .await;
        assert!(
            !reads(&narrowed.key).await,
            "the key's list has nothing of it"
        );
    }
);
