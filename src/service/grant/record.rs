//! What the record says of rights given and taken (AUD-1): one event for each subject, and each
//! item.

use serde_json::{Value, json};

use super::{GranteeFacts, Items};
use crate::{
    domain::{
        access::facts::Right,
        audit::{AuditEventKind, FieldChange},
        id::{GrantId, ItemId},
    },
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
        let item = self.item();
        let mut changes = self.changes(item, items);
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

    /// The item that the rights are on.
    fn item(&self) -> Option<ItemId> {
        self.grants.iter().find_map(|(_, right, _)| match right {
            Right::Item(item, _) => Some(*item),
            Right::Workspace(_) => None,
        })
    }

    fn changes(&self, item: Option<ItemId>, items: &Items) -> Vec<FieldChange> {
        let mut changes = Vec::new();
        if let Some(item) = item {
            let (before, after) = self.sides(Value::Null, items.shown(item));
            changes.push(FieldChange::plain("resource", before, after));
        }
        let rights = self.all(|(_, right, _)| match right {
            Right::Workspace(permission) => Some(json!(permission)),
            Right::Item(_, access) => Some(json!(access)),
        });
        let field = if item.is_some() {
            "access"
        } else {
            "permissions"
        };
        let ids = self.all(|(id, _, _)| Some(json!(id)));
        for (field, values) in [(field, rights), ("grantIds", ids)] {
            let (before, after) = self.sides(json!([]), Value::Array(values));
            changes.push(FieldChange::plain(field, before, after));
        }
        let filters = self.all(|(_, _, filter)| filter.map(|filter| json!(filter)));
        if !filters.is_empty() {
            let (before, after) = self.sides(Value::Null, Value::Array(filters));
            changes.push(FieldChange::personal("recordFilters", before, after));
        }
        changes
    }

    /// Before and after: `none` and `values` of rights that came, the reverse of those that went.
    fn sides(&self, none: Value, values: Value) -> (Value, Value) {
        if self.came {
            (none, values)
        } else {
            (values, none)
        }
    }

    /// The values of all grants, each once.
    fn all(&self, value: fn(&Fact<'_>) -> Option<Value>) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        for value in self.grants.iter().filter_map(value) {
            if !values.contains(&value) {
                values.push(value);
            }
        }
        values
    }
}
