//! What an invitation offers (JOIN-7): read from the input, held to its limits, and weighed against
//! what its giver holds (PERM-6). Invitations that are made and those that are changed come through
//! here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};

use crate::{
    domain::{
        access::{
            Given,
            escalation::{self, Refused, Target},
            facts::RoleFacts,
            given_by_group, given_by_role,
        },
        access_end::AccessEnd,
        audit::{self, FieldChange},
        error_code::ErrorCode,
        id::{AccountId, GroupId, RoleId},
        interval::{Interval, OPEN_END},
        joining::OfferedQuota,
        permission::{Permission, PermissionSet, Preset},
        text, timeline,
        vocabulary::{Locale, QuotaType},
    },
    service::{
        Access, Failure, UserError, bulk, invitation as read, joining::Gift,
        known_items::KnownItems, quota::set::limit, write::Transaction,
    },
    store::invitation::{InvitationRow, write::OfferColumns},
    words::message::{self, all_of},
};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// The most groups: as many as a member can be in (GRP-1).
pub const MOST_GROUPS: usize = 100;

/// The most quota values of one call; there is one of each type at most.
pub const MOST_QUOTAS: usize = 100;

/// A limit as it is asked for.
#[derive(Debug, Clone, Copy)]
pub struct AskedQuota {
    /// What it limits.
    pub quota_type: QuotaType,
    /// The limit.
    pub limit: i64,
}

/// What an invitation is to offer, or what of it changes. Of what is `None` nothing is said; an
/// inner `None` clears.
#[derive(Debug, Clone, Default)]
pub struct AskedOffer {
    /// The role.
    pub role_id: Option<Option<RoleId>>,
    /// The permissions, besides the workspace's defaults.
    pub permissions: Option<Vec<Permission>>,
    /// The groups.
    pub group_ids: Option<Vec<GroupId>>,
    /// Limits of the member's own.
    pub quotas: Option<Vec<AskedQuota>>,
    /// When access begins; cleared: with the acceptance.
    pub access_starts_at: Option<Option<DateTime<Utc>>>,
    /// When access ends.
    pub access_ends_at: Option<Option<DateTime<Utc>>>,
    /// How many seconds access lasts.
    pub access_duration_seconds: Option<Option<i64>>,
    /// The language of the mails.
    pub locale: Option<Locale>,
    /// What whoever invites adds.
    pub note: Option<Option<String>>,
}

impl AskedOffer {
    /// Refuses what has the wrong form.
    pub(crate) fn check_form(&self) -> Result<(), Failure> {
        let at_most = |name: &str, count: Option<usize>, most: usize| match count {
            Some(count) if count > most => {
                Err(Failure::bad_input(message::items_at_most(name, most)))
            }
            _ => Ok(()),
        };
        at_most(
            "groupIds",
            self.group_ids.as_ref().map(Vec::len),
            MOST_GROUPS,
        )?;
        at_most("quotas", self.quotas.as_ref().map(Vec::len), MOST_QUOTAS)?;
        at_most(
            "permissions",
            self.permissions.as_ref().map(Vec::len),
            MOST_QUOTAS,
        )?;
        if matches!(
            (self.access_ends_at, self.access_duration_seconds),
            (Some(Some(_)), Some(Some(_)))
        ) {
            return Err(Failure::bad_input(message::at_most_one_of(all_of(&[
                "accessEndsAt",
                "accessDurationSeconds",
            ]))));
        }
        Ok(())
    }

    /// Whether it says when access begins or ends.
    pub(crate) const fn says_when(&self) -> bool {
        self.access_starts_at.is_some()
            || self.access_ends_at.is_some()
            || self.access_duration_seconds.is_some()
    }

    /// What is wrong about the values, each for itself.
    pub(crate) fn errors(&self, access: &Access) -> Vec<UserError> {
        let (facts, now) = (access.facts(), access.now);
        let mut errors = Vec::new();
        if let Some(Some(role)) = self.role_id
            && !facts
                .roles
                .get(&role)
                .is_some_and(|role| role.interval.contains(now))
        {
            errors.push(UserError::at(ErrorCode::NotFound, "roleId"));
        }
        for (place, group) in self.group_ids.iter().flatten().enumerate() {
            if !facts
                .groups
                .get(group)
                .is_some_and(|group| group.interval.contains(now))
            {
                errors.push(UserError::at(
                    ErrorCode::NotFound,
                    &format!("groupIds.{place}"),
                ));
            }
        }
        let mut types = BTreeSet::new();
        for (place, quota) in self.quotas.iter().flatten().enumerate() {
            limit(
                quota.quota_type,
                Some(quota.limit),
                &format!("quotas.{place}.limit"),
                &mut errors,
            );
            if !types.insert(quota.quota_type.as_str()) {
                errors.push(UserError::at(
                    ErrorCode::Duplicate,
                    &format!("quotas.{place}"),
                ));
            }
        }
        if let Err(wrong) = timeline::requested_interval(
            self.access_starts_at.flatten(),
            self.access_ends_at.flatten(),
            now,
        ) {
            errors.extend(bulk::period_errors(wrong, "accessStartsAt", "accessEndsAt"));
        }
        let end = AccessEnd::of_columns(None, self.access_duration_seconds.flatten());
        let fault = end.fault();
        errors.extend(fault.map(|fault| UserError::at(fault, "accessDurationSeconds")));
        errors.extend(
            self.note
                .as_ref()
                .and_then(Option::as_deref)
                .and_then(check_note),
        );
        errors
    }
}

fn check_note(note: &str) -> Option<UserError> {
    bulk::check_text(&text::lines(note), LONGEST_NOTE, true, "note")
}

/// What an invitation offers besides what the workspace gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) role: Option<RoleId>,
    pub(crate) permissions: PermissionSet,
    pub(crate) groups: Vec<GroupId>,
    pub(crate) quotas: Vec<OfferedQuota>,
    /// When access begins, if it does not begin with the acceptance.
    pub(crate) starts_at: Option<DateTime<Utc>>,
    /// When access ends; a duration counts from the later of acceptance and start.
    pub(crate) end: AccessEnd,
    pub(crate) locale: Locale,
    pub(crate) note: Option<String>,
}

impl Terms {
    /// Nothing, permanently.
    pub(crate) const fn none(locale: Locale) -> Self {
        Self {
            role: None,
            permissions: PermissionSet::EMPTY,
            groups: Vec::new(),
            quotas: Vec::new(),
            starts_at: None,
            end: AccessEnd::Never,
            locale,
            note: None,
        }
    }

    /// What `row` offers, of which the workspace gives `defaults`.
    pub(crate) fn of(row: &InvitationRow) -> Self {
        let offer = read::offer(row);
        Self {
            role: row.role_id,
            permissions: offer.permissions.difference(offer.defaults),
            groups: offer.groups,
            quotas: offer.quotas,
            starts_at: row.access_starts_at,
            end: AccessEnd::of_columns(row.access_ends_at, row.access_duration_seconds),
            locale: row.locale,
            note: row.note.clone(),
        }
    }

    /// With what is asked for; the values were checked by [`AskedOffer::errors`].
    pub(crate) fn changed(&self, asked: &AskedOffer, now: DateTime<Utc>) -> Self {
        let mut new = self.clone();
        if let Some(role) = asked.role_id {
            new.role = role;
        }
        if let Some(permissions) = &asked.permissions {
            new.permissions = permissions.iter().copied().collect();
        }
        if let Some(groups) = &asked.group_ids {
            let mut seen = BTreeSet::new();
            new.groups = groups
                .iter()
                .copied()
                .filter(|id| seen.insert(*id))
                .collect();
        }
        if let Some(quotas) = &asked.quotas {
            let offered = |quota: &AskedQuota| {
                Some(OfferedQuota {
                    quota_type: quota.quota_type,
                    limit: u64::try_from(quota.limit).ok()?,
                })
            };
            new.quotas = quotas.iter().filter_map(offered).collect();
        }
        if let Some(starts_at) = asked.access_starts_at {
            new.starts_at = starts_at.filter(|at| *at > now);
        }
        new.end = match (asked.access_ends_at, asked.access_duration_seconds) {
            (Some(Some(at)), _) => AccessEnd::At(at.min(OPEN_END)),
            (_, Some(Some(seconds))) => AccessEnd::After(seconds),
            // Null clears what it names, and nothing else.
            (ends_at, seconds) => AccessEnd::of_columns(
                new.end.at().filter(|_| ends_at.is_none()),
                new.end.seconds().filter(|_| seconds.is_none()),
            ),
        };
        if let Some(locale) = asked.locale {
            new.locale = locale;
        }
        if let Some(note) = &asked.note {
            new.note = text::optional_lines(note.as_deref());
        }
        new
    }

    /// Without the permissions that the workspace gives anyway: naming one of those hands nothing
    /// over (PERM-6).
    #[must_use]
    pub(crate) fn beyond(mut self, defaults: PermissionSet) -> Self {
        self.permissions = self.permissions.difference(defaults);
        self
    }

    /// Whether access would end before it begins.
    pub(crate) fn ends_before_start(&self) -> bool {
        self.starts_at
            .zip(self.end.at())
            .is_some_and(|(from, to)| to <= from)
    }

    /// What of it comes along with a membership, as `giver`'s.
    pub(crate) fn gift(self, giver: Option<AccountId>) -> Gift {
        let Self {
            role,
            permissions,
            groups,
            quotas,
            ..
        } = self;
        Gift {
            giver,
            role,
            permissions,
            groups,
            quotas,
        }
    }

    /// When access counts if it is accepted at `t`.
    pub(crate) fn accepted_at(&self, t: DateTime<Utc>) -> Interval {
        let from = self.starts_at.map_or(t, |at| at.max(t));
        Interval::new(from, self.end.counted_from(from).unwrap_or(OPEN_END))
    }

    /// The longest time that what is offered may count: from now to the end of access that is
    /// accepted at the last moment of a term that runs out at `expires_at`.
    pub(crate) fn longest(&self, now: DateTime<Utc>, expires_at: DateTime<Utc>) -> Interval {
        Interval::new(now, self.accepted_at(expires_at.max(now)).ends_at)
    }

    /// As the row holds it, with the defaults among the permissions.
    pub(crate) fn columns(&self, defaults: PermissionSet) -> OfferColumns {
        OfferColumns {
            role_id: self.role,
            permissions: json!(self.permissions.union(defaults)).to_string(),
            group_ids: json!(self.groups).to_string(),
            quotas: json!(self.quotas).to_string(),
            access_starts_at: self.starts_at,
            access_ends_at: self.end.at(),
            access_duration_seconds: self.end.seconds(),
            locale: self.locale,
            note: self.note.clone(),
        }
    }

    /// What differs from `before` (nothing at all, if there is none), for the record. The note is
    /// personal.
    pub(crate) fn changes(
        &self,
        access: &Access,
        before: Option<&Self>,
        defaults: PermissionSet,
    ) -> Vec<FieldChange> {
        let facts = access.facts();
        let role = |terms: &Self| {
            let role = terms.role.and_then(|id| facts.roles.get(&id));
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
        let groups = |terms: &Self| terms.groups.iter().filter_map(group).collect::<Vec<_>>();
        let end = |terms: &Self| json!(terms.end.at().map(audit::instant));
        let seconds = |terms: &Self| json!(terms.end.seconds());
        let permissions = |terms: &Self| json!(terms.permissions.union(defaults));
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
                was(&|terms| json!(groups(terms)), json!([])),
                json!(groups(self)),
            ),
            FieldChange::plain(
                "quotas",
                was(&|terms| json!(terms.quotas), json!([])),
                json!(self.quotas),
            ),
            FieldChange::plain(
                "accessStartsAt",
                was(
                    &|terms| json!(terms.starts_at.map(audit::instant)),
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
                was(&|terms| json!(terms.locale.as_str()), Value::Null),
                self.locale.as_str(),
            ),
            FieldChange::personal(
                "note",
                was(&|terms| json!(terms.note), Value::Null),
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
    fn given(&self, access: &Access, window: Interval) -> Vec<Given> {
        let facts = access.facts();
        let mut given: Vec<Given> = self
            .permissions
            .iter()
            .map(|one| Given::permission(one, window))
            .collect();
        let role = self
            .role(access)
            .filter(|role| role.preset != Some(Preset::Administrator));
        given.extend(
            role.into_iter()
                .flat_map(|role| given_by_role(role, window)),
        );
        let groups = self.groups.iter().filter_map(|id| facts.groups.get(id));
        given.extend(groups.flat_map(|group| given_by_group(group, window)));
        given
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
        let items = KnownItems::load(tx, self.given(access, window).into_iter()).await?;
        Ok(self.weigh(access, window, before, &items).err())
    }

    /// Whether access that is accepted at any instant from `now` to `last` counts at no instant at
    /// which that of `before`, accepted then too, would not. Both ends move with the instant in
    /// straight lines that bend where access begins: those are looked at.
    fn lasts_no_longer(&self, before: &Self, now: DateTime<Utc>, last: DateTime<Utc>) -> bool {
        let bends = [self.starts_at, before.starts_at]
            .into_iter()
            .flatten()
            .filter(|at| now < *at && *at < last);
        [now, last.max(now)]
            .into_iter()
            .chain(bends)
            .all(|at| before.accepted_at(at).covers(&self.accepted_at(at)))
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
        for terms in [Some(self), before.map(|(terms, _)| terms)]
            .into_iter()
            .flatten()
        {
            if terms.is_of_administrator(access) {
                escalation::may_set_role(
                    facts,
                    actor,
                    Target::Newcomer,
                    terms.role(access),
                    window,
                    now,
                )?;
            }
        }
        let stays = before.filter(|(terms, last)| self.lasts_no_longer(terms, now, *last));
        let had = stays
            .map(|(terms, _)| terms.given(access, window))
            .unwrap_or_default();
        let is_new = |given: &Given| {
            !had.iter().any(|old| {
                old.right == given.right
                    && (old.record_filter.is_none() || old.record_filter == given.record_filter)
                    && old.interval.covers(&given.interval)
            })
        };
        let new: Vec<Given> = self
            .given(access, window)
            .into_iter()
            .filter(is_new)
            .collect();
        escalation::may_pass_on(facts, actor, &new, &|id| items.find(id), now)
    }
}
