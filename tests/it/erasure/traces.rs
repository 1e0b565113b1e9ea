//! Nothing of the person is left: every table, the database's file and log, and what was logged
//! (ERASE-6, ERASE-7).

mod columns;
mod search;

use chrono::Duration;
use concierge::domain::{link::LinkKind, mail::MailKind};
use serde_json::{Value, json};

use super::term;
use crate::support::{
    TestApp,
    log::Log,
    on_both,
    person::PASSWORD,
    world::{Member, Ws},
    writing::document,
};
use search::Found;

const OLD: &str = "Zephyrine.Quaxolotl@example.org";
const NEW: &str = "zq.mirabel@example.net";
const CLIENT: &str = "198.51.100.77";

/// What may not be found, in lower case: names, addresses, the client's address.
const NEEDLES: [&str; 5] = ["zéphyrine", "zephyrine", "quaxolotl", "zq.mirabel", CLIENT];

struct Person<'a> {
    app: &'a TestApp,
    session: String,
    device: String,
}

impl Person<'_> {
    /// Calls a mutation from the person's own address.
    async fn call(&self, mutation: &str, input: Value) -> Value {
        let ask = self.app.ask(&document(mutation)).input(input);
        let answer = ask.by(&self.session).from(CLIENT).send().await;
        answer.payload().0
    }

    async fn anonymously(&self, mutation: &str, input: Value) -> Value {
        let ask = self.app.ask(&document(mutation)).input(input);
        let ask = ask.cookie(&self.device).from(CLIENT);
        ask.send().await.payload().0
    }

    /// Registers, confirms and signs in.
    async fn register(app: &TestApp) -> Person<'_> {
        let mut person = Person {
            app,
            session: String::new(),
            device: String::new(),
        };
        let input = json!({
            "email": OLD, "password": PASSWORD, "givenName": "Zéphyrine", "familyName": "Quaxolotl", "locale": "FR",
        });
        let ask = app.ask(&document("createAccount")).input(input.clone());
        let answer = ask.from(CLIENT).send().await;
        person.device = answer.cookie("device").to_owned();
        // A second registration waits for ever.
        let ask = app.ask(&document("createAccount")).input(input);
        ask.from("203.0.113.5").send().await;
        let mails = app.mails(MailKind::Registration, OLD).await;
        let token = app.link_in(mails.first().unwrap());
        person
            .anonymously("verifyEmail", json!({ "token": token }))
            .await;
        person.sign_in(OLD).await;
        person
    }

    async fn sign_in(&mut self, email: &str) {
        let wrong = json!({ "email": email, "password": "not the right one" });
        self.anonymously("signIn", wrong).await;
        self.app.pass(Duration::minutes(20));
        let input = json!({ "email": email, "password": PASSWORD });
        let payload = self.anonymously("signIn", input).await;
        self.session = payload["token"].as_str().unwrap().to_owned();
    }

    async fn change_email(&mut self) {
        self.sign_in(OLD).await;
        let input = json!({ "newEmail": NEW, "password": PASSWORD });
        self.call("changeEmail", input).await;
        let token = self.app.link(MailKind::EmailChangeRequested, NEW).await;
        let changed = self
            .call("confirmEmailChange", json!({ "token": token }))
            .await;
        assert_eq!(changed["errors"], json!([]));
        self.sign_in(NEW).await;
    }
}

/// A member who asks for more time, is disabled, makes a key.
async fn member(person: &Person<'_>, ws: &Ws, by: &str) {
    let app = person.app;
    let end = app.at(60 * 86_400);
    let invite = json!({
        "workspaceId": ws.id.to_string(), "note": "For Quaxolotl", "accessEndsAt": end,
        "invitees": [{ "email": OLD, "givenName": "Zéphyrine", "familyName": "Quaxolotl" }],
    });
    app.mutate(by, "inviteMembers", invite).await;
    let token = app.link(MailKind::Invitation, OLD).await;
    let joined = person
        .call("acceptInvitation", json!({ "token": token }))
        .await;
    let id = joined["membership"]["id"].clone();
    let ask = json!({ "membershipId": id, "message": "Quaxolotl needs time" });
    person.call("requestAccessRenewal", ask).await;
    let renewal = app.count("access_renewal").await;
    assert_eq!(renewal, 1);
    let key = json!({
        "workspaceId": ws.id.to_string(), "name": "Quaxolotl's laptop", "allowedNetworks": [format!("{CLIENT}/32")],
    });
    let key = person.call("createApiKey", key).await;
    let secret = key["secret"].as_str().unwrap().to_owned();
    let ask = app.ask("{ viewer { kind } }").by(&secret).from(CLIENT);
    assert_eq!(ask.send().await.status, 200);
    app.flush().await;
    let reason = json!({ "ids": [key["apiKey"]["id"]], "reason": "Quaxolotl lost it" });
    app.mutate(by, "revokeApiKeys", reason).await;
    let disable = json!({ "membershipIds": [id], "reason": "Quaxolotl was rude" });
    app.mutate(by, "disableMembers", disable).await;
    app.mutate(by, "enableMembers", json!({ "membershipIds": [id] }))
        .await;
    app.sql(
        "INSERT INTO membership_form (membership_id, workspace_id, answers) SELECT id, workspace_id, '[\"Quaxolotl\"]' \
         FROM membership WHERE sort_name LIKE 'quaxolotl%'",
        Vec::new(),
    )
    .await;
}

/// Everything that an account can leave behind.
async fn everything<'a>(app: &'a TestApp, ws: &[Ws; 4], admin: &Member) -> Person<'a> {
    let by = app.session_of(admin.account).await;
    let mut person = Person::register(app).await;
    member(&person, &ws[0], &by).await;
    // Submits a reuse, which is rejected.
    let trees = app.dataset(&ws[0], "trees", admin, true, true).await;
    let reuse = json!({
        "datasetId": trees.to_string(), "title": "Quaxolotl's map", "url": "https://quaxolotl.example/map",
        "description": "By Zéphyrine",
    });
    let reuse = person.call("submitReuse", reuse).await;
    person
        .call("followDataset", json!({ "datasetId": trees.to_string() }))
        .await;
    let reject = json!({ "ids": [reuse["reuse"]["id"]], "reason": "Quaxolotl again" });
    app.mutate(&by, "rejectReuses", reject).await;
    // Asks to be let into the second workspace, and is not.
    let settings = json!({
        "workspaceId": ws[1].id.to_string(), "enabled": true, "approvalRequired": true,
    });
    app.mutate(&by, "updateSignUpSettings", settings).await;
    let ask = json!({ "workspace": ws[1].slug, "message": "I am Quaxolotl" });
    let asked = person.call("joinWorkspace", ask).await;
    let reject = json!({ "ids": [asked["accessRequest"]["id"]], "reason": "Not Quaxolotl" });
    app.mutate(&by, "rejectAccessRequests", reject).await;
    // Declines the third, and lets the fourth wait.
    for ws in &ws[2..] {
        let invite = json!({
            "workspaceId": ws.id.to_string(), "invitees": [{ "email": OLD, "familyName": "Quaxolotl" }],
        });
        app.mutate(&by, "inviteMembers", invite).await;
        if ws.slug == "upriver" {
            let token = app.link(MailKind::Invitation, OLD).await;
            person
                .anonymously("declineInvitation", json!({ "token": token }))
                .await;
        }
    }
    app.pass(Duration::hours(1));
    person.change_email().await;
    person
        .anonymously("requestPasswordReset", json!({ "email": NEW }))
        .await;
    person.call("startTotpEnrolment", json!({})).await;
    person.call("startPasskeyRegistration", json!({})).await;
    let names = json!({ "familyName": "Quaxolotl-Mirabel" });
    person.call("updateAccount", names).await;
    app.sql(
        "UPDATE outbox SET last_error = 'refused: zq.mirabel@example.net' WHERE account_id IN \
         (SELECT id FROM account WHERE email_canonical LIKE 'zq.mirabel%')",
        Vec::new(),
    )
    .await;
    // Somebody registers with the address while it belongs to the account, as an earlier release let
    // them.
    let id = app.app.deps.ids.uuid(app.now());
    app.sql(
        "INSERT INTO registration (id, email, email_canonical, given_name, family_name, locale, password_hash, generation, \
         created_at, expires_at) VALUES ($1, 'ZQ.mirabel@example.net', 'zq.mirabel@example.net', 'Zéphyrine', 'Quaxolotl', \
         'FR', 'x', 1, $2, $2)",
        vec![id.into(), app.now().into()],
    )
    .await;
    app.app.deps.db.analyze().await.unwrap();
    person
}

/// Four workspaces with one administrator.
async fn world(app: &TestApp) -> ([Ws; 4], Member) {
    let mut all = Vec::new();
    let mut admin: Option<Member> = None;
    for slug in ["riverton", "lakeside", "upriver", "harbour"] {
        let ws = app.workspace(slug).await;
        let builder = app
            .member(&ws, "Ada Veldkamp")
            .preset(concierge::domain::permission::Preset::Administrator);
        let member = match &admin {
            None => builder.create().await,
            Some(admin) => builder.of(admin.account).create().await,
        };
        admin.get_or_insert(member);
        all.push(ws);
    }
    (all.try_into().unwrap(), admin.unwrap())
}

on_both!(erase_6_nothing_of_the_person_is_left_anywhere, |app| {
    let log = Log::listen();
    let (ws, admin) = world(app).await;
    let person = everything(app, &ws, &admin).await;
    app.flush().await;
    let before = Found::of(app, &NEEDLES).await;
    let missing: Vec<&str> = columns::filled()
        .filter(|column| !before.columns.contains(*column))
        .collect();
    assert!(missing.is_empty(), "the test fills them: {missing:?}");
    assert!(before.in_file.is_none_or(|found| found), "and the file");
    for table in columns::OF_THE_ACCOUNT {
        let id = "(SELECT id FROM account WHERE email_canonical LIKE 'zq.mirabel%')";
        let rows = app.count(&format!("{table} WHERE account_id = {id}")).await;
        assert!(rows > 0, "the test fills {table}");
    }
    let kept: Vec<&String> = before
        .columns
        .iter()
        .filter(|column| !columns::is_emptied(column))
        .collect();
    assert!(
        kept.is_empty(),
        "columns that are said to hold nothing: {kept:?}"
    );

    let scheduled = person.call("scheduleAccountDeletion", json!({})).await;
    assert_eq!(scheduled["errors"], json!([]));
    app.pass(term());
    assert_eq!(app.erase_due().await, 1);
    for table in columns::OF_THE_ACCOUNT {
        let erased = "(SELECT id FROM account WHERE erased_at IS NOT NULL)";
        let rows = format!("{table} WHERE account_id IN {erased}");
        assert_eq!(app.count(&rows).await, 0, "{table}");
    }
    // What other parts do later brings nothing back.
    app.flush().await;
    concierge::job::member_words::rewrite(&app.app.deps)
        .await
        .unwrap();
    let after = Found::of(app, &NEEDLES).await;
    assert!(after.columns.is_empty(), "{:?}", after.columns);
    assert!(
        after.in_file.is_none_or(|found| !found),
        "the file or its log"
    );
    let logged = log.text().to_lowercase();
    for needle in NEEDLES {
        assert!(!logged.contains(needle), "{needle} was logged");
    }
    assert!(app.assert_chains().await > 10);
    // The administrators still see what they did.
    assert!(app.count("audit_value").await > 0);
});

on_both!(erase_6_the_table_of_columns_is_complete, |app| {
    columns::assert_complete(app).await;
});

on_both!(erase_6_a_link_that_waited_opens_nothing, |app| {
    let (ws, admin) = world(app).await;
    let person = everything(app, &ws, &admin).await;
    let reset = app.link(MailKind::PasswordReset, NEW).await;
    person.call("scheduleAccountDeletion", json!({})).await;
    app.pass(term());
    assert_eq!(app.erase_due().await, 1);
    assert!(reset.starts_with(&format!("ccl_{}", LinkKind::PasswordReset.as_str())));
    let input = json!({ "token": reset, "newPassword": "seven quiet harbours, all lit" });
    let answer = app.mutate_anonymously("resetPassword", input).await;
    assert_eq!(answer.payload().errors(), ["INVALID_TOKEN token"]);
});
