//! What becomes of each line of `importMembers` (IMPORT-1, IMPORT-2, IMPORT-3).

use chrono::{DateTime, Duration, Utc};
use concierge::domain::{
    mail::MailKind,
    permission::{Permission, Preset},
};
use serde_json::{Value, json};

use super::{OPENDATASOFT, import, of_file};
use crate::support::{TestApp, on_both, world::Ws};

/// What an invitation offers.
async fn offered(app: &TestApp, key: &str, ws: &Ws, address: &str) -> Value {
    let query = "query($id: ID!, $search: String!) { workspace(id: $id) { invitations(filter: { search: $search }) { nodes { \
                 email givenName familyName state role { name } permissions groups { title } accessEndsAt expiresAt \
                 delivery { state at } } } } }";
    let variables = json!({ "id": ws.id.to_string(), "search": address });
    let answer = app.post(Some(key), query, variables).await;
    answer.data()["workspace"]["invitations"]["nodes"][0].clone()
}

on_both!(import_1_lines_become_invitations, |app| {
    let (ws, ada) = app.portal().await;
    app.group(&ws, "Parks, trees", &[Permission::BrowseAnalytics])
        .await;
    app.member(&ws, "Mia Member").create().await;
    let csv = format!(
        "{OPENDATASOFT}\n\
         louise,Louise,Von Data,Louise@Example.org,\"edit_dataset,create_page\",\"parks, TREES\",2018-05-02T09:36:30.531746+00:00,2018-05-03\n\
         mia,Mia,Member,mia.member@example.org,,,,\n\
         ada,Ada,Veldkamp,ada.veldkamp@example.org,,,,\n\
         twice,,,louise@EXAMPLE.org,,,,\n"
    );
    let done = app
        .rehearsed(&ada.key, "importMembers", of_file(&ws, &csv, json!({})))
        .await;
    let expected = ["INVITED", "ALREADY_MEMBER", "ALREADY_MEMBER", "DUPLICATE"];
    assert_eq!(done.became(), expected);
    let results = done.0["results"].as_array().unwrap();
    let lines: Vec<_> = results.iter().map(|item| &item["line"]).collect();
    assert_eq!(lines, [2, 3, 4, 5]);
    assert_eq!(results[0]["email"], "Louise@Example.org");
    assert!(results[1]["membership"]["id"].is_string());
    let offer = offered(app, &ada.key, &ws, "louise@example.org").await;
    assert_eq!(
        (&offer["givenName"], &offer["familyName"], &offer["state"]),
        (&json!("Louise"), &json!("Von Data"), &json!("PENDING"))
    );
    assert_eq!(
        offer["permissions"],
        json!(["EDIT_ALL_DATASETS", "CREATE_PAGES"])
    );
    assert_eq!(offer["groups"], json!([{ "title": "Parks, trees" }]));
    // Accepted, they are a member with all of it, and nothing of the other system's past.
    let token = app.link(MailKind::Invitation, "louise@example.org").await;
    let account = json!({ "email": "louise@example.org", "password": "copper lantern nine bridges", "invitationToken": token });
    let joined = app
        .tireless_door()
        .mutate(None, "createAccount", account)
        .await;
    let membership = joined.payload().0["membership"]["id"].clone();
    let query = "query($id: ID!, $member: ID!) { workspace(id: $id) { member(id: $member) { origin groups { group { title } } \
                 joinedAt lastActiveAt account { givenName } } } }";
    let variables = json!({ "id": ws.id.to_string(), "member": membership });
    let answer = app.post(Some(&ada.key), query, variables).await;
    let member = &answer.data()["workspace"]["member"];
    assert_eq!(member["origin"], "INVITATION");
    assert_eq!(member["account"]["givenName"], "Louise");
    assert_eq!(member["groups"][0]["group"]["title"], "Parks, trees");
    assert!(
        member["joinedAt"]
            .as_str()
            .unwrap()
            .starts_with("2026-03-02"),
        "{member}"
    );
});

on_both!(import_2_dates_are_in_the_event_alone, |app| {
    let (ws, ada) = app.portal().await;
    let csv = format!("{OPENDATASOFT}\nida,Ida,Holm,ida@example.org,,,2018-05-02,2019-06-03\n");
    import(app, &ada.key, &ws, &csv, json!({})).await;
    let query = "query($id: ID!) { workspace(id: $id) { auditEvents(filter: { kinds: [INVITATION_CREATED] }) { nodes { \
                 changes { field before after } } totalCount } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "id": ws.id.to_string() }))
        .await;
    let events = &answer.data()["workspace"]["auditEvents"];
    assert_eq!(events["totalCount"], 1, "one event a line");
    let changes = events["nodes"][0]["changes"].as_array().unwrap();
    let after = |field: &str| {
        changes
            .iter()
            .find(|change| change["field"] == field)
            .map(|change| change["after"].clone())
    };
    assert_eq!(after("dateJoined"), Some(json!("2018-05-02")));
    assert_eq!(after("lastSeen"), Some(json!("2019-06-03")));
    let footprint = format!("{:?}", app.events(&ws).await);
    assert!(
        !footprint.contains("2018-05-02"),
        "the chain holds no personal value"
    );
});

on_both!(import_1_nobody_gives_more_than_they_hold, |app| {
    let ws = app.workspace("riverton").await;
    app.administrator(&ws, "Ada Veldkamp").await;
    app.group(&ws, "Analysts", &[Permission::BrowseAnalytics])
        .await;
    let ewa = app
        .member(&ws, "Ewa Kowalska")
        .with(Permission::EditWorkspaceProperties)
        .with(Permission::CreatePages)
        .create()
        .await;
    let csv = "email,permissions,groups,role\n\
               a@example.org,create_page,,\n\
               b@example.org,edit_dataset,,\n\
               c@example.org,,Analysts,\n\
               d@example.org,,,Administrator\n\
               e@example.org,edit_domain create_page,,\n\
               f@example.org,,,\n";
    let done = import(app, &ewa.key, &ws, csv, json!({})).await;
    let expected = [
        "INVITED",
        "FORBIDDEN",
        "FORBIDDEN",
        "FORBIDDEN",
        "INVITED",
        "INVITED",
    ];
    assert_eq!(done.became(), expected);
    assert_eq!(app.count("invitation").await, 3);
    // Who holds it for too short a time may not give it for longer.
    let short = app
        .member(&ws, "Sam Short")
        .with(Permission::EditWorkspaceProperties)
        .until(app.now() + Duration::days(60))
        .create()
        .await;
    let end = |days: i64| (app.now() + Duration::days(days)).to_rfc3339();
    let csv = format!(
        "email,permissions,groups,access_ends_at\ng@example.org,edit_domain,,\nh@example.org,edit_domain,,{}\n",
        end(59)
    );
    let done = import(app, &short.key, &ws, &csv, json!({})).await;
    assert_eq!(done.became(), ["FORBIDDEN", "INVITED"]);
});

on_both!(import_2_groups_and_roles_go_by_name, |app| {
    let (ws, ada) = app.portal().await;
    app.role(&ws, "Tree warden", &[Permission::ManageReuses])
        .await;
    app.group(&ws, "Air", &[]).await;
    let csv = "email,permissions,groups,role\n\
               a@example.org,,Air;Water,\n\
               b@example.org,,air,tree WARDEN\n\
               c@example.org,,,viewer\n\
               d@example.org,,,Owner of all\n\
               e@example.org,,\"water;Earth\",\n\
               ada.veldkamp@example.org,,Fire,\n";
    let done = import(app, &ada.key, &ws, csv, json!({})).await;
    let expected = [
        "UNKNOWN_GROUP",
        "INVITED",
        "INVITED",
        "UNKNOWN_ROLE",
        "UNKNOWN_GROUP",
        "ALREADY_MEMBER",
    ];
    assert_eq!(done.became(), expected);
    assert_eq!(app.count("member_group").await, 1);
    let role = |offer: Value| offer["role"]["name"].as_str().map(str::to_owned);
    let warden = offered(app, &ada.key, &ws, "b@example.org").await;
    assert_eq!(role(warden), Some("Tree warden".to_owned()));
    // Missing ones are made, each once, for the lines that need them, and those alone.
    let before = app.footprint().await;
    let rehearse = json!({ "createGroups": true, "dryRun": true });
    let rehearsed = import(app, &ada.key, &ws, csv, rehearse).await;
    assert!(
        app.footprint().await == before,
        "a rehearsal makes no group"
    );
    let done = import(app, &ada.key, &ws, csv, json!({ "createGroups": true })).await;
    assert_eq!(rehearsed.became(), done.became());
    let expected = [
        "INVITED",
        "ALREADY_INVITED",
        "ALREADY_INVITED",
        "UNKNOWN_ROLE",
        "INVITED",
        "ALREADY_MEMBER",
    ];
    assert_eq!(done.became(), expected);
    let query = "query($id: ID!) { workspace(id: $id) { groups { nodes { title slug } } } }";
    let answer = app
        .post(Some(&ada.key), query, json!({ "id": ws.id.to_string() }))
        .await;
    let mut groups: Vec<_> = answer.data()["workspace"]["groups"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["title"].as_str().unwrap())
        .collect();
    groups.sort_unstable();
    assert_eq!(groups, ["Air", "Earth", "Water"]);
    let offer = offered(app, &ada.key, &ws, "e@example.org").await;
    assert_eq!(
        offer["groups"],
        json!([{ "title": "Water" }, { "title": "Earth" }])
    );
});

on_both!(import_2_socrata_users_have_roles, |app| {
    let (ws, ada) = app.portal().await;
    let csv = "id,screen_name,email,role_name,last_authenticated_at\n\
               aaaa-0001,Olu Adeyemi,olu@example.org,owner,2026-01-02\n\
               aaaa-0002,Pia Holm,pia@example.org,publisher,\n\
               aaaa-0003,Nobody,nobody@example.org,none,\n\
               aaaa-0004,Sam,sam@example.org,steward,\n";
    let input = json!({ "workspaceId": ws.id.to_string(), "format": "SOCRATA", "csv": csv });
    let session = app.session(ada.account).await;
    let done = app.mutate(&session, "importMembers", input).await;
    assert_eq!(
        done.became(),
        ["INVITED", "INVITED", "INVITED", "UNKNOWN_ROLE"]
    );
    for (address, role) in [
        ("olu@example.org", json!({ "name": "Administrator" })),
        ("pia@example.org", json!({ "name": "Publisher" })),
        ("nobody@example.org", Value::Null),
    ] {
        assert_eq!(
            offered(app, &ada.key, &ws, address).await["role"],
            role,
            "{address}"
        );
    }
    let offer = offered(app, &ada.key, &ws, "olu@example.org").await;
    assert_eq!(
        (&offer["givenName"], &offer["familyName"]),
        (&json!("Olu"), &json!("Adeyemi"))
    );
});

on_both!(import_3_a_second_run_changes_nothing, |app| {
    let (ws, ada) = app.portal().await;
    app.member(&ws, "Mia Member").create().await;
    let csv = "email,permissions,groups\n\
               a@example.org,edit_reuse,Air\n\
               mia.member@example.org,edit_reuse,Water\n\
               b@example.org,,\n";
    let input = json!({ "createGroups": true });
    import(app, &ada.key, &ws, csv, input.clone()).await;
    let before = app.footprint().await;
    let done = import(app, &ada.key, &ws, csv, input).await;
    let expected = ["ALREADY_INVITED", "ALREADY_MEMBER", "ALREADY_INVITED"];
    assert_eq!(done.became(), expected);
    let results = done.0["results"].as_array().unwrap();
    assert!(results.iter().all(|item| item["code"].is_null()));
    assert!(results[0]["invitation"]["id"].is_string());
    assert!(
        app.footprint().await == before,
        "no row, mail or event more"
    );
    assert_eq!(
        app.count("member_group").await,
        1,
        "no group for who is there"
    );
});

on_both!(import_3_mails_leave_one_after_the_other, |app| {
    let (ws, ada) = app.portal().await;
    let file = |names: &[&str]| {
        let lines: String = names
            .iter()
            .map(|name| format!("{name}@example.org,,\n"))
            .collect();
        format!("email,permissions,groups\n{lines}")
    };
    import(app, &ada.key, &ws, &file(&["a", "b", "c"]), json!({})).await;
    // Behind those that wait.
    import(app, &ada.key, &ws, &file(&["d"]), json!({})).await;
    let mut mails = Vec::new();
    for name in ["a", "b", "c", "d"] {
        let address = format!("{name}@example.org");
        let mail = app.mails(MailKind::Invitation, &address).await.remove(0);
        let offer = offered(app, &ada.key, &ws, &address).await;
        let instant = |value: &Value| value.as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
        let term = instant(&offer["expiresAt"]) - mail.send_after;
        assert_eq!(term, Duration::days(30), "the term is from the mail on");
        let state = offer["delivery"]["state"].clone();
        assert_eq!(state, if name == "a" { "QUEUED" } else { "DEFERRED" });
        mails.push(mail.send_after);
    }
    let step = Duration::milliseconds(3_600);
    assert_eq!((mails[1] - mails[0], mails[2] - mails[1]), (step, step));
    assert!(
        (mails[3] - mails[0] - step * 2).num_milliseconds() < 100,
        "{mails:?}"
    );
});

on_both!(import_3_members_are_given_what_the_line_says, |app| {
    let (ws, ada) = app.portal().await;
    let mia = app
        .member(&ws, "Mia Member")
        .preset(Preset::Viewer)
        .create()
        .await;
    let ben = app.member(&ws, "Ben Okafor").create().await;
    let csv = "email,permissions,groups,role\n\
               mia.member@example.org,edit_reuse,Air,Editor\n\
               ben.okafor@example.org,,Nowhere; Air,\n\
               ada.veldkamp@example.org,,,Viewer\n\
               new@example.org,,,\n";
    let apply = json!({ "onExisting": "APPLY", "createGroups": true });
    let done = import(app, &ada.key, &ws, csv, apply.clone()).await;
    let expected = ["APPLIED", "APPLIED", "ALREADY_MEMBER", "INVITED"];
    assert_eq!(done.became(), expected);
    assert_eq!(app.role_name(&ada, &ws, &mia).await, "Editor");
    let query = "query($id: ID!, $member: ID!) { workspace(id: $id) { member(id: $member) { groups { group { title } } } } }";
    let variables = json!({ "id": ws.id.to_string(), "member": ben.id.to_string() });
    let answer = app.post(Some(&ada.key), query, variables).await;
    let groups = answer.data()["workspace"]["member"]["groups"].clone();
    assert_eq!(groups.as_array().unwrap().len(), 2, "{groups}");
    let before = app.footprint().await;
    import(app, &ada.key, &ws, csv, apply).await;
    assert!(
        app.footprint().await == before,
        "done again, nothing changes"
    );
});

on_both!(
    import_3_two_administrators_are_not_demoted_by_two_offers,
    |app| {
        let (ws, ada) = app.portal().await;
        let eve = app.administrator(&ws, "Eve Short").await;
        app.administrator(&ws, "Bea Long").await;
        // Whoever imports ends meanwhile: the two others are the last that count.
        app.sql(
            "UPDATE membership SET ends_at = $1 WHERE id = $2",
            vec![(app.now() + Duration::days(1)).into(), ada.id.0.into()],
        )
        .await;
        app.bump(&ws).await;
        let csv = "email,permissions,groups,role\n\
               eve.short@example.org,,,Viewer\n\
               bea.long@example.org,,,Editor\n";
        let apply = json!({ "onExisting": "APPLY" });
        let session = app.session(ada.account).await;
        let done = import(app, &session, &ws, csv, apply).await;
        assert_eq!(
            done.became(),
            ["APPLIED", "LAST_ADMINISTRATOR"],
            "{:#}",
            done.0
        );
        assert_eq!(app.role_name(&ada, &ws, &eve).await, "Viewer");
    }
);

on_both!(import_1_seats_and_atomic_calls, |app| {
    let (ws, ada) = app.portal().await;
    app.sql(
        "UPDATE workspace SET seats = 3 WHERE id = $1",
        vec![ws.id.0.into()],
    )
    .await;
    app.bump(&ws).await;
    let csv = "email,permissions,groups\na@example.org,,\nb@example.org,,\nc@example.org,,\n";
    let before = app.footprint().await;
    let done = import(app, &ada.key, &ws, csv, json!({ "atomic": true })).await;
    assert_eq!(
        done.became(),
        ["ROLLED_BACK", "ROLLED_BACK", "SEATS_EXCEEDED"]
    );
    assert!(app.footprint().await == before);
    let done = import(app, &ada.key, &ws, csv, json!({})).await;
    assert_eq!(done.became(), ["INVITED", "INVITED", "SEATS_EXCEEDED"]);
    assert_eq!(done.0["results"][2]["limit"], 3);
});
