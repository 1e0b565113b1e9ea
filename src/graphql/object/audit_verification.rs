//! Whether the record is what was written (AUD-2).

use async_graphql::{Context, ID, InputObject, SimpleObject};

use crate::{
    domain::{
        audit::{
            hash_from_hex, hex,
            verify::{AuditBreakKind, Break, Pin},
        },
        id::WorkspaceId,
    },
    graphql::{
        scalar::Long,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        audit::verify::{self as service, Asked, Verification},
    },
    words::message,
};

/// An audit event that you saw earlier, from `last` of a verification or from the end of an export.
#[derive(Debug, Clone, InputObject)]
pub struct AuditPinInput {
    /// The number of the event, from 1.
    pub sequence: Long,
    /// The hash of the event: 64 hex digits in lower case.
    pub hash: String,
}

impl AuditPinInput {
    fn read(&self) -> Result<Pin, Failure> {
        Ok(Pin {
            sequence: self.sequence.0,
            hash: hash_from_hex(&self.hash)
                .ok_or_else(|| Failure::bad_input(message::hash_form()))?,
        })
    }
}

/// An audit event, by its number and hash.
#[derive(Debug, Clone, SimpleObject)]
pub struct AuditPosition {
    /// The number of the event.
    pub sequence: Long,
    /// The hash of the event: 64 hex digits in lower case.
    pub hash: String,
}

/// The first place at which the audit log does not match what was written.
#[derive(Debug, Clone, SimpleObject)]
pub struct AuditBreak {
    /// The number of the event at which the log breaks.
    pub sequence: Long,
    /// The kind of fault.
    pub kind: AuditBreakKind,
}

/// The result of the verification of a part of the audit log.
#[derive(Debug, Clone, SimpleObject)]
pub struct AuditVerification {
    /// True if all verified events are as they were written.
    pub intact: bool,
    /// The number of the first verified event.
    pub from: Long,
    /// The number of the last verified event; smaller than `from` if there are no events from there
    /// on.
    pub to: Long,
    /// The number of valid events, counted from the first.
    pub verified: Long,
    /// The number of personal values in them that were erased. The hashes that replace them in the
    /// chain are valid.
    pub redacted: Long,
    /// The first fault; null if the log is intact.
    pub broken_at: Option<AuditBreak>,
    /// The last valid event; null if none is valid. Store it outside of Concierge and send it as a
    /// pin later.
    pub last: Option<AuditPosition>,
    /// The number to continue from if the range exceeds what one call verifies; null if everything
    /// was verified or a fault was found.
    pub next_from: Option<Long>,
}

impl From<Verification> for AuditVerification {
    fn from(verification: Verification) -> Self {
        let audit_break = |Break { sequence, kind }| AuditBreak {
            sequence: Long(sequence),
            kind,
        };
        Self {
            intact: verification.broken.is_none(),
            from: Long(verification.from),
            to: Long(verification.to),
            verified: verification.verified.into(),
            redacted: verification.redacted.into(),
            broken_at: verification.broken.map(audit_break),
            last: verification.last.map(|last| AuditPosition {
                sequence: Long(last.sequence),
                hash: hex(&last.hash),
            }),
            next_from: verification.next_from.map(Long),
        }
    }
}

/// Verifies a part of a workspace's audit log, for who may read it.
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
    let view = WorkspaceView::from(access);
    view.access.require_record(&scope.caller)?;
    let pinned = pinned.as_ref().map(AuditPinInput::read).transpose()?;
    let request = Asked {
        from: from.map(|from| from.0),
        to: to.map(|to| to.0),
        pinned,
    };
    Ok(Some(
        service::verify(&scope.deps, &view.access, &request)
            .await?
            .into(),
    ))
}
