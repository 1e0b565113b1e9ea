//! May the viewer do that to this item? (PERM-5, JOIN-1)

use chrono::Duration;
use concierge::domain::{
    id::ItemId,
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, ResourceAccess},
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const ACCESSES: [&str; 5] = ["BROWSE", "EDIT", "DELETE", "PUBLISH", "MANAGE_SECURITY"];

/// What whoever asks may do with the item.
async fn may(app: &TestApp, credential: Option<&str>, item: ItemId) -> Vec<&'static str> {
    let fields: String = ACCESSES
        .iter()
        .map(|access| format!("{access}: canAccess(resource: \"{item}\", access: {access}) "))
        .collect();
    let answer = app
        .post(
            credential,
            &format!("{{ viewer {{ {fields} }} }}"),
            json!({}),
        )
        .await;
    let viewer = answer.data()["viewer"].clone();
    ACCESSES
        .into_iter()
        .filter(|access| viewer[access] == Value::Bool(true))
        .collect()
}

on_both!(perm_5_what_one_may_do_with_a_dataset, |app| {
    let ws = app.workspace("riverton").await;
    let owner = app
        .member(&ws, "Olga Owner")
        .preset(Preset::Editor)
        .create()
        .await;
    let idle = app.member(&ws, "Ida Idle").create().await;
    let plain = app.member(&ws, "Paul Plain").create().await;
    let viewer = app
        .member(&ws, "Vic Viewer")
        .preset(Preset::Viewer)
        .create()
        .await;
    let editor = app
        .member(&ws, "Ed Editor")
        .with(Permission::EditAllDatasets)
        .create()
        .await;
    let publisher = app
        .member(&ws, "Pat Publisher")
        .preset(Preset::Publisher)
        .create()
        .await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let granted = app.member(&ws, "Gina Grant").create().await;
    let dataset = async |name: &str, published, open| {
        ItemId::Dataset(app.dataset(&ws, name, &owner, published, open).await)
    };
    let open = dataset("open", true, true).await;
    let restricted = dataset("restricted", true, false).await;
    let draft = dataset("draft", false, true).await;
    let idles = ItemId::Dataset(app.dataset(&ws, "idles", &idle, true, false).await);
    let (since, to) = (
        Interval::from(app.now() - Duration::minutes(1)),
        (Some(granted.id), None),
    );
    app.item_grant(&ws, to, restricted, ResourceAccess::Browse, since)
        .await;
    app.item_grant(&ws, to, draft, ResourceAccess::Browse, since)
        .await;
    let all = ACCESSES.to_vec();
    for (who, item, wanted) in [
        (None, open, vec!["BROWSE"]),
        (None, restricted, vec![]),
        (None, draft, vec![]),
        (Some(&plain), open, vec!["BROWSE"]),
        (Some(&plain), restricted, vec![]),
        (Some(&plain), draft, vec![]),
        (Some(&viewer), restricted, vec!["BROWSE"]),
        (Some(&viewer), draft, vec![]),
        (Some(&granted), restricted, vec!["BROWSE"]),
        (Some(&granted), draft, vec![]),
        (Some(&owner), restricted, vec!["BROWSE", "EDIT", "DELETE"]),
        (Some(&owner), draft, vec!["BROWSE", "EDIT", "DELETE"]),
        (Some(&owner), idles, vec![]),
        (Some(&idle), idles, vec![]),
        (Some(&editor), draft, vec!["BROWSE", "EDIT", "DELETE"]),
        (Some(&publisher), draft, all.clone()),
        (Some(&ada), restricted, all.clone()),
    ] {
        let key = who.map(|member| member.key.as_str());
        assert_eq!(may(app, key, item).await, wanted, "{who:?} {item}");
        if let Some(member) = who {
            assert_eq!(
                may(app, Some(&app.session(member.account).await), item).await,
                wanted,
                "{who:?} {item}"
            );
        }
    }
    // Publishing and security by grant need EDIT too.
    app.item_grant(&ws, to, draft, ResourceAccess::Publish, since)
        .await;
    app.item_grant(&ws, to, draft, ResourceAccess::ManageSecurity, since)
        .await;
    assert_eq!(may(app, Some(&granted.key), draft).await, [""; 0]);
    let edit = Interval::new(app.now(), app.now() + Duration::hours(1));
    app.item_grant(&ws, to, draft, ResourceAccess::Edit, edit)
        .await;
    assert_eq!(
        may(app, Some(&granted.key), draft).await,
        ["BROWSE", "EDIT", "PUBLISH", "MANAGE_SECURITY"]
    );
    app.pass(Duration::hours(1));
    assert_eq!(may(app, Some(&granted.key), draft).await, [""; 0]);
});

on_both!(perm_5_what_one_may_do_with_a_page, |app| {
    let ws = app.workspace("riverton").await;
    let owner = app
        .member(&ws, "Olga Owner")
        .preset(Preset::Editor)
        .create()
        .await;
    let plain = app.member(&ws, "Paul Plain").create().await;
    let group = app.group(&ws, "Parks", &[]).await;
    app.put_into(&ws, group, &plain, Interval::from(app.now()))
        .await;
    let draft = ItemId::Page(app.page(&ws, "draft", &owner, false, true).await);
    let home = ItemId::Page(app.page(&ws, "home", &owner, true, true).await);
    assert_eq!(
        may(app, Some(&owner.key), draft).await,
        ["BROWSE", "EDIT", "DELETE", "PUBLISH"]
    );
    assert_eq!(may(app, Some(&plain.key), draft).await, [""; 0]);
    assert_eq!(may(app, None, home).await, ["BROWSE"]);
    app.item_grant(
        &ws,
        (None, Some(group)),
        draft,
        ResourceAccess::Edit,
        Interval::from(app.now()),
    )
    .await;
    assert_eq!(
        may(app, Some(&plain.key), draft).await,
        ["BROWSE", "EDIT", "PUBLISH"]
    );
});

on_both!(
    join_1_entry_to_a_private_workspace_is_for_active_members,
    |app| {
        let ws = app
            .workspace_with("riverton", AccessMode::Private, None)
            .await;
        let owner = app
            .member(&ws, "Olga Owner")
            .preset(Preset::Editor)
            .create()
            .await;
        let plain = app.member(&ws, "Paul Plain").create().await;
        let disabled = app
            .member(&ws, "Dan Disabled")
            .preset(Preset::Administrator)
            .disabled()
            .create()
            .await;
        let outsider = app
            .administrator(&app.workspace("elsewhere").await, "Otto Out")
            .await;
        let open = ItemId::Dataset(app.dataset(&ws, "open", &owner, true, true).await);
        assert_eq!(may(app, Some(&plain.key), open).await, ["BROWSE"]);
        for credential in [
            None,
            Some(outsider.key.clone()),
            Some(app.session(outsider.account).await),
            Some(app.session(disabled.account).await),
        ] {
            assert_eq!(may(app, credential.as_deref(), open).await, [""; 0]);
        }
        let nowhere =
            "{ viewer { canAccess(resource: \"ds_01jd0000000000000000000000\", access: BROWSE) } }";
        assert_eq!(
            *app.post(Some(&plain.key), nowhere, json!({})).await.data(),
            json!({ "viewer": { "canAccess": false } })
        );
    }
);

on_both!(key_1_a_keys_list_cuts_ownership_and_grants, |app| {
    let ws = app.workspace("riverton").await;
    let only = Permission::BrowseAllDatasets;
    let owner = app
        .member(&ws, "Olga Owner")
        .preset(Preset::Editor)
        .scoped(&[only])
        .create()
        .await;
    let draft = ItemId::Dataset(app.dataset(&ws, "draft", &owner, false, true).await);
    let restricted = ItemId::Dataset(
        app.dataset(
            &ws,
            "restricted",
            &app.member(&ws, "X Y").create().await,
            true,
            false,
        )
        .await,
    );
    app.item_grant(
        &ws,
        (Some(owner.id), None),
        restricted,
        ResourceAccess::Browse,
        Interval::from(app.now()),
    )
    .await;
    assert_eq!(may(app, Some(&owner.key), draft).await, [""; 0]);
    assert_eq!(may(app, Some(&owner.key), restricted).await, ["BROWSE"]);
    assert_eq!(
        may(app, Some(&app.session(owner.account).await), draft).await,
        ["BROWSE", "EDIT", "DELETE"]
    );
});
