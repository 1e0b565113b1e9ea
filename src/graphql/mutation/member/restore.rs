//! `restoreMembers` (MEM-6).

use async_graphql::{Context, InputObject, Object, SimpleObject};

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
            AfterCommit, BulkCommand, BulkOptions, BulkPayload, MembershipError, Nullable, index,
            refusable, signed_in_scope, unwrap_ids,
        },
        object::{group::Group, membership::Membership, resource::Resource, role::Role},
        scalar::{Id, Instant},
        scope::WorkspaceView,
    },
    service::{
        Failure,
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

/// What was restored of an ended membership.
#[derive(Debug, SimpleObject)]
pub struct RestoredAfter {
    /// The new membership; null if there is none, and with `dryRun`.
    pub membership: Option<Membership>,
    /// What was not restored: the first 100 things; null if the item failed.
    pub left_out: Option<Vec<LeftOut>>,
    /// The number of things that were not restored, listed or not; null if the item failed.
    pub left_out_count: Option<i32>,
}

impl BulkCommand for RestoreMembers {
    type Outcome = RestoreMembersOutcome;
    type Error = MembershipError;
    type After = RestoredAfter;
}

impl RestoredAfter {
    fn of(after: &AfterCommit, restored: Option<&Restored>) -> Self {
        let left_out = restored.map(|restored| restored.left_out.as_slice());
        let shown = |facts: &[Fact]| {
            let view = after.view.as_ref()?;
            let thing = |fact: &Fact| LeftOut {
                view: view.clone(),
                fact: *fact,
            };
            Some(facts.iter().take(MOST_LEFT_OUT).map(thing).collect())
        };
        Self {
            membership: restored
                .and_then(|restored| after.members.get(&restored.membership_id))
                .cloned(),
            left_out: left_out.and_then(shown),
            left_out_count: left_out.map(|facts| index(facts.len())),
        }
    }
}

/// The most things that one result names.
const MOST_LEFT_OUT: usize = 100;

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
    ///
    /// Codes of items: NOT_FOUND, DUPLICATE, LEFT, ERASED, STILL_A_MEMBER, TOO_OLD, NOT_THE_LATEST,
    /// ACCESS_END_REQUIRED, SEATS_EXCEEDED, ROLLED_BACK (atomic, and another item failed).
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties), directive = guard::step_up::apply())]
    async fn restore_members(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The memberships to restore.")] input: RestoreMembersInput,
    ) -> Nullable<BulkPayload<RestoreMembers>> {
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
            BulkPayload::new(ctx, committed, after, |after, item| {
                RestoredAfter::of(after, item.outcome.as_ref())
            })
        })
        .await
    }
}
