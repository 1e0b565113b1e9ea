//! Access to one dataset or page (PERM-4).

use concierge::domain::{id::DatasetId, permission::Permission};
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

/// What the member is told of an item.
async fn can(app: &TestApp, member: &Member, item: &str, access: &str) -> bool {
    let query = "query($id: ID!, $access: ResourceAccess!) { viewer { canAccess(resource: $id, access: $access) } }";
    let answer = app
        .post(
            Some(&member.key),
            query,
            json!({ "id": item, "access": access }),
        )
        .await;
    answer.data()["viewer"]["canAccess"].as_bool().unwrap()
}

struct World {
    ws: Ws,
    ada: Member,
    ben: Member,
    dataset: String,
    page: String,
}

async fn world(app: &TestApp) -> World {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let dataset = app
        .dataset(&ws, "trees", &ada, true, false)
        .await
        .to_string();
    let page = app
        .page(&ws, "welcome", &ada, true, false)
        .await
        .to_string();
    World {
        ws,
        ada,
        ben,
        dataset,
        page,
    }
}

fn input(member: &Member, item: &str, access: &[&str], more: Value) -> Value {
    let mut input =
        json!({ "membershipIds": [member.id.to_string()], "resourceId": item, "access": access });
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

on_both!(perm_4_access_to_a_dataset_and_to_a_page, |app| {
    let World {
        ws,
        ada,
        ben,
        dataset,
        page,
    } = world(app).await;
    for access in ["BROWSE", "EDIT", "PUBLISH", "MANAGE_SECURITY"] {
        assert!(!can(app, &ben, &dataset, access).await);
    }
    let given = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(
                &ben,
                &dataset,
                &["MANAGE_SECURITY", "EDIT", "PUBLISH"],
                json!({}),
            ),
        )
        .await;
    assert_eq!(given.became(), ["GRANTED"]);
    let kinds: Vec<_> = given.0["results"][0]["grants"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["access"].clone())
        .collect();
    assert_eq!(kinds, ["EDIT", "PUBLISH", "MANAGE_SECURITY"]);
    let effect = json!({ "membership": { "id": ben.id.to_string() }, "gained": [], "lost": [] });
    assert_eq!(
        given.0["effects"],
        json!([effect]),
        "no permission, but access to an item"
    );
    for access in ["BROWSE", "EDIT", "PUBLISH", "MANAGE_SECURITY"] {
        assert!(can(app, &ben, &dataset, access).await, "{access}");
    }
    assert!(!can(app, &ben, &dataset, "DELETE").await);
    assert!(app.permissions(&ada, &ws, ben.id).await.is_empty());

    let taken = app
        .mutate(
            &ada.key,
            "revokePermissions",
            input(&ben, &dataset, &["EDIT"], json!({})),
        )
        .await;
    assert_eq!(taken.became(), ["REVOKED"]);
    assert!(
        !can(app, &ben, &dataset, "PUBLISH").await,
        "PUBLISH needs EDIT"
    );

    let given = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(
                &ben,
                &page,
                &["BROWSE", "EDIT", "MANAGE_SECURITY"],
                json!({}),
            ),
        )
        .await;
    assert_eq!(given.became(), ["GRANTED"]);
    assert!(can(app, &ben, &page, "MANAGE_SECURITY").await);
});

on_both!(perm_4_a_group_gives_access_to_its_members, |app| {
    let World {
        ws,
        ada,
        ben,
        dataset,
        ..
    } = world(app).await;
    let group = app.group(&ws, "Tree wardens", &[]).await;
    app.put_into(
        &ws,
        group,
        &ben,
        concierge::domain::interval::Interval::from(app.now()),
    )
    .await;
    let input =
        json!({ "groupId": group.to_string(), "resourceId": dataset, "access": ["BROWSE"] });
    assert_eq!(
        app.mutate(&ada.key, "grantPermissions", input)
            .await
            .became(),
        ["GRANTED"]
    );
    assert!(can(app, &ben, &dataset, "BROWSE").await);
    assert!(!can(app, &ben, &dataset, "EDIT").await);
});

on_both!(perm_4_record_filters_go_with_browse_on_a_dataset, |app| {
    let World {
        ada,
        ben,
        dataset,
        page,
        ..
    } = world(app).await;
    let filter = "district = \"Öst\"\nAND height > 3";
    let given = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(
                &ben,
                &dataset,
                &["BROWSE"],
                json!({ "recordFilter": filter }),
            ),
        )
        .await;
    assert_eq!(given.0["results"][0]["grants"][0]["recordFilter"], filter);
    // Another filter, and none, are other grants.
    let other = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(
                &ben,
                &dataset,
                &["BROWSE"],
                json!({ "recordFilter": "height > 4" }),
            ),
        )
        .await;
    assert_eq!(other.became(), ["GRANTED"]);
    let whole = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(&ben, &dataset, &["BROWSE"], json!({})),
        )
        .await;
    assert_eq!(whole.became(), ["GRANTED"]);
    let again = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(
                &ben,
                &dataset,
                &["BROWSE"],
                json!({ "recordFilter": filter }),
            ),
        )
        .await;
    assert_eq!(again.became(), ["ALREADY_GRANTED"]);

    let longest = "é".repeat(10_000);
    let given = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(
                &ben,
                &dataset,
                &["BROWSE"],
                json!({ "recordFilter": longest }),
            ),
        )
        .await;
    assert_eq!(given.became(), ["GRANTED"]);
    let before = app.footprint().await;
    for (item, access, filter, code) in [
        (
            &dataset,
            ["BROWSE"].as_slice(),
            "x".repeat(10_001),
            "TOO_LONG recordFilter",
        ),
        (
            &dataset,
            &["BROWSE"],
            "x".repeat(90_000),
            "TOO_LONG recordFilter",
        ),
        (
            &dataset,
            &["BROWSE"],
            "a\u{0}b".to_owned(),
            "INVALID_CHARACTERS recordFilter",
        ),
        (
            &dataset,
            &["BROWSE"],
            "a\u{7f}b".to_owned(),
            "INVALID_CHARACTERS recordFilter",
        ),
        (
            &dataset,
            &["BROWSE"],
            " ".to_owned(),
            "TOO_SHORT recordFilter",
        ),
        (
            &dataset,
            &["BROWSE", "EDIT"],
            "x".to_owned(),
            "FILTER_NOT_ALLOWED recordFilter",
        ),
        (
            &dataset,
            &["EDIT"],
            "x".to_owned(),
            "FILTER_NOT_ALLOWED recordFilter",
        ),
        (
            &page,
            &["BROWSE"],
            "x".to_owned(),
            "FILTER_NOT_ALLOWED recordFilter",
        ),
    ] {
        let refused = app
            .mutate(
                &ada.key,
                "grantPermissions",
                input(&ben, item, access, json!({ "recordFilter": filter })),
            )
            .await;
        assert_eq!(refused.errors(), [code]);
        assert_eq!(refused.became().len(), 0);
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(
    perm_4_pages_have_no_publish_and_nobody_is_given_delete,
    |app| {
        let World {
            ada,
            ben,
            dataset,
            page,
            ..
        } = world(app).await;
        let before = app.footprint().await;
        for (item, access) in [
            (&page, ["PUBLISH"]),
            (&page, ["DELETE"]),
            (&dataset, ["DELETE"]),
        ] {
            let refused = app
                .mutate(
                    &ada.key,
                    "grantPermissions",
                    input(&ben, item, &access, json!({})),
                )
                .await;
            assert_eq!(refused.errors(), ["INVALID_ACCESS access"]);
        }
        assert_eq!(app.footprint().await, before);
    }
);

on_both!(perm_4_items_of_other_workspaces_are_not_there, |app| {
    let World { ws, ada, ben, .. } = world(app).await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let foreign = app
        .dataset(&other, "boats", &eve, true, true)
        .await
        .to_string();
    let group = app.group(&ws, "Tree wardens", &[]).await.to_string();
    let before = app.footprint().await;
    let refused = app
        .mutate(
            &ada.key,
            "grantPermissions",
            input(&ben, &foreign, &["BROWSE"], json!({})),
        )
        .await;
    assert_eq!(refused.errors(), ["NOT_FOUND resourceId"]);
    // Nor can anything be taken from a member or a group there.
    let unknown = DatasetId(app.app.deps.ids.uuid(app.now())).to_string();
    for item in [&foreign, &unknown] {
        let of_group = json!({ "groupId": group, "resourceId": item, "access": ["BROWSE"] });
        for input in [input(&ben, item, &["BROWSE"], json!({})), of_group] {
            let refused = app.mutate(&ada.key, "revokePermissions", input).await;
            assert_eq!(
                (refused.errors(), refused.became()),
                (vec!["NOT_FOUND resourceId".to_owned()], vec![])
            );
        }
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(perm_4_an_item_that_one_may_not_browse_is_not_there, |app| {
    let World {
        ws,
        ada,
        ben,
        dataset,
        ..
    } = world(app).await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    let unknown = concierge::domain::id::DatasetId(app.app.deps.ids.uuid(app.now())).to_string();
    let before = app.footprint().await;
    for item in [&dataset, &unknown] {
        let refused = app
            .try_mutate(
                &ben.key,
                "grantPermissions",
                input(&cho, item, &["BROWSE"], json!({})),
            )
            .await;
        assert_eq!(refused.refusal(), "NOT_FOUND");
        let refused = app
            .try_mutate(
                &ben.key,
                "revokePermissions",
                input(&cho, item, &["BROWSE"], json!({})),
            )
            .await;
        assert_eq!(refused.refusal(), "FORBIDDEN");
    }
    assert_eq!(app.footprint().await, before);
    let browse = input(&ben, &dataset, &["BROWSE"], json!({}));
    app.mutate(&ada.key, "grantPermissions", browse).await;
    let refused = app
        .try_mutate(
            &ben.key,
            "grantPermissions",
            input(&cho, &dataset, &["BROWSE"], json!({})),
        )
        .await;
    assert_eq!(
        refused.refusal(),
        "FORBIDDEN",
        "who may browse it is told what is missing"
    );
});

on_both!(
    perm_6_who_manages_the_security_of_an_item_admits_others_and_not_themself,
    |app| {
        let World {
            ws,
            ada,
            ben,
            dataset,
            ..
        } = world(app).await;
        let page = app.page(&ws, "news", &ada, true, true).await.to_string();
        let cho = app.member(&ws, "Cho Minh").create().await;
        app.mutate(
            &ada.key,
            "grantPermissions",
            input(&ben, &dataset, &["EDIT", "MANAGE_SECURITY"], json!({})),
        )
        .await;

        // Any access, also one that they do not hold, and also for longer; but of that item alone, and
        // no permission.
        let given = app
            .mutate(
                &ben.key,
                "grantPermissions",
                input(
                    &cho,
                    &dataset,
                    &["BROWSE", "EDIT", "PUBLISH", "MANAGE_SECURITY"],
                    json!({}),
                ),
            )
            .await;
        assert_eq!(given.became(), ["GRANTED"]);
        let taken = app
            .mutate(
                &ben.key,
                "revokePermissions",
                input(&cho, &dataset, &["PUBLISH"], json!({})),
            )
            .await;
        assert_eq!(taken.became(), ["REVOKED"]);

        let before = app.footprint().await;
        for mutation in ["grantPermissions", "revokePermissions"] {
            let own = app
                .mutate(
                    &ben.key,
                    mutation,
                    input(&ben, &dataset, &["BROWSE"], json!({})),
                )
                .await;
            assert_eq!(own.became(), ["FORBIDDEN"], "{mutation} to oneself");
            let administrator = app
                .mutate(
                    &ben.key,
                    mutation,
                    input(&ada, &dataset, &["BROWSE"], json!({})),
                )
                .await;
            assert_eq!(
                administrator.became(),
                ["FORBIDDEN"],
                "{mutation} to an administrator"
            );
            let other = app
                .try_mutate(
                    &ben.key,
                    mutation,
                    input(&cho, &page, &["BROWSE"], json!({})),
                )
                .await;
            assert_eq!(other.refusal(), "FORBIDDEN", "{mutation} of another item");
            assert_eq!(
                other.body["errors"][0]["extensions"]["requiredPermission"],
                "MANAGE_OWN_PAGES_SECURITY"
            );
            let permission =
                json!({ "membershipIds": [cho.id.to_string()], "permissions": ["MANAGE_REUSES"] });
            let permission = app.try_mutate(&ben.key, mutation, permission).await;
            assert_eq!(permission.refusal(), "FORBIDDEN");
            assert_eq!(
                permission.body["errors"][0]["extensions"]["requiredPermission"],
                "EDIT_WORKSPACE_PROPERTIES"
            );
        }
        assert_eq!(app.footprint().await, before);

        // EWP may take access to an item, and not give it.
        let dina = app
            .member(&ws, "Dina Abadi")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        assert_eq!(
            app.mutate(
                &dina.key,
                "revokePermissions",
                input(&cho, &dataset, &["EDIT"], json!({}))
            )
            .await
            .became(),
            ["REVOKED"]
        );
        assert_eq!(
            app.try_mutate(
                &dina.key,
                "grantPermissions",
                input(&cho, &dataset, &["EDIT"], json!({}))
            )
            .await
            .refusal(),
            "FORBIDDEN"
        );
    }
);
