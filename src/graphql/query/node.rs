//! Any object by id: what the viewer may not see is null, the same as what does not exist.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface};

use crate::{
    domain::{
        access::facts::GrantFacts,
        audit::instant,
        id::{
            AccessRenewalId, AccountId, AnyId, DatasetThemeId, GrantId, GroupId, GroupMembershipId,
            InvitationId, ItemId, MembershipId, QuotaValueId, RoleId, WorkspaceId,
        },
        vocabulary::QuotaType,
    },
    graphql::{
        loader,
        object::{
            access_renewal::{self, AccessRenewal},
            access_request::{self, AccessRequest},
            account::Account,
            api_key::{self, ApiKey},
            audit_event::{self, AuditEvent},
            dataset_theme::DatasetTheme,
            grant::PermissionGrant,
            group::{Group, GroupMembership},
            invitation::{self, Invitation},
            membership::{self, Membership},
            quota::{self, QuotaValue},
            resource::{Dataset, Page, Resource},
            reuse::{self, Reuse},
            role::Role,
            second_factor::SecondFactor,
            session::Session,
            workspace::Workspace,
        },
        scalar::Instant,
        scope::{Scope, WorkspaceView},
    },
    service::{
        Failure,
        account::{self as accounts, Sight},
        grant::{self as grants, Visible},
        group as groups, item as items, member,
        naming::{self, Named},
        role as roles,
    },
    words::message,
};

/// An object with an id by which `node` returns it.
#[derive(Debug, Clone, Interface)]
#[graphql(field(
    name = "id",
    ty = "ID",
    desc = "The object's id: a prefix that names the type, and 26 characters."
))]
pub enum Node {
    /// An account.
    Account(Account),
    /// A session.
    Session(Session),
    /// A workspace.
    Workspace(Workspace),
    /// A membership.
    Membership(Membership),
    /// A group.
    Group(Group),
    /// A membership of a member in a group.
    GroupMembership(GroupMembership),
    /// A role.
    Role(Role),
    /// A grant.
    PermissionGrant(PermissionGrant),
    /// An invitation.
    Invitation(Invitation),
    /// An access request.
    AccessRequest(AccessRequest),
    /// A member's request for more time.
    AccessRenewal(AccessRenewal),
    /// An API key.
    ApiKey(ApiKey),
    /// A dataset.
    Dataset(Dataset),
    /// A dataset theme.
    DatasetTheme(DatasetTheme),
    /// A page.
    Page(Page),
    /// A reuse of a dataset.
    Reuse(Reuse),
    /// An event of a workspace's audit log.
    AuditEvent(AuditEvent),
    /// A limit for an interval of time.
    QuotaValue(QuotaValue),
    /// A second factor of the viewer's account.
    SecondFactor(SecondFactor),
}

impl Node {
    /// The object with this id, if the viewer may see it.
    pub async fn find(ctx: &Context<'_>, id: &ID) -> Result<Option<Self>, Failure> {
        let (id, at) = split_dated_id(id)?;
        let id = AnyId::parse(id)?;
        if at.is_some() && !is_dated(id) {
            return Err(Failure::bad_input(message::id_not_dated()));
        }
        match Self::read(ctx, id, at).await {
            // An instant that is no good is told to who may see the object; to all others it is not
            // there.
            Err(Failure::BadInput(_))
                if at.is_some() && Self::read(ctx, id, None).await?.is_none() =>
            {
                Ok(None)
            }
            result => result,
        }
    }

    async fn read(
        ctx: &Context<'_>,
        id: AnyId,
        at: Option<Instant>,
    ) -> Result<Option<Self>, Failure> {
        let scope = Scope::of(ctx)?;
        Ok(match id {
            AnyId::AccountId(id) => account(ctx, id).await?.map(Self::Account),
            AnyId::SessionId(id) => Session::find(ctx, id).await?.map(Self::Session),
            AnyId::SecondFactorId(id) => SecondFactor::find(ctx, id).await?.map(Self::SecondFactor),
            AnyId::WorkspaceId(id) => scope
                .open_id(id)
                .await?
                .map(Workspace::of)
                .map(Self::Workspace),
            AnyId::MembershipId(id) => membership(ctx, id, at).await?.map(Self::Membership),
            AnyId::GroupId(id) => group(ctx, id, at).await?.map(Self::Group),
            AnyId::GroupMembershipId(id) => group_membership(ctx, id, at)
                .await?
                .map(Self::GroupMembership),
            AnyId::RoleId(id) => role(ctx, id, at).await?.map(Self::Role),
            AnyId::GrantId(id) => grant(ctx, id, at).await?.map(Self::PermissionGrant),
            AnyId::InvitationId(id) => invitation::find(ctx, id).await?.map(Self::Invitation),
            AnyId::AccessRequestId(id) => access_request::find(ctx, id)
                .await?
                .map(Self::AccessRequest),
            AnyId::AccessRenewalId(id) => renewal(ctx, id).await?.map(Self::AccessRenewal),
            AnyId::ApiKeyId(id) => api_key::find(ctx, id, at).await?.map(Self::ApiKey),
            AnyId::DatasetId(id) => item(ctx, id.into())
                .await?
                .and_then(Resource::dataset)
                .map(Self::Dataset),
            AnyId::DatasetThemeId(id) => dataset_theme(ctx, id).await?.map(Self::DatasetTheme),
            AnyId::PageId(id) => item(ctx, id.into())
                .await?
                .and_then(Resource::page)
                .map(Self::Page),
            AnyId::AuditEventId(id) => audit_event::find(ctx, id).await?.map(Self::AuditEvent),
            AnyId::QuotaValueId(id) => quota_value(ctx, id, at).await?.map(Self::QuotaValue),
            AnyId::OfferedCallsId(id) => offered_quota_value(ctx, id.0, QuotaType::ApiCalls)
                .await?
                .map(Self::QuotaValue),
            AnyId::OfferedDatasetsId(id) => offered_quota_value(ctx, id.0, QuotaType::Datasets)
                .await?
                .map(Self::QuotaValue),
            AnyId::OfferedRecordsId(id) => {
                offered_quota_value(ctx, id.0, QuotaType::RecordsPerDataset)
                    .await?
                    .map(Self::QuotaValue)
            }
            AnyId::ReuseId(id) => reuse::find(ctx, id).await?.map(Self::Reuse),
            // Webhooks come with later work.
            AnyId::WebhookId(_) => None,
        })
    }
}

/// Splits an id into the id and the instant that it carries, which must have the form that the API
/// returns (TIME-3).
fn split_dated_id(id: &str) -> Result<(&str, Option<Instant>), Failure> {
    let Some((id, at)) = id.split_once('@') else {
        return Ok((id, None));
    };
    match Instant::read(at) {
        Some(read) if instant(read.0) == at => Ok((id, Some(read))),
        _ => Err(Failure::bad_input(message::instant_of_id_malformed())),
    }
}

const fn is_dated(id: AnyId) -> bool {
    matches!(
        id,
        AnyId::MembershipId(_)
            | AnyId::GroupId(_)
            | AnyId::GroupMembershipId(_)
            | AnyId::RoleId(_)
            | AnyId::GrantId(_)
            | AnyId::ApiKeyId(_)
            | AnyId::QuotaValueId(_)
    )
}

async fn workspace_of(
    ctx: &Context<'_>,
    named: Named,
    id: uuid::Uuid,
) -> Result<Option<WorkspaceId>, Failure> {
    let scope = Scope::of(ctx)?;
    naming::workspace_of(&scope.deps, &scope.caller, named, id).await
}

async fn view_at(
    ctx: &Context<'_>,
    workspace: Option<WorkspaceId>,
    at: Option<Instant>,
) -> Result<Option<WorkspaceView>, Failure> {
    let Some(id) = workspace else { return Ok(None) };
    match Scope::of(ctx)?.open_id(id).await?.map(WorkspaceView::from) {
        Some(view) => view.as_of(ctx, at).await.map(Some),
        None => Ok(None),
    }
}

/// The viewer's account, or one in a workspace where the viewer holds EDIT_WORKSPACE_PROPERTIES.
async fn account(ctx: &Context<'_>, id: AccountId) -> Result<Option<Account>, Failure> {
    let scope = Scope::of(ctx)?;
    let workspaces = match accounts::sight(&scope.deps, &scope.caller, id).await? {
        Sight::Own(viewer) => return Ok(Some(Account::own(viewer))),
        Sight::In(workspaces) => workspaces,
    };
    for workspace in workspaces {
        let Some(access) = scope.open_id(workspace).await? else {
            continue;
        };
        if let Some(face) = accounts::visible_in(&scope.deps, &access, id).await? {
            return Ok(Some(Account::of_face(&face, &access, &scope.caller)));
        }
    }
    Ok(None)
}

/// The viewer's membership, or any membership for EWP holders.
pub async fn membership(
    ctx: &Context<'_>,
    id: MembershipId,
    at: Option<Instant>,
) -> Result<Option<Membership>, Failure> {
    match view_at(ctx, workspace_of(ctx, Named::Membership, id.0).await?, at).await? {
        Some(view) => one_member(ctx, &view, id).await,
        None => Ok(None),
    }
}

async fn one_member(
    ctx: &Context<'_>,
    view: &WorkspaceView,
    id: MembershipId,
) -> Result<Option<Membership>, Failure> {
    let scope = Scope::of(ctx)?;
    match member::by_id(&scope.deps, &view.access, &scope.caller, id).await? {
        Some(row) => membership::prefetch_one(ctx, view, row).await,
        None => Ok(None),
    }
}

/// A group, for EWP holders and for its members.
pub async fn group(
    ctx: &Context<'_>,
    id: GroupId,
    at: Option<Instant>,
) -> Result<Option<Group>, Failure> {
    let Some(view) = view_at(ctx, workspace_of(ctx, Named::Group, id.0).await?, at).await? else {
        return Ok(None);
    };
    let is_visible = groups::is_visible(&view.access, id);
    Ok(if is_visible {
        Group::find(&view, id)
    } else {
        None
    })
}

/// A group membership, for everybody who may see the member.
async fn group_membership(
    ctx: &Context<'_>,
    id: GroupMembershipId,
    at: Option<Instant>,
) -> Result<Option<GroupMembership>, Failure> {
    let scope = Scope::of(ctx)?;
    let workspace =
        naming::workspace_of(&scope.deps, &scope.caller, Named::GroupMembership, id.0).await?;
    let Some(view) = view_at(ctx, workspace, at).await? else {
        return Ok(None);
    };
    let Some(holder) = groups::member_of_place(&scope.deps, &view.access, id).await? else {
        return Ok(None);
    };
    match one_member(ctx, &view, holder).await? {
        Some(member) => member.group_membership(ctx, id).await,
        None => Ok(None),
    }
}

/// A quota value, for EWP holders of its workspace. Values of a license can also be read in the
/// secondary workspaces.
async fn quota_value(
    ctx: &Context<'_>,
    id: QuotaValueId,
    at: Option<Instant>,
) -> Result<Option<QuotaValue>, Failure> {
    let scope = Scope::of(ctx)?;
    let (deps, caller) = (&scope.deps, &scope.caller);
    let Some(own) = naming::workspace_of_value(deps, caller, id).await? else {
        return Ok(None);
    };
    if let Some(view) = view_at(ctx, Some(own), at).await?
        && let Some(value) = quota::find(ctx, &view, id).await?
    {
        return Ok(Some(value));
    }
    for secondary in naming::secondaries_of(deps, caller, own).await? {
        if let Some(view) = view_at(ctx, Some(secondary), at).await?
            && let Some(value) = quota::find(ctx, &view, id).await?
        {
            return Ok(Some(value));
        }
    }
    Ok(None)
}

/// A limit that an invitation offers, for everybody who may see the invitation.
async fn offered_quota_value(
    ctx: &Context<'_>,
    invitation: uuid::Uuid,
    quota_type: QuotaType,
) -> Result<Option<QuotaValue>, Failure> {
    Ok(invitation::find(ctx, InvitationId(invitation))
        .await?
        .and_then(|invitation| invitation.quota_of(quota_type)))
}

/// A request for more time: the viewer's, or any for EWP holders.
async fn renewal(ctx: &Context<'_>, id: AccessRenewalId) -> Result<Option<AccessRenewal>, Failure> {
    match view_at(
        ctx,
        workspace_of(ctx, Named::AccessRenewal, id.0).await?,
        None,
    )
    .await?
    {
        Some(view) => access_renewal::find(ctx, &view, id).await,
        None => Ok(None),
    }
}

/// A dataset or page, for everybody who may browse it (PERM-5), including visitors.
async fn item(ctx: &Context<'_>, id: ItemId) -> Result<Option<Resource>, Failure> {
    let scope = Scope::of(ctx)?;
    let Some(row) = items::find(&scope.deps, id).await? else {
        return Ok(None);
    };
    let Some(view) = view_at(ctx, Some(row.workspace_id), None).await? else {
        return Ok(None);
    };
    Ok(items::may_browse(&view.access, &row).then(|| Resource::of(&view, Arc::new(row))))
}

/// A dataset theme, for everybody who may enter its workspace (JOIN-1), including visitors.
async fn dataset_theme(
    ctx: &Context<'_>,
    id: DatasetThemeId,
) -> Result<Option<DatasetTheme>, Failure> {
    match view_at(
        ctx,
        workspace_of(ctx, Named::DatasetTheme, id.0).await?,
        None,
    )
    .await?
    {
        Some(view) => DatasetTheme::find(ctx, &view, id).await,
        None => Ok(None),
    }
}

/// A role, for any active member. ADMINISTRATOR also for those who may appoint the workspace's
/// first administrator (MEM-5).
async fn role(ctx: &Context<'_>, id: RoleId, at: Option<Instant>) -> Result<Option<Role>, Failure> {
    let Some(view) = view_at(ctx, workspace_of(ctx, Named::Role, id.0).await?, at).await? else {
        return Ok(None);
    };
    let scope = Scope::of(ctx)?;
    let is_visible = roles::is_visible(&scope.deps, &scope.caller, &view.access, id).await?;
    Ok(if is_visible {
        Role::find(&view, id)
    } else {
        None
    })
}

/// A grant that has not ended, for EWP holders and for the member who holds it.
pub async fn grant(
    ctx: &Context<'_>,
    id: GrantId,
    at: Option<Instant>,
) -> Result<Option<PermissionGrant>, Failure> {
    let Some(view) = view_at(ctx, workspace_of(ctx, Named::Grant, id.0).await?, at).await? else {
        return Ok(None);
    };
    let access = &view.access;
    let shown = |facts: GrantFacts| PermissionGrant {
        view: view.clone(),
        facts,
    };
    let holder = match grants::visible(&Scope::of(ctx)?.deps, access, id).await? {
        Visible::Grant(facts) => return Ok(Some(shown(facts))),
        Visible::Nothing => return Ok(None),
        Visible::OfMember(holder) => holder,
    };
    let Some(member) = loader::member(ctx, &view, holder).await? else {
        return Ok(None);
    };
    let facts = loader::member_facts(ctx, loader::MemberKey::of(&member)).await?;
    let mut listed = facts.listed_grants(access.shown());
    Ok(listed
        .find(|grant| grant.id == id)
        .map(|facts| shown(facts.clone())))
}
