//! `[database]`: where the data is and how many connections lead there.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use percent_encoding::percent_decode_str;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{between, optional_secret, seconds};

/// Where the data is and how many connections lead there.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    #[serde(deserialize_with = "url")]
    url: Option<SecretString>,
    /// The most connections to PostgreSQL.
    #[serde(deserialize_with = "between::<1, 1000, _, _>")]
    pub max_connections: u32,
    /// The connections that read from SQLite.
    #[serde(deserialize_with = "between::<1, 64, _, _>")]
    pub reader_connections: u32,
    /// How long a lock or a connection is waited for.
    #[serde(
        rename = "lock_timeout_seconds",
        deserialize_with = "seconds::<1, 60, _>"
    )]
    pub lock_timeout: Duration,
    /// Writes of one workspace that wait, on one node.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub waiting_writes_per_workspace: u32,
    /// Writes of one actor that run or wait, on one node.
    #[serde(deserialize_with = "between::<1, 1_000, _, _>")]
    pub writes_per_actor: u32,
    /// How safe a commit to SQLite is when the machine dies.
    pub synchronous: Synchronous,
}

/// How safe a commit to SQLite is when the machine dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Synchronous {
    /// On the disk before it is answered.
    Full,
    /// On the disk soon after.
    Normal,
}

impl Database {
    /// The whole address, the password included: `sqlite://…` or `postgres://…`.
    pub fn url(&self) -> &str {
        self.url
            .as_ref()
            .map(ExposeSecret::expose_secret)
            .unwrap_or_default()
    }

    /// Whether it is SQLite; PostgreSQL otherwise.
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
            (Some((scheme, _)), Some((_, place))) if !self.is_sqlite() => {
                format!("{scheme}://{}", without_query(place))
            }
            _ => without_query(url).to_owned(),
        }
    }

    /// Puts the file in the data folder where no address is given.
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
    url.split_once('?').map_or(url, |(place, _)| place)
}

/// Either of the two schemes. The refusal names the key, not the value, which may hold a password.
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
    let known = ["sqlite://", "postgres://", "postgresql://"];
    if !known.iter().any(|scheme| {
        text.strip_prefix(scheme)
            .is_some_and(|rest| !rest.is_empty())
    }) {
        return Err(Error::custom(
            "not of the form sqlite://path, postgres://… or postgresql://…",
        ));
    }
    Ok(Some(url))
}
