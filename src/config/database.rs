//! `[database]`: the database's address and the number of connections.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{between, optional_secret, seconds};

/// The database's address and the number of connections.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    #[serde(deserialize_with = "url")]
    url: Option<SecretString>,
    /// The maximum number of connections to PostgreSQL.
    #[serde(deserialize_with = "between::<1, 1000, _, _>")]
    pub max_connections: u32,
    /// The number of connections that read from SQLite.
    #[serde(deserialize_with = "between::<1, 64, _, _>")]
    pub reader_connections: u32,
    /// How long to wait for a lock or a connection.
    #[serde(
        rename = "lock_timeout_seconds",
        deserialize_with = "seconds::<1, 60, _>"
    )]
    pub lock_timeout: Duration,
    /// The maximum number of waiting writes per workspace, per node.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub waiting_writes_per_workspace: u32,
    /// The maximum number of running and waiting writes per actor, per node.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub writes_per_actor: u32,
    /// Whether a commit to SQLite survives a crash of the machine.
    pub synchronous: Synchronous,
}

/// Whether a commit to SQLite survives a crash of the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// Written to disk before the answer.
    Full,
    /// Written to disk soon after.
    Normal,
}

impl Database {
    /// The full address with the password: `sqlite://…` or `postgres://…`.
    pub fn url(&self) -> &str {
        self.url
            .as_ref()
            .map(ExposeSecret::expose_secret)
            .unwrap_or_default()
    }

    /// Whether it is SQLite; otherwise PostgreSQL.
    pub fn is_sqlite(&self) -> bool {
        self.url().starts_with("sqlite:")
    }

    /// The file, if it is SQLite.
    pub fn file(&self) -> Option<PathBuf> {
        let path = without_query(self.url().strip_prefix("sqlite://")?);
        percent_decode_str(path)
            .decode_utf8()
            .ok()
            .map(|path| PathBuf::from(path.into_owned()))
    }

    /// The address for people and logs: without user and password.
    pub fn shown(&self) -> String {
        let url = self.url();
        match (url.split_once("://"), url.rsplit_once('@')) {
            (Some((scheme, _)), Some((_, host))) if !self.is_sqlite() => {
                format!("{scheme}://{}", without_query(host))
            }
            _ => without_query(url).to_owned(),
        }
    }

    /// Puts the file in the data folder if no address is configured.
    pub(super) fn resolve(&mut self, data_dir: &Path) {
        if self.url.is_none() {
            let path = data_dir.join("concierge.db").display().to_string();
            let path = path
                .replace('%', "%25")
                .replace('?', "%3F")
                .replace('#', "%23");
            self.url = Some(SecretString::from(format!("sqlite://{path}")));
        }
    }
}

fn without_query(url: &str) -> &str {
    url.split_once('?').map_or(url, |(address, _)| address)
}

/// One of the two schemes. The error names the key, not the value, which may contain a password.
fn url<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    let Some(url) = optional_secret(deserializer)? else {
        return Ok(None);
    };
    let text = url.expose_secret();
    if text.contains(":memory:") || text.contains("mode=memory") {
        return Err(Error::custom(
            "a database in memory cannot be shared by the reading and the writing connections",
        ));
    }
    let schemes = ["sqlite://", "postgres://", "postgresql://"];
    if !schemes.iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    }) {
        return Err(Error::custom(
            "not of the form sqlite://path, postgres://… or postgresql://…",
        ));
    }
    Ok(Some(url))
}
