//! Invitations: what one offers, the workspace's list, the caller's own.

use std::sync::Arc;

use async_graphql::{Context, Enum, ID, InputObject, Object, SimpleObject};

use crate::{
    domain::{
        id::{InvitationId, OfferedCallsId, OfferedDatasetsId, OfferedRecordsId},
        joining::OfferedQuota,
        permission::Permission,
        vocabulary::{DeliveryState, InvitationState, Locale, QuotaPeriod, QuotaType},
    },
    graphql::{
        connection::{Connection, ConnectionNode, Counter, ListRow, PageArguments, any_key},
        error::{Nullable, nullable_field},
        guard, loader,
        object::{
            account::Account, api_key::check_length, filters::OrderDirection, group::Group,
            quota::QuotaValue, role::Role, workspace::Workspace,
        },
        scalar::{EmailAddress, Instant, Long},
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure, administrators,
        invitation::{self as service, InvitationRow},
        member,
    },
};

/// The name of the list in cursors.
const LIST: &str = "invitations";

/// An offer to one e-mail address to become a member.
#[derive(Debug, Clone)]
pub struct Invitation {
    view: WorkspaceView,
    row: Arc<InvitationRow>,
    /// True if the caller has the token from the mail.
    by_token: bool,
}

/// The delivery of the newest mail about an invitation.
#[derive(Debug, Clone, Copy, SimpleObject)]
pub struct InvitationDelivery {
    /// The state of the delivery.
    pub state: DeliveryState,
    /// The time at which the mail was queued, sent or given up; for DEFERRED, the time of the next
    /// attempt.
    pub at: Option<Instant>,
    /// The mail server's status code (RFC 5321), 400 to 599, if it refused or deferred the mail;
    /// null otherwise, also if the server could not be reached.
    pub status_code: Option<i32>,
}

impl From<service::Delivery> for InvitationDelivery {
    fn from(delivery: service::Delivery) -> Self {
        Self {
            state: delivery.state,
            at: Some(Instant(delivery.at)),
            status_code: delivery.status,
        }
    }
}

impl ConnectionNode for Invitation {
    const CONNECTION: &'static str = "InvitationConnection";
    const EDGE: &'static str = "InvitationEdge";
    const DESCRIPTION: &'static str = "A page of the workspace's invitations.";
}

/// Filter for invitations. All given conditions must match.
#[derive(Debug, Clone, Default, InputObject)]
pub struct InvitationFilter {
    /// Invitations in one of these states. Default: any state.
    pub states: Option<Vec<InvitationState>>,
    /// Invitations whose `delivery` is in one of these states. Default: any state, or no delivery.
    pub delivery_states: Option<Vec<DeliveryState>>,
    /// Invitations whose names or e-mail address match this text, as in MembershipFilter. At most
    /// 200 characters.
    pub search: Option<String>,
}

impl InvitationFilter {
    fn read(self) -> Result<service::InvitationFilter, Failure> {
        let words = self
            .search
            .as_deref()
            .map(member::search_words)
            .transpose()?
            .unwrap_or_default();
        Ok(service::InvitationFilter {
            states: check_length(self.states, "states")?,
            delivery_states: check_length(self.delivery_states, "deliveryStates")?,
            of_administrator_alone: false,
            words,
        })
    }
}

/// The order of invitations. Ties are ordered by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct InvitationOrder {
    /// The field to order by.
    pub field: InvitationOrderField,
    /// The direction of the order.
    pub direction: OrderDirection,
}

/// The fields that invitations can be ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::InvitationOrder")]
pub enum InvitationOrderField {
    /// The time of creation.
    CreatedAt,
    /// The canonical e-mail address, compared byte by byte.
    Email,
    /// The time at which the invitation expires.
    ExpiresAt,
}

/// Returns one page of the workspace's invitations. Requires EDIT_WORKSPACE_PROPERTIES.
pub async fn page(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    filter: Option<InvitationFilter>,
    order: Option<InvitationOrder>,
    arguments: &PageArguments,
) -> Result<Connection<Invitation>, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &view.access;
    let mut filter = filter.unwrap_or_default().read()?;
    if let Err(refused) = view.require_ewp(ctx) {
        if !administrators::may_give_the_first(&scope.deps, &scope.caller, access).await? {
            return Err(refused);
        }
        filter.of_administrator_alone = true;
    }
    let order = order.map_or_else(Default::default, |order| {
        (order.field.into(), order.direction.is_descending())
    });
    let counter = Counter::new(
        (scope.deps.clone(), Arc::clone(access), filter.clone()),
        |(deps, access, filter)| Box::pin(service::count(deps, access, filter)),
    );
    view.list(scope, &format!("{LIST} {:?} {}", order.0, order.1))
        .connection(arguments, any_key, counter, async |request| {
            let page = service::page(&scope.deps, access, &filter, order, &request).await?;
            Ok(page.map(|row| {
                let position = order.0.position(&row);
                ListRow::new(position, Invitation::new(view, row))
            }))
        })
        .await
}

/// Returns the invitation with this id. Visible to signed-in callers only: the invited person and
/// holders of EDIT_WORKSPACE_PROPERTIES in its workspace. An invitation for the first administrator
/// is also visible to those who may give the workspace one.
pub async fn find(ctx: &Context<'_>, id: InvitationId) -> Result<Option<Invitation>, Failure> {
    let scope = Scope::of(ctx)?;
    if scope.caller.account().is_none() {
        return Ok(None);
    }
    let Some(row) = service::by_id(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(row.workspace_id).await? else {
        return Ok(None);
    };
    let may_see = service::may_see(&scope.deps, &access, &scope.caller, &row).await?;
    Ok(may_see.then(|| Invitation::new(&WorkspaceView::from(access), row)))
}

/// Returns the invitation that a token from a mail belongs to, unless it was answered or cancelled.
pub async fn by_token(ctx: &Context<'_>, token: &str) -> Result<Option<Invitation>, Failure> {
    service::check_token(token)?;
    let scope = Scope::of(ctx)?;
    let Some(row) = service::by_token(&scope.deps, token).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(row.workspace_id).await? else {
        return Ok(None);
    };
    Ok(
        service::is_shown_by_token(&access, &row).then(|| Invitation {
            by_token: true,
            ..Invitation::new(&WorkspaceView::from(access), row)
        }),
    )
}

/// Returns the caller's pending invitations, newest first.
pub async fn own(ctx: &Context<'_>) -> Result<Vec<Invitation>, Failure> {
    let scope = Scope::of(ctx)?;
    let rows = service::own(&scope.deps, &scope.caller).await?;
    let mut invitations = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(access) = scope.open_id(row.workspace_id).await?
            && service::is_pending(&access, &row)
        {
            invitations.push(Invitation::new(&WorkspaceView::from(access), row));
        }
    }
    Ok(invitations)
}

impl Invitation {
    /// Builds an invitation from its row.
    pub fn new(view: &WorkspaceView, row: InvitationRow) -> Self {
        Self {
            view: view.clone(),
            row: Arc::new(row),
            by_token: false,
        }
    }

    /// The quota value of this type that the invitation offers.
    pub(crate) fn quota_of(&self, quota_type: QuotaType) -> Option<QuotaValue> {
        self.row
            .offer
            .quotas
            .iter()
            .find(|offered| offered.quota_type == quota_type)
            .map(|offered| self.quota(offered))
    }

    fn quota(&self, offered: &OfferedQuota) -> QuotaValue {
        let invitation = self.row.id.0;
        let id = match offered.quota_type {
            QuotaType::ApiCalls => OfferedCallsId(invitation).to_string(),
            QuotaType::Datasets => OfferedDatasetsId(invitation).to_string(),
            QuotaType::RecordsPerDataset => OfferedRecordsId(invitation).to_string(),
        };
        QuotaValue {
            id: id.into(),
            quota_type: offered.quota_type,
            subject_id: None,
            limit: offered.limit.into(),
            period: (offered.quota_type == QuotaType::ApiCalls).then_some(QuotaPeriod::Day),
            starts_at: Instant(self.row.offer.starts_at.unwrap_or(self.row.created_at)),
            ends_at: self.row.offer.end.at().map(Instant),
        }
    }
}

/// An offer to one e-mail address to become a member, with everything that the membership starts
/// with.
#[Object]
impl Invitation {
    /// The id of the invitation (`inv_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// The workspace that the invitation is for.
    async fn workspace(&self) -> Workspace {
        Workspace::of(Arc::clone(&self.view.access))
    }

    /// The invited e-mail address as it was typed.
    async fn email(&self) -> EmailAddress {
        EmailAddress(self.row.email.clone())
    }

    /// The given name of the invited person, as the inviter wrote it.
    async fn given_name(&self) -> Option<&str> {
        self.row.given_name.as_deref()
    }

    /// The family name of the invited person, as the inviter wrote it.
    async fn family_name(&self) -> Option<&str> {
        self.row.family_name.as_deref()
    }

    /// The state of the invitation: ACCEPTED, DECLINED or CANCELLED after that action; otherwise
    /// EXPIRED after `expiresAt`; otherwise PENDING.
    async fn state(&self) -> InvitationState {
        self.row.state(self.view.access.now)
    }

    /// The role that the member will have; null if none is offered or the role was deleted.
    async fn role(&self) -> Option<Role> {
        let id = self.row.offer.role?;
        let facts = &self.view.snapshot.facts;
        facts
            .undeleted_role(id, self.view.access.now)
            .and_then(|role| Role::find(&self.view, role.id))
    }

    /// The permissions that will be granted to the member directly, in the order of the catalogue.
    /// They include the workspace's default permissions at the time of the invitation.
    async fn permissions(&self) -> Vec<Permission> {
        self.row.offer.all_permissions().iter().collect()
    }

    /// The groups that the member will be in. Deleted groups are left out.
    async fn groups(&self) -> Vec<Group> {
        let (facts, now) = (&self.view.snapshot.facts, self.view.access.now);
        self.row
            .offer
            .groups
            .iter()
            .filter_map(|id| facts.undeleted_group(*id, now))
            .filter_map(|group| Group::find(&self.view, group.id))
            .collect()
    }

    /// The quota values that the member will have for the whole time of access. `startsAt` is the
    /// start of access; if access starts on acceptance, it is the creation of the invitation.
    async fn quota_values(&self) -> Vec<QuotaValue> {
        self.row
            .offer
            .quotas
            .iter()
            .map(|offered| self.quota(offered))
            .collect()
    }

    /// The start of access; null = the invitation's acceptance.
    async fn access_starts_at(&self) -> Option<Instant> {
        self.row.offer.starts_at.map(Instant)
    }

    /// The end of access; null = no end, or after `accessDurationSeconds`.
    async fn access_ends_at(&self) -> Option<Instant> {
        self.row.offer.end.at().map(Instant)
    }

    /// The duration of access in seconds, from the acceptance or from `accessStartsAt`, whichever
    /// is later; null = until `accessEndsAt`.
    async fn access_duration_seconds(&self) -> Option<Long> {
        self.row.offer.end.seconds().map(Long)
    }

    /// A note from the inviter: plain text, at most 500 characters.
    async fn note(&self) -> Option<&str> {
        self.row.offer.note.as_deref()
    }

    /// The language of the invitation's mails.
    async fn locale(&self) -> Locale {
        self.row.offer.locale
    }

    /// The account that sent the invitation; null for an operator's command or the system.
    async fn invited_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.view, self.row.invited_by)
            .await
            .transpose()
    }

    /// The time of creation.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// The time at which the invitation expires, no later than the end of the offered access.
    async fn expires_at(&self) -> Instant {
        Instant(self.row.expires_at)
    }

    /// The delivery of the newest mail about the invitation; null if the invitation was answered or
    /// cancelled before that mail was sent. Requires EDIT_WORKSPACE_PROPERTIES; for an invitation
    /// of the first administrator, the right to give the workspace one suffices.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn delivery(&self, ctx: &Context<'_>) -> Nullable<InvitationDelivery> {
        nullable_field(async {
            let scope = Scope::of(ctx)?;
            service::require_delivery(&scope.deps, &self.view.access, &scope.caller, &self.row)
                .await?;
            Ok(self.row.delivery.map(InvitationDelivery::from))
        })
        .await
    }

    /// True if the e-mail address already has an account. Available only through
    /// `invitationByToken`, with the token from the mail, and only while the invitation is PENDING;
    /// otherwise null.
    async fn account_exists(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable_field(async {
            if !self.by_token || !service::is_pending(&self.view.access, &self.row) {
                return Ok(None);
            }
            Ok(Some(
                service::account_exists(&Scope::of(ctx)?.deps, &self.row).await?,
            ))
        })
        .await
    }
}
