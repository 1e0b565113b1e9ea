//! `setInactivityPolicy`: after how many days without activity members are disabled (MEM-12).

use serde::{Deserialize, Serialize};

use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        error_code::Fault,
        id::{MembershipId, WorkspaceId},
        inactivity::{LEAST_DAYS, MOST_DAYS},
        permission::Permission,
    },
    service::{
        Access, Caller, Deps, Failure, UserError,
        write::{self, CallOptions, Committed, Event, Transaction, UseCase, Verdict},
    },
    store::inactivity::{self as rows, Policy, Sought},
};

/// The most members that the answer names.
const MOST_NAMED: usize = 100;

/// Sets the policy of a workspace.
#[derive(Debug, Clone)]
pub struct SetInactivityPolicy {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// After how many days; `None`: never.
    pub disable_after_days: Option<i32>,
}

/// What the policy is, and whom it concerns today.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PolicySet {
    /// The workspace.
    pub workspace_id: WorkspaceId,
    /// Members who have been inactive that long: the first ones, longest first.
    pub inactive: Vec<MembershipId>,
    /// How many there are.
    pub inactive_count: i64,
}

/// Sets the policy (EWP). Nothing if the input was refused.
pub async fn set_policy(
    deps: &Deps,
    caller: &Caller,
    command: SetInactivityPolicy,
    options: CallOptions,
) -> Result<Committed<Option<PolicySet>>, Failure> {
    write::run(deps, caller, command.workspace_id, &options, &command).await
}

impl UseCase for SetInactivityPolicy {
    const CHANGES_ACCESS: bool = false;
    type Output = Option<PolicySet>;

    fn mutation(&self) -> &'static str {
        "setInactivityPolicy"
    }

    fn authorize(&self, access: &Access, caller: &Caller) -> Result<(), Failure> {
        access.require(caller, Permission::EditWorkspaceProperties)
    }

    async fn run(&self, tx: &mut Transaction<'_>) -> Result<Verdict<Self::Output>, Failure> {
        let (workspace, now) = (tx.workspace_id(), tx.now);
        if let Some(days) = self.disable_after_days
            && !(LEAST_DAYS..=MOST_DAYS).contains(&days)
        {
            let fault = Fault::out_of_range(LEAST_DAYS.into(), MOST_DAYS.into());
            return Err(vec![UserError::at(fault, "disableAfterDays")].into());
        }
        let before = rows::policy(tx.db(), workspace).await?;
        let days_before = before.map(|policy| policy.disable_after_days);
        if days_before != self.disable_after_days {
            let policy = self.disable_after_days.map(|disable_after_days| Policy {
                disable_after_days,
                changed_at: now,
            });
            rows::set_policy(tx.db(), workspace, policy).await?;
            let change =
                FieldChange::plain("disableAfterDays", days_before, self.disable_after_days);
            tx.record(Event::new(
                AuditEventKind::InactivityPolicyUpdated,
                workspace,
                vec![change],
            ));
        }
        let (inactive, inactive_count) = match self.disable_after_days {
            None => (Vec::new(), 0),
            Some(days) => {
                let found =
                    rows::candidates(tx.db(), workspace, days, Sought::Inactive, now, MOST_NAMED)
                        .await?;
                let count = rows::count(tx.db(), workspace, days, now).await?;
                (found, count)
            }
        };
        Ok(Verdict::keep(Some(PolicySet {
            workspace_id: workspace,
            inactive: inactive.iter().map(|member| member.membership_id).collect(),
            inactive_count,
        })))
    }
}
