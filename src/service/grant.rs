//! `grantPermissions` and `revokePermissions`: rights of members and groups, workspace-wide or on
//! one item (PERM-3, PERM-4).
//!
//! Owns what both share: what is named, whom it is named for, and what the record says. Must not
//! decide who may: both ask `domain::access::escalation`.

mod give;
mod record;
mod revoke;

use std::{collections::HashMap, sync::Arc};

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::{
    Access, Caller, Deps, Failure,
    bulk::{self},
    write::{MOST_COUNTED, Transaction},
};
use crate::{domain::id::GrantId, store::access as facts};
use crate::{
    domain::{
        access::{
            self,
            escalation::Target,
            facts::{GrantFacts, GroupFacts, ItemFacts, MemberFacts, Right},
        },
        error_code::ErrorCode,
        id::{GroupId, ItemId, MembershipId, WorkspaceId},
        permission::{Permission, PermissionGroup, PermissionSet},
        timeline,
        vocabulary::{MembershipState, ResourceAccess},
    },
    store::{
        grant as rows,
        item::{self, ItemRow},
        naming::Named,
    },
    words::message::{self, all_of},
};

pub use give::{GrantPermissions, Granted, give};
pub(crate) use give::{Granting, give_back};
pub use revoke::{Revocation, RevokePermissions, Revoked, revoke};
pub use rows::Grantee;

/// Whom a call is about: members, or one group.
#[derive(Debug, Clone)]
pub enum Grantees {
    /// These members, in order.
    Members(Vec<MembershipId>),
    /// The members of this group, through it.
    Group(GroupId),
}

/// What a call is about.
#[derive(Debug, Clone)]
pub enum Rights {
    /// Permissions in the whole workspace, singly and by the groups that they are shown in
    /// (PERM-3).
    Permissions {
        /// Named one by one.
        permissions: Vec<Permission>,
        /// By whole group: what it holds now.
        groups: Vec<PermissionGroup>,
    },
    /// Kinds of access to one dataset or page (PERM-4).
    Access {
        /// The dataset or page.
        item: ItemId,
        /// The kinds of access to it.
        access: Vec<ResourceAccess>,
    },
}

/// What an input says of its grantees: exactly one of the two.
pub fn grantees(
    members: Option<Vec<MembershipId>>,
    group: Option<GroupId>,
) -> Result<Grantees, Failure> {
    match (members, group) {
        (Some(members), None) => Ok(Grantees::Members(members)),
        (None, Some(group)) => Ok(Grantees::Group(group)),
        _ => Err(Failure::bad_input(message::exactly_one_of(all_of(&[
            "membershipIds",
            "groupId",
        ])))),
    }
}

/// What an input says of rights: permissions or their groups, or an item with kinds of access.
pub fn rights(
    permissions: Option<Vec<Permission>>,
    groups: Option<Vec<PermissionGroup>>,
    item: Option<ItemId>,
    access: Option<Vec<ResourceAccess>>,
) -> Result<Rights, Failure> {
    let some_or_absent = |empty: bool| {
        if empty {
            Err(Failure::bad_input(message::items_at_least_one(all_of(&[
                "permissions",
                "permissionGroups",
                "access",
            ]))))
        } else {
            Ok(())
        }
    };
    some_or_absent(permissions.as_ref().is_some_and(Vec::is_empty))?;
    some_or_absent(groups.as_ref().is_some_and(Vec::is_empty))?;
    some_or_absent(access.as_ref().is_some_and(Vec::is_empty))?;
    match (permissions, groups, item, access) {
        (None, None, Some(item), Some(access)) => Ok(Rights::Access { item, access }),
        (None, None, _, _) | (_, _, Some(_), _) | (_, _, _, Some(_)) => {
            Err(Failure::bad_input(message::permissions_or_resource()))
        }
        (permissions, groups, None, None) => Ok(Rights::Permissions {
            permissions: permissions.unwrap_or_default(),
            groups: groups.unwrap_or_default(),
        }),
    }
}

impl Grantees {
    fn check(&self, deps: &Deps) -> Result<(), Failure> {
        match self {
            Self::Members(ids) => bulk::check_list(deps, "membershipIds", ids),
            Self::Group(_) => Ok(()),
        }
    }

    async fn workspace(&self, deps: &Deps, caller: &Caller) -> Result<WorkspaceId, Failure> {
        match self {
            Self::Members(ids) => {
                bulk::named_workspace(
                    deps,
                    caller,
                    Named::Membership,
                    ids.iter().map(|id| id.0).collect(),
                )
                .await
            }
            Self::Group(id) => bulk::named_workspace(deps, caller, Named::Group, vec![id.0]).await,
        }
    }

    fn list(&self) -> Vec<Grantee> {
        match self {
            Self::Members(ids) => ids.iter().copied().map(Grantee::Member).collect(),
            Self::Group(id) => vec![Grantee::Group(*id)],
        }
    }
}

impl Rights {
    fn check(&self, deps: &Deps) -> Result<(), Failure> {
        let longest = match self {
            Self::Permissions {
                permissions,
                groups,
            } => permissions.len().max(groups.len()),
            Self::Access { access, .. } => access.len(),
        };
        let most = deps.limits.batch_items;
        if longest > most {
            Err(Failure::bad_input(message::any_list_at_most(most)))
        } else {
            Ok(())
        }
    }

    /// Each right once: permissions in the order of the catalogue, kinds of access in that of the
    /// table.
    fn expand(&self) -> Vec<Right> {
        match self {
            Self::Permissions {
                permissions,
                groups,
            } => {
                let singly: PermissionSet = permissions.iter().copied().collect();
                let all = groups
                    .iter()
                    .fold(singly, |set, group| set.union(group.permissions()));
                all.iter().map(Right::Workspace).collect()
            }
            Self::Access { item, access } => {
                let kinds = ResourceAccess::ALL
                    .iter()
                    .filter(|kind| access.contains(kind));
                kinds.map(|kind| Right::Item(*item, *kind)).collect()
            }
        }
    }

    const fn item(&self) -> Option<ItemId> {
        match self {
            Self::Permissions { .. } => None,
            Self::Access { item, .. } => Some(*item),
        }
    }
}

/// The items that a call names, as decisions take them.
#[derive(Debug, Default)]
pub struct Items(HashMap<ItemId, ItemRow>);

impl Items {
    async fn load(
        db: &impl ConnectionTrait,
        workspace: WorkspaceId,
        ids: &[ItemId],
    ) -> Result<Self, Failure> {
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows = item::by_ids(db, ids)
            .await?
            .into_iter()
            .filter(|row| row.workspace_id == workspace);
        Ok(Self(rows.map(|row| (row.facts.id, row)).collect()))
    }

    fn facts(&self, id: ItemId) -> Option<ItemFacts> {
        self.0.get(&id).map(|row| row.facts)
    }

    /// Whether the caller knows of it: whoever may browse it, and EWP holders, who read the grants
    /// that name it.
    fn is_seen(&self, access: &Access, id: ItemId) -> bool {
        self.facts(id).is_some_and(|item| {
            access.can(Permission::EditWorkspaceProperties)
                || access.can_access(&item, ResourceAccess::Browse)
        })
    }

    fn shown(&self, id: ItemId) -> Value {
        json!({ "id": id.to_string(), "title": self.0.get(&id).map(|row| row.title.as_str()) })
    }
}

/// A target that was found, with what hangs on it.
#[derive(Debug, Clone)]
enum GranteeFacts<'a> {
    Member(Arc<MemberFacts>),
    Group(&'a GroupFacts),
}

impl GranteeFacts<'_> {
    fn target(&self) -> Target<'_> {
        match self {
            Self::Member(member) => Target::Member(member),
            Self::Group(group) => Target::Group(group),
        }
    }

    fn grantee(&self) -> Grantee {
        match self {
            Self::Member(member) => Grantee::Member(member.id),
            Self::Group(group) => Grantee::Group(group.id),
        }
    }

    fn grants(&self) -> &[GrantFacts] {
        match self {
            Self::Member(member) => &member.grants,
            Self::Group(group) => &group.grants,
        }
    }
}

/// The targets of a call as they stand under the lock.
struct Holders<'a> {
    access: &'a Access,
    members: HashMap<MembershipId, Arc<MemberFacts>>,
}

impl<'a> Holders<'a> {
    async fn load(
        tx: &mut Transaction<'_>,
        access: &'a Access,
        grantees: &[Grantee],
    ) -> Result<Self, Failure> {
        let member = |grantee: &Grantee| match grantee {
            Grantee::Member(id) => Some(*id),
            Grantee::Group(_) => None,
        };
        let ids: Vec<MembershipId> = grantees.iter().filter_map(member).collect();
        Ok(Self {
            access,
            members: tx.members(&ids).await?,
        })
    }

    fn find(&self, grantee: Grantee) -> Result<GranteeFacts<'a>, ErrorCode> {
        let now = self.access.now;
        match grantee {
            Grantee::Member(id) => {
                let member = self.members.get(&id).ok_or(ErrorCode::NotFound)?;
                let ended = access::state(member, now) == MembershipState::Ended;
                if ended {
                    Err(ErrorCode::NotActive)
                } else {
                    Ok(GranteeFacts::Member(Arc::clone(member)))
                }
            }
            Grantee::Group(id) => {
                let group = self
                    .access
                    .facts()
                    .groups
                    .get(&id)
                    .filter(|group| timeline::is_ahead(group.interval, now));
                group.map(GranteeFacts::Group).ok_or(ErrorCode::NotFound)
            }
        }
    }
}

/// Says whose rights may have changed: the member's, or those of all who are in the group now.
async fn touch(tx: &mut Transaction<'_>, grantees: &[Grantee]) -> Result<(), Failure> {
    let mut groups = Vec::new();
    for grantee in grantees {
        match grantee {
            Grantee::Member(id) => tx.touch(*id),
            Grantee::Group(id) => groups.push(*id),
        }
    }
    if groups.is_empty() {
        tx.touch_members_only();
    } else {
        let members =
            rows::members_of_groups(tx.db(), tx.workspace_id(), &groups, tx.now, MOST_COUNTED)
                .await?;
        tx.touch_all(members).await?;
        tx.touch_shared();
    }
    Ok(())
}

/// What the caller may see of a grant.
#[derive(Debug)]
pub enum Visible {
    /// This grant: the caller's own, or a group's.
    Grant(GrantFacts),
    /// Perhaps: it is this member's, whom the caller may see.
    OfMember(MembershipId),
    /// Nothing.
    Nothing,
}

/// A grant that is listed: for EWP holders, and for the member who holds it.
pub async fn visible(deps: &Deps, access: &Access, id: GrantId) -> Result<Visible, Failure> {
    let may_edit_workspace = access.can(Permission::EditWorkspaceProperties);
    // The caller's own facts are those of now; at another instant they are loaded as everybody's
    // are.
    let is_now = access.asked_for().is_none();
    let own = access.member.iter().filter(|_| is_now);
    let groups = access.facts().groups.values();
    let mut at_hand = own.flat_map(|own| &own.grants).chain(
        groups
            .filter(|_| may_edit_workspace)
            .flat_map(|group| &group.grants),
    );
    if let Some(facts) = at_hand.find(|grant| grant.id == id) {
        return Ok(if facts.interval.is_listed(access.shown()) {
            Visible::Grant(facts.clone())
        } else {
            Visible::Nothing
        });
    }
    if !may_edit_workspace && is_now {
        return Ok(Visible::Nothing);
    }
    let holder = facts::holder_of_grant(deps.db.reader(), access.workspace.id, id).await?;
    Ok(holder.map_or(Visible::Nothing, Visible::OfMember))
}
