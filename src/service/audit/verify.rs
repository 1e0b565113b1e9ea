//! Whether chains hold: a part of one workspace's for its EWP holders, all of them for `concierge
//! doctor` (AUD-2).

use uuid::Uuid;

use super::walk::{ChainWalk, walk};
use crate::{
    domain::{
        audit::verify::{AuditBreakKind, Break, Pin, Walk},
        id::WorkspaceId,
    },
    service::{Access, Deps, Failure},
    store::{
        Database,
        audit::{
            Chain,
            chain::{self, ChainsOf, EventRange},
        },
    },
    words::message,
};

/// The most events that one call verifies.
pub const MOST: i64 = 10_000;

/// How many chains the doctor walks at once.
const CHAINS: i64 = 500;

/// How many broken chains the doctor names.
const NAMED: usize = 100;

/// The part of the chain to verify.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// From this number on; absent: from 1.
    pub from: Option<i64>,
    /// Up to this number; absent: to the end.
    pub to: Option<i64>,
    /// What was seen earlier and kept outside.
    pub pinned: Option<Pin>,
}

/// What a verification shows.
#[derive(Debug, Clone)]
pub struct Verification {
    /// The first number that was looked at.
    pub from: i64,
    /// The last one; smaller than `from` if there was none to look at.
    pub to: i64,
    /// How many events hold.
    pub verified: u64,
    /// How many of their personal values are erased.
    pub redacted: u64,
    /// Where the chain breaks first.
    pub broken: Option<Break>,
    /// The last event that holds.
    pub last: Option<Pin>,
    /// Where to go on, if the range was more than one call takes.
    pub next_from: Option<i64>,
}

impl Asked {
    fn check(&self) -> Result<i64, Failure> {
        let from = self.from.unwrap_or(1);
        if from < 1 || self.to.is_some_and(|to| to < from) {
            return Err(Failure::bad_input(message::events_from_one()));
        }
        if self.pinned.as_ref().is_some_and(|pin| pin.sequence < 1) {
            return Err(Failure::bad_input(message::pin_from_one()));
        }
        Ok(from)
    }
}

/// Verifies a part of the workspace's chain, and that the pinned event is in it.
pub async fn verify(
    deps: &Deps,
    access: &Access,
    request: &Asked,
) -> Result<Verification, Failure> {
    let from = request.check()?;
    let (db, id) = (deps.db.reader(), access.workspace.id);
    let end = chain::end(db, id).await?.ok_or(Failure::NotFound)?;
    let wanted = request.to.unwrap_or(i64::MAX).min(end.recorded.sequence);
    let to = wanted.min(from.saturating_add(MOST - 1)).max(from - 1);
    let first = match from {
        1 => Some(Walk::from_start()),
        _ => chain::hash(db, id, from - 1).await?.map(|hash| {
            Walk::after(Pin {
                sequence: from - 1,
                hash,
            })
        }),
    };
    let mut walked = ChainWalk {
        id: id.0,
        walk: first.clone().unwrap_or_else(Walk::from_start),
        end,
        broken: None,
    };
    if first.is_none() && from <= walked.end.recorded.sequence.saturating_add(1) {
        walked.broken = Some(Break {
            sequence: from - 1,
            kind: AuditBreakKind::EventMissing,
        });
    } else if first.is_some() {
        let stretch = EventRange {
            owners: ChainsOf::Workspaces,
            after: Some((id.0, from - 1)),
            last: id.0,
            to,
        };
        walk(db, stretch, std::slice::from_mut(&mut walked)).await?;
        let ChainWalk {
            walk, end, broken, ..
        } = &mut walked;
        *broken = broken.or_else(|| walk.reached(to).err());
        if to >= end.recorded.sequence {
            *broken = broken.or_else(|| walk.ended(end).err());
        }
    }
    let pin = match &request.pinned {
        Some(pin) if chain::hash(db, id, pin.sequence).await?.as_ref() != Some(&pin.hash) => {
            Some(Break {
                sequence: pin.sequence,
                kind: AuditBreakKind::PinUnmatched,
            })
        }
        _ => None,
    };
    let broken = walked
        .broken
        .into_iter()
        .chain(pin)
        .min_by_key(|broken| broken.sequence);
    Ok(Verification {
        from,
        to,
        verified: walked.walk.verified,
        redacted: walked.walk.redacted,
        broken,
        last: (walked.walk.verified > 0).then(|| walked.walk.last().clone()),
        next_from: (broken.is_none() && to < wanted).then_some(to + 1),
    })
}

/// What the doctor found.
#[derive(Debug, Clone, Default)]
pub struct Examined {
    /// How many workspaces have a chain.
    pub workspaces: u64,
    /// How many accounts have one.
    pub accounts: u64,
    /// How many events hold.
    pub events: u64,
    /// How many of their personal values are erased.
    pub redacted: u64,
    /// How many chains break.
    pub broken: u64,
    /// The first of them, and where.
    pub breaks: Vec<(Chain, Break)>,
}

/// Walks every chain there is, or one workspace's.
pub async fn examine(db: &Database, only: Option<WorkspaceId>) -> Result<Examined, Failure> {
    let mut examined = Examined::default();
    let all = only.is_none();
    let workspaces = only.map_or((None, Uuid::max()), |id| (before(id.0), id.0));
    examined.workspaces = every(db, ChainsOf::Workspaces, workspaces, &mut examined).await?;
    if all {
        examined.accounts =
            every(db, ChainsOf::Accounts, (None, Uuid::max()), &mut examined).await?;
    }
    Ok(examined)
}

/// The id before this one.
fn before(id: Uuid) -> Option<Uuid> {
    id.as_u128().checked_sub(1).map(Uuid::from_u128)
}

/// Walks the chains with ids in a range; answers how many have events.
async fn every(
    db: &Database,
    owners: ChainsOf,
    (mut behind, to): (Option<Uuid>, Uuid),
    examined: &mut Examined,
) -> Result<u64, Failure> {
    let db = db.reader();
    let mut count = 0;
    loop {
        let ends = chain::ends(db, owners, (behind, to), CHAINS).await?;
        let Some((last, _)) = ends.last() else {
            return Ok(count);
        };
        let stretch = EventRange {
            owners,
            after: behind.map(|id| (id, i64::MAX)),
            last: *last,
            to: i64::MAX,
        };
        behind = Some(*last);
        let walked = |(id, end)| ChainWalk {
            id,
            end,
            walk: Walk::from_start(),
            broken: None,
        };
        let mut chains: Vec<ChainWalk> = ends.into_iter().map(walked).collect();
        walk(db, stretch, &mut chains).await?;
        for chain in chains {
            let broken = chain.broken.or_else(|| chain.walk.ended(&chain.end).err());
            count += u64::from(chain.end.recorded.sequence > 0 || chain.end.largest > 0);
            examined.events += chain.walk.verified;
            examined.redacted += chain.walk.redacted;
            if let Some(broken) = broken {
                examined.broken += 1;
                if examined.breaks.len() < NAMED {
                    examined.breaks.push((owners.chain(chain.id), broken));
                }
            }
        }
    }
}
