//! Suggests single changes that would turn a refusal, after trying each on the facts (PERM-8).
//!
//! Owns the candidates, their order and their number. Must not decide whether one helps: it asks
//! the engine with the changed facts.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    decision::rights_for,
    explain::{Question, Who, allows, as_if_published, grant},
    facts::{
        GroupFacts, GroupMembershipFacts, KeyFacts, MemberFacts, Right, RoleAssignmentFacts,
        RoleFacts, Subject, WorkspaceFacts,
    },
    standing::{rows_of_role, state},
};
use crate::domain::{
    fold,
    id::{AccountId, GroupId, MembershipId, RoleId},
    interval::{Interval, OPEN_END},
    names::named_enum,
    permission::Permission,
    vocabulary::{MembershipState, ResourceAccess},
};

/// The maximum number of roles, and of groups, in the suggestions: those that give the least.
pub const MOST_OF_A_KIND: usize = 10;

named_enum! {
    /// A single change that would turn a refusal into access.
    pub enum AccessSuggestionKind {
        /// Enable the member.
        EnableMember = "ENABLE_MEMBER",
        /// Move the start of the membership to an earlier time, or its end to a later time.
        ExtendAccess = "EXTEND_ACCESS",
        /// Publish the dataset or page.
        PublishResource = "PUBLISH_RESOURCE",
        /// Add the permission to the list of the API key.
        WidenKey = "WIDEN_KEY",
        /// Grant the member this kind of access to the dataset or page.
        GrantAccess = "GRANT_ACCESS",
        /// Grant the member this permission in the whole workspace.
        GrantPermission = "GRANT_PERMISSION",
        /// Give the member this role instead of their current role.
        GiveRole = "GIVE_ROLE",
        /// Add the member to this group.
        AddToGroup = "ADD_TO_GROUP",
        /// Invite the address, with the suggested permission, role or group if there is one.
        Invite = "INVITE",
    }
}

/// A change and its subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// The kind of change.
    pub kind: AccessSuggestionKind,
    /// The permission to grant, to add to the key's list, or to invite with.
    pub permission: Option<Permission>,
    /// The role to give, or to invite with.
    pub role: Option<RoleId>,
    /// The group to add to, or to invite into.
    pub group: Option<GroupId>,
    /// The access to the item to grant.
    pub access: Option<ResourceAccess>,
}

impl Suggestion {
    const fn bare(kind: AccessSuggestionKind) -> Self {
        Self {
            kind,
            permission: None,
            role: None,
            group: None,
            access: None,
        }
    }

    fn permission(kind: AccessSuggestionKind, permission: Permission) -> Self {
        Self {
            permission: Some(permission),
            ..Self::bare(kind)
        }
    }
}

/// The question: what, about whom, when.
struct Search<'a> {
    ws: &'a WorkspaceFacts,
    who: Who<'a>,
    question: Question,
    t: DateTime<Utc>,
    /// Rights that give it, or a part of it.
    rights: Vec<Right>,
    /// The permissions of which a key's list needs one.
    listed: BTreeSet<Permission>,
}

/// The changes that would turn the refusal, in the order of [`AccessSuggestionKind`]. At most
/// [`MOST_OF_A_KIND`] roles and as many groups: those that give the least first, then by name.
pub(super) fn suggestions(
    ws: &WorkspaceFacts,
    who: Who<'_>,
    question: Question,
    t: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Vec<Suggestion> {
    use AccessSuggestionKind as K;
    let (rights, listed) = match (question, who) {
        (Question::Permission(permission), _) => (
            vec![Right::Workspace(permission)],
            BTreeSet::from([permission]),
        ),
        (Question::Item(item, access), Who::Member(member) | Who::Key(member, _)) => {
            rights_for(&item, access, item.owner == Some(member.account_id))
        }
        (Question::Item(item, access), Who::Visitor | Who::Stranger) => {
            rights_for(&item, access, false)
        }
    };
    let search = Search {
        ws,
        who,
        question,
        t,
        rights,
        listed,
    };
    let mut suggestions = search.helpful([Suggestion::bare(K::PublishResource)]);
    match who {
        Who::Visitor => {}
        Who::Stranger => suggestions.extend(search.invitations()),
        // Ended permanently: the person can join again, the key cannot be restored.
        Who::Member(member) if state(member, now) == MembershipState::Ended => {
            suggestions.extend(search.invitations())
        }
        Who::Key(member, _) if state(member, now) == MembershipState::Ended => {}
        Who::Member(_) | Who::Key(..) => suggestions.extend(search.for_member()),
    }
    suggestions.sort_by_key(|suggestion| suggestion.kind);
    suggestions
}

impl Search<'_> {
    /// The candidates that turn the answer.
    fn helpful(&self, candidates: impl IntoIterator<Item = Suggestion>) -> Vec<Suggestion> {
        candidates
            .into_iter()
            .filter(|candidate| self.helps(candidate))
            .collect()
    }

    /// The changes to a member or their key.
    fn for_member(&self) -> Vec<Suggestion> {
        use AccessSuggestionKind as K;
        let mut suggestions = self.helpful([
            Suggestion::bare(K::EnableMember),
            Suggestion::bare(K::ExtendAccess),
        ]);
        let widen = (self.listed.iter()).map(|listed| Suggestion::permission(K::WidenKey, *listed));
        suggestions.extend(self.helpful(widen));
        let grants = self.rights.iter().map(|right| match *right {
            Right::Workspace(permission) => Suggestion::permission(K::GrantPermission, permission),
            Right::Item(_, access) => Suggestion {
                access: Some(access),
                ..Suggestion::bare(K::GrantAccess)
            },
        });
        suggestions.extend(self.helpful(grants));
        suggestions.extend(self.roles(K::GiveRole));
        suggestions.extend(self.groups(K::AddToGroup));
        suggestions
    }

    /// An invitation alone if that is enough, otherwise with one thing that the new member starts
    /// with.
    fn invitations(&self) -> Vec<Suggestion> {
        let invite = AccessSuggestionKind::Invite;
        let alone = self.helpful([Suggestion::bare(invite)]);
        if !alone.is_empty() {
            return alone;
        }
        let permissions = self.rights.iter().filter_map(|right| match *right {
            Right::Workspace(permission) => Some(Suggestion::permission(invite, permission)),
            Right::Item(..) => None,
        });
        let mut suggestions = self.helpful(permissions);
        suggestions.extend(self.roles(invite));
        suggestions.extend(self.groups(invite));
        suggestions
    }

    fn roles(&self, kind: AccessSuggestionKind) -> Vec<Suggestion> {
        let held = |role: &RoleFacts| -> BTreeSet<Permission> {
            let rows = rows_of_role(role)
                .into_iter()
                .filter(|(_, row)| row.contains(self.t));
            rows.map(|(permission, _)| permission).collect()
        };
        let roles = self
            .ws
            .roles
            .values()
            .filter(|role| role.interval.contains(self.t))
            .map(|role| (held(role), role));
        let is_relevant = |held: &BTreeSet<Permission>| {
            held.iter()
                .any(|held| self.rights.contains(&Right::Workspace(*held)))
        };
        let mut roles: Vec<_> = roles.filter(|(held, _)| is_relevant(held)).collect();
        roles.sort_by_cached_key(|(held, role)| (held.len(), fold::fold(&role.name), role.id));
        let candidates = roles.into_iter().map(|(_, role)| Suggestion {
            role: Some(role.id),
            ..Suggestion::bare(kind)
        });
        candidates
            .filter(|candidate| self.helps(candidate))
            .take(MOST_OF_A_KIND)
            .collect()
    }

    fn groups(&self, kind: AccessSuggestionKind) -> Vec<Suggestion> {
        let gives = |group: &GroupFacts| {
            group
                .grants
                .iter()
                .filter(|grant| grant.interval.contains(self.t))
                .count()
        };
        let is_relevant = |group: &GroupFacts| {
            group
                .grants
                .iter()
                .any(|grant| grant.interval.contains(self.t) && self.rights.contains(&grant.right))
        };
        let groups = self
            .ws
            .groups
            .values()
            .filter(|group| group.interval.contains(self.t));
        let mut groups: Vec<&GroupFacts> = groups
            .filter(|group| !self.is_in(group.id) && is_relevant(group))
            .collect();
        groups.sort_by_cached_key(|group| (gives(group), fold::fold(&group.title), group.id));
        let candidates = groups.into_iter().map(|group| Suggestion {
            group: Some(group.id),
            ..Suggestion::bare(kind)
        });
        candidates
            .filter(|candidate| self.helps(candidate))
            .take(MOST_OF_A_KIND)
            .collect()
    }

    fn is_in(&self, group: GroupId) -> bool {
        let (Who::Member(member) | Who::Key(member, _)) = self.who else {
            return false;
        };
        member
            .groups
            .iter()
            .any(|row| row.group_id == group && row.interval.contains(self.t))
    }

    /// Whether the answer would be yes with that change.
    fn helps(&self, suggestion: &Suggestion) -> bool {
        use AccessSuggestionKind as K;
        let (ws, t) = (self.ws, self.t);
        match (suggestion.kind, self.who, self.question) {
            (K::PublishResource, who, Question::Item(item, _)) if !item.published => {
                allows(ws, who.subject(), as_if_published(self.question), t)
            }
            (K::PublishResource, ..) => false,
            (K::WidenKey, Who::Key(member, key), _) => {
                let Some(key) = widened(key, suggestion, t) else {
                    return false;
                };
                allows(ws, Subject::Key(member, &key), self.question, t)
            }
            (K::WidenKey, ..) => false,
            (K::Invite, who, _) => {
                let account = match who {
                    Who::Member(member) => member.account_id,
                    _ => AccountId(Uuid::nil()),
                };
                let invited = self.apply(newcomer(account, t), suggestion);
                allows(ws, Subject::Member(&invited), self.question, t)
            }
            (_, Who::Member(member), _) => {
                let after = self.apply(member.clone(), suggestion);
                allows(ws, Subject::Member(&after), self.question, t)
            }
            (_, Who::Key(member, key), _) => {
                let after = self.apply(member.clone(), suggestion);
                allows(ws, Subject::Key(&after, key), self.question, t)
            }
            (_, Who::Visitor | Who::Stranger, _) => false,
        }
    }

    /// The member after the change.
    fn apply(&self, mut member: MemberFacts, suggestion: &Suggestion) -> MemberFacts {
        let (t, from) = (self.t, Interval::from(self.t));
        match suggestion.kind {
            AccessSuggestionKind::EnableMember => {
                member.disabled.retain(|interval| !interval.contains(t))
            }
            AccessSuggestionKind::ExtendAccess => {
                let old = member.interval;
                let ends_at = if old.ends_at <= t {
                    OPEN_END
                } else {
                    old.ends_at
                };
                member.interval = Interval::new(old.starts_at.min(t), ends_at);
            }
            _ => {}
        }
        member.grants.extend(
            suggestion
                .permission
                .map(|permission| grant(Right::Workspace(permission), t)),
        );
        if let (Some(access), Question::Item(item, _)) = (suggestion.access, self.question) {
            member.grants.push(grant(Right::Item(item.id, access), t));
        }
        if let Some(role_id) = suggestion.role {
            // A member has one role at a time (TIME-8).
            member.roles.retain(|row| !row.interval.contains(t));
            member.roles.push(RoleAssignmentFacts {
                id: Uuid::nil(),
                role_id,
                interval: from,
                granted_by: None,
            });
        }
        if let Some(group_id) = suggestion.group {
            member.groups.push(GroupMembershipFacts {
                id: Uuid::nil(),
                group_id,
                interval: from,
                granted_by: None,
            });
        }
        member
    }
}

fn widened(key: &KeyFacts, suggestion: &Suggestion, t: DateTime<Utc>) -> Option<KeyFacts> {
    let mut key = key.clone();
    key.scope
        .as_mut()?
        .push((suggestion.permission?, Interval::from(t)));
    Some(key)
}

/// The membership of somebody who accepted an invitation that gives nothing.
const fn newcomer(account_id: AccountId, t: DateTime<Utc>) -> MemberFacts {
    MemberFacts {
        id: MembershipId(Uuid::nil()),
        account_id,
        interval: Interval::from(t),
        end_reason: None,
        disabled: Vec::new(),
        roles: Vec::new(),
        groups: Vec::new(),
        grants: Vec::new(),
        deletion_scheduled: false,
    }
}
