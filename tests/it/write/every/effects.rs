//! AUD-4's effects: who gains or loses which right or quota, and which keys stop.

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::Permission,
    vocabulary::{QuotaScope, QuotaType, ResourceAccess},
};
use concierge::entity::api_key;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde_json::{Value, json};

use super::{call, try_call, with};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

struct World {
    ws: Ws,
    ada: Member,
    session: String,
    ben: Member,
    cho: Member,
}

async fn world(app: &TestApp) -> World {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    let session = app.session(ada.account).await;
    World {
        ws,
        ada,
        session,
        ben,
        cho,
    }
}

/// The effects of a call, which its rehearsal predicts.
async fn effects(app: &TestApp, session: &str, mutation: &str, input: Value) -> Vec<Value> {
    let rehearsed = call(
        app,
        session,
        mutation,
        &with(&input, &json!({ "dryRun": true })),
    )
    .await;
    let done = call(app, session, mutation, &input).await;
    assert_eq!(done.errors(), Vec::<String>::new());
    assert!(
        done.0["results"]
            .as_array()
            .is_none_or(|items| items.iter().all(|item| item["code"].is_null())),
        "{:#}",
        done.0
    );
    assert_eq!(
        rehearsed.0["effects"], done.0["effects"],
        "{mutation} {input}"
    );
    done.0["effects"].as_array().unwrap().clone()
}

/// An effect on one member: nothing but what is said.
fn on(member: &Member, more: &Value) -> Value {
    let nothing = json!({ "membership": { "id": member.id.to_string() }, "gained": [], "lost": [], "gainedAccess": [],
        "lostAccess": [], "quotas": [], "stoppedApiKeys": [] });
    with(&nothing, more)
}

fn stops(keys: &[&Member]) -> Value {
    json!({ "stoppedApiKeys": keys.iter().map(|member| member.key_id.to_string()).collect::<Vec<_>>() })
}

on_both!(aud_4_keys_that_stop_are_named, |app| {
    let World {
        session, ben, cho, ..
    } = &world(app).await;
    let of = |members: &[&Member]| json!({ "membershipIds": members.iter().map(|member| member.id.to_string()).collect::<Vec<_>>() });
    assert_eq!(
        effects(app, session, "disableMembers", of(&[ben])).await,
        [on(ben, &stops(&[ben]))]
    );
    // Of a member whose keys do not work, none stops.
    let expected = [on(cho, &stops(&[cho]))];
    assert_eq!(
        effects(app, session, "revokeMembers", of(&[ben, cho])).await,
        expected
    );
});

on_both!(aud_4_a_revoked_key_is_named_once, |app| {
    let World {
        ws,
        session,
        ada,
        ben,
        cho,
    } = &world(app).await;
    assert_eq!(
        effects(
            app,
            session,
            "revokeApiKeys",
            json!({ "ids": [ben.key_id.to_string()] })
        )
        .await,
        [on(ben, &stops(&[ben]))]
    );
    app.pass(Duration::seconds(1));
    let all = json!({ "workspaceId": ws.id.to_string(), "all": true });
    assert_eq!(
        effects(app, session, "revokeApiKeys", all.clone()).await,
        [on(ada, &stops(&[ada])), on(cho, &stops(&[cho]))]
    );
    assert_eq!(
        effects(app, session, "revokeApiKeys", all).await,
        [] as [Value; 0]
    );
    // Those that stopped before do not stop again with their member.
    let members = json!({ "membershipIds": [ben.id.to_string(), cho.id.to_string()] });
    assert_eq!(
        effects(app, session, "revokeMembers", members).await,
        [] as [Value; 0]
    );
});

on_both!(aud_4_a_start_that_moves_ahead_stops_keys, |app| {
    let World { session, ben, .. } = &world(app).await;
    let input = json!({ "membershipIds": [ben.id.to_string()], "startsAt": app.at(3_600), "unlimited": true });
    let answer = try_call(
        app,
        Some(session),
        "setAccessPeriod",
        &with(&input, &json!({ "dryRun": true })),
    )
    .await
    .payload();
    if answer.errors().is_empty() && answer.became() == ["CHANGED"] {
        assert_eq!(
            effects(app, session, "setAccessPeriod", input).await,
            [on(ben, &stops(&[ben]))]
        );
    }
});

fn limit(of: &str, before: Value, after: Value) -> Value {
    json!({ "quotas": [{ "type": of, "before": before, "after": after }] })
}

on_both!(aud_4_limits_that_change_are_named, |app| {
    let World {
        ws,
        session,
        ada,
        ben,
        cho,
    } = &world(app).await;
    let group = app.group(ws, "Parks", &[]).await;
    app.put_into(
        ws,
        group,
        ben,
        Interval::from(app.now() - Duration::minutes(1)),
    )
    .await;
    let set = |scope: &str, subject: Option<String>, limit: Value| json!({ "workspaceId": ws.id.to_string(), "scope": scope, "subjectId": subject, "values": [{ "type": "API_CALLS", "limit": limit }] });
    let calls = |before: Value, after: Value| limit("API_CALLS", before, after);
    let none = || Value::Null;
    let default = calls(none(), json!(10));
    assert_eq!(
        effects(app, session, "setQuotas", set("DEFAULT", None, json!(10))).await,
        [on(ada, &default), on(ben, &default), on(cho, &default)]
    );
    let of_group = |limit| set("GROUP", Some(group.to_string()), limit);
    assert_eq!(
        effects(app, session, "setQuotas", of_group(json!(20))).await,
        [on(ben, &calls(json!(10), json!(20)))]
    );
    let of_ben = |limit| set("MEMBER", Some(ben.id.to_string()), limit);
    assert_eq!(
        effects(app, session, "setQuotas", of_ben(json!(5))).await,
        [on(ben, &calls(json!(20), json!(5)))]
    );
    app.pass(Duration::seconds(1));
    assert_eq!(
        effects(app, session, "setQuotas", of_ben(json!(6))).await,
        [on(ben, &calls(json!(5), json!(6)))]
    );
    // Hidden behind the member's own.
    assert_eq!(
        effects(app, session, "setQuotas", of_group(json!(30))).await,
        [] as [Value; 0]
    );
    assert_eq!(
        effects(app, session, "setQuotas", of_ben(none())).await,
        [on(ben, &calls(json!(6), json!(30)))]
    );
    // Later is not now.
    let mut later = of_ben(json!(1));
    later["values"][0]["startsAt"] = json!(app.at(3_600));
    assert_eq!(
        effects(app, session, "setQuotas", later).await,
        [] as [Value; 0]
    );
    // What a group gives comes and goes with it.
    let members = json!({ "groupId": group.to_string(), "membershipIds": [cho.id.to_string()] });
    assert_eq!(
        effects(app, session, "addGroupMembers", members.clone()).await,
        [on(cho, &calls(json!(10), json!(30)))]
    );
    assert_eq!(
        effects(app, session, "removeGroupMembers", members).await,
        [on(cho, &calls(json!(30), json!(10)))]
    );
    let gone = effects(
        app,
        session,
        "deleteGroup",
        json!({ "id": group.to_string() }),
    )
    .await;
    assert_eq!(gone, [on(ben, &calls(json!(30), json!(10)))]);
    let taken = calls(json!(10), none());
    assert_eq!(
        effects(app, session, "setQuotas", set("DEFAULT", None, none())).await,
        [on(ada, &taken), on(ben, &taken), on(cho, &taken)]
    );
});

on_both!(
    aud_4_a_limit_of_the_license_bounds_what_effects_say,
    |app| {
        let World {
            ws, session, ben, ..
        } = &world(app).await;
        app.quota(
            ws,
            QuotaScope::License,
            None,
            (QuotaType::Datasets, None),
            8,
        )
        .await;
        let set = |limit: i64| {
            let values = json!([{ "type": "DATASETS", "limit": limit }]);
            json!({ "workspaceId": ws.id.to_string(), "scope": "MEMBER", "subjectId": ben.id.to_string(), "values": values })
        };
        assert_eq!(
            effects(app, session, "setQuotas", set(9)).await,
            [] as [Value; 0]
        );
        assert_eq!(
            effects(app, session, "setQuotas", set(3)).await,
            [on(ben, &limit("DATASETS", json!(8), json!(3)))]
        );
    }
);

on_both!(aud_4_access_to_items_is_named, |app| {
    let World {
        ws,
        ada,
        session,
        ben,
        cho,
    } = &world(app).await;
    let dataset = app.dataset(ws, "trees", ada, true, false).await;
    let group = app.group(ws, "Parks", &[Permission::BrowseAnalytics]).await;
    for member in [ben, cho] {
        app.put_into(
            ws,
            group,
            member,
            Interval::from(app.now() - Duration::minutes(1)),
        )
        .await;
    }
    let since = Interval::from(app.now() - Duration::minutes(1));
    app.item_grant(
        ws,
        (Some(cho.id), None),
        ItemId::Dataset(dataset),
        ResourceAccess::Browse,
        since,
    )
    .await;
    let access =
        |kind: &str| json!([{ "access": kind, "resource": { "id": dataset.to_string() } }]);
    let give = json!({ "groupId": group.to_string(), "resourceId": dataset.to_string(), "access": ["BROWSE"] });
    // Cho has it already.
    assert_eq!(
        effects(app, session, "grantPermissions", give.clone()).await,
        [on(ben, &json!({ "gainedAccess": access("BROWSE") }))]
    );
    let own = json!({ "membershipIds": [cho.id.to_string()], "resourceId": dataset.to_string(), "access": ["EDIT"] });
    assert_eq!(
        effects(app, session, "grantPermissions", own).await,
        [on(cho, &json!({ "gainedAccess": access("EDIT") }))]
    );
    let gone = effects(
        app,
        session,
        "deleteGroup",
        json!({ "id": group.to_string() }),
    )
    .await;
    let lost = json!({ "lost": ["BROWSE_ANALYTICS"] });
    let both = with(&lost, &json!({ "lostAccess": access("BROWSE") }));
    assert_eq!(gone, [on(ben, &both), on(cho, &lost)]);
});

on_both!(
    aud_4_effects_take_as_many_statements_for_many_as_for_few,
    |app| {
        let World { ws, session, .. } = &world(app).await;
        let set = |limit: i64| json!({ "workspaceId": ws.id.to_string(), "scope": "DEFAULT", "values": [{ "type": "DATASETS", "limit": limit }] });
        // The first sets, the others replace.
        call(app, session, "setQuotas", &set(3)).await;
        // What is cached of the workspace is read anew by either.
        app.bump(ws).await;
        let few = try_call(app, Some(session), "setQuotas", &set(4)).await;
        assert_eq!(few.payload().0["effects"].as_array().unwrap().len(), 3);
        app.crowd(ws, 300, concierge::domain::interval::OPEN_END)
            .await;
        let many = try_call(app, Some(session), "setQuotas", &set(5)).await;
        assert_eq!(many.payload().0["effects"].as_array().unwrap().len(), 303);
        assert_eq!(many.statements, few.statements);
    }
);

on_both!(
    aud_4_of_many_effects_the_first_are_listed_and_all_counted,
    |app| {
        const COUNTS: &str = "mutation($input: SetQuotasInput!) { setQuotas(input: $input) { changeCount changes { field } \
         effectCount effects { membership { id } } replayed } }";
        let World { ws, session, .. } = &world(app).await;
        let mut members = app
            .crowd(ws, 1_100, concierge::domain::interval::OPEN_END)
            .await;
        members.sort_unstable();
        let set = |more: Value| {
            let values = json!([{ "type": "DATASETS", "limit": 3 }]);
            with(
                &json!({ "workspaceId": ws.id.to_string(), "scope": "DEFAULT", "values": values }),
                &more,
            )
        };
        let ask = async |input: Value| {
            app.post(Some(session), COUNTS, json!({ "input": input }))
                .await
                .data()["setQuotas"]
                .clone()
        };
        let rehearsed = ask(set(json!({ "dryRun": true }))).await;
        let mut done = ask(set(json!({ "idempotencyKey": "k" }))).await;
        assert_eq!(rehearsed, done);
        let listed = done["effects"].as_array().unwrap();
        assert_eq!((listed.len(), &done["effectCount"]), (1_000, &json!(1_103)));
        assert_eq!(
            done["changeCount"],
            json!(done["changes"].as_array().unwrap().len())
        );
        let ids: Vec<&str> = listed
            .iter()
            .map(|effect| effect["membership"]["id"].as_str().unwrap())
            .collect();
        assert!(ids.is_sorted(), "the first by id");
        done["replayed"] = json!(true);
        assert_eq!(ask(set(json!({ "idempotencyKey": "k" }))).await, done);
    }
);

on_both!(
    aud_4_of_many_keys_and_items_in_an_effect_the_first_are_listed_and_all_counted,
    |app| {
        const COUNTS: &str = "mutation($input: RevokeMembersInput!) { revokeMembers(input: $input) { effectCount effects { \
         stoppedApiKeys stoppedApiKeyCount lostAccess { access } lostAccessCount gainedAccess { access } gainedAccessCount } } }";
        let World {
            ws,
            session,
            ada,
            ben,
            ..
        } = &world(app).await;
        let dataset = app.dataset(ws, "trees", ada, true, false).await;
        let page = app.page(ws, "about", ada, true, false).await;
        let since = Interval::from(app.now() - Duration::minutes(1));
        app.item_grant(
            ws,
            (Some(ben.id), None),
            ItemId::Dataset(dataset),
            ResourceAccess::Browse,
            since,
        )
        .await;
        app.item_grant(
            ws,
            (Some(ben.id), None),
            ItemId::Page(page),
            ResourceAccess::Edit,
            since,
        )
        .await;
        let db = app.app.deps.db.writer();
        let key = api_key::Entity::find_by_id(ben.key_id.0)
            .one(db)
            .await
            .unwrap()
            .unwrap();
        let more = (1..120_u8).map(|number| {
            let mut key = key.clone();
            (key.id, key.secret_hash, key.starts_at) = (
                app.app.deps.ids.uuid(app.now()),
                vec![number; 32],
                since.starts_at,
            );
            key.into_active_model()
        });
        api_key::Entity::insert_many(more)
            .exec_without_returning(db)
            .await
            .unwrap();
        let input = json!({ "membershipIds": [ben.id.to_string()] });
        let done = app
            .post(Some(session), COUNTS, json!({ "input": input }))
            .await
            .data()["revokeMembers"]
            .clone();
        let effect = &done["effects"][0];
        assert_eq!(
            (&done["effectCount"], &effect["stoppedApiKeyCount"]),
            (&json!(1), &json!(120))
        );
        assert_eq!(effect["stoppedApiKeys"].as_array().unwrap().len(), 100);
        assert_eq!(
            (&effect["lostAccessCount"], &effect["gainedAccessCount"]),
            (&json!(2), &json!(0))
        );
        assert_eq!(effect["lostAccess"].as_array().unwrap().len(), 2);
    }
);
