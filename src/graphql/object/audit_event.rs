//! The record: events, and lists of them (AUD-3).

mod subject;

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object};

use crate::{
    domain::{
        audit::{AuditEventKind, Recorded, hex},
        id::{AnyId, AuditEventId},
        vocabulary::ActorKind,
    },
    graphql::{
        connection::{
            Connection, ConnectionNode, Counter, ListRow, PageArguments, selects_of_nodes,
        },
        error::{Nullable, nullable_field},
        loader,
        mutation::report::Change,
        object::{account::Account, api_key::check_length, filters::DateTimeRange},
        query::Node,
        scalar::{Instant, Json, Long},
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, audit as service},
};

/// The name of the list in cursors.
const LIST: &str = "audit events";

/// An entry of the audit log: one thing that was done to one subject.
#[derive(Debug, Clone)]
pub struct AuditEvent {
    view: WorkspaceView,
    row: Arc<Recorded>,
    subject: Subject,
}

/// The subject of an event, if the page loaded it.
#[derive(Debug, Clone)]
enum Subject {
    AtHand(Option<Arc<Node>>),
    ToFind,
}

impl ConnectionNode for AuditEvent {
    const CONNECTION: &'static str = "AuditEventConnection";
    const EDGE: &'static str = "AuditEventEdge";
    const DESCRIPTION: &'static str = "A page of the workspace's audit events.";
}

/// Filter for audit events. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct AuditEventFilter {
    /// Events by this account (`acc_…`), through a session or one of its API keys, or by this API
    /// key (`key_…`).
    pub actor_id: Option<ID>,
    /// Events about this subject: the id of a member, a group, a role, an API key, a dataset or
    /// page, the workspace and so on.
    pub subject_id: Option<ID>,
    /// Events of one of these kinds.
    pub kinds: Option<Vec<AuditEventKind>>,
    /// Events written in this range.
    pub at: Option<DateTimeRange>,
}

impl AuditEventFilter {
    fn read(self) -> Result<service::EventFilter, Failure> {
        let filter = service::Asked {
            actor: self.actor_id.as_ref().map(|id| id.as_str()),
            subject: self.subject_id.as_ref().map(|id| id.as_str()),
            kinds: check_length(self.kinds, "kinds")?,
            after: self.at.and_then(|at| at.after).map(|at| at.0),
            before: self.at.and_then(|at| at.before).map(|at| at.0),
        };
        filter.read()
    }
}

/// Returns one page of the workspace's audit events, for who may read them.
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    filter: Option<AuditEventFilter>,
    arguments: &PageArguments,
) -> Result<Connection<AuditEvent>, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &view.access;
    access.require_record(&scope.caller)?;
    let filter = filter.unwrap_or_default().read()?;
    let takes = |key: &str| service::number(key).is_some();
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), filter.clone()),
        |(deps, access, filter)| Box::pin(service::count(deps, access, filter)),
    );
    view.list(scope, LIST)
        .connection(arguments, takes, counter, async |request| {
            let page = service::page(&scope.deps, access, &filter, &request).await?;
            let subjects = if selects_of_nodes(ctx, "subject") {
                subject::of(ctx, view, &page.rows).await?
            } else {
                subject::Subjects::default()
            };
            Ok(page.map(|row| {
                let event = AuditEvent {
                    view: view.clone(),
                    subject: subjects.of(row.subject_id.as_deref()),
                    row: Arc::new(row),
                };
                ListRow::new(service::position(&event.row), event)
            }))
        })
        .await
}

/// Returns the audit event with this id, for who may read the audit log of its workspace.
pub async fn find(ctx: &Context<'_>, id: AuditEventId) -> Result<Option<AuditEvent>, Failure> {
    let scope = Scope::of(ctx)?;
    if scope.caller.account().is_none() {
        return Ok(None);
    }
    let Some((workspace, row)) = service::by_id(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(workspace).await? else {
        return Ok(None);
    };
    Ok(access.may_read_record().then(|| AuditEvent {
        view: access.into(),
        row: Arc::new(row),
        subject: Subject::ToFind,
    }))
}

/// The kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum AuditActorKind {
    /// An unknown visitor.
    Anonymous,
    /// An account, through a session.
    Account,
    /// An API key.
    ApiKey,
    /// A staff member of the installation.
    Operator,
    /// Concierge itself, or somebody with access to its machine.
    System,
}

impl From<ActorKind> for AuditActorKind {
    fn from(kind: ActorKind) -> Self {
        match kind {
            ActorKind::Anonymous => Self::Anonymous,
            ActorKind::Account => Self::Account,
            ActorKind::ApiKey => Self::ApiKey,
            ActorKind::Operator => Self::Operator,
            ActorKind::System => Self::System,
        }
    }
}

/// The actor of an audit event.
#[derive(Debug, Clone)]
pub struct AuditActor {
    view: WorkspaceView,
    row: Arc<Recorded>,
}

/// The actor of an audit event.
#[Object]
impl AuditActor {
    /// The kind of actor.
    async fn kind(&self) -> AuditActorKind {
        self.row.actor().into()
    }

    /// The account that acted, through a session or an API key; null if no account acted or the
    /// account no longer exists.
    async fn account(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.view, self.row.actor_account_id)
            .await
            .transpose()
    }

    /// The API key that acted; null if none did.
    async fn api_key_id(&self) -> Option<ID> {
        self.row.actor_api_key_id.map(|id| ID(id.to_string()))
    }
}

/// An entry of the audit log: one thing that was done to one subject. Entries never change, but
/// personal values in them can be erased.
#[Object]
impl AuditEvent {
    /// The id of the audit event (`aud_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The number of the event in the workspace's audit log, from 1 without gaps.
    async fn sequence(&self) -> Long {
        Long(self.row.sequence)
    }

    /// The time at which the event was written.
    async fn at(&self) -> Instant {
        Instant(self.row.at)
    }

    /// The time at which the change takes effect, in the past or in the future.
    async fn effective_at(&self) -> Instant {
        Instant(self.row.effective_at)
    }

    /// The kind of event.
    async fn kind(&self) -> async_graphql::Result<AuditEventKind> {
        let unknown =
            || Failure::Internal(format!("an event of a newer release: {}", self.row.kind));
        Ok(AuditEventKind::parse(&self.row.kind).ok_or_else(unknown)?)
    }

    /// The actor.
    async fn actor(&self) -> AuditActor {
        AuditActor {
            view: self.view.clone(),
            row: Arc::clone(&self.row),
        }
    }

    /// The id of the subject: a member, a group, a role, an API key and so on. It remains after the
    /// subject is deleted.
    async fn subject_id(&self) -> Option<ID> {
        self.row.subject_id.clone().map(ID)
    }

    /// The subject in its current state; null if it no longer exists or you may not see it.
    async fn subject(&self, ctx: &Context<'_>) -> Nullable<Node> {
        nullable_field(async {
            match (&self.subject, &self.row.subject_id) {
                (Subject::AtHand(subject), _) => Ok(subject.as_deref().cloned()),
                (Subject::ToFind, Some(id)) if AnyId::parse(id).is_ok() => {
                    Ok(Node::find(ctx, &ID(id.clone())).await?)
                }
                (Subject::ToFind, _) => Ok(None),
            }
        })
        .await
    }

    /// The changed fields. A personal value that was erased is null, and `redacted` of its change
    /// is true.
    async fn changes(&self) -> Vec<Change> {
        let subject_id = ID(self.row.subject_id.clone().unwrap_or_default());
        let shown = |value: serde_json::Value| (!value.is_null()).then_some(Json(value));
        let change = |change: crate::domain::audit::Shown| Change {
            subject_id: subject_id.clone(),
            field: change.field,
            before: shown(change.before),
            after: shown(change.after),
            redacted: change.redacted,
        };
        self.row.shown().into_iter().map(change).collect()
    }

    /// The id of the request that caused the event. All events of one request share it.
    async fn request_id(&self) -> &str {
        &self.row.request_id
    }

    /// The client address of the actor; null if it is unknown or was erased.
    async fn client_address(&self) -> Option<String> {
        self.row.client_address()
    }

    /// The hash over all events from the first to this one: 64 hex digits.
    async fn hash(&self) -> String {
        hex(&self.row.hash)
    }
}
