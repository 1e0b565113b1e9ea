//! Invitations: what one offers, the workspace's list, one's own.

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
        connection::{Counter, PageArguments, connection},
        error::{Nullable, nullable, nullable_field},
        guard, loader,
        object::{
            account::Account, api_key::bounded, filters::OrderDirection, group::Group,
            quota::QuotaValue, role::Role, workspace::Workspace,
        },
        scalar::{EmailAddress, Instant, Long},
        scope::{Place, Scope},
    },
    service::{
        Failure, administrators,
        invitation::{self as service, InvitationRow, Offer},
        member,
    },
};

/// Names the list in cursors.
const LIST: &str = "invitations";

/// An offer to one address to become a member.
#[derive(Debug, Clone)]
pub struct Invitation {
    place: Place,
    row: Arc<InvitationRow>,
    offer: Arc<Offer>,
    /// Whether who asks holds the mailed token.
    by_token: bool,
}

/// What became of the mail about an invitation.
#[derive(Debug, Clone, Copy, SimpleObject)]
pub struct InvitationDelivery {
    /// Where the mail stands.
    pub state: DeliveryState,
    /// When the mail was queued, sent or given up; for DEFERRED when it is tried next.
    pub at: Option<Instant>,
    /// The mail server's status code (RFC 5321), 400 to 599, if it refused or deferred the mail;
    /// null otherwise, also if the server was not reached.
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

connection!(of rows: InvitationConnection, InvitationEdge, Invitation, "the workspace's invitations");

/// Which invitations a list holds; everything that is given must hold.
#[derive(Debug, Clone, Default, InputObject)]
pub struct InvitationFilter {
    /// Invitations in one of these states; absent: in any.
    pub states: Option<Vec<InvitationState>>,
    /// Invitations whose `delivery` is in one of these states; absent: in any, or none.
    pub delivery_states: Option<Vec<DeliveryState>>,
    /// Names and address, as in MembershipFilter. At most 200 characters.
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
            states: bounded(self.states, "states")?,
            delivery_states: bounded(self.delivery_states, "deliveryStates")?,
            of_administrator_alone: false,
            words,
        })
    }
}

/// In which order invitations are listed; then by id.
#[derive(Debug, Clone, Copy, InputObject)]
pub struct InvitationOrder {
    /// By what.
    pub field: InvitationOrderField,
    /// Which way.
    pub direction: OrderDirection,
}

/// What invitations are ordered by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "service::InvitationOrder")]
pub enum InvitationOrderField {
    /// When the invitation was made.
    CreatedAt,
    /// The canonical address, by bytes.
    Email,
    /// Until when the invitation can be accepted.
    ExpiresAt,
}

/// One page of the workspace's invitations: EWP.
pub async fn page(
    ctx: &Context<'_>,
    place: &Place,
    filter: Option<InvitationFilter>,
    order: Option<InvitationOrder>,
    arguments: &PageArguments,
) -> Result<InvitationConnection, Failure> {
    let scope = Scope::of(ctx)?;
    let access = &place.access;
    let mut filter = filter.unwrap_or_default().read()?;
    if let Err(refused) = place.require_ewp(ctx) {
        if !administrators::may_give_the_first(&scope.deps, &scope.caller, access).await? {
            return Err(refused);
        }
        filter.of_administrator_alone = true;
    }
    let order = order.map_or_else(Default::default, |order| {
        (order.field.into(), order.direction.is_descending())
    });
    let list = place.list(scope, &format!("{LIST} {:?} {}", order.0, order.1));
    let page = arguments.request(&list, access.now)?;
    let found = service::page(&scope.deps, access, &filter, order, &page).await?;
    let (deps, counted) = (scope.deps.clone(), Arc::clone(access));
    let counter: Counter = Box::new(move || {
        let (deps, access, filter) = (deps.clone(), Arc::clone(&counted), filter.clone());
        Box::pin(async move { service::count(&deps, &access, &filter).await })
    });
    let node = |row: InvitationRow| Invitation::new(place, row);
    Ok(InvitationConnection::of(
        &list,
        &page,
        found,
        (|row: &InvitationRow| order.0.position(row), node),
        counter,
    ))
}

/// The invitation with this id, for EWP holders of its workspace and for the invited, signed in;
/// one to the first administrator also for those who may give the workspace one.
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
    let seen = service::may_see(&scope.deps, &access, &scope.caller, &row).await?;
    Ok(seen.then(|| Invitation::new(&Place::from(access), row)))
}

/// The invitation that a mailed token belongs to, as long as nobody has answered it or taken it
/// back.
pub async fn by_token(ctx: &Context<'_>, token: &str) -> Result<Option<Invitation>, Failure> {
    service::check_token(token)?;
    let scope = Scope::of(ctx)?;
    let Some(row) = service::by_token(&scope.deps, token).await? else {
        return Ok(None);
    };
    let Some(access) = scope.open_id(row.workspace_id).await? else {
        return Ok(None);
    };
    let waits = matches!(
        row.state(access.now),
        InvitationState::Pending | InvitationState::Expired
    );
    Ok(waits.then(|| Invitation {
        by_token: true,
        ..Invitation::new(&Place::from(access), row)
    }))
}

/// The caller's own pending invitations, newest first.
pub async fn own(ctx: &Context<'_>) -> Result<Vec<Invitation>, Failure> {
    let scope = Scope::of(ctx)?;
    let rows = service::own(&scope.deps, &scope.caller).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        if let Some(access) = scope.open_id(row.workspace_id).await?
            && service::is_pending(&access, &row)
        {
            found.push(Invitation::new(&Place::from(access), row));
        }
    }
    Ok(found)
}

impl Invitation {
    /// From its row.
    pub fn new(place: &Place, row: InvitationRow) -> Self {
        let offer = Arc::new(service::offer(&row));
        Self {
            place: place.clone(),
            row: Arc::new(row),
            offer,
            by_token: false,
        }
    }

    /// The limit of this type that it offers.
    pub(crate) fn quota_of(&self, quota_type: QuotaType) -> Option<QuotaValue> {
        self.offer
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
            starts_at: Instant(self.row.access_starts_at.unwrap_or(self.row.created_at)),
            ends_at: self.row.access_ends_at.map(Instant),
        }
    }
}

/// An offer to one address to become a member, with everything the membership will start with.
#[Object]
impl Invitation {
    /// The invitation's id (`inv_…`).
    pub async fn id(&self) -> ID {
        ID(self.row.id.to_string())
    }

    /// Where it leads.
    async fn workspace(&self) -> Workspace {
        Workspace::of(Arc::clone(&self.place.access))
    }

    /// The invited address as it was typed.
    async fn email(&self) -> EmailAddress {
        EmailAddress(self.row.email.clone())
    }

    /// Given name of the invited, as whoever invited wrote it.
    async fn given_name(&self) -> Option<&str> {
        self.row.given_name.as_deref()
    }

    /// Family name of the invited, as whoever invited wrote it.
    async fn family_name(&self) -> Option<&str> {
        self.row.family_name.as_deref()
    }

    /// ACCEPTED, DECLINED or CANCELLED once somebody did so, else EXPIRED once its term is over,
    /// else PENDING.
    async fn state(&self) -> InvitationState {
        self.row.state(self.place.access.now)
    }

    /// The role that the member will have; null if none is offered, or it is gone.
    async fn role(&self) -> Option<Role> {
        let id = self.row.role_id?;
        let facts = &self.place.snapshot.facts;
        facts
            .undeleted_role(id, self.place.access.now)
            .and_then(|role| Role::find(&self.place, role.id))
    }

    /// The permissions that the member will be granted directly, in the order of the catalogue; the
    /// workspace's defaults of the day it was made are among them.
    async fn permissions(&self) -> Vec<Permission> {
        self.offer.permissions.iter().collect()
    }

    /// The groups that the member will be in; those that are gone drop out.
    async fn groups(&self) -> Vec<Group> {
        let (facts, now) = (&self.place.snapshot.facts, self.place.access.now);
        self.offer
            .groups
            .iter()
            .filter_map(|id| facts.undeleted_group(*id, now))
            .filter_map(|group| Group::find(&self.place, group.id))
            .collect()
    }

    /// The quota values that the member will have, as long as the access. `startsAt` is when access
    /// will begin; for access that begins with the acceptance, when the invitation was made.
    async fn quota_values(&self) -> Vec<QuotaValue> {
        self.offer
            .quotas
            .iter()
            .map(|offered| self.quota(offered))
            .collect()
    }

    /// When access will begin; null = when the invitation is accepted.
    async fn access_starts_at(&self) -> Option<Instant> {
        self.row.access_starts_at.map(Instant)
    }

    /// When access will end; null = without an end, or after `accessDurationSeconds`.
    async fn access_ends_at(&self) -> Option<Instant> {
        self.row.access_ends_at.map(Instant)
    }

    /// How many seconds access will last from the acceptance on, or from `accessStartsAt` if that
    /// is later; null = until `accessEndsAt`.
    async fn access_duration_seconds(&self) -> Option<Long> {
        self.row.access_duration_seconds.map(Long)
    }

    /// What whoever invited adds, plain text of at most 500 characters.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }

    /// The language of its mails.
    async fn locale(&self) -> Locale {
        self.row.locale
    }

    /// Who invited; null: an operator's command or the system.
    async fn invited_by(&self, ctx: &Context<'_>) -> Nullable<Account> {
        loader::account(ctx, &self.place, self.row.invited_by)
            .await
            .transpose()
    }

    /// When it was made.
    async fn created_at(&self) -> Instant {
        Instant(self.row.created_at)
    }

    /// When its term is over: at the latest when the offered access ends.
    async fn expires_at(&self) -> Instant {
        Instant(self.row.expires_at)
    }

    /// What became of the newest mail about it; null if it was answered or taken back before that
    /// mail was sent. Requires EDIT_WORKSPACE_PROPERTIES.
    #[graphql(directive = guard::requires::apply(Permission::EditWorkspaceProperties))]
    async fn delivery(&self, ctx: &Context<'_>) -> Nullable<InvitationDelivery> {
        nullable(
            self.place
                .require_ewp(ctx)
                .map(|()| self.row.delivery.map(InvitationDelivery::from)),
        )
    }

    /// Whether the address has an account already. Answered to whoever holds the mailed token,
    /// through `invitationByToken` alone, as long as it is PENDING; else null.
    async fn account_exists(&self, ctx: &Context<'_>) -> Nullable<bool> {
        nullable_field(async {
            if !self.by_token || !service::is_pending(&self.place.access, &self.row) {
                return Ok(None);
            }
            Ok(Some(
                service::account_exists(&Scope::of(ctx)?.deps, &self.row).await?,
            ))
        })
        .await
    }
}
