//! What an account itself has of a person: credentials, which end when the run begins, and the
//! rest, which is emptied at its end (ERASE-6). Also which addresses and workspaces were theirs.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};
use uuid::Uuid;

use crate::{
    domain::{
        audit::AuditEventKind,
        email::EmailAddress,
        id::{AccountId, WorkspaceId},
    },
    entity::{
        access_request, account, account_export, audit_event, audit_value, dataset, dataset_follow,
        email_change, factor_removal, invitation, known_device, membership, outbox, page,
        passkey_ceremony, password_reset, recovery_code, registration, reuse, second_factor,
        session, session_visit, sign_in_challenge,
    },
    store::engine::{Conditions as _, StoreError},
};

/// An address that was the person's until then: what others wrote about it later is not theirs.
#[derive(Clone)]
pub struct OwnAddress {
    /// The form for comparing (ACC-1).
    pub canonical: String,
    pub until: DateTime<Utc>,
}

/// The addresses of the person: today's, and those that the account's own chain knows. None once
/// the account is emptied.
pub async fn addresses(
    db: &impl ConnectionTrait,
    id: AccountId,
    now: DateTime<Utc>,
) -> Result<Vec<OwnAddress>, StoreError> {
    let row = account::Entity::find_by_id(id.0).one(db).await?;
    let mut addresses: Vec<OwnAddress> = row
        .filter(|row| row.email_canonical.contains('@'))
        .map(|row| OwnAddress {
            canonical: row.email_canonical,
            until: now,
        })
        .into_iter()
        .collect();
    let kinds = [
        AuditEventKind::EmailChanged,
        AuditEventKind::EmailChangeUndone,
    ];
    let changes: Vec<(Uuid, DateTime<Utc>)> = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Id)
        .column(audit_event::Column::At)
        .filter(audit_event::Column::AccountId.eq(id.0))
        .filter(audit_event::Column::Kind.is_in(kinds.map(AuditEventKind::as_str)))
        .into_tuple()
        .all(db)
        .await?;
    let values = audit_value::Entity::find()
        .filter(audit_value::Column::EventId.in_ids(db, changes.iter().map(|(id, _)| *id)))
        .filter(audit_value::Column::Name.ends_with(".before"))
        .all(db)
        .await?;
    for value in values {
        let typed: Option<String> = serde_json::from_str(&value.value).ok();
        let address = typed.and_then(|typed| EmailAddress::parse(&typed).ok());
        let at = changes.iter().find(|(id, _)| *id == value.event_id);
        if let (Some(address), Some((_, until))) = (address, at) {
            addresses.push(OwnAddress {
                canonical: address.canonical,
                until: *until,
            });
        }
    }
    Ok(addresses)
}

/// The invitations to these addresses.
pub(super) fn invited(addresses: &[OwnAddress]) -> Condition {
    addresses
        .iter()
        .fold(Condition::any(), |any, address| {
            any.add(
                Condition::all()
                    .add(invitation::Column::EmailCanonical.eq(address.canonical.as_str()))
                    .add(invitation::Column::CreatedAt.lte(address.until)),
            )
        })
        // Nothing, not everything, without an address.
        .add(invitation::Column::Id.is_null())
}

/// The first workspace after `after`, by id, in which there is or was something of the person.
pub async fn next_workspace(
    db: &impl ConnectionTrait,
    id: AccountId,
    addresses: &[OwnAddress],
    after: Option<WorkspaceId>,
) -> Result<Option<WorkspaceId>, StoreError> {
    let mut found: BTreeSet<Uuid> = BTreeSet::new();
    macro_rules! workspaces {
        ($table:ident, $condition:expr) => {{
            let mut rows = $table::Entity::find()
                .select_only()
                .column($table::Column::WorkspaceId)
                .filter($condition)
                .order_by_asc($table::Column::WorkspaceId);
            if let Some(after) = after {
                rows = rows.filter($table::Column::WorkspaceId.gt(after.0));
            }
            found.extend(rows.into_tuple::<Uuid>().one(db).await?);
        }};
    }
    workspaces!(membership, membership::Column::AccountId.eq(id.0));
    workspaces!(access_request, access_request::Column::AccountId.eq(id.0));
    workspaces!(invitation, invited(addresses));
    workspaces!(dataset, dataset::Column::OwnerId.eq(id.0));
    workspaces!(page, page::Column::OwnerId.eq(id.0));
    workspaces!(reuse, reuse::Column::SubmittedBy.eq(id.0));
    Ok(found.into_iter().next().map(WorkspaceId))
}

/// Deletes whatever opens the locked account, and marks it as erased.
pub async fn end_credentials(
    db: &impl ConnectionTrait,
    id: AccountId,
    at: DateTime<Utc>,
) -> Result<(), StoreError> {
    macro_rules! delete {
        ($($table:ident),+) => {{
            $($table::Entity::delete_many()
                .filter($table::Column::AccountId.eq(id.0))
                .exec(db)
                .await?;)+
        }};
    }
    delete!(
        dataset_follow,
        session_visit,
        session,
        known_device,
        second_factor,
        factor_removal,
        recovery_code,
        sign_in_challenge,
        passkey_ceremony,
        password_reset,
        email_change,
        account_export
    );
    account::Entity::update_many()
        .set(account::ActiveModel {
            erased_at: Set(Some(at)),
            deletion_scheduled_at: Set(Some(at)),
            password_hash: Set(None),
            is_operator: Set(false),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Empties the locked account, and deletes what waits for its addresses: mails and registrations.
/// `email_keys` are those of the addresses, with the instant until which each was the person's.
pub async fn empty(
    db: &impl ConnectionTrait,
    id: AccountId,
    addresses: &[OwnAddress],
    email_keys: &[([u8; 32], DateTime<Utc>)],
) -> Result<(), StoreError> {
    for address in addresses {
        registration::Entity::delete_many()
            .filter(registration::Column::EmailCanonical.eq(address.canonical.as_str()))
            .filter(registration::Column::CreatedAt.lte(address.until))
            .exec(db)
            .await?;
    }
    let mut mails = Condition::any().add(outbox::Column::AccountId.eq(id.0));
    for (key, until) in email_keys {
        mails = mails.add(
            Condition::all()
                .add(outbox::Column::EmailKey.eq(key.to_vec()))
                .add(outbox::Column::CreatedAt.lte(*until)),
        );
    }
    mails = mails.add(outbox::Column::SubjectId.eq(id.to_string()));
    outbox::Entity::delete_many().filter(mails).exec(db).await?;
    empty_values(db, id).await?;
    let erased = format!("erased:{id}");
    account::Entity::update_many()
        .set(account::ActiveModel {
            email: Set(erased.clone()),
            email_canonical: Set(erased),
            given_name: Set(None),
            family_name: Set(None),
            locale: Set("EN".to_owned()),
            email_verified_at: Set(None),
            last_sign_in_at: Set(None),
            deletion_scheduled_at: Set(None),
            ..Default::default()
        })
        .filter(account::Column::Id.eq(id.0))
        .exec(db)
        .await?;
    Ok(())
}

/// Deletes the personal values of all events that are the account's: those about the person in any
/// chain, and everything in the account's own chain. The chains still hold (AUD-2).
async fn empty_values(db: &impl ConnectionTrait, id: AccountId) -> Result<(), StoreError> {
    audit_value::Entity::delete_many()
        .filter(audit_value::Column::AccountId.eq(id.0))
        .exec(db)
        .await?;
    let own = audit_event::Entity::find()
        .select_only()
        .column(audit_event::Column::Id)
        .filter(audit_event::Column::AccountId.eq(id.0));
    let own = sea_orm::QueryTrait::into_query(own);
    audit_value::Entity::delete_many()
        .filter(audit_value::Column::EventId.in_subquery(own))
        .exec(db)
        .await?;
    Ok(())
}
