//! What memberships copy from their account: sort name, canonical address, words (MEM-7). Rewritten
//! when the account changes, in every workspace and for every state of the membership. Locks and
//! changes no workspace's row.

use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use crate::{
    domain::{fold, id::AccountId},
    entity::{member_word, membership},
    store::engine::{Conditions as _, ROWS_PER_STATEMENT, StoreError},
};

/// Rewrites the copies of an account. The caller has locked its row.
pub async fn rewrite_copies(
    db: &impl ConnectionTrait,
    account: AccountId,
    (given_name, family_name): (Option<&str>, Option<&str>),
    email_canonical: &str,
) -> Result<(), StoreError> {
    let rows = membership::Entity::update_many()
        .set(membership::ActiveModel {
            sort_name: Set(fold::sort_name(given_name, family_name)),
            email_canonical: Set(email_canonical.to_owned()),
            ..Default::default()
        })
        .filter(membership::Column::AccountId.eq(account.0))
        .exec_with_returning(db)
        .await?;
    if rows.is_empty() {
        return Ok(());
    }
    member_word::Entity::delete_many()
        .filter(member_word::Column::MembershipId.in_ids(db, rows.iter().map(|row| row.id)))
        .exec(db)
        .await?;
    let words = fold::words(given_name, family_name, email_canonical);
    let all: Vec<_> = rows
        .iter()
        .flat_map(|row| words.iter().map(move |word| (row, word)))
        .map(|(row, word)| member_word::ActiveModel {
            workspace_id: Set(row.workspace_id),
            word: Set(word.clone()),
            membership_id: Set(row.id),
        })
        .collect();
    for chunk in all.chunks(ROWS_PER_STATEMENT) {
        member_word::Entity::insert_many(chunk.to_vec())
            .exec_without_returning(db)
            .await?;
    }
    Ok(())
}
