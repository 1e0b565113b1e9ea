//! Who gained or lost what by a write (AUD-4): the engine before against the engine after, at the
//! write's instant.

use std::collections::HashMap;

use chrono::{DateTime, Utc};

use super::{
    record::{Effect, QuotaEffect},
    transaction::Transaction,
};
use crate::{
    domain::{
        access::{
            self, Rights,
            facts::{MemberFacts, WorkspaceFacts},
        },
        calendar::Calendars,
        id::{ApiKeyId, GroupId, MembershipId},
        quota::{self, Bound, QuotaFacts},
        vocabulary::{MembershipState, QuotaScope, QuotaType},
    },
    service::{Failure, quota::groups_of},
    store::{
        access::{self as facts, QuotaValueFacts, Wanted, WorkspaceSnapshot},
        key::{self, KeyOfMember},
        quota as quota_rows,
    },
};

/// How many members' effects a call works out and answers: the first by id. It holds the
/// workspace's lock meanwhile, and the answer is no place for a million members.
pub(super) const MOST_EFFECTS: usize = 1_000;

/// How many members are counted where a call concerns everybody in a workspace, a group or a role:
/// so many or more.
pub const MOST_COUNTED: i64 = 10_000;

/// How many keys that stop, and how much access to items that comes or goes, one effect lists; the
/// rest is counted.
const MOST_LISTED: usize = 100;

/// The effects of a call on its members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Effects {
    /// Those that are answered, by member.
    pub(super) named: Vec<Effect>,
    /// How many members have some. Of those behind the first [`MOST_EFFECTS`] all that are
    /// concerned count.
    pub(super) count: usize,
    /// How many members were worked out.
    pub(super) examined: usize,
}

/// What of members a mutation may change, by its nature: nothing else is loaded to work out its
/// effects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Affects {
    /// Permissions, and access to items.
    rights: bool,
    /// Limits.
    quotas: bool,
    /// Whether keys work.
    keys: bool,
}

impl Affects {
    /// What members may do.
    pub const RIGHTS: Self = Self {
        rights: true,
        quotas: false,
        keys: false,
    };
    /// What members may do, and how much.
    pub const RIGHTS_AND_QUOTAS: Self = Self {
        quotas: true,
        ..Self::RIGHTS
    };
    /// What members may do, and how much, by key too.
    pub const RIGHTS_QUOTAS_AND_KEYS: Self = Self {
        quotas: true,
        ..Self::RIGHTS_AND_KEYS
    };
    /// What members may do, by key too.
    pub const RIGHTS_AND_KEYS: Self = Self {
        keys: true,
        ..Self::RIGHTS
    };
    /// How much members may use.
    pub const QUOTAS: Self = Self {
        rights: false,
        quotas: true,
        keys: false,
    };
    /// Which keys work.
    pub const KEYS: Self = Self {
        rights: false,
        quotas: false,
        keys: true,
    };
    /// Nothing but the limits that the write passes.
    pub const PASSED_LIMITS: Self = Self {
        rights: false,
        quotas: false,
        keys: false,
    };
}

/// What a member may use at most, by type; none is unlimited.
type Limits = HashMap<QuotaType, u64>;

impl Transaction<'_> {
    /// The effects on the members that were touched, in a constant number of statements.
    pub(super) async fn effects(&self, affects: Affects) -> Result<Effects, Failure> {
        if self.changed.is_empty() {
            return Ok(Effects::default());
        }
        let workspace = &self.access.workspace;
        let ids: Vec<MembershipId> = self.changed.iter().copied().take(MOST_EFFECTS).collect();
        let rest = self.changed.len() - ids.len() + self.unnamed;
        let since = workspace.last_write_at;
        let wanted: &[MembershipId] = if affects.rights { &ids } else { &[] };
        let loaded = facts::members(self.db(), workspace.id, wanted, Wanted::ALL, since).await?;
        let shared = if self.shared_changed {
            Some(
                facts::workspace_snapshot(
                    self.db(),
                    workspace.id,
                    workspace.main_id(),
                    workspace.access_mode,
                    since,
                )
                .await?,
            )
        } else {
            None
        };
        let snapshot = shared.as_ref().unwrap_or(&self.access.snapshot);
        let limits = if affects.quotas {
            Some(self.limits_of(&ids, snapshot).await?)
        } else {
            None
        };
        let mut keys: HashMap<MembershipId, Vec<KeyOfMember>> = HashMap::new();
        if affects.keys {
            for key in key::of_members(self.db(), workspace.id, &ids, self.now).await? {
                keys.entry(key.membership_id).or_default().push(key);
            }
        }
        let mut effects = Vec::new();
        let examined = ids.len();
        for id in ids {
            let before = self.members.get(&id).map(AsRef::as_ref);
            let Some(after) = loaded.get(&id).or(before) else {
                continue;
            };
            let mut effect = Effect::none(id);
            if affects.rights {
                effect.rights(
                    &self.rights(self.access.facts(), before),
                    &self.rights(&snapshot.facts, Some(after)),
                );
            }
            if let (Some(limits), Some(before)) = (&limits, before) {
                effect.quotas = limits.compare(before, after, self.now);
            }
            effect.stopped_api_keys = stopped_keys(
                keys.remove(&id).unwrap_or_default(),
                before,
                after,
                self.now,
            );
            effect.passed_limits = self.passed_limits.get(&id).cloned().unwrap_or_default();
            if effect != Effect::none(id) {
                effect.shorten(MOST_LISTED);
                effects.push(effect);
            }
        }
        Ok(Effects {
            count: effects.len() + rest,
            named: effects,
            examined,
        })
    }

    fn rights(&self, facts: &WorkspaceFacts, member: Option<&MemberFacts>) -> Rights {
        member.map_or_else(Rights::default, |member| {
            access::rights_at(facts, member, self.now)
        })
    }

    async fn limits_of<'s>(
        &'s self,
        ids: &[MembershipId],
        after: &'s WorkspaceSnapshot,
    ) -> Result<Comparison<'s>, Failure> {
        let own = quota_rows::own_limits(self.db(), self.workspace_id(), ids, self.now).await?;
        let before = Shared::of(&self.access.snapshot, self.now);
        Ok(Comparison {
            before,
            after: Shared::of(after, self.now),
            own_before: &self.limits_before,
            own,
        })
    }
}

impl Effect {
    fn rights(&mut self, before: &Rights, after: &Rights) {
        self.gained = after.permissions.difference(before.permissions);
        self.lost = before.permissions.difference(after.permissions);
        self.gained_access = after.items.difference(&before.items).copied().collect();
        self.lost_access = before.items.difference(&after.items).copied().collect();
    }
}

/// The keys of a member that worked up to `t` and do not from it on. A key that was revoked at `t`
/// was revoked by this write, for no other has its instant (TIME-5).
fn stopped_keys(
    keys: Vec<KeyOfMember>,
    before: Option<&MemberFacts>,
    after: &MemberFacts,
    t: DateTime<Utc>,
) -> Vec<ApiKeyId> {
    let is_active = |member: &MemberFacts| access::state(member, t) == MembershipState::Active;
    if !before.is_some_and(is_active) {
        return Vec::new();
    }
    let works = is_active(after);
    let begun = keys.into_iter().filter(|key| key.interval.starts_at < t);
    begun
        .filter(|key| {
            if key.interval.ends_at == t {
                key.revoked
            } else {
                !works
            }
        })
        .map(|key| key.id)
        .collect()
}

/// What is set above the members, at one instant, by type.
struct Shared<'a> {
    facts: &'a WorkspaceFacts,
    of_types: Vec<(QuotaType, QuotaFacts, HashMap<GroupId, u64>)>,
}

impl<'a> Shared<'a> {
    fn of(snapshot: &'a WorkspaceSnapshot, t: DateTime<Utc>) -> Self {
        let of_type = |quota_type: QuotaType| {
            let counting = snapshot
                .quotas
                .iter()
                .filter(move |value| value.quota_type == quota_type && value.interval.contains(t));
            let counting: Vec<&QuotaValueFacts> = counting.collect();
            let first = |scope| counting.iter().find(|value| value.scope == scope);
            let bound = |value: &&QuotaValueFacts| Bound {
                limit: value.limit,
                period: value.period,
                used: 0,
            };
            let facts = QuotaFacts {
                license: first(QuotaScope::License).map(bound),
                cap: first(QuotaScope::WorkspaceCap).map(bound),
                default: first(QuotaScope::Default).map(|value| value.limit),
                ..QuotaFacts::default()
            };
            let groups = counting
                .iter()
                .filter(|value| value.scope == QuotaScope::Group);
            (
                quota_type,
                facts,
                groups
                    .filter_map(|value| Some((GroupId(value.subject?), value.limit)))
                    .collect(),
            )
        };
        Self {
            facts: &snapshot.facts,
            of_types: QuotaType::ALL.iter().copied().map(of_type).collect(),
        }
    }

    /// QUOTA-2 for one member: none if nothing limits.
    fn limits(
        &self,
        member: &MemberFacts,
        own: Option<&Limits>,
        t: DateTime<Utc>,
    ) -> Vec<(QuotaType, Option<u64>)> {
        let groups = groups_of(self.facts, member, t);
        let limit =
            |(quota_type, facts, values): &(QuotaType, QuotaFacts, HashMap<GroupId, u64>)| {
                let facts = QuotaFacts {
                    groups: groups
                        .iter()
                        .filter_map(|id| Some((*id, *values.get(id)?)))
                        .collect(),
                    member: own.and_then(|own| own.get(quota_type)).copied(),
                    ..facts.clone()
                };
                (
                    *quota_type,
                    quota::effective(*quota_type, &facts, &Calendars::default(), t).limit,
                )
            };
        self.of_types.iter().map(limit).collect()
    }
}

/// The limits of members before and after.
struct Comparison<'a> {
    before: Shared<'a>,
    after: Shared<'a>,
    /// Members' own values before the write, of those whose values it changed.
    own_before: &'a HashMap<MembershipId, Limits>,
    own: HashMap<MembershipId, Limits>,
}

impl Comparison<'_> {
    /// The limits that changed, of a member whose membership counts after: without one there is no
    /// limit to speak of. Before it counted, nothing could be used.
    fn compare(
        &self,
        before: &MemberFacts,
        after: &MemberFacts,
        t: DateTime<Utc>,
    ) -> Vec<QuotaEffect> {
        if !after.interval.contains(t) {
            return Vec::new();
        }
        let own = self.own.get(&after.id);
        let is = self.after.limits(after, own, t);
        let was = if before.interval.contains(t) {
            self.before
                .limits(before, self.own_before.get(&before.id).or(own), t)
        } else {
            is.iter()
                .map(|(quota_type, _)| (*quota_type, Some(0)))
                .collect()
        };
        let effect = |((quota_type, before), (_, after)): (
            (QuotaType, Option<u64>),
            (QuotaType, Option<u64>),
        )| {
            (before != after).then_some(QuotaEffect {
                quota_type,
                before,
                after,
            })
        };
        was.into_iter().zip(is).filter_map(effect).collect()
    }
}
