//! Which items a subject may browse, without looking at each item: the decisions of PERM-5 over
//! classes of items.
//!
//! Owns the reduction: apart from grants that name an item, the decision on it depends only on its
//! class. Must not decide itself: it calls `decision` once per class.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    decision::decide,
    facts::{ItemFacts, MemberFacts, Subject, WorkspaceFacts},
};
use crate::domain::{
    id::{AccountId, ItemId, ItemKind},
    vocabulary::{ResourceAccess, Security},
};

/// The properties of an item that a decision depends on, apart from grants that name the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Whether the subject owns the item.
    pub own: bool,
    /// Whether the item is published.
    pub published: bool,
    /// Whether the item is open or restricted.
    pub security: Security,
}

/// Which items of one kind a subject may browse at an instant. Default: none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Browsable {
    /// The subject's account, if it has a membership in the workspace.
    pub account: Option<AccountId>,
    /// The classes whose items may all be browsed.
    pub classes: Vec<Class>,
    /// The items that a grant names. Each needs its own decision.
    pub named: Vec<ItemId>,
}

/// Which items of `kind` the subject may browse at `t` (PERM-5, JOIN-1).
pub fn browsable(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    kind: ItemKind,
    t: DateTime<Utc>,
) -> Browsable {
    let member = match subject {
        Subject::Anonymous | Subject::WorkspaceKey(_) => None,
        Subject::Member(member) | Subject::Key(member, _) => Some(member),
    };
    let account = member.map(|member| member.account_id);
    let may = |class: &Class| {
        // No item has the nil id, so no grant names it.
        let owner = account.filter(|_| class.own);
        let item = ItemFacts {
            id: kind.id(Uuid::nil()),
            owner,
            published: class.published,
            security: class.security,
        };
        decide(ws, subject, &item, ResourceAccess::Browse, t).allowed
    };
    let classes = all_classes()
        .filter(|class| account.is_some() || !class.own)
        .filter(may)
        .collect();
    Browsable {
        account,
        classes,
        named: member.map_or_else(Vec::new, |member| named_items(ws, member, kind)),
    }
}

fn all_classes() -> impl Iterator<Item = Class> {
    [true, false].into_iter().flat_map(|own| {
        let class = move |published, security| Class {
            own,
            published,
            security,
        };
        [
            class(true, Security::Open),
            class(true, Security::Restricted),
            class(false, Security::Open),
            class(false, Security::Restricted),
        ]
    })
}

/// The items of one kind that a grant of the member or of their groups names.
fn named_items(ws: &WorkspaceFacts, member: &MemberFacts, kind: ItemKind) -> Vec<ItemId> {
    let of_groups = member
        .groups
        .iter()
        .filter_map(|row| ws.groups.get(&row.group_id))
        .flat_map(|group| &group.grants);
    let mut named: Vec<ItemId> = member
        .grants
        .iter()
        .chain(of_groups)
        .filter_map(|grant| grant.right.item())
        .filter(|item| item.kind() == kind)
        .collect();
    named.sort_unstable();
    named.dedup();
    named
}

impl Browsable {
    /// Whether all items of the kind may be browsed.
    pub fn is_everything(&self) -> bool {
        let classes = all_classes().filter(|class| self.account.is_some() || !class.own);
        self.classes.len() == classes.count()
    }

    /// Whether `item` belongs to one of the classes.
    pub fn admits(&self, item: &ItemFacts) -> bool {
        let own = self.account.is_some() && item.owner == self.account;
        self.classes.contains(&Class {
            own,
            published: item.published,
            security: item.security,
        })
    }
}
