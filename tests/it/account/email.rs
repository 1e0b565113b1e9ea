//! Changing one's address, confirming and undoing it (ACC-8).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::json;

use super::{OTHER, call, errors, gets_in, payload, register, somebody};
use crate::support::{TestApp, on_both, person::PASSWORD};

const OLD: &str = "ada@example.org";
const NEW: &str = "Ada@New.example";

/// Shows the password again, however old the session is (MFA-8).
async fn show(app: &TestApp, session: &str) {
    let input = json!({ "password": PASSWORD });
    let shown = app.mutate(session, "reauthenticate", input).await;
    assert_eq!(shown.errors(), [""; 0]);
}

async fn ask(app: &TestApp, session: &str, email: &str) -> serde_json::Value {
    show(app, session).await;
    app.mutate(
        session,
        "changeEmail",
        json!({ "newEmail": email, "password": PASSWORD }),
    )
    .await
    .0
}

/// Asks for the address and answers the link mailed to it.
async fn asked(app: &TestApp, session: &str, email: &str) -> String {
    assert_eq!(
        ask(app, session, email).await,
        json!({ "sent": true, "errors": [] })
    );
    app.link(MailKind::EmailChangeRequested, email).await
}

/// Confirms in a session of the account.
async fn confirm(app: &TestApp, session: &str, token: &str) -> Vec<String> {
    errors(
        &app.try_mutate(session, "confirmEmailChange", json!({ "token": token }))
            .await,
    )
}

/// Undoes, without a credential.
async fn undo(app: &TestApp, token: &str) -> Vec<String> {
    errors(
        &call(app, "undoEmailChange", json!({ "token": token }))
            .send()
            .await,
    )
}

async fn address(app: &TestApp) -> String {
    use sea_orm::EntityTrait;
    let found = concierge::entity::account::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    found
        .into_iter()
        .map(|row| row.email)
        .collect::<Vec<_>>()
        .join(" ")
}

on_both!(acc_8_a_new_address_counts_when_it_confirms, |app| {
    let session = somebody(app, OLD).await;
    let link = asked(app, &session, NEW).await;
    assert_eq!(address(app).await, OLD);
    assert!(!gets_in(app, NEW, PASSWORD).await);
    call(app, "requestPasswordReset", json!({ "email": OLD }))
        .send()
        .await;
    let reset = app.link(MailKind::PasswordReset, OLD).await;
    let answer = app
        .try_mutate(&session, "confirmEmailChange", json!({ "token": link }))
        .await;
    assert_eq!(payload(&answer)["account"]["email"], NEW);
    assert!(
        gets_in(app, &NEW.to_lowercase(), PASSWORD).await && !gets_in(app, OLD, PASSWORD).await
    );
    assert_eq!(
        app.mails(MailKind::EmailChanged, OLD).await.len(),
        1,
        "the old one is told"
    );
    let events = app.count("audit_event").await;
    assert_eq!(
        confirm(app, &session, &link).await,
        [""; 0],
        "TEXT-4: what is done is answered as done"
    );
    assert_eq!(app.count("audit_event").await, events);
    let dead = call(
        app,
        "resetPassword",
        json!({ "token": reset, "newPassword": OTHER }),
    )
    .send()
    .await;
    assert_eq!(
        errors(&dead),
        ["INVALID_TOKEN token"],
        "what was mailed to the old address dies"
    );
    let seen = app
        .post(
            Some(&session),
            "{ viewer { account { email } } }",
            json!({}),
        )
        .await;
    assert_eq!(
        seen.data()["viewer"]["account"]["email"],
        NEW,
        "the session goes on"
    );
    for kind in ["EMAIL_CHANGE_REQUESTED", "EMAIL_CHANGED"] {
        assert_eq!(
            app.count(&format!("audit_event WHERE kind = '{kind}'"))
                .await,
            1,
            "{kind}"
        );
    }
});

on_both!(acc_8_it_needs_the_password_and_a_day_is_enough, |app| {
    let session = somebody(app, OLD).await;
    let before = app.count("outbox").await;
    let wrong = app
        .mutate(
            &session,
            "changeEmail",
            json!({ "newEmail": NEW, "password": OTHER }),
        )
        .await;
    assert_eq!(wrong.errors(), ["INVALID_CREDENTIALS password"]);
    assert_eq!(
        ask(app, &session, OLD).await["errors"][0]["code"],
        "UNCHANGED"
    );
    assert_eq!(
        (app.count("outbox").await, app.count("email_change").await),
        (before, 0)
    );
    let link = asked(app, &session, NEW).await;
    // No two writes have one instant: the request may be some microseconds later than the clock.
    app.pass(Duration::hours(24) + Duration::seconds(1));
    assert_eq!(confirm(app, &session, &link).await, ["INVALID_TOKEN token"]);
    let link = asked(app, &session, NEW).await;
    app.pass(Duration::hours(24) - Duration::seconds(1));
    assert_eq!(confirm(app, &session, &link).await, [""; 0]);
    // A new password lets what the old one allowed die.
    let link = asked(app, &session, "third@example.org").await;
    let change = json!({ "currentPassword": PASSWORD, "newPassword": OTHER });
    assert_eq!(
        app.mutate(&session, "changePassword", change)
            .await
            .errors(),
        [""; 0]
    );
    assert_eq!(confirm(app, &session, &link).await, ["INVALID_TOKEN token"]);
});

on_both!(
    acc_8_an_address_that_has_an_account_is_answered_alike,
    |app| {
        let session = somebody(app, OLD).await;
        somebody(app, "known@example.org").await;
        app.pass(Duration::minutes(30));
        show(app, &session).await;
        let mut answers = Vec::new();
        for email in ["known@example.org", "unknown@example.org"] {
            let input = json!({ "newEmail": email, "password": PASSWORD });
            let answer = app.try_mutate(&session, "changeEmail", input).await;
            answers.push((answer.status, answer.body, answer.statements));
        }
        assert_eq!(answers[0], answers[1]);
        assert_eq!(
            app.mails(MailKind::AddressInUse, "known@example.org")
                .await
                .len(),
            1
        );
        assert_eq!(
            app.mails(MailKind::EmailChangeRequested, "known@example.org")
                .await
                .len(),
            0
        );
        assert_eq!(
            app.mails(MailKind::EmailChangeRequested, "unknown@example.org")
                .await
                .len(),
            1
        );
    }
);

on_both!(
    acc_8_an_address_that_was_taken_meanwhile_is_told_to_who_has_it,
    |app| {
        let session = somebody(app, OLD).await;
        let link = asked(app, &session, NEW).await;
        somebody(app, NEW).await;
        assert_eq!(confirm(app, &session, &link).await, ["TAKEN token"]);
        assert_eq!(
            app.count("email_change WHERE confirmed_at IS NULL").await,
            1
        );
        assert!(gets_in(app, OLD, PASSWORD).await);
    }
);

on_both!(acc_8_the_old_address_undoes_it_for_72_hours, |app| {
    let session = somebody(app, OLD).await;
    let link = asked(app, &session, NEW).await;
    assert_eq!(confirm(app, &session, &link).await, [""; 0]);
    let undo = app.link(MailKind::EmailChanged, OLD).await;
    register(app, OLD, OTHER).await;
    call(app, "requestPasswordReset", json!({ "email": NEW }))
        .send()
        .await;
    let reset = app.link(MailKind::PasswordReset, NEW).await;
    app.pass(Duration::hours(72) - Duration::minutes(1));
    let answer = call(app, "undoEmailChange", json!({ "token": undo }))
        .send()
        .await;
    assert_eq!(payload(&answer)["account"]["email"], OLD);
    assert_eq!(
        app.post(Some(&session), "{ viewer { kind } }", json!({}))
            .await
            .status,
        401,
        "all sessions end"
    );
    assert_eq!(
        app.mails(MailKind::PasswordReset, OLD).await.len(),
        2,
        "one more, that sets a new password"
    );
    assert!(gets_in(app, OLD, PASSWORD).await && !gets_in(app, NEW, PASSWORD).await);
    assert_eq!(app.count("registration WHERE verified_at IS NULL").await, 0);
    let session = crate::support::person::token(&app.sign_in(OLD, PASSWORD).await);
    assert_eq!(
        self::undo(app, &undo).await,
        [""; 0],
        "TEXT-4: what is done is answered as done"
    );
    assert_eq!(
        app.post(Some(&session), "{ viewer { kind } }", json!({}))
            .await
            .status,
        200,
        "and nothing is done again"
    );
    assert_eq!(confirm(app, &session, &link).await, ["INVALID_TOKEN token"]);
    let dead = call(
        app,
        "resetPassword",
        json!({ "token": reset, "newPassword": OTHER }),
    )
    .send()
    .await;
    assert_eq!(
        errors(&dead),
        ["INVALID_TOKEN token"],
        "what was mailed to the new address dies"
    );
    assert_eq!(
        app.count("audit_event WHERE kind = 'EMAIL_CHANGE_UNDONE'")
            .await,
        1
    );

    let link = asked(app, &session, "third@example.org").await;
    assert_eq!(confirm(app, &session, &link).await, [""; 0]);
    let late = app.link(MailKind::EmailChanged, OLD).await;
    app.pass(Duration::hours(72) + Duration::seconds(1));
    assert_eq!(self::undo(app, &late).await, ["INVALID_TOKEN token"]);
    assert_eq!(address(app).await, "third@example.org");
});

on_both!(
    acc_8_who_moves_on_with_a_stolen_account_is_undone_as_well,
    |app| {
        let session = somebody(app, OLD).await;
        let first = asked(app, &session, "thief@example.org").await;
        assert_eq!(confirm(app, &session, &first).await, [""; 0]);
        let undo = app.link(MailKind::EmailChanged, OLD).await;
        let second = asked(app, &session, "fence@example.org").await;
        assert_eq!(confirm(app, &session, &second).await, [""; 0]);
        let thiefs = app.link(MailKind::EmailChanged, "thief@example.org").await;
        let waiting = asked(app, &session, "loot@example.org").await;
        assert_eq!(self::undo(app, &undo).await, [""; 0]);
        assert_eq!(address(app).await, OLD);
        assert_eq!(self::undo(app, &thiefs).await, ["INVALID_TOKEN token"]);
        let session = crate::support::person::token(&app.sign_in(OLD, PASSWORD).await);
        assert_eq!(
            confirm(app, &session, &waiting).await,
            ["INVALID_TOKEN token"]
        );
        assert_eq!(address(app).await, OLD);
    }
);

on_both!(
    acc_8_the_old_address_is_given_to_nobody_else_while_it_can_undo,
    |app| {
        let session = somebody(app, OLD).await;
        let link = asked(app, &session, NEW).await;
        assert_eq!(confirm(app, &session, &link).await, [""; 0]);
        let undo = app.link(MailKind::EmailChanged, OLD).await;
        // Neither by registering, nor by a change, nor from an operator, nor by an invitation.
        let device = register(app, OLD, OTHER).await;
        let registration = app.link(MailKind::Registration, OLD).await;
        let verify = async |device: &str, token: &str| {
            errors(
                &call(app, "verifyEmail", json!({ "token": token }))
                    .cookie(device)
                    .send()
                    .await,
            )
        };
        assert_eq!(verify(&device, &registration).await, ["TAKEN token"]);
        let bo = somebody(app, "bo@example.org").await;
        let wanted = asked(app, &bo, OLD).await;
        assert_eq!(confirm(app, &bo, &wanted).await, ["TAKEN token"]);
        let operator = app.operator("Olu Adeyemi").await;
        assert_eq!(
            app.mutate(&operator, "createAccount", json!({ "email": OLD }))
                .await
                .errors(),
            ["TAKEN email"]
        );
        let ws = app.workspace("riverton").await;
        let cleo = app.administrator(&ws, "Cleo Marsh").await;
        let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": OLD }] });
        app.try_mutate(&cleo.key, "inviteMembers", invite).await;
        if let Some(invitation) = app.mails(MailKind::Invitation, OLD).await.last() {
            let input = json!({ "email": OLD, "password": OTHER, "invitationToken": app.link_in(invitation) });
            assert_eq!(
                errors(&call(app, "createAccount", input).send().await),
                ["TAKEN email"],
                "no account has it, and the answer does not say one does"
            );
        } else {
            panic!("no invitation was mailed");
        }
        assert_eq!(self::undo(app, &undo).await, [""; 0]);
        assert_eq!(
            address(app)
                .await
                .split(' ')
                .filter(|address| *address == OLD)
                .count(),
            1
        );
        // Who has the address back may change it again; after 72 hours it is free.
        let session = crate::support::person::token(&app.sign_in(OLD, PASSWORD).await);
        let link = asked(app, &session, "third@example.org").await;
        assert_eq!(confirm(app, &session, &link).await, [""; 0]);
        app.pass(Duration::hours(72) + Duration::seconds(1));
        somebody(app, OLD).await;
    }
);

on_both!(acc_8_the_token_alone_confirms_nothing, |app| {
    let session = somebody(app, OLD).await;
    let link = asked(app, &session, NEW).await;
    let (stranger, operator) = (
        somebody(app, "bo@example.org").await,
        app.operator("Olu Adeyemi").await,
    );
    let before = app.footprint().await;
    let input = json!({ "token": link });
    assert_eq!(
        call(app, "confirmEmailChange", input.clone())
            .send()
            .await
            .refusal(),
        "UNAUTHENTICATED"
    );
    for other in [&stranger, &operator] {
        assert_eq!(
            app.try_mutate(other, "confirmEmailChange", input.clone())
                .await
                .refusal(),
            "FORBIDDEN"
        );
    }
    assert_eq!(app.footprint().await, before);
    assert_eq!(confirm(app, &session, &link).await, [""; 0]);
});

on_both!(
    acc_8_the_undo_link_survives_a_password_that_is_reset_at_the_new_address,
    |app| {
        let session = somebody(app, OLD).await;
        let link = asked(app, &session, NEW).await;
        assert_eq!(confirm(app, &session, &link).await, [""; 0]);
        let undo = app.link(MailKind::EmailChanged, OLD).await;
        call(app, "requestPasswordReset", json!({ "email": NEW }))
            .send()
            .await;
        let thiefs = app.link(MailKind::PasswordReset, NEW).await;
        assert_eq!(
            errors(
                &call(
                    app,
                    "resetPassword",
                    json!({ "token": thiefs, "newPassword": OTHER })
                )
                .send()
                .await
            ),
            [""; 0]
        );
        let theirs = crate::support::person::token(&app.sign_in(NEW, OTHER).await);
        let change = json!({ "currentPassword": OTHER, "newPassword": "nine copper kettles boil" });
        assert_eq!(
            app.mutate(&theirs, "changePassword", change).await.errors(),
            [""; 0]
        );
        assert_eq!(self::undo(app, &undo).await, [""; 0]);
        assert_eq!(
            app.post(Some(&theirs), "{ viewer { kind } }", json!({}))
                .await
                .status,
            401,
            "the thief is out"
        );
        let own = app.link(MailKind::PasswordReset, OLD).await;
        assert_eq!(
            errors(
                &call(
                    app,
                    "resetPassword",
                    json!({ "token": own, "newPassword": PASSWORD })
                )
                .send()
                .await
            ),
            [""; 0]
        );
        assert!(gets_in(app, OLD, PASSWORD).await && !gets_in(app, OLD, OTHER).await);
    }
);

on_both!(
    acc_8_a_change_that_waits_dies_when_a_newer_one_is_confirmed,
    |app| {
        let session = somebody(app, OLD).await;
        let older = asked(app, &session, "older@example.org").await;
        let newer = asked(app, &session, "newer@example.org").await;
        assert_eq!(confirm(app, &session, &newer).await, [""; 0]);
        assert_eq!(
            confirm(app, &session, &older).await,
            ["INVALID_TOKEN token"]
        );
        assert_eq!(address(app).await, "newer@example.org");
        // The other way round the newer one still counts, and what it replaced can undo it.
        let older = asked(app, &session, "one@example.org").await;
        let newer = asked(app, &session, "two@example.org").await;
        assert_eq!(confirm(app, &session, &older).await, [""; 0]);
        assert_eq!(confirm(app, &session, &newer).await, [""; 0]);
        let undo = app.link(MailKind::EmailChanged, "one@example.org").await;
        assert_eq!(self::undo(app, &undo).await, [""; 0]);
        assert_eq!(address(app).await, "one@example.org");
    }
);

on_both!(threads: acc_8_two_accounts_that_want_one_address_get_it_once, |app| {
    let (ada, bo) = (somebody(app, OLD).await, somebody(app, "bo@example.org").await);
    let (first, second) = (asked(app, &ada, NEW).await, {
        // A mail to one address follows another from the same network after two minutes (ACC-7).
        app.pass(Duration::minutes(3));
        asked(app, &bo, NEW).await
    });
    let run = |session: &str, token: String| {
        let ask = call(app, "confirmEmailChange", json!({ "token": token })).by(session);
        tokio::spawn(async move { errors(&ask.send().await) })
    };
    let (one, other) = (run(&ada, first), run(&bo, second));
    let mut came = vec![one.await.unwrap(), other.await.unwrap()];
    came.sort();
    assert_eq!(came, [vec![], vec!["TAKEN token".to_owned()]]);
});
