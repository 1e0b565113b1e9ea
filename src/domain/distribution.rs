//! Copies of datasets and pages in secondary workspaces (DIST-1 to DIST-5): what of a copy is its
//! own, and what follows the original.

use super::vocabulary::Security;

/// The most copies of one original: one write changes them all (WS-8).
pub const MOST_COPIES: usize = 100;

/// The most pairs of an item and a workspace in one call (DIST-5).
pub const MOST_PAIRS: usize = 1_000;

/// What of a dataset's copy no longer follows the original (DIST-2).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct OwnFields {
    /// The title.
    pub title: bool,
    /// The description.
    pub description: bool,
    /// The theme.
    pub theme: bool,
    /// Whether searches leave it out.
    pub hidden_from_search: bool,
}

impl OwnFields {
    /// Their names in the API.
    pub fn names(self) -> Vec<&'static str> {
        let Self {
            title,
            description,
            theme,
            hidden_from_search,
        } = self;
        let names = [
            (title, "title"),
            (description, "description"),
            (theme, "theme"),
            (hidden_from_search, "hiddenFromSearch"),
        ];
        let own = names.into_iter().filter(|(is_own, _)| *is_own);
        own.map(|(_, name)| name).collect()
    }
}

/// Whether a copy is published: its own switch counts only while the original is (DIST-2).
pub const fn is_published(own: bool, original: bool) -> bool {
    own && original
}

/// The security of a copy after its original's changed: closing closes it, opening opens none
/// (DIST-4).
pub const fn security_after(copy: Security, original: Security) -> Security {
    match original {
        Security::Restricted => Security::Restricted,
        Security::Open => copy,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dist_2_a_copy_is_published_only_while_its_original_is() {
        assert!(is_published(true, true));
        assert!(!is_published(true, false));
        assert!(!is_published(false, true));
    }

    #[test]
    fn dist_4_closing_closes_and_opening_opens_none() {
        use Security::{Open, Restricted};
        assert_eq!(security_after(Open, Restricted), Restricted);
        assert_eq!(security_after(Restricted, Open), Restricted);
        assert_eq!(security_after(Open, Open), Open);
    }

    #[test]
    fn dist_2_own_fields_have_the_names_of_the_api() {
        let own = OwnFields {
            title: true,
            hidden_from_search: true,
            ..OwnFields::default()
        };
        assert_eq!(own.names(), ["title", "hiddenFromSearch"]);
    }
}
