//! The datasets and pages that come along with an act on members, as decisions take them (PERM-6).

use std::collections::{BTreeSet, HashMap};

use super::{Failure, write::Transaction};
use crate::{
    domain::{
        access::{
            Given,
            facts::{ItemFacts, Right},
        },
        id::ItemId,
    },
    store::item,
};

/// The items that are about to be handed over.
#[derive(Debug, Default)]
pub(crate) struct KnownItems(HashMap<ItemId, ItemFacts>);

impl KnownItems {
    /// Loads those of `rights` in one statement; none for administrators, whose gifts nobody weighs.
    pub(crate) async fn load(
        tx: &Transaction<'_>,
        rights: impl Iterator<Item = Given>,
    ) -> Result<Self, Failure> {
        if tx.access.is_administrator() {
            return Ok(Self::default());
        }
        let item = |right: Given| match right.right {
            Right::Item(item, _) => Some(item),
            Right::Workspace(_) => None,
        };
        let ids: Vec<ItemId> = rights
            .filter_map(item)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows = item::by_ids(tx.db(), &ids)
            .await?
            .into_iter()
            .filter(|row| row.workspace_id == tx.workspace_id());
        Ok(Self(rows.map(|row| (row.facts.id, row.facts)).collect()))
    }

    /// One of them; `None` if there is no such item here.
    pub(crate) fn find(&self, id: ItemId) -> Option<ItemFacts> {
        self.0.get(&id).copied()
    }
}
