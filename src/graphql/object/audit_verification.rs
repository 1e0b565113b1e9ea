//! Whether the record is what was written (AUD-2).

use async_graphql::{Context, ID, InputObject, SimpleObject};

use crate::{
    domain::{
        audit::{
            hex,
            verify::{AuditBreakKind, Break, Pin},
        },
        id::WorkspaceId,
    },
    graphql::{
        scalar::Long,
        scope::{Place, Scope},
    },
    service::{
        Failure,
        audit::verify::{self as service, Asked, Verification},
    },
    words::message,
};

/// An event seen earlier, as `last` of an answer or the end of an export told it.
#[derive(Debug, Clone, InputObject)]
pub struct AuditPinInput {
    /// Its number, from 1.
    pub sequence: Long,
    /// Its hash: 64 hex digits in lower case.
    pub hash: String,
}

impl AuditPinInput {
    fn read(&self) -> Result<Pin, Failure> {
        let bad = || Failure::bad_input(message::hash_form());
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(bad()),
        };
        let pair = |pair: &[u8]| match pair {
            [high, low] => Ok(digit(*high)? << 4 | digit(*low)?),
            _ => Err(bad()),
        };
        let hash: Vec<u8> = self
            .hash
            .as_bytes()
            .chunks(2)
            .map(pair)
            .collect::<Result<_, _>>()?;
        if hash.len() == 32 {
            Ok(Pin {
                sequence: self.sequence.0,
                hash,
            })
        } else {
            Err(bad())
        }
    }
}

/// An event by its number and hash.
#[derive(Debug, Clone, SimpleObject)]
pub struct AuditPosition {
    /// Its number.
    pub sequence: Long,
    /// Its hash: 64 hex digits in lower case.
    pub hash: String,
}

/// Where the record breaks.
#[derive(Debug, Clone, SimpleObject)]
pub struct AuditBreak {
    /// The number at which it breaks.
    pub sequence: Long,
    /// What is wrong there.
    pub kind: AuditBreakKind,
}

/// What was found of a stretch of the record.
#[derive(Debug, Clone, SimpleObject)]
pub struct AuditVerification {
    /// Whether everything that was looked at is what was written.
    pub intact: bool,
    /// The first number that was looked at.
    pub from: Long,
    /// The last number that was looked at; smaller than `from` if there is no event from there on.
    pub to: Long,
    /// How many events hold, from the first on.
    pub verified: Long,
    /// How many personal values of them were erased: their stand-ins in the chain hold.
    pub redacted: Long,
    /// Where it breaks first; null if it is intact.
    pub broken_at: Option<AuditBreak>,
    /// The last event that holds: keep it outside as a pin. Null if none does.
    pub last: Option<AuditPosition>,
    /// Where to go on, if there was more than one call takes; null if not, or if it breaks.
    pub next_from: Option<Long>,
}

impl From<Verification> for AuditVerification {
    fn from(found: Verification) -> Self {
        let broken = |Break { sequence, kind }| AuditBreak {
            sequence: Long(sequence),
            kind,
        };
        Self {
            intact: found.broken.is_none(),
            from: Long(found.from),
            to: Long(found.to),
            verified: found.verified.into(),
            redacted: found.redacted.into(),
            broken_at: found.broken.map(broken),
            last: found.last.map(|last| AuditPosition {
                sequence: Long(last.sequence),
                hash: hex(&last.hash),
            }),
            next_from: found.next_from.map(Long),
        }
    }
}

/// Verifies a stretch of a workspace's record: EWP.
pub async fn of(
    ctx: &Context<'_>,
    workspace: &ID,
    (from, to): (Option<Long>, Option<Long>),
    pinned: Option<AuditPinInput>,
) -> Result<Option<AuditVerification>, Failure> {
    let scope = Scope::of(ctx)?;
    let Some(access) = scope.open_id(WorkspaceId::parse(workspace)?).await? else {
        return Ok(None);
    };
    let place = Place::from(access);
    place.require_ewp(ctx)?;
    let pinned = pinned.as_ref().map(AuditPinInput::read).transpose()?;
    let asked = Asked {
        from: from.map(|from| from.0),
        to: to.map(|to| to.0),
        pinned,
    };
    Ok(Some(
        service::verify(&scope.deps, &place.access, &asked)
            .await?
            .into(),
    ))
}
