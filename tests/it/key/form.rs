//! The form of keys, and how they travel.

use chrono::Duration;
use serde_json::{Value, json};

use super::{create, secret, status};
use crate::support::on_both;

/// CRC-32 (IEEE) bit by bit, in base 62, as the rule says it.
fn checksum(body: &str) -> String {
    let mut crc = u32::MAX;
    for byte in body.bytes() {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 {
                crc >> 1 ^ 0xedb8_8320
            } else {
                crc >> 1
            };
        }
    }
    let (mut rest, mut text) = (!crc, String::new());
    for _ in 0..6 {
        let digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
        text.insert(0, char::from(digits.as_bytes()[(rest % 62) as usize]));
        rest /= 62;
    }
    text
}

on_both!(key_2_the_form_and_its_checksum, |app| {
    let ws = app.workspace("riverton").await;
    let session = app
        .session(app.member(&ws, "Ada Veldkamp").create().await.account)
        .await;
    let made = create(app, &session, &ws, json!({})).await;
    let key = secret(&made);
    let (body, sum) = key.strip_prefix("cck_").unwrap().split_at(30);
    assert!(
        key.len() == 40 && body.chars().all(|c| c.is_ascii_alphanumeric()),
        "{key}"
    );
    assert_eq!(sum, checksum(body));
    assert_eq!(made.data()["createApiKey"]["apiKey"]["prefix"], key[..12]);
    // Stored as SHA-256, in no column as it is.
    use sea_orm::EntityTrait;
    let rows = concierge::entity::api_key::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    assert!(!format!("{rows:?}").contains(body));
    use sha2::Digest;
    assert!(
        rows.iter()
            .any(|row| row.secret_hash == sha2::Sha256::digest(key.as_bytes()).to_vec())
    );
    let events = concierge::entity::audit_event::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    assert!(!format!("{events:?}").contains(body));
    assert_eq!(status(app, &key).await, 200);
    // Well formed and nobody's.
    let nobodys = format!("cck_{}{}", "0".repeat(30), checksum(&"0".repeat(30)));
    for bad in [
        nobodys.as_str(),
        &key[..39],
        &format!("{key}0"),
        &key.to_lowercase(),
    ] {
        assert_eq!(status(app, bad).await, 401, "{bad}");
    }
});

on_both!(key_6_three_headers_and_never_the_url, |app| {
    let ws = app.workspace("riverton").await;
    let (ada, bo) = (
        app.member(&ws, "Ada Veldkamp").create().await,
        app.member(&ws, "Bo Haugen").create().await,
    );
    let session = app.session(ada.account).await;
    let key = &ada.key;
    let send = async |headers: &[(&str, String)]| {
        let mut ask = app.ask("{ viewer { kind account { displayName } } }");
        for (name, value) in headers {
            ask = ask.header(name, value);
        }
        ask.send().await
    };
    for header in [
        ("authorization", format!("Bearer {key}")),
        ("authorization", format!("bEARER {key}")),
        ("authorization", format!("Apikey {key}")),
        ("authorization", format!("APIKEY {key}")),
        ("x-api-key", key.clone()),
    ] {
        let answer = send(std::slice::from_ref(&header)).await;
        assert_eq!(
            answer.data()["viewer"],
            json!({ "kind": "API_KEY", "account": { "displayName": "Ada Veldkamp" } })
        );
    }
    for headers in [
        vec![
            ("authorization", format!("Bearer {key}")),
            ("x-api-key", bo.key.clone()),
        ],
        vec![
            ("authorization", format!("Bearer {session}")),
            ("x-api-key", key.clone()),
        ],
        vec![
            ("x-api-key", key.clone()),
            ("cookie", format!("session={session}")),
        ],
        vec![("authorization", format!("Basic {key}"))],
        vec![("authorization", key.clone())],
        vec![("authorization", format!("Apikey {session}"))],
        vec![("x-api-key", session.clone())],
        vec![("x-api-key", String::new())],
    ] {
        let answer = send(&headers).await;
        assert_eq!(
            (answer.status.as_u16(), answer.codes()),
            (401, vec!["UNAUTHENTICATED"]),
            "{headers:?}"
        );
        assert_eq!(answer.headers["www-authenticate"], "Bearer, Apikey");
    }
    for name in [
        "api_key",
        "apikey",
        "apiKey",
        "x-api-key",
        "access_token",
        "authorization",
    ] {
        let answer = app
            .get(
                &format!("/graphql?query=%7Bviewer%7Bkind%7D%7D&{name}={key}"),
                &[],
            )
            .await;
        assert_eq!(answer.data()["viewer"]["kind"], "ANONYMOUS", "{name}");
    }
    // By header a key reads over GET too.
    let answer = app
        .get(
            "/graphql?query=%7Bviewer%7Bkind%7D%7D",
            &[("x-api-key", key)],
        )
        .await;
    assert_eq!(answer.data()["viewer"]["kind"], "API_KEY");
});

on_both!(key_6_states, |app| {
    const LIST: &str = "{ workspace(slug: \"riverton\") { apiKeys(first: 100) { nodes { name state expiresAt revokedAt } } } }";
    let (ws, ada) = app.portal().await;
    let bo = app.member(&ws, "Bo Haugen").create().await;
    let (session, his) = (
        app.session(ada.account).await,
        app.session(bo.account).await,
    );
    let end = app.at(600);
    let made = create(app, &his, &ws, json!({ "name": "short", "expiresAt": end })).await;
    assert_eq!(made.data()["createApiKey"]["apiKey"]["state"], "ACTIVE");
    let short = secret(&made);
    let states = async || {
        let answer = app.post(Some(&session), LIST, json!({})).await;
        let nodes = answer.data()["workspace"]["apiKeys"]["nodes"]
            .as_array()
            .unwrap()
            .clone();
        let of = |name: &str| {
            nodes
                .iter()
                .find(|node| node["name"] == name)
                .map_or(Value::Null, |node| node["state"].clone())
        };
        let others: Vec<Value> = nodes
            .iter()
            .filter(|node| node["name"] == "test")
            .map(|node| node["state"].clone())
            .collect();
        (of("short"), others)
    };
    assert_eq!(
        states().await,
        (json!("ACTIVE"), vec![json!("ACTIVE"), json!("ACTIVE")])
    );
    // Disabled: refused, and it works again afterwards.
    let id = app.app.deps.ids.uuid(app.now());
    let spell = "INSERT INTO disabled_spell (id, workspace_id, membership_id, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
    let open = concierge::domain::interval::OPEN_END;
    let values = vec![
        id.into(),
        ws.id.0.into(),
        bo.id.0.into(),
        app.now().into(),
        open.into(),
    ];
    app.sql(spell, values).await;
    app.bump(&ws).await;
    assert_eq!(
        (
            status(app, &short).await,
            status(app, &bo.key).await,
            status(app, &ada.key).await
        ),
        (401, 401, 200)
    );
    assert_eq!(
        states().await,
        (
            json!("SUSPENDED"),
            vec![json!("ACTIVE"), json!("SUSPENDED")]
        )
    );
    app.pass(Duration::minutes(5));
    app.sql(
        "UPDATE disabled_spell SET ends_at = $1 WHERE id = $2",
        vec![app.now().into(), id.into()],
    )
    .await;
    app.bump(&ws).await;
    assert_eq!(
        (status(app, &short).await, status(app, &bo.key).await),
        (200, 200)
    );
    // At its end, to the instant.
    app.pass(Duration::minutes(5) - Duration::microseconds(1));
    assert_eq!(status(app, &short).await, 200);
    app.pass(Duration::microseconds(1));
    assert_eq!(status(app, &short).await, 401);
    assert_eq!(states().await.0, "EXPIRED");
    // With the membership.
    app.sql(
        "UPDATE membership SET ends_at = $1, end_reason = 'REVOKED' WHERE id = $2",
        vec![app.now().into(), bo.id.0.into()],
    )
    .await;
    app.bump(&ws).await;
    assert_eq!(status(app, &bo.key).await, 401);
    assert_eq!(
        states().await,
        (json!("REVOKED"), vec![json!("ACTIVE"), json!("REVOKED")])
    );
});
