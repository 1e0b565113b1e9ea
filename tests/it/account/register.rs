//! Registering, confirming the address, and accounts made by operators (ACC-2, ACC-4, ACC-5).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::json;

use super::{OTHER, call, errors, gets_in, payload, register, somebody};
use crate::support::{TestApp, on_both, person::PASSWORD};

const ADA: &str = "ada@example.org";

async fn verify(
    app: &TestApp,
    token: &str,
    password: Option<&str>,
    device: Option<&str>,
) -> Vec<String> {
    let ask = call(
        app,
        "verifyEmail",
        json!({ "token": token, "password": password }),
    );
    let ask = match device {
        Some(device) => ask.cookie(device),
        None => ask,
    };
    errors(&ask.send().await)
}

async fn accounts(app: &TestApp) -> i64 {
    app.count("account").await
}

on_both!(
    acc_2_the_link_makes_the_account_in_the_browser_that_registered,
    |app| {
        let device = register(app, " Ada@Example.org ", PASSWORD).await;
        assert_eq!(accounts(app).await, 0);
        assert!(
            !gets_in(app, ADA, PASSWORD).await,
            "nobody gets in before the address is confirmed"
        );
        let link = app.link(MailKind::Registration, ADA).await;
        let answer = call(app, "verifyEmail", json!({ "token": link }))
            .cookie(&device)
            .send()
            .await;
        let account = payload(&answer)["account"].clone();
        assert_eq!(
            (&account["displayName"], &account["email"]),
            (&json!("Ada Veldkamp"), &json!("Ada@Example.org"))
        );
        assert!(gets_in(app, ADA, PASSWORD).await);
        assert_eq!(
            app.count(
                "registration WHERE verified_at IS NULL OR email <> '' OR password_hash <> ''"
            )
            .await,
            0
        );
        assert_eq!(
            app.count("audit_event WHERE kind = 'ACCOUNT_CREATED' AND actor_kind = 'ACCOUNT'")
                .await,
            1
        );
        for device in [None, Some(device.as_str())] {
            assert_eq!(
                verify(app, &link, None, device).await,
                ["ALREADY_VERIFIED token"],
                "TEXT-4: a link works once"
            );
        }
        assert_eq!(accounts(app).await, 1);
        // The language that was asked for is that of the messages.
        let session = crate::support::person::token(&app.sign_in(ADA, PASSWORD).await);
        let answer = app
            .try_mutate(
                &session,
                "updateAccount",
                json!({ "givenName": "x".repeat(101) }),
            )
            .await;
        assert_eq!(
            payload(&answer)["errors"][0]["message"],
            "Saisissez 100 caractères au maximum."
        );
    }
);

on_both!(
    acc_2_a_strangers_registration_never_becomes_the_owners_account,
    |app| {
        let strangers = register(app, ADA, OTHER).await;
        let link = app.link(MailKind::Registration, ADA).await;
        let mine = register(app, "me@example.org", PASSWORD).await;
        // The owner, or a scanner of mail, follows the stranger's link: in no browser, in another one,
        // with a password of their own.
        for device in [None, Some(mine.as_str())] {
            assert_eq!(
                verify(app, &link, None, device).await,
                ["PASSWORD_REQUIRED password"]
            );
            assert_eq!(
                verify(app, &link, Some(PASSWORD), device).await,
                ["INVALID_CREDENTIALS password"]
            );
            assert_eq!(
                verify(app, &link, Some(&"x".repeat(300)), device).await,
                ["INVALID_CREDENTIALS password"]
            );
        }
        assert_eq!(accounts(app).await, 0);
        assert!(!gets_in(app, ADA, OTHER).await);
        // The owner registers, too: only the registration whose link is used becomes the account, and
        // the other dies.
        let owners = register(app, ADA, PASSWORD).await;
        let own = app.link(MailKind::Registration, ADA).await;
        assert_ne!(own, link);
        assert_eq!(verify(app, &own, None, Some(&owners)).await, [""; 0]);
        assert_eq!(
            verify(app, &link, None, Some(&strangers)).await,
            ["INVALID_TOKEN token"]
        );
        assert_eq!(
            verify(app, &link, Some(OTHER), None).await,
            ["INVALID_TOKEN token"]
        );
        assert!(gets_in(app, ADA, PASSWORD).await && !gets_in(app, ADA, OTHER).await);
    }
);

on_both!(acc_2_the_password_confirms_in_any_browser, |app| {
    register(app, ADA, PASSWORD).await;
    let link = app.link(MailKind::Registration, ADA).await;
    assert_eq!(
        verify(app, &format!(" {link}\n"), Some(PASSWORD), None).await,
        [""; 0]
    );
    assert!(gets_in(app, ADA, PASSWORD).await);
});

on_both!(
    acc_5_guessing_the_password_of_a_registration_is_slowed,
    |app| {
        register(app, ADA, PASSWORD).await;
        let link = app.link(MailKind::Registration, ADA).await;
        for _ in 0..5 {
            assert_eq!(
                verify(app, &link, Some(OTHER), None).await,
                ["INVALID_CREDENTIALS password"]
            );
        }
        let slowed = call(
            app,
            "verifyEmail",
            json!({ "token": link, "password": PASSWORD }),
        )
        .send()
        .await;
        assert_eq!(slowed.codes(), ["RATE_LIMITED"]);
        app.pass(Duration::seconds(1));
        assert_eq!(verify(app, &link, Some(PASSWORD), None).await, [""; 0]);
    }
);

on_both!(
    acc_2_a_registration_waits_a_day_and_a_new_link_replaces_the_old_one,
    |app| {
        let device = register(app, ADA, PASSWORD).await;
        let first = app.link(MailKind::Registration, ADA).await;
        app.pass(Duration::hours(23));
        let again = call(
            app,
            "resendVerificationEmail",
            json!({ "email": "ADA@example.org" }),
        )
        .cookie(&device)
        .send()
        .await;
        assert_eq!(payload(&again), json!({ "sent": true, "errors": [] }));
        let second = app.link(MailKind::Registration, ADA).await;
        assert_ne!(first, second);
        assert_eq!(
            verify(app, &first, None, Some(&device)).await,
            ["INVALID_TOKEN token"]
        );
        app.pass(Duration::hours(24) - Duration::microseconds(1));
        assert_eq!(
            verify(app, &second, None, Some(&device)).await,
            [""; 0],
            "the day begins anew with the new link"
        );
        let device = register(app, "bo@example.org", PASSWORD).await;
        let late = app.link(MailKind::Registration, "bo@example.org").await;
        app.pass(Duration::hours(24));
        assert_eq!(
            verify(app, &late, None, Some(&device)).await,
            ["INVALID_TOKEN token"]
        );
        call(
            app,
            "resendVerificationEmail",
            json!({ "email": "bo@example.org" }),
        )
        .send()
        .await;
        assert_eq!(
            app.mails(MailKind::Registration, "bo@example.org")
                .await
                .len(),
            1,
            "what has expired is not sent again"
        );
        register(app, "cy@example.org", PASSWORD).await;
        assert_eq!(
            app.count("registration").await,
            1,
            "what waited in vain is cleared away"
        );
    }
);

on_both!(
    acc_2_resending_prefers_the_registration_of_this_browser,
    |app| {
        let mine = register(app, ADA, PASSWORD).await;
        let theirs = register(app, ADA, OTHER).await;
        call(app, "resendVerificationEmail", json!({ "email": ADA }))
            .cookie(&mine)
            .send()
            .await;
        let link = app.link(MailKind::Registration, ADA).await;
        assert_eq!(
            verify(app, &link, None, Some(&theirs)).await,
            ["PASSWORD_REQUIRED password"]
        );
        assert_eq!(verify(app, &link, None, Some(&mine)).await, [""; 0]);
        assert!(gets_in(app, ADA, PASSWORD).await);
    }
);

on_both!(
    acc_7_a_network_has_five_registrations_a_day_mailed_and_the_answer_never_tells,
    |app| {
        somebody(app, "known@example.org").await;
        app.pass(Duration::days(2));
        for (email, kind) in [
            (ADA, MailKind::Registration),
            ("known@example.org", MailKind::AddressInUse),
        ] {
            let send = async |client: &str| {
                let answer = call(
                    app,
                    "createAccount",
                    json!({ "email": email, "password": OTHER }),
                )
                .from(client)
                .send()
                .await;
                assert_eq!(payload(&answer)["sent"], true);
                app.mails(kind, email).await.len()
            };
            assert_eq!(send("192.0.2.1").await, 1);
            assert_eq!(send("192.0.2.1").await, 1, "not again within two minutes");
            assert_eq!(send("192.0.2.2").await, 2, "but from another network");
            for sent in [3, 4, 5, 6, 6, 6] {
                app.pass(Duration::minutes(3));
                assert_eq!(send("192.0.2.1").await, sent, "{email}");
            }
            assert_eq!(
                send("192.0.2.3").await,
                7,
                "strangers use up nothing of what the owner needs"
            );
            app.pass(Duration::days(2));
        }
        let device = register(app, ADA, PASSWORD).await;
        let last = app.link(MailKind::Registration, ADA).await;
        let resend = async || {
            call(app, "resendVerificationEmail", json!({ "email": ADA }))
                .cookie(&device)
                .from("192.0.2.9")
                .send()
                .await;
            app.link(MailKind::Registration, ADA).await
        };
        let next = resend().await;
        assert_ne!(next, last);
        assert_eq!(
            resend().await,
            next,
            "no mail, and the link that was sent still counts"
        );
        assert_eq!(verify(app, &next, None, Some(&device)).await, [""; 0]);
    }
);

on_both!(
    acc_4_known_and_unknown_addresses_are_answered_alike,
    |app| {
        somebody(app, "known@example.org").await;
        register(app, "waiting@example.org", PASSWORD).await;
        app.pass(Duration::hours(1));
        for (mutation, more, pause) in [
            ("createAccount", json!({ "password": OTHER }), 3),
            // Send nothing the second time, within two minutes.
            ("createAccount", json!({ "password": OTHER }), 0),
            ("resendVerificationEmail", json!({}), 3),
            ("resendVerificationEmail", json!({}), 0),
            ("requestPasswordReset", json!({}), 3),
            ("requestPasswordReset", json!({}), 0),
        ] {
            app.pass(Duration::minutes(pause));
            let mut answers = Vec::new();
            for email in [
                "known@example.org",
                "unknown@example.org",
                "waiting@example.org",
                "Known@EXAMPLE.org",
            ] {
                let mut input = json!({ "email": email });
                input
                    .as_object_mut()
                    .unwrap()
                    .extend(more.as_object().unwrap().clone());
                let answer = call(app, mutation, input).send().await;
                let cookies = answer.headers.get_all("set-cookie").iter().count();
                answers.push((answer.status, answer.body, cookies, answer.statements));
            }
            assert!(
                answers.windows(2).all(|pair| pair[0] == pair[1]),
                "{mutation} {answers:#?}"
            );
        }
        assert_eq!(
            app.mails(MailKind::AddressInUse, "known@example.org")
                .await
                .len(),
            1
        );
        assert_eq!(
            app.mails(MailKind::Registration, "known@example.org")
                .await
                .len(),
            1,
            "only that of the sign-up itself"
        );
        assert_eq!(
            app.mails(MailKind::PasswordReset, "known@example.org")
                .await
                .len(),
            1
        );
        assert_eq!(
            app.mails(MailKind::PasswordReset, "unknown@example.org")
                .await
                .len(),
            0
        );
    }
);

on_both!(
    acc_4_a_registration_for_an_address_that_has_an_account_leads_nowhere,
    |app| {
        somebody(app, ADA).await;
        let device = register(app, ADA, OTHER).await;
        let mails = app.mails(MailKind::AddressInUse, ADA).await;
        assert_eq!(mails.len(), 1);
        assert_eq!(
            mails[0].email, None,
            "it goes to the account, not to what was typed"
        );
        call(app, "resendVerificationEmail", json!({ "email": ADA }))
            .cookie(&device)
            .send()
            .await;
        assert_eq!(
            app.mails(MailKind::Registration, ADA).await.len(),
            1,
            "that of the owner"
        );
        assert!(gets_in(app, ADA, PASSWORD).await && !gets_in(app, ADA, OTHER).await);
    }
);

on_both!(acc_5_calls_that_send_mail_are_slowed_by_client, |app| {
    let mutations = [
        "createAccount",
        "resendVerificationEmail",
        "requestPasswordReset",
    ];
    let send = async |place: usize, client: &str| {
        let mutation = mutations[place % 3];
        let mut input = json!({ "email": format!("person{place}@example.org") });
        if mutation == "createAccount" {
            input["password"] = json!(PASSWORD);
        }
        call(app, mutation, input).from(client).send().await
    };
    for place in 0..20 {
        assert_eq!(
            payload(&send(place, "192.0.2.7").await)["sent"],
            true,
            "{place}"
        );
    }
    for (place, seconds) in [(20, 1), (21, 2), (22, 4)] {
        let slowed = send(place, "192.0.2.7").await;
        assert_eq!(slowed.codes(), ["RATE_LIMITED"]);
        assert_eq!(
            slowed.body["errors"][0]["extensions"]["retryAfter"],
            seconds
        );
        assert_eq!(
            payload(&send(place, "192.0.2.8").await)["sent"],
            true,
            "another client goes on"
        );
        app.pass(Duration::seconds(seconds));
        assert_eq!(payload(&send(place, "192.0.2.7").await)["sent"], true);
    }
});

on_both!(acc_2_operators_make_accounts_at_once, |app| {
    let operator = app.operator("Olu Adeyemi").await;
    register(app, ADA, OTHER).await;
    let input = json!({ "email": ADA, "givenName": "Ada", "locale": "NL" });
    let made = app.mutate(&operator, "createAccount", input.clone()).await;
    assert_eq!(made.0["account"]["email"], ADA);
    assert_eq!(made.errors(), [""; 0]);
    assert_eq!(
        app.count("registration").await,
        0,
        "what strangers registered for the address is discarded"
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'ACCOUNT_CREATED' AND actor_kind = 'OPERATOR'")
            .await,
        1
    );
    assert_eq!(
        app.mutate(&operator, "createAccount", input).await.errors(),
        ["TAKEN email"]
    );
    assert!(!gets_in(app, ADA, OTHER).await);
    let link = app.link(MailKind::AccountCreated, ADA).await;
    let set = call(
        app,
        "resetPassword",
        json!({ "token": link, "newPassword": PASSWORD }),
    )
    .send()
    .await;
    assert_eq!(payload(&set)["account"]["id"], made.0["account"]["id"]);
    assert!(gets_in(app, ADA, PASSWORD).await);

    let with_password = json!({ "email": "bo@example.org", "password": OTHER });
    app.mutate(&operator, "createAccount", with_password).await;
    assert!(gets_in(app, "bo@example.org", OTHER).await);
    let weak = json!({ "email": "cy@example.org", "password": "password" });
    assert_eq!(
        app.mutate(&operator, "createAccount", weak).await.errors(),
        ["TOO_COMMON password"]
    );
    // Others need a password, and are not told.
    let outsider = app.outsider("Otto Weiss").await;
    let without = app
        .try_mutate(
            &outsider,
            "createAccount",
            json!({ "email": "dee@example.org" }),
        )
        .await;
    assert_eq!(without.refusal(), "BAD_USER_INPUT");
    let taken = app
        .mutate(
            &outsider,
            "createAccount",
            json!({ "email": ADA, "password": OTHER }),
        )
        .await;
    assert_eq!(
        (taken.errors(), &taken.0["sent"], &taken.0["account"]),
        (Vec::new(), &json!(true), &json!(null))
    );
    let invited = json!({ "email": "eve@example.org", "invitationToken": "ccl_inv_0" });
    assert_eq!(
        app.try_mutate(&operator, "createAccount", invited)
            .await
            .refusal(),
        "BAD_USER_INPUT"
    );
});

on_both!(threads: acc_2_two_links_at_once_make_one_account, |app| {
    register(app, ADA, PASSWORD).await;
    let one = app.link(MailKind::Registration, ADA).await;
    app.pass(Duration::seconds(1));
    register(app, ADA, OTHER).await;
    let other = app.link(MailKind::Registration, ADA).await;
    let run = |token: String, password: &'static str| {
        let ask = call(app, "verifyEmail", json!({ "token": token, "password": password }));
        tokio::spawn(async move { errors(&ask.send().await) })
    };
    let (one, other, again) = (run(one.clone(), PASSWORD), run(other, OTHER), run(one, PASSWORD));
    let came: Vec<Vec<String>> = vec![one.await.unwrap(), other.await.unwrap(), again.await.unwrap()];
    assert_eq!(came.iter().filter(|errors| errors.is_empty()).count(), 1, "{came:?}");
    assert!(came.iter().flatten().all(|error| ["INVALID_TOKEN token", "ALREADY_VERIFIED token"].contains(&error.as_str())), "{came:?}");
    assert_eq!(accounts(app).await, 1);
});
