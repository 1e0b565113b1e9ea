//! Workspaces: the public face, and what those inside may read.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, MaybeUndefined, Object};

use crate::{
    domain::{
        permission::Permission,
        vocabulary::{AccessMode, QuotaScope, QuotaType},
    },
    graphql::{
        connection::{PageArguments, connection},
        error::{Nullable, nullable, nullable_field},
        guard,
        object::{
            access_diff::{self, AccessDifferenceConnection},
            access_renewal::{self, AccessRenewalConnection, AccessRenewalFilter},
            access_request::{
                self, AccessRequestConnection, AccessRequestFilter, AccessRequestOrder,
            },
            anonymous_quotas::{self, AnonymousQuotas},
            api_key::{self, ApiKeyConnection, ApiKeyFilter, ApiKeyOrder},
            audit_event::{self, AuditEventConnection, AuditEventFilter},
            directory::{self, DirectoryConnection},
            explanation::{self, AccessExplanation, ExplainAccessInput},
            filters::{GroupFilter, GroupOrder, MembershipFilter, MembershipOrder},
            group::{Group, GroupConnection},
            invitation::{self, InvitationConnection, InvitationFilter, InvitationOrder},
            item_list::{
                self, DatasetConnection, DatasetFilter, DatasetOrder, PageConnection, PageFilter,
                PageOrder,
            },
            license::{self, License},
            membership::{Membership, MembershipConnection},
            quota::{self, EffectiveQuota, QuotaValue, QuotaValueConnection},
            role::{Role, RoleOrder},
            sign_up::{self, SignUpSettings},
            workspace_lists::own,
        },
        plain::AtHand,
        scalar::{EmailAddress, Instant, Long},
        scope::{Place, Scope, timed_if},
    },
    service::{Access, Failure},
};

/// A portal with its own members, groups, quotas and look.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub(crate) place: Place,
}

connection!(WorkspaceConnection, WorkspaceEdge, Workspace, "workspaces");

impl Workspace {
    /// As the caller stands in it.
    pub fn of(access: Arc<Access>) -> Self {
        Self {
            place: access.into(),
        }
    }

    pub(super) fn access(&self) -> &Arc<Access> {
        &self.place.access
    }

    /// The same workspace at another instant, if one is asked for (TIME-3).
    async fn at(&self, ctx: &Context<'_>, at: Option<Instant>) -> Result<Self, Failure> {
        Ok(Self {
            place: self.place.as_of(ctx, at).await?,
        })
    }
}

/// A limit to be tried out, or shown as it stands.
#[derive(Debug, InputObject)]
pub struct QuotaPreviewInput {
    /// Which limit.
    pub r#type: QuotaType,
    /// For which member; without one nothing is used yet.
    pub membership_id: Option<ID>,
    /// In which groups; absent: those of the member.
    pub group_ids: Option<Vec<ID>>,
    /// The member's value. Absent: as stored; null: as if none were set; a number: try it.
    pub member_limit: MaybeUndefined<Long>,
    /// As of when: any instant since the workspace was made; absent: now. What is used is today's,
    /// whatever the instant.
    pub as_of: Option<Instant>,
}

/// A portal with its own members, groups, quotas and look. What is guarded needs
/// EDIT_WORKSPACE_PROPERTIES unless said otherwise; refused, it is null with an error at its path.
#[Object]
impl Workspace {
    /// The workspace's id (`ws_…`).
    pub async fn id(&self) -> ID {
        ID(self.access().workspace.id.to_string())
    }

    /// Its slug: 3 to 27 of a-z, 0-9 and -, fixed for good.
    async fn slug(&self) -> &str {
        &self.access().workspace.slug
    }

    /// Its name.
    async fn name(&self) -> &str {
        &self.access().workspace.name
    }

    /// What it is, in a few words.
    async fn description(&self) -> Option<&str> {
        self.access().workspace.description.as_deref()
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.access().workspace.created_at)
    }

    /// Who may see what is inside.
    async fn access_mode(&self) -> AccessMode {
        self.access().workspace.access_mode
    }

    /// Whether a portal should ask visitors to sign in.
    async fn sign_in_suggested(&self) -> bool {
        self.access().workspace.sign_in_suggested
    }

    /// How strangers may join.
    async fn sign_up(&self, ctx: &Context<'_>) -> async_graphql::Result<SignUpSettings> {
        Ok(sign_up::of(ctx, &self.place).await?)
    }

    /// The main workspace that this one belongs to; null for a main one. By API key always null.
    async fn parent(&self, ctx: &Context<'_>) -> Nullable<Workspace> {
        nullable_field(async {
            let Some(parent) = self.access().workspace.parent_id else {
                return Ok(None);
            };
            Ok(Scope::of(ctx)?.open_id(parent).await?.map(Workspace::of))
        })
        .await
    }

    /// One's own membership that has not ended, disabled or not begun too.
    async fn viewer_membership(&self, ctx: &Context<'_>) -> Nullable<Membership> {
        nullable(own(ctx, &self.place).await)
    }

    /// Whether one holds this permission workspace-wide now.
    async fn viewer_can(
        &self,
        #[graphql(desc = "Which permission.")] permission: Permission,
    ) -> bool {
        self.access().can(permission)
    }

    /// Members that have not ended and groups, by id and name: to choose whom to admit to an item.
    /// By name without case and accents ('family given' of members, as in `members`), then id. For
    /// whoever holds EDIT_WORKSPACE_PROPERTIES, MANAGE_OWN_DATASETS_SECURITY or
    /// MANAGE_OWN_PAGES_SECURITY, or a grant of MANAGE_SECURITY on an item.
    async fn directory(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "Only those in whose name or title each typed word occurs, in any case, with or without accents; at most \
                          200 characters. Addresses are not searched."
        )]
        search: Option<String>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Returns entries after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Returns entries before this cursor.")] before: Option<String>,
    ) -> Nullable<DirectoryConnection> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(
            directory::page(ctx, &self.place, search, &arguments)
                .await
                .map(Some),
        )
    }

    /// Its secondary workspaces by slug. Needs EDIT_WORKSPACE_PROPERTIES or
    /// MANAGE_SECONDARY_WORKSPACES, and no API key.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn secondary_workspaces(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Nullable<WorkspaceConnection> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(self.secondary_page(ctx, &arguments).await.map(Some))
    }

    /// The permissions that every new member gets.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn default_permissions(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Vec<Permission>> {
        let defaults = async { self.at(ctx, as_of).await?.defaults(ctx).await };
        nullable(defaults.await.map(|set| Some(set.iter().collect())))
    }

    /// The license: of the main workspace, in a secondary one too. Operators read it as well.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn license(&self, ctx: &Context<'_>) -> Nullable<License> {
        nullable(license::of(ctx, &self.place).await.map(Some))
    }

    /// The quota values of one scope that count now, at most 3,000: with more of scope MEMBER it is
    /// BAD_USER_INPUT, and `allQuotaValues` gives them page by page.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn quota_values(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where they are set.")] scope: QuotaScope,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Vec<QuotaValue>> {
        let values =
            async { quota::values(ctx, &self.place.as_of(ctx, as_of).await?, scope).await };
        nullable(values.await.map(Some))
    }

    /// The quota values of one scope that count now, page by page, by id.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn all_quota_values(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Where they are set.")] scope: QuotaScope,
        #[graphql(desc = "How many from the beginning, 1 to 100; 20 if neither size is given.")]
        first: Option<i32>,
        #[graphql(desc = "Returns values after this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end, 1 to 100.")] last: Option<i32>,
        #[graphql(desc = "Returns values before this cursor.")] before: Option<String>,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<QuotaValueConnection> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        let page = async {
            quota::value_page(ctx, &self.place.as_of(ctx, as_of).await?, scope, &arguments).await
        };
        nullable(page.await.map(Some))
    }

    /// The daily limits of visitors who are not signed in.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn anonymous_quotas(&self, ctx: &Context<'_>) -> Nullable<AnonymousQuotas> {
        nullable(anonymous_quotas::of(ctx, &self.place).await.map(Some))
    }

    /// One member, by id or by address: exactly one of the two. One's own membership needs no
    /// permission.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn member(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership.")] id: Option<ID>,
        #[graphql(desc = "The address, in any case; of several memberships the latest.")]
        email: Option<EmailAddress>,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<AtHand<Membership>> {
        let member = async { self.at(ctx, as_of).await?.one_member(ctx, id, email).await };
        nullable(member.await)
    }

    /// The members: by default all that have not ended and did more than sign up, by name.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn members(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which members.")] filter: Option<MembershipFilter>,
        #[graphql(desc = "In which order; by name if none is given.")] order_by: Option<
            MembershipOrder,
        >,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<MembershipConnection> {
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

    /// The groups: by default by title.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn groups(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which groups.")] filter: Option<GroupFilter>,
        #[graphql(desc = "In which order; by title if none is given.")] order_by: Option<
            GroupOrder,
        >,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<GroupConnection> {
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
        };
        nullable(page.await.map(Some))
    }

    /// One group by slug.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn group(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The group's slug.")] slug: String,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
    ) -> Nullable<Group> {
        let find = async {
            let seen = self.at(ctx, as_of).await?;
            seen.place.require_ewp(ctx)?;
            let now = seen.access().now;
            let found = seen
                .access()
                .facts()
                .groups_at(now)
                .find(|group| *group.slug == *slug);
            Ok(found.and_then(|group| Group::find(&seen.place, group.id)))
        };
        nullable(find.await)
    }

    /// The roles, at most 105: presets first, then by name. Any active member reads them; while the
    /// workspace has no administrator that counts, operators and those who manage secondary
    /// workspaces in its parent read ADMINISTRATOR alone.
    #[graphql(directive = guard::signed_in::apply())]
    async fn roles(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "As of when: any instant since the workspace was made; absent: now. Of the past only what had begun is listed."
        )]
        as_of: Option<Instant>,
        #[graphql(desc = "In which order; absent: presets first, then by name.")] order_by: Option<
            RoleOrder,
        >,
    ) -> Nullable<Vec<Role>> {
        let roles = async { self.at(ctx, as_of).await?.role_list(ctx, order_by).await };
        nullable(roles.await.map(Some))
    }

    /// The invitations, newest last.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn invitations(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which invitations.")] filter: Option<InvitationFilter>,
        #[graphql(desc = "In which order; oldest first if none is given.")] order_by: Option<
            InvitationOrder,
        >,
    ) -> Nullable<InvitationConnection> {
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
                invitation::page(ctx, &self.place, filter, order_by, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The sign-ups that wait or waited for a decision, newest last.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn access_requests(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which requests.")] filter: Option<AccessRequestFilter>,
        #[graphql(desc = "In which order; oldest first if none is given.")] order_by: Option<
            AccessRequestOrder,
        >,
    ) -> Nullable<AccessRequestConnection> {
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
                access_request::page(ctx, &self.place, filter, order_by, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The members' wishes for more time, newest last.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn access_renewals(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which renewals.")] filter: Option<AccessRenewalFilter>,
    ) -> Nullable<AccessRenewalConnection> {
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
                access_renewal::page(ctx, &self.place, filter, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The API keys of all members, newest last. Not by API key.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn api_keys(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which keys.")] filter: Option<ApiKeyFilter>,
        #[graphql(desc = "In which order; oldest first if none is given.")] order_by: Option<
            ApiKeyOrder,
        >,
    ) -> Nullable<ApiKeyConnection> {
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
                api_key::page(ctx, &self.place, None, filter, order_by, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// The datasets that the viewer may browse, visitors too: by default by identifier. Of a
    /// private workspace active members alone see any; for all others this is null with FORBIDDEN.
    #[expect(clippy::too_many_arguments, reason = "the arguments of lists")]
    async fn datasets(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which datasets.")] filter: Option<DatasetFilter>,
        #[graphql(desc = "In which order; by identifier if none is given.")] order_by: Option<
            DatasetOrder,
        >,
    ) -> Nullable<DatasetConnection> {
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
                item_list::datasets(ctx, &self.place, &arguments, filter, order_by),
            )
            .await
            .map(Some),
        )
    }

    /// The pages that the viewer may browse, visitors too: by default by slug. Of a private
    /// workspace active members alone see any; for all others this is null with FORBIDDEN.
    #[expect(clippy::too_many_arguments, reason = "the arguments of lists")]
    async fn pages(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which pages.")] filter: Option<PageFilter>,
        #[graphql(desc = "In which order; by slug if none is given.")] order_by: Option<PageOrder>,
    ) -> Nullable<PageConnection> {
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
                item_list::pages(ctx, &self.place, &arguments, filter, order_by),
            )
            .await
            .map(Some),
        )
    }

    /// Who gained and lost what between two instants: the members whose permissions, or access to
    /// items by grants, differ, by membership. `from` lies at or after the making of the workspace,
    /// `to` after `from`; it may lie ahead.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    #[expect(clippy::too_many_arguments, reason = "a list's arguments")]
    async fn access_diff(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The earlier instant.")] from: Instant,
        #[graphql(desc = "The later instant.")] to: Instant,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
    ) -> Nullable<AccessDifferenceConnection> {
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        nullable(
            access_diff::page(ctx, &self.place, (from, to), &arguments)
                .await
                .map(Some),
        )
    }

    /// The record: what was done here, newest first; `last` reads it from the oldest on.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn audit_events(
        &self,
        ctx: &Context<'_>,
        #[graphql(
            desc = "How many from the start: 1 to serviceLimits.maxPageSize; 20 if no size is given."
        )]
        first: Option<i32>,
        #[graphql(desc = "Only what comes behind this cursor.")] after: Option<String>,
        #[graphql(desc = "How many from the end: 1 to serviceLimits.maxPageSize.")] last: Option<
            i32,
        >,
        #[graphql(desc = "Only what comes before this cursor.")] before: Option<String>,
        #[graphql(desc = "Which events.")] filter: Option<AuditEventFilter>,
    ) -> Nullable<AuditEventConnection> {
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
                audit_event::page(ctx, &self.place, filter, &arguments),
            )
            .await
            .map(Some),
        )
    }

    /// A limit as it stands or would stand, with everything that it comes from. A member tries
    /// their own.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn quota_preview(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What to try.")] input: QuotaPreviewInput,
    ) -> Nullable<EffectiveQuota> {
        let preview = async { self.at(ctx, input.as_of).await?.preview(ctx, input).await };
        nullable(preview.await.map(Some))
    }

    /// Why somebody may do something at an instant, or why not, and what would turn a refusal.
    /// Everybody who is signed in asks about themselves: their membership, address or keys. Null
    /// for members, keys and items that are not there.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn explain_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "What is to be explained.")] input: ExplainAccessInput,
    ) -> Nullable<AccessExplanation> {
        nullable(explanation::explain(ctx, &self.place, input).await)
    }
}
