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

/// The keys of the main workspace.
pub fn rows(draw: &mut Draw, workspace: &DemoWorkspace, members: &[Member], rows: &mut Rows) {
    let steady: Vec<&Member> = members
        .iter()
        .skip(4)
        .filter(|m| m.is_active(draw.now) && m.joined < draw.days_ago(100))
        .collect();
    let fated = |wanted: fn(&Fate) -> bool| members.iter().find(|member| wanted(&member.fate));
    let [Some(first), Some(second)] = [members.first(), members.get(1)] else {
        return;
    };
    let plain = |from, owner: &Member| Key {
        name: "",
        kind: ApiKeyKind::Member,
        scope: None,
        networks: &[],
        span: Span::open(from, Some(owner.account)),
        why: None,
        used: None,
    };
    let ago = |days| draw.now - Duration::days(days);
    let used = |minutes: i64, from| Some((draw.now - Duration::minutes(minutes), from));
    let ended =
        |from, to, by: &Member| Span::ended(from, to, Some(by.account), second.account, REVOKED);

    let mut list: Vec<(&Member, Key<'_>)> = vec![
        (
            first,
            Key {
                name: "Nightly report",
                used: used(412, "192.0.2.17"),
                networks: &["192.0.2.0/24"],
                ..plain(ago(300), first)
            },
        ),
        (
            first,
            Key {
                name: "Old laptop",
                why: Some("Laptop was lost"),
                span: ended(ago(420), ago(150), first),
                used: used(230_400, "198.51.100.7"),
                ..plain(ago(420), first)
            },
        ),
        (
            second,
            Key {
                name: "Portal data servers",
                kind: ApiKeyKind::Gateway,
                used: used(0, "203.0.113.10"),
                networks: &["203.0.113.0/28", "2001:db8:40::/48"],
                ..plain(ago(380), second)
            },
        ),
        (
            second,
            Key {
                name: "Identity check",
                scope: Some(&[]),
                ..plain(ago(20), second)
            },
        ),
    ];
    let scoped: &[(&str, &[Permission])] = &[
        ("Harvester", &[CreateDatasets, EditAllDatasets]),
        ("Dashboard wall", &[BrowseAllDatasets, BrowseAnalytics]),
        ("Page importer", &[CreatePages]),
    ];
    for ((name, scope), owner) in scoped.iter().zip(&steady) {
        list.push((
            owner,
            Key {
                name,
                scope: Some(scope),
                used: used(95, "192.0.2.201"),
                ..plain(ago(88), owner)
            },
        ));
    }
    let mut others = steady.iter().skip(5).step_by(9);
    let mut next = || others.next().copied().unwrap_or(second);
    let soon = next();
    list.push((
        soon,
        Key {
            name: "Workshop",
            span: Span::until(ago(6), draw.in_days(5), Some(soon.account)),
            ..plain(ago(6), soon)
        },
    ));
    let over = next();
    let pilot = Span::until(ago(95), ago(35), Some(over.account));
    list.push((
        over,
        Key {
            name: "Pilot",
            span: pilot,
            used: used(72_000, "2001:db8:7::21"),
            ..plain(ago(95), over)
        },
    ));
    let leaked = next();
    let why = Some("Found in a public repository");
    list.push((
        leaked,
        Key {
            name: "R scripts",
            why,
            span: ended(ago(77), ago(9), leaked),
            used: used(13_100, "198.51.100.99"),
            ..plain(ago(77), leaked)
        },
    ));
    for name in ["Notebook", "QGIS", "Spreadsheet add-in"] {
        let owner = next();
        list.push((
            owner,
            Key {
                name,
                used: used(2_881, "198.51.100.23"),
                ..plain(ago(50), owner)
            },
        ));
    }
    let unused = next();
    list.push((
        unused,
        Key {
            name: "Not used yet",
            ..plain(ago(3), unused)
        },
    ));
    for owner in [
        fated(|fate| matches!(fate, Fate::Disabled(_))),
        fated(|fate| matches!(fate, Fate::Revoked(_))),
    ]
    .into_iter()
    .flatten()
    {
        list.push((
            owner,
            Key {
                name: "Field tablet",
                ..plain(owner.joined + Duration::days(2), owner)
            },
        ));
    }

    let created_at = draw.day(30);
    let demo = Key {
        name: "Demo key",
        ..plain(created_at, first)
    };
    push(
        draw,
        workspace,
        first,
        &demo,
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
