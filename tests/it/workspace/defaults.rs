//! `setDefaultPermissions` (PERM-6, PERM-7).

use concierge::{
    domain::{
        interval::Interval,
        permission::Permission::{BrowseAnalytics, EditWorkspaceProperties, ManageReuses},
    },
    entity,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

fn set(ws: &Ws, permissions: &[&str]) -> Value {
    json!({ "workspaceId": ws.id.to_string(), "permissions": permissions })
}

async fn defaults(app: &TestApp, ws: &Ws, reader: &Member) -> Value {
    let query = "query($ws: ID!) { workspace(id: $ws) { defaultPermissions } }";
    let answer = app
        .post(Some(&reader.key), query, json!({ "ws": ws.id.to_string() }))
        .await;
    answer.data()["workspace"]["defaultPermissions"].clone()
}

async fn rows(app: &TestApp) -> Vec<entity::default_permission::Model> {
    let mut rows = entity::default_permission::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.sort_by_key(|row| (row.permission.clone(), row.starts_at));
    rows
}

on_both!(
    perm_7_defaults_are_set_as_a_whole_and_change_nobody_who_is_in,
    |app| {
        let (ws, ada) = app.portal().await;
        let ben = app.member(&ws, "Ben Okafor").create().await;
        let first = app
            .rehearsed(
                &ada.key,
                "setDefaultPermissions",
                set(&ws, &["MANAGE_REUSES", "BROWSE_ANALYTICS"]),
            )
            .await;
        assert_eq!(
            first.0["workspace"]["defaultPermissions"],
            json!(["BROWSE_ANALYTICS", "MANAGE_REUSES"])
        );
        assert_eq!(first.0["effects"], json!([]));
        assert_eq!(
            app.permissions(&ada, &ws, ben.id).await,
            Vec::<String>::new()
        );
        assert_eq!(
            defaults(app, &ws, &ada).await,
            json!(["BROWSE_ANALYTICS", "MANAGE_REUSES"])
        );

        // What differs is ended or begun; what stays is left as it is.
        let before = rows(app).await;
        app.pass(chrono::Duration::minutes(1));
        let second = app
            .mutate(
                &ada.key,
                "setDefaultPermissions",
                set(&ws, &["CREATE_PAGES", "MANAGE_REUSES", "CREATE_PAGES"]),
            )
            .await;
        assert_eq!(
            second.0["changes"][0]["before"],
            json!(["BROWSE_ANALYTICS", "MANAGE_REUSES"])
        );
        assert_eq!(
            second.0["changes"][0]["after"],
            json!(["CREATE_PAGES", "MANAGE_REUSES"])
        );
        let after = rows(app).await;
        assert_eq!((before.len(), after.len()), (2, 3));
        assert_eq!(after[2], before[1], "MANAGE_REUSES");
        assert_eq!(
            (after[0].ended_by, after[0].starts_at),
            (Some(ada.account.0), before[0].starts_at)
        );
        assert_eq!(after[0].ends_at, after[1].starts_at);
        let kinds: Vec<_> = app
            .events(&ws)
            .await
            .into_iter()
            .map(|event| event.kind)
            .collect();
        assert_eq!(kinds, ["DEFAULT_PERMISSIONS_UPDATED"; 2]);

        let unchanged = app.footprint().await;
        let same = app
            .mutate(
                &ada.key,
                "setDefaultPermissions",
                set(&ws, &["MANAGE_REUSES", "CREATE_PAGES"]),
            )
            .await;
        assert_eq!(
            (&same.0["changes"], app.footprint().await),
            (&json!([]), unchanged)
        );
        assert_eq!(
            app.mutate(&ada.key, "setDefaultPermissions", set(&ws, &[]))
                .await
                .0["workspace"]["defaultPermissions"],
            json!([])
        );
        assert_eq!(defaults(app, &ws, &ada).await, json!([]));
    }
);

on_both!(perm_6_a_default_gives_what_one_holds_without_end, |app| {
    let (ws, ada) = app.portal().await;
    let ewp = app
        .member(&ws, "Ewa Kowalska")
        .with(EditWorkspaceProperties)
        .with(BrowseAnalytics)
        .create()
        .await;
    let hour = Interval::new(app.now(), app.now() + chrono::Duration::hours(1));
    app.grant_row(&ws, Some(ewp.id), None, Some(ManageReuses), hour, None)
        .await;
    let narrowed = app
        .member(&ws, "Nils Berg")
        .with(EditWorkspaceProperties)
        .with(BrowseAnalytics);
    let narrowed = narrowed.scoped(&[EditWorkspaceProperties]).create().await;
    app.mutate(
        &ada.key,
        "setDefaultPermissions",
        set(&ws, &["CREATE_PAGES"]),
    )
    .await;
    let before = app.footprint().await;
    // Not held; held, but not for good; held, but not by this key.
    for (credential, permission) in [
        (&ewp.key, "CREATE_DATASETS"),
        (&ewp.key, "MANAGE_REUSES"),
        (&narrowed.key, "BROWSE_ANALYTICS"),
    ] {
        for dry in [false, true] {
            let mut input = set(&ws, &["CREATE_PAGES", permission]);
            input["dryRun"] = json!(dry);
            assert_eq!(
                app.try_mutate(credential, "setDefaultPermissions", input)
                    .await
                    .refusal(),
                "FORBIDDEN",
                "{permission}"
            );
        }
    }
    assert_eq!(app.footprint().await, before);
    // What stays is not given anew, and taking away is free.
    let added = app
        .mutate(
            &ewp.key,
            "setDefaultPermissions",
            set(&ws, &["CREATE_PAGES", "BROWSE_ANALYTICS"]),
        )
        .await;
    assert_eq!(
        added.0["workspace"]["defaultPermissions"],
        json!(["CREATE_PAGES", "BROWSE_ANALYTICS"])
    );
    let taken = app
        .mutate(&narrowed.key, "setDefaultPermissions", set(&ws, &[]))
        .await;
    assert_eq!(taken.0["workspace"]["defaultPermissions"], json!([]));
});

on_both!(perm_7_strangers_set_no_defaults, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let strangers = [
        ben.key.clone(),
        app.session_of(eve.account).await,
        app.operator("Olu Adeyemi").await,
    ];
    let before = app.footprint().await;
    for credential in strangers {
        assert_eq!(
            app.try_mutate(&credential, "setDefaultPermissions", set(&ws, &[]))
                .await
                .refusal(),
            "FORBIDDEN"
        );
    }
    assert_eq!(
        app.try_mutate(&eve.key, "setDefaultPermissions", set(&ws, &[]))
            .await
            .refusal(),
        "NOT_FOUND"
    );
    let long = set(&ws, &["CREATE_PAGES"; 1_001]);
    assert_eq!(
        app.try_mutate(&ben.key, "setDefaultPermissions", long)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
    assert_eq!(app.footprint().await, before);
});
