//! The mutations. Each resolver reads its input, calls one service, and answers with objects
//! resolved anew (AUD-5).
//!
//! Owns what every payload says besides its own result. Must not decide anything.

#![expect(
    missing_docs,
    reason = "the flattened parts of inputs and payloads are described where they are declared"
)]

pub mod access_renewal;
pub mod access_request;
pub mod account;
pub mod api_key;
mod bulk;
pub mod dataset;
pub mod dataset_theme;
pub mod distribution;
pub mod follow;
pub mod grant;
pub mod group;
pub mod import;
pub mod inactivity;
pub mod invitation;
pub mod member;
mod message;
mod options;
pub mod ownership;
pub mod page;
pub mod quota;
pub mod quota_usage;
pub(in crate::graphql) mod report;
pub mod reuse;
pub mod role;
pub mod second_factor;
pub mod secondary_workspace;
pub mod session;
pub mod sign_in_policy;
pub mod sign_up;
pub mod theme;
mod user_error;
pub mod workspace;

use std::{pin::Pin, sync::Arc};

use async_graphql::{Context, MergedObject};

use bulk::{BulkCommand, BulkPayload, ItemLimit, shown_ids};
pub use message::message;
use options::{BulkOptions, Options};
use report::{AfterCommit, Report};
use user_error::FormErrors;
pub use user_error::{
    AccountError, ApiKeyError, CatalogueError, GrantError, GroupError, InvitationError,
    MembershipError, QuotaError, RoleError, SessionError, SignUpError, UserError, WorkspaceError,
};

use crate::{
    domain::{error_code::Fault, limit::ReachedLimit, vocabulary::Locale},
    graphql::{admission::ResponseHeaders, error::Nullable, scalar::Id, scope::Scope},
    service::Failure,
};

/// All mutations. They run one after the other within a document.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(
    account::AccountMutation,
    account::deletion::DeletionMutation,
    account::email::EmailMutation,
    account::password::PasswordMutation,
    session::SessionMutation,
    second_factor::SecondFactorMutation,
    second_factor::passkey::PasskeyMutation,
    second_factor::removal::FactorRemovalMutation,
    member::MemberMutation,
    member::period::AccessPeriodMutation,
    member::disable::DisableMutation,
    member::enable::EnableMutation,
    member::restore::RestoreMutation,
    member::revoke::RevokeMutation,
    member::leave::LeaveMutation,
    member::password_resets::PasswordResetsMutation,
    inactivity::InactivityMutation,
    sign_in_policy::SignInPolicyMutation,
    invitation::InvitationMutation,
    import::ImportMutation,
    invitation::change::ChangeInvitationMutation,
    invitation::answer::AnswerInvitationMutation,
    access_renewal::AccessRenewalMutation,
    grant::GrantMutation,
    group::GroupMutation,
    quota::QuotaMutation,
    quota_usage::QuotaUsageMutation,
    api_key::ApiKeyMutation,
    dataset::DatasetMutation,
    page::PageMutation,
    ownership::OwnershipMutation,
    reuse::ReuseMutation,
    follow::FollowMutation,
    role::RoleMutation,
    workspace::WorkspaceMutation,
    theme::ThemeMutation,
    dataset_theme::DatasetThemeMutation,
    secondary_workspace::SecondaryWorkspaceMutation,
    secondary_workspace::caps::WorkspaceCapsMutation,
    distribution::DistributionMutation,
    sign_up::SignUpMutation,
    access_request::AccessRequestMutation,
);

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
fn signed_in_scope<'a>(ctx: &Context<'a>) -> Result<&'a Arc<Scope>, Failure> {
    let scope = Scope::of(ctx)?;
    scope.caller.require_credential()?;
    Ok(scope)
}

/// The ids of a list.
fn unwrap_ids<T>(ids: Vec<Id<T>>) -> Vec<T> {
    ids.into_iter().map(|id| id.0).collect()
}

/// The position of an item in its call.
fn index(position: usize) -> i32 {
    i32::try_from(position).unwrap_or(i32::MAX)
}

/// The code and message of an item that failed, by a limit if there is one (JOIN-17).
fn code_and_message(
    code: Option<impl Into<Fault>>,
    limit: Option<ReachedLimit>,
    locale: Locale,
) -> (Option<String>, Option<String>) {
    let fault: Option<Fault> = code.map(Into::into);
    let text = match (limit, &fault) {
        (Some(limit), _) => Some(message::of_limit(&limit, locale)),
        (None, Some(fault)) => Some(message(fault.code, fault.bound, locale)),
        (None, None) => None,
    };
    (fault.map(|fault| fault.code.to_string()), text)
}
