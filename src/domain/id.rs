//! Ids: UUIDv7 inside, TypeID outside (`mem_01jd…`): typed, sortable, made by one injected source.

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use rand::{Rng, SeedableRng, rngs::StdRng};
use uuid::Uuid;

/// Why a text is no id of the wanted kind. The API answers BAD_USER_INPUT with this message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not `prefix_` and 26 characters of base 32.
    #[error("malformed id")]
    Malformed,
    /// Well-formed, of another type.
    #[error("an id that begins with {expected}_ is expected here")]
    WrongType {
        /// The prefix that was expected.
        expected: &'static str,
    },
    /// Carries an instant (`…@2026-01-31T12:00:00.000000Z`), which only reads take.
    #[error("an id with an instant in it is refused here")]
    WithInstant,
}

const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// 128 bits as 26 digits of base 32 (TypeID form).
pub fn base32(mut bits: u128) -> String {
    let mut digits = [b'0'; 26];
    for place in digits.iter_mut().rev() {
        *place = ALPHABET.get((bits & 31) as usize).copied().unwrap_or(b'0');
        bits >>= 5;
    }
    digits.into_iter().map(char::from).collect()
}

/// Reads what [`base32`] writes: lower case only, and one text for each number.
pub fn from_base32(text: &str) -> Option<u128> {
    if text.len() != 26 || text.as_bytes().first().is_none_or(|first| *first > b'7') {
        return None;
    }
    let digit = |byte: u8| ALPHABET.iter().position(|known| *known == byte);
    text.bytes().try_fold(0_u128, |bits, byte| {
        Some((bits << 5) | digit(byte)? as u128)
    })
}

fn encode(f: &mut std::fmt::Formatter<'_>, prefix: &str, uuid: Uuid) -> std::fmt::Result {
    f.write_str(prefix)?;
    f.write_str("_")?;
    f.write_str(&base32(uuid.as_u128()))
}

/// Splits `prefix_suffix` into the prefix and the UUID of the suffix (TypeID form, lower case
/// only).
pub fn decode(text: &str) -> Result<(&str, Uuid), IdError> {
    let (prefix, suffix) = text.rsplit_once('_').ok_or(IdError::Malformed)?;
    if suffix.contains('@') {
        return Err(IdError::WithInstant);
    }
    let bits = from_base32(suffix).ok_or(IdError::Malformed)?;
    Ok((prefix, Uuid::from_u128(bits)))
}

/// An id whose text says of which type it is.
pub trait TypedId: Copy + Send + Sync + std::fmt::Display {
    /// Reads the TypeID form.
    fn parse(text: &str) -> Result<Self, IdError>;
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal),+ $(,)?) => {
        $(
            $(#[$meta])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name(pub Uuid);

            impl $name {
                /// What its text begins with.
                pub const PREFIX: &'static str = $prefix;

                /// Reads the TypeID form.
                pub fn parse(text: &str) -> Result<Self, IdError> {
                    match decode(text)? {
                        (prefix, uuid) if prefix == $prefix => Ok(Self(uuid)),
                        _ => Err(IdError::WrongType { expected: $prefix }),
                    }
                }
            }

            impl TypedId for $name {
                fn parse(text: &str) -> Result<Self, IdError> {
                    Self::parse(text)
                }
            }

            impl std::fmt::Display for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    encode(f, $prefix, self.0)
                }
            }

            impl std::fmt::Debug for $name {
                fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                    std::fmt::Display::fmt(self, f)
                }
            }

            impl From<Uuid> for $name {
                fn from(uuid: Uuid) -> Self {
                    Self(uuid)
                }
            }

            impl serde::Serialize for $name {
                fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                    serializer.collect_str(self)
                }
            }

            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
                    Self::parse(&text).map_err(serde::de::Error::custom)
                }
            }
        )+

        /// An id of any kind, as `node(id:)` takes it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum AnyId { $($(#[$meta])* $name($name)),+ }

        impl AnyId {
            /// Reads the TypeID form of any kind.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                match decode(text)? {
                    $(($prefix, uuid) => Ok(Self::$name($name(uuid))),)+
                    _ => Err(IdError::Malformed),
                }
            }
        }
    };
}

ids! {
    /// An account.
    AccountId = "acc",
    /// A session.
    SessionId = "ses",
    /// A workspace.
    WorkspaceId = "ws",
    /// A membership.
    MembershipId = "mem",
    /// A group.
    GroupId = "grp",
    /// A member's place in a group over an interval.
    GroupMembershipId = "gmem",
    /// A role.
    RoleId = "role",
    /// A grant of a permission or of access to an item.
    GrantId = "gra",
    /// An API key.
    ApiKeyId = "key",
    /// An invitation.
    InvitationId = "inv",
    /// An access request.
    AccessRequestId = "req",
    /// A member's wish for more time.
    AccessRenewalId = "ren",
    /// A dataset.
    DatasetId = "ds",
    /// A page.
    PageId = "page",
    /// A reuse.
    ReuseId = "reu",
    /// An audit event.
    AuditEventId = "aud",
    /// A webhook.
    WebhookId = "whk",
    /// A limit set over an interval.
    QuotaValueId = "quo",
    /// The limit on API calls that an invitation offers: its suffix is the invitation's.
    OfferedCallsId = "quo_calls",
    /// The limit on datasets that an invitation offers.
    OfferedDatasetsId = "quo_datasets",
    /// The limit on records of a dataset that an invitation offers.
    OfferedRecordsId = "quo_records",
}

/// A dataset or a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemId {
    /// A dataset.
    Dataset(DatasetId),
    /// A page.
    Page(PageId),
}

/// The kinds of items.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// Datasets.
    Dataset,
    /// Pages.
    Page,
}

impl ItemKind {
    /// The item of this kind with that key.
    pub const fn id(self, uuid: Uuid) -> ItemId {
        match self {
            Self::Dataset => ItemId::Dataset(DatasetId(uuid)),
            Self::Page => ItemId::Page(PageId(uuid)),
        }
    }
}

impl ItemId {
    /// Reads the TypeID form of a dataset or a page.
    pub fn parse(text: &str) -> Result<Self, IdError> {
        match AnyId::parse(text)? {
            AnyId::DatasetId(id) => Ok(Self::Dataset(id)),
            AnyId::PageId(id) => Ok(Self::Page(id)),
            _ => Err(IdError::WrongType {
                expected: "ds_ or page",
            }),
        }
    }

    /// Of which kind it is.
    pub const fn kind(self) -> ItemKind {
        match self {
            Self::Dataset(_) => ItemKind::Dataset,
            Self::Page(_) => ItemKind::Page,
        }
    }

    /// The key of its row.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Dataset(id) => id.0,
            Self::Page(id) => id.0,
        }
    }
}

impl TypedId for ItemId {
    fn parse(text: &str) -> Result<Self, IdError> {
        Self::parse(text)
    }
}

impl serde::Serialize for ItemId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for ItemId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as serde::Deserialize>::deserialize(deserializer)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

impl From<DatasetId> for ItemId {
    fn from(id: DatasetId) -> Self {
        Self::Dataset(id)
    }
}

impl From<PageId> for ItemId {
    fn from(id: PageId) -> Self {
        Self::Page(id)
    }
}

impl std::fmt::Display for ItemId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Dataset(id) => id.fmt(f),
            Self::Page(id) => id.fmt(f),
        }
    }
}

/// The one source of new ids and other random bytes; seeded it repeats itself, for the demo and for
/// tests.
pub struct IdSource(Mutex<Inner>);

struct Inner {
    rng: StdRng,
    last: u128,
}

impl std::fmt::Debug for IdSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("IdSource")
    }
}

impl IdSource {
    /// A source seeded by the operating system.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place where the system's randomness is asked for"
    )]
    pub fn random() -> Self {
        let mut seed = [0_u8; 32];
        rand::rng().fill_bytes(&mut seed);
        Self::from_rng(StdRng::from_seed(seed))
    }

    /// A source that always gives the same: for the deterministic demo and for tests, never for
    /// secrets that matter.
    pub fn seeded(seed: u64) -> Self {
        Self::from_rng(StdRng::seed_from_u64(seed))
    }

    fn from_rng(rng: StdRng) -> Self {
        Self(Mutex::new(Inner { rng, last: 0 }))
    }

    /// A new UUIDv7 of the instant `now`, larger than any that this source gave for an earlier or
    /// the same millisecond.
    pub fn uuid(&self, now: DateTime<Utc>) -> Uuid {
        let mut inner = self
            .0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        let millis = u128::from(now.timestamp_millis().max(0).unsigned_abs()) & 0xffff_ffff_ffff;
        // 48 bits of milliseconds, then 74 bits that begin as a random value and go up within one
        // millisecond.
        let prior = inner.last;
        let next = if prior >> 74 == millis {
            prior + 1 + u128::from(inner.rng.next_u32() >> 8)
        } else {
            let low = (u128::from(inner.rng.next_u64()) << 9) & ((1 << 73) - 1);
            (millis << 74) | low | u128::from(inner.rng.next_u32() & 0x1ff)
        };
        inner.last = next;
        let (high, low) = ((next >> 62) & 0xfff, next & ((1 << 62) - 1));
        let stamp = next >> 74;
        Uuid::from_u128((stamp << 80) | (0x7 << 76) | (high << 64) | (0b10 << 62) | low)
    }

    /// Fills `bytes` with random ones: tokens, salts, key secrets.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .rng
            .fill_bytes(bytes);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_one_source_sort_as_they_were_made() {
        let source = IdSource::seeded(7);
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default();
        let made: Vec<Uuid> = (0..1000).map(|_| source.uuid(now)).collect();
        assert!(made.windows(2).all(|w| w[0] < w[1]));
        assert!(made.iter().all(|u| u.get_version_num() == 7));
        assert!(source.uuid(now + chrono::Duration::milliseconds(1)) > made[999]);
    }

    #[test]
    fn text_and_back() {
        let id = MembershipId(
            IdSource::seeded(1)
                .uuid(DateTime::from_timestamp(1_790_000_000, 0).unwrap_or_default()),
        );
        let text = id.to_string();
        assert_eq!(text.len(), 30);
        assert_eq!(MembershipId::parse(&text), Ok(id));
        assert_eq!(AnyId::parse(&text), Ok(AnyId::MembershipId(id)));
        assert_eq!(
            RoleId::parse(&text),
            Err(IdError::WrongType { expected: "role" })
        );
        assert_eq!(
            MembershipId::parse("mem_zzzzzzzzzzzzzzzzzzzzzzzzzz"),
            Err(IdError::Malformed)
        );
        assert_eq!(
            MembershipId::parse(&text.to_uppercase()),
            Err(IdError::Malformed)
        );
        assert_eq!(
            MembershipId::parse(&format!("{text}@2026-01-31T12:00:00.000000Z")),
            Err(IdError::WithInstant)
        );
        assert_eq!(MembershipId::parse(""), Err(IdError::Malformed));
    }
}
