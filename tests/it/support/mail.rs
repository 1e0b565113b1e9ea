//! The receivers' view of mails: what is queued to whom, and the tokens in the links.

#![allow(dead_code, reason = "not every test binary reads mails")]

use concierge::{
    domain::{id, mail::MailKind},
    entity,
};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::TestApp;

impl TestApp {
    /// The mails of one kind to an address, oldest first: to the address itself, or to the account
    /// that has it.
    pub async fn mails(&self, kind: MailKind, to: &str) -> Vec<entity::outbox::Model> {
        let db = self.app.deps.db.writer();
        let canonical = concierge::domain::email::EmailAddress::parse(to)
            .expect("an address")
            .canonical;
        let account = entity::account::Entity::find()
            .filter(entity::account::Column::EmailCanonical.eq(canonical.clone()))
            .one(db)
            .await
            .expect("accounts")
            .map(|account| account.id);
        let rows = entity::outbox::Entity::find()
            .filter(entity::outbox::Column::Kind.eq(kind.as_str()))
            .order_by_asc(entity::outbox::Column::CreatedAt)
            .order_by_asc(entity::outbox::Column::Id)
            .all(db)
            .await
            .expect("the outbox");
        let key = self.app.deps.secret.mail_key(&canonical).to_vec();
        let is_to = |row: &entity::outbox::Model| {
            row.email_key.as_ref() == Some(&key)
                || (row.account_id.is_some() && row.account_id == account)
        };
        rows.into_iter().filter(is_to).collect()
    }

    /// The token of the link in the newest mail of that kind to an address.
    pub async fn link(&self, kind: MailKind, to: &str) -> String {
        let mails = self.mails(kind, to).await;
        let mail = mails.last().unwrap_or_else(|| panic!("no {kind} to {to}"));
        self.link_in(mail)
    }

    /// The token of the link in that mail.
    pub fn link_in(&self, mail: &entity::outbox::Model) -> String {
        let kind = MailKind::parse(&mail.kind)
            .and_then(MailKind::link)
            .expect("a mail with a link");
        let subject = mail.subject_id.as_deref().expect("a subject");
        let row = id::decode(subject)
            .map(|(_, id)| id)
            .or_else(|_| Uuid::parse_str(subject))
            .expect("a row");
        self.app
            .deps
            .secret
            .link(kind, row, mail.generation)
            .expose()
    }
}
