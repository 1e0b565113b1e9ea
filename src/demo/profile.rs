//! The 250 people of a block, by their index in it: what they do in the portal and how their access
//! goes.

use crate::domain::permission::Preset;

/// How many members a block has.
pub const BLOCK: usize = 250;

/// The indexes of members who were revoked once and came back (MEM-6).
pub const RESTORED: [usize; 2] = [236, 237];

/// What a member does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Has a preset.
    Preset(Preset),
    /// Has the custom role "Data steward".
    Steward,
    /// Has the custom role "Communications".
    Communications,
    /// Works for the city, with groups and grants only.
    Staff,
    /// Works elsewhere, with groups and grants only.
    Partner,
    /// Only signed up (JOIN-4).
    Visitor,
}

impl Kind {
    /// By index in the block. Only the first block has administrators.
    pub const fn of(block: usize, index: usize) -> Self {
        match index {
            0..4 if block == 0 => Self::Preset(Preset::Administrator),
            0..12 => Self::Preset(Preset::Publisher),
            12..32 => Self::Preset(Preset::Editor),
            32..36 => Self::Preset(Preset::Designer),
            36..44 => Self::Steward,
            44..50 => Self::Communications,
            50..100 => Self::Preset(Preset::Viewer),
            100..150 => Self::Staff,
            150..238 if index.is_multiple_of(5) => Self::Preset(Preset::Viewer),
            150..238 => Self::Partner,
            _ => Self::Visitor,
        }
    }

    /// Whether the index belongs to the city's own staff.
    pub const fn is_staff(index: usize) -> bool {
        index < 150
    }
}

/// The course of a member's access. The number counts members with the same course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Active, without an end.
    Stays,
    /// Active, with an end ahead.
    Ends(i64),
    Disabled(i64),
    /// Begins later.
    Scheduled(i64),
    /// Ended by an administrator.
    Revoked(i64),
    Expired(i64),
    Left(i64),
}

impl Fate {
    /// By index in the block: courses are spread over all kinds, and the first administrators stay.
    pub fn of(block: usize, index: usize) -> Self {
        match (block, index) {
            (0, 0..3) => return Self::Stays,
            // The fourth administrator has an end, instead of the first.
            (0, 3) => return Self::Ends(23),
            _ => {}
        }
        // 97 and 250 have no common divisor: every number comes up once in a block.
        let strewn = i64::try_from((index * 97 + 31) % BLOCK).unwrap_or_default();
        match strewn {
            0..8 => Self::Disabled(strewn),
            8..33 => Self::Ends(strewn - 8),
            33..38 => Self::Scheduled(strewn - 33),
            38..44 => Self::Revoked(strewn - 38),
            44..49 => Self::Expired(strewn - 44),
            49..53 => Self::Left(strewn - 49),
            _ => Self::Stays,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_every_fate() {
        for block in 0..2 {
            let count = |wanted: fn(&Fate) -> bool| {
                (0..BLOCK)
                    .map(|index| Fate::of(block, index))
                    .filter(wanted)
                    .count()
            };
            assert_eq!(count(|fate| matches!(fate, Fate::Disabled(_))), 8);
            assert_eq!(count(|fate| matches!(fate, Fate::Ends(_))), 25);
            assert_eq!(count(|fate| matches!(fate, Fate::Scheduled(_))), 5);
            assert_eq!(
                count(|fate| matches!(fate, Fate::Revoked(_) | Fate::Expired(_) | Fate::Left(_))),
                15
            );
        }
    }

    #[test]
    fn the_restored_come_behind_those_who_were_revoked() {
        let first = (0..BLOCK).filter(|index| matches!(Fate::of(0, *index), Fate::Revoked(0 | 1)));
        assert!(first.max().unwrap() < RESTORED[0]);
        assert!(
            RESTORED
                .iter()
                .all(|index| matches!(Fate::of(0, *index), Fate::Stays | Fate::Ends(_)))
        );
    }
}
