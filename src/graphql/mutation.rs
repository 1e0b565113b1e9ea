//! The mutations. Each resolver reads its input, calls one service, and answers with objects
//! resolved anew (AUD-5).
//!
//! Owns what every payload says besides its own result. Must not decide anything.

pub mod access_renewal;
pub mod access_request;
pub mod account;
pub mod api_key;
pub mod consumption;
pub mod dataset;
pub mod grant;
pub mod group;
pub mod invitation;
pub mod member;
mod message;
pub mod ownership;
pub mod page;
mod payload;
pub mod quota;
pub mod role;
pub mod session;
pub mod sign_up;
mod user_error;
pub mod workspace;

use std::{collections::HashMap, pin::Pin, sync::Arc};

use async_graphql::{Context, ID, MergedObject, SimpleObject};

pub use message::message;
pub use user_error::{
    AccountError, ApiKeyError, CatalogueError, GrantError, GroupError, InvitationError,
    MembershipError, QuotaError, RoleError, SessionError, SignUpError, UserError, WorkspaceError,
};

use crate::{
    domain::{
        id::{IdError, ItemId, MembershipId},
        limit::ReachedLimit,
        permission::Permission,
        vocabulary::{Locale, QuotaType, ResourceAccess},
    },
    graphql::{
        admission::{Meter, ResponseHeaders},
        error::Nullable,
        object::{
            access_diff::{ItemAccess, MOST_ITEMS},
            membership::Membership,
        },
        prices,
        scalar::{Json, Long},
        scope::{Place, Scope},
    },
    service::{
        Failure, member as members,
        write::{self, CallOptions, Committed},
    },
};

/// Everything that can be changed. Mutations of one document run one after the other.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    account::AccountMutation,
    account::email::EmailMutation,
    account::password::PasswordMutation,
    session::SessionMutation,
    member::MemberMutation,
    member::period::AccessPeriodMutation,
    member::disable::DisableMutation,
    member::enable::EnableMutation,
    member::revoke::RevokeMutation,
    member::leave::LeaveMutation,
    member::password_resets::PasswordResetsMutation,
    invitation::InvitationMutation,
    invitation::change::ChangeInvitationMutation,
    invitation::answer::AnswerInvitationMutation,
    access_renewal::AccessRenewalMutation,
    grant::GrantMutation,
    group::GroupMutation,
    quota::QuotaMutation,
    consumption::ConsumptionMutation,
    api_key::ApiKeyMutation,
    dataset::DatasetMutation,
    page::PageMutation,
    ownership::OwnershipMutation,
    role::RoleMutation,
    workspace::WorkspaceMutation,
    sign_up::SignUpMutation,
    access_request::AccessRequestMutation,
);

/// One field that changed, or would change.
#[derive(Debug, Clone, SimpleObject)]
pub struct Change {
    /// What it is about: the id of a member, a group, a key …
    pub subject_id: ID,
    /// Which field.
    pub field: String,
    /// What it was; null if there was nothing.
    pub before: Option<Json>,
    /// What it is; null if there is nothing.
    pub after: Option<Json>,
    /// Whether a personal value of it was erased since, and is null for that. Only ever in the
    /// record, and where a repeated call is answered from it.
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
    /// Of what.
    pub r#type: QuotaType,
    /// What it was; null for unlimited.
    pub before: Option<Long>,
    /// What it is; null for unlimited.
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

/// A limit that a mutation passed, or would pass, because an administrator asked for it.
#[derive(Debug, Clone, SimpleObject)]
pub struct PassedLimit {
    /// What is limited.
    pub r#type: QuotaType,
    /// How much the limit is.
    pub limit: Long,
    /// How much is used after the call.
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

/// What a mutation changed.
#[derive(Debug, Clone, Default, SimpleObject)]
pub struct Changes {
    /// What changed, or with `dryRun` would change: the first 1,000, in the order of their events.
    pub changes: Vec<Change>,
    /// How many changes there are, listed or not.
    pub change_count: i32,
}

/// What a mutation did to members.
#[derive(Debug, Clone, Default, SimpleObject)]
pub struct Effects {
    /// Whose rights, limits or keys changed, or would change, as of now: the first 1,000 members by
    /// id.
    pub effects: Vec<AccessEffect>,
    /// How many members that concerns, listed or not. Where a call concerns everybody with a role,
    /// in a group or in the workspace, at most 10,000 are counted.
    pub effect_count: i32,
}

/// What a mutation did, or would do, to one member: which rights and limits changed, and which keys
/// stopped.
#[derive(Debug, Clone, SimpleObject)]
pub struct AccessEffect {
    /// Whose.
    pub membership: Membership,
    /// What the member may do now and could not before.
    pub gained: Vec<Permission>,
    /// What the member could do before and may not now.
    pub lost: Vec<Permission>,
    /// Access to items given by grants now and not before: the first 100 by item. Ownership and
    /// openness of items are no part of it.
    pub gained_access: Vec<ItemAccess>,
    /// How many items and kinds of access were gained, listed or not.
    pub gained_access_count: i32,
    /// Access to items given by grants before and not now: the first 100 by item.
    pub lost_access: Vec<ItemAccess>,
    /// How many items and kinds of access were lost, listed or not.
    pub lost_access_count: i32,
    /// Limits that changed, of a member whose membership counts before and after.
    pub quotas: Vec<QuotaEffect>,
    /// Limits that the member now passes because the call said `overQuota`.
    pub passed_limits: Vec<PassedLimit>,
    /// The member's keys that worked before and do not now: the first 100 by id.
    pub stopped_api_keys: Vec<ID>,
    /// How many of the member's keys stopped, listed or not.
    pub stopped_api_key_count: i32,
}

/// What the payload of every workspace's mutation says besides its own result.
struct Aftermath {
    /// The workspace as it is after the call, for everything that is resolved anew.
    place: Option<Place>,
    changes: Changes,
    effects: Effects,
    replayed: bool,
    /// The members that the answer names, by id; those that the caller may see.
    members: HashMap<MembershipId, Membership>,
}

impl Aftermath {
    /// Looks again after the commit; loads the members that the results name, if they are asked
    /// for, and those of the effects.
    async fn of<O>(
        ctx: &Context<'_>,
        committed: &mut Committed<O>,
        named: Vec<MembershipId>,
    ) -> Result<Self, Failure> {
        let scope = Scope::of(ctx)?;
        let place: Option<Place> = scope
            .reopen(committed.access.workspace.id)
            .await?
            .map(Place::from);
        let look_ahead = ctx.look_ahead();
        let mut wanted = if look_ahead.field("results").field("membership").exists() {
            named
        } else {
            Vec::new()
        };
        let effects = std::mem::take(&mut committed.effects);
        if let Some(meter) = ctx.data_opt::<Meter>() {
            meter.count(prices::EFFECT * effects.len() as u64);
        }
        if look_ahead.field("effects").exists() {
            wanted.extend(effects.iter().map(|effect| effect.membership_id));
        }
        wanted.sort_unstable();
        wanted.dedup();
        let mut members = HashMap::with_capacity(wanted.len());
        if let Some(place) = &place {
            let rows = members::by_ids(&scope.deps, &place.access, &scope.caller, &wanted).await?;
            members.extend(
                rows.into_iter()
                    .map(|row| (row.id, Membership::new(place, row))),
            );
        }
        let effect = |effect: write::Effect| {
            let membership = members.get(&effect.membership_id)?.clone();
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
                let place = place.as_ref();
                items
                    .into_iter()
                    .take(MOST_ITEMS)
                    .filter_map(|item| Some(ItemAccess::seen_from(place?, item)))
                    .collect()
            };
            Some(AccessEffect {
                membership,
                gained: effect.gained.iter().collect(),
                lost: effect.lost.iter().collect(),
                gained_access: items(effect.gained_access),
                gained_access_count,
                lost_access: items(effect.lost_access),
                lost_access_count,
                quotas: effect.quotas.into_iter().map(QuotaEffect::from).collect(),
                passed_limits: effect
                    .passed_limits
                    .into_iter()
                    .map(PassedLimit::from)
                    .collect(),
                stopped_api_keys: effect
                    .stopped_api_keys
                    .into_iter()
                    .map(|id| ID(id.to_string()))
                    .collect(),
                stopped_api_key_count,
            })
        };
        Ok(Self {
            effects: Effects {
                effects: effects.into_iter().filter_map(effect).collect(),
                effect_count: index(committed.effect_count),
            },
            changes: Changes {
                changes: std::mem::take(&mut committed.changes)
                    .into_iter()
                    .map(Change::from)
                    .collect(),
                change_count: index(committed.change_count),
            },
            replayed: committed.replayed,
            place,
            members,
        })
    }
}

/// The answer of a mutation: refused, its field alone is null, and what ran before it keeps its
/// answer. It runs on the heap: the engine joins the resolvers of all mutations into one future,
/// which must not be as large as the largest of them.
fn refusable<'a, T: 'a>(
    answer: impl Future<Output = async_graphql::Result<T>> + Send + 'a,
) -> Pin<Box<dyn Future<Output = Nullable<T>> + Send + 'a>> {
    Box::pin(async move { Some(answer.await) })
}

/// Sets a cookie with the answer.
fn set_cookie(ctx: &Context<'_>, cookie: &str) -> Result<(), Failure> {
    let headers = ctx
        .data::<ResponseHeaders>()
        .map_err(|_| Failure::Internal("a request without headers".to_owned()))?;
    headers
        .set_cookie(cookie)
        .map_err(|error| Failure::Internal(error.to_string()))
}

/// The scope of a call that somebody must be signed in for.
fn signed_in<'a>(ctx: &Context<'a>) -> Result<&'a Arc<Scope>, Failure> {
    let scope = Scope::of(ctx)?;
    scope.caller.account().ok_or(Failure::Unauthenticated)?;
    Ok(scope)
}

/// How a call is to be made; the service adds the input's canonical form.
fn options(dry_run: Option<bool>, idempotency_key: Option<String>) -> CallOptions {
    CallOptions {
        dry_run: dry_run.unwrap_or_default(),
        idempotency_key,
        input: String::new(),
    }
}

/// Reads an id of the input field `field`.
fn id<T>(field: &str, text: &ID, parse: fn(&str) -> Result<T, IdError>) -> Result<T, Failure> {
    parse(text).map_err(|error| Failure::bad_input(format!("{field}: {error}")))
}

/// Reads an optional id.
fn optional_id<T>(
    field: &str,
    text: Option<ID>,
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<Option<T>, Failure> {
    text.map(|text| id(field, &text, parse)).transpose()
}

/// Reads a list of ids.
fn ids<T>(
    field: &str,
    texts: &[ID],
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<Vec<T>, Failure> {
    texts.iter().map(|text| id(field, text, parse)).collect()
}

/// Reads an optional list of ids.
fn optional_ids<T>(
    field: &str,
    texts: Option<Vec<ID>>,
    parse: fn(&str) -> Result<T, IdError>,
) -> Result<Option<Vec<T>>, Failure> {
    texts.map(|texts| ids(field, &texts, parse)).transpose()
}

/// The place of an item in its call.
fn index(place: usize) -> i32 {
    i32::try_from(place).unwrap_or(i32::MAX)
}

/// The code and message of an item that failed, by a limit if there is one (JOIN-17).
fn told_of(
    code: Option<std::borrow::Cow<'static, str>>,
    limit: Option<ReachedLimit>,
    locale: Locale,
) -> (Option<String>, Option<String>) {
    let (code, text) = told(code, locale);
    (
        code,
        limit
            .map(|limit| message::of_limit(&limit, locale))
            .or(text),
    )
}

/// The code and message of an item that failed.
fn told(
    code: Option<std::borrow::Cow<'static, str>>,
    locale: Locale,
) -> (Option<String>, Option<String>) {
    let text = code.as_deref().map(|code| message(code, locale));
    (code.map(std::borrow::Cow::into_owned), text)
}
