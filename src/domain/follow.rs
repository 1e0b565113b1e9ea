//! Following datasets (FOLLOW-1). Owns how many, which changes are worth a mail, and the key of a
//! row.

use sha2::{Digest as _, Sha256};
use uuid::{Builder, Uuid};

use super::{
    audit::{AuditEventKind, FieldChange},
    id::{AccountId, DatasetId},
};

/// The most datasets that a member follows.
pub const MOST_FOLLOWED: i64 = 1_000;

/// The key of the row that says that `account` follows `dataset`: always the same, so that a link in
/// an old mail unsubscribes whoever followed again.
pub fn follow_id(account: AccountId, dataset: DatasetId) -> Uuid {
    let mut hash = Sha256::new();
    hash.update(b"follow");
    hash.update(account.0.as_bytes());
    hash.update(dataset.0.as_bytes());
    let mut bytes = [0; 16];
    let digest = hash.finalize();
    bytes.copy_from_slice(&digest[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

/// Whether followers are told of an event about a dataset: of other records, another title or
/// description, and of its publication (FOLLOW-2).
pub fn is_news(kind: AuditEventKind, changes: &[FieldChange]) -> bool {
    let told = ["recordCount", "title", "description"];
    kind == AuditEventKind::DatasetPublished
        || (kind == AuditEventKind::DatasetUpdated
            && changes
                .iter()
                .any(|change| told.contains(&change.field) && change.before != change.after))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follow_1_a_follow_has_one_key() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let id = follow_id(AccountId(a), DatasetId(b));
        assert_eq!(id, follow_id(AccountId(a), DatasetId(b)));
        assert_ne!(id, follow_id(AccountId(b), DatasetId(a)));
        assert_eq!(id.get_version_num(), 8);
    }

    #[test]
    fn follow_2_only_some_changes_are_news() {
        let change = |field| FieldChange::plain(field, 1, 2);
        for (kind, field, expected) in [
            (AuditEventKind::DatasetUpdated, "recordCount", true),
            (AuditEventKind::DatasetUpdated, "title", true),
            (AuditEventKind::DatasetUpdated, "description", true),
            (AuditEventKind::DatasetUpdated, "theme", false),
            (AuditEventKind::DatasetUpdated, "hiddenFromSearch", false),
            (AuditEventKind::DatasetPublished, "published", true),
            (AuditEventKind::DatasetUnpublished, "published", false),
            (AuditEventKind::DatasetTransferred, "title", false),
            (AuditEventKind::PageUpdated, "title", false),
        ] {
            assert_eq!(is_news(kind, &[change(field)]), expected, "{kind} {field}");
        }
        let same = FieldChange::plain("title", 1, 1);
        assert!(!is_news(AuditEventKind::DatasetUpdated, &[same]));
    }
}
