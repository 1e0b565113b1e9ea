//! The data of an account for its owner (ERASE-3, ERASE-8): a link of one use, and what it opens,
//! section by section and page by page. Other people's personal values are left out.

mod rows;

use std::collections::VecDeque;

use chrono::{DateTime, Duration, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::write::{AccountWrite, retried};
use crate::{
    domain::{
        audit::AuditEventKind,
        id::{
            AccessRenewalId, AccessRequestId, AccountId, ApiKeyId, InvitationId, MembershipId,
            ReuseId, WorkspaceId,
        },
        link::{Link, LinkKind},
        second_factor::StepUp,
    },
    entity::account,
    service::{Caller, Deps, Failure, step_up, write::Event},
    store::{
        account_export::{self as store, EventsOf},
        erasure::person::{self, OwnAddress},
    },
};

/// How long a link works.
const LIFETIME: Duration = Duration::minutes(5);

/// A link has one token.
const GENERATION: i32 = 0;

/// How many rows are read at once.
const PAGE: u64 = 200;

/// A link to the data. No `Debug`: it would show the token.
pub struct ExportLink {
    /// The token in it.
    pub token: String,
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
}

/// Makes a link to the data of the caller's own account.
pub async fn request(deps: &Deps, caller: &Caller) -> Result<ExportLink, Failure> {
    let session = step_up::require(deps, caller, StepUp::Strongest).await?;
    let account = session.account.id;
    retried(|| async move {
        let mut write = AccountWrite::begin(deps, caller, account)
            .await?
            .ok_or(Failure::Unauthenticated)?;
        let now = write.now;
        let (id, expires_at) = (deps.ids.uuid(now), now + LIFETIME);
        store::insert(write.db(), id, account, (now, expires_at)).await?;
        write.record(Event::new(
            AuditEventKind::AccountExported,
            account,
            Vec::new(),
        ));
        write.commit().await?;
        let link = deps.secret.link(LinkKind::AccountExport, id, GENERATION);
        Ok(ExportLink {
            token: link.expose(),
            expires_at,
        })
    })
    .await
}

/// A list in the document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Section {
    /// Memberships with rights and intervals, ended ones too.
    Memberships,
    /// API keys without secrets.
    ApiKeys,
    /// Invitations to the person.
    InvitationsReceived,
    /// Invitations by the person.
    InvitationsSent,
    /// Requests to become a member.
    AccessRequests,
    /// Requests for more time.
    AccessRenewals,
    /// Reuses that the person submitted.
    Reuses,
    /// Datasets that the person follows.
    FollowedDatasets,
    /// Sessions.
    Sessions,
    /// Second factors without secrets.
    SecondFactors,
    /// The account's own chain.
    AccountEvents,
    /// Events of workspaces with the person as actor or subject.
    WorkspaceEvents,
}

impl Section {
    /// All of them, in the order of the document.
    const ALL: [Self; 12] = [
        Self::Memberships,
        Self::ApiKeys,
        Self::InvitationsReceived,
        Self::InvitationsSent,
        Self::AccessRequests,
        Self::AccessRenewals,
        Self::Reuses,
        Self::FollowedDatasets,
        Self::Sessions,
        Self::SecondFactors,
        Self::AccountEvents,
        Self::WorkspaceEvents,
    ];

    /// Its name in the document.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Memberships => "memberships",
            Self::ApiKeys => "apiKeys",
            Self::InvitationsReceived => "invitationsReceived",
            Self::InvitationsSent => "invitationsSent",
            Self::AccessRequests => "accessRequests",
            Self::AccessRenewals => "accessRenewals",
            Self::Reuses => "reuses",
            Self::FollowedDatasets => "followedDatasets",
            Self::Sessions => "sessions",
            Self::SecondFactors => "secondFactors",
            Self::AccountEvents => "accountEvents",
            Self::WorkspaceEvents => "workspaceEvents",
        }
    }
}

/// Some entries of a section.
#[derive(Debug)]
pub struct Part {
    /// The section.
    pub section: Section,
    /// Its next entries.
    pub entries: Vec<Value>,
    /// Whether the section ends with them.
    pub is_last: bool,
}

/// An export under way.
pub struct DataExport {
    deps: Deps,
    account: AccountId,
    row: account::Model,
    now: DateTime<Utc>,
    members: Vec<Uuid>,
    addresses: Vec<OwnAddress>,
    sections: VecDeque<Section>,
    /// The last id that was read of the section.
    after: Uuid,
    /// The last number of an event that was read of the chain.
    number: i64,
    workspace: Option<(WorkspaceId, Vec<String>)>,
}

impl DataExport {
    /// Uses a link up and opens what it leads to. NOT_FOUND for a token that opens nothing.
    pub async fn open(deps: &Deps, token: &str) -> Result<Self, Failure> {
        let link = Link::parse(token)
            .filter(|link| link.kind == LinkKind::AccountExport)
            .filter(|link| deps.secret.opens(link, GENERATION))
            .ok_or(Failure::NotFound)?;
        let now = deps.clock.now();
        let account = store::take(deps.db.writer(), link.id, now)
            .await?
            .ok_or(Failure::NotFound)?;
        let db = deps.db.latest();
        let row = store::account(db, account)
            .await?
            .ok_or(Failure::NotFound)?;
        Ok(Self {
            account,
            row,
            now,
            members: store::membership_ids(db, account).await?,
            addresses: person::addresses(db, account, now).await?,
            sections: Section::ALL.into(),
            after: Uuid::nil(),
            number: 0,
            workspace: None,
            deps: deps.clone(),
        })
    }

    /// The instant of the export.
    pub const fn now(&self) -> DateTime<Utc> {
        self.now
    }

    /// The account itself.
    pub fn profile(&self) -> Value {
        rows::profile(&self.row)
    }

    /// The next entries; `None` when all came.
    pub async fn next(&mut self) -> Result<Option<Part>, Failure> {
        let Some(section) = self.sections.front().copied() else {
            return Ok(None);
        };
        let (entries, is_last) = match section {
            Section::AccountEvents => self.account_events().await?,
            Section::WorkspaceEvents => self.workspace_events().await?,
            section => self.rows(section).await?,
        };
        if is_last {
            self.sections.pop_front();
            (self.after, self.number) = (Uuid::nil(), 0);
        }
        Ok(Some(Part {
            section,
            entries,
            is_last,
        }))
    }

    async fn rows(&mut self, section: Section) -> Result<(Vec<Value>, bool), Failure> {
        let (db, account, after) = (self.deps.db.latest(), self.account, self.after);
        let members = self.members.as_slice();
        macro_rules! page {
            ($rows:expr, $shown:path) => {{
                let rows = $rows;
                let last = rows.last().map(|row| row.id);
                (rows.iter().map($shown).collect::<Vec<_>>(), last)
            }};
        }
        let (entries, last) = match section {
            Section::Memberships => {
                let rows = store::memberships(db, account, after, PAGE).await?;
                let belongings = store::belongings(db, &rows).await?;
                let shown = |row| rows::membership(row, &belongings);
                (
                    rows.iter().map(shown).collect(),
                    rows.last().map(|row| row.id),
                )
            }
            Section::ApiKeys => page!(store::keys(db, members, after, PAGE).await?, rows::key),
            Section::InvitationsReceived => {
                let to = (self.row.email_canonical.as_str(), members);
                page!(store::received(db, to, after, PAGE).await?, rows::received)
            }
            Section::InvitationsSent => {
                page!(store::sent(db, account, after, PAGE).await?, rows::sent)
            }
            Section::AccessRequests => {
                page!(
                    store::requests(db, account, after, PAGE).await?,
                    rows::request
                )
            }
            Section::AccessRenewals => {
                page!(
                    store::renewals(db, members, after, PAGE).await?,
                    rows::renewal
                )
            }
            Section::Reuses => {
                page!(store::reuses(db, account, after, PAGE).await?, rows::reuse)
            }
            Section::FollowedDatasets => {
                page!(
                    store::follows(db, account, after, PAGE).await?,
                    rows::follow
                )
            }
            Section::Sessions => {
                page!(
                    store::sessions(db, account, after, PAGE).await?,
                    rows::session
                )
            }
            Section::SecondFactors => {
                page!(
                    store::factors(db, account, after, PAGE).await?,
                    rows::factor
                )
            }
            Section::AccountEvents | Section::WorkspaceEvents => (Vec::new(), None),
        };
        let is_last = (entries.len() as u64) < PAGE;
        self.after = last.unwrap_or(after);
        Ok((entries, is_last))
    }

    async fn account_events(&mut self) -> Result<(Vec<Value>, bool), Failure> {
        let of = EventsOf::Account(self.account);
        let events = store::events(self.deps.db.latest(), of, self.number, LIMIT).await?;
        self.number = events.last().map_or(self.number, |event| event.sequence);
        let is_last = events.len() < PAGE as usize;
        let shown = |event| rows::event(event, None, self.account);
        Ok((events.into_iter().map(shown).collect(), is_last))
    }

    /// Of one workspace after the other.
    async fn workspace_events(&mut self) -> Result<(Vec<Value>, bool), Failure> {
        let db = self.deps.db.latest();
        let last = self.workspace.as_ref().map(|(id, _)| *id);
        if self.number == 0 {
            let next = person::next_workspace(db, self.account, &self.addresses, last).await?;
            let Some(next) = next else {
                return Ok((Vec::new(), true));
            };
            self.workspace = Some((next, self.subjects(next).await?));
        }
        let Some((workspace, subjects)) = &self.workspace else {
            return Ok((Vec::new(), true));
        };
        let (workspace, of) = (
            *workspace,
            EventsOf::Workspace(*workspace, self.account, subjects),
        );
        let events = store::events(db, of, self.number, LIMIT).await?;
        self.number = match events.last() {
            Some(event) if events.len() == PAGE as usize => event.sequence,
            // The next workspace begins with its first event.
            Some(_) | None => 0,
        };
        let shown = |event| rows::event(event, Some(workspace), self.account);
        Ok((events.into_iter().map(shown).collect(), false))
    }

    /// The ids of the person in a workspace, as subjects of events.
    async fn subjects(&self, workspace: WorkspaceId) -> Result<Vec<String>, Failure> {
        use crate::store::erasure::texts;
        let ids = texts::own_ids(
            self.deps.db.latest(),
            workspace,
            self.account,
            &self.addresses,
        )
        .await?;
        let texts::OwnIds {
            memberships,
            invitations,
            requests,
            renewals,
            reuses,
            keys,
        } = ids;
        let mut subjects = vec![self.account.to_string()];
        subjects.extend(memberships.iter().map(MembershipId::to_string));
        subjects.extend(invitations.iter().map(InvitationId::to_string));
        subjects.extend(requests.iter().map(AccessRequestId::to_string));
        subjects.extend(renewals.iter().map(AccessRenewalId::to_string));
        subjects.extend(reuses.iter().map(ReuseId::to_string));
        subjects.extend(keys.iter().map(ApiKeyId::to_string));
        Ok(subjects)
    }
}

/// [`PAGE`] for events.
const LIMIT: i64 = PAGE as i64;
