//! Revoking (MEM-1, MEM-3, MEM-5, PERM-6, PERM-7, TIME-2, TIME-7).

use std::sync::Arc;

use chrono::Duration;
use concierge::{
    app::{App, Edge, assemble},
    domain::{
        clock::Clock,
        id::{AccountId, InvitationId},
        interval::Interval,
        permission::{
            Permission::{CreatePages, EditWorkspaceProperties, ManageReuses},
            Preset,
        },
        vocabulary::{QuotaScope, QuotaType},
    },
    entity,
    service::{
        deps::{Limits, SecretKey},
        hasher::{HashingCost, PasswordHasher},
    },
    store::{Database, engine::DatabaseOptions},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::ending::{held, keys, kinds, of, shown, status, temporary};
use crate::support::{TestApp, app::Door, on_both, world::Ws};

const REVOKE: &str = "revokeMembers";

/// Another node on the same database, with a cache of its own.
async fn another_node(app: &TestApp) -> Door {
    let options = DatabaseOptions {
        max_connections: 2,
        ..DatabaseOptions::new(app.url())
    };
    let db = Database::connect(&options).await.unwrap();
    let ids = Arc::clone(&app.app.deps.ids);
    let hasher = PasswordHasher::new(HashingCost::default(), 1, Arc::clone(&ids)).unwrap();
    let clock = Arc::clone(&app.clock) as Arc<dyn Clock>;
    let deps = assemble(
        db,
        clock,
        ids,
        SecretKey::new([7; 32]),
        Limits::default(),
        hasher,
        false,
    );
    Door::of(App::new(deps, Edge::default()).router().unwrap())
}

on_both!(
    mem_3_whoever_is_revoked_loses_everything_here_at_once,
    |app| {
        let (ws, other) = (
            app.workspace("riverton").await,
            app.workspace("lakeside").await,
        );
        let ada = app.administrator(&ws, "Ada Veldkamp").await;
        let ben = app
            .member(&ws, "Ben Okafor")
            .preset(Preset::Editor)
            .with(ManageReuses)
            .create()
            .await;
        let elsewhere = app
            .member(&other, "Ben Okafor")
            .of(ben.account)
            .with(ManageReuses)
            .create()
            .await;
        let group = app.group(&ws, "Parks", &[CreatePages]).await;
        app.put_into(&ws, group, &ben, Interval::from(app.now()))
            .await;
        app.quota(
            &ws,
            QuotaScope::Member,
            Some(ben.id.0),
            (QuotaType::ApiCalls, None),
            7,
        )
        .await;
        let (session, node) = (app.session(ben.account).await, another_node(app).await);
        let query = "{ viewer { kind can(workspace: \"riverton\", permission: MANAGE_REUSES) } }";
        for credential in [&ben.key, &session] {
            // Both nodes have seen them, and remember.
            for door in [&node, &app.door()] {
                assert_eq!(
                    door.post(Some(credential), query, json!({})).await.data()["viewer"]["can"],
                    true
                );
            }
        }
        let (grants, roles) = (app.grant_rows(ben.id).await, app.role_rows(&ben).await);
        app.pass(Duration::seconds(1));
        let revoked = app
            .mutate(
                &ada.key,
                REVOKE,
                of(&[&ben], json!({ "reason": "Left the city" })),
            )
            .await;
        assert_eq!(revoked.became(), ["REVOKED"]);
        let lost = json!(["CREATE_DATASETS", "CREATE_PAGES", "MANAGE_REUSES"]);
        assert_eq!(
            (
                &revoked.0["effects"][0]["lost"],
                &revoked.0["effects"][0]["gained"]
            ),
            (&lost, &json!([]))
        );
        let member = &revoked.0["results"][0]["membership"];
        assert_eq!(
            (&member["state"], &member["endReason"]),
            (&json!("ENDED"), &json!("REVOKED"))
        );
        assert_eq!(member["endedAt"], app.at(0));
        // On the very next request, on every node.
        for door in [&node, &app.door()] {
            assert_eq!(
                door.post(Some(&ben.key), query, json!({})).await.status,
                401
            );
            assert_eq!(
                door.post(Some(&session), query, json!({})).await.data()["viewer"]["can"],
                false
            );
        }
        let member = shown(app, &ada.key, &ben).await;
        assert_eq!(held(&member), [""; 0]);
        assert_eq!(
            keys(app, &app.session(ada.account).await, &ben).await,
            json!([{ "state": "REVOKED" }])
        );
        let list = "{ workspace(slug: \"riverton\") { members { totalCount nodes { id } } } }";
        let list = app.post(Some(&ada.key), list, json!({})).await;
        assert_eq!(
            list.data()["workspace"]["members"],
            json!({ "totalCount": 1, "nodes": [{ "id": ada.id.to_string() }] })
        );
        let query = "query ($id: ID!) { node(id: $id) { ... on Membership { effectiveQuota(type: API_CALLS) { limit decidedBy } } } }";
        let quota = app
            .post(Some(&ada.key), query, json!({ "id": ben.id.to_string() }))
            .await;
        assert_eq!(
            quota.data()["node"]["effectiveQuota"],
            json!({ "limit": null, "decidedBy": null })
        );

        // TIME-7: one row ended; what hangs on it stays as it was.
        assert_eq!(
            (app.grant_rows(ben.id).await, app.role_rows(&ben).await),
            (grants, roles)
        );
        let rows = entity::api_key::Entity::find()
            .all(app.app.deps.db.writer())
            .await
            .unwrap();
        assert!(rows.iter().all(|key| key.end_reason.is_none()));
        // The account and its other memberships are untouched.
        assert_eq!(status(app, &elsewhere.key).await, 200);
        let query = "{ viewer { can(workspace: \"lakeside\", permission: MANAGE_REUSES) } }";
        assert_eq!(
            app.post(Some(&session), query, json!({})).await.data()["viewer"]["can"],
            true
        );

        let before = app.footprint().await;
        let again = app.mutate(&ada.key, REVOKE, of(&[&ben], json!({}))).await;
        assert_eq!(
            (again.became(), &again.0["changes"]),
            (vec!["ALREADY_ENDED"], &json!([]))
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(kinds(app, &ws).await, ["MEMBERSHIP_REVOKED"]);
    }
);

on_both!(
    time_2_a_membership_that_has_not_begun_ends_as_it_starts,
    |app| {
        let (ws, ada) = app.portal().await;
        let tomorrow = Interval::from(app.now() + Duration::days(1));
        let sam = app
            .member(&ws, "Sam Ortiz")
            .preset(Preset::Viewer)
            .during(tomorrow)
            .create()
            .await;
        let dan = app.member(&ws, "Dan Disabled").disabled().create().await;
        let planned = app
            .member(&ws, "Pia Planned")
            .until(app.now() + Duration::days(1))
            .create()
            .await;
        let revoked = app
            .mutate(&ada.key, REVOKE, of(&[&sam, &dan, &planned], json!({})))
            .await;
        assert_eq!(revoked.became(), ["REVOKED"; 3]);
        for member in [&sam, &dan, &planned] {
            let shown = shown(app, &ada.key, member).await;
            assert_eq!(
                (&shown["state"], &shown["endReason"]),
                (&json!("ENDED"), &json!("REVOKED"))
            );
        }
        app.pass(Duration::days(2));
        for member in [&sam, &dan, &planned] {
            assert_eq!(
                (
                    shown(app, &ada.key, member).await["state"].clone(),
                    status(app, &member.key).await
                ),
                (json!("ENDED"), 401)
            );
        }
    }
);

on_both!(
    perm_6_only_administrators_revoke_administrators_and_perm_7_nobody_themself,
    |app| {
        let ws = app.workspace("riverton").await;
        let (ada, abe) = (
            app.administrator(&ws, "Ada Veldkamp").await,
            app.administrator(&ws, "Abe Nakamura").await,
        );
        let ewp = app
            .member(&ws, "Ewa Kowalska")
            .with(EditWorkspaceProperties)
            .create()
            .await;
        let ben = app
            .member(&ws, "Ben Okafor")
            .with(ManageReuses)
            .create()
            .await;
        let later = Interval::from(app.now() + Duration::days(1));
        let soon = app
            .member(&ws, "Sue Soon")
            .preset(Preset::Administrator)
            .during(later)
            .create()
            .await;
        let before = app.footprint().await;
        let refused = app
            .mutate(&ewp.key, REVOKE, of(&[&ada, &soon, &ewp], json!({})))
            .await;
        assert_eq!(refused.became(), ["FORBIDDEN"; 3]);
        assert_eq!(
            app.mutate(&ada.key, REVOKE, of(&[&ada], json!({})))
                .await
                .became(),
            ["FORBIDDEN"]
        );
        assert_eq!(app.footprint().await, before);
        assert_eq!(
            app.mutate(&ewp.key, REVOKE, of(&[&ben], json!({})))
                .await
                .became(),
            ["REVOKED"],
            "taking away is free"
        );
        assert_eq!(
            app.mutate(&ada.key, REVOKE, of(&[&abe, &soon], json!({})))
                .await
                .became(),
            ["REVOKED"; 2]
        );
    }
);

on_both!(mem_5_the_last_administrator_is_not_revoked, |app| {
    let (ws, ada) = app.portal().await;
    let tess = temporary(app, &ws, "Tess Moreau").await;
    let before = app.footprint().await;
    assert_eq!(
        app.mutate(&tess.key, REVOKE, of(&[&ada], json!({})))
            .await
            .became(),
        ["LAST_ADMINISTRATOR"]
    );
    assert_eq!(app.footprint().await, before);
    let abe = app.administrator(&ws, "Abe Nakamura").await;
    let both = app
        .mutate(&tess.key, REVOKE, of(&[&ada, &abe], json!({})))
        .await;
    assert_eq!(both.became(), ["REVOKED", "LAST_ADMINISTRATOR"]);
});

/// An invitation that `by` sent, pending for a month unless `cancelled`.
async fn invitation(
    app: &TestApp,
    ws: &Ws,
    by: AccountId,
    name: &str,
    cancelled: bool,
) -> InvitationId {
    let id = app.app.deps.ids.uuid(app.now());
    let row = entity::invitation::Model {
        id,
        workspace_id: ws.id.0,
        email: format!("{name}@example.org"),
        email_canonical: format!("{name}@example.org"),
        given_name: None,
        family_name: None,
        role_id: None,
        permissions: "[]".to_owned(),
        group_ids: "[]".to_owned(),
        quotas: "[]".to_owned(),
        access_starts_at: None,
        access_ends_at: None,
        access_duration_seconds: None,
        locale: "EN".to_owned(),
        note: None,
        invited_by: Some(by.0),
        created_at: app.now(),
        expires_at: app.now() + Duration::days(30),
        generation: 1,
        accepted_at: None,
        declined_at: None,
        cancelled_at: cancelled.then(|| app.now()),
        membership_id: None,
        default_permissions: None,
        delivery_state: None,
        delivery_at: None,
        delivery_status: None,
        reminded_generation: None,
    };
    let db = app.app.deps.db.writer();
    entity::invitation::Entity::insert(row.into_active_model())
        .exec_without_returning(db)
        .await
        .unwrap();
    InvitationId(id)
}

on_both!(mem_3_their_invitations_are_cancelled_if_asked_for, |app| {
    let (ws, other) = (
        app.workspace("riverton").await,
        app.workspace("lakeside").await,
    );
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let (ben, cho) = (
        app.member(&ws, "Ben Okafor").create().await,
        app.member(&ws, "Cho Minh").create().await,
    );
    let first = invitation(app, &ws, ben.account, "first", false).await;
    let done = invitation(app, &ws, ben.account, "done", true).await;
    let elsewhere = invitation(app, &other, ben.account, "elsewhere", false).await;
    let of_ada = invitation(app, &ws, ada.account, "of-ada", false).await;
    let of_cho = invitation(app, &ws, cho.account, "of-cho", false).await;
    let state = async |id: InvitationId| {
        let row = entity::invitation::Entity::find_by_id(id.0)
            .one(app.app.deps.db.writer())
            .await
            .unwrap()
            .unwrap();
        row.cancelled_at
    };
    let began = app.now();
    app.pass(Duration::seconds(5));
    // Not unless asked for.
    assert_eq!(
        app.mutate(&ada.key, REVOKE, of(&[&cho], json!({})))
            .await
            .became(),
        ["REVOKED"]
    );
    assert_eq!(state(of_cho).await, None);
    app.pass(Duration::seconds(5));
    let input = of(&[&ben, &cho], json!({ "cancelTheirInvitations": true }));
    let mut dry = input.clone();
    dry["dryRun"] = json!(true);
    let before = app.footprint().await;
    let rehearsed = app.mutate(&ada.key, REVOKE, dry).await;
    assert_eq!(app.footprint().await, before);
    let revoked = app.mutate(&ada.key, REVOKE, input).await;
    assert_eq!(revoked.became(), ["REVOKED", "ALREADY_ENDED"]);
    assert_eq!(rehearsed.0["changes"], revoked.0["changes"]);
    assert_eq!(
        (state(first).await, state(done).await),
        (Some(app.now()), Some(began))
    );
    assert_eq!(
        (
            state(elsewhere).await,
            state(of_ada).await,
            state(of_cho).await
        ),
        (None, None, None)
    );
    assert_eq!(
        kinds(app, &ws).await,
        [
            "MEMBERSHIP_REVOKED",
            "MEMBERSHIP_REVOKED",
            "INVITATION_CANCELLED"
        ]
    );
    let cancelled = app.events(&ws).await.pop().unwrap();
    assert_eq!(cancelled.subject_id, Some(first.to_string()));
});

on_both!(mem_1_every_end_has_its_reason, |app| {
    let (ws, ada) = app.portal().await;
    let [revoked, expired, left] = [
        app.member(&ws, "Rae Revoked").create().await,
        app.member(&ws, "Eve Expired").create().await,
        app.member(&ws, "Lee Left").create().await,
    ];
    app.mutate(&ada.key, REVOKE, of(&[&revoked], json!({})))
        .await;
    app.mutate(
        &ada.key,
        "setAccessPeriod",
        of(&[&expired], json!({ "durationSeconds": 1 })),
    )
    .await;
    let session = app.session(left.account).await;
    app.mutate(
        &session,
        "leaveWorkspace",
        json!({ "workspaceId": ws.id.to_string() }),
    )
    .await;
    app.pass(Duration::seconds(2));
    for (member, reason) in [
        (&revoked, "REVOKED"),
        (&expired, "EXPIRED"),
        (&left, "LEFT"),
    ] {
        let shown = shown(app, &ada.key, member).await;
        assert_eq!(
            (&shown["state"], &shown["endReason"]),
            (&json!("ENDED"), &json!(reason))
        );
        // Ended is ended: nothing brings it back, nothing is given to it.
        let gone = of(&[member], json!({}));
        for (mutation, more) in [
            ("setAccessPeriod", json!({ "unlimited": true })),
            ("disableMembers", json!({})),
            ("enableMembers", json!({})),
            ("setMemberRole", json!({ "roleId": null })),
            (
                "grantPermissions",
                json!({ "permissions": ["MANAGE_REUSES"] }),
            ),
        ] {
            assert_eq!(
                app.mutate(&ada.key, mutation, of(&[member], more))
                    .await
                    .became(),
                ["NOT_ACTIVE"],
                "{mutation}"
            );
        }
        assert_eq!(
            app.mutate(&ada.key, REVOKE, gone).await.became(),
            ["ALREADY_ENDED"]
        );
        let (own, query) = (
            app.session(member.account).await,
            "{ viewer { membership(workspace: \"riverton\") { id } } }",
        );
        assert_eq!(
            app.post(Some(&own), query, json!({})).await.data()["viewer"]["membership"],
            Value::Null
        );
    }
});
