//! Who may read the directory, the ids and names of members and groups that are needed to grant
//! access (PERM-4).
//!
//! Owns only that decision. Must not decide what the directory shows.

use chrono::{DateTime, Utc};

use super::{
    decision::security_permission,
    escalation::{Items, Refused},
    facts::{Right, Subject, WorkspaceFacts},
    path::Reach,
    standing::permissions,
};
use crate::domain::{id::ItemId, permission::Permission, vocabulary::ResourceAccess};

/// The permissions that open the directory of the whole workspace.
const WORKSPACE_WIDE: [Permission; 3] = [
    Permission::EditWorkspaceProperties,
    Permission::ManageOwnDatasetsSecurity,
    Permission::ManageOwnPagesSecurity,
];

/// Whether `subject` may read the directory at `t`. It takes EDIT_WORKSPACE_PROPERTIES,
/// MANAGE_OWN_DATASETS_SECURITY, MANAGE_OWN_PAGES_SECURITY, or a grant of MANAGE_SECURITY, direct
/// or through a group, on an item that exists. A key with a permission list needs one of these
/// permissions on it (KEY-1).
pub fn may_read_directory(
    ws: &WorkspaceFacts,
    subject: Subject<'_>,
    items: Items<'_>,
    t: DateTime<Utc>,
) -> Result<(), Refused> {
    let held = permissions(ws, subject, t);
    let by_permission = WORKSPACE_WIDE
        .into_iter()
        .any(|permission| held.contains(permission));
    if by_permission
        || secured_items(ws, subject, t)
            .into_iter()
            .any(|item| items(item).is_some())
    {
        Ok(())
    } else {
        Err(Refused::RequiresPermission(
            Permission::ManageOwnDatasetsSecurity,
        ))
    }
}

/// The items on which `subject` holds a grant of MANAGE_SECURITY at `t`. [`may_read_directory`]
/// needs to know whether they exist.
pub fn secured_items(ws: &WorkspaceFacts, subject: Subject<'_>, t: DateTime<Utc>) -> Vec<ItemId> {
    let Some(reach) = Reach::of(ws, subject).filter(|reach| reach.is_active(t)) else {
        return Vec::new();
    };
    let secured = |right| match right {
        Right::Item(item, ResourceAccess::ManageSecurity) => Some(item),
        Right::Item(
            _,
            ResourceAccess::Browse
            | ResourceAccess::Edit
            | ResourceAccess::Delete
            | ResourceAccess::Publish,
        )
        | Right::Workspace(_) => None,
    };
    let paths = reach.paths(|right| secured(right).is_some()).into_iter();
    let counting = paths
        .filter(|path| path.interval.contains(t))
        .filter_map(|path| secured(path.right));
    let mut items: Vec<ItemId> = counting
        .filter(|item| reach.listed(&[security_permission(*item)]).contains(t))
        .collect();
    items.sort_unstable();
    items.dedup();
    items
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use uuid::Uuid;

    use super::*;
    use crate::domain::{
        access::facts::{
            GrantFacts, GroupFacts, GroupMembershipFacts, ItemFacts, KeyFacts, MemberFacts,
        },
        id::{AccountId, ApiKeyId, DatasetId, GrantId, GroupId, MembershipId, PageId, WorkspaceId},
        interval::Interval,
        vocabulary::{AccessMode, ApiKeyKind, Security},
    };

    const DATASET: ItemId = ItemId::Dataset(DatasetId(Uuid::from_u128(1)));
    const PAGE: ItemId = ItemId::Page(PageId(Uuid::from_u128(2)));
    const GROUP: GroupId = GroupId(Uuid::from_u128(3));

    fn at(second: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(second, 0).expect("a small number")
    }

    fn grant(right: Right, interval: Interval) -> GrantFacts {
        GrantFacts {
            id: GrantId(Uuid::from_u128(9)),
            right,
            record_filter: None,
            interval,
            granted_by: None,
        }
    }

    fn workspace(group_grants: Vec<GrantFacts>) -> WorkspaceFacts {
        let group = GroupFacts {
            id: GROUP,
            slug: "parks".into(),
            title: "Parks".into(),
            interval: Interval::new(at(0), at(80)),
            grants: group_grants,
        };
        WorkspaceFacts {
            id: WorkspaceId(Uuid::from_u128(4)),
            access_mode: AccessMode::Public,
            roles: HashMap::new(),
            groups: HashMap::from([(GROUP, group)]),
        }
    }

    fn member(grants: Vec<GrantFacts>) -> MemberFacts {
        MemberFacts {
            id: MembershipId(Uuid::from_u128(5)),
            account_id: AccountId(Uuid::from_u128(6)),
            interval: Interval::new(at(10), at(90)),
            end_reason: None,
            disabled: vec![Interval::new(at(40), at(50))],
            roles: Vec::new(),
            groups: Vec::new(),
            grants,
            deletion_scheduled: false,
        }
    }

    fn key(scope: Option<&[Permission]>) -> KeyFacts {
        KeyFacts {
            id: ApiKeyId(Uuid::from_u128(7)),
            kind: ApiKeyKind::Member,
            interval: Interval::from(at(0)),
            scope: scope.map(|listed| {
                listed
                    .iter()
                    .map(|permission| (*permission, Interval::from(at(0))))
                    .collect()
            }),
            revoked: false,
        }
    }

    fn both(id: ItemId) -> Option<ItemFacts> {
        Some(ItemFacts {
            id,
            owner: None,
            published: true,
            security: Security::Restricted,
        })
    }

    fn reads(ws: &WorkspaceFacts, subject: Subject<'_>, second: i64) -> bool {
        may_read_directory(ws, subject, &both, at(second)).is_ok()
    }

    #[test]
    fn perm_4_these_permissions_open_the_directory_and_no_others() {
        let ws = workspace(Vec::new());
        for permission in Permission::ALL {
            let holder = member(vec![grant(
                Right::Workspace(*permission),
                Interval::new(at(20), at(60)),
            )]);
            let opens = WORKSPACE_WIDE.contains(permission);
            // Before the grant, during it, while disabled, after it.
            let seen = [15, 30, 45, 60].map(|second| reads(&ws, Subject::Member(&holder), second));
            assert_eq!(seen, [false, opens, false, false], "{permission}");
        }
        assert!(
            !reads(&ws, Subject::Anonymous, 30)
                && !reads(&ws, Subject::Member(&member(Vec::new())), 30)
        );
    }

    #[test]
    fn perm_4_a_grant_of_security_on_an_item_opens_the_directory_while_it_counts() {
        for item in [DATASET, PAGE] {
            for access in ResourceAccess::ALL {
                let opens = *access == ResourceAccess::ManageSecurity;
                let row = grant(Right::Item(item, *access), Interval::new(at(20), at(85)));
                let own = member(vec![row.clone()]);
                let seen = [15, 30, 45, 84, 85]
                    .map(|second| reads(&workspace(Vec::new()), Subject::Member(&own), second));
                assert_eq!(seen, [false, opens, false, opens, false], "{item} {access}");
                // Through a group: while member, group and grant all count.
                let mut by_group = member(Vec::new());
                let interval = Interval::new(at(25), at(90));
                let id = Uuid::from_u128(8);
                by_group.groups.push(GroupMembershipFacts {
                    id,
                    group_id: GROUP,
                    interval,
                    granted_by: None,
                });
                let ws = workspace(vec![row]);
                let seen =
                    [24, 30, 79, 80].map(|second| reads(&ws, Subject::Member(&by_group), second));
                assert_eq!(seen, [false, opens, opens, false], "{item} {access}");
            }
        }
        let own = member(vec![grant(
            Right::Item(DATASET, ResourceAccess::ManageSecurity),
            Interval::from(at(20)),
        )]);
        assert!(
            may_read_directory(
                &workspace(Vec::new()),
                Subject::Member(&own),
                &|_| None,
                at(30)
            )
            .is_err(),
            "the item is gone"
        );
    }

    #[test]
    fn key_1_a_key_reads_the_directory_as_far_as_its_list_goes() {
        let ws = workspace(Vec::new());
        let own = member(vec![grant(
            Right::Item(DATASET, ResourceAccess::ManageSecurity),
            Interval::from(at(20)),
        )]);
        for (scope, opens) in [
            (None, true),
            (Some(&[][..]), false),
            (Some(&[Permission::ManageOwnDatasetsSecurity][..]), true),
            (
                Some(
                    &[
                        Permission::ManageOwnPagesSecurity,
                        Permission::EditWorkspaceProperties,
                    ][..],
                ),
                false,
            ),
        ] {
            assert_eq!(
                reads(&ws, Subject::Key(&own, &key(scope)), 30),
                opens,
                "{scope:?}"
            );
        }
        let gateway = KeyFacts {
            kind: ApiKeyKind::Gateway,
            ..key(None)
        };
        assert!(!reads(&ws, Subject::Key(&own, &gateway), 30));
    }
}
