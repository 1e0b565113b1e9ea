//! Pending and answered invitations, pending and rejected access requests (JOIN).

use chrono::{DateTime, Duration, Utc};

use super::{
    draw::Draw,
    members::Member,
    people::{Home, People, Person},
    profile::Fate,
    rows::json,
    sign_up,
    world::{DemoWorkspace, World},
};
use crate::{
    domain::{
        id::GroupId,
        interval::OPEN_END,
        joining::OfferedQuota,
        permission::{Permission, PermissionSet, Preset},
        vocabulary::{
            AccessRequestState as State, DeliveryState, MembershipOrigin as Origin, QuotaType,
        },
    },
    entity::{access_request, invitation},
    store::seed::Rows,
};

/// What an invitation offers besides the defaults.
#[derive(Default)]
struct Offer {
    role: Option<Preset>,
    permissions: &'static [Permission],
    groups: &'static [usize],
    quotas: &'static [(QuotaType, u64)],
    starts_in: Option<i64>,
    ends_in: Option<i64>,
    lasts: Option<i64>,
    note: Option<&'static str>,
}

/// The pending offers, all different.
fn pending() -> [Offer; 8] {
    use Permission::{
        BrowseAnalytics, CreateDatasets, CreatePages, ManageReuses, PublishOwnDatasets,
    };
    [
        Offer {
            role: Some(Preset::Editor),
            groups: &[0],
            note: Some("Welcome to the mobility team!"),
            ..Offer::default()
        },
        Offer {
            role: Some(Preset::Viewer),
            ends_in: Some(60),
            ..Offer::default()
        },
        Offer {
            permissions: &[CreateDatasets, PublishOwnDatasets, BrowseAnalytics],
            groups: &[1, 5],
            quotas: &[(QuotaType::RecordsPerDataset, 20_000)],
            ..Offer::default()
        },
        Offer {
            groups: &[9],
            lasts: Some(180 * 86_400),
            note: Some("Access for the flood study, six months from your start."),
            ..Offer::default()
        },
        Offer {
            groups: &[10],
            quotas: &[(QuotaType::ApiCalls, 3_000), (QuotaType::Datasets, 0)],
            ends_in: Some(120),
            ..Offer::default()
        },
        Offer {
            role: Some(Preset::Publisher),
            starts_in: Some(14),
            ..Offer::default()
        },
        Offer {
            permissions: &[ManageReuses],
            groups: &[11],
            ..Offer::default()
        },
        Offer {
            role: Some(Preset::Designer),
            permissions: &[CreatePages],
            starts_in: Some(3),
            ends_in: Some(45),
            ..Offer::default()
        },
    ]
}

/// Invitations and access requests of the main workspace that did not become memberships.
pub fn rows(
    draw: &mut Draw,
    world: &World,
    members: &[Member],
    people: &mut People,
    rows: &mut Rows,
) {
    for (number, offer) in pending().into_iter().enumerate() {
        let home = if number % 3 == 1 {
            Home::Partner
        } else {
            Home::City
        };
        let person = people.next(draw, home);
        let created_at = draw.at_work(draw.days_ago(20), draw.now - Duration::hours(1));
        let model = offered(draw, world, &offer, &person, created_at);
        rows.invitation.push(model);
    }
    // Somebody who left is invited again (JOIN-10).
    if let Some(member) = members
        .iter()
        .find(|member| matches!(member.fate, Fate::Left(_)))
    {
        let offer = Offer {
            note: Some("We would be glad to have you back."),
            ..Offer::default()
        };
        let created_at = draw.at_work(
            member.span.to.max(draw.days_ago(9)),
            draw.now - Duration::minutes(20),
        );
        let model = offered(draw, world, &offer, &member.person, created_at);
        rows.invitation.push(model);
    }
    for (number, days) in [70, 41, 33, 180, 120, 16].into_iter().enumerate() {
        let person = people.next(draw, Home::Partner);
        let created_at = draw.at_work(draw.days_ago(days), draw.days_ago(days - 2));
        let mut model = offered(
            draw,
            world,
            &Offer {
                groups: &[9],
                ..Offer::default()
            },
            &person,
            created_at,
        );
        let answered = draw.between(created_at, created_at + Duration::days(8));
        match number {
            0 | 3 => model.declined_at = Some(answered),
            1 | 5 => model.cancelled_at = Some(answered),
            // The rest expired after thirty days.
            _ => {}
        }
        rows.invitation.push(model);
    }
    requests(draw, world, people, rows);
}

fn offered(
    draw: &mut Draw,
    world: &World,
    offer: &Offer,
    person: &Person,
    created_at: DateTime<Utc>,
) -> invitation::Model {
    let riverton = &world.riverton;
    let permissions: PermissionSet = world
        .defaults_at(created_at)
        .chain(offer.permissions.iter().copied())
        .collect();
    let groups: Vec<GroupId> = offer
        .groups
        .iter()
        .filter_map(|index| riverton.groups.get(*index))
        .map(|id| GroupId(*id))
        .collect();
    let quotas: Vec<OfferedQuota> = offer
        .quotas
        .iter()
        .map(|(quota_type, limit)| OfferedQuota {
            quota_type: *quota_type,
            limit: *limit,
        })
        .collect();
    let access_ends_at = offer.ends_in.map(|days| draw.in_days(days));
    let plain = invitation(draw, riverton, person, created_at);
    invitation::Model {
        role_id: offer.role.and_then(|preset| riverton.preset(preset)),
        permissions: json(&permissions),
        default_permissions: Some(json(
            &world.defaults_at(created_at).collect::<PermissionSet>(),
        )),
        group_ids: json(&groups),
        quotas: json(&quotas),
        access_starts_at: offer.starts_in.map(|days| draw.in_days(days)),
        access_ends_at,
        access_duration_seconds: offer.lasts,
        note: offer.note.map(str::to_owned),
        invited_by: riverton.giver(draw, created_at),
        expires_at: access_ends_at.map_or(plain.expires_at, |end| plain.expires_at.min(end)),
        ..plain
    }
}

fn requests(draw: &mut Draw, world: &World, people: &mut People, rows: &mut Rows) {
    let messages = [
        Some("I teach geography and would like my class to work with the street trees."),
        None,
        Some("Nous préparons une carte des pistes cyclables avec le comité de quartier."),
        Some("Graag toegang voor ons onderzoek naar wateroverlast."),
        Some("need api key"),
        None,
        Some("Changed my mind, sorry."),
    ];
    let states = [
        State::Pending,
        State::Pending,
        State::Pending,
        State::Pending,
        State::Rejected,
        State::Rejected,
        State::Withdrawn,
    ];
    for (number, (message, state)) in messages.into_iter().zip(states).enumerate() {
        let person = people.next(draw, Home::Public);
        let requested_at = match state {
            State::Pending => draw.between(draw.days_ago(6), draw.now - Duration::minutes(15)),
            _ => draw.between(draw.days_ago(90), draw.days_ago(12)),
        };
        let account = draw.id(requested_at - Duration::minutes(5));
        rows.account.push(person.account(
            account,
            requested_at - Duration::minutes(5),
            Some(requested_at - Duration::minutes(2)),
        ));
        let decided_at = (state != State::Pending)
            .then(|| draw.between(requested_at, requested_at + Duration::days(4)));
        rows.access_request.push(access_request::Model {
            id: draw.id(requested_at),
            workspace_id: world.riverton.id,
            account_id: account,
            state: state.as_str().to_owned(),
            message: message.map(str::to_owned),
            answers: json(&sign_up::answers(draw)),
            terms_version: Some(2),
            requested_at,
            decided_at,
            decided_by: decided_at
                .filter(|_| state == State::Rejected)
                .and_then(|at| world.riverton.giver(draw, at)),
            reason: (number == 4).then(|| "Please tell us what you need the key for.".to_owned()),
            membership_id: None,
        });
    }
}

/// The invitation that was accepted, or the access request that was approved.
pub fn arrival(draw: &mut Draw, world: &World, member: &Member, rows: &mut Rows) {
    let (riverton, joined) = (&world.riverton, member.joined);
    match member.origin {
        Origin::Invitation => {
            let created_at = draw.at_work(
                (joined - Duration::days(12)).max(riverton.opened + Duration::minutes(3)),
                joined,
            );
            let groups = member
                .groups
                .iter()
                .filter_map(|index| riverton.groups.get(*index))
                .map(|id| GroupId(*id));
            let permissions: PermissionSet = world.defaults_at(created_at).collect();
            let span = &member.span;
            rows.invitation.push(invitation::Model {
                role_id: member.role,
                permissions: json(&permissions),
                group_ids: json(&groups.collect::<Vec<_>>()),
                access_starts_at: (span.from > joined).then_some(span.from),
                access_ends_at: (span.to < OPEN_END && span.to > draw.now).then_some(span.to),
                invited_by: span.by,
                accepted_at: Some(joined),
                membership_id: Some(member.id),
                ..invitation(draw, riverton, &member.person, created_at)
            });
        }
        Origin::AccessRequest => {
            let requested_at = draw.between(
                (joined - Duration::days(6)).max(world.approval_since),
                joined,
            );
            rows.access_request.push(access_request::Model {
                id: draw.id(requested_at),
                workspace_id: riverton.id,
                account_id: member.account,
                state: State::Approved.as_str().to_owned(),
                message: None,
                answers: json(&sign_up::answers(draw)),
                terms_version: Some(if requested_at < world.terms_since {
                    1
                } else {
                    2
                }),
                requested_at,
                decided_at: Some(joined),
                decided_by: member.span.by,
                reason: None,
                membership_id: Some(member.id),
            });
        }
        _ => {}
    }
}

/// A pending invitation created at `created_at` that offers nothing yet.
pub fn invitation(
    draw: &Draw,
    workspace: &DemoWorkspace,
    person: &Person,
    created_at: DateTime<Utc>,
) -> invitation::Model {
    invitation::Model {
        id: draw.id(created_at),
        workspace_id: workspace.id,
        email: person.email.clone(),
        email_canonical: person.canonical.clone(),
        given_name: person.given_name.map(str::to_owned),
        family_name: person.family_name.map(str::to_owned),
        role_id: None,
        permissions: json(&PermissionSet::EMPTY),
        group_ids: json::<[GroupId]>(&[]),
        quotas: json::<[OfferedQuota]>(&[]),
        access_starts_at: None,
        access_ends_at: None,
        access_duration_seconds: None,
        locale: person.locale.as_str().to_owned(),
        note: None,
        invited_by: workspace.administrators.first().copied(),
        created_at,
        expires_at: created_at + Duration::days(30),
        generation: 1,
        accepted_at: None,
        declined_at: None,
        cancelled_at: None,
        membership_id: None,
        default_permissions: None,
        delivery_state: Some(DeliveryState::Sent.as_str().to_owned()),
        delivery_at: Some(created_at + Duration::seconds(4)),
        delivery_status: None,
        reminded_generation: None,
    }
}
