//! The way out: one SMTP server with pooled connections, or none, and then mails stay in the outbox (MAIL-2).
//!
//! Must not say in words what a server answered: its texts name addresses.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use chrono::{DateTime, Utc};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    address::Envelope as Route,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
    transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig},
};
use uuid::Uuid;

use super::Rendered;
use crate::domain::email::EmailAddress;

/// The most connections to the mail server, and so the most mails under way at once on one node.
pub const CONNECTIONS: u32 = 8;

/// How long idle connections are given to end.
const GOOD_BYE: Duration = Duration::from_secs(2);

/// Why a mail was not delivered. The reason is for operators: no address, no name and no secret is in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The receiver, or the mail, is refused for good.
    #[error("{0}")]
    Refused(String),
    /// The receiver cannot be served just now.
    #[error("{0}")]
    Deferred(String),
    /// The mail server cannot be used just now, whoever the receiver is.
    #[error("{0}")]
    Down(String),
}

/// What stands on the envelope and in the head of a mail.
#[derive(Clone)]
pub struct Envelope {
    /// The key of its row: its Message-ID is made of it, the same at every try.
    pub id: Uuid,
    /// The receiver's address.
    pub to: String,
    /// When it is sent.
    pub at: DateTime<Utc>,
}

type Smtp = AsyncSmtpTransport<Tokio1Executor>;

/// Sends mails, and knows where links lead.
pub struct Mailer {
    smtp: Option<Server>,
    from: Mailbox,
    link_url: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer").field("sends", &self.sends()).finish_non_exhaustive()
    }
}

impl Default for Mailer {
    /// For whoever sends nothing: no server, and links to the machine itself.
    fn default() -> Self {
        let from = Mailbox::new(None, Address::new_dangerous("concierge", "localhost"));
        Self::outbox_only(from, "http://localhost:8080/playground/link/".to_owned())
    }
}

struct Server {
    builder: AsyncSmtpTransportBuilder,
    current: Mutex<Arc<Smtp>>,
    timeout: Duration,
}

impl Mailer {
    /// Mails stay in the outbox; `link_url` is where their links lead.
    pub const fn outbox_only(from: Mailbox, link_url: String) -> Self {
        Self { smtp: None, from, link_url }
    }

    /// Mails go to the server at `url` (`smtps://user:password@host`); one that takes longer than `timeout` failed. Refuses an
    /// URL that the library does not understand.
    pub fn over_smtp(url: &str, from: Mailbox, link_url: String, timeout: Duration) -> Result<Self, smtp::Error> {
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(Duration::from_secs(30));
        let builder = Smtp::from_url(url)?.timeout(Some(timeout)).pool_config(pool);
        let current = Mutex::new(Arc::new(builder.clone().build()));
        Ok(Self { smtp: Some(Server { builder, current, timeout }), from, link_url })
    }

    /// Whether mails are sent at all.
    pub const fn sends(&self) -> bool {
        self.smtp.is_some()
    }

    /// How long one delivery takes at most.
    pub fn timeout(&self) -> Duration {
        self.smtp.as_ref().map_or(Duration::ZERO, |server| server.timeout)
    }

    /// Where links lead: what they are about is put behind it.
    pub fn link_url(&self) -> &str {
        &self.link_url
    }

    /// Hands one mail to the server.
    pub async fn send(&self, envelope: &Envelope, mail: &Rendered) -> Result<(), Undelivered> {
        let Some(server) = &self.smtp else { return Err(Undelivered::Down("NO_SERVER".to_owned())) };
        let message = self.message(envelope, mail)?;
        let transport = Arc::clone(&server.current.lock().unwrap_or_else(PoisonError::into_inner));
        let mut sending = Box::pin(transport.send(message));
        match tokio::time::timeout(server.timeout, &mut sending).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(judge(&error)),
            Err(_) => {
                // The connection is in the middle of a mail: none may follow on it. The pool is closed before the sending is
                // given up, so that the connection is not taken back into it.
                server.replace(&transport);
                // It says good-bye to idle connections and waits for an answer, which a silent server does not give.
                let _ = tokio::time::timeout(GOOD_BYE, transport.shutdown()).await;
                drop(sending);
                Err(Undelivered::Down("TIMEOUT".to_owned()))
            }
        }
    }

    fn message(&self, envelope: &Envelope, mail: &Rendered) -> Result<Message, Undelivered> {
        let malformed = |_| Undelivered::Refused("MALFORMED".to_owned());
        // The domain in ASCII form: only an odd local part needs a server that takes more.
        let address = EmailAddress::parse(&envelope.to).map_err(|_| Undelivered::Refused("ADDRESS_NOT_SUPPORTED".to_owned()))?;
        // The library reads neither quoted local parts nor all characters of RFC 6531; ours is checked, so that nothing can break
        // out of it.
        let to = Address::new_dangerous(address.mailbox(), address.domain());
        let route = Route::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(malformed)?;
        let header = |name: &'static str, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
        Message::builder()
            .envelope(route)
            .message_id(Some(format!("<{}@{}>", envelope.id, self.from.email.domain())))
            .date(envelope.at.into())
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(mail.subject.clone())
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .multipart(MultiPart::alternative_plain_html(mail.text.clone(), mail.html.clone()))
            .map_err(malformed)
    }
}

impl Server {
    /// Further mails go over new connections, unless another mail has seen to that.
    fn replace(&self, broken: &Arc<Smtp>) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if Arc::ptr_eq(&current, broken) {
            *current = Arc::new(self.builder.clone().build());
        }
    }
}

/// Whose fault a failure is. A server's text is not kept, but for the enhanced status code in it (RFC 3463).
fn judge(error: &smtp::Error) -> Undelivered {
    let Some(code) = error.status() else {
        return match error {
            error if error.is_timeout() => Undelivered::Down("TIMEOUT".to_owned()),
            error if error.is_tls() => Undelivered::Down("TLS".to_owned()),
            error if error.is_client() && error.to_string().contains("non-ascii") => {
                Undelivered::Refused("ADDRESS_NOT_SUPPORTED".to_owned())
            }
            error if error.is_client() => Undelivered::Down("NOT_SUPPORTED_BY_SERVER".to_owned()),
            _ => Undelivered::Down("CONNECTION".to_owned()),
        };
    };
    let said = match enhanced(&error.to_string()) {
        Some(enhanced) => format!("SMTP {code} {enhanced}"),
        None => format!("SMTP {code}"),
    };
    match u16::from(code) {
        500..=599 if said.rsplit(' ').next().is_some_and(is_of_receiver) => Undelivered::Refused(said),
        // A mailbox or a mail that is not wanted; but it may be the sender that is not, or a rule that somebody will mend (RFC 3463:
        // 5.7.x, 5.1.8), and the code alone does not tell. Such a mail is tried again until its day is over, as any other.
        501 | 510..=529 | 541 | 550..=599 => Undelivered::Deferred(said),
        // 421: the service closes. 5xx of another kind: the server and we do not understand each other, or it does not let us in.
        421 | 454 | 500..=599 => Undelivered::Down(said),
        _ => Undelivered::Deferred(said),
    }
}

/// Whether an enhanced status code says that there is no such mailbox, or none any more (RFC 3463, RFC 7505): no later try helps.
fn is_of_receiver(code: &str) -> bool {
    matches!(code, "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.2.1")
}

/// The first `5.1.1` in a text.
fn enhanced(text: &str) -> Option<&str> {
    let is_code = |word: &&str| {
        let mut parts = word.split('.');
        let class = parts.next().is_some_and(|class| matches!(class, "4" | "5"));
        let detail = |part: Option<&str>| {
            part.is_some_and(|part| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit()))
        };
        class && detail(parts.next()) && detail(parts.next()) && parts.next().is_none()
    };
    text.split(|c: char| !c.is_ascii_digit() && c != '.').find(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        Mailer::outbox_only("Portal <portal@example.org>".parse().unwrap(), "https://example.org/link/".to_owned())
    }

    fn envelope(to: &str) -> Envelope {
        Envelope { id: Uuid::from_u128(7), to: to.to_owned(), at: DateTime::from_timestamp(1_790_000_000, 0).unwrap() }
    }

    fn formatted(to: &str, subject: &str) -> Result<String, Undelivered> {
        let mail =
            Rendered { subject: subject.to_owned(), text: "Dag, été".to_owned(), html: "<p>Dag</p>".to_owned(), link: None };
        Ok(String::from_utf8(mailer().message(&envelope(to), &mail)?.formatted()).unwrap())
    }

    #[test]
    fn mail_1_the_head_is_the_same_at_every_try() {
        let text = formatted("ada@example.net", "Hello").unwrap();
        for wanted in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "From: Portal <portal@example.org>\r\n",
            "To: ada@example.net\r\n",
            "Date: Mon, 21 Sep 2026 14:13:20 +0000\r\n",
            "Content-Type: multipart/alternative;",
        ] {
            assert!(text.contains(wanted), "{wanted}: {text}");
        }
    }

    #[test]
    fn mail_2_odd_addresses_are_written_as_servers_take_them() {
        for (stored, wanted) in [
            ("Ada@B\u{fc}cher.example", "Ada@xn--bcher-kva.example"),
            ("ada+portal@example.net", "ada+portal@example.net"),
            ("\"Ada L\"@example.net", "\"Ada L\"@example.net"),
        ] {
            let text = formatted(stored, "x").unwrap_or_else(|error| panic!("{stored}: {error}"));
            assert!(text.contains(&format!("To: {wanted}\r\n")), "{stored}: {text}");
        }
        assert!(matches!(formatted("no address", "x"), Err(Undelivered::Refused(_))));
    }

    #[test]
    fn mail_2_nothing_gets_into_the_head_by_a_subject() {
        let text = formatted("ada@example.net", "Hi\r\nBcc: eve@example.org\r\n\r\nbody").unwrap();
        assert!(!text.contains("\nBcc:"), "{text}");
    }

    #[test]
    fn mail_2_of_a_server_s_words_only_the_status_is_kept() {
        assert_eq!(enhanced("permanent error (550): 5.1.1 <ada@10.5.1.1.example> unknown"), Some("5.1.1"));
        assert_eq!(enhanced("transient error (451): from 4.1.1.1"), None);
        assert_eq!(enhanced("nothing"), None);
    }

    #[test]
    fn mail_1_only_a_mailbox_that_is_not_there_is_given_up_at_once() {
        for code in ["5.1.1", "5.1.10", "5.2.1"] {
            assert!(is_of_receiver(code), "{code}");
        }
        for code in ["550", "5.7.1", "5.1.8", "5.2.2", "5.6.0"] {
            assert!(!is_of_receiver(code), "{code}");
        }
    }
}
