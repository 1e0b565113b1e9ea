//! What one may do with a member (PERM-9): `viewerCan` answers as the mutations would.

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both, world::Member};

const ACTIONS: [&str; 13] = [
    "SET_ROLE",
    "GRANT",
    "REVOKE_GRANT",
    "SET_ACCESS_PERIOD",
    "SET_QUOTAS",
    "ADD_TO_GROUP",
    "REMOVE_FROM_GROUP",
    "DISABLE",
    "ENABLE",
    "REVOKE",
    "RESTORE",
    "SEND_PASSWORD_RESET",
    "REVOKE_API_KEYS",
];

/// The actions that are open to whoever asks.
async fn open(app: &TestApp, credential: &str, target: &Member) -> Vec<&'static str> {
    let fields: String = ACTIONS
        .iter()
        .map(|action| format!("{action}: viewerCan(action: {action}) "))
        .collect();
    let query =
        format!("query ($id: ID!) {{ node(id: $id) {{ ... on Membership {{ {fields} }} }} }}");
    let answer = app
        .post(
            Some(credential),
            &query,
            json!({ "id": target.id.to_string() }),
        )
        .await;
    let member = answer.data()["node"].clone();
    ACTIONS
        .into_iter()
        .filter(|action| member[action] == Value::Bool(true))
        .collect()
}

fn all_but(without: &[&str]) -> Vec<&'static str> {
    ACTIONS
        .into_iter()
        .filter(|action| !without.contains(action))
        .collect()
}

on_both!(perm_9_what_may_be_done_with_a_member, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let abe = app.administrator(&ws, "Abe Admin").await;
    let ewp = app
        .member(&ws, "Edith Ewp")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let later = app.member(&ws, "Lea Later").create().await;
    let admin = app.preset(&ws, Preset::Administrator).await;
    let soon = app
        .member(&ws, "Sue Soon")
        .role(admin)
        .during(Interval::from(app.now() + Duration::days(1)))
        .create()
        .await;
    app.group(&ws, "Parks", &[]).await;
    let session = async |member: &Member| app.session(member.account).await;
    let (ada_s, ewp_s, bob_s) = (
        session(&ada).await,
        session(&ewp).await,
        session(&bob).await,
    );

    assert_eq!(open(app, &ada_s, &bob).await, all_but(&[]));
    assert_eq!(open(app, &ada_s, &abe).await, all_but(&[]));
    assert_eq!(open(app, &ewp_s, &bob).await, all_but(&[]));
    assert_eq!(open(app, &ewp_s, &later).await, all_but(&[]));
    // Keys are revoked whosever they are, administrators' too; nothing else of theirs is touched
    // (PERM-6). Whoever restores may do so with anybody: what they may not give is left out.
    assert_eq!(
        open(app, &ewp_s, &ada).await,
        ["RESTORE", "REVOKE_API_KEYS"]
    );
    assert_eq!(
        open(app, &ewp_s, &soon).await,
        ["RESTORE", "REVOKE_API_KEYS"]
    );
    // Oneself (PERM-7).
    assert_eq!(open(app, &bob_s, &bob).await, ["REVOKE_API_KEYS"]);
    assert_eq!(
        open(app, &ewp_s, &ewp).await,
        ["RESTORE", "SEND_PASSWORD_RESET", "REVOKE_API_KEYS"]
    );
    assert_eq!(
        open(app, &ada_s, &ada).await,
        all_but(&["SET_ROLE", "SET_ACCESS_PERIOD", "REVOKE"])
    );
    // A key gives and takes, but does nothing with keys (KEY-5).
    assert_eq!(
        open(app, &ada.key, &bob).await,
        all_but(&["REVOKE_API_KEYS"])
    );
    assert_eq!(open(app, &bob.key, &bob).await, [""; 0]);
});

on_both!(
    perm_9_giving_back_and_groups_weigh_what_comes_along,
    |app| {
        let ws = app.workspace("riverton").await;
        let ewp = app
            .member(&ws, "Edith Ewp")
            .with(Permission::EditWorkspaceProperties)
            .with(Permission::CreatePages)
            .create()
            .await;
        let session = app.session(ewp.account).await;
        let more = app
            .member(&ws, "Max More")
            .with(Permission::ManageReuses)
            .disabled()
            .create()
            .await;
        let less = app
            .member(&ws, "Les Less")
            .with(Permission::CreatePages)
            .disabled()
            .create()
            .await;
        let enabled = async |member: &Member| open(app, &session, member).await.contains(&"ENABLE");
        assert_eq!((enabled(&more).await, enabled(&less).await), (false, true));
        let add = async || open(app, &session, &less).await.contains(&"ADD_TO_GROUP");
        assert!(!add().await, "there is no group");
        app.group(&ws, "Reusers", &[Permission::ManageReuses]).await;
        assert!(
            !add().await,
            "the only group gives more than the viewer holds"
        );
        app.group(&ws, "Writers", &[Permission::CreatePages]).await;
        assert!(add().await);
    }
);

on_both!(perm_9_access_to_items_that_one_holds_comes_along, |app| {
    use concierge::domain::{id::ItemId, vocabulary::ResourceAccess};
    let ws = app.workspace("riverton").await;
    let ewp = app
        .member(&ws, "Edith Ewp")
        .with(Permission::EditWorkspaceProperties)
        .with(Permission::BrowseAllDatasets)
        .create()
        .await;
    let session = app.session(ewp.account).await;
    let dan = app.member(&ws, "Dan Disabled").disabled().create().await;
    let dataset = ItemId::Dataset(app.dataset(&ws, "trees", &dan, true, false).await);
    let since = Interval::from(app.now() - Duration::minutes(1));
    app.item_grant(
        &ws,
        (Some(dan.id), None),
        dataset,
        ResourceAccess::Browse,
        since,
    )
    .await;
    let group = app.group(&ws, "Browsers", &[]).await;
    app.item_grant(
        &ws,
        (None, Some(group)),
        dataset,
        ResourceAccess::Browse,
        since,
    )
    .await;
    let actions = open(app, &session, &dan).await;
    assert!(
        actions.contains(&"ENABLE") && actions.contains(&"ADD_TO_GROUP"),
        "{actions:?}"
    );
    app.item_grant(
        &ws,
        (Some(dan.id), None),
        dataset,
        ResourceAccess::Edit,
        since,
    )
    .await;
    assert!(!open(app, &session, &dan).await.contains(&"ENABLE"));
});

on_both!(perm_9_can_and_viewer_can_agree, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("elsewhere").await;
    let eve = app
        .member(&ws, "Eve Editor")
        .preset(Preset::Editor)
        .create()
        .await;
    let session = app.session(eve.account).await;
    let query = "query ($p: Permission!) { viewer {
        slug: can(workspace: \"riverton\", permission: $p) other: can(workspace: \"elsewhere\", permission: $p)
        none: can(workspace: \"nowhere\", permission: $p) malformed: can(workspace: \"No where\", permission: $p) }
        riverton: workspace(slug: \"riverton\") { viewerCan(permission: $p) }
        elsewhere: workspace(slug: \"elsewhere\") { viewerCan(permission: $p) } }";
    for permission in Permission::ALL {
        let answer = app
            .post(Some(&session), query, json!({ "p": permission.as_str() }))
            .await;
        let may = Preset::Editor.permissions().contains(*permission);
        let expected = json!({
            "viewer": { "slug": may, "other": false, "none": false, "malformed": false },
            "riverton": { "viewerCan": may }, "elsewhere": { "viewerCan": false },
        });
        assert_eq!(*answer.data(), expected, "{permission}");
        let id = format!(
            "{{ viewer {{ can(workspace: \"{}\", permission: {permission}) }} }}",
            ws.id
        );
        assert_eq!(
            app.post(Some(&eve.key), &id, json!({})).await.data()["viewer"]["can"],
            may
        );
        let id = format!(
            "{{ viewer {{ can(workspace: \"{}\", permission: {permission}) }} }}",
            other.id
        );
        assert_eq!(
            app.post(Some(&eve.key), &id, json!({})).await.data()["viewer"]["can"],
            false
        );
        assert_eq!(
            app.post(None, &id, json!({})).await.data()["viewer"]["can"],
            false
        );
    }
});
