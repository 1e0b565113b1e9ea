//! What is wrong with the configuration, in words that help to correct it. Never holds a secret's
//! value.

/// Why the settings cannot be used; names the key and where it stands.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigFault(String);

impl ConfigFault {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A name that is not known, with the nearest one that is.
    pub(super) fn unknown<'a>(
        what: &str,
        name: &str,
        known: impl Iterator<Item = &'a str>,
    ) -> Self {
        let nearest = known
            .map(|candidate| (strsim::damerau_levenshtein(name, candidate), candidate))
            .filter(|(distance, _)| *distance <= 3)
            .min();
        match nearest {
            Some((_, candidate)) => {
                Self(format!("unknown {what} `{name}`; is `{candidate}` meant?"))
            }
            None => Self(format!(
                "unknown {what} `{name}`; src/config/default.toml lists them all"
            )),
        }
    }
}
