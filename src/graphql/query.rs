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
        connection::PageArguments,
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
            workspace::{Workspace, WorkspaceConnection},
            workspace_lists::connection_of,
        },
        scalar::Long,
        scope::{InUrl, Scope, timed},
    },
    service::{Failure, workspace as service},
    words::message::{self, all_of},
};

/// Everything that can be asked for.
#[derive(Debug, Clone, Copy)]
pub struct Query;

/// Everything that can be asked for.
#[Object]
impl Query {
    /// Who is asking.
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// Any object by its id; null where there is none that one may see.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Its id.")] id: ID) -> Nullable<Node> {
        nullable(Node::find(ctx, &id).await)
    }

    /// Several objects by their ids, in that order; 1 to 100. An id that is refused is null with
    /// its error at its place.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Their ids.")] ids: Vec<ID>,
    ) -> async_graphql::Result<Vec<Nullable<Node>>> {
        if ids.is_empty() || ids.len() > MOST_NODES {
            return Err(Failure::bad_input(message::items("ids", 1, MOST_NODES)).into());
        }
        timed(ctx, async {
            let mut found = Vec::with_capacity(ids.len());
            for id in &ids {
                found.push(nullable(Node::find(ctx, id).await));
            }
            Ok(found)
        })
        .await
    }

    /// One workspace, by slug or by id: exactly one of the two. Its public face is there for
    /// everybody.
    async fn workspace(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its slug.")] slug: Option<String>,
        #[graphql(desc = "Its id.")] id: Option<ID>,
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

    /// The workspaces that one may know of: PUBLIC ones and one's own, for operators all, by key
    /// its own. By slug.
    #[expect(clippy::too_many_arguments, reason = "the contract's arguments")]
    async fn workspaces(
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
        #[graphql(desc = "Which workspaces.")] filter: Option<WorkspaceFilter>,
        #[graphql(desc = "In which order; by slug if none is given.")] order_by: Option<
            WorkspaceOrder,
        >,
    ) -> async_graphql::Result<WorkspaceConnection> {
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
        Ok(connection_of(
            ctx,
            Family::All,
            filter,
            order,
            &PageArguments {
                first,
                after,
                last,
                before,
            },
        )
        .await?)
    }

    /// One limit of a member as it is stored, with everything that it comes from: license, cap,
    /// default, every group's value, the member's own, and which of them decided. For holders of
    /// EDIT_WORKSPACE_PROPERTIES, and for the member; to all others it is null.
    /// `Workspace.quotaPreview` tries other values.
    async fn explain_quota(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Whose limit.")] membership_id: ID,
        #[graphql(desc = "Which limit.")] r#type: QuotaType,
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

    /// The invitation that a mailed token belongs to; null for any other token, one that is not its
    /// newest, and once it was answered or taken back. One that has run out says so (EXPIRED).
    /// Refused over GET.
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

    /// How strong a password is for the account of an address, to be shown while it is typed. Says
    /// nothing of whether there is such an account. The first 64 characters are judged. At most
    /// once in a request. Too many calls from one account or client: RATE_LIMITED with
    /// `retryAfter`. Refused over GET.
    async fn password_strength(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The password.")] password: String,
        #[graphql(desc = "The address of the account.")] email: String,
    ) -> Nullable<PasswordStrength> {
        nullable(password_strength::of(ctx, password, &email).await.map(Some))
    }

    /// Whether the workspace's record is what was written: every event from `from` to `to`, each
    /// with the hash of the one before it, and every personal value that was not erased. At most
    /// 10,000 events a call; `nextFrom` says where to go on.
    ///
    /// Without a pin kept outside, it cannot be seen that somebody who has the database removed the
    /// newest events, or wrote the record anew: keep `last` of an answer elsewhere, and give it as
    /// `pinned` later. Null where there is no such workspace.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn verify_audit(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workspace.")] workspace_id: ID,
        #[graphql(desc = "The number of the first event, from 1; 1 if absent.")] from: Option<Long>,
        #[graphql(desc = "The number of the last event; absent, or beyond the end: the newest.")]
        to: Option<Long>,
        #[graphql(
            desc = "An event seen earlier, which must still be there; it may lie outside the range."
        )]
        pinned: Option<AuditPinInput>,
    ) -> Nullable<AuditVerification> {
        nullable(audit_verification::of(ctx, &workspace_id, (from, to), pinned).await)
    }

    /// The fourteen permissions by group, with the texts and the sections that they open.
    async fn permission_catalogue(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The language; by default the viewer's.")] locale: Option<Locale>,
    ) -> async_graphql::Result<Vec<PermissionCategory>> {
        Ok(catalogue::of(
            locale.unwrap_or(Scope::of(ctx)?.caller.locale()),
        ))
    }

    /// Whether somebody may do something to one dataset or page now, and with which records. EWP
    /// holders and GATEWAY keys ask about anybody in the workspace, active members about
    /// themselves; to all others nothing is there (NOT_FOUND).
    #[graphql(directive = guard::signed_in::apply())]
    async fn check_access(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Who, what, on which item.")] input: CheckAccessInput,
    ) -> Nullable<AccessCheck> {
        nullable(explanation::check(ctx, input).await)
    }

    /// The same for 1 to 1,000 questions at once, each with its own answer, in order. All are about
    /// the workspace of the first item that you may ask about; what belongs to another is
    /// NOT_FOUND. A thousand fit into one request's body.
    #[graphql(directive = guard::signed_in::apply())]
    async fn check_access_batch(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The questions.")] inputs: Vec<CheckAccessInput>,
    ) -> Nullable<Vec<CheckAccessResult>> {
        nullable(explanation::check_batch(ctx, inputs).await)
    }

    /// The limits in force on this node.
    async fn service_limits(&self, ctx: &Context<'_>) -> async_graphql::Result<ServiceLimits> {
        Ok(ServiceLimits::of(ctx)?)
    }
}
