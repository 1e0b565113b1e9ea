//! `[mail]`: the mail server and the sender.

use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{optional_secret, parsed, seconds};

/// The mail server and the sender.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mail {
    /// The mail server with user and password. Without it, mails stay in the outbox.
    #[serde(deserialize_with = "smtp_url")]
    pub smtp_url: Option<SecretString>,
    #[serde(deserialize_with = "parsed")]
    pub from: Mailbox,
    /// The base URL of links, if configured: without `?` and `#`, which are appended.
    #[serde(deserialize_with = "link_url")]
    pub link_url: Option<String>,
    /// From the end of one round of sending to the next.
    #[serde(
        rename = "send_every_seconds",
        deserialize_with = "seconds::<1, 3_600, _>"
    )]
    pub send_every: Duration,
    /// The maximum duration of sending one mail.
    #[serde(rename = "timeout_seconds", deserialize_with = "seconds::<1, 600, _>")]
    pub timeout: Duration,
    /// Whether the playground shows everybody what would be sent.
    pub show_outbox: bool,
}

fn link_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    let is_web = |uri: &http::Uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none()
    };
    let fits = !text.contains(['?', '#']) && text.parse().is_ok_and(|uri| is_web(&uri));
    if fits {
        Ok(Some(text))
    } else {
        Err(Error::custom(format!(
            "`{text}` is not of the form https://host/path"
        )))
    }
}

/// Checks that the mail library can parse it. The error names the key, not the value, which may
/// contain a password.
fn smtp_url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let Some(url) = optional_secret(deserializer)? else {
        return Ok(None);
    };
    match lettre::AsyncSmtpTransport::<lettre::Tokio1Executor>::from_url(url.expose_secret()) {
        Ok(_) => Ok(Some(url)),
        Err(_) => Err(Error::custom(
            "not of the form smtps://user:password@host or smtp://user:password@host:587?tls=required",
        )),
    }
}
