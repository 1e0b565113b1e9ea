//! `explainAccess` (PERM-8).

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, ResourceAccess},
};
use serde_json::{Value, json};

use super::{ask, explained, kinds};
use crate::support::{TestApp, on_both, world::Ws};

fn instant(at: chrono::DateTime<chrono::Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

on_both!(perm_8_a_permission_its_obstacles_and_what_turns_it, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let group = app
        .group(&ws, "Tree wardens", &[Permission::EditAllDatasets])
        .await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let input = json!({ "membershipId": bo.id.to_string(), "permission": "EDIT_ALL_DATASETS" });
    let refused = explained(app, &ws, &by, input.clone()).await;
    assert_eq!(
        (&refused["allowed"], &refused["obstacles"]),
        (&json!(false), &json!(["NOT_GRANTED"]))
    );
    assert_eq!(
        (&refused["sources"], &refused["recordFilters"]),
        (&json!([]), &Value::Null)
    );
    assert_eq!(
        kinds(&refused),
        ["GRANT_PERMISSION", "GIVE_ROLE", "ADD_TO_GROUP"]
    );
    assert_eq!(refused["suggestions"][0]["permission"], "EDIT_ALL_DATASETS");
    let roles: Vec<&Value> = refused["suggestions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| &one["role"]["name"])
        .collect();
    assert_eq!(
        roles,
        [
            &Value::Null,
            &json!("Publisher"),
            &json!("Administrator"),
            &Value::Null
        ]
    );
    assert_eq!(
        refused["suggestions"][3]["group"],
        json!({ "id": group.to_string(), "title": "Tree wardens" })
    );
    assert_eq!(
        refused["suggestions"][3]["text"],
        "Add the member to the group \"Tree wardens\"."
    );

    let role = refused["suggestions"][1]["role"]["id"].clone();
    let given = json!({ "membershipIds": [bo.id.to_string()], "roleId": role });
    assert_eq!(
        app.mutate(&by, "setMemberRole", given).await.became(),
        ["CHANGED"]
    );
    let end = instant(app.now() + Duration::hours(1));
    let granted = json!({ "membershipIds": [bo.id.to_string()], "permissions": ["EDIT_ALL_DATASETS"], "endsAt": end });
    let granted = app.mutate(&by, "grantPermissions", granted).await;
    let allowed = explained(app, &ws, &by, input.clone()).await;
    assert_eq!(allowed["allowed"], true);
    assert_eq!(
        (&allowed["obstacles"], &allowed["suggestions"]),
        (&json!([]), &json!([]))
    );
    let sources = allowed["sources"].as_array().unwrap();
    assert_eq!(
        sources
            .iter()
            .map(|source| source["kind"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["ROLE", "DIRECT"]
    );
    assert_eq!(sources[0]["role"]["name"], "Publisher");
    assert_eq!(
        (&sources[1]["grantId"], &sources[1]["endsAt"]),
        (&json!(granted.grants(0)[0]), &json!(end))
    );
    assert_eq!(sources[1]["grantedBy"]["displayName"], "Ada Veldkamp");

    // Without exactly those paths it is refused again.
    let ids = [bo.id.to_string()];
    app.mutate(
        &by,
        "setMemberRole",
        json!({ "membershipIds": ids, "roleId": null }),
    )
    .await;
    app.mutate(
        &by,
        "revokePermissions",
        json!({ "grantIds": granted.grants(0) }),
    )
    .await;
    assert_eq!(explained(app, &ws, &by, input).await["allowed"], false);
});

on_both!(perm_8_access_to_an_item, |app| {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let by = app.session(ada.account).await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let item = ItemId::Dataset(app.dataset(&ws, "trees", &ada, true, false).await);
    let open = ItemId::Dataset(app.dataset(&ws, "benches", &ada, true, true).await);
    let draft = ItemId::Dataset(app.dataset(&ws, "draft", &ada, false, true).await);
    let about = |item: ItemId| json!({ "membershipId": bo.id.to_string(), "resource": item.to_string(), "access": "BROWSE" });
    let refused = explained(app, &ws, &by, about(item)).await;
    assert_eq!(
        (&refused["obstacles"], &refused["recordFilters"]),
        (&json!(["NOT_GRANTED"]), &json!([]))
    );
    assert_eq!(
        kinds(&refused),
        ["GRANT_ACCESS", "GRANT_PERMISSION", "GIVE_ROLE"]
    );
    let unpublished = explained(app, &ws, &by, about(draft)).await;
    assert_eq!(unpublished["obstacles"], json!(["RESOURCE_NOT_PUBLISHED"]));
    assert_eq!(kinds(&unpublished)[0], "PUBLISH_RESOURCE");
    assert_eq!(
        explained(app, &ws, &by, about(open)).await["sources"][0]["kind"],
        "OPEN"
    );
    let visitor = json!({ "anonymous": true, "resource": open.to_string(), "access": "BROWSE" });
    let visitor = explained(app, &ws, &by, visitor).await;
    assert_eq!(
        visitor["obstacles"],
        json!(["NOT_A_MEMBER", "WORKSPACE_PRIVATE"])
    );
    assert_eq!(visitor["suggestions"], json!([]));

    for filter in ["year = 2025", "year = 2024"] {
        let grant = json!({ "membershipIds": [bo.id.to_string()], "resourceId": item.to_string(), "access": ["BROWSE"],
            "recordFilter": filter });
        assert_eq!(
            app.mutate(&by, "grantPermissions", grant).await.became(),
            ["GRANTED"]
        );
    }
    let allowed = explained(app, &ws, &by, about(item)).await;
    assert_eq!(
        (&allowed["allowed"], &allowed["recordFilters"]),
        (&json!(true), &json!(["year = 2024", "year = 2025"]))
    );
    assert_eq!(allowed["sources"][0]["kind"], "RESOURCE");
    assert_eq!(allowed["sources"][0]["resource"]["__typename"], "Dataset");
    // An owner's key with an empty list is kept out by its list as well, as long as the dataset is
    // not published.
    let owner = app
        .member(&ws, "Ola Lind")
        .with(Permission::CreateDatasets)
        .scoped(&[])
        .create()
        .await;
    let own_draft = ItemId::Dataset(app.dataset(&ws, "own-draft", &owner, false, true).await);
    for access in ["BROWSE", "EDIT", "DELETE"] {
        let input = json!({ "apiKeyId": owner.key_id.to_string(), "resource": own_draft.to_string(), "access": access });
        let obstacles = explained(app, &ws, &by, input).await["obstacles"].clone();
        let browse = json!(["KEY_SCOPE", "RESOURCE_NOT_PUBLISHED"]);
        assert_eq!(
            obstacles,
            if access == "BROWSE" {
                browse
            } else {
                json!(["KEY_SCOPE"])
            },
            "{access}"
        );
    }
    // The member asks why as well, about themselves.
    let own = app.session(bo.account).await;
    let browsed = explained(app, &ws, &own, about(item)).await;
    assert_eq!(
        (&browsed["allowed"], &browsed["sources"]),
        (&json!(true), &allowed["sources"])
    );
    assert_eq!(
        explained(app, &ws, &own, about(draft)).await["obstacles"],
        json!(["RESOURCE_NOT_PUBLISHED"])
    );
});

on_both!(perm_8_states_of_members_and_keys, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let p = Permission::ManageReuses;
    let disabled = app
        .member(&ws, "Dina Abadi")
        .with(p)
        .disabled()
        .create()
        .await;
    let idle = app.member(&ws, "Ida Vos").disabled().create().await;
    let later = Interval::from(app.now() + Duration::days(1));
    let scheduled = app.member(&ws, "Sam Ortiz").during(later).create().await;
    let gone = Interval::new(
        app.now() - Duration::minutes(20),
        app.now() - Duration::minutes(1),
    );
    let ended = app
        .member(&ws, "Eli Stone")
        .with(p)
        .during(gone)
        .create()
        .await;
    let short = app
        .member(&ws, "Shay Lund")
        .with(p)
        .until(app.now() + Duration::days(1))
        .scoped(&[])
        .create()
        .await;
    let of = async |name: &str, id: String| {
        explained(
            app,
            &ws,
            &by,
            json!({ name: id, "permission": "MANAGE_REUSES" }),
        )
        .await
    };
    let found = of("membershipId", disabled.id.to_string()).await;
    assert_eq!(
        (&found["obstacles"], kinds(&found)),
        (&json!(["MEMBERSHIP_DISABLED"]), vec!["ENABLE_MEMBER"])
    );
    let found = of("membershipId", idle.id.to_string()).await;
    assert_eq!(
        found["obstacles"],
        json!(["NOT_GRANTED", "MEMBERSHIP_DISABLED"])
    );
    assert_eq!(
        found["suggestions"],
        json!([]),
        "no single change is enough"
    );
    let found = of("membershipId", scheduled.id.to_string()).await;
    assert_eq!(
        found["obstacles"],
        json!(["NOT_GRANTED", "MEMBERSHIP_NOT_STARTED"])
    );
    let found = of("membershipId", ended.id.to_string()).await;
    assert_eq!(
        (&found["obstacles"], kinds(&found)),
        (&json!(["MEMBERSHIP_ENDED"]), vec!["INVITE"])
    );
    let found = of("apiKeyId", short.key_id.to_string()).await;
    assert_eq!(
        (&found["obstacles"], kinds(&found)),
        (&json!(["KEY_SCOPE"]), vec!["WIDEN_KEY"])
    );
    let found = of("apiKeyId", disabled.key_id.to_string()).await;
    assert_eq!(
        found["obstacles"],
        json!(["MEMBERSHIP_DISABLED", "KEY_NOT_ACTIVE"])
    );
    // What is planned ends: the period can be prolonged until it is over.
    let then = instant(app.now() + Duration::days(2));
    let input = json!({ "membershipId": short.id.to_string(), "permission": "MANAGE_REUSES", "asOf": then });
    let found = explained(app, &ws, &by, input).await;
    assert_eq!(
        (&found["asOf"], &found["obstacles"]),
        (&json!(then), &json!(["MEMBERSHIP_ENDED"]))
    );
});

on_both!(perm_8_of_strangers_nothing_is_learned, |app| {
    let ws = app
        .workspace_with("riverton", AccessMode::Private, None)
        .await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let by = app.session(ada.account).await;
    let eve = app.administrator(&other, "Eve Laurent").await;
    let theirs = ItemId::Dataset(app.dataset(&ws, "theirs", &eve, true, false).await);
    let open = ItemId::Dataset(app.dataset(&ws, "open", &ada, true, true).await);
    explained(
        app,
        &ws,
        &by,
        json!({ "email": ada.email, "permission": "CREATE_PAGES" }),
    )
    .await;
    for asked in [
        json!({ "permission": "CREATE_PAGES" }),
        json!({ "resource": theirs.to_string(), "access": "EDIT" }),
        json!({ "resource": open.to_string(), "access": "BROWSE" }),
    ] {
        let mut answers = Vec::new();
        for email in [eve.email.as_str(), "nobody@example.org"] {
            let mut input = asked.clone();
            input["email"] = json!(email);
            let answer = ask(app, &ws, Some(&by), input).await;
            answers.push((answer.data().clone(), answer.statements));
        }
        assert_eq!(answers[0], answers[1]);
        let found = &answers[0].0["workspace"]["explainAccess"];
        assert_eq!(
            (&found["obstacles"][0], kinds(found)),
            (&json!("NOT_A_MEMBER"), vec!["INVITE"])
        );
    }
    // By address as by id, in any case.
    let input = json!({ "email": ada.email.to_uppercase(), "permission": "CREATE_PAGES" });
    assert_eq!(explained(app, &ws, &by, input).await["allowed"], true);
    let elsewhere = ItemId::Dataset(app.dataset(&other, "elsewhere", &eve, true, true).await);
    for input in [
        json!({ "membershipId": eve.id.to_string(), "permission": "CREATE_PAGES" }),
        json!({ "apiKeyId": eve.key_id.to_string(), "permission": "CREATE_PAGES" }),
        json!({ "membershipId": ada.id.to_string(), "resource": elsewhere.to_string(), "access": "BROWSE" }),
    ] {
        assert_eq!(
            explained(app, &ws, &by, input.clone()).await,
            Value::Null,
            "{input}"
        );
    }
});

on_both!(perm_8_everybody_asks_about_themselves_alone, |app| {
    let (ws, ada) = app.portal().await;
    app.group(&ws, "Page makers", &[Permission::CreatePages])
        .await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let session = app.session(bo.account).await;
    let outsider = app.outsider("Otto Weiss").await;
    let member = |id: String| json!({ "membershipId": id, "permission": "CREATE_PAGES" });
    let email = |email: &str| json!({ "email": email, "permission": "CREATE_PAGES" });
    let key = |id: String| json!({ "apiKeyId": id, "permission": "CREATE_PAGES" });
    let anonymous = json!({ "anonymous": true, "permission": "CREATE_PAGES" });
    for input in [
        member(bo.id.to_string()),
        email(&bo.email),
        key(bo.key_id.to_string()),
    ] {
        let found = explained(app, &ws, &session, input.clone()).await;
        assert_eq!(found["obstacles"], json!(["NOT_GRANTED"]), "{input}");
        assert_eq!(
            kinds(&found),
            ["GRANT_PERMISSION", "GIVE_ROLE"],
            "groups are for those who see them"
        );
        assert_eq!(explained(app, &ws, &bo.key, input).await["allowed"], false);
    }
    let (others, theirs) = (member(ada.id.to_string()), key(ada.key_id.to_string()));
    for input in [
        others,
        email(&ada.email),
        email("nobody@example.org"),
        theirs,
        anonymous.clone(),
    ] {
        for by in [&session, &bo.key, &outsider] {
            let answer = ask(app, &ws, Some(by), input.clone()).await;
            assert_eq!(
                answer.refusals(),
                ["FORBIDDEN workspace.explainAccess"],
                "{input}"
            );
        }
        assert_eq!(
            ask(app, &ws, None, input).await.codes(),
            ["UNAUTHENTICATED"]
        );
    }
    let found = explained(app, &ws, &outsider, email("otto.weiss@example.org")).await;
    assert_eq!(
        (&found["obstacles"], kinds(&found)),
        (&json!(["NOT_A_MEMBER"]), vec!["INVITE"])
    );
    assert!(
        found["suggestions"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["role"].is_null() && one["group"].is_null())
    );
});

on_both!(time_3_an_explanation_of_another_instant, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let ids = [bo.id.to_string()];
    let before = app.now();
    app.pass(Duration::minutes(1));
    let granted = app
        .mutate(
            &by,
            "grantPermissions",
            json!({ "membershipIds": ids, "permissions": ["CREATE_PAGES"] }),
        )
        .await;
    let during = app.now() + Duration::seconds(30);
    app.pass(Duration::minutes(1));
    app.mutate(
        &by,
        "revokePermissions",
        json!({ "grantIds": granted.grants(0) }),
    )
    .await;
    app.pass(Duration::minutes(1));
    let at = async |at: Option<String>| {
        let input = json!({ "membershipId": ids[0], "permission": "CREATE_PAGES", "asOf": at });
        explained(app, &ws, &by, input).await
    };
    let past = at(Some(instant(during))).await;
    assert_eq!(
        (&past["allowed"], &past["asOf"]),
        (&json!(true), &json!(instant(during)))
    );
    assert_eq!(past["sources"][0]["grantId"], json!(granted.grants(0)[0]));
    let earlier = at(Some(instant(before))).await;
    assert_eq!(
        (&earlier["allowed"], &earlier["obstacles"]),
        (&json!(false), &json!(["NOT_GRANTED"]))
    );
    assert_eq!(
        earlier["suggestions"],
        json!([]),
        "nothing changes the past"
    );
    let now = at(None).await;
    assert_eq!(
        (&now["allowed"], &now["asOf"]),
        (&json!(false), &json!(instant(app.now())))
    );
    let far = at(Some("9998-12-31T23:59:59.999999Z".to_owned())).await;
    assert_eq!(
        (&far["allowed"], kinds(&far)),
        (&json!(false), vec!["GRANT_PERMISSION", "GIVE_ROLE"])
    );
});

async fn bad(app: &TestApp, ws: &Ws, by: &str, input: Value) {
    let answer = ask(app, ws, Some(by), input.clone()).await;
    assert_eq!(
        answer.codes(),
        ["BAD_USER_INPUT"],
        "{input}: {:#}",
        answer.body
    );
}

on_both!(perm_8_questions_without_form, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let (member, email) = (ada.id.to_string(), ada.email.as_str());
    let item = ItemId::Page(app.page(&ws, "home", &ada, true, true).await).to_string();
    for input in [
        json!({ "permission": "CREATE_PAGES" }),
        json!({ "anonymous": false, "permission": "CREATE_PAGES" }),
        json!({ "membershipId": member, "email": email, "permission": "CREATE_PAGES" }),
        json!({ "membershipId": member, "anonymous": false, "permission": "CREATE_PAGES" }),
        json!({ "membershipId": member }),
        json!({ "membershipId": member, "resource": item }),
        json!({ "membershipId": member, "access": "BROWSE" }),
        json!({ "membershipId": member, "permission": "CREATE_PAGES", "resource": item, "access": "BROWSE" }),
        json!({ "membershipId": member, "resource": member, "access": "BROWSE" }),
        json!({ "membershipId": item, "permission": "CREATE_PAGES" }),
        json!({ "membershipId": "mem_nonsense", "permission": "CREATE_PAGES" }),
        json!({ "email": "no address", "permission": "CREATE_PAGES" }),
        json!({ "membershipId": member, "permission": "CREATE_PAGES", "asOf": "1999-01-01T00:00:00Z" }),
        json!({ "membershipId": member, "permission": "CREATE_PAGES", "asOf": "2026-03-02T09:00:00+25:00" }),
        json!({ "membershipId": member, "permission": "CREATE_PAGES", "asOf": "yesterday" }),
    ] {
        bad(app, &ws, &by, input).await;
    }
});

on_both!(perm_8_texts_are_in_the_viewers_language, |app| {
    let (ws, ada) = app.portal().await;
    let by = app.session(ada.account).await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    app.item_grant(
        &ws,
        (Some(bo.id), None),
        ItemId::Page(app.page(&ws, "x", &ada, true, true).await),
        ResourceAccess::Browse,
        Interval::from(app.now()),
    )
    .await;
    let role = app.preset(&ws, Preset::Publisher).await;
    for (locale, wanted) in [
        ("FR", "Donnez au membre le rôle « Publisher »."),
        ("NL", "Geef het lid de rol \"Publisher\"."),
        ("EN", "Give the member the role \"Publisher\"."),
    ] {
        app.sql(
            "UPDATE account SET locale = $1 WHERE id = $2",
            vec![locale.into(), ada.account.0.into()],
        )
        .await;
        let input = json!({ "membershipId": bo.id.to_string(), "permission": "BROWSE_ANALYTICS" });
        let found = explained(app, &ws, &by, input).await;
        let text = found["suggestions"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["role"]["id"] == role.to_string())
            .unwrap();
        assert_eq!(text["text"], wanted);
    }
});
