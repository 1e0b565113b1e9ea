//! What the playground's mail page is told (MAIL-2): nothing, unless a developer asked for it.

use axum::body::Body;
use chrono::Duration;
use concierge::{
    app::{App, Edge},
    domain::{mail::MailKind, vocabulary::Locale},
    service::Deps,
    store::outbox::Receiver,
};
use http::{Request, StatusCode};

use super::{new, queue, tell};
use crate::support::{
    app::{Answer, Door},
    on_both, smtp,
};

const LIST: &str = "/playground/outbox.json";

async fn get(deps: &Deps, outbox: bool, path: &str) -> Answer {
    let app = App::new(
        deps.clone(),
        Edge {
            outbox,
            ..Edge::default()
        },
    );
    Door::of(app.router().unwrap())
        .send(Request::get(path).body(Body::empty()).unwrap())
        .await
}

on_both!(
    mail_2_the_outbox_is_shown_only_to_whoever_asked_for_it_and_never_beside_a_server,
    |app| {
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        tell(app, &mia).await;
        let deps = &app.app.deps;
        let sending = Deps {
            mailer: smtp::mailer("smtp://127.0.0.1:9", std::time::Duration::from_secs(1)),
            ..deps.clone()
        };
        for path in [LIST, "/playground/mail/", "/playground/mail/index.html"] {
            assert_eq!(
                get(deps, false, path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
            assert_eq!(
                get(&sending, true, path).await.status,
                StatusCode::NOT_FOUND,
                "{path}"
            );
        }
        let answer = get(deps, true, LIST).await;
        assert_eq!(answer.status, StatusCode::OK);
        assert_eq!(answer.headers["cache-control"], "no-store");
        let mails = answer.body["mails"].as_array().unwrap();
        assert_eq!((mails.len(), &mails[0]["state"]), (1, &"QUEUED".into()));
        assert_eq!(
            (&mails[0]["kind"], &mails[0]["to"]),
            (&"PASSWORD_CHANGED".into(), &mia.email.as_str().into())
        );
        assert_eq!(mails[0]["subject"], "Your password was changed");
        assert!(
            mails[0]["text"].as_str().unwrap().contains("Hello Mia")
                && mails[0]["html"].as_str().unwrap().contains("<h1")
        );
    }
);

on_both!(
    mail_2_the_outbox_is_shown_newest_first_with_what_became_of_each,
    |app| {
        let ws = app.workspace("riverton").await;
        let mia = app.member(&ws, "Mia Member").create().await;
        for _ in 0..60 {
            tell(app, &mia).await;
        }
        app.pass(Duration::seconds(1));
        let to = Receiver::Address {
            email: "ivy@example.org".to_owned(),
            key: [1; 32],
            locale: Locale::Fr,
        };
        queue(
            app,
            vec![new(app, MailKind::Registration, to).about(ws.id.0)],
        )
        .await;
        app.pass(Duration::seconds(1));
        queue(
            app,
            vec![new(app, MailKind::QuotaDigest, Receiver::Audience).of(ws.id)],
        )
        .await;
        let answer = get(&app.app.deps, true, LIST).await;
        let mails = answer.body["mails"].as_array().unwrap();
        assert_eq!(mails.len(), 50);
        let told = |place: usize| {
            [
                &mails[place]["kind"],
                &mails[place]["state"],
                &mails[place]["to"],
                &mails[place]["subject"],
            ]
        };
        assert_eq!(
            told(0),
            [
                &"QUOTA_DIGEST".into(),
                &"QUEUED".into(),
                &serde_json::Value::Null,
                &serde_json::Value::Null
            ]
        );
        assert_eq!(
            told(1)[..2],
            [&serde_json::Value::from("REGISTRATION"), &"OBSOLETE".into()]
        );
        assert_eq!(told(2)[0], "PASSWORD_CHANGED");
    }
);
