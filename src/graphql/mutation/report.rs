//! What a mutation changed, and what that did to members: the part that all payloads share. Must
//! not know any mutation.

use std::collections::HashMap;

use async_graphql::{Context, ID, SimpleObject};

use super::index;
use crate::{
    domain::{
        id::{ItemId, MembershipId},
        permission::Permission,
        vocabulary::{QuotaType, ResourceAccess},
    },
    graphql::{
        admission::Meter,
        object::{
            access_diff::{ItemAccess, MOST_ITEMS},
            membership::Membership,
        },
        prices,
        scalar::{Json, Long},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure, member as members,
        write::{self, Committed},
    },
};

/// One field that changed, or would change.
#[derive(Debug, Clone, SimpleObject)]
pub struct Change {
    /// The id of what changed: a member, a group, a key or something else.
    pub subject_id: ID,
    /// The name of the field.
    pub field: String,
    /// The value before the call; null if there was none.
    pub before: Option<Json>,
    /// The value after the call; null if there is none.
    pub after: Option<Json>,
    /// Whether a personal value was erased later; `before` or `after` is null then. Can be true
    /// only in the audit log and in the answer to a repeated call.
    pub redacted: bool,
}

impl From<write::Change> for Change {
    fn from(change: write::Change) -> Self {
        let shown = |value: serde_json::Value| (!value.is_null()).then_some(Json(value));
        Self {
            subject_id: ID(change.subject_id.unwrap_or_default()),
            field: change.field,
            before: shown(change.before),
            after: shown(change.after),
            redacted: change.redacted,
        }
    }
}

/// A limit of one member that a mutation changed, or would change.
#[derive(Debug, Clone, SimpleObject)]
pub struct QuotaEffect {
    /// What is limited.
    pub r#type: QuotaType,
    /// The limit before the call; null for unlimited.
    pub before: Option<Long>,
    /// The limit after the call; null for unlimited.
    pub after: Option<Long>,
}

impl From<write::QuotaEffect> for QuotaEffect {
    fn from(effect: write::QuotaEffect) -> Self {
        let shown =
            |limit: Option<u64>| limit.map(|limit| Long(i64::try_from(limit).unwrap_or(i64::MAX)));
        Self {
            r#type: effect.quota_type,
            before: shown(effect.before),
            after: shown(effect.after),
        }
    }
}

/// A limit that a mutation exceeded, or would exceed, because an administrator asked for it.
#[derive(Debug, Clone, SimpleObject)]
pub struct PassedLimit {
    /// What is limited.
    pub r#type: QuotaType,
    /// The amount of the limit.
    pub limit: Long,
    /// The usage after the call.
    pub used: Long,
}

impl From<write::PassedLimit> for PassedLimit {
    fn from(passed: write::PassedLimit) -> Self {
        let shown = |amount: u64| Long(i64::try_from(amount).unwrap_or(i64::MAX));
        Self {
            r#type: passed.quota_type,
            limit: shown(passed.limit),
            used: shown(passed.used),
        }
    }
}

/// What the payload of every workspace mutation contains in addition to its result.
#[derive(Debug, Clone, Default, SimpleObject)]
pub struct Report {
    /// What changed, or would change with `dryRun`: the first 1,000 changes, in the order of their
    /// events.
    pub changes: Vec<Change>,
    /// The number of changes, listed or not.
    pub change_count: i32,
    /// The members whose rights, limits or keys changed, or would change, as of now: the first
    /// 1,000 by id.
    pub effects: Vec<AccessEffect>,
    /// The number of members with effects, listed or not. If a call affects everybody with a role,
    /// in a group or in the workspace, at most 10,000 are counted.
    pub effect_count: i32,
    /// Whether this is the answer to an earlier call with the same `idempotencyKey`.
    pub replayed: bool,
}

/// What a mutation did, or would do, to one member: which rights and limits changed, and which keys
/// stopped.
#[derive(Debug, Clone, SimpleObject)]
pub struct AccessEffect {
    /// The member.
    pub membership: Membership,
    /// Permissions that the member has now and did not have before.
    pub gained: Vec<Permission>,
    /// Permissions that the member had before and does not have now.
    pub lost: Vec<Permission>,
    /// Access to items newly given by grants: the first 100 by item. Access through ownership or
    /// because an item is open is not included.
    pub gained_access: Vec<ItemAccess>,
    /// The number of gained accesses (each kind of access to each item counts), listed or not.
    pub gained_access_count: i32,
    /// Access to items that grants gave before and do not give now: the first 100 by item.
    pub lost_access: Vec<ItemAccess>,
    /// The number of lost accesses (each kind of access to each item counts), listed or not.
    pub lost_access_count: i32,
    /// Limits that changed, for members whose membership is in force after the call. A membership
    /// that begins by the call had a limit of 0 before.
    pub quotas: Vec<QuotaEffect>,
    /// Limits that the member exceeds now because the call used `overQuota`.
    pub passed_limits: Vec<PassedLimit>,
    /// The member's API keys that worked before and do not work now: the first 100 by id.
    pub stopped_api_keys: Vec<ID>,
    /// The number of the member's API keys that stopped working, listed or not.
    pub stopped_api_key_count: i32,
}

impl AccessEffect {
    /// `membership` and `view` are as after the call.
    fn new(effect: write::Effect, membership: Membership, view: Option<&WorkspaceView>) -> Self {
        // Kept results of earlier releases count nothing.
        let counts = [
            effect.counts.gained_access.max(effect.gained_access.len()),
            effect.counts.lost_access.max(effect.lost_access.len()),
            effect
                .counts
                .stopped_api_keys
                .max(effect.stopped_api_keys.len()),
        ];
        let [
            gained_access_count,
            lost_access_count,
            stopped_api_key_count,
        ] = counts.map(index);
        let items = |items: Vec<(ItemId, ResourceAccess)>| {
            items
                .into_iter()
                .take(MOST_ITEMS)
                .filter_map(|item| Some(ItemAccess::seen_from(view?, item)))
                .collect()
        };
        let key_ids = effect.stopped_api_keys.into_iter();
        let passed_limits = effect.passed_limits.into_iter();
        Self {
            membership,
            gained: effect.gained.iter().collect(),
            lost: effect.lost.iter().collect(),
            gained_access: items(effect.gained_access),
            gained_access_count,
            lost_access: items(effect.lost_access),
            lost_access_count,
            quotas: effect.quotas.into_iter().map(QuotaEffect::from).collect(),
            passed_limits: passed_limits.map(PassedLimit::from).collect(),
            stopped_api_keys: key_ids.map(|id| ID(id.to_string())).collect(),
            stopped_api_key_count,
        }
    }
}

/// What a payload is built from after the commit.
pub(super) struct AfterCommit {
    /// The workspace after the call, for everything that is resolved again.
    pub(super) view: Option<WorkspaceView>,
    pub(super) report: Report,
    /// The members that the answer names and the caller may see, by id.
    pub(super) members: HashMap<MembershipId, Membership>,
}

impl AfterCommit {
    /// Loads the workspace again after the commit, with the members that the results name, if they
    /// are asked for, and those of the effects.
    pub(super) async fn of<O>(
        ctx: &Context<'_>,
        committed: &mut Committed<O>,
        named_ids: Vec<MembershipId>,
    ) -> Result<Self, Failure> {
        let results = ctx.look_ahead().field("results");
        let is_asked_for = results.field("membership").exists();
        let member_ids = if is_asked_for { named_ids } else { Vec::new() };
        Self::with_members(ctx, committed, member_ids).await
    }

    /// The same with these members, wherever in the payload they are shown.
    pub(super) async fn with_members<O>(
        ctx: &Context<'_>,
        committed: &mut Committed<O>,
        mut member_ids: Vec<MembershipId>,
    ) -> Result<Self, Failure> {
        let scope = Scope::of(ctx)?;
        let view: Option<WorkspaceView> = scope
            .reopen(committed.access.workspace.id)
            .await?
            .map(WorkspaceView::from);
        let look_ahead = ctx.look_ahead();
        let effects = std::mem::take(&mut committed.effects);
        if let Some(meter) = ctx.data_opt::<Meter>() {
            meter.count(prices::EFFECT * committed.examined as u64);
        }
        if look_ahead.field("effects").exists() {
            member_ids.extend(effects.iter().map(|effect| effect.membership_id));
        }
        member_ids.sort_unstable();
        member_ids.dedup();
        let mut members = HashMap::with_capacity(member_ids.len());
        if let Some(view) = &view {
            let rows =
                members::by_ids(&scope.deps, &view.access, &scope.caller, &member_ids).await?;
            members.extend(
                rows.into_iter()
                    .map(|row| (row.id, Membership::new(view, row))),
            );
        }
        let effect = |effect: write::Effect| {
            let membership = members.get(&effect.membership_id)?.clone();
            Some(AccessEffect::new(effect, membership, view.as_ref()))
        };
        Ok(Self {
            report: Report {
                changes: std::mem::take(&mut committed.changes)
                    .into_iter()
                    .map(Change::from)
                    .collect(),
                change_count: index(committed.change_count),
                effects: effects.into_iter().filter_map(effect).collect(),
                effect_count: index(committed.effect_count),
                replayed: committed.replayed,
            },
            view,
            members,
        })
    }
}
