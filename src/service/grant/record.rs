//! What the record says of rights given and taken (AUD-1): one event for each subject, and each
//! item.

use serde_json::{Value, json};

use super::{GranteeFacts, Items};
use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{access::facts::Right, audit::FieldChange, id::GrantId},
    service::write::Event,
};

/// The two kinds of an event, for permissions and for access to an item.
pub(super) struct Kinds {
    pub(super) permissions: AuditEventKind,
    pub(super) access: AuditEventKind,
}

/// A grant's id, what it gives, and which records only.
type Fact<'a> = (GrantId, Right, Option<&'a str>);

/// What an event says of rights that came (`before` empty) or went (`after` empty), all on the same
/// item or on none.
pub(super) struct RightsChange<'a> {
    pub(super) kinds: Kinds,
    pub(super) grants: Vec<Fact<'a>>,
    pub(super) came: bool,
}

impl RightsChange<'_> {
    pub(super) fn event(
        &self,
        holder: &GranteeFacts<'_>,
        items: &Items,
        more: Vec<FieldChange>,
    ) -> Event {
        let change = |field, values: Vec<Value>, personal| {
            let none = if personal { Value::Null } else { json!([]) };
            let (before, after) = if self.came {
                (none, Value::Array(values))
            } else {
                (Value::Array(values), none)
            };
            FieldChange {
                field,
                before,
                after,
                personal,
            }
        };
        let all = |value: fn(&Fact<'_>) -> Option<Value>| {
            let mut values: Vec<Value> = Vec::new();
            for value in self.grants.iter().filter_map(value) {
                if !values.contains(&value) {
                    values.push(value);
                }
            }
            values
        };
        let item = self.grants.iter().find_map(|(_, right, _)| match right {
            Right::Item(item, _) => Some(*item),
            Right::Workspace(_) => None,
        });
        let mut changes = Vec::new();
        if let Some(item) = item {
            let (before, after) = if self.came {
                (Value::Null, items.shown(item))
            } else {
                (items.shown(item), Value::Null)
            };
            changes.push(FieldChange::plain("resource", before, after));
        }
        let rights = all(|(_, right, _)| match right {
            Right::Workspace(permission) => Some(json!(permission)),
            Right::Item(_, access) => Some(json!(access)),
        });
        changes.push(change(
            if item.is_some() {
                "access"
            } else {
                "permissions"
            },
            rights,
            false,
        ));
        changes.push(change("grantIds", all(|(id, _, _)| Some(json!(id))), false));
        let filters = all(|(_, _, filter)| filter.map(|filter| json!(filter)));
        if !filters.is_empty() {
            changes.push(change("recordFilters", filters, true));
        }
        changes.extend(more);
        changes.retain(|change| change.before != change.after);
        let kind = if item.is_some() {
            self.kinds.access
        } else {
            self.kinds.permissions
        };
        match holder {
            GranteeFacts::Member(member) => {
                let event = Event::new(kind, member.id, changes);
                Event {
                    personal_of: Some(member.account_id),
                    ..event
                }
            }
            GranteeFacts::Group(group) => Event::new(kind, group.id, changes),
        }
    }
}
