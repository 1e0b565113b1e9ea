//! What the record says of a membership that begins, and of all that comes along: the same kinds
//! and fields as if each had been given by itself (AUD-1).

use serde_json::{Value, json};

use super::Start;
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        access::facts::{GroupFacts, RoleFacts},
        audit::{self, FieldChange},
        id::MembershipId,
        interval::Interval,
        permission::PermissionSet,
    },
    service::write::Event,
    store::{access::QuotaValueFacts, grant::NewGrant},
};

fn period(interval: Interval) -> Vec<FieldChange> {
    let mut changes = vec![FieldChange::plain(
        "startsAt",
        Value::Null,
        audit::instant(interval.starts_at),
    )];
    changes.extend(
        interval
            .end()
            .map(|end| FieldChange::plain("endsAt", Value::Null, audit::instant(end))),
    );
    changes
}

/// Somebody became a member.
pub(super) fn membership(id: MembershipId, start: &Start) -> Event {
    let mut changes = vec![
        FieldChange::plain("accountId", Value::Null, json!(start.newcomer.account_id)),
        FieldChange::plain("origin", Value::Null, start.origin.as_str()),
    ];
    changes.extend(period(start.interval));
    changes.extend(
        start
            .terms_version
            .map(|version| FieldChange::plain("termsVersion", Value::Null, version)),
    );
    if !start.answers.is_empty() {
        changes.push(FieldChange::personal(
            "answers",
            Value::Null,
            json!(start.answers),
        ));
    }
    changes.extend(start.remarks.iter().cloned());
    let event = Event::new(AuditEventKind::MembershipCreated, id, changes)
        .effective(start.interval.starts_at);
    Event {
        personal_of: Some(start.newcomer.account_id),
        ..event
    }
}

/// The member got a role.
pub(super) fn role(id: MembershipId, role: &RoleFacts, interval: Interval) -> Event {
    let mut changes = vec![FieldChange::plain(
        "role",
        Value::Null,
        json!({ "id": role.id, "name": role.name }),
    )];
    changes.extend(period(interval));
    Event::new(AuditEventKind::RoleAssigned, id, changes).effective(interval.starts_at)
}

/// The member got permissions; those that are the workspace's defaults are named.
pub(super) fn permissions(
    id: MembershipId,
    grants: &[NewGrant],
    defaults: PermissionSet,
    interval: Interval,
) -> Event {
    let ids: Vec<Value> = grants.iter().map(|grant| json!(grant.id)).collect();
    let set: PermissionSet = grants
        .iter()
        .filter_map(|grant| grant.right.permission())
        .collect();
    let mut changes = vec![
        FieldChange::plain("permissions", json!([]), json!(set)),
        FieldChange::plain("grantIds", json!([]), json!(ids)),
    ];
    if defaults != PermissionSet::EMPTY {
        changes.push(FieldChange::plain("defaults", json!([]), json!(defaults)));
    }
    changes.extend(period(interval));
    Event::new(AuditEventKind::PermissionGranted, id, changes).effective(interval.starts_at)
}

/// The member was put into a group.
pub(super) fn group(id: MembershipId, group: &GroupFacts, interval: Interval) -> Event {
    let mut changes = vec![FieldChange::plain(
        "group",
        Value::Null,
        json!({ "id": group.id, "title": &*group.title }),
    )];
    changes.extend(period(interval));
    Event::new(AuditEventKind::GroupMemberAdded, id, changes).effective(interval.starts_at)
}

/// The member got a limit of their own.
pub(super) fn limit(id: MembershipId, value: &QuotaValueFacts) -> Event {
    let shown = json!({
        "type": value.quota_type.as_str(),
        "limit": value.limit,
        "period": value.period.map(|period| period.as_str()),
    });
    let mut changes = vec![FieldChange::plain("quota", Value::Null, shown)];
    changes.extend(period(value.interval));
    Event::new(AuditEventKind::QuotaSet, id, changes).effective(value.interval.starts_at)
}
