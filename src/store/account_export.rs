//! Links to the data of an account, and that data, page by page in the order of ids (ERASE-8).

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::{
    audit::read,
    engine::{Conditions as _, Sql, StoreError},
};
use crate::{
    domain::{
        audit::Recorded,
        id::{AccountId, WorkspaceId},
    },
    entity::{
        access_renewal, access_request, account, account_export, api_key, dataset_follow,
        disabled_spell, group_membership, invitation, member_group, membership, membership_form,
        permission_grant, quota_value, reuse, role, role_assignment, second_factor, session,
        workspace,
    },
};

/// Stores a link.
pub async fn insert(
    db: &impl ConnectionTrait,
    id: Uuid,
    account: AccountId,
    (now, expires_at): (DateTime<Utc>, DateTime<Utc>),
) -> Result<(), StoreError> {
    let row = account_export::ActiveModel {
        id: Set(id),
        account_id: Set(account.0),
        created_at: Set(now),
        expires_at: Set(expires_at),
        used_at: Set(None),
    };
    account_export::Entity::insert(row)
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Uses a link up. Returns its account, unless it was used before or has expired.
pub async fn take(
    db: &impl ConnectionTrait,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Option<AccountId>, StoreError> {
    use account_export::Column;
    let rows = account_export::Entity::update_many()
        .set(account_export::ActiveModel {
            used_at: Set(Some(now)),
            ..Default::default()
        })
        .filter(Column::Id.eq(id))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec_with_returning(db)
        .await?;
    Ok(rows.into_iter().next().map(|row| AccountId(row.account_id)))
}

/// The account, unless it was erased.
pub async fn account(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Option<account::Model>, StoreError> {
    Ok(account::Entity::find_by_id(id.0)
        .filter(account::Column::ErasedAt.is_null())
        .one(db)
        .await?)
}

/// Reads the next rows of a table with an id after `$after`, by id.
macro_rules! pages {
    ($($(#[$meta:meta])* $name:ident = $table:ident where |$id:ident| $condition:expr;)+) => {
        $(
            $(#[$meta])*
            pub async fn $name(
                db: &impl ConnectionTrait,
                $id: AccountId,
                after: Uuid,
                most: u64,
            ) -> Result<Vec<$table::Model>, StoreError> {
                Ok($table::Entity::find()
                    .filter($condition)
                    .filter($table::Column::Id.gt(after))
                    .order_by_asc($table::Column::Id)
                    .limit(most)
                    .all(db)
                    .await?)
            }
        )+
    };
}

pages! {
    /// The account's memberships, ended ones too.
    memberships = membership where |id| membership::Column::AccountId.eq(id.0);
    /// The account's access requests.
    requests = access_request where |id| access_request::Column::AccountId.eq(id.0);
    /// The invitations that the account sent.
    sent = invitation where |id| invitation::Column::InvitedBy.eq(id.0);
    /// The reuses that the account submitted, deleted ones too.
    reuses = reuse where |id| reuse::Column::SubmittedBy.eq(id.0);
    /// The datasets that the account follows.
    follows = dataset_follow where |id| dataset_follow::Column::AccountId.eq(id.0);
    /// The account's sessions.
    sessions = session where |id| session::Column::AccountId.eq(id.0);
    /// The account's second factors.
    factors = second_factor where |id| second_factor::Column::AccountId.eq(id.0);
}

/// The ids of the account's memberships.
pub async fn membership_ids(
    db: &impl ConnectionTrait,
    id: AccountId,
) -> Result<Vec<Uuid>, StoreError> {
    Ok(membership::Entity::find()
        .select_only()
        .column(membership::Column::Id)
        .filter(membership::Column::AccountId.eq(id.0))
        .into_tuple()
        .all(db)
        .await?)
}

/// The invitations to this address, and those that these memberships accepted.
pub async fn received(
    db: &impl ConnectionTrait,
    (email_canonical, members): (&str, &[Uuid]),
    after: Uuid,
    most: u64,
) -> Result<Vec<invitation::Model>, StoreError> {
    use invitation::Column;
    let to_me = Condition::any()
        .add(Column::EmailCanonical.eq(email_canonical))
        .add(Column::MembershipId.in_ids(db, members.iter().copied()));
    Ok(invitation::Entity::find()
        .filter(to_me)
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// The renewals of these memberships.
pub async fn renewals(
    db: &impl ConnectionTrait,
    members: &[Uuid],
    after: Uuid,
    most: u64,
) -> Result<Vec<access_renewal::Model>, StoreError> {
    use access_renewal::Column;
    Ok(access_renewal::Entity::find()
        .filter(Column::MembershipId.in_ids(db, members.iter().copied()))
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// The keys of these memberships.
pub async fn keys(
    db: &impl ConnectionTrait,
    members: &[Uuid],
    after: Uuid,
    most: u64,
) -> Result<Vec<api_key::Model>, StoreError> {
    use api_key::Column;
    Ok(api_key::Entity::find()
        .filter(Column::MembershipId.in_ids(db, members.iter().copied()))
        .filter(Column::Id.gt(after))
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?)
}

/// What belongs to some memberships.
#[derive(Debug, Default)]
pub struct Belongings {
    pub workspaces: Vec<workspace::Model>,
    pub roles: Vec<(role_assignment::Model, Option<String>)>,
    pub groups: Vec<(group_membership::Model, Option<String>)>,
    pub grants: Vec<permission_grant::Model>,
    pub quotas: Vec<quota_value::Model>,
    pub disabled: Vec<disabled_spell::Model>,
    pub forms: Vec<membership_form::Model>,
}

/// Loads what belongs to these memberships.
pub async fn belongings(
    db: &impl ConnectionTrait,
    members: &[membership::Model],
) -> Result<Belongings, StoreError> {
    let ids = || members.iter().map(|row| row.id);
    macro_rules! of_members {
        ($table:ident) => {
            $table::Entity::find()
                .filter($table::Column::MembershipId.in_ids(db, ids()))
                .order_by_asc($table::Column::StartsAt)
                .order_by_asc($table::Column::Id)
                .all(db)
                .await?
        };
    }
    let roles: Vec<role_assignment::Model> = of_members!(role_assignment);
    let groups: Vec<group_membership::Model> = of_members!(group_membership);
    let role_names: Vec<(Uuid, String)> = role::Entity::find()
        .select_only()
        .column(role::Column::Id)
        .column(role::Column::Name)
        .filter(role::Column::Id.in_ids(db, roles.iter().map(|row| row.role_id)))
        .into_tuple()
        .all(db)
        .await?;
    let titles: Vec<(Uuid, String)> = member_group::Entity::find()
        .select_only()
        .column(member_group::Column::Id)
        .column(member_group::Column::Title)
        .filter(member_group::Column::Id.in_ids(db, groups.iter().map(|row| row.group_id)))
        .into_tuple()
        .all(db)
        .await?;
    let name = |names: &[(Uuid, String)], id: Uuid| {
        let found = names.iter().find(|(known, _)| *known == id);
        found.map(|(_, name)| name.clone())
    };
    Ok(Belongings {
        workspaces: workspace::Entity::find()
            .filter(workspace::Column::Id.in_ids(db, members.iter().map(|row| row.workspace_id)))
            .all(db)
            .await?,
        roles: roles
            .into_iter()
            .map(|row| (row.clone(), name(&role_names, row.role_id)))
            .collect(),
        groups: groups
            .into_iter()
            .map(|row| (row.clone(), name(&titles, row.group_id)))
            .collect(),
        grants: of_members!(permission_grant),
        quotas: of_members!(quota_value),
        disabled: of_members!(disabled_spell),
        forms: membership_form::Entity::find()
            .filter(membership_form::Column::MembershipId.in_ids(db, ids()))
            .all(db)
            .await?,
    })
}

/// Which events.
#[derive(Debug, Clone, Copy)]
pub enum EventsOf<'a> {
    /// All of the account's own chain.
    Account(AccountId),
    /// Those of a workspace in which the account acted, or that are about one of these subjects.
    Workspace(WorkspaceId, AccountId, &'a [String]),
}

/// The next events, by number, with their personal values. SQL text, because the columns are read by
/// the audit log's own reader.
pub async fn events(
    db: &impl ConnectionTrait,
    of: EventsOf<'_>,
    after: i64,
    most: i64,
) -> Result<Vec<Recorded>, StoreError> {
    let mut sql = Sql::new(db, "SELECT ");
    sql.push(read::COLUMNS).push(" FROM audit_event e WHERE ");
    match of {
        EventsOf::Account(id) => sql.bind("e.account_id = ?", [id.0.into()]),
        EventsOf::Workspace(workspace, account, subjects) => sql
            .bind(
                "e.workspace_id = ? AND (e.actor_account_id = ? OR ",
                [workspace.0.into(), account.0.into()],
            )
            .texts_in("e.subject_id", subjects.iter().map(String::as_str))
            .push(")"),
    };
    sql.bind(
        " AND e.sequence > ? ORDER BY e.sequence LIMIT ?",
        [after.into(), most.into()],
    );
    let mut events = Vec::new();
    for row in &sql.rows(db).await? {
        events.push(read::read(row)?);
    }
    read::with_values(db, events.iter_mut()).await?;
    Ok(events)
}
