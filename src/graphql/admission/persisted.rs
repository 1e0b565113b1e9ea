//! Documents that clients name instead of sending: `sha256:<hex of the document's bytes>`.
//!
//! Owns reading the folder at start, and the check of a document against its id. Must not parse
//! GraphQL.

use std::{collections::HashMap, io, path::Path, sync::Arc};

use sha2::{Digest, Sha256};

use super::fault::{Refused, code, fault};
use crate::words::message;

/// The documents by the hash of their bytes.
#[derive(Debug, Default)]
pub struct PersistedDocuments(HashMap<[u8; 32], Arc<str>>);

impl PersistedDocuments {
    /// Reads all `*.graphql` files of a folder, none of its folders.
    pub fn load(folder: &Path) -> io::Result<Self> {
        let mut documents = Self::default();
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.extension().is_some_and(|e| e == "graphql") {
                documents.insert(std::fs::read_to_string(path)?);
            }
        }
        Ok(documents)
    }

    /// Adds one document; its id.
    pub fn insert(&mut self, document: impl Into<Arc<str>>) -> String {
        let document = document.into();
        let hash: [u8; 32] = Sha256::digest(document.as_bytes()).into();
        self.0.insert(hash, document);
        let hex: String = hash.iter().map(|b| format!("{b:02x}")).collect();
        format!("sha256:{hex}")
    }

    /// Adds the documents of another part of the server.
    pub fn extend(&mut self, documents: impl IntoIterator<Item = String>) {
        for document in documents {
            self.insert(document);
        }
    }

    pub(super) fn contains(&self, document: &str) -> bool {
        let hash: [u8; 32] = Sha256::digest(document.as_bytes()).into();
        self.0.contains_key(&hash)
    }

    /// The document that a request is about. `automatic`: it has the extension `persistedQuery`;
    /// Apollo's clients take the answer to it, code and message, to mean that the document has to
    /// be sent.
    pub(super) fn resolve(
        &self,
        document: Option<Arc<str>>,
        id: Option<&str>,
        automatic: bool,
    ) -> Result<Arc<str>, Refused> {
        match (document, id) {
            (Some(document), None) => Ok(document),
            (None, None) if automatic => {
                let error = fault(
                    code::PERSISTED_QUERY_NOT_SUPPORTED,
                    message::persisted_query_not_supported(),
                    None,
                );
                Err(Refused::documents(vec![error]))
            }
            (None, None) => Err(Refused::request(message::no_document())),
            (document, Some(id)) => {
                let hash = hash(id).ok_or_else(|| Refused::request(message::document_id_form()))?;
                match document {
                    Some(document) if Sha256::digest(document.as_bytes()).as_slice() == hash => {
                        Ok(document)
                    }
                    Some(_) => Err(Refused::request(message::documents_differ())),
                    None => self
                        .0
                        .get(&hash)
                        .cloned()
                        .ok_or_else(|| Refused::request(message::unknown_document())),
                }
            }
        }
    }
}

fn hash(id: &str) -> Option<[u8; 32]> {
    let hex = id.strip_prefix("sha256:")?.as_bytes();
    let mut hash = [0; 32];
    if hex.len() != 64 {
        return None;
    }
    for (byte, pair) in hash.iter_mut().zip(hex.chunks_exact(2)) {
        for digit in pair {
            let value = match digit {
                b'0'..=b'9' => digit - b'0',
                b'a'..=b'f' => digit - b'a' + 10,
                _ => return None,
            };
            *byte = (*byte << 4) | value;
        }
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_found_by_its_hash_alone() {
        let mut documents = PersistedDocuments::default();
        let id = documents.insert("{ viewer { kind } }");
        assert_eq!(
            &*documents.resolve(None, Some(&id), false).unwrap(),
            "{ viewer { kind } }"
        );
        assert!(
            documents
                .resolve(Some("{ viewer { kind } }".into()), Some(&id), true)
                .is_ok()
        );
        assert!(
            documents
                .resolve(Some("{ a }".into()), Some(&id), false)
                .is_err()
        );
        assert!(
            documents
                .resolve(None, Some(&id.to_uppercase()), false)
                .is_err()
        );
        assert!(documents.resolve(None, Some("sha256:00"), false).is_err());
        assert!(
            documents
                .resolve(None, Some(&format!("sha256:{}", "0".repeat(64))), false)
                .is_err()
        );
        let refused = |automatic| {
            documents
                .resolve(None, None, automatic)
                .unwrap_err()
                .errors
                .remove(0)
                .message
        };
        assert_eq!(refused(true), "PersistedQueryNotSupported");
        assert_ne!(refused(false), "PersistedQueryNotSupported");
    }
}
