//! The link to unsubscribe: one click without signing in (RFC 8058), a page for people.

use axum::body::Body;
use concierge::domain::{follow::follow_id, link::LinkKind};
use http::Request;
use http_body_util::BodyExt as _;
use serde_json::json;

use super::{UNFOLLOW, follow, followed, of};
use crate::support::{TestApp, on_both, world::Member};

fn path(app: &TestApp, member: &Member, dataset: concierge::domain::id::DatasetId) -> String {
    let id = follow_id(member.account, dataset);
    let token = app.app.deps.secret.link(LinkKind::Unfollow, id, 0);
    format!("/unsubscribe?token={}", token.expose())
}

/// The status and the page.
async fn ask(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let body = Body::from("List-Unsubscribe=One-Click");
    let response = app.door().response(request.body(body).unwrap()).await;
    let (parts, body) = response.into_parts();
    let bytes = body.collect().await.unwrap().to_bytes();
    if parts.status.is_success() {
        let policy = parts.headers["content-security-policy"].to_str().unwrap();
        assert!(policy.contains("form-action 'self'"), "{policy}");
        assert_eq!(parts.headers["cache-control"], "no-store");
        assert_eq!(parts.headers["referrer-policy"], "no-referrer");
    }
    (
        parts.status.as_u16(),
        String::from_utf8(bytes.to_vec()).unwrap(),
    )
}

on_both!(follow_2_one_click_unsubscribes_without_signing_in, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let lakes = app.dataset(&ws, "lakes", &ada, true, true).await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    follow(app, &mias, trees).await;
    follow(app, &mias, lakes).await;
    let link = path(app, &mia, trees);
    // Looking at it changes nothing, whoever looks: programs follow the links of mails.
    let before = app.footprint().await;
    for headers in [vec![], vec![("accept-language", "fr-BE,fr;q=0.9")]] {
        let (status, page) = ask(app, "GET", &link, &headers).await;
        assert_eq!(status, 200);
        assert!(page.contains("<form method=\"post\">"), "{page}");
        let french = page.contains("Ne plus recevoir");
        assert_eq!(french, !headers.is_empty(), "{page}");
        // Whose it is, and about what, stands in the mail alone.
        for words in ["trees", "Mia", "riverton"] {
            assert!(!page.contains(words), "{page}");
        }
    }
    let (status, _) = ask(app, "HEAD", &link, &[]).await;
    assert_eq!(status, 200);
    assert_eq!(app.footprint().await, before);
    // One click: from another site, with a cookie that is worth nothing, twice.
    let form = ("content-type", "application/x-www-form-urlencoded");
    let odd = [
        form,
        ("origin", "https://mail.example"),
        ("sec-fetch-site", "cross-site"),
        ("cookie", "session=nonsense; __Host-session=nonsense"),
        ("authorization", "Bearer nonsense"),
    ];
    for headers in [&odd[..], &[form], &[]] {
        let (status, page) = ask(app, "POST", &link, headers).await;
        assert_eq!(status, 200, "{page}");
        assert!(page.contains("You have unsubscribed"), "{page}");
        assert_eq!(followed(app, &mias).await, ["lakes"]);
    }
    // It still works after she followed again.
    follow(app, &mias, trees).await;
    assert_eq!(ask(app, "POST", &link, &[form]).await.0, 200);
    assert_eq!(followed(app, &mias).await, ["lakes"]);
    assert!(app.events(&ws).await.is_empty());
});

on_both!(follow_2_no_other_link_unsubscribes, |app| {
    let (ws, ada) = app.portal().await;
    let trees = app.dataset(&ws, "trees", &ada, true, true).await;
    let mia = app.member(&ws, "Mia Laurent").create().await;
    let mias = app.session(mia.account).await;
    follow(app, &mias, trees).await;
    let secret = &app.app.deps.secret;
    let id = follow_id(mia.account, trees);
    let link = path(app, &mia, trees);
    let of_another = secret.link(LinkKind::Unfollow, follow_id(ada.account, trees), 0);
    let forged = link.replace(
        &link[link.len() - 78..link.len() - 52],
        &of_another.expose()[8..34],
    );
    let before = app.footprint().await;
    for wrong in [
        "/unsubscribe".to_owned(),
        "/unsubscribe?token=".to_owned(),
        "/unsubscribe?token=ccl_unf_0".to_owned(),
        format!("/unsubscribe?token={}", "x".repeat(5_000)),
        format!(
            "/unsubscribe?token={}",
            secret.link(LinkKind::Unfollow, id, 1).expose()
        ),
        format!(
            "/unsubscribe?token={}",
            secret.link(LinkKind::Invitation, id, 0).expose()
        ),
        format!("{link}&token=x"),
        link[..link.len() - 1].to_owned(),
        forged,
    ] {
        for method in ["GET", "POST"] {
            let (status, page) = ask(app, method, &wrong, &[]).await;
            assert_eq!(status, 404, "{method} {wrong}: {page}");
            assert!(!page.contains("<form"), "{page}");
        }
    }
    for method in ["PUT", "DELETE"] {
        assert_eq!(ask(app, method, &link, &[]).await.0, 405);
    }
    assert_eq!(app.footprint().await, before);
    // It unfollows and nothing else: it signs nobody in.
    let token = link.split('=').nth(1).unwrap();
    let query = "{ viewer { kind } }";
    assert_eq!(app.post(Some(token), query, json!({})).await.status, 401);
    app.mutate(&mias, UNFOLLOW, of(trees)).await;
});
