//! `[mail]`: through whom mail is sent, and in whose name.

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{optional_secret, parsed};

/// Through whom mail is sent, and in whose name.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The mail server with user and password; without it mails stay in the outbox.
    #[serde(deserialize_with = "smtp_url")]
    pub smtp_url: Option<SecretString>,
    /// The sender.
    #[serde(deserialize_with = "parsed")]
    pub from: Mailbox,
}

/// Understood by the mail library. The refusal names the key, not the value, which may hold a password.
fn smtp_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let Some(url) = optional_secret(deserializer)? else { return Ok(None) };
    match lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(url.expose_secret()) {
        Ok(_) => Ok(Some(url)),
        Err(_) => Err(Error::custom("not of the form smtps://user:password@host or smtp://user:password@host:587?tls=required")),
    }
}
