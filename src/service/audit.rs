//! Reading the record of a workspace: EWP holders' list, its export, and whether it holds (AUD-2,
//! AUD-3).

pub mod export;
pub mod verify;
mod walk;

use chrono::{DateTime, Utc};

use super::{Access, Deps, Failure};
use crate::{
    domain::{
        audit::{AuditEventKind, Recorded},
        id::{AnyId, AuditEventId, WorkspaceId},
        permission::Permission,
    },
    store::{
        audit::read as rows,
        page::{Page, PageRequest},
    },
    words::message,
};

pub use crate::store::audit::read::{EventFilter, Linked, number, position};

/// A filter as it was asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked<'a> {
    /// An account or an API key that acted.
    pub actor: Option<&'a str>,
    /// What the events are about.
    pub subject: Option<&'a str>,
    /// What happened: one of these.
    pub kinds: Option<Vec<AuditEventKind>>,
    /// Written later than this.
    pub after: Option<DateTime<Utc>>,
    /// Written earlier than this.
    pub before: Option<DateTime<Utc>>,
}

impl Asked<'_> {
    /// Checks the ids' form.
    pub fn read(self) -> Result<EventFilter, Failure> {
        let mut filter = EventFilter {
            kinds: self.kinds,
            after: self.after,
            before: self.before,
            ..EventFilter::default()
        };
        match self.actor.map(AnyId::parse).transpose()? {
            None => {}
            Some(AnyId::AccountId(id)) => filter.account = Some(id),
            Some(AnyId::ApiKeyId(id)) => filter.key = Some(id),
            Some(_) => {
                return Err(Failure::bad_input(message::actor_form()));
            }
        }
        if let Some(subject) = self.subject {
            AnyId::parse(subject)?;
            filter.subject = Some(subject.to_owned());
        }
        Ok(filter)
    }
}

/// One page of the workspace's events, newest first, for who may read its record.
pub async fn page(
    deps: &Deps,
    access: &Access,
    filter: &EventFilter,
    page: &PageRequest,
) -> Result<Page<Recorded>, Failure> {
    Ok(rows::page(deps.db.reader(), access.workspace.id, filter, page).await?)
}

/// How many events the filter finds.
pub async fn count(deps: &Deps, access: &Access, filter: &EventFilter) -> Result<i64, Failure> {
    Ok(rows::count(deps.db.reader(), access.workspace.id, filter).await?)
}

/// Whether the caller may see what the events are about: EWP holders. Of a deleted workspace nothing
/// else than the record is read.
pub const fn shows_subjects(access: &Access) -> bool {
    access.can(Permission::EditWorkspaceProperties)
}

/// An event of some workspace's record; says nothing about who may see it.
pub async fn by_id(
    deps: &Deps,
    id: AuditEventId,
) -> Result<Option<(WorkspaceId, Recorded)>, Failure> {
    Ok(rows::by_id(deps.db.reader(), id).await?)
}
