//! Sends mails: through one SMTP server with pooled connections, or not at all, and then mails stay
//! in the outbox (MAIL-2).
//!
//! Must not repeat what a server answered: its texts contain addresses.

mod relay;

use std::time::Duration;

use base64::{Engine as _, engine::general_purpose::STANDARD};

use chrono::{DateTime, Utc};
use lettre::{
    Address, Message,
    address::Envelope as Route,
    message::{
        Mailbox, MultiPart,
        header::{HeaderName, HeaderValue},
    },
};
use uuid::Uuid;

pub use self::relay::SmtpUrlError;
use self::relay::{Phase, Relay, SendError};
use super::Rendered;
use crate::domain::email::EmailAddress;

/// The maximum number of connections to the mail server, and so of mails in flight on one node.
pub const CONNECTIONS: u32 = 8;

/// Why a mail was not delivered. The reason is for operators: it contains no address, name or
/// secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Undelivered {
    /// The receiver, or the mail, is refused permanently.
    #[error("{0}")]
    Refused(String),
    /// The receiver is temporarily unavailable.
    #[error("{0}")]
    Deferred(String),
    /// The mail server is unavailable, for any receiver.
    #[error("{0}")]
    Down(String),
}

/// The envelope and the headers of a mail.
#[derive(Clone)]
pub struct Envelope {
    /// The primary key of its row. Its Message-ID is derived from it, so it is the same for every
    /// attempt.
    pub id: Uuid,
    /// The receiver's address.
    pub to: String,
    pub at: DateTime<Utc>,
}

/// Sends mails, and knows the base URL of links.
pub struct Mailer {
    smtp: Option<Server>,
    from: Mailbox,
    link_url: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mailer")
            .field("sends", &self.sends())
            .finish_non_exhaustive()
    }
}

impl Default for Mailer {
    /// Sends nothing; links lead to this machine.
    fn default() -> Self {
        let from = Mailbox::new(None, Address::new_dangerous("concierge", "localhost"));
        Self::outbox_only(from, "http://localhost:8080/playground/link/".to_owned())
    }
}

struct Server {
    relay: Relay,
    timeout: Duration,
}

impl Mailer {
    /// Mails stay in the outbox. `link_url` is the base URL of their links.
    pub const fn outbox_only(from: Mailbox, link_url: String) -> Self {
        Self {
            smtp: None,
            from,
            link_url,
        }
    }

    /// Mails go to the server at `url` (`smtps://user:password@host`). A delivery that takes longer
    /// than `timeout` fails. Refuses a URL that is not one of a mail server.
    pub fn over_smtp(
        url: &str,
        from: Mailbox,
        link_url: String,
        timeout: Duration,
    ) -> Result<Self, SmtpUrlError> {
        let relay = Relay::at(
            url,
            timeout,
            usize::try_from(CONNECTIONS).unwrap_or(usize::MAX),
        )?;
        Ok(Self {
            smtp: Some(Server { relay, timeout }),
            from,
            link_url,
        })
    }

    /// Whether mails are sent at all.
    pub const fn sends(&self) -> bool {
        self.smtp.is_some()
    }

    /// The maximum duration of one delivery.
    pub fn timeout(&self) -> Duration {
        self.smtp
            .as_ref()
            .map_or(Duration::ZERO, |server| server.timeout)
    }

    /// The base URL of links; the token is appended.
    pub fn link_url(&self) -> &str {
        &self.link_url
    }

    /// Sends one mail to the server.
    pub async fn send(&self, envelope: &Envelope, mail: &Rendered) -> Result<(), Undelivered> {
        let Some(server) = &self.smtp else {
            return Err(Undelivered::Down("NO_SERVER".to_owned()));
        };
        let message = self.message(envelope, mail)?;
        match tokio::time::timeout(
            server.timeout,
            server.relay.send(message.envelope(), &message.formatted()),
        )
        .await
        {
            Ok(sent) => sent.map_err(|failed| judge(&failed)),
            Err(_) => {
                // Its connection was in the middle of a mail and is closed by now, so it cannot be
                // reused.
                server.relay.forget();
                Err(Undelivered::Down("TIMEOUT".to_owned()))
            }
        }
    }

    fn message(&self, envelope: &Envelope, mail: &Rendered) -> Result<Message, Undelivered> {
        let malformed = |_| Undelivered::Refused("MALFORMED".to_owned());
        // The domain in ASCII form: only an unusual local part needs a server with SMTPUTF8.
        let address = EmailAddress::parse(&envelope.to)
            .map_err(|_| Undelivered::Refused("ADDRESS_NOT_SUPPORTED".to_owned()))?;
        // The library parses neither quoted local parts nor all characters of RFC 6531. The address
        // was validated here, so that it cannot inject anything.
        let to = Address::new_dangerous(address.mailbox(), address.domain());
        let route =
            Route::new(Some(self.from.email.clone()), vec![to.clone()]).map_err(malformed)?;
        let header = |name: &'static str, value: &str| {
            HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
        };
        let mut message = Message::builder();
        // One click, and no sign-in (RFC 8058).
        if let Some(link) = &mail.unsubscribe {
            message = message
                .raw_header(header("List-Unsubscribe", &format!("<{link}>")))
                .raw_header(header(
                    "List-Unsubscribe-Post",
                    "List-Unsubscribe=One-Click",
                ));
        }
        message
            .envelope(route)
            .message_id(Some(format!(
                "<{}@{}>",
                envelope.id,
                self.from.email.domain()
            )))
            .date(envelope.at.into())
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .raw_header(subject(&mail.subject))
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .multipart(MultiPart::alternative_plain_html(
                mail.text.clone(),
                mail.html.clone(),
            ))
            .map_err(malformed)
    }
}

/// Encodes the whole subject if something in it looks like an encoded word: mail programs would
/// decode it (RFC 2047).
fn subject(text: &str) -> HeaderValue {
    let name = HeaderName::new_from_ascii_str("Subject");
    if !text.contains("=?") {
        return HeaderValue::new(name, text.to_owned());
    }
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars() {
        match words.last_mut() {
            // A line has at most 76 characters: 39 bytes are 52 in base 64, 12 surround them, 9
            // precede the first.
            Some(word) if word.len() + c.len_utf8() <= 39 => word.push(c),
            _ => words.push(c.to_string()),
        }
    }
    let encoded: Vec<String> = words
        .iter()
        .map(|word| format!("=?utf-8?b?{}?=", STANDARD.encode(word)))
        .collect();
    HeaderValue::dangerous_new_pre_encoded(name, text.to_owned(), encoded.join("\r\n "))
}

/// Classifies a failure. Drops the server's text except for the enhanced status code in it (RFC
/// 3463).
fn judge(failed: &SendError) -> Undelivered {
    let (error, phase) = match failed {
        SendError::NoSmtpUtf8 => return Undelivered::Refused("ADDRESS_NOT_SUPPORTED".to_owned()),
        SendError::NoEightBit => return Undelivered::Down("NOT_SUPPORTED_BY_SERVER".to_owned()),
        SendError::Smtp(error, phase) => (error, *phase),
    };
    let Some(code) = error.status() else {
        return Undelivered::Down(
            match error {
                error if error.is_timeout() => "TIMEOUT",
                error if error.is_tls() => "TLS",
                error if error.is_client() => "NOT_SUPPORTED_BY_SERVER",
                _ => "CONNECTION",
            }
            .to_owned(),
        );
    };
    verdict(code.into(), enhanced(&error.to_string()), phase)
}

/// The meaning of a status code, with the enhanced one if there is one, in answer to a command of
/// that phase.
fn verdict(code: u16, enhanced: Option<&str>, phase: Phase) -> Undelivered {
    let reason = match enhanced {
        Some(enhanced) => format!("SMTP {code} {enhanced}"),
        None => format!("SMTP {code}"),
    };
    match (code, enhanced) {
        (500..=599, Some(enhanced)) if is_of_receiver(enhanced) => Undelivered::Refused(reason),
        // No such mailbox, a moved one, an invalid name (RFC 5321, 4.2.3): in answer to the
        // receiver, no retry helps.
        (550 | 551 | 553, None) if phase == Phase::Receiver => Undelivered::Refused(reason),
        // An unwanted mail or sender, or a rule that may change (RFC 3463: 5.7.x, 5.1.8): the code
        // alone does not tell which. Such a mail is retried for a day like any other.
        (501 | 510..=529 | 541 | 550..=599, _) => Undelivered::Deferred(reason),
        // 421: the service closes. Other 5xx: a protocol error, or the server does not let us in.
        (421 | 454 | 500..=599, _) => Undelivered::Down(reason),
        _ => Undelivered::Deferred(reason),
    }
}

/// Whether an enhanced status code says that the mailbox does not exist (any more) (RFC 3463, RFC
/// 7505): no retry helps.
fn is_of_receiver(code: &str) -> bool {
    matches!(
        code,
        "5.1.1" | "5.1.2" | "5.1.3" | "5.1.6" | "5.1.10" | "5.2.1"
    )
}

/// The first `5.1.1` in a text.
fn enhanced(text: &str) -> Option<&str> {
    let is_code = |word: &&str| {
        let mut parts = word.split('.');
        let class = parts.next().is_some_and(|class| matches!(class, "4" | "5"));
        let detail = |part: Option<&str>| {
            part.is_some_and(|part| {
                (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
            })
        };
        class && detail(parts.next()) && detail(parts.next()) && parts.next().is_none()
    };
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .find(is_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        Mailer::outbox_only(
            "Portal <portal@example.org>".parse().unwrap(),
            "https://example.org/link/".to_owned(),
        )
    }

    fn envelope(to: &str) -> Envelope {
        Envelope {
            id: Uuid::from_u128(7),
            to: to.to_owned(),
            at: DateTime::from_timestamp(1_790_000_000, 0).unwrap(),
        }
    }

    fn formatted(to: &str, subject: &str) -> Result<String, Undelivered> {
        let mail = Rendered {
            subject: subject.to_owned(),
            text: "Dag, été".to_owned(),
            html: "<p>Dag</p>".to_owned(),
            link: None,
            unsubscribe: None,
        };
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
            assert!(
                text.contains(&format!("To: {wanted}\r\n")),
                "{stored}: {text}"
            );
        }
        assert!(matches!(
            formatted("no address", "x"),
            Err(Undelivered::Refused(_))
        ));
    }

    #[test]
    fn mail_2_nothing_gets_into_the_head_by_a_subject() {
        let text = formatted("ada@example.net", "Hi\r\nBcc: eve@example.org\r\n\r\nbody").unwrap();
        assert!(!text.contains("\nBcc:"), "{text}");
    }

    #[test]
    fn mail_2_of_a_server_s_words_only_the_status_is_kept() {
        assert_eq!(
            enhanced("permanent error (550): 5.1.1 <ada@10.5.1.1.example> unknown"),
            Some("5.1.1")
        );
        assert_eq!(enhanced("transient error (451): from 4.1.1.1"), None);
        assert_eq!(enhanced("nothing"), None);
    }

    #[test]
    fn mail_1_a_refusal_is_judged_by_the_command_that_it_answers() {
        let refused = |text: &str| Undelivered::Refused(text.to_owned());
        let deferred = |text: &str| Undelivered::Deferred(text.to_owned());
        for (code, enhanced, phase, expected) in [
            (550, None, Phase::Receiver, refused("SMTP 550")),
            (551, None, Phase::Receiver, refused("SMTP 551")),
            (553, None, Phase::Receiver, refused("SMTP 553")),
            (550, None, Phase::Other, deferred("SMTP 550")),
            (553, None, Phase::Other, deferred("SMTP 553")),
            (550, Some("5.1.1"), Phase::Other, refused("SMTP 550 5.1.1")),
            (
                550,
                Some("5.7.1"),
                Phase::Receiver,
                deferred("SMTP 550 5.7.1"),
            ),
            (554, None, Phase::Receiver, deferred("SMTP 554")),
            (552, None, Phase::Receiver, deferred("SMTP 552")),
            (450, None, Phase::Receiver, deferred("SMTP 450")),
            (
                535,
                None,
                Phase::Other,
                Undelivered::Down("SMTP 535".to_owned()),
            ),
            (
                421,
                None,
                Phase::Receiver,
                Undelivered::Down("SMTP 421".to_owned()),
            ),
        ] {
            assert_eq!(
                verdict(code, enhanced, phase),
                expected,
                "{code} {enhanced:?} {phase:?}"
            );
        }
    }

    #[test]
    fn mail_3_a_subject_is_decoded_by_nobody_but_as_it_was_encoded() {
        let text = formatted(
            "ada@example.net",
            "=?utf-8?q?Claim=20it?= invites you, Zo\u{eb} and everybody else in this house",
        )
        .unwrap();
        let head: String = text
            .lines()
            .skip_while(|line| !line.starts_with("Subject: "))
            .take(3)
            .collect::<Vec<_>>()
            .join("\n");
        assert!(
            !text.contains("?q?Claim") && !text.contains("=20it"),
            "{head}"
        );
        let words: Vec<&str> = head
            .split("=?utf-8?b?")
            .skip(1)
            .map(|word| word.split("?=").next().unwrap())
            .collect();
        let bytes: Vec<u8> = words
            .iter()
            .flat_map(|word| STANDARD.decode(word).unwrap())
            .collect();
        let decoded = String::from_utf8(bytes).unwrap();
        assert_eq!(
            decoded,
            "=?utf-8?q?Claim=20it?= invites you, Zo\u{eb} and everybody else in this house"
        );
        assert!(head.lines().take(2).all(|line| line.len() <= 76), "{head}");
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
