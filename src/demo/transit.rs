//! The people of the secondary workspace: some accounts of the main one, and some of its own.

use chrono::Duration;

use super::{
    draw::Draw,
    groups::TRANSIT_GROUPS,
    items,
    limits::{self, Used},
    members::{self, Member, NEVER},
    offers,
    people::{Home, People},
    profile::{Fate, Kind},
    rows::{self, Span},
    world::{DemoWorkspace, World},
};
use crate::{
    domain::{
        interval::OPEN_END,
        permission::Preset,
        vocabulary::{MembershipEndReason, MembershipOrigin as Origin},
    },
    store::seed::Rows,
};

/// How many of its members are also in the main workspace.
const SHARED: usize = 28;

/// How many are only in it.
const OWN: usize = 12;

/// The members of the secondary workspace, its datasets and its counters.
pub fn rows(
    draw: &mut Draw,
    world: &World,
    of_riverton: &[Member],
    people: &mut People,
    rows: &mut Rows,
) {
    let transit = &world.transit;
    let shared = of_riverton
        .iter()
        .filter(|member| member.is_active(draw.now) && member.kind != Kind::Visitor);
    let shared: Vec<&Member> = shared
        .take(1)
        .chain(
            of_riverton
                .iter()
                .skip(4)
                .filter(|m| m.is_active(draw.now))
                .step_by(5),
        )
        .collect();
    let mut members: Vec<Member> = Vec::with_capacity(SHARED + OWN);
    for index in 0..SHARED + OWN {
        let shared_member = if index < SHARED {
            shared.get(index).copied()
        } else {
            None
        };
        let member = member(draw, transit, (index, shared_member), people, rows);
        rows.membership.push(members::membership(transit, &member));
        rows.member_word.extend(members::words(transit, &member));
        let (id, span) = (member.id, Span::open(member.joined, member.span.by));
        if let Some(role) = member.role {
            rows.role_assignment
                .push(rows::role(draw, transit.id, id, role, span));
        }
        for group in member
            .groups
            .iter()
            .filter_map(|index| transit.groups.get(*index))
        {
            rows.group_membership
                .push(rows::in_group(draw, transit.id, id, *group, span));
        }
        members.push(member);
    }
    invitations(draw, world, of_riverton, people, rows);
    super::catalog::rows(
        draw,
        transit,
        (items::TRANSIT_DATASETS, items::TRANSIT_PAGES),
        &members,
        rows,
    );
    let mut used = Used::default();
    limits::of_members(
        draw,
        transit.id,
        (&members, TRANSIT_GROUPS, 1_000),
        &[],
        &mut used,
        rows,
    );
    limits::of_workspace(draw, transit.id, used, 4_000, rows);
}

/// The member with this index, with a new account unless it is shared with the main workspace.
fn member(
    draw: &mut Draw,
    transit: &DemoWorkspace,
    (index, shared_member): (usize, Option<&Member>),
    people: &mut People,
    rows: &mut Rows,
) -> Member {
    let begun = if index == 0 {
        transit.opened + Duration::minutes(10)
    } else {
        transit.settled
    };
    let earliest = shared_member.map_or(begun, |member| member.joined.max(begun));
    let joined = match index {
        0 => begun,
        _ => draw.at_work(earliest, draw.now - Duration::hours(6)),
    };
    let by = if index == 0 {
        None
    } else {
        transit.giver(draw, joined)
    };
    let to = match index % 13 {
        5 => draw.in_days(50),
        9 if joined < draw.days_ago(5) => draw.days_ago(3),
        _ => OPEN_END,
    };
    let reason = (to <= draw.now).then_some(MembershipEndReason::Expired.as_str());
    let span = Span {
        reason,
        ..Span::until(joined, to, by)
    };
    let (person, account) = match shared_member {
        Some(member) => (member.person.clone(), member.account),
        None => {
            let person = people.next(draw, Home::Transit);
            let created = joined - Duration::minutes(4);
            let account = draw.id(created);
            rows.account.push(person.account(
                account,
                created,
                Some(joined + Duration::minutes(1)),
            ));
            (person, account)
        }
    };
    let until = to.min(draw.now);
    let last_active = if index % 11 == 7 {
        NEVER
    } else {
        draw.between(joined.max(until - Duration::days(4)), until)
    };
    let kind = match index {
        0 | 30 => Kind::Preset(Preset::Administrator),
        1..5 => Kind::Preset(Preset::Publisher),
        5..14 | 31..34 => Kind::Preset(Preset::Editor),
        14..20 => Kind::Preset(Preset::Viewer),
        _ => Kind::Staff,
    };
    let role = match kind {
        Kind::Preset(preset) => transit.preset(preset),
        _ => None,
    };
    let id = draw.id(joined);
    let origin = Origin::Invitation;
    let groups = vec![index % TRANSIT_GROUPS.len().max(1)];
    let fate = Fate::Stays;
    Member {
        person,
        account,
        id,
        kind,
        fate,
        origin,
        joined,
        span,
        last_active,
        disabled_since: None,
        role,
        groups,
    }
}

/// One to somebody of the city, one to somebody new.
fn invitations(
    draw: &mut Draw,
    world: &World,
    of_riverton: &[Member],
    people: &mut People,
    rows: &mut Rows,
) {
    let transit = &world.transit;
    let created_at = draw.at_work(draw.days_ago(8), draw.now - Duration::hours(1));
    let stranger = people.next(draw, Home::Transit);
    // The second administrator of the main workspace is not a member here.
    let person = of_riverton.get(1).map(|member| &member.person);
    for person in [Some(&stranger), person].into_iter().flatten() {
        let role_id = transit.preset(Preset::Viewer);
        let plain = offers::invitation(draw, transit, person, created_at);
        rows.invitation
            .push(crate::entity::invitation::Model { role_id, ..plain });
    }
}
