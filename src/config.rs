//! The settings: read in layers, checked at start, passed down as plain values.
//!
//! `default.toml` contains the defaults and is the manual. Only `app` and `cli` name this module;
//! the layers below receive what they need. Nothing here opens a connection; the only file it may
//! write is the secret key.

#![allow(
    missing_docs,
    reason = "an item has a comment only if its name leaves something open"
)]

use std::{
    collections::BTreeMap, ffi::OsString, fs, net::IpAddr, net::SocketAddr, path::Path,
    path::PathBuf,
};

use serde::Deserialize;

mod access;
mod accounts;
mod database;
mod fault;
mod graphql;
mod invitations;
mod jobs;
mod layers;
mod limits;
mod log;
mod mail;
mod passwords;
pub mod private;
mod secret_key;
mod server;
mod sessions;
mod sign_in;
#[cfg(test)]
mod tests;
mod value;

pub use self::{
    access::AccessEnds,
    accounts::Accounts,
    database::{Database, Synchronous},
    fault::ConfigFault,
    graphql::Graphql,
    invitations::Invitations,
    jobs::Jobs,
    limits::Limits,
    log::{Log, LogFormat},
    mail::Mail,
    passwords::Passwords,
    secret_key::SecretKey,
    server::Server,
    sessions::{CookieSecure, Sessions},
    sign_in::SignIn,
};

/// The manual: every key with its default, range and reason.
pub const MANUAL: &str = include_str!("config/default.toml");

/// All settings. [`MANUAL`] describes each section.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The address to listen on.
    pub listen: SocketAddr,
    /// The folder of the SQLite file and the secret key.
    #[serde(deserialize_with = "value::folder")]
    pub data_dir: PathBuf,
    /// The configured key. Use [`Settings::secret_key`].
    #[serde(rename = "secret_key", deserialize_with = "secret_key::read")]
    configured_key: Option<SecretKey>,
    /// The key before. Use [`Settings::previous_secret_key`].
    #[serde(rename = "secret_key_previous", deserialize_with = "secret_key::read")]
    previous_key: Option<SecretKey>,
    pub server: Server,
    pub database: Database,
    pub limits: Limits,
    pub passwords: Passwords,
    pub sessions: Sessions,
    pub sign_in: SignIn,
    pub accounts: Accounts,
    pub invitations: Invitations,
    pub mail: Mail,
    pub access: AccessEnds,
    pub jobs: Jobs,
    pub graphql: Graphql,
    pub log: Log,
}

impl Settings {
    /// Reads the defaults, then `file`, then the process's environment, and checks everything.
    pub fn load(file: Option<&Path>) -> Result<Self, ConfigFault> {
        Self::read(file, std::env::vars_os().collect())
    }

    /// Like [`Settings::load`], with a given environment.
    pub fn read(
        file: Option<&Path>,
        environment: BTreeMap<OsString, OsString>,
    ) -> Result<Self, ConfigFault> {
        let mut settings: Self = layers::merged(file, environment)?;
        settings.database.resolve(&settings.data_dir);
        settings.check()?;
        Ok(settings)
    }

    /// Where users reach the server: as configured, else the address that it listens on (`listen`
    /// may leave the port open with 0). Without a trailing slash. Replaces a wildcard address,
    /// which no browser can open, by this machine's.
    pub fn public_url(&self, address: SocketAddr) -> String {
        match &self.server.public_url {
            Some(url) => url.clone(),
            None if address.ip().is_unspecified() => format!("http://localhost:{}", address.port()),
            None => format!("http://{address}"),
        }
    }

    /// The base URL of the links in mails: as configured, else the playground's page for them.
    pub fn link_url(&self) -> String {
        self.mail
            .link_url
            .clone()
            .unwrap_or_else(|| format!("{}/playground/link/", self.public_url(self.listen)))
    }

    /// Whether cookies are marked `Secure`.
    pub fn secure_cookies(&self) -> bool {
        match self.sessions.cookie_secure {
            CookieSecure::Always => true,
            CookieSecure::Never => false,
            CookieSecure::Auto => self
                .server
                .public_url
                .as_deref()
                .is_some_and(|url| url.starts_with("https://")),
        }
    }

    /// The secret key: as configured, else from the data folder, where it is generated if missing.
    /// Writes that file, so call it only to use the key.
    pub fn secret_key(&self) -> Result<SecretKey, ConfigFault> {
        match &self.configured_key {
            Some(key) => Ok(key.clone()),
            None => secret_key::kept_in(&self.data_dir),
        }
    }

    /// The secret key that was used before, which still opens what is older (BASE-3).
    pub const fn previous_secret_key(&self) -> Option<&SecretKey> {
        self.previous_key.as_ref()
    }

    /// Checks that a key is configured, or in the data folder where nobody else can read it. Writes
    /// nothing.
    pub fn inspect_secret_key(&self) -> Result<&'static str, ConfigFault> {
        match self.configured_key {
            Some(_) => Ok("configured"),
            None => secret_key::inspect(&self.data_dir),
        }
    }

    /// Checks that only the owner can read the database's file and the data folder. The fault says
    /// what to do.
    pub fn inspect_privacy(&self) -> Result<&'static str, ConfigFault> {
        let Some(file) = self.database.file() else {
            return Ok("the database is another server's");
        };
        let beside = |ending: &str| {
            let mut name = file.clone().into_os_string();
            name.push(ending);
            PathBuf::from(name)
        };
        let is_inside = fs::canonicalize(&file)
            .ok()
            .zip(fs::canonicalize(&self.data_dir).ok());
        let folder = is_inside
            .filter(|(file, folder)| file.starts_with(folder))
            .map(|_| self.data_dir.clone());
        let files = [file.clone(), beside("-wal"), beside("-shm")].map(|path| (path, "600"));
        let open: Vec<String> = (folder.map(|path| (path, "700")).into_iter().chain(files))
            .filter(|(path, _)| private::is_open_to_others(path))
            .map(|(path, mode)| format!("chmod {mode} {}", path.display()))
            .collect();
        if open.is_empty() {
            return Ok("only the owner can read the data folder and the database");
        }
        Err(ConfigFault::new(format!(
            "others can read the data: {}",
            open.join("; ")
        )))
    }

    /// Checks that involve several keys.
    fn check(&self) -> Result<(), ConfigFault> {
        if self.sessions.idle > self.sessions.absolute {
            return Err(ConfigFault::new(
                "`sessions.idle_days` is more than `sessions.absolute_days`",
            ));
        }
        if self.limits.complexity_per_minute < u64::from(self.limits.max_complexity) {
            return Err(ConfigFault::new(
                "`limits.complexity_per_minute` is less than `limits.max_complexity`",
            ));
        }
        if self.mail.show_outbox && self.mail.smtp_url.is_some() {
            return Err(ConfigFault::new(
                "`mail.show_outbox` is for development: it cannot be set together with `mail.smtp_url`",
            ));
        }
        if self.mail.smtp_url.is_some() && self.mail.link_url.is_none() && !self.server.playground {
            return Err(ConfigFault::new(
                "`mail.link_url` is not set and `server.playground` is off: the links in mails would lead nowhere",
            ));
        }
        for (key, url) in [
            ("server.public_url", &self.server.public_url),
            ("mail.link_url", &self.mail.link_url),
        ] {
            if let Some(url) = url.as_deref().filter(|url| names_wildcard(url)) {
                return Err(ConfigFault::new(format!(
                    "`{key}` is {url}: that is every address of a machine and none that a browser can open"
                )));
            }
        }
        if self.mail.smtp_url.is_some()
            && self.mail.link_url.is_none()
            && self.server.public_url.is_none()
        {
            return Err(ConfigFault::new(format!(
                "`mail.smtp_url` is set, and neither `server.public_url` nor `mail.link_url` is: the links in mails would lead to {}, \
                 where the receivers find nothing",
                self.link_url()
            )));
        }
        let is_same = |(key, previous): (&SecretKey, &SecretKey)| key.bytes() == previous.bytes();
        let both = self.configured_key.as_ref().zip(self.previous_key.as_ref());
        if both.is_some_and(is_same) {
            return Err(ConfigFault::new(
                "`secret_key_previous` is the same as `secret_key`: set it to the key that was used before, or remove it",
            ));
        }
        if !self.database.is_sqlite() && self.configured_key.is_none() {
            return Err(ConfigFault::new(
                "`secret_key` is not set: on PostgreSQL it is required, the same on all nodes (make one: openssl rand -hex 32; \
                 set it as CONCIERGE_SECRET_KEY)",
            ));
        }
        Ok(())
    }
}

/// Whether a web address means all addresses of a machine (0.0.0.0, [::]).
fn names_wildcard(url: &str) -> bool {
    let Ok(url) = url.parse::<http::Uri>() else {
        return false;
    };
    let host = url.host().unwrap_or_default().trim_matches(['[', ']']);
    host.parse::<IpAddr>()
        .is_ok_and(|address| address.to_canonical().is_unspecified())
}
