//! Lines that become memberships at once (IMPORT-1): for operators at the command line. Who has no
//! account gets one without a credential, whose address counts as confirmed: the first password comes
//! by a reset link to it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    domain::{
        audit::{AuditEventKind, FieldChange},
        email::EmailAddress,
        error_code::ErrorCode,
        id::{AccountId, MembershipId},
        offer::Offer,
        vocabulary::{Locale, MembershipOrigin},
    },
    service::{
        Failure,
        account::{creation, write::AccountChain},
        bulk::ItemError,
        invitation::Invitee,
        joining::{self, Gift, Start},
        write::{Event, Transaction},
    },
    store::{
        StoreError,
        account::{self, NewRow},
        email_change,
        joining::{self as newcomers, Newcomer},
    },
};

/// Makes a member of whoever has the address.
pub(super) async fn join(
    tx: &mut Transaction<'_>,
    invitee: &Invitee,
    account: Option<AccountId>,
    offer: Offer,
    remarks: Vec<FieldChange>,
) -> Result<MembershipId, ItemError> {
    let interval = offer.accepted_at(tx.now);
    if interval.is_empty() {
        return Err(ErrorCode::EndsBeforeStart.into());
    }
    let newcomer = match account {
        Some(id) => newcomers::by_account(tx.db(), id)
            .await?
            .ok_or(ErrorCode::NotFound)?,
        None => create(tx, invitee, offer.locale).await?,
    };
    let start = Start {
        gifts: vec![Gift { giver: None, offer }],
        remarks,
        ..Start::bare(newcomer, MembershipOrigin::Imported, interval)
    };
    Ok(joining::begin(tx, start).await?)
}

/// An account of the address, without a credential.
async fn create(
    tx: &Transaction<'_>,
    invitee: &Invitee,
    locale: Locale,
) -> Result<Newcomer, ItemError> {
    let email = invitee.email().ok_or(ErrorCode::InvalidEmail)?;
    refuse_taken(tx, email).await?;
    let (given_name, family_name) = invitee.names();
    let now: DateTime<Utc> = tx.now;
    let row = NewRow {
        id: AccountId(tx.deps.ids.uuid(now)),
        email: email.typed.clone(),
        email_canonical: email.canonical.clone(),
        given_name: given_name.map(str::to_owned),
        family_name: family_name.map(str::to_owned),
        locale,
        password_hash: None,
        is_operator: false,
        email_verified_at: Some(now),
        created_at: now,
    };
    match account::insert(tx.db(), row.clone()).await {
        // Somebody registered it meanwhile: tried again, the account is found.
        Err(StoreError::Duplicate) => return Err(Failure::Conflict.into()),
        other => other?,
    }
    let mut chain = AccountChain::lock(tx.deps, tx.caller, row.id, tx.db())
        .await?
        .ok_or(Failure::NotFound)?;
    chain.by_system();
    chain.record(Event::new(
        AuditEventKind::AccountCreated,
        row.id,
        creation(&row),
    ));
    chain.append(tx.db()).await?;
    Ok(Newcomer {
        account_id: row.id,
        email: row.email,
        email_canonical: row.email_canonical,
        given_name: row.given_name,
        family_name: row.family_name,
        locale: row.locale,
    })
}

/// Refuses an address whose account is not confirmed, and one that is kept for who gave it up a
/// short while ago (ACC-8).
async fn refuse_taken(tx: &Transaction<'_>, email: &EmailAddress) -> Result<(), ItemError> {
    let is_there = account::for_sign_in(tx.db(), &email.canonical)
        .await?
        .is_some();
    let nobody = AccountId(Uuid::nil());
    if is_there || email_change::is_kept(tx.db(), &email.canonical, nobody, tx.now).await? {
        return Err(ErrorCode::Taken.into());
    }
    Ok(())
}
