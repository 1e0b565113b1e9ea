//! An account that is made, verified and joined in one step (ACC-2, JOIN-9).

use chrono::Duration;
use concierge::domain::mail::MailKind;
use serde_json::{Value, json};

use super::{accepted, invited, member};
use crate::support::{TestApp, on_both};

const PASSWORD: &str = "copper lantern nine bridges";

const CREATE: &str = "mutation($input: CreateAccountInput!) { createAccount(input: $input) { sent token account { id displayName email } \
     membership { id state account { id displayName email } } session { id } errors { code path } } }";

async fn create(app: &TestApp, input: Value) -> Value {
    let answer = app.post(None, CREATE, json!({ "input": input })).await;
    answer.data()["createAccount"].clone()
}

fn newcomer(email: &str, token: &str) -> Value {
    json!({ "email": email, "password": PASSWORD, "givenName": "Ida", "familyName": "Holm", "locale": "FR", "invitationToken": token })
}

fn errors(payload: &Value) -> Vec<String> {
    let one = |error: &Value| {
        format!(
            "{} {}",
            error["code"].as_str().unwrap(),
            error["path"][0].as_str().unwrap()
        )
    };
    payload["errors"]
        .as_array()
        .unwrap()
        .iter()
        .map(one)
        .collect()
}

on_both!(
    acc_2_with_an_invitation_the_account_is_made_verified_and_joined_in_one_step,
    |app| {
        let (ws, ada) = app.portal().await;
        let id = invited(
            app,
            &ada.key,
            &ws,
            "Ida.Holm@example.org",
            json!({ "permissions": ["MANAGE_REUSES"] }),
        )
        .await;
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let made = create(app, newcomer("ida.holm@EXAMPLE.org", &token)).await;
        assert_eq!(
            (errors(&made), &made["sent"]),
            (Vec::new(), &Value::Null),
            "{made:#}"
        );
        assert_eq!(made["membership"]["account"]["displayName"], "Ida Holm");
        // One object with one id says the same at each of its places: a client's store keeps it once.
        assert_eq!(made["membership"]["account"], made["account"]);
        let seen = member(app, &ada.key, &ws, &made["membership"]["id"]).await;
        assert_eq!(
            (&seen["state"], &seen["origin"]),
            (&json!("ACTIVE"), &json!("INVITATION"))
        );
        assert_eq!(
            seen["effectivePermissions"],
            json!([{ "permission": "MANAGE_REUSES" }])
        );
        assert_eq!(app.invitation_state(&id).await, "ACCEPTED");
        let session = made["token"].as_str().expect("a session's token");
        let own = app
            .post(
                Some(session),
                "{ viewer { profile { email emailVerifiedAt locale lastSignInAt } } }",
                json!({}),
            )
            .await;
        let profile = &own.data()["viewer"]["profile"];
        assert_eq!(
            (&profile["email"], &profile["locale"]),
            (&json!("ida.holm@EXAMPLE.org"), &json!("FR"))
        );
        assert!(profile["emailVerifiedAt"].is_string() && profile["lastSignInAt"].is_string());
        // Once: the token has done its work, and the address has an account.
        let again = create(app, newcomer("ida.holm@example.org", &token)).await;
        assert_eq!(errors(&again), ["NOT_PENDING invitationToken"]);
    }
);

on_both!(
    join_9_a_token_makes_no_account_for_another_address_nor_for_one_that_has_one,
    |app| {
        let (ws, ada) = app.portal().await;
        invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        let before = app.footprint().await;
        let other = create(app, newcomer("eve@example.org", &token)).await;
        assert_eq!(errors(&other), ["INVITATION_EMAIL_MISMATCH email"]);
        let altered = format!(
            "{}{}",
            &token[..token.len() - 1],
            if token.ends_with('0') { '1' } else { '0' }
        );
        assert_eq!(
            errors(&create(app, newcomer("ida.holm@example.org", &altered)).await),
            ["INVALID_TOKEN invitationToken"]
        );
        assert_eq!(app.footprint().await, before);
        app.outsider("Ida Holm").await;
        let taken = create(app, newcomer("ida.holm@example.org", &token)).await;
        assert_eq!(errors(&taken), ["ACCOUNT_EXISTS email"]);
        app.pass(Duration::days(31));
        let late = create(app, newcomer("ida.holm@example.org", &token)).await;
        assert_eq!(errors(&late), ["EXPIRED invitationToken"]);
    }
);

on_both!(
    acc_2_accepting_an_invitation_discards_every_unverified_password,
    |app| {
        let (ws, ada) = app.portal().await;
        // A stranger registers the address first.
        let stranger = json!({ "email": "ida.holm@example.org", "password": "stranger danger nine", "givenName": "E", "familyName": "V" });
        assert_eq!(create(app, stranger).await["sent"], true);
        assert_eq!(app.count("registration").await, 1);
        invited(app, &ada.key, &ws, "ida.holm@example.org", json!({})).await;
        let token = app.link(MailKind::Invitation, "ida.holm@example.org").await;
        assert_eq!(
            errors(&create(app, newcomer("ida.holm@example.org", &token)).await),
            Vec::<String>::new()
        );
        assert_eq!(app.count("registration").await, 0);
        // Or of somebody who has an account.
        let zoe = app.outsider("Zoe Lark").await;
        let stranger = json!({ "email": "zoe.lark@example.org", "password": "stranger danger nine", "givenName": "E", "familyName": "V" });
        assert_eq!(create(app, stranger).await["sent"], true);
        assert_eq!(app.count("registration").await, 1);
        let id = invited(app, &ada.key, &ws, "zoe.lark@example.org", json!({})).await;
        accepted(app, &zoe, &id).await;
        assert_eq!(app.count("registration").await, 0);
    }
);

on_both!(
    join_16_the_account_starts_with_what_the_inviter_said,
    |app| {
        let (ws, ada) = app.portal().await;
        let invite = async |email: &str| {
            let invitee = json!({ "email": email, "givenName": "Noor", "familyName": "de Vries" });
            let input =
                json!({ "workspaceId": ws.id.to_string(), "invitees": [invitee], "locale": "NL" });
            assert_eq!(
                app.mutate(&ada.key, "inviteMembers", input).await.became(),
                ["INVITED"]
            );
            app.link(MailKind::Invitation, email).await
        };
        let profile = async |made: &Value| {
            let query = "{ viewer { account { givenName familyName } profile { locale } } }";
            let own = app.post(made["token"].as_str(), query, json!({})).await;
            let (account, profile) = (
                &own.data()["viewer"]["account"],
                &own.data()["viewer"]["profile"],
            );
            json!({ "givenName": account["givenName"], "familyName": account["familyName"], "locale": profile["locale"] })
        };
        let with = |email: &str, token: &str, more: Value| {
            let mut input =
                json!({ "email": email, "password": PASSWORD, "invitationToken": token });
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            input
        };
        let token = invite("noor@example.org").await;
        let made = create(app, with("noor@example.org", &token, json!({}))).await;
        assert_eq!(errors(&made), Vec::<String>::new());
        assert_eq!(
            made["membership"]["account"]["displayName"],
            "Noor de Vries"
        );
        assert_eq!(
            profile(&made).await,
            json!({ "givenName": "Noor", "familyName": "de Vries", "locale": "NL" })
        );
        // Its owner says otherwise, field by field; an empty name is none.
        let token = invite("nora@example.org").await;
        let other = json!({ "givenName": "Nora", "locale": "FR" });
        let made = create(app, with("nora@example.org", &token, other)).await;
        assert_eq!(
            profile(&made).await,
            json!({ "givenName": "Nora", "familyName": "de Vries", "locale": "FR" })
        );
        let token = invite("n@example.org").await;
        let made = create(
            app,
            with(
                "n@example.org",
                &token,
                json!({ "givenName": "", "familyName": " " }),
            ),
        )
        .await;
        assert_eq!(
            profile(&made).await,
            json!({ "givenName": null, "familyName": null, "locale": "NL" })
        );
    }
);
