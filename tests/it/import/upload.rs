//! `POST /import/members.csv`: who may, in which form, how much (IMPORT-3), and the way from the
//! export of one workspace into another.

use chrono::Duration;
use concierge::domain::{
    interval::Interval,
    permission::{Permission, Preset},
};
use http::{Request, StatusCode};
use http_body_util::BodyExt;
use serde_json::{Value, json};

use super::{became, command, member_file, ndjson, upload};
use crate::support::{
    TestApp, on_both,
    world::{Member, Ws},
};

const QUERY: &str = "?workspace=riverton&format=OPENDATASOFT";

const FILE: &str = "email,permissions,groups\na@example.org,,\nb@example.org,,Air\n";

fn bearer(credential: &str) -> String {
    format!("Bearer {credential}")
}

on_both!(import_3_a_line_of_json_for_each_line, |app| {
    let (_, ada) = app.portal().await;
    let by = bearer(&ada.key);
    let headers = [("authorization", by.as_str())];
    let before = app.footprint().await;
    let (status, text) = upload(
        app,
        &headers,
        &format!("{QUERY}&dryRun=true&createGroups=true"),
        FILE,
    )
    .await;
    assert_eq!(status, StatusCode::OK, "{text}");
    let rehearsed = ndjson(&text);
    assert_eq!(became(&rehearsed), ["INVITED", "INVITED"]);
    assert!(rehearsed.iter().all(|line| line["invitationId"].is_null()));
    assert!(app.footprint().await == before, "a rehearsal");
    let (_, text) = upload(app, &headers, QUERY, FILE).await;
    let lines = ndjson(&text);
    assert_eq!(became(&lines), ["INVITED", "UNKNOWN_GROUP"]);
    assert_eq!(
        (&lines[0]["line"], &lines[0]["email"]),
        (&json!(2), &json!("a@example.org"))
    );
    assert!(
        lines[0]["invitationId"]
            .as_str()
            .unwrap()
            .starts_with("inv_")
    );
    assert!(lines[1]["message"].is_string());
    let before = app.footprint().await;
    let (_, text) = upload(app, &headers, QUERY, FILE).await;
    assert_eq!(became(&ndjson(&text)), ["ALREADY_INVITED", "UNKNOWN_GROUP"]);
    assert!(app.footprint().await == before);
});

on_both!(
    import_3_who_may_not_import_is_refused_before_the_file,
    |app| {
        let (ws, ada) = app.portal().await;
        let mia = app.member(&ws, "Mia Member").create().await;
        let off = app
            .member(&ws, "Dan Off")
            .with(Permission::EditWorkspaceProperties)
            .disabled()
            .create()
            .await;
        let other = app.workspace("lakeside").await;
        let eva = app.administrator(&other, "Eva Other").await;
        let before = app.footprint().await;
        let session = app.session(off.account).await;
        let evas = app.session(eva.account).await;
        for (credential, query, expected) in [
            (None, QUERY, StatusCode::UNAUTHORIZED),
            (Some("cck_nonsense"), QUERY, StatusCode::UNAUTHORIZED),
            (Some(mia.key.as_str()), QUERY, StatusCode::FORBIDDEN),
            (Some(session.as_str()), QUERY, StatusCode::FORBIDDEN),
            (Some(evas.as_str()), QUERY, StatusCode::FORBIDDEN),
            (Some(eva.key.as_str()), QUERY, StatusCode::NOT_FOUND),
            (
                Some(ada.key.as_str()),
                "?workspace=nowhere&format=SOCRATA",
                StatusCode::NOT_FOUND,
            ),
            (
                Some(ada.key.as_str()),
                "?format=OPENDATASOFT",
                StatusCode::BAD_REQUEST,
            ),
            (
                Some(ada.key.as_str()),
                "?workspace=riverton",
                StatusCode::BAD_REQUEST,
            ),
            (
                Some(ada.key.as_str()),
                &format!("{QUERY}&join=true"),
                StatusCode::BAD_REQUEST,
            ),
            (
                Some(ada.key.as_str()),
                &format!("{QUERY}&dryRun=yes"),
                StatusCode::BAD_REQUEST,
            ),
        ] {
            let by = credential.map(bearer).unwrap_or_default();
            let headers: &[(&str, &str)] = match credential {
                Some(_) => &[("authorization", by.as_str())],
                None => &[],
            };
            // A body that never comes: nobody waits for it.
            let never = axum::body::Body::from_stream(futures_util::stream::pending::<
                Result<axum::body::Bytes, std::io::Error>,
            >());
            let (status, text) = upload(app, headers, query, never).await;
            assert_eq!(status, expected, "{query}: {text}");
        }
        assert!(app.footprint().await == before);
    }
);

on_both!(import_4_files_that_are_none_have_a_status, |app| {
    let (_, ada) = app.portal().await;
    let by = bearer(&ada.key);
    let before = app.footprint().await;
    let latin = b"email,permissions,groups\na@example.org,,\nb@example.org,,Caf\xe9\n".to_vec();
    let (status, text) = upload(app, &[("authorization", &by)], QUERY, latin).await;
    let error: Value = serde_json::from_str(&text).unwrap();
    let extensions = &error["errors"][0]["extensions"];
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(
        (&extensions["code"], &extensions["line"]),
        (&json!("INVALID_CSV"), &json!(3))
    );
    for (name, value) in [
        ("content-type", "application/json"),
        ("content-type", "text/csv; charset=iso-8859-1"),
        ("content-encoding", "gzip"),
    ] {
        let headers = [("authorization", by.as_str()), (name, value)];
        let (status, _) = upload(app, &headers, QUERY, FILE).await;
        assert_eq!(status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{value}");
    }
    let large = vec![b'x'; (20 << 20) + 1];
    let (status, _) = upload(app, &[("authorization", &by)], QUERY, large).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(app.footprint().await == before);
    // An import that was refused keeps no place.
    let (status, _) = upload(app, &[("authorization", &by)], QUERY, FILE).await;
    assert_eq!(status, StatusCode::OK);
});

on_both!(import_3_a_cookie_counts_from_the_same_origin, |app| {
    let (_, ada) = app.portal().await;
    let session = app.session(ada.account).await;
    let cookie = format!("session={session}");
    let from = |site: &'static str| {
        [
            ("cookie", cookie.clone()),
            ("sec-fetch-site", site.to_owned()),
        ]
    };
    for (site, expected) in [
        ("same-origin", StatusCode::OK),
        ("cross-site", StatusCode::UNAUTHORIZED),
    ] {
        let headers = from(site);
        let headers: Vec<(&str, &str)> = headers
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let (status, text) = upload(app, &headers, QUERY, FILE).await;
        assert_eq!(status, expected, "{site}: {text}");
    }
});

on_both!(import_3_two_files_at_once_invite_nobody_twice, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let eva = app.administrator(&ws, "Eva Okafor").await;
    let csv = |numbers: std::ops::Range<usize>| -> String {
        let lines = numbers.map(|number| format!("p{number}@example.org,,Air\n"));
        format!("email,permissions,groups\n{}", lines.collect::<String>())
    };
    let (one, other) = (bearer(&ada.key), bearer(&eva.key));
    let query = format!("{QUERY}&createGroups=true");
    let (ada_headers, eva_headers) = (
        [("authorization", one.as_str())],
        [("authorization", other.as_str())],
    );
    let ((first, ada_answer), (second, eva_answer)) = tokio::join!(
        upload(app, &ada_headers, &query, csv(0..900)),
        upload(app, &eva_headers, &query, csv(300..1_200)),
    );
    assert_eq!((first, second), (StatusCode::OK, StatusCode::OK));
    let (ada_lines, eva_lines) = (ndjson(&ada_answer), ndjson(&eva_answer));
    assert_eq!((ada_lines.len(), eva_lines.len()), (900, 900));
    let all = [became(&ada_lines), became(&eva_lines)].concat();
    let count = |wanted: &str| all.iter().filter(|became| **became == wanted).count();
    assert_eq!((count("INVITED"), count("ALREADY_INVITED")), (1_200, 600));
    assert_eq!(app.count("invitation").await, 1_200);
    let query = "query($id: ID!) { workspace(id: $id) { groups { totalCount } } }";
    let variables = json!({ "id": ws.id.to_string() });
    let answer = app.post(Some(&ada.key), query, variables).await;
    assert_eq!(
        answer.data()["workspace"]["groups"]["totalCount"],
        1,
        "one group is called Air"
    );
});

on_both!(import_3_ten_thousand_lines, |app| {
    let (ws, ada) = app.portal().await;
    let lines: String = (0..10_000)
        .map(|number| format!("Person,Number {number},p{number}@example.org,,\n"))
        .collect();
    let csv = format!("first_name,last_name,email,permissions,groups\n{lines}");
    // What operators import leaves the limit of the day as it is.
    let others: String = (0..2_100)
        .map(|number| format!("r{number}@example.org,,\n"))
        .collect();
    let others = format!("email,permissions,groups\n{others}");
    assert_eq!(
        command(app, member_file(&ws, &others)).await.unwrap().len(),
        2_100
    );
    let by = bearer(&ada.key);
    let (status, text) = upload(app, &[("authorization", &by)], QUERY, csv.clone()).await;
    assert_eq!(status, StatusCode::OK);
    let answered = ndjson(&text);
    assert_eq!(answered.len(), 10_000);
    assert_eq!(answered[9_999]["line"], 10_001);
    // JOIN-6 binds who imports in the workspace …
    let count = |lines: &[Value], wanted: &str| {
        became(lines)
            .iter()
            .filter(|became| **became == wanted)
            .count()
    };
    assert_eq!(count(&answered, "INVITED"), 2_000);
    assert_eq!(count(&answered, "LIMIT_REACHED"), 8_000);
    assert!(
        became(&answered)[2_000..]
            .iter()
            .all(|became| *became == "LIMIT_REACHED")
    );
    assert!(
        answered[2_000]["message"]
            .as_str()
            .unwrap()
            .contains("2000")
    );
    // … and not operators.
    let printed = command(app, member_file(&ws, &csv)).await.unwrap();
    assert_eq!(count(&printed, "ALREADY_INVITED"), 2_000);
    assert_eq!(count(&printed, "INVITED"), 8_000);
    assert_eq!(app.count("invitation").await, 12_100);
    let before = app.footprint().await;
    let printed = command(app, member_file(&ws, &csv)).await.unwrap();
    assert_eq!(count(&printed, "ALREADY_INVITED"), 10_000);
    assert!(app.footprint().await == before);
});

/// The export of a workspace in the form that can be imported.
async fn exported(app: &TestApp, ws: &Ws, by: &Member) -> String {
    let url = format!(
        "/export/members.csv?workspace={}&format=OPENDATASOFT",
        ws.slug
    );
    let request = Request::get(url)
        .header("authorization", bearer(&by.key))
        .body(axum::body::Body::empty())
        .unwrap();
    let response = app.door().response(request).await;
    assert_eq!(response.status(), StatusCode::OK);
    let body = response.into_body().collect().await.unwrap().to_bytes();
    String::from_utf8(body.to_vec()).unwrap()
}

/// The lines of a file without what differs by workspace: when they joined and were last seen.
fn members(csv: &str) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut members: Vec<Vec<String>> = reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let kept = [1, 2, 3, 4, 5, 6, 9, 11];
            kept.iter().map(|place| record[*place].to_owned()).collect()
        })
        .collect();
    members.sort();
    members
}

on_both!(import_3_an_export_is_imported_elsewhere, |app| {
    let (ws, ada) = app.portal().await;
    let end = app.now() + Duration::days(90);
    let mia = app
        .member(&ws, "=Mia Member")
        .preset(Preset::Editor)
        .with(Permission::ManageReuses)
        .until(end)
        .create()
        .await;
    app.member(&ws, "'-Ben +Okafor")
        .with(Permission::BrowseAnalytics)
        .create()
        .await;
    app.member(&ws, "Dan Off").disabled().create().await;
    for title in ["Parks; \"old\" trees", "[\"Air\"]", "Water, soil"] {
        let group = app.group(&ws, title, &[Permission::BrowseAllPages]).await;
        app.put_into(&ws, group, &mia, Interval::from(app.now()))
            .await;
    }
    let file = exported(app, &ws, &ada).await;
    let elsewhere = app.workspace("lakeside").await;
    let eva = app.administrator(&elsewhere, "Eva Other").await;
    let mut import = member_file(&elsewhere, &file);
    (import.join, import.create_groups) = (true, true);
    let printed = command(app, import).await.unwrap();
    let mut outcomes = became(&printed);
    outcomes.sort_unstable();
    assert_eq!(
        outcomes,
        ["JOINED", "JOINED", "JOINED", "NOT_ACTIVE"],
        "{printed:?}"
    );
    let there = members(&exported(app, &elsewhere, &eva).await);
    let of_eva = there.iter().filter(|member| member[2] == eva.email).count();
    assert_eq!(of_eva, 1);
    let there: Vec<_> = there
        .into_iter()
        .filter(|member| member[2] != eva.email)
        .collect();
    let here: Vec<_> = members(&file)
        .into_iter()
        .filter(|member| member[3] == "true")
        .collect();
    assert_eq!(there, here);
    assert!(file.contains("'=Mia"), "defused on the way out: {file}");
});

on_both!(
    mfa_8_an_upload_gives_administrator_by_a_fresh_factor_alone,
    |app| {
        let (ws, ada) = app.portal().await;
        let session = app.session(ada.account).await;
        let shown = vec![(app.now() - chrono::Duration::minutes(11)).into()];
        app.sql("UPDATE session SET password_at = $1", shown).await;
        let bearer = format!("Bearer {session}");
        let headers = [("authorization", bearer.as_str())];
        let query = format!("?workspace={}&format=SOCRATA", ws.slug);
        let before = app.footprint().await;
        let file = "email,role\nzoe@example.org,Administrator\nida@example.org,Editor\n";
        let (status, answer) = upload(app, &headers, &query, file).await;
        assert_eq!(status, 200, "{answer}");
        assert_eq!(
            became(&ndjson(&answer)),
            ["REAUTHENTICATION_REQUIRED"; 2],
            "nothing of the block"
        );
        assert_eq!(app.footprint().await, before);
        let file = "email,role\nida@example.org,Editor\n";
        let (_, answer) = upload(app, &headers, &query, file).await;
        assert_eq!(became(&ndjson(&answer)), ["INVITED"]);
    }
);
