//! What becomes of access requests: `withdrawAccessRequest`, `rejectAccessRequests` (JOIN-3).

use std::collections::HashMap;

use async_graphql::{Context, Enum, ID, Object, SimpleObject};

use super::{
    Aftermath, SignUpError, id, ids, index,
    payload::{input, payload},
    signed_in, told,
};
use crate::{
    domain::{id::AccessRequestId, permission::Permission},
    graphql::{guard, object::access_request::AccessRequest},
    service::{
        Failure,
        access_request::{self as service, RejectAccessRequests, WithdrawAccessRequest},
    },
};

input! {
    /// Which request to take back.
    WithdrawAccessRequestInput {
        /// The request: one of your own that waits (ALREADY_DECIDED).
        id: ID,
    }
}

payload! {
    /// What became of the call.
    WithdrawAccessRequestPayload, SignUpError {
        /// The request as it is now; null if `errors` has any.
        access_request: Option<AccessRequest>,
    }
}

input! {
    bulk
    /// Which requests to reject.
    RejectAccessRequestsInput {
        /// Which: 1 to 1,000 requests of one workspace, that of the first id that you may see. Each id once: a later occurrence is
        /// DUPLICATE.
        ids: Vec<ID>,
        /// What to tell those who asked, by mail and with the request: at most 500 characters.
        reason: Option<String>,
    }
}

/// What became of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::RejectOutcome")]
pub enum RejectAccessRequestsOutcome {
    /// It was rejected. Whoever made it may ask again after 7 days.
    Rejected,
}

/// What became of one item.
#[derive(Debug, SimpleObject)]
pub struct RejectAccessRequestsResult {
    /// The item's place in `ids`, from 0.
    pub index: i32,
    /// The request's id.
    pub id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RejectAccessRequestsOutcome>,
    /// Why it failed: NOT_FOUND, DUPLICATE, ALREADY_DECIDED (approved, rejected or withdrawn), ROLLED_BACK (atomic, and another
    /// item failed).
    pub code: Option<String>,
    /// The same for people, in your language.
    pub message: Option<String>,
    /// The request as it is now; null for what you may not see.
    pub access_request: Option<AccessRequest>,
}

payload! {
    /// What became of the call.
    RejectAccessRequestsPayload, SignUpError {
        /// One result for each item, in order; empty if `errors` has any.
        results: Vec<RejectAccessRequestsResult>,
    }
}

/// The requests that an answer names, as they are after the call; none if they are not asked for.
async fn requests(
    ctx: &Context<'_>,
    after: &Aftermath,
    wanted: Vec<AccessRequestId>,
) -> Result<HashMap<AccessRequestId, AccessRequest>, Failure> {
    let asked =
        ctx.look_ahead().field("results").field("accessRequest").exists() || ctx.look_ahead().field("accessRequest").exists();
    let Some(place) = after.place.as_ref().filter(|_| asked) else { return Ok(HashMap::new()) };
    let scope = crate::graphql::scope::Scope::of(ctx)?;
    let rows = service::by_ids(&scope.deps, &wanted).await?.into_iter();
    let seen =
        rows.filter(|row| row.workspace_id == place.access.workspace.id && service::may_see(&place.access, &scope.caller, row));
    Ok(seen.map(|row| (row.id, AccessRequest::new(place, row))).collect())
}

/// The mutations of access requests.
#[derive(Debug, Default)]
pub struct AccessRequestMutation;

/// The mutations of access requests.
#[Object]
impl AccessRequestMutation {
    /// Takes one of your own requests back that waits; another can be made at once. Not by key.
    #[graphql(directive = guard::signed_in::apply())]
    async fn withdraw_access_request(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which request to take back.")] input: WithdrawAccessRequestInput,
    ) -> async_graphql::Result<WithdrawAccessRequestPayload> {
        let scope = signed_in(ctx)?;
        let asked = WithdrawAccessRequest { id: id("id", &input.id, AccessRequestId::parse)? };
        let mut done = service::withdraw(&scope.deps, &scope.caller, asked, input.manner()).await?;
        let after = Aftermath::of(ctx, &mut done, Vec::new()).await?;
        let mut found = requests(ctx, &after, done.output.id.into_iter().collect()).await?;
        Ok(WithdrawAccessRequestPayload {
            access_request: done.output.id.and_then(|id| found.remove(&id)),
            errors: SignUpError::all(done.errors, scope.caller.locale()),
            changes: after.changes,
            effects: after.effects,
            replayed: after.replayed,
        })
    }

    /// Rejects requests that wait; those who made them are told by mail. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn reject_access_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which requests to reject.")] input: RejectAccessRequestsInput,
    ) -> async_graphql::Result<RejectAccessRequestsPayload> {
        let scope = signed_in(ctx)?;
        let manner = input.manner();
        let asked = RejectAccessRequests {
            ids: ids("ids", &input.ids, AccessRequestId::parse)?,
            reason: input.reason,
            atomic: input.atomic.unwrap_or_default(),
        };
        let mut done = service::reject(&scope.deps, &scope.caller, asked, manner).await?;
        let after = Aftermath::of(ctx, &mut done, Vec::new()).await?;
        let named = done.output.iter().filter(|item| item.is_shown()).map(|item| item.id).collect();
        let (found, locale) = (requests(ctx, &after, named).await?, scope.caller.locale());
        let results = done.output.into_iter().enumerate().map(|(place, item)| {
            let access_request = found.get(&item.id).filter(|_| item.is_shown()).cloned();
            let (code, message) = told(item.code, locale);
            RejectAccessRequestsResult {
                index: index(place),
                id: Some(ID(item.id.to_string())),
                outcome: item.outcome.map(Into::into),
                code,
                message,
                access_request,
            }
        });
        Ok(RejectAccessRequestsPayload {
            results: results.collect(),
            errors: SignUpError::all(done.errors, locale),
            changes: after.changes,
            effects: after.effects,
            replayed: after.replayed,
        })
    }
}
