//! The members list: search, filters, orders (MEM-7).

use chrono::{DateTime, Duration, Utc};
use concierge::{
    domain::{
        interval::Interval,
        permission::{Permission, Preset},
        vocabulary::{MembershipEndReason, MembershipOrigin},
    },
    job::member_words::rewrite,
};
use serde_json::{Value, json};

use crate::support::{TestApp, on_both};

const QUERY: &str = r#"query ($filter: MembershipFilter, $orderBy: MembershipOrder) {
  workspace(slug: "riverton") { members(first: 100, filter: $filter, orderBy: $orderBy) {
    totalCount nodes { account { displayName } } } } }"#;

/// The names that the list shows; the count must agree.
#[track_caller]
fn names(data: &Value) -> Vec<String> {
    let members = &data["workspace"]["members"];
    let names: Vec<String> = members["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|node| node["account"]["displayName"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(members["totalCount"], names.len(), "totalCount");
    names
}

async fn found(app: &TestApp, key: &str, filter: Value) -> Vec<String> {
    names(
        app.post(Some(key), QUERY, json!({ "filter": filter }))
            .await
            .data(),
    )
}

async fn ordered(app: &TestApp, key: &str, field: &str, direction: &str) -> Vec<String> {
    let variables = json!({ "orderBy": { "field": field, "direction": direction } });
    names(app.post(Some(key), QUERY, variables).await.data())
}

on_both!(mem_7_each_typed_word_is_the_prefix_of_a_word, |app| {
    let (ws, ada) = app.portal().await;
    for name in [
        "Zoë Ångström",
        "Jean-Noël O'Connell",
        "Łukasz Straße",
        "Mehmet Işık",
        "Zoe Veldkampen",
        "Nguyễn Hương",
    ] {
        app.member(&ws, name).create().await;
    }
    let searches: [(&str, &[&str]); 23] = [
        ("ada", &["Ada Veldkamp"]),
        ("ADA VELD", &["Ada Veldkamp"]),
        ("veldk", &["Ada Veldkamp", "Zoe Veldkampen"]),
        ("veldkamp zoe", &["Zoe Veldkampen"]),
        ("zoe", &["Zoë Ångström", "Zoe Veldkampen"]),
        ("ZOË", &["Zoë Ångström", "Zoe Veldkampen"]),
        ("angstrom", &["Zoë Ångström"]),
        ("A\u{30a}ngstro\u{308}m", &["Zoë Ångström"]),
        ("noel", &["Jean-Noël O'Connell"]),
        ("jean-noël", &["Jean-Noël O'Connell"]),
        ("o'conn", &["Jean-Noël O'Connell"]),
        ("connell jean", &["Jean-Noël O'Connell"]),
        ("lukasz strasse", &["Łukasz Straße"]),
        ("isik", &["Mehmet Işık"]),
        ("huong", &["Nguyễn Hương"]),
        ("ada.veldkamp@example.org", &["Ada Veldkamp"]),
        ("ada.veldkamp@ex", &["Ada Veldkamp"]),
        ("Ada.Veldkamp@EXAMPLE.org", &["Ada Veldkamp"]),
        ("eldkamp", &[]),
        ("ada zoe", &[]),
        ("%", &[]),
        ("🌳 -", &[]),
        ("ada_veldkamp%", &["Ada Veldkamp"]),
    ];
    for (search, wanted) in searches {
        let mut names = found(app, &ada.key, json!({ "search": search })).await;
        let mut wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
        names.sort();
        wanted.sort();
        assert_eq!(names, wanted, "{search}");
    }
    assert_eq!(
        found(app, &ada.key, json!({ "search": "example org" }))
            .await
            .len(),
        7
    );
});

on_both!(mem_7_names_are_found_however_they_are_typed, |app| {
    let (ws, ada) = app.portal().await;
    for name in [
        "Sinéad O'Connell",
        "Anne-Marie Duval",
        "太郎 山田",
        "Anne Marieke",
    ] {
        app.member(&ws, name).create().await;
    }
    for (search, wanted) in [
        ("oconnell", "Sinéad O'Connell"),
        ("O’Conn", "Sinéad O'Connell"),
        ("annemarie", "Anne-Marie Duval"),
        ("anne marie duval", "Anne-Marie Duval"),
        ("山田太郎", "太郎 山田"),
        ("山田\u{3000}太郎", "太郎 山田"),
        ("oconn\u{200b}ell", "Sinéad O'Connell"),
    ] {
        assert_eq!(
            found(app, &ada.key, json!({ "search": search })).await,
            [wanted],
            "{search}"
        );
    }
    assert_eq!(
        found(app, &ada.key, json!({ "search": "anne marie" }))
            .await
            .len(),
        2
    );
    assert_eq!(
        found(app, &ada.key, json!({ "search": " " })).await.len(),
        5,
        "nothing was typed"
    );
});

on_both!(
    mem_7_addresses_are_found_in_their_own_letters_and_in_ascii_form,
    |app| {
        let (ws, ada) = app.portal().await;
        let stranger = app.outsider("Eva Weber").await;
        let sql = "UPDATE account SET email = 'eva@zürich-daten.example', email_canonical = 'eva@xn--zrich-daten-thb.example' WHERE id = $1";
        app.sql(sql, vec![app.account_of("Eva Weber").await.0.into()])
            .await;
        app.mutate(
            &ada.key,
            "updateSignUpSettings",
            json!({ "workspaceId": ws.id.to_string(), "enabled": true, "approvalRequired": false }),
        )
        .await;
        assert_eq!(
            app.mutate(&stranger, "joinWorkspace", json!({ "workspace": ws.slug }))
                .await
                .errors(),
            [""; 0]
        );
        for search in [
            "zürich-daten",
            "zurich",
            "xn--zrich-daten-thb",
            "eva@zürich-daten.example",
            "EVA@XN--ZRICH-DATEN-THB.EXAMPLE",
        ] {
            let filter = json!({ "search": search, "signedUpOnly": "INCLUDE" });
            assert_eq!(
                found(app, &ada.key, filter).await,
                ["Eva Weber"],
                "{search}"
            );
        }
    }
);

on_both!(mem_7_words_of_an_older_release_are_rewritten_once, |app| {
    let (ws, ada) = app.portal().await;
    app.member(&ws, "Sinéad O'Connell").create().await;
    app.sql(
        "DELETE FROM installation WHERE name = 'member_words'",
        Vec::new(),
    )
    .await;
    app.sql(
        "DELETE FROM member_word WHERE word = 'oconnell'",
        Vec::new(),
    )
    .await;
    let search = json!({ "search": "oconnell" });
    assert_eq!(found(app, &ada.key, search.clone()).await, [""; 0]);
    assert_eq!(rewrite(&app.app.deps).await.unwrap(), 1);
    assert_eq!(
        found(app, &ada.key, search.clone()).await,
        ["Sinéad O'Connell"]
    );
    // Whoever's turn it was is done with: a second round reads no member.
    app.sql(
        "DELETE FROM member_word WHERE word = 'oconnell'",
        Vec::new(),
    )
    .await;
    assert_eq!(rewrite(&app.app.deps).await.unwrap(), 0);
    assert_eq!(found(app, &ada.key, search).await, [""; 0]);
    // Many batches.
    app.sql(
        "DELETE FROM installation WHERE name = 'member_words'",
        Vec::new(),
    )
    .await;
    app.crowd(&ws, 1_203, concierge::domain::interval::OPEN_END)
        .await;
    app.sql("DELETE FROM member_word", Vec::new()).await;
    assert_eq!(rewrite(&app.app.deps).await.unwrap(), 1_205);
    assert_eq!(
        found(app, &ada.key, json!({ "search": "oconnell" })).await,
        ["Sinéad O'Connell"]
    );
});

on_both!(
    mem_7_the_list_leaves_out_the_ended_and_filters_by_state,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Active").await;
        app.member(&ws, "Dirk Disabled").disabled().create().await;
        let (later, earlier) = (
            app.now() + Duration::days(1),
            app.now() - Duration::minutes(5),
        );
        app.member(&ws, "Sven Scheduled")
            .during(Interval::from(later))
            .create()
            .await;
        app.member(&ws, "Fred Future")
            .during(Interval::from(later))
            .disabled()
            .create()
            .await;
        app.member(&ws, "Cora Cancelled")
            .during(Interval::new(later, later))
            .create()
            .await;
        let rita = app.member(&ws, "Rita Revoked").create().await;
        app.end(&ws, &rita, earlier, Some(MembershipEndReason::Revoked))
            .await;
        app.member(&ws, "Ed Expired")
            .until(app.now())
            .disabled()
            .create()
            .await;
        let both = |one: &[&str]| {
            one.iter()
                .map(|name| (*name).to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            found(app, &ada.key, json!({})).await,
            both(&[
                "Ada Active",
                "Dirk Disabled",
                "Fred Future",
                "Sven Scheduled"
            ])
        );
        for (states, wanted) in [
            (json!(["ACTIVE"]), &["Ada Active"] as &[&str]),
            (json!(["DISABLED"]), &["Dirk Disabled", "Fred Future"]),
            (json!(["SCHEDULED"]), &["Sven Scheduled"]),
            (
                json!(["ENDED"]),
                &["Cora Cancelled", "Ed Expired", "Rita Revoked"],
            ),
            (
                json!(["ACTIVE", "ENDED"]),
                &["Ada Active", "Cora Cancelled", "Ed Expired", "Rita Revoked"],
            ),
            (json!(["ACTIVE", "ACTIVE"]), &["Ada Active"]),
        ] {
            assert_eq!(
                found(app, &ada.key, json!({ "states": states })).await,
                both(wanted),
                "{states}"
            );
        }
        app.pass(Duration::days(1));
        assert_eq!(
            found(app, &ada.key, json!({ "states": ["ACTIVE"] })).await,
            both(&["Ada Active", "Sven Scheduled"])
        );
    }
);

on_both!(mem_7_filters_by_role_and_group_take_what_counts, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let role = app.role(&ws, "Steward", &[Permission::ManageReuses]).await;
    app.member(&ws, "Eve Editor")
        .preset(Preset::Editor)
        .create()
        .await;
    app.member(&ws, "Stan Steward").role(role).create().await;
    app.member(&ws, "Dora Disabled")
        .role(role)
        .disabled()
        .create()
        .await;
    let later = Interval::from(app.now() + Duration::hours(1));
    app.member(&ws, "Sam Scheduled")
        .role(role)
        .during(later)
        .create()
        .await;
    let bob = app.member(&ws, "Bob Bare").create().await;
    let (parks, water) = (
        app.group(&ws, "Parks", &[]).await,
        app.group(&ws, "Water", &[]).await,
    );
    app.put_into(
        &ws,
        parks,
        &bob,
        Interval::new(
            app.now() - Duration::minutes(2),
            app.now() + Duration::minutes(10),
        ),
    )
    .await;
    app.put_into(&ws, water, &bob, later).await;
    let admin = app.preset(&ws, Preset::Administrator).await;
    let editor = app.preset(&ws, Preset::Editor).await;
    let (parks_id, water_id) = (parks.to_string(), water.to_string());
    let with = async |filter: Value| found(app, &ada.key, filter).await;
    assert_eq!(
        with(json!({ "roleIds": [role.to_string()] })).await,
        ["Dora Disabled", "Stan Steward"]
    );
    assert_eq!(
        with(json!({ "roleIds": [admin.to_string(), editor.to_string()] })).await,
        ["Ada Admin", "Eve Editor"]
    );
    assert_eq!(
        with(json!({ "hasRole": true })).await,
        ["Ada Admin", "Dora Disabled", "Eve Editor", "Stan Steward"]
    );
    assert_eq!(
        with(json!({ "hasRole": false })).await,
        ["Bob Bare", "Sam Scheduled"]
    );
    assert_eq!(
        with(json!({ "groupIds": [parks_id, water_id] })).await,
        ["Bob Bare"]
    );
    assert_eq!(with(json!({ "groupIds": [water_id] })).await, [""; 0]);
    assert_eq!(
        with(json!({ "groupIds": [parks_id], "hasRole": false, "search": "bob" })).await,
        ["Bob Bare"]
    );
    assert_eq!(
        with(json!({ "groupIds": [parks_id], "hasRole": true })).await,
        [""; 0]
    );
    // At the very instant the place in the group ends.
    app.pass(Duration::minutes(10));
    assert_eq!(with(json!({ "groupIds": [parks_id] })).await, [""; 0]);
    app.pass(Duration::minutes(50));
    assert_eq!(with(json!({ "groupIds": [water_id] })).await, ["Bob Bare"]);
    assert_eq!(
        with(json!({ "roleIds": [role.to_string()] })).await,
        ["Dora Disabled", "Sam Scheduled", "Stan Steward"]
    );
    // A group that ends takes its members along (TIME-7).
    app.end_group(&ws, water, app.now()).await;
    assert_eq!(with(json!({ "groupIds": [water_id] })).await, [""; 0]);
});

on_both!(mem_7_filters_by_all_direct_permissions, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let (reuses, pages) = (Permission::ManageReuses, Permission::CreatePages);
    app.member(&ws, "Both Beth")
        .with(reuses)
        .with(pages)
        .create()
        .await;
    app.member(&ws, "One Olga").with(reuses).create().await;
    let late = app.member(&ws, "Later Leo").create().await;
    app.grant_row(
        &ws,
        Some(late.id),
        None,
        Some(reuses),
        Interval::from(app.now() + Duration::hours(1)),
        None,
    )
    .await;
    let group = app.group(&ws, "Reusers", &[reuses]).await;
    app.put_into(
        &ws,
        group,
        &late,
        Interval::from(app.now() - Duration::minutes(1)),
    )
    .await;
    let with = async |permissions: Value| {
        found(app, &ada.key, json!({ "directPermissions": permissions })).await
    };
    assert_eq!(
        with(json!(["MANAGE_REUSES"])).await,
        ["Both Beth", "One Olga"]
    );
    assert_eq!(
        with(json!(["MANAGE_REUSES", "CREATE_PAGES"])).await,
        ["Both Beth"]
    );
    assert_eq!(
        with(json!(["EDIT_WORKSPACE_PROPERTIES"])).await,
        [""; 0],
        "the role gives it, no grant does"
    );
    app.pass(Duration::hours(1));
    assert_eq!(
        with(json!(["MANAGE_REUSES"])).await,
        ["Both Beth", "Later Leo", "One Olga"]
    );
});

on_both!(
    join_4_those_who_only_signed_up_are_left_out_by_default,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let (by_sign_up, by_request) = (MembershipOrigin::SignUp, MembershipOrigin::AccessRequest);
        app.member(&ws, "Ines Invited").create().await;
        app.member(&ws, "Olaf Only")
            .origin(by_sign_up)
            .create()
            .await;
        app.member(&ws, "Rosa Request")
            .origin(by_request)
            .create()
            .await;
        app.member(&ws, "Rolf Role")
            .origin(by_sign_up)
            .preset(Preset::Viewer)
            .create()
            .await;
        app.member(&ws, "Gina Grant")
            .origin(by_sign_up)
            .with(Permission::CreatePages)
            .create()
            .await;
        let dave = app
            .member(&ws, "Dave Default")
            .origin(by_sign_up)
            .create()
            .await;
        let since = Interval::from(app.now() - Duration::minutes(1));
        app.grant_row(
            &ws,
            Some(dave.id),
            None,
            Some(Permission::BrowseAllPages),
            since,
            None,
        )
        .await;
        let greg = app
            .member(&ws, "Greg Group")
            .origin(by_request)
            .create()
            .await;
        let group = app.group(&ws, "Parks", &[]).await;
        app.put_into(
            &ws,
            group,
            &greg,
            Interval::new(app.now(), app.now() + Duration::minutes(5)),
        )
        .await;
        let with = async |filter: Value| found(app, &ada.key, filter).await;
        let others = [
            "Ada Admin",
            "Gina Grant",
            "Greg Group",
            "Ines Invited",
            "Rolf Role",
        ];
        assert_eq!(with(Value::Null).await, others);
        assert_eq!(with(json!({ "signedUpOnly": "EXCLUDE" })).await, others);
        assert_eq!(with(json!({ "signedUpOnly": null })).await, others);
        assert_eq!(
            with(json!({ "signedUpOnly": "ONLY" })).await,
            ["Dave Default", "Olaf Only", "Rosa Request"]
        );
        assert_eq!(with(json!({ "signedUpOnly": "INCLUDE" })).await.len(), 8);
        let include = |origins: &[&str]| json!({ "signedUpOnly": "INCLUDE", "origins": origins });
        assert_eq!(
            with(include(&["SIGN_UP"])).await,
            ["Dave Default", "Gina Grant", "Olaf Only", "Rolf Role"]
        );
        assert_eq!(
            with(include(&["ACCESS_REQUEST", "INVITATION"])).await.len(),
            4
        );
        // The field says what the filter says.
        let query = "{ workspace(slug: \"riverton\") { members(filter: { signedUpOnly: INCLUDE }) {
        nodes { isSignedUpOnly account { displayName } } } } }";
        let answer = app.post(Some(&ada.key), query, json!({})).await;
        let only: Vec<&str> = answer.data()["workspace"]["members"]["nodes"]
            .as_array()
            .unwrap()
            .iter()
            .filter(|node| node["isSignedUpOnly"] == true)
            .map(|node| node["account"]["displayName"].as_str().unwrap())
            .collect();
        assert_eq!(only, ["Dave Default", "Olaf Only", "Rosa Request"]);
        app.pass(Duration::minutes(5));
        assert_eq!(
            with(json!({ "signedUpOnly": "ONLY" })).await,
            ["Dave Default", "Greg Group", "Olaf Only", "Rosa Request"]
        );
    }
);

fn text(at: DateTime<Utc>) -> String {
    at.format("%Y-%m-%dT%H:%M:%S%.6fZ").to_string()
}

on_both!(mem_7_filters_by_times_leave_both_bounds_out, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let now = app.now();
    let tick = Duration::microseconds(1);
    for (name, end) in [
        ("Ann One", now + Duration::days(1)),
        ("Ben Two", now + Duration::days(2)),
    ] {
        let member = app.member(&ws, name).until(end).create().await;
        app.last_active(&member, end - Duration::days(10)).await;
        app.joined(&member, end - Duration::days(20)).await;
    }
    let with = async |filter: Value| found(app, &ada.key, filter).await;
    let (one, two) = (now + Duration::days(1), now + Duration::days(2));
    let range = |after: Option<DateTime<Utc>>, before: Option<DateTime<Utc>>| json!({ "after": after.map(text), "before": before.map(text) });
    for (field, shift) in [("accessEnds", 0), ("lastActive", 10), ("joined", 20)] {
        let (one, two) = (one - Duration::days(shift), two - Duration::days(shift));
        let of = |range: Value| json!({ field: range, "search": "example" });
        assert_eq!(
            with(of(range(Some(one - tick), Some(two + tick)))).await,
            ["Ann One", "Ben Two"],
            "{field}"
        );
        assert_eq!(
            with(of(range(Some(one), Some(two + tick)))).await,
            ["Ben Two"],
            "{field}"
        );
        assert_eq!(
            with(of(range(Some(one - tick), Some(two)))).await,
            ["Ann One"],
            "{field}"
        );
        assert_eq!(
            with(of(range(Some(two), Some(one)))).await,
            [""; 0],
            "{field}"
        );
        let rest = if field == "joined" {
            vec!["Ada Admin", "Ben Two"]
        } else {
            vec!["Ben Two"]
        };
        assert_eq!(
            with(of(range(Some(one), None))).await,
            rest,
            "no end and never active lie in no range: {field}"
        );
        assert_eq!(with(of(range(None, None))).await.len(), 3, "{field}");
    }
    assert_eq!(with(json!({ "neverActive": true })).await, ["Ada Admin"]);
    assert_eq!(
        with(json!({ "neverActive": false })).await,
        ["Ann One", "Ben Two"]
    );
});

on_both!(mem_7_orders_by_bytes_the_same_on_both_databases, |app| {
    let ws = app.workspace("riverton").await;
    let now = app.now();
    // Given name, family name, days until the end, days since last active, days since joining.
    let people = [
        ("Ada", "Zwart", None, None, 3),
        ("Bo", "zwart", Some(3), Some(1), 2),
        ("Çelik", "Öz", Some(1), Some(9), 1),
        ("Dan", "O-Brien", None, Some(4), 5),
        ("Eve", "O Brien", Some(2), None, 5),
        ("Fay", "OBrien", Some(2), None, 4),
        ("文", "王", None, Some(4), 9),
        ("Жанна", "Ёлкина", Some(9), Some(2), 8),
        ("Gus", "Åberg", None, None, 7),
    ];
    let mut key = String::new();
    for (given, family, end, active, joined) in people {
        let mut member = app.member(&ws, &format!("{given} {family}"));
        if key.is_empty() {
            member = member.preset(Preset::Administrator);
        }
        if let Some(days) = end {
            member = member.until(now + Duration::days(days));
        }
        let member = member.create().await;
        if let Some(days) = active {
            app.last_active(&member, now - Duration::days(days)).await;
        }
        app.joined(&member, now - Duration::days(joined)).await;
        if key.is_empty() {
            key = member.key;
        }
    }
    let by_name = [
        "Gus Åberg",
        "Eve O Brien",
        "Dan O-Brien",
        "Fay OBrien",
        "Çelik Öz",
        "Ada Zwart",
        "Bo zwart",
        "Жанна Ёлкина",
        "文 王",
    ];
    let by_email = [
        "Ada Zwart",
        "Bo zwart",
        "Dan O-Brien",
        "Eve O Brien",
        "Fay OBrien",
        "Gus Åberg",
        "Çelik Öz",
        "Жанна Ёлкина",
        "文 王",
    ];
    // Ties by id: in the order in which they were made.
    let by_joined = [
        "文 王",
        "Жанна Ёлкина",
        "Gus Åberg",
        "Dan O-Brien",
        "Eve O Brien",
        "Fay OBrien",
        "Ada Zwart",
        "Bo zwart",
        "Çelik Öz",
    ];
    let by_active = [
        "Ada Zwart",
        "Eve O Brien",
        "Fay OBrien",
        "Gus Åberg",
        "Çelik Öz",
        "Dan O-Brien",
        "文 王",
        "Жанна Ёлкина",
        "Bo zwart",
    ];
    let by_end = [
        "Çelik Öz",
        "Eve O Brien",
        "Fay OBrien",
        "Bo zwart",
        "Жанна Ёлкина",
        "Ada Zwart",
        "Dan O-Brien",
        "文 王",
        "Gus Åberg",
    ];
    for (field, wanted) in [
        ("NAME", by_name),
        ("EMAIL", by_email),
        ("JOINED_AT", by_joined),
        ("LAST_ACTIVE_AT", by_active),
        ("ACCESS_ENDS_AT", by_end),
    ] {
        assert_eq!(ordered(app, &key, field, "ASC").await, wanted, "{field}");
        let mut reversed = wanted;
        reversed.reverse();
        assert_eq!(
            ordered(app, &key, field, "DESC").await,
            reversed,
            "{field} DESC"
        );
    }
});
