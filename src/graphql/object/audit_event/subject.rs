//! What the events of a page are about, looked up at once: a constant number of statements,
//! whatever they are about.

use std::{collections::HashMap, sync::Arc};

use async_graphql::Context;

use super::Subject;
use crate::{
    domain::{
        audit::Recorded,
        id::{
            AccessRenewalId, AccessRequestId, AnyId, ApiKeyId, InvitationId, MembershipId, ReuseId,
        },
    },
    graphql::{
        object::{
            access_renewal, access_request::AccessRequest, api_key, group::Group,
            invitation::Invitation, membership::Membership, reuse, role::Role,
            workspace::Workspace,
        },
        query::Node,
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, access_request, audit, invitation, member},
};

/// The loaded subjects, by id.
#[derive(Debug, Default)]
pub(super) struct Subjects(HashMap<String, Option<Arc<Node>>>);

impl Subjects {
    /// The subject with this id.
    pub(super) fn of(&self, id: Option<&str>) -> Subject {
        match id.and_then(|id| self.0.get(id)) {
            Some(node) => Subject::AtHand(node.clone()),
            None => Subject::ToFind,
        }
    }

    fn put(&mut self, id: impl std::fmt::Display, node: Node) {
        self.0.insert(id.to_string(), Some(Arc::new(node)));
    }
}

/// The ids to load from the database, by type.
#[derive(Default)]
struct Wanted {
    members: Vec<MembershipId>,
    keys: Vec<ApiKeyId>,
    invitations: Vec<InvitationId>,
    requests: Vec<AccessRequestId>,
    renewals: Vec<AccessRenewalId>,
    reuses: Vec<ReuseId>,
}

/// Loads the subjects of `events`, as `node` returns them to a holder of EDIT_WORKSPACE_PROPERTIES
/// in this workspace; to others, each is found by `node`. Subjects of types that no workspace's audit log contains are left to `node`.
pub(super) async fn of(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    events: &[Recorded],
) -> Result<Subjects, Failure> {
    let mut subjects = Subjects::default();
    if !audit::shows_subjects(&view.access) {
        return Ok(subjects);
    }
    let wanted = sort(view, events, &mut subjects);
    let scope = Scope::of(ctx)?;
    let workspace = view.access.workspace.id;
    for row in member::by_ids(&scope.deps, &view.access, &scope.caller, &wanted.members).await? {
        subjects.put(row.id, Node::Membership(Membership::new(view, row)));
    }
    // A key sees itself alone (KEY-5).
    let keys: Vec<ApiKeyId> = match scope.caller.key() {
        Some(asking) => wanted
            .keys
            .into_iter()
            .filter(|id| *id == asking.key.id)
            .collect(),
        None => wanted.keys,
    };
    for (id, key) in api_key::by_ids(ctx, view, &keys).await? {
        subjects.put(id, Node::ApiKey(key));
    }
    if !wanted.invitations.is_empty() {
        let rows = invitation::by_ids(&scope.deps, &wanted.invitations).await?;
        for row in rows.into_iter().filter(|row| row.workspace_id == workspace) {
            subjects.put(row.id, Node::Invitation(Invitation::new(view, row)));
        }
    }
    if !wanted.requests.is_empty() {
        let rows = access_request::by_ids(&scope.deps, &wanted.requests).await?;
        for row in rows.into_iter().filter(|row| row.workspace_id == workspace) {
            subjects.put(row.id, Node::AccessRequest(AccessRequest::new(view, row)));
        }
    }
    for (id, renewal) in access_renewal::by_ids(ctx, view, &wanted.renewals).await? {
        subjects.put(id, Node::AccessRenewal(renewal));
    }
    for (id, reuse) in reuse::by_ids(ctx, view, &wanted.reuses).await? {
        subjects.put(id, Node::Reuse(reuse));
    }
    Ok(subjects)
}

/// Adds the subjects in memory, marks those to load as not found for now, and returns the ids to
/// load.
fn sort(view: &WorkspaceView, events: &[Recorded], subjects: &mut Subjects) -> Wanted {
    let (access, mut wanted) = (&view.access, Wanted::default());
    for id in events
        .iter()
        .filter_map(|event| event.subject_id.as_deref())
    {
        if subjects.0.contains_key(id) {
            continue;
        }
        let node = match AnyId::parse(id) {
            Ok(AnyId::GroupId(id)) => {
                let group = access.group(id);
                group.and_then(|_| Group::find(view, id)).map(Node::Group)
            }
            Ok(AnyId::RoleId(id)) => {
                let role = access.role(id);
                role.and_then(|_| Role::find(view, id)).map(Node::Role)
            }
            Ok(AnyId::WorkspaceId(id)) if id == access.workspace.id => {
                Some(Node::Workspace(Workspace::of(Arc::clone(access))))
            }
            Ok(AnyId::MembershipId(id)) => {
                wanted.members.push(id);
                None
            }
            Ok(AnyId::ApiKeyId(id)) => {
                wanted.keys.push(id);
                None
            }
            Ok(AnyId::InvitationId(id)) => {
                wanted.invitations.push(id);
                None
            }
            Ok(AnyId::AccessRequestId(id)) => {
                wanted.requests.push(id);
                None
            }
            Ok(AnyId::AccessRenewalId(id)) => {
                wanted.renewals.push(id);
                None
            }
            Ok(AnyId::ReuseId(id)) => {
                wanted.reuses.push(id);
                None
            }
            _ => continue,
        };
        subjects.0.insert(id.to_owned(), node.map(Arc::new));
    }
    wanted
}
