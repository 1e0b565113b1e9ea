//! Changing one's password, and one's sessions (ACC-5, ACC-6).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::json;

use super::{OTHER, call, errors, gets_in, payload, somebody};
use crate::support::{TestApp, on_both, person::PASSWORD};

const ADA: &str = "ada@example.org";

fn change(current: &str, new: &str) -> serde_json::Value {
    json!({ "currentPassword": current, "newPassword": new })
}

async fn works(app: &TestApp, session: &str) -> bool {
    app.post(Some(session), "{ viewer { kind } }", json!({}))
        .await
        .status
        == 200
}

on_both!(
    acc_6_all_other_sessions_end_when_the_password_is_changed,
    |app| {
        let mine = somebody(app, ADA).await;
        let other = crate::support::person::token(&app.sign_in(ADA, PASSWORD).await);
        let stranger = somebody(app, "bo@example.org").await;
        call(app, "requestPasswordReset", json!({ "email": ADA }))
            .send()
            .await;
        let reset = app.link(MailKind::PasswordReset, ADA).await;
        let changed = app
            .mutate(&mine, "changePassword", change(PASSWORD, OTHER))
            .await;
        assert_eq!(changed.errors(), [""; 0]);
        assert_eq!(changed.0["endedSessionIds"].as_array().unwrap().len(), 1);
        assert!(
            works(app, &mine).await && !works(app, &other).await && works(app, &stranger).await
        );
        assert!(gets_in(app, ADA, OTHER).await && !gets_in(app, ADA, PASSWORD).await);
        assert_eq!(app.mails(MailKind::PasswordChanged, ADA).await.len(), 1);
        let dead = call(
            app,
            "resetPassword",
            json!({ "token": reset, "newPassword": PASSWORD }),
        )
        .send()
        .await;
        assert_eq!(
            errors(&dead),
            ["INVALID_TOKEN token"],
            "links that set a password die with it"
        );
        for kind in ["PASSWORD_CHANGED", "PASSWORD_RESET_REQUESTED"] {
            assert_eq!(
                app.count(&format!("audit_event WHERE kind = '{kind}'"))
                    .await,
                1,
                "{kind}"
            );
        }
    }
);

on_both!(
    acc_5_guessing_through_change_password_is_slowed_and_told,
    |app| {
        let mine = somebody(app, ADA).await;
        for place in 0..5 {
            let answer = app
                .mutate(
                    &mine,
                    "changePassword",
                    change("wrong horse battery", OTHER),
                )
                .await;
            assert_eq!(
                answer.errors(),
                ["INVALID_CREDENTIALS currentPassword"],
                "{place}"
            );
        }
        // The same count stands behind both ways.
        let email = json!({ "newEmail": "new@example.org", "password": PASSWORD });
        for (mutation, input) in [
            ("changePassword", change(PASSWORD, OTHER)),
            ("changeEmail", email),
        ] {
            let slowed = app.try_mutate(&mine, mutation, input).await;
            assert_eq!(slowed.codes(), ["RATE_LIMITED"], "the right one waits too");
            assert_eq!(slowed.body["errors"][0]["extensions"]["retryAfter"], 1);
        }
        assert!(
            !app.sign_in(ADA, PASSWORD).await.data()["signIn"]["token"].is_null(),
            "signing in is counted apart"
        );
        for seconds in [1, 2, 4, 8, 16] {
            app.pass(Duration::seconds(seconds));
            let wrong = json!({ "newEmail": "new@example.org", "password": "wrong horse battery" });
            assert_eq!(
                app.mutate(&mine, "changeEmail", wrong).await.errors(),
                ["INVALID_CREDENTIALS password"]
            );
        }
        assert_eq!(
            app.mails(MailKind::SignInFailures, ADA).await.len(),
            1,
            "the owner is told at the tenth"
        );
        assert_eq!(
            app.count("audit_event WHERE kind = 'PASSWORD_CHECK_FAILED'")
                .await,
            10
        );
        app.pass(Duration::seconds(32));
        assert_eq!(
            app.mutate(&mine, "changePassword", change(PASSWORD, OTHER))
                .await
                .errors(),
            [""; 0]
        );
        let again = app
            .mutate(&mine, "changePassword", change(PASSWORD, OTHER))
            .await;
        assert_eq!(
            again.errors(),
            ["INVALID_CREDENTIALS currentPassword"],
            "who was right begins anew"
        );
    }
);

on_both!(
    acc_5_a_stranger_who_guesses_does_not_slow_the_owner,
    |app| {
        let mine = somebody(app, ADA).await;
        for place in 0..8 {
            let input = json!({ "email": ADA, "password": "wrong" });
            call(app, "signIn", input)
                .from(&format!("192.0.2.{place}"))
                .send()
                .await;
        }
        assert_eq!(
            app.mutate(&mine, "changePassword", change(PASSWORD, OTHER))
                .await
                .errors(),
            [""; 0]
        );
    }
);

on_both!(acc_6_sessions_are_ended_singly_or_all_others, |app| {
    let mine = somebody(app, ADA).await;
    let token = async || crate::support::person::token(&app.sign_in(ADA, PASSWORD).await);
    let (one, two, three) = (token().await, token().await, token().await);
    let bo = somebody(app, "bo@example.org").await;
    let id = async |session: &str| {
        let answer = app
            .post(Some(session), "{ viewer { session { id } } }", json!({}))
            .await;
        answer.data()["viewer"]["session"]["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (one_id, bos_id) = (id(&one).await, id(&bo).await);
    let ended = app
        .mutate(&mine, "endSession", json!({ "sessionId": one_id }))
        .await;
    assert_eq!(ended.0["endedSessionIds"], json!([one_id]));
    assert!(!works(app, &one).await && works(app, &two).await);
    for nobodys in [one_id.as_str(), &bos_id, "ses_0000000000000000000000000"] {
        let answer = app
            .try_mutate(&mine, "endSession", json!({ "sessionId": nobodys }))
            .await;
        let wanted = if nobodys.len() == 30 {
            "NOT_FOUND"
        } else {
            "BAD_USER_INPUT"
        };
        assert_eq!(answer.refusal(), wanted, "{nobodys}");
    }
    assert!(works(app, &bo).await);
    let others = app.mutate(&mine, "endOtherSessions", json!({})).await;
    assert_eq!(others.0["endedSessionIds"].as_array().unwrap().len(), 2);
    assert!(
        works(app, &mine).await
            && !works(app, &two).await
            && !works(app, &three).await
            && works(app, &bo).await
    );
    assert_eq!(
        app.mutate(&mine, "endOtherSessions", json!({})).await.0["endedSessionIds"],
        json!([])
    );
    let own = id(&mine).await;
    let last = app
        .try_mutate(&mine, "endSession", json!({ "sessionId": own }))
        .await;
    assert_eq!(payload(&last)["endedSessionIds"], json!([own]));
    assert!(
        last.set_cookie("session")
            .unwrap()
            .starts_with("session=; "),
        "its cookie is taken back"
    );
    assert!(!works(app, &mine).await);
    assert_eq!(
        app.count("audit_event WHERE kind = 'SESSION_ENDED'").await,
        4
    );
});

on_both!(key_5_a_key_reaches_no_account, |app| {
    let ws = app.workspace("riverton").await;
    let ada = app.administrator(&ws, "Ada Veldkamp").await;
    let id = concierge::domain::id::SessionId(app.app.deps.ids.uuid(app.now())).to_string();
    let before = app.footprint().await;
    for (mutation, input) in [
        (
            "createAccount",
            json!({ "email": ADA, "password": PASSWORD }),
        ),
        ("verifyEmail", json!({ "token": "ccl_reg_0" })),
        ("resendVerificationEmail", json!({ "email": ADA })),
        ("updateAccount", json!({ "givenName": "Eve" })),
        ("changePassword", change(PASSWORD, OTHER)),
        ("requestPasswordReset", json!({ "email": ADA })),
        (
            "resetPassword",
            json!({ "token": "ccl_rst_0", "newPassword": OTHER }),
        ),
        (
            "changeEmail",
            json!({ "newEmail": ADA, "password": PASSWORD }),
        ),
        ("confirmEmailChange", json!({ "token": "ccl_chg_0" })),
        ("undoEmailChange", json!({ "token": "ccl_und_0" })),
        ("endSession", json!({ "sessionId": id })),
        ("endOtherSessions", json!({})),
    ] {
        assert_eq!(
            app.try_mutate(&ada.key, mutation, input).await.refusal(),
            "FORBIDDEN",
            "{mutation}"
        );
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(threads: acc_6_of_two_changes_at_once_one_counts, |app| {
    let mine = somebody(app, ADA).await;
    let third = "nine copper kettles boil";
    let came = app.at_once((&mine, "changePassword", change(PASSWORD, OTHER)), (&mine, "changePassword", change(PASSWORD, third))).await;
    let done: Vec<bool> = came.iter().map(|one| one.as_ref().unwrap().errors().is_empty()).collect();
    assert_eq!(done.iter().filter(|done| **done).count(), 1, "{came:?}");
    assert!(gets_in(app, ADA, if done[0] { OTHER } else { third }).await);
    assert!(!gets_in(app, ADA, if done[0] { third } else { OTHER }).await && !gets_in(app, ADA, PASSWORD).await);
});
