//! `setLicense`: what an operator allows a main workspace and its secondary ones together (QUOTA-1,
//! WS-1).

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use crate::domain::audit::AuditEventKind;
use crate::{
    domain::{
        audit::FieldChange,
        error_code::{ErrorCode, Fault},
        id::WorkspaceId,
        interval::Interval,
        quota::member_period,
        vocabulary::{QuotaPeriod, QuotaType},
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        quota::{
            plan::{NewQuota, Table},
            set::{check_count, limit},
        },
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::{
        license::{self as rows, Terms},
        quota::value::SetFor,
    },
    words::message,
};

/// One limit as it is asked for.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct AskedLimit {
    /// The quota that is limited.
    #[serde(rename = "type")]
    pub quota_type: QuotaType,
    /// The limit; `None` removes what is there.
    pub limit: Option<i64>,
    /// The period of its counter, for API calls; absent: a day.
    pub period: Option<QuotaPeriod>,
}

/// What is asked for: what is `None` stays.
#[derive(Debug, Clone)]
pub struct SetLicense {
    /// The main workspace that holds the license.
    pub workspace_id: WorkspaceId,
    /// How many seats; `Some(None)` = unlimited.
    pub seats: Option<Option<i32>>,
    /// Whether there may be secondary workspaces.
    pub secondary_workspaces_enabled: Option<bool>,
    /// How many; `Some(None)` = any number.
    pub max_secondary_workspaces: Option<Option<i32>>,
    /// Limits, each type once.
    pub values: Vec<AskedLimit>,
}

/// Sets the license (operators). It may be lower than what is used: nothing is taken away, and
/// nothing remains.
pub async fn set(
    deps: &Deps,
    caller: &Caller,
    input: SetLicense,
    options: CallOptions,
) -> Result<Committed<()>, Failure> {
    require_operator(caller)?;
    if !input.values.is_empty() {
        check_count(input.values.len())?;
    }
    let mut canonical = json!({
        "workspaceId": input.workspace_id,
        "secondaryWorkspacesEnabled": input.secondary_workspaces_enabled,
        "values": input.values,
    });
    let numbers = [
        ("seats", input.seats),
        ("maxSecondaryWorkspaces", input.max_secondary_workspaces),
    ];
    for (field, number) in numbers {
        // What is absent leaves, what is null clears: two inputs.
        if let (Some(number), Some(fields)) = (number, canonical.as_object_mut()) {
            fields.insert(field.to_owned(), json!(number));
        }
    }
    write::run(deps, caller, input.workspace_id, &options, &input).await
}

fn require_operator(caller: &Caller) -> Result<(), Failure> {
    if caller.is_anonymous() {
        Err(Failure::Unauthenticated)
    } else if caller.is_operator() {
        Ok(())
    } else {
        Err(Failure::forbidden(message::requires_operator()))
    }
}

impl UseCase for SetLicense {
    // The facts of secondary workspaces are kept under this workspace's version too.
    const CHANGES_ACCESS: bool = true;
    type Output = ();

    fn mutation(&self) -> &'static str {
        "setLicense"
    }

    fn authorize(&self, _: &Access, caller: &Caller) -> Result<(), Failure> {
        require_operator(caller)
    }

    fn needs_step_up(&self) -> bool {
        true
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<()>, Failure> {
        let workspace = &tx.access.workspace;
        let before = Terms {
            seats: workspace.seats,
            secondary_workspaces_enabled: workspace.secondary_workspaces_enabled,
            max_secondary_workspaces: workspace.max_secondary_workspaces,
        };
        let mut errors = Vec::new();
        if workspace.parent_id.is_some() {
            errors.push(UserError::at(ErrorCode::SecondaryWorkspace, "workspaceId"));
        }
        let after = self.terms(before, &mut errors);
        let quotas = new_limits(&self.values, "values", tx.now, &mut errors);
        if !errors.is_empty() {
            return Err(Failure::Invalid(errors));
        }
        let mut changes = vec![
            FieldChange::plain("seats", before.seats, after.seats),
            FieldChange::plain(
                "secondaryWorkspacesEnabled",
                before.secondary_workspaces_enabled,
                after.secondary_workspaces_enabled,
            ),
            FieldChange::plain(
                "maxSecondaryWorkspaces",
                before.max_secondary_workspaces,
                after.max_secondary_workspaces,
            ),
        ];
        changes.retain(|change| change.before != change.after);
        if after != before {
            rows::set_terms(tx.db(), tx.workspace_id(), after).await?;
        }
        if !quotas.is_empty() {
            let mut table = Table::load(tx, SetFor::License).await?;
            for quota in &quotas {
                let was = table.shown_at(quota.quota_type, tx.now);
                if table.set(quota, tx.caller.account_id(), || tx.deps.ids.uuid(tx.now)) {
                    changes.push(FieldChange::plain("quota", was, quota.shown()));
                }
            }
            table.write(tx).await?;
        }
        if !changes.is_empty() {
            tx.record(Event::new(
                AuditEventKind::LicenseUpdated,
                tx.workspace_id(),
                changes,
            ));
        }
        Ok(Verdict::keep(()))
    }
}

impl SetLicense {
    /// Seats and secondary workspaces as they are to be; adds what is wrong about them.
    fn terms(&self, before: Terms, errors: &mut Vec<UserError>) -> Terms {
        let mut number = |requested: Option<Option<i32>>, before, path| {
            let after = requested.unwrap_or(before);
            if after.is_some_and(|number| number < 0) {
                errors.push(UserError::at(
                    Fault::out_of_range(0, i64::from(i32::MAX)),
                    path,
                ));
            }
            after
        };
        let input = self;
        Terms {
            seats: number(input.seats, before.seats, "seats"),
            secondary_workspaces_enabled: input
                .secondary_workspaces_enabled
                .unwrap_or(before.secondary_workspaces_enabled),
            max_secondary_workspaces: number(
                input.max_secondary_workspaces,
                before.max_secondary_workspaces,
                "maxSecondaryWorkspaces",
            ),
        }
    }
}

/// The limits from now on; adds what is wrong about them to `errors`, at paths below `list`.
pub(crate) fn new_limits(
    values: &[AskedLimit],
    list: &str,
    now: DateTime<Utc>,
    errors: &mut Vec<UserError>,
) -> Vec<NewQuota> {
    let mut quotas: Vec<NewQuota> = Vec::with_capacity(QuotaType::ALL.len());
    for (index, value) in values.iter().enumerate() {
        let path = |field: &str| format!("{list}.{index}.{field}");
        let limit = limit(value.quota_type, value.limit, &path("limit"), errors);
        let day = member_period(value.quota_type);
        if day.is_none() && value.period.is_some() {
            errors.push(UserError::at(ErrorCode::PeriodNotAllowed, &path("period")));
        }
        if quotas
            .iter()
            .any(|other| other.quota_type == value.quota_type)
        {
            errors.push(UserError::at(
                ErrorCode::Duplicate,
                &format!("{list}.{index}"),
            ));
        }
        let period = day.map(|day| value.period.unwrap_or(day));
        quotas.push(NewQuota {
            quota_type: value.quota_type,
            limit,
            period,
            interval: Interval::from(now),
        });
    }
    quotas
}
