//! What would turn a refusal: single changes, each tried out on the facts before it is suggested
//! (PERM-8).
//!
//! Owns which changes are thought of, their order and their number. Must not decide whether one
//! helps: the engine is asked about the facts as they would be.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    decision::leads_to,
    explain::{Question, Who, allows, grant},
    facts::{
        GroupFacts, GroupMembershipFacts, ItemFacts, KeyFacts, MemberFacts, Right,
        RoleAssignmentFacts, RoleFacts, Subject, WorkspaceFacts,
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

/// The most roles, and the most groups, that are suggested: those that give the least.
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

/// A change, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// What to do.
    pub kind: AccessSuggestionKind,
    /// The permission to grant, to put on the key's list, or to invite with.
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

/// What is asked, of whom, when.
struct Asked<'a> {
    ws: &'a WorkspaceFacts,
    who: Who<'a>,
    question: Question,
    t: DateTime<Utc>,
    /// Rights that give it, or a part of it.
    rights: Vec<Right>,
    /// Permissions that a key's list needs for it, one of them.
    listed: BTreeSet<Permission>,
}

/// The changes that would turn the refusal, in the order of [`AccessSuggestionKind`]; of roles and
/// groups at most [`MOST_OF_A_KIND`] each, those that give the least first, then by name.
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
            leads_to(&item, access, item.owner == Some(member.account_id))
        }
        (Question::Item(item, access), Who::Visitor | Who::Stranger) => {
            leads_to(&item, access, false)
        }
    };
    let asked = Asked {
        ws,
        who,
        question,
        t,
        rights,
        listed,
    };
    let mut found = asked.tried([Suggestion::bare(K::PublishResource)]);
    match who {
        Who::Visitor => {}
        Who::Stranger => found.extend(asked.invitations()),
        // Ended permanently: the person can come again, the key cannot.
        Who::Member(member) if state(member, now) == MembershipState::Ended => {
            found.extend(asked.invitations())
        }
        Who::Key(member, _) if state(member, now) == MembershipState::Ended => {}
        Who::Member(_) | Who::Key(..) => {
            found.extend(asked.tried([
                Suggestion::bare(K::EnableMember),
                Suggestion::bare(K::ExtendAccess),
            ]));
            found.extend(
                asked.tried(
                    asked
                        .listed
                        .iter()
                        .map(|listed| Suggestion::permission(K::WidenKey, *listed)),
                ),
            );
            found.extend(asked.tried(asked.rights.iter().map(|right| match *right {
                Right::Workspace(permission) => {
                    Suggestion::permission(K::GrantPermission, permission)
                }
                Right::Item(_, access) => Suggestion {
                    access: Some(access),
                    ..Suggestion::bare(K::GrantAccess)
                },
            })));
            found.extend(asked.roles(K::GiveRole));
            found.extend(asked.groups(K::AddToGroup));
        }
    }
    found.sort_by_key(|suggestion| suggestion.kind);
    found
}

impl Asked<'_> {
    /// Those that turn the answer.
    fn tried(&self, candidates: impl IntoIterator<Item = Suggestion>) -> Vec<Suggestion> {
        candidates
            .into_iter()
            .filter(|candidate| self.turns(candidate))
            .collect()
    }

    /// An invitation alone if that is enough, else with one thing that the new member starts with.
    fn invitations(&self) -> Vec<Suggestion> {
        let invite = AccessSuggestionKind::Invite;
        let alone = self.tried([Suggestion::bare(invite)]);
        if !alone.is_empty() {
            return alone;
        }
        let permissions = self.rights.iter().filter_map(|right| match *right {
            Right::Workspace(permission) => Some(Suggestion::permission(invite, permission)),
            Right::Item(..) => None,
        });
        let mut found = self.tried(permissions);
        found.extend(self.roles(invite));
        found.extend(self.groups(invite));
        found
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
        let helps = |held: &BTreeSet<Permission>| {
            held.iter()
                .any(|held| self.rights.contains(&Right::Workspace(*held)))
        };
        let mut roles: Vec<_> = roles.filter(|(held, _)| helps(held)).collect();
        roles.sort_by_cached_key(|(held, role)| (held.len(), fold::fold(&role.name), role.id));
        let candidates = roles.into_iter().map(|(_, role)| Suggestion {
            role: Some(role.id),
            ..Suggestion::bare(kind)
        });
        candidates
            .filter(|candidate| self.turns(candidate))
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
        let helps = |group: &GroupFacts| {
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
            .filter(|group| !self.is_in(group.id) && helps(group))
            .collect();
        groups.sort_by_cached_key(|group| (gives(group), fold::fold(&group.title), group.id));
        let candidates = groups.into_iter().map(|group| Suggestion {
            group: Some(group.id),
            ..Suggestion::bare(kind)
        });
        candidates
            .filter(|candidate| self.turns(candidate))
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

    /// Whether the answer would be yes if that were done.
    fn turns(&self, suggestion: &Suggestion) -> bool {
        use AccessSuggestionKind as K;
        let (ws, t) = (self.ws, self.t);
        match (suggestion.kind, self.who, self.question) {
            (K::PublishResource, who, Question::Item(item, access)) if !item.published => allows(
                ws,
                who.subject(),
                Question::Item(
                    ItemFacts {
                        published: true,
                        ..item
                    },
                    access,
                ),
                t,
            ),
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
                let invited = self.changed(newcomer(account, t), suggestion);
                allows(ws, Subject::Member(&invited), self.question, t)
            }
            (_, Who::Member(member), _) => {
                let after = self.changed(member.clone(), suggestion);
                allows(ws, Subject::Member(&after), self.question, t)
            }
            (_, Who::Key(member, key), _) => {
                let after = self.changed(member.clone(), suggestion);
                allows(ws, Subject::Key(&after, key), self.question, t)
            }
            (_, Who::Visitor | Who::Stranger, _) => false,
        }
    }

    /// The member as it would be.
    fn changed(&self, mut member: MemberFacts, suggestion: &Suggestion) -> MemberFacts {
        let (t, from) = (self.t, Interval::from(self.t));
        match suggestion.kind {
            AccessSuggestionKind::EnableMember => {
                member.disabled.retain(|spell| !spell.contains(t))
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

/// Somebody who accepted an invitation, with nothing yet.
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
