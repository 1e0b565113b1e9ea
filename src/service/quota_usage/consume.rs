//! `consumeQuota`: who may have calls counted for whom, what is wrong about the input, and which
//! limits bound it.

use std::{net::IpAddr, sync::Arc};

use chrono::{DateTime, Utc};

use super::{
    Decision,
    count::{self, Call, LimitedCounter, Usage},
};
use crate::{
    domain::{
        access::{self, facts::MemberFacts},
        error_code::{ErrorCode, Fault},
        id::{GroupId, ItemId, MembershipId, WorkspaceId},
        network::network,
        quota::{self, QuotaFacts},
        quota_usage::AMOUNTS,
        vocabulary::{
            ApiKeyKind, MembershipState, QuotaLimiter, QuotaPeriod, QuotaScope, QuotaType,
        },
    },
    service::{
        Access, Actor, Caller, Deps, Failure, UserError,
        quota::{counting, counting_groups},
        write::CallOptions,
    },
    store::{
        quota::{
            self as rows, WHOLE, anonymous,
            usage::{Key, POOL, of_account},
        },
        workspace::WorkspaceRef,
    },
    words::message,
};

/// The mutation's name in the API.
pub(super) const MUTATION: &str = "consumeQuota";

/// For whom calls are counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Subject {
    /// The member who asks.
    Oneself,
    /// The member with this id.
    Member(MembershipId),
    /// A visitor who is not signed in, by client address as it was given.
    Visitor(String),
}

/// The input of `consumeQuota`.
#[derive(Debug, Clone)]
pub struct Consume {
    /// The workspace whose quotas the calls use.
    pub workspace_id: WorkspaceId,
    /// Who makes the calls.
    pub subject: Subject,
    /// The quota that is used.
    pub quota_type: QuotaType,
    /// How many calls.
    pub amount: i32,
    /// The dataset or page that they are for; analytics count them for it (STAT-2).
    pub resource: Option<ItemId>,
}

/// The decision, or why there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Consumed {
    /// The decision; `None` if the input has errors.
    pub decision: Option<Decision>,
    /// Failures that a form can mend.
    pub errors: Vec<UserError>,
    /// Whether this is the kept answer of an earlier call (AUD-5).
    pub replayed: bool,
}

impl Consumed {
    const fn refuse(errors: Vec<UserError>) -> Self {
        Self {
            decision: None,
            errors,
            replayed: false,
        }
    }

    pub(super) const fn of(decision: Decision) -> Self {
        Self {
            decision: Some(decision),
            errors: Vec::new(),
            replayed: false,
        }
    }
}

/// Counts calls if every limit admits them: the member for themself, a GATEWAY key for anyone
/// (KEY-7).
pub async fn consume(
    deps: &Deps,
    caller: &Caller,
    input: Consume,
    options: CallOptions,
) -> Result<Consumed, Failure> {
    options.admit(deps, caller)?;
    let access = open(deps, caller, input.workspace_id).await?;
    authorize(&access, caller, &input.subject)?;
    let mut errors = Vec::new();
    let amount = amount(&input, &mut errors);
    let whose = whose(deps, &access, &input.subject, &mut errors).await?;
    check_resource(deps, &access, input.resource, &mut errors).await?;
    let (Some(whose), Some(amount), true) = (whose, amount, errors.is_empty()) else {
        return Ok(Consumed::refuse(errors));
    };
    let counters = counters(deps, &access, &whose).await?;
    let member = match whose {
        Whose::Member(member) => Some(member),
        Whose::Visitor(_) => None,
    };
    let usage = Usage {
        counters,
        amount,
        member,
    };
    let (workspace, now) = (Arc::clone(&access.workspace), access.now);
    let consumed = count::count(deps, caller, Call { access, usage }, &options).await?;
    if let Some(decision) = &consumed.decision
        && !consumed.replayed
        && !options.dry_run
    {
        if decision.allowed {
            deps.analytics
                .called(&workspace, now, input.resource, amount);
        } else if let Some(limiter) = decision.refused_by {
            deps.analytics.refused(&workspace, now, limiter);
        }
    }
    Ok(consumed)
}

/// Refuses a dataset or page that is not of the workspace. Whether anybody may browse it is not
/// asked (STAT-2).
async fn check_resource(
    deps: &Deps,
    access: &Access,
    resource: Option<ItemId>,
    errors: &mut Vec<UserError>,
) -> Result<(), Failure> {
    let Some(id) = resource else { return Ok(()) };
    let (db, workspace) = (deps.db.latest(), &access.workspace);
    let items = deps.cache.items(db, workspace, &[id]).await?;
    if !items.contains_key(&id) {
        errors.push(UserError::at(ErrorCode::NotFound, "resourceId"));
    }
    Ok(())
}

/// The caller's standing and the workspace's limits as of the last commit of any node.
async fn open(deps: &Deps, caller: &Caller, id: WorkspaceId) -> Result<Access, Failure> {
    let opened = match caller.actor {
        // The key's look-up brought both.
        Actor::Key(_) => Access::open(deps, caller, &WorkspaceRef::Id(id)).await?,
        Actor::Anonymous | Actor::Session(_) | Actor::System => {
            Access::reopen(deps, caller, id).await?
        }
    };
    let access = opened.ok_or(Failure::NotFound)?;
    access.note_use(deps, caller);
    Ok(access)
}

fn authorize(access: &Access, caller: &Caller, subject: &Subject) -> Result<(), Failure> {
    caller.require_credential()?;
    if access
        .key
        .as_ref()
        .is_some_and(|key| key.kind == ApiKeyKind::Gateway)
    {
        return match subject {
            Subject::Oneself => Err(Failure::bad_input(message::gateway_names_subject())),
            Subject::Member(_) | Subject::Visitor(_) => Ok(()),
        };
    }
    let own = access.member.as_ref().map(|member| member.id);
    match subject {
        _ if !access.is_active_member() => Err(Failure::forbidden(
            message::requires_active_member_or_gateway(),
        )),
        Subject::Member(id) if Some(*id) != own => {
            Err(Failure::forbidden(message::requires_gateway()))
        }
        Subject::Visitor(_) => Err(Failure::forbidden(message::requires_gateway())),
        Subject::Oneself | Subject::Member(_) => Ok(()),
    }
}

fn amount(input: &Consume, errors: &mut Vec<UserError>) -> Option<u64> {
    if input.quota_type != QuotaType::ApiCalls {
        errors.push(UserError::at(ErrorCode::NotACounter, "type"));
    }
    let amount = i64::from(input.amount);
    if !AMOUNTS.contains(&amount) {
        errors.push(UserError::at(
            Fault::out_of_range(*AMOUNTS.start(), *AMOUNTS.end()),
            "amount",
        ));
        return None;
    }
    u64::try_from(amount).ok()
}

/// Whose counter is the own one.
enum Whose {
    Member(Arc<MemberFacts>),
    /// By network, as it is counted.
    Visitor(String),
}

async fn whose(
    deps: &Deps,
    access: &Access,
    subject: &Subject,
    errors: &mut Vec<UserError>,
) -> Result<Option<Whose>, Failure> {
    let member = match subject {
        Subject::Oneself => access.member.clone(),
        Subject::Member(id) => {
            deps.cache
                .member(deps.db.latest(), &access.workspace, *id)
                .await?
        }
        Subject::Visitor(address) => {
            let Ok(address) = address.parse::<IpAddr>() else {
                errors.push(UserError::at(ErrorCode::InvalidAddress, "clientAddress"));
                return Ok(None);
            };
            return Ok(Some(Whose::Visitor(network(address))));
        }
    };
    let wrong = match member
        .as_deref()
        .map(|member| access::state(member, access.now))
    {
        Some(MembershipState::Active) => return Ok(member.map(Whose::Member)),
        None => ErrorCode::NotFound,
        Some(MembershipState::Disabled) => ErrorCode::MembershipDisabled,
        Some(MembershipState::Ended | MembershipState::Scheduled) => ErrorCode::NotActive,
    };
    errors.push(UserError::at(wrong, "membershipId"));
    Ok(None)
}

/// The counters that the calls count on, with their limits, from near to far.
async fn counters(
    deps: &Deps,
    access: &Access,
    whose: &Whose,
) -> Result<Vec<LimitedCounter>, Failure> {
    let (workspace, main, now) = (access.workspace.id, access.workspace.main_id(), access.now);
    let calendar = access.workspace.calendar;
    let day = calendar.period(QuotaPeriod::Day, now);
    let daily = |subject, limit| LimitedCounter {
        key: Key {
            workspace,
            subject,
            period_start: day.start,
        },
        limit,
        period: QuotaPeriod::Day,
        resets_at: day.end,
    };
    let mut counters = match whose {
        Whose::Member(member) => vec![daily(
            of_account(member.account_id),
            own_limit(deps, access, member).await?,
        )],
        Whose::Visitor(network) => {
            let limits = anonymous::of(deps.db.latest(), workspace).await?;
            let with_limiter = |limiter, limit: Option<u64>| limit.map(|limit| (limiter, limit));
            vec![
                daily(
                    visitor(deps, workspace, day.start, network),
                    with_limiter(QuotaLimiter::AnonymousAddress, limits.per_address),
                ),
                daily(
                    POOL.to_owned(),
                    with_limiter(QuotaLimiter::AnonymousPool, limits.pool),
                ),
            ]
        }
    };
    if main != workspace {
        counters.extend(whole(access, workspace, QuotaScope::WorkspaceCap));
    }
    // Calls in a secondary workspace count on its main one as well (QUOTA-9).
    counters.extend(whole(access, main, QuotaScope::License));
    Ok(counters)
}

/// The name of a visitor's counter: a keyed hash that differs between days and between workspaces.
/// The day is named by its start, which no change of the time zone moves (WS-13).
fn visitor(deps: &Deps, workspace: WorkspaceId, day_start: DateTime<Utc>, network: &str) -> String {
    let hash = deps.secret.keyed_hash(
        "quota client",
        format!("{workspace} {} {network}", day_start.timestamp()).as_bytes(),
    );
    hash.iter().fold("address:".to_owned(), |name, byte| {
        format!("{name}{byte:02x}")
    })
}

/// The member's own limit, before the workspace's (QUOTA-2).
async fn own_limit(
    deps: &Deps,
    access: &Access,
    member: &MemberFacts,
) -> Result<Option<(QuotaLimiter, u64)>, Failure> {
    let (quota_type, now) = (QuotaType::ApiCalls, access.now);
    let calendars = access.workspace.calendars();
    let (id, day) = (member.id, calendars.own.start(QuotaPeriod::Day, now));
    let own = rows::of_members(
        deps.db.latest(),
        access.workspace.id,
        &[(id, member.account_id)],
        &[quota_type],
        day,
        now,
    )
    .await?;
    let groups = counting_groups(access, member, now);
    let in_group = counting(access, QuotaScope::Group, quota_type);
    let facts = QuotaFacts {
        default: counting(access, QuotaScope::Default, quota_type)
            .next()
            .map(|value| value.limit),
        groups: in_group
            .filter_map(|value| Some((GroupId(value.subject?), value.limit)))
            .filter(|(group, _)| groups.contains(group))
            .collect(),
        member: own.get(&(id, quota_type)).and_then(|own| own.limit),
        ..QuotaFacts::default()
    };
    let own = quota::effective(quota_type, &facts, &calendars, now);
    Ok(own.decided_by.map(QuotaLimiter::from).zip(own.limit))
}

/// The counters of a whole workspace: of the day and of the month, whichever the limit runs by, so
/// that a change of its period finds what was used. On the first of a month they are one.
fn whole(access: &Access, workspace: WorkspaceId, scope: QuotaScope) -> Vec<LimitedCounter> {
    let value = counting(access, scope, QuotaType::ApiCalls).next();
    let limit = value.map(|value| {
        (
            value.period.unwrap_or(QuotaPeriod::Day),
            (QuotaLimiter::from(scope), value.limit),
        )
    });
    let calendars = access.workspace.calendars();
    let calendar = if workspace == access.workspace.id {
        calendars.own
    } else {
        calendars.main
    };
    let counter = |period| {
        let span = calendar.period(period, access.now);
        LimitedCounter {
            key: Key {
                workspace,
                subject: WHOLE.to_owned(),
                period_start: span.start,
            },
            resets_at: span.end,
            limit: limit
                .filter(|(limit_period, _)| *limit_period == period)
                .map(|(_, limit)| limit),
            period,
        }
    };
    let (month, day) = (counter(QuotaPeriod::Month), counter(QuotaPeriod::Day));
    match (month.key == day.key, month.limit) {
        (false, _) => vec![month, day],
        (true, Some(_)) => vec![month],
        (true, None) => vec![day],
    }
}
