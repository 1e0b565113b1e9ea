//! The table: for every mutation of a workspace at least one input that changes something, in the
//! order in which they do.

use chrono::Duration;
use concierge::domain::{
    id::{InvitationId, MembershipId, RoleId},
    interval::Interval,
    permission::{Permission, Preset},
    vocabulary::{AccessMode, QuotaScope, QuotaType},
};
use serde_json::{Value, json};

use crate::support::TestApp;

/// One call that changes something.
pub(super) struct Case {
    pub mutation: &'static str,
    /// Who makes it, by session.
    pub by: String,
    /// The same person's key, if it may be made by key.
    pub key: Option<String>,
    pub input: Value,
    /// Values that make it another input.
    pub other: Value,
    /// Values that are wrong: nothing is changed then; null if there are none.
    pub wrong: Value,
    /// What kind of actor the record names.
    pub actor: &'static str,
}

impl Case {
    /// The call as a sentence, for failed assertions.
    pub fn place(&self) -> String {
        format!("{} {}", self.mutation, self.input)
    }
}

/// The table, over a world of its own.
pub(super) async fn cases(app: &TestApp) -> Vec<Case> {
    let (ws, ada) = app.portal().await;
    let warden = app.role(&ws, "Warden", &[Permission::ManageReuses]).await;
    let spare = app
        .role(&ws, "Spare", &[Permission::ManageReuses])
        .await
        .to_string();
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let cho = app.member(&ws, "Cho Minh").create().await;
    let holder = app.member(&ws, "Hana Sato").role(warden).create().await;
    app.sql(
        "UPDATE api_key SET kind = 'GATEWAY' WHERE id = $1",
        vec![holder.key_id.0.into()],
    )
    .await;
    let yesterday = app.now() - Duration::days(1);
    let former = Interval::new(yesterday - Duration::days(9), yesterday);
    let former = app.member(&ws, "Fay Novak").during(former).create().await;
    let former = former.id.to_string();
    let dan = app
        .member(&ws, "Dan Perez")
        .with(Permission::ManageReuses)
        .create()
        .await;
    let group = app
        .group(&ws, "Tree wardens", &[Permission::BrowseAnalytics])
        .await;
    app.put_into(
        &ws,
        group,
        &holder,
        Interval::from(app.now() - Duration::minutes(5)),
    )
    .await;
    app.quota(
        &ws,
        QuotaScope::Group,
        Some(group.0),
        (QuotaType::Datasets, None),
        7,
    )
    .await;
    let in_ten_days = app.now() + Duration::days(10);
    let rita = app
        .member(&ws, "Rita Vos")
        .until(in_ten_days)
        .create()
        .await;
    let rob = app.member(&ws, "Rob Vos").until(in_ten_days).create().await;
    let (ritas, renewal) = (
        app.session(rita.account).await,
        app.renewal(&ws, &rob).await.to_string(),
    );
    let dataset = app
        .dataset(&ws, "trees", &ada, false, true)
        .await
        .to_string();
    let felled = app.dataset(&ws, "felled", &ada, true, true).await;
    let mut reuses = Vec::new();
    for by in [ada.account, ben.account, ben.account, cho.account] {
        reuses.push(app.reuse(&ws, felled, by).await.to_string());
    }
    let felled = felled.to_string();
    app.dataset_theme(&ws, "parks").await;
    let water = app.dataset_theme(&ws, "water").await.to_string();
    let roads = app.dataset_theme(&ws, "roads").await.to_string();
    app.sql("UPDATE dataset SET theme = 'water'", Vec::new())
        .await;
    let page = app.page(&ws, "about", &ada, true, true).await.to_string();
    let shared = app
        .dataset(&ws, "shared", &ada, true, true)
        .await
        .to_string();
    let shown = app.page(&ws, "shown", &ada, true, true).await.to_string();
    let torn = app.page(&ws, "torn", &ada, true, true).await.to_string();
    let today = concierge::domain::calendar::Calendar::default()
        .start(concierge::domain::vocabulary::QuotaPeriod::Day, app.now());
    app.used(&ws, Some(&ben), today, 12).await;
    let (session, left) = (
        app.session(ada.account).await,
        app.session(dan.account).await,
    );
    let operator = app.operator("Olu Adeyemi").await;
    let asking = app.outsider("Wim Withdrawn").await;
    let taken_back = app
        .access_request(&ws, app.account_of("Wim Withdrawn").await)
        .await
        .to_string();
    app.outsider("Abe Approved").await;
    let approved = app
        .access_request(&ws, app.account_of("Abe Approved").await)
        .await
        .to_string();
    app.outsider("Rik Rejected").await;
    let rejected = app
        .access_request(&ws, app.account_of("Rik Rejected").await)
        .await
        .to_string();
    let (stranger, slug) = (app.outsider("Sia Novak").await, ws.slug.clone());
    let editor = app.preset(&ws, Preset::Editor).await.to_string();
    let (ivo, ivana) = (
        app.outsider("Ivo Marsh").await,
        app.outsider("Ivana Marsh").await,
    );
    let invited = [
        "waits@example.org",
        "lingers@example.org",
        "ivo.marsh@example.org",
        "ivana.marsh@example.org",
    ];
    let invited = json!({ "workspaceId": ws.id.to_string(), "invitees": invited.map(|email| json!({ "email": email })) });
    let invited = app
        .mutate(&session, "inviteMembers", invited)
        .await
        .invitations();
    app.sql(
        "UPDATE workspace SET secondary_workspaces_enabled = TRUE WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    let secondary = async |slug: &str| {
        let made = app.workspace_with(slug, AccessMode::Private, Some(&ws));
        made.await.id.to_string()
    };
    let (port, quay) = (
        secondary("riverton-port").await,
        secondary("riverton-quay").await,
    );
    let no_invitation = InvitationId(app.app.deps.ids.uuid(app.now())).to_string();
    let nobody = MembershipId(app.app.deps.ids.uuid(app.now())).to_string();
    let no_role = RoleId(app.app.deps.ids.uuid(app.now())).to_string();
    let (ws, group, warden) = (ws.id.to_string(), group.to_string(), warden.to_string());
    let (ben_id, cho_id) = (ben.id.to_string(), cho.id.to_string());
    let both = json!([ben_id, cho_id]);
    let (late, ends_before) = (
        json!({ "endsAt": app.at(7_200) }),
        json!({ "endsAt": app.at(-1) }),
    );
    let (why, long) = (
        json!({ "reason": "Holidays" }),
        json!({ "reason": "x".repeat(501) }),
    );
    let unknown = json!({ "membershipIds": [ben_id, nobody], "atomic": true });
    let none = Value::Null;
    let by =
        |by: &str, key: Option<&str>, actor, mutation, input, other: &Value, wrong: &Value| Case {
            mutation,
            by: by.to_owned(),
            key: key.map(str::to_owned),
            input,
            other: other.clone(),
            wrong: wrong.clone(),
            actor,
        };
    let case = |mutation, input, other: &Value, wrong: &Value| {
        by(
            &session,
            Some(&ada.key),
            "ACCOUNT",
            mutation,
            input,
            other,
            wrong,
        )
    };
    let by_session = |mutation, input, other: &Value, wrong: &Value| {
        by(&session, None, "ACCOUNT", mutation, input, other, wrong)
    };
    let by_operator = |mutation, input, other: &Value, wrong: &Value| {
        by(&operator, None, "OPERATOR", mutation, input, other, wrong)
    };
    let limit = |limit: i64| json!([{ "type": "API_CALLS", "limit": limit }]);
    let quotas = |scope: &str, subject: Option<&str>| json!({ "workspaceId": ws, "scope": scope, "subjectId": subject, "values": limit(50) });
    let (other_limit, wrong_limit) = (
        json!({ "values": limit(60) }),
        json!({ "values": limit(-1) }),
    );
    vec![
        case(
            "setMemberRole",
            json!({ "membershipIds": both, "roleId": editor }),
            &json!({ "roleId": null }),
            &json!({ "roleId": no_role }),
        ),
        case(
            "setAccessPeriod",
            json!({ "membershipIds": both, "endsAt": app.at(86_400) }),
            &late,
            &ends_before,
        ),
        by(
            &ritas,
            None,
            "ACCOUNT",
            "requestAccessRenewal",
            json!({ "membershipId": rita.id.to_string(), "message": "Until summer, please" }),
            &json!({ "message": "Until autumn, please" }),
            &json!({ "message": "x".repeat(2_001) }),
        ),
        case(
            "decideAccessRenewals",
            json!({ "ids": [renewal], "approve": true, "endsAt": app.at(30 * 86_400), "reason": "Gladly" }),
            &why,
            &ends_before,
        ),
        case(
            "sendPasswordResets",
            json!({ "membershipIds": [cho_id] }),
            &json!({ "membershipIds": both }),
            &unknown,
        ),
        case(
            "disableMembers",
            json!({ "membershipIds": [ben_id] }),
            &why,
            &long,
        ),
        case(
            "enableMembers",
            json!({ "membershipIds": [ben_id], "reason": "Back" }),
            &why,
            &long,
        ),
        case(
            "grantPermissions",
            json!({ "membershipIds": both, "permissions": ["MANAGE_REUSES", "CREATE_PAGES"] }),
            &json!({ "permissions": ["CREATE_PAGES"] }),
            &ends_before,
        ),
        case(
            "grantPermissions",
            json!({ "groupId": group, "permissions": ["CREATE_PAGES"] }),
            &late,
            &ends_before,
        ),
        case(
            "grantPermissions",
            json!({ "membershipIds": both, "resourceId": dataset, "access": ["BROWSE"], "recordFilter": "a = 1" }),
            &json!({ "recordFilter": "a = 2" }),
            &ends_before,
        ),
        case(
            "revokePermissions",
            json!({ "membershipIds": both, "permissions": ["MANAGE_REUSES"] }),
            &json!({ "permissions": ["CREATE_PAGES"] }),
            &unknown,
        ),
        by_session(
            "createApiKey",
            json!({ "workspaceId": ws, "name": "Harvester" }),
            &json!({ "name": "Plough" }),
            &json!({ "name": "" }),
        ),
        by_session(
            "updateApiKey",
            json!({ "id": holder.key_id.to_string(), "name": "Servers", "allowedNetworks": ["192.0.2.0/24"] }),
            &json!({ "name": "Plough" }),
            &json!({ "name": "" }),
        ),
        by_session(
            "rotateApiKey",
            json!({ "id": holder.key_id.to_string(), "overlapSeconds": 60 }),
            &json!({ "overlapSeconds": 61 }),
            &json!({ "overlapSeconds": -1 }),
        ),
        by_session(
            "revokeApiKeys",
            json!({ "ids": [cho.key_id.to_string()], "reason": "Lost" }),
            &why,
            &long,
        ),
        case(
            "createGroup",
            json!({ "workspaceId": ws, "title": "Water wardens", "description": "Rivers" }),
            &json!({ "title": "Lakes" }),
            &json!({ "title": " " }),
        ),
        case(
            "updateGroup",
            json!({ "id": group, "description": "Who looks after trees" }),
            &json!({ "description": "Trees" }),
            &json!({ "title": " " }),
        ),
        case(
            "addGroupMembers",
            json!({ "groupId": group, "membershipIds": both }),
            &late,
            &ends_before,
        ),
        case(
            "removeGroupMembers",
            json!({ "groupId": group, "membershipIds": [cho_id] }),
            &late,
            &ends_before,
        ),
        case(
            "setQuotas",
            quotas("DEFAULT", None),
            &other_limit,
            &wrong_limit,
        ),
        case(
            "setQuotas",
            quotas("GROUP", Some(&group)),
            &other_limit,
            &wrong_limit,
        ),
        case(
            "setQuotas",
            quotas("MEMBER", Some(&ben_id)),
            &other_limit,
            &wrong_limit,
        ),
        by_operator(
            "setLicense",
            json!({ "workspaceId": ws, "seats": 50 }),
            &json!({ "seats": 60 }),
            &json!({ "seats": -1 }),
        ),
        case(
            "resetQuotaUsage",
            json!({ "membershipIds": [ben_id], "type": "API_CALLS", "reason": "a loop" }),
            &json!({ "reason": "two loops" }),
            &json!({ "reason": "" }),
        ),
        case(
            "setAnonymousQuotas",
            json!({ "workspaceId": ws, "pool": 5 }),
            &json!({ "pool": 6 }),
            &json!({ "pool": -1 }),
        ),
        by_session(
            "submitReuse",
            json!({
                "datasetId": felled, "title": "Tree map", "url": "https://maps.example/trees",
                "description": "All trees on a map",
            }),
            &json!({ "title": "Atlas" }),
            &json!({ "url": "javascript:alert(1)" }),
        ),
        by_session(
            "submitReuse",
            json!({ "id": reuses[0], "title": "Atlas", "url": "https://maps.example/atlas" }),
            &json!({ "title": "Globe" }),
            &json!({ "title": "" }),
        ),
        case(
            "approveReuses",
            json!({ "ids": [reuses[0], reuses[1]], "reason": "Well done" }),
            &why,
            &long,
        ),
        case(
            "rejectReuses",
            json!({ "ids": [reuses[1], reuses[2]], "reason": "Not about trees" }),
            &why,
            &long,
        ),
        case(
            "deleteReuses",
            json!({ "ids": [reuses[3]], "reason": "Advertising" }),
            &why,
            &long,
        ),
        case(
            "updateTheme",
            json!({
                "workspaceId": ws, "colors": [{ "name": "text", "value": "#1f2933" }], "font": "Source Sans 3",
                "logoUrl": "https://riverton.example/logo.svg", "faviconUrl": "https://riverton.example/icon.png",
            }),
            &json!({ "font": "Inter" }),
            &json!({ "logoUrl": "http://riverton.example/logo.svg" }),
        ),
        case(
            "createDatasetTheme",
            json!({
                "workspaceId": ws, "color": "#2e7d32", "icon": "leaf", "place": 2, "labels": [
                    { "locale": "EN", "text": "Nature" }, { "locale": "FR", "text": "Nature" }, { "locale": "NL", "text": "Natuur" },
                ],
            }),
            &json!({ "color": "#000000" }),
            &json!({ "color": "green" }),
        ),
        case(
            "updateDatasetTheme",
            json!({ "id": roads, "labels": [{ "locale": "EN", "text": "Streets" }], "color": "#1d5fa8", "icon": "road", "place": 1 }),
            &json!({ "icon": "car" }),
            &json!({ "place": 0 }),
        ),
        case(
            "deleteDatasetTheme",
            json!({ "id": water, "replacement": roads }),
            &json!({ "replacement": null }),
            &json!({ "replacement": water }),
        ),
        case(
            "createDataset",
            json!({ "workspaceId": ws, "identifier": "birds", "title": "Birds", "description": "All birds" }),
            &json!({ "title": "Finches" }),
            &json!({ "identifier": "!" }),
        ),
        case(
            "updateDataset",
            json!({ "id": dataset, "title": "Trees", "description": "All trees" }),
            &json!({ "title": "Oaks" }),
            &json!({ "title": "" }),
        ),
        case(
            "publishDataset",
            json!({ "id": dataset }),
            &json!({ "id": felled }),
            &none,
        ),
        case(
            "unpublishDataset",
            json!({ "id": dataset }),
            &json!({ "id": felled }),
            &none,
        ),
        case(
            "setDatasetSecurity",
            json!({ "id": dataset, "security": "RESTRICTED" }),
            &json!({ "security": "OPEN" }),
            &none,
        ),
        case(
            "deleteDataset",
            json!({ "id": felled }),
            &json!({ "id": dataset }),
            &none,
        ),
        case(
            "createPage",
            json!({ "workspaceId": ws, "slug": "birds", "title": "Birds" }),
            &json!({ "title": "Finches" }),
            &json!({ "slug": "!" }),
        ),
        case(
            "updatePage",
            json!({ "id": page, "title": "About", "content": "Us", "published": false }),
            &json!({ "title": "Us" }),
            &json!({ "title": "" }),
        ),
        case(
            "setPageSecurity",
            json!({ "id": page, "security": "RESTRICTED" }),
            &json!({ "security": "OPEN" }),
            &none,
        ),
        case(
            "deletePage",
            json!({ "id": torn }),
            &json!({ "id": page }),
            &none,
        ),
        case(
            "transferOwnership",
            json!({ "ids": [dataset, page], "membershipId": cho_id }),
            &json!({ "ids": [page] }),
            &json!({ "membershipId": nobody }),
        ),
        case(
            "createRole",
            json!({ "workspaceId": ws, "name": "Keeper", "permissions": ["MANAGE_REUSES"] }),
            &json!({ "name": "Guardian" }),
            &json!({ "name": "" }),
        ),
        case(
            "updateRole",
            json!({ "id": warden, "permissions": ["CREATE_PAGES"] }),
            &json!({ "name": "Guard" }),
            &json!({ "name": "" }),
        ),
        case(
            "deleteRole",
            json!({ "id": spare }),
            &json!({ "id": warden }),
            &json!({ "id": warden }),
        ),
        by_operator(
            "createWorkspace",
            json!({ "name": "Harbour", "slug": "harbour", "administratorEmail": ben.email }),
            &json!({ "name": "Port" }),
            &json!({ "slug": "!" }),
        ),
        case(
            "createSecondaryWorkspace",
            json!({
                "parentId": ws, "name": "Docks", "slug": "docks", "administratorEmail": cho.email,
                "caps": [{ "type": "DATASETS", "limit": 3 }],
            }),
            &json!({ "name": "Piers" }),
            &json!({ "slug": "!" }),
        ),
        by_session(
            "updateSecondaryWorkspace",
            json!({ "id": port, "name": "Port", "description": "Ships" }),
            &json!({ "name": "Haven" }),
            &json!({ "name": "" }),
        ),
        case(
            "setWorkspaceCaps",
            json!({ "workspaceIds": [port], "values": limit(50) }),
            &other_limit,
            &wrong_limit,
        ),
        case(
            "distributeDatasets",
            json!({ "workspaceIds": [port], "ids": [shared] }),
            &json!({ "atomic": true }),
            &Value::Null,
        ),
        case(
            "withdrawDatasets",
            json!({ "workspaceIds": [port], "ids": [shared] }),
            &json!({ "atomic": true }),
            &Value::Null,
        ),
        case(
            "distributePages",
            json!({ "workspaceIds": [port], "ids": [shown] }),
            &json!({ "atomic": true }),
            &Value::Null,
        ),
        case(
            "withdrawPages",
            json!({ "workspaceIds": [port], "ids": [shown] }),
            &json!({ "atomic": true }),
            &Value::Null,
        ),
        by_session(
            "deleteSecondaryWorkspace",
            json!({ "id": quay, "slug": "riverton-quay" }),
            &json!({ "slug": "riverton-quays" }),
            &json!({ "slug": "quay" }),
        ),
        case(
            "updateWorkspace",
            json!({ "id": ws, "name": "Riverton", "description": "A town" }),
            &json!({ "name": "River" }),
            &json!({ "name": "" }),
        ),
        case(
            "setInactivityPolicy",
            json!({ "workspaceId": ws, "disableAfterDays": 90 }),
            &json!({ "disableAfterDays": 91 }),
            &json!({ "disableAfterDays": 29 }),
        ),
        by_session(
            "setSignInPolicy",
            json!({ "workspaceId": ws, "secondFactor": "ADMINISTRATORS", "graceDays": 30 }),
            &json!({ "secondFactor": "EVERYBODY" }),
            &json!({ "graceDays": 91 }),
        ),
        case(
            "setInactivityExemptions",
            json!({ "membershipIds": both, "exempt": true }),
            &json!({ "membershipIds": [cho_id] }),
            &unknown,
        ),
        case(
            "setDefaultPermissions",
            json!({ "workspaceId": ws, "permissions": ["MANAGE_REUSES"] }),
            &json!({ "permissions": [] }),
            &none,
        ),
        case(
            "inviteMembers",
            json!({
                "workspaceId": ws, "invitees": [{ "email": "ida.holm@example.org", "givenName": "Ida" }], "roleId": editor,
                "groupIds": [group], "permissions": ["MANAGE_REUSES"], "quotas": [{ "type": "DATASETS", "limit": 5 }],
                "accessDurationSeconds": 86_400, "note": "Welcome", "locale": "NL",
            }),
            &json!({ "note": "Hello" }),
            &json!({ "note": "x".repeat(501) }),
        ),
        case(
            "importMembers",
            json!({
                "workspaceId": ws, "format": "OPENDATASOFT", "createGroups": true, "onExisting": "APPLY",
                "csv": "email,first_name,permissions,groups\nida.berg@example.org,Ida,edit_reuse,Newcomers",
            }),
            &json!({ "csv": "email,first_name,permissions,groups\nida.berg@example.org,Ina,edit_reuse,Newcomers" }),
            &json!({ "csv": "name" }),
        ),
        case(
            "updateInvitations",
            json!({ "ids": [invited[0]], "note": "Hello", "roleId": editor }),
            &json!({ "note": "Hi" }),
            &json!({ "note": "x".repeat(501) }),
        ),
        case(
            "resendInvitations",
            json!({ "ids": [invited[0]] }),
            &json!({ "ids": [invited[1]] }),
            &json!({ "ids": [invited[0], no_invitation], "atomic": true }),
        ),
        case(
            "cancelInvitations",
            json!({ "ids": [invited[0]] }),
            &json!({ "ids": [invited[1]] }),
            &json!({ "ids": [invited[0], no_invitation], "atomic": true }),
        ),
        by(
            &ivo,
            None,
            "ACCOUNT",
            "acceptInvitation",
            json!({ "id": invited[2] }),
            &none,
            &none,
        ),
        by(
            &ivana,
            None,
            "ACCOUNT",
            "declineInvitation",
            json!({ "id": invited[3], "refuseFurtherMail": true }),
            &json!({ "refuseFurtherMail": false }),
            &none,
        ),
        case(
            "updateSignUpSettings",
            json!({ "workspaceId": ws, "enabled": true, "terms": "Be fair.", "notificationAddresses": ["desk@example.org"] }),
            &json!({ "terms": "Be very fair." }),
            &json!({ "allowedEmailDomains": ["nowhere"] }),
        ),
        by(
            &stranger,
            None,
            "ACCOUNT",
            "joinWorkspace",
            json!({ "workspace": slug, "acceptedTermsVersion": 1 }),
            &json!({ "message": "Hello" }),
            &json!({ "acceptedTermsVersion": 2 }),
        ),
        by(
            &asking,
            None,
            "ACCOUNT",
            "withdrawAccessRequest",
            json!({ "id": taken_back }),
            &none,
            &none,
        ),
        case(
            "approveAccessRequests",
            json!({ "ids": [approved], "roleId": editor, "permissions": ["BROWSE_ANALYTICS"], "accessEndsAt": app.at(86_400) }),
            &json!({ "roleId": null }),
            &json!({ "roleId": no_role }),
        ),
        case(
            "rejectAccessRequests",
            json!({ "ids": [rejected], "reason": "Try the press office" }),
            &json!({ "reason": "No" }),
            &long,
        ),
        case(
            "restoreMembers",
            json!({ "membershipIds": [former], "endsAt": app.at(86_400) }),
            &json!({ "endsAt": app.at(172_800) }),
            &json!({ "endsAt": app.at(-120) }),
        ),
        case("deleteGroup", json!({ "id": group }), &none, &none),
        case(
            "revokeMembers",
            json!({ "membershipIds": [ben_id], "reason": "Moved" }),
            &why,
            &long,
        ),
        by(
            &left,
            None,
            "ACCOUNT",
            "leaveWorkspace",
            json!({ "workspaceId": ws }),
            &none,
            &none,
        ),
    ]
}
