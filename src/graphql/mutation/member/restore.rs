//! `restoreMembers` (MEM-6).

use async_graphql::{Context, ID, InputObject, Object, SimpleObject};

use crate::{
    domain::{
        id::MembershipId,
        outcome::RestoreMembersOutcome,
        permission::Permission,
        restore::{LeftOut as Fact, LeftOutKind, LeftOutReason},
        vocabulary::{QuotaType, ResourceAccess},
    },
    graphql::{
        error::nullable_field,
        guard, loader,
        mutation::{
            AfterCommit, BulkOptions, FormErrors, MembershipError, Nullable, Report,
            code_and_limit_message, index, refusable, signed_in_scope, unwrap_ids,
        },
        object::{group::Group, membership::Membership, resource::Resource, role::Role},
        scalar::{Id, Instant},
        scope::WorkspaceView,
    },
    service::{
        Failure,
        bulk::Item,
        member::restore::{self as service, RestoreMembers, Restored},
    },
    words::message,
};

/// The memberships to restore.
#[derive(Debug, InputObject)]
pub struct RestoreMembersInput {
    /// The memberships, 1 to 1,000, each the latest of its account. All must belong to the
    /// workspace of the first id that you may see. A repeated id is DUPLICATE.
    pub membership_ids: Vec<Id<MembershipId>>,
    /// When access ends. Default: when it would have ended if that is in the future, otherwise
    /// ACCESS_END_REQUIRED. ENDS_IN_PAST if it is not in the future.
    pub ends_at: Option<Instant>,
    /// If true, access has no end. Not together with `endsAt`.
    pub unlimited: Option<bool>,
    #[graphql(flatten)]
    pub options: BulkOptions,
}

/// A thing that was not restored. The field that belongs to its kind says which one, unless it no
/// longer exists.
#[derive(Debug, Clone)]
pub struct LeftOut {
    view: WorkspaceView,
    fact: Fact,
}

/// A thing that was not restored. The field that belongs to its kind says which one, unless it no
/// longer exists.
#[Object]
impl LeftOut {
    /// The kind of the thing.
    async fn kind(&self) -> LeftOutKind {
        self.fact.kind
    }

    /// Why it was not restored.
    async fn reason(&self) -> LeftOutReason {
        self.fact.reason
    }

    /// The role.
    async fn role(&self) -> Option<Role> {
        Role::find(&self.view, self.fact.role?)
    }

    /// The permission.
    async fn permission(&self) -> Option<Permission> {
        self.fact.permission
    }

    /// The group.
    async fn group(&self) -> Option<Group> {
        Group::find(&self.view, self.fact.group?)
    }

    /// The dataset or page.
    async fn resource(&self, ctx: &Context<'_>) -> Nullable<Resource> {
        nullable_field(async {
            match self.fact.resource {
                Some(id) => loader::item(ctx, &self.view, id).await,
                None => Ok(None),
            }
        })
        .await
    }

    /// The kind of access to the dataset or page.
    async fn access(&self) -> Option<ResourceAccess> {
        self.fact.access
    }

    /// The type of the quota.
    async fn quota_type(&self) -> Option<QuotaType> {
        self.fact.quota_type
    }
}

/// The result of one item.
#[derive(Debug, SimpleObject)]
pub struct RestoreMembersResult {
    /// The position of the item in `membershipIds`, starting from 0.
    pub index: i32,
    /// The id of the ended membership.
    pub target_id: Option<ID>,
    /// What was done; null if the item failed.
    pub outcome: Option<RestoreMembersOutcome>,
    /// Why the item failed: NOT_FOUND, DUPLICATE, LEFT, ERASED, STILL_A_MEMBER, TOO_OLD,
    /// NOT_THE_LATEST, ACCESS_END_REQUIRED, SEATS_EXCEEDED, ROLLED_BACK (atomic, and another item
    /// failed).
    pub code: Option<String>,
    /// Why the item failed, for people, in your language.
    pub message: Option<String>,
    /// The new membership; null if there is none, and with `dryRun`.
    pub membership: Option<Membership>,
    /// What was not restored: the first 100 things; null if the item failed.
    pub left_out: Option<Vec<LeftOut>>,
    /// The number of things that were not restored, listed or not; null if the item failed.
    pub left_out_count: Option<i32>,
}

/// The most things that one result names.
const MOST_LEFT_OUT: usize = 100;

/// The result of the call.
#[derive(Debug, SimpleObject)]
pub struct RestoreMembersPayload {
    /// One result for each item, in order; empty if `errors` has any.
    pub results: Vec<RestoreMembersResult>,
    /// What is wrong with the input. If there are any errors, nothing was changed.
    pub errors: Vec<MembershipError>,
    #[graphql(flatten)]
    pub report: Report,
}

/// The mutation that restores.
#[derive(Debug, Default)]
pub struct RestoreMutation;

/// The mutation that restores.
#[Object]
impl RestoreMutation {
    /// Restores memberships that were revoked or expired in the last 90 days: a new membership
    /// begins now, with the role, groups, permissions, access and quotas of the ended one, as far
    /// as they still exist and you may give them. `leftOut` names everything else. Each right
    /// keeps its own end. API keys do not come back. A member who was disabled is disabled again. Requires
    /// EDIT_WORKSPACE_PROPERTIES. Restoring an administrator requires that your strongest factor
    /// was shown in the last 10 minutes (REAUTHENTICATION_REQUIRED).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn restore_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The memberships to restore.")] input: RestoreMembersInput,
    ) -> Nullable<RestoreMembersPayload> {
        refusable(async {
            let scope = signed_in_scope(ctx)?;
            let options = input.options.read(ctx)?;
            let ends_at =
                match (input.ends_at, input.unlimited.unwrap_or_default()) {
                    (Some(_), true) => {
                        return Err(Failure::bad_input(message::at_most_one_of(message::all_of(
                            &["endsAt", "unlimited: true"],
                        )))
                        .into());
                    }
                    (Some(at), false) => Some(Some(at.0)),
                    (None, true) => Some(None),
                    (None, false) => None,
                };
            let command = RestoreMembers {
                membership_ids: unwrap_ids(input.membership_ids),
                ends_at,
                atomic: input.options.atomic(),
            };
            let mut committed =
                service::restore(&scope.deps, &scope.caller, command, options).await?;
            let new = committed
                .output
                .iter()
                .filter_map(|item| Some(item.outcome.as_ref()?.membership_id));
            let new = new.collect();
            let after = AfterCommit::of(ctx, &mut committed, new).await?;
            let locale = scope.caller.locale();
            let result = |(position, item): (usize, Item<MembershipId, Restored>)| {
                let (code, message) = code_and_limit_message(item.code, item.limit, locale);
                let (outcome, membership, left_out) = match item.outcome {
                    Some(restored) => (
                        Some(restored.outcome),
                        after.members.get(&restored.membership_id).cloned(),
                        Some(restored.left_out),
                    ),
                    None => (None, None, None),
                };
                let shown = |facts: Vec<Fact>| {
                    let view = after.view.clone()?;
                    let thing = |fact| LeftOut {
                        view: view.clone(),
                        fact,
                    };
                    Some(facts.into_iter().take(MOST_LEFT_OUT).map(thing).collect())
                };
                RestoreMembersResult {
                    index: index(position),
                    target_id: Some(ID(item.id.to_string())),
                    outcome,
                    code,
                    message,
                    membership,
                    left_out_count: left_out.as_ref().map(|facts| index(facts.len())),
                    left_out: left_out.and_then(shown),
                }
            };
            let results = std::mem::take(&mut committed.output);
            Ok(RestoreMembersPayload {
                results: results.into_iter().enumerate().map(result).collect(),
                errors: MembershipError::all(committed.errors, locale),
                report: after.report,
            })
        })
        .await
    }
}
