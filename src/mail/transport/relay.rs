//! The SMTP server that all mail goes to: its connections, a few kept for the next mail, and
//! sending a mail command by command. The library's own transport does not say which command a
//! refusal answers, and that matters: after RCPT it is about the receiver, elsewhere about us or
//! the mail (RFC 5321, 4.2.2, 4.3.2).
//!
//! Must not decide what a refusal means: the parent does.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use lettre::{
    address::Envelope,
    transport::smtp::{
        self,
        authentication::{Credentials, DEFAULT_MECHANISMS},
        client::{AsyncSmtpConnection, TlsParameters},
        commands::{Data, Mail, Rcpt},
        extension::{ClientId, Extension, MailBodyParameter, MailParameter},
    },
};
use percent_encoding::percent_decode_str;
use tokio::time::Instant;
use url::Url;

/// How long a connection is kept without a mail.
const IDLE: Duration = Duration::from_secs(30);

/// The command that an answer belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// RCPT TO: the receiver.
    Receiver,
    /// Any other.
    Other,
}

/// Why a mail was not accepted.
#[derive(Debug)]
pub(super) enum SendError {
    /// The server, or the connection to it.
    Smtp(smtp::Error, Phase),
    /// The address has characters that this server does not support (RFC 6531).
    NoSmtpUtf8,
    /// The mail has characters that this server does not support (RFC 6152).
    NoEightBit,
}

impl From<smtp::Error> for SendError {
    fn from(error: smtp::Error) -> Self {
        Self::Smtp(error, Phase::Other)
    }
}

/// Why a URL of a mail server cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SmtpUrlError {
    /// It is not a URL of a mail server.
    #[error(
        "not smtp://host, smtp://host:587?tls=required or smtps://host, with user:password@ before the host or without"
    )]
    Unknown,
    /// TLS cannot be set up as requested.
    #[error(transparent)]
    Tls(#[from] smtp::Error),
}

/// How the connection is encrypted.
#[derive(Clone)]
enum Encryption {
    None,
    /// By STARTTLS, if the server offers it.
    Opportunistic(TlsParameters),
    /// By STARTTLS, or not at all.
    Required(TlsParameters),
    /// From the start.
    Implicit(TlsParameters),
}

struct Idle {
    connection: AsyncSmtpConnection,
    since: Instant,
}

/// The mail server.
pub(super) struct Relay {
    host: String,
    port: u16,
    encryption: Encryption,
    credentials: Option<Credentials>,
    hello: ClientId,
    timeout: Duration,
    most_idle: usize,
    idle: Mutex<Vec<Idle>>,
}

impl Relay {
    /// The server at `url`, parsed like the library does.
    pub(super) fn at(url: &str, timeout: Duration, most_idle: usize) -> Result<Self, SmtpUrlError> {
        let url = Url::parse(url).map_err(|_| SmtpUrlError::Unknown)?;
        let host = url.host_str().ok_or(SmtpUrlError::Unknown)?.to_owned();
        let tls = url
            .query_pairs()
            .find(|(name, _)| name == "tls")
            .map(|(_, value)| value.into_owned());
        let parameters = || TlsParameters::new(host.clone());
        let (encryption, port) = match (url.scheme(), tls.as_deref()) {
            ("smtp", None) => (Encryption::None, smtp::SMTP_PORT),
            ("smtp", Some("required")) => {
                (Encryption::Required(parameters()?), smtp::SUBMISSION_PORT)
            }
            ("smtp", Some("opportunistic")) => (
                Encryption::Opportunistic(parameters()?),
                smtp::SUBMISSION_PORT,
            ),
            ("smtps", _) => (Encryption::Implicit(parameters()?), smtp::SUBMISSIONS_PORT),
            _ => return Err(SmtpUrlError::Unknown),
        };
        let decoded = |text: &str| match percent_decode_str(text).decode_utf8() {
            Ok(text) => Ok(text.into_owned()),
            Err(_) => Err(SmtpUrlError::Unknown),
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(
                decoded(url.username())?,
                decoded(password)?,
            )),
            None => None,
        };
        let name = url.path().trim_matches('/');
        let hello = if name.is_empty() {
            ClientId::default()
        } else {
            ClientId::Domain(name.to_owned())
        };
        let port = url.port().unwrap_or(port);
        Ok(Self {
            host,
            port,
            encryption,
            credentials,
            hello,
            timeout,
            most_idle,
            idle: Mutex::default(),
        })
    }

    /// Closes the idle connections, because the server does not answer.
    pub(super) fn forget(&self) {
        self.idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clear();
    }

    /// Sends one mail. If dropped in the middle, its connection is closed.
    pub(super) async fn send(&self, route: &Envelope, mail: &[u8]) -> Result<(), SendError> {
        let mut connection = match self.kept().await {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        match hand_over(&mut connection, route, mail).await {
            Ok(()) => {
                self.keep(connection);
                Ok(())
            }
            Err(failed) => {
                connection.abort().await;
                Err(failed)
            }
        }
    }

    /// An idle connection that still answers.
    async fn kept(&self) -> Option<AsyncSmtpConnection> {
        loop {
            let Idle {
                mut connection,
                since,
            } = self
                .idle
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .pop()?;
            if since.elapsed() < IDLE && connection.test_connected().await {
                return Some(connection);
            }
            connection.abort().await;
        }
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < self.most_idle {
            idle.push(Idle {
                connection,
                since: Instant::now(),
            });
        }
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, smtp::Error> {
        let implicit = match &self.encryption {
            Encryption::Implicit(parameters) => Some(parameters.clone()),
            Encryption::None | Encryption::Opportunistic(_) | Encryption::Required(_) => None,
        };
        let server = (self.host.as_str(), self.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(self.timeout),
            &self.hello,
            implicit,
            None,
        )
        .await?;
        match &self.encryption {
            Encryption::Required(parameters) => {
                connection.starttls(parameters.clone(), &self.hello).await?
            }
            Encryption::Opportunistic(parameters) if connection.can_starttls() => {
                connection.starttls(parameters.clone(), &self.hello).await?;
            }
            Encryption::None | Encryption::Opportunistic(_) | Encryption::Implicit(_) => {}
        }
        if let Some(credentials) = &self.credentials {
            connection.auth(DEFAULT_MECHANISMS, credentials).await?;
        }
        Ok(connection)
    }
}

async fn hand_over(
    connection: &mut AsyncSmtpConnection,
    route: &Envelope,
    mail: &[u8],
) -> Result<(), SendError> {
    let mut parameters = Vec::new();
    let is_ascii = |address: &lettre::Address| AsRef::<str>::as_ref(address).is_ascii();
    if !route.to().iter().chain(route.from()).all(is_ascii) {
        if !connection
            .server_info()
            .supports_feature(Extension::SmtpUtfEight)
        {
            return Err(SendError::NoSmtpUtf8);
        }
        parameters.push(MailParameter::SmtpUtfEight);
    }
    if !mail.is_ascii() {
        if !connection
            .server_info()
            .supports_feature(Extension::EightBitMime)
        {
            return Err(SendError::NoEightBit);
        }
        parameters.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    connection
        .command(Mail::new(route.from().cloned(), parameters))
        .await?;
    for receiver in route.to() {
        let refused = |error| SendError::Smtp(error, Phase::Receiver);
        connection
            .command(Rcpt::new(receiver.clone(), Vec::new()))
            .await
            .map_err(refused)?;
    }
    connection.command(Data).await?;
    connection.message(mail).await?;
    Ok(())
}
