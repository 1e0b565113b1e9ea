//! Mails, from the row to the mail server and back (MAIL-1, MAIL-2). What each says is tested
//! beside its words.

use chrono::Duration;
use concierge::{
    domain::mail::MailKind,
    entity::{invitation, outbox},
    store::outbox::{self as store, NewMail, Receiver},
};
use sea_orm::{EntityTrait, IntoActiveModel};
use uuid::Uuid;

use crate::support::{
    TestApp,
    world::{Member, Ws},
};

mod addresses;
mod audience;
mod deliver;
mod faults;
mod kinds;
mod names;
mod page;

/// All rows of the outbox, in the order of their keys.
async fn rows(app: &TestApp) -> Vec<outbox::Model> {
    let mut rows = outbox::Entity::find()
        .all(app.app.deps.db.writer())
        .await
        .unwrap();
    rows.sort_by_key(|row| row.id);
    rows
}

/// An invitation, of that generation, with a note in two lines.
async fn invitation(
    app: &TestApp,
    ws: &Ws,
    id: Uuid,
    email: &str,
    by: Option<&Member>,
    generation: i32,
) {
    let row = invitation::Model {
        id,
        workspace_id: ws.id.0,
        email: email.to_owned(),
        email_canonical: email.to_owned(),
        given_name: None,
        family_name: None,
        role_id: None,
        permissions: "[]".to_owned(),
        group_ids: "[]".to_owned(),
        quotas: "[]".to_owned(),
        access_starts_at: None,
        access_ends_at: None,
        access_duration_seconds: None,
        locale: "EN".to_owned(),
        note: Some("Join <us>\nat noon".to_owned()),
        invited_by: by.map(|member| member.account.0),
        created_at: app.now(),
        expires_at: app.now() + Duration::days(30),
        generation,
        accepted_at: None,
        declined_at: None,
        cancelled_at: None,
        membership_id: None,
        default_permissions: None,
        delivery_state: None,
        delivery_at: None,
        delivery_status: None,
        reminded_generation: None,
    };
    invitation::Entity::insert(row.into_active_model())
        .exec_without_returning(app.app.deps.db.writer())
        .await
        .unwrap();
}

fn new(app: &TestApp, kind: MailKind, to: Receiver) -> NewMail {
    NewMail::new(app.app.deps.ids.uuid(app.now()), kind, to)
}

async fn queue(app: &TestApp, mails: Vec<NewMail>) {
    store::queue(app.app.deps.db.writer(), mails, app.now())
        .await
        .unwrap();
}

/// Queues a mail to a member, about their account: it says always the same.
async fn tell(app: &TestApp, member: &Member) {
    let mail = new(
        app,
        MailKind::PasswordChanged,
        Receiver::Account(member.account),
    )
    .about(member.account);
    queue(app, vec![mail]).await;
}
