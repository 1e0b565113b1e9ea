//! The workspace's events one after the other, page by page, oldest first: as many in memory as one
//! page has (AUD-3).
//!
//! Ends where the chain ended when it began. Must not know how an event is written down.

use super::EventFilter;
use crate::{
    domain::audit::verify::Pin,
    service::{Access, Caller, Deps, Failure, export},
    store::audit::{
        chain,
        read::{self, Linked},
    },
};

/// How many events are read at once.
const PAGE: i64 = 500;

/// An export under way.
#[derive(Debug)]
pub struct AuditExport {
    deps: Deps,
    access: Access,
    filter: EventFilter,
    end: Pin,
    behind: i64,
    events: u64,
}

impl AuditExport {
    /// Begins one of the workspace named by slug or id, for those who may read its record.
    pub async fn open(
        deps: &Deps,
        caller: &Caller,
        workspace: &str,
        filter: EventFilter,
    ) -> Result<Self, Failure> {
        let access = export::open_record(deps, caller, workspace).await?;
        let end = chain::end(deps.db.reader(), access.workspace.id)
            .await?
            .ok_or(Failure::NotFound)?
            .recorded;
        Ok(Self {
            deps: deps.clone(),
            access,
            filter,
            end,
            behind: 0,
            events: 0,
        })
    }

    /// The workspace's slug.
    pub fn slug(&self) -> &str {
        &self.access.workspace.slug
    }

    /// The end of the chain when the export began.
    pub const fn end(&self) -> &Pin {
        &self.end
    }

    /// How many events came so far.
    pub const fn events(&self) -> u64 {
        self.events
    }

    /// The next events; none when all came.
    pub async fn next(&mut self) -> Result<Vec<Linked>, Failure> {
        let range = (self.behind, self.end.sequence);
        let events = read::linked(
            self.deps.db.reader(),
            self.access.workspace.id,
            &self.filter,
            range,
            PAGE,
        )
        .await?;
        if let Some(last) = events.last() {
            self.behind = last.event.sequence;
        }
        self.events += events.len() as u64;
        Ok(events)
    }
}
