//! What one workspace has of a person: texts in rows, which are emptied, while ids, intervals,
//! givers, decisions and hashes stay (ERASE-6).

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QuerySelect, SelectExt as _, sea_query::OnConflict,
};
use uuid::Uuid;

use super::person::{OwnAddress, invited};
use crate::{
    domain::{
        id::{
            AccessRenewalId, AccessRequestId, AccountId, ApiKeyId, DatasetId, InvitationId, ItemId,
            MembershipId, PageId, ReuseId, WorkspaceId,
        },
        vocabulary::{AccessRequestState, ApiKeyKind},
    },
    entity::{
        access_renewal, access_request, api_key, audit_event, audit_value, barred_address, dataset,
        disabled_spell, invitation, member_word, membership, membership_form, outbox, page, reuse,
    },
    store::engine::{Conditions as _, StoreError},
};

/// The ids in one workspace that are about a person.
#[derive(Debug, Clone, Default)]
pub struct OwnIds {
    pub memberships: Vec<MembershipId>,
    pub invitations: Vec<InvitationId>,
    pub requests: Vec<AccessRequestId>,
    pub renewals: Vec<AccessRenewalId>,
    /// Those that the person submitted.
    pub reuses: Vec<ReuseId>,
    /// Those of members; the keys of the workspace are not the person's (KEY-8).
    pub keys: Vec<ApiKeyId>,
}

impl OwnIds {
    /// All of them, and the account's, as subjects of events and mails.
    fn subjects(&self, account: AccountId) -> Vec<String> {
        let mut subjects = vec![account.to_string()];
        subjects.extend(self.memberships.iter().map(ToString::to_string));
        subjects.extend(self.invitations.iter().map(ToString::to_string));
        subjects.extend(self.requests.iter().map(ToString::to_string));
        subjects.extend(self.renewals.iter().map(ToString::to_string));
        subjects.extend(self.reuses.iter().map(ToString::to_string));
        subjects.extend(self.keys.iter().map(ToString::to_string));
        subjects
    }
}

/// Finds the ids in `workspace` that are about the person.
pub async fn own_ids(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    addresses: &[OwnAddress],
) -> Result<OwnIds, StoreError> {
    macro_rules! ids {
        ($table:ident, $condition:expr) => {{
            let ids: Vec<Uuid> = $table::Entity::find()
                .select_only()
                .column($table::Column::Id)
                .filter($table::Column::WorkspaceId.eq(workspace.0))
                .filter($condition)
                .into_tuple()
                .all(db)
                .await?;
            ids
        }};
    }
    let members = ids!(membership, membership::Column::AccountId.eq(account.0));
    let of_members = || members.iter().copied();
    let invitations = ids!(
        invitation,
        Condition::any()
            .add(invited(addresses))
            .add(invitation::Column::MembershipId.in_ids(db, of_members()))
    );
    let requests = ids!(
        access_request,
        access_request::Column::AccountId.eq(account.0)
    );
    let renewals = ids!(
        access_renewal,
        access_renewal::Column::MembershipId.in_ids(db, of_members())
    );
    let reuses = ids!(reuse, reuse::Column::SubmittedBy.eq(account.0));
    let keys = ids!(
        api_key,
        Condition::all()
            .add(api_key::Column::MembershipId.in_ids(db, of_members()))
            .add(api_key::Column::Kind.eq(ApiKeyKind::Member.as_str()))
    );
    Ok(OwnIds {
        memberships: members.into_iter().map(MembershipId).collect(),
        invitations: invitations.into_iter().map(InvitationId).collect(),
        requests: requests.into_iter().map(AccessRequestId).collect(),
        renewals: renewals.into_iter().map(AccessRenewalId).collect(),
        reuses: reuses.into_iter().map(ReuseId).collect(),
        keys: keys.into_iter().map(ApiKeyId).collect(),
    })
}

/// The pending access requests of the account in `workspace`.
pub async fn pending_requests(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
) -> Result<Vec<AccessRequestId>, StoreError> {
    let ids: Vec<Uuid> = access_request::Entity::find()
        .select_only()
        .column(access_request::Column::Id)
        .filter(access_request::Column::WorkspaceId.eq(workspace.0))
        .filter(access_request::Column::AccountId.eq(account.0))
        .filter(access_request::Column::State.eq(AccessRequestState::Pending.as_str()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(AccessRequestId).collect())
}

/// At most `most` items of `workspace` that the account owns, deleted ones included.
pub async fn owned(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    most: u64,
) -> Result<Vec<ItemId>, StoreError> {
    macro_rules! items {
        ($table:ident) => {{
            let ids: Vec<Uuid> = $table::Entity::find()
                .select_only()
                .column($table::Column::Id)
                .filter($table::Column::WorkspaceId.eq(workspace.0))
                .filter($table::Column::OwnerId.eq(account.0))
                .limit(most)
                .into_tuple()
                .all(db)
                .await?;
            ids
        }};
    }
    let datasets = items!(dataset)
        .into_iter()
        .map(|id| ItemId::from(DatasetId(id)));
    let pages = items!(page).into_iter().map(|id| ItemId::from(PageId(id)));
    let most = usize::try_from(most).unwrap_or(usize::MAX);
    Ok(datasets.chain(pages).take(most).collect())
}

/// Takes their owner from these items (WS-4).
pub async fn disown(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    items: &[ItemId],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    if items.is_empty() {
        return Ok(());
    }
    let ids = || items.iter().map(|id| id.uuid());
    dataset::Entity::update_many()
        .set(dataset::ActiveModel {
            owner_id: Set(None),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(dataset::Column::WorkspaceId.eq(workspace.0))
        .filter(dataset::Column::Id.in_ids(db, ids()))
        .exec(db)
        .await?;
    page::Entity::update_many()
        .set(page::ActiveModel {
            owner_id: Set(None),
            updated_at: Set(now),
            ..Default::default()
        })
        .filter(page::Column::WorkspaceId.eq(workspace.0))
        .filter(page::Column::Id.in_ids(db, ids()))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes the mails about these ids, and the personal values of events about them.
pub async fn empty_record(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    account: AccountId,
    ids: &OwnIds,
) -> Result<(), StoreError> {
    let subjects = ids.subjects(account);
    let subjects = || subjects.iter().map(String::as_str);
    outbox::Entity::delete_many()
        .filter(outbox::Column::WorkspaceId.eq(workspace.0))
        .filter(outbox::Column::SubjectId.in_texts(db, subjects()))
        .exec(db)
        .await?;
    let events = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Id)
        .filter(audit_event::Column::WorkspaceId.eq(workspace.0))
        .filter(audit_event::Column::SubjectId.in_texts(db, subjects()));
    let events = sea_orm::QueryTrait::into_query(events);
    audit_value::Entity::delete_many()
        .filter(audit_value::Column::EventId.in_subquery(events))
        .exec(db)
        .await?;
    Ok(())
}

/// Empties the texts of these rows.
pub async fn empty(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    ids: &OwnIds,
) -> Result<(), StoreError> {
    empty_members(db, workspace, &ids.memberships).await?;
    empty_invitations(db, workspace, &ids.invitations).await?;
    access_request::Entity::update_many()
        .set(access_request::ActiveModel {
            message: Set(None),
            answers: Set("[]".to_owned()),
            reason: Set(None),
            ..Default::default()
        })
        .filter(access_request::Column::WorkspaceId.eq(workspace.0))
        .filter(access_request::Column::Id.in_ids(db, ids.requests.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    access_renewal::Entity::update_many()
        .set(access_renewal::ActiveModel {
            message: Set(None),
            reason: Set(None),
            ..Default::default()
        })
        .filter(access_renewal::Column::WorkspaceId.eq(workspace.0))
        .filter(access_renewal::Column::Id.in_ids(db, ids.renewals.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    reuse::Entity::update_many()
        .set(reuse::ActiveModel {
            title: Set(String::new()),
            url: Set(String::new()),
            description: Set(None),
            reason: Set(None),
            ..Default::default()
        })
        .filter(reuse::Column::WorkspaceId.eq(workspace.0))
        .filter(reuse::Column::Id.in_ids(db, ids.reuses.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    api_key::Entity::update_many()
        .set(api_key::ActiveModel {
            name: Set(String::new()),
            allowed_networks: Set("[]".to_owned()),
            revocation_reason: Set(None),
            last_used_from: Set(None),
            ..Default::default()
        })
        .filter(api_key::Column::WorkspaceId.eq(workspace.0))
        .filter(api_key::Column::Id.in_ids(db, ids.keys.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

async fn empty_members(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    members: &[MembershipId],
) -> Result<(), StoreError> {
    let ids = || members.iter().map(|id| id.0);
    membership::Entity::update_many()
        .set(membership::ActiveModel {
            sort_name: Set(String::new()),
            email_canonical: Set(String::new()),
            ..Default::default()
        })
        .filter(membership::Column::WorkspaceId.eq(workspace.0))
        .filter(membership::Column::Id.in_ids(db, ids()))
        .exec(db)
        .await?;
    member_word::Entity::delete_many()
        .filter(member_word::Column::MembershipId.in_ids(db, ids()))
        .exec(db)
        .await?;
    membership_form::Entity::update_many()
        .set(membership_form::ActiveModel {
            answers: Set("[]".to_owned()),
            ..Default::default()
        })
        .filter(membership_form::Column::MembershipId.in_ids(db, ids()))
        .exec(db)
        .await?;
    disabled_spell::Entity::update_many()
        .set(disabled_spell::ActiveModel {
            reason: Set(None),
            ..Default::default()
        })
        .filter(disabled_spell::Column::WorkspaceId.eq(workspace.0))
        .filter(disabled_spell::Column::MembershipId.in_ids(db, ids()))
        .exec(db)
        .await?;
    Ok(())
}

async fn empty_invitations(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    invitations: &[InvitationId],
) -> Result<(), StoreError> {
    invitation::Entity::update_many()
        .set(invitation::ActiveModel {
            email: Set(String::new()),
            email_canonical: Set(String::new()),
            given_name: Set(None),
            family_name: Set(None),
            note: Set(None),
            ..Default::default()
        })
        .filter(invitation::Column::WorkspaceId.eq(workspace.0))
        .filter(invitation::Column::Id.in_ids(db, invitations.iter().map(|id| id.0)))
        .exec(db)
        .await?;
    Ok(())
}

/// Stores that whoever has the address with this keyed hash comes back to `workspace` by invitation
/// or approved request only (JOIN-12).
pub async fn bar(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    email_key: [u8; 32],
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    use barred_address::Column;
    let row = barred_address::ActiveModel {
        workspace_id: Set(workspace.0),
        email_key: Set(email_key.to_vec()),
        barred_at: Set(now),
    };
    barred_address::Entity::insert(row)
        .on_conflict(
            OnConflict::columns([Column::WorkspaceId, Column::EmailKey])
                .update_column(Column::BarredAt)
                .to_owned(),
        )
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Whether the address with one of these keyed hashes was barred after `since`.
pub async fn is_barred(
    db: &impl ConnectionTrait,
    workspace: WorkspaceId,
    email_keys: impl Iterator<Item = [u8; 32]>,
    since: DateTime<Utc>,
) -> Result<bool, StoreError> {
    use barred_address::Column;
    Ok(barred_address::Entity::find()
        .filter(Column::WorkspaceId.eq(workspace.0))
        .filter(Column::EmailKey.is_in(email_keys.map(|key| key.to_vec())))
        .filter(Column::BarredAt.gt(since))
        .exists(db)
        .await?)
}
