//! Mutations that export and delete an account: by its owner after 14 days, by an operator at once.

use async_graphql::{Context, InputObject, Object, SimpleObject};

use super::super::{AccountError, FormErrors, Nullable, refusable};
use crate::{
    domain::id::{AccountId, MembershipId, WorkspaceId},
    graphql::{
        guard::{self, RequiredRole},
        object::workspace::Workspace,
        scalar::{Id, Instant},
        scope::Scope,
    },
    service::{
        Failure,
        account::{
            data,
            deletion::{self as service, Asked},
        },
        erasure::Successor,
    },
};

/// Who takes over a workspace.
#[derive(InputObject)]
pub struct SuccessorInput {
    /// The workspace of which the account is the last administrator.
    pub workspace_id: Id<WorkspaceId>,
    /// Who gets the ADMINISTRATOR role there: an active member whose access does not end.
    pub membership_id: Id<MembershipId>,
}

/// The deletion to schedule.
#[derive(InputObject)]
pub struct ScheduleAccountDeletionInput {
    /// Who takes over the workspaces of which you are the last administrator; at most 100, one for
    /// each workspace. Successors for other workspaces are ignored. Default: nobody.
    pub successors: Option<Vec<SuccessorInput>>,
}

/// The scheduled deletion.
#[derive(SimpleObject)]
pub struct ScheduleAccountDeletionPayload {
    /// When your account will be deleted; null if `errors` has any.
    pub deletion_scheduled_at: Option<Instant>,
    /// The workspaces that would be left without an administrator: the first 100. Null unless
    /// `errors` has LAST_ADMINISTRATOR.
    pub blocked_by: Option<Vec<Workspace>>,
    /// Why nothing was scheduled. LAST_ADMINISTRATOR: name a successor for each workspace in
    /// `blockedBy`. About a successor: NOT_FOUND if there is no such member in that workspace,
    /// NOT_ACTIVE if the member is not active, has an end, or will be deleted too; DUPLICATE for a
    /// second one for the same workspace. REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The result of the call.
#[derive(SimpleObject)]
pub struct CancelAccountDeletionPayload {
    /// Whether your account is no longer scheduled for deletion. Also true if it was not scheduled.
    pub cancelled: bool,
    /// Always empty.
    pub errors: Vec<AccountError>,
}

/// The account to delete.
#[derive(InputObject)]
pub struct EraseAccountInput {
    /// The account. It cannot be your own.
    pub account_id: Id<AccountId>,
    /// Who takes over the workspaces of which the account is the last administrator; at most 100, one
    /// for each workspace. Successors for other workspaces are ignored. Default: nobody.
    pub successors: Option<Vec<SuccessorInput>>,
    /// The reason, 1 to 500 characters. It is kept after the deletion, so do not name the person.
    pub reason: String,
}

/// The deleted account.
#[derive(SimpleObject)]
pub struct EraseAccountPayload {
    /// The id of the account; null if `errors` has any.
    pub account_id: Option<async_graphql::ID>,
    /// The workspaces that would be left without an administrator: the first 100. Null unless
    /// `errors` has LAST_ADMINISTRATOR.
    pub blocked_by: Option<Vec<Workspace>>,
    /// Why nothing was deleted. LAST_ADMINISTRATOR: name a successor for each workspace in
    /// `blockedBy`. About a successor: NOT_FOUND if there is no such member in that workspace,
    /// NOT_ACTIVE if the member is not active, has an end, or will be deleted too; DUPLICATE for a
    /// second one for the same workspace. TOO_SHORT, TOO_LONG and INVALID_CHARACTERS are about the
    /// reason. REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// The link to your data.
#[derive(SimpleObject)]
pub struct ExportAccountDataPayload {
    /// The URL of your data: one JSON document, described by the JSON Schema in its `$schema`. It
    /// works once, for anyone who has it. Null if `errors` has any.
    pub url: Option<String>,
    /// When the URL expires, after 5 minutes; null if `errors` has any.
    pub expires_at: Option<Instant>,
    /// Why there is no link. REAUTHENTICATION_REQUIRED: call `reauthenticate` first.
    pub errors: Vec<AccountError>,
}

/// Mutations that export and delete an account.
#[derive(Debug, Default)]
pub struct DeletionMutation;

/// Mutations that export and delete an account.
#[Object]
impl DeletionMutation {
    /// Creates a link to download all data about you: profile, memberships with rights and intervals,
    /// API keys without secrets, invitations, requests, sessions, your account's audit log, and events
    /// of workspaces in which you act or are the subject, without other people's personal values.
    /// Requires your second factor, or your password if you have none, in the last 10 minutes. API
    /// keys cannot call this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn export_account_data(&self, ctx: &Context<'_>) -> Nullable<ExportAccountDataPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = data::request(&scope.deps, &scope.caller).await;
            let (link, errors) = AccountError::split(answer, scope.caller.locale())?;
            let (url, expires_at) = link
                .map(|link| {
                    let (base, path) = (&scope.deps.public_url, "/export/account.json");
                    let url = format!("{base}{path}?token={}", link.token);
                    (url, Instant(link.expires_at))
                })
                .unzip();
            Ok(ExportAccountDataPayload {
                url,
                expires_at,
                errors,
            })
        })
        .await
    }

    /// Schedules the deletion of your account in 14 days. Until then you can sign in and use
    /// everything as before; only `cancelAccountDeletion` stops it, signing in does not. You are
    /// informed by mail, and reminded before. Then all memberships, sessions and API keys end, and
    /// personal data is removed everywhere; what you did stays in audit logs under the id of the
    /// account. Where you are the last administrator, name a successor, who gets the role at once and
    /// keeps it if you cancel. If a deletion is scheduled already, nothing changes. Requires your
    /// second factor, or your password if you have none, in the last 10 minutes. API keys cannot call
    /// this.
    #[graphql(directive = guard::signed_in::apply(), directive = guard::step_up::apply())]
    async fn schedule_account_deletion(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The deletion to schedule.")] input: ScheduleAccountDeletionInput,
    ) -> Nullable<ScheduleAccountDeletionPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let successors = successors(input.successors);
            let answer = service::schedule(&scope.deps, &scope.caller, &successors).await;
            let Answered {
                asked,
                blocked_by,
                errors,
            } = answered(scope, answer).await?;
            Ok(ScheduleAccountDeletionPayload {
                deletion_scheduled_at: asked.due_at.map(Instant),
                blocked_by,
                errors,
            })
        })
        .await
    }

    /// Cancels the scheduled deletion of your account. Successors keep their role. You are informed
    /// by mail. API keys cannot call this.
    #[graphql(directive = guard::signed_in::apply())]
    async fn cancel_account_deletion(
        &self,
        ctx: &Context<'_>,
    ) -> Nullable<CancelAccountDeletionPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let answer = service::cancel(&scope.deps, &scope.caller).await;
            let (done, errors) = AccountError::split(answer, scope.caller.locale())?;
            Ok(CancelAccountDeletionPayload {
                cancelled: done.is_some(),
                errors,
            })
        })
        .await
    }

    /// Deletes an account at once, as `scheduleAccountDeletion` does after 14 days. This cannot be
    /// undone. Deleting an account again is answered as done. For operators only, and FORBIDDEN for
    /// your own account. Requires your second factor, or your password if you have none, in the last
    /// 10 minutes. API keys cannot call this.
    #[graphql(
        directive = guard::requires::apply(RequiredRole::Operator),
        directive = guard::step_up::apply()
    )]
    async fn erase_account(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The account to delete.")] input: EraseAccountInput,
    ) -> Nullable<EraseAccountPayload> {
        refusable(async {
            let scope = Scope::of(ctx)?;
            let (account, successors) = (input.account_id.0, successors(input.successors));
            let how = (successors.as_slice(), input.reason.as_str());
            let answer = service::erase(&scope.deps, &scope.caller, account, how).await;
            let Answered {
                blocked_by, errors, ..
            } = answered(scope, answer).await?;
            let account_id = errors.is_empty().then(|| account.to_string().into());
            Ok(EraseAccountPayload {
                account_id,
                blocked_by,
                errors,
            })
        })
        .await
    }
}

fn successors(inputs: Option<Vec<SuccessorInput>>) -> Vec<Successor> {
    let successor = |input: SuccessorInput| Successor {
        workspace: input.workspace_id.0,
        membership: input.membership_id.0,
    };
    inputs.into_iter().flatten().map(successor).collect()
}

/// The most workspaces that an answer names.
const MOST_BLOCKING: usize = 100;

/// What was asked for, and why it was not done.
struct Answered {
    asked: Asked,
    blocked_by: Option<Vec<Workspace>>,
    errors: Vec<AccountError>,
}

async fn answered(scope: &Scope, answer: Result<Asked, Failure>) -> Result<Answered, Failure> {
    let locale = scope.caller.locale();
    let (asked, mut errors) = AccountError::split(answer, locale)?;
    let mut asked = asked.unwrap_or_default();
    let found = std::mem::take(&mut asked.errors);
    errors.extend(AccountError::all(found, locale));
    let mut workspaces = Vec::with_capacity(asked.blocked_by.len());
    for id in asked.blocked_by.iter().take(MOST_BLOCKING) {
        let access = scope.open_id(*id).await?;
        workspaces.extend(access.map(Workspace::of));
    }
    Ok(Answered {
        blocked_by: (!workspaces.is_empty()).then_some(workspaces),
        asked,
        errors,
    })
}
