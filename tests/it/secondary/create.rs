//! `createSecondaryWorkspace` (WS-2, WS-10): what a new one has, and when there is none.

use concierge::domain::{mail::MailKind, permission::Permission, vocabulary::AccessMode};
use serde_json::{Value, json};

use super::{World, kinds, made};
use crate::support::{TestApp, on_both};

const CREATE: &str = "createSecondaryWorkspace";

const INSIDE: &str = "query($slug: String!) { workspace(slug: $slug) { name accessMode parent { slug } deletedAt
    signUp { enabled } viewerMembership { role { name } accessEndsAt } roles { name isPreset } defaultPermissions
    license { seats seatsUsed quotas { type limit sumOfCaps } }
    quotaValues(scope: WORKSPACE_CAP) { type limit period } auditEvents(last: 9) { nodes { kind } } } }";

on_both!(
    ws_10_one_write_makes_the_workspace_its_invitation_and_its_caps,
    |app| {
        let world = World::of(app).await;
        world
            .license(
                app,
                json!({ "seats": 3, "values": [{ "type": "DATASETS", "limit": 50 }] }),
            )
            .await;
        let nora = app.outsider("Nora Lind").await;
        let mut input = world.input("harbour");
        input["administratorEmail"] = json!("Nora.Lind@EXAMPLE.org");
        input["caps"] = json!([
            { "type": "DATASETS", "limit": 50 },
            { "type": "API_CALLS", "limit": 1_000, "period": "MONTH" },
        ]);
        let done = app.rehearsed(&world.manager, CREATE, input).await;
        let ws = made(&done);
        let invitation = &done.0["invitation"];
        assert_eq!(
            (&invitation["state"], &invitation["role"]["name"]),
            (&json!("PENDING"), &json!("Administrator"))
        );
        assert_eq!(done.0["effects"], json!([]));
        let mails = app.mails(MailKind::Invitation, "nora.lind@example.org");
        assert_eq!(mails.await.len(), 1);
        assert_eq!(
            kinds(app, &ws).await,
            ["WORKSPACE_CREATED", "INVITATION_CREATED"]
        );
        let last = app.events(&world.main).await.pop().unwrap();
        assert_eq!(
            (last.kind.as_str(), last.subject_id, last.actor_account_id),
            (
                "SECONDARY_WORKSPACE_CREATED",
                Some(ws.id.to_string()),
                Some(world.mona.account.0)
            )
        );
        assert!(!last.changes.contains("example.org"), "no address here");

        let accept = json!({ "id": invitation["id"] });
        app.mutate(&nora, "acceptInvitation", accept).await;
        let variables = json!({ "slug": "harbour" });
        let answer = app.post(Some(&nora), INSIDE, variables).await;
        let inside = &answer.data()["workspace"];
        assert_eq!(
            (&inside["accessMode"], &inside["parent"]["slug"]),
            (&json!("PRIVATE"), &json!("upriver"))
        );
        assert_eq!(inside["signUp"]["enabled"], json!(false));
        assert_eq!(inside["deletedAt"], Value::Null);
        let own = json!({ "role": { "name": "Administrator" }, "accessEndsAt": null });
        assert_eq!(inside["viewerMembership"], own);
        assert_eq!(inside["roles"].as_array().unwrap().len(), 5);
        assert_eq!(inside["defaultPermissions"], json!([]));
        // Two members of the main workspace, and the one here.
        assert_eq!(inside["license"]["seatsUsed"], 3);
        assert_eq!(
            inside["quotaValues"],
            json!([
                { "type": "API_CALLS", "limit": 1_000, "period": "MONTH" },
                { "type": "DATASETS", "limit": 50, "period": null },
            ])
        );
        let sum = |index: usize| inside["license"]["quotas"][index]["sumOfCaps"].clone();
        assert_eq!(
            (sum(0), sum(1)),
            (json!(0), json!(50)),
            "caps of one period"
        );
        let record = inside["auditEvents"]["nodes"].as_array().unwrap();
        assert_eq!(record.last().unwrap()["kind"], "WORKSPACE_CREATED");
    }
);

on_both!(
    ws_10_the_license_bounds_how_many_there_are_and_ends_none,
    |app| {
        let world = World::of(app).await;
        let refused = async |slug: &str| {
            let before = app.footprint().await;
            let done = app.mutate(&world.manager, CREATE, world.input(slug)).await;
            assert_eq!(app.footprint().await, before);
            assert_eq!(done.0["workspace"], Value::Null);
            done
        };
        let terms = json!({ "maxSecondaryWorkspaces": 1 });
        world.license(app, terms).await;
        let harbour = world.make(app, "harbour").await;
        let done = refused("transit").await;
        assert_eq!(done.errors(), ["SECONDARY_WORKSPACES_EXCEEDED parentId"]);
        let error = &done.0["errors"][0];
        assert!(
            error["message"].as_str().unwrap().contains("maximum of 1 "),
            "{error}"
        );
        for terms in [
            json!({ "maxSecondaryWorkspaces": 0 }),
            json!({ "secondaryWorkspacesEnabled": false }),
        ] {
            world.license(app, terms).await;
            let query =
                "{ workspace(slug: \"upriver\") { secondaryWorkspaces { nodes { slug } } } }";
            let answer = app.post(Some(&world.manager), query, json!({})).await;
            let nodes = &answer.data()["workspace"]["secondaryWorkspaces"]["nodes"];
            assert_eq!(nodes, &json!([{ "slug": "harbour" }]), "none is ended");
        }
        let done = refused("transit").await;
        assert_eq!(done.errors(), ["SECONDARY_WORKSPACES_DISABLED parentId"]);
        // A deleted one does not count.
        world
            .license(
                app,
                json!({ "secondaryWorkspacesEnabled": true, "maxSecondaryWorkspaces": 1 }),
            )
            .await;
        world.delete(app, &harbour).await;
        world.make(app, "transit").await;
        // The invitation takes a seat.
        world
            .license(app, json!({ "seats": 3, "maxSecondaryWorkspaces": null }))
            .await;
        let done = refused("parks").await;
        assert_eq!(done.errors(), ["SEATS_EXCEEDED administratorEmail"]);
        world.license(app, json!({ "seats": 4 })).await;
        world.make(app, "parks").await;
    }
);

on_both!(ws_2_what_is_wrong_makes_nothing, |app| {
    let world = World::of(app).await;
    world
        .license(
            app,
            json!({ "values": [
                { "type": "DATASETS", "limit": 5 }, { "type": "API_CALLS", "limit": 100, "period": "MONTH" },
            ] }),
        )
        .await;
    let gone = world.make(app, "harbour").await;
    world.delete(app, &gone).await;
    let transit = world.make(app, "transit").await;
    let tess = app.administrator(&transit, "Tess Moreau").await;
    let with = |field: &str, value: Value| {
        let mut input = world.input("parks");
        input[field] = value;
        input
    };
    let cap = |quota: &str, limit: i64| json!([{ "type": quota, "limit": limit }]);
    let before = app.footprint().await;
    let wrong = [
        (with("slug", json!("ab")), vec!["INVALID_SLUG slug"]),
        (with("slug", json!("Parks")), vec!["INVALID_SLUG slug"]),
        (
            with("slug", json!("a".repeat(28))),
            vec!["INVALID_SLUG slug"],
        ),
        (with("slug", json!("graphql")), vec!["RESERVED slug"]),
        (with("slug", json!("upriver")), vec!["TAKEN slug"]),
        (with("slug", json!("harbour")), vec!["TAKEN slug"]),
        (with("name", json!(" ")), vec!["TOO_SHORT name"]),
        (with("name", json!("x".repeat(101))), vec!["TOO_LONG name"]),
        (
            with("caps", cap("DATASETS", -1)),
            vec!["OUT_OF_RANGE caps.0.limit"],
        ),
        (
            with("caps", cap("DATASETS", 6)),
            vec!["LICENSE_EXCEEDED caps.0.limit"],
        ),
        (
            with("caps", cap("RECORDS_PER_DATASET", 1_500)),
            vec!["NOT_A_MULTIPLE caps.0.limit"],
        ),
        (
            with(
                "caps",
                json!([{ "type": "DATASETS", "limit": 1, "period": "DAY" }]),
            ),
            vec!["PERIOD_NOT_ALLOWED caps.0.period"],
        ),
        (
            with(
                "caps",
                json!([{ "type": "DATASETS", "limit": 1 }, { "type": "DATASETS", "limit": 2 }]),
            ),
            vec!["DUPLICATE caps.1"],
        ),
        (
            with(
                "caps",
                json!([{ "type": "API_CALLS", "limit": 101, "period": "MONTH" }]),
            ),
            vec!["LICENSE_EXCEEDED caps.0.limit"],
        ),
    ];
    for (input, errors) in wrong {
        let done = app.mutate(&world.manager, CREATE, input.clone()).await;
        assert_eq!(done.errors(), errors, "{input}");
        assert_eq!(
            (&done.0["workspace"], &done.0["invitation"]),
            (&Value::Null, &Value::Null)
        );
    }
    // Everything that is wrong is told at once.
    let mut all = with("slug", json!("!"));
    all["name"] = json!("");
    all["caps"] = cap("DATASETS", 6);
    let done = app.mutate(&world.manager, CREATE, all).await;
    let mut errors = done.errors();
    errors.sort();
    assert_eq!(
        errors,
        [
            "INVALID_SLUG slug",
            "LICENSE_EXCEEDED caps.0.limit",
            "TOO_SHORT name"
        ]
    );
    // A secondary workspace has none of its own, whoever asks there.
    let session = app.session_of(tess.account).await;
    let done = app
        .mutate(
            &session,
            CREATE,
            with("parentId", json!(transit.id.to_string())),
        )
        .await;
    assert_eq!(done.errors(), ["SECONDARY_WORKSPACE parentId"]);
    for (field, value) in [
        ("administratorEmail", json!("nobody")),
        ("parentId", json!("ws_")),
        ("caps", json!([{ "type": "DATASETS" }])),
        (
            "caps",
            json!(vec![json!({ "type": "DATASETS", "limit": 1 }); 101]),
        ),
    ] {
        let answer = app
            .try_mutate(&world.manager, CREATE, with(field, value.clone()))
            .await;
        assert_eq!(answer.refusal(), "BAD_USER_INPUT", "{field} {value}");
    }
    assert_eq!(app.footprint().await, before);
    // By another period the number is not compared.
    let daily = with(
        "caps",
        json!([{ "type": "API_CALLS", "limit": 101, "period": "DAY" }]),
    );
    made(&app.mutate(&world.manager, CREATE, daily).await);
});

on_both!(ws_10_of_two_at_once_one_gets_the_last_place, |app| {
    let world = World::of(app).await;
    let other = app.workspace("lakeside").await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let eve = app.session_of(eve.account).await;
    let elsewhere = json!({
        "workspaceId": other.id.to_string(), "secondaryWorkspacesEnabled": true,
    });
    app.mutate(&world.operator, "setLicense", elsewhere).await;
    world
        .license(app, json!({ "maxSecondaryWorkspaces": 1 }))
        .await;
    let call = |slug: &str| (world.manager.as_str(), CREATE, world.input(slug));
    let both = app.at_once(call("harbour"), call("transit")).await;
    let errors: Vec<_> = both
        .iter()
        .flat_map(|done| done.as_ref().unwrap().errors())
        .collect();
    assert_eq!(errors, ["SECONDARY_WORKSPACES_EXCEEDED parentId"]);
    world
        .license(app, json!({ "maxSecondaryWorkspaces": null }))
        .await;
    // One slug, asked for in two families.
    let mut there = world.input("parks");
    there["parentId"] = json!(other.id.to_string());
    let both = app
        .at_once(call("parks"), (eve.as_str(), CREATE, there))
        .await;
    let errors: Vec<_> = both
        .iter()
        .flat_map(|done| done.as_ref().unwrap().errors())
        .collect();
    assert_eq!(errors, ["TAKEN slug"]);
});

on_both!(
    perm_manage_secondary_workspaces_is_what_the_main_workspace_asks_for,
    |app| {
        let world = World::of(app).await;
        let ws = world.make(app, "harbour").await;
        let tess = app.administrator(&ws, "Tess Moreau").await;
        let editor = app
            .member(&world.main, "Ewa Kowalska")
            .with(Permission::EditWorkspaceProperties)
            .create()
            .await;
        let own = json!({ "id": ws.id.to_string(), "slug": "harbour" });
        let calls = [
            (CREATE, world.input("parks")),
            (
                "updateSecondaryWorkspace",
                json!({ "id": ws.id.to_string(), "name": "Port" }),
            ),
            ("deleteSecondaryWorkspace", own),
        ];
        let caps = json!({
            "workspaceIds": [ws.id.to_string()], "values": [{ "type": "DATASETS", "limit": 1 }],
        });
        let before = app.footprint().await;
        for member in [&tess, &editor] {
            let session = app.session_of(member.account).await;
            for (mutation, input) in &calls {
                let answer = app.try_mutate(&session, mutation, input.clone()).await;
                assert_eq!(answer.refusal(), "FORBIDDEN", "{mutation}");
                let extensions = &answer.body["errors"][0]["extensions"];
                assert_eq!(
                    extensions["requiredPermission"],
                    "MANAGE_SECONDARY_WORKSPACES"
                );
            }
        }
        let answer = app
            .try_mutate(&editor.key, "setWorkspaceCaps", caps.clone())
            .await;
        assert_eq!(answer.refusal(), "FORBIDDEN");
        // Who is no member of the main workspace names nothing of it.
        let session = app.session_of(tess.account).await;
        for credential in [&session, &world.operator, &tess.key] {
            let answer = app
                .try_mutate(credential, "setWorkspaceCaps", caps.clone())
                .await;
            assert_eq!(answer.refusal(), "NOT_FOUND");
        }
        assert_eq!(app.footprint().await, before);
        // An administrator of the main workspace holds it too.
        let ada = app.session_of(world.ada.account).await;
        made(&app.mutate(&ada, CREATE, world.input("parks")).await);
    }
);

on_both!(
    mem_5_until_somebody_accepts_the_manager_can_invite_another,
    |app| {
        let world = World::of(app).await;
        let done = app
            .mutate(&world.manager, CREATE, world.input("harbour"))
            .await;
        let ws = made(&done);
        let cancel = json!({ "ids": [done.0["invitation"]["id"]] });
        let done = app
            .mutate(&world.manager, "cancelInvitations", cancel)
            .await;
        assert_eq!(done.became(), ["CANCELLED"]);
        let nora = app.outsider("Nora Lind").await;
        let role = app
            .preset(&ws, concierge::domain::permission::Preset::Administrator)
            .await;
        let mut invite = json!({
            "workspaceId": ws.id.to_string(), "invitees": [{ "email": "nora.lind@example.org" }],
            "roleId": role.to_string(),
        });
        // Never by key.
        let answer = app
            .try_mutate(&world.mona.key, "inviteMembers", invite.clone())
            .await;
        assert_eq!(answer.refusal(), "NOT_FOUND");
        let done = app
            .mutate(&world.manager, "inviteMembers", invite.clone())
            .await;
        assert_eq!(done.became(), ["INVITED"]);
        let accept = json!({ "id": done.invitations()[0] });
        app.mutate(&nora, "acceptInvitation", accept).await;
        invite["invitees"] = json!([{ "email": "ida.holm@example.org" }]);
        let answer = app
            .try_mutate(&world.manager, "inviteMembers", invite)
            .await;
        assert_eq!(answer.refusal(), "FORBIDDEN", "now there is one");
        assert_eq!(mode(app, &ws.slug).await, AccessMode::Private.as_str());
    }
);

async fn mode(app: &TestApp, slug: &str) -> String {
    let query = "query($slug: String!) { workspace(slug: $slug) { accessMode } }";
    let answer = app.post(None, query, json!({ "slug": slug })).await;
    let mode = answer.data()["workspace"]["accessMode"].as_str();
    mode.unwrap().to_owned()
}
