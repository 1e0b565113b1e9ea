//! Builders of small facts for the examples: one workspace with the presets, members with what they
//! are given.

use std::collections::HashMap;

use concierge::domain::{
    access::facts::*,
    id::{ApiKeyId, GrantId, GroupId, MembershipId, RoleId, WorkspaceId},
    interval::Interval,
    permission::{Permission as P, Preset},
    vocabulary::{AccessMode, ApiKeyKind, Security},
};

use crate::world::{account, day, group_id, item_id, uuid};

pub fn always() -> Interval {
    Interval::from(day(0))
}

pub fn role_id(preset: Preset) -> RoleId {
    RoleId(uuid(preset as u128))
}

pub fn workspace(groups: Vec<GroupFacts>) -> WorkspaceFacts {
    let role = |preset: Preset| RoleFacts {
        id: role_id(preset),
        name: preset.title().into(),
        preset: Some(preset),
        interval: always(),
        permissions: Vec::new(),
    };
    WorkspaceFacts {
        id: WorkspaceId(uuid(1)),
        access_mode: AccessMode::Private,
        roles: Preset::ALL
            .iter()
            .map(|preset| (role_id(*preset), role(*preset)))
            .collect(),
        groups: groups
            .into_iter()
            .map(|group| (group.id, group))
            .collect::<HashMap<GroupId, _>>(),
    }
}

pub fn grant(right: Right, interval: Interval) -> GrantFacts {
    GrantFacts {
        id: GrantId(uuid(0x62a)),
        right,
        record_filter: None,
        interval,
        granted_by: Some(account(9)),
    }
}

pub fn group(grants: Vec<GrantFacts>) -> GroupFacts {
    GroupFacts {
        id: group_id(0),
        slug: "data".into(),
        title: "Data".into(),
        interval: always(),
        grants,
    }
}

pub fn in_group(interval: Interval) -> GroupMembershipFacts {
    GroupMembershipFacts {
        id: uuid(5),
        group_id: group_id(0),
        interval,
        granted_by: Some(account(8)),
    }
}

pub fn member(n: u128) -> MemberFacts {
    MemberFacts {
        id: MembershipId(uuid(n)),
        account_id: account(n),
        interval: always(),
        end_reason: None,
        disabled: Vec::new(),
        roles: Vec::new(),
        groups: Vec::new(),
        grants: Vec::new(),
        deletion_scheduled: false,
    }
}

pub fn with(mut member: MemberFacts, permissions: &[P], interval: Interval) -> MemberFacts {
    member.grants.extend(
        permissions
            .iter()
            .map(|permission| grant(Right::Workspace(*permission), interval)),
    );
    member
}

pub fn having(mut member: MemberFacts, preset: Preset, interval: Interval) -> MemberFacts {
    member.roles.push(RoleAssignmentFacts {
        id: uuid(6),
        role_id: role_id(preset),
        interval,
        granted_by: None,
    });
    member
}

pub fn key(scope: Option<&[P]>) -> KeyFacts {
    let scope = scope.map(|list| {
        list.iter()
            .map(|permission| (*permission, always()))
            .collect()
    });
    KeyFacts {
        id: ApiKeyId(uuid(7)),
        kind: ApiKeyKind::Member,
        interval: always(),
        scope,
        revoked: false,
    }
}

pub fn dataset(owner: Option<u128>) -> ItemFacts {
    ItemFacts {
        id: item_id(0),
        owner: owner.map(account),
        published: true,
        security: Security::Restricted,
    }
}
