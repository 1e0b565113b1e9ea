//! Errors in the configuration, in words that help to correct it. Never contain a secret's value.

/// Why the settings cannot be used. Names the key and where it is set.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ConfigFault(String);

impl ConfigFault {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// An unknown name, with the nearest known one.
    pub(super) fn unknown<'a>(
        what: &str,
        name: &str,
        candidates: impl Iterator<Item = &'a str>,
    ) -> Self {
        let nearest = candidates
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
