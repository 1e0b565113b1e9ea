//! What all parts of the demo share: ids, and the instants of the portal's history.

use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

use super::{draw::Draw, groups, items};
use crate::domain::permission::{Permission, Preset};

/// How long ago the main workspace was created, in days.
const AGE: i64 = 560;

/// A workspace with the ids that the demo needs.
#[derive(Debug)]
pub struct DemoWorkspace {
    pub id: Uuid,
    /// When it was created.
    pub opened: DateTime<Utc>,
    pub presets: Vec<(Preset, Uuid)>,
    /// Its groups, in the order of their list.
    pub groups: Vec<Uuid>,
    /// Its datasets, in the order of their list, with the instants of their creation.
    pub datasets: Vec<(Uuid, DateTime<Utc>)>,
    /// Its pages, in the order of their list, with the instants of their creation.
    pub pages: Vec<(Uuid, DateTime<Utc>)>,
    /// The accounts of its first administrators.
    pub administrators: Vec<Uuid>,
    /// The first instant at which all of them were members.
    pub settled: DateTime<Utc>,
}

impl DemoWorkspace {
    fn new(
        draw: &mut Draw,
        opened: DateTime<Utc>,
        lists: (usize, usize, usize),
        administrators: Vec<Uuid>,
    ) -> Self {
        let settled = opened + Duration::days(20);
        let (groups, datasets, pages) = lists;
        let new_item = |draw: &mut Draw| {
            let at = draw.at_work(settled, draw.days_ago(12));
            (draw.id(at), at)
        };
        Self {
            id: draw.id(opened),
            opened,
            presets: Preset::ALL
                .iter()
                .map(|preset| (*preset, draw.id(opened)))
                .collect(),
            groups: (0..groups)
                .map(|_| draw.id(opened + Duration::days(3)))
                .collect(),
            datasets: (0..datasets).map(|_| new_item(draw)).collect(),
            pages: (0..pages).map(|_| new_item(draw)).collect(),
            administrators,
            settled,
        }
    }

    /// The role of a preset.
    pub fn preset(&self, preset: Preset) -> Option<Uuid> {
        self.presets
            .iter()
            .find(|(candidate, _)| *candidate == preset)
            .map(|(_, id)| *id)
    }

    /// An administrator at `at`.
    pub fn giver(&self, draw: &mut Draw, at: DateTime<Utc>) -> Option<Uuid> {
        if at < self.settled {
            return self.administrators.first().copied();
        }
        draw.pick(&self.administrators).copied()
    }
}

/// The two workspaces, and what they share.
#[derive(Debug)]
pub struct World {
    /// The main workspace.
    pub riverton: DemoWorkspace,
    /// The secondary one.
    pub transit: DemoWorkspace,
    /// The custom role "Data steward".
    pub stewards: Uuid,
    /// The custom role "Communications".
    pub communications: Uuid,
    /// The default permissions of the main workspace, each with its first instant.
    pub defaults: Vec<(Permission, DateTime<Utc>)>,
    /// Since when signing up needs an approval.
    pub approval_since: DateTime<Utc>,
    /// Since when the second version of the terms is in force.
    pub terms_since: DateTime<Utc>,
    /// The number of blocks of 250 members.
    pub blocks: usize,
}

impl World {
    pub fn new(draw: &mut Draw, blocks: usize) -> Self {
        let opened = draw.at_work(draw.days_ago(AGE), draw.days_ago(AGE - 5));
        let administrators: Vec<Uuid> = (0..3).map(|_| draw.id(opened)).collect();
        let lists = (
            groups::GROUPS.len(),
            items::DATASETS.len(),
            items::PAGES.len(),
        );
        let riverton = DemoWorkspace::new(draw, opened, lists, administrators.clone());
        let lists = (
            groups::TRANSIT_GROUPS.len(),
            items::TRANSIT_DATASETS.len(),
            items::TRANSIT_PAGES.len(),
        );
        let transit_opened = draw.at_work(draw.days_ago(300), draw.days_ago(295));
        let transit = DemoWorkspace::new(
            draw,
            transit_opened,
            lists,
            administrators.into_iter().take(1).collect(),
        );
        let roles_made = opened + Duration::days(9);
        Self {
            stewards: draw.id(roles_made),
            communications: draw.id(roles_made),
            defaults: vec![
                (Permission::BrowseAllDatasets, opened + Duration::days(1)),
                (Permission::BrowseAllPages, draw.day(210)),
            ],
            approval_since: draw.day(240),
            terms_since: draw.day(150),
            riverton,
            transit,
            blocks,
        }
    }

    /// The default permissions that a membership starting at `at` gets (PERM-7).
    pub fn defaults_at(&self, at: DateTime<Utc>) -> impl Iterator<Item = Permission> {
        self.defaults
            .iter()
            .filter(move |(_, since)| *since <= at)
            .map(|(permission, _)| *permission)
    }
}
