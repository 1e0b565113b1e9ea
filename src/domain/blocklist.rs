//! Addresses that get no unrequested mail (JOIN-6): single addresses, and whole domains with their
//! subdomains. Owns how an entry is parsed and what it covers.

use std::collections::HashSet;

use super::email::EmailAddress;

/// An entry that is neither an address nor a domain.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither an e-mail address nor a domain")]
pub struct BadEntry(String);

/// The blocked addresses of an installation.
#[derive(Debug, Clone, Default)]
pub struct BlockList {
    addresses: HashSet<String>,
    domains: HashSet<String>,
}

impl BlockList {
    /// Parses entries: `person@example.org` blocks one address, `example.org` all addresses of it
    /// and of its subdomains.
    pub fn new<'a>(entries: impl IntoIterator<Item = &'a str>) -> Result<Self, BadEntry> {
        let mut list = Self::default();
        for entry in entries {
            let bad = |_| BadEntry(entry.to_owned());
            if entry.contains('@') {
                list.addresses
                    .insert(EmailAddress::parse(entry).map_err(bad)?.canonical);
            } else {
                let somebody =
                    EmailAddress::parse(&format!("somebody@{}", entry.trim())).map_err(bad)?;
                list.domains.insert(somebody.domain().to_owned());
            }
        }
        Ok(list)
    }

    /// Whether no unrequested mail may go to `address`.
    pub fn blocks(&self, address: &EmailAddress) -> bool {
        let is_below = |domain: &str| self.domains.contains(domain);
        let mut domain = address.domain();
        self.addresses.contains(&address.canonical)
            || loop {
                if is_below(domain) {
                    break true;
                }
                match domain.split_once('.') {
                    Some((_, above)) => domain = above,
                    None => break false,
                }
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn join_6_addresses_and_domains_are_blocked_in_any_spelling() {
        let list = BlockList::new([
            "Abuse@Example.org",
            "b\u{fc}cher.example",
            "Mailinator.example",
        ])
        .unwrap();
        let blocks = |text: &str| list.blocks(&EmailAddress::parse(text).unwrap());
        assert!(blocks("abuse@example.ORG") && blocks("\"abuse\"@example.org"));
        assert!(blocks("ada@xn--bcher-kva.example") && blocks("ada@eu.mailinator.example"));
        assert!(
            !blocks("ada@example.org")
                && !blocks("ada@notmailinator.example")
                && !blocks("ada@other.example")
        );
    }

    #[test]
    fn join_6_nonsense_is_named() {
        for entry in [
            "",
            "localhost",
            "a b.example",
            "@example.org",
            "*.example.org",
        ] {
            assert!(BlockList::new([entry]).is_err(), "{entry}");
        }
    }
}
