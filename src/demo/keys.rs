//! API keys of all kinds (KEY): the demo administrator's, whose value is public, and others that
//! nobody can use.

use chrono::{DateTime, Duration, Utc};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    credentials::CREDENTIALS,
    draw::Draw,
    members::Member,
    profile::Fate,
    rows::{Span, json},
    world::DemoWorkspace,
};
use crate::{
    domain::{
        permission::Permission::{self, *},
        vocabulary::ApiKeyKind,
    },
    entity::{api_key, api_key_permission},
    store::{key::REVOKED, seed::Rows},
};

/// How many characters of the random part are shown.
const SHOWN: usize = 8;

/// A key to create.
struct Key<'a> {
    name: &'a str,
    kind: ApiKeyKind,
    scope: Option<&'a [Permission]>,
    networks: &'a [&'a str],
    span: Span,
    why: Option<&'a str>,
    used: Option<(DateTime<Utc>, &'a str)>,
}

impl<'a> Key<'a> {
    /// A member's key that may do all that they may, and was never used.
    fn new(name: &'a str, from: DateTime<Utc>, owner: &Member) -> Self {
        Self {
            name,
            kind: ApiKeyKind::Member,
            scope: None,
            networks: &[],
            span: Span::open(from, Some(owner.account)),
            why: None,
            used: None,
        }
    }

    fn used(self, minutes_ago: i64, from: &'a str, draw: &Draw) -> Self {
        Self {
            used: Some((draw.now - Duration::minutes(minutes_ago), from)),
            ..self
        }
    }

    fn until(self, to: DateTime<Utc>) -> Self {
        Self {
            span: Span { to, ..self.span },
            ..self
        }
    }

    fn revoked(self, to: DateTime<Utc>, by: &Member) -> Self {
        let Span {
            from, by: owner, ..
        } = self.span;
        Self {
            span: Span::ended(from, to, owner, by.account, REVOKED),
            ..self
        }
    }
}

/// The keys of the main workspace.
pub fn rows(draw: &mut Draw, workspace: &DemoWorkspace, members: &[Member], rows: &mut Rows) {
    let [Some(first), Some(second)] = [members.first(), members.get(1)] else {
        return;
    };
    let mut list = administrators_keys(draw, first, second);
    list.extend(members_keys(draw, members, second));
    let created_at = draw.day(30);
    push(
        draw,
        workspace,
        first,
        &Key::new("Demo key", created_at, first),
        (
            shown(CREDENTIALS.api_key),
            Sha256::digest(CREDENTIALS.api_key).to_vec(),
            draw.id(created_at),
        ),
        rows,
    );
    for (owner, mut key) in list {
        // Nobody creates or uses a key exactly on the hour.
        key.span.from -=
            Duration::seconds(i64::try_from(draw.below(9 * 3_600)).unwrap_or_default());
        let earlier =
            Duration::milliseconds(i64::try_from(draw.below(3_000_000)).unwrap_or_default());
        key.used = key.used.map(|(at, from)| (at - earlier, from));
        let id = key.span.id(draw);
        let prefix = format!("cck_{}", draw.characters(SHOWN));
        // No text in the form of a key has this hash, so nobody holds these keys.
        push(
            draw,
            workspace,
            owner,
            &key,
            (prefix, Sha256::digest(id.as_bytes()).to_vec(), id),
            rows,
        );
    }
}

fn administrators_keys<'a>(
    draw: &Draw,
    first: &'a Member,
    second: &'a Member,
) -> Vec<(&'a Member, Key<'a>)> {
    let key = |name, days, owner| Key::new(name, draw.now - Duration::days(days), owner);
    let lost = draw.now - Duration::days(150);
    vec![
        (
            first,
            Key {
                networks: &["192.0.2.0/24"],
                ..key("Nightly report", 300, first).used(412, "192.0.2.17", draw)
            },
        ),
        (
            first,
            Key {
                why: Some("Laptop was lost"),
                ..key("Old laptop", 420, first).used(230_400, "198.51.100.7", draw)
            }
            .revoked(lost, second),
        ),
        (
            second,
            Key {
                kind: ApiKeyKind::Gateway,
                networks: &["203.0.113.0/28", "2001:db8:40::/48"],
                ..key("Portal data servers", 380, second).used(0, "203.0.113.10", draw)
            },
        ),
        (
            second,
            Key {
                scope: Some(&[]),
                ..key("Identity check", 20, second)
            },
        ),
    ]
}

fn members_keys<'a>(
    draw: &Draw,
    members: &'a [Member],
    administrator: &'a Member,
) -> Vec<(&'a Member, Key<'a>)> {
    let key = |name, days, owner| Key::new(name, draw.now - Duration::days(days), owner);
    let steady: Vec<&Member> = members
        .iter()
        .skip(4)
        .filter(|m| m.is_active(draw.now) && m.joined < draw.days_ago(100))
        .collect();
    let scoped: [(&str, &[Permission]); 3] = [
        ("Harvester", &[CreateDatasets, EditAllDatasets]),
        ("Dashboard wall", &[BrowseAllDatasets, BrowseAnalytics]),
        ("Page importer", &[CreatePages]),
    ];
    let mut list: Vec<(&Member, Key<'_>)> = Vec::new();
    for ((name, scope), owner) in scoped.into_iter().zip(steady.iter().copied()) {
        let scoped = Key {
            scope: Some(scope),
            ..key(name, 88, owner).used(95, "192.0.2.201", draw)
        };
        list.push((owner, scoped));
    }
    let mut others = steady.iter().skip(5).step_by(9);
    let mut next = || others.next().copied().unwrap_or(administrator);
    let soon = next();
    list.push((soon, key("Workshop", 6, soon).until(draw.in_days(5))));
    let over = next();
    list.push((
        over,
        key("Pilot", 95, over)
            .used(72_000, "2001:db8:7::21", draw)
            .until(draw.now - Duration::days(35)),
    ));
    let leaked = next();
    let why = Some("Found in a public repository");
    let found = Key {
        why,
        ..key("R scripts", 77, leaked).used(13_100, "198.51.100.99", draw)
    };
    let revoked_at = draw.now - Duration::days(9);
    list.push((leaked, found.revoked(revoked_at, administrator)));
    for name in ["Notebook", "QGIS", "Spreadsheet add-in"] {
        let owner = next();
        let used = key(name, 50, owner).used(2_881, "198.51.100.23", draw);
        list.push((owner, used));
    }
    let unused = next();
    list.push((unused, key("Not used yet", 3, unused)));
    let fated = |wanted: fn(&Fate) -> bool| members.iter().find(|member| wanted(&member.fate));
    let disabled = fated(|fate| matches!(fate, Fate::Disabled(_)));
    let revoked = fated(|fate| matches!(fate, Fate::Revoked(_)));
    for owner in [disabled, revoked].into_iter().flatten() {
        let from = owner.joined + Duration::days(2);
        list.push((owner, Key::new("Field tablet", from, owner)));
    }
    list
}

fn shown(key: &str) -> String {
    key.chars().take("cck_".len() + SHOWN).collect()
}

fn push(
    draw: &Draw,
    workspace: &DemoWorkspace,
    owner: &Member,
    key: &Key<'_>,
    (prefix, secret_hash, id): (String, Vec<u8>, Uuid),
    rows: &mut Rows,
) {
    rows.api_key.push(api_key::Model {
        id,
        workspace_id: workspace.id,
        membership_id: owner.id,
        name: key.name.to_owned(),
        kind: key.kind.as_str().to_owned(),
        prefix,
        secret_hash,
        is_scoped: key.scope.is_some(),
        allowed_networks: json(key.networks),
        starts_at: key.span.from,
        ends_at: key.span.to,
        granted_by: key.span.by,
        ended_by: key.span.ended_by,
        end_reason: key.span.end_reason(),
        revocation_reason: key.why.map(str::to_owned),
        last_used_at: key.used.map(|(at, _)| at),
        last_used_from: key.used.map(|(_, from)| from.to_owned()),
    });
    for permission in key.scope.unwrap_or_default() {
        rows.api_key_permission.push(api_key_permission::Model {
            id: key.span.id(draw),
            workspace_id: workspace.id,
            api_key_id: id,
            permission: permission.as_str().to_owned(),
            starts_at: key.span.from,
            // The list lasts as long as its key, which ends by itself (TIME-7).
            ends_at: crate::domain::interval::OPEN_END,
            granted_by: key.span.by,
            ended_by: None,
            end_reason: None,
        });
    }
}
