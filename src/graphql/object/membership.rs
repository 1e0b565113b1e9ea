//! Members: one account's presence in one workspace, with everything a list of members shows.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, Object};

use crate::domain::access::Shown;
use crate::service::member::{MemberRow, Wanted};
use crate::{
    domain::{
        access::{
            self,
            facts::{MemberFacts, Subject},
        },
        id::GroupMembershipId,
        permission::{BackOfficeSection, Permission, PermissionSet},
        vocabulary::{MembershipEndReason, MembershipOrigin, MembershipState, QuotaType},
    },
    graphql::{
        connection::{Connection, ConnectionNode, PageArguments},
        error::{Nullable, nullable, nullable_field},
        guard,
        loader::{self, MemberKey},
        object::{
            access_renewal::AccessRenewal,
            access_request::SignUpAnswer,
            account::Account,
            api_key::{self, ApiKey, ApiKeyFilter, ApiKeyOrder},
            grant::{BarePermission, EffectivePermission, PermissionGrant, grants_page},
            group::GroupMembership,
            quota::EffectiveQuota,
            role::Role,
            workspace::Workspace,
        },
        plain::{Asked, AtHand, Json, Plain},
        scalar::{Instant, Long},
        scope::{Scope, WorkspaceView},
    },
    service::{Failure, inactivity, member as service, member::action},
};

mod prefetch;

pub use prefetch::{Needs, prefetch, prefetch_one};

/// The membership of an account in a workspace for an interval of time.
#[derive(Debug, Clone)]
pub struct Membership {
    pub(crate) view: WorkspaceView,
    pub(crate) row: Arc<MemberRow>,
    /// The facts that were loaded with the page.
    facts: Option<(Wanted, Arc<MemberFacts>)>,
    quotas: Arc<[crate::domain::quota::EffectiveQuota]>,
    bare_permissions: bool,
}

impl ConnectionNode for AtHand<Membership> {
    const CONNECTION: &'static str = "MembershipConnection";
    const EDGE: &'static str = "MembershipEdge";
    const DESCRIPTION: &'static str = "A page of the workspace's members.";
}

/// An action on a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum MembershipAction {
    /// Assign or remove the role.
    SetRole,
    /// Grant a permission.
    Grant,
    /// Revoke a grant.
    RevokeGrant,
    /// Set, extend, shorten or remove the access period.
    SetAccessPeriod,
    /// Set quota values.
    SetQuotas,
    /// Add the member to a group.
    AddToGroup,
    /// Remove the member from a group.
    RemoveFromGroup,
    /// Disable the member.
    Disable,
    /// Enable the member again.
    Enable,
    /// End the membership.
    Revoke,
    /// Restore an ended membership.
    Restore,
    /// Send a link to set a new password.
    SendPasswordReset,
    /// Revoke the member's API keys.
    RevokeApiKeys,
}

impl MembershipAction {
    const fn action(self) -> action::Action {
        use action::Action;
        match self {
            Self::SetRole => Action::SetRole,
            Self::Grant => Action::Grant,
            Self::RevokeGrant => Action::RevokeGrant,
            Self::SetAccessPeriod => Action::SetAccessPeriod,
            Self::SetQuotas => Action::SetQuotas,
            Self::AddToGroup => Action::AddToGroup,
            Self::RemoveFromGroup => Action::RemoveFromGroup,
            Self::Disable => Action::Disable,
            Self::Enable => Action::Enable,
            Self::Revoke => Action::Revoke,
            Self::Restore => Action::Restore,
            Self::SendPasswordReset => Action::SendPasswordReset,
            Self::RevokeApiKeys => Action::RevokeApiKeys,
        }
    }
}

impl Membership {
    /// Creates a member whose facts are loaded on request.
    pub fn new(view: &WorkspaceView, row: MemberRow) -> Self {
        Self {
            view: view.clone(),
            row: Arc::new(row),
            facts: None,
            quotas: Arc::default(),
            bare_permissions: false,
        }
    }

    fn standing(&self) -> MembershipState {
        self.row.state(self.view.access.now)
    }

    /// The instant at which the member's role, groups and grants are shown: now, just before the
    /// end if the membership has ended, or the start if it has not begun.
    fn shown(&self) -> Shown {
        service::shown(&self.row, &self.view.access)
    }

    async fn facts(&self, ctx: &Context<'_>, wanted: Wanted) -> Result<Arc<MemberFacts>, Failure> {
        match &self.facts {
            Some((loaded, facts)) if loaded.covers(wanted) => Ok(Arc::clone(facts)),
            _ => loader::member_facts(ctx, MemberKey::of(self)).await,
        }
    }

    /// The facts, if they were loaded with the page.
    fn facts_at_hand(&self, wanted: Wanted) -> Option<&MemberFacts> {
        self.facts
            .as_ref()
            .filter(|(loaded, _)| loaded.covers(wanted))
            .map(|(_, facts)| &**facts)
    }

    fn role_in(&self, facts: &MemberFacts, view: &WorkspaceView) -> Option<Role> {
        let role = facts.role_at(&view.snapshot.facts, self.shown().at)?;
        Role::find(view, role.id)
    }

    fn groups_in(&self, facts: &MemberFacts, view: &WorkspaceView) -> Vec<GroupMembership> {
        let listed = facts.listed_groups(&view.snapshot.facts, self.shown());
        listed
            .into_iter()
            .filter_map(|row| GroupMembership::find(view, row))
            .collect()
    }

    /// The group membership with this id, if `groups` lists it.
    pub(crate) async fn group_membership(
        &self,
        ctx: &Context<'_>,
        id: GroupMembershipId,
    ) -> Result<Option<GroupMembership>, Failure> {
        let facts = self
            .facts(
                ctx,
                Wanted {
                    groups: true,
                    ..Wanted::NOTHING
                },
            )
            .await?;
        let listed = self.groups_in(&facts, &self.view_as_shown(ctx).await?);
        Ok(listed.into_iter().find(|membership| membership.id == id))
    }

    fn permissions_in(&self, facts: &MemberFacts) -> PermissionSet {
        access::permissions(
            &self.view.snapshot.facts,
            Subject::Member(facts),
            self.view.access.now,
        )
    }

    /// The view whose roles and groups are those of the instant that is shown.
    async fn view_as_shown(&self, ctx: &Context<'_>) -> Result<WorkspaceView, Failure> {
        let access = &self.view.access;
        let (None, Some(ended_at)) = (&self.facts, service::ended_at(&self.row, access)) else {
            return Ok(self.view.clone());
        };
        let deps = &Scope::of(ctx)?.deps;
        let snapshot = service::snapshot_since(deps, access, ended_at).await?;
        Ok(WorkspaceView {
            snapshot: Arc::new(snapshot),
            ..self.view.clone()
        })
    }

    /// The member's limit of one type, and the values that it results from.
    pub(crate) async fn quota_of(
        &self,
        ctx: &Context<'_>,
        quota_type: QuotaType,
    ) -> Result<EffectiveQuota, Failure> {
        Ok(EffectiveQuota {
            view: self.view.clone(),
            quota: self.quota(ctx, quota_type).await?,
        })
    }

    async fn quota(
        &self,
        ctx: &Context<'_>,
        quota_type: QuotaType,
    ) -> Result<crate::domain::quota::EffectiveQuota, Failure> {
        if let Some(quota) = self
            .quotas
            .iter()
            .find(|quota| quota.quota_type == quota_type)
        {
            return Ok(quota.clone());
        }
        let quotas = loader::member_quotas(ctx, MemberKey::of(self)).await?;
        let quota = quotas
            .iter()
            .find(|quota| quota.quota_type == quota_type)
            .cloned();
        quota.ok_or_else(|| Failure::Internal("a member without quotas".to_owned()))
    }

    async fn permissions(&self, ctx: &Context<'_>) -> Result<PermissionSet, Failure> {
        let facts = self.facts(ctx, Wanted::ALL).await?;
        Ok(self.permissions_in(&facts))
    }
}

/// The membership of an account in a workspace for an interval of time. The role, grants, groups,
/// quota values and API keys of a member belong to it.
#[Object]
impl Membership {
    /// The membership's id (`mem_…`).
    pub async fn id(&self) -> ID {
        self.view.id(self.row.id).into()
    }

    /// The requested instant; null if the membership is read as it is now.
    async fn as_of(&self) -> Option<Instant> {
        self.view.access.asked_for().map(Instant)
    }

    /// The member's account.
    async fn account(&self, ctx: &Context<'_>) -> async_graphql::Result<Account> {
        Ok(Account::of_member(
            &self.row,
            &self.view.access,
            &Scope::of(ctx)?.caller,
        ))
    }

    /// The workspace.
    async fn workspace(&self) -> Workspace {
        Workspace::of(self.view.access.current())
    }

    /// The state: the first of ENDED, DISABLED, SCHEDULED and ACTIVE that applies.
    async fn state(&self) -> MembershipState {
        self.standing()
    }

    /// How the membership was created.
    async fn origin(&self) -> MembershipOrigin {
        self.row.origin
    }

    /// Whether the member only signed up: joined by sign-up, and has no role, no group and no grant
    /// that somebody gave.
    async fn is_signed_up_only(&self, ctx: &Context<'_>) -> async_graphql::Result<bool> {
        if !matches!(
            self.row.origin,
            MembershipOrigin::SignUp | MembershipOrigin::AccessRequest
        ) {
            return Ok(false);
        }
        let facts = self.facts(ctx, Wanted::ALL).await?;
        Ok(facts.has_only_defaults(&self.view.snapshot.facts, self.view.access.now))
    }

    /// When the membership was created.
    async fn joined_at(&self) -> Instant {
        Instant(self.row.joined_at)
    }

    /// The member's answers in the sign-up form when joining; null if the form was not filled in.
    async fn answers(&self, ctx: &Context<'_>) -> Nullable<Vec<SignUpAnswer>> {
        nullable_field(async {
            let form = loader::membership_form(ctx, &self.row).await?;
            Ok(form.map(|form| SignUpAnswer::all(form.answers.clone())))
        })
        .await
    }

    /// The version of the terms that the member accepted when joining; null if there were no terms.
    async fn accepted_terms_version(&self, ctx: &Context<'_>) -> Nullable<i32> {
        nullable_field(async {
            Ok(loader::membership_form(ctx, &self.row)
                .await?
                .and_then(|form| form.terms_version))
        })
        .await
    }

    /// When access begins or began.
    async fn access_starts_at(&self) -> Instant {
        Instant(self.row.interval.starts_at)
    }

    /// When access ends or ended; null if it has no end.
    async fn access_ends_at(&self) -> Option<Instant> {
        self.row.interval.end().map(Instant)
    }

    /// The number of whole seconds until access ends, 0 if it has ended; null if it has no end.
    async fn access_seconds_remaining(&self) -> Option<Long> {
        let end = self.row.interval.end()?;
        Some(Long((end - self.view.access.now).num_seconds().max(0)))
    }

    /// The member's pending request for more time; null if there is none.
    async fn access_renewal(&self, ctx: &Context<'_>) -> Nullable<AccessRenewal> {
        nullable_field(async {
            let row = loader::pending_renewal(ctx, MemberKey::of(self)).await?;
            Ok(row.map(|row| AccessRenewal::new(&self.view.access.current().into(), row)))
        })
        .await
    }

    /// When the membership was disabled; null if it is not disabled.
    async fn disabled_at(&self) -> Option<Instant> {
        service::disabled_at(&self.row, &self.view.access).map(Instant)
    }

    /// Whether the member is exempt from being disabled for inactivity; null without
    /// EDIT_WORKSPACE_PROPERTIES.
    async fn exempt_from_inactivity(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable_field(async {
            let caller = &Scope::of(ctx)?.caller;
            match inactivity::sees_exemptions(&self.view.access, caller) {
                true => Ok(Some(loader::is_exempt(ctx, MemberKey::of(self)).await?)),
                false => Ok(None),
            }
        })
        .await
    }

    /// When the membership ended; null if it has not ended.
    async fn ended_at(&self) -> Option<Instant> {
        service::ended_at(&self.row, &self.view.access).map(Instant)
    }

    /// Why the membership ended; null if it has not ended.
    async fn end_reason(&self) -> Option<MembershipEndReason> {
        service::end_reason(&self.row, &self.view.access)
    }

    /// When the member last used this workspace, by session or API key, accurate to one minute;
    /// null if never.
    async fn last_active_at(&self) -> Option<Instant> {
        self.row.last_active_at.map(Instant)
    }

    /// The member's role. If the membership is ENDED, the role at its end; if SCHEDULED, the role
    /// at its start.
    async fn role(&self, ctx: &Context<'_>) -> Nullable<Role> {
        nullable_field(async {
            let facts = self
                .facts(
                    ctx,
                    Wanted {
                        roles: true,
                        ..Wanted::NOTHING
                    },
                )
                .await?;
            Ok(self.role_in(&facts, &self.view_as_shown(ctx).await?))
        })
        .await
    }

    /// The member's groups by title, including those that begin later; at most 100. If the
    /// membership is ENDED, the groups at its end.
    async fn groups(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<GroupMembership>> {
        let facts = self
            .facts(
                ctx,
                Wanted {
                    groups: true,
                    ..Wanted::NOTHING
                },
            )
            .await?;
        Ok(self.groups_in(&facts, &self.view_as_shown(ctx).await?))
    }

    /// The grants given to the member directly, by id, including those that begin later. If the
    /// membership is ENDED, the grants at its end.
    async fn grants(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
    ) -> async_graphql::Result<Connection<PermissionGrant>> {
        let facts = self
            .facts(
                ctx,
                Wanted {
                    grants: true,
                    ..Wanted::NOTHING
                },
            )
            .await?;
        let grants = facts.listed_grants(self.shown()).cloned().collect();
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        Ok(grants_page(ctx, &self.view, self.row.id, grants, &arguments).await?)
    }

    /// The permissions that the member holds in the whole workspace now, and their sources. Empty
    /// unless the membership is ACTIVE.
    async fn effective_permissions(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<EffectivePermission>> {
        if self.bare_permissions {
            return Ok(self
                .permissions(ctx)
                .await?
                .iter()
                .map(EffectivePermission::bare)
                .collect());
        }
        let facts = self.facts(ctx, Wanted::ALL).await?;
        let effective =
            access::effective_permissions(&self.view.snapshot.facts, &facts, self.view.access.now);
        Ok(effective
            .into_iter()
            .map(|effective| EffectivePermission::of(&self.view, effective))
            .collect())
    }

    /// The member's limits, one for each quota type.
    async fn effective_quotas(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<EffectiveQuota>> {
        let mut quotas = Vec::with_capacity(QuotaType::ALL.len());
        for quota_type in QuotaType::ALL {
            quotas.push(EffectiveQuota {
                view: self.view.clone(),
                quota: self.quota(ctx, *quota_type).await?,
            });
        }
        Ok(quotas)
    }

    /// The member's limit for one quota type.
    async fn effective_quota(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The quota type.")] r#type: QuotaType,
    ) -> async_graphql::Result<EffectiveQuota> {
        Ok(self.quota_of(ctx, r#type).await?)
    }

    /// The sections of the back office that the member's permissions open now.
    async fn back_office_sections(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<BackOfficeSection>> {
        let permissions = self.permissions(ctx).await?;
        let open = |section: &&BackOfficeSection| {
            permissions
                .iter()
                .any(|permission| permission.sections().contains(section))
        };
        Ok(BackOfficeSection::ALL
            .iter()
            .filter(open)
            .copied()
            .collect())
    }

    /// The member's API keys, newest last. Members may read their own keys, but not by API key.
    /// Reading the keys of other members needs EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The number of items to return from the start, 1 to `serviceLimits.maxPageSize`. Default: 20, if `last` is not given either."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns items after this cursor.")] after: Option<String>,
        #[graphql(
            desc = "The number of items to return from the end, 1 to `serviceLimits.maxPageSize`."
        )]
        last: Option<i32>,
        #[graphql(desc = "Returns items before this cursor.")] before: Option<String>,
        #[graphql(desc = "Returns only keys that match this filter.")] filter: Option<ApiKeyFilter>,
        #[graphql(desc = "The order. Default: oldest first.")] order_by: Option<ApiKeyOrder>,
    ) -> Nullable<Connection<ApiKey>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(
            api_key::page(
                ctx,
                &self.view,
                Some(&self.row),
                filter,
                order_by,
                &arguments,
            )
            .await
            .map(Some),
        )
    }

    /// Whether the viewer may perform this action on this member: at least one possible input is
    /// not refused as FORBIDDEN.
    async fn viewer_can(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The action.")] action: MembershipAction,
    ) -> async_graphql::Result<bool> {
        // What may be done is done now, whatever instant the member is shown at.
        let facts = if self.view.access.asked_for().is_some() {
            let deps = &Scope::of(ctx)?.deps;
            let facts = service::facts_by_ids(
                deps,
                &self.view.access.current(),
                &[self.row.id],
                Wanted::ALL,
            )
            .await?;
            facts
                .into_values()
                .next()
                .map(Arc::new)
                .ok_or_else(|| Failure::Internal("a member without facts".to_owned()))?
        } else {
            self.facts(ctx, Wanted::ALL).await?
        };
        let (access, action) = (&self.view.access.current(), action.action());
        let items = loader::item_facts(ctx, &action::items(access, &facts, action)).await?;
        Ok(action::may(
            access,
            &Scope::of(ctx)?.caller,
            &facts,
            action,
            &|id| items.get(&id).copied(),
        ))
    }
}

impl Plain for Membership {
    const TYPE: &'static str = "Membership";

    fn write(&self, field: &Asked<'_>, json: &mut Json) -> Option<()> {
        match field.name() {
            "id" => json.id(self.view.id(self.row.id)),
            "asOf" => json.instant(self.view.access.asked_for()),
            "account" => field.object(
                &Account::of_member(&self.row, &self.view.access, &field.scope()?.caller),
                json,
            ),
            "state" => json.name(self.standing().as_str()),
            "origin" => json.name(self.row.origin.as_str()),
            "joinedAt" => json.instant(Some(self.row.joined_at)),
            "accessStartsAt" => json.instant(Some(self.row.interval.starts_at)),
            "accessEndsAt" => json.instant(self.row.interval.end()),
            "lastActiveAt" => json.instant(self.row.last_active_at),
            // Facts that came with the page came with the snapshot of whatever has ended.
            "role" => {
                let facts = self.facts_at_hand(Wanted {
                    roles: true,
                    ..Wanted::NOTHING
                })?;
                field.optional(self.role_in(facts, &self.view).as_ref(), json)
            }
            "groups" => {
                let facts = self.facts_at_hand(Wanted {
                    groups: true,
                    ..Wanted::NOTHING
                })?;
                field.list(&self.groups_in(facts, &self.view), json)
            }
            "effectivePermissions" if self.bare_permissions => {
                let facts = self.facts_at_hand(Wanted::ALL)?;
                json.each(self.permissions_in(facts).iter(), |permission, json| {
                    field.object(&BarePermission(permission), json)
                })
            }
            "effectiveQuota" => {
                let quota_type = QuotaType::parse(field.enum_argument("type")?)?;
                let quota = self
                    .quotas
                    .iter()
                    .find(|quota| quota.quota_type == quota_type)?;
                field.object(quota, json)
            }
            _ => None,
        }
    }
}
