//! The authorization matrix: every mutation × every kind of actor, the expected refusal, and that
//! it left no trace. Made against the schema: a mutation that the table lacks fails, and so does
//! one without exactly one guard.

mod expected;

use concierge::domain::{
    id::{AccountId, DatasetId, SecondFactorId, SessionId},
    interval::Interval,
    mail::MailKind,
    permission::{Permission, Preset},
    secret::ApiKeySecret,
    vocabulary::AccessMode,
};
use serde_json::{Value, json};

use expected::*;

use crate::support::{
    TestApp,
    actors::{Actor::MemberWithout, cast},
    on_both,
    world::{Member, Ws},
    writing,
};

/// The permission that a refusal names to a member who holds nothing.
fn required(mutation: &str, input: &Value) -> &'static str {
    match mutation {
        "createDataset" => "CREATE_DATASETS",
        "updateDataset" | "deleteDataset" => "EDIT_ALL_DATASETS",
        "publishDataset" | "unpublishDataset" => "PUBLISH_OWN_DATASETS",
        "setDatasetSecurity" => "MANAGE_OWN_DATASETS_SECURITY",
        "createPage" => "CREATE_PAGES",
        "updatePage" | "deletePage" => "EDIT_ALL_PAGES",
        "setPageSecurity" => "MANAGE_OWN_PAGES_SECURITY",
        "updateTheme" | "createDatasetTheme" | "updateDatasetTheme" | "deleteDatasetTheme" => {
            "MANAGE_WORKSPACE_THEME"
        }
        "createSecondaryWorkspace"
        | "updateSecondaryWorkspace"
        | "deleteSecondaryWorkspace"
        | "setWorkspaceCaps"
        | "distributeDatasets"
        | "withdrawDatasets"
        | "distributePages"
        | "withdrawPages" => "MANAGE_SECONDARY_WORKSPACES",
        "approveReuses" | "rejectReuses" | "deleteReuses" => "MANAGE_REUSES",
        _ if input.get("resourceId").is_some() => "MANAGE_OWN_DATASETS_SECURITY",
        _ => "EDIT_WORKSPACE_PROPERTIES",
    }
}

/// One line of the matrix. Mutations of sessions know no rehearsal, and so come last.
struct Line {
    mutation: &'static str,
    input: Value,
    expected: Expected,
    rehearsed: bool,
}

fn line(mutation: &'static str, input: Value, expected: Expected) -> Line {
    Line {
        mutation,
        input,
        expected,
        rehearsed: true,
    }
}

/// The matrix. Whoever adds a mutation adds a line.
async fn lines(
    app: &TestApp,
    ws: &Ws,
    ben: &Member,
    (owner, dataset): (&Member, DatasetId),
) -> Vec<Line> {
    let ids = json!([ben.id.to_string()]);
    let stopped = json!([app
        .member(ws, "Stu Berg")
        .disabled()
        .create()
        .await
        .id
        .to_string()]);
    let yesterday = app.now() - chrono::Duration::days(1);
    let past = Interval::new(yesterday - chrono::Duration::days(9), yesterday);
    let former = app.member(ws, "Fay Novak").during(past).create().await;
    let former = json!([former.id.to_string()]);
    let group = app.group(ws, "Tree wardens", &[]).await.to_string();
    let giver = app
        .grant_row(
            ws,
            Some(ben.id),
            None,
            Some(Permission::ManageReuses),
            Interval::from(app.now()),
            None,
        )
        .await;
    let dataset = dataset.to_string();
    let page = app.page(ws, "welcome", owner, true, true).await.to_string();
    let theme = app.dataset_theme(ws, "parks").await.to_string();
    let bens = app.dataset(ws, "benches", ben, false, true).await;
    let reuses = json!([app.reuse(ws, bens, ben.account).await.to_string()]);
    let bens = bens.to_string();
    let new_reuse =
        json!({ "datasetId": bens, "title": "Bench map", "url": "https://maps.example/benches" });
    let access = json!({ "membershipIds": ids, "resourceId": dataset, "access": ["BROWSE"] });
    let permissions = json!({ "membershipIds": ids, "permissions": ["EDIT_WORKSPACE_PROPERTIES"] });
    let of_group = json!({ "groupId": group, "permissions": ["EDIT_WORKSPACE_PROPERTIES"] });
    let key = json!({ "workspaceId": ws.id.to_string(), "name": "Harvester" });
    let everywhere = json!({ "workspaceId": ws.id.to_string(), "all": true });
    let into_group = json!({ "groupId": group, "membershipIds": ids });
    let quotas = |scope: &str, subject: Option<&str>| {
        let values = json!([{ "type": "DATASETS", "limit": 5 }]);
        json!({ "workspaceId": ws.id.to_string(), "scope": scope, "subjectId": subject, "values": values })
    };
    let calls = |whose: Value| {
        let mut input =
            json!({ "workspaceId": ws.id.to_string(), "type": "API_CALLS", "amount": 1 });
        input
            .as_object_mut()
            .unwrap()
            .extend(whose.as_object().unwrap().clone());
        input
    };
    let role = app
        .role(ws, "Warden", &[Permission::ManageReuses])
        .await
        .to_string();
    let new_role = json!({ "workspaceId": ws.id.to_string(), "name": "Keeper", "permissions": ["MANAGE_REUSES"] });
    let founded = json!({ "name": "Harbour", "slug": "harbour", "administratorEmail": ben.email });
    let port = app
        .workspace_with("riverton-port", AccessMode::Private, Some(ws))
        .await
        .id
        .to_string();
    let defaults =
        json!({ "workspaceId": ws.id.to_string(), "permissions": ["EDIT_WORKSPACE_PROPERTIES"] });
    app.outsider("Ria Request").await;
    let request = app
        .access_request(ws, app.account_of("Ria Request").await)
        .await
        .to_string();
    let new_password = json!({ "currentPassword": "wrong horse battery", "newPassword": "copper lantern nine bridges" });
    let no_factor = SecondFactorId(app.app.deps.ids.uuid(app.now())).to_string();
    let successor = json!({ "workspaceId": ws.id.to_string(), "membershipId": ben.id.to_string() });
    let nobodys = SessionId(app.app.deps.ids.uuid(app.now())).to_string();
    let nobodys_account = AccountId(app.app.deps.ids.uuid(app.now())).to_string();
    let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": "ida.holm@example.org" }] });
    let moves_in = json!({
        "workspaceId": ws.id.to_string(), "format": "SOCRATA", "csv": "email,role\nina.holm@example.org,\n",
    });
    let waits = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": "nobody.yet@example.org" }] });
    let invited = app
        .mutate(&app.session_of(owner.account).await, "inviteMembers", waits)
        .await
        .invitations();
    let token = app
        .link(MailKind::Invitation, "nobody.yet@example.org")
        .await;
    let gateway = json!({ "workspaceId": ws.id.to_string(), "name": "Gateway", "kind": "GATEWAY" });
    let gateway = app
        .mutate(
            &app.session_of(owner.account).await,
            "createApiKey",
            gateway,
        )
        .await;
    let gateway = gateway.0["apiKey"]["id"].clone();
    let nobodys_key = ApiKeySecret::generate(&app.app.deps.ids);
    let nobodys_key = nobodys_key.expose();
    let rena = app
        .member(ws, "Rena Short")
        .until(app.now() + chrono::Duration::days(30))
        .create()
        .await;
    let renewal = app.renewal(ws, &rena).await.to_string();
    let session = |mutation, input, expected| Line {
        mutation,
        input,
        expected,
        rehearsed: false,
    };
    vec![
        line(
            "setMemberRole",
            json!({ "membershipIds": ids, "roleId": null }),
            by_id,
        ),
        line(
            "setAccessPeriod",
            json!({ "membershipIds": ids, "endsAt": app.at(86_400) }),
            by_id,
        ),
        line("disableMembers", json!({ "membershipIds": ids }), by_id),
        line("enableMembers", json!({ "membershipIds": stopped }), by_id),
        line("revokeMembers", json!({ "membershipIds": ids }), by_id),
        line(
            "restoreMembers",
            json!({ "membershipIds": former, "unlimited": true }),
            by_id,
        ),
        line(
            "requestAccessRenewal",
            json!({ "membershipId": ben.id.to_string() }),
            of_a_member_that_is_not_them,
        ),
        line("sendPasswordResets", json!({ "membershipIds": ids }), by_id),
        line(
            "decideAccessRenewals",
            json!({ "ids": [renewal], "approve": false }),
            by_id,
        ),
        line(
            "leaveWorkspace",
            json!({ "workspaceId": ws.id.to_string() }),
            of_ones_membership,
        ),
        line("grantPermissions", permissions.clone(), by_id),
        line("grantPermissions", of_group.clone(), by_id),
        line("grantPermissions", access.clone(), of_an_item),
        line("revokePermissions", permissions, by_id),
        line("revokePermissions", of_group, by_id),
        line("revokePermissions", access, to_take_of_an_item),
        line(
            "revokePermissions",
            json!({ "grantIds": [giver.to_string()] }),
            by_id,
        ),
        line("createApiKey", key, of_ones_own),
        line(
            "updateApiKey",
            json!({ "id": gateway, "name": "Servers" }),
            of_the_workspaces_key,
        ),
        line(
            "rotateApiKey",
            json!({ "id": gateway }),
            of_the_workspaces_key,
        ),
        session(
            "findApiKey",
            json!({ "workspaceId": ws.id.to_string(), "secret": nobodys_key }),
            by_workspace_and_session,
        ),
        session(
            "reportLeakedApiKey",
            json!({ "secret": nobodys_key }),
            for_everybody,
        ),
        line(
            "revokeApiKeys",
            json!({ "ids": [ben.key_id.to_string()] }),
            by_id_and_session,
        ),
        line(
            "revokeApiKeys",
            json!({ "membershipId": ben.id.to_string() }),
            by_id_and_session,
        ),
        line("revokeApiKeys", everywhere, by_workspace_and_session),
        line(
            "createGroup",
            json!({ "workspaceId": ws.id.to_string(), "title": "Water wardens" }),
            by_workspace,
        ),
        line(
            "updateGroup",
            json!({ "id": group, "description": "Who looks after trees." }),
            by_id,
        ),
        line("addGroupMembers", into_group.clone(), by_id),
        line("removeGroupMembers", into_group, by_id),
        line("deleteGroup", json!({ "id": group }), by_id),
        line("setQuotas", quotas("DEFAULT", None), by_workspace),
        line("setQuotas", quotas("GROUP", Some(&group)), by_workspace),
        line(
            "setQuotas",
            quotas("MEMBER", Some(&ben.id.to_string())),
            by_workspace,
        ),
        line(
            "setLicense",
            json!({ "workspaceId": ws.id.to_string(), "seats": 5 }),
            of_operators,
        ),
        line("consumeQuota", calls(json!({})), about_oneself),
        line(
            "consumeQuota",
            calls(json!({ "membershipId": ben.id.to_string() })),
            by_gateway,
        ),
        line(
            "consumeQuota",
            calls(json!({ "clientAddress": "192.0.2.7" })),
            by_gateway,
        ),
        line(
            "resetQuotaUsage",
            json!({ "membershipIds": ids, "type": "API_CALLS", "reason": "a loop" }),
            by_id,
        ),
        line(
            "setAnonymousQuotas",
            json!({ "workspaceId": ws.id.to_string(), "pool": 5 }),
            by_workspace,
        ),
        line(
            "createDataset",
            json!({ "workspaceId": ws.id.to_string(), "identifier": "birds", "title": "Birds" }),
            making_an_item,
        ),
        line(
            "updateDataset",
            json!({ "id": dataset, "title": "Trees" }),
            of_an_item,
        ),
        line("deleteDataset", json!({ "id": dataset }), of_all_items),
        line("publishDataset", json!({ "id": dataset }), of_all_items),
        line("unpublishDataset", json!({ "id": dataset }), of_all_items),
        line(
            "setDatasetSecurity",
            json!({ "id": dataset, "security": "RESTRICTED" }),
            of_an_item,
        ),
        line(
            "updateTheme",
            json!({ "workspaceId": ws.id.to_string(), "font": "Inter" }),
            of_the_look,
        ),
        line(
            "createDatasetTheme",
            json!({ "workspaceId": ws.id.to_string(), "labels": [
                { "locale": "EN", "text": "Nature" }, { "locale": "FR", "text": "Nature" }, { "locale": "NL", "text": "Natuur" },
            ] }),
            by_workspace,
        ),
        line(
            "updateDatasetTheme",
            json!({ "id": theme, "icon": "leaf" }),
            by_id,
        ),
        line(
            "deleteDatasetTheme",
            json!({ "id": theme, "replacement": null }),
            by_id,
        ),
        line(
            "createPage",
            json!({ "workspaceId": ws.id.to_string(), "slug": "birds", "title": "Birds" }),
            making_an_item,
        ),
        line(
            "updatePage",
            json!({ "id": page, "published": false }),
            of_all_items,
        ),
        line("deletePage", json!({ "id": page }), of_all_items),
        line(
            "setPageSecurity",
            json!({ "id": page, "security": "RESTRICTED" }),
            of_all_items,
        ),
        line(
            "transferOwnership",
            json!({ "ids": [bens], "membershipId": ben.id.to_string() }),
            by_id,
        ),
        session("followDataset", json!({ "datasetId": bens }), of_a_draft),
        session("unfollowDataset", json!({ "datasetId": bens }), of_a_draft),
        line("submitReuse", new_reuse, of_a_draft),
        line("approveReuses", json!({ "ids": reuses }), of_reuses),
        line("rejectReuses", json!({ "ids": reuses }), of_reuses),
        line("deleteReuses", json!({ "ids": reuses }), of_reuses),
        line("inviteMembers", invite, by_workspace),
        line("importMembers", moves_in, by_workspace),
        line(
            "updateInvitations",
            json!({ "ids": invited, "note": "Hello" }),
            by_id,
        ),
        line("resendInvitations", json!({ "ids": invited }), by_id),
        line("cancelInvitations", json!({ "ids": invited }), by_id),
        line(
            "acceptInvitation",
            json!({ "id": invited[0] }),
            of_the_invited,
        ),
        line("acceptInvitation", json!({ "token": token }), by_session),
        line(
            "declineInvitation",
            json!({ "id": invited[0] }),
            of_the_invited,
        ),
        line("declineInvitation", json!({ "token": token }), public),
        line(
            "setSignInPolicy",
            json!({ "workspaceId": ws.id.to_string(), "secondFactor": "EVERYBODY" }),
            by_workspace_and_session_for_administrators,
        ),
        line("createRole", new_role, by_workspace_for_administrators),
        line(
            "updateRole",
            json!({ "id": role, "name": "Guardian" }),
            by_id_for_administrators,
        ),
        line(
            "deleteRole",
            json!({ "id": role }),
            by_id_for_administrators,
        ),
        line("createWorkspace", founded, of_operators),
        line(
            "createSecondaryWorkspace",
            json!({ "parentId": ws.id.to_string(), "name": "Quay", "slug": "quay", "administratorEmail": ben.email }),
            by_workspace_for_administrators,
        ),
        line(
            "updateSecondaryWorkspace",
            json!({ "id": port, "name": "Port" }),
            by_workspace_and_session_for_administrators,
        ),
        line(
            "deleteSecondaryWorkspace",
            json!({ "id": port, "slug": "riverton-port" }),
            by_workspace_and_session_for_administrators,
        ),
        line(
            "setWorkspaceCaps",
            json!({ "workspaceIds": [port], "values": [{ "type": "DATASETS", "limit": 5 }] }),
            by_id_for_administrators,
        ),
        line(
            "distributeDatasets",
            json!({ "workspaceIds": [port], "ids": [bens] }),
            by_id_for_administrators,
        ),
        line(
            "withdrawDatasets",
            json!({ "workspaceIds": [port], "ids": [bens] }),
            by_id_for_administrators,
        ),
        line(
            "distributePages",
            json!({ "workspaceIds": [port], "ids": [page] }),
            by_id_for_administrators,
        ),
        line(
            "withdrawPages",
            json!({ "workspaceIds": [port], "ids": [page] }),
            by_id_for_administrators,
        ),
        line(
            "updateWorkspace",
            json!({ "id": ws.id.to_string(), "name": "Riverton" }),
            by_workspace,
        ),
        line("setDefaultPermissions", defaults, by_workspace),
        line(
            "setInactivityPolicy",
            json!({ "workspaceId": ws.id.to_string(), "disableAfterDays": 90 }),
            by_workspace,
        ),
        line(
            "setInactivityExemptions",
            json!({ "membershipIds": ids, "exempt": true }),
            by_id,
        ),
        line(
            "updateSignUpSettings",
            json!({ "workspaceId": ws.id.to_string(), "approvalRequired": true }),
            by_workspace,
        ),
        line(
            "withdrawAccessRequest",
            json!({ "id": request }),
            of_somebody_else,
        ),
        line("approveAccessRequests", json!({ "ids": [request] }), by_id),
        line("rejectAccessRequests", json!({ "ids": [request] }), by_id),
        line("joinWorkspace", json!({ "workspace": ws.slug }), by_session),
        session(
            "createAccount",
            json!({ "email": "new@example.org", "password": "copper lantern nine bridges" }),
            public,
        ),
        session("verifyEmail", json!({ "token": "ccl_reg_0" }), public),
        session(
            "resendVerificationEmail",
            json!({ "email": "new@example.org" }),
            public,
        ),
        session("updateAccount", json!({ "locale": "FR" }), by_session),
        session("changePassword", new_password, by_session),
        session(
            "requestPasswordReset",
            json!({ "email": "nobody@example.org" }),
            public,
        ),
        session(
            "resetPassword",
            json!({ "token": "ccl_rst_0", "newPassword": "copper lantern nine bridges" }),
            public,
        ),
        session(
            "changeEmail",
            json!({ "newEmail": "new@example.org", "password": "wrong horse battery" }),
            by_session,
        ),
        session(
            "confirmEmailChange",
            json!({ "token": "ccl_chg_0" }),
            by_session,
        ),
        session("undoEmailChange", json!({ "token": "ccl_und_0" }), public),
        session(
            "endSession",
            json!({ "sessionId": nobodys }),
            of_ones_sessions,
        ),
        session("endOtherSessions", json!({}), by_session),
        session(
            "signIn",
            json!({ "email": "nobody@example.org", "password": "wrong horse battery" }),
            public,
        ),
        session(
            "completeSignIn",
            json!({ "challenge": "cct_0", "code": "123456" }),
            public,
        ),
        session(
            "reauthenticate",
            json!({ "password": "wrong horse battery" }),
            by_session,
        ),
        session(
            "scheduleFactorRemoval",
            json!({ "accountId": nobodys_account, "reason": "lost it" }),
            of_operators_about_nobody,
        ),
        session(
            "cancelFactorRemoval",
            json!({ "token": "ccl_fac_0" }),
            public,
        ),
        session("startTotpEnrolment", json!({}), by_session),
        session("confirmTotp", json!({ "code": "123456" }), by_session),
        session("disableTotp", json!({}), by_session),
        session("regenerateRecoveryCodes", json!({}), by_session),
        session("startPasskeyRegistration", json!({}), by_session),
        session(
            "finishPasskeyRegistration",
            json!({ "ceremony": "ccy_0", "credential": {} }),
            by_session,
        ),
        session(
            "renamePasskey",
            json!({ "id": no_factor, "name": "Key" }),
            by_session,
        ),
        session("removePasskey", json!({ "id": no_factor }), by_session),
        session(
            "startPasskeySignIn",
            json!({ "challenge": "cct_0" }),
            public,
        ),
        session(
            "signInWithPasskey",
            json!({ "ceremony": "ccy_0", "credential": {} }),
            public,
        ),
        session(
            "scheduleAccountDeletion",
            json!({ "successors": [successor, successor] }),
            by_session,
        ),
        session("cancelAccountDeletion", json!({}), by_session),
        session("exportAccountData", json!({}), by_session),
        session(
            "eraseAccount",
            json!({ "accountId": ben.account.to_string(), "successors": [successor, successor], "reason": "Fake" }),
            of_operators,
        ),
        session("signOut", json!({}), by_session),
    ]
}

/// The whole matrix over one workspace.
async fn matrix(app: &TestApp, mode: AccessMode, half: usize) {
    let parent = app.workspace("upriver").await;
    let ws = app
        .workspace_with(
            "riverton",
            mode,
            (mode == AccessMode::Private).then_some(&parent),
        )
        .await;
    let other = app.workspace("lakeside").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let ben = app
        .member(&ws, "Ben Okafor")
        .preset(Preset::Viewer)
        .create()
        .await;
    let dataset = app.dataset(&ws, "trees", &ada, true, true).await;
    let cast = cast(app, &ws, &other, &parent, &ada, dataset).await;
    let lines = lines(app, &ws, &ben, (&ada, dataset)).await;
    let (guards, door) = (guards(), app.tireless_door());
    let for_a_role = guards
        .iter()
        .filter(|(_, guards)| guards[0].starts_with("requires(role: "));
    let for_a_role: Vec<&str> = for_a_role.map(|(mutation, _)| mutation.as_str()).collect();
    // In two halves, so that no test takes minutes.
    for line in lines.iter().skip(half).step_by(2) {
        let mut before = app.footprint().await;
        for (actor, credential) in &cast {
            let Line {
                mutation,
                input,
                expected,
                rehearsed,
            } = line;
            let expected = expected(*actor);
            let mut input = input.clone();
            if *rehearsed {
                input["idempotencyKey"] = json!("matrix");
                // What is allowed is rehearsed, so that the next actor finds the same world.
                input["dryRun"] = json!(expected.is_none());
            } else {
                // So that failures to sign in slow nobody (ACC-5).
                app.pass(chrono::Duration::minutes(16));
            }
            let answer = door
                .mutate(credential.as_deref(), mutation, input.clone())
                .await;
            let place = format!("{mutation} {input} by {actor:?}: {:#}", answer.body);
            assert_eq!(answer.codes().first().copied(), expected, "{place}");
            let after = app.footprint().await;
            if expected.is_some() || *rehearsed {
                assert_eq!(after, before, "{place} left a trace");
            }
            before = after;
            match expected {
                Some("FORBIDDEN") if *actor == MemberWithout => {
                    let named = &answer.body["errors"][0]["extensions"]["requiredPermission"];
                    // What takes a role, a GATEWAY key, or being oneself, no permission helps to.
                    let wanted = if for_a_role.contains(mutation)
                        || ["consumeQuota", "requestAccessRenewal"].contains(mutation)
                    {
                        Value::Null
                    } else {
                        json!(required(mutation, &input))
                    };
                    assert_eq!(*named, wanted, "{place}");
                }
                None => {
                    let became = answer.payload();
                    let bad = became
                        .became()
                        .into_iter()
                        .any(|code| code == "FORBIDDEN" || code == "NOT_FOUND");
                    assert!(!bad, "{place}");
                }
                _ => {}
            }
        }
    }
}

on_both!(
    r5_one_half_of_all_mutations_refuses_whom_it_should_in_a_public_workspace,
    |app| {
        matrix(app, AccessMode::Public, 0).await;
    }
);

on_both!(
    r5_the_other_half_of_all_mutations_refuses_whom_it_should_in_a_public_workspace,
    |app| {
        matrix(app, AccessMode::Public, 1).await;
    }
);

on_both!(
    r5_one_half_of_all_mutations_refuses_whom_it_should_in_a_private_workspace,
    |app| {
        matrix(app, AccessMode::Private, 0).await;
    }
);

on_both!(
    r5_the_other_half_of_all_mutations_refuses_whom_it_should_in_a_private_workspace,
    |app| {
        matrix(app, AccessMode::Private, 1).await;
    }
);

on_both!(r5_the_matrix_has_every_mutation_and_nothing_else, |app| {
    let (ws, ada) = app.portal().await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let dataset = app.dataset(&ws, "trees", &ada, true, true).await;
    let answer = app
        .post(
            None,
            "{ __schema { mutationType { fields { name } } } }",
            json!({}),
        )
        .await;
    let fields = answer.data()["__schema"]["mutationType"]["fields"]
        .as_array()
        .unwrap();
    let mut in_schema: Vec<_> = fields
        .iter()
        .map(|field| field["name"].as_str().unwrap().to_owned())
        .collect();
    let mut in_matrix: Vec<_> = lines(app, &ws, &ben, (&ada, dataset))
        .await
        .iter()
        .map(|line| line.mutation.to_owned())
        .collect();
    in_schema.sort_unstable();
    in_matrix.sort_unstable();
    in_matrix.dedup();
    assert_eq!(in_schema, in_matrix);
    for mutation in &in_schema {
        assert!(!writing::document(mutation).is_empty());
    }
});

/// The directives of each mutation, as the schema's text has them.
fn guards() -> Vec<(String, Vec<String>)> {
    let sdl = concierge::app::schema_sdl();
    let body = sdl
        .split("\ntype Mutation {\n")
        .nth(1)
        .unwrap()
        .split("\n}\n")
        .next()
        .unwrap();
    let (mut found, mut name, mut quoted) = (Vec::new(), String::new(), false);
    for line in body.lines() {
        let line = line.strip_prefix('\t').unwrap_or(line);
        if line.trim() == "\"\"\"" {
            quoted = !quoted;
        } else if !quoted && !line.starts_with('\t') {
            if line.starts_with(|c: char| c.is_ascii_lowercase()) {
                name = line.split(['(', ':']).next().unwrap().to_owned();
            }
            let of_type = match line.split_once("): ") {
                Some((_, tail)) => Some(tail),
                // One without arguments.
                None if line.contains('(') || line.starts_with('"') => None,
                None => line.split_once(": ").map(|(_, tail)| tail),
            };
            if let Some(tail) = of_type.filter(|_| !name.is_empty()) {
                let directives = tail.split(" @").skip(1).map(str::to_owned).collect();
                found.push((std::mem::take(&mut name), directives));
            }
        }
    }
    found
}

#[test]
fn every_mutation_shows_exactly_one_guard() {
    let guards = guards();
    assert!(guards.len() >= 7, "{guards:?}");
    for (mutation, directives) in &guards {
        let is_step_up = |directive: &&String| directive.as_str() == "stepUp";
        let guards = directives.len() - directives.iter().filter(is_step_up).count();
        assert_eq!(guards, 1, "{mutation}: {directives:?}");
        let known = ["public", "signedIn"].contains(&directives[0].as_str())
            || directives[0].starts_with("requires(");
        assert!(known, "{mutation}: {directives:?}");
    }
    let of = |name: &str| {
        guards
            .iter()
            .find(|(mutation, _)| mutation == name)
            .map(|(_, guards)| guards[0].as_str())
    };
    assert_eq!(of("signIn"), Some("public"));
    assert_eq!(
        of("setMemberRole"),
        Some("requires(permission: EDIT_WORKSPACE_PROPERTIES)")
    );
    assert_eq!(of("createRole"), Some("requires(role: ADMINISTRATOR)"));
    assert_eq!(of("createWorkspace"), Some("requires(role: OPERATOR)"));
}
