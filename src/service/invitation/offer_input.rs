//! What an input says of an offer (JOIN-7): held to its limits, and applied to what was offered
//! before. Invitations that are made or changed and access requests that are approved come through
//! here.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::{
    domain::{
        access_end::AccessEnd,
        error_code::ErrorCode,
        id::{GroupId, RoleId},
        interval::OPEN_END,
        joining::OfferedQuota,
        offer::Offer,
        permission::Permission,
        text, timeline,
        vocabulary::{Locale, QuotaType},
    },
    service::{Access, Failure, UserError, bulk, quota::set::limit},
    words::message::{self, all_of},
};

/// The longest note, in characters.
const LONGEST_NOTE: usize = 500;

/// The most groups: as many as a member can be in (GRP-1).
pub const MOST_GROUPS: usize = 100;

/// The most quota values of one call; there is one of each type at most.
pub const MOST_QUOTAS: usize = 100;

/// A limit for the member, as it is typed.
#[derive(Debug, Clone, Copy)]
pub struct QuotaInput {
    /// The quota that is limited.
    pub quota_type: QuotaType,
    /// The member's own limit of it.
    pub limit: i64,
}

/// An offer, or the changes to one. `None` leaves a value unchanged; an inner `None` clears it.
#[derive(Debug, Clone, Default)]
pub struct OfferInput {
    /// The role to begin with; cleared: none.
    pub role_id: Option<Option<RoleId>>,
    /// The permissions, besides the workspace's defaults.
    pub permissions: Option<Vec<Permission>>,
    /// The groups to be in.
    pub group_ids: Option<Vec<GroupId>>,
    /// Limits of the member's own.
    pub quotas: Option<Vec<QuotaInput>>,
    /// When access begins; cleared: with the acceptance.
    pub access_starts_at: Option<Option<DateTime<Utc>>>,
    /// When access ends; cleared: never.
    pub access_ends_at: Option<Option<DateTime<Utc>>>,
    /// How many seconds access lasts.
    pub access_duration_seconds: Option<Option<i64>>,
    /// The language of the mails.
    pub locale: Option<Locale>,
    /// What whoever invites adds.
    pub note: Option<Option<String>>,
}

impl OfferInput {
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
        for (index, group) in self.group_ids.iter().flatten().enumerate() {
            if !facts
                .groups
                .get(group)
                .is_some_and(|group| group.interval.contains(now))
            {
                errors.push(UserError::at(
                    ErrorCode::NotFound,
                    &format!("groupIds.{index}"),
                ));
            }
        }
        let mut types = BTreeSet::new();
        for (index, quota) in self.quotas.iter().flatten().enumerate() {
            limit(
                quota.quota_type,
                Some(quota.limit),
                &format!("quotas.{index}.limit"),
                &mut errors,
            );
            if !types.insert(quota.quota_type.as_str()) {
                errors.push(UserError::at(
                    ErrorCode::Duplicate,
                    &format!("quotas.{index}"),
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

    /// `before` with what is said; the values were checked by [`OfferInput::errors`].
    pub(crate) fn applied_to(&self, before: &Offer, now: DateTime<Utc>) -> Offer {
        let Self {
            role_id,
            permissions,
            group_ids,
            quotas,
            access_starts_at,
            access_ends_at,
            access_duration_seconds,
            locale,
            note,
        } = self;
        let mut new = before.clone();
        if let Some(role) = role_id {
            new.role = *role;
        }
        if let Some(permissions) = permissions {
            new.permissions = permissions.iter().copied().collect();
        }
        if let Some(groups) = group_ids {
            let mut seen = BTreeSet::new();
            let first = |id: &GroupId| seen.insert(*id);
            new.groups = groups.iter().copied().filter(first).collect();
        }
        if let Some(quotas) = quotas {
            let offered = |quota: &QuotaInput| {
                Some(OfferedQuota {
                    quota_type: quota.quota_type,
                    limit: u64::try_from(quota.limit).ok()?,
                })
            };
            new.quotas = quotas.iter().filter_map(offered).collect();
        }
        if let Some(starts_at) = access_starts_at {
            new.starts_at = starts_at.filter(|at| *at > now);
        }
        new.end = match (access_ends_at, access_duration_seconds) {
            (Some(Some(at)), _) => AccessEnd::At((*at).min(OPEN_END)),
            (_, Some(Some(seconds))) => AccessEnd::After(*seconds),
            // Null clears what it names, and nothing else.
            (ends_at, seconds) => AccessEnd::of_columns(
                new.end.at().filter(|_| ends_at.is_none()),
                new.end.seconds().filter(|_| seconds.is_none()),
            ),
        };
        if let Some(locale) = locale {
            new.locale = *locale;
        }
        if let Some(note) = note {
            new.note = text::optional_lines(note.as_deref());
        }
        new
    }
}

fn check_note(note: &str) -> Option<UserError> {
    bulk::check_text(&text::lines(note), LONGEST_NOTE, true, "note")
}
