//! `[server]`: addresses, connections and shutdown.

use std::{net::IpAddr, time::Duration};

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, de::Error};

use super::value::{between, origin, seconds};

/// Addresses, connections and shutdown.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Server {
    /// Where users reach the server, without a trailing slash, if configured.
    #[serde(deserialize_with = "optional_origin")]
    pub public_url: Option<String>,
    /// The proxies whose `X-Forwarded-For` is trusted (ACC-11).
    #[serde(deserialize_with = "networks")]
    pub trusted_proxies: Vec<IpNet>,
    /// The web origins that may call from a browser, in the browsers' form.
    #[serde(deserialize_with = "origins")]
    pub allowed_origins: Vec<String>,
    /// Whether to compress answers.
    pub compression: bool,
    /// How long running requests may take after the signal to stop.
    #[serde(
        rename = "shutdown_grace_seconds",
        deserialize_with = "seconds::<0, 600, _>"
    )]
    pub shutdown_grace: Duration,
    /// From the first byte of a request to the end of its header.
    #[serde(
        rename = "header_timeout_seconds",
        deserialize_with = "seconds::<1, 120, _>"
    )]
    pub header_timeout: Duration,
    /// How long a connection without a request is kept.
    #[serde(
        rename = "idle_timeout_seconds",
        deserialize_with = "seconds::<1, 3_600, _>"
    )]
    pub idle_timeout: Duration,
    /// How long a client may stop reading its answer.
    #[serde(
        rename = "stall_timeout_seconds",
        deserialize_with = "seconds::<1, 600, _>"
    )]
    pub stall_timeout: Duration,
    /// The maximum number of connections of the process.
    #[serde(deserialize_with = "between::<10, 1_000_000, _, _>")]
    pub max_connections: usize,
    /// The maximum number of connections per client.
    #[serde(deserialize_with = "between::<1, 1_000_000, _, _>")]
    pub max_connections_per_client: usize,
    /// The maximum number of requests per client at the same time.
    #[serde(deserialize_with = "between::<1, 1_000_000, _, _>")]
    pub max_requests_per_client: usize,
    /// Whether to serve the console.
    pub console: bool,
    /// Whether to serve the playground.
    pub playground: bool,
    /// Whether to serve metrics.
    pub metrics: bool,
}

fn optional_origin<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        Ok(None)
    } else {
        origin(&text).map(Some).map_err(Error::custom)
    }
}

fn origins<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts
        .iter()
        .map(|text| origin(text).map_err(Error::custom))
        .collect()
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let network = |text: &String| {
        text.parse::<IpNet>()
            .map(|network| network.trunc())
            .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
            .map_err(|_| {
                Error::custom(format!(
                    "`{text}` is neither a network (10.0.0.0/8) nor an address"
                ))
            })
    };
    Vec::<String>::deserialize(deserializer)?
        .iter()
        .map(network)
        .collect()
}
