//! Who sees which member, and which address.

use chrono::Duration;
use concierge::domain::{interval::Interval, permission::Permission, vocabulary::AccessMode};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Member};

async fn node(app: &TestApp, key: Option<&str>, member: &Member) -> Value {
    let query = "query ($id: ID!) { node(id: $id) { ... on Membership { account { displayName email } } } }";
    app.post(key, query, json!({ "id": member.id.to_string() }))
        .await
        .data()["node"]
        .clone()
}

on_both!(a_member_is_seen_by_themself_and_by_ewp_holders, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("elsewhere").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let ewp = app
        .member(&ws, "Edith Ewp")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let stranger = app.administrator(&other, "Stella Stranger").await;
    let listed = app
        .member(&ws, "Kay Keyless")
        .of(ewp.account)
        .during(Interval::new(app.now(), app.now()))
        .create()
        .await;
    let seen = json!({ "account": { "displayName": "Bob Bare", "email": "bob.bare@example.org" } });
    let session = app.session(bob.account).await;
    for key in [&ada.key, &ewp.key, &bob.key, &session] {
        assert_eq!(node(app, Some(key), &bob).await, seen);
    }
    for key in [
        None,
        Some(stranger.key.as_str()),
        Some(app.session(stranger.account).await.as_str()),
    ] {
        assert_eq!(node(app, key, &bob).await, Value::Null);
    }
    for key in [&bob.key, &session] {
        assert_eq!(node(app, Some(key), &ada).await, Value::Null);
        assert_eq!(node(app, Some(key), &listed).await, Value::Null);
    }
    // By workspace.member: the same; whether an address is there is not told.
    let query = "query ($id: ID, $email: EmailAddress) { workspace(slug: \"riverton\") { slug member(id: $id, email: $email) { id } } }";
    for variables in [
        json!({ "id": ada.id.to_string() }),
        json!({ "email": ada.email }),
        json!({ "email": "nobody@example.org" }),
        json!({ "id": stranger.id.to_string() }),
    ] {
        let answer = app.post(Some(&bob.key), query, variables.clone()).await;
        assert_eq!(
            answer.refusals(),
            ["FORBIDDEN workspace.member"],
            "{variables}"
        );
        assert_eq!(
            answer.body["errors"][0]["extensions"]["requiredPermission"],
            "EDIT_WORKSPACE_PROPERTIES"
        );
        assert_eq!(
            answer.body["data"]["workspace"],
            json!({ "slug": "riverton", "member": null })
        );
        let answer = app.post(None, query, variables).await;
        assert_eq!(answer.refusals(), ["UNAUTHENTICATED workspace.member"]);
    }
    for variables in [
        json!({ "id": bob.id.to_string() }),
        json!({ "email": "BOB.BARE@Example.org" }),
    ] {
        for key in [&bob.key, &ewp.key] {
            let answer = app.post(Some(key), query, variables.clone()).await;
            assert_eq!(
                answer.data()["workspace"]["member"]["id"],
                bob.id.to_string()
            );
        }
    }
    for variables in [
        json!({ "email": "nobody@example.org" }),
        json!({ "id": stranger.id.to_string() }),
    ] {
        assert_eq!(
            app.post(Some(&ada.key), query, variables).await.data()["workspace"]["member"],
            Value::Null
        );
    }
    for variables in [
        json!({}),
        json!({ "id": bob.id.to_string(), "email": bob.email }),
        json!({ "id": null }),
    ] {
        let answer = app.post(Some(&ada.key), query, variables).await;
        assert_eq!(
            (answer.status.as_u16(), answer.refusals()),
            (400, vec!["BAD_USER_INPUT".to_owned()])
        );
    }
});

on_both!(an_address_leads_to_the_latest_membership, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let old = app
        .member(&ws, "Bob Back")
        .during(Interval::new(app.now() - Duration::hours(1), app.now()))
        .create()
        .await;
    let new = app.member(&ws, "Bob Back").of(old.account).create().await;
    let query = "query ($email: EmailAddress) { workspace(slug: \"riverton\") { member(email: $email) { id state } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "email": old.email }))
        .await;
    assert_eq!(
        answer.data()["workspace"]["member"],
        json!({ "id": new.id.to_string(), "state": "ACTIVE" })
    );
    app.end(&ws, &new, app.now() + Duration::minutes(1), None)
        .await;
    app.pass(Duration::hours(1));
    let answer = app
        .post(Some(&ada.key), query, json!({ "email": old.email }))
        .await;
    assert_eq!(
        answer.data()["workspace"]["member"],
        json!({ "id": new.id.to_string(), "state": "ENDED" })
    );
});

on_both!(key_5_a_key_sees_addresses_if_it_holds_ewp, |app| {
    let ws = app.workspace("riverton").await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let ewp = Permission::EditWorkspaceProperties;
    let with = app
        .member(&ws, "Kay Key")
        .with(ewp)
        .scoped(&[ewp])
        .create()
        .await;
    let without = app
        .member(&ws, "Kit Key")
        .with(ewp)
        .scoped(&[Permission::ManageReuses])
        .create()
        .await;
    assert_eq!(
        node(app, Some(&with.key), &bob).await["account"]["email"],
        bob.email
    );
    assert_eq!(node(app, Some(&without.key), &bob).await, Value::Null);
    assert_eq!(
        node(app, Some(&without.key), &without).await["account"]["email"],
        without.email
    );
});

on_both!(
    an_account_is_seen_by_oneself_and_by_ewp_holders_of_a_shared_workspace,
    |app| {
        let ws = app
            .workspace_with("riverton", AccessMode::Private, None)
            .await;
        let other = app.workspace("elsewhere").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let bob = app.member(&ws, "Bob Bare").create().await;
        let stella = app.administrator(&other, "Stella Stranger").await;
        let query =
            "query ($id: ID!) { node(id: $id) { id ... on Account { displayName email } } }";
        let seen = |member: &Member, name: &str| json!({ "id": member.account.to_string(), "displayName": name, "email": member.email });
        let ask = async |key: Option<&str>, of: &Member| {
            app.post(key, query, json!({ "id": of.account.to_string() }))
                .await
                .data()["node"]
                .clone()
        };
        let session = |member: &Member| app.session(member.account);
        assert_eq!(
            ask(Some(&session(&ada).await), &bob).await,
            seen(&bob, "Bob Bare")
        );
        assert_eq!(ask(Some(&ada.key), &bob).await, seen(&bob, "Bob Bare"));
        assert_eq!(
            ask(Some(&session(&bob).await), &bob).await,
            seen(&bob, "Bob Bare")
        );
        assert_eq!(ask(Some(&bob.key), &ada).await, Value::Null);
        assert_eq!(ask(Some(&session(&bob).await), &ada).await, Value::Null);
        assert_eq!(ask(Some(&session(&stella).await), &bob).await, Value::Null);
        assert_eq!(ask(Some(&stella.key), &bob).await, Value::Null);
        assert_eq!(ask(None, &bob).await, Value::Null);
        // A key reaches its own workspace only (KEY-5), whatever its member is elsewhere.
        app.member(&other, "Stella Stranger")
            .of(ada.account)
            .create()
            .await;
        let both = app
            .member(&other, "Bob Bare")
            .of(bob.account)
            .preset(concierge::domain::permission::Preset::Administrator)
            .create()
            .await;
        assert_eq!(ask(Some(&both.key), &ada).await["email"], ada.email);
        assert_eq!(ask(Some(&bob.key), &ada).await, Value::Null);
        assert_eq!(
            ask(Some(&session(&bob).await), &ada).await["email"],
            ada.email
        );
    }
);

on_both!(
    ones_own_membership_shows_everything_but_others_addresses,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let bob = app.member(&ws, "Bob Bare").create().await;
        let since = Interval::from(app.now() - Duration::minutes(1));
        app.grant_row(
            &ws,
            Some(bob.id),
            None,
            Some(Permission::CreatePages),
            since,
            Some(ada.account),
        )
        .await;
        let group = app.group(&ws, "Parks", &[Permission::ManageReuses]).await;
        app.put_into(&ws, group, &bob, since).await;
        let query = "{ workspace(slug: \"riverton\") { viewerMembership { account { email }
        grants { nodes { grantedBy { displayName email } } }
        groups { group { title permissions memberCount members { totalCount } grants { totalCount } quotaValues { limit } } }
        effectivePermissions { permission sources { kind grantedBy { displayName email } } } apiKeys { totalCount }
    } } }";
        let answer = app
            .post(Some(&app.session(bob.account).await), query, json!({}))
            .await;
        let own = &answer.body["data"]["workspace"]["viewerMembership"];
        assert_eq!(own["account"]["email"], bob.email);
        assert_eq!(
            own["grants"]["nodes"][0]["grantedBy"],
            json!({ "displayName": "Ada Admin", "email": null })
        );
        assert_eq!(
            own["effectivePermissions"][0]["sources"][0]["grantedBy"]["email"],
            Value::Null
        );
        let group = json!({ "title": "Parks", "permissions": ["MANAGE_REUSES"], "memberCount": null, "members": null, "grants": null, "quotaValues": null });
        assert_eq!(own["groups"][0]["group"], group);
        assert_eq!(own["apiKeys"]["totalCount"], 1);
        let path = "workspace.viewerMembership.groups.0.group";
        let mut refusals = answer.refusals();
        refusals.sort();
        let wanted = ["grants", "memberCount", "members", "quotaValues"]
            .map(|field| format!("FORBIDDEN {path}.{field}"));
        assert_eq!(refusals, wanted);
    }
);
