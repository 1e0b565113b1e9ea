//! The members list as CSV: what it says, who gets it, and how it fails (MEM-7).

use std::net::SocketAddr;

use axum::{
    body::{Body, Bytes},
    extract::ConnectInfo,
};
use chrono::Duration;
use concierge::{
    app::{App, Edge},
    domain::{
        id::MembershipId,
        interval::Interval,
        permission::{Permission, Preset},
        vocabulary::{MembershipEndReason, MembershipOrigin},
    },
    graphql::{admission::Limits, prices},
};
use http::{Request, Response, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::support::{TestApp, on_both, world::Member};

const HEADER: &str = "id,givenName,familyName,displayName,email,state,role,groups,permissions,accessStartsAt,accessEndsAt,joinedAt,\
     lastActiveAt,origin";

async fn begin(app: &TestApp, headers: &[(&str, &str)], query: &str) -> Response<Body> {
    let mut request = Request::get(format!("/export/members.csv{query}"));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut request = request.body(Body::empty()).unwrap();
    request
        .extensions_mut()
        .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
    app.door().response(request).await
}

fn encoded(value: &Value) -> String {
    value
        .to_string()
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect()
}

fn bearer(member: &Member) -> String {
    format!("Bearer {}", member.key)
}

async fn text(app: &TestApp, by: &Member, query: &str) -> String {
    let response = begin(app, &[("authorization", &bearer(by))], query).await;
    assert_eq!(response.status(), StatusCode::OK);
    String::from_utf8(
        response
            .into_body()
            .collect()
            .await
            .unwrap()
            .to_bytes()
            .to_vec(),
    )
    .unwrap()
}

/// The rows, by name of column.
async fn rows(
    app: &TestApp,
    by: &Member,
    query: &str,
) -> Vec<std::collections::HashMap<String, String>> {
    let text = text(app, by, query).await;
    csv::Reader::from_reader(text.as_bytes())
        .deserialize()
        .collect::<Result<_, _>>()
        .unwrap()
}

async fn ids(app: &TestApp, by: &Member, query: &str) -> Vec<String> {
    rows(app, by, query)
        .await
        .into_iter()
        .map(|mut row| row.remove("id").unwrap())
        .collect()
}

on_both!(mem_7_the_file_says_what_the_list_says, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let (now, end) = (app.now(), app.now() + Duration::days(1));
    let mia = app
        .member(&ws, "Mia Member")
        .preset(Preset::Editor)
        .until(end)
        .create()
        .await;
    app.grant_row(
        &ws,
        Some(mia.id),
        None,
        Some(Permission::ManageReuses),
        Interval::from(now),
        None,
    )
    .await;
    for title in ["Parks, \"Trees\"", "Air"] {
        let group = app.group(&ws, title, &[Permission::BrowseAllPages]).await;
        app.put_into(&ws, group, &mia, Interval::from(now)).await;
        app.put_into(&ws, group, &mia, Interval::from(now)).await;
    }
    let later = app.group(&ws, "Later", &[]).await;
    app.put_into(&ws, later, &mia, Interval::from(end)).await;
    app.last_active(&mia, now - Duration::minutes(3)).await;
    let ed = app
        .member(&ws, "Ed Ended")
        .preset(Preset::Viewer)
        .create()
        .await;
    app.end(
        &ws,
        &ed,
        now - Duration::minutes(1),
        Some(MembershipEndReason::Revoked),
    )
    .await;
    app.member(&ws, "Dirk Disabled")
        .preset(Preset::Viewer)
        .disabled()
        .create()
        .await;
    app.member(&ws, "Sven Scheduled")
        .preset(Preset::Viewer)
        .during(Interval::from(end))
        .create()
        .await;
    app.member(&ws, "Uma Signup")
        .origin(MembershipOrigin::SignUp)
        .create()
        .await;

    let response = begin(
        app,
        &[("authorization", &bearer(&ada))],
        "?workspace=riverton",
    )
    .await;
    let head = |name: header::HeaderName| response.headers()[name].to_str().unwrap().to_owned();
    assert_eq!(
        head(header::CONTENT_TYPE),
        "text/csv; charset=utf-8; header=present"
    );
    assert_eq!(
        head(header::CONTENT_DISPOSITION),
        "attachment; filename=\"members-riverton.csv\""
    );
    assert_eq!(head(header::CACHE_CONTROL), "no-store");
    assert!(
        response.headers().contains_key("x-request-id")
            && response.headers().contains_key("ratelimit")
    );

    let whole = text(app, &ada, "?workspace=riverton").await;
    let lines: Vec<&str> = whole.split("\r\n").collect();
    assert_eq!((lines[0], lines.len(), lines[5]), (HEADER, 6, ""));
    assert_eq!(
        lines[3],
        format!(
            "{},Mia,Member,Mia Member,mia.member@example.org,ACTIVE,Editor,\"Air; Parks, \"\"Trees\"\"\",\
             CREATE_DATASETS; CREATE_PAGES; BROWSE_ALL_PAGES; MANAGE_REUSES,2026-03-02T08:30:00.000000Z,2026-03-03T09:00:00.000000Z,\
             2026-03-02T08:30:00.000000Z,2026-03-02T08:57:00.000000Z,INVITATION",
            mia.id
        ),
        "{whole}"
    );
    let every = encoded(
        &json!({ "states": ["ACTIVE", "DISABLED", "SCHEDULED", "ENDED"], "signedUpOnly": "INCLUDE" }),
    );
    let all = rows(app, &ada, &format!("?workspace={}&filter={every}", ws.id)).await;
    let said: Vec<[&str; 5]> = all
        .iter()
        .map(|row| {
            ["familyName", "state", "role", "permissions", "origin"].map(|name| row[name].as_str())
        })
        .collect();
    assert_eq!(said[0][..3], ["Admin", "ACTIVE", "Administrator"]);
    assert_eq!(said[0][3].split("; ").count(), Permission::ALL.len());
    assert_eq!(
        said[1],
        ["Disabled", "DISABLED", "Viewer", "", "INVITATION"]
    );
    assert_eq!(said[2], ["Ended", "ENDED", "Viewer", "", "INVITATION"]);
    assert_eq!(
        said[4],
        ["Scheduled", "SCHEDULED", "Viewer", "", "INVITATION"]
    );
    assert_eq!(said[5], ["Signup", "ACTIVE", "", "", "SIGN_UP"]);
    assert_eq!(
        (
            all[0]["accessEndsAt"].as_str(),
            all[1]["lastActiveAt"].as_str()
        ),
        ("", "")
    );
});

on_both!(mem_7_no_cell_of_the_file_is_a_formula, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let group = app.group(&ws, "+Parks", &[]).await;
    for (number, name) in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "a\"b,c\nd", "＝1+1"]
        .into_iter()
        .enumerate()
    {
        let member = app
            .member(&ws, &format!("Kim Family{number}"))
            .create()
            .await;
        app.sql(
            "UPDATE account SET given_name = $1 WHERE id = $2",
            vec![name.into(), member.account.0.into()],
        )
        .await;
        app.put_into(&ws, group, &member, Interval::from(app.now()))
            .await;
    }
    let found = rows(app, &ada, "?workspace=riverton").await;
    let given: Vec<&str> = found.iter().map(|row| row["givenName"].as_str()).collect();
    assert_eq!(
        given,
        [
            "Ada",
            "'=1+1",
            "'+1",
            "'-1",
            "'@SUM(A1)",
            "'\t=1",
            "a\"b,c\nd",
            "'＝1+1"
        ]
    );
    assert_eq!(
        (
            found[1]["displayName"].as_str(),
            found[1]["groups"].as_str()
        ),
        ("'=1+1 Family0", "'+Parks")
    );
    for row in &found {
        assert!(
            row.values()
                .all(|cell| !cell.starts_with(['=', '+', '-', '@', '\t', '\r'])),
            "{row:?}"
        );
    }
});

on_both!(mem_7_the_file_suits_french_and_dutch_spreadsheets, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    for title in ["Air", "Trees"] {
        let group = app.group(&ws, title, &[]).await;
        app.put_into(&ws, group, &ada, Interval::from(app.now()))
            .await;
    }
    let plain = text(app, &ada, "?workspace=riverton").await;
    assert!(plain.starts_with("id,givenName,"));
    assert_eq!(
        text(app, &ada, "?workspace=riverton&separator=comma&bom=false").await,
        plain
    );
    let semicolons = text(
        app,
        &ada,
        "?workspace=riverton&separator=semicolon&bom=true",
    )
    .await;
    let semicolons = semicolons.strip_prefix('\u{feff}').unwrap();
    assert_eq!(semicolons.lines().next().unwrap(), HEADER.replace(',', ";"));
    assert!(
        semicolons.contains(";Ada;Admin;") && semicolons.contains(";\"Air; Trees\";"),
        "{semicolons}"
    );
    let tabs = text(app, &ada, "?workspace=riverton&separator=tab").await;
    assert_eq!(tabs.lines().next().unwrap(), HEADER.replace(',', "\t"));
    assert!(tabs.contains("\tAir; Trees\t"), "{tabs}");
});

on_both!(
    mem_7_the_file_takes_the_filters_and_orders_of_the_list,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        for number in 0..12_i64 {
            let mut member = app.member(&ws, &format!("Kim Family{}{number}", number % 4));
            if number % 3 == 0 {
                member = member.preset(Preset::Editor);
            }
            if number % 2 == 0 {
                member = member.until(app.now() + Duration::days(1 + number % 5));
            }
            let member = member.create().await;
            app.joined(&member, app.now() - Duration::minutes(number % 5))
                .await;
        }
        let list = "query($filter: MembershipFilter, $orderBy: MembershipOrder) { workspace(slug: \"riverton\") { \
        members(first: 100, filter: $filter, orderBy: $orderBy) { nodes { id } } } }";
        let day = app.now() + Duration::days(2);
        let filters = [
            json!({}),
            json!({ "permissions": ["CREATE_DATASETS"] }),
            json!({ "search": "family0", "states": ["ACTIVE"] }),
            json!({ "accessEnds": { "before": concierge::domain::audit::instant(day) }, "hasRole": false, "neverActive": null }),
        ];
        for filter in filters {
            for (field, direction) in [
                ("NAME", "DESC"),
                ("EMAIL", "ASC"),
                ("JOINED_AT", "DESC"),
                ("ACCESS_ENDS_AT", "ASC"),
            ] {
                let order = json!({ "field": field, "direction": direction });
                let answer = app
                    .post(
                        Some(&ada.key),
                        list,
                        json!({ "filter": filter, "orderBy": order }),
                    )
                    .await;
                let nodes = answer.data()["workspace"]["members"]["nodes"]
                    .as_array()
                    .unwrap()
                    .clone();
                let wanted: Vec<&str> = nodes
                    .iter()
                    .map(|node| node["id"].as_str().unwrap())
                    .collect();
                assert!(!wanted.is_empty());
                let query = format!(
                    "?workspace=riverton&filter={}&orderBy={}",
                    encoded(&filter),
                    encoded(&order)
                );
                assert_eq!(ids(app, &ada, &query).await, wanted, "{filter} {order}");
                app.pass(Duration::minutes(1));
            }
        }
    }
);

on_both!(mem_7_a_large_file_has_every_member_once, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    let crowd = app
        .crowd(&ws, 1_203, concierge::domain::interval::OPEN_END)
        .await;
    let order = encoded(&json!({ "field": "EMAIL", "direction": "ASC" }));
    let found = ids(app, &ada, &format!("?workspace=riverton&orderBy={order}")).await;
    let wanted: Vec<String> = std::iter::once(ada.id)
        .chain(crowd)
        .map(|id: MembershipId| id.to_string())
        .collect();
    assert_eq!(found, wanted);
});

on_both!(mem_7_a_file_that_fails_on_the_way_breaks_off, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    app.crowd(&ws, 1_203, concierge::domain::interval::OPEN_END)
        .await;
    let mut body = begin(
        app,
        &[("authorization", &bearer(&ada))],
        "?workspace=riverton",
    )
    .await
    .into_body();
    let first: Bytes = body.frame().await.unwrap().unwrap().into_data().unwrap();
    assert!(first.starts_with(HEADER.as_bytes()) && first.ends_with(b"\r\n"));
    assert_eq!(
        first.iter().filter(|byte| **byte == b'\n').count(),
        501,
        "a page, no more"
    );
    app.sql("ALTER TABLE disabled_spell RENAME TO elsewhere", Vec::new())
        .await;
    assert!(
        body.frame().await.unwrap().is_err(),
        "an error, no clean end"
    );
    assert!(body.frame().await.is_none());
    // What fails before the first row has a status, and says nothing of why.
    let failed = begin(
        app,
        &[("authorization", &bearer(&ada))],
        "?workspace=riverton",
    )
    .await;
    assert_eq!(failed.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let body: Value =
        serde_json::from_slice(&failed.into_body().collect().await.unwrap().to_bytes()).unwrap();
    assert_eq!(body["errors"][0]["extensions"]["code"], "INTERNAL");
    assert!(!body.to_string().contains("disabled_spell"));
    app.sql("ALTER TABLE elsewhere RENAME TO disabled_spell", Vec::new())
        .await;
});

on_both!(mem_7_the_file_is_for_those_who_may_read_the_list, |app| {
    let ws = app.workspace("riverton").await;
    let other = app.workspace("lakeside").await;
    app.administrator(&ws, "Ada Admin").await;
    let stranger = app.administrator(&other, "Otto Other").await;
    let editor = app
        .member(&ws, "Ed Editor")
        .preset(Preset::Editor)
        .create()
        .await;
    let holder = app
        .member(&ws, "Hanna Holder")
        .with(Permission::EditWorkspaceProperties)
        .create()
        .await;
    let disabled = app
        .member(&ws, "Dirk Disabled")
        .preset(Preset::Administrator)
        .disabled()
        .create()
        .await;
    let narrowed = app
        .member(&ws, "Nora Narrowed")
        .preset(Preset::Administrator)
        .scoped(&[Permission::CreatePages])
        .create()
        .await;
    let ended = app
        .member(&ws, "Fred Former")
        .preset(Preset::Administrator)
        .create()
        .await;
    app.end(&ws, &ended, app.now(), None).await;
    let session = async |member: &Member| format!("Bearer {}", app.session(member.account).await);
    let here = "?workspace=riverton";
    let cases = [
        (None, here, 401, "UNAUTHENTICATED"),
        (None, "?workspace=nowhere", 401, "UNAUTHENTICATED"),
        (
            Some("Bearer nonsense".to_owned()),
            here,
            401,
            "UNAUTHENTICATED",
        ),
        (Some(bearer(&stranger)), here, 404, "NOT_FOUND"),
        (Some(session(&stranger).await), here, 403, "FORBIDDEN"),
        (Some(session(&ended).await), here, 403, "FORBIDDEN"),
        (Some(session(&disabled).await), here, 403, "FORBIDDEN"),
        (Some(bearer(&disabled)), here, 401, "UNAUTHENTICATED"),
        (Some(bearer(&editor)), here, 403, "FORBIDDEN"),
        (Some(bearer(&narrowed)), here, 403, "FORBIDDEN"),
        (Some(session(&narrowed).await), here, 200, ""),
        (Some(bearer(&holder)), here, 200, ""),
        (Some(session(&holder).await), here, 200, ""),
        (
            Some(session(&holder).await),
            "?workspace=nowhere",
            404,
            "NOT_FOUND",
        ),
        (
            Some(session(&holder).await),
            "?workspace=lakeside",
            403,
            "FORBIDDEN",
        ),
    ];
    for (credential, query, status, code) in cases {
        let headers: Vec<(&str, &str)> = credential
            .iter()
            .map(|value| ("authorization", value.as_str()))
            .collect();
        let response = begin(app, &headers, query).await;
        assert_eq!(response.status(), status, "{headers:?} {query}");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        if status != 200 {
            let body: Value = serde_json::from_slice(&body).unwrap();
            assert_eq!(body["errors"][0]["extensions"]["code"], code);
            let required = if code == "FORBIDDEN" {
                json!("EDIT_WORKSPACE_PROPERTIES")
            } else {
                Value::Null
            };
            assert_eq!(
                body["errors"][0]["extensions"]["requiredPermission"],
                required
            );
        }
    }
    // A cookie counts where the browser says that the page asking is our own.
    let cookie = format!("session={}", app.session(holder.account).await);
    for (site, status) in [
        ("same-origin", 200),
        ("cross-site", 401),
        ("same-site", 401),
    ] {
        let response = begin(app, &[("cookie", &cookie), ("sec-fetch-site", site)], here).await;
        assert_eq!(response.status(), status, "{site}");
    }
});

on_both!(
    mem_7_a_file_is_not_made_of_parameters_of_a_wrong_form,
    |app| {
        let ws = app.workspace("riverton").await;
        let ada = app.administrator(&ws, "Ada Admin").await;
        let bad = [
            String::new(),
            "?workspace=".to_owned(),
            "?workspace=ws_nonsense".to_owned(),
            format!("?workspace={}", ada.id),
            format!("?workspace={}", "a".repeat(101)),
            "?workspace=%00".to_owned(),
            "?workspace=riverton&workspace=riverton".to_owned(),
            "?workspace=riverton&filters=%7B%7D".to_owned(),
            "?workspace=riverton&separator=%2C".to_owned(),
            "?workspace=riverton&bom=1".to_owned(),
            "?workspace=riverton&filter=%F".to_owned(),
            "?workspace=riverton&filter=".to_owned(),
            "?workspace=riverton&filter=null".to_owned(),
            "?workspace=riverton&filter=%5B%5D".to_owned(),
        ];
        let filters = [
            json!({ "state": ["ACTIVE"] }),
            json!({ "states": [] }),
            json!({ "states": ["GONE"] }),
            json!({ "search": 7 }),
            json!({ "search": "x".repeat(201) }),
            json!({ "joined": { "since": "2026-01-01T00:00:00Z" } }),
            json!({ "joined": { "after": "yesterday" } }),
            json!({ "roleIds": [ada.id] }),
            json!({ "permissions": ["NONE"] }),
        ];
        let filters = filters
            .iter()
            .map(|filter| format!("?workspace=riverton&filter={}", encoded(filter)));
        let orders = [
            json!({ "field": "AGE", "direction": "ASC" }),
            json!({ "field": "NAME" }),
            json!("NAME"),
            json!({}),
        ];
        let orders = orders
            .iter()
            .map(|order| format!("?workspace=riverton&orderBy={}", encoded(order)));
        for query in bad.into_iter().chain(filters).chain(orders) {
            app.pass(Duration::minutes(1));
            let response = begin(app, &[("authorization", &bearer(&ada))], &query).await;
            assert_eq!(response.status(), StatusCode::BAD_REQUEST, "{query}");
            let body: Value =
                serde_json::from_slice(&response.into_body().collect().await.unwrap().to_bytes())
                    .unwrap();
            assert_eq!(
                body["errors"][0]["extensions"]["code"], "BAD_USER_INPUT",
                "{query}"
            );
        }
        let post = Request::post("/export/members.csv?workspace=riverton")
            .body(Body::empty())
            .unwrap();
        assert_eq!(
            app.app
                .router()
                .unwrap()
                .oneshot(post)
                .await
                .unwrap()
                .status(),
            StatusCode::METHOD_NOT_ALLOWED
        );
    }
);

on_both!(mem_7_a_file_costs_at_least_as_much_as_a_request, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Admin").await;
    // A small budget: by the time that stands still each export costs what a request does at least.
    let limits = Limits {
        budget: 20 * prices::REQUEST,
        ..Limits::default()
    };
    let edge = Edge {
        limits,
        ..Edge::default()
    };
    let router = App::new(app.app.deps.clone(), edge).router().unwrap();
    let mut statuses = Vec::new();
    for _ in 0..21 {
        let mut request = Request::get("/export/members.csv?workspace=riverton")
            .header("authorization", bearer(&ada));
        request
            .extensions_mut()
            .unwrap()
            .insert(ConnectInfo(SocketAddr::from(([127, 0, 0, 1], 40_000))));
        let response = router
            .clone()
            .oneshot(request.body(Body::empty()).unwrap())
            .await
            .unwrap();
        if response.status() == StatusCode::TOO_MANY_REQUESTS {
            assert_eq!(response.headers()[header::RETRY_AFTER], "60");
        }
        statuses.push(response.status().as_u16());
    }
    assert_eq!((&statuses[..20], statuses[20]), (&[200; 20][..], 429));
});
