//! Which items somebody may browse, without looking at each: the decisions of PERM-5 over classes
//! of items.
//!
//! Owns the reduction: but for grants that name it, a decision on an item depends on nothing but
//! its class. Must not decide itself: `decision` does, once for each class.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    decision::decide,
    facts::{ItemFacts, Right, Subject, WorkspaceFacts},
};
use crate::domain::{
    id::{AccountId, ItemId, ItemKind},
    vocabulary::{ResourceAccess, Security},
};

/// What a decision on an item depends on, besides grants that name the item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Class {
    /// Whether who asks owns it.
    pub own: bool,
    /// Whether it is published.
    pub published: bool,
    /// Whether it is open or restricted.
    pub security: Security,
}

/// Which items of one kind somebody may browse at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Browsable {
    /// The account that asks, if it is known here.
    pub account: Option<AccountId>,
    /// The classes all of whose items may be browsed.
    pub classes: Vec<Class>,
    /// The items that some grant names: each needs a decision of its own.
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
        Subject::Anonymous => None,
        Subject::Member(member) | Subject::Key(member, _) => Some(member),
    };
    let account = member.map(|member| member.account_id);
    let all = [true, false].into_iter().flat_map(|own| {
        let of = move |published, security| Class {
            own,
            published,
            security,
        };
        [
            of(true, Security::Open),
            of(true, Security::Restricted),
            of(false, Security::Open),
            of(false, Security::Restricted),
        ]
    });
    let may = |class: &Class| {
        // The nil id is no item's, so that no grant names it.
        let owner = account.filter(|_| class.own);
        let item = ItemFacts {
            id: kind.id(Uuid::nil()),
            owner,
            published: class.published,
            security: class.security,
        };
        decide(ws, subject, &item, ResourceAccess::Browse, t).allowed
    };
    let classes = all
        .filter(|class| account.is_some() || !class.own)
        .filter(may)
        .collect();
    let of_groups = member
        .into_iter()
        .flat_map(|member| &member.groups)
        .filter_map(|row| ws.groups.get(&row.group_id));
    let grants = member
        .into_iter()
        .flat_map(|member| &member.grants)
        .chain(of_groups.flat_map(|group| &group.grants));
    let mut named: Vec<ItemId> = grants
        .filter_map(|grant| match grant.right {
            Right::Item(item, _) if item.kind() == kind => Some(item),
            _ => None,
        })
        .collect();
    named.sort_unstable();
    named.dedup();
    Browsable {
        account,
        classes,
        named,
    }
}

impl Browsable {
    /// Whether `item` is in one of the classes.
    pub fn admits(&self, item: &ItemFacts) -> bool {
        let own = self.account.is_some() && item.owner == self.account;
        self.classes.contains(&Class {
            own,
            published: item.published,
            security: item.security,
        })
    }
}
