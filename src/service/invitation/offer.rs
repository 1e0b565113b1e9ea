//! What an offer gives, weighed against what its giver holds (PERM-6), and what the record says of
//! it. Invitations that are made and those that are changed come through here.

use serde_json::{Value, json};

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access::{
            Given,
            escalation::{self, Refused, Target},
            facts::RoleFacts,
            given_by_group, given_by_role,
        },
        audit::{self, FieldChange},
        id::GroupId,
        interval::Interval,
        offer::Offer,
        permission::Preset,
    },
    service::{Access, Failure, known_items::KnownItems, write::Transaction},
};

impl Offer {
    /// What differs from `before` (nothing at all, if there is none), for the record. The note is
    /// personal.
    pub(crate) fn changes(&self, access: &Access, before: Option<&Self>) -> Vec<FieldChange> {
        let facts = access.facts();
        let role = |offer: &Self| {
            let role = offer.role.and_then(|id| facts.roles.get(&id));
            role.map_or(
                Value::Null,
                |role| json!({ "id": role.id, "name": role.name }),
            )
        };
        let group = |id: &GroupId| {
            facts
                .groups
                .get(id)
                .map(|group| json!({ "id": id, "title": &*group.title }))
        };
        let groups = |offer: &Self| offer.groups.iter().filter_map(group).collect::<Vec<_>>();
        let end = |offer: &Self| json!(offer.end.at().map(audit::instant));
        let seconds = |offer: &Self| json!(offer.end.seconds());
        let permissions = |offer: &Self| json!(offer.all_permissions());
        let was = |value: &dyn Fn(&Self) -> Value, none: Value| before.map_or(none, value);
        let mut changes = vec![
            FieldChange::plain("role", was(&role, Value::Null), role(self)),
            FieldChange::plain(
                "permissions",
                was(&permissions, json!([])),
                permissions(self),
            ),
            FieldChange::plain(
                "groups",
                was(&|offer| json!(groups(offer)), json!([])),
                json!(groups(self)),
            ),
            FieldChange::plain(
                "quotas",
                was(&|offer| json!(offer.quotas), json!([])),
                json!(self.quotas),
            ),
            FieldChange::plain(
                "accessStartsAt",
                was(
                    &|offer| json!(offer.starts_at.map(audit::instant)),
                    Value::Null,
                ),
                json!(self.starts_at.map(audit::instant)),
            ),
            FieldChange::plain("accessEndsAt", was(&end, Value::Null), end(self)),
            FieldChange::plain(
                "accessDurationSeconds",
                was(&seconds, Value::Null),
                seconds(self),
            ),
            FieldChange::plain(
                "locale",
                was(&|offer| json!(offer.locale.as_str()), Value::Null),
                self.locale.as_str(),
            ),
            FieldChange::personal(
                "note",
                was(&|offer| json!(offer.note), Value::Null),
                self.note.clone(),
            ),
        ];
        changes.retain(|change| change.before != change.after);
        changes
    }

    /// The role offered, if it is there.
    pub(crate) fn role<'a>(&self, access: &'a Access) -> Option<&'a RoleFacts> {
        access
            .facts()
            .roles
            .get(&self.role?)
            .filter(|role| role.interval.ends_at > access.now)
    }

    /// Whether it offers the ADMINISTRATOR role.
    pub(crate) fn is_of_administrator(&self, access: &Access) -> bool {
        self.role(access)
            .is_some_and(|role| role.preset == Some(Preset::Administrator))
    }

    /// Whether it offers the ADMINISTRATOR role and nothing else that could be given (MEM-5).
    pub(crate) fn is_of_administrator_alone(&self, access: &Access) -> bool {
        self.is_of_administrator(access)
            && self.permissions.is_empty()
            && self.groups.is_empty()
            && self.quotas.is_empty()
    }

    /// The single rights that it gives during `window`, but for ADMINISTRATOR's.
    fn rights(&self, access: &Access, window: Interval) -> Vec<Given> {
        let facts = access.facts();
        let mut rights: Vec<Given> = self
            .permissions
            .iter()
            .map(|one| Given::permission(one, window))
            .collect();
        let role = self
            .role(access)
            .filter(|role| role.preset != Some(Preset::Administrator));
        rights.extend(
            role.into_iter()
                .flat_map(|role| given_by_role(role, window)),
        );
        let groups = self.groups.iter().filter_map(|id| facts.groups.get(id));
        rights.extend(groups.flat_map(|group| given_by_group(group, window)));
        rights
    }

    /// Why the caller may not offer that over `window` (PERM-6); `None` if they may. `before` was
    /// offered already, and what of it stays is no gift, if whenever both are accepted until then,
    /// access lasts no longer than it would have and begins no earlier.
    pub(crate) async fn refusal(
        &self,
        tx: &Transaction<'_>,
        window: Interval,
        before: Option<(&Self, DateTime<Utc>)>,
    ) -> Result<Option<Refused>, Failure> {
        let access = &tx.access;
        let items = KnownItems::load(tx, self.rights(access, window).into_iter()).await?;
        Ok(self.weigh(access, window, before, &items).err())
    }

    fn weigh(
        &self,
        access: &Access,
        window: Interval,
        before: Option<(&Self, DateTime<Utc>)>,
        items: &KnownItems,
    ) -> Result<(), Refused> {
        let (facts, actor, now) = (access.facts(), access.subject(), access.now);
        escalation::may_change(
            facts,
            actor,
            Target::Newcomer,
            escalation::Change::Role,
            now,
        )?;
        // Only an administrator offers ADMINISTRATOR, or changes an offer of it.
        for offer in [Some(self), before.map(|(offer, _)| offer)]
            .into_iter()
            .flatten()
        {
            if offer.is_of_administrator(access) {
                escalation::may_set_role(
                    facts,
                    actor,
                    Target::Newcomer,
                    offer.role(access),
                    window,
                    now,
                )?;
            }
        }
        let stays = before.filter(|(offer, last)| self.lasts_no_longer(offer, now, *last));
        let had = stays
            .map(|(offer, _)| offer.rights(access, window))
            .unwrap_or_default();
        let is_new = |right: &Given| {
            !had.iter().any(|old| {
                old.right == right.right
                    && (old.record_filter.is_none() || old.record_filter == right.record_filter)
                    && old.interval.covers(&right.interval)
            })
        };
        let new: Vec<Given> = self
            .rights(access, window)
            .into_iter()
            .filter(is_new)
            .collect();
        escalation::may_pass_on(facts, actor, &new, &|id| items.find(id), now)
    }
}
