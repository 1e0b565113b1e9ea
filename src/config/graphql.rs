//! `[graphql]`: the endpoint's own settings.

use std::path::PathBuf;

use serde::Deserialize;

use super::value::optional_folder;

/// The endpoint's own settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Graphql {
    /// The folder of persisted documents.
    #[serde(deserialize_with = "optional_folder")]
    pub documents_dir: Option<PathBuf>,
    /// Whether to refuse documents that are sent as text with a session cookie.
    pub persisted_only: bool,
}
