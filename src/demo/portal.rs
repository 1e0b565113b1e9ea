//! The whole demo as a value: it generates rows and writes nothing, one block of 250 members after
//! the other.

use chrono::{DateTime, Utc};

use super::{
    analytics, catalog,
    draw::Draw,
    frame, items, keys,
    limits::{self, Used},
    members, offers,
    people::People,
    profile::BLOCK,
    transit,
    world::World,
};
use crate::store::seed::Rows;

/// Generates the rows of a demo portal: an iterator over parts, to write in this order.
pub struct Portal {
    draw: Draw,
    world: World,
    members: usize,
    block: usize,
    used: Used,
    password_hash: Option<String>,
}

impl Portal {
    /// A portal with `members` members, life-like relative to `now`. Fewer than one block are
    /// rounded up to one.
    pub fn new(now: DateTime<Utc>, members: usize, password_hash: String) -> Self {
        let members = members.max(BLOCK);
        let mut draw = Draw::new(now);
        let world = World::new(&mut draw, members.div_ceil(BLOCK));
        Self {
            draw,
            world,
            members,
            block: 0,
            used: Used::default(),
            password_hash: Some(password_hash),
        }
    }

    /// The number of members of the main workspace.
    pub const fn members(&self) -> usize {
        self.members
    }

    /// How many of them were generated so far.
    pub fn generated_members(&self) -> usize {
        self.members.min(self.block * BLOCK)
    }
}

impl Iterator for Portal {
    type Item = Rows;

    fn next(&mut self) -> Option<Rows> {
        let (block, draw, world) = (self.block, &mut self.draw, &self.world);
        if block >= world.blocks {
            return None;
        }
        self.block += 1;
        let mut rows = if block == 0 {
            frame::rows(draw, world)
        } else {
            Rows::default()
        };
        let mut people = People::of_block(block);
        let members = members::rows(
            draw,
            world,
            block,
            self.members - block * BLOCK,
            &mut people,
            &mut rows,
        );
        let call_limits = limits::values(draw, world, &members, &mut rows);
        limits::of_members(
            draw,
            world.riverton.id,
            limits::of_riverton(&members),
            &call_limits,
            &mut self.used,
            &mut rows,
        );
        if block == 0 {
            if let Some(account) = rows.account.first_mut() {
                account.password_hash = self.password_hash.take();
            }
            catalog::rows(
                draw,
                &world.riverton,
                (items::DATASETS, items::PAGES),
                &members,
                &mut rows,
            );
            keys::rows(draw, &world.riverton, &members, &mut rows);
            offers::rows(draw, world, &members, &mut people, &mut rows);
            transit::rows(draw, world, &members, &mut people, &mut rows);
        }
        if self.block == world.blocks {
            let each_day = 60_000 * u64::try_from(world.blocks).unwrap_or(1);
            limits::of_workspace(draw, world.riverton.id, self.used, each_day, &mut rows);
            analytics::rows(draw, &world.riverton, world.blocks, &mut rows);
        }
        Some(rows)
    }
}
