//! The members of a block: accounts, memberships, the words they are found by, and how each of them
//! joined and left.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{
    credentials::CREDENTIALS,
    draw::Draw,
    offers,
    people::{Home, People, Person},
    profile::{BLOCK, Fate, Kind, RESTORED},
    rights,
    rows::Span,
    world::{DemoWorkspace, World},
};
use crate::{
    domain::{
        ending_soon::NOT_WARNED,
        fold,
        interval::OPEN_END,
        permission::Preset,
        vocabulary::{Locale, MembershipEndReason, MembershipOrigin as Origin},
    },
    entity::{member_word, membership},
    store::seed::Rows,
};

/// Stands for "never".
pub const NEVER: DateTime<Utc> = DateTime::UNIX_EPOCH;

/// A member, as the other parts of the demo need it.
#[derive(Debug, Clone)]
pub struct Member {
    pub person: Person,
    pub account: Uuid,
    /// The membership.
    pub id: Uuid,
    /// What they do.
    pub kind: Kind,
    /// The course of their access.
    pub fate: Fate,
    /// How they joined.
    pub origin: Origin,
    /// When they accepted or were admitted.
    pub joined: DateTime<Utc>,
    /// When their access begins and ends, and who decided it.
    pub span: Span,
    /// When they were last active.
    pub last_active: DateTime<Utc>,
    /// When they were disabled.
    pub disabled_since: Option<DateTime<Utc>>,
    /// Their current role.
    pub role: Option<Uuid>,
    /// Their current groups, as indexes into the workspace's list.
    pub groups: Vec<usize>,
}

impl Member {
    /// Whether they are ACTIVE at `t` (as far as the demo generates it).
    pub fn is_active(&self, t: DateTime<Utc>) -> bool {
        self.span.contains(t) && self.disabled_since.is_none()
    }
}

/// `count` members of a block with everything that belongs to them.
pub fn rows(
    draw: &mut Draw,
    world: &World,
    block: usize,
    count: usize,
    people: &mut People,
    rows: &mut Rows,
) -> Vec<Member> {
    let mut members: Vec<Member> = Vec::with_capacity(count.min(BLOCK));
    for index in 0..count.min(BLOCK) {
        let back = RESTORED
            .iter()
            .position(|restored| *restored == index)
            .and_then(|number| {
                let number = i64::try_from(number).unwrap_or_default();
                members
                    .iter()
                    .find(|member| member.fate == Fate::Revoked(number))
                    .cloned()
            });
        let mut member = member(draw, world, (block, index), people, back.as_ref());
        if back.is_none() {
            rows.account.push(account(draw, &member));
        }
        rights::give(draw, world, &mut member, rows);
        rows.membership.push(membership(&world.riverton, &member));
        rows.member_word.extend(words(&world.riverton, &member));
        offers::arrival(draw, world, &member, rows);
        members.push(member);
    }
    members
}

fn member(
    draw: &mut Draw,
    world: &World,
    (block, index): (usize, usize),
    people: &mut People,
    back: Option<&Member>,
) -> Member {
    let (kind, fate, riverton) = (
        Kind::of(block, index),
        Fate::of(block, index),
        &world.riverton,
    );
    let joined = match back {
        Some(before) => {
            let left = before.span.to;
            draw.at_work(left + Duration::hours(3), left + Duration::days(9))
        }
        None => joined(draw, riverton, (kind, fate, index)),
    };
    let origin = origin(draw, world, (kind, fate, index), joined, back.is_some());
    let by = match origin {
        Origin::Invitation if kind == Kind::Preset(Preset::Administrator) && index == 0 => None,
        Origin::Invitation | Origin::AccessRequest | Origin::Restored => {
            riverton.giver(draw, joined)
        }
        _ => None,
    };
    let (person, account) = match back {
        Some(before) => (before.person.clone(), before.account),
        None => person(draw, riverton, (block, index), kind, joined, people),
    };
    let (span, disabled_since) = span(draw, riverton, fate, account, joined, by);
    let last_active = last_active(draw, kind, &span, disabled_since, block == 0 && index == 0);
    let id = draw.id(joined);
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
        disabled_since,
        role: None,
        groups: Vec::new(),
    }
}

/// When a member joined who was not a member before.
fn joined(
    draw: &mut Draw,
    workspace: &DemoWorkspace,
    (kind, fate, index): (Kind, Fate, usize),
) -> DateTime<Utc> {
    let DemoWorkspace {
        opened, settled, ..
    } = *workspace;
    match (kind, fate) {
        (Kind::Preset(Preset::Administrator), _) if index == 0 => opened + Duration::seconds(1_517),
        (Kind::Preset(Preset::Administrator), _) if index < 3 => {
            draw.at_work(opened + Duration::days(2), opened + Duration::days(19))
        }
        (_, Fate::Disabled(_)) => draw.at_work(settled, draw.days_ago(60)),
        (_, Fate::Revoked(_) | Fate::Expired(_) | Fate::Left(_)) => {
            draw.at_work(settled, draw.days_ago(130))
        }
        (_, Fate::Scheduled(_)) => draw.at_work(draw.days_ago(9), draw.days_ago(1)),
        _ => draw.at_work(settled, draw.days_ago(1)),
    }
}

/// A new person and their account.
fn person(
    draw: &mut Draw,
    workspace: &DemoWorkspace,
    (block, index): (usize, usize),
    kind: Kind,
    joined: DateTime<Utc>,
    people: &mut People,
) -> (Person, Uuid) {
    match (block, index) {
        (0, 0) => (administrator(), first(workspace, 0, draw, joined)),
        (0, 1 | 2) => (
            people.next(draw, Home::City),
            first(workspace, index, draw, joined),
        ),
        _ => {
            let home = match kind {
                Kind::Visitor => Home::Public,
                _ if Kind::is_staff(index) => Home::City,
                _ => Home::Partner,
            };
            let person = people.next(draw, home);
            (person, draw.id(joined - Duration::minutes(4)))
        }
    }
}

/// The demo administrator. Not a real person.
fn administrator() -> Person {
    Person::named("Inès", "Lindqvist", CREDENTIALS.email, Locale::En)
}

fn first(workspace: &DemoWorkspace, index: usize, draw: &Draw, at: DateTime<Utc>) -> Uuid {
    workspace
        .administrators
        .get(index)
        .copied()
        .unwrap_or_else(|| draw.id(at))
}

fn origin(
    draw: &mut Draw,
    world: &World,
    (kind, fate, index): (Kind, Fate, usize),
    joined: DateTime<Utc>,
    back: bool,
) -> Origin {
    let signed_up = if joined < world.approval_since {
        Origin::SignUp
    } else {
        Origin::AccessRequest
    };
    match kind {
        _ if back => Origin::Restored,
        Kind::Visitor => signed_up,
        Kind::Preset(Preset::Administrator) => Origin::Invitation,
        _ if matches!(fate, Fate::Scheduled(_)) => Origin::Invitation,
        _ => match draw.below(100) {
            0..9 if Kind::is_staff(index) => Origin::Imported,
            9..12 if Kind::is_staff(index) => Origin::Provisioned,
            12..14 => Origin::Operator,
            14..26 => signed_up,
            _ => Origin::Invitation,
        },
    }
}

/// When access begins and ends, and since when it is disabled.
fn span(
    draw: &mut Draw,
    workspace: &DemoWorkspace,
    fate: Fate,
    account: Uuid,
    joined: DateTime<Utc>,
    by: Option<Uuid>,
) -> (Span, Option<DateTime<Utc>>) {
    let open = Span::open(joined, by);
    let until = |to| (Span { to, ..open }, None);
    let past = |draw: &mut Draw, recent: bool| {
        let from = if recent {
            draw.days_ago(80)
        } else {
            joined + Duration::days(25)
        };
        draw.at_work(from, draw.now - Duration::hours(2))
    };
    match fate {
        Fate::Stays => (open, None),
        Fate::Disabled(number) => {
            let since = draw.at_work(draw.days_ago(50), draw.days_ago(1));
            // One of them also expires: the end stays while disabled (MEM-1).
            let to = if number == 6 {
                draw.in_days(40)
            } else {
                OPEN_END
            };
            (Span { to, ..open }, Some(since))
        }
        Fate::Ends(number @ 0..8) => until(draw.in_hours(1 + 3 * number)),
        Fate::Ends(number @ 8..17) => until(draw.in_days(2 * (number - 7))),
        Fate::Ends(number) => until(draw.in_days(30 * (number - 15))),
        Fate::Scheduled(number) => {
            let to = if number % 2 == 0 {
                draw.in_days(90 + 6 * number)
            } else {
                OPEN_END
            };
            let from = draw.in_days(1 + 6 * number);
            (Span { from, to, ..open }, None)
        }
        Fate::Expired(number) => {
            let to = past(draw, number % 2 == 0);
            let reason = Some(MembershipEndReason::Expired.as_str());
            (Span { to, reason, ..open }, None)
        }
        Fate::Revoked(number) => {
            let to = past(draw, number < 4);
            // Those who rejoin left early enough.
            let to = if number < 2 {
                to.min(draw.days_ago(11))
            } else {
                to
            };
            let by_whom = workspace.giver(draw, to).unwrap_or(account);
            let reason = MembershipEndReason::Revoked.as_str();
            (Span::ended(joined, to, by, by_whom, reason), None)
        }
        Fate::Left(number) => {
            let to = past(draw, number == 0);
            let reason = MembershipEndReason::Left.as_str();
            (Span::ended(joined, to, by, account, reason), None)
        }
    }
}

fn last_active(
    draw: &mut Draw,
    kind: Kind,
    span: &Span,
    disabled: Option<DateTime<Utc>>,
    demo: bool,
) -> DateTime<Utc> {
    let (from, to) = (
        span.from,
        span.to.min(draw.now).min(disabled.unwrap_or(OPEN_END)),
    );
    let never = if kind == Kind::Visitor { 35 } else { 8 };
    if from >= to || (draw.percent(never) && !demo) {
        return NEVER;
    }
    let since = |days: i64| from.max(to - Duration::days(days));
    match draw.below(100) {
        _ if demo => draw.between(from.max(to - Duration::hours(20)), to),
        0..25 => draw.between(from.max(to - Duration::hours(9)), to),
        25..55 => draw.between(since(3), to),
        55..82 => draw.between(since(30), to),
        _ => draw.between(from, to),
    }
}

fn account(draw: &mut Draw, member: &Member) -> crate::entity::account::Model {
    let created = member.joined - Duration::minutes(4);
    let signed_in = (member.last_active > NEVER).then(|| {
        let earliest = member.joined.max(member.last_active - Duration::hours(30));
        draw.between(earliest, member.last_active)
    });
    member.person.account(member.account, created, signed_in)
}

/// A membership's row in `place`.
pub fn membership(workspace: &DemoWorkspace, member: &Member) -> membership::Model {
    membership::Model {
        id: member.id,
        workspace_id: workspace.id,
        account_id: member.account,
        starts_at: member.span.from,
        ends_at: member.span.to,
        granted_by: member.span.by,
        ended_by: member.span.ended_by,
        end_reason: member.span.end_reason(),
        origin: member.origin.as_str().to_owned(),
        joined_at: member.joined,
        last_active_at: member.last_active,
        sort_name: fold::sort_name(member.person.given_name, member.person.family_name),
        email_canonical: member.person.canonical.clone(),
        warned_days: NOT_WARNED,
        left_before_end: false,
    }
}

/// The words by which a member of `workspace` is found.
pub fn words(
    workspace: &DemoWorkspace,
    member: &Member,
) -> impl Iterator<Item = member_word::Model> {
    let (workspace_id, membership_id) = (workspace.id, member.id);
    let person = &member.person;
    fold::words(person.given_name, person.family_name, &person.canonical)
        .into_iter()
        .map(move |word| member_word::Model {
            workspace_id,
            word,
            membership_id,
        })
}
