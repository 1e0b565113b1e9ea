//! Workspaces: the public face, and what those inside may read.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use crate::{
    domain::{
        permission::Permission,
        vocabulary::{AccessMode, QuotaScope, QuotaType},
    },
    graphql::{
        connection::{Connection, ConnectionNode, PageArguments},
        error::{Nullable, nullable, nullable_field},
        guard,
        object::{
            access_diff::{self, AccessDifference},
            access_renewal::{self, AccessRenewal, AccessRenewalFilter},
            access_request::{self, AccessRequest, AccessRequestFilter, AccessRequestOrder},
            analytics::{self, Analytics, ApiCallsDay},
            anonymous_quotas::{self, AnonymousQuotas},
            api_key::{self, ApiKey, ApiKeyFilter, ApiKeyOrder},
            audit_event::{self, AuditEvent, AuditEventFilter},
            dataset_theme::{self, DatasetTheme},
            directory::{self, DirectoryEntry},
            explanation::{self, AccessExplanation, ExplainAccessInput},
            filters::{GroupFilter, GroupOrder, MembershipFilter, MembershipOrder},
            group::Group,
            inactivity::{self, InactivityPolicy},
            invitation::{self, Invitation, InvitationFilter, InvitationOrder},
            item_list::{self, DatasetFilter, DatasetOrder, PageFilter, PageOrder},
            license::{self, License},
            membership::Membership,
            quota::{self, EffectiveQuota, QuotaValue},
            resource::{Dataset, Page},
            reuse::{self, Reuse, ReuseFilter},
            role::{Role, RoleOrder},
            sign_in_policy::SignInPolicy,
            sign_up::{self, SignUpSettings},
            theme::{self, Theme},
            workspace_lists::own,
        },
        plain::AtHand,
        scalar::{EmailAddress, Instant, Long},
        scope::{Scope, WorkspaceView, timed, timed_if},
    },
    service::{Access, Failure, sign_in_policy},
};

/// A portal with its own members, groups, quotas and theme.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub(crate) view: WorkspaceView,
}

impl ConnectionNode for Workspace {
    const CONNECTION: &'static str = "WorkspaceConnection";
    const EDGE: &'static str = "WorkspaceEdge";
    const DESCRIPTION: &'static str = "A page of workspaces.";
}

impl Workspace {
    /// Creates it as the caller sees it.
    pub fn of(access: Arc<Access>) -> Self {
        Self {
            view: access.into(),
        }
    }

    pub(super) fn access(&self) -> &Arc<Access> {
        &self.view.access
    }

    /// The same workspace at another instant, if one is requested (TIME-3).
    async fn at(&self, ctx: &Context<'_>, at: Option<Instant>) -> Result<Self, Failure> {
        Ok(Self {
            view: self.view.as_of(ctx, at).await?,
        })
    }
}

/// A limit to preview, with stored values or with other values.
#[derive(Debug, InputObject)]
pub struct QuotaPreviewInput {
    /// The quota type.
    pub r#type: QuotaType,
    /// The member. If omitted, the preview assumes that nothing is used yet.
    pub membership_id: Option<ID>,
    /// The groups, at most 100. Default: the member's groups.
    pub group_ids: Option<Vec<ID>>,
    /// The value to try for the member; null to try without a value. Default: the stored value.
    pub member_limit: MaybeUndefined<Long>,
    /// The instant to read, from the creation of the workspace on. Default: now. The amount used is
    /// always today's.
    pub as_of: Option<Instant>,
}

/// A portal with its own members, groups, quotas and theme. Guarded fields need
/// EDIT_WORKSPACE_PROPERTIES unless stated otherwise. A refused field is null, with an error at its
/// path.
#[Object]
impl Workspace {
    /// The workspace's id (`ws_…`).
    pub async fn id(&self) -> ID {
        ID(self.access().workspace.id.to_string())
    }

    /// The slug, 3 to 27 characters of a-z, 0-9 and -. It cannot be changed.
    async fn slug(&self) -> &str {
        &self.access().workspace.slug
    }

    /// The name.
    async fn name(&self) -> &str {
        &self.access().workspace.name
    }

    /// A short description.
    async fn description(&self) -> Option<&str> {
        self.access().workspace.description.as_deref()
    }

    /// When the workspace was created.
    async fn created_at(&self) -> Instant {
        Instant(self.access().workspace.created_at)
    }

    /// When the workspace was deleted; null if it was not. A deleted workspace is visible to operators,
    /// and to holders of EDIT_WORKSPACE_PROPERTIES in its main workspace, who can read its audit log.
    async fn deleted_at(&self) -> Option<Instant> {
        self.access().workspace.deleted_at.map(Instant)
    }

    /// Who may see the contents of the workspace.
    async fn access_mode(&self) -> AccessMode {
        self.access().workspace.access_mode
    }

    /// Whether a portal should ask visitors to sign in.
    async fn sign_in_suggested(&self) -> bool {
        self.access().workspace.sign_in_suggested
    }

    /// The time zone, by its IANA name. Its midnights begin the days and months of quotas, and mails
    /// show instants in it. Default: UTC.
    async fn time_zone(&self) -> &'static str {
        self.access().workspace.calendar.zone().name()
    }

    /// The settings for joining without an invitation.
    async fn sign_up(&self, ctx: &Context<'_>) -> async_graphql::Result<SignUpSettings> {
        Ok(sign_up::of(ctx, &self.view).await?)
    }

    /// The main workspace that this workspace belongs to; null for a main workspace. API keys see
    /// it only if it is their own workspace.
    async fn parent(&self, ctx: &Context<'_>) -> Nullable<Workspace> {
        nullable_field(async {
            let Some(parent) = self.access().workspace.parent_id else {
                return Ok(None);
            };
            Ok(Scope::of(ctx)?.open_id(parent).await?.map(Workspace::of))
        })
        .await
    }

    /// The viewer's membership, if it has not ended. It may be disabled or not have begun.
    async fn viewer_membership(&self, ctx: &Context<'_>) -> Nullable<Membership> {
        nullable(own(ctx, &self.view).await)
    }

    /// Whether the viewer holds this permission in the whole workspace now.
    async fn viewer_can(
        &self,
        #[graphql(desc = "The permission.")] permission: Permission,
    ) -> bool {
        self.access().can(permission)
    }

    /// The groups, and the members whose membership has not ended, with id and name, for choosing
    /// who gets access to a dataset or page. Ordered by name, ignoring case and accents ('family
    /// given' for members, as in `members`), then by id. Needs EDIT_WORKSPACE_PROPERTIES,
    /// MANAGE_OWN_DATASETS_SECURITY or MANAGE_OWN_PAGES_SECURITY, or a grant of MANAGE_SECURITY on
    /// a dataset or page.
    async fn directory(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Returns only entries whose name or title contains every typed word, ignoring case and accents; at most 200 characters. E-mail addresses are not searched."
        )]
        search: Option<String>,
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
    ) -> Nullable<Connection<DirectoryEntry>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(
            directory::page(ctx, &self.view, search, &arguments)
                .await
                .map(Some),
        )
    }

    /// The secondary workspaces by slug. Requires EDIT_WORKSPACE_PROPERTIES or
    /// MANAGE_SECONDARY_WORKSPACES. An API key can read nothing inside of them.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn secondary_workspaces(
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
    ) -> Nullable<Connection<Workspace>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(
            Box::pin(self.secondary_page(ctx, &arguments))
                .await
                .map(Some),
        )
    }

    /// The permissions that every new member gets. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn default_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Vec<Permission>> {
        let defaults = async { self.at(ctx, as_of).await?.defaults(ctx).await };
        nullable(defaults.await.map(|set| Some(set.iter().collect())))
    }

    /// The license. A secondary workspace returns the license of its main workspace. Requires
    /// EDIT_WORKSPACE_PROPERTIES; operators can read it too.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn license(&self, ctx: &Context<'_>) -> Nullable<License> {
        nullable(license::of(ctx, &self.view).await.map(Some))
    }

    /// After how many days without activity members are disabled; null if nobody is. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn inactivity_policy(&self, ctx: &Context<'_>) -> Nullable<InactivityPolicy> {
        nullable(inactivity::of(ctx, &self.view).await)
    }

    /// The workspace's sign-in policy. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn sign_in_policy(&self, ctx: &Context<'_>) -> Nullable<SignInPolicy> {
        nullable_field(async {
            let caller = &Scope::of(ctx)?.caller;
            Ok(Some(sign_in_policy::policy(self.access(), caller)?.into()))
        })
        .await
    }

    /// The quota values of one scope that are in force, at most 3,000. If scope MEMBER has more,
    /// the field is refused with BAD_USER_INPUT; use `allQuotaValues` to read them page by page.
    /// Requires EDIT_WORKSPACE_PROPERTIES; WORKSPACE_CAP can also be read by those who hold
    /// MANAGE_SECONDARY_WORKSPACES in the main workspace, by session.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn quota_values(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scope in which the values are set.")] scope: QuotaScope,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Vec<QuotaValue>> {
        let values = async { quota::values(ctx, &self.view.as_of(ctx, as_of).await?, scope).await };
        nullable(values.await.map(Some))
    }

    /// The quota values of one scope that are in force, page by page, by id. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn all_quota_values(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The scope in which the values are set.")] scope: QuotaScope,
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
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Connection<QuotaValue>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = async {
            quota::value_page(ctx, &self.view.as_of(ctx, as_of).await?, scope, &arguments).await
        };
        nullable(page.await.map(Some))
    }

    /// The daily limits of anonymous visitors. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn anonymous_quotas(&self, ctx: &Context<'_>) -> Nullable<AnonymousQuotas> {
        nullable(anonymous_quotas::of(ctx, &self.view).await.map(Some))
    }

    /// One member, by id or by e-mail address; give exactly one of the two. Requires
    /// EDIT_WORKSPACE_PROPERTIES, except for the viewer's own membership.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership.")] id: Option<ID>,
        #[graphql(
            desc = "The e-mail address, ignoring case. If it has several memberships, the latest is returned."
        )]
        email: Option<EmailAddress>,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<AtHand<Membership>> {
        let member = async { self.at(ctx, as_of).await?.one_member(ctx, id, email).await };
        nullable(Box::pin(member).await)
    }

    /// The members, by name unless another order is given. By default, returns those whose
    /// membership has not ended and who did more than sign up. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn members(
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
        #[graphql(desc = "Returns only members that match this filter.")] filter: Option<
            MembershipFilter,
        >,
        #[graphql(desc = "The order. Default: by name.")] order_by: Option<MembershipOrder>,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Connection<AtHand<Membership>>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some() || order_by.is_some();
        let order = order_by.unwrap_or(MembershipOrder::BY_NAME);
        let page = async {
            self.at(ctx, as_of)
                .await?
                .member_page(ctx, &arguments, filter, order)
                .await
        };
        nullable(timed_if(ctx, is_special, page).await.map(Some))
    }

    /// The groups, by title by default. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn groups(
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
        #[graphql(desc = "Returns only groups that match this filter.")] filter: Option<
            GroupFilter,
        >,
        #[graphql(desc = "The order. Default: by title.")] order_by: Option<GroupOrder>,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Connection<Group>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = async {
            self.at(ctx, as_of)
                .await?
                .group_page(ctx, &arguments, filter, order_by)
                .await
        };
        nullable(page.await.map(Some))
    }

    /// One group by slug. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group's slug.")] slug: String,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Group> {
        let find = async {
            let workspace = self.at(ctx, as_of).await?;
            workspace.view.require_ewp(ctx)?;
            let now = workspace.access().now;
            let facts = workspace
                .access()
                .facts()
                .groups_at(now)
                .find(|group| *group.slug == *slug);
            Ok(facts.and_then(|facts| Group::find(&workspace.view, facts.id)))
        };
        nullable(find.await)
    }

    /// The roles, at most 105, presets first, then by name. Any active member may read them. While
    /// the workspace has no active administrator, operators, and those who hold
    /// MANAGE_SECONDARY_WORKSPACES in its main workspace, may read ADMINISTRATOR only.
    #[graphql(directive = guard::signed_in::apply())]
    async fn roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "The instant to read, from the creation of the workspace on. Default: now. For past instants, only rows that had begun are listed."
        )]
        as_of: Option<Instant>,
        #[graphql(desc = "The order. Default: presets first, then by name.")] order_by: Option<
            RoleOrder,
        >,
    ) -> Nullable<Vec<Role>> {
        let roles = async { self.at(ctx, as_of).await?.role_list(ctx, order_by).await };
        nullable(roles.await.map(Some))
    }

    /// The invitations, newest last. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn invitations(
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
        #[graphql(desc = "Returns only invitations that match this filter.")] filter: Option<
            InvitationFilter,
        >,
        #[graphql(desc = "The order. Default: oldest first.")] order_by: Option<InvitationOrder>,
    ) -> Nullable<Connection<Invitation>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some() || order_by.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                invitation::page(ctx, &self.view, filter, order_by, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The access requests: sign-ups that need or needed a decision, newest last. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn access_requests(
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
        #[graphql(desc = "Returns only requests that match this filter.")] filter: Option<
            AccessRequestFilter,
        >,
        #[graphql(desc = "The order. Default: oldest first.")] order_by: Option<AccessRequestOrder>,
    ) -> Nullable<Connection<AccessRequest>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some() || order_by.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                access_request::page(ctx, &self.view, filter, order_by, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The members' requests for more time, newest last. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn access_renewals(
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
        #[graphql(desc = "Returns only requests that match this filter.")] filter: Option<
            AccessRenewalFilter,
        >,
    ) -> Nullable<Connection<AccessRenewal>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                access_renewal::page(ctx, &self.view, filter, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The API keys of all members, newest last. Refused to API keys. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
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
        let is_special = filter.is_some() || order_by.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                api_key::page(ctx, &self.view, None, filter, order_by, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The datasets that the viewer may browse, by identifier by default. Anonymous visitors may
    /// read them too. In a private workspace, only active members may read them; for all others,
    /// the field is null with FORBIDDEN.
    #[expect(clippy::too_many_arguments, reason = "the arguments of lists")]
    async fn datasets(
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
        #[graphql(desc = "Returns only datasets that match this filter.")] filter: Option<
            DatasetFilter,
        >,
        #[graphql(desc = "The order. Default: by identifier.")] order_by: Option<DatasetOrder>,
    ) -> Nullable<Connection<Dataset>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some() || order_by.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                item_list::datasets(ctx, &self.view, &arguments, filter, order_by),
            )
            .await
            .map(Some),
        )
    }

    /// The categories of the workspace's datasets, in their order. At most 100 can be created; there
    /// can be more that were free texts of datasets in an earlier release. Anonymous visitors may
    /// read them too. In a private workspace, only active members may read them; for all others,
    /// the field is null with FORBIDDEN.
    async fn dataset_themes(&self, ctx: &Context<'_>) -> Nullable<Vec<DatasetTheme>> {
        nullable(
            timed(ctx, dataset_theme::all(ctx, &self.view))
                .await
                .map(Some),
        )
    }

    /// The theme of the workspace, empty if nothing was set. Anonymous visitors may read it too. In
    /// a private workspace, only active members may read it; for all others, the field is null with
    /// FORBIDDEN.
    async fn theme(&self, ctx: &Context<'_>) -> Nullable<Theme> {
        nullable(theme::of(ctx, &self.view).await.map(Some))
    }

    /// What happened in the workspace on the days between two instants, and which datasets were called
    /// most. At most 800 days; figures are kept for 25 months. Requires BROWSE_ANALYTICS.
    #[graphql(directive = guard::requires::apply(Permission::BrowseAnalytics))]
    async fn analytics(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An instant on the first day.")] from: Instant,
        #[graphql(desc = "The end of the range, after `from`.")] to: Instant,
    ) -> Nullable<Analytics> {
        nullable(analytics::of(ctx, &self.view, (from, to)).map(Some))
    }

    /// The API calls on each of the days between two instants, at most 800. Requires BROWSE_ANALYTICS;
    /// holders of MANAGE_SECONDARY_WORKSPACES in a main workspace can also read it for its secondary
    /// workspaces, in a session.
    #[graphql(directive = guard::requires::apply(Permission::BrowseAnalytics))]
    async fn api_calls_by_day(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "An instant on the first day.")] from: Instant,
        #[graphql(desc = "The end of the range, after `from`.")] to: Instant,
    ) -> Nullable<Vec<ApiCallsDay>> {
        nullable(
            timed(ctx, analytics::calls(ctx, &self.view, (from, to)))
                .await
                .map(Some),
        )
    }

    /// The reuses that the viewer may see, oldest first: their own, and approved ones of datasets that
    /// they may browse; for holders of MANAGE_REUSES, all. Anonymous visitors may read them too. In a
    /// private workspace, only active members may read them; for all others, the field is null with
    /// FORBIDDEN.
    async fn reuses(
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
        #[graphql(desc = "Returns only reuses that match this filter.")] filter: Option<
            ReuseFilter,
        >,
    ) -> Nullable<Connection<Reuse>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some();
        let filter = filter.unwrap_or_default();
        nullable(
            timed_if(
                ctx,
                is_special,
                reuse::page(ctx, &self.view, filter, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The pages that the viewer may browse, by slug by default. Anonymous visitors may read them
    /// too. In a private workspace, only active members may read them; for all others, the field is
    /// null with FORBIDDEN.
    #[expect(clippy::too_many_arguments, reason = "the arguments of lists")]
    async fn pages(
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
        #[graphql(desc = "Returns only pages that match this filter.")] filter: Option<PageFilter>,
        #[graphql(desc = "The order. Default: by slug.")] order_by: Option<PageOrder>,
    ) -> Nullable<Connection<Page>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some() || order_by.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                item_list::pages(ctx, &self.view, &arguments, filter, order_by),
            )
            .await
            .map(Some),
        )
    }

    /// The access that members gained and lost between two instants: the members whose permissions,
    /// or access to datasets and pages by grants, differ, ordered by membership. `from` must not be
    /// before the creation of the workspace, and `to` must be after `from`. `to` may be in the
    /// future. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn access_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The earlier instant.")] from: Instant,
        #[graphql(desc = "The later instant.")] to: Instant,
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
    ) -> Nullable<Connection<AccessDifference>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(
            access_diff::page(ctx, &self.view, (from, to), &arguments)
                .await
                .map(Some),
        )
    }

    /// The audit log of the workspace, newest event first. `last` reads it from the oldest event
    /// on. Requires EDIT_WORKSPACE_PROPERTIES; in a deleted workspace, operators can read it, and
    /// holders of EDIT_WORKSPACE_PROPERTIES in its main workspace.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn audit_events(
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
        #[graphql(desc = "Returns only events that match this filter.")] filter: Option<
            AuditEventFilter,
        >,
    ) -> Nullable<Connection<AuditEvent>> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let is_special = filter.is_some();
        nullable(
            timed_if(
                ctx,
                is_special,
                audit_event::page(ctx, &self.view, filter, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The limit as it is, or as it would be with other values, and every value that it results
    /// from. Requires EDIT_WORKSPACE_PROPERTIES; active members can preview their own limit without
    /// it.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn quota_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The limit, and the values to try.")] input: QuotaPreviewInput,
    ) -> Nullable<EffectiveQuota> {
        let preview = async { self.at(ctx, input.as_of).await?.preview(ctx, input).await };
        nullable(Box::pin(preview).await.map(Some))
    }

    /// Explains why somebody may or may not do something at an instant, and what would change a
    /// refusal. Requires EDIT_WORKSPACE_PROPERTIES; everybody who is signed in can ask about their
    /// own membership, e-mail address or API keys. Null if the member, key, dataset or page does
    /// not exist.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question to explain.")] input: ExplainAccessInput,
    ) -> Nullable<AccessExplanation> {
        nullable(Box::pin(explanation::explain(ctx, &self.view, input)).await)
    }
}
