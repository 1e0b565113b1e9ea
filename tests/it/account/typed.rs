//! What is typed: addresses odd but valid, and invalid; passwords of every length; tokens that open
//! nothing (ACC-1, ACC-3).

use concierge::domain::{link::LinkKind, mail::MailKind};
use http::Request;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{OTHER, call, errors, gets_in, payload, register, somebody};
use crate::support::{on_both, person::PASSWORD, writing::document};

on_both!(
    acc_1_odd_addresses_are_addresses_and_keep_their_form,
    |app| {
        let longest = format!(
            "{}@{}.{}.{}.example",
            "l".repeat(64),
            "a".repeat(63),
            "b".repeat(63),
            "c".repeat(53)
        );
        assert_eq!(longest.len(), 254);
        for (place, (typed, same, another)) in [
            (
                "\"Ada L\"@example.org",
                "\"ada l\"@EXAMPLE.org",
                "\"ada  l\"@example.org",
            ),
            (
                "ada@B\u{fc}cher.example",
                "ADA@xn--bcher-kva.example",
                "ada@bucher.example",
            ),
            (
                "ada+portal@example.org",
                "Ada+Portal@example.org",
                "ada@example.org",
            ),
            (
                "\u{212a}arl@example.org",
                "\u{212a}ARL@example.org",
                "karl@example.org",
            ),
            (
                longest.as_str(),
                &longest.to_uppercase(),
                &longest.replace("lll@", "llm@"),
            ),
        ]
        .into_iter()
        .enumerate()
        {
            let from = format!("192.0.2.{place}");
            let answer = call(
                app,
                "createAccount",
                json!({ "email": typed, "password": PASSWORD }),
            )
            .from(&from)
            .send()
            .await;
            let device = answer.cookie("device").to_owned();
            let link = app.link(MailKind::Registration, same).await;
            let verified = call(app, "verifyEmail", json!({ "token": link }))
                .cookie(&device)
                .send()
                .await;
            assert_eq!(payload(&verified)["account"]["email"], typed);
            for form in [typed, same] {
                assert!(gets_in(app, form, PASSWORD).await, "{form}");
            }
            assert!(!gets_in(app, another, PASSWORD).await, "{another}");
            app.pass(chrono::Duration::minutes(20));
        }
        assert_eq!(app.count("account").await, 5);
    }
);

on_both!(
    text_1_names_and_addresses_are_kept_without_what_nobody_sees,
    |app| {
        let input = json!({
            "email": "e\u{301}mile@example.org\u{200b}", "password": PASSWORD, "givenName": "\u{202e}evil", "familyName": "\u{200b}",
        });
        let answer = call(app, "createAccount", input).send().await;
        let device = answer.cookie("device").to_owned();
        let link = app
            .link(MailKind::Registration, "\u{e9}mile@example.org")
            .await;
        let verified = call(app, "verifyEmail", json!({ "token": link }))
            .cookie(&device)
            .send()
            .await;
        let account = &payload(&verified)["account"];
        assert_eq!(
            (&account["email"], &account["displayName"]),
            (&json!("\u{e9}mile@example.org"), &json!("evil"))
        );
        for typed in [
            "\u{e9}mile@example.org",
            "e\u{301}mile@EXAMPLE.org",
            "\u{2066}\u{e9}mile@example.org\u{feff} ",
        ] {
            assert!(gets_in(app, typed, PASSWORD).await, "{typed:?}");
        }
        let session = somebody(app, "ada@example.org").await;
        let names =
            json!({ "givenName": "A\u{ad}da\u{2003} B.", "familyName": "\u{2800}\u{feff}" });
        let changed = app.mutate(&session, "updateAccount", names).await;
        assert_eq!(changed.0["account"]["displayName"], "Ada B.");
        let refused = app
            .mutate(&session, "updateAccount", json!({ "givenName": "a\u{7}b" }))
            .await;
        assert_eq!(refused.errors(), ["INVALID_CHARACTERS givenName"]);
        let longest = "e\u{301}".repeat(100);
        assert_eq!(
            app.mutate(&session, "updateAccount", json!({ "givenName": longest }))
                .await
                .errors(),
            [""; 0]
        );
    }
);

on_both!(acc_1_what_is_no_address_is_told, |app| {
    let session = somebody(app, "ada@example.org").await;
    let too_long = format!("{}@example.org", "l".repeat(65));
    let far_too_long = format!("ada@{}.example", "a.".repeat(5_000));
    let before = app.footprint().await;
    for (typed, code) in [
        ("", "INVALID_EMAIL"),
        ("ada", "INVALID_EMAIL"),
        ("ada@", "INVALID_EMAIL"),
        ("@example.org", "INVALID_EMAIL"),
        ("ada@@example.org", "INVALID_EMAIL"),
        ("ada b@example.org", "INVALID_EMAIL"),
        ("ada@example", "INVALID_EMAIL"),
        ("ada@[192.0.2.7]", "INVALID_EMAIL"),
        ("ada\r\nBcc: eve@example.org@example.org", "INVALID_EMAIL"),
        ("a\u{0}b@example.org", "INVALID_EMAIL"),
        (&too_long, "TOO_LONG"),
        (&far_too_long, "TOO_LONG"),
    ] {
        for (mutation, more) in [
            ("createAccount", json!({ "password": PASSWORD })),
            ("resendVerificationEmail", json!({})),
            ("requestPasswordReset", json!({})),
        ] {
            let mut input = json!({ "email": typed });
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            let answer = call(app, mutation, input).send().await;
            assert_eq!(
                errors(&answer),
                [format!("{code} email")],
                "{mutation} {typed:?}"
            );
            assert_eq!(payload(&answer)["sent"], Value::Null);
        }
        let answer = app
            .mutate(
                &session,
                "changeEmail",
                json!({ "newEmail": typed, "password": PASSWORD }),
            )
            .await;
        assert_eq!(answer.errors(), [format!("{code} newEmail")], "{typed:?}");
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(
    acc_3_passwords_have_8_to_256_characters_and_are_not_common,
    |app| {
        let session = somebody(app, "lovelace@example.org").await;
        let long: String = "vT9#kpL2\u{f6}".chars().cycle().take(257).collect();
        let longest: String = long.chars().take(256).collect();
        for (password, codes) in [
            ("", vec!["TOO_SHORT"]),
            ("xk3!fQ9", vec!["TOO_SHORT"]),
            ("\u{1f5dd}\u{fe0f}ab#Q", vec!["TOO_SHORT"]),
            (&long, vec!["TOO_LONG"]),
            ("password", vec!["TOO_COMMON"]),
            ("Passw0rd!", vec!["TOO_COMMON"]),
            ("vT9# LoVeLaCe kpL2", vec!["CONTAINS_EMAIL"]),
            ("my ConCierge vT9#", vec!["CONTAINS_PRODUCT_NAME"]),
        ] {
            let before = app.footprint().await;
            let at = |field: &str| {
                codes
                    .iter()
                    .map(|code| format!("{code} {field}"))
                    .collect::<Vec<_>>()
            };
            let input = json!({ "email": "lovelace@elsewhere.example", "password": password });
            assert_eq!(
                errors(&call(app, "createAccount", input).send().await),
                at("password"),
                "{password}"
            );
            let input = json!({ "currentPassword": PASSWORD, "newPassword": password });
            assert_eq!(
                app.mutate(&session, "changePassword", input).await.errors(),
                at("newPassword"),
                "{password}"
            );
            assert_eq!(app.footprint().await, before);
        }
        for password in [
            "xk3!fQ9a",
            longest.as_str(),
            "no composition rules here",
            "\u{f6}\u{e4}\u{fc}\u{df}\u{20ac}1x\u{3a9}",
        ] {
            let email = format!("person{}@example.org", password.len());
            let device = register(app, &email, password).await;
            let link = app.link(MailKind::Registration, &email).await;
            call(app, "verifyEmail", json!({ "token": link }))
                .cookie(&device)
                .send()
                .await;
            assert!(gets_in(app, &email, password).await, "{password}");
            let cut: String = password
                .chars()
                .take(password.chars().count() - 1)
                .collect();
            assert!(!gets_in(app, &email, &cut).await, "nothing is cut off");
        }
    }
);

on_both!(
    acc_3_a_password_of_ten_megabytes_is_cut_off_at_the_door,
    |app| {
        for mutation in ["createAccount", "signIn"] {
            let input = json!({ "email": "ada@example.org", "password": "x".repeat(10_000_000) });
            let body =
                json!({ "query": document(mutation), "variables": { "input": input } }).to_string();
            let request = Request::post("/graphql").header("content-type", "application/json");
            let answer = app.send(request.body(body.into()).unwrap()).await;
            assert_eq!(answer.status, 413);
        }
        assert_eq!(
            app.count("registration").await + app.count("sign_in_failure").await,
            0
        );
    }
);

on_both!(acc_2_names_are_checked, |app| {
    for (given, family, wanted) in [
        ("x".repeat(101), "V".to_owned(), vec!["TOO_LONG givenName"]),
        (
            "a\u{7}".to_owned(),
            "b\nc".to_owned(),
            vec![
                "INVALID_CHARACTERS givenName",
                "INVALID_CHARACTERS familyName",
            ],
        ),
        ("x".repeat(100), "  ".to_owned(), vec![]),
    ] {
        let input = json!({ "email": "ada@example.org", "password": PASSWORD, "givenName": given, "familyName": family });
        assert_eq!(
            errors(&call(app, "createAccount", input).send().await),
            wanted
        );
    }
    assert_eq!(app.count("registration WHERE family_name IS NULL").await, 1);
});

on_both!(mail_1_tokens_that_open_nothing_are_invalid, |app| {
    let session = somebody(app, "ada@example.org").await;
    app.mutate(
        &session,
        "changeEmail",
        json!({ "newEmail": "ada@new.example", "password": PASSWORD }),
    )
    .await;
    call(
        app,
        "requestPasswordReset",
        json!({ "email": "ada@example.org" }),
    )
    .send()
    .await;
    register(app, "bo@example.org", OTHER).await;
    let registration = app.link(MailKind::Registration, "bo@example.org").await;
    let change = app
        .link(MailKind::EmailChangeRequested, "ada@new.example")
        .await;
    let reset = app.link(MailKind::PasswordReset, "ada@example.org").await;
    let id = Uuid::from_u128(5);
    let forged = |kind| app.app.deps.secret.link(kind, id, 0).expose();
    let before = app.footprint().await;
    for (mutation, kind, right) in [
        ("verifyEmail", LinkKind::Registration, &registration),
        ("resetPassword", LinkKind::PasswordReset, &reset),
        ("confirmEmailChange", LinkKind::EmailChange, &change),
        ("undoEmailChange", LinkKind::EmailUndo, &change),
    ] {
        let mut wrong = vec![
            String::new(),
            "nonsense".to_owned(),
            "x".repeat(90_000),
            "ccl_reg_\u{0}".to_owned(),
            right.to_uppercase(),
            format!("{right}0"),
            right[..right.len() - 1].to_owned(),
            // Right, about a row that is not there.
            forged(kind),
            forged(LinkKind::Invitation),
            registration.clone(),
            reset.clone(),
            change.clone(),
        ];
        // One character in the middle of the proof.
        let mut altered = right.clone().into_bytes();
        let place = altered.len() - 10;
        altered[place] = if altered[place] == b'0' { b'1' } else { b'0' };
        wrong.push(String::from_utf8(altered).unwrap());
        // The proof of one kind under the name of another.
        let body = |token: &str| token.rsplit_once('_').unwrap().1.to_owned();
        wrong.extend(
            [&registration, &reset, &change]
                .map(|token| format!("ccl_{}_{}", kind.as_str(), body(token))),
        );
        for token in wrong.into_iter().filter(|token| token != right) {
            let mut input = json!({ "token": token });
            match mutation {
                "resetPassword" => input["newPassword"] = json!(OTHER),
                "verifyEmail" => input["password"] = json!(OTHER),
                _ => {}
            }
            let ask = call(app, mutation, input);
            let ask = if mutation == "confirmEmailChange" {
                ask.by(&session)
            } else {
                ask
            };
            let answer = ask.send().await;
            assert_eq!(
                errors(&answer),
                ["INVALID_TOKEN token"],
                "{mutation} {}",
                token.chars().take(100).collect::<String>()
            );
        }
    }
    assert_eq!(app.footprint().await, before);
});

on_both!(
    text_3_a_domain_of_full_width_letters_is_answered_in_its_own,
    |app| {
        const WIDE: &str = "Ada@\u{ff45}\u{ff58}\u{ff41}\u{ff4d}\u{ff50}\u{ff4c}\u{ff45}\u{ff0e}\u{ff4f}\u{ff52}\u{ff47}";
        const KEPT: &str = "Ada@example.org";
        let device = register(app, WIDE, PASSWORD).await;
        let link = app.link(MailKind::Registration, KEPT).await;
        let verified = call(app, "verifyEmail", json!({ "token": link }))
            .cookie(&device)
            .send()
            .await;
        assert_eq!(payload(&verified)["account"]["email"], KEPT);
        assert!(gets_in(app, WIDE, PASSWORD).await && gets_in(app, KEPT, PASSWORD).await);
        let ws = app.workspace("riverton").await;
        let zoe = app.administrator(&ws, "Zoe Marsh").await;
        let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": WIDE.replace("Ada", "bo") }] });
        let query = "mutation($input: InviteMembersInput!) { inviteMembers(input: $input) { results { email invitation { email } } } }";
        let invited = app
            .post(Some(&zoe.key), query, json!({ "input": invite }))
            .await;
        assert_eq!(
            invited.data()["inviteMembers"]["results"][0]["invitation"]["email"],
            "bo@example.org"
        );
    }
);
