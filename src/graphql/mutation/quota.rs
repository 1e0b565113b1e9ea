//! Mutations of quotas and licenses.

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object, SimpleObject};

use super::{AfterCommit, FormErrors, Nullable, Options, QuotaError, Report, refusable, signed_in};
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
};

/// A limit that is to count over an interval.
#[derive(Debug, InputObject)]
pub struct QuotaValueInput {
    /// What it limits. API calls are counted by the day.
    pub r#type: QuotaType,
    /// The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets, or records; of records 0 or a
    /// multiple of 1,000 (NOT_A_MULTIPLE). Null takes away what is set: unset is not zero. It must
    /// be given: without it BAD_USER_INPUT.
    pub limit: MaybeUndefined<Long>,
    /// From when; absent: now. Up to a minute ago counts as now, earlier is STARTS_IN_PAST.
    pub starts_at: Option<Instant>,
    /// Until when; absent: for good. What was there before resumes then. Not after now:
    /// ENDS_IN_PAST; not after `startsAt`: ENDS_BEFORE_START.
    pub ends_at: Option<Instant>,
}

/// Which limits are to count for whom.
#[derive(Debug, InputObject)]
pub struct SetQuotasInput {
    /// In which workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// Where they are set: DEFAULT (each active member), GROUP (each member of it) or MEMBER.
    /// The others are set elsewhere and refused here: BAD_USER_INPUT.
    pub scope: QuotaScope,
    /// The group or membership, with GROUP and MEMBER; not with DEFAULT. None of this
    /// workspace: NOT_FOUND; a membership that has ended: NOT_ACTIVE.
    pub subject_id: Option<ID>,
    /// The limits: 1 to 100. Of the same type with overlapping intervals: DUPLICATE. At most
    /// 100 of one type may count now or later for one scope and subject: LIMIT_REACHED.
    pub values: Vec<QuotaValueInput>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetQuotasPayload {
    /// The limits of that scope and subject that count now or later, by type and start; null if
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
    /// What it limits, each type once (DUPLICATE).
    pub r#type: QuotaType,
    /// The limit, 0 to 2^53 - 1 (OUT_OF_RANGE), in calls, datasets, or records; of records 0 or a
    /// multiple of 1,000 (NOT_A_MULTIPLE). Null takes it away: unlimited. It must be given: without
    /// it BAD_USER_INPUT.
    pub limit: MaybeUndefined<Long>,
    /// How long the counter of API calls runs; absent: a DAY. Counts have none: PERIOD_NOT_ALLOWED.
    pub period: Option<QuotaPeriod>,
}

/// What a license is to say. What is absent stays as it is.
#[derive(Debug, InputObject)]
pub struct SetLicenseInput {
    /// Of which main workspace. A secondary one has that of its main one: SECONDARY_WORKSPACE.
    pub workspace_id: Id<WorkspaceId>,
    /// How many seats there are, from 0 (OUT_OF_RANGE); null: unlimited.
    pub seats: MaybeUndefined<i32>,
    /// Whether there may be secondary workspaces; null and absent leave it.
    pub secondary_workspaces_enabled: Option<bool>,
    /// How many secondary workspaces there may be, from 0 (OUT_OF_RANGE); null: any number.
    pub max_secondary_workspaces: MaybeUndefined<i32>,
    /// Limits from now on, at most 100; types that are not named keep theirs.
    pub values: Option<Vec<LicenseValueInput>>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetLicensePayload {
    /// The license as it is now; null if `errors` has any.
    pub license: Option<License>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<QuotaError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// What visitors who are not signed in may call each day. What is absent stays as it is.
#[derive(Debug, InputObject)]
pub struct SetAnonymousQuotasInput {
    /// In which workspace.
    pub workspace_id: Id<WorkspaceId>,
    /// How many calls all of them together, 0 to 2^53 - 1 (OUT_OF_RANGE); null: unlimited.
    pub pool: MaybeUndefined<Long>,
    /// How many calls from one client address (IPv6: from one /64), 0 to 2^53 - 1
    /// (OUT_OF_RANGE); null: unlimited.
    pub per_address: MaybeUndefined<Long>,
    #[graphql(flatten)]
    pub options: Options,
}

/// What became of the call.
#[derive(Debug, SimpleObject)]
pub struct SetAnonymousQuotasPayload {
    /// The limits as they are now; null if `errors` has any.
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
    /// Sets limits of each member, of a group or of one member, over intervals; or takes them away.
    /// At one time there is at most one limit of a type for each of them: one given for an interval
    /// cuts what was there out of it, and what was there resumes at its end. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Only an administrator sets an administrator's limits, or their
    /// own, or raises those of a group that they are in: anything but a limit that is nowhere above
    /// the one that was there. `effects` names at most 10,000 members: of a workspace or group with
    /// more, the first by id.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_quotas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which limits are to count for whom.")] input: SetQuotasInput,
    ) -> Nullable<SetQuotasPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let set_for = set_for(input.scope, input.subject_id.as_ref())?;
            let values = input
                .values
                .into_iter()
                .enumerate()
                .map(value)
                .collect::<Result<_, _>>()?;
            let asked = SetQuotas {
                workspace_id: input.workspace_id.0,
                set_for,
                values,
            };
            let mut committed = service::set(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let values = match &after.place {
                Some(place) if committed.errors.is_empty() => {
                    let rows = service::ahead(&scope.deps, &place.access, set_for).await?;
                    Some(
                        rows.iter()
                            .map(|row| QuotaValue::of(place, &row.value))
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

    /// Sets what a main workspace and its secondary ones may use together. For operators. It may be
    /// less than what is used: nothing is taken away then, and nothing remains.
    #[graphql(directive = guard::requires::apply(RequiredRole::Operator))]
    async fn set_license(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What the license is to say.")] input: SetLicenseInput,
    ) -> Nullable<SetLicensePayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let values = license_values(input.values)?;
            let asked = SetLicense {
                workspace_id: input.workspace_id.0,
                seats: input.seats.into(),
                secondary_workspaces_enabled: input.secondary_workspaces_enabled,
                max_secondary_workspaces: input.max_secondary_workspaces.into(),
                values,
            };
            let mut committed = licenses::set(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let license = match &after.place {
                Some(place) if committed.errors.is_empty() => Some(license::of(ctx, place).await?),
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

    /// Sets what visitors who are not signed in may call each day. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn set_anonymous_quotas(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which limits.")] input: SetAnonymousQuotasInput,
    ) -> Nullable<SetAnonymousQuotasPayload> {
        refusable(async {
            let scope = signed_in(ctx)?;
            let options = input.options.read(ctx)?;
            let number = |limit: MaybeUndefined<Long>| {
                Option::<Option<Long>>::from(limit).map(|limit| limit.map(|Long(limit)| limit))
            };
            let asked = SetAnonymousQuotas {
                workspace_id: input.workspace_id.0,
                pool: number(input.pool),
                per_address: number(input.per_address),
            };
            let mut committed =
                service::set_anonymous(&scope.deps, &scope.caller, asked, options).await?;
            let after = AfterCommit::of(ctx, &mut committed, Vec::new()).await?;
            let anonymous_quotas = match &after.place {
                Some(place) if committed.errors.is_empty() => {
                    Some(anonymous_quotas::of(ctx, place).await?)
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

/// What values are set for: the scope with the subject that goes with it.
fn set_for(scope: QuotaScope, subject: Option<&ID>) -> Result<SetFor, Failure> {
    match (scope, subject) {
        (QuotaScope::Default, None) => Ok(SetFor::Default),
        (QuotaScope::Group, Some(subject)) => Ok(SetFor::Group(GroupId::parse(subject)?)),
        (QuotaScope::Member, Some(subject)) => Ok(SetFor::Member(MembershipId::parse(subject)?)),
        (QuotaScope::Default, Some(_)) => {
            Err(Failure::bad_input("subjectId: DEFAULT has no subject"))
        }
        (QuotaScope::Group | QuotaScope::Member, None) => Err(Failure::bad_input(
            "subjectId: give the group or membership",
        )),
        (QuotaScope::License, _) => Err(Failure::bad_input(
            "scope: the license is set by setLicense",
        )),
        (QuotaScope::WorkspaceCap, _) => Err(Failure::bad_input(
            "scope: caps are set from the main workspace",
        )),
    }
}

/// A limit that must be given, if only as null.
fn limit(place: usize, limit: MaybeUndefined<Long>) -> Result<Option<i64>, Failure> {
    match limit {
        MaybeUndefined::Value(Long(limit)) => Ok(Some(limit)),
        MaybeUndefined::Null => Ok(None),
        MaybeUndefined::Undefined => Err(Failure::bad_input(format!(
            "values.{place}.limit: give a limit, or null to take it away"
        ))),
    }
}

fn value((place, value): (usize, QuotaValueInput)) -> Result<AskedValue, Failure> {
    Ok(AskedValue {
        quota_type: value.r#type,
        limit: limit(place, value.limit)?,
        starts_at: value.starts_at.map(|at| at.0),
        ends_at: value.ends_at.map(|at| at.0),
    })
}

/// Reads the limits of a license.
pub(super) fn license_values(
    values: Option<Vec<LicenseValueInput>>,
) -> Result<Vec<AskedLimit>, Failure> {
    let value = |(place, value): (usize, LicenseValueInput)| {
        Ok(AskedLimit {
            quota_type: value.r#type,
            limit: limit(place, value.limit)?,
            period: value.period,
        })
    };
    values
        .unwrap_or_default()
        .into_iter()
        .enumerate()
        .map(value)
        .collect()
}
