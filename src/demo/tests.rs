//! Checks the demo against the rules: purely, over its rows, at awkward instants and sizes.

mod databases;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{CREDENTIALS, Portal};
use crate::{
    domain::{
        audit, fold,
        id::GroupId,
        interval::{Interval, OPEN_END},
        joining::{Answer, LocalizedText, OfferedQuota, SignUpFieldSpec},
        permission::{PermissionSet, Preset},
    },
    entity::{dataset_theme, membership},
    store::seed::Rows,
};

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn everything(now: DateTime<Utc>, members: usize) -> Rows {
    let mut all = Rows::default();
    for part in Portal::new(now, members, "hash".to_owned()) {
        all.append(part);
    }
    all
}

/// The instants and sizes at which everything has to hold: an ordinary one, the start of a month, a
/// leap day, the end of a year.
fn portals() -> impl Iterator<Item = (DateTime<Utc>, usize, Rows)> {
    [
        ("2026-11-25T14:12:09.123456Z", 250),
        ("2026-12-01T00:00:10Z", 250),
        ("2028-02-29T12:00:00Z", 612),
        ("2026-12-31T23:59:59.999999Z", 500),
        ("2027-05-16T05:00:00Z", 3),
    ]
    .into_iter()
    .map(|(now, members)| (at(now), members.max(250), everything(at(now), members)))
}

fn slug_of(rows: &Rows, slug: &str) -> Uuid {
    rows.workspace
        .iter()
        .find(|workspace| workspace.slug == slug)
        .unwrap()
        .id
}

fn within(rows: &Rows, slug: &str) -> Vec<membership::Model> {
    let id = slug_of(rows, slug);
    rows.membership
        .iter()
        .filter(|member| member.workspace_id == id)
        .cloned()
        .collect()
}

#[test]
fn the_demo_repeats_itself() {
    let now = at("2026-11-25T14:12:09.123456Z");
    assert_eq!(
        format!("{:?}", everything(now, 300)),
        format!("{:?}", everything(now, 300))
    );
    let ids = |now| everything(now, 250).membership.len();
    assert_eq!(ids(now), ids(at("2027-01-01T00:00:00Z")));
}

/// The number of rows of each kind in a portal.
fn shape(rows: &Rows) -> [(&'static str, usize); 14] {
    let held = |state: fn(&membership::Model) -> bool| {
        rows.membership
            .iter()
            .filter(|member| state(member))
            .count()
    };
    [
        ("accounts", rows.account.len()),
        ("memberships", rows.membership.len()),
        ("with an end", held(|member| member.ends_at != OPEN_END)),
        (
            "revoked",
            held(|member| member.end_reason.as_deref() == Some("REVOKED")),
        ),
        (
            "signed up",
            held(|member| member.origin == "SIGN_UP" || member.origin == "ACCESS_REQUEST"),
        ),
        (
            "never there",
            held(|member| member.last_active_at == DateTime::UNIX_EPOCH),
        ),
        ("words", rows.member_word.len()),
        ("disabled", rows.disabled_spell.len()),
        ("roles", rows.role_assignment.len()),
        ("in groups", rows.group_membership.len()),
        ("grants", rows.permission_grant.len()),
        (
            "own quotas",
            rows.quota_value
                .iter()
                .filter(|value| value.scope == "MEMBER")
                .count(),
        ),
        ("uses", rows.quota_use.len()),
        ("requests", rows.access_request.len()),
    ]
}

#[test]
fn the_shape_of_five_thousand_is_that_of_every_size() {
    let now = at("2026-11-25T14:12:09.123456Z");
    let (some, many) = (everything(now, 1_000), everything(now, 5_000));
    assert_eq!(within(&many, "riverton").len(), 5_000);
    for ((what, few), (_, five_times)) in shape(&some).into_iter().zip(shape(&many)) {
        // What exists once, such as the secondary workspace, does not grow; what is drawn varies.
        let share = five_times as f64 / (5 * few.max(1)) as f64;
        assert!(
            few > 0 && (0.85..1.1).contains(&share),
            "{what}: {few} of 1,000, {five_times} of 5,000"
        );
    }
    let addresses: HashSet<&str> = many
        .account
        .iter()
        .map(|account| account.email_canonical.as_str())
        .collect();
    assert_eq!(addresses.len(), many.account.len());
    for once in ["dataset", "page", "member_group", "role", "workspace"] {
        let count = |rows: &Rows| match once {
            "dataset" => rows.dataset.len(),
            "page" => rows.page.len(),
            "member_group" => rows.member_group.len(),
            "role" => rows.role.len(),
            _ => rows.workspace.len(),
        };
        assert_eq!(count(&some), count(&many), "{once}");
    }
    assert_eq!(
        format!("{many:?}"),
        format!("{:?}", everything(now, 5_000)),
        "the same seed gives the same rows"
    );
}

#[test]
fn it_has_what_a_portal_has() {
    for (now, count, rows) in portals() {
        let main = within(&rows, "riverton");
        assert_eq!(main.len(), count);
        assert_eq!(within(&rows, "riverton-transit").len(), 40);
        let blocks = count.div_ceil(250);
        let disabled: HashSet<Uuid> = rows
            .disabled_spell
            .iter()
            .filter(|s| s.ends_at > now)
            .map(|s| s.membership_id)
            .collect();
        let states = |wanted: fn(&membership::Model, DateTime<Utc>) -> bool| {
            main.iter().filter(|m| wanted(m, now)).count()
        };
        if count.is_multiple_of(250) {
            assert_eq!(disabled.len(), 8 * blocks);
            assert_eq!(states(|m, now| m.ends_at <= now), 15 * blocks);
            assert_eq!(states(|m, now| m.starts_at > now), 5 * blocks);
            let limited = |m: &membership::Model, now| {
                m.starts_at <= now && m.ends_at > now && m.ends_at < OPEN_END
            };
            assert!(states(limited) >= 25 * blocks);
        }
        for reason in ["REVOKED", "EXPIRED", "LEFT"] {
            assert!(main.iter().any(|m| m.end_reason.as_deref() == Some(reason)));
        }
        for origin in [
            "INVITATION",
            "SIGN_UP",
            "ACCESS_REQUEST",
            "OPERATOR",
            "RESTORED",
            "IMPORTED",
            "PROVISIONED",
        ] {
            assert!(main.iter().any(|m| m.origin == origin), "{origin}");
        }
        assert!(
            main.iter()
                .any(|m| m.last_active_at == DateTime::UNIX_EPOCH && m.starts_at <= now)
        );
        assert_eq!((rows.dataset.len(), rows.page.len()), (60, 15));
        assert_eq!(
            (rows.dataset_theme.len(), rows.workspace_theme.len()),
            (9, 2)
        );
        for dataset in &rows.dataset {
            let is_its = |theme: &&dataset_theme::Model| {
                theme.workspace_id == dataset.workspace_id
                    && Some(&theme.slug) == dataset.theme.as_ref()
            };
            assert_eq!(rows.dataset_theme.iter().filter(is_its).count(), 1);
        }
        let riverton = slug_of(&rows, "riverton");
        let groups = rows
            .member_group
            .iter()
            .filter(|g| g.workspace_id == riverton);
        assert_eq!(
            (
                groups.clone().count(),
                groups.filter(|g| g.ends_at == OPEN_END).count()
            ),
            (13, 12)
        );
        assert_eq!(
            rows.role
                .iter()
                .filter(|r| r.workspace_id == riverton && r.preset.is_none())
                .count(),
            2
        );
        assert_eq!(rows.role.iter().filter(|r| r.preset.is_some()).count(), 10);
        for scope in ["LICENSE", "WORKSPACE_CAP", "DEFAULT", "GROUP", "MEMBER"] {
            assert!(rows.quota_value.iter().any(|q| q.scope == scope), "{scope}");
        }
        assert!(
            rows.quota_value
                .iter()
                .any(|q| q.scope == "MEMBER" && q.limit_value == 0)
        );
        let own = |f: fn(&crate::entity::permission_grant::Model, DateTime<Utc>) -> bool| {
            rows.permission_grant
                .iter()
                .filter(|g| g.membership_id.is_some() && g.granted_by.is_some())
                .filter(|g| f(g, now))
                .count()
        };
        assert!(own(|g, _| g.permission.is_some() && g.ends_at == OPEN_END) >= 20);
        assert!(
            own(|g, now| g.permission.is_some()
                && g.starts_at <= now
                && g.ends_at > now
                && g.ends_at < OPEN_END)
                >= 8
        );
        assert!(own(|g, now| g.permission.is_some() && g.starts_at > now) >= 2);
        assert!(own(|g, now| g.permission.is_some() && g.ends_at <= now) >= 2);
        for access in ["BROWSE", "EDIT", "PUBLISH", "MANAGE_SECURITY"] {
            assert!(
                rows.permission_grant
                    .iter()
                    .any(|g| g.access.as_deref() == Some(access)),
                "{access}"
            );
        }
        assert!(own(|g, _| g.record_filter.is_some()) >= 3);
        let pending = rows
            .invitation
            .iter()
            .filter(|i| i.workspace_id == riverton && i.expires_at > now);
        let answered = |i: &&crate::entity::invitation::Model| {
            i.accepted_at.is_none() && i.declined_at.is_none() && i.cancelled_at.is_none()
        };
        assert_eq!(pending.filter(answered).count(), 9);
        assert_eq!(
            rows.access_request
                .iter()
                .filter(|r| r.state == "PENDING")
                .count(),
            4
        );
        assert!(rows.api_key.iter().any(|k| k.kind == "GATEWAY") && rows.api_key.len() >= 15);
    }
}

#[test]
fn time_8_what_is_exclusive_never_overlaps() {
    for (now, _, rows) in portals() {
        let mut spans: HashMap<String, Vec<Interval>> = HashMap::new();
        let mut add =
            |what: String, from, to| spans.entry(what).or_default().push(Interval::new(from, to));
        for m in &rows.membership {
            add(
                format!("membership {} {}", m.workspace_id, m.account_id),
                m.starts_at,
                m.ends_at,
            );
        }
        for r in &rows.role_assignment {
            add(format!("role {}", r.membership_id), r.starts_at, r.ends_at);
        }
        for q in &rows.quota_value {
            let subject = q.membership_id.or(q.group_id).unwrap_or(q.workspace_id);
            add(
                format!("quota {} {} {subject}", q.scope, q.quota_type),
                q.starts_at,
                q.ends_at,
            );
        }
        for (what, mut list) in spans {
            list.sort();
            assert!(
                list.windows(2)
                    .all(|pair| pair[0].ends_at <= pair[1].starts_at),
                "{what}: {list:?}"
            );
            assert!(list.iter().all(|row| !row.is_empty()), "{what}: {list:?}");
        }
        let dated = rows
            .permission_grant
            .iter()
            .map(|g| (g.starts_at, g.ends_at, g.ended_by));
        let dated = dated.chain(
            rows.group_membership
                .iter()
                .map(|g| (g.starts_at, g.ends_at, g.ended_by)),
        );
        for (from, to, ended_by) in dated.chain(
            rows.api_key
                .iter()
                .map(|k| (k.starts_at, k.ends_at, k.ended_by)),
        ) {
            assert!(
                from < to && (ended_by.is_none() || to <= now),
                "{from} {to}"
            );
        }
    }
}

#[test]
fn everything_belongs_together() {
    for (now, _, rows) in portals() {
        let stamp = |id: &Uuid| (id.as_u128() >> 80) as i64;
        let mut ids: Vec<Uuid> = Vec::new();
        macro_rules! collect { ($($table:ident),+) => { $(ids.extend(rows.$table.iter().map(|row| row.id));)+ } }
        collect!(
            account,
            workspace,
            role,
            role_permission,
            member_group,
            default_permission,
            membership,
            disabled_spell
        );
        collect!(
            role_assignment,
            group_membership,
            dataset,
            dataset_theme,
            page,
            permission_grant,
            quota_value,
            api_key,
            api_key_permission
        );
        collect!(invitation, access_request);
        assert!(
            ids.iter()
                .all(|id| id.get_version_num() == 7 && stamp(id) <= now.timestamp_millis())
        );
        assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len());
        let home: HashMap<Uuid, Uuid> = rows
            .membership
            .iter()
            .map(|m| (m.id, m.workspace_id))
            .collect();
        let group_home: HashMap<Uuid, Uuid> = rows
            .member_group
            .iter()
            .map(|g| (g.id, g.workspace_id))
            .collect();
        assert!(
            rows.role_assignment
                .iter()
                .all(|r| home[&r.membership_id] == r.workspace_id)
        );
        assert!(
            rows.group_membership
                .iter()
                .all(|g| home[&g.membership_id] == g.workspace_id)
        );
        assert!(
            rows.group_membership
                .iter()
                .all(|g| group_home[&g.group_id] == g.workspace_id)
        );
        for grant in &rows.permission_grant {
            let holder = grant
                .membership_id
                .map(|id| home[&id])
                .or(grant.group_id.map(|id| group_home[&id]));
            assert_eq!(holder, Some(grant.workspace_id));
            assert_eq!(grant.permission.is_some(), grant.resource_id.is_none());
            let item = grant.resource_id;
            assert!(item.is_none_or(|id| rows.dataset.iter().any(|d| d.id == id)
                || rows.page.iter().any(|p| p.id == id)));
        }
        for member in &rows.membership {
            assert!(member.joined_at <= now && member.joined_at <= member.starts_at);
            let seen = member.last_active_at;
            assert!(
                seen == DateTime::UNIX_EPOCH
                    || (member.starts_at <= seen && seen <= now.min(member.ends_at))
            );
        }
        let emails: HashSet<&str> = rows
            .account
            .iter()
            .map(|a| a.email_canonical.as_str())
            .collect();
        assert_eq!(emails.len(), rows.account.len());
        for account in &rows.account {
            let domain = account.email_canonical.rsplit('@').next().unwrap();
            assert!(
                ["example", "test"].contains(&domain.rsplit('.').next().unwrap())
                    || domain.starts_with("example."),
                "{domain}"
            );
            assert_eq!(account.email.to_ascii_lowercase(), account.email_canonical);
            assert_eq!(
                account.password_hash.is_some(),
                account.email_canonical == CREDENTIALS.email
            );
            assert!(
                account.created_at <= now
                    && account
                        .last_sign_in_at
                        .is_none_or(|t| account.created_at <= t && t <= now)
            );
            assert!(["EN", "FR", "NL"].contains(&account.locale.as_str()) && !account.is_operator);
        }
        let words: HashSet<(Uuid, &str)> = rows
            .member_word
            .iter()
            .map(|w| (w.membership_id, w.word.as_str()))
            .collect();
        assert_eq!(words.len(), rows.member_word.len());
        assert!(
            rows.membership
                .iter()
                .all(|m| words.contains(&(m.id, fold::fold(&m.email_canonical).as_str())))
        );
    }
}

#[test]
fn join_4_visitors_have_the_defaults_and_nothing_else() {
    for (_, count, rows) in portals() {
        let with: HashSet<Uuid> = (rows.role_assignment.iter().map(|r| r.membership_id))
            .chain(rows.group_membership.iter().map(|g| g.membership_id))
            .chain(
                rows.permission_grant
                    .iter()
                    .filter(|g| g.granted_by.is_some())
                    .filter_map(|g| g.membership_id),
            )
            .collect();
        let signed_up = rows
            .membership
            .iter()
            .filter(|m| ["SIGN_UP", "ACCESS_REQUEST"].contains(&m.origin.as_str()));
        let only: Vec<_> = signed_up
            .clone()
            .filter(|m| !with.contains(&m.id))
            .collect();
        assert!(
            (count / 250 * 10..=count / 250 * 30).contains(&only.len()),
            "{}",
            only.len()
        );
        assert!(signed_up.count() > only.len());
        let defaults = |id: Uuid| {
            rows.permission_grant
                .iter()
                .filter(|g| g.membership_id == Some(id) && g.granted_by.is_none())
                .count()
        };
        assert!(only.iter().all(|m| (1..=2).contains(&defaults(m.id))));
    }
}

#[test]
fn mem_5_three_administrators_count() {
    for (now, _, rows) in portals() {
        let riverton = slug_of(&rows, "riverton");
        let preset = Preset::Administrator.as_str();
        let role = rows
            .role
            .iter()
            .find(|r| r.workspace_id == riverton && r.preset.as_deref() == Some(preset))
            .unwrap();
        let held = rows.role_assignment.iter().filter(|r| r.role_id == role.id);
        assert!(
            held.clone()
                .all(|r| r.ends_at == OPEN_END && r.starts_at <= now)
        );
        let members: Vec<_> = held
            .map(|r| {
                rows.membership
                    .iter()
                    .find(|m| m.id == r.membership_id)
                    .unwrap()
            })
            .collect();
        assert_eq!(
            (
                members.len(),
                members.iter().filter(|m| m.ends_at == OPEN_END).count()
            ),
            (4, 3)
        );
        let demo = rows
            .account
            .iter()
            .find(|a| a.email_canonical == CREDENTIALS.email)
            .unwrap();
        assert!(
            members
                .iter()
                .any(|m| m.account_id == demo.id && m.ends_at == OPEN_END)
        );
        let key = rows.api_key.iter().find(|k| k.name == "Demo key").unwrap();
        assert!(
            members
                .iter()
                .any(|m| m.account_id == demo.id && m.id == key.membership_id)
        );
        assert!(
            key.ends_at == OPEN_END
                && !key.is_scoped
                && CREDENTIALS.api_key.starts_with(&key.prefix)
        );
    }
}

#[test]
fn quota_4_nobody_used_more_than_allowed() {
    for (now, _, rows) in portals() {
        let today = now.date_naive().and_time(chrono::NaiveTime::MIN).and_utc();
        for workspace in &rows.workspace {
            let used = rows
                .quota_use
                .iter()
                .filter(|u| u.workspace_id == workspace.id);
            let of_all: i64 = used
                .clone()
                .filter(|u| u.subject == "workspace" && u.period_start == today)
                .map(|u| u.used)
                .sum();
            let of_each: i64 = used
                .clone()
                .filter(|u| u.subject.starts_with("acc_"))
                .map(|u| u.used)
                .sum();
            assert_eq!(of_all, of_each);
            let month = used
                .clone()
                .filter(|u| u.subject == "workspace")
                .min_by_key(|u| u.period_start)
                .unwrap();
            let license = rows
                .quota_value
                .iter()
                .find(|q| q.scope == "LICENSE" && q.quota_type == "API_CALLS")
                .unwrap();
            assert!(month.used <= license.limit_value && of_all <= month.used);
            let cap = rows
                .quota_value
                .iter()
                .find(|q| q.workspace_id == workspace.id && q.scope == "WORKSPACE_CAP");
            assert!(cap.is_none_or(|cap| of_all <= cap.limit_value));
        }
    }
}

#[test]
fn json_columns_hold_what_they_are_read_as() {
    let rows = everything(at("2026-11-25T14:12:09.123456Z"), 250);
    for settings in &rows.sign_up_settings {
        serde_json::from_str::<Vec<SignUpFieldSpec>>(&settings.fields).unwrap();
        serde_json::from_str::<LocalizedText>(&settings.introduction).unwrap();
        serde_json::from_str::<Vec<String>>(&settings.allowed_email_domains).unwrap();
        serde_json::from_str::<Vec<String>>(&settings.notification_addresses).unwrap();
    }
    for invitation in &rows.invitation {
        serde_json::from_str::<PermissionSet>(&invitation.permissions).unwrap();
        serde_json::from_str::<Vec<GroupId>>(&invitation.group_ids).unwrap();
        serde_json::from_str::<Vec<OfferedQuota>>(&invitation.quotas).unwrap();
    }
    assert!(
        rows.access_request
            .iter()
            .all(|r| serde_json::from_str::<Vec<Answer>>(&r.answers).is_ok_and(|a| a.len() == 3))
    );
    assert!(rows.api_key.iter().all(|k| {
        serde_json::from_str::<Vec<String>>(&k.allowed_networks)
            .is_ok_and(|n| n.iter().all(|n| n.parse::<ipnet::IpNet>().is_ok()))
    }));
}

#[test]
fn aud_2_the_records_begin_with_a_sound_chain() {
    let rows = everything(at("2026-11-25T14:12:09.123456Z"), 250);
    assert_eq!(rows.events.len(), 2);
    for (event, workspace) in rows.events.iter().zip(&rows.workspace) {
        let changes = serde_json::from_str(&event.changes).unwrap();
        let content = audit::Content {
            sequence: 1,
            at: event.at,
            effective_at: event.effective_at,
            kind: event.kind.as_str(),
            actor_kind: "SYSTEM",
            actor_account_id: None,
            actor_api_key_id: None,
            client: None,
            subject_id: event.subject_id.as_deref(),
            request_id: &event.request_id,
            changes: &changes,
        };
        assert_eq!(
            audit::hash(&audit::GENESIS, &content, audit::Form::Whole),
            event.hash
        );
        assert_eq!(
            (workspace.audit_sequence, workspace.audit_hash.as_slice()),
            (1, event.hash.as_slice())
        );
    }
}
