//! What members may do: roles, groups, grants and disabled intervals, with and without an end,
//! current and future.

use chrono::{DateTime, Duration, Utc};

use super::{
    draw::Draw,
    groups::{GROUPS, OF_THE_CITY},
    items,
    members::Member,
    profile::{Fate, Kind},
    rows::{self, GranteeFacts, Item, Span},
    world::World,
};
use crate::{
    domain::{
        interval::OPEN_END,
        permission::{
            Permission::{self, *},
            Preset,
        },
        vocabulary::{MembershipOrigin as Origin, ResourceAccess, Security},
    },
    store::seed::Rows,
};

/// The permissions granted directly, often enough to be life-like.
const DIRECT: &[Permission] = &[
    CreateDatasets,
    PublishOwnDatasets,
    BrowseAllPages,
    CreatePages,
    BrowseAnalytics,
    ManageReuses,
    ManageOwnPagesSecurity,
];

const FILTERS: &[&str] = &[
    "district = \"Harbour\"",
    "year >= 2022",
    "supplier_size in (\"small\", \"medium\")",
    "status = \"final\"",
    "hour between 6 and 22",
];

const SPELLS: &[&str] = &[
    "Parental leave",
    "On secondment to another city",
    "Key found in a public repository",
    "Has not answered for a month",
];

/// Gives a member of the main workspace their rights, and stores role and groups on the member.
pub fn give(draw: &mut Draw, world: &World, member: &mut Member, rows: &mut Rows) {
    if matches!(
        member.origin,
        Origin::Invitation | Origin::SignUp | Origin::AccessRequest
    ) {
        // A scheduled membership got its defaults when it was created, and they begin with it.
        for permission in world.defaults_at(member.joined).collect::<Vec<_>>() {
            let span = Span::open(member.span.from, None);
            rows.permission_grant.push(rows::permission(
                draw,
                world.riverton.id,
                GranteeFacts::Member(member.id),
                permission,
                span,
            ));
        }
    }
    spells(draw, world, member, rows);
    if member.kind == Kind::Visitor {
        return;
    }
    role(draw, world, member, rows);
    groups(draw, world, member, rows);
    if member.kind != Kind::Preset(Preset::Administrator) {
        permissions(draw, world, member, rows);
        access(draw, world, member, rows);
    }
}

/// An instant between the beginning of the membership and now; the beginning, if that is ahead.
fn since(draw: &mut Draw, member: &Member) -> DateTime<Utc> {
    let to = member.span.to.min(draw.now);
    if member.span.from >= to {
        member.span.from
    } else {
        draw.at_work(member.span.from, to)
    }
}

/// An end that many days ahead, counted from the beginning if that is ahead too.
fn end(draw: &Draw, from: DateTime<Utc>, days: i64) -> DateTime<Utc> {
    draw.in_days(days).max(from + Duration::days(days))
}

fn spells(draw: &mut Draw, world: &World, member: &Member, rows: &mut Rows) {
    let riverton = &world.riverton;
    let span = match (member.fate, member.disabled_since) {
        // One of the disabled members is enabled again by time.
        (Fate::Disabled(3), Some(from)) => {
            Span::until(from, draw.in_days(9), riverton.giver(draw, from))
        }
        (_, Some(from)) => Span::open(from, riverton.giver(draw, from)),
        (Fate::Stays, None)
            if member.kind == Kind::Staff
                && member.joined < draw.days_ago(300)
                && draw.percent(20) =>
        {
            let (from, to) = (draw.day(200), draw.day(160));
            match riverton.giver(draw, to) {
                Some(by) => Span::ended(from, to, Some(by), by, "ENABLED"),
                None => return,
            }
        }
        _ => return,
    };
    let why = draw.text(SPELLS);
    rows.disabled_spell
        .push(rows::disabled(draw, riverton.id, member.id, span, why));
}

fn role(draw: &mut Draw, world: &World, member: &mut Member, rows: &mut Rows) {
    let riverton = &world.riverton;
    let role = match member.kind {
        Kind::Preset(preset) => riverton.preset(preset),
        Kind::Steward => Some(world.stewards),
        Kind::Communications => Some(world.communications),
        Kind::Staff | Kind::Partner | Kind::Visitor => None,
    };
    let Some(role) = role else { return };
    member.role = Some(role);
    let start = member.span.from;
    let mut put = |draw: &Draw, role, span| {
        rows.role_assignment
            .push(rows::role(draw, riverton.id, member.id, role, span))
    };
    let by = riverton.giver(draw, start);
    let changeable = member.kind != Kind::Preset(Preset::Administrator)
        && start < draw.days_ago(60)
        && member.span.to > draw.now;
    let (Some(viewer), Some(editor), Some(by_whom)) = (
        riverton.preset(Preset::Viewer),
        riverton.preset(Preset::Editor),
        riverton.giver(draw, draw.now),
    ) else {
        return;
    };
    match draw.below(100) {
        // Had another role before.
        0..15 if changeable => {
            let changed = draw.at_work(start + Duration::days(10), draw.days_ago(5));
            let earlier = if role == viewer { editor } else { viewer };
            put(
                draw,
                earlier,
                Span::ended(start, changed, by, by_whom, "REPLACED"),
            );
            put(draw, role, Span::open(changed, Some(by_whom)));
        }
        // Stands in for somebody, and returns to the old role by itself (TIME-8).
        15..21 if changeable => {
            let (from, to) = (draw.day(4), draw.in_days(12));
            let meanwhile = if role == editor { viewer } else { editor };
            put(
                draw,
                role,
                Span::ended(start, from, by, by_whom, "REPLACED"),
            );
            put(draw, meanwhile, Span::until(from, to, Some(by_whom)));
            put(draw, role, Span::open(to, by));
        }
        // Has the role for a limited time.
        21..27 if changeable => {
            let to = draw.in_days(45);
            put(draw, role, Span::until(start, to, by));
        }
        _ => put(draw, role, Span::open(start, by)),
    }
}

fn groups(draw: &mut Draw, world: &World, member: &mut Member, rows: &mut Rows) {
    let riverton = &world.riverton;
    let of_partners = GROUPS.len() - OF_THE_CITY;
    let more = |draw: &mut Draw| 1 + usize::from(draw.percent(35)) + usize::from(draw.percent(12));
    let (first, many, count) = match member.kind {
        Kind::Preset(Preset::Administrator) => (OF_THE_CITY - 4, 1, 1),
        Kind::Partner => (OF_THE_CITY, of_partners, 1 + usize::from(draw.percent(15))),
        Kind::Preset(Preset::Viewer) if draw.percent(30) => return,
        _ => (0, OF_THE_CITY, more(draw)),
    };
    let mut chosen: Vec<usize> = (0..count).map(|_| first + draw.index(many)).collect();
    chosen.sort_unstable();
    chosen.dedup();
    for index in chosen {
        let Some(group) = riverton.groups.get(index) else {
            continue;
        };
        let from = since(draw, member);
        let by = riverton.giver(draw, from);
        let mut spans = vec![Span::open(from, by)];
        match draw.below(100) {
            0..12 => {
                spans = vec![Span::until(
                    from,
                    end(
                        draw,
                        from,
                        20 + 7 * i64::try_from(index).unwrap_or_default(),
                    ),
                    by,
                )]
            }
            12..17 => spans = vec![Span::open(member.span.from.max(draw.in_days(6)), by)],
            17..22 if from < draw.days_ago(30) => {
                let to = draw.at_work(from + Duration::days(2), draw.days_ago(2));
                spans = match riverton.giver(draw, to) {
                    Some(by_whom) => vec![Span::ended(from, to, by, by_whom, "REMOVED")],
                    None => spans,
                };
            }
            // A temporary one beside a permanent one: each counts by itself (TIME-8).
            22..25 => spans.push(Span::until(from, end(draw, from, 3), by)),
            _ => {}
        }
        if spans.iter().any(|span| span.contains(draw.now)) {
            member.groups.push(index);
        }
        let joined = spans
            .into_iter()
            .map(|span| rows::in_group(draw, riverton.id, member.id, *group, span));
        rows.group_membership.extend(joined);
    }
}

fn permissions(draw: &mut Draw, world: &World, member: &Member, rows: &mut Rows) {
    if !draw.percent(32) {
        return;
    }
    let riverton = &world.riverton;
    for _ in 0..=draw.below(2) {
        let Some(permission) = draw.pick(DIRECT).copied() else {
            continue;
        };
        let from = since(draw, member);
        let by = riverton.giver(draw, from);
        let span = match draw.below(100) {
            0..22 => {
                let days = 1 + i64::try_from(draw.below(160)).unwrap_or_default();
                Span::until(from, end(draw, from, days), by)
            }
            22..30 => {
                let from = member.span.from.max(draw.in_days(4));
                Span::until(from, end(draw, from, 200), by)
            }
            30..42 if from < draw.days_ago(20) => {
                let to = draw.at_work(from + Duration::days(1), draw.days_ago(1));
                riverton
                    .giver(draw, to)
                    .map_or(Span::open(from, by), |who| {
                        Span::ended(from, to, by, who, "REVOKED")
                    })
            }
            _ => Span::open(from, by),
        };
        rows.permission_grant.push(rows::permission(
            draw,
            riverton.id,
            GranteeFacts::Member(member.id),
            permission,
            span,
        ));
    }
}

fn access(draw: &mut Draw, world: &World, member: &Member, rows: &mut Rows) {
    use ResourceAccess::{Browse, Edit, ManageSecurity, Publish};
    if !draw.percent(20) {
        return;
    }
    let riverton = &world.riverton;
    let page = draw.percent(28);
    // What is open to all needs no grant to be seen.
    let restricted = |security: Security| security == Security::Restricted;
    let datasets = || items::DATASETS.iter().map(|d| d.5).zip(&riverton.datasets);
    let pages = || items::PAGES.iter().map(|p| p.3).zip(&riverton.pages);
    let closed: Vec<_> = if page {
        pages()
            .filter(|(security, _)| restricted(*security))
            .map(|(_, (id, since))| (Item::Page(*id), *since))
            .collect()
    } else {
        datasets()
            .filter(|(security, _)| restricted(*security))
            .map(|(_, (id, since))| (Item::Dataset(*id), *since))
            .collect()
    };
    let Some((item, created_at)) = draw.pick(&closed).copied() else {
        return;
    };
    let (accesses, filter): (&[ResourceAccess], _) = match draw.below(100) {
        0..40 if !page => (&[Browse], Some(draw.text(FILTERS))),
        40..55 => (&[Browse], None),
        55..72 if !page => (&[Edit, Publish], None),
        72..86 => (&[Edit, ManageSecurity], None),
        _ => (&[Edit], None),
    };
    let from = since(draw, member).max(created_at);
    let to = if draw.percent(30) {
        end(draw, from, 75)
    } else {
        OPEN_END
    };
    let by = riverton.giver(draw, from);
    for access in accesses {
        let span = Span::until(from, to, by);
        rows.permission_grant.push(rows::access(
            draw,
            riverton.id,
            GranteeFacts::Member(member.id),
            (item, *access, filter),
            span,
        ));
    }
}
