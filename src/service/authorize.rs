//! Facts → decision: what the caller may do in one workspace. Every guard and every mutation's own
//! check asks here, and this asks `domain::access`.

mod reach;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Actor, Caller, Deps, Failure};
use crate::domain::{
    access::{
        AccessObstacle, SessionFacts, Shown,
        facts::{GroupFacts, RoleFacts},
    },
    id::{GroupId, RoleId},
};
use crate::{
    domain::{
        access::{
            self,
            facts::{ItemFacts, KeyFacts, MemberFacts, Subject, WorkspaceFacts},
        },
        id::{MembershipId, WorkspaceId},
        permission::{Permission, PermissionSet},
        vocabulary::{AccessMode, MembershipState, ResourceAccess},
    },
    store::{
        Connections,
        access::WorkspaceSnapshot,
        workspace::{self, Workspace, WorkspaceRef},
    },
    words::message,
};
use reach::Reach;

/// The caller's standing in one workspace at one instant.
#[derive(Debug, Clone)]
pub struct Access {
    /// The workspace that the caller stands in.
    pub workspace: Arc<Workspace>,
    /// What its members share.
    pub snapshot: Arc<WorkspaceSnapshot>,
    /// The caller's membership that counts, if there is one that has not ended.
    pub member: Option<Arc<MemberFacts>>,
    /// The caller's membership, if their session does not meet the sign-in policy. They are then
    /// anonymous here.
    pub withheld: Option<Withheld>,
    /// The key, if one asks.
    pub key: Option<KeyFacts>,
    /// The instant at which everything is judged: the later of the clock and the last write of the
    /// workspace or its main one (TIME-5).
    pub now: DateTime<Utc>,
    /// Whether an operator asks.
    pub is_operator: bool,
    permissions: PermissionSet,
    /// How much of the workspace there is for the caller, whatever its access mode.
    reach: Reach,
    /// The caller's standing now, if `now` and `snapshot` are those of another instant (TIME-3).
    current: Option<Arc<Self>>,
}

/// A membership whose rights are withheld from a session that does not meet the sign-in policy
/// (MFA-11).
#[derive(Debug, Clone)]
pub struct Withheld {
    /// The membership.
    pub member: Arc<MemberFacts>,
    /// What would have to be met.
    pub obstacle: AccessObstacle,
}

impl Access {
    /// The caller's standing in the workspace named by `reference`; `None` if there is no such
    /// workspace, or a key asks for another than its own (KEY-5).
    pub async fn open(
        deps: &Deps,
        caller: &Caller,
        reference: &WorkspaceRef,
    ) -> Result<Option<Self>, Failure> {
        let db = deps.db.reader();
        if let Actor::Key(key) = &caller.actor {
            let own = match reference {
                WorkspaceRef::Id(id) => key.workspace.id == *id,
                WorkspaceRef::Slug(slug) => *key.workspace.slug == **slug,
            };
            if !own {
                return Ok(None);
            }
            return Self::of(
                deps,
                db,
                caller,
                Arc::clone(&key.workspace),
                key.membership_id(),
            )
            .await
            .map(Some);
        }
        let Some((workspace, member)) =
            workspace::find(db, reference, caller.account_id(), caller.now).await?
        else {
            // In a box: it is rare, and would make every future larger that opens a workspace.
            return Box::pin(Self::open_deleted(deps, caller, reference)).await;
        };
        let access = Self::of(deps, db, caller, Arc::new(workspace), member).await?;
        access.note_use(deps, caller);
        Ok(Some(access))
    }

    /// The caller's standing as it is after a write: nothing of what the credential's look-up
    /// brought is used.
    pub async fn reopen(
        deps: &Deps,
        caller: &Caller,
        id: WorkspaceId,
    ) -> Result<Option<Self>, Failure> {
        let db = deps.db.latest();
        let account = match &caller.actor {
            Actor::Key(key) if key.workspace.id != id => return Ok(None),
            Actor::Key(_) | Actor::Anonymous | Actor::Session(_) | Actor::System => {
                caller.account_id()
            }
        };
        match workspace::find(db, &WorkspaceRef::Id(id), account, caller.now).await? {
            None => Ok(None),
            Some((workspace, member)) => Self::of(deps, db, caller, Arc::new(workspace), member)
                .await
                .map(Some),
        }
    }

    /// The caller's standing in a workspace whose row is at hand.
    pub async fn of(
        deps: &Deps,
        db: &Connections,
        caller: &Caller,
        workspace: Arc<Workspace>,
        member: Option<MembershipId>,
    ) -> Result<Self, Failure> {
        let now = caller.now.max(workspace.not_before());
        let snapshot = deps.cache.workspace(db, &workspace).await?;
        // A key is nobody in any other workspace than its own (KEY-5).
        let key = caller.key();
        let is_foreign = key.is_some_and(|key| key.workspace.id != workspace.id);
        let key = key.filter(|_| !is_foreign).map(|key| key.key.clone());
        let member = match member.filter(|_| !is_foreign) {
            Some(id) => deps.cache.member(db, &workspace, id).await?,
            None => None,
        };
        let mut access = Self::new(
            workspace,
            snapshot,
            member,
            (key, caller.session_facts()),
            now,
            caller.is_operator(),
        );
        if is_foreign {
            access.reach = Reach::Face;
        }
        Ok(access)
    }

    /// Notes that a person used the workspace (ACC-9), which listing it among others is not. A
    /// key's use was noted at its look-up.
    pub fn note_use(&self, deps: &Deps, caller: &Caller) {
        if let (Actor::Session(session), Some(member)) = (&caller.actor, &self.member)
            && self.is_active_member()
        {
            deps.activity.used(member.id, caller.now);
            deps.analytics
                .member_used(member.id, &self.workspace, caller.now);
            let session = (session.session_id, session.account.id);
            deps.analytics
                .session_used(session, &self.workspace, caller.now);
        }
    }

    /// From facts that are at hand. Here facts become a subject: a session that does not meet the
    /// policy of the workspace is anonymous (MFA-11).
    pub fn new(
        workspace: Arc<Workspace>,
        snapshot: Arc<WorkspaceSnapshot>,
        member: Option<Arc<MemberFacts>>,
        (key, session): (Option<KeyFacts>, Option<SessionFacts>),
        now: DateTime<Utc>,
        is_operator: bool,
    ) -> Self {
        let obstacle = member
            .as_deref()
            .zip(session)
            .and_then(|(member, session)| {
                let (policy, facts) = (&snapshot.sign_in, &snapshot.facts);
                access::session_obstacle(policy, session, facts, member, now)
            });
        let (member, withheld) = match (member, obstacle) {
            (Some(member), Some(obstacle)) => (None, Some(Withheld { member, obstacle })),
            (member, _) => (member, None),
        };
        let mut access = Self {
            workspace,
            snapshot,
            member,
            withheld,
            key,
            now,
            is_operator,
            permissions: PermissionSet::EMPTY,
            reach: Reach::Whole,
            current: None,
        };
        access.permissions = access::permissions(access.facts(), access.subject(), now);
        access
    }

    /// The workspace as it was, or will be, at `at` (TIME-3), with the roles and groups of then;
    /// what the caller may see of it is judged as of now.
    pub fn as_of(self: &Arc<Self>, at: DateTime<Utc>, snapshot: Arc<WorkspaceSnapshot>) -> Self {
        let current = self.current.clone().unwrap_or_else(|| Arc::clone(self));
        Self {
            now: at,
            snapshot,
            current: Some(current),
            ..Self::clone(self)
        }
    }

    /// The instant that was asked for, if another than now.
    pub fn asked_for(&self) -> Option<DateTime<Utc>> {
        self.current.as_ref().map(|_| self.now)
    }

    /// The caller's standing now.
    pub fn current(self: &Arc<Self>) -> Arc<Self> {
        self.current.clone().unwrap_or_else(|| Arc::clone(self))
    }

    /// The instant of the question itself, whatever instant it is about.
    pub fn clock(&self) -> DateTime<Utc> {
        self.current
            .as_ref()
            .map_or(self.now, |current| current.now)
    }

    /// Whether the question is about an instant before its own: what had not begun then cannot be
    /// told from what was not planned yet, and is left out (TIME-3).
    pub fn is_past(&self) -> bool {
        self.now < self.clock()
    }

    /// The instant that lists are about, and whether rows that begin later are left out.
    pub fn shown(&self) -> Shown {
        Shown {
            at: self.now,
            only_begun: self.is_past(),
        }
    }

    /// The group with this id, if it exists at the instant of the question.
    pub fn group(&self, id: GroupId) -> Option<&GroupFacts> {
        self.facts().group_at(id, self.now)
    }

    /// The role with this id, if it exists at the instant of the question.
    pub fn role(&self, id: RoleId) -> Option<&RoleFacts> {
        self.facts().role_at(id, self.now)
    }

    /// Roles and groups.
    pub fn facts(&self) -> &WorkspaceFacts {
        &self.snapshot.facts
    }

    /// The caller as the engine takes it.
    pub fn subject(&self) -> Subject<'_> {
        match (&self.member, &self.key) {
            (_, Some(key)) if key.kind.is_of_workspace() => Subject::WorkspaceKey(key),
            (Some(member), Some(key)) => Subject::Key(member, key),
            (Some(member), None) => Subject::Member(member),
            (None, _) => Subject::Anonymous,
        }
    }

    /// The caller's own membership, whether their session counts as it or not: what is theirs to
    /// see.
    pub fn own_member(&self) -> Option<&Arc<MemberFacts>> {
        let withheld = self.withheld.as_ref().map(|withheld| &withheld.member);
        self.member.as_ref().or(withheld)
    }

    /// What keeps the caller's session from counting as their membership now.
    pub fn session_obstacle(&self) -> Option<AccessObstacle> {
        self.withheld.as_ref().map(|withheld| withheld.obstacle)
    }

    /// Everything the caller may do workspace-wide.
    pub const fn permissions(&self) -> PermissionSet {
        self.permissions
    }

    /// Whether the caller holds `permission` workspace-wide.
    pub const fn can(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether the caller counts as ADMINISTRATOR (KEY-1).
    pub fn is_administrator(&self) -> bool {
        let current = self.current.as_deref().unwrap_or(self);
        access::is_administrator(current.facts(), current.subject(), current.now)
    }

    /// Whether the caller is an active member.
    pub fn is_active_member(&self) -> bool {
        self.member
            .as_deref()
            .is_some_and(|member| access::state(member, self.clock()) == MembershipState::Active)
    }

    /// Whether the caller may enter: see what a visitor sees (JOIN-1).
    pub fn may_enter(&self) -> bool {
        self.may_look_inside()
            && (self.workspace.access_mode == AccessMode::Public || self.is_active_member())
    }

    /// Refuses whoever lacks `permission`, as "Who is refused how" says for a workspace's own id:
    /// anonymous callers are asked to sign in, all others get FORBIDDEN.
    pub fn require(&self, caller: &Caller, permission: Permission) -> Result<(), Failure> {
        if self.can(permission) {
            Ok(())
        } else if caller.is_anonymous() {
            Err(Failure::Unauthenticated)
        } else {
            Err(Failure::requires(permission))
        }
    }

    /// Refuses whoever does not count as ADMINISTRATOR (KEY-1), as [`Self::require`] does.
    pub fn require_administrator(&self, caller: &Caller) -> Result<(), Failure> {
        if caller.is_anonymous() {
            Err(Failure::Unauthenticated)
        } else if self.is_administrator() {
            Ok(())
        } else {
            Err(Failure::forbidden(message::requires_administrator()))
        }
    }

    /// Whether the caller has `access` to one item (PERM-5).
    pub fn can_access(&self, item: &ItemFacts, access: ResourceAccess) -> bool {
        let current = self.current.as_deref().unwrap_or(self);
        let (facts, subject) = (current.facts(), current.subject());
        self.may_look_inside() && access::decide(facts, subject, item, access, current.now).allowed
    }
}
