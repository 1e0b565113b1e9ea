//! The root of all queries.

mod node;

use async_graphql::{Context, ID, Object};

pub use node::Node;

use super::object::limits::ServiceLimits;
use crate::service::workspace::{Family, WorkspaceRef};
use crate::{
    domain::{
        id::MembershipId,
        permission::Permission,
        vocabulary::{Locale, QuotaType},
    },
    graphql::{
        connection::{Connection, PageArguments},
        error::{Nullable, nullable, nullable_field},
        form::MOST_NODES,
        guard,
        object::{
            audit_verification::{self, AuditPinInput, AuditVerification},
            catalogue::{self, PermissionCategory},
            explanation::{self, AccessCheck, CheckAccessInput, CheckAccessResult},
            filters::{OrderDirection, WorkspaceFilter, WorkspaceOrder, WorkspaceOrderField},
            invitation::{self, Invitation},
            password_strength::{self, PasswordStrength},
            quota::EffectiveQuota,
            viewer::{Viewer, slug},
            workspace::Workspace,
            workspace_lists::workspace_page,
        },
        scalar::Long,
        scope::{InUrl, Scope, timed},
    },
    service::{Failure, workspace as service},
    words::message::{self, all_of},
};

/// The root of all queries.
#[derive(Debug, Clone, Copy)]
pub struct Query;

/// The root of all queries.
#[Object]
impl Query {
    /// The caller of the API: an anonymous visitor, a signed-in user or an API key.
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// Returns any object by its id; null if it does not exist or the viewer may not see it.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "The id.")] id: ID) -> Nullable<Node> {
        nullable(Node::find(ctx, &id).await)
    }

    /// Returns 1 to 100 objects by their ids, in the same order. A refused id is null in the list,
    /// with an error at its path.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The ids, 1 to 100.")] ids: Vec<ID>,
    ) -> async_graphql::Result<Vec<Nullable<Node>>> {
        if ids.is_empty() || ids.len() > MOST_NODES {
            return Err(Failure::bad_input(message::items("ids", 1, MOST_NODES)).into());
        }
        timed(ctx, async {
            let mut nodes = Vec::with_capacity(ids.len());
            for id in &ids {
                nodes.push(nullable(Node::find(ctx, id).await));
            }
            Ok(nodes)
        })
        .await
    }

    /// Returns one workspace, by slug or by id; give exactly one of the two. Everybody may read its
    /// public fields.
    async fn workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace's slug.")] slug: Option<String>,
        #[graphql(desc = "The id.")] id: Option<ID>,
    ) -> Nullable<Workspace> {
        nullable_field(async {
            let reference = match (slug, id) {
                (Some(text), None) => self::slug(&text)?,
                (None, Some(id)) => WorkspaceRef::Id(
                    crate::domain::id::WorkspaceId::parse(&id).map_err(Failure::from)?,
                ),
                _ => {
                    return Err(Failure::bad_input(message::exactly_one_of(all_of(&[
                        "slug", "id",
                    ])))
                    .into());
                }
            };
            Ok(Scope::of(ctx)?.open(&reference).await?.map(Workspace::of))
        })
        .await
    }

    /// Returns the workspaces that the viewer may see, by slug by default: PUBLIC workspaces and
    /// those that the viewer is a member of. Operators see all workspaces, API keys only their own.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn workspaces(
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
        #[graphql(desc = "Returns only workspaces that match this filter.")] filter: Option<
            WorkspaceFilter,
        >,
        #[graphql(desc = "The order. Default: by slug.")] order_by: Option<WorkspaceOrder>,
    ) -> async_graphql::Result<Connection<Workspace>> {
        let filter = filter.map_or_else(service::WorkspaceFilter::default, |filter| {
            service::WorkspaceFilter {
                access_mode: filter.access_mode,
                is_main: filter.is_main,
                mine: filter.mine,
            }
        });
        let order = order_by.map_or((service::ListOrder::Slug, false), |order| {
            let field = match order.field {
                WorkspaceOrderField::Slug => service::ListOrder::Slug,
                WorkspaceOrderField::CreatedAt => service::ListOrder::CreatedAt,
            };
            (field, order.direction == OrderDirection::Desc)
        });
        let arguments = PageArguments {
            first,
            after,
            last,
            before,
        };
        Ok(workspace_page(ctx, Family::All, filter, order, &arguments).await?)
    }

    /// Explains one limit of a member as it is stored: the license, the cap, the default, every
    /// group's value, the member's own value, and which of them decided. Needs
    /// EDIT_WORKSPACE_PROPERTIES, except for the member; null for all others. Use
    /// `Workspace.quotaPreview` to try other values.
    async fn explain_quota(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The membership.")] membership_id: ID,
        #[graphql(desc = "The quota type.")] r#type: QuotaType,
    ) -> Nullable<EffectiveQuota> {
        nullable_field(async {
            let id = MembershipId::parse(&membership_id).map_err(Failure::from)?;
            match node::membership(ctx, id, None).await? {
                Some(member) => Ok(Some(member.quota_of(ctx, r#type).await?)),
                None => Ok(None),
            }
        })
        .await
    }

    /// Returns the invitation that belongs to a mailed token. Null for any other token, for a token
    /// that is not the newest one of its invitation, and if the invitation was answered or
    /// cancelled. An expired invitation is returned as EXPIRED. Refused over GET.
    async fn invitation_by_token(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The token of the mailed link.")] token: String,
    ) -> Nullable<Invitation> {
        if ctx.data_opt::<InUrl>().is_some() {
            return nullable(Err(Failure::bad_input(message::token_not_in_url())));
        }
        nullable(invitation::by_token(ctx, &token).await)
    }

    /// Rates a password for the account of an e-mail address, to show its strength while it is
    /// typed. Does not reveal whether there is such an account. Only the first 64 characters are
    /// rated. Allowed once in a request. Too many calls from one account or client are refused with
    /// RATE_LIMITED and `retryAfter`. Refused over GET.
    async fn password_strength(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password.")] password: String,
        #[graphql(desc = "The e-mail address of the account.")] email: String,
    ) -> Nullable<PasswordStrength> {
        nullable(password_strength::of(ctx, password, &email).await.map(Some))
    }

    /// Verifies that the audit log of a workspace is unaltered: every event from `from` to `to`,
    /// each with the hash of the event before it, and every personal value that was not erased.
    /// Verifies at most 10,000 events in one call; `nextFrom` says where to continue. Requires
    /// EDIT_WORKSPACE_PROPERTIES.
    ///
    /// Without a pin that is kept outside the database, this cannot detect that somebody with
    /// access to the database removed the newest events, or rewrote the whole audit log. Keep the
    /// `last` of an answer elsewhere, and pass it as `pinned` later. Null if there is no such
    /// workspace.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn verify_audit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace.")] workspace_id: ID,
        #[graphql(desc = "The number of the first event, from 1. Default: 1.")] from: Option<Long>,
        #[graphql(
            desc = "The number of the last event. Default: the newest event. A number beyond the end also means the newest event."
        )]
        to: Option<Long>,
        #[graphql(
            desc = "An event seen earlier that must still exist. It may be outside the range."
        )]
        pinned: Option<AuditPinInput>,
    ) -> Nullable<AuditVerification> {
        nullable(audit_verification::of(ctx, &workspace_id, (from, to), pinned).await)
    }

    /// Returns the fourteen permissions by group, with their texts and the back-office sections
    /// that they open.
    async fn permission_catalogue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language. Default: the viewer's.")] locale: Option<Locale>,
    ) -> async_graphql::Result<Vec<PermissionCategory>> {
        Ok(catalogue::of(
            locale.unwrap_or(Scope::of(ctx)?.caller.locale()),
        ))
    }

    /// Checks whether somebody has one kind of access to a dataset or page now, and to which
    /// records. Holders of EDIT_WORKSPACE_PROPERTIES and GATEWAY keys may ask about anybody in the
    /// workspace, active members about themselves. All others are refused with NOT_FOUND.
    #[graphql(directive = guard::signed_in::apply())]
    async fn check_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The question: who, which kind of access, and which dataset or page.")]
        input: CheckAccessInput,
    ) -> Nullable<AccessCheck> {
        nullable(explanation::check(ctx, input).await)
    }

    /// Answers 1 to 1,000 questions of `checkAccess` at once. Returns one answer for each question,
    /// in the same order. All questions must be about one workspace: that of the first dataset or
    /// page that the viewer may ask about. Items of other workspaces are NOT_FOUND. A thousand
    /// questions fit into the body of one request.
    #[graphql(directive = guard::signed_in::apply())]
    async fn check_access_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The questions.")] inputs: Vec<CheckAccessInput>,
    ) -> Nullable<Vec<CheckAccessResult>> {
        nullable(explanation::check_batch(ctx, inputs).await)
    }

    /// Returns the limits in force on this node.
    async fn service_limits(&self, ctx: &Context<'_>) -> async_graphql::Result<ServiceLimits> {
        Ok(ServiceLimits::of(ctx)?)
    }
}
