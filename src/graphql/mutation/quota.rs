//! Mutations of quotas and licenses.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{
    AfterCommit, FormErrors, Nullable, Options, QuotaError, Report, refusable, signed_in_scope,
};
use crate::{
    domain::{
        id::{GroupId, MembershipId, WorkspaceId},
        permission::Permission,
        vocabulary::{QuotaPeriod, QuotaScope, QuotaType},
    },
    graphql::{
        guard::{self, RequiredRole},
        object::{
            anonymous_quotas::{self, AnonymousQuotas},
            license::{self, License},
            quota::QuotaValue,
        },
        scalar::{Id, Instant, Long},
        scope::Scope,
    },
    service::{
        Failure,
        license::{self as licenses, AskedLimit, SetLicense},
        quota::{self as service, AskedValue, SetAnonymousQuotas, SetFor, SetQuotas},
    },
    words::message,
};

/// A limit and the period in which it applies.
#[derive(Debug, InputObject)]
pub struct QuotaValueInput {
    /// What is limited. API calls are counted per day.
    pub r#type: QuotaType,
    /// The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets or records. For records, 0 or a
    /// multiple of 1,000 (NOT_A_MULTIPLE). Null removes the limit; no limit is not the same as
    /// zero. This field is required: if it is missing, the call is BAD_USER_INPUT.
    pub limit: MaybeUndefined<Long>,
    /// When it starts. Default: now. A time up to one minute ago counts as now; an earlier one is
    /// STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// When it ends; the earlier value then applies again. Default: never. ENDS_IN_PAST if it is
    /// not in the future, ENDS_BEFORE_START if it is not after `startsAt`.
    pub ends_at: Option<Instant>,
}

/// The limits to set, and who they apply to.
#[derive(Debug, InputObject)]
pub struct SetQuotasInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// Where to set the limits: DEFAULT (each active member), GROUP (each member of a group) or
    /// MEMBER (one member). Other scopes are set with other mutations: BAD_USER_INPUT.
    pub scope: QuotaScope,
    /// The id of the group or membership, for GROUP and MEMBER; not allowed with DEFAULT. NOT_FOUND
    /// if it is not in this workspace; NOT_ACTIVE if the membership has ended.
    pub subject_id: Option<ID>,
    /// The limits: 1 to 100. DUPLICATE if two of the same type overlap in time; LIMIT_REACHED if
    /// more than 100 of one type would apply now or later for this scope and subject.
    pub values: Vec<QuotaValueInput>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetQuotasPayload {
    /// The limits of this scope and subject that apply now or later, by type and start; null if
    /// `errors` has any.
    pub values: Option<Vec<QuotaValue>>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// A limit of a license.
#[derive(Debug, InputObject)]
pub struct LicenseValueInput {
    /// What is limited. Each type can be given once (DUPLICATE).
    pub r#type: QuotaType,
    /// The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets or records. For records, 0 or a
    /// multiple of 1,000 (NOT_A_MULTIPLE). Null removes the limit: unlimited. This field is
    /// required: if it is missing, the call is BAD_USER_INPUT.
    pub limit: MaybeUndefined<Long>,
    /// The period in which API calls are counted. Not allowed for other types: PERIOD_NOT_ALLOWED.
    /// Default: DAY.
    pub period: Option<QuotaPeriod>,
}

/// The changes to a license. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct SetLicenseInput {
    /// The main workspace. A secondary workspace has the license of its main workspace:
    /// SECONDARY_WORKSPACE.
    pub workspace_id: Id<WorkspaceId>,
    /// The number of seats, from 0 (OUT_OF_RANGE); null for unlimited.
    pub seats: MaybeUndefined<i32>,
    /// Whether secondary workspaces are allowed. Null leaves it unchanged.
    pub secondary_workspaces_enabled: Option<bool>,
    /// The maximum number of secondary workspaces, from 0 (OUT_OF_RANGE); null for no maximum.
    pub max_secondary_workspaces: MaybeUndefined<i32>,
    /// Limits that apply from now on, at most 100. Limits of other types stay unchanged.
    pub values: Option<Vec<LicenseValueInput>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetLicensePayload {
    /// The license after the call; null if `errors` has any.
    pub license: Option<License>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The daily limits for visitors who are not signed in. Omitted fields stay unchanged.
#[derive(Debug, InputObject)]
pub struct SetAnonymousQuotasInput {
    /// The workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// The number of calls per day for all visitors together, 0 to 2^53 - 1 (OUT_OF_RANGE); null
    /// for unlimited.
    pub pool: MaybeUndefined<Long>,
    /// The number of calls per day from one client address (for IPv6, from one /64), 0 to 2^53 - 1
    /// (OUT_OF_RANGE); null for unlimited.
    pub per_address: MaybeUndefined<Long>,
    #[graphql(flatten)]
    pub options: Options,
}

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct SetAnonymousQuotasPayload {
    /// The limits after the call; null if `errors` has any.
    pub anonymous_quotas: Option<AnonymousQuotas>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// Mutations of quotas and licenses.
#[derive(Debug, Default)]
pub struct QuotaMutation;

/// Mutations of quotas and licenses.
#[Object]
impl QuotaMutation {
    /// Sets or removes limits for each member, for a group or for one member, for a period or
    /// without end. At any time, each of them has at most one limit of a type: a limit for a period
    /// replaces the earlier one during that period only. Requires EDIT_WORKSPACE_PROPERTIES. Only
    /// an administrator can set their own limits or those of an administrator, or raise the limits
    /// of a group that they are in. A change is treated as raising unless the new limit is at no
    /// time above the earlier one. `effects` lists at most 10,000 members; in a larger workspace or
    /// group, the first by id.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_quotas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The limits to set, and who they apply to.")] input: SetQuotasInput,
    ) -> Nullable<SetQuotasPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let set_for = set_for(input.scope, input.subject_id.as_ref())?;
            let values = input
                .values
                .into_iter()
                .map(value)
                .collect::<Result<_, _>>()?;
            let command = SetQuotas {
                workspace_id: input.workspace_id.0,
                set_for,
                values,
            };
            let mut committed = service::set(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let values = match &after.view {
                Some(view) if committed.errors.is_empty() => {
                    let rows = service::ahead(&scope.deps, &view.access, set_for).await?;
                    Some(
                        rows.iter()
                            .map(|row| QuotaValue::of(view, &row.value))
                            .collect(),
                    )
                }
                _ => None,
            };
            Ok(SetQuotasPayload {
                values,
                errors: QuotaError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Sets what a main workspace and its secondary workspaces can use together. For operators
    /// only, by session, in which the strongest factor was shown in the last 10 minutes
    /// (REAUTHENTICATION_REQUIRED). The limits can be lower than the current usage: nothing is removed then, and nothing
    /// more can be used.
    #[graphql(directive = guard::requires::apply(RequiredRole::Operator), directive = guard::step_up::apply())]
    async fn set_license(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes to a license.")] input: SetLicenseInput,
    ) -> Nullable<SetLicensePayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let values = license_values(input.values)?;
            let command = SetLicense {
                workspace_id: input.workspace_id.0,
                seats: input.seats.into(),
                secondary_workspaces_enabled: input.secondary_workspaces_enabled,
                max_secondary_workspaces: input.max_secondary_workspaces.into(),
                values,
            };
            let mut committed = licenses::set(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let license = match &after.view {
                Some(view) if committed.errors.is_empty() => Some(license::of(ctx, view).await?),
                _ => None,
            };
            Ok(SetLicensePayload {
                license,
                errors: QuotaError::all(committed.errors, scope.caller.locale()),
                report: after.report,
            })
        })
        .await
    }

    /// Sets how many calls visitors who are not signed in can make each day. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_anonymous_quotas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The daily limits for visitors who are not signed in.")]
        input: SetAnonymousQuotasInput,
    ) -> Nullable<SetAnonymousQuotasPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let number = |limit: MaybeUndefined<Long>| {
                Option::<Option<Long>>::from(limit).map(|limit| limit.map(|Long(limit)| limit))
            };
            let command = SetAnonymousQuotas {
                workspace_id: input.workspace_id.0,
                pool: number(input.pool),
                per_address: number(input.per_address),
            };
            let mut committed =
                service::set_anonymous(&scope.deps, &scope.caller, command, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let anonymous_quotas = match &after.view {
                Some(view) if committed.errors.is_empty() => {
                    Some(anonymous_quotas::of(ctx, view).await?)
                }
                _ => None,
            };
            Ok(SetAnonymousQuotasPayload {
                anonymous_quotas,
                errors: QuotaError::all(committed.errors, Scope::of(ctx)?.caller.locale()),
                report: after.report,
            })
        })
        .await
    }
}

/// The scope that values are set for, with its subject.
fn set_for(scope: QuotaScope, subject: Option<&ID>) -> Result<SetFor, Failure> {
    match (scope, subject) {
        (QuotaScope::Default, None) => Ok(SetFor::Default),
        (QuotaScope::Group, Some(subject)) => Ok(SetFor::Group(GroupId::parse(subject)?)),
        (QuotaScope::Member, Some(subject)) => Ok(SetFor::Member(MembershipId::parse(subject)?)),
        (QuotaScope::Default, Some(_)) => {
            Err(Failure::bad_input(message::default_has_no_subject()))
        }
        (QuotaScope::Group | QuotaScope::Member, None) => {
            Err(Failure::bad_input(message::subject_required()))
        }
        (QuotaScope::License, _) => Err(Failure::bad_input(message::license_is_set_elsewhere())),
        (QuotaScope::WorkspaceCap, _) => Err(Failure::bad_input(message::caps_are_set_elsewhere())),
    }
}

/// A limit that must be given, even if it is null.
fn limit(limit: MaybeUndefined<Long>) -> Result<Option<i64>, Failure> {
    match limit {
        MaybeUndefined::Value(Long(limit)) => Ok(Some(limit)),
        MaybeUndefined::Null => Ok(None),
        MaybeUndefined::Undefined => Err(Failure::bad_input(message::limit_or_null())),
    }
}

fn value(value: QuotaValueInput) -> Result<AskedValue, Failure> {
    Ok(AskedValue {
        quota_type: value.r#type,
        limit: limit(value.limit)?,
        starts_at: value.starts_at.map(|at| at.0),
        ends_at: value.ends_at.map(|at| at.0),
    })
}

/// Reads the limits of a license.
pub(super) fn license_values(
    values: Option<Vec<LicenseValueInput>>,
) -> Result<Vec<AskedLimit>, Failure> {
    let value = |value: LicenseValueInput| {
        Ok(AskedLimit {
            quota_type: value.r#type,
            limit: limit(value.limit)?,
            period: value.period,
        })
    };
    values.unwrap_or_default().into_iter().map(value).collect()
}
