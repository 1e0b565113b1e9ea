//! Every kind of caller, for the authorization matrix: one credential of each kind, over one
//! workspace.

use chrono::Duration;
use concierge::domain::{
    id::{DatasetId, ItemId},
    interval::Interval,
    permission::Permission,
    vocabulary::ResourceAccess,
};
use serde_json::json;

use super::{
    TestApp,
    world::{Member, Ws},
};

/// The caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Actor {
    Anonymous,
    Outsider,
    /// A member without permissions.
    MemberWithout,
    /// A member with EDIT_WORKSPACE_PROPERTIES.
    MemberWith,
    Disabled,
    Scheduled,
    Ended,
    /// An administrator of another workspace.
    OfAnotherWorkspace,
    /// A key, without a list, of a member with EDIT_WORKSPACE_PROPERTIES.
    KeyWithoutList,
    /// The same, with a list that lacks it.
    NarrowedKey,
    KeyWithout,
    KeyOfDisabled,
    KeyOfAnotherWorkspace,
    /// For the portal's data servers. Has none of its member's permissions.
    GatewayKey,
    /// An administrator's key, with a list of something else.
    NarrowedKeyOfAdministrator,
    /// An administrator's key, with EDIT_WORKSPACE_PROPERTIES on its list: not an administrator
    /// (KEY-1).
    ListedKeyOfAdministrator,
    /// May edit one dataset and manage its security, and nothing else.
    SecurityManager,
    /// Manages secondary workspaces in the parent workspace.
    ParentManager,
    Administrator,
    Operator,
}

use Actor::*;

pub const ACTORS: &[Actor] = &[
    Anonymous,
    Outsider,
    MemberWithout,
    MemberWith,
    Disabled,
    Scheduled,
    Ended,
    OfAnotherWorkspace,
    KeyWithoutList,
    NarrowedKey,
    KeyWithout,
    KeyOfDisabled,
    KeyOfAnotherWorkspace,
    GatewayKey,
    NarrowedKeyOfAdministrator,
    ListedKeyOfAdministrator,
    SecurityManager,
    ParentManager,
    Administrator,
    Operator,
];

impl Actor {
    /// Whether it uses an API key.
    pub const fn is_key(self) -> bool {
        matches!(
            self,
            KeyWithoutList
                | NarrowedKey
                | KeyWithout
                | KeyOfDisabled
                | KeyOfAnotherWorkspace
                | GatewayKey
                | NarrowedKeyOfAdministrator
                | ListedKeyOfAdministrator
        )
    }
}

/// Creates a credential of each kind of actor.
pub async fn cast(
    app: &TestApp,
    ws: &Ws,
    other: &Ws,
    parent: &Ws,
    administrator: &Member,
    dataset: DatasetId,
) -> Vec<(Actor, Option<String>)> {
    let ewp = Permission::EditWorkspaceProperties;
    let without = app.member(ws, "Wout Peeters").create().await;
    let with = app.member(ws, "Ewa Kowalska").with(ewp).create().await;
    let narrowed = app
        .member(ws, "Nils Berg")
        .with(ewp)
        .scoped(&[Permission::ManageReuses])
        .create()
        .await;
    let disabled = app
        .member(ws, "Dina Abadi")
        .with(ewp)
        .disabled()
        .create()
        .await;
    let tomorrow = Interval::from(app.now() + Duration::days(1));
    let scheduled = app
        .member(ws, "Sam Ortiz")
        .with(ewp)
        .during(tomorrow)
        .create()
        .await;
    let gone = Interval::new(app.now() - Duration::days(2), app.now() - Duration::days(1));
    let ended = app
        .member(ws, "Eli Stone")
        .with(ewp)
        .during(gone)
        .create()
        .await;
    let eve = app.administrator(other, "Eve Laurent").await;
    let manager = app
        .member(parent, "Mona Rask")
        .with(Permission::ManageSecondaryWorkspaces)
        .create()
        .await;
    let guardian = app.member(ws, "Gus Marin").create().await;
    for access in [ResourceAccess::Edit, ResourceAccess::ManageSecurity] {
        let since = Interval::from(app.now());
        app.item_grant(
            ws,
            (Some(guardian.id), None),
            ItemId::Dataset(dataset),
            access,
            since,
        )
        .await;
    }
    let session = app.session_of(administrator.account).await;
    let mut keys = Vec::new();
    for more in [
        json!({ "kind": "GATEWAY" }),
        json!({ "permissions": ["MANAGE_REUSES"] }),
        json!({ "permissions": ["EDIT_WORKSPACE_PROPERTIES"] }),
    ] {
        let mut input = json!({ "workspaceId": ws.id.to_string(), "name": "Harbour office" });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        keys.push(
            app.mutate(&session, "createApiKey", input).await.0["secret"]
                .as_str()
                .unwrap()
                .to_owned(),
        );
    }
    let mut all = Vec::with_capacity(ACTORS.len());
    for actor in ACTORS {
        let credential = match actor {
            Anonymous => None,
            Outsider => Some(app.outsider("Otto Weiss").await),
            MemberWithout => Some(app.session_of(without.account).await),
            MemberWith => Some(app.session_of(with.account).await),
            Disabled => Some(app.session_of(disabled.account).await),
            Scheduled => Some(app.session_of(scheduled.account).await),
            Ended => Some(app.session_of(ended.account).await),
            OfAnotherWorkspace => Some(app.session_of(eve.account).await),
            KeyWithoutList => Some(with.key.clone()),
            NarrowedKey => Some(narrowed.key.clone()),
            KeyWithout => Some(without.key.clone()),
            KeyOfDisabled => Some(disabled.key.clone()),
            KeyOfAnotherWorkspace => Some(eve.key.clone()),
            GatewayKey => Some(keys[0].clone()),
            NarrowedKeyOfAdministrator => Some(keys[1].clone()),
            ListedKeyOfAdministrator => Some(keys[2].clone()),
            SecurityManager => Some(app.session_of(guardian.account).await),
            ParentManager => Some(app.session_of(manager.account).await),
            Administrator => Some(session.clone()),
            Operator => Some(app.operator("Olu Adeyemi").await),
        };
        all.push((*actor, credential));
    }
    all
}
