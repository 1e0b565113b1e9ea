//! What is sealed under the secret key, and what is looked up by it, when the key changes (BASE-3).

use chrono::Duration;
use concierge::{
    app::{App, Edge, Resealed},
    service::deps::SecretKey,
};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{ADA, ada, enrol};
use crate::support::{
    TestApp,
    app::Door,
    on_both,
    person::{PASSWORD, SIGN_IN},
};

/// The same database under another secret.
fn under(app: &TestApp, secret: SecretKey) -> (App, Door) {
    let mut deps = app.app.deps.clone();
    deps.secret = secret;
    let app = App::new(deps, Edge::default());
    let door = Door::of(app.router().unwrap());
    (app, door)
}

/// Whether somebody gets in with a code.
async fn gets_in(door: &Door, code: String) -> bool {
    let input = json!({ "email": ADA, "password": PASSWORD, "secondFactor": code });
    let answer = door.post(None, SIGN_IN, json!({ "input": input })).await;
    answer.body["data"]["signIn"]["token"].is_string()
}

async fn seeds(app: &TestApp) -> Vec<Option<Vec<u8>>> {
    let rows = concierge::entity::second_factor::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.into_iter().map(|row| row.seed).collect()
}

on_both!(
    base_3_the_key_can_be_changed_and_everything_is_sealed_anew,
    |app| {
        let ada = ada(app).await;
        let code = || {
            app.pass(Duration::minutes(1));
            ada.authenticator.code(app.now())
        };
        let (new, old) = ([9; 32], [7; 32]);
        let (both, both_door) = under(app, SecretKey::new(new).with_previous(old));
        let (_, new_door) = under(app, SecretKey::new(new));
        let sealed = seeds(app).await;
        let stranger = new_door
            .post(
                None,
                SIGN_IN,
                json!({ "input": { "email": ADA, "password": PASSWORD, "secondFactor": code() } }),
            )
            .await;
        assert_eq!(stranger.codes(), ["INTERNAL"], "a lost key opens nothing");
        assert!(gets_in(&both_door, code()).await, "what is older is opened");
        assert!(
            gets_in(&both_door, ada.recovery_codes[0].clone()).await,
            "keyed hashes are looked up under both"
        );
        let all = Resealed {
            current: 1,
            anew: 1,
            unreadable: 0,
        };
        assert_eq!(both.rekey().await.unwrap(), all);
        assert_ne!(seeds(app).await, sealed);
        let again = Resealed { anew: 0, ..all };
        assert_eq!(both.rekey().await.unwrap(), again, "twice changes nothing");
        assert!(
            gets_in(&new_door, code()).await,
            "the old key is not needed any more"
        );
        let (lost, _) = under(app, SecretKey::new([1; 32]));
        let unreadable = Resealed {
            current: 0,
            anew: 0,
            unreadable: 1,
        };
        assert_eq!(lost.rekey().await.unwrap(), unreadable);
    }
);

on_both!(
    base_3_a_seed_that_is_copied_to_another_row_does_not_open,
    |app| {
        let ada = ada(app).await;
        let bo = crate::account::somebody(app, "bo@example.org").await;
        enrol(app, &bo).await;
        let factor: String = ada.factor["id"].as_str().unwrap().to_owned();
        let own = concierge::domain::id::SecondFactorId::parse(&factor).unwrap();
        app.sql(
        "UPDATE second_factor SET seed = (SELECT o.seed FROM second_factor o WHERE o.id <> $1) WHERE id = $1",
        vec![own.0.into()],
    )
    .await;
        let input = json!({ "email": ADA, "password": PASSWORD, "secondFactor": "123456" });
        let answer = app.post(None, SIGN_IN, json!({ "input": input })).await;
        assert_eq!(answer.codes(), ["INTERNAL"]);
    }
);

on_both!(
    base_3_what_is_looked_up_by_a_keyed_hash_is_found_under_both,
    |app| {
        let ws = app.workspace("riverton").await;
        let admin = app.administrator(&ws, "Ada Admin").await;
        let session = app.session_of(admin.account).await;
        for title in ["Parks", "Trees", "Water"] {
            app.group(&ws, title, &[]).await;
        }
        let input =
            json!({ "workspaceId": ws.id.to_string(), "title": "Bees", "idempotencyKey": "one" });
        let first = app.mutate(&session, "createGroup", input.clone()).await;
        assert!(!first.replayed());
        let invite = json!({ "workspaceId": ws.id.to_string(), "invitees": [{ "email": "ivy@example.org" }] });
        app.mutate(&session, "inviteMembers", invite).await;
        let link = app
            .link(
                concierge::domain::mail::MailKind::Invitation,
                "ivy@example.org",
            )
            .await;
        let page = "query($slug: String!, $after: String) { workspace(slug: $slug) { groups(first: 2, after: $after) \
        { nodes { title } pageInfo { endCursor } } } }";
        let variables = |after: Value| json!({ "slug": ws.slug, "after": after });
        let one = app.post(Some(&session), page, variables(Value::Null)).await;
        let cursor = one.data()["workspace"]["groups"]["pageInfo"]["endCursor"].clone();

        let (_, door) = under(app, SecretKey::new([9; 32]).with_previous([7; 32]));
        let again = door
            .mutate(Some(&session), "createGroup", input.clone())
            .await;
        assert!(again.payload().replayed(), "{:#}", again.body);
        let mut other = input;
        other["title"] = json!("Wasps");
        let other = door.mutate(Some(&session), "createGroup", other).await;
        assert_eq!(other.codes(), ["IDEMPOTENCY_CONFLICT"]);
        let two = door.post(Some(&session), page, variables(cursor)).await;
        assert_eq!(
            two.data()["workspace"]["groups"]["nodes"]
                .as_array()
                .unwrap()
                .len(),
            2
        );
        let invitation = "query($token: String!) { invitationByToken(token: $token) { email } }";
        let found = door.post(None, invitation, json!({ "token": link })).await;
        assert!(
            found.data()["invitationByToken"].is_object(),
            "{:#}",
            found.body
        );
    }
);
